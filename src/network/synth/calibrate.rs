//! Makes published road distances come true: on the small graph of chains and expressways, the roads of the quickest
//! route between two places are lengthened or straightened until the route has the published length.

use super::chains::{Chain, End, Leg};
use super::paths::Class;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// A distance to be met, between two clusters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) km: f64,
}

#[derive(Clone, Copy)]
enum Which {
    Chain(usize),
    Leg(usize),
}

fn key(end: End) -> (u8, usize) {
    match end {
        End::Town { cluster, .. } => (0, cluster),
        End::Ring { hub, .. } => (1, hub),
        End::Cell(cell) => (2, cell),
    }
}

/// Least and greatest share by which calibration may change the length of an expressway's line.
const LEG_RANGE: (f64, f64) = (1.0, 1.6);
/// The same for other roads.
const CHAIN_RANGE: (f64, f64) = (1.0, 1.75);

/// How much slower than the best a route may be and still be fitted.
const RIVAL: f64 = 0.15;

/// Adjusts the factors of the roads on the wanted routes, in place.
pub(super) fn calibrate(chains: &mut [Chain], legs: &mut [Leg], speeds: &[f64], wanted: &[Wanted], rounds: usize) {
    if wanted.is_empty() {
        return;
    }
    let mut number: BTreeMap<(u8, usize), usize> = BTreeMap::new();
    let mut id = |k: (u8, usize)| {
        let next = number.len();
        *number.entry(k).or_insert(next)
    };
    let mut edges: Vec<(usize, usize, Which)> = Vec::new();
    for (i, c) in chains.iter().enumerate() {
        edges.push((id(key(c.from)), id(key(c.to)), Which::Chain(i)));
    }
    for (i, l) in legs.iter().enumerate() {
        edges.push((id((1, l.from)), id((1, l.to)), Which::Leg(i)));
    }
    let pairs: Vec<(usize, usize, f64)> = wanted.iter().map(|w| (id((0, w.from)), id((0, w.to)), w.km)).collect();
    let n = number.len();
    let mut around: Vec<Vec<(usize, usize)>> = vec![Vec::new(); n];
    for (e, (a, b, _)) in edges.iter().enumerate() {
        around[*a].push((*b, e));
        around[*b].push((*a, e));
    }
    for _ in 0..rounds {
        let metres: Vec<f64> = edges
            .iter()
            .map(|(_, _, w)| match w {
                Which::Chain(i) => chains[*i].base_m * chains[*i].factor,
                Which::Leg(i) => legs[*i].base_m * legs[*i].factor,
            })
            .collect();
        let seconds: Vec<f64> = edges
            .iter()
            .zip(&metres)
            .map(|((_, _, w), m)| match w {
                Which::Chain(i) => m * 3.6 / chains[*i].class.speed_kmh(),
                // Getting on and off takes a while.
                Which::Leg(i) => m * 3.6 / speeds[legs[*i].road] + 10.0,
            })
            .collect();
        let mut change: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for &(from, to, km) in &pairs {
            let Some(path) = quickest(&around, &seconds, from, to) else { continue };
            // The second-best route is fitted too: with slightly other speeds it would be the best.
            let mut dearer = seconds.clone();
            for e in &path {
                dearer[*e] *= 1.0 + RIVAL;
            }
            let rival = quickest(&around, &dearer, from, to).filter(|r| *r != path);
            let total = |path: &[usize]| path.iter().map(|e| seconds[*e]).sum::<f64>();
            let rival = rival.filter(|r| total(r) < total(&path) * (1.0 + RIVAL));
            for (path, share) in [(Some(path), 1.0), (rival, 0.6)] {
                let Some(path) = path else { continue };
                let measured: f64 = path.iter().map(|e| metres[*e]).sum::<f64>() / 1000.0;
                let ratio = (km / measured).clamp(0.7, 1.5);
                for e in path {
                    let slot = change.entry(e).or_insert((0.0, 0.0));
                    // Roads of several routes follow the one that is farthest off.
                    let weight = share * ((ratio - 1.0).abs() + 0.004);
                    slot.0 += ratio * weight;
                    slot.1 += weight;
                }
            }
        }
        for (e, (sum, n)) in change {
            let ratio = libm::sqrt(sum / n);
            match edges[e].2 {
                Which::Chain(i) if chains[i].class <= Class::Tertiary => {
                    let f = &mut chains[i].factor;
                    *f = (*f * ratio).clamp(CHAIN_RANGE.0, CHAIN_RANGE.1);
                }
                Which::Chain(_) => {}
                Which::Leg(i) => {
                    let f = &mut legs[i].factor;
                    *f = (*f * ratio).clamp(LEG_RANGE.0, LEG_RANGE.1);
                }
            }
        }
    }
}

/// The edges of the quickest route.
fn quickest(around: &[Vec<(usize, usize)>], seconds: &[f64], from: usize, to: usize) -> Option<Vec<usize>> {
    let mut best = vec![f64::INFINITY; around.len()];
    let mut via = vec![usize::MAX; around.len()];
    let mut before = vec![usize::MAX; around.len()];
    let mut heap = BinaryHeap::new();
    best[from] = 0.0;
    heap.push(Reverse((0_u64, from)));
    while let Some(Reverse((at, v))) = heap.pop() {
        if v == to {
            break;
        }
        if at > (best[v] * 1000.0) as u64 {
            continue;
        }
        for &(head, e) in &around[v] {
            let t = best[v] + seconds[e];
            if t < best[head] {
                best[head] = t;
                via[head] = e;
                before[head] = v;
                heap.push(Reverse(((t * 1000.0) as u64, head)));
            }
        }
    }
    if best[to].is_infinite() {
        return None;
    }
    let mut path = Vec::new();
    let mut v = to;
    while v != from {
        path.push(via[v]);
        v = before[v];
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::super::plane::P2;
    use super::*;

    #[test]
    fn route_is_stretched_to_the_published_length() {
        let chain = |from, to| Chain {
            from: End::Town { cluster: from, crossing: 0 },
            to: End::Town { cluster: to, crossing: 0 },
            class: Class::Primary,
            label: 0,
            base: vec![P2::new(0.0, 0.0), P2::new(10_000.0, 0.0)],
            base_m: 10_000.0,
            factor: 1.0,
            salt: 0,
        };
        let mut chains = vec![chain(0, 1), chain(1, 2)];
        let wanted = [Wanted { from: 0, to: 2, km: 26.0 }, Wanted { from: 0, to: 1, km: 12.0 }];
        calibrate(&mut chains, &mut [], &[], &wanted, 60);
        let km = |c: &Chain| c.base_m * c.factor / 1000.0;
        assert!((km(&chains[0]) - 12.0).abs() < 0.4 && (km(&chains[0]) + km(&chains[1]) - 26.0).abs() < 0.4);
    }
}
