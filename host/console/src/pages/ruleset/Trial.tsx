import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Progress } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { type Column, Rows } from "../../parts/Rows";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "../rules/text";

type View = Schemas["TrialView"];
type Difference = View["result"]["differences"][number];

/** So often it is asked how far a trial is, in milliseconds. */
const EVERY = 1_000;

/** Tries a draft on past orders, and tells what would have been otherwise. */
export function Trial({ set, version }: { set: string; version: number }) {
  const words = useWords(text);
  const [id, setId] = useState<number | null>(null);
  const begin = useDeed({
    run: () => ask(api.POST("/rules/{set}/versions/{version}/try", { params: { path: { set, version } }, body: {} })),
    after: (trial) => setId(trial.id),
  });
  const query = useQuery({
    queryKey: ["trial", set, id],
    queryFn: () => ask(api.GET("/rules/{set}/trials/{id}", { params: { path: { set, id: id ?? 0 } } })),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && state.data.done >= state.data.total ? false : EVERY),
  });
  return (
    <div className="stack">
      <div>
        <Button loading={begin.isPending} onClick={() => begin.mutate(undefined)}>
          {words.try}
        </Button>
      </div>
      {query.data && <Found trial={query.data} />}
    </div>
  );
}

function Found({ trial }: { trial: View }) {
  const words = useWords(text);
  const say = useSaid();
  const { result, done, total } = trial;
  const named = (outcome: string) => (words as Record<string, string>)[outcome] ?? outcome;
  const columns: Column<Difference>[] = [
    {
      key: "order",
      title: words.order,
      phone: "head",
      render: ({ number }) => <Link to={`/orders/${encodeURIComponent(number)}`}>{number}</Link>,
    },
    { key: "was", title: words.was, render: ({ was }) => [named(was.outcome), ...was.rules].join(" · ") },
    { key: "now", title: words.now, render: ({ now }) => [named(now.outcome), ...now.rules].join(" · ") },
    { key: "why", title: words.why, render: ({ why }) => say(why) || "–" },
  ];
  return (
    <div className="stack" aria-live="polite">
      {done < total ? (
        <div>
          <p>{fill(words.trying, { done, total })}</p>
          <Progress percent={Math.round((100 * done) / Math.max(1, total))} aria-label={words.try} />
        </div>
      ) : (
        <Alert type="info" showIcon title={say(result.summary)} />
      )}
      {result.fault && <Alert type="error" showIcon title={say(result.fault)} />}
      {result.first_failure && <Alert type="warning" showIcon title={say(result.first_failure)} />}
      <Rows
        label={words.outcomes}
        columns={columns}
        rows={result.differences}
        rowKey={({ number }) => number}
        empty={<p className="quiet">{words.same}</p>}
      />
    </div>
  );
}
