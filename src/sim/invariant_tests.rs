//! What must hold whatever a scenario turns on: random small scenarios with random mechanisms.

use super::count::Count;
use super::engine::run;
use super::record::{CallRecord, Interval, Outcome, Stamp};
use super::tallies::{FREE_LEVELS, WeekCalls};
use super::tests::{BUSY, Setup, options, world_with};
use super::world::World;
use crate::demand::{Category, MassCasualty};
use crate::facilities::{County, UnitKind};
use crate::ids::{CategoryId, CentreId, CountyId, PointId, PostId};
use crate::network::calendar::Window;
use crate::quality::Zone;
use crate::random::{Dist, Stream};
use crate::scenario::rules::{
    BaySurge, Breakdown, Breaks, HoldBack, HospitalChoice, Misrouted, MoveUpRule, MutualAid, Observation, Overflow,
    Redial, Refuel, Service, Tie,
};
use crate::scenario::{Centre, ClockStart, Scenario, Site};
use crate::text::Text;
use crate::units::{SimTime, Span};
use proptest::prelude::*;

const DAYS: f64 = 4.0;

fn minutes(m: f64) -> Span {
    Span::from_minutes(m)
}

fn hours(day: i64, from: i64, to: i64) -> Window {
    let at = |h: i64| SimTime((day * 24 + h) * 3600 * 1_000_000);
    Window { start: at(from), end: at(to), weekly: true }
}

/// The same hours on every day.
fn daily(from: i64, to: i64) -> Vec<Window> {
    (0..7).map(|day| hours(day, from, to)).collect()
}

/// Turns mechanisms on, each with even odds, by the numbers of one key.
struct Dice(Stream);

impl Dice {
    fn new(key: u64) -> Dice {
        Dice(Stream::new(key, "mechanisms", 0))
    }

    fn yes(&mut self) -> bool {
        self.0.uniform() < 0.5
    }

    fn maybe<T>(&mut self, value: impl FnOnce(&mut Dice) -> T) -> Option<T> {
        self.yes().then(|| value(self))
    }

    fn of<T: Clone>(&mut self, values: &[T]) -> T {
        values[self.0.below(values.len())].clone()
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.uniform()
    }
}

fn random_scenario(s: &mut Scenario, key: u64) {
    let d = &mut Dice::new(key);
    s.run.days = DAYS;
    s.run.warmup_days = 1.0;
    places(s, d);
    categories(s, d);
    telephone(s, d);
    dispatch(s, d);
    fleet(s, d);
    hospitals(s, d);
    s.rules.move_up = match d.0.below(5) {
        0 => MoveUpRule::Priority((0..3).map(|k| PostId::new(k % s.posts.len())).collect()),
        1 => {
            let row = |n: usize| (0..n).map(|k| PostId::new((n + k) % s.posts.len())).collect();
            MoveUpRule::Compliance { rows: (1..=s.units.len()).map(row).collect(), move_resting: d.yes() }
        }
        2 => MoveUpRule::Dmexclp { busy: d.between(0.1, 0.8), within: minutes(5.0) },
        _ => MoveUpRule::Home,
    };
}

/// One to three centres, each with a county; posts with several units; two hospitals; an event with many patients.
fn places(s: &mut Scenario, d: &mut Dice) {
    let centres = d.of(&[1, 1, 2, 3]);
    let county = |k: usize| (centres > 1).then(|| CountyId::new(k % centres));
    if centres > 1 {
        let named = |k: usize| County { name: Text::same(format!("county {k}")), population: None, area_km2: None };
        s.counties = (0..centres).map(named).collect();
        s.centres = (0..centres).map(|k| Centre { name: Text::same(format!("{k}")), seats: 2 }).collect();
        s.centre_of_county = (0..centres).map(|k| Some(CentreId::new(k))).collect();
    }
    s.points.iter_mut().enumerate().for_each(|(k, p)| p.county = county(k));
    s.posts.iter_mut().enumerate().for_each(|(k, p)| p.county = county(k));
    let posts = (s.posts.len() / 2).max(centres);
    let kinds = [UnitKind::Basic, UnitKind::Basic, UnitKind::Advanced, UnitKind::Neonatal, UnitKind::Motorcycle];
    for (k, unit) in s.units.iter_mut().enumerate() {
        unit.post = PostId::new(k % posts);
        // Everybody can be carried, everywhere.
        unit.kind = if k < posts { UnitKind::Basic } else { d.of(&kinds) };
    }
    let mut second = s.hospitals[0].clone();
    second.id = "H1".into();
    second.at = s.points[3].at;
    s.hospitals.push(second);
    s.sites.push(Site {
        id: "S0".into(),
        name: Text::same("crash"),
        county: county(0),
        zone: Zone::Rural,
        at: s.points[5].at,
    });
    if d.yes() {
        s.demand.casualties.push(MassCasualty {
            key: "crash".into(),
            name: Text::same("crash"),
            at: SimTime::from_days(2.3),
            site: PointId::new(s.points.len()),
            patients: vec![(CategoryId(0), 4)],
            callers: 6,
            callers_within: minutes(20.0),
        });
    }
}

fn categories(s: &mut Scenario, d: &mut Dice) {
    let plain = s.demand.categories[0].clone();
    let n = d.of(&[1, 2, 3]);
    let mut category = |k: usize| {
        let mut c: Category = plain.clone();
        c.key = format!("category {k}");
        c.share = 1.0 / n as f64;
        c.priority = 1 + (k as u8 + u8::from(k == 1 && d.yes())) % 4;
        c.transport = d.of(&[0.0, 0.5, 1.0]);
        c.needs_negative_pressure = k == 2 && d.yes();
        c.care.siren = d.yes();
        c.care.units = d.of(&[1, 1, 2, 3]);
        c.care.cancelled = d.of(&[0.0, 0.0, 0.3]);
        c.care.further_callers = d.of(&[0.0, 0.5, 2.0]);
        c.care.further_within = minutes(15.0);
        c.care.kinds = d.of(&[vec![], vec![UnitKind::Advanced], vec![UnitKind::Motorcycle, UnitKind::Basic]]);
        c.care.clear = d.maybe(|_| Dist::Exponential(1200.0));
        c
    };
    s.demand.categories = (0..n).map(&mut category).collect();
}

fn telephone(s: &mut Scenario, d: &mut Dice) {
    s.call_taking.pickup = d.of(&[Dist::Fixed(0.0), Dist::Exponential(6.0)]);
    s.call_taking.wrapup = d.of(&[Dist::Fixed(0.0), Dist::Exponential(30.0)]);
    let seats = d.of(&[1, 2, 5]);
    s.centres.iter_mut().for_each(|c| c.seats = seats);
    let centres = s.centres.len();
    let t = &mut s.rules.telephone;
    if d.yes() {
        t.duty = (0..centres).map(|k| vec![(daily(0, 24), 1), (daily(6 + k as i64, 20), seats)]).collect();
    }
    t.patience = d.maybe(|d| d.of(&[Dist::Exponential(60.0), Dist::Fixed(30.0), Dist::Fixed(0.0)]));
    t.redial = d.maybe(|d| Redial { share: d.between(0.1, 0.9), after: d.of(&[Dist::Fixed(20.0), Dist::Fixed(0.0)]) });
    t.overflow = d.maybe(|d| Overflow { after: Span::from_seconds(d.of(&[0.0, 15.0])), passing: minutes(1.0) });
    t.misrouted = d.maybe(|d| Misrouted { share: d.between(0.0, 0.5), passing: Dist::Exponential(60.0) });
    t.handling_duplicate = d.maybe(|_| Dist::Exponential(40.0));
}

fn dispatch(s: &mut Scenario, d: &mut Dice) {
    s.durations.turnout = d.of(&[Dist::Fixed(0.0), Dist::Exponential(90.0)]);
    s.durations.turnout_on_road = d.of(&[Dist::Fixed(0.0), Dist::Exponential(20.0)]);
    s.travel.scatter_sigma = d.of(&[0.0, 0.3]);
    // Minutes between neighbours become quarters of an hour: there is time for something to happen on the way.
    let slow = d.of(&[1.0, 3.0]);
    s.travel.response_factor *= slow;
    s.travel.calm_factor *= 1.4 * slow;
    s.travel.return_factor *= slow;
    let centres = s.centres.len();
    let r = &mut s.rules.dispatch;
    r.under_way = d.yes();
    r.other_county = d.of(&[Span::ZERO, minutes(10.0)]);
    r.mismatch = d.of(&[r.mismatch, minutes(5.0)]);
    r.redirect = d.of(&[vec![], vec![(2, 1), (3, 1), (3, 2)], vec![(4, 1), (3, 1)]]);
    r.hold_back = d.maybe(|d| HoldBack { units: 1, priority: d.of(&[2, 3]) });
    r.ageing = d.maybe(|d| minutes(d.of(&[0.0, 10.0])));
    r.queue_by_ring = d.yes();
    r.tie = d.of(&[Tie::Rested, Tie::First]);
    if centres > 1 {
        r.mutual_aid = d.maybe(|d| MutualAid {
            after: minutes(d.of(&[0.0, 10.0])),
            asking: minutes(2.0),
            neighbours: (0..centres).map(|k| vec![CentreId::new((k + 1) % centres)]).collect(),
        });
    }
}

fn fleet(s: &mut Scenario, d: &mut Dice) {
    let units = s.units.len();
    let posts = s.posts.len();
    let f = &mut s.rules.fleet;
    if d.yes() {
        // The first unit of all is always there.
        let shifts = [None, Some(daily(7, 19)), Some(daily(19, 31)), Some(daily(0, 24))];
        f.duty = (0..units).map(|k| if k == 0 { None } else { d.of(&shifts) }).collect();
    }
    if d.yes() {
        f.crews = (0..posts).map(|_| d.of(&[None, Some(1), Some(2)])).collect();
    }
    f.breaks = d.maybe(|_| Breaks { when: daily(11, 14), lasts: minutes(30.0) });
    f.breakdown = d.maybe(|_| Breakdown { every: minutes(60.0 * 20.0), repair: Dist::Exponential(7200.0) });
    f.service = d.maybe(|_| Service { every: minutes(60.0 * 30.0), lasts: minutes(90.0) });
    f.refuel = d.maybe(|_| Refuel { after_driving: minutes(90.0), lasts: minutes(10.0) });
}

fn hospitals(s: &mut Scenario, d: &mut Dice) {
    let h = &mut s.rules.hospitals;
    h.choice = match d.0.below(3) {
        0 => HospitalChoice::Nearest,
        1 => HospitalChoice::FreeBay,
        _ => HospitalChoice::Shares { weights: vec![1.0, 2.0], within: minutes(20.0) },
    };
    if d.yes() {
        h.bays = vec![Some(1), d.of(&[Some(2), None])];
        h.bay_stay = d.maybe(|_| Dist::Exponential(900.0));
        if d.yes() {
            h.observation_beds = vec![Some(1), Some(2)];
            h.observation = Some(Observation { share: 0.3, stay: Dist::Exponential(5400.0) });
        }
        h.divert_at = d.maybe(|_| 1);
        if d.yes() {
            h.surge = vec![BaySurge { when: daily(8, 12), factor: 3.0 }];
        }
    }
    if d.yes() {
        h.hours = vec![None, Some(daily(8, 18))];
    }
}

fn random_world(key: u64, units: usize) -> World {
    world_with(&Setup { units, days: DAYS, per_1000_year: 150.0, ..BUSY }, |s| random_scenario(s, key))
}

fn jobs_with(records: &[CallRecord], stamp: Stamp) -> u64 {
    records.iter().filter(|r| r.at(stamp).is_some()).count() as u64
}

/// Each measured call, and each part of one, ends in exactly one way, and everything is counted once.
fn calls_are_conserved(o: &Outcome, records: &[CallRecord], place: &str) {
    let leads: Vec<&CallRecord> = records.iter().filter(|r| r.part == 0).collect();
    assert!(leads.windows(2).all(|p| p[0].number < p[1].number), "{place}: a call is kept twice");
    let rings: u64 = records.iter().map(|r| u64::from(r.attempts)).sum();
    assert_eq!(rings, o.phone_calls(), "{place}: rings");
    let answered: u64 = o.intervals[Interval::Answer as usize].count();
    assert!(answered + o.count(Count::HungUp) <= rings, "{place}");
    if o.unfinished > 0 {
        return;
    }
    assert_eq!(answered + o.count(Count::HungUp), rings, "{place}: a call that rings is answered or hangs up");
    let ended = |r: &CallRecord| {
        let (hospital, clear, triaged) = (r.at(Stamp::HandedOver), r.at(Stamp::Clear), r.at(Stamp::Triaged));
        assert_eq!(r.hospital.is_some(), hospital.is_some(), "{place}: {r:?}");
        match (r.category, r.unit, r.cancelled, clear) {
            (None, None, false, None) => "telephone",
            (Some(_), None, false, None) if triaged.is_none() => "hung up",
            (Some(_), None, false, None) => "unserved",
            // A further unit that was never found when the call was cancelled.
            (Some(_), None, true, None) if r.part > 0 => "not needed",
            (Some(_), Some(_), true, Some(_)) if r.at(Stamp::Arrived).is_none() => "cancelled",
            (Some(_), Some(_), false, Some(_)) if hospital.is_some() => "transported",
            (Some(_), Some(_), false, Some(_)) if r.at(Stamp::Arrived).is_some() => "left",
            _ => panic!("{place}: ends in no way or in two: {r:?}"),
        }
    };
    let number = |what: &str| records.iter().filter(|r| ended(r) == what).count() as u64;
    let lead_number = |what: &str| leads.iter().filter(|r| ended(r) == what).count() as u64;
    assert_eq!(number("transported"), o.transported, "{place}: transported");
    assert_eq!(number("left"), o.left_at_scene, "{place}: left");
    assert_eq!(number("unserved"), o.unserved, "{place}: unserved");
    assert_eq!(lead_number("cancelled"), o.count(Count::Cancelled), "{place}: cancelled");
    assert_eq!(o.hospital_patients.iter().sum::<u64>(), o.transported, "{place}");
    let no_dispatch = leads.iter().filter(|r| r.category.is_none() && r.at(Stamp::Triaged).is_some()).count() as u64;
    assert_eq!(no_dispatch, o.no_dispatch, "{place}: no dispatch");
    assert_eq!(o.unit_dispatches.iter().sum::<u64>(), o.transported + o.left_at_scene, "{place}: dispatches");
    // One response for each incident that somebody reached; the others that wanted a unit are lost or cancelled.
    let wanted: Vec<u64> = leads.iter().filter(|r| r.category.is_some()).map(|r| r.number).collect();
    let mut reached: Vec<u64> = records.iter().filter(|r| r.at(Stamp::Arrived).is_some()).map(|r| r.number).collect();
    reached.sort_unstable();
    reached.dedup();
    assert_eq!(o.responses(), reached.len() as u64, "{place}: responses");
    let lost: u64 = o.groups.iter().map(|g| g.lost).sum();
    assert_eq!(wanted.len() as u64, o.responses() + lost + o.count(Count::Cancelled), "{place}: incidents");
    assert_eq!(jobs_with(records, Stamp::Arrived), o.transported + o.left_at_scene, "{place}: arrivals");
    assert_eq!(o.queued, records.iter().filter(|r| r.queued).count() as u64, "{place}: queued");
}

/// What charts are drawn from is the same calls and the same time once more.
fn tallies_agree(w: &World, o: &Outcome, place: &str) {
    let t = &o.tallies;
    let measured = (DAYS * 86_400e6) as i64;
    assert_eq!(t.week_time.iter().sum::<i64>(), measured, "{place}");
    assert!(t.free.chunks(FREE_LEVELS).all(|area| area.iter().sum::<i64>() == measured), "{place}: {:?}", t.free);
    let sum = |of: fn(&WeekCalls) -> u64| t.week.iter().map(of).sum::<u64>();
    assert_eq!(sum(|h| h.reached), o.responses(), "{place}");
    assert_eq!(sum(|h| h.within), o.groups.iter().map(|g| g.within).sum::<u64>(), "{place}");
    assert_eq!(sum(|h| h.lost), o.groups.iter().map(|g| g.lost).sum::<u64>(), "{place}");
    let first = match w.scenario.run.clock_start {
        ClockStart::Ring => 0,
        ClockStart::Answered => 1,
        ClockStart::Triaged => 2,
        ClockStart::Assigned => 3,
    };
    for zone in Zone::ALL.map(Zone::index) {
        let parts = t.parts[zone][first..].iter().sum::<i64>() as f64 / 1e6;
        let responses: f64 = o.groups.iter().skip(zone).step_by(2).map(|g| g.response.sum_seconds()).sum();
        assert!((parts - responses).abs() < 1e-3, "{place}: parts {parts} s, responses {responses} s");
        assert!(t.parts[zone].iter().all(|p| *p >= 0), "{place}: {:?}", t.parts);
    }
    let handed_over: u64 = t.hospitals.iter().map(|h| h.handover.count()).sum();
    assert!(handed_over <= o.transported, "{place}: {handed_over} of {}", o.transported);
    assert!(t.hospitals.iter().all(|h| h.waited <= h.begun && h.within <= h.handover.count()), "{place}");
}

fn moments_are_in_order(records: &[CallRecord], place: &str) {
    for r in records {
        let known: Vec<SimTime> = Stamp::ALL.iter().filter_map(|s| r.at(*s)).collect();
        assert!(known.windows(2).all(|p| p[0] <= p[1]), "{place}: {r:?}");
    }
}

/// No unit is in two jobs, none is sent off duty.
fn units_do_one_thing_at_a_time(w: &World, records: &[CallRecord], place: &str) {
    let mut jobs = vec![Vec::new(); w.scenario.units.len()];
    for r in records.iter().filter(|r| r.unit.is_some()) {
        let (unit, assigned) = (r.unit.unwrap().index(), r.at(Stamp::Assigned).unwrap());
        jobs[unit].push((assigned, r.at(Stamp::Clear).unwrap_or(SimTime::NEVER), r.number, r.part));
        if let Some(Some(duty)) = w.scenario.rules.fleet.duty.get(unit) {
            assert!(duty.iter().any(|window| window.contains(assigned)), "{place}: unit {unit} off duty: {r:?}");
        }
        let category = &w.scenario.demand.categories[r.category.unwrap().index()];
        if category.needs_negative_pressure {
            let of_centre = |u: usize| w.facts.centre_of_unit[u] == w.facts.centre_of_unit[unit];
            let any = (0..jobs.len()).any(|u| of_centre(u) && w.scenario.units[u].negative_pressure);
            assert!(!any || w.scenario.units[unit].negative_pressure, "{place}: {r:?}");
        }
    }
    for (unit, jobs) in jobs.iter_mut().enumerate() {
        jobs.sort_unstable();
        assert!(jobs.windows(2).all(|p| p[0].1 <= p[1].0), "{place}: unit {unit} is in two jobs: {jobs:?}");
    }
}

/// Units of a post whose crews are limited are not out together in greater numbers.
fn crews_are_kept(w: &World, records: &[CallRecord], place: &str) {
    for (post, crews) in w.scenario.rules.fleet.crews.iter().enumerate() {
        let Some(crews) = *crews else { continue };
        let mut changes: Vec<(SimTime, i32)> = Vec::new();
        for r in records.iter().filter(|r| r.unit.is_some_and(|u| w.facts.home[u.index()].index() == post)) {
            let clear = r.at(Stamp::Clear).unwrap_or(SimTime::NEVER);
            changes.extend([(r.at(Stamp::Assigned).unwrap(), 1), (clear, -1)]);
        }
        changes.sort_unstable();
        let mut out = 0;
        for (at, change) in changes {
            out += change;
            assert!(out <= crews as i32, "{place}: {out} units of post {post} are out at {at:?} with {crews} crews");
        }
    }
}

/// The number, moment and place of each call, whatever became of it.
fn calls_of(records: &[CallRecord]) -> Vec<(u64, SimTime, PointId)> {
    let leads = records.iter().filter(|r| r.part == 0);
    leads.map(|r| (r.number, r.at(Stamp::Ring).unwrap(), r.point)).collect()
}

fn check_all(key: u64, units: usize, seed: u64) {
    let w = random_world(key, units);
    let place = format!("key {key}, {units} units, seed {seed}");
    let (outcome, records) = run(&w, &options(true), seed, 0);
    assert!(outcome.phone_calls() > 100, "{place}: {} calls", outcome.phone_calls());
    moments_are_in_order(&records, &place);
    units_do_one_thing_at_a_time(&w, &records, &place);
    crews_are_kept(&w, &records, &place);
    calls_are_conserved(&outcome, &records, &place);
    tallies_agree(&w, &outcome, &place);
    // Other mechanisms, the same calls (but for the event, which one of the two may lack).
    let other = run(&random_world(key ^ 0x5555, units), &options(true), seed, 0).1;
    let residents = |records: &[CallRecord]| -> Vec<(u64, SimTime, PointId)> {
        let points = w.scenario.points.len();
        calls_of(records).into_iter().filter(|c| c.2.index() < points).collect()
    };
    let (mine, others) = (residents(&records), residents(&other));
    if w.scenario.demand.casualties.is_empty() && outcome.unfinished == 0 {
        let moments = |calls: &[(u64, SimTime, PointId)]| calls.iter().map(|c| (c.1, c.2)).collect::<Vec<_>>();
        assert_eq!(moments(&mine), moments(&others), "{place}: other calls");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_turned_on_nothing_impossible_happens(key in 0..1_000_000_u64, units in 3..9_usize, seed in 0..50_u64) {
        check_all(key, units, seed);
    }
}

/// Scenarios in which the engine once went wrong: a call kept ringing at a wrong centre after another caller had been heard; a
/// unit of a neighbour stayed idle because the nearest one was kept back; a unit was sent at the moment its shift ended.
#[test]
fn what_once_went_wrong_stays_right() {
    for (key, units, seed) in [(125_408, 5, 27), (657_533, 8, 32), (226_028, 8, 15), (455_577, 3, 15)] {
        check_all(key, units, seed);
    }
}

/// The mean number in a state, looked at now and then, is the rate of calls times their mean time in it (Little 1961).
#[test]
fn littles_law_holds_for_waiting_and_for_being_served() {
    let days = 120.0;
    let w = world_with(&Setup { units: 3, days, ..BUSY }, |_| {});
    let (outcome, records) = run(&w, &options(true), 4, 0);
    let mine: Vec<&CallRecord> = records.iter().filter(|r| r.unit.is_some()).collect();
    let (start, every) = (SimTime::from_days(2.0), Span::from_seconds(613.0));
    let moments = (days * 86_400.0 / 613.0) as i64;
    for (from, to) in
        [(Stamp::Triaged, Stamp::Assigned), (Stamp::Assigned, Stamp::Clear), (Stamp::Ring, Stamp::Arrived)]
    {
        let mut there = 0;
        let mut time = 0.0;
        for r in &mine {
            let (a, b) = (r.at(from).unwrap(), r.at(to).unwrap());
            let slot = |t: SimTime| (((t - start).0 + every.0 - 1) / every.0).clamp(0, moments);
            there += slot(b) - slot(a);
            time += (b - a).seconds();
        }
        let mean_number = there as f64 / moments as f64;
        let rate = mine.len() as f64 / (days * 86_400.0);
        let by_law = rate * time / mine.len() as f64;
        assert!(
            (mean_number / by_law - 1.0).abs() < 0.02,
            "{from:?} to {to:?}: {mean_number} seen, {by_law} by the law"
        );
    }
    // And the engine's own integral of busy time agrees with that of the calls, but for the edges.
    let busy: f64 = outcome.unit_busy.iter().map(|t| *t as f64 / 1e6).sum();
    let jobs: f64 = mine.iter().map(|r| (r.at(Stamp::Clear).unwrap() - r.at(Stamp::Assigned).unwrap()).seconds()).sum();
    assert!((busy / jobs - 1.0).abs() < 0.01, "{busy} against {jobs}");
}

/// More of what people wait for does not make them wait longer, on average over fixed seeds.
#[test]
fn a_better_provided_system_is_not_worse_on_average() {
    let mean_response = |change: &dyn Fn(&mut Scenario)| {
        let w = world_with(&Setup { units: 5, days: 30.0, ..BUSY }, |s| {
            s.rules.hospitals.bays = vec![Some(2)];
            s.rules.hospitals.bay_stay = Some(Dist::Exponential(1500.0));
            s.rules.fleet.duty = (0..5).map(|k| (k % 2 == 1).then(|| daily(8, 20))).collect();
            s.rules.fleet.breakdown =
                Some(Breakdown { every: minutes(60.0 * 48.0), repair: Dist::Exponential(14_400.0) });
            change(s);
        });
        let outcomes: Vec<Outcome> = (0..6).map(|r| run(&w, &options(false), 3, r).0).collect();
        let sum: f64 = outcomes.iter().flat_map(|o| &o.groups).map(|g| g.response.sum_seconds()).sum();
        sum / outcomes.iter().map(Outcome::responses).sum::<u64>() as f64
    };
    let base = mean_response(&|_| {});
    type Change<'c> = (&'static str, &'c dyn Fn(&mut Scenario));
    let better: [Change; 5] = [
        ("all on duty", &|s| s.rules.fleet.duty.clear()),
        ("no breakdowns", &|s| s.rules.fleet.breakdown = None),
        ("bays for all", &|s| s.rules.hospitals.bays.clear()),
        ("more seats", &|s| s.centres[0].seats = 6),
        ("faster on scene", &|s| {
            s.durations.scene = Dist::Fixed(300.0);
            s.durations.scene_left = Dist::Fixed(300.0);
        }),
    ];
    for (what, change) in better {
        let mean = mean_response(change);
        assert!(mean <= base * 1.001, "{what}: {mean} s against {base} s");
    }
}
