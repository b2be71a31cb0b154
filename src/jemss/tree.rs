//! All ways to one kept node, laid out so that a place on a way is found in a few steps.
//!
//! The ways form a tree. It is cut into heavy paths (from each node the neighbour behind which most nodes lie), whose nodes
//! stand side by side in the order in which they are driven, with their times to the destination. A way runs along few of
//! them (at most log₂ of the number of nodes), and within one a binary search finds the place.

use super::contract::NONE;
use super::shortest::Search;

/// One place in the layout.
#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Days to the destination.
    days: f64,
    /// Last place of its heavy path.
    end: u32,
}

/// All ways to one kept node.
#[derive(Debug)]
pub(super) struct Tree {
    slots: Vec<Slot>,
    /// Where each kept node stands.
    place: Vec<u32>,
    /// For the last place of a path, the place to which the way goes on; [`NONE`] at the destination.
    beyond: Vec<u32>,
    /// The chain that is driven from each node; parallel to `slots`.
    chain: Vec<u32>,
}

impl Tree {
    /// Lays out a finished search to one node. `chain` tells the chain driven from a node, and the node where it ends.
    pub(super) fn new(search: &Search, chain: impl Fn(u32) -> (u32, u32)) -> Tree {
        let n = search.days.len();
        let mut ahead = vec![(NONE, NONE); n];
        for &node in search.settled.iter().skip(1) {
            ahead[node as usize] = chain(node);
        }
        // Ways may be taken where another is equally quick, so their order is by the links and not by the search.
        let mut order = Vec::with_capacity(n);
        let mut behind_first = vec![0_u32; n + 1];
        for (_, to) in ahead.iter().filter(|a| a.1 != NONE) {
            behind_first[*to as usize + 1] += 1;
        }
        (0..n).for_each(|i| behind_first[i + 1] += behind_first[i]);
        let mut fill = behind_first.clone();
        let mut behind = vec![0_u32; behind_first[n] as usize];
        for (node, (_, to)) in ahead.iter().enumerate().filter(|(_, a)| a.1 != NONE) {
            behind[fill[*to as usize] as usize] = node as u32;
            fill[*to as usize] += 1;
        }
        order.extend(search.settled.first());
        let mut done = 0;
        while done < order.len() {
            let node = order[done] as usize;
            order.extend_from_slice(&behind[behind_first[node] as usize..behind_first[node + 1] as usize]);
            done += 1;
        }
        let mut size = vec![1_u32; n];
        let mut heavy = vec![NONE; n];
        for &node in order.iter().rev() {
            let to = ahead[node as usize].1;
            if to == NONE {
                continue;
            }
            size[to as usize] += size[node as usize];
            let best = heavy[to as usize];
            if best == NONE || size[node as usize] > size[best as usize] {
                heavy[to as usize] = node;
            }
        }
        let mut tree = Tree {
            slots: Vec::with_capacity(order.len()),
            place: vec![NONE; n],
            beyond: Vec::with_capacity(order.len()),
            chain: Vec::with_capacity(order.len()),
        };
        let mut path = Vec::new();
        for &top in &order {
            let to = ahead[top as usize].1;
            if to != NONE && heavy[to as usize] == top {
                continue;
            }
            path.clear();
            let mut node = top;
            while node != NONE {
                path.push(node);
                node = heavy[node as usize];
            }
            let end = (tree.slots.len() + path.len() - 1) as u32;
            for &node in path.iter().rev() {
                tree.place[node as usize] = tree.slots.len() as u32;
                tree.slots.push(Slot { days: search.days[node as usize], end });
                tree.beyond.push(if to == NONE { NONE } else { tree.place[to as usize] });
                tree.chain.push(ahead[node as usize].0);
            }
        }
        tree
    }

    /// Where each kept node stands, from 0 on.
    pub(super) fn into_places(self) -> Vec<u32> {
        self.place
    }

    /// Days from a kept node to the destination; infinite if there is no way.
    pub(super) fn days(&self, from: u32) -> f64 {
        match self.place[from as usize] {
            NONE => f64::INFINITY,
            place => self.slots[place as usize].days,
        }
    }

    /// On the way from a node: the last node from which at least so many days are left (the first node if it has fewer), its
    /// days, and the chain that is driven from it; [`NONE`] at the destination.
    pub(super) fn last_with(&self, from: u32, left: f64) -> (f64, u32) {
        let mut at = self.place[from as usize];
        let mut before = at;
        loop {
            let end = self.slots[at as usize].end;
            if self.slots[end as usize].days < left {
                let along = &self.slots[at as usize..=end as usize];
                let first_less = along.partition_point(|s| s.days >= left);
                if first_less > 0 {
                    before = at + first_less as u32 - 1;
                }
                break;
            }
            before = end;
            if self.beyond[end as usize] == NONE {
                break;
            }
            at = self.beyond[end as usize];
        }
        (self.slots[before as usize].days, self.chain[before as usize])
    }
}
