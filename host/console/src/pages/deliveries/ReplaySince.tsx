import { DatePicker, Form, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { api, ask, type Schemas } from "../../api/client";
import { useConnectionNames } from "../../api/connections";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

interface Fields {
  since: Dayjs;
  connection?: string;
}

/** Has all that waits or fails since a moment tried again. */
export function ReplaySince({ close }: { close: () => void }) {
  const words = useWords(text);
  const names = useConnectionNames();
  const rules = useRequired();
  const replay = ({ since, connection }: Fields) =>
    ask(api.POST("/deliveries/replay", { body: { since: since.toISOString(), connection: connection ?? null } }));
  return (
    <FormModal<Fields, Schemas["Replayed"]>
      title={words.replaySince}
      ok={words.start}
      initial={{ since: dayjs().subtract(1, "day") }}
      run={replay}
      renews={[["deliveries"], ["tickets"], ["overview"]]}
      done={({ replayed }) => fill(words.replayed, { n: replayed })}
      close={close}
    >
      <Form.Item name="since" label={words.since} rules={rules}>
        <DatePicker showTime />
      </Form.Item>
      <Form.Item name="connection" label={words.at}>
        <Select allowClear options={names} />
      </Form.Item>
      <p className="quiet">{words.sinceHint}</p>
    </FormModal>
  );
}
