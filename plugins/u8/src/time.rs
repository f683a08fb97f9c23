//! Is there time for one more exchange with U8?

use std::time::Duration;

use mortise_sdk::{Error, Result};

use crate::host::Host;

/// An exchange is not begun with less time than this: its answer would be lost.
const EXCHANGE: Duration = Duration::from_secs(2);
/// A call that is given less than this in all hardly comes to the exchange that counts: token, one-time id, look-ups and lists
/// go before.
const CALL: Duration = Duration::from_secs(3);

pub fn is_left(host: &dyn Host) -> bool {
    host.time_left() >= EXCHANGE
}

/// May a write be begun?
pub fn for_write(host: &dyn Host) -> Result<()> {
    if host.time_limit() < CALL || !is_left(host) {
        return Err(too_little(host, "写入 U8", "a write to U8"));
    }
    Ok(())
}

/// A call that is too short as it was given is so the next time too, and an admin mends it; one whose time was used up is not.
pub fn too_little(host: &dyn Host, zh: &str, en: &str) -> Error {
    let (given, left) = (host.time_limit().as_millis(), host.time_left().as_millis());
    if host.time_limit() < CALL {
        let needed = CALL.as_millis();
        return Error::invalid(
            "limits.deadline-ms",
            format!(
                "每次调用只有 {given} 毫秒，{zh}至少需要 {needed} 毫秒：请调高该连接的此项限制，或放宽调用方的时限"
            ),
            format!(
                "a call is given {given} ms, {en} needs {needed}: raise this limit of the connection, or let the caller wait longer"
            ),
        );
    }
    Error::retry(
        format!(
            "等待和此前的请求用去了时间，{given} 毫秒只剩 {left} 毫秒，未开始{zh}：若反复出现，请调高该连接的 limits.deadline-ms"
        ),
        format!(
            "waiting and earlier requests have left {left} of the call's {given} ms, {en} was not begun: if it stays so, raise `limits.deadline-ms` of the connection"
        ),
    )
}
