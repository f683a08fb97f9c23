import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, Input } from "antd";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { ProductChoice, UnitChoice } from "./choices";
import type { Fields } from "./submission";
import { text } from "./text";

/** What is ordered. */
export function Lines() {
  const words = useWords(text);
  const rules = useRequired();
  const lines = Form.useWatch("lines") as Fields["lines"] | undefined;
  const some = {
    validator: (_: unknown, list: unknown[]) => (list?.length ? Promise.resolve() : Promise.reject(new Error(words.oneLine))),
  };
  return (
    <Form.List name="lines" rules={[some]}>
      {(fields, { add, remove }, { errors }) => (
        <>
          {fields.map(({ key, name }) => (
            <div key={key} className="order-line">
              <Form.Item name={[name, "sku"]} label={words.item} rules={rules}>
                <ProductChoice />
              </Form.Item>
              <Form.Item name={[name, "quantity"]} label={words.quantity} rules={rules}>
                <Input inputMode="decimal" />
              </Form.Item>
              <Form.Item name={[name, "unit"]} label={words.unit}>
                <UnitChoice sku={lines?.[name]?.sku} />
              </Form.Item>
              <Form.Item label={<span aria-hidden="true">&nbsp;</span>}>
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={fill(words.removeLine, { n: name + 1 })}
                  onClick={() => remove(name)}
                />
              </Form.Item>
            </div>
          ))}
          <Form.ErrorList errors={errors} />
          <Button icon={<PlusOutlined />} onClick={() => add({ quantity: "1" })}>
            {words.addLine}
          </Button>
        </>
      )}
    </Form.List>
  );
}
