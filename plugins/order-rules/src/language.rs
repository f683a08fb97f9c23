//! The condition language: CEL, within bounds that keep every rule cheap and the sandbox's stack whole.

use std::cell::OnceCell;
use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr};
use cel::common::types::{CelBool, CelDouble, CelInt, CelList, CelString, CelUInt, Kind};
use cel::common::value::{CowVal, Val};
use cel::context::VariableResolver;
use cel::parser::{ParseErrors, PrattParser};
use cel::{Context, Env, ExecutionError, IdedExpr, Value};

/// Brackets within brackets while reading.
const DEEPEST_READ: u16 = 24;
/// Most nodes of an expression.
const MOST_NODES: usize = 600;
/// Operations within operations while evaluating.
const DEEPEST: usize = 40;

/// What is wrong with an expression.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// Not of the language.
    Unreadable { line: isize, column: isize, message: String },
    /// Beyond the bounds.
    TooDeep,
    /// It refers to what is not there, or does what cannot be done.
    Unevaluable { message: String },
    /// A condition is neither true nor false.
    NoCondition { found: String },
    /// A fact is nothing that a person could read.
    NotShowable { found: String },
}

/// Evaluates expressions about one order.
pub struct Language<'a> {
    names: &'a dyn VariableResolver,
    /// Operators alone; most rules need no more, and registering the functions costs more than evaluating the default rules.
    plain: Context<'a, 'a>,
    full: OnceCell<Context<'a, 'a>>,
}

/// Reads an expression.
pub fn read(source: &str) -> Result<IdedExpr, Fault> {
    let parser = PrattParser::new().max_recursion_depth(DEEPEST_READ).max_expression_node_count(MOST_NODES);
    let expression = parser.error_recovery_limit(1).parse(source).map_err(|errors| unreadable(&errors))?;
    if is_within(&expression, DEEPEST) { Ok(expression) } else { Err(Fault::TooDeep) }
}

fn unreadable(errors: &ParseErrors) -> Fault {
    match errors.errors.iter().find(|error| error.pos.0 > 0) {
        Some(error) => Fault::Unreadable { line: error.pos.0, column: error.pos.1, message: error.msg.clone() },
        None => Fault::TooDeep,
    }
}

impl<'a> Language<'a> {
    pub fn new(names: &'a dyn VariableResolver) -> Self {
        Self { names, plain: context(Env::default(), names), full: OnceCell::new() }
    }

    /// Is the condition true?
    pub fn holds(&self, condition: &IdedExpr) -> Result<bool, Fault> {
        let value = self.evaluate(condition)?;
        value
            .downcast_ref::<CelBool>()
            .map(|value| *value.inner())
            .ok_or_else(|| Fault::NoCondition { found: value.get_type().name().to_owned() })
    }

    /// The value as a person reads it; lists with commas.
    pub fn show(&self, expression: &IdedExpr) -> Result<String, Fault> {
        let value = self.evaluate(expression)?;
        shown(&*value).ok_or_else(|| Fault::NotShowable { found: value.get_type().name().to_owned() })
    }

    /// Without the functions first. Where the outcome hangs on one, it is an undeclared reference, never another value.
    fn evaluate<'e>(&'e self, expression: &'e IdedExpr) -> Result<CowVal<'e, 'a>, Fault> {
        match Value::resolve_val(expression, &self.plain) {
            Err(ExecutionError::UndeclaredReference(_)) => {
                let full = self.full.get_or_init(|| context(Env::stdlib(), self.names));
                Value::resolve_val(expression, full)
            }
            other => other,
        }
        .map_err(|error| Fault::Unevaluable { message: error.to_string() })
    }
}

fn context(env: Env, names: &dyn VariableResolver) -> Context<'_, '_> {
    let mut context = Context::with_env(Arc::new(env));
    context.set_variable_resolver(names);
    context
}

fn shown(value: &dyn Val) -> Option<String> {
    if let Some(text) = value.downcast_ref::<CelString<'_>>() {
        return Some(text.inner().to_owned());
    }
    if let Some(list) = value.downcast_ref::<CelList<'_>>() {
        let items: Option<Vec<_>> = list.inner().iter().map(|item| shown(item.as_ref())).collect();
        return items.map(|items| items.join(", "));
    }
    if let Some(number) = value.downcast_ref::<CelDouble>() {
        let text = format!("{:.4}", number.inner());
        return Some(text.trim_end_matches('0').trim_end_matches('.').to_owned());
    }
    let plain = value.downcast_ref::<CelInt>().map(|number| number.inner().to_string());
    let plain = plain.or_else(|| value.downcast_ref::<CelUInt>().map(|number| number.inner().to_string()));
    let plain = plain.or_else(|| value.downcast_ref::<CelBool>().map(|truth| truth.inner().to_string()));
    plain.or_else(|| (value.get_type().kind() == Kind::NullType).then(String::new))
}

/// Is no operation nested deeper than this? Evaluation is recursive, and the stack is small.
fn is_within(expression: &IdedExpr, left: usize) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    let all = |expressions: &[IdedExpr]| expressions.iter().all(|expression| is_within(expression, left));
    match &expression.expr {
        Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => true,
        Expr::Call(call) => call.target.as_ref().is_none_or(|target| is_within(target, left)) && all(&call.args),
        Expr::Select(select) => is_within(&select.operand, left),
        Expr::List(list) => all(&list.elements),
        Expr::Map(map) => map.entries.iter().all(|entry| entry_is_within(&entry.expr, left)),
        Expr::Struct(fields) => fields.entries.iter().all(|entry| entry_is_within(&entry.expr, left)),
        Expr::Comprehension(comprehension) => [
            &comprehension.iter_range,
            &comprehension.accu_init,
            &comprehension.loop_cond,
            &comprehension.loop_step,
            &comprehension.result,
        ]
        .into_iter()
        .all(|part| is_within(part, left)),
    }
}

fn entry_is_within(entry: &EntryExpr, left: usize) -> bool {
    match entry {
        EntryExpr::StructField(field) => is_within(&field.value, left),
        EntryExpr::MapEntry(entry) => is_within(&entry.key, left) && is_within(&entry.value, left),
    }
}
