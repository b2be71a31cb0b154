//! When a craft goes: hours of the week, days of the run, and weather by blocks of time.

use crate::network::calendar::Window;
use crate::units::{MICROS_PER_SECOND, SECONDS_PER_DAY, SimTime, Span};

/// A day in microseconds.
const DAY: i64 = SECONDS_PER_DAY * MICROS_PER_SECOND;
/// A week in microseconds.
const WEEK: i64 = 7 * DAY;

/// Hours and weather of one medium.
#[derive(Clone, Debug)]
pub(super) struct Hours {
    /// Moments of the week at which the hours begin and end by turns, rising.
    week: Vec<i64>,
    /// The same from the start of the run.
    fixed: Vec<i64>,
    /// Words of the weather below this are fit; `None`: all.
    fit_below: Option<u64>,
    /// Microseconds for which weather stays.
    block: i64,
}

impl Hours {
    /// Within windows (none: always), in weather that is fit for a share of all blocks of time.
    pub(super) fn new(windows: &[Window], fit: f64, block: Span) -> Hours {
        let always = [Window::ALWAYS];
        let windows = if windows.is_empty() { &always[..] } else { windows };
        let mut weekly = Vec::new();
        for w in windows.iter().filter(|w| w.weekly && w.start < w.end) {
            let (start, length) = (w.start.0.rem_euclid(WEEK), (w.end.0 - w.start.0).min(WEEK));
            weekly.push((start, (start + length).min(WEEK)));
            // What goes over Sunday night goes on on Monday.
            weekly.push((0, (start + length - WEEK).max(0)));
        }
        let fixed = windows.iter().filter(|w| !w.weekly).map(|w| (w.start.0, w.end.0)).collect();
        // 2⁶⁴ as a number: the conversion saturates.
        let fit_below = (fit < 1.0).then_some((fit.max(0.0) * 18_446_744_073_709_551_616.0) as u64);
        Hours { week: turns(weekly), fixed: turns(fixed), fit_below, block: block.0.max(1) }
    }

    /// Whether a moment lies within the hours, whatever the weather.
    fn open(&self, now: SimTime) -> bool {
        let within = |turns: &[i64], t: i64| turns.partition_point(|x| *x <= t) % 2 == 1;
        within(&self.week, now.0.rem_euclid(WEEK)) || (!self.fixed.is_empty() && within(&self.fixed, now.0))
    }

    /// Whether the weather of a moment is fit. Every block of time has a word of its own, hashed from seed, replication and
    /// number (the finaliser of SplitMix64: Steele, Lea and Flood 2014).
    fn fit(&self, seed: u64, replication: u32, now: SimTime) -> bool {
        let Some(below) = self.fit_below else { return true };
        let block = now.0.div_euclid(self.block) as u64;
        let key = mix(seed ^ 0x7765_6174_6865_7221);
        mix(mix(key ^ u64::from(replication)) ^ block) < below
    }

    pub(super) fn goes(&self, seed: u64, replication: u32, now: SimTime) -> bool {
        self.open(now) && self.fit(seed, replication, now)
    }

    /// The next moment at which something may change.
    fn next_turn(&self, now: SimTime) -> SimTime {
        let since = now.0.rem_euclid(WEEK);
        let monday = now.0 - since;
        let week = self.week.get(self.week.partition_point(|x| *x <= since)).or(self.week.first());
        let week = week.map(|x| monday + if *x > since { *x } else { *x + WEEK });
        let fixed = self.fixed.get(self.fixed.partition_point(|x| *x <= now.0)).copied();
        let weather = self.fit_below.map(|_| (now.0.div_euclid(self.block) + 1).saturating_mul(self.block));
        SimTime([week, fixed, weather].into_iter().flatten().min().unwrap_or(i64::MAX))
    }

    pub(super) fn opens(&self, seed: u64, replication: u32, now: SimTime) -> SimTime {
        let mut goes = self.goes(seed, replication, now);
        let (end, mut t) = (now.0.saturating_add(366 * DAY), now);
        loop {
            t = self.next_turn(t);
            if t.0 >= end {
                return SimTime::NEVER;
            }
            let then = self.goes(seed, replication, t);
            if then && !goes {
                return t;
            }
            goes = then;
        }
    }
}

/// The moments at which one is inside by turns; stretches that touch or overlap are one.
fn turns(mut stretches: Vec<(i64, i64)>) -> Vec<i64> {
    stretches.retain(|(a, b)| a < b);
    stretches.sort_unstable();
    let mut out: Vec<i64> = Vec::new();
    for (a, b) in stretches {
        match out.last_mut() {
            Some(end) if a <= *end => *end = b.max(*end),
            _ => out.extend([a, b]),
        }
    }
    out
}

fn mix(word: u64) -> u64 {
    let z = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const HOUR: i64 = DAY / 24;

    fn window(from: i64, to: i64, weekly: bool) -> Window {
        Window { start: SimTime(from * HOUR), end: SimTime(to * HOUR), weekly }
    }

    fn daylight() -> Vec<Window> {
        (0..7).map(|d| window(24 * d + 7, 24 * d + 19, true)).collect()
    }

    #[test]
    fn by_day_and_not_by_night() {
        let hours = Hours::new(&daylight(), 1.0, Span::ZERO);
        for day in [0, 6, 7, 400] {
            let at = |h: i64| SimTime(day * DAY + h * HOUR);
            assert!(!hours.goes(1, 0, SimTime(at(7).0 - 1)) && hours.goes(1, 0, at(7)));
            assert!(hours.goes(1, 0, SimTime(at(19).0 - 1)) && !hours.goes(1, 0, at(19)));
            assert_eq!(hours.opens(1, 0, at(3)), at(7));
            assert_eq!(hours.opens(1, 0, at(12)), at(31));
        }
        let always = Hours::new(&[], 1.0, Span::ZERO);
        assert!(always.goes(1, 0, SimTime(123_456_789)));
        assert_eq!(always.opens(1, 0, SimTime::ZERO), SimTime::NEVER);
        let never = Hours::new(&[], 0.0, Span(HOUR));
        assert!(!never.goes(1, 0, SimTime::ZERO));
        assert_eq!(never.opens(1, 0, SimTime::ZERO), SimTime::NEVER);
    }

    #[test]
    fn weather_holds_its_share_and_stays_for_a_block() {
        let block = Span(3 * HOUR);
        for (fit, seed, replication) in [(0.8, 1, 0), (0.8, 1, 1), (0.5, 99, 7), (0.05, 120, 3)] {
            let hours = Hours::new(&[], fit, block);
            let n = 40_000_i64;
            let good: Vec<bool> = (0..n).map(|b| hours.goes(seed, replication, SimTime(b * block.0))).collect();
            let share = good.iter().filter(|g| **g).count() as f64 / n as f64;
            // Five standard errors.
            assert!((share - fit).abs() < 5.0 * (fit * (1.0 - fit) / n as f64).sqrt(), "{share} against {fit}");
            // Neighbouring blocks know nothing of one another.
            let both = good.windows(2).filter(|w| w[0] && w[1]).count() as f64 / n as f64;
            assert!((both - fit * fit).abs() < 0.02, "{both}");
            for b in 0..100 {
                let last = SimTime((b + 1) * block.0 - 1);
                assert_eq!(hours.goes(seed, replication, last), good[b as usize]);
            }
        }
        let hours = Hours::new(&[], 0.5, block);
        let drawn = |seed, rep| (0..64).map(|b| hours.goes(seed, rep, SimTime(b * block.0))).collect::<Vec<_>>();
        assert_eq!(drawn(5, 2), drawn(5, 2));
        assert_ne!(drawn(5, 2), drawn(5, 3));
        assert_ne!(drawn(5, 2), drawn(6, 2));
    }

    fn any_window() -> impl Strategy<Value = Window> {
        (0..168_i64, 1..200_i64, any::<bool>()).prop_map(|(a, n, weekly)| window(a, a + n, weekly))
    }

    proptest! {
        /// Against asking every window, hour by hour; and the next opening against looking for it hour by hour.
        #[test]
        fn agrees_with_the_windows(windows in prop::collection::vec(any_window(), 1..5), fit in 0.0..1.2_f64) {
            let hours = Hours::new(&windows, fit, Span(2 * HOUR));
            let weeks = 6 * 168_i64;
            let open = |h: i64| windows.iter().any(|w| w.contains(SimTime(h * HOUR)));
            let goes: Vec<bool> = (0..weeks).map(|h| hours.goes(3, 4, SimTime(h * HOUR))).collect();
            for h in 0..weeks {
                prop_assert_eq!(hours.open(SimTime(h * HOUR)), open(h), "hour {}", h);
                prop_assert_eq!(hours.open(SimTime((h + 1) * HOUR - 1)), open(h), "end of hour {}", h);
            }
            for h in (0..weeks - 168).step_by(5) {
                let seen = (h + 1..weeks).find(|k| goes[*k as usize] && !goes[*k as usize - 1]);
                if let Some(k) = seen {
                    prop_assert_eq!(hours.opens(3, 4, SimTime(h * HOUR)), SimTime(k * HOUR));
                }
            }
        }
    }
}
