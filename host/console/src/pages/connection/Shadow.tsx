import { Alert, Button } from "antd";
import { api, ask, type Schemas } from "../../api/client";
import { useDeed } from "../../parts/deed";
import { Mark } from "../../parts/Mark";
import { Trouble } from "../../parts/Trouble";
import { Data, Moment } from "../../parts/Values";
import { useSaid, useWords } from "../../words/language";
import { interfaces } from "../../words/names";
import { fill } from "../../words/words";
import { shadowText } from "./shadowText";

type Difference = Schemas["Difference"];

interface Props {
  name: string;
  plugin: string;
  /** New wishes that are granted for the trial. */
  approve: Schemas["Ungranted"][];
}

/** Makes the last calls again on the other version, answered from the record, before it is in force. */
export function Shadow({ name, plugin, approve }: Props) {
  const words = useWords(shadowText);
  const params = { path: { name } };
  const shadow = useDeed({
    run: () => ask(api.POST("/connections/{name}/upgrade/shadow", { params, body: { plugin, approve } })),
    silent: true,
  });
  return (
    <div className="stack">
      <h3>{words.title}</h3>
      <p className="quiet">{words.hint}</p>
      <div>
        <Button loading={shadow.isPending} onClick={() => shadow.mutate(undefined)}>
          {words.run}
        </Button>
      </div>
      <div className="stack" aria-live="polite">
        {shadow.error && <Trouble error={shadow.error} />}
        {shadow.data && <Compared found={shadow.data} />}
      </div>
    </div>
  );
}

function Compared({ found }: { found: Schemas["Comparison"] }) {
  const words = useWords(shadowText);
  const { calls, same, different, unclear, differences } = found;
  if (calls === 0) return <Alert type="info" showIcon title={words.none} description={words.noneHint} />;
  return (
    <>
      <Alert
        type={different > 0 ? "warning" : "success"}
        showIcon
        title={different > 0 ? fill(words.different, { n: different, calls }) : fill(words.same, { n: same, calls })}
        description={unclear > 0 && fill(words.unclear, { n: unclear })}
      />
      <ul className="stack">
        {differences.map((difference) => (
          <li key={difference.call_id}>
            <Differs difference={difference} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Differs({ difference }: { difference: Difference }) {
  const words = useWords(shadowText);
  const say = useSaid();
  const { at, function: name, answer_differs, requests_differ, present, next } = difference;
  return (
    <details>
      <summary>
        <strong>
          {say(interfaces[difference.interface])} · {name}
        </strong>{" "}
        <span className="quiet small">
          <Moment at={at} grain="second" />
        </span>{" "}
        {answer_differs && <Mark tone="wait">{words.answer}</Mark>} {requests_differ && <Mark tone="wait">{words.requests}</Mark>}
      </summary>
      <div className="exchange-parts">
        <Went title={words.present} run={present} />
        <Went title={words.next} run={next} />
      </div>
    </details>
  );
}

function Went({ title, run }: { title: string; run: Difference["present"] }) {
  return (
    <div className="exchange-part">
      <h3>
        {title} · {run.outcome}
      </h3>
      <Data value={{ answer: run.answer, requests: run.requests }} />
    </div>
  );
}
