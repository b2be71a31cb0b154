//! What follows from a scenario alone and is asked at every dispatch: who serves whom, and what suits what.

use super::craft::Craft;
use crate::facilities::UnitKind;
use crate::geo::LatLon;
use crate::ids::{CategoryId, CentreId, CountyId, HospitalId, PointId, PostId};
use crate::scenario::Scenario;

/// How well a unit suits a category.
pub mod tier {
    /// It is of a kind the category asks for.
    pub const MATCH: u8 = 0;
    /// It will do where nothing better comes soon.
    pub const MISMATCH: u8 = 1;
    /// It is never sent.
    pub const NEVER: u8 = u8::MAX;
}

/// Tables by number, shared by all replications.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The centre that takes the calls of each demand point and site.
    pub centre_of_point: Vec<CentreId>,
    /// The centre that sends each unit.
    pub centre_of_unit: Vec<CentreId>,
    /// The county of each demand point and site.
    pub county_of_point: Vec<Option<CountyId>>,
    /// The county of each unit's home post.
    pub county_of_unit: Vec<Option<CountyId>>,
    /// The home post of each unit.
    pub home: Vec<PostId>,
    /// Priority of each category.
    pub priority: Vec<u8>,
    /// `tiers[category × units + unit]`, see [`tier`].
    tiers: Vec<u8>,
    units: usize,
    /// Number of posts.
    pub posts: usize,
    /// Hospitals that take the patients of each category.
    pub able: Vec<Vec<HospitalId>>,
    /// Times of helicopters and boats.
    pub craft: Craft,
    /// The number of each unit among the units of its home post.
    pub turn: Vec<u32>,
}

impl Facts {
    /// Works them out.
    pub fn of(s: &Scenario) -> Facts {
        let centre_of =
            |county: Option<CountyId>| county.and_then(|c| s.centre_of_county[c.index()]).unwrap_or(CentreId(0));
        let sites = s.sites.iter().map(|site| site.county);
        let county_of_point: Vec<Option<CountyId>> = s.points.iter().map(|p| p.county).chain(sites).collect();
        let county_of_unit: Vec<Option<CountyId>> = s.units.iter().map(|u| s.posts[u.post.index()].county).collect();
        let centre_of_unit: Vec<CentreId> = county_of_unit.iter().map(|c| centre_of(*c)).collect();
        // Where a centre has no unit with negative pressure, the need for one is dropped.
        let mut negative = vec![false; s.centres.len()];
        for (unit, centre) in s.units.iter().zip(&centre_of_unit) {
            negative[centre.index()] |= unit.negative_pressure;
        }
        let mut tiers = Vec::with_capacity(s.demand.categories.len() * s.units.len());
        for category in &s.demand.categories {
            for (unit, centre) in s.units.iter().zip(&centre_of_unit) {
                let refused = category.needs_negative_pressure && negative[centre.index()] && !unit.negative_pressure;
                tiers.push(if refused { tier::NEVER } else { kind_tier(&category.care.kinds, unit.kind) });
            }
        }
        let mut turn = Vec::with_capacity(s.units.len());
        for (i, unit) in s.units.iter().enumerate() {
            turn.push(s.units[..i].iter().filter(|u| u.post == unit.post).count() as u32);
        }
        let able = s.demand.categories.iter().map(|c| {
            let takes = |h: &usize| s.hospitals[*h].receives.takes(&c.capability);
            (0..s.hospitals.len()).filter(takes).map(HospitalId::new).collect()
        });
        Facts {
            centre_of_point: county_of_point.iter().map(|c| centre_of(*c)).collect(),
            centre_of_unit,
            county_of_point,
            county_of_unit,
            home: s.units.iter().map(|u| u.post).collect(),
            priority: s.demand.categories.iter().map(|c| c.priority).collect(),
            tiers,
            units: s.units.len(),
            posts: s.posts.len(),
            able: able.collect(),
            craft: craft(s),
            turn,
        }
    }

    /// How well each unit suits a category, by unit.
    pub fn tiers(&self, category: CategoryId) -> &[u8] {
        &self.tiers[category.index() * self.units..][..self.units]
    }

    /// The centre of a point.
    pub fn centre(&self, point: PointId) -> CentreId {
        self.centre_of_point[point.index()]
    }
}

fn craft(s: &Scenario) -> Craft {
    let bases: Vec<_> = s.units.iter().map(|u| (u.kind, u.post)).collect();
    let posts: Vec<LatLon> = s.posts.iter().map(|p| p.at).collect();
    let sites = s.sites.iter().map(|site| site.at);
    let points: Vec<LatLon> = s.points.iter().map(|p| p.at).chain(sites).collect();
    let hospitals: Vec<LatLon> = s.hospitals.iter().map(|h| h.at).collect();
    Craft::build(&s.rules.craft, &bases, &posts, &points, &hospitals)
}

/// Helicopters and motorcycles go only where they are asked for; boats reach nothing but shores, and go there. Ambulances
/// stand in for one another, units for newborns only where nothing better comes.
fn kind_tier(asked: &[UnitKind], kind: UnitKind) -> u8 {
    if asked.contains(&kind) {
        return tier::MATCH;
    }
    match kind {
        UnitKind::Helicopter | UnitKind::Motorcycle => tier::NEVER,
        UnitKind::Boat => tier::MATCH,
        UnitKind::Neonatal => tier::MISMATCH,
        UnitKind::Basic | UnitKind::Advanced if asked.is_empty() => tier::MATCH,
        UnitKind::Basic | UnitKind::Advanced => tier::MISMATCH,
    }
}
