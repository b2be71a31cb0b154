//! Do the intervals hold what they say? Each test repeats an experiment with a known truth 400 times, most of them queues
//! whose truth stands in `queueing`. Of 400 intervals that hold 95 % in the long run, between 92 and 98 % contain the truth
//! with a chance of 99.4 %; the seeds are fixed, so a test that passes keeps passing.
//!
//! The same with 4,000 experiments, once: means over replications 94.9, 94.2 and 93.2 %; shares 94.2 to 95.0 %; paired
//! differences 94.3 and 93.8 %; one long run 94.2 and 94.6 %; stopped figures 94.1 to 94.6 %. What is lacking is lost to
//! skewed replications: with 20 of 200 to 280 customers, intervals of mean waits hold 92 to 93 %.

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
    for (servers, share, horizon) in [(1, 0.5, 2000.0), (3, 0.8, 2000.0), (8, 0.9, 1000.0)] {
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
    for (servers, share, within) in [(2, 0.7, 0.5), (3, 0.8, 1.0), (3, 0.5, 1.0)] {
        let queue = Queue::with_load(servers, share);
        let truth = mmc_answered_within(servers, queue.per_second, queue.service, within);
        let shares: Vec<Replicated> = (0..EXPERIMENTS)
            .map(|e| {
                let mut r = Replicated::new();
                for k in 0..20 {
                    let waits = queue.waits((e, k), 300.0, true);
                    r.push(waits.iter().filter(|w| **w <= within).count() as f64, waits.len() as f64);
                }
                r
            })
            .collect();
        let t = percent(|e| contains(&shares[e as usize].estimate(0.95).unwrap(), truth));
        let wider = percent(|e| contains(&shares[e as usize].proportion(0.95).unwrap(), truth));
        println!("share {truth:.4} within {within} s: t alone {t} %");
        assert_nominal(&format!("share {truth:.4} within {within} s, wider of t and Wilson"), wider);
    }
}

/// Where hardly anything ever fails, t alone is sure of what it has not seen: in more than half of the experiments nothing failed.
/// Wilson's mends it, and is meant to err on the careful side: no upper limit here.
#[test]
fn rare_failures_of_independent_calls() {
    let share_of = |e: u32| {
        let mut s = Stream::new(42, "rare", e);
        let mut r = Replicated::new();
        for _ in 0..10 {
            let good = (0..30).filter(|_| s.uniform() < 0.998).count();
            r.push(good as f64, 30.0);
        }
        r
    };
    let t = percent(|e| contains(&share_of(e).estimate(0.95).unwrap(), 0.998));
    let wider = percent(|e| contains(&share_of(e).proportion(0.95).unwrap(), 0.998));
    println!("998 in 1,000: t alone {t} %, wider of t and Wilson {wider} %");
    assert!(t < 92.0 && wider >= 92.0, "{t} {wider}");
}

#[test]
fn paired_differences() {
    for (servers, share) in [(2, 0.7), (5, 0.85)] {
        let few = Queue::with_load(servers, share);
        let more = Queue { servers: servers + 1, ..few };
        let truth = more.mean_wait() - few.mean_wait();
        let saved = std::cell::Cell::new(0.0);
        let covered = percent(|e| {
            let mut p = PairedRatio::new();
            for k in 0..20 {
                p.push(few.total((e, k), 1000.0), more.total((e, k), 1000.0));
            }
            let d = p.estimate(0.95).unwrap();
            saved.set(saved.get() + d.saved.unwrap() / f64::from(EXPERIMENTS));
            contains(&d.difference, truth)
        });
        println!("variance saved on average: {:.2}", saved.get());
        assert!(saved.get() > 1.0);
        assert_nominal(&format!("{servers} servers and one more"), covered);
    }
}

#[test]
fn one_long_run_from_empty() {
    for (servers, share, horizon) in [(1, 0.7, 120_000.0), (3, 0.7, 60_000.0)] {
        let queue = Queue::with_load(servers, share);
        let runs: Vec<SteadyMean> =
            (0..EXPERIMENTS).map(|e| steady_mean(&queue.waits((e, 5000), horizon, false), 0.95).unwrap()).collect();
        let covered = percent(|e| contains(&runs[e as usize].means.estimate, queue.mean_wait()));
        let trusted = percent(|e| runs[e as usize].long_enough());
        println!("{servers} servers: {trusted} % say they are long enough");
        assert!(trusted > 90.0, "{trusted}");
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

/// Covered when stopped, in percent, and the mean number of replications.
fn stopped(rule: &StoppingRule, truth: f64, one: impl Fn(u32, u32) -> (f64, f64)) -> (f64, f64) {
    let runs: Vec<(Estimate, u64)> = (0..EXPERIMENTS).map(|e| run_until(rule, |k| one(e, k))).collect();
    let mean = runs.iter().map(|r| r.1).sum::<u64>() as f64 / f64::from(EXPERIMENTS);
    (percent(|e| contains(&runs[e as usize].0, truth)), mean)
}

#[test]
fn sequential_stopping_of_normal_figures() {
    for wanted in [0.4, 0.3, 0.2] {
        let rule = StoppingRule::new(Precision::HalfWidth(wanted), 0.95, 10_000);
        let (covered, n) =
            stopped(&rule, 0.0, |e, k| (normal_quantile(Stream::new(42, "stopping", e * 10_000 + k).uniform()), 1.0));
        assert_nominal(&format!("normal to ± {wanted}, {n} replications"), covered);
    }
}

#[test]
fn sequential_stopping_of_queues() {
    let queue = Queue::with_load(2, 0.7);
    for (precision, most) in [(Precision::Relative(0.1), 10_000), (Precision::HalfWidth(0.08), 10_000)] {
        let rule = StoppingRule::new(precision, 0.95, most);
        let (covered, n) = stopped(&rule, queue.mean_wait(), |e, k| queue.total((e, k), 1000.0));
        assert_nominal(&format!("queue to {precision:?}, {n} replications"), covered);
    }
}

/// At least 95 % are promised. Of 400, 92.5 % is what a procedure that holds 95 % falls below once in a hundred.
fn assert_selects(what: &str, right: f64) {
    println!("{what}: {right} % right");
    assert!(right >= 92.5, "{what}: only {right} % of the selections are right");
}

#[test]
fn selection_of_normal_systems() {
    for (systems, common, first) in [(2, 0.0, 10), (5, 0.0, 10), (5, 1.0, 10), (8, 2.0, 20)] {
        let right = percent(|e| {
            let mut s = Stream::new(42, "selection", e);
            let mut normal = || normal_quantile(s.uniform());
            // The least favourable case: all others exactly the indifference zone behind.
            let mut kn = Kn::new(systems, 0.5, 0.95, first, true).unwrap();
            while kn.state() == Selection::Undecided {
                let shared = common * normal();
                let all: Vec<f64> = (0..systems)
                    .map(|i| {
                        let unlike = 1.0 + i as f64 / 8.0;
                        unlike * (shared + normal()) + if i == 1 { 0.5 } else { 0.0 }
                    })
                    .collect();
                let row: Vec<f64> = kn.alive().iter().map(|i| all[*i]).collect();
                kn.push(&row).unwrap();
            }
            kn.state() == Selection::Best(1)
        });
        assert_selects(&format!("{systems} normal systems, common part {common}"), right);
    }
}

/// The service time at which so many servers have a mean wait, by bisection.
fn with_wait(servers: u32, per_second: f64, wanted: f64) -> Queue {
    let queue = |service: f64| Queue { servers, per_second, service };
    let (mut low, mut high) = (0.0, f64::from(servers) / per_second);
    for _ in 0..100 {
        let middle = (low + high) / 2.0;
        if queue(middle).mean_wait() < wanted { low = middle } else { high = middle }
    }
    queue(low)
}

#[test]
fn selection_of_queues() {
    // Least favourable again: the others wait exactly the indifference zone longer. With a first stage of 10 instead of 20,
    // 94.2 % of 4,000 selections are right instead of 97.7 %: the figures of such short replications are not normal.
    let (best, delta, horizon) = (0.5, 0.02, 200.0);
    let systems =
        [(2, best + delta), (4, best + delta), (3, best), (3, best + delta)].map(|(c, w)| with_wait(c, 2.4, w));
    assert!((systems[0].mean_wait() - 0.52).abs() < 1e-9 && (systems[2].mean_wait() - 0.5).abs() < 1e-9);
    let used = std::cell::Cell::new(0);
    let right = percent(|e| {
        let mut kn = Kn::new(4, delta, 0.95, 20, false).unwrap();
        while kn.state() == Selection::Undecided {
            let k = kn.replications() as u32;
            // Over the expected number of people, so that its mean is the mean wait exactly.
            let figure = |i: &usize| systems[*i].total((e, k), horizon).0 / (horizon * 2.4);
            let row: Vec<f64> = kn.alive().iter().map(figure).collect();
            kn.push(&row).unwrap();
        }
        used.set(used.get() + kn.replications());
        kn.state() == Selection::Best(2)
    });
    assert_selects(&format!("four queues, {} replications", used.get() as f64 / f64::from(EXPERIMENTS)), right);
}
