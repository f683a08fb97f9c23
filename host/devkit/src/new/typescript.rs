//! A project in TypeScript.

use super::kinds::Kind;
use super::{named, readme};

/// Path and text of every file of the project, without its manifest and its scenarios.
pub(super) fn files(name: &str, kind: &Kind) -> Vec<(String, String)> {
    vec![
        ("package.json".to_owned(), named(include_str!("typescript/package.json.txt"), name)),
        ("tsconfig.json".to_owned(), include_str!("typescript/tsconfig.json.txt").to_owned()),
        ("README.md".to_owned(), named(&readme(include_str!("typescript/README.md.txt"), kind), name)),
        (".gitignore".to_owned(), "node_modules/\ntarget/\n".to_owned()),
        ("src/index.ts".to_owned(), kind.typescript.0.to_owned()),
        ("src/index.test.ts".to_owned(), kind.typescript.1.to_owned()),
    ]
}
