//! Distributions fitted to recorded times, with what is uncertain about them.

use super::result::TimeFit;
use crate::random::{Dist, Stream, normal_quantile};
use crate::stats::Estimate;
use crate::stats::rounded::{self, Rounding};
use crate::text::Text;

/// With fewer times than this nothing is fitted.
pub(super) const LEAST: usize = 20;
/// Samples that are drawn again for intervals, and for the p-value; of very many times fewer do.
const RESAMPLES: usize = 199;
const OF_MANY: usize = 59;
const MANY: usize = 20_000;
/// The longest time that a scenario lets a distribution give at this share, a month, seconds.
const LONGEST_S: f64 = 30.0 * 86_400.0;
const FAR_TAIL: f64 = 1.0 - 1e-12;
/// Rounded times of which so many are the same tell no distribution.
const EQUAL: f64 = 0.9;
/// A parameter whose logarithm has a standard error above this is not known within a factor of three.
const WIDE: f64 = 0.5;
/// More recorded zeros than the fit expects by this share are zeros of their own.
const ZEROS: f64 = 0.01;

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    pub(super) seed: u64,
    pub(super) confidence: f64,
}

/// The parameters of a distribution as scenarios write them.
pub(super) fn parameters(dist: &Dist) -> (&'static str, Vec<(&'static str, f64)>) {
    match *dist {
        Dist::Fixed(value) => ("fixed", vec![("value_s", value)]),
        Dist::Uniform { min, max } => ("uniform", vec![("min_s", min), ("max_s", max)]),
        Dist::Triangular { min, mode, max } => ("triangular", vec![("min_s", min), ("mode_s", mode), ("max_s", max)]),
        Dist::Exponential(mean) => ("exponential", vec![("mean_s", mean)]),
        Dist::Lognormal { median, sigma } => ("lognormal", vec![("median_s", median), ("sigma", sigma)]),
        Dist::Weibull { scale, shape } => ("weibull", vec![("scale_s", scale), ("shape", shape)]),
    }
}

/// A number as it goes into a scenario: five digits, more than any log can tell.
pub(super) fn five_digits(value: f64) -> f64 {
    format!("{value:.4e}").parse().unwrap_or(value)
}

/// The distribution with parameters of five digits.
fn as_written(dist: &Dist) -> Dist {
    let r = five_digits;
    match *dist {
        Dist::Fixed(value) => Dist::Fixed(r(value)),
        Dist::Exponential(mean) => Dist::Exponential(r(mean)),
        Dist::Lognormal { median, sigma } => Dist::Lognormal { median: r(median), sigma: r(sigma) },
        Dist::Weibull { scale, shape } => Dist::Weibull { scale: r(scale), shape: r(shape) },
        other => other,
    }
}

/// A value with a normal interval of its logarithm.
pub(super) fn log_interval(value: f64, sd_log: f64, confidence: f64) -> Estimate {
    let half = normal_quantile(0.5 + confidence / 2.0) * sd_log;
    Estimate { mean: value, low: value * libm::exp(-half), high: value * libm::exp(half) }
}

fn sd(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    libm::sqrt(values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0).max(1.0))
}

/// Fits a distribution to recorded times; `number` tells the random numbers of one fit from those of another.
///
/// # Errors
/// Why nothing can be fitted, for the reader.
pub(super) fn fit(
    (key, name): (&str, Text),
    times: &[f64],
    rounding: Rounding,
    how: &How,
    number: u32,
) -> Result<(Dist, TimeFit), Text> {
    if times.len() < LEAST {
        return Err(too_few(times.len()));
    }
    let coarse = rounding;
    let positive: Vec<f64> = times.iter().copied().filter(|t| *t > 0.0).collect();
    let rounding = rounding.for_times(&positive);
    let (kept, above, zeros) = without_zeros(times, positive, rounding);
    if kept.len() < LEAST {
        return Err(too_few(kept.len()));
    }
    if rounding != Rounding::Exact && nearly_equal(&kept) {
        return Err(Text::new(
            format!("记录的时间取整到 {} 秒后几乎都相同，看不出分布", rounding.step()),
            format!(
                "written to {} s nearly all of the times are the same, which tells no distribution",
                rounding.step()
            ),
        ));
    }
    let fits = rounded::all(&kept, rounding, above).map_err(|e| Text::same(e.to_string()))?;
    // A scenario refuses distributions with tails of months.
    let fits = fits.into_iter().map(|f| f.dist).find(|d| d.quantile(FAR_TAIL) < LONGEST_S);
    let Some(dist) = fits else {
        return Err(Text::new("拟合的分布尾部过长", "the fitted distributions reach too far"));
    };
    let dist = as_written(&dist);
    let fixed = matches!(dist, Dist::Fixed(_));
    let distance = if fixed { None } else { rounded::distance(&kept, coarse, above, &dist) }.unwrap_or(0.0);
    let again = if kept.len() > MANY { OF_MANY } else { RESAMPLES };

    let (kind, found) = parameters(&dist);
    let mut spread: Vec<Vec<f64>> = vec![Vec::new(); found.len() + 1];
    let (mut farther, mut tried) = (0_usize, 0_usize);
    if !fixed {
        // What is fitted as exact holds no zeros.
        let bound = above.or((rounding == Rounding::Exact).then_some(0.0));
        let mut rows = Stream::new(how.seed, "calibrate rows", number);
        let mut drawn = Stream::new(how.seed, "calibrate fit", number);
        for _ in 0..again {
            let sample: Vec<f64> = (0..kept.len()).map(|_| kept[rows.below(kept.len())]).collect();
            if let Ok(other) = rounded::same_family(&sample, rounding, above, &dist) {
                let values = parameters(&other).1.into_iter().map(|p| p.1).chain([other.mean()]);
                spread.iter_mut().zip(values).for_each(|(s, v)| s.push(libm::log(v)));
            }
            let made = draw(&dist, kept.len(), coarse, bound, &mut drawn);
            if let Ok(other) = rounded::same_family(&made, rounding, above, &dist) {
                tried += 1;
                let far = rounded::distance(&made, coarse, above, &other).unwrap_or(0.0);
                farther += usize::from(far >= distance);
            }
        }
    }
    if let Some(((key, _), _)) = found.iter().zip(&spread).find(|(_, s)| !fixed && (sd(s).is_nan() || sd(s) > WIDE)) {
        return Err(Text::new(
            format!("{} 个记录不足以确定分布（{key} 的不确定性太大）", kept.len()),
            format!("{} of it do not settle the distribution ({key} is too uncertain)", kept.len()),
        ));
    }
    let interval = |value: f64, spread: &[f64]| match fixed {
        true => Estimate::exact(value),
        false => log_interval(value, sd(spread), how.confidence),
    };
    let parameters =
        found.iter().zip(&spread).map(|((key, value), s)| ((*key).to_string(), interval(*value, s))).collect();
    let fit = TimeFit {
        key: key.into(),
        name,
        n: kept.len(),
        dist: kind.into(),
        parameters,
        mean_s: interval(dist.mean(), &spread[found.len()]),
        p90_s: dist.quantile(0.9),
        distance,
        p_value: if fixed { 1.0 } else { (1 + farther) as f64 / (1 + tried) as f64 },
        rounded_to_s: coarse.step(),
        zeros,
    };
    Ok((dist, fit))
}

/// Whether nearly all rounded times are the same, or there are two values at most.
fn nearly_equal(times: &[f64]) -> bool {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let runs: Vec<usize> = sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).collect();
    let most = runs.iter().copied().max().unwrap_or(0);
    runs.len() < 3 || most as f64 > EQUAL * times.len() as f64
}

fn too_few(n: usize) -> Text {
    Text::new(format!("只有 {n} 个记录，少于 {LEAST} 个"), format!("there are {n} of it, fewer than {LEAST}"))
}

/// Leaves out zeros that no distribution of a scenario can have: all of exact times, and of rounded ones if there are more
/// than rounding makes. The times that stay, what they are above of, and the share of such zeros.
fn without_zeros(times: &[f64], positive: Vec<f64>, rounding: Rounding) -> (Vec<f64>, Option<f64>, f64) {
    let n = times.len() as f64;
    let share = 1.0 - positive.len() as f64 / n;
    if rounding == Rounding::Exact || share == 0.0 {
        return (positive, None, share);
    }
    // What those above zero say of how many should be zero.
    let Ok(fit) = rounded::best(&positive, rounding, Some(0.0)) else { return (times.to_vec(), None, 0.0) };
    let expected = rounding.cdf(&fit.dist, 0.0);
    let error = libm::sqrt(expected * (1.0 - expected) / n);
    if share > expected + ZEROS + 3.0 * error {
        return (positive, Some(0.0), (share - expected) / (1.0 - expected));
    }
    (times.to_vec(), None, 0.0)
}

/// Times of a distribution, recorded as the log records them.
fn draw(dist: &Dist, n: usize, rounding: Rounding, above: Option<f64>, random: &mut Stream) -> Vec<f64> {
    let mut out = Vec::with_capacity(n);
    // A bound that hardly any time is above would never be done.
    for _ in 0..n.saturating_mul(20) {
        if out.len() == n {
            break;
        }
        let from = 3600.0 * random.uniform();
        let time = rounding.recorded(from, from + dist.quantile(random.uniform()));
        if above.is_none_or(|bound| time > bound) {
            out.push(time);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOW: How = How { seed: 5, confidence: 0.95 };

    fn name() -> Text {
        Text::same("x")
    }

    fn recorded(dist: &Dist, n: usize, rounding: Rounding, seed: u64) -> Vec<f64> {
        draw(dist, n, rounding, None, &mut Stream::new(seed, "recorded", 0))
    }

    #[test]
    fn intervals_hold_the_truth_as_often_as_said() {
        let dist = Dist::Lognormal { median: 100.0, sigma: 0.5 };
        let minutes = Rounding::Moments { from: 60.0, to: 60.0 };
        let (mut held, mut of, mut alarms) = (0, 0, 0);
        for seed in 0..60 {
            let times = recorded(&dist, 300, minutes, seed);
            let (_, fit) = fit(("k", name()), &times, minutes, &How { seed, ..HOW }, 0).unwrap();
            if fit.dist != "lognormal" {
                continue;
            }
            for ((_, found), truth) in fit.parameters.iter().zip([100.0, 0.5]) {
                of += 1;
                held += usize::from(found.low <= truth && truth <= found.high);
            }
            alarms += usize::from(fit.p_value < 0.05);
        }
        // 95 % of about 110 with a standard error of 2 %.
        assert!(of > 80 && held as f64 > 0.88 * of as f64, "{held} of {of}");
        assert!(alarms <= 9, "{alarms}");
    }

    #[test]
    fn a_wrong_family_is_told() {
        let mut times = recorded(&Dist::Lognormal { median: 60.0, sigma: 0.2 }, 500, Rounding::Exact, 1);
        times.extend(recorded(&Dist::Lognormal { median: 600.0, sigma: 0.2 }, 500, Rounding::Exact, 2));
        let (_, fit) = fit(("k", name()), &times, Rounding::Exact, &HOW, 0).unwrap();
        assert!(fit.distance > 0.1 && fit.p_value < 0.01, "{fit:?}");
    }

    #[test]
    fn zeros_of_their_own_are_told_and_left_out() {
        let dist = Dist::Lognormal { median: 150.0, sigma: 0.4 };
        for rounding in [Rounding::Exact, Rounding::Moments { from: 60.0, to: 60.0 }] {
            let plain = recorded(&dist, 2000, rounding, 3);
            let (_, without) = fit(("k", name()), &plain, rounding, &HOW, 0).unwrap();
            assert_eq!((without.zeros, without.n), (0.0, 2000));
            let mut times = plain.clone();
            times.extend([0.0; 500]);
            let (found, fit) = fit(("k", name()), &times, rounding, &HOW, 0).unwrap();
            assert!((fit.zeros - 0.2).abs() < 0.02, "{rounding:?} {}", fit.zeros);
            assert!((found.quantile(0.5) / 150.0 - 1.0).abs() < 0.05, "{rounding:?} {found:?}");
        }
    }

    #[test]
    fn few_times_and_equal_ones() {
        assert!(fit(("k", name()), &[60.0; 19], Rounding::Exact, &HOW, 0).is_err());
        let (dist, fit) = fit(("k", name()), &[60.0; 40], Rounding::Exact, &HOW, 0).unwrap();
        assert_eq!((dist, fit.parameters[0].1, fit.distance), (Dist::Fixed(60.0), Estimate::exact(60.0), 0.0));
    }
}
