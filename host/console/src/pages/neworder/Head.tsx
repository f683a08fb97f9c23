import { Form, Input, Radio, Select } from "antd";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { useOptions } from "../../parts/options";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { orderKinds } from "../../words/names";
import { CustomerChoice } from "./choices";
import { text } from "./text";

/** For whom, from which store. `settled`: whether it is a sale cannot be changed any more. */
export function Head({ settled }: { settled: boolean }) {
  const words = useWords(text);
  const rules = useRequired();
  const { me } = useSession();
  const { stores } = usePlaces();
  const kind = Form.useWatch("kind");
  const ownAll = me.actions["orders.submit"] !== "own";
  const own = stores.filter(({ code, region }) => ownAll || me.stores.includes(code) || me.regions.includes(region));
  return (
    <div className="fields">
      <Form.Item name="store" label={words.store} rules={rules}>
        <Select
          showSearch={{ optionFilterProp: "label" }}
          options={own.map(({ code, name }) => ({ value: code, label: name || code }))}
        />
      </Form.Item>
      <Form.Item name="customer" label={words.customer} rules={rules}>
        <CustomerChoice />
      </Form.Item>
      <Form.Item name="reference" label={words.reference}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="kind" label={words.kind}>
        <Radio.Group disabled={settled} options={useOptions(orderKinds)} />
      </Form.Item>
      {kind === "return" && (
        <Form.Item name="original" label={words.original}>
          <Input autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="note" label={words.note}>
        <Input.TextArea rows={1} />
      </Form.Item>
    </div>
  );
}
