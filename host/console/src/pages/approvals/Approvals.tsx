import { Button, Segmented } from "antd";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { usePages } from "../../api/pages";
import { usePlaces } from "../../api/places";
import { ApprovalCard } from "../../parts/ApprovalCard";
import { FilterBar } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { common } from "../../parts/text";
import { useWords } from "../../words/language";
import { text } from "./text";
import "../holds/holds.css";

/** Which approvals each choice shows. */
const SHOWN: Record<string, { state?: Schemas["ApprovalState"]; mine?: boolean }> = {
  mine: { state: "open", mine: true },
  all: { state: "open" },
  approved: { state: "approved" },
};

/** Orders that somebody must agree to. */
export default function Approvals() {
  const words = useWords(text);
  const shared = useWords(common);
  const { storeName } = usePlaces();
  const { values, set, clear } = useFilters("show");
  const show = values.show && values.show in SHOWN ? values.show : "mine";
  const query = SHOWN[show] ?? {};
  const list = usePages(
    ["approvals", query],
    (cursor) => ask(api.GET("/approvals", { params: { query: { ...query, ...given({ cursor }) } } })),
    30_000,
  );
  return (
    <Page title={words.title} hint={words.hint}>
      <FilterBar any={false} clear={clear}>
        <Segmented
          aria-label={words.show}
          value={show}
          onChange={(value) => set("show", value === "mine" ? undefined : value)}
          options={[
            { value: "mine", label: words.mine },
            { value: "all", label: words.all },
            { value: "approved", label: words.closed },
          ]}
        />
      </FilterBar>
      <Loaded query={{ data: list.rows, error: list.error, refetch: list.refetch }}>
        {(rows) =>
          rows.length === 0 ? (
            <div className="panel">
              <Nothing title={show === "mine" ? words.emptyMine : words.empty} hint={words.emptyHint} />
            </div>
          ) : (
            <ul className="hold-list">
              {rows.map((approval) => (
                <li key={approval.id} className="panel">
                  <div className="between">
                    <Link to={`/orders/${encodeURIComponent(approval.order_number)}`}>
                      <strong>{approval.order_number}</strong>
                    </Link>
                    <span className="quiet small">{storeName(approval.store)}</span>
                  </div>
                  <ApprovalCard approval={approval} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {list.hasNextPage && (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {shared.more}
        </Button>
      )}
    </Page>
  );
}
