import { InboxOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { App, Button, Input, Modal, Progress, Upload } from "antd";
import { useState } from "react";
import { useNavigate } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { upload } from "../../api/upload";
import { Trouble } from "../../parts/Trouble";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { Inspection } from "./Inspection";
import { text } from "./text";

type Found = Schemas["InspectionView"];
type Plugin = Schemas["PluginView"];

/** Where a plugin comes from: a file of one's own, or an address. */
type Origin = { file: File } | { source: string };

/** Looks into a plugin first, shows what it wishes for and who vouches for it, and installs it when that is wanted. */
export function Install({ close }: { close: () => void }) {
  const words = useWords(text);
  const say = useSaid();
  const go = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [progress, setProgress] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [chosen, setChosen] = useState<{ origin: Origin; found: Found } | null>(null);
  const attempt = async <T,>(work: () => Promise<T>): Promise<T | null> => {
    setError(null);
    setProgress(0);
    try {
      return await work();
    } catch (fault) {
      setError(fault);
      return null;
    } finally {
      setProgress(null);
    }
  };
  const look = async (origin: Origin) => {
    const found = await attempt(() =>
      "file" in origin
        ? upload<Found>("POST", "/plugins/inspect", origin.file, setProgress)
        : ask(api.POST("/plugins/fetch/inspect", { body: { source: origin.source } })),
    );
    if (found) setChosen({ origin, found });
  };
  const install = async ({ origin, found }: { origin: Origin; found: Found }) => {
    const plugin = await attempt(() =>
      "file" in origin
        ? upload<Plugin>("POST", "/plugins", origin.file, setProgress)
        : ask(api.POST("/plugins/fetch", { body: { source: origin.source, digest: found.digest } })),
    );
    if (!plugin) return;
    await queries.invalidateQueries({ queryKey: ["plugins"] });
    message.success(fill(words.installed, { name: say(plugin.manifest.title) }));
    go(`/plugins/${plugin.digest}`);
  };
  const ready = chosen?.found.signature.admitted ?? false;
  return (
    <Modal
      open
      width={640}
      title={words.install}
      onCancel={close}
      okText={words.install}
      onOk={() => chosen && void install(chosen)}
      okButtonProps={{ disabled: !ready || progress !== null }}
      cancelButtonProps={{ hidden: true }}
    >
      <div className="stack">
        {chosen ? <Inspection found={chosen.found} /> : <Choice busy={progress !== null} look={(origin) => void look(origin)} />}
        {progress !== null && (
          <div role="status">
            <p>{progress > 0 && progress < 100 ? fill(words.sending, { percent: progress }) : words.checking}</p>
            <Progress percent={progress} status="active" showInfo={false} />
          </div>
        )}
        {error !== null && <Trouble error={error} />}
      </div>
    </Modal>
  );
}

function Choice({ busy, look }: { busy: boolean; look: (origin: Origin) => void }) {
  const words = useWords(text);
  const { may } = useSession();
  const [source, setSource] = useState("");
  return (
    <>
      <Upload.Dragger
        accept=".wasm,application/wasm"
        showUploadList={false}
        disabled={busy}
        beforeUpload={(file) => {
          look({ file });
          return false;
        }}
      >
        <InboxOutlined className="drop-sign" aria-hidden="true" />
        <p>{words.drop}</p>
        <p className="quiet small">{words.checked}</p>
      </Upload.Dragger>
      {may("plugins.fetch") && (
        <div>
          <p>{words.source}</p>
          <span className="row">
            <Input
              aria-label={words.source}
              className="grow"
              placeholder={words.sourcePlace}
              value={source}
              onChange={(event) => setSource(event.target.value)}
            />
            <Button disabled={busy || !source.trim()} onClick={() => look({ source: source.trim() })}>
              {words.look}
            </Button>
          </span>
        </div>
      )}
    </>
  );
}
