//! Keys, signatures and reports of plugins: what a publisher and an admin do with files.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use mortise_devkit::{SigningError, describe, generate_keys, pack, public_key, sign_file};
use mortise_domain::instant::Instant;
use mortise_domain::publisher::{PublisherKey, Standing};
use mortise_domain::user::Language;
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
    insta::assert_snapshot!(desk.told(&generate_keys(&desk.path("acme")).unwrap_err()), @"FOLDER/acme.key exists already: keys are never overwritten; choose another name");
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
    insta::assert_snapshot!(told.join("\n"), @r"
    the key KEY has signed the file already
    FOLDER/nobody.key cannot be read: No such file or directory (os error 2)
    the file is not WebAssembly: it begins with `2d2d2d2d2d424547`, a component begins with `\0asm`; hand in the `.wasm` file that `mortise plugin build` wrote
    FOLDER/acme.pub: this is no Ed25519 private key in PEM form (it begins with `-----BEGIN PRIVATE KEY-----`): make one with `mortise plugin keygen`
    FOLDER/acme.key: this is no Ed25519 public key in PEM form (it begins with `-----BEGIN PUBLIC KEY-----`): use the `.pub` file that `mortise plugin keygen` wrote
    the private key FOLDER/acme.key can be read by others; run: chmod 600 FOLDER/acme.key
    ");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one long example")]
fn a_report_tells_all_that_is_inside() {
    let desk = Desk::new();
    sign_file(&desk.file(), &desk.path("acme.key")).unwrap();
    let found = inspect(&std::fs::read(desk.file()).unwrap(), usize::MAX).unwrap();
    let key = desk.trusted("mortise");
    let steady = |text: String| {
        let text = text.replace(&key.id, "KEY").replace(&found.hash, "DIGEST");
        text.replace(&found.signatures.content(), "CONTENT")
    };
    insta::assert_snapshot!(steady(describe(&found, std::slice::from_ref(&key), Language::En)), @"
    Yonyou U8 (u8 0.1.0)
      Writes sales orders, receivables and delivery notes into U8 through the Yonyou open platform, and reads stock, shipments and payments.
    Publisher: mortise
    Digest: sha256:DIGEST
    Size: 7258 bytes
    Contract: 1.0
    Exports:
      pricing
    Imports:
      mortise:plugin/log@1.0.0
    Settings:
      base-url  Base URL
      from-account (required)  Calling account
      to-account (required)  Company account
      app-key (required)  Application key
      ds-sequence  Data source
      write-mode  Write mode
      key-field  Field of our number
      order-field  Field of the order
      business-type  Business type
      sale-type-code  Sale type
      department-code  Department
      person-code  Salesperson
      maker  Maker
      warehouse-code  Default warehouse
      tax-rate  Header tax rate
      home-currency  Home currency
      page-rows  Rows of a page
      stock-requests  Requests for stock
      poll-days  Days of changes
    Wishes:
      send requests to the host of the setting base-url: to call the Yonyou open platform
      remember up to 1048576 bytes between calls: to remember where the outcome of a background write is asked for, and which changes were told
      read code maps: to translate codes of items, customers, warehouses and units into U8's
    Credentials:
      app-secret  Application secret (app_secret): required; goes to the host of the setting base-url in its query
      token  Access token (fetched by itself): taken from an answer by the host; goes to the host of the setting base-url in its query
    Signatures:
      KEY  fits the file, and is of its publisher mortise
      what is signed  sha256:CONTENT
    ");
    insta::assert_snapshot!(steady(describe(&found, std::slice::from_ref(&key), Language::Zh)), @"
    用友 U8 (u8 0.1.0)
      通过用友开放平台把销售订单、应收单和发货单写入 U8，并读取现存量、发货与收款。
    发布者：mortise
    摘要：sha256:DIGEST
    大小：7258 字节
    接口契约：1.0
    提供的接口：
      pricing
    使用的接口：
      mortise:plugin/log@1.0.0
    设置：
      base-url  接口地址
      from-account（必填）  调用方账号
      to-account（必填）  提供方账号
      app-key（必填）  应用 Key
      ds-sequence  数据源序号
      write-mode  写入方式
      key-field  单据号存放项
      order-field  订单号存放项
      business-type  业务类型
      sale-type-code  销售类型编码
      department-code  部门编码
      person-code  业务员编码
      maker  制单人
      warehouse-code  默认仓库编码
      tax-rate  表头税率
      home-currency  本位币
      page-rows  每页行数
      stock-requests  现存量请求上限
      poll-days  变更回溯天数
    希望得到的许可：
      向 设置项 base-url 中的主机 发送请求：调用用友开放平台
      在两次调用之间记住至多 1048576 字节：记住后台写入的查询地址，以及已经报告过的变更
      读取编码对照：把本公司的存货、客户、仓库、单位编码换成 U8 的编码
    凭据：
      app-secret  应用密钥（app_secret）：必填；发往 设置项 base-url 中的主机，位于 查询串
      token  访问令牌（自动获取）：由主机从应答中取得；发往 设置项 base-url 中的主机，位于 查询串
    签名：
      KEY  与文件相符，属于发布者 mortise
      所签内容  sha256:CONTENT
    ");
    let signatures = |keys: &[PublisherKey]| {
        let page = steady(describe(&found, keys, Language::En));
        page.lines().skip_while(|line| !line.starts_with("Signatures")).nth(1).unwrap().to_owned()
    };
    let revoked = PublisherKey { revoked_at: Some(Instant(0)), ..key.clone() };
    let told = [signatures(&[]), signatures(&[revoked]), signatures(&[desk.trusted("others")])];
    insta::assert_snapshot!(told.join("\n"), @"
    KEY  not checked: this key is not at hand
    KEY  with a key that was revoked, once of mortise (1970-01-01T00:00:00Z)
    KEY  is of another publisher: others
    ");
}

#[test]
fn what_strangers_write_does_not_steer_a_terminal() {
    let text = |en: &str| serde_json::json!({ "zh": en, "en": en });
    let manifest = |publisher: &str, title: &str| {
        let manifest = serde_json::json!({
            "name": "p", "version": "1.0.0", "publisher": publisher, "contract": "1.0",
            "title": text(title), "description": text("a\nSignatures:\n  all is well"),
        });
        manifest.to_string()
    };
    let component = r#"(component
        (core module $m (func (export "f") (result i32) (i32.const 0)))
        (core instance $i (instantiate $m))
        (func $f (result u32) (canon lift (core func $i "f")))
        (instance $x (export "price" (func $f)))
        (export "mortise:plugin/pricing@1.0.0" (instance $x)))"#;
    let component = wat::parse_str(component).unwrap();
    let refused = |manifest: &str| pack(&component, manifest).unwrap_err().to_string();
    let told = [refused(&manifest("\u{1b}[2Jacme", "t")), refused(&manifest("acme", "\u{1b}]0;owned\u{7}title"))];
    insta::assert_snapshot!(told.join("\n"), @"
    manifest: publisher: must not have control characters; write plain text
    manifest: title: must not have control characters; write plain text
    ");
    let file = pack(&component, &manifest("acme", "t")).unwrap();
    let page = describe(&inspect(&file, usize::MAX).unwrap(), &[], Language::En);
    assert!(page.chars().all(|letter| letter == '\n' || !letter.is_control()), "{page:?}");
    assert_eq!(page.lines().filter(|line| line.starts_with("Signatures")).count(), 1, "{page}");
}
