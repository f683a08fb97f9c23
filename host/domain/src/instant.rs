//! Points in time and the company's days.

use std::time::Duration;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Microseconds since 1970-01-01T00:00:00Z. JSON form: RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

impl Instant {
    /// Later than anything that will happen; stands for "not due".
    pub const NEVER: Self = Self(i64::MAX);

    /// Later by a duration; never past [`Self::NEVER`].
    pub fn after(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// Earlier by a duration.
    pub fn before(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long ago `earlier` was; zero where it is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The day in this zone, `YYYY-MM-DD`.
    pub fn day_in(self, zone: &TimeZone) -> String {
        Timestamp::from_microsecond(self.0).map(|at| at.to_zoned(zone.clone()).date().to_string()).unwrap_or_default()
    }

    /// The minute in this zone, `YYYY-MM-DD HH:MM`.
    pub fn minute_in(self, zone: &TimeZone) -> String {
        let at = Timestamp::from_microsecond(self.0).map(|at| at.to_zoned(zone.clone()));
        at.map(|at| at.strftime("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
    }
}

impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Timestamp::from_microsecond(self.0) {
            Ok(at) => write!(f, "{at}"),
            Err(_) => f.write_str("never"),
        }
    }
}

impl std::str::FromStr for Instant {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let at: Timestamp = text
            .parse()
            .map_err(|_| "not an instant: use RFC 3339 with a zone, such as 2026-01-31T08:00:00+08:00".to_owned())?;
        Ok(Self(at.as_microsecond()))
    }
}

impl utoipa::PartialSchema for Instant {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A point in time, RFC 3339; `never` for what is not due."))
            .examples([serde_json::json!("2026-01-31T08:00:00Z")])
            .into()
    }
}
impl utoipa::ToSchema for Instant {}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "never" { Ok(Self::NEVER) } else { text.parse().map_err(de::Error::custom) }
    }
}

/// The day so many days after `day` (`YYYY-MM-DD`); the day itself where it cannot be read.
pub fn days_after(day: &str, days: u32) -> String {
    day.parse::<jiff::civil::Date>()
        .ok()
        .and_then(|date| date.checked_add(jiff::Span::new().days(i64::from(days))).ok())
        .map_or_else(|| day.to_owned(), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever stands there: no panic, and what is read says the same when it is written and read again.
        #[test]
        fn hostile_text_is_read_or_refused(text in "[-+0-9TZ:.\\[\\]/ ]{0,40}|\\PC{0,20}") {
            if let Ok(instant) = text.parse::<Instant>() {
                prop_assert_eq!(instant.to_string().parse(), Ok(instant));
            }
            let json = serde_json::Value::from(text.as_str());
            let _ = serde_json::from_value::<Instant>(json);
            let _ = days_after(&text, u32::MAX);
        }

        /// Every number is an instant: it is written, has a day, and moves without wrapping around.
        #[test]
        fn no_instant_is_out_of_bounds(at: i64, by: u64) {
            let (instant, by) = (Instant(at), Duration::from_micros(by));
            let zone = TimeZone::get("Asia/Shanghai").unwrap();
            let _ = (instant.to_string(), instant.day_in(&zone));
            prop_assert!(instant.before(by) <= instant && instant <= instant.after(by));
            prop_assert_eq!(instant.since(instant.before(Duration::from_secs(1))) <= Duration::from_secs(1), true);
        }
    }

    #[test]
    fn days_are_the_companys() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let late: Instant = "2026-01-31T16:30:00Z".parse().unwrap();
        assert_eq!(late.day_in(&zone), "2026-02-01");
        assert_eq!(days_after("2026-01-31", 30), "2026-03-02");
        assert_eq!(serde_json::to_string(&late).unwrap(), "\"2026-01-31T16:30:00Z\"");
    }
}
