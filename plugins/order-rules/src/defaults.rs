//! The rules that come with the plugin. The manifest shows the same ones as the default of `rules`.

use mortise_sdk::Text;

use crate::settings::{Fact, Kind, Need, NeedKind, Outcome, Rule};

const DUPLICATE: &str = "r.hours_ago >= -thresholds.duplicate_hours && r.hours_ago <= thresholds.duplicate_hours \
    && r.sku_overlap > thresholds.duplicate_overlap && r.state != 'rejected' && r.state != 'cancelled'";
const LATE: &str = "l.custom && l.lead_time_days > thresholds.lead_time_days";

/// The default rules, in order.
pub fn rules() -> Vec<Rule> {
    vec![amount_over_limit(), discount_over_authority(), suspected_duplicate(), long_lead_time(), duplicates_cut_off()]
}

fn amount_over_limit() -> Rule {
    Rule {
        code: "amount-over-limit".to_owned(),
        title: Text::new("金额超限", "Amount over the limit"),
        enabled: true,
        kinds: vec![Kind::Sale],
        when: "order.gross_company > thresholds.amount".to_owned(),
        outcome: Outcome::Hold,
        text: Some(Text::new(
            "订单含税金额 {order.gross_text}，超过本位币 {thresholds.amount}，需要法定代表人授权书",
            "The order amounts to {order.gross_text} with tax. Above {thresholds.amount} in the company's currency it needs the legal representative's authorisation",
        )),
        needs: vec![Need {
            kind: NeedKind::Attachment,
            role: String::new(),
            text: Text::new(
                "请上传法定代表人授权书；审核后放行",
                "Attach the legal representative's authorisation; the order goes on when it has been reviewed",
            ),
        }],
        facts: vec![fact("amount", "order.gross_company"), fact("limit", "thresholds.amount")],
    }
}

fn discount_over_authority() -> Rule {
    Rule {
        code: "discount-over-authority".to_owned(),
        title: Text::new("折扣超权限", "Discount over authority"),
        enabled: true,
        kinds: vec![Kind::Sale],
        when: "discount > thresholds.discount".to_owned(),
        outcome: Outcome::Hold,
        text: Some(Text::new(
            "最大行折扣 {discount}，超过权限 {thresholds.discount}，批准前不能确认",
            "The largest discount of a line is {discount} of its list price, above the authority of {thresholds.discount}; not confirmed before it is approved",
        )),
        needs: vec![Need {
            kind: NeedKind::Approval,
            role: "supervisor".to_owned(),
            text: Text::new("区域主管批准折扣", "The regional director approves the discount"),
        }],
        facts: vec![fact("discount", "discount"), fact("authority", "thresholds.discount")],
    }
}

fn suspected_duplicate() -> Rule {
    Rule {
        code: "suspected-duplicate".to_owned(),
        title: Text::new("疑似重复订单", "Suspected duplicate"),
        enabled: true,
        kinds: vec![Kind::Sale],
        when: format!("recent.exists(r, {DUPLICATE})"),
        outcome: Outcome::Hold,
        text: Some(Text::new(
            "疑似重复：该客户 {thresholds.duplicate_hours} 小时内的订单 {duplicates} 与本单商品高度重合",
            "Suspected duplicate: within {thresholds.duplicate_hours} hours the customer has ordered nearly the same items: {duplicates}",
        )),
        needs: vec![Need {
            kind: NeedKind::Review,
            role: String::new(),
            text: Text::new("请人工确认是否重复下单", "Have a person check whether the order was placed twice"),
        }],
        facts: vec![fact("duplicates", &format!("recent.filter(r, {DUPLICATE}).map(r, r.number)"))],
    }
}

fn duplicates_cut_off() -> Rule {
    Rule {
        code: "duplicates-cut-off".to_owned(),
        title: Text::new("重复检查不完整", "Duplicates not wholly checked"),
        enabled: true,
        kinds: vec![Kind::Sale],
        when: "recent_hours < thresholds.duplicate_hours".to_owned(),
        outcome: Outcome::Flag,
        text: Some(Text::new(
            "本单前后 {thresholds.duplicate_hours} 小时内该客户订单过多，只与前后 {recent_hours} 小时内的订单作了重复比对",
            "Compared for duplicates only with the customer's orders within {recent_hours} hours, not {thresholds.duplicate_hours}: there are too many",
        )),
        needs: Vec::new(),
        facts: vec![fact("hours", "recent_hours")],
    }
}

fn long_lead_time() -> Rule {
    Rule {
        code: "long-lead-time".to_owned(),
        title: Text::new("定制交期较长", "Long lead time"),
        enabled: true,
        kinds: vec![Kind::Sale],
        when: format!("order.lines.exists(l, {LATE})"),
        outcome: Outcome::Flag,
        text: Some(Text::new(
            "定制商品交期超过 {thresholds.lead_time_days} 天，排产计划（商品：天数，完工日）：{schedule}",
            "Custom-made items take longer than {thresholds.lead_time_days} days. Production schedule (item: days, ready on): {schedule}",
        )),
        needs: Vec::new(),
        facts: vec![fact("schedule", &format!("order.lines.filter(l, {LATE}).map(l, l.schedule)"))],
    }
}

fn fact(name: &str, value: &str) -> Fact {
    Fact { name: name.to_owned(), value: value.to_owned() }
}
