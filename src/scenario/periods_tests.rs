//! The bundled scenario with periods and closures added, read from files as a planner's is.

use super::super::Scenario;
use super::*;
use crate::network::calendar::Calendar;
use crate::units::SimTime;
use std::fs;
use std::path::Path;

/// Reads `yuxi-now` with `more` behind it, and files beside it.
fn load(more: &str, files: &[(&str, &str)]) -> Result<Scenario, Faults> {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let text = fs::read_to_string(scenarios.join("yuxi-now.toml")).unwrap();
    let there = |s: &str| format!("\"{}/", scenarios.join(s).display());
    let text = text.replace("\"yuxi/", &there("yuxi")).replace("\"../networks/", &there("../networks"));
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    let file = folder.path().join("s.toml");
    fs::write(&file, format!("{text}\n{more}")).unwrap();
    Scenario::load(&file)
}

const PEAK: &str = r#"
[[period]]
key = "peak"
name = { zh = "高峰", en = "rush hours" }
when = ["mon-fri 07:30-09:00", "mon-fri 17:30-19:00"]
speed = { value = 0.8, quality = "C", source = "a guess" }
classes = { value = { primary = 0.7, ferry = 0.5 }, quality = "B", source = "counted" }
"#;

#[test]
fn a_scenario_without_them_has_one_regime_and_drives_with_siren() {
    let s = load("", &[]).unwrap();
    assert!(s.periods.is_empty() && s.closures.is_empty());
    let m = &s.travel.missions;
    assert_eq!([&m.response, &m.transport, &m.returning], ["siren"; 3]);
}

#[test]
fn periods_and_closures_are_read() {
    let ring = "[[102.8,24.4],[102.9,24.4],[102.9,24.6]]";
    let lake = format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#);
    let more = format!(
        r#"{PEAK}
        [[period]]
        key = "lake"
        name = {{ zh = "湖", en = "lake" }}
        when = ["day 5 - day 6"]
        speed = 0.5
        geojson = "lake.geojson"

        [[closure]]
        key = "a"
        name = {{ zh = "甲", en = "a" }}
        roads = ["G8511"]
        ways = [7, 8]
        source = "works"

        [[closure]]
        key = "b"
        name = {{ zh = "乙", en = "b" }}
        polygon = [[24.3, 102.5], [24.4, 102.5], [24.4, 102.6], [24.3, 102.5]]
        when = ["daily 22:00-06:00"]
        quality = "A"
    "#
    );
    let s = load(&more, &[("lake.geojson", &lake)]).unwrap();
    let peak = &s.periods[0];
    assert_eq!((peak.key.as_str(), peak.when.len(), peak.speed), ("peak", 10, 0.8));
    let factors = ["primary", "trunk", FERRY].map(|c| peak.speed_factor(c));
    assert!(factors.iter().zip([0.56, 0.8, 0.5]).all(|(a, b)| (a - b).abs() < 1e-12), "{factors:?}");
    let lake = s.periods[1].area.as_ref().unwrap();
    assert!(lake.contains(LatLon::new(24.45, 102.88)) && !lake.contains(LatLon::new(24.55, 102.82)));
    assert_eq!(s.closures[0].what, ClosedRoads { ways: vec![7, 8], roads: vec!["G8511".into()], areas: vec![] });
    assert!(s.closures[0].is_always() && !s.closures[1].is_always());
    assert_eq!(s.closures[1].what.areas[0].parts[0][0].ring.len(), 3);
    let note = |key: &str| s.assumptions.iter().find(|a| a.key == key).map(|a| (a.value.as_str(), a.quality.mark()));
    assert_eq!(note("period[0].speed"), Some(("× 0.8 (mon-fri 07:30-09:00, mon-fri 17:30-19:00)", "C")));
    assert_eq!(note("period[0].classes").map(|n| n.1), Some("B"));
    assert_eq!(note("period[1].speed").map(|n| n.1), Some("C"));
    assert_eq!(note("closure[0]"), Some(("G8511, way 7, way 8", "C")));
    assert_eq!(note("closure[1]"), Some(("polygon, (daily 22:00-06:00)", "A")));
    // Together: night with its closure, rush hours, neither, and each of them at the lake's days.
    let items: Vec<_> =
        s.periods.iter().map(|p| p.when.clone()).chain(s.closures.iter().map(|c| c.when.clone())).collect();
    let calendar = Calendar::new(&items);
    assert_eq!(calendar.at(SimTime::ZERO).0, 0);
    assert_eq!(calendar.regimes, [vec![2, 3], vec![2], vec![0, 2], vec![1, 2, 3], vec![1, 2]]);
}

#[test]
fn the_content_of_an_area_file_is_part_of_the_digest() {
    let digest = |lat: f64| {
        let more = format!("{PEAK}geojson = \"a.geojson\"\n");
        let file = format!(r#"{{"type":"Polygon","coordinates":[[[102.8,24.4],[102.9,24.4],[102.9,{lat}]]]}}"#);
        load(&more, &[("a.geojson", &file)]).unwrap().digest
    };
    assert_eq!(digest(24.6), digest(24.6));
    assert_ne!(digest(24.6), digest(24.7));
}

#[test]
fn every_fault_is_told_with_its_place() {
    let more = format!(
        r#"{PEAK}{PEAK}
        [[period]]
        key = ""
        name = {{ zh = "x", en = "x" }}
        when = ["mun 07:00-09:00", "mon 07:00", "day 9 - day 5"]
        speed = 0.01
        classes.value = {{ primray = 9 }}
        polygon = [[24.3, 102.5], [24.4, 181.0]]

        [[period]]
        key = "nothing"
        name = {{ zh = "x", en = "x" }}
        when = []

        [[period]]
        key = "both"
        name = {{ zh = "x", en = "x" }}
        when = ["daily"]
        speed = 1
        polygon = []
        geojson = "none.geojson"

        [[closure]]
        key = "c"
        name = {{ zh = "x", en = "x" }}
        geojson = "none.geojson"

        [[closure]]
        key = "c"
        name = {{ zh = "x", en = "x" }}
        when = ["day 4 18:00 - day 4 02:00"]
    "#
    );
    let faults = load(&more, &[]).unwrap_err();
    let lines: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
    for wanted in [
        "period[1].key: `peak` is there twice",
        "period[2].key: the key is empty",
        "period[2].when[0]: `mun` is not a weekday (did you mean `mon`?)",
        "period[2].when[1]: `07:00` does not say until when",
        "period[2].when[2]: the window ends before it starts",
        "period[2].speed: a factor on speed of 0.01",
        "period[2].classes.value.primray: a factor on speed of 9",
        "there is no road class `primray` (did you mean `primary`?)",
        "period[2].polygon[1]: [24.4, 181] is not on the globe",
        "period[2].polygon: a polygon has three corners",
        "period[3].when: there is no window",
        "period[3]: the period changes no speed",
        "period[4].geojson: there is a polygon too",
        "closure[0].geojson: cannot read",
        "closure[1].key: `c` is there twice",
        "closure[1].when[0]: the window ends before it starts",
        "closure[1]: nothing is closed",
    ] {
        let found = lines.iter().find(|l| l.contains(wanted));
        let line = found.unwrap_or_else(|| panic!("{wanted} is not in\n{}", lines.join("\n")));
        assert!(line.contains("s.toml:"), "{line}");
    }
    assert_eq!(faults.0.len(), 17, "{}", lines.join("\n"));
    // Each points at its own line.
    let line = |part: &str| faults.0.iter().find(|f| f.message.contains(part)).and_then(Fault::location).unwrap();
    assert_ne!(line("`mun`"), line("until when"));
}

#[test]
fn unknown_keys_missions_and_late_windows() {
    let faults = load(&PEAK.replace("speed =", "sped ="), &[]).unwrap_err();
    assert!(faults.to_string().contains("did you mean `speed`?"), "{faults}");
    let s = load(&PEAK.replace("\"mon-fri 07:30-09:00\"", "\"day 40 - day 41\""), &[]).unwrap();
    let warning = s.warnings.0.iter().find(|f| f.message.contains("period[0].when[0]")).unwrap();
    assert!(warning.message.contains("days 0 to 28"), "{warning}");
}

#[test]
fn what_a_network_lacks_is_told_at_the_closure() {
    let more = "[[closure]]\nkey = \"g\"\nname = { zh = \"g\", en = \"g\" }\nroads = [\"G85l1\"]\nways = [5]\n";
    let s = load(more, &[]).unwrap();
    let mut g = crate::network::graph::tests::triangle();
    g.names.push("G8511".into());
    g.ways[0].reference = 1;
    let faults = s.closures[0].segments(&g).unwrap_err();
    let lines: Vec<String> = faults.0.iter().map(ToString::to_string).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines.iter().all(|l| l.contains("s.toml:") && l.contains("closure `g`")), "{lines:?}");
    assert!(lines[1].contains("did you mean `G8511`?"), "{lines:?}");
}

#[test]
fn a_scenario_on_a_base_needs_a_name_and_keeps_the_rest() {
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.toml");
    let write = |text: &str| {
        let base = scenarios.join("yuxi-now.toml");
        fs::write(&file, format!("base = \"{}\"\n{text}", base.display())).unwrap();
        Scenario::load(&file)
    };
    let faults = write("").unwrap_err();
    assert_eq!(faults.0.len(), 1, "{faults}");
    assert!(faults.to_string().contains("a name of its own"), "{faults}");

    // Tables and network are found beside the base; what is written here is changed.
    let now = Scenario::load(&scenarios.join("yuxi-now.toml")).unwrap();
    let s = write(&format!("name = \"mine\"\n[run]\ndays = 3\n{PEAK}")).unwrap();
    assert_eq!((s.name.as_str(), s.run.days, s.run.replications), ("mine", 3.0, now.run.replications));
    assert_eq!((s.posts.len(), s.units.len(), s.periods.len()), (now.posts.len(), now.units.len(), 1));
    assert!(s.network.file.is_file());
    assert_ne!(s.digest, now.digest);

    // A base's file that is missing is told where the base names it.
    let faults = write("name = \"mine\"\n[tables]\nposts = \"none.csv\"\n").unwrap_err();
    assert!(faults.0[0].location().unwrap().contains("s.toml:4"), "{faults}");
}
