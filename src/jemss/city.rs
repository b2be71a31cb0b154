//! A city as JEMSS's files describe it, checked. Times are days, lengths kilometres, as in the files.

use super::files::{Files, Kind};
use super::reader::{Row, Sheet};
use crate::fault::{Fault, Faults, nearest_name};
use std::path::{Path, PathBuf};

/// A city with its calls.
#[derive(Clone, Debug)]
pub struct City {
    /// The folder it was read from.
    pub folder: PathBuf,
    /// Kilometres per unit of x and of y.
    pub scale: [f64; 2],
    /// Road nodes.
    pub nodes: Vec<Node>,
    /// Directed arcs between them; an undirected file gives each twice.
    pub arcs: Vec<Arc>,
    /// Days that each arc takes, for each travel mode.
    pub arc_days: Vec<Vec<f64>>,
    /// Speed off the road of each travel mode, kilometres a day.
    pub off_road_speed: Vec<f64>,
    /// For each travel set, the mode of each priority.
    pub sets: Vec<Vec<usize>>,
    /// From when (days) which set holds, in order of time.
    pub set_times: Vec<(f64, usize)>,
    /// Priorities, the most urgent first.
    pub priorities: Vec<Priority>,
    /// The priority by whose travel mode units drive to hospital and home: `lowPriority`, or else the last.
    pub low: usize,
    /// Stations.
    pub stations: Vec<Spot>,
    /// Hospitals.
    pub hospitals: Vec<Spot>,
    /// The station of each ambulance.
    pub ambulances: Vec<usize>,
    /// `(a, b)`: an ambulance on its way to a call of priority `a` may be sent to one of priority `b` instead.
    pub redispatch: Vec<(usize, usize)>,
    /// When the simulation starts, days.
    pub start: f64,
    /// Calls in order of arrival.
    pub calls: Vec<Call>,
}

/// A road node.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// Whether one can leave the road here.
    pub access: bool,
}

/// A directed piece of road.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arc {
    /// Where it begins.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// Kilometres; straight where the file does not say.
    pub km: f64,
}

/// How urgent a call is.
#[derive(Clone, Debug, PartialEq)]
pub struct Priority {
    /// Its name, such as `highPriority`.
    pub name: String,
    /// A response within so many days is in time; `None` for a priority that the file does not list.
    pub target: Option<f64>,
    /// Units drive to its calls by the travel mode of this priority.
    pub travels_as: usize,
}

/// A place off the road.
#[derive(Clone, Debug, PartialEq)]
pub struct Spot {
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// Its name, if the file has one.
    pub name: String,
}

/// A call that was drawn before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Call {
    /// Its priority, from 0.
    pub priority: usize,
    /// East.
    pub x: f64,
    /// North.
    pub y: f64,
    /// When it comes in, days.
    pub arrival: f64,
    /// From then to the search for an ambulance, days.
    pub dispatch_delay: f64,
    /// On scene, days.
    pub on_scene: f64,
    /// Whether the patient is taken to hospital.
    pub transport: bool,
    /// To which; `None`: to the nearest.
    pub hospital: Option<usize>,
    /// Hand-over at hospital, days.
    pub handover: f64,
}

/// The priority by whose mode units drive to hospital and home.
fn low_of(priorities: &[Priority]) -> usize {
    priorities.iter().position(|p| p.name == NAMES[2]).unwrap_or(priorities.len() - 1)
}

/// The names that JEMSS knows without a file.
const NAMES: [&str; 3] = ["highPriority", "medPriority", "lowPriority"];

impl City {
    /// Reads the files of a folder.
    ///
    /// # Errors
    /// All faults of all files, each with file and row.
    pub fn read(folder: &Path) -> Result<City, Faults> {
        let files = Files::find(folder)?;
        let mut faults = Faults::new();
        let sheet = |kind: Kind, faults: &mut Faults| files.get(kind).and_then(|p| faults.take(Sheet::read(p)));
        let mut get = |kind| sheet(kind, &mut faults);
        let (map, nodes, arcs, travel) = (get(Kind::Map), get(Kind::Nodes), get(Kind::Arcs), get(Kind::Travel));
        let (stations, hospitals) = (get(Kind::Stations), get(Kind::Hospitals));
        let (ambulances, priorities) = (get(Kind::Ambulances), get(Kind::Priorities));
        let (redispatch, calls) = (get(Kind::Redispatch), get(Kind::Calls));

        let priorities = priorities.and_then(|s| faults.take(read_priorities(&s)));
        let map = map.and_then(|s| faults.take(read_map(&s)));
        let nodes = nodes.and_then(|s| faults.take(read_nodes(&s)));
        let stations = stations.and_then(|s| faults.take(read_spots(&s, "stations")));
        let hospitals = hospitals.and_then(|s| faults.take(read_spots(&s, "hospitals")));
        let travel = travel.zip(priorities.as_ref()).and_then(|(s, p)| faults.take(read_travel(&s, p)));
        let arcs = arcs.zip(nodes.as_ref()).zip(map).and_then(|((s, n), m)| faults.take(read_arcs(&s, n, m)));
        let ambulances = ambulances.zip(stations.as_ref()).and_then(|(s, t)| faults.take(read_ambulances(&s, t.len())));
        let redirect = match (files.get(Kind::Redispatch), redispatch, &priorities) {
            // What JEMSS does without a file.
            (None, _, Some(p)) => Some(default_redispatch(p)),
            (_, Some(sheet), Some(p)) => faults.take(read_redispatch(&sheet, p)),
            _ => None,
        };
        let calls = calls
            .zip(priorities.as_ref())
            .zip(hospitals.as_ref())
            .and_then(|((s, p), h)| faults.take(read_calls(&s, p, h.len())));

        if let (Some(travel), Some((_, days))) = (&travel, &arcs)
            && travel.off_road_speed.len() != days.len()
        {
            let message =
                format!("there are {} travel modes, but arcs have {}", travel.off_road_speed.len(), days.len());
            faults.push(Fault::error(message).in_file(files.get(Kind::Travel).unwrap_or(folder)));
        }
        if let (Some(travel), Some((start, _))) = (&travel, &calls)
            && travel.set_times[0].0 > *start
        {
            let message =
                format!("the first travel set begins at day {}, after the start at day {start}", travel.set_times[0].0);
            faults.push(Fault::error(message).in_file(files.get(Kind::Travel).unwrap_or(folder)));
        }
        if let Some(nodes) = &nodes
            && !nodes.iter().any(|n| n.access)
        {
            faults.push(Fault::error("no node has off-road access").in_file(files.get(Kind::Nodes).unwrap_or(folder)));
        }
        if faults.has_errors() {
            return Err(faults);
        }
        let parts = (priorities, map, nodes, arcs, travel, stations, hospitals);
        let (
            Some(priorities),
            Some(scale),
            Some(nodes),
            Some((arcs, arc_days)),
            Some(travel),
            Some(stations),
            Some(hospitals),
        ) = parts
        else {
            return Err(faults);
        };
        let (Some(ambulances), Some(redispatch), Some((start, calls))) = (ambulances, redirect, calls) else {
            return Err(faults);
        };
        let low = low_of(&priorities);
        Ok(City {
            folder: folder.to_path_buf(),
            scale,
            nodes,
            arcs,
            arc_days,
            off_road_speed: travel.off_road_speed,
            sets: travel.sets,
            set_times: travel.set_times,
            priorities,
            low,
            stations,
            hospitals,
            ambulances,
            redispatch,
            start,
            calls,
        })
    }

    /// Kilometres between two places in the plane of the map.
    pub fn km(&self, a: (f64, f64), b: (f64, f64)) -> f64 {
        km(self.scale, a, b)
    }

    /// The travel set that holds at a time (days).
    pub fn set_at(&self, day: f64) -> usize {
        let later = self.set_times.partition_point(|(from, _)| *from <= day);
        self.set_times[later.saturating_sub(1)].1
    }

    /// The travel mode in a set: of drives to calls of a priority, or (`None`) of all others.
    pub fn mode(&self, set: usize, to_call: Option<usize>) -> usize {
        self.sets[set][to_call.map_or(self.low, |p| self.priorities[p].travels_as)]
    }
}

fn km(scale: [f64; 2], a: (f64, f64), b: (f64, f64)) -> f64 {
    let (x, y) = ((a.0 - b.0) * scale[0], (a.1 - b.1) * scale[1]);
    (x * x + y * y).sqrt()
}

fn read_map(sheet: &Sheet) -> Result<[f64; 2], Faults> {
    let table = sheet.table("map", &["xMin", "xMax", "yMin", "yMax", "xScale", "yScale"])?;
    table.single(|row| {
        for (low, high) in [("xMin", "xMax"), ("yMin", "yMax")] {
            let (a, b) = (row.number(low), row.number(high));
            if a? >= b? {
                row.fault(high, format!("it must be above {low}"), None);
            }
        }
        let (x, y) = (row.positive("xScale"), row.positive("yScale"));
        Some([x?, y?])
    })
}

fn read_nodes(sheet: &Sheet) -> Result<Vec<Node>, Faults> {
    let table = sheet.table("nodes", &["index", "x", "y"])?;
    let access = table.column("offRoadAccess").is_some();
    table.rows(|row| {
        let (n, x, y) = (row.numbered("index"), row.number("x"), row.number("y"));
        let access = if access { row.yes_no("offRoadAccess") } else { Some(true) };
        n?;
        Some(Node { x: x?, y: y?, access: access? })
    })
}

fn read_arcs(sheet: &Sheet, nodes: &[Node], scale: [f64; 2]) -> Result<(Vec<Arc>, Vec<Vec<f64>>), Faults> {
    let misc = sheet.table("miscData", &["arcForm", "numModes"])?;
    let (undirected, modes) = misc.single(|row| {
        let form = row.text("arcForm").into_owned();
        if form != "directed" && form != "undirected" {
            row.fault("arcForm", format!("`{form}` is neither directed nor undirected"), None);
            return None;
        }
        let modes = row.index("numModes", 1000, "number of modes")? + 1;
        Some((form == "undirected", modes))
    })?;
    let names: Vec<String> = (1..=modes).map(|m| format!("mode_{m}")).collect();
    let mut required = vec!["index", "fromNode", "toNode"];
    required.extend(names.iter().map(String::as_str));
    let table = sheet.table("arcs", &required)?;
    let position = |name: &str| table.column(name).unwrap_or(usize::MAX);
    let (from, to, distance) = (position("fromNode"), position("toNode"), table.column("distance"));
    let columns: Vec<usize> = names.iter().map(|n| position(n)).collect();
    let mut days: Vec<Vec<f64>> = vec![Vec::with_capacity(table.len() * 2); modes];
    let mut arcs = table.rows(|row| {
        let numbered = row.numbered("index");
        let (a, b) = (row.index_at(from, nodes.len(), "node"), row.index_at(to, nodes.len(), "node"));
        for (mode, column) in columns.iter().enumerate() {
            let value = row.number_at(*column)?;
            if value <= 0.0 {
                row.fault(&names[mode], format!("{value}: an arc's time must be above zero"), None);
            }
            days[mode].push(value);
        }
        numbered?;
        let (a, b) = (a?, b?);
        if a == b {
            row.fault("toNode", "the arc ends where it begins", None);
        }
        let km = match distance {
            Some(_) => row.not_negative("distance")?,
            None => km(scale, (nodes[a].x, nodes[a].y), (nodes[b].x, nodes[b].y)),
        };
        Some(Arc { from: a as u32, to: b as u32, km })
    })?;
    if undirected {
        let back: Vec<Arc> = arcs.iter().map(|a| Arc { from: a.to, to: a.from, km: a.km }).collect();
        arcs.extend(back);
        days.iter_mut().for_each(|d| d.extend_from_within(..));
    }
    let mut order: Vec<u32> = (0..arcs.len() as u32).collect();
    let key = |i: &u32| (arcs[*i as usize].from, arcs[*i as usize].to, *i);
    order.sort_unstable_by_key(key);
    let mut faults = Faults::new();
    for pair in order.windows(2) {
        let ((a, b, _), (c, d, second)) = (key(&pair[0]), key(&pair[1]));
        if (a, b) == (c, d) {
            let message = format!("two arcs lead from node {} to node {}", a + 1, b + 1);
            faults.push(table.fault(format!("{message}; the second is arc {}", second as usize % table.len() + 1)));
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok((arcs, days)) }
}

struct TravelFile {
    off_road_speed: Vec<f64>,
    sets: Vec<Vec<usize>>,
    set_times: Vec<(f64, usize)>,
}

fn read_travel(sheet: &Sheet, priorities: &[Priority]) -> Result<TravelFile, Faults> {
    let modes = sheet.table("travelModes", &["travelModeIndex", "offRoadSpeed"])?;
    let off_road_speed = modes.rows(|row| {
        let (n, speed) = (row.numbered("travelModeIndex"), row.positive("offRoadSpeed"));
        n.and(speed)
    })?;
    let table = sheet.table("travelSets", &["travelSetIndex", "priority", "travelModeIndex"])?;
    let mut sets: Vec<Vec<Option<usize>>> = Vec::new();
    let most = table.len();
    table.rows(|row| {
        let set = row.index("travelSetIndex", most, "travel set");
        let mode = row.index("travelModeIndex", off_road_speed.len(), "travel mode");
        let priority = priority_of(row, "priority", priorities);
        let (set, mode, priority) = (set?, mode?, priority?);
        if sets.len() <= set {
            sets.resize(set + 1, vec![None; priorities.len()]);
        }
        if sets[set][priority].replace(mode).is_some() {
            row.fault("priority", "this set has a mode for this priority already", None);
        }
        Some(())
    })?;
    let mut faults = Faults::new();
    for (set, lookup) in sets.iter().enumerate() {
        for (priority, mode) in lookup.iter().enumerate() {
            // What no drive goes by needs no mode.
            let driven = priorities.iter().any(|p| p.target.is_some() && p.travels_as == priority);
            if mode.is_none() && (driven || priority == low_of(priorities)) {
                let name = &priorities[priority].name;
                faults.push(table.fault(format!("travel set {} has no mode for {name}", set + 1)));
            }
        }
    }
    let timing = sheet.table("travelSetsTiming", &["startTime", "travelSetIndex"])?;
    let mut last = f64::NEG_INFINITY;
    let set_times = timing.rows(|row| {
        let (start, set) = (row.number("startTime"), row.index("travelSetIndex", sets.len(), "travel set"));
        let start = start?;
        if start <= last {
            row.fault("startTime", "start times must grow from row to row", None);
        }
        last = start;
        Some((start, set?))
    });
    let set_times = faults.take(set_times);
    if faults.has_errors() {
        return Err(faults);
    }
    let sets = sets.into_iter().map(|s| s.into_iter().map(|m| m.unwrap_or(0)).collect()).collect();
    Ok(TravelFile { off_road_speed, sets, set_times: set_times.unwrap_or_default() })
}

/// The priority that a cell names or numbers.
fn priority_of(row: &mut Row<'_>, column: &str, priorities: &[Priority]) -> Option<usize> {
    let text = row.text(column).into_owned();
    if text.parse::<f64>().is_ok() {
        return row.index(column, priorities.len(), "priority");
    }
    let found = priorities.iter().position(|p| p.name == text);
    if found.is_none() {
        let near =
            nearest_name(&text, priorities.iter().map(|p| p.name.as_str())).map(|n| format!("did you mean {n}?"));
        row.fault(column, format!("`{text}` is no priority"), near.as_deref());
    }
    found
}

fn read_priorities(sheet: &Sheet) -> Result<Vec<Priority>, Faults> {
    let table = sheet.table("priorities", &["priority", "name"])?;
    let target = match table.column("targetResponseDuration") {
        Some(_) => "targetResponseDuration",
        None => "targetResponseTime",
    };
    sheet.table("priorities", &[target])?;
    let mut priorities = table.rows(|row| {
        let (n, target) = (row.numbered("priority"), row.positive(target));
        let name = row.text("name").into_owned();
        if name.is_empty() {
            row.fault("name", "the cell is empty", None);
        }
        n?;
        Some(Priority { name, target: Some(target?), travels_as: row.number })
    })?;
    // Travel sets may speak of priorities that no call has.
    for name in NAMES.iter().skip(priorities.len()) {
        let travels_as = priorities.len();
        priorities.push(Priority { name: (*name).to_string(), target: None, travels_as });
    }
    if table.column("responseTravelPriority").is_some() {
        let as_read = priorities.clone();
        let travels = table.rows(|row| priority_of(row, "responseTravelPriority", &as_read))?;
        priorities.iter_mut().zip(travels).for_each(|(p, t)| p.travels_as = t);
    }
    Ok(priorities)
}

fn read_spots(sheet: &Sheet, name: &str) -> Result<Vec<Spot>, Faults> {
    let table = sheet.table(name, &["index", "x", "y"])?;
    table.rows(|row| {
        let (n, x, y) = (row.numbered("index"), row.number("x"), row.number("y"));
        n?;
        let name = ["name", "NAME"].iter().map(|c| row.text(c)).find(|t| !t.is_empty()).unwrap_or_default();
        Some(Spot { x: x?, y: y?, name: name.into_owned() })
    })
}

fn read_ambulances(sheet: &Sheet, stations: usize) -> Result<Vec<usize>, Faults> {
    let table = sheet.table("ambulances", &["index", "stationIndex"])?;
    table.rows(|row| {
        let (n, station) = (row.numbered("index"), row.index("stationIndex", stations, "station"));
        n.and(station)
    })
}

fn default_redispatch(priorities: &[Priority]) -> Vec<(usize, usize)> {
    let at = |name: &str| priorities.iter().position(|p| p.name == name);
    let [high, medium, low] = NAMES.map(at);
    [(medium, high), (low, high)].into_iter().filter_map(|(a, b)| a.zip(b)).collect()
}

fn read_redispatch(sheet: &Sheet, priorities: &[Priority]) -> Result<Vec<(usize, usize)>, Faults> {
    let allowed = sheet.table("miscData", &["allowRedispatch"])?.single(|row| row.yes_no("allowRedispatch"))?;
    let table = sheet.table("redispatchConditions", &["fromCallPriority", "toCallPriority", "allowRedispatch"])?;
    let mut seen = Vec::new();
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    if table.is_empty() {
        return Ok(pairs);
    }
    table.rows(|row| {
        let from = priority_of(row, "fromCallPriority", priorities);
        let to = priority_of(row, "toCallPriority", priorities);
        let yes = row.yes_no("allowRedispatch")?;
        let pair = (from?, to?);
        if seen.contains(&pair) {
            row.fault("toCallPriority", "this pair of priorities stands in the table already", None);
        }
        seen.push(pair);
        if yes {
            pairs.push(pair);
        }
        Some(())
    })?;
    // Each step must lead to a priority from which none leads back, or two calls would take one unit from each other.
    let n = priorities.len();
    let mut reach = vec![false; n * n];
    pairs.iter().for_each(|(a, b)| reach[a * n + b] = true);
    for k in 0..n {
        for a in 0..n {
            for b in 0..n {
                reach[a * n + b] |= reach[a * n + k] && reach[k * n + b];
            }
        }
    }
    if let Some(p) = (0..n).find(|p| reach[p * n + p]) {
        let message =
            format!("redispatch leads from {0} back to {0}: units could be sent round for ever", priorities[p].name);
        return Err(table.fault(message).into());
    }
    Ok(if allowed { pairs } else { Vec::new() })
}

fn read_calls(sheet: &Sheet, priorities: &[Priority], hospitals: usize) -> Result<(f64, Vec<Call>), Faults> {
    let start = sheet.table("miscData", &["startTime"])?.single(|row| row.number("startTime"))?;
    let required = ["index", "priority", "x", "y", "arrivalTime", "dispatchDelay", "onSceneDuration"];
    let table = sheet.table("calls", &required)?;
    // Older files have other names.
    let transport = if table.column("transfer").is_some() { "transfer" } else { "transport" };
    let handover = if table.column("transferDuration").is_some() { "transferDuration" } else { "handoverDuration" };
    sheet.table("calls", &[transport, handover])?;
    let given = table.column("hospitalIndex").is_some();
    let listed = priorities.iter().filter(|p| p.target.is_some()).count();
    let mut last = start;
    let calls = table.rows(|row| {
        let (n, priority) = (row.numbered("index"), priority_of(row, "priority", &priorities[..listed]));
        let (x, y, arrival) = (row.number("x"), row.number("y"), row.number("arrivalTime"));
        let (delay, on_scene) = (row.not_negative("dispatchDelay"), row.not_negative("onSceneDuration"));
        let transport = row.yes_no(transport)?;
        let handover = if transport { row.not_negative(handover) } else { Some(0.0) };
        let hospital = match row.text("hospitalIndex").parse::<f64>() {
            _ if !given => None,
            Err(_) if row.text("hospitalIndex").is_empty() => None,
            Ok(value) if value <= 0.0 => None,
            _ => Some(row.index("hospitalIndex", hospitals, "hospital")?),
        };
        let arrival = arrival?;
        if arrival < last {
            let what = if row.number == 0 { "the start of the simulation" } else { "the call before" };
            row.fault("arrivalTime", format!("{arrival} is before that of {what} ({last})"), None);
        }
        last = arrival;
        n?;
        Some(Call {
            priority: priority?,
            x: x?,
            y: y?,
            arrival,
            dispatch_delay: delay?,
            on_scene: on_scene?,
            transport,
            hospital,
            handover: handover?,
        })
    })?;
    Ok((start, calls))
}
