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

/// Mean wait of each class, seconds, when `servers` take the most urgent class first and never interrupt a job: classes
/// from the most urgent with their calls per second, one exponential service for all. Infinite from the class on that
/// overloads the servers.
///
/// `W_k = C s / c / ((1 − σ_{k−1})(1 − σ_k))` with `σ_k` the load per server of the classes up to `k` and `C` Erlang's C of
/// all classes: A. Cobham, Operations Research 2 (1954) 70–76; Kella and Yechiali, Management Science 31 (1985).
pub fn mmc_priority_mean_waits(servers: u32, calls_per_s: &[f64], service_s: f64) -> Vec<f64> {
    let c = f64::from(servers);
    let load: f64 = calls_per_s.iter().sum::<f64>() * service_s;
    let residual = erlang_c(servers, load) * service_s / c;
    let mut above = 0.0;
    let wait = |rate: &f64| {
        let (before, with) = (1.0 - above, 1.0 - above - rate * service_s / c);
        above += rate * service_s / c;
        if with <= 0.0 { f64::INFINITY } else { residual / (before * with) }
    };
    calls_per_s.iter().map(wait).collect()
}

/// The chance of exactly `n` of a Poisson number: of an M/G/∞ system that `n` are busy at a random moment, whatever the
/// service, `mean` being the load (Takács, Introduction to the Theory of Queues, 1962, chapter 3).
pub fn poisson(n: u32, mean: f64) -> f64 {
    libm::exp(f64::from(n) * libm::log(mean) - mean - libm::lgamma(f64::from(n) + 1.0))
}

/// A queue whose callers lose patience, see [`erlang_a`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangA {
    /// Chance that a caller finds all servers busy.
    pub waits: f64,
    /// Chance that a caller hangs up before being served.
    pub hangs_up: f64,
    /// Mean time in the queue of all callers, whether served or not, seconds.
    pub mean_wait_s: f64,
}

/// M/M/c+M: callers wait for an exponential time of mean `patience_s` at most (C. Palm 1946; Mandelbaum and Zeltyn, "Service
/// engineering in action: the Palm/Erlang-A queue", 2007). Solves the balance of births and deaths directly.
pub fn erlang_a(servers: u32, calls_per_s: f64, service_s: f64, patience_s: f64) -> ErlangA {
    let c = f64::from(servers);
    // Weights relative to the state in which all servers are busy and nobody waits; that one is a maximum or near one.
    let (mut below, mut weight) = (0.0, 1.0);
    for n in (1..=servers).rev() {
        weight *= f64::from(n) / service_s / calls_per_s;
        below += weight;
    }
    let (mut waiting, mut queue, mut weight, mut n) = (1.0, 0.0, 1.0, 0.0);
    while weight > 1e-18 * waiting || calls_per_s > c / service_s + n / patience_s {
        n += 1.0;
        weight *= calls_per_s / (c / service_s + n / patience_s);
        waiting += weight;
        queue += n * weight;
    }
    let mean_queue = queue / (below + waiting);
    ErlangA {
        waits: waiting / (below + waiting),
        hangs_up: mean_queue / patience_s / calls_per_s,
        mean_wait_s: mean_queue / calls_per_s,
    }
}

/// Mean wait in an M/D/c queue, seconds; infinite when overloaded.
///
/// Exact but for rounding: who is in service now is gone one service later, and who comes meanwhile is a Poisson number, so
/// `N(t + s) = max(N(t) − c, 0) + A` (C. D. Crommelin, Post Office Electrical Engineers' Journal 25 (1932) 41–50; H. Tijms, A
/// First Course in Stochastic Models, 2003, section 9.6.2). The stationary law of that chain is found by repeating the step.
pub fn mdc_mean_wait(servers: u32, calls_per_s: f64, service_s: f64) -> f64 {
    let load = calls_per_s * service_s;
    let c = servers as usize;
    if load >= c as f64 {
        return f64::INFINITY;
    }
    // The queue's tail falls at least as fast as that of M/M/c: by the load per server with each place.
    let tail = (libm::log(1e-16) / libm::log(load / c as f64)).ceil() as usize;
    let mut come: Vec<f64> = Vec::new();
    while come.len() <= load as usize || come.last().is_some_and(|p| *p > 1e-18) {
        come.push(poisson(come.len() as u32, load));
    }
    let states = c + tail.max(1) + come.len();
    let mut now = vec![0.0; states];
    now[load as usize] = 1.0;
    let mut next = vec![0.0; states];
    for _ in 0..1_000_000 {
        next.fill(0.0);
        for (n, p) in now.iter().enumerate().filter(|(_, p)| **p > 0.0) {
            let left = n.saturating_sub(c);
            for (slot, a) in next[left..].iter_mut().zip(&come) {
                *slot += p * a;
            }
        }
        let sum: f64 = next.iter().sum();
        next.iter_mut().for_each(|p| *p /= sum);
        let change: f64 = next.iter().zip(&now).map(|(a, b)| (a - b).abs()).sum();
        std::mem::swap(&mut now, &mut next);
        if change < 1e-14 {
            break;
        }
    }
    let queue: f64 = now.iter().enumerate().skip(c).map(|(n, p)| (n - c) as f64 * p).sum();
    queue / calls_per_s
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, wanted: f64, relative: f64) {
        assert!((got - wanted).abs() <= relative * wanted.abs().max(1e-9), "{got} against {wanted}");
    }

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

    #[test]
    fn the_forms_agree_where_they_meet() {
        for (c, load) in [(1, 0.3), (2, 1.5), (5, 4.0), (12, 10.0)] {
            // One class is no class; the classes' waits weighted by their calls are that of a queue in order of arrival.
            near(mmc_priority_mean_waits(c, &[load], 1.0)[0], mmc_mean_wait(c, load, 1.0), 1e-12);
            let rates = [0.5 * load, 0.3 * load, 0.2 * load];
            let waits = mmc_priority_mean_waits(c, &rates, 1.0);
            let mean = rates.iter().zip(&waits).map(|(r, w)| r * w).sum::<f64>() / load;
            near(mean, mmc_mean_wait(c, load, 1.0), 1e-12);
            assert!(waits[0] < waits[1] && waits[1] < waits[2]);
            // Endless patience is Erlang's C, none at all his B.
            let patient = erlang_a(c, load, 1.0, 1e7);
            near(patient.waits, erlang_c(c, load), 1e-4);
            near(patient.mean_wait_s, mmc_mean_wait(c, load, 1.0), 1e-4);
            near(erlang_a(c, load, 1.0, 1e-9).hangs_up, erlang_b(c, load), 1e-6);
            // What is not lost is served: with patience as long as service, M/M/c+M is M/M/∞ in its number of people.
            let even = erlang_a(c, load, 1.0, 1.0);
            near(even.waits, 1.0 - (0..c).map(|n| poisson(n, load)).sum::<f64>(), 1e-9);
        }
        // Constant service: one server is Pollaczek-Khinchine, and the wait is never above that of exponential service.
        near(mdc_mean_wait(1, 0.7, 1.0), mg1_mean_wait(0.7, 1.0, 0.0), 1e-9);
        near(mdc_mean_wait(3, 2.0 / 60.0, 60.0), 60.0 * mdc_mean_wait(3, 2.0, 1.0), 1e-9);
        assert!(mdc_mean_wait(4, 3.6, 1.0) < mmc_mean_wait(4, 3.6, 1.0));
        assert_eq!(mdc_mean_wait(2, 2.0, 1.0), f64::INFINITY);
    }

    /// The tables other people computed, where they are at hand.
    #[test]
    fn agrees_with_the_oracles() {
        let Some(oracles) = crate::stats::oracle_file("oracles.json") else { return };
        let number = |v: &serde_json::Value, key: &str| v[key].as_f64().unwrap();
        let rows = |key: &str| oracles[key].as_array().unwrap().clone();
        for row in rows("erlang") {
            let (c, load) = (number(&row, "c") as u32, number(&row, "A"));
            near(erlang_b(c, load), number(&row, "erlangB"), 1e-9);
            near(erlang_c(c, load), number(&row, "Pwait"), 1e-9);
            near(mmc_mean_wait(c, load, 1.0), number(&row, "Wq_over_service"), 1e-9);
        }
        for row in rows("seats_for_95pct_in_10s") {
            let (rate, service) = (number(&row, "calls_per_hour") / 3600.0, number(&row, "aht_s"));
            let seats = number(&row, "seats") as u32;
            near(mmc_answered_within(seats, rate, service, 10.0), number(&row, "SL10"), 1e-9);
            near(mmc_mean_wait(seats, rate, service), number(&row, "ASA_s"), 1e-9);
        }
        for row in rows("mg1") {
            near(mg1_mean_wait(number(&row, "rho"), 1.0, number(&row, "scv")), number(&row, "Wq_over_service"), 1e-9);
        }
        for row in rows("mmc_priority") {
            let rates: Vec<f64> = row["lam"].as_array().unwrap().iter().map(|r| r.as_f64().unwrap()).collect();
            let waits = mmc_priority_mean_waits(number(&row, "c") as u32, &rates, 1.0);
            for (got, wanted) in waits.iter().zip(row["Wq_by_class"].as_array().unwrap()) {
                near(*got, wanted.as_f64().unwrap(), 1e-9);
            }
        }
        for row in rows("mdc") {
            let c = number(&row, "c");
            near(mdc_mean_wait(c as u32, number(&row, "rho") * c, 1.0), number(&row, "Wq_over_service"), 1e-7);
        }
    }
}
