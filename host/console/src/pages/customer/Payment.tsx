import { Form, InputNumber, Radio } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { digitsOf, money } from "../../format/money";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { useLanguage, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "../customers/text";

interface Fields {
  kind: "paid" | "owes";
  amount: number;
}

/** Enters a payment, or what was owed before the first order. */
export function Payment({ code, close }: { code: string; close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const { language } = useLanguage();
  const { currency } = useCompany();
  const enter = ({ kind, amount }: Fields) => {
    const minor = Math.round(amount * 10 ** digitsOf(currency));
    const body = { delta: kind === "paid" ? -minor : minor };
    return ask(api.POST("/catalog/customers/{code}/open-credit", { params: { path: { code } }, body }));
  };
  const kinds = [
    { value: "paid", label: words.paid },
    { value: "owes", label: words.owes },
  ];
  return (
    <FormModal<Fields, Schemas["OpenCredit"]>
      title={words.payment}
      initial={{ kind: "paid" }}
      run={enter}
      renews={[["customer", code], ["customers"]]}
      done={({ open_credit }) => fill(words.booked, { open: money(open_credit, currency, language) })}
      close={close}
    >
      <Form.Item name="kind" label={words.kind}>
        <Radio.Group options={kinds} />
      </Form.Item>
      <Form.Item name="amount" label={`${words.amount} (${currency})`} rules={rules}>
        <InputNumber min={0.01} style={{ width: "100%" }} />
      </Form.Item>
    </FormModal>
  );
}
