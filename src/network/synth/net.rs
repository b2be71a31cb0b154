//! The roads as OSM will have them: nodes, ways with tags, crossings at the same level joined, all of it one whole.

use super::paths::Class;
use super::plane::{P2, crossing};
use std::collections::BTreeMap;

/// A way before it is written.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) nodes: Vec<u32>,
    pub(super) class: Class,
    /// Index into [`Net::labels`]; 0 is none.
    pub(super) label: u16,
    pub(super) oneway: bool,
    pub(super) roundabout: bool,
    pub(super) maxspeed: Option<u16>,
    /// Whether it runs over others: crossings get no node.
    pub(super) bridge: bool,
}

/// Names of a road.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) reference: String,
}

/// The network being made.
pub(super) struct Net {
    pub(super) nodes: Vec<P2>,
    pub(super) ways: Vec<Way>,
    pub(super) labels: Vec<Label>,
    /// Nodes with traffic signals.
    pub(super) signals: Vec<u32>,
}

/// Side of the squares in which crossings are looked for, in metres.
const BIN_M: f64 = 220.0;
/// A crossing nearer than this to a segment's end uses that end.
const SNAP_M: f64 = 6.0;

impl Net {
    pub(super) fn node(&mut self, p: P2) -> u32 {
        self.nodes.push(p);
        (self.nodes.len() - 1) as u32
    }

    /// Joins ordinary roads where they cross; cuts expressways where they pass over another road and marks the bridge.
    pub(super) fn join_crossings(&mut self) {
        // (way, segment) by square.
        let mut bins: Vec<((i32, i32), u32, u32)> = Vec::new();
        for (w, way) in self.ways.iter().enumerate() {
            for (s, pair) in way.nodes.windows(2).enumerate() {
                let (a, b) = (self.nodes[pair[0] as usize], self.nodes[pair[1] as usize]);
                let low = ((a.x.min(b.x) / BIN_M).floor() as i32, (a.y.min(b.y) / BIN_M).floor() as i32);
                let high = ((a.x.max(b.x) / BIN_M).floor() as i32, (a.y.max(b.y) / BIN_M).floor() as i32);
                for i in low.0..=high.0 {
                    for j in low.1..=high.1 {
                        bins.push(((i, j), w as u32, s as u32));
                    }
                }
            }
        }
        bins.sort_unstable();
        // New nodes per (way, segment): share of the way along, node.
        let mut inserts: BTreeMap<(u32, u32), Vec<(f64, u32)>> = BTreeMap::new();
        let mut over: Vec<(u32, u32)> = Vec::new();
        let mut done: std::collections::BTreeSet<(u32, u32, u32, u32)> = std::collections::BTreeSet::new();
        for group in bins.chunk_by(|x, y| x.0 == y.0) {
            for (k, &(_, w1, s1)) in group.iter().enumerate() {
                let way1 = &self.ways[w1 as usize];
                let (a, b) = (way1.nodes[s1 as usize], way1.nodes[s1 as usize + 1]);
                let (pa, pb) = (self.nodes[a as usize], self.nodes[b as usize]);
                for &(_, w2, s2) in &group[k + 1..] {
                    let way2 = &self.ways[w2 as usize];
                    let (c, d) = (way2.nodes[s2 as usize], way2.nodes[s2 as usize + 1]);
                    if a == c || a == d || b == c || b == d {
                        continue;
                    }
                    let (pc, pd) = (self.nodes[c as usize], self.nodes[d as usize]);
                    let Some((t, u)) = crossing(pa, pb, pc, pd) else { continue };
                    if !done.insert((w1, s1, w2, s2)) {
                        continue;
                    }
                    let (high1, high2) = (way1.class <= Class::MotorwayLink, way2.class <= Class::MotorwayLink);
                    if high1 || high2 {
                        // The bigger road goes over; of two expressways, the first.
                        let first = high1 && (!high2 || way1.class <= way2.class);
                        over.push(if first { (w1, s1) } else { (w2, s2) });
                        continue;
                    }
                    let at = pa.towards(pb, t);
                    let near = |p: P2| p.distance(at) < SNAP_M;
                    let node = if near(pa) {
                        a
                    } else if near(pb) {
                        b
                    } else if near(pc) {
                        c
                    } else if near(pd) {
                        d
                    } else {
                        self.nodes.push(at);
                        (self.nodes.len() - 1) as u32
                    };
                    if node != a && node != b {
                        inserts.entry((w1, s1)).or_default().push((t, node));
                    }
                    if node != c && node != d {
                        inserts.entry((w2, s2)).or_default().push((u, node));
                    }
                }
            }
        }
        over.sort_unstable();
        over.dedup();
        for ((w, s), list) in &mut inserts {
            list.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)));
            // Segments are counted in the old numbering; the way is rebuilt below from its first node on.
            let _ = (w, s);
        }
        let mut ways = Vec::with_capacity(self.ways.len());
        for (w, way) in std::mem::take(&mut self.ways).into_iter().enumerate() {
            let w = w as u32;
            let mut current = Way { nodes: vec![way.nodes[0]], ..way.clone() };
            for (s, pair) in way.nodes.windows(2).enumerate() {
                let s = s as u32;
                let bridge = way.bridge || over.binary_search(&(w, s)).is_ok();
                if bridge != current.bridge {
                    if current.nodes.len() > 1 {
                        ways.push(current.clone());
                    }
                    current.nodes = vec![pair[0]];
                    current.bridge = bridge;
                }
                for (_, node) in inserts.get(&(w, s)).into_iter().flatten() {
                    if current.nodes.last() != Some(node) {
                        current.nodes.push(*node);
                    }
                }
                if current.nodes.last() != Some(&pair[1]) {
                    current.nodes.push(pair[1]);
                }
            }
            if current.nodes.len() > 1 {
                ways.push(current);
            }
        }
        self.ways = ways;
    }

    /// Directed arcs as compressed rows: (first arc per node, heads).
    fn arcs(&self, reverse: bool) -> (Vec<u32>, Vec<u32>) {
        let mut first = vec![0_u32; self.nodes.len() + 1];
        let each = |f: &mut dyn FnMut(u32, u32)| {
            for way in &self.ways {
                for pair in way.nodes.windows(2) {
                    let (a, b) = if reverse { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
                    f(a, b);
                    if !way.oneway {
                        f(b, a);
                    }
                }
            }
        };
        each(&mut |a, _| first[a as usize + 1] += 1);
        for v in 0..self.nodes.len() {
            first[v + 1] += first[v];
        }
        let mut next = first.clone();
        let mut heads = vec![0; first[self.nodes.len()] as usize];
        each(&mut |a, b| {
            heads[next[a as usize] as usize] = b;
            next[a as usize] += 1;
        });
        (first, heads)
    }

    fn reached(&self, from: u32, reverse: bool) -> Vec<bool> {
        let (first, heads) = self.arcs(reverse);
        let mut seen = vec![false; self.nodes.len()];
        let mut stack = vec![from];
        seen[from as usize] = true;
        while let Some(v) = stack.pop() {
            for head in &heads[first[v as usize] as usize..first[v as usize + 1] as usize] {
                if !seen[*head as usize] {
                    seen[*head as usize] = true;
                    stack.push(*head);
                }
            }
        }
        seen
    }

    /// Keeps only what can be reached from a node and can reach it; drops nodes no way uses. Returns the metres of road
    /// that were dropped, and for each old node its new number.
    pub(super) fn keep_whole(&mut self, from: u32) -> (f64, Vec<Option<u32>>) {
        let (there, back) = (self.reached(from, false), self.reached(from, true));
        let whole = |n: u32| there[n as usize] && back[n as usize];
        let mut dropped = 0.0;
        let mut kept = Vec::with_capacity(self.ways.len());
        for way in std::mem::take(&mut self.ways) {
            if way.nodes.iter().all(|n| whole(*n)) {
                kept.push(way);
                continue;
            }
            // A way that leaves the whole is cut to the stretches inside it.
            let mut stretch: Vec<u32> = Vec::new();
            for n in way.nodes.iter().copied().chain(std::iter::once(u32::MAX)) {
                if n != u32::MAX && whole(n) {
                    stretch.push(n);
                } else {
                    if stretch.len() > 1 {
                        kept.push(Way { nodes: stretch.clone(), ..way.clone() });
                    }
                    stretch.clear();
                }
            }
            for pair in way.nodes.windows(2) {
                if !(whole(pair[0]) && whole(pair[1])) {
                    dropped += self.nodes[pair[0] as usize].distance(self.nodes[pair[1] as usize]);
                }
            }
        }
        self.ways = kept;
        let mut new: Vec<Option<u32>> = vec![None; self.nodes.len()];
        let mut nodes = Vec::new();
        for way in &mut self.ways {
            for n in &mut way.nodes {
                let slot = &mut new[*n as usize];
                *n = *slot.get_or_insert_with(|| {
                    nodes.push(self.nodes[*n as usize]);
                    (nodes.len() - 1) as u32
                });
            }
        }
        self.nodes = nodes;
        self.signals = self.signals.iter().filter_map(|n| new[*n as usize]).collect();
        (dropped, new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(nodes: &[u32], class: Class, oneway: bool) -> Way {
        Way { nodes: nodes.to_vec(), class, label: 0, oneway, roundabout: false, maxspeed: None, bridge: false }
    }

    fn cross(class: Class) -> Net {
        let p = P2::new;
        let nodes = vec![p(0.0, 0.0), p(200.0, 0.0), p(100.0, -90.0), p(100.0, 110.0)];
        let ways = vec![way(&[0, 1], Class::Tertiary, false), way(&[2, 3], class, false)];
        Net { nodes, ways, labels: vec![], signals: vec![] }
    }

    #[test]
    fn level_crossings_share_a_node_and_expressways_pass_over() {
        let mut net = cross(Class::Secondary);
        net.join_crossings();
        assert_eq!(net.nodes.len(), 5);
        assert_eq!((net.ways[0].nodes.as_slice(), net.ways[1].nodes.as_slice()), (&[0, 4, 1][..], &[2, 4, 3][..]));
        let mut net = cross(Class::Motorway);
        net.join_crossings();
        assert_eq!(net.nodes.len(), 4);
        assert!(net.ways[1].bridge && !net.ways[0].bridge);
    }

    #[test]
    fn only_the_whole_is_kept() {
        let p = P2::new;
        let nodes = vec![p(0.0, 0.0), p(100.0, 0.0), p(200.0, 0.0), p(300.0, 0.0)];
        let ways = vec![way(&[0, 1], Class::Tertiary, false), way(&[1, 2, 3], Class::Tertiary, true)];
        let mut net = Net { nodes, ways, labels: vec![], signals: vec![3] };
        let (dropped, new) = net.keep_whole(0);
        assert!((dropped - 200.0).abs() < 1e-9);
        assert_eq!((net.nodes.len(), net.ways.len(), new[3]), (2, 1, None));
        assert!(net.signals.is_empty());
    }
}
