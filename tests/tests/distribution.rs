//! From a publisher to a host: keys, signatures, a real registry, and what becomes of a plugin whose key is revoked.

#![expect(clippy::unwrap_used, reason = "an answer of another form is a failed test")]

use std::path::{Path, PathBuf};

use clap::Parser as _;
use mortise::Config;
use mortise::cli::Cli;
use mortise_devkit::{KeyFiles, PublishError, generate_keys, publish, sign_file};
use mortise_domain::instant::Instant;
use mortise_domain::publisher::SignaturePolicy;
use mortise_domain::secret::Secret;
use mortise_runtime::fetch::{Login, Logins, Source};
use mortise_tests::registry::{LOGIN, Registry};
use mortise_tests::{Engine, House, plugins};
use serde_json::{Value, json};

const NAME: &str = "tiered-pricing";

/// A publisher with a signed plugin in a folder of its own.
struct Publisher {
    folder: tempfile::TempDir,
    keys: KeyFiles,
    file: PathBuf,
}

impl Publisher {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = generate_keys(&folder.path().join("mortise")).unwrap();
        let file = folder.path().join("plugin.wasm");
        std::fs::write(&file, plugins::packed(NAME)).unwrap();
        sign_file(&file, &keys.private).unwrap();
        Self { folder, keys, file }
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.file).unwrap()
    }

    async fn trusted_at(&self, house: &House) {
        let public_key = std::fs::read_to_string(&self.keys.public).unwrap();
        house.put("/publishers/mortise", json!({ "public_key": public_key })).await.ok();
    }
}

/// A command as a person types it.
async fn mortise(house: &House, words: &[&str]) -> Result<(), String> {
    let data = house.running.app.config.data.display().to_string();
    let line = [&["mortise", "--server", &house.running.url, "--data", &data], words].concat();
    let command = Cli::try_parse_from(line).map_err(|error| error.to_string())?;
    command.run().await.map_err(|error| format!("{error:#}"))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn health(house: &House, name: &str) -> Value {
    house.get(&format!("/connections/{name}/status")).await.ok()
}

fn required(config: &mut Config) {
    config.plugin_signatures = SignaturePolicy::Required;
}

async fn a_revoked_key_takes_its_plugins_along(engine: Engine) {
    let (publisher, house) = (Publisher::new(), House::bare_with(engine, required).await);
    publisher.trusted_at(&house).await;
    let digest = house.install(publisher.bytes()).await;
    let connection = house.connection(NAME, &digest);
    house.put(&format!("/connections/{NAME}"), connection.clone()).await.ok();
    assert_eq!(health(&house, NAME).await["health"], "ready");
    mortise(&house, &["publisher", "revoke", "mortise", &publisher.keys.id]).await.unwrap();
    let broken = health(&house, NAME).await;
    assert_eq!(broken["health"], "broken");
    assert!(broken["fault"]["en"].as_str().unwrap().contains("was revoked"), "{broken}");
    let refused = house.put(&format!("/connections/{NAME}"), connection.clone()).await;
    assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (422, &json!("plugin")), "{}", refused.body);
    let again = ["publisher", "trust", "mortise", "--key", text(&publisher.keys.public)];
    assert!(mortise(&house, &again).await.unwrap_err().contains("was revoked"));
    mortise(&house, &[&again[..], &["--restore"]].concat()).await.unwrap();
    assert_eq!(health(&house, NAME).await["health"], "ready");
    house.close().await;
}

/// Another node revokes the key; this one follows when it next looks.
async fn a_key_revoked_elsewhere_counts_here(engine: Engine) {
    let (publisher, house) = (Publisher::new(), House::bare_with(engine, required).await);
    publisher.trusted_at(&house).await;
    let digest = house.install(publisher.bytes()).await;
    let app = &house.running.app;
    app.store.revoke_publisher_key("mortise", &publisher.keys.id, "ann").await.unwrap();
    let refused = house.put(&format!("/connections/{NAME}"), house.connection(NAME, &digest)).await;
    assert_eq!(refused.status, 422, "revoked between install and load: {}", refused.body);
    let mut connection: mortise_domain::connection::Connection =
        serde_json::from_value(house.connection(NAME, &digest)).unwrap();
    app.store.put_connection(&connection, None).await.unwrap();
    app.refresh().await.unwrap();
    assert_eq!(health(&house, NAME).await["health"], "broken");
    connection.enabled = false;
    app.store.put_connection(&connection, None).await.unwrap();
    app.refresh().await.unwrap();
    assert_eq!(health(&house, NAME).await["health"], "disabled");
    house.close().await;
}

macro_rules! on_both {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use super::*;
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() { super::$name(Engine::Sqlite).await; }
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() { super::$name(Engine::Postgres).await; }
        }
    )*};
}

on_both![a_revoked_key_takes_its_plugins_along, a_key_revoked_elsewhere_counts_here];

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_travels_through_a_registry() {
    let (publisher, registry) = (Publisher::new(), Registry::start().await);
    let house = House::bare_with(Engine::Sqlite, |config| {
        required(config);
        config.plugin_sources.plain_http = vec![registry.host.clone()];
        config.plugin_sources.private = vec![registry.host.clone()];
    })
    .await;
    let target = format!("oci://{}/acme/{NAME}:0.1.0", registry.host);
    mortise(&house, &["plugin", "publish", text(&publisher.file), &target]).await.unwrap();
    mortise(&house, &["plugin", "inspect", &target, "--lang", "zh"]).await.unwrap();
    let unknown = mortise(&house, &["plugin", "verify", &target]).await.unwrap_err();
    assert!(unknown.contains("nobody here has trusted"), "{unknown}");
    mortise(&house, &["plugin", "verify", &target, "--key", text(&publisher.keys.public)]).await.unwrap();
    let refused = mortise(&house, &["plugin", "install", &target]).await.unwrap_err();
    assert!(refused.contains("Nobody who is trusted vouches for the file"), "{refused}");
    mortise(&house, &["publisher", "trust", "mortise", "--key", text(&publisher.keys.public)]).await.unwrap();
    mortise(&house, &["plugin", "verify", &target]).await.unwrap();
    mortise(&house, &["plugin", "install", &target, "--by-server"]).await.unwrap();
    let installed = house.get("/plugins").await.ok()["items"][0].clone();
    let (digest, source) = (installed["digest"].as_str().unwrap(), installed["source"].as_str().unwrap());
    let expected = mortise_runtime::inspect(&publisher.bytes(), usize::MAX).unwrap().hash;
    assert_eq!((digest, &installed["signature"]["state"]), (expected.as_str(), &json!("trusted")));
    let (named, pinned) = source.split_once("@sha256:").unwrap();
    assert_eq!((named, pinned.len()), (target.as_str(), 64), "the source is pinned: {source}");
    // By its digest, by this machine, and by an address of the registry: the same file each time.
    mortise(&house, &["plugin", "install", &target.replace(":0.1.0", &format!("@sha256:{pinned}"))]).await.unwrap();
    let blob = format!("http://{}/v2/acme/{NAME}/blobs/sha256:{digest}", registry.host);
    let again = house.post("/plugins/fetch", json!({ "source": blob, "digest": digest })).await;
    assert_eq!((again.status, &again.body["source"]), (200, &json!(source)));
    assert_eq!(house.get("/plugins").await.ok()["items"].as_array().unwrap().len(), 1);
    let other = house.post("/plugins/fetch", json!({ "source": target, "digest": "0".repeat(64) })).await;
    assert_eq!((other.status, &other.body["type"]), (422, &json!("urn:mortise:problem:unfetched-plugin")));
    let missing = mortise(&house, &["plugin", "install", &target.replace("0.1.0", "9.9.9")]).await.unwrap_err();
    assert!(missing.contains("answers 404 (MANIFEST_UNKNOWN: manifest unknown)"), "{missing}");
    house.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_that_asks_for_a_login() {
    let (publisher, registry) = (Publisher::new(), Registry::with_login().await);
    let target: Source = format!("oci://{}/acme/{NAME}:0.1.0", registry.host).parse().unwrap();
    let logins = |password: &str| {
        let login = Login { user: LOGIN.0.into(), password: Secret::new(password) };
        Logins { given: Some((registry.host.clone(), login)), docker: None }
    };
    for without in [Logins::default(), logins("wrong")] {
        let error = publish(publisher.bytes(), &target, &without, true, Instant(0)).await.unwrap_err();
        assert!(matches!(error, PublishError::Unauthorized { .. }), "{error}");
    }
    let published = publish(publisher.bytes(), &target, &logins(LOGIN.1), true, Instant(0)).await.unwrap();
    let again = publish(publisher.bytes(), &target, &logins(LOGIN.1), true, Instant(0)).await.unwrap();
    assert_eq!(published, again, "the same file at the same time is the same artifact");
    let house = House::bare_with(Engine::Sqlite, |config| {
        config.plugin_sources.plain_http = vec![registry.host.clone()];
        config.plugin_sources.private = vec![registry.host.clone()];
    })
    .await;
    let refused = house.post("/plugins/fetch", json!({ "source": published.reference })).await;
    assert_eq!(refused.status, 422);
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("asks for a login"), "{detail}");
    // The same login where `docker login` would have left it.
    let docker = publisher.folder.path().join("config.json");
    let auth = json!({ "auths": { registry.host.clone(): { "username": LOGIN.0, "password": LOGIN.1 } } });
    std::fs::write(&docker, auth.to_string()).unwrap();
    let sources = house.running.app.config.plugin_sources.clone();
    let resolver: std::sync::Arc<dyn mortise_runtime::Resolver> = std::sync::Arc::new(mortise_runtime::SystemResolver);
    let logins = Logins { given: None, docker: Some(docker) };
    let fetcher = mortise_runtime::fetch::Fetcher::new(sources, logins, 64 << 20, &[], &resolver).unwrap();
    let pinned: Source = published.reference.parse().unwrap();
    let fetched = fetcher.fetch(&pinned, Some(&published.digest)).await.unwrap();
    assert_eq!((fetched.bytes.to_vec(), fetched.source), (publisher.bytes(), published.reference));
    house.close().await;
}
