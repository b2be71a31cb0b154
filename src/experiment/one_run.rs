//! One long run in place of many replications: its warm-up is found, the rest is divided into batches.
//!
//! The run is played twice. The first time each day's mean response, mean answer and share of time that units are busy are
//! kept; MSER-5 finds for each of the three where the warm-up ends, and the latest of them counts. The second time what follows
//! is divided into batches of whole days (of whole weeks where that leaves out little), and each batch is one observation of
//! every figure, as a replication otherwise is. So all figures of a report have intervals by batch means, and memory does not
//! grow with the length of the run.

use super::Replications;
use super::figures::Figures;
use super::replicate::Ended;
use super::summary::OneRun;
use crate::fault::{Fault, Faults};
use crate::sim::{Interval, Options, Outcome, World, run_in_slices};
use crate::stats::{BATCHES, independent, lag1, mser5};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

/// Days that a batch has at least.
pub const LEAST_BATCH_DAYS: u32 = 10;

/// A long run that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OneRunPlan {
    /// Days in all, the warm-up included.
    pub days: u32,
    /// Batches.
    pub batches: u32,
}

impl OneRunPlan {
    /// So many days in [`BATCHES`] batches, or in as many as are wanted.
    ///
    /// # Errors
    /// Days that are no whole number, too few of them, or a number of batches that makes no interval.
    pub fn new(days: f64, batches: Option<u32>) -> Result<OneRunPlan, Faults> {
        let batches = batches.unwrap_or(BATCHES as u32);
        let mut faults = Faults::new();
        if !(5..=1000).contains(&batches) {
            let fault = Fault::error(format!("--batches {batches}: a long run is divided into 5 to 1000 batches"));
            faults.push(fault.hint("with fewer than 10 intervals are wide; more than 30 gain hardly anything"));
        }
        // Twice what the batches need, since the warm-up may take up to half of the run.
        let least = 2 * LEAST_BATCH_DAYS * batches.min(1000);
        if days.fract() != 0.0 || !(1.0..=1e6).contains(&days) {
            faults.push(Fault::error(format!("{days} days: a long run has a whole number of days, up to a million")));
        } else if days < f64::from(least) && !faults.has_errors() {
            let message =
                format!("{days} days are too few for {batches} batches of {LEAST_BATCH_DAYS} days after a warm-up");
            faults.push(Fault::error(message).hint(format!("--days {least} or more, or fewer --batches")));
        }
        if faults.has_errors() { Err(faults) } else { Ok(OneRunPlan { days: days as u32, batches }) }
    }
}

/// One day of the first pass.
#[derive(Clone, Copy, Debug, Default)]
struct Day {
    /// Seconds of response and how many responses.
    response: (f64, f64),
    answer: (f64, f64),
    busy: (f64, f64),
}

impl Day {
    fn of(outcome: &Outcome) -> Day {
        let mut day = Day::default();
        for group in &outcome.groups {
            day.response.0 += group.response.sum_seconds();
            day.response.1 += group.response.count() as f64;
        }
        let answer = &outcome.intervals[Interval::Answer as usize];
        day.answer = (answer.sum_seconds(), answer.count() as f64);
        let sum = |micros: &[i64]| micros.iter().map(|m| *m as f64).sum::<f64>();
        day.busy = (sum(&outcome.unit_busy), sum(&outcome.unit_duty));
        day
    }
}

/// Where the warm-up ends by one of the three: days, and whether the run is long enough to tell. Days without a value are passed
/// over.
fn warm_up(days: &[Day], figure: fn(&Day) -> (f64, f64)) -> Option<(usize, bool)> {
    let known: Vec<(usize, f64)> = days
        .iter()
        .enumerate()
        .map(|(number, day)| (number, figure(day)))
        .filter(|(_, (_, n))| *n > 0.0)
        .map(|(number, (sum, n))| (number, sum / n))
        .collect();
    let values: Vec<f64> = known.iter().map(|k| k.1).collect();
    let found = mser5(&values)?;
    Some((known.get(found.length).map_or(0, |k| if found.length == 0 { 0 } else { k.0 }), found.settled))
}

/// Mean response of stretches of so many days; those without a response are passed over.
fn stretches(days: &[Day], length: usize) -> Vec<f64> {
    let sums = days
        .chunks_exact(length.max(1))
        .map(|stretch| stretch.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.response.0, sum.1 + day.response.1)));
    sums.filter(|sum| sum.1 > 0.0).map(|(sum, n)| sum / n).collect()
}

/// Days of a batch: whole weeks, so that all batches have the same weekdays, where that leaves out less than a twentieth.
fn batch_days(days: usize, batches: usize) -> usize {
    let most = days / batches;
    let weeks = most / 7 * 7;
    if weeks * 20 > most * 19 { weeks } else { most }
}

/// Plays one long run. The world's scenario then has the warm-up that was found and the days of a batch, so that summaries speak of
/// them. `progress` is told how many days of both passes are over. `None` if it was stopped.
pub fn one_run(
    world: &mut World,
    options: &Options,
    plan: OneRunPlan,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Option<Replications> {
    let seed = world.scenario.run.seed;
    let mut over = 0;
    let mut series: Vec<Day> = Vec::with_capacity(plan.days as usize);
    (world.scenario.run.warmup_days, world.scenario.run.days) = (0.0, 1.0);
    let whole = run_in_slices(world, options, seed, plan.days, &mut |outcome| {
        series.push(Day::of(&outcome));
        over += 1;
        progress(over);
        go_on(stop)
    });
    if whole.is_break() {
        return None;
    }
    let found: Vec<(usize, bool)> = [|d: &Day| d.response, |d: &Day| d.answer, |d: &Day| d.busy]
        .iter()
        .filter_map(|f| warm_up(&series, *f))
        .collect();
    let cut = found.iter().map(|f| f.0).max().unwrap_or(0);
    let settled = !found.is_empty() && found.iter().all(|f| f.1);
    let batch_days = batch_days(series.len() - cut, plan.batches as usize);
    // What does not fill the batches is left out at the beginning, where a rest of warm-up does most harm.
    let cut = series.len() - batch_days * plan.batches as usize;
    let used = &series[cut..];
    let (coarse, fine) = (lag1(&stretches(used, batch_days)), lag1(&stretches(used, batch_days / 10)));

    (world.scenario.run.warmup_days, world.scenario.run.days) = (cut as f64, batch_days as f64);
    world.scenario.run.replications = plan.batches;
    let mut figures = Figures::new(world, options);
    let mut total = Outcome::new(&world.scenario);
    let before = over + cut as u64;
    let mut done = 0;
    let whole = run_in_slices(world, options, seed, plan.batches, &mut |outcome| {
        figures.add(&outcome);
        total.merge(&outcome);
        done += 1;
        progress(before + u64::from(done) * batch_days as u64);
        go_on(stop)
    });
    if whole.is_break() && done < plan.batches {
        return None;
    }
    let about = OneRun {
        days: plan.days,
        warm_up_settled: settled,
        lag1: coarse,
        fine_lag1: fine,
        independent: independent(coarse, fine, plan.batches as usize),
    };
    Some(Replications { figures, total, done, ended: Ended::Complete, one_run: Some(about) })
}

fn go_on(stop: &AtomicBool) -> ControlFlow<()> {
    if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::tests::{Setup, options, world};
    use crate::stats::queueing::mmc_mean_wait;

    fn day(response: f64, n: f64) -> Day {
        Day { response: (response * n, n), answer: (1.0, 1.0), busy: (1.0, 2.0) }
    }

    #[test]
    fn a_start_from_empty_is_found_and_days_without_calls_are_passed_over() {
        let mut random = crate::random::Stream::new(1, "days", 0);
        let mut noise = || random.uniform() - 0.5;
        // Waits grow for 40 days, then they stay; nobody calls on every seventh day.
        let days: Vec<Day> = (0..400)
            .map(|d| {
                if d % 7 == 6 {
                    Day::default()
                } else {
                    day(600.0 - 12.0 * (40.0 - f64::from(d)).max(0.0) + noise(), 3.0)
                }
            })
            .collect();
        let (cut, settled) = warm_up(&days, |d| d.response).unwrap();
        assert!(settled && (35..60).contains(&cut), "{cut}");
        assert_eq!(warm_up(&days, |d| d.busy).map(|f| f.1), Some(true));
        // Still growing at the end: no cut can be told.
        let days: Vec<Day> = (0..400).map(|d| day(f64::from(d), 1.0)).collect();
        assert!(!warm_up(&days, |d| d.response).unwrap().1);
        assert!(warm_up(&days[..20], |d| d.response).is_none());
    }

    #[test]
    fn batches_are_whole_weeks_where_that_costs_little() {
        assert_eq!([200, 359, 700, 710, 728].map(|days| batch_days(days, 20)), [10, 17, 35, 35, 35]);
        assert_eq!([560, 600, 2000].map(|days| batch_days(days, 20)), [28, 30, 98]);
    }

    #[test]
    fn stretches_weigh_days_by_their_calls() {
        let days = [day(10.0, 1.0), day(40.0, 2.0), Day::default(), Day::default(), day(7.0, 1.0)];
        assert_eq!(stretches(&days, 2), [30.0]);
        assert_eq!(stretches(&days, 1), [10.0, 40.0, 7.0]);
    }

    #[test]
    fn the_mean_wait_of_a_long_run_is_erlangs() {
        // 480 calls a day of 260 s for 2 seats; few ambulances are ever wanted.
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
            days: 1.0,
        };
        let mut world = world(&setup);
        world.scenario.run.confidence = 0.999;
        let plan = OneRunPlan::new(1000.0, None).unwrap();
        let done = one_run(&mut world, &options(false), plan, &AtomicBool::new(false), &mut |_| ()).unwrap();
        let about = done.one_run.unwrap();
        assert!(about.independent && about.warm_up_settled, "{about:?}");
        assert_eq!(done.done, 20);
        assert_eq!(world.scenario.run.warmup_days + 20.0 * world.scenario.run.days, 1000.0);
        let rate = 5.0 * setup.per_1000_year * setup.calls_per_dispatch / crate::demand::DAYS_PER_YEAR / 86_400.0;
        let wanted = mmc_mean_wait(2, rate, 260.0) / 60.0;
        let found = done.figures.estimate(&done.figures.intervals[Interval::Answer as usize].mean_min).unwrap();
        assert!(found.low <= wanted && wanted <= found.high && found.half_width() < 0.1 * wanted, "{wanted} {found:?}");
    }

    #[test]
    fn plans_that_make_no_interval_are_refused() {
        assert_eq!(OneRunPlan::new(400.0, None).unwrap(), OneRunPlan { days: 400, batches: 20 });
        for (days, batches, word) in [
            (399.0, None, "--days 400"),
            (28.5, Some(5), "whole number"),
            (f64::NAN, None, "whole number"),
            (1000.0, Some(2), "5 to 1000"),
        ] {
            let faults = OneRunPlan::new(days, batches).unwrap_err();
            assert!(faults.to_string().contains(word), "{faults}");
        }
    }
}
