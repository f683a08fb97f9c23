//! One call, live or planned.

mod plan;

use std::collections::BTreeMap;
use std::sync::Arc;

use mortise_domain::call::{CallContext, CallRecord};
use mortise_domain::connection::Limits;
use mortise_domain::ports::clock::{Chance, Clock};
use mortise_domain::secret::Secret;
use mortise_runtime::{Usage, Wire};
use serde_json::{Map, Value};

use crate::bench::{Bench, BenchError, CONNECTION, Memory, Shelf, World};
use crate::json::{JsonFault, arguments};

pub use plan::Plan;

/// What a call is made with.
pub struct Order {
    /// `price`, or `pricing.price`.
    pub function: String,
    /// By parameter name, or in order.
    pub arguments: Value,
    /// The connection's settings.
    pub settings: Value,
    /// Bounds that differ from a new connection's.
    pub limits: Value,
    /// Credentials by slot.
    pub credentials: BTreeMap<String, Secret>,
    /// Core data.
    pub shelf: Shelf,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub chance: Arc<dyn Chance>,
    /// IANA name of the company's zone.
    pub time_zone: String,
    /// Locale, key and attempt.
    pub context: CallContext,
    /// Where requests go; none: to the network.
    pub wire: Option<Arc<dyn Wire>>,
    /// Origins of private networks and of this machine that it may reach; none: those that it wishes for.
    pub private: Option<Vec<String>>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ran {
    /// `interface.function`.
    pub function: String,
    /// `{"answer": …}`, `{"error": …}` or `{"stopped": …}`.
    pub outcome: Value,
    /// Log and exchanges, secrets blotted out.
    pub record: CallRecord,
    /// What it took of its bounds.
    pub usage: Usage,
    /// Its bounds.
    pub limits: Limits,
    /// Origins to which requests could go.
    pub origins: Vec<String>,
}

/// Why no call was made.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The bench refuses.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// The arguments do not fit.
    #[error(transparent)]
    Arguments(#[from] JsonFault),
}

/// Makes the call.
pub async fn run(bench: &Bench, order: Order) -> Result<Ran, RunError> {
    let function = bench.function(&order.function)?;
    let arguments = arguments(&function, &order.arguments)?;
    let memory = Arc::new(Memory::default());
    for (slot, value) in order.credentials {
        memory.fill(slot, value);
    }
    let grant: Map<String, Value> =
        order.private.into_iter().map(|origins| ("private".into(), origins.into())).collect();
    let connection = bench.connection(&order.settings, &order.limits, &grant)?;
    let (limits, origins) = (connection.limits, connection.grant.http.clone());
    let world = World {
        clock: order.clock,
        chance: order.chance,
        memory,
        records: Arc::new(order.shelf),
        wire: order.wire,
        time_zone: order.time_zone,
    };
    let registry = bench.open(world, connection).await?;
    let invoked = registry.invoke(CONNECTION, &function, &arguments, order.context).await;
    let outcome = crate::play::outcome(&function, &invoked);
    Ok(Ran { function: function.path(), outcome, record: invoked.record, usage: invoked.usage, limits, origins })
}
