//! One parcel from claim to settlement.

use std::sync::Arc;
use std::time::Duration;

use mortise_domain::call::{Answer, CallRecord, Called};
use mortise_domain::connection::Connection;
use mortise_domain::delivery::{Delivery, Operation};
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::instant::Instant;
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::Settled;
use mortise_domain::text::Text;

use super::Courier;
use super::parcel::Parcel;
use super::request::{Plan, cancel_request};
use super::settle::{Tried, put_off};
use crate::batch::BatchError;
use crate::calls::{Effect, Function};
use crate::figures;

/// Pauses before a settlement that the store refused is tried again.
const SETTLE_AGAIN: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(5)];

/// What was done with a parcel.
struct Done {
    called: Called,
    /// Was more done than looking things up?
    wrote: bool,
}

impl Courier {
    /// Works a parcel. What cannot be settled is taken over when its lease ends.
    pub(super) async fn work(&self, parcel: Parcel) {
        match self.outcome(&parcel).await {
            Ok(settled) => self.settle(parcel, settled).await,
            Err(error) => self.unprepared(parcel, &error).await,
        }
    }

    /// The store did not give what is to be sent, so that nothing was called. If it only does not answer, that passes; what it
    /// cannot read must be looked at by a person.
    async fn unprepared(&self, parcel: Parcel, error: &StoreError) {
        let key = parcel.deliveries.first().map(|first| first.key.as_str());
        tracing::error!(key, %error, "the delivery could not be prepared");
        let now = self.calls.clock.now();
        let connection = self.calls.plugins.connection(parcel.connection());
        let Some(connection) = connection.filter(|_| !matches!(error, StoreError::Unavailable(_))) else {
            let settled = put_off(&parcel, now, self.soon());
            return self.settle(parcel, settled).await;
        };
        if parcel.deliveries.len() > 1 {
            // One of them is the cause; the others can be sent without it.
            for single in parcel.singles() {
                Box::pin(self.work(single)).await;
            }
            return;
        }
        let called = Called { result: Err(unreadable(error)), record: CallRecord::default() };
        let tried = Tried { connection: &connection, started_at: now, called, wrote: false, order: None };
        let settled = self.judge(&parcel, tried);
        self.settle(parcel, settled).await;
    }

    async fn outcome(&self, parcel: &Parcel) -> Result<Vec<Settled>, StoreError> {
        let now = self.calls.clock.now();
        let Some(first) = parcel.deliveries.first() else { return Ok(Vec::new()) };
        let Some(connection) = self.calls.plugins.connection(parcel.connection()) else {
            return Ok(put_off(parcel, now, now.after(self.paused)));
        };
        let Some(place) = self.lanes.enter(&connection) else {
            return Ok(put_off(parcel, now, self.soon()));
        };
        let need = self.lease_need(&connection);
        let turn = tokio::time::timeout(self.lease_margin / 2, place.running.acquire()).await;
        let now = self.calls.clock.now();
        let Ok(Ok(_turn)) = turn else {
            return Ok(put_off(parcel, now, self.soon()));
        };
        if now.after(need) > parcel.lease_until {
            // The lease would end while the upstream may still work on it: claimed again with a longer one.
            return Ok(put_off(parcel, now, now));
        }
        let order = self.orders.order(first.order).await?.map(|(order, _)| order);
        let plan = self.plan(first, parcel, order.clone()).await?;
        let started_at = self.calls.clock.now();
        let functions = plan.functions();
        // What cannot be built is not called, so that it needs no leave.
        if !functions.is_empty()
            && let Err(until) = self.admit(&connection, &functions, started_at).await?
        {
            return Ok(put_off(parcel, started_at, until));
        }
        // Looked at again at the last moment: a node that slept since its claim may have been succeeded.
        let now = self.calls.clock.now();
        if now.after(need) > parcel.lease_until {
            self.withdraw(&connection, &functions);
            return Ok(put_off(parcel, now, now));
        }
        let Done { called, wrote } = self.carry_out(first, parcel, &connection, plan).await;
        let tried = Tried { connection: &connection, started_at, called, wrote, order: order.as_ref() };
        Ok(self.judge(parcel, tried))
    }

    /// Breaker first, then the rate: a slot is taken only for a call that goes out.
    async fn admit(
        &self,
        connection: &Connection,
        functions: &[Function],
        now: Instant,
    ) -> Result<Result<(), Instant>, StoreError> {
        for (at, function) in functions.iter().enumerate() {
            if let Err(until) = self.calls.admit(connection, *function) {
                self.withdraw(connection, functions.get(..at).unwrap_or_default());
                return Ok(Err(until.max(now.after(Duration::from_millis(1)))));
            }
        }
        let Some(rate) = connection.rate else { return Ok(Ok(())) };
        let pace = rate.pace(connection.limits.http_timeout());
        let slot = self.deliveries.take_slot(&connection.name, pace, now).await;
        if !matches!(slot, Ok(Ok(()))) {
            self.withdraw(connection, functions);
        }
        slot
    }

    fn withdraw(&self, connection: &Connection, functions: &[Function]) {
        for function in functions {
            self.calls.withdraw(connection, *function);
        }
    }

    async fn carry_out(&self, first: &Delivery, parcel: &Parcel, connection: &Connection, plan: Plan) -> Done {
        if first.operation == Operation::Notify {
            let repeats = parcel.deliveries.iter().filter(|delivery| delivery.in_doubt).count();
            if repeats > 0 {
                figures::message_repeats(&connection.name, repeats);
            }
        }
        let trace = self.calls.trace();
        let effect =
            || Some(Effect { key: &first.key, attempt: parcel.attempt(), deadline: connection.limits.deadline() });
        let called = match plan {
            Plan::Call(request) => self.calls.call(connection, request, trace, effect()).await,
            Plan::Impossible(failure) => {
                let called = Called { result: Err(failure), record: CallRecord::default() };
                return Done { called, wrote: false };
            }
            Plan::FindFirst { find, then } => {
                let found = self.calls.call(connection, find, trace, None).await;
                let Ok(Answer::Found(Some(document))) = found.result else {
                    self.withdraw(connection, &[then]);
                    return Done { called: found, wrote: false };
                };
                let cancel = cancel_request(first, document.external_id);
                let mut called = self.calls.call(connection, cancel, trace, effect()).await;
                called.record.micros += found.record.micros;
                called.record.exchanges.splice(0..0, found.record.exchanges);
                called
            }
        };
        Done { called, wrote: true }
    }

    async fn settle(&self, parcel: Parcel, settled: Vec<Settled>) {
        let follows = settled.iter().any(|one| one.attempt.is_some());
        let settled = Arc::new(settled);
        let mut pauses = SETTLE_AGAIN.iter();
        while let Err(error) = self.settling.write(Arc::clone(&settled)).await {
            let key = parcel.deliveries.first().map(|first| first.key.as_str());
            let Some(pause) = pauses.next().filter(|_| matches!(error, BatchError::Store(StoreError::Unavailable(_))))
            else {
                tracing::error!(key, %error, "the outcome of a delivery could not be written; looked up when its lease ends");
                return;
            };
            tracing::warn!(key, %error, "the outcome of a delivery could not be written; tried again");
            tokio::time::sleep(*pause).await;
        }
        if follows {
            // What waited for this one may be due now.
            self.wake();
        }
    }

    /// A second or two from now, spread.
    fn soon(&self) -> Instant {
        self.calls.clock.now().after(Duration::from_secs_f64(1.0 + self.calls.chance.fraction()))
    }
}

/// What is to be sent cannot be read from the store.
fn unreadable(error: &StoreError) -> Failure {
    Failure::NotFound {
        reason: Text::new(
            format!(
                "待发送的数据无法从数据库读取（{error}）：如由更新版本的主机写入，请升级本主机，否则请从备份恢复该记录；然后重新投递"
            ),
            format!(
                "what is to be sent cannot be read from the database ({error}): if a newer version of the host wrote it, upgrade this one, otherwise restore that record from a backup; then replay the delivery"
            ),
        ),
    }
}

/// What a writing call answered, as far as it says what came into being.
pub(super) fn external_id(answer: Answer) -> Result<Option<String>, Failure> {
    match answer {
        Answer::Document(document) => Ok(Some(document.external_id)),
        Answer::Sent(receipt) => Ok(receipt.external_id),
        // Of a compensation: there is nothing to take back.
        Answer::Found(None) => Ok(None),
        _ => Err(Failure::Broken {
            kind: Breakage::Answer,
            reason: Text::new("插件的应答不符合约定", "the plugin's answer is no answer of the contract to this call"),
        }),
    }
}
