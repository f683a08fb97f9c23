//! Time and chance.

/// Milliseconds since 1970, on the clock that the upstreams' log uses.
pub fn now_ms() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a program that watches others from outside has only the real clock")]
    let now = jiff::Timestamp::now();
    now.as_millisecond()
}

/// The instant so many seconds from now, as the API writes instants.
pub fn instant_in(seconds: i64) -> String {
    let ms = now_ms() + seconds * 1_000;
    jiff::Timestamp::from_millisecond(ms).map(|at| at.to_string()).unwrap_or_default()
}

/// A number from 0 on and below `bound`.
pub fn below(bound: u64) -> u64 {
    // Without chance the kills come at fixed moments, which is no fault.
    getrandom::u64().unwrap_or_default() % bound.max(1)
}
