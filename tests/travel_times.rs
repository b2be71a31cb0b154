//! Travel times equal petgraph's Dijkstra on real and bundled extracts: pairs, one to all, matrices; with closures and
//! without, by junctions and by turns, on one thread and on two.
//!
//! Real extracts lie in `data/osm` under the folder that `GOLDENHOUR_SHARED` names (default `../shared`); without them the
//! test says so. The bundled network is always there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::network::hierarchy::Query;
use goldenhour::network::profile::SIREN;
use goldenhour::network::search_graph::Seed;
use goldenhour::network::{Direction, FAR, MetricRules, OnRoad, RoadGraph, SpeedProfile, Topology, TravelTimes, osm};
use goldenhour::random::Stream;
use petgraph::graph::{DiGraph, NodeIndex};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const EXTRACTS: [&str; 9] = [
    "andorra-2025.osm.pbf",
    "bayfront_singapore-valhalla.osm.pbf",
    "fiji-ferry-r5.osm.pbf",
    "liechtenstein-valhalla.osm.pbf",
    "missing-nodes-r5.osm.pbf",
    "monaco-osrm.osm.pbf",
    "one_way_dead_end-graphhopper.osm.pbf",
    "reisterstown-via-restriction-r5.osm.pbf",
    "snake-rd-r5.osm.pbf",
];

fn extracts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let mut found = vec![root.join("networks/yuxi.osm.pbf")];
    for name in EXTRACTS {
        let file = shared.join("data/osm").join(name);
        if file.is_file() {
            found.push(file);
        } else {
            println!("skipped: {} is not here", file.display());
        }
    }
    found
}

/// petgraph's answer: times from a place to every node of the search graph.
struct Oracle(DiGraph<(), u64>);

impl Oracle {
    fn new(times: &TravelTimes) -> Oracle {
        let search = &times.topology.search;
        let mut graph = DiGraph::new();
        // One node more, that all places leave from.
        for _ in 0..=search.nodes() {
            graph.add_node(());
        }
        let weights = search.weights(&times.metric);
        for (arc, weight) in weights.iter().enumerate().filter(|(_, w)| **w < FAR) {
            let [tail, head] = [search.tail[arc], search.head[arc]].map(|v| NodeIndex::new(v as usize));
            graph.add_edge(tail, head, u64::from(*weight));
        }
        Oracle(graph)
    }

    fn from(&mut self, seeds: &[Seed]) -> Vec<u32> {
        let start = NodeIndex::new(self.0.node_count() - 1);
        let edges: Vec<_> =
            seeds.iter().map(|(v, t)| self.0.add_edge(start, NodeIndex::new(*v as usize), u64::from(*t))).collect();
        let found = petgraph::algo::dijkstra(&self.0, start, None, |e| *e.weight());
        // Edges that were added last go first, so that none changes its number.
        for e in edges.into_iter().rev() {
            self.0.remove_edge(e);
        }
        (0..start.index()).map(|v| found.get(&NodeIndex::new(v)).map_or(u32::MAX, |t| *t as u32)).collect()
    }
}

fn places(g: &RoadGraph, times: &TravelTimes, number: usize, s: &mut Stream) -> Vec<Option<OnRoad>> {
    let mut any = || {
        let road = s.below(g.roads.len());
        let r = &g.roads[road];
        let segments = (r.end_point - r.first_point - 1) as usize;
        times.metric.at(g, road as u32, r.first_point + s.below(segments) as u32, s.uniform())
    };
    (0..number).map(|i| (i % 17 != 16).then(&mut any)).collect()
}

/// All ways of asking against the oracle, for some origins; returns a digest of the answers.
fn hold(name: &str, times: &TravelTimes, origins: usize, targets: usize) -> Vec<u32> {
    let mut s = Stream::new(11, "truth on extracts", 0);
    let (g, mut oracle) = (&times.graph, Oracle::new(times));
    let from = places(g, times, origins, &mut s);
    let to = places(g, times, targets, &mut s);
    let rows = times.rows(&from, Direction::FromRow);
    let matrix = times.matrix(&from, &to, Direction::FromRow);
    let back = times.matrix(&to, &from, Direction::ToRow);
    let (mut query, unpacker) = (Query::new(), times.unpacker());
    let mut seeds = Vec::new();
    let mut answers = Vec::new();
    for (i, a) in from.iter().enumerate() {
        let Some(a) = a else {
            assert!(matrix.row(i).iter().chain(rows.row(i)).all(|t| *t == u32::MAX), "{name}");
            continue;
        };
        times.seeds(a, true, &mut seeds);
        let expected = oracle.from(&seeds);
        assert!(rows.row(i) == expected, "{name}: one to all from {a:?}");
        for (j, b) in to.iter().enumerate() {
            let Some(b) = b else {
                assert_eq!((matrix.get(i, j).0, back.get(j, i).0), (u32::MAX, u32::MAX), "{name}");
                continue;
            };
            times.seeds(b, false, &mut seeds);
            let ends = seeds.iter().map(|(v, t)| expected[*v as usize].saturating_add(*t));
            let wanted = ends.chain(a.straight_to(b).map(|t| t.0)).min().unwrap_or(u32::MAX);
            assert_eq!(matrix.get(i, j).0, wanted, "{name}: matrix, {a:?} to {b:?}");
            assert_eq!(back.get(j, i).0, wanted, "{name}: matrix backwards, {a:?} to {b:?}");
            assert_eq!(times.time(&mut query, a, b).0, wanted, "{name}: pair, {a:?} to {b:?}");
            let route = times.route(&mut query, &unpacker, a, b);
            assert_eq!(route.as_ref().map_or(u32::MAX, |r| r.time.0), wanted, "{name}: route, {a:?} to {b:?}");
            if let Some(edges) = route.map(|r| r.edges) {
                assert!(edges.windows(2).all(|w| g.head[w[0].index()] == g.tail[w[1].index()]), "{name}: {edges:?}");
            }
            answers.push(wanted);
        }
    }
    answers
}

/// Every so-many-th road, closed over its whole length.
fn closures(g: &RoadGraph, every: usize) -> Vec<u32> {
    g.roads.iter().step_by(every).flat_map(|r| r.first_point..r.end_point - 1).collect()
}

fn by_threads<T: Send + PartialEq>(work: impl Fn() -> T + Sync) -> T {
    let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(&work);
    let one = on(1);
    assert!(one == on(2), "one thread and two differ");
    one
}

#[test]
fn by_junctions_with_closures_and_without() {
    let profile = SpeedProfile::builtin("china-default").unwrap();
    for file in extracts() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let graph = Arc::new(osm::import(&file, &profile).unwrap_or_else(|e| panic!("{name}: {e}")).graph);
        let topology = Arc::new(by_threads(|| Topology::junctions(&graph)));
        let open = MetricRules::of(&profile);
        let closed = MetricRules { closed: closures(&graph, 9), ..open.clone() };
        let large = graph.node_count() > 5_000;
        let (origins, targets) = if large { (12, 60) } else { (24, 60) };
        let got = [open, closed]
            .map(|rules| by_threads(|| hold(&name, &TravelTimes::build(&graph, &topology, &rules), origins, targets)));
        println!("{name}: {} junctions, {} pairs", graph.node_count(), got[0].len());
        // (In an extract of a few roads the first of them may be the only one closed.)
        let reached = got[0].iter().filter(|t| **t != u32::MAX).count();
        assert!(graph.roads.len() < 9 || (got[0] != got[1] && reached * 2 > got[0].len()), "{name}: {reached} reached");
    }
}

#[test]
fn by_turns_for_the_missions_of_a_car() {
    let profile = SpeedProfile::builtin("osrm-car-like").unwrap();
    let mut bound = 0;
    for file in extracts() {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let graph = Arc::new(osm::import(&file, &profile).unwrap_or_else(|e| panic!("{name}: {e}")).graph);
        bound += graph.restrictions.len();
        for (mission, emergency) in profile.missions.keys().map(|m| (m, m == SIREN)) {
            let mission = profile.mission(mission).unwrap();
            let topology = Arc::new(Topology::of_mission(&graph, mission, emergency));
            assert!(!topology.search.is_junctions());
            let rules = MetricRules::of_mission(&profile, mission);
            let times = TravelTimes::build(&graph, &topology, &rules);
            let (origins, targets) = if graph.node_count() > 5_000 { (4, 40) } else { (16, 40) };
            hold(&name, &times, origins, targets);
        }
    }
    println!("{bound} turn restrictions in all");
}
