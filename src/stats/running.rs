//! Means, ratios and their intervals over any number of replications, in constant memory.
//!
//! Folds of B. P. Welford (Technometrics 4 (1962) 419–420): means and sums of centred products, brought up to date with
//! each value, without the loss of digits that sums of squares suffer. The order of pushing matters in the last digit:
//! push in the order of the replications.

use super::interval::{Estimate, t_quantile, wilson_interval};

/// Means of `K` numbers seen together, and the sums of the products of their deviations from them.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Comoments<const K: usize> {
    n: u64,
    means: [f64; K],
    products: [[f64; K]; K],
}

impl<const K: usize> Comoments<K> {
    pub(super) fn new() -> Comoments<K> {
        Comoments { n: 0, means: [0.0; K], products: [[0.0; K]; K] }
    }

    pub(super) fn push(&mut self, values: [f64; K]) {
        self.n += 1;
        let n = self.n as f64;
        let off: [f64; K] = std::array::from_fn(|i| values[i] - self.means[i]);
        let weight = (n - 1.0) / n;
        for i in 0..K {
            self.means[i] += off[i] / n;
            for j in 0..K {
                // In this form the matrix stays symmetric to the last bit.
                self.products[i][j] += off[i] * off[j] * weight;
            }
        }
    }

    pub(super) fn n(&self) -> u64 {
        self.n
    }

    /// Sample variance of the weighted sum of the numbers; `None` with fewer than two.
    pub(super) fn variance_of(&self, weights: [f64; K]) -> Option<f64> {
        if self.n < 2 {
            return None;
        }
        let row = |i: usize| (0..K).map(|j| weights[j] * self.products[i][j]).sum::<f64>();
        let sum: f64 = (0..K).map(|i| weights[i] * row(i)).sum();
        Some(sum.max(0.0) / (self.n - 1) as f64)
    }
}

/// A mean with its variance, one value after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RunningMean {
    n: u64,
    mean: f64,
    squares: f64,
}

impl RunningMean {
    /// No values yet.
    pub fn new() -> RunningMean {
        RunningMean::default()
    }

    /// Adds a value.
    pub fn push(&mut self, value: f64) {
        self.n += 1;
        let off = value - self.mean;
        self.mean += off / self.n as f64;
        self.squares += off * (value - self.mean);
    }

    /// How many values.
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Their mean; 0 without values.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Sample variance (divided by n − 1); `None` with fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.n >= 2).then(|| self.squares / (self.n - 1) as f64)
    }

    /// Standard error of the mean; `None` with fewer than two values.
    pub fn standard_error(&self) -> Option<f64> {
        self.variance().map(|v| libm::sqrt(v / self.n as f64))
    }

    /// Student's t interval of the mean, as [`student_t_interval`](super::student_t_interval) gives it.
    pub fn t_interval(&self, confidence: f64) -> Option<Estimate> {
        if self.n == 0 {
            return None;
        }
        Some(Estimate::from_error(self.mean, self.standard_error(), confidence, self.n - 1))
    }
}

/// The ratio of two totals over replications, with its interval, in constant memory.
///
/// A mean or share over calls is a ratio: each replication gives a total (the numerator) and a number of calls (the
/// denominator), both random. The point estimate is the ratio of the sums; the interval is the delta method's, on the
/// residuals `numerator − ratio × denominator`, with Student's t (Law, *Simulation Modeling and Analysis*, 5th ed.,
/// section 9.5, as for the regenerative method's ratio).
#[derive(Clone, Debug, PartialEq)]
pub struct Replicated {
    tops: f64,
    bottoms: f64,
    counted: u64,
    /// Ratio of the first replication that counted anything. Residuals from it are folded instead of numerators, as
    /// those are nearly what the residuals from the ratio will be: little is left to cancel.
    first: Option<f64>,
    moments: Comoments<2>,
}

impl Default for Replicated {
    fn default() -> Replicated {
        Replicated { tops: 0.0, bottoms: 0.0, counted: 0, first: None, moments: Comoments::new() }
    }
}

impl Replicated {
    /// No replications yet.
    pub fn new() -> Replicated {
        Replicated::default()
    }

    /// Adds one replication's total and the number it is divided by.
    pub fn push(&mut self, numerator: f64, denominator: f64) {
        self.tops += numerator;
        self.bottoms += denominator;
        self.counted += u64::from(denominator > 0.0);
        if denominator != 0.0 && self.first.is_none() {
            self.first = Some(numerator / denominator);
        }
        // Until a denominator differs from zero, the ratio it would be multiplied by does not matter.
        self.moments.push([numerator - self.first.unwrap_or(0.0) * denominator, denominator]);
    }

    /// How many replications.
    pub fn n(&self) -> u64 {
        self.moments.n()
    }

    /// The totals over all replications: numerators, denominators.
    pub fn totals(&self) -> (f64, f64) {
        (self.tops, self.bottoms)
    }

    /// The ratio of the totals; `None` when nothing was counted at all.
    pub fn ratio(&self) -> Option<f64> {
        (self.bottoms > 0.0).then(|| self.tops / self.bottoms)
    }

    /// Standard error of the ratio; `None` when fewer than two replications counted anything.
    pub fn standard_error(&self) -> Option<f64> {
        let ratio = self.ratio()?;
        if self.counted < 2 {
            return None;
        }
        let n = self.n() as f64;
        let variance = self.moments.variance_of([1.0, self.first? - ratio])?;
        Some(libm::sqrt(variance / n) / (self.bottoms / n))
    }

    /// A share of counted things with its interval: the wider of [`Replicated::estimate`]'s and Wilson's on the pooled
    /// counts, so that a few lucky calls do not look certain. `None` when nothing was counted.
    pub fn proportion(&self, confidence: f64) -> Option<Estimate> {
        let e = self.estimate(confidence)?;
        let wilson = wilson_interval(self.tops as u64, self.bottoms as u64, confidence)?;
        Some(Estimate { mean: e.mean, low: e.low.min(wilson.low), high: e.high.max(wilson.high) })
    }

    /// The ratio with its interval; `None` when nothing was counted at all. When fewer than two replications counted
    /// anything, the interval is the whole real line.
    pub fn estimate(&self, confidence: f64) -> Option<Estimate> {
        Some(Estimate::from_error(self.ratio()?, self.standard_error(), confidence, self.n() - 1))
    }

    /// Half-width of the interval as a share of the ratio, see [`Estimate::relative_precision`].
    pub fn relative_precision(&self, confidence: f64) -> Option<f64> {
        self.estimate(confidence).map(|e| e.relative_precision())
    }
}

/// Two-sided t interval; kept here so that all of the folds round alike.
impl Estimate {
    /// A mean with Student's t interval of a standard error; without one, the interval is the whole real line.
    pub(super) fn from_error(mean: f64, error: Option<f64>, confidence: f64, degrees: u64) -> Estimate {
        let half = match (error, t_quantile(0.5 + confidence / 2.0, degrees as f64)) {
            (Some(error), Some(t)) => t * error,
            _ => f64::INFINITY,
        };
        Estimate { mean, low: mean - half, high: mean + half }
    }
}

#[cfg(test)]
mod tests {
    use super::super::student_t_interval;
    use super::*;
    use proptest::prelude::*;

    /// The obvious way, which keeps every pair.
    fn by_hand(pairs: &[(f64, f64)], confidence: f64) -> Option<Estimate> {
        let n = pairs.len() as f64;
        let (top, bottom) = pairs.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x, b + y));
        if pairs.is_empty() || bottom <= 0.0 {
            return None;
        }
        let mean = top / bottom;
        if pairs.iter().filter(|(_, y)| *y > 0.0).count() < 2 {
            return Some(Estimate { mean, low: f64::NEG_INFINITY, high: f64::INFINITY });
        }
        let variance = pairs.iter().map(|(x, y)| (x - mean * y).powi(2)).sum::<f64>() / (n - 1.0);
        let half = t_quantile(0.5 + confidence / 2.0, n - 1.0)? * (variance / n).sqrt() / (bottom / n);
        Some(Estimate { mean, low: mean - half, high: mean + half })
    }

    fn folded(pairs: &[(f64, f64)]) -> Replicated {
        let mut r = Replicated::new();
        pairs.iter().for_each(|(x, y)| r.push(*x, *y));
        r
    }

    #[test]
    fn equal_denominators_give_the_t_interval() {
        let values = [4.0, 5.0, 9.0, 2.0];
        let r = folded(&values.map(|v| (v * 10.0, 10.0)));
        let (a, b) = (r.estimate(0.9).unwrap(), student_t_interval(&values, 0.9).unwrap());
        assert!((a.mean - b.mean).abs() < 1e-12 && (a.low - b.low).abs() < 1e-9);
        assert_eq!(r.relative_precision(0.9), Some(a.half_width() / 5.0));
        assert_eq!(Replicated::new().estimate(0.95), None);
    }

    #[test]
    fn little_counted_is_little_known() {
        // One replication with calls and one without tell nothing of chance; five of five is no certainty.
        let mut lucky = folded(&[(3.0, 3.0), (0.0, 0.0)]);
        assert_eq!(lucky.estimate(0.95).unwrap().high, f64::INFINITY);
        lucky.push(2.0, 2.0);
        let share = lucky.proportion(0.95).unwrap();
        assert!((share.low - 0.5655).abs() < 1e-3 && share.high == 1.0, "{share:?}");
    }

    #[test]
    fn a_ratio_that_never_varies_has_no_width() {
        let pairs: Vec<(f64, f64)> = (1..50).map(|k| (0.25 * f64::from(k * k), f64::from(k * k))).collect();
        assert_eq!(folded(&pairs).estimate(0.95), Some(Estimate::exact(0.25)));
    }

    #[test]
    fn a_textbook_ratio() {
        // Cochran, Sampling Techniques, 3rd ed., chapter 6 form: r = Σx/Σy, s² of x − r y, over ȳ√n.
        // Pairs (2,1), (3,2), (7,3): r = 2, residuals 0, −1, 1, s² = 1, ȳ = 2, so the error is 1/(2√3).
        let r = folded(&[(2.0, 1.0), (3.0, 2.0), (7.0, 3.0)]);
        assert_eq!(r.ratio(), Some(2.0));
        assert!((r.standard_error().unwrap() - 1.0 / (2.0 * 3.0_f64.sqrt())).abs() < 1e-15);
    }

    #[test]
    fn means_keep_their_digits_far_from_zero() {
        // NIST StRD "NumAcc4" in small: 10000000.2 and alternating ±0.1 around it, standard deviation 0.1.
        let mut m = RunningMean::new();
        m.push(10_000_000.2);
        (0..500).for_each(|_| {
            m.push(10_000_000.1);
            m.push(10_000_000.3);
        });
        assert!((m.mean() - 10_000_000.2).abs() < 1e-8);
        assert!((m.variance().unwrap().sqrt() - 0.1).abs() < 1e-8);
    }

    fn close(a: f64, b: f64, scale: f64) -> bool {
        a == b || (a - b).abs() <= 1e-12 * scale
    }

    proptest! {
        #[test]
        fn the_fold_is_the_same_as_keeping_all(
            raw in prop::collection::vec((0.0..1.0_f64, 0.0..1.0_f64), 1..60),
            offset in prop::sample::select(vec![0.0, 1.0, 1e9]),
            scale in prop::sample::select(vec![1e-6, 1.0, 1e6]),
            empty in 0..3_usize,
        ) {
            // Numerators around a ratio, offset far from zero, and some replications in which nothing happened.
            let mut pairs: Vec<(f64, f64)> = raw.iter().map(|(u, v)| {
                let y = (100.0 * v).floor();
                (scale * (offset + u) * y, y)
            }).collect();
            pairs.iter_mut().take(empty).for_each(|p| *p = (0.0, 0.0));
            let (a, b) = (folded(&pairs).estimate(0.95), by_hand(&pairs, 0.95));
            prop_assert_eq!(a.is_some(), b.is_some());
            if let (Some(a), Some(b)) = (a, b) {
                prop_assert_eq!(a.mean, b.mean);
                let size = b.mean.abs() + if b.low.is_finite() { b.half_width() } else { 0.0 };
                prop_assert!(close(a.low, b.low, size) && close(a.high, b.high, size), "{:?} {:?}", a, b);
            }
        }

        #[test]
        fn running_means_are_the_t_interval(
            values in prop::collection::vec(-1.0..1.0_f64, 1..60),
            offset in prop::sample::select(vec![0.0, 1e9]),
        ) {
            let values: Vec<f64> = values.iter().map(|v| v + offset).collect();
            let mut m = RunningMean::new();
            values.iter().for_each(|v| m.push(*v));
            let (a, b) = (m.t_interval(0.9).unwrap(), student_t_interval(&values, 0.9).unwrap());
            let size = b.mean.abs() + if b.low.is_finite() { b.half_width() } else { 0.0 };
            prop_assert!(close(a.mean, b.mean, size) && close(a.low, b.low, size) && close(a.high, b.high, size));
        }
    }
}
