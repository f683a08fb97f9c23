//! A project in Python.

use super::kinds::Kind;
use super::{named, readme};

/// Path and text of every file of the project, without its manifest and its scenarios.
pub(super) fn files(name: &str, kind: &Kind) -> Vec<(String, String)> {
    vec![
        ("pyproject.toml".to_owned(), named(include_str!("python/pyproject.toml.txt"), name)),
        ("README.md".to_owned(), named(&readme(include_str!("python/README.md.txt"), kind), name)),
        (".gitignore".to_owned(), ".venv/\n__pycache__/\ntarget/\n".to_owned()),
        // Always of this name: a module with the plugin's own could hide one that Python itself needs.
        ("src/plugin.py".to_owned(), kind.python.0.to_owned()),
        ("tests/test_plugin.py".to_owned(), kind.python.1.to_owned()),
    ]
}
