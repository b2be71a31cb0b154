//! Travel times under one metric: the one place where the rest of the program asks for them.
//!
//! Times are exact shortest times between places on roads, in steps of 100 µs ([`TravelTime`]); what takes 59.6 hours or
//! more ([`FAR`]) counts as unreachable. A place lies anywhere on a road ([`OnRoad`]); a vehicle may set out from it and
//! come to it in either direction the road allows.

use super::graph::RoadGraph;
use super::hierarchy::{LANES, Ladder, Query, Row, Selection, Sweeper, Unpacker, Weights};
use super::metric::{FAR, Metric, MetricRules, OnRoad};
use super::search_graph::Seed;
use super::snap::RoadPosition;
use super::topology::Topology;
use crate::ids::EdgeId;
use crate::units::TravelTime;
use rayon::prelude::*;
use std::sync::Arc;

/// A metric on a topology, ready to be asked.
#[derive(Clone, Debug)]
pub struct TravelTimes {
    /// The roads.
    pub graph: Arc<RoadGraph>,
    /// What is searched.
    pub topology: Arc<Topology>,
    /// Times of edges and places on them.
    pub metric: Metric,
    weights: Weights,
    ladder: Ladder,
}

/// Times between places, row by row, 4 bytes an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matrix {
    columns: usize,
    times: Vec<u32>,
}

impl Matrix {
    /// Bytes a matrix of some size takes.
    pub fn bytes_for(rows: usize, columns: usize) -> usize {
        4 * rows * columns
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        4 * self.times.len()
    }

    /// The time in a row and a column.
    pub fn get(&self, row: usize, column: usize) -> TravelTime {
        TravelTime(self.times[row * self.columns + column])
    }

    /// A row, in steps of [`TravelTime`]; [`u32::MAX`] is unreachable.
    pub fn row(&self, row: usize) -> &[u32] {
        &self.times[row * self.columns..(row + 1) * self.columns]
    }

    /// A row to change.
    pub fn row_mut(&mut self, row: usize) -> &mut [u32] {
        &mut self.times[row * self.columns..(row + 1) * self.columns]
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    fn transposed(self, rows: usize) -> Matrix {
        let mut times = vec![0; self.times.len()];
        // In blocks, so that both sides stay in the cache.
        for i in (0..rows).step_by(BLOCK) {
            for j in (0..self.columns).step_by(BLOCK) {
                for a in i..(i + BLOCK).min(rows) {
                    for b in j..(j + BLOCK).min(self.columns) {
                        times[b * rows + a] = self.times[a * self.columns + b];
                    }
                }
            }
        }
        Matrix { columns: rows, times }
    }
}

/// Entries of a row that are moved together when rows become columns.
const BLOCK: usize = 32;

/// Which way a matrix or a row runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the place of the row to those of the columns.
    FromRow,
    /// From those of the columns to the place of the row.
    ToRow,
}

/// A shortest way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Its time.
    pub time: TravelTime,
    /// The edges it drives in full, in order; empty if both places are on one road and it never leaves that.
    pub edges: Vec<EdgeId>,
}

fn reachable(steps: u32) -> u32 {
    if steps < FAR { steps } else { u32::MAX }
}

impl TravelTimes {
    /// Puts a metric on a topology: milliseconds for a city, a quarter of a second for a million junctions.
    pub fn build(graph: &Arc<RoadGraph>, topology: &Arc<Topology>, rules: &MetricRules) -> TravelTimes {
        let metric = Metric::build(graph, rules);
        let weights = Weights::build(&topology.hierarchy, &topology.search.weights(&metric));
        let ladder = Ladder::build(&topology.hierarchy, &weights);
        TravelTimes { graph: Arc::clone(graph), topology: Arc::clone(topology), metric, weights, ladder }
    }

    /// The table that is searched.
    pub fn ladder(&self) -> &Ladder {
        &self.ladder
    }

    /// Bytes it takes beside the graph and the topology.
    pub fn bytes(&self) -> usize {
        self.metric.bytes() + self.weights.bytes() + self.ladder.bytes()
    }

    /// The times of a place on its road.
    pub fn on_road(&self, place: &RoadPosition) -> OnRoad {
        self.metric.on_road(&self.graph, place)
    }

    /// The nodes at which a place's way begins or ends, with the time between them and the place.
    pub fn seeds(&self, place: &OnRoad, outward: bool, out: &mut Vec<Seed>) {
        if outward {
            self.topology.search.way_out(&self.graph, place, out);
        } else {
            self.topology.search.way_in(&self.graph, place, out);
        }
    }

    /// The time from one place to another.
    pub fn time(&self, query: &mut Query, from: &OnRoad, to: &OnRoad) -> TravelTime {
        let (mut out, mut into) = (Vec::with_capacity(2), Vec::with_capacity(2));
        self.seeds(from, true, &mut out);
        self.seeds(to, false, &mut into);
        let by_junction = TravelTime(reachable(query.time(&self.ladder, &out, &into)));
        from.straight_to(to).map_or(by_junction, |straight| straight.min(by_junction))
    }

    /// What is needed to tell ways from times; 16 bytes an arc of the hierarchy.
    pub fn unpacker(&self) -> Unpacker {
        Unpacker::build(&self.topology.hierarchy, &self.weights, &self.topology.search.weights(&self.metric))
    }

    /// A shortest way from one place to another; `None` if there is none.
    pub fn route(&self, query: &mut Query, unpacker: &Unpacker, from: &OnRoad, to: &OnRoad) -> Option<Route> {
        let (mut out, mut into) = (Vec::new(), Vec::new());
        self.seeds(from, true, &mut out);
        self.seeds(to, false, &mut into);
        let mut arcs = Vec::new();
        let time = query.path(&self.topology.hierarchy, &self.ladder, unpacker, &out, &into, &mut arcs);
        if let Some(straight) = from.straight_to(to).filter(|s| s.0 <= time) {
            return Some(Route { time: straight, edges: Vec::new() });
        }
        if time >= FAR {
            return None;
        }
        let search = &self.topology.search;
        // The edges the places are on, beside those driven in full. Both edges of a loop end at one node: the nearer one.
        let leaves = |node: u32| {
            let here = from.edges().filter(|on| on.to_head.is_reachable() && self.end_node(on.edge) == node);
            here.min_by_key(|on| on.to_head).map(|on| on.edge)
        };
        let starts = |node: u32| {
            let mut seeds = Vec::new();
            let by_edge = to.edges().filter_map(|on| {
                let mut only = OnRoad { road: to.road, forward: None, backward: None };
                *(if self.graph.is_forward(on.edge) { &mut only.forward } else { &mut only.backward }) = Some(on);
                search.way_in(&self.graph, &only, &mut seeds);
                seeds.iter().filter(|s| s.0 == node).map(|s| s.1).min().map(|time| (time, on.edge))
            });
            by_edge.min().map(|(_, edge)| edge)
        };
        let first = arcs.first().map(|a| search.tail[*a as usize]);
        let last = arcs.last().map(|a| search.head[*a as usize]);
        let meeting = out.iter().find(|s| into.iter().any(|t| t.0 == s.0 && s.1.saturating_add(t.1) == time));
        let first = first.or(meeting.map(|s| s.0));
        let last = last.or(meeting.map(|s| s.0));
        let mut edges = Vec::new();
        edges.extend(first.and_then(leaves));
        edges.extend(arcs.iter().map(|a| search.edge(*a)));
        edges.extend(last.and_then(starts));
        Some(Route { time: TravelTime(time), edges })
    }

    /// The node at which an edge ends.
    pub fn end_node(&self, edge: EdgeId) -> u32 {
        if self.topology.search.is_junctions() { self.graph.head[edge.index()] } else { edge.0 }
    }

    /// Times between all places of the rows and all of the columns. Places that are on no road are unreachable.
    ///
    /// Sweeps from the rows, many at a time, over the nodes that matter for the columns; or the other way round if that
    /// is less work. Needs [`Matrix::bytes_for`] bytes, twice that where the sides are exchanged, and 64 bytes a thread
    /// for every node that matters.
    pub fn matrix(&self, rows: &[Option<OnRoad>], columns: &[Option<OnRoad>], direction: Direction) -> Matrix {
        if rows.len() > 2 * columns.len() {
            let other = match direction {
                Direction::FromRow => Direction::ToRow,
                Direction::ToRow => Direction::FromRow,
            };
            return self.matrix(columns, rows, other).transposed(columns.len());
        }
        let outward = direction == Direction::FromRow;
        let search_seeds = |places: &[Option<OnRoad>], outward: bool| -> Vec<Vec<Seed>> {
            let seeds = |place: &Option<OnRoad>| {
                let mut seeds = Vec::new();
                if let Some(place) = place {
                    self.seeds(place, outward, &mut seeds);
                }
                seeds
            };
            places.iter().map(seeds).collect()
        };
        let row_seeds = search_seeds(rows, outward);
        let column_seeds = search_seeds(columns, !outward);
        let nodes: Vec<u32> = column_seeds.iter().flatten().map(|s| s.0).collect();
        let selection = Selection::new(&self.ladder, &nodes, outward);
        // Columns as rows of the sweep: (row, time between), all in one list.
        let mut ends: Vec<(u32, u32)> = Vec::with_capacity(nodes.len());
        let mut first_end = vec![0_usize];
        for seeds in &column_seeds {
            ends.extend(seeds.iter().map(|(node, time)| (selection.row(&self.ladder, *node), *time)));
            first_end.push(ends.len());
        }
        // Columns by road, for those on the same road as a row's place.
        let mut by_road: Vec<(u32, u32)> =
            columns.iter().enumerate().filter_map(|(i, c)| Some((c.as_ref()?.road, i as u32))).collect();
        by_road.sort_unstable();

        let width = columns.len();
        // Zeros come with the pages, which each thread then asks for itself; every entry is written.
        let mut times = vec![0; rows.len() * width];
        let batches = times.par_chunks_mut((LANES * width).max(1)).zip(rows.par_chunks(LANES));
        batches.zip(row_seeds.par_chunks(LANES)).for_each_init(Sweeper::new, |sweeper, ((out, places), seeds)| {
            let seeds: Vec<&[Seed]> = seeds.iter().map(Vec::as_slice).collect();
            let swept = sweeper.selected(&self.ladder, &selection, &seeds);
            for column in 0..width {
                let mut best = [FAR; LANES];
                for (row, time) in &ends[first_end[column]..first_end[column + 1]] {
                    for (best, other) in best.iter_mut().zip(&swept[*row as usize].0) {
                        *best = (*best).min(other.wrapping_add(*time));
                    }
                }
                for (lane, time) in best.into_iter().enumerate().take(places.len()) {
                    out[lane * width + column] = reachable(time);
                }
            }
            for (lane, place) in places.iter().enumerate() {
                let Some(place) = place else { continue };
                let from = by_road.partition_point(|c| c.0 < place.road);
                for (_, column) in by_road[from..].iter().take_while(|c| c.0 == place.road) {
                    let Some(other) = &columns[*column as usize] else { continue };
                    let straight = if outward { place.straight_to(other) } else { other.straight_to(place) };
                    if let Some(straight) = straight {
                        let slot = &mut out[lane * width + *column as usize];
                        *slot = (*slot).min(straight.0);
                    }
                }
            }
        });
        Matrix { columns: width, times }
    }

    /// Times between all places of the rows and all nodes of the search graph; columns are nodes. Places on no road are
    /// unreachable.
    pub fn rows(&self, places: &[Option<OnRoad>], direction: Direction) -> Matrix {
        let nodes = self.topology.search.nodes();
        let mut times = vec![0; places.len() * nodes];
        let batches = times.par_chunks_mut((LANES * nodes).max(1)).zip(places.par_chunks(LANES));
        batches.for_each_init(Sweeper::new, |sweeper, (out, places)| {
            let outward = direction == Direction::FromRow;
            let seeds: Vec<Vec<Seed>> = places
                .iter()
                .map(|place| {
                    let mut seeds = Vec::new();
                    if let Some(place) = place {
                        self.seeds(place, outward, &mut seeds);
                    }
                    seeds
                })
                .collect();
            let seeds: Vec<&[Seed]> = seeds.iter().map(Vec::as_slice).collect();
            let swept: &[Row] = sweeper.all(&self.ladder, outward, &seeds);
            // A block of nodes for one place after the other, so that what is written lies side by side.
            let mut block = [[0; LANES]; BLOCK];
            for first in (0..nodes).step_by(BLOCK) {
                let steps = &self.ladder.steps()[first..(first + BLOCK).min(nodes)];
                for (row, step) in block.iter_mut().zip(steps) {
                    *row = swept[*step as usize].0.map(reachable);
                }
                for (lane, out) in out.chunks_mut(nodes).enumerate() {
                    for (slot, row) in out[first..first + steps.len()].iter_mut().zip(&block) {
                        *slot = row[lane];
                    }
                }
            }
        });
        Matrix { columns: nodes, times }
    }
}

#[cfg(test)]
#[path = "travel_times_tests.rs"]
mod tests;
