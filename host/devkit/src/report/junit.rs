//! Verdicts as JUnit XML, which every build server reads.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::matching::Difference;
use crate::play::Verdict;

/// One suite, named after the plugin, with a case for each scenario.
pub fn junit(plugin: &str, verdicts: &[Verdict]) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new(plugin);
    suite.set_time(verdicts.iter().map(|verdict| verdict.took).sum::<Duration>());
    suite.add_test_cases(verdicts.iter().map(|verdict| case(plugin, verdict)));
    let mut report = Report::new("mortise plugin test");
    report.add_test_suite(suite);
    report.to_string()
}

fn case(plugin: &str, verdict: &Verdict) -> TestCase {
    let differences: Vec<String> = verdict
        .calls
        .iter()
        .enumerate()
        .flat_map(|(index, call)| call.differences.iter().map(move |one| told(&format!("call {}: ", index + 1), one)))
        .chain(verdict.differences.iter().map(|one| told("", one)))
        .collect();
    let status = match differences.first() {
        None => TestCaseStatus::success(),
        Some(first) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(first.lines().next().unwrap_or_default()).set_description(differences.join("\n"));
            status
        }
    };
    let mut case = TestCase::new(verdict.name.as_str(), status);
    case.set_classname(plugin).set_time(verdict.took);
    case
}

fn told(call: &str, difference: &Difference) -> String {
    format!("{call}{}: expected {}, found {}", difference.at, difference.expected, difference.found)
}
