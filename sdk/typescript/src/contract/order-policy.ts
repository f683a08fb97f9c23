// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Answer } from "./answer.ts";
import type { Amount, Attributes, Located, Order, RecentOrder, Text } from "./types.ts";

/** The customer's credit in the order's currency. */
export interface Credit {
  /** None: no limit is set. */
  limit?: Amount | undefined;
  /** Confirmed and not yet paid, without this order. */
  open: Amount;
}

/** All that is known about an order when it is judged. */
export interface Facts {
  order: Order;
  credit: Credit;
  located?: Located | undefined;
  /**
   * Orders of the customer, handed in before this one, that were placed in the seven days before and after it, newest
   * first; of each side at most the 400 nearest to it.
   */
  recent: RecentOrder[];
  /** Names of the files attached to the order. */
  attachments: string[];
  /** `recent-hours`: for so many hours before and after the order `recent` is complete. */
  attributes: Attributes;
}

/** What a hold waits for. */
export interface Need {
  /** `attachment`, `approval`, `review` or `correction`. */
  kind: string;
  /** The role that may release it; empty: whoever may release holds. */
  role: string;
  text: Text;
}

/** Why the order waits and for what. */
export interface Hold {
  reason: Text;
  needs: Need[];
}

/** A decision. */
export type Outcome =
  | { tag: "allow"; val?: undefined }
  /** Goes on, with a mark that people see. */
  | { tag: "flag"; val: Text }
  /** Waits for a person. */
  | { tag: "hold"; val: Hold }
  /** Is rejected. */
  | { tag: "block"; val: Text };

/** What one rule says. */
export interface Verdict {
  /** The rule's code, stable over its life. */
  rule: string;
  title: Text;
  outcome: Outcome;
  /** Facts that the rule looked at, to be shown. */
  attributes: Attributes;
}

/** Judges an order before it is confirmed. */
export interface OrderPolicy {
  /** Verdicts of the rules that apply. Rules that allow need not be named. */
  judge(facts: Facts): Answer<Verdict[]>;
}
