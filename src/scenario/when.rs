//! Windows of time as a planner writes them: `mon-fri 07:30-09:00`, `daily 22:00-06:00`, `sat,sun`, `day 5 - day 9`.

use crate::fault::nearest_name;
use crate::network::calendar::Window;
use crate::units::{MICROS_PER_SECOND, SECONDS_PER_DAY, SimTime};

/// Weekdays from Monday, short and long.
const WEEKDAYS: [[&str; 2]; 7] = [
    ["mon", "monday"],
    ["tue", "tuesday"],
    ["wed", "wednesday"],
    ["thu", "thursday"],
    ["fri", "friday"],
    ["sat", "saturday"],
    ["sun", "sunday"],
];
/// Minutes in a day.
const DAY: i64 = SECONDS_PER_DAY / 60;
/// Days beyond this are no days of a run: two centuries.
const MOST_DAYS: i64 = 73_050;

/// A fault of a window: what is wrong, and what to do.
pub(super) type WindowFault = (String, String);

/// Reads one text; a list of days, or days that do not follow one another, gives several windows.
pub(super) fn parse(text: &str) -> Result<Vec<Window>, WindowFault> {
    let plain = plain(text);
    if plain.is_empty() {
        return Err(("the window is empty".into(), EXAMPLES.into()));
    }
    if plain.split(|c: char| !c.is_alphabetic()).any(|w| w == "day") { fixed(&plain) } else { weekly(&plain) }
}

/// Reads one moment: a day, and the minutes since its midnight if there is a time.
pub(super) fn moment(text: &str) -> Result<(i64, Option<i64>), WindowFault> {
    day(&plain(text), &|| "write for example \"day 9 14:30\"".to_string())
}

/// What word processors make of a hyphen, and Chinese input methods of punctuation, put right; in small letters.
fn plain(text: &str) -> String {
    let put_right = |c| match c {
        '–' | '—' | '－' | '~' | '～' => '-',
        '：' => ':',
        '，' | '、' => ',',
        '\u{3000}' => ' ',
        c => c,
    };
    text.trim().to_lowercase().chars().map(put_right).collect()
}

const EXAMPLES: &str =
    "write for example \"mon-fri 07:30-09:00\", \"daily 22:00-06:00\", \"sat,sun\" or \"day 5 18:00 - day 6 02:00\"";

fn window(start: i64, end: i64, weekly: bool) -> Window {
    let micros = |minutes: i64| SimTime(minutes * 60 * MICROS_PER_SECOND);
    Window { start: micros(start), end: micros(end), weekly }
}

/// `mon-fri 07:30-09:00`, `daily 22:00-06:00`, `sat,sun`.
fn weekly(text: &str) -> Result<Vec<Window>, WindowFault> {
    let at = text.find(|c: char| c.is_ascii_digit());
    let (days, hours) = at.map_or((text, None), |at| (&text[..at], Some(text[at..].trim())));
    let days = weekdays(days.trim())?;
    let Some(hours) = hours else { return Ok(runs(&days)) };
    let Some((from, to)) = hours.split_once('-') else {
        return Err((format!("`{hours}` does not say until when"), EXAMPLES.into()));
    };
    let (from, to) = (clock(from)?, clock(to)?);
    if from == to || from == DAY {
        let message = format!("the window from {} to {} is empty", from_minutes(from), from_minutes(to));
        return Err((message, "for whole days leave the times out".into()));
    }
    if (from, to) == (0, DAY) {
        return Ok(runs(&days));
    }
    // Until a time that comes earlier in the day: over midnight.
    let end = if to < from { to + DAY } else { to };
    let on = (0..7).filter(|d| days[*d as usize]);
    Ok(on.map(|d| window(d * DAY + from, d * DAY + end, true)).collect())
}

/// Whole days: one window for days that follow one another within a week.
fn runs(days: &[bool; 7]) -> Vec<Window> {
    let mut out: Vec<Window> = Vec::new();
    for day in (0..7).filter(|d| days[*d as usize]) {
        let next = window(day * DAY, (day + 1) * DAY, true);
        match out.last_mut() {
            Some(last) if last.end == next.start => last.end = next.end,
            _ => out.push(next),
        }
    }
    out
}

fn weekdays(text: &str) -> Result<[bool; 7], WindowFault> {
    let mut on = [false; 7];
    if text.is_empty() {
        return Err(("the window does not say on which days".into(), "write `daily` for every day".into()));
    }
    if text == "daily" {
        return Ok([true; 7]);
    }
    for part in text.split(',').map(str::trim) {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        let (from, to) = (weekday(from.trim())?, weekday(to.trim())?);
        // `fri-mon` goes over the weekend.
        let days = if from <= to { to - from } else { to + 7 - from };
        (from..=from + days).for_each(|d| on[d % 7] = true);
    }
    Ok(on)
}

fn weekday(text: &str) -> Result<usize, WindowFault> {
    if let Some(at) = WEEKDAYS.iter().position(|names| names.contains(&text)) {
        return Ok(at);
    }
    let hint = match nearest_name(text, WEEKDAYS.iter().flatten().copied().chain(["daily"])) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "weekdays are mon, tue, wed, thu, fri, sat, sun; `daily` is all of them".to_string(),
    };
    Err((format!("`{text}` is not a weekday"), hint))
}

/// `day 5 - day 9`, `day 5`, `day 5 18:00 - day 6 02:00`. A day without a time is taken whole.
fn fixed(text: &str) -> Result<Vec<Window>, WindowFault> {
    let hint = || "write for example \"day 5 - day 9\" (both whole) or \"day 5 18:00 - day 6 02:00\"".to_string();
    // The dash between the two days; times have none.
    let (from, to) = match text.split_once('-') {
        Some((from, to)) => (from.trim(), Some(to.trim())),
        None => (text, None),
    };
    let (start_day, start) = day(from, &hint)?;
    let (end_day, end) = match to {
        Some(to) => day(to, &hint)?,
        None if start.is_some() => return Err((format!("`{text}` does not say until when"), hint())),
        None => (start_day, None),
    };
    let from = start_day * DAY + start.unwrap_or(0);
    let to = end_day * DAY + end.unwrap_or(DAY);
    if to <= from {
        return Err(("the window ends before it starts".into(), "put the earlier day and time first".into()));
    }
    Ok(vec![window(from, to, false)])
}

fn day(text: &str, hint: &dyn Fn() -> String) -> Result<(i64, Option<i64>), WindowFault> {
    let wrong = || (format!("`{text}` is not a day of the run"), hint());
    let rest = text.strip_prefix("day").ok_or_else(wrong)?.trim();
    let (number, time) = rest.split_once(' ').map_or((rest, None), |(n, t)| (n, Some(t.trim())));
    let number: i64 = number.parse().ok().filter(|n| (0..=MOST_DAYS).contains(n)).ok_or_else(wrong)?;
    Ok((number, time.map(clock).transpose()?))
}

/// Minutes since midnight of `HH:MM`, up to 24:00.
fn clock(text: &str) -> Result<i64, WindowFault> {
    let text = text.trim();
    let number = |t: &str| (t.len() <= 2 && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<i64>().ok())?;
    let minutes = text.split_once(':').and_then(|(h, m)| {
        let (hours, minutes) = (number(h)?, number(m)?);
        (minutes < 60 && m.len() == 2 && hours * 60 + minutes <= DAY).then_some(hours * 60 + minutes)
    });
    minutes.ok_or_else(|| (format!("`{text}` is not a time of day"), "write hours and minutes, 00:00 to 24:00".into()))
}

fn from_minutes(minutes: i64) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows in hours.
    fn hours(text: &str) -> Vec<(f64, f64, bool)> {
        let all = parse(text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
        all.iter().map(|w| (w.start.seconds() / 3600.0, w.end.seconds() / 3600.0, w.weekly)).collect()
    }

    #[test]
    fn days_and_times_of_the_week() {
        let fridays = [7.5, 31.5, 55.5, 79.5, 103.5].map(|h| (h, h + 1.5, true));
        assert_eq!(hours("mon-fri 07:30-09:00"), fridays);
        assert_eq!(hours("Mon–Fri 7:30–9:00"), fridays);
        assert_eq!(hours("sat,sun"), [(120.0, 168.0, true)]);
        assert_eq!(hours("mon"), [(0.0, 24.0, true)]);
        assert_eq!(hours("daily"), [(0.0, 168.0, true)]);
        assert_eq!(hours("monday, thu 00:00-24:00"), [(0.0, 24.0, true), (72.0, 96.0, true)]);
        assert_eq!(hours("fri-mon"), [(0.0, 24.0, true), (96.0, 168.0, true)]);
        assert_eq!(hours("sun 22:00-06:00"), [(166.0, 174.0, true)]);
        assert_eq!(hours("daily 22:00-06:00").len(), 7);
        assert_eq!(hours("tue-tue 01:00-02:00"), [(25.0, 26.0, true)]);
        assert_eq!(hours("mon 00:30-00:00"), [(0.5, 24.0, true)]);
    }

    #[test]
    fn days_of_the_run() {
        assert_eq!(hours("day 5 - day 9"), [(120.0, 240.0, false)]);
        assert_eq!(hours("day 5"), [(120.0, 144.0, false)]);
        assert_eq!(hours("day 5 18:00 - day 6 02:00"), [(138.0, 146.0, false)]);
        assert_eq!(hours("day 0 - day 0 06:00"), [(0.0, 6.0, false)]);
        assert_eq!(hours("DAY 3 23:00-day 4 24:00"), [(95.0, 120.0, false)]);
    }

    #[test]
    fn faults_say_what_and_what_to_do() {
        for (text, message, hint) in [
            ("", "empty", "for example"),
            ("mo-fri 07:30-09:00", "`mo` is not a weekday", "did you mean"),
            ("xyz", "`xyz` is not a weekday", "mon, tue"),
            ("mon,,tue", "`` is not a weekday", "mon, tue"),
            ("07:30-09:00", "on which days", "daily"),
            ("mon 07:30", "until when", "for example"),
            ("mon 25:00-26:00", "`25:00` is not a time", "00:00 to 24:00"),
            ("mon 7.30-9", "`7.30` is not a time", "00:00"),
            ("mon 07:3-09:00", "`07:3` is not", "00:00"),
            ("mon 24:01-24:30", "`24:01` is not", "00:00"),
            ("mon +7:00-+9:00", "`mon +` is not a weekday", ""),
            ("mon 08:00-08:00", "is empty", "leave the times out"),
            ("mon 24:00-06:00", "is empty", "leave the times out"),
            ("day 9 - day 5", "ends before it starts", "earlier"),
            ("day 5 18:00 - day 5 18:00", "ends before it starts", "earlier"),
            ("day 5 18:00", "until when", "day 5 - day 9"),
            ("day x", "`day x` is not a day", "day 5"),
            ("day -1", "`day` is not a day", "day 5"),
            ("day 5 - 9", "`9` is not a day", "day 5"),
            ("day 99999999999", "is not a day", "day 5"),
        ] {
            let (got, what_to_do) = parse(text).expect_err(text);
            assert!(got.contains(message), "{text}: {got}");
            assert!(what_to_do.contains(hint), "{text}: {what_to_do}");
        }
    }
}
