//! What else an extract knows that a scenario can start from: hospitals, stations, places, where streets of houses are,
//! and lakes. Everything here is what mappers wrote, no more; thin cover in the map means few features.

use crate::geo::{LatLon, Polygon};
use serde::{Deserialize, Serialize};

/// What a feature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureKind {
    /// `amenity=hospital`, `healthcare=hospital`.
    Hospital,
    /// `amenity=clinic`, `healthcare=clinic|centre`.
    Clinic,
    /// `emergency=ambulance_station`.
    AmbulanceStation,
    /// `amenity=fire_station`.
    FireStation,
    /// `place=*` of a settlement.
    Place,
}

/// One feature of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// What it is.
    pub kind: FeatureKind,
    /// Its name in the local language; empty if it has none.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// Where it is: the node, or the middle of the outline.
    pub at: LatLon,
    /// Residents (`population`).
    pub population: Option<f64>,
    /// For places the kind of settlement: `city`, `town`, `village`, …
    pub place: Option<String>,
    /// Hospital beds (`beds`, `capacity:beds`).
    pub beds: Option<u32>,
    /// Whether a hospital has an emergency department (`emergency=yes|no`).
    pub emergency: Option<bool>,
    /// The map's object: `node/123`, `way/45`, `relation/6`.
    pub osm: String,
}

/// The outline of a county or the like (`boundary=administrative`), as far as the extract has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Boundary {
    /// Its name in the local language; empty if it has none.
    pub name: String,
    /// Its English name.
    pub name_en: Option<String>,
    /// `admin_level`: 6 is a county in China and most countries, 7 a part of one.
    pub level: u8,
    /// Pieces of its outline. A piece between two areas stands with both.
    pub lines: Vec<Vec<LatLon>>,
    /// The map's object: `relation/6`.
    pub osm: String,
}

/// The features of an extract.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// Hospitals, clinics, stations and places, sorted by kind, then nodes, relations, ways, then number.
    pub list: Vec<Feature>,
    /// Streets where people live, gathered on a grid of about 500 m: the middle of those streets in each cell and their
    /// metres. Residential and living streets and unclassified roads. Sorted from south-west.
    pub residential: Vec<(LatLon, f64)>,
    /// Lakes and other water larger than [`WATER_M2`], with their names.
    pub water: Vec<(String, Polygon)>,
    /// Outlines of counties, sorted by number.
    pub boundaries: Vec<Boundary>,
    /// Hospitals, stations and waters drawn as relations of whose outline the file has nothing.
    pub unread_relations: usize,
}

/// Smallest water that is kept, m².
pub const WATER_M2: f64 = 500_000.0;

const SETTLEMENTS: [&str; 10] =
    ["city", "borough", "town", "suburb", "quarter", "neighbourhood", "village", "hamlet", "isolated_dwelling", "farm"];

fn get<'a>(tags: &[(&'a str, &'a str)], key: &str) -> Option<&'a str> {
    tags.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
}

/// What the tags say an object is, without its place (`at` is 0, 0 and `osm` empty).
pub(super) fn feature(tags: &[(&str, &str)]) -> Option<Feature> {
    let healthcare = get(tags, "healthcare");
    let kind = match (get(tags, "amenity"), get(tags, "emergency"), get(tags, "place")) {
        (_, Some("ambulance_station"), _) => FeatureKind::AmbulanceStation,
        (Some("hospital"), ..) => FeatureKind::Hospital,
        (Some("fire_station"), ..) => FeatureKind::FireStation,
        (Some("clinic"), ..) => FeatureKind::Clinic,
        _ if healthcare == Some("hospital") => FeatureKind::Hospital,
        _ if matches!(healthcare, Some("clinic" | "centre")) => FeatureKind::Clinic,
        (_, _, Some(place)) if SETTLEMENTS.contains(&place) => FeatureKind::Place,
        _ => return None,
    };
    let beds = get(tags, "beds").or_else(|| get(tags, "capacity:beds"));
    Some(Feature {
        kind,
        name: get(tags, "name").or_else(|| get(tags, "name:zh")).unwrap_or_default().to_string(),
        name_en: get(tags, "name:en").map(str::to_string),
        at: LatLon::new(0.0, 0.0),
        population: get(tags, "population").and_then(number),
        place: (kind == FeatureKind::Place).then(|| get(tags, "place").unwrap_or_default().to_string()),
        beds: beds.and_then(number).map(|n| n as u32),
        emergency: match get(tags, "emergency") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ => None,
        },
        osm: String::new(),
    })
}

/// What an administrative area of the size of a county is called, without its outline.
pub(super) fn boundary(tags: &[(&str, &str)]) -> Option<Boundary> {
    let level = get(tags, "admin_level").filter(|_| get(tags, "boundary") == Some("administrative"))?.parse().ok()?;
    (COUNTY_LEVELS.contains(&level)).then(|| Boundary {
        name: get(tags, "name").or_else(|| get(tags, "name:zh")).unwrap_or_default().to_string(),
        name_en: get(tags, "name:en").map(str::to_string),
        level,
        lines: Vec::new(),
        osm: String::new(),
    })
}

/// Levels of areas whose outlines are kept: others are too large to tell anything on the map of a city, or too many.
const COUNTY_LEVELS: [u8; 2] = [6, 7];

/// The name of a water area, if the tags are those of one (rivers are not: they are lines of water, not obstacles
/// known by their area).
pub(super) fn water(tags: &[(&str, &str)]) -> Option<String> {
    let is_water = get(tags, "natural") == Some("water")
        && !matches!(get(tags, "water"), Some("river" | "stream" | "canal" | "ditch" | "drain"));
    let is_reservoir = get(tags, "landuse") == Some("reservoir");
    (is_water || is_reservoir).then(|| get(tags, "name").unwrap_or_default().to_string())
}

/// A count as mappers write it: digits with spaces, commas or apostrophes between thousands.
fn number(text: &str) -> Option<f64> {
    let digits: String = text.trim().chars().filter(|c| !matches!(c, ' ' | ',' | '\'' | '\u{a0}')).collect();
    digits.parse::<f64>().ok().filter(|n| n.is_finite() && *n >= 0.0 && *n < 1e9)
}

/// The middle of an outline: the mean of its corners, right across the antimeridian too.
pub(super) fn middle(ring: &[LatLon]) -> Option<LatLon> {
    let first = ring.first()?;
    let corners = if ring.len() > 1 && ring.last() == Some(first) { &ring[1..] } else { ring };
    let n = corners.len() as f64;
    let lat = corners.iter().map(|p| p.lat).sum::<f64>() / n;
    let east = corners.iter().map(|p| turn(p.lon - first.lon)).sum::<f64>() / n;
    Some(LatLon::new(lat, turn(first.lon + east)))
}

/// Area of an outline in m² (flat earth round its first corner).
pub(super) fn area_m2(ring: &[LatLon]) -> f64 {
    let Some(first) = ring.first() else { return 0.0 };
    let metres = crate::geo::EARTH_RADIUS_M.to_radians();
    let shrink = libm::cos(first.lat.to_radians());
    let flat: Vec<(f64, f64)> =
        ring.iter().map(|p| (turn(p.lon - first.lon) * shrink * metres, (p.lat - first.lat) * metres)).collect();
    let twice: f64 = (0..flat.len())
        .map(|i| {
            let (a, b) = (flat[i], flat[(i + 1) % flat.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum();
    twice.abs() / 2.0
}

/// Brings a longitude difference into −180..180.
pub(super) fn turn(degrees: f64) -> f64 {
    if degrees > 180.0 {
        degrees - 360.0
    } else if degrees < -180.0 {
        degrees + 360.0
    } else {
        degrees
    }
}

/// Drops what is mapped twice: an outline and a node of the same kind and name within a kilometre (or, without a name,
/// within 100 m). The first in the list's order stays and takes over figures it lacks.
pub(super) fn merge_twins(mut list: Vec<Feature>) -> Vec<Feature> {
    list.sort_by(|a, b| (a.kind, osm_key(&a.osm)).cmp(&(b.kind, osm_key(&b.osm))));
    // Named twins are found by name, unnamed ones by neighbourhood in a list sorted by latitude.
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by(|&i, &j| {
        let key = |f: &Feature| (f.kind, f.name.clone());
        key(&list[i]).cmp(&key(&list[j])).then(list[i].at.lat.total_cmp(&list[j].at.lat)).then(i.cmp(&j))
    });
    let mut gone = vec![false; list.len()];
    for (position, &i) in order.iter().enumerate() {
        for &j in &order[position + 1..] {
            let (a, b) = (&list[i], &list[j]);
            let near_m = if a.name.is_empty() { 100.0 } else { 1000.0 };
            let north_m = (b.at.lat - a.at.lat) * 111_000.0;
            if a.kind != b.kind || a.name != b.name || north_m > near_m {
                break;
            }
            if gone[i] || gone[j] || crate::geo::distance_m(a.at, b.at) > near_m {
                continue;
            }
            let (keep, drop) = (i.min(j), i.max(j));
            gone[drop] = true;
            let twin = list[drop].clone();
            let kept = &mut list[keep];
            kept.population = kept.population.or(twin.population);
            kept.beds = kept.beds.or(twin.beds);
            kept.emergency = kept.emergency.or(twin.emergency);
            kept.name_en = kept.name_en.take().or(twin.name_en);
        }
    }
    let mut gone = gone.into_iter();
    list.retain(|_| !gone.next().unwrap_or(false));
    list
}

fn osm_key(osm: &str) -> (&str, i64) {
    let (kind, id) = osm.split_once('/').unwrap_or((osm, "0"));
    (kind, id.parse().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_become_features() {
        let hospital = feature(&[("amenity", "hospital"), ("name", "医院"), ("beds", "1 200"), ("emergency", "yes")]);
        let hospital = hospital.unwrap();
        assert_eq!((hospital.kind, hospital.beds, hospital.emergency), (FeatureKind::Hospital, Some(1200), Some(true)));
        let town = feature(&[("place", "town"), ("name", "A"), ("population", "12,345")]).unwrap();
        assert_eq!(
            (town.kind, town.population, town.place.as_deref()),
            (FeatureKind::Place, Some(12_345.0), Some("town"))
        );
        assert_eq!(feature(&[("emergency", "ambulance_station")]).map(|f| f.kind), Some(FeatureKind::AmbulanceStation));
        assert_eq!(feature(&[("place", "country")]), None);
        assert_eq!(water(&[("natural", "water"), ("name", "L")]).as_deref(), Some("L"));
        assert_eq!(water(&[("natural", "water"), ("water", "river")]), None);
    }

    #[test]
    fn middles_and_areas_hold_across_the_antimeridian() {
        let ring: Vec<LatLon> = [(-17.0, 179.99), (-17.0, -179.99), (-16.98, -179.99), (-16.98, 179.99)]
            .map(|(lat, lon)| LatLon::new(lat, lon))
            .to_vec();
        let m = middle(&ring).unwrap();
        assert!((m.lat + 16.99).abs() < 1e-9 && m.lon.abs() > 179.999, "{m:?}");
        let expected = 0.02 * 111_195.0 * 0.02 * 111_195.0 * libm::cos((-17.0_f64).to_radians());
        assert!((area_m2(&ring) / expected - 1.0).abs() < 0.001);
    }

    #[test]
    fn twins_are_merged_and_keep_their_figures() {
        let one = |osm: &str, name: &str, lat: f64, beds| Feature {
            at: LatLon::new(lat, 102.0),
            osm: osm.to_string(),
            beds,
            ..feature(&[("amenity", "hospital"), ("name", name)]).unwrap()
        };
        let merged = merge_twins(vec![
            one("way/5", "A", 24.001, Some(80)),
            one("node/9", "A", 24.0, None),
            one("node/8", "A", 25.0, None),
            one("node/7", "", 24.0, None),
            one("way/6", "", 24.0005, None),
        ]);
        let got: Vec<(&str, Option<u32>)> = merged.iter().map(|f| (f.osm.as_str(), f.beds)).collect();
        assert_eq!(got, vec![("node/7", None), ("node/8", None), ("node/9", Some(80))]);
    }
}
