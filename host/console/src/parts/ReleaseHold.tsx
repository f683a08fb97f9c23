import { Form, Input } from "antd";
import { api, ask, type Schemas } from "../api/client";
import { useSaid, useWords } from "../words/language";
import { holdCodes } from "../words/names";
import { fill } from "../words/words";
import { FormModal } from "./FormModal";
import { holdText } from "./holdText";

interface Props {
  hold: Pick<Schemas["Hold"], "id" | "code" | "text">;
  number: string;
  close: () => void;
}

/** Asks why a hold is released, and releases it. */
export function ReleaseHold({ hold, number, close }: Props) {
  const words = useWords(holdText);
  const say = useSaid();
  const what = say(holdCodes[hold.code]) || hold.code;
  return (
    <FormModal<{ note: string }, unknown>
      title={fill(words.releaseTitle, { what })}
      ok={words.release}
      run={(body) => ask(api.POST("/holds/{id}/release", { params: { path: { id: hold.id } }, body }))}
      renews={[["holds"], ["order", number], ["timeline", number], ["overview"], ["status"]]}
      done={words.done}
      close={close}
    >
      <p className="wrap">{say(hold.text)}</p>
      <p className="quiet">{hold.code === "place-vague" ? words.placeVague : words.consequence}</p>
      <Form.Item name="note" label={words.note} rules={[{ required: true, whitespace: true, message: words.noteMissing }]}>
        <Input.TextArea rows={3} maxLength={1000} showCount placeholder={words.notePlace} autoFocus />
      </Form.Item>
    </FormModal>
  );
}
