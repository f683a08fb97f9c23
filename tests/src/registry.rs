//! A container registry of its own for a test: Debian's `docker-registry` on a free port of this machine.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Where the Debian package puts it.
const PROGRAM: &str = "/usr/bin/docker-registry";
/// The login of [`Registry::with_login`].
pub const LOGIN: (&str, &str) = ("ann", "s3cr3t");
/// Its line of the password file; the registry takes bcrypt alone.
const USERS: &str = "ann:$2b$05$abcdefghijklmnopqrstuu9Avu/WgbsK7g7xfCY1X3pdjsTgxqQLS\n";

/// A registry that runs.
pub struct Registry {
    /// `HOST:PORT`.
    pub host: String,
    child: Child,
    _folder: tempfile::TempDir,
}

impl Registry {
    /// Starts one that lets everybody in.
    pub async fn start() -> Self {
        Self::run(false).await
    }

    /// Starts one that asks for [`LOGIN`].
    pub async fn with_login() -> Self {
        Self::run(true).await
    }

    async fn run(login: bool) -> Self {
        assert!(
            Path::new(PROGRAM).exists(),
            "{PROGRAM} is missing: run `apt-get install -y docker-registry` as root, or `cargo verify`, and try again"
        );
        // Between the look for a free port and its use another process may take it.
        for _ in 0..5 {
            if let Some(registry) = Self::attempt(login).await {
                return registry;
            }
        }
        panic!("{PROGRAM} does not start")
    }

    async fn attempt(login: bool) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (host, root) = (format!("127.0.0.1:{port}"), folder.path().display());
        let users = folder.path().join("users");
        std::fs::write(&users, USERS).unwrap();
        let auth = if login {
            format!("auth: {{ htpasswd: {{ realm: test, path: \"{}\" }} }}\n", users.display())
        } else {
            String::new()
        };
        let settings = format!(
            "version: 0.1\nlog: {{ level: error, accesslog: {{ disabled: true }} }}\n\
             storage: {{ filesystem: {{ rootdirectory: \"{root}/data\" }} }}\n\
             http: {{ addr: \"{host}\", secret: test }}\n{auth}"
        );
        let file = folder.path().join("config.yml");
        std::fs::write(&file, settings).unwrap();
        let child = Command::new(PROGRAM)
            .arg("serve")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut registry = Self { host, child, _folder: folder };
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://{}/v2/", registry.host);
        while registry.child.try_wait().unwrap().is_none() {
            if http.get(&url).send().await.is_ok() {
                return Some(registry);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
