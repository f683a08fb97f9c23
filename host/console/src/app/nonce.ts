/** The number by which this page's policy lets styles in; none in development. */
export function nonce(): string | undefined {
  const tag = document.querySelector<HTMLElement>("[nonce]");
  return tag?.nonce || undefined;
}

/**
 * Gives the number to every style that is made from now on. Some parts of the library measure scroll bars and lock scrolling with styles
 * of their own and know no number; they are our scripts, which the policy has let in.
 */
export function dressStyles(number: string): void {
  const make = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const made = make(name, options);
    if (made instanceof HTMLStyleElement) made.nonce = number;
    return made;
  };
}
