//! Requests are shown, not sent.

use async_trait::async_trait;
use mortise_runtime::{Incoming, Outgoing, Wire, WireFault};

/// A way out that leads nowhere. What the plugin would send stands in the call's record.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plan;

#[async_trait]
impl Wire for Plan {
    async fn exchange(&self, _: Outgoing) -> Result<Incoming, WireFault> {
        Err(WireFault::NotReached("a plan: the request is shown, not sent".into()))
    }
}
