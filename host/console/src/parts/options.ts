import { useSaid } from "../words/language";
import type { Text } from "../words/words";

/** Choices of a list of names in the language in force. */
export function useOptions(names: Record<string, Text>): { value: string; label: string }[] {
  const say = useSaid();
  return Object.entries(names).map(([value, text]) => ({ value, label: say(text) }));
}
