//! One long run in place of many replications: its warm-up is found, the rest is divided into batches.
//!
//! The run is played twice. The first time each day's mean response, mean answer and share of time that units are busy are
//! kept; MSER-5 finds for each of the three where the warm-up ends, and the latest of them counts. The second time what follows
//! is divided into batches of whole days (of whole weeks where they are long enough), and each batch is one observation of
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
            let message = format!("{days} days are too few for {batches} batches of {LEAST_BATCH_DAYS} days after a warm-up");
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
    let sums = days.chunks_exact(length.max(1)).map(|stretch| {
        stretch.iter().fold((0.0, 0.0), |sum, day| (sum.0 + day.response.0, sum.1 + day.response.1))
    });
    sums.filter(|sum| sum.1 > 0.0).map(|(sum, n)| sum / n).collect()
}

/// Plays one long run. The world's scenario then has the warm-up that was found and the days of a batch, so that summaries speak of
/// them. `progress` is told how many days of both passes are over. `None` if it was stopped.
pub fn one_run(
    world: &mut World,
    options: &Options,
    plan: OneRunPlan,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u64),
) -> Option<(Replications, OneRun)> {
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
    let found: Vec<(usize, bool)> =
        [|d: &Day| d.response, |d: &Day| d.answer, |d: &Day| d.busy].iter().filter_map(|f| warm_up(&series, *f)).collect();
    let cut = found.iter().map(|f| f.0).max().unwrap_or(0);
    let settled = !found.is_empty() && found.iter().all(|f| f.1);
    let batch_days = match (series.len() - cut) / plan.batches as usize {
        days if days >= 14 => days / 7 * 7,
        days => days,
    };
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
    Some((Replications { figures, total, done, ended: Ended::Complete }, about))
}

fn go_on(stop: &AtomicBool) -> ControlFlow<()> {
    if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}
