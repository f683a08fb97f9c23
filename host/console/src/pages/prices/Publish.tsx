import { UploadOutlined } from "@ant-design/icons";
import { Alert, Button, Form, Input, Upload } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { FormModal } from "../../parts/FormModal";
import { useRequired } from "../../parts/rules";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { readPrices } from "./csv";
import { text } from "./text";

interface Fields {
  code: string;
  currency: string;
  valid_from: string;
  valid_to?: string;
}

/** Publishes a price list from a CSV file. */
export function Publish({ close }: { close: () => void }) {
  const words = useWords(text);
  const rules = useRequired();
  const { currency } = useCompany();
  const [read, setRead] = useState<ReturnType<typeof readPrices> | null>(null);
  const entries = read && "entries" in read ? read.entries : [];
  const publish = ({ valid_to, ...fields }: Fields) => {
    const body = { ...fields, entries, valid_to: valid_to || null };
    return ask(api.POST("/price-lists", { body }));
  };
  return (
    <FormModal<Fields, Schemas["Published"]>
      title={words.publish}
      ok={words.publish}
      initial={{ code: "standard", currency, valid_from: dayjs().format("YYYY-MM-DD") }}
      run={publish}
      renews={[["prices"]]}
      done={({ version }) => fill(words.done, { version })}
      close={close}
    >
      <Form.Item name="code" label={words.code} rules={rules}>
        <Input />
      </Form.Item>
      <Form.Item name="currency" label={words.currency} rules={rules}>
        <Input maxLength={3} />
      </Form.Item>
      <Form.Item name="valid_from" label={words.from} rules={rules}>
        <Input type="date" />
      </Form.Item>
      <Form.Item name="valid_to" label={words.to} extra={words.toHint}>
        <Input type="date" />
      </Form.Item>
      <Form.Item label={words.file} extra={words.publishHint} required>
        <Upload
          accept=".csv,text/csv"
          showUploadList={false}
          beforeUpload={async (file) => {
            setRead(readPrices(await file.text()));
            return false;
          }}
        >
          <Button icon={<UploadOutlined />}>{words.choose}</Button>
        </Upload>
      </Form.Item>
      {read && <Told read={read} />}
    </FormModal>
  );
}

function Told({ read }: { read: ReturnType<typeof readPrices> }) {
  const words = useWords(text);
  if ("entries" in read) return <Alert type="success" showIcon title={fill(words.rows, { n: read.entries.length })} />;
  const { line, kind, name } = read.fault;
  return <Alert type="error" showIcon title={fill(words.badFile, { line, fault: fill(words[kind], { name }) })} />;
}
