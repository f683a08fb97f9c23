import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Modal, Progress, Upload } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import type { Schemas } from "../../api/client";
import { upload } from "../../api/upload";
import { Trouble } from "../../parts/Trouble";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

/** Uploads a plugin's file and shows how far it is. */
export function Install({ close }: { close: () => void }) {
  const words = useWords(text);
  const say = useSaid();
  const go = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [progress, setProgress] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const send = async (file: File) => {
    setError(null);
    setProgress(0);
    try {
      const plugin = await upload<Schemas["PluginView"]>("POST", "/plugins", file, setProgress);
      await queries.invalidateQueries({ queryKey: ["plugins"] });
      message.success(fill(words.installed, { name: say(plugin.manifest.title) }));
      go(`/plugins/${plugin.digest}`);
    } catch (fault) {
      setError(fault);
      setProgress(null);
    }
  };
  return (
    <Modal open title={words.install} onCancel={close} footer={null}>
      <div className="stack">
        <Upload.Dragger
          accept=".wasm,application/wasm"
          showUploadList={false}
          disabled={progress !== null}
          beforeUpload={(file) => {
            void send(file);
            return false;
          }}
        >
          <InboxOutlined className="drop-sign" aria-hidden="true" />
          <p>{words.drop}</p>
          <p className="quiet small">{words.checked}</p>
        </Upload.Dragger>
        {progress !== null && (
          <div role="status">
            <p>{progress < 100 ? fill(words.sending, { percent: progress }) : words.checking}</p>
            <Progress percent={progress} status="active" showInfo={false} />
          </div>
        )}
        {error !== null && <Trouble error={error} />}
      </div>
    </Modal>
  );
}
