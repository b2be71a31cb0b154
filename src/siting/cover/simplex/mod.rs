//! A dual simplex method for linear programmes with concave piecewise-linear worths: maximise Σ f_v(v) where the value t_i of
//! every row is Σ_j a_ij x_j, over the x_j and t_i within the curves' ends.
//!
//! Every variable has a curve: kinks and the slopes between them. A variable outside the basis stands at a kink, one within
//! it on a piece. Any duals are feasible (each variable moves to the kink that suits its dual), so that there is one phase
//! only, and a child of a branching goes on from its parent's basis. A step may pass many kinks (the long-step rule;
//! Fourer 1985 for piecewise-linear programmes, Maros 2003), and rows leave by steepest edge (Forrest & Goldfarb 1992).
//!
//! Most rows are between two kinks, where the basis has a unit column. The other columns are kept in triangular factors.
//!
//! The duals are for use in a bound that is valid for any duals: errors of rounding make it weaker, never wrong.

mod basis;
mod curves;
mod factor;
mod matrix;
mod run;

pub(super) use basis::Basis;
pub(super) use curves::Curves;
pub(super) use matrix::Matrix;

use factor::Factor;

/// No position, no column.
const NONE: u32 = u32::MAX;
/// How much they are shaken, in parts of the mean slope.
const SHAKE: f64 = 2e-6;

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
    factor: Factor,
    pub steps: usize,
    /// The most that each variable brings at the duals.
    best: Vec<f64>,
    /// The slopes before they were shaken.
    unshaken: Option<Vec<f64>>,
}

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
            factor: Factor::default(),
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
        let numbers: Vec<u32> = columns.iter().map(|c| c.0).collect();
        match self.factor.renew(self.matrix, &rows_out, &numbers) {
            Some(stands) => {
                for (column, r) in columns.iter().zip(stands) {
                    (self.head[r], self.cost[r], self.weight[r]) = *column;
                }
            }
            None => {
                // Singular: back to the rows' own basis with the slopes known.
                for r in rows_out.iter() {
                    self.head[*r] = (n + r) as u32;
                    self.cost[*r] = self.dual[*r];
                }
                self.weight.fill(1.0);
                self.factor.renew(self.matrix, &[], &[]);
            }
        }
        self.place.fill(NONE);
        for (p, v) in self.head.iter().enumerate() {
            self.place[*v as usize] = p as u32;
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
        self.dual.copy_from_slice(&self.cost);
        self.factor.solve_rows(&mut self.dual);
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
        self.factor.solve(&mut rhs);
        self.value = rhs;
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
}
