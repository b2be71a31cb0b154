//! Which state of the world is in force when: from windows of time to regimes.
//!
//! An *item* (rush hours, a closure for a festival) is active during its windows. A *regime* is a set of items that are
//! active together; a network is given travel times once per regime, however often it comes back. The [`Calendar`]
//! answers, for any moment, which regime is in force and when the next change comes.
//!
//! Windows that come every week are kept as one week of boundaries. Only where windows at fixed days lie is the time
//! from the start written out, so that a year with one festival takes no more than the weeks before it.

use crate::units::{MICROS_PER_SECOND, SECONDS_PER_DAY, SimTime};
use std::collections::BTreeMap;

/// A day in microseconds.
const DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// A week in microseconds.
const WEEK: i64 = 7 * DAY;

/// A stretch of time; the start belongs to it, the end does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// When it begins; of a weekly window the time since Monday 00:00.
    pub start: SimTime,
    /// When it ends. A weekly window over Sunday night ends later than the week does.
    pub end: SimTime,
    /// Whether it comes back every week; otherwise times count from the start of the run.
    pub weekly: bool,
}

impl Window {
    /// All the time.
    pub const ALWAYS: Window = Window { start: SimTime(0), end: SimTime(WEEK), weekly: true };

    /// Whether a moment (at or after the start of the run) lies in it.
    pub fn contains(&self, t: SimTime) -> bool {
        if !self.weekly {
            return self.start <= t && t < self.end;
        }
        // A window that lasts a week or more leaves nothing out.
        let since = (t.0 - self.start.0).rem_euclid(WEEK);
        since < self.end.0.saturating_sub(self.start.0)
    }

    /// Whether it is a weekly window that leaves nothing out.
    pub fn is_always(&self) -> bool {
        self.weekly && self.end.0.saturating_sub(self.start.0) >= WEEK
    }
}

/// The regimes of a set of items, and when each is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The sets of items (their numbers, rising) that are ever active together, in the order in which they first occur.
    /// Regime 0 is the one at the start; there is always at least one, it may be the empty set.
    pub regimes: Vec<Vec<usize>>,
    /// Changes from the start until only weekly windows are left: (when, regime from then on).
    first: Vec<(i64, u32)>,
    /// One week of the time after that: (since Monday 00:00, regime from then on); begins at 0.
    week: Vec<(i64, u32)>,
}

impl Calendar {
    /// The calendar of items by their windows. An item without windows is never active; empty windows, and what lies
    /// before the start of the run, do not count.
    pub fn new(items: &[Vec<Window>]) -> Calendar {
        let windows = |weekly: bool| {
            let all = items.iter().flatten().filter(move |w| w.weekly == weekly && w.start < w.end);
            all.map(|w| (w.start.0, w.end.0))
        };
        let mut days: Vec<i64> = windows(false).flat_map(|(a, b)| [a.max(0), b.max(0)]).collect();
        let horizon = days.iter().copied().max().unwrap_or(0);
        let mut cuts: Vec<i64> = windows(true).flat_map(|(a, b)| [a.rem_euclid(WEEK), b.rem_euclid(WEEK)]).collect();
        cuts.push(0);
        cuts.sort_unstable();
        cuts.dedup();
        // One week past the last fixed day, so that every weekly regime and the first change after that day is seen.
        for week in 0..=horizon / WEEK + 1 {
            days.extend(cuts.iter().map(|c| week * WEEK + c).filter(|t| *t <= horizon + WEEK));
        }
        days.sort_unstable();
        days.dedup();

        let mut numbers: BTreeMap<Vec<usize>, u32> = BTreeMap::new();
        let mut regimes: Vec<Vec<usize>> = Vec::new();
        let mut number = |set: Vec<usize>| {
            *numbers.entry(set).or_insert_with_key(|set| {
                regimes.push(set.clone());
                regimes.len() as u32 - 1
            })
        };
        let active = |t: i64, weekly_only: bool| -> Vec<usize> {
            let is = |w: &Window| (w.weekly || !weekly_only) && w.start < w.end && w.contains(SimTime(t));
            (0..items.len()).filter(|i| items[*i].iter().any(is)).collect()
        };
        let mut first: Vec<(i64, u32)> = days.iter().map(|t| (*t, number(active(*t, false)))).collect();
        first.dedup_by_key(|c| c.1);
        let mut week: Vec<(i64, u32)> = cuts.iter().map(|t| (*t, number(active(*t, true)))).collect();
        week.dedup_by_key(|c| c.1);
        if horizon == 0 {
            first.clear();
        }
        Calendar { regimes, first, week }
    }

    /// The regime in force at a moment and when the next one begins; [`SimTime::NEVER`] if none does.
    ///
    /// At a boundary the new regime is in force. Takes the logarithm of the number of boundaries; moments before the
    /// start count as the start.
    pub fn at(&self, t: SimTime) -> (usize, SimTime) {
        if self.regimes.len() == 1 {
            return (0, SimTime::NEVER);
        }
        let t = t.0.max(0);
        if let Some((last, _)) = self.first.last()
            && t < *last
        {
            let next = self.first.partition_point(|c| c.0 <= t);
            return (self.first[next - 1].1 as usize, SimTime(self.first[next].0));
        }
        let since = t.rem_euclid(WEEK);
        let next = self.week.partition_point(|c| c.0 <= since);
        let regime = self.week[next - 1].1;
        let monday = t - since;
        // Sunday night may go on into Monday without a change.
        let later = self.week[next..].iter().map(|c| (c.0, c.1));
        let change = later.chain(self.week.iter().map(|c| (c.0 + WEEK, c.1))).find(|c| c.1 != regime);
        (regime as usize, change.map_or(SimTime::NEVER, |c| SimTime(monday.saturating_add(c.0))))
    }

    /// How much of a week each regime is in force when no fixed day plays a part, as a share of 1.
    pub fn week_shares(&self) -> Vec<f64> {
        let mut shares = vec![0.0; self.regimes.len()];
        for (i, (start, regime)) in self.week.iter().enumerate() {
            let end = self.week.get(i + 1).map_or(WEEK, |c| c.0);
            shares[*regime as usize] += (end - start) as f64 / WEEK as f64;
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: i64 = 60 * MICROS_PER_SECOND;

    fn window(start: i64, end: i64, weekly: bool) -> Window {
        Window { start: SimTime(start * MINUTE), end: SimTime(end * MINUTE), weekly }
    }

    fn hours(day: i64, from: i64, to: i64) -> Window {
        window(day * 1440 + from * 60, day * 1440 + to * 60, true)
    }

    #[test]
    fn nothing_is_one_regime_for_ever() {
        for items in [vec![], vec![vec![]], vec![vec![window(5, 5, true)]]] {
            let c = Calendar::new(&items);
            assert_eq!(c.regimes, [Vec::<usize>::new()]);
            assert_eq!(c.at(SimTime(12_345)), (0, SimTime::NEVER));
        }
        let c = Calendar::new(&[vec![Window::ALWAYS]]);
        assert_eq!((c.regimes.clone(), c.at(SimTime::ZERO)), (vec![vec![0]], (0, SimTime::NEVER)));
    }

    #[test]
    fn boundaries_are_exact_and_come_back_every_week() {
        let c = Calendar::new(&[vec![hours(0, 7, 9)]]);
        assert_eq!(c.regimes, [vec![], vec![0]]);
        let hour = 60 * MINUTE;
        for week in 0..3 {
            let monday = week * WEEK;
            assert_eq!(c.at(SimTime(monday + 7 * hour - 1)), (0, SimTime(monday + 7 * hour)));
            assert_eq!(c.at(SimTime(monday + 7 * hour)), (1, SimTime(monday + 9 * hour)));
            assert_eq!(c.at(SimTime(monday + 9 * hour - 1)), (1, SimTime(monday + 9 * hour)));
            assert_eq!(c.at(SimTime(monday + 9 * hour)), (0, SimTime(monday + WEEK + 7 * hour)));
        }
        assert!((c.week_shares()[1] - 2.0 / 168.0).abs() < 1e-12);
    }

    #[test]
    fn sunday_night_runs_into_monday() {
        let c = Calendar::new(&[vec![hours(6, 22, 30)]]);
        assert_eq!(c.regimes, [vec![0], vec![]]);
        assert_eq!(c.at(SimTime::ZERO), (0, SimTime(6 * 60 * MINUTE)));
        let sunday = 6 * DAY + 23 * 60 * MINUTE;
        assert_eq!(c.at(SimTime(sunday)), (0, SimTime(WEEK + 6 * 60 * MINUTE)));
    }

    #[test]
    fn touching_windows_are_one() {
        let c = Calendar::new(&[vec![hours(1, 8, 10), hours(1, 10, 12)]]);
        assert_eq!(c.at(SimTime(DAY + 9 * 60 * MINUTE)), (1, SimTime(DAY + 12 * 60 * MINUTE)));
    }

    #[test]
    fn a_fixed_day_ends_for_good() {
        let c = Calendar::new(&[vec![window(1440, 2 * 1440, false)], vec![hours(3, 0, 24)]]);
        assert_eq!(c.regimes, [vec![], vec![0], vec![1]]);
        assert_eq!(c.at(SimTime::ZERO), (0, SimTime(DAY)));
        assert_eq!(c.at(SimTime(DAY)), (1, SimTime(2 * DAY)));
        assert_eq!(c.at(SimTime(2 * DAY)), (0, SimTime(3 * DAY)));
        assert_eq!(c.at(SimTime(WEEK + DAY)), (0, SimTime(WEEK + 3 * DAY)));
    }

    fn any_window() -> impl Strategy<Value = Window> {
        let week = 7 * 1440_i64;
        // Round quarters of days make windows touch and coincide.
        let weekly =
            (0..28_i64, 1..=32_i64, 0..3_i64).prop_map(|(a, n, odd)| window(a * 360 + odd, (a + n) * 360, true));
        let fixed = (0..3 * week, 0..week).prop_map(|(a, n)| window(a, a + n, false));
        let round = (0..84_i64, 0..20_i64).prop_map(|(a, n)| window(a * 360, (a + n) * 360, false));
        prop_oneof![3 => weekly, 1 => fixed, 1 => round]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Against asking every window, minute by minute, over more weeks than fixed windows reach.
        #[test]
        fn agrees_with_the_minutes(items in prop::collection::vec(prop::collection::vec(any_window(), 0..4), 0..4)) {
            let c = Calendar::new(&items);
            let weeks = 7 * 1440 * 6;
            let set = |m: i64| -> Vec<usize> {
                let t = SimTime(m * MINUTE);
                (0..items.len()).filter(|i| items[*i].iter().any(|w| {
                    let weekly = |k: i64| SimTime(t.0 + k * WEEK) >= w.start && SimTime(t.0 + k * WEEK) < w.end;
                    if w.weekly { (-7..=2).any(weekly) } else { weekly(0) }
                })).collect()
            };
            let sets: Vec<Vec<usize>> = (0..weeks + 7 * 1440 + 1).map(set).collect();
            let mut change = vec![SimTime::NEVER; sets.len()];
            for m in (0..sets.len() - 1).rev() {
                change[m] = if sets[m] == sets[m + 1] { change[m + 1] } else { SimTime((m as i64 + 1) * MINUTE) };
            }
            for m in 0..weeks as usize {
                for t in [m as i64 * MINUTE, (m as i64 + 1) * MINUTE - 1] {
                    let (regime, next) = c.at(SimTime(t));
                    prop_assert_eq!(&c.regimes[regime], &sets[m], "minute {}", m);
                    prop_assert_eq!(next, change[m], "minute {}", m);
                }
            }
            // Every regime occurs, each once, the first one first.
            prop_assert!(c.regimes.iter().all(|r| sets.contains(r)));
            let mut distinct = c.regimes.clone();
            distinct.sort();
            distinct.dedup();
            prop_assert_eq!(distinct.len(), c.regimes.len());
            prop_assert_eq!(&c.regimes[0], &sets[0]);
        }
    }
}
