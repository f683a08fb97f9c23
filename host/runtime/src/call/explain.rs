//! What the operator is told when a call ends badly: what happened, which bound, what to do.

use std::time::Duration;

use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::text::Text;
use wasmtime::{PoolConcurrencyLimitError, Trap, WasmBacktrace};

use crate::adapter::{AnswerFault, Fault};
use crate::load::Loaded;
use crate::state::{Breach, State};

/// Deepest part of a guest's stack that is told.
const FRAMES: usize = 4;

fn broken(kind: Breakage, zh: String, en: String) -> Failure {
    Failure::Broken { kind, reason: Text::new(zh, en) }
}

/// The failure of a call that the plugin or its sandbox ended.
pub(super) fn failure(fault: Fault, state: &State, loaded: &Loaded) -> Failure {
    match fault {
        Fault::Failed(failure) => blotted(failure, state),
        Fault::Answer(AnswerFault { field, problem }) => {
            let problem = state.confines.secrets.blot_text(problem);
            broken(
                Breakage::Answer,
                format!("插件的回答不符合接口约定（{field}：{problem}）：请联系插件开发者修正"),
                format!(
                    "the plugin's answer breaks the contract ({field}: {problem}): its developer corrects the plugin"
                ),
            )
        }
        Fault::Trapped(error) => trapped(&error, state),
        Fault::Missing => {
            let name = &loaded.connection.name;
            broken(
                Breakage::Missing,
                format!("连接“{name}”的插件没有此接口：请检查路由配置"),
                format!(
                    "the plugin of `{name}` does not export that interface: check which connection the work is routed to"
                ),
            )
        }
    }
}

fn breach(breach: Breach, state: &State) -> (Breakage, String, String) {
    let limits = &state.confines.limits;
    match breach {
        Breach::Memory { wanted } => (
            Breakage::Memory,
            format!(
                "插件需要 {wanted} 字节内存，上限为 {}：可调高该连接的 limits.memory-bytes，或请开发者减少内存占用",
                limits.memory_bytes
            ),
            format!(
                "the plugin wanted {wanted} bytes of memory, `limits.memory-bytes` is {}: raise it for this connection, or have the plugin use less",
                limits.memory_bytes
            ),
        ),
        Breach::Table { wanted } => (
            Breakage::Table,
            format!(
                "插件需要 {wanted} 个表元素，上限为 {}：可调高该连接的 limits.table-elements",
                limits.table_elements
            ),
            format!(
                "the plugin wanted {wanted} table elements, `limits.table-elements` is {}: raise it for this connection, or have the plugin use fewer",
                limits.table_elements
            ),
        ),
        Breach::Cpu => (
            Breakage::Cpu,
            format!(
                "插件用完了 {} 毫秒的 CPU 预算：可能陷入死循环；可调高该连接的 limits.cpu-ms，或联系插件开发者",
                limits.cpu_ms
            ),
            format!(
                "the plugin used up its CPU budget, `limits.cpu-ms` is {}: it may be in an endless loop; raise the limit for this connection, or have the plugin do less in one call",
                limits.cpu_ms
            ),
        ),
        Breach::HostCalls => (
            Breakage::HostCalls,
            format!(
                "插件与主机之间传输的数据超过上限 {} 字节：可调高该连接的 limits.host-call-bytes",
                limits.host_call_bytes
            ),
            format!(
                "the plugin moved more data between itself and the host than it may, `limits.host-call-bytes` is {}: raise it for this connection, or have the plugin move less",
                limits.host_call_bytes
            ),
        ),
    }
}

fn trapped(error: &wasmtime::Error, state: &State) -> Failure {
    if let Some(reached) = state.bounds.breach {
        let (kind, zh, en) = breach(reached, state);
        return broken(kind, zh, en);
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return Failure::Unavailable {
            reason: Text::new(
                "同时运行的插件调用过多，将自动重试",
                "too many calls run at the same time on this host: it is tried again by itself; raise `calls` if it stays so",
            ),
        };
    }
    if let Some(exit) = error.downcast_ref::<wasmtime_wasi::I32Exit>() {
        let code = exit.0;
        return broken(
            Breakage::Trap,
            format!("插件自行退出（exit {code}）：请查看本次调用的日志，并联系插件开发者"),
            format!(
                "the plugin ended itself (exit {code}): see the call's log for its last words, and tell its developer"
            ),
        );
    }
    let place = place(error);
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => broken(
            Breakage::Stack,
            format!("插件的调用栈溢出{place}：请联系插件开发者检查递归"),
            format!("the plugin's stack overflowed{place}: its developer looks for endless recursion"),
        ),
        // Rust's stack lies at the bottom of linear memory: its overflow leaves the memory.
        Some(Trap::MemoryOutOfBounds) => broken(
            Breakage::Trap,
            format!("插件访问了其内存之外的地址{place}：常见原因是无限递归；请联系插件开发者"),
            format!(
                "the plugin reached outside its memory{place}, most often by endless recursion: its developer looks for that, or for unsafe code"
            ),
        ),
        Some(trap) => broken(
            Breakage::Trap,
            format!("插件崩溃（{trap}）{place}：请查看本次调用的日志，并联系插件开发者"),
            format!(
                "the plugin crashed ({trap}){place}: see the call's log for its last words, and tell its developer"
            ),
        ),
        None if error.root_cause().to_string().contains("fuel allocated for hostcalls") => {
            let (kind, zh, en) = breach(Breach::HostCalls, state);
            broken(kind, zh, en)
        }
        None => {
            let detail = state.confines.secrets.blot_text(error.root_cause().to_string());
            broken(
                Breakage::Answer,
                format!("插件的数据无法读取（{detail}）：请联系插件开发者用当前 SDK 重新构建"),
                format!(
                    "what the plugin handed over cannot be read ({detail}): its developer builds it again with a current SDK"
                ),
            )
        }
    }
}

/// Where the guest was, innermost first.
fn place(error: &wasmtime::Error) -> String {
    let Some(trace) = error.downcast_ref::<WasmBacktrace>() else { return String::new() };
    let names: Vec<&str> = trace.frames().iter().filter_map(|frame| frame.func_name()).take(FRAMES).collect();
    if names.is_empty() { String::new() } else { format!(" in {}", names.join(" < ")) }
}

/// The same for the proof of a plugin, in English.
pub(crate) fn breach_text(error: &wasmtime::Error, state: &State) -> String {
    match state.bounds.breach {
        Some(reached) => breach(reached, state).2,
        None => format!("{:#}", error.root_cause()),
    }
}

/// The plugin's own words may hold a secret that an upstream told it.
pub(super) fn blotted(failure: Failure, state: &State) -> Failure {
    let secrets = &state.confines.secrets;
    if !secrets.any() {
        return failure;
    }
    let blot = |reason: Text| Text { zh: secrets.blot_text(reason.zh), en: secrets.blot_text(reason.en) };
    match failure {
        Failure::Rejected { reason } => Failure::Rejected { reason: blot(reason) },
        Failure::Invalid { field, reason } => {
            Failure::Invalid { field: secrets.blot_text(field), reason: blot(reason) }
        }
        Failure::Unauthorized { reason } => Failure::Unauthorized { reason: blot(reason) },
        Failure::Duplicate { external_id } => Failure::Duplicate { external_id: secrets.blot_text(external_id) },
        Failure::NotFound { reason } => Failure::NotFound { reason: blot(reason) },
        Failure::Unavailable { reason } => Failure::Unavailable { reason: blot(reason) },
        other @ (Failure::Retry { .. } | Failure::RateLimited { .. } | Failure::Broken { .. }) => other,
    }
}

/// The deadline came first.
pub(super) fn overdue(loaded: &Loaded, allowed: Duration) -> Failure {
    let (name, ms) = (&loaded.connection.name, allowed.as_millis());
    broken(
        Breakage::Deadline,
        format!("连接“{name}”的调用超过了 {ms} 毫秒的时限：对方系统可能过慢；可调高该连接的 limits.deadline-ms"),
        format!(
            "the call of `{name}` took longer than its deadline of {ms} ms: the upstream may be slow; the bound is `limits.deadline-ms` ({}) or what the caller asked for",
            loaded.confines.limits.deadline_ms
        ),
    )
}

/// No place became free before the deadline.
pub(super) fn busy(loaded: &Loaded, allowed: Duration) -> Failure {
    let (name, most) = (&loaded.connection.name, loaded.confines.limits.concurrency);
    Failure::Unavailable {
        reason: Text::new(
            format!("连接“{name}”正忙（同时最多 {most} 个调用，等待了 {} 毫秒），将自动重试", allowed.as_millis()),
            format!(
                "the connection `{name}` is busy: `limits.concurrency` allows {most} calls at the same time and none ended within {} ms; it is tried again by itself",
                allowed.as_millis()
            ),
        ),
    }
}

/// A required credential is not there.
pub(super) fn credential_missing(loaded: &Loaded, slot: &str) -> Failure {
    let name = &loaded.connection.name;
    let title = loaded.plugin.manifest().slot(slot).map(|slot| slot.title.clone()).unwrap_or_default();
    Failure::Unauthorized {
        reason: Text::new(
            format!("连接“{name}”缺少凭据“{}”（{slot}）：请管理员填写", title.zh),
            format!("the connection `{name}` lacks the credential `{slot}` ({}): an admin fills it in", title.en),
        ),
    }
}

/// A revealed credential stands in the answer.
pub(super) fn leaked(state: &State) -> Failure {
    let name = &state.confines.name;
    broken(
        Breakage::Answer,
        format!("连接“{name}”的插件在回答中写入了凭据，已丢弃：请撤销 grant.reveal 并联系插件开发者"),
        format!(
            "the plugin of `{name}` put a credential into its answer, which was dropped: take `grant.reveal` back and tell its developer"
        ),
    )
}
