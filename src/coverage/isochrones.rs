//! What a unit of one post reaches: the roads and the people within some driving times.

use super::roads::{RoadReach, in_bands};
use super::usual;
use crate::geo::{LatLon, distance_m};
use crate::ids::{PointId, PostId};
use crate::quality::Zone;
use crate::sim::{Origin, World};
use serde::{Deserialize, Serialize};

/// A part of a road in one band.
#[derive(Clone, Debug, PartialEq)]
pub struct ReachedRoad {
    /// The road's class, an index into [`RoadGraph::classes`](crate::network::RoadGraph::classes).
    pub class: u8,
    /// Its band, an index into [`Isochrones::ends`].
    pub band: usize,
    /// Its shape.
    pub line: Vec<LatLon>,
}

/// People within each band.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReachedPeople {
    /// Zone, or `None` for both.
    pub zone: Option<Zone>,
    /// All residents of the scenario.
    pub residents: f64,
    /// Those within the end of each band, all sooner ones included.
    pub within: Vec<f64>,
}

/// What a unit of one post reaches, in the state the roads are in most of the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Isochrones {
    /// The post.
    pub post: PostId,
    /// Upper ends of the bands, minutes, in order.
    pub ends: Vec<f64>,
    /// Roads within the last of them.
    pub roads: Vec<ReachedRoad>,
    /// Kilometres of road in each band.
    pub road_km: Vec<f64>,
    /// Driving minutes to each demand point; `None` if out of reach.
    pub minutes: Vec<Option<f64>>,
    /// Everybody, then by zone.
    pub people: Vec<ReachedPeople>,
}

/// Finds what a unit of a post reaches: driving times with siren, the response factor and the way from the post to its road
/// included; for people the way from the road to their place as well. `ends` must rise.
pub fn isochrones(world: &World, post: PostId, ends: &[f64]) -> Isochrones {
    let g = &world.roads.graph;
    let reach = RoadReach::from(world, |p| p == post);
    let (mut roads, mut road_km) = (Vec::new(), vec![0.0; ends.len()]);
    for (road, r) in g.roads.iter().enumerate() {
        for (band, line) in in_bands(&reach.along(road), ends) {
            if let Some(km) = road_km.get_mut(band) {
                *km += line.windows(2).map(|w| distance_m(w[0], w[1])).sum::<f64>() / 1000.0;
                roads.push(ReachedRoad { class: r.class, band, line });
            }
        }
    }
    let regime = usual(world);
    let minutes: Vec<Option<f64>> = (0..world.scenario.points.len())
        .map(|p| {
            let time = world.to_point(regime, Origin::Post(post), PointId::new(p));
            time.is_reachable().then(|| time.minutes() * world.scenario.travel.response_factor)
        })
        .collect();
    let people = [None, Some(Zone::Urban), Some(Zone::Rural)].map(|zone| {
        let points = world.scenario.points.iter().zip(&minutes);
        let mut row = ReachedPeople { zone, residents: 0.0, within: vec![0.0; ends.len()] };
        for (point, minutes) in points.filter(|(p, _)| zone.is_none_or(|z| p.zone == z)) {
            row.residents += point.population;
            for (within, _) in row.within.iter_mut().zip(ends).filter(|(_, end)| minutes.is_some_and(|m| m <= **end)) {
                *within += point.population;
            }
        }
        row
    });
    Isochrones { post, ends: ends.to_vec(), roads, road_km, minutes, people: people.into() }
}
