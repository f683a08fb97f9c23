//! Templates in scripted answers.

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde_json::Value;

/// Steps that one template may take; an endless loop in it ends.
const FUEL: u64 = 100_000;

/// Fills in templates with what is known about the request.
pub(super) struct Templates<'a> {
    environment: Environment<'a>,
    context: minijinja::Value,
}

impl Templates<'_> {
    pub(super) fn new(context: &Value) -> Self {
        let mut environment = Environment::new();
        // A slip of the pen is an error, not an empty text.
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        Self { environment, context: minijinja::Value::from(Serde(context)) }
    }

    /// The text with its templates filled in.
    pub(super) fn text(&self, text: &str) -> Result<String, String> {
        if !(text.contains("{{") || text.contains("{%")) {
            return Ok(text.to_owned());
        }
        self.environment.render_str(text, self.context.clone()).map_err(|error| told(text, &error))
    }

    /// The value with all its texts filled in. A text that is one expression becomes its value, with its type.
    pub(super) fn value(&self, value: &Value) -> Result<Value, String> {
        match value {
            Value::String(text) => match expression(text) {
                Some(expression) => self.evaluate(text, expression),
                None => Ok(self.text(text)?.into()),
            },
            Value::Array(values) => values.iter().map(|value| self.value(value)).collect(),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| Ok((name.clone(), self.value(value)?));
                Ok(Value::Object(fields.iter().map(field).collect::<Result<_, String>>()?))
            }
            other => Ok(other.clone()),
        }
    }

    fn evaluate(&self, text: &str, expression: &str) -> Result<Value, String> {
        let compiled =
            self.environment.compile_expression_owned(expression.to_owned()).map_err(|error| told(text, &error))?;
        let value = compiled.eval(self.context.clone()).map_err(|error| told(text, &error))?;
        if value.is_undefined() {
            return Err(format!("the template {text:?} names something that is not there"));
        }
        serde_json::to_value(&value).map_err(|error| format!("the template {text:?} yields no JSON ({error})"))
    }
}

/// The inside of a text that is one `{{ … }}` and nothing else.
fn expression(text: &str) -> Option<&str> {
    let inside = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    (!inside.contains("{{") && !inside.contains("}}")).then_some(inside.trim())
}

fn told(text: &str, error: &minijinja::Error) -> String {
    format!("the template {text:?} cannot be filled in: {error}")
}
