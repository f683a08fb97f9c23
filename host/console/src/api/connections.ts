import { useQuery } from "@tanstack/react-query";
import { api, ask } from "./client";
import { useSession } from "./session";

/** Names of connections for choices; none for those who may not see connections. */
export function useConnectionNames(): { value: string; label: string }[] {
  const { may } = useSession();
  const query = useQuery({
    queryKey: ["connections"],
    queryFn: () => ask(api.GET("/connections")),
    enabled: may("connections.read"),
    staleTime: 30_000,
  });
  return (query.data?.items ?? []).map((connection) => ({ value: connection.name, label: connection.name }));
}
