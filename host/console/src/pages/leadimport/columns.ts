import type { Schemas } from "../../api/client";

type Meaning = Schemas["Column"];

const IGNORED = "ignored";
const FIELD = "field ";
const ATTRIBUTE = "attribute ";

/** What a column is, as one word for a list of choices. */
export function wordOf(column: Meaning): string {
  if (column === "ignored") return IGNORED;
  return "field" in column ? FIELD + column.field : ATTRIBUTE + column.attribute;
}

/** What a column is, of the word. */
export function meaningOf(word: string): Meaning {
  if (word.startsWith(FIELD)) return { field: word.slice(FIELD.length) as Schemas["Field"] };
  if (word.startsWith(ATTRIBUTE)) return { attribute: word.slice(ATTRIBUTE.length) };
  return "ignored";
}

/** The word of a field. */
export function wordOfField(field: string): string {
  return FIELD + field;
}

/** The columns where this one has another meaning. A field has one column: the one that had it before is not imported. */
export function withMeaning(columns: Meaning[], at: number, meaning: Meaning): Meaning[] {
  const taken = wordOf(meaning);
  return columns.map((column, place) => {
    if (place === at) return meaning;
    return taken !== IGNORED && wordOf(column) === taken ? "ignored" : column;
  });
}
