//! The tables that are searched: of each arc of the hierarchy only what is a shortest path itself.
//!
//! Nodes are known by their *step*: 0 is the top of the hierarchy, so that a sweep from the top down runs forward
//! through memory.

use super::chordal::{Hierarchy, NONE};
use super::customize::Weights;
use super::triangles::Both;
use crate::network::metric::FAR;

/// Arcs from each step to higher places (lower steps), with their times.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rungs {
    pub(super) first: Vec<u32>,
    /// Step of the upper end, and time.
    pub(super) arcs: Vec<[u32; 2]>,
}

impl Rungs {
    #[inline(always)]
    pub(super) fn of(&self, step: u32) -> &[[u32; 2]] {
        &self.arcs[self.first[step as usize] as usize..self.first[step as usize + 1] as usize]
    }
}

/// A metric ready to be searched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ladder {
    /// Step of each node.
    pub(super) step: Vec<u32>,
    /// Parent in the elimination tree by step; [`NONE`] at a root.
    pub(super) parent: Vec<u32>,
    /// Times from a step to higher ones.
    pub(super) up: Rungs,
    /// Times from higher steps to a step.
    pub(super) down: Rungs,
}

fn rungs(h: &Hierarchy, weights: &[Both], perfect: &[Both], direction: usize) -> Rungs {
    let n = h.nodes();
    let top = n as u32 - 1;
    let mut out = Rungs { first: Vec::with_capacity(n + 1), arcs: vec![[0; 2]; h.arcs()] };
    out.first.push(0);
    let mut kept = 0;
    for x in (0..n as u32).rev() {
        for arc in h.up(x) {
            let time = weights[arc][direction];
            // Written in any case, so that there is no branch to guess.
            out.arcs[kept] = [top - h.up_head[arc], time];
            kept += usize::from(time == perfect[arc][direction] && time < FAR);
        }
        out.first.push(kept as u32);
    }
    out.arcs.truncate(kept);
    out.arcs.shrink_to_fit();
    out
}

impl Ladder {
    /// Sorts out which arcs are needed.
    pub fn build(h: &Hierarchy, weights: &Weights) -> Ladder {
        let n = h.nodes();
        if n == 0 {
            return Ladder {
                up: Rungs { first: vec![0], arcs: vec![] },
                down: Rungs { first: vec![0], arcs: vec![] },
                ..Ladder::default()
            };
        }
        let perfect = weights.perfect(h);
        let (up, down) = rayon::join(|| rungs(h, &weights.both, &perfect, 0), || rungs(h, &weights.both, &perfect, 1));
        let top = n as u32 - 1;
        let parent = (0..n as u32).map(|step| h.parent(top - step).map_or(NONE, |p| top - p)).collect();
        Ladder { step: h.rank.iter().map(|r| top - r).collect(), parent, up, down }
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.step.len()
    }

    /// The place of a node in the ladder: 0 is the top. Rows of a sweep are in this order.
    pub fn step(&self, node: u32) -> u32 {
        self.step[node as usize]
    }

    /// The same for all nodes.
    pub fn steps(&self) -> &[u32] {
        &self.step
    }

    /// Arcs kept, upwards and downwards.
    pub fn arcs(&self) -> (usize, usize) {
        (self.up.arcs.len(), self.down.arcs.len())
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        let rungs = |r: &Rungs| 4 * r.first.len() + 8 * r.arcs.len();
        4 * (self.step.len() + self.parent.len()) + rungs(&self.up) + rungs(&self.down)
    }
}
