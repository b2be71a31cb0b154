//! The generator's own check of what it made: quickest routes over the finished ways.

use super::facts::Facts;
use super::net::Net;
use super::paths::Class;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The speed a way is measured with, in km/h: its class's, and never above nine tenths of its limit.
pub(super) fn speed_kmh(class: Class, maxspeed: Option<u16>) -> f64 {
    let limit = match maxspeed {
        Some(limit) => f64::from(limit) * 0.9,
        None => f64::INFINITY,
    };
    class.speed_kmh().min(limit)
}

/// The speeds of the facts' expressways.
pub(super) fn road_speeds(facts: &Facts) -> Vec<f64> {
    facts.roads.iter().map(|r| speed_kmh(Class::Motorway, r.maxspeed)).collect()
}

/// The network as arcs with seconds and metres.
pub(super) struct Measure {
    first: Vec<u32>,
    arcs: Vec<(u32, f32, f32)>,
}

impl Measure {
    pub(super) fn new(net: &Net) -> Measure {
        let n = net.nodes.len();
        let mut first = vec![0_u32; n + 1];
        for way in &net.ways {
            for pair in way.nodes.windows(2) {
                first[pair[0] as usize + 1] += 1;
                if !way.oneway {
                    first[pair[1] as usize + 1] += 1;
                }
            }
        }
        for v in 0..n {
            first[v + 1] += first[v];
        }
        let mut next = first.clone();
        let mut arcs = vec![(0, 0.0, 0.0); first[n] as usize];
        for way in &net.ways {
            let speed = speed_kmh(way.class, way.maxspeed) / 3.6;
            for pair in way.nodes.windows(2) {
                let metres = net.nodes[pair[0] as usize].distance(net.nodes[pair[1] as usize]);
                let mut put = |a: u32, b: u32| {
                    arcs[next[a as usize] as usize] = (b, (metres / speed) as f32, metres as f32);
                    next[a as usize] += 1;
                };
                put(pair[0], pair[1]);
                if !way.oneway {
                    put(pair[1], pair[0]);
                }
            }
        }
        Measure { first, arcs }
    }

    /// Kilometres of the quickest route from one node to others; infinite where there is none.
    pub(super) fn quickest_km(&self, from: u32, to: &[u32]) -> Vec<f64> {
        let n = self.first.len() - 1;
        let mut seconds = vec![f32::INFINITY; n];
        let mut metres = vec![0.0_f64; n];
        let mut heap = BinaryHeap::new();
        seconds[from as usize] = 0.0;
        heap.push(Reverse((0_u64, from)));
        let mut left = to.len();
        while let Some(Reverse((at, v))) = heap.pop() {
            let here = seconds[v as usize];
            if at > (f64::from(here) * 1000.0) as u64 {
                continue;
            }
            left -= to.iter().filter(|t| **t == v).count().min(left);
            if left == 0 {
                break;
            }
            for &(head, s, m) in &self.arcs[self.first[v as usize] as usize..self.first[v as usize + 1] as usize] {
                if here + s < seconds[head as usize] {
                    seconds[head as usize] = here + s;
                    metres[head as usize] = metres[v as usize] + f64::from(m);
                    heap.push(Reverse(((f64::from(here + s) * 1000.0) as u64, head)));
                }
            }
        }
        to.iter()
            .map(|t| if seconds[*t as usize].is_finite() { metres[*t as usize] / 1000.0 } else { f64::INFINITY })
            .collect()
    }
}
