//! Heights of road nodes: those of the land, cut and filled until no road is steeper than its class is built.

use super::net::Net;
use super::paths::Class;
use super::terrain::Terrain;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// The steepest a class of road is built, metres of rise per metre. After the design standard JTG B01-2014 (5 % at
/// 80 km/h, 6 % at 60, 7 % at 40, 8 % at 30, 9 % at 20; recalled).
fn steepest(class: Class) -> f64 {
    match class {
        Class::Motorway => 0.05,
        Class::MotorwayLink => 0.06,
        Class::Primary => 0.06,
        Class::Secondary => 0.07,
        Class::Tertiary => 0.08,
        _ => 0.09,
    }
}

/// Metres above the sea of each road node; valley floors lie at `floor_m`.
///
/// The mean of two surfaces: the highest that lies nowhere above the land and is nowhere too steep (all cuttings), and the
/// lowest that lies nowhere below it (all embankments). Neither is too steep, so their mean is not.
pub(super) fn heights(net: &Net, terrain: &Terrain, floor_m: f64) -> Vec<f64> {
    let land: Vec<f64> = net.nodes.iter().map(|p| floor_m + terrain.height_at(*p)).collect();
    let mut pieces: Vec<(u32, u32, f64)> = Vec::new();
    for way in &net.ways {
        let rise = steepest(way.class);
        let most = |pair: &[u32]| rise * net.nodes[pair[0] as usize].distance(net.nodes[pair[1] as usize]);
        pieces.extend(way.nodes.windows(2).flat_map(|pair| {
            let most = most(pair);
            [(pair[0], pair[1], most), (pair[1], pair[0], most)]
        }));
    }
    pieces.sort_by_key(|p| p.0);
    let mut first = vec![0_usize; land.len() + 1];
    pieces.iter().for_each(|p| first[p.0 as usize + 1] += 1);
    for v in 0..land.len() {
        first[v + 1] += first[v];
    }
    let cut = lowered(land.clone(), &first, &pieces);
    let filled = lowered(land.iter().map(|z| -z).collect(), &first, &pieces);
    cut.iter().zip(&filled).map(|(cut, filled)| (cut - filled) / 2.0).collect()
}

/// Lowers heights as little as possible until no piece rises by more than it may (a search from all nodes at once, the
/// lowest first).
fn lowered(mut height: Vec<f64>, first: &[usize], pieces: &[(u32, u32, f64)]) -> Vec<f64> {
    let key = |z: f64, v: u32| Reverse((Ordered(z), v));
    let mut queue: BinaryHeap<_> = height.iter().enumerate().map(|(v, z)| key(*z, v as u32)).collect();
    while let Some(Reverse((Ordered(z), v))) = queue.pop() {
        if z > height[v as usize] {
            continue;
        }
        for &(_, to, most) in &pieces[first[v as usize]..first[v as usize + 1]] {
            if height[to as usize] > z + most {
                height[to as usize] = z + most;
                queue.push(key(z + most, to));
            }
        }
    }
    height
}

/// A height in a queue.
#[derive(PartialEq)]
struct Ordered(f64);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Ordered) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Ordered) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_is_cut_to_what_its_slopes_allow() {
        // Three nodes in a row, a metre of rise allowed between neighbours.
        let pieces = [(0, 1, 1.0), (1, 0, 1.0), (1, 2, 1.0), (2, 1, 1.0)];
        let first = [0, 1, 3, 4];
        assert_eq!(lowered(vec![0.0, 9.0, 0.5], &first, &pieces), [0.0, 1.0, 0.5]);
        assert_eq!(lowered(vec![5.0, 0.0, 1.0], &first, &pieces), [1.0, 0.0, 1.0]);
    }
}
