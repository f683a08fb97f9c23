/** Randomness fit for keys and nonces. `Math.random` and `crypto.getRandomValues` take theirs here too, while a call is made. */

import { random } from "#host";

/** At most 4096 bytes. */
export function bytes(length: number): Uint8Array {
  return random.bytes(length);
}

/** 64 random bits. */
export function number(): bigint {
  return random.number();
}
