//! Guests that lie about their memory: the host reads nothing that is not there, and says what was wrong.

use mortise_domain::ports::plugins::Plugins;

use crate::files::{encoded, with_manifest};
use crate::harness::{Host, context, texts};
use crate::registry::price_request;

/// A pricing plugin whose core module answers with the bytes at `answer`.
struct Liar {
    /// Body of the function that gives memory to the host.
    realloc: &'static str,
    /// Address of the answer.
    answer: u32,
    /// What stands at address 1024.
    data: Vec<u8>,
    /// Body of the function that runs after the answer was read.
    after: &'static str,
}

impl Default for Liar {
    fn default() -> Self {
        Self { realloc: "(i32.const 4096)", answer: 1024, data: Vec::new(), after: "" }
    }
}

/// An answer of no prices: the case `ok`, an empty list, a version of so many bytes at an address.
fn no_prices(list: (u32, u32), version: (u32, u32)) -> Vec<u8> {
    let mut bytes = vec![0; 8];
    for word in [list.0, list.1, version.0, version.1] {
        bytes.extend(word.to_le_bytes());
    }
    bytes
}

impl Liar {
    fn file(&self) -> Vec<u8> {
        let data: String = self.data.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let Self { realloc, answer, after, .. } = self;
        with_manifest(&encoded(
            "pricing-plugin",
            &format!(
                r#"(module
                    (memory (export "memory") 1)
                    (data (i32.const 1024) "{data}")
                    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) {realloc})
                    (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) (i32.const {answer}))
                    (func (export "cabi_post_mortise:plugin/pricing@1.0.0#price") (param i32) {after}))"#
            ),
        ))
    }

    async fn told(&self) -> String {
        let host = Host::new();
        host.load("liar", self.file(), |connection| connection["limits"]["cpu-ms"] = 100.into()).await;
        texts(&host.registry.call("liar", price_request(1), context()).await)
    }
}

#[tokio::test]
async fn the_address_of_the_answer() {
    let beyond = Liar { answer: 0x7fff_fff8, ..Liar::default() };
    insta::assert_snapshot!(beyond.told().await, @"
    Answer
    插件的数据无法读取（地址超出其内存）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (pointer out of bounds of memory): its developer builds it again with a current SDK
    ");
    let crooked = Liar { answer: 1025, ..Liar::default() };
    insta::assert_snapshot!(crooked.told().await, @"
    Answer
    插件的数据无法读取（地址未对齐）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (return pointer not aligned): its developer builds it again with a current SDK
    ");
    let at_the_end = Liar { answer: 65_528, ..Liar::default() };
    insta::assert_snapshot!(at_the_end.told().await, @"
    Answer
    插件的数据无法读取（地址超出其内存）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (pointer out of bounds of memory): its developer builds it again with a current SDK
    ");
}

#[tokio::test]
async fn cases_that_do_not_exist() {
    let no_result = Liar { data: vec![9], ..Liar::default() };
    insta::assert_snapshot!(no_result.told().await, @"
    Answer
    插件的数据无法读取（出现了约定之外的分支）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (invalid expected discriminant): its developer builds it again with a current SDK
    ");
    let no_error = Liar { data: vec![1, 0, 0, 0, 0, 0, 0, 0, 77], ..Liar::default() };
    insta::assert_snapshot!(no_error.told().await, @"
    Answer
    插件的数据无法读取（出现了约定之外的分支）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (unexpected discriminant: 77): its developer builds it again with a current SDK
    ");
}

#[tokio::test]
async fn lists_that_are_not_there() {
    for (list, version) in
        [((0, u32::MAX), (0, 0)), ((2048, 0x0400_0000), (0, 0)), ((0xffff_fff8, 1), (0, 0)), ((0, 0), (0xffff_0000, 9))]
    {
        let liar = Liar { data: no_prices(list, version), ..Liar::default() };
        let told = liar.told().await;
        assert!(told.starts_with("Answer\n") && told.contains("out of bounds"), "{list:?} {version:?}: {told}");
    }
    let crooked = Liar { data: no_prices((2049, 1), (0, 0)), ..Liar::default() };
    insta::assert_snapshot!(crooked.told().await, @"
    Answer
    插件的数据无法读取（地址未对齐）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (list pointer is not aligned): its developer builds it again with a current SDK
    ");
    let long = Liar { data: no_prices((0, 0), (2048, u32::MAX)), ..Liar::default() };
    insta::assert_snapshot!(long.told().await, @"
    Answer
    插件的数据无法读取（地址超出其内存）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (string pointer/length out of bounds of memory): its developer builds it again with a current SDK
    ");
}

#[tokio::test]
async fn texts_that_are_none() {
    let mut data = no_prices((0, 0), (1048, 3));
    // A lone surrogate, as UTF-8 must not have.
    data.extend([0xed, 0xa0, 0x80]);
    let liar = Liar { data, ..Liar::default() };
    insta::assert_snapshot!(liar.told().await, @"
    Answer
    插件的数据无法读取（文本不是 UTF-8）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (invalid utf-8 sequence of 1 bytes from index 0): its developer builds it again with a current SDK
    ");
}

#[tokio::test]
async fn memory_that_is_given_falsely() {
    let beyond = Liar { realloc: "(i32.const -16)", ..Liar::default() };
    insta::assert_snapshot!(beyond.told().await, @"
    Answer
    插件的数据无法读取（地址超出其内存）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (realloc return: beyond end of memory): its developer builds it again with a current SDK
    ");
    let crooked = Liar { realloc: "(i32.const 4097)", ..Liar::default() };
    insta::assert_snapshot!(crooked.told().await, @"
    Answer
    插件的数据无法读取（地址未对齐）：请联系插件开发者用当前 SDK 重新构建
    what the plugin handed over cannot be read (realloc return: result not aligned): its developer builds it again with a current SDK
    ");
    let none = Liar { realloc: "unreachable", ..Liar::default() };
    insta::assert_snapshot!(none.told().await, @"
    Trap
    插件崩溃（执行了 unreachable 指令，通常是插件自身的 panic）：请查看本次调用的日志，并联系插件开发者
    the plugin crashed (wasm trap: wasm `unreachable` instruction executed): see the call's log for its last words, and tell its developer
    ");
    let never = Liar { realloc: "(loop $l (br $l)) unreachable", ..Liar::default() };
    insta::assert_snapshot!(never.told().await, @"
    Cpu
    插件用完了 100 毫秒的 CPU 预算：可能陷入死循环；可调高该连接的 limits.cpu-ms，或联系插件开发者
    the plugin used up its CPU budget, `limits.cpu-ms` is 100: it may be in an endless loop; raise the limit for this connection, or have the plugin do less in one call
    ");
    // The same place for everything: the guest spoils its own input, nothing else.
    let same = Liar { data: no_prices((0, 0), (0, 0)), ..Liar::default() };
    assert!(same.told().await.contains("the answer prices lines []"));
}

#[tokio::test]
async fn what_runs_after_the_answer() {
    let data = no_prices((0, 0), (0, 0));
    let never = Liar { data: data.clone(), after: "(loop $l (br $l))", ..Liar::default() };
    insta::assert_snapshot!(never.told().await, @"
    Cpu
    插件用完了 100 毫秒的 CPU 预算：可能陷入死循环；可调高该连接的 limits.cpu-ms，或联系插件开发者
    the plugin used up its CPU budget, `limits.cpu-ms` is 100: it may be in an endless loop; raise the limit for this connection, or have the plugin do less in one call
    ");
    let trap = Liar { data, after: "unreachable", ..Liar::default() };
    insta::assert_snapshot!(trap.told().await, @"
    Trap
    插件崩溃（执行了 unreachable 指令，通常是插件自身的 panic）：请查看本次调用的日志，并联系插件开发者
    the plugin crashed (wasm trap: wasm `unreachable` instruction executed): see the call's log for its last words, and tell its developer
    ");
}

#[tokio::test]
async fn a_name_that_would_break_the_line() {
    let name = format!("evil\\1b[2J\\0a\\e2\\80\\ae{}", "n".repeat(500));
    let host = Host::new();
    let file = with_manifest(&encoded(
        "pricing-plugin",
        &format!(
            r#"(module
                (memory (export "memory") 1)
                (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
                (func (@name "{name}") (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) unreachable))"#
        ),
    ));
    host.load("liar", file, |_| {}).await;
    let told = texts(&host.registry.call("liar", price_request(1), context()).await);
    assert_eq!(told.lines().count(), 3, "{told}");
    assert!(told.len() < 800 && !told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
}
