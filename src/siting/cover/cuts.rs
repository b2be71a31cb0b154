//! Zero-half cuts: half the sum of some inequalities in whole numbers, rounded (Caprara & Fischetti 1996). They say what
//! parity forbids: three places cannot each have a pair of five units.
//!
//! Inequalities are rows modulo 2 over the variables that do not stand at a bound; elimination looks for sums that are even
//! everywhere but on the right, with little slack (in the manner of Koster, Zymolka & Kutschka 2009).

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

/// A sum of rows, modulo 2.
#[derive(Clone)]
struct Sum {
    bits: Vec<u64>,
    odd: bool,
    slack: f64,
    of: Vec<u32>,
}

/// Least violation, per length of the cut, that is worth a row.
const WORTH: f64 = 0.01;
/// Orders of elimination that are tried.
const PASSES: usize = 8;
/// Rows summed in one cut at most.
const LONGEST: usize = 40;

/// Cuts that the values violate, the deepest first, at most so many; `high` are whole upper bounds (lower ones are 0).
pub(super) fn zero_half(rows: &[Cut], value: &[f64], high: &[u32], most: usize) -> Vec<Cut> {
    let turned = |v: usize| f64::from(high[v]) - value[v] < value[v];
    let rest = |v: usize| value[v].min(f64::from(high[v]) - value[v]).max(0.0);
    let mut columns: Vec<u32> = (0..value.len() as u32).filter(|v| rest(*v as usize) > 1e-6).collect();
    columns.sort_by(|a, b| rest(*b as usize).total_cmp(&rest(*a as usize)).then(a.cmp(b)));
    let mut number = vec![u32::MAX; value.len()];
    for (i, v) in columns.iter().enumerate() {
        number[*v as usize] = i as u32;
    }
    let words = columns.len().div_ceil(64).max(1);
    let mut sums: Vec<Sum> = Vec::new();
    for (r, row) in rows.iter().enumerate() {
        let slack = row.slack(value);
        if slack > 0.9 {
            continue;
        }
        let mut bits = vec![0_u64; words];
        let mut odd = row.least % 2 != 0;
        for (v, a) in row.takes.iter().filter(|(_, a)| a % 2 != 0) {
            let v = *v as usize;
            if turned(v) && (a * i64::from(high[v])) % 2 != 0 {
                odd = !odd;
            }
            if number[v] != u32::MAX {
                bits[number[v] as usize / 64] |= 1 << (number[v] % 64);
            }
        }
        sums.push(Sum { bits, odd, slack: slack.max(0.0), of: vec![r as u32] });
    }
    let residual: Vec<f64> = columns.iter().map(|v| rest(*v as usize)).collect();
    let violation = |sum: &Sum| {
        if !sum.odd {
            return 0.0;
        }
        let mut left = 1.0 - sum.slack;
        for (w, word) in sum.bits.iter().enumerate() {
            let mut word = *word;
            while word != 0 {
                left -= residual[w * 64 + word.trailing_zeros() as usize];
                word &= word - 1;
            }
            if left <= 0.0 {
                return 0.0;
            }
        }
        left / 2.0
    };
    let mut found: Vec<(f64, Cut)> = Vec::new();
    let note = |sum: &Sum, found: &mut Vec<(f64, Cut)>| {
        if violation(sum) > 0.01 {
            let cut = rounded(rows, &sum.of, value.len(), high, turned);
            let depth = -cut.slack(value) / cut.norm();
            if depth > WORTH && !found.iter().any(|f| f.1 == cut) {
                found.push((depth, cut));
            }
        }
    };
    for sum in &sums {
        note(sum, &mut found);
    }
    let all = sums;
    let mut order: Vec<usize> = (0..columns.len()).collect();
    for pass in 0..PASSES {
        let mut sums = all.clone();
        if pass > 0 {
            // Another order of elimination finds other cuts.
            let key = |c: usize| mixed((pass * 7_919 + c) as u64);
            order.sort_by_key(|c| key(*c));
            sums.sort_by_key(|s| mixed(u64::from(s.of[0]) + 1_000_003 * pass as u64));
        }
        eliminate(&mut sums, &order, &mut |sum| note(sum, &mut found));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    // Cuts that point nearly the same way say the same.
    let mut chosen: Vec<(f64, Cut)> = Vec::new();
    for (depth, cut) in found {
        if chosen.len() >= most {
            break;
        }
        if chosen.iter().all(|c| likeness(&c.1, &cut) < 0.9) {
            chosen.push((depth, cut));
        }
    }
    chosen.into_iter().map(|c| c.1).collect()
}

/// A number that looks random.
fn mixed(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9)
}

/// Makes column after column even, and shows every sum on the way.
fn eliminate(sums: &mut Vec<Sum>, order: &[usize], note: &mut impl FnMut(&Sum)) {
    for c in order {
        let (w, bit) = (c / 64, 1_u64 << (c % 64));
        let pivot = (0..sums.len()).filter(|s| sums[*s].bits[w] & bit != 0).min_by(|a, b| {
            let step = |s: usize| (sums[s].slack * 1e6) as u64;
            step(*a).cmp(&step(*b)).then(sums[*a].of.len().cmp(&sums[*b].of.len()))
        });
        let Some(pivot) = pivot else { continue };
        let pivot = sums.swap_remove(pivot);
        for sum in sums.iter_mut() {
            if sum.bits[w] & bit == 0 {
                continue;
            }
            sum.slack += pivot.slack;
            if sum.slack >= 0.95 {
                sum.of.clear();
                continue;
            }
            for (a, b) in sum.bits.iter_mut().zip(&pivot.bits) {
                *a ^= b;
            }
            sum.odd ^= pivot.odd;
            sum.of = without_pairs(&sum.of, &pivot.of);
            if sum.of.len() > LONGEST {
                sum.of.clear();
                continue;
            }
            note(sum);
        }
        sums.retain(|s| !s.of.is_empty());
    }
}

/// Those in one list but not in both.
fn without_pairs(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        match (a.get(i), b.get(j)) {
            (Some(x), Some(y)) if x == y => (i, j) = (i + 1, j + 1),
            (Some(x), Some(y)) if x < y => {
                out.push(*x);
                i += 1;
            }
            (Some(x), None) => {
                out.push(*x);
                i += 1;
            }
            (_, Some(y)) => {
                out.push(*y);
                j += 1;
            }
            (None, None) => {}
        }
    }
    out
}

/// Half the sum of rows, rounded; variables near their upper bound are counted from there.
fn rounded(rows: &[Cut], of: &[u32], count: usize, high: &[u32], turned: impl Fn(usize) -> bool) -> Cut {
    let mut sum = vec![0_i64; count];
    let mut least = 0;
    for r in of {
        for (v, a) in &rows[*r as usize].takes {
            sum[*v as usize] += a;
        }
        least += rows[*r as usize].least;
    }
    let half_up = |x: i64| x.div_euclid(2) + x.rem_euclid(2);
    let mut moved = least;
    for (v, a) in sum.iter().enumerate().filter(|(v, a)| **a != 0 && turned(*v)) {
        moved -= a * i64::from(high[v]);
    }
    let mut least = half_up(moved);
    let mut takes = Vec::new();
    for (v, a) in sum.iter().enumerate().filter(|(_, a)| **a != 0) {
        let coefficient = if turned(v) {
            let back = half_up(-a);
            least -= back * i64::from(high[v]);
            -back
        } else {
            half_up(*a)
        };
        if coefficient != 0 {
            takes.push((v as u32, coefficient));
        }
    }
    Cut { takes, least }
}

/// Cosine of the angle between two cuts.
fn likeness(a: &Cut, b: &Cut) -> f64 {
    let (mut i, mut j, mut dot) = (0, 0, 0.0);
    while i < a.takes.len() && j < b.takes.len() {
        match a.takes[i].0.cmp(&b.takes[j].0) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                dot += (a.takes[i].1 * b.takes[j].1) as f64;
                (i, j) = (i + 1, j + 1);
            }
        }
    }
    dot / (a.norm() * b.norm())
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
                for cut in zero_half(&rows, &value, &high, 20) {
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
