//! Plugins in TypeScript and Python: the SDK's own scripts make the component.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io, thread};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::package::not_a_plugin;
use super::tools::{self, Tools};
use super::{Built, Language, Options, Step, shell};
use crate::{BuildError, sdk};

/// Of a project what is not its own source, and what no build looks at.
const FOREIGN: [&str; 6] = ["node_modules", "target", "__pycache__", "dist", "venv", "README.md"];

/// What lies beside the sources and becomes no part of the component: to change a scenario takes no build.
const BESIDE: [&str; 2] = ["scenarios", "connection.json"];

/// Builds one folder. What was built of the same sources before is used again.
pub(super) fn build(
    language: Language,
    folder: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Built, BuildError> {
    let whole = folder.canonicalize().map_err(BuildError::io(format!("{} cannot be read", folder.display())))?;
    let target = whole.join("target");
    let guests = options.guests.clone().unwrap_or_else(|| target.join("guests")).join(language.name());
    let project = Project::read(language, &whole)?;
    let sdk = project.sdk(&whole, &guests)?;
    let wit = sdk.join("../../wit/v1");
    let wit = wit.canonicalize().map_err(BuildError::io(format!("there is no contract beside {}", sdk.display())))?;
    let print = fingerprint(&[&whole, &sdk, &wit], project.main_folder())?;
    let component = guests.join(format!("{}-{}.wasm", project.name, &print[..16]));
    let built = |fresh| Built {
        folder: folder.to_owned(),
        package: project.name.clone(),
        component: component.clone(),
        fresh,
        target: target.clone(),
    };
    if component.is_file() {
        return Ok(built(true));
    }
    let tools = tools::prepare(language, &sdk, options, progress)?;
    let script = if language == Language::Python { "build.py" } else { "build.mjs" };
    let mut command = command(&tools, script, &whole);
    command.args([&whole, &sdk, &wit, &component]);
    run(command, &project.name, progress)?;
    forget(&guests, &project.name, &component);
    Ok(built(false))
}

/// Runs the unit tests of a plugin in its own language. Answers what they wrote, and whether they passed.
pub(super) fn unit_tests(
    language: Language,
    folder: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<(bool, String), BuildError> {
    let whole = folder.canonicalize().map_err(BuildError::io(format!("{} cannot be read", folder.display())))?;
    let guests = options.guests.clone().unwrap_or_else(|| whole.join("target/guests")).join(language.name());
    let sdk = Project::read(language, &whole)?.sdk(&whole, &guests)?;
    let tools = tools::prepare(language, &sdk, options, progress)?;
    let script = if language == Language::Python { "test.py" } else { "test.mjs" };
    let output = command(&tools, script, &whole)
        .args([&whole, &sdk])
        .output()
        .map_err(BuildError::io(format!("`{}` does not start", tools.program.display())))?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.success(), String::from_utf8_lossy(&said).into_owned()))
}

fn command(tools: &Tools, script: &str, folder: &Path) -> Command {
    let mut command = shell::command(&tools.program, folder);
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONUTF8", "1").env("NO_COLOR", "1");
    command.arg(tools.scripts.join(script)).stdin(Stdio::null());
    command
}

/// What a project's own file says, as far as we care.
struct Project {
    name: String,
    /// The file with which it begins, as npm has it.
    main: Option<String>,
    /// Where it says that the SDK is.
    sdk: Option<String>,
    language: Language,
}

#[derive(Deserialize)]
struct Npm {
    name: Option<String>,
    main: Option<String>,
    #[serde(default)]
    dependencies: std::collections::BTreeMap<String, String>,
}

impl Project {
    fn read(language: Language, folder: &Path) -> Result<Self, BuildError> {
        let file = folder.join(language.file());
        let text = fs::read_to_string(&file).map_err(BuildError::io(format!("{} cannot be read", file.display())))?;
        let wrong = |reason: String| not_a_plugin(folder, format!("its {} cannot be read ({reason})", language.file()));
        let (name, main, sdk) = if language == Language::Python {
            let whole: toml::Table =
                text.parse().map_err(|error: toml::de::Error| wrong(error.message().to_owned()))?;
            let within = |table: &str| whole.get(table).and_then(toml::Value::as_table);
            let name = within("project").and_then(|project| project.get("name")?.as_str());
            let sdk = within("tool").and_then(|tool| tool.get("mortise")?.get("sdk")?.as_str());
            (name.map(str::to_owned), None, sdk.map(str::to_owned))
        } else {
            let npm: Npm = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
            let sdk = npm.dependencies.get("@mortise/sdk").and_then(|version| version.strip_prefix("file:"));
            (npm.name, npm.main, sdk.map(str::to_owned))
        };
        let name = name.ok_or_else(|| not_a_plugin(folder, format!("add a name to its {}", language.file())))?;
        // It becomes part of a file's name.
        let plain = |letter: char| if letter.is_ascii_alphanumeric() || letter == '-' { letter } else { '-' };
        Ok(Self { name: name.chars().map(plain).collect(), main, sdk, language })
    }

    /// The folder at the project's root in which it begins: a source, whatever it is named.
    fn main_folder(&self) -> Option<&str> {
        let main = self.main.as_deref()?.trim_start_matches("./");
        main.split_once('/').map(|(folder, _)| folder)
    }

    /// The SDK that the project names, or the one that rides along here.
    fn sdk(&self, folder: &Path, guests: &Path) -> Result<PathBuf, BuildError> {
        if let Some(named) = &self.sdk {
            let named = folder.join(named);
            return named.canonicalize().map_err(|error| {
                let file = self.language.file();
                not_a_plugin(
                    folder,
                    format!("the SDK that its {file} names, {}, is not there ({error})", named.display()),
                )
            });
        }
        let own = guests.join("own");
        sdk::write_sdk(self.language, &own)?;
        own.join("sdk").join(self.language.name()).canonicalize().map_err(BuildError::io("the SDK cannot be written"))
    }
}

/// Of all sources: what was built of the same ones need not be built again.
fn fingerprint(folders: &[&Path], main: Option<&str>) -> Result<String, BuildError> {
    let mut hash = Sha256::new();
    for folder in folders {
        walk(folder, folder, main, &mut hash)
            .map_err(BuildError::io(format!("{} cannot be read", folder.display())))?;
        for name in installed(folder) {
            hash.update(name);
        }
    }
    Ok(hex::encode(hash.finalize()))
}

/// Names and versions of the packages that npm and pip have put into a project.
fn installed(folder: &Path) -> Vec<Vec<u8>> {
    let lock = fs::read(folder.join("node_modules/.package-lock.json")).into_iter();
    let entries = |folder: PathBuf| fs::read_dir(folder).into_iter().flatten().flatten();
    let places = entries(folder.join(".venv/lib")).flat_map(|version| entries(version.path().join("site-packages")));
    let mut names: Vec<Vec<u8>> = places
        .map(|entry| entry.file_name().to_string_lossy().into_owned().into_bytes())
        .filter(|name| name.ends_with(b".dist-info"))
        .collect();
    names.sort_unstable();
    lock.chain(names).collect()
}

fn walk(root: &Path, folder: &Path, main: Option<&str>, hash: &mut Sha256) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let begins = folder == root && main == Some(name.as_str());
        let beside = folder == root && BESIDE.contains(&name.as_str()) || name.contains(".test.");
        if !begins && (name.starts_with('.') || FOREIGN.contains(&name.as_str()) || beside) {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, main, hash)?;
        } else {
            let content = fs::read(&path)?;
            hash.update(path.strip_prefix(root).unwrap_or(&path).to_string_lossy().as_bytes());
            hash.update([0]);
            hash.update((content.len() as u64).to_le_bytes());
            hash.update(content);
        }
    }
    Ok(())
}

/// Removes what was built of earlier sources.
fn forget(guests: &Path, name: &str, kept: &Path) {
    for entry in fs::read_dir(guests).into_iter().flatten().flatten() {
        let file = entry.file_name().to_string_lossy().into_owned();
        let print = file.strip_suffix(".wasm").and_then(|file| file.strip_prefix(name)?.strip_prefix('-'));
        if print.is_some_and(|print| print.len() == 16 && print.bytes().all(|byte| byte.is_ascii_hexdigit()))
            && entry.path() != kept
        {
            // Somebody may still read it; it is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[derive(Deserialize)]
struct Told {
    step: String,
}

fn run(mut command: Command, package: &str, progress: &mut dyn FnMut(Step)) -> Result<(), BuildError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let started = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = started.map_err(BuildError::io(format!("`{program}` does not start")))?;
    // Both pipes are read at once, or the script would block on the one that is full.
    let stderr = child.stderr.take();
    let said = thread::spawn(move || {
        let mut text = Vec::new();
        stderr.map(|mut stderr| stderr.read_to_end(&mut text));
        String::from_utf8_lossy(&text).trim_end().to_owned()
    });
    for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
        if let Ok(Told { step }) = serde_json::from_str(&line) {
            progress(Step::Working { package: package.to_owned(), what: step });
        }
    }
    let status = child.wait().map_err(BuildError::io(format!("the end of `{program}` cannot be awaited")))?;
    let output = said.join().unwrap_or_default();
    if status.success() { Ok(()) } else { Err(BuildError::Compile { output }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_project_begins_with_is_a_source() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
            fs::write(folder.path().join(name), text).unwrap();
        };
        file("dist/index.js", "1");
        file("src/index.ts", "1");
        let print = |main| fingerprint(&[folder.path()], main).unwrap();
        let (with, without) = (print(Some("dist")), print(None));
        file("dist/index.js", "2");
        assert_ne!(print(Some("dist")), with, "an old component of new code");
        assert_eq!(print(None), without, "an outcome of the build elsewhere");
        file("src/index.ts", "2");
        assert_ne!(print(None), without);
    }

    #[test]
    fn the_folder_of_main_is_told() {
        let main = |main: &str| {
            let project =
                Project { name: "x".into(), main: Some(main.into()), sdk: None, language: Language::TypeScript };
            project.main_folder().map(str::to_owned)
        };
        assert_eq!(main("./dist/index.js").as_deref(), Some("dist"));
        assert_eq!((main("index.ts"), main("src/a/b.ts").as_deref()), (None, Some("src")));
    }
}
