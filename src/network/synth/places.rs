//! Where people, hospitals, posts and sights are put. Everything here is placed by rule and says so.

use super::facts::{Facts, Setting, Stop};
use super::lattice::Lattice;
use super::layout::{Town, Village, apportion, split_population};
use super::plane::{P2, Plane};
use super::terrain::{Terrain, mix, mix_unit};
use crate::geo::LatLon;
use crate::quality::Zone;
use crate::random::Stream;

/// A village or an urban block with its people.
#[derive(Clone, Debug)]
pub(super) struct DemandPoint {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) township: usize,
    pub(super) zone: Zone,
    /// OSM `place` value.
    pub(super) kind: &'static str,
    pub(super) at: LatLon,
    pub(super) population: u64,
}

/// A hospital or a township's own.
#[derive(Clone, Debug)]
pub(super) struct Hospital {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) county: usize,
    /// The township at whose seat it stands.
    pub(super) township: usize,
    pub(super) level: &'static str,
    pub(super) at: LatLon,
    pub(super) beds: u64,
    pub(super) ed_bays: u64,
    pub(super) receives: &'static str,
    pub(super) source: String,
}

/// A sight at a dry place.
#[derive(Clone, Debug)]
pub(super) struct Sight {
    pub(super) fact: usize,
    pub(super) at: LatLon,
}

/// The surroundings places are put in.
pub(super) struct Ground<'a> {
    pub(super) facts: &'a Facts,
    pub(super) terrain: &'a Terrain,
    pub(super) towns: &'a [Town],
    pub(super) lattices: &'a [Lattice],
    pub(super) seed: u64,
}

/// Beside the road, not on it.
const BESIDE_M: f64 = 22.0;

impl Ground<'_> {
    fn plane(&self) -> Plane {
        self.terrain.plane
    }

    fn beside(&self, p: P2, salt: u64) -> LatLon {
        let angle = mix_unit(self.seed, salt, 61) * std::f64::consts::TAU;
        self.plane().to_latlon(p.polar(angle, BESIDE_M))
    }

    /// A crossing of a township's streets within a distance of its seat, by lot.
    fn near_seat(&self, township: usize, within_m: f64, salt: u64) -> LatLon {
        let index = self.towns.iter().position(|t| t.stop == Stop::Township(township)).unwrap_or(0);
        let town = &self.towns[index];
        let lattice = &self.lattices[town.cluster];
        let near: Vec<usize> = (0..lattice.nodes.len())
            .filter(|i| lattice.town[*i] == index && lattice.nodes[*i].distance(town.at) < within_m)
            .collect();
        let pick = if near.is_empty() {
            lattice.nearest_of(index, town.at)
        } else {
            near[(mix(self.seed, salt, 62) % near.len() as u64) as usize]
        };
        self.beside(lattice.nodes[pick], salt)
    }

    /// All people: communities as blocks of the seat's streets, villages where they were placed.
    pub(super) fn demand(&self, villages: &[Village]) -> Vec<DemandPoint> {
        let mut points = Vec::new();
        for (i, t) in self.facts.townships.iter().enumerate() {
            let own: Vec<&Village> = villages.iter().filter(|v| v.township == i).collect();
            let in_villages: u64 = own.iter().map(|v| v.population).sum();
            let left = t.population - in_villages;
            let urban = t.setting != Setting::Rural;
            if left > 0 {
                let n = if split_population(t).0 > 0 { t.communities.max(1) } else { 1 };
                let index = self.towns.iter().position(|x| x.stop == Stop::Township(i)).unwrap_or(0);
                let town = &self.towns[index];
                let lattice = &self.lattices[town.cluster];
                let mut s = Stream::new(self.seed, "synth blocks", i as u32);
                let weights: Vec<f64> = (0..n).map(|_| 0.7 + 0.6 * s.uniform()).collect();
                let people = apportion(left, &weights);
                for (k, crossing) in lattice.spread(index, town.at, n).into_iter().enumerate() {
                    let salt = (i * 1000 + k) as u64;
                    points.push(DemandPoint {
                        id: format!("B{:04}", points.len() + 1),
                        name: format!("{} 社区{:02}", t.name, k + 1),
                        name_en: format!("{} community {:02}", t.name_en, k + 1),
                        township: i,
                        zone: if urban { Zone::Urban } else { Zone::Rural },
                        kind: if urban { "neighbourhood" } else { "quarter" },
                        at: self.beside(lattice.nodes[crossing], salt),
                        population: people[k],
                    });
                }
            }
            for v in own {
                points.push(DemandPoint {
                    id: format!("V{:04}", points.len() + 1),
                    name: format!("{} 村{:02}{}", t.name, v.number + 1, if v.second { "乙" } else { "" }),
                    name_en: format!("{} village {:02}{}", t.name_en, v.number + 1, if v.second { " B" } else { "" }),
                    township: i,
                    zone: Zone::Rural,
                    kind: "village",
                    at: self.beside(self.terrain.waypoint(v.cell), v.cell as u64),
                    population: v.population,
                });
            }
        }
        points
    }

    /// Named hospitals at their county's seat, and one small hospital for each township.
    pub(super) fn hospitals(&self) -> Vec<Hospital> {
        let facts = self.facts;
        let mut out: Vec<Hospital> = Vec::new();
        for (c, county) in facts.counties.iter().enumerate() {
            let seat = facts.townships.iter().position(|t| t.county == c && t.is_county_seat);
            let Some(seat) = seat.or_else(|| facts.townships.iter().position(|t| t.county == c)) else { continue };
            let named: Vec<usize> = (0..facts.hospitals.len())
                .filter(|h| facts.hospitals[*h].county == c && facts.hospitals[*h].kind != "centre")
                .collect();
            let own: Vec<usize> = (0..facts.townships.len()).filter(|t| facts.townships[*t].county == c).collect();
            // By rule: township hospitals hold 22 % of a county's beds, the named ones the rest by kind and level.
            let primary = if named.is_empty() { u64::from(county.beds) } else { u64::from(county.beds) * 22 / 100 };
            let weights: Vec<f64> = named
                .iter()
                .map(|h| match (facts.hospitals[*h].kind.as_str(), facts.hospitals[*h].level.as_str()) {
                    ("general", "tertiary") => 28.0,
                    ("tcm", "tertiary") => 14.0,
                    ("general", _) => 12.0,
                    ("children" | "psychiatric", _) => 8.0,
                    ("tcm", _) => 6.0,
                    _ => 4.0,
                })
                .collect();
            let beds = apportion(u64::from(county.beds) - primary, &weights);
            for (k, h) in named.iter().enumerate() {
                let f = &facts.hospitals[*h];
                let receives = match f.kind.as_str() {
                    "general" => "all",
                    "tcm" => "general",
                    "children" => "maternal;newborn",
                    _ => "none",
                };
                let ed_bays = if receives == "none" { 0 } else { ((beds[k] as f64 * 0.025).round() as u64).max(2) };
                out.push(Hospital {
                    id: String::new(),
                    name: f.name.clone(),
                    name_en: f.name_en.clone(),
                    county: c,
                    township: seat,
                    level: if f.level == "tertiary" { "tertiary" } else { "secondary" },
                    at: self.near_seat(seat, 1000.0, 7000 + *h as u64),
                    beds: beds[k],
                    ed_bays,
                    receives,
                    source: format!(
                        "existence {}: {}; position, beds, bays and capabilities by rule",
                        f.quality.mark(),
                        f.source
                    ),
                });
            }
            let people: Vec<f64> = own.iter().map(|t| facts.townships[*t].population as f64).collect();
            let beds = apportion(primary, &people);
            for (k, t) in own.iter().enumerate() {
                let f = &facts.townships[*t];
                let (zh, en) = if f.setting == Setting::Rural {
                    ("卫生院", "Township Hospital")
                } else {
                    ("社区卫生服务中心", "Community Health Centre")
                };
                let short = f.name_en.split(' ').next().unwrap_or(&f.name_en);
                out.push(Hospital {
                    id: String::new(),
                    name: format!("{}{zh}", f.name),
                    name_en: format!("{short} {en}"),
                    county: c,
                    township: *t,
                    level: "primary",
                    at: self.near_seat(*t, 450.0, 9000 + *t as u64),
                    beds: beds[k],
                    ed_bays: 0,
                    receives: "none",
                    source: "by rule: one per township; position and beds by rule".into(),
                });
            }
        }
        let rank = |h: &Hospital| match h.level {
            "tertiary" => 0,
            "secondary" => 1,
            _ => 2,
        };
        out.sort_by_key(rank);
        for (i, h) in out.iter_mut().enumerate() {
            h.id = format!("H{:03}", i + 1);
        }
        out
    }

    /// Sights; those whose recalled position lies in a lake are moved to the nearest road node.
    pub(super) fn sights(&self, road_nodes: &[P2]) -> Vec<Sight> {
        let mut out = Vec::new();
        for (i, s) in self.facts.scenic.iter().enumerate() {
            let mut at = s.at;
            if self.facts.lakes.iter().any(|l| l.shore.contains(at)) {
                let p = self.plane().to_xy(at);
                let near = road_nodes.iter().min_by(|a, b| a.distance(p).total_cmp(&b.distance(p)));
                if let Some(near) = near {
                    at = self.plane().to_latlon(*near);
                }
            }
            out.push(Sight { fact: i, at });
        }
        out
    }
}
