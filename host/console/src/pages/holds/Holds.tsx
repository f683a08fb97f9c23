import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { useSession } from "../../api/session";
import { ChosenFilter, FilterBar } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { HoldCard } from "../../parts/HoldCard";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { useOptions } from "../../parts/options";
import { Page } from "../../parts/Page";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { holdCodes, holdKinds } from "../../words/names";
import { text } from "./text";
import "./holds.css";

/** What waits, newest first. */
export default function Holds() {
  const words = useWords(text);
  const shared = useWords(common);
  const { values, set, clear, any } = useFilters("kind", "code");
  const query = given({ kind: values.kind as Schemas["HoldKind"] | undefined, code: values.code });
  const list = usePages(
    ["holds", query],
    (cursor) => ask(api.GET("/holds", { params: { query: { ...query, ...given({ cursor }) } } })),
    15_000,
  );
  const empty = any ? (
    <Nothing title={shared.noMatch} hint={shared.noMatchHint} action={<Button onClick={clear}>{shared.clear}</Button>} />
  ) : (
    <Nothing title={words.empty} hint={words.emptyHint} />
  );
  return (
    <Page title={words.title} hint={words.hint}>
      <FilterBar any={any} clear={clear}>
        <ChosenFilter
          label={words.kind}
          value={values.kind}
          set={(value) => set("kind", value)}
          options={useOptions(holdKinds)}
        />
        <ChosenFilter
          label={words.code}
          value={values.code}
          set={(value) => set("code", value)}
          options={useOptions(holdCodes)}
          width={200}
        />
      </FilterBar>
      <Loaded query={{ data: list.rows, error: list.error, refetch: list.refetch }}>
        {(rows) => (rows.length === 0 ? <div className="panel">{empty}</div> : <Cards rows={rows} />)}
      </Loaded>
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {shared.more}
        </Button>
      )}
    </Page>
  );
}

function Cards({ rows }: { rows: Schemas["HoldView"][] }) {
  const words = useWords(text);
  const { storeName } = usePlaces();
  const approved = useApproved();
  return (
    <ul className="hold-list">
      {rows.map((hold) => (
        <li key={hold.id} className="panel">
          <div className="between">
            <Link to={`/orders/${encodeURIComponent(hold.order_number)}`}>
              <strong>{hold.order_number}</strong>
            </Link>
            <span className="quiet small">
              {words.customer} {hold.customer} · {storeName(hold.store)}
            </span>
          </div>
          <HoldCard hold={hold} number={hold.order_number} approval={approved.has(hold.id)} />
        </li>
      ))}
    </ul>
  );
}

/** The holds that an open approval releases. */
function useApproved(): Set<number> {
  const { may } = useSession();
  const query = useQuery({
    queryKey: ["approvals", "open"],
    queryFn: () => ask(api.GET("/approvals", { params: { query: { state: "open", limit: 500 } } })),
    enabled: may("approvals.read"),
  });
  return new Set((query.data?.items ?? []).map((approval) => approval.hold));
}
