//! Named distributions of durations, sampled by their inverse distribution function.

use super::normal_quantile;

/// A distribution of a duration. Parameters are in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Dist {
    /// Always the same.
    Fixed(f64),
    /// Evenly between two bounds.
    Uniform {
        /// Shortest.
        min: f64,
        /// Longest.
        max: f64,
    },
    /// Triangular.
    Triangular {
        /// Shortest.
        min: f64,
        /// Most frequent.
        mode: f64,
        /// Longest.
        max: f64,
    },
    /// Exponential with a mean.
    Exponential(f64),
    /// Lognormal with its median and the standard deviation of its logarithm.
    Lognormal {
        /// Median.
        median: f64,
        /// Standard deviation of the natural logarithm.
        sigma: f64,
    },
    /// Weibull with scale and shape.
    Weibull {
        /// Scale.
        scale: f64,
        /// Shape.
        shape: f64,
    },
}

/// Why a distribution cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DistError {
    /// A parameter is negative, not a number, or zero where it must not be.
    #[error("{parameter} = {value} is not allowed here: it must be {must}")]
    Parameter {
        /// Its name.
        parameter: &'static str,
        /// What was given.
        value: f64,
        /// What it must be.
        must: &'static str,
    },
    /// Bounds in the wrong order.
    #[error("the bounds are in the wrong order: min ≤ mode ≤ max is needed")]
    Order,
}

fn not_negative(parameter: &'static str, value: f64) -> Result<(), DistError> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(DistError::Parameter { parameter, value, must: "a finite number, zero or more" })
    }
}

fn positive(parameter: &'static str, value: f64) -> Result<(), DistError> {
    if value.is_finite() && value > 0.0 {
        Ok(())
    } else {
        Err(DistError::Parameter { parameter, value, must: "a finite number above zero" })
    }
}

impl Dist {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`DistError`] names the parameter that cannot be.
    pub fn check(&self) -> Result<(), DistError> {
        match *self {
            Dist::Fixed(value) => not_negative("seconds", value),
            Dist::Uniform { min, max } => {
                not_negative("min", min)?;
                not_negative("max", max)?;
                if min <= max { Ok(()) } else { Err(DistError::Order) }
            }
            Dist::Triangular { min, mode, max } => {
                not_negative("min", min)?;
                not_negative("max", max)?;
                if min <= mode && mode <= max { Ok(()) } else { Err(DistError::Order) }
            }
            Dist::Exponential(mean) => not_negative("mean", mean),
            Dist::Lognormal { median, sigma } => {
                positive("median", median)?;
                not_negative("sigma", sigma)
            }
            Dist::Weibull { scale, shape } => {
                positive("scale", scale)?;
                positive("shape", shape)
            }
        }
    }

    /// The value at a share `u` strictly between 0 and 1: the inverse distribution function, in seconds.
    pub fn quantile(&self, u: f64) -> f64 {
        match *self {
            Dist::Fixed(value) => value,
            Dist::Uniform { min, max } => min + u * (max - min),
            Dist::Triangular { min, mode, max } => {
                let width = max - min;
                if width <= 0.0 {
                    return min;
                }
                let cut = (mode - min) / width;
                if u < cut {
                    min + libm::sqrt(u * width * (mode - min))
                } else {
                    max - libm::sqrt((1.0 - u) * width * (max - mode))
                }
            }
            Dist::Exponential(mean) => -mean * libm::log1p(-u),
            Dist::Lognormal { median, sigma } => median * libm::exp(sigma * normal_quantile(u)),
            Dist::Weibull { scale, shape } => scale * libm::pow(-libm::log1p(-u), 1.0 / shape),
        }
    }

    /// The mean in seconds.
    pub fn mean(&self) -> f64 {
        match *self {
            Dist::Fixed(value) => value,
            Dist::Uniform { min, max } => (min + max) / 2.0,
            Dist::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Dist::Exponential(mean) => mean,
            Dist::Lognormal { median, sigma } => median * libm::exp(sigma * sigma / 2.0),
            Dist::Weibull { scale, shape } => scale * libm::tgamma(1.0 + 1.0 / shape),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Stream;
    use super::*;
    use rand::SeedableRng;
    use rand_distr::Distribution;

    const ALL: [Dist; 6] = [
        Dist::Fixed(60.0),
        Dist::Uniform { min: 10.0, max: 20.0 },
        Dist::Triangular { min: 10.0, mode: 12.0, max: 40.0 },
        Dist::Exponential(90.0),
        Dist::Lognormal { median: 132.0, sigma: 0.7 },
        Dist::Weibull { scale: 100.0, shape: 1.7 },
    ];

    #[test]
    fn sample_means_meet_the_closed_forms() {
        for dist in ALL {
            let mut s = Stream::new(5, "dist", 0);
            let n = 200_000;
            let mean = (0..n).map(|_| dist.quantile(s.uniform())).sum::<f64>() / f64::from(n);
            assert!((mean / dist.mean() - 1.0).abs() < 0.01, "{dist:?}: {mean} against {}", dist.mean());
        }
    }

    #[test]
    fn same_shape_as_rand_distr() {
        // Two samplers of one distribution: their sample quantiles must agree within sampling error.
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(11);
        let other = rand_distr::LogNormal::new(132.0_f64.ln(), 0.7).unwrap();
        let mut theirs: Vec<f64> = (0..100_000).map(|_| other.sample(&mut rng)).collect();
        theirs.sort_by(f64::total_cmp);
        let ours = Dist::Lognormal { median: 132.0, sigma: 0.7 };
        for q in [0.05, 0.25, 0.5, 0.75, 0.95] {
            let sample = theirs[(q * theirs.len() as f64) as usize];
            assert!((sample / ours.quantile(q) - 1.0).abs() < 0.02, "{q}: {sample} against {}", ours.quantile(q));
        }
    }

    #[test]
    fn impossible_parameters_are_named() {
        assert!(Dist::Uniform { min: 3.0, max: 2.0 }.check().is_err());
        assert!(Dist::Lognormal { median: 0.0, sigma: 1.0 }.check().is_err());
        assert!(Dist::Fixed(f64::NAN).check().is_err());
        assert!(ALL.iter().all(|d| d.check().is_ok()));
    }
}
