//! Which place and category a call has: shares added up, and strata that come and go with the hour.

use crate::ids::{CategoryId, PointId};

/// Shares added up, for drawing an index. The search has no branches and beats a guide table on a thousand points.
#[derive(Clone, Debug)]
pub(super) struct Cumulative(Vec<f64>);

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
        Cumulative(sums)
    }

    /// The first index whose sum is not below `u`.
    #[inline]
    pub(super) fn pick(&self, u: f64) -> usize {
        self.0.partition_point(|s| *s < u).min(self.0.len().saturating_sub(1))
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

    #[inline]
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

    #[inline]
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
    #[inline]
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
    use crate::random::Stream;

    /// Two strata of which one is silent at first: places and categories by their shares, in step with the rows.
    #[test]
    fn strata_share_the_calls_of_a_row() {
        let places = |ids: &[u32]| Places::of(&ids.iter().map(|i| (PointId(*i), 1.0)).collect::<Vec<_>>());
        let categories = |list: &[(u32, f64)]| {
            Categories::of(&list.iter().map(|(i, share)| (CategoryId(*i), *share)).collect::<Vec<_>>())
        };
        let mix = Mix {
            places: vec![places(&[0, 1, 2, 3]), places(&[9])],
            strata: vec![
                Stratum { places: 0, categories: categories(&[(0, 0.75), (1, 0.25)]) },
                Stratum { places: 1, categories: categories(&[(2, 0.5), (3, 0.5)]) },
            ],
            sums: vec![0.0, 1.0, 0.4, 1.0],
        };
        let mut random = Stream::new(5, "mix", 0);
        let n = 100_000;
        for (row, first) in [(0, 0.0), (1, 0.4)] {
            let mut counts = [0.0; 4];
            let mut places = [0.0; 10];
            for _ in 0..n {
                let (stratum, point, category) = mix.draw(row, random.uniform(), random.uniform());
                assert_eq!(stratum == 0, category.0 < 2);
                assert_eq!(stratum == 1, point.0 == 9);
                counts[category.index()] += 1.0;
                places[point.index()] += 1.0;
            }
            let rest = 1.0 - first;
            let near = |got: f64, share: f64| {
                let error = (share * (1.0 - share) / f64::from(n)).sqrt();
                assert!((got / f64::from(n) - share).abs() <= 4.5 * error, "{row}: {got} against {share}");
            };
            let want = [first * 0.75, first * 0.25, rest * 0.5, rest * 0.5];
            counts.into_iter().zip(want).for_each(|(got, want)| near(got, want));
            (0..4).for_each(|p| near(places[p], first / 4.0));
        }
    }
}
