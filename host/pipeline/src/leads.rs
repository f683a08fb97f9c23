//! What happens to leads over time: they come in, are judged by the company's rules, move through stages, and are not forgotten.

mod assign;
mod enter;
pub mod expression;
pub mod facts;
pub mod import;
mod judge;
mod moving;
pub mod table;
mod timers;

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use jiff::tz::TimeZone;
use mortise_domain::instant::Instant;
use mortise_domain::lead::rules::LeadRules;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::clock::Clock;
use mortise_domain::ports::leads::Leads;
use tokio::sync::Semaphore;

pub use enter::EnterError;
pub use import::{ImportError, Outcome, Plan, Refused};
pub use moving::{MoveError, StageVerdict, Unmet};

/// Tables that are imported at a time.
const IMPORTS: usize = 2;

/// The work on leads. Clones share everything.
#[derive(Clone)]
pub struct LeadWork(Arc<Inner>);

struct Inner {
    leads: Arc<dyn Leads>,
    clock: Arc<dyn Clock>,
    setting: Setting,
    /// The rules as they were last read; they are read anew with each judgement, and compiled only when they changed.
    rules: ArcSwapOption<judge::Compiled>,
    /// Tables that are looked at, and those that are imported.
    previews: Semaphore,
    imports: Semaphore,
}

/// What leads need to know of the company.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Its time zone.
    pub zone: TimeZone,
    /// Country of telephone numbers that are written without one, ISO 3166-1 alpha-2.
    pub region: String,
}

impl LeadWork {
    /// Of these parts.
    pub fn new(leads: Arc<dyn Leads>, clock: Arc<dyn Clock>, setting: Setting) -> Self {
        let (previews, imports) = (Semaphore::new(1), Semaphore::new(IMPORTS));
        Self(Arc::new(Inner { leads, clock, setting, rules: ArcSwapOption::empty(), previews, imports }))
    }

    /// The rules in force with their version; those that ship have the version 0.
    pub async fn rules(&self) -> Result<(i64, LeadRules), StoreError> {
        Ok(self.0.leads.lead_rules().await?.unwrap_or_else(|| (0, LeadRules::shipped())))
    }

    /// Country of telephone numbers that are written without one.
    pub fn region(&self) -> &str {
        &self.0.setting.region
    }

    /// Now.
    pub(crate) fn now(&self) -> Instant {
        self.0.clock.now()
    }
}
