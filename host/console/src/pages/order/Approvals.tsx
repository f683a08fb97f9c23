import { useQuery } from "@tanstack/react-query";
import { api, ask, type Schemas } from "../../api/client";
import { useSession } from "../../api/session";
import { ApprovalCard } from "../../parts/ApprovalCard";
import { Panel } from "../../parts/Panel";
import { useWords } from "../../words/language";
import { text } from "./text";

/** The approvals of an order, open ones first; none for those who may not see them. */
export function useApprovals(order: string) {
  const { may } = useSession();
  const query = useQuery({
    queryKey: ["approvals", "of", order],
    queryFn: () => ask(api.GET("/approvals", { params: { query: { order } } })),
    enabled: may("approvals.read"),
    refetchInterval: 30_000,
  });
  return query.data?.items ?? [];
}

/** Who must agree to an order, and who has. */
export function Approvals({ order }: { order: Schemas["OrderView"] }) {
  const words = useWords(text);
  const approvals = useApprovals(order.number);
  if (approvals.length === 0) return null;
  return (
    <Panel title={words.approvals}>
      <div className="stack">
        {approvals.map((approval) => (
          <ApprovalCard key={approval.id} approval={approval} files={order.attachments.length} />
        ))}
      </div>
    </Panel>
  );
}
