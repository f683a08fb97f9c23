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
    insta::assert_snapshot!(beyond.told().await, @"");
    let crooked = Liar { answer: 1025, ..Liar::default() };
    insta::assert_snapshot!(crooked.told().await, @"");
    let at_the_end = Liar { answer: 65_528, ..Liar::default() };
    insta::assert_snapshot!(at_the_end.told().await, @"");
}

#[tokio::test]
async fn cases_that_do_not_exist() {
    let no_result = Liar { data: vec![9], ..Liar::default() };
    insta::assert_snapshot!(no_result.told().await, @"");
    let no_error = Liar { data: vec![1, 0, 0, 0, 0, 0, 0, 0, 77], ..Liar::default() };
    insta::assert_snapshot!(no_error.told().await, @"");
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
    insta::assert_snapshot!(crooked.told().await, @"");
    let long = Liar { data: no_prices((0, 0), (2048, u32::MAX)), ..Liar::default() };
    insta::assert_snapshot!(long.told().await, @"");
}

#[tokio::test]
async fn texts_that_are_none() {
    let mut data = no_prices((0, 0), (1048, 3));
    // A lone surrogate, as UTF-8 must not have.
    data.extend([0xed, 0xa0, 0x80]);
    let liar = Liar { data, ..Liar::default() };
    insta::assert_snapshot!(liar.told().await, @"");
}

#[tokio::test]
async fn memory_that_is_given_falsely() {
    let beyond = Liar { realloc: "(i32.const -16)", ..Liar::default() };
    insta::assert_snapshot!(beyond.told().await, @"");
    let crooked = Liar { realloc: "(i32.const 4097)", ..Liar::default() };
    insta::assert_snapshot!(crooked.told().await, @"");
    let none = Liar { realloc: "unreachable", ..Liar::default() };
    insta::assert_snapshot!(none.told().await, @"");
    let never = Liar { realloc: "(loop $l (br $l)) unreachable", ..Liar::default() };
    insta::assert_snapshot!(never.told().await, @"");
    // The same place for everything: the guest spoils its own input, nothing else.
    let same = Liar { data: no_prices((0, 0), (0, 0)), ..Liar::default() };
    assert!(same.told().await.contains("the answer prices lines []"));
}

#[tokio::test]
async fn what_runs_after_the_answer() {
    let data = no_prices((0, 0), (0, 0));
    let never = Liar { data: data.clone(), after: "(loop $l (br $l))", ..Liar::default() };
    insta::assert_snapshot!(never.told().await, @"");
    let trap = Liar { data, after: "unreachable", ..Liar::default() };
    insta::assert_snapshot!(trap.told().await, @"");
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
                (func $@"{name}" (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32) unreachable))"#
        ),
    ));
    host.load("liar", file, |_| {}).await;
    let told = texts(&host.registry.call("liar", price_request(1), context()).await);
    assert_eq!(told.lines().count(), 3, "{told}");
    assert!(told.len() < 800 && !told.contains(['\u{1b}', '\u{202e}']), "{told:?}");
}
