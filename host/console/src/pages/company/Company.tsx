import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input, Select } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Facts } from "../../parts/Facts";
import { Loaded } from "../../parts/Loaded";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { useRequired } from "../../parts/rules";
import { Trouble } from "../../parts/Trouble";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { text } from "./text";

const ZONES = Intl.supportedValuesOf("timeZone").map((zone) => ({ value: zone, label: zone }));

/** Who uses this installation. */
export default function Company() {
  const words = useWords(text);
  const { may } = useSession();
  const query = useQuery({ queryKey: ["company"], queryFn: () => ask(api.GET("/company")) });
  return (
    <Page title={words.title} hint={words.hint}>
      <Loaded query={query}>{(company) => <Settings company={company} />}</Loaded>
      {may("status.read") && <System />}
    </Page>
  );
}

function Settings({ company }: { company: Schemas["Company"] }) {
  const words = useWords(text);
  const shared = useWords(common);
  const rules = useRequired();
  const { may } = useSession();
  const save = useDeed({
    run: (body: Schemas["Company"]) => ask(api.PUT("/company", { body })),
    renews: [["company"]],
    done: shared.saved,
    silent: true,
  });
  const change = may("company.change");
  return (
    <Panel>
      <Form<Schemas["Company"]>
        layout="vertical"
        style={{ maxWidth: 480 }}
        disabled={!change}
        initialValues={company}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item name="name" label={words.name}>
          <Input />
        </Form.Item>
        <Form.Item name="currency" label={words.currency} extra={words.currencyHint} rules={rules}>
          <Input maxLength={3} />
        </Form.Item>
        <Form.Item name="time_zone" label={words.zone} extra={words.zoneHint} rules={rules}>
          <Select showSearch options={ZONES} />
        </Form.Item>
        <Form.Item name="locale" label={words.locale} extra={words.localeHint} rules={rules}>
          <Input />
        </Form.Item>
        {save.error && <Trouble error={save.error} />}
        {change && (
          <Button type="primary" htmlType="submit" loading={save.isPending}>
            {shared.save}
          </Button>
        )}
      </Form>
    </Panel>
  );
}

function System() {
  const words = useWords(text);
  const query = useQuery({ queryKey: ["status"], queryFn: () => ask(api.GET("/status")) });
  return (
    <Panel title={words.system}>
      <Facts
        facts={[
          [words.version, query.data?.version],
          [words.database, query.data?.database],
        ]}
      />
    </Panel>
  );
}
