//! Fifty callers, ten pieces.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Case, Stage, props, submit_all};

pub async fn last_pieces(stage: &Stage<'_>) -> Case {
    let order = |number: usize| -> Value {
        let mut order = stage.order(&format!("LAST-{number:02}"), "", &[(props::LAST, 1)]);
        order["customer"] = json!(props::caller(number));
        order
    };
    let orders: Vec<Value> = (0..props::CALLERS).map(order).collect();
    let found = submit_all(stage, &orders).await?;
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &found {
        *states.entry(one.state()).or_default() += 1;
    }
    let short = found.iter().filter(|one| one.held_for("short-stock").is_some()).count();
    let confirmed = states.get("confirmed").copied().unwrap_or_default();
    let ok = confirmed == props::LAST_PIECES && short == props::CALLERS - props::LAST_PIECES;
    let numbers = found.iter().map(|one| one.number().to_owned()).collect();
    Ok((format!("{states:?}, {short} of them held for too little stock"), ok, numbers))
}
