import { Form, Input, InputNumber, Switch } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

type Product = Schemas["Product"];

/** Adds an item, or changes one. What the form does not show stays as it is. */
export function ProductForm({ product, close }: { product?: Product; close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const save = (fields: Product) => ask(api.PUT("/catalog/products", { body: { items: [{ ...product, ...fields }] } }));
  return (
    <FormModal<Product, unknown>
      title={product ? fill(words.edit, { sku: product.sku }) : words.add}
      initial={product ?? { tax_rate: "0.13", lead_time_days: 0 }}
      run={save}
      renews={[["products"]]}
      close={close}
    >
      <Form.Item name="sku" label={words.sku} rules={rules}>
        <Input disabled={Boolean(product)} />
      </Form.Item>
      <Form.Item name="name" label={words.name} rules={rules}>
        <Input />
      </Form.Item>
      <Form.Item name="category" label={words.category} extra={words.alike}>
        <Input />
      </Form.Item>
      <Form.Item name="specification" label={words.specification}>
        <Input />
      </Form.Item>
      <Form.Item name="base_unit" label={words.unit} rules={rules}>
        <Input />
      </Form.Item>
      <Form.Item name="tax_rate" label={words.tax} extra={words.taxHint} rules={rules}>
        <Input inputMode="decimal" />
      </Form.Item>
      <Form.Item name="zone" label={words.zone}>
        <Input />
      </Form.Item>
      <Form.Item name="service" label={words.service} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="custom" label={words.custom} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item name="lead_time_days" label={words.lead}>
        <InputNumber min={0} precision={0} />
      </Form.Item>
    </FormModal>
  );
}
