//! How many parts a component has once every component inside it is written out as often as it is instantiated: the compiler
//! writes them out, so that forty short lines can stand for more instances than any machine can hold.

use wasmparser::{BinaryReaderError, ComponentInstance, Parser, Payload};

use super::InspectError;

/// Most parts, written out.
const PARTS: u64 = 200_000;

/// One component or module that is being read.
#[derive(Default)]
struct Level {
    parts: u64,
    /// Components that it instantiates.
    instances: u64,
}

/// Refuses components that grow beyond measure.
pub(super) fn check(bytes: &[u8]) -> Result<(), InspectError> {
    let mut levels = vec![Level::default()];
    // Of the components read so far, written out. One can instantiate only what was read before it.
    let mut largest = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| super::malformed(&error, bytes.len()))?;
        match &payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => levels.push(Level::default()),
            Payload::End(_) => {
                let Some(Level { parts, instances }) = levels.pop() else { continue };
                let written_out = instances.saturating_mul(largest).saturating_add(parts);
                if written_out > PARTS {
                    return Err(InspectError::TooIntricate { most: PARTS });
                }
                largest = largest.max(written_out);
            }
            _ => {
                let Some(level) = levels.last_mut() else { continue };
                let (parts, instances) = counted(&payload).map_err(|error| super::malformed(&error, bytes.len()))?;
                level.parts += parts;
                level.instances += instances;
            }
        }
    }
    Ok(())
}

/// Parts in a component's section, and how many of them instantiate a component.
fn counted(payload: &Payload<'_>) -> Result<(u64, u64), BinaryReaderError> {
    let parts = match payload {
        Payload::ComponentInstanceSection(section) => {
            let mut instances = 0;
            for instance in section.clone() {
                instances += u64::from(matches!(instance?, ComponentInstance::Instantiate { .. }));
            }
            return Ok((u64::from(section.count()), instances));
        }
        Payload::InstanceSection(section) => section.count(),
        Payload::ComponentAliasSection(section) => section.count(),
        Payload::ComponentCanonicalSection(section) => section.count(),
        Payload::ComponentTypeSection(section) => section.count(),
        Payload::CoreTypeSection(section) => section.count(),
        Payload::ComponentImportSection(section) => section.count(),
        Payload::ComponentExportSection(section) => section.count(),
        _ => 0,
    };
    Ok((u64::from(parts), 0))
}
