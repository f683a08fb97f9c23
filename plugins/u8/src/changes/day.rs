//! Which day was it so many days ago? Written out, because a library of calendars would be a third of the guest.

use mortise_sdk::{Error, Result};

/// The day `days` days before `today`, both `YYYY-MM-DD`.
pub fn before(today: &str, days: u32) -> Result<String> {
    let wrong = || Error::invalid("business-date", format!("不是日期：{today}"), format!("not a day: {today}"));
    let parts: Vec<u32> = today.split('-').filter_map(|part| part.parse().ok()).collect();
    let [mut year, mut month, mut day] = parts.as_slice().try_into().map_err(|_| wrong())?;
    if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=length(year, month)).contains(&day) {
        return Err(wrong());
    }
    let mut left = days;
    while left >= day {
        left -= day;
        (year, month) = if month == 1 { (year.saturating_sub(1), 12) } else { (year, month - 1) };
        day = length(year, month);
    }
    Ok(format!("{year:04}-{month:02}-{:02}", day - left))
}

/// Days of a month.
const fn length(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::before;

    #[test]
    fn days_are_counted_back_over_months_and_years() {
        for (today, days, then) in [
            ("2024-03-01", 0, "2024-03-01"),
            ("2024-03-01", 1, "2024-02-29"),
            ("2023-03-01", 1, "2023-02-28"),
            ("2024-01-15", 30, "2023-12-16"),
            ("2024-01-01", 1, "2023-12-31"),
            ("2024-12-31", 366, "2023-12-31"),
            ("2100-03-01", 1, "2100-02-28"),
        ] {
            assert_eq!(before(today, days).as_deref(), Ok(then), "{today} - {days}");
        }
        for strange in ["today", "2024-13-01", "2023-02-29", "2024-00-10", "2024-01-01-01", ""] {
            assert!(before(strange, 1).is_err(), "{strange}");
        }
    }
}
