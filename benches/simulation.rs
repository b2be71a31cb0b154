//! How many phone calls a second one core simulates: `cargo bench --bench simulation`.
//!
//! * `yuxi-now` in full: seats, categories, negative pressure, hand-over, units under way, scatter.
//! * `yuxi-week`: the same with periods of the week, so that trips last through changes of the roads.
//! * *bare*: the places, travel times and rates of `yuxi-now` and what a plain model has. Calls come evenly over the day; all
//!   categories are alike (three in four patients are transported); every duration is fixed at its mean and trips do not
//!   scatter; the nearest unit that waits at its post goes, the one that has rested longest among equals, and is
//!   free again when it is back home; the first who waits is the first served.
//!
//! The bare model is also written for [simpy](https://simpy.readthedocs.io) (`benches/simpy_bare.py`), and both are run in
//! turn on the same tables; that their means agree is printed too. Needs `python3` (or what `GOLDENHOUR_PYTHON` names)
//! with simpy; left out, with a reason, where there is none.

#![allow(clippy::expect_used, clippy::print_stdout, missing_docs)]

use goldenhour::experiment::{Overrides, Prepared, prepare};
use goldenhour::ids::{CategoryId, HospitalId, PointId, PostId};
use goldenhour::random::Dist;
use goldenhour::sim::facts::Facts;
use goldenhour::sim::{Interval, Options, Origin, Outcome, World, run};
use goldenhour::units::TravelTime;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Instant;

const DAYS: f64 = 365.0;
/// Days that simpy plays.
const PEER_DAYS: f64 = 200.0;
const TURNS: u32 = 7;

fn ready(scenario: &str, days: f64) -> (Prepared, Options) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(scenario);
    let prepared = prepare(&file, &Overrides { days: Some(days), ..Overrides::default() }).expect("a bundled scenario");
    let options = Options::by(&prepared.pack.targets(), false);
    (prepared, options)
}

/// Makes the scenario of a world bare; places and travel times stay.
fn strip(world: &mut World) {
    let s = &mut world.scenario;
    s.rules.dispatch.under_way = false;
    s.travel.scatter_sigma = 0.0;
    s.demand.hourly = [1.0; 24];
    s.demand.weekday = [1.0; 7];
    for category in &mut s.demand.categories {
        category.needs_negative_pressure = false;
        category.priority = 1;
        category.transport = 0.75;
    }
    let (t, d) = (&mut s.call_taking, &mut s.durations);
    for dist in [&mut t.pickup, &mut t.handling, &mut t.handling_no_dispatch, &mut t.wrapup] {
        *dist = Dist::Fixed(dist.mean());
    }
    for dist in [&mut d.turnout, &mut d.turnout_on_road, &mut d.scene, &mut d.scene_left, &mut d.handover, &mut d.clear]
    {
        *dist = Dist::Fixed(dist.mean());
    }
    world.facts = Facts::of(&world.scenario);
}

/// Seconds this thread has been at work, so that others on the machine do not count; where the system does not tell, seconds
/// of the clock.
fn cpu_seconds() -> f64 {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|t| t.split_whitespace().next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| BEGIN.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// The median rate of phone calls a second over some turns, and the last outcome.
fn rate(world: &World, options: &Options) -> (f64, Outcome) {
    let mut rates = Vec::new();
    let mut last = run(world, options, 1, 0).0;
    for turn in 0..TURNS {
        let start = cpu_seconds();
        let (outcome, _) = run(world, options, 1, turn);
        // Of the whole run: the day of warm-up counts on neither side.
        rates.push(outcome.phone_calls() as f64 / (cpu_seconds() - start));
        last = outcome;
    }
    rates.sort_by(f64::total_cmp);
    (rates[rates.len() / 2], last)
}

fn line(what: &str, rate: f64, goal: f64) {
    let word = if rate >= goal { "yes" } else { "NO" };
    println!("| {what} | {:.0} | {:.2} µs | {goal:.0} {word} |", rate, 1e6 / rate);
}

/// The tables and figures of the bare model, for the peer.
fn export(world: &World, days: f64) -> Value {
    let s = &world.scenario;
    let seconds = |t: TravelTime, factor: f64| t.is_reachable().then(|| t.seconds() * factor);
    let (posts, points) = (s.posts.len(), s.points.len());
    let to_point: Vec<Vec<Option<f64>>> = (0..points)
        .map(|p| {
            let time = |post| world.to_point(0, Origin::Post(PostId::new(post)), PointId::new(p));
            (0..posts).map(|post| seconds(time(post), s.travel.response_factor)).collect()
        })
        .collect();
    let hospital: Vec<Vec<Option<(usize, f64)>>> = (0..points)
        .map(|p| {
            let of = |c| {
                let (h, time) = world.hospital_for(0, PointId::new(p), CategoryId::new(c))?;
                Some((h.index(), seconds(time, s.travel.transport_factor)?))
            };
            (0..s.demand.categories.len()).map(of).collect()
        })
        .collect();
    let home = |from: Origin| -> Vec<Option<f64>> {
        (0..posts).map(|post| seconds(world.to_post(0, from, PostId::new(post)), s.travel.return_factor)).collect()
    };
    let d = &s.durations;
    json!({
        "days": days,
        "warmup_days": s.run.warmup_days,
        "weights": s.points.iter().map(|p| s.demand.dispatches_per_day(p)).collect::<Vec<_>>(),
        "phone_calls_per_dispatch": s.demand.phone_calls_per_dispatch,
        "category_shares": s.demand.categories.iter().map(|c| c.share).collect::<Vec<_>>(),
        "transport": 0.75,
        "seats": s.centres[0].seats,
        "unit_posts": s.units.iter().map(|u| u.post.index()).collect::<Vec<_>>(),
        "to_point": to_point,
        "hospital": hospital,
        "home_from_point": (0..points).map(|p| home(Origin::Point(PointId::new(p)))).collect::<Vec<_>>(),
        "home_from_hospital": (0..s.hospitals.len()).map(|h| home(Origin::Hospital(HospitalId::new(h)))).collect::<Vec<_>>(),
        "pickup": s.call_taking.pickup.mean(),
        "handling": s.call_taking.handling.mean(),
        "handling_no_dispatch": s.call_taking.handling_no_dispatch.mean(),
        "wrapup": s.call_taking.wrapup.mean(),
        "turnout": d.turnout.mean(),
        "scene": d.scene.mean(),
        "scene_left": d.scene_left.mean(),
        "handover": d.handover.mean(),
        "clear": d.clear.mean(),
    })
}

/// Runs the peer; `None`, with a printed reason, where it cannot be run.
fn peer(tables: &Value) -> Option<Value> {
    let python = std::env::var_os("GOLDENHOUR_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let there = Command::new(&python).args(["-c", "import simpy"]).output();
    if !there.is_ok_and(|o| o.status.success()) {
        println!(
            "\nsimpy left out: {} cannot import it (`pip install simpy`, or set GOLDENHOUR_PYTHON)",
            python.display()
        );
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder for the tables");
    let file = folder.path().join("bare.json");
    std::fs::write(&file, tables.to_string()).expect("room for the tables");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/simpy_bare.py");
    let out = Command::new(&python).arg(script).arg(&file).output().expect("python3 runs");
    assert!(out.status.success(), "the peer failed: {}", String::from_utf8_lossy(&out.stderr));
    Some(serde_json::from_slice(&out.stdout).expect("figures of the peer"))
}

fn main() {
    // `-- bare`: only the bare model, for a look with a profiler.
    let only_bare = std::env::args().any(|a| a == "bare");
    println!(
        "Seconds are those of the processor, of one thread.\n\n| scenario, one core | phone calls a second | per call | asked for |\n|---|---|---|---|"
    );
    let (now, options) = ready("yuxi-now.toml", DAYS);
    if !only_bare {
        line("yuxi-now, one year", rate(&now.world, &options).0, 400_000.0);
        let (week, week_options) = ready("yuxi-week.toml", DAYS);
        line("yuxi-week, one year", rate(&week.world, &week_options).0, 400_000.0);
    }
    let mut bare = now;
    strip(&mut bare.world);
    let (bare_rate, outcome) = rate(&bare.world, &options);
    line("bare, one year", bare_rate, 1_000_000.0);

    if only_bare {
        return;
    }
    let Some(peer) = peer(&export(&bare.world, PEER_DAYS)) else { return };
    let figure = |key: &str| peer[key].as_f64().unwrap_or(f64::NAN);
    let theirs = figure("phone_calls") / figure("seconds");
    let ratio = bare_rate / theirs;
    let word = if ratio >= 100.0 { "yes" } else { "NO" };
    println!(
        "\nThe bare model in simpy {}, the same tables, {PEER_DAYS} days: {theirs:.0} phone calls a second.",
        peer["simpy"].as_str().unwrap_or("?")
    );
    println!("goldenhour is {ratio:.0} times as fast (asked for: 100, {word}).");
    let mean = |i: Interval| {
        let h = &outcome.intervals[i as usize];
        h.sum_seconds() / h.count() as f64
    };
    let travel = (mean(Interval::Travel), figure("mean_travel_s"));
    println!("Mean travel to the scene: {:.1} s here, {:.1} s there.", travel.0, travel.1);
    assert!((travel.0 / travel.1 - 1.0).abs() < 0.05, "the two do not play the same model");
}
