import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { Link, useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useStages } from "../../api/leads";
import { usePlaces } from "../../api/places";
import { Facts } from "../../parts/Facts";
import { GradeMark } from "../../parts/GradeMark";
import { Loaded } from "../../parts/Loaded";
import { Mark } from "../../parts/Mark";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { Actor, Ago, Moment } from "../../parts/Values";
import { useWords } from "../../words/language";
import { text as listText } from "../leads/text";
import { Stages } from "./Stages";
import { Tasks } from "./Tasks";
import { Touches } from "./Touches";
import { text } from "./text";

/** One lead: who it is, where it stands, what was done and what is to be done. */
export default function Lead() {
  const { number = "" } = useParams();
  const { title } = useStages();
  const params = { path: { number } };
  const query = useQuery({ queryKey: ["lead", number], queryFn: () => ask(api.GET("/leads/{number}", { params })) });
  const lead = query.data;
  return (
    <Page
      title={lead ? lead.company || lead.name || lead.number : number}
      marks={
        lead && (
          <>
            <GradeMark grade={lead.grade} />
            <Mark tone="work">{title(lead.stage)}</Mark>
          </>
        )
      }
    >
      <Loaded query={query}>
        {(lead) => (
          <div className="split">
            <div className="stack">
              <Who lead={lead} />
              <Touches number={lead.number} />
            </div>
            <div className="stack">
              <Stages lead={lead} />
              <Tasks number={lead.number} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Who({ lead }: { lead: Schemas["Lead"] }) {
  const words = useWords(text);
  const listed = useWords(listText);
  const { storeName } = usePlaces();
  const { profile } = lead;
  const contacts = lead.contacts.map((contact) =>
    [contact.name, contact.phone, contact.email, contact.wechat].filter(Boolean).join(" · "),
  );
  return (
    <Panel>
      <div className="stack">
        {lead.erased_at && <Alert type="info" showIcon title={words.erased} />}
        <Facts
          facts={[
            [listed.number, <code key="number">{lead.number}</code>],
            [listed.name, lead.name],
            [listed.company, lead.company],
            [words.contacts, contacts.length > 0 && contacts.map((contact) => <p key={contact}>{contact}</p>)],
            [listed.address, [lead.province, lead.city, lead.district, lead.address].filter(Boolean).join(" ")],
            [listed.store, lead.store && storeName(lead.store)],
            [listed.owner, lead.owner ? <Actor actor={lead.owner} /> : listed.nobody],
            [listed.source, lead.source],
            [listed.created, <Moment key="created" at={lead.created_at} />],
            [listed.touched, lead.touched_at ? <Ago at={lead.touched_at} /> : listed.never],
            [words.tags, lead.tags.join(" · ")],
            [listed.note, lead.note],
            [
              words.customer,
              lead.customer && <Link to={`/customers/${encodeURIComponent(lead.customer)}`}>{lead.customer}</Link>,
            ],
          ]}
        />
        <Facts
          facts={[
            [words.industry, profile.industry],
            [words.purchase_band, profile.purchase_band],
            [words.main_supplier, profile.main_supplier],
            [words.decision_rank, profile.decision_rank],
            [words.pain, profile.pain],
          ]}
        />
      </div>
    </Panel>
  );
}
