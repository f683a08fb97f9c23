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

type Figures = Schemas["ConnectionFigures"];

/** Deliveries hour by hour: how many, how many failed, how long they took. */
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
        {(figures) =>
          figures.hours.length === 0 ? (
            <Nothing title={words.chartNone} hint={words.chartNoneHint} />
          ) : (
            <Drawn figures={figures} />
          )
        }
      </Loaded>
    </Panel>
  );
}

function Drawn({ figures }: { figures: Figures }) {
  const words = useWords(text);
  const { language } = useLanguage();
  const { time_zone } = useCompany();
  const option = useMemo(() => {
    const clock = (at: string) => moment(at, "clock", time_zone, language).slice(0, 5);
    return chart(figures, words, clock);
  }, [figures, words, language, time_zone]);
  const done = figures.hours.reduce((sum, hour) => sum + hour.attempts - hour.failures, 0);
  const failed = figures.hours.reduce((sum, hour) => sum + hour.failures, 0);
  const label = `${words.chart}: ${words.done} ${done}, ${words.failed} ${failed}`;
  return (
    <Suspense fallback={<Skeleton active />}>
      <Chart option={option} label={label} />
    </Suspense>
  );
}

function chart({ since, hours }: Figures, words: Spoken<typeof text>, clock: (at: string) => string): ChartOption {
  const begins = Array.from({ length: HOURS }, (_, at) => new Date(Date.parse(since) + at * HOUR));
  const of = (begin: Date) => hours.find((hour) => Math.abs(Date.parse(hour.from) - begin.getTime()) < HOUR / 2);
  const axis = { splitLine: { lineStyle: { color: "#eef2f2" } }, axisLabel: { color: "#56656b" } };
  const bar = (name: string, color: string, value: (hour: Schemas["HourView"]) => number) =>
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
      bar(words.done, palette.good, (hour) => hour.attempts - hour.failures),
      bar(words.failed, palette.bad, (hour) => hour.failures),
      {
        type: "line",
        name: words.average,
        yAxisIndex: 1,
        symbolSize: 5,
        itemStyle: { color: palette.ink },
        data: begins.map((begin) => {
          const hour = of(begin);
          return hour ? Math.round(hour.average_micros / 1000) : "-";
        }),
      },
    ],
  };
}
