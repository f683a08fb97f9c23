//! Calls of plugins that are part of no order: checks, trials, tests, plans.

use mortise_domain::call::CallContext;

use crate::app::App;

/// Circumstances of a call that changes nothing.
pub fn context(app: &App) -> CallContext {
    let mut id = [0; 8];
    app.chance.fill(&mut id);
    CallContext {
        call_id: hex::encode(id),
        idempotency_key: String::new(),
        attempt: 1,
        locale: "zh-CN".into(),
        trace_parent: String::new(),
        deadline: None,
        send_until: None,
    }
}
