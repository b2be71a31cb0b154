//! Contraction: chains of segments between junctions become roads that keep their shape.
//!
//! A node is a junction unless exactly two segments meet there, of the same class and name, and both are open in the
//! same directions; a node over which a turn is restricted stays a junction too. Times and lengths along a chain are those of its segments: nothing is lost but the choice to turn
//! round halfway.

use super::segments::{Segment, Segments};
use crate::ids::NodeId;
use crate::network::graph::{Delay, RoadInput};
use rayon::prelude::*;
use std::cmp::Reverse;

/// Nodes handled in one go by a thread.
const CHUNK: usize = 16_384;

/// A chain of segments between two junctions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chain {
    /// The junctions: indices into [`Segments::positions`].
    pub(super) from: u32,
    pub(super) to: u32,
    /// Its segments in [`Chains::segments`].
    first: u32,
    end: u32,
    /// Whether it is open in its own direction, and against it.
    pub(super) open: (bool, bool),
}

/// Chains, with their segments in one list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chains {
    pub(super) list: Vec<Chain>,
    /// Segments with [`REVERSED`] added where they are passed from `b` to `a`.
    segments: Vec<u32>,
}

/// Marks a segment that is passed from `b` to `a`.
const REVERSED: u32 = 1 << 31;

impl Chains {
    /// The segments of a chain in order, each with whether it is passed from `b` to `a`.
    pub(super) fn segments(&self, chain: &Chain) -> impl ExactSizeIterator<Item = (u32, bool)> + Clone + '_ {
        let own = &self.segments[chain.first as usize..chain.end as usize];
        own.iter().map(|s| (s & !REVERSED, s & REVERSED != 0))
    }

    /// How many segments all chains have.
    pub(super) fn segment_count(&self) -> usize {
        self.segments.len()
    }
}

fn open(s: &Segment, reversed: bool) -> (bool, bool) {
    if reversed { (s.open.1, s.open.0) } else { s.open }
}

/// Segments at each node: compressed rows over the segments that are kept.
struct Incidence {
    /// One past the row of each node.
    ends: Vec<u32>,
    segments: Vec<u32>,
}

impl Incidence {
    fn new(nodes: usize, all: &[Segment], kept: &[u32]) -> Incidence {
        let mut ends = vec![0_u32; nodes];
        let ends_of = |i: u32| [all[i as usize].a, all[i as usize].b];
        for v in kept.iter().flat_map(|i| ends_of(*i)) {
            ends[v as usize] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            (*end, sum) = (sum, sum + *end);
        }
        // Now the starts; filling moves them to the ends.
        let mut segments = vec![0; kept.len() * 2];
        for &i in kept {
            for v in ends_of(i) {
                segments[ends[v as usize] as usize] = i;
                ends[v as usize] += 1;
            }
        }
        Incidence { ends, segments }
    }

    fn at(&self, v: u32) -> &[u32] {
        let start = if v == 0 { 0 } else { self.ends[v as usize - 1] };
        &self.segments[start as usize..self.ends[v as usize] as usize]
    }
}

/// Contracts the segments with the given numbers (sorted) into chains.
pub(super) fn contract(all: &Segments, kept: &[u32]) -> Chains {
    let list = &all.list;
    let nodes = all.positions.len();
    let incidence = Incidence::new(nodes, list, kept);
    let name = |s: &Segment| all.ways[s.way as usize].name;
    let is_inner = |v: u32| match incidence.at(v) {
        &[i, j] if i != j => {
            let (s, t) = (&list[i as usize], &list[j as usize]);
            open(s, s.a == v) == open(t, t.b == v) && (s.way == t.way || (s.class == t.class && name(s) == name(t)))
        }
        _ => false,
    };
    let mut inner: Vec<bool> = (0..nodes as u32).into_par_iter().with_min_len(CHUNK).map(is_inner).collect();
    for v in &all.fixed {
        inner[*v as usize] = false;
    }
    let mut done = vec![false; list.len()];
    let mut chains = Chains { list: Vec::new(), segments: Vec::with_capacity(kept.len()) };
    for v in 0..nodes as u32 {
        if incidence.at(v).is_empty() || inner[v as usize] {
            continue;
        }
        for i in incidence.at(v) {
            if !done[*i as usize] {
                walk(list, &incidence, &inner, v, *i, &mut done, &mut chains);
            }
        }
    }
    // What is left are rings without any junction: one of their nodes has to be one.
    for &i in kept {
        if !done[i as usize] {
            walk(list, &incidence, &inner, list[i as usize].a, i, &mut done, &mut chains);
        }
    }
    chains
}

/// Follows a chain from its start to the next junction and adds it.
fn walk(
    list: &[Segment],
    incidence: &Incidence,
    inner: &[bool],
    start: u32,
    first: u32,
    done: &mut [bool],
    chains: &mut Chains,
) {
    let begin = chains.segments.len();
    let (mut at, mut next) = (start, first);
    let mut way;
    loop {
        done[next as usize] = true;
        let s = &list[next as usize];
        let reversed = s.a != at;
        chains.segments.push(if reversed { next | REVERSED } else { next });
        way = open(s, reversed);
        at = if reversed { s.a } else { s.b };
        if at == start || !inner[at as usize] {
            break;
        }
        match incidence.at(at).iter().find(|i| !done[**i as usize]) {
            Some(i) => next = *i,
            None => break,
        }
    }
    let (mut from, mut to) = (start, at);
    if way == (false, true) {
        // One-way roads are kept in the direction of travel.
        std::mem::swap(&mut from, &mut to);
        let own = &mut chains.segments[begin..];
        own.reverse();
        own.iter_mut().for_each(|s| *s ^= REVERSED);
        way = (true, false);
    }
    let (first, end) = (begin as u32, chains.segments.len() as u32);
    chains.list.push(Chain { from, to, first, end, open: way });
}

/// The ends of chains: junctions.
#[derive(Debug)]
pub(super) struct Junctions {
    /// Which positions they are, sorted.
    pub(super) nodes: Vec<u32>,
    /// The number of each position among them; `u32::MAX` for those that are none.
    number: Vec<u32>,
}

impl Junctions {
    pub(super) fn of(chains: &Chains, positions: usize) -> Junctions {
        let mut number = vec![u32::MAX; positions];
        for chain in &chains.list {
            number[chain.from as usize] = 0;
            number[chain.to as usize] = 0;
        }
        let mut nodes = Vec::new();
        for (v, own) in number.iter_mut().enumerate().filter(|(_, own)| **own == 0) {
            *own = nodes.len() as u32;
            nodes.push(v as u32);
        }
        Junctions { nodes, number }
    }

    /// The number of a position that is a junction.
    pub(super) fn number(&self, position: u32) -> Option<u32> {
        self.number.get(position as usize).copied().filter(|n| *n != u32::MAX)
    }
}

/// Chains as input of the road graph, one after the other in the same memory.
pub(super) struct RoadInputs {
    input: RoadInput,
    lengths_m: Vec<f64>,
    /// Seconds forward and backward, while the input has none.
    spare: [Vec<f64>; 2],
}

impl RoadInputs {
    pub(super) fn new() -> RoadInputs {
        let input = RoadInput {
            from: NodeId(0),
            to: NodeId(0),
            points: Vec::new(),
            forward_s: None,
            backward_s: None,
            delays: Vec::new(),
            ways: Vec::new(),
            class: 0,
        };
        RoadInputs { input, lengths_m: Vec::new(), spare: Default::default() }
    }

    /// A chain as a road, and the lengths of its segments.
    pub(super) fn of(
        &mut self,
        chain: &Chain,
        chains: &Chains,
        all: &Segments,
        junctions: &Junctions,
    ) -> (&RoadInput, &[f64]) {
        let road = &mut self.input;
        let [spare_with, spare_against] = &mut self.spare;
        let mut with = road.forward_s.take().unwrap_or_else(|| std::mem::take(spare_with));
        let mut against = road.backward_s.take().unwrap_or_else(|| std::mem::take(spare_against));
        with.clear();
        against.clear();
        road.points.clear();
        road.ways.clear();
        road.delays.clear();
        self.lengths_m.clear();
        let number = |position| NodeId(junctions.number(position).unwrap_or(u32::MAX));
        (road.from, road.to) = (number(chain.from), number(chain.to));
        road.points.push(all.at(chain.from));
        let mut segments = chains.segments(chain);
        for (number, (i, reversed)) in segments.clone().enumerate() {
            let s = &all.list[i as usize];
            road.points.push(all.at(if reversed { s.a } else { s.b }));
            self.lengths_m.push(all.lengths_m[i as usize]);
            with.extend(chain.open.0.then(|| all.seconds(i, reversed)));
            against.extend(chain.open.1.then(|| all.seconds(i, !reversed)));
            road.ways.push(s.way);
            if s.delayed {
                let start = all.delays.partition_point(|d| d.segment < i);
                let own = all.delays[start..].iter().take_while(|d| d.segment == i);
                let number = number as u32;
                road.delays.extend(own.map(|d| Delay {
                    segment: number,
                    backward: d.backward != reversed,
                    kind: d.kind,
                }));
            }
        }
        // Delays in a direction that is closed are nobody's.
        road.delays.retain(|d| if d.backward { chain.open.1 } else { chain.open.0 });
        road.class = segments.next().map_or(0, |(i, _)| all.list[i as usize].class);
        if chain.open.0 {
            road.forward_s = Some(with)
        } else {
            *spare_with = with
        }
        if chain.open.1 {
            road.backward_s = Some(against)
        } else {
            *spare_against = against
        }
        (&self.input, &self.lengths_m)
    }
}

/// The main strongly connected part of chains: which chains are in it, and the parts of junctions (by their numbers),
/// largest first.
pub(super) fn main_part(chains: &Chains, junctions: &Junctions) -> (Vec<bool>, Vec<Vec<u32>>) {
    let number = |node: u32| junctions.number(node).unwrap_or(0);
    let ends: Vec<(u32, u32)> = chains.list.iter().map(|c| (number(c.from), number(c.to))).collect();
    let edges = chains.list.iter().zip(&ends).flat_map(|(c, &(from, to))| {
        [c.open.0.then_some((from, to)), c.open.1.then_some((to, from))].into_iter().flatten()
    });
    let mut parts = crate::network::component::strong_parts(junctions.nodes.len(), edges);
    // A lone ring or loop is a part of one junction like any other; between parts of one size the one with more roads
    // is the better "main" part, then the one with the smallest node (the order they come in).
    let largest = parts.first().map_or(0, Vec::len);
    let mut part_of = vec![u32::MAX; junctions.nodes.len()];
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
