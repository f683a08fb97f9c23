//! Fetching from registries and addresses that are honest, broken or hostile.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use mortise_domain::secret::Secret;
use mortise_runtime::Resolver;
use mortise_runtime::fetch::{CONFIG, FetchError, Fetched, Fetcher, Login, Logins, MANIFEST, Source, Sources, WASM};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::harness::Table;

const MOST: usize = 100_000;
const FILE: &[u8] = b"the file of a plugin";

/// What is written to whoever asks.
#[derive(Clone)]
enum Reply {
    /// These bytes, then the end.
    Bytes(Vec<u8>),
    /// These bytes, then nothing for ever.
    Hang(Vec<u8>),
    /// These bytes, then more and more.
    Flood(Vec<u8>),
}

fn reply(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    Reply::Bytes([text.as_bytes(), b"\r\n", body].concat())
}

fn redirect(to: &str) -> Reply {
    reply("307 Temporary Redirect", &[("location", to)], b"")
}

fn sha256(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

fn manifest(config: &str, layers: &Value) -> Vec<u8> {
    let config = json!({ "mediaType": config, "digest": sha256(b"{}"), "size": 2 });
    json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers }).to_string().into_bytes()
}

fn good_manifest() -> Vec<u8> {
    manifest(CONFIG, &json!([{ "mediaType": WASM, "digest": sha256(FILE), "size": FILE.len() }]))
}

/// A registry on loopback. `asked` holds the heads of all requests.
struct Registry {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    replies: Arc<Mutex<HashMap<String, Vec<Reply>>>>,
}

impl Registry {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, replies) = (Arc::default(), Arc::default());
        let registry = Self { port, asked: Arc::clone(&asked), replies: Arc::clone(&replies) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&asked), Arc::clone(&replies)));
            }
        });
        registry.at("/v2/acme/u8/manifests/1.0", reply("200 OK", &[], &good_manifest()));
        registry.at(&format!("/v2/acme/u8/blobs/{}", sha256(FILE)), reply("200 OK", &[], FILE));
        registry
    }

    /// Of several replies at one place the last stays.
    fn at(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().insert(path.to_owned(), vec![reply]);
    }

    fn after(&self, path: &str, reply: Reply) {
        self.replies.lock().unwrap().get_mut(path).unwrap().push(reply);
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host())
    }

    fn source(&self, rest: &str) -> Source {
        format!("oci://{}/acme/u8{rest}", self.host()).parse().unwrap()
    }

    fn sources(&self) -> Sources {
        Sources { plain_http: vec![self.host()], private: vec![self.host()], timeout_ms: 20_000 }
    }

    fn heads(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    async fn fetch(&self, source: &Source) -> Result<Fetched, FetchError> {
        fetcher(self.sources(), Logins::default()).fetch(source, None).await
    }

    /// What an admin reads, with the port and long digests taken out.
    async fn told(&self, source: &Source) -> String {
        let error = self.fetch(source).await.unwrap_err().to_string();
        error.replace(&self.port.to_string(), "PORT").replace(&sha256(FILE)[7..], "FILE")
    }
}

async fn serve(
    mut stream: TcpStream,
    asked: Arc<Mutex<Vec<String>>>,
    replies: Arc<Mutex<HashMap<String, Vec<Reply>>>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else { return };
        head.push(byte);
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned();
    asked.lock().unwrap().push(head);
    let reply = {
        let mut replies = replies.lock().unwrap();
        match replies.get_mut(&path) {
            None => reply("404 Not Found", &[], b"<html>somebody's page</html>"),
            Some(several) if several.len() > 1 => several.remove(0),
            Some(last) => last[0].clone(),
        }
    };
    match reply {
        Reply::Bytes(bytes) => drop(stream.write_all(&bytes).await),
        Reply::Hang(bytes) => {
            let _ = stream.write_all(&bytes).await;
            // Until the other side gives up.
            let _ = stream.read_u8().await;
        }
        Reply::Flood(bytes) => {
            let _ = stream.write_all(&bytes).await;
            while stream.write_all(b"400\r\n").await.is_ok()
                && stream.write_all(&[b'x'; 1024]).await.is_ok()
                && stream.write_all(b"\r\n").await.is_ok()
            {}
        }
    }
}

fn fetcher(sources: Sources, logins: Logins) -> Fetcher {
    let resolver: Arc<dyn Resolver> = Arc::new(Table::default());
    Fetcher::new(sources, logins, MOST, &[], &resolver).unwrap()
}

#[tokio::test]
async fn a_plugin_is_pulled_and_pinned() {
    let registry = Registry::start().await;
    let fetched = registry.fetch(&registry.source(":1.0")).await.unwrap();
    let pinned = format!("oci://{}/acme/u8:1.0@{}", registry.host(), sha256(&good_manifest()));
    assert_eq!((&fetched.bytes[..], &fetched.source), (FILE, &pinned));
    let digest = sha256(&good_manifest());
    registry.at(&format!("/v2/acme/u8/manifests/{digest}"), reply("200 OK", &[], &good_manifest()));
    let again = registry.fetch(&registry.source(&format!("@{digest}"))).await.unwrap();
    assert_eq!(again.bytes, fetched.bytes);
    assert!(registry.heads().iter().all(|head| head.contains("accept-encoding: identity")));
}

#[tokio::test]
async fn an_address_is_fetched_and_its_secret_query_forgotten() {
    let registry = Registry::start().await;
    registry.at("/u8.wasm", redirect("/moved.wasm"));
    registry.at("/moved.wasm", reply("200 OK", &[], FILE));
    let source: Source = registry.url("/u8.wasm?token=s3cr3t").parse().unwrap();
    let fetcher = fetcher(registry.sources(), Logins::default());
    let fetched = fetcher.fetch(&source, Some(&sha256(FILE)[7..])).await.unwrap();
    assert_eq!((&fetched.bytes[..], fetched.source), (FILE, registry.url("/u8.wasm")));
    let other = fetcher.fetch(&source, Some(&"0".repeat(64))).await.unwrap_err();
    assert!(matches!(other, FetchError::Digest { .. }), "{other}");
}

fn logins(registry: &str) -> Logins {
    let login = Login { user: "ann".into(), password: Secret::new("s3cr3t") };
    Logins { given: Some((registry.to_owned(), login)), docker: None }
}

#[tokio::test]
async fn a_login_goes_to_the_token_service_and_a_token_to_the_registry_alone() {
    let (registry, elsewhere) = (Registry::start().await, Registry::start().await);
    let path = "/v2/acme/u8/manifests/1.0";
    let challenge = format!("Bearer realm=\"{}\",service=\"registry\",scope=\"*\"", registry.url("/token"));
    registry.at(path, reply("401 Unauthorized", &[("www-authenticate", &challenge)], b""));
    registry.after(path, reply("200 OK", &[], &good_manifest()));
    registry.at("/token", reply("200 OK", &[], br#"{"access_token":"t0ken"}"#));
    let blob = format!("/v2/acme/u8/blobs/{}", sha256(FILE));
    registry.at(&blob, redirect(&elsewhere.url("/storage?signed=1")));
    elsewhere.at("/storage", reply("200 OK", &[], FILE));
    let mut sources = registry.sources();
    sources.plain_http.push(elsewhere.host());
    sources.private.push(elsewhere.host());
    let fetched = fetcher(sources, logins(&registry.host())).fetch(&registry.source(":1.0"), None).await.unwrap();
    assert_eq!(&fetched.bytes[..], FILE);
    let authorizations: Vec<String> = registry
        .heads()
        .iter()
        .chain(&elsewhere.heads())
        .map(|head| {
            let target = head.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned();
            let line = head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or("-");
            format!("{target} {line}").replace(&sha256(FILE), "FILE")
        })
        .collect();
    insta::assert_snapshot!(authorizations.join("\n"), @"
    /v2/acme/u8/manifests/1.0 -
    /token Basic YW5uOnMzY3IzdA==
    /v2/acme/u8/manifests/1.0 Bearer t0ken
    /v2/acme/u8/blobs/FILE Bearer t0ken
    /storage -
    ");
    let token = &registry.heads()[1];
    assert!(token.starts_with("GET /token?service=registry&scope=repository%3Aacme%2Fu8%3Apull "), "{token}");
}

#[tokio::test]
async fn logins_that_are_missing_wrong_or_another_registrys() {
    let registry = Registry::start().await;
    let path = "/v2/acme/u8/manifests/1.0";
    registry.at(path, reply("401 Unauthorized", &[("www-authenticate", "Basic realm=\"x\"")], b""));
    let mut told = vec![registry.told(&registry.source(":1.0")).await];
    let other = fetcher(registry.sources(), logins("ghcr.io"));
    let error = other.fetch(&registry.source(":1.0"), None).await.unwrap_err();
    assert!(matches!(error, FetchError::Unauthorized { .. }), "{error}");
    assert!(registry.heads().iter().all(|head| !head.contains("authorization")), "another registry's login stays here");
    let denied = br#"{"errors":[{"code":"DENIED","message":"no\u0007 such\nright"}]}"#;
    registry.at(path, reply("401 Unauthorized", &[("www-authenticate", "Basic realm=\"x\"")], denied));
    let wrong = fetcher(registry.sources(), logins(&registry.host()));
    told.push(wrong.fetch(&registry.source(":1.0"), None).await.unwrap_err().to_string());
    for challenge in ["Negotiate", "Bearer service=\"x\"", "\"", "Bearer realm=\"http://169.254.169.254/token\""] {
        registry.at(path, reply("401 Unauthorized", &[("www-authenticate", challenge)], b""));
        told.push(registry.told(&registry.source(":1.0")).await);
    }
    let told = told.join("\n").replace(&registry.port.to_string(), "PORT");
    assert!(!told.contains("s3cr3t"));
    insta::assert_snapshot!(told, @"
    `http://127.0.0.1:PORT` asks for a login: log in with `docker login`, or set MORTISE_REGISTRY, MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD
    `http://127.0.0.1:PORT` asks for a login (DENIED: no suchright): log in with `docker login`, or set MORTISE_REGISTRY, MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD
    `http://127.0.0.1:PORT` asks for a login, in a way that is not known here: log in with `docker login`, or set MORTISE_REGISTRY, MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD
    `http://127.0.0.1:PORT` asks for a login, and names no address for it: log in with `docker login`, or set MORTISE_REGISTRY, MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD
    `http://127.0.0.1:PORT` asks for a login, in a way that is not known here: log in with `docker login`, or set MORTISE_REGISTRY, MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD
    `http://169.254.169.254` is not HTTPS: others could change the file on the way; use https, or name the host in `plugin-sources.plain-http`
    ");
}

#[tokio::test]
async fn answers_that_are_too_long_too_late_or_something_else() {
    let registry = Registry::start().await;
    let (source, path) = (registry.source(":1.0"), "/v2/acme/u8/manifests/1.0");
    let blob = format!("/v2/acme/u8/blobs/{}", sha256(FILE));
    let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    let stated = |length: u64| format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\nshort").into_bytes();
    let layer = |digest: &str, size: u64| json!({ "mediaType": WASM, "digest": digest, "size": size });
    let mut told = Vec::new();
    for (name, body) in [
        ("no manifest", b"<html>".to_vec()),
        ("an image", manifest("application/vnd.oci.image.config.v1+json", &json!([]))),
        ("no layer", manifest(CONFIG, &json!([]))),
        ("two layers", manifest(CONFIG, &json!([layer(&sha256(FILE), 1), layer(&sha256(FILE), 1)]))),
        ("another layer", manifest(CONFIG, &json!([{ "mediaType": "x\u{7}y", "digest": sha256(FILE), "size": 1 }]))),
        ("a digest that is a path", manifest(CONFIG, &json!([layer("sha256:../../../../token?", 1)]))),
        ("a file that says it is large", manifest(CONFIG, &json!([layer(&sha256(FILE), 1 << 40)]))),
        (
            "an index",
            json!({ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [] })
                .to_string()
                .into_bytes(),
        ),
    ] {
        registry.at(path, reply("200 OK", &[], &body));
        told.push(format!("{name}: {}", registry.told(&source).await));
    }
    for (name, sent) in [
        ("a manifest that says it is large", Reply::Hang(stated(1 << 40))),
        ("a manifest without end", Reply::Flood(chunked.clone())),
        ("no such tag", reply("404 Not Found", &[], br#"{"errors":[{"code":"MANIFEST_UNKNOWN"}]}"#)),
        ("a page", reply("502 Bad Gateway", &[], b"<html>internal</html>")),
        ("redirects in a circle", redirect("/v2/acme/u8/manifests/1.0")),
        ("redirect to a private address", redirect("https://10.0.0.1/v2/")),
        ("redirect to the cloud's metadata", redirect("https://169.254.169.254/latest/meta-data")),
        ("redirect to this machine", redirect("https://localhost.:1/")),
        ("redirect without TLS", redirect("http://example.com/")),
        ("redirect to a file", redirect("file:///etc/passwd")),
        ("redirect to nothing", redirect("http://[")),
    ] {
        registry.at(path, sent);
        told.push(format!("{name}: {}", registry.told(&source).await));
    }
    registry.at(path, reply("200 OK", &[], &good_manifest()));
    for (name, sent) in [
        ("another file", reply("200 OK", &[], b"another file")),
        ("a file without end", Reply::Flood(chunked)),
        ("a file that breaks off", Reply::Bytes(stated(20))),
        ("a connection that breaks off", Reply::Bytes(b"HTTP/1.1 20".to_vec())),
    ] {
        registry.at(&blob, sent);
        told.push(format!("{name}: {}", registry.told(&source).await));
    }
    let digest = format!("sha256:{}", "ab".repeat(32));
    registry.at(&format!("/v2/acme/u8/manifests/{digest}"), reply("200 OK", &[], &good_manifest()));
    told.push(format!("another manifest: {}", registry.told(&registry.source(&format!("@{digest}"))).await));
    insta::assert_snapshot!(told.join("\n").replace(&sha256(&good_manifest())[7..], "MANIFEST"), @"
    no manifest: oci://127.0.0.1:PORT/acme/u8:1.0 has no manifest: a plugin is one layer `application/wasm` with a configuration `application/vnd.wasm.config.v0+json`; publish it with `mortise plugin publish`
    an image: oci://127.0.0.1:PORT/acme/u8:1.0 has a configuration `application/vnd.oci.image.config.v1+json`: a plugin is one layer `application/wasm` with a configuration `application/vnd.wasm.config.v0+json`; publish it with `mortise plugin publish`
    no layer: oci://127.0.0.1:PORT/acme/u8:1.0 has 0 layers: a plugin is one layer `application/wasm` with a configuration `application/vnd.wasm.config.v0+json`; publish it with `mortise plugin publish`
    two layers: oci://127.0.0.1:PORT/acme/u8:1.0 has 2 layers: a plugin is one layer `application/wasm` with a configuration `application/vnd.wasm.config.v0+json`; publish it with `mortise plugin publish`
    another layer: oci://127.0.0.1:PORT/acme/u8:1.0 has a layer `xy`: a plugin is one layer `application/wasm` with a configuration `application/vnd.wasm.config.v0+json`; publish it with `mortise plugin publish`
    a digest that is a path: oci://127.0.0.1:PORT/acme/u8:1.0 names its layer by something else than a sha256 digest: a plugin is one layer `application/wasm` with a configuration `application/vnd.wasm.config.v0+json`; publish it with `mortise plugin publish`
    a file that says it is large: the file has more than 100000 bytes: strip debug information from it, or raise `plugin-bytes`
    an index: oci://127.0.0.1:PORT/acme/u8:1.0 is a `application/vnd.oci.image.index.v1+json`: a plugin is one layer `application/wasm` with a configuration `application/vnd.wasm.config.v0+json`; publish it with `mortise plugin publish`
    a manifest that says it is large: the manifest has more than 262144 bytes: this is no registry for plugins; check the name, and tell whoever runs the registry
    a manifest without end: the manifest has more than 262144 bytes: this is no registry for plugins; check the name, and tell whoever runs the registry
    no such tag: `http://127.0.0.1:PORT` answers 404 (MANIFEST_UNKNOWN): check the name, the tag and the digest
    a page: `http://127.0.0.1:PORT` answers 502: check the name, the tag and the digest
    redirects in a circle: `http://127.0.0.1:PORT` redirects more than 5 times: check the address
    redirect to a private address: `https://10.0.0.1` lies at 10.0.0.1, a private network: if that is meant, name the host in `plugin-sources.private`
    redirect to the cloud's metadata: `https://169.254.169.254` lies at 169.254.169.254, a cloud's metadata service: files are never fetched from there
    redirect to this machine: `https://localhost.:1` cannot be reached (client error (Connect): dns error: error resolving DNS: no such host): check the name, and that this machine may reach it
    redirect without TLS: `http://example.com` is not HTTPS: others could change the file on the way; use https, or name the host in `plugin-sources.plain-http`
    redirect to a file: `null` has no host: check the address
    redirect to nothing: `http://127.0.0.1:PORT` redirects to something that is no address
    another file: the file has the digest sha256:100ef6a71bac925f709fe9c114c60460bf6e472cfdb9d44bd8adf1698135260f, promised was sha256:FILE: it was changed on the way or is another file; do not use it, and ask its publisher
    a file without end: the file has more than 100000 bytes: strip debug information from it, or raise `plugin-bytes`
    a file that breaks off: the answer of `http://127.0.0.1:PORT` broke off (error reading a body from connection: end of file before message length reached): try again
    a connection that breaks off: the answer of `http://127.0.0.1:PORT` broke off (client error (SendRequest): connection closed before message completed): try again
    another manifest: the manifest has the digest sha256:MANIFEST, promised was sha256:abababababababababababababababababababababababababababababababab: it was changed on the way or is another file; do not use it, and ask its publisher
    ");
}

#[tokio::test]
async fn whoever_does_not_answer_is_left() {
    let registry = Registry::start().await;
    registry.at("/v2/acme/u8/manifests/1.0", Reply::Hang(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{".to_vec()));
    let impatient = fetcher(Sources { timeout_ms: 100, ..registry.sources() }, Logins::default());
    let error = impatient.fetch(&registry.source(":1.0"), None).await.unwrap_err();
    assert_eq!(error, FetchError::TooSlow(100));
}

#[tokio::test]
async fn names_that_lie_at_private_addresses_are_not_dialled() {
    let registry = Registry::start().await;
    let names = Arc::new(Table::default());
    let at = |name: &str, address: &str| {
        let address: IpAddr = address.parse().unwrap();
        names.0.lock().unwrap().insert(name.to_owned(), vec![vec![address]]);
    };
    at("inside.test", "127.0.0.1");
    at("metadata.test", "169.254.169.254");
    let resolver: Arc<dyn Resolver> = Arc::<Table>::clone(&names);
    let sources = |private: &[&str]| Sources {
        plain_http: vec!["inside.test".into(), "metadata.test".into()],
        private: private.iter().map(|name| (*name).to_owned()).collect(),
        timeout_ms: 20_000,
    };
    let source = |name: &str| format!("http://{name}:{}/u8.wasm", registry.port).parse::<Source>().unwrap();
    registry.at("/u8.wasm", reply("200 OK", &[], FILE));
    let mut told = Vec::new();
    let guarded = Fetcher::new(sources(&[]), Logins::default(), MOST, &[], &resolver).unwrap();
    let nowhere = "https://nowhere.test/u8.wasm".parse().unwrap();
    for source in [source("inside.test"), source("metadata.test"), nowhere] {
        told.push(guarded.fetch(&source, None).await.unwrap_err().to_string());
    }
    assert!(registry.heads().is_empty(), "nothing was sent");
    let open = Fetcher::new(sources(&["*"]), Logins::default(), MOST, &[], &resolver).unwrap();
    assert_eq!(&open.fetch(&source("inside.test"), None).await.unwrap().bytes[..], FILE);
    told.push(open.fetch(&source("metadata.test"), None).await.unwrap_err().to_string());
    insta::assert_snapshot!(told.join("\n").replace(&registry.port.to_string(), "PORT"), @"
    `http://inside.test:PORT` lies at 127.0.0.1, this machine itself: if that is meant, name the host in `plugin-sources.private`
    `http://metadata.test:PORT` lies at 169.254.169.254, a cloud's metadata service: files are never fetched from there
    `https://nowhere.test` cannot be reached (client error (Connect): dns error: error resolving DNS: no such host): check the name, and that this machine may reach it
    `http://metadata.test:PORT` lies at 169.254.169.254, a cloud's metadata service: files are never fetched from there
    ");
}

#[tokio::test]
async fn logins_come_from_dockers_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    let write = |content: &Value| std::fs::write(&file, content.to_string()).unwrap();
    let of = async |registry: &str| Logins { given: None, docker: Some(file.clone()) }.of(registry).await;
    assert_eq!(of("ghcr.io").await, Ok(None), "there is no file");
    write(
        &json!({ "auths": { "ghcr.io": { "auth": "YW5uOnMzY3IzdA==" }, "bad.io": { "auth": "?" }, "id.io": { "identitytoken": "t" } } }),
    );
    let login = of("ghcr.io").await.unwrap().unwrap();
    assert_eq!((login.user.as_str(), login.password.expose()), ("ann", "s3cr3t"));
    assert!(!format!("{login:?}").contains("s3cr3t"));
    assert_eq!(of("other.io").await, Ok(None));
    let mut told = vec![of("bad.io").await.unwrap_err().to_string(), of("id.io").await.unwrap_err().to_string()];
    write(&json!({ "credHelpers": { "ghcr.io": "mortise-is-not-there" } }));
    told.push(of("ghcr.io").await.unwrap_err().to_string());
    std::fs::write(&file, "{").unwrap();
    told.push(of("ghcr.io").await.unwrap_err().to_string());
    insta::assert_snapshot!(told.join("\n").replace(&file.display().to_string(), "FILE"), @"
    the login of `bad.io` cannot be read from FILE: the entry is damaged; run `docker login bad.io` anew
    the login of `id.io` in FILE is an identity token: use a user name and an access token, in MORTISE_REGISTRY_USER and MORTISE_REGISTRY_PASSWORD
    the login of `ghcr.io` cannot be read from FILE: its helper program does not answer; run `docker login ghcr.io` anew
    the login of `ghcr.io` cannot be read from FILE: it is no configuration of Docker; run `docker login ghcr.io` anew
    ");
}
