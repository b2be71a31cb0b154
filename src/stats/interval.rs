use crate::random::normal_quantile;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// A figure with its confidence interval. An exact figure has `low == mean == high`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The point estimate.
    pub mean: f64,
    /// Lower end of the interval; minus infinity (in JSON: null) when nothing is known, as with one replication.
    #[serde(with = "null_is_minus_infinity")]
    pub low: f64,
    /// Upper end of the interval; plus infinity (in JSON: null) when nothing is known.
    #[serde(with = "null_is_infinity")]
    pub high: f64,
}

macro_rules! null_is {
    ($name:ident, $value:expr) => {
        mod $name {
            use serde::{Deserialize, Deserializer, Serialize, Serializer};

            pub(super) fn serialize<S: Serializer>(v: &f64, s: S) -> Result<S::Ok, S::Error> {
                v.is_finite().then_some(*v).serialize(s)
            }

            pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
                Ok(Option::deserialize(d)?.unwrap_or($value))
            }
        }
    };
}
null_is!(null_is_minus_infinity, f64::NEG_INFINITY);
null_is!(null_is_infinity, f64::INFINITY);

impl Estimate {
    /// A figure without randomness.
    pub fn exact(value: f64) -> Estimate {
        Estimate { mean: value, low: value, high: value }
    }

    /// Whether there is no interval to show.
    pub fn is_exact(&self) -> bool {
        self.low == self.high
    }

    /// Half the width of the interval.
    pub fn half_width(&self) -> f64 {
        (self.high - self.low) / 2.0
    }

    /// Half the width as a share of the size of the mean; infinite when the mean is zero but the width is not.
    pub fn relative_precision(&self) -> f64 {
        if self.is_exact() { 0.0 } else { self.half_width() / self.mean.abs() }
    }

    /// The same figure in another unit.
    pub fn scaled(&self, factor: f64) -> Estimate {
        let (a, b) = (self.low * factor, self.high * factor);
        Estimate { mean: self.mean * factor, low: a.min(b), high: a.max(b) }
    }

    /// The same interval cut to a range it cannot leave (a share stays within 0 and 1).
    pub fn clamped(&self, low: f64, high: f64) -> Estimate {
        Estimate { mean: self.mean.clamp(low, high), low: self.low.clamp(low, high), high: self.high.clamp(low, high) }
    }
}

/// The `p` quantile of Student's t; `None` without degrees of freedom or with a `p` outside 0 to 1.
pub(super) fn t_quantile(p: f64, degrees: f64) -> Option<f64> {
    if !(p > 0.0 && p < 1.0 && degrees > 0.0) {
        return None;
    }
    if degrees > 2000.0 {
        // There the search for the exact one loses digits (a hundred-thousandth of it with 100,000 degrees) and grows slow.
        // The next term of this expansion (Abramowitz and Stegun 26.7.5) is below 1e-11.
        let z = normal_quantile(p);
        let z2 = z * z;
        let first = z * (z2 + 1.0) / 4.0;
        let second = z * ((5.0 * z2 + 16.0) * z2 + 3.0) / 96.0;
        let third = z * (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) / 384.0;
        return Some(z + (first + (second + third / degrees) / degrees) / degrees);
    }
    Some(StudentsT::new(0.0, 1.0, degrees).ok()?.inverse_cdf(p))
}

/// Student's t interval for the mean of independent replications. `None` without values; with a single one the
/// interval is unbounded on paper, so it is reported as the whole real line (±infinity).
pub fn student_t_interval(values: &[f64], confidence: f64) -> Option<Estimate> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n as f64;
    if n == 1 {
        return Some(Estimate { mean, low: f64::NEG_INFINITY, high: f64::INFINITY });
    }
    let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1) as f64;
    let t = t_quantile(0.5 + confidence / 2.0, (n - 1) as f64)?;
    let half = t * (variance / n as f64).sqrt();
    Some(Estimate { mean, low: mean - half, high: mean + half })
}

/// Wilson's score interval for a proportion (Wilson 1927).
pub fn wilson_interval(successes: u64, trials: u64, confidence: f64) -> Option<Estimate> {
    if trials == 0 {
        return None;
    }
    let z = Normal::new(0.0, 1.0).ok()?.inverse_cdf(0.5 + confidence / 2.0);
    let (n, p) = (trials as f64, successes as f64 / trials as f64);
    let denominator = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / denominator;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / denominator;
    Some(Estimate { mean: p, low: (centre - half).max(0.0), high: (centre + half).min(1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t_interval_matches_a_textbook_case() {
        // n = 5, mean 3, s = sqrt(2.5), t(0.975, 4) = 2.776445.
        let e = student_t_interval(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap();
        assert!((e.half_width() - 2.776445 * (2.5_f64 / 5.0).sqrt()).abs() < 1e-5);
    }

    #[test]
    fn quantiles_of_many_degrees() {
        // scipy.stats.t.ppf(0.975, 4999) and (0.995, 100000).
        for (p, degrees, wanted) in [(0.975, 4999.0, 1.960_438_646_662), (0.995, 1e5, 2.575_878_469_908)] {
            assert!((t_quantile(p, degrees).unwrap() - wanted).abs() < 1e-10);
        }
        // Both ways meet where one takes over.
        for p in [0.6, 0.975, 0.9999] {
            let (exact, expanded) = (t_quantile(p, 1999.9).unwrap(), t_quantile(p, 2000.1).unwrap());
            assert!((exact - expanded).abs() < 1e-6, "{p}: {exact} {expanded}");
        }
        assert!((t_quantile(0.975, 1e9).unwrap() - normal_quantile(0.975)).abs() < 1e-8);
        assert_eq!((t_quantile(0.975, 0.0), t_quantile(1.0, 5.0)), (None, None));
    }

    #[test]
    fn wilson_matches_the_published_formula() {
        // 8 of 10 at 95 %: 0.4902 to 0.9433.
        let e = wilson_interval(8, 10, 0.95).unwrap();
        assert!((e.low - 0.4902).abs() < 1e-4 && (e.high - 0.9433).abs() < 1e-4);
    }
}
