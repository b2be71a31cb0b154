//! The engine against queueing theory: one closed form each, over many seeds, at 99.9 % confidence.
//!
//! In these worlds all places lie on one spot, so that nobody drives, and a job is its time on scene.

use super::count::Count;
use super::engine::{Options, run};
use super::record::{CallRecord, Interval, Outcome, Stamp};
use super::tallies::FREE_LEVELS;
use super::tests::{Setup, meets, options, replications, world_with};
use super::world::{Origin, World};
use crate::demand::{Category, DAYS_PER_YEAR};
use crate::geo::LatLon;
use crate::ids::{PointId, PostId, UnitId};
use crate::random::Dist;
use crate::scenario::Scenario;
use crate::stats::hypercube::{Hypercube, larson_odoni};
use crate::stats::queueing::{
    erlang_a, erlang_b, erlang_c, mdc_mean_wait, mg1_mean_wait, mmc_answered_within, mmc_mean_wait,
    mmc_priority_mean_waits, poisson,
};
use crate::units::{SimTime, Span};

const DAY_S: f64 = 86_400.0;

/// One spot, `per_day` calls that all need a unit, units for all unless a test says otherwise, and time for nothing but
/// what the test is about.
fn one_spot(per_day: f64, units: usize, days: f64) -> Setup {
    Setup {
        seats: 50,
        units,
        // 5,000 people.
        per_1000_year: per_day / 5.0 * DAYS_PER_YEAR,
        calls_per_dispatch: 1.0,
        handling: r#"{ dist = "fixed", value_s = 0 }"#,
        scene: r#"{ dist = "fixed", value_s = 1 }"#,
        transport: 0.0,
        under_way: true,
        spread: false,
        days,
    }
}

/// A telephone of `seats` with calls that take `handling` and nothing after.
fn telephone(per_day: f64, seats: u32, days: f64, handling: Dist, more: impl FnOnce(&mut Scenario)) -> World {
    world_with(&Setup { seats, ..one_spot(per_day, 1, days) }, |s| {
        // Nobody needs a unit: it is all about the seats.
        s.demand.phone_calls_per_dispatch = 1e9;
        s.demand.dispatches_per_1000_year = s.demand.dispatches_per_1000_year.map(|r| r / 1e9);
        s.call_taking.handling_no_dispatch = handling;
        more(s);
    })
}

/// `units` with jobs of a time.
fn fleet(per_day: f64, units: usize, days: f64, job: Dist, more: impl FnOnce(&mut Scenario)) -> World {
    world_with(&one_spot(per_day, units, days), |s| {
        s.durations.scene = job;
        s.durations.scene_left = job;
        more(s);
    })
}

fn interval(o: &Outcome, which: Interval) -> (f64, f64) {
    let h = &o.intervals[which as usize];
    (h.sum_seconds(), h.count() as f64)
}

#[test]
fn the_wait_at_the_telephone_is_distributed_as_erlang_says() {
    let (rate, service) = (500.0 / DAY_S, 400.0);
    let w = telephone(500.0, 3, 60.0, Dist::Exponential(service), |_| {});
    for within in [0.0, 30.0, 120.0, 600.0] {
        let options = Options { answer_target: Span::from_seconds(within), ..options(false) };
        let outcomes: Vec<Outcome> = (0..12).map(|r| run(&w, &options, 31, r).0).collect();
        let wanted = mmc_answered_within(3, rate, service, within);
        assert!((0.3..0.99).contains(&wanted), "{wanted}");
        meets(&format!("answered within {within} s"), wanted, &outcomes, |o| {
            (o.interval_within[Interval::Answer as usize] as f64, o.phone_calls() as f64)
        });
    }
}

#[test]
fn one_seat_waits_as_pollaczek_and_khinchine_say() {
    let (rate, service) = (300.0 / DAY_S, 180.0);
    let sigma = 0.8;
    let lognormal = Dist::Lognormal { median: service / libm::exp(sigma * sigma / 2.0), sigma };
    for (job, scv) in [(lognormal, libm::expm1(sigma * sigma)), (Dist::Fixed(service), 0.0)] {
        let w = telephone(300.0, 1, 150.0, job, |_| {});
        let outcomes = replications(&w, 12);
        meets(&format!("M/G/1, {job:?}"), mg1_mean_wait(rate, service, scv), &outcomes, |o| {
            interval(o, Interval::Answer)
        });
        meets("utilisation", rate * service, &outcomes, |o| (o.seat_busy[0] as f64, 150.0 * DAY_S * 1e6));
    }
}

#[test]
fn callers_without_patience_are_erlang_a_and_b() {
    let (rate, service, patience) = (700.0 / DAY_S, 300.0, 240.0);
    let impatient =
        |dist| telephone(700.0, 3, 60.0, Dist::Exponential(service), |s| s.rules.telephone.patience = Some(dist));
    let options = Options { answer_target: Span::ZERO, ..options(false) };
    let play = |w: &World| -> Vec<Outcome> { (0..15).map(|r| run(w, &options, 5, r).0).collect() };
    let lost = |o: &Outcome| (o.count(Count::HungUp) as f64, o.phone_calls() as f64);
    let at_once = |o: &Outcome| (o.interval_within[Interval::Answer as usize] as f64, o.phone_calls() as f64);
    let seat_time = 60.0 * DAY_S * 1e6 * 3.0;

    let outcomes = play(&impatient(Dist::Exponential(patience)));
    let theory = erlang_a(3, rate, service, patience);
    meets("hangs up", theory.hangs_up, &outcomes, lost);
    meets("answered at once", 1.0 - theory.waits, &outcomes, at_once);
    meets("utilisation", rate * (1.0 - theory.hangs_up) * service / 3.0, &outcomes, |o| {
        (o.seat_busy[0] as f64, seat_time)
    });

    // All hang up at once: Erlang's B, which does not ask how handling is distributed (Sevastyanov 1957).
    let sigma = 1.0;
    let lognormal = Dist::Lognormal { median: service / libm::exp(sigma * sigma / 2.0), sigma };
    for handling in [Dist::Exponential(service), lognormal] {
        let w = telephone(700.0, 3, 60.0, handling, |s| s.rules.telephone.patience = Some(Dist::Fixed(0.0)));
        meets(&format!("lost, {handling:?}"), erlang_b(3, rate * service), &play(&w), lost);
    }
}

#[test]
fn everybody_who_hangs_up_and_calls_again_is_answered_in_the_end() {
    // Calls again at once and for ever: a retrial queue whose seats do all the work that is asked for.
    let (rate, service) = (500.0 / DAY_S, 300.0);
    let w = telephone(500.0, 3, 60.0, Dist::Exponential(service), |s| {
        s.rules.telephone.patience = Some(Dist::Exponential(60.0));
        let after = Dist::Exponential(120.0);
        s.rules.telephone.redial = Some(crate::scenario::rules::Redial { share: 1.0, after });
    });
    let outcomes = replications(&w, 15);
    meets("utilisation", rate * service / 3.0, &outcomes, |o| (o.seat_busy[0] as f64, 60.0 * DAY_S * 1e6 * 3.0));
    for o in &outcomes {
        assert_eq!(o.count(Count::HungUp), o.count(Count::CalledAgain));
        assert_eq!(o.no_dispatch, o.phone_calls() - o.count(Count::CalledAgain));
    }
}

#[test]
fn units_with_jobs_of_one_length_are_mdc() {
    let (rate, job) = (110.0 / DAY_S, 2000.0);
    let w = fleet(110.0, 3, 300.0, Dist::Fixed(job), |_| {});
    let outcomes = replications(&w, 15);
    meets("mean wait", mdc_mean_wait(3, rate, job), &outcomes, |o| interval(o, Interval::Queue));
}

#[test]
fn who_waits_for_a_unit_is_erlang_c() {
    let (rate, job) = (100.0 / DAY_S, 2400.0);
    let w = fleet(100.0, 4, 200.0, Dist::Exponential(job), |_| {});
    let outcomes = replications(&w, 15);
    meets("waits", erlang_c(4, rate * job), &outcomes, |o| (o.queued as f64, o.responses() as f64));
    meets("mean wait", mmc_mean_wait(4, rate, job), &outcomes, |o| interval(o, Interval::Queue));
}

/// Two categories, alike but for their priority.
fn two_priorities(s: &mut Scenario, urgent: f64) {
    let plain = s.demand.categories[0].clone();
    let category = |key: &str, share, priority| Category { key: key.into(), share, priority, ..plain.clone() };
    s.demand.categories = vec![category("urgent", urgent, 1), category("other", 1.0 - urgent, 2)];
}

#[test]
fn two_priorities_wait_as_cobham_says() {
    let (per_day, job, urgent) = (90.0, 2400.0, 0.4);
    let w = fleet(per_day, 3, 300.0, Dist::Exponential(job), |s| two_priorities(s, urgent));
    let outcomes = replications(&w, 20);
    let rates = [urgent, 1.0 - urgent].map(|share| share * per_day / DAY_S);
    for (k, wanted) in mmc_priority_mean_waits(3, &rates, job).into_iter().enumerate() {
        // Nobody drives: the response, counted from triage, is the wait.
        meets(&format!("priority {}", k + 1), wanted, &outcomes, |o| {
            (o.by_priority[k].sum_seconds(), o.by_priority[k].count() as f64)
        });
    }
}

#[test]
fn ageing_without_end_is_first_come_first_served() {
    // A step of priority that is worth no waiting at all makes all priorities equal.
    let (per_day, job) = (90.0, 2400.0);
    let w = fleet(per_day, 3, 300.0, Dist::Exponential(job), |s| {
        two_priorities(s, 0.4);
        s.rules.dispatch.ageing = Some(Span::ZERO);
    });
    let outcomes = replications(&w, 20);
    for k in 0..2 {
        meets(&format!("priority {}", k + 1), mmc_mean_wait(3, per_day / DAY_S, job), &outcomes, |o| {
            (o.by_priority[k].sum_seconds(), o.by_priority[k].count() as f64)
        });
    }
}

/// How many units were on a job at moments that have nothing to do with calls.
fn busy_at(records: &[CallRecord], days: f64) -> Vec<u32> {
    let (from, every, moments) = (SimTime::from_days(2.5), Span::from_seconds(7_321.0), (days * 11.0) as usize);
    let mut busy = vec![0; moments];
    for r in records.iter().filter(|r| r.unit.is_some()) {
        let at = |t: SimTime| (((t - from).0 + every.0 - 1) / every.0).clamp(0, moments as i64) as usize;
        let (start, end) = (at(r.at(Stamp::Assigned).unwrap()), at(r.at(Stamp::Clear).unwrap()));
        busy[start..end].iter_mut().for_each(|n| *n += 1);
    }
    busy
}

#[test]
fn with_units_for_all_the_busy_ones_are_poisson() {
    let (per_day, mean, sigma, days) = (150.0, 2400.0, 0.7, 120.0);
    let job = Dist::Lognormal { median: mean / libm::exp(sigma * sigma / 2.0), sigma };
    let w = fleet(per_day, 40, days, job, |_| {});
    let samples: Vec<(Outcome, Vec<u32>)> = (0..12)
        .map(|r| {
            let (outcome, records) = run(&w, &options(true), 77, r);
            assert_eq!(outcome.queued, 0);
            (outcome, busy_at(&records, days))
        })
        .collect();
    let load = per_day / DAY_S * mean;
    // `meets` takes outcomes; the samples go beside them by number.
    let check = |what: &str, wanted: f64, of: &dyn Fn(u32) -> f64| {
        let mut figure = crate::stats::Replicated::new();
        for (_, busy) in &samples {
            figure.push(busy.iter().map(|n| of(*n)).sum(), busy.len() as f64);
        }
        let e = figure.estimate(0.999).unwrap();
        assert!(e.low <= wanted && wanted <= e.high, "{what}: theory {wanted}, simulated {e:?}");
        assert!(e.half_width() < 0.1 * wanted, "{what}: {e:?} says nothing");
    };
    check("mean", load, &f64::from);
    check("variance", load, &|n| (f64::from(n) - load).powi(2));
    for exactly in [2, 4, 6] {
        check(&format!("{exactly} busy"), poisson(exactly, load), &|n| f64::from(u8::from(n == exactly)));
    }
}

#[test]
fn three_units_share_the_work_as_larson_published() {
    // Posts in a row: unit 2's, unit 1's, unit 3's; the four areas beside the posts they like best. The service time is
    // an hour, and ways are so short that they count for nothing but the choice.
    let (atoms, published) = larson_odoni();
    let hour = 3600.0;
    let at = |j: f64| LatLon::new(24.0, 102.0 + 0.01 * j);
    let setup = Setup { under_way: false, spread: true, ..one_spot(1.0, 3, 400.0) };
    let w = world_with(&setup, |s| {
        for (post, j) in s.posts.iter_mut().zip([3.4, 0.3, 6.7]) {
            post.at = at(j);
        }
        s.points.truncate(4);
        for ((point, atom), j) in s.points.iter_mut().zip(&atoms).zip([2.9, 3.9, 0.1, 6.9]) {
            point.at = at(j);
            point.population = 1000.0 * atom.rate;
        }
        s.demand.dispatches_per_1000_year = [24.0 * DAYS_PER_YEAR; 2];
        s.durations.scene_left = Dist::Exponential(hour);
        s.durations.clear = Dist::Fixed(0.0);
        s.travel.response_factor = 1e-4;
        s.travel.return_factor = 1e-4;
    });
    for (point, atom) in atoms.iter().enumerate() {
        let mut order = [0, 1, 2];
        order.sort_by_key(|post| w.to_point(0, Origin::Post(PostId::new(*post)), PointId::new(point)));
        assert_eq!(order.to_vec(), atom.order, "area {point}");
    }
    let theory = Hypercube::solve(3, 1.0, &atoms).unwrap();
    let outcomes = replications(&w, 16);
    for (unit, (exact, published)) in theory.workloads.iter().zip(published).enumerate() {
        assert!((exact - published).abs() < 0.5e-4);
        meets(&format!("unit {}", unit + 1), *exact, &outcomes, |o| (o.unit_busy[unit] as f64, 400.0 * DAY_S * 1e6));
        let dispatches: f64 = atoms.iter().zip(&theory.shares).map(|(a, s)| a.rate * s[unit]).sum();
        meets(&format!("dispatches of unit {}", unit + 1), dispatches / 1.5, &outcomes, |o| {
            (o.unit_dispatches[unit] as f64, o.responses() as f64)
        });
    }
    meets("waits", theory.waits(), &outcomes, |o| (o.queued as f64, o.responses() as f64));
    // Who answers whom, area by area.
    let kept: Vec<Vec<CallRecord>> = (0..8).map(|r| run(&w, &options(true), 12, r).1).collect();
    for (point, shares) in theory.shares.iter().enumerate() {
        for (unit, wanted) in shares.iter().enumerate() {
            let mut figure = crate::stats::Replicated::new();
            for records in &kept {
                let mine = records.iter().filter(|r| r.point == PointId::new(point));
                let by = mine.clone().filter(|r| r.unit == Some(UnitId::new(unit))).count();
                figure.push(by as f64, mine.count() as f64);
            }
            let e = figure.estimate(0.999).unwrap();
            assert!(e.low <= *wanted && *wanted <= e.high, "area {point} by unit {unit}: theory {wanted}, {e:?}");
        }
    }
}

#[test]
fn bays_that_hold_their_patients_are_mmc() {
    // Every patient goes to the hospital on the spot; a bay is held for the stay, the unit only until hand-over begins.
    let (per_day, stay) = (100.0, 2000.0);
    let setup = Setup { transport: 1.0, ..one_spot(per_day, 60, 250.0) };
    let w = world_with(&setup, |s| {
        s.durations.scene = Dist::Fixed(0.0);
        s.durations.handover = Dist::Fixed(0.0);
        s.durations.clear = Dist::Fixed(0.0);
        s.rules.hospitals.bays = vec![Some(3)];
        s.rules.hospitals.bay_stay = Some(Dist::Exponential(stay));
    });
    let outcomes = replications(&w, 15);
    meets("wait for a bay", mmc_mean_wait(3, per_day / DAY_S, stay), &outcomes, |o| {
        (o.bay_wait.sum_seconds(), o.bay_wait.count() as f64)
    });
    meets("units that wait", erlang_c(3, per_day / DAY_S * stay), &outcomes, |o| {
        (o.count(Count::BayWaits) as f64, o.bay_wait.count() as f64)
    });
}

/// Share of time with exactly so many free units.
fn free(o: &Outcome, level: usize) -> (f64, f64) {
    let all = &o.tallies.free[..FREE_LEVELS];
    (all[level] as f64, all.iter().sum::<i64>() as f64)
}

#[test]
fn free_units_are_those_of_an_mmc_queue() {
    // Of four units at most so many are busy as there are calls: the stationary distribution of M/M/c (Gross et al.,
    // Fundamentals of Queueing Theory, 4th ed., section 2.3), a geometric tail of busy ones from c on.
    let (per_day, job, units) = (60.0, 2400.0, 4);
    let w = fleet(per_day, units, 200.0, Dist::Exponential(job), |_| {});
    let outcomes = replications(&w, 15);
    let load = per_day / DAY_S * job;
    let waits = erlang_c(units as u32, load);
    let none_busy = {
        let term = |n: u32| (0..n).fold(1.0, |t, k| t * load / f64::from(k + 1));
        waits * (1.0 - load / units as f64) / term(units as u32)
    };
    let busy = |n: usize| (0..n).fold(none_busy, |t, k| t * load / (k + 1) as f64);
    meets("none free", waits, &outcomes, |o| free(o, 0));
    meets("one free", busy(3), &outcomes, |o| free(o, 1));
    meets("two free", busy(2), &outcomes, |o| free(o, 2));
    meets("three or four free", busy(1) + busy(0), &outcomes, |o| free(o, 3));
    meets("free on average", units as f64 - load, &outcomes, |o| (o.tallies.free_units[0] as f64, free(o, 0).1));
    for o in &outcomes {
        assert_eq!(o.tallies.free[..FREE_LEVELS].iter().sum::<i64>(), (200.0 * DAY_S * 1e6) as i64);
    }
}

#[test]
fn units_that_share_a_crew_are_free_one_at_a_time() {
    // Four units, but only two crews: two servers.
    let (per_day, job) = (25.0, 2400.0);
    let w = fleet(per_day, 4, 300.0, Dist::Exponential(job), |s| {
        s.units.iter_mut().for_each(|u| u.post = PostId::new(0));
        s.rules.fleet.crews = (0..s.posts.len()).map(|_| Some(2)).collect();
    });
    let outcomes = replications(&w, 15);
    let waits = erlang_c(2, per_day / DAY_S * job);
    meets("none free", waits, &outcomes, |o| free(o, 0));
    assert!(outcomes.iter().all(|o| free(o, 3).0 == 0.0), "more units free than crews");
    // Mean number of busy servers is the load.
    let load = per_day / DAY_S * job;
    meets("busy", load, &outcomes, |o| {
        let (one, two, all) = (free(o, 1).0, free(o, 2).0, free(o, 0).1);
        (2.0 * all - one - 2.0 * two, all)
    });
}

#[test]
fn units_at_hospital_obey_little() {
    // A bay is held for the hand-over: units wait for one of three as in M/M/3, and L = λW (Little, Operations Research 9
    // (1961) 383–387) for those that wait and those that hand over.
    let (per_day, handover) = (80.0, 2000.0);
    let setup = Setup { transport: 1.0, ..one_spot(per_day, 60, 300.0) };
    let w = world_with(&setup, |s| {
        s.durations.scene = Dist::Fixed(0.0);
        s.durations.handover = Dist::Exponential(handover);
        s.durations.clear = Dist::Fixed(0.0);
        s.rules.hospitals.bays = vec![Some(3)];
        s.rules.hospitals.bay_stay = Some(Dist::Fixed(0.0));
    });
    let outcomes = replications(&w, 15);
    let rate = per_day / DAY_S;
    let at = |o: &Outcome, doing: usize| {
        let t = &o.tallies;
        (t.at_hospital[doing].iter().sum::<i64>() as f64, t.week_time.iter().sum::<i64>() as f64)
    };
    meets("units that wait", rate * mmc_mean_wait(3, rate, handover), &outcomes, |o| at(o, 0));
    meets("units that hand over", rate * handover, &outcomes, |o| at(o, 1));
    let hospital = |o: &Outcome| o.tallies.hospitals[0].clone();
    meets("wait", mmc_mean_wait(3, rate, handover), &outcomes, |o| {
        (hospital(o).wait as f64 / 1e6, hospital(o).begun as f64)
    });
    meets("waited", erlang_c(3, rate * handover), &outcomes, |o| (hospital(o).waited as f64, hospital(o).begun as f64));
    meets("wait and hand-over", mmc_mean_wait(3, rate, handover) + handover, &outcomes, |o| {
        (hospital(o).handover.sum_seconds(), hospital(o).handover.count() as f64)
    });
}
