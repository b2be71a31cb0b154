//! The matrix of a programme, and the inverse of a part of it.

use super::NONE;

/// The matrix, by columns and by rows.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Matrix {
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

    pub fn col(&self, c: usize) -> &[(u32, f64)] {
        &self.col_entries[self.col_start[c] as usize..self.col_start[c + 1] as usize]
    }

    pub fn row(&self, r: usize) -> &[(u32, f64)] {
        &self.row_entries[self.row_start[r] as usize..self.row_start[r + 1] as usize]
    }
}

/// The inverse of the part of the basis that is not a unit.
pub(super) struct Inverted {
    /// For each column, the place (among the rows) that it takes.
    pub order: Vec<usize>,
    /// By column of the basis and by row.
    pub inverse: Vec<f64>,
}

/// Inverts minus the entries of the columns in the rows (as many), by Gauss–Jordan with the greatest pivot.
pub(super) fn invert(matrix: &Matrix, rows: &[usize], columns: &[u32]) -> Option<Inverted> {
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
