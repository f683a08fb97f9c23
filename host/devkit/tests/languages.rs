//! Plugins in TypeScript and Python: from a folder to a component, and what is told where that does not work.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mortise_devkit::bench::{Bench, Cache};
use mortise_devkit::play::play_all;
use mortise_devkit::scenario::{find, read};
use mortise_devkit::{
    BuildError, Language, Options, Step, build_and_pack, build_guest, manifest_of, unit_tests, write_sdk,
};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Tools and results within the target folder, so that nothing outside the checkout changes.
fn options() -> Options {
    let guests = repository().join("target/guests");
    Options { tools: Some(guests.join("tools")), guests: Some(guests), ..Default::default() }
}

/// A project in a folder of its own, outside of the repository.
fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

const MANIFEST: &str = r#"{ "name": "mine", "version": "1.0.0", "publisher": "me", "contract": "1.0",
    "title": { "zh": "我的", "en": "Mine" }, "description": { "zh": "测试", "en": "A test" } }"#;

const TYPESCRIPT: &str = r#"
import { type Decimal, implement, priceOf, settings } from "@mortise/sdk";

export const pricing = implement("pricing", settings.object({ price: settings.decimal }), ({ price }) => ({
  price(request) {
    const rate: Decimal = price;
    return { lines: request.lines.map(({ number }) => priceOf(number, rate, [])), version: "1" };
  },
}));
"#;

const PYTHON: &str = "
from decimal import Decimal

from mortise_sdk import Priced, PriceRequest, Pricing, plugin, price_of


@plugin
class Mine(Pricing):
    price_each: Decimal

    def price(self, request: PriceRequest) -> Priced:
        return Priced([price_of(line.number, Decimal(0), []) for line in request.lines], '1')
";

fn fault(folder: &Path) -> String {
    match build_guest(folder, &options(), &mut |_| ()) {
        Err(BuildError::Compile { output }) => output,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_language_is_found_from_the_folder() {
    let at = |name: &str| Language::of(&repository().join("examples").join(name)).unwrap();
    assert_eq!(at("hello-pricing"), Language::Rust);
    assert_eq!(at("hello-pricing-typescript"), Language::TypeScript);
    assert_eq!(at("hello-pricing-python"), Language::Python);
    let none = project(&[("manifest.json", MANIFEST)]);
    let told = Language::of(none.path()).unwrap_err().to_string();
    assert!(told.contains("it has none of Cargo.toml, package.json, pyproject.toml"), "{told}");
}

/// The files that a language's README tells to write: each code block below a bold step that names a file, and the block of
/// `## One effect per key`.
fn tutorial(language: Language) -> Vec<(String, String)> {
    let text = fs::read_to_string(repository().join("sdk").join(language.name()).join("README.md")).unwrap();
    let (mut named, mut open, mut files) = (None, false, Vec::<(String, String)>::new());
    for line in text.lines() {
        if line.starts_with("```") {
            open = !open && named.is_some();
            if let Some(file) = named.take_if(|_| open) {
                files.push((file, String::new()));
            }
        } else if open {
            let (_, block) = files.last_mut().unwrap();
            block.push_str(line);
            block.push('\n');
        } else if line == "## One effect per key" {
            named = Some("effect".to_owned());
        } else if let Some(step) = line.strip_prefix("**") {
            named = step.split('`').nth(1).filter(|file| file.contains('.')).map(str::to_owned);
        }
    }
    files
}

/// A new folder, and nothing but what the README says.
#[test]
fn the_tutorials_do_what_they_say() {
    for (language, expected, main) in [
        (
            Language::TypeScript,
            ["package.json", "src/index.ts", "manifest.json", "scenarios/price.yaml", "src/index.test.ts", "effect"],
            "src/index.ts",
        ),
        (
            Language::Python,
            [
                "pyproject.toml",
                "src/hello_pricing.py",
                "manifest.json",
                "scenarios/price.yaml",
                "tests/test_hello_pricing.py",
                "effect",
            ],
            "src/hello_pricing.py",
        ),
    ] {
        let mut files = tutorial(language);
        assert_eq!(files.iter().map(|(file, _)| file.as_str()).collect::<Vec<_>>(), expected);
        let (_, effect) = files.pop().unwrap();
        // What is shown of an ERP: in TypeScript as one more interface, in Python for the tests alone, as a plugin is one class.
        if language == Language::TypeScript {
            files.push(("src/erp.ts".to_owned(), effect));
            files[1].1.push_str("export { erp } from \"./erp.ts\";\n");
        } else {
            files.push(("tests/test_effect.py".to_owned(), effect));
        }
        let folder = project(&files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect::<Vec<_>>());
        let ran = unit_tests(folder.path(), &options(), &mut |_| ()).unwrap();
        assert!(ran.passed, "{}:\n{}", language.name(), ran.output);
        let mut steps = Vec::new();
        let options = Options { guests: None, ..options() };
        let file = build_and_pack(folder.path(), &options, &mut |step| steps.push(step)).unwrap();
        assert!(file.ends_with("target/plugins/hello-pricing-0.1.0.wasm"), "{}", file.display());
        let bytes = fs::read(&file).unwrap();
        assert_eq!(manifest_of(&bytes).unwrap().name, "hello-pricing");
        assert!(steps.iter().any(|step| matches!(step, Step::Working { .. })), "{steps:?}");
        passes(&bytes, folder.path());
        // Nothing of it has changed: nothing is built.
        fs::write(folder.path().join("scenarios/price.yaml"), "").unwrap();
        assert!(build_guest(folder.path(), &options, &mut |_| ()).unwrap().fresh);
        // A mistake is told before anything is put into the engine.
        fs::write(folder.path().join(main), "this is no program").unwrap();
        assert!(matches!(build_guest(folder.path(), &options, &mut |_| ()), Err(BuildError::Compile { .. })));
        // Where the work was done is nobody's business.
        let path = repository().display().to_string();
        assert!(!bytes.windows(path.len()).any(|window| window == path.as_bytes()));
    }
}

#[test]
fn the_tutorial_in_rust_does_what_it_says() {
    let mut files = tutorial(Language::Rust);
    // Cargo names a component after its package alone: that of the example in the same folder of guests is another one.
    for (_, text) in &mut files {
        *text = text.replace("hello-pricing", "tutorial-pricing");
    }
    let names: Vec<_> = files.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(names, ["Cargo.toml", "src/lib.rs", "manifest.json", "scenarios/price.yaml"]);
    let folder = project(&files.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect::<Vec<_>>());
    write_sdk(Language::Rust, &folder.path().join("mortise")).unwrap();
    // The versions that this repository has.
    fs::copy(repository().join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
    let file = build_and_pack(folder.path(), &options(), &mut |_| ()).unwrap();
    passes(&fs::read(file).unwrap(), folder.path());
    let mut cargo = Command::new("cargo");
    cargo.arg("test").current_dir(folder.path()).env("CARGO_TARGET_DIR", repository().join("target/new"));
    let output = cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

/// Plays the project's scenarios in the sandbox.
fn passes(plugin: &[u8], folder: &Path) {
    let executor = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let cache = Cache { folder: repository().join("target/guests/test-cache"), key: [7; 32] };
    let bench = executor.block_on(Bench::new(plugin.to_vec(), Some(cache))).unwrap();
    let files = find(&[folder.join("scenarios")]).unwrap();
    let scenarios: Vec<_> = files.iter().map(|file| read(file).unwrap_or_else(|fault| panic!("{fault}"))).collect();
    let verdicts = play_all(&bench, &scenarios, 1).unwrap();
    assert!(verdicts.len() == 1 && verdicts.iter().all(mortise_devkit::play::Verdict::passed), "{verdicts:?}");
}

#[test]
fn a_rust_project_needs_no_path_of_the_repository_either() {
    let rust = project(&[
        (
            "Cargo.toml",
            "[package]\nname = \"mine\"\nedition = \"2024\"\n[lib]\ncrate-type = [\"cdylib\", \"rlib\"]\n[workspace]\nexclude = [\"mortise\"]\n\
             [dependencies]\nmortise-sdk = { path = \"mortise/sdk/rust\" }\nserde = { version = \"1\", features = [\"derive\"] }\n",
        ),
        ("manifest.json", MANIFEST),
        (
            "src/lib.rs",
            "use mortise_sdk::{Pricing, Result, pricing::{PriceRequest, Priced}};\n#[derive(serde::Deserialize)]\npub struct Mine {}\n\
             mortise_sdk::plugin!(Mine: Pricing);\nimpl Pricing for Mine {\n fn price(&self, _: PriceRequest) -> Result<Priced> { \
             Ok(Priced::default()) }\n}\n",
        ),
    ]);
    write_sdk(Language::Rust, &rust.path().join("mortise")).unwrap();
    let file = build_and_pack(rust.path(), &options(), &mut |_| ()).unwrap();
    assert!(file.ends_with("target/plugins/mine-1.0.0.wasm"), "{}", file.display());
}

#[test]
fn mistakes_in_typescript_are_told() {
    let package = ("package.json", r#"{ "name": "mine", "type": "module" }"#);
    let wrong_type = TYPESCRIPT.replace("const rate: Decimal = price", "const rate: number = price");
    let told = fault(project(&[package, ("src/index.ts", &wrong_type)]).path());
    assert!(told.contains("src/index.ts(6,11): error TS2322"), "{told}");
    let told = fault(project(&[package, ("src/index.ts", "export const price = 1;")]).path());
    assert!(told.contains("the main module exports price, none of the contract's interfaces"), "{told}");
    let told = fault(project(&[package, ("src/index.js", "import 'fs'; export const erp = 1;")]).path());
    assert!(told.contains(r#"Could not resolve "fs""#), "{told}");
    let throwing = format!("{TYPESCRIPT}throw new Error(\"at the top\");\n");
    let told = fault(project(&[package, ("src/index.ts", &throwing)]).path());
    assert!(told.starts_with("the plugin cannot be loaded:"), "{told}");
    assert!(told.contains("src/index.ts:10:7 Error: at the top"), "{told}");
    let told = fault(project(&[package]).path());
    assert!(told.contains("src/index.ts does not exist: write the plugin there"), "{told}");
}

#[test]
fn mistakes_in_python_are_told() {
    let file = ("pyproject.toml", "[project]\nname = \"mine\"\n");
    let told = fault(project(&[file, ("src/mine.py", "import nothing_of_that_name\n")]).path());
    assert!(told.contains("ModuleNotFoundError: No module named 'nothing_of_that_name'"), "{told}");
    assert!(told.contains("mine.py\", line 1"), "{told}");
    let told = fault(project(&[file, ("src/mine.py", "x = 1\n")]).path());
    assert!(told.contains("the module `mine` registers 0 classes with @plugin: it has to be one"), "{told}");
    let lacking = PYTHON.replace("def price", "def prize");
    let told = fault(project(&[file, ("src/mine.py", &lacking)]).path());
    assert!(told.contains("TypeError: Mine has to write price"), "{told}");
    let told = fault(project(&[file]).path());
    assert!(told.contains("there is no module `mine`"), "{told}");
}

#[test]
fn unit_tests_run_in_their_own_language() {
    for folder in ["sdk/typescript", "sdk/python", "examples/hello-pricing-typescript", "examples/hello-pricing-python"]
    {
        let ran = unit_tests(&repository().join(folder), &options(), &mut |_| ()).unwrap();
        assert!(ran.passed, "{folder}:\n{}", ran.output);
    }
    let failing = "import { test } from 'node:test';\ntest('no', () => { throw new Error('on purpose'); });\n";
    let folder = project(&[("package.json", r#"{ "name": "mine" }"#), ("src/x.test.ts", failing)]);
    let ran = unit_tests(folder.path(), &options(), &mut |_| ()).unwrap();
    assert!(!ran.passed && ran.output.contains("on purpose"), "{}", ran.output);
}
