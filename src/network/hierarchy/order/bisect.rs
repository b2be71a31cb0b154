//! Recursive bisection of the core: cells, their separators, and where they stand in the order.

use super::Tuning;
use super::flow::{Flow, Side};
use super::graph::{Graph, NONE, Place};
use super::leaf;
use super::reduce::Core;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Directions (weights of x and y) that places are projected on, the most telling first.
pub(super) const DIRECTIONS: [(i32, i32); 8] = [(1, 0), (0, 1), (1, 1), (1, -1), (2, 1), (1, -2), (2, -1), (1, 2)];

/// From this many nodes on, the halves of a cell are worth a task of their own.
const PARALLEL_CELLS: usize = 1_000;

/// From this many nodes on, so are the attempts at a separator.
const PARALLEL_ATTEMPTS: usize = 20_000;

/// A part of the core between separators.
struct Cell {
    /// Its nodes by their number in the core, ascending.
    nodes: Vec<u32>,
    /// The edges within.
    graph: Graph,
}

struct Shared<'a> {
    core: &'a Graph,
    places: Vec<Place>,
    weights: &'a [u32],
    tuning: Tuning,
}

/// Orders the core into `out` (numbers of the full graph); `places` are those of the full graph.
pub(super) fn order_core(core: &Core, places: &[Place], out: &mut [u32], tuning: &Tuning) {
    let tuning = Tuning {
        directions: tuning.directions.clamp(1, DIRECTIONS.len()),
        leaf: tuning.leaf.clamp(2, leaf::LARGEST),
        ..*tuning
    };
    let places = core.nodes.iter().map(|v| places[*v as usize]).collect();
    let shared = Shared { core: &core.graph, places, weights: &core.weights, tuning };
    let all = Cell { nodes: (0..core.nodes.len() as u32).collect(), graph: core.graph.clone() };
    order_parts(&shared, all, out);
    for node in out {
        *node = core.nodes[*node as usize];
    }
}

/// Orders a cell that may have fallen to pieces: one connected piece after the other.
fn order_parts(shared: &Shared, cell: Cell, out: &mut [u32]) {
    if cell.nodes.len() <= shared.tuning.leaf {
        leaf::order(shared.core, &cell.nodes, out);
        return;
    }
    let (labels, parts) = components(&cell.graph);
    if parts == 1 {
        order_cell(shared, cell, out);
        return;
    }
    let mut sizes = vec![0_usize; parts];
    labels.iter().for_each(|l| sizes[*l as usize] += 1);
    let cells = split(&cell, &labels, &sizes);
    drop(cell);
    order_all(shared, cells, out);
}

/// Orders connected cells, in halves by number so that their tasks are balanced.
fn order_all(shared: &Shared, mut cells: Vec<Cell>, out: &mut [u32]) {
    if out.len() < PARALLEL_CELLS || cells.len() < 2 {
        let mut rest = out;
        for cell in cells {
            let (here, after) = rest.split_at_mut(cell.nodes.len());
            if cell.nodes.len() <= shared.tuning.leaf {
                leaf::order(shared.core, &cell.nodes, here);
            } else {
                order_cell(shared, cell, here);
            }
            rest = after;
        }
        return;
    }
    let second = cells.split_off(cells.len() / 2);
    let (here, after) = out.split_at_mut(cells.iter().map(|c| c.nodes.len()).sum());
    rayon::join(|| order_all(shared, cells, here), || order_all(shared, second, after));
}

/// Orders a connected cell: separator last, the sides before it.
fn order_cell(shared: &Shared, cell: Cell, out: &mut [u32]) {
    let size = cell.nodes.len();
    let best = separate(shared, &cell);
    let labels: Vec<u32> = best
        .sides
        .iter()
        .map(|s| match s {
            Side::Source => 0,
            Side::Sink => 1,
            Side::Middle => NONE,
        })
        .collect();
    let (sides, top) = out.split_at_mut(best.counts[0] + best.counts[1]);
    let separator = cell.nodes.iter().zip(&labels).filter(|(_, l)| **l == NONE).map(|(v, _)| *v);
    for (slot, node) in top.iter_mut().zip(separator) {
        *slot = node;
    }
    let mut halves = split(&cell, &labels, &best.counts);
    drop((cell, labels));
    let (Some(b), Some(a)) = (halves.pop(), halves.pop()) else { return };
    let (out_a, out_b) = sides.split_at_mut(best.counts[0]);
    if size >= PARALLEL_CELLS {
        rayon::join(|| order_parts(shared, a, out_a), || order_parts(shared, b, out_b));
    } else {
        order_parts(shared, a, out_a);
        order_parts(shared, b, out_b);
    }
}

/// The connected piece of every node, and how many there are.
fn components(graph: &Graph) -> (Vec<u32>, usize) {
    let mut label = vec![NONE; graph.nodes()];
    let mut parts = 0;
    let mut stack = Vec::new();
    for start in 0..graph.nodes() as u32 {
        if label[start as usize] != NONE {
            continue;
        }
        label[start as usize] = parts;
        stack.push(start);
        while let Some(v) = stack.pop() {
            for &near in graph.row(v) {
                if label[near as usize] == NONE {
                    label[near as usize] = parts;
                    stack.push(near);
                }
            }
        }
        parts += 1;
    }
    (label, parts as usize)
}

/// The cells of the labels 0, 1, …; nodes labelled [`NONE`] and their edges fall away.
fn split(cell: &Cell, labels: &[u32], sizes: &[usize]) -> Vec<Cell> {
    let mut number = vec![NONE; labels.len()];
    let mut cells: Vec<Cell> = sizes
        .iter()
        .map(|size| {
            let graph = Graph { first: Vec::with_capacity(size + 1), adjacent: Vec::with_capacity(size * 3) };
            Cell { nodes: Vec::with_capacity(*size), graph }
        })
        .collect();
    for (v, label) in labels.iter().enumerate() {
        if let Some(cells) = cells.get_mut(*label as usize) {
            number[v] = cells.nodes.len() as u32;
            cells.nodes.push(cell.nodes[v]);
        }
    }
    for (v, label) in labels.iter().enumerate() {
        let Some(part) = cells.get_mut(*label as usize) else { continue };
        part.graph.first.push(part.graph.adjacent.len() as u32);
        let within = cell.graph.row(v as u32).iter().filter(|n| labels[**n as usize] == *label);
        part.graph.adjacent.extend(within.map(|n| number[*n as usize]));
    }
    for part in &mut cells {
        part.graph.first.push(part.graph.adjacent.len() as u32);
    }
    cells
}

/// A separator found by one attempt.
struct Separator {
    sides: Vec<Side>,
    /// Nodes on the sources' and on the sinks' side.
    counts: [usize; 2],
    /// What they weigh.
    weights: [u64; 2],
    size: usize,
    /// Which attempt: the earlier one wins among equals.
    attempt: usize,
}

impl Separator {
    /// Whether this one is to be preferred: fewer separator nodes per product of the sides' weights.
    ///
    /// Every node of a cell gets its separator above it, and then that of its half. Where separators grow like
    /// n^0.4, the nodes above a node come to `size / (1 - p^1.4 - q^1.4)` for halves of the shares p and q, and that
    /// is very nearly proportional to `size / (p q)`.
    fn better_than(&self, other: &Separator) -> bool {
        let ours = self.size as u128 * other.product();
        let theirs = other.size as u128 * self.product();
        // Without a side there is no product, and no reason to prefer it.
        match (self.product(), other.product()) {
            (0, 0) => (self.size, self.attempt) < (other.size, other.attempt),
            _ => (ours, self.attempt) < (theirs, other.attempt),
        }
    }

    fn product(&self) -> u128 {
        u128::from(self.weights[0]) * u128::from(self.weights[1])
    }

    /// The largest separator that could still be as good as this one, if it halved a cell of this weight.
    fn most(&self, weight: u64) -> usize {
        let most = (self.size as u128 * u128::from(weight).pow(2)).checked_div(4 * self.product());
        most.and_then(|m| usize::try_from(m).ok()).unwrap_or(usize::MAX)
    }
}

/// The best separator of a connected cell over all directions and shares.
fn separate(shared: &Shared, cell: &Cell) -> Separator {
    // An attempt that can only be worse than the best so far is given up; what is as good is finished, so the winner
    // does not depend on which was faster.
    let bound = AtomicUsize::new(usize::MAX);
    let shares = shared.tuning.terminal_percent;
    let all = shared.tuning.directions;
    let weight_of = |v: &u32| u64::from(shared.weights[*v as usize]);
    let total: u64 = cell.nodes.iter().map(weight_of).sum();
    let one = |directions: std::ops::Range<usize>| {
        let mut flow = Flow::default();
        let mut terminals = Vec::new();
        let mut keys = Vec::new();
        let mut sides = Vec::new();
        let mut best: Option<Separator> = None;
        let attempts = directions.flat_map(|d| (0..shares.len()).map(move |s| (d, s)));
        for (direction, share) in attempts {
            if share == 0 {
                sort_along(shared, cell, DIRECTIONS[direction], &mut keys);
            }
            choose_terminals(shared, cell, &keys, shares[share], &mut terminals);
            let Some(size) = flow.run(&cell.graph, &terminals, || bound.load(Ordering::Relaxed)) else { continue };
            for near_sinks in [true, false] {
                let counts = if near_sinks {
                    flow.near_sinks(&terminals, &mut sides)
                } else {
                    flow.near_sources(&cell.graph, &terminals, &mut sides)
                };
                let mut weights = [0; 2];
                for (side, node) in sides.iter().zip(&cell.nodes) {
                    match side {
                        Side::Source => weights[0] += weight_of(node),
                        Side::Sink => weights[1] += weight_of(node),
                        Side::Middle => {}
                    }
                }
                let attempt = (direction * shares.len() + share) * 2 + usize::from(!near_sinks);
                debug_assert_eq!(size + counts[0] + counts[1], cell.nodes.len());
                let found = Separator { sides: std::mem::take(&mut sides), counts, weights, size, attempt };
                if best.as_ref().is_none_or(|b| found.better_than(b)) {
                    bound.fetch_min(found.most(total), Ordering::Relaxed);
                    if let Some(old) = best.replace(found) {
                        sides = old.sides;
                    }
                } else {
                    sides = found.sides;
                }
            }
        }
        best
    };
    let (first, second) = if cell.nodes.len() >= PARALLEL_ATTEMPTS && all > 1 {
        rayon::join(|| one(0..all / 2), || one(all / 2..all))
    } else {
        (one(0..all), None)
    };
    // The best attempt is never given up, so there always is one; without any, the whole cell would be a separator.
    let whole = || Separator {
        sides: vec![Side::Middle; cell.nodes.len()],
        counts: [0, 0],
        weights: [0, 0],
        size: cell.nodes.len(),
        attempt: 0,
    };
    first.into_iter().chain(second).reduce(|a, b| if b.better_than(&a) { b } else { a }).unwrap_or_else(whole)
}

/// Sorts the nodes of a cell along a direction: keys whose lower half is the position in the cell.
fn sort_along(shared: &Shared, cell: &Cell, (a, b): (i32, i32), keys: &mut Vec<u64>) {
    keys.clear();
    keys.extend(cell.nodes.iter().enumerate().map(|(i, v)| {
        let place = shared.places[*v as usize];
        // Twice 1.8e8 and 0.9e8 fit; flipping the sign bit makes unsigned keys sort like signed ones.
        let along = (a * place.x + b * place.y) as u32 ^ 0x8000_0000;
        u64::from(along) << 32 | i as u64
    }));
    keys.sort_unstable();
}

/// Marks the outermost nodes as sources and sinks until each have the share of the cell's weight, at least one each.
fn choose_terminals(shared: &Shared, cell: &Cell, sorted: &[u64], percent: usize, terminals: &mut Vec<Side>) {
    let node = |key: &u64| *key as u32 as usize;
    let weight = |key: &u64| u64::from(shared.weights[cell.nodes[node(key)] as usize]);
    let share = sorted.iter().map(weight).sum::<u64>() * percent as u64 / 100;
    terminals.clear();
    terminals.resize(sorted.len(), Side::Middle);
    if let Some((last, others)) = sorted.split_last() {
        // One heavy node may be more than its share; the last node is a sink in any case.
        mark(terminals, others.iter().map(|k| (node(k), weight(k))), share, Side::Source);
        let sinks = std::iter::once(last).chain(others.iter().rev());
        mark(terminals, sinks.map(|k| (node(k), weight(k))), share, Side::Sink);
    }
}

fn mark(terminals: &mut [Side], nodes: impl Iterator<Item = (usize, u64)>, share: u64, side: Side) {
    let mut sum = 0;
    for (i, (node, weight)) in nodes.enumerate() {
        if terminals[node] != Side::Middle || (i > 0 && sum >= share) {
            return;
        }
        terminals[node] = side;
        sum += weight;
    }
}
