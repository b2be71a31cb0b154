//! The steps of the method: who leaves, how far the duals go, who enters.

use super::{End, NONE, Simplex};
use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// How far a value may lie outside its piece.
const PRIMAL: f64 = 1e-9;
/// Entries of a row of the tableau below this are no pivots.
const PIVOT: f64 = 1e-7;
/// Pivots after which the inverse is still good enough to end with.
const FRESH: usize = 60;
/// Steps in a row that moved no dual, after which the slopes are shaken a little.
const IDLE: usize = 40;
/// Steps that mending may take.
const MEND: usize = 400;
/// Pivots after which the inverse is made anew.
const REFRESH: usize = 50;

/// An event of the ratio test: the least first.
#[derive(Clone, Copy, Debug)]
struct Event {
    ratio: f64,
    pull: f64,
    var: u32,
    kink: u32,
}
impl PartialEq for Event {
    fn eq(&self, other: &Event) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Event {}
impl PartialOrd for Event {
    fn partial_cmp(&self, other: &Event) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Event {
    fn cmp(&self, other: &Event) -> Ordering {
        other.ratio.total_cmp(&self.ratio).then(self.pull.total_cmp(&other.pull)).then(other.var.cmp(&self.var))
    }
}

impl Simplex<'_> {
    /// Goes on until the duals are the best, at most so many steps, or the worth (counted from the first kinks) falls to the
    /// cut-off.
    pub fn run(&mut self, most: usize, cutoff: f64) -> End {
        let (m, n) = (self.matrix.rows, self.matrix.cols);
        let mut rho = vec![0.0; m];
        let mut tau = vec![0.0; m];
        let mut enter = vec![0.0; m];
        let mut shift = vec![0.0; m];
        let mut pull = vec![0.0; n];
        let mut touched: Vec<u32> = Vec::new();
        let mut reach: Vec<u32> = Vec::new();
        let mut seen = vec![false; n];
        let mut offset: Vec<f64> = Vec::new();
        let mut fresh = 0_usize;
        let mut clean = true;
        let mut failures = 0;
        let end = self.steps + most;
        let mut idle = 0;
        loop {
            if self.steps >= end {
                return End::Stopped;
            }
            if idle >= IDLE && self.unshaken.is_none() {
                if most == MEND {
                    return End::Stopped;
                }
                idle = 0;
                self.shake();
                fresh = REFRESH;
            }
            if fresh >= REFRESH {
                self.refresh();
                fresh = 0;
                clean = true;
            }
            if self.steps % 10 == 9 && cutoff > f64::NEG_INFINITY && self.worth(&mut offset) <= cutoff {
                return End::Stopped;
            }
            self.steps += 1;
            // The row that leaves.
            let mut best = (0.0, usize::MAX);
            for p in 0..m {
                let off = (self.low[p] - self.value[p]).max(self.value[p] - self.high[p]);
                if off > PRIMAL {
                    let score = off * off / self.weight[p];
                    if score > best.0 {
                        best = (score, p);
                    }
                }
            }
            let r = best.1;
            if r == usize::MAX {
                if self.unshaken.is_some() && clean {
                    // Nearly the best. Mended with the true slopes it is the best, if that does not take too long.
                    let mut shaken = self.clone();
                    if let Some(slopes) = self.unshaken.take() {
                        self.curves.slope = slopes;
                        self.refresh();
                        let end = self.run(MEND, cutoff);
                        if end != End::Stopped || self.judge() <= cutoff {
                            return end;
                        }
                        shaken.steps = self.steps;
                        *self = shaken;
                    }
                    return End::Best;
                }
                if clean || fresh < FRESH {
                    return End::Best;
                }
                self.refresh();
                fresh = 0;
                clean = true;
                continue;
            }
            let up = self.value[r] < self.low[r];
            let dir = if up { 1.0 } else { -1.0 };
            // Its row of the inverse and of the tableau.
            rho.fill(0.0);
            rho[r] = 1.0;
            self.factor.solve_rows(&mut rho);
            reach.clear();
            for (row, x) in rho.iter_mut().enumerate() {
                if x.abs() > 1e-12 {
                    reach.push(row as u32);
                } else {
                    *x = 0.0;
                }
            }
            touched.clear();
            let mut norm = 0.0;
            for row in &reach {
                let x = rho[*row as usize];
                norm += x * x;
                for (c, a) in self.matrix.row(*row as usize) {
                    let c = *c as usize;
                    if !seen[c] {
                        seen[c] = true;
                        pull[c] = 0.0;
                        touched.push(c as u32);
                    }
                    pull[c] -= x * a;
                }
            }
            self.weight[r] = norm;
            // How far the duals may go.
            let mut events: Vec<Event> = Vec::new();
            let event = |this: &Simplex<'_>, v: usize, kink: usize, a: f64, g: f64| -> Option<Event> {
                let slope = if a > 0.0 { this.curves.left(v, kink) } else { this.curves.right(v, kink) };
                if slope.is_infinite() {
                    return None;
                }
                let ratio = ((slope - g) / a).max(0.0);
                Some(Event { ratio, pull: a, var: v as u32, kink: kink as u32 })
            };
            for c in &touched {
                let c = *c as usize;
                seen[c] = false;
                let a = dir * pull[c];
                if self.place[c] == NONE && a.abs() > 1e-9 {
                    events.extend(event(self, c, self.kink[c] as usize, a, self.earn[c]));
                }
            }
            for row in &reach {
                let v = n + *row as usize;
                let a = dir * rho[*row as usize];
                if self.place[v] == NONE && a.abs() > 1e-9 {
                    events.extend(event(self, v, self.kink[v] as usize, a, self.dual[*row as usize]));
                }
            }
            let leaving = self.head[r] as usize;
            let mut own_kink = self.kink[leaving] as usize + usize::from(!up && self.curves.last(leaving) > 0);
            if let Some(own) = event(self, leaving, own_kink, dir, self.cost[r]) {
                events.push(own);
            }
            let mut heap = BinaryHeap::from(events);
            let mut missing = if up { self.low[r] - self.value[r] } else { self.value[r] - self.high[r] };
            let mut flips: Vec<(u32, u32, u32)> = Vec::new();
            let mut chosen: Option<Event> = None;
            while let Some(e) = heap.pop() {
                let (v, k) = (e.var as usize, e.kink as usize);
                let next = if e.pull > 0.0 { k - 1 } else { k + 1 };
                let width = (self.curves.at(v, next) - self.curves.at(v, k)).abs();
                let rest = missing - e.pull.abs() * width;
                if rest > PRIMAL || (v != leaving && e.pull.abs() <= PIVOT && rest > -PRIMAL) {
                    missing = rest;
                    if v == leaving {
                        own_kink = next;
                    } else {
                        flips.push((e.var, k as u32, next as u32));
                    }
                    let slope = if e.pull > 0.0 { self.curves.left(v, next) } else { self.curves.right(v, next) };
                    if slope.is_finite() {
                        let passed = if e.pull > 0.0 { self.curves.left(v, k) } else { self.curves.right(v, k) };
                        let ratio = e.ratio + (slope - passed) / e.pull;
                        heap.push(Event { ratio, kink: next as u32, ..e });
                    }
                    continue;
                }
                // Among those that come at nearly the same time, the one with the greatest pull.
                let mut pick = e;
                while v != leaving
                    && let Some(other) = heap.peek().copied()
                {
                    if other.ratio > e.ratio + 1e-10 * (1.0 + e.ratio) {
                        break;
                    }
                    heap.pop();
                    if other.pull.abs() > pick.pull.abs() && other.var as usize != leaving {
                        pick = other;
                    }
                }
                chosen = Some(pick);
                break;
            }
            let Some(pick) = chosen else {
                if clean {
                    // The duals may go on for ever: go far.
                    let far = 1e3 * (1.0 + self.dual.iter().fold(0.0_f64, |a, d| a.max(d.abs())));
                    for (d, x) in self.dual.iter_mut().zip(&rho) {
                        *d += dir * far * x;
                    }
                    return End::Empty;
                }
                self.refresh();
                fresh = 0;
                clean = true;
                continue;
            };
            let q = pick.var as usize;
            let pivot_row = dir * pick.pull;
            if q != leaving {
                enter.fill(0.0);
                self.add_column(q, 1.0, &mut enter);
                self.factor.solve(&mut enter);
                let off = (enter[r] - pivot_row).abs();
                if off > 1e-6 * (1.0 + pivot_row.abs()) || enter[r].abs() < PIVOT {
                    failures += 1;
                    if failures > 8 {
                        return End::Stopped;
                    }
                    if clean {
                        // Nothing to gain from a fresh start: leave this row alone for a while.
                        self.weight[r] *= 1e6;
                    }
                    self.refresh();
                    fresh = 0;
                    clean = true;
                    continue;
                }
            }
            // Move the duals.
            let step = dir * pick.ratio;
            idle = if pick.ratio > 1e-12 { 0 } else { idle + 1 };
            if step != 0.0 {
                for row in &reach {
                    self.dual[*row as usize] += step * rho[*row as usize];
                }
                for c in &touched {
                    self.earn[*c as usize] += step * pull[*c as usize];
                }
            }
            // Variables that passed kinks.
            if !flips.is_empty() {
                shift.fill(0.0);
                for (v, from, to) in &flips {
                    let v = *v as usize;
                    let moved = self.curves.at(v, *to as usize) - self.curves.at(v, *from as usize);
                    self.kink[v] = *to;
                    self.add_column(v, -moved, &mut shift);
                }
                self.factor.solve(&mut shift);
                for (x, d) in self.value.iter_mut().zip(&shift) {
                    *x += d;
                }
            }
            clean = false;
            fresh += 1;
            if q == leaving {
                // It stays, on the piece beyond the kink.
                let piece = if up { own_kink - 1 } else { own_kink };
                self.kink[q] = piece as u32;
                self.cost[r] = self.curves.right(q, piece);
                (self.low[r], self.high[r]) = (self.curves.at(q, piece), self.curves.at(q, piece + 1));
                continue;
            }
            // Steepest edge: the inverse times the row.
            tau.copy_from_slice(&rho);
            self.factor.solve(&mut tau);
            let pivot = enter[r];
            let goal = self.curves.at(leaving, own_kink);
            let moved = (self.value[r] - goal) / pivot;
            let (w_r, here) = (self.weight[r], self.curves.at(q, self.kink[q] as usize));
            for p in 0..m {
                let a = enter[p];
                if a != 0.0 && p != r {
                    self.value[p] -= a * moved;
                    let f = a / pivot;
                    let w = self.weight[p] - 2.0 * f * tau[p] + f * f * w_r;
                    self.weight[p] = w.max(1.0_f64.min(f * f)).max(1e-4);
                }
            }
            self.value[r] = here + moved;
            self.weight[r] = (w_r / (pivot * pivot)).max(1e-4);
            self.factor.replace(r, &enter);
            // Who is where.
            self.place[leaving] = NONE;
            self.kink[leaving] = own_kink as u32;
            let piece = if pick.pull > 0.0 { pick.kink - 1 } else { pick.kink };
            self.kink[q] = piece;
            self.head[r] = q as u32;
            self.place[q] = r as u32;
            self.cost[r] = self.curves.right(q, piece as usize);
            (self.low[r], self.high[r]) = (self.curves.at(q, piece as usize), self.curves.at(q, piece as usize + 1));
        }
    }
}
