//! Contraction: chains of segments between junctions become roads that keep their shape.
//!
//! A node is a junction unless exactly two segments meet there, of the same class and name, and both are open in the
//! same directions. Times and lengths along a chain are those of its segments: nothing is lost but the choice to turn
//! round halfway.

use super::segments::{Segment, Segments};
use crate::ids::NodeId;
use crate::network::graph::{Delay, RoadInput};
use std::cmp::Reverse;

/// A chain of segments between two junctions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Chain {
    /// The junctions: indices into [`Segments::positions`].
    pub(super) from: u32,
    pub(super) to: u32,
    /// Segments in order, each with whether it is passed from `b` to `a`.
    pub(super) segments: Vec<(u32, bool)>,
    /// Whether it is open in its own direction, and against it.
    pub(super) open: (bool, bool),
}

fn open(s: &Segment, reversed: bool) -> (bool, bool) {
    let (with, against) = (s.forward_s.is_some(), s.backward_s.is_some());
    if reversed { (against, with) } else { (with, against) }
}

/// Segments at each node: compressed rows over the segments that are kept.
struct Incidence {
    first: Vec<u32>,
    segments: Vec<u32>,
}

impl Incidence {
    fn new(nodes: usize, all: &[Segment], kept: &[u32]) -> Incidence {
        let mut first = vec![0_u32; nodes + 1];
        let ends = |i: u32| [all[i as usize].a, all[i as usize].b];
        for v in kept.iter().flat_map(|i| ends(*i)) {
            first[v as usize + 1] += 1;
        }
        for v in 0..nodes {
            first[v + 1] += first[v];
        }
        let mut next = first.clone();
        let mut segments = vec![0; kept.len() * 2];
        for &i in kept {
            for v in ends(i) {
                segments[next[v as usize] as usize] = i;
                next[v as usize] += 1;
            }
        }
        Incidence { first, segments }
    }

    fn at(&self, v: u32) -> &[u32] {
        &self.segments[self.first[v as usize] as usize..self.first[v as usize + 1] as usize]
    }
}

/// Contracts the segments with the given numbers (sorted) into chains.
pub(super) fn contract(all: &Segments, kept: &[u32]) -> Vec<Chain> {
    let list = &all.list;
    let nodes = all.positions.len();
    let incidence = Incidence::new(nodes, list, kept);
    let name = |s: &Segment| all.ways[s.way as usize].name;
    let passes_through = |v: u32| match incidence.at(v) {
        &[i, j] if i != j => {
            let (s, t) = (&list[i as usize], &list[j as usize]);
            s.class == t.class && name(s) == name(t) && open(s, s.a == v) == open(t, t.b == v)
        }
        _ => false,
    };
    let mut done = vec![false; list.len()];
    let mut chains = Vec::new();
    let mut walk = |start: u32, first: u32, done: &mut Vec<bool>| {
        let mut chain = Chain { from: start, to: start, segments: Vec::new(), open: (false, false) };
        let mut next = first;
        loop {
            done[next as usize] = true;
            let s = &list[next as usize];
            let reversed = s.a != chain.to;
            chain.segments.push((next, reversed));
            chain.open = open(s, reversed);
            chain.to = if reversed { s.a } else { s.b };
            if chain.to == start || !passes_through(chain.to) {
                break;
            }
            match incidence.at(chain.to).iter().find(|i| !done[**i as usize]) {
                Some(i) => next = *i,
                None => break,
            }
        }
        if chain.open == (false, true) {
            // One-way roads are kept in the direction of travel.
            std::mem::swap(&mut chain.from, &mut chain.to);
            chain.segments.reverse();
            chain.segments.iter_mut().for_each(|s| s.1 = !s.1);
            chain.open = (true, false);
        }
        chains.push(chain);
    };
    for v in 0..nodes as u32 {
        if incidence.at(v).is_empty() || passes_through(v) {
            continue;
        }
        for i in incidence.at(v) {
            if !done[*i as usize] {
                walk(v, *i, &mut done);
            }
        }
    }
    // What is left are rings without any junction: one of their nodes has to be one.
    for &i in kept {
        if !done[i as usize] {
            walk(list[i as usize].a, i, &mut done);
        }
    }
    chains
}

/// The junctions of chains, sorted.
pub(super) fn junctions(chains: &[Chain]) -> Vec<u32> {
    let mut out: Vec<u32> = chains.iter().flat_map(|c| [c.from, c.to]).collect();
    out.sort_unstable();
    out.dedup();
    out
}

/// Length of a chain in metres.
pub(super) fn length_m(chain: &Chain, all: &Segments) -> f64 {
    chain.segments.iter().map(|(i, _)| all.list[*i as usize].length_m).sum()
}

/// A chain as input of the road graph.
pub(super) fn road_input(chain: &Chain, all: &Segments, junctions: &[u32]) -> RoadInput {
    let number = |node: u32| NodeId::new(junctions.partition_point(|j| *j < node));
    let mut points = vec![all.positions[chain.from as usize]];
    let (mut with, mut against, mut ways, mut delays) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (number, (i, reversed)) in chain.segments.iter().enumerate() {
        let s = &all.list[*i as usize];
        points.push(all.positions[if *reversed { s.a } else { s.b } as usize]);
        let (f, b) = if *reversed { (s.backward_s, s.forward_s) } else { (s.forward_s, s.backward_s) };
        with.extend(f);
        against.extend(b);
        ways.push(s.way);
        let on_it = all.delays.partition_point(|d| d.segment < *i)..all.delays.partition_point(|d| d.segment <= *i);
        delays.extend(all.delays[on_it].iter().map(|d| Delay {
            segment: number as u32,
            backward: d.backward != *reversed,
            kind: d.kind,
        }));
    }
    // Delays in a direction that is closed are nobody's.
    delays.retain(|d| if d.backward { chain.open.1 } else { chain.open.0 });
    RoadInput {
        from: number(chain.from),
        to: number(chain.to),
        points,
        forward_s: chain.open.0.then_some(with),
        backward_s: chain.open.1.then_some(against),
        delays,
        ways,
        class: chain.segments.first().map_or(0, |(i, _)| all.list[*i as usize].class),
    }
}

/// The main strongly connected part of chains: which chains are in it, and the parts of junctions (numbers in
/// `junctions`), largest first.
pub(super) fn main_part(chains: &[Chain], junctions: &[u32]) -> (Vec<bool>, Vec<Vec<u32>>) {
    let number = |node: u32| junctions.partition_point(|j| *j < node) as u32;
    let ends: Vec<(u32, u32)> = chains.iter().map(|c| (number(c.from), number(c.to))).collect();
    let edges = chains.iter().zip(&ends).flat_map(|(c, &(from, to))| {
        [c.open.0.then_some((from, to)), c.open.1.then_some((to, from))].into_iter().flatten()
    });
    let mut parts = crate::network::component::strong_parts(junctions.len(), edges);
    // A lone ring or loop is a part of one junction like any other; between parts of one size the one with more roads
    // is the better "main" part, then the one with the smallest node (the order they come in).
    let largest = parts.first().map_or(0, Vec::len);
    let mut part_of = vec![u32::MAX; junctions.len()];
    let ties = parts.iter().take_while(|p| p.len() == largest).count();
    for (p, part) in parts[..ties].iter().enumerate() {
        for v in part {
            part_of[*v as usize] = p as u32;
        }
    }
    let mut roads = vec![0_usize; ties];
    for (from, to) in &ends {
        let p = part_of[*from as usize];
        if p != u32::MAX && p == part_of[*to as usize] {
            roads[p as usize] += 1;
        }
    }
    let best = (0..ties).min_by_key(|p| (Reverse(roads[*p]), *p)).unwrap_or(0) as u32;
    let inside = ends.iter().map(|(f, t)| part_of[*f as usize] == best && part_of[*t as usize] == best).collect();
    if !parts.is_empty() {
        let main = parts.remove(best as usize);
        parts.insert(0, main);
    }
    (inside, parts)
}

#[cfg(test)]
#[path = "chains_tests.rs"]
mod tests;
