import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

/** What happens to something makes these lists and things be read anew. */
const RENEWS: Record<string, string[]> = {
  order: ["orders", "overview", "status", "holds"],
  hold: ["holds", "approvals", "overview", "status"],
  approval: ["approvals", "holds"],
  delivery: ["deliveries", "delivery"],
  ticket: ["tickets", "overview", "status"],
  connection: ["connections", "connection", "status", "overview"],
  reset: ["orders", "order", "timeline", "holds", "approvals", "deliveries", "tickets", "connections", "overview", "status"],
};

/** Lists are read anew at most once in so many milliseconds, however much happens. */
const PAUSE = 2_000;

/** Reads anew what has changed, as the server tells of it. Where it cannot tell, pages ask by themselves from time to time. */
export function useLive(): void {
  const queries = useQueryClient();
  useEffect(() => {
    if (typeof EventSource === "undefined") return;
    const source = new EventSource("/api/v1/events");
    const due = new Set<string>();
    const timer = setInterval(() => {
      for (const name of due) void queries.invalidateQueries({ queryKey: [name] });
      due.clear();
    }, PAUSE);
    for (const [kind, names] of Object.entries(RENEWS)) {
      source.addEventListener(kind, (event) => {
        for (const name of names) due.add(name);
        const order = orderOf(event);
        if (!order) return;
        void queries.invalidateQueries({ queryKey: ["order", order] });
        void queries.invalidateQueries({ queryKey: ["timeline", order] });
      });
    }
    return () => {
      clearInterval(timer);
      source.close();
    };
  }, [queries]);
}

/** Number of the order that an event is about. */
function orderOf(event: MessageEvent<unknown>): string | undefined {
  if (typeof event.data !== "string") return undefined;
  try {
    const { order } = JSON.parse(event.data) as { order?: unknown };
    return typeof order === "string" ? order : undefined;
  } catch {
    return undefined;
  }
}
