//! The linear relaxation of a model as a piecewise-linear programme: prices that are the best there are, and the units of the
//! relaxation. The bound itself is counted from the prices by [`super::relax`], so that no rounding of the simplex method
//! can make it wrong.

use super::node::Limits;
use super::shrink::Small;
use super::simplex::{Basis, Curves, End, Matrix, Simplex};
use super::state::Ground;

/// The matrix: columns are the sites of the model; rows are its rows, the units, and the side rules that are linear.
#[derive(Debug)]
pub(super) struct Linear {
    matrix: Matrix,
    /// Side rules: name, limit, and the least that can be used.
    sides: Vec<((u32, u32, u32), f64, f64)>,
}

/// Duals and units of a relaxation.
#[derive(Debug)]
pub(super) struct Solved {
    /// Price of each row of the model.
    pub row: Vec<f64>,
    /// Prices of the side rules in the programme.
    pub side: Vec<((u32, u32, u32), f64)>,
    /// Units of each site.
    pub units: Vec<f64>,
    /// Where it stood at the end.
    pub basis: Basis,
    /// How it ended.
    pub end: End,
    /// Steps.
    #[allow(dead_code)]
    pub steps: usize,
}

impl Linear {
    /// For a model; `small` is what its own limits leave (nothing is fixed in it).
    pub fn new(ground: &Ground<'_>, small: &Small) -> Linear {
        let model = ground.model;
        let mut rows: Vec<Vec<(u32, f64)>> =
            (0..model.sets.rows()).map(|r| model.sets.row(r).iter().map(|s| (*s, 1.0)).collect()).collect();
        rows.push((0..model.sets.sites() as u32).map(|s| (s, 1.0)).collect());
        let mut sides = Vec::new();
        for side in &small.sides {
            let linear = side.takes.iter().all(|(s, first, more)| first == more || small.room[*s as usize] == 1);
            if linear {
                rows.push(side.takes.iter().map(|(s, first, _)| (small.sites[*s as usize], *first)).collect());
                let least =
                    side.takes.iter().map(|(s, f, _)| (f * f64::from(small.room[*s as usize])).min(0.0)).sum::<f64>();
                sides.push((side.id, side.limit, least.min(side.limit)));
            }
        }
        Linear { matrix: Matrix::from_rows(model.sets.sites(), &rows), sides }
    }

    /// Solves it within limits; `share` are the prices of shares, `basis` where to begin, `cutoff` a worth at or below which
    /// nothing matters.
    pub fn solve(
        &self,
        ground: &Ground<'_>,
        limits: &Limits,
        share: &[f64],
        basis: &Basis,
        (steps, cutoff): (usize, f64),
    ) -> Solved {
        let model = ground.model;
        let (n, rows) = (model.sets.sites(), model.sets.rows());
        let mut curves = Curves::new();
        let mut start = 0.0;
        for s in 0..n {
            let (low, high) = (limits.low[s], limits.high[s]);
            let gain = model.site_gain[s];
            if low > 0 {
                start += gain;
            }
            if low == high {
                curves.push(f64::from(low), []);
            } else if low > 0 || gain == 0.0 {
                curves.push(f64::from(low), [(0.0, f64::from(high))]);
            } else if gain > 0.0 && high > 1 {
                curves.push(0.0, [(gain, 1.0), (0.0, f64::from(high))]);
            } else {
                curves.push(0.0, [(gain / f64::from(high), f64::from(high))]);
            }
        }
        let mut hull: Vec<(f64, f64)> = Vec::new();
        for r in 0..rows {
            let reach: u32 = model.sets.row(r).iter().map(|s| limits.high[*s as usize]).sum();
            let least: u32 = model.sets.row(r).iter().map(|s| limits.low[*s as usize]).sum();
            let low = limits.need[r];
            let high = if limits.cap[r] >= reach { reach.max(low) + 1 } else { limits.cap[r].max(low) };
            let bonus: f64 = ground.shares_of[r].iter().map(|(s, w)| share[*s as usize] * w).sum();
            let sums = &ground.total_steps[model.class[r] as usize];
            let worth = |k: u32| {
                model.weight[r] * sums[(k as usize).min(sums.len() - 1)] + if k > 0 { bonus } else { 0.0 }
            };
            // Counts below what is fixed cannot come up.
            let first = low.max(least).min(high);
            start += worth(first);
            let most = (sums.len() as u32 - 1).max(u32::from(bonus > 0.0)).min(high).min(reach.max(first));
            hull.clear();
            // Upper hull: (slope, to).
            let mut stack: Vec<u32> = vec![first];
            for k in first + 1..=most.max(first) {
                while stack.len() > 1 {
                    let (a, b) = (stack[stack.len() - 2], stack[stack.len() - 1]);
                    let before = (worth(b) - worth(a)) / f64::from(b - a);
                    let after = (worth(k) - worth(b)) / f64::from(k - b);
                    if before > after {
                        break;
                    }
                    stack.pop();
                }
                stack.push(k);
            }
            for w in stack.windows(2) {
                hull.push(((worth(w[1]) - worth(w[0])) / f64::from(w[1] - w[0]), f64::from(w[1])));
            }
            let end = stack[stack.len() - 1];
            if high > end {
                match hull.last_mut() {
                    Some(last) if last.0 <= 0.0 => last.1 = f64::from(high),
                    _ => hull.push((0.0, f64::from(high))),
                }
            }
            curves.push(f64::from(first), hull.iter().copied());
        }
        curves.push(0.0, [(0.0, f64::from(model.units))]);
        for (_, limit, least) in &self.sides {
            if limit > least {
                curves.push(*least, [(0.0, *limit)]);
            } else {
                curves.push(*limit, []);
            }
        }
        let mut simplex = Simplex::new(&self.matrix, curves, basis);
        let end = simplex.run(steps, cutoff - start);
        Solved {
            row: simplex.dual[..rows].to_vec(),
            side: self.sides.iter().zip(&simplex.dual[rows + 1..]).map(|(s, d)| (s.0, (-d).max(0.0))).collect(),
            units: (0..n).map(|s| simplex.column(s)).collect(),
            basis: simplex.basis(),
            end,
            steps: simplex.steps,
        }
    }

    /// A basis to begin with from prices: of each row of the model.
    pub fn begin(&self, row: &[f64]) -> Basis {
        let mut prices = row.to_vec();
        prices.resize(self.matrix.rows, 0.0);
        Basis::of_prices(prices)
    }
}
