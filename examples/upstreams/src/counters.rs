//! How often did what happen?

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{
    faults::{Fault, Plan},
    message::{Reply, Request},
};

/// Figures since the start or the last reset.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Counters {
    /// Per vendor and request.
    pub requests: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// Faults injected, by kind.
    pub faults: BTreeMap<Fault, u64>,
    /// Of them, those behind which something was written although the caller was told nothing (or an error).
    pub written_behind_fault: BTreeMap<Fault, u64>,
    /// Answers per vendor and vendor code (`0` and `10000` are successes).
    pub answers: BTreeMap<&'static str, BTreeMap<String, u64>>,
    pub total: u64,
    pub faulted: u64,
}

impl Counters {
    pub fn arrived(&mut self, request: &Request, plan: Option<&Plan>) {
        self.total += 1;
        let name = format!("{} {}", request.method, request.path);
        *self.requests.entry(request.vendor.name()).or_default().entry(name).or_default() += 1;
        if let Some(plan) = plan {
            self.faulted += 1;
            *self.faults.entry(plan.fault).or_default() += 1;
        }
    }

    pub fn answered(&mut self, request: &Request, plan: Option<&Plan>, reply: &Reply) {
        *self.answers.entry(request.vendor.name()).or_default().entry(reply.code.clone()).or_default() += 1;
        if let Some(plan) = plan
            && reply.wrote
            && plan.fault != Fault::Slow
        {
            *self.written_behind_fault.entry(plan.fault).or_default() += 1;
        }
    }
}
