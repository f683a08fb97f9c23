//! Days of the calendar.

/// The day this many days after `day` (`YYYY-MM-DD`). None: no day of the years 1 to 9999.
pub fn after(day: &str, days: i64) -> Option<String> {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&date) {
        return None;
    }
    let (year, month, date) = from_number(to_number(year, month, date).checked_add(days)?);
    (1..=9999).contains(&year).then(|| format!("{year:04}-{month:02}-{date:02}"))
}

/// Days since 0000-03-01 in the Gregorian calendar; the year begins in March, so that the leap day is its last.
fn to_number(year: i64, month: i64, date: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + date - 1
}

fn from_number(number: i64) -> (i64, i64, i64) {
    let mut year = (10_000_i128 * i128::from(number) + 14_780).div_euclid(3_652_425);
    let days = |year: i128| i128::from(number) - (365 * year + year / 4 - year / 100 + year / 400);
    let mut rest = days(year);
    if rest < 0 {
        year -= 1;
        rest = days(year);
    }
    let month = (100 * rest + 52) / 3_060;
    let date = rest - (month * 306 + 5) / 10 + 1;
    let year = year + i128::from(month >= 10);
    let narrow = |wide: i128| i64::try_from(wide).unwrap_or(i64::MAX);
    (narrow(year), narrow((month + 2) % 12 + 1), narrow(date))
}

#[cfg(test)]
mod tests {
    use super::after;

    #[test]
    fn counts_over_months_years_and_leap_days() {
        for (day, days, expected) in [
            ("2026-11-23", 0, "2026-11-23"),
            ("2026-11-23", 20, "2026-12-13"),
            ("2026-12-31", 1, "2027-01-01"),
            ("2028-02-28", 1, "2028-02-29"),
            ("2028-02-28", 2, "2028-03-01"),
            ("2026-02-28", 1, "2026-03-01"),
            ("2000-02-29", 365, "2001-02-28"),
            ("2100-02-28", 1, "2100-03-01"),
            ("2026-03-01", -1, "2026-02-28"),
        ] {
            assert_eq!(after(day, days).as_deref(), Some(expected), "{day} + {days}");
        }
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let mut day = "1999-12-01".to_owned();
        for step in 1..1_500 {
            let next = after(&day, 1).unwrap();
            assert!(next > day, "{next} after {day}");
            assert_eq!(after("1999-12-01", step).as_deref(), Some(next.as_str()));
            day = next;
        }
        // 1999-12-01 and 1,499 days: 31 of December, 366 of 2000, 365 of each year to 2002, 372 of 2003.
        assert_eq!(day, "2004-01-08");
    }

    #[test]
    fn what_is_no_day_has_none_after_it() {
        for day in ["", "2026", "2026-13-01", "2026-01-32", "x-01-01", "2026-01"] {
            assert_eq!(after(day, 1), None, "{day:?}");
        }
        for days in [i64::MAX, i64::MIN, 10_000_000] {
            assert_eq!(after("2026-11-23", days), None);
        }
    }
}
