//! Pulling from a registry: one manifest in the layout of the CNCF for WebAssembly, and the one layer that it names.

use base64::Engine as _;
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use mortise_domain::secret::Secret;
use oci_spec::distribution::Reference;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use url::Url;

use super::sources::place;
use super::transfer::{Accept, Opened};
use super::{FetchError, Fetched, Fetcher, Login, RAISE, WASM, check_digest};

/// Media type of the manifest.
pub const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
/// Media type of the configuration: what tells a WebAssembly artifact from an image.
pub const CONFIG: &str = "application/vnd.wasm.config.v0+json";

/// Most bytes of a manifest, and of a token service's answer.
const SMALL: usize = 256 << 10;
const REPORT: &str = "this is no registry for plugins; check the name, and tell whoever runs the registry";

/// As much of a manifest as matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    media_type: Option<String>,
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
}

/// What the requests of one pull share.
struct Session<'a> {
    reference: &'a Reference,
    authorization: Option<Secret>,
}

impl Fetcher {
    /// The file of a reference.
    pub(super) async fn pull(&self, reference: &Reference) -> Result<Fetched, FetchError> {
        let registry = reference.resolve_registry();
        let base = format!("{}://{registry}/v2/{}", self.sources.scheme_of(registry), reference.repository());
        let address = |end: String| {
            Url::parse(&format!("{base}/{end}"))
                .map_err(|error| FetchError::Refused(format!("`{base}` is no address ({error}): check the name")))
        };
        let mut session = Session { reference, authorization: None };
        let wanted = reference.digest().or_else(|| reference.tag()).unwrap_or_default();
        let accept = Accept { media_type: MANIFEST, what: "the manifest", most: SMALL, remedy: REPORT };
        let manifest = self.ask(&address(format!("manifests/{wanted}"))?, &mut session, accept).await?;
        if let Some(expected) = reference.digest() {
            check_digest("the manifest", expected, &manifest)?;
        }
        let layer = layer(&manifest, reference)?;
        if layer.size > self.most as u64 {
            return Err(FetchError::TooLarge { what: "the file", most: self.most as u64, remedy: RAISE });
        }
        let accept = Accept { media_type: "*/*", what: "the file", most: self.most, remedy: RAISE };
        let bytes = self.ask(&address(format!("blobs/{}", layer.digest))?, &mut session, accept).await?;
        check_digest("the file", &layer.digest, &bytes)?;
        let tag = reference.tag().map(|tag| format!(":{tag}")).unwrap_or_default();
        let digest = hex::encode(Sha256::digest(&manifest));
        let source = format!("oci://{}/{}{tag}@sha256:{digest}", reference.registry(), reference.repository());
        Ok(Fetched { bytes: bytes.into(), source })
    }

    /// A GET that logs in where it is asked to, once.
    async fn ask(&self, url: &Url, session: &mut Session<'_>, accept: Accept) -> Result<Vec<u8>, FetchError> {
        let opened = self.open(url, session.authorization.as_ref(), accept).await?;
        let challenged = opened.status() == StatusCode::UNAUTHORIZED && opened.url.origin() == url.origin();
        if !challenged || session.authorization.is_some() {
            return self.body(opened, accept).await;
        }
        session.authorization = Some(self.authorization(&opened, session.reference).await?);
        let opened = self.open(url, session.authorization.as_ref(), accept).await?;
        self.body(opened, accept).await
    }

    /// What lets one in, by what the registry asks for.
    async fn authorization(&self, opened: &Opened, reference: &Reference) -> Result<Secret, FetchError> {
        let unauthorized = |told: &str| FetchError::Unauthorized { place: place(&opened.url), told: told.to_owned() };
        let login = self.logins.of(reference.registry()).await?;
        let header = opened.headers().get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        for challenge in http_auth::parse_challenges(header).unwrap_or_default() {
            let parameter = |name: &str| {
                let found = challenge.params.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value.to_unescaped())
            };
            if challenge.scheme.eq_ignore_ascii_case("basic") {
                return login.as_ref().map(basic).ok_or_else(|| unauthorized(""));
            }
            if challenge.scheme.eq_ignore_ascii_case("bearer") {
                let realm = parameter("realm").and_then(|realm| Url::parse(&realm).ok());
                let realm = realm.ok_or_else(|| unauthorized(", and names no address for it"))?;
                return self.token(realm, parameter("service"), login.as_ref(), reference).await;
            }
        }
        Err(unauthorized(", in a way that is not known here"))
    }

    /// A token of the registry's token service, for reading this repository and nothing else.
    async fn token(
        &self,
        mut realm: Url,
        service: Option<String>,
        login: Option<&Login>,
        reference: &Reference,
    ) -> Result<Secret, FetchError> {
        #[derive(Deserialize)]
        struct Answer {
            token: Option<String>,
            access_token: Option<String>,
        }
        let scope = format!("repository:{}:pull", reference.repository());
        realm.query_pairs_mut().extend_pairs(service.iter().map(|service| ("service", service.as_str())));
        realm.query_pairs_mut().append_pair("scope", &scope);
        let accept =
            Accept { media_type: "application/json", what: "the token service's answer", most: SMALL, remedy: REPORT };
        let answer = zeroize::Zeroizing::new(self.get(&realm, login.map(basic).as_ref(), accept).await?);
        let answer = serde_json::from_slice::<Answer>(&answer).ok();
        let token = answer.and_then(|answer| answer.token.or(answer.access_token)).map(zeroize::Zeroizing::new);
        let token = token
            .filter(|token| !token.is_empty())
            .ok_or_else(|| FetchError::Unauthorized { place: place(&realm), told: ", but gives no token".into() })?;
        Ok(Secret::new(format!("Bearer {}", *token)))
    }
}

fn basic(login: &Login) -> Secret {
    let pair = zeroize::Zeroizing::new(format!("{}:{}", login.user, login.password.expose()));
    Secret::new(format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair.as_bytes())))
}

/// The one layer of a plugin.
fn layer(manifest: &[u8], reference: &Reference) -> Result<Descriptor, FetchError> {
    let no_plugin = |found: String| {
        FetchError::NoPlugin(format!(
            "oci://{reference} {found}: a plugin is one layer `{WASM}` with a configuration `{CONFIG}`; publish it with `mortise plugin publish`"
        ))
    };
    let manifest: Manifest = serde_json::from_slice(manifest).map_err(|_| no_plugin("has no manifest".into()))?;
    if let Some(other) = manifest.media_type.filter(|media_type| media_type != MANIFEST) {
        return Err(no_plugin(format!("is a `{}`", shown(&other))));
    }
    match manifest.config {
        Some(config) if config.media_type == CONFIG => {}
        Some(config) => return Err(no_plugin(format!("has a configuration `{}`", shown(&config.media_type)))),
        None => return Err(no_plugin("has no configuration".into())),
    }
    let count = manifest.layers.len();
    let mut layers = manifest.layers.into_iter();
    let (Some(layer), None) = (layers.next(), layers.next()) else {
        return Err(no_plugin(format!("has {count} layers")));
    };
    if layer.media_type != WASM {
        return Err(no_plugin(format!("has a layer `{}`", shown(&layer.media_type))));
    }
    // It becomes part of an address.
    let hexadecimal = |digits: &str| digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !layer.digest.strip_prefix("sha256:").is_some_and(hexadecimal) {
        return Err(no_plugin("names its layer by something else than a sha256 digest".into()));
    }
    Ok(layer)
}

/// As much of a foreign text as may stand in a message.
fn shown(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control()).take(100).collect()
}
