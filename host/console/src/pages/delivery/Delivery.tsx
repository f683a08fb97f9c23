import { RedoOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button } from "antd";
import { Link, useParams } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { useDeed } from "../../parts/deed";
import { Facts } from "../../parts/Facts";
import { FailureText } from "../../parts/FailureText";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { Panel } from "../../parts/Panel";
import { DeliveryState } from "../../parts/States";
import { Ago, Moment } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { operations } from "../../words/names";
import { fill } from "../../words/words";
import { Try } from "./Try";
import { text } from "./text";
import "./delivery.css";

/** One delivery with every try: what was asked, what was answered. */
export default function Delivery() {
  const { id = "" } = useParams();
  const words = useWords(text);
  const say = useSaid();
  const params = { path: { id: Number(id) } };
  const query = useQuery({
    queryKey: ["delivery", id],
    queryFn: () => ask(api.GET("/deliveries/{id}", { params })),
    refetchInterval: 5_000,
  });
  const delivery = query.data;
  return (
    <Page
      title={delivery ? say(operations[delivery.operation]) : fill(words.title, { id })}
      marks={delivery && <DeliveryState delivery={delivery} />}
      actions={delivery && <Replay delivery={delivery} />}
    >
      <Loaded query={query}>
        {(delivery) => (
          <div className="stack">
            <Overall delivery={delivery} />
            <Panel title={words.tries}>
              <p className="quiet small">{words.redacted}</p>
              {delivery.tries.length === 0 ? (
                <Nothing title={words.triesNone} hint={words.triesNoneHint} />
              ) : (
                <ol className="tries">
                  {[...delivery.tries].reverse().map((attempt, at) => (
                    <Try key={attempt.number} attempt={attempt} open={at === 0} />
                  ))}
                </ol>
              )}
            </Panel>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

function Overall({ delivery }: { delivery: Schemas["DeliveryView"] }) {
  const words = useWords(text);
  return (
    <Panel>
      <div className="stack">
        {delivery.in_doubt && <Alert type="warning" showIcon title={words.doubt} />}
        {delivery.last_failure && delivery.state !== "done" && <FailureText failure={delivery.last_failure} />}
        <Facts
          facts={[
            [
              words.order,
              <Link key="order" to={`/orders/${encodeURIComponent(delivery.order_number)}`}>
                {delivery.order_number}
              </Link>,
            ],
            [words.connection, delivery.connection],
            [words.external, delivery.external_id && <code>{delivery.external_id}</code>],
            [words.failures, delivery.failures || null],
            [words.created, <Moment key="created" at={delivery.created_at} grain="second" />],
            [words.due, delivery.state === "pending" && <Ago at={delivery.due_at} />],
            [words.done, delivery.done_at && <Moment at={delivery.done_at} grain="second" />],
            [words.key, <code key="key">{delivery.key}</code>],
          ]}
        />
      </div>
    </Panel>
  );
}

function Replay({ delivery }: { delivery: Schemas["DeliveryView"] }) {
  const words = useWords(text);
  const { may } = useSession();
  const replay = useDeed({
    run: () => ask(api.POST("/deliveries/{id}/replay", { params: { path: { id: delivery.id } } })),
    renews: [["delivery", String(delivery.id)], ["deliveries"], ["tickets"]],
    done: ({ replayed }) => (replayed > 0 ? words.replayed : words.notReplayed),
  });
  const can = may("deliveries.replay") && (delivery.state === "waiting" || delivery.state === "pending");
  if (!can) return null;
  return (
    <Button type="primary" icon={<RedoOutlined />} loading={replay.isPending} onClick={() => replay.mutate(undefined)}>
      {words.replay}
    </Button>
  );
}
