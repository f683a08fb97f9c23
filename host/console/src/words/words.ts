/** The two languages of the product. */
export type Language = "zh" | "en";

/** The same words in both. A text that lacks one does not compile. */
export interface Text {
  zh: string;
  en: string;
}

/** A dictionary in one language. */
export type Spoken<T extends Record<string, Text>> = { readonly [K in keyof T]: string };

/** The dictionary in this language. */
export function spoken<T extends Record<string, Text>>(texts: T, language: Language): Spoken<T> {
  const pairs = Object.entries(texts).map(([name, text]) => [name, text[language]]);
  return Object.fromEntries(pairs) as Spoken<T>;
}

/** Puts values in the places `{name}` of a text. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

/** What the browser asks for. */
export function languageOfBrowser(tags: readonly string[]): Language {
  const known = tags.find((tag) => /^(zh|en)\b/i.test(tag));
  return known?.toLowerCase().startsWith("en") ? "en" : "zh";
}

/** A text of the server; the other language where one is empty. */
export function said(text: Text | null | undefined, language: Language): string {
  if (!text) return "";
  return text[language] || text.en || text.zh;
}
