//! Climbing a hill in the fog: local search where every look at a choice is a noisy one.
//!
//! Each neighbour is compared with the incumbent on the same replications by the procedure KN of Kim and Nelson (2001, see
//! [`Kn`]) for two systems, the incumbent moved up by half of what is worth a move: a comparison with a standard (Nelson and
//! Goldsman, *Management Science* 47 (2001) 449–463; Kim, *ACM Transactions on Modeling and Computer Simulation* 15 (2005)
//! 155–174). So a neighbour that is no better is taken with a chance of α at most, and one that is better by what is worth a
//! move is taken with a chance of 1 − α at least unless the limit of replications comes first; hopeless ones go after the
//! first stage. With `m` comparisons at most, each has α / m (Bonferroni). Every incumbent is looked at in replications of its
//! own, which those before it had no say in: so what is promised of a comparison holds whatever led to it.

use crate::stats::{Kn, Selection};
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Replications that are played at once beyond the first stage; the same for any number of threads.
const BATCH: u32 = 8;

/// How to climb.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Climbing {
    /// Whether more of the figure is better.
    pub(super) larger_is_better: bool,
    /// A gain of so much is worth a move.
    pub(super) worth: f64,
    /// The chance that no move is for the worse, at least.
    pub(super) confidence: f64,
    /// Comparisons at most.
    pub(super) comparisons: u32,
    /// Replications of the first stage of each.
    pub(super) first: u32,
    /// Replications of each at most.
    pub(super) most: u32,
    /// Number of the first replication: those before it are never played.
    pub(super) from: u32,
}

/// Where the search stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Climb {
    /// Comparisons made.
    pub compared: u32,
    /// Of how many at most.
    pub of: u32,
    /// Moves made.
    pub moves: u32,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Climbed<C> {
    /// The incumbents: the start, and each that was shown better than the one before.
    pub(super) path: Vec<C>,
    /// Replications of the comparison that led to each move.
    pub(super) took: Vec<u32>,
    /// Comparisons made.
    pub(super) compared: u32,
    /// Of these, those undecided when the limit of replications came.
    pub(super) undecided: u32,
    /// Replications played.
    pub(super) played: u64,
    /// Whether all neighbours of the last incumbent were looked at.
    pub(super) all_tried: bool,
    /// Whether it was stopped.
    pub(super) stopped: bool,
}

/// What a choice gives in a replication; `None` where there is nothing to count.
pub(super) type Look<'a, C> = dyn Fn(&C, u32) -> Option<f64> + Sync + 'a;

/// Values of an incumbent and a neighbour in the same replications.
struct Looks {
    from: u32,
    incumbent: Vec<Option<f64>>,
    played: u64,
}

impl Looks {
    /// Values of both in replications `at..to` of this round.
    fn both<C: Sync>(
        &mut self,
        look: &Look<'_, C>,
        (incumbent, neighbour): (&C, &C),
        at: u32,
        to: u32,
    ) -> Vec<[Option<f64>; 2]> {
        let known = self.incumbent.len() as u32;
        let missing = (known..to).map(|r| (true, r));
        let tasks: Vec<(bool, u32)> = missing.chain((at..to).map(|r| (false, r))).collect();
        let number = |r: u32| self.from.saturating_add(r);
        let found: Vec<Option<f64>> =
            tasks.par_iter().map(|(first, r)| look(if *first { incumbent } else { neighbour }, number(*r))).collect();
        self.played += found.len() as u64;
        let (of_incumbent, of_neighbour) = found.split_at(tasks.iter().filter(|(first, _)| *first).count());
        self.incumbent.extend_from_slice(of_incumbent);
        (at..to).zip(of_neighbour).map(|(r, value)| [self.incumbent[r as usize], *value]).collect()
    }
}

/// Climbs from a start. `around` gives the neighbours of a choice, those to be tried first at the head; none is compared twice.
pub(super) fn climb<C: Clone + PartialEq + Sync>(
    start: C,
    around: &mut dyn FnMut(&C) -> Vec<C>,
    look: &Look<'_, C>,
    how: &Climbing,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Climb),
) -> Climbed<C> {
    let mut out = Climbed {
        path: vec![start.clone()],
        took: Vec::new(),
        compared: 0,
        undecided: 0,
        played: 0,
        all_tried: false,
        stopped: false,
    };
    let mut seen = vec![start.clone()];
    let mut incumbent = start;
    'round: loop {
        let round = out.took.len() as u32;
        let from = how.from.saturating_add(round.saturating_mul(how.most));
        let mut looks = Looks { from, incumbent: Vec::new(), played: 0 };
        for neighbour in around(&incumbent) {
            if seen.contains(&neighbour) {
                continue;
            }
            if out.compared >= how.comparisons {
                out.played += looks.played;
                return out;
            }
            tell(Climb { compared: out.compared, of: how.comparisons, moves: round });
            seen.push(neighbour.clone());
            out.compared += 1;
            let Some((better, replications)) = compare(&mut looks, look, (&incumbent, &neighbour), how, stop) else {
                out.stopped = true;
                out.played += looks.played;
                return out;
            };
            out.undecided += u32::from(better.is_none());
            if better == Some(true) {
                out.path.push(neighbour.clone());
                out.took.push(replications);
                out.played += looks.played;
                incumbent = neighbour;
                continue 'round;
            }
        }
        out.played += looks.played;
        out.all_tried = true;
        return out;
    }
}

/// Whether a neighbour is shown better than the incumbent (`None`: undecided at the limit), and after how many replications;
/// `None` if it was stopped.
fn compare<C: Sync>(
    looks: &mut Looks,
    look: &Look<'_, C>,
    both: (&C, &C),
    how: &Climbing,
    stop: &AtomicBool,
) -> Option<(Option<bool>, u32)> {
    let zone = how.worth / 2.0;
    let each = 1.0 - (1.0 - how.confidence) / f64::from(how.comparisons.max(1));
    let first = u64::from(how.first.max(2));
    // Settings that no race can have leave all as it is.
    let Ok(race) = Kn::new(2, zone, each, first, how.larger_is_better) else { return Some((None, 0)) };
    let mut race = race.at_most(u64::from(how.most));
    let lift = if how.larger_is_better { zone } else { -zone };
    let mut at = 0;
    while race.state() == Selection::Undecided && at < how.most {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let to = if at == 0 { how.first.clamp(2, how.most.max(2)) } else { (at + BATCH).min(how.most) };
        for pair in looks.both(look, both, at, to) {
            if let ([Some(a), Some(b)], Selection::Undecided) = (pair, race.state()) {
                // What is pushed fits; a value that is no number says nothing.
                let _ = race.push(&[a + lift, b]);
            }
        }
        at = to;
    }
    let better = match race.state() {
        Selection::Best(system) => Some(system == 1),
        _ => None,
    };
    Some((better, race.replications() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Stream, normal_quantile};

    fn how() -> Climbing {
        Climbing {
            larger_is_better: true,
            worth: 1.0,
            confidence: 0.95,
            comparisons: 30,
            first: 10,
            most: 60,
            from: 1000,
        }
    }

    /// A value of a choice in a replication: what the choice is worth, chance that all share, chance of its own.
    fn noisy(worth: f64, choice: i64, seed: u64, replication: u32) -> f64 {
        let mut common = Stream::new(seed, "test climb", replication);
        let mut own = Stream::new(seed, &format!("test climb {choice}"), replication);
        worth + 3.0 * normal_quantile(common.uniform()) + 0.7 * normal_quantile(own.uniform())
    }

    fn steps(c: &i64) -> Vec<i64> {
        vec![c + 1, c - 1, c + 2, c - 2]
    }

    fn never() -> AtomicBool {
        AtomicBool::new(false)
    }

    #[test]
    fn it_climbs_to_the_top_and_stays_there() {
        for seed in 0..10 {
            // A hill with its top at 7, 1.5 high at each step.
            let look = |c: &i64, r: u32| Some(noisy(-1.5 * (c - 7).abs() as f64, *c, seed, r));
            let found = climb(0, &mut steps, &look, &how(), &never(), &mut |_| {});
            assert_eq!(found.path.last(), Some(&7), "{found:?}");
            assert_eq!(found.took.len() + 1, found.path.len());
            assert!(found.all_tried && found.compared <= 30);
            let down = Climbing { larger_is_better: false, ..how() };
            let look = |c: &i64, r: u32| Some(noisy(1.5 * (c - 7).abs() as f64, *c, seed, r));
            assert_eq!(climb(0, &mut steps, &look, &down, &never(), &mut |_| {}).path.last(), Some(&7));
        }
    }

    #[test]
    fn it_does_not_move_on_noise_alone() {
        let mut moved = 0;
        let mut naive = 0;
        for seed in 0..300 {
            let look = |c: &i64, r: u32| Some(noisy(0.0, *c, seed, r));
            let found = climb(0, &mut steps, &look, &how(), &never(), &mut |_| {});
            assert_eq!(found.compared, if found.path.len() == 1 { 4 } else { found.compared });
            moved += u32::from(found.path.len() > 1);
            let mean = |c: i64| (0..10).map(|r| noisy(0.0, c, seed, r)).sum::<f64>();
            naive += u32::from([1, -1, 2, -2].iter().any(|c| mean(*c) > mean(0)));
        }
        // 5 % are allowed over thirty comparisons, here are four; taking the better of two means moves nearly always.
        assert!(moved <= 6 && naive > 200, "{moved} of 300 moved, {naive} by means");
    }

    #[test]
    fn threads_do_not_show_and_a_stop_is_obeyed() {
        let look = |c: &i64, r: u32| Some(noisy(-0.6 * (c - 3).abs() as f64, *c, 5, r));
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| climb(0, &mut steps, &look, &how(), &never(), &mut |_| {}))
        };
        let one = with(1);
        assert_eq!(one, with(3));
        assert!(one.path.len() > 1 && one.played > 40);
        let stopped = climb(0, &mut steps, &look, &how(), &AtomicBool::new(true), &mut |_| {});
        assert!(stopped.stopped && stopped.path == [0] && stopped.played == 0);
        // No replication is played below the first number, nor twice by different incumbents.
        let lowest = |_: &i64, r: u32| {
            assert!(r >= 1000);
            Some(0.0)
        };
        let flat = climb(0, &mut steps, &lowest, &how(), &never(), &mut |_| {});
        assert_eq!((flat.path.len(), flat.all_tried), (1, true));
    }
}
