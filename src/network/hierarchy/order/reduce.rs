//! Exact elimination of what needs no separator: dead ends, then chains.
//!
//! A node with one neighbour adds nothing when it is eliminated; a node with two adds at most the edge between them, in
//! place of the two it had. Neither ever makes a row longer, so the rows are edited where they lie.

use super::graph::{Graph, NONE};

/// A tree of dead ends is stripped from its tips up to this height; what is higher is eliminated like a chain, in
/// rounds, so that a long road without exits becomes a low tree instead of a tall one.
const TALLEST_DEAD_END: u8 = 8;

/// What is left when dead ends and chains are gone.
pub(super) struct Core {
    /// The nodes that are left, ascending, by their number in the full graph.
    pub nodes: Vec<u32>,
    /// The edges between them, the contracted chains included, by position in `nodes`.
    pub graph: Graph,
    /// How many nodes each stands for: itself and those eliminated that hung on it.
    pub weights: Vec<u32>,
}

impl Core {
    /// A core of everything.
    pub(super) fn whole(full: &Graph) -> Core {
        Core { nodes: (0..full.nodes() as u32).collect(), graph: full.clone(), weights: vec![1; full.nodes()] }
    }
}

struct Rows {
    first: Vec<u32>,
    degree: Vec<u32>,
    adjacent: Vec<u32>,
    weight: Vec<u32>,
}

impl Rows {
    fn row(&mut self, node: u32) -> &mut [u32] {
        let start = self.first[node as usize] as usize;
        &mut self.adjacent[start..start + self.degree[node as usize] as usize]
    }

    /// What goes is counted with a neighbour from now on, so that the halves of a bisection are as heavy as they look.
    fn hand_on(&mut self, gone: u32, to: u32) {
        self.weight[to as usize] += self.weight[gone as usize];
    }

    fn remove(&mut self, from: u32, gone: u32) {
        let row = self.row(from);
        if let Some(at) = row.iter().position(|n| *n == gone) {
            let last = row.len() - 1;
            row.swap(at, last);
            self.degree[from as usize] -= 1;
        }
    }

    /// Puts `new` in the place of `gone`, or takes `gone` out where `new` is there already.
    fn replace(&mut self, at: u32, gone: u32, new: u32) {
        let row = self.row(at);
        if row.contains(&new) {
            self.remove(at, gone);
        } else if let Some(slot) = row.iter_mut().find(|n| **n == gone) {
            *slot = new;
        }
    }
}

/// Eliminates dead ends and chains, appends them to `order`, and returns what is left.
pub(super) fn reduce(full: &Graph, order: &mut Vec<u32>) -> Core {
    let nodes = full.nodes();
    let degree: Vec<u32> = full.first.windows(2).map(|w| w[1] - w[0]).collect();
    let mut rows = Rows { first: full.first.clone(), degree, adjacent: full.adjacent.clone(), weight: vec![1; nodes] };
    let mut gone = vec![false; nodes];
    strip(&mut rows, &mut gone, order);
    rounds(&mut rows, &mut gone, order);
    gather(&mut rows, &gone)
}

/// Dead ends from their tips, as long as they are low.
fn strip(rows: &mut Rows, gone: &mut [bool], order: &mut Vec<u32>) {
    let mut height = vec![0_u8; gone.len()];
    for start in 0..gone.len() as u32 {
        let mut node = start;
        // The parent becomes a tip itself when its last branch goes; a later tip of the same tree finds it then.
        while !gone[node as usize] && rows.degree[node as usize] <= 1 && height[node as usize] < TALLEST_DEAD_END {
            gone[node as usize] = true;
            order.push(node);
            let Some(parent) = rows.row(node).first().copied() else { break };
            rows.hand_on(node, parent);
            rows.remove(parent, node);
            height[parent as usize] = height[parent as usize].max(height[node as usize] + 1);
            node = parent;
        }
    }
}

/// Rounds of nodes with at most two neighbours, no two of a round adjacent: a chain halves in each.
fn rounds(rows: &mut Rows, gone: &mut [bool], order: &mut Vec<u32>) {
    let mut now: Vec<u32> =
        (0..gone.len() as u32).filter(|v| !gone[*v as usize] && rows.degree[*v as usize] <= 2).collect();
    let mut later: Vec<u32> = Vec::new();
    // The round in which a node last saw a neighbour go.
    let mut touched = vec![0_u32; gone.len()];
    let mut round = 0;
    while !now.is_empty() {
        round += 1;
        for &node in &now {
            // A neighbour of one that went waits: it stands in `later` already.
            if touched[node as usize] == round {
                continue;
            }
            gone[node as usize] = true;
            order.push(node);
            let around = match *rows.row(node) {
                [] => [NONE, NONE],
                [a] => {
                    rows.hand_on(node, a);
                    rows.remove(a, node);
                    [a, NONE]
                }
                [a, b, ..] => {
                    let lighter = if rows.weight[b as usize] < rows.weight[a as usize] { b } else { a };
                    rows.hand_on(node, lighter);
                    rows.replace(a, node, b);
                    rows.replace(b, node, a);
                    [a, b]
                }
            };
            for near in around {
                // Waiting neighbours come up again in the next round, also where this made them few enough.
                if near != NONE && touched[near as usize] != round {
                    touched[near as usize] = round;
                    later.push(near);
                }
            }
        }
        later.retain(|v| !gone[*v as usize] && rows.degree[*v as usize] <= 2);
        later.sort_unstable();
        std::mem::swap(&mut now, &mut later);
        later.clear();
    }
}

fn gather(rows: &mut Rows, gone: &[bool]) -> Core {
    let nodes: Vec<u32> = (0..gone.len() as u32).filter(|v| !gone[*v as usize]).collect();
    let mut number = vec![NONE; gone.len()];
    for (new, old) in nodes.iter().enumerate() {
        number[*old as usize] = new as u32;
    }
    let mut graph = Graph { first: Vec::with_capacity(nodes.len() + 1), adjacent: Vec::new() };
    for old in &nodes {
        graph.first.push(graph.adjacent.len() as u32);
        let start = graph.adjacent.len();
        graph.adjacent.extend(rows.row(*old).iter().map(|n| number[*n as usize]));
        graph.adjacent[start..].sort_unstable();
    }
    graph.first.push(graph.adjacent.len() as u32);
    let weights = nodes.iter().map(|v| rows.weight[*v as usize]).collect();
    Core { nodes, graph, weights }
}
