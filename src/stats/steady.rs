//! One long run: where its warm-up ends, and an interval for the mean of what follows.

use super::interval::Estimate;
use super::running::RunningMean;

/// Observations that MSER-5 takes together.
pub const MSER_BATCH: usize = 5;

/// Batches of the batch means: with more than 30 hardly anything is gained and with fewer than 10 the t quantile is wide
/// (B. W. Schmeiser, "Batch size effects in the analysis of simulation output", Operations Research 30 (1982) 556–568).
pub const BATCHES: usize = 20;

/// Below this lag-1 correlation of ten times as many batches, the batch means count as independent (the rule of A. M. Law
/// and J. S. Carson, "A sequential procedure for determining the length of a steady-state simulation", Operations
/// Research 27 (1979) 1011–1025).
pub const FINE_LAG1_LIMIT: f64 = 0.4;

/// Where the warm-up ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WarmUp {
    /// Observations to leave out at the beginning.
    pub length: usize,
    /// Whether the run is long enough to tell: not so when the cut would be at the half of it or later.
    pub settled: bool,
}

/// The warm-up of a run by MSER-5: the cut after which the squared standard error of the mean of what is left, reckoned as
/// if batches of five were independent, is least: the least over d of `Σ_{j>d} (z_j − z̄_d)² / (m − d)²` with `z` the m
/// means of five and `z̄_d` the mean after the cut. Only the first half of the run is searched, as the figure is erratic near
/// the end; of equal ones the earliest cut is taken.
///
/// K. P. White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69 (1997) 323–334;
/// W. W. Franklin and K. P. White, "Stationarity tests and MSER-5", Proceedings of the 2008 Winter Simulation Conference,
/// 541–546. It is a heuristic: no confidence goes with it.
///
/// `None` with fewer than ten means of five. Observations that do not fill a last five are not looked at.
pub fn mser5(series: &[f64]) -> Option<WarmUp> {
    let means = batches(series, MSER_BATCH);
    let m = means.len();
    if m < 10 {
        return None;
    }
    let half = m / 2;
    let mut rest = RunningMean::new();
    let mut best = (f64::INFINITY, half);
    for d in (0..m).rev() {
        rest.push(means[d]);
        if d > half {
            continue;
        }
        let n = (m - d) as f64;
        let error = rest.variance()? * (n - 1.0) / (n * n);
        // Going backwards, "not above" takes the earlier of equals.
        if error <= best.0 {
            best = (error, d);
        }
    }
    Some(WarmUp { length: best.1 * MSER_BATCH, settled: best.1 < half })
}

fn batches(series: &[f64], size: usize) -> Vec<f64> {
    series.chunks_exact(size.max(1)).map(|b| b.iter().sum::<f64>() / b.len() as f64).collect()
}

/// The lag-1 autocorrelation of a series: `Σ (x_i − x̄)(x_{i+1} − x̄) / Σ (x_i − x̄)²`; 0 for one that does not vary.
pub fn lag1(series: &[f64]) -> f64 {
    let mean = series.iter().sum::<f64>() / series.len().max(1) as f64;
    let squares: f64 = series.iter().map(|x| (x - mean) * (x - mean)).sum();
    let products: f64 = series.windows(2).map(|w| (w[0] - mean) * (w[1] - mean)).sum();
    if squares > 0.0 { products / squares } else { 0.0 }
}

/// Whether batches are long enough to count as independent, by the lag-1 autocorrelation of their means and of ten times as
/// many: the latter below [`FINE_LAG1_LIMIT`], the former below what one in a hundred independent series exceeds
/// (`2.326 / √batches`). When not, the interval is too narrow and a longer run is needed.
pub fn independent(lag1: f64, fine_lag1: f64, batches: usize) -> bool {
    fine_lag1 < FINE_LAG1_LIMIT && lag1 < 2.326 / libm::sqrt(batches as f64)
}

/// A mean by batch means.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BatchMeans {
    /// The mean over the batches with Student's t interval.
    pub estimate: Estimate,
    /// Number of batches.
    pub batches: usize,
    /// Observations in each.
    pub size: usize,
    /// Lag-1 autocorrelation of the batch means.
    pub lag1: f64,
    /// Lag-1 autocorrelation of ten times as many batches, each a tenth as long.
    pub fine_lag1: f64,
}

impl BatchMeans {
    /// [`independent`] of these batches.
    pub fn independent(&self) -> bool {
        independent(self.lag1, self.fine_lag1, self.batches)
    }
}

/// The mean of a stationary series by [`BATCHES`] non-overlapping batches of equal length (Law, *Simulation Modeling and
/// Analysis*, 5th ed., section 9.5.3). What does not fill the batches is left out at the beginning, where a rest of warm-up
/// does most harm. `None` with fewer than ten observations for each batch.
pub fn batch_means(series: &[f64], confidence: f64) -> Option<BatchMeans> {
    // A multiple of ten, so that the fine batches fit.
    let size = series.len() / (10 * BATCHES) * 10;
    if size == 0 {
        return None;
    }
    let used = &series[series.len() - size * BATCHES..];
    let means = batches(used, size);
    let mut fold = RunningMean::new();
    means.iter().for_each(|m| fold.push(*m));
    Some(BatchMeans {
        estimate: fold.t_interval(confidence)?,
        batches: BATCHES,
        size,
        lag1: lag1(&means),
        fine_lag1: lag1(&batches(used, size / 10)),
    })
}

/// The mean of one long run without its warm-up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SteadyMean {
    /// What was left out at the beginning.
    pub warm_up: WarmUp,
    /// The mean of the rest.
    pub means: BatchMeans,
}

impl SteadyMean {
    /// Whether nothing speaks against the interval: the warm-up was over and the batches look independent.
    ///
    /// It is needed but not enough, as batch means of queues are skewed too. Measured over 4,000 runs of M/M/1 with 70 %
    /// load from empty, nearly all of which pass: with 21,000 customers the 95 % intervals contain the truth in 91.8 % of
    /// the cases, with 84,000 in 94.2 %. Where replications can be had, they are the safer way.
    pub fn long_enough(&self) -> bool {
        self.warm_up.settled && self.means.independent()
    }
}

/// [`mser5`], then [`batch_means`] of what is left. `None` with fewer than about 200 observations after the warm-up.
pub fn steady_mean(series: &[f64], confidence: f64) -> Option<SteadyMean> {
    let warm_up = mser5(series)?;
    Some(SteadyMean { warm_up, means: batch_means(&series[warm_up.length..], confidence)? })
}

#[cfg(test)]
mod tests {
    use super::super::student_t_interval;
    use super::*;
    use crate::random::{Stream, normal_quantile};
    use proptest::prelude::*;

    fn noise(replication: u32, n: usize) -> Vec<f64> {
        let mut s = Stream::new(3, "steady", replication);
        (0..n).map(|_| normal_quantile(s.uniform())).collect()
    }

    /// An autoregression x' = φ x + noise.
    fn ar1(replication: u32, n: usize, phi: f64, start: f64) -> Vec<f64> {
        noise(replication, n)
            .iter()
            .scan(start, |x, e| {
                *x = phi * *x + e;
                Some(*x)
            })
            .collect()
    }

    /// The definition, without the backward fold.
    fn mser5_by_hand(series: &[f64]) -> usize {
        let z: Vec<f64> = series.chunks_exact(5).map(|c| c.iter().sum::<f64>() / 5.0).collect();
        let error = |d: usize| {
            let rest = &z[d..];
            let n = rest.len() as f64;
            let mean = rest.iter().sum::<f64>() / n;
            rest.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n * n)
        };
        5 * (0..=z.len() / 2).min_by(|a, b| error(*a).total_cmp(&error(*b))).unwrap()
    }

    proptest! {
        #[test]
        fn the_fold_follows_the_definition(replication in 0..1000_u32, n in 50..400_usize, start in -50.0..50.0_f64) {
            let series = ar1(replication, n, 0.9, start);
            prop_assert_eq!(mser5(&series).unwrap().length, mser5_by_hand(&series));
        }
    }

    #[test]
    fn a_step_is_cut_where_it_is() {
        // 100 observations high up, then a level with noise.
        let mut series = noise(1, 1000);
        series[..100].iter_mut().for_each(|x| *x += 20.0);
        let cut = mser5(&series).unwrap();
        assert!(cut.settled && (100..150).contains(&cut.length), "{cut:?}");
        // A run that only climbs has no end of warm-up in it; one that never varies has no warm-up.
        let climb: Vec<f64> = (0..500).map(f64::from).collect();
        assert_eq!(mser5(&climb), Some(WarmUp { length: 250, settled: false }));
        assert_eq!(mser5(&[2.0; 100]), Some(WarmUp { length: 0, settled: true }));
        assert_eq!(mser5(&[2.0; 49]), None);
    }

    #[test]
    fn lag_one_of_a_short_series() {
        // 1, 2, 3, 4: mean 2.5; products (−1.5)(−0.5) + (−0.5)(0.5) + (0.5)(1.5) = 1.25 over 5.
        assert!((lag1(&[1.0, 2.0, 3.0, 4.0]) - 0.25).abs() < 1e-15);
        assert_eq!((lag1(&[1.0; 5]), lag1(&[])), (0.0, 0.0));
        let phi = lag1(&ar1(2, 100_000, 0.6, 0.0));
        assert!((phi - 0.6).abs() < 0.01, "{phi}");
    }

    #[test]
    fn batches_are_the_t_interval_of_their_means() {
        let series = noise(4, 4321);
        let got = batch_means(&series, 0.9).unwrap();
        assert_eq!((got.batches, got.size), (20, 210));
        let means: Vec<f64> = series[121..].chunks(210).map(|c| c.iter().sum::<f64>() / 210.0).collect();
        let wanted = student_t_interval(&means, 0.9).unwrap();
        assert!((got.estimate.low - wanted.low).abs() < 1e-12 && (got.estimate.high - wanted.high).abs() < 1e-12);
        assert!(got.independent());
        assert_eq!(batch_means(&series[..199], 0.9), None);
    }

    #[test]
    fn a_run_that_is_too_short_says_so() {
        // Correlation over 200 steps: 20 batches of 100 are not independent, those of 10,000 are.
        let short = batch_means(&ar1(5, 2_000, 0.995, 0.0), 0.95).unwrap();
        assert!(!short.independent(), "{short:?}");
        let long = steady_mean(&ar1(6, 200_000, 0.995, 1000.0), 0.95).unwrap();
        assert!(long.long_enough() && long.warm_up.length > 500, "{long:?}");
        assert!(long.means.estimate.low < 0.0 && 0.0 < long.means.estimate.high);
    }
}
