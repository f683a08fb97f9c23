import type { Schemas } from "../api/client";
import { useSaid } from "../words/language";
import { failureClasses } from "../words/names";

/** Why something failed: its class, and what the system said. */
export function FailureText({ failure }: { failure: Schemas["Failure"] }) {
  const say = useSaid();
  const reason = "reason" in failure ? say(failure.reason) : failure.external_id;
  const field = failure.class === "invalid" ? `${failure.field}: ` : "";
  return (
    <span className="failure">
      <strong>{say(failureClasses[failure.class])}</strong>
      {reason && ` · ${field}${reason}`}
    </span>
  );
}
