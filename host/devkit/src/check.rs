//! What is this file, does it fit, and what does it want? The rules are the host's own: a file that passes here is installed
//! there.

mod finding;
mod wishes;

use std::sync::Arc;

use mortise_domain::manifest::Manifest;
use mortise_domain::text::Text;
use mortise_runtime::{LoadError, Proven, RuntimeError, inspect, settle_settings};
use serde_json::Value;

pub use finding::Finding;
pub(crate) use wishes::size;
pub use wishes::wishes;

use crate::bench::{Cache, sandbox};

/// Largest component; a server's default.
const COMPONENT_BYTES: usize = 64 << 20;
/// Above this a plugin is slow to compile and worth a second look.
const LARGE: u64 = 32 << 20;

/// What was found in a plugin file.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Of the file, where it was readable.
    pub manifest: Option<Manifest>,
    /// `interface.function` of all that the plugin exports.
    pub functions: Vec<String>,
    /// Does a language runtime within import WASI?
    pub wasi: bool,
    /// SHA-256 of the file, in hex.
    pub hash: String,
    /// Size of the file.
    pub bytes: u64,
    /// Why the file would be refused; none: it fits.
    pub fault: Option<Finding>,
    /// What is worth a second look.
    pub hints: Vec<Text>,
}

/// Looks at a file and proves it, as the host does at its installation.
pub async fn check(bytes: &[u8], cache: Option<Cache>) -> Result<Report, RuntimeError> {
    let mut report = Report {
        manifest: None,
        functions: Vec::new(),
        wasi: false,
        hash: String::new(),
        bytes: bytes.len() as u64,
        fault: None,
        hints: Vec::new(),
    };
    match inspect(bytes, COMPONENT_BYTES) {
        Ok(inspection) => {
            report.manifest = Some(inspection.manifest);
            report.wasi = inspection.wasi;
            report.hash = inspection.hash;
        }
        Err(error) => {
            report.fault = Some(finding::inspected(&error));
            return Ok(report);
        }
    }
    match sandbox(cache)?.prove(bytes.to_vec().into()).await {
        Ok(proven) => understood(&mut report, &proven),
        Err(error) => report.fault = Some(finding::proved(&error)),
    }
    Ok(report)
}

fn understood(report: &mut Report, proven: &Arc<Proven>) {
    report.functions = proven.functions().iter().map(mortise_runtime::Function::path).collect();
    // An empty form must be answered with what is missing, not with a schema that nobody can use.
    if let Err(LoadError::Schema(problem)) = settle_settings(proven.manifest(), &Value::Null) {
        report.fault = Some(finding::schema(&problem));
    }
    report.hints = hints(proven.manifest(), report.bytes);
}

fn hints(manifest: &Manifest, bytes: u64) -> Vec<Text> {
    let mut hints = Vec::new();
    if bytes > LARGE {
        hints.push(Text::new(
            "文件较大：安装时编译会较慢",
            "the file is large: compiling it at installation takes long",
        ));
    }
    let properties = manifest.settings.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        if property.get("title").is_none() {
            hints.push(Text::new(
                format!("设置项 `{name}` 没有 `title`：表单将显示其代码名"),
                format!("the setting `{name}` has no `title`: the form shows its code name"),
            ));
        } else if property.get("x-zh").is_none() {
            hints.push(Text::new(
                format!("设置项 `{name}` 没有中文文本（`x-zh`）"),
                format!("the setting `{name}` has no Chinese text (`x-zh`)"),
            ));
        }
    }
    if properties.is_some() && manifest.settings.get("additionalProperties") != Some(&Value::Bool(false)) {
        hints.push(Text::new(
            "设置允许未声明的字段：请在 schema 中写 `\"additionalProperties\": false`，以便发现拼写错误",
            "the settings allow fields that are not declared: write `\"additionalProperties\": false` into the schema, so that slips of the pen are found",
        ));
    }
    hints
}

impl Report {
    /// Would the host take it?
    pub fn fits(&self) -> bool {
        self.fault.is_none()
    }
}
