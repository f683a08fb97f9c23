//! Conditions of rules: CEL, the language of the rules about orders, within bounds that keep every condition cheap.

use std::sync::Arc;

use cel::common::ast::{EntryExpr, Expr};
use cel::common::types::CelBool;
use cel::parser::PrattParser;
use cel::{Context, Env, IdedExpr, Value};

/// Brackets within brackets while reading.
const DEEPEST_READ: u16 = 24;
/// Most nodes of an expression.
const MOST_NODES: usize = 600;
/// Operations within operations while evaluating.
const DEEPEST: usize = 40;
/// Loops within loops: each goes over a few hundred entries at most.
const MOST_LOOPS: usize = 2;

/// What is wrong with a condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not of the language.
    #[error("cannot be read at line {line}, column {column}: {message}")]
    Unreadable {
        /// 1-based.
        line: isize,
        /// 0-based, as the parser counts.
        column: isize,
        /// What the parser says.
        message: String,
    },
    /// Beyond the bounds.
    #[error("is too deep or too long; split it into several rules")]
    TooDeep,
    /// It refers to what is not there, or does what cannot be done.
    #[error("cannot be evaluated: {0}")]
    Unevaluable(String),
    /// It is neither true nor false.
    #[error("is neither true nor false but a value of the type {0}")]
    NoCondition(String),
}

/// A condition that was read.
#[derive(Debug, Clone)]
pub struct Condition(IdedExpr);

impl Condition {
    /// Reads a condition.
    pub fn read(source: &str) -> Result<Self, Fault> {
        let parser = PrattParser::new().max_recursion_depth(DEEPEST_READ).max_expression_node_count(MOST_NODES);
        let expression = parser.error_recovery_limit(1).parse(source).map_err(|errors| {
            match errors.errors.iter().find(|error| error.pos.0 > 0) {
                Some(error) => Fault::Unreadable { line: error.pos.0, column: error.pos.1, message: error.msg.clone() },
                None => Fault::TooDeep,
            }
        })?;
        if is_within(&expression, DEEPEST, MOST_LOOPS) { Ok(Self(expression)) } else { Err(Fault::TooDeep) }
    }

    /// Is it true of these facts?
    pub fn holds(&self, facts: &Context<'_, '_>) -> Result<bool, Fault> {
        let value = Value::resolve_val(&self.0, facts).map_err(|error| Fault::Unevaluable(error.to_string()))?;
        let truth = value.downcast_ref::<CelBool>().map(|truth| *truth.inner());
        truth.ok_or_else(|| Fault::NoCondition(value.get_type().name().to_owned()))
    }
}

/// An empty context with the functions of the language.
pub(super) fn context<'a>(env: &Arc<Env>) -> Context<'a, 'a> {
    Context::with_env(Arc::clone(env))
}

/// Is no operation nested deeper than this? Evaluation is recursive, and the stack is small.
fn is_within(expression: &IdedExpr, left: usize, loops: usize) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    let within = |expression: &IdedExpr| is_within(expression, left, loops);
    match &expression.expr {
        Expr::Unspecified | Expr::Literal(_) | Expr::Ident(_) => true,
        Expr::Call(call) => call.target.as_ref().is_none_or(|target| within(target)) && call.args.iter().all(within),
        Expr::Select(select) => within(&select.operand),
        Expr::List(list) => list.elements.iter().all(within),
        Expr::Map(map) => map.entries.iter().all(|entry| entry_is_within(&entry.expr, &within)),
        Expr::Struct(fields) => fields.entries.iter().all(|entry| entry_is_within(&entry.expr, &within)),
        Expr::Comprehension(comprehension) => {
            let Some(loops) = loops.checked_sub(1) else { return false };
            [
                &comprehension.iter_range,
                &comprehension.accu_init,
                &comprehension.loop_cond,
                &comprehension.loop_step,
                &comprehension.result,
            ]
            .into_iter()
            .all(|part| is_within(part, left, loops))
        }
    }
}

fn entry_is_within(entry: &EntryExpr, within: &dyn Fn(&IdedExpr) -> bool) -> bool {
    match entry {
        EntryExpr::StructField(field) => within(&field.value),
        EntryExpr::MapEntry(entry) => within(&entry.key) && within(&entry.value),
    }
}
