//! The undirected simple graph under a road network, its nodes numbered along a space-filling curve.

use crate::geo::LatLon;
use rayon::slice::ParallelSliceMut;

/// No node.
pub(super) const NONE: u32 = u32::MAX;

/// A place on the plane, in steps of about a tenth of a metre.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub x: i32,
    pub y: i32,
}

/// Compressed rows of neighbours: sorted, each once, no loops.
#[derive(Clone, Debug, Default)]
pub(super) struct Graph {
    pub first: Vec<u32>,
    pub adjacent: Vec<u32>,
}

impl Graph {
    /// The simple graph of some arcs, with nodes renumbered: `original[new] = old`.
    pub(super) fn build(nodes: usize, ends: &[(u32, u32)], original: &[u32]) -> Graph {
        let mut number = vec![0_u32; nodes];
        for (new, old) in original.iter().enumerate() {
            number[*old as usize] = new as u32;
        }
        let arcs = || {
            let inside = |&&(a, b): &&(u32, u32)| a != b && (a as usize) < nodes && (b as usize) < nodes;
            ends.iter().filter(inside).map(|&(a, b)| (number[a as usize], number[b as usize]))
        };
        let mut next = vec![0_u32; nodes + 1];
        for (a, b) in arcs() {
            next[a as usize] += 1;
            next[b as usize] += 1;
        }
        let mut sum = 0;
        for slot in &mut next {
            sum += std::mem::replace(slot, sum);
        }
        let mut adjacent = vec![0_u32; sum as usize];
        for (a, b) in arcs() {
            for (from, to) in [(a, b), (b, a)] {
                let slot = &mut next[from as usize];
                adjacent[*slot as usize] = to;
                *slot += 1;
            }
        }
        // `next` now holds the end of each row; rows are sorted and closed up in place.
        let mut first = Vec::with_capacity(nodes + 1);
        let (mut start, mut kept) = (0, 0);
        for end in &next[..nodes] {
            first.push(kept as u32);
            let end = *end as usize;
            adjacent[start..end].sort_unstable();
            let mut last = NONE;
            for i in start..end {
                if adjacent[i] != last {
                    last = adjacent[i];
                    adjacent[kept] = last;
                    kept += 1;
                }
            }
            start = end;
        }
        first.push(kept as u32);
        adjacent.truncate(kept);
        Graph { first, adjacent }
    }

    pub(super) fn nodes(&self) -> usize {
        self.first.len().saturating_sub(1)
    }

    pub(super) fn row(&self, node: u32) -> &[u32] {
        &self.adjacent[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }
}

/// The places in the order of a Hilbert curve, and `original[new] = old`; nodes at one place keep their order.
pub(super) fn along_curve(positions: &[LatLon]) -> (Vec<Place>, Vec<u32>) {
    const STEPS_PER_DEGREE: f64 = 1e6;
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for p in positions {
        low = low.min(p.lat);
        high = high.max(p.lat);
    }
    // One scale for the whole network: a separator needs directions, not true distances.
    let shrink = libm::cos(((low + high) / 2.0).to_radians());
    let shrink = if shrink.is_finite() { shrink } else { 1.0 };
    // Casts of numbers that are not finite give a place, if a useless one; the order stays an order.
    let place = |p: &LatLon| Place {
        x: (p.lon.clamp(-180.0, 180.0) * shrink * STEPS_PER_DEGREE) as i32,
        y: (p.lat.clamp(-90.0, 90.0) * STEPS_PER_DEGREE) as i32,
    };
    let places: Vec<Place> = positions.iter().map(place).collect();
    let (min_x, min_y) = places.iter().fold((i32::MAX, i32::MAX), |(x, y), p| (x.min(p.x), y.min(p.y)));
    let widest = places.iter().map(|p| (p.x - min_x).max(p.y - min_y)).max().unwrap_or(0);
    // The widest spread is at most 3.6e8 < 2^29; 16 bits of each coordinate are kept beside the index.
    let drop = 32_u32.saturating_sub(16 + widest.leading_zeros());
    let mut keyed: Vec<u64> = places
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let key = hilbert(((p.x - min_x) >> drop) as u32, ((p.y - min_y) >> drop) as u32);
            u64::from(key) << 32 | i as u64
        })
        .collect();
    keyed.par_sort_unstable();
    let original: Vec<u32> = keyed.iter().map(|k| *k as u32).collect();
    (original.iter().map(|i| places[*i as usize]).collect(), original)
}

/// Distance along the Hilbert curve of a 2^16 square.
fn hilbert(mut x: u32, mut y: u32) -> u32 {
    let mut distance = 0_u32;
    let mut side = 1_u32 << 15;
    while side > 0 {
        let (right, up) = (u32::from(x & side > 0), u32::from(y & side > 0));
        distance = (distance << 2) | ((3 * right) ^ up);
        if up == 0 {
            if right == 1 {
                x = 0xFFFF - (x & 0xFFFF);
                y = 0xFFFF - (y & 0xFFFF);
            }
            std::mem::swap(&mut x, &mut y);
        }
        side >>= 1;
    }
    distance
}
