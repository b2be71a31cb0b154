//! Shortest ways in time on the reduced graph of one travel mode.
//!
//! Times are sums of `f64` days in the order in which a search from the destination adds them up, and among ways of exactly
//! the same time the one is taken that JEMSS takes: its search (LightGraphs' Dijkstra on the reversed graph, sorted
//! neighbours, a binary heap) decides by the order in which nodes leave the queue, so the queue here orders equal keys alike.

use super::contract::{NONE, Reduced};

/// Times of all chains for one travel mode, and the edges of the search.
#[derive(Debug)]
pub(super) struct Timed {
    /// Days from each chain's beginning to each of its nodes; laid out as [`Reduced::nodes`].
    pub along: Vec<f64>,
    /// For each road node: the kept nodes to which chains lead from it, and how long that takes.
    pub ahead: Vec<Ends>,
    /// For each road node: the kept nodes from which chains lead to it, and how long that takes.
    pub behind: Vec<Ends>,
    /// Edges into each kept node: first, and one past the last.
    into_first: Vec<u32>,
    /// Where they come from (sorted), and how long the quickest chain takes.
    into: Vec<(u32, f64)>,
    /// Edges out of each kept node.
    outof_first: Vec<u32>,
    outof: Vec<(u32, f64)>,
    /// The quickest chain of each edge into a node, counted from the first chain of where it begins; parallel to `into`.
    into_slot: Vec<u8>,
    /// For each chain, that which is driven where the search says this one: not itself only where another way to its end
    /// takes exactly as long.
    instead: Vec<u8>,
}

/// Up to two ends of chains, with the days to or from them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    /// Kept nodes; [`NONE`] for a missing second.
    pub kept: [u32; 2],
    /// Days.
    pub days: [f64; 2],
}

impl Ends {
    /// Those that there are.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, u32, f64)> + '_ {
        (0..2).filter(|i| self.kept[*i] != NONE).map(|i| (i, self.kept[i], self.days[i]))
    }
}

impl Timed {
    /// Times of one travel mode, given those of its arcs. `None` if more than 255 roads meet in one node.
    pub(super) fn new(reduced: &Reduced, arc_days: &[f64]) -> Option<Timed> {
        let mut along = Vec::with_capacity(reduced.nodes.len());
        for chain in &reduced.chains {
            let mut days = 0.0;
            for &arc in &reduced.arcs[chain.first as usize..chain.end as usize] {
                along.push(days);
                if arc != NONE {
                    days += arc_days[arc as usize];
                }
            }
        }
        let whole = |c: usize| along[reduced.chains[c].end as usize - 1];
        let none = Ends { kept: [NONE; 2], days: [0.0; 2] };
        let (mut ahead, mut behind) = (vec![none; reduced.kept_of.len()], vec![none; reduced.kept_of.len()]);
        for (node, on) in reduced.on.iter().enumerate() {
            if reduced.kept_of[node] != NONE {
                let here = Ends { kept: [reduced.kept_of[node], NONE], days: [0.0; 2] };
                (ahead[node], behind[node]) = (here, here);
                continue;
            }
            for slot in 0..2 {
                if on.chain[slot] == NONE {
                    continue;
                }
                let chain = &reduced.chains[on.chain[slot] as usize];
                let so_far = along[(chain.first + on.at[slot]) as usize];
                ahead[node].kept[slot] = chain.to;
                ahead[node].days[slot] = whole(on.chain[slot] as usize) - so_far;
                behind[node].kept[slot] = chain.from;
                behind[node].days[slot] = so_far;
            }
        }
        let n = reduced.kept.len();
        // Of chains between the same two nodes the quickest is driven, the last of those that are equally quick.
        let mut edges: Vec<(u32, u32, f64, u8)> = Vec::with_capacity(reduced.chains.len());
        for from in 0..n as u32 {
            let first = edges.len();
            for (slot, c) in reduced.chains_from(from).enumerate() {
                let (to, days) = (reduced.chains[c].to, whole(c));
                let slot = u8::try_from(slot).ok()?;
                match edges[first..].iter_mut().find(|e| e.1 == to) {
                    Some(edge) if days <= edge.2 => (edge.2, edge.3) = (days, slot),
                    Some(_) => {}
                    None => edges.push((from, to, days, slot)),
                }
            }
        }
        let csr = |edges: &[(u32, u32, f64, u8)], key: fn(&(u32, u32, f64, u8)) -> u32| {
            let mut first = vec![0_u32; n + 1];
            edges.iter().for_each(|e| first[key(e) as usize + 1] += 1);
            (0..n).for_each(|i| first[i + 1] += first[i]);
            first
        };
        edges.sort_by_key(|e| (e.0, e.1));
        let outof_first = csr(&edges, |e| e.0);
        let outof = edges.iter().map(|e| (e.1, e.2)).collect();
        edges.sort_by_key(|e| (e.1, e.0));
        let into_first = csr(&edges, |e| e.1);
        let mut timed = Timed {
            along,
            ahead,
            behind,
            into_first,
            into: edges.iter().map(|e| (e.0, e.2)).collect(),
            outof_first,
            outof,
            into_slot: edges.iter().map(|e| e.3).collect(),
            instead: Vec::new(),
        };
        timed.settle_equals(reduced);
        Some(timed)
    }

    /// A chain to a neighbour that takes exactly as long as a way over another neighbour is never driven where the search
    /// from that neighbour prefers the other way: JEMSS makes all ways agree on this.
    fn settle_equals(&mut self, reduced: &Reduced) {
        let n = reduced.kept.len();
        self.instead = vec![0; reduced.chains.len()];
        for from in 0..n as u32 {
            for (slot, c) in reduced.chains_from(from).enumerate() {
                self.instead[c] = slot as u8;
            }
        }
        let mut search = Search::new(n);
        // successor[c]: first chain (counted from the first of its beginning) on the way to the end of chain c.
        let mut successor: Vec<u8> = self.instead.clone();
        let mut any = false;
        for to in 0..n as u32 {
            let edges = self.into_first[to as usize] as usize..self.into_first[to as usize + 1] as usize;
            let farthest = self.into[edges.clone()].iter().map(|e| e.1).fold(0.0, f64::max);
            search.to(self, to, farthest);
            for edge in edges {
                let (from, _) = self.into[edge];
                let slot = search.slot[from as usize];
                if slot == self.into_slot[edge] {
                    continue;
                }
                for c in reduced.chains_from(from).filter(|c| reduced.chains[*c].to == to) {
                    successor[c] = slot;
                    any = true;
                }
            }
        }
        if !any {
            return;
        }
        for from in 0..n as u32 {
            let chains = reduced.chains_from(from);
            // All chains to one neighbour stand for the neighbour.
            let target = |slot: u8| reduced.chains[chains.start + slot as usize].to;
            for c in chains.clone() {
                let mut slot = (c - chains.start) as u8;
                for _ in 0..chains.len() {
                    let next = successor[chains.start + slot as usize];
                    if target(next) == target(slot) {
                        break;
                    }
                    slot = next;
                }
                if target(slot) != reduced.chains[c].to {
                    self.instead[c] = slot;
                }
            }
        }
    }

    /// Which chain is driven where the search says another of the same beginning.
    pub(super) fn driven(&self, reduced: &Reduced, from: u32, slot: u8) -> u32 {
        let first = reduced.first_chain[from as usize];
        first + u32::from(self.instead[(first + u32::from(slot)) as usize])
    }
}

/// The state of a search, to be used again and again.
#[derive(Debug)]
pub(super) struct Search {
    /// Days to the destination (or from the origin); infinite where not reached.
    pub days: Vec<f64>,
    /// The first chain of the way, counted from the first chain of the node; 255 at the destination.
    pub slot: Vec<u8>,
    /// The next kept node of the way; [`NONE`] at the destination.
    pub next: Vec<u32>,
    /// Nodes in the order in which they were settled.
    pub settled: Vec<u32>,
    queue: Queue,
}

impl Search {
    /// For so many kept nodes.
    pub(super) fn new(n: usize) -> Search {
        let queue = Queue { heap: Vec::with_capacity(n), place: vec![NONE; n] };
        Search { days: vec![f64::INFINITY; n], slot: vec![255; n], next: vec![NONE; n], settled: Vec::new(), queue }
    }

    fn clear(&mut self) {
        self.days.fill(f64::INFINITY);
        self.slot.fill(255);
        self.next.fill(NONE);
        self.settled.clear();
        self.queue.heap.clear();
    }

    /// Ways from all nodes to one, as far as they take no longer than a limit.
    pub(super) fn to(&mut self, timed: &Timed, to: u32, limit: f64) {
        self.clear();
        self.days[to as usize] = 0.0;
        self.queue.set(to, 0.0);
        while let Some((node, days)) = self.queue.pop() {
            if days > limit {
                return;
            }
            self.settled.push(node);
            let edges = timed.into_first[node as usize] as usize..timed.into_first[node as usize + 1] as usize;
            for edge in edges {
                let (from, takes) = timed.into[edge];
                let sum = days + takes;
                if sum < self.days[from as usize] {
                    self.days[from as usize] = sum;
                    self.slot[from as usize] = timed.into_slot[edge];
                    self.next[from as usize] = node;
                    self.queue.set(from, sum);
                }
            }
        }
    }

    /// Times from a road node to all kept nodes (only [`Search::days`] is filled).
    pub(super) fn from(&mut self, timed: &Timed, node: u32) {
        self.clear();
        for (_, kept, days) in timed.ahead[node as usize].iter() {
            if days < self.days[kept as usize] {
                self.days[kept as usize] = days;
                self.queue.set(kept, days);
            }
        }
        while let Some((at, days)) = self.queue.pop() {
            let edges = timed.outof_first[at as usize] as usize..timed.outof_first[at as usize + 1] as usize;
            for &(to, takes) in &timed.outof[edges] {
                let sum = days + takes;
                if sum < self.days[to as usize] {
                    self.days[to as usize] = sum;
                    self.queue.set(to, sum);
                }
            }
        }
    }
}

/// A binary heap whose keys can fall. Of two equal keys the right child goes up; a key moves only past greater ones.
#[derive(Debug)]
struct Queue {
    heap: Vec<(u32, f64)>,
    place: Vec<u32>,
}

impl Queue {
    /// Puts a node in, or lowers its key.
    fn set(&mut self, node: u32, key: f64) {
        let at = self.place[node as usize] as usize;
        let inside = at < self.heap.len() && self.heap[at].0 == node;
        let mut at = if inside {
            at
        } else {
            self.heap.push((node, key));
            self.heap.len() - 1
        };
        while at > 0 {
            let up = (at - 1) / 2;
            if key >= self.heap[up].1 {
                break;
            }
            self.heap[at] = self.heap[up];
            self.place[self.heap[at].0 as usize] = at as u32;
            at = up;
        }
        self.heap[at] = (node, key);
        self.place[node as usize] = at as u32;
    }

    /// Takes out the first.
    fn pop(&mut self) -> Option<(u32, f64)> {
        let first = *self.heap.first()?;
        let last = self.heap.pop()?;
        if self.heap.is_empty() {
            return Some(first);
        }
        let mut at = 0;
        loop {
            let left = 2 * at + 1;
            if left >= self.heap.len() {
                break;
            }
            let right = left + 1;
            let child = if right >= self.heap.len() || self.heap[left].1 < self.heap[right].1 { left } else { right };
            if self.heap[child].1 >= last.1 {
                break;
            }
            self.heap[at] = self.heap[child];
            self.place[self.heap[at].0 as usize] = at as u32;
            at = child;
        }
        self.heap[at] = last;
        self.place[last.0 as usize] = at as u32;
        Some(first)
    }
}
