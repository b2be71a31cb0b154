//! The first two derivatives of the logarithm of the gamma function.

/// `ψ(x)` for x above zero: recurrence up to 10, then the asymptotic series (Abramowitz and Stegun 6.3.5, 6.3.18).
pub(super) fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 10.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = y
        * (1.0 / 12.0
            - y * (1.0 / 120.0 - y * (1.0 / 252.0 - y * (1.0 / 240.0 - y * (1.0 / 132.0 - y * 691.0 / 32760.0)))));
    sum + libm::log(x) - 0.5 / x - series
}

/// `ψ′(x)` for x above zero (Abramowitz and Stegun 6.4.6, 6.4.12).
pub(super) fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 10.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series =
        1.0 / 6.0 - y * (1.0 / 30.0 - y * (1.0 / 42.0 - y * (1.0 / 30.0 - y * (5.0 / 66.0 - y * 691.0 / 2730.0))));
    sum + 1.0 / x + y / 2.0 + series * y / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_gamma() {
        // ψ(1) = −γ, ψ(1/2) = −γ − 2 ln 2; ψ′(1) = π²/6, ψ′(1/2) = π²/2.
        let euler = 0.577_215_664_901_532_9;
        let pi2 = std::f64::consts::PI.powi(2);
        for (got, wanted) in [
            (digamma(1.0), -euler),
            (digamma(0.5), -euler - 2.0 * std::f64::consts::LN_2),
            (trigamma(1.0), pi2 / 6.0),
            (trigamma(0.5), pi2 / 2.0),
        ] {
            assert!((got - wanted).abs() < 1e-13, "{got} against {wanted}");
        }
    }
}
