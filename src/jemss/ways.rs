//! [`Ways`] on a network where units decide at nodes only.
//!
//! A unit under way that is sent elsewhere finishes to the next node of its route at the speed it has; past its last node it
//! goes back to it. All of this is done in `f64` days; what the engine gets is rounded once, to microseconds.

use super::city::City;
use super::network::{Network, OnWay, RowCache, Way};
use super::shortest::Search;
use super::snap::{Place, Snapper};
use crate::fault::Faults;
use crate::ids::{CategoryId, HospitalId, PointId, PostId};
use crate::sim::ways::{Drive, Estimate, Leg, Ways};
use crate::sim::{Origin, PostsByTime};
use crate::units::{SECONDS_PER_DAY, SimTime, Span};
use rayon::prelude::*;

/// Microseconds in a day.
pub(super) const DAY: f64 = SECONDS_PER_DAY as f64 * 1e6;

/// Rows towards calls may take so many bytes; beyond, they are computed when they are asked for.
const ROWS_LIMIT: usize = 1 << 30;

/// Where a unit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NodeAt {
    /// At rest at a place, off the road.
    Resting(Origin),
    /// On its way to a node of the road, which it reaches in so many days.
    Towards {
        /// The node.
        node: u32,
        /// Days until it is there.
        days: f64,
    },
    /// Past a node, off the road.
    Past {
        /// The node.
        node: u32,
        /// Kilometres from it.
        km: f64,
    },
}

/// Buffers of a thread.
#[derive(Debug, Default)]
pub struct NodeScratch {
    pub(super) rows: RowCache,
    /// The last way to a call that was asked for: mode, nodes, way. Who is chosen for a call is asked for twice.
    last: Option<((usize, u32, u32), Way)>,
}

/// Where a way leads.
#[derive(Clone, Copy, Debug)]
struct Goal {
    place: Place,
    mode: usize,
    /// The rows towards a call, where they are kept.
    rows: Option<[u32; 2]>,
}

/// Travel times and places under way in a JEMSS city. Point `i` is the place of call `i`.
#[derive(Debug)]
pub struct NodeWays {
    network: Network,
    off_road_speed: Vec<f64>,
    /// From when which travel set holds.
    sets: Vec<(SimTime, usize)>,
    /// The mode of drives to calls of each priority, set by set.
    to_calls: Vec<Vec<usize>>,
    /// The mode of all other drives, set by set.
    others: Vec<usize>,
    posts: Vec<Place>,
    hospitals: Vec<Place>,
    points: Vec<Place>,
    /// Priority of each point's call.
    priority: Vec<u8>,
    /// Rows of each point's goal in each set: of the kept nodes behind its node.
    goal_rows: Option<Vec<[u32; 2]>>,
    /// Microseconds to each point from each post and hospital, `[(set × points + point) × (posts + hospitals) + origin]`.
    to_point: Vec<i64>,
    /// Stations in order of time to each point, `set × points + point`.
    posts_by_time: Option<PostsByTime>,
    /// Ways on the road from each hospital and point to each station, `[(set × origins + origin) × posts + post]`; empty where
    /// that would be too much to keep.
    homeward: Vec<Way>,
    /// Days on the road from each point's node to each hospital, `[(set × points + point) × hospitals + hospital]`.
    to_hospital: Vec<f64>,
    /// The nearest hospital of each point, `[set × points + point]`.
    nearest: Vec<u16>,
    /// Posts, hospitals and points in the plane, kilometres.
    spots: Vec<[f64; 2]>,
    /// No unit comes forward faster than this by any mode, kilometres a day.
    fastest: f64,
    /// The least and the most that a piece of way takes by the second mode, measured by what it takes by the first.
    ratios: Vec<Vec<(f64, f64)>>,
}

impl NodeWays {
    /// Prepares a city's ways: shortest ways by all modes to stations, hospitals and calls.
    ///
    /// # Errors
    /// Roads that are not connected.
    pub fn new(city: &City) -> Result<NodeWays, Faults> {
        NodeWays::with_limit(city, ROWS_LIMIT)
    }

    /// [`NodeWays::new`] with another limit for the rows that are kept, in bytes for each travel mode.
    ///
    /// # Errors
    /// As [`NodeWays::new`].
    pub fn with_limit(city: &City, rows_limit: usize) -> Result<NodeWays, Faults> {
        let network = Network::new(city)?;
        let snapper = Snapper::new(city);
        let posts: Vec<Place> = city.stations.iter().map(|s| snapper.snap(s.x, s.y)).collect();
        let hospitals: Vec<Place> = city.hospitals.iter().map(|h| snapper.snap(h.x, h.y)).collect();
        let points: Vec<Place> = city.calls.par_iter().map(|c| snapper.snap(c.x, c.y)).collect();
        let sets = city.sets.len();
        let mut ways = NodeWays {
            network,
            off_road_speed: city.off_road_speed.clone(),
            sets: city.set_times.iter().map(|(from, set)| (moment(city, *from), *set)).collect(),
            to_calls: (0..sets).map(|s| (0..city.priorities.len()).map(|p| city.mode(s, Some(p))).collect()).collect(),
            others: (0..sets).map(|s| city.mode(s, None)).collect(),
            posts,
            hospitals,
            points,
            priority: city.calls.iter().map(|c| c.priority as u8).collect(),
            goal_rows: None,
            to_point: Vec::new(),
            ratios: ratios(city),
            posts_by_time: None,
            homeward: Vec::new(),
            to_hospital: Vec::new(),
            nearest: Vec::new(),
            spots: spots(city),
            fastest: fastest(city),
        };
        ways.prepare_goals(rows_limit);
        ways.prepare_tables();
        ways.prepare_homeward(rows_limit);
        Ok(ways)
    }

    /// Trees towards stations and hospitals, rows towards calls.
    fn prepare_goals(&mut self, rows_limit: usize) {
        let mut others = self.others.clone();
        others.sort_unstable();
        others.dedup();
        for mode in others {
            let places = self.posts.iter().chain(&self.hospitals).map(|p| p.node);
            self.network.grow_trees(mode, places);
        }
        let mut all = true;
        for mode in 0..self.off_road_speed.len() {
            let goes = |p: u8| self.to_calls.iter().any(|modes| modes[p as usize] == mode);
            let nodes = self.points.iter().zip(&self.priority).filter(|(_, p)| goes(**p)).map(|(place, _)| place.node);
            all &= self.network.fill_rows(mode, nodes, rows_limit);
        }
        if !all {
            return;
        }
        let mut rows = Vec::with_capacity(self.to_calls.len() * self.points.len());
        for modes in &self.to_calls {
            for (place, priority) in self.points.iter().zip(&self.priority) {
                let mode = modes[*priority as usize];
                let behind = self.network.modes[mode].timed.behind[place.node as usize];
                let mut two = [0; 2];
                behind.iter().for_each(|(j, kept, _)| two[j] = self.network.row_number(mode, kept).unwrap_or(0));
                rows.push(two);
            }
        }
        self.goal_rows = Some(rows);
    }

    /// Times between posts and points and from points to hospitals.
    fn prepare_tables(&mut self) {
        let nodes: Vec<u32> = self.points.iter().map(|p| p.node).collect();
        let n = nodes.len();
        for set in 0..self.to_calls.len() {
            let modes = &self.to_calls[set];
            let columns: Vec<Vec<i64>> = self
                .posts
                .par_iter()
                .chain(&self.hospitals)
                .map_init(
                    || Search::new(self.network.kept()),
                    |search, post| {
                        let mut column = vec![0; n];
                        let mut distinct = modes.clone();
                        distinct.sort_unstable();
                        distinct.dedup();
                        for mode in distinct {
                            let days = self.network.one_to_many(search, mode, post.node, &nodes);
                            let speed = self.off_road_speed[mode];
                            for (i, place) in self.points.iter().enumerate() {
                                if modes[self.priority[i] as usize] == mode {
                                    column[i] = span(days[i] + post.km / speed + place.km / speed, 1.0).0;
                                }
                            }
                        }
                        column
                    },
                )
                .collect();
            self.to_point.extend((0..n).flat_map(|i| columns.iter().map(move |c| c[i])));
        }
        for set in 0..self.others.len() {
            let mode = self.others[set];
            let goals: Vec<(u32, f64)> =
                self.hospitals.iter().map(|h| (h.node, h.km / self.off_road_speed[mode])).collect();
            let rows: Vec<(Vec<f64>, u16)> = nodes
                .par_iter()
                .map_init(RowCache::default, |cache, node| {
                    let days: Vec<f64> =
                        goals.iter().map(|(h, _)| self.way(cache, mode, *node, *h, None).days).collect();
                    let mut nearest = (f64::INFINITY, 0);
                    for (h, days) in days.iter().enumerate() {
                        let sum = days + goals[h].1;
                        if sum < nearest.0 {
                            nearest = (sum, h as u16);
                        }
                    }
                    (days, nearest.1)
                })
                .collect();
            self.nearest.extend(rows.iter().map(|r| r.1));
            self.to_hospital.extend(rows.into_iter().flat_map(|r| r.0));
        }
        let resting = self.posts.len() + self.hospitals.len();
        let time = |row: usize, post: usize| self.to_point[row * resting + post];
        self.posts_by_time = PostsByTime::new(self.to_calls.len() * n, self.posts.len(), time, i64::MAX);
    }

    /// Ways from wherever a unit comes free to all stations.
    fn prepare_homeward(&mut self, limit: usize) {
        let origins: Vec<u32> = self.hospitals.iter().chain(&self.points).map(|p| p.node).collect();
        let entries = self.others.len() * origins.len() * self.posts.len();
        if entries * size_of::<Way>() > limit {
            return;
        }
        let mut homeward = Vec::with_capacity(entries);
        for &mode in &self.others {
            let rows: Vec<Vec<Way>> = origins
                .par_iter()
                .map_init(RowCache::default, |cache, from| {
                    self.posts.iter().map(|post| self.way(cache, mode, *from, post.node, None)).collect()
                })
                .collect();
            homeward.extend(rows.into_iter().flatten());
        }
        self.homeward = homeward;
    }

    /// Microseconds that a unit between two moments of a way needs to a call at least, in a straight line at the highest speed.
    fn least_straight(&self, drive: &Drive<NodeAt>, gone: Span, left: Span, to: PointId) -> f64 {
        if self.fastest.is_infinite() {
            return 0.0;
        }
        let spot = |of: Origin| {
            let at = match of {
                Origin::Post(post) => post.index(),
                Origin::Hospital(hospital) => self.posts.len() + hospital.index(),
                Origin::Point(point) => self.posts.len() + self.hospitals.len() + point.index(),
            };
            self.spots[at]
        };
        let goal = spot(Origin::Point(to));
        let km = |of: Origin| {
            let [x, y] = spot(of);
            ((x - goal[0]) * (x - goal[0]) + (y - goal[1]) * (y - goal[1])).sqrt()
        };
        let speed = self.fastest / drive.factor / DAY;
        let from_end = km(drive.to) - speed * left.0 as f64;
        let from_start = match drive.from {
            NodeAt::Resting(origin) => km(origin) - speed * gone.0 as f64,
            _ => 0.0,
        };
        from_end.max(from_start).max(0.0) / self.fastest * DAY
    }

    /// Microseconds that a unit between two moments of a way needs to a call at least, by the inequality of the triangle: it is
    /// no nearer to the call than where it set out was, less the way since; and its way home is no longer than by way of the
    /// call. Travel modes are taken into account by their [`ratios`]; up to its next node a unit drives as it did before, so
    /// that a mode that is slower somewhere gains nothing there.
    fn least_by_road(&self, drive: &Drive<NodeAt>, gone: Span, left: Span, to: PointId) -> f64 {
        // The mode of a way is that of when it began; when the way to the call will begin is not known here.
        let driven = self.goal(drive).mode;
        let (gone, left) = (gone.0 as f64 / drive.factor, left.0 as f64 / drive.factor);
        let home_set = self.others.iter().position(|mode| *mode == driven);
        let way_home = match (drive.to, home_set) {
            (Origin::Post(post), Some(set)) => {
                let row = set * (self.hospitals.len() + self.points.len()) + self.hospitals.len() + to.index();
                self.homeward.get(row * self.posts.len() + post.index()).map(|way| {
                    let off_road = self.points[to.index()].km + self.posts[post.index()].km;
                    (way.days + off_road / self.off_road_speed[driven]) * DAY
                })
            }
            _ => None,
        };
        let in_set = |set: usize| {
            let mode = self.to_calls[set][self.priority[to.index()] as usize];
            let (least, most) = self.ratios[driven][mode];
            let from_start = match drive.from {
                NodeAt::Resting(origin) if most <= 1.0 => {
                    self.after_rest(set, origin, to).map_or(0.0, |t| t.0 as f64 - gone * most)
                }
                _ => 0.0,
            };
            from_start.max(way_home.map_or(0.0, |home| (left - home) * least.min(1.0)))
        };
        // A little less, for the rounding of all of these.
        ((0..self.to_calls.len()).map(in_set).fold(f64::INFINITY, f64::min) - 10.0) * 0.999_999
    }

    /// Time to a call from a post or hospital.
    fn after_rest(&self, set: usize, from: Origin, to: PointId) -> Option<Span> {
        let origin = match from {
            Origin::Post(post) => post.index(),
            Origin::Hospital(hospital) => self.posts.len() + hospital.index(),
            Origin::Point(_) => return None,
        };
        let row = set * self.points.len() + to.index();
        Some(Span(self.to_point[row * (self.posts.len() + self.hospitals.len()) + origin]))
    }

    /// The way on the road of a drive; the same whether it is at hand or computed.
    fn way_of(&self, scratch: &mut NodeScratch, drive: &Drive<NodeAt>, start: u32, goal: &Goal) -> Way {
        if let (NodeAt::Resting(from), Origin::Post(post)) = (drive.from, drive.to) {
            let origin = match from {
                Origin::Post(_) => None,
                Origin::Hospital(hospital) => Some(hospital.index()),
                Origin::Point(point) => Some(self.hospitals.len() + point.index()),
            };
            if let Some(origin) = origin {
                let origins = self.hospitals.len() + self.points.len();
                let row = self.set_at(drive.leaves) * origins + origin;
                if let Some(way) = self.homeward.get(row * self.posts.len() + post.index()) {
                    return *way;
                }
            }
        }
        let key = (goal.mode, start, goal.place.node);
        if let Some((_, way)) = scratch.last.filter(|(last, _)| *last == key) {
            return way;
        }
        let way = self.way(&mut scratch.rows, goal.mode, start, goal.place.node, goal.rows);
        scratch.last = Some((key, way));
        way
    }

    /// Days on the road of a drive.
    fn days_of(&self, scratch: &mut NodeScratch, drive: &Drive<NodeAt>, start: u32, goal: &Goal) -> f64 {
        if let (NodeAt::Resting(Origin::Point(point)), Origin::Hospital(hospital)) = (drive.from, drive.to) {
            let row = self.set_at(drive.leaves) * self.points.len() + point.index();
            return self.to_hospital[row * self.hospitals.len() + hospital.index()];
        }
        self.way_of(scratch, drive, start, goal).days
    }

    /// Nodes of the posts.
    pub fn posts(&self) -> &[Place] {
        &self.posts
    }

    /// Nodes of the hospitals.
    pub fn hospitals(&self) -> &[Place] {
        &self.hospitals
    }

    /// Nodes of the calls.
    pub fn points(&self) -> &[Place] {
        &self.points
    }

    /// How many nodes are left where there is something to decide.
    pub fn deciding_nodes(&self) -> usize {
        self.network.kept()
    }

    /// Whether rows to all calls are kept.
    pub fn keeps_rows(&self) -> bool {
        self.goal_rows.is_some()
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    /// Travel mode, first and last node of a drive.
    pub(super) fn ends_of(&self, drive: &Drive<NodeAt>) -> (usize, u32, u32) {
        let goal = self.goal(drive);
        (goal.mode, self.first_node(drive.from, goal.mode).0, goal.place.node)
    }

    /// Kilometres of a place from its node.
    pub(super) fn km_off_road(&self, of: Origin) -> f64 {
        self.place(of).km
    }

    /// How long it takes a unit to the first node of a drive, days.
    pub(super) fn days_to_first(&self, drive: &Drive<NodeAt>) -> f64 {
        self.first_node(drive.from, self.goal(drive).mode).1
    }

    /// Speed off the road of a drive, kilometres a day.
    pub(super) fn speed_off_road(&self, drive: &Drive<NodeAt>) -> f64 {
        self.off_road_speed[self.goal(drive).mode]
    }

    fn set_at(&self, now: SimTime) -> usize {
        if let [(_, set)] = self.sets.as_slice() {
            return *set;
        }
        let later = self.sets.partition_point(|(from, _)| *from <= now);
        self.sets[later.saturating_sub(1)].1
    }

    fn place(&self, of: Origin) -> Place {
        match of {
            Origin::Post(post) => self.posts[post.index()],
            Origin::Hospital(hospital) => self.hospitals[hospital.index()],
            Origin::Point(point) => self.points[point.index()],
        }
    }

    fn mode(&self, set: usize, leg: Leg, to: Origin) -> usize {
        match (leg, to) {
            (Leg::Response | Leg::CalmResponse, Origin::Point(point)) => {
                self.to_calls[set][self.priority[point.index()] as usize]
            }
            _ => self.others[set],
        }
    }

    fn goal(&self, drive: &Drive<NodeAt>) -> Goal {
        let set = self.set_at(drive.leaves);
        let rows = match (drive.leg, drive.to, &self.goal_rows) {
            (Leg::Response | Leg::CalmResponse, Origin::Point(point), Some(rows)) => {
                Some(rows[set * self.points.len() + point.index()])
            }
            _ => None,
        };
        Goal { place: self.place(drive.to), mode: self.mode(set, drive.leg, drive.to), rows }
    }

    /// The way between two nodes: from kept rows, from a tree, or computed.
    fn way(&self, cache: &mut RowCache, mode: usize, from: u32, to: u32, rows: Option<[u32; 2]>) -> Way {
        if let Some(rows) = rows {
            let (first, second) = (self.network.filled(mode, rows[0]), self.network.filled(mode, rows[1]));
            return self.network.way(mode, from, to, |kept, j| {
                let row = if j == 0 { &first } else { &second };
                row.days[self.network.spot(kept)]
            });
        }
        let behind = self.network.modes[mode].timed.behind[to as usize];
        let tree = |j: usize| self.network.tree(mode, behind.kept[j]);
        match (tree(0), behind.iter().nth(1).is_some()) {
            (Some(first), false) => self.network.way(mode, from, to, |kept, _| first.days(kept)),
            (Some(first), true) => match tree(1) {
                Some(second) => self
                    .network
                    .way(mode, from, to, |kept, j| if j == 0 { first.days(kept) } else { second.days(kept) }),
                None => self.network.way_by_rows(cache, mode, from, to),
            },
            (None, _) => self.network.way_by_rows(cache, mode, from, to),
        }
    }

    /// The node where a unit gets on the road, and in how many days, driving by a mode.
    fn first_node(&self, at: NodeAt, mode: usize) -> (u32, f64) {
        match at {
            NodeAt::Resting(origin) => {
                let place = self.place(origin);
                (place.node, place.km / self.off_road_speed[mode])
            }
            NodeAt::Towards { node, days } => (node, days),
            NodeAt::Past { node, km } => (node, km / self.off_road_speed[mode]),
        }
    }

    /// Days from where a unit is to its goal.
    pub fn days(&self, scratch: &mut NodeScratch, drive: &Drive<NodeAt>) -> f64 {
        let goal = self.goal(drive);
        let (node, first) = self.first_node(drive.from, goal.mode);
        let days = self.days_of(scratch, drive, node, &goal);
        first + days + goal.place.km / self.off_road_speed[goal.mode]
    }
}

/// Posts, hospitals and points in the plane, kilometres.
fn spots(city: &City) -> Vec<[f64; 2]> {
    let places = city.stations.iter().chain(&city.hospitals).map(|s| (s.x, s.y));
    let all = places.chain(city.calls.iter().map(|c| (c.x, c.y)));
    all.map(|(x, y)| [x * city.scale[0], y * city.scale[1]]).collect()
}

/// The highest speed in a straight line on any arc or off the road, a little rounded up.
fn fastest(city: &City) -> f64 {
    let place = |n: u32| (city.nodes[n as usize].x * city.scale[0], city.nodes[n as usize].y * city.scale[1]);
    let mut fastest = city.off_road_speed.iter().copied().fold(0.0, f64::max);
    for days in &city.arc_days {
        for (arc, days) in city.arcs.iter().zip(days) {
            let (a, b) = (place(arc.from), place(arc.to));
            let km = libm::hypot(a.0 - b.0, a.1 - b.1);
            // An arc without length needs no time, one without time no bound.
            fastest = if *days > 0.0 {
                fastest.max(km / days)
            } else if km > 0.0 {
                f64::INFINITY
            } else {
                fastest
            };
        }
    }
    fastest * 1.001
}

/// For each pair of modes the least and the most that any arc, or a way off the road, takes by the second, measured by the
/// first.
fn ratios(city: &City) -> Vec<Vec<(f64, f64)>> {
    let ratio = |first: f64, second: f64| match (first > 0.0, second > 0.0) {
        (true, _) => Some(second / first),
        (false, true) => Some(f64::INFINITY),
        (false, false) => None,
    };
    let modes = city.arc_days.len();
    let between = |a: usize, b: usize| {
        let arcs = city.arc_days[a].iter().zip(&city.arc_days[b]).filter_map(|(x, y)| ratio(*x, *y));
        let all = arcs.chain(ratio(1.0 / city.off_road_speed[a], 1.0 / city.off_road_speed[b]));
        all.fold((f64::INFINITY, 0.0_f64), |(least, most), r| (least.min(r), most.max(r)))
    };
    (0..modes).map(|a| (0..modes).map(|b| between(a, b)).collect()).collect()
}

/// The simulator's clock at a day of the files.
pub(super) fn moment(city: &City, day: f64) -> SimTime {
    SimTime(span(day - city.start, 1.0).0)
}

/// Days as microseconds.
pub(super) fn span(days: f64, factor: f64) -> Span {
    Span((days * factor * DAY).round() as i64)
}

impl Ways for NodeWays {
    type At = NodeAt;
    type Scratch = NodeScratch;

    fn resting(&self, place: Origin) -> NodeAt {
        NodeAt::Resting(place)
    }

    fn locate(&self, scratch: &mut NodeScratch, drive: &Drive<NodeAt>, now: SimTime) -> NodeAt {
        let goal = self.goal(drive);
        let Goal { place, mode, .. } = goal;
        let gone = (now - drive.leaves).0 as f64 / DAY / drive.factor;
        let (node, first) = self.first_node(drive.from, mode);
        if gone <= first {
            return NodeAt::Towards { node, days: first - gone };
        }
        let way = self.way_of(scratch, drive, node, &goal);
        match self.network.place(&mut scratch.rows, mode, node, place.node, &way, gone - first) {
            OnWay::Before(node, days) => NodeAt::Towards { node, days },
            OnWay::Past(days) => {
                let speed = self.off_road_speed[mode];
                if days >= place.km / speed {
                    NodeAt::Resting(drive.to)
                } else {
                    NodeAt::Past { node: place.node, km: days * speed }
                }
            }
        }
    }

    fn estimate(&self, scratch: &mut NodeScratch, drive: &Drive<NodeAt>) -> Estimate {
        if let (NodeAt::Resting(from), Origin::Point(point)) = (drive.from, drive.to)
            && drive.factor == 1.0
            && matches!(drive.leg, Leg::Response | Leg::CalmResponse)
            && let Some(span) = self.after_rest(self.set_at(drive.leaves), from, point)
        {
            return Estimate::Exact(span);
        }
        Estimate::Exact(span(self.days(scratch, drive), drive.factor))
    }

    fn time(&self, scratch: &mut NodeScratch, drive: &Drive<NodeAt>) -> Option<Span> {
        match self.estimate(scratch, drive) {
            Estimate::Exact(span) | Estimate::AtLeast(span) => Some(span),
            Estimate::Never => None,
        }
    }

    fn least(&self, drive: &Drive<NodeAt>, gone: Span, left: Span, to: PointId, factor: f64) -> Span {
        let by_road = self.least_by_road(drive, gone, left, to);
        let least = if by_road > 0.0 { by_road } else { self.least_straight(drive, gone, left, to) };
        Span((least * factor) as i64)
    }

    fn posts_by_time(&self, _: Leg, to: PointId, leaves: SimTime) -> Option<&[u16]> {
        let row = self.set_at(leaves) * self.points.len() + to.index();
        self.posts_by_time.as_ref().map(|posts| posts.of(row))
    }

    fn next_change(&self, _: SimTime) -> SimTime {
        // Travel sets change how fast units drive, never where they can get to.
        SimTime::NEVER
    }

    fn to_hospital(&self, _: Leg, from: PointId, hospital: HospitalId, now: SimTime) -> Option<Span> {
        let set = self.set_at(now);
        let row = set * self.points.len() + from.index();
        let days = self.to_hospital[row * self.hospitals.len() + hospital.index()];
        let off_road = self.points[from.index()].km + self.hospitals[hospital.index()].km;
        Some(span(days + off_road / self.off_road_speed[self.others[set]], 1.0))
    }

    fn nearest_hospital(&self, _: Leg, from: PointId, _: CategoryId, now: SimTime) -> Option<HospitalId> {
        let nearest = self.nearest.get(self.set_at(now) * self.points.len() + from.index())?;
        Some(HospitalId(u32::from(*nearest)))
    }

    fn between_posts(&self, from: PostId, to: PostId, now: SimTime) -> Option<Span> {
        let drive = Drive {
            from: NodeAt::Resting(Origin::Post(from)),
            leaves: now,
            to: Origin::Post(to),
            leg: Leg::Return,
            factor: 1.0,
        };
        self.time(&mut NodeScratch::default(), &drive)
    }

    fn post_to_point(&self, leg: Leg, from: PostId, to: PointId, now: SimTime) -> Option<Span> {
        let drive =
            Drive { from: NodeAt::Resting(Origin::Post(from)), leaves: now, to: Origin::Point(to), leg, factor: 1.0 };
        self.time(&mut NodeScratch::default(), &drive)
    }

    fn ever_reaches(&self, _: PostId, _: PointId) -> bool {
        true
    }
}
