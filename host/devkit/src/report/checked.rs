//! What `check` says.

use mortise_domain::manifest::Manifest;
use mortise_domain::text::Text;
use serde_json::Value;

use super::style::{bad, faint, good, strong};
use crate::check::{Report, wishes};

/// The report in the reader's language.
pub fn checked(report: &Report, locale: &str) -> String {
    let say = |zh: &str, en: &str| Text::new(zh, en).in_locale(locale).to_owned();
    let mut lines = Vec::new();
    if let Some(manifest) = &report.manifest {
        about(&mut lines, manifest, report, locale);
    }
    match &report.fault {
        None => lines.push(good(say("✓ 符合：可以安装", "✓ it fits: it can be installed"))),
        Some(fault) => {
            lines.push(bad(say("✗ 不符合：无法安装", "✗ it does not fit: it cannot be installed")));
            for (name, text) in [
                (say("发现", "found"), &fault.found),
                (say("应为", "expected"), &fault.expected),
                (say("处理", "do"), &fault.remedy),
            ] {
                lines.push(format!("  {}  {}", strong(format!("{name:<8}")), text.in_locale(locale)));
            }
        }
    }
    for hint in &report.hints {
        lines.push(format!("{} {}", faint(say("提示", "hint")), hint.in_locale(locale)));
    }
    lines.join("\n") + "\n"
}

fn about(lines: &mut Vec<String>, manifest: &Manifest, report: &Report, locale: &str) {
    let say = |zh: &str, en: &str| Text::new(zh, en).in_locale(locale).to_owned();
    let title = manifest.title.in_locale(locale);
    lines.push(format!("{} {} — {title}", strong(&manifest.name), manifest.version));
    lines.push(manifest.description.in_locale(locale).to_owned());
    let mut row = |name: String, value: String| lines.push(format!("  {}  {value}", faint(format!("{name:<10}"))));
    row(say("发布者", "publisher"), manifest.publisher.clone());
    row(say("约定版本", "contract"), manifest.contract.clone());
    row(say("大小", "size"), crate::check::size(report.bytes));
    row("SHA-256".into(), report.hash.clone());
    if report.wasi {
        row(
            "WASI".into(),
            say(
                "导入 WASI 0.2；得到的是空的：没有文件、网络和环境变量",
                "imports WASI 0.2 and gets an empty one: no files, sockets, environment",
            ),
        );
    }
    if !report.functions.is_empty() {
        row(say("函数", "functions"), report.functions.join(" "));
    }
    let wished = wishes(manifest);
    if wished.is_empty() {
        row(say("请求权限", "wishes"), say("无：只计算", "none: it only computes"));
    }
    for (index, wish) in wished.iter().enumerate() {
        let name = if index == 0 { say("请求权限", "wishes") } else { String::new() };
        row(name, wish.in_locale(locale).to_owned());
    }
    for (index, setting) in settings(manifest, locale).into_iter().enumerate() {
        row(if index == 0 { say("设置", "settings") } else { String::new() }, setting);
    }
}

/// One line for each top-level setting: name, what it is, whether it must be given.
fn settings(manifest: &Manifest, locale: &str) -> Vec<String> {
    let required = manifest.settings.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|names| names.iter().any(|other| other == name));
    let properties = manifest.settings.get("properties").and_then(Value::as_object);
    let line = |(name, property): (&String, &Value)| {
        let chinese = property.pointer("/x-zh/title").filter(|_| locale.starts_with("zh"));
        let title = chinese.or_else(|| property.get("title")).and_then(Value::as_str).unwrap_or_default();
        let rule = match property.get("default") {
            _ if is_required(name) => Text::new("必填", "required"),
            Some(default) => {
                let text = short(default);
                Text::new(format!("默认 {text}"), format!("default {text}"))
            }
            None => Text::new("可选", "optional"),
        };
        format!("{name}  {title} ({})", rule.in_locale(locale))
    };
    properties.into_iter().flatten().map(line).collect()
}

fn short(value: &Value) -> String {
    const LONGEST: usize = 40;
    let text = value.to_string();
    if text.chars().count() <= LONGEST { text } else { text.chars().take(LONGEST).chain(['…']).collect() }
}
