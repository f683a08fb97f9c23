//! How much work a component makes for the compiler, found out beforehand: what is small as a file may be vast once compiled.

use wasmparser::{BinaryReaderError, ComponentInstance, FunctionBody, Operator, Parser, Payload};

use super::InspectError;

/// Largest body of a function, in bytes. The interpreters of language runtimes have about a tenth of it.
const FUNCTION_BYTES: u64 = 1 << 20;
/// Most local variables times branches of a function: the compiler may have to join each variable at each of them.
const JOINS: u64 = 20_000_000;
/// Most items of a component once every component inside it is written out as often as it is instantiated.
const ITEMS: u64 = 200_000;

/// One component or module that is being read.
#[derive(Default)]
struct Level {
    items: u64,
    /// Components that it instantiates.
    instances: u64,
}

/// Refuses components that would keep the compiler busy beyond measure.
pub(super) fn check(bytes: &[u8]) -> Result<(), InspectError> {
    let mut levels = vec![Level::default()];
    // Of the components read so far, written out. One can instantiate only what was read before it.
    let mut largest = 0;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(|error| super::malformed(&error, bytes.len()))?;
        match &payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => levels.push(Level::default()),
            Payload::End(_) => {
                let Some(Level { items, instances }) = levels.pop() else { continue };
                let written_out = instances.saturating_mul(largest).saturating_add(items);
                if written_out > ITEMS {
                    return Err(InspectError::TooIntricate {
                        found: format!("more than {ITEMS} parts once the components inside it are written out"),
                        remedy: "instantiate fewer components within components",
                    });
                }
                largest = largest.max(written_out);
            }
            Payload::CodeSectionEntry(body) => check_function(body, bytes.len())?,
            _ => {
                let Some(level) = levels.last_mut() else { continue };
                let (items, instances) = counted(&payload).map_err(|error| super::malformed(&error, bytes.len()))?;
                level.items += items;
                level.instances += instances;
            }
        }
    }
    Ok(())
}

/// Items of a component's section, and how many of them instantiate a component.
fn counted(payload: &Payload<'_>) -> Result<(u64, u64), BinaryReaderError> {
    let items = match payload {
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
    Ok((u64::from(items), 0))
}

fn check_function(body: &FunctionBody<'_>, length: usize) -> Result<(), InspectError> {
    let range = body.range();
    let size = range.end.saturating_sub(range.start);
    if size > FUNCTION_BYTES {
        return Err(InspectError::TooIntricate {
            found: format!("a function of {size} bytes (at byte {}), the most is {FUNCTION_BYTES}", range.start),
            remedy: "build in release mode, and split generated code into several functions",
        });
    }
    let joins = joins(body).map_err(|error| super::malformed(&error, length))?;
    if joins > JOINS {
        return Err(InspectError::TooIntricate {
            found: format!(
                "a function (at byte {}) with {joins} pairs of a variable and a branch, the most is {JOINS}",
                range.start
            ),
            remedy: "build in release mode, and split generated code into several functions",
        });
    }
    Ok(())
}

/// Local variables times branches.
fn joins(body: &FunctionBody<'_>) -> Result<u64, BinaryReaderError> {
    let mut locals = 1_u64;
    for local in body.get_locals_reader()? {
        locals += u64::from(local?.0);
    }
    let mut branches = 0_u64;
    for operator in body.get_operators_reader()? {
        branches += match operator? {
            Operator::BrTable { targets } => u64::from(targets.len()),
            Operator::Loop { .. }
            | Operator::Block { .. }
            | Operator::If { .. }
            | Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. } => 1,
            _ => 0,
        };
    }
    Ok(locals.saturating_mul(branches))
}
