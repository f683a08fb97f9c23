import type { Schemas } from "../../api/client";

type Entry = Schemas["PriceEntry"];

/** What is wrong with a file: the line, counted from 1, and what. */
export interface Fault {
  line: number;
  kind: "missing" | "bool" | "noRows";
  name: string;
}

const NEEDED = ["sku", "unit", "price", "tax_inclusive", "tax_rate"] as const;

/** Prices of a CSV file with names in its first line, or the first thing that is wrong with it. */
export function readPrices(text: string): { entries: Entry[] } | { fault: Fault } {
  const [head, ...rows] = readCsv(text);
  const names = (head ?? []).map((name) => name.trim().toLowerCase());
  const absent = NEEDED.find((name) => !names.includes(name));
  if (absent) return { fault: { line: 1, kind: "missing", name: absent } };
  const entries: Entry[] = [];
  for (const [at, row] of rows.entries()) {
    const of = (name: string) => row[names.indexOf(name)]?.trim() ?? "";
    const line = at + 2;
    const empty = NEEDED.find((name) => of(name) === "");
    if (empty) return { fault: { line, kind: "missing", name: empty } };
    const included = of("tax_inclusive").toLowerCase();
    if (included !== "true" && included !== "false") return { fault: { line, kind: "bool", name: "tax_inclusive" } };
    const least = names.includes("min_quantity") ? of("min_quantity") : "";
    const level = names.includes("level") ? of("level") : "";
    entries.push({
      sku: of("sku"),
      unit: of("unit"),
      price: of("price"),
      tax_inclusive: included === "true",
      tax_rate: of("tax_rate"),
      ...(least ? { min_quantity: least } : {}),
      ...(level ? { level } : {}),
    });
  }
  return entries.length > 0 ? { entries } : { fault: { line: 2, kind: "noRows", name: "" } };
}

/** Rows of a CSV text (RFC 4180): fields in quotes may hold commas, quotes and line ends. Empty lines are left out. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = "";
  let quoted = false;
  const endField = () => {
    row.push(field);
    field = "";
  };
  const endRow = () => {
    endField();
    if (row.some((value) => value !== "")) rows.push(row);
    row = [];
  };
  const content = text.replace(/^\uFEFF/, "");
  for (let at = 0; at < content.length; at += 1) {
    const letter = content[at];
    if (quoted) {
      if (letter !== '"') field += letter;
      else if (content[at + 1] === '"') {
        field += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"' && field === "") quoted = true;
    else if (letter === ",") endField();
    else if (letter === "\n") endRow();
    else if (letter !== "\r") field += letter;
  }
  endRow();
  return rows;
}
