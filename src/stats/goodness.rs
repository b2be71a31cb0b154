//! Do two sets of times, or times and a distribution, agree? Tests of Kolmogorov and Smirnov.

/// Outcome of a test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KsTest {
    /// The largest distance between the two distribution functions.
    pub distance: f64,
    /// The chance of a distance at least this large if both are the same distribution.
    pub p_value: f64,
    /// The number the p-value is reckoned with: n, or `n m / (n + m)` for two samples.
    pub effective_n: f64,
}

/// The chance that Kolmogorov's statistic exceeds `z`: `2 Σ (−1)^(j−1) exp(−2 j² z²)`, below 1 by the series that converges
/// there (A. Kolmogorov 1933; N. Smirnov, Annals of Mathematical Statistics 19 (1948) 279–281).
pub fn kolmogorov_tail(z: f64) -> f64 {
    use std::f64::consts::PI;
    if z < 0.04 {
        // The other chance is below 1e-300.
        return 1.0;
    }
    if z < 1.0 {
        let y = PI * PI / (8.0 * z * z);
        let sum: f64 = (0..20).map(|j| libm::exp(-f64::from((2 * j + 1) * (2 * j + 1)) * y)).sum();
        return (1.0 - libm::sqrt(2.0 * PI) / z * sum).clamp(0.0, 1.0);
    }
    let term = |j: i32| libm::exp(-2.0 * f64::from(j * j) * z * z);
    let sum: f64 = (1..=20).map(|j| if j % 2 == 1 { term(j) } else { -term(j) }).sum();
    (2.0 * sum).clamp(0.0, 1.0)
}

/// With the correction for small samples of M. A. Stephens (Journal of the Royal Statistical Society B 32 (1970) 115–122):
/// `z = (√n + 0.12 + 0.11 / √n) D`.
fn outcome(distance: f64, effective_n: f64) -> KsTest {
    let root = libm::sqrt(effective_n);
    KsTest { distance, p_value: kolmogorov_tail((root + 0.12 + 0.11 / root) * distance), effective_n }
}

fn sorted(values: &[f64]) -> Option<Vec<f64>> {
    if values.is_empty() || values.iter().any(|v| v.is_nan()) {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    Some(sorted)
}

/// Two samples: the test of Smirnov. `None` when one is empty or holds something that is not a number.
///
/// Valid for independent values of continuous distributions, with an effective number of 4 or more; values that occur many
/// times (times rounded to minutes) make the p-value too large, so that a difference that shows is one. Waiting times of one
/// simulated run follow each other and are *not* independent: take them from separate replications, or few of many.
pub fn ks_two_samples(a: &[f64], b: &[f64]) -> Option<KsTest> {
    let (a, b) = (sorted(a)?, sorted(b)?);
    let (n, m) = (a.len() as f64, b.len() as f64);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let at = a[i].min(b[j]);
        // Past all that are equal, in both: the functions are compared after the step.
        while i < a.len() && a[i] <= at {
            i += 1;
        }
        while j < b.len() && b[j] <= at {
            j += 1;
        }
        distance = distance.max((i as f64 / n - j as f64 / m).abs());
    }
    Some(outcome(distance, n * m / (n + m)))
}

/// A sample against a continuous distribution function. `None` when the sample is empty or holds something that is not a
/// number.
///
/// The distribution must not come from the same sample: with parameters fitted to it the p-value is far too large (H. W.
/// Lilliefors, Journal of the American Statistical Association 62 (1967) 399–402). Then the distance is still a measure of
/// how well it fits, but the p-value is none.
pub fn ks_one_sample(values: &[f64], cdf: impl Fn(f64) -> f64) -> Option<KsTest> {
    let values = sorted(values)?;
    let n = values.len() as f64;
    let step = |(i, x): (usize, &f64)| {
        let f = cdf(*x);
        (f - i as f64 / n).max((i + 1) as f64 / n - f)
    };
    let distance = values.iter().enumerate().map(step).fold(0.0, f64::max);
    Some(outcome(distance, n))
}

#[cfg(test)]
mod tests {
    use super::super::fit::cdf;
    use super::*;
    use crate::random::{Dist, Stream};

    #[test]
    fn kolmogorovs_distribution() {
        // scipy.special.kolmogorov.
        for (z, wanted) in [
            (0.2, 0.999_999_999_999_495),
            (0.5, 0.963_945_243_664_875),
            (0.8, 0.544_142_411_574_198),
            (1.0, 0.269_999_671_677_355),
            (1.2, 0.112_249_666_670_725),
            (1.36, 0.049_485_876_755_378),
            (1.63, 0.009_846_364_888_487),
            (2.5, 0.000_007_453_306_344),
        ] {
            assert!((kolmogorov_tail(z) - wanted).abs() < 1e-14, "{z}: {}", kolmogorov_tail(z));
        }
        assert_eq!((kolmogorov_tail(0.0), kolmogorov_tail(50.0)), (1.0, 0.0));
        let (below, above) = (kolmogorov_tail(1.0 - 1e-12), kolmogorov_tail(1.0));
        assert!((below - above).abs() < 1e-11);
    }

    #[test]
    fn critical_distances_of_small_samples() {
        // Exact critical distances (scipy.stats.kstwo.isf): the corrected p-value meets them to a few per cent of itself.
        for (n, p, distance) in [
            (5.0, 0.10, 0.509_449),
            (5.0, 0.05, 0.563_275),
            (8.0, 0.05, 0.454_267),
            (20.0, 0.05, 0.294_075),
            (20.0, 0.01, 0.352_411),
            (50.0, 0.01, 0.226_037),
        ] {
            let got = outcome(distance, n).p_value;
            assert!((got / p - 1.0).abs() < 0.02, "{n} {p}: {got}");
        }
    }

    #[test]
    fn distances_by_hand() {
        let a = [1.2, 3.4, 2.2, 5.1, 0.3, 4.4, 2.9];
        let b = [2.1, 6.0, 7.7, 5.5, 3.9, 8.2, 4.8, 6.6];
        // scipy.stats.ks_2samp: 0.625 (exact p 0.0559); ks_1samp against an exponential of mean 3: 0.2339804.
        let two = ks_two_samples(&a, &b).unwrap();
        assert_eq!((two.distance, ks_two_samples(&b, &a).unwrap().distance), (0.625, 0.625));
        assert!((two.p_value - 0.0559).abs() < 0.02, "{two:?}");
        let one = ks_one_sample(&a, |x| cdf(&Dist::Exponential(3.0), x)).unwrap();
        assert!((one.distance - 0.233_980_413).abs() < 1e-9);
        // Equal values step together: the same sample twice is no distance away.
        let tied = [1.0, 1.0, 2.0, 2.0, 2.0];
        assert_eq!(ks_two_samples(&tied, &tied).unwrap().distance, 0.0);
        assert!((ks_two_samples(&tied, &[1.0, 2.0]).unwrap().distance - 0.1).abs() < 1e-15);
        assert_eq!((ks_two_samples(&[], &a), ks_one_sample(&[f64::NAN], |x| x)), (None, None));
    }

    /// Of 1,000 pairs of samples from one distribution, 5 % are told apart at 5 %; different ones nearly always.
    #[test]
    fn false_alarms_are_as_many_as_said() {
        let dist = Dist::Lognormal { median: 100.0, sigma: 0.6 };
        let other = Dist::Lognormal { median: 140.0, sigma: 0.6 };
        let (mut alarms, mut one, mut seen) = (0, 0, 0);
        for e in 0..1000 {
            let mut s = Stream::new(9, "goodness", e);
            let mut draw = |dist: &Dist, n: usize| (0..n).map(|_| dist.quantile(s.uniform())).collect::<Vec<f64>>();
            let (a, b, c) = (draw(&dist, 80), draw(&dist, 97), draw(&other, 97));
            alarms += u32::from(ks_two_samples(&a, &b).unwrap().p_value < 0.05);
            seen += u32::from(ks_two_samples(&a, &c).unwrap().p_value < 0.05);
            one += u32::from(ks_one_sample(&a, |x| cdf(&dist, x)).unwrap().p_value < 0.05);
        }
        // Three standard errors of 5 % in 1,000 are 2.1 %.
        assert!((29..=71).contains(&one) && (29..=71).contains(&alarms) && seen > 850, "{one} {alarms} {seen}");
    }
}
