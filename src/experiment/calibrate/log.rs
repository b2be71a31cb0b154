//! Reading a log of calls for what it can teach: one row a call, with the moments of its life.

use super::columns::{LogMapping, STEPS};
use super::resolution::resolution;
use crate::demand::{Date, NearestPoint, parse_moment};
use crate::fault::{Fault, Faults, SourceText, nearest_name};
use crate::geo::LatLon;
use crate::ids::{CategoryId, HospitalId, PointId, PostId, UnitId};
use crate::input::{Row, Table};
use crate::scenario::Scenario;
use crate::sim::Stamp;
use crate::stats::rounded::Rounding;
use crate::units::SECONDS_PER_DAY;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A day in seconds.
pub(super) const DAY_S: f64 = SECONDS_PER_DAY as f64;
/// Columns that only rows with a dispatch fill.
const OF_UNITS: [&str; 10] = [
    "assigned",
    "departed",
    "arrived",
    "unit",
    "post",
    "turnout_s",
    "turnout_min",
    "travel_s",
    "travel_min",
    "sent_from",
];
/// Lines that are named of what is set aside.
const LINES: usize = 5;
/// A log spans at most so many days: a century.
const MOST_DAYS: f64 = 36_525.0;

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

/// What ids and words of the log mean.
struct Words<'a> {
    mapping: &'a LogMapping,
    s: &'a Scenario,
}

impl Words<'_> {
    fn category(&self, text: &str) -> Option<CategoryId> {
        let word = self.mapping.categories.get(text).map_or(text, String::as_str);
        let all = &self.s.demand.categories;
        all.iter().position(|c| c.key == word || c.name.zh == word || c.name.en == word).map(CategoryId::new)
    }

    fn hospital(&self, text: &str) -> Option<HospitalId> {
        let is = |id: &str, zh: &str, en: &str| [id, zh, en].contains(&text);
        self.s.hospitals.iter().position(|h| is(&h.id, &h.name.zh, &h.name.en)).map(HospitalId::new)
    }

    fn post(&self, text: &str) -> Option<PostId> {
        let is = |id: &str, zh: &str, en: &str| [id, zh, en].contains(&text);
        self.s.posts.iter().position(|p| is(&p.id, &p.name.zh, &p.name.en)).map(PostId::new)
    }

    fn unit(&self, text: &str) -> Option<UnitId> {
        self.s.units.iter().position(|u| u.id == text).map(UnitId::new)
    }

    fn knows(&self, key: &str, text: &str) -> bool {
        match key {
            "category" => self.category(text).is_some(),
            "hospital" => self.hospital(text).is_some(),
            "post" => self.post(text).is_some(),
            "unit" => self.unit(text).is_some(),
            _ => self.s.points.iter().any(|p| p.id == text),
        }
    }

    /// Names that could have been meant.
    fn names(&self, key: &str) -> Vec<&str> {
        let s = self.s;
        match key {
            "category" => {
                let keys = s.demand.categories.iter().map(|c| c.key.as_str());
                keys.chain(self.mapping.categories.keys().map(String::as_str)).collect()
            }
            "hospital" => s.hospitals.iter().map(|h| h.id.as_str()).collect(),
            "post" => s.posts.iter().map(|p| p.id.as_str()).collect(),
            "unit" => s.units.iter().map(|u| u.id.as_str()).collect(),
            _ => s.points.iter().map(|p| p.id.as_str()).collect(),
        }
    }
}

struct Reader<'a> {
    mapping: &'a LogMapping,
    s: &'a Scenario,
    monday: Option<Date>,
    nearest: NearestPoint<'a>,
    unknown: BTreeMap<(String, String), usize>,
    told: BTreeSet<(String, String)>,
    asides: &'a mut Asides,
}

/// `08:30:15` without a date, as seconds since midnight.
fn clock(text: &str) -> Option<f64> {
    parse_moment(&format!("2000-01-01 {text}")).map(|(_, span)| span.seconds())
}

impl Reader<'_> {
    fn call(
        &mut self,
        row: &mut Row<'_>,
        dated: &mut Option<bool>,
        seen: &mut BTreeMap<String, Vec<f64>>,
    ) -> Option<Call> {
        let mapping = self.mapping;
        let column = mapping.get("time")?;
        let ring = self.ring(row, column, dated);
        if let Some(ring) = ring {
            seen.entry(column.to_string()).or_default().push(ring.rem_euclid(DAY_S));
        }
        let times = self.times(row, ring, *dated == Some(true), seen);
        let dispatch = match mapping.get("dispatch") {
            Some(column) => row.yes_no(column),
            None => Some(self.has_unit(row)),
        };
        let category = self.category(row);
        let place = self.place(row);
        let (hospital, post, unit) = (
            self.id(row, "hospital", |w, t| w.hospital(t)),
            self.id(row, "post", |w, t| w.post(t)),
            self.id(row, "unit", |w, t| w.unit(t)),
        );
        let from_road = self.sent_from(row);
        let transported = self.transported(row, dispatch == Some(true));
        let (moments, steps) = times?;
        let ring = ring?;
        Some(Call {
            start: row.start(),
            day: (ring / DAY_S).floor() as i64,
            moments,
            steps,
            dispatch: dispatch?,
            point: place?,
            category: category?,
            transported: transported?,
            hospital: hospital?,
            post: post?,
            unit: unit?,
            from_road: from_road?,
        })
    }

    /// When the phone rang, seconds since the Monday of the first week, or as the log counts them.
    fn ring(&self, row: &mut Row<'_>, column: &str, dated: &mut Option<bool>) -> Option<f64> {
        let text = row.filled(column)?;
        let (seconds, with_date) = match (parse_moment(&text), text.parse::<f64>()) {
            (Some((date, span)), _) => ((date.0 - self.monday?.0) as f64 * DAY_S + span.seconds(), true),
            (None, Ok(seconds)) if (0.0..MOST_DAYS * DAY_S).contains(&seconds) => (seconds, false),
            _ => {
                let hint = "write local date and time, e.g. 2025-01-06 08:30:15, or seconds from a Monday on";
                row.fault(column, format!("`{text}` is no time"), Some(hint));
                return None;
            }
        };
        if *dated.get_or_insert(with_date) != with_date {
            let message = format!("`{text}` is written in another way than the first row's time");
            row.fault(column, message, Some("write all as date and time, or all as seconds"));
            return None;
        }
        if seconds > MOST_DAYS * DAY_S {
            row.fault(column, "the call is more than a century after the first", Some("is the year right?"));
            return None;
        }
        Some(seconds)
    }

    /// All moments and steps of a row. What cannot be is set aside, what cannot be read is a fault.
    #[allow(clippy::type_complexity)]
    fn times(
        &mut self,
        row: &mut Row<'_>,
        ring: Option<f64>,
        dated: bool,
        seen: &mut BTreeMap<String, Vec<f64>>,
    ) -> Option<([Option<f64>; 11], [Option<f64>; 9])> {
        let (mut moments, mut steps, mut fine) = ([None; 11], [None; 9], true);
        moments[Stamp::Ring as usize] = ring;
        // The last moment that is known, for clock times without a date.
        let mut last = ring;
        for (i, (stamp, step)) in STEPS.iter().enumerate() {
            let before = if i == 0 { Stamp::Ring } else { STEPS[i - 1].0 };
            if let Some((column, unit)) = self.mapping.duration(step) {
                match row.optional_number(column) {
                    None => fine = false,
                    Some(None) => {}
                    Some(Some(value)) => {
                        let seconds = value * unit;
                        seen.entry(column.to_string()).or_default().push(seconds);
                        if seconds > self.mapping.longest_s {
                            self.asides.add(Reason::TooLong, step, Some(row.start()));
                        } else {
                            steps[i] = Some(seconds);
                            moments[*stamp as usize] = moments[before as usize].map(|t| t + seconds);
                        }
                    }
                }
            } else if let Some(column) = self.mapping.get(stamp.key()) {
                match self.moment(row, column, dated, last) {
                    None => fine = false,
                    Some(None) => {}
                    Some(Some(at)) => {
                        seen.entry(column.to_string()).or_default().push(at.rem_euclid(DAY_S));
                        moments[*stamp as usize] = Some(at);
                    }
                }
            }
            last = moments[*stamp as usize].or(last);
        }
        Some((moments, steps)).filter(|_| fine)
    }

    fn moment(&self, row: &mut Row<'_>, column: &str, dated: bool, last: Option<f64>) -> Option<Option<f64>> {
        let text = row.text(column).to_string();
        if text.is_empty() {
            return Some(None);
        }
        if !dated {
            let seconds = text.parse::<f64>().ok().filter(|s| s.is_finite());
            if seconds.is_none() {
                let hint = "the first time of the log counts seconds, so all must";
                row.fault(column, format!("`{text}` is no number of seconds"), Some(hint));
            }
            return seconds.map(Some);
        }
        if let (Some((date, span)), Some(monday)) = (parse_moment(&text), self.monday) {
            return Some(Some((date.0 - monday.0) as f64 * DAY_S + span.seconds()));
        }
        if let Some(seconds) = clock(&text) {
            // On the day on which it is within half a day of the moment before it.
            let Some(last) = last else { return Some(None) };
            let today = (last / DAY_S).floor() * DAY_S + seconds;
            return Some(Some(if today < last - DAY_S / 2.0 { today + DAY_S } else { today }));
        }
        let hint = "write local date and time, e.g. 2025-01-06 08:30:15, or the time of day alone, 08:30:15";
        row.fault(column, format!("`{text}` is no time"), Some(hint));
        None
    }

    /// Tells a word that means nothing, once.
    fn unknown(&mut self, row: &mut Row<'_>, key: &str, column: &str, text: &str) {
        let entry = (column.to_string(), text.to_string());
        if !self.told.insert(entry.clone()) {
            return;
        }
        let n = self.unknown.get(&entry).copied().unwrap_or(1);
        let words = Words { mapping: self.mapping, s: self.s };
        let hint = match (nearest_name(text, words.names(key)), key) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, "category") => {
                format!("say what it means under [categories] of the file for --columns: \"{text}\" = \"…\"")
            }
            (None, _) => "ids are those of the scenario's table; empty cells are allowed".to_string(),
        };
        let times = if n > 1 { format!(" (in {n} rows)") } else { String::new() };
        let what = if key == "point" { "demand point" } else { key };
        row.fault(column, format!("there is no {what} `{text}`{times}"), Some(&hint));
    }

    fn id<T>(
        &mut self,
        row: &mut Row<'_>,
        key: &str,
        find: impl Fn(&Words<'_>, &str) -> Option<T>,
    ) -> Option<Option<T>> {
        let Some(column) = self.mapping.get(key) else { return Some(None) };
        let text = row.text(column).to_string();
        if text.is_empty() {
            return Some(None);
        }
        let found = find(&Words { mapping: self.mapping, s: self.s }, &text);
        if found.is_none() {
            self.unknown(row, key, column, &text);
        }
        found.map(Some)
    }

    /// The category; a priority tells it where only one category has it.
    fn category(&mut self, row: &mut Row<'_>) -> Option<Option<CategoryId>> {
        let told = self.id(row, "category", |w, t| w.category(t))?;
        let Some(column) = self.mapping.get("priority").filter(|_| told.is_none()) else { return Some(told) };
        let text = row.text(column).to_string();
        if text.is_empty() {
            return Some(None);
        }
        let all = &self.s.demand.categories;
        let of: Vec<usize> = (0..all.len()).filter(|i| text.parse::<u8>() == Ok(all[*i].priority)).collect();
        if of.is_empty() {
            let known: BTreeSet<String> = all.iter().map(|c| c.priority.to_string()).collect();
            let known: Vec<String> = known.into_iter().collect();
            let hint = format!("priorities of the categories are {}", known.join(", "));
            row.fault(column, format!("no category has the priority `{text}`"), Some(&hint));
            return None;
        }
        Some(if let [only] = of.as_slice() { Some(CategoryId::new(*only)) } else { None })
    }

    fn place(&mut self, row: &mut Row<'_>) -> Option<Option<PointId>> {
        if let Some(column) = self.mapping.get("point") {
            let text = row.text(column).to_string();
            if let Some(found) = self.nearest.by_id(&text) {
                return Some(Some(found));
            }
            if !text.is_empty() {
                self.unknown(row, "point", column, &text);
                return None;
            }
        }
        let (Some(lat), Some(lon)) = (self.mapping.get("lat"), self.mapping.get("lon")) else { return Some(None) };
        if row.text(lat).is_empty() && row.text(lon).is_empty() {
            return Some(None);
        }
        let mut degrees = |column: &str, limit: f64| {
            let text = row.text(column).to_string();
            let value = text.parse::<f64>().ok().filter(|v| v.abs() <= limit);
            if value.is_none() {
                let hint = "write decimal degrees with a point, e.g. 24.355; are latitude and longitude swapped?";
                row.fault(column, format!("`{text}` is no position on the globe"), Some(hint));
            }
            value
        };
        let (lat, lon) = (degrees(lat, 90.0), degrees(lon, 180.0));
        let at = self.mapping.coordinates.to_wgs84(LatLon::new(lat?, lon?));
        match self.nearest.find(at) {
            Some((point, away)) if away <= self.mapping.far_m => Some(Some(point)),
            _ => {
                self.asides.add(Reason::FarAway, "place", Some(row.start()));
                Some(None)
            }
        }
    }

    /// Without a column that tells it: whether a row knows anything of a unit. In a log without columns on units all are taken
    /// for dispatches.
    fn has_unit(&self, row: &Row<'_>) -> bool {
        let columns: Vec<&str> = OF_UNITS.iter().filter_map(|key| self.mapping.get(key)).collect();
        columns.is_empty() || columns.iter().any(|column| !row.text(column).is_empty())
    }

    fn sent_from(&self, row: &mut Row<'_>) -> Option<Option<bool>> {
        let Some(column) = self.mapping.get("sent_from") else { return Some(None) };
        match row.text(column).to_lowercase().as_str() {
            "" => Some(None),
            "post" | "站内" => Some(Some(false)),
            "road" | "途中" => Some(Some(true)),
            other => {
                let message = format!("`{other}` is neither post nor road");
                row.fault(column, message, Some("write post (站内) or road (途中)"));
                None
            }
        }
    }

    /// Whether the patient was taken to hospital: as the column says, or because there is a hospital or an arrival there.
    fn transported(&self, row: &mut Row<'_>, dispatch: bool) -> Option<Option<bool>> {
        if let Some(column) = self.mapping.get("transport") {
            let empty = row.text(column).is_empty();
            return if empty { Some(None) } else { row.yes_no(column).map(Some) };
        }
        let signs: Vec<&str> = ["hospital", "at_hospital"].iter().filter_map(|key| self.mapping.get(key)).collect();
        if signs.is_empty() || !dispatch {
            return Some(None);
        }
        // Who was never reached is no patient left at the scene.
        let reached = ["arrived", "left_scene"].iter().filter_map(|key| self.mapping.get(key));
        let reached: Vec<bool> = reached.map(|column| !row.text(column).is_empty()).collect();
        let taken = signs.iter().any(|column| !row.text(column).is_empty());
        Some((taken || reached.is_empty() || reached.contains(&true)).then_some(taken))
    }
}
