//! Closed forms of queueing theory: the truth that simulated queues are tested against.

/// Erlang's B formula: the chance that all `servers` are busy when lost calls leave, offered load `load` in erlangs.
///
/// The stable recursion `B(0) = 1`, `B(k) = a B(k−1) / (k + a B(k−1))`.
pub fn erlang_b(servers: u32, load: f64) -> f64 {
    (1..=servers).fold(1.0, |b, k| load * b / (f64::from(k) + load * b))
}

/// Erlang's C formula: the chance that a call has to wait when callers wait for ever; 1 when overloaded.
pub fn erlang_c(servers: u32, load: f64) -> f64 {
    let c = f64::from(servers);
    if load >= c {
        return 1.0;
    }
    let b = erlang_b(servers, load);
    b / (1.0 - load / c * (1.0 - b))
}

/// Share of calls answered within `within_s` in an M/M/c queue: `1 − C e^{−(c − a) t / s}` with mean service `s`.
pub fn mmc_answered_within(servers: u32, calls_per_s: f64, service_s: f64, within_s: f64) -> f64 {
    let load = calls_per_s * service_s;
    if load >= f64::from(servers) {
        return 0.0;
    }
    1.0 - erlang_c(servers, load) * libm::exp(-(f64::from(servers) - load) * within_s / service_s)
}

/// Mean wait in an M/M/c queue, seconds; infinite when overloaded.
pub fn mmc_mean_wait(servers: u32, calls_per_s: f64, service_s: f64) -> f64 {
    let load = calls_per_s * service_s;
    if load >= f64::from(servers) {
        return f64::INFINITY;
    }
    erlang_c(servers, load) * service_s / (f64::from(servers) - load)
}

/// Mean wait in an M/G/1 queue, seconds (Pollaczek–Khinchine); `service_scv` is variance / mean² of service.
pub fn mg1_mean_wait(calls_per_s: f64, service_s: f64, service_scv: f64) -> f64 {
    let rho = calls_per_s * service_s;
    if rho >= 1.0 { f64::INFINITY } else { rho * service_s * (1.0 + service_scv) / (2.0 * (1.0 - rho)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // M/M/1: C = rho, mean wait = rho s / (1 - rho).
        assert!((erlang_c(1, 0.5) - 0.5).abs() < 1e-12);
        assert!((mmc_mean_wait(1, 0.5, 1.0) - 1.0).abs() < 1e-12);
        assert!((mg1_mean_wait(0.5, 1.0, 1.0) - 1.0).abs() < 1e-12);
        // Two servers, one erlang: B = 0.2, C = 1/3.
        assert!((erlang_b(2, 1.0) - 0.2).abs() < 1e-12);
        assert!((erlang_c(2, 1.0) - 1.0 / 3.0).abs() < 1e-12);
    }
}
