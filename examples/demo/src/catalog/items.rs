//! What is an item? Its name, zone and family, from its code and description.

use serde_json::{Value, json};

use super::{TAX_RATE, UNIT};

/// Codes that stand for work, postage, fees and corrections: nothing that lies in a warehouse.
const SERVICES: [&str; 17] = [
    "POST",
    "DOT",
    "D",
    "M",
    "S",
    "B",
    "C2",
    "C3",
    "PADS",
    "CRUK",
    "AMAZONFEE",
    "BANK CHARGES",
    "ADJUST",
    "ADJUST2",
    "CARRIAGE",
    "TEST001",
    "TEST002",
];
/// Words that tell one make of an item from another.
const MAKES: [&str; 20] = [
    "RED", "WHITE", "BLUE", "PINK", "GREEN", "BLACK", "CREAM", "IVORY", "GOLD", "SILVER", "PURPLE", "YELLOW", "ORANGE",
    "BROWN", "SMALL", "MEDIUM", "LARGE", "MINI", "JUMBO", "VINTAGE",
];
/// Zones of the warehouses.
const ZONES: [&str; 2] = ["A", "B"];

/// Is this code a service?
pub fn is_service(sku: &str) -> bool {
    let upper = sku.to_ascii_uppercase();
    SERVICES.contains(&upper.as_str()) || upper.starts_with("GIFT_")
}

/// The item as the company's books have it. What it is (the last word of its name) and its make decide what can stand in for it.
pub fn product(sku: &str, name: Option<&String>) -> Value {
    let name: String = name.map_or(sku, String::as_str).chars().filter(|c| !c.is_control()).take(200).collect();
    let words: Vec<String> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().count() > 1)
        .map(str::to_uppercase)
        .collect();
    let make = words.iter().find(|word| MAKES.contains(&word.as_str())).map_or("", String::as_str);
    let what = words.iter().rev().find(|word| !MAKES.contains(&word.as_str())).map_or("", String::as_str);
    let what: String = what.chars().take(100).collect();
    let service = is_service(sku);
    let sum: usize = sku.bytes().map(usize::from).sum();
    let zone = if service { "" } else { ZONES.get(sum % ZONES.len()).copied().unwrap_or_default() };
    json!({
        "sku": sku, "name": if name.trim().is_empty() { sku } else { name.trim() }, "category": what, "specification": make,
        "base_unit": UNIT, "units": if service { json!([]) } else { json!([["dozen", "12"]]) },
        "tax_rate": TAX_RATE, "service": service, "zone": zone,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_no_stock() {
        for sku in ["POST", "m", "BANK CHARGES", "gift_0001_20", "AMAZONFEE"] {
            assert_eq!(product(sku, None)["service"], true, "{sku}");
        }
        for sku in ["85123A", "DCGS0076", "SP1002", "MUG"] {
            assert_eq!(product(sku, None)["service"], false, "{sku}");
        }
    }

    #[test]
    fn things_of_one_kind_and_make_can_stand_in_for_each_other() {
        let family = |name: &str| {
            let product = product("X", Some(&name.to_owned()));
            (product["category"].clone(), product["specification"].clone())
        };
        assert_eq!(family("RED WOOLLY HOTTIE WHITE HEART."), ("HEART".into(), "RED".into()));
        assert_eq!(family("SMALL RED LANTERN"), family("LANTERN, SMALL"));
        assert_eq!(product("X", Some(&"\u{7}".to_owned()))["name"], "X");
    }
}
