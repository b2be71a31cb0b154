//! From place to place: both climb to the top of the ladder and meet on the way.

use super::chordal::{Hierarchy, NONE};
use super::ladder::{Ladder, Rungs};
use super::unpack::Unpacker;
use crate::network::metric::FAR;
use crate::network::search_graph::Seed;

/// A reusable search from place to place.
#[derive(Clone, Debug, Default)]
pub struct Query {
    from: Climb,
    to: Climb,
    steps: Vec<u32>,
    left: Vec<u32>,
}

/// One side of a search: times by step, and which step each came from.
#[derive(Clone, Debug, Default)]
struct Climb {
    time: Vec<u32>,
    below: Vec<u32>,
    /// Steps with a time, from the lowest place upwards.
    reached: Vec<u32>,
    front: Vec<u32>,
}

impl Climb {
    fn start(&mut self, ladder: &Ladder, seeds: &[Seed]) {
        for step in self.reached.drain(..) {
            self.time[step as usize] = FAR;
        }
        if self.time.len() != ladder.nodes() {
            self.time = vec![FAR; ladder.nodes()];
            self.below = vec![NONE; ladder.nodes()];
        }
        self.front.clear();
        for (node, time) in seeds {
            let step = ladder.step[*node as usize];
            if *time < self.time[step as usize] {
                self.time[step as usize] = *time;
                self.below[step as usize] = NONE;
                self.front.push(step);
            }
        }
        // Several seeds climb together: the lowest place moves first.
        self.front.sort_unstable();
        self.front.dedup();
    }

    /// The next step on the way up.
    #[inline(always)]
    fn next(&mut self, ladder: &Ladder) -> Option<u32> {
        let step = self.front.pop()?;
        let parent = ladder.parent[step as usize];
        if parent != NONE {
            if self.front.is_empty() {
                self.front.push(parent);
            } else if let Err(at) = self.front.binary_search(&parent) {
                self.front.insert(at, parent);
            }
        }
        Some(step)
    }

    #[inline(always)]
    fn relax(&mut self, rungs: &Rungs, step: u32, time: u32) {
        for [head, along] in rungs.of(step) {
            let sum = time.wrapping_add(*along);
            let best = &mut self.time[*head as usize];
            if sum < *best {
                *best = sum;
                self.below[*head as usize] = step;
            }
        }
    }

    /// The steps from a step down to the seed.
    fn way(&self, top: u32, out: &mut Vec<u32>) {
        let mut step = top;
        while step != NONE {
            out.push(step);
            step = self.below[step as usize];
        }
    }
}

impl Query {
    /// A search with empty buffers; it grows to 16 bytes a node at its first use.
    pub fn new() -> Query {
        Query::default()
    }

    /// The shortest time from any of some nodes to any of others, their own times added; [`FAR`] if there is no way.
    pub fn time(&mut self, ladder: &Ladder, from: &[Seed], to: &[Seed]) -> u32 {
        self.search(ladder, from, to).0
    }

    /// The shortest time and the step at which the way is highest.
    fn search(&mut self, ladder: &Ladder, from: &[Seed], to: &[Seed]) -> (u32, u32) {
        self.from.start(ladder, from);
        self.to.start(ladder, to);
        while let Some(step) = self.from.next(ladder) {
            let time = self.from.time[step as usize];
            if time < FAR {
                self.from.reached.push(step);
                self.from.relax(&ladder.up, step, time);
            }
        }
        let (mut best, mut meeting) = (FAR, NONE);
        while let Some(step) = self.to.next(ladder) {
            let time = self.to.time[step as usize];
            if time >= FAR {
                continue;
            }
            self.to.reached.push(step);
            if time >= best {
                continue;
            }
            let sum = time.wrapping_add(self.from.time[step as usize]);
            if sum < best {
                (best, meeting) = (sum, step);
            }
            self.to.relax(&ladder.down, step, time);
        }
        (best, meeting)
    }

    /// The shortest way as input arcs, appended to `out`, and its time; [`FAR`] and nothing if there is none.
    pub fn path(
        &mut self,
        h: &Hierarchy,
        ladder: &Ladder,
        unpacker: &Unpacker,
        from: &[Seed],
        to: &[Seed],
        out: &mut Vec<u32>,
    ) -> u32 {
        let (time, meeting) = self.search(ladder, from, to);
        if meeting == NONE {
            return FAR;
        }
        self.steps.clear();
        self.from.way(meeting, &mut self.steps);
        self.steps.reverse();
        let up = self.steps.len();
        self.to.way(meeting, &mut self.steps);
        self.steps.remove(up);
        let top = ladder.nodes() as u32 - 1;
        for pair in self.steps.windows(2) {
            unpacker.unpack(h, top - pair[0], top - pair[1], &mut self.left, out);
        }
        time
    }
}
