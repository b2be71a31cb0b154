//! Sums of rows modulo 2 by elimination.

use super::{Cut, WORTH, turned};
use std::collections::HashSet;

/// Violation from which a cut is looked at.
const LEAST: f64 = 0.05;
/// Slack from which a sum is given up: no cut of it is violated by so much.
const LOOSE: f64 = 1.0 - 2.0 * LEAST;
/// Rows summed in one cut at most.
const LONGEST: u32 = 40;
/// Part of the length of rows at right angles that their sum is thought to have at least.
const SHORTER: f64 = 0.7;
/// Distance from the nearer bound from which a variable counts as away from it.
const AWAY: f64 = 1e-6;

/// A row modulo 2.
struct Odds {
    row: u32,
    /// Is the right side odd?
    odd: bool,
    /// What a sum with this row is farther from violation, at least.
    slack: f64,
    /// Sum of its squared coefficients.
    square: f64,
    /// Columns with odd coefficients.
    at: Vec<u32>,
}

/// Rows modulo 2 that may take part in a cut; columns are variables away from their bounds that two of them have.
pub(super) struct Parity {
    rows: Vec<Odds>,
    /// What an odd coefficient costs.
    residual: Vec<f64>,
}

impl Parity {
    pub fn new(rows: &[Cut], value: &[f64], high: &[u32]) -> Parity {
        let residual: Vec<f64> = value.iter().zip(high).map(|(x, h)| x.min(f64::from(*h) - x).max(0.0)).collect();
        let mut odds: Vec<Odds> = Vec::new();
        for (r, row) in rows.iter().enumerate() {
            let slack = row.slack(value).max(0.0);
            if slack >= LOOSE {
                continue;
            }
            let mut odd = row.least % 2 != 0;
            let mut at = Vec::new();
            for v in row.takes.iter().filter(|(_, a)| a % 2 != 0).map(|t| t.0) {
                odd ^= turned(value[v as usize], high[v as usize]) && !high[v as usize].is_multiple_of(2);
                if residual[v as usize] > AWAY {
                    at.push(v);
                }
            }
            odds.push(Odds { row: r as u32, odd, slack, square: row.norm().powi(2), at });
        }
        let mut parity = Parity { rows: odds, residual };
        parity.reduce();
        parity
    }

    /// What only one row has stays odd in every sum with that row, and is part of its slack.
    fn reduce(&mut self) {
        let mut having = vec![0_u32; self.residual.len()];
        self.rows.iter().flat_map(|r| &r.at).for_each(|v| having[*v as usize] += 1);
        loop {
            let before = self.rows.len();
            self.rows.retain_mut(|row| {
                row.at.retain(|v| {
                    let shared = having[*v as usize] > 1;
                    if !shared {
                        row.slack += self.residual[*v as usize];
                    }
                    shared
                });
                let stays = row.slack < LOOSE && (row.odd || !row.at.is_empty());
                if !stays {
                    row.at.iter().for_each(|v| having[*v as usize] -= 1);
                }
                stays
            });
            if self.rows.len() == before {
                break;
            }
        }
        let columns: Vec<u32> = (0..having.len() as u32).filter(|v| having[*v as usize] > 1).collect();
        let mut number = vec![0; having.len()];
        for (c, v) in columns.iter().enumerate() {
            number[*v as usize] = c as u32;
        }
        self.rows.iter_mut().flat_map(|r| &mut r.at).for_each(|v| *v = number[*v as usize]);
        self.residual = columns.iter().map(|v| self.residual[*v as usize]).collect();
    }

    /// Makes column after column even, in an order of each pass's own, and shows the rows of each sum on the way that
    /// makes a violated cut.
    pub fn sums(&self, pass: usize, show: &mut impl FnMut(&[u32])) {
        let count = self.residual.len();
        let mut order: Vec<u32> = (0..count as u32).collect();
        if pass == 0 {
            order.sort_by(|a, b| self.residual[*b as usize].total_cmp(&self.residual[*a as usize]));
        } else {
            // Another order of elimination finds other cuts.
            order.sort_by_key(|c| mixed((pass * 7_919) as u64 + u64::from(*c)));
        }
        let mut place = vec![0; count];
        for (p, c) in order.iter().enumerate() {
            place[*c as usize] = p;
        }
        let residual: Vec<f64> = order.iter().map(|c| self.residual[*c as usize]).collect();
        let words = count.div_ceil(64);
        let wide = words + self.rows.len().div_ceil(64);
        // Of each sum: its odd columns by place, then its rows.
        let mut bits = vec![0_u64; wide * self.rows.len()];
        let mut heads: Vec<Head> = Vec::new();
        // Sums by their first odd column: when its turn comes, those before it are even in all.
        let mut first: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut seen = HashSet::new();
        let mut of = Vec::new();
        let mut note = |head: &Head, bits: &[u64], from: usize| {
            let violation = head.violation(&bits[..words], from, &residual);
            if violation > LEAST && seen.insert(head.key) {
                of.clear();
                let mut square = 0.0;
                each(&bits[words..], |i| {
                    of.push(self.rows[i].row);
                    square += self.rows[i].square;
                });
                // Half a sum is about as long as if the rows were at right angles, or longer.
                if violation > SHORTER * WORTH * 0.5 * f64::sqrt(square) {
                    show(&of);
                }
            }
        };
        for (i, row) in self.rows.iter().enumerate() {
            let own = &mut bits[i * wide..(i + 1) * wide];
            row.at.iter().map(|c| place[*c as usize]).for_each(|p| own[p / 64] |= 1 << (p % 64));
            own[words + i / 64] |= 1 << (i % 64);
            let key = mixed(u64::from(row.row) + 1_000_003 * pass as u64);
            let head = Head { slack: row.slack, odd: row.odd, rows: 1, key };
            if pass == 0 {
                note(&head, own, 0);
            }
            if let Some(p) = row.at.iter().map(|c| place[*c as usize]).min() {
                first[p].push(i as u32);
            }
            heads.push(head);
        }
        let mut pivot = vec![0_u64; wide];
        for c in 0..count {
            let sums = std::mem::take(&mut first[c]);
            let rank = |i: u32| {
                let head = &heads[i as usize];
                ((head.slack * 1e6) as u64, head.rows, head.key)
            };
            let Some(least) = sums.iter().copied().min_by_key(|i| rank(*i)) else { continue };
            pivot.copy_from_slice(&bits[least as usize * wide..(least as usize + 1) * wide]);
            let by = heads[least as usize];
            for i in sums.into_iter().filter(|i| *i != least) {
                let head = &mut heads[i as usize];
                let own = &mut bits[i as usize * wide..(i as usize + 1) * wide];
                own[c / 64..].iter_mut().zip(&pivot[c / 64..]).for_each(|(a, b)| *a ^= b);
                head.odd ^= by.odd;
                head.key ^= by.key;
                head.rows = own[words..].iter().map(|w| w.count_ones()).sum();
                if head.rows > LONGEST {
                    continue;
                }
                // Not the sum of both slacks: rows in both are in neither now.
                head.slack = 0.0;
                each(&own[words..], |i| head.slack += self.rows[i].slack);
                if head.slack >= LOOSE {
                    continue;
                }
                note(head, own, c / 64);
                if let Some(w) = (c / 64..words).find(|w| own[*w] != 0) {
                    first[w * 64 + own[w].trailing_zeros() as usize].push(i);
                }
            }
        }
    }
}

/// What is known of a sum besides its columns and rows.
#[derive(Clone, Copy)]
struct Head {
    slack: f64,
    odd: bool,
    rows: u32,
    /// Tells sets of rows apart, as far as 64 bits can.
    key: u64,
}

impl Head {
    /// By how much the cut of the sum is violated (0: not, or by too little). Words of columns before `from` are empty.
    fn violation(&self, columns: &[u64], from: usize, residual: &[f64]) -> f64 {
        if !self.odd {
            return 0.0;
        }
        let mut left = 1.0 - self.slack;
        for (w, word) in columns.iter().enumerate().skip(from) {
            let mut word = *word;
            while word != 0 {
                left -= residual[w * 64 + word.trailing_zeros() as usize];
                if left <= 2.0 * LEAST {
                    return 0.0;
                }
                word &= word - 1;
            }
        }
        left / 2.0
    }
}

/// Calls with each bit that is set, ascending.
pub(super) fn each(words: &[u64], mut call: impl FnMut(usize)) {
    for (w, word) in words.iter().enumerate() {
        let mut word = *word;
        while word != 0 {
            call(w * 64 + word.trailing_zeros() as usize);
            word &= word - 1;
        }
    }
}

/// A number that looks random.
fn mixed(x: u64) -> u64 {
    let x = (x ^ (x >> 31)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let x = (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^ (x >> 32)
}
