//! The sets as data: one row for each point.

use mortise_domain::call::Interface;
use mortise_domain::text::Text;

/// Something that every plugin of an interface must get right, and that only a scenario can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The interface.
    pub interface: Interface,
    /// Its name within the set.
    pub name: &'static str,
    zh: &'static str,
    en: &'static str,
}

impl Point {
    /// `interface.name`, as it stands in `covers`.
    pub fn id(&self) -> String {
        format!("{}.{}", self.interface.name(), self.name)
    }

    /// What must be right.
    pub fn text(&self) -> Text {
        Text::new(self.zh, self.en)
    }
}

type Row = (&'static str, &'static str, &'static str);

const ONE_EFFECT: Row = (
    "one-effect",
    "同一幂等键调用两次，对方只产生一次效果",
    "the same idempotency key twice has one effect at the upstream",
);
const UNKNOWN_OUTCOME: Row = (
    "unknown-outcome",
    "对方已提交但超时：下一次尝试先查后写",
    "time-out after the upstream has committed: the next attempt looks up before it writes",
);
const EXPIRED_TOKEN: Row = (
    "expired-token",
    "令牌过期：换新令牌后继续，或明确报告未授权",
    "an expired token is renewed and the call goes on, or it says `unauthorized`",
);
const RATE_LIMIT: Row = (
    "rate-limit",
    "对方限流：返回 rate-limited 或可重试",
    "the upstream's rate limit becomes `rate-limited`, or a passing error",
);
const LANGUAGES: Row =
    ("languages", "中文、表情符号与从右到左的文字原样通过", "Chinese, emoji and right-to-left text arrive unchanged");
const EMPTY: Row = ("empty", "空输入有明确的答案", "an empty input has a clear answer");
const HUGE: Row =
    ("huge", "很大的输入在限制内完成，或明确拒绝", "a huge input ends within the bounds, or is refused clearly");

const ERP: &[Row] = &[
    ONE_EFFECT,
    UNKNOWN_OUTCOME,
    (
        "unknown-item",
        "对方没有该商品：invalid，并指出行",
        "an item that the upstream lacks is `invalid` and names its line",
    ),
    ("cancel-twice", "取消两次都成功", "cancelling twice succeeds twice"),
    EXPIRED_TOKEN,
    RATE_LIMIT,
    LANGUAGES,
    HUGE,
];

const INVENTORY: &[Row] = &[
    ONE_EFFECT,
    UNKNOWN_OUTCOME,
    ("unknown-item", "对方没有的商品不出现在答案中", "an item that the upstream lacks has no level in the answer"),
    EXPIRED_TOKEN,
    RATE_LIMIT,
    LANGUAGES,
    EMPTY,
    HUGE,
];

const GEOCODER: &[Row] = &[
    ("unknown-item", "找不到的地址：级别为 none", "an address that nobody knows has the level `none`"),
    ("vague", "含糊的地址给出候选", "a vague address has candidates"),
    EXPIRED_TOKEN,
    RATE_LIMIT,
    LANGUAGES,
    EMPTY,
    HUGE,
];

const PRICING: &[Row] = &[
    ("unknown-item", "没有价格的商品：invalid，并指出行", "an item without a price is `invalid` and names its line"),
    ("explained", "价格的每一步都有说明，且相加等于单价", "every part of a price is explained, and the parts add up"),
    LANGUAGES,
    EMPTY,
    HUGE,
];

const NOTIFIER: &[Row] = &[
    (
        "unknown-outcome",
        "发送后超时：重复消息由对方去重，或标明可能重复",
        "time-out after sending: the upstream drops the repeat, or the repeat says that it may be one",
    ),
    (
        "unknown-item",
        "送达不到的收件人列在 refused 中，或 rejected",
        "recipients who cannot be reached are in `refused`, or it is `rejected`",
    ),
    EXPIRED_TOKEN,
    RATE_LIMIT,
    LANGUAGES,
    EMPTY,
    HUGE,
];

const ORDER_POLICY: &[Row] = &[
    ("allows", "没有规则适用的订单通过", "an order to which no rule applies goes on"),
    ("stops", "规则适用时给出原因与所需条件", "where a rule applies, it says why and what is needed"),
    LANGUAGES,
    EMPTY,
    HUGE,
];

/// The set of an interface.
pub fn points(interface: Interface) -> Vec<Point> {
    let rows = match interface {
        Interface::Erp => ERP,
        Interface::Inventory => INVENTORY,
        Interface::Geocoder => GEOCODER,
        Interface::Pricing => PRICING,
        Interface::Notifier => NOTIFIER,
        Interface::OrderPolicy => ORDER_POLICY,
    };
    rows.iter().map(|&(name, zh, en)| Point { interface, name, zh, en }).collect()
}

/// Beginnings of scenarios: file name and text. `FILL-IN` marks what the author fills in.
pub fn templates(interface: Interface) -> &'static [(&'static str, &'static str)] {
    match interface {
        Interface::Erp => &[
            ("_erp.yaml", include_str!("templates/erp/_erp.yaml")),
            ("push-order.yaml", include_str!("templates/erp/push-order.yaml")),
            ("push-order-unknown-outcome.yaml", include_str!("templates/erp/push-order-unknown-outcome.yaml")),
        ],
        Interface::Inventory => &[("stock.yaml", include_str!("templates/inventory/stock.yaml"))],
        Interface::Geocoder => &[("locate.yaml", include_str!("templates/geocoder/locate.yaml"))],
        Interface::Pricing => &[("price.yaml", include_str!("templates/pricing/price.yaml"))],
        Interface::Notifier => &[("send.yaml", include_str!("templates/notifier/send.yaml"))],
        Interface::OrderPolicy => &[("judge.yaml", include_str!("templates/order-policy/judge.yaml"))],
    }
}
