//! Words that every interface uses.

use mortise_domain::decimal::Decimal;
use mortise_domain::erp::{Change, ChangeKind, ChangePage, Document};
use mortise_domain::failure::Failure;
use mortise_domain::instant::Instant;
use mortise_domain::order::{Address, Buyer, Line, Order, OrderKind, RecentOrder};
use mortise_domain::text::Text;

use super::imports::types as wit;
use super::place::point;
use crate::adapter::Fault;
use crate::adapter::check::{Checked, attributes, id, list, required_id, text};

pub(super) use wit::Error;

pub(super) fn decimal(value: Decimal) -> wit::Decimal {
    wit::Decimal { units: value.units(), scale: value.scale() }
}

pub(super) fn read_decimal(field: &'static str, value: wit::Decimal) -> Checked<Decimal> {
    crate::adapter::check::decimal(field, value.units, value.scale)
}

pub(super) fn bilingual(value: Text) -> wit::Text {
    wit::Text { zh: value.zh, en: value.en }
}

pub(super) fn read_bilingual(field: &'static str, value: wit::Text) -> Checked<Text> {
    Ok(Text { zh: text(field, value.zh)?, en: text(field, value.en)? })
}

pub(super) fn kind(value: OrderKind) -> wit::OrderKind {
    match value {
        OrderKind::Sale => wit::OrderKind::Sale,
        OrderKind::Return => wit::OrderKind::Return,
    }
}

pub(super) fn customer(value: Buyer) -> wit::Customer {
    wit::Customer {
        code: value.code,
        name: value.name,
        level: value.level,
        region: value.region,
        attributes: value.attributes,
    }
}

pub(super) fn address(mut value: Address) -> wit::Address {
    // The contract's address has no country of its own.
    if !value.country.is_empty() && !value.attributes.iter().any(|(name, _)| name == "country") {
        value.attributes.push(("country".into(), value.country));
    }
    wit::Address {
        text: value.text,
        city: value.city,
        contact: value.contact,
        phone: value.phone,
        point: value.point.map(point),
        attributes: value.attributes,
    }
}

fn line(value: Line) -> wit::Line {
    wit::Line {
        number: value.number,
        sku: value.sku,
        name: value.name,
        category: value.category,
        unit: value.unit,
        unit_rate: decimal(value.unit_rate),
        quantity: decimal(value.quantity),
        unit_price: decimal(value.unit_price),
        tax_rate: decimal(value.tax_rate),
        tax_inclusive: value.tax_inclusive,
        net: value.totals.net,
        tax: value.totals.tax,
        gross: value.totals.gross,
        warehouse: value.warehouse,
        attributes: value.attributes,
    }
}

pub(super) fn order(value: Order) -> wit::Order {
    wit::Order {
        number: value.number,
        kind: kind(value.kind),
        original: value.original,
        customer: customer(value.customer),
        store: value.store,
        region: value.region,
        currency: value.currency,
        exchange_rate: value.exchange_rate.map(decimal),
        placed_at: value.placed_at.0,
        business_date: value.business_date,
        ship_to: address(value.ship_to),
        lines: value.lines.into_iter().map(line).collect(),
        net: value.totals.net,
        tax: value.totals.tax,
        gross: value.totals.gross,
        payment_days: value.payment_days,
        note: value.note,
        attributes: value.attributes,
    }
}

pub(super) fn recent(value: RecentOrder) -> wit::RecentOrder {
    wit::RecentOrder {
        number: value.number,
        placed_at: value.placed_at.0,
        state: value.state.name().to_owned(),
        gross: value.gross,
        skus: value.skus,
    }
}

pub(super) fn read_document(value: wit::Document) -> Checked<Document> {
    Ok(Document {
        external_id: required_id("external-id", value.external_id)?,
        attributes: attributes("attributes", value.attributes)?,
    })
}

pub(super) fn read_found(value: Option<wit::Document>) -> Checked<Option<Document>> {
    value.map(read_document).transpose()
}

fn read_change(value: wit::Change) -> Checked<Change> {
    let what = match value.what {
        wit::ChangeKind::Accepted => ChangeKind::Accepted,
        wit::ChangeKind::Shipped(lines) => ChangeKind::Shipped {
            lines: list("items.what.shipped", lines, |line| {
                Ok((line.line, read_decimal("items.what.shipped.quantity", line.quantity)?))
            })?,
        },
        wit::ChangeKind::Paid(payment) => {
            ChangeKind::Paid { amount: payment.amount, currency: id("items.what.paid.currency", payment.currency)? }
        }
        wit::ChangeKind::Cancelled => ChangeKind::Cancelled,
        wit::ChangeKind::Closed => ChangeKind::Closed,
        wit::ChangeKind::Other(word) => ChangeKind::Other { word: id("items.what.other", word)? },
    };
    Ok(Change {
        order: id("items.order", value.order)?,
        external_id: id("items.external-id", value.external_id)?,
        at: Instant(value.at),
        what,
        attributes: attributes("items.attributes", value.attributes)?,
    })
}

pub(super) fn read_changes(value: wit::ChangePage) -> Checked<ChangePage> {
    Ok(ChangePage {
        items: list("items", value.items, read_change)?,
        cursor: text("cursor", value.cursor)?,
        more: value.more,
    })
}

fn read_failure(error: Error) -> Checked<Failure> {
    Ok(match error {
        Error::Rejected(reason) => Failure::Rejected { reason: read_bilingual("rejected", reason)? },
        Error::Invalid(invalid) => Failure::Invalid {
            field: id("invalid.field", invalid.field)?,
            reason: read_bilingual("invalid.reason", invalid.reason)?,
        },
        Error::Retry(wit::Pause { after, reason }) => {
            Failure::Retry { after_ms: after, reason: read_bilingual("retry.reason", reason)? }
        }
        Error::RateLimited(wit::Pause { after, reason }) => {
            Failure::RateLimited { after_ms: after, reason: read_bilingual("rate-limited.reason", reason)? }
        }
        Error::Unauthorized(reason) => Failure::Unauthorized { reason: read_bilingual("unauthorized", reason)? },
        Error::Duplicate(external_id) => Failure::Duplicate { external_id: required_id("duplicate", external_id)? },
        Error::NotFound(reason) => Failure::NotFound { reason: read_bilingual("not-found", reason)? },
        Error::Unavailable(wit::Pause { after, reason }) => {
            Failure::Unavailable { after_ms: after, reason: read_bilingual("unavailable.reason", reason)? }
        }
    })
}

pub(super) fn failure(error: Error) -> Fault {
    match read_failure(error) {
        Ok(failure) => Fault::Failed(failure),
        Err(fault) => Fault::Answer(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why() -> wit::Text {
        wit::Text { zh: "因".into(), en: "why".into() }
    }

    fn pause(after: Option<u64>, reason: wit::Text) -> wit::Pause {
        wit::Pause { after, reason }
    }

    #[test]
    fn numbers_and_texts_are_the_same_on_both_sides() {
        for (units, scale) in [(0, 0), (-125, 2), (i64::MAX, 9), (i64::MIN, 9)] {
            let number = Decimal::new(units, scale).unwrap();
            assert_eq!(read_decimal("quantity", decimal(number)).unwrap(), number);
        }
        let told = Text::new("缺货", "out of stock");
        assert_eq!(read_bilingual("reason", bilingual(told.clone())).unwrap(), told);
        assert_eq!(read_decimal("quantity", wit::Decimal { units: 1, scale: 10 }).unwrap_err().field, "quantity");
    }

    #[test]
    fn every_error_is_a_failure_with_its_reason() {
        let reason = || Text::new("因", "why");
        let invalid = wit::InvalidField { field: "lines[2].sku".into(), reason: why() };
        for (error, expected) in [
            (Error::Rejected(why()), Failure::Rejected { reason: reason() }),
            (Error::Invalid(invalid), Failure::Invalid { field: "lines[2].sku".into(), reason: reason() }),
            (Error::Retry(pause(None, why())), Failure::Retry { after_ms: None, reason: reason() }),
            (Error::RateLimited(pause(Some(7), why())), Failure::RateLimited { after_ms: Some(7), reason: reason() }),
            (Error::Unauthorized(why()), Failure::Unauthorized { reason: reason() }),
            (Error::Duplicate("U8-1".into()), Failure::Duplicate { external_id: "U8-1".into() }),
            (Error::NotFound(why()), Failure::NotFound { reason: reason() }),
            (Error::Unavailable(pause(Some(0), why())), Failure::Unavailable { after_ms: Some(0), reason: reason() }),
        ] {
            assert_eq!(read_failure(error).unwrap(), expected);
        }
    }

    #[test]
    fn an_error_is_hostile_too() {
        type Case = (fn(wit::Text) -> Error, &'static str);
        let cases: [Case; 7] = [
            (Error::Rejected, "rejected"),
            (|reason| Error::Invalid(wit::InvalidField { field: "f".into(), reason }), "invalid.reason"),
            (|reason| Error::Retry(pause(None, reason)), "retry.reason"),
            (|reason| Error::RateLimited(pause(None, reason)), "rate-limited.reason"),
            (Error::Unauthorized, "unauthorized"),
            (Error::NotFound, "not-found"),
            (|reason| Error::Unavailable(pause(None, reason)), "unavailable.reason"),
        ];
        for (error, field) in cases {
            for wrong in ["a\0b".to_owned(), "x".repeat((64 << 10) + 1)] {
                assert_eq!(read_failure(error(wit::Text { zh: wrong.clone(), ..why() })).unwrap_err().field, field);
                assert_eq!(read_failure(error(wit::Text { en: wrong, ..why() })).unwrap_err().field, field);
            }
        }
        assert_eq!(read_failure(Error::Duplicate(String::new())).unwrap_err().field, "duplicate");
    }
}
