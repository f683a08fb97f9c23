//! What a delivery asks of its plugin, built from the order as it was judged.

use mortise_domain::announcement::{Subject, compose};
use mortise_domain::call::Request;
use mortise_domain::delivery::{Delivery, Operation};
use mortise_domain::erp::Receivable;
use mortise_domain::failure::Failure;
use mortise_domain::ids::ApprovalId;
use mortise_domain::instant::{Instant, days_after};
use mortise_domain::inventory::{Item, PickTask};
use mortise_domain::notification::Message;
use mortise_domain::order::Order;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::approvals::Ticket;
use mortise_domain::text::Text;
use mortise_domain::wave::WaveLine;
use serde::Deserialize;

use super::Courier;
use super::parcel::{Parcel, kind};
use crate::calls::{Function, function};

/// What is to be called.
pub(super) enum Plan {
    Call(Request),
    /// A compensation whose effect nobody has noted: the upstream is asked for it first.
    FindFirst {
        find: Request,
        then: Function,
    },
    /// It cannot be built: a person must look at it.
    Impossible(Failure),
}

impl Plan {
    /// What it calls.
    pub fn functions(&self) -> Vec<Function> {
        match self {
            Self::Call(request) => vec![function(request)],
            Self::FindFirst { find, then } => vec![function(find), *then],
            Self::Impossible(_) => Vec::new(),
        }
    }
}

#[derive(Deserialize)]
struct PickDetail {
    warehouse: String,
    zone: String,
    wave: String,
    #[serde(default)]
    erp: String,
    lines: Vec<WaveLine>,
}

impl Courier {
    /// `delivery` is the parcel's first.
    pub(super) async fn plan(
        &self,
        delivery: &Delivery,
        parcel: &Parcel,
        order: Option<Order>,
    ) -> Result<Plan, StoreError> {
        let number = &delivery.order_number;
        match delivery.operation {
            Operation::Notify => return self.message(parcel, order).await,
            Operation::CancelOrder => {
                return self.cancel(delivery, "order", Request::FindOrder { number: number.clone() }).await;
            }
            Operation::CancelReceivable => {
                return self.cancel(delivery, "receivable", Request::FindReceivable { number: number.clone() }).await;
            }
            Operation::CancelPick => {
                let find = Request::FindPick { key: pick_key(delivery) };
                return self.cancel(delivery, "pick", find).await;
            }
            Operation::PushOrder | Operation::PushReceivable | Operation::PushPick => {}
        }
        let Some(order) = order else {
            return Ok(impossible("the order was never judged with a price, so there is nothing to send"));
        };
        match delivery.operation {
            Operation::PushReceivable => {
                let document = self.deliveries.external_id(&delivery.connection, "order", number).await?;
                let Some(document) = document else {
                    return Ok(impossible("the ERP's document of the order is not known; replay its push first"));
                };
                let receivable = Box::new(receivable(order, document));
                Ok(Plan::Call(Request::PushReceivable { receivable }))
            }
            Operation::PushPick => {
                let Ok(detail) = PickDetail::deserialize(&delivery.detail) else {
                    return Ok(impossible("the particulars of the pick task cannot be read"));
                };
                let document = self.deliveries.external_id(&detail.erp, "order", number).await?;
                let task = Box::new(pick_task(delivery, detail, order, document));
                Ok(Plan::Call(Request::PushPick { task }))
            }
            _ => Ok(Plan::Call(Request::PushOrder { order: Box::new(order) })),
        }
    }

    async fn cancel(&self, delivery: &Delivery, what: &str, find: Request) -> Result<Plan, StoreError> {
        let local = if what == "pick" { pick_key(delivery) } else { delivery.order_number.clone() };
        Ok(match self.deliveries.external_id(&delivery.connection, what, &local).await? {
            Some(external_id) => Plan::Call(cancel_request(delivery, external_id)),
            None => Plan::FindFirst { find, then: function(&cancel_request(delivery, String::new())) },
        })
    }

    async fn message(&self, parcel: &Parcel, first: Option<Order>) -> Result<Plan, StoreError> {
        let mut orders = vec![first];
        for delivery in parcel.deliveries.iter().skip(1) {
            orders.push(self.orders.order(delivery.order).await?.map(|(order, _)| order));
        }
        let subjects: Vec<Subject<'_>> = parcel
            .deliveries
            .iter()
            .zip(&orders)
            .map(|(delivery, order)| Subject {
                number: &delivery.order_number,
                order: order.as_ref(),
                detail: &delivery.detail,
                repeat: delivery.in_doubt,
            })
            .collect();
        let kind = parcel.deliveries.first().map_or("note", kind);
        let mut message = compose(kind, &subjects);
        if let Some(asked) = parcel.deliveries.first().and_then(|delivery| Asked::deserialize(&delivery.detail).ok()) {
            self.address(&mut message, asked);
        }
        Ok(Plan::Call(Request::Send { message }))
    }

    /// To one person with a link by which this person decides, or to all with one to the page for those who sign in.
    fn address(&self, message: &mut Message, asked: Asked) {
        let Asked { approval, step, person, expires_at } = asked;
        let link = match person {
            Some(person) => {
                message.recipients.push(person.clone());
                self.links.deciding(&Ticket { approval, step, person, expires_at })
            }
            None => self.links.showing(),
        };
        message.link = Some(link);
    }
}

/// Particulars of a message about an approval. The link is made when it is sent, so that it is stored nowhere.
#[derive(Deserialize)]
struct Asked {
    approval: ApprovalId,
    step: u32,
    #[serde(default)]
    person: Option<String>,
    expires_at: Instant,
}

fn impossible(why: &str) -> Plan {
    Plan::Impossible(Failure::NotFound { reason: Text::new(format!("无法发送：{why}"), why) })
}

/// The request that takes the effect with this id back.
pub(super) fn cancel_request(delivery: &Delivery, external_id: String) -> Request {
    let given = delivery.detail.get("reason").and_then(|reason| Text::deserialize(reason).ok());
    let reason = given.unwrap_or_else(|| Text::new("订单已取消", "the order was cancelled"));
    match delivery.operation {
        Operation::CancelReceivable => Request::CancelReceivable { external_id, reason },
        Operation::CancelPick => Request::CancelPick { external_id, reason },
        _ => Request::CancelOrder { external_id, reason },
    }
}

/// Key of the pick task that a compensation takes back: named as `of`, or by its wave.
fn pick_key(delivery: &Delivery) -> String {
    let text = |field: &str| delivery.detail.get(field).and_then(serde_json::Value::as_str);
    match text("of") {
        Some(key) => key.to_owned(),
        None => format!("{}/pick/{}", delivery.order_number, text("wave").unwrap_or_default()),
    }
}

fn receivable(order: Order, order_document: String) -> Receivable {
    Receivable {
        order: order.number,
        kind: order.kind,
        order_document,
        due_date: days_after(&order.business_date, order.payment_days),
        customer: order.customer,
        currency: order.currency,
        exchange_rate: order.exchange_rate,
        totals: order.totals,
        business_date: order.business_date,
        attributes: order.attributes,
    }
}

fn pick_task(delivery: &Delivery, detail: PickDetail, order: Order, order_document: Option<String>) -> PickTask {
    let item = |part: WaveLine| {
        let line = order.lines.iter().find(|line| line.number == part.line);
        Item {
            line: part.line,
            sku: part.sku,
            name: line.map(|line| line.name.clone()).unwrap_or_default(),
            quantity: part.quantity,
            attributes: line.map(|line| line.attributes.clone()).unwrap_or_default(),
        }
    };
    PickTask {
        key: delivery.key.clone(),
        kind: order.kind,
        order_document,
        wave: detail.wave,
        warehouse: detail.warehouse,
        zone: detail.zone,
        items: detail.lines.into_iter().map(item).collect(),
        order: order.number,
        customer: order.customer,
        ship_to: order.ship_to,
        attributes: order.attributes,
    }
}
