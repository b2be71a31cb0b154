//! Concave piecewise-linear worths of all variables.

/// The curves of all variables: those of the columns, then those of the rows.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Curves {
    pub start: Vec<u32>,
    /// Kinks, ascending.
    at: Vec<f64>,
    /// Slope after each kink (unused after the last).
    pub slope: Vec<f64>,
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

    pub fn last(&self, v: usize) -> usize {
        (self.start[v + 1] - self.start[v]) as usize - 1
    }

    pub fn at(&self, v: usize, kink: usize) -> f64 {
        self.at[self.start[v] as usize + kink]
    }

    /// Slope after a kink: minus infinity after the last.
    pub fn right(&self, v: usize, kink: usize) -> f64 {
        self.slope[self.start[v] as usize + kink]
    }

    /// Slope before a kink: infinity before the first.
    pub fn left(&self, v: usize, kink: usize) -> f64 {
        if kink == 0 { f64::INFINITY } else { self.slope[self.start[v] as usize + kink - 1] }
    }
}
