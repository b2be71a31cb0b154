//! What charts of a report are drawn from besides the usual tallies: calls by hour of the week, free units, the parts of a
//! response, hand-over by hospital.

use super::record::{HISTOGRAM_BIN_S, Interval};
use crate::quality::Zone;
use crate::scenario::Scenario;
use crate::stats::TimeHistogram;
use crate::units::{MICROS_PER_SECOND, SECONDS_PER_DAY, SimTime, Span};
use serde::{Deserialize, Serialize};

/// Hours of a week.
pub const WEEK_HOURS: usize = 168;
/// Numbers of free units told apart: none, one, two, three or more.
pub const FREE_LEVELS: usize = 4;
/// The intervals between the first ring and the arrival of the first unit, in order.
pub const RESPONSE_PARTS: [Interval; 5] =
    [Interval::Answer, Interval::Triage, Interval::Queue, Interval::Turnout, Interval::Travel];
/// Width of a bin of the histograms of hand-over, seconds: coarser than the others, since there is one for each hospital.
const HANDOVER_BIN_S: f64 = 6.0 * HISTOGRAM_BIN_S;
/// Bins of these: two hours, and one for what is longer.
const HANDOVER_BINS: usize = 240;

const HOUR: i64 = 3600 * MICROS_PER_SECOND;
const WEEK: i64 = 7 * SECONDS_PER_DAY * MICROS_PER_SECOND;

/// The hour of the week of a moment: 0 is that from Monday midnight.
pub fn hour_of_week(at: SimTime) -> usize {
    (at.0.rem_euclid(WEEK) / HOUR) as usize
}

/// Divides a stretch of time among the hours of the week it lies in, in microseconds.
pub(super) fn spread(from: SimTime, to: SimTime, mut add: impl FnMut(usize, i64)) {
    let (mut from, to) = (from.0, to.0);
    let weeks = (to - from).max(0) / WEEK;
    if weeks > 0 {
        (0..WEEK_HOURS).for_each(|hour| add(hour, weeks * HOUR));
        from += weeks * WEEK;
    }
    while from < to {
        let end = ((from.div_euclid(HOUR) + 1) * HOUR).min(to);
        add(hour_of_week(SimTime(from)), end - from);
        from = end;
    }
}

/// Calls that need a unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekCalls {
    /// Reached.
    pub reached: u64,
    /// Of these, within the zone's target.
    pub within: u64,
    /// Never reached.
    pub lost: u64,
}

/// Patients brought to a hospital.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HospitalTally {
    /// From arrival to the end of hand-over, the wait for a bay included.
    pub handover: TimeHistogram,
    /// Of these, within the target.
    pub within: u64,
    /// Hand-overs begun.
    pub begun: u64,
    /// Of these, after a wait for a bay.
    pub waited: u64,
    /// Microseconds waited for a bay, in all.
    pub wait: i64,
}

/// What one replication, or several merged in order, left for the charts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tallies {
    /// Measured microseconds by hour of the week, Monday midnight first.
    pub week_time: Vec<i64>,
    /// Calls by the hour of the week at which they first rang and zone: `hour × 2 + zone`.
    pub week: Vec<WeekCalls>,
    /// Measured microseconds in which 0, 1, 2, at least 3 road units were free to be sent: of all, then of each county by the
    /// posts that are home to the units, [`FREE_LEVELS`] numbers each.
    pub free: Vec<i64>,
    /// Free unit-microseconds of the same areas.
    pub free_units: Vec<i64>,
    /// Microseconds of [`RESPONSE_PARTS`] by zone, of the calls that `Outcome::groups` holds responses of.
    pub parts: [[i64; RESPONSE_PARTS.len()]; 2],
    /// By hospital.
    pub hospitals: Vec<HospitalTally>,
    /// Unit-microseconds at hospitals by hour of the day: waiting for a bay, handing over.
    pub at_hospital: [[i64; 24]; 2],
}

impl Tallies {
    pub(super) fn new(s: &Scenario) -> Tallies {
        let hospital = HospitalTally {
            handover: TimeHistogram::new(Span::from_seconds(HANDOVER_BIN_S), HANDOVER_BINS),
            within: 0,
            begun: 0,
            waited: 0,
            wait: 0,
        };
        Tallies {
            week_time: vec![0; WEEK_HOURS],
            week: vec![WeekCalls::default(); WEEK_HOURS * 2],
            free: vec![0; (1 + s.counties.len()) * FREE_LEVELS],
            free_units: vec![0; 1 + s.counties.len()],
            parts: [[0; RESPONSE_PARTS.len()]; 2],
            hospitals: vec![hospital; s.hospitals.len()],
            at_hospital: [[0; 24]; 2],
        }
    }

    pub(super) fn has_shape_of(&self, other: &Tallies) -> bool {
        let lengths =
            |t: &Tallies| [t.week_time.len(), t.week.len(), t.free.len(), t.free_units.len(), t.hospitals.len()];
        let mut hospitals = self.hospitals.iter().zip(&other.hospitals);
        lengths(self) == lengths(other) && hospitals.all(|(a, b)| a.handover.has_shape_of(&b.handover))
    }

    pub(super) fn merge(&mut self, other: &Tallies) {
        fn add(a: &mut [i64], b: &[i64]) {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        }
        add(&mut self.week_time, &other.week_time);
        for (a, b) in self.week.iter_mut().zip(&other.week) {
            a.reached += b.reached;
            a.within += b.within;
            a.lost += b.lost;
        }
        add(&mut self.free, &other.free);
        add(&mut self.free_units, &other.free_units);
        for zone in Zone::ALL.map(Zone::index) {
            add(&mut self.parts[zone], &other.parts[zone]);
        }
        for (a, b) in self.hospitals.iter_mut().zip(&other.hospitals) {
            a.handover.merge(&b.handover);
            a.within += b.within;
            a.begun += b.begun;
            a.waited += b.waited;
            a.wait += b.wait;
        }
        for doing in 0..2 {
            add(&mut self.at_hospital[doing], &other.at_hospital[doing]);
        }
    }

    /// Measured microseconds by hour of the day.
    pub fn day_time(&self) -> [i64; 24] {
        let mut hours = [0; 24];
        self.week_time.iter().enumerate().for_each(|(hour, time)| hours[hour % 24] += time);
        hours
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn monday_midnight_is_the_first_hour() {
        assert_eq!(hour_of_week(SimTime::ZERO), 0);
        assert_eq!(hour_of_week(SimTime::from_days(6.99)), 167);
        assert_eq!(hour_of_week(SimTime::from_days(8.5)), 36);
    }

    proptest! {
        #[test]
        fn nothing_of_a_stretch_is_lost(start in 0.0..20.0_f64, length in 0.0..40.0_f64) {
            let (from, to) = (SimTime::from_days(start), SimTime::from_days(start + length));
            let mut hours = [0_i64; WEEK_HOURS];
            spread(from, to, |hour, micros| hours[hour] += micros);
            prop_assert_eq!(hours.iter().sum::<i64>(), to.0 - from.0);
            // Minute by minute, the slow way.
            let mut slow = [0_i64; WEEK_HOURS];
            let minute = 60 * MICROS_PER_SECOND;
            let mut at = from.0;
            while at < to.0 {
                let end = (at / minute * minute + minute).min(to.0);
                slow[hour_of_week(SimTime(at))] += end - at;
                at = end;
            }
            prop_assert_eq!(hours.to_vec(), slow.to_vec());
        }
    }
}
