//! Ways between road nodes by travel mode: how long they take, and where on them a unit is.

use super::city::City;
use super::contract::{NONE, Reduced};
use super::shortest::{Ends, Search, Timed};
use super::tree::Tree;
use crate::fault::{Fault, Faults};
use crate::memory::Large;
use rayon::prelude::*;

/// A way between two road nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Way {
    /// How long it takes, days.
    pub days: f64,
    /// Which of [`Timed::ahead`] of the start it takes, and which of [`Timed::behind`] of the end; `None` if both lie on one
    /// chain and it stays on it, or if they are one node.
    pub ends: Option<(u8, u8)>,
}

/// Where on a way a unit is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum OnWay {
    /// Before a node, that it reaches in so many days.
    Before(u32, f64),
    /// At the last node, for so many days.
    Past(f64),
}

/// Times and next chains towards kept nodes, each row laid out by [`Network::spot`].
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// The row of each kept node, or [`NONE`].
    row_of: Vec<u32>,
    /// Days from every kept node, row by row.
    days: Large<f64>,
    /// First chain from every kept node, row by row.
    slot: Large<u8>,
    /// The kept node that is so many chains farther on the way (2^[`LEAP_BITS`]; the row's own if it is nearer), row by row.
    leap: Large<u32>,
}

/// One travel mode.
#[derive(Debug)]
pub(super) struct Mode {
    /// Its times.
    pub timed: Timed,
    /// Rows kept at hand, for destinations that are asked for often.
    rows: Rows,
    /// All ways to kept nodes where units often go: beside stations and hospitals.
    trees: Vec<Tree>,
    /// The tree of each kept node, or [`NONE`].
    tree_of: Vec<u32>,
}

/// Rows that were computed on demand.
#[derive(Debug, Default)]
pub(super) struct RowCache {
    search: Option<Search>,
    /// Mode and kept node of each entry, and when it was last asked for.
    keys: Vec<((u32, u32), u64)>,
    entries: Vec<(Vec<f64>, Vec<u8>)>,
    clock: u64,
}

/// Rows kept on demand at a time, for each thread.
const CACHED: usize = 64;

/// What a kept row needs for each kept node: days, chain, leap.
const ROW_BYTES: usize = 8 + 1 + 4;

/// Who follows a way down a row passes this many chains at a time: the logarithm.
const LEAP_BITS: u32 = 3;

/// Times and first chains towards one kept node; laid out by [`Network::spot`].
pub(super) struct Row<'a> {
    /// Days from every kept node.
    pub days: &'a [f64],
    /// First chain from every kept node.
    pub slot: &'a [u8],
    /// Where 2^[`LEAP_BITS`] chains lead from every kept node; empty in rows computed on demand.
    leap: &'a [u32],
}

/// The roads of a city with all its travel modes.
#[derive(Debug)]
pub(super) struct Network {
    pub reduced: Reduced,
    pub modes: Vec<Mode>,
    /// Where each kept node stands in a row: nodes that follow each other on the road stand side by side, since memory comes
    /// in lines of eight and whoever asks for one of them asks for the next.
    spot: Vec<u32>,
}

impl Network {
    /// The roads of a city, without any rows.
    ///
    /// # Errors
    /// Roads that are not connected, or a node where more than 255 roads begin.
    pub(super) fn new(city: &City) -> Result<Network, Faults> {
        let reduced = Reduced::new(city)?;
        let modes: Vec<Option<Timed>> = city.arc_days.par_iter().map(|days| Timed::new(&reduced, days)).collect();
        let modes: Option<Vec<Mode>> = modes
            .into_iter()
            .map(|timed| {
                let none = vec![NONE; reduced.kept.len()];
                let rows = Rows { row_of: none.clone(), ..Rows::default() };
                Some(Mode { timed: timed?, rows, trees: Vec::new(), tree_of: none })
            })
            .collect();
        match modes {
            Some(modes) => {
                let spot = spots(&reduced, &modes[0].timed);
                Ok(Network { reduced, modes, spot })
            }
            None => Err(Fault::error("more than 255 roads begin at one node").in_file(&city.folder).into()),
        }
    }

    /// Number of kept nodes.
    pub(super) fn kept(&self) -> usize {
        self.reduced.kept.len()
    }

    /// Lays out all ways to some road nodes, by a mode.
    pub(super) fn grow_trees(&mut self, mode: usize, nodes: impl Iterator<Item = u32>) {
        let timed = &self.modes[mode].timed;
        let roots = kept_behind(timed, nodes);
        let trees: Vec<Tree> = roots
            .par_iter()
            .map_init(
                || Search::new(self.reduced.kept.len()),
                |search, root| {
                    search.to(timed, *root, f64::INFINITY);
                    Tree::new(search, |node| {
                        let chain = timed.driven(&self.reduced, node, search.slot[node as usize]);
                        (chain, self.reduced.chains[chain as usize].to)
                    })
                },
            )
            .collect();
        let mode = &mut self.modes[mode];
        roots.iter().enumerate().for_each(|(i, root)| mode.tree_of[*root as usize] = i as u32);
        mode.trees = trees;
    }

    /// Fills rows towards some road nodes by a mode, unless they would need more than so many bytes.
    pub(super) fn fill_rows(&mut self, mode: usize, nodes: impl Iterator<Item = u32>, limit: usize) -> bool {
        let n = self.kept();
        let timed = &self.modes[mode].timed;
        let roots = kept_behind(timed, nodes);
        if roots.len() * n * ROW_BYTES > limit {
            return false;
        }
        let mut days = Large::zeroed(roots.len() * n);
        let mut slot = Large::zeroed(roots.len() * n);
        let mut leap = Large::zeroed(roots.len() * n);
        let rows = days.par_chunks_mut(n).zip(slot.par_chunks_mut(n)).zip(leap.par_chunks_mut(n));
        rows.zip(&roots).for_each_init(
            || (Search::new(n), vec![0; n], vec![0; n]),
            |(search, one, two), (((days, slot), leap), root)| {
                search.to(timed, *root, f64::INFINITY);
                self.lay_out(search, days, slot);
                for &node in &search.settled {
                    let next = |chain: u32| self.reduced.chains[chain as usize].to;
                    let slot = search.slot[node as usize];
                    let ahead = if node == *root { node } else { next(timed.driven(&self.reduced, node, slot)) };
                    one[node as usize] = ahead;
                }
                for _ in 0..LEAP_BITS {
                    two.iter_mut().zip(one.iter()).for_each(|(two, half)| *two = one[*half as usize]);
                    std::mem::swap(one, two);
                }
                self.spot.iter().zip(one.iter()).for_each(|(spot, node)| leap[*spot as usize] = *node);
            },
        );
        let mut row_of = vec![NONE; n];
        roots.iter().enumerate().for_each(|(row, root)| row_of[*root as usize] = row as u32);
        self.modes[mode].rows = Rows { row_of, days, slot, leap };
        true
    }

    /// Puts what a search found where rows have it.
    fn lay_out(&self, search: &Search, days: &mut [f64], slot: &mut [u8]) {
        for (node, spot) in self.spot.iter().enumerate() {
            days[*spot as usize] = search.days[node];
            slot[*spot as usize] = search.slot[node];
        }
    }

    /// Where a kept node stands in a row.
    pub(super) fn spot(&self, kept: u32) -> usize {
        self.spot[kept as usize] as usize
    }

    /// The row towards a kept node that was filled beforehand.
    pub(super) fn row_number(&self, mode: usize, kept: u32) -> Option<u32> {
        Some(self.modes[mode].rows.row_of[kept as usize]).filter(|row| *row != NONE)
    }

    /// A row by its number.
    pub(super) fn filled(&self, mode: usize, row: u32) -> Row<'_> {
        let n = self.kept();
        let range = row as usize * n..(row as usize + 1) * n;
        let rows = &self.modes[mode].rows;
        Row { days: &rows.days[range.clone()], slot: &rows.slot[range.clone()], leap: &rows.leap[range] }
    }

    /// The tree towards a kept node.
    pub(super) fn tree(&self, mode: usize, kept: u32) -> Option<&Tree> {
        let mode = &self.modes[mode];
        mode.trees.get(mode.tree_of[kept as usize] as usize)
    }

    /// A row towards a kept node, computed if it is not at hand.
    pub(super) fn row<'a>(&'a self, cache: &'a mut RowCache, mode: usize, kept: u32) -> Row<'a> {
        if let Some(row) = self.row_number(mode, kept) {
            return self.filled(mode, row);
        }
        let at = cache.entry(self, mode, kept);
        let (days, slot) = &cache.entries[at];
        Row { days, slot, leap: &[] }
    }

    /// The way between two nodes that stays on one chain.
    fn along_one(&self, mode: usize, from: u32, to: u32) -> Option<(f64, u32)> {
        let (a, b) = (self.reduced.on[from as usize], self.reduced.on[to as usize]);
        if a.chain[0] == NONE || a.chain != b.chain {
            return None;
        }
        let slot = (0..2).find(|s| a.chain[*s] != NONE && a.at[*s] < b.at[*s])?;
        let chain = &self.reduced.chains[a.chain[slot] as usize];
        let along = &self.modes[mode].timed.along[chain.first as usize..chain.end as usize];
        Some((along[b.at[slot] as usize] - along[a.at[slot] as usize], a.chain[slot]))
    }

    /// The quickest way between two nodes, given how long it is from a kept node (the first number) to one of those behind
    /// the end (the second).
    pub(super) fn way(&self, mode: usize, from: u32, to: u32, days: impl Fn(u32, usize) -> f64) -> Way {
        if from == to {
            return Way { days: 0.0, ends: None };
        }
        let mut best = Way { days: f64::INFINITY, ends: None };
        if let Some((days, _)) = self.along_one(mode, from, to) {
            best.days = days;
        }
        let timed = &self.modes[mode].timed;
        let (ahead, behind) = (&timed.ahead[from as usize], &timed.behind[to as usize]);
        // All are fetched before any is compared, since each may have to come from far away in memory.
        let mut between = [[0.0; 2]; 2];
        for (i, start, _) in ahead.iter() {
            behind.iter().for_each(|(j, ..)| between[i][j] = days(start, j));
        }
        for (i, _, out) in ahead.iter() {
            for (j, _, last) in behind.iter() {
                let sum = between[i][j] + out + last;
                if sum < best.days {
                    best = Way { days: sum, ends: Some((i as u8, j as u8)) };
                }
            }
        }
        best
    }

    /// The way between two nodes, from rows.
    pub(super) fn way_by_rows(&self, cache: &mut RowCache, mode: usize, from: u32, to: u32) -> Way {
        let ends = self.modes[mode].timed.behind[to as usize];
        let start = self.modes[mode].timed.ahead[from as usize];
        let mut between = [[f64::INFINITY; 2]; 2];
        for (j, kept, _) in ends.iter() {
            let row = self.row(cache, mode, kept);
            for (i, first, _) in start.iter() {
                between[i][j] = row.days[self.spot(first)];
            }
        }
        self.way(mode, from, to, |kept, j| if kept == start.kept[0] { between[0][j] } else { between[1][j] })
    }

    /// Where on its way a unit is that passed the first node some days ago.
    pub(super) fn place(&self, cache: &mut RowCache, mode: usize, from: u32, to: u32, way: &Way, gone: f64) -> OnWay {
        if gone >= way.days {
            return OnWay::Past(gone - way.days);
        }
        let timed = &self.modes[mode].timed;
        let Some((i, j)) = way.ends else {
            let Some((_, chain)) = self.along_one(mode, from, to) else { return OnWay::Past(0.0) };
            return self.on_chain(mode, chain, self.at_on(chain, from), self.at_on(chain, to), gone);
        };
        let (i, j) = (i as usize, j as usize);
        let (start, out) = (timed.ahead[from as usize].kept[i], timed.ahead[from as usize].days[i]);
        let root = timed.behind[to as usize].kept[j];
        if gone < out {
            // Still on the chain where it set out.
            let chain = self.reduced.on[from as usize].chain[i];
            return self.on_chain(mode, chain, self.at_on(chain, from), u32::MAX, gone);
        }
        let (whole, node_days, chain) = match self.tree(mode, root) {
            Some(tree) => {
                let whole = tree.days(start);
                let (days, chain) = tree.last_with(start, whole - (gone - out));
                (whole, days, chain)
            }
            None => {
                let row = self.row(cache, mode, root);
                let whole = row.days[self.spot(start)];
                let left = whole - (gone - out);
                let (at, chain) = self.follow(mode, &row, start, root, left);
                (whole, row.days[self.spot(at)], chain)
            }
        };
        let gone = (gone - out - (whole - node_days)).max(0.0);
        if chain != NONE {
            return self.on_chain(mode, chain, 0, u32::MAX, gone);
        }
        if self.reduced.kept_of[to as usize] != NONE {
            return OnWay::Past(gone);
        }
        let chain = self.reduced.on[to as usize].chain[j];
        self.on_chain(mode, chain, 0, self.at_on(chain, to), gone)
    }

    /// On the way down a row: the last node from which at least so many days are left (the first node if it has fewer), and
    /// the chain that is driven from it; [`NONE`] at the destination. From a node from which exactly as much is left a unit
    /// is already under way to the next.
    fn follow(&self, mode: usize, row: &Row<'_>, start: u32, root: u32, left: f64) -> (u32, u32) {
        let timed = &self.modes[mode].timed;
        let mut at = start;
        if !row.leap.is_empty() {
            loop {
                let far = row.leap[self.spot(at)];
                if far == root || row.days[self.spot(far)] < left {
                    break;
                }
                at = far;
            }
        }
        while at != root {
            let spot = self.spot(at);
            let chain = timed.driven(&self.reduced, at, row.slot[spot]);
            let next = self.reduced.chains[chain as usize].to;
            if row.days[self.spot(next)] < left {
                return (at, chain);
            }
            at = next;
        }
        (root, NONE)
    }

    /// Which node of a chain a road node is.
    fn at_on(&self, chain: u32, node: u32) -> u32 {
        let on = &self.reduced.on[node as usize];
        on.at[usize::from(on.chain[1] == chain)]
    }

    /// The first node of a chain, after one and up to another, that is reached more than so many days after the one.
    fn on_chain(&self, mode: usize, chain: u32, from: u32, to: u32, gone: f64) -> OnWay {
        let chain = &self.reduced.chains[chain as usize];
        let along = &self.modes[mode].timed.along[chain.first as usize..chain.end as usize];
        let last = (along.len() as u32 - 1).min(to) as usize;
        let passed = along[from as usize] + gone;
        let first = from as usize + 1;
        let at = (first + along[first..=last].partition_point(|days| *days <= passed)).min(last);
        OnWay::Before(self.reduced.nodes[chain.first as usize + at], (along[at] - passed).max(0.0))
    }

    /// Days from one road node to many, by one search.
    pub(super) fn one_to_many(&self, search: &mut Search, mode: usize, from: u32, to: &[u32]) -> Vec<f64> {
        search.from(&self.modes[mode].timed, from);
        let behind = &self.modes[mode].timed.behind;
        let days = |node: u32| {
            if node == from {
                return 0.0;
            }
            let direct = self.along_one(mode, from, node).map_or(f64::INFINITY, |(days, _)| days);
            let ends: &Ends = &behind[node as usize];
            ends.iter().map(|(_, kept, last)| search.days[kept as usize] + last).fold(direct, f64::min)
        };
        to.iter().map(|node| days(*node)).collect()
    }
}

/// An order of the kept nodes in which those that follow each other on the road mostly stand side by side: that of the ways to
/// one of them.
fn spots(reduced: &Reduced, timed: &Timed) -> Vec<u32> {
    let mut search = Search::new(reduced.kept.len());
    search.to(timed, 0, f64::INFINITY);
    let tree = Tree::new(&search, |node| {
        let chain = timed.driven(reduced, node, search.slot[node as usize]);
        (chain, reduced.chains[chain as usize].to)
    });
    tree.into_places()
}

/// The kept nodes behind some road nodes, each once, in order.
fn kept_behind(timed: &Timed, nodes: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut kept: Vec<u32> = nodes
        .flat_map(|node| timed.behind[node as usize].iter().map(|(_, kept, _)| kept).collect::<Vec<_>>())
        .collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}

impl RowCache {
    fn entry(&mut self, network: &Network, mode: usize, kept: u32) -> usize {
        self.clock += 1;
        let key = (mode as u32, kept);
        if let Some(at) = self.keys.iter().position(|(k, _)| *k == key) {
            self.keys[at].1 = self.clock;
            return at;
        }
        let n = network.kept();
        let search = self.search.get_or_insert_with(|| Search::new(n));
        search.to(&network.modes[mode].timed, kept, f64::INFINITY);
        let at = if self.keys.len() < CACHED {
            self.keys.push((key, self.clock));
            self.entries.push((vec![0.0; n], vec![0; n]));
            self.keys.len() - 1
        } else {
            let oldest = (0..self.keys.len()).min_by_key(|i| self.keys[*i].1).unwrap_or(0);
            self.keys[oldest] = (key, self.clock);
            oldest
        };
        let (days, slot) = &mut self.entries[at];
        network.lay_out(search, days, slot);
        at
    }
}
