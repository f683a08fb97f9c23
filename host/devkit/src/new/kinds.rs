//! What differs from interface to interface.

use mortise_domain::call::Interface;

/// The templates of an interface.
pub(super) struct Kind {
    pub(super) interface: Interface,
    /// What the plugin does, in a sentence.
    pub(super) what: &'static str,
    /// The function to try first.
    pub(super) function: &'static str,
    /// `src/lib.rs`.
    pub(super) rust: &'static str,
    /// `src/index.ts` and its tests.
    pub(super) typescript: (&'static str, &'static str),
    /// `src/plugin.py` and its tests.
    pub(super) python: (&'static str, &'static str),
    pub(super) manifest: &'static str,
    /// A connection that runs it.
    pub(super) connection: &'static str,
    pub(super) scenarios: &'static [(&'static str, &'static str)],
}

pub(super) fn of(interface: Interface) -> Kind {
    macro_rules! file {
        ($folder:literal, $name:literal) => {
            include_str!(concat!("kinds/", $folder, "/", $name))
        };
    }
    macro_rules! kind {
        ($folder:literal, $function:literal, $what:literal, [$($scenario:literal),*]) => {
            Kind {
                interface,
                what: $what,
                function: $function,
                rust: file!($folder, "lib.rs.txt"),
                typescript: (file!($folder, "index.ts.txt"), file!($folder, "index.test.ts.txt")),
                python: (file!($folder, "plugin.py.txt"), file!($folder, "test_plugin.py.txt")),
                manifest: file!($folder, "manifest.json"),
                connection: file!($folder, "connection.json"),
                scenarios: &[$(($scenario, file!($folder, $scenario))),*],
            }
        };
    }
    match interface {
        Interface::Pricing => kind!(
            "pricing",
            "price",
            "Prices orders: one price for everything, less a discount for large quantities.",
            ["price.yaml", "empty.yaml"]
        ),
        Interface::Erp => kind!(
            "erp",
            "push-order",
            "Writes sales orders into an ERP that has a JSON interface, and finds them there.",
            ["_service.yaml", "push-order.yaml", "unknown-outcome.yaml", "refused.yaml"]
        ),
        Interface::Inventory => kind!(
            "inventory",
            "stock",
            "Reads stock from a warehouse system that has a JSON interface.",
            ["_service.yaml", "stock.yaml", "empty.yaml", "slow.yaml"]
        ),
        Interface::Geocoder => kind!(
            "geocoder",
            "locate",
            "Finds addresses with a map service that has a JSON interface.",
            ["_service.yaml", "locate.yaml", "nowhere.yaml"]
        ),
        Interface::Notifier => kind!(
            "notifier",
            "send",
            "Sends messages to a service of the company's, as JSON.",
            ["_service.yaml", "send.yaml", "repeat.yaml"]
        ),
        Interface::OrderPolicy => kind!(
            "order-policy",
            "judge",
            "Judges orders: one above an amount waits for an approval.",
            ["allows.yaml", "stops.yaml"]
        ),
    }
}
