//! What the checks need on the machine: the guest toolchain, Node.js, Python, PostgreSQL, a container registry, `cargo-deny`, a browser.

use std::path::Path;
use std::process::{Command, Stdio};

/// Debian packages by the file that tells that they are there.
const PACKAGES: [(&str, &[&str]); 4] = [
    (GUEST_CARGO, &["rustc-web", "rust-web-src", "cargo-web"]),
    (DATABASE, &["postgresql"]),
    // Tests start it on a port of their own.
    ("/usr/bin/docker-registry", &["docker-registry"]),
    // What the demo tells people to look on with.
    ("/usr/bin/curl", &["curl"]),
];
const GUEST_CARGO: &str = "/usr/bin/cargo";
const CHROMIUM: &str = "/usr/bin/chromium";
const DATABASE: &str = "/usr/bin/pg_ctlcluster";

/// What builds plugins in TypeScript and Python: how it is asked for, and its packages.
const LANGUAGES: [(&[&str], &str); 3] = [
    (&["node", "--version"], "nodejs"),
    (&["npm", "--version"], "npm"),
    (&["python3", "-c", "import ensurepip, venv"], "python3-venv"),
];

/// What only some checks need.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    /// `cargo-deny`.
    pub deny: bool,
    /// Chromium, and fonts that have Chinese.
    pub browser: bool,
}

/// Makes everything ready, or says the command that would.
pub fn prepare(needs: Needs) -> Result<(), String> {
    let toolchain_has_wasm =
        sysroot().is_some_and(|root| Path::new(&root).join("lib/rustlib/wasm32-unknown-unknown").is_dir());
    let database_given = std::env::var_os("DATABASE_URL").is_some();
    let mut missing: Vec<&str> = Vec::new();
    for (file, packages) in PACKAGES {
        let provided = match file {
            GUEST_CARGO => toolchain_has_wasm,
            DATABASE => database_given,
            _ => false,
        };
        if !provided && !Path::new(file).exists() {
            missing.extend(packages);
        }
    }
    if needs.browser && !Path::new(CHROMIUM).exists() && std::env::var_os("CHROMIUM").is_none() {
        missing.extend(["chromium", "fonts-noto-cjk"]);
    }
    missing.extend(LANGUAGES.into_iter().filter(|(asked, _)| !answers(asked)).map(|(_, package)| package));
    install(&missing)?;
    start_postgres()?;
    if needs.deny { install_deny() } else { Ok(()) }
}

fn sysroot() -> Option<String> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn install(packages: &[&str]) -> Result<(), String> {
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    if !is_root() {
        return Err(format!(
            "missing on this machine: run `sudo apt-get update && sudo apt-get install -y {list}` and try again"
        ));
    }
    println!("installing {list}");
    run(Command::new("apt-get").arg("update"))?;
    run(Command::new("apt-get").args(["install", "-y"]).args(packages).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn answers(command: &[&str]) -> bool {
    let [program, arguments @ ..] = command else { return false };
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let status =
        command.stdout(Stdio::null()).status().map_err(|error| format!("{command:?} does not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?} ended with {status}")) }
}

/// Starts the local cluster where the tests would use it and it does not run.
fn start_postgres() -> Result<(), String> {
    if std::env::var_os("DATABASE_URL").is_some() || std::net::TcpStream::connect(("127.0.0.1", 5432)).is_ok() {
        return Ok(());
    }
    let version = std::fs::read_dir("/etc/postgresql")
        .ok()
        .and_then(|mut entries| entries.next()?.ok())
        .map(|entry| entry.file_name().to_string_lossy().into_owned());
    let Some(version) = version else {
        return Err("PostgreSQL has no cluster: run `pg_createcluster 15 main --start`, or set DATABASE_URL".into());
    };
    if !is_root() {
        return Err(format!(
            "PostgreSQL does not run: run `sudo pg_ctlcluster {version} main start`, or set DATABASE_URL"
        ));
    }
    println!("starting PostgreSQL {version}");
    run(Command::new("pg_ctlcluster").args(["--skip-systemctl-redirect", &version, "main", "start"]))?;
    let database = Command::new("su").args(["postgres", "-c", "psql -qc \"do $$ begin create role root superuser login; exception when others then null; end $$\" && (createdb -O root test || true)"]).stderr(Stdio::null()).status();
    database.map(|_| ()).map_err(|error| format!("cannot prepare the test database: {error}"))
}

/// Within the target folder, so that nothing outside the checkout changes.
fn install_deny() -> Result<(), String> {
    let root = steps_target().join("tools");
    if root.join("bin/cargo-deny").exists()
        || Command::new("cargo").args(["deny", "--version"]).output().is_ok_and(|output| output.status.success())
    {
        return Ok(());
    }
    println!("installing cargo-deny into {} (a few minutes, once)", root.display());
    run(Command::new("cargo").args(["install", "--locked", "--quiet", "cargo-deny", "--root"]).arg(&root))
}

/// Where cargo builds.
pub fn steps_target() -> std::path::PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| std::path::PathBuf::from("target"), std::path::PathBuf::from)
}
