//! The speed model against what is known of car engines: on mountain roads and on flat ones.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::geo::LatLon;
use goldenhour::network::metric::MetricRules;
use goldenhour::network::osm::import_bytes;
use goldenhour::network::profile::{BUILTIN, Delays, MaxspeedUse, Mission, SIREN};
use goldenhour::network::topology::Topology;
use goldenhour::network::travel_times::{Direction, TravelTimes};
use goldenhour::network::{Feature, FeatureKind, SnapRule, Snapper, SpeedProfile, osm, synth};
use goldenhour::random::Stream;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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

/// Where trips begin and where they end.
struct Places {
    from: Vec<LatLon>,
    to: Vec<LatLon>,
}

/// Junctions drawn at random: some origins, and more destinations.
fn places(file: &[u8], profile: &SpeedProfile) -> Places {
    let g = import_bytes(Path::new("test.osm.pbf"), file.to_vec(), profile).unwrap_or_else(|e| panic!("{e}")).graph;
    let mut s = Stream::new(7, "speed model places", 0);
    let mut any = |n: usize| (0..n).map(|_| g.positions[s.below(g.node_count())]).collect();
    Places { from: any(25), to: any(40) }
}

/// Seconds from each origin to each destination on an urgent run; `None` where the profile closes the road they lie on.
fn times(file: &[u8], profile: &SpeedProfile, places: &Places) -> Vec<Option<f64>> {
    times_within(file, profile, places, 20.0)
}

/// The same, for places that may lie as far from a road as said.
fn times_within(file: &[u8], profile: &SpeedProfile, places: &Places, metres: f64) -> Vec<Option<f64>> {
    let import = import_bytes(Path::new("test.osm.pbf"), file.to_vec(), profile).unwrap_or_else(|e| panic!("{e}"));
    let mission = profile.mission(SIREN).unwrap();
    let g = Arc::new(import.graph);
    let topology = Arc::new(Topology::of_mission(&g, mission, true));
    let times = TravelTimes::build(&g, &topology, &MetricRules::of_mission(profile, mission));
    let snapper = Snapper::with_rule(&g, &SnapRule { avoid: vec![], avoid_extra_m: 0.0 });
    let on = |list: &[LatLon]| -> Vec<_> {
        let near = |at: &LatLon| snapper.snap(&g, *at).filter(|p| p.distance_m < metres).map(|p| times.on_road(&p));
        list.iter().map(near).collect()
    };
    let (from, to) = (on(&places.from), on(&places.to));
    let matrix = times.matrix(&from, &to, Direction::FromRow);
    let all = (0..from.len()).flat_map(|r| (0..to.len()).map(move |c| (r, c)));
    all.map(|(r, c)| Some(matrix.get(r, c)).filter(|t| t.is_reachable()).map(|t| t.seconds())).collect()
}

/// 5th, 50th and 95th percentile of the ratios of two lists of times over the pairs both have.
fn ratios(times: &[Option<f64>], to: &[Option<f64>]) -> [f64; 3] {
    let both = times.iter().zip(to).filter_map(|(a, b)| (b.as_ref()? > &0.0).then(|| Some((*a)? / (*b)?))?);
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
    let places = places(&file, &bare);
    let bare = times(&file, &bare, &places);
    for name in BUILTIN {
        let own = times(&file, &profile(name), &places);
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
    let places = places(&flat, &bare);
    let r = ratios(&times(&flat, &profile("osrm-car-like"), &places), &times(&flat, &bare, &places));
    println!("flat: {:.2} ({:.2}-{:.2}) x class speeds", r[1], r[0], r[2]);
    // 1.04 on a flat city of another land.
    assert!((0.95..=1.12).contains(&r[1]), "{r:?}");
}

#[test]
fn mountain_profiles_on_the_bundled_network() {
    let file = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("networks/yuxi.osm.pbf")).unwrap();
    let places = places(&file, &profile("china-mountain"));
    let before = times(&file, &profile("china-mountain"), &places);
    let mut straight = profile("yuxi-mountain");
    (straight.curvature, straight.gradient) = (None, None);
    let straight = times(&file, &straight, &places);
    let after = times(&file, &profile("yuxi-mountain"), &places);
    let (r, shape) = (ratios(&after, &before), ratios(&after, &straight));
    println!("china-mountain {:.0} s, yuxi-mountain {:.0} s on average", mean(&before), mean(&after));
    println!("yuxi-mountain / china-mountain: {:.2} ({:.2}-{:.2})", r[1], r[0], r[2]);
    println!("yuxi-mountain with / without bends and slopes: {:.2} ({:.2}-{:.2})", shape[1], shape[0], shape[2]);
    assert!(shape[0] >= 1.0 && (1.02..1.8).contains(&shape[1]), "{shape:?}");
    assert!((0.7..1.4).contains(&r[1]), "{r:?}");
    // What the nearest post needs to where people live.
    let import = import_bytes(Path::new("yuxi.osm.pbf"), file.clone(), &profile("china-mountain")).unwrap();
    let list = &import.features.list;
    let posts = list.iter().filter(|f| f.kind == FeatureKind::AmbulanceStation).map(|f| f.at).collect();
    // Towns carry the people of their townships, who are in the villages and blocks already.
    let is_total = |f: &Feature| f.place.as_deref().is_some_and(|p| ["city", "town", "suburb"].contains(&p));
    let lived_in = || list.iter().filter(|f| f.population.is_some() && !is_total(f));
    let people: Vec<f64> = lived_in().filter_map(|f| f.population).collect();
    assert!((people.iter().sum::<f64>() / 2_249_502.0 - 1.0).abs() < 0.01, "{}", people.iter().sum::<f64>());
    let places = Places { from: posts, to: lived_in().map(|f| f.at).collect() };
    let nearest = |name: &str| {
        let all = times_within(&file, &profile(name), &places, 5_000.0);
        let first = |c: usize| all[c..].iter().step_by(people.len()).flatten().copied().fold(f64::INFINITY, f64::min);
        (0..people.len()).map(|c| people[c] * first(c)).sum::<f64>() / people.iter().sum::<f64>()
    };
    let means = ["china-mountain", "yuxi-mountain", "china-default"].map(nearest);
    println!("nearest post, mean over people: mountain, yuxi, default = {means:.0?} s");
    assert!(means[2] < means[1] && (0.7..1.2).contains(&(means[1] / means[0])), "{means:?}");
}

/// What bends and slopes of a real mountain country cost.
#[test]
fn mountain_roads_are_slower_by_their_shape() {
    let Some(path) = shared("data/osm/andorra-2025.osm.pbf") else { return };
    let file = std::fs::read(path).unwrap();
    let full = profile("yuxi-mountain");
    let mut straight = full.clone();
    (straight.curvature, straight.gradient) = (None, None);
    let places = places(&file, &full);
    let shape = ratios(&times(&file, &full, &places), &times(&file, &straight, &places));
    println!(
        "yuxi-mountain on Andorra with / without bends and slopes: {:.2} ({:.2}-{:.2})",
        shape[1], shape[0], shape[2]
    );
    // Without tagged limits, as most roads of rural Yunnan are, class speeds and bends decide alone.
    let without_limits = |name: &str| {
        let mut p = profile(name);
        p.maxspeed.mode = MaxspeedUse::Ignore;
        times(&file, &p, &places)
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
        g.bend.iter().copied().fold(1.0, f32::max)
    };
    assert_eq!([bent("china-default"), bent("osrm-car-like")], [1.0, 1.0]);
    assert!(bent("yuxi-mountain") > 1.3, "{}", bent("yuxi-mountain"));
}
