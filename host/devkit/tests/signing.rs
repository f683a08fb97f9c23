//! Keys, signatures and reports of plugins: what a publisher and an admin do with files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use mortise_devkit::{Language, SigningError, generate_keys, pack, public_key, report, sign_file};
use mortise_domain::instant::Instant;
use mortise_domain::publisher::{PublisherKey, Standing};
use mortise_runtime::inspect;
use tempfile::TempDir;

/// A component that has the interface `pricing` by name, packed with the richest manifest there is.
fn plugin() -> Vec<u8> {
    let component = r#"(component
        (import "mortise:plugin/log@1.0.0" (instance))
        (core module $m (func (export "f") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $f (result u32) (canon lift (core func $i "f")))
        (instance $x (export "price" (func $f)))
        (export "mortise:plugin/pricing@1.0.0" (instance $x)))"#;
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/u8/manifest.json");
    pack(&wat::parse_str(component).unwrap(), &std::fs::read_to_string(manifest).unwrap()).unwrap()
}

struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        std::fs::write(desk.file(), plugin()).unwrap();
        generate_keys(&desk.path("acme")).unwrap();
        desk
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn file(&self) -> std::path::PathBuf {
        self.path("plugin.wasm")
    }

    fn trusted(&self, publisher: &str) -> PublisherKey {
        let key = public_key(&self.path("acme.pub")).unwrap();
        PublisherKey {
            publisher: publisher.into(),
            id: key.id(),
            public_key: key.to_pem().unwrap(),
            trusted_at: Instant(0),
            trusted_by: "ann".into(),
            revoked_at: None,
            revoked_by: None,
        }
    }

    fn told(&self, error: &SigningError) -> String {
        error.to_string().replace(&self.0.path().display().to_string(), "FOLDER")
    }
}

#[test]
fn keys_are_made_once_and_only_their_owner_reads_them() {
    let desk = Desk::new();
    let mode = |name: &str| desk.path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("acme.key"), mode("acme.pub") & 0o600), (0o600, 0o600));
    insta::assert_snapshot!(desk.told(&generate_keys(&desk.path("acme")).unwrap_err()), @"");
    let other = generate_keys(&desk.path("other.v2")).unwrap();
    assert_eq!(other.private, desk.path("other.v2.key"), "a point in the name is no ending");
    assert_ne!(other.id, public_key(&desk.path("acme.pub")).unwrap().id());
}

#[test]
fn a_file_is_signed_in_its_place() {
    let desk = Desk::new();
    let signed = sign_file(&desk.file(), &desk.path("acme.key")).unwrap();
    let found = inspect(&std::fs::read(desk.file()).unwrap(), usize::MAX).unwrap();
    let key = desk.trusted("mortise");
    assert_eq!((&signed.key, &signed.manifest), (&key.id, &found.manifest));
    let expected = Standing::Trusted { publisher: "mortise".into(), key: key.id.clone() };
    assert_eq!(found.signatures.standing("mortise", &[key]), expected);
    let left: Vec<_> = std::fs::read_dir(desk.0.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "nothing else is left behind: {left:?}");
}

#[test]
fn what_cannot_be_signed_stays_as_it_is() {
    let desk = Desk::new();
    let (file, key) = (desk.file(), desk.path("acme.key"));
    sign_file(&file, &key).unwrap();
    let before = std::fs::read(&file).unwrap();
    let id = desk.trusted("mortise").id;
    let mut told = vec![desk.told(&sign_file(&file, &key).unwrap_err()).replace(&id, "KEY")];
    told.push(desk.told(&sign_file(&file, &desk.path("nobody.key")).unwrap_err()));
    told.push(desk.told(&sign_file(&key, &key).unwrap_err()));
    std::fs::set_permissions(desk.path("acme.pub"), Permissions::from_mode(0o600)).unwrap();
    told.push(desk.told(&sign_file(&file, &desk.path("acme.pub")).unwrap_err()));
    told.push(desk.told(&public_key(&key).unwrap_err()));
    std::fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    told.push(desk.told(&sign_file(&file, &key).unwrap_err()));
    insta::assert_snapshot!(told.join("\n"), @"");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
fn a_report_tells_all_that_is_inside() {
    let desk = Desk::new();
    sign_file(&desk.file(), &desk.path("acme.key")).unwrap();
    let found = inspect(&std::fs::read(desk.file()).unwrap(), usize::MAX).unwrap();
    let key = desk.trusted("mortise");
    let steady = |text: String| {
        let text = text.replace(&key.id, "KEY").replace(&found.hash, "DIGEST");
        text.replace(&found.signatures.content(), "CONTENT")
    };
    insta::assert_snapshot!(steady(report(&found, &[key.clone()], Language::En)), @"");
    insta::assert_snapshot!(steady(report(&found, &[key.clone()], Language::Zh)), @"");
    let signatures = |keys: &[PublisherKey]| {
        let page = steady(report(&found, keys, Language::En));
        page.lines().skip_while(|line| !line.starts_with("Signatures")).nth(1).unwrap().to_owned()
    };
    let revoked = PublisherKey { revoked_at: Some(Instant(0)), ..key.clone() };
    let told = [signatures(&[]), signatures(&[revoked]), signatures(&[desk.trusted("others")])];
    insta::assert_snapshot!(told.join("\n"), @"");
}

#[test]
fn what_strangers_write_does_not_steer_a_terminal() {
    let text = |en: &str| serde_json::json!({ "zh": en, "en": en });
    let manifest = serde_json::json!({
        "name": "p", "version": "1.0.0", "publisher": "\u{1b}[2Jacme", "contract": "1.0",
        "title": text("\u{1b}]0;owned\u{7}title"), "description": text("a\nSignatures:\n  all is well"),
    });
    let component = r#"(component
        (core module $m (func (export "f") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $f (result u32) (canon lift (core func $i "f")))
        (instance $x (export "price" (func $f)))
        (export "mortise:plugin/pricing@1.0.0" (instance $x)))"#;
    let file = pack(&wat::parse_str(component).unwrap(), &manifest.to_string()).unwrap();
    let page = report(&inspect(&file, usize::MAX).unwrap(), &[], Language::En);
    assert!(page.chars().all(|letter| letter == '\n' || !letter.is_control()), "{page:?}");
    assert_eq!(page.lines().filter(|line| line.starts_with("Signatures")).count(), 1, "{page}");
}
