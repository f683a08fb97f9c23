import { Tooltip } from "antd";
import { useCompany } from "../api/company";
import { usePeople } from "../api/people";
import { money } from "../format/money";
import { ago, type Grain, moment } from "../format/time";
import { useLanguage, useWords } from "../words/language";
import { fill } from "../words/words";
import { useNow } from "./now";
import { common } from "./text";

/** An amount of minor units; a dash where there is none. */
export function Money({ minor, currency }: { minor: number | null | undefined; currency: string | null | undefined }) {
  const { language } = useLanguage();
  const company = useCompany();
  if (minor === null || minor === undefined) return <span className="quiet">–</span>;
  return <span className="figure">{money(minor, currency ?? company.currency, language)}</span>;
}

/** A moment in the company's zone. */
export function Moment({ at, grain = "minute" }: { at: string | null | undefined; grain?: Grain }) {
  const { language } = useLanguage();
  const { time_zone } = useCompany();
  return (
    <time className="figure" dateTime={at ?? ""}>
      {moment(at, grain, time_zone, language)}
    </time>
  );
}

/** How long ago, with the moment on pointing at it. */
export function Ago({ at }: { at: string | null | undefined }) {
  const { language } = useLanguage();
  const { time_zone } = useCompany();
  const now = useNow();
  return (
    <Tooltip title={moment(at, "second", time_zone, language)}>
      <time dateTime={at ?? ""}>{ago(at, now, language)}</time>
    </Tooltip>
  );
}

/** Who did something: a person by name, a connection, a token, or the host. */
export function Actor({ actor }: { actor: string }) {
  const words = useWords(common);
  const people = usePeople();
  if (actor === "host") return <>{words.host}</>;
  if (actor.startsWith("plugin:")) return <>{fill(words.plugin, { name: actor.slice(7) })}</>;
  if (!actor.startsWith("user:")) return <>{actor}</>;
  const name = actor.slice(5);
  return <>{people.get(name) || name}</>;
}

/** Something that is copied to other systems: codes, digests, keys. */
export function Code({ children }: { children: string }) {
  return <code>{children}</code>;
}

/** Data as it is. */
export function Data({ value }: { value: unknown }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard
    <pre className="data" tabIndex={0}>
      {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
    </pre>
  );
}
