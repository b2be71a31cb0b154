//! Routes on the full road graph by a textbook Dijkstra search from the destination.

use super::reference::Router;
use crate::jemss::City;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// Ways to one node: days from every node, and the next node.
pub(super) struct Ways {
    pub days: Vec<f64>,
    next: Vec<u32>,
}

pub(super) struct Plain<'a> {
    /// Arcs into each node: where from, which arc.
    into: Vec<Vec<(u32, u32)>>,
    city: &'a City,
    /// The last few destinations.
    kept: BTreeMap<(usize, u32), (Ways, u64)>,
    clock: u64,
    most: usize,
}

impl<'a> Plain<'a> {
    /// Keeps the ways to so many destinations.
    pub(super) fn new(city: &'a City, most: usize) -> Plain<'a> {
        let mut into = vec![Vec::new(); city.nodes.len()];
        for (i, arc) in city.arcs.iter().enumerate() {
            into[arc.to as usize].push((arc.from, i as u32));
        }
        Plain { into, city, kept: BTreeMap::new(), clock: 0, most }
    }

    pub(super) fn to(&mut self, mode: usize, to: u32) -> &Ways {
        self.clock += 1;
        if self.kept.len() >= self.most && !self.kept.contains_key(&(mode, to)) {
            let oldest = *self.kept.iter().min_by_key(|(_, (_, clock))| *clock).unwrap().0;
            self.kept.remove(&oldest);
        }
        let clock = self.clock;
        let entry =
            self.kept.entry((mode, to)).or_insert_with(|| (search(&self.into, &self.city.arc_days[mode], to), 0));
        entry.1 = clock;
        &entry.0
    }
}

fn search(into: &[Vec<(u32, u32)>], arc_days: &[f64], to: u32) -> Ways {
    let mut days = vec![f64::INFINITY; into.len()];
    let mut next = vec![u32::MAX; into.len()];
    days[to as usize] = 0.0;
    let mut open = BinaryHeap::from([(Reverse(0_u64), to)]);
    while let Some((Reverse(key), node)) = open.pop() {
        // Positive floats sort as their bits do.
        if f64::from_bits(key) > days[node as usize] {
            continue;
        }
        for &(from, arc) in &into[node as usize] {
            let sum = days[node as usize] + arc_days[arc as usize];
            if sum < days[from as usize] {
                days[from as usize] = sum;
                next[from as usize] = node;
                open.push((Reverse(sum.to_bits()), from));
            }
        }
    }
    Ways { days, next }
}

impl Router for Plain<'_> {
    fn days(&mut self, mode: usize, from: &[u32], to: u32) -> Vec<f64> {
        let ways = self.to(mode, to);
        from.iter().map(|node| ways.days[*node as usize]).collect()
    }

    fn route(&mut self, mode: usize, from: u32, to: u32) -> Vec<(u32, f64)> {
        let ways = self.to(mode, to);
        let whole = ways.days[from as usize];
        let mut nodes = vec![(from, 0.0)];
        let mut at = from;
        while at != to {
            at = ways.next[at as usize];
            nodes.push((at, whole - ways.days[at as usize]));
        }
        nodes
    }
}
