import { Skeleton } from "antd";
import { lazy, Suspense, useMemo } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { palette } from "../../app/theme";
import type { ChartOption } from "../../parts/Chart";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { useSaid, useWords } from "../../words/language";
import { orderStates } from "../../words/names";
import { ordersOf } from "./sums";
import { text } from "./text";

const Chart = lazy(() => import("../../parts/Chart"));

type State = Schemas["OrderState"];

// Drawn from the ground up: what is finished below, what needs somebody above.
const SHOWN: [State, string][] = [
  ["completed", "#1e6b52"],
  ["shipped", "#4aa585"],
  ["confirmed", palette.good],
  ["received", palette.work],
  ["held", palette.wait],
  ["rejected", palette.bad],
  ["cancelled", palette.calm],
];

/** Orders of the last days by what became of them. */
export function Week({ overview }: { overview: Schemas["Overview"] }) {
  const words = useWords(text);
  const say = useSaid();
  const option = useMemo(() => chart(overview.days, (state) => say(orderStates[state])), [overview.days, say]);
  const any = overview.days.some((day) => ordersOf(day) > 0);
  const toNew = <Link to="/orders/new">{words.toNew}</Link>;
  return (
    <Panel title={words.chart}>
      {any ? (
        <Suspense fallback={<Skeleton active />}>
          <Chart option={option} label={summary(overview.days, words.chart)} height={264} />
        </Suspense>
      ) : (
        <Nothing title={words.noOrders} hint={words.noOrdersHint} action={toNew} />
      )}
    </Panel>
  );
}

function summary(days: Schemas["Day"][], title: string): string {
  return `${title}: ${days.map((day) => `${day.day} ${ordersOf(day)}`).join(", ")}`;
}

function chart(days: Schemas["Day"][], name: (state: State) => string): ChartOption {
  const present = SHOWN.filter(([state]) => days.some((day) => day.orders[state]));
  return {
    grid: { left: 4, right: 4, top: 36, bottom: 4, outerBoundsMode: "same" },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: "#47565c" } },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: {
      type: "category",
      data: days.map((day) => day.day.slice(5)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: "#cfd8da" } },
      axisLabel: { color: "#56656b" },
    },
    yAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: "#eef2f2" } }, axisLabel: { color: "#56656b" } },
    series: present.map(([state, color]) => ({
      type: "bar",
      stack: "all",
      name: name(state),
      barMaxWidth: 40,
      itemStyle: { color },
      data: days.map((day) => day.orders[state] ?? 0),
    })),
  };
}
