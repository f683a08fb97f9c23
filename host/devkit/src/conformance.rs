//! What every plugin of an interface must get right.
//!
//! Some points need no knowledge of the upstream: [`probe`] tries them on any plugin. The others need its words: they are
//! scenarios that the author writes, each naming in `covers` what it shows. [`templates`] are their beginnings, and [`coverage`]
//! says which are still missing.

mod probe;
mod sample;
mod sets;

use std::collections::BTreeMap;
use std::path::Path;

use mortise_domain::call::Interface;
use mortise_domain::text::Text;
use serde_json::Value;

pub use probe::{Probed, probe};
pub use sets::{Point, points, templates};

use crate::scenario::{Found, ScenarioFault, value_of};

/// File in a folder of scenarios that says which points do not apply, and why.
const EXEMPTIONS: &str = "_conformance.yaml";

/// A point with what the scenarios say about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    /// The point.
    pub point: Point,
    /// Names of the scenarios that cover it.
    pub by: Vec<String>,
    /// Why it does not apply, in the author's words.
    pub exempt: Option<String>,
}

impl Covered {
    /// Is it covered, or does it not apply?
    pub fn settled(&self) -> bool {
        !self.by.is_empty() || self.exempt.is_some()
    }
}

/// Which points of these interfaces the scenarios cover. `exempt` has reasons by point.
pub fn coverage(interfaces: &[Interface], scenarios: &[Found], exempt: &BTreeMap<String, String>) -> Vec<Covered> {
    let covered = |point: Point| {
        let id = point.id();
        let by = scenarios.iter().filter(|found| found.scenario.covers.contains(&id));
        let by = by.map(|found| found.name.clone()).collect();
        let exempt = exempt.get(&id).filter(|reason| !reason.trim().is_empty()).cloned();
        Covered { point, by, exempt }
    };
    interfaces.iter().flat_map(|interface| points(*interface)).map(covered).collect()
}

/// Reasons by point, from the folder's `_conformance.yaml`; none where there is no such file.
pub fn exemptions(folder: &Path) -> Result<BTreeMap<String, String>, ScenarioFault> {
    let file = folder.join(EXEMPTIONS);
    if !file.is_file() {
        return Ok(BTreeMap::new());
    }
    let value = value_of(&file)?;
    let exempt = value.get("exempt").cloned().unwrap_or(Value::Null);
    serde_json::from_value(exempt).map_err(|error| ScenarioFault {
        file,
        problem: format!("exempt: {error}; write an object with a reason for each point"),
    })
}

/// Names in `covers` and among the exemptions that no set has: slips of the pen.
pub fn strays(interfaces: &[Interface], scenarios: &[Found], exempt: &BTreeMap<String, String>) -> Vec<Text> {
    let known: Vec<String> =
        interfaces.iter().flat_map(|interface| points(*interface)).map(|point| point.id()).collect();
    let named =
        scenarios.iter().flat_map(|found| found.scenario.covers.iter().map(move |id| (found.name.as_str(), id)));
    let named = named.chain(exempt.keys().map(|id| (EXEMPTIONS, id)));
    named
        .filter(|(_, id)| !known.contains(id))
        .map(|(place, id)| {
            Text::new(
                format!("{place}：没有名为 `{id}` 的检查点"),
                format!("{place}: the conformance sets of the plugin's interfaces have no point `{id}`"),
            )
        })
        .collect()
}
