import { Form, Input, InputNumber, Select } from "antd";
import { api, ask } from "../../api/client";
import { useCompany } from "../../api/company";
import { usePlaces } from "../../api/places";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { text } from "./text";

export type Kind = "regions" | "stores" | "warehouses";

/** A region, a store or a warehouse; each has some of the fields. */
export interface Place {
  code: string;
  name: string;
  region?: string;
  currency?: string;
  priority?: number;
}

function save(kind: Kind, place: Place) {
  const { code, name, region = "", currency = "", priority = 0 } = place;
  switch (kind) {
    case "regions":
      return ask(api.PUT("/catalog/regions", { body: { items: [{ code, name }] } }));
    case "stores":
      return ask(api.PUT("/catalog/stores", { body: { items: [{ code, name, region, currency }] } }));
    case "warehouses":
      return ask(api.PUT("/catalog/warehouses", { body: { items: [{ code, name, region, priority }] } }));
  }
}

const ADD = { regions: "addRegion", stores: "addStore", warehouses: "addWarehouse" } as const;

/** Adds a place, or changes one. */
export function PlaceForm({ kind, place, close }: { kind: Kind; place?: Place; close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const { currency } = useCompany();
  const { regions } = usePlaces();
  return (
    <FormModal<Place, unknown>
      title={place ? place.name || place.code : words[ADD[kind]]}
      initial={place ?? { currency, priority: 0 }}
      run={(fields) => save(kind, fields)}
      renews={[["places"]]}
      close={close}
    >
      <Form.Item name="code" label={words.code} rules={rules}>
        <Input disabled={Boolean(place)} />
      </Form.Item>
      <Form.Item name="name" label={words.name} rules={rules}>
        <Input />
      </Form.Item>
      {kind !== "regions" && (
        <Form.Item name="region" label={words.region} rules={rules}>
          <Select options={regions.map(({ code, name }) => ({ value: code, label: name || code }))} />
        </Form.Item>
      )}
      {kind === "stores" && (
        <Form.Item name="currency" label={words.currency} rules={rules}>
          <Input maxLength={3} />
        </Form.Item>
      )}
      {kind === "warehouses" && (
        <Form.Item name="priority" label={words.priority} extra={words.priorityHint}>
          <InputNumber precision={0} />
        </Form.Item>
      )}
    </FormModal>
  );
}
