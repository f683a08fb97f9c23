import { Skeleton } from "antd";
import { lazy, Suspense, useMemo } from "react";
import type { Schemas } from "../../api/client";
import { useStages } from "../../api/leads";
import { palette } from "../../app/theme";
import type { ChartOption } from "../../parts/Chart";
import { bars } from "../../parts/charts";
import { Panel } from "../../parts/Panel";
import { useWords } from "../../words/language";
import type { Spoken } from "../../words/words";
import { type Level, levels } from "./sums";
import { text } from "./text";

const Chart = lazy(() => import("../../parts/Chart"));

/** How many leads entered each stage, and what became of them there. */
export function FunnelChart({ funnels }: { funnels: Schemas["Funnel"][] }) {
  const words = useWords(text);
  const { stages, title } = useStages();
  // Lost is where leads end, not a step of the way.
  const ends = useMemo(() => new Set(stages.filter(({ ending }) => ending === "lost").map(({ code }) => code)), [stages]);
  const rows = useMemo(
    () =>
      levels(funnels)
        .filter(({ stage }) => !ends.has(stage))
        .map((level) => ({ ...level, stage: title(level.stage) })),
    [funnels, ends, title],
  );
  const option = useMemo(() => chart(rows, words), [rows, words]);
  const label = `${words.funnel}: ${rows.map(({ stage, entered }) => `${stage} ${entered}`).join(", ")}`;
  return (
    <Panel title={words.funnel}>
      <Suspense fallback={<Skeleton active />}>
        <Chart option={option} label={label} height={Math.max(220, 44 + rows.length * 36)} />
      </Suspense>
    </Panel>
  );
}

function chart(rows: Level[], words: Spoken<typeof text>): ChartOption {
  return bars(
    rows.map(({ stage }) => stage),
    [
      { name: words.passed, color: palette.good, data: rows.map(({ passed }) => passed) },
      { name: words.present, color: palette.work, data: rows.map(({ present }) => present) },
      { name: words.lost, color: palette.bad, data: rows.map(({ lost }) => lost) },
    ],
  );
}
