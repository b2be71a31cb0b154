//! Travel times of a scenario's world: for each state of the roads (a regime) and each kind of way, the tables that are
//! asked during a run.

use super::posts_by_time::PostsByTime;
use super::ways::Leg;
use super::world::Place;
use crate::network::calendar::Calendar;
use crate::network::hierarchy::{Query, Unpacker};
use crate::network::{Direction, Matrix, MetricRules, OnRoad, RoadGraph, Start, Timed, Topology, TravelTimes};
use rayon::prelude::*;
use std::sync::Arc;

/// The usual limit of the tables of times from every node.
pub const ROWS_LIMIT_BYTES: usize = 3 << 30;

/// The roads of a run and the states they pass through.
#[derive(Clone, Debug)]
pub struct RoadPlan {
    /// The roads.
    pub graph: Arc<RoadGraph>,
    /// Topologies; the first is that of junctions.
    pub topologies: Vec<Arc<Topology>>,
    /// Which regime holds when.
    pub calendar: Calendar,
    /// For each regime and [`Leg`]: a topology and the rules of the metric. The topology of a leg is the same in all.
    pub regimes: Vec<[(usize, MetricRules); 5]>,
    /// Tables of times from every node are kept only up to this size in all; beyond it the hierarchy is asked each time.
    pub rows_limit_bytes: usize,
}

/// Memory that the tables of a run take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TableBytes {
    /// Times between places.
    pub between_places: usize,
    /// Times from every node, for units on the way home; 0 where they are not kept.
    pub from_nodes: usize,
    /// Whether those would be too large, so that the hierarchy is asked each time.
    pub asked_each_time: bool,
}

impl TableBytes {
    /// All of it.
    pub fn total(self) -> usize {
        self.between_places + self.from_nodes
    }
}

impl RoadPlan {
    /// The metrics that differ, and for each regime which of them each leg uses.
    fn kinds(&self) -> (Vec<&(usize, MetricRules)>, Vec<[usize; 5]>) {
        let mut kinds: Vec<&(usize, MetricRules)> = Vec::new();
        let mut legs = Vec::new();
        for regime in &self.regimes {
            legs.push(regime.each_ref().map(|kind| {
                kinds.iter().position(|k| *k == kind).unwrap_or_else(|| {
                    kinds.push(kind);
                    kinds.len() - 1
                })
            }));
        }
        (kinds, legs)
    }

    /// What the tables for so many posts, hospitals and demand points will take.
    pub fn table_bytes(&self, posts: usize, hospitals: usize, points: usize, under_way: bool) -> TableBytes {
        let (kinds, legs) = self.kinds();
        let mut bytes = TableBytes::default();
        for (kind, (topology, _)) in kinds.iter().enumerate() {
            let used = |leg: Leg| legs.iter().any(|l| l[leg as usize] == kind);
            let either = |a: Leg, b: Leg| usize::from(used(a) || used(b));
            let (to_points, to_posts) = (either(Leg::Response, Leg::CalmResponse), usize::from(used(Leg::Return)));
            let to_hospitals = either(Leg::Transport, Leg::CalmTransport);
            let places = posts + hospitals + points;
            let nodes = self.topologies[*topology].search.nodes();
            bytes.between_places += to_points * Matrix::bytes_for(points, places)
                + to_hospitals * Matrix::bytes_for(hospitals, points)
                + to_posts * Matrix::bytes_for(posts, places);
            // On the way to a hospital nobody is asked where he is, but a change of the roads may find him there.
            let to_hospitals = if self.regimes.len() > 1 { to_hospitals } else { 0 };
            let rows = to_points * points + to_posts * posts + to_hospitals * hospitals;
            bytes.from_nodes += Matrix::bytes_for(rows, nodes);
        }
        bytes.asked_each_time = under_way && bytes.from_nodes > self.rows_limit_bytes;
        if !under_way || bytes.asked_each_time {
            bytes.from_nodes = 0;
        }
        bytes
    }

    /// One state of the roads for all legs, all week.
    pub fn constant(graph: RoadGraph, rules: MetricRules) -> RoadPlan {
        let topology = Arc::new(Topology::junctions(&graph));
        RoadPlan {
            graph: Arc::new(graph),
            topologies: vec![topology],
            calendar: Calendar::new(&[]),
            regimes: vec![std::array::from_fn(|_| (0, rules.clone()))],
            rows_limit_bytes: ROWS_LIMIT_BYTES,
        }
    }
}

/// One metric with the scenario's places on it and the tables of those legs that use it.
#[derive(Debug)]
pub struct Net {
    /// Its travel times.
    pub times: TravelTimes,
    pub(super) posts: Vec<Option<OnRoad>>,
    pub(super) hospitals: Vec<Option<OnRoad>>,
    pub(super) points: Vec<Option<OnRoad>>,
    /// Rows: points; columns: posts, hospitals, points. Accesses included, as in the next two.
    to_point: Option<Matrix>,
    /// For each point the posts from which it is reached, the quickest first.
    posts_by_time: Option<PostsByTime>,
    /// Rows: hospitals; columns: points.
    to_hospital: Option<Matrix>,
    /// Rows: posts; columns: posts, hospitals, points.
    to_post: Option<Matrix>,
    /// Times from every node to each point's place on the road; absent if too large.
    node_to_point: Option<Matrix>,
    /// The same to each post's.
    node_to_post: Option<Matrix>,
    /// The same to each hospital's, where the roads change.
    node_to_hospital: Option<Matrix>,
    /// Where those are absent, what tells ways.
    unpacker: Option<Unpacker>,
}

/// Reusable buffers of a run.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) query: Query,
    pub(super) timed: Timed,
    pub(super) starts: Vec<Start>,
}

/// All metrics of a world.
#[derive(Debug)]
pub struct Roads {
    /// The roads.
    pub graph: Arc<RoadGraph>,
    /// The topology of junctions.
    pub junctions: Arc<Topology>,
    /// Which regime holds when.
    pub calendar: Calendar,
    /// The metrics.
    pub nets: Vec<Net>,
    /// For each regime the metric of each leg.
    legs: Vec<[usize; 5]>,
    /// What each metric was made by.
    rules: Vec<MetricRules>,
    /// A lower bound of how much a change of regime can shorten what is left of a response.
    pub(super) quickest: f64,
    /// Bytes of all tables.
    pub bytes: usize,
}

/// The places of a scenario.
pub(super) struct Places<'a> {
    pub(super) posts: &'a [Place],
    pub(super) hospitals: &'a [Place],
    pub(super) points: &'a [Place],
}

impl Roads {
    pub(super) fn build(plan: RoadPlan, places: &Places, under_way: bool) -> Roads {
        let (kinds, legs) = plan.kinds();
        let used =
            |leg: Leg| -> Vec<bool> { (0..kinds.len()).map(|k| legs.iter().any(|l| l[leg as usize] == k)).collect() };
        let either = |a: Leg, b: Leg| -> Vec<bool> { used(a).iter().zip(used(b)).map(|(a, b)| *a || b).collect() };
        let response = either(Leg::Response, Leg::CalmResponse);
        let (transport, returning) = (either(Leg::Transport, Leg::CalmTransport), used(Leg::Return));
        let (posts, hospitals, points) = (places.posts.len(), places.hospitals.len(), places.points.len());
        let keep_rows = under_way && !plan.table_bytes(posts, hospitals, points, under_way).asked_each_time;
        let changes = plan.regimes.len() > 1;
        let nets: Vec<Net> = (0..kinds.len())
            .map(|k| {
                let (topology, rules) = kinds[k];
                let times = TravelTimes::build(&plan.graph, &plan.topologies[*topology], rules);
                let mut net = Net::new(times, places);
                if response[k] {
                    net.tables_to_points(places, keep_rows);
                }
                if transport[k] {
                    let to = net.matrix(&net.hospitals, places.hospitals, &net.points, places.points);
                    net.to_hospital = Some(to);
                    let rows = || net.times.rows(&net.hospitals, Direction::ToRow);
                    net.node_to_hospital = (keep_rows && changes).then(rows);
                }
                if returning[k] {
                    net.tables_to_posts(places, keep_rows);
                }
                if under_way && !keep_rows {
                    net.unpacker = Some(net.times.unpacker());
                }
                net
            })
            .collect();
        let bytes = nets.iter().map(Net::bytes).sum();
        let rules = kinds.iter().map(|k| k.1.clone()).collect();
        let quickest = quickest(&nets, &legs);
        Roads {
            junctions: Arc::clone(&plan.topologies[0]),
            graph: plan.graph,
            calendar: plan.calendar,
            nets,
            legs,
            rules,
            quickest,
            bytes,
        }
    }

    /// The metric of a leg in a regime.
    pub fn net(&self, regime: usize, leg: Leg) -> &Net {
        &self.nets[self.legs[regime][leg as usize]]
    }

    /// What the metric of a leg in a regime was made by.
    pub fn rules(&self, regime: usize, leg: Leg) -> &MetricRules {
        &self.rules[self.legs[regime][leg as usize]]
    }

    /// Number of regimes.
    pub fn regimes(&self) -> usize {
        self.legs.len()
    }
}

/// The least ratio of driving time after a change to that before it on any piece of road, over all pairs of regimes that
/// differ; 0 where a change may open a road.
fn quickest(nets: &[Net], legs: &[[usize; 5]]) -> f64 {
    quickest_of(nets, legs, Leg::Response).min(quickest_of(nets, legs, Leg::CalmResponse))
}

fn quickest_of(nets: &[Net], legs: &[[usize; 5]], leg: Leg) -> f64 {
    let mut used: Vec<usize> = legs.iter().map(|l| l[leg as usize]).collect();
    used.sort_unstable();
    used.dedup();
    let pairs: Vec<(usize, usize)> =
        used.iter().flat_map(|a| used.iter().filter(move |b| *b != a).map(move |b| (*a, *b))).collect();
    let least = |(a, b): (usize, usize)| nets[b].times.metric.quickest_against(&nets[a].times.metric);
    pairs.into_par_iter().map(least).reduce(|| 1.0, f64::min)
}

impl Net {
    fn new(times: TravelTimes, places: &Places) -> Net {
        let on = |places: &[Place]| places.iter().map(|p| p.road.as_ref().map(|r| times.on_road(r))).collect();
        let (posts, hospitals, points) = (on(places.posts), on(places.hospitals), on(places.points));
        Net {
            times,
            posts,
            hospitals,
            points,
            to_point: None,
            posts_by_time: None,
            to_hospital: None,
            to_post: None,
            node_to_point: None,
            node_to_post: None,
            node_to_hospital: None,
            unpacker: None,
        }
    }

    /// Times to the places of the rows from those of the columns, accesses included.
    fn matrix(&self, rows: &[Option<OnRoad>], to: &[Place], columns: &[Option<OnRoad>], from: &[Place]) -> Matrix {
        let mut matrix = self.times.matrix(rows, columns, Direction::ToRow);
        for (row, to) in to.iter().enumerate() {
            for (slot, from) in matrix.row_mut(row).iter_mut().zip(from) {
                // Two places on the same spot need no way out to the road and back.
                let same_spot = from.at == to.at && from.road.is_some();
                *slot = if same_spot { 0 } else { slot.saturating_add(from.access.0).saturating_add(to.access.0) };
            }
        }
        matrix
    }

    fn tables_to_points(&mut self, places: &Places, keep_rows: bool) {
        let all: Vec<Place> = [places.posts, places.hospitals, places.points].concat();
        let on = [self.posts.as_slice(), &self.hospitals, &self.points].concat();
        let to_point = self.matrix(&self.points, places.points, &on, &all);
        let posts = places.posts.len();
        self.posts_by_time =
            PostsByTime::new(places.points.len(), posts, |point, post| to_point.row(point)[post], u32::MAX);
        self.to_point = Some(to_point);
        self.node_to_point = keep_rows.then(|| self.times.rows(&self.points, Direction::ToRow));
    }

    fn tables_to_posts(&mut self, places: &Places, keep_rows: bool) {
        let all: Vec<Place> = [places.posts, places.hospitals, places.points].concat();
        let on = [self.posts.as_slice(), &self.hospitals, &self.points].concat();
        self.to_post = Some(self.matrix(&self.posts, places.posts, &on, &all));
        self.node_to_post = keep_rows.then(|| self.times.rows(&self.posts, Direction::ToRow));
    }

    fn bytes(&self) -> usize {
        let between = [&self.to_point, &self.to_hospital, &self.to_post];
        let tables = between.into_iter().chain([&self.node_to_point, &self.node_to_post, &self.node_to_hospital]);
        let unpacker = self.unpacker.as_ref().map_or(0, Unpacker::bytes);
        let order = self.posts_by_time.as_ref().map_or(0, PostsByTime::bytes);
        tables.flatten().map(Matrix::bytes).sum::<usize>() + order + unpacker + self.times.bytes()
    }

    /// Row `point` of the times to points, by origin.
    pub(super) fn to_point(&self, point: usize) -> &[u32] {
        self.to_point.as_ref().map_or(&[], |m| m.row(point))
    }

    /// Posts from which a point is reached, the quickest first; `None` where there are too many posts to keep that.
    pub(super) fn posts_by_time(&self, point: usize) -> Option<&[u16]> {
        self.posts_by_time.as_ref().map(|p| p.of(point))
    }

    pub(super) fn to_hospital(&self, hospital: usize) -> &[u32] {
        self.to_hospital.as_ref().map_or(&[], |m| m.row(hospital))
    }

    pub(super) fn to_post(&self, post: usize) -> &[u32] {
        self.to_post.as_ref().map_or(&[], |m| m.row(post))
    }

    /// Times from every node to a point's place on the road.
    pub(super) fn nodes_to_point(&self, point: usize) -> Option<&[u32]> {
        self.node_to_point.as_ref().map(|m| m.row(point))
    }

    /// Times from every node to a post's place on the road.
    pub(super) fn nodes_to_post(&self, post: usize) -> Option<&[u32]> {
        self.node_to_post.as_ref().map(|m| m.row(post))
    }

    /// Times from every node to a hospital's place on the road.
    pub(super) fn nodes_to_hospital(&self, hospital: usize) -> Option<&[u32]> {
        self.node_to_hospital.as_ref().map(|m| m.row(hospital))
    }

    pub(super) fn unpacker(&self) -> Option<&Unpacker> {
        self.unpacker.as_ref()
    }
}
