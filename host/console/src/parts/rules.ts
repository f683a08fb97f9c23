import { useWords } from "../words/language";
import { common } from "./text";

/** The rule of a field that must be filled in. */
export function useRequired() {
  const words = useWords(common);
  return [{ required: true, message: words.required }];
}
