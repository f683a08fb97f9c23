//! The words of the contract in TypeScript.

use wit_parser::{Function, Type, TypeDefKind, TypeId};

use crate::NOTICE;
use crate::contract::{Contract, IMPORTED};
use crate::names::{camel, pascal};

mod shapes;
mod words;

pub(crate) use shapes::shapes;
pub(crate) use words::words;

/// Where the type is spelled: beside the visible types, or in the declaration of an imported module.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Types,
    Host,
}

/// Declarations of the modules that the host offers.
pub(crate) fn host(contract: &Contract) -> String {
    let mut text = format!("// {NOTICE}\n");
    for interface in IMPORTED {
        text.push('\n');
        text += &comment(contract.documentation(interface), "");
        text += &format!("declare module \"mortise:plugin/{interface}@1.0.0\" {{\n");
        for (_, id) in contract.types(interface) {
            if !contract.is_visible(id) {
                text += &definition(contract, id, Place::Host, "  ");
            }
        }
        for function in contract.functions(interface) {
            let (answer, _) = contract.outcome(function);
            let answer = answer.map_or_else(|| "void".to_owned(), |ty| spelled(contract, ty, Place::Host));
            text += &comment(function.docs.contents.as_deref(), "  ");
            let parameters = parameters(contract, function, Place::Host);
            text += &match function.name.as_str() {
                // A word of the language cannot be declared by its name.
                "delete" => format!("  function remove({parameters}): {answer};\n  export {{ remove as delete }};\n"),
                name => format!("  export function {}({parameters}): {answer};\n", camel(name)),
            };
        }
        text += "}\n";
    }
    text
}

fn parameters(contract: &Contract, function: &Function, place: Place) -> String {
    let spelled = |(name, ty): (&str, Type)| format!("{}: {}", camel(name), spelled(contract, ty, place));
    let all: Vec<String> = function.params.iter().map(|param| spelled((&param.name, param.ty))).collect();
    all.join(", ")
}

/// `error` and `date` would hide what JavaScript has under these names.
fn type_name(contract: &Contract, id: TypeId, place: Place) -> String {
    let name = contract.definition(contract.origin(id)).name.as_deref().unwrap_or_default();
    let own = match name {
        "error" => "Failure".to_owned(),
        "date" => "Day".to_owned(),
        other => pascal(other),
    };
    if place == Place::Types || !contract.is_visible(id) {
        return own;
    }
    format!("import(\"{}\").{own}", file(contract, id))
}

/// Where a visible type is written, as the other files of `contract` see it.
fn file(contract: &Contract, id: TypeId) -> String {
    match contract.definition(contract.origin(id)).name.as_deref() {
        Some("decimal") => "../decimal.ts".to_owned(),
        _ => format!("./{}.ts", contract.owner(id)),
    }
}

fn definition(contract: &Contract, id: TypeId, place: Place, indent: &str) -> String {
    let definition = contract.definition(id);
    let name = type_name(contract, id, place);
    let mut text = comment(definition.docs.contents.as_deref(), indent);
    let inner = format!("{indent}  ");
    match &definition.kind {
        TypeDefKind::Record(record) => {
            text += &format!("{indent}export interface {name} {{\n");
            for field in &record.fields {
                text += &comment(field.docs.contents.as_deref(), &inner);
                let optional = if option(contract, field.ty).is_some() { "?" } else { "" };
                let ty = spelled(contract, field.ty, place);
                text += &format!("{inner}{}{optional}: {ty};\n", camel(&field.name));
            }
            text + &format!("{indent}}}\n")
        }
        TypeDefKind::Enum(all) => {
            text += &format!("{indent}export type {name} =");
            for case in &all.cases {
                let note = comment(case.docs.contents.as_deref(), &inner);
                text += &format!("\n{note}{inner}| \"{}\"", case.name);
            }
            text + ";\n"
        }
        TypeDefKind::Variant(variant) => {
            text += &format!("{indent}export type {name} =");
            for case in &variant.cases {
                let note = comment(case.docs.contents.as_deref(), &inner);
                let value = case.ty.map(|ty| match option(contract, ty) {
                    Some(_) => format!("; val?: {}", spelled(contract, ty, place)),
                    None => format!("; val: {}", spelled(contract, ty, place)),
                });
                let value = value.unwrap_or_else(|| "; val?: undefined".to_owned());
                text += &format!("\n{note}{inner}| {{ tag: \"{}\"{value} }}", case.name);
            }
            text + ";\n"
        }
        kind => text + &format!("{indent}export type {name} = {};\n", anonymous(contract, kind, place)),
    }
}

/// What an `option` holds.
fn option(contract: &Contract, ty: Type) -> Option<Type> {
    let Type::Id(id) = ty else { return None };
    match contract.definition(contract.origin(id)).kind {
        TypeDefKind::Option(inner) => Some(inner),
        _ => None,
    }
}

fn spelled(contract: &Contract, ty: Type, place: Place) -> String {
    match ty {
        Type::Bool => "boolean".to_owned(),
        Type::U64 | Type::S64 => "bigint".to_owned(),
        Type::String | Type::Char => "string".to_owned(),
        Type::Id(id) => {
            let definition = contract.definition(contract.origin(id));
            match definition.name {
                Some(_) => type_name(contract, id, place),
                None => anonymous(contract, &definition.kind, place),
            }
        }
        _ => "number".to_owned(),
    }
}

fn anonymous(contract: &Contract, kind: &TypeDefKind, place: Place) -> String {
    match kind {
        TypeDefKind::Type(ty) => spelled(contract, *ty, place),
        TypeDefKind::Option(ty) => format!("{} | undefined", spelled(contract, *ty, place)),
        TypeDefKind::List(Type::U8) => "Uint8Array".to_owned(),
        TypeDefKind::List(ty) => {
            let ty = spelled(contract, *ty, place);
            if ty.contains(' ') && !ty.starts_with('[') { format!("({ty})[]") } else { format!("{ty}[]") }
        }
        TypeDefKind::Tuple(tuple) => {
            let all: Vec<String> = tuple.types.iter().map(|ty| spelled(contract, *ty, place)).collect();
            format!("[{}]", all.join(", "))
        }
        other => unreachable!("the contract has no {} yet: teach this writer of code", other.as_str()),
    }
}

/// The contract's own words as a comment.
fn comment(documentation: Option<&str>, indent: &str) -> String {
    let Some(text) = documentation.map(str::trim).filter(|text| !text.is_empty()) else { return String::new() };
    let lines: Vec<&str> = text.lines().collect();
    if let [line] = lines[..] {
        return format!("{indent}/** {line} */\n");
    }
    let lines: String = lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n").collect();
    format!("{indent}/**\n{lines}{indent} */\n")
}
