//! What does not change during a run: the scenario, the roads, and travel times between all its places.

use super::facts::Facts;
use super::roads::{Net, Places, RoadPlan, Roads};
use super::ways::Leg;
use crate::fault::{Fault, Faults};
use crate::geo::{EARTH_RADIUS_M, LatLon, distance_m};
use crate::ids::{CategoryId, HospitalId, PointId, PostId};
use crate::network::{Direction, MetricRules, OnRoad, RoadPosition, Snapper, TravelTimes, nearest_by_length};
use crate::scenario::Scenario;
use crate::units::{Span, TravelTime};

/// A place with its position on the road.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where it is.
    pub at: LatLon,
    /// The road it was snapped to; `None` if there is no road at all or the place lies beyond reach.
    pub road: Option<RoadPosition>,
    /// Time between the place and that road.
    pub access: TravelTime,
}

/// Where a unit sets out from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A post.
    Post(PostId),
    /// A hospital.
    Hospital(HospitalId),
    /// A demand point (a scene).
    Point(PointId),
}

/// A place that lies far from any road.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapReport {
    /// `post`, `hospital` or `demand point`.
    pub what: &'static str,
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where the table puts it.
    pub at: LatLon,
    /// Metres to the nearest road; `None` if there is no road.
    pub distance_m: Option<f64>,
}

/// The world of a scenario, shared read-only by all replications.
#[derive(Debug)]
pub struct World {
    /// The scenario.
    pub scenario: Scenario,
    /// The roads and all travel times on them.
    pub roads: Roads,
    /// Posts on the road.
    pub posts: Vec<Place>,
    /// Hospitals on the road.
    pub hospitals: Vec<Place>,
    /// Demand points, then sites, on the road.
    pub points: Vec<Place>,
    /// Places beyond the snapping limit, and median snap distance in metres.
    pub far: Vec<SnapReport>,
    /// Median distance of places from their roads.
    pub median_snap_m: f64,
    /// `hospital_for[(regime × points + point) × categories + category]`.
    hospital_for: Vec<Option<(HospitalId, TravelTime)>>,
    /// What follows from the scenario alone.
    pub facts: Facts,
    /// Posts, hospitals and points in space, metres from the middle of the globe: straight distances between them are never
    /// longer than those over the ground.
    spots: Vec<[f64; 3]>,
    /// No unit comes forward faster than this, metres a second, before any factor.
    fastest_m_s: f64,
}

/// For the rounding of times to steps.
const MARGIN: f64 = 1.02;

fn spot(at: LatLon) -> [f64; 3] {
    let (lat, lon) = (at.lat.to_radians(), at.lon.to_radians());
    let flat = EARTH_RADIUS_M * libm::cos(lat);
    [flat * libm::cos(lon), flat * libm::sin(lon), EARTH_RADIUS_M * libm::sin(lat)]
}

impl World {
    /// Snaps all places and computes all travel times.
    ///
    /// # Errors
    /// Places farther from any road than the scenario allows and not confirmed in it, by name.
    pub fn build(scenario: Scenario, plan: RoadPlan, snapper: &Snapper) -> Result<World, Faults> {
        let limit = scenario.network.max_snap_m;
        let speed_m_s = scenario.network.off_road_kmh / 3.6;
        let place = |at: LatLon| -> Place {
            let road = snapper.snap(&plan.graph, at);
            let access =
                road.as_ref().map_or(TravelTime::UNREACHABLE, |r| TravelTime::from_seconds(r.distance_m / speed_m_s));
            Place { at, road, access }
        };
        let posts: Vec<Place> = scenario.posts.iter().map(|p| place(p.at)).collect();
        let hospitals: Vec<Place> = scenario.hospitals.iter().map(|h| place(h.at)).collect();
        // What lies on the water or on an island is reached by boat only, however near a road may be.
        let dry = |at: LatLon| match scenario.rules.craft.is_on_water(at) {
            true => Place { at, road: None, access: TravelTime::UNREACHABLE },
            false => place(at),
        };
        let sites = scenario.sites.iter().map(|s| s.at);
        let points: Vec<Place> = scenario.points.iter().map(|p| p.at).chain(sites).map(dry).collect();

        let mut far = Vec::new();
        let mut distances = Vec::new();
        let named = scenario
            .posts
            .iter()
            .map(|p| ("post", &p.id, &p.name))
            .chain(scenario.hospitals.iter().map(|h| ("hospital", &h.id, &h.name)))
            .chain(scenario.points.iter().map(|p| ("demand point", &p.id, &p.name)))
            .chain(scenario.sites.iter().map(|s| ("site", &s.id, &s.name)));
        for ((what, id, name), place) in named.zip(posts.iter().chain(&hospitals).chain(&points)) {
            let distance = place.road.as_ref().map(|r| r.distance_m);
            distances.extend(distance);
            if distance.is_none_or(|d| d > limit) && !scenario.rules.craft.is_on_water(place.at) {
                let (id, name) = (id.clone(), name.zh.clone());
                far.push(SnapReport { what, id, name, at: place.at, distance_m: distance });
            }
        }
        distances.sort_by(f64::total_cmp);
        let median_snap_m = distances.get(distances.len() / 2).copied().unwrap_or(0.0);
        let unconfirmed: Vec<&SnapReport> =
            far.iter().filter(|f| !scenario.network.confirm_far.contains(&f.id)).collect();
        if !unconfirmed.is_empty() {
            let swapped = |at: LatLon| {
                let turned = LatLon::new(at.lon, at.lat);
                turned.is_valid() && snapper.snap(&plan.graph, turned).is_some_and(|r| r.distance_m <= limit)
            };
            return Err(far_faults(&scenario, &unconfirmed, limit, &swapped));
        }

        let places = Places { posts: &posts, hospitals: &hospitals, points: &points };
        let roads = Roads::build(plan, &places, scenario.rules.needs_places_under_way());
        let facts = Facts::of(&scenario);
        let mut world = World {
            scenario,
            roads,
            posts,
            hospitals,
            points,
            far,
            median_snap_m,
            hospital_for: Vec::new(),
            facts,
            spots: Vec::new(),
            fastest_m_s: f64::INFINITY,
        };
        world.hospital_for = world.choose_hospitals();
        let places = world.posts.iter().chain(&world.hospitals).chain(&world.points);
        world.spots = places.map(|p| spot(p.at)).collect();
        let nets = world.roads.nets.iter().map(|net| net.times.metric.fastest_m_s(&world.roads.graph));
        world.fastest_m_s = nets.fold(speed_m_s, f64::max) * MARGIN;
        Ok(world)
    }

    fn choose_hospitals(&self) -> Vec<Option<(HospitalId, TravelTime)>> {
        let mut choice = Vec::new();
        for regime in 0..self.roads.regimes() {
            for point in 0..self.points.len() {
                for category in &self.scenario.demand.categories {
                    let leg = if category.care.siren { Leg::Transport } else { Leg::CalmTransport };
                    let net = self.roads.net(regime, leg);
                    let able = (0..self.hospitals.len())
                        .filter(|h| self.scenario.hospitals[*h].receives.takes(&category.capability))
                        .map(|h| (TravelTime(net.to_hospital(h)[point]), HospitalId::new(h)))
                        .filter(|(t, _)| t.is_reachable())
                        .min();
                    choice.push(able.map(|(t, h)| (h, t)));
                }
            }
        }
        choice
    }

    /// The hospital nearest in time, in a regime, that takes a category's patients from a point, and the time there.
    pub fn hospital_for(
        &self,
        regime: usize,
        point: PointId,
        category: CategoryId,
    ) -> Option<(HospitalId, TravelTime)> {
        let row = regime * self.points.len() + point.index();
        self.hospital_for[row * self.scenario.demand.categories.len() + category.index()]
    }

    /// The column of an origin in the tables of times between places.
    fn column(&self, from: Origin) -> usize {
        match from {
            Origin::Post(p) => p.index(),
            Origin::Hospital(h) => self.posts.len() + h.index(),
            Origin::Point(p) => self.posts.len() + self.hospitals.len() + p.index(),
        }
    }

    /// The least time to a point for a unit between two moments of a way, see [`Ways::least`](super::ways::Ways::least).
    pub(super) fn least_time(
        &self,
        (from, gone): (Option<Origin>, Span),
        (to, left): (Origin, Span),
        (drive_factor, factor): (f64, f64),
        point: PointId,
    ) -> Span {
        let goal = self.spots[self.column(Origin::Point(point))];
        let metres = |of: Origin| {
            let s = self.spots[self.column(of)];
            let [x, y, z] = [s[0] - goal[0], s[1] - goal[1], s[2] - goal[2]];
            (x * x + y * y + z * z).sqrt()
        };
        let speed = self.fastest_m_s / drive_factor;
        let from_end = metres(to) - speed * left.seconds();
        let from_start = from.map_or(0.0, |from| metres(from) - speed * gone.seconds());
        let least = from_end.max(from_start).max(0.0) / self.fastest_m_s * factor;
        Span((least * 1e6) as i64)
    }

    /// Time in a regime from a resting place to a demand point with siren, getting on and off the road included.
    pub fn to_point(&self, regime: usize, from: Origin, point: PointId) -> TravelTime {
        self.to_point_by(regime, Leg::Response, from, point)
    }

    /// The same on a leg to the scene.
    pub fn to_point_by(&self, regime: usize, leg: Leg, from: Origin, point: PointId) -> TravelTime {
        TravelTime(self.roads.net(regime, leg).to_point(point.index())[self.column(from)])
    }

    /// Time in a regime to a post from anywhere, on the way home.
    pub fn to_post(&self, regime: usize, from: Origin, post: PostId) -> TravelTime {
        TravelTime(self.roads.net(regime, Leg::Return).to_post(post.index())[self.column(from)])
    }

    /// The place an origin stands for.
    pub fn place(&self, origin: Origin) -> &Place {
        match origin {
            Origin::Post(p) => &self.posts[p.index()],
            Origin::Hospital(h) => &self.hospitals[h.index()],
            Origin::Point(p) => &self.points[p.index()],
        }
    }

    /// The place an origin stands for, with its times under a metric.
    pub(super) fn on_road<'n>(&self, net: &'n Net, origin: Origin) -> Option<&'n OnRoad> {
        match origin {
            Origin::Post(p) => net.posts[p.index()].as_ref(),
            Origin::Hospital(h) => net.hospitals[h.index()].as_ref(),
            Origin::Point(p) => net.points[p.index()].as_ref(),
        }
    }

    /// Posts that have a unit, by post id.
    pub fn staffed(&self) -> Vec<bool> {
        let mut staffed = vec![false; self.posts.len()];
        for unit in &self.scenario.units {
            staffed[unit.post.index()] = true;
        }
        staffed
    }

    /// The staffed post nearest in time to a point in a regime, and that time.
    pub fn nearest_post(&self, regime: usize, point: PointId, staffed: &[bool]) -> Option<(PostId, TravelTime)> {
        (0..self.posts.len())
            .filter(|p| staffed[*p])
            .map(|p| (self.to_point(regime, Origin::Post(PostId::new(p)), point), PostId::new(p)))
            .filter(|(t, _)| t.is_reachable())
            .min()
            .map(|(t, p)| (p, t))
    }

    /// The staffed post nearest in time to each point if the roads were as other rules say (no closures, no bends), on the
    /// topology of responses, and that time; getting on and off the road included.
    pub fn nearest_posts_by(&self, rules: &MetricRules, staffed: &[bool]) -> Vec<Option<(PostId, TravelTime)>> {
        let topology = &self.roads.net(0, Leg::Response).times.topology;
        let times = TravelTimes::build(&self.roads.graph, topology, rules);
        let on = |places: &[Place]| -> Vec<Option<OnRoad>> {
            places.iter().map(|p| p.road.as_ref().map(|r| times.on_road(r))).collect()
        };
        let matrix = times.matrix(&on(&self.posts), &on(&self.points), Direction::FromRow);
        let time = |post: usize, point: usize| {
            let (from, to) = (&self.posts[post], &self.points[point]);
            let same_spot = from.at == to.at && from.road.is_some();
            if same_spot { TravelTime::ZERO } else { matrix.get(post, point).plus(from.access).plus(to.access) }
        };
        let nearest = |point: usize| {
            let staffed = (0..self.posts.len()).filter(|p| staffed[*p]);
            let best = staffed.map(|p| (time(p, point), PostId::new(p))).filter(|(t, _)| t.is_reachable()).min();
            best.map(|(t, p)| (p, t))
        };
        (0..self.points.len()).map(nearest).collect()
    }

    /// Time in a regime, with siren, from the staffed post nearest in time to places that are none of the world's, getting on and
    /// off the road included; `None` where no road lies within the scenario's limit, or no way leads. Places are put on the road
    /// by the usual rule, whatever the speed profile says.
    pub fn nearest_post_to(&self, regime: usize, places: &[LatLon], staffed: &[bool]) -> Vec<Option<TravelTime>> {
        let snapper = Snapper::new(&self.roads.graph);
        let spec = &self.scenario.network;
        let net = self.roads.net(regime, Leg::Response);
        let road = |at: &LatLon| snapper.snap(&self.roads.graph, *at).filter(|r| r.distance_m <= spec.max_snap_m);
        let roads: Vec<Option<RoadPosition>> = places.iter().map(road).collect();
        let to: Vec<Option<OnRoad>> = roads.iter().map(|r| r.as_ref().map(|r| net.times.on_road(r))).collect();
        let matrix = net.times.matrix(&net.posts, &to, Direction::FromRow);
        let nearest = |place: usize| {
            let access = TravelTime::from_seconds(roads[place].as_ref()?.distance_m / (spec.off_road_kmh / 3.6));
            let posts = (0..self.posts.len()).filter(|p| staffed[*p]);
            let times = posts.map(|p| matrix.get(p, place).plus(self.posts[p].access).plus(access));
            times.filter(|t| t.is_reachable()).min()
        };
        (0..places.len()).map(nearest).collect()
    }

    /// Kilometres by the roads open in a regime (the way on and off the road included) from the staffed post nearest that
    /// way, per demand point; `None` where no way leads.
    pub fn nearest_post_road_km(&self, regime: usize, staffed: &[bool]) -> Vec<Option<f64>> {
        let on_road = |p: &Place| p.road.map(|r| (r, r.distance_m));
        let staffed_posts = self.posts.iter().zip(staffed).filter(|(_, s)| **s);
        let sources: Vec<_> = staffed_posts.filter_map(|(p, _)| on_road(p)).collect();
        let (index, targets): (Vec<usize>, Vec<_>) =
            self.points.iter().enumerate().filter_map(|(i, p)| Some((i, on_road(p)?))).unzip();
        let metric = &self.roads.net(regime, Leg::Response).times.metric;
        let mut km = vec![None; self.points.len()];
        for (i, metres) in index.into_iter().zip(nearest_by_length(
            &self.roads.graph,
            &self.roads.junctions,
            metric,
            &sources,
            &targets,
        )) {
            km[i] = metres.map(|m| m / 1000.0);
        }
        km
    }

    /// The staffed post nearest in a straight line to a point, metres.
    pub fn nearest_post_straight_m(&self, point: PointId, staffed: &[bool]) -> Option<f64> {
        let at = self.points[point.index()].at;
        let distances = self.posts.iter().zip(staffed).filter(|(_, s)| **s).map(|(p, _)| distance_m(p.at, at));
        distances.min_by(f64::total_cmp)
    }
}

/// Farther than this from any road nobody lives: such a place is not offered for confirming.
const BELIEVABLE_M: f64 = 50_000.0;

fn far_faults(scenario: &Scenario, far: &[&SnapReport], limit: f64, swapped: &dyn Fn(LatLon) -> bool) -> Faults {
    let believable = |f: &&&SnapReport| f.distance_m.is_some_and(|d| d <= BELIEVABLE_M);
    let ids: Vec<String> = far.iter().filter(believable).map(|f| format!("\"{}\"", f.id)).collect();
    let mut faults = Faults::new();
    for f in far {
        let distance = match f.distance_m {
            Some(d) => format!("lies {:.1} km from the nearest road", d / 1000.0),
            None => "is near no road at all".to_string(),
        };
        let message = format!("{} {} ({}) {distance}; the limit is {:.1} km", f.what, f.id, f.name, limit / 1000.0);
        faults.push(Fault::error(message).in_file(&scenario.file));
    }
    if let Some(last) = faults.0.last_mut() {
        last.hint = Some(if far.iter().all(|f| swapped(f.at)) {
            "lat and lon are swapped: the other way round they would lie on the road".into()
        } else if ids.is_empty() {
            "check the coordinates: decimal degrees, WGS-84, inside the extract?".into()
        } else {
            let list = ids.join(", ");
            format!("check the coordinates (WGS-84?); if they are right, confirm in [network]: confirm_far = [{list}]")
        });
    }
    faults
}
