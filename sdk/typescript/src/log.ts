/**
 * The plugin's log. Lines over the call's byte budget are dropped and counted; known secrets are blotted out by the host.
 * `console` writes here too. Outside a guest, as in unit tests, nothing is written.
 */

import { inside, log } from "#host";

export type Level = "trace" | "debug" | "info" | "warn" | "error";

/** Named values that go along with a message. */
export type Fields = Record<string, unknown>;

/** Writes one line. */
export function write(level: Level, message: string, fields: Fields = {}): void {
  if (inside) {
    log.write(level, message, Object.entries(fields).map(([name, value]) => [name, String(value)]));
  }
}

/** A line for the author of the plugin. */
export function trace(message: string, fields?: Fields): void {
  write("trace", message, fields);
}

/** A line for whoever looks into a fault. */
export function debug(message: string, fields?: Fields): void {
  write("debug", message, fields);
}

/** A line for the operator. */
export function info(message: string, fields?: Fields): void {
  write("info", message, fields);
}

/** A line about something odd that did not stop the call. */
export function warn(message: string, fields?: Fields): void {
  write("warn", message, fields);
}

/** A line about something that did. */
export function error(message: string, fields?: Fields): void {
  write("error", message, fields);
}
