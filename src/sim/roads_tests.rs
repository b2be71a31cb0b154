//! Runs on roads that change over the week, on turn-expanded roads, and without the large tables.

use super::locate::{Trip, Whereabouts, through_changes};
use super::roads::RoadPlan;
use super::tests::{BUSY, Setup, options, world, world_on};
use super::ways::{Drive, Leg};
use super::{CallRecord, Origin, Stamp, World, run};
use crate::network::calendar::{Calendar, Window};
use crate::network::profile::TurnCosts;
use crate::network::search_graph::{SearchGraph, TurnRules};
use crate::network::{AreaFactor, MetricRules, RoadGraph, Topology};
use crate::units::{SimTime, Span};
use std::sync::Arc;

const SETUP: Setup = Setup { days: 20.0, spread: true, ..BUSY };

/// Every other hour of every day.
fn every_other_hour() -> Vec<Window> {
    let hour = |day: i64, hour: i64| SimTime((day * 24 + hour) * 3_600_000_000);
    let windows = (0..7).flat_map(|day| (0..12).map(move |h| (day, 2 * h)));
    windows.map(|(d, h)| Window { start: hour(d, h), end: hour(d, h + 1), weekly: true }).collect()
}

/// A plan that changes between the usual roads and other rules every hour.
fn alternating(graph: RoadGraph, other: MetricRules) -> RoadPlan {
    let mut plan = RoadPlan::constant(graph, MetricRules::default());
    plan.calendar = Calendar::new(&[every_other_hour()]);
    let usual = plan.regimes[0].clone();
    let changed = usual.clone().map(|(topology, _)| (topology, other.clone()));
    let of = |active: &Vec<usize>| if active.is_empty() { usual.clone() } else { changed.clone() };
    plan.regimes = plan.calendar.regimes.iter().map(of).collect();
    plan
}

fn slow(factor: f64) -> MetricRules {
    MetricRules { factors: vec![AreaFactor { area: None, class_factor: vec![factor] }], ..MetricRules::default() }
}

fn records(world: &World) -> Vec<CallRecord> {
    let records = run(world, &options(true), 7, 0).1;
    assert!(records.len() > 500, "{}", records.len());
    records
}

fn at(r: &CallRecord, stamp: Stamp) -> SimTime {
    r.stamps[stamp as usize]
}

/// Shares of calls sent by the same unit, and of those whose stamps differ by no more than 5 ms.
fn alike(a: &[CallRecord], b: &[CallRecord]) -> (f64, f64) {
    assert_eq!(a.len(), b.len());
    let same_unit = a.iter().zip(b).filter(|(a, b)| a.unit == b.unit).count();
    let close = |a: &CallRecord, b: &CallRecord| {
        a.stamps.iter().zip(&b.stamps).all(|(x, y)| x == y || (x.0 - y.0).abs() <= 5_000)
    };
    let same_time = a.iter().zip(b).filter(|(a, b)| close(a, b)).count();
    (same_unit as f64 / a.len() as f64, same_time as f64 / a.len() as f64)
}

#[test]
fn a_change_that_changes_nothing_changes_nothing() {
    // Rules that differ in a delay nothing has: two metrics with the same times, and every trip over the full hour is
    // followed through the change.
    let mut rules = MetricRules::default();
    rules.delay_s[1] = 99.0;
    let plain = records(&world(&SETUP));
    let changing = world_on(&SETUP, |graph| alternating(graph, rules));
    assert_eq!(changing.roads.regimes(), 2);
    let (units, times) = alike(&plain, &records(&changing));
    assert!(units > 0.995 && times > 0.99, "{units} {times}");
}

#[test]
fn trips_within_a_period_take_its_times_and_others_lie_between() {
    let w = world_on(&SETUP, |graph| alternating(graph, slow(1.6)));
    let (mut within, mut across) = (0, 0);
    let unit_post = |r: &CallRecord| r.unit.map(|u| w.scenario.units[u.index()].post);
    for r in records(&w) {
        let (Some(post), false) = (unit_post(&r), r.from_road) else { continue };
        let (left, arrived) = (at(&r, Stamp::Departed), at(&r, Stamp::Arrived));
        if arrived == SimTime::NEVER {
            continue;
        }
        let (regime, change) = w.roads.calendar.at(left);
        let times = [0, 1].map(|r2| w.to_point(r2, Origin::Post(post), r.point).span().unwrap_or(Span::ZERO));
        let took = arrived - left;
        if arrived < change {
            within += 1;
            assert_eq!(took, times[regime], "call {}", r.number);
        } else {
            across += 1;
            let (low, high) = (times[0].min(times[1]), times[0].max(times[1]));
            assert!(low.0 - 1_000 <= took.0 && took.0 <= high.0 + 1_000, "{low:?} {took:?} {high:?}");
        }
        // Home likewise, from where the call left it.
        let (clear, back) = (at(&r, Stamp::Clear), at(&r, Stamp::Back));
        if back != SimTime::NEVER {
            let from = r.hospital.map_or(Origin::Point(r.point), Origin::Hospital);
            let home = [0, 1].map(|r2| w.to_post(r2, from, post).span().unwrap_or(Span::ZERO));
            let (low, high) = (home[0].min(home[1]), home[0].max(home[1]));
            assert!(low.0 - 1_000 <= (back - clear).0 && (back - clear).0 <= high.0 + 1_000, "{r:?}");
        }
    }
    assert!(within > 100 && across > 5, "{within} within, {across} across");
}

#[test]
fn later_is_never_sooner() {
    let w = world_on(&SETUP, |graph| alternating(graph, slow(3.0)));
    let mut scratch = super::roads::Scratch::default();
    let hour = 3_600_000_000_i64;
    for (post, point) in [(0, 20), (3, 7), (2, 0), (1, 30)] {
        let (post, point) = (crate::ids::PostId::new(post), crate::ids::PointId::new(point % w.points.len()));
        let mut last = SimTime::ZERO;
        // Over the end of a slow hour and the beginning of the next.
        for step in 0..600 {
            let leaves = SimTime(hour / 2 + step * hour / 200);
            let regime = w.roads.calendar.at(leaves).0;
            let whole = w.to_point(regime, Origin::Post(post), point);
            let from = Whereabouts::At(Origin::Post(post));
            let drive = Drive { from, leaves, to: Origin::Point(point), leg: Leg::Response, factor: 1.0 };
            let trip = Trip { drive, whole };
            let took = through_changes(&w, &mut scratch, &trip).unwrap();
            let arrives = leaves + took;
            assert!(arrives.0 >= last.0 - 200, "left at {leaves:?}: {arrives:?} after {last:?}");
            last = arrives;
        }
    }
}

#[test]
fn without_the_large_tables_the_same_happens() {
    let plain = records(&world(&SETUP));
    let w =
        world_on(&SETUP, |graph| RoadPlan { rows_limit_bytes: 0, ..RoadPlan::constant(graph, MetricRules::default()) });
    let (units, times) = alike(&plain, &records(&w));
    assert!(units > 0.995 && times > 0.99, "{units} {times}");
}

#[test]
fn turns_that_cost_time_make_trips_longer() {
    let costs = TurnCosts { max_s: 7.5, bias: 1.0, u_turn_s: 20.0, left_hand: false, at_signals: 1.0 };
    let plain = world(&SETUP);
    let turning = |restrictions| {
        world_on(&SETUP, move |graph| {
            let rules = TurnRules { restrictions, emergency: false, costs: Some(&costs) };
            let topology = Topology::prepare(&graph, SearchGraph::turns(&graph, &rules));
            let mut plan = RoadPlan::constant(graph, MetricRules::default());
            plan.topologies.push(Arc::new(topology));
            plan.regimes[0].iter_mut().for_each(|leg| leg.0 = 1);
            plan
        })
    };
    let w = turning(true);
    let mut longer = 0;
    for post in 0..w.posts.len() {
        for point in 0..w.points.len() {
            let from = Origin::Post(crate::ids::PostId::new(post));
            let point = crate::ids::PointId::new(point);
            let (with, without) = (w.to_point(0, from, point), plain.to_point(0, from, point));
            assert!(with >= without, "{with:?} {without:?}");
            longer += usize::from(with > without);
        }
    }
    assert!(longer > 50, "{longer}");
    let (with, without) = (records(&w), records(&plain));
    let mean = |r: &[CallRecord]| {
        let arrived = r.iter().filter(|r| at(r, Stamp::Arrived) != SimTime::NEVER);
        let seconds: Vec<f64> = arrived.map(|r| (at(r, Stamp::Arrived) - at(r, Stamp::Departed)).seconds()).collect();
        seconds.iter().sum::<f64>() / seconds.len() as f64
    };
    assert!(mean(&with) > mean(&without) + 1.0, "{} {}", mean(&with), mean(&without));
}

/// The roads closed altogether every other hour: nobody takes days, and who waited is sent when they open.
#[test]
fn calls_behind_closed_roads_are_reached_when_these_open() {
    let w = world_on(&SETUP, |graph| {
        let closed: Vec<u32> = graph.roads.iter().flat_map(|r| r.first_point..r.end_point - 1).collect();
        alternating(graph, MetricRules { closed, ..MetricRules::default() })
    });
    let hour = Span::from_seconds(3_600.0);
    let (mut waited, mut reached) = (0, 0);
    for r in records(&w) {
        let (triaged, assigned, arrived) = (at(&r, Stamp::Triaged), at(&r, Stamp::Assigned), at(&r, Stamp::Arrived));
        if r.category.is_none() || arrived == SimTime::NEVER {
            continue;
        }
        reached += 1;
        // The longest way in the world is far below an hour, and so is the longest closure.
        assert!(arrived - at(&r, Stamp::Departed) <= Span(2 * hour.0), "call {}: {r:?}", r.number);
        let (regime, change) = w.roads.calendar.at(triaged);
        let idle_units = assigned == change;
        if w.roads.rules(regime, Leg::Response).closed.is_empty() || !idle_units {
            continue;
        }
        waited += 1;
    }
    assert!(reached > 500 && waited > 50, "{reached} reached, {waited} sent at the opening");
}
