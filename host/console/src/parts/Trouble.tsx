import { Alert, Button } from "antd";
import { troubleOf } from "../api/trouble";
import { useSaid, useWords } from "../words/language";
import { fill } from "../words/words";
import { common } from "./text";

/** What went wrong, why, and what to do about it, in the API's words. */
export function Trouble({ error, again }: { error: unknown; again?: () => unknown }) {
  const words = useWords(common);
  const say = useSaid();
  const trouble = troubleOf(error);
  const fields = trouble.problem.errors ?? [];
  return (
    <Alert
      type="error"
      showIcon
      className="trouble"
      title={say(trouble.title)}
      description={
        <>
          <p>{say(trouble.detail)}</p>
          {fields.length > 0 && (
            <ul>
              {fields.map((fault) => (
                <li key={fault.field + fault.message}>
                  {fault.field && <code>{fault.field}</code>} {fault.message}
                </li>
              ))}
            </ul>
          )}
          {say(trouble.remedy) && <p>{say(trouble.remedy)}</p>}
          {trouble.request && trouble.status >= 500 && <p className="quiet">{fill(words.request, { id: trouble.request })}</p>}
        </>
      }
      action={again && <Button onClick={() => again()}>{words.retry}</Button>}
    />
  );
}
