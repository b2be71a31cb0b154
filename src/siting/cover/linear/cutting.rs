//! Cuts for the relaxation: many at the root, a few more within each part of the tree.

use super::super::cuts::{Cut, zero_half};
use super::super::node::Limits;
use super::super::simplex::{Basis, Matrix};
use super::super::state::Ground;
use super::{Kind, Linear, Solved};

/// Rounds of cuts at the root.
const ROUNDS: usize = 60;
/// Cuts in a round, and orders of elimination in which they are looked for.
const A_ROUND: usize = 100;
/// See [`A_ROUND`].
const PASSES: usize = 8;
/// A round that brings less than this part of what is missing is slow; three of them end the cutting at the root.
const SLOW: f64 = 0.06;
/// The same for the one round below the root.
const PART_CUTS: usize = 30;
/// See [`PART_CUTS`].
const PART_PASSES: usize = 2;

impl Linear {
    /// Adds cuts at the root until they bring little.
    pub fn cut(&mut self, ground: &Ground<'_>, limits: &Limits, from: &Solved, cutoff: f64) -> Option<Basis> {
        if !self.has_pairs() {
            return None;
        }
        let mut high = limits.high.clone();
        high.resize(self.matrix.cols, 1);
        let mut basis = from.basis.clone();
        let (mut value, mut bound) = (from.value.clone(), from.bound);
        let mut slow = 0;
        for _ in 0..ROUNDS {
            let cuts = zero_half(&self.whole, &value, &high, A_ROUND, PASSES);
            if cuts.is_empty() {
                break;
            }
            self.shed(&mut basis, &value);
            self.add(cuts, &limits.high);
            basis.grow(self.matrix.cols, self.matrix.rows);
            let solved = self.solve(ground, &mut limits.clone(), &basis, cutoff);
            let gone = bound - solved.bound;
            (basis, value, bound) = (solved.basis, solved.value, solved.bound);
            if bound <= cutoff {
                break;
            }
            slow = if gone < SLOW * (bound - cutoff) { slow + 1 } else { 0 };
            if slow >= 3 {
                break;
            }
        }
        Some(basis)
    }

    /// The relaxation with the cuts of a part of the tree.
    pub fn with(&self, cuts: &[Cut], limits: &Limits) -> Linear {
        let mut local = self.clone();
        local.firm = self.cuts;
        local.add(cuts.iter().cloned(), &limits.high);
        local
    }

    /// The cuts beyond those of the root.
    pub fn own_cuts(&self) -> Vec<Cut> {
        self.whole[self.whole.len() - (self.cuts - self.firm)..].to_vec()
    }

    fn add(&mut self, cuts: impl IntoIterator<Item = Cut>, sites_high: &[u32]) {
        let high = |c: u32| i64::from(sites_high.get(c as usize).copied().unwrap_or(1));
        for cut in cuts {
            let most: i64 = cut.takes.iter().map(|(c, a)| (a * high(*c)).max(0)).sum();
            self.rows.push(cut.takes.iter().map(|(c, a)| (*c, *a as f64)).collect());
            self.ends.push((cut.least as f64, most.max(cut.least) as f64));
            self.whole.push(cut);
            self.cuts += 1;
        }
        self.matrix = Matrix::from_rows(self.matrix.cols, &self.rows);
    }

    /// Whether cuts can be had: some row wants two units.
    pub fn has_pairs(&self) -> bool {
        self.kinds.iter().any(|k| matches!(k, Kind::Pair { .. }))
    }

    /// Adds cuts that hold within the limits of a part of the tree, which become closer. What
    /// branching asks of rows is material for them: where one unit at most covers a row, a neighbour has its pair only from
    /// units elsewhere.
    pub fn cut_within(&mut self, ground: &Ground<'_>, limits: &mut Limits, from: Solved, cutoff: f64) -> Solved {
        let mut low = limits.low.clone();
        low.resize(self.matrix.cols, 0);
        let mut high: Vec<u32> = limits.high.iter().zip(&limits.low).map(|(h, l)| h - l).collect();
        high.resize(self.matrix.cols, 1);
        // Counted from the lower limits.
        let below = |c: &Cut| c.takes.iter().map(|(v, a)| a * i64::from(low[*v as usize])).sum::<i64>();
        let mut rows = self.whole.clone();
        rows.extend(branched(ground, limits));
        for row in &mut rows {
            row.least -= below(row);
        }
        let value: Vec<f64> = from.value.iter().zip(&low).map(|(x, l)| x - f64::from(*l)).collect();
        let mut cuts = zero_half(&rows, &value, &high, PART_CUTS, PART_PASSES);
        if cuts.is_empty() {
            return from;
        }
        for cut in &mut cuts {
            cut.least += below(cut);
        }
        let mut basis = from.basis;
        self.shed(&mut basis, &from.value);
        self.add(cuts, &limits.high);
        basis.grow(self.matrix.cols, self.matrix.rows);
        self.solve(ground, limits, &basis, cutoff)
    }

    /// Drops cuts that do not touch the values.
    fn shed(&mut self, basis: &mut Basis, value: &[f64]) {
        let own = basis.own(self.matrix.cols);
        let (first_row, first_whole) = (self.rows.len() - self.cuts, self.whole.len() - self.cuts);
        let mut keep = vec![true; self.rows.len()];
        let mut kept = 0;
        for i in 0..self.cuts {
            let stays = i < self.firm || !own[first_row + i] || self.whole[first_whole + i].slack(value) < 1e-6;
            keep[first_row + i] = stays;
            kept += usize::from(stays);
        }
        if kept == self.cuts {
            return;
        }
        basis.shed(self.matrix.cols, &keep);
        let model_rows = self.kinds.len();
        let mut stay = keep.iter();
        self.rows.retain(|_| *stay.next().unwrap_or(&true));
        let mut stay = keep[model_rows..].iter();
        self.ends.retain(|_| *stay.next().unwrap_or(&true));
        let mut stay = keep[first_row..].iter();
        let tail = self.whole.split_off(first_whole);
        self.whole.extend(tail.into_iter().filter(|_| *stay.next().unwrap_or(&true)));
        self.cuts = kept;
    }
}

/// What branching asks of rows, beyond the model.
fn branched(ground: &Ground<'_>, limits: &Limits) -> Vec<Cut> {
    let model = ground.model;
    let mut out = Vec::new();
    for r in 0..model.sets.rows() {
        let sites = model.sets.row(r);
        let (need, cap) = (limits.need[r], limits.cap[r]);
        if need > model.need[r] {
            out.push(Cut { takes: sites.iter().map(|s| (*s, 1)).collect(), least: i64::from(need) });
        }
        if cap != u32::MAX && cap < sites.iter().map(|s| limits.high[*s as usize]).sum() {
            out.push(Cut { takes: sites.iter().map(|s| (*s, -1)).collect(), least: -i64::from(cap) });
        }
    }
    out
}
