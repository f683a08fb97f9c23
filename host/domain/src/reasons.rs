//! The host's own reasons to hold an order, and which of them a person may wave through.

use serde_json::{Value, json};

use crate::allocation::Shortage;
use crate::call::Interface;
use crate::collection::Collection;
use crate::failure::Failure;
use crate::hold::{HoldKind, Need, Reason};
use crate::money::{Amount, display};
use crate::place::{Level, Located};
use crate::policy::{Outcome, Verdict};
use crate::submission::FieldError;
use crate::text::Text;

/// The address is not known to the point.
pub const PLACE_VAGUE: &str = "place-vague";
/// There is too little stock.
pub const SHORT_STOCK: &str = "short-stock";
/// The customer's credit does not suffice.
pub const CREDIT_EXCEEDED: &str = "credit-exceeded";
/// The region collects too little of what is due.
pub const CREDIT_FROZEN: &str = "credit-frozen";
/// The order names something that does not exist any more.
pub const UNKNOWN_NAME: &str = "unknown-name";
/// An upstream refuses to say what there is in stock.
pub const STOCK_REFUSED: &str = "stock-refused";
/// No connection serves an interface.
pub const NO_CONNECTION: &str = "no-connection";
/// What the order takes of the customer's credit cannot be counted.
pub const NO_EXCHANGE_RATE: &str = "no-exchange-rate";

/// Splits reasons into those that stand and the codes of those that a person has released. What a release cannot mend (goods
/// that are not there, names that do not exist) is looked at again and stands as long as it is so.
pub fn without_waived(reasons: Vec<Reason>, waived: &[String]) -> (Vec<Reason>, Vec<String>) {
    const STANDS: [&str; 3] = [SHORT_STOCK, UNKNOWN_NAME, STOCK_REFUSED];
    let satisfied = |reason: &Reason| {
        reason.kind == HoldKind::Business && !STANDS.contains(&reason.code.as_str()) && waived.contains(&reason.code)
    };
    let (gone, stand): (Vec<Reason>, Vec<Reason>) = reasons.into_iter().partition(satisfied);
    (stand, gone.into_iter().map(|reason| reason.code).collect())
}

fn business(code: &str, text: Text, need: Need, detail: Value) -> Reason {
    Reason { code: code.into(), kind: HoldKind::Business, text, needs: vec![need], detail, approval: None }
}

fn need(kind: &str, role: &str, zh: &str, en: &str) -> Need {
    Need { kind: kind.into(), role: role.into(), text: Text::new(zh, en) }
}

/// The place is not precise enough; shows the candidates.
pub fn place_vague(located: Option<&Located>) -> Reason {
    let level = located.map_or(Level::None, |located| located.best.level);
    let text = match level {
        Level::Road => Text::new(
            "地址只能定位到道路或路口，请补充门牌号或具体地点",
            "the address is known only to the road or crossing; add a house number or a named place",
        ),
        Level::Area => Text::new(
            "地址只能定位到区域，请补充道路和门牌号",
            "the address is known only to the district or city; add the road and the house number",
        ),
        Level::Point | Level::None => {
            Text::new("地图上找不到该地址，请更正", "the address is not found on the map; correct it")
        }
    };
    let correction = need("correction", "", "选择候选地址或更正地址", "choose a candidate or correct the address");
    let candidates = located.map(|located| &located.candidates);
    business(PLACE_VAGUE, text, correction, json!({ "level": level, "candidates": candidates }))
}

/// There is too little stock of some lines.
pub fn short_stock(shortages: &[Shortage]) -> Reason {
    let list = |word: &str| {
        let parts = shortages.iter().map(|short| format!("{} {}/{}", short.sku, short.available, short.needed));
        parts.collect::<Vec<_>>().join(word)
    };
    let text = Text::new(
        format!("库存不足（现有/所需）：{}", list("、")),
        format!("too little stock (available/needed): {}", list(", ")),
    );
    let correction =
        need("correction", "", "更换商品、等待到货或修改数量", "substitute, wait for goods or change the quantity");
    business(SHORT_STOCK, text, correction, json!({ "shortages": shortages }))
}

/// The order takes more than is left of the customer's credit. Amounts in `currency`.
pub fn credit_exceeded(limit: Amount, open: Amount, gross: Amount, currency: &str) -> Reason {
    let (limit_text, open_text, gross_text) =
        (display(limit, currency), display(open, currency), display(gross, currency));
    let text = Text::new(
        format!("超出信用额度：额度 {limit_text}，已占用 {open_text}，本单 {gross_text} {currency}"),
        format!("above the credit limit: limit {limit_text}, open {open_text}, this order {gross_text} {currency}"),
    );
    let approval = need("approval", "finance", "财务审批", "approval by finance");
    let detail = json!({ "limit": limit, "open": open, "gross": gross, "currency": currency });
    business(CREDIT_EXCEEDED, text, approval, detail)
}

/// The region collects too little, so that no new credit is given there.
pub fn credit_frozen(collection: &Collection, least_percent: u32) -> Reason {
    let Collection { region, month, .. } = collection;
    let rate = collection.per_mille();
    let (whole, tenth) = (rate / 10, rate % 10);
    let text = Text::new(
        format!("区域 {region} {month} 回款率 {whole}.{tenth}%，低于 {least_percent}%，暂停新增赊销"),
        format!(
            "the region {region} collected {whole}.{tenth} % of what was due in {month}, less than {least_percent} %: no new credit"
        ),
    );
    let approval = need("approval", "finance", "财务审批", "approval by finance");
    let detail = json!({ "region": region, "month": month, "per_mille": rate, "least_percent": least_percent });
    business(CREDIT_FROZEN, text, approval, detail)
}

/// Names that were known when the order was accepted and are not any more.
pub fn unknown_name(faults: &[FieldError]) -> Reason {
    let list = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let text = Text::new(format!("基础资料缺失：{list}"), format!("standing data is missing: {list}"));
    business(
        UNKNOWN_NAME,
        text,
        need("correction", "", "补全基础资料或取消订单", "restore the data or cancel the order"),
        json!({ "faults": faults }),
    )
}

/// An upstream says no to a question whose answer the order needs: a person corrects it, then the question is asked again.
pub fn refused(code: &str, connection: &str, failure: &Failure) -> Reason {
    let why = failure.text();
    let text = Text::new(format!("{connection} 拒绝：{}", why.zh), format!("{connection} refuses: {}", why.en));
    let correction = need("correction", "", "更正后放行", "correct it, then release");
    business(code, text, correction, json!({ "connection": connection, "class": failure.class() }))
}

/// A rule wants a person.
pub fn by_rule(verdict: &Verdict) -> Option<Reason> {
    let Outcome::Hold { reason, needs } = &verdict.outcome else { return None };
    Some(Reason {
        code: verdict.rule.clone(),
        kind: HoldKind::Business,
        text: reason.clone(),
        needs: needs.clone(),
        detail: json!({ "title": verdict.title, "attributes": verdict.attributes }),
        approval: None,
    })
}

/// A plugin or its upstream does not answer. `step` is `price`, `stock`, `place` or `policy`.
pub fn unavailable(step: &str, connection: &str, failure: &Failure) -> Reason {
    let why = failure.text();
    let name = match step {
        "price" => "价格",
        "stock" => "库存",
        "place" => "地址",
        _ => "规则",
    };
    Reason {
        code: format!("{step}-unavailable"),
        kind: HoldKind::Technical,
        text: Text::new(
            format!("{name}服务 {connection} 暂不可用：{}；恢复后自动继续", why.zh),
            format!("{connection} does not answer the {step} step: {}; goes on by itself when it does", why.en),
        ),
        needs: Vec::new(),
        detail: json!({ "connection": connection, "class": failure.class() }),
        approval: None,
    }
}

/// Nothing serves this interface for this order (and warehouse, where one is named).
pub fn no_connection(interface: Interface, warehouse: Option<&str>) -> Reason {
    let name = interface.name();
    let place = warehouse.map(|code| format!(" ({code})")).unwrap_or_default();
    Reason {
        code: NO_CONNECTION.into(),
        kind: HoldKind::Technical,
        text: Text::new(
            format!("没有连接为该订单提供 {name}{place} 接口；启用连接后自动继续"),
            format!("no connection serves {name}{place} for this order; goes on by itself once one is enabled"),
        ),
        needs: Vec::new(),
        detail: json!({ "interface": name, "warehouse": warehouse }),
        approval: None,
    }
}

/// The order's currency has no rate against the company's.
pub fn no_exchange_rate(currency: &str) -> Reason {
    Reason {
        code: NO_EXCHANGE_RATE.into(),
        kind: HoldKind::Technical,
        text: Text::new(
            format!("未配置 {currency} 汇率；配置后自动继续"),
            format!("no exchange rate is set for {currency}; goes on by itself once it is"),
        ),
        needs: Vec::new(),
        detail: json!({ "currency": currency }),
        approval: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_mends_what_a_person_may_decide() {
        let credit = credit_exceeded(100, 90, 20, "CNY");
        let short = short_stock(&[]);
        let down = unavailable("price", "p", &Failure::Retry { after_ms: None, reason: Text::default() });
        let waived: Vec<String> =
            [CREDIT_EXCEEDED, SHORT_STOCK, "price-unavailable"].into_iter().map(ToOwned::to_owned).collect();
        let (stand, gone) = without_waived(vec![credit, short, down], &waived);
        assert_eq!(gone, [CREDIT_EXCEEDED]);
        assert_eq!(
            stand.iter().map(|reason| reason.code.as_str()).collect::<Vec<_>>(),
            [SHORT_STOCK, "price-unavailable"]
        );
    }

    #[test]
    fn texts_name_figures() {
        assert_eq!(
            credit_exceeded(10_000, 9_000, 2_000, "CNY").text.en,
            "above the credit limit: limit 100.00, open 90.00, this order 20.00 CNY"
        );
    }
}
