//! `goldenhour init` through the command line: on real extracts where they are at hand, and on maps made here.
//!
//! Real extracts lie in `data/osm` under the folder that `GOLDENHOUR_SHARED` names (default `../shared`). Without them
//! those tests say so and pass; the made ones always run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use goldenhour::experiment::{Overrides, prepare};
use goldenhour::scenario::Scenario;
use osmpbfreader::osmformat::{HeaderBlock, Node, PrimitiveBlock, PrimitiveGroup, Way};
use protobuf::Message;
use std::path::{Path, PathBuf};

// Only its framing of blocks is needed here.
#[allow(dead_code)]
#[path = "made/pbf.rs"]
mod made;

use made::blob;

fn goldenhour() -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.args(["--lang", "en"]);
    command
}

fn init(network: &Path, out: &Path) -> Command {
    let mut command = goldenhour();
    command.arg("init").arg("--network").arg(network).arg("--out").arg(out);
    command
}

fn extracts() -> Vec<PathBuf> {
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map(PathBuf::from);
    let folder = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")).join("data/osm");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not here", folder.display());
        return Vec::new();
    };
    let mut list: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    list.retain(|p| p.extension().is_some_and(|e| e == "pbf"));
    list.sort();
    list
}

/// The summary of the only run in a folder of results.
fn summary(results: &Path) -> serde_json::Value {
    let mut at = results.to_path_buf();
    for _ in 0..2 {
        let mut folders: Vec<PathBuf> = std::fs::read_dir(&at).unwrap().map(|e| e.unwrap().path()).collect();
        folders.retain(|p| p.is_dir());
        assert_eq!(folders.len(), 1, "{folders:?}");
        at = folders.remove(0);
    }
    serde_json::from_str(&std::fs::read_to_string(at.join("summary.json")).unwrap()).unwrap()
}

fn run(scenario: &Path, results: &Path, days: u32) -> serde_json::Value {
    let mut command = goldenhour();
    command.arg("run").arg(scenario).arg("--out").arg(results).args(["--replications", "2", "--no-png", "--quiet"]);
    command.args(["--days", &days.to_string()]).assert().success();
    summary(results)
}

#[test]
fn every_extract_becomes_a_scenario_that_runs() {
    for network in extracts() {
        let home = tempfile::tempdir().unwrap();
        let name = network.file_name().unwrap().to_string_lossy().into_owned();
        let out = home.path().join("city");
        let json = init(&network, &out).arg("--json").assert().success().get_output().stdout.clone();
        let said: serde_json::Value = serde_json::from_slice(&json).unwrap();
        let file = out.join("scenario.toml");
        let scenario = Scenario::load(&file).unwrap_or_else(|e| panic!("{name}: {e}"));
        let negative = scenario.units.iter().filter(|u| u.negative_pressure).count();
        assert!(scenario.units.len() >= 2 && scenario.units.len() >= scenario.posts.len(), "{name}");
        assert!(5 * negative >= 2 * scenario.units.len(), "{name}");
        assert!(scenario.points.len() <= 1_500, "{name}");
        let people: f64 = scenario.points.iter().map(|p| p.population).sum();
        assert_eq!(Some(people), said["people"].as_f64(), "{name}");
        assert!(scenario.units.len() as f64 * 30_000.0 >= people, "{name}");
        let prepared = prepare(&file, &Overrides::default()).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(prepared.world.far.is_empty(), "{name}: {:?}", prepared.world.far);
        // A hamlet has few calls: as many days as bring about 40 of them, at least 2.
        let days = (40.0 / 2.0 / (people * 0.010 / 365.0)).ceil().max(2.0) as u32;
        let summary = run(&file, &home.path().join("results"), days);
        let served = summary["flow"]["dispatches"]["mean"].as_f64().unwrap()
            - summary["flow"]["unserved"]["mean"].as_f64().unwrap();
        assert!(served > 0.0, "{name}: nobody was served");
        let response = &summary["response"][0]["mean_min"]["mean"];
        assert!(response.as_f64().is_some_and(|m| m > 0.0 && m < 240.0), "{name}: {response}");
        println!(
            "{name} | nodes {} | edges {} | dropped {:.0} km | posts {} | hospitals {} | units {} | points {} | people {people:.0} | {days} days | served/day {served:.2} | mean response {:.1} min",
            prepared.stats.junctions,
            prepared.stats.edges,
            prepared.stats.dropped_km,
            scenario.posts.len(),
            scenario.hospitals.len(),
            scenario.units.len(),
            scenario.points.len(),
            response.as_f64().unwrap(),
        );
    }
}

type Tags<'a> = &'a [(&'a str, &'a str)];

/// A square lattice of streets of houses, 500 m apart, round 24° N 102° E, with places.
fn town(streets: i64, places: &[(f64, f64, Tags)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut header = HeaderBlock::new();
    header.required_features = vec!["OsmSchema-V0.6".to_string()];
    blob("OSMHeader", header.write_to_bytes().unwrap(), &mut out);
    let mut block = PrimitiveBlock::new();
    let strings = &mut block.stringtable.mut_or_insert_default().s;
    strings.push(vec![]);
    let mut string = |text: &str| {
        strings.push(text.as_bytes().to_vec());
        strings.len() as u32 - 1
    };
    let mut group = PrimitiveGroup::new();
    let mut node = |id: i64, lat: f64, lon: f64, tags: Vec<(u32, u32)>| {
        let mut node = Node::new();
        node.set_id(id);
        node.set_lat((lat * 1e7).round() as i64);
        node.set_lon((lon * 1e7).round() as i64);
        (node.keys, node.vals) = tags.into_iter().unzip();
        group.nodes.push(node);
    };
    let id = |row: i64, column: i64| 1 + row * streets + column;
    for row in 0..streets {
        for column in 0..streets {
            node(id(row, column), 24.0 + 0.0045 * row as f64, 102.0 + 0.0049 * column as f64, vec![]);
        }
    }
    for (i, (lat, lon, tags)) in places.iter().enumerate() {
        node(100_000 + i as i64, *lat, *lon, tags.iter().map(|(k, v)| (string(k), string(v))).collect());
    }
    let (highway, residential) = (string("highway"), string("residential"));
    for line in 0..2 * streets {
        let mut way = Way::new();
        way.set_id(line + 1);
        let refs = (0..streets).map(|k| if line < streets { id(line, k) } else { id(k, line - streets) });
        let mut last = 0;
        for r in refs {
            way.refs.push(r - last);
            last = r;
        }
        way.keys.push(highway);
        way.vals.push(residential);
        group.ways.push(way);
    }
    block.primitivegroup.push(group);
    blob("OSMData", block.write_to_bytes().unwrap(), &mut out);
    out
}

/// A folder with the map of a town in it.
fn with_map(streets: i64, places: &[(f64, f64, Tags)]) -> (tempfile::TempDir, PathBuf) {
    let home = tempfile::tempdir().unwrap();
    let map = home.path().join("town.osm.pbf");
    std::fs::write(&map, town(streets, places)).unwrap();
    (home, map)
}

#[test]
fn a_map_of_roads_alone_is_enough() {
    let (home, map) = with_map(8, &[]);
    let out = home.path().join("town");
    let assert = init(&map, &out).assert().success();
    let said = String::from_utf8_lossy(&assert.get_output().stdout).into_owned();
    assert!(said.contains("placeholder hospital") && said.contains("goldenhour run"), "{said}");
    // All people are guessed: the terminal says so, and the README in its first lines.
    let warned = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(warned.contains("100 % of the people are guessed") && warned.contains("--people N"), "{warned}");
    let readme = std::fs::read_to_string(out.join("README.md")).unwrap();
    assert!(readme.lines().take(5).any(|l| l.contains("--people N")), "{readme}");
    let scenario = Scenario::load(&out.join("scenario.toml")).unwrap();
    assert_eq!((scenario.posts.len(), scenario.hospitals.len(), scenario.units.len()), (1, 1, 2));
    // 2 × 8 streets of 7 × 500 m: 56 km, of which no cell has more than 2 km: 60 people per km.
    let people: f64 = scenario.points.iter().map(|p| p.population).sum();
    assert!((people / (56.0 * 60.0) - 1.0).abs() < 0.02, "{people}");
    let toml = std::fs::read_to_string(out.join("scenario.toml")).unwrap();
    assert!(toml.contains("file = \"../town.osm.pbf\""), "{toml}");
    let summary = run(&out.join("scenario.toml"), &home.path().join("results"), 100);
    assert!(summary["flow"]["dispatches"]["mean"].as_f64().unwrap() > 0.0);
}

/// A town of 60,000 with what a town has, and what must be left out.
const PLACES: &[(f64, f64, Tags)] = &[
    (24.02, 102.02, &[("place", "town"), ("name", "红花"), ("name:en", "Red, \"Flower\""), ("population", "60000")]),
    (24.021, 102.021, &[("place", "suburb"), ("name", "东区"), ("population", "20000")]),
    (24.022, 102.019, &[("place", "neighbourhood"), ("name", "里")]),
    (24.01, 102.01, &[("amenity", "hospital"), ("name", "一院"), ("emergency", "yes"), ("beds", "300")]),
    (24.0101, 102.0101, &[("healthcare", "hospital"), ("name", "一院急诊")]),
    (24.03, 102.03, &[("amenity", "hospital"), ("name", "口腔, 二院"), ("emergency", "no")]),
    (24.015, 102.03, &[("emergency", "ambulance_station"), ("name", "急救站")]),
    (24.3, 102.3, &[("amenity", "hospital"), ("name", "远方医院")]),
    (24.025, 102.012, &[("amenity", "hospital")]),
    (24.025, 102.025, &[("place", "city"), ("name", "红 花"), ("population", "58000")]),
];

#[test]
fn what_the_map_has_is_used_and_marked() {
    let (home, map) = with_map(8, PLACES);
    let out = home.path().join("town");
    let json = init(&map, &out).args(["--json", "--name", "hong hua"]).assert().success().get_output().stdout.clone();
    let said: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(said["tally"]["too_far"][0], "远方医院 (node/100007)");
    assert_eq!(said["tally"]["twins"], 1);
    assert_eq!((&said["tally"]["nameless_hospitals"], &said["tally"]["twin_places"]), (&1.into(), &1.into()));
    assert_eq!(said["warnings"].as_array().unwrap().len(), 0, "{said}");
    let candidates = std::fs::read_to_string(out.join("candidates.csv")).unwrap();
    assert!(candidates.contains("附近（无名）"), "{candidates}");
    let scenario = Scenario::load(&out.join("scenario.toml")).unwrap();
    assert_eq!(scenario.name, "hong hua");
    let hospitals: Vec<(&str, bool)> =
        scenario.hospitals.iter().map(|h| (h.name.zh.as_str(), h.receives.takes("general"))).collect();
    assert_eq!(hospitals, vec![("一院", true), ("口腔, 二院", false)]);
    assert_eq!(scenario.hospitals[0].beds, Some(300.0));
    assert_eq!(scenario.posts.iter().map(|p| p.name.zh.as_str()).collect::<Vec<_>>(), vec!["急救站"]);
    assert_eq!(scenario.units.len(), 2);
    // The suburb's people are among the town's; the neighbourhood has none of its own.
    let people: f64 = scenario.points.iter().map(|p| p.population).sum();
    assert_eq!(people, 60_000.0);
    assert!(scenario.points.iter().any(|p| p.name.en == "Red, \"Flower\""), "{:?}", scenario.points);
    let table = std::fs::read(out.join("hospitals.csv")).unwrap();
    assert!(table.starts_with("\u{feff}".as_bytes()));
    let readme = std::fs::read_to_string(out.join("README.md")).unwrap();
    assert!(readme.contains("远方医院") && readme.contains("Check first"), "{readme}");
    run(&out.join("scenario.toml"), &home.path().join("results"), 5);
}

#[test]
fn a_known_total_scales_the_guesses() {
    let (home, map) = with_map(8, &[(24.01, 102.01, &[("place", "village"), ("population", "900")])]);
    let out = home.path().join("town");
    let assert = init(&map, &out).args(["--people", "12000"]).assert().success();
    assert!(!String::from_utf8_lossy(&assert.get_output().stderr).contains("guessed"));
    let scenario = Scenario::load(&out.join("scenario.toml")).unwrap();
    let people: f64 = scenario.points.iter().map(|p| p.population).sum();
    assert_eq!(people, 12_000.0);
}

#[test]
fn the_same_map_gives_the_same_bytes() {
    let (home, map) = with_map(8, PLACES);
    let read = |folder: &Path| -> Vec<Vec<u8>> {
        let mut names: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
        names.sort();
        assert_eq!(names.len(), 7, "{names:?}");
        names.iter().map(|n| std::fs::read(n).unwrap()).collect()
    };
    let (one, two) = (home.path().join("1/town"), home.path().join("2/town"));
    init(&map, &one).assert().success();
    init(&map, &two).args(["--threads", "1"]).assert().success();
    assert_eq!(read(&one), read(&two));
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let (home, map) = with_map(4, &[]);
    let out = home.path().join("mine");
    std::fs::create_dir(&out).unwrap();
    std::fs::write(out.join("posts.csv"), "my work").unwrap();
    std::fs::write(out.join("notes.txt"), "my notes").unwrap();
    let assert = init(&map, &out).assert().code(2);
    let said = String::from_utf8_lossy(&assert.get_output().stderr).into_owned();
    assert!(said.contains("not empty") && said.contains("--force"), "{said}");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 2);
    assert_eq!(std::fs::read_to_string(out.join("posts.csv")).unwrap(), "my work");
    init(&map, &out).arg("--force").assert().success();
    assert_ne!(std::fs::read_to_string(out.join("posts.csv")).unwrap(), "my work");
    assert_eq!(std::fs::read_to_string(out.join("notes.txt")).unwrap(), "my notes");
    Scenario::load(&out.join("scenario.toml")).unwrap();
}

#[test]
fn bad_input_is_said_and_nothing_is_written() {
    let (home, map) = with_map(4, &[]);
    let out = home.path().join("town");
    let text = home.path().join("text.osm.pbf");
    std::fs::write(&text, "no map at all").unwrap();
    let missing = home.path().join("missing.osm.pbf");
    for (network, extra) in [
        (&text, vec![]),
        (&missing, vec![]),
        (&map, vec!["--profile", "none-such"]),
        (&map, vec!["--pack", "none-such"]),
        (&map, vec!["--name", "a/b"]),
        (&map, vec!["--people", "0"]),
    ] {
        let assert = init(network, &out).args(&extra).assert().code(2);
        assert!(!assert.get_output().stderr.is_empty());
        assert!(!out.exists(), "{extra:?}");
    }
    std::fs::write(&out, "a file").unwrap();
    init(&map, &out).assert().code(2);
    assert_eq!(std::fs::read_to_string(&out).unwrap(), "a file");
}
