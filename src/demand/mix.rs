//! Which place and category a call has: shares added up, and strata that come and go with the hour.

use crate::ids::{CategoryId, PointId};

/// Shares added up, for drawing an index.
#[derive(Clone, Debug)]
pub(super) struct Cumulative {
    sums: Vec<f64>,
    /// From where to look for a number in each of as many equal parts of 0 to 1 (Chen and Asau 1974): the same index as a
    /// search finds, in a step or two.
    guide: Vec<u32>,
}

impl Cumulative {
    pub(super) fn of(weights: impl Iterator<Item = f64>) -> Cumulative {
        let mut sum = 0.0;
        let mut sums: Vec<f64> = weights
            .map(|w| {
                sum += w;
                sum
            })
            .collect();
        if sum > 0.0 {
            sums.iter_mut().for_each(|s| *s /= sum);
        }
        let parts = sums.len();
        // One part too early, so that rounding never makes it too late.
        let from = |part: usize| {
            let low = part.saturating_sub(1) as f64 / parts as f64;
            sums.partition_point(|s| *s < low) as u32
        };
        let guide = (0..parts).map(from).collect();
        Cumulative { sums, guide }
    }

    /// The first index whose sum is not below `u`.
    pub(super) fn pick(&self, u: f64) -> usize {
        let last = self.sums.len().saturating_sub(1);
        let part = ((u * self.sums.len() as f64) as usize).min(last);
        let mut at = self.guide.get(part).map_or(0, |at| *at as usize);
        while at < last && self.sums[at] < u {
            at += 1;
        }
        at
    }
}

/// Categories to draw from.
#[derive(Clone, Debug)]
pub(super) struct Categories {
    ids: Vec<CategoryId>,
    shares: Cumulative,
}

impl Categories {
    pub(super) fn of(shares: &[(CategoryId, f64)]) -> Categories {
        let ids = shares.iter().map(|(id, _)| *id).collect();
        Categories { ids, shares: Cumulative::of(shares.iter().map(|(_, share)| *share)) }
    }

    fn pick(&self, u: f64) -> CategoryId {
        self.ids.get(self.shares.pick(u)).copied().unwrap_or(CategoryId(0))
    }
}

/// Places to draw from.
#[derive(Clone, Debug)]
pub(super) struct Places {
    ids: Vec<PointId>,
    shares: Cumulative,
}

impl Places {
    pub(super) fn of(weights: &[(PointId, f64)]) -> Places {
        let ids = weights.iter().map(|(id, _)| *id).collect();
        Places { ids, shares: Cumulative::of(weights.iter().map(|(_, w)| *w)) }
    }

    fn pick(&self, u: f64) -> PointId {
        self.ids.get(self.shares.pick(u)).copied().unwrap_or(PointId(0))
    }
}

/// Calls that keep step over time: some places, some categories.
#[derive(Clone, Debug)]
pub(super) struct Stratum {
    /// Index into [`Mix::places`].
    pub(super) places: usize,
    pub(super) categories: Categories,
}

/// How place and category are drawn.
#[derive(Clone, Debug)]
pub(super) struct Mix {
    pub(super) places: Vec<Places>,
    pub(super) strata: Vec<Stratum>,
    /// Sums of the strata's shares, one row of them for each row of rates; empty where there is one stratum.
    pub(super) sums: Vec<f64>,
}

impl Mix {
    /// The stratum, place and category of a call in a row of rates, by two uniform numbers.
    pub(super) fn draw(&self, row: usize, place: f64, category: f64) -> (usize, PointId, CategoryId) {
        let n = self.strata.len();
        let (at, rest) = match self.sums.get(row * n..(row + 1) * n) {
            Some(sums) if n > 1 => {
                let at = sums.partition_point(|s| *s < category).min(n - 1);
                let low = if at == 0 { 0.0 } else { sums[at - 1] };
                // What is left of the number within its stratum is as good as a new one.
                (at, ((category - low) / (sums[at] - low)).clamp(0.0, 1.0))
            }
            _ => (0, category),
        };
        let stratum = &self.strata[at];
        (at, self.places[stratum.places].pick(place), stratum.categories.pick(rest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_guide_finds_what_a_search_finds(
            weights in prop::collection::vec(prop_oneof![1 => Just(0.0), 4 => 0.0..1.0_f64, 1 => 0.0..1e6_f64], 1..60),
            numbers in prop::collection::vec(0.0..1.0_f64, 40),
        ) {
            let c = Cumulative::of(weights.iter().copied());
            let edges: Vec<f64> = c.sums.iter().flat_map(|s| [*s, s.next_down(), s.next_up()]).collect();
            let parts = (0..=weights.len()).map(|k| k as f64 / weights.len() as f64);
            for u in numbers.into_iter().chain(edges).chain(parts).filter(|u| *u > 0.0 && *u < 1.0) {
                let search = c.sums.partition_point(|s| *s < u).min(weights.len() - 1);
                prop_assert_eq!(c.pick(u), search, "{}", u);
            }
        }
    }
}
