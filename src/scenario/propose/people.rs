//! Where people live, guessed from the map: the people of settlements spread over streets of houses.

use super::settle::{ByLatitude, Settlement, settlements};
use super::{Guess, Tally};
use crate::geo::{LatLon, distance_m};
use crate::network::{Feature, FeatureKind, Features, RoadGraph};
use crate::quality::{Quality, Zone};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Most people in one cell of 500 m, 20,000 per km² (assumption): so that a small cut-out of a big city does not get
/// the whole city's people.
const CELL_MAX: f64 = 5_000.0;
/// A cell with more street than this is dense, metres (8 km of street per km²; assumption).
const DENSE_M: f64 = 2_000.0;
/// People per km of street in dense cells and in others, where the map has no settlement near (assumption).
const PER_KM: [f64; 2] = [250.0, 60.0];
/// Streets so far outside a settlement's circle still belong to it, metres, and count a fifth (assumption).
const RING_M: f64 = 3_000.0;
const RING_WEIGHT: f64 = 0.2;
/// Fewest people of an extract without any known population: with fewer a run would hardly have calls.
const FEWEST: f64 = 500.0;
/// Most demand points; beyond it cells are gathered into larger ones.
const MOST_POINTS: usize = 1_500;
/// A cell takes the name of a place so near, metres.
const NAME_M: f64 = 1_500.0;
/// Side of the smallest cell, degrees of latitude (500 m).
const CELL_DEGREES: f64 = 0.0045;

/// A demand point, proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedPoint {
    /// `D0001`, …
    pub id: String,
    /// Name in the local language.
    pub name: String,
    /// English name, or empty.
    pub name_en: String,
    /// Where.
    pub at: LatLon,
    /// Urban or rural.
    pub zone: Zone,
    /// Residents.
    pub population: f64,
    /// Quality mark and source.
    pub guess: Guess,
}

/// People at a place, before gathering.
#[derive(Clone)]
struct Crowd {
    at: LatLon,
    people: f64,
    zone: Zone,
    guess: Guess,
    settlement: Option<usize>,
}

/// A cell of streets that a settlement's people are spread over.
struct Share {
    at: LatLon,
    weight: f64,
    /// Inside the circle, not in the ring round it.
    inside: bool,
}

/// Guesses where people live. `on_road` says whether a place is near enough to a road.
pub(super) fn points(
    features: &Features,
    graph: &RoadGraph,
    on_road: &dyn Fn(LatLon) -> bool,
    asked: Option<f64>,
    tally: &mut Tally,
) -> Vec<ProposedPoint> {
    let places = settlements(features, tally);
    let (cells, far): (Vec<_>, Vec<_>) = features.residential.iter().copied().partition(|c| on_road(c.0));
    let km = |list: &[(LatLon, f64)]| list.iter().fold(0.0, |sum, c| sum + c.1) / 1000.0;
    (tally.street_km, tally.far_street_km) = (km(&cells), km(&far));
    let roads: Vec<(LatLon, f64)> = road_cells(graph);
    let mut crowds = crowds(&places, &cells, &roads, on_road, tally);
    if crowds.iter().all(|c| c.people <= 0.0) {
        crowds = roads.iter().map(|(at, metres)| by_length(*at, *metres, "road")).collect();
        tally.people_by_length = crowds.iter().map(|c| c.people).sum();
        tally.all_roads = true;
    }
    let total: f64 = crowds.iter().map(|c| c.people).sum();
    if let Some(asked) = asked {
        scale(&mut crowds, asked);
        tally.scaled_from = Some(total);
    } else if total > 0.0 && total < FEWEST && tally.tagged_places == 0 {
        for crowd in &mut crowds {
            crowd.people *= FEWEST / total;
            crowd.guess.source.push_str("; raised so that the extract has 500 people");
        }
        tally.raised_from = Some(total);
    }
    gather(crowds, &places, features)
}

/// Brings the total to a number that is known. Guesses are scaled and populations of the map kept, unless these alone
/// are more; then all are scaled.
fn scale(crowds: &mut [Crowd], asked: f64) {
    let sum = |guessed: bool| {
        let of = crowds.iter().filter(|c| (c.guess.quality == Quality::Assumed) == guessed);
        of.fold(0.0, |sum, c| sum + c.people)
    };
    let (guessed, known) = (sum(true), sum(false));
    let only_guesses = guessed > 0.0 && asked > known;
    let factor = if only_guesses { (asked - known) / guessed } else { asked / (guessed + known) };
    for crowd in crowds.iter_mut().filter(|c| !only_guesses || c.guess.quality == Quality::Assumed) {
        crowd.people *= factor;
        crowd.guess.quality = crowd.guess.quality.max(Quality::Derived);
        let _ = write!(crowd.guess.source, "; scaled by {factor:.3} to the total given");
    }
}

fn crowds(
    places: &[Settlement<'_>],
    cells: &[(LatLon, f64)],
    roads: &[(LatLon, f64)],
    on_road: &dyn Fn(LatLon) -> bool,
    tally: &mut Tally,
) -> Vec<Crowd> {
    // Each cell belongs to the settlement in whose circle it lies, to the relatively nearest of several; else to the one
    // whose circle's edge is nearest, up to RING_M.
    let index = ByLatitude::new(cells.iter().map(|c| c.0).collect());
    let mut owner: Vec<Option<(f64, usize)>> = vec![None; cells.len()];
    for (s, place) in places.iter().enumerate().filter(|(_, p)| p.own > 0.0) {
        for (c, distance) in index.within(place.feature.at, place.radius_m + RING_M) {
            let outside = distance - place.radius_m;
            let score = if outside <= 0.0 { distance / place.radius_m } else { 1.0 + outside / RING_M };
            if owner[c].is_none_or(|(best, _)| score < best) {
                owner[c] = Some((score, s));
            }
        }
    }
    let mut shares: Vec<Vec<Share>> = places.iter().map(|_| Vec::new()).collect();
    let mut crowds = Vec::new();
    for ((at, metres), owner) in cells.iter().zip(&owner) {
        match owner {
            Some((score, s)) => {
                let inside = *score <= 1.0;
                let weight = if inside { *metres } else { metres * RING_WEIGHT };
                shares[*s].push(Share { at: *at, weight, inside });
            }
            None => {
                let crowd = by_length(*at, *metres, "street");
                tally.people_by_length += crowd.people;
                crowds.push(crowd);
            }
        }
    }
    let road_index = ByLatitude::new(roads.iter().map(|c| c.0).collect());
    for ((s, place), mut list) in places.iter().enumerate().zip(shares).filter(|((_, p), _)| p.own > 0.0) {
        let at = place.feature.at;
        if list.is_empty() {
            // Thin mapping: no streets of houses there, so other roads inside the circle stand for them.
            let near = road_index.within(at, place.radius_m);
            list = near.map(|(c, _)| Share { at: roads[c].0, weight: roads[c].1, inside: true }).collect();
        }
        if list.is_empty() && on_road(at) {
            list.push(Share { at, weight: 1.0, inside: true });
        }
        spread(s, place, list, &mut crowds, tally);
    }
    crowds
}

/// Spreads a settlement's own people over its cells, no cell above [`CELL_MAX`].
fn spread(s: usize, place: &Settlement<'_>, mut list: Vec<Share>, crowds: &mut Vec<Crowd>, tally: &mut Tally) {
    // The heaviest first: once a cell is full, the others share what is left.
    list.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let (mut people, mut weight) = (place.own, list.iter().map(|c| c.weight).sum::<f64>());
    let alone = list.len() == 1 && place.own == place.people;
    let name = &place.feature.osm;
    let mark = match (place.tagged, alone) {
        (true, true) => (Quality::Measured, format!("population: OpenStreetMap {name}")),
        (true, false) => (Quality::Derived, format!("population of OpenStreetMap {name} spread over streets")),
        (false, _) => (Quality::Assumed, format!("typical population of a {} (OpenStreetMap {name})", place.kind())),
    };
    for cell in list {
        let here = if weight > 0.0 { (people * (cell.weight / weight).min(1.0)).min(CELL_MAX) } else { 0.0 };
        people -= here;
        weight -= cell.weight;
        let by_streets = if cell.weight >= DENSE_M { Zone::Urban } else { Zone::Rural };
        let zone = if cell.inside { place.zone().unwrap_or(by_streets) } else { Zone::Rural };
        let guess = Guess { quality: mark.0, source: mark.1.clone() };
        crowds.push(Crowd { at: cell.at, people: here, zone, guess, settlement: Some(s) });
    }
    if people > 0.5 {
        tally.unplaced.push((super::label(place.feature), people));
    }
    let placed = place.own - people;
    if place.tagged {
        tally.people_tagged += placed;
    } else {
        tally.people_typical += placed;
    }
}

/// People by length of road alone.
fn by_length(at: LatLon, metres: f64, what: &str) -> Crowd {
    let dense = metres >= DENSE_M;
    let per_km = if dense { PER_KM[0] } else { PER_KM[1] };
    let source = format!("{metres:.0} m of {what} × {per_km:.0} people per km");
    Crowd {
        at,
        people: metres / 1000.0 * per_km,
        zone: if dense { Zone::Urban } else { Zone::Rural },
        guess: Guess { quality: Quality::Assumed, source },
        settlement: None,
    }
}

/// Metres of road on a grid of 500 m: of roads that houses can stand at, or of all if there are no such.
fn road_cells(graph: &RoadGraph) -> Vec<(LatLon, f64)> {
    let fast = |class: &str| class.starts_with("motorway") || class.starts_with("trunk") || class == "ferry";
    let cells = |all: bool| {
        // Cell → its first point of road, and metres.
        let mut cells: BTreeMap<(i32, i32), (LatLon, f64)> = BTreeMap::new();
        for road in 0..graph.roads.len() {
            if !all && fast(&graph.classes[usize::from(graph.roads[road].class)]) {
                continue;
            }
            let shape = graph.shape(road);
            for pair in shape.windows(2) {
                let cell = cells.entry(grid(pair[0], 1)).or_insert((pair[0], 0.0));
                cell.1 += distance_m(pair[0], pair[1]);
            }
        }
        cells.into_values().filter(|c| c.1 > 0.0).collect::<Vec<_>>()
    };
    let slow = cells(false);
    if slow.is_empty() { cells(true) } else { slow }
}

/// The cell of a place on a grid of `size` × 500 m.
fn grid(at: LatLon, size: u32) -> (i32, i32) {
    let side = CELL_DEGREES * f64::from(size);
    let row = (at.lat / side).floor();
    let width = side / libm::cos((row * side).to_radians()).max(0.01);
    (row as i32, (at.lon / width).floor() as i32)
}

/// A cell of the grid and a zone.
type Cell = ((i32, i32), Zone);

/// Gathers people of the same cell and zone; cells grow until there are few enough points. A point lies where most of
/// its people are.
fn gather(crowds: Vec<Crowd>, places: &[Settlement<'_>], features: &Features) -> Vec<ProposedPoint> {
    let mut size = 1;
    let gathered = loop {
        // Its largest crowd, all people, and whether they come from several sources.
        let mut cells: BTreeMap<Cell, (Crowd, f64, bool)> = BTreeMap::new();
        for crowd in crowds.iter().filter(|c| c.people > 0.0) {
            match cells.entry((grid(crowd.at, size), crowd.zone)) {
                std::collections::btree_map::Entry::Vacant(slot) => {
                    slot.insert((crowd.clone(), crowd.people, false));
                }
                std::collections::btree_map::Entry::Occupied(mut slot) => {
                    let (first, people, mixed) = slot.get_mut();
                    *people += crowd.people;
                    *mixed |= crowd.guess != first.guess;
                    if crowd.people > first.people {
                        *first = crowd.clone();
                    }
                }
            }
        }
        if cells.len() <= MOST_POINTS {
            break cells;
        }
        size *= 2;
    };
    let named: Vec<&Feature> =
        features.list.iter().filter(|f| f.kind == FeatureKind::Place && !f.name.is_empty()).collect();
    let index = ByLatitude::new(named.iter().map(|f| f.at).collect());
    let mut used: BTreeMap<String, usize> = BTreeMap::new();
    let mut list = Vec::new();
    // Whole people; what rounding takes from one point the next gets, so that the total stays.
    let (mut so_far, mut given) = (0.0, 0.0);
    for (crowd, people, mixed) in gathered.into_values() {
        so_far += people;
        let people = (so_far - given + 1e-6).round();
        if people < 1.0 {
            continue;
        }
        given += people;
        let nearest = index.within(crowd.at, NAME_M).min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        let owner = crowd.settlement.map(|s| places[s].feature).filter(|f| !f.name.is_empty());
        let (name, name_en) = match nearest.map(|(n, _)| named[n]).or(owner) {
            Some(f) => (f.name.clone(), f.name_en.clone().unwrap_or_default()),
            None => ("居民区".to_string(), "residential area".to_string()),
        };
        let number = used.entry(name.clone()).and_modify(|n| *n += 1).or_insert(1);
        let numbered = |text: &str| match (*number, text) {
            (_, "") => String::new(),
            (1, text) => text.to_string(),
            (n, text) => format!("{text} {n}"),
        };
        let mut guess = crowd.guess;
        if mixed {
            guess.quality = guess.quality.max(Quality::Derived);
            guess.source.push_str("; and smaller ones near");
        }
        list.push(ProposedPoint {
            id: format!("D{:04}", list.len() + 1),
            name: numbered(&name),
            name_en: numbered(&name_en),
            at: crowd.at,
            zone: crowd.zone,
            population: people,
            guess,
        });
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn city(people: f64) -> Features {
        let feature = Feature {
            kind: FeatureKind::Place,
            name: "城".into(),
            name_en: None,
            at: LatLon::new(24.0, 102.0),
            population: Some(people),
            place: Some("city".into()),
            beds: None,
            emergency: None,
            osm: "node/1".into(),
        };
        Features { list: vec![feature], ..Features::default() }
    }

    fn spread_over(people: f64, weights: &[f64]) -> (Vec<f64>, Tally) {
        let (features, mut tally) = (city(people), Tally::default());
        let places = settlements(&features, &mut tally);
        let share = |(i, w): (usize, &f64)| Share { at: LatLon::new(24.0 + i as f64, 102.0), weight: *w, inside: true };
        let mut crowds = Vec::new();
        spread(0, &places[0], weights.iter().enumerate().map(share).collect(), &mut crowds, &mut tally);
        crowds.sort_by(|a, b| a.at.lat.total_cmp(&b.at.lat));
        (crowds.iter().map(|c| c.people).collect(), tally)
    }

    #[test]
    fn people_follow_streets_up_to_a_limit() {
        let (people, tally) = spread_over(1_000.0, &[1.0, 3.0]);
        assert_eq!((people, tally.unplaced.len()), (vec![250.0, 750.0], 0));
        // The heavy cell is full; the others share the rest.
        let (people, tally) = spread_over(8_000.0, &[1.0, 7.0, 1.0]);
        assert_eq!((people, tally.unplaced.len()), (vec![1_500.0, 5_000.0, 1_500.0], 0));
        // A cut-out of a big city: what finds no place is told.
        let (people, tally) = spread_over(5_000_000.0, &[1.0, 7.0]);
        assert_eq!(people, vec![5_000.0, 5_000.0]);
        assert_eq!(tally.unplaced, vec![("城 (node/1)".to_string(), 4_990_000.0)]);
    }

    #[test]
    fn a_total_that_is_known_is_kept_to() {
        let crowd = |people, quality| Crowd {
            at: LatLon::new(24.0, 102.0),
            people,
            zone: Zone::Urban,
            guess: Guess { quality, source: String::new() },
            settlement: None,
        };
        let mut list = [crowd(300.0, Quality::Derived), crowd(100.0, Quality::Assumed)];
        scale(&mut list, 500.0);
        assert_eq!((list[0].people, list[1].people), (300.0, 200.0));
        scale(&mut list, 250.0);
        assert_eq!((list[0].people, list[1].people), (150.0, 100.0));
    }
}
