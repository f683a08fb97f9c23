import { Form, Input, Select } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { FormModal } from "../../parts/FormModal";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

interface Fields {
  name?: string;
  company?: string;
  phone?: string;
  email?: string;
  city?: string;
  address?: string;
  source?: string;
  store?: string;
  note?: string;
}

const NOBODY = { industry: "", purchase_band: "", main_supplier: "", decision_rank: "", pain: "" };

/** The lead as it is handed in. */
function entry(fields: Fields): Schemas["LeadEntry"] {
  const { name = "", company = "", phone = "", email = "", city = "", address = "", note = "" } = fields;
  const contact = { name, phone, email, title: "", wechat: "" };
  return {
    details: {
      name,
      company,
      city,
      address,
      note,
      contacts: phone || email ? [contact] : [],
      province: "",
      district: "",
      profile: NOBODY,
      tags: [],
      attributes: [],
      consent: null,
      unrecorded: [],
    },
    source: fields.source ?? "",
    store: fields.store ?? "",
    external_id: "",
    grade: null,
    owner: "",
    stage: "",
  };
}

/** Enters a lead; one that is there already takes it in. */
export function LeadForm({ close }: { close: () => void }) {
  const words = useWords(text);
  const { storeOptions } = usePlaces();
  const tell = ({ outcome, lead }: Schemas["Entered"]) => {
    const number = lead?.number ?? "";
    const told = outcome === "created" ? words.created1 : outcome === "merged" ? words.merged : words.known;
    return fill(told, { number });
  };
  return (
    <FormModal<Fields, Schemas["Entered"]>
      title={words.add}
      run={(fields) => ask(api.POST("/leads", { body: entry(fields) }))}
      renews={[["leads"]]}
      done={tell}
      close={close}
    >
      <Form.Item
        name="name"
        label={words.name}
        dependencies={["company"]}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value: string | undefined) =>
              value?.trim() || getFieldValue("company") ? Promise.resolve() : Promise.reject(new Error(words.whom)),
          }),
        ]}
      >
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="company" label={words.company}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="phone" label={words.phone}>
        <Input type="tel" autoComplete="off" />
      </Form.Item>
      <Form.Item name="email" label={words.email}>
        <Input type="email" autoComplete="off" />
      </Form.Item>
      <Form.Item name="city" label={words.city}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="address" label={words.address}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="store" label={words.store}>
        <Select allowClear options={storeOptions} />
      </Form.Item>
      <Form.Item name="source" label={words.source} extra={words.sourceHint}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="note" label={words.note}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormModal>
  );
}
