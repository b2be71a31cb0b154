//! Fast interchange: the best swap of an open for a closed site, again and again.
//!
//! Resende and Werneck ("A fast swap-based local search procedure for location problems", Annals of Operations Research
//! 150, 2007): the profit of opening `j` and closing `r` is `gain[j] − loss[r] + extra[j][r]`, and after a swap only the
//! points whose nearest or second nearest site changed are counted anew. A point touches only the sites nearer than
//! its second nearest open one, which its sorted list gives at once.

use super::super::Effort;
use super::greedy;
use super::instance::Median;
use crate::random::Stream;
use rayon::prelude::*;

const NONE: u32 = u32::MAX;

/// A set of open sites with all that the next swap needs. Needs at least two open sites.
pub(super) struct Search<'a> {
    problem: &'a Median,
    /// Site that stands in each slot.
    pub(super) open: Vec<u32>,
    /// Slot of each site, or `NONE` where it is closed.
    slot: Vec<u32>,
    first: Vec<u32>,
    second: Vec<u32>,
    near: Vec<f64>,
    next: Vec<f64>,
    gain: Vec<f64>,
    /// Infinite for slots that must not be emptied.
    loss: Vec<f64>,
    extra: Vec<f64>,
    pub(super) value: f64,
}

/// A swap: the site that opens, the slot that it takes, and what it saves.
#[derive(Clone, Copy, Debug)]
pub(super) struct Swap {
    pub(super) opens: u32,
    pub(super) slot: usize,
    pub(super) saves: f64,
}

impl<'a> Search<'a> {
    pub(super) fn new(problem: &'a Median, open: &[u32]) -> Search<'a> {
        let (n, m, p) = (problem.points, problem.sites, open.len());
        let mut slot = vec![NONE; m];
        for (s, &j) in open.iter().enumerate() {
            slot[j as usize] = s as u32;
        }
        let loss = open.iter().map(|&j| if problem.fixed[j as usize] { f64::INFINITY } else { 0.0 }).collect();
        let mut search = Search {
            problem,
            open: open.to_vec(),
            slot,
            first: vec![0; n],
            second: vec![0; n],
            near: vec![0.0; n],
            next: vec![0.0; n],
            gain: vec![0.0; m],
            loss,
            extra: vec![0.0; m * p],
            value: 0.0,
        };
        for i in 0..n {
            search.look_up(i);
            search.count(i, 1.0);
        }
        search.value = search.near.iter().sum();
        search
    }

    /// Finds the two nearest open sites of a point.
    fn look_up(&mut self, i: usize) {
        let row = self.problem.row(i);
        let p = self.open.len();
        let (mut a, mut b) = (NONE, NONE);
        if p * p > 2 * self.problem.sites {
            for &j in self.problem.nearest_first(i) {
                let s = self.slot[j as usize];
                if s != NONE {
                    if a == NONE {
                        a = s;
                    } else {
                        b = s;
                        break;
                    }
                }
            }
        } else {
            let (mut da, mut db) = (f64::INFINITY, f64::INFINITY);
            for (s, &j) in self.open.iter().enumerate() {
                let c = row[j as usize];
                if c < da {
                    (b, db) = (a, da);
                    (a, da) = (s as u32, c);
                } else if c < db {
                    (b, db) = (s as u32, c);
                }
            }
        }
        self.first[i] = a;
        self.second[i] = b;
        self.near[i] = row[self.open[a as usize] as usize];
        self.next[i] = row[self.open[b as usize] as usize];
    }

    /// Adds (`sign` 1) or takes back (−1) what a point says about swaps.
    fn count(&mut self, i: usize, sign: f64) {
        let (d1, d2) = (self.near[i], self.next[i]);
        if d1 == d2 && d1 == 0.0 {
            return;
        }
        let s = self.first[i] as usize;
        let p = self.open.len();
        self.loss[s] += sign * (d2 - d1);
        let row = self.problem.row(i);
        for &j in self.problem.nearest_first(i) {
            let j = j as usize;
            let c = row[j];
            if c >= d2 {
                break;
            }
            if c < d1 {
                self.gain[j] += sign * (d1 - c);
                self.extra[j * p + s] += sign * (d2 - d1);
            } else {
                self.extra[j * p + s] += sign * (d2 - c);
            }
        }
    }

    /// The best swap there is. Ties go to the lowest number of the opened site, then of the slot.
    pub(super) fn best(&self) -> Option<Swap> {
        self.best_of(|_| true, |_| true)
    }

    /// The best swap among those that open and close what they may.
    pub(super) fn best_of(&self, opens: impl Fn(u32) -> bool, closes: impl Fn(usize) -> bool) -> Option<Swap> {
        let p = self.open.len();
        let barred: Vec<f64> = (0..p).map(|s| if closes(s) { self.loss[s] } else { f64::INFINITY }).collect();
        let mut best: Option<Swap> = None;
        for j in 0..self.problem.sites {
            if self.slot[j] != NONE || !opens(j as u32) {
                continue;
            }
            let row = &self.extra[j * p..(j + 1) * p];
            let mut most = [f64::NEG_INFINITY; 4];
            let mut chunks = row.chunks_exact(4);
            let mut losses = barred.chunks_exact(4);
            for (e, l) in chunks.by_ref().zip(losses.by_ref()) {
                for k in 0..4 {
                    let v = e[k] - l[k];
                    most[k] = if v > most[k] { v } else { most[k] };
                }
            }
            let mut top = most.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            for (e, l) in chunks.remainder().iter().zip(losses.remainder()) {
                top = top.max(e - l);
            }
            let saves = self.gain[j] + top;
            if saves > best.map_or(f64::NEG_INFINITY, |b| b.saves) {
                let slot = (0..p).find(|&s| row[s] - barred[s] == top).unwrap_or(0);
                best = Some(Swap { opens: j as u32, slot, saves });
            }
        }
        best
    }

    /// Makes a swap.
    pub(super) fn apply(&mut self, swap: Swap) {
        let s = swap.slot as u32;
        let column = self.problem.column(swap.opens as usize);
        let leaves = self.open[swap.slot];
        self.slot[leaves as usize] = NONE;
        self.slot[swap.opens as usize] = s;
        let mut touched = Vec::new();
        for (i, &c) in column.iter().enumerate() {
            if self.first[i] == s || self.second[i] == s || c < self.next[i] {
                touched.push(i);
            }
        }
        for &i in &touched {
            self.count(i, -1.0);
        }
        self.loss[swap.slot] = 0.0;
        self.open[swap.slot] = swap.opens;
        for &i in &touched {
            let c = column[i];
            if self.first[i] == s || self.second[i] == s {
                self.look_up(i);
            } else if c < self.near[i] {
                (self.second[i], self.next[i]) = (self.first[i], self.near[i]);
                (self.first[i], self.near[i]) = (s, c);
            } else {
                (self.second[i], self.next[i]) = (s, c);
            }
            self.count(i, 1.0);
        }
        self.value = self.near.iter().sum();
    }

    /// Swaps until none saves anything.
    pub(super) fn descend(&mut self) {
        loop {
            let least = if self.problem.step > 0.0 { 0.5 } else { 1e-9 * self.value.abs() };
            match self.best() {
                Some(swap) if swap.saves > least => {
                    let before = self.value;
                    self.apply(swap);
                    if self.value >= before {
                        // Rounding promised what was not there.
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    /// Whether a site is open.
    pub(super) fn is_open(&self, site: u32) -> bool {
        self.slot[site as usize] != NONE
    }

    /// The open sites, ascending, with their value.
    pub(super) fn found(&self) -> Found {
        let mut sites = self.open.clone();
        sites.sort_unstable();
        Found { value: self.value, sites }
    }
}

/// A solution: value and sites, ascending.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Found {
    pub(super) value: f64,
    pub(super) sites: Vec<u32>,
}

/// Interchange from given sites.
pub(super) fn improve(problem: &Median, open: &[u32]) -> Found {
    if open.len() < 2 {
        return Found { value: problem.value(open), sites: open.to_vec() };
    }
    let mut search = Search::new(problem, open);
    search.descend();
    search.found()
}

/// Local optima of many starts, in the order of the starts: the first is plain greedy, the others random.
pub(super) fn from_many_starts(problem: &Median, effort: &Effort) -> Vec<Found> {
    (0..effort.starts.max(1) as u32)
        .into_par_iter()
        .map(|k| {
            let mut stream = Stream::new(effort.seed, "siting p-median start", k);
            let open = greedy::start(problem, (k > 0).then_some(&mut stream));
            improve(problem, &open)
        })
        .collect()
}
