import type { Schemas } from "../api/client";
import { useSaid } from "../words/language";
import { deliveryStates, healths, holdKinds, orderStates, outcomes } from "../words/names";
import { Mark, type Tone } from "./Mark";

const ORDER: Record<Schemas["OrderState"], Tone> = {
  received: "work",
  held: "wait",
  rejected: "bad",
  cancelled: "calm",
  confirmed: "good",
  shipped: "good",
  completed: "good",
};

/** The state of an order. */
export function OrderState({ state }: { state: Schemas["OrderState"] }) {
  return <Mark tone={ORDER[state]}>{useSaid()(orderStates[state])}</Mark>;
}

const DELIVERY: Record<Schemas["DeliveryState"], Tone> = {
  blocked: "calm",
  pending: "work",
  done: "good",
  waiting: "bad",
  cancelled: "calm",
};

/** The state of a delivery; one that failed and is tried again says so by its colour. */
export function DeliveryState({ delivery }: { delivery: Pick<Schemas["Delivery"], "state" | "failures"> }) {
  const tone = delivery.state === "pending" && delivery.failures > 0 ? "wait" : DELIVERY[delivery.state];
  return <Mark tone={tone}>{useSaid()(deliveryStates[delivery.state])}</Mark>;
}

const HEALTH: Record<Schemas["Health"], Tone> = {
  ready: "good",
  disabled: "calm",
  paused: "wait",
  broken: "bad",
  "lacks-credentials": "wait",
  resting: "bad",
};

/** The health of a connection; one that works although some functions fail is not quite well. */
export function HealthMark({ status }: { status: Pick<Schemas["ConnectionStatus"], "health" | "failing"> }) {
  const tone = status.health === "ready" && status.failing.length > 0 ? "wait" : HEALTH[status.health];
  return <Mark tone={tone}>{useSaid()(healths[status.health])}</Mark>;
}

/** Who or what releases a hold. */
export function HoldKind({ kind }: { kind: Schemas["HoldKind"] }) {
  return <Mark tone={kind === "business" ? "wait" : "work"}>{useSaid()(holdKinds[kind])}</Mark>;
}

const OUTCOME: Record<Schemas["OutcomeView"], Tone> = { begun: "work", done: "good", refused: "wait", failed: "bad" };

/** How something that was tried ended. */
export function OutcomeMark({ outcome }: { outcome: Schemas["OutcomeView"] }) {
  return <Mark tone={OUTCOME[outcome]}>{useSaid()(outcomes[outcome])}</Mark>;
}
