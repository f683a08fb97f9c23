import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, use, useMemo } from "react";
import { api, ask, type Schemas } from "./client";
import { ApiError } from "./trouble";

/** Who is signed in; null: nobody. */
export function useWho() {
  return useQuery({ queryKey: ["me"], queryFn: readMe, staleTime: 60_000, retry: false });
}

async function readMe(): Promise<Schemas["Me"] | null> {
  try {
    return await ask(api.GET("/me"));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null;
    throw error;
  }
}

/** Forgets all that was read but who is signed in: whoever waits for that goes on to be told. */
export function forget(queries: QueryClient): void {
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "me" });
}

interface Session {
  me: Schemas["Me"];
  /** May they do this at all, for their own or for all? */
  may: (action: string) => boolean;
  /** Forgets everything that was read, and who read it. */
  leave: () => Promise<void>;
}

const Context = createContext<Session | null>(null);

/** Gives the pages whoever is signed in. */
export function SessionProvider({ me, children }: { me: Schemas["Me"]; children: ReactNode }) {
  const queries = useQueryClient();
  const session = useMemo<Session>(
    () => ({
      me,
      may: (action) => action in me.actions,
      leave: async () => {
        await ask(api.DELETE("/sessions/current"));
        forget(queries);
        queries.setQueryData(["me"], null);
      },
    }),
    [me, queries],
  );
  return <Context value={session}>{children}</Context>;
}

/** Whoever is signed in. */
export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error("no session here");
  return session;
}
