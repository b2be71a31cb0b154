//! The speed model against what is known of car engines: on mountain roads and on flat ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::ids::{EdgeId, NodeId};
use goldenhour::network::metric::{Metric, MetricRules};
use goldenhour::network::osm::import_bytes;
use goldenhour::network::profile::{BUILTIN, Delays, MaxspeedUse, Mission, SIREN};
use goldenhour::network::{RoadGraph, SpeedProfile, osm, synth};
use goldenhour::random::Stream;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::{Path, PathBuf};

fn shared(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("GOLDENHOUR_SHARED")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let file = root.join(path);
    if file.exists() {
        return Some(file);
    }
    println!("skipped: {} is not here", file.display());
    None
}

fn profile(name: &str) -> SpeedProfile {
    SpeedProfile::builtin(name).unwrap_or_else(|| panic!("{name}"))
}

/// A profile that knows nothing but the speeds of classes, and which roads are open.
fn class_speeds_only(name: &str) -> SpeedProfile {
    let mut bare = profile(name);
    bare.maxspeed.mode = MaxspeedUse::Ignore;
    for caps in [&mut bare.surfaces, &mut bare.tracktypes, &mut bare.smoothness] {
        caps.clear();
    }
    (bare.curvature, bare.gradient) = (None, None);
    for mission in bare.missions.values_mut() {
        *mission = Mission {
            factor: 1.0,
            classes: BTreeMap::new(),
            delays: Delays::NONE,
            turn_restrictions: false,
            turn_costs: None,
        };
    }
    bare
}

/// Degrees from north of the direction in which an edge starts or ends.
fn bearing(g: &RoadGraph, edge: u32, end: bool) -> f64 {
    let shape = g.edge_shape(EdgeId(edge));
    let n = shape.len();
    let (a, b) = if end { (shape[n - 2], shape[n - 1]) } else { (shape[0], shape[1]) };
    let east = (b.lon - a.lon) * a.lat.to_radians().cos();
    east.atan2(b.lat - a.lat).to_degrees()
}

/// One-to-all over edges joined by turns: a slow and obvious search, for this test only. Seconds to the end of each edge.
fn search(g: &RoadGraph, times: &Metric, mission: &Mission, from: NodeId) -> Vec<f64> {
    let ends = g.road_ends();
    let mut at = vec![f64::INFINITY; g.edge_count()];
    let mut queue = BinaryHeap::new();
    let seconds = |e: usize| f64::from(times.edge_time[e]) / goldenhour::units::TravelTime::PER_SECOND;
    for e in g.out_edges(from) {
        at[e] = seconds(e);
        queue.push((Reverse((at[e] * 1e4) as u64), e));
    }
    while let Some((Reverse(key), e)) = queue.pop() {
        if key > (at[e] * 1e4) as u64 {
            continue;
        }
        let head = g.head[e];
        let back = g.twin(EdgeId(e as u32)).map(|t| t.index());
        let out = g.out_edges(NodeId(head));
        let only_back = out.clone().all(|o| Some(o) == back);
        for o in out {
            if Some(o) == back && !only_back {
                continue;
            }
            let turn = mission.turn_costs.as_ref().map_or(0.0, |costs| {
                let mut angle = bearing(g, o as u32, false) - bearing(g, e as u32, true);
                angle = (angle + 540.0).rem_euclid(360.0) - 180.0;
                let angle = if Some(o) == back { 180.0 } else { angle.clamp(-179.0, 179.0) };
                costs.turn_seconds(angle, usize::from(ends[head as usize]), false)
            });
            let there = at[e] + turn + seconds(o);
            if there < at[o] {
                at[o] = there;
                queue.push((Reverse((there * 1e4) as u64), o));
            }
        }
    }
    at
}

/// Seconds from junction to junction for some pairs, named by OSM node so that they are the same in every profile.
fn times(file: &[u8], profile: &SpeedProfile, pairs: &[(i64, i64)]) -> Vec<Option<f64>> {
    let import = import_bytes(Path::new("test.osm.pbf"), file.to_vec(), profile).unwrap_or_else(|e| panic!("{e}"));
    let g = &import.graph;
    let mission = profile.mission(SIREN).unwrap();
    let metric = Metric::build(g, &MetricRules::of_mission(profile, mission));
    let mut number: Vec<(i64, usize)> = g.osm_nodes.iter().copied().enumerate().map(|(i, n)| (n, i)).collect();
    number.sort_unstable();
    let node = |osm: i64| number.binary_search_by_key(&osm, |n| n.0).ok().map(|i| NodeId::new(number[i].1));
    let mut last: Option<(i64, Vec<f64>)> = None;
    pairs
        .iter()
        .map(|(a, b)| {
            let (from, to) = (node(*a)?, node(*b)?);
            if last.as_ref().is_none_or(|l| l.0 != *a) {
                last = Some((*a, search(g, &metric, mission, from)));
            }
            let at = &last.as_ref()?.1;
            g.edges_into(to).iter().map(|e| at[*e as usize]).reduce(f64::min).filter(|s| s.is_finite())
        })
        .collect()
}

/// Pairs of junctions drawn at random: some origins with many destinations each.
fn pairs(g: &RoadGraph, origins: usize, each: usize) -> Vec<(i64, i64)> {
    let mut s = Stream::new(7, "speed model pairs", 0);
    let mut any = || g.osm_nodes[s.below(g.node_count())];
    let from: Vec<i64> = (0..origins).map(|_| any()).collect();
    from.iter().flat_map(|a| (0..each).map(|_| (*a, any())).collect::<Vec<_>>()).collect()
}

/// 5th, 50th and 95th percentile of the ratios of two lists of times over the pairs both have.
fn ratios(times: &[Option<f64>], to: &[Option<f64>]) -> [f64; 3] {
    let both = times.iter().zip(to).filter_map(|(a, b)| Some((*a)? / (*b)?)).filter(|r| r.is_finite() && *r > 0.0);
    let mut list: Vec<f64> = both.collect();
    assert!(list.len() * 10 > times.len() * 8, "{} of {} pairs have times", list.len(), times.len());
    list.sort_by(f64::total_cmp);
    [0.05, 0.5, 0.95].map(|q| list[(q * (list.len() - 1) as f64).round() as usize])
}

fn mean(times: &[Option<f64>]) -> f64 {
    times.iter().flatten().sum::<f64>() / times.iter().flatten().count() as f64
}

#[test]
fn in_mountains_a_car_needs_half_as_long_again_as_class_speeds_say() {
    let Some(path) = shared("data/osm/andorra-2025.osm.pbf") else { return };
    let file = std::fs::read(path).unwrap();
    let bare = class_speeds_only("osrm-car-like");
    let graph = import_bytes(Path::new("andorra"), file.clone(), &bare).unwrap().graph;
    let pairs = pairs(&graph, 25, 40);
    let bare = times(&file, &bare, &pairs);
    for name in BUILTIN {
        let own = times(&file, &profile(name), &pairs);
        let r = ratios(&own, &bare);
        println!("{name}: {:.0} s on average, {:.2} ({:.2}-{:.2}) x class speeds", mean(&own), r[1], r[0], r[2]);
        if name == "osrm-car-like" {
            // A car engine with limits x 0.8, turns and gates took 1.50 times as long, 1.22 to 1.89 for nine pairs in ten.
            assert!((1.5 * 0.85..=1.5 * 1.15).contains(&r[1]), "{r:?}");
            assert!(
                (1.22 * 0.85..=1.22 * 1.15).contains(&r[0]) && (1.89 * 0.85..=1.89 * 1.15).contains(&r[2]),
                "{r:?}"
            );
        }
    }
}

#[test]
fn on_flat_roads_without_limits_a_car_needs_little_more_than_class_speeds_say() {
    let flat = synth::generic(12_000, 3).unwrap().pbf;
    let bare = class_speeds_only("osrm-car-like");
    let graph = import_bytes(Path::new("flat"), flat.clone(), &bare).unwrap().graph;
    let pairs = pairs(&graph, 20, 40);
    let r = ratios(&times(&flat, &profile("osrm-car-like"), &pairs), &times(&flat, &bare, &pairs));
    println!("flat: {:.2} ({:.2}-{:.2}) x class speeds", r[1], r[0], r[2]);
    // 1.04 on a flat city of another land.
    assert!((0.95..=1.12).contains(&r[1]), "{r:?}");
}

#[test]
fn mountain_profiles_on_the_bundled_network() {
    let file = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/yuxi.osm.pbf")).unwrap();
    let graph = import_bytes(Path::new("yuxi"), file.clone(), &profile("china-mountain")).unwrap().graph;
    let pairs = pairs(&graph, 20, 40);
    let before = times(&file, &profile("china-mountain"), &pairs);
    let mut straight = profile("yuxi-mountain");
    (straight.curvature, straight.gradient) = (None, None);
    let straight = times(&file, &straight, &pairs);
    let after = times(&file, &profile("yuxi-mountain"), &pairs);
    let (r, shape) = (ratios(&after, &before), ratios(&after, &straight));
    println!("china-mountain {:.0} s, yuxi-mountain {:.0} s on average", mean(&before), mean(&after));
    println!("yuxi-mountain / china-mountain: {:.2} ({:.2}-{:.2})", r[1], r[0], r[2]);
    println!("yuxi-mountain with / without bends and slopes: {:.2} ({:.2}-{:.2})", shape[1], shape[0], shape[2]);
    assert!(shape[0] >= 1.0 && (1.02..1.8).contains(&shape[1]), "{shape:?}");
    assert!((0.7..1.4).contains(&r[1]), "{r:?}");
}

/// What bends and slopes of a real mountain country cost.
#[test]
fn mountain_roads_are_slower_by_their_shape() {
    let Some(path) = shared("data/osm/andorra-2025.osm.pbf") else { return };
    let file = std::fs::read(path).unwrap();
    let full = profile("yuxi-mountain");
    let mut straight = full.clone();
    (straight.curvature, straight.gradient) = (None, None);
    let graph = import_bytes(Path::new("andorra"), file.clone(), &full).unwrap().graph;
    let pairs = pairs(&graph, 20, 40);
    let shape = ratios(&times(&file, &full, &pairs), &times(&file, &straight, &pairs));
    println!(
        "yuxi-mountain on Andorra with / without bends and slopes: {:.2} ({:.2}-{:.2})",
        shape[1], shape[0], shape[2]
    );
    // Without tagged limits, as most roads of rural Yunnan are, class speeds and bends decide alone.
    let without_limits = |name: &str| {
        let mut p = profile(name);
        p.maxspeed.mode = MaxspeedUse::Ignore;
        times(&file, &p, &pairs)
    };
    let [new, old] = ["yuxi-mountain", "china-mountain"].map(without_limits);
    let r = ratios(&new, &old);
    println!(
        "without limits: {:.0} s, china-mountain {:.0} s; ratio {:.2} ({:.2}-{:.2})",
        mean(&new),
        mean(&old),
        r[1],
        r[0],
        r[2]
    );
    assert!(shape[0] >= 1.0 && (1.03..1.6).contains(&shape[1]), "{shape:?}");
    assert!((0.88..1.04).contains(&r[1]), "the head of the profile says what its speeds were set by: {r:?}");
}

#[test]
fn bends_are_off_on_plains_and_on_in_mountains() {
    let Some(path) = shared("data/osm/snake-rd-r5.osm.pbf") else { return };
    let bent = |name: &str| {
        let g = osm::import(&path, &profile(name)).unwrap_or_else(|e| panic!("{e}")).graph;
        g.bend.iter().copied().fold(0.0, f32::max)
    };
    assert_eq!([bent("china-default"), bent("osrm-car-like")], [1.0, 1.0]);
    assert!(bent("yuxi-mountain") > 1.3, "{}", bent("yuxi-mountain"));
}
