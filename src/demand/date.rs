//! Days of the calendar, for seasons and for logs.

use crate::units::Span;

/// A day of the Gregorian calendar, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub i64);

/// Mean length of the months in days, February with its share of leap days.
pub const MONTH_DAYS: [f64; 12] = [31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0];

/// Years a date may lie in.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2200;

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn month_length(year: i64, month: usize) -> i64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first day of a year.
fn year_start(year: i64) -> i64 {
    let before = year - 1;
    let leaps = |y: i64| y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400);
    (year - 1970) * 365 + leaps(before) - leaps(1969)
}

impl Date {
    /// A day by year, month (1 to 12) and day of the month; `None` where there is no such day.
    pub fn new(year: i64, month: u32, day: u32) -> Option<Date> {
        let at = (1..=12).contains(&month).then_some(month as usize - 1)?;
        let fits = YEARS.contains(&year) && (1..=month_length(year, at)).contains(&i64::from(day));
        let before: i64 = (0..at).map(|m| month_length(year, m)).sum();
        fits.then(|| Date(year_start(year) + before + i64::from(day) - 1))
    }

    /// Reads `2025-01-06` (also `2025/1/6`).
    pub fn parse(text: &str) -> Option<Date> {
        let mut parts = text.trim().split(['-', '/']);
        let mut number = |most: usize| -> Option<i64> {
            let part = parts.next()?;
            let plain = !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit());
            plain.then(|| part.parse().ok())?
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if parts.next().is_some() {
            return None;
        }
        Date::new(year, month as u32, day as u32)
    }

    /// Year, month from 0, and day of the month from 1.
    pub fn civil(self) -> (i64, usize, i64) {
        // Years are 365 to 366 days long: the guess is never too late.
        let mut year = 1970 + self.0.div_euclid(if self.0 < 0 { 365 } else { 366 });
        while year_start(year + 1) <= self.0 {
            year += 1;
        }
        let mut day = self.0 - year_start(year);
        let mut month = 0;
        while day >= month_length(year, month) {
            day -= month_length(year, month);
            month += 1;
        }
        (year, month, day + 1)
    }

    /// The month, from 0.
    pub fn month(self) -> usize {
        self.civil().1
    }

    /// The day of the week, 0 for Monday.
    pub fn weekday(self) -> i64 {
        // The first day of 1970 was a Thursday.
        (self.0 + 3).rem_euclid(7)
    }

    /// The Monday of its week.
    pub fn monday(self) -> Date {
        Date(self.0 - self.weekday())
    }

    /// The day so many days later.
    pub fn after(self, days: i64) -> Date {
        Date(self.0 + days)
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{:02}-{day:02}", month + 1)
    }
}

/// Reads a local date and time: `2025-01-06T08:30:15`, `2025-01-06 08:30`, `2025/1/6 8:30:15.25`.
pub fn parse_moment(text: &str) -> Option<(Date, Span)> {
    let (date, time) = text.trim().split_once(['T', ' '])?;
    let mut parts = time.trim().split(':');
    let whole = |t: &str| -> Option<f64> {
        ((1..=2).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse().ok())?
    };
    let (hour, minute) = (whole(parts.next()?)?, whole(parts.next()?)?);
    let second = match parts.next() {
        None => 0.0,
        Some(t) => {
            let plain = !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            plain.then(|| t.parse::<f64>().ok())??
        }
    };
    if parts.next().is_some() || hour >= 24.0 || minute >= 60.0 || second >= 60.0 {
        return None;
    }
    Some((Date::parse(date)?, Span::from_seconds(hour * 3600.0 + minute * 60.0 + second)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_follow_one_another_through_leap_years() {
        let mut date = Date::new(1900, 1, 1).unwrap();
        assert_eq!(date.weekday(), 0, "1900-01-01 was a Monday");
        let mut days = 0;
        for year in YEARS {
            for month in 0..12 {
                for day in 1..=month_length(year, month) {
                    assert_eq!(date.civil(), (year, month, day));
                    assert_eq!(Date::new(year, month as u32 + 1, day as u32), Some(date));
                    date = date.after(1);
                    days += 1;
                }
            }
        }
        // 301 years with 73 leap days: every fourth from 1904, less 2100 and 2200.
        assert_eq!(days, 301 * 365 + 73);
        assert_eq!(Date::new(1970, 1, 1), Some(Date(0)));
        assert_eq!(Date::parse("2025-01-06").map(|d| (d.weekday(), d.to_string())), Some((0, "2025-01-06".into())));
        assert_eq!(Date::parse("2025-08-24").map(|d| d.monday().to_string()), Some("2025-08-18".into()));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "2025-02-29", "2025-13-01", "2025-01", "2025-01-01-01", "25-x-1", "+025-01-01", "2025-1-0"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        for text in ["2025-01-06", "2025-01-06 24:00", "2025-01-06 8", "2025-01-06 08:60", "2025-01-06T08:30:00Z"] {
            assert_eq!(parse_moment(text), None, "{text}");
        }
        let span = |text| parse_moment(text).map(|(d, s)| (d.to_string(), s.seconds()));
        assert_eq!(span("2025-01-06T08:30:15"), Some(("2025-01-06".into(), 30_615.0)));
        assert_eq!(span("2025/1/6 8:30"), Some(("2025-01-06".into(), 30_600.0)));
        assert_eq!(span("2025-1-6 23:59:59.5"), Some(("2025-01-06".into(), 86_399.5)));
    }
}
