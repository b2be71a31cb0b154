//! What became of calls and ambulances, in JEMSS's columns; and how it differs from what JEMSS wrote.

use super::city::City;
use super::replay::Replayed;
use super::snap::Place;
use crate::fault::{Fault, Faults, SourceText};
use std::fmt::Write as _;
use std::path::Path;

/// Columns of the table of calls.
const CALLS: [&str; 15] = [
    "index",
    "priority",
    "ambIndex",
    "dispatchTime",
    "ambArrivalTime",
    "hospitalArrivalTime",
    "hospitalIndex",
    "numBumps",
    "wasQueued",
    "responseDuration",
    "ambGoingToCallDuration",
    "transportDuration",
    "serviceDuration",
    "nearestNodeIndex",
    "nearestNodeDist",
];

/// Columns of the table of ambulances.
const AMBULANCES: [&str; 12] = [
    "index",
    "station",
    "numCallsTreated",
    "numCallsTransported",
    "numDispatches",
    "fromStation",
    "onRoad",
    "onFree",
    "redispatches",
    "travelDays",
    "travelKm",
    "busyDays",
];

/// The table of calls as text, row by row.
fn call_rows(city: &City, points: &[Place], replayed: &Replayed) -> Vec<[f64; 15]> {
    let rows = replayed.calls.iter().enumerate().map(|(i, out)| {
        let (call, time) = (&city.calls[i], |t: Option<f64>| t.unwrap_or(-1.0));
        let between = |a: Option<f64>, b: Option<f64>| a.zip(b).map_or(0.0, |(a, b)| b - a);
        let index = |i: Option<usize>| i.map_or(-1.0, |i| i as f64 + 1.0);
        [
            i as f64 + 1.0,
            call.priority as f64 + 1.0,
            index(out.ambulance),
            time(out.dispatched),
            time(out.arrived),
            time(out.at_hospital),
            index(out.hospital),
            f64::from(out.bumps),
            f64::from(u8::from(out.queued)),
            between(Some(call.arrival), out.arrived),
            between(out.dispatched, out.arrived),
            if out.at_hospital.is_some() { between(out.left, out.at_hospital) } else { 0.0 },
            between(Some(call.arrival), out.freed),
            f64::from(points[i].node) + 1.0,
            points[i].km,
        ]
    });
    rows.collect()
}

fn write(path: &Path, columns: &[&str], rows: impl Iterator<Item = Vec<f64>>) -> Result<(), Faults> {
    let mut text = columns.join(",");
    text.push('\n');
    for row in rows {
        for (i, value) in row.iter().enumerate() {
            let _ = write!(text, "{}{value}", if i == 0 { "" } else { "," });
        }
        text.push('\n');
    }
    std::fs::write(path, text).map_err(|e| Fault::io("write", path, &e).into())
}

/// Writes the table of calls.
///
/// # Errors
/// The file cannot be written.
pub fn write_calls(path: &Path, city: &City, points: &[Place], replayed: &Replayed) -> Result<(), Faults> {
    write(path, &CALLS, call_rows(city, points, replayed).into_iter().map(Vec::from))
}

/// Writes the table of ambulances.
///
/// # Errors
/// The file cannot be written.
pub fn write_ambulances(path: &Path, city: &City, replayed: &Replayed) -> Result<(), Faults> {
    let rows = replayed.ambulances.iter().enumerate().map(|(i, a)| {
        vec![
            i as f64 + 1.0,
            city.ambulances[i] as f64 + 1.0,
            a.treated as f64,
            a.transported as f64,
            (a.from_station + a.on_road + a.on_free) as f64,
            a.from_station as f64,
            a.on_road as f64,
            a.on_free as f64,
            a.redispatches as f64,
            a.travel_days,
            a.travel_km,
            a.busy_days,
        ]
    });
    write(path, &AMBULANCES, rows)
}

/// How a replay differs from what JEMSS did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    /// Calls compared.
    pub calls: usize,
    /// Calls with another ambulance, hospital, number of bumps, or that waited in one and not in the other.
    pub other: Vec<usize>,
    /// The greatest difference of a time of a call, days.
    pub worst_days: f64,
    /// Ambulances of which a number differs.
    pub ambulances: Vec<usize>,
    /// The greatest difference of days or kilometres of an ambulance.
    pub worst_ambulance: f64,
}

/// Columns of whole numbers, which must be the same.
const SAME: [&str; 5] = ["ambIndex", "hospitalIndex", "numBumps", "wasQueued", "nearestNodeIndex"];
/// Columns of times.
const TIMES: [&str; 7] = [
    "dispatchTime",
    "ambArrivalTime",
    "hospitalArrivalTime",
    "responseDuration",
    "ambGoingToCallDuration",
    "transportDuration",
    "serviceDuration",
];

/// Compares a replay with the tables in a folder: `calls_out.csv`, and `ambs_out.csv` if it is there. Columns that the tables do
/// not have are not compared.
///
/// # Errors
/// A table that cannot be read or has another number of rows.
pub fn compare(folder: &Path, city: &City, points: &[Place], replayed: &Replayed) -> Result<Differences, Faults> {
    let mut found = Differences { calls: replayed.calls.len(), ..Differences::default() };
    let rows: Vec<Vec<f64>> = call_rows(city, points, replayed).into_iter().map(Vec::from).collect();
    let expected = Expected::read(&folder.join("calls_out.csv"), &CALLS, rows.len())?;
    for (i, (row, expected)) in rows.iter().zip(&expected.rows).enumerate() {
        let mut other = false;
        for (c, name) in CALLS.iter().enumerate() {
            let Some(value) = expected[c] else { continue };
            if SAME.contains(name) {
                other |= value != row[c];
            } else if TIMES.contains(name) {
                found.worst_days = found.worst_days.max((value - row[c]).abs());
            }
        }
        if other {
            found.other.push(i);
        }
    }
    let path = folder.join("ambs_out.csv");
    if path.is_file() {
        let expected = Expected::read(&path, &AMBULANCES, replayed.ambulances.len())?;
        for (i, (a, expected)) in replayed.ambulances.iter().zip(&expected.rows).enumerate() {
            let whole = [a.treated, a.transported, a.from_station + a.on_road + a.on_free, a.from_station, a.on_road];
            let whole = whole.into_iter().chain([a.on_free, a.redispatches]);
            if whole.enumerate().any(|(c, value)| expected[c + 2].is_some_and(|e| e != value as f64)) {
                found.ambulances.push(i);
            }
            for (c, value) in [a.travel_days, a.travel_km, a.busy_days].into_iter().enumerate() {
                let difference = expected[c + 9].map_or(0.0, |e| (e - value).abs());
                found.worst_ambulance = found.worst_ambulance.max(difference);
            }
        }
    }
    Ok(found)
}

/// A table of numbers that JEMSS wrote, its columns in the order asked for.
struct Expected {
    rows: Vec<Vec<Option<f64>>>,
}

impl Expected {
    fn read(path: &Path, columns: &[&str], count: usize) -> Result<Expected, Faults> {
        let source = SourceText::read(path)?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(source.text.as_bytes());
        let broken = |e: csv::Error| {
            let at = e.position().map_or(0, |p| p.byte() as usize);
            Faults::from(Fault::error(format!("the table cannot be read: {e}")).at(&source, at..at))
        };
        let header = reader.headers().map_err(broken)?.clone();
        let at: Vec<Option<usize>> = columns.iter().map(|c| header.iter().position(|h| h == *c)).collect();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            rows.push(at.iter().map(|c| record.get((*c)?)?.parse::<f64>().ok()).collect());
        }
        if rows.len() != count {
            let message = format!("{}: {} rows, but the city has {count}", path.display(), rows.len());
            return Err(Fault::error(message).in_file(path).hint("is it of the same city?").into());
        }
        Ok(Expected { rows })
    }
}
