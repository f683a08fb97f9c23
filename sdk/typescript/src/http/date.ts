/** Seconds since 1970 of a date in a header, such as `Wed, 21 Oct 2015 07:28:00 GMT`. */
export function seconds(text: string): number | undefined {
  // Not whatever `Date` makes of a text: the form of headers alone.
  const fits = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text.trim());
  const milliseconds = fits ? Date.parse(text.trim()) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
