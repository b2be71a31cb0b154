//! Where a solution stands, for the next programme over the same matrix to go on from.

use super::NONE;

/// What a later problem over the same matrix can go on from.
#[derive(Clone, Debug)]
pub(in super::super) struct Basis {
    /// The variable at each position: a row's own, or a column's.
    pub head: Vec<u32>,
    /// Slope of the piece of each.
    pub cost: Vec<f64>,
    /// Weights of the rows (steepest edge).
    pub weight: Vec<f64>,
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
