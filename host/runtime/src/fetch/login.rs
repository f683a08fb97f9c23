//! Logins of registries: from the environment, or from where `docker login` keeps them. Never shown, never in logs.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use docker_credential::{CredentialRetrievalError, DockerCredential};
use mortise_domain::secret::Secret;
use tokio::sync::Semaphore;

/// How long a helper program may take.
const HELPER_TIME: Duration = Duration::from_secs(10);
/// Helper programs at a time; those that hang keep their places.
static HELPERS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(4)));

/// User name and password (or access token) at a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// Where logins are looked for. The default has none.
#[derive(Debug, Clone, Default)]
pub struct Logins {
    /// A registry (`HOST` or `HOST:PORT`) with its login.
    pub given: Option<(String, Login)>,
    /// Docker's `config.json`.
    pub docker: Option<PathBuf>,
}

/// Why a login cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// The file is wrong, or its helper failed.
    #[error("the login of `{registry}` cannot be read from {file}: {cause}; run `docker login {registry}` anew")]
    Unreadable {
        /// The registry.
        registry: String,
        /// Docker's file.
        file: String,
        /// What is wrong, without what the helper said.
        cause: &'static str,
    },
    /// A form that is not supported.
    #[error(
        "the login of `{registry}` in {file} is an identity token: use a user name and an access token, in MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD"
    )]
    IdentityToken {
        /// The registry.
        registry: String,
        /// Docker's file.
        file: String,
    },
}

impl Logins {
    /// From `MORTISE_REGISTRY`, `MORTISE_REGISTRY_USER` and `MORTISE_REGISTRY_PASSWORD`, and Docker's file.
    pub fn of_environment() -> Self {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let given = read("MORTISE_REGISTRY").zip(read("MORTISE_REGISTRY_USER"));
        let given = given.zip(read("MORTISE_REGISTRY_PASSWORD"));
        let given =
            given.map(|((registry, user), password)| (registry, Login { user, password: Secret::new(password) }));
        let folder = std::env::var_os("DOCKER_CONFIG").map(PathBuf::from);
        let folder = folder.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".docker")));
        Self { given, docker: folder.map(|folder| folder.join("config.json")) }
    }

    /// The login of a registry; none: it is asked without.
    pub async fn of(&self, registry: &str) -> Result<Option<Login>, LoginError> {
        if let Some((known, login)) = &self.given
            && known == registry
        {
            return Ok(Some(login.clone()));
        }
        let Some(file) = self.docker.clone() else { return Ok(None) };
        let (name, asked) = (registry.to_owned(), file.clone());
        // Docker's file may name a program that is asked.
        let answer = apart(&HELPERS, HELPER_TIME, move || ask(&asked, &name)).await;
        answer.unwrap_or_else(|| {
            let cause = "its helper program does not answer";
            Err(LoginError::Unreadable { registry: registry.to_owned(), file: file.display().to_string(), cause })
        })
    }
}

/// What a question has for an answer that may never come, as from a program that waits for somebody at a screen: it gets a thread of its
/// own, behind which neither others nor the end of this process wait. None: no answer in time, or too many wait already.
async fn apart<T: Send + 'static>(
    places: &Arc<Semaphore>,
    time: Duration,
    question: impl FnOnce() -> T + Send + 'static,
) -> Option<T> {
    let place = Arc::clone(places).try_acquire_owned().ok()?;
    let (sender, answer) = tokio::sync::oneshot::channel();
    let thread = std::thread::Builder::new().name("login".into()).spawn(move || {
        // Where nobody waits any more, nobody misses it.
        let _ = sender.send(question());
        drop(place);
    });
    thread.ok()?;
    tokio::time::timeout(time, answer).await.ok()?.ok()
}

fn ask(file: &std::path::Path, registry: &str) -> Result<Option<Login>, LoginError> {
    let unreadable =
        |cause| LoginError::Unreadable { registry: registry.to_owned(), file: file.display().to_string(), cause };
    let opened = match std::fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(unreadable("the file cannot be opened")),
    };
    // Docker Hub's login is kept under the address of its first version.
    let key = if registry == "docker.io" { "https://index.docker.io/v1/" } else { registry };
    match docker_credential::get_credential_from_reader(std::io::BufReader::new(opened), key) {
        Ok(DockerCredential::UsernamePassword(user, password)) => {
            Ok(Some(Login { user, password: Secret::new(password) }))
        }
        Ok(DockerCredential::IdentityToken(_)) => {
            Err(LoginError::IdentityToken { registry: registry.to_owned(), file: file.display().to_string() })
        }
        Err(CredentialRetrievalError::NoCredentialConfigured | CredentialRetrievalError::ConfigNotFound) => Ok(None),
        Err(CredentialRetrievalError::HelperCommunicationError) => {
            Err(unreadable("its helper program does not answer"))
        }
        Err(CredentialRetrievalError::MalformedHelperResponse) => {
            Err(unreadable("its helper program answers in an unknown form"))
        }
        Err(CredentialRetrievalError::HelperFailure { stdout, stderr, .. })
            if [&stdout, &stderr].iter().any(|said| said.contains("credentials not found")) =>
        {
            Ok(None)
        }
        // What a helper prints is not told: it may be the credential.
        Err(CredentialRetrievalError::HelperFailure { .. }) => Err(unreadable("its helper program failed")),
        Err(CredentialRetrievalError::CredentialDecodingError | CredentialRetrievalError::CredentialMismatchError) => {
            Err(unreadable("the entry is damaged"))
        }
        Err(CredentialRetrievalError::ConfigReadError) => Err(unreadable("it is no configuration of Docker")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nobody_waits_for_a_program_that_hangs() {
        let places = Arc::new(Semaphore::new(2));
        let (end, ended) = std::sync::mpsc::channel::<()>();
        let ended = Arc::new(std::sync::Mutex::new(ended));
        for _ in 0..2 {
            let ended = Arc::clone(&ended);
            let hangs = move || ended.lock().unwrap().recv();
            assert_eq!(apart(&places, Duration::from_millis(20), hangs).await, None);
        }
        assert_eq!(apart(&places, Duration::from_mins(1), || 1).await, None, "each keeps its place");
        drop(end);
        drop(places.acquire_many(2).await.unwrap());
        assert_eq!(apart(&places, Duration::from_mins(1), || 1).await, Some(1));
    }
}
