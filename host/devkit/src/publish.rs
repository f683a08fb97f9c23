//! Publishing a plugin in a container registry, in the layout of the CNCF for WebAssembly: a manifest with a configuration
//! `application/vnd.wasm.config.v0+json` and one layer `application/wasm`, which is the plugin's file.

use std::time::Duration;

use mortise_domain::instant::Instant;
use mortise_runtime::fetch::{CONFIG, LoginError, Logins, MANIFEST, Source, WASM};
use mortise_runtime::{InspectError, Inspection, inspect};
use oci_client::client::{ClientConfig, ClientProtocol};
use oci_client::errors::OciDistributionError;
use oci_client::secrets::RegistryAuth;
use oci_client::{Client, Reference, RegistryOperation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Longest wait for a connection, and for the next piece of an answer.
const CONNECT: Duration = Duration::from_secs(10);
const READ: Duration = Duration::from_mins(2);

/// What was published.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Where, with the digest of the manifest: nobody can put something else there.
    pub reference: String,
    /// SHA-256 of the plugin's file, hex.
    pub digest: String,
    /// What is in it.
    pub inspection: Inspection,
}

/// Why it was not published, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It is no plugin.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// Not a registry.
    #[error("plugins are published in a registry: write oci://HOST/REPOSITORY:TAG")]
    NoRegistry,
    /// A digest follows from the content.
    #[error("a digest cannot be chosen, it follows from the file: write oci://HOST/REPOSITORY:TAG")]
    DigestGiven,
    /// The login cannot be read.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// The registry wants to know who it is, or does not allow it.
    #[error(
        "{registry} does not let this login publish in {repository}: log in with `docker login {registry}`, or set MORTISE_REGISTRY, MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD"
    )]
    Unauthorized {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
    },
    /// The registry cannot be reached.
    #[error("{registry} cannot be reached ({cause}): check the name; a registry without TLS needs --plain-http")]
    Unreachable {
        /// The registry.
        registry: String,
        /// What the network says.
        cause: String,
    },
    /// The registry refuses.
    #[error("{registry} refuses it: {cause}")]
    Refused {
        /// The registry.
        registry: String,
        /// In its own words.
        cause: String,
    },
}

/// Publishes the file of a plugin. `plain`: the registry is spoken to without TLS.
pub async fn publish(
    file: Vec<u8>,
    source: &Source,
    logins: &Logins,
    plain: bool,
    at: Instant,
) -> Result<Published, PublishError> {
    let inspection = inspect(&file, usize::MAX)?;
    let Source::Registry(reference) = source else { return Err(PublishError::NoRegistry) };
    if reference.digest().is_some() {
        return Err(PublishError::DigestGiven);
    }
    let registry = reference.resolve_registry();
    let login = logins.of(reference.registry()).await?;
    let auth = login
        .map_or(RegistryAuth::Anonymous, |login| RegistryAuth::Basic(login.user, login.password.expose().to_owned()));
    let client = client(registry, plain).map_err(|error| refusal(reference, error))?;
    let (config, manifest) = describe(&inspection, at);
    let digest = format!("sha256:{}", inspection.hash);
    let push = async {
        client.auth(reference, &auth, RegistryOperation::Push).await?;
        client.push_blob(reference, file, &digest).await?;
        client.push_blob(reference, config.clone(), &sha256(&config)).await?;
        let media_type = http::HeaderValue::from_static(MANIFEST);
        client.push_manifest_raw(reference, manifest.clone(), media_type).await
    };
    push.await.map_err(|error| refusal(reference, error))?;
    Ok(Published {
        reference: format!("oci://{reference}@{}", sha256(&manifest)),
        digest: inspection.hash.clone(),
        inspection,
    })
}

fn client(registry: &str, plain: bool) -> Result<Client, OciDistributionError> {
    let protocol = if plain { ClientProtocol::HttpsExcept(vec![registry.to_owned()]) } else { ClientProtocol::Https };
    Client::try_from(ClientConfig {
        protocol,
        connect_timeout: Some(CONNECT),
        read_timeout: Some(READ),
        user_agent: concat!("mortise/", env!("CARGO_PKG_VERSION")),
        ..ClientConfig::default()
    })
}

fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

/// Configuration and manifest.
fn describe(found: &Inspection, at: Instant) -> (Vec<u8>, Vec<u8>) {
    let (manifest, created) = (&found.manifest, at.to_string());
    let layer = format!("sha256:{}", found.hash);
    let exports: Vec<&str> = found.interfaces.iter().map(|interface| interface.name()).collect();
    let config = json!({
        "created": created, "author": manifest.publisher, "architecture": "wasm", "os": "wasip2", "layerDigests": [layer],
        "component": { "exports": exports, "imports": found.imports, "target": null },
    });
    let config = bytes(&config);
    let described = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": { "mediaType": CONFIG, "digest": sha256(&config), "size": config.len() },
        "layers": [{ "mediaType": WASM, "digest": layer, "size": found.bytes }],
        "annotations": {
            "org.opencontainers.image.created": created,
            "org.opencontainers.image.title": manifest.name,
            "org.opencontainers.image.version": manifest.version,
            "org.opencontainers.image.vendor": manifest.publisher,
            "org.opencontainers.image.description": manifest.description.en,
        },
    });
    (config, bytes(&described))
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn refusal(reference: &Reference, error: OciDistributionError) -> PublishError {
    let registry = reference.registry().to_owned();
    match error {
        OciDistributionError::UnauthorizedError { .. }
        | OciDistributionError::AuthenticationFailure(_)
        | OciDistributionError::ServerError { code: 401 | 403, .. } => {
            PublishError::Unauthorized { registry, repository: reference.repository().to_owned() }
        }
        OciDistributionError::RequestError(error) => {
            let mut cause: &dyn std::error::Error = &error;
            while let Some(deeper) = cause.source() {
                cause = deeper;
            }
            PublishError::Unreachable { registry, cause: cause.to_string() }
        }
        OciDistributionError::RegistryError { envelope, .. } => {
            PublishError::Refused { registry, cause: envelope.to_string() }
        }
        other => PublishError::Refused { registry, cause: other.to_string() },
    }
}
