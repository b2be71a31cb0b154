//! The engine against queueing theory, and what must hold in every run.

use super::engine::{Options, run};
use super::locate::{Whereabouts, advance, left, time_to_point};
use super::record::{CallRecord, Interval, Outcome, Stamp};
use super::roads::{RoadPlan, Scratch};
use super::ways::Leg;
use super::world::{Origin, World};
use crate::geo::LatLon;
use crate::ids::{HospitalId, NodeId, PointId, PostId};
use crate::network::{MetricRules, RoadGraph, RoadInput, Snapper, Way};
use crate::random::Stream;
use crate::scenario::Scenario;
use crate::stats::Replicated;
use crate::stats::queueing::{mmc_answered_within, mmc_mean_wait};
use crate::units::{SimTime, Span};
use std::path::Path;

/// A grid of `n` × `n` junctions about 1.1 km apart, streets two-way with uneven speeds, some one-way.
fn grid(n: usize, seed: u64) -> RoadGraph {
    let mut random = Stream::new(seed, "grid", 0);
    let at = |i: usize, j: usize| LatLon::new(24.0 + 0.01 * i as f64, 102.0 + 0.01 * j as f64);
    let node = |i: usize, j: usize| NodeId::new(i * n + j);
    let mut roads = Vec::new();
    let mut street = |a: (usize, usize), b: (usize, usize), one_way_possible: bool| {
        let seconds = |r: &mut Stream| vec![30.0 + 60.0 * r.uniform(), 30.0 + 60.0 * r.uniform()];
        let (forward, backward) = (seconds(&mut random), seconds(&mut random));
        let (pa, pb) = (at(a.0, a.1), at(b.0, b.1));
        let middle = LatLon::new((pa.lat + pb.lat) / 2.0 + 0.001, (pa.lon + pb.lon) / 2.0);
        roads.push(RoadInput {
            from: node(a.0, a.1),
            to: node(b.0, b.1),
            points: vec![pa, middle, pb],
            forward_s: Some(forward),
            backward_s: (!one_way_possible || random.uniform() < 0.8).then_some(backward),
            delays: Vec::new(),
            ways: vec![0; 2],
            class: 0,
        });
    };
    for i in 0..n {
        for j in 0..n {
            // The rim stays two-way, so that everything can be reached.
            let rim = |k: usize| k == 0 || k == n - 1;
            if j + 1 < n {
                street((i, j), (i, j + 1), !rim(i));
            }
            if i + 1 < n {
                street((i, j), (i + 1, j), !rim(j));
            }
        }
    }
    let positions: Vec<LatLon> = (0..n * n).map(|k| at(k / n, k % n)).collect();
    let ids = (0..(n * n) as i64).collect();
    let way = Way { id: 1, name: 0, reference: 0 };
    RoadGraph::build(positions, ids, &roads, vec![way], vec!["primary".into()], vec![String::new()]).unwrap()
}

pub(crate) struct Setup {
    pub(crate) seats: u32,
    pub(crate) units: usize,
    pub(crate) per_1000_year: f64,
    pub(crate) calls_per_dispatch: f64,
    pub(crate) handling: &'static str,
    pub(crate) scene: &'static str,
    pub(crate) transport: f64,
    pub(crate) under_way: bool,
    pub(crate) spread: bool,
    pub(crate) days: f64,
}

pub(crate) const BUSY: Setup = Setup {
    seats: 2,
    units: 4,
    per_1000_year: 200.0,
    calls_per_dispatch: 3.0,
    handling: r#"{ dist = "exponential", mean_s = 120 }"#,
    scene: r#"{ dist = "lognormal", median_s = 900, sigma = 0.5 }"#,
    transport: 0.7,
    under_way: true,
    spread: true,
    days: 40.0,
};

/// A world on the grid: posts and points spread over it, or all at one spot.
pub(crate) fn world(setup: &Setup) -> World {
    world_on(setup, |graph| RoadPlan::constant(graph, MetricRules::default()))
}

/// The same with the roads as a plan has them.
pub(super) fn world_on(setup: &Setup, plan: impl FnOnce(RoadGraph) -> RoadPlan) -> World {
    build(scenario(setup), plan)
}

/// The same with the scenario changed before the world is built.
pub(crate) fn world_with(setup: &Setup, change: impl FnOnce(&mut Scenario)) -> World {
    let mut scenario = scenario(setup);
    change(&mut scenario);
    build(scenario, |graph| RoadPlan::constant(graph, MetricRules::default()))
}

fn build(scenario: Scenario, plan: impl FnOnce(RoadGraph) -> RoadPlan) -> World {
    let graph = grid(8, 1);
    let snapper = Snapper::new(&graph);
    World::build(scenario, plan(graph), &snapper).unwrap_or_else(|f| panic!("{f}"))
}

fn scenario(setup: &Setup) -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let place = |k: usize| {
        if setup.spread { (24.0 + 0.013 * (k % 5) as f64, 102.0 + 0.0117 * (k / 5) as f64) } else { (24.0, 102.0) }
    };
    let file = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    let mut posts = "id,name,lat,lon,quality\n".to_string();
    let mut units = "id,post,kind,negative_pressure,quality\n".to_string();
    for k in 0..setup.units {
        let (lat, lon) = place(k * 7 % 23);
        posts += &format!("P{k},post {k},{lat},{lon},C\n");
        units += &format!("U{k},P{k},basic,{},C\n", if k % 2 == 0 { "yes" } else { "no" });
    }
    let mut points = "id,name,zone,lat,lon,population,quality\n".to_string();
    for k in 0..if setup.spread { 24 } else { 1 } {
        let (lat, lon) = place(k);
        points += &format!("D{k},point {k},{},{lat},{lon},5000,C\n", if k % 3 == 0 { "urban" } else { "rural" });
    }
    let (lat, lon) = place(12);
    file("posts.csv", posts);
    file("units.csv", units);
    file("demand.csv", points);
    file("hospitals.csv", format!("id,name,lat,lon,receives,quality\nH0,hospital,{lat},{lon},all,C\n"));
    file("roads.osm.pbf", String::new());
    file(
        "s.toml",
        format!(
            r#"
schema = 1
name = "test"
title = {{ zh = "测试", en = "test" }}
[network]
file = "roads.osm.pbf"
max_snap_m = 5000
[tables]
posts = "posts.csv"
units = "units.csv"
hospitals = "hospitals.csv"
demand = "demand.csv"
[run]
days = {days}
warmup_days = 2
clock_start = "triaged"
[demand]
urban_per_1000_year = {rate}
rural_per_1000_year = {rate}
phone_calls_per_dispatch = {per}
hourly = [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]
[[category]]
key = "plain"
name = {{ zh = "普通", en = "plain" }}
share = 1
transport = {transport}
[[centre]]
name = {{ zh = "中心", en = "centre" }}
seats = {seats}
[call_taking]
pickup = {{ dist = "fixed", value_s = 0 }}
handling = {handling}
handling_no_dispatch = {handling}
wrapup = {{ dist = "fixed", value_s = 0 }}
[dispatch]
under_way = {under_way}
[durations]
turnout = {{ dist = "fixed", value_s = 0 }}
turnout_on_road = {{ dist = "fixed", value_s = 0 }}
scene = {scene}
scene_left = {scene}
handover = {{ dist = "exponential", mean_s = 600 }}
clear = {{ dist = "fixed", value_s = 300 }}
[standard]
pack = "cn-yuxi-2025"
"#,
            days = setup.days,
            rate = setup.per_1000_year,
            per = setup.calls_per_dispatch,
            transport = setup.transport,
            seats = setup.seats,
            handling = setup.handling,
            scene = setup.scene,
            under_way = setup.under_way,
        ),
    );
    Scenario::load(&folder.path().join(Path::new("s.toml"))).unwrap_or_else(|f| panic!("{f}"))
}

pub(crate) fn options(keep_calls: bool) -> Options {
    Options {
        response_target: [Span::from_minutes(15.0), Span::from_minutes(30.0)],
        answer_target: Span::from_seconds(10.0),
        turnout_target: Span::from_minutes(3.0),
        handover_target: Span::from_minutes(10.0),
        keep_calls,
        latest_first: false,
        trace: None,
        asked: crate::sim::Asked::default(),
    }
}

pub(super) fn replications(world: &World, n: u32) -> Vec<Outcome> {
    (0..n).map(|r| run(world, &options(false), 7, r).0).collect()
}

/// Checks a theoretical value against the 99.9 % interval of replications.
pub(super) fn meets(what: &str, wanted: f64, outcomes: &[Outcome], pair: impl Fn(&Outcome) -> (f64, f64)) {
    let mut figure = Replicated::new();
    for o in outcomes {
        let (top, bottom) = pair(o);
        figure.push(top, bottom);
    }
    let e = figure.estimate(0.999).unwrap();
    assert!(e.low <= wanted && wanted <= e.high, "{what}: theory {wanted}, simulated {e:?}");
    assert!(e.half_width() < 0.1 * wanted, "{what}: the interval {e:?} is too wide to say anything");
}

#[test]
fn the_telephone_is_an_mmc_queue() {
    // 5,000 people, 3,506.4 dispatches per 1,000 and year, 10 phone calls each: 480 calls a day of 260 s, 1.44 erlang for 2 seats.
    let setup = Setup {
        seats: 2,
        units: 40,
        per_1000_year: 3506.4,
        calls_per_dispatch: 10.0,
        handling: r#"{ dist = "exponential", mean_s = 260 }"#,
        scene: r#"{ dist = "fixed", value_s = 1 }"#,
        transport: 0.0,
        under_way: false,
        spread: false,
        days: 200.0,
    };
    let w = world(&setup);
    let outcomes = replications(&w, 12);
    let rate = 5.0 * setup.per_1000_year * setup.calls_per_dispatch / crate::demand::DAYS_PER_YEAR / 86_400.0;
    let load = rate * 260.0;
    assert!((1.3..1.7).contains(&load), "{load} erlang");
    meets("answered within 10 s", mmc_answered_within(2, rate, 260.0, 10.0), &outcomes, |o| {
        (o.answered_by_hour.iter().sum::<u64>() as f64, o.phone_calls() as f64)
    });
    meets("mean wait", mmc_mean_wait(2, rate, 260.0), &outcomes, |o| {
        let h = &o.intervals[Interval::Answer as usize];
        (h.sum_seconds(), h.count() as f64)
    });
    let seat_us = 200.0 * 86_400e6 * 2.0;
    meets("seat utilisation", load / 2.0, &outcomes, |o| (o.seat_busy[0] as f64, seat_us));
}

#[test]
fn units_at_one_spot_are_an_mmc_queue() {
    // 5,000 people, 100 dispatches a day on average, 40 minutes each: 2.78 erlang for 4 units.
    let setup = Setup {
        seats: 50,
        units: 4,
        per_1000_year: 20.0 * crate::demand::DAYS_PER_YEAR,
        calls_per_dispatch: 1.0,
        handling: r#"{ dist = "fixed", value_s = 0 }"#,
        scene: r#"{ dist = "exponential", mean_s = 2400 }"#,
        transport: 0.0,
        under_way: true,
        spread: false,
        days: 400.0,
    };
    let w = world(&setup);
    let outcomes = replications(&w, 30);
    let rate = 100.0 / 86_400.0;
    meets("mean wait for a unit", mmc_mean_wait(4, rate, 2400.0), &outcomes, |o| {
        let h = &o.intervals[Interval::Queue as usize];
        (h.sum_seconds(), h.count() as f64)
    });
    let busy_us = 400.0 * 86_400e6 * 4.0;
    meets("utilisation", rate * 2400.0 / 4.0, &outcomes, |o| (o.unit_busy.iter().sum::<i64>() as f64, busy_us));
}

fn unit_intervals(records: &[CallRecord], units: usize) -> Vec<Vec<(SimTime, SimTime)>> {
    let mut jobs = vec![Vec::new(); units];
    for r in records {
        if let Some(unit) = r.unit {
            jobs[unit.index()].push((r.at(Stamp::Assigned).unwrap(), r.at(Stamp::Clear).unwrap()));
        }
    }
    jobs.iter_mut().for_each(|j| j.sort());
    jobs
}

/// No call waits at a moment when a unit is free. A unit is free from clear (or back, where units on the road are not
/// sent) until it is assigned again.
fn nobody_waits_while_a_unit_is_free(records: &[CallRecord], units: usize, under_way: bool, place: &str) {
    let mut busy: Vec<Vec<(SimTime, SimTime)>> = vec![Vec::new(); units];
    for r in records.iter().filter(|r| r.unit.is_some()) {
        let end = if under_way { Stamp::Clear } else { Stamp::Back };
        busy[r.unit.unwrap().index()].push((r.at(Stamp::Assigned).unwrap(), r.at(end).unwrap_or(SimTime::NEVER)));
    }
    for jobs in &mut busy {
        jobs.sort();
        // Sent out again without having been home: busy until the next job starts.
        for i in 0..jobs.len() {
            let next = jobs.get(i + 1).map_or(SimTime::NEVER, |n| n.0);
            jobs[i].1 = jobs[i].1.min(next);
        }
    }
    let mut waited = 0;
    for r in records.iter().filter(|r| r.unit.is_some() && r.at(Stamp::Triaged) > Some(SimTime::from_days(4.0))) {
        let (from, to) = (r.at(Stamp::Triaged).unwrap(), r.at(Stamp::Assigned).unwrap());
        if from == to {
            continue;
        }
        waited += 1;
        for (unit, jobs) in busy.iter().enumerate() {
            // The unit's jobs must cover the whole wait.
            let mut covered = from;
            for (start, end) in jobs {
                if *start <= covered && *end > covered {
                    covered = *end;
                }
            }
            assert!(
                covered >= to,
                "{place}: call {} waits from {from:?} to {to:?} while unit {unit} is free",
                r.number
            );
        }
    }
    assert!(waited > 20 || units > 4, "{place}: only {waited} calls waited");
}

#[test]
fn what_must_hold_in_every_run() {
    for (seed, under_way, units) in [(1, true, 4), (2, false, 4), (3, true, 2), (4, true, 9)] {
        let w = world(&Setup { under_way, units, ..BUSY });
        let (outcome, records) = run(&w, &options(true), seed, 0);
        let place = format!("seed {seed}, {units} units, under way {under_way}");
        assert!(records.len() > 2000, "{place}: {} records", records.len());
        // Every call is kept, and kept once, and ends in one way.
        assert!(records.windows(2).all(|p| p[0].number < p[1].number), "{place}");
        let dispatched = records.iter().filter(|r| r.unit.is_some()).count() as u64;
        assert_eq!(outcome.unfinished, 0, "{place}");
        assert_eq!(outcome.phone_calls(), outcome.no_dispatch + dispatched + outcome.unserved, "{place}");
        assert_eq!(records.len() as u64, outcome.phone_calls(), "{place}");
        assert_eq!(outcome.groups.iter().map(|g| g.lost).sum::<u64>(), outcome.unserved, "{place}");
        assert_eq!(dispatched, outcome.transported + outcome.left_at_scene, "{place}");
        assert_eq!(outcome.responses(), dispatched, "{place}");
        // Timestamps are in order.
        for r in &records {
            let known: Vec<SimTime> = Stamp::ALL.iter().filter_map(|s| r.at(*s)).collect();
            assert!(known.windows(2).all(|p| p[0] <= p[1]), "{place}: {r:?}");
            assert_eq!(r.hospital.is_some(), r.at(Stamp::HandedOver).is_some(), "{place}: {r:?}");
        }
        // No unit is in two jobs at once.
        for (unit, jobs) in unit_intervals(&records, units).iter().enumerate() {
            assert!(jobs.windows(2).all(|p| p[0].1 <= p[1].0), "{place}: unit {unit} is in two jobs");
        }
        nobody_waits_while_a_unit_is_free(&records, units, under_way, &place);
        assert_eq!(outcome.from_road, records.iter().filter(|r| r.from_road).count() as u64, "{place}");
        assert!(!under_way || outcome.from_road > 0, "{place}");
    }
}

#[test]
fn the_same_calls_whatever_the_policy() {
    let calls = |setup: &Setup| -> Vec<(u64, SimTime, PointId, bool)> {
        let (_, records) = run(&world(setup), &options(true), 9, 2);
        records.iter().map(|r| (r.number, r.at(Stamp::Ring).unwrap(), r.point, r.category.is_some())).collect()
    };
    let base = calls(&BUSY);
    assert_eq!(base, calls(&Setup { under_way: false, ..BUSY }));
    assert_eq!(base, calls(&Setup { units: 9, seats: 5, ..BUSY }));
}

#[test]
fn more_units_do_not_make_it_worse() {
    let mean = |units: usize| {
        let outcomes = replications(&world(&Setup { units, ..BUSY }), 4);
        let sum: f64 = outcomes.iter().flat_map(|o| &o.groups).map(|g| g.response.sum_seconds()).sum();
        sum / outcomes.iter().map(Outcome::responses).sum::<u64>() as f64
    };
    let means: Vec<f64> = [3, 5, 9, 18].into_iter().map(mean).collect();
    assert!(means.windows(2).all(|p| p[1] < p[0]), "{means:?}");
}

#[test]
fn merging_outcomes_is_adding_them_up() {
    let w = world(&BUSY);
    let parts = replications(&w, 3);
    let mut forward = parts[0].clone();
    forward.merge(&parts[1]);
    forward.merge(&parts[2]);
    let mut late = parts[1].clone();
    late.merge(&parts[2]);
    let mut other = parts[0].clone();
    other.merge(&late);
    assert_eq!(forward, other);
    assert_eq!(forward.phone_calls(), parts.iter().map(Outcome::phone_calls).sum::<u64>());
}

#[test]
fn a_unit_on_its_way_home_is_where_its_path_says() {
    let w = world(&Setup { units: 9, ..BUSY });
    let mut random = Stream::new(3, "way home", 0);
    let points = w.points.len();
    for _ in 0..300 {
        let post = PostId::new(random.below(9));
        let origin = if random.uniform() < 0.3 {
            Origin::Hospital(HospitalId(0))
        } else {
            Origin::Point(PointId::new(random.below(points)))
        };
        let total = w.to_post(0, origin, post).0;
        let mut scratch = Scratch::default();
        let mut after = |elapsed| {
            let start = Whereabouts::leaving(&w, origin);
            advance(&w, &mut scratch, 0, Leg::Return, start, Origin::Post(post), elapsed)
        };
        let mut other = Scratch::default();
        let mut time_to_point = |at, goal| time_to_point(&w, &mut other, 0, Leg::Response, at, goal);
        let goal = PointId::new(random.below(points));
        // At the start it is as far as from where it left; at the end as far as from its post.
        assert_eq!(time_to_point(after(0), goal), w.to_point(0, origin, goal));
        let home = time_to_point(after(total), goal);
        assert_eq!(home, w.to_point(0, Origin::Post(post), goal), "{origin:?} {post:?} {goal:?}");
        // On the way, going straight home takes exactly what is left, and the time to anywhere changes no faster than
        // the clock (turning round costs extra and can only be better than going on).
        let mut last: Option<(u32, u32)> = None;
        for step in 0..=20 {
            let elapsed = (u64::from(total) * step / 20) as u32;
            let at = after(elapsed);
            let left = left(&w, &mut Scratch::default(), 0, Leg::Return, at, Origin::Post(post));
            assert!(left.abs_diff(total - elapsed) <= 2, "{left} left of {total} after {elapsed}: {at:?}");
            let now = time_to_point(at, goal).0;
            if let Some((before, then)) = last {
                assert!(
                    then <= now + (elapsed - before) + 5,
                    "{then} before, {now} after {}: {at:?}",
                    elapsed - before
                );
            }
            last = Some((elapsed, now));
        }
    }
}
