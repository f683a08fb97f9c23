//! The words, in both languages.

use mortise_domain::contract::{CONTRACT, Misfit};
use mortise_domain::manifest::SECTION;
use mortise_domain::text::Text;

use super::Finding;

type Pair = (String, String);

fn finding(found: Pair, expected: (&str, &str), remedy: (&str, &str)) -> Finding {
    Finding {
        found: Text::new(found.0, found.1),
        expected: Text::new(expected.0, expected.1),
        remedy: Text::new(remedy.0, remedy.1),
    }
}

fn same(zh: &str, en: &str) -> Pair {
    (zh.to_owned(), en.to_owned())
}

const COMPONENT: (&str, &str) = ("WebAssembly 组件", "a WebAssembly component");
const REBUILD: (&str, &str) =
    ("用当前工具链重新构建：`mortise plugin build`", "build it again with a current toolchain: `mortise plugin build`");
const AGAINST_WIT: (&str, &str) = (
    "按本主机的 `wit/v1` 用当前 SDK 重新构建：`mortise plugin build`",
    "build it against `wit/v1` of this host, with a current SDK: `mortise plugin build`",
);
const ONE_MANIFEST: (&str, &str) = ("恰好一个清单", "exactly one manifest");

pub(super) fn too_large(found: usize, most: usize) -> Finding {
    finding(
        (format!("文件有 {found} 字节"), format!("the file has {found} bytes")),
        (&format!("最多 {most} 字节"), &format!("at most {most}")),
        (
            "以 release 模式构建并去除调试信息，或在主机上调高 `plugin-bytes`",
            "build in release mode and strip debug information, or raise `plugin-bytes` of the host",
        ),
    )
}

pub(super) fn not_wasm(found: &str) -> Finding {
    let found = if found.starts_with('`') {
        (
            format!("文件不是 WebAssembly：以 {found} 开头"),
            format!("the file is not WebAssembly: it begins with {found}"),
        )
    } else {
        same("文件为空", "the file is empty")
    };
    finding(
        found,
        ("以 `\\0asm` 开头的 WebAssembly 组件", "a WebAssembly component, which begins with `\\0asm`"),
        (
            "请使用 `mortise plugin build` 写出的 `.wasm` 文件",
            "take the `.wasm` file that `mortise plugin build` wrote",
        ),
    )
}

pub(super) fn core_module() -> Finding {
    finding(
        same("文件是核心 WebAssembly 模块", "the file is a core WebAssembly module"),
        COMPONENT,
        (
            "用 `mortise plugin build` 构建，或用 `wasm-tools component new` 转换为组件",
            "build it with `mortise plugin build`, or turn it into a component with `wasm-tools component new`",
        ),
    )
}

pub(super) fn truncated(at: usize) -> Finding {
    finding(
        (format!("文件在第 {at} 字节处中断"), format!("the file ends at byte {at}, in the middle of a section")),
        ("完整的文件", "a whole file"),
        ("重新复制或下载该文件", "copy or fetch it again: it was cut off on the way"),
    )
}

pub(super) fn malformed(at: usize, detail: &str) -> Finding {
    finding(
        (format!("第 {at} 字节处违反格式（{detail}）"), format!("byte {at} breaks the format ({detail})")),
        COMPONENT,
        REBUILD,
    )
}

pub(super) fn too_intricate(most: u64) -> Finding {
    finding(
        same(
            "组件内层层嵌套的组件展开后过多",
            "components within components, too many once each is written out as often as it is instantiated",
        ),
        (&format!("最多 {most} 个部分"), &format!("at most {most} parts")),
        ("减少组件的嵌套与重复实例化", "instantiate fewer components within components"),
    )
}

pub(super) fn no_manifest() -> Finding {
    finding(
        (format!("没有清单（自定义节 `{SECTION}`）"), format!("no manifest (custom section `{SECTION}`)")),
        ONE_MANIFEST,
        (
            "用 `mortise plugin build` 构建，它会写入 `manifest.json`",
            "build it with `mortise plugin build`, which puts `manifest.json` into it",
        ),
    )
}

pub(super) fn several_manifests(found: usize) -> Finding {
    finding(
        (format!("{found} 个清单（自定义节 `{SECTION}`）"), format!("{found} manifests (custom sections `{SECTION}`)")),
        ONE_MANIFEST,
        (
            "用 `mortise plugin build` 对编译器产出的组件打包一次",
            "pack the component that the compiler made, once, with `mortise plugin build`",
        ),
    )
}

pub(super) fn manifest(field: &str, message: &str) -> Finding {
    // Where it cannot be read, the field is a place in the text.
    let found = match message.strip_suffix(&format!(" at {field}")) {
        Some(message) => (format!("清单（{field}）：{message}"), format!("the manifest, {field}: {message}")),
        None => (format!("清单的 `{field}`：{message}"), format!("the manifest's `{field}`: {message}")),
    };
    finding(
        found,
        (
            "符合清单格式，见 `mortise plugin schema manifest`",
            "a manifest of the format that `mortise plugin schema manifest` prints",
        ),
        ("修正 `manifest.json` 并重新构建", "correct `manifest.json` and build again"),
    )
}

pub(super) fn other_contract(found: &str, misfit: Misfit) -> Finding {
    let (major, minor) = CONTRACT;
    let spoken = if minor == 0 { format!("{major}.0") } else { format!("{major}.0 至 {major}.{minor}") };
    let remedy = match misfit {
        Misfit::Newer => (
            format!("升级主机，或用约定 {major}.{minor} 的 SDK 构建插件"),
            format!("upgrade the host, or build the plugin with an SDK for contract {major}.{minor}"),
        ),
        Misfit::Older => (
            format!("用约定 {major}.{minor} 的 SDK 重新构建插件"),
            format!("build the plugin again with an SDK for contract {major}.{minor}"),
        ),
    };
    finding(
        (format!("插件按约定 {found} 构建"), format!("the plugin was built for contract {found}")),
        (&format!("本主机支持的 {spoken}"), &format!("what this host speaks: {}", spoken.replace('至', "to"))),
        (&remedy.0, &remedy.1),
    )
}

pub(super) fn wrong_world(found: &str, expected: &str) -> Finding {
    finding(
        (format!("组件导出 {found}"), format!("the component exports {found}")),
        (&format!("至少导出其一：{expected}"), &format!("at least one of {expected}")),
        (
            "为 `wit/v1` 的某个 world 实现接口；用 Rust 时写 `mortise_sdk::plugin!(MyType: Pricing)`",
            "implement one of the interfaces for a world of `wit/v1`; in Rust, `mortise_sdk::plugin!(MyType: Pricing)` does",
        ),
    )
}

pub(super) fn foreign_import(found: &str) -> Finding {
    let remedy = if found.starts_with("wasi:") && !found.contains("@0.2.") {
        ("用面向 WASI 0.2 的工具链重新构建", "build it again with a toolchain for WASI 0.2")
    } else {
        (
            "去掉该依赖：外部请求走 `http`，数据走 `records`、`kv`、`config`",
            "do without it: requests go through `http`, data through `records`, `kv` and `config`",
        )
    };
    finding(
        (format!("组件导入 `{found}`"), format!("the component imports `{found}`")),
        ("`wit/v1` 的接口与 WASI 0.2，此外没有", "the interfaces of `wit/v1` and WASI 0.2, nothing else"),
        remedy,
    )
}

pub(super) fn missing_function(interface: &str, function: &str, found: &str) -> Finding {
    finding(
        (format!("接口 `{interface}` 有 {found}"), format!("the interface `{interface}` has {found}")),
        (&format!("其中应有 `{function}`"), &format!("`{function}` among them")),
        AGAINST_WIT,
    )
}

pub(super) fn not_compiled(detail: &str) -> Finding {
    finding(
        (format!("无法编译（{detail}）"), format!("it cannot be compiled ({detail})")),
        ("主机能够编译的组件", "a component that the host can compile"),
        (
            "控制在所述限制之内，或用当前工具链重新构建：`mortise plugin build`",
            "keep within the bounds that are named, or build it again with a current toolchain: `mortise plugin build`",
        ),
    )
}

pub(super) fn slow(seconds: u64) -> Finding {
    finding(
        (format!("{seconds} 秒内未能编译完成"), format!("it is not compiled after {seconds} s")),
        ("在该时间内完成编译", "that it can be compiled within that time"),
        ("以 release 模式构建，拆分特别大的函数", "build in release mode, and split very large functions"),
    )
}

pub(super) fn busy(seconds: u64) -> Finding {
    finding(
        (
            format!("{seconds} 秒后仍在编译其他组件"),
            format!("other components are still being compiled after {seconds} s"),
        ),
        ("有空闲的编译名额", "a free place for compiling"),
        ("请稍后重试", "try again later"),
    )
}

pub(super) fn not_linked(detail: &str) -> Finding {
    finding(
        (format!("导入的类型不符（{detail}）"), format!("its imports have other types ({detail})")),
        ("`wit/v1` 的类型", "the types of `wit/v1`"),
        AGAINST_WIT,
    )
}

pub(super) fn other_type(interface: &str, function: &str, detail: &str) -> Finding {
    finding(
        (
            format!("`{interface}` 的函数 `{function}` 类型不符（{detail}）"),
            format!("the function `{function}` of `{interface}` has another type ({detail})"),
        ),
        ("`wit/v1` 中的类型", "the type that it has in `wit/v1`"),
        AGAINST_WIT,
    )
}

pub(super) fn not_begun(why: &Text) -> Finding {
    // The host's refusal is for an operator and sends to the developer, who is the reader here.
    let zh = why.zh.split("：请").next().unwrap_or_default();
    let en = why.en.split(": its developer").next().unwrap_or_default();
    finding(
        (format!("无法启动：{zh}"), format!("it does not begin: {en}")),
        ("在限制内启动，且不崩溃", "that it begins, within the bounds of a new connection"),
        (
            "检查首次调用之前运行的代码（语言运行时、静态初始化），减少其工作与内存",
            "look at what runs before the first call (the language's runtime, static initialisers), and have it do less and take less memory",
        ),
    )
}

pub(super) fn interrupted(detail: &str) -> Finding {
    finding(
        (format!("检验中断（{detail}）"), format!("the proof was broken off ({detail})")),
        ("检验完成", "that it ends"),
        ("请重试", "try again"),
    )
}

pub(super) fn schema(problem: &str) -> Finding {
    finding(
        (
            format!("清单的 `settings` 不是可用的 JSON Schema（{problem}）"),
            format!("`settings` of the manifest is no JSON Schema that can be used ({problem})"),
        ),
        ("JSON Schema 2020-12", "a JSON Schema, 2020-12"),
        ("修正 `manifest.json` 的 `settings` 并重新构建", "correct `settings` in `manifest.json` and build again"),
    )
}
