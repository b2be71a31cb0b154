//! The matrix of a programme.

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
