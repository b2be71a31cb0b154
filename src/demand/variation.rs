//! More scatter than a Poisson process has: random days and bursts.

use super::Bursts;
use crate::random::{Stream, normal_quantile};

/// Gamma-distributed factors on whole days, mean 1. A day keeps its factor whatever else happens.
#[derive(Clone, Debug)]
pub(super) struct Days {
    stream: Stream,
    cv2: f64,
}

impl Days {
    pub(super) fn new(cv2: f64, seed: u64, replication: u32) -> Days {
        Days { stream: Stream::new(seed, "days", replication), cv2 }
    }

    /// The factor of a day.
    pub(super) fn factor(&mut self, day: u64) -> f64 {
        let shape = 1.0 / self.cv2;
        gamma_quantile(shape, self.stream.draws(day)[0]) / shape
    }
}

/// Where in the turn of quiet and busy stretches a moment lies.
#[derive(Clone, Debug)]
pub(super) struct BurstClock {
    stream: Stream,
    busy: bool,
    until_s: f64,
    rule: Bursts,
}

impl BurstClock {
    pub(super) fn new(rule: Bursts, seed: u64, replication: u32) -> BurstClock {
        let mut stream = Stream::new(seed, "bursts", replication);
        let busy = stream.uniform() < rule.share();
        let mut clock = BurstClock { stream, busy, until_s: 0.0, rule };
        clock.until_s = clock.stretch();
        clock
    }

    fn stretch(&mut self) -> f64 {
        let mean = if self.busy { self.rule.lasts } else { self.rule.quiet };
        -mean.seconds() * libm::log1p(-self.stream.uniform())
    }

    /// What rates are multiplied by at a moment (in seconds; never earlier than the last one asked for), and until when.
    pub(super) fn at(&mut self, now_s: f64) -> (f64, f64) {
        while self.until_s <= now_s {
            self.busy = !self.busy;
            self.until_s += self.stretch();
        }
        let quiet = self.rule.quiet_level();
        (if self.busy { quiet * self.rule.factor } else { quiet }, self.until_s)
    }
}

/// The value below which a gamma variable with this shape and scale 1 lies with probability `p`: the incomplete gamma
/// function inverted by Newton's method kept between bounds. Exact to about 1e-12 of the value; 0 where it would be
/// smaller than any number.
pub(super) fn gamma_quantile(shape: f64, p: f64) -> f64 {
    let log_gamma = libm::lgamma(shape);
    // Wilson and Hilferty 1931; for small values the first term of the series.
    let z = normal_quantile(p);
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * libm::sqrt(shape));
    let first = libm::exp((libm::log(p) + libm::log(shape) + log_gamma) / shape);
    let mut x = if root > 0.2 && shape > 0.5 { shape * root * root * root } else { first };
    let (mut low, mut high) = (0.0_f64, f64::INFINITY);
    for _ in 0..200 {
        if x <= 0.0 {
            return 0.0;
        }
        let miss = lower_gamma(shape, x, log_gamma) - p;
        if miss == 0.0 {
            return x;
        }
        if miss > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let density = libm::exp((shape - 1.0) * libm::log(x) - x - log_gamma);
        let mut next = x - miss / density;
        if !(next > low && next < high) {
            next = if high.is_finite() { (low + high) / 2.0 } else { 2.0 * x };
        }
        if (next - x).abs() <= 1e-13 * x {
            return next;
        }
        x = next;
    }
    x
}

/// The regularised lower incomplete gamma function: series below, continued fraction above (Lentz's method), as in
/// Abramowitz and Stegun 6.5.29 and 6.5.31.
fn lower_gamma(shape: f64, x: f64, log_gamma: f64) -> f64 {
    let front = libm::exp(shape * libm::log(x) - x - log_gamma);
    if x < shape + 1.0 {
        let (mut term, mut sum, mut k) = (1.0 / shape, 1.0 / shape, shape);
        while term > sum * 1e-17 {
            k += 1.0;
            term *= x / k;
            sum += term;
        }
        return front * sum;
    }
    let tiny = 1e-300;
    let mut b = x + 1.0 - shape;
    let mut c = 1.0 / tiny;
    let mut d = 1.0 / b;
    let mut fraction = d;
    for i in 1..10_000 {
        let i = f64::from(i);
        let a = -i * (i - shape);
        b += 2.0;
        let not_zero = |v: f64| if v.abs() < tiny { tiny } else { v };
        d = 1.0 / not_zero(a * d + b);
        c = not_zero(b + a / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 1e-16 {
            break;
        }
    }
    1.0 - front * fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;
    use statrs::distribution::{ContinuousCDF, Gamma};

    #[test]
    fn gamma_quantiles_invert_the_distribution_of_another_library() {
        for shape in [0.05, 0.3, 0.9, 1.0, 2.5, 11.0, 100.0, 4000.0] {
            let gamma = Gamma::new(shape, 1.0).unwrap();
            let mut last = -1.0;
            for p in [1e-9, 1e-4, 0.01, 0.2, 0.5, 0.8, 0.99, 1.0 - 1e-4, 1.0 - 1e-9] {
                let x = gamma_quantile(shape, p);
                assert!(x >= last, "{shape} {p}");
                last = x;
                if x > 1e-30 {
                    let back = gamma.cdf(x);
                    assert!((back - p).abs() < 1e-9 * p.min(1.0 - p) + 1e-12, "{shape} {p}: {x} gives {back}");
                }
            }
        }
        // Shape 1 is the exponential distribution.
        assert!((gamma_quantile(1.0, 0.3) + libm::log1p(-0.3)).abs() < 1e-13);
    }

    #[test]
    fn days_have_the_mean_and_the_variation_asked_for() {
        for cv2 in [0.01, 0.25, 2.0] {
            let mut days = Days::new(cv2, 9, 0);
            let n = 40_000_u64;
            let all: Vec<f64> = (0..n).map(|d| days.factor(d)).collect();
            let mean = all.iter().sum::<f64>() / n as f64;
            let variance = all.iter().map(|f| (f - mean) * (f - mean)).sum::<f64>() / n as f64;
            // Four standard errors of the mean; the variance's has kurtosis 3 + 6 cv².
            assert!((mean - 1.0).abs() < 4.0 * (cv2 / n as f64).sqrt(), "{cv2}: mean {mean}");
            let error = cv2 * ((2.0 + 6.0 * cv2) / n as f64).sqrt();
            assert!((variance - cv2).abs() < 4.0 * error, "{cv2}: variance {variance}");
            // A day keeps its factor, asked for in any order.
            assert_eq!(days.factor(17), all[17]);
            assert_ne!(Days::new(cv2, 9, 1).factor(17), all[17]);
        }
    }

    #[test]
    fn bursts_leave_the_mean_and_take_their_share_of_time() {
        let rule = Bursts { quiet: Span::from_minutes(300.0), lasts: Span::from_minutes(60.0), factor: 4.0 };
        assert!((rule.share() - 1.0 / 6.0).abs() < 1e-12);
        let end = 40_000.0 * 3600.0;
        let mut clock = BurstClock::new(rule, 3, 0);
        let (mut now, mut sum, mut busy, mut episodes) = (0.0, 0.0, 0.0, 0.0);
        while now < end {
            let (level, until) = clock.at(now);
            let length = until.min(end) - now;
            sum += level * length;
            busy += if level > 1.0 { length } else { 0.0 };
            episodes += f64::from(u8::from(level > 1.0));
            now += length;
        }
        // About 6,700 turns: the share of time is known to 1.2 %.
        assert!((busy / end * 6.0 - 1.0).abs() < 0.06, "{}", busy / end);
        assert!((sum / end - 1.0).abs() < 0.03, "{}", sum / end);
        assert!((episodes / (end / 21_600.0) - 1.0).abs() < 0.06, "{episodes}");
    }
}
