import { Form, Input } from "antd";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { text } from "./text";

/** Where the goods go. */
export function Ship() {
  const words = useWords(text);
  const rules = useRequired();
  return (
    <>
      <Form.Item name="address" label={words.address} extra={words.addressHint} rules={rules}>
        <Input placeholder={words.addressPlace} autoComplete="off" />
      </Form.Item>
      <div className="fields">
        <Form.Item name="city" label={words.city}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="contact" label={words.contact}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="phone" label={words.phone}>
          <Input type="tel" autoComplete="off" />
        </Form.Item>
      </div>
    </>
  );
}
