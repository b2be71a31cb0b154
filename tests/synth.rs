//! The synthetic network: what the issue promises of it, checked on the generator's own output and on the bundled file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::geo::{LatLon, distance_m};
use goldenhour::network::synth::{Facts, SynthError, SynthOptions, SynthOutput, generate, generic};
use goldenhour::quality::{Quality, Zone};
use osmpbfreader::{OsmObj, OsmPbfReader};
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The options the bundled network was made with.
const BUNDLED: SynthOptions = SynthOptions { seed: 1, size: None };

fn made() -> &'static (Facts, SynthOutput) {
    static MADE: OnceLock<(Facts, SynthOutput)> = OnceLock::new();
    MADE.get_or_init(|| {
        let facts = Facts::bundled().unwrap_or_else(|f| panic!("{f}"));
        let out = generate(&facts, &BUNDLED).unwrap_or_else(|e| panic!("{e}"));
        (facts, out)
    })
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

struct Read {
    nodes: BTreeMap<i64, LatLon>,
    heights: BTreeMap<i64, f64>,
    roads: Vec<(Vec<i64>, BTreeMap<String, String>)>,
    places: Vec<BTreeMap<String, String>>,
}

/// The bundled network as another reader sees it.
fn bundled() -> &'static Read {
    static READ: OnceLock<Read> = OnceLock::new();
    READ.get_or_init(|| read(&made().1.pbf))
}

fn read(pbf: &[u8]) -> Read {
    let mut out = Read { nodes: BTreeMap::new(), heights: BTreeMap::new(), roads: Vec::new(), places: Vec::new() };
    for object in OsmPbfReader::new(pbf).iter() {
        let tags = |t: &osmpbfreader::Tags| t.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        match object.expect("a readable object") {
            OsmObj::Node(n) => {
                out.nodes.insert(n.id.0, LatLon::new(n.lat(), n.lon()));
                if let Some(height) = n.tags.get("ele") {
                    out.heights.insert(n.id.0, height.parse().expect("a height in metres"));
                } else if !n.tags.is_empty() {
                    out.places.push(tags(&n.tags));
                }
            }
            OsmObj::Way(w) if w.tags.contains_key("highway") => {
                out.roads.push((w.nodes.iter().map(|n| n.0).collect(), tags(&w.tags)));
            }
            _ => {}
        }
    }
    out
}

#[test]
fn same_seed_gives_the_bundled_bytes_and_another_seed_does_not() {
    let (_, out) = made();
    let bundled = std::fs::read(repository("networks/yuxi.osm.pbf")).expect("networks/yuxi.osm.pbf");
    assert!(
        bundled == out.pbf,
        "networks/yuxi.osm.pbf is not what the generator makes; run `goldenhour network synth --out networks/yuxi.osm.pbf --tables scenarios/yuxi`"
    );
    let manifest = std::fs::read_to_string(repository("networks/yuxi.toml")).expect("networks/yuxi.toml");
    assert_eq!(manifest, out.manifest);
    assert!(manifest.contains(&goldenhour::digest::of(&bundled)));
    for (name, text) in &out.tables {
        let there = std::fs::read_to_string(repository("scenarios/yuxi").join(name)).expect(name);
        assert!(there == *text, "scenarios/yuxi/{name} is not what the generator makes");
    }
    let [a, b, c] = [1, 1, 2].map(|seed| generic(4_000, seed).expect("a small network").pbf);
    assert!(a == b && a != c);
}

#[test]
fn large_enough_small_enough_and_one_whole() {
    let (_, out) = made();
    assert!(out.report.nodes >= 30_000 && out.pbf.len() <= 6_000_000, "{} nodes", out.report.nodes);
    let read = bundled();
    let mut graph = DiGraph::<(), ()>::new();
    let mut index = BTreeMap::new();
    for (nodes, tags) in &read.roads {
        for pair in nodes.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|n| *index.entry(n).or_insert_with(|| graph.add_node(())));
            graph.add_edge(a, b, ());
            if tags.get("oneway").map(String::as_str) != Some("yes") {
                graph.add_edge(b, a, ());
            }
        }
    }
    assert_eq!(graph.node_count(), out.report.nodes);
    assert_eq!(kosaraju_scc(&graph).len(), 1);
    assert!(out.report.dropped_km < 0.01 * out.report.road_km.iter().map(|k| k.1).sum::<f64>());
}

#[test]
fn lakes_stay_dry_and_no_leap_is_made() {
    let (facts, _) = made();
    let read = bundled();
    assert_eq!(facts.lakes.len(), 5);
    for (nodes, tags) in &read.roads {
        for pair in nodes.windows(2) {
            let (a, b) = (read.nodes[&pair[0]], read.nodes[&pair[1]]);
            for lake in &facts.lakes {
                assert!(!lake.shore.crosses(a, b), "{:?} enters {} at {a:?}", tags.get("highway"), lake.name);
            }
            let longest = if tags["highway"].starts_with("motorway") { 900.0 } else { 650.0 };
            assert!(distance_m(a, b) < longest, "{} m at {a:?} on {tags:?}", distance_m(a, b));
        }
    }
    let fuxian = facts.lakes.iter().find(|l| l.name_en == "Fuxian Lake").expect("Fuxian Lake");
    assert!(fuxian.shore.contains(LatLon::new(24.55, 102.89)));
}

#[test]
fn published_distances_are_met_within_a_tenth() {
    let (_, out) = made();
    let used: Vec<_> = out.report.pairs.iter().filter(|p| p.used).collect();
    assert_eq!(used.len(), 12);
    for p in used {
        assert!(p.deviation().abs() <= 0.10, "{}–{}: {} for {}", p.from, p.to, p.network_km, p.published_km);
    }
}

/// Seconds decide, metres are carried along.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Cost {
    seconds: f64,
    metres: f64,
}

impl PartialOrd for Cost {
    fn partial_cmp(&self, other: &Cost) -> Option<std::cmp::Ordering> {
        self.seconds.partial_cmp(&other.seconds)
    }
}

impl std::ops::Add for Cost {
    type Output = Cost;
    fn add(self, other: Cost) -> Cost {
        Cost { seconds: self.seconds + other.seconds, metres: self.metres + other.metres }
    }
}

#[test]
fn another_search_with_other_speeds_finds_the_published_distances_too() {
    let (facts, out) = made();
    let read = bundled();
    let speed = |t: &BTreeMap<String, String>| {
        let class = match t["highway"].as_str() {
            "motorway" => 100.0,
            "motorway_link" => 40.0,
            "primary" => 65.0,
            "secondary" => 45.0,
            "tertiary" | "unclassified" => 35.0,
            _ => 25.0,
        };
        t.get("maxspeed").and_then(|v| v.parse::<f64>().ok()).map_or(class, |v| 0.9 * v) / 3.6
    };
    let mut graph = DiGraph::<i64, Cost>::new();
    let mut index = BTreeMap::new();
    for (nodes, tags) in &read.roads {
        for pair in nodes.windows(2) {
            let [a, b] = [pair[0], pair[1]].map(|n| *index.entry(n).or_insert_with(|| graph.add_node(n)));
            let metres = distance_m(read.nodes[&pair[0]], read.nodes[&pair[1]]);
            let cost = Cost { seconds: metres / speed(tags), metres };
            graph.add_edge(a, b, cost);
            if tags.get("oneway").map(String::as_str) != Some("yes") {
                graph.add_edge(b, a, cost);
            }
        }
    }
    let nearest = |p: LatLon| {
        let node = index.keys().min_by(|a, b| distance_m(read.nodes[*a], p).total_cmp(&distance_m(read.nodes[*b], p)));
        index[node.expect("a node")]
    };
    let mut from: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for p in facts.published.iter().filter(|p| p.used) {
        from.entry(p.from).or_default().push(p);
    }
    for (start, pairs) in from {
        let costs = petgraph::algo::dijkstra(&graph, nearest(facts.position(start)), None, |e| *e.weight());
        for p in pairs {
            let km = costs[&nearest(facts.position(p.to))].metres / 1000.0;
            let text = format!("{}–{}: {km:.1} for {}", facts.stop_name(p.from), facts.stop_name(p.to), p.km);
            assert!((km / p.km - 1.0).abs() <= 0.10, "{text}");
        }
    }
    assert_eq!(graph.node_count(), out.report.nodes);
}

#[test]
fn expressways_are_two_one_way_roads_and_places_are_tagged() {
    let (facts, _) = made();
    let read = bundled();
    let of = |class: &str| read.roads.iter().filter(|(_, t)| t["highway"] == class).collect::<Vec<_>>();
    assert!(
        of("motorway")
            .iter()
            .all(|(_, t)| t["oneway"] == "yes" && t.contains_key("name") && t.contains_key("maxspeed"))
    );
    assert!(of("motorway_link").iter().all(|(_, t)| t["oneway"] == "yes"));
    assert!(of("motorway").iter().any(|(_, t)| t.get("ref").is_some_and(|r| r == "G8511")));
    for class in ["motorway_link", "primary", "secondary", "tertiary", "unclassified", "residential"] {
        assert!(of(class).len() > 50, "{class}");
    }
    let with = |k: &str, v: &str| read.places.iter().filter(|t| t.get(k).is_some_and(|x| x == v)).count();
    assert_eq!(with("amenity", "hospital"), 100);
    assert_eq!(with("emergency", "ambulance_station"), facts.region.posts_now);
    let people: u64 = read
        .places
        .iter()
        .filter(|t| matches!(t.get("place").map(String::as_str), Some("village" | "neighbourhood" | "quarter")))
        .filter_map(|t| t.get("population")?.parse::<u64>().ok())
        .sum();
    assert_eq!(people, facts.region.population);
}

#[test]
fn the_file_says_in_its_header_that_it_is_synthetic() {
    // The first blob is the header; its zlib stream starts with 78 01 (or 9c, da: the level).
    let pbf = &made().1.pbf;
    let start = pbf.windows(2).position(|w| w[0] == 0x78 && [0x01, 0x9c, 0xda].contains(&w[1])).expect("a zlib stream");
    let mut header = Vec::new();
    let _ = std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&pbf[start..]), &mut header);
    let header = String::from_utf8_lossy(&header).into_owned();
    assert!(header.contains("goldenhour synth") && header.contains("synthetic: computed from facts"), "{header}");
    assert!(made().1.manifest.contains("synthetic = true"));
}

fn rows(out: &SynthOutput, name: &str) -> Vec<BTreeMap<String, String>> {
    let text = &out.tables.iter().find(|t| t.0 == name).unwrap_or_else(|| panic!("no {name}")).1;
    let text = text.strip_prefix('\u{feff}').unwrap_or_else(|| panic!("{name} has no byte-order mark"));
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(|r| r.expect("a row")).collect()
}

#[test]
fn tables_add_up_and_every_row_has_its_mark() {
    let (facts, out) = made();
    for (name, _) in &out.tables {
        let column = if name == "counties.csv" { "population_quality" } else { "quality" };
        for row in rows(out, name) {
            assert!(Quality::parse(&row[column]).is_some() && !row["source"].is_empty(), "{name}: {row:?}");
        }
    }
    let demand = rows(out, "demand.csv");
    let sum = |keep: &dyn Fn(&BTreeMap<String, String>) -> bool| {
        demand.iter().filter(|r| keep(r)).map(|r| r["population"].parse::<u64>().expect("people")).sum::<u64>()
    };
    assert_eq!(sum(&|_| true), facts.region.population);
    for t in &facts.townships {
        assert_eq!(sum(&|r| r["township"] == t.name), t.population, "{}", t.name);
    }
    let urban = sum(&|r| Zone::parse(&r["zone"]) == Some(Zone::Urban)) as f64;
    assert!((urban / facts.region.urban_population as f64 - 1.0).abs() < 0.05, "{urban}");
    assert!(demand.len() > 850 && demand.iter().all(|r| r["population"].parse::<u64>().is_ok_and(|p| p > 0)));

    assert_eq!(rows(out, "counties.csv").len(), 9);
    assert_eq!(rows(out, "posts-now.csv").len(), 77);
    let units = rows(out, "units-now.csv");
    assert_eq!(units.len(), 142);
    assert!(units.iter().filter(|u| u["negative_pressure"] == "yes").count() >= 57);
    for (posts, units) in [("posts-now.csv", "units-now.csv"), ("posts-before.csv", "units-before.csv")] {
        let posts: Vec<String> = rows(out, posts).into_iter().map(|p| p["id"].clone()).collect();
        let units = rows(out, units);
        assert!(
            units.iter().all(|u| posts.contains(&u["post"]))
                && posts.iter().all(|p| units.iter().any(|u| u["post"] == *p))
        );
    }
    let beds: u64 = rows(out, "hospitals.csv").iter().map(|h| h["beds"].parse::<u64>().expect("beds")).sum();
    assert_eq!(beds, facts.counties.iter().map(|c| u64::from(c.beds)).sum::<u64>());
}

#[test]
fn people_and_facilities_are_beside_a_road_and_out_of_the_lakes() {
    let (facts, out) = made();
    let read = bundled();
    // Road nodes in squares of 0.01 degrees.
    let mut squares: BTreeMap<(i32, i32), Vec<LatLon>> = BTreeMap::new();
    let square = |p: LatLon| ((p.lat * 100.0).floor() as i32, (p.lon * 100.0).floor() as i32);
    for (nodes, _) in &read.roads {
        for n in nodes {
            squares.entry(square(read.nodes[n])).or_default().push(read.nodes[n]);
        }
    }
    for name in ["demand.csv", "hospitals.csv", "posts-now.csv", "posts-before.csv"] {
        for row in rows(out, name) {
            let p = LatLon::new(row["lat"].parse().expect("lat"), row["lon"].parse().expect("lon"));
            assert!(facts.lakes.iter().all(|l| !l.shore.contains(p)), "{row:?}");
            let (i, j) = square(p);
            let near = (i - 1..=i + 1)
                .flat_map(|i| (j - 1..=j + 1).map(move |j| (i, j)))
                .flat_map(|s| squares.get(&s).into_iter().flatten())
                .map(|q| distance_m(p, *q))
                .fold(f64::MAX, f64::min);
            assert!(near < 80.0, "{near} m from the nearest road: {row:?}");
        }
    }
}

#[test]
fn a_made_up_region_has_the_size_asked_for() {
    for size in [6_000, 40_000] {
        let out = generic(size, 9).unwrap_or_else(|e| panic!("{size}: {e}"));
        let off = out.report.nodes as f64 / size as f64 - 1.0;
        assert!(off.abs() < 0.1, "{} for {size}", out.report.nodes);
    }
    let small = generate(&Facts::generic(40_000, 9), &SynthOptions { seed: 1, size: Some(500) });
    assert!(matches!(small, Err(SynthError::TooSmall { asked: 500, .. })), "{:?}", small.map(|o| o.report.nodes));
}

#[test]
fn roads_climb_as_their_class_is_built() {
    let read = bundled();
    let (mut steep_m, mut all_m) = (0.0, 0.0);
    for (nodes, tags) in &read.roads {
        let most = match tags["highway"].as_str() {
            "motorway" => 0.05,
            "motorway_link" | "primary" => 0.06,
            "secondary" => 0.07,
            "tertiary" => 0.08,
            _ => 0.09,
        };
        for pair in nodes.windows(2) {
            let run = distance_m(read.nodes[&pair[0]], read.nodes[&pair[1]]);
            let rise = (read.heights[&pair[1]] - read.heights[&pair[0]]).abs();
            // Half a metre of rounding at each end, and the plane the generator draws on.
            assert!(rise <= most * run * 1.01 + 1.0, "{tags:?}: {rise} m on {run} m");
            all_m += run;
            steep_m += if rise > 0.03 * run + 1.0 { run } else { 0.0 };
        }
    }
    let (low, high) = read.heights.values().fold((f64::MAX, f64::MIN), |(l, h), z| (l.min(*z), h.max(*z)));
    assert!((1500.0..1700.0).contains(&low) && (1900.0..2700.0).contains(&high), "{low}-{high} m");
    assert!((0.1..0.7).contains(&(steep_m / all_m)), "{steep_m} of {all_m} m are steep");
}
