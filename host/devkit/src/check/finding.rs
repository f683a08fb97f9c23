//! What does not fit: what was found, what was expected, what to do. The host's refusals, taken apart.

mod texts;

use mortise_domain::text::Text;
use mortise_runtime::{InspectError, ProveError};

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub found: Text,
    /// What was expected.
    pub expected: Text,
    /// What to do.
    pub remedy: Text,
}

pub(super) fn inspected(error: &InspectError) -> Finding {
    match error {
        InspectError::TooLarge { found, most } => texts::too_large(*found, *most),
        InspectError::NotWasm { found } => texts::not_wasm(found),
        InspectError::CoreModule => texts::core_module(),
        InspectError::Truncated { at } => texts::truncated(*at),
        InspectError::Malformed { at, detail } => texts::malformed(*at, detail),
        InspectError::TooIntricate { most } => texts::too_intricate(*most),
        InspectError::NoManifest => texts::no_manifest(),
        InspectError::SeveralManifests { found } => texts::several_manifests(*found),
        InspectError::Manifest(fault) => texts::manifest(&fault.field, &fault.message),
        InspectError::Contract { found, misfit } => texts::other_contract(found, *misfit),
        InspectError::WrongWorld { found, expected } => texts::wrong_world(found, expected),
        InspectError::ForeignImport { found } => texts::foreign_import(found),
        InspectError::MissingFunction { interface, function, found } => {
            texts::missing_function(interface, function, found)
        }
    }
}

pub(super) fn proved(error: &ProveError) -> Finding {
    match error {
        ProveError::Inspect(error) => inspected(error),
        ProveError::Compile(detail) => texts::not_compiled(detail),
        ProveError::Slow { seconds } => texts::slow(*seconds),
        ProveError::Busy { seconds } => texts::busy(*seconds),
        ProveError::Link(detail) => texts::not_linked(detail),
        ProveError::Type { interface, function, detail } => texts::other_type(interface, function, detail),
        ProveError::Instantiate(detail) => texts::not_begun(detail),
        ProveError::Interrupted(detail) => texts::interrupted(detail),
    }
}

pub(super) fn schema(problem: &str) -> Finding {
    texts::schema(problem)
}
