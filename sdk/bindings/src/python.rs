//! The words of the contract in Python.

use std::collections::BTreeSet;

use wit_parser::{Docs, Function, Type, TypeDefKind, TypeId};

use crate::NOTICE;
use crate::contract::{Contract, EXPORTED};
use crate::names::{pascal, snake, upper};

mod words;

pub(crate) use words::words;

/// A name and the file in `contract` that has it.
type Names = BTreeSet<(String, String)>;

/// The classes of `interfaces.py` that plugins derive from.
pub(crate) fn interfaces(contract: &Contract) -> String {
    let mut text = format!(
        "\"\"\"The interfaces that plugins implement.\"\"\"\n# {NOTICE}\n\nfrom __future__ import annotations\n\n\
         from abc import ABC, abstractmethod\n\nfrom .contract import (\n"
    );
    let mut used = Names::new();
    for (interface, _) in EXPORTED {
        for function in contract.functions(interface) {
            let (answer, _) = contract.outcome(function);
            for ty in function.params.iter().map(|param| param.ty).chain(answer) {
                collect(contract, ty, &mut used);
            }
        }
    }
    let used: BTreeSet<&String> = used.iter().map(|(_, name)| name).collect();
    for name in used {
        text += &format!("    {name},\n");
    }
    text += ")\nfrom .errors import not_implemented\n";
    for (interface, required) in EXPORTED {
        text += &format!("\n\nclass {}(ABC):\n", pascal(interface));
        text += &documentation(contract.documentation(interface), "    ");
        text += &format!("\n    __interface__ = \"{interface}\"\n");
        for function in contract.functions(interface) {
            text += &method(contract, interface, function, required.contains(&function.name.as_str()));
        }
    }
    text
}

fn method(contract: &Contract, interface: &str, function: &Function, required: bool) -> String {
    let parameter = |name: &str, ty| format!(", {}: {}", snake(name), spelled(contract, ty));
    let parameters: String = function.params.iter().map(|it| parameter(&it.name, it.ty)).collect();
    let (answer, _) = contract.outcome(function);
    let answer = answer.map_or_else(|| "None".to_owned(), |ty| spelled(contract, ty));
    let mark = if required { "    @abstractmethod\n" } else { "" };
    let mut text = format!("\n{mark}    def {}(self{parameters}) -> {answer}:\n", snake(&function.name));
    text += &documentation(function.docs.contents.as_deref(), "        ");
    if !required {
        text += &format!("        raise not_implemented(\"{interface}.{}\")\n", function.name);
    }
    text
}

/// What a type is spelled with.
fn collect(contract: &Contract, ty: Type, used: &mut Names) {
    let Type::Id(id) = ty else {
        used.extend(number(ty).map(|name| (words::NUMBERS.to_owned(), name.to_owned())));
        return;
    };
    let definition = contract.definition(contract.origin(id));
    if definition.name.is_some() {
        used.insert((snake(contract.owner(id)), type_name(contract, id)));
    } else {
        collect_kind(contract, &definition.kind, used);
    }
}

fn collect_kind(contract: &Contract, kind: &TypeDefKind, used: &mut Names) {
    match kind {
        // Bytes are Python's own.
        TypeDefKind::List(Type::U8) => {}
        TypeDefKind::Type(ty) | TypeDefKind::Option(ty) | TypeDefKind::List(ty) => collect(contract, *ty, used),
        TypeDefKind::Tuple(all) => all.types.iter().for_each(|ty| collect(contract, *ty, used)),
        _ => {}
    }
}

fn type_name(contract: &Contract, id: TypeId) -> String {
    match contract.definition(contract.origin(id)).name.as_deref().unwrap_or_default() {
        "date" => "Day".to_owned(),
        other => pascal(other),
    }
}

fn definition(contract: &Contract, id: TypeId) -> String {
    let definition = contract.definition(id);
    let docs = definition.docs.contents.as_deref();
    let class = type_name(contract, id);
    match &definition.kind {
        TypeDefKind::Record(record) => {
            let mut text = format!("\n\n@dataclass\nclass {class}:\n{}", documentation(docs, "    "));
            let mut apart = true;
            for field in &record.fields {
                let (ty, blank) = (spelled(contract, field.ty), blank(contract, field.ty));
                text += &member(&format!("{}: {ty} = {blank}", snake(&field.name)), &field.docs, &mut apart);
            }
            text
        }
        TypeDefKind::Enum(all) => {
            let mut text = format!("\n\nclass {class}(Enum):\n{}", documentation(docs, "    "));
            let mut apart = true;
            for case in &all.cases {
                text += &member(&format!("{} = \"{}\"", upper(&case.name), case.name), &case.docs, &mut apart);
            }
            text
        }
        TypeDefKind::Variant(variant) => {
            let mut text = String::new();
            for case in &variant.cases {
                let of = format!("The case `{}` of `{class}`.", case.name);
                let of = case.docs.contents.as_deref().map_or(of.clone(), |docs| format!("{of} {docs}"));
                let case_class = format!("{class}{}", pascal(&case.name));
                text += &format!("\n\n@dataclass\nclass {case_class}:\n{}", documentation(Some(&of), "    "));
                let wit = format!("{class}_{}", pascal(&case.name));
                text += &format!(
                    "\n    __wit__: ClassVar[tuple[str, str]] = (\"{}\", \"{wit}\")\n",
                    snake(contract.owner(id))
                );
                if let Some(ty) = case.ty {
                    text += &format!("\n    value: {} = {}\n", spelled(contract, ty), blank(contract, ty));
                }
            }
            let cases: Vec<_> = variant.cases.iter().map(|case| format!("{class}{}", pascal(&case.name))).collect();
            text + &format!("\n\n{class}: TypeAlias = {}\n{}", cases.join(" | "), documentation(docs, ""))
        }
        kind => format!("\n\n{class}: TypeAlias = {}\n{}", anonymous(contract, kind), documentation(docs, "")),
    }
}

/// A line of a class with what the contract says of it. Those that have something said of them stand `apart` from their neighbours.
fn member(line: &str, docs: &Docs, apart: &mut bool) -> String {
    let docs = documentation(docs.contents.as_deref(), "    ");
    let space = if *apart || !docs.is_empty() { "\n" } else { "" };
    *apart = !docs.is_empty();
    format!("{space}    {line}\n{docs}")
}

fn spelled(contract: &Contract, ty: Type) -> String {
    let word = match ty {
        Type::Bool => "bool",
        Type::F32 | Type::F64 => "float",
        Type::String | Type::Char => "str",
        Type::Id(id) => {
            let definition = contract.definition(contract.origin(id));
            return match definition.name {
                Some(_) => type_name(contract, id),
                None => anonymous(contract, &definition.kind),
            };
        }
        other => number(other).unwrap_or("int"),
    };
    word.to_owned()
}

/// A whole number of a known width.
fn number(ty: Type) -> Option<&'static str> {
    match ty {
        Type::U8 => Some("U8"),
        Type::U16 => Some("U16"),
        Type::U32 => Some("U32"),
        Type::U64 => Some("U64"),
        Type::S64 => Some("S64"),
        _ => None,
    }
}

fn anonymous(contract: &Contract, kind: &TypeDefKind) -> String {
    match kind {
        TypeDefKind::Type(ty) => spelled(contract, *ty),
        TypeDefKind::Option(ty) => format!("{} | None", spelled(contract, *ty)),
        TypeDefKind::List(Type::U8) => "bytes".to_owned(),
        TypeDefKind::List(ty) => format!("list[{}]", spelled(contract, *ty)),
        TypeDefKind::Tuple(all) => {
            let all: Vec<String> = all.types.iter().map(|ty| spelled(contract, *ty)).collect();
            format!("tuple[{}]", all.join(", "))
        }
        other => unreachable!("the contract has no {} yet: teach this writer of code", other.as_str()),
    }
}

/// What a field holds where nothing is given: nothing, as far as the type has such a value.
fn blank(contract: &Contract, ty: Type) -> String {
    match ty {
        Type::Bool => "False".to_owned(),
        Type::F32 | Type::F64 => "0.0".to_owned(),
        Type::String | Type::Char => "\"\"".to_owned(),
        Type::Id(id) => {
            let definition = contract.definition(contract.origin(id));
            let class = type_name(contract, id);
            match &definition.kind {
                _ if class == "Decimal" => "Decimal(0)".to_owned(),
                TypeDefKind::Type(ty) => blank(contract, *ty),
                TypeDefKind::Option(_) => "None".to_owned(),
                TypeDefKind::List(Type::U8) => "b\"\"".to_owned(),
                TypeDefKind::List(_) => "_field(default_factory=list)".to_owned(),
                TypeDefKind::Enum(all) => {
                    format!("{class}.{}", all.cases.first().map_or_else(String::new, |it| upper(&it.name)))
                }
                TypeDefKind::Variant(all) => {
                    let first = all.cases.first().map_or_else(String::new, |case| pascal(&case.name));
                    format!("_field(default_factory={class}{first})")
                }
                _ => format!("_field(default_factory={class})"),
            }
        }
        _ => "0".to_owned(),
    }
}

/// The contract's own words as a docstring.
fn documentation(text: Option<&str>, indent: &str) -> String {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return String::new() };
    let lines: Vec<&str> = text.lines().collect();
    if let [line] = lines[..] {
        return format!("{indent}\"\"\"{line}\"\"\"\n");
    }
    let lines: String = lines.iter().map(|line| format!("{indent}{line}").trim_end().to_owned() + "\n").collect();
    format!("{indent}\"\"\"{}{indent}\"\"\"\n", lines.trim_start())
}
