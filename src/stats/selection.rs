//! Which of several systems is best? A fully sequential procedure that drops the losers on the way.

use super::running::RunningMean;

/// What is known about which system is best.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Several are still in the race.
    Undecided,
    /// This one: with the confidence asked for it is the best, or less than the indifference zone away from it.
    Best(usize),
    /// The limit of replications was reached with these still in the race.
    CannotTell(Vec<usize>),
}

/// Why a selection cannot be, or a replication does not fit.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// A setting is outside its range.
    #[error("{what} = {value} is not allowed here: it must be {must}")]
    Setting {
        /// Its name.
        what: &'static str,
        /// What was given.
        value: f64,
        /// What it must be.
        must: &'static str,
    },
    /// Another number of values than systems in the race.
    #[error("a replication of {wanted} systems is needed, {given} values were given")]
    Width {
        /// Values given.
        given: usize,
        /// Systems in the race.
        wanted: usize,
    },
    /// A value that is not a finite number.
    #[error("the value {value} of system {system} is not a finite number")]
    NotFinite {
        /// The system.
        system: usize,
        /// Its value.
        value: f64,
    },
}

/// The procedure KN of S.-H. Kim and B. L. Nelson, "A fully sequential procedure for indifference-zone selection in
/// simulation", ACM Transactions on Modeling and Computer Simulation 11 (2001) 251–273; with c = 1, as they advise, and
/// *without* updating the variances after the first stage: the guarantee holds for finite samples of normal data only so.
///
/// The guarantee: if the best system's mean is at least `δ` better than the others', it is selected with at least the
/// confidence `1 − α`, whatever the variances and whatever the correlation across systems: common random numbers are
/// allowed and make it quicker. If others are within `δ` of the best, one of those or the best is selected.
///
/// With k systems and n₀ replications of the first stage: `η = ½ [(2α / (k − 1))^(−2 / (n₀ − 1)) − 1]`,
/// `h² = 2 η (n₀ − 1)`, `S²_il` the sample variance of the differences of systems i and l over the first stage. After r
/// replications system i stays when, for every other l in the race,
/// `X̄_i(r) ≥ X̄_l(r) − W_il(r)` with `W_il(r) = max(0, δ / (2r) · (h² S²_il / δ² − r))`.
/// The race ends when one is left, and at the latest when all `W_il` are zero: after one more than the largest whole
/// `h² S²_il / δ²` replications. Of means that are equal then, the first is taken.
///
/// The observations should be about normal and independent from one replication to the next: feed means over a whole
/// replication, not single waiting times. Measured in the least favourable case at 95 %: with normal data 95.4 to
/// 96.5 % of 4,000 selections are right; among four queues with 480 customers in each replication, whose means are skewed,
/// 97.7 % with a first stage of 20 replications, but 94.2 % with one of 10.
#[derive(Clone, Debug)]
pub struct Kn {
    delta: f64,
    first: u64,
    sign: f64,
    h2: f64,
    most: Option<u64>,
    n: u64,
    systems: usize,
    /// In ascending order.
    alive: Vec<usize>,
    /// Sums of `sign × value`; those of dropped systems stand still.
    sums: Vec<f64>,
    /// Of the first stage, systems i < l in the order (0,1), (0,2), …, (1,2), …
    differences: Vec<RunningMean>,
    /// When each system was dropped, in replications.
    dropped: Vec<Option<u64>>,
}

impl Kn {
    /// A race of `systems` systems with the indifference zone `delta` (in the unit of the observations), the confidence of a
    /// correct selection and `first` replications of the first stage.
    ///
    /// # Errors
    /// [`SelectionError::Setting`]: no systems, `delta` not above zero, a confidence not between 1/k (which guessing has)
    /// and 1, or fewer than two replications of the first stage. Kim and Nelson advise at least 10.
    pub fn new(
        systems: usize,
        delta: f64,
        confidence: f64,
        first: u64,
        larger_is_better: bool,
    ) -> Result<Kn, SelectionError> {
        let setting = |what, value, must| Err(SelectionError::Setting { what, value, must });
        if systems == 0 {
            return setting("systems", 0.0, "one or more");
        }
        if !(delta.is_finite() && delta > 0.0) {
            return setting("delta", delta, "a finite number above zero");
        }
        if !(confidence > 1.0 / systems.max(2) as f64 && confidence < 1.0) {
            return setting("confidence", confidence, "above that of guessing and below 1");
        }
        if first < 2 {
            return setting("first", first as f64, "2 or more");
        }
        let others = systems.saturating_sub(1).max(1) as f64;
        let degrees = (first - 1) as f64;
        let eta = 0.5 * (libm::pow(2.0 * (1.0 - confidence) / others, -2.0 / degrees) - 1.0);
        Ok(Kn {
            delta,
            first,
            sign: if larger_is_better { 1.0 } else { -1.0 },
            h2: 2.0 * eta * degrees,
            most: None,
            n: 0,
            systems,
            alive: (0..systems).collect(),
            sums: vec![0.0; systems],
            differences: vec![RunningMean::new(); systems * (systems - 1) / 2],
            dropped: vec![None; systems],
        })
    }

    /// The same race with a limit of replications, after which those left cannot be told apart.
    #[must_use]
    pub fn at_most(self, replications: u64) -> Kn {
        Kn { most: Some(replications), ..self }
    }

    /// Adds one replication: the values of the systems in the race, in the order of [`Kn::alive`]. Once the race is over,
    /// nothing happens.
    ///
    /// # Errors
    /// [`SelectionError`], with the race as before, when the number of values does not fit or one is not finite.
    pub fn push(&mut self, values: &[f64]) -> Result<(), SelectionError> {
        if self.state() != Selection::Undecided {
            return Ok(());
        }
        if values.len() != self.alive.len() {
            return Err(SelectionError::Width { given: values.len(), wanted: self.alive.len() });
        }
        if let Some((&system, &value)) = self.alive.iter().zip(values).find(|(_, v)| !v.is_finite()) {
            return Err(SelectionError::NotFinite { system, value });
        }
        self.n += 1;
        for (&system, value) in self.alive.iter().zip(values) {
            self.sums[system] += self.sign * value;
        }
        if self.n <= self.first {
            // In the first stage all are in the race.
            for i in 0..self.systems {
                for l in i + 1..self.systems {
                    let pair = self.pair(i, l);
                    self.differences[pair].push(values[i] - values[l]);
                }
            }
        }
        if self.n >= self.first {
            self.screen();
        }
        Ok(())
    }

    fn screen(&mut self) {
        let r = self.n as f64;
        // r (X̄_i − X̄_l + W_il) ≥ 0, in sums.
        let stays = |i: usize| {
            self.alive.iter().all(|&l| l == i || self.sums[i] - self.sums[l] + r * self.tolerance(i, l) >= 0.0)
        };
        let mut left: Vec<usize> = self.alive.iter().copied().filter(|i| stays(*i)).collect();
        let all_zero = left.iter().all(|&i| left.iter().all(|&l| i == l || self.tolerance(i, l) <= 0.0));
        if all_zero {
            // Only equal means can be left.
            left.truncate(1);
        }
        for &gone in self.alive.iter().filter(|i| !left.contains(i)) {
            self.dropped[gone] = Some(self.n);
        }
        self.alive = left;
    }

    /// `W_il(r)` at the current number of replications r: how far the mean of i may lie behind that of l without being
    /// dropped. Infinite before the first stage is over.
    pub fn tolerance(&self, i: usize, l: usize) -> f64 {
        let Some(variance) = self.variance(i, l).filter(|_| self.n >= self.first) else { return f64::INFINITY };
        let r = self.n as f64;
        (self.delta / (2.0 * r) * (self.h2 * variance / (self.delta * self.delta) - r)).max(0.0)
    }

    /// Replications after which the race is over at the latest, known once the first stage is over. Systems that were
    /// dropped no longer count.
    pub fn latest_end(&self) -> Option<u64> {
        if self.n < self.first {
            return None;
        }
        let pairs = self.alive.iter().flat_map(|&i| self.alive.iter().map(move |&l| (i, l)));
        let longest = pairs
            .filter(|(i, l)| i < l)
            .filter_map(|(i, l)| self.variance(i, l))
            .map(|v| (self.h2 * v / (self.delta * self.delta)).floor() as u64 + 1)
            .max();
        Some(longest.unwrap_or(0).max(self.n))
    }

    fn pair(&self, i: usize, l: usize) -> usize {
        let (low, high) = (i.min(l), i.max(l));
        low * (2 * self.systems - low - 1) / 2 + high - low - 1
    }

    fn variance(&self, i: usize, l: usize) -> Option<f64> {
        if i == l { None } else { self.differences.get(self.pair(i, l))?.variance() }
    }

    /// Systems still in the race, in ascending order; the next replication needs only these.
    pub fn alive(&self) -> &[usize] {
        &self.alive
    }

    /// Replications so far.
    pub fn replications(&self) -> u64 {
        self.n
    }

    /// After how many replications a system was dropped; `None` while it is in the race.
    pub fn dropped_at(&self, system: usize) -> Option<u64> {
        self.dropped.get(system).copied().flatten()
    }

    /// How the race stands.
    pub fn state(&self) -> Selection {
        match self.alive[..] {
            [one] => Selection::Best(one),
            _ if self.most.is_some_and(|most| self.n >= most) => Selection::CannotTell(self.alive.clone()),
            _ => Selection::Undecided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_of_the_paper() {
        // k = 2, α = 0.05, n₀ = 10: η = ½ (0.1^(−2/9) − 1) = 0.334050, h² = 18 η = 6.012905.
        let kn = Kn::new(2, 1.0, 0.95, 10, true).unwrap();
        assert!((kn.h2 - 6.012_905).abs() < 1e-5, "{}", kn.h2);
        // k = 5, n₀ = 20: η = ½ (0.025^(−2/19) − 1).
        let kn = Kn::new(5, 1.0, 0.95, 20, true).unwrap();
        assert!((kn.h2 / 38.0 - 0.5 * (0.025_f64.powf(-2.0 / 19.0) - 1.0)).abs() < 1e-12);
    }

    #[test]
    fn the_tolerance_is_a_triangle() {
        // Differences alternate ±1: S² = 10/9 after ten; with h² and δ = 1 the tolerance is (h² S² − r) / 2r.
        let mut kn = Kn::new(2, 1.0, 0.95, 10, true).unwrap();
        for k in 0..10 {
            assert_eq!(kn.tolerance(0, 1), f64::INFINITY);
            kn.push(&[if k % 2 == 0 { 1.0 } else { -1.0 }, 0.0]).unwrap();
        }
        // h² S² = 6.68 < 10: no tolerance is left, the means are equal, the first is taken.
        assert_eq!(kn.state(), Selection::Best(0));
        let mut kn = Kn::new(2, 0.5, 0.95, 10, true).unwrap();
        (0..10).for_each(|k| kn.push(&[if k % 2 == 0 { 1.0 } else { -1.0 }, 0.0]).unwrap());
        // h² S² / δ² = 26.724: W = 0.5 / 20 × (26.724 − 10) = 0.4181.
        assert!((kn.tolerance(0, 1) - 0.418_10).abs() < 1e-4, "{}", kn.tolerance(0, 1));
        assert_eq!((kn.latest_end(), kn.state()), (Some(27), Selection::Undecided));
        while kn.state() == Selection::Undecided {
            kn.push(&[0.0, 0.0]).unwrap();
        }
        assert_eq!((kn.replications(), kn.state()), (27, Selection::Best(0)));
    }

    #[test]
    fn clear_losers_go_at_once_and_the_sign_can_be_turned() {
        for (larger, best) in [(true, 2), (false, 0)] {
            let mut kn = Kn::new(3, 0.1, 0.95, 10, larger).unwrap();
            for k in 0..10 {
                let noise = f64::from(k * 37 % 11) / 100.0;
                kn.push(&[noise, 5.0 - noise, 9.0 + noise]).unwrap();
            }
            assert_eq!(kn.state(), Selection::Best(best));
            assert_eq!((kn.dropped_at(1), kn.dropped_at(best)), (Some(10), None));
            // Over is over.
            kn.push(&[]).unwrap();
            assert_eq!(kn.replications(), 10);
        }
        assert_eq!(Kn::new(1, 0.1, 0.95, 10, true).unwrap().state(), Selection::Best(0));
    }

    #[test]
    fn a_limit_says_who_is_left() {
        let mut kn = Kn::new(3, 1e-3, 0.95, 10, true).unwrap().at_most(25);
        while kn.state() == Selection::Undecided {
            let k = kn.replications() as f64;
            let row: Vec<f64> = kn.alive().iter().map(|i| [libm::sin(k), libm::cos(k), -100.0][*i]).collect();
            kn.push(&row).unwrap();
        }
        assert_eq!((kn.replications(), kn.state()), (25, Selection::CannotTell(vec![0, 1])));
    }

    #[test]
    fn faults_are_named_and_change_nothing() {
        for bad in [
            Kn::new(0, 1.0, 0.95, 10, true),
            Kn::new(3, 0.0, 0.95, 10, true),
            Kn::new(3, f64::NAN, 0.95, 10, true),
            Kn::new(3, 1.0, 0.3, 10, true),
            Kn::new(3, 1.0, 1.0, 10, true),
            Kn::new(3, 1.0, 0.95, 1, true),
        ] {
            assert!(matches!(bad, Err(SelectionError::Setting { .. })));
        }
        let mut kn = Kn::new(2, 1.0, 0.95, 10, true).unwrap();
        assert_eq!(kn.push(&[1.0]), Err(SelectionError::Width { given: 1, wanted: 2 }));
        assert!(matches!(kn.push(&[1.0, f64::NAN]), Err(SelectionError::NotFinite { system: 1, .. })));
        assert_eq!(kn.replications(), 0);
    }
}
