//! The order and what is known about it, as expressions see it.

use cel::ExecutionError;
use cel::common::traits::{Container, Indexer};
use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelString, Type};
use cel::common::value::{CowVal, Val};
use mortise_sdk::geocoder::Level;
use mortise_sdk::order_policy::RecentOrder;
use mortise_sdk::{AttributesExt, Customer, Decimal, Line};

use crate::day;
use crate::scene::Scene;
use crate::settings::{Kind, Thresholds};
use crate::text::money;

static RECORD: Type = Type::new_unspecified_type("record");
/// Digits to which an amount in another currency is rounded once it is converted.
const CONVERTED_DIGITS: u8 = 2;
const HOUR: f64 = 3_600_000_000.0;

/// A record whose fields are made when they are asked for.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    Order(&'a Scene<'a>),
    Credit(&'a Scene<'a>),
    Place(&'a Scene<'a>),
    Customer(&'a Customer),
    Line(&'a Scene<'a>, &'a Line),
    Recent(&'a Scene<'a>, &'a RecentOrder),
    Thresholds(&'a Thresholds),
    Attributes(&'a [(String, String)]),
}

/// The value of a field.
pub enum Cell<'a> {
    Text(&'a str),
    Made(String),
    Whole(i64),
    Number(f64),
    Truth(bool),
    View(View<'a>),
    Views(Vec<View<'a>>),
    Texts(&'a [String]),
}

impl<'a> Cell<'a> {
    pub fn into_value(self) -> Box<dyn Val + 'a> {
        match self {
            Self::Text(text) => Box::new(CelString::from(text)),
            Self::Made(text) => Box::new(CelString::from(text)),
            Self::Whole(number) => Box::new(CelInt::from(number)),
            Self::Number(number) => Box::new(CelDouble::from(number)),
            Self::Truth(truth) => Box::new(CelBool::from(truth)),
            Self::View(view) => Box::new(view),
            Self::Views(views) => list(views.into_iter().map(Cell::View)),
            Self::Texts(texts) => list(texts.iter().map(|text| Cell::Text(text))),
        }
    }
}

fn list<'a>(cells: impl Iterator<Item = Cell<'a>>) -> Box<dyn Val + 'a> {
    Box::new(CelList::from(cells.map(Cell::into_value).collect::<Vec<_>>()))
}

/// The nearest binary number: exact arithmetic ends here, comparisons with literals such as `0.8` hold.
#[expect(clippy::cast_precision_loss, reason = "as near as a CEL double comes")]
fn number<'a>(decimal: Decimal) -> Cell<'a> {
    Cell::Number(decimal.units as f64 / 10_f64.powi(decimal.scale.into()))
}

fn amount<'a>(minor: i64, currency: &str) -> Cell<'a> {
    number(Decimal::from_amount(minor, money::digits(currency)))
}

impl<'a> View<'a> {
    /// The field of this name. None: there is none.
    fn field(&self, name: &str) -> Result<Option<Cell<'a>>, ExecutionError> {
        Ok(match *self {
            Self::Order(scene) => return order(scene, name),
            Self::Line(scene, line) => return line_field(scene, line, name),
            Self::Recent(scene, earlier) => recent(scene, earlier, name),
            Self::Customer(customer) => match name {
                "code" => Some(Cell::Text(&customer.code)),
                "name" => Some(Cell::Text(&customer.name)),
                "level" => Some(Cell::Text(&customer.level)),
                "region" => Some(Cell::Text(&customer.region)),
                "attributes" => Some(Cell::View(View::Attributes(&customer.attributes))),
                _ => None,
            },
            Self::Credit(scene) => {
                let (credit, currency) = (&scene.facts.credit, &scene.facts.order.currency);
                match name {
                    "has_limit" => Some(Cell::Truth(credit.limit.is_some())),
                    "limit" => Some(amount(credit.limit.unwrap_or_default(), currency)),
                    "open" => Some(amount(credit.open, currency)),
                    _ => None,
                }
            }
            Self::Place(scene) => match name {
                "level" => Some(Cell::Text(match &scene.facts.located {
                    None => "unknown",
                    Some(located) => match located.best.level {
                        Level::Point => "point",
                        Level::Road => "road",
                        Level::Area => "area",
                        Level::None => "none",
                    },
                })),
                _ => None,
            },
            Self::Thresholds(thresholds) => match name {
                "amount" => Some(number(thresholds.amount)),
                "duplicate_hours" => Some(number(thresholds.duplicate_hours)),
                "duplicate_overlap" => Some(number(thresholds.duplicate_overlap)),
                "lead_time_days" => Some(Cell::Whole(thresholds.lead_time_days.into())),
                "discount" => Some(number(thresholds.discount)),
                _ => None,
            },
            Self::Attributes(attributes) => attributes.value(name).map(Cell::Text),
        })
    }
}

fn order<'a>(scene: &'a Scene<'a>, name: &str) -> Result<Option<Cell<'a>>, ExecutionError> {
    let order = &scene.facts.order;
    let currency = &order.currency;
    Ok(Some(match name {
        "number" => Cell::Text(&order.number),
        "kind" => Cell::Text(Kind::of(order.kind).name()),
        "original" => Cell::Text(order.original.as_deref().unwrap_or_default()),
        "customer" => Cell::View(View::Customer(&order.customer)),
        "store" => Cell::Text(&order.store),
        "region" => Cell::Text(&order.region),
        "currency" => Cell::Text(currency),
        "business_date" => Cell::Text(&order.business_date),
        "address" => Cell::Text(&order.ship_to.text),
        "city" => Cell::Text(&order.ship_to.city),
        "net" => amount(order.net, currency),
        "tax" => amount(order.tax, currency),
        "gross" => amount(order.gross, currency),
        "net_minor" => Cell::Whole(order.net),
        "tax_minor" => Cell::Whole(order.tax),
        "gross_minor" => Cell::Whole(order.gross),
        "gross_company" => match order.exchange_rate {
            None => amount(order.gross, currency),
            Some(rate) => {
                let gross = Decimal::from_amount(order.gross, money::digits(currency));
                let converted = gross.times(rate).and_then(|converted| converted.rounded(CONVERTED_DIGITS));
                number(converted.map_err(|error| ExecutionError::function_error("gross_company", error))?)
            }
        },
        "gross_text" => Cell::Made(money::show(order.gross, currency)),
        "lines" => Cell::Views(order.lines.iter().map(|line| View::Line(scene, line)).collect()),
        "note" => Cell::Text(&order.note),
        "payment_days" => Cell::Whole(order.payment_days.into()),
        "attributes" => Cell::View(View::Attributes(&order.attributes)),
        _ => return Ok(None),
    }))
}

fn line_field<'a>(scene: &'a Scene<'a>, line: &'a Line, name: &str) -> Result<Option<Cell<'a>>, ExecutionError> {
    let currency = &scene.facts.order.currency;
    Ok(Some(match name {
        "number" => Cell::Whole(line.number.into()),
        "sku" => Cell::Text(&line.sku),
        "name" => Cell::Text(&line.name),
        "category" => Cell::Text(&line.category),
        "unit" => Cell::Text(&line.unit),
        "quantity" => number(line.quantity),
        "unit_price" => number(line.unit_price),
        "net" => amount(line.net, currency),
        "gross" => amount(line.gross, currency),
        "warehouse" => Cell::Text(line.warehouse.as_deref().unwrap_or_default()),
        "custom" => Cell::Truth(line.attributes.flag("custom")),
        "lead_time_days" => Cell::Whole(lead_time(line)?),
        "ready_on" => Cell::Made(ready_on(scene, line)?),
        "schedule" => {
            let (days, day) = (lead_time(line)?, ready_on(scene, line)?);
            Cell::Made(format!("{} {}: {days}, {day}", line.sku, line.name))
        }
        "attributes" => Cell::View(View::Attributes(&line.attributes)),
        _ => return Ok(None),
    }))
}

fn ready_on(scene: &Scene<'_>, line: &Line) -> Result<String, ExecutionError> {
    Ok(day::after(&scene.facts.order.business_date, lead_time(line)?).unwrap_or_default())
}

/// Whole days; 0 where the item has none.
fn lead_time(line: &Line) -> Result<i64, ExecutionError> {
    let text = line.attributes.value("lead-time-days").unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(0);
    }
    text.parse::<u32>().map(i64::from).map_err(|_| {
        let message =
            format!("line {} has the attribute lead-time-days {text:?}, not a whole number of days", line.number);
        ExecutionError::function_error("lead_time_days", message)
    })
}

#[expect(clippy::cast_precision_loss, reason = "microseconds of centuries fit a double")]
fn recent<'a>(scene: &'a Scene<'a>, earlier: &'a RecentOrder, name: &str) -> Option<Cell<'a>> {
    let order = &scene.facts.order;
    Some(match name {
        "number" => Cell::Text(&earlier.number),
        "state" => Cell::Text(&earlier.state),
        "gross" => amount(earlier.gross, &order.currency),
        "hours_ago" => Cell::Number(order.placed_at.saturating_sub(earlier.placed_at) as f64 / HOUR),
        "sku_overlap" => Cell::Number(scene.overlap(&earlier.skus)),
        "skus" => Cell::Texts(&earlier.skus),
        _ => return None,
    })
}

impl Val for View<'_> {
    fn get_type(&self) -> &Type {
        &RECORD
    }

    fn cel_type() -> &'static Type {
        &RECORD
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_container(&self) -> Option<&dyn Container> {
        Some(self)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(*self)
    }
}

impl Indexer for View<'_> {
    fn get<'b, 'v>(&'b self, key: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = key_of(key)?;
        match self.field(name)? {
            Some(cell) => Ok(CowVal::Owned(cell.into_value())),
            None => Err(ExecutionError::no_such_key(name)),
        }
    }

    fn steal<'v>(self: Box<Self>, key: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        let name = key_of(key)?;
        self.field(name)?.map(Cell::into_value).ok_or_else(|| ExecutionError::no_such_key(name))
    }
}

impl Container for View<'_> {
    fn contains(&self, key: &dyn Val) -> Result<bool, ExecutionError> {
        Ok(self.field(key_of(key)?)?.is_some())
    }
}

fn key_of(key: &dyn Val) -> Result<&str, ExecutionError> {
    key.downcast_ref::<CelString<'_>>().map(CelString::inner).ok_or_else(|| ExecutionError::UnexpectedType {
        got: key.get_type().name().to_owned(),
        want: "string".to_owned(),
    })
}
