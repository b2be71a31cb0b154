//! The linear relaxation of a model as a piecewise-linear programme, with cuts.
//!
//! A row whose further units add less and less is a curve of its count. A row that wants two units (the second adds more than
//! the first, as in the double standard) has columns of its own: y for the second, z for the first where that counts, too;
//! y + z ≤ count, y ≤ z. So cuts can be had on what parity forbids ([`super::cuts`]).
//!
//! What is said of the duals (the bound, and what may be fixed) holds for any duals, so that no rounding of the simplex method
//! can make it wrong.

mod cutting;
#[cfg(test)]
mod tests;

use super::cuts::Cut;
use super::node::Limits;
use super::shrink::Small;
use super::simplex::{Basis, Curves, Matrix, Simplex};
use super::state::Ground;

/// Rows of a share at most that get columns of their own for it.
const MANY: usize = 1_500;
/// Steps of the simplex method at most for one relaxation.
const STEPS: usize = 20_000;

/// How a row of the model is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A curve of its count, less `first` if that is a column.
    Curve { first: Option<u32> },
    /// Two units are wanted: the columns of the second and the first.
    Pair { second: u32, first: Option<u32> },
}

/// The relaxation: columns are the sites, then the columns of rows; rows are those of the model, then all others.
#[derive(Clone, Debug)]
pub(super) struct Linear {
    kinds: Vec<Kind>,
    rows: Vec<Vec<(u32, f64)>>,
    /// Ends of the rows after those of the model.
    ends: Vec<(f64, f64)>,
    matrix: Matrix,
    /// Rows in whole numbers, as material for cuts (other cuts included).
    whole: Vec<Cut>,
    /// Cuts: the last rows.
    cuts: usize,
    /// Of these, how many stay (the cuts of the root, within the tree).
    firm: usize,
}

/// What a relaxation says.
#[derive(Debug)]
pub(super) struct Solved {
    /// No choice within the limits is better.
    pub bound: f64,
    /// Values of the columns: units of each site first.
    pub value: Vec<f64>,
    /// Where it stood at the end.
    pub basis: Basis,
    /// Sites whose limits became closer.
    pub changed: usize,
}

impl Linear {
    /// For a model; `small` is what its own limits leave. Shares whose price is 0 do not matter, and are left out,
    /// as are those of very many rows (a weaker relaxation, but a quick one). None where a
    /// rule is not linear in the units.
    pub fn new(ground: &Ground<'_>, small: &Small, share_price: &[f64]) -> Option<Linear> {
        let model = ground.model;
        let sites = model.sets.sites();
        let mut cols = sites as u32;
        let mut column = || {
            cols += 1;
            cols - 1
        };
        let lacking: Vec<bool> = model
            .shares
            .iter()
            .zip(share_price)
            .map(|(s, p)| s.least > 0.0 && *p > 1e-9 && s.rows.len() <= MANY)
            .collect();
        let mut rows: Vec<Vec<(u32, f64)>> = Vec::new();
        let mut whole: Vec<Cut> = Vec::new();
        let mut kinds = Vec::new();
        let mut orders: Vec<(u32, u32)> = Vec::new();
        for r in 0..model.sets.rows() {
            let steps = &model.steps[model.class[r] as usize];
            let step = |k: usize| steps.get(k).copied().unwrap_or(0.0);
            let pair = model.weight[r] > 0.0 && step(1) > step(0) && steps.iter().skip(2).all(|s| *s <= 0.0);
            let shared = ground.shares_of[r].iter().any(|(s, _)| lacking[*s as usize]);
            let mut row: Vec<(u32, f64)> = model.sets.row(r).iter().map(|s| (*s, 1.0)).collect();
            let kind = if pair {
                let second = column();
                let first = (shared || step(0) > 0.0).then(&mut column);
                match first {
                    Some(first) => {
                        row.extend([(second, -1.0), (first, -1.0)]);
                        orders.push((first, second));
                    }
                    None => row.push((second, -2.0)),
                }
                Kind::Pair { second, first }
            } else {
                let first = shared.then(&mut column);
                row.extend(first.map(|f| (f, -1.0)));
                Kind::Curve { first }
            };
            if pair {
                whole.push(Cut { takes: row.iter().map(|(c, a)| (*c, *a as i64)).collect(), least: 0 });
            } else if model.need[r] > 0 {
                let takes = model.sets.row(r).iter().map(|s| (*s, 1)).collect();
                whole.push(Cut { takes, least: i64::from(model.need[r]) });
            }
            rows.push(row);
            kinds.push(kind);
        }
        let mut ends = Vec::new();
        for (first, second) in orders {
            rows.push(vec![(first, 1.0), (second, -1.0)]);
            ends.push((0.0, 1.0));
            whole.push(Cut { takes: vec![(second, -1), (first, 1)], least: 0 });
        }
        rows.push((0..sites as u32).map(|s| (s, 1.0)).collect());
        ends.push((0.0, f64::from(model.units)));
        whole.push(Cut { takes: (0..sites as u32).map(|s| (s, -1)).collect(), least: -i64::from(model.units) });
        for (share, _) in model.shares.iter().zip(&lacking).filter(|l| *l.1) {
            let of = |r: u32| match kinds[r as usize] {
                Kind::Curve { first } | Kind::Pair { first, .. } => first,
            };
            let takes: Vec<(u32, f64)> = share.rows.iter().filter_map(|(r, w)| of(*r).map(|c| (c, *w))).collect();
            let all: f64 = takes.iter().map(|t| t.1).sum();
            ends.push((share.least - super::model::slack(share.least), all.max(share.least)));
            rows.push(takes);
        }
        for side in &small.sides {
            if !side.takes.iter().all(|(s, first, more)| first == more || small.room[*s as usize] == 1) {
                return None;
            }
            let takes: Vec<(u32, f64)> = side.takes.iter().map(|(s, a, _)| (small.sites[*s as usize], *a)).collect();
            // The side counts units beyond those that are there for sure; here all are counted.
            let there: f64 = side.takes.iter().map(|(s, a, _)| a * f64::from(small.base[*s as usize])).sum();
            let limit = side.limit + there;
            let least: f64 = side.takes.iter().map(|(s, a, _)| (a * f64::from(small.room[*s as usize])).min(0.0)).sum();
            if takes.iter().all(|(_, a)| a.fract() == 0.0 && a.abs() < 100.0) && limit.fract() == 0.0 {
                let turned = takes.iter().map(|(c, a)| (*c, -(*a as i64))).collect();
                whole.push(Cut { takes: turned, least: -(limit as i64) });
            }
            ends.push(((least + there).min(limit), limit));
            rows.push(takes);
        }
        for cut in &mut whole {
            cut.takes.sort_unstable();
        }
        Some(Linear { kinds, matrix: Matrix::from_rows(cols as usize, &rows), rows, ends, whole, cuts: 0, firm: 0 })
    }

    /// The curves within limits, and the worth at their first kinks.
    fn curves(&self, ground: &Ground<'_>, limits: &Limits) -> (Curves, f64) {
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
        let sum = |r: usize, of: &[u32]| model.sets.row(r).iter().map(|s| of[*s as usize]).sum::<u32>();
        // Columns of rows, in the order in which they were made.
        for r in 0..rows {
            let steps = &model.steps[model.class[r] as usize];
            let (need, most) = (limits.need[r], limits.cap[r].min(sum(r, &limits.high)));
            let mut column = |units: u32, worth: f64| {
                if need >= units {
                    start += worth;
                    curves.push(1.0, []);
                } else if most < units {
                    curves.push(0.0, []);
                } else {
                    curves.push(0.0, [(worth, 1.0)]);
                }
            };
            let worth = |k: usize| model.weight[r] * steps.get(k).copied().unwrap_or(0.0);
            match self.kinds[r] {
                Kind::Pair { first, .. } => {
                    column(2, worth(1));
                    if first.is_some() {
                        column(1, worth(0));
                    }
                }
                Kind::Curve { first: Some(_) } => column(1, worth(0)),
                Kind::Curve { first: None } => {}
            }
        }
        for r in 0..rows {
            let (least, reach) = (sum(r, &limits.low), sum(r, &limits.high));
            let cap = if limits.cap[r] >= reach { u32::MAX } else { limits.cap[r] };
            match self.kinds[r] {
                Kind::Pair { .. } => curves.push(0.0, [(0.0, f64::from(cap.min(reach + 1)))]),
                Kind::Curve { first } => {
                    let skip = u32::from(first.is_some());
                    let low = limits.need[r].max(least).saturating_sub(skip);
                    let high = cap.min(reach.max(low) + 1).max(low);
                    let sums = &ground.total_steps[model.class[r] as usize];
                    let worth = |k: u32| {
                        let at = |k: u32| sums[(k as usize).min(sums.len() - 1)];
                        model.weight[r] * (at(k + skip) - at(skip))
                    };
                    start += worth(low);
                    let most = (sums.len() as u32 - 1).min(high).max(low);
                    curves.push(f64::from(low), hull(worth, low, most, high));
                }
            }
        }
        for (low, high) in &self.ends {
            if low < high {
                curves.push(*low, [(0.0, *high)]);
            } else {
                curves.push(*high, []);
            }
        }
        (curves, start)
    }

    /// Solves it within limits, from a basis; closes the limits where everything beyond would be at or below the cut-off.
    pub fn solve(&self, ground: &Ground<'_>, limits: &mut Limits, basis: &Basis, cutoff: f64) -> Solved {
        let (curves, start) = self.curves(ground, limits);
        let mut simplex = Simplex::new(&self.matrix, curves, basis);
        simplex.run(STEPS, cutoff - start);
        let bound = start + simplex.judge();
        let mut changed = 0;
        if bound > cutoff {
            changed = self.close(ground, limits, &simplex, bound - cutoff);
        }
        Solved {
            bound,
            value: (0..self.matrix.cols).map(|c| simplex.column(c)).collect(),
            basis: simplex.basis(),
            changed,
        }
    }

    /// Closes limits; `room` is how much may be lost.
    fn close(&self, ground: &Ground<'_>, limits: &mut Limits, simplex: &Simplex<'_>, room: f64) -> usize {
        let sites = ground.model.sets.sites();
        let mut changed = 0;
        for s in 0..sites {
            let (low, high) = (limits.low[s], limits.high[s]);
            let (mut least, mut most) = (low, high);
            while most > least && simplex.loss(s, f64::from(most)) >= room {
                most -= 1;
            }
            while least < most && simplex.loss(s, f64::from(least)) >= room {
                least += 1;
            }
            if (least, most) != (low, high) {
                (limits.low[s], limits.high[s]) = (least, most);
                changed += 1;
            }
        }
        for (r, kind) in self.kinds.iter().enumerate() {
            let (mut need, mut cap) = (limits.need[r], limits.cap[r]);
            let mut column = |c: u32, units: u32| {
                if simplex.loss(c as usize, 0.0) >= room {
                    need = need.max(units);
                } else if simplex.loss(c as usize, 1.0) >= room {
                    cap = cap.min(units - 1);
                }
            };
            match kind {
                Kind::Pair { second, first } => {
                    column(*second, 2);
                    first.iter().for_each(|f| column(*f, 1));
                }
                Kind::Curve { first: Some(first) } => column(*first, 1),
                Kind::Curve { first: None } => {
                    let v = self.matrix.cols + r;
                    let (low, high) = simplex.ends(v);
                    let (mut least, mut most) = (low as u32, high as u32);
                    while least < most && simplex.loss(v, f64::from(least)) >= room {
                        least += 1;
                    }
                    while most > least && simplex.loss(v, f64::from(most)) >= room {
                        most -= 1;
                    }
                    if f64::from(least) > low {
                        need = need.max(least);
                    }
                    if f64::from(most) < high {
                        cap = cap.min(most);
                    }
                }
            }
            (limits.need[r], limits.cap[r]) = (need, cap);
        }
        changed
    }

    /// A basis to begin with from prices: of each row of the model.
    pub fn begin(&self, row: &[f64]) -> Basis {
        let mut prices = row.to_vec();
        prices.resize(self.matrix.rows, 0.0);
        Basis::of_prices(prices)
    }

    /// The column of the second unit of a row that wants two.
    pub fn second(&self, row: usize) -> Option<usize> {
        match self.kinds[row] {
            Kind::Pair { second, .. } => Some(second as usize),
            Kind::Curve { .. } => None,
        }
    }
}

/// The upper hull of worths from `low` to `most`, flat from there to `high`: slopes and where they end.
fn hull(worth: impl Fn(u32) -> f64, low: u32, most: u32, high: u32) -> Vec<(f64, f64)> {
    let slope = |a: u32, b: u32| (worth(b) - worth(a)) / f64::from(b - a);
    let mut stack: Vec<u32> = vec![low];
    for k in low + 1..=most {
        while let [.., a, b] = stack[..]
            && slope(a, b) <= slope(b, k)
        {
            stack.pop();
        }
        stack.push(k);
    }
    let mut out: Vec<(f64, f64)> = stack.windows(2).map(|w| (slope(w[0], w[1]), f64::from(w[1]))).collect();
    if high > stack[stack.len() - 1] {
        match out.last_mut() {
            Some(last) if last.0 <= 0.0 => last.1 = f64::from(high),
            _ => out.push((0.0, f64::from(high))),
        }
    }
    out
}
