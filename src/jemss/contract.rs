//! The reduced graph: only nodes where there is something to decide, and the chains of nodes between them.
//!
//! Which nodes are kept, and in which order nodes and chains are numbered, follows JEMSS (`createRGraphFromFGraph!`): where
//! two ways take exactly the same time, the choice between them depends on it.

use super::city::City;
use crate::fault::{Fault, Faults};

/// No node, no chain.
pub(super) const NONE: u32 = u32::MAX;

/// A chain of road nodes from one kept node to another, in the direction in which it is driven.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    /// Kept node where it begins.
    pub from: u32,
    /// Kept node where it ends.
    pub to: u32,
    /// Its nodes, both ends included: from here …
    pub first: u32,
    /// … to before here in [`Reduced::nodes`].
    pub end: u32,
}

/// Where a node that is not kept lies: on one chain, or on the two directions of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OnChains {
    /// The chains in order of their numbers; [`NONE`] for a one-way's second.
    pub chain: [u32; 2],
    /// Which of their nodes it is.
    pub at: [u32; 2],
}

/// The reduced graph, without times.
#[derive(Debug)]
pub(super) struct Reduced {
    /// The road node of each kept node.
    pub kept: Vec<u32>,
    /// The kept node of each road node, or [`NONE`].
    pub kept_of: Vec<u32>,
    /// All chains, sorted by the kept node where they begin.
    pub chains: Vec<Chain>,
    /// First chain of each kept node, and one past the last.
    pub first_chain: Vec<u32>,
    /// Nodes of all chains, one chain after the other.
    pub nodes: Vec<u32>,
    /// Arcs between them: `arcs[i]` leads from `nodes[i]` to `nodes[i + 1]`; [`NONE`] at each chain's end.
    pub arcs: Vec<u32>,
    /// Where the other road nodes lie.
    pub on: Vec<OnChains>,
}

/// Neighbours of all nodes, each list sorted.
struct Adjacency {
    first: Vec<u32>,
    node: Vec<u32>,
    arc: Vec<u32>,
}

impl Adjacency {
    fn new(nodes: usize, ends: &[(u32, u32)]) -> Adjacency {
        let mut first = vec![0_u32; nodes + 1];
        ends.iter().for_each(|(from, _)| first[*from as usize + 1] += 1);
        for i in 0..nodes {
            first[i + 1] += first[i];
        }
        let mut order: Vec<u32> = (0..ends.len() as u32).collect();
        order.sort_unstable_by_key(|i| ends[*i as usize]);
        Adjacency { first, node: order.iter().map(|i| ends[*i as usize].1).collect(), arc: order }
    }

    fn of(&self, node: u32) -> &[u32] {
        &self.node[self.first[node as usize] as usize..self.first[node as usize + 1] as usize]
    }

    fn reached_from(&self, start: u32) -> Vec<bool> {
        let mut reached = vec![false; self.first.len() - 1];
        reached[start as usize] = true;
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for &next in self.of(node) {
                if !std::mem::replace(&mut reached[next as usize], true) {
                    open.push(next);
                }
            }
        }
        reached
    }
}

impl Reduced {
    /// Reduces a city's roads.
    ///
    /// # Errors
    /// Nodes that cannot be reached, or from which there is no way back.
    pub(super) fn new(city: &City) -> Result<Reduced, Faults> {
        let n = city.nodes.len();
        let outward: Vec<(u32, u32)> = city.arcs.iter().map(|a| (a.from, a.to)).collect();
        let inward: Vec<(u32, u32)> = city.arcs.iter().map(|a| (a.to, a.from)).collect();
        let (out, back) = (Adjacency::new(n, &outward), Adjacency::new(n, &inward));
        check_connected(city, &out, &back)?;

        let mut keep: Vec<bool> = (0..n as u32)
            .map(|i| {
                let (to, from) = (out.of(i), back.of(i));
                let more = from.iter().filter(|f| to.binary_search(f).is_err()).count();
                let adjacent = to.len() + more;
                adjacent != 2 || to.len() + from.len() == 3
            })
            .collect();
        if !keep.contains(&true) {
            keep[0] = true;
        }
        // A loop that comes back to where it began needs one more node, or it could be driven either way round.
        let next = |at: u32, before: u32| out.of(at).iter().copied().find(|i| *i != before);
        let roots: Vec<u32> = (0..n as u32).filter(|i| keep[*i as usize]).collect();
        for &root in &roots {
            for &first in out.of(root) {
                let (mut before, mut at) = (root, first);
                while !keep[at as usize] {
                    let Some(then) = next(at, before) else { break };
                    (before, at) = (at, then);
                }
                if at == root {
                    keep[first as usize] = true;
                }
            }
        }
        let kept: Vec<u32> = (0..n as u32).filter(|i| keep[*i as usize]).collect();
        let mut kept_of = vec![NONE; n];
        kept.iter().enumerate().for_each(|(k, node)| kept_of[*node as usize] = k as u32);
        let mut reduced = Reduced {
            first_chain: Vec::with_capacity(kept.len() + 1),
            chains: Vec::new(),
            nodes: Vec::new(),
            arcs: Vec::new(),
            on: vec![OnChains { chain: [NONE; 2], at: [0; 2] }; n],
            kept,
            kept_of,
        };
        for k in 0..reduced.kept.len() {
            reduced.first_chain.push(reduced.chains.len() as u32);
            let root = reduced.kept[k];
            let range = out.first[root as usize] as usize..out.first[root as usize + 1] as usize;
            for edge in range {
                reduced.follow(&out, k as u32, root, edge);
            }
        }
        reduced.first_chain.push(reduced.chains.len() as u32);
        Ok(reduced)
    }

    /// Adds the chain that begins with an arc.
    fn follow(&mut self, out: &Adjacency, from: u32, root: u32, edge: usize) {
        let chain = self.chains.len() as u32;
        let first = self.nodes.len() as u32;
        let (mut before, mut at, mut arc) = (root, out.node[edge], out.arc[edge]);
        self.nodes.push(root);
        loop {
            self.arcs.push(arc);
            let place = self.nodes.len() as u32 - first;
            self.nodes.push(at);
            if self.kept_of[at as usize] != NONE {
                break;
            }
            let on = &mut self.on[at as usize];
            let slot = usize::from(on.chain[0] != NONE);
            (on.chain[slot], on.at[slot]) = (chain, place);
            let range = out.first[at as usize] as usize..out.first[at as usize + 1] as usize;
            let Some(edge) = range.into_iter().find(|e| out.node[*e] != before) else { break };
            (before, at, arc) = (at, out.node[edge], out.arc[edge]);
        }
        self.arcs.push(NONE);
        self.chains.push(Chain { from, to: self.kept_of[at as usize], first, end: self.nodes.len() as u32 });
    }

    /// Chains that begin at a kept node.
    pub(super) fn chains_from(&self, kept: u32) -> std::ops::Range<usize> {
        self.first_chain[kept as usize] as usize..self.first_chain[kept as usize + 1] as usize
    }
}

/// JEMSS wants a way from every node to every other.
fn check_connected(city: &City, out: &Adjacency, back: &Adjacency) -> Result<(), Faults> {
    let mut faults = Faults::new();
    for (adjacency, what) in [(out, "cannot be reached from"), (back, "has no way to")] {
        let reached = adjacency.reached_from(0);
        let lost: Vec<usize> = (0..reached.len()).filter(|i| !reached[*i]).collect();
        if let Some(first) = lost.first() {
            let message =
                format!("{} of {} nodes, such as node {}: {what} node 1", lost.len(), reached.len(), first + 1);
            let fault = Fault::error(message).in_file(&city.folder);
            faults.push(fault.hint("leave them out: there must be a way from every node to every other"));
        }
    }
    if faults.has_errors() { Err(faults) } else { Ok(()) }
}
