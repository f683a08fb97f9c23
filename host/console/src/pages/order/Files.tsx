import { DownloadOutlined, UploadOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Progress, Upload } from "antd";
import { useState } from "react";
import type { Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { upload } from "../../api/upload";
import { bytes } from "../../format/quantity";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { Trouble } from "../../parts/Trouble";
import { Actor, Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { text } from "./text";

/** Files of an order: to look at, and to add. */
export function Files({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  const { may } = useSession();
  const path = `/orders/${encodeURIComponent(order.number)}/attachments`;
  return (
    <Panel title={words.files} extra={may("orders.attach") && <AddFile path={path} number={order.number} />}>
      {order.attachments.length === 0 ? (
        <Nothing title={words.filesNone} hint={words.filesHint} />
      ) : (
        <ul className="files">
          {order.attachments.map((file) => (
            <li key={file.id}>
              <a href={`/api/v1${path}/${file.id}`} download={file.name}>
                <DownloadOutlined aria-hidden="true" /> {file.name}
              </a>
              <p className="quiet small">
                {bytes(file.size)} · <Actor actor={file.added_by} /> · <Moment at={file.added_at} />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function AddFile({ path, number }: { path: string; number: string }) {
  const words = useWords(text);
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [progress, setProgress] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const send = async (file: File) => {
    const form = new FormData();
    form.append("file", file, file.name);
    setError(null);
    setProgress(0);
    try {
      await upload("POST", path, form, setProgress);
      message.success(words.uploaded);
    } catch (fault) {
      setError(fault);
    }
    setProgress(null);
    await queries.invalidateQueries({ queryKey: ["order", number] });
    await queries.invalidateQueries({ queryKey: ["timeline", number] });
  };
  return (
    <>
      <Upload
        showUploadList={false}
        customRequest={({ file }) => {
          if (file instanceof File) void send(file);
        }}
      >
        <Button icon={<UploadOutlined />} loading={progress !== null}>
          {words.upload}
        </Button>
      </Upload>
      {progress !== null && <Progress percent={progress} size="small" />}
      {error !== null && <Trouble error={error} />}
    </>
  );
}
