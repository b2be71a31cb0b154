//! Reading a log of real calls.

use super::{CallLog, Category, Date, DemandPoint, LoggedCall, parse_moment};
use crate::facilities::{Coordinates, Hospital};
use crate::fault::{Faults, nearest_name};
use crate::geo::{LatLon, distance_m};
use crate::ids::{CategoryId, HospitalId, PointId};
use crate::input::{Row, Table};
use crate::random::Stream;
use crate::units::{SECONDS_PER_DAY, SimTime, Span};
use rstar::RTree;
use rstar::primitives::GeomWithData;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The longest time a row may give, a month, in seconds.
const LONGEST_S: f64 = 30.0 * SECONDS_PER_DAY as f64;
/// The latest second a row may ring: a century.
const LATEST_S: f64 = 36_525.0 * SECONDS_PER_DAY as f64;

/// The columns of a log besides `time`: here alone they are listed, as fields and as keys of `[demand.log_columns]`.
macro_rules! log_columns {
    ($($(#[$about:meta])* $column:ident,)*) => {
        /// What the columns of a log are called, as `[demand.log_columns]` says. Columns that are not named are not read.
        #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct LogColumns {
            /// When the phone rang: local date and time, or seconds.
            pub time: String,
            $($(#[$about])* pub $column: Option<String>,)*
        }

        impl Default for LogColumns {
            fn default() -> LogColumns {
                LogColumns { time: "time".into(), $($column: None,)* }
            }
        }

        impl LogColumns {
            /// All names that are given.
            pub fn names(&self) -> Vec<&str> {
                let mut names = vec![self.time.as_str()];
                $(names.extend(self.$column.as_deref());)*
                names
            }
        }
    };
}

log_columns! {
    /// Latitude.
    lat,
    /// Longitude.
    lon,
    /// Id of a demand point, instead of a position.
    point,
    /// What for.
    category,
    /// Priority: tells the category where no column or cell does.
    priority,
    /// Whether the call led to a dispatch; without it, all did.
    dispatch,
    /// Answered to triaged, seconds.
    handling_s,
    /// Turn-out, seconds.
    turnout_s,
    /// On scene, seconds.
    scene_s,
    /// Whether the patient was taken to hospital.
    transport,
    /// Id of the hospital.
    hospital,
    /// Hand-over, seconds.
    handover_s,
    /// Hand-over to clear, seconds.
    clear_s,
}

/// What reading a log needs to know.
#[derive(Clone, Debug)]
pub struct LogReader<'a> {
    /// Its columns.
    pub columns: &'a LogColumns,
    /// Demand points.
    pub points: &'a [DemandPoint],
    /// Categories.
    pub categories: &'a [Category],
    /// Hospitals.
    pub hospitals: &'a [Hospital],
    /// Words of the log and the keys of the categories they mean.
    pub words: &'a BTreeMap<String, String>,
    /// The date of day 0; `None`: the Monday of the first call's week.
    pub start: Option<Date>,
    /// The system of its positions.
    pub coordinates: Coordinates,
    /// Draws the categories that the log does not tell.
    pub seed: u64,
}

/// A log that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct LogFile {
    /// The calls.
    pub log: CallLog,
    /// The date of day 0; `None` where the log counts seconds.
    pub start: Option<Date>,
    /// Distances between calls and the demand points they were given to, metres, rising; empty where rows name points.
    pub distances_m: Vec<f64>,
    /// Dispatches whose category the log does not tell.
    pub categories_drawn: usize,
}

/// When a row says that the phone rang.
#[derive(Clone, Copy)]
enum Ring {
    At(Date, Span),
    Seconds(f64),
}

/// Reads a log. Rows may stand in any order.
///
/// # Errors
/// Every fault of every row.
pub fn read_log(table: &Table, reader: &LogReader<'_>) -> Result<LogFile, Faults> {
    let nearest = NearestPoint::new(reader.points);
    let (mut dated, mut number, mut drawn, mut distances) = (None, 0_u64, 0, Vec::new());
    let mut random = Stream::new(reader.seed, "categories of the log", 0);
    let first_date = reader.start.or_else(|| earliest(table, &reader.columns.time).map(Date::monday));
    let columns = reader.columns;
    let mut rows = table.rows(|row| {
        number += 1;
        let ring = ring(row, &columns.time, &mut dated).and_then(|ring| since(row, &columns.time, ring, first_date));
        let place = place(row, reader, &nearest);
        let dispatch = columns.dispatch.as_ref().map_or(Some(true), |c| row.yes_no(c));
        let category = match category(row, reader) {
            Some(None) if dispatch == Some(true) => {
                drawn += 1;
                drawn_category(row, reader, random.draws(number)[0])
            }
            Some(told) => Some(told.unwrap_or(CategoryId(0))),
            None => None,
        };
        let transport = match &columns.transport {
            Some(c) if !row.text(c).is_empty() => row.yes_no(c).map(Some),
            _ => Some(None),
        };
        let mut span = |column: &Option<String>| duration(row, column.as_deref());
        let (handling, turnout, scene) = (span(&columns.handling_s), span(&columns.turnout_s), span(&columns.scene_s));
        let (handover, clear) = (span(&columns.handover_s), span(&columns.clear_s));
        let hospital = hospital(row, reader);
        let (point, distance) = place?;
        distances.extend(distance);
        Some(LoggedCall {
            ring: ring?,
            point,
            category: category?,
            dispatch: dispatch?,
            handling: handling?,
            turnout: turnout?,
            scene: scene?,
            transport: transport?,
            hospital: hospital?,
            handover: handover?,
            clear: clear?,
        })
    })?;
    rows.sort_by_key(|r| r.ring);
    distances.sort_by(f64::total_cmp);
    let start = if dated == Some(true) { first_date } else { None };
    Ok(LogFile { log: CallLog { rows: rows.into() }, start, distances_m: distances, categories_drawn: drawn })
}

/// The date of the earliest row that has one.
fn earliest(table: &Table, column: &str) -> Option<Date> {
    let mut first: Option<Date> = None;
    let read = table.rows(|row| {
        if let Some((date, _)) = parse_moment(row.text(column)) {
            first = Some(first.map_or(date, |f| f.min(date)));
        }
        Some(())
    });
    read.ok().and(first)
}

/// When the phone rang. All rows must write it the same way.
fn ring(row: &mut Row<'_>, column: &str, dated: &mut Option<bool>) -> Option<Ring> {
    let text = row.filled(column)?;
    let ring = match (parse_moment(&text), text.parse::<f64>()) {
        (Some((date, time)), _) => Ring::At(date, time),
        (None, Ok(seconds)) if seconds.is_finite() => Ring::Seconds(seconds),
        _ => {
            let hint = "write local date and time, e.g. 2025-01-06 08:30:15, or seconds from the start";
            row.fault(column, format!("`{text}` is no time"), Some(hint));
            return None;
        }
    };
    let with_date = matches!(ring, Ring::At(..));
    if *dated.get_or_insert(with_date) != with_date {
        let message = format!("`{text}` is written in another way than the first row's time");
        row.fault(column, message, Some("write all as date and time, or all as seconds"));
        return None;
    }
    Some(ring)
}

fn since(row: &mut Row<'_>, column: &str, ring: Ring, start: Option<Date>) -> Option<SimTime> {
    let (seconds, zero) = match (ring, start) {
        (Ring::Seconds(seconds), _) => (seconds, "the start".to_string()),
        (Ring::At(date, time), Some(start)) => {
            ((date.0 - start.0) as f64 * SECONDS_PER_DAY as f64 + time.seconds(), format!("day 0, {start}"))
        }
        (Ring::At(..), None) => return None,
    };
    if !(0.0..=LATEST_S).contains(&seconds) {
        let (message, hint) = if seconds < 0.0 {
            (format!("the call is before {zero}"), "take the row out, or set an earlier Monday as `log_start`")
        } else {
            (format!("the call is more than a century after {zero}"), "is the year right?")
        };
        row.fault(column, message, Some(hint));
        return None;
    }
    Some(SimTime::ZERO + Span::from_seconds(seconds))
}

/// The demand point of a row, and how far from it the row's position is.
fn place(row: &mut Row<'_>, reader: &LogReader<'_>, nearest: &NearestPoint<'_>) -> Option<(PointId, Option<f64>)> {
    let columns = reader.columns;
    if let Some(column) = &columns.point {
        let id = row.text(column).to_string();
        if let Some(at) = nearest.by_id(&id) {
            return Some((at, None));
        }
        if !id.is_empty() || columns.lat.is_none() {
            let hint = nearest_name(&id, reader.points.iter().map(|p| p.id.as_str()));
            let hint = hint.map_or("ids are those of the demand table".into(), |n| format!("did you mean `{n}`?"));
            row.fault(column, format!("there is no demand point `{id}`"), Some(&hint));
            return None;
        }
    }
    let (lat, lon) = (columns.lat.as_deref()?, columns.lon.as_deref()?);
    let mut degrees = |column: &str, limit: f64| -> Option<f64> {
        let text = row.text(column).to_string();
        let value = text.parse::<f64>().ok().filter(|v| v.abs() <= limit);
        if value.is_none() {
            let hint = "write decimal degrees with a point, e.g. 24.355; are latitude and longitude swapped?";
            row.fault(column, format!("`{text}` is no position on the globe"), Some(hint));
        }
        value
    };
    let (lat, lon) = (degrees(lat, 90.0), degrees(lon, 180.0));
    let at = reader.coordinates.to_wgs84(LatLon::new(lat?, lon?));
    nearest.find(at).map(|(point, distance)| (point, Some(distance)))
}

/// The category a row tells; `Some(None)` if it tells none.
fn category(row: &mut Row<'_>, reader: &LogReader<'_>) -> Option<Option<CategoryId>> {
    let Some(column) = &reader.columns.category else { return Some(None) };
    let text = row.text(column).to_string();
    if text.is_empty() {
        return Some(None);
    }
    let word = reader.words.get(&text).unwrap_or(&text);
    let found = reader.categories.iter().position(|c| c.key == *word || c.name.zh == *word || c.name.en == *word);
    if found.is_none() {
        let known = reader.categories.iter().map(|c| c.key.as_str()).chain(reader.words.keys().map(String::as_str));
        let hint = match nearest_name(&text, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("say which category it is: demand.log_categories = {{ \"{text}\" = \"…\" }}"),
        };
        row.fault(column, format!("`{text}` is no category"), Some(&hint));
    }
    found.map(|at| Some(CategoryId::new(at)))
}

/// A category by the shares of those that have the row's priority, or of all.
fn drawn_category(row: &mut Row<'_>, reader: &LogReader<'_>, u: f64) -> Option<CategoryId> {
    let mut candidates: Vec<usize> = (0..reader.categories.len()).collect();
    if let Some(column) = &reader.columns.priority {
        let text = row.text(column).to_string();
        if !text.is_empty() {
            candidates.retain(|i| text.parse::<u8>() == Ok(reader.categories[*i].priority));
            if candidates.is_empty() {
                let known: BTreeSet<u8> = reader.categories.iter().map(|c| c.priority).collect();
                let known: Vec<String> = known.iter().map(u8::to_string).collect();
                let hint = format!("priorities of the categories are {}", known.join(", "));
                row.fault(column, format!("no category has the priority `{text}`"), Some(&hint));
                return None;
            }
        }
    }
    let total: f64 = candidates.iter().map(|i| reader.categories[*i].share).sum();
    let mut sum = 0.0;
    let at = candidates.iter().find(|i| {
        sum += reader.categories[**i].share;
        sum >= u * total
    });
    at.or(candidates.last()).map(|i| CategoryId::new(*i))
}

fn duration(row: &mut Row<'_>, column: Option<&str>) -> Option<Option<Span>> {
    let Some(column) = column else { return Some(None) };
    match row.optional_number(column)? {
        Some(seconds) if seconds > LONGEST_S => {
            let message = format!("{seconds} s is more than a month");
            row.fault(column, message, Some("is it in seconds?"));
            None
        }
        seconds => Some(seconds.map(Span::from_seconds)),
    }
}

fn hospital(row: &mut Row<'_>, reader: &LogReader<'_>) -> Option<Option<HospitalId>> {
    let Some(column) = &reader.columns.hospital else { return Some(None) };
    let id = row.text(column).to_string();
    if id.is_empty() {
        return Some(None);
    }
    let found = reader.hospitals.iter().position(|h| h.id == id);
    if found.is_none() {
        let near = nearest_name(&id, reader.hospitals.iter().map(|h| h.id.as_str()));
        let hint = near.map(|n| format!("did you mean `{n}`?"));
        row.fault(column, format!("there is no hospital `{id}`"), hint.as_deref());
    }
    found.map(|at| Some(HospitalId::new(at)))
}

/// Finds the demand point nearest to a position by great circle.
pub(crate) struct NearestPoint<'a> {
    points: &'a [DemandPoint],
    ids: BTreeMap<&'a str, PointId>,
    tree: RTree<GeomWithData<[f64; 3], usize>>,
}

impl<'a> NearestPoint<'a> {
    pub(crate) fn new(points: &'a [DemandPoint]) -> NearestPoint<'a> {
        let tree = points.iter().enumerate().map(|(i, p)| GeomWithData::new(on_sphere(p.at), i)).collect();
        let ids = points.iter().enumerate().map(|(i, p)| (p.id.as_str(), PointId::new(i))).collect();
        NearestPoint { points, ids, tree: RTree::bulk_load(tree) }
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<PointId> {
        self.ids.get(id).copied()
    }

    /// The nearest point and how far it is, metres; `None` if there are no points.
    pub(crate) fn find(&self, at: LatLon) -> Option<(PointId, f64)> {
        let point = self.tree.nearest_neighbor(on_sphere(at))?.data;
        Some((PointId::new(point), distance_m(at, self.points[point].at)))
    }
}

/// The demand point nearest to a position, by looking at all of them; `None` if there are none.
pub fn nearest_point(points: &[DemandPoint], at: LatLon) -> Option<PointId> {
    let away = |p: &DemandPoint| distance_m(at, p.at);
    let nearest = points.iter().enumerate().min_by(|a, b| away(a.1).total_cmp(&away(b.1)));
    nearest.map(|(i, _)| PointId::new(i))
}

/// A position on the unit sphere: the chord between two of them grows with their great-circle distance.
fn on_sphere(at: LatLon) -> [f64; 3] {
    let (lat, lon) = (at.lat.to_radians(), at.lon.to_radians());
    [libm::cos(lat) * libm::cos(lon), libm::cos(lat) * libm::sin(lon), libm::sin(lat)]
}
