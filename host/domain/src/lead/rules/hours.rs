//! Working hours: which part of the time counts for timers.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::instant::Instant;
use crate::submission::FieldError;

/// When people work, in the company's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Monday to Sunday.
    pub week: Vec<Opening>,
    /// Days on which nobody works, `YYYY-MM-DD`.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub holidays: BTreeSet<String>,
}

/// The hours of one day of the week; `from` and `to` alike: nobody works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// Such as `09:00`.
    pub from: String,
    /// Such as `18:00`; `24:00` is not known, `23:59` ends the day.
    pub to: String,
}

/// Days that are looked through at most: more than two years without work is no calendar.
const FARTHEST: u32 = 800;

impl Hours {
    /// All faults.
    pub fn faults(&self) -> Vec<FieldError> {
        let mut faults = Vec::new();
        if self.week.len() != 7 {
            faults.push(FieldError::new("hours.week", "must have seven entries, Monday first"));
        }
        for (at, day) in self.week.iter().enumerate() {
            match (day.from.parse::<Time>(), day.to.parse::<Time>()) {
                (Ok(from), Ok(to)) if from <= to => {}
                _ => faults.push(FieldError::new(
                    format!("hours.week[{at}]"),
                    "must have two times such as 09:00 and 18:00, the earlier one first",
                )),
            }
        }
        for day in self.holidays.iter().filter(|day| day.parse::<Date>().is_err()) {
            faults.push(FieldError::new("hours.holidays", format!("{day:?} is no day; write it as 2026-10-01")));
        }
        if faults.is_empty() && self.week.iter().all(|day| day.from == day.to) {
            faults.push(FieldError::new("hours.week", "has no hour at all"));
        }
        faults
    }

    /// The moment at which so much working time has passed since `start`; never, where people do not work.
    pub fn after(&self, start: Instant, mut left: Duration, zone: &TimeZone) -> Instant {
        let Ok(at) = Timestamp::from_microsecond(start.0) else { return Instant::NEVER };
        let mut day = at.to_zoned(zone.clone()).date();
        for _ in 0..FARTHEST {
            if let Some((from, to)) = self.opening(day, zone) {
                let from = from.max(start);
                let open = to.since(from);
                if left <= open && from < to {
                    return from.after(left);
                }
                left = left.saturating_sub(open);
            }
            let Ok(next) = day.checked_add(Span::new().days(1)) else { return Instant::NEVER };
            day = next;
        }
        Instant::NEVER
    }

    /// Is this moment within working hours?
    pub fn are_now(&self, now: Instant, zone: &TimeZone) -> bool {
        let Ok(at) = Timestamp::from_microsecond(now.0) else { return false };
        let day = at.to_zoned(zone.clone()).date();
        self.opening(day, zone).is_some_and(|(from, to)| from <= now && now < to)
    }

    fn opening(&self, day: Date, zone: &TimeZone) -> Option<(Instant, Instant)> {
        if self.holidays.contains(&day.to_string()) {
            return None;
        }
        let at = usize::try_from(day.weekday().to_monday_zero_offset()).ok()?;
        let Opening { from, to } = self.week.get(at)?;
        let instant = |time: &str| {
            let time: Time = time.parse().ok()?;
            let zoned = day.to_datetime(time).to_zoned(zone.clone()).ok()?;
            Some(Instant(zoned.timestamp().as_microsecond()))
        };
        let (from, to) = (instant(from)?, instant(to)?);
        (from < to).then_some((from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lead::rules::LeadRules;

    fn due(start: &str, hours: u64) -> String {
        let mut calendar = LeadRules::shipped().hours;
        calendar.holidays.insert("2026-10-01".into());
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        calendar.after(start.parse().unwrap(), Duration::from_hours(hours), &zone).to_string()
    }

    #[test]
    fn nights_and_holidays_do_not_count() {
        // 2026-09-30 is a Wednesday; 09:00 to 18:00 in Shanghai is 01:00 to 10:00 UTC.
        assert_eq!(due("2026-09-30T02:00:00Z", 2), "2026-09-30T04:00:00Z");
        assert_eq!(due("2026-09-30T09:00:00Z", 2), "2026-10-02T02:00:00Z", "the holiday is passed over");
        assert_eq!(due("2026-09-29T20:00:00Z", 1), "2026-09-30T02:00:00Z", "it begins in the morning");
        assert_eq!(due("2026-09-30T01:00:00Z", 9), "2026-09-30T10:00:00Z", "a whole day");
        let never = Hours::default().after(Instant(0), Duration::from_hours(1), &TimeZone::UTC);
        assert_eq!(never, Instant::NEVER);
    }
}
