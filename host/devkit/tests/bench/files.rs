//! Files that are no plugins, one for each way of going wrong.

use mortise_devkit::check::check;
use serde_json::json;

use crate::contract::{everything, manifest, of_world, packed, with_manifest};
use crate::guests::{cache, file, waited};

/// A component with this text, packed.
fn text(text: &str) -> Vec<u8> {
    with_manifest(&wat::parse_str(text).unwrap())
}

/// A component that exports one function of an interface, of a type that is not the contract's.
fn exporting(interface: &str, function: &str) -> Vec<u8> {
    component(interface, function, "")
}

/// A component that does this when it begins.
fn beginning(core: &str) -> Vec<u8> {
    component("mortise:plugin/pricing@1.0.0", "price", core)
}

fn component(interface: &str, function: &str, core: &str) -> Vec<u8> {
    text(&format!(
        r#"(component
            (core module $m {core} (func (export "f") (result i32) (i32.const 0)))
            (core instance $i (instantiate $m))
            (func $f (result u32) (canon lift (core func $i "f")))
            (instance $x (export "{function}" (func $f)))
            (export "{interface}" (instance $x)))"#
    ))
}

fn importing(name: &str) -> Vec<u8> {
    text(&format!(r#"(component (import "{name}" (instance (export "f" (func)))))"#))
}

/// A plugin with a changed manifest.
fn saying(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    packed(&of_world("pricing-plugin"), &manifest(change))
}

/// Larger than a host takes; sparse, so that it costs nothing to make.
fn too_big() -> Vec<u8> {
    let mut bytes = everything();
    bytes.resize((64 << 20) + 1, 0);
    bytes
}

fn wrong_files() -> Vec<(&'static str, Vec<u8>)> {
    let hello = file("examples/hello-pricing");
    let truncated = hello[..2000].to_vec();
    let mut malformed = hello;
    // No section has this number.
    malformed[8] = 0x7f;
    vec![
        ("nothing", Vec::new()),
        ("not wasm", b"PK\x03\x04 an archive".to_vec()),
        ("a core module", wat::parse_str("(module)").unwrap()),
        ("truncated", truncated),
        ("malformed", malformed),
        ("too big", too_big()),
        ("no manifest", of_world("pricing-plugin")),
        ("two manifests", with_manifest(&everything())),
        ("a manifest that is no JSON", packed(&of_world("pricing-plugin"), "{")),
        ("a bad version", saying(|manifest| manifest["version"] = json!("one point two!"))),
        ("a bad contract version", saying(|manifest| manifest["contract"] = json!("one"))),
        ("an older contract", saying(|manifest| manifest["contract"] = json!("0.9"))),
        ("a newer contract", saying(|manifest| manifest["contract"] = json!("2.0"))),
        ("an export of a newer contract", exporting("mortise:plugin/pricing@2.0.0", "price")),
        (
            "a wish without a reason",
            saying(|manifest| {
                manifest["wishes"] = json!({ "kv": { "bytes": 1024, "reason": { "zh": "", "en": "" } } });
            }),
        ),
        ("an unknown field", saying(|manifest| manifest["wish"] = json!({}))),
        ("a bad schema", saying(|manifest| manifest["settings"] = json!({ "type": "objekt" }))),
        ("another world", exporting("acme:shop/pricing@1.0.0", "price")),
        ("a missing function", exporting("mortise:plugin/pricing@1.0.0", "quote")),
        ("another type", exporting("mortise:plugin/pricing@1.0.0", "price")),
        ("an unknown import", importing("acme:shop/stock@1.0.0")),
        ("an unknown function of ours", importing("mortise:plugin/clock@1.0.0")),
        ("WASI beyond 0.2", importing("wasi:cli/stdout@0.3.0")),
        ("a crash at the start", beginning("(func $s unreachable) (start $s)")),
        ("much memory at the start", beginning("(memory 8000)")),
        ("more memory than any host gives", beginning("(memory 20000)")),
        ("an endless loop at the start", beginning("(func $s (loop $l (br $l))) (start $s)")),
    ]
}

#[test]
#[expect(clippy::too_many_lines, reason = "one long example")]
fn every_wrong_file_is_told_what_to_do() {
    let mut told = String::new();
    for (name, bytes) in wrong_files() {
        let report = waited(check(&bytes, cache())).unwrap();
        let fault = report.fault.unwrap_or_else(|| panic!("{name} passes"));
        for (language, part) in [("en", "en"), ("zh", "zh-CN")] {
            told.push_str(&format!(
                "{name} ({language})\n  found     {}\n  expected  {}\n  do        {}\n",
                fault.found.in_locale(part),
                fault.expected.in_locale(part),
                fault.remedy.in_locale(part)
            ));
        }
    }
    insta::assert_snapshot!(told, @r#"
    nothing (en)
      found     the file is empty
      expected  a WebAssembly component, which begins with `\0asm`
      do        take the `.wasm` file that `mortise plugin build` wrote
    nothing (zh)
      found     文件为空
      expected  以 `\0asm` 开头的 WebAssembly 组件
      do        请使用 `mortise plugin build` 写出的 `.wasm` 文件
    not wasm (en)
      found     the file is not WebAssembly: it begins with `504b030420616e20`
      expected  a WebAssembly component, which begins with `\0asm`
      do        take the `.wasm` file that `mortise plugin build` wrote
    not wasm (zh)
      found     文件不是 WebAssembly：以 `504b030420616e20` 开头
      expected  以 `\0asm` 开头的 WebAssembly 组件
      do        请使用 `mortise plugin build` 写出的 `.wasm` 文件
    a core module (en)
      found     the file is a core WebAssembly module
      expected  a WebAssembly component
      do        build it with `mortise plugin build`, or turn it into a component with `wasm-tools component new`
    a core module (zh)
      found     文件是核心 WebAssembly 模块
      expected  WebAssembly 组件
      do        用 `mortise plugin build` 构建，或用 `wasm-tools component new` 转换为组件
    truncated (en)
      found     the file ends at byte 2000, in the middle of a section
      expected  a whole file
      do        copy or fetch it again: it was cut off on the way
    truncated (zh)
      found     文件在第 2000 字节处中断
      expected  完整的文件
      do        重新复制或下载该文件
    malformed (en)
      found     byte 11 breaks the format (malformed section id: 127)
      expected  a WebAssembly component
      do        build it again with a current toolchain: `mortise plugin build`
    malformed (zh)
      found     第 11 字节处违反格式（malformed section id: 127）
      expected  WebAssembly 组件
      do        用当前工具链重新构建：`mortise plugin build`
    too big (en)
      found     the file has 67108865 bytes
      expected  at most 67108864
      do        build in release mode and strip debug information, or raise `plugin-bytes` of the host
    too big (zh)
      found     文件有 67108865 字节
      expected  最多 67108864 字节
      do        以 release 模式构建并去除调试信息，或在主机上调高 `plugin-bytes`
    no manifest (en)
      found     no manifest (custom section `mortise:manifest`)
      expected  exactly one manifest
      do        build it with `mortise plugin build`, which puts `manifest.json` into it
    no manifest (zh)
      found     没有清单（自定义节 `mortise:manifest`）
      expected  恰好一个清单
      do        用 `mortise plugin build` 构建，它会写入 `manifest.json`
    two manifests (en)
      found     2 manifests (custom sections `mortise:manifest`)
      expected  exactly one manifest
      do        pack the component that the compiler made, once, with `mortise plugin build`
    two manifests (zh)
      found     2 个清单（自定义节 `mortise:manifest`）
      expected  恰好一个清单
      do        用 `mortise plugin build` 对编译器产出的组件打包一次
    a manifest that is no JSON (en)
      found     the manifest, line 1 column 1: EOF while parsing an object
      expected  a manifest of the format that `mortise plugin schema manifest` prints
      do        correct `manifest.json` and build again
    a manifest that is no JSON (zh)
      found     清单（line 1 column 1）：EOF while parsing an object
      expected  符合清单格式，见 `mortise plugin schema manifest`
      do        修正 `manifest.json` 并重新构建
    a bad version (en)
      found     the manifest's `version`: use a semantic version such as 1.2.3
      expected  a manifest of the format that `mortise plugin schema manifest` prints
      do        correct `manifest.json` and build again
    a bad version (zh)
      found     清单的 `version`：use a semantic version such as 1.2.3
      expected  符合清单格式，见 `mortise plugin schema manifest`
      do        修正 `manifest.json` 并重新构建
    a bad contract version (en)
      found     the manifest's `contract`: use major and minor, such as 1.0
      expected  a manifest of the format that `mortise plugin schema manifest` prints
      do        correct `manifest.json` and build again
    a bad contract version (zh)
      found     清单的 `contract`：use major and minor, such as 1.0
      expected  符合清单格式，见 `mortise plugin schema manifest`
      do        修正 `manifest.json` 并重新构建
    an older contract (en)
      found     the plugin was built for contract 0.9
      expected  what this host speaks: 1.0
      do        build the plugin again with an SDK for contract 1.0
    an older contract (zh)
      found     插件按约定 0.9 构建
      expected  本主机支持的 1.0
      do        用约定 1.0 的 SDK 重新构建插件
    a newer contract (en)
      found     the plugin was built for contract 2.0
      expected  what this host speaks: 1.0
      do        upgrade the host, or build the plugin with an SDK for contract 1.0
    a newer contract (zh)
      found     插件按约定 2.0 构建
      expected  本主机支持的 1.0
      do        升级主机，或用约定 1.0 的 SDK 构建插件
    an export of a newer contract (en)
      found     the plugin was built for contract 2.0.0
      expected  what this host speaks: 1.0
      do        upgrade the host, or build the plugin with an SDK for contract 1.0
    an export of a newer contract (zh)
      found     插件按约定 2.0.0 构建
      expected  本主机支持的 1.0
      do        升级主机，或用约定 1.0 的 SDK 构建插件
    a wish without a reason (en)
      found     the manifest's `wishes.kv`: every wish needs a reason in Chinese and English that an admin understands
      expected  a manifest of the format that `mortise plugin schema manifest` prints
      do        correct `manifest.json` and build again
    a wish without a reason (zh)
      found     清单的 `wishes.kv`：every wish needs a reason in Chinese and English that an admin understands
      expected  符合清单格式，见 `mortise plugin schema manifest`
      do        修正 `manifest.json` 并重新构建
    an unknown field (en)
      found     the manifest, line 1 column 142: unknown field `wish`, expected one of `name`, `version`, `publisher`, `contract`, `title`, `description`, `settings`, `wishes`, `credentials`, `shapes`
      expected  a manifest of the format that `mortise plugin schema manifest` prints
      do        correct `manifest.json` and build again
    an unknown field (zh)
      found     清单（line 1 column 142）：unknown field `wish`, expected one of `name`, `version`, `publisher`, `contract`, `title`, `description`, `settings`, `wishes`, `credentials`, `shapes`
      expected  符合清单格式，见 `mortise plugin schema manifest`
      do        修正 `manifest.json` 并重新构建
    a bad schema (en)
      found     `settings` of the manifest is no JSON Schema that can be used ("objekt" is not valid under any of the schemas listed in the 'anyOf' keyword)
      expected  a JSON Schema, 2020-12
      do        correct `settings` in `manifest.json` and build again
    a bad schema (zh)
      found     清单的 `settings` 不是可用的 JSON Schema（"objekt" is not valid under any of the schemas listed in the 'anyOf' keyword）
      expected  JSON Schema 2020-12
      do        修正 `manifest.json` 的 `settings` 并重新构建
    another world (en)
      found     the component exports `acme:shop/pricing@1.0.0`
      expected  at least one of `erp`, `inventory`, `geocoder`, `pricing`, `notifier`, `order-policy`
      do        implement one of the interfaces for a world of `wit/v1`; in Rust, `mortise_sdk::plugin!(MyType: Pricing)` does
    another world (zh)
      found     组件导出 `acme:shop/pricing@1.0.0`
      expected  至少导出其一：`erp`, `inventory`, `geocoder`, `pricing`, `notifier`, `order-policy`
      do        为 `wit/v1` 的某个 world 实现接口；用 Rust 时写 `mortise_sdk::plugin!(MyType: Pricing)`
    a missing function (en)
      found     the interface `mortise:plugin/pricing@1.0.0` has `quote`
      expected  `price` among them
      do        build it against `wit/v1` of this host, with a current SDK: `mortise plugin build`
    a missing function (zh)
      found     接口 `mortise:plugin/pricing@1.0.0` 有 `quote`
      expected  其中应有 `price`
      do        按本主机的 `wit/v1` 用当前 SDK 重新构建：`mortise plugin build`
    another type (en)
      found     the function `price` of `pricing` has another type (expected 1-tuple, found 0-tuple)
      expected  the type that it has in `wit/v1`
      do        build it against `wit/v1` of this host, with a current SDK: `mortise plugin build`
    another type (zh)
      found     `pricing` 的函数 `price` 类型不符（expected 1-tuple, found 0-tuple）
      expected  `wit/v1` 中的类型
      do        按本主机的 `wit/v1` 用当前 SDK 重新构建：`mortise plugin build`
    an unknown import (en)
      found     the component imports `acme:shop/stock@1.0.0`
      expected  the interfaces of `wit/v1` and WASI 0.2, nothing else
      do        do without it: requests go through `http`, data through `records`, `kv` and `config`
    an unknown import (zh)
      found     组件导入 `acme:shop/stock@1.0.0`
      expected  `wit/v1` 的接口与 WASI 0.2，此外没有
      do        去掉该依赖：外部请求走 `http`，数据走 `records`、`kv`、`config`
    an unknown function of ours (en)
      found     the component imports `mortise:plugin/clock@1.0.0#f`
      expected  the interfaces of `wit/v1` and WASI 0.2, nothing else
      do        do without it: requests go through `http`, data through `records`, `kv` and `config`
    an unknown function of ours (zh)
      found     组件导入 `mortise:plugin/clock@1.0.0#f`
      expected  `wit/v1` 的接口与 WASI 0.2，此外没有
      do        去掉该依赖：外部请求走 `http`，数据走 `records`、`kv`、`config`
    WASI beyond 0.2 (en)
      found     the component imports `wasi:cli/stdout@0.3.0`
      expected  the interfaces of `wit/v1` and WASI 0.2, nothing else
      do        build it again with a toolchain for WASI 0.2
    WASI beyond 0.2 (zh)
      found     组件导入 `wasi:cli/stdout@0.3.0`
      expected  `wit/v1` 的接口与 WASI 0.2，此外没有
      do        用面向 WASI 0.2 的工具链重新构建
    a crash at the start (en)
      found     it does not begin: it crashes when it begins (wasm trap: wasm `unreachable` instruction executed)
      expected  that it begins, within the bounds of a new connection
      do        look at what runs before the first call (the language's runtime, static initialisers), and have it do less and take less memory
    a crash at the start (zh)
      found     无法启动：启动时崩溃（wasm trap: wasm `unreachable` instruction executed）
      expected  在限制内启动，且不崩溃
      do        检查首次调用之前运行的代码（语言运行时、静态初始化），减少其工作与内存
    much memory at the start (en)
      found     it does not begin: it wants 524288000 bytes of memory when it begins, 268435456 is the most
      expected  that it begins, within the bounds of a new connection
      do        look at what runs before the first call (the language's runtime, static initialisers), and have it do less and take less memory
    much memory at the start (zh)
      found     无法启动：启动时需要 524288000 字节内存，上限为 268435456
      expected  在限制内启动，且不崩溃
      do        检查首次调用之前运行的代码（语言运行时、静态初始化），减少其工作与内存
    more memory than any host gives (en)
      found     it cannot be compiled (module memory does not fit in pooling allocator requirements: memory index 0 is unsupported in this pooling allocator configuration: memory has a minimum byte size of 1310720000 which exceeds the limit of 0x40000000 bytes)
      expected  a component that the host can compile
      do        keep within the bounds that are named, or build it again with a current toolchain: `mortise plugin build`
    more memory than any host gives (zh)
      found     无法编译（module memory does not fit in pooling allocator requirements: memory index 0 is unsupported in this pooling allocator configuration: memory has a minimum byte size of 1310720000 which exceeds the limit of 0x40000000 bytes）
      expected  主机能够编译的组件
      do        控制在所述限制之内，或用当前工具链重新构建：`mortise plugin build`
    an endless loop at the start (en)
      found     it does not begin: it has not begun after 2000 ms of CPU
      expected  that it begins, within the bounds of a new connection
      do        look at what runs before the first call (the language's runtime, static initialisers), and have it do less and take less memory
    an endless loop at the start (zh)
      found     无法启动：用完 2000 毫秒 CPU 仍未启动
      expected  在限制内启动，且不崩溃
      do        检查首次调用之前运行的代码（语言运行时、静态初始化），减少其工作与内存
    "#);
}
