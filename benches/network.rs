//! Reading a network and searching it, beside what other teams wrote: `cargo bench --bench network`.
//!
//! * import: PBF to contracted main part, beside osmpbfreader's bare reading of the same file;
//! * one-to-all: our sweep beside petgraph's Dijkstra on the same junction graph.

#![allow(clippy::expect_used)]

use criterion::{Criterion, criterion_group, criterion_main};
use goldenhour::ids::NodeId;
use goldenhour::network::{Metric, MetricRules, OsmImport, Snapper, SpeedProfile, Sweep, osm};
use petgraph::graph::DiGraph;
use std::hint::black_box;
use std::path::Path;

fn bundled() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/yuxi.osm.pbf")
}

fn import() -> OsmImport {
    let profile = SpeedProfile::builtin("china-default").expect("a built-in profile");
    osm::import(&bundled(), &profile).expect("the bundled network")
}

fn reading(c: &mut Criterion) {
    let mut group = c.benchmark_group("read yuxi.osm.pbf");
    group.sample_size(10);
    group.bench_function("goldenhour: import, contract, main part", |b| b.iter(|| black_box(import()).stats.junctions));
    group.bench_function("osmpbfreader: iterate over all objects", |b| {
        b.iter(|| {
            let file = std::fs::File::open(bundled()).expect("the bundled network");
            let mut reader = osmpbfreader::OsmPbfReader::new(file);
            black_box(reader.iter().filter(Result::is_ok).count())
        });
    });
    group.finish();
}

fn one_to_all(c: &mut Criterion) {
    let import = import();
    let g = &import.graph;
    let profile = SpeedProfile::builtin("china-default").expect("a built-in profile");
    let metric = Metric::build(g, &MetricRules::of(&profile));
    let mut other: DiGraph<(), u32> = DiGraph::new();
    let nodes: Vec<_> = (0..g.node_count()).map(|_| other.add_node(())).collect();
    for v in 0..g.node_count() {
        for e in g.out_edges(NodeId::new(v)) {
            other.add_edge(nodes[v], nodes[g.head[e] as usize], metric.edge_time[e]);
        }
    }
    let place = Snapper::with_rule(g, &import.snap).snap(g, g.positions[0]).expect("a place on the road");
    let place = metric.on_road(g, &place);
    let mut times = vec![0; g.node_count()];
    let mut sweep = Sweep::new();
    let mut group = c.benchmark_group(format!("one to all, {} junctions", g.node_count()));
    group.sample_size(20);
    group.bench_function("goldenhour: sweep", |b| {
        b.iter(|| sweep.from_place(g, &metric, &place, black_box(&mut times)))
    });
    group.bench_function("petgraph: dijkstra", |b| {
        b.iter(|| petgraph::algo::dijkstra(&other, nodes[0], None, |e| u64::from(*e.weight())).len());
    });
    group.finish();
}

criterion_group!(benches, reading, one_to_all);
criterion_main!(benches);
