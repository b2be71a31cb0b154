//! Settlements of the map: how many people each has of its own, and how far it reaches.

use super::Tally;
use super::twins::twins;
use crate::geo::{LatLon, distance_m};
use crate::network::{Feature, FeatureKind, Features};
use crate::quality::Zone;

/// People per km² of a town: the circle of a settlement has this density (assumption).
const TOWN_DENSITY: f64 = 3_000.0;
/// A suburb, quarter or neighbourhood without a number of its own is part of a settlement whose circle ends so near,
/// metres, if that has so many people (assumption).
const PART_M: f64 = 3_000.0;
const PART_OF: f64 = 100.0;
/// Between these ratios the people of villages and the number of their town are taken for the same; and at least so
/// many towns must have villages with numbers for such a judgement (assumptions).
const SAME_PEOPLE: std::ops::Range<f64> = 0.8..1.25;
const FEWEST_TOWNS: usize = 5;
/// A village with so many people is urban, a town with fewer than the second number is not (assumption).
const URBAN_VILLAGE: f64 = 10_000.0;
const RURAL_TOWN: f64 = 2_000.0;

/// Typical residents of a kind of settlement, where its population is not in the map (assumption).
fn typical(kind: &str) -> f64 {
    match kind {
        "city" => 200_000.0,
        "borough" => 50_000.0,
        "town" => 15_000.0,
        "suburb" => 8_000.0,
        "quarter" => 4_000.0,
        "neighbourhood" => 500.0,
        "village" => 1_000.0,
        "hamlet" => 80.0,
        _ => 6.0,
    }
}

/// The order of parts of settlements, largest first; 0 is no part.
fn part_rank(kind: &str) -> u8 {
    match kind {
        "borough" => 1,
        "suburb" => 2,
        "quarter" => 3,
        "neighbourhood" => 4,
        _ => 0,
    }
}

/// A settlement of the map.
pub(super) struct Settlement<'a> {
    /// The map's object.
    pub(super) feature: &'a Feature,
    /// Residents, by the map or by the kind of settlement.
    pub(super) people: f64,
    /// Residents less those of its parts that stand on their own.
    pub(super) own: f64,
    /// Whether the map has the number.
    pub(super) tagged: bool,
    /// Radius of its circle, metres.
    pub(super) radius_m: f64,
    /// Part of a larger one and without a number of its own: its people are the larger one's.
    pub(super) absorbed: bool,
    /// Part of a larger one.
    pub(super) part: bool,
}

impl Settlement<'_> {
    /// `city`, `village`, …
    pub(super) fn kind(&self) -> &str {
        self.feature.place.as_deref().unwrap_or("")
    }

    /// Whether it is of a kind that is a part of others: suburb, quarter, …
    pub(super) fn is_part_by_kind(&self) -> bool {
        part_rank(self.kind()) > 0
    }

    /// By kind and size; `None` for a quarter or neighbourhood that stands alone: its streets will tell.
    pub(super) fn zone(&self) -> Option<Zone> {
        let urban = match self.kind() {
            "city" | "borough" | "suburb" => true,
            "town" => !self.tagged || self.people >= RURAL_TOWN,
            "quarter" | "neighbourhood" if !self.part => return None,
            "quarter" | "neighbourhood" => true,
            _ => self.people >= URBAN_VILLAGE,
        };
        Some(if urban { Zone::Urban } else { Zone::Rural })
    }
}

/// All settlements, most people first.
pub(super) fn settlements<'a>(features: &'a Features, tally: &mut Tally) -> Vec<Settlement<'a>> {
    let places = features.list.iter().filter(|f| f.kind == FeatureKind::Place);
    let mut list: Vec<Settlement> = places
        .map(|feature| {
            let tagged = feature.population.filter(|p| *p > 0.0);
            let people = tagged.unwrap_or_else(|| typical(feature.place.as_deref().unwrap_or("")));
            let km = libm::sqrt(people / (std::f64::consts::PI * TOWN_DENSITY));
            let radius_m = (km * 1000.0).clamp(500.0, 30_000.0);
            Settlement {
                feature,
                people,
                own: people,
                tagged: tagged.is_some(),
                radius_m,
                absorbed: false,
                part: false,
            }
        })
        .collect();
    list.sort_by(|a, b| b.people.total_cmp(&a.people));
    let mut gone = twins(&list).into_iter();
    let all = list.len();
    list.retain(|_| !gone.next().unwrap_or(false));
    tally.twin_places = all - list.len();
    totals_of_townships(&mut list, tally);
    for i in 0..list.len() {
        let Some(parent) = parent(&list, i) else { continue };
        list[i].part = true;
        if list[i].tagged {
            list[parent].own = (list[parent].own - list[i].people).max(0.0);
        } else {
            list[i].absorbed = true;
            list[i].own = 0.0;
        }
    }
    tally.tagged_places = list.iter().filter(|s| s.tagged).count();
    tally.absorbed_places = list.iter().filter(|s| s.absorbed).count();
    tally.typical_places = list.len() - tally.tagged_places - tally.absorbed_places;
    list
}

/// Maps of some countries give a town the people of its whole township, and its villages theirs. That is taken to be so
/// when the villages and quarters whose nearest town it is add up to about the town's own number: over all towns, and
/// for the town in the middle of these ratios. Then the towns' numbers are not placed besides those of their villages.
fn totals_of_townships(list: &mut [Settlement<'_>], tally: &mut Tally) {
    let upper = |s: &Settlement<'_>| s.tagged && matches!(s.kind(), "city" | "town" | "borough" | "suburb");
    let towns: Vec<usize> = (0..list.len()).filter(|i| upper(&list[*i])).collect();
    let mut below = vec![0.0_f64; towns.len()];
    for village in list.iter().filter(|s| s.tagged && !upper(s)) {
        let distance = |t: &usize| distance_m(list[towns[*t]].feature.at, village.feature.at);
        if let Some(t) = (0..towns.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            below[t] += village.people;
        }
    }
    let with_villages: Vec<(usize, f64)> = towns.iter().copied().zip(below).filter(|(_, sum)| *sum > 0.0).collect();
    if with_villages.len() < FEWEST_TOWNS || 2 * with_villages.len() < towns.len() {
        return;
    }
    let mut ratios: Vec<f64> = with_villages.iter().map(|(t, sum)| sum / list[*t].people).collect();
    ratios.sort_by(f64::total_cmp);
    let all: f64 = with_villages.iter().map(|(_, sum)| sum).sum();
    let overall = all / with_villages.iter().map(|(t, _)| list[*t].people).sum::<f64>();
    if !SAME_PEOPLE.contains(&overall) || !SAME_PEOPLE.contains(&ratios[ratios.len() / 2]) {
        return;
    }
    for (t, _) in &with_villages {
        list[*t].own = 0.0;
    }
    tally.township_totals = with_villages.len();
}

/// The settlement whose people include those of settlement `i`: one with more people whose circle holds it. With a
/// number of its own only a part (suburb, quarter, …) is included, and of its holders the one next above in kind.
fn parent(list: &[Settlement<'_>], i: usize) -> Option<usize> {
    let (child, rank) = (&list[i], part_rank(list[i].kind()));
    if child.tagged && rank == 0 {
        return None;
    }
    // A part without a number of its own belongs to something even beyond the circle.
    let extra = if !child.tagged && rank > 0 { PART_M } else { 0.0 };
    let holds = |s: &Settlement<'_>| {
        let reach = s.radius_m + extra;
        !s.absorbed
            && (s.people > child.people || extra > 0.0 && part_rank(s.kind()) == 0 && s.people >= PART_OF)
            && (s.feature.at.lat - child.feature.at.lat).abs() * 111_000.0 <= reach
            && distance_m(s.feature.at, child.feature.at) <= reach
    };
    let above = |s: &Settlement<'_>| !child.tagged || part_rank(s.kind()) < rank;
    let holders = list.iter().enumerate().filter(|(j, _)| *j != i).filter(|(_, s)| above(s) && holds(s));
    // The last in order has the fewest people: the next above when kinds are equal.
    holders.max_by_key(|(j, s)| (part_rank(s.kind()), *j)).map(|(j, _)| j)
}

/// Places by latitude, to find those near one without looking at all.
pub(super) struct ByLatitude {
    order: Vec<(f64, usize)>,
    at: Vec<LatLon>,
}

impl ByLatitude {
    /// An index of places.
    pub(super) fn new(at: Vec<LatLon>) -> ByLatitude {
        let mut order: Vec<(f64, usize)> = at.iter().enumerate().map(|(i, p)| (p.lat, i)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        ByLatitude { order, at }
    }

    /// The places within some metres, with their distances.
    pub(super) fn within(&self, at: LatLon, radius_m: f64) -> impl Iterator<Item = (usize, f64)> + '_ {
        let band = radius_m / 111_000.0;
        let from = self.order.partition_point(|(lat, _)| *lat < at.lat - band);
        let rest = self.order[from..].iter().take_while(move |(lat, _)| *lat <= at.lat + band);
        rest.map(move |(_, i)| (*i, distance_m(self.at[*i], at))).filter(move |(_, d)| *d <= radius_m)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(kind: &str, people: Option<f64>, lat: f64) -> Feature {
        Feature {
            kind: FeatureKind::Place,
            name: format!("{kind} {lat}"),
            name_en: None,
            at: LatLon::new(lat, 102.0),
            population: people,
            place: Some(kind.into()),
            beds: None,
            emergency: None,
            osm: format!("node/{lat}"),
        }
    }

    #[test]
    fn nobody_is_counted_twice() {
        let list = vec![
            place("city", Some(300_000.0), 24.0),
            place("suburb", Some(40_000.0), 24.01),
            place("quarter", Some(10_000.0), 24.011),
            place("suburb", None, 24.02),
            place("village", None, 24.005),
            place("village", Some(3_000.0), 24.015),
            place("village", None, 25.0),
        ];
        let features = Features { list, ..Features::default() };
        let mut tally = Tally::default();
        let got = settlements(&features, &mut tally);
        let own: Vec<(&str, f64)> = got.iter().map(|s| (s.kind(), s.own)).collect();
        assert_eq!(
            own,
            vec![
                ("city", 260_000.0),
                ("suburb", 30_000.0),
                ("quarter", 10_000.0),
                ("suburb", 0.0),
                ("village", 3_000.0),
                ("village", 0.0),
                ("village", 1_000.0)
            ]
        );
        assert_eq!(got.iter().map(|s| s.own).sum::<f64>(), 304_000.0);
        assert_eq!((tally.tagged_places, tally.absorbed_places, tally.typical_places), (4, 2, 1));
    }

    #[test]
    fn totals_of_townships_are_seen() {
        let townships = |share: f64| -> Features {
            let mut list = Vec::new();
            for t in 0..6 {
                let (lat, people) = (24.0 + 0.3 * f64::from(t), 20_000.0 + 1_000.0 * f64::from(t));
                list.push(place("town", Some(people), lat));
                list.push(place("quarter", Some(0.3 * share * people), lat + 0.001));
                list.push(place("village", Some(0.7 * share * people), lat + 0.05));
            }
            Features { list, ..Features::default() }
        };
        let own = |features: &Features| {
            let mut tally = Tally::default();
            let sum = settlements(features, &mut tally).iter().map(|s| s.own).sum::<f64>();
            (sum.round(), tally.township_totals)
        };
        // Six towns with 135,000 people.
        assert_eq!(own(&townships(1.0)), (135_000.0, 6));
        // Villages that are clearly fewer are people of their own; quarters are part of their town.
        assert_eq!(own(&townships(0.5)), (135_000.0 * 1.35, 0));
    }

    #[test]
    fn what_is_near_is_found() {
        let at = |lat| LatLon::new(lat, 102.0);
        let index = ByLatitude::new(vec![at(24.1), at(24.0), at(23.99)]);
        let near: Vec<usize> = index.within(at(24.0), 2_000.0).map(|n| n.0).collect();
        assert_eq!(near, vec![2, 1]);
    }
}
