//! Where new posts could stand: hospitals, the places where people live, what the map has, points spread over the roads, or a
//! table.

use crate::experiment::Before;
use crate::facilities::{Coordinates, POST_COLUMNS, Post, read_posts};
use crate::fault::{Fault, Faults};
use crate::geo::{LatLon, distance_m};
use crate::ids::CountyId;
use crate::input::Table;
use crate::network::{FeatureKind, Features, RoadGraph, Snapper};
use crate::quality::Quality;
use crate::scenario::Scenario;
use crate::text::Text;
use std::path::PathBuf;
use std::str::FromStr;

/// A candidate nearer than this to a post with units, or to an earlier candidate, is the same place.
pub const SAME_PLACE_M: f64 = 300.0;

/// Roads on which nobody puts a post.
const NO_POST_ON: [&str; 4] = ["motorway", "motorway_link", "trunk_link", "track"];

/// What can be asked of the map, and what it is called where it has no name.
const MAPPED: [(&str, FeatureKind, [&str; 2]); 4] = [
    ("hospital", FeatureKind::Hospital, ["医院", "hospital"]),
    ("clinic", FeatureKind::Clinic, ["诊所", "clinic"]),
    ("fire_station", FeatureKind::FireStation, ["消防站", "fire station"]),
    ("ambulance_station", FeatureKind::AmbulanceStation, ["急救站", "ambulance station"]),
];

/// A source of candidates.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The hospitals of the scenario, all or those of one level as the table writes it.
    Hospitals(Option<String>),
    /// Its demand points: one by each place where people live.
    Places,
    /// What the map of the network has of a kind.
    Mapped(FeatureKind),
    /// Junctions of the roads, at least so many kilometres apart.
    Roads(f64),
    /// A table with the columns of posts.
    File(PathBuf),
}

impl FromStr for Source {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Source, Fault> {
        let fault = |message: String| {
            Err(Fault::error(message).hint(
                "one of: hospitals, hospitals:LEVEL, places, mapped:KIND, roads:KM, or a table that ends in .csv, with commas between several",
            ))
        };
        match text.split_once(':') {
            None if text == "hospitals" => Ok(Source::Hospitals(None)),
            None if text == "places" => Ok(Source::Places),
            Some(("hospitals", level)) if !level.is_empty() => Ok(Source::Hospitals(Some(level.to_string()))),
            Some(("mapped", kind)) => match MAPPED.iter().find(|(key, ..)| *key == kind) {
                Some((_, kind, _)) => Ok(Source::Mapped(*kind)),
                None => fault(format!("`{text}`: the kinds are {}", MAPPED.map(|m| m.0).join(", "))),
            },
            Some(("roads", km)) => match km.parse::<f64>() {
                Ok(km) if km.is_finite() && km >= 0.2 => Ok(Source::Roads(km)),
                _ => fault(format!("`{text}`: the distance must be a number of kilometres from 0.2 up")),
            },
            _ if text.to_lowercase().ends_with(".csv") => Ok(Source::File(PathBuf::from(text))),
            _ => fault(format!("`{text}` is no source of candidates")),
        }
    }
}

/// Hours of a candidate: none but the whole day.
fn around_the_clock(text: &str) -> Result<crate::facilities::Hours, (String, String)> {
    match text.trim() {
        "" | "24h" => Ok(None),
        other => Err((
            format!("`{other}`: a candidate is staffed around the clock"),
            "leave the cell empty; give the post its hours in the scenario that comes out".into(),
        )),
    }
}

/// Candidates with what became of those left out.
#[derive(Clone, Debug, Default)]
pub struct Candidates {
    /// As posts without units.
    pub posts: Vec<Post>,
    /// What each costs, where a table says so.
    pub costs: Vec<Option<f64>>,
    /// Left out: the same place as a post with units or another candidate.
    pub same: usize,
    /// Left out: farther from any road than the scenario allows.
    pub far: usize,
}

/// Collects the candidates of some sources, in their order.
///
/// # Errors
/// A table that cannot be read; a level that no hospital has; no candidate at all.
pub fn collect(sources: &[Source], before: &Before<'_>) -> Result<Candidates, Faults> {
    let Before { scenario, graph, snapper, features } = *before;
    let mut staffed = vec![false; scenario.posts.len()];
    scenario.units.iter().for_each(|u| staffed[u.post.index()] = true);
    let mut found = Collected {
        scenario,
        graph,
        snapper,
        taken: scenario.posts.iter().zip(&staffed).filter(|(_, s)| **s).map(|(p, _)| p.at).collect(),
        out: Candidates::default(),
    };
    for source in sources {
        match source {
            Source::Hospitals(level) => found.hospitals(level.as_deref())?,
            Source::Places => found.places(),
            Source::Mapped(kind) => found.mapped(*kind, features)?,
            Source::Roads(km) => found.roads(*km),
            Source::File(path) => {
                let table = Table::read(path, POST_COLUMNS.0, &[POST_COLUMNS.1, &["cost"]].concat())?;
                let costs = table.rows(|row| row.optional_number("cost"))?;
                let posts = read_posts(&table, &scenario.counties, Coordinates::default(), &around_the_clock)?;
                for (post, cost) in posts.into_iter().zip(costs) {
                    if scenario.posts.iter().any(|p| p.id == post.id) {
                        let message = format!("{}: `{}` is the id of a post of the scenario", path.display(), post.id);
                        return Err(Fault::error(message)
                            .in_file(path)
                            .hint("give candidates ids of their own")
                            .into());
                    }
                    found.put(post, cost);
                }
            }
        }
    }
    let Collected { out, .. } = found;
    if out.posts.is_empty() && !sources.is_empty() {
        let message = format!(
            "there is no candidate for a new post: {} are where a post is already, {} are too far from any road",
            out.same, out.far
        );
        return Err(Fault::error(message).hint("name more: --candidates hospitals,places,roads:3").into());
    }
    Ok(out)
}

struct Collected<'a> {
    scenario: &'a Scenario,
    graph: &'a RoadGraph,
    snapper: &'a Snapper,
    taken: Vec<LatLon>,
    out: Candidates,
}

impl Collected<'_> {
    fn put(&mut self, post: Post, cost: Option<f64>) {
        // A degree of latitude is 111 km: most are told apart without the cosine.
        let near = |at: &LatLon| {
            (at.lat - post.at.lat).abs() * 111_000.0 < SAME_PLACE_M && distance_m(*at, post.at) < SAME_PLACE_M
        };
        if self.taken.iter().any(near) {
            self.out.same += 1;
            return;
        }
        let limit = self.scenario.network.max_snap_m;
        if self.snapper.snap(self.graph, post.at).is_none_or(|r| r.distance_m > limit) {
            self.out.far += 1;
            return;
        }
        self.taken.push(post.at);
        self.out.posts.push(post);
        self.out.costs.push(cost);
    }

    fn made(&mut self, id: String, name: Text, county: Option<CountyId>, at: LatLon, quality: Quality) {
        self.put(Post { id, name, county, at, open_24h: true, hours: None, crews: None, quality }, None);
    }

    fn hospitals(&mut self, level: Option<&str>) -> Result<(), Faults> {
        let of_level: Vec<_> =
            self.scenario.hospitals.iter().filter(|h| level.is_none_or(|l| h.level == l)).cloned().collect();
        if let (true, Some(level)) = (of_level.is_empty(), level) {
            let mut levels: Vec<&str> = self.scenario.hospitals.iter().map(|h| h.level.as_str()).collect();
            levels.sort_unstable();
            levels.dedup();
            let fault = Fault::error(format!("no hospital has the level `{level}`"));
            return Err(fault.hint(format!("levels in the table: {}", levels.join(", "))).into());
        }
        for h in of_level {
            self.made(format!("at-{}", h.id), h.name, h.county, h.at, h.quality);
        }
        Ok(())
    }

    fn places(&mut self) {
        for p in self.scenario.points.clone() {
            self.made(format!("at-{}", p.id), p.name, p.county, p.at, p.quality);
        }
    }

    /// What mappers wrote. The county is that of the demand point nearest in a straight line.
    fn mapped(&mut self, kind: FeatureKind, features: &Features) -> Result<(), Faults> {
        let (key, _, [zh, en]) = MAPPED.iter().find(|m| m.1 == kind).copied().unwrap_or(MAPPED[0]);
        let all: Vec<_> = features.list.iter().filter(|f| f.kind == kind).collect();
        if all.is_empty() {
            let fault = Fault::error(format!("the map of {} has no {key}", self.scenario.network.file.display()));
            return Err(fault.hint("goldenhour network info FILE tells what it has").into());
        }
        for f in all {
            let county = self.place_near(f.at).and_then(|p| p.county);
            let name = match (f.name.as_str(), f.name_en.as_deref()) {
                ("", None) => Text::new(zh, en),
                ("", Some(name)) => Text::same(name.to_string()),
                (name, english) => Text::new(name, english.unwrap_or(name)),
            };
            self.made(format!("at-{}", f.osm.replace('/', "-")), name, county, f.at, Quality::Assumed);
        }
        Ok(())
    }

    fn place_near(&self, at: LatLon) -> Option<&crate::demand::DemandPoint> {
        let metres = |p: &crate::demand::DemandPoint| distance_m(p.at, at);
        self.scenario.points.iter().min_by(|a, b| metres(a).total_cmp(&metres(b)))
    }

    /// Junctions where three ways or more meet, each at least `km` from those before it. The county is that of the demand
    /// point nearest in a straight line.
    fn roads(&mut self, km: f64) {
        let g = self.graph;
        let mut kept: Vec<LatLon> = Vec::new();
        for node in 0..g.positions.len() {
            let edges = g.first_out[node] as usize..g.first_out[node + 1] as usize;
            let on_road = |e: usize| {
                let class = g.roads[g.road[e] as usize].class as usize;
                g.classes.get(class).is_some_and(|c| !NO_POST_ON.contains(&c.as_str()))
            };
            let at = g.positions[node];
            let near =
                |k: &LatLon| (k.lat - at.lat).abs() * 111_000.0 < km * 1000.0 && distance_m(*k, at) < km * 1000.0;
            if edges.len() < 3 || !edges.clone().all(on_road) || kept.iter().any(near) {
                continue;
            }
            kept.push(at);
        }
        for at in kept {
            let place = self.place_near(at);
            let county = place.and_then(|p| p.county);
            let (zh, en) = place.map_or(("路网", "the roads"), |p| (p.name.zh.as_str(), p.name.en.as_str()));
            let name = Text::new(format!("{zh}附近路口"), format!("junction near {en}"));
            let id = format!("road-{:.5}-{:.5}", at.lat, at.lon);
            self.made(id, name, county, at, Quality::Assumed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_read_or_told() {
        let read = |t: &str| t.parse::<Source>();
        assert_eq!(read("hospitals").unwrap(), Source::Hospitals(None));
        assert_eq!(read("hospitals:township").unwrap(), Source::Hospitals(Some("township".into())));
        assert_eq!(read("places").unwrap(), Source::Places);
        assert_eq!(read("roads:2.5").unwrap(), Source::Roads(2.5));
        assert_eq!(read("mapped:fire_station").unwrap(), Source::Mapped(FeatureKind::FireStation));
        assert_eq!(read("mine/sites.csv").unwrap(), Source::File("mine/sites.csv".into()));
        for wrong in ["roads:0", "mapped:pub", "mapped", "roads:x", "roads", "hospitals:", "villages", ""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
