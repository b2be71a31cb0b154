//! `[call_taking]` and `[[centre]]`: patience, calling again, overflow, callers at the wrong centre, seats by shift.

use super::super::load::Loader;
use super::super::raw::RawDist;
use super::super::rules::{Misrouted, Overflow, Redial, Telephone};
use super::{Known, Per};
use crate::input::Noted;
use crate::network::calendar::{Calendar, Window};
use serde::Deserialize;

/// `redial` of `[call_taking]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRedial {
    /// Share of those who hung up.
    pub share: Noted<f64>,
    /// How long after hanging up.
    pub after: RawDist,
}

/// `overflow` of `[call_taking]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOverflow {
    /// After ringing so long, seconds.
    pub after_s: Noted<f64>,
    /// What passing the call back costs, seconds.
    pub passing_s: Noted<f64>,
}

/// `misrouted` of `[call_taking]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMisrouted {
    /// Share of calls.
    pub share: Noted<f64>,
    /// What passing the call on costs.
    pub passing: RawDist,
}

/// A row of `duty` of a `[[centre]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawDuty {
    /// Windows.
    pub when: Vec<String>,
    /// Seats staffed in them.
    pub seats: Noted<u32>,
}

impl Loader<'_> {
    pub(super) fn telephone(&mut self, known: &Known<'_>) -> Telephone {
        let c = &self.doc.value.call_taking;
        let alone = known.centres.len() < 2;
        let patience =
            c.patience.as_ref().map(|d| self.dist("call_taking.patience", "来电者等待耐心", "patience of callers", d));
        let redial = c.redial.as_ref().map(|r| {
            let names = ("挂断后重拨比例", "share who call again after hanging up");
            let share = self.noted_share("call_taking.redial.share", names, &r.share);
            let after = self.dist("call_taking.redial.after", "重拨间隔", "time until calling again", &r.after);
            Redial { share, after }
        });
        if redial.is_some() && patience.is_none() {
            let hint = "write how long callers wait: patience = { dist = \"exponential\", mean_s = 90 }";
            self.fault("call_taking.redial", "nobody calls again where nobody hangs up", hint);
        }
        let overflow = c.overflow.as_ref().map(|o| {
            let names = ("溢出转接前振铃时间", "ringing before a neighbour centre is tried");
            let after = self.span("call_taking.overflow.after_s", names, &o.after_s, Per::Second, (0.0, 3600.0));
            let names = ("邻近中心转回所需时间", "time to pass a call back to its centre");
            let passing = self.span("call_taking.overflow.passing_s", names, &o.passing_s, Per::Second, (0.0, 3600.0));
            Overflow { after, passing }
        });
        let misrouted = c.misrouted.as_ref().map(|m| {
            let names = ("误接到其他中心的比例", "share of calls that reach the wrong centre");
            let share = self.noted_share("call_taking.misrouted.share", names, &m.share);
            let passing = self.dist("call_taking.misrouted.passing", "转接用时", "time to pass a call on", &m.passing);
            Misrouted { share, passing }
        });
        for (key, there) in [("overflow", overflow.is_some()), ("misrouted", misrouted.is_some())] {
            if there && alone {
                let message = "there is only one centre, so no other can take its calls";
                self.fault(&format!("call_taking.{key}"), message, "take it out, or write a second [[centre]]");
            }
        }
        let handling_duplicate = c.handling_duplicate.as_ref().map(|d| {
            self.dist("call_taking.handling_duplicate", "受理（重复报警）", "handling, incident known already", d)
        });
        Telephone { duty: self.seat_duty(), patience, redial, overflow, misrouted, handling_duplicate }
    }

    /// Seats by shift: empty if no centre has any.
    fn seat_duty(&mut self) -> Vec<Vec<(Vec<Window>, u32)>> {
        let centres = &self.doc.value.centre;
        if centres.iter().all(|c| c.duty.is_none()) {
            return Vec::new();
        }
        let mut all = Vec::new();
        for (i, centre) in centres.iter().enumerate() {
            let Some(rows) = &centre.duty else {
                all.push(vec![(vec![Window::ALWAYS], centre.seats.value)]);
                continue;
            };
            let mut duty = Vec::new();
            for (j, row) in rows.iter().enumerate() {
                let path = format!("centre[{i}].duty[{j}]");
                let windows = self.windows(&path, &row.when);
                if row.seats.value > centre.seats.value {
                    let message =
                        format!("{} seats are staffed, but the centre has {}", row.seats.value, centre.seats.value);
                    self.fault(&format!("{path}.seats"), message, "raise the centre's `seats`, or staff fewer");
                }
                let (zh, en) = (format!("{}在岗座席", centre.name.zh), format!("seats on duty at {}", centre.name.en));
                let value = format!("{} ({})", row.seats.value, row.when.join(", "));
                self.notes.noted(&format!("{path}.seats"), &zh, &en, &row.seats, value);
                duty.push((windows, row.seats.value));
            }
            let path = format!("centre[{i}].duty");
            if duty.iter().all(|d| d.1 == 0) {
                self.fault(&path, "no seat is ever staffed", "write at least one row with seats");
            } else {
                let items: Vec<Vec<Window>> = duty.iter().map(|d| d.0.clone()).collect();
                let calendar = Calendar::new(&items);
                let seats = |regime: &[usize]| regime.iter().map(|i| duty[*i].1).max().unwrap_or(0);
                if calendar.regimes.iter().any(|r| seats(r) == 0) {
                    let hint =
                        "calls that ring then wait until somebody comes on duty; add a row with when = [\"daily\"]";
                    self.warn(&path, "at times no seat is staffed", hint);
                }
                if calendar.regimes.iter().all(|r| seats(r) < centre.seats.value) {
                    let message = format!("never more than a part of the {} seats is staffed", centre.seats.value);
                    self.warn(
                        &path,
                        message,
                        "the centre's `seats` counts for the standards, `duty` for the simulation",
                    );
                }
            }
            all.push(duty);
        }
        all
    }
}
