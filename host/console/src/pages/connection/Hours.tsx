import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { lazy, Suspense, useMemo } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useCompany } from "../../api/company";
import { palette } from "../../app/theme";
import { moment } from "../../format/time";
import type { ChartOption } from "../../parts/Chart";
import { Loaded } from "../../parts/Loaded";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { useLanguage, useWords } from "../../words/language";
import type { Spoken } from "../../words/words";
import { text } from "./text";

const Chart = lazy(() => import("../../parts/Chart"));
const HOURS = 24;
const HOUR = 3_600_000;

type Hour = { hour: string; calls: number; failures: number; micros: number };

/** Hours of the last day with the calls of all functions together. */
function summed(rows: Schemas["HourOfCalls"][]): Hour[] {
  const hours = new Map<string, Hour>();
  for (const { hour, calls, failures, mean_micros } of rows) {
    const sum = hours.get(hour) ?? { hour, calls: 0, failures: 0, micros: 0 };
    hours.set(hour, {
      hour,
      calls: sum.calls + calls,
      failures: sum.failures + failures,
      micros: sum.micros + calls * mean_micros,
    });
  }
  return [...hours.values()];
}

/** Calls hour by hour: how many, how many failed, how long they took. */
export function Hours({ name }: { name: string }) {
  const words = useWords(text);
  const params = { path: { name } };
  const query = useQuery({
    queryKey: ["connection", name, "figures"],
    queryFn: () => ask(api.GET("/connections/{name}/figures", { params })),
    refetchInterval: 30_000,
  });
  return (
    <Panel title={words.chart}>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? <Nothing title={words.chartNone} hint={words.chartNoneHint} /> : <Drawn rows={items} />
        }
      </Loaded>
    </Panel>
  );
}

function Drawn({ rows }: { rows: Schemas["HourOfCalls"][] }) {
  const words = useWords(text);
  const { language } = useLanguage();
  const { time_zone } = useCompany();
  const hours = useMemo(() => summed(rows), [rows]);
  const option = useMemo(() => {
    const clock = (at: string) => moment(at, "clock", time_zone, language).slice(0, 5);
    return chart(hours, words, clock);
  }, [hours, words, language, time_zone]);
  const failed = hours.reduce((sum, hour) => sum + hour.failures, 0);
  const done = hours.reduce((sum, hour) => sum + hour.calls, 0) - failed;
  const label = `${words.chart}: ${words.done} ${done}, ${words.failed} ${failed}`;
  return (
    <Suspense fallback={<Skeleton active />}>
      <Chart option={option} label={label} />
    </Suspense>
  );
}

function chart(hours: Hour[], words: Spoken<typeof text>, clock: (at: string) => string): ChartOption {
  const last = Math.floor(Date.now() / HOUR) * HOUR;
  const begins = Array.from({ length: HOURS }, (_, at) => new Date(last - (HOURS - 1 - at) * HOUR));
  const of = (begin: Date) => hours.find((hour) => Date.parse(hour.hour) === begin.getTime());
  const axis = { splitLine: { lineStyle: { color: "#eef2f2" } }, axisLabel: { color: "#56656b" } };
  const bar = (name: string, color: string, value: (hour: Hour) => number) =>
    ({
      type: "bar",
      stack: "all",
      name,
      itemStyle: { color },
      data: begins.map((begin) => {
        const hour = of(begin);
        return hour ? value(hour) : 0;
      }),
    }) as const;
  return {
    grid: { left: 4, right: 4, top: 36, bottom: 4, outerBoundsMode: "same" },
    legend: { top: 0, left: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: "#47565c" } },
    tooltip: { trigger: "axis" },
    xAxis: {
      type: "category",
      data: begins.map((begin) => clock(begin.toISOString())),
      axisTick: { show: false },
      axisLabel: { color: "#56656b" },
    },
    yAxis: [
      { type: "value", minInterval: 1, ...axis },
      { type: "value", ...axis, splitLine: { show: false } },
    ],
    series: [
      bar(words.done, palette.good, (hour) => hour.calls - hour.failures),
      bar(words.failed, palette.bad, (hour) => hour.failures),
      {
        type: "line",
        name: words.average,
        yAxisIndex: 1,
        symbolSize: 5,
        itemStyle: { color: palette.ink },
        data: begins.map((begin) => {
          const hour = of(begin);
          return hour ? Math.round(hour.micros / hour.calls / 1000) : "-";
        }),
      },
    ],
  };
}
