//! Turn restrictions: from ways and nodes of the map to sequences of edges of the graph.
//!
//! Before roads are contracted it is found which nodes restrictions lead over ([`plan`]); these stay junctions. After
//! that every restriction is a sequence of edges ([`resolve`]): the edge that arrives from the `from` way, those along
//! the `via` ways, and the one that leaves on the `to` way. An `only_*` forbids every other way to go on.

use super::chains::Junctions;
use super::read::Raw;
use super::relations::{RawRestriction, Via};
use crate::network::graph::{Restriction, RoadGraph};

/// A restriction all of whose ways are roads.
pub(super) struct Planned {
    relation: i64,
    only: bool,
    spares_emergency: bool,
    /// Numbers of ways: from, via …, to.
    ways: Vec<u32>,
    /// Where each way meets the next: positions of nodes, one less than ways.
    nodes: Vec<u32>,
    /// The nodes of each way over which it leads, from one meeting to the next.
    lines: Vec<Vec<u32>>,
}

/// Restrictions whose ways are roads and meet, and the nodes where they do (sorted).
pub(super) fn plan(raw: &Raw) -> (Vec<Planned>, Vec<u32>) {
    let planned: Vec<Planned> = raw.restrictions.list.iter().filter_map(|r| plan_one(raw, r)).collect();
    let mut nodes: Vec<u32> = planned.iter().flat_map(|p| &p.nodes).copied().collect();
    nodes.sort_unstable();
    nodes.dedup();
    (planned, nodes)
}

fn plan_one(raw: &Raw, restriction: &RawRestriction) -> Option<Planned> {
    let number = |id: i64| raw.ways.binary_search_by_key(&id, |w| w.id).ok().map(|i| i as u32);
    let mut ways = vec![number(restriction.from)?];
    if let Via::Ways(via) = &restriction.via {
        for id in via {
            ways.push(number(*id)?);
        }
    }
    ways.push(number(restriction.to)?);
    let nodes = match &restriction.via {
        Via::Node(id) => vec![raw.ids.binary_search(id).ok()? as u32],
        Via::Ways(_) => ways.windows(2).map(|pair| meeting(raw, pair[0], pair[1])).collect::<Option<_>>()?,
    };
    let on = |way: u32, node: u32| refs(raw, way).contains(&node);
    let meet = ways.windows(2).zip(&nodes).all(|(pair, node)| on(pair[0], *node) && on(pair[1], *node));
    // A detour that comes back to where it began is not told from a turn on the spot.
    let apart = nodes.windows(2).all(|pair| pair[0] != pair[1]);
    let via = ways.get(1..ways.len() - 1)?;
    let lines = via.iter().zip(nodes.windows(2)).map(|(way, ends)| between(refs(raw, *way), ends[0], ends[1]));
    let lines = lines.collect::<Option<_>>()?;
    (meet && apart).then_some(Planned {
        relation: restriction.id,
        only: restriction.only,
        spares_emergency: restriction.spares_emergency,
        ways,
        nodes,
        lines,
    })
}

/// The nodes of a way from one of them to another.
fn between(refs: &[u32], from: u32, to: u32) -> Option<Vec<u32>> {
    let (i, j) = (refs.iter().position(|n| *n == from)?, refs.iter().position(|n| *n == to)?);
    Some(if i <= j { refs[i..=j].to_vec() } else { refs[j..=i].iter().rev().copied().collect() })
}

fn refs(raw: &Raw, way: u32) -> &[u32] {
    raw.refs(&raw.ways[way as usize])
}

/// The node two ways share: an end of both, else an end of one, else any if there is but one.
fn meeting(raw: &Raw, one: u32, other: u32) -> Option<u32> {
    let (one, other) = (refs(raw, one), refs(raw, other));
    let is_end = |refs: &[u32], node: &u32| refs.first() == Some(node) || refs.last() == Some(node);
    let mut shared: Vec<u32> = one.iter().filter(|n| other.contains(n)).copied().collect();
    shared.sort_unstable();
    shared.dedup();
    let ends = |n: &u32| usize::from(is_end(one, n)) + usize::from(is_end(other, n));
    let most = shared.iter().map(ends).max()?;
    let mut best = shared.iter().filter(|n| ends(n) == most);
    let found = best.next().copied();
    if best.next().is_some() { None } else { found }
}

/// Edges of a graph by the way at their ends.
struct Edges<'a> {
    graph: &'a RoadGraph,
}

impl Edges<'_> {
    /// The way an edge leaves its junction on, or arrives at the next on.
    fn way(&self, edge: u32, at_start: bool) -> u32 {
        let g = self.graph;
        let road = g.roads[g.road[edge as usize] as usize];
        let is_forward = road.forward == edge;
        let segment = if is_forward == at_start { road.first_point } else { road.end_point - 2 };
        g.segment_way[segment as usize]
    }

    fn leaving(&self, junction: u32) -> std::ops::Range<u32> {
        self.graph.first_out[junction as usize]..self.graph.first_out[junction as usize + 1]
    }

    fn arriving(&self, junction: u32) -> &[u32] {
        let first = &self.graph.first_in;
        &self.graph.in_edges[first[junction as usize] as usize..first[junction as usize + 1] as usize]
    }
}

/// The one thing there is, if there is one and no more.
fn the_only<T>(mut list: impl Iterator<Item = T>) -> Option<T> {
    let found = list.next();
    if list.next().is_some() { None } else { found }
}

/// Turns planned restrictions into sequences of edges, sorted. Also returns how many relations became any.
pub(super) fn resolve(planned: &[Planned], junctions: &Junctions, graph: &RoadGraph) -> (Vec<Restriction>, usize) {
    let edges = Edges { graph };
    let mut kept: Vec<i64> = Vec::new();
    let mut out: Vec<Restriction> = Vec::new();
    for one in planned {
        let Some(path) = path(one, junctions, &edges) else { continue };
        kept.push(one.relation);
        let mut forbid = |edges: Vec<u32>| {
            out.push(Restriction { edges, spares_emergency: one.spares_emergency });
        };
        if !one.only {
            forbid(path);
            continue;
        }
        for i in 1..path.len() {
            let here = graph.head[path[i - 1] as usize];
            for other in edges.leaving(here).filter(|e| *e != path[i]) {
                let mut turn = path[..i].to_vec();
                turn.push(other);
                forbid(turn);
            }
        }
    }
    kept.sort_unstable();
    kept.dedup();
    // Said twice, once with and once without an exemption: the stricter holds.
    out.sort_by(|a, b| (&a.edges, a.spares_emergency).cmp(&(&b.edges, b.spares_emergency)));
    out.dedup_by(|a, b| a.edges == b.edges);
    (out, kept.len())
}

/// The edges of a restricted turn: the one before the first node, those between, the one after the last. `None` if it
/// cannot be driven anyhow or is not clear.
fn path(one: &Planned, junctions: &Junctions, edges: &Edges) -> Option<Vec<u32>> {
    let (first, last) = (*one.nodes.first()?, *one.nodes.last()?);
    let (from, to) = (*one.ways.first()?, *one.ways.last()?);
    let start = junctions.number(first)?;
    let mut path = vec![the_only(edges.arriving(start).iter().copied().filter(|e| edges.way(*e, false) == from))?];
    for (way, line) in one.ways[1..].iter().zip(&one.lines) {
        let passed: Vec<u32> = line.iter().filter_map(|n| junctions.number(*n)).collect();
        for pair in passed.windows(2) {
            let fits = |e: &u32| edges.graph.head[*e as usize] == pair[1] && edges.way(*e, true) == *way;
            path.push(the_only(edges.leaving(pair[0]).filter(fits))?);
        }
    }
    let end = junctions.number(last)?;
    path.push(the_only(edges.leaving(end).filter(|e| edges.way(*e, true) == to))?);
    Some(path)
}
