//! Calls with values whose types come from the component itself: for benches, which know no interface in advance. The bounds,
//! the checks of answers and the record are those of every call.

use mortise_domain::call::{CallRecord, Called, Interface};
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::text::Text;
use wasmtime::Store;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, ComponentExportIndex, Instance};

pub use wasmtime::component::{Type, Val};

use crate::adapter::{self, Fault};
use crate::prove::Proven;
use crate::state::State;

/// A function that a plugin exports, with the types that it has there.
#[derive(Clone)]
pub struct Function {
    /// Its interface.
    pub interface: Interface,
    /// Its name.
    pub name: String,
    /// Its parameters, in order.
    pub parameters: Vec<(String, Type)>,
    /// What it answers when all goes well.
    pub answer: Option<Type>,
    /// How it says that it does not.
    pub error: Option<Type>,
    index: ComponentExportIndex,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// The plugin said so.
    Error {
        /// In the contract's words.
        said: Val,
        /// What the host reads from it.
        means: Failure,
    },
    /// The host ended the call, did not begin it, or threw its answer away.
    Host(Failure),
}

/// What became of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Invoked {
    /// The answer; none for functions without one.
    pub result: Result<Option<Val>, Ended>,
    /// What happened on the way.
    pub record: CallRecord,
    /// What it took.
    pub usage: Usage,
}

impl Default for Invoked {
    fn default() -> Self {
        Self { result: Ok(None), record: CallRecord::default(), usage: Usage::default() }
    }
}

impl From<Called> for Invoked {
    /// A call that never began.
    fn from(called: Called) -> Self {
        let nothing = || Failure::Broken { kind: Breakage::Missing, reason: Text::default() };
        let failure = called.result.err().unwrap_or_else(nothing);
        Self { result: Err(Ended::Host(failure)), record: called.record, usage: Usage::default() }
    }
}

/// What a call took of its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// CPU, in milliseconds as the budget counts them.
    pub cpu_ms: u64,
    /// Linear memory at its largest, in bytes.
    pub memory_bytes: u64,
    /// Bytes copied through host calls.
    pub host_call_bytes: u64,
    /// Outbound requests.
    pub http_requests: u32,
    /// Bytes sent and received.
    pub http_bytes: u64,
    /// Bytes of log lines.
    pub log_bytes: u64,
}

impl Usage {
    pub(crate) fn of(state: &State) -> Self {
        let (limits, recorder) = (&state.confines.limits, state.recorder());
        Self {
            cpu_ms: state.bounds.ticks(),
            memory_bytes: state.bounds.memory_peak,
            host_call_bytes: state.bounds.copied(),
            http_requests: limits.http_requests - recorder.requests_left,
            http_bytes: limits.http_bytes - recorder.http_bytes_left,
            log_bytes: limits.log_bytes - recorder.log_bytes_left(),
        }
    }
}

impl Proven {
    /// The functions of the contract that the plugin exports.
    pub fn functions(&self) -> Vec<Function> {
        let component = self.pre.component();
        let interfaces = &self.inspection().interfaces;
        interfaces.iter().flat_map(|interface| functions(component, *interface)).collect()
    }
}

fn functions(component: &Component, interface: Interface) -> Vec<Function> {
    let engine = component.engine();
    let types = component.component_type();
    let export = types.exports(engine).find(|(name, _)| adapter::names_interface(name, interface));
    let Some((name, ComponentItem::ComponentInstance(instance))) = export.map(|(name, item)| (name, item.ty)) else {
        return Vec::new();
    };
    let Some(place) = component.get_export_index(None, name) else { return Vec::new() };
    let known = adapter::functions(interface).iter();
    known
        .filter_map(|name| {
            let ComponentItem::ComponentFunc(ty) = instance.get_export(engine, name)?.ty else { return None };
            let (answer, error) = match ty.results().next() {
                Some(Type::Result(result)) => (result.ok(), result.err()),
                other => (other, None),
            };
            Some(Function {
                interface,
                name: (*name).to_owned(),
                parameters: ty.params().map(|(name, ty)| (name.to_owned(), ty)).collect(),
                answer,
                error,
                index: component.get_export_index(Some(&place), name)?,
            })
        })
        .collect()
}

impl Function {
    /// `interface.function`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.interface.name(), self.name)
    }

    pub(crate) async fn call(
        &self,
        store: &mut Store<State>,
        instance: &Instance,
        arguments: &[Val],
    ) -> Result<Val, Fault> {
        let function = instance.get_func(&mut *store, self.index).ok_or(Fault::Missing)?;
        let mut results = [Val::Bool(false)];
        function.call_async(&mut *store, arguments, &mut results).await?;
        let [answer] = results;
        Ok(answer)
    }

    /// The answer as the host would take it; with a failure, what the plugin said.
    pub(crate) fn conclude(
        &self,
        arguments: &[Val],
        answer: Val,
        state: &State,
    ) -> Result<Option<Val>, (Fault, Option<Val>)> {
        let secrets = &state.confines.secrets;
        let said = match answer {
            Val::Result(said) => said,
            other => Ok(Some(Box::new(other))),
        };
        match said {
            Ok(value) => {
                let value = value.map(|value| *value);
                adapter::check_answer(self.interface, &self.name, arguments, Ok(value.as_ref()))
                    .map_err(|fault| (fault, None))?;
                Ok(value)
            }
            Err(None) => Err((Fault::Missing, None)),
            Err(Some(error)) => {
                let fault = adapter::check_answer(self.interface, &self.name, arguments, Err(&error)).err();
                Err((fault.unwrap_or(Fault::Missing), Some(blotted(*error, secrets))))
            }
        }
    }
}

/// The value with known secrets blotted out of its texts.
fn blotted(value: Val, secrets: &crate::secrets::Secrets) -> Val {
    let boxed = |value: Option<Box<Val>>| value.map(|value| Box::new(blotted(*value, secrets)));
    let all = |values: Vec<Val>| values.into_iter().map(|value| blotted(value, secrets)).collect();
    match value {
        Val::String(text) => Val::String(secrets.blot_text(text)),
        Val::List(values) => Val::List(all(values)),
        Val::Tuple(values) => Val::Tuple(all(values)),
        Val::Record(fields) => {
            Val::Record(fields.into_iter().map(|(name, value)| (name, blotted(value, secrets))).collect())
        }
        Val::Variant(case, value) => Val::Variant(case, boxed(value)),
        Val::Option(value) => Val::Option(boxed(value)),
        Val::Result(Ok(value)) => Val::Result(Ok(boxed(value))),
        Val::Result(Err(value)) => Val::Result(Err(boxed(value))),
        other => other,
    }
}
