//! The types that authors see: a file for each interface, with what plugins implement of it, and one that gathers them.

use std::collections::{BTreeMap, BTreeSet};

use wit_parser::{Type, TypeDefKind, TypeId};

use super::{Place, comment, definition, file, parameters, spelled, type_name};
use crate::NOTICE;
use crate::contract::{Contract, EXPORTED, VISIBLE};
use crate::names::{camel, pascal};

/// Names by the files that have them.
type Names = BTreeMap<String, BTreeSet<String>>;

/// Name and text of each file.
pub(crate) fn words(contract: &Contract) -> Vec<(String, String)> {
    let mut files: Vec<_> =
        VISIBLE.iter().map(|interface| (format!("{interface}.ts"), one(contract, interface))).collect();
    files.push(("answer.ts".to_owned(), answer()));
    let mut index = format!("// {NOTICE}\n\n/** The words of the contract, of all interfaces. */\n");
    files.sort();
    for (name, _) in &files {
        index += &format!("export type * from \"./{name}\";\n");
    }
    files.push(("index.ts".to_owned(), index));
    files
}

fn answer() -> String {
    format!(
        "// {NOTICE}\n\n/** What a function answers: at once, or once a promise is kept. An error is thrown. */\n\
         export type Answer<T> = T | Promise<T>;\n"
    )
}

fn one(contract: &Contract, interface: &str) -> String {
    let (mut body, mut used) = (String::new(), Names::new());
    for (name, id) in contract.types(interface) {
        if name != "decimal" {
            body.push('\n');
            body += &definition(contract, id, Place::Types, "");
            needs(contract, &contract.definition(id).kind, &mut used);
        }
    }
    if let Some((_, required)) = EXPORTED.iter().find(|(exported, _)| *exported == interface) {
        body.push('\n');
        body += &implemented(contract, interface, required, &mut used);
    }
    used.remove(&format!("./{interface}.ts"));
    let mut text = format!("// {NOTICE}\n");
    text += if used.is_empty() { "" } else { "\n" };
    for (file, names) in used {
        let names: Vec<String> = names.into_iter().collect();
        text += &format!("import type {{ {} }} from \"{file}\";\n", names.join(", "));
    }
    text + &body
}

/// What a plugin implements of an interface.
fn implemented(contract: &Contract, interface: &str, required: &[&str], used: &mut Names) -> String {
    used.entry("./answer.ts".to_owned()).or_default().insert("Answer".to_owned());
    let mut text = comment(contract.documentation(interface), "");
    text += &format!("export interface {} {{\n", pascal(interface));
    for function in contract.functions(interface) {
        let optional = if required.contains(&function.name.as_str()) { "" } else { "?" };
        let (answer, _) = contract.outcome(function);
        function.params.iter().map(|param| param.ty).chain(answer).for_each(|ty| collect(contract, ty, used));
        let answer = answer.map_or_else(|| "void".to_owned(), |ty| spelled(contract, ty, Place::Types));
        text += &comment(function.docs.contents.as_deref(), "  ");
        let parameters = parameters(contract, function, Place::Types);
        text += &format!("  {}{optional}({parameters}): Answer<{answer}>;\n", camel(&function.name));
    }
    text + "}\n"
}

/// What a type is spelled with.
fn collect(contract: &Contract, ty: Type, used: &mut Names) {
    let Type::Id(id) = ty else { return };
    let definition = contract.definition(contract.origin(id));
    if definition.name.is_some() {
        used.entry(file(contract, id)).or_default().insert(name(contract, id));
    } else {
        needs(contract, &definition.kind, used);
    }
}

/// What a definition is spelled with.
fn needs(contract: &Contract, kind: &TypeDefKind, used: &mut Names) {
    match kind {
        TypeDefKind::Record(record) => record.fields.iter().for_each(|field| collect(contract, field.ty, used)),
        TypeDefKind::Variant(all) => {
            all.cases.iter().filter_map(|case| case.ty).for_each(|ty| collect(contract, ty, used));
        }
        TypeDefKind::Type(ty) | TypeDefKind::Option(ty) | TypeDefKind::List(ty) => collect(contract, *ty, used),
        TypeDefKind::Tuple(all) => all.types.iter().for_each(|ty| collect(contract, *ty, used)),
        _ => {}
    }
}

fn name(contract: &Contract, id: TypeId) -> String {
    type_name(contract, id, Place::Types)
}
