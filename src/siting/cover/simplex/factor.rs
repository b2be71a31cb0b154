//! The basis in triangular factors, and the pivots since.
//!
//! Rows whose own variable is in the basis have a unit column and need no factor. Of the other columns, those with one entry
//! left, then those of rows with one entry left, are pivots without any work (Suhl & Suhl 1990); what remains is small, and is
//! eliminated densely. Later pivots are kept as columns to multiply by (the product form; Dantzig & Orchard-Hays 1954).
//!
//! A column of the basis stands at the row where its pivot is, so that vectors over positions and over rows are the same
//! vectors, and are solved in place.

use super::matrix::Matrix;

/// No row, no column.
const NONE: u32 = u32::MAX;
/// Pivots below this are none.
const TINY: f64 = 1e-9;
/// Entries below this are 0.
const NOUGHT: f64 = 1e-14;

/// Sparse vectors, one after the other.
#[derive(Clone, Debug)]
struct Lists {
    start: Vec<u32>,
    at: Vec<u32>,
    value: Vec<f64>,
}

impl Default for Lists {
    fn default() -> Lists {
        Lists { start: vec![0], at: Vec::new(), value: Vec::new() }
    }
}

impl Lists {
    fn clear(&mut self) {
        self.start.truncate(1);
        self.at.clear();
        self.value.clear();
    }

    fn push(&mut self, at: u32, value: f64) {
        self.at.push(at);
        self.value.push(value);
    }

    /// Ends a vector; whether it has entries.
    fn close(&mut self) -> bool {
        let before = self.start.last().copied().unwrap_or(0);
        self.start.push(self.at.len() as u32);
        self.at.len() as u32 > before
    }

    fn of(&self, i: usize) -> impl Iterator<Item = (usize, f64)> {
        let range = self.start[i] as usize..self.start[i + 1] as usize;
        self.at[range.clone()].iter().map(|a| *a as usize).zip(self.value[range].iter().copied())
    }

    /// Takes `times` the vector off.
    fn take_off(&self, i: usize, times: f64, from: &mut [f64]) {
        for (a, v) in self.of(i) {
            from[a] -= times * v;
        }
    }

    fn dot(&self, i: usize, with: &[f64]) -> f64 {
        self.of(i).map(|(a, v)| v * with[a]).sum()
    }
}

/// The factors.
#[derive(Clone, Debug, Default)]
pub(super) struct Factor {
    /// Row of each pivot, in order.
    row: Vec<u32>,
    pivot: Vec<f64>,
    /// What each pivot takes off the rows after it, and what its column has in the rows before it.
    lower: Lists,
    upper: Lists,
    /// The pivots that take anything off.
    takers: Vec<u32>,
    /// Position of each pivot since, its entry and the other entries of the column.
    later: Vec<u32>,
    later_pivot: Vec<f64>,
    later_column: Lists,
}

impl Factor {
    /// Factors of minus the entries of the columns, where the rows (as many) are those without their own variable. The row at
    /// which each column stands; none if they are singular.
    pub fn renew(&mut self, matrix: &Matrix, rows: &[usize], columns: &[u32]) -> Option<Vec<usize>> {
        self.row.clear();
        self.pivot.clear();
        self.lower.clear();
        self.upper.clear();
        self.takers.clear();
        self.later.clear();
        self.later_pivot.clear();
        self.later_column.clear();
        if rows.len() != columns.len() {
            return None;
        }
        let mut peel = Peel::new(matrix, rows, columns);
        self.peel_columns(&mut peel);
        self.peel_rows(&mut peel);
        self.eliminate(&mut peel)?;
        Some(peel.stands.into_iter().map(|r| r as usize).collect())
    }

    /// Columns with one entry left.
    fn peel_columns(&mut self, peel: &mut Peel<'_>) {
        let mut queue: Vec<u32> = (0..peel.columns.len() as u32).filter(|c| peel.in_column[*c as usize] == 1).collect();
        while let Some(c) = queue.pop() {
            let column = peel.matrix.col(peel.columns[c as usize] as usize);
            let Some((r, a)) = column.iter().find(|(r, _)| peel.row_open[*r as usize]) else { continue };
            if a.abs() < TINY {
                continue;
            }
            for (o, x) in column.iter().filter(|(o, _)| o != r) {
                self.upper.push(*o, -x);
            }
            self.close(peel, c, *r, -a);
            for (v, _) in peel.matrix.row(*r as usize) {
                let o = peel.number[*v as usize];
                if o != NONE && peel.stands[o as usize] == NONE {
                    peel.in_column[o as usize] -= 1;
                    if peel.in_column[o as usize] == 1 {
                        queue.push(o);
                    }
                }
            }
        }
    }

    /// Columns of rows with one entry left.
    fn peel_rows(&mut self, peel: &mut Peel<'_>) {
        let open = |peel: &Peel<'_>, r: u32| {
            let mut found = (0_u32, NONE, 0.0);
            for (v, a) in peel.matrix.row(r as usize) {
                let c = peel.number[*v as usize];
                if c != NONE && peel.stands[c as usize] == NONE {
                    found = (found.0 + 1, c, *a);
                }
            }
            found
        };
        let mut in_row = vec![0_u32; peel.matrix.rows];
        let mut queue = Vec::new();
        for r in peel.rows.iter().filter(|r| peel.row_open[**r]) {
            in_row[*r] = open(peel, *r as u32).0;
            if in_row[*r] == 1 {
                queue.push(*r as u32);
            }
        }
        while let Some(r) = queue.pop() {
            if !peel.row_open[r as usize] {
                continue;
            }
            let (_, c, a) = open(peel, r);
            if c == NONE || a.abs() < TINY {
                continue;
            }
            for (o, x) in peel.matrix.col(peel.columns[c as usize] as usize).iter().filter(|(o, _)| *o != r) {
                if peel.row_open[*o as usize] {
                    self.lower.push(*o, x / a);
                    in_row[*o as usize] -= 1;
                    if in_row[*o as usize] == 1 {
                        queue.push(*o);
                    }
                } else {
                    self.upper.push(*o, -x);
                }
            }
            self.close(peel, c, r, -a);
        }
    }

    /// What is left, densely: of each column the greatest entry, of equals that in the emptiest row.
    fn eliminate(&mut self, peel: &mut Peel<'_>) -> Option<()> {
        let rows: Vec<u32> = peel.rows.iter().filter(|r| peel.row_open[**r]).map(|r| *r as u32).collect();
        let mut columns: Vec<u32> =
            (0..peel.columns.len() as u32).filter(|c| peel.stands[*c as usize] == NONE).collect();
        let k = rows.len();
        if columns.len() != k {
            return None;
        }
        // Columns with few entries first: they spoil least.
        columns.sort_by_key(|c| (peel.in_column[*c as usize], *c));
        let mut place = vec![NONE; peel.matrix.rows];
        for (i, r) in rows.iter().enumerate() {
            place[*r as usize] = i as u32;
        }
        let mut part = vec![0.0; k * k];
        for (c, number) in columns.iter().enumerate() {
            for (r, a) in peel.matrix.col(peel.columns[*number as usize] as usize) {
                if place[*r as usize] != NONE {
                    part[place[*r as usize] as usize * k + c] = -a;
                }
            }
        }
        let filled = |row: &[f64]| row.iter().filter(|x| **x != 0.0).count() as u32;
        let mut size: Vec<u32> = part.chunks(k.max(1)).map(filled).collect();
        let mut used = vec![false; k];
        // Entries of later columns in the rows of pivots.
        let mut above: Vec<Vec<(u32, f64)>> = vec![Vec::new(); k];
        let mut own: Vec<(u32, f64)> = Vec::new();
        for c in 0..k {
            let mut best = (0.0, NONE, usize::MAX);
            for i in (0..k).filter(|i| !used[*i]) {
                let a = part[i * k + c].abs();
                if a > 1.001 * best.0 || (a > 0.999 * best.0 && size[i] < best.1) {
                    best = (a, size[i], i);
                }
            }
            if best.0 < TINY {
                return None;
            }
            let i = best.2;
            used[i] = true;
            let pivot = part[i * k + c];
            own.clear();
            own.extend(
                (c as u32 + 1..).zip(&part[i * k + c + 1..(i + 1) * k]).filter(|e| *e.1 != 0.0).map(|(o, x)| (o, *x)),
            );
            for (o, x) in &own {
                above[*o as usize].push((rows[i], *x));
            }
            for o in (0..k).filter(|o| !used[*o]) {
                let f = part[o * k + c] / pivot;
                if f == 0.0 {
                    continue;
                }
                self.lower.push(rows[o], f);
                let row = &mut part[o * k..(o + 1) * k];
                for (at, x) in &own {
                    let new = row[*at as usize] - f * x;
                    row[*at as usize] = if new.abs() < NOUGHT { 0.0 } else { new };
                }
                size[o] = filled(&row[c + 1..]);
            }
            let number = columns[c];
            for (r, a) in peel.matrix.col(peel.columns[number as usize] as usize) {
                if place[*r as usize] == NONE {
                    self.upper.push(*r, -a);
                }
            }
            for (r, x) in &above[c] {
                self.upper.push(*r, *x);
            }
            self.close(peel, number, rows[i], pivot);
        }
        Some(())
    }

    fn close(&mut self, peel: &mut Peel<'_>, column: u32, row: u32, pivot: f64) {
        if self.lower.close() {
            self.takers.push(self.row.len() as u32);
        }
        self.upper.close();
        self.row.push(row);
        self.pivot.push(pivot);
        peel.stands[column as usize] = row;
        peel.row_open[row as usize] = false;
    }

    /// The inverse of the basis times a vector over the rows, in place.
    pub fn solve(&self, x: &mut [f64]) {
        for i in self.takers.iter().map(|i| *i as usize) {
            let t = x[self.row[i] as usize];
            if t != 0.0 {
                self.lower.take_off(i, t, x);
            }
        }
        for (i, r) in self.row.iter().enumerate().rev() {
            let t = x[*r as usize];
            if t != 0.0 {
                let t = t / self.pivot[i];
                x[*r as usize] = t;
                self.upper.take_off(i, t, x);
            }
        }
        for (i, p) in self.later.iter().enumerate() {
            let t = x[*p as usize];
            if t != 0.0 {
                let t = t / self.later_pivot[i];
                x[*p as usize] = t;
                self.later_column.take_off(i, t, x);
            }
        }
    }

    /// A vector over the positions times the inverse of the basis, in place.
    pub fn solve_rows(&self, x: &mut [f64]) {
        for (i, p) in self.later.iter().enumerate().rev() {
            let p = *p as usize;
            x[p] = (x[p] - self.later_column.dot(i, x)) / self.later_pivot[i];
        }
        for (i, r) in self.row.iter().enumerate() {
            let r = *r as usize;
            x[r] = (x[r] - self.upper.dot(i, x)) / self.pivot[i];
        }
        for i in self.takers.iter().rev().map(|i| *i as usize) {
            let off = self.lower.dot(i, x);
            x[self.row[i] as usize] -= off;
        }
    }

    /// Another column takes a position; `enter` is the inverse times that column.
    pub fn replace(&mut self, position: usize, enter: &[f64]) {
        for (p, a) in enter.iter().enumerate() {
            if a.abs() > NOUGHT && p != position {
                self.later_column.push(p as u32, *a);
            }
        }
        self.later_column.close();
        self.later.push(position as u32);
        self.later_pivot.push(enter[position]);
    }
}

/// What is not yet in the factors.
struct Peel<'a> {
    matrix: &'a Matrix,
    rows: &'a [usize],
    columns: &'a [u32],
    /// Number of each column of the matrix among those of the basis.
    number: Vec<u32>,
    row_open: Vec<bool>,
    /// Entries of each column in rows that are open.
    in_column: Vec<u32>,
    /// Row of each column, once it is a pivot.
    stands: Vec<u32>,
}

impl<'a> Peel<'a> {
    fn new(matrix: &'a Matrix, rows: &'a [usize], columns: &'a [u32]) -> Peel<'a> {
        let mut row_open = vec![false; matrix.rows];
        for r in rows {
            row_open[*r] = true;
        }
        let mut number = vec![NONE; matrix.cols];
        for (i, c) in columns.iter().enumerate() {
            number[*c as usize] = i as u32;
        }
        let open = |c: &u32| matrix.col(*c as usize).iter().filter(|(r, _)| row_open[*r as usize]).count() as u32;
        let in_column = columns.iter().map(open).collect();
        Peel { matrix, rows, columns, number, row_open, in_column, stands: vec![NONE; columns.len()] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    /// Sparse random bases, factored and then changed: both ways of solving agree with multiplying back.
    #[test]
    fn solving_undoes_multiplying() {
        let mut singular = 0;
        for seed in 0..200 {
            let s = &mut Stream::new(4, "bases", seed);
            let (m, n) = (3 + s.below(30), 40);
            let mut rows: Vec<Vec<(u32, f64)>> = vec![Vec::new(); m];
            for row in &mut rows {
                for c in 0..n as u32 {
                    if s.uniform() < 0.15 {
                        row.push((c, s.below(5) as f64 - 2.5));
                    }
                }
            }
            let out: Vec<usize> = (0..m).filter(|_| s.uniform() < 0.7).collect();
            let columns: Vec<u32> = (3..).take(out.len()).collect();
            // An entry in each row and column, so that most can be factored.
            for (r, c) in out.iter().rev().zip(&columns) {
                if !rows[*r].iter().any(|e| e.0 == *c) {
                    rows[*r].push((*c, 1.5));
                }
            }
            let matrix = Matrix::from_rows(n, &rows);
            let mut factor = Factor::default();
            let Some(stands) = factor.renew(&matrix, &out, &columns) else {
                singular += 1;
                continue;
            };
            // Variable at each position: a row's own, or a column.
            let mut head: Vec<usize> = (0..m).map(|r| n + r).collect();
            for (c, r) in columns.iter().zip(&stands) {
                head[*r] = *c as usize;
            }
            let column = |v: usize| {
                let mut x = vec![0.0; m];
                if v >= n {
                    x[v - n] = 1.0;
                } else {
                    matrix.col(v).iter().for_each(|(r, a)| x[*r as usize] = -a);
                }
                x
            };
            for step in 0..6 {
                let wanted: Vec<f64> = (0..m).map(|_| s.uniform()).collect();
                let mut back = vec![0.0; m];
                for (p, v) in head.iter().enumerate() {
                    for (b, a) in back.iter_mut().zip(column(*v)) {
                        *b += wanted[p] * a;
                    }
                }
                factor.solve(&mut back);
                let close = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-6);
                assert!(close(&back, &wanted), "seed {seed} step {step}");
                let mut across: Vec<f64> =
                    head.iter().map(|v| column(*v).iter().zip(&wanted).map(|(a, y)| a * y).sum()).collect();
                factor.solve_rows(&mut across);
                assert!(close(&across, &wanted), "rows, seed {seed} step {step}");
                let free: Vec<usize> = (0..n + m).filter(|v| !head.contains(v)).collect();
                let v = free[s.below(free.len())];
                let mut enter = column(v);
                factor.solve(&mut enter);
                let Some(p) = (0..m).max_by(|a, b| enter[*a].abs().total_cmp(&enter[*b].abs())) else { break };
                if enter[p].abs() > 0.1 {
                    factor.replace(p, &enter);
                    head[p] = v;
                }
            }
        }
        assert!(singular < 20, "{singular}");
    }
}
