//! Hears every log line of the process, at every level, libraries included.

use std::fmt::{Debug, Write as _};
use std::sync::{Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// All lines so far.
pub struct Listener(Mutex<Vec<String>>);

/// Listens from now on. The whole process has one listener.
pub fn listen() -> &'static Listener {
    static LISTENER: OnceLock<&'static Listener> = OnceLock::new();
    LISTENER.get_or_init(|| {
        let listener: &'static Listener = Box::leak(Box::new(Listener(Mutex::default())));
        // The compiler sees code alone, and writes more than all others together.
        let all = Targets::new()
            .with_default(LevelFilter::TRACE)
            .with_target("cranelift_codegen", LevelFilter::WARN)
            .with_target("cranelift_frontend", LevelFilter::WARN)
            .with_target("wasmtime_internal_cranelift", LevelFilter::WARN)
            .with_target("regalloc2", LevelFilter::WARN);
        tracing_subscriber::registry().with(Ear(listener).with_filter(all)).init();
        listener
    })
}

impl Listener {
    /// The lines so far.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn hear(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

struct Ear(&'static Listener);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {field}={value:?}").unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        write!(self.0, " {field}={value}").unwrap();
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Ear {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        let mut text = Text(format!("{} new span {}:", attributes.metadata().target(), attributes.metadata().name()));
        attributes.record(&mut text);
        self.0.hear(text.0);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut text = Text("recorded:".to_owned());
        values.record(&mut text);
        self.0.hear(text.0);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut text = Text(format!("{} {}:", metadata.level(), metadata.target()));
        event.record(&mut text);
        self.0.hear(text.0);
    }
}
