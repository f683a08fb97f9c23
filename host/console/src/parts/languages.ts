import type { Language } from "../words/words";

/** Each language by its own name, which everybody who reads it knows. */
export const ownNames: Record<Language, string> = { zh: "中文", en: "English" };

/** The same as choices. */
export const languageNames = Object.entries(ownNames).map(([value, label]) => ({ value, label }));
