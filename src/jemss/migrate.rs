//! A city as an ordinary scenario: tables, a log of its calls, a road network and a profile, to be changed and run with
//! everything the engine has. Its travel times are near those of the city, not equal: units may turn round and be sent anywhere on a road, and
//! places are snapped to roads instead of nodes.

use super::city::City;
use super::ways::NodeWays;
use crate::fault::{Fault, Faults};
use crate::geo::{Bounds, LatLon, distance_m};
use crate::network::synth::{Tags, Writer};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// Kilometres of a degree of latitude, within which the scale of a map must be to be taken for degrees.
const KM_PER_DEGREE: std::ops::Range<f64> = 105.0..117.0;

/// Writes the scenario into a folder: `scenario.toml`, its tables, `calls.csv`, `network.osm.pbf` and `profile.toml`.
///
/// # Errors
/// Positions that are no degrees, or a file that cannot be written.
pub fn write_scenario(city: &City, ways: &NodeWays, folder: &Path) -> Result<(), Faults> {
    let at = |x: f64, y: f64| LatLon::new(y, x);
    if !KM_PER_DEGREE.contains(&city.scale[1]) || !city.nodes.iter().all(|n| at(n.x, n.y).is_valid()) {
        let message = format!("yScale is {}: positions are not degrees, so no scenario can be written", city.scale[1]);
        return Err(Fault::error(message).in_file(&city.folder).hint("only the replay is possible").into());
    }
    let put = |name: &str, content: &[u8]| -> Result<(), Faults> {
        let path = folder.join(name);
        std::fs::write(&path, content).map_err(|e| Fault::io("write", &path, &e).into())
    };
    let network =
        network(city).map_err(|e| Fault::error(format!("the network cannot be packed: {e}")).in_file(folder))?;
    put("network.osm.pbf", &network)?;
    put("profile.toml", PROFILE.as_bytes())?;
    put("posts.csv", posts(city).as_bytes())?;
    put("units.csv", units(city).as_bytes())?;
    put("hospitals.csv", hospitals(city).as_bytes())?;
    let (demand, point_of) = demand(city, ways);
    put("demand.csv", demand.as_bytes())?;
    put("calls.csv", calls(city, &point_of).as_bytes())?;
    put("scenario.toml", toml(city).as_bytes())
}

/// Arcs as ways of two nodes, with the limit at which the way takes as long as the arc by the first travel mode.
fn network(city: &City) -> std::io::Result<Vec<u8>> {
    let places: Vec<LatLon> = city.nodes.iter().map(|n| LatLon::new(n.y, n.x)).collect();
    let nodes: Vec<(LatLon, Tags)> = places.iter().map(|p| (*p, Vec::new())).collect();
    let days = &city.arc_days[city.mode(city.set_at(city.start), Some(0))];
    let mut back: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for (arc, days) in city.arcs.iter().zip(days) {
        back.insert((arc.from, arc.to), *days);
    }
    let mut ways: Vec<(Vec<i64>, Tags)> = Vec::with_capacity(city.arcs.len());
    for (arc, days) in city.arcs.iter().zip(days) {
        let both = back.get(&(arc.to, arc.from)) == Some(days);
        if both && arc.from > arc.to {
            continue;
        }
        let metres = distance_m(places[arc.from as usize], places[arc.to as usize]);
        let kmh = (metres / 1000.0 / (days * 24.0)).clamp(1.0, 200.0);
        let mut tags: Tags = vec![("highway", "unclassified".into()), ("maxspeed", format!("{kmh:.3}").into())];
        if !both {
            tags.push(("oneway", "yes".into()));
        }
        ways.push((vec![i64::from(arc.from) + 1, i64::from(arc.to) + 1], tags));
    }
    let program = format!("goldenhour import {}", env!("CARGO_PKG_VERSION"));
    let mut writer = Writer::new(Bounds::of(places), &program, "arcs of a JEMSS city")?;
    writer.nodes(1, &nodes)?;
    writer.ways(1, &ways)?;
    Ok(writer.finish())
}

const PROFILE: &str = r#"# Speed profile of a network made of a JEMSS city: every way says in `maxspeed` how fast it is driven; nothing
# else slows it.
name = "jemss"
title = { zh = "JEMSS 路网", en = "JEMSS network" }
source = "travel times of the city's first travel mode"
quality = "B"

[classes.unclassified]
speed_kmh = 50

[maxspeed]
use = "replace"
factor = 1
none_kmh = 130
walk_kmh = 6

[maxspeed.implicit]

[delays]
traffic_signals_s = 0
stop_s = 0
give_way_s = 0
gate_s = 0
ferry_boarding_s = 0
toll_s = 0

[ferry]
speed_kmh = 20
untagged = false

[surfaces]

[tracktypes]

[access]
closed = ["no"]
open_keys = []
blocking = []
gates = []

[vehicle]
height_m = 2.8
weight_t = 4.5
width_m = 2.2

[snap]
avoid = []
avoid_extra_m = 0

[missions.siren]
turn_restrictions = false

[missions.plain]
turn_restrictions = false
"#;

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

fn posts(city: &City) -> String {
    let mut text = String::from("id,name,lat,lon,hours,quality,source\n");
    for (i, s) in city.stations.iter().enumerate() {
        let name = if s.name.is_empty() { format!("station {}", i + 1) } else { quoted(&s.name) };
        let _ = writeln!(text, "S{},{name},{},{},24h,A,JEMSS", i + 1, s.y, s.x);
    }
    text
}

fn units(city: &City) -> String {
    let mut text = String::from("id,post,kind,negative_pressure,quality,source\n");
    for (i, station) in city.ambulances.iter().enumerate() {
        let _ = writeln!(text, "A{},S{},advanced,no,A,JEMSS", i + 1, station + 1);
    }
    text
}

fn hospitals(city: &City) -> String {
    let mut text = String::from("id,name,lat,lon,receives,quality,source\n");
    for (i, h) in city.hospitals.iter().enumerate() {
        let name = if h.name.is_empty() { format!("hospital {}", i + 1) } else { quoted(&h.name) };
        let _ = writeln!(text, "H{},{name},{},{},all,A,JEMSS", i + 1, h.y, h.x);
    }
    text
}

/// People per call in the table of demand points: it only serves to spread drawn calls as the log's are.
const PEOPLE_PER_CALL: usize = 10;

/// One demand point for each node where calls come from, in their midst; and the point of each call.
fn demand(city: &City, ways: &NodeWays) -> (String, Vec<usize>) {
    let mut nodes: BTreeMap<u32, (f64, f64, usize)> = BTreeMap::new();
    for (call, place) in city.calls.iter().zip(ways.points()) {
        let sum = nodes.entry(place.node).or_default();
        *sum = (sum.0 + call.x, sum.1 + call.y, sum.2 + 1);
    }
    let mut text = String::from("id,name,zone,lat,lon,population,quality,source\n");
    for (node, (x, y, n)) in &nodes {
        let (id, people, n) = (node + 1, n * PEOPLE_PER_CALL, *n as f64);
        let _ =
            writeln!(text, "N{id},node {id},urban,{:.7},{:.7},{people},C,spread as the calls of JEMSS", y / n, x / n);
    }
    (text, ways.points().iter().map(|p| p.node as usize + 1).collect())
}

fn calls(city: &City, point_of: &[usize]) -> String {
    let mut text = String::from(
        "time,point,category,priority,handling_s,turnout_s,scene_s,transport,hospital,handover_s,clear_s\n",
    );
    let seconds = |days: f64| days * 86_400.0;
    for (call, point) in city.calls.iter().zip(point_of) {
        let hospital = call.hospital.map(|h| format!("H{}", h + 1)).unwrap_or_default();
        let _ = writeln!(
            text,
            "{:.6},N{point},{},{},{:.6},0,{:.6},{},{hospital},{:.6},0",
            seconds(call.arrival - city.start),
            city.priorities[call.priority].name,
            call.priority + 1,
            seconds(call.dispatch_delay),
            seconds(call.on_scene),
            if call.transport { "yes" } else { "no" },
            seconds(call.handover),
        );
    }
    text
}

fn toml(city: &City) -> String {
    let set = city.set_at(city.start);
    let (first, low) = (city.mode(set, Some(0)), city.mode(set, None));
    let total = |mode: usize| city.arc_days[mode].iter().sum::<f64>();
    let slower = |mode: usize| total(mode) / total(first);
    let last = city.calls.last().map_or(city.start, |c| c.arrival) - city.start;
    let days = last.ceil().max(1.0);
    let n = city.calls.len().max(1) as f64;
    let per_1000 = 365.25 / days * 1000.0 / PEOPLE_PER_CALL as f64;
    let mean = |value: fn(&super::city::Call) -> f64| {
        let of: Vec<f64> = city.calls.iter().map(value).filter(|v| *v > 0.0).collect();
        (of.iter().sum::<f64>() / of.len().max(1) as f64 * 86_400.0).max(0.001)
    };
    let name = city.folder.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let mut text = format!(
        "# Made of a JEMSS city by `goldenhour import jemss --scenario`. The calls are those of the city; travel times on the network\n\
         # are near JEMSS's, not equal: units may turn round on the road, places are snapped to roads instead of nodes, and slower\n\
         # travel modes are factors on the first. For an exact replay use `goldenhour import jemss`.\n\
         schema = 1\n\
         name = \"jemss-{name}\"\n\
         title = {{ zh = \"JEMSS：{name}\", en = \"JEMSS: {name}\" }}\n\n\
         [network]\nfile = \"network.osm.pbf\"\nprofile = \"profile.toml\"\nmax_snap_m = 5000\n\
         off_road_kmh = {{ value = {:.4}, quality = \"A\", source = \"JEMSS: offRoadSpeed of travel mode {}\" }}\n\n\
         [tables]\nposts = \"posts.csv\"\nunits = \"units.csv\"\nhospitals = \"hospitals.csv\"\ndemand = \"demand.csv\"\n\n\
         [run]\ndays = {days}\nwarmup_days = 0\nreplications = 1\nseed = 1\nconfidence = 0.95\nclock_start = \"ring\"\n\n\
         [demand]\n# Without the log, calls would be drawn at this rate, which is the log's.\n\
         urban_per_1000_year = {{ value = {per_1000:.4}, quality = \"B\", source = \"the log\" }}\n\
         rural_per_1000_year = {{ value = {per_1000:.4}, quality = \"B\", source = \"the log\" }}\n\
         phone_calls_per_dispatch = {{ value = 1, quality = \"A\", source = \"JEMSS has only calls that need an ambulance\" }}\n\
         hourly.value = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n\
         hourly.quality = \"C\"\nhourly.source = \"not derived from the log\"\n\
         log = {{ value = \"calls.csv\", quality = \"A\", source = \"JEMSS\" }}\n\n\
         [demand.log_columns]\ntime = \"time\"\npoint = \"point\"\ncategory = \"category\"\npriority = \"priority\"\n\
         handling_s = \"handling_s\"\nturnout_s = \"turnout_s\"\nscene_s = \"scene_s\"\ntransport = \"transport\"\n\
         hospital = \"hospital\"\nhandover_s = \"handover_s\"\nclear_s = \"clear_s\"\n",
        city.off_road_speed[first] / 24.0,
        first + 1,
    );
    for (i, p) in city.priorities.iter().enumerate() {
        let of: Vec<&super::city::Call> = city.calls.iter().filter(|c| c.priority == i).collect();
        let taken = of.iter().filter(|c| c.transport).count() as f64 / of.len().max(1) as f64;
        let _ = write!(
            text,
            "\n[[category]]\nkey = \"{0}\"\nname = {{ zh = \"{0}\", en = \"{0}\" }}\n\
             share = {{ value = {1:.12}, quality = \"B\", source = \"the log\" }}\npriority = {2}\n\
             transport = {{ value = {taken:.6}, quality = \"B\", source = \"the log\" }}\nsiren = {3}\n",
            p.name,
            of.len() as f64 / n,
            i + 1,
            city.mode(set, Some(i)) == first,
        );
    }
    let redirect: Vec<String> = city.redispatch.iter().map(|(a, b)| format!("[{}, {}]", a + 1, b + 1)).collect();
    let fixed = |key: &str, seconds: f64, quality: &str| {
        format!(
            "{key} = {{ dist = \"fixed\", value_s = {seconds:.3}, quality = \"{quality}\", source = \"the log\" }}\n"
        )
    };
    let scene = mean(|c| c.on_scene);
    let _ = write!(
        text,
        "\n# JEMSS has no call-takers.\n[[centre]]\nname = {{ zh = \"指挥中心\", en = \"dispatch centre\" }}\n\
         seats = {{ value = 1000, quality = \"C\", source = \"as many as calls need\" }}\n\n\
         [call_taking]\n{}{}{}{}\n[dispatch]\nunder_way = true\nredirect = [{}]\nqueue_by = \"ring\"\ntie = \"first\"\n\n[durations]\n{}{}{}{}{}{}\n\
         [travel]\nresponse_factor = {{ value = 1.0, quality = \"A\", source = \"JEMSS: travel mode {}\" }}\n\
         transport_factor = {{ value = {:.6}, quality = \"B\", source = \"JEMSS: mean of travel mode {} over that of the first\" }}\n\
         return_factor = {{ value = {:.6}, quality = \"B\", source = \"JEMSS: mean of travel mode {} over that of the first\" }}\n\
         calm_factor = {{ value = {:.6}, quality = \"B\", source = \"JEMSS: mean of travel mode {} over that of the first\" }}\n\n\
         [standard]\npack = \"cn-yuxi-2025\"\n",
        fixed("pickup", 0.0, "A"),
        fixed("handling", mean(|c| c.dispatch_delay), "B"),
        fixed("handling_no_dispatch", 0.0, "A"),
        fixed("wrapup", 0.0, "A"),
        redirect.join(", "),
        fixed("turnout", 0.0, "A"),
        fixed("turnout_on_road", 0.0, "A"),
        fixed("scene", scene, "B"),
        fixed("scene_left", scene, "B"),
        fixed("handover", mean(|c| c.handover), "B"),
        fixed("clear", 0.0, "A"),
        first + 1,
        slower(low),
        low + 1,
        slower(low),
        low + 1,
        slower(low),
        low + 1,
    );
    text
}
