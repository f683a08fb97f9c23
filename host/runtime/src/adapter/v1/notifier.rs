//! Channels to people.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::instant::Instant;
use mortise_domain::notification::{Message, ReadReceipt, Receipt, Severity};
use wasmtime::Store;
use wasmtime::component;

use super::interface::functions;
use super::types::bilingual;
use super::wit::exports::mortise::plugin::notifier as wit;
use crate::adapter::Fault;
use crate::adapter::check::{Checked, attributes, id, list};
use crate::state::State;

functions!(Interface::Notifier, "mortise:plugin/notifier@1.0.0" {
    send = "send" (&wit::Message) -> wit::Receipt;
    read_receipts = "read-receipts" (&[String]) -> Vec<wit::ReadReceipt>;
});

fn message(value: Message) -> wit::Message {
    let severity = match value.severity {
        Severity::Info => wit::Severity::Info,
        Severity::Warning => wit::Severity::Warning,
        Severity::Critical => wit::Severity::Critical,
    };
    let attachments = value.attachments.into_iter().map(|file| wit::Attachment {
        name: file.name,
        media_type: file.media_type,
        content: file.content,
    });
    wit::Message {
        kind: value.kind,
        severity,
        title: bilingual(value.title),
        body: bilingual(value.body),
        facts: value
            .facts
            .into_iter()
            .map(|fact| wit::Fact { name: bilingual(fact.name), value: fact.value })
            .collect(),
        subjects: value.subjects,
        recipients: value.recipients,
        link: value.link,
        attachments: attachments.collect(),
        attributes: value.attributes,
    }
}

pub(super) fn read_receipt(value: wit::Receipt) -> Checked<Receipt> {
    Ok(Receipt {
        external_id: value.external_id.map(|external_id| id("external-id", external_id)).transpose()?,
        refused: list("refused", value.refused, |recipient| id("refused", recipient))?,
        attributes: attributes("attributes", value.attributes)?,
    })
}

pub(super) fn read_reading(value: wit::ReadReceipt) -> Checked<ReadReceipt> {
    Ok(ReadReceipt {
        external_id: id("external-id", value.external_id)?,
        recipient: id("recipient", value.recipient)?,
        at: Instant(value.at),
    })
}

impl Functions {
    pub(super) async fn answer(
        &self,
        store: &mut Store<State>,
        instance: &component::Instance,
        request: Request,
    ) -> Result<Answer, Fault> {
        match request {
            Request::Send { message: sent } => {
                let receipt = self.send(store, instance, (&message(sent),)).await?;
                Ok(Answer::Sent(read_receipt(receipt)?))
            }
            Request::ReadReceipts { external_ids } => {
                let readings = self.read_receipts(store, instance, (external_ids.as_slice(),)).await?;
                Ok(Answer::ReadReceipts(list("read-receipts", readings, read_reading)?))
            }
            _ => Err(Fault::Missing),
        }
    }
}
