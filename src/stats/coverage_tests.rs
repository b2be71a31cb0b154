//! Do the intervals hold what they say? Each test repeats an experiment with a known truth 400 times, most of them queues
//! whose truth stands in `queueing`. Of 400 intervals that hold 95 % in the long run, between 92 and 98 % contain the truth
//! with a chance of 99.4 %; the seeds are fixed, so a test that passes keeps passing.

use super::queueing::{erlang_c, mmc_answered_within, mmc_mean_wait};
use super::*;
use crate::random::{Stream, normal_quantile};

const EXPERIMENTS: u32 = 400;

/// An M/M/c queue; times in seconds.
#[derive(Clone, Copy)]
struct Queue {
    servers: u32,
    per_second: f64,
    service: f64,
}

impl Queue {
    /// With one-second service on average and this share of capacity used.
    fn with_load(servers: u32, share: f64) -> Queue {
        Queue { servers, per_second: share * f64::from(servers), service: 1.0 }
    }

    fn mean_wait(&self) -> f64 {
        mmc_mean_wait(self.servers, self.per_second, self.service)
    }

    /// How many are in the system at a random moment: the inverse of the stationary distribution.
    fn in_system(&self, u: f64) -> usize {
        let (load, c) = (self.per_second * self.service, f64::from(self.servers));
        // P(exactly c in the system), from Erlang's C; then downwards to P(0), and up again.
        let full = erlang_c(self.servers, load) * (1.0 - load / c);
        let mut p = (1..=self.servers).rev().fold(full, |p, n| p * f64::from(n) / load);
        let (mut n, mut sum) = (0_usize, p);
        while u > sum && n < 100_000 {
            n += 1;
            p *= load / (n as f64).min(c);
            sum += p;
        }
        n
    }

    /// The waits of those who come within `horizon` seconds, first come first served: the recursion of Kiefer and Wolfowitz.
    /// A stationary start draws the number in the system; what is left of each service is exponential again.
    fn waits(&self, key: (u32, u32), horizon: f64, stationary: bool) -> Vec<f64> {
        let exponential = |u: f64, mean: f64| -mean * libm::log(u);
        let mut free = vec![0.0_f64; self.servers as usize];
        let mut seat = |at: f64, service: f64| {
            let next = (0..free.len()).min_by(|a, b| free[*a].total_cmp(&free[*b])).unwrap();
            let start = free[next].max(at);
            free[next] = start + service;
            start - at
        };
        let replication = key.0 * 10_000 + key.1;
        if stationary {
            let mut start = Stream::new(42, "start", replication);
            for _ in 0..self.in_system(start.uniform()) {
                seat(0.0, exponential(start.uniform(), self.service));
            }
        }
        // The same people come at the same times with the same wishes whatever the number of servers.
        let mut people = Stream::new(42, "people", replication);
        let mut waits = Vec::new();
        let mut at = 0.0;
        loop {
            at += exponential(people.uniform(), 1.0 / self.per_second);
            let service = exponential(people.uniform(), self.service);
            if at >= horizon {
                return waits;
            }
            waits.push(seat(at, service));
        }
    }

    /// Sum of the waits and number of people of a replication.
    fn total(&self, key: (u32, u32), horizon: f64) -> (f64, f64) {
        let waits = self.waits(key, horizon, true);
        (waits.iter().sum(), waits.len() as f64)
    }
}

/// The share of experiments, in percent, in which something came out as wanted.
fn percent(experiment: impl Fn(u32) -> bool) -> f64 {
    100.0 * f64::from((0..EXPERIMENTS).map(|e| u32::from(experiment(e))).sum::<u32>()) / f64::from(EXPERIMENTS)
}

fn contains(e: &Estimate, truth: f64) -> bool {
    e.low <= truth && truth <= e.high
}

fn assert_nominal(what: &str, covered: f64) {
    println!("{what}: {covered} %");
    assert!((92.0..=98.0).contains(&covered), "{what}: {covered} % of the intervals contain the truth");
}

#[test]
fn the_queue_of_these_tests_has_the_known_mean() {
    let queue = Queue::with_load(3, 0.8);
    let mut r = Replicated::new();
    (0..2000).for_each(|k| {
        let (x, y) = queue.total((9_000, k), 200.0);
        r.push(x, y);
    });
    let e = r.estimate(0.999).unwrap();
    assert!(contains(&e, queue.mean_wait()) && e.relative_precision() < 0.06, "{e:?} {}", queue.mean_wait());
}

#[test]
fn ratios_over_replications() {
    for (servers, share, horizon) in [(1, 0.5, 400.0), (3, 0.8, 1000.0), (8, 0.9, 1000.0)] {
        let queue = Queue::with_load(servers, share);
        let covered = percent(|e| {
            let mut r = Replicated::new();
            for k in 0..20 {
                let (x, y) = queue.total((e, k), horizon);
                r.push(x, y);
            }
            contains(&r.estimate(0.95).unwrap(), queue.mean_wait())
        });
        assert_nominal(&format!("mean wait, {servers} servers"), covered);
    }
}

#[test]
fn shares_over_replications() {
    for (servers, share, within) in [(2, 0.7, 0.5), (3, 0.8, 1.0), (3, 0.5, 1.0), (3, 0.3, 1.0)] {
        let queue = Queue::with_load(servers, share);
        let truth = mmc_answered_within(servers, queue.per_second, queue.service, within);
        let of = |e: u32, kind: fn(&Replicated, f64) -> Option<Estimate>| {
            let mut r = Replicated::new();
            for k in 0..20 {
                let waits = queue.waits((e, k), 300.0, true);
                r.push(waits.iter().filter(|w| **w <= within).count() as f64, waits.len() as f64);
            }
            contains(&kind(&r, 0.95).unwrap(), truth)
        };
        let t = percent(|e| of(e, Replicated::estimate));
        let wider = percent(|e| of(e, Replicated::proportion));
        println!("share {truth:.5} : t {t} % wider {wider} %");
    }
}

#[test]
fn paired_differences() {
    for (servers, share, horizon) in [(2, 0.7, 500.0), (5, 0.85, 1000.0)] {
        let few = Queue::with_load(servers, share);
        let more = Queue { servers: servers + 1, ..few };
        let truth = more.mean_wait() - few.mean_wait();
        let covered = percent(|e| {
            let mut p = PairedRatio::new();
            for k in 0..20 {
                p.push(few.total((e, k), horizon), more.total((e, k), horizon));
            }
            let d = p.estimate(0.95).unwrap();
            if e == 0 {
                println!("saved {:?} correlation {:?}", d.saved, d.correlation);
            }
            contains(&d.difference, truth)
        });
        assert_nominal(&format!("{servers} servers and one more"), covered);
    }
}

#[test]
fn one_long_run_from_empty() {
    for (servers, share, horizon) in [(1, 0.7, 30_000.0), (3, 0.8, 20_000.0)] {
        let queue = Queue::with_load(servers, share);
        let mut enough = 0;
        let covered = {
            let all: Vec<SteadyMean> =
                (0..EXPERIMENTS).map(|e| steady_mean(&queue.waits((e, 5000), horizon, false), 0.95).unwrap()).collect();
            enough += all.iter().filter(|s| s.long_enough()).count();
            let hits = all.iter().filter(|s| contains(&s.means.estimate, queue.mean_wait())).count();
            100.0 * hits as f64 / f64::from(EXPERIMENTS)
        };
        println!("long enough: {enough}");
        assert_nominal(&format!("one long run, {servers} servers"), covered);
    }
}

/// Runs until the rule says stop; the interval then, and the replications.
fn run_until(rule: &StoppingRule, one: impl Fn(u32) -> (f64, f64)) -> (Estimate, u64) {
    let mut r = Replicated::new();
    loop {
        let (x, y) = one(r.n() as u32);
        r.push(x, y);
        let e = r.estimate(rule.confidence).unwrap();
        if rule.decide(r.n(), &e) != Decision::GoOn {
            return (e, r.n());
        }
    }
}

#[test]
fn sequential_stopping() {
    for (first, step) in [(10, 1), (10, 10), (20, 10), (30, 10), (40, 20)] {
        for wanted in [0.6, 0.5, 0.4, 0.3, 0.2] {
            let rule = StoppingRule { first, step, ..StoppingRule::new(Precision::HalfWidth(wanted), 0.95, 10_000) };
            let n = std::cell::Cell::new(0);
            let covered = percent(|e| {
                let mut s = Stream::new(42, "stopping", e);
                let numbers: Vec<f64> = (0..400).map(|_| normal_quantile(s.uniform())).collect();
                let (e, k) = run_until(&rule, |k| (numbers[k as usize], 1.0));
                n.set(n.get() + k);
                contains(&e, 0.0)
            });
            println!("normal {first}+{step} {wanted}: {covered} mean n {}", n.get() as f64 / f64::from(EXPERIMENTS));
        }
    }
    let queue = Queue::with_load(2, 0.7);
    let truth = queue.mean_wait();
    for (first, step) in [(10, 1), (20, 10), (30, 10)] {
        for wanted in [0.3, 0.2, 0.15, 0.1] {
            let rule = StoppingRule { first, step, ..StoppingRule::new(Precision::Relative(wanted), 0.95, 10_000) };
            let n = std::cell::Cell::new(0);
            let covered = percent(|e| {
                let (e, k) = run_until(&rule, |k| queue.total((e, k), 200.0));
                n.set(n.get() + k);
                contains(&e, truth)
            });
            println!("queue {first}+{step} {wanted}: {covered} mean n {}", n.get() as f64 / f64::from(EXPERIMENTS));
        }
    }
}

#[test]
fn selection_of_normal_systems() {
    for (k, common, first) in [(2, 0.0, 10), (5, 0.0, 10), (5, 1.0, 10), (5, 1.0, 20), (8, 2.0, 20)] {
        let n = std::cell::Cell::new(0);
        let right = percent(|e| {
            let mut s = Stream::new(42, "selection", e);
            // The least favourable case: all others exactly the indifference zone behind.
            let mut kn = Kn::new(k, 0.5, 0.95, first, true).unwrap();
            let mut normal = || normal_quantile(s.uniform());
            while kn.state() == Selection::Undecided {
                let shared = common * normal();
                let all: Vec<f64> = (0..k)
                    .map(|i| shared + normal() * (1.0 + i as f64 / 4.0) + if i == 1 { 0.5 } else { 0.0 })
                    .collect();
                let row: Vec<f64> = kn.alive().iter().map(|i| all[*i]).collect();
                kn.push(&row).unwrap();
            }
            n.set(n.get() + kn.replications());
            kn.state() == Selection::Best(1)
        });
        println!("{k} systems, common {common}: {right} n {}", n.get() as f64 / f64::from(EXPERIMENTS));
        assert!(right >= 95.0);
    }
}

#[test]
fn selection_of_queues() {
    let base = Queue::with_load(3, 0.8);
    // One more server; faster service; both are compared with things as they are, and one less with faster service.
    let systems = [
        base,
        Queue { servers: 4, ..base },
        Queue { service: 0.9, ..base },
        Queue { service: 0.62, servers: 2, ..base },
    ];
    let truths = systems.map(|q| q.mean_wait());
    let mut order: Vec<usize> = (0..4).collect();
    order.sort_by(|a, b| truths[*a].total_cmp(&truths[*b]));
    let delta = truths[order[1]] - truths[order[0]];
    println!("{truths:?}");
    let n = std::cell::Cell::new(0);
    let right = percent(|e| {
        let mut kn = Kn::new(4, delta, 0.95, 10, false).unwrap();
        while kn.state() == Selection::Undecided {
            let k = kn.replications() as u32;
            let row: Vec<f64> = kn
                .alive()
                .iter()
                .map(|i| {
                    let (sum, _) = systems[*i].total((e, k), 100.0);
                    sum / (100.0 * base.per_second)
                })
                .collect();
            kn.push(&row).unwrap();
        }
        n.set(n.get() + kn.replications());
        kn.state() == Selection::Best(order[0])
    });
    println!("queues: {right} n {}", n.get() as f64 / f64::from(EXPERIMENTS));
    assert!(right >= 95.0);
}
