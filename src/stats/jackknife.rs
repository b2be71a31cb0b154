//! Intervals of figures that are no sums: what becomes of a figure when a part of the observations is left out.

use super::interval::{Estimate, t_quantile};

/// The interval of a figure by the delete-a-group jackknife (R. G. Miller, "The jackknife – a review", Biometrika 61 (1974)
/// 1–15; P. S. Kott, "The delete-a-group jackknife", Journal of Official Statistics 17 (2001) 521–526): `without` holds the
/// figure with each of the G groups left out; `se² = (G − 1)/G Σ (θ_(g) − θ̄)²`, Student's t with G − 1 degrees of freedom.
/// With fewer than two groups the interval is unknown: infinite.
pub fn jackknife(whole: f64, without: &[f64], confidence: f64) -> Estimate {
    let g = without.len() as f64;
    let unknown = Estimate { mean: whole, low: f64::NEG_INFINITY, high: f64::INFINITY };
    let Some(t) = t_quantile(0.5 + confidence / 2.0, g - 1.0) else { return unknown };
    let mean = without.iter().sum::<f64>() / g;
    let squares: f64 = without.iter().map(|x| (x - mean) * (x - mean)).sum();
    let half = t * libm::sqrt((g - 1.0) / g * squares);
    Estimate { mean: whole, low: whole - half, high: whole + half }
}

#[cfg(test)]
mod tests {
    use super::super::student_t_interval;
    use super::*;

    #[test]
    fn of_a_mean_it_is_the_t_interval() {
        let values = [3.0, 5.0, 9.0, 4.0, 4.5, 7.0];
        let n = values.len() as f64;
        let sum: f64 = values.iter().sum();
        let without: Vec<f64> = values.iter().map(|v| (sum - v) / (n - 1.0)).collect();
        let (found, wanted) = (jackknife(sum / n, &without, 0.95), student_t_interval(&values, 0.95).unwrap());
        assert!((found.low - wanted.low).abs() < 1e-12 && (found.high - wanted.high).abs() < 1e-12);
    }

    #[test]
    fn one_group_says_nothing() {
        assert_eq!(jackknife(1.0, &[1.0], 0.95).half_width(), f64::INFINITY);
    }
}
