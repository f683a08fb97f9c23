//! What `check --conformance` says.

use mortise_domain::text::Text;

use super::style::{bad, faint, good, strong};
use crate::conformance::{Covered, Probed};

/// What was found about a plugin's conformance.
#[derive(Debug, Clone, PartialEq)]
pub struct Conformance {
    /// Points that were tried.
    pub probed: Vec<Probed>,
    /// Points that scenarios cover, or do not.
    pub covered: Vec<Covered>,
    /// Names that no set has.
    pub strays: Vec<Text>,
}

impl Conformance {
    /// How much is still open.
    pub fn open(&self) -> usize {
        let failed = self.probed.iter().filter(|probed| probed.fault.is_some()).count();
        let missing = self.covered.iter().filter(|covered| !covered.settled()).count();
        failed + missing + self.strays.len()
    }
}

/// The report in the reader's language.
pub fn conformed(found: &Conformance, locale: &str) -> String {
    let say = |zh: &str, en: &str| Text::new(zh, en).in_locale(locale).to_owned();
    let mut lines = vec![strong(say("对任何插件都要成立的", "What must hold for any plugin"))];
    for probed in &found.probed {
        let what = format!("{}  {}", probed.function, probed.what.in_locale(locale));
        match &probed.fault {
            None => lines.push(format!("{} {what}", good("✓"))),
            Some(fault) => lines.push(format!("{} {what}: {}", bad("✗"), fault.in_locale(locale))),
        }
    }
    lines.push(strong(say("由场景证明的", "What scenarios show")));
    for covered in &found.covered {
        let text = covered.point.text();
        let what = format!("{}  {}", covered.point.id(), text.in_locale(locale));
        match &covered.exempt {
            _ if !covered.by.is_empty() => {
                lines.push(format!("{} {what} {}", good("✓"), faint(format!("({})", covered.by.join(", ")))));
            }
            Some(reason) => {
                lines.push(format!(
                    "{} {what} {}",
                    faint("–"),
                    faint(format!("({}: {reason})", say("不适用", "does not apply")))
                ));
            }
            None => {
                let remedy = say("没有场景的 covers 写有它", "no scenario names it in `covers`");
                lines.push(format!("{} {what}: {remedy}", bad("✗")));
            }
        }
    }
    lines.extend(found.strays.iter().map(|stray| format!("{} {}", bad("✗"), stray.in_locale(locale))));
    lines.join("\n") + "\n"
}
