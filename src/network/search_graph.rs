//! The graph that is searched: junctions joined by edges, or, where turns matter, edges joined by turns.
//!
//! *Junctions* is the plain case: a node is a junction, an arc is an edge. *Turns* is the expanded one: a node stands
//! for "at the end of this edge, having driven it", an arc for a turn followed by the next edge. Restrictions over a
//! junction leave out an arc; restrictions over roads in between add nodes that remember the way so far (the states of
//! the automaton of forbidden sequences, Aho & Corasick 1975), so that every allowed path has exactly one image and no
//! forbidden one has any. A U-turn at a junction is allowed where nothing else is.

use super::graph::{Delay, DelayKind, NO_EDGE, Restriction, RoadGraph};
use super::metric::{FAR, Metric, OnRoad};
use super::profile::{Mission, TurnCosts};
use crate::geo::LatLon;
use crate::ids::{EdgeId, NodeId};
use crate::units::TravelTime;
use std::collections::{BTreeMap, BTreeSet};

/// Which turns are allowed and what they cost.
pub struct TurnRules<'a> {
    /// Whether the map's turn restrictions bind.
    pub restrictions: bool,
    /// Whether the vehicle is on an emergency run, which some restrictions spare.
    pub emergency: bool,
    /// Seconds of a turn; `None` where turns cost nothing.
    pub costs: Option<&'a TurnCosts>,
}

impl TurnRules<'_> {
    /// The rules of a mission, or `None` if it needs none on this network: nodes may be junctions then.
    pub fn of<'a>(g: &RoadGraph, mission: &'a Mission, emergency: bool) -> Option<TurnRules<'a>> {
        let rules =
            TurnRules { restrictions: mission.turn_restrictions, emergency, costs: mission.turn_costs.as_ref() };
        (rules.costs.is_some() || g.restrictions.iter().any(|r| rules.binds(r))).then_some(rules)
    }

    fn binds(&self, restriction: &Restriction) -> bool {
        self.restrictions && !(self.emergency && restriction.spares_emergency)
    }
}

/// Nodes and arcs to search, without times.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchGraph {
    /// Arcs from node `v` are `first_out[v]..first_out[v + 1]`.
    pub first_out: Vec<u32>,
    /// Where each arc starts.
    pub tail: Vec<u32>,
    /// Where it ends.
    pub head: Vec<u32>,
    /// The edge each arc drives; empty where arcs are edges.
    edge: Vec<u32>,
    /// Steps of [`TravelTime`] each arc's turn takes; empty where arcs are edges.
    turn: Vec<u32>,
    /// Arcs by edge: `arcs_of[first_arc[e]..first_arc[e + 1]]`; empty where arcs are edges.
    first_arc: Vec<u32>,
    arcs_of: Vec<u32>,
}

/// A node to start from or to end at, with the time between it and the place.
pub type Seed = (u32, u32);

impl SearchGraph {
    /// A node per junction, an arc per edge.
    pub fn junctions(g: &RoadGraph) -> SearchGraph {
        SearchGraph {
            first_out: g.first_out.clone(),
            tail: g.tail.clone(),
            head: g.head.clone(),
            ..SearchGraph::default()
        }
    }

    /// A node per edge, an arc per allowed turn.
    pub fn turns(g: &RoadGraph, rules: &TurnRules) -> SearchGraph {
        let binding = g.restrictions.iter().filter(|r| rules.binds(r));
        let forbidden: BTreeSet<&[u32]> = binding.map(|r| r.edges.as_slice()).collect();
        let mut states: Vec<Vec<u32>> = (0..g.edge_count() as u32).map(|e| vec![e]).collect();
        let mut number: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        let mut concerned = vec![false; g.edge_count()];
        for sequence in &forbidden {
            concerned[sequence[0] as usize] = true;
            for length in 2..sequence.len() {
                let prefix = sequence[..length].to_vec();
                number.entry(prefix.clone()).or_insert_with(|| {
                    states.push(prefix);
                    states.len() as u32 - 1
                });
            }
        }
        let step = |state: &[u32], next: u32| -> Option<u32> {
            let mut target = next;
            let mut longest = true;
            for start in 0..state.len() {
                if !concerned[state[start] as usize] {
                    continue;
                }
                let mut sequence = state[start..].to_vec();
                sequence.push(next);
                if forbidden.contains(sequence.as_slice()) {
                    return None;
                }
                if let Some(found) = number.get(&sequence).filter(|_| longest) {
                    (target, longest) = (*found, false);
                }
            }
            Some(target)
        };
        let ends = g.road_ends();
        let signals = ends_at_signals(g);
        let mut out = SearchGraph { first_out: vec![0], ..SearchGraph::default() };
        for (node, state) in states.iter().enumerate() {
            let from = state[state.len() - 1];
            let junction = g.head[from as usize];
            let back = g.twin(EdgeId(from)).map_or(NO_EDGE, |e| e.0);
            let allowed: Vec<(u32, u32)> = g
                .out_edges(NodeId(junction))
                .filter_map(|e| step(state, e as u32).map(|target| (e as u32, target)))
                .collect();
            let only_back = allowed.iter().all(|(e, _)| *e == back);
            for (edge, target) in allowed {
                if edge == back && !only_back {
                    continue;
                }
                let seconds = rules.costs.map_or(0.0, |costs| {
                    // Only the way back is a turn of exactly 180 degrees.
                    let angle = if edge == back { 180.0 } else { turn_angle(g, from, edge).clamp(-179.9, 179.9) };
                    costs.turn_seconds(angle, usize::from(ends[junction as usize]), signals[from as usize])
                });
                out.tail.push(node as u32);
                out.head.push(target);
                out.edge.push(edge);
                out.turn.push(TravelTime::from_seconds(seconds).0.min(FAR));
            }
            out.first_out.push(out.tail.len() as u32);
        }
        out.first_arc = vec![0; g.edge_count() + 1];
        out.edge.iter().for_each(|e| out.first_arc[*e as usize + 1] += 1);
        for e in 0..g.edge_count() {
            out.first_arc[e + 1] += out.first_arc[e];
        }
        let mut next = out.first_arc.clone();
        out.arcs_of = vec![0; out.edge.len()];
        for (arc, e) in out.edge.iter().enumerate() {
            out.arcs_of[next[*e as usize] as usize] = arc as u32;
            next[*e as usize] += 1;
        }
        out
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.first_out.len().saturating_sub(1)
    }

    /// The arcs that leave a node.
    pub fn out_arcs(&self, node: u32) -> std::ops::Range<u32> {
        self.first_out[node as usize]..self.first_out[node as usize + 1]
    }

    /// Whether nodes are junctions.
    pub fn is_junctions(&self) -> bool {
        self.first_arc.is_empty()
    }

    /// The edge an arc drives.
    pub fn edge(&self, arc: u32) -> EdgeId {
        EdgeId(if self.edge.is_empty() { arc } else { self.edge[arc as usize] })
    }

    /// Steps an arc's turn takes before its edge is driven.
    pub fn turn(&self, arc: u32) -> u32 {
        if self.turn.is_empty() { 0 } else { self.turn[arc as usize] }
    }

    /// Where nodes lie, for ordering them: the junction, or the end of the edge.
    pub fn positions(&self, g: &RoadGraph) -> Vec<LatLon> {
        if self.is_junctions() {
            return g.positions.clone();
        }
        let mut at = vec![LatLon::new(0.0, 0.0); self.nodes()];
        for (arc, head) in self.head.iter().enumerate() {
            at[*head as usize] = g.positions[g.head[self.edge[arc] as usize] as usize];
        }
        for (edge, slot) in at.iter_mut().take(g.edge_count()).enumerate() {
            *slot = g.positions[g.head[edge] as usize];
        }
        at
    }

    /// Times of all arcs, in steps of [`TravelTime`], at most [`FAR`].
    pub fn weights(&self, metric: &Metric) -> Vec<u32> {
        if self.is_junctions() {
            return metric.edge_time.clone();
        }
        let times = self.edge.iter().zip(&self.turn);
        times.map(|(e, turn)| (metric.edge_time[*e as usize] + turn).min(FAR)).collect()
    }

    /// The nodes at which a place's way out into the network begins, with the time from the place.
    pub fn way_out(&self, g: &RoadGraph, place: &OnRoad, out: &mut Vec<Seed>) {
        out.clear();
        for on in place.edges().filter(|on| on.to_head.is_reachable()) {
            let node = if self.is_junctions() { g.head[on.edge.index()] } else { on.edge.0 };
            out.push((node, on.to_head.0));
        }
    }

    /// The nodes at which a way into a place's road begins, with the time from there to the place.
    pub fn way_in(&self, g: &RoadGraph, place: &OnRoad, out: &mut Vec<Seed>) {
        out.clear();
        for on in place.edges().filter(|on| on.from_tail.is_reachable()) {
            if self.is_junctions() {
                out.push((g.tail[on.edge.index()], on.from_tail.0));
            } else {
                let (first, end) = (self.first_arc[on.edge.index()], self.first_arc[on.edge.index() + 1]);
                for arc in &self.arcs_of[first as usize..end as usize] {
                    out.push((self.tail[*arc as usize], (on.from_tail.0 + self.turn[*arc as usize]).min(FAR)));
                }
            }
        }
    }
}

/// Whether signals stand at the end of each edge.
fn ends_at_signals(g: &RoadGraph) -> Vec<bool> {
    let mut signals = vec![false; g.edge_count()];
    let at: Vec<Delay> = g.delays.iter().filter(|d| d.kind == DelayKind::Signal).copied().collect();
    for road in &g.roads {
        for (edge, segment, backward) in
            [(road.forward, road.end_point - 2, false), (road.backward, road.first_point, true)]
        {
            if edge != NO_EDGE {
                let wanted = Delay { segment, backward, kind: DelayKind::Signal };
                signals[edge as usize] = at.binary_search(&wanted).is_ok();
            }
        }
    }
    signals
}

/// The angle of a turn at a junction in degrees: 0 straight on, positive to the right, ±180 back.
fn turn_angle(g: &RoadGraph, from: u32, to: u32) -> f64 {
    let (a, b) = (heading(g, from, true), heading(g, to, false));
    let turn = (b - a).to_degrees();
    if turn > 180.0 {
        turn - 360.0
    } else if turn <= -180.0 {
        turn + 360.0
    } else {
        turn
    }
}

/// Metres of road near a junction whose direction counts as the road's.
const HEADING_M: f64 = 10.0;

/// The direction of an edge at its end or its start, radians clockwise from north.
fn heading(g: &RoadGraph, edge: u32, at_end: bool) -> f64 {
    let road = g.road[edge as usize] as usize;
    let shape = g.shape(road);
    let along = &g.along_m[g.roads[road].first_point as usize..g.roads[road].end_point as usize];
    let total = f64::from(along[along.len() - 1]);
    let forward = g.is_forward(EdgeId(edge));
    // The point some metres along the road from its first or last point.
    let from_first = forward != at_end;
    let (end, other) = if from_first {
        let i = along.iter().skip(1).position(|m| f64::from(*m) >= HEADING_M).map_or(shape.len() - 1, |i| i + 1);
        (shape[0], shape[i])
    } else {
        let i = along.iter().rposition(|m| total - f64::from(*m) >= HEADING_M).unwrap_or(0);
        (shape[shape.len() - 1], shape[i.min(shape.len() - 2)])
    };
    let (a, b) = if at_end { (other, end) } else { (end, other) };
    let east = (b.lon - a.lon) * libm::cos(a.lat.to_radians());
    libm::atan2(east, b.lat - a.lat)
}

#[cfg(test)]
#[path = "search_graph_tests.rs"]
mod tests;
