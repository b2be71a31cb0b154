//! Two systems or more that met the same calls: differences with intervals, and what meeting the same calls saved.

use super::interval::Estimate;
use super::running::Comoments;

/// The difference of two systems' ratios under common random numbers, in constant memory.
///
/// As with [`Replicated`](super::Replicated), a figure is a ratio of totals over replications. The difference
/// `r_B − r_A` has the delta method's interval on the differences of residuals
/// `(x_B − r_B y_B) / ȳ_B − (x_A − r_A y_A) / ȳ_A`, with Student's t on n − 1 degrees of freedom: the paired-t interval
/// of Law, *Simulation Modeling and Analysis*, 5th ed., section 10.2.1, for ratios.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedRatio {
    /// Sums of x_A, y_A, x_B, y_B.
    sums: [f64; 4],
    counted: [u64; 2],
    /// As in `Replicated`: a ratio to take residuals from, the same one for both systems.
    first: Option<f64>,
    /// Of A's residual and denominator, and of what B's have more. Where the systems hardly differ, the differences are
    /// small or zero themselves, instead of small remainders of large numbers.
    moments: Comoments<4>,
}

impl Default for PairedRatio {
    fn default() -> PairedRatio {
        PairedRatio { sums: [0.0; 4], counted: [0; 2], first: None, moments: Comoments::new() }
    }
}

/// What [`PairedRatio`] found out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    /// The ratio of the first system.
    pub a: f64,
    /// The ratio of the second system.
    pub b: f64,
    /// `b − a` with its interval; the whole real line where fewer than two replications counted in either system.
    pub difference: Estimate,
    /// Standard error of the difference.
    pub standard_error: Option<f64>,
    /// Degrees of freedom of the interval: replications − 1.
    pub degrees: u64,
    /// Variance of the difference had the systems met independent calls, over its variance here: 1 is nothing saved,
    /// below 1 the pairing did harm, 4 means a quarter of the replications suffice. Infinite where the difference does
    /// not vary at all, `None` where neither system varies or nothing is known.
    pub saved: Option<f64>,
    /// Correlation of the two systems' residuals; `None` where one of them does not vary or nothing is known.
    pub correlation: Option<f64>,
}

impl PairedDifference {
    /// The chance of a difference this large if there is none, see [`two_sided_p`].
    pub fn p_value(&self) -> Option<f64> {
        two_sided_p(self.difference.mean, self.standard_error?, self.degrees as f64)
    }
}

impl PairedRatio {
    /// No replications yet.
    pub fn new() -> PairedRatio {
        PairedRatio::default()
    }

    /// Adds one replication: numerator and denominator of the first system and of the second.
    pub fn push(&mut self, (xa, ya): (f64, f64), (xb, yb): (f64, f64)) {
        for (sum, value) in self.sums.iter_mut().zip([xa, ya, xb, yb]) {
            *sum += value;
        }
        self.counted[0] += u64::from(ya > 0.0);
        self.counted[1] += u64::from(yb > 0.0);
        if self.first.is_none() {
            let usable = [(xa, ya), (xb, yb)].into_iter().find(|(_, y)| *y != 0.0);
            self.first = usable.map(|(x, y)| x / y);
        }
        let first = self.first.unwrap_or(0.0);
        self.moments.push([xa - first * ya, ya, (xb - xa) - first * (yb - ya), yb - ya]);
    }

    /// How many replications.
    pub fn n(&self) -> u64 {
        self.moments.n()
    }

    /// The difference, second minus first; `None` when one of the systems counted nothing at all.
    pub fn estimate(&self, confidence: f64) -> Option<PairedDifference> {
        let [top_a, bottom_a, top_b, bottom_b] = self.sums;
        if bottom_a <= 0.0 || bottom_b <= 0.0 {
            return None;
        }
        let (a, b) = (top_a / bottom_a, top_b / bottom_b);
        let degrees = self.n() - 1;
        let unknown = PairedDifference {
            a,
            b,
            difference: Estimate::from_error(b - a, None, confidence, degrees),
            standard_error: None,
            degrees,
            saved: None,
            correlation: None,
        };
        let Some([of_a, of_b, of_difference]) = self.variances(a, b).filter(|_| self.counted.iter().all(|n| *n >= 2))
        else {
            return Some(unknown);
        };
        let error = libm::sqrt(of_difference / self.n() as f64);
        let apart = of_a + of_b;
        let sd = libm::sqrt(of_a) * libm::sqrt(of_b);
        Some(PairedDifference {
            difference: Estimate::from_error(b - a, Some(error), confidence, degrees),
            standard_error: Some(error),
            saved: (apart > 0.0).then(|| apart / of_difference),
            correlation: (sd > 0.0).then(|| ((apart - of_difference) / (2.0 * sd)).clamp(-1.0, 1.0)),
            ..unknown
        })
    }

    /// Variances per replication of the linearised ratios of A and B and of their difference.
    fn variances(&self, a: f64, b: f64) -> Option<[f64; 3]> {
        let (n, first) = (self.n() as f64, self.first?);
        let (mean_a, mean_b) = (self.sums[1] / n, self.sums[3] / n);
        let (off_a, off_b) = (a - first, b - first);
        Some([
            self.moments.variance_of([1.0 / mean_a, -off_a / mean_a, 0.0, 0.0])?,
            self.moments.variance_of([1.0 / mean_b, -off_b / mean_b, 1.0 / mean_b, -off_b / mean_b])?,
            self.moments.variance_of([
                1.0 / mean_b - 1.0 / mean_a,
                off_a / mean_a - off_b / mean_b,
                1.0 / mean_b,
                -off_b / mean_b,
            ])?,
        ])
    }
}

/// The chance, were the truth zero, of a mean at least this far from zero (Student's t with `degrees` degrees of
/// freedom). With a standard error of zero, 1 for a mean of zero and 0 for any other. `None` without degrees of freedom.
pub fn two_sided_p(mean: f64, standard_error: f64, degrees: f64) -> Option<f64> {
    use statrs::distribution::{ContinuousCDF, StudentsT};
    let t = StudentsT::new(0.0, 1.0, degrees).ok()?;
    if standard_error == 0.0 {
        return Some(if mean == 0.0 { 1.0 } else { 0.0 });
    }
    Some((2.0 * t.cdf(-(mean / standard_error).abs())).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Replicated, student_t_interval};
    use proptest::prelude::*;

    #[test]
    fn a_textbook_paired_t() {
        // Five pairs of a paired t test (Law, section 10.2.1 has the like), checked with SciPy ttest_rel; t(0.95, 4) = 2.131847.
        let a = [126.97, 124.31, 126.68, 122.66, 127.23];
        let b = [118.21, 120.22, 122.45, 122.68, 119.40];
        let mut p = PairedRatio::new();
        a.iter().zip(b).for_each(|(a, b)| p.push((*a, 1.0), (b, 1.0)));
        // Differences a − b: 8.76, 4.09, 4.23, −0.02, 7.83: mean 4.978, s² of the mean 2.438274.
        let got = p.estimate(0.90).unwrap();
        assert!((got.difference.mean + 4.978).abs() < 1e-9);
        assert!((got.standard_error.unwrap().powi(2) - 2.438_274).abs() < 1e-6);
        assert!((got.difference.half_width() - 2.131_847 * 2.438_274_f64.sqrt()).abs() < 1e-5);
        assert!((got.p_value().unwrap() - 0.033_280_82).abs() < 1e-7, "{:?}", got.p_value());
    }

    #[test]
    fn the_same_system_does_not_differ_from_itself() {
        let mut p = PairedRatio::new();
        for k in 1..40 {
            let pair = (f64::from(k * k % 17) / 3.0, f64::from(k % 5));
            p.push(pair, pair);
        }
        let got = p.estimate(0.95).unwrap();
        assert_eq!(got.difference, Estimate::exact(0.0));
        assert_eq!((got.saved, got.p_value()), (Some(f64::INFINITY), Some(1.0)));
        assert!((got.correlation.unwrap() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn one_rare_difference_is_not_lost_in_rounding() {
        // A large ratio, and a change in one replication of 1,000 by a hundred-millionth.
        let mut p = PairedRatio::new();
        for k in 0..1000 {
            let x = 1e6 + f64::from(k * 7919 % 1009);
            p.push((x, 1.0), (x + if k == 500 { 1.0 / 64.0 } else { 0.0 }, 1.0));
        }
        let got = p.estimate(0.95).unwrap();
        // One of n differs by d: the standard error is d / n.
        assert!((got.standard_error.unwrap() / (1.0 / 64.0 / 1000.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn p_values_of_the_table() {
        // t tables: P(|t| > 2.228) = 0.05 with 10 degrees, P(|t| > 63.657) = 0.01 with 1.
        assert!((two_sided_p(-2.228_139, 1.0, 10.0).unwrap() - 0.05).abs() < 1e-6);
        assert!((two_sided_p(63.656_741, 1.0, 1.0).unwrap() - 0.01).abs() < 1e-8);
        assert_eq!(two_sided_p(0.0, 1.0, 3.0), Some(1.0));
        assert_eq!((two_sided_p(1.0, 0.0, 3.0), two_sided_p(0.0, 0.0, 3.0)), (Some(0.0), Some(1.0)));
        assert_eq!(two_sided_p(1.0, 1.0, 0.0), None);
    }

    proptest! {
        #[test]
        fn agrees_with_keeping_every_pair(
            raw in prop::collection::vec((0.0..1.0_f64, 1..20_u32, 0.0..1.0_f64, 1..20_u32), 2..50),
        ) {
            let mut p = PairedRatio::new();
            let (mut ra, mut rb) = (Replicated::new(), Replicated::new());
            let rows: Vec<[f64; 4]> = raw.iter().map(|(u, m, v, k)| {
                [u * f64::from(*m), f64::from(*m), v * f64::from(*k), f64::from(*k)]
            }).collect();
            for [xa, ya, xb, yb] in &rows {
                p.push((*xa, *ya), (*xb, *yb));
                ra.push(*xa, *ya);
                rb.push(*xb, *yb);
            }
            let n = rows.len() as f64;
            let (a, b) = (ra.ratio().unwrap(), rb.ratio().unwrap());
            let mean = |i: usize| rows.iter().map(|r| r[i]).sum::<f64>() / n;
            let d: Vec<f64> = rows.iter()
                .map(|[xa, ya, xb, yb]| (xb - b * yb) / mean(3) - (xa - a * ya) / mean(1))
                .collect();
            let wanted = student_t_interval(&d, 0.95).unwrap();
            let got = p.estimate(0.95).unwrap();
            prop_assert!((got.difference.mean - (b - a)).abs() < 1e-14);
            prop_assert!((got.difference.half_width() - wanted.half_width()).abs() < 1e-11, "{:?}", got);
            let apart = ra.standard_error().unwrap().powi(2) + rb.standard_error().unwrap().powi(2);
            let saved = got.saved.unwrap();
            prop_assert!((saved * got.standard_error.unwrap().powi(2) / apart - 1.0).abs() < 1e-9);
        }
    }
}
