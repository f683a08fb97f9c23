/** An upstream's own words, as they fit into a reason. */

/** Bytes of an answer that are looked at, and characters of it that are told. */
const LOOKED_AT = 16 << 10;
const TOLD = 300;

/**
 * The beginning of an upstream's message or body, fit for the reason of an error: one line of at most 300 characters without control
 * characters. Of a page its title, or where it has none its words.
 */
export function excerpt(words: string | Uint8Array): string {
  const bytes = typeof words === "string" ? new TextEncoder().encode(words) : words;
  const text = new TextDecoder().decode(bytes.slice(0, LOOKED_AT)).trimStart();
  if (!text.startsWith("<")) {
    return line(text);
  }
  const [, title = ""] = /<title[^>]*>([^]*?)<\/title/i.exec(text) ?? [];
  return line(withoutTags(title)) || line(withoutTags(text));
}

/** A page without its tags, scripts and styles. */
function withoutTags(page: string): string {
  return page.replace(/<(script|style)[^>]*>[^]*?(<\/\1|$)/gi, " <").replace(/<[^>]*(>|$)/g, " ");
}

function line(text: string): string {
  // The engine has no tables of Unicode, so no `\p{Cc}`.
  const joined = text.replace(/[\0-\x1f\x7f-\x9f\s]+/g, " ").trim();
  const letters = Array.from(joined);
  return letters.length > TOLD ? `${letters.slice(0, TOLD).join("")}…` : joined;
}
