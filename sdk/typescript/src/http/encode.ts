/**
 * Percent-encodes everything but letters, digits, `-`, `.`, `_` and `~`: for a segment of a path or a value of a query.
 * Placeholders of credentials consist of such characters and stay as they are.
 */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
}
