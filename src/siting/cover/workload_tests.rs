//! The approximate hypercube against exact chains.

use super::*;
use crate::random::Stream;

/// The exact loss model by its 2^N states: units of stations numbered one after another, each with its own mean service
/// time; among free units of a station the one with the lowest number goes.
fn exact_loss(units: &[u32], calls: &[CallsFrom]) -> (Vec<f64>, f64, Vec<Vec<f64>>) {
    let home: Vec<usize> = units.iter().enumerate().flat_map(|(s, u)| vec![s; *u as usize]).collect();
    let (n, full) = (home.len(), (1_usize << home.len()) - 1);
    let goes = |state: usize, c: &CallsFrom| {
        c.order.iter().find_map(|s| (0..n).find(|u| home[*u] == *s && state >> u & 1 == 0))
    };
    let total: f64 = calls.iter().map(|c| c.rate).sum();
    let mut p = vec![1.0 / (full + 1) as f64; full + 1];
    for _ in 0..20_000 {
        let mut into = vec![0.0; full + 1];
        for state in 0..=full {
            for c in calls {
                if let Some(unit) = goes(state, c) {
                    into[state | 1 << unit] += p[state] * c.rate;
                }
            }
            for unit in (0..n).filter(|u| state >> u & 1 == 1) {
                into[state & !(1 << unit)] += p[state] / calls[0].service[home[unit]];
            }
        }
        let mut change: f64 = 0.0;
        for state in 0..=full {
            let back: f64 = (0..n).filter(|u| state >> u & 1 == 1).map(|u| 1.0 / calls[0].service[home[u]]).sum();
            let out = back + if state == full { 0.0 } else { total };
            let new = 0.5 * p[state] + 0.5 * into[state] / out;
            change = change.max((new - p[state]).abs());
            p[state] = new;
        }
        let sum: f64 = p.iter().sum();
        p.iter_mut().for_each(|x| *x /= sum);
        if change < 1e-13 {
            break;
        }
    }
    let mut busy = vec![0.0; units.len()];
    for (unit, s) in home.iter().enumerate() {
        let share: f64 = (0..=full).filter(|x| x >> unit & 1 == 1).map(|x| p[x]).sum();
        busy[*s] += share / f64::from(units[*s]);
    }
    let shares = calls.iter().map(|c| {
        let mut row = vec![0.0; units.len()];
        for (state, chance) in p.iter().enumerate().take(full) {
            if let Some(unit) = goes(state, c) {
                row[home[unit]] += chance;
            }
        }
        row
    });
    (busy, p[full], shares.collect())
}

fn random_calls(seed: u64, stations: usize, load: f64, service: &[f64]) -> Vec<CallsFrom> {
    let mut s = Stream::new(seed, "random calls", 0);
    let mut calls: Vec<CallsFrom> = (0..4 * stations)
        .map(|_| {
            let mut order: Vec<usize> = (0..stations).collect();
            for i in (1..stations).rev() {
                order.swap(i, s.below(i + 1));
            }
            CallsFrom { rate: 0.2 + s.uniform(), order, service: service.to_vec() }
        })
        .collect();
    let total: f64 = calls.iter().map(|c| c.rate).sum();
    calls.iter_mut().for_each(|c| c.rate *= load / total);
    calls
}

#[test]
fn alike_units_are_exact() {
    // Every list alike in the mean: by symmetry M/M/N/N.
    let calls: Vec<CallsFrom> = (0..3)
        .map(|i| CallsFrom { rate: 0.5, order: vec![i, (i + 1) % 3, (i + 2) % 3], service: vec![1.0; 3] })
        .collect();
    let found = workloads(&[1, 1, 1], &calls, AllBusy::Lost).unwrap();
    // Erlang's loss for 3 units and a load of 1.5: (1.5³/6) / (1 + 1.5 + 1.125 + 0.5625).
    let loss = 0.5625 / 4.1875;
    assert!((found.all_busy - loss).abs() < 1e-9);
    for b in &found.busy {
        assert!((b - 1.5 * (1.0 - loss) / 3.0).abs() < 1e-9);
    }
    let row = &found.shares[0];
    assert!((row.iter().sum::<f64>() - (1.0 - loss)).abs() < 1e-9);
    assert!((row[0] - (1.0 - found.busy[0])).abs() < 1e-9);
}

#[test]
fn near_the_exact_chain_for_up_to_eight_units() {
    let mut worst_busy: f64 = 0.0;
    let mut worst_share: f64 = 0.0;
    for (seed, units) in [
        (1, vec![1, 1, 1]),
        (2, vec![1; 5]),
        (3, vec![1; 8]),
        (4, vec![2, 1, 1]),
        (5, vec![2, 2, 3, 1]),
        (6, vec![3, 0, 2]),
    ] {
        for load in [0.2, 0.5, 0.9] {
            let count: u32 = units.iter().sum();
            let mut s = Stream::new(seed, "service", 0);
            let service: Vec<f64> = units.iter().map(|_| 0.8 + 0.4 * s.uniform()).collect();
            let calls = random_calls(seed, units.len(), load * f64::from(count), &service);
            let (busy, full, shares) = exact_loss(&units, &calls);
            let found = workloads(&units, &calls, AllBusy::Lost).unwrap();
            assert!(found.settled);
            assert!((found.all_busy - full).abs() < 0.01, "{} {full}", found.all_busy);
            for (a, b) in found.busy.iter().zip(&busy) {
                worst_busy = worst_busy.max((a - b).abs());
            }
            for (a, b) in found.shares.iter().flatten().zip(shares.iter().flatten()) {
                worst_share = worst_share.max((a - b).abs());
            }
        }
    }
    println!("worst workload off by {worst_busy:.4}, worst share by {worst_share:.4}");
    assert!(worst_busy < 0.02 && worst_share < 0.03, "{worst_busy} {worst_share}");
}

#[test]
fn near_the_exact_hypercube_where_calls_wait() {
    use crate::stats::hypercube::{Atom, Hypercube};
    let mut worst: f64 = 0.0;
    for (seed, n) in [(1, 3_usize), (2, 5), (3, 8)] {
        for load in [0.3, 0.6, 0.85] {
            let calls = random_calls(seed, n, load * n as f64, &vec![1.0; n]);
            let atoms: Vec<Atom> = calls.iter().map(|c| Atom { rate: c.rate, order: c.order.clone() }).collect();
            let exact = Hypercube::solve(n, 1.0, &atoms).unwrap();
            let found = workloads(&vec![1; n], &calls, AllBusy::Waits).unwrap();
            assert!(found.settled);
            for (a, b) in found.busy.iter().zip(&exact.workloads) {
                worst = worst.max((a - b).abs());
            }
        }
    }
    println!("worst workload off by {worst:.4}");
    assert!(worst < 0.02, "{worst}");
}

#[test]
fn overload_and_emptiness_have_no_answer() {
    let calls = random_calls(1, 2, 3.0, &[1.0, 1.0]);
    assert!(workloads(&[1, 1], &calls, AllBusy::Waits).is_none());
    assert!(workloads(&[1, 1], &calls, AllBusy::Lost).is_some());
    assert!(workloads(&[0, 0], &calls, AllBusy::Lost).is_none());
    assert!(workloads(&[1, 1], &[], AllBusy::Lost).is_none());
}
