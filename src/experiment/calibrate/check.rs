//! The scenario with the fitted values against the log: the same times, recorded in the same way.

use super::log::{Asides, DAY_S, Log, Reason};
use super::result::{Check, Curve, Nearness, RunInfo, TimeFit, Times};
use super::samples::{Kind, Samples};
use super::travel::normal_interval;
use crate::experiment::replicate::{Replicating, replicate};
use crate::experiment::{FolderError, Prepared};
use crate::fault::{Fault, Faults};
use crate::random::Dist;
use crate::scenario::{ClockStart, RunSpec};
use crate::sim::{CallRecord, Options, PartKind, Stamp};
use crate::stats::fit::cdf;
use crate::stats::goodness::ks_two_samples;
use crate::stats::rounded::Rounding;
use crate::text::Text;
use std::sync::atomic::AtomicBool;

/// Points of a curve.
const POINTS: usize = 120;
/// Curves end where this share of the times has been reached.
const SHOWN: f64 = 0.98;
/// Fewer times than this are not compared.
const LEAST: usize = 20;

/// The moment from which response time counts.
fn clock(start: ClockStart) -> Stamp {
    match start {
        ClockStart::Ring => Stamp::Ring,
        ClockStart::Answered => Stamp::Answered,
        ClockStart::Triaged => Stamp::Triaged,
        ClockStart::Assigned => Stamp::Assigned,
    }
}

/// What simulated calls say.
#[derive(Default)]
struct Simulated {
    steps: [Vec<f64>; Kind::ALL.len()],
    response: Vec<f64>,
    dispatches: u64,
    by_hour: [u64; 24],
    by_weekday: [u64; 7],
}

impl Simulated {
    fn add(&mut self, samples: &Samples<'_>, response: Option<(Stamp, Rounding)>, record: &CallRecord) {
        if record.kind != PartKind::Call {
            return;
        }
        let dispatched = record.category.is_some();
        self.dispatches += u64::from(dispatched);
        if let Some(ring) = record.at(Stamp::Ring).filter(|_| dispatched || samples.tells_dispatch) {
            self.by_hour[ring.hour_of_day().min(23)] += 1;
            self.by_weekday[ring.day().rem_euclid(7) as usize] += 1;
        }
        for (kind, times) in Kind::ALL.into_iter().zip(&mut self.steps) {
            times.extend(samples.simulated(kind, record));
        }
        if let Some((from, rounding)) = response
            && let (Some(a), Some(b)) = (record.at(from), record.at(Stamp::Arrived))
        {
            self.response.push(rounding.recorded(a.seconds(), b.seconds()));
        }
    }
}

/// Recorded response times, those that cannot be set aside.
fn recorded_response(log: &Log, samples: &Samples<'_>, from: Stamp, asides: &mut Asides) -> Vec<f64> {
    let rounding = log.rounding(from, Stamp::Arrived);
    let mut out = Vec::new();
    for call in samples.calls.iter().filter(|c| c.dispatch) {
        let (Some(a), Some(b)) = (call.at(from), call.at(Stamp::Arrived)) else { continue };
        if !rounding.possible(b - a) {
            asides.add(Reason::Order, "response", Some(call.start));
        } else if b - a > log.mapping.longest_s {
            asides.add(Reason::TooLong, "response", Some(call.start));
        } else {
            out.push(b - a);
        }
    }
    out
}

/// Simulates and compares. `fits` are the distributions that were fitted, by where they stand in a scenario.
///
/// # Errors
/// What the simulation says.
pub(super) fn check(
    prepared: &Prepared,
    samples: &Samples<'_>,
    fits: &[(Dist, TimeFit)],
    asides: &mut Asides,
    progress: &mut dyn FnMut(u32),
) -> Result<(Vec<Check>, RunInfo), Faults> {
    let (world, log) = (&prepared.world, samples.log);
    let run = &world.scenario.run;
    // Where the log does not tell the moment from which the scenario counts, both are counted from the ring.
    let counts = Some(clock(run.clock_start)).filter(|stamp| log.mapping.tells(*stamp));
    let from = counts.unwrap_or(Stamp::Ring);
    let tells_response = log.mapping.tells(Stamp::Arrived);
    let response = tells_response.then(|| (from, log.rounding(from, Stamp::Arrived)));

    let options = Options::by(&prepared.pack.targets(), true);
    let mut simulated = Simulated::default();
    let stop = AtomicBool::new(false);
    let how = Replicating {
        replications: run.replications,
        journal: None,
        stop: &stop,
        precise: None,
        progress: &mut |standing| progress(standing.done),
    };
    replicate(world, &options, how, |_, _, records| {
        records.iter().for_each(|r| simulated.add(samples, response, r));
        Ok::<(), FolderError>(())
    })
    .map_err(|e| Faults::from(Fault::error(e.to_string())))?;

    let mut checks = Vec::new();
    for (kind, times) in Kind::ALL.into_iter().zip(&simulated.steps) {
        if samples.between(kind).is_none() || (kind == Kind::HandlingNone && !samples.tells_dispatch) {
            continue;
        }
        let recorded = samples.recorded(kind);
        let fit = kind.target().and_then(|key| fits.iter().find(|(_, f)| f.key == key));
        let own = world.scenario.demand.categories.iter().any(|c| kind.own(&c.care).is_some());
        let dist = fit.filter(|_| !own).map(|(dist, _)| *dist);
        checks.extend(compare(kind.key(), kind.name(), &recorded, times, fit.is_some(), dist, run.confidence));
    }
    if let Some((from, _)) = response {
        let recorded = recorded_response(log, samples, from, asides);
        let name = Text::new("响应时间", "response time");
        checks.extend(compare("response", name, &recorded, &simulated.response, false, None, run.confidence));
    }
    let share = |counts: &[u64]| {
        let all = counts.iter().sum::<u64>().max(1) as f64;
        counts.iter().map(|n| *n as f64 / all).collect()
    };
    let info = RunInfo {
        replications: run.replications,
        days: run.days,
        seed: run.seed,
        confidence: run.confidence,
        dispatches_per_day: simulated.dispatches as f64 / run.days / f64::from(run.replications),
        clock_start: from.key().into(),
        by_hour: share(&simulated.by_hour),
        by_weekday: weekday_shares(&simulated.by_weekday, run),
    };
    Ok((checks, info))
}

/// Shares of weekdays if there were as many of each.
fn weekday_shares(counts: &[u64; 7], run: &RunSpec) -> Vec<f64> {
    let (first, days) = (run.warmup_days.floor() as i64, run.days.ceil() as i64);
    let mut of = [0.0; 7];
    (first..first + days).for_each(|day| of[day.rem_euclid(7) as usize] += 1.0);
    let rates: Vec<f64> = counts.iter().zip(of).map(|(n, of)| if of > 0.0 { *n as f64 / of } else { 0.0 }).collect();
    let all = rates.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    rates.iter().map(|r| r / all).collect()
}

fn times_of(sorted: &[f64]) -> Times {
    let n = sorted.len();
    let at = |p: f64| sorted[((p * n as f64).ceil() as usize).clamp(1, n) - 1];
    Times { n, mean_s: sorted.iter().sum::<f64>() / n as f64, p50_s: at(0.5), p90_s: at(0.9) }
}

fn variance_of_mean(sorted: &[f64], mean: f64) -> f64 {
    let n = sorted.len() as f64;
    sorted.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0) / n
}

fn compare(
    key: &str,
    name: Text,
    recorded: &[f64],
    simulated: &[f64],
    fitted: bool,
    dist: Option<Dist>,
    confidence: f64,
) -> Option<Check> {
    if recorded.len() < LEAST || simulated.len() < LEAST {
        return None;
    }
    let sorted = |values: &[f64]| {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values
    };
    let (a, b) = (sorted(recorded), sorted(simulated));
    let test = ks_two_samples(&a, &b)?;
    let (of_a, of_b) = (times_of(&a), times_of(&b));
    let error = libm::sqrt(variance_of_mean(&a, of_a.mean_s) + variance_of_mean(&b, of_b.mean_s));
    Some(Check {
        key: key.into(),
        name,
        fitted,
        recorded: of_a,
        simulated: of_b,
        mean_difference_s: normal_interval(of_b.mean_s - of_a.mean_s, error, confidence),
        distance: test.distance,
        p_value: test.p_value,
        nearness: Nearness::of(test.distance, test.p_value),
        curve: curve(&a, &b, dist),
    })
}

fn curve(recorded: &[f64], simulated: &[f64], dist: Option<Dist>) -> Curve {
    let reached = |sorted: &[f64]| sorted[((SHOWN * sorted.len() as f64) as usize).min(sorted.len() - 1)];
    let end = reached(recorded).max(reached(simulated)).max(1.0);
    let share = |sorted: &[f64], x: f64| sorted.partition_point(|t| *t <= x + 1e-6) as f64 / sorted.len() as f64;
    let mut curve = Curve::default();
    for i in 0..=POINTS {
        let x = end * i as f64 / POINTS as f64;
        curve.minutes.push(x / 60.0);
        curve.recorded.push(share(recorded, x));
        curve.simulated.push(share(simulated, x));
        curve.fitted.extend(dist.map(|d| cdf(&d, x)));
    }
    curve
}

/// Days of a log that the check simulates: as many as are compared, a year at most.
pub(super) fn days(log: &Log, samples: &Samples<'_>) -> f64 {
    let first = samples.calls.first().map_or(log.days.0, |c| (c.ring() / DAY_S).floor() as i64);
    ((log.days.1 - first + 1).clamp(1, 366)) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn what_is_the_same_is_not_told_apart_and_what_differs_is() {
        let mut s = Stream::new(1, "check", 0);
        let mut draw = |median: f64, n: usize| -> Vec<f64> {
            let dist = Dist::Lognormal { median, sigma: 0.5 };
            (0..n).map(|_| dist.quantile(s.uniform())).collect()
        };
        let (a, b, c) = (draw(100.0, 1500), draw(100.0, 4000), draw(130.0, 1500));
        let of = |x: &[f64], y: &[f64]| compare("k", Text::same("k"), x, y, true, None, 0.95).unwrap();
        let same = of(&a, &b);
        assert_eq!((same.nearness, same.recorded.n, same.simulated.n), (Nearness::NotToldApart, 1500, 4000));
        assert!(same.mean_difference_s.low < 0.0 && same.mean_difference_s.high > 0.0);
        let other = of(&a, &c);
        assert_eq!(other.nearness, Nearness::Large);
        assert!((other.mean_difference_s.mean / (30.0 * 0.125_f64.exp()) - 1.0).abs() < 0.2, "{other:?}");
        assert!(of(&c, &a).mean_difference_s.high < 0.0);
        assert!(compare("k", Text::same("k"), &a[..19], &b, true, None, 0.95).is_none());
        let curve = &same.curve;
        assert!(
            curve.recorded.windows(2).all(|w| w[0] <= w[1]) && curve.recorded[120] >= 0.98 && curve.fitted.is_empty()
        );
    }

    #[test]
    fn nearness_by_test_and_distance() {
        let of = Nearness::of;
        assert_eq!(of(0.3, 0.06), Nearness::NotToldApart);
        assert_eq!(
            [of(0.04, 0.01), of(0.07, 0.01), of(0.1, 0.0)],
            [Nearness::Small, Nearness::Moderate, Nearness::Large]
        );
    }
}
