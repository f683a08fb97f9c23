import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useMemo } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { usePlaces } from "../../api/places";
import { ChosenFilter, FilterBar } from "../../parts/FilterBar";
import { given, useFilters } from "../../parts/filters";
import { LinkButton } from "../../parts/LinkButton";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Page } from "../../parts/Page";
import { useWords } from "../../words/language";
import { text as leadText } from "../leads/text";
import { Fairness } from "./Fairness";
import { FunnelChart } from "./FunnelChart";
import { HeatMap } from "./HeatMap";
import { Stores } from "./Stores";
import { happened } from "./sums";
import { text } from "./text";
import "./leadfigures.css";

const DAY = 86_400_000;
const PERIODS = ["30", "90", "365"] as const;

interface Read {
  funnels: Schemas["Funnel"][];
  heat: Schemas["Heat"][];
  shares: Schemas["ShareView"][];
}

async function read(since: string, store: string | undefined): Promise<Read> {
  const query = { since, ...given({ store }) };
  const [funnels, heat, shares] = await Promise.all([
    ask(api.GET("/lead-insight/funnel", { params: { query } })),
    ask(api.GET("/lead-insight/heat-map", { params: { query } })),
    ask(api.GET("/lead-insight/assignments", { params: { query: { since } } })),
  ]);
  const ours = shares.items.filter((share) => !store || share.store === store);
  return { funnels: funnels.items, heat: heat.items, shares: ours };
}

/** How leads convert, where they stay, and who was given them. */
export default function LeadFigures() {
  const words = useWords(text);
  const leads = useWords(leadText);
  const { storeOptions } = usePlaces();
  const filters = useFilters("days", "store");
  const { values, set, bind } = filters;
  const days = PERIODS.find((period) => period === values.days) ?? "90";
  // Whole days, so that the same question is asked for a day.
  const since = useMemo(() => new Date(Math.floor(Date.now() / DAY) * DAY - Number(days) * DAY).toISOString(), [days]);
  const query = useQuery({
    queryKey: ["lead-figures", since, values.store],
    queryFn: () => read(since, values.store),
  });
  return (
    <Page title={words.title} hint={words.hint}>
      <FilterBar any={filters.any} clear={filters.clear}>
        <Segmented
          aria-label={words.period}
          value={days}
          onChange={(value) => set("days", value === "90" ? undefined : value)}
          options={[
            { value: "30", label: words.days30 },
            { value: "90", label: words.days90 },
            { value: "365", label: words.days365 },
          ]}
        />
        <ChosenFilter label={words.store} {...bind("store")} options={storeOptions} />
      </FilterBar>
      <Loaded query={query}>
        {({ funnels, heat, shares }) =>
          happened(funnels) ? (
            <div className="stack">
              <div className="split">
                <FunnelChart funnels={funnels} />
                <Stores funnels={funnels} />
              </div>
              <HeatMap heat={heat} />
              <Fairness shares={shares} />
            </div>
          ) : (
            <div className="panel">
              <Nothing title={words.empty} hint={words.emptyHint} action={<LinkButton to="/leads">{leads.title}</LinkButton>} />
            </div>
          )
        }
      </Loaded>
    </Page>
  );
}
