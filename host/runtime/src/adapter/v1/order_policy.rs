//! Judgement of orders.

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::hold::Need;
use mortise_domain::policy::{Facts, Outcome, Verdict};
use wasmtime::Store;
use wasmtime::component::Instance;

use super::interface::functions;
use super::place::located;
use super::types::{order, read_bilingual, recent};
use super::wit::exports::mortise::plugin::order_policy as wit;
use crate::adapter::Fault;
use crate::adapter::check::{Checked, attributes, id, list, required_id};
use crate::state::State;

functions!(Interface::OrderPolicy, "mortise:plugin/order-policy@1.0.0" {
    judge = "judge" (&wit::Facts) -> Vec<wit::Verdict>;
});

fn facts(value: Facts) -> wit::Facts {
    wit::Facts {
        order: order(value.order),
        credit: wit::Credit { limit: value.credit.limit, open: value.credit.open },
        located: value.located.map(located),
        recent: value.recent.into_iter().map(recent).collect(),
        attachments: value.attachments,
        attributes: value.attributes,
    }
}

fn read_need(value: wit::Need) -> Checked<Need> {
    Ok(Need {
        kind: required_id("outcome.hold.needs.kind", value.kind)?,
        role: id("outcome.hold.needs.role", value.role)?,
        text: read_bilingual("outcome.hold.needs.text", value.text)?,
    })
}

pub(super) fn read_verdict(value: wit::Verdict) -> Checked<Verdict> {
    let outcome = match value.outcome {
        wit::Outcome::Allow => Outcome::Allow,
        wit::Outcome::Flag(text) => Outcome::Flag { text: read_bilingual("outcome.flag", text)? },
        wit::Outcome::Hold(hold) => Outcome::Hold {
            reason: read_bilingual("outcome.hold.reason", hold.reason)?,
            needs: list("outcome.hold.needs", hold.needs, read_need)?,
        },
        wit::Outcome::Block(text) => Outcome::Block { text: read_bilingual("outcome.block", text)? },
    };
    Ok(Verdict {
        rule: required_id("rule", value.rule)?,
        title: read_bilingual("title", value.title)?,
        outcome,
        attributes: attributes("attributes", value.attributes)?,
    })
}

impl Functions {
    pub(super) async fn answer(
        &self,
        store: &mut Store<State>,
        instance: &Instance,
        request: Request,
    ) -> Result<Answer, Fault> {
        let Request::Judge { facts: asked } = request else { return Err(Fault::Missing) };
        let verdicts = self.judge(store, instance, (&facts(*asked),)).await?;
        Ok(Answer::Verdicts(list("verdicts", verdicts, read_verdict)?))
    }
}
