use super::*;
use crate::scenario::rules::MoveUpRule;
use crate::sim::tests::{BUSY, Setup, options, world_with};
use crate::sim::{PartKind, Stamp, run};
use crate::stats::Replicated;
use crate::units::Span;
use proptest::prelude::*;

/// The share in time of all calls, and in time by a unit sent from its post at once; and the share that waited for a unit.
fn achieved(world: &World, targets: [f64; 2], replications: u32) -> (Replicated, Replicated, f64) {
    let mut options = options(true);
    options.response_target = targets.map(Span::from_minutes);
    let (mut all, mut at_once, mut waited) = (Replicated::new(), Replicated::new(), Replicated::new());
    for replication in 0..replications {
        let (outcome, records) = run(world, &options, 5, replication);
        let within: u64 = outcome.groups.iter().map(|g| g.within).sum();
        let lost: u64 = outcome.groups.iter().map(|g| g.lost).sum();
        let calls = (outcome.responses() + lost) as f64;
        all.push(within as f64, calls);
        waited.push(outcome.queued as f64, calls);
        let mut good = 0.0;
        for r in records.iter().filter(|r| r.kind == PartKind::Call && !r.queued && !r.from_road) {
            let (Some(from), Some(to)) = (r.at(Stamp::Triaged), r.at(Stamp::Arrived)) else { continue };
            let zone = world.scenario.points[r.point.index()].zone;
            good += f64::from(u8::from(to - from <= options.response_target[zone.index()]));
        }
        at_once.push(good, calls);
    }
    (all, at_once, waited.ratio().unwrap_or(0.0))
}

fn small(units: usize, rate: f64, under_way: bool) -> Setup {
    Setup { units, per_1000_year: rate, under_way, calls_per_dispatch: 1.0, seats: 30, days: 14.0, ..BUSY }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn no_policy_beats_the_bound(
        units in 2..9_usize,
        rate in 20.0..160.0_f64,
        targets in [2.0..9.0_f64, 2.0..9.0_f64],
        policy in 0..3,
        sigma in prop::sample::select(vec![0.0, 0.3]),
        turnout in prop::sample::select(vec![0.0, 90.0]),
    ) {
        let world = world_with(&small(units, rate, false), |s| {
            let first: Vec<PostId> = (0..units).map(PostId::new).collect();
            s.rules.move_up = match policy {
                0 => MoveUpRule::Home,
                1 => MoveUpRule::Priority(first[..units / 2].to_vec()),
                _ => MoveUpRule::Dmexclp { busy: 0.3, within: Span::from_minutes(targets[0]) },
            };
            s.travel.scatter_sigma = sigma;
            if turnout > 0.0 {
                s.durations.turnout = Dist::Lognormal { median: turnout, sigma: 0.5 };
            }
        });
        let bound = cover_bound(&world, &targets);
        prop_assert!(bound.busy.is_some_and(|b| b > 0.0), "{:?}", bound.remarks);
        let row = &bound.rows[0];
        let (all, at_once, waited) = achieved(&world, targets, 6);
        prop_assert!(row.bound <= row.all_free);
        let all = all.proportion(0.999).unwrap();
        let at_once = at_once.proportion(0.999).unwrap();
        prop_assert!(at_once.low <= row.bound, "{at_once:?} beats {row:?}");
        // Who waits may be reached by a unit that comes free nearer by.
        prop_assert!(all.low <= row.bound + waited, "{all:?} beats {row:?} with {waited}");
    }
}

#[test]
fn with_hardly_a_call_the_bound_is_what_is_achieved() {
    // One call in a while, everybody free: nearest dispatch is the best there is.
    let world = world_with(&small(5, 4.0, false), |s| s.travel.scatter_sigma = 0.2);
    let targets = [5.0, 5.0];
    let bound = cover_bound(&world, &targets);
    let found = achieved(&world, targets, 40).0.proportion(0.95).unwrap();
    let row = &bound.rows[0];
    assert!(found.high >= row.bound && row.bound >= found.low, "{row:?} {found:?}");
    assert!(row.bound > 0.1 && row.bound < 0.95, "{row:?} says nothing");
    assert_eq!(bound.rows.len(), 3);
}

#[test]
fn busy_units_lower_the_bound() {
    let rows = |rate: f64| cover_bound(&world_with(&small(4, rate, false), |_| ()), &[5.0, 5.0]);
    let (quiet, busy) = (rows(2.0), rows(150.0));
    assert!((quiet.rows[0].all_free - busy.rows[0].all_free).abs() < 1e-9);
    assert!(busy.busy.unwrap() > 50.0 * quiet.busy.unwrap());
    assert!(busy.rows[0].bound < quiet.rows[0].bound - 0.05, "{:?} {:?}", busy.rows[0], quiet.rows[0]);
}

/// The number of calls in progress that last as short as possible is Erlang's load: calls a day times their mean length.
#[test]
fn calls_in_progress_are_the_offered_load() {
    let world = world_with(&small(4, 100.0, false), |s| {
        s.durations.scene = Dist::Fixed(1200.0);
        s.durations.scene_left = Dist::Fixed(1200.0);
        s.durations.handover = Dist::Fixed(0.0);
        s.durations.clear = Dist::Fixed(0.0);
        s.travel.transport_factor = 1e-9;
        s.travel.response_factor = 1e-9;
    });
    let calls: f64 = world.scenario.points.iter().map(|p| world.scenario.demand.dispatches_per_day(p)).sum();
    let found = cover_bound(&world, &[5.0, 5.0]).busy.unwrap();
    let load = calls * 1200.0 / 86_400.0;
    // A step of five minutes may be lost.
    assert!(found <= load && found >= load * 0.7, "{found} of {load}");
}

#[test]
fn what_cannot_be_bounded_says_why() {
    let found =
        cover_bound(&world_with(&small(4, 10.0, false), |s| s.rules.dispatch.redirect = vec![(2, 1)]), &[5.0; 2]);
    assert!(found.rows.is_empty() && found.remarks.len() == 1, "{found:?}");
    let world = world_with(&small(4, 10.0, false), |s| s.demand.patterns.day_cv2 = 0.2);
    let found = cover_bound(&world, &[5.0; 2]);
    assert!(found.busy.is_none() && found.remarks.len() == 1);
    assert!(found.rows.iter().all(|r| r.bound == r.all_free));
}
