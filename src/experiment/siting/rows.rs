//! Rows of the cover models: who is reached by which columns, and by how many of the posts or units that stay.

use super::space::Space;
use crate::siting::cover::{CoverModel, CoverSets, Share};

/// Rows under one list of steps: what the first, second, … that reaches a row is worth.
pub(super) struct Rows {
    steps: Vec<f64>,
    lists: Vec<Vec<u32>>,
    weight: Vec<f64>,
    /// Posts or units that stay and reach the row, no more than there are steps.
    have: Vec<usize>,
    /// What these give.
    pub(super) present: f64,
    need: Vec<u32>,
    shares: Vec<Share>,
}

impl Rows {
    pub(super) fn new(steps: Vec<f64>) -> Rows {
        Rows {
            steps,
            lists: Vec::new(),
            weight: Vec::new(),
            have: Vec::new(),
            present: 0.0,
            need: Vec::new(),
            shares: Vec::new(),
        }
    }

    /// A row that `have` posts or units reach already and these columns could.
    pub(super) fn add(&mut self, weight: f64, have: usize, list: Vec<u32>) {
        let have = have.min(self.steps.len());
        self.present += weight * self.steps[..have].iter().sum::<f64>();
        if have < self.steps.len() && weight > 0.0 && !list.is_empty() {
            self.push(weight, have, list, 0);
        }
    }

    fn push(&mut self, weight: f64, have: usize, list: Vec<u32>, need: u32) -> u32 {
        self.lists.push(list);
        self.weight.push(weight);
        self.have.push(have);
        self.need.push(need);
        self.lists.len() as u32 - 1
    }

    /// A row of which one of these columns must be open.
    pub(super) fn must(&mut self, list: Vec<u32>) {
        let all = self.steps.len();
        self.push(0.0, all, list, 1);
    }

    /// Rows, with weights, of which `least` must be reached: each by its own list of columns.
    pub(super) fn share(&mut self, rows: Vec<(f64, Vec<u32>)>, least: f64) {
        let all = self.steps.len();
        let kept: Vec<(u32, f64)> =
            rows.into_iter().map(|(weight, list)| (self.push(0.0, all, list, 0), weight)).collect();
        if least > 0.0 {
            self.shares.push(Share { rows: kept, least });
        }
    }

    /// The model over the columns of a space, with its rules.
    pub(super) fn model(self, space: &Space<'_>) -> CoverModel {
        let sets = CoverSets::from_rows(space.columns.len(), &self.lists);
        let mut model = CoverModel::maximal_cover(sets, self.weight, space.most);
        // A class of rows for each number of units that reach it already.
        let mut counts = self.have.clone();
        counts.push(0);
        counts.sort_unstable();
        counts.dedup();
        let together = if space.capacity == 1 { space.units_each.max(1) as usize } else { 1 };
        let later = |there: &usize| self.steps[*there..].chunks(together).map(|c| c.iter().sum()).collect();
        model.steps = counts.iter().map(later).collect();
        model.class = self.have.iter().map(|h| counts.binary_search(h).unwrap_or(0) as u32).collect();
        model.need = self.need;
        model.shares = self.shares;
        space.rule(&mut model);
        model
    }
}

/// Levels of a row by the columns that are better than what stays: for each level the columns that reach it and what
/// reaching it saves. All together save `now` less the value of the best column that is open.
///
/// This is the radius formulation of the p-median (Cornuéjols, Nemhauser & Wolsey 1980): being served at a level or better is
/// being covered by the columns that reach it.
pub(super) fn levels(values: &[f64], now: f64) -> Vec<(f64, Vec<u32>)> {
    let mut better: Vec<u32> = (0..values.len() as u32).filter(|c| values[*c as usize] < now).collect();
    better.sort_by(|a, b| values[*a as usize].total_cmp(&values[*b as usize]).then(a.cmp(b)));
    let mut out = Vec::new();
    for (i, column) in better.iter().enumerate() {
        let here = values[*column as usize];
        let next = better.get(i + 1).map_or(now, |c| values[*c as usize]);
        if next > here {
            out.push((next - here, better[..=i].to_vec()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_add_up_to_what_the_best_column_saves() {
        let values = [7.0, 3.0, 9.0, 3.0, 12.0];
        let found = levels(&values, 10.0);
        assert_eq!(found.iter().map(|l| l.0).sum::<f64>(), 7.0);
        let saved = |open: &[u32]| -> f64 {
            found.iter().filter(|(_, list)| list.iter().any(|c| open.contains(c))).map(|(w, _)| w).sum()
        };
        assert_eq!([saved(&[0]), saved(&[2]), saved(&[4]), saved(&[1, 2]), saved(&[0, 2])], [3.0, 1.0, 0.0, 7.0, 3.0]);
        assert!(levels(&values, 2.0).is_empty());
    }
}
