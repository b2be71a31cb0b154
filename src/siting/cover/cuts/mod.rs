//! Zero-half cuts: half the sum of some inequalities in whole numbers, rounded (Caprara & Fischetti 1996). They say what
//! parity forbids: three places cannot each have a pair of five units.
//!
//! Inequalities are rows modulo 2 over the variables that do not stand at a bound; elimination looks for sums that are even
//! everywhere but on the right, with little slack (in the manner of Koster, Zymolka & Kutschka 2009).

mod parity;

use parity::{Parity, each};
use rayon::prelude::*;

/// Σ coefficient × variable ≥ least, in whole numbers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    /// Variable and coefficient, ascending.
    pub takes: Vec<(u32, i64)>,
    /// The least of the sum.
    pub least: i64,
}

impl Cut {
    /// By how much values exceed the least.
    pub fn slack(&self, value: &[f64]) -> f64 {
        self.takes.iter().map(|(v, a)| *a as f64 * value[*v as usize]).sum::<f64>() - self.least as f64
    }

    fn norm(&self) -> f64 {
        self.takes.iter().map(|(_, a)| (a * a) as f64).sum::<f64>().sqrt().max(1.0)
    }
}

/// Least violation, per length of the cut, that is worth a row.
const WORTH: f64 = 0.01;
/// Cosine of the angle from which two cuts say the same.
const ALIKE: f64 = 0.9;

/// Cuts that the values violate, the deepest first, at most so many; `high` are whole upper bounds (lower ones are 0).
/// `passes` is how many orders of elimination are tried.
pub(super) fn zero_half(rows: &[Cut], value: &[f64], high: &[u32], most: usize, passes: usize) -> Vec<Cut> {
    let parity = Parity::new(rows, value, high);
    let of_passes: Vec<Vec<(f64, Cut)>> = (0..passes)
        .into_par_iter()
        .map(|pass| {
            let mut half = Half::new(rows, value, high);
            let mut found = Vec::new();
            parity.sums(pass, &mut |of| found.extend(half.of(of, value)));
            found
        })
        .collect();
    let mut found: Vec<(f64, Cut)> = of_passes.into_iter().flatten().collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.takes.cmp(&b.1.takes)));
    found.dedup_by(|a, b| a.1 == b.1);
    unlike(found.into_iter().map(|f| f.1), value.len(), most)
}

/// Half the sums of rows, rounded; variables near their upper bound are counted from there.
struct Half<'a> {
    rows: &'a [Cut],
    /// Upper bounds of variables that are counted from there, else 0.
    top: Vec<i64>,
    /// Coefficients of the sum in the making, 0 between sums.
    sum: Vec<i64>,
    /// A bit for each variable the sum has met.
    met: Vec<u64>,
    /// Half the sum.
    takes: Vec<(u32, i64)>,
}

impl<'a> Half<'a> {
    fn new(rows: &'a [Cut], value: &[f64], high: &[u32]) -> Self {
        let top = value.iter().zip(high).map(|(x, h)| if turned(*x, *h) { i64::from(*h) } else { 0 }).collect();
        let (sum, met) = (vec![0; value.len()], vec![0; value.len().div_ceil(64)]);
        Half { rows, top, sum, met, takes: Vec::new() }
    }

    /// The cut of a sum of rows and its depth, where that is worth a row.
    fn of(&mut self, of: &[u32], value: &[f64]) -> Option<(f64, Cut)> {
        let mut least = 0;
        for r in of {
            let row = &self.rows[*r as usize];
            for (v, a) in &row.takes {
                self.sum[*v as usize] += a;
                self.met[*v as usize / 64] |= 1 << (v % 64);
            }
            least += row.least;
        }
        self.takes.clear();
        let (mut back, mut square, mut reached) = (0, 0, 0.0);
        each(&self.met, |v| {
            let a = std::mem::take(&mut self.sum[v]);
            let top = self.top[v];
            least -= a * top;
            // What is counted from above is rounded down.
            let coefficient = (a + i64::from(top == 0)) >> 1;
            back += coefficient * top;
            if coefficient != 0 {
                square += coefficient * coefficient;
                reached += coefficient as f64 * value[v];
                self.takes.push((v as u32, coefficient));
            }
        });
        self.met.fill(0);
        let least = ((least + 1) >> 1) + back;
        let depth = (least as f64 - reached) / (square.max(1) as f64).sqrt();
        (depth > WORTH).then(|| (depth, Cut { takes: self.takes.clone(), least }))
    }
}

/// Is a value counted from its upper bound?
fn turned(value: f64, high: u32) -> bool {
    f64::from(high) - value < value
}

/// The first cuts, at most so many, without those that point nearly the same way as one before: they say the same.
fn unlike(cuts: impl Iterator<Item = Cut>, variables: usize, most: usize) -> Vec<Cut> {
    let mut chosen: Vec<Cut> = Vec::new();
    let mut norms = Vec::new();
    // Of each variable: the chosen cuts that have it, with their coefficients.
    let mut having: Vec<Vec<(u32, i64)>> = vec![Vec::new(); variables];
    let mut dot: Vec<i64> = Vec::new();
    for cut in cuts {
        if chosen.len() >= most {
            break;
        }
        dot.clear();
        dot.resize(chosen.len(), 0);
        for (v, a) in &cut.takes {
            for (other, b) in &having[*v as usize] {
                dot[*other as usize] += a * b;
            }
        }
        let norm = cut.norm();
        if dot.iter().zip(&norms).all(|(d, n)| (*d as f64) < ALIKE * norm * n) {
            for (v, a) in &cut.takes {
                having[*v as usize].push((chosen.len() as u32, *a));
            }
            norms.push(norm);
            chosen.push(cut);
        }
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    /// Every whole point that obeys the rows obeys the cuts; every cut is violated by the values it was made for.
    #[test]
    fn cuts_lose_no_whole_point() {
        let mut made = 0;
        for seed in 0..400 {
            let s = &mut Stream::new(9, "rows to cut", seed);
            let columns = 3 + s.below(4);
            let high: Vec<u32> = (0..columns).map(|_| 1 + s.below(2) as u32).collect();
            let rows: Vec<Cut> = (0..2 + s.below(5))
                .map(|_| {
                    let takes: Vec<(u32, i64)> =
                        (0..columns as u32).map(|c| (c, s.below(5) as i64 - 2)).filter(|t| t.1 != 0).collect();
                    Cut { takes, least: s.below(4) as i64 - 2 }
                })
                .collect();
            // Values in halves that obey the rows are what parity is about.
            let halves: Vec<Vec<f64>> = (0..40)
                .map(|_| high.iter().map(|h| 0.5 * s.below(2 * *h as usize + 1) as f64).collect::<Vec<f64>>())
                .filter(|v: &Vec<f64>| rows.iter().all(|r| r.slack(v) >= 0.0))
                .collect();
            for value in halves {
                for cut in zero_half(&rows, &value, &high, 20, 16) {
                    made += 1;
                    assert!(cut.slack(&value) < 0.0);
                    let points: u32 = high.iter().map(|h| h + 1).product();
                    for mut code in 0..points {
                        let mut point = Vec::new();
                        for h in &high {
                            point.push(f64::from(code % (h + 1)));
                            code /= h + 1;
                        }
                        if rows.iter().all(|r| r.slack(&point) >= 0.0) {
                            assert!(cut.slack(&point) >= 0.0, "{cut:?} cuts off {point:?}");
                        }
                    }
                }
            }
        }
        assert!(made > 100, "{made}");
    }
}
