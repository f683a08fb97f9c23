/** Text for people, in both languages of the product. */

import { context } from "#host";

import type { Text } from "./contract/index.ts";

/** Both languages. */
export function text(zh: string, en: string): Text {
  return { zh, en };
}

/** What reads the same in both languages, such as an upstream's own message. */
export function same(text: string): Text {
  return { zh: text, en: text };
}

/** The text for a reader of this language, a BCP 47 tag such as `zh-CN`. */
export function inLocale(text: Text, locale: string): string {
  return locale === "zh" || locale.startsWith("zh-") ? text.zh : text.en;
}

/** The text in the language of whoever reads the outcome of this call. */
export function local(text: Text): string {
  return inLocale(text, context.locale());
}
