import type { ChartOption } from "./Chart";

interface Series {
  name: string;
  color: string;
  data: number[];
}

/** Bars that lie, one row for each name from the top down, their parts one after the other. */
export function bars(names: string[], series: Series[]): ChartOption {
  return {
    grid: { left: 4, right: 12, top: 36, bottom: 4, outerBoundsMode: "same" },
    legend: { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: "#47565c" } },
    tooltip: { trigger: "axis", axisPointer: { type: "shadow" } },
    xAxis: { type: "value", minInterval: 1, splitLine: { lineStyle: { color: "#eef2f2" } }, axisLabel: { color: "#56656b" } },
    yAxis: {
      type: "category",
      inverse: true,
      data: names,
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: { color: "#2c3c42" },
    },
    series: series.map(({ name, color, data }) => ({
      type: "bar",
      stack: "all",
      name,
      barMaxWidth: 20,
      itemStyle: { color },
      data,
    })),
  };
}
