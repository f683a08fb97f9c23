import { useQuery } from "@tanstack/react-query";
import { useSaid } from "../words/language";
import { api, ask } from "./client";
import { useSession } from "./session";

/** Stages of leads in their order, with their titles; none for those who may not see the rules. */
export function useStages() {
  const { may } = useSession();
  const say = useSaid();
  const query = useQuery({
    queryKey: ["lead-rules"],
    queryFn: () => ask(api.GET("/lead-rules")),
    enabled: may("lead-rules.read"),
    staleTime: 60_000,
  });
  const stages = query.data?.rules.stages ?? [];
  const title = (code: string) => say(stages.find((stage) => stage.code === code)?.title) || code;
  return { stages, title, options: stages.map(({ code, title }) => ({ value: code, label: say(title) })) };
}
