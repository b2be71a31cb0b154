//! Reading a log of calls for what it can teach: one row a call, with the moments of its life.

use super::columns::{LogMapping, STEPS};
use super::resolution::resolution;
use super::row::{Reader, Words};
use crate::demand::{Date, NearestPoint, parse_moment};
use crate::fault::{Fault, Faults, SourceText};
use crate::ids::{CategoryId, HospitalId, PointId, PostId, UnitId};
use crate::input::Table;
use crate::scenario::Scenario;
use crate::sim::Stamp;
use crate::stats::rounded::Rounding;
use crate::units::SECONDS_PER_DAY;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A day in seconds.
pub(super) const DAY_S: f64 = SECONDS_PER_DAY as f64;
/// Lines that are named of what is set aside.
const LINES: usize = 5;
/// A log spans at most so many days: a century.
pub(super) const MOST_DAYS: f64 = 36_525.0;

/// Why something of the log is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The whole row: it rang before the first or after the last day that counts.
    OutsideDays,
    /// A step: it ends before it begins.
    Order,
    /// A step: it took longer than the limit.
    TooLong,
    /// A place: farther from any demand point than the limit.
    FarAway,
    /// A drive: too short by the network to tell a factor.
    ShortDrive,
    /// A drive: the network has no way.
    NoWay,
    /// A drive: far from what all others took.
    Outlier,
}

/// What of a log was set aside for one reason.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aside {
    /// Why.
    pub reason: Reason,
    /// The step or column; empty for a whole row.
    pub what: String,
    /// How often.
    pub n: usize,
    /// Lines of the file of the first ones; empty where that is not known.
    pub lines: Vec<usize>,
}

/// Counts what is set aside; of the first ones it keeps where their rows begin.
#[derive(Debug, Default)]
pub(super) struct Asides(BTreeMap<(Reason, String), (usize, Vec<usize>)>);

impl Asides {
    pub(super) fn add(&mut self, reason: Reason, what: &str, start: Option<usize>) {
        let (n, starts) = self.0.entry((reason, what.to_string())).or_default();
        *n += 1;
        if starts.len() < LINES {
            starts.extend(start);
        }
    }

    /// Adds what another has counted.
    pub(super) fn take(&mut self, other: Asides) {
        for (key, (n, starts)) in other.0 {
            let slot = self.0.entry(key).or_default();
            slot.0 += n;
            slot.1.extend(starts);
            slot.1.truncate(LINES);
        }
    }

    /// All of it, with lines of the file.
    pub(super) fn list(self, source: &SourceText) -> Vec<Aside> {
        let lines = |starts: Vec<usize>| starts.into_iter().map(|s| source.line_column(s).0).collect();
        let all = self.0.into_iter();
        all.map(|((reason, what), (n, starts))| Aside { reason, what, n, lines: lines(starts) }).collect()
    }
}

/// One call of the log.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Call {
    /// Where its row begins in the file.
    pub(super) start: usize,
    /// The day it rang, from the Monday of the first week.
    pub(super) day: i64,
    /// Seconds since that Monday, where they are known.
    pub(super) moments: [Option<f64>; 11],
    /// Seconds of each of [`STEPS`].
    pub(super) steps: [Option<f64>; 9],
    pub(super) dispatch: bool,
    pub(super) point: Option<PointId>,
    pub(super) category: Option<CategoryId>,
    pub(super) transported: Option<bool>,
    pub(super) hospital: Option<HospitalId>,
    /// The post it was sent from, where that is known.
    pub(super) post: Option<PostId>,
    pub(super) unit: Option<UnitId>,
    pub(super) from_road: Option<bool>,
}

impl Call {
    pub(super) fn at(&self, stamp: Stamp) -> Option<f64> {
        self.moments[stamp as usize]
    }

    pub(super) fn ring(&self) -> f64 {
        self.moments[Stamp::Ring as usize].unwrap_or(self.day as f64 * DAY_S)
    }
}

/// A log that was read.
#[derive(Clone, Debug)]
pub(super) struct Log {
    /// Its calls, in order of their rings.
    pub(super) calls: Vec<Call>,
    /// Rows of the file.
    pub(super) rows: usize,
    /// The Monday the days count from; `None` where the log counts seconds.
    pub(super) monday: Option<Date>,
    /// The first day that counts, and the last.
    pub(super) days: (i64, i64),
    /// To how many seconds each moment, or step given as a duration, is written; by the key of its column.
    pub(super) written: BTreeMap<String, f64>,
    pub(super) mapping: LogMapping,
}

impl Log {
    /// How many days it covers.
    pub(super) fn length(&self) -> i64 {
        self.days.1 - self.days.0 + 1
    }

    /// The date of a day.
    pub(super) fn date(&self, day: i64) -> Option<Date> {
        self.monday.map(|m| m.after(day))
    }

    /// Fills in the steps between moments. Those that cannot be are set aside.
    fn measure(&mut self, asides: &mut Asides) {
        for (i, from, to) in self.steps() {
            if self.mapping.duration(STEPS[i].1).is_some() {
                continue;
            }
            let rounding = self.rounding(from, to);
            for call in &mut self.calls {
                let (Some(a), Some(b)) = (call.at(from), call.at(to)) else { continue };
                if !rounding.possible(b - a) {
                    asides.add(Reason::Order, STEPS[i].1, Some(call.start));
                } else if b - a > self.mapping.longest_s {
                    asides.add(Reason::TooLong, STEPS[i].1, Some(call.start));
                } else {
                    call.steps[i] = Some(b - a);
                }
            }
        }
    }

    /// The steps it tells: number among [`STEPS`], and the moments it lies between. Without the moment of the order, turn-out
    /// counts from the end of handling.
    pub(super) fn steps(&self) -> Vec<(usize, Stamp, Stamp)> {
        let m = &self.mapping;
        let step = |i: usize| {
            let (to, name) = STEPS[i];
            let from = if i == 0 { Stamp::Ring } else { STEPS[i - 1].0 };
            if m.duration(name).is_some() || (m.tells(to) && m.tells(from)) {
                return Some((i, from, to));
            }
            (to == Stamp::Departed && m.tells(to) && m.tells(Stamp::Triaged)).then_some((i, Stamp::Triaged, to))
        };
        (0..STEPS.len()).filter_map(step).collect()
    }

    /// How the time between two moments of it is rounded.
    pub(super) fn rounding(&self, from: Stamp, to: Stamp) -> Rounding {
        let next_to = STEPS.iter().position(|(s, _)| *s == to);
        let directly = next_to.filter(|i| if *i == 0 { from == Stamp::Ring } else { STEPS[i - 1].0 == from });
        if let Some((column, _)) = directly.and_then(|i| self.mapping.duration(STEPS[i].1)) {
            let step = self.written.get(column).copied().unwrap_or(0.0);
            return if step > 0.0 { Rounding::Nearest(step) } else { Rounding::Exact };
        }
        let of = |stamp: Stamp| {
            let key = if stamp == Stamp::Ring { "time" } else { stamp.key() };
            self.mapping.get(key).and_then(|column| self.written.get(column)).copied().unwrap_or(0.0)
        };
        match (of(from), of(to)) {
            (0.0, 0.0) => Rounding::Exact,
            (from, to) => Rounding::Moments { from, to },
        }
    }
}

/// Reads a log for a scenario.
///
/// # Errors
/// Every cell that cannot be understood: times, numbers, ids and words that are not known (each once, with how often it occurs).
pub(super) fn read(table: &Table, mapping: &LogMapping, s: &Scenario, asides: &mut Asides) -> Result<Log, Faults> {
    let first = first_pass(table, mapping, s);
    let monday = first.earliest.map(Date::monday);
    let nearest = NearestPoint::new(&s.points);
    let mut reader = Reader { mapping, s, monday, nearest, unknown: first.unknown, told: BTreeSet::new(), asides };
    let (mut dated, mut seen) = (None, BTreeMap::<String, Vec<f64>>::new());
    let mut faults = Faults::new();
    if monday.is_none() && (mapping.from.is_some() || mapping.to.is_some()) {
        let fault = Fault::error("from and to need dates, and the times of this log have none");
        faults.push(fault.hint("take them out, or give the column with date and time"));
    }
    let read = table.rows(|row| reader.call(row, &mut dated, &mut seen));
    let Some(mut calls) = faults.take(read) else { return Err(faults) };
    if faults.has_errors() {
        return Err(faults);
    }
    calls.sort_by(|a, b| a.ring().total_cmp(&b.ring()).then(a.start.cmp(&b.start)));
    let day_of = |date: Option<Date>| Some(date?.0 - monday?.0);
    let range = (calls.first().map(|c| c.day), calls.last().map(|c| c.day));
    let days = (day_of(mapping.from).or(range.0), day_of(mapping.to).or(range.1));
    let days = (days.0.unwrap_or(0), days.1.unwrap_or(0));
    let inside = |c: &Call| (days.0..=days.1).contains(&c.day);
    for call in calls.iter().filter(|c| !inside(c)) {
        asides.add(Reason::OutsideDays, "", Some(call.start));
    }
    calls.retain(inside);
    if calls.is_empty() {
        let fault = Fault::error(format!("{}: there is not one call in it", table.source().path.display()));
        return Err(fault.hint("is it the right file, and do from and to hold its days?").into());
    }
    let written = seen.into_iter().map(|(column, values)| (column, resolution(&values))).collect();
    let mut log = Log { calls, rows: table.len(), monday, days, written, mapping: mapping.clone() };
    log.measure(asides);
    Ok(log)
}

struct FirstPass {
    earliest: Option<Date>,
    /// How often each unknown word occurs in its column.
    unknown: BTreeMap<(String, String), usize>,
}

/// Looks for the first day, and counts the words that mean nothing, so that each is told once.
fn first_pass(table: &Table, mapping: &LogMapping, s: &Scenario) -> FirstPass {
    let mut pass = FirstPass { earliest: None, unknown: BTreeMap::new() };
    let words = Words { mapping, s };
    let ignored = table.rows(|row| {
        if let Some((date, _)) = mapping.get("time").and_then(|c| parse_moment(row.text(c))) {
            pass.earliest = Some(pass.earliest.map_or(date, |d| d.min(date)));
        }
        for key in ["category", "hospital", "post", "unit", "point"] {
            if let Some(column) = mapping.get(key) {
                let text = row.text(column);
                if !text.is_empty() && !words.knows(key, text) {
                    *pass.unknown.entry((column.to_string(), text.to_string())).or_default() += 1;
                }
            }
        }
        Some(())
    });
    debug_assert!(ignored.is_ok(), "nothing is a fault here");
    pass
}
