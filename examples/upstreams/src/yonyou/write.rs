//! How does a write go? One-time id or biz_id, at once or later, add or change.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Document, Kind, Yonyou,
    document::{Fields, State, text},
    refusal::Refusal,
};
use crate::{
    clock,
    message::{Reply, Request},
    world::Cx,
};

/// What is to be written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Work {
    kind: Kind,
    verb: String,
    /// The document, where the query names it.
    id: String,
    trade_id: String,
    biz_id: String,
    body: Value,
}

/// An asynchronous write: done when its time has come, and told at the second look.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    work: Work,
    due_ms: i64,
    polls: u32,
    result: Option<Result<String, Refusal>>,
}

impl Task {
    pub fn is_pending(&self) -> bool {
        self.result.is_none()
    }
}

impl Yonyou {
    pub fn write(&mut self, cx: Cx<'_>, request: &Request, kind: Kind, verb: &str) -> Result<Reply, Refusal> {
        let (trade_id, biz_id) = (request.arg("tradeid").to_owned(), request.arg("biz_id").to_owned());
        if trade_id.is_empty() == biz_id.is_empty() {
            return Err(Refusal::invalid("tradeid/biz_id", "必须且只能传一个"));
        }
        if !trade_id.is_empty() {
            self.spend_trade(&trade_id)?;
        }
        let body = if request.body.is_empty() {
            Value::Null
        } else {
            request.json().ok_or_else(|| Refusal::invalid("body", "不是有效的 JSON"))?
        };
        let id = request.arg("id").to_owned();
        let work = Work { kind, verb: verb.into(), id, trade_id, biz_id, body };
        if request.arg("sync") == "1" {
            let code = self.perform(cx, &work)?;
            return Ok(finished(&code, &work.trade_id).written());
        }
        let task_id = self.new_id(cx, "task");
        let url = format!("http://{}/u8/system/result?requestid={task_id}", request.host);
        let answer = json!({"errcode": "0", "errmsg": "", "tradeid": work.trade_id, "url": url});
        let due_ms = cx.now_ms + cx.settings.u8_async_ms;
        self.tasks.insert(task_id, Task { work, due_ms, polls: 0, result: None });
        Ok(Reply::json("0", &answer).written())
    }

    /// The first answer is always "processing" (the body is this simulator's choice: no id, so that nobody mistakes it).
    pub fn result(&mut self, request: &Request) -> Result<Reply, Refusal> {
        let task = self.tasks.get_mut(request.arg("requestid")).ok_or_else(Refusal::no_data)?;
        task.polls += 1;
        match &task.result {
            Some(result) if task.polls > 1 => Ok(finished(result.as_ref().map_err(Clone::clone)?, &task.work.trade_id)),
            _ => Ok(Reply::json("0", &json!({"errcode": "0", "errmsg": "processing", "status": "processing"}))),
        }
    }

    /// Does the asynchronous writes whose time has come.
    pub fn settle(&mut self, cx: Cx<'_>) {
        let due: Vec<(String, Work)> = self
            .tasks
            .iter()
            .filter(|(_, task)| task.result.is_none() && task.due_ms <= cx.now_ms)
            .map(|(id, task)| (id.clone(), task.work.clone()))
            .collect();
        for (id, work) in due {
            let result = self.perform(cx, &work);
            if let Some(task) = self.tasks.get_mut(&id) {
                task.result = Some(result);
            }
        }
    }

    fn perform(&mut self, cx: Cx<'_>, work: &Work) -> Result<String, Refusal> {
        let fields = work.body.get(work.kind.resource()).and_then(Value::as_object);
        if work.verb == "add" {
            let fields = fields.ok_or_else(|| Refusal::missing(work.kind.resource()))?;
            return self.add(cx, work.kind, fields, &work.biz_id);
        }
        let code = self.meant(work, fields)?;
        match work.verb.as_str() {
            "edit" => self.edit(cx, work.kind, &code, fields.ok_or_else(|| Refusal::missing(work.kind.resource()))?)?,
            "delete" => self.delete(work.kind, &code)?,
            verb => self.advance(work.kind, &code, verb)?,
        }
        if let Some(document) = self.find_mut(work.kind, &code) {
            document.modified_ms = cx.now_ms;
        }
        Ok(code)
    }

    /// Which document is to be changed? Named in the query, in the body, or by the biz_id that made it.
    fn meant(&self, work: &Work, fields: Option<&Fields>) -> Result<String, Refusal> {
        let named = ["voucher_code", work.kind.code_field(), "id"]
            .into_iter()
            .filter_map(|name| fields.map(|fields| text(fields, name)))
            .find(|code| !code.is_empty());
        let code = Some(work.id.clone())
            .filter(|id| !id.is_empty())
            .or(named)
            .or_else(|| self.biz_ids.get(&biz_key(work.kind, &work.biz_id)).cloned())
            .ok_or_else(|| Refusal::missing("voucher_code"))?;
        if self.find(work.kind, &code).is_some() { Ok(code) } else { Err(Refusal::no_data()) }
    }

    /// Creates a document; a biz_id that is known answers the document it made.
    pub fn add(&mut self, cx: Cx<'_>, kind: Kind, fields: &Fields, biz_id: &str) -> Result<String, Refusal> {
        if cx.settings.biz_id_dedupe
            && let Some(code) = self.biz_ids.get(&biz_key(kind, biz_id)).filter(|_| !biz_id.is_empty())
        {
            self.replays += 1;
            return Ok(code.clone());
        }
        let code = match text(fields, kind.code_field()) {
            code if code.is_empty() || cx.settings.u8_own_numbers => self.next_code(kind),
            code if self.find(kind, &code).is_some() => return Err(Refusal::exists(kind.code_field(), &code)),
            code => code,
        };
        let document = self.drafted(cx, kind, &code, fields, biz_id)?;
        self.effect(&document, false);
        self.documents.entry(kind).or_default().insert(code.clone(), document);
        if !biz_id.is_empty() {
            self.biz_ids.insert(biz_key(kind, biz_id), code.clone());
        }
        Ok(code)
    }

    fn edit(&mut self, cx: Cx<'_>, kind: Kind, code: &str, fields: &Fields) -> Result<(), Refusal> {
        let old = self.find(kind, code).cloned().ok_or_else(Refusal::no_data)?;
        old.check_editable()?;
        self.check_untouched(&old)?;
        let mut merged = old.header.clone();
        merged.extend(fields.clone());
        merged.entry("entry").or_insert_with(|| json!(old.entry));
        let mut document = self.drafted(cx, kind, code, &merged, old.biz_id.as_deref().unwrap_or_default())?;
        document.created_ms = old.created_ms;
        self.effect(&old, true);
        self.effect(&document, false);
        self.documents.entry(kind).or_default().insert(code.into(), document);
        Ok(())
    }

    fn delete(&mut self, kind: Kind, code: &str) -> Result<(), Refusal> {
        let old = self.find(kind, code).cloned().ok_or_else(Refusal::no_data)?;
        old.check_editable()?;
        self.check_untouched(&old)?;
        self.effect(&old, true);
        self.documents.entry(kind).or_default().remove(code);
        self.biz_ids.retain(|key, known| known != code || !key.starts_with(kind.resource()));
        Ok(())
    }

    fn advance(&mut self, kind: Kind, code: &str, verb: &str) -> Result<(), Refusal> {
        let mut document = self.find(kind, code).cloned().ok_or_else(Refusal::no_data)?;
        match verb {
            "verify" => document.verify()?,
            "unverify" => {
                self.check_untouched(&document)?;
                document.unverify()?;
            }
            "close" => {
                document.close()?;
                self.effect(&document, true);
            }
            _ => {
                document.open()?;
                self.effect(&document, false);
            }
        }
        self.documents.entry(kind).or_default().insert(code.into(), document);
        Ok(())
    }

    /// A checked and priced document that is not filed yet.
    fn drafted(&self, cx: Cx<'_>, kind: Kind, code: &str, fields: &Fields, biz: &str) -> Result<Document, Refusal> {
        let mut header = fields.clone();
        let entry = header.remove("entry").unwrap_or_default();
        let entry = entry.as_array().cloned().unwrap_or_default();
        let entry = entry.into_iter().filter_map(|line| line.as_object().cloned()).collect();
        let customer = kind.customer_fields().iter().map(|name| text(&header, name)).find(|code| !code.is_empty());
        let date = match text(&header, kind.date_field()) {
            date if date.is_empty() => clock::day(cx.now_ms),
            date if clock::is_day(&date) => date,
            _ => return Err(Refusal::invalid(kind.date_field(), "日期格式应为 yyyy-MM-dd")),
        };
        let mut document = Document {
            kind,
            code: code.into(),
            biz_id: Some(biz.to_owned()).filter(|biz| !biz.is_empty()),
            state: State::Opening,
            customer: customer.unwrap_or_default(),
            date,
            verifier: String::new(),
            closer: String::new(),
            header,
            entry,
            created_ms: cx.now_ms,
            modified_ms: cx.now_ms,
        };
        self.check_customer(&document)?;
        match kind {
            Kind::SaleOrder => self.draft_order(&mut document)?,
            Kind::Consignment => self.draft_consignment(&mut document)?,
            Kind::OughtReceive => Self::draft_receivable(&mut document)?,
            Kind::Accept | Kind::SaleInvoice => {}
        }
        Ok(document)
    }

    fn next_code(&self, kind: Kind) -> String {
        let used = self.documents.get(&kind);
        let count = used.map_or(0, BTreeMap::len);
        let codes = (count + 1..=count * 2 + 1).map(|n| format!("{n:010}"));
        codes.into_iter().find(|code| used.is_none_or(|used| !used.contains_key(code))).unwrap_or_default()
    }
}

fn finished(code: &str, trade_id: &str) -> Reply {
    Reply::json("0", &json!({"errcode": "0", "errmsg": "", "id": code, "tradeid": trade_id}))
}

fn biz_key(kind: Kind, biz_id: &str) -> String {
    format!("{}/{biz_id}", kind.resource())
}
