import { Form, Input, InputNumber, Select } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { usePlaces } from "../../api/places";
import { digitsOf } from "../../format/money";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

interface Fields extends Omit<Schemas["Customer"], "credit_limit"> {
  limit?: number | null;
}

/** Adds a customer, or changes one. */
export function CustomerForm({ customer, close }: { customer?: Schemas["Customer"]; close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const { currency } = useCompany();
  const { regions } = usePlaces();
  const minor = 10 ** digitsOf(currency);
  const limit = customer?.credit_limit;
  const save = ({ limit, ...fields }: Fields) => {
    const credit_limit = typeof limit === "number" ? Math.round(limit * minor) : null;
    return ask(api.PUT("/catalog/customers", { body: { items: [{ ...customer, ...fields, credit_limit }] } }));
  };
  return (
    <FormModal<Fields, unknown>
      title={customer ? fill(words.edit, { code: customer.code }) : words.add}
      initial={{ payment_days: 0, ...customer, limit: typeof limit === "number" ? limit / minor : null }}
      run={save}
      renews={[["customers"], ["customer"]]}
      close={close}
    >
      <Form.Item name="code" label={words.code} extra={words.codeHint} rules={rules}>
        <Input disabled={Boolean(customer)} maxLength={64} />
      </Form.Item>
      <Form.Item name="name" label={words.name} rules={rules}>
        <Input />
      </Form.Item>
      <Form.Item name="level" label={words.level}>
        <Input />
      </Form.Item>
      <Form.Item name="region" label={words.region}>
        <Select allowClear options={regions.map(({ code, name }) => ({ value: code, label: name || code }))} />
      </Form.Item>
      <Form.Item name="limit" label={`${words.limit} (${currency})`} extra={words.limitHint}>
        <InputNumber min={0} style={{ width: "100%" }} />
      </Form.Item>
      <Form.Item name="payment_days" label={words.days}>
        <InputNumber min={0} precision={0} style={{ width: "100%" }} />
      </Form.Item>
    </FormModal>
  );
}
