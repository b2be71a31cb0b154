//! Synthetic road networks: plausible, routable, and honest about being made up.
//!
//! From facts (seats of townships, populations, places that main roads pass, lakes, published distances) a whole network
//! is computed and written as ordinary OSM PBF: expressways with interchanges, winding roads, street grids, villages.
//! The same seed gives the same bytes on every machine.

mod build;
mod calibrate;
mod chains;
mod facts;
mod generic;
mod lattice;
mod layout;
mod manifest;
mod measure;
mod net;
mod osm;
mod paths;
mod pbf;
mod places;
mod plane;
mod posts;
mod shape;
mod table;
mod tables;
mod terrain;

pub use facts::{
    County, Facts, HospitalFact, Lake, MainRoad, Outside, Published, Region, ScenicFact, Setting, Stop, Township,
};
pub use generic::generic;

use crate::geo::Bounds;
use build::{Built, Plan, draw};
use calibrate::{Wanted, calibrate};
use chains::{Chain, Leg, Marks, expressway_line, trace};
use lattice::Lattice;
use layout::{Hub, Town, Village};
use measure::Measure;
use paths::{Class, Finder, Paved, Taste, Web};
use places::Ground;
use plane::{P2, Plane, length};
use terrain::Terrain;

/// What to make.
#[derive(Clone, Debug)]
pub struct SynthOptions {
    /// Everything that is drawn by lot follows from it.
    pub seed: u64,
    /// About how many road nodes to make (within a few percent); `None` is the natural size of the facts.
    pub size: Option<usize>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct SynthOutput {
    /// The network as OSM PBF.
    pub pbf: Vec<u8>,
    /// How it was made and what was measured on it, as TOML.
    pub manifest: String,
    /// File name and content of each table (UTF-8 with byte-order mark, comma separated).
    pub tables: Vec<(String, String)>,
    /// The same figures as values.
    pub report: SynthReport,
}

/// Figures of a synthetic network.
#[derive(Clone, Debug, Default)]
pub struct SynthReport {
    /// Nodes of roads.
    pub nodes: usize,
    /// Ways of roads.
    pub ways: usize,
    /// Kilometres of road by OSM class; each carriageway counts.
    pub road_km: Vec<(String, f64)>,
    /// Kilometres that were drawn but not connected, and left out.
    pub dropped_km: f64,
    /// Published distances and what the network has.
    pub pairs: Vec<PairReport>,
    /// Villages placed.
    pub villages: usize,
    /// Urban blocks (communities) placed.
    pub urban_blocks: usize,
    /// People in all demand points.
    pub population: u64,
    /// People in urban ones.
    pub urban_population: u64,
    /// Size of the PBF.
    pub pbf_bytes: usize,
}

/// A published distance beside the network's.
#[derive(Clone, Debug)]
pub struct PairReport {
    /// One end.
    pub from: String,
    /// The other.
    pub to: String,
    /// Published kilometres.
    pub published_km: f64,
    /// Kilometres of the quickest route on the network.
    pub network_km: f64,
    /// Whether the network was to meet it (superseded figures are only listed).
    pub used: bool,
    /// Where the published figure comes from.
    pub source: String,
    /// Why it is not used, if so.
    pub note: String,
}

impl PairReport {
    /// By which share the network is longer (positive) or shorter than published.
    pub fn deviation(&self) -> f64 {
        self.network_km / self.published_km - 1.0
    }
}

/// Why no network could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// The facts need more nodes than asked for.
    #[error("these facts need {least} road nodes at least, {asked} were asked for")]
    TooSmall {
        /// Nodes asked for.
        asked: usize,
        /// Nodes the places of the facts need.
        least: usize,
    },
    /// The land has no room for so many nodes.
    #[error("these facts give {most} road nodes at most, {asked} were asked for")]
    TooLarge {
        /// Nodes asked for.
        asked: usize,
        /// Nodes there is room for.
        most: usize,
    },
    /// A place cannot be reached over dry land.
    #[error("{place} is not connected to the other places by any road")]
    CutOff {
        /// Its name.
        place: String,
    },
    /// The numbers of the facts are beyond what the generator can lay out.
    #[error("the places of these facts span {cells} grid cells; {most} is the limit")]
    TooWide {
        /// Cells needed.
        cells: usize,
        /// Cells allowed.
        most: usize,
    },
    /// The file could not be put together.
    #[error("the network could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Grid cells beyond which memory would run out.
const MOST_CELLS: usize = 40_000_000;
/// Nodes a hamlet with its road and lanes comes to, as a first guess.
const NODES_PER_HAMLET: f64 = 24.0;

/// Makes a network and its tables from facts.
///
/// # Errors
/// [`SynthError`] when the size asked for cannot be met, or a place lies where no road can go.
pub fn generate(facts: &Facts, options: &SynthOptions) -> Result<SynthOutput, SynthError> {
    let land = Land::lay_out(facts, options.seed)?;
    let natural = land.villages.len() * 2;
    let mut hamlets = natural;
    let mut made = land.make(hamlets);
    if let Some(asked) = options.size {
        let mut per_hamlet = NODES_PER_HAMLET;
        for _ in 0..5 {
            let nodes = made.built.net.nodes.len();
            if (nodes as f64 / asked as f64 - 1.0).abs() < 0.02 {
                break;
            }
            let next = (hamlets as f64 + (asked as f64 - nodes as f64) / per_hamlet).max(0.0) as usize;
            if next == hamlets || (next > hamlets && made.hamlets < hamlets) {
                break;
            }
            let before = hamlets;
            hamlets = next;
            made = land.make(hamlets);
            let gained = made.built.net.nodes.len() as f64 - nodes as f64;
            per_hamlet = (gained / (hamlets as f64 - before as f64)).clamp(4.0, 60.0);
        }
        let nodes = made.built.net.nodes.len();
        if nodes as f64 > asked as f64 * 1.1 {
            return Err(SynthError::TooSmall { asked, least: nodes });
        }
        if (nodes as f64) < asked as f64 * 0.9 {
            return Err(SynthError::TooLarge { asked, most: nodes });
        }
    }
    land.output(made, options)
}

/// Everything up to the roads that every build shares.
struct Land<'a> {
    facts: &'a Facts,
    seed: u64,
    terrain: Terrain,
    lakes: Vec<Vec<P2>>,
    towns: Vec<Town>,
    town_cells: Vec<u16>,
    owner: Vec<u16>,
    lattices: Vec<Lattice>,
    hubs: Vec<Hub>,
    villages: Vec<Village>,
    web: Web,
    legs: Vec<(usize, usize, usize, Vec<P2>)>,
}

struct Made {
    built: Built,
    pairs: Vec<f64>,
    hamlets: usize,
}

impl<'a> Land<'a> {
    fn lay_out(facts: &'a Facts, seed: u64) -> Result<Land<'a>, SynthError> {
        let places = facts.townships.iter().map(|t| t.seat).chain(facts.outside.iter().map(|o| o.at));
        let Some(bounds) = Bounds::of(places) else {
            return Err(SynthError::CutOff { place: facts.region.name.clone() });
        };
        let plane = Plane::new(bounds.centre());
        let (a, b) = (plane.to_xy(bounds.min), plane.to_xy(bounds.max));
        let cells = ((b.x - a.x) / terrain::CELL_M + 50.0) * ((b.y - a.y) / terrain::CELL_M + 50.0);
        if cells > MOST_CELLS as f64 {
            return Err(SynthError::TooWide { cells: cells as usize, most: MOST_CELLS });
        }
        let towns = layout::towns(facts, plane);
        let terrain = Terrain::new(facts, plane, &layout::basins(&towns), seed);
        let town_cells = layout::town_cells(&terrain, &towns);
        let owner = layout::township_cells(facts, &terrain, &towns);
        let clusters = towns.iter().map(|t| t.cluster + 1).max().unwrap_or(0);
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); clusters];
        for (i, t) in towns.iter().enumerate() {
            members[t.cluster].push(i);
        }
        let lattices = members.iter().map(|m| Lattice::new(&terrain, &towns, m, seed)).collect();
        let hubs = layout::hubs(facts, &terrain, &towns, &town_cells);
        let villages = layout::villages(facts, &terrain, &town_cells, &owner, seed);
        let lakes = facts.lakes.iter().map(|l| l.shore.ring.iter().map(|p| plane.to_xy(*p)).collect()).collect();
        let web = Web::new(&terrain);
        let mut land = Land {
            facts,
            seed,
            terrain,
            lakes,
            towns,
            town_cells,
            owner,
            lattices,
            hubs,
            villages,
            web,
            legs: Vec::new(),
        };
        land.pave();
        Ok(land)
    }

    fn town(&self, stop: Stop) -> Option<&Town> {
        self.towns.iter().find(|t| t.stop == stop)
    }

    fn pave(&mut self) {
        let mut finder = Finder::new(&self.terrain);
        let mut web = std::mem::take(&mut self.web);
        let land = &*self;
        let terrain = &land.terrain;
        let road = |web: &mut Web, finder: &mut Finder, from: P2, to: P2, paved: Paved, most: f64| {
            let (a, b) = (terrain.cell(from), terrain.cell(to));
            let path = finder.find(terrain, web, &land.town_cells, Taste::ROAD, a, Some(b), |c| c == b);
            if let Some(path) = path {
                let metres: f64 = path.windows(2).map(|w| terrain.centre(w[0]).distance(terrain.centre(w[1]))).sum();
                if metres <= most * from.distance(to).max(1.0) {
                    web.pave(terrain, &path, paved);
                }
            }
        };
        for (r, fact) in land.facts.roads.iter().enumerate().filter(|(_, r)| !r.motorway) {
            for pair in fact.stops.windows(2) {
                if let (Some(a), Some(b)) = (land.town(pair[0]), land.town(pair[1])) {
                    let paved = Paved { class: Class::Primary, label: r as u16 + 1 };
                    road(&mut web, &mut finder, a.at, b.at, paved, f64::MAX);
                }
            }
        }
        for hub in &land.hubs {
            if let Some(town) = land.town(hub.stop) {
                let paved = Paved { class: Class::Primary, label: 0 };
                road(&mut web, &mut finder, hub.at, town.at, paved, f64::MAX);
            }
        }
        for (a, b, class) in layout::neighbour_towns(land.facts, &land.towns) {
            let paved = Paved { class, label: 0 };
            road(&mut web, &mut finder, land.towns[a].at, land.towns[b].at, paved, 2.4);
        }
        let mut legs = Vec::new();
        for (r, fact) in land.facts.roads.iter().enumerate().filter(|(_, r)| r.motorway) {
            for pair in fact.stops.windows(2) {
                let hub = |stop: Stop| land.hubs.iter().position(|h| h.stop == stop);
                let (Some(from), Some(to)) = (hub(pair[0]), hub(pair[1])) else { continue };
                let (a, b) = (land.hubs[from].cell, land.hubs[to].cell);
                let taste = Taste::EXPRESSWAY;
                if let Some(path) = finder.find(terrain, &web, &land.town_cells, taste, a, Some(b), |c| c == b) {
                    let line = expressway_line(terrain, land.hubs[from].at, &path, land.hubs[to].at);
                    legs.push((r, from, to, line));
                }
            }
        }
        let cells: Vec<usize> = land.villages.iter().map(|v| v.cell).collect();
        land.connect(&mut web, &mut finder, &cells, Class::Tertiary, Class::Unclassified);
        self.web = web;
        self.legs = legs;
    }

    /// Joins each cell to the nearest road or town; every ninth road is of the better class.
    fn connect(&self, web: &mut Web, finder: &mut Finder, cells: &[usize], better: Class, class: Class) {
        for (k, &cell) in cells.iter().enumerate() {
            if web.has_road(&self.terrain, cell) {
                continue;
            }
            let path = {
                let web = &*web;
                let goal = |c: usize| c != cell && (self.town_cells[c] > 0 || web.has_road(&self.terrain, c));
                finder.find(&self.terrain, web, &self.town_cells, Taste::VILLAGE, cell, None, goal)
            };
            if let Some(path) = path {
                let class = if k % 9 == 0 { better } else { class };
                web.pave(&self.terrain, &path, Paved { class, label: 0 });
            }
        }
    }

    /// Builds the network with so many hamlets.
    fn make(&self, hamlets: usize) -> Made {
        let mut web = self.web.clone();
        let hamlets = layout::hamlets(&self.terrain, &self.town_cells, &self.owner, &self.villages, hamlets, self.seed);
        let mut finder = Finder::new(&self.terrain);
        self.connect(&mut web, &mut finder, &hamlets, Class::Unclassified, Class::Unclassified);
        let n = self.terrain.nx * self.terrain.ny;
        let (mut hub, mut village) = (vec![0_u32; n], vec![false; n]);
        for (i, h) in self.hubs.iter().enumerate() {
            hub[h.cell] = i as u32 + 1;
        }
        for cell in self.villages.iter().map(|v| v.cell).chain(hamlets.iter().copied()) {
            village[cell] = true;
        }
        let marks = Marks { town: &self.town_cells, hub: &hub, village: &village };
        let chains = trace(&self.terrain, &web, &marks, &self.hubs, &self.lattices);
        let plan = Plan {
            facts: self.facts,
            terrain: &self.terrain,
            lakes: &self.lakes,
            towns: &self.towns,
            lattices: &self.lattices,
            hubs: &self.hubs,
            villages: &self.villages,
            hamlets: &hamlets,
            seed: self.seed,
        };
        let (built, pairs) = self.fit(&plan, chains);
        Made { built, pairs, hamlets: hamlets.len() }
    }

    /// Draws, measures the published distances, and draws again with what was missing, a few times.
    fn fit(&self, plan: &Plan, mut chains: Vec<Chain>) -> (Built, Vec<f64>) {
        let speeds = measure::road_speeds(self.facts);
        let mut legs: Vec<Leg> = self
            .legs
            .iter()
            .map(|(road, from, to, base)| {
                let base_m = length(base);
                Leg { road: *road, from: *from, to: *to, base: base.clone(), base_m, factor: 1.02 }
            })
            .collect();
        // Roads of published length start with it.
        for (r, road) in self.facts.roads.iter().enumerate() {
            if let Some(km) = road.length_km {
                let now: f64 = legs.iter().filter(|l| l.road == r).map(|l| l.base_m).sum();
                for leg in legs.iter_mut().filter(|l| l.road == r) {
                    leg.factor = (km * 1000.0 / now).clamp(1.0, 1.4);
                }
            }
        }
        let used: Vec<&Published> = self.facts.published.iter().filter(|p| p.used).collect();
        let mut aim: Vec<f64> = used.iter().map(|p| p.km).collect();
        let cluster = |stop: Stop| self.town(stop).map_or(0, |t| t.cluster);
        let mut best: Option<(f64, Built, Vec<f64>)> = None;
        for _ in 0..if used.is_empty() { 1 } else { 6 } {
            let wanted: Vec<Wanted> = used
                .iter()
                .zip(&aim)
                .map(|(p, km)| Wanted { from: cluster(p.from), to: cluster(p.to), km: *km })
                .collect();
            calibrate(&mut chains, &mut legs, &speeds, &wanted, 40);
            let built = draw(plan, &chains, &legs);
            let all = self.measure(&built);
            let of_used: Vec<f64> =
                self.facts.published.iter().zip(&all).filter(|(p, _)| p.used).map(|(_, km)| *km).collect();
            let worst = used.iter().zip(&of_used).map(|(p, km)| (km / p.km - 1.0).abs()).fold(0.0, f64::max);
            for ((p, km), aim) in used.iter().zip(&of_used).zip(&mut aim) {
                if km.is_finite() {
                    *aim *= libm::sqrt((p.km / km).clamp(0.8, 1.25));
                }
            }
            if best.as_ref().is_none_or(|(b, _, _)| worst < *b) {
                best = Some((worst, built, all));
            }
            if worst < 0.04 {
                break;
            }
        }
        match best {
            Some((_, built, pairs)) => (built, pairs),
            None => (draw(plan, &chains, &legs), Vec::new()),
        }
    }

    fn measure(&self, built: &Built) -> Vec<f64> {
        let measure = Measure::new(&built.net);
        let node = |stop: Stop| self.towns.iter().position(|t| t.stop == stop).and_then(|i| built.seats[i]);
        self.facts
            .published
            .iter()
            .map(|p| match (node(p.from), node(p.to)) {
                (Some(a), Some(b)) => measure.quickest_km(a, &[b])[0],
                _ => f64::INFINITY,
            })
            .collect()
    }

    fn output(&self, made: Made, options: &SynthOptions) -> Result<SynthOutput, SynthError> {
        for (town, node) in self.towns.iter().zip(&made.built.seats) {
            if node.is_none() {
                return Err(SynthError::CutOff { place: self.facts.stop_name(town.stop).to_owned() });
            }
        }
        let net = &made.built.net;
        let ground = Ground {
            facts: self.facts,
            terrain: &self.terrain,
            towns: &self.towns,
            lattices: &self.lattices,
            seed: self.seed,
        };
        let points = ground.demand(&self.villages);
        let hospitals = ground.hospitals();
        let sights = ground.sights(&net.nodes);
        let content = tables::Content { facts: self.facts, points: &points, hospitals: &hospitals, sights: &sights };
        let (tables, posts) = tables::tables(&content);
        let map = osm::Map {
            land: self.facts,
            plane: self.terrain.plane,
            net,
            points: &points,
            hospitals: &hospitals,
            posts: &posts,
        };
        let pbf = osm::write(&map)?;
        let mut km: Vec<(String, f64)> = Class::ALL.iter().map(|c| (c.highway().to_owned(), 0.0)).collect();
        for way in &net.ways {
            if let Some(slot) = Class::ALL.iter().position(|c| *c == way.class) {
                km[slot].1 += way
                    .nodes
                    .windows(2)
                    .map(|w| net.nodes[w[0] as usize].distance(net.nodes[w[1] as usize]) / 1000.0)
                    .sum::<f64>();
            }
        }
        km.retain(|(_, km)| *km > 0.0);
        let name = |stop: Stop| self.facts.stop_name(stop).to_owned();
        let report = SynthReport {
            nodes: net.nodes.len(),
            ways: net.ways.len(),
            road_km: km,
            dropped_km: made.built.dropped_m / 1000.0,
            pairs: self
                .facts
                .published
                .iter()
                .zip(&made.pairs)
                .map(|(p, network_km)| PairReport {
                    from: name(p.from),
                    to: name(p.to),
                    published_km: p.km,
                    network_km: *network_km,
                    used: p.used,
                    source: p.source.clone(),
                    note: p.note.clone(),
                })
                .collect(),
            villages: points.iter().filter(|p| p.kind == "village").count(),
            urban_blocks: points.iter().filter(|p| p.kind != "village").count(),
            population: points.iter().map(|p| p.population).sum(),
            urban_population: points
                .iter()
                .filter(|p| p.zone == crate::quality::Zone::Urban)
                .map(|p| p.population)
                .sum(),
            pbf_bytes: pbf.len(),
        };
        let digest = crate::digest::of(&pbf);
        let manifest = manifest::manifest(self.facts, options, &report, &digest);
        Ok(SynthOutput { pbf, manifest, tables, report })
    }
}
