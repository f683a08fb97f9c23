import { Skeleton } from "antd";
import { lazy, Suspense, useMemo } from "react";
import type { Schemas } from "../../api/client";
import { usePeople } from "../../api/people";
import { palette } from "../../app/theme";
import { count } from "../../format/money";
import type { ChartOption } from "../../parts/Chart";
import { bars } from "../../parts/charts";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { Actor } from "../../parts/Values";
import { useLanguage, useWords } from "../../words/language";
import { fill, type Spoken } from "../../words/words";
import { together } from "./sums";
import { text } from "./text";

const Chart = lazy(() => import("../../parts/Chart"));

type Share = Schemas["ShareView"];

/** Who was given how many leads, and what they made of them. */
export function Fairness({ shares }: { shares: Share[] }) {
  const words = useWords(text);
  const people = usePeople();
  const rows = useMemo(() => together(shares), [shares]);
  const option = useMemo(() => {
    const name = ({ owner }: Share) => people.get(owner.replace(/^user:/, "")) || owner.replace(/^user:/, "");
    return chart(rows.map(name), rows, words);
  }, [rows, people, words]);
  if (rows.length === 0) {
    return (
      <Panel title={words.fairness}>
        <Nothing title={words.emptyShares} hint={words.emptySharesHint} />
      </Panel>
    );
  }
  const label = `${words.fairness}: ${rows.map(({ owner, assigned }) => `${owner} ${assigned}`).join(", ")}`;
  return (
    <Panel title={words.fairness} flush>
      <div className="figures-chart">
        <p className="quiet small">{words.fairnessHint}</p>
        <Suspense fallback={<Skeleton active />}>
          <Chart option={option} label={label} height={Math.max(140, 56 + rows.length * 36)} />
        </Suspense>
      </div>
      <Table rows={rows} />
    </Panel>
  );
}

function Table({ rows }: { rows: Share[] }) {
  const words = useWords(text);
  const { language } = useLanguage();
  const columns: Column<Share>[] = [
    { key: "owner", title: words.owner, phone: "head", render: ({ owner }) => <Actor actor={owner} /> },
    { key: "assigned", title: words.assigned, right: true, render: ({ assigned }) => count(assigned, language) },
    { key: "answered", title: words.answered, right: true, render: ({ answered }) => count(answered, language) },
    {
      key: "speed",
      title: words.speed,
      right: true,
      render: ({ answered, answer_hours }) =>
        answered > 0 ? fill(words.hours, { n: Math.round(answer_hours * 10) / 10 }) : <span className="quiet">–</span>,
    },
    { key: "taken", title: words.taken, right: true, render: ({ lost }) => count(lost, language) },
    { key: "score", title: words.score, right: true, render: ({ score }) => Math.round(score) },
  ];
  return <Rows label={words.fairness} columns={columns} rows={rows} rowKey={({ owner }) => owner} empty={null} />;
}

function chart(names: string[], rows: Share[], words: Spoken<typeof text>): ChartOption {
  // Taken away again is a part of what was not answered.
  const open = ({ assigned, answered, lost }: Share) => Math.max(0, assigned - answered - lost);
  return bars(names, [
    { name: words.answered, color: palette.good, data: rows.map(({ answered }) => answered) },
    { name: words.open, color: palette.wait, data: rows.map(open) },
    { name: words.taken, color: palette.bad, data: rows.map(({ lost }) => lost) },
  ]);
}
