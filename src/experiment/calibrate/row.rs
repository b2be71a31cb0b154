//! One row of a log: its cells understood, or told as faults.

use super::columns::{LogMapping, STEPS};
use super::log::{Asides, Call, DAY_S, MOST_DAYS, Reason};
use crate::demand::{Date, NearestPoint, parse_moment};
use crate::fault::nearest_name;
use crate::geo::LatLon;
use crate::ids::{CategoryId, HospitalId, PointId, PostId, UnitId};
use crate::input::Row;
use crate::scenario::Scenario;
use crate::sim::Stamp;
use std::collections::{BTreeMap, BTreeSet};

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

/// What ids and words of the log mean.
pub(super) struct Words<'a> {
    pub(super) mapping: &'a LogMapping,
    pub(super) s: &'a Scenario,
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

    pub(super) fn knows(&self, key: &str, text: &str) -> bool {
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

/// Reads rows.
pub(super) struct Reader<'a> {
    pub(super) mapping: &'a LogMapping,
    pub(super) s: &'a Scenario,
    /// The Monday the days count from.
    pub(super) monday: Option<Date>,
    pub(super) nearest: NearestPoint<'a>,
    /// How often each unknown word occurs in its column, and which were told.
    pub(super) unknown: BTreeMap<(String, String), usize>,
    pub(super) told: BTreeSet<(String, String)>,
    pub(super) asides: &'a mut Asides,
}

/// `08:30:15` without a date, as seconds since midnight.
fn clock(text: &str) -> Option<f64> {
    parse_moment(&format!("2000-01-01 {text}")).map(|(_, span)| span.seconds())
}

impl Reader<'_> {
    /// A row as a call; `dated` is how the first row writes its time, `seen` all times by their columns.
    pub(super) fn call(
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
