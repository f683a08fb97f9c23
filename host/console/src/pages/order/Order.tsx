import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "react-router";
import { api, ask } from "../../api/client";
import { useSession } from "../../api/session";
import { LinkButton } from "../../parts/LinkButton";
import { Loaded } from "../../parts/Loaded";
import { Mark } from "../../parts/Mark";
import { Page } from "../../parts/Page";
import { OrderState } from "../../parts/States";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { correctable } from "../correction/Correction";
import { Approvals } from "./Approvals";
import { Calls } from "./Calls";
import { Cancel } from "./Cancel";
import { Deliveries } from "./Deliveries";
import { Files } from "./Files";
import { Holds } from "./Holds";
import { Lines } from "./Lines";
import { Story } from "./Story";
import { Summary } from "./Summary";
import { text } from "./text";
import { Verdicts } from "./Verdicts";
import "./order.css";

// Events tell of changes at once; this is for networks that keep them back.
const EVERY = 30_000;

/** One order with all that belongs to it. */
export default function Order() {
  const { number = "" } = useParams();
  const words = useWords(text);
  const say = useSaid();
  const { may } = useSession();
  const params = { path: { number } };
  const query = useQuery({
    queryKey: ["order", number],
    queryFn: () => ask(api.GET("/orders/{number}", { params })),
    refetchInterval: EVERY,
  });
  const order = query.data;
  const title = fill(order?.kind === "return" ? words.returned : words.title, { number });
  const flags = order?.evaluation?.flags ?? [];
  return (
    <Page
      title={title}
      actions={
        order && (
          <>
            {may("orders.correct") && correctable(order) && (
              <LinkButton to={`/orders/${encodeURIComponent(number)}/correct`} icon={<EditOutlined />}>
                {words.correct}
              </LinkButton>
            )}
            <Cancel order={order} />
          </>
        )
      }
      marks={
        order && (
          <>
            <OrderState state={order.state} />
            {flags.map((flag) => (
              <Mark key={flag.en} tone="wait">
                {say(flag)}
              </Mark>
            ))}
          </>
        )
      }
    >
      <Loaded query={query}>
        {(order) => (
          <div className="split">
            <div className="stack">
              <Approvals order={order} />
              <Holds order={order} />
              <Summary order={order} />
              <Lines order={order} />
              {may("deliveries.read") && <Deliveries deliveries={order.deliveries} />}
              <Calls steps={order.evaluation?.steps ?? []} />
              <Verdicts verdicts={order.evaluation?.verdicts ?? []} />
            </div>
            <div className="stack">
              <Files order={order} />
              <Story number={order.number} />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
