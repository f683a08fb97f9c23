//! Plugins are installed and connected: settings, credentials, grant, limits, retries.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::catalog::WAREHOUSES;
use crate::host::{Api, patiently};
use crate::screen::Screen;

/// Name of the connection to U8.
const ERP: &str = "u8";

/// A connection to be made.
struct Wanted {
    name: &'static str,
    plugin: &'static str,
    settings: Value,
    credentials: Vec<(&'static str, &'static str)>,
    /// Fields beside settings, grant and the usual policies.
    more: Value,
}

/// Installs all plugins and makes all connections.
pub async fn connect(
    api: &Api,
    plugins: &HashMap<String, PathBuf>,
    upstreams: &str,
    screen: &Screen,
) -> anyhow::Result<()> {
    let step = screen.step("Connect the plugins");
    let mut installed: HashMap<&str, Value> = HashMap::new();
    for (name, file) in plugins {
        step.note(format!("installing {name}"));
        installed.insert(name, install(api, file).await?);
    }
    let wanted = wanted(upstreams);
    for connection in &wanted {
        step.note(connection.name);
        let plugin = installed
            .get(connection.plugin)
            .with_context(|| format!("the plugin {:?} was not built", connection.plugin))?;
        make(api, connection, plugin).await?;
    }
    let codes: Vec<Value> =
        WAREHOUSES.iter().map(|(ours, theirs, ..)| json!({ "ours": ours, "theirs": theirs })).collect();
    api.change(Method::PUT, &format!("/catalog/codes/{ERP}/warehouse"), &json!({ "items": codes })).await?;
    for connection in &wanted {
        let status = api.get(&format!("/connections/{}/status", connection.name)).await?;
        ensure!(status["health"] == "ready", "the connection {} is not ready: {status}", connection.name);
    }
    let names: Vec<&str> = wanted.iter().map(|connection| connection.name).collect();
    step.done(&names.join(", "));
    Ok(())
}

async fn install(api: &Api, file: &PathBuf) -> anyhow::Result<Value> {
    let bytes = std::fs::read(file).with_context(|| format!("the plugin {} cannot be read", file.display()))?;
    let send = || api.request(Method::POST, "/plugins").header("content-type", "application/wasm").body(bytes.clone());
    let reply = patiently(send).await?;
    if !reply.is_success() {
        bail!("the host refuses the plugin {}: {}", file.display(), reply.problem());
    }
    Ok(reply.body)
}

async fn make(api: &Api, wanted: &Wanted, plugin: &Value) -> anyhow::Result<()> {
    let mut connection = json!({
        "name": wanted.name,
        "plugin": plugin["digest"],
        "settings": wanted.settings,
        "grant": grant(&plugin["manifest"], &wanted.settings),
        "retry": { "first-ms": 200, "most-ms": 1_000, "ticket-after": 3, "slow-ms": 2_000 },
        "breaker": { "failures": 20, "cool-down-ms": 1_000, "dry-run": false },
        // The simulator hangs up after 800 ms and may do the work 800 ms later still.
        "upstream-timeout-ms": 2_000,
        // A machine that builds something beside the demo answers late; the simulator's silence ends earlier in any case.
        "limits": { "http-timeout-ms": 8_000, "deadline-ms": 20_000 },
    });
    merge(&mut connection, &wanted.more);
    api.change(Method::PUT, &format!("/connections/{}", wanted.name), &connection).await?;
    for (slot, value) in &wanted.credentials {
        let path = format!("/connections/{}/credentials/{slot}", wanted.name);
        api.change(Method::PUT, &path, &json!({ "value": value })).await?;
    }
    Ok(())
}

/// Grants what the manifest wishes for; the hosts of the simulator lie on this machine, which must be granted by name.
fn grant(manifest: &Value, settings: &Value) -> Value {
    let wishes = &manifest["wishes"];
    let origin = |wish: &Value| {
        let url = wish.get("setting").map_or_else(|| wish.get("origin"), |name| settings.get(name.as_str()?));
        let url = reqwest::Url::parse(url?.as_str()?).ok()?;
        Some(url.origin().ascii_serialization())
    };
    let http: Vec<String> = wishes["http"].as_array().into_iter().flatten().filter_map(origin).collect();
    let kinds = wishes["records"]["kinds"].as_array().cloned().unwrap_or_default();
    json!({ "http": http, "private": http, "kv-bytes": wishes["kv"]["bytes"].as_u64().unwrap_or_default(), "records": kinds })
}

fn merge(into: &mut Value, more: &Value) {
    let empty = Map::new();
    for (name, value) in more.as_object().unwrap_or(&empty) {
        match into.get_mut(name) {
            Some(known) if known.is_object() && value.is_object() => merge(known, value),
            _ => into[name] = value.clone(),
        }
    }
}

fn wanted(upstreams: &str) -> Vec<Wanted> {
    let url = |vendor: &str| format!("{upstreams}/{vendor}");
    vec![
        Wanted {
            name: "standard-prices",
            plugin: "tiered-pricing",
            settings: json!({
                "digits": 4,
                "levels": [{ "level": "gold", "percent": "5" }, { "level": "silver", "percent": "2" }],
                "tiers": [{ "min-quantity": "144", "discount": { "percent": "3" } }],
            }),
            credentials: Vec::new(),
            more: json!({}),
        },
        Wanted {
            name: ERP,
            plugin: "u8",
            settings: json!({
                "base-url": url("u8"), "from-account": "mortise", "to-account": "company", "app-key": "opa0000000000000",
                "home-currency": "GBP", "tax-rate": "20", "page-rows": 1000, "stock-requests": 60,
            }),
            credentials: vec![("app-secret", "u8-secret")],
            // An order of hundreds of lines asks for many rows of stock.
            more: json!({ "limits": { "http-requests": 80, "http-bytes": 64 << 20, "cpu-ms": 3_000, "memory-bytes": 256 << 20 } }),
        },
        Wanted {
            name: "amap",
            plugin: "amap",
            settings: json!({ "base-url": url("amap") }),
            credentials: vec![("key", "amap-key")],
            more: json!({}),
        },
        Wanted {
            name: "order-rules",
            plugin: "order-rules",
            settings: json!({}),
            credentials: Vec::new(),
            more: json!({}),
        },
        Wanted {
            name: "wecom-robot",
            plugin: "wecom",
            settings: json!({ "base-url": url("wecom"), "channel": "robot" }),
            credentials: vec![("robot-key", "robot-key")],
            more: json!({
                "events": ["order-confirmed", "order-held"], "merge": 50,
                // What WeCom allows a group robot.
                "rate": { "calls": 20, "seconds": 60 },
            }),
        },
        Wanted {
            name: "wecom-operations",
            plugin: "wecom",
            settings: json!({
                "base-url": url("wecom"), "channel": "app", "corp-id": "ww0000000000000000", "agent-id": 1_000_002,
            }),
            credentials: vec![("corp-secret", "wecom-secret")],
            more: json!({ "events": ["ticket-opened"] }),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_follow_the_wishes() {
        let manifest = json!({ "wishes": {
            "http": [{ "setting": "base-url" }, { "origin": "https://api.example.com" }], "kv": { "bytes": 7 },
            "records": { "kinds": ["codes"] },
        }});
        let granted = grant(&manifest, &json!({ "base-url": "http://127.0.0.1:7080/u8" }));
        let origins = json!(["http://127.0.0.1:7080", "https://api.example.com"]);
        assert_eq!(granted, json!({ "http": origins, "private": origins, "kv-bytes": 7, "records": ["codes"] }));
        let nothing = grant(&json!({}), &json!({}));
        assert_eq!(nothing, json!({ "http": [], "private": [], "kv-bytes": 0, "records": [] }));
    }

    #[test]
    fn particulars_join_the_usual_policies() {
        let mut into = json!({ "limits": { "a": 1, "b": 2 }, "name": "x" });
        merge(&mut into, &json!({ "limits": { "b": 3 }, "rate": { "calls": 1 } }));
        assert_eq!(into, json!({ "limits": { "a": 1, "b": 3 }, "name": "x", "rate": { "calls": 1 } }));
    }
}
