//! What builds plugins in TypeScript and Python: packages of npm and PyPI in exact versions, kept per machine.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use sha2::{Digest, Sha256};

use super::{Language, Options, Step, shell};
use crate::BuildError;

/// A language's tools, ready to run.
pub(super) struct Tools {
    /// `node`, or the interpreter of a virtual environment.
    pub(super) program: PathBuf,
    /// Where the SDK's scripts are run from.
    pub(super) scripts: PathBuf,
}

/// Finds the tools of this SDK, and fetches them where they are not there yet.
pub(super) fn prepare(
    language: Language,
    sdk: &Path,
    options: &Options,
    progress: &mut dyn FnMut(Step),
) -> Result<Tools, BuildError> {
    let scripts = sdk.join("tools");
    let lock = if language == Language::TypeScript { "package-lock.json" } else { "requirements.txt" };
    let program = program(language)?;
    let wanted = fs::read(scripts.join(lock))
        .map_err(BuildError::io(format!("{} cannot be read: write the SDK anew", scripts.join(lock).display())))?;
    let cache = options.tools.clone().map_or_else(default_cache, Ok)?;
    let name = format!("{}-{}", language.name(), &hex::encode(Sha256::digest(&wanted))[..16]);
    let folder = cache.join(name);
    let unusable = || format!("the tools cannot be kept in {}", cache.display());
    fs::create_dir_all(&cache).map_err(BuildError::io(unusable()))?;
    // Two builds of one machine fetch once.
    let turn = File::create(cache.join("lock")).map_err(BuildError::io(unusable()))?;
    if turn.try_lock().is_err() {
        progress(Step::Waiting);
        turn.lock().map_err(BuildError::io(unusable()))?;
    }
    match language {
        Language::Python => python(&program, &scripts, &folder, progress),
        _ => node(program, &scripts, folder, progress),
    }
}

/// The program that the language's tools need on the machine.
fn program(language: Language) -> Result<PathBuf, BuildError> {
    let (names, packages, least): (&[&'static str], _, _) = match language {
        Language::Python => (&["python3", "python"], "python3 python3-venv", "3.11"),
        _ => (&["node"], "nodejs npm", "18"),
    };
    let (tool, language) = (names[0], language.name());
    let missing = |tool| BuildError::NoTool { tool, language, command: install(packages) };
    let program = names.iter().find_map(|name| shell::on_path(name)).ok_or_else(|| missing(tool))?;
    if tool == "node" && shell::on_path("npm").is_none() {
        return Err(missing("npm"));
    }
    let said = shell::output(Command::new(&program).arg("--version")).unwrap_or_default();
    let found = said.trim_start_matches(|letter: char| !letter.is_ascii_digit()).to_owned();
    if version(&found) < version(least) {
        return Err(BuildError::OldTool { tool, language, found, least });
    }
    Ok(program)
}

/// Major and minor.
fn version(text: &str) -> (u32, u32) {
    let mut numbers = text.split('.').map(|part| part.parse().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

/// The command that installs packages here.
fn install(packages: &str) -> String {
    if shell::on_path("apt-get").is_some() {
        format!("apt-get install {packages}")
    } else if shell::on_path("brew").is_some() {
        format!("brew install {}", if packages.starts_with("node") { "node" } else { "python" })
    } else {
        format!("install {packages} with your system's package manager")
    }
}

/// Per user: the tools are large, and the same for every plugin.
fn default_cache() -> Result<PathBuf, BuildError> {
    let given = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    given("MORTISE_TOOLS")
        .or_else(|| given("XDG_CACHE_HOME").map(|cache| cache.join("mortise/tools")))
        .or_else(|| given("HOME").map(|home| home.join(".cache/mortise/tools")))
        .ok_or_else(|| {
            let nowhere = std::io::Error::other("neither MORTISE_TOOLS, XDG_CACHE_HOME nor HOME is set");
            BuildError::io("there is no place for the tools: set MORTISE_TOOLS to a folder")(nowhere)
        })
}

fn node(node: PathBuf, scripts: &Path, folder: PathBuf, progress: &mut dyn FnMut(Step)) -> Result<Tools, BuildError> {
    let unusable = || format!("the tools cannot be kept in {}", folder.display());
    if !folder.join("node_modules").is_dir() {
        let part = fresh(&folder)?;
        for file in ["package.json", "package-lock.json"] {
            fs::copy(scripts.join(file), part.join(file)).map_err(BuildError::io(unusable()))?;
        }
        let mut npm = shell::command("npm", &part);
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
        fetch(&mut npm, "npm ci", progress)?;
        fs::rename(&part, &folder).map_err(BuildError::io(unusable()))?;
    }
    // Node looks for packages beside the script that imports them.
    let entries = fs::read_dir(scripts).map_err(BuildError::io(unusable()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "mjs") {
            let kept = folder.join(entry.file_name());
            if fs::read(&path).ok() != fs::read(&kept).ok() {
                fs::copy(&path, &kept).map_err(BuildError::io(unusable()))?;
            }
        }
    }
    Ok(Tools { program: node, scripts: folder })
}

fn python(python: &Path, scripts: &Path, folder: &Path, progress: &mut dyn FnMut(Step)) -> Result<Tools, BuildError> {
    let program = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    if !folder.join("ready").is_file() {
        // An environment knows its own place and cannot be moved, so it is marked once it is whole.
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(BuildError::io(format!("{} cannot be removed", folder.display())))?;
        }
        let parent = folder.parent().unwrap_or(folder);
        let mut venv = shell::command(python, parent);
        venv.args(["-m", "venv"]).arg(folder);
        shell::run(&mut venv).map_err(|reason| BuildError::Fetch {
            command: install("python3-venv"),
            reason: format!("`python3 -m venv` failed: {reason}"),
        })?;
        let mut pip = shell::command(&program, parent);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]);
        pip.args(["--require-hashes", "--requirement"]).arg(scripts.join("requirements.txt"));
        fetch(&mut pip, "pip install componentize-py", progress)?;
        fs::write(folder.join("ready"), "")
            .map_err(BuildError::io(format!("{} cannot be marked", folder.display())))?;
    }
    Ok(Tools { program, scripts: scripts.to_owned() })
}

/// An empty folder beside the one that it becomes.
fn fresh(folder: &Path) -> Result<PathBuf, BuildError> {
    let part = folder.with_extension("part");
    if part.exists() {
        fs::remove_dir_all(&part).map_err(BuildError::io(format!("{} cannot be removed", part.display())))?;
    }
    fs::create_dir_all(&part).map_err(BuildError::io(format!("{} cannot be made", part.display())))?;
    Ok(part)
}

fn fetch(command: &mut Command, told: &str, progress: &mut dyn FnMut(Step)) -> Result<(), BuildError> {
    progress(Step::Installing { command: told.to_owned() });
    shell::run(command).map_err(|reason| BuildError::Fetch { command: told.to_owned(), reason })
}
