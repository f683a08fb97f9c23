//! What the operator is told when a call ends badly: what happened, which bound, what to do.

mod breach;
mod place;
mod wording;

use std::time::Duration;

use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::text::Text;
use wasmtime::component::ResourceTableError;
use wasmtime::{PoolConcurrencyLimitError, Trap};

use crate::adapter::{AnswerFault, Fault};
use crate::load::Loaded;
use crate::state::{Breach, Confines, State, at_once};
use crate::turn::Interrupted;
use crate::wasi::RANDOM_BYTES;
use place::place;

fn broken(kind: Breakage, zh: String, en: String) -> Failure {
    Failure::Broken { kind, reason: Text::new(zh, en) }
}

/// The failure of a call that the plugin or its sandbox ended.
pub(super) fn failure(fault: Fault, state: &State, loaded: &Loaded) -> Failure {
    match fault {
        Fault::Failed(failure) => blotted(failure, state),
        Fault::Answer(AnswerFault { field, problem }) => {
            let secrets = &state.confines.secrets;
            let (zh, en) =
                (wording::short(secrets.blot_text(problem.zh)), wording::short(secrets.blot_text(problem.en)));
            broken(
                Breakage::Answer,
                format!("插件的回答不符合接口约定（{field}：{zh}）：请联系插件开发者修正"),
                format!("the plugin's answer breaks the contract ({field}: {en}): its developer corrects the plugin"),
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

fn trapped(error: &wasmtime::Error, state: &State) -> Failure {
    if let Some(reached) = state.bounds.breach {
        return breach::failure(reached, &state.confines.limits);
    }
    if error.downcast_ref::<PoolConcurrencyLimitError>().is_some() {
        return Failure::Unavailable {
            after_ms: None,
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
    let (at, place) = place(error);
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => broken(
            Breakage::Stack,
            format!("插件的调用栈溢出{at}：请联系插件开发者检查递归"),
            format!("the plugin's stack overflowed{place}: its developer looks for endless recursion"),
        ),
        // Rust's stack lies at the bottom of linear memory: its overflow leaves the memory.
        Some(Trap::MemoryOutOfBounds) => broken(
            Breakage::Trap,
            format!("插件访问了其内存之外的地址{at}：常见原因是无限递归；请联系插件开发者"),
            format!(
                "the plugin reached outside its memory{place}, most often by endless recursion: its developer looks for that, or for unsafe code"
            ),
        ),
        Some(trap) => broken(
            Breakage::Trap,
            format!("插件崩溃（{}）{at}：请查看本次调用的日志，并联系插件开发者", wording::trap(*trap)),
            format!(
                "the plugin crashed ({trap}){place}: see the call's log for its last words, and tell its developer"
            ),
        ),
        None if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) => breach::too_many_resources(),
        None if error.root_cause().to_string().contains("fuel allocated for hostcalls") => {
            breach::too_much_at_once(at_once(&state.confines.limits))
        }
        None if error.root_cause().to_string().contains("exceeds limit") => breach::too_much_at_once(RANDOM_BYTES),
        None => {
            let detail = wording::short(state.confines.secrets.blot_text(error.root_cause().to_string()));
            let zh = wording::unreadable(&detail);
            broken(
                Breakage::Answer,
                format!("插件的数据无法读取（{zh}）：请联系插件开发者用当前 SDK 重新构建"),
                format!(
                    "what the plugin handed over cannot be read ({detail}): its developer builds it again with a current SDK"
                ),
            )
        }
    }
}

/// Why a plugin cannot begin, when it is proved; in English.
pub(crate) fn no_beginning(error: &wasmtime::Error, state: &State) -> Text {
    let limits = &state.confines.limits;
    let (zh, en) = match (state.bounds.breach, error.downcast_ref::<Trap>()) {
        (Some(Breach::Memory { wanted }), _) => (
            format!("启动时需要 {wanted} 字节内存，上限为 {}：请开发者减少启动时的内存占用", limits.memory_bytes),
            format!(
                "it wants {wanted} bytes of memory when it begins, {} is the most: its developer has it begin with less",
                limits.memory_bytes
            ),
        ),
        (Some(Breach::Table { wanted }), _) => (
            format!("启动时需要 {wanted} 个表元素，上限为 {}：请开发者减少启动时的表元素", limits.table_elements),
            format!(
                "it wants {wanted} table elements when it begins, {} is the most: its developer has it begin with fewer",
                limits.table_elements
            ),
        ),
        (Some(Breach::Cpu), _) => (
            format!("用完 {} 毫秒 CPU 仍未启动：请开发者检查启动代码中的死循环", limits.cpu_ms),
            format!(
                "it has not begun after {} ms of CPU: its developer looks for an endless loop in what it does when it begins",
                limits.cpu_ms
            ),
        ),
        (Some(Breach::Crowded), _) => (
            "主机供插件使用的内存已用完：请稍后再试".into(),
            "the host's memory for plugins is used up for now: try again later".into(),
        ),
        (Some(Breach::HostCalls | Breach::StoreCalls), _) => (
            "启动时对主机的请求超过上限：请开发者把这些请求移到函数中".into(),
            "it asks the host for more than it may when it begins: its developer moves that into its functions".into(),
        ),
        (None, Some(trap)) => (
            format!("启动时崩溃（{trap}）：请开发者检查启动代码"),
            format!("it crashes when it begins ({trap}): its developer looks at what it does then"),
        ),
        (None, None) => {
            let cause = error.root_cause();
            (
                format!("{cause:#}：请开发者用当前 SDK 重新构建"),
                format!("{cause:#}: its developer builds it again with a current SDK"),
            )
        }
    };
    Text::new(zh, en)
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
        Failure::Retry { after_ms, reason } => Failure::Retry { after_ms, reason: blot(reason) },
        Failure::RateLimited { after_ms, reason } => Failure::RateLimited { after_ms, reason: blot(reason) },
        Failure::Unavailable { after_ms, reason } => Failure::Unavailable { after_ms, reason: blot(reason) },
        other @ Failure::Broken { .. } => other,
    }
}

/// The deadline came first.
pub(super) fn overdue(loaded: &Loaded, allowed: Duration) -> Failure {
    let (name, ms) = (&loaded.connection.name, allowed.as_millis());
    broken(
        Breakage::Deadline,
        format!(
            "连接“{name}”的调用超过了 {ms} 毫秒的时限：对方系统可能过慢，或插件卡住；可调高该连接的 limits.deadline-ms"
        ),
        format!(
            "the call of `{name}` took longer than its deadline of {ms} ms: the upstream may be slow, or the plugin stuck; the bound is `limits.deadline-ms` ({}) or what the caller asked for",
            loaded.confines.limits.deadline_ms
        ),
    )
}

/// No place became free before the deadline.
pub(super) fn busy(loaded: &Loaded, allowed: Duration) -> Failure {
    let (name, most) = (&loaded.connection.name, loaded.confines.limits.concurrency);
    Failure::Unavailable {
        after_ms: None,
        reason: Text::new(
            format!("连接“{name}”正忙（同时最多 {most} 个调用，等待了 {} 毫秒），将自动重试", allowed.as_millis()),
            format!(
                "the connection `{name}` is busy: `limits.concurrency` allows {most} calls at the same time and none ended within {} ms; it is tried again by itself",
                allowed.as_millis()
            ),
        ),
    }
}

/// All places are taken by calls of other connections.
pub(super) fn crowded(loaded: &Loaded, allowed: Duration) -> Failure {
    let (name, waited) = (&loaded.connection.name, allowed.as_millis());
    Failure::Unavailable {
        after_ms: None,
        reason: Text::new(
            format!(
                "连接“{name}”等待了 {waited} 毫秒仍无空位：主机的插件调用已满，将自动重试；如经常发生，请降低慢连接的 limits.concurrency"
            ),
            format!(
                "the connection `{name}` found no place within {waited} ms, for as many plugins run as the host allows: it is tried again by itself; if it stays so, lower `limits.concurrency` of slow connections"
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
pub(super) fn leaked(confines: &Confines) -> Failure {
    let name = &confines.name;
    broken(
        Breakage::Answer,
        format!("连接“{name}”的插件在回答中写入了凭据，已丢弃：请撤销 grant.reveal 并联系插件开发者"),
        format!(
            "the plugin of `{name}` put a credential into its answer, which was dropped: take `grant.reveal` back and tell its developer"
        ),
    )
}

/// The host is stopping, or a fault of its own; the answer was not looked through.
pub(super) fn interrupted(error: &Interrupted) -> Failure {
    Failure::Retry {
        after_ms: None,
        reason: Text::new(format!("主机中断了对插件回答的检查（{error}），将自动重试"), format!("{error}")),
    }
}
