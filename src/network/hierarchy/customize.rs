//! A metric put on the hierarchy: the shortest time of every arc over nodes below it.

use super::chordal::{Hierarchy, NONE};
use super::triangles::{self, Both, Relax};
use crate::network::metric::FAR;
use rayon::prelude::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;

/// Times of the arcs of a [`Hierarchy`] under one metric, up and down: the shortest over the arc itself and over paths
/// through lower ranks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// By arc: time from the lower to the higher rank, and back.
    pub(super) both: Vec<Both>,
}

/// Of two times and a third.
fn sum(a: u32, b: u32) -> u32 {
    // Neither is above FAR, so this does not wrap round.
    a.wrapping_add(b)
}

struct Lower;

impl Relax for Lower {
    #[inline(always)]
    fn relax(&self, xy: &mut Both, xz: &mut Both, yz: &mut Both) {
        yz[0] = yz[0].min(sum(xy[1], xz[0]));
        yz[1] = yz[1].min(sum(xz[1], xy[0]));
    }

    #[inline(always)]
    fn relax_run(&self, xy: &mut Both, xz: &mut [Both], yz: &mut [Both]) {
        let along = [xy[1], xy[0]];
        let (xz, yz) = (xz.as_flattened(), yz.as_flattened_mut());
        // Four arcs at a time, for vectors.
        let (mut from, mut to) = (xz.chunks_exact(8), yz.chunks_exact_mut(8));
        for (xz, yz) in from.by_ref().zip(to.by_ref()) {
            for i in 0..8 {
                yz[i] = yz[i].min(sum(xz[i], along[i % 2]));
            }
        }
        for (i, (xz, yz)) in from.remainder().iter().zip(to.into_remainder()).enumerate() {
            *yz = (*yz).min(sum(*xz, along[i % 2]));
        }
    }
}

struct Upper;

impl Relax for Upper {
    #[inline(always)]
    fn relax(&self, xy: &mut Both, xz: &mut Both, yz: &mut Both) {
        let (to_y, to_z) = (xy[0], xz[0]);
        let (from_y, from_z) = (xy[1], xz[1]);
        xy[0] = to_y.min(sum(to_z, yz[1]));
        xz[0] = to_z.min(sum(to_y, yz[0]));
        xy[1] = from_y.min(sum(from_z, yz[0]));
        xz[1] = from_z.min(sum(from_y, yz[1]));
    }

    #[inline(always)]
    fn relax_run(&self, xy: &mut Both, xz: &mut [Both], yz: &mut [Both]) {
        let along = *xy;
        let mut best = [[along[0]; 4], [along[1]; 4]];
        let (mut from, mut to) = (yz.chunks_exact(4), xz.chunks_exact_mut(4));
        for (yz, xz) in from.by_ref().zip(to.by_ref()) {
            for i in 0..4 {
                best[0][i] = best[0][i].min(sum(xz[i][0], yz[i][1]));
                best[1][i] = best[1][i].min(sum(xz[i][1], yz[i][0]));
                xz[i] = [xz[i][0].min(sum(along[0], yz[i][0])), xz[i][1].min(sum(along[1], yz[i][1]))];
            }
        }
        for (up, down) in best[0].iter().zip(&best[1]) {
            *xy = [xy[0].min(*up), xy[1].min(*down)];
        }
        for (yz, xz) in from.remainder().iter().zip(to.into_remainder()) {
            self.relax(xy, xz, &mut yz.clone());
        }
    }
}

/// The shortest input arcs that an arc stands for itself, up and down.
fn own(h: &Hierarchy, times: &[u32], arc: usize) -> Both {
    [2 * arc, 2 * arc + 1].map(|slot| {
        let inputs = &h.inputs[h.first_input[slot] as usize..h.first_input[slot + 1] as usize];
        inputs.iter().map(|i| times[*i as usize]).min().unwrap_or(FAR).min(FAR)
    })
}

impl Weights {
    /// Puts times of the input arcs (steps, at most [`FAR`]) on the hierarchy: customization by lower triangles.
    pub fn build(h: &Hierarchy, times: &[u32]) -> Weights {
        let mut both: Vec<Both> =
            (0..h.arcs()).into_par_iter().with_min_len(8_192).map(|arc| own(h, times, arc)).collect();
        triangles::from_below(h, &mut both, &Lower);
        Weights { both }
    }

    /// The true shortest times between the ends of arcs (perfect customization).
    pub(super) fn perfect(&self, h: &Hierarchy) -> Vec<Both> {
        let mut both = self.both.clone();
        triangles::from_above(h, &mut both, &Upper);
        both
    }

    /// Changes the times of a few input arcs; `times` are those of all input arcs after the change. The result equals a
    /// build from scratch.
    ///
    /// Returns the number of arcs of the hierarchy that were looked at.
    pub fn update(&mut self, h: &Hierarchy, times: &[u32], changed: &[u32]) -> usize {
        // Arcs in the order of their lower ends, so that all that an arc rests on is settled when its turn comes.
        let mut queue: BinaryHeap<Reverse<u32>> = BinaryHeap::new();
        let slots = changed.iter().map(|input| h.slot_of_input[*input as usize]).filter(|s| *s != NONE);
        queue.extend(slots.map(|s| Reverse(s / 2)));
        let mut looked_at = 0;
        while let Some(Reverse(arc)) = queue.pop() {
            while queue.peek() == Some(&Reverse(arc)) {
                queue.pop();
            }
            looked_at += 1;
            let (y, z) = (h.up_tail[arc as usize], h.up_head[arc as usize]);
            let mut new = own(h, times, arc as usize);
            h.below_both(y, z, |xy, xz| {
                let (mut xy, mut xz) = (self.both[xy as usize], self.both[xz as usize]);
                Lower.relax(&mut xy, &mut xz, &mut new);
                ControlFlow::Continue(())
            });
            let old = std::mem::replace(&mut self.both[arc as usize], new);
            if old == new {
                continue;
            }
            // What leads over this arc: y is the lowest of those triangles, so the arcs between its higher neighbours.
            for other in h.up(y) {
                let w = h.up_head[other];
                if w != z {
                    queue.extend(h.arc(w.min(z), w.max(z)).map(Reverse));
                }
            }
        }
        looked_at
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        8 * self.both.len()
    }
}

impl Hierarchy {
    /// Calls `each` with the arcs to `y` and to `z` of every rank below both, from the lowest up, until it says stop.
    pub(super) fn below_both(&self, y: u32, z: u32, mut each: impl FnMut(u32, u32) -> ControlFlow<()>) {
        let (a, b) = (self.down(y), self.down(z));
        // Of lists of very different lengths the long one is searched, not walked.
        let swapped = a.len() > b.len();
        let (short, long) = if swapped { (b, a) } else { (a, b) };
        let mut call = |p: usize, q: usize| {
            let (p, q) = (self.down_arc[p], self.down_arc[q]);
            if swapped { each(q, p) } else { each(p, q) }
        };
        let mut from = long.start;
        for p in short.clone() {
            let wanted = self.down_tail[p];
            let rest = &self.down_tail[from..long.end];
            from += if long.len() > 8 * short.len() {
                rest.partition_point(|x| *x < wanted)
            } else {
                rest.iter().take_while(|x| **x < wanted).count()
            };
            if from == long.end {
                return;
            }
            if self.down_tail[from] == wanted && call(p, from).is_break() {
                return;
            }
        }
    }
}
