//! A replay straight from the description of what JEMSS does: `f64` days, a sorted list of events, routes as lists of nodes.
//! Slow and obvious; it shares nothing with the engine or with [`NodeWays`](super::super::NodeWays) but the city.

use crate::jemss::{City, Place};
use std::collections::BTreeMap;

/// Gives routes as lists of nodes with the days from the first.
pub(super) trait Router {
    /// Days from some nodes to another by a mode.
    fn days(&mut self, mode: usize, from: &[u32], to: u32) -> Vec<f64>;
    /// All nodes of the route with the days from its first node.
    fn route(&mut self, mode: usize, from: u32, to: u32) -> Vec<(u32, f64)>;
}

/// What happened to a call.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Done {
    pub unit: usize,
    pub dispatched: f64,
    pub arrived: f64,
    pub at_hospital: Option<f64>,
    pub hospital: Option<usize>,
    pub bumps: u32,
    pub queued: bool,
    pub freed: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Arrives(usize),
    Consider(usize),
    Dispatched(usize, usize),
    ReachesCall(usize),
    LeavesScene(usize),
    ReachesHospital(usize),
    Free(usize),
    Returns(usize),
    Home(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Status {
    Home,
    ToCall,
    Busy,
    Freed,
    Returning,
}

struct Route {
    mode: usize,
    start: f64,
    /// Nodes with the times at which they are reached.
    nodes: Vec<(u32, f64)>,
    end: f64,
    km: f64,
}

struct Unit {
    status: Status,
    call: usize,
    route: Route,
}

pub(super) struct Replay<'a, R> {
    city: &'a City,
    router: R,
    posts: &'a [Place],
    hospitals: &'a [Place],
    points: &'a [Place],
    events: Vec<(f64, What)>,
    queue: Vec<usize>,
    units: Vec<Unit>,
    nearest: BTreeMap<(usize, u32), usize>,
    pub done: Vec<Done>,
}

impl<'a, R: Router> Replay<'a, R> {
    pub(super) fn new(
        city: &'a City,
        router: R,
        posts: &'a [Place],
        hospitals: &'a [Place],
        points: &'a [Place],
    ) -> Self {
        let units = city.ambulances.iter().map(|station| {
            let post = posts[*station];
            let route = Route {
                mode: 0,
                start: f64::NEG_INFINITY,
                nodes: vec![(post.node, f64::NEG_INFINITY)],
                end: city.start,
                km: post.km,
            };
            Unit { status: Status::Home, call: usize::MAX, route }
        });
        let units = units.collect();
        let done = vec![Done::default(); city.calls.len()];
        let (events, queue, nearest) = (Vec::new(), Vec::new(), BTreeMap::new());
        Replay { city, router, posts, hospitals, points, events, queue, units, nearest, done }
    }

    pub(super) fn run(mut self) -> (Vec<Done>, f64) {
        self.add(self.city.calls[0].arrival, What::Arrives(0));
        let mut now = self.city.start;
        while let Some((time, what)) = self.events.pop() {
            now = time;
            self.happen(now, what);
        }
        assert!(self.queue.is_empty() && self.units.iter().all(|u| u.status == Status::Home));
        (self.done, now)
    }

    /// Kept sorted with the soonest last; of equal times the one that was added last.
    fn add(&mut self, time: f64, what: What) {
        let at = self.events.iter().rposition(|e| e.0 >= time).map_or(0, |i| i + 1);
        self.events.insert(at, (time, what));
    }

    fn happen(&mut self, now: f64, what: What) {
        match what {
            What::Arrives(c) => {
                self.add(now + self.city.calls[c].dispatch_delay, What::Consider(c));
                if c + 1 < self.city.calls.len() {
                    self.add(self.city.calls[c + 1].arrival, What::Arrives(c + 1));
                }
            }
            What::Consider(c) => self.consider(now, c),
            What::Dispatched(u, c) => {
                let point = self.points[c];
                let mode = self.mode(now, Some(self.city.calls[c].priority));
                let end = self.set_out(u, now, mode, point);
                self.units[u].status = Status::ToCall;
                self.units[u].call = c;
                self.done[c].unit = u;
                self.done[c].dispatched = now;
                self.add(end, What::ReachesCall(u));
            }
            What::ReachesCall(u) => {
                let c = self.units[u].call;
                self.units[u].status = Status::Busy;
                self.done[c].arrived = now;
                let call = self.city.calls[c];
                let next = if call.transport { What::LeavesScene(u) } else { What::Free(u) };
                self.add(now + call.on_scene, next);
            }
            What::LeavesScene(u) => {
                let c = self.units[u].call;
                let mode = self.mode(now, None);
                let hospital =
                    self.city.calls[c].hospital.unwrap_or_else(|| self.nearest_hospital(mode, self.points[c].node));
                let end = self.set_out(u, now, mode, self.hospitals[hospital]);
                self.done[c].hospital = Some(hospital);
                self.add(end, What::ReachesHospital(u));
            }
            What::ReachesHospital(u) => {
                let c = self.units[u].call;
                self.done[c].at_hospital = Some(now);
                self.add(now + self.city.calls[c].handover, What::Free(u));
            }
            What::Free(u) => {
                self.done[self.units[u].call].freed = now;
                self.units[u].status = Status::Freed;
                match self.queue.pop() {
                    Some(c) => self.add(now, What::Dispatched(u, c)),
                    None => self.add(now, What::Returns(u)),
                }
            }
            What::Returns(u) => {
                let mode = self.mode(now, None);
                let end = self.set_out(u, now, mode, self.posts[self.city.ambulances[u]]);
                self.units[u].status = Status::Returning;
                self.add(end, What::Home(u));
            }
            What::Home(u) => self.units[u].status = Status::Home,
        }
    }

    fn mode(&self, now: f64, priority: Option<usize>) -> usize {
        self.city.mode(self.city.set_at(now), priority)
    }

    fn consider(&mut self, now: f64, c: usize) {
        let priority = self.city.calls[c].priority;
        let (mode, point) = (self.mode(now, Some(priority)), self.points[c]);
        let able: Vec<usize> = (0..self.units.len())
            .filter(|u| match self.units[*u].status {
                Status::Home | Status::Returning => true,
                Status::ToCall => {
                    let from = self.city.calls[self.units[*u].call].priority;
                    self.city.redispatch.contains(&(from, priority))
                }
                _ => false,
            })
            .collect();
        let starts: Vec<(u32, f64)> = able.iter().map(|u| self.next_node(*u, mode, now)).collect();
        let nodes: Vec<u32> = starts.iter().map(|s| s.0).collect();
        let days = self.router.days(mode, &nodes, point.node);
        let mut best = None;
        for (i, u) in able.iter().enumerate() {
            let time = days[i] + (starts[i].1 + point.km / self.city.off_road_speed[mode]);
            if best.is_none_or(|(b, _)| time < b) {
                best = Some((time, *u));
            }
        }
        let Some((_, u)) = best else {
            self.done[c].queued = true;
            let key = |c: usize| (self.city.calls[c].priority, self.city.calls[c].arrival);
            let mut at = self.queue.len();
            while at > 0 && key(c) > key(self.queue[at - 1]) {
                at -= 1;
            }
            self.queue.insert(at, c);
            return;
        };
        match self.units[u].status {
            Status::Returning => self.events.retain(|e| e.1 != What::Home(u)),
            Status::ToCall => {
                self.events.retain(|e| e.1 != What::ReachesCall(u));
                let bumped = self.units[u].call;
                self.done[bumped].bumps += 1;
                self.add(now, What::Consider(bumped));
            }
            _ => {}
        }
        self.add(now, What::Dispatched(u, c));
    }

    /// The next node of a unit's route and the days until it is there, if it were to drive on by a mode.
    fn next_node(&self, u: usize, mode: usize, now: f64) -> (u32, f64) {
        let route = &self.units[u].route;
        let (last, at_last) = route.nodes[route.nodes.len() - 1];
        let speed = |mode: usize| self.city.off_road_speed[mode];
        if route.end <= now {
            return (last, route.km / speed(mode));
        }
        if now <= route.nodes[0].1 {
            return (route.nodes[0].0, route.nodes[0].1 - now);
        }
        match route.nodes.iter().find(|(_, time)| *time > now) {
            Some((node, time)) => (*node, time - now),
            None if route.mode == mode => (last, now - at_last),
            None => (last, (now - at_last) * (speed(route.mode) / speed(mode))),
        }
    }

    fn set_out(&mut self, u: usize, now: f64, mode: usize, to: Place) -> f64 {
        let (node, days) = self.next_node(u, mode, now);
        let nodes: Vec<(u32, f64)> =
            self.router.route(mode, node, to.node).into_iter().map(|(n, d)| (n, now + days + d)).collect();
        let end = nodes[nodes.len() - 1].1 + to.km / self.city.off_road_speed[mode];
        assert!(self.units[u].route.start <= now);
        self.units[u].route = Route { mode, start: now, nodes, end, km: to.km };
        end
    }

    fn nearest_hospital(&mut self, mode: usize, node: u32) -> usize {
        if let Some(h) = self.nearest.get(&(mode, node)) {
            return *h;
        }
        let mut best = (f64::INFINITY, 0);
        for (h, place) in self.hospitals.iter().enumerate() {
            let days = self.router.days(mode, &[node], place.node)[0] + place.km / self.city.off_road_speed[mode];
            if days < best.0 {
                best = (days, h);
            }
        }
        self.nearest.insert((mode, node), best.1);
        best.1
    }
}
