//! Travel times beside what other teams wrote, all in one process: `cargo bench --bench network`.
//!
//! Three networks: the bundled one, Andorra (`data/osm/andorra-2025.osm.pbf` under `GOLDENHOUR_SHARED`, default
//! `../shared`; skipped where absent) and a made one of a million junctions (made here, which takes minutes and 60 MB of
//! the folder for temporary files, or the file that `GOLDENHOUR_BENCH_BIG` names; `none` leaves it out). Peers answer the
//! same questions from junction to junction on the same graph with the same times, and the answers are compared.
//!
//! Times are medians of several repetitions. What would take minutes is measured on a sample and multiplied, and marked
//! with ~.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use goldenhour::ids::EdgeId;
use goldenhour::network::cache::{self, CacheMode};
use goldenhour::network::hierarchy::{Hierarchy, LANES, Ladder, Query, Sweeper, Weights, order};
use goldenhour::network::{
    Direction, FAR, Metric, MetricRules, OnEdge, OnRoad, RoadGraph, SpeedProfile, Topology, TravelTimes, osm, synth,
};
use goldenhour::random::Stream;
use goldenhour::units::TravelTime;
use petgraph::graph::{DiGraph, NodeIndex};
use rayon::prelude::*;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// A line of the table.
struct Line {
    what: String,
    ours: f64,
    peer: &'static str,
    theirs: f64,
    /// Whether theirs is scaled from a sample.
    scaled: bool,
    /// The ratio that is asked for, theirs / ours.
    wanted: Option<f64>,
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.3} ms", s * 1e3),
        s => format!("{:.2} µs", s * 1e6),
    }
}

impl Line {
    fn print(&self, network: &str) {
        let ratio = self.theirs / self.ours;
        let wanted = self.wanted.map_or(String::new(), |w| {
            let word = if ratio >= w { "yes" } else { "NO" };
            format!("{w} × {word}")
        });
        let mark = if self.scaled { "~" } else { "" };
        let (ours, theirs) = (duration(self.ours), duration(self.theirs));
        println!("| {network} | {} | {ours} | {} | {mark}{theirs} | {ratio:.2} × | {wanted} |", self.what, self.peer);
    }
}

/// Median seconds of several runs, and the last result.
fn median<T>(runs: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..runs {
        drop(last.take());
        let start = Instant::now();
        last = Some(black_box(work()));
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], last.expect("at least one run"))
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads")
}

/// Most memory this process has held since [`forget_peak`], in megabytes.
fn peak_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kb| kb / 1024.0)
}

fn megabytes(peak: Option<f64>) -> String {
    peak.map_or("?".into(), |p| format!("{p:.0}"))
}

fn forget_peak() {
    // Linux alone knows this; elsewhere the peak is that of the whole run.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// A place exactly at a junction, to leave from or to come to.
fn at_junction(g: &RoadGraph, times: &TravelTimes, node: u32, leave: bool) -> OnRoad {
    let edge = if leave { g.in_edges[g.first_in[node as usize] as usize] } else { g.first_out[node as usize] };
    let total = TravelTime(times.metric.edge_time[edge as usize]);
    let (from_tail, to_head) = if leave { (total, TravelTime::ZERO) } else { (TravelTime::ZERO, total) };
    let on = OnEdge { edge: EdgeId(edge), from_tail, to_head };
    OnRoad { road: g.road[edge as usize], forward: Some(on), backward: None }
}

fn sum(times: impl IntoIterator<Item = u32>) -> u64 {
    times.into_iter().map(u64::from).sum()
}

fn read_bare(file: &Path) -> usize {
    let file = std::fs::File::open(file).expect("the extract");
    osmpbfreader::OsmPbfReader::new(file).iter().filter(Result::is_ok).count()
}

/// Everything about one network.
fn measure(name: &str, file: &Path, big: bool) {
    let profile = SpeedProfile::builtin("china-default").expect("a built-in profile");
    let rules = MetricRules::of(&profile);
    let runs = |many: usize| if big { many.div_ceil(5) } else { many };
    let (one, two) = (pool(1), pool(2));
    forget_peak();

    // Ours first, so that the peak of memory is ours.
    let (import_s, import) = median(runs(5), || osm::import(file, &profile).expect("an extract"));
    let import_peak = peak_mb();
    let graph = Arc::new(import.graph);
    let n = graph.node_count();
    let name = format!("{name}, {n} junctions");
    let ends: Vec<(u32, u32)> = graph.tail.iter().copied().zip(graph.head.iter().copied()).collect();
    let (order_s, order) = median(runs(5), || order::nested_dissection(&graph.positions, &ends));
    let (hierarchy_s, hierarchy) = median(runs(5), || Hierarchy::build(&order, &graph.tail, &graph.head));
    drop((order, hierarchy, ends));
    let (_, topology) = median(1, || Arc::new(Topology::junctions(&graph)));
    let (period_s, times) = median(runs(15), || TravelTimes::build(&graph, &topology, &rules));
    let (metric_s, metric) = median(runs(15), || Metric::build(&graph, &rules));
    let (weights_s, mut weights) = median(runs(15), || Weights::build(&topology.hierarchy, &metric.edge_time));
    let (ladder_s, _) = median(runs(15), || Ladder::build(&topology.hierarchy, &weights));
    let preparation_s = order_s + hierarchy_s + period_s;

    let mut s = Stream::new(5, "bench pairs", 0);
    let changed: Vec<u32> = (0..200).map(|_| s.below(graph.edge_count()) as u32).collect();
    let mut slower = metric.edge_time.clone();
    changed.iter().for_each(|e| slower[*e as usize] = (slower[*e as usize] * 2).min(FAR));
    let mut to_and_fro = 0;
    let (update_s, _) = median(20, || {
        to_and_fro += 1;
        let now = if to_and_fro % 2 == 1 { &slower } else { &metric.edge_time };
        weights.update(&topology.hierarchy, now, &changed)
    });
    drop((weights, slower));

    let mut nodes = |number: usize| -> Vec<u32> { (0..number).map(|_| s.below(n) as u32).collect() };
    let sources = nodes(if big { 32 } else { 256 });
    let places: Vec<Option<OnRoad>> = sources.iter().map(|v| Some(at_junction(&graph, &times, *v, true))).collect();
    let rows = |pool: &rayon::ThreadPool| {
        pool.install(|| median(runs(5), || times.rows(&places, Direction::FromRow))).0 / places.len() as f64
    };
    let (rows_one_s, rows_two_s) = (rows(&one), rows(&two));
    let sweeps = |pool: &rayon::ThreadPool| {
        let sweep = |sweeper: &mut Sweeper, batch: &[u32]| {
            let seeds: Vec<[(u32, u32); 1]> = batch.iter().map(|v| [(*v, 0)]).collect();
            let seeds: Vec<&[(u32, u32)]> = seeds.iter().map(|s| s.as_slice()).collect();
            sweeper.all(times.ladder(), true, &seeds)[0].0[0]
        };
        // As many sweeps as two threads need to be busy with buffers that are there already.
        pool.install(|| {
            let share = sources.len() / pool.current_num_threads();
            let mut sweepers: Vec<Sweeper> = (0..pool.current_num_threads()).map(|_| Sweeper::new()).collect();
            let mut go = || -> u32 {
                let parts = sweepers.par_iter_mut().zip(sources.par_chunks(share));
                parts.map(|(s, part)| part.chunks(LANES).fold(0, |sum, b| sweep(s, b) ^ sum)).sum()
            };
            go();
            median(runs(10), go).0 / sources.len() as f64
        })
    };
    let (all_one_s, all_two_s) = (sweeps(&one), sweeps(&two));

    let pairs: Vec<(u32, u32)> = nodes(1_000).into_iter().zip(nodes(1_000)).collect();
    let on: Vec<(OnRoad, OnRoad)> = pairs
        .iter()
        .map(|(a, b)| (at_junction(&graph, &times, *a, true), at_junction(&graph, &times, *b, false)))
        .collect();
    let mut query = Query::new();
    let (time_s, time_sum) = median(5, || sum(on.iter().map(|(a, b)| times.time(&mut query, a, b).0)));
    let (unpacker_s, unpacker) = median(1, || times.unpacker());
    let (route_s, route_sum) =
        median(5, || sum(on.iter().map(|(a, b)| times.route(&mut query, &unpacker, a, b).map_or(0, |r| r.time.0))));
    assert_eq!(time_sum, route_sum);
    drop(unpacker);
    let (from, to) = (nodes(1_000), nodes(1_000));
    let some = |list: &[u32], leave| -> Vec<Option<OnRoad>> {
        list.iter().map(|v| Some(at_junction(&graph, &times, *v, leave))).collect()
    };
    let (row_places, column_places) = (some(&from, true), some(&to, false));
    let square = |pool: &rayon::ThreadPool| {
        pool.install(|| median(5, || times.matrix(&row_places, &column_places, Direction::FromRow)))
    };
    let (matrix_one_s, _) = square(&one);
    let (matrix_s, matrix) = square(&two);
    let peak = peak_mb();
    let held = |bytes: usize| bytes as f64 / 1e6;
    println!(
        "<!-- {name}: peak of memory {} MB in the import, {} MB from import to here, before any peer; topology {:.0} MB, a period {:.0} MB; order {}, hierarchy {}, metric {}, weights {}, ladder {}, unpacker {} -->",
        megabytes(import_peak),
        megabytes(peak),
        held(topology.bytes()),
        held(times.bytes()),
        duration(order_s),
        duration(hierarchy_s),
        duration(metric_s),
        duration(weights_s),
        duration(ladder_s),
        duration(unpacker_s),
    );
    let first_rows = times.rows(&places[..4], Direction::FromRow);

    // From the cache, with what is needed until a question can be asked.
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mode = CacheMode::Folder(folder.path().to_path_buf());
    let load = || cache::load(file, &profile, &mode, &mut |_| {}).expect("an extract");
    assert!(!load().from_cache);
    let (cache_s, loaded) = median(runs(5), load);
    assert!(loaded.from_cache && loaded.topology == *topology);
    let cache_mb = loaded.file.as_ref().map_or(0.0, |f| held(f.1 as usize));
    drop((loaded, folder));

    // The peers.
    let (bare_s, _) = median(runs(5), || read_bare(file));
    let mut other: DiGraph<(), u32> = DiGraph::with_capacity(n, graph.edge_count());
    for _ in 0..n {
        other.add_node(());
    }
    let mut input = fast_paths::InputGraph::new();
    for e in 0..graph.edge_count() {
        let (tail, head, time) = (graph.tail[e], graph.head[e], metric.edge_time[e]);
        other.add_edge(NodeIndex::new(tail as usize), NodeIndex::new(head as usize), time);
        if tail != head {
            input.add_edge(tail as usize, head as usize, time as usize);
        }
    }
    input.freeze();
    let dijkstra =
        |v: u32| petgraph::algo::dijkstra(&other, NodeIndex::new(v as usize), None, |e| u64::from(*e.weight()));
    let mut found = Vec::new();
    let (four_s, _) = median(if big { 1 } else { 3 }, || {
        found = sources[..4].iter().map(|v| dijkstra(*v)).collect();
    });
    let petgraph_s = four_s / 4.0;
    for (i, found) in found.iter().enumerate() {
        let theirs: u64 = found.values().sum();
        assert_eq!((sum(first_rows.row(i).iter().copied()), n), (theirs, found.len()), "answers differ");
    }
    drop((found, first_rows));
    let check = dijkstra(from[0]);
    let theirs: u64 = to.iter().map(|v| check[&NodeIndex::new(*v as usize)]).sum();
    assert_eq!(sum(matrix.row(0).iter().copied()), theirs, "answers differ");
    drop((check, other));
    let (prepare_s, fast) = median(if big { 1 } else { 3 }, || fast_paths::prepare(&input));
    let mut calculator = fast_paths::create_calculator(&fast);
    let mut pairwise = |pairs: &[(u32, u32)]| {
        median(5, || -> u64 {
            let mut time =
                |a: u32, b: u32| calculator.calc_path(&fast, a as usize, b as usize).map_or(0, |p| p.get_weight());
            pairs.iter().map(|(a, b)| time(*a, *b) as u64).sum()
        })
    };
    let (fast_s, fast_sum) = pairwise(&pairs);
    assert_eq!(fast_sum, time_sum, "answers differ");
    let in_matrix: Vec<(u32, u32)> = (0..1_000).map(|i| (from[i], to[(7 * i) % 1_000])).collect();
    let (cell_s, cell_sum) = pairwise(&in_matrix);
    assert_eq!(cell_sum, sum((0..1_000).map(|i| matrix.get(i, (7 * i) % 1_000).0)), "answers differ");

    let line = |what: &str, ours: f64, peer: &'static str, theirs: f64, scaled: bool, wanted: Option<f64>| {
        Line { what: what.into(), ours, peer, theirs, scaled, wanted }.print(&name);
    };
    let p = "petgraph dijkstra, per source, 1 core";
    line("one to all, per source, rows by node, 2 cores", rows_two_s, p, petgraph_s, false, Some(100.0));
    line("— 1 core", rows_one_s, p, petgraph_s, false, None);
    line("— as swept, 2 cores", all_two_s, p, petgraph_s, false, Some(100.0));
    line("— as swept, 1 core", all_one_s, p, petgraph_s, false, None);
    line("point to point, time", time_s / 1e3, "fast_paths calc_path", fast_s / 1e3, false, Some(3.0));
    line("point to point, with the way", route_s / 1e3, "fast_paths calc_path", fast_s / 1e3, false, Some(3.0));
    line("1,000 × 1,000 matrix, 2 cores", matrix_s, "fast_paths pairwise", cell_s * 1e3, true, Some(100.0));
    line("— 2 cores", matrix_s, "petgraph one to all", petgraph_s * 1e3, true, Some(100.0));
    line("— 1 core", matrix_one_s, "fast_paths pairwise", cell_s * 1e3, true, None);
    line(
        "preparation: order, hierarchy, one period",
        preparation_s,
        "fast_paths::prepare",
        prepare_s,
        false,
        Some(1.0),
    );
    line("a new period, ready to be asked", period_s, "own full preparation", preparation_s, false, Some(20.0));
    line("— weights and ladder of it", weights_s + ladder_s, "own full preparation", preparation_s, false, None);
    line("200 changed arcs", update_s, "own weights from scratch", weights_s, false, None);
    line("PBF → road graph", import_s, "osmpbfreader, bare iteration", bare_s, false, None);
    let prepared_s = import_s + preparation_s;
    line("PBF → prepared network", prepared_s, "osmpbfreader, bare iteration", bare_s, false, Some(0.25));
    let what = format!("prepared network from the cache ({cache_mb:.0} MB)");
    line(&what, cache_s, "own import and preparation", prepared_s, false, None);
}

/// The network of a million junctions.
fn big() -> Option<PathBuf> {
    match std::env::var_os("GOLDENHOUR_BENCH_BIG") {
        Some(name) if name == "none" => None,
        Some(name) => Some(PathBuf::from(name)),
        None => {
            let file = std::env::temp_dir().join("goldenhour-bench-10400000.osm.pbf");
            if !file.is_file() {
                println!("<!-- making {} -->", file.display());
                let made = synth::generic(10_400_000, 1).expect("a made region");
                std::fs::write(&file, made.pbf).expect("room in the folder for temporary files");
            }
            Some(file)
        }
    }
}

fn main() {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find(|l| l.starts_with("model name")).and_then(|l| l.split(": ").nth(1)).unwrap_or("?");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("<!-- {cores} cores, {model} -->");
    println!("| network | what | goldenhour | peer | peer's | ratio | asked for |");
    println!("|---|---|---|---|---|---|---|");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    measure("bundled", &root.join("networks/yuxi.osm.pbf"), false);
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map_or_else(|| root.join("../shared"), PathBuf::from);
    let andorra = shared.join("data/osm/andorra-2025.osm.pbf");
    if andorra.is_file() {
        measure("Andorra", &andorra, false);
    } else {
        println!("<!-- Andorra skipped: {} is not here -->", andorra.display());
    }
    match big() {
        Some(file) => measure("made", &file, true),
        None => println!("<!-- the network of a million junctions left out -->"),
    }
}
