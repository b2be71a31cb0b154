//! A dual simplex method for linear programmes with concave piecewise-linear worths: maximise Σ f_v(v) where the value t_i of
//! every row is Σ_j a_ij x_j, over the x_j and t_i within the curves' ends.
//!
//! Every variable has a curve: kinks and the slopes between them. A variable outside the basis stands at a kink, one within
//! it on a piece. Any duals are feasible (each variable moves to the kink that suits its dual), so that there is one phase
//! only, and a child of a branching goes on from its parent's basis. A step may pass many kinks (the long-step rule;
//! Fourer 1985 for piecewise-linear programmes, Maros 2003), and rows leave by steepest edge (Forrest & Goldfarb 1992).
//!
//! Most rows are between two kinks, where the inverse of the basis has a unit column. Only the other columns are kept, dense.
//!
//! The duals are for use in a bound that is valid for any duals: errors of rounding make it weaker, never wrong.

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
/// How much they are shaken, in parts of the mean slope.
const SHAKE: f64 = 2e-6;
/// Pivots after which the inverse is made anew.
const REFRESH: usize = 150;

/// The matrix, by columns and by rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Matrix {
    pub rows: usize,
    pub cols: usize,
    col_start: Vec<u32>,
    col_entries: Vec<(u32, f64)>,
    row_start: Vec<u32>,
    row_entries: Vec<(u32, f64)>,
}

impl Matrix {
    /// From the entries (column, coefficient) of each row.
    pub fn from_rows(cols: usize, rows: &[Vec<(u32, f64)>]) -> Matrix {
        let mut row_start = vec![0_u32];
        let mut row_entries = Vec::new();
        let mut col_start = vec![0_u32; cols + 1];
        for row in rows {
            row_entries.extend_from_slice(row);
            row_start.push(row_entries.len() as u32);
            for (c, _) in row {
                col_start[*c as usize + 1] += 1;
            }
        }
        for c in 0..cols {
            col_start[c + 1] += col_start[c];
        }
        let mut next = col_start.clone();
        let mut col_entries = vec![(0, 0.0); row_entries.len()];
        for (r, row) in rows.iter().enumerate() {
            for (c, a) in row {
                let at = &mut next[*c as usize];
                col_entries[*at as usize] = (r as u32, *a);
                *at += 1;
            }
        }
        Matrix { rows: rows.len(), cols, col_start, col_entries, row_start, row_entries }
    }

    fn col(&self, c: usize) -> &[(u32, f64)] {
        &self.col_entries[self.col_start[c] as usize..self.col_start[c + 1] as usize]
    }

    fn row(&self, r: usize) -> &[(u32, f64)] {
        &self.row_entries[self.row_start[r] as usize..self.row_start[r + 1] as usize]
    }
}

/// The curves of all variables: those of the columns, then those of the rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Curves {
    start: Vec<u32>,
    /// Kinks, ascending.
    at: Vec<f64>,
    /// Slope after each kink (unused after the last).
    slope: Vec<f64>,
}

impl Curves {
    pub fn new() -> Curves {
        Curves { start: vec![0], at: Vec::new(), slope: Vec::new() }
    }

    /// Adds the curve of the next variable: a first kink, and (slope, next kink) with falling slopes.
    pub fn push(&mut self, first: f64, pieces: impl IntoIterator<Item = (f64, f64)>) {
        self.at.push(first);
        for (slope, to) in pieces {
            self.slope.push(slope);
            self.at.push(to);
        }
        self.slope.push(f64::NEG_INFINITY);
        self.start.push(self.at.len() as u32);
    }

    fn last(&self, v: usize) -> usize {
        (self.start[v + 1] - self.start[v]) as usize - 1
    }

    fn at(&self, v: usize, kink: usize) -> f64 {
        self.at[self.start[v] as usize + kink]
    }

    /// Slope after a kink: minus infinity after the last.
    fn right(&self, v: usize, kink: usize) -> f64 {
        self.slope[self.start[v] as usize + kink]
    }

    /// Slope before a kink: infinity before the first.
    fn left(&self, v: usize, kink: usize) -> f64 {
        if kink == 0 { f64::INFINITY } else { self.slope[self.start[v] as usize + kink - 1] }
    }
}

/// What a later problem over the same matrix can go on from.
#[derive(Clone, Debug)]
pub(super) struct Basis {
    /// The variable at each position: a row's own, or a column's.
    head: Vec<u32>,
    /// Slope of the piece of each.
    cost: Vec<f64>,
    /// Weights of the rows (steepest edge).
    weight: Vec<f64>,
}

impl Basis {
    /// Every row in its own basis, on the piece whose slope is nearest to what is wished.
    pub fn of_prices(prices: Vec<f64>) -> Basis {
        let rows = prices.len();
        Basis { head: Vec::new(), cost: prices, weight: vec![1.0; rows] }
    }

    /// Rows go whose own variables are in the basis: `keep` says which rows stay.
    pub fn shed(&mut self, cols: usize, keep: &[bool]) {
        let mut number = vec![NONE; keep.len()];
        for (next, r) in (0..keep.len()).filter(|r| keep[*r]).enumerate() {
            number[r] = next as u32;
        }
        let (mut head, mut cost, mut weight) = (Vec::new(), Vec::new(), Vec::new());
        for ((v, c), w) in self.head.iter().zip(&self.cost).zip(&self.weight) {
            let v = match (*v as usize).checked_sub(cols) {
                Some(r) if !keep[r] => continue,
                Some(r) => cols as u32 + number[r],
                None => *v,
            };
            head.push(v);
            cost.push(*c);
            weight.push(*w);
        }
        (self.head, self.cost, self.weight) = (head, cost, weight);
    }

    /// Whether the own variable of each row is in the basis.
    pub fn own(&self, cols: usize) -> Vec<bool> {
        let mut own = vec![false; self.head.len()];
        for v in self.head.iter().filter(|v| **v as usize >= cols) {
            own[*v as usize - cols] = true;
        }
        own
    }

    /// Rows were added: they come in with their own variables.
    pub fn grow(&mut self, cols: usize, rows: usize) {
        for r in self.head.len()..rows {
            self.head.push((cols + r) as u32);
            self.cost.push(0.0);
            self.weight.push(1.0);
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The duals are the best.
    Best,
    /// No values obey all ends.
    Empty,
    /// The worth fell below the cut-off, or the steps were used up.
    Stopped,
}

/// The method at work.
#[derive(Clone, Debug)]
pub(super) struct Simplex<'a> {
    matrix: &'a Matrix,
    curves: Curves,
    /// Position in the basis of each variable, or `u32::MAX`.
    place: Vec<u32>,
    /// Kink of a variable outside the basis; piece (by its left kink) of one within.
    kink: Vec<u32>,
    head: Vec<u32>,
    cost: Vec<f64>,
    value: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    weight: Vec<f64>,
    /// Dual of each row, and Σ dual × entry (with the sign of the tableau) of each column.
    pub dual: Vec<f64>,
    earn: Vec<f64>,
    /// Column of the inverse of each row that is not in its own place, or `u32::MAX`.
    slot: Vec<u32>,
    /// Row of each column kept.
    slot_row: Vec<u32>,
    inverse: Vec<Vec<f64>>,
    spare: Vec<Vec<f64>>,
    pub steps: usize,
    /// The most that each variable brings at the duals.
    best: Vec<f64>,
    /// The slopes before they were shaken.
    unshaken: Option<Vec<f64>>,
}

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

const NONE: u32 = u32::MAX;

impl<'a> Simplex<'a> {
    /// Starts from a basis.
    pub fn new(matrix: &'a Matrix, curves: Curves, basis: &Basis) -> Simplex<'a> {
        let (m, n) = (matrix.rows, matrix.cols);
        let mut head = basis.head.clone();
        if head.len() != m {
            head = (n as u32..(n + m) as u32).collect();
        }
        let mut simplex = Simplex {
            matrix,
            curves,
            place: vec![NONE; n + m],
            kink: vec![0; n + m],
            head,
            cost: basis.cost.clone(),
            value: vec![0.0; m],
            low: vec![0.0; m],
            high: vec![0.0; m],
            weight: basis.weight.clone(),
            dual: vec![0.0; m],
            earn: vec![0.0; n],
            slot: vec![NONE; m],
            slot_row: Vec::new(),
            inverse: Vec::new(),
            spare: Vec::new(),
            steps: 0,
            best: Vec::new(),
            unshaken: None,
        };
        simplex.refresh();
        simplex
    }

    pub fn basis(&self) -> Basis {
        Basis { head: self.head.clone(), cost: self.cost.clone(), weight: self.weight.clone() }
    }

    /// Value of a column.
    pub fn column(&self, c: usize) -> f64 {
        match self.place[c] {
            NONE => self.curves.at(c, self.kink[c] as usize),
            p => self.value[p as usize],
        }
    }

    /// Makes everything anew from the head of the basis and its slopes.
    fn refresh(&mut self) {
        let (m, n) = (self.matrix.rows, self.matrix.cols);
        // Rows in their own basis stand at their own position; columns fill the rest.
        let mut in_basis = vec![false; n + m];
        let mut cost_of: Vec<(u32, f64, f64)> = Vec::with_capacity(m);
        for (p, v) in self.head.iter().enumerate() {
            in_basis[*v as usize] = true;
            cost_of.push((*v, self.cost[p], self.weight[p]));
        }
        let rows_out: Vec<usize> = (0..m).filter(|r| !in_basis[n + r]).collect();
        let mut columns: Vec<(u32, f64, f64)> = Vec::new();
        for (v, cost, weight) in &cost_of {
            if (*v as usize) < n {
                columns.push((*v, *cost, *weight));
            } else {
                let r = *v as usize - n;
                (self.head[r], self.cost[r], self.weight[r]) = (*v, *cost, *weight);
            }
        }
        for s in std::mem::take(&mut self.inverse) {
            self.spare.push(s);
        }
        self.slot_row.clear();
        self.slot.fill(NONE);
        let pairs = invert(self.matrix, &rows_out, &columns.iter().map(|c| c.0).collect::<Vec<_>>());
        if let Some(pairs) = &pairs {
            for (c, at) in pairs.order.iter().enumerate() {
                // Column c of the basis stands where row `at` would.
                let r = rows_out[*at];
                (self.head[r], self.cost[r], self.weight[r]) = columns[c];
            }
        }
        if pairs.is_none() {
            // Singular: back to the rows' own basis with the slopes known.
            for r in rows_out.iter() {
                self.head[*r] = (n + r) as u32;
                self.cost[*r] = self.dual[*r];
                self.weight[*r] = 1.0;
            }
            self.weight.fill(1.0);
        }
        self.place.fill(NONE);
        for (p, v) in self.head.iter().enumerate() {
            self.place[*v as usize] = p as u32;
        }
        if let Some(pairs) = pairs {
            let k = rows_out.len();
            for (s, r) in rows_out.iter().enumerate() {
                let mut column = self.spare.pop().unwrap_or_default();
                column.clear();
                column.resize(m, 0.0);
                for c in 0..k {
                    let x = pairs.inverse[c * k + s];
                    if x != 0.0 {
                        column[rows_out[pairs.order[c]]] = x;
                        for (i, a) in self.matrix.col(columns[c].0 as usize) {
                            if self.place[n + *i as usize] != NONE {
                                column[*i as usize] += a * x;
                            }
                        }
                    }
                }
                self.slot[*r] = self.slot_row.len() as u32;
                self.slot_row.push(*r as u32);
                self.inverse.push(column);
            }
        }
        for p in 0..m {
            self.settle(p);
        }
        self.duals();
        self.stand();
        self.values();
    }

    /// Puts a basic variable on the piece whose slope is nearest to its cost.
    fn settle(&mut self, p: usize) {
        let v = self.head[p] as usize;
        let last = self.curves.last(v);
        if last == 0 {
            self.kink[v] = 0;
            (self.low[p], self.high[p]) = (self.curves.at(v, 0), self.curves.at(v, 0));
            return;
        }
        let off = |k: usize| (self.curves.right(v, k) - self.cost[p]).abs();
        let best = (0..last).min_by(|a, b| off(*a).total_cmp(&off(*b))).unwrap_or(0);
        self.kink[v] = best as u32;
        self.cost[p] = self.curves.right(v, best);
        (self.low[p], self.high[p]) = (self.curves.at(v, best), self.curves.at(v, best + 1));
    }

    fn duals(&mut self) {
        let n = self.matrix.cols;
        for r in 0..self.matrix.rows {
            self.dual[r] = match self.slot[r] {
                NONE => self.cost[r],
                s => {
                    let column = &self.inverse[s as usize];
                    column.iter().zip(&self.cost).map(|(a, c)| a * c).sum()
                }
            };
        }
        for c in 0..n {
            self.earn[c] = -self.matrix.col(c).iter().map(|(r, a)| a * self.dual[*r as usize]).sum::<f64>();
        }
    }

    /// Moves every variable outside the basis to the kink that suits its dual.
    fn stand(&mut self) {
        let n = self.matrix.cols;
        for v in 0..self.place.len() {
            if self.place[v] != NONE {
                continue;
            }
            let g = if v < n { self.earn[v] } else { self.dual[v - n] };
            let last = self.curves.last(v);
            let mut k = (self.kink[v] as usize).min(last);
            while k < last && self.curves.right(v, k) > g + 1e-12 * g.abs() {
                k += 1;
            }
            while k > 0 && self.curves.left(v, k) < g - 1e-12 * g.abs() {
                k -= 1;
            }
            self.kink[v] = k as u32;
        }
    }

    fn values(&mut self) {
        let (m, n) = (self.matrix.rows, self.matrix.cols);
        let mut rhs = vec![0.0; m];
        for v in 0..n + m {
            if self.place[v] != NONE {
                continue;
            }
            let at = self.curves.at(v, self.kink[v] as usize);
            if at != 0.0 {
                self.add_column(v, -at, &mut rhs);
            }
        }
        let mut out = std::mem::take(&mut self.value);
        self.solve(&rhs, &mut out);
        self.value = out;
    }

    fn add_column(&self, v: usize, times: f64, to: &mut [f64]) {
        let n = self.matrix.cols;
        if v >= n {
            to[v - n] += times;
        } else {
            for (r, a) in self.matrix.col(v) {
                to[*r as usize] -= times * a;
            }
        }
    }

    /// Inverse of the basis times a vector over the rows.
    fn solve(&self, rhs: &[f64], out: &mut [f64]) {
        for r in 0..rhs.len() {
            out[r] = if self.slot[r] == NONE { rhs[r] } else { 0.0 };
        }
        for (s, r) in self.slot_row.iter().enumerate() {
            let f = rhs[*r as usize];
            if f != 0.0 {
                for (o, a) in out.iter_mut().zip(&self.inverse[s]) {
                    *o += f * a;
                }
            }
        }
    }

    /// The worth of the duals: no choice of the programme is worth more.
    fn worth(&self, offset: &mut Vec<f64>) -> f64 {
        let n = self.matrix.cols;
        if offset.is_empty() {
            // Worth at each kink, from 0 at the first.
            for v in 0..self.place.len() {
                let mut sum = 0.0;
                for k in 0..=self.curves.last(v) {
                    offset.push(sum);
                    if k < self.curves.last(v) {
                        sum += self.curves.right(v, k) * (self.curves.at(v, k + 1) - self.curves.at(v, k));
                    }
                }
            }
        }
        let one = |v: usize| {
            let (k, g) = match self.place[v] {
                NONE => (self.kink[v], if v < n { self.earn[v] } else { self.dual[v - n] }),
                p => (self.kink[v], self.cost[p as usize]),
            };
            offset[self.curves.start[v] as usize + k as usize] - g * self.curves.at(v, k as usize)
        };
        (0..self.place.len()).map(one).sum()
    }

    /// The worth of the duals, counted anew from them alone: no choice is worth more, whatever the rounding on the way.
    /// Sets the stage for [`Simplex::loss`].
    pub fn judge(&mut self) -> f64 {
        if let Some(slopes) = self.unshaken.take() {
            self.curves.slope = slopes;
        }
        for c in 0..self.matrix.cols {
            self.earn[c] = -self.matrix.col(c).iter().map(|(r, a)| a * self.dual[*r as usize]).sum::<f64>();
        }
        let mut total = 0.0;
        self.best.clear();
        for v in 0..self.place.len() {
            let g = self.rate(v);
            let (mut worth, mut best) = (0.0, -g * self.curves.at(v, 0));
            for k in 1..=self.curves.last(v) {
                worth += self.curves.right(v, k - 1) * (self.curves.at(v, k) - self.curves.at(v, k - 1));
                best = f64::max(best, worth - g * self.curves.at(v, k));
            }
            self.best.push(best);
            total += best;
        }
        total
    }

    fn rate(&self, v: usize) -> f64 {
        if v < self.matrix.cols { self.earn[v] } else { self.dual[v - self.matrix.cols] }
    }

    /// By how much the worth falls at least where a variable has this value (after [`Simplex::judge`]).
    pub fn loss(&self, v: usize, at: f64) -> f64 {
        let (mut worth, last) = (0.0, self.curves.last(v));
        for k in 0..last {
            let (from, to) = (self.curves.at(v, k), self.curves.at(v, k + 1));
            worth += self.curves.right(v, k) * (at.clamp(from, to) - from);
        }
        self.best[v] - (worth - self.rate(v) * at)
    }

    /// The ends of a variable's curve.
    pub fn ends(&self, v: usize) -> (f64, f64) {
        (self.curves.at(v, 0), self.curves.at(v, self.curves.last(v)))
    }

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
            if self.slot[r] == NONE {
                rho[r] = 1.0;
            }
            for (s, row) in self.slot_row.iter().enumerate() {
                let x = self.inverse[s][r];
                rho[*row as usize] = if x.abs() > 1e-12 { x } else { 0.0 };
            }
            touched.clear();
            let note = |row: usize, x: f64, pull: &mut [f64], seen: &mut [bool], touched: &mut Vec<u32>| {
                for (c, a) in self.matrix.row(row) {
                    let c = *c as usize;
                    if !seen[c] {
                        seen[c] = true;
                        pull[c] = 0.0;
                        touched.push(c as u32);
                    }
                    pull[c] -= x * a;
                }
            };
            if self.slot[r] == NONE {
                note(r, 1.0, &mut pull, &mut seen, &mut touched);
            }
            for row in &self.slot_row {
                let x = rho[*row as usize];
                if x != 0.0 {
                    note(*row as usize, x, &mut pull, &mut seen, &mut touched);
                }
            }
            let mut norm: f64 = self.slot_row.iter().map(|row| rho[*row as usize] * rho[*row as usize]).sum();
            if self.slot[r] == NONE {
                norm += 1.0;
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
            for row in &self.slot_row {
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
                shift.fill(0.0);
                self.add_column(q, 1.0, &mut shift);
                self.solve(&shift, &mut enter);
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
                if self.slot[r] == NONE {
                    self.dual[r] += step;
                }
                for row in &self.slot_row {
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
                self.solve(&shift, &mut tau);
                for (x, d) in self.value.iter_mut().zip(&tau) {
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
            self.solve(&rho, &mut tau);
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
            // The inverse.
            let opened = (self.slot[r] == NONE).then(|| {
                let mut column = self.spare.pop().unwrap_or_default();
                column.clear();
                column.extend(enter.iter().map(|a| -a / pivot));
                column[r] = 1.0 / pivot;
                column
            });
            for (s, row) in self.slot_row.iter().enumerate() {
                let f = rho[*row as usize];
                if f != 0.0 {
                    let f = f / pivot;
                    let column = &mut self.inverse[s];
                    for (x, a) in column.iter_mut().zip(&enter) {
                        *x -= a * f;
                    }
                    column[r] = f;
                }
            }
            if let Some(column) = opened {
                self.slot[r] = self.slot_row.len() as u32;
                self.slot_row.push(r as u32);
                self.inverse.push(column);
            }
            // Who is where.
            self.place[leaving] = NONE;
            self.kink[leaving] = own_kink as u32;
            let piece = if pick.pull > 0.0 { pick.kink - 1 } else { pick.kink };
            self.kink[q] = piece;
            self.head[r] = q as u32;
            self.place[q] = r as u32;
            self.cost[r] = self.curves.right(q, piece as usize);
            (self.low[r], self.high[r]) = (self.curves.at(q, piece as usize), self.curves.at(q, piece as usize + 1));
            if q >= n {
                self.come_home(r, q - n);
            }
        }
    }

    /// Shifts the slopes of every variable by a little of its own, so that duals move again. What comes out is nearly the
    /// best; it is then mended with the true slopes.
    fn shake(&mut self) {
        let mut sum = (0.0, 1e-9);
        for v in 0..self.place.len() {
            let slope = if self.curves.last(v) > 0 { self.curves.right(v, 0).abs() } else { 0.0 };
            if slope > 0.0 {
                sum = (sum.0 + slope, sum.1 + 1.0);
            }
        }
        let size = SHAKE * sum.0 / sum.1;
        self.unshaken = Some(self.curves.slope.clone());
        let mut state = 0x9E37_79B9_7F4A_7C15_u64;
        for v in 0..self.place.len() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let part = (state >> 40) as f64 / (1_u64 << 24) as f64;
            for k in 0..self.curves.last(v) {
                self.curves.slope[self.curves.start[v] as usize + k] += size * (part - 0.5);
            }
        }
    }

    /// A row's own variable came in at another position: it is moved to its own, and its unit column dropped.
    fn come_home(&mut self, p: usize, row: usize) {
        let s = self.slot[row] as usize;
        let column = self.inverse.swap_remove(s);
        self.spare.push(column);
        self.slot_row.swap_remove(s);
        self.slot[row] = NONE;
        if let Some(moved) = self.slot_row.get(s) {
            self.slot[*moved as usize] = s as u32;
        }
        if p != row {
            self.head.swap(p, row);
            self.cost.swap(p, row);
            self.value.swap(p, row);
            self.low.swap(p, row);
            self.high.swap(p, row);
            self.weight.swap(p, row);
            for column in &mut self.inverse {
                column.swap(p, row);
            }
            self.place[self.head[p] as usize] = p as u32;
            self.place[self.head[row] as usize] = row as u32;
        }
    }
}

/// The inverse of the part of the basis that is not a unit.
struct Inverted {
    /// For each column, the place (among the rows) that it takes.
    order: Vec<usize>,
    /// By column of the basis and by row.
    inverse: Vec<f64>,
}

/// Inverts minus the entries of the columns in the rows (as many), by Gauss–Jordan with the greatest pivot.
fn invert(matrix: &Matrix, rows: &[usize], columns: &[u32]) -> Option<Inverted> {
    let k = rows.len();
    if columns.len() != k {
        return None;
    }
    let mut place = vec![NONE; matrix.rows];
    for (i, r) in rows.iter().enumerate() {
        place[*r] = i as u32;
    }
    // Row i holds [−A | I]; after the elimination the right part is the inverse, rows in the order of the columns.
    let mut left = vec![0.0; k * k];
    for (c, v) in columns.iter().enumerate() {
        for (r, a) in matrix.col(*v as usize) {
            if place[*r as usize] != NONE {
                left[place[*r as usize] as usize * k + c] = -a;
            }
        }
    }
    let mut right = vec![0.0; k * k];
    for i in 0..k {
        right[i * k + i] = 1.0;
    }
    let mut order = vec![0; k];
    let mut used = vec![false; k];
    // Columns with few entries first: they spoil least.
    let size = |c: usize| matrix.col(columns[c] as usize).iter().filter(|(r, _)| place[*r as usize] != NONE).count();
    let mut turn: Vec<(usize, usize)> = (0..k).map(|c| (size(c), c)).collect();
    turn.sort_unstable();
    let nonzero = |row: &[f64]| -> Vec<(u32, f64)> {
        (0_u32..).zip(row).filter(|(_, x)| **x != 0.0).map(|(i, x)| (i, *x)).collect()
    };
    for (_, c) in turn {
        let mut best = (1e-9, usize::MAX);
        for i in (0..k).filter(|i| !used[*i]) {
            let a: f64 = left[i * k + c];
            if a.abs() > best.0 {
                best = (a.abs(), i);
            }
        }
        let i = best.1;
        if i == usize::MAX {
            return None;
        }
        used[i] = true;
        order[c] = i;
        let pivot = 1.0 / left[i * k + c];
        left[i * k..(i + 1) * k].iter_mut().for_each(|x| *x *= pivot);
        right[i * k..(i + 1) * k].iter_mut().for_each(|x| *x *= pivot);
        let own_left = nonzero(&left[i * k..(i + 1) * k]);
        let own_right = nonzero(&right[i * k..(i + 1) * k]);
        for o in 0..k {
            let f = left[o * k + c];
            if o != i && f != 0.0 {
                let (l, r) = (&mut left[o * k..(o + 1) * k], &mut right[o * k..(o + 1) * k]);
                own_left.iter().for_each(|(at, y)| l[*at as usize] -= f * y);
                own_right.iter().for_each(|(at, y)| r[*at as usize] -= f * y);
                l[c] = 0.0;
            }
        }
    }
    let mut inverse = vec![0.0; k * k];
    for c in 0..k {
        inverse[c * k..(c + 1) * k].copy_from_slice(&right[order[c] * k..(order[c] + 1) * k]);
    }
    Some(Inverted { order, inverse })
}
