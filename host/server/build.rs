//! Builds the web console with npm and tells the compiler where it lies.
//!
//! `MORTISE_CONSOLE` says how: `auto` (where it is missing) builds it where npm is there and otherwise leaves it out with a warning,
//! `skip` leaves it out, `require` fails where it cannot be built. What is built lies in `<target>/console/<hash of its sources>`, so
//! that profiles share it and nothing is built twice; npm's packages lie in `host/console/node_modules`.

use std::collections::hash_map::DefaultHasher;
use std::error::Error;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What the console is made of, below its folder. A folder counts with all that lies in it.
const SOURCES: [&str; 7] =
    ["src", "public", "build", "index.html", "vite.config.ts", "package.json", "package-lock.json"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-env-changed=MORTISE_CONSOLE");
    let mode = std::env::var("MORTISE_CONSOLE").unwrap_or_default();
    let (folder, absent) = match (console(&mode), mode.as_str()) {
        (Ok(folder), _) => (folder, String::new()),
        (Err(error), "require") => {
            println!("cargo::error=the web console cannot be built: {error}");
            return ExitCode::FAILURE;
        }
        (Err(error), "skip") => (empty(), error.to_string()),
        (Err(error), _) => {
            println!("cargo::warning=the web console is left out: {error}");
            (empty(), error.to_string())
        }
    };
    println!("cargo::rustc-env=MORTISE_CONSOLE_FILES={}", folder.display());
    println!("cargo::rustc-env=MORTISE_CONSOLE_ABSENT={}", absent.replace('\n', " "));
    ExitCode::SUCCESS
}

/// Where the console lies, built if it was not.
fn console(mode: &str) -> Result<PathBuf, Box<dyn Error>> {
    if mode == "skip" {
        return Err("MORTISE_CONSOLE=skip was set when this program was built".into());
    }
    // Asked for when it runs, and told to cargo as seen from the package: a target folder that is copied beside another checkout
    // then looks at that one's sources.
    let sources = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../console");
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed=../console/{source}");
        digest(&sources.join(source), &mut hasher)?;
    }
    let built = shared()?.join(format!("{:016x}", hasher.finish()));
    if built.join("index.html").exists() {
        return Ok(built);
    }
    let lock = sources.join("package-lock.json");
    if !is_newer(&sources.join("node_modules/.package-lock.json"), &lock) {
        npm(&sources, &["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])?;
    }
    // Moved to its place when it is whole: a build that was broken off leaves nothing behind that looks complete.
    let half = shared()?.join(format!("half-{}", std::process::id()));
    npm(
        &sources,
        &["run", "--silent", "build", "--", "--emptyOutDir", "--logLevel=error", "--outDir", &half.to_string_lossy()],
    )?;
    let _gone = fs::remove_dir_all(&built);
    fs::rename(&half, &built)?;
    Ok(built)
}

/// `<target>/console`, found from `<target>/<profile>/build/<package>/out`.
fn shared() -> Result<PathBuf, Box<dyn Error>> {
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let target = out.ancestors().nth(4).ok_or("OUT_DIR is not below a target folder")?;
    let folder = target.join("console");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// An empty folder, for the console that is left out.
fn empty() -> PathBuf {
    let folder = PathBuf::from(std::env::var("OUT_DIR").unwrap_or_default()).join("no-console");
    let _exists = fs::create_dir_all(&folder);
    folder
}

/// Names and contents of all files below a path, in a fixed order.
fn digest(path: &Path, hasher: &mut DefaultHasher) -> Result<(), Box<dyn Error>> {
    if path.is_dir() {
        let mut entries =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| digest(entry, hasher));
    }
    path.file_name().hash(hasher);
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?.hash(hasher);
    Ok(())
}

fn is_newer(file: &Path, than: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    changed(file).is_some_and(|at| changed(than).is_some_and(|other| at >= other))
}

fn npm(folder: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program).args(arguments).current_dir(folder).output();
    let output =
        output.map_err(|error| format!("npm does not start ({error}); it comes with Node.js 20.19 or newer"))?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let last = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing");
    Err(format!("npm {} ended with {}: {last}", arguments.first().unwrap_or(&""), output.status).into())
}
