//! The bounds of a call in words for an operator: what happened, the setting with its value, what to do.

use mortise_domain::connection::Limits;
use mortise_domain::failure::{Breakage, Failure};
use mortise_domain::text::Text;

use super::broken;
use crate::state::{Breach, HANDLES};

/// The failure of a call that ran into a bound.
pub(super) fn failure(breach: Breach, limits: &Limits) -> Failure {
    let (kind, zh, en) = match breach {
        Breach::Crowded => return crowded(),
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
        Breach::StoreCalls => (
            Breakage::HostCalls,
            format!(
                "插件在一次调用中访问主机存储超过 {} 次：可调高该连接的 limits.store-calls，或请开发者合并读写",
                limits.store_calls
            ),
            format!(
                "the plugin asked the host's store more often than it may in one call, `limits.store-calls` is {}: raise it for this connection, or have the plugin ask for several things at once",
                limits.store_calls
            ),
        ),
    };
    broken(kind, zh, en)
}

/// All guests together have all that the host gives away; this one need not be to blame.
fn crowded() -> Failure {
    Failure::Unavailable {
        after_ms: None,
        reason: Text::new(
            "主机分配给插件的内存暂时用尽，将自动重试；如经常发生，请降低各连接的 limits.concurrency 或 limits.memory-bytes",
            "the host's memory for plugins is used up for now: it is tried again by itself; if it stays so, lower `limits.concurrency` or `limits.memory-bytes` of connections, or raise `guest-bytes`",
        ),
    }
}

/// More in one host call or answer than is handed over at once.
pub(super) fn too_much_at_once(most: u64) -> Failure {
    broken(
        Breakage::HostCalls,
        format!(
            "插件一次与主机交换的数据超过上限 {most} 字节：请开发者分次传输；数据上限取 limits.http-bytes 与 limits.host-call-bytes 中较小者，随机数为固定上限"
        ),
        format!(
            "the plugin exchanged more than {most} bytes with the host at once: its developer has it exchange less; the bound of data follows from `limits.http-bytes` and `limits.host-call-bytes`, whichever is lower, that of randomness is fixed"
        ),
    )
}

/// It opens and opens, and closes nothing.
pub(super) fn too_many_resources() -> Failure {
    broken(
        Breakage::HostCalls,
        format!("插件同时占用的主机资源超过 {HANDLES} 个：请开发者释放不再需要的资源"),
        format!(
            "the plugin holds more than {HANDLES} resources of the host at once: its developer lets go of what it no longer needs"
        ),
    )
}
