//! Guests that import WASI: output goes to their log, and what takes the host's memory or time has bounds.

use mortise_domain::call::Called;
use mortise_domain::ports::plugins::Plugins;
use mortise_runtime::inspect;
use wit_parser::Resolve;

use crate::files::{encoded_in, with_manifest};
use crate::harness::{Host, context, root, texts};
use crate::registry::price_request;

/// What the guests of these tests import.
const WORLD: &str = r"
    package test:wasi;
    world guest {
        import wasi:cli/stdout@0.2.0;
        import wasi:random/random@0.2.0;
        import wasi:clocks/monotonic-clock@0.2.0;
        export mortise:plugin/pricing@1.0.0;
    }
    package wasi:io@0.2.0 {
        interface error { resource error; }
        interface poll { resource pollable { block: func(); } }
        interface streams {
            use error.{error};
            variant stream-error { last-operation-failed(error), closed }
            resource output-stream {
                blocking-write-and-flush: func(contents: list<u8>) -> result<_, stream-error>;
            }
        }
    }
    package wasi:cli@0.2.0 {
        interface stdout {
            use wasi:io/streams@0.2.0.{output-stream};
            get-stdout: func() -> output-stream;
        }
    }
    package wasi:random@0.2.0 {
        interface random { get-random-bytes: func(len: u64) -> list<u8>; }
    }
    package wasi:clocks@0.2.0 {
        interface monotonic-clock {
            use wasi:io/poll@0.2.0.{pollable};
            subscribe-duration: func(when: u64) -> pollable;
        }
    }
";

/// A pricing plugin that does this with what WASI gives it.
async fn called(body: &str) -> Called {
    let mut resolve = Resolve::default();
    resolve.push_dir(root().join("wit/v1")).unwrap();
    let package = resolve.push_str("guest.wit", WORLD).unwrap();
    let core = format!(
        r#"(module
            (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $stdout (result i32)))
            (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
                (func $write (param i32 i32 i32 i32)))
            (import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
            (import "wasi:clocks/monotonic-clock@0.2.0" "subscribe-duration" (func $wait (param i64) (result i32)))
            (import "wasi:io/poll@0.2.0" "[method]pollable.block" (func $block (param i32)))
            (memory (export "memory") 1)
            (data (i32.const 64) "said a line of twenty-seven\nand more\n")
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
            (func (export "mortise:plugin/pricing@1.0.0#price") (param i32) (result i32)
                {body}
                unreachable))"#
    );
    let file = with_manifest(&encoded_in(&resolve, package, "guest", &core));
    assert!(inspect(&file, 1 << 20).unwrap().wasi);
    let host = Host::new();
    let limits = serde_json::json!({ "cpu-ms": 5_000, "deadline-ms": 3_000 });
    host.load("guest", file, |connection| connection["limits"] = limits).await;
    host.registry.call("guest", price_request(1), context()).await
}

#[tokio::test]
async fn what_a_language_runtime_prints_goes_to_the_log() {
    let called = called("(call $write (call $stdout) (i32.const 64) (i32.const 37) (i32.const 8))").await;
    let lines: Vec<_> = called.record.log.iter().map(|line| line.message.as_str()).collect();
    assert_eq!(lines, ["said a line of twenty-seven", "and more"]);
}

#[tokio::test]
async fn randomness_is_given_in_small_pieces() {
    insta::assert_snapshot!(texts(&called("(call $random (i64.const 1073741824) (i32.const 8))").await), @"
    HostCalls
    插件一次与主机交换的数据超过上限 65536 字节：请开发者分次传输；数据上限取 limits.http-bytes 与 limits.host-call-bytes 中较小者，随机数为固定上限
    the plugin exchanged more than 65536 bytes with the host at once: its developer has it exchange less; the bound of data follows from `limits.http-bytes` and `limits.host-call-bytes`, whichever is lower, that of randomness is fixed
    ");
}

#[tokio::test]
async fn nobody_holds_resources_without_end() {
    let told = texts(&called("(loop $l (drop (call $wait (i64.const 1))) (br $l))").await);
    insta::assert_snapshot!(told, @"
    HostCalls
    插件同时占用的主机资源超过 10000 个：请开发者释放不再需要的资源
    the plugin holds more than 10000 resources of the host at once: its developer lets go of what it no longer needs
    ");
    let told = texts(&called("(loop $l (drop (call $stdout)) (br $l))").await);
    insta::assert_snapshot!(told, @"
    HostCalls
    插件同时占用的主机资源超过 10000 个：请开发者释放不再需要的资源
    the plugin holds more than 10000 resources of the host at once: its developer lets go of what it no longer needs
    ");
}

#[tokio::test]
async fn sleep_ends_at_the_deadline() {
    insta::assert_snapshot!(texts(&called("(call $block (call $wait (i64.const 3600000000000)))").await), @"
    Deadline
    连接“guest”的调用超过了 3000 毫秒的时限：对方系统可能过慢，或插件卡住；可调高该连接的 limits.deadline-ms
    the call of `guest` took longer than its deadline of 3000 ms: the upstream may be slow, or the plugin stuck; the bound is `limits.deadline-ms` (3000) or what the caller asked for
    ");
}
