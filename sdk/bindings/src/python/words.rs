//! The package `contract`: a file for each interface, and one that gathers them.

use std::collections::BTreeMap;

use wit_parser::{Type, TypeDefKind, TypeId};

use super::{Names, collect, collect_kind, definition};
use crate::NOTICE;
use crate::contract::{Contract, VISIBLE};
use crate::names::{pascal, snake};

/// The file with whole numbers of known widths.
pub(super) const NUMBERS: &str = "numbers";

/// How wide a line may be.
const WIDTH: usize = 120;

/// What Python's own library has, where the text shows that it is used.
const OWN: [(&str, &str, &str); 6] = [
    ("@dataclass\n", "dataclasses", "dataclass"),
    ("_field(", "dataclasses", "field as _field"),
    (": Decimal", "decimal", "Decimal"),
    ("(Enum):", "enum", "Enum"),
    (": ClassVar[", "typing", "ClassVar"),
    (": TypeAlias", "typing", "TypeAlias"),
];

/// Name and text of each file.
pub(crate) fn words(contract: &Contract) -> Vec<(String, String)> {
    let mut files = vec![(NUMBERS.to_owned(), numbers())];
    files.extend(VISIBLE.map(|interface| (snake(interface), file(contract, interface))));
    files.sort();
    let mut index = head("The words of the contract, of all interfaces.");
    index.push('\n');
    for (module, _) in &files {
        index += &format!("from .{module} import *\n");
    }
    // Written out, for type checkers do not follow sums of lists.
    index += &exported(files.iter().flat_map(|(_, text)| defined(text)).collect());
    files.push(("__init__".to_owned(), index));
    files.into_iter().map(|(module, text)| (format!("{module}.py"), text)).collect()
}

fn numbers() -> String {
    let kinds = ["u8", "u16", "u32", "u64", "s64"];
    let mut text = head("Whole numbers of known widths.");
    text += "\nfrom typing import Annotated, TypeAlias\n\n";
    for kind in kinds {
        text += &format!("{}: TypeAlias = Annotated[int, \"{kind}\"]\n", kind.to_uppercase());
    }
    let all = exported(defined(&text));
    text + &all
}

fn file(contract: &Contract, interface: &str) -> String {
    let mut types = contract.types(interface);
    // Each after those that it is made of.
    types.sort_by_key(|(_, id)| id.index());
    let (mut body, mut used) = (String::new(), Names::new());
    // Decimals are Python's own, errors are exceptions.
    for (_, id) in types.into_iter().filter(|(name, _)| !matches!(*name, "decimal" | "error")) {
        body += &definition(contract, id);
        needs(contract, id, &mut used);
    }
    let mut own: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, module, name) in OWN.iter().filter(|(sign, ..)| body.contains(sign)) {
        own.entry(module).or_default().push(name);
    }
    let mut others: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (module, name) in used.iter().filter(|(module, name)| *module != snake(interface) && name != "Decimal") {
        others.entry(module).or_default().push(name);
    }
    let mut text = head(&format!("The words of the interface `{interface}`."));
    for (dot, modules) in [("", own), (".", others)] {
        text += if modules.is_empty() { "" } else { "\n" };
        for (module, names) in modules {
            let (renamed, plain): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| name.contains(" as "));
            for names in [plain.join(", "), renamed.join(", ")].into_iter().filter(|names| !names.is_empty()) {
                text += &format!("from {dot}{module} import {names}\n");
            }
        }
    }
    let all = exported(defined(&body));
    text + &body + &all
}

/// What the definition of a type is spelled with.
fn needs(contract: &Contract, id: TypeId, used: &mut Names) {
    match &contract.definition(id).kind {
        TypeDefKind::Record(record) => record.fields.iter().for_each(|field| held(contract, field.ty, used)),
        TypeDefKind::Variant(variant) => {
            variant.cases.iter().filter_map(|case| case.ty).for_each(|ty| held(contract, ty, used));
        }
        kind => collect_kind(contract, kind, used),
    }
}

/// What a field of a type is spelled with: a variant is blank as its first case.
fn held(contract: &Contract, ty: Type, used: &mut Names) {
    collect(contract, ty, used);
    let Type::Id(id) = ty else { return };
    let definition = contract.definition(contract.origin(id));
    if let (Some(name), TypeDefKind::Variant(variant)) = (&definition.name, &definition.kind)
        && let Some(first) = variant.cases.first()
    {
        used.insert((snake(contract.owner(id)), format!("{}{}", pascal(name), pascal(&first.name))));
    }
}

fn head(title: &str) -> String {
    format!("\"\"\"{title}\"\"\"\n# {NOTICE}\n\nfrom __future__ import annotations\n")
}

/// The names that a text defines.
fn defined(text: &str) -> Vec<String> {
    let class = |line: &str| Some(line.strip_prefix("class ")?.split(['(', ':']).next()?.to_owned());
    let alias = |line: &str| line.split_once(": TypeAlias").map(|(name, _)| name.to_owned());
    text.lines().filter_map(|line| class(line).or_else(|| alias(line))).collect()
}

/// What a module gives away.
fn exported(mut names: Vec<String>) -> String {
    names.sort();
    let mut text = "\n\n__all__ = [".to_owned();
    let mut width = usize::MAX;
    for name in names {
        let word = format!("\"{name}\",");
        if width.saturating_add(word.len()) >= WIDTH {
            text += "\n   ";
            width = 3;
        }
        width += word.len() + 1;
        text += &format!(" {word}");
    }
    text + "\n]\n"
}
