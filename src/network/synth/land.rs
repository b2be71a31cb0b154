//! From facts to a drawn network: the land and its places first, then roads, then the fit to published distances.

use super::build::{Built, Plan, draw};
use super::calibrate::{Wanted, calibrate};
use super::chains::{Chain, Leg, Marks, expressway_line, trace};
use super::facts::{Facts, Published, Stop};
use super::lattice::Lattice;
use super::layout::{self, Hub, Town, Village};
use super::measure::{self, Measure};
use super::paths::{self, Class, Finder, Paved, Taste, Web};
use super::plane::{P2, Plane, length};
use super::terrain::{self, Terrain};
use super::{MOST_CELLS, SynthError};
use crate::geo::Bounds;

/// Everything up to the roads that every build shares.
pub(super) struct Land<'a> {
    pub(super) facts: &'a Facts,
    pub(super) seed: u64,
    pub(super) terrain: Terrain,
    pub(super) lakes: Vec<Vec<P2>>,
    pub(super) towns: Vec<Town>,
    pub(super) town_cells: Vec<u16>,
    pub(super) owner: Vec<u16>,
    pub(super) lattices: Vec<Lattice>,
    pub(super) hubs: Vec<Hub>,
    pub(super) villages: Vec<Village>,
    pub(super) web: Web,
    pub(super) legs: Vec<(usize, usize, usize, Vec<P2>)>,
}

pub(super) struct Made {
    pub(super) built: Built,
    pub(super) pairs: Vec<f64>,
    pub(super) hamlets: usize,
}

impl<'a> Land<'a> {
    pub(super) fn lay_out(facts: &'a Facts, seed: u64) -> Result<Land<'a>, SynthError> {
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

    fn ground<'b>(&'b self, web: &'b Web) -> paths::Ground<'b> {
        paths::Ground { terrain: &self.terrain, web, town: &self.town_cells }
    }

    pub(super) fn town(&self, stop: Stop) -> Option<&Town> {
        self.towns.iter().find(|t| t.stop == stop)
    }

    fn pave(&mut self) {
        let mut finder = Finder::new(&self.terrain);
        let mut web = std::mem::take(&mut self.web);
        let land = &*self;
        let terrain = &land.terrain;
        let road = |web: &mut Web, finder: &mut Finder, from: P2, to: P2, paved: Paved, most: f64| {
            let (a, b) = (terrain.cell(from), terrain.cell(to));
            let path = finder.find(land.ground(web), Taste::ROAD, a, Some(b), |c| c == b);
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
                if let Some(path) = finder.find(land.ground(&web), taste, a, Some(b), |c| c == b) {
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
                finder.find(self.ground(web), Taste::VILLAGE, cell, None, goal)
            };
            if let Some(path) = path {
                let class = if k % 9 == 0 { better } else { class };
                web.pave(&self.terrain, &path, Paved { class, label: 0 });
            }
        }
    }

    /// Builds the network with so many hamlets.
    pub(super) fn make(&self, hamlets: usize) -> Made {
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
}
