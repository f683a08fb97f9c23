//! The rules and reasons, one order each (or two).

use reqwest::Method;
use serde_json::{Value, json};

use super::{Case, Found, Stage, props};
use crate::chance::instant_in;
use crate::host::patiently;

const PDF: &str = "%PDF-1.4\n% Authorisation of the legal representative, for the demo.\n%%EOF\n";

/// Above 50,000 in the company's currency: with the authorisation attached, the regional director and finance approve it.
pub async fn amount(stage: &Stage<'_>) -> Case {
    let before = stage.submit(&stage.order("AMOUNT", "AMOUNT", &[(props::BAR, 6)])).await?;
    let number = before.number().to_owned();
    if before.held_for("amount-over-limit").is_none() {
        return Ok((before.summary(), false, vec![number]));
    }
    attach(stage, &number).await?;
    let approvals = stage.api.all(&format!("/approvals?order={number}")).await?;
    let approval = approvals.first().cloned().unwrap_or_default();
    for role in ["supervisor", "finance"] {
        let name = format!("{role}-{number}").to_lowercase();
        let token = json!({ "name": name, "roles": [role], "regions": [approval["region"]] });
        let made = stage.api.change(Method::POST, "/tokens", &token).await?;
        let api = stage.api.with_token(made["token"].as_str().unwrap_or_default());
        let path = format!("/approvals/{}/approve", approval["id"]);
        api.change(Method::POST, &path, &json!({ "note": "the authorisation is complete" })).await?;
    }
    let after = stage.until(&number, |found| found.state() == "confirmed").await?;
    let actual = format!("{}; with the authorisation and both approvals: {}", before.summary(), after.summary());
    Ok((actual, after.state() == "confirmed", vec![number]))
}

/// One part of a multipart form.
async fn attach(stage: &Stage<'_>, number: &str) -> anyhow::Result<()> {
    const BOUNDARY: &str = "mortise-demo-boundary";
    let form = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"authorisation.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n{PDF}\r\n--{BOUNDARY}--\r\n"
    );
    let path = format!("/orders/{number}/attachments");
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let reply =
        patiently(|| stage.api.request(Method::POST, &path).header("content-type", &kind).body(form.clone())).await?;
    anyhow::ensure!(reply.is_success(), "the attachment is refused: {}", reply.problem());
    Ok(())
}

/// Twice the same within 24 hours.
pub async fn duplicate(stage: &Stage<'_>) -> Case {
    let lines = props::CUPS.map(|cup| (cup, 2));
    let mut first = stage.order("DUPLICATE-1", "DUPLICATE", &lines);
    first["placed_at"] = json!(instant_in(-7_200));
    let first = stage.submit(&first).await?;
    let mut second = stage.order("DUPLICATE-2", "DUPLICATE", &lines);
    second["placed_at"] = json!(instant_in(-3_600));
    let second = stage.submit(&second).await?;
    let ok = first.state() == "confirmed" && second.held_for("suspected-duplicate").is_some();
    let actual = format!("first {}; second {}", first.summary(), second.summary());
    Ok((actual, ok, vec![first.number().to_owned(), second.number().to_owned()]))
}

/// Made to order in more than 15 days.
pub async fn custom(stage: &Stage<'_>) -> Case {
    let found = stage.submit(&stage.order("CUSTOM", "CUSTOM", &[(props::CABINET, 1)])).await?;
    let flags = found.flags().join("; ");
    let ok = found.state() == "confirmed" && flags.contains(props::CABINET);
    Ok((format!("{}, flagged: {flags}", found.summary()), ok, vec![found.number().to_owned()]))
}

/// "Near the crossing of …".
pub async fn vague(stage: &Stage<'_>) -> Case {
    let mut order = stage.order("VAGUE", "VAGUE", &[(props::CUPS[0], 1)]);
    order["ship_to"] = stage.vague.clone();
    let found = stage.submit(&order).await?;
    let candidates = found.held_for("place-vague").and_then(|hold| hold["detail"]["candidates"].as_array());
    let count = candidates.map_or(0, Vec::len);
    Ok((format!("{}; {count} candidates", found.summary()), count > 0, vec![found.number().to_owned()]))
}

/// More than there is, with something that could stand in.
pub async fn short(stage: &Stage<'_>) -> Case {
    let order = stage.order("SHORT", "SHORT", &[(props::LAMP, 8)]);
    let found = stage.submit(&order).await?;
    let offered = substitutes(stage, &order).await?;
    let ok = found.held_for("short-stock").is_some() && offered.iter().any(|sku| sku == props::SUBSTITUTE);
    Ok((format!("{}; offered instead: {}", found.summary(), offered.join(", ")), ok, vec![found.number().to_owned()]))
}

/// The order check may meet an upstream that does not answer; it is asked again a few times.
async fn substitutes(stage: &Stage<'_>, order: &Value) -> anyhow::Result<Vec<String>> {
    for _ in 0..40 {
        let quote = stage.quote(order).await?;
        let found = quote["substitutes"].as_array().into_iter().flatten();
        let skus: Vec<String> =
            found.filter_map(|one| one.pointer("/product/sku")?.as_str().map(ToOwned::to_owned)).collect();
        if !skus.is_empty() {
            return Ok(skus);
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    Ok(Vec::new())
}

/// A limit of 100 pounds, an order of 240.
pub async fn credit(stage: &Stage<'_>) -> Case {
    let found: Found = stage.submit(&stage.order("CREDIT", "CREDIT", &[(props::CUPS[0], 40)])).await?;
    let ok = found.held_for("credit-exceeded").is_some();
    Ok((found.summary(), ok, vec![found.number().to_owned()]))
}
