import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";

/** Filters of a list. They stand in the address, so that a filtered list can be kept and sent. */
export function useFilters<N extends string>(...names: N[]) {
  const [params, setParams] = useSearchParams();
  const list = names.join(" ");
  const values = useMemo(() => {
    const pairs = list.split(" ").map((name) => [name, params.get(name) ?? undefined]);
    return Object.fromEntries(pairs) as Record<N, string | undefined>;
  }, [list, params]);
  const set = useCallback(
    (name: N, value: string | undefined | null) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (value) next.set(name, value);
          else next.delete(name);
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  const clear = useCallback(() => setParams({}, { replace: true }), [setParams]);
  const any = Object.values(values).some(Boolean);
  /** What the field of a filter needs. */
  const bind = (name: N) => ({ value: values[name], set: (value: string | undefined) => set(name, value) });
  return { values, set, bind, clear, any };
}

/** A query without what is not set. */
export function given<T extends Record<string, unknown>>(query: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return Object.fromEntries(set) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
