//! A first scenario for a place of which only the map is known.
//!
//! Everything here is a pure function of an imported extract: which places become posts and hospitals, how many units
//! there are, where people live. All rules and their numbers are in `docs/init.md`; every row says in its `source`
//! whether the map has it or it was guessed, and its quality mark says the same.

mod choice;
mod notes;
mod people;
mod settle;
mod sites;
mod twins;
mod write;

pub use people::ProposedPoint;
pub use sites::{ProposedSite, ProposedUnit};

use crate::geo::LatLon;
use crate::network::{Feature, Features, OsmImport, Snapper};
use crate::quality::{Quality, Zone};
use crate::stats::queueing::erlang_c;
use serde::Serialize;

/// Places farther from a road are left out, metres; also written as the scenario's `max_snap_m`.
pub const MAX_SNAP_M: f64 = 2_000.0;
/// Dispatches per 1,000 people and year, urban and rural; phone calls per dispatch.
const RATES: [f64; 2] = [16.0, 10.0];
const PHONE_CALLS: f64 = 4.5;
/// Mean time a phone call keeps a seat, seconds: pick-up, handling (of one call in 4.5 with dispatch), wrap-up, as in
/// the written scenario.
const SEAT_S: f64 = 90.0;
/// The busiest hour has so many times the mean hour's calls (the written scenario's 56 to a mean of 40.6).
const BUSIEST: f64 = 1.38;
/// Seats are added until so few calls find none free in the busiest hour (assumption; the target is 95 % within 10 s).
const WAITING: f64 = 0.03;
/// People per dispatcher seat at the most (plans ask for one per 500,000 to 800,000).
const PEOPLE_PER_SEAT: f64 = 500_000.0;

/// How good a proposed row is, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// A: in the map; B: derived from what is in the map; C: guessed.
    pub quality: Quality,
    /// In words.
    pub source: String,
}

/// What was found, guessed and left out on the way.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Settlements whose population is in the map.
    pub tagged_places: usize,
    /// Settlements with a population typical of their kind.
    pub typical_places: usize,
    /// Settlements counted as part of a larger one.
    pub absorbed_places: usize,
    /// Settlements mapped a second time (as node and outline, under two spellings) and left out.
    pub twin_places: usize,
    /// Towns whose number is taken for the sum of their villages and quarters, and not placed besides theirs.
    pub township_totals: usize,
    /// People from populations in the map.
    pub people_tagged: f64,
    /// People from typical populations.
    pub people_typical: f64,
    /// People from lengths of streets.
    pub people_by_length: f64,
    /// Lengths of all roads were used, as there are no streets of houses.
    pub all_roads: bool,
    /// So few people were found that they were raised to 500.
    pub raised_from: Option<f64>,
    /// A total was given, and all guesses scaled to it; this is what they were.
    pub scaled_from: Option<f64>,
    /// Kilometres of streets of houses near the main network, and beyond reach of it.
    pub street_km: f64,
    /// The latter.
    pub far_street_km: f64,
    /// Settlements, and how many of their people found no place: the extract holds only part of them.
    pub unplaced: Vec<(String, f64)>,
    /// Hospitals and stations left out because no road is within [`MAX_SNAP_M`].
    pub too_far: Vec<String>,
    /// Hospitals and stations left out because another of their kind is within 300 m.
    pub twins: usize,
    /// Hospitals without a name, not taken as the map has hospitals with names.
    pub nameless_hospitals: usize,
    /// The map has no hospital, only clinics.
    pub hospitals_are_clinics: bool,
    /// The map has neither.
    pub hospital_placeholder: bool,
    /// Posts set at demand points because the map has too few places for them.
    pub post_placeholders: usize,
}

/// A scenario, proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Where people live.
    pub points: Vec<ProposedPoint>,
    /// Hospitals.
    pub hospitals: Vec<ProposedSite>,
    /// Posts.
    pub posts: Vec<ProposedSite>,
    /// Places that could be posts as well.
    pub candidates: Vec<ProposedSite>,
    /// Ambulances.
    pub units: Vec<ProposedUnit>,
    /// Dispatcher seats.
    pub seats: u32,
    /// What was found, guessed and left out.
    pub tally: Tally,
    /// Kilometres of road kept and dropped by the import.
    pub road_km: f64,
    /// The latter.
    pub dropped_km: f64,
    /// Whether the extract says of itself that it is synthetic.
    pub synthetic: bool,
    /// Digest of the extract.
    pub digest: String,
}

/// Names and paths as they are written into the scenario.
#[derive(Clone, Debug)]
pub struct Naming {
    /// Name of the scenario, also that of its result folder.
    pub name: String,
    /// The extract, relative to the scenario file, or absolute.
    pub network: String,
    /// A built-in speed profile, or a file likewise.
    pub profile: String,
    /// A built-in standard pack, or a file likewise.
    pub pack: String,
}

/// Proposes a scenario for an extract; `people` is the number of residents, where it is known.
pub fn propose(import: &OsmImport, people: Option<f64>) -> Proposal {
    let graph = &import.graph;
    let snapper = Snapper::with_rule(graph, &import.snap);
    let on_road = |at: LatLon| snapper.snap(graph, at).is_some_and(|r| r.distance_m <= MAX_SNAP_M);
    let features = all_rounded(&import.features);
    let mut tally = Tally::default();
    let points = people::points(&features, graph, &on_road, people, &mut tally);
    let hospitals = sites::hospitals(&features, graph, &points, &on_road, &mut tally);
    let (posts, candidates) = sites::posts(&features, &points, &on_road, &mut tally);
    let units = sites::units(&posts, &points);
    let seats = seats(&points);
    Proposal {
        points,
        hospitals,
        posts,
        candidates,
        units,
        seats,
        tally,
        road_km: import.stats.road_km,
        dropped_km: import.stats.dropped_km,
        synthetic: import.synthetic,
        digest: import.digest.clone(),
    }
}

impl Proposal {
    /// All residents.
    pub fn people(&self) -> f64 {
        self.points.iter().map(|p| p.population).sum()
    }

    /// Share of them in urban places, 0 to 1.
    pub fn urban_share(&self) -> f64 {
        let urban: f64 = self.points.iter().filter(|p| p.zone == Zone::Urban).map(|p| p.population).sum();
        // An empty sum is minus zero.
        (urban + 0.0) / self.people().max(1e-9)
    }

    /// Share of them that rests on typical numbers or lengths of streets, 0 to 1; 0 if a total was given.
    pub fn guessed_share(&self) -> f64 {
        let t = &self.tally;
        let guessed = t.people_typical + t.people_by_length;
        if t.scaled_from.is_some() { 0.0 } else { guessed / (guessed + t.people_tagged).max(1e-9) }
    }

    /// Share of the road length that the import dropped, 0 to 1.
    pub fn dropped_share(&self) -> f64 {
        self.dropped_km / (self.road_km + self.dropped_km).max(1e-9)
    }
}

/// One per 500,000 people at least, and so many that few calls wait in the busiest hour (Erlang C).
fn seats(points: &[ProposedPoint]) -> u32 {
    let people: f64 = points.iter().map(|p| p.population).sum();
    let dispatches: f64 = points.iter().map(|p| p.population / 1000.0 * RATES[p.zone.index()]).sum();
    let load = dispatches * PHONE_CALLS * BUSIEST * SEAT_S / (365.0 * 86_400.0);
    let mut seats = (people / PEOPLE_PER_SEAT).ceil().max(1.0) as u32;
    while erlang_c(seats, load) > WAITING {
        seats += 1;
    }
    seats
}

/// What a person recognises a feature by.
fn label(feature: &Feature) -> String {
    if feature.name.is_empty() { feature.osm.clone() } else { format!("{} ({})", feature.name, feature.osm) }
}

/// A position as the tables write it, six decimals: what is checked here is what is read there.
fn rounded(at: LatLon) -> LatLon {
    let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
    LatLon::new(round(at.lat), round(at.lon))
}

fn all_rounded(features: &Features) -> Features {
    let mut features = features.clone();
    for feature in &mut features.list {
        feature.at = rounded(feature.at);
    }
    for cell in &mut features.residential {
        cell.0 = rounded(cell.0);
    }
    features
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seats_follow_people_and_load() {
        let point = |population| ProposedPoint {
            id: "D1".into(),
            name: "a".into(),
            name_en: String::new(),
            at: LatLon::new(24.0, 102.0),
            zone: Zone::Urban,
            population,
            guess: Guess { quality: Quality::Assumed, source: String::new() },
        };
        assert_eq!(seats(&[point(10_000.0)]), 1);
        let big = seats(&[point(2_250_000.0)]);
        // 2.25 million × 16 ‰ × 4.5 × 1.38 × 90 s: 0.64 erlangs; the plan's rule asks for five.
        assert_eq!(big, 5);
        assert!(seats(&[point(650_000.0)]) >= 2);
    }

    #[test]
    fn rounding_is_what_the_tables_hold() {
        for value in [24.123_456_49, 102.999_999_51, -0.000_000_4, 1.000_000_5] {
            let text = format!("{:.6}", rounded(LatLon::new(value, 0.0)).lat);
            assert_eq!(text.parse::<f64>().unwrap(), rounded(LatLon::new(value, 0.0)).lat, "{value}");
        }
    }
}
