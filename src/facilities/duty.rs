//! When posts are open and crews work: lists of windows, put in order and cut with one another.

use crate::network::calendar::Window;
use crate::units::SimTime;

/// A week in microseconds.
const WEEK: i64 = Window::ALWAYS.end.0;

/// When something is open or on duty; `None`: around the clock.
pub type Hours = Option<Vec<Window>>;

/// Turns the text of a cell into hours; the error says what is wrong and what to do. Given by the caller, who knows how
/// windows are written and which shifts have a name.
pub type ReadHours<'a> = &'a dyn Fn(&str) -> Result<Hours, (String, String)>;

/// Windows in order, without overlaps: the weekly ones joined over the week's end, then those of fixed days. What lies
/// before the start of the run is left out.
pub fn tidy(windows: &[Window]) -> Vec<Window> {
    let mut out = joined_week(&pieces(windows));
    let fixed = windows.iter().filter(|w| !w.weekly).map(|w| (w.start.0.max(0), w.end.0)).collect();
    out.extend(union(fixed).into_iter().map(|(a, b)| window(a, b, false)));
    out
}

/// Hours of a list of windows: `None` if they leave nothing out.
pub fn hours(windows: &[Window]) -> Hours {
    let tidied = tidy(windows);
    if tidied.iter().any(Window::is_always) { None } else { Some(tidied) }
}

/// Exactly the moments (from the start of the run on) that lie in both lists. Weekly windows cut with weekly ones stay
/// weekly; cut with those of fixed days they are written out for these days.
pub fn intersect(a: &[Window], b: &[Window]) -> Vec<Window> {
    let (weekly_a, weekly_b) = (pieces(a), pieces(b));
    let mut out = joined_week(&both(&weekly_a, &weekly_b));
    let fixed =
        |list: &[Window]| union(list.iter().filter(|w| !w.weekly).map(|w| (w.start.0.max(0), w.end.0)).collect());
    let (fixed_a, fixed_b) = (fixed(a), fixed(b));
    let mut cut = both(&fixed_a, &fixed_b);
    cut.extend(fixed_a.iter().flat_map(|span| within(*span, &weekly_b)));
    cut.extend(fixed_b.iter().flat_map(|span| within(*span, &weekly_a)));
    out.extend(union(cut).into_iter().map(|(a, b)| window(a, b, false)));
    out
}

/// The hours in which both are open.
pub fn both_open(a: &Hours, b: &Hours) -> Hours {
    match (a, b) {
        (None, other) | (other, None) => other.clone(),
        (Some(a), Some(b)) => hours(&intersect(a, b)),
    }
}

fn window(start: i64, end: i64, weekly: bool) -> Window {
    Window { start: SimTime(start), end: SimTime(end), weekly }
}

/// The weekly windows as stretches of one week, in order; those over the week's end in two parts.
fn pieces(windows: &[Window]) -> Vec<(i64, i64)> {
    let mut out = Vec::new();
    for w in windows.iter().filter(|w| w.weekly && w.start < w.end) {
        let length = (w.end.0 - w.start.0).min(WEEK);
        let start = w.start.0.rem_euclid(WEEK);
        out.push((start, (start + length).min(WEEK)));
        if start + length > WEEK {
            out.push((0, start + length - WEEK));
        }
    }
    union(out)
}

/// Stretches in order, overlapping and touching ones joined, empty ones left out.
fn union(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    spans.retain(|(a, b)| a < b);
    spans.sort_unstable();
    let mut out: Vec<(i64, i64)> = Vec::new();
    for (a, b) in spans {
        match out.last_mut() {
            Some(last) if a <= last.1 => last.1 = last.1.max(b),
            _ => out.push((a, b)),
        }
    }
    out
}

/// What lies in both of two ordered lists of stretches.
fn both(a: &[(i64, i64)], b: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let (mut i, mut j, mut out) = (0, 0, Vec::new());
    while i < a.len() && j < b.len() {
        let (from, to) = (a[i].0.max(b[j].0), a[i].1.min(b[j].1));
        if from < to {
            out.push((from, to));
        }
        if a[i].1 < b[j].1 { i += 1 } else { j += 1 }
    }
    out
}

/// The parts of a stretch of the run that lie in stretches of the week.
fn within(span: (i64, i64), week: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let weeks = span.0.div_euclid(WEEK)..=span.1.div_euclid(WEEK);
    let all = weeks.flat_map(|n| week.iter().map(move |(a, b)| (a + n * WEEK, b + n * WEEK)));
    all.map(|(a, b)| (a.max(span.0), b.min(span.1))).filter(|(a, b)| a < b).collect()
}

/// Weekly windows of ordered stretches of one week; one that reaches the week's end goes on with one at its beginning.
fn joined_week(pieces: &[(i64, i64)]) -> Vec<Window> {
    let mut out: Vec<Window> = pieces.iter().map(|(a, b)| window(*a, *b, true)).collect();
    if out.len() > 1 && out[0].start.0 == 0 && out[out.len() - 1].end.0 == WEEK {
        let first = out.remove(0);
        if let Some(last) = out.last_mut() {
            last.end.0 += first.end.0;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = 3600 * 1_000_000;

    fn hours_of(list: &[(i64, i64, bool)]) -> Vec<Window> {
        list.iter().map(|(a, b, weekly)| window(a * HOUR, b * HOUR, *weekly)).collect()
    }

    #[test]
    fn nights_stay_one_window() {
        let nights = hours_of(&[(166, 174, true), (22, 30, true)]);
        assert_eq!(tidy(&nights), hours_of(&[(22, 30, true), (166, 174, true)]));
        let evenings = hours_of(&[(160, 172, true)]);
        assert_eq!(intersect(&nights, &evenings), hours_of(&[(166, 172, true)]));
    }

    #[test]
    fn a_shift_within_the_hours_of_a_post() {
        let day = hours_of(&[(8, 20, true), (32, 44, true)]);
        let post = hours_of(&[(6, 18, true)]);
        assert_eq!(both_open(&Some(day.clone()), &Some(post)), Some(hours_of(&[(8, 18, true)])));
        assert_eq!(both_open(&Some(day.clone()), &None), Some(day.clone()));
        // A post that opens for a festival on day 8 (a Tuesday).
        let festival = hours_of(&[(8 * 24, 9 * 24, false)]);
        assert_eq!(intersect(&day, &festival), hours_of(&[(200, 212, false)]));
        assert_eq!(both_open(&Some(day), &Some(hours_of(&[(50, 60, true)]))), Some(vec![]));
        assert_eq!(hours(&hours_of(&[(0, 100, true), (100, 168, true)])), None);
    }

    fn any_windows() -> impl Strategy<Value = Vec<Window>> {
        let weekly = (-168..336_i64, 0..200_i64).prop_map(|(a, n)| window(a * HOUR, (a + n) * HOUR, true));
        let fixed = (-50..500_i64, 0..250_i64).prop_map(|(a, n)| window(a * HOUR, (a + n) * HOUR, false));
        prop::collection::vec(prop_oneof![weekly, fixed], 0..5)
    }

    proptest! {
        /// Against asking both lists at every hour of five weeks, just before it and at it.
        #[test]
        fn the_cut_holds_what_both_hold(a in any_windows(), b in any_windows()) {
            let (cut, ordered) = (intersect(&a, &b), tidy(&a));
            let open = |list: &[Window], t: i64| list.iter().any(|w| w.start < w.end && w.contains(SimTime(t)));
            for hour in 0..5 * 168 {
                for t in [hour * HOUR, (hour + 1) * HOUR - 1] {
                    prop_assert_eq!(open(&cut, t), open(&a, t) && open(&b, t), "hour {}", hour);
                    prop_assert_eq!(open(&ordered, t), open(&a, t), "hour {}", hour);
                }
            }
            for list in [&cut, &ordered] {
                for (i, w) in list.iter().enumerate() {
                    prop_assert!(w.start < w.end);
                    prop_assert!(list[..i].iter().all(|v| v.weekly != w.weekly || v.end < w.start || v.is_always()));
                }
            }
        }
    }
}
