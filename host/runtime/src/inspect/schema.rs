//! The settings schema of a plugin is hostile input too: however it is written, checking settings against it must end soon.

use std::collections::HashMap;

use mortise_domain::manifest::ManifestFault;
use serde_json::Value;

/// Most bytes and deepest nesting of a schema with every reference replaced by what it refers to.
const EXPANDED: usize = 1 << 20;
const DEEPEST: usize = 200;
/// Most patterns, and most bytes of one.
const PATTERNS: usize = 200;
const PATTERN: usize = 1_000;
/// References that are resolved by other means than a pointer into the schema.
const FOREIGN: [&str; 6] = ["$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor"];

/// Refuses schemas that refer to themselves, grow beyond measure, or refer to something outside.
pub(super) fn check(schema: &Value) -> Result<(), ManifestFault> {
    Measure { root: schema, known: HashMap::new(), patterns: 0 }.of(schema, 0).map(drop)
}

fn fault<T>(message: String) -> Result<T, ManifestFault> {
    Err(ManifestFault { field: "settings".into(), message })
}

fn too_large<T>() -> Result<T, ManifestFault> {
    fault(format!(
        "the schema has more than {EXPANDED} bytes or {DEEPEST} levels once its references are resolved: refer less often to large parts"
    ))
}

/// How large a part is with its references resolved.
#[derive(Clone, Copy)]
struct Extent {
    bytes: usize,
    height: usize,
}

impl Extent {
    /// With another part inside.
    fn hold(&mut self, inner: Self) -> Result<(), ManifestFault> {
        self.bytes = self.bytes.saturating_add(inner.bytes);
        self.height = self.height.max(inner.height + 1);
        if self.bytes > EXPANDED || self.height > DEEPEST { too_large() } else { Ok(()) }
    }
}

struct Measure<'a> {
    root: &'a Value,
    /// What references refer to; none: it is being measured.
    known: HashMap<&'a str, Option<Extent>>,
    patterns: usize,
}

impl<'a> Measure<'a> {
    fn of(&mut self, part: &'a Value, depth: usize) -> Result<Extent, ManifestFault> {
        // Before the levels are counted from below: this recursion has a stack, too.
        if depth > DEEPEST {
            return too_large();
        }
        let bytes = if let Value::String(text) = part { text.len() + 2 } else { 8 };
        let mut extent = Extent { bytes, height: 1 };
        match part {
            Value::Array(items) => {
                for item in items {
                    extent.hold(self.of(item, depth + 1)?)?;
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    self.check_word(name, value, std::ptr::eq(part, self.root))?;
                    extent.bytes += name.len() + 4;
                    extent.hold(self.of(value, depth + 1)?)?;
                    if name == "$ref"
                        && let Value::String(reference) = value
                    {
                        extent.hold(self.referred(reference, depth + 1)?)?;
                    }
                }
            }
            _ => {}
        }
        Ok(extent)
    }

    fn check_word(&mut self, name: &str, value: &Value, outermost: bool) -> Result<(), ManifestFault> {
        // The whole schema may have a name; a part with a name of its own would change what references mean.
        if FOREIGN.contains(&name) && value.is_string() && !(outermost && name == "$id") {
            return fault(format!(
                "`{name}` is not known here: refer to a part by `$ref` and a pointer, such as `#/$defs/part`"
            ));
        }
        let (count, longest) = match (name, value) {
            ("pattern", Value::String(pattern)) => (1, pattern.len()),
            ("patternProperties", Value::Object(patterns)) => {
                (patterns.len(), patterns.keys().map(String::len).max().unwrap_or(0))
            }
            _ => return Ok(()),
        };
        self.patterns += count;
        if self.patterns > PATTERNS || longest > PATTERN {
            return fault(format!(
                "the schema has too many or too long patterns: at most {PATTERNS}, of {PATTERN} bytes each"
            ));
        }
        Ok(())
    }

    fn referred(&mut self, reference: &'a str, depth: usize) -> Result<Extent, ManifestFault> {
        let short = || reference.chars().take(80).collect::<String>();
        match self.known.get(reference) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return fault(format!("`{}` refers to itself: write the parts out", short())),
            None => {}
        }
        let target = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer));
        let Some(target) = target else {
            return fault(format!(
                "`{}` refers to nothing in this schema: use a pointer such as `#/$defs/part`",
                short()
            ));
        };
        self.known.insert(reference, None);
        let extent = self.of(target, depth)?;
        self.known.insert(reference, Some(extent));
        Ok(extent)
    }
}
