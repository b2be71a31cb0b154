//! The way roads find through the land: A* over the grid, and the web of grid edges that carry a road. Roads that share
//! a valley share its cells, so they merge and branch instead of lying side by side.

use super::terrain::{CELL_M, SHORE, Terrain, WATER};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Road classes, biggest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Class {
    Motorway,
    MotorwayLink,
    Primary,
    Secondary,
    Tertiary,
    Unclassified,
    Residential,
    Track,
}

impl Class {
    pub(super) const ALL: [Class; 8] = [
        Class::Motorway,
        Class::MotorwayLink,
        Class::Primary,
        Class::Secondary,
        Class::Tertiary,
        Class::Unclassified,
        Class::Residential,
        Class::Track,
    ];

    /// The OSM `highway` value.
    pub(super) fn highway(self) -> &'static str {
        match self {
            Class::Motorway => "motorway",
            Class::MotorwayLink => "motorway_link",
            Class::Primary => "primary",
            Class::Secondary => "secondary",
            Class::Tertiary => "tertiary",
            Class::Unclassified => "unclassified",
            Class::Residential => "residential",
            Class::Track => "track",
        }
    }

    /// The speed the generator measures its own network with, in km/h; an assumption.
    pub(super) fn speed_kmh(self) -> f64 {
        match self {
            Class::Motorway => 90.0,
            Class::MotorwayLink => 45.0,
            Class::Primary => 55.0,
            Class::Secondary => 45.0,
            Class::Tertiary => 38.0,
            Class::Unclassified => 28.0,
            Class::Residential => 25.0,
            Class::Track => 15.0,
        }
    }
}

/// One of the grid edges of a cell that carry a road: its class and label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paved {
    pub(super) class: Class,
    pub(super) label: u16,
}

/// Which grid edges carry a road. Each cell holds its edges to the east, north-east, north and north-west.
#[derive(Clone, Default)]
pub(super) struct Web {
    edges: Vec<[Option<Paved>; 4]>,
    nx: usize,
}

impl Web {
    pub(super) fn new(terrain: &Terrain) -> Web {
        Web { edges: vec![[None; 4]; terrain.nx * terrain.ny], nx: terrain.nx }
    }

    fn slot(&self, cell: usize, direction: usize, other: usize) -> (usize, usize) {
        if direction < 4 { (cell, direction) } else { (other, direction - 4) }
    }

    /// The road on the edge from a cell in a direction to its neighbour there.
    pub(super) fn get(&self, cell: usize, direction: usize, other: usize) -> Option<Paved> {
        let (c, d) = self.slot(cell, direction, other);
        self.edges[c][d]
    }

    /// Whether a diagonal step would cross a road on the other diagonal.
    fn crosses(&self, cell: usize, direction: usize) -> bool {
        let at = |c: usize, d: usize| self.edges.get(c).is_some_and(|e| e[d].is_some());
        match direction {
            1 => at(cell + 1, 3),
            3 => cell > 0 && at(cell - 1, 1),
            5 => cell > self.nx && at(cell - self.nx, 3),
            7 => cell >= self.nx && at(cell - self.nx, 1),
            _ => false,
        }
    }

    /// Whether any road touches a cell.
    pub(super) fn has_road(&self, terrain: &Terrain, cell: usize) -> bool {
        terrain.neighbours(cell).any(|(d, other)| self.get(cell, d, other).is_some())
    }

    /// Lays a road along neighbouring cells; a bigger class replaces a smaller one.
    pub(super) fn pave(&mut self, terrain: &Terrain, cells: &[usize], paved: Paved) {
        for w in cells.windows(2) {
            let Some((d, _)) = terrain.neighbours(w[0]).find(|(_, other)| *other == w[1]) else { continue };
            let (c, d) = self.slot(w[0], d, w[1]);
            let slot = &mut self.edges[c][d];
            if slot.is_none_or(|old| paved.class < old.class) {
                *slot = Some(paved);
            }
        }
    }
}

/// What a road minds on its way.
#[derive(Clone, Copy)]
pub(super) struct Taste {
    /// Price of steepness.
    pub(super) slope: f64,
    /// Share of the price on edges that carry a road already (above 1: they are shunned).
    pub(super) reuse: f64,
    /// Whether towns are forbidden (expressways pass outside).
    pub(super) avoid_towns: bool,
}

impl Taste {
    pub(super) const ROAD: Taste = Taste { slope: 9.0, reuse: 0.6, avoid_towns: false };
    pub(super) const VILLAGE: Taste = Taste { slope: 12.0, reuse: 0.8, avoid_towns: false };
    pub(super) const EXPRESSWAY: Taste = Taste { slope: 2.0, reuse: 1.6, avoid_towns: true };
}

/// Scratch space of the search, used again and again.
pub(super) struct Finder {
    cost: Vec<f32>,
    from: Vec<u32>,
    stamp: Vec<u32>,
    round: u32,
}

impl Finder {
    pub(super) fn new(terrain: &Terrain) -> Finder {
        let n = terrain.nx * terrain.ny;
        Finder { cost: vec![0.0; n], from: vec![0; n], stamp: vec![0; n], round: 0 }
    }

    /// The cheapest way from a cell to the first cell that `is_goal` accepts; `target` leads the search when known.
    pub(super) fn find(
        &mut self,
        terrain: &Terrain,
        web: &Web,
        town: &[u16],
        taste: Taste,
        start: usize,
        target: Option<usize>,
        is_goal: impl Fn(usize) -> bool,
    ) -> Option<Vec<usize>> {
        self.round += 1;
        let round = self.round;
        let aim = target.map(|t| terrain.centre(t));
        let ahead = |cell: usize| aim.map_or(0.0, |a| terrain.centre(cell).distance(a) * taste.reuse.clamp(0.85, 1.0));
        // Costs in whole centimetres keep the heap's order exact.
        let mut heap = BinaryHeap::new();
        self.cost[start] = 0.0;
        self.stamp[start] = round;
        self.from[start] = start as u32;
        heap.push(Reverse(((ahead(start) * 100.0) as u64, start as u32, 0_u64)));
        while let Some(Reverse((_, cell, cost_cm))) = heap.pop() {
            let cell = cell as usize;
            let cost = f64::from(self.cost[cell]);
            if cost_cm > (cost * 100.0) as u64 {
                continue;
            }
            if is_goal(cell) {
                let mut path = vec![cell];
                let mut at = cell;
                while self.from[at] as usize != at {
                    at = self.from[at] as usize;
                    path.push(at);
                }
                path.reverse();
                return Some(path);
            }
            for (d, other) in terrain.neighbours(cell) {
                if terrain.wet[other] == WATER && !is_goal(other) && other != start && town[other] == 0 {
                    continue;
                }
                if taste.avoid_towns && !is_goal(other) && (town[other] != 0 || terrain.wet[other] != 0) {
                    continue;
                }
                let metres = if d % 2 == 0 { CELL_M } else { CELL_M * std::f64::consts::SQRT_2 };
                let there = web.get(cell, d, other);
                if there.is_none() && d % 2 == 1 && !taste.avoid_towns && web.crosses(cell, d) {
                    continue;
                }
                let rise = f64::from((terrain.height[other] - terrain.height[cell]).abs());
                let mut step = metres * (f64::from(terrain.rough[other]) + taste.slope * rise / metres);
                if there.is_some() {
                    step *= taste.reuse;
                }
                if terrain.wet[other] == SHORE {
                    step *= 1.25;
                }
                let total = (cost + step) as f32;
                if self.stamp[other] != round || total < self.cost[other] {
                    self.stamp[other] = round;
                    self.cost[other] = total;
                    self.from[other] = cell as u32;
                    let total = f64::from(total);
                    heap.push(Reverse((((total + ahead(other)) * 100.0) as u64, other as u32, (total * 100.0) as u64)));
                }
            }
        }
        None
    }
}
