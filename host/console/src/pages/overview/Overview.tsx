import { useQuery } from "@tanstack/react-query";
import { Alert } from "antd";
import { api, ask } from "../../api/client";
import { useSession } from "../../api/session";
import { Loaded } from "../../parts/Loaded";
import { Page } from "../../parts/Page";
import { useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { fill } from "../../words/words";
import { Figures } from "./Figures";
import { States } from "./States";
import { Systems } from "./Systems";
import { text } from "./text";
import { Waiting } from "./Waiting";
import { Week } from "./Week";
import "./overview.css";

const EVERY = 10_000;

/** What a manager asks first. */
export default function Overview() {
  const words = useWords(text);
  const say = useSaid();
  const { may } = useSession();
  const overview = useQuery({ queryKey: ["overview"], queryFn: () => ask(api.GET("/overview")), refetchInterval: EVERY });
  const status = useQuery({ queryKey: ["status"], queryFn: () => ask(api.GET("/status")), refetchInterval: EVERY });
  const both = {
    data: overview.data && status.data ? { overview: overview.data, status: status.data } : undefined,
    error: overview.error ?? status.error,
    refetch: () => Promise.all([overview.refetch(), status.refetch()]),
  };
  return (
    <Page title={words.title} hint={words.hint}>
      <Loaded query={both}>
        {({ overview, status }) => (
          <div className="stack">
            {status.unserved.length > 0 && (
              <Alert
                type="warning"
                showIcon
                title={fill(words.unserved, { list: status.unserved.map((name) => say(interfaces[name])).join(" · ") })}
              />
            )}
            <Figures overview={overview} status={status} />
            <div className="split even">
              <Week overview={overview} />
              <States orders={status.orders} />
            </div>
            <div className="split even">
              {may("deliveries.read") && <Systems traffic={overview.traffic} connections={status.connections} />}
              {may("holds.read") && <Waiting holds={overview.holds} tickets={status.open_tickets} />}
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
