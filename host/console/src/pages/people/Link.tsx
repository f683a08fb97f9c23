import { Input, Modal } from "antd";
import type { Schemas } from "../../api/client";
import { CopyButton } from "../../parts/CopyButton";
import { common } from "../../parts/text";
import { Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

/** The link of an invitation, shown this once. */
export function Link({ invited, close }: { invited: Schemas["Invited"]; close: () => void }) {
  const words = useWords(text);
  const shared = useWords(common);
  const title = fill(words.linkTitle, { name: invited.user.display_name || invited.user.name });
  return (
    <Modal open title={title} onCancel={close} onOk={close} okText={shared.close} cancelButtonProps={{ hidden: true }}>
      <div className="stack">
        <p>
          {words.linkHint} <Moment at={invited.expires_at} />
        </p>
        <Input.TextArea readOnly value={invited.link} rows={3} aria-label={title} onFocus={(event) => event.target.select()} />
        <CopyButton text={invited.link} />
      </div>
    </Modal>
  );
}
