//! Travel times on a road graph for one state of the world: a mission, a period of the week, closed roads.
//!
//! The time of an edge is the sum over its segments of driving time × what bends and gradient multiply × the factors of
//! class and area, plus what stands at the segments' ends, plus the junction at its head:
//!
//! `t(e) = Σ drive(s) · bend(s) · grade(s) · class(e) · Π area(s)  +  Σ delay(s)  +  junction(head)`
//!
//! rounded once per edge to steps of [`TravelTime`] (100 µs). A metric is cheap to make: one pass over the points.

use super::graph::{Delay, DelayKind, NO_EDGE, Road, RoadGraph};
use super::profile::{Area, Mission, SIREN, SpeedProfile};
use super::snap::RoadPosition;
use crate::geo::{LatLon, distance_m};
use crate::ids::EdgeId;
use crate::units::TravelTime;
use petgraph::graph::{DiGraph, NodeIndex};
use rayon::prelude::*;

/// Times at or above this count as "no way": 59.6 hours. Two of them still add up without wrapping round.
pub const FAR: u32 = (u32::MAX >> 1) - 1;

/// A factor on driving times within an area.
#[derive(Clone, Debug, PartialEq)]
pub struct AreaFactor {
    /// Where; `None` for everywhere.
    pub area: Option<Area>,
    /// What driving time is multiplied by, by class of [`RoadGraph::classes`].
    pub class_factor: Vec<f64>,
}

/// What a metric is made by.
#[derive(Clone, Debug, PartialEq)]
pub struct MetricRules {
    /// Factors on driving times; those of all areas a segment's middle lies in are multiplied.
    pub factors: Vec<AreaFactor>,
    /// Seconds by kind of delay, in the order of [`DelayKind::ALL`].
    pub delay_s: [f64; DelayKind::ALL.len()],
    /// Seconds for passing a junction where three ends of roads or more meet.
    pub junction_s: f64,
    /// Whether bends slow down.
    pub bends: bool,
    /// Whether the gradient counts.
    pub grades: bool,
    /// Closed segments by their first point, sorted.
    pub closed: Vec<u32>,
}

impl Default for MetricRules {
    /// Driving times as the profile has them, with bends and gradient, without delays.
    fn default() -> MetricRules {
        MetricRules {
            factors: Vec::new(),
            delay_s: [0.0; DelayKind::ALL.len()],
            junction_s: 0.0,
            bends: true,
            grades: true,
            closed: Vec::new(),
        }
    }
}

impl MetricRules {
    /// Driving times and delays of a profile's urgent run, in its areas.
    pub fn of(profile: &SpeedProfile) -> MetricRules {
        // Every profile that was read has this mission.
        match profile.missions.get(SIREN) {
            Some(mission) => MetricRules::of_mission(profile, mission),
            None => MetricRules { delay_s: profile.delays.by_kind(), ..MetricRules::default() },
        }
    }

    /// Driving times and delays of one of a profile's missions, in its areas.
    pub fn of_mission(profile: &SpeedProfile, mission: &Mission) -> MetricRules {
        let classes = profile.class_names();
        let everywhere = classes.iter().map(|c| 1.0 / mission.speed_factor(c)).collect();
        let mut factors = vec![AreaFactor { area: None, class_factor: everywhere }];
        for rule in &profile.areas {
            let by = |c: &String| if rule.applies_to(c) { 1.0 / rule.factor } else { 1.0 };
            factors.push(AreaFactor { area: Some(rule.area.clone()), class_factor: classes.iter().map(by).collect() });
        }
        let (delay_s, junction_s) = (mission.delays.by_kind(), mission.delays.junction_s);
        MetricRules { factors, delay_s, junction_s, ..MetricRules::default() }
    }
}

/// A point on an edge, by its times to both ends.
///
/// Unless a closure lies on the edge, `from_tail + to_head` is exactly the edge's time; a part with a closure on it is
/// [`TravelTime::UNREACHABLE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnEdge {
    /// The edge.
    pub edge: EdgeId,
    /// Time from the edge's start to the point.
    pub from_tail: TravelTime,
    /// Time from the point to the edge's end, the delays on the way included.
    pub to_head: TravelTime,
}

impl OnEdge {
    /// Time to a place ahead on the same edge; `None` if it does not lie ahead or a closure lies between.
    pub fn ahead_to(&self, to: &OnEdge) -> Option<TravelTime> {
        if self.edge != to.edge {
            return None;
        }
        if self.from_tail.is_reachable() && to.from_tail.is_reachable() {
            return to.from_tail.0.checked_sub(self.from_tail.0).map(TravelTime);
        }
        // A closure lies behind both: measure from the other end.
        let reachable = self.to_head.is_reachable() && to.to_head.is_reachable();
        if reachable { self.to_head.0.checked_sub(to.to_head.0).map(TravelTime) } else { None }
    }
}

/// A place on a road with its times under a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnRoad {
    /// The road.
    pub road: u32,
    /// On the road's forward edge, if it has one.
    pub forward: Option<OnEdge>,
    /// On its backward edge, if it has one.
    pub backward: Option<OnEdge>,
}

impl OnRoad {
    /// The edges the place is on.
    pub fn edges(&self) -> impl Iterator<Item = OnEdge> {
        [self.forward, self.backward].into_iter().flatten()
    }

    /// Time to a place ahead on the same road without passing its end; `None` if it does not lie ahead or a closure
    /// lies between.
    pub fn straight_to(&self, to: &OnRoad) -> Option<TravelTime> {
        if self.road != to.road {
            return None;
        }
        let ahead = |a: Option<OnEdge>, b: Option<OnEdge>| a?.ahead_to(&b?);
        [ahead(self.forward, to.forward), ahead(self.backward, to.backward)].into_iter().flatten().min()
    }
}

/// Where a vehicle is on an edge, whatever the metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The edge it drives.
    pub edge: EdgeId,
    /// The segment, by its first point.
    pub segment: u32,
    /// How far along the segment, 0 to 1, in the direction of the road's points.
    pub share: f64,
    /// Seconds it has waited at the segment's end (signals, gates, the junction).
    pub waited_s: f64,
}

/// Travel times of all edges for one state of the world.
#[derive(Clone, Debug)]
pub struct Metric {
    /// Time of each edge in steps of [`TravelTime`], at least one step; [`FAR`] where closed.
    pub edge_time: Vec<u32>,
    /// Driving seconds of the segment that starts at each point, in the direction of the points, closed or not: those
    /// who are on a road when it is closed drive off it.
    forward_s: Vec<f32>,
    /// The same against it.
    backward_s: Vec<f32>,
    delay_s: [f64; DelayKind::ALL.len()],
    /// Closed segments, sorted.
    closed: Vec<u32>,
}

/// Seconds to steps; what is too long, or closed, is [`FAR`].
fn steps(seconds: f64) -> u32 {
    let steps = (seconds * TravelTime::PER_SECOND).round();
    if steps < f64::from(FAR) { steps as u32 } else { FAR }
}

fn travel_time(seconds: f64) -> TravelTime {
    let steps = steps(seconds);
    if steps < FAR { TravelTime(steps) } else { TravelTime::UNREACHABLE }
}

impl Metric {
    /// Computes the times of all edges.
    ///
    /// Takes 8 bytes a point and 4 an edge; O(points × areas).
    pub fn build(g: &RoadGraph, rules: &MetricRules) -> Metric {
        let points = g.points.len();
        let (mut forward_s, mut backward_s) = (vec![0.0; points], vec![0.0; points]);
        // Roads whose points lie in their order can be shared out.
        let in_order = g.roads.windows(2).all(|w| w[0].end_point <= w[1].first_point);
        let grain = if in_order { GRAIN } else { usize::MAX };
        drive(g, rules, &g.roads, grain, Piece { base: 0, forward_s: &mut forward_s, backward_s: &mut backward_s });
        let mut metric = Metric {
            edge_time: Vec::new(),
            forward_s,
            backward_s,
            delay_s: rules.delay_s,
            closed: rules.closed.clone(),
        };
        let ends = if rules.junction_s > 0.0 { g.road_ends() } else { Vec::new() };
        // Where the delays of each road begin.
        let mut next = 0;
        let first_delay = |road: &Road| {
            if !in_order {
                return g.delays.partition_point(|d| d.segment < road.first_point);
            }
            next += g.delays[next..].iter().take_while(|d| d.segment < road.first_point).count();
            next
        };
        let first_delay: Vec<usize> = g.roads.iter().map(first_delay).collect();
        let time = |edge: usize| {
            let road = &g.roads[g.road[edge] as usize];
            if metric.is_closed(road.first_point, road.end_point - 1) {
                return FAR;
            }
            let backward = road.backward as usize == edge;
            let seconds = if backward { &metric.backward_s } else { &metric.forward_s };
            let (first, last) = (road.first_point, road.end_point - 1);
            let driven: f64 = seconds[first as usize..last as usize].iter().map(|s| f64::from(*s)).sum();
            let mut wait = 0.0;
            let here = first_delay[g.road[edge] as usize];
            for d in g.delays[here..].iter().take_while(|d| d.segment < last).filter(|d| d.backward == backward) {
                wait += rules.delay_s[d.kind as usize];
            }
            let passed = ends.get(g.head[edge] as usize).is_some_and(|n| *n > 2);
            let junction = if passed { rules.junction_s } else { 0.0 };
            steps(driven + wait + junction).max(1)
        };
        let edge_time = (0..g.edge_count()).into_par_iter().with_min_len(GRAIN).map(time).collect();
        metric.edge_time = edge_time;
        metric
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        4 * (self.edge_time.len() + self.forward_s.len() + self.backward_s.len())
    }

    /// The junctions and edges that are open as a petgraph, for algorithms this program does not have. Node `i` is junction
    /// `i`; the weights are edges with their times.
    pub fn to_petgraph(&self, g: &RoadGraph) -> DiGraph<LatLon, (EdgeId, TravelTime)> {
        let mut out = DiGraph::with_capacity(g.node_count(), g.edge_count());
        for at in &g.positions {
            out.add_node(*at);
        }
        for (edge, time) in self.edge_time.iter().enumerate().filter(|(_, time)| **time < FAR) {
            let (tail, head) = (NodeIndex::new(g.tail[edge] as usize), NodeIndex::new(g.head[edge] as usize));
            out.add_edge(tail, head, (EdgeId::new(edge), TravelTime(*time)));
        }
        out
    }

    /// The least ratio of driving times by this metric to those by another, over all segments; 0 if a road that is closed
    /// in the other is open in this one. At most 1.
    pub fn quickest_against(&self, other: &Metric) -> f64 {
        if other.closed.iter().any(|p| self.closed.binary_search(p).is_err()) {
            return 0.0;
        }
        let ratio = |(a, b): (&f32, &f32)| if *b > 0.0 { f64::from(*a) / f64::from(*b) } else { 1.0 };
        let forward = self.forward_s.iter().zip(&other.forward_s).map(ratio);
        let backward = self.backward_s.iter().zip(&other.backward_s).map(ratio);
        forward.chain(backward).fold(1.0, f64::min)
    }

    /// The highest speed on any segment, metres a second; open roads and closed ones.
    pub fn fastest_m_s(&self, g: &RoadGraph) -> f64 {
        let mut fastest = 0.0_f64;
        for road in &g.roads {
            for p in road.first_point..road.end_point - 1 {
                let metres = distance_m(g.points[p as usize], g.points[p as usize + 1]);
                let seconds = self.forward_s[p as usize].min(self.backward_s[p as usize]);
                if seconds > 0.0 {
                    fastest = fastest.max(metres / f64::from(seconds));
                }
            }
        }
        fastest
    }

    /// The times of a place on its road.
    pub fn on_road(&self, g: &RoadGraph, place: &RoadPosition) -> OnRoad {
        self.at(g, place.road, place.segment, place.share)
    }

    /// The times of the point at a share (0 to 1) of the segment that starts at point `segment` of a road.
    pub fn at(&self, g: &RoadGraph, road: u32, segment: u32, share: f64) -> OnRoad {
        let r = &g.roads[road as usize];
        let delays = delays_on(g, r);
        let on = |edge: u32, backward: bool| {
            (edge != NO_EDGE).then(|| {
                let drive = if backward { &self.backward_s } else { &self.forward_s };
                // Before and behind in the direction of the points.
                let (mut before, mut behind) = (0.0, 0.0);
                for p in r.first_point..r.end_point - 1 {
                    let open = f64::from(drive[p as usize]);
                    let seconds = if self.is_closed(p, p + 1) { f64::INFINITY } else { open };
                    let wait = self.wait(delays, p, backward);
                    match p.cmp(&segment) {
                        std::cmp::Ordering::Less => before += seconds + wait,
                        std::cmp::Ordering::Greater => behind += seconds + wait,
                        std::cmp::Ordering::Equal => {
                            // Nothing of a closed segment is passed by standing at its end.
                            let part = |share: f64| if share > 0.0 { share * seconds } else { 0.0 };
                            before += part(share) + if backward { wait } else { 0.0 };
                            behind += part(1.0 - share) + if backward { 0.0 } else { wait };
                        }
                    }
                }
                let (from_tail, rest) = if backward { (behind, before) } else { (before, behind) };
                let total = self.edge_time[edge as usize];
                if total < FAR {
                    let from_tail = steps(from_tail).min(total);
                    let (from_tail, to_head) = (TravelTime(from_tail), TravelTime(total - from_tail));
                    OnEdge { edge: EdgeId(edge), from_tail, to_head }
                } else {
                    OnEdge { edge: EdgeId(edge), from_tail: travel_time(from_tail), to_head: travel_time(rest) }
                }
            })
        };
        OnRoad { road, forward: on(r.forward, false), backward: on(r.backward, true) }
    }

    /// Where on an edge a vehicle is that has driven for a time from the edge's tail.
    pub fn spot_after(&self, g: &RoadGraph, edge: EdgeId, from_tail: TravelTime) -> Spot {
        let r = &g.roads[g.road[edge.index()] as usize];
        let delays = delays_on(g, r);
        let backward = r.backward == edge.0;
        let drive = if backward { &self.backward_s } else { &self.forward_s };
        let mut left = from_tail.seconds();
        let spot = |segment, share, waited_s| Spot { edge, segment, share, waited_s };
        let (first, last) = (r.first_point, r.end_point - 2);
        for number in first..=last {
            let p = if backward { first + last - number } else { number };
            let seconds = f64::from(drive[p as usize]);
            if left < seconds {
                let share = left / seconds;
                return spot(p, if backward { 1.0 - share } else { share }, 0.0);
            }
            left -= seconds;
            let wait = self.wait(delays, p, backward);
            if left < wait || number == last {
                return spot(p, if backward { 0.0 } else { 1.0 }, left);
            }
            left -= wait;
        }
        spot(first, 0.0, 0.0)
    }

    /// Driving seconds of each segment of an edge and the seconds of waiting at its end, in the order of the road's points
    /// whatever the edge's direction; the junction left out. A closed segment takes for ever.
    pub fn segments(&self, g: &RoadGraph, edge: EdgeId) -> Vec<(f64, f64)> {
        let r = &g.roads[g.road[edge.index()] as usize];
        let delays = delays_on(g, r);
        let backward = r.backward == edge.0;
        let drive = if backward { &self.backward_s } else { &self.forward_s };
        let segment = |p: u32| {
            let open = f64::from(drive[p as usize]);
            (if self.is_closed(p, p + 1) { f64::INFINITY } else { open }, self.wait(delays, p, backward))
        };
        (r.first_point..r.end_point - 1).map(segment).collect()
    }

    /// Whether any segment from one point to another is closed.
    fn is_closed(&self, from: u32, to: u32) -> bool {
        !self.closed.is_empty() && {
            let at = self.closed.partition_point(|p| *p < from);
            self.closed.get(at).is_some_and(|p| *p < to)
        }
    }

    /// The time from an edge's tail at which a vehicle would be at a spot by this metric, were nothing closed.
    pub fn time_at(&self, g: &RoadGraph, spot: &Spot) -> u32 {
        let r = &g.roads[g.road[spot.edge.index()] as usize];
        let delays = delays_on(g, r);
        let backward = r.backward == spot.edge.0;
        let drive = if backward { &self.backward_s } else { &self.forward_s };
        let passed = if backward { spot.segment + 1..r.end_point - 1 } else { r.first_point..spot.segment };
        let before: f64 = passed.map(|p| f64::from(drive[p as usize]) + self.wait(delays, p, backward)).sum();
        let share = if backward { 1.0 - spot.share } else { spot.share };
        let on_it = if share > 0.0 { share * f64::from(drive[spot.segment as usize]) } else { 0.0 };
        // Where the wait has become shorter, what was waited longer is lost. (At the edge's end the junction counts too.)
        let end = if backward { r.first_point } else { r.end_point - 2 };
        let most = if spot.segment == end { f64::INFINITY } else { self.wait(delays, spot.segment, backward) };
        steps(before + on_it + spot.waited_s.min(most))
    }

    /// The time from a spot to the end of its edge. Of an edge that is closed: the time to drive off it.
    pub fn rest(&self, g: &RoadGraph, spot: &Spot) -> u32 {
        let total = match self.edge_time[spot.edge.index()] {
            FAR => self.open_time(g, spot.edge),
            time => time,
        };
        total.saturating_sub(self.time_at(g, spot))
    }

    /// The time of an edge if it were not closed, the junction left out.
    pub(super) fn open_time(&self, g: &RoadGraph, edge: EdgeId) -> u32 {
        let r = &g.roads[g.road[edge.index()] as usize];
        let delays = delays_on(g, r);
        let backward = r.backward == edge.0;
        let drive = if backward { &self.backward_s } else { &self.forward_s };
        let parts =
            (r.first_point..r.end_point - 1).map(|p| f64::from(drive[p as usize]) + self.wait(delays, p, backward));
        steps(parts.sum()).max(1)
    }

    /// Seconds of waiting at the end of a segment, of the delays on its road.
    fn wait(&self, on_road: &[Delay], segment: u32, backward: bool) -> f64 {
        let here = on_road.iter().filter(|d| d.segment == segment && d.backward == backward);
        here.map(|d| self.delay_s[d.kind as usize]).sum()
    }
}

/// What stands on a road.
fn delays_on<'g>(g: &'g RoadGraph, road: &Road) -> &'g [Delay] {
    let from = &g.delays[g.delays.partition_point(|d| d.segment < road.first_point)..];
    &from[..from.partition_point(|d| d.segment < road.end_point)]
}

/// Roads (and edges) that one thread takes at a time.
const GRAIN: usize = 4_096;

/// Driving seconds of some roads, from point `base` on.
struct Piece<'a> {
    base: usize,
    forward_s: &'a mut [f32],
    backward_s: &'a mut [f32],
}

/// Works out driving seconds; on both cores where there are more than `grain` roads.
fn drive(g: &RoadGraph, rules: &MetricRules, roads: &[Road], grain: usize, piece: Piece) {
    let Piece { base, forward_s, backward_s } = piece;
    if roads.len() > grain {
        let (left, right) = roads.split_at(roads.len() / 2);
        let middle = right[0].first_point as usize;
        let (forward_left, forward_right) = forward_s.split_at_mut(middle - base);
        let (backward_left, backward_right) = backward_s.split_at_mut(middle - base);
        let left_piece = Piece { base, forward_s: forward_left, backward_s: backward_left };
        let right_piece = Piece { base: middle, forward_s: forward_right, backward_s: backward_right };
        rayon::join(|| drive(g, rules, left, grain, left_piece), || drive(g, rules, right, grain, right_piece));
        return;
    }
    for road in roads {
        let points = road.first_point as usize..road.end_point as usize - 1;
        let here = points.start - base..points.end - base;
        let (forward, backward) = (&mut forward_s[here.clone()], &mut backward_s[here]);
        forward.copy_from_slice(&g.forward_s[points.clone()]);
        backward.copy_from_slice(&g.backward_s[points.clone()]);
        if rules.bends {
            scale(forward, &g.bend, &points);
            scale(backward, &g.bend, &points);
        }
        if rules.grades {
            scale(forward, &g.grade_forward, &points);
            scale(backward, &g.grade_backward, &points);
        }
        for factor in &rules.factors {
            let by = factor.class_factor.get(usize::from(road.class)).copied().unwrap_or(1.0) as f32;
            if by == 1.0 {
                continue;
            }
            for (p, (forward, backward)) in points.clone().zip(forward.iter_mut().zip(backward.iter_mut())) {
                let middle = || g.points[p].towards(g.points[p + 1], 0.5);
                if factor.area.as_ref().is_none_or(|a| a.contains(middle())) {
                    *forward *= by;
                    *backward *= by;
                }
            }
        }
    }
}

/// Multiplies by the factors of some points; factors that are 1 everywhere are not kept.
fn scale(seconds: &mut [f32], factors: &[f32], points: &std::ops::Range<usize>) {
    for (s, f) in seconds.iter_mut().zip(factors.get(points.clone()).unwrap_or(&[])) {
        *s *= f;
    }
}

#[cfg(test)]
mod tests {
    use super::super::graph::tests::triangle;
    use super::*;

    #[test]
    fn edges_take_the_sum_of_their_parts() {
        let mut g = triangle();
        g.delays = vec![Delay { segment: 0, backward: true, kind: DelayKind::Gate }];
        let rules = MetricRules { delay_s: [2.0, 60.0, 0.0, 0.0, 0.0, 0.0], junction_s: 5.0, ..MetricRules::default() };
        let m = Metric::build(&g, &rules);
        // No junction of three roads here.
        assert_eq!(m.edge_time[g.roads[0].forward as usize], 2_000_000);
        assert_eq!(m.edge_time[g.roads[0].backward as usize], 3_600_000);
        let slow = AreaFactor { area: None, class_factor: vec![1.5] };
        let m = Metric::build(&g, &MetricRules { factors: vec![slow], ..rules });
        assert_eq!(m.edge_time[g.roads[0].forward as usize], 3_000_000);
        // Delays are not stretched by slow driving.
        assert_eq!(m.edge_time[g.roads[0].backward as usize], 5_100_000);
    }

    #[test]
    fn missions_and_areas_change_speeds_but_not_waits() {
        let mut profile = SpeedProfile::builtin("china-default").unwrap();
        let mut g = triangle();
        // The triangle's one class is the profile's fifth.
        g.classes = profile.class_names();
        let class = g.classes.iter().position(|c| c == "primary").unwrap();
        g.roads.iter_mut().for_each(|r| r.class = class as u8);
        g.delays = vec![Delay { segment: 0, backward: false, kind: DelayKind::Signal }];
        let seconds = |p: &SpeedProfile, mission: &str| {
            let m = Metric::build(&g, &MetricRules::of_mission(p, p.mission(mission).unwrap()));
            TravelTime(m.edge_time[g.roads[0].forward as usize]).seconds()
        };
        assert_eq!(seconds(&profile, "siren"), 202.0);
        assert!((seconds(&profile, "plain") - (200.0 / 0.75 + 20.0)).abs() < 1e-3);
        // An area round the first segment's middle only.
        let ring = [(23.9, 101.9), (23.9, 102.008), (24.1, 102.008), (24.1, 101.9)];
        let area = Area::of_ring(ring.map(|(a, b)| LatLon::new(a, b)).to_vec()).unwrap();
        let rule = crate::network::profile::AreaRule { name: "lake".into(), area, factor: 0.5, classes: vec![] };
        profile.areas.push(rule);
        assert_eq!(seconds(&profile, "siren"), 302.0);
        profile.areas[0].classes.push("trunk".into());
        assert_eq!(seconds(&profile, "siren"), 202.0);
    }

    #[test]
    fn places_are_between_the_ends_and_waits_are_where_they_stand() {
        let mut g = triangle();
        // A gate at the middle point, paid on coming from the far end: at the end of segment 1 backwards.
        g.delays = vec![Delay { segment: 1, backward: true, kind: DelayKind::Gate }];
        let m = Metric::build(&g, &MetricRules { delay_s: [0.0, 60.0, 0.0, 0.0, 0.0, 0.0], ..MetricRules::default() });
        let (before, behind) = (m.at(&g, 0, 0, 0.5), m.at(&g, 0, 1, 0.5));
        let seconds = |on: Option<OnEdge>| on.map(|o| (o.from_tail.seconds(), o.to_head.seconds()));
        assert_eq!(seconds(before.forward), Some((50.0, 150.0)));
        assert_eq!(seconds(before.backward), Some((285.0, 75.0)));
        assert_eq!(seconds(behind.backward), Some((75.0, 285.0)));
        assert_eq!(before.straight_to(&behind).map(TravelTime::seconds), Some(100.0));
        assert_eq!(behind.straight_to(&before).map(TravelTime::seconds), Some(210.0));
        let edge = EdgeId(g.roads[0].backward);
        let expected = [(75.0, 1, 0.5, 0.0), (150.0, 1, 0.0, 0.0), (200.0, 1, 0.0, 50.0), (285.0, 0, 0.5, 0.0)];
        for (seconds, segment, share, waited_s) in expected {
            let spot = m.spot_after(&g, edge, TravelTime::from_seconds(seconds));
            assert_eq!((spot.segment, spot.waited_s), (segment, waited_s), "{seconds}");
            assert!((spot.share - share).abs() < 1e-9, "{seconds}: {spot:?}");
            assert_eq!(TravelTime(m.time_at(&g, &spot)).seconds(), seconds);
            assert_eq!(TravelTime(m.rest(&g, &spot)).seconds(), 360.0 - seconds);
        }
    }

    #[test]
    fn petgraph_sees_what_is_open() {
        let g = triangle();
        let open = Metric::build(&g, &MetricRules::default()).to_petgraph(&g);
        assert_eq!((open.node_count(), open.edge_count()), (3, 4));
        let times = petgraph::algo::dijkstra(&open, NodeIndex::new(0), None, |e| u64::from(e.weight().1.0));
        assert_eq!(times[&NodeIndex::new(2)], 3_000_000);
        let closed = Metric::build(&g, &MetricRules { closed: vec![1], ..MetricRules::default() }).to_petgraph(&g);
        assert_eq!(closed.edge_count(), 2);
    }

    #[test]
    fn a_closure_cuts_the_road_but_not_its_ends() {
        let g = triangle();
        let m = Metric::build(&g, &MetricRules { closed: vec![1], ..MetricRules::default() });
        assert_eq!(m.edge_time[g.roads[0].forward as usize], FAR);
        let open = m.at(&g, 0, 0, 0.25);
        let on = |o: Option<OnEdge>| o.map(|o| (o.from_tail.seconds(), o.to_head.seconds()));
        assert_eq!(on(open.forward), Some((25.0, f64::INFINITY)));
        assert_eq!(on(open.backward), Some((f64::INFINITY, 37.5)));
        let ahead = m.at(&g, 0, 0, 0.75);
        assert_eq!(open.straight_to(&ahead).map(TravelTime::seconds), Some(50.0));
        assert_eq!(ahead.straight_to(&open).map(TravelTime::seconds), Some(75.0));
        assert_eq!(open.straight_to(&m.at(&g, 0, 1, 0.5)), None);
    }
}
