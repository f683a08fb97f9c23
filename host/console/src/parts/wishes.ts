import type { Schemas } from "../api/client";
import type { Text } from "../words/words";
import { defaultOf } from "./schema/localize";

type Wishes = Schemas["Wishes"];
type Grant = Schemas["Grant"];

/** One thing that a plugin wishes for, with what the grant would have to hold. */
export interface Wish {
  key: string;
  kind: "http" | "kv" | "records" | "reveal";
  /** What: an origin, bytes, a kind of record, a slot. Undefined: the setting that names it is empty. */
  what: string | undefined;
  /** The setting that names the host. */
  setting?: string;
  reason: Text;
}

/** Scheme, host and port of a URL; undefined where it is none. */
export function originOf(url: string | undefined): string | undefined {
  try {
    const { origin } = new URL(url ?? "");
    return origin === "null" ? undefined : origin;
  } catch {
    return undefined;
  }
}

/** The wishes one by one, with hosts taken from the settings that name them. */
export function wishesOf(wishes: Wishes | undefined, schema: unknown, settings: unknown): Wish[] {
  if (!wishes) return [];
  const http = (wishes.http ?? []).map((wish): Wish => {
    if ("origin" in wish) return { key: `http ${wish.origin}`, kind: "http", what: wish.origin, reason: wish.reason };
    const set = textOf(settings, wish.setting) ?? defaultOf(schema, wish.setting);
    return { key: `http ${wish.setting}`, kind: "http", what: originOf(set), setting: wish.setting, reason: wish.reason };
  });
  const kv: Wish[] = wishes.kv ? [{ key: "kv", kind: "kv", what: String(wishes.kv.bytes), reason: wishes.kv.reason }] : [];
  const records = wishes.records;
  const kinds = (records?.kinds ?? []).map(
    (kind): Wish => ({ key: `records ${kind}`, kind: "records", what: kind, reason: records?.reason ?? { zh: "", en: "" } }),
  );
  const reveal = (wishes.reveal ?? []).map(
    ({ slot, reason }): Wish => ({ key: `reveal ${slot}`, kind: "reveal", what: slot, reason }),
  );
  return [...http, ...kv, ...kinds, ...reveal];
}

function textOf(settings: unknown, name: string): string | undefined {
  if (typeof settings !== "object" || settings === null) return undefined;
  const value = (settings as Record<string, unknown>)[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Does the grant hold the wish? */
export function isGranted(grant: Grant, { kind, what }: Wish): boolean {
  if (what === undefined) return false;
  switch (kind) {
    case "http":
      return grant.http.includes(what);
    case "kv":
      return grant["kv-bytes"] >= Number(what);
    case "records":
      return grant.records.some((record) => record === what);
    case "reveal":
      return grant.reveal.includes(what);
  }
}

/** The grant with the wish granted, or without it. */
export function withWish(grant: Grant, { kind, what }: Wish, granted: boolean): Grant {
  if (what === undefined) return grant;
  const set = <T extends string>(list: T[], entry: T) =>
    granted ? [...new Set([...list, entry])] : list.filter((one) => one !== entry);
  switch (kind) {
    case "http": {
      // A host that may not be called need not be called in private networks either.
      const local = granted ? grant.private : grant.private.filter((origin) => origin !== what);
      return { ...grant, http: set(grant.http, what), private: local };
    }
    case "kv":
      return { ...grant, "kv-bytes": granted ? Number(what) : 0 };
    case "records":
      return { ...grant, records: set(grant.records, what as Schemas["RecordKind"]) };
    case "reveal":
      return { ...grant, reveal: set(grant.reveal, what) };
  }
}

/** The grant where this origin may lie in a private network, or may not. */
export function withPrivate(grant: Grant, origin: string, allowed: boolean): Grant {
  const others = grant.private.filter((one) => one !== origin);
  return { ...grant, private: allowed ? [...others, origin] : others };
}

export const NOTHING_GRANTED: Grant = { http: [], private: [], records: [], reveal: [], "kv-bytes": 0 };
