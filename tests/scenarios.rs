//! Every bundled scenario loads, plays a replication, and does what it is there to show.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::experiment::{Overrides, prepare};
use goldenhour::sim::{Count, Options, Outcome, play};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// A few replications of a scenario, merged.
fn played(name: &str, replications: u32) -> Outcome {
    let prepared = prepare(&folder().join(name), &Overrides::default()).unwrap_or_else(|f| panic!("{name}: {f}"));
    assert!(!prepared.warnings.has_errors(), "{name}");
    let world = &prepared.world;
    let options = Options::by(&prepared.pack.targets(), false);
    let mut all = Outcome::new(&world.scenario);
    for replication in 0..replications {
        all.merge(&play(&world.scenario, &world.facts, world, &options, 120, replication).outcome);
    }
    assert!(all.responses() > 500, "{name}: {} responses", all.responses());
    assert_eq!(all.unfinished, 0, "{name}");
    all
}

#[test]
fn all_bundled_scenarios_play() {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .filter(|n| n.ends_with(".toml"))
        .collect();
    names.sort();
    assert!(names.len() >= 10, "{names:?}");
    for name in names {
        played(&name, 1);
    }
}

#[test]
fn what_each_scenario_is_there_to_show_happens() {
    let coach = played("yuxi-coach-crash.toml", 2);
    assert_eq!(coach.count(Count::MorePatients), 2 * 31, "32 patients in each replication");
    assert!(coach.count(Count::FurtherCallers) >= 2 * 19);
    let quake = played("yuxi-earthquake.toml", 2);
    assert!(quake.count(Count::HungUp) > 20 && quake.count(Count::BayWaits) > 0, "{:?}", quake.counts);
    let lake = played("yuxi-fuxian-holiday.toml", 8);
    assert!(lake.count(Count::Voyages) > 0, "{:?}", lake.counts);
    let air = played("yuxi-helicopter.toml", 4);
    assert!(air.count(Count::Flights) > 0, "{:?}", air.counts);
    assert!(air.survival.iter().any(|s| s.1 > 0));
    let wave = played("yuxi-epidemic.toml", 1);
    let usual = played("yuxi-now.toml", 1);
    assert!(wave.responses() > usual.responses() + 200, "{} {}", wave.responses(), usual.responses());
    let siloed = played("yuxi-siloed.toml", 2);
    assert!(siloed.count(Count::Misrouted) > 50, "{:?}", siloed.counts);
}
