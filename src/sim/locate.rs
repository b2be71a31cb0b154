//! Where a unit on its way home is at a given moment, and how long it takes from there to a demand point.
//!
//! A unit's path home is the shortest path in network time, found by walking down the table of times to its post; it is
//! never stored. At any moment the unit is on some edge of that path. It may go on to the edge's end, or turn round on
//! a two-way road, which costs [`U_TURN_S`].

use super::world::{Origin, World};
use crate::ids::{EdgeId, NodeId, PointId, PostId};
use crate::network::{OnEdge, OnRoad};
use crate::units::TravelTime;

/// Seconds to turn round in the middle of a two-way road (an assumption).
pub(super) const U_TURN_S: f64 = 20.0;
/// Steps by which two roundings of the same spot may differ.
const ROUNDING: u32 = 2;

/// Where a unit on its way home is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Whereabouts {
    /// On an edge, some time (network time) after its tail, with so much left to its post's place on the road.
    OnEdge { edge: EdgeId, from_tail: u32, post: PostId, to_post: u32 },
    /// Still between the place it left and the road, so many steps from the road.
    Leaving { origin: Origin, to_road: u32 },
    /// Between the road and its post, so many steps past the road.
    Entering { post: PostId, from_road: u32 },
}

/// Finds a unit `elapsed` steps of network time after it left `origin` for `post`.
pub(super) fn locate(world: &World, origin: Origin, post: PostId, elapsed: u32) -> Whereabouts {
    let from = world.place(origin);
    let entering = |from_road| Whereabouts::Entering { post, from_road };
    let (Some(start), Some(goal)) = (&from.on, &world.posts[post.index()].on) else { return entering(0) };
    if elapsed <= from.access.0 {
        return Whereabouts::Leaving { origin, to_road: from.access.0 - elapsed };
    }
    let mut left = elapsed - from.access.0;
    let g = &world.graph;
    let times = world.nodes_to_post(post);

    // The first edge: along the road straight to the goal, or to one of its ends.
    let mut best: Option<(u32, EdgeId, u32)> = None;
    for (here, there) in [(start.forward, goal.forward), (start.backward, goal.backward)] {
        let Some(on) = here else { continue };
        let mut total = on.to_head.0.saturating_add(times[g.head[on.edge.index()] as usize]);
        if let Some(there) = there.filter(|t| t.edge == on.edge && t.from_tail >= on.from_tail) {
            total = total.min(there.from_tail.0 - on.from_tail.0);
        }
        if best.is_none_or(|(t, ..)| total < t) {
            best = Some((total, on.edge, on.from_tail.0));
        }
    }
    let Some((total, mut edge, mut offset)) = best else { return entering(0) };
    if left >= total {
        return entering(left - total);
    }
    // Walk: on each edge either the moment or the goal falls on it, or it is left at its head.
    let mut remaining = total;
    loop {
        let rest_of_edge = world.metric.edge_time[edge.index()] - offset;
        if left < rest_of_edge || remaining < rest_of_edge {
            let from_tail = offset + left.min(remaining);
            return Whereabouts::OnEdge { edge, from_tail, post, to_post: remaining.saturating_sub(left) };
        }
        left -= rest_of_edge;
        remaining -= rest_of_edge;
        let node = g.head[edge.index()] as usize;
        let next = next_edge(world, goal, node, times);
        match next {
            Some(next) => (edge, offset) = (next, 0),
            None => return entering(left),
        }
    }
}

/// The edge by which the shortest path to the goal leaves a junction.
fn next_edge(world: &World, goal: &OnRoad, node: usize, times: &[u32]) -> Option<EdgeId> {
    let g = &world.graph;
    let last = [goal.forward, goal.backward].into_iter().flatten();
    for on in last {
        if g.tail[on.edge.index()] as usize == node && on.from_tail.0 == times[node] {
            return Some(on.edge);
        }
    }
    g.out_edges(NodeId::new(node))
        .find(|e| {
            world.metric.edge_time[*e].saturating_add(times[g.head[*e] as usize]) == times[node]
                && world.metric.edge_time[*e] > 0
        })
        .or_else(|| {
            // A path of zero-length edges: any that leads strictly on is as good; give up on a plateau.
            g.out_edges(NodeId::new(node)).find(|e| times[g.head[*e] as usize] < times[node])
        })
        .map(EdgeId::new)
}

/// Network time from where a unit is to a demand point, getting off the road included.
pub(super) fn time_to_point(world: &World, at: Whereabouts, point: PointId) -> TravelTime {
    let place = &world.points[point.index()];
    let Some(goal) = &place.on else { return TravelTime::UNREACHABLE };
    match at {
        Whereabouts::Leaving { origin, to_road } => {
            let from_place = world.to_point(origin, point);
            let access = world.place(origin).access.0;
            off_road(from_place, access, to_road)
        }
        Whereabouts::Entering { post, from_road } => {
            let from_place = world.to_point(Origin::Post(post), point);
            let access = world.posts[post.index()].access.0;
            off_road(from_place, access, from_road.min(access))
        }
        Whereabouts::OnEdge { edge, from_tail, post, to_post } => {
            let g = &world.graph;
            let rows = world.nodes_to_point(point);
            let ahead = on_from(world, goal, edge, from_tail, rows);
            // It may also go on to its post and turn in the yard, which costs nothing extra.
            let by_post = off_road(world.to_point(Origin::Post(post), point), world.posts[post.index()].access.0, 0);
            let by_post = to_post.saturating_add(by_post.0).saturating_sub(place.access.0);
            let mut best = ahead.min(by_post);
            if g.twin(edge).is_some() {
                // The same spot seen from the other direction.
                let spot = world.metric.spot_after(g, edge, TravelTime(from_tail));
                let spot = world.metric.at(g, g.road[edge.index()], spot.segment, spot.share);
                let twin = if g.is_forward(edge) { spot.backward } else { spot.forward };
                let turned = twin.map_or(u32::MAX, |t: OnEdge| on_from(world, goal, t.edge, t.from_tail.0, rows));
                best = best.min(turned.saturating_add(TravelTime::from_seconds(U_TURN_S).0));
            }
            TravelTime(best).plus(place.access)
        }
    }
}

/// Time to a point for a unit between a place and its road, `to_road` steps from the road, given the time from the place.
fn off_road(from_place: TravelTime, access: u32, to_road: u32) -> TravelTime {
    match from_place {
        TravelTime::UNREACHABLE => from_place,
        // The point is the very place: back to it.
        TravelTime::ZERO => TravelTime(access - to_road),
        _ => TravelTime(from_place.0.saturating_sub(access).saturating_add(to_road)),
    }
}

/// Network time to a position on the road from an edge, `offset` after its tail.
fn on_from(world: &World, goal: &OnRoad, edge: EdgeId, offset: u32, rows: &[u32]) -> u32 {
    let g = &world.graph;
    let by_head = (world.metric.edge_time[edge.index()] - offset).saturating_add(rows[g.head[edge.index()] as usize]);
    let direct = [goal.forward, goal.backward]
        .into_iter()
        .flatten()
        // Rounding may put the very spot a step behind.
        .filter(|on| on.edge == edge && on.from_tail.0 + ROUNDING >= offset)
        .map(|on| on.from_tail.0.saturating_sub(offset))
        .min();
    direct.map_or(by_head, |d| d.min(by_head))
}
