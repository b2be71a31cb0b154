//! Greedy choice of posts among places of the map.

use super::people::ProposedPoint;
use super::sites::{ProposedSite, SAME_PLACE_M};
use crate::geo::distance_m;

/// People per post at the most (assumption: one per 50,000 to 100,000).
const PEOPLE_PER_POST: f64 = 75_000.0;
/// Straight-line reach of a post that more posts are chosen for, metres, urban and rural; and the share of people that
/// should be within it.
const REACH_M: [f64; 2] = [5_000.0, 20_000.0];
const REACHED: f64 = 0.95;
/// A further post must bring so much of all people within reach.
const WORTH: f64 = 0.01;

/// What further posts are chosen for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// All are taken.
    All,
    /// Each shortens people's straight-line distances to their nearest post most, until there are enough.
    Near,
    /// Each brings most people within reach, while that is worth it and until most people are.
    Reach,
}

/// Greedy choice of posts, one by one.
pub(super) struct Choice<'a> {
    points: &'a [ProposedPoint],
    total: f64,
    needed: usize,
    /// Distance of each point from its nearest post.
    nearest: Vec<f64>,
}

impl Choice<'_> {
    /// Nothing chosen yet.
    pub(super) fn new(points: &[ProposedPoint]) -> Choice<'_> {
        let total: f64 = points.iter().map(|p| p.population).sum();
        let needed = (total / PEOPLE_PER_POST).ceil().max(1.0) as usize;
        // Farther than any two places on earth are apart.
        Choice { points, total, needed, nearest: vec![3e7; points.len()] }
    }

    fn reach(point: &ProposedPoint) -> f64 {
        REACH_M[point.zone.index()]
    }

    fn reached(&self) -> f64 {
        let within = self.points.iter().zip(&self.nearest).filter(|(p, d)| **d <= Choice::reach(p));
        within.map(|(p, _)| p.population).sum()
    }

    fn done(&self, aim: Aim, chosen: usize) -> bool {
        match aim {
            Aim::All => false,
            Aim::Near => chosen >= self.needed,
            Aim::Reach => self.reached() >= REACHED * self.total,
        }
    }

    /// What a post with these distances from the points would bring, people or people times metres.
    fn gain(&self, aim: Aim, distances: &[f64]) -> f64 {
        let pairs = self.points.iter().zip(distances).zip(&self.nearest);
        if aim == Aim::Reach {
            let newly = pairs.filter(|((p, d), n)| **d <= Choice::reach(p) && **n > Choice::reach(p));
            let newly: f64 = newly.map(|((p, _), _)| p.population).sum();
            return if newly >= WORTH * self.total { newly } else { 0.0 };
        }
        pairs.map(|((p, d), n)| p.population * (n - d).max(0.0)).sum()
    }

    /// Moves sites into `chosen`; gives back those that were not taken.
    pub(super) fn take(
        &mut self,
        sites: Vec<ProposedSite>,
        aim: Aim,
        chosen: &mut Vec<ProposedSite>,
    ) -> Vec<ProposedSite> {
        let mut taken = vec![false; sites.len()];
        let distances = |s: &ProposedSite| self.points.iter().map(|p| distance_m(p.at, s.at)).collect::<Vec<f64>>();
        let table: Vec<Vec<f64>> = sites.iter().map(distances).collect();
        while !self.done(aim, chosen.len()) {
            let free = (0..sites.len())
                .filter(|i| !taken[*i] && chosen.iter().all(|c| distance_m(c.at, sites[*i].at) > SAME_PLACE_M));
            // The first of equals.
            let mut best: Option<(f64, usize)> = None;
            for i in free {
                let gain = self.gain(aim, &table[i]);
                if (gain > 0.0 || aim == Aim::All) && best.is_none_or(|(g, _)| gain > g) {
                    best = Some((gain, i));
                }
            }
            let Some((_, i)) = best else { break };
            taken[i] = true;
            chosen.push(sites[i].clone());
            for (n, d) in self.nearest.iter_mut().zip(&table[i]) {
                *n = n.min(*d);
            }
        }
        sites.into_iter().zip(taken).filter(|(_, taken)| !taken).map(|(s, _)| s).collect()
    }
}
