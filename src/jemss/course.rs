//! The whole course of a way, node by node: for distances, and for tests.

use super::city::City;
use super::contract::NONE;
use super::network::{Network, RowCache, Way};
use super::ways::{NodeAt, NodeScratch, NodeWays};
use crate::sim::ways::Drive;

/// A node of a course.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passed {
    /// The node.
    pub node: u32,
    /// Days after the first node of the way.
    pub days: f64,
    /// Kilometres after it.
    pub km: f64,
}

impl Network {
    /// All nodes of a way.
    pub(super) fn course(
        &self,
        cache: &mut RowCache,
        city: &City,
        mode: usize,
        from: u32,
        to: u32,
        way: &Way,
    ) -> Vec<Passed> {
        let mut course = vec![Passed { node: from, days: 0.0, km: 0.0 }];
        if from == to {
            return course;
        }
        let timed = &self.modes[mode].timed;
        let place = |chain: u32, node: u32| {
            let on = &self.reduced.on[node as usize];
            on.at[usize::from(on.chain[1] == chain)] as usize
        };
        let mut drive = |chain: u32, first: usize, last: usize| {
            let chain = &self.reduced.chains[chain as usize];
            let base = course[course.len() - 1].days - timed.along[chain.first as usize + first];
            for at in first..last {
                let at = chain.first as usize + at;
                let km = course[course.len() - 1].km + city.arcs[self.reduced.arcs[at] as usize].km;
                course.push(Passed { node: self.reduced.nodes[at + 1], days: base + timed.along[at + 1], km });
            }
        };
        let length = |chain: u32| {
            let chain = &self.reduced.chains[chain as usize];
            (chain.end - chain.first - 1) as usize
        };
        let Some((i, j)) = way.ends else {
            let (a, b) = (&self.reduced.on[from as usize], &self.reduced.on[to as usize]);
            if let Some(slot) = (0..2).find(|s| a.chain[*s] != NONE && a.at[*s] < b.at[*s]) {
                drive(a.chain[slot], a.at[slot] as usize, b.at[slot] as usize);
            }
            return course;
        };
        let (i, j) = (i as usize, j as usize);
        if self.reduced.kept_of[from as usize] == NONE {
            let chain = self.reduced.on[from as usize].chain[i];
            drive(chain, place(chain, from), length(chain));
        }
        let root = timed.behind[to as usize].kept[j];
        let mut at = timed.ahead[from as usize].kept[i];
        let row = self.row(cache, mode, root);
        while at != root {
            let chain = timed.driven(&self.reduced, at, row.slot[self.spot(at)]);
            drive(chain, 0, length(chain));
            at = self.reduced.chains[chain as usize].to;
        }
        if self.reduced.kept_of[to as usize] == NONE {
            let chain = self.reduced.on[to as usize].chain[j];
            drive(chain, 0, place(chain, to));
        }
        course
    }
}

impl NodeWays {
    /// All nodes of the way a unit drives.
    pub fn course(&self, scratch: &mut NodeScratch, city: &City, drive: &Drive<NodeAt>) -> Vec<Passed> {
        let (mode, from, to) = self.ends_of(drive);
        self.course_between(scratch, city, mode, from, to)
    }

    /// All nodes of the quickest way between two by a travel mode.
    pub fn course_between(
        &self,
        scratch: &mut NodeScratch,
        city: &City,
        mode: usize,
        from: u32,
        to: u32,
    ) -> Vec<Passed> {
        let network = self.network();
        let way = network.way_by_rows(&mut scratch.rows, mode, from, to);
        network.course(&mut scratch.rows, city, mode, from, to, &way)
    }
}
