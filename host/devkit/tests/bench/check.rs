//! What `check` says about files that fit.

use mortise_devkit::check::{check, wishes};
use mortise_devkit::report::checked;
use serde_json::json;

use crate::contract::{everything, manifest, of_world, packed};
use crate::guests::{FOLDERS, cache, file, waited};

#[test]
fn plugins_that_ship_fit() {
    for folder in FOLDERS {
        let report = waited(check(&file(folder), cache())).unwrap();
        assert!(report.fits(), "{folder}: {:?}", report.fault);
        assert!(!report.functions.is_empty() && report.hash.len() == 64, "{folder}");
    }
    let report = waited(check(&everything(), cache())).unwrap();
    assert!(report.fits() && report.functions.len() >= 21, "{:?}", report.functions);
}

#[test]
fn wishes_are_told_in_plain_words() {
    let report = waited(check(&file("plugins/u8"), cache())).unwrap();
    let manifest = report.manifest.unwrap();
    let told = |locale: &str| {
        let lines = wishes(&manifest).into_iter().map(|wish| wish.in_locale(locale).to_owned());
        lines.collect::<Vec<_>>().join("\n")
    };
    insta::assert_snapshot!(told("en"), @"
    send requests to the host of the setting `base-url`: to call the Yonyou open platform
    keep up to 1.0 MB between calls: to remember where the outcome of a background write is asked for, and which changes were told
    read code maps: to translate codes of items, customers, warehouses and units into U8's
    use the credential `app-secret` (Application secret (app_secret); filled in by an admin, required; goes to the host of the setting `base-url`, in the query) without seeing it
    use the credential `token` (Access token (fetched by itself); taken by the host from the upstream's answer; goes to the host of the setting `base-url`, in the query) without seeing it
    ");
    insta::assert_snapshot!(told("zh-CN"), @"
    向设置项 `base-url` 中的主机发送请求：调用用友开放平台
    在调用之间保存最多 1.0 MB：记住后台写入的查询地址，以及已经报告过的变更
    读取编码对照：把本公司的存货、客户、仓库、单位编码换成 U8 的编码
    使用凭据“应用密钥（app_secret）”（app-secret；由管理员填写，必填；发往设置项 `base-url` 中的主机，写在查询参数）而看不到其值
    使用凭据“访问令牌（自动获取）”（token；由主机从对方的应答中获取；发往设置项 `base-url` 中的主机，写在查询参数）而看不到其值
    ");
}

#[test]
fn the_report_says_what_a_plugin_is() {
    let report = waited(check(&file("examples/hello-pricing"), cache())).unwrap();
    let text = checked(&report, "en");
    for part in [
        "hello-pricing",
        "0.1.0",
        "Fixed markup",
        "pricing.price",
        "none: it only computes",
        "base-price",
        "required",
        "default \"0.15\"",
        "it fits",
    ] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    assert!(report.hints.is_empty(), "{:?}", report.hints);
}

#[test]
fn what_is_worth_a_second_look_is_a_hint() {
    let loose = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "title": "B" } } });
    let file = packed(&of_world("pricing-plugin"), &manifest(|manifest| manifest["settings"] = loose));
    let report = waited(check(&file, cache())).unwrap();
    assert!(report.fits());
    let hints: Vec<&str> = report.hints.iter().map(|hint| hint.en.as_str()).collect();
    assert_eq!(hints.len(), 3, "{hints:?}");
    assert!(hints[0].contains("`a` has no `title`") && hints[1].contains("`b` has no Chinese"));
}
