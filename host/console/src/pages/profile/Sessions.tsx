import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { Mark } from "../../parts/Mark";
import { Nothing } from "../../parts/Nothing";
import { Panel } from "../../parts/Panel";
import { type Column, Rows } from "../../parts/Rows";
import { Ago } from "../../parts/Values";
import { useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

type Session = Schemas["SessionView"];

/** Where one is signed in. */
export function Sessions() {
  const words = useWords(text);
  const query = useQuery({ queryKey: ["sessions"], queryFn: () => ask(api.GET("/sessions")) });
  const others = useDeed({
    run: () => ask(api.DELETE("/sessions/others")),
    renews: [["sessions"]],
    done: ({ ended }) => fill(words.ended, { n: ended }),
  });
  const end = useDeed({
    run: (id: number) => ask(api.DELETE("/sessions/{id}", { params: { path: { id } } })),
    renews: [["sessions"]],
    done: fill(words.ended, { n: 1 }),
  });
  const columns: Column<Session>[] = [
    {
      key: "agent",
      title: words.agent,
      phone: "head",
      render: (session) => <span className="wrap">{browser(session.agent)}</span>,
    },
    { key: "address", title: words.address, render: (session) => session.address },
    { key: "since", title: words.since, render: (session) => <Ago at={session.created_at} /> },
    { key: "seen", title: words.seen, render: (session) => <Ago at={session.seen_at} /> },
    {
      key: "end",
      title: words.end,
      phone: "mark",
      render: (session) =>
        session.current ? (
          <Mark tone="good">{words.here}</Mark>
        ) : (
          <Button size="small" onClick={() => end.mutate(session.id)}>
            {words.end}
          </Button>
        ),
    },
  ];
  const several = (query.data?.items.length ?? 0) > 1;
  const all = several && (
    <Button loading={others.isPending} onClick={() => others.mutate(undefined)}>
      {words.endOthers}
    </Button>
  );
  return (
    <Panel title={words.sessions} extra={all} flush>
      <Rows
        label={words.sessions}
        columns={columns}
        rows={query.data?.items}
        rowKey={(session) => session.id}
        error={query.error}
        again={query.refetch}
        empty={<Nothing title={words.onlyHere} />}
      />
    </Panel>
  );
}

/** Browser and system out of what a browser says of itself; all of it where they are not found. */
function browser(agent: string): string {
  const name = /(Edg|OPR|Firefox|Chrome|Safari)\/[\d]+/.exec(agent)?.[0].replace("/", " ").replace("Edg", "Edge");
  const system = /(Windows|Mac OS X|Android|iPhone|iPad|Linux)/.exec(agent)?.[0];
  return name ? [name, system].filter(Boolean).join(" · ") : agent.slice(0, 80);
}
