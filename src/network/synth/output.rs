//! From a drawn network to files and figures.

use super::facts::Stop;
use super::land::{Land, Made};
use super::paths::Class;
use super::places::Ground;
use super::{PairReport, SynthError, SynthOptions, SynthOutput, SynthReport, heights, manifest, osm, tables};

impl Land<'_> {
    /// Places people and facilities, writes the network and its tables, and reports on them.
    pub(super) fn output(&self, made: Made, options: &SynthOptions) -> Result<SynthOutput, SynthError> {
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
        let heights = self.facts.region.floor_height_m.map(|floor| heights::heights(net, &self.terrain, floor));
        let map = osm::Map {
            land: self.facts,
            plane: self.terrain.plane,
            net,
            heights: heights.as_deref(),
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
