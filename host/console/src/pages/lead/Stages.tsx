import { useQuery } from "@tanstack/react-query";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { api, ask, type Schemas } from "../../api/client";
import { useStages } from "../../api/leads";
import { useSession } from "../../api/session";
import { FormModal } from "../../parts/FormModal";
import { Loaded } from "../../parts/Loaded";
import { Mark } from "../../parts/Mark";
import { Panel } from "../../parts/Panel";
import { Ago } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { fill } from "../../words/words";
import { text } from "./text";

/** Where a lead stands, where it may go, and what each step still asks for. */
export function Stages({ lead }: { lead: Schemas["Lead"] }) {
  const words = useWords(text);
  const { title } = useStages();
  const { may } = useSession();
  const say = useSaid();
  const [to, setTo] = useState<string | null>(null);
  const { number } = lead;
  const params = { path: { number } };
  const query = useQuery({
    queryKey: ["lead", number, "stages"],
    queryFn: () => ask(api.GET("/leads/{number}/stages", { params })),
  });
  return (
    <Panel title={words.stages}>
      <p>
        <strong>{title(lead.stage)}</strong>{" "}
        <span className="quiet small">
          <Ago at={lead.stage_at} />
        </span>
      </p>
      <Loaded query={query}>
        {({ open }) => (
          <ul className="stack">
            {open.map(({ stage, unmet }) => (
              <li key={stage}>
                <div className="between">
                  <span>{title(stage)}</span>
                  {unmet.length > 0 ? (
                    <Mark tone="wait">{words.missing}</Mark>
                  ) : (
                    may("leads.work") && (
                      <Button size="small" onClick={() => setTo(stage)}>
                        {words.move}
                      </Button>
                    )
                  )}
                </div>
                {unmet.map((one) => (
                  <p key={one.gate + one.missing.en} className="quiet small">
                    {say(one.missing)}
                  </p>
                ))}
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {to && (
        <FormModal<{ note?: string }, unknown>
          title={fill(words.moveTitle, { stage: title(to) })}
          ok={words.move}
          run={({ note }) =>
            ask(api.POST("/leads/{number}/stage", { params, body: { to, note: note ?? "", version: lead.version } }))
          }
          renews={[["lead", number], ["leads"]]}
          done={words.moved}
          close={() => setTo(null)}
        >
          <Form.Item name="note" label={words.why}>
            <Input.TextArea rows={2} />
          </Form.Item>
        </FormModal>
      )}
    </Panel>
  );
}
