//! From paved grid edges to roads: chains of cells between junctions, and the expressways' stretches between
//! interchanges; both with the length they are to have.

use super::lattice::Lattice;
use super::layout::Hub;
use super::paths::{Class, Web};
use super::plane::{P2, chaikin, length, resample};
use super::terrain::Terrain;

/// Radius of the ring under an interchange, in metres.
pub(super) const RING_M: f64 = 130.0;

/// Where a chain ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum End {
    /// At a crossing of a cluster's streets.
    Town { cluster: usize, crossing: usize },
    /// At the ring of an interchange, in a direction from its middle.
    Ring { hub: usize, angle: f64 },
    /// At a junction in a cell.
    Cell(usize),
}

/// A road between two junctions.
pub(super) struct Chain {
    pub(super) from: End,
    pub(super) to: End,
    pub(super) class: Class,
    pub(super) label: u16,
    /// Its line before it is bent.
    pub(super) base: Vec<P2>,
    /// Length of that line in metres.
    pub(super) base_m: f64,
    /// Length wanted over length of the line: the land's bends times the calibration.
    pub(super) factor: f64,
    /// Identifies the chain in every build.
    pub(super) salt: u64,
}

/// An expressway between two interchanges.
pub(super) struct Leg {
    /// Index into the facts' roads.
    pub(super) road: usize,
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) base: Vec<P2>,
    pub(super) base_m: f64,
    pub(super) factor: f64,
}

/// What marks a cell as an end: towns, interchanges, villages.
pub(super) struct Marks<'a> {
    pub(super) town: &'a [u16],
    /// Interchange of a cell, plus one.
    pub(super) hub: &'a [u32],
    /// Whether a village or hamlet stands in a cell.
    pub(super) village: &'a [bool],
}

/// Follows all paved edges and cuts them into chains at junctions and marks.
pub(super) fn trace(terrain: &Terrain, web: &Web, marks: &Marks, hubs: &[Hub], lattices: &[Lattice]) -> Vec<Chain> {
    let n = terrain.nx * terrain.ny;
    let paved = |cell: usize| terrain.neighbours(cell).filter(move |(d, other)| web.get(cell, *d, *other).is_some());
    let is_end = |cell: usize| {
        if marks.town[cell] > 0 || marks.hub[cell] > 0 || marks.village[cell] {
            return true;
        }
        let mut kinds = paved(cell).filter_map(|(d, other)| web.get(cell, d, other));
        match (kinds.next(), kinds.next(), kinds.next()) {
            (Some(a), Some(b), None) => a != b,
            _ => true,
        }
    };
    let mut chains = Vec::new();
    for start in 0..n {
        if !web.has_road(terrain, start) || !is_end(start) {
            continue;
        }
        for (d, next) in paved(start) {
            // Streets inside a town take the place of the path there.
            if marks.town[start] > 0 && marks.town[start] == marks.town[next] {
                continue;
            }
            let Some(kind) = web.get(start, d, next) else { continue };
            let mut cells = vec![start, next];
            let mut before = start;
            let mut here = next;
            while !is_end(here) {
                let Some((_, on)) = paved(here).find(|(_, o)| *o != before) else { break };
                before = here;
                here = on;
                cells.push(here);
            }
            // Each chain is met from both ends; the one with the smaller start (then direction) counts.
            let second_last = cells[cells.len() - 2];
            if (start, next) > (here, second_last) {
                continue;
            }
            let end = |cell: usize, beside: usize| {
                let p = terrain.waypoint(beside);
                if marks.town[cell] > 0 {
                    let cluster = marks.town[cell] as usize - 1;
                    End::Town { cluster, crossing: lattices[cluster].nearest(p) }
                } else if marks.hub[cell] > 0 {
                    let hub = marks.hub[cell] as usize - 1;
                    End::Ring { hub, angle: hubs[hub].at.angle_to(p) }
                } else {
                    End::Cell(cell)
                }
            };
            let place = |end: End| match end {
                End::Town { cluster, crossing } => lattices[cluster].nodes[crossing],
                End::Ring { hub, angle } => hubs[hub].at.polar(angle, RING_M),
                End::Cell(cell) => terrain.waypoint(cell),
            };
            let (from, to) = (end(start, next), end(here, second_last));
            let mut line = vec![place(from)];
            line.extend(cells[1..cells.len() - 1].iter().map(|c| terrain.waypoint(*c)));
            line.push(place(to));
            let base = chaikin(&line, 2);
            let base_m = length(&base);
            let steep = cells.iter().map(|c| terrain.steepness(*c)).sum::<f64>() / cells.len() as f64;
            let winding = match kind.class {
                Class::Primary => 0.8,
                Class::Secondary => 1.3,
                Class::Tertiary => 1.8,
                _ => 2.2,
            };
            let factor = 1.02 + (steep * winding).min(0.38);
            let salt = (start as u64) << 4 | d as u64;
            chains.push(Chain { from, to, class: kind.class, label: kind.label, base, base_m, factor, salt });
        }
    }
    chains
}

/// The smooth line of an expressway through its cells.
pub(super) fn expressway_line(terrain: &Terrain, from: P2, cells: &[usize], to: P2) -> Vec<P2> {
    let raw: Vec<P2> = cells.iter().map(|c| terrain.warped(*c)).collect();
    // A running mean over about 3 km takes the grid's corners off.
    let reach = 4_usize;
    let mut line = vec![from];
    for i in (2..raw.len().saturating_sub(2)).step_by(3) {
        let r = reach.min(i).min(raw.len() - 1 - i);
        let window = &raw[i - r..=i + r];
        let k = window.len() as f64;
        line.push(P2::new(window.iter().map(|p| p.x).sum::<f64>() / k, window.iter().map(|p| p.y).sum::<f64>() / k));
    }
    line.push(to);
    resample(&chaikin(&line, 3), 120.0)
}
