//! More than two systems, and more than one test: intervals that hold all at once.

use super::interval::Estimate;
use super::paired::{PairedDifference, PairedRatio};

/// The confidence each of `m` intervals needs so that all hold at once with the wanted one (Bonferroni's inequality: the
/// chances of missing add up at most). It needs no independence.
pub fn bonferroni(confidence: f64, m: usize) -> f64 {
    1.0 - (1.0 - confidence) / m.max(1) as f64
}

/// Which of many tests still say something when at most a share `q` of what they say may be false alarms on average:
/// the step-up procedure of Y. Benjamini and Y. Hochberg (Journal of the Royal Statistical Society B 57 (1995) 289–300).
/// It holds for independent p-values, and for those of positive dependence (Benjamini and Yekutieli 2001). A p-value that
/// is not a number says nothing.
pub fn benjamini_hochberg(p_values: &[f64], q: f64) -> Vec<bool> {
    let m = p_values.len();
    let mut sorted: Vec<f64> = p_values.iter().copied().filter(|p| !p.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let passes = |(rank, p): &(usize, &f64)| **p <= q * (*rank + 1) as f64 / m as f64;
    let limit = sorted.iter().enumerate().rev().find(passes).map(|(_, p)| *p);
    p_values.iter().map(|p| limit.is_some_and(|limit| *p <= limit)).collect()
}

/// Several systems that meet the same calls, each with a figure that is a ratio; every two of them are compared in pairs.
/// Memory grows with the square of the number of systems and not with the replications.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    systems: usize,
    /// Of systems i < j in the order (0,1), (0,2), …, (1,2), …
    pairs: Vec<PairedRatio>,
}

impl Compared {
    /// No replications yet of `systems` systems.
    pub fn new(systems: usize) -> Compared {
        Compared { systems, pairs: vec![PairedRatio::new(); systems * systems.saturating_sub(1) / 2] }
    }

    /// Adds one replication: numerator and denominator of every system. What is missing at the end counts as nothing.
    pub fn push(&mut self, row: &[(f64, f64)]) {
        let of = |i: usize| row.get(i).copied().unwrap_or((0.0, 0.0));
        let mut pairs = self.pairs.iter_mut();
        for i in 0..self.systems {
            for (j, pair) in (i + 1..self.systems).zip(&mut pairs) {
                pair.push(of(i), of(j));
            }
        }
    }

    /// How many systems.
    pub fn systems(&self) -> usize {
        self.systems
    }

    /// System `b` minus system `a` at a confidence of its own; `None` where a system counted nothing or `a == b`.
    pub fn difference(&self, a: usize, b: usize, confidence: f64) -> Option<PairedDifference> {
        let (low, high) = (a.min(b), a.max(b));
        if low == high || high >= self.systems {
            return None;
        }
        let before = low * (2 * self.systems - low - 1) / 2;
        let forward = self.pairs.get(before + high - low - 1)?.estimate(confidence)?;
        if a < b {
            return Some(forward);
        }
        Some(PairedDifference { a: forward.b, b: forward.a, difference: forward.difference.scaled(-1.0), ..forward })
    }

    /// Every system minus the `reference`; all of the k − 1 intervals hold at once with the confidence (Bonferroni).
    /// `None` at the reference itself and where a system counted nothing.
    pub fn against(&self, reference: usize, confidence: f64) -> Vec<Option<PairedDifference>> {
        let each = bonferroni(confidence, self.systems.saturating_sub(1));
        (0..self.systems).map(|i| self.difference(reference, i, each)).collect()
    }

    /// All pairs (i, j) with i < j, system j minus system i; all of the k(k − 1)/2 intervals hold at once (Bonferroni).
    pub fn all_pairs(&self, confidence: f64) -> Vec<(usize, usize, Option<PairedDifference>)> {
        let each = bonferroni(confidence, self.pairs.len());
        let pairs = (0..self.systems).flat_map(|i| (i + 1..self.systems).map(move |j| (i, j)));
        pairs.map(|(i, j)| (i, j, self.difference(i, j, each))).collect()
    }

    /// Every system minus the best of the others, all intervals at once: Hsu's multiple comparisons with the best.
    ///
    /// With `D_ij` the difference i − j and `w_ij = t(1 − α/(k − 1), n − 1) × its standard error`, where larger is
    /// better, the interval is `[min(0, min_j (D_ij − w_ij)), max(0, min_j (D_ij + w_ij))]` (J. C. Hsu, Annals of
    /// Statistics 12 (1984) 1136–1144; *Multiple Comparisons*, 1996, chapter 4). It is enough that the k − 1 one-sided
    /// statements against the unknown best hold, which Bonferroni's inequality gives for any dependence, so also under
    /// common random numbers (W.-N. Yang and B. L. Nelson, Operations Research 39 (1991) 583–591).
    ///
    /// Whose interval lies at or above 0 (where smaller is better: at or below) is the best; whose interval ends at 0 on
    /// the bad side is not the best or no better than it. `mean` is the difference to the best of the others as it came
    /// out. `None` where a system counted nothing. With a single system the difference is exactly 0.
    pub fn with_best(&self, confidence: f64, larger_is_better: bool) -> Vec<Option<Estimate>> {
        // A two-sided interval at 1 − 2α/(k − 1) ends where the one-sided one at 1 − α/(k − 1) does.
        let each = 1.0 - 2.0 * (1.0 - confidence) / self.systems.saturating_sub(1).max(1) as f64;
        (0..self.systems).map(|i| self.one_with_best(i, each, larger_is_better)).collect()
    }

    fn one_with_best(&self, i: usize, each: f64, larger_is_better: bool) -> Option<Estimate> {
        let sign = if larger_is_better { 1.0 } else { -1.0 };
        let mut least = Estimate::exact(f64::INFINITY);
        for j in (0..self.systems).filter(|j| *j != i) {
            let d = self.difference(j, i, each)?.difference.scaled(sign);
            least.mean = least.mean.min(d.mean);
            least.low = least.low.min(d.low);
            least.high = least.high.min(d.high);
        }
        if self.systems == 1 {
            return Some(Estimate::exact(0.0));
        }
        Some(Estimate { mean: least.mean, low: least.low.min(0.0), high: least.high.max(0.0) }.scaled(sign))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, normal_quantile};

    #[test]
    fn the_example_of_benjamini_and_hochberg() {
        // Their section 4.1: fifteen p-values; at 0.05 Bonferroni finds three, this procedure four.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let mut mixed = p.to_vec();
        mixed.swap(0, 14);
        mixed.push(f64::NAN);
        assert_eq!(benjamini_hochberg(&p, 0.05).iter().filter(|b| **b).count(), 4);
        let found = benjamini_hochberg(&mixed[..15], 0.05);
        assert!(found[14] && !found[0] && found[1] && found[3] && !found[4]);
        assert!(!benjamini_hochberg(&mixed, 0.05)[15]);
        assert_eq!(benjamini_hochberg(&[], 0.05), Vec::<bool>::new());
        // Step up: the larger one carries the smaller one that would not pass on its own.
        assert_eq!(benjamini_hochberg(&[0.04, 0.05], 0.05), [true, true]);
    }

    fn normal_rows(seed: u32, n: usize, means: &[f64], common: f64) -> Compared {
        let mut stream = Stream::new(5, "compared", seed);
        let mut c = Compared::new(means.len());
        for _ in 0..n {
            let shared = common * normal_quantile(stream.uniform());
            let row: Vec<_> = means.iter().map(|m| (m + shared + normal_quantile(stream.uniform()), 1.0)).collect();
            c.push(&row);
        }
        c
    }

    #[test]
    fn signs_and_widths_fit_together() {
        let c = normal_rows(0, 30, &[0.0, 1.0, 3.0], 2.0);
        let (ab, ba) = (c.difference(1, 2, 0.9).unwrap(), c.difference(2, 1, 0.9).unwrap());
        assert_eq!((ab.a, ab.b, ab.difference.low), (ba.b, ba.a, -ba.difference.high));
        assert!(c.difference(1, 1, 0.9).is_none() && c.difference(0, 3, 0.9).is_none());
        let [none, first, second] = &c.against(0, 0.95)[..] else { panic!() };
        assert!(none.is_none());
        assert_eq!(first.unwrap(), c.difference(0, 1, 0.975).unwrap());
        assert!((second.unwrap().difference.mean - 3.0).abs() < 1.0);
        let pairs = c.all_pairs(0.94);
        assert_eq!(pairs.iter().map(|p| (p.0, p.1)).collect::<Vec<_>>(), [(0, 1), (0, 2), (1, 2)]);
        assert_eq!(pairs[2].2, c.difference(1, 2, 0.98));
    }

    #[test]
    fn the_clear_best_stands_alone() {
        let c = normal_rows(1, 50, &[0.0, 1.0, 5.0], 3.0);
        let up: Vec<Estimate> = c.with_best(0.95, true).into_iter().flatten().collect();
        assert!(up[2].low == 0.0 && up[2].high > 3.0 && up[0].high == 0.0 && up[1].high == 0.0, "{up:?}");
        let down: Vec<Estimate> = c.with_best(0.95, false).into_iter().flatten().collect();
        assert!(down[0].high == 0.0 && down[0].low < 0.0 && down[2].low == 0.0, "{down:?}");
        assert!(normal_rows(0, 5, &[1.0], 0.0).with_best(0.95, true)[0] == Some(Estimate::exact(0.0)));
    }

    /// 400 experiments with four systems, two of them equally good: all intervals at once hold at least as often as said.
    #[test]
    fn simultaneous_intervals_hold_together() {
        let means = [0.0, 0.3, 1.0, 1.0];
        let (mut pairs, mut reference, mut best) = (0, 0, 0);
        for seed in 0..400 {
            let c = normal_rows(1000 + seed, 12, &means, 1.0);
            let holds = |d: Option<PairedDifference>, truth: f64| {
                d.is_none_or(|d| d.difference.low <= truth && truth <= d.difference.high)
            };
            pairs += u32::from(c.all_pairs(0.95).into_iter().all(|(i, j, d)| holds(d, means[j] - means[i])));
            let against = c.against(0, 0.95).into_iter().enumerate();
            reference += u32::from({ against }.all(|(i, d)| holds(d, means[i] - means[0])));
            let truths = [-1.0, -0.7, 0.0, 0.0];
            let mcb = c.with_best(0.95, true);
            best += u32::from(mcb.iter().flatten().zip(truths).all(|(e, t)| e.low <= t && t <= e.high));
        }
        // At least 95 % are promised; 92 % leaves room for chance in 400.
        assert!(pairs >= 368 && reference >= 368 && best >= 368, "{pairs} {reference} {best} of 400");
    }
}
