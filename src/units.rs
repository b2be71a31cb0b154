//! Time and length as integers with one meaning each.
//!
//! The simulator's clock counts whole microseconds ([`SimTime`], [`Span`]): the order of events is exact and the same on
//! every machine. Travel times on the road network are kept in steps of 100 µs ([`TravelTime`]) so that a matrix row is
//! four bytes an entry and still far finer than any difference between two units that could matter.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Microseconds in a second.
pub const MICROS_PER_SECOND: i64 = 1_000_000;
/// Seconds in a day.
pub const SECONDS_PER_DAY: i64 = 86_400;

/// A moment: microseconds since the scenario starts (which is always a Monday at 00:00 local time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SimTime(pub i64);

/// A length of time in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(pub i64);

/// The nearest whole number, halves away from zero, beyond the range the end of it: as [`f64::round`] and a cast, which is a
/// call of a function on machines that lack the instruction.
pub fn rounded(x: f64) -> i64 {
    let whole = x as i64;
    let rest = x - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5)).saturating_sub(i64::from(rest <= -0.5))
}

impl SimTime {
    /// The start of the scenario.
    pub const ZERO: SimTime = SimTime(0);
    /// Later than every moment of any run; stands for "never".
    pub const NEVER: SimTime = SimTime(i64::MAX);

    /// The moment `days` after the start.
    pub fn from_days(days: f64) -> SimTime {
        SimTime(Span::from_seconds(days * SECONDS_PER_DAY as f64).0)
    }

    /// Seconds since the start.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / MICROS_PER_SECOND as f64
    }

    /// The hour of the day, 0 to 23.
    pub fn hour_of_day(self) -> usize {
        (self.0.rem_euclid(SECONDS_PER_DAY * MICROS_PER_SECOND) / (3600 * MICROS_PER_SECOND)) as usize
    }

    /// The day since the start, 0 for the first.
    pub fn day(self) -> i64 {
        self.0.div_euclid(SECONDS_PER_DAY * MICROS_PER_SECOND)
    }

    /// Whether it lies on a Saturday or Sunday; runs start on a Monday.
    pub fn is_weekend(self) -> bool {
        self.day().rem_euclid(7) >= 5
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Span = Span(0);

    /// Rounds seconds to the nearest microsecond; values beyond the range are clamped.
    pub fn from_seconds(seconds: f64) -> Span {
        Span(rounded(seconds * MICROS_PER_SECOND as f64))
    }

    /// Rounds minutes to the nearest microsecond.
    pub fn from_minutes(minutes: f64) -> Span {
        Span::from_seconds(minutes * 60.0)
    }

    /// This length in seconds.
    pub fn seconds(self) -> f64 {
        self.0 as f64 / MICROS_PER_SECOND as f64
    }

    /// This length in minutes.
    pub fn minutes(self) -> f64 {
        self.seconds() / 60.0
    }
}

impl Add<Span> for SimTime {
    type Output = SimTime;
    fn add(self, rhs: Span) -> SimTime {
        SimTime(self.0 + rhs.0)
    }
}

impl Sub<SimTime> for SimTime {
    type Output = Span;
    fn sub(self, rhs: SimTime) -> Span {
        Span(self.0 - rhs.0)
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, rhs: Span) -> Span {
        Span(self.0 + rhs.0)
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, rhs: Span) {
        self.0 += rhs.0;
    }
}

impl fmt::Display for Span {
    /// Minutes and seconds, as in `12:31`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds().round() as i64;
        write!(f, "{}:{:02}", seconds / 60, seconds % 60)
    }
}

/// Time on the road network in steps of 100 µs, or [`TravelTime::UNREACHABLE`].
///
/// The longest finite time is 119 hours. Sums saturate to unreachable, so an infinity never wraps round to a short trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TravelTime(pub u32);

impl TravelTime {
    /// No way leads there.
    pub const UNREACHABLE: TravelTime = TravelTime(u32::MAX);
    /// Already there.
    pub const ZERO: TravelTime = TravelTime(0);
    /// Steps in a second.
    pub const PER_SECOND: f64 = 10_000.0;

    /// Rounds seconds to the nearest step; anything past the range, and NaN, is unreachable.
    pub fn from_seconds(seconds: f64) -> TravelTime {
        let steps = (seconds * Self::PER_SECOND).round();
        if steps < u32::MAX as f64 { TravelTime(steps.max(0.0) as u32) } else { Self::UNREACHABLE }
    }

    /// Whether there is a way.
    pub fn is_reachable(self) -> bool {
        self != Self::UNREACHABLE
    }

    /// Seconds, or infinity when unreachable.
    pub fn seconds(self) -> f64 {
        if self.is_reachable() { self.0 as f64 / Self::PER_SECOND } else { f64::INFINITY }
    }

    /// Minutes, or infinity when unreachable.
    pub fn minutes(self) -> f64 {
        self.seconds() / 60.0
    }

    /// The same length on the simulator's clock; `None` when unreachable.
    pub fn span(self) -> Option<Span> {
        self.is_reachable().then_some(Span(i64::from(self.0) * 100))
    }

    /// The sum, unreachable if either part is or the sum is out of range.
    pub fn plus(self, other: TravelTime) -> TravelTime {
        TravelTime(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn travel_time_saturates_instead_of_wrapping() {
        assert_eq!(TravelTime::UNREACHABLE.plus(TravelTime(5)), TravelTime::UNREACHABLE);
        assert_eq!(TravelTime(u32::MAX - 1).plus(TravelTime(5)), TravelTime::UNREACHABLE);
        assert_eq!(TravelTime::from_seconds(f64::INFINITY), TravelTime::UNREACHABLE);
        assert!(!TravelTime::from_seconds(f64::NAN).is_reachable());
    }

    #[test]
    fn rounding_is_that_of_the_library() {
        let mut s = crate::random::Stream::new(1, "rounding", 0);
        let odd =
            [0.0, -0.0, 0.5, -0.5, 1.5, 2.5, 0.499_999_999_999_999_94, f64::MAX, f64::MIN, f64::INFINITY, f64::NAN];
        let random = (0..100_000).map(|i| (s.uniform() - 0.5) * libm::pow(10.0, f64::from(i % 20)));
        for x in random.chain(odd) {
            assert_eq!(rounded(x), x.round() as i64, "{x}");
        }
    }

    #[test]
    fn clock_knows_hours_and_days() {
        let t = SimTime::from_days(2.0) + Span::from_minutes(61.0);
        assert_eq!((t.day(), t.hour_of_day()), (2, 1));
        let days: Vec<bool> = (0..8).map(|d| SimTime::from_days(f64::from(d) + 0.99).is_weekend()).collect();
        assert_eq!(days, [false, false, false, false, false, true, true, false]);
        assert_eq!(Span::from_seconds(751.0).to_string(), "12:31");
    }
}
