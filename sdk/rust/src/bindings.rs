//! The generated side of the contract. Every word exists once, in the module of the imports: a place found by a geocoder is
//! the place that a policy is given.

/// What the host offers, and the words that all interfaces use.
pub mod host {
    wit_bindgen::generate!({
        path: "../../wit/v1",
        world: "imports",
        generate_unused_types: true,
        additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
        additional_derives_ignore: ["decimal"],
        additional_type_attributes: {
            "mortise:plugin/types@1.0.0/decimal": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/text": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/coordinate-system": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/point": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/place-level": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/division": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/candidate": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/located": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/invalid-field": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/pause": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/document": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/customer": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/address": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/order-kind": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/line": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/order": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/recent-order": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/shipped-line": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/payment": [#[derive(Default)]],
            "mortise:plugin/types@1.0.0/change-page": [#[derive(Default)]],
            "mortise:plugin/records@1.0.0/product": [#[derive(Default)]],
            "mortise:plugin/records@1.0.0/list-price": [#[derive(Default)]],
        },
        additional_member_attributes: {
            "mortise:plugin/types@1.0.0/coordinate-system.wgs84": [#[default]],
            "mortise:plugin/types@1.0.0/place-level.none": [#[default]],
            "mortise:plugin/types@1.0.0/order-kind.sale": [#[default]],
        },
        with: {
            "mortise:plugin/types@1.0.0": generate,
            "mortise:plugin/context@1.0.0": generate,
            "mortise:plugin/config@1.0.0": generate,
            "mortise:plugin/kv@1.0.0": generate,
            "mortise:plugin/log@1.0.0": generate,
            "mortise:plugin/secrets@1.0.0": generate,
            "mortise:plugin/http@1.0.0": generate,
            "mortise:plugin/records@1.0.0": generate,
            "mortise:plugin/clock@1.0.0": generate,
            "mortise:plugin/random@1.0.0": generate,
        },
    });
}

/// One module per interface that a plugin may export.
macro_rules! interface {
    ($(#[$doc:meta])* $module:ident, $world:literal, { $($attributes:tt)* }, { $($members:tt)* }) => {
        $(#[$doc])*
        pub mod $module {
            wit_bindgen::generate!({
                path: "../../wit/v1",
                world: $world,
                pub_export_macro: true,
                generate_unused_types: true,
                additional_derives: [PartialEq, serde::Serialize, serde::Deserialize],
                additional_type_attributes: { $($attributes)* },
                additional_member_attributes: { $($members)* },
                with: {
                    "mortise:plugin/types@1.0.0": crate::bindings::host::mortise::plugin::types,
                    "mortise:plugin/context@1.0.0": crate::bindings::host::mortise::plugin::context,
                    "mortise:plugin/config@1.0.0": crate::bindings::host::mortise::plugin::config,
                    "mortise:plugin/kv@1.0.0": crate::bindings::host::mortise::plugin::kv,
                    "mortise:plugin/log@1.0.0": crate::bindings::host::mortise::plugin::log,
                    "mortise:plugin/secrets@1.0.0": crate::bindings::host::mortise::plugin::secrets,
                    "mortise:plugin/http@1.0.0": crate::bindings::host::mortise::plugin::http,
                    "mortise:plugin/records@1.0.0": crate::bindings::host::mortise::plugin::records,
                    "mortise:plugin/clock@1.0.0": crate::bindings::host::mortise::plugin::clock,
                    "mortise:plugin/random@1.0.0": crate::bindings::host::mortise::plugin::random,
                },
            });
        }
    };
}

interface!(
    /// The company's ERP.
    erp, "erp-plugin",
    { "mortise:plugin/erp@1.0.0/receivable": [#[derive(Default)]] },
    {}
);
interface!(
    /// Stock and the work of warehouses.
    inventory, "inventory-plugin",
    {
        "mortise:plugin/inventory@1.0.0/stock-query": [#[derive(Default)]],
        "mortise:plugin/inventory@1.0.0/stock-level": [#[derive(Default)]],
        "mortise:plugin/inventory@1.0.0/item": [#[derive(Default)]],
        "mortise:plugin/inventory@1.0.0/reservation": [#[derive(Default)]],
        "mortise:plugin/inventory@1.0.0/pick-task": [#[derive(Default)]],
    },
    {}
);
interface!(
    /// Finds addresses on the map.
    geocoder, "geocoder-plugin",
    { "mortise:plugin/geocoder@1.0.0/query": [#[derive(Default)]] },
    {}
);
interface!(
    /// A pricing strategy.
    pricing, "pricing-plugin",
    {
        "mortise:plugin/pricing@1.0.0/price-line": [#[derive(Default)]],
        "mortise:plugin/pricing@1.0.0/price-request": [#[derive(Default)]],
        "mortise:plugin/pricing@1.0.0/price-step": [#[derive(Default)]],
        "mortise:plugin/pricing@1.0.0/line-price": [#[derive(Default)]],
        "mortise:plugin/pricing@1.0.0/priced": [#[derive(Default)]],
    },
    {}
);
interface!(
    /// A channel to people.
    notifier, "notifier-plugin",
    {
        "mortise:plugin/notifier@1.0.0/severity": [#[derive(Default)]],
        "mortise:plugin/notifier@1.0.0/fact": [#[derive(Default)]],
        "mortise:plugin/notifier@1.0.0/attachment": [#[derive(Default)]],
        "mortise:plugin/notifier@1.0.0/message": [#[derive(Default)]],
        "mortise:plugin/notifier@1.0.0/receipt": [#[derive(Default)]],
    },
    { "mortise:plugin/notifier@1.0.0/severity.info": [#[default]] }
);
interface!(
    /// Judges an order before it is confirmed.
    order_policy, "order-policy-plugin",
    {
        "mortise:plugin/order-policy@1.0.0/credit": [#[derive(Default)]],
        "mortise:plugin/order-policy@1.0.0/facts": [#[derive(Default)]],
        "mortise:plugin/order-policy@1.0.0/need": [#[derive(Default)]],
        "mortise:plugin/order-policy@1.0.0/hold": [#[derive(Default)]],
    },
    {}
);
