//! Prices in terms of the model, for another small problem of the same model.

use super::relax::Prices;
use super::shrink::Small;
use super::state::Ground;

/// Prices in terms of the model, so that a child may begin with its parent's.
#[derive(Debug)]
pub(super) struct Kept {
    /// Of each row.
    pub row: Vec<f64>,
    side: Vec<((u32, u32, u32), f64)>,
    /// Of each share.
    pub share: Vec<f64>,
}

impl Kept {
    /// Takes prices of a small problem apart.
    pub fn of(ground: &Ground<'_>, small: &Small, prices: &Prices) -> Kept {
        let weight = |r: usize| {
            let shares: f64 = ground.shares_of[r].iter().map(|s| s.1).sum();
            (ground.model.weight[r] + shares).max(1e-9)
        };
        let mut total = vec![0.0; small.rows.len()];
        for (r, s) in small.row_of.iter().enumerate().filter(|(_, s)| **s != u32::MAX) {
            total[*s as usize] += weight(r);
        }
        let row = small.row_of.iter().enumerate().map(|(r, s)| match *s {
            u32::MAX => 0.0,
            s => prices.row[s as usize] * weight(r) / total[s as usize],
        });
        let mut share = vec![0.0; ground.model.shares.len()];
        for ((s, _), price) in small.lacks.iter().zip(&prices.share) {
            share[*s as usize] = *price;
        }
        let mut side: Vec<_> = small.sides.iter().map(|s| s.id).zip(prices.side.iter().copied()).collect();
        side.sort_by_key(|x| x.0);
        Kept { row: row.collect(), side, share }
    }

    /// The prices for a small problem.
    pub fn for_small(&self, small: &Small) -> Prices {
        let mut prices =
            Prices { row: vec![0.0; small.rows.len()], side: Vec::new(), share: Vec::with_capacity(small.lacks.len()) };
        for (r, s) in small.row_of.iter().enumerate().filter(|(_, s)| **s != u32::MAX) {
            prices.row[*s as usize] += self.row[r];
        }
        for (price, row) in prices.row.iter_mut().zip(&small.rows) {
            if row.cap == u32::MAX {
                *price = price.max(0.0);
            }
        }
        let price_of =
            |id: &(u32, u32, u32)| self.side.binary_search_by_key(id, |x| x.0).map_or(0.0, |i| self.side[i].1);
        prices.side = small.sides.iter().map(|s| price_of(&s.id)).collect();
        prices.share = small.lacks.iter().map(|(s, _)| self.share[*s as usize]).collect();
        prices
    }
}
