//! How many replications are needed to see a difference, and what difference can be seen with so many?
//!
//! The test is that of [`PairedDifference`](super::PairedDifference): the paired difference of two systems under common
//! random numbers, two-sided, with Student's t. If the true difference is `d` and paired differences vary with standard
//! deviation `σ` from replication to replication, `t` has the noncentral t distribution with n − 1 degrees of freedom and
//! noncentrality `d √n / σ` (Cohen, *Statistical Power Analysis for the Behavioral Sciences*, 2nd ed., 1988, chapter 2).

use super::interval::{t_quantile, wilson_interval};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Replications beyond which nobody is told to go.
const MOST: u64 = 1_000_000_000;

/// The distribution function of the noncentral t at `t`, with `degrees` (1 or more) degrees of freedom and a noncentrality.
///
/// `P(T ≤ t) = ∫ Φ(t s − noncentrality) f(s) ds` over `s = √(χ²/ν)`, whose density is proportional to
/// `s^(ν−1) exp(−ν s² / 2)` (Johnson, Kotz and Balakrishnan, *Continuous Univariate Distributions* 2, 2nd ed., chapter 31).
/// Simpson's rule over twelve standard deviations to either side; the error is below 1e-8.
pub fn noncentral_t_cdf(t: f64, degrees: f64, noncentrality: f64) -> f64 {
    const STEPS: u32 = 2000;
    let spread = 12.0 / libm::sqrt(2.0 * degrees);
    let (low, high) = ((1.0 - spread).max(0.0), 1.0 + spread);
    let width = (high - low) / f64::from(STEPS);
    let (mut mass, mut below) = (0.0, 0.0);
    for k in 0..=STEPS {
        let s = low + width * f64::from(k);
        // Relative to the density at s = 1, which cancels.
        let growth = if degrees == 1.0 { 0.0 } else { (degrees - 1.0) * libm::log(s) };
        let density = libm::exp(growth - degrees * (s * s - 1.0) / 2.0);
        let weight = if k == 0 || k == STEPS { 1.0 } else { f64::from(2 + 2 * (k % 2)) };
        mass += weight * density;
        below += weight * density * normal_cdf(t * s - noncentrality);
    }
    below / mass
}

fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The chance that `n` replications show a true difference as different from zero at a confidence. `sd` is the standard
/// deviation of the paired difference from one replication to the next, in the same unit as the difference. 0 with fewer
/// than two replications or a confidence outside 0 to 1.
pub fn power(difference: f64, sd: f64, n: u64, confidence: f64) -> f64 {
    let degrees = n.saturating_sub(1) as f64;
    let Some(critical) = t_quantile(0.5 + confidence / 2.0, degrees) else { return 0.0 };
    if sd <= 0.0 {
        return if difference == 0.0 { 0.0 } else { 1.0 };
    }
    let noncentrality = difference.abs() * libm::sqrt(n as f64) / sd;
    let seen_right = 1.0 - noncentral_t_cdf(critical, degrees, noncentrality);
    seen_right + noncentral_t_cdf(-critical, degrees, noncentrality)
}

/// The fewest replications (two at least) that show a true difference with a chance of at least `wanted`. `None` when
/// there is no difference, a setting makes no sense, or more than a thousand million would be needed.
pub fn replications_needed(difference: f64, sd: f64, wanted: f64, confidence: f64) -> Option<u64> {
    let sensible = wanted > 0.0 && wanted < 1.0 && confidence > 0.0 && confidence < 1.0;
    if !sensible || !difference.is_finite() || difference == 0.0 || !sd.is_finite() || sd < 0.0 {
        return None;
    }
    fewest(|n| power(difference, sd, n, confidence) >= wanted)
}

/// The fewest replications (two at least) that are enough, if more are enough whenever fewer are. `None` beyond a thousand million.
fn fewest(enough: impl Fn(u64) -> bool) -> Option<u64> {
    let mut high = 2;
    while !enough(high) {
        high *= 2;
        if high > MOST {
            return None;
        }
    }
    let mut low = high / 2;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if enough(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// Half the width that the interval of a mean will have after `n` replications that vary with the standard deviation `sd`:
/// Student's t on n − 1 degrees of freedom. Of a share of counted things, `counts` gives the share and how many things a
/// replication counts: its interval is Wilson's where that is the wider one (see [`Replicated::proportion`]). Infinite with fewer
/// than two replications.
///
/// [`Replicated::proportion`]: super::Replicated::proportion
pub fn half_width(sd: f64, n: u64, confidence: f64, counts: Option<(f64, f64)>) -> f64 {
    let Some(t) = t_quantile(0.5 + confidence / 2.0, n.saturating_sub(1) as f64) else { return f64::INFINITY };
    let by_spread = t * sd / libm::sqrt(n as f64);
    let by_counts = counts.and_then(|(share, each)| {
        let trials = each * n as f64;
        wilson_interval((share * trials) as u64, trials as u64, confidence).map(|e| e.half_width())
    });
    by_counts.map_or(by_spread, |w| by_spread.max(w))
}

/// The fewest replications (two at least) after which [`half_width`] is at most `wanted`. `None` where a setting makes no sense or
/// more than a thousand million would be needed.
pub fn replications_for_half_width(sd: f64, wanted: f64, confidence: f64, counts: Option<(f64, f64)>) -> Option<u64> {
    let sensible = wanted > 0.0 && wanted.is_finite() && confidence > 0.0 && confidence < 1.0;
    if !sensible || !sd.is_finite() || sd < 0.0 {
        return None;
    }
    fewest(|n| half_width(sd, n, confidence, counts) <= wanted)
}

/// What the true standard deviation is below with a chance of `level`, when `degrees + 1` normal values showed `sd`:
/// `sd √(ν / χ²)` with the `1 − level` quantile of the chi-square distribution of ν degrees of freedom (the one-sided interval of
/// a variance; Law, *Simulation Modeling and Analysis*, 5th ed., section 4.5, has the sum of squares). `None` without degrees of
/// freedom or with a level outside 0 to 1.
pub fn sd_upper_limit(sd: f64, degrees: u64, level: f64) -> Option<f64> {
    if degrees == 0 || !(level > 0.0 && level < 1.0) {
        return None;
    }
    let degrees = degrees as f64;
    let quantile = ChiSquared::new(degrees).ok()?.inverse_cdf(1.0 - level);
    (quantile > 0.0).then(|| sd * libm::sqrt(degrees / quantile))
}

/// The smallest true difference that `n` replications show with a chance of at least `wanted`. `None` with fewer than two
/// replications, a setting that makes no sense, or a chance that is had without any difference (one below 1 − confidence).
pub fn smallest_difference(n: u64, sd: f64, wanted: f64, confidence: f64) -> Option<f64> {
    let sensible = wanted < 1.0 && wanted > 1.0 - confidence && confidence > 0.0 && confidence < 1.0;
    if n < 2 || !sensible || !sd.is_finite() || sd < 0.0 {
        return None;
    }
    if sd == 0.0 {
        return Some(0.0);
    }
    let enough = |d: f64| power(d, sd, n, confidence) >= wanted;
    let (mut low, mut high) = (0.0, sd);
    while !enough(high) {
        (low, high) = (high, 2.0 * high);
        if !high.is_finite() {
            return None;
        }
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if enough(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, normal_quantile};
    use crate::stats::{PairedRatio, RunningMean, student_t_interval, two_sided_p};

    #[test]
    fn known_values_of_the_noncentral_t() {
        // By mpmath with 25 digits; SciPy's nct.cdf agrees.
        for (t, df, nc, wanted) in NCT {
            let got = noncentral_t_cdf(t, df, nc);
            assert!((got - wanted).abs() < 1e-8, "t {t}, df {df}, nc {nc}: {got} against {wanted}");
        }
        // Without noncentrality it is Student's: 5 % beyond 2.228 with 10 degrees.
        assert!((noncentral_t_cdf(-2.228_138_852, 10.0, 0.0) - 0.025).abs() < 1e-9);
    }

    #[test]
    fn known_sample_sizes() {
        // Cohen's d of 0.5, 0.2, 0.8 in a paired test at 95 %: 34, 199, 15 pairs for a power of 0.8 (tables of G*Power).
        for (d, n) in [(0.5, 34), (0.2, 199), (0.8, 15)] {
            assert_eq!(replications_needed(d, 1.0, 0.8, 0.95), Some(n));
            assert_eq!(replications_needed(-10.0 * d, 10.0, 0.8, 0.95), Some(n));
            let seen = smallest_difference(n, 1.0, 0.8, 0.95).unwrap();
            assert!(seen <= d && smallest_difference(n - 1, 1.0, 0.8, 0.95).unwrap() > d);
            assert!((power(seen, 1.0, n, 0.95) - 0.8).abs() < 1e-9);
        }
    }

    #[test]
    fn what_cannot_be_is_none() {
        assert_eq!(replications_needed(0.0, 1.0, 0.8, 0.95), None);
        assert_eq!(replications_needed(1.0, f64::NAN, 0.8, 0.95), None);
        assert_eq!(replications_needed(1.0, 1.0, 1.0, 0.95), None);
        assert_eq!(replications_needed(1e-9, 1.0, 0.8, 0.95), None);
        assert_eq!(replications_needed(1.0, 0.0, 0.8, 0.95), Some(2));
        assert_eq!((smallest_difference(1, 1.0, 0.8, 0.95), smallest_difference(9, 1.0, 0.04, 0.95)), (None, None));
        assert_eq!((smallest_difference(9, 0.0, 0.8, 0.95), power(1.0, 1.0, 1, 0.95)), (Some(0.0), 0.0));
    }

    /// 2,000 experiments: as many show the difference as was said.
    #[test]
    fn the_power_is_what_happens() {
        let (d, n) = (0.6, 20);
        let mut seen = 0;
        for e in 0..2000 {
            let mut s = Stream::new(8, "power", e);
            let mut m = RunningMean::new();
            (0..n).for_each(|_| m.push(d + normal_quantile(s.uniform())));
            let p = two_sided_p(m.mean(), m.standard_error().unwrap(), (n - 1) as f64).unwrap();
            seen += u32::from(p < 0.05);
        }
        let (got, said) = (f64::from(seen) / 2000.0, power(d, 1.0, n, 0.95));
        // Three standard errors.
        assert!((got - said).abs() < 3.0 * (said * (1.0 - said) / 2000.0).sqrt(), "{got} against {said}");
    }

    #[test]
    fn limits_of_a_standard_deviation() {
        // Chi-square tables: the lower tenth is 11.651 with 19 degrees, 4.168 with 9, 0.015791 with 1.
        for (degrees, quantile) in [(19, 11.650_910), (9, 4.168_159), (1, 0.015_790_8)] {
            let wanted = (degrees as f64 / quantile).sqrt();
            let got = sd_upper_limit(1.0, degrees, 0.9).unwrap();
            assert!((got / wanted - 1.0).abs() < 1e-5, "{degrees}: {got} against {wanted}");
        }
        assert_eq!((sd_upper_limit(1.0, 0, 0.9), sd_upper_limit(1.0, 5, 1.0)), (None, None));
        assert_eq!(sd_upper_limit(0.0, 5, 0.9), Some(0.0));
    }

    #[test]
    fn widths_are_those_of_the_intervals() {
        let values = [3.0, 5.0, 4.0, 7.0, 6.0, 4.5];
        let mut m = RunningMean::new();
        values.iter().for_each(|v| m.push(*v));
        let sd = m.variance().unwrap().sqrt();
        let wanted = student_t_interval(&values, 0.95).unwrap().half_width();
        assert!((half_width(sd, 6, 0.95, None) - wanted).abs() < 1e-12);
        // A standard deviation of 1 within 0.2 at 95 %: t(0.975, 98) = 1.98447, so 1.98447² / 0.04 = 98.5: 99.
        assert_eq!(replications_for_half_width(1.0, 0.2, 0.95, None), Some(99));
        // Half of all, 25 counted each time: Wilson's is the wider while the replications hardly differ.
        let n = replications_for_half_width(0.001, 0.05, 0.95, Some((0.5, 25.0))).unwrap();
        let at = |n: u64| wilson_interval((12.5 * n as f64) as u64, 25 * n, 0.95).unwrap().half_width();
        assert!(at(n) <= 0.05 && at(n - 1) > 0.05, "{n}");
        assert_eq!(replications_for_half_width(0.0, 0.05, 0.95, None), Some(2));
        assert_eq!(replications_for_half_width(1.0, 0.0, 0.95, None), None);
        assert_eq!(
            (half_width(1.0, 1, 0.95, None), replications_for_half_width(1.0, 1e-9, 0.95, None)),
            (f64::INFINITY, None)
        );
    }

    /// Paired differences of a standard deviation, as common random numbers give them: the two share most of their noise.
    fn experiment(purpose: &str, e: u32, n: u64, difference: f64, sd: f64) -> PairedRatio {
        let mut stream = Stream::new(21, purpose, e);
        let mut pairs = PairedRatio::new();
        for _ in 0..n {
            let common = 12.0 + normal_quantile(stream.uniform());
            pairs.push((common, 1.0), (common + difference + sd * normal_quantile(stream.uniform()), 1.0));
        }
        pairs
    }

    /// As many replications as are said show the difference with the probability asked for; a pilot's upper limit errs on
    /// the safe side as often as is said.
    #[test]
    fn the_promised_power_is_attained() {
        let (difference, sd, experiments) = (0.5, 0.8, 4000);
        for wanted in [0.8, 0.95] {
            let n = replications_needed(difference, sd, wanted, 0.95).unwrap();
            let said = power(difference, sd, n, 0.95);
            assert!(said >= wanted && power(difference, sd, n - 1, 0.95) < wanted);
            let seen = (0..experiments)
                .filter(|e| {
                    let found = experiment("attained", *e, n, difference, sd).estimate(0.95).unwrap();
                    found.p_value().unwrap() < 0.05
                })
                .count();
            // The binomial interval at 99.9 %.
            let interval = wilson_interval(seen as u64, u64::from(experiments), 0.999).unwrap();
            assert!(interval.low <= said && said <= interval.high, "{n}: {interval:?} against {said}");
        }
        let needed = replications_needed(difference, sd, 0.8, 0.95).unwrap();
        let (mut held, mut enough) = (0, 0);
        for e in 0..experiments {
            let pilot = experiment("pilot", e, 20, difference, sd).estimate(0.95).unwrap();
            let found = pilot.standard_error.unwrap() * 20_f64.sqrt();
            let limit = sd_upper_limit(found, 19, 0.9).unwrap();
            held += u32::from(limit >= sd);
            enough += u32::from(replications_needed(difference, limit, 0.8, 0.95).unwrap() >= needed);
        }
        let interval = wilson_interval(u64::from(held), u64::from(experiments), 0.999).unwrap();
        assert!(interval.low <= 0.9 && 0.9 <= interval.high, "{interval:?}");
        // Counts are whole, so that a little more than nine tenths of the pilots ask for enough.
        assert!(f64::from(enough) / f64::from(experiments) > interval.low, "{enough}");
    }

    const NCT: [(f64, f64, f64, f64); 7] = [
        (1.0, 1.0, 0.5, 0.59274773644),
        (2.0, 2.0, 1.0, 0.70666204951),
        (3.0, 5.0, 2.5, 0.595896011478),
        (2.093024, 19.0, 2.236068, 0.435517074758),
        (-2.093024, 19.0, 0.7, 0.00431915734269),
        (1.984217, 99.0, 3.0, 0.156053317222),
        (1.96, 10000.0, 2.8, 0.200463070285),
    ];
}
