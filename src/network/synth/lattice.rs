//! Streets of a town: a turned, slightly irregular grid over the discs of the towns that have grown together.

use super::layout::Town;
use super::paths::Class;
use super::plane::P2;
use super::terrain::{DRY, Terrain, mix_unit};
use std::collections::BTreeMap;

/// One street between two crossings.
pub(super) struct Street {
    pub(super) a: usize,
    pub(super) b: usize,
    pub(super) class: Class,
    /// Streets of one line of the grid have one number and become one way.
    pub(super) line: (u8, i32),
    pub(super) oneway: bool,
    /// Whether it lies on one of the two streets through the middle.
    pub(super) main: bool,
}

/// The street grid of one cluster.
pub(super) struct Lattice {
    /// Crossings.
    pub(super) nodes: Vec<P2>,
    pub(super) streets: Vec<Street>,
    /// Which town each crossing belongs to.
    pub(super) town: Vec<usize>,
    /// Crossings with traffic signals.
    pub(super) signals: Vec<usize>,
}

impl Lattice {
    /// Lays the streets of the towns of one cluster; the largest sets the direction of the grid.
    pub(super) fn new(terrain: &Terrain, towns: &[Town], members: &[usize], seed: u64) -> Lattice {
        let mut lattice = Lattice { nodes: Vec::new(), streets: Vec::new(), town: Vec::new(), signals: Vec::new() };
        let Some(lead) =
            members.iter().copied().max_by(|a, b| towns[*a].radius_m.total_cmp(&towns[*b].radius_m).then(b.cmp(a)))
        else {
            return lattice;
        };
        let big = &towns[lead];
        let salt = lead as u64;
        let turn = (mix_unit(seed, salt, 31) - 0.5) * 1.2;
        let block = 125.0 + 60.0 * (big.radius_m / 1500.0).min(1.0) + 25.0 * mix_unit(seed, salt, 32);
        let (ux, uy) = (libm::cos(turn), libm::sin(turn));
        let place = |i: i32, j: i32| {
            let (a, b) = (f64::from(i) * block, f64::from(j) * block);
            P2::new(big.at.x + a * ux - b * uy, big.at.y + a * uy + b * ux)
        };
        let reach =
            members.iter().map(|m| towns[*m].at.distance(big.at) + towns[*m].radius_m * 1.15).fold(0.0, f64::max);
        let n = (reach / block) as i32 + 1;
        let mut index: BTreeMap<(i32, i32), usize> = BTreeMap::new();
        for j in -n..=n {
            for i in -n..=n {
                let p = place(i, j);
                if terrain.wet[terrain.cell(p)] != DRY {
                    continue;
                }
                let mut inside = None;
                for m in members {
                    let t = &towns[*m];
                    let d = t.at.distance(p);
                    let wobble = 0.88 + 0.22 * libm::sin(3.0 * t.at.angle_to(p) + *m as f64);
                    let ratio = d / (t.radius_m * wobble);
                    if ratio <= 1.0 && inside.is_none_or(|(r, _)| ratio < r) {
                        inside = Some((ratio, *m));
                    }
                }
                let Some((_, town)) = inside else { continue };
                let key = (i as u32 as u64) << 32 | u64::from(j as u32);
                let off = |s| (mix_unit(seed ^ salt, key, s) - 0.5) * 0.22 * block;
                index.insert((i, j), lattice.nodes.len());
                lattice.nodes.push(P2::new(p.x + off(41), p.y + off(42)));
                lattice.town.push(town);
            }
        }
        if lattice.nodes.is_empty() {
            lattice.nodes.push(big.at);
            lattice.town.push(lead);
        }
        for (&(i, j), &a) in &index {
            for (axis, other) in [(0_u8, (i + 1, j)), (1, (i, j + 1))] {
                let Some(&b) = index.get(&other) else { continue };
                let line = if axis == 0 { j } else { i };
                let class = match line {
                    0 if big.radius_m > 550.0 => Class::Primary,
                    0 => Class::Secondary,
                    l if l % 4 == 0 => Class::Secondary,
                    l if l % 2 == 0 && big.radius_m > 900.0 => Class::Tertiary,
                    _ => Class::Residential,
                };
                let key = mix_unit(seed ^ salt, (a * 2) as u64 + u64::from(axis), 43);
                if class == Class::Residential && key < 0.10 {
                    continue;
                }
                // In large towns every sixth line of side streets is one-way, in turn one way and the other.
                let oneway = class == Class::Residential && big.radius_m > 1000.0 && line.rem_euclid(6) == 3;
                let (a, b) = if oneway && line.rem_euclid(12) == 3 { (b, a) } else { (a, b) };
                lattice.streets.push(Street { a, b, class, line: (axis, line), oneway, main: line == 0 });
            }
            if big.radius_m > 700.0 && i % 4 == 0 && j % 4 == 0 {
                lattice.signals.push(a);
            }
        }
        lattice.join_parts();
        lattice
    }

    /// Joins parts of the grid that hang together with nothing (a disc's corner, two towns with a gap between them).
    fn join_parts(&mut self) {
        loop {
            let mut part: Vec<usize> = (0..self.nodes.len()).collect();
            let find = |part: &[usize], mut i: usize| {
                while part[i] != i {
                    i = part[i];
                }
                i
            };
            for s in &self.streets {
                let (a, b) = (find(&part, s.a), find(&part, s.b));
                part[a.max(b)] = a.min(b);
            }
            let first: Vec<bool> = (0..part.len()).map(|i| find(&part, i) == 0).collect();
            let mut best: Option<(f64, usize, usize)> = None;
            for a in (0..first.len()).filter(|i| first[*i]) {
                for b in (0..first.len()).filter(|i| !first[*i]) {
                    let d = self.nodes[a].distance(self.nodes[b]);
                    if best.is_none_or(|(x, _, _)| d < x) {
                        best = Some((d, a, b));
                    }
                }
            }
            let Some((_, a, b)) = best else { break };
            let line = (2, self.streets.len() as i32);
            self.streets.push(Street { a, b, class: Class::Tertiary, line, oneway: false, main: false });
        }
    }

    /// The crossing nearest to a point.
    pub(super) fn nearest(&self, p: P2) -> usize {
        let mut best = (f64::MAX, 0);
        for (i, q) in self.nodes.iter().enumerate() {
            let d = p.distance(*q);
            if d < best.0 {
                best = (d, i);
            }
        }
        best.1
    }

    /// The crossing of one town nearest to a point; any crossing when the town has none.
    pub(super) fn nearest_of(&self, town: usize, p: P2) -> usize {
        let mut best = (f64::MAX, usize::MAX);
        for (i, q) in self.nodes.iter().enumerate() {
            if self.town[i] == town && p.distance(*q) < best.0 {
                best = (p.distance(*q), i);
            }
        }
        if best.1 == usize::MAX { self.nearest(p) } else { best.1 }
    }

    /// `n` crossings of one town spread as far from one another as they go (farthest point first, from its middle).
    pub(super) fn spread(&self, town: usize, middle: P2, n: usize) -> Vec<usize> {
        let own: Vec<usize> = (0..self.nodes.len()).filter(|i| self.town[*i] == town).collect();
        let own = if own.is_empty() { vec![self.nearest(middle)] } else { own };
        let mut chosen = vec![self.nearest_of(town, middle)];
        let mut far: Vec<f64> = own.iter().map(|i| self.nodes[*i].distance(self.nodes[chosen[0]])).collect();
        while chosen.len() < n {
            let mut best = 0;
            for k in 0..own.len() {
                if far[k] > far[best] {
                    best = k;
                }
            }
            let next = own[best];
            chosen.push(next);
            for (k, i) in own.iter().enumerate() {
                far[k] = far[k].min(self.nodes[*i].distance(self.nodes[next]));
            }
        }
        chosen.truncate(n);
        chosen
    }
}
