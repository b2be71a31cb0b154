//! Coverage without randomness: who lives within the radius and the time of a post, by county and zone.

mod bound;
mod by_point;
mod isochrones;
mod roads;
mod states;

pub use bound::{BoundRow, CoverBound, cover_bound};
pub use by_point::{PointState, PointStates, by_point};
pub use isochrones::{Isochrones, ReachedPeople, ReachedRoad, isochrones};
pub use roads::{RoadReach, in_bands};
pub use states::{
    ClosureEffect, ClosureRow, ReachRow, Sensitivity, SpeedPart, StateCoverage, closures, sensitivity, shares_of_time,
    states, usual,
};

use crate::ids::{PointId, PostId};
use crate::quality::Zone;
use crate::sim::World;
use crate::text::Text;
use crate::units::TravelTime;
use serde::{Deserialize, Serialize};

/// What counts as covered, by zone (urban, rural).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CoverTargets {
    /// Service radius, km.
    pub radius_km: [f64; 2],
    /// Driving time, minutes.
    pub minutes: [f64; 2],
}

/// A demand point and its nearest posts.
#[derive(Clone, Debug, PartialEq)]
pub struct PointCover {
    /// Driving time from the staffed post that is nearest in time, response factor included; `None` if out of reach.
    pub drive_min: Option<f64>,
    /// That post; `None` if out of reach.
    pub post: Option<PostId>,
    /// Kilometres by road from the staffed post nearest by length (the straight way on and off the road included);
    /// `None` if out of reach.
    pub road_km: Option<f64>,
    /// Straight-line kilometres to the staffed post nearest in a straight line.
    pub radius_km: f64,
}

/// Coverage of a group of people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CoverageRow {
    /// County, or `None` for all.
    pub county: Option<Text>,
    /// Zone, or `None` for both.
    pub zone: Option<Zone>,
    /// People.
    pub population: f64,
    /// Share within the zone's radius of a post in a straight line.
    pub within_radius_straight: f64,
    /// Share within the zone's radius by road.
    pub within_radius_road: f64,
    /// Share within the zone's time target of a post, driving time only.
    pub within_time: f64,
    /// Population-weighted mean driving time from the nearest post, minutes, of those who can be reached.
    pub mean_drive_min: Option<f64>,
    /// People who cannot be reached by road at all.
    pub unreached: f64,
    /// Population-weighted mean straight-line distance to the nearest post, km.
    pub mean_radius_km: f64,
}

/// Nearest posts of every demand point, in the state the roads are in most of the time (see [`usual`]).
pub fn points(world: &World) -> Vec<PointCover> {
    let regime = usual(world);
    let staffed = world.staffed();
    let road_km = world.nearest_post_road_km(regime, &staffed);
    (0..world.scenario.points.len())
        .map(|p| {
            let point = PointId::new(p);
            let minutes = |t: TravelTime| t.minutes() * world.scenario.travel.response_factor;
            let nearest = world.nearest_post(regime, point, &staffed);
            PointCover {
                drive_min: nearest.map(|(_, t)| minutes(t)),
                post: nearest.map(|(p, _)| p),
                road_km: road_km[p],
                radius_km: world.nearest_post_straight_m(point, &staffed).map_or(f64::INFINITY, |m| m / 1000.0),
            }
        })
        .collect()
}

/// People who are looked at together.
struct Group {
    /// County by its number, or `None` for all.
    county: Option<usize>,
    /// Zone, or `None` for both.
    zone: Option<Zone>,
    /// Demand points with people.
    members: Vec<usize>,
}

/// Everybody, then by zone, then by county, then by county and zone; groups without people are left out.
fn groups(world: &World) -> Vec<Group> {
    let group = |county: Option<usize>, zone: Option<Zone>| {
        let is_member = |p: &usize| {
            let point = &world.scenario.points[*p];
            county.is_none_or(|c| point.county.is_some_and(|k| k.index() == c))
                && zone.is_none_or(|z| point.zone == z)
                && point.population > 0.0
        };
        Group { county, zone, members: (0..world.scenario.points.len()).filter(is_member).collect() }
    };
    let counties = std::iter::once(None).chain((0..world.scenario.counties.len()).map(Some));
    let zones = [None, Some(Zone::Urban), Some(Zone::Rural)];
    let all = counties.flat_map(|c| zones.map(|z| group(c, z)));
    all.filter(|g| !g.members.is_empty()).collect()
}

/// Coverage of everybody, then by zone, then by county, then by county and zone; groups without people are left out.
pub fn rows(world: &World, points: &[PointCover], targets: &CoverTargets) -> Vec<CoverageRow> {
    let row = |g: &Group| row(world, points, targets, &g.members, g.county, g.zone);
    groups(world).iter().filter_map(row).collect()
}

fn row(
    world: &World,
    points: &[PointCover],
    targets: &CoverTargets,
    members: &[usize],
    county: Option<usize>,
    zone: Option<Zone>,
) -> Option<CoverageRow> {
    let people = |p: &usize| world.scenario.points[*p].population;
    let population: f64 = members.iter().map(people).sum();
    if population <= 0.0 {
        return None;
    }
    let share = |covered: &dyn Fn(usize, usize) -> bool| {
        let z = |p: usize| world.scenario.points[p].zone.index();
        members.iter().filter(|p| covered(**p, z(**p))).map(people).sum::<f64>().max(0.0) / population
    };
    let reached: Vec<usize> = members.iter().copied().filter(|p| points[*p].drive_min.is_some()).collect();
    let reached_people: f64 = reached.iter().map(people).sum();
    let drive = |p: &usize| points[*p].drive_min.unwrap_or(0.0);
    Some(CoverageRow {
        county: county.map(|c| world.scenario.counties[c].name.clone()),
        zone,
        population,
        within_radius_straight: share(&|p, z| points[p].radius_km <= targets.radius_km[z]),
        within_radius_road: share(&|p, z| points[p].road_km.is_some_and(|km| km <= targets.radius_km[z])),
        within_time: share(&|p, z| points[p].drive_min.is_some_and(|m| m <= targets.minutes[z])),
        mean_drive_min: (reached_people > 0.0)
            .then(|| reached.iter().map(|p| people(p) * drive(p)).sum::<f64>() / reached_people),
        unreached: population - reached_people,
        mean_radius_km: members.iter().map(|p| people(p) * points[*p].radius_km).sum::<f64>() / population,
    })
}

#[cfg(test)]
mod tests;
