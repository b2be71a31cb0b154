//! Hospitals, posts and units, chosen from what the map has.

use super::choice::{Aim, Choice};
use super::people::ProposedPoint;
use super::{Guess, Tally, label};
use crate::facilities::UnitKind;
use crate::geo::{LatLon, distance_m};
use crate::network::{Feature, FeatureKind, Features, RoadGraph};
use crate::quality::Quality;

/// The same hospital mapped twice (another kind of object, another name): so near, metres.
pub(super) const SAME_PLACE_M: f64 = 300.0;
/// People per ambulance (plans ask for at least one per 30,000).
const PEOPLE_PER_UNIT: f64 = 30_000.0;

/// A hospital or a post, proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedSite {
    /// `H01`, `P01`, …
    pub id: String,
    /// Name in the local language.
    pub name: String,
    /// English name, or empty.
    pub name_en: String,
    /// Where.
    pub at: LatLon,
    /// Beds, where the map has them.
    pub beds: Option<u32>,
    /// For hospitals: whether emergency patients are taken there.
    pub receives: bool,
    /// Quality mark and source.
    pub guess: Guess,
}

/// An ambulance, proposed.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedUnit {
    /// `U001`, …
    pub id: String,
    /// Its post, by position in the list of posts.
    pub post: usize,
    /// The first of a post is advanced.
    pub kind: UnitKind,
    /// Two in five have it.
    pub negative_pressure: bool,
}

/// A feature as a site; one without a name is called after the settlement nearest to it.
fn site(features: &Features, feature: &Feature, quality: Quality, note: &str) -> ProposedSite {
    let settlements = features.list.iter().filter(|f| f.kind == FeatureKind::Place && !f.name.is_empty());
    let distance = |f: &Feature| distance_m(f.at, feature.at);
    let (name, name_en) = if !feature.name.is_empty() {
        (feature.name.clone(), feature.name_en.clone().unwrap_or_default())
    } else if let Some(near) = settlements.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
        let english = near.name_en.as_ref().unwrap_or(&near.name);
        (format!("{} 附近（无名）", near.name), format!("near {english} (no name)"))
    } else {
        (format!("（无名）{}", feature.osm), format!("(no name) {}", feature.osm))
    };
    let source = format!("OpenStreetMap {}{note}", feature.osm);
    let guess = Guess { quality, source };
    ProposedSite { id: String::new(), name, name_en, at: feature.at, beds: feature.beds, receives: true, guess }
}

fn numbered(mut list: Vec<ProposedSite>, letter: char) -> Vec<ProposedSite> {
    for (i, site) in list.iter_mut().enumerate() {
        site.id = format!("{letter}{:02}", i + 1);
    }
    list
}

/// Features of a kind near enough to a road, each place once: of several within 300 m the one the map knows most of.
fn usable<'a>(
    features: &'a Features,
    kind: FeatureKind,
    on_road: &dyn Fn(LatLon) -> bool,
    tally: &mut Tally,
) -> Vec<&'a Feature> {
    let (near, far): (Vec<&Feature>, Vec<&Feature>) =
        features.list.iter().filter(|f| f.kind == kind).partition(|f| on_road(f.at));
    tally.too_far.extend(far.iter().map(|f| label(f)));
    let known = |f: &Feature| (f.emergency == Some(true), !f.name.is_empty(), f.emergency.is_some(), f.beds);
    let mut order = near.clone();
    order.sort_by_key(|f| std::cmp::Reverse(known(f)));
    let mut kept: Vec<&Feature> = Vec::new();
    for feature in order {
        if kept.iter().any(|k| {
            (k.at.lat - feature.at.lat).abs() * 111_000.0 <= SAME_PLACE_M
                && distance_m(k.at, feature.at) <= SAME_PLACE_M
        }) {
            tally.twins += 1;
        } else {
            kept.push(feature);
        }
    }
    near.into_iter().filter(|f| kept.iter().any(|k| std::ptr::eq(*k, *f))).collect()
}

/// Whether a hospital may be taken: in many maps one without a name is a first-aid room or a surgery, so such are left
/// out while there are others, unless `emergency=yes` says what it is.
fn trusted(hospital: &Feature, some_named: bool) -> bool {
    !some_named || !hospital.name.is_empty() || hospital.emergency == Some(true)
}

/// Hospitals; never none.
pub(super) fn hospitals(
    features: &Features,
    graph: &RoadGraph,
    points: &[ProposedPoint],
    on_road: &dyn Fn(LatLon) -> bool,
    tally: &mut Tally,
) -> Vec<ProposedSite> {
    let mut found = usable(features, FeatureKind::Hospital, on_road, tally);
    let (all, some_named) = (found.len(), found.iter().any(|f| !f.name.is_empty()));
    found.retain(|f| trusted(f, some_named));
    tally.nameless_hospitals = all - found.len();
    if !found.is_empty() {
        let some_known = found.iter().any(|f| f.emergency == Some(true));
        let list = found.iter().map(|f| {
            let closed = some_known && f.emergency == Some(false);
            let note = match (closed, f.emergency) {
                (true, _) => "; emergency=no, so no ambulance goes there",
                (false, Some(true)) => "; emergency=yes",
                (false, _) => "; that it takes emergency patients is assumed",
            };
            // The place stands in the map; what it receives only where `emergency` is tagged.
            let quality = if f.emergency.is_some() { Quality::Measured } else { Quality::Derived };
            ProposedSite { receives: !closed, ..site(features, f, quality, note) }
        });
        return numbered(list.collect(), 'H');
    }
    let clinics = usable(features, FeatureKind::Clinic, on_road, tally);
    if !clinics.is_empty() {
        tally.hospitals_are_clinics = true;
        let note = "; a clinic, taken for a hospital as the map has none";
        return numbered(clinics.iter().map(|f| site(features, f, Quality::Assumed, note)).collect(), 'H');
    }
    tally.hospital_placeholder = true;
    let guess = Guess {
        quality: Quality::Assumed,
        source: "placeholder at the junction nearest the middle of the people: the map has no hospital".into(),
    };
    let (name, name_en) = ("占位医院".to_string(), "placeholder hospital".to_string());
    let at = middle_junction(graph, points);
    numbered(vec![ProposedSite { id: String::new(), name, name_en, at, beds: None, receives: true, guess }], 'H')
}

/// The junction nearest the people's middle (the mean of their places in space).
fn middle_junction(graph: &RoadGraph, points: &[ProposedPoint]) -> LatLon {
    let mut sum = [0.0_f64; 3];
    for p in points {
        let (lat, lon) = (p.at.lat.to_radians(), p.at.lon.to_radians());
        let ring = libm::cos(lat);
        let unit = [ring * libm::cos(lon), ring * libm::sin(lon), libm::sin(lat)];
        for (s, u) in sum.iter_mut().zip(unit) {
            *s += u * p.population;
        }
    }
    let lat = libm::atan2(sum[2], libm::hypot(sum[0], sum[1])).to_degrees();
    let middle = LatLon::new(lat, libm::atan2(sum[1], sum[0]).to_degrees());
    let nearest = graph.positions.iter().min_by(|a, b| distance_m(**a, middle).total_cmp(&distance_m(**b, middle)));
    super::rounded(nearest.copied().unwrap_or(middle))
}

/// Chooses posts one by one from the kinds of places in order of preference; never none. The second list holds the
/// places that were not chosen.
pub(super) fn posts(
    features: &Features,
    points: &[ProposedPoint],
    on_road: &dyn Fn(LatLon) -> bool,
    tally: &mut Tally,
) -> (Vec<ProposedSite>, Vec<ProposedSite>) {
    let stations = usable(features, FeatureKind::AmbulanceStation, on_road, tally);
    let mut hospitals = usable(features, FeatureKind::Hospital, on_road, &mut Tally::default());
    hospitals.retain(|f| f.emergency != Some(false));
    let some_named = hospitals.iter().any(|f| !f.name.is_empty());
    let (hospitals, nameless): (Vec<&Feature>, Vec<&Feature>) =
        hospitals.into_iter().partition(|f| trusted(f, some_named));
    let (known, others): (Vec<&Feature>, Vec<&Feature>) =
        hospitals.into_iter().partition(|f| f.emergency == Some(true));
    let fire = usable(features, FeatureKind::FireStation, on_road, tally);
    let clinics = usable(features, FeatureKind::Clinic, on_road, &mut Tally::default());
    let sites = |list: &[&Feature], quality, note: &str| -> Vec<ProposedSite> {
        list.iter().map(|f| site(features, f, quality, note)).collect()
    };
    let assumed = |list: &[&Feature], note: &str| sites(list, Quality::Assumed, note);
    let (hospital, station) = ("; a hospital, taken for a post", "; a fire station, taken for a post");
    let mut choice = Choice::new(points);
    let mut chosen = Vec::new();
    // Every ambulance station is one; then hospitals with an emergency department.
    let mut rest = choice.take(sites(&stations, Quality::Measured, "; ambulance station"), Aim::All, &mut chosen);
    rest.extend(choice.take(assumed(&known, hospital), Aim::Near, &mut chosen));
    // Of all other places together those that bring people within reach, until most have a post.
    let mut pool = assumed(&others, hospital);
    pool.extend(assumed(&fire, station));
    pool.extend(assumed(&clinics, "; a clinic, taken for a post"));
    let pool = choice.take(pool, Aim::Reach, &mut chosen);
    // If these are fewer than people need, more of the same, hospitals before fire stations and clinics.
    for kind in [hospital, station, "; a clinic, taken for a post"] {
        let of_kind = pool.iter().filter(|s| s.guess.source.ends_with(kind)).cloned().collect();
        rest.extend(choice.take(of_kind, Aim::Near, &mut chosen));
    }
    for site in &mut rest {
        site.guess.source = site.guess.source.replace(", taken for a post", "");
    }
    rest.extend(assumed(&nameless, "; a hospital without a name: what it is should be looked up"));
    let places: Vec<ProposedSite> = points
        .iter()
        .map(|p| ProposedSite {
            id: String::new(),
            name: format!("占位站 {}", p.name),
            name_en: format!("placeholder {}", if p.name_en.is_empty() { &p.name } else { &p.name_en }),
            at: p.at,
            beds: None,
            receives: false,
            guess: Guess {
                quality: Quality::Assumed,
                source: format!("placeholder at demand point {}: the map has too few stations", p.id),
            },
        })
        .collect();
    let before = chosen.len();
    choice.take(places, Aim::Near, &mut chosen);
    tally.post_placeholders = chosen.len() - before;
    (numbered(chosen, 'P'), numbered(rest, 'X'))
}

/// Ambulances: one per 30,000 people, at least one a post and two in all, the rest by the people nearest to each post
/// (largest remainder).
pub(super) fn units(posts: &[ProposedSite], points: &[ProposedPoint]) -> Vec<ProposedUnit> {
    let people: f64 = points.iter().map(|p| p.population).sum();
    let total = ((people / PEOPLE_PER_UNIT).ceil() as usize).max(posts.len()).max(2);
    let mut near = vec![0.0_f64; posts.len()];
    for point in points {
        let distance = |i: &usize| distance_m(posts[*i].at, point.at);
        if let Some(i) = (0..posts.len()).min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            near[i] += point.population;
        }
    }
    // What each post should have beyond its first.
    let wish: Vec<f64> = near.iter().map(|n| (n / people.max(1.0) * total as f64 - 1.0).max(0.0)).collect();
    let count = largest_remainder(total - posts.len(), &wish);
    let mut list = Vec::new();
    for (post, extra) in count.iter().enumerate() {
        for k in 0..=*extra {
            // Two in five, evenly spread, rounded up.
            let n = list.len();
            let negative_pressure = (2 * (n + 1)).div_ceil(5) > (2 * n).div_ceil(5);
            let kind = if k == 0 { UnitKind::Advanced } else { UnitKind::Basic };
            list.push(ProposedUnit { id: format!("U{:03}", n + 1), post, kind, negative_pressure });
        }
    }
    list
}

/// Shares whole things out in proportion to wishes; when nobody wishes anything, from the first on.
fn largest_remainder(things: usize, wishes: &[f64]) -> Vec<usize> {
    let sum: f64 = wishes.iter().sum();
    let wish = |w: f64| if sum > 0.0 { w / sum * things as f64 } else { things as f64 / wishes.len().max(1) as f64 };
    let mut got: Vec<usize> = wishes.iter().map(|w| wish(*w).floor() as usize).collect();
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    let left = |i: &usize| wish(wishes[*i]) - wish(wishes[*i]).floor();
    order.sort_by(|a, b| left(b).total_cmp(&left(a)).then(a.cmp(b)));
    let given: usize = got.iter().sum();
    for i in order.into_iter().cycle().take(things.saturating_sub(given)) {
        got[i] += 1;
    }
    got
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Zone;

    fn point(population: f64, km_east: f64) -> ProposedPoint {
        ProposedPoint {
            id: "D1".into(),
            name: "a".into(),
            name_en: String::new(),
            at: crate::geo::offset(LatLon::new(24.0, 102.0), 1000.0 * km_east, 0.0),
            zone: Zone::Urban,
            population,
            guess: Guess { quality: Quality::Assumed, source: String::new() },
        }
    }

    fn place(kind: FeatureKind, id: u32, km_east: f64) -> Feature {
        Feature {
            kind,
            name: format!("{kind:?} {id}"),
            name_en: None,
            at: crate::geo::offset(LatLon::new(24.0, 102.0), 1000.0 * km_east, 0.0),
            population: None,
            place: None,
            beds: None,
            emergency: None,
            osm: format!("node/{id}"),
        }
    }

    fn chosen(list: Vec<Feature>, points: &[ProposedPoint]) -> (Vec<String>, usize) {
        let features = Features { list, ..Features::default() };
        let (posts, rest) = posts(&features, points, &|_| true, &mut Tally::default());
        (posts.into_iter().map(|p| p.name).collect(), rest.len())
    }

    #[test]
    fn stations_go_first_and_the_rest_by_need() {
        let points = [point(60_000.0, 0.0), point(60_000.0, 30.0), point(100.0, 60.0)];
        let all = vec![
            place(FeatureKind::AmbulanceStation, 1, 1.0),
            place(FeatureKind::Hospital, 2, 2.0),
            place(FeatureKind::FireStation, 3, 29.0),
            place(FeatureKind::FireStation, 4, 60.0),
        ];
        // Two posts for 120,000 people: the station, then not the hospital beside it but the fire station where the
        // others are; the last one would bring too few people.
        let (names, rest) = chosen(all.clone(), &points);
        assert_eq!(names, vec!["AmbulanceStation 1", "FireStation 3"]);
        assert_eq!(rest, 2);
        // A hospital known to take emergencies goes before; reach asks for a third.
        let mut known = all;
        known[1].emergency = Some(true);
        assert_eq!(chosen(known, &points).0, vec!["AmbulanceStation 1", "Hospital 2", "FireStation 3"]);
        // All are within reach of one, but the number asks for two.
        let near = vec![place(FeatureKind::FireStation, 1, 0.1), place(FeatureKind::Hospital, 2, 2.0)];
        assert_eq!(chosen(near, &[point(80_000.0, 0.0), point(20_000.0, 3.0)]).0, vec!["Hospital 2", "FireStation 1"]);
        // Nothing in the map: placeholders where the people are.
        let (names, _) = chosen(vec![], &points);
        assert_eq!(names.len(), 2);
    }

    #[test]
    fn hospitals_without_a_name_give_way_to_those_with_one() {
        let mut nameless = place(FeatureKind::Hospital, 1, 0.0);
        nameless.name.clear();
        let (named, village) = (place(FeatureKind::Hospital, 2, 8.0), place(FeatureKind::Place, 3, 1.0));
        let points = [point(200_000.0, 0.0)];
        let (names, rest) = chosen(vec![nameless.clone(), named, village.clone()], &points);
        // Two more are needed; the one point has room for one placeholder.
        assert_eq!((names[0].as_str(), names.len(), rest), ("Hospital 2", 2, 1));
        // Alone it is taken, and called after the settlement near it.
        assert_eq!(chosen(vec![nameless, village], &points).0[0], "Place 3 附近（无名）");
    }

    #[test]
    fn units_follow_people() {
        let points = [point(200_000.0, 0.0), point(70_000.0, 30.0)];
        let sites: Vec<ProposedSite> = [0.0, 30.0, 90.0]
            .map(|km| site(&Features::default(), &place(FeatureKind::Hospital, 1, km), Quality::Measured, ""))
            .to_vec();
        let units = units(&sites, &points);
        // Nine in all; beyond one each the first two wish 5.67 and 1.33 more, and get 5 and 1 of six.
        let count = |post| units.iter().filter(|u| u.post == post).count();
        assert_eq!((units.len(), count(0), count(1), count(2)), (9, 6, 2, 1));
        assert_eq!(units.iter().filter(|u| u.negative_pressure).count(), 4);
        assert_eq!(units.iter().filter(|u| u.kind == UnitKind::Advanced).count(), 3);
    }

    #[test]
    fn remainders_are_shared_out() {
        assert_eq!(largest_remainder(5, &[1.0, 1.0, 1.0]), vec![2, 2, 1]);
        assert_eq!(largest_remainder(3, &[0.0, 0.0]), vec![2, 1]);
        assert_eq!(largest_remainder(0, &[3.0, 1.0]), vec![0, 0]);
        assert_eq!(largest_remainder(7, &[2.5, 1.0]), vec![5, 2]);
    }
}
