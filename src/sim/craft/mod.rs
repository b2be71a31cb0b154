//! Helicopters and boats: how long they need, where they land, and when they go.
//!
//! A trip goes from a base to the landing place from which the patient is reached soonest: start-up, a straight flight (or
//! the shortest way over the water), landing, and the last metres on foot or by a local car. With the patient the crew goes
//! back to that landing place and on to the hospital: down on its helipad if it has one, otherwise to the landing place
//! nearest to the hospital, where a road unit takes over. Nothing here is random but the weather, and that is a function
//! of the seed, the replication and the time, so it is the same whatever the policy does.
//!
//! All tables are built once ([`Craft::build`]); every answer afterwards is a look-up.

mod hours;
mod legs;
#[cfg(test)]
mod tests;

use crate::facilities::UnitKind;
use crate::geo::{LatLon, distance_m};
use crate::ids::{HospitalId, PointId, PostId};
use crate::scenario::rules::CraftRules;
use crate::units::{SimTime, Span};
use hours::Hours;
use legs::{Legs, Stop};

/// A way from a base to a patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Out {
    /// From leaving (after turn-out) until the crew is with the patient.
    pub time: Span,
    /// Where it lands: a site. The craft waits there.
    pub landing: PointId,
    /// The part of [`Out::time`] between the landing place and the patient; with the patient the same way back.
    pub reach: Span,
}

/// A way with a patient on board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Carry {
    /// From the patient on board at the landing place until landed at the hospital, or where a road unit takes over.
    pub time: Span,
    /// The site where a road unit takes over; `None`: it lands at the hospital.
    pub meet: Option<PointId>,
}

/// Where a craft is that goes home.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Landed {
    /// At a landing place.
    Site(PointId),
    /// On a hospital's helipad.
    Hospital(HospitalId),
}

/// Times of all helicopters and boats.
#[derive(Clone, Debug, Default)]
pub struct Craft {
    air: Option<Medium>,
    water: Option<Medium>,
}

/// No base, no landing place.
const NONE: u32 = u32::MAX;

/// Tables of one medium.
#[derive(Clone, Debug)]
struct Medium {
    hours: Hours,
    /// For each post its row, or [`NONE`].
    base_of_post: Vec<u32>,
    /// For each point and site its number among the landing places, or [`NONE`].
    place_of_point: Vec<u32>,
    /// `out[base × points + point]`.
    out: Vec<Option<Out>>,
    /// `carry[place × hospitals + hospital]`.
    carry: Vec<Option<Carry>>,
    /// `home[(place or places + hospital) × bases + base]`.
    home: Vec<Option<Span>>,
    points: usize,
    hospitals: usize,
    bases: usize,
    places: usize,
}

impl Craft {
    /// Computes all tables. `bases` are the kinds and posts of all units (those that drive on roads are passed over, and
    /// the same may come twice); `points_and_sites` are all demand points followed by all sites.
    ///
    /// Takes time in proportion to landing places × points, once for each medium, and for boats a search over the water
    /// from each pier. A boat whose post has no pier within [`ASHORE_M`](crate::scenario::rules::ASHORE_M) never goes.
    pub fn build(
        rules: &CraftRules,
        bases: &[(UnitKind, PostId)],
        posts: &[LatLon],
        points_and_sites: &[LatLon],
        hospitals: &[LatLon],
    ) -> Craft {
        let at = |p: &PointId| points_and_sites.get(p.index()).copied();
        let based = |kind: UnitKind| {
            let mut list: Vec<PostId> = bases.iter().filter(|b| b.0 == kind).map(|b| b.1).collect();
            list.sort_unstable();
            list.dedup();
            list.retain(|p| p.index() < posts.len());
            list
        };
        let air = rules.air.as_ref().map(|air| {
            let (sites, places): (Vec<PointId>, Vec<LatLon>) =
                air.landing_points.iter().filter_map(|p| Some((*p, at(p)?))).unzip();
            let bases = based(UnitKind::Helicopter);
            let homes: Vec<LatLon> = bases.iter().map(|p| posts[p.index()]).collect();
            let legs = Legs::air(air, homes, places.clone(), hospitals.to_vec());
            let hours = Hours::new(&air.daylight, air.flyable, air.weather_block);
            let table = Plan { bases: &bases, sites: &sites, places: &places, points_and_sites, hospitals };
            Medium::build(&legs, hours, &table, posts.len(), (air.reach_m, air.reach_kmh))
        });
        let water = rules.water.as_ref().map(|water| {
            let (sites, places): (Vec<PointId>, Vec<LatLon>) =
                water.piers.iter().filter_map(|p| Some((*p, at(p)?))).unzip();
            let bases = based(UnitKind::Boat);
            let homes: Vec<LatLon> = bases.iter().map(|p| posts[p.index()]).collect();
            let legs = Legs::water(water, &homes, &places);
            let hours = Hours::new(&water.when, 1.0, Span::ZERO);
            let table = Plan { bases: &bases, sites: &sites, places: &places, points_and_sites, hospitals };
            Medium::build(&legs, hours, &table, posts.len(), (water.reach_m, water.reach_kmh))
        });
        Craft { air, water }
    }

    fn medium(&self, kind: UnitKind) -> Option<&Medium> {
        match kind {
            UnitKind::Helicopter => self.air.as_ref(),
            UnitKind::Boat => self.water.as_ref(),
            _ => None,
        }
    }

    /// The soonest way from a post to a point (or site); `None` beyond the reach of every landing place, where all those
    /// within reach are too near the base to fly to, and for posts without such a unit.
    pub fn to_point(&self, kind: UnitKind, post: PostId, point: PointId) -> Option<Out> {
        let m = self.medium(kind)?;
        let base = *m.base_of_post.get(post.index()).filter(|b| **b != NONE)? as usize;
        if point.index() < m.points { m.out[base * m.points + point.index()] } else { None }
    }

    /// The way from a landing place to a hospital; `None` if there is none, or the site is no landing place.
    pub fn to_hospital(&self, kind: UnitKind, from: PointId, hospital: HospitalId) -> Option<Carry> {
        let m = self.medium(kind)?;
        let place = *m.place_of_point.get(from.index()).filter(|b| **b != NONE)? as usize;
        if hospital.index() < m.hospitals { m.carry[place * m.hospitals + hospital.index()] } else { None }
    }

    /// The way home to a post; `None` if there is none (a boat on another lake, a place where none lands).
    pub fn home(&self, kind: UnitKind, from: Landed, post: PostId) -> Option<Span> {
        let m = self.medium(kind)?;
        let base = *m.base_of_post.get(post.index()).filter(|b| **b != NONE)? as usize;
        let row = match from {
            Landed::Site(site) => *m.place_of_point.get(site.index()).filter(|b| **b != NONE)? as usize,
            Landed::Hospital(hospital) if hospital.index() < m.hospitals => m.places + hospital.index(),
            Landed::Hospital(_) => return None,
        };
        m.home[row * m.bases + base]
    }

    /// Whether a craft may set out at a moment: within its hours, and in weather fit for it.
    pub fn goes(&self, kind: UnitKind, seed: u64, replication: u32, now: SimTime) -> bool {
        self.medium(kind).is_some_and(|m| m.hours.goes(seed, replication, now))
    }

    /// The first moment after `now` at which [`Craft::goes`] becomes true having been false just before, for calls that
    /// wait; [`SimTime::NEVER`] if that is not within a year.
    pub fn opens(&self, kind: UnitKind, seed: u64, replication: u32, now: SimTime) -> SimTime {
        self.medium(kind).map_or(SimTime::NEVER, |m| m.hours.opens(seed, replication, now))
    }
}

/// What the tables are made for.
struct Plan<'a> {
    bases: &'a [PostId],
    sites: &'a [PointId],
    places: &'a [LatLon],
    points_and_sites: &'a [LatLon],
    hospitals: &'a [LatLon],
}

impl Medium {
    fn build(legs: &Legs, hours: Hours, plan: &Plan<'_>, posts: usize, (reach_m, reach_kmh): (f64, f64)) -> Medium {
        let (points, hospitals) = (plan.points_and_sites.len(), plan.hospitals.len());
        let (bases, places) = (plan.bases.len(), plan.places.len());
        let mut base_of_post = vec![NONE; posts];
        plan.bases.iter().enumerate().for_each(|(i, p)| base_of_post[p.index()] = i as u32);
        let mut place_of_point = vec![NONE; points];
        plan.sites.iter().enumerate().for_each(|(i, p)| place_of_point[p.index()] = i as u32);

        let to_place: Vec<Option<Span>> =
            (0..bases * places).map(|i| legs.out(i / places.max(1), i % places.max(1))).collect();
        let mut out = vec![None; bases * points];
        // One degree of latitude is about 111 km: places farther north or south than that are out of reach.
        let degrees = reach_m / 110_000.0;
        for (point, here) in plan.points_and_sites.iter().enumerate() {
            for (place, there) in plan.places.iter().enumerate() {
                if (here.lat - there.lat).abs() > degrees {
                    continue;
                }
                let metres = distance_m(*here, *there);
                if metres > reach_m {
                    continue;
                }
                let reach = Span::from_seconds(metres * 3.6 / reach_kmh);
                for base in 0..bases {
                    let Some(trip) = to_place[base * places + place] else { continue };
                    let best: &mut Option<Out> = &mut out[base * points + point];
                    let way = Out { time: trip + reach, landing: plan.sites[place], reach };
                    if best.is_none_or(|b| way.time < b.time) {
                        *best = Some(way);
                    }
                }
            }
        }
        let carry = (0..places * hospitals)
            .map(|i| {
                let (place, hospital) = (i / hospitals, i % hospitals);
                if let Some(time) = legs.between(Stop::Place(place), Stop::Hospital(hospital)) {
                    return Some(Carry { time, meet: None });
                }
                // The landing place nearest to the hospital among those it can get to, its own included.
                let near = |k: &usize| distance_m(plan.places[*k], plan.hospitals[hospital]);
                (0..places)
                    .filter_map(|k| Some((k, legs.between(Stop::Place(place), Stop::Place(k))?)))
                    .min_by(|a, b| near(&a.0).total_cmp(&near(&b.0)))
                    .map(|(k, time)| Carry { time, meet: Some(plan.sites[k]) })
            })
            .collect();
        let home = (0..(places + hospitals) * bases)
            .map(|i| {
                let (row, base) = (i / bases, i % bases);
                let from = if row < places { Stop::Place(row) } else { Stop::Hospital(row - places) };
                legs.between(from, Stop::Base(base))
            })
            .collect();
        Medium { hours, base_of_post, place_of_point, out, carry, home, points, hospitals, bases, places }
    }
}
