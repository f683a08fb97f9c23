//! Which part of the contract a component speaks.

use mortise_domain::call::Interface;
use mortise_domain::contract::{self, Misfit};
use wasmparser::component_types::ComponentEntityType;
use wasmparser::types::Types;
use wasmparser::{Parser, Payload};

use super::InspectError;
use crate::adapter;

const PACKAGE: &str = "mortise:plugin/";
const WASI_HTTP: &str = "wasi:http/";

pub(super) struct Outline {
    pub(super) interfaces: Vec<Interface>,
    pub(super) imports: Vec<String>,
    pub(super) wasi: bool,
    pub(super) wasi_http: bool,
}

/// Reads imports and exports of the outermost component.
pub(super) fn outline(bytes: &[u8], types: &Types) -> Result<Outline, InspectError> {
    let (imports, exports) = names(bytes);
    for import in &imports {
        check_import(import, types)?;
    }
    let imported = |package: &str| imports.iter().any(|import| import.starts_with(package));
    let (wasi, wasi_http) = (imported("wasi:"), imported(WASI_HTTP));
    let mut interfaces = Vec::new();
    for interface in Interface::ALL {
        if let Some(export) = exports.iter().find(|export| bare(export) == Some(interface.name())) {
            check_version(export)?;
            check_functions(interface, export, types)?;
            interfaces.push(interface);
        }
    }
    if interfaces.is_empty() {
        let found = if exports.is_empty() { "nothing".to_owned() } else { list(exports.iter().map(String::as_str)) };
        return Err(InspectError::WrongWorld {
            found,
            expected: list(Interface::ALL.iter().map(|interface| interface.name())),
        });
    }
    Ok(Outline { interfaces, imports, wasi, wasi_http })
}

fn names(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let (mut imports, mut exports) = (Vec::new(), Vec::new());
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(bytes).flatten() {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                imports.extend(section.into_iter().flatten().map(|import| import.name.full_name().into_owned()));
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                exports.extend(section.into_iter().flatten().map(|export| export.name.full_name().into_owned()));
            }
            _ => {}
        }
    }
    (imports, exports)
}

/// The interface's name without package and version.
fn bare(name: &str) -> Option<&str> {
    let rest = name.strip_prefix(PACKAGE)?;
    Some(rest.split_once('@').map_or(rest, |(name, _)| name))
}

fn check_version(name: &str) -> Result<(), InspectError> {
    let (_, found) = name.split_once('@').unwrap_or((name, "0"));
    // Packages without a readable version are from before there were versions.
    match contract::version(found).map_or(Some(Misfit::Older), Misfit::of) {
        None => Ok(()),
        Some(misfit) => Err(InspectError::Contract { found: found.to_owned(), misfit }),
    }
}

fn functions<'a>(name: &str, types: &'a Types, import: bool) -> Vec<&'a str> {
    let all = types.as_ref();
    let item = if import { all.component_item_for_import(name) } else { all.component_item_for_export(name) };
    let Some(ComponentEntityType::Instance(instance)) = item.map(|item| item.ty) else { return Vec::new() };
    types[instance]
        .exports
        .iter()
        .filter(|(_, item)| matches!(item.ty, ComponentEntityType::Func(_)))
        .map(|(name, _)| name.as_str())
        .collect()
}

fn check_import(name: &str, types: &Types) -> Result<(), InspectError> {
    if name.starts_with("wasi:") && name.contains("@0.2.") {
        let http = name.strip_prefix(WASI_HTTP).and_then(|rest| rest.split('@').next());
        // A plugin sends; it is not called by `wasi:http`.
        if http.is_none_or(|interface| matches!(interface, "types" | "outgoing-handler")) {
            return Ok(());
        }
    }
    let foreign = |found: String| Err(InspectError::ForeignImport { found });
    let Some(interface) = bare(name) else { return foreign(name.to_owned()) };
    check_version(name)?;
    let Some(offered) = adapter::offered(interface) else { return foreign(name.to_owned()) };
    match functions(name, types, true).into_iter().find(|function| !offered.contains(function)) {
        Some(function) => foreign(format!("{name}#{function}")),
        None => Ok(()),
    }
}

fn check_functions(interface: Interface, export: &str, types: &Types) -> Result<(), InspectError> {
    let found = functions(export, types, false);
    match adapter::functions(interface).iter().find(|function| !found.contains(function)) {
        None => Ok(()),
        Some(function) => Err(InspectError::MissingFunction {
            interface: export.to_owned(),
            function: (*function).to_owned(),
            found: if found.is_empty() { "none".into() } else { list(found.into_iter()) },
        }),
    }
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
