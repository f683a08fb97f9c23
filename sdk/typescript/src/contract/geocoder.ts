// Written by `cargo run -p mortise-bindings` from `wit/v1`. Change that, not this.

import type { Answer } from "./answer.ts";
import type { Attributes, Located, Point } from "./types.ts";

/** The address in question. */
export interface Query {
  text: string;
  /** City, where it is known apart; may be empty. */
  city: string;
  /** ISO 3166-1 alpha-2 code of the country; may be empty. */
  country: string;
  attributes: Attributes;
}

/** Finds addresses on the map. */
export interface Geocoder {
  /** Where is this address? */
  locate(query: Query): Answer<Located>;
  /** What is at this point? */
  reverse?(point: Point): Answer<Located>;
}
