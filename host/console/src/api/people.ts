import { useQuery } from "@tanstack/react-query";
import { api, ask } from "./client";

const NOBODY = new Map<string, string>();

/** Display names of colleagues by the names that stand in stories. */
export function usePeople(): Map<string, string> {
  const query = useQuery({ queryKey: ["people"], queryFn: readPeople, staleTime: 300_000 });
  return query.data ?? NOBODY;
}

async function readPeople(): Promise<Map<string, string>> {
  const list = await ask(api.GET("/people"));
  return new Map(list.items.map((person) => [person.name, person.display_name]));
}
