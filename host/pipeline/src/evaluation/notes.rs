//! What the steps note beside their results.

use mortise_domain::call::CallRecord;
use mortise_domain::evaluation::StepRecord;
use mortise_domain::failure::Failure;
use mortise_domain::hold::Reason;
use mortise_domain::instant::Instant;
use mortise_domain::text::Text;
use serde_json::{Value, json};

/// Reasons, marks and records, gathered while an order is judged.
#[derive(Debug)]
pub(crate) struct Notes {
    pub steps: Vec<StepRecord>,
    pub reasons: Vec<Reason>,
    pub flags: Vec<Text>,
    pub rejection: Option<Text>,
    /// When a technical reason is looked at again; the earliest.
    pub again_at: Instant,
}

impl Default for Notes {
    fn default() -> Self {
        Self { steps: Vec::new(), reasons: Vec::new(), flags: Vec::new(), rejection: None, again_at: Instant::NEVER }
    }
}

impl Notes {
    /// Waits for a person.
    pub fn hold(&mut self, reason: Reason) {
        self.keep(reason);
    }

    /// Waits for a plugin or upstream; looked at again at this time.
    pub fn wait(&mut self, reason: Reason, again_at: Instant) {
        self.again_at = self.again_at.min(again_at);
        self.keep(reason);
    }

    /// Rejects the order; the first reason stands.
    pub fn reject(&mut self, reason: Text) {
        self.rejection.get_or_insert(reason);
    }

    /// Goes on with a mark.
    pub fn flag(&mut self, zh: String, en: String) {
        self.flags.push(Text::new(zh, en));
    }

    /// Records a call. `answer`: in short, without personal data.
    pub fn record(&mut self, step: &str, connection: &str, call: &CallRecord, outcome: Result<Value, &Failure>) {
        let (outcome, answer) = match outcome {
            Ok(answer) => ("ok", answer),
            Err(failure) => (failure.class(), json!({ "reason": failure.text() })),
        };
        self.steps.push(StepRecord {
            step: step.into(),
            connection: connection.into(),
            plugin: call.plugin.clone(),
            micros: call.micros,
            outcome: outcome.into(),
            answer,
        });
    }

    /// Takes the notes of a step over.
    pub fn add(&mut self, other: Self) {
        self.steps.extend(other.steps);
        self.flags.extend(other.flags);
        self.again_at = self.again_at.min(other.again_at);
        if let Some(text) = other.rejection {
            self.reject(text);
        }
        for reason in other.reasons {
            self.keep(reason);
        }
    }

    // One open hold per code: two upstreams that are down at once are one hold, whose detail names the first.
    fn keep(&mut self, reason: Reason) {
        match self.reasons.iter_mut().find(|known| known.code == reason.code) {
            Some(known) if known.text != reason.text => {
                known.text.zh = format!("{}；{}", known.text.zh, reason.text.zh);
                known.text.en = format!("{}; {}", known.text.en, reason.text.en);
                known.needs.extend(reason.needs);
            }
            Some(_) => {}
            None => self.reasons.push(reason),
        }
    }
}
