//! The contract's versions: one module each that turns domain words into the contract's and back. Chosen when a plugin is
//! proved.

mod check;
mod v1;

use mortise_domain::call::{Answer, Interface, Request};
use mortise_domain::failure::Failure;
use wasmtime::Store;
use wasmtime::component::{Component, Instance, Linker, Val};

pub(crate) use check::AnswerFault;

use crate::state::State;

/// A function whose type is not the contract's.
pub(crate) struct TypeFault {
    pub(crate) interface: Interface,
    pub(crate) function: &'static str,
    pub(crate) detail: String,
}

/// How a call in the sandbox ended badly.
pub(crate) enum Fault {
    /// The plugin said so.
    Failed(Failure),
    /// The answer breaks the contract.
    Answer(AnswerFault),
    /// It trapped, or ran into a bound.
    Trapped(wasmtime::Error),
    /// It does not export the interface.
    Missing,
}

impl From<wasmtime::Error> for Fault {
    fn from(error: wasmtime::Error) -> Self {
        Self::Trapped(error)
    }
}

impl From<AnswerFault> for Fault {
    fn from(fault: AnswerFault) -> Self {
        Self::Answer(fault)
    }
}

/// The functions that a plugin exports, by the version of the contract that it was built for.
pub(crate) enum Functions {
    V1(v1::Functions),
}

impl Functions {
    pub(crate) fn find(component: &Component, interfaces: &[Interface]) -> Self {
        Self::V1(v1::Functions::find(component, interfaces))
    }

    /// Compares each function with the contract.
    pub(crate) fn check_types(&self, store: &mut Store<State>, instance: &Instance) -> Result<(), TypeFault> {
        match self {
            Self::V1(functions) => functions.check_types(store, instance),
        }
    }

    /// Makes the call in an instance of its own.
    pub(crate) fn call<'a>(
        &'a self,
        store: &'a mut Store<State>,
        instance: &'a Instance,
        request: Request,
    ) -> impl Future<Output = Result<Answer, Fault>> + Send + 'a {
        match self {
            Self::V1(functions) => functions.call(store, instance, request),
        }
    }
}

/// Offers the host's side of all versions.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    v1::link(linker)
}

/// Is this the name under which a component exports the interface?
pub(crate) fn names_interface(export: &str, interface: Interface) -> bool {
    let bare = export.strip_prefix("mortise:plugin/").map(|rest| rest.split_once('@').map_or(rest, |(name, _)| name));
    bare == Some(interface.name())
}

/// Functions that an interface must have.
pub(crate) fn functions(interface: Interface) -> &'static [&'static str] {
    v1::names(interface)
}

/// The functions of an interface that plugins may import; none: they may not import it at all.
pub(crate) fn offered(interface: &str) -> Option<&'static [&'static str]> {
    v1::offered(interface)
}

/// Puts an answer whose types are known only at run time through the checks of a typed one.
pub(crate) fn check_answer(
    interface: Interface,
    function: &str,
    arguments: &[Val],
    answer: Result<Option<&Val>, &Val>,
) -> Result<(), Fault> {
    v1::check_answer(interface, function, arguments, answer)
}

/// An answer whose types are known only at run time, as text.
pub(crate) fn text(answer: &Val) -> Vec<u8> {
    serde_json::to_vec(&v1::plain(answer)).unwrap_or_default()
}
