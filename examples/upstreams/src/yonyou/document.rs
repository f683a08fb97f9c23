//! What is a document, and what may happen to it?

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::refusal::Refusal;
use crate::decimal::Decimal;

/// Fields of a header or a line, as the caller sent them.
pub type Fields = Map<String, Value>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    SaleOrder,
    /// A delivery note: what the warehouse picks from.
    Consignment,
    OughtReceive,
    /// A payment.
    Accept,
    SaleInvoice,
}

impl Kind {
    pub const ALL: [Self; 5] =
        [Self::SaleOrder, Self::Consignment, Self::OughtReceive, Self::Accept, Self::SaleInvoice];

    pub fn of(resource: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.resource() == resource)
    }

    pub fn resource(self) -> &'static str {
        match self {
            Self::SaleOrder => "saleorder",
            Self::Consignment => "consignment",
            Self::OughtReceive => "oughtreceive",
            Self::Accept => "accept",
            Self::SaleInvoice => "saleinvoice",
        }
    }

    /// The spellings of the customer's code; the first is the one that this kind documents.
    pub fn customer_fields(self) -> &'static [&'static str] {
        match self {
            Self::SaleOrder => &["custcode"],
            Self::Consignment => &["custcode", "cust_code", "cust_vendor_code"],
            Self::OughtReceive => &["cust_vendor_code"],
            Self::Accept | Self::SaleInvoice => &["customercode"],
        }
    }

    pub fn code_field(self) -> &'static str {
        match self {
            Self::Accept => "vouchcode",
            Self::SaleInvoice => "invoiceno",
            _ => "code",
        }
    }

    pub fn date_field(self) -> &'static str {
        if self == Self::Accept { "vouchdate" } else { "date" }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum State {
    Opening,
    Approved,
    /// The name is this simulator's choice; `closer` is filled as well.
    Closed,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Self::Opening => "Opening",
            Self::Approved => "Approved",
            Self::Closed => "Closed",
        }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Document {
    pub kind: Kind,
    pub code: String,
    pub biz_id: Option<String>,
    pub state: State,
    pub customer: String,
    pub date: String,
    pub verifier: String,
    pub closer: String,
    pub header: Fields,
    pub entry: Vec<Fields>,
    pub created_ms: i64,
    pub modified_ms: i64,
}

impl Document {
    pub fn verify(&mut self) -> Result<(), Refusal> {
        match self.state {
            State::Opening => {
                self.state = State::Approved;
                self.verifier = "demo".into();
                Ok(())
            }
            State::Approved => Err(Refusal::state(&self.code, "已审核")),
            State::Closed => Err(Refusal::state(&self.code, "已关闭")),
        }
    }

    pub fn unverify(&mut self) -> Result<(), Refusal> {
        match self.state {
            State::Approved => {
                self.state = State::Opening;
                self.verifier.clear();
                Ok(())
            }
            State::Opening => Err(Refusal::state(&self.code, "未审核")),
            State::Closed => Err(Refusal::state(&self.code, "已关闭")),
        }
    }

    pub fn close(&mut self) -> Result<(), Refusal> {
        if self.state == State::Closed {
            return Err(Refusal::state(&self.code, "已关闭"));
        }
        self.state = State::Closed;
        self.closer = "demo".into();
        Ok(())
    }

    pub fn open(&mut self) -> Result<(), Refusal> {
        if self.state != State::Closed {
            return Err(Refusal::state(&self.code, "未关闭"));
        }
        self.state = if self.verifier.is_empty() { State::Opening } else { State::Approved };
        self.closer.clear();
        Ok(())
    }

    /// May its content change?
    pub fn check_editable(&self) -> Result<(), Refusal> {
        match self.state {
            State::Opening => Ok(()),
            State::Approved => Err(Refusal::state(&self.code, "已审核，不能修改或删除，请先弃审")),
            State::Closed => Err(Refusal::state(&self.code, "已关闭，不能修改或删除")),
        }
    }

    /// The row of a list: the header without the lines.
    pub fn row(&self, customer_name: &str) -> Fields {
        let mut row = self.header.clone();
        row.remove("entry");
        row.insert(self.kind.code_field().into(), json!(self.code));
        row.insert(self.kind.date_field().into(), json!(self.date));
        for (name, value) in [
            ("state", self.state.name()),
            ("cusname", customer_name),
            ("cusabbname", customer_name),
            ("verifier", &self.verifier),
            ("closer", &self.closer),
        ] {
            row.insert(name.into(), json!(value));
        }
        row
    }

    /// The answer of `get`.
    pub fn full(&self, customer_name: &str) -> Value {
        let mut full = self.row(customer_name);
        full.insert("entry".into(), json!(self.entry));
        Value::Object(full)
    }

    /// Goods that come back have negative quantities.
    pub fn is_return(&self) -> bool {
        self.entry.iter().any(|line| quantity(line, "quantity").is_negative())
    }

    /// Is this the document with this code, this number of the caller, or this biz_id?
    pub fn answers_to(&self, name: &str) -> bool {
        self.code == name
            || self.biz_id.as_deref() == Some(name)
            || self.header.iter().any(|(field, value)| field.starts_with("define") && value.as_str() == Some(name))
    }
}

/// Strings and numbers as text; empty where the field is missing.
pub fn text(fields: &Fields, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The number, or 0.
pub fn quantity(fields: &Fields, name: &str) -> Decimal {
    fields.get(name).and_then(Decimal::of).unwrap_or_default()
}

/// The number, if there is one; text that is none is refused.
pub fn number(fields: &Fields, name: &str) -> Result<Option<Decimal>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(value) => Decimal::of(value).map(Some).ok_or_else(|| Refusal::invalid(name, "不是数字")),
    }
}

pub fn set(fields: &mut Fields, name: &str, value: Decimal) {
    fields.insert(name.into(), json!(value));
}
