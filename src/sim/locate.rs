//! Where a unit on its way home is at a given moment, and how long it takes from there.
//!
//! A unit's way home is the shortest under the metric in force; it is never stored, but found again by walking down the
//! table of times to its post (or, where that table would be too large, by asking the hierarchy). At any moment the unit
//! is on some edge of that way. It may go on to the edge's end, or turn round on a two-way road, which costs
//! [`U_TURN_S`]. Where the roads change while it drives, it goes on from where it is by the shortest way that is then.

use super::roads::{Net, Scratch};
use super::ways::{Drive, Leg};
use super::world::{Origin, World};
use crate::ids::{EdgeId, PointId, PostId};
use crate::network::{FAR, OnEdge, OnRoad, Spot, Stage, Start};
use crate::units::{SimTime, Span, TravelTime, rounded};

/// Seconds to turn round in the middle of a two-way road (an assumption).
pub(super) const U_TURN_S: f64 = 20.0;
/// Steps by which two roundings of the same spot may differ.
const ROUNDING: u32 = 2;
/// No trip out is followed through more changes of the roads than this.
const CHANGES: usize = 64;
/// No way home is: a unit may stand before a closed road for days.
const CHANGES_HOME: usize = 4_096;

/// Where a unit that may be sent is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Whereabouts {
    /// At a place it has not left.
    At(Origin),
    /// Still between the place it left and the road.
    Leaving {
        /// The place.
        origin: Origin,
        /// Steps to the road.
        to_road: u32,
    },
    /// On an edge.
    On {
        /// Where on it.
        spot: Spot,
        /// The post it is on its way to, in whose yard it may turn.
        yard: Option<PostId>,
    },
    /// Between the road and a place.
    Entering {
        /// The place.
        place: Origin,
        /// Steps past the road.
        from_road: u32,
    },
}

/// Microseconds of driving as steps of network time, with the factor of the way.
fn steps(span: Span, factor: f64) -> u32 {
    (span.0 as f64 / (100.0 * factor)) as u32
}

/// Steps of network time as a span, with the factor of the way.
pub(super) fn scaled(time: u32, factor: f64) -> Span {
    Span(rounded(f64::from(time) * 100.0 * factor))
}

impl Whereabouts {
    /// A unit that has just left a place.
    pub(super) fn leaving(world: &World, origin: Origin) -> Whereabouts {
        Whereabouts::Leaving { origin, to_road: world.place(origin).access.0 }
    }
}

/// How long a unit needs to a post, going on at every change of the roads by what is then the shortest way; `None` if it
/// never gets there.
pub(super) fn time_home(world: &World, scratch: &mut Scratch, drive: &Drive<Whereabouts>) -> Option<Span> {
    let mut at = drive.from;
    let mut now = drive.leaves;
    for _ in 0..CHANGES_HOME {
        let (regime, change) = world.roads.calendar.at(now);
        let left = left(world, scratch, regime, drive.leg, at, drive.to);
        if left < FAR {
            let span = scaled(left, drive.factor);
            if change == SimTime::NEVER || change - now >= span {
                return Some(now + span - drive.leaves);
            }
        }
        if change == SimTime::NEVER {
            return None;
        }
        at = advance(world, scratch, regime, drive.leg, at, drive.to, steps(change - now, drive.factor));
        now = change;
    }
    None
}

/// Where a unit on its way is at a moment.
pub(super) fn locate(world: &World, scratch: &mut Scratch, drive: &Drive<Whereabouts>, now: SimTime) -> Whereabouts {
    let mut at = drive.from;
    let mut from = drive.leaves;
    if now <= from {
        return at;
    }
    for _ in 0..CHANGES_HOME {
        let (regime, change) = world.roads.calendar.at(from);
        let to = now.min(change);
        at = advance(world, scratch, regime, drive.leg, at, drive.to, steps(to - from, drive.factor));
        if to == now {
            break;
        }
        from = to;
    }
    at
}

/// The times from every node to a goal on a leg, where they are kept.
fn row_to(net: &Net, goal: Origin) -> Option<&[u32]> {
    match goal {
        Origin::Post(post) => net.nodes_to_post(post.index()),
        Origin::Point(point) => net.nodes_to_point(point.index()),
        Origin::Hospital(hospital) => net.nodes_to_hospital(hospital.index()),
    }
}

/// Steps between two places under one metric, getting on and off the road included.
fn between(world: &World, regime: usize, leg: Leg, from: Origin, to: Origin) -> TravelTime {
    match to {
        Origin::Post(post) => world.to_post(regime, from, post),
        Origin::Point(point) => world.to_point_by(regime, leg, from, point),
        Origin::Hospital(_) => TravelTime::UNREACHABLE,
    }
}

/// Steps from where a unit is to its goal under one metric, driving on, or turning round in the road where that is better.
pub(super) fn left(world: &World, scratch: &mut Scratch, regime: usize, leg: Leg, at: Whereabouts, to: Origin) -> u32 {
    let net = world.roads.net(regime, leg);
    let access = world.place(to).access.0;
    let Some(goal) = world.on_road(net, to) else { return u32::MAX };
    match at {
        Whereabouts::At(origin) => between(world, regime, leg, origin, to).0,
        Whereabouts::Leaving { origin, to_road } => {
            off_road(between(world, regime, leg, origin, to), world.place(origin).access.0, to_road).0
        }
        Whereabouts::Entering { place, from_road } if place == to => access.saturating_sub(from_road),
        Whereabouts::Entering { place, from_road } => {
            let inside = world.place(place).access.0;
            off_road(between(world, regime, leg, place, to), inside, from_road.min(inside)).0
        }
        Whereabouts::On { spot, .. } => {
            let (on, back) = both_ways(net, scratch, goal, &spot, row_to(net, to));
            back.map_or(on, |b| b.1).saturating_add(access)
        }
    }
}

/// Steps from a spot to a goal driving on, and, where that is better, turned round (with the spot in that direction).
fn both_ways(
    net: &Net,
    scratch: &mut Scratch,
    goal: &OnRoad,
    spot: &Spot,
    row: Option<&[u32]>,
) -> (u32, Option<(Spot, u32)>) {
    let on = on_from(net, scratch, goal, spot, row);
    let back = turned(net, spot).map(|back| {
        let by_turning = on_from(net, scratch, goal, &back, row);
        (back, by_turning.saturating_add(TravelTime::from_seconds(U_TURN_S).0))
    });
    (on, back.filter(|b| b.1 < on))
}

/// Where a way ends.
#[derive(Clone, Copy)]
struct Goal<'n> {
    place: Origin,
    on: &'n OnRoad,
    row: Option<&'n [u32]>,
}

/// Where a unit is after so many more steps towards a goal, one metric holding all the while.
pub(super) fn advance(
    world: &World,
    scratch: &mut Scratch,
    regime: usize,
    leg: Leg,
    at: Whereabouts,
    to: Origin,
    elapsed: u32,
) -> Whereabouts {
    let net = world.roads.net(regime, leg);
    let Some(on) = world.on_road(net, to) else { return at };
    let goal = Goal { place: to, on, row: row_to(net, to) };
    match at {
        // Without a way it stays where it is.
        Whereabouts::At(origin) if between(world, regime, leg, origin, to).is_reachable() => {
            advance(world, scratch, regime, leg, Whereabouts::leaving(world, origin), to, elapsed)
        }
        Whereabouts::At(_) => at,
        Whereabouts::Entering { place, from_road } if place == to => {
            Whereabouts::Entering { place, from_road: from_road.saturating_add(elapsed) }
        }
        Whereabouts::Entering { place, from_road } => {
            let to_road = from_road.min(world.place(place).access.0);
            advance(world, scratch, regime, leg, Whereabouts::Leaving { origin: place, to_road }, to, elapsed)
        }
        Whereabouts::Leaving { origin, to_road } if elapsed <= to_road => {
            Whereabouts::Leaving { origin, to_road: to_road - elapsed }
        }
        Whereabouts::Leaving { origin, to_road } => {
            let Some(start) = world.on_road(net, origin) else { return at };
            // The first edge: straight to the goal, or to one of the road's ends.
            let mut best: Option<(u32, EdgeId)> = None;
            for on in start.edges() {
                let by_end = on.to_head.0.saturating_add(from_end(net, scratch, on.edge, goal.on, goal.row));
                let straight = goal.on.edges().find_map(|g| on.ahead_to(&g)).map_or(u32::MAX, |t| t.0);
                let total = by_end.min(straight);
                if total < FAR && best.is_none_or(|(t, _)| total < t) {
                    best = Some((total, on.edge));
                }
            }
            match (best, &world.place(origin).road) {
                (Some((total, edge)), Some(place)) => {
                    let spot = Spot { edge, segment: place.segment, share: place.share, waited_s: 0.0 };
                    drive(net, scratch, goal, &spot, total, elapsed - to_road)
                }
                _ => at,
            }
        }
        Whereabouts::On { spot, .. } => {
            let (total, back) = both_ways(net, scratch, goal.on, &spot, goal.row);
            if let Some((other, total)) = back {
                let turning = TravelTime::from_seconds(U_TURN_S).0;
                if elapsed <= turning {
                    return at;
                }
                return drive(net, scratch, goal, &other, total - turning, elapsed - turning);
            }
            if total < FAR { drive(net, scratch, goal, &spot, total, elapsed) } else { at }
        }
    }
}

/// Follows the shortest way to a goal that lies `total` steps ahead, for `left` steps.
fn drive(net: &Net, scratch: &mut Scratch, towards: Goal, from: &Spot, total: u32, mut left: u32) -> Whereabouts {
    let Goal { place, on: goal, row } = towards;
    if left >= total {
        return Whereabouts::Entering { place, from_road: left - total };
    }
    let yard = match place {
        Origin::Post(post) => Some(post),
        _ => None,
    };
    let times = &net.times;
    let on = |edge, from_tail| {
        let spot = times.metric.spot_after(&times.graph, edge, TravelTime(from_tail));
        Whereabouts::On { spot, yard }
    };
    let (mut edge, mut offset) = (from.edge, times.metric.time_at(&times.graph, from));
    // Of an edge that was closed while the unit was on it the metric knows only the rest.
    let mut length = offset.saturating_add(times.metric.rest(&times.graph, from));
    let mut remaining = total;
    // Without the table: the ways of the hierarchy, asked once.
    let mut listed: Option<std::vec::IntoIter<EdgeId>> = None;
    if row.is_none() {
        let first = only(times.metric.edge_time[edge.index()], edge, goal.road);
        let unpacker = net.unpacker();
        let route = unpacker.and_then(|u| times.route(&mut scratch.query, u, &first, goal));
        listed = Some(route.map(|r| r.edges).unwrap_or_default().into_iter());
    }
    loop {
        let rest = length.saturating_sub(offset);
        if left < rest || remaining < rest {
            return on(edge, offset + left.min(remaining));
        }
        left -= rest;
        remaining -= rest;
        let next = match (&mut listed, row) {
            (Some(edges), _) => edges.find(|e| *e != edge).map(|e| (e, 0)),
            (None, Some(row)) => next_edge(net, goal, times.end_node(edge), row),
            (None, None) => None,
        };
        let Some((next, turn)) = next else { return Whereabouts::Entering { place, from_road: left } };
        // The seconds of a turn are spent at the start of the next edge.
        if left < turn {
            return on(next, 0);
        }
        left -= turn;
        remaining = remaining.saturating_sub(turn);
        (edge, offset, length) = (next, 0, times.metric.edge_time[next.index()]);
    }
}

/// The end of an edge as a place that can only be left.
fn only(time: u32, edge: EdgeId, road: u32) -> OnRoad {
    let end = OnEdge { edge, from_tail: TravelTime(time), to_head: TravelTime::ZERO };
    OnRoad { road: road ^ u32::MAX, forward: Some(end), backward: None }
}

/// The edge by which the shortest way to the goal leaves a node, and the steps of the turn into it.
fn next_edge(net: &Net, goal: &OnRoad, node: u32, row: &[u32]) -> Option<(EdgeId, u32)> {
    let search = &net.times.topology.search;
    let here = row[node as usize];
    if here >= FAR {
        return None;
    }
    let metric = &net.times.metric;
    for arc in search.out_arcs(node) {
        let (edge, turn) = (search.edge(arc), search.turn(arc));
        let into = goal.edges().find(|on| on.edge == edge);
        if into.is_some_and(|on| on.from_tail.0.saturating_add(turn) == here) {
            return Some((edge, turn));
        }
        let through = metric.edge_time[edge.index()].saturating_add(turn);
        if through < FAR && through.saturating_add(row[search.head[arc as usize] as usize]) == here {
            return Some((edge, turn));
        }
    }
    None
}

/// Steps from the end of an edge to a goal.
fn from_end(net: &Net, scratch: &mut Scratch, edge: EdgeId, goal: &OnRoad, row: Option<&[u32]>) -> u32 {
    match row {
        Some(row) => row[net.times.end_node(edge) as usize],
        None => {
            let end = only(net.times.metric.edge_time[edge.index()], edge, goal.road);
            net.times.time(&mut scratch.query, &end, goal).0
        }
    }
}

/// Steps to a position on the road from a spot on an edge, driving on.
fn on_from(net: &Net, scratch: &mut Scratch, goal: &OnRoad, spot: &Spot, row: Option<&[u32]>) -> u32 {
    let (metric, g) = (&net.times.metric, &net.times.graph);
    let at = metric.time_at(g, spot);
    let ahead = goal.edges().filter(|on| on.edge == spot.edge && on.from_tail.is_reachable());
    // Rounding may put the very spot a step behind.
    let straight = ahead.filter(|on| on.from_tail.0 + ROUNDING >= at).map(|on| on.from_tail.0.saturating_sub(at)).min();
    let by_end = metric.rest(g, spot).saturating_add(from_end(net, scratch, spot.edge, goal, row));
    straight.map_or(by_end, |s| s.min(by_end))
}

/// Time to a place for a unit between another place and its road, `to_road` steps from the road, given the time from
/// that place.
fn off_road(from_place: TravelTime, access: u32, to_road: u32) -> TravelTime {
    match from_place {
        TravelTime::UNREACHABLE => from_place,
        // The goal is the very place: back to it.
        TravelTime::ZERO => TravelTime(access.saturating_sub(to_road)),
        _ => TravelTime(from_place.0.saturating_sub(access).saturating_add(to_road)),
    }
}

/// Network time from where a unit is to a demand point, getting off the road included, if the roads stayed as they are
/// in one regime.
pub(super) fn time_to_point(
    world: &World,
    scratch: &mut Scratch,
    regime: usize,
    leg: Leg,
    at: Whereabouts,
    point: PointId,
) -> TravelTime {
    let to = Origin::Point(point);
    if let Whereabouts::At(origin) = at {
        let time = world.to_point_by(regime, leg, origin, point);
        return if time.0 >= FAR { TravelTime::UNREACHABLE } else { time };
    }
    let best = left(world, scratch, regime, leg, at, to);
    let best = match at {
        // It may also go on to its post and turn in the yard, which costs nothing extra.
        Whereabouts::On { spot, yard: Some(post) } => {
            let net = world.roads.net(regime, leg);
            let out = world.to_point_by(regime, leg, Origin::Post(post), point);
            let from_yard = off_road(out, world.posts[post.index()].access.0, 0).0;
            best.min(to_yard(net, scratch, &spot, post).map_or(u32::MAX, |home| home.saturating_add(from_yard)))
        }
        _ => best,
    };
    if best >= FAR { TravelTime::UNREACHABLE } else { TravelTime(best) }
}

/// Steps from a spot to the place on the road of a unit's post, by the metric of responses.
fn to_yard(net: &Net, scratch: &mut Scratch, spot: &Spot, post: PostId) -> Option<u32> {
    let yard = net.posts[post.index()].as_ref()?;
    let home = on_from(net, scratch, yard, spot, net.nodes_to_post(post.index()));
    (home < FAR).then_some(home)
}

/// The same spot in the other direction of the road.
fn turned(net: &Net, spot: &Spot) -> Option<Spot> {
    let edge = net.times.graph.twin(spot.edge)?;
    Some(Spot { edge, waited_s: 0.0, ..*spot })
}

/// The ways a unit may set out for a goal, for trips that last beyond a change of the roads after `lasts` steps.
fn starts(
    world: &World,
    scratch: &mut Scratch,
    net: &Net,
    trip: &Trip,
    goal: &OnRoad,
    lasts: u32,
    out: &mut Vec<Start>,
) {
    out.clear();
    let mut from = |place: Origin, wait| {
        let road = world.place(place).road.as_ref();
        if let (Some(road), Some(on)) = (road, world.on_road(net, place)) {
            // Not into a closed road, unless the goal lies before the closure.
            let open = |on: &OnEdge| on.to_head.is_reachable() || goal.edges().any(|g| on.ahead_to(&g).is_some());
            for on in on.edges().filter(open) {
                let spot = Spot { edge: on.edge, segment: road.segment, share: road.share, waited_s: 0.0 };
                out.push(Start { spot, wait });
            }
        }
    };
    match trip.drive.from {
        Whereabouts::At(origin) => from(origin, world.place(origin).access.0),
        Whereabouts::Leaving { origin, to_road } => from(origin, to_road),
        Whereabouts::Entering { place, from_road } => {
            from(place, from_road.min(world.place(place).access.0));
        }
        Whereabouts::On { spot, yard } => {
            let home = yard.and_then(|post| Some((post, to_yard(net, scratch, &spot, post)?)));
            if let Some((post, home)) = home.filter(|(_, home)| *home <= lasts) {
                from(Origin::Post(post), home);
            }
            out.push(Start { spot, wait: 0 });
            if let Some(back) = turned(net, &spot) {
                out.push(Start { spot: back, wait: TravelTime::from_seconds(U_TURN_S).0 });
            }
        }
    }
}

/// A way of a unit that may last beyond a change of the roads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trip {
    /// The way.
    pub(super) drive: Drive<Whereabouts>,
    /// Network time if nothing changed.
    pub(super) whole: TravelTime,
}

/// How long a trip takes whatever changes on the way; `None` if it never arrives.
pub(super) fn through_changes(world: &World, scratch: &mut Scratch, trip: &Trip) -> Option<Span> {
    let Trip { drive: Drive { to, leaves, leg, factor, .. }, whole } = *trip;
    let (regime, change) = world.roads.calendar.at(leaves);
    let span = whole.is_reachable().then(|| scaled(whole.0, factor));
    if change == SimTime::NEVER || whole == TravelTime::ZERO {
        return span;
    }
    if let Some(span) = span.filter(|span| change - leaves >= *span) {
        return Some(span);
    }
    let net = world.roads.net(regime, leg);
    let goal = world.on_road(net, to)?;
    let mut starts_here = std::mem::take(&mut scratch.starts);
    starts(world, scratch, net, trip, goal, steps(change - leaves, factor), &mut starts_here);
    let mut coming = Some((regime, leaves, change));
    let mut count = 0;
    let stages = std::iter::from_fn(|| {
        let (regime, now, change) = coming.take()?;
        let net = world.roads.net(regime, leg);
        let goal = world.on_road(net, to)?;
        let to_goal = row_to(net, to);
        let lasts = if change == SimTime::NEVER { FAR } else { steps(change - now, factor).min(FAR) };
        count += 1;
        let long = span.is_some_and(|span| (change - leaves).0 > 20 * span.0);
        if change != SimTime::NEVER && count < CHANGES && !long {
            let (regime, after) = world.roads.calendar.at(change);
            coming = Some((regime, change, after));
        }
        Some(Stage { times: &net.times, goal, lasts, to_goal })
    });
    let time = scratch.timed.earliest(&starts_here, stages);
    scratch.starts = starts_here;
    time.is_reachable().then(|| scaled(time.plus(world.place(to).access).0, factor))
}
