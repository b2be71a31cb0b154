//! How unequally a burden (here: a wait) is shared out among people.

/// Values and how many people have each, sorted from the least value up. People without weight are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shared {
    /// Value and people, by value.
    sorted: Vec<(f64, f64)>,
    people: f64,
}

impl Shared {
    /// Of values with their weights; weights must not be negative.
    pub fn new(values: impl IntoIterator<Item = (f64, f64)>) -> Shared {
        let mut sorted: Vec<(f64, f64)> = values.into_iter().filter(|(_, weight)| *weight > 0.0).collect();
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let people = sorted.iter().map(|v| v.1).sum();
        Shared { sorted, people }
    }

    /// All people.
    pub fn people(&self) -> f64 {
        self.people
    }

    /// The mean value of a person; `None` without people.
    pub fn mean(&self) -> Option<f64> {
        (self.people > 0.0).then(|| self.sorted.iter().map(|(v, w)| v * w).sum::<f64>() / self.people)
    }

    /// The value that so large a share of people do not exceed.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let wanted = share * self.people;
        let mut sum = 0.0;
        let found = self.sorted.iter().find(|(_, weight)| {
            sum += weight;
            // As much as rounding makes of a sum.
            sum >= wanted - 1e-9 * self.people
        });
        found.or(self.sorted.last()).map(|v| v.0)
    }

    /// The mean value of the share of people with the highest values; somebody on the border counts in part.
    pub fn mean_of_highest(&self, share: f64) -> Option<f64> {
        let total = share * self.people;
        (total > 0.0).then(|| part(self.sorted.iter().rev(), total) / total)
    }

    /// How many people have more than a value.
    pub fn beyond(&self, value: f64) -> f64 {
        self.sorted.iter().filter(|v| v.0 > value).fold(0.0, |sum, v| sum + v.1)
    }

    /// The Gini coefficient: half the mean absolute difference between two people, measured by the mean; 0 where all have the
    /// same. By `1 − Σ w_i (S_i + S_{i−1}) / (W S)` with `S_i` the burden of the i people with the least (C. Gini, "Variabilità
    /// e mutabilità", 1912; the area under Lorenz's curve by trapezia). `None` without people or burden.
    pub fn gini(&self) -> Option<f64> {
        let whole: f64 = self.sorted.iter().map(|(v, w)| v * w).sum();
        if self.people <= 0.0 || whole <= 0.0 {
            return None;
        }
        let mut before = 0.0;
        let area: f64 = self
            .sorted
            .iter()
            .map(|(value, weight)| {
                let up_to = before + value * weight;
                let piece = weight * (before + up_to);
                before = up_to;
                piece
            })
            .sum();
        Some((1.0 - area / (self.people * whole)).max(0.0))
    }

    /// The Palma ratio: what the tenth with the most bears, over what the four tenths with the least bear (A. Cobham and
    /// A. Sumner, "Is it all about the tails? The Palma measure of income inequality", 2013); a quarter where all have the same.
    pub fn palma(&self) -> Option<f64> {
        let least = part(self.sorted.iter(), 0.4 * self.people);
        (least > 0.0).then(|| part(self.sorted.iter().rev(), 0.1 * self.people) / least)
    }
}

/// What the first so many people bear.
fn part<'a>(values: impl Iterator<Item = &'a (f64, f64)>, people: f64) -> f64 {
    let mut left = people;
    let mut sum = 0.0;
    for (value, weight) in values {
        let taken = weight.min(left);
        sum += value * taken;
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn told_by_hand() {
        // Ten people: six wait 1, three 2, one 12.
        let all = Shared::new([(12.0, 1.0), (1.0, 6.0), (5.0, 0.0), (2.0, 3.0)]);
        assert_eq!((all.people(), all.mean()), (10.0, Some(2.4)));
        assert_eq!(
            [0.0, 0.6, 0.61, 0.9, 0.95, 1.0].map(|q| all.quantile(q).unwrap()),
            [1.0, 1.0, 2.0, 2.0, 12.0, 12.0]
        );
        assert_eq!(all.mean_of_highest(0.1), Some(12.0));
        assert_eq!(all.mean_of_highest(0.2), Some(7.0));
        assert_eq!((all.beyond(2.0), all.beyond(1.9)), (1.0, 4.0));
        assert_eq!(all.palma(), Some(12.0 / 4.0));
        // Mean absolute difference over all ordered pairs: 2 (6·3·1 + 6·1·11 + 3·1·10) / 100 = 2.28.
        assert!((all.gini().unwrap() - 2.28 / 2.0 / 2.4).abs() < 1e-12);
    }

    #[test]
    fn where_all_are_the_same_nothing_is_unequal() {
        let same = Shared::new([(7.0, 2.0), (7.0, 3.5)]);
        assert!(same.gini().unwrap() < 1e-12 && (same.palma().unwrap() - 0.25).abs() < 1e-12);
        let nobody = Shared::new([]);
        assert!(nobody.gini().is_none() && nobody.palma().is_none() && nobody.mean().is_none());
        assert!(nobody.quantile(0.5).is_none() && nobody.mean_of_highest(0.1).is_none());
    }

    proptest! {
        #[test]
        fn gini_is_half_the_mean_difference(values in prop::collection::vec((0.1..50.0_f64, 1..5_u8), 1..30)) {
            let shared = Shared::new(values.iter().map(|(v, w)| (*v, f64::from(*w))));
            let people: Vec<f64> = values.iter().flat_map(|(v, w)| vec![*v; usize::from(*w)]).collect();
            let n = people.len() as f64;
            let pairs: f64 = people.iter().map(|a| people.iter().map(|b| (a - b).abs()).sum::<f64>()).sum();
            let mean = people.iter().sum::<f64>() / n;
            prop_assert!((shared.gini().unwrap() - pairs / (n * n) / 2.0 / mean).abs() < 1e-9);
            prop_assert!((shared.mean().unwrap() - mean).abs() < 1e-9);
            prop_assert!(shared.mean_of_highest(0.1).unwrap() >= shared.quantile(0.9).unwrap() - 1e-9);
        }
    }
}
