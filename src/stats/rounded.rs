//! Distributions fitted to times that were rounded when they were written down.
//!
//! A time written as 3 minutes may be anything from 2.5 to 3.5; one that is the difference of two moments written in whole
//! minutes anything from 2 to 4, most likely 3. The likelihood of such a time is the density of the distribution smoothed over
//! what it may have been (grouped data: S. Heitjan, *Statistical Science* 4 (1989) 164–179). So nothing is spread at random, and
//! rounding makes the fitted scatter no larger than it is. Times of zero have their place: a short time rounded down.

use super::fit::{self, FitError, cdf};
use crate::random::Dist;
use statrs::function::gamma::gamma_lr;

/// How times were rounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rounding {
    /// Not at all, or too little to matter.
    Exact,
    /// To the nearest multiple of so many seconds.
    Nearest(f64),
    /// A time is the difference of two moments, each cut down to a multiple of so many seconds (0: exact).
    Moments {
        /// The earlier moment.
        from: f64,
        /// The later moment.
        to: f64,
    },
}

/// Where a time is so many times longer than it was rounded, smoothing changes nothing.
const LONG: f64 = 100.0;
/// Where hardly a time is shorter than so many roundings, a fit as if there were none differs by less than its error.
const FINE: f64 = 30.0;

impl Rounding {
    /// The most by which a recorded time can be too short and too long, seconds.
    fn reach(self) -> (f64, f64) {
        match self {
            Rounding::Exact => (0.0, 0.0),
            Rounding::Nearest(step) => (step / 2.0, step / 2.0),
            Rounding::Moments { from, to } => (to, from),
        }
    }

    /// The coarser of its steps, seconds.
    pub fn step(self) -> f64 {
        match self {
            Rounding::Exact => 0.0,
            Rounding::Nearest(step) => step,
            Rounding::Moments { from, to } => from.max(to),
        }
    }

    /// Variance of what rounding adds to a time, seconds².
    pub fn variance(self) -> f64 {
        match self {
            Rounding::Exact => 0.0,
            Rounding::Nearest(step) => step * step / 12.0,
            Rounding::Moments { from, to } => (from * from + to * to) / 12.0,
        }
    }

    /// What is added to a recorded time on average to have the true one, seconds.
    pub fn shift(self) -> f64 {
        match self {
            Rounding::Moments { from, to } => (to - from) / 2.0,
            _ => 0.0,
        }
    }

    /// Whether a recorded time could be one that is not negative.
    pub fn possible(self, recorded: f64) -> bool {
        match self {
            Rounding::Exact => recorded >= 0.0,
            _ => recorded + self.reach().0 > 0.0,
        }
    }

    /// A time as it would have been recorded: `from` and `to` are its moments in seconds.
    pub fn recorded(self, from: f64, to: f64) -> f64 {
        let down = |t: f64, step: f64| if step > 0.0 { (t / step + 1e-9).floor() * step } else { t };
        match self {
            Rounding::Exact => to - from,
            Rounding::Nearest(step) => ((to - from) / step).round() * step,
            Rounding::Moments { from: a, to: b } => down(to, b) - down(from, a),
        }
    }

    /// The same, or [`Rounding::Exact`] where the times are all long against it.
    pub fn for_times(self, times: &[f64]) -> Rounding {
        let limit = FINE * self.step();
        let short = times.iter().filter(|t| **t < limit).count();
        if short * 100 < times.len() { Rounding::Exact } else { self }
    }

    /// The share of recorded times up to `x` (a time as it may be recorded) when the true ones have a distribution.
    pub fn cdf(self, dist: &Dist, x: f64) -> f64 {
        let g = |at: f64| integrated(dist, at);
        match self {
            Rounding::Exact => cdf(dist, x),
            Rounding::Nearest(step) => cdf(dist, x + step / 2.0),
            Rounding::Moments { from: 0.0, to: 0.0 } => cdf(dist, x),
            // Sums over the recorded times of what `density` says telescope to these.
            Rounding::Moments { from, to } if to >= from => (g(x + to) - g(x)) / to,
            Rounding::Moments { from, to } => (g(x + to) - g(x + to - from)) / from,
        }
    }

    /// Density of recorded times, per second.
    pub fn density(self, dist: &Dist, x: f64) -> f64 {
        let g = |at: f64| integrated(dist, at);
        if x > LONG * self.step() {
            return density(dist, x + self.shift());
        }
        match self {
            Rounding::Exact | Rounding::Moments { from: 0.0, to: 0.0 } => density(dist, x),
            Rounding::Nearest(step) => (cdf(dist, x + step / 2.0) - cdf(dist, x - step / 2.0)) / step,
            Rounding::Moments { from: 0.0, to } => (cdf(dist, x + to) - cdf(dist, x)) / to,
            Rounding::Moments { from, to: 0.0 } => (cdf(dist, x) - cdf(dist, x - from)) / from,
            Rounding::Moments { from, to } => (g(x + to) - g(x + to - from) - g(x) + g(x - from)) / (from * to),
        }
    }
}

/// The density of a distribution, per second; of a constant 0.
fn density(dist: &Dist, x: f64) -> f64 {
    match *dist {
        Dist::Uniform { min, max } if (min..max).contains(&x) => 1.0 / (max - min),
        Dist::Triangular { min, mode, max } if (min..mode).contains(&x) => {
            2.0 * (x - min) / ((max - min) * (mode - min))
        }
        Dist::Triangular { min, mode, max } if (mode..max).contains(&x) => {
            2.0 * (max - x) / ((max - min) * (max - mode))
        }
        Dist::Exponential(mean) if x >= 0.0 && mean > 0.0 => libm::exp(-x / mean) / mean,
        Dist::Lognormal { median, sigma } if x > 0.0 && sigma > 0.0 => {
            let z = libm::log(x / median) / sigma;
            libm::exp(-z * z / 2.0) / (x * sigma * libm::sqrt(2.0 * std::f64::consts::PI))
        }
        Dist::Weibull { scale, shape } if x > 0.0 => {
            let y = x / scale;
            shape / scale * libm::pow(y, shape - 1.0) * libm::exp(-libm::pow(y, shape))
        }
        _ => 0.0,
    }
}

/// The integral of the distribution function from 0 to `x`: `x F(x)` less the mean of what lies below `x`.
fn integrated(dist: &Dist, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    match *dist {
        Dist::Fixed(value) => (x - value).max(0.0),
        Dist::Uniform { min, max } if x < max => (x - min).max(0.0).powi(2) / (2.0 * (max - min)),
        Dist::Triangular { min, mode, max } if x < mode => {
            (x - min).max(0.0).powi(3) / (3.0 * (max - min) * (mode - min))
        }
        Dist::Triangular { min, mode, max } if x < max => {
            x - dist.mean() + (max - x).powi(3) / (3.0 * (max - min) * (max - mode))
        }
        Dist::Uniform { .. } | Dist::Triangular { .. } => x - dist.mean(),
        Dist::Exponential(mean) => x + mean * libm::expm1(-x / mean),
        Dist::Lognormal { sigma: 0.0, median } => (x - median).max(0.0),
        Dist::Lognormal { median, sigma } => {
            let z = libm::log(x / median) / sigma - sigma;
            x * cdf(dist, x) - dist.mean() * 0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
        }
        Dist::Weibull { scale, shape } => {
            let below = gamma_lr(1.0 + 1.0 / shape, libm::pow(x / scale, shape));
            x * cdf(dist, x) - dist.mean() * below
        }
    }
}

/// A distribution fitted to rounded times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundedFit {
    /// The distribution with its most likely parameters.
    pub dist: Dist,
    /// Logarithm of the likelihood (per second, so that fits with and without rounding are on one scale).
    pub log_likelihood: f64,
    /// How many parameters were fitted.
    pub parameters: u32,
    /// How many times there were.
    pub n: usize,
}

impl RoundedFit {
    /// Akaike's information criterion, see [`fit::Fit::aic`].
    pub fn aic(&self) -> f64 {
        2.0 * f64::from(self.parameters) - 2.0 * self.log_likelihood
    }
}

/// The families that are tried: those with one or two parameters that a scenario can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Lognormal,
    Weibull,
    Exponential,
}

impl Family {
    const ALL: [Family; 3] = [Family::Lognormal, Family::Weibull, Family::Exponential];

    fn of(dist: &Dist) -> Option<Family> {
        match dist {
            Dist::Lognormal { .. } => Some(Family::Lognormal),
            Dist::Weibull { .. } => Some(Family::Weibull),
            Dist::Exponential(_) => Some(Family::Exponential),
            _ => None,
        }
    }

    /// The distribution of a point of the space that is searched: logarithms of its parameters.
    fn dist(self, at: &[f64]) -> Dist {
        let e = |i: usize| libm::exp(at[i].clamp(-60.0, 60.0));
        match self {
            Family::Lognormal => Dist::Lognormal { median: e(0), sigma: e(1) },
            Family::Weibull => Dist::Weibull { scale: e(0), shape: e(1) },
            Family::Exponential => Dist::Exponential(e(0)),
        }
    }

    /// Where to begin: from mean and standard deviation of the logarithms, and the mean.
    fn start(self, mean_log: f64, sd_log: f64, mean: f64) -> Vec<f64> {
        let sd = sd_log.max(0.02);
        match self {
            Family::Lognormal => vec![mean_log, libm::log(sd)],
            // Mean and standard deviation of the logarithm of a Weibull time are ln scale − 0.5772 / k and π / (√6 k).
            Family::Weibull => vec![mean_log + 0.577_215_7 * sd / 1.282_55, libm::log(1.282_55 / sd)],
            Family::Exponential => vec![libm::log(mean)],
        }
    }
}

/// Equal times together, with how many there are of each.
fn grouped(times: &[f64]) -> Vec<(f64, f64)> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut out: Vec<(f64, f64)> = Vec::new();
    for t in sorted {
        match out.last_mut() {
            Some((last, n)) if *last == t => *n += 1.0,
            _ => out.push((t, 1.0)),
        }
    }
    out
}

fn check(times: &[f64], rounding: Rounding) -> Result<(), FitError> {
    if let Some(at) = times.iter().position(|x| !(x.is_finite() && rounding.possible(*x))) {
        return Err(FitError::NotPositive { number: at + 1, value: times[at] });
    }
    if times.len() < 2 { Err(FitError::TooFew { given: times.len() }) } else { Ok(()) }
}

/// Fits of the lognormal, Weibull and exponential distributions, the best by [`RoundedFit::aic`] first. Times that are all the
/// same give a constant alone. With `above` only times above that were recorded (or are given): the likelihood is that of such
/// times.
///
/// # Errors
/// [`FitError`] for too few times, or one that cannot be.
pub fn all(times: &[f64], rounding: Rounding, above: Option<f64>) -> Result<Vec<RoundedFit>, FitError> {
    check(times, rounding)?;
    if rounding == Rounding::Exact && above.is_none() {
        let named = |f: fit::Fit| {
            let (log_likelihood, parameters, n) = (f.log_likelihood, f.parameters, f.n);
            f.dist().map(|dist| RoundedFit { dist, log_likelihood, parameters, n })
        };
        return Ok(fit::all(times)?.into_iter().filter_map(named).collect());
    }
    let groups = grouped(times);
    if let [(only, _)] = groups.as_slice() {
        let dist = Dist::Fixed((only + rounding.shift()).max(0.0));
        return Ok(vec![RoundedFit { dist, log_likelihood: f64::INFINITY, parameters: 1, n: times.len() }]);
    }
    let mut fits = Family::ALL.map(|family| search(family, &groups, rounding, above, times.len())).to_vec();
    fits.sort_by(|a, b| a.aic().total_cmp(&b.aic()));
    Ok(fits)
}

/// The best of [`all`].
///
/// # Errors
/// As [`all`].
pub fn best(times: &[f64], rounding: Rounding, above: Option<f64>) -> Result<RoundedFit, FitError> {
    all(times, rounding, above)?.into_iter().next().ok_or(FitError::TooFew { given: times.len() })
}

/// A fit of the family of another distribution.
///
/// # Errors
/// As [`best`].
pub fn same_family(times: &[f64], rounding: Rounding, above: Option<f64>, like: &Dist) -> Result<Dist, FitError> {
    check(times, rounding)?;
    match (Family::of(like), rounding == Rounding::Exact && above.is_none()) {
        (None, _) => Ok(Dist::Fixed(times.iter().sum::<f64>() / times.len() as f64 + rounding.shift())),
        (Some(Family::Lognormal), true) => Ok(named(fit::lognormal(times)?, like)),
        (Some(Family::Weibull), true) => Ok(named(fit::weibull(times)?, like)),
        (Some(Family::Exponential), true) => Ok(named(fit::exponential(times)?, like)),
        (Some(family), false) => Ok(search(family, &grouped(times), rounding, above, times.len()).dist),
    }
}

fn named(fit: fit::Fit, like: &Dist) -> Dist {
    fit.dist().unwrap_or(*like)
}

fn search(family: Family, groups: &[(f64, f64)], rounding: Rounding, above: Option<f64>, n: usize) -> RoundedFit {
    // Rounded zeros stand for about a quarter of a step.
    let least = (rounding.step() / 4.0).max(1e-9);
    let (mut sum, mut sum_log, mut sum_log2, mut count) = (0.0, 0.0, 0.0, 0.0);
    for (x, weight) in groups {
        let x = (x + rounding.shift()).max(least);
        let log = libm::log(x);
        sum += weight * x;
        sum_log += weight * log;
        sum_log2 += weight * log * log;
        count += weight;
    }
    let mean_log = sum_log / count;
    let sd_log = libm::sqrt((sum_log2 / count - mean_log * mean_log).max(0.0));
    let minus_log_likelihood = |at: &[f64]| {
        let dist = family.dist(at);
        let all: f64 = groups.iter().map(|(x, n)| n * libm::log(rounding.density(&dist, *x).max(1e-300))).sum();
        // Of all times only those above a bound are there.
        let kept = above.map_or(0.0, |bound| libm::log((1.0 - rounding.cdf(&dist, bound)).max(1e-300)));
        count * kept - all
    };
    let start = family.start(mean_log, sd_log, sum / count);
    let at = nelder_mead(&start, 0.2, &minus_log_likelihood);
    let parameters = start.len() as u32;
    RoundedFit { dist: family.dist(&at), log_likelihood: -minus_log_likelihood(&at), parameters, n }
}

/// The place of the least value, by the simplex method of J. A. Nelder and R. Mead (*The Computer Journal* 7 (1965) 308–313),
/// begun again once from where it ended. Smooth functions of a few variables only.
pub fn nelder_mead(start: &[f64], step: f64, f: &dyn Fn(&[f64]) -> f64) -> Vec<f64> {
    let first = simplex(start, step, f);
    simplex(&first, step / 4.0, f)
}

fn simplex(start: &[f64], step: f64, f: &dyn Fn(&[f64]) -> f64) -> Vec<f64> {
    let of = start.len();
    let valued = |at: Vec<f64>| {
        let value = f(&at);
        (at, if value.is_nan() { f64::INFINITY } else { value })
    };
    let mut points: Vec<(Vec<f64>, f64)> = vec![valued(start.to_vec())];
    for i in 0..of {
        let mut at = start.to_vec();
        at[i] += step;
        points.push(valued(at));
    }
    for _ in 0..200 * of {
        points.sort_by(|a, b| a.1.total_cmp(&b.1));
        let far = points[1..].iter().flat_map(|p| p.0.iter().zip(&points[0].0).map(|(a, b)| (a - b).abs()));
        if far.fold(0.0, f64::max) < 1e-7 {
            break;
        }
        let centre: Vec<f64> = (0..of).map(|i| points[..of].iter().map(|p| p.0[i]).sum::<f64>() / of as f64).collect();
        let worst = points[of].clone();
        let toward = |by: f64| valued(centre.iter().zip(&worst.0).map(|(c, w)| c + by * (c - w)).collect::<Vec<f64>>());
        let mirrored = toward(1.0);
        points[of] = if mirrored.1 < points[0].1 {
            let farther = toward(2.0);
            if farther.1 < mirrored.1 { farther } else { mirrored }
        } else if mirrored.1 < points[of - 1].1 {
            mirrored
        } else {
            let inside = if mirrored.1 < worst.1 { toward(0.5) } else { toward(-0.5) };
            if inside.1 < worst.1.min(mirrored.1) {
                inside
            } else {
                let best = points[0].0.clone();
                for p in points[1..].iter_mut() {
                    *p = valued(p.0.iter().zip(&best).map(|(a, b)| (a + b) / 2.0).collect());
                }
                continue;
            }
        };
    }
    points.sort_by(|a, b| a.1.total_cmp(&b.1));
    points.swap_remove(0).0
}

/// Kolmogorov's distance between recorded times and a distribution rounded as they are. With `above` both are those above it.
/// `None` without times.
pub fn distance(times: &[f64], rounding: Rounding, above: Option<f64>, dist: &Dist) -> Option<f64> {
    let groups = grouped(times);
    let n = times.len() as f64;
    let left = above.map_or(0.0, |bound| rounding.cdf(dist, bound));
    let f = |x: f64| ((rounding.cdf(dist, x) - left) / (1.0 - left)).clamp(0.0, 1.0);
    let (mut sum, mut distance) = (0.0, None::<f64>);
    for (x, count) in &groups {
        let (below, at) = (sum / n, (sum + count) / n);
        sum += count;
        // Rounded times jump together with their distribution; exact ones do not.
        let here = if rounding == Rounding::Exact { (f(*x) - below).max(at - f(*x)) } else { (at - f(*x)).abs() };
        distance = Some(distance.map_or(here, |d| d.max(here)));
    }
    distance
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use proptest::prelude::*;

    const DISTS: [Dist; 6] = [
        Dist::Lognormal { median: 132.0, sigma: 0.7 },
        Dist::Weibull { scale: 100.0, shape: 1.7 },
        Dist::Exponential(90.0),
        Dist::Uniform { min: 30.0, max: 200.0 },
        Dist::Triangular { min: 20.0, mode: 60.0, max: 400.0 },
        Dist::Fixed(75.0),
    ];

    fn minutes(step: f64) -> Rounding {
        Rounding::Moments { from: step, to: step }
    }

    #[test]
    fn the_integral_is_that_of_the_distribution_function() {
        for dist in DISTS {
            for end in [10.0, 80.0, 150.0, 700.0] {
                let n = 20_000;
                let h = end / f64::from(n);
                let sum: f64 = (0..n).map(|i| cdf(&dist, (f64::from(i) + 0.5) * h) * h).sum();
                assert!(
                    (integrated(&dist, end) - sum).abs() < 0.01,
                    "{dist:?} {end}: {} {sum}",
                    integrated(&dist, end)
                );
            }
        }
    }

    /// What is recorded of many drawn times occurs as often as said.
    #[test]
    fn recorded_times_have_the_distribution_that_is_said() {
        for rounding in [
            Rounding::Nearest(60.0),
            minutes(60.0),
            Rounding::Moments { from: 1.0, to: 60.0 },
            Rounding::Moments { from: 60.0, to: 1.0 },
            Rounding::Moments { from: 0.0, to: 60.0 },
        ] {
            for dist in DISTS {
                let mut s = Stream::new(3, "rounded", 0);
                let n = 40_000;
                let times: Vec<f64> = (0..n)
                    .map(|_| {
                        let from = 1e5 + 3600.0 * s.uniform();
                        rounding.recorded(from, from + dist.quantile(s.uniform()))
                    })
                    .collect();
                assert!(times.iter().all(|t| rounding.possible(*t)), "{rounding:?}");
                // Kolmogorov's 99.9 % point is 1.95 / √n; with rounding it is less.
                let limit = 1.95 / f64::from(n).sqrt();
                for x in [0.0, 60.0, 120.0, 180.0, 300.0] {
                    let share = times.iter().filter(|t| **t <= x + 1e-6).count() as f64 / f64::from(n);
                    let said = rounding.cdf(&dist, x);
                    assert!((share - said).abs() < limit, "{rounding:?} {dist:?} {x}: {share} against {said}");
                }
            }
        }
    }

    #[test]
    fn rounding_to_minutes_does_not_change_what_is_found() {
        for (number, dist) in [
            Dist::Lognormal { median: 132.0, sigma: 0.5 },
            Dist::Weibull { scale: 150.0, shape: 1.6 },
            Dist::Exponential(100.0),
        ]
        .into_iter()
        .enumerate()
        {
            for rounding in
                [Rounding::Exact, Rounding::Nearest(60.0), minutes(60.0), Rounding::Moments { from: 1.0, to: 60.0 }]
            {
                let mut s = Stream::new(8, "found again", number as u32);
                let times: Vec<f64> = (0..4000)
                    .map(|_| {
                        let from = 3600.0 * s.uniform();
                        rounding.recorded(from, from + dist.quantile(s.uniform()))
                    })
                    .collect();
                let fit = best(&times, rounding, None).unwrap();
                for p in [0.1, 0.5, 0.9] {
                    let (found, wanted) = (fit.dist.quantile(p), dist.quantile(p));
                    assert!((found / wanted - 1.0).abs() < 0.06, "{rounding:?}: {found} for {wanted} of {dist:?}");
                }
                assert!(distance(&times, rounding, None, &fit.dist).unwrap() < 0.025);
                let again = same_family(&times, rounding, None, &fit.dist).unwrap();
                assert!((again.mean() / fit.dist.mean() - 1.0).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn zeros_that_are_taken_out_do_not_move_the_fit() {
        let (dist, rounding) = (Dist::Lognormal { median: 90.0, sigma: 0.6 }, minutes(60.0));
        let mut s = Stream::new(2, "zeros", 0);
        let times = (0..6000).map(|_| {
            let from = 3600.0 * s.uniform();
            rounding.recorded(from, from + dist.quantile(s.uniform()))
        });
        let positive: Vec<f64> = times.filter(|t| *t > 0.0).collect();
        let fit = best(&positive, rounding, Some(0.0)).unwrap();
        assert!((fit.dist.quantile(0.5) / 90.0 - 1.0).abs() < 0.05, "{fit:?}");
        assert!(distance(&positive, rounding, Some(0.0), &fit.dist).unwrap() < 0.02);
    }

    #[test]
    fn what_cannot_be_fitted_is_a_fault() {
        assert_eq!(
            best(&[-60.0, 0.0], minutes(60.0), None).unwrap_err(),
            FitError::NotPositive { number: 1, value: -60.0 }
        );
        assert_eq!(best(&[60.0], minutes(60.0), None).unwrap_err(), FitError::TooFew { given: 1 });
        assert_eq!(best(&[60.0, 60.0], minutes(60.0), None).unwrap().dist, Dist::Fixed(60.0));
        assert_eq!(Rounding::Moments { from: 1.0, to: 1.0 }.for_times(&[40.0; 200]), Rounding::Exact);
        assert_eq!(minutes(60.0).for_times(&[400.0; 200]), minutes(60.0));
    }

    proptest! {
        #[test]
        fn shares_rise_to_one(step in 1.0f64..600.0, mean in 10.0f64..2000.0) {
            for rounding in [Rounding::Nearest(step), minutes(step), Rounding::Moments { from: step, to: 1.0 }] {
                let dist = Dist::Exponential(mean);
                let mut last = 0.0;
                for k in 0..40 {
                    let share = rounding.cdf(&dist, f64::from(k) * step);
                    prop_assert!(share >= last - 1e-9 && share <= 1.0 + 1e-9, "{rounding:?} {k} {share}");
                    last = share;
                }
                prop_assert!(rounding.cdf(&dist, 100.0 * mean + step) > 1.0 - 1e-6);
            }
        }
    }
}
