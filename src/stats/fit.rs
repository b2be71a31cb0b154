//! Distributions fitted to recorded times by maximum likelihood.
//!
//! Recorded times are often rounded, mostly to whole minutes. Fits are to the numbers as they stand: where the rounding is
//! coarse against the times, spread them over the rounding interval first.

use super::polygamma::{digamma, trigamma};
use crate::random::Dist;
use statrs::function::gamma::gamma_lr;

/// Why times cannot be fitted.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// Two times at least are needed.
    #[error("{given} times are too few to fit a distribution: two or more are needed")]
    TooFew {
        /// How many there are.
        given: usize,
    },
    /// Only finite times above zero can be fitted.
    #[error("time number {number} is {value}: only finite times above zero can be fitted")]
    NotPositive {
        /// Which, from 1.
        number: usize,
        /// What it is.
        value: f64,
    },
    /// All times are the same: only a constant fits.
    #[error("all times are {value}: only a constant fits")]
    AllEqual {
        /// What they are.
        value: f64,
    },
}

/// A fitted distribution.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Model {
    /// One that a scenario can name.
    Named(Dist),
    /// Gamma, which a scenario cannot name: for comparison, and to see when nothing named fits as well.
    Gamma {
        /// Shape.
        shape: f64,
        /// Scale in seconds.
        scale: f64,
    },
}

impl Model {
    /// The share of times up to `x`.
    pub fn cdf(&self, x: f64) -> f64 {
        match *self {
            Model::Named(dist) => cdf(&dist, x),
            Model::Gamma { .. } if x <= 0.0 => 0.0,
            Model::Gamma { shape, scale } => gamma_lr(shape, x / scale),
        }
    }

    /// The mean in seconds.
    pub fn mean(&self) -> f64 {
        match *self {
            Model::Named(dist) => dist.mean(),
            Model::Gamma { shape, scale } => shape * scale,
        }
    }
}

/// The share of times of a distribution up to `x`.
pub fn cdf(dist: &Dist, x: f64) -> f64 {
    let step = |at: f64| if x < at { 0.0 } else { 1.0 };
    match *dist {
        Dist::Fixed(value) => step(value),
        Dist::Uniform { min, max } if max <= min => step(min),
        Dist::Uniform { min, max } => ((x - min) / (max - min)).clamp(0.0, 1.0),
        Dist::Triangular { min, max, .. } if max <= min => step(min),
        Dist::Triangular { min, .. } if x <= min => 0.0,
        Dist::Triangular { max, .. } if x >= max => 1.0,
        Dist::Triangular { min, mode, max } if x < mode => (x - min) * (x - min) / ((max - min) * (mode - min)),
        Dist::Triangular { min, mode, max } => 1.0 - (max - x) * (max - x) / ((max - min) * (max - mode)),
        Dist::Exponential(0.0) => step(0.0),
        Dist::Lognormal { median, sigma: 0.0 } => step(median),
        _ if x <= 0.0 => 0.0,
        Dist::Exponential(mean) => -libm::expm1(-x / mean),
        Dist::Lognormal { median, sigma } => {
            0.5 * libm::erfc(-libm::log(x / median) / sigma / std::f64::consts::SQRT_2)
        }
        Dist::Weibull { scale, shape } => -libm::expm1(-libm::pow(x / scale, shape)),
    }
}

/// A distribution with how well it fits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// The distribution with its most likely parameters.
    pub model: Model,
    /// Logarithm of the likelihood of the times; infinite for a constant that fits.
    pub log_likelihood: f64,
    /// How many parameters were fitted.
    pub parameters: u32,
    /// How many times there were.
    pub n: usize,
}

impl Fit {
    fn new(model: Model, log_likelihood: f64, parameters: u32, sample: &Sample) -> Fit {
        Fit { model, log_likelihood, parameters, n: sample.times.len() }
    }

    /// Akaike's information criterion `2 k − 2 ln L` (H. Akaike, IEEE Transactions on Automatic Control 19 (1974)
    /// 716–723): of several fits to the same times the least is best; a difference below 2 says little.
    pub fn aic(&self) -> f64 {
        2.0 * f64::from(self.parameters) - 2.0 * self.log_likelihood
    }

    /// The distribution, if a scenario can name it.
    pub fn dist(&self) -> Option<Dist> {
        match self.model {
            Model::Named(dist) => Some(dist),
            Model::Gamma { .. } => None,
        }
    }
}

/// Times that can be fitted, with their sums.
struct Sample<'a> {
    times: &'a [f64],
    mean: f64,
    /// Of the natural logarithms.
    mean_log: f64,
    variance_log: f64,
}

impl Sample<'_> {
    fn new(times: &[f64]) -> Result<Sample<'_>, FitError> {
        if let Some(at) = times.iter().position(|x| !(x.is_finite() && *x > 0.0)) {
            return Err(FitError::NotPositive { number: at + 1, value: times[at] });
        }
        if times.len() < 2 {
            return Err(FitError::TooFew { given: times.len() });
        }
        let n = times.len() as f64;
        let mean_log = times.iter().map(|x| libm::log(*x)).sum::<f64>() / n;
        let variance_log = times.iter().map(|x| (libm::log(*x) - mean_log).powi(2)).sum::<f64>() / n;
        Ok(Sample { times, mean: times.iter().sum::<f64>() / n, mean_log, variance_log })
    }

    /// The same, but the times must differ.
    fn varied(times: &[f64]) -> Result<Sample<'_>, FitError> {
        let sample = Sample::new(times)?;
        // Times that differ by rounding only are the same.
        if sample.variance_log < 1e-24 {
            return Err(FitError::AllEqual { value: sample.mean });
        }
        Ok(sample)
    }

    fn n(&self) -> f64 {
        self.times.len() as f64
    }
}

/// The exponential distribution: its mean is the mean of the times.
///
/// # Errors
/// [`FitError`] for too few times or one that is not positive.
pub fn exponential(times: &[f64]) -> Result<Fit, FitError> {
    let s = Sample::new(times)?;
    let log_likelihood = -s.n() * (libm::log(s.mean) + 1.0);
    Ok(Fit::new(Model::Named(Dist::Exponential(s.mean)), log_likelihood, 1, &s))
}

/// The lognormal distribution: mean and standard deviation (divided by n) of the logarithms.
///
/// # Errors
/// [`FitError`] for too few times, one that is not positive, or times that are all the same.
pub fn lognormal(times: &[f64]) -> Result<Fit, FitError> {
    let s = Sample::varied(times)?;
    let dist = Dist::Lognormal { median: libm::exp(s.mean_log), sigma: libm::sqrt(s.variance_log) };
    let constant = libm::log(2.0 * std::f64::consts::PI * s.variance_log) / 2.0 + 0.5;
    Ok(Fit::new(Model::Named(dist), -s.n() * (s.mean_log + constant), 2, &s))
}

/// The gamma distribution: the shape k solves `ln k − ψ(k) = ln x̄ − mean of ln x` by Newton's iteration from the start of
/// S. C. Choi and R. Wette (Technometrics 11 (1969) 683–690); the scale is the mean over the shape.
///
/// # Errors
/// As [`lognormal`].
pub fn gamma(times: &[f64]) -> Result<Fit, FitError> {
    let s = Sample::varied(times)?;
    let gap = (libm::log(s.mean) - s.mean_log).max(f64::MIN_POSITIVE);
    let mut k = (3.0 - gap + libm::sqrt((gap - 3.0) * (gap - 3.0) + 24.0 * gap)) / (12.0 * gap);
    for _ in 0..50 {
        let step = (libm::log(k) - digamma(k) - gap) / (1.0 / k - trigamma(k));
        // The function is convex and falling: a step past zero is halved.
        let next = if k - step > 0.0 { k - step } else { k / 2.0 };
        let change = (next - k).abs();
        k = next;
        if change <= 1e-14 * k {
            break;
        }
    }
    let scale = s.mean / k;
    let log_likelihood = s.n() * ((k - 1.0) * s.mean_log - k - k * libm::log(scale) - libm::lgamma(k));
    Ok(Fit::new(Model::Gamma { shape: k, scale }, log_likelihood, 2, &s))
}

/// The Weibull distribution: the shape k solves `Σ x^k ln x / Σ x^k − 1/k = mean of ln x`, whose left side rises with k, by
/// Newton's iteration kept inside a bracket; the scale is the k-th root of the mean of `x^k` (Johnson, Kotz and
/// Balakrishnan, *Continuous Univariate Distributions* 1, 2nd ed., section 21.5).
///
/// # Errors
/// As [`lognormal`].
pub fn weibull(times: &[f64]) -> Result<Fit, FitError> {
    let s = Sample::varied(times)?;
    // Relative to the longest, so that powers cannot overflow.
    let longest = s.times.iter().copied().fold(0.0, f64::max);
    let logs: Vec<f64> = s.times.iter().map(|x| libm::log(x / longest)).collect();
    let mean_log = s.mean_log - libm::log(longest);
    // Sums of x^k, x^k ln x and x^k ln² x.
    let sums = |k: f64| {
        logs.iter().fold([0.0; 3], |[a, b, c], l| {
            let power = libm::exp(k * l);
            [a + power, b + power * l, c + power * l * l]
        })
    };
    // The logarithm of a Weibull time has standard deviation π / (√6 k).
    let mut k = std::f64::consts::PI / libm::sqrt(6.0 * s.variance_log);
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..200 {
        let [a, b, c] = sums(k);
        let value = b / a - 1.0 / k - mean_log;
        if value < 0.0 {
            low = k
        } else {
            high = k
        }
        let slope = c / a - (b / a) * (b / a) + 1.0 / (k * k);
        let newton = k - value / slope;
        let inside = newton > low && newton < high;
        let next = match (inside, high.is_finite()) {
            (true, _) => newton,
            (false, true) => (low + high) / 2.0,
            (false, false) => 2.0 * k,
        };
        let change = (next - k).abs();
        k = next;
        if change <= 1e-14 * k {
            break;
        }
    }
    let [a, ..] = sums(k);
    let scale = longest * libm::pow(a / s.n(), 1.0 / k);
    let log_likelihood = s.n() * (libm::log(k) - k * libm::log(scale) + (k - 1.0) * s.mean_log - 1.0);
    Ok(Fit::new(Model::Named(Dist::Weibull { scale, shape: k }), log_likelihood, 2, &s))
}

/// All fits to some times, the best by [`Fit::aic`] first. Times that are all the same give a constant alone.
///
/// # Errors
/// [`FitError`] for too few times or one that is not positive.
pub fn all(times: &[f64]) -> Result<Vec<Fit>, FitError> {
    let fits = [lognormal(times), gamma(times), weibull(times), exponential(times)];
    match fits.into_iter().collect::<Result<Vec<Fit>, FitError>>() {
        Ok(mut fits) => {
            fits.sort_by(|a, b| a.aic().total_cmp(&b.aic()));
            Ok(fits)
        }
        Err(FitError::AllEqual { value }) => {
            let constant = Model::Named(Dist::Fixed(value));
            Ok(vec![Fit { model: constant, log_likelihood: f64::INFINITY, parameters: 1, n: times.len() }])
        }
        Err(fault) => Err(fault),
    }
}

/// The best fit that a scenario can name.
///
/// # Errors
/// As [`all`].
pub fn best(times: &[f64]) -> Result<(Dist, Fit), FitError> {
    let fits = all(times)?;
    let named = fits.into_iter().find_map(|fit| Some((fit.dist()?, fit)));
    named.ok_or(FitError::TooFew { given: times.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;
    use proptest::prelude::*;

    /// Times to breakdown of an insulating fluid at 34 kV, minutes (W. Nelson, *Applied Life Data Analysis*, 1982).
    const FLUID: [f64; 19] = [
        0.96, 4.15, 0.19, 0.78, 8.01, 31.75, 7.35, 6.50, 8.27, 33.91, 32.52, 3.16, 4.85, 2.78, 4.67, 1.31, 12.06,
        36.71, 72.89,
    ];

    fn near(got: f64, wanted: f64) {
        assert!((got - wanted).abs() < 1e-6 * wanted.abs().max(1.0), "{got} against {wanted}");
    }

    #[test]
    fn agrees_with_scipy_on_a_published_sample() {
        // scipy.stats.{weibull_min, gamma, lognorm, expon}.fit(FLUID, floc=0) and the sum of logpdf.
        let Model::Named(Dist::Weibull { scale, shape }) = weibull(&FLUID).unwrap().model else { panic!() };
        near(shape, WEIBULL[0]);
        near(scale, WEIBULL[1]);
        near(weibull(&FLUID).unwrap().log_likelihood, WEIBULL[2]);
        let Model::Gamma { shape, scale } = gamma(&FLUID).unwrap().model else { panic!() };
        near(shape, GAMMA[0]);
        near(scale, GAMMA[1]);
        near(gamma(&FLUID).unwrap().log_likelihood, GAMMA[2]);
        let Model::Named(Dist::Lognormal { median, sigma }) = lognormal(&FLUID).unwrap().model else { panic!() };
        near(median, LOGNORMAL[0]);
        near(sigma, LOGNORMAL[1]);
        near(lognormal(&FLUID).unwrap().log_likelihood, LOGNORMAL[2]);
        near(exponential(&FLUID).unwrap().log_likelihood, EXPONENTIAL);
        near(exponential(&FLUID).unwrap().aic(), 2.0 - 2.0 * EXPONENTIAL);
    }

    const WEIBULL: [f64; 3] = [0.770_821_226, 12.222_218_031, -68.386_026_194];
    const GAMMA: [f64; 3] = [0.689_756_016, 20.817_429_699, -68.617_425_830];
    const LOGNORMAL: [f64; 3] = [5.967_885_924, 1.484_531_599, -68.408_181_059];
    const EXPONENTIAL: f64 = -69.623_091_900;

    #[test]
    fn finds_the_distribution_that_made_the_times() {
        for (number, dist) in [
            Dist::Lognormal { median: 132.0, sigma: 0.7 },
            Dist::Weibull { scale: 100.0, shape: 2.5 },
            Dist::Exponential(90.0),
            Dist::Fixed(60.0),
        ]
        .into_iter()
        .enumerate()
        {
            let mut s = Stream::new(6, "fit", number as u32);
            let times: Vec<f64> = (0..5000).map(|_| dist.quantile(s.uniform())).collect();
            let (found, fit) = best(&times).unwrap();
            for p in [0.1, 0.5, 0.9] {
                assert!((found.quantile(p) / dist.quantile(p) - 1.0).abs() < 0.06, "{dist:?}: {found:?}");
                near(fit.model.cdf(found.quantile(p)), if matches!(dist, Dist::Fixed(_)) { 1.0 } else { p });
            }
            if matches!(dist, Dist::Lognormal { .. } | Dist::Fixed(_)) {
                assert_eq!(std::mem::discriminant(&found), std::mem::discriminant(&dist));
            }
        }
    }

    #[test]
    fn faults_say_which_time() {
        assert_eq!(all(&[3.0, 0.0]), Err(FitError::NotPositive { number: 2, value: 0.0 }));
        assert!(matches!(all(&[f64::NAN, 1.0]), Err(FitError::NotPositive { number: 1, .. })));
        assert_eq!(all(&[3.0]), Err(FitError::TooFew { given: 1 }));
        assert_eq!(weibull(&[3.0, 3.0]), Err(FitError::AllEqual { value: 3.0 }));
        assert_eq!(best(&[3.0, 3.0]).unwrap().0, Dist::Fixed(3.0));
    }

    #[test]
    fn distribution_functions_undo_the_quantiles() {
        for dist in [
            Dist::Uniform { min: 10.0, max: 20.0 },
            Dist::Triangular { min: 10.0, mode: 12.0, max: 40.0 },
            Dist::Exponential(90.0),
            Dist::Lognormal { median: 132.0, sigma: 0.7 },
            Dist::Weibull { scale: 100.0, shape: 1.7 },
        ] {
            for p in [0.001, 0.05, 0.3, 0.9, 0.999] {
                assert!((cdf(&dist, dist.quantile(p)) - p).abs() < 1e-12, "{dist:?} {p}");
            }
            assert_eq!((cdf(&dist, -1.0), cdf(&dist, 1e9)), (0.0, 1.0));
        }
        assert_eq!((cdf(&Dist::Fixed(5.0), 4.9), cdf(&Dist::Fixed(5.0), 5.0)), (0.0, 1.0));
        let g = Model::Gamma { shape: 1.0, scale: 90.0 };
        assert!((g.cdf(50.0) - cdf(&Dist::Exponential(90.0), 50.0)).abs() < 1e-12);
        assert_eq!((g.cdf(0.0), g.mean()), (0.0, 90.0));
    }

    proptest! {
        /// No other parameters nearby are more likely, and a change of unit changes the scale alone.
        #[test]
        fn most_likely_and_free_of_units(
            times in prop::collection::vec(0.01..100.0_f64, 3..40),
            unit in prop::sample::select(vec![1e-3, 60.0, 1e6]),
        ) {
            let Model::Named(Dist::Weibull { scale, shape }) = weibull(&times).unwrap().model else { panic!() };
            let likelihood = |k: f64, l: f64| times.iter()
                .map(|x| k.ln() - l.ln() + (k - 1.0) * (x / l).ln() - (x / l).powf(k)).sum::<f64>();
            let top = likelihood(shape, scale);
            let fit = weibull(&times).unwrap();
            prop_assert!((top - fit.log_likelihood).abs() < 1e-7 * top.abs().max(1.0), "{} {:?}", top, fit);
            for (a, b) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99)] {
                prop_assert!(likelihood(shape * a, scale * b) < top);
            }
            let Model::Gamma { shape: k, scale: theta } = gamma(&times).unwrap().model else { panic!() };
            let likelihood = |k: f64, t: f64| times.iter()
                .map(|x| (k - 1.0) * (x / t).ln() - x / t - t.ln() - libm::lgamma(k)).sum::<f64>();
            let top = likelihood(k, theta);
            for (a, b) in [(1.01, 1.0), (0.99, 1.0), (1.0, 1.01), (1.0, 0.99)] {
                prop_assert!(likelihood(k * a, theta * b) < top);
            }
            let other: Vec<f64> = times.iter().map(|x| x * unit).collect();
            let Model::Named(Dist::Weibull { scale: s2, shape: k2 }) = weibull(&other).unwrap().model else { panic!() };
            prop_assert!((k2 / shape - 1.0).abs() < 1e-9 && (s2 / scale / unit - 1.0).abs() < 1e-9);
            let Model::Gamma { shape: k2, .. } = gamma(&other).unwrap().model else { panic!() };
            prop_assert!((k2 / k - 1.0).abs() < 1e-9);
        }
    }
}
