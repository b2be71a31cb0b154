//! Trips that last beyond a change of the metric: what the rush hour, the fog or a closing road do to those on the way.
//!
//! Speeds are constant between changes and a vehicle goes on at the new speeds from wherever it is (Ichoua, Gendreau &
//! Potvin, *Vehicle dispatching with time-dependent travel times*, EJOR 144, 2003), so nobody overtakes by leaving
//! later: strictly, in whole steps, since rounding keeps the order of those on one edge. The earliest arrival is exact
//! but for that rounding (half a step for each edge a change finds the vehicle on): before a change all shortest ways of
//! the old metric are followed at once, as far as the time goes; from the spots they have reached the new metric is
//! searched.
//!
//! Closures: who is on a road when it closes drives off it, and passes a goal on it. Who stands before a closed road
//! stays there, for as many changes as it is closed, or goes another way. A goal on the closed segment itself cannot be
//! reached while it is closed.

use super::graph::RoadGraph;
use super::hierarchy::Query;
use super::metric::{FAR, OnEdge, OnRoad, Spot};
use super::search_graph::Seed;
use super::travel_times::TravelTimes;
use crate::ids::EdgeId;
use crate::units::TravelTime;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A vehicle that may set out: from a spot, after some time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Start {
    /// Where.
    pub spot: Spot,
    /// Steps of [`TravelTime`] before it moves (the way from a house to the road, a U-turn).
    pub wait: u32,
}

/// A time during which one metric holds.
#[derive(Clone, Copy, Debug)]
pub struct Stage<'a> {
    /// The metric; all stages must be on one topology.
    pub times: &'a TravelTimes,
    /// The goal under that metric.
    pub goal: &'a OnRoad,
    /// Steps until the next stage begins; of the last stage it is not looked at.
    pub lasts: u32,
    /// Times from every node to the goal under that metric, if they are at hand ([`u32::MAX`] where unreachable).
    pub to_goal: Option<&'a [u32]>,
}

impl Spot {
    /// The very beginning of an edge. Who is there when the road is closed stands before it; who is further on drives
    /// off it.
    fn start_of(g: &RoadGraph, edge: EdgeId) -> Spot {
        let r = &g.roads[g.road[edge.index()] as usize];
        let (segment, share) = if g.is_forward(edge) { (r.first_point, 0.0) } else { (r.end_point - 2, 1.0) };
        Spot { edge, segment, share, waited_s: 0.0 }
    }
}

/// Whether a start stands before a road that is closed.
fn is_kept_out(times: &TravelTimes, spot: &Spot) -> bool {
    times.metric.edge_time[spot.edge.index()] >= FAR && *spot == Spot::start_of(&times.graph, spot.edge)
}

/// Reusable buffers.
#[derive(Debug, Default)]
pub struct Timed {
    query: Query,
    flood: Flood,
    seeds: Vec<Seed>,
    into: Vec<Seed>,
    starts: Vec<Start>,
    next: Vec<Start>,
}

/// All ways from some nodes as far as a time goes (Dijkstra 1959): a change mostly finds a vehicle near where it set out.
#[derive(Debug, Default)]
struct Flood {
    /// Time to each node; [`FAR`] where not reached.
    time: Vec<u32>,
    /// Nodes with a time.
    reached: Vec<u32>,
    /// Times and nodes to be looked at, the time in the upper half of a number.
    open: BinaryHeap<Reverse<u64>>,
}

impl Flood {
    /// Begins anew.
    fn start(&mut self, nodes: usize, seeds: &[Seed], limit: u32) {
        for node in self.reached.drain(..) {
            self.time[node as usize] = FAR;
        }
        if self.time.len() != nodes {
            self.time = vec![FAR; nodes];
        }
        self.open.clear();
        seeds.iter().filter(|seed| seed.1 <= limit).for_each(|(node, time)| self.reach(*node, *time));
    }

    fn reach(&mut self, node: u32, time: u32) {
        let best = &mut self.time[node as usize];
        if time < *best {
            if *best == FAR {
                self.reached.push(node);
            }
            *best = time;
            self.open.push(Reverse(u64::from(time) << 32 | u64::from(node)));
        }
    }

    /// The next nearest node and its time.
    fn next(&mut self) -> Option<(u32, u32)> {
        while let Some(Reverse(open)) = self.open.pop() {
            let (time, node) = ((open >> 32) as u32, open as u32);
            if time == self.time[node as usize] {
                return Some((node, time));
            }
        }
        None
    }
}

/// The time from the edge's tail to the goal on it, for those who are on the edge already; for those who are kept out, if
/// nothing closed lies before it.
fn goal_at(times: &TravelTimes, on: &OnEdge, kept_out: bool) -> Option<u32> {
    if on.from_tail.is_reachable() {
        return Some(on.from_tail.0);
    }
    // A closure between the tail and the goal does not stop who is on the road.
    if kept_out || !on.to_head.is_reachable() {
        return None;
    }
    times.metric.open_time(&times.graph, on.edge).checked_sub(on.to_head.0)
}

impl Timed {
    /// Empty buffers.
    pub fn new() -> Timed {
        Timed::default()
    }

    /// The shortest time from any of the starts to the goal through the stages, of which no more are asked for than needed.
    pub fn earliest<'a>(&mut self, starts: &[Start], stages: impl IntoIterator<Item = Stage<'a>>) -> TravelTime {
        let mut here = std::mem::take(&mut self.starts);
        let mut next = std::mem::take(&mut self.next);
        here.clear();
        here.extend_from_slice(starts);
        let mut passed = 0_u32;
        let mut found = TravelTime::UNREACHABLE;
        let mut stages = stages.into_iter();
        let mut coming = stages.next();
        while let Some(stage) = coming {
            let best = self.within(&here, &stage);
            if best <= stage.lasts && best < FAR {
                found = TravelTime(passed.saturating_add(best));
                break;
            }
            coming = stages.next();
            if coming.is_none() {
                if best < FAR {
                    found = TravelTime(passed.saturating_add(best));
                }
                break;
            }
            next.clear();
            self.at_the_change(&here, &stage, &mut next);
            std::mem::swap(&mut here, &mut next);
            passed = passed.saturating_add(stage.lasts);
        }
        (self.starts, self.next) = (here, next);
        found
    }

    /// The shortest time if the stage lasted for ever; leaves the seeds of those who can move.
    fn within(&mut self, starts: &[Start], stage: &Stage) -> u32 {
        let (times, g) = (stage.times, &stage.times.graph);
        let mut best = FAR;
        self.seeds.clear();
        for start in starts {
            let at = times.metric.time_at(g, &start.spot);
            let kept_out = is_kept_out(times, &start.spot);
            for on in stage.goal.edges().filter(|on| on.edge == start.spot.edge) {
                if let Some(ahead) = goal_at(times, &on, kept_out).and_then(|goal| goal.checked_sub(at)) {
                    best = best.min(start.wait.saturating_add(ahead));
                }
            }
            if kept_out {
                continue;
            }
            let rest = times.metric.rest(g, &start.spot);
            self.seeds.push((times.end_node(start.spot.edge), start.wait.saturating_add(rest).min(FAR)));
        }
        if let Some(row) = stage.to_goal {
            // The row tells the whole way from the end of an edge.
            let by_node = self.seeds.iter().map(|(node, time)| time.saturating_add(row[*node as usize]));
            return by_node.fold(best, u32::min);
        }
        times.seeds(stage.goal, false, &mut self.into);
        best.min(self.query.time(times.ladder(), &self.seeds, &self.into)).min(FAR)
    }

    /// Where all who set out are when the stage ends; the seeds are those of [`Timed::within`].
    fn at_the_change(&mut self, starts: &[Start], stage: &Stage, next: &mut Vec<Start>) {
        let (times, g) = (stage.times, &stage.times.graph);
        let search = &times.topology.search;
        for start in starts {
            let Some(moving) = stage.lasts.checked_sub(start.wait) else {
                next.push(Start { wait: start.wait - stage.lasts, ..*start });
                continue;
            };
            if is_kept_out(times, &start.spot) {
                // Of those only who has the goal before the closure moves, and would have come to it or comes to it next.
                let goal = stage.goal.edges().find(|on| on.edge == start.spot.edge && on.from_tail.is_reachable());
                let spot = goal.map_or(start.spot, |_| times.metric.spot_after(g, start.spot.edge, TravelTime(moving)));
                next.push(Start { spot: if moving > 0 { spot } else { start.spot }, wait: 0 });
                continue;
            }
            let (at, rest) = (times.metric.time_at(g, &start.spot), times.metric.rest(g, &start.spot));
            if rest > moving {
                let spot = times.metric.spot_after(g, start.spot.edge, TravelTime(at + moving));
                next.push(Start { spot, wait: 0 });
            }
        }
        self.flood.start(search.nodes(), &self.seeds, stage.lasts);
        while let Some((node, since)) = self.flood.next() {
            let moving = stage.lasts - since;
            for arc in search.out_arcs(node) {
                let edge = search.edge(arc);
                let (drive, turn) = (times.metric.edge_time[edge.index()], search.turn(arc));
                let done = turn.saturating_add(drive);
                if drive < FAR && done <= moving {
                    self.flood.reach(search.head[arc as usize], since + done);
                    continue;
                }
                // Who stands before a closed road waits for what the change brings, unless the goal is before the closure.
                let goal = || stage.goal.edges().any(|on| on.edge == edge && on.from_tail.is_reachable());
                let driven = if drive < FAR || goal() { moving.saturating_sub(turn) } else { 0 };
                let spot = match driven {
                    0 => Spot::start_of(g, edge),
                    _ => times.metric.spot_after(g, edge, TravelTime(driven)),
                };
                next.push(Start { spot, wait: turn.saturating_sub(moving) });
            }
        }
    }
}

#[cfg(test)]
#[path = "timed_tests.rs"]
mod tests;
