import { useSyncExternalStore } from "react";

const WIDE = window.matchMedia("(min-width: 768px)");

function subscribe(changed: () => void): () => void {
  WIDE.addEventListener("change", changed);
  return () => WIDE.removeEventListener("change", changed);
}

/** Is the window wider than a telephone? */
export function useWide(): boolean {
  return useSyncExternalStore(subscribe, () => WIDE.matches);
}
