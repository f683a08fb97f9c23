/** The number by which this page's policy lets styles in; none in development. */
export function nonce(): string | undefined {
  const tag = document.querySelector<HTMLElement>("[nonce]");
  return tag?.nonce || undefined;
}
