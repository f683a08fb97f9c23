//! What the contract's types are at run time: JavaScript knows no types, and what crosses the border is checked by these.

use wit_parser::{Type, TypeDefKind, TypeId};

use crate::NOTICE;
use crate::contract::{Contract, EXPORTED};
use crate::names::{camel, pascal};

/// The shapes of all types, and what the functions of the exported interfaces take and answer.
pub(crate) fn shapes(contract: &Contract) -> String {
    let mut text =
        format!("// {NOTICE}\n\nimport {{ choice, list, option, record, tuple, variant }} from \"../shape.ts\";\n\n");
    let mut visible = contract.visible();
    // Each after those that it is made of.
    visible.sort_by_key(|(_, id)| id.index());
    for (name, id) in visible {
        if name != "decimal" {
            let kind = &contract.definition(id).kind;
            text += &format!("export const {} = {};\n", pascal(name), described(contract, kind));
        }
    }
    text += "\n/** What the functions take and answer, by the names of the contract. */\nexport const functions = {\n";
    for (interface, _) in EXPORTED {
        text += &format!("  \"{interface}\": {{\n");
        for function in contract.functions(interface) {
            let taken: Vec<String> = function.params.iter().map(|param| shape(contract, param.ty)).collect();
            let (answer, _) = contract.outcome(function);
            let answer = answer.map_or_else(|| "undefined".to_owned(), |ty| shape(contract, ty));
            let taken = taken.join(", ");
            text += &format!("    \"{}\": {{ takes: [{taken}], answers: {answer} }},\n", function.name);
        }
        text += "  },\n";
    }
    text + "} as const;\n"
}

fn shape(contract: &Contract, ty: Type) -> String {
    let word = match ty {
        Type::Id(id) => return named(contract, id),
        Type::Bool => "bool",
        Type::U8 => "u8",
        Type::U16 => "u16",
        Type::U32 => "u32",
        Type::U64 => "u64",
        Type::S64 => "s64",
        Type::F64 => "f64",
        Type::String => "string",
        other => unreachable!("the contract has no {other:?} yet: teach this writer of code"),
    };
    format!("\"{word}\"")
}

fn named(contract: &Contract, id: TypeId) -> String {
    let definition = contract.definition(contract.origin(id));
    match definition.name.as_deref() {
        Some("decimal") => "\"decimal\"".to_owned(),
        Some(name) => pascal(name),
        None => described(contract, &definition.kind),
    }
}

fn described(contract: &Contract, kind: &TypeDefKind) -> String {
    match kind {
        TypeDefKind::Type(ty) => shape(contract, *ty),
        TypeDefKind::Option(ty) => format!("option({})", shape(contract, *ty)),
        TypeDefKind::List(Type::U8) => "\"bytes\"".to_owned(),
        TypeDefKind::List(ty) => format!("list({})", shape(contract, *ty)),
        TypeDefKind::Tuple(all) => {
            let all: Vec<String> = all.types.iter().map(|ty| shape(contract, *ty)).collect();
            format!("tuple({})", all.join(", "))
        }
        TypeDefKind::Enum(all) => {
            let all: Vec<String> = all.cases.iter().map(|case| format!("\"{}\"", case.name)).collect();
            format!("choice({})", all.join(", "))
        }
        TypeDefKind::Record(record) => {
            let field = |name: &str, ty| format!("\n  {}: {},", camel(name), shape(contract, ty));
            let fields: String = record.fields.iter().map(|it| field(&it.name, it.ty)).collect();
            format!("record({{{fields}\n}})")
        }
        TypeDefKind::Variant(variant) => {
            let case = |name: &str, ty: Option<Type>| {
                let held = ty.map_or_else(|| "undefined".to_owned(), |ty| shape(contract, ty));
                format!("\n  \"{name}\": {held},")
            };
            let cases: String = variant.cases.iter().map(|it| case(&it.name, it.ty)).collect();
            format!("variant({{{cases}\n}})")
        }
        other => unreachable!("the contract has no {} yet: teach this writer of code", other.as_str()),
    }
}
