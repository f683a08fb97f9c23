//! Credit: the limit less what is open. Counted in the company's currency, shown in the order's.

use mortise_domain::call::CallRecord;
use mortise_domain::order::OrderKind;
use mortise_domain::policy::Credit;
use mortise_domain::reasons;
use mortise_domain::text::Text;
use serde_json::json;

use super::{Evaluator, Findings};

impl Findings {
    /// Counts what the order takes and whether it is left. Goods that come back take nothing.
    pub(super) fn check_credit(&mut self, evaluator: &Evaluator<'_>) {
        let (standing, exchange) = (&evaluator.known.standing, evaluator.exchange());
        let limit = standing.customer.as_ref().and_then(|customer| customer.credit_limit);
        let open = standing.open_credit;
        if let (Ok(limit), Ok(open)) =
            (limit.map(|limit| exchange.to_order(limit)).transpose(), exchange.to_order(open))
        {
            self.credit = Some(Credit { limit, open });
        }
        if !self.priced || evaluator.draft.kind == OrderKind::Return {
            return;
        }
        let Ok(taken) = exchange.to_company(evaluator.draft.totals.gross) else {
            self.notes.reject(Text::new("金额超出范围，请拆分订单", "the amounts are too large; split the order"));
            return;
        };
        self.taken = taken;
        let answer = json!({ "limit": limit, "open": open, "taken": taken, "currency": exchange.company });
        self.notes.record("credit", "", &CallRecord::default(), Ok(answer));
        let least = evaluator.inner.config.collection_percent;
        let on_terms = standing.customer.as_ref().is_some_and(|customer| customer.payment_days > 0);
        let frozen = standing.collection.as_ref().filter(|collection| on_terms && collection.freezes(least));
        if let Some(collection) = frozen {
            self.notes.hold(reasons::credit_frozen(collection, least));
        }
        if let Some(limit) = limit
            && open.saturating_add(taken) > limit
        {
            self.notes.hold(reasons::credit_exceeded(limit, open, taken, exchange.company));
        }
    }
}
