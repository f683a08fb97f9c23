//! What a confirmed order causes at the connections: a pure decision.

use std::collections::BTreeMap;

use serde_json::json;

use crate::delivery::{NewDelivery, Operation};
use crate::inventory::Reservation;
use crate::order::{Order, OrderKind};
use crate::wave::waves;

/// Which connections an order goes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Routes {
    /// The ERP's.
    pub erp: String,
    /// Inventory connection of each warehouse.
    pub warehouses: BTreeMap<String, String>,
    /// Notifiers that take `order-confirmed`.
    pub notifiers: Vec<String>,
}

/// The deliveries of a confirmed order: the order into the ERP; after it the receivable and, of a sale, one pick task per wave;
/// messages at once. A warehouse that no route names is left out.
pub fn deliveries(order: &Order, reservations: &[Reservation], routes: &Routes) -> Vec<NewDelivery> {
    let number = &order.number;
    let mut all = vec![
        NewDelivery {
            connection: routes.erp.clone(),
            operation: Operation::PushOrder,
            key: format!("{number}/order"),
            detail: json!({}),
            after: None,
        },
        NewDelivery {
            connection: routes.erp.clone(),
            operation: Operation::PushReceivable,
            key: format!("{number}/receivable"),
            detail: json!({}),
            after: Some(0),
        },
    ];
    if order.kind == OrderKind::Sale {
        for wave in waves(reservations) {
            let Some(connection) = routes.warehouses.get(&wave.warehouse) else { continue };
            all.push(NewDelivery {
                connection: connection.clone(),
                operation: Operation::PushPick,
                key: format!("{number}/pick/{}", wave.name),
                detail: json!({
                    "warehouse": wave.warehouse, "zone": wave.zone, "wave": wave.name, "erp": routes.erp, "lines": wave.lines,
                }),
                after: Some(0),
            });
        }
    }
    all.extend(routes.notifiers.iter().map(|connection| message(number, connection, "order-confirmed", json!({}))));
    all
}

/// A message of this kind about the order at one notifier. `detail` is an object of particulars; the kind is added to it.
pub fn message(number: &str, connection: &str, kind: &str, mut detail: serde_json::Value) -> NewDelivery {
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("kind".into(), kind.into());
    }
    NewDelivery {
        connection: connection.to_owned(),
        operation: Operation::Notify,
        key: format!("{number}/notify/{connection}/{kind}"),
        detail,
        after: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;

    fn order(kind: &str) -> Order {
        serde_json::from_value(json!({
            "number": "SO-00000017", "kind": kind, "original": null,
            "customer": { "code": "C1", "name": "Buyer", "level": "", "region": "" },
            "store": "S1", "region": "R1", "currency": "CNY", "exchange_rate": null, "placed_at": "2026-01-31T08:00:00Z",
            "business_date": "2026-01-31", "ship_to": { "text": "Road 1" }, "lines": [], "net": 0, "tax": 0, "gross": 0,
            "payment_days": 0, "note": "",
        }))
        .unwrap()
    }

    fn routes() -> Routes {
        Routes {
            erp: "u8".into(),
            warehouses: [("W1".to_owned(), "wms".to_owned())].into(),
            notifiers: vec!["robot".into()],
        }
    }

    fn part(line: u32, zone: &str) -> Reservation {
        Reservation { line, warehouse: "W1".into(), sku: "A".into(), quantity: Decimal::ONE, zone: zone.into() }
    }

    #[test]
    fn a_sale_goes_everywhere() {
        let all = deliveries(&order("sale"), &[part(1, "A"), part(2, "B"), part(3, "A")], &routes());
        let brief: Vec<_> =
            all.iter().map(|one| format!("{} at {} after {:?}", one.key, one.connection, one.after)).collect();
        insta::assert_json_snapshot!(brief, @r#"
        [
          "SO-00000017/order at u8 after None",
          "SO-00000017/receivable at u8 after Some(0)",
          "SO-00000017/pick/W1-A at wms after Some(0)",
          "SO-00000017/pick/W1-B at wms after Some(0)",
          "SO-00000017/notify/robot/order-confirmed at robot after None"
        ]
        "#);
        insta::assert_json_snapshot!(all[2].detail, @r#"
        {
          "warehouse": "W1",
          "zone": "A",
          "wave": "W1-A",
          "erp": "u8",
          "lines": [
            {
              "line": 1,
              "sku": "A",
              "quantity": "1"
            },
            {
              "line": 3,
              "sku": "A",
              "quantity": "1"
            }
          ]
        }
        "#);
    }

    #[test]
    fn a_return_is_not_picked() {
        let all = deliveries(&order("return"), &[], &routes());
        let operations: Vec<_> = all.iter().map(|one| one.operation.name()).collect();
        assert_eq!(operations, ["push-order", "push-receivable", "notify"]);
    }
}
