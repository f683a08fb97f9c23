//! Every GET of the API, for everything that is there.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::House;

/// Asks every address that the API's description has, with every id that its lists name. Answers the addresses.
pub async fn all(house: &House) -> Vec<String> {
    let description = house.get("/openapi.json").await.ok();
    let mut asked = BTreeSet::new();
    for (template, methods) in description["paths"].as_object().unwrap() {
        if methods.get("get").is_none() {
            continue;
        }
        let template = template.strip_prefix("/api/v1").unwrap_or(template);
        if template.ends_with("/events") {
            // A stream lasts a minute and says what the timelines say, by the same function.
            continue;
        }
        for path in filled(house, template).await {
            let mut cursor = String::new();
            let mut pages = BTreeSet::new();
            // Lists page by page, smallest pages first so that the pages themselves are read.
            loop {
                let page = if cursor.is_empty() { path.clone() } else { format!("{path}?limit=50&cursor={cursor}") };
                let answer = house.get(&page).await;
                asked.insert(format!("{template} {}", answer.status));
                match answer.body["next"].as_str() {
                    Some(next) if !next.is_empty() => {
                        assert!(pages.insert(next.to_owned()), "{path} leads back to the page {next}");
                        next.clone_into(&mut cursor);
                    }
                    _ => break,
                }
            }
        }
    }
    for address in ["/healthz", "/readyz", "/metrics"] {
        house.hear(house.request("GET", address)).await;
    }
    asked.into_iter().collect()
}

/// The template with every combination of ids that belong together.
async fn filled(house: &House, template: &str) -> Vec<String> {
    let all = |list: Value, field: &str| texts(&list, field);
    match template.split('/').nth(1).unwrap_or_default() {
        _ if !template.contains('{') => vec![template.to_owned()],
        "orders" => {
            let numbers = all(house.get("/orders?limit=200").await.ok(), "number");
            let mut paths = Vec::new();
            for number in numbers {
                let path = template.replace("{number}", &number);
                if path.contains("{id}") {
                    let shown = house.shown(&number).await;
                    let ids = shown["attachments"].as_array().into_iter().flatten().map(|file| id(&file["id"]));
                    paths.extend(ids.map(|id| path.replace("{id}", &id)));
                } else {
                    paths.push(path);
                }
            }
            paths
        }
        "price-lists" => {
            let lists = house.get("/price-lists").await.ok();
            let pairs = lists["items"].as_array().into_iter().flatten();
            pairs
                .map(|list| template.replace("{code}", &id(&list["code"])).replace("{version}", &id(&list["version"])))
                .collect()
        }
        "rules" => {
            let mut paths = Vec::new();
            for set in all(house.get("/rules").await.ok(), "name") {
                let path = template.replace("{set}", &set);
                if path.contains("{version}") {
                    let shown = house.get(&format!("/rules/{set}")).await.ok();
                    let versions = shown["versions"].as_array().into_iter().flatten();
                    paths.extend(versions.map(|one| path.replace("{version}", &id(&one["version"]))));
                } else if !path.contains('{') {
                    paths.push(path);
                }
            }
            paths
        }
        "leads" => {
            let mut paths = Vec::new();
            for number in all(house.get("/leads?limit=200").await.ok(), "number") {
                let path = template.replace("{number}", &number);
                if path.contains("{id}") {
                    let files = house.get(&format!("/leads/{number}/attachments")).await.ok();
                    paths.extend(all(files, "id").iter().map(|id| path.replace("{id}", id)));
                } else {
                    paths.push(path);
                }
            }
            paths
        }
        "connections" => names(house).await.iter().map(|name| template.replace("{name}", name)).collect(),
        "catalog" if template.contains("{connection}") => {
            let mut paths = Vec::new();
            for name in names(house).await {
                for kind in ["sku", "customer", "warehouse", "unit"] {
                    paths.push(template.replace("{connection}", &name).replace("{kind}", kind));
                }
            }
            paths
        }
        noun => {
            let (list, field) = match noun {
                "catalog" if template.contains("{sku}") => ("/catalog/products?limit=200".to_owned(), "sku"),
                "catalog" => ("/catalog/customers?limit=200".to_owned(), "code"),
                "deliveries" if template.contains("/replays/") => ("/deliveries/replays?limit=200".to_owned(), "id"),
                "plugins" => ("/plugins".to_owned(), "digest"),
                "users" => ("/users?limit=200".to_owned(), "name"),
                other => (format!("/{other}?limit=200"), "id"),
            };
            let (begin, end) = (template.find('{').unwrap(), template.find('}').unwrap());
            let ids = all(house.get(&list).await.ok(), field);
            ids.iter().map(|id| format!("{}{id}{}", &template[..begin], &template[end + 1..])).collect()
        }
    }
}

async fn names(house: &House) -> Vec<String> {
    texts(&house.get("/connections").await.ok(), "name")
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    list["items"].as_array().into_iter().flatten().map(|item| id(&item[field])).collect()
}

/// An id, be it a text or a number.
fn id(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
