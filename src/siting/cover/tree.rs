//! One node of the search: what its bound says, and the two nodes below it.

use super::cuts::Cut;
use super::falls::{Branch, Falls, On, sides};
use super::fixing::{demand, fix, restrict};
use super::kept::Kept;
use super::linear::{Linear, Solved};
use super::node::Limits;
use super::relax::{Limit, Prices, Relaxed, relax};
use super::shrink::Small;
use super::simplex::Basis;
use super::state::Ground;
use std::cmp::Ordering;
use std::sync::Arc;

/// Steps of the Lagrangean bound in a node below the root.
const NODE_STEPS: usize = 150;
/// Times a node is shrunk and bounded again because sites were fixed.
const ROUNDS: usize = 4;

/// A node that waits.
pub(super) struct Node {
    pub bound: f64,
    pub number: u64,
    pub limits: Limits,
    pub from: From,
    /// The branching that made the node.
    pub branch: Option<Branch>,
}

/// Where a bound goes on from.
#[derive(Clone, Default)]
pub(super) struct From {
    pub prices: Option<Arc<Kept>>,
    pub basis: Option<Arc<Basis>>,
    /// Cuts that hold in this part of the tree.
    pub cuts: Option<Arc<Vec<Cut>>>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Node) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Node) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    fn cmp(&self, other: &Node) -> Ordering {
        self.bound.total_cmp(&other.bound).then(other.number.cmp(&self.number))
    }
}

/// What a node came to.
#[derive(Default)]
pub(super) struct Outcome {
    pub bound: f64,
    pub children: Vec<(Branch, Limits)>,
    pub from: From,
    pub found: Vec<Vec<u32>>,
}

/// The search.
pub(super) struct Tree<'g, 'm> {
    pub ground: &'g Ground<'m>,
    pub keys: Vec<u64>,
    /// Steps of the Lagrangean bound at the root, and when some sites were fixed.
    pub steps: (usize, usize),
    pub grain: f64,
    pub floor: f64,
    /// The linear relaxation, once there is one: it takes the place of the Lagrangean bound.
    pub linear: Option<Linear>,
}

/// What is left of a node after bounding.
pub(super) struct Left {
    pub limits: Limits,
    pub small: Small,
    pub relaxed: Relaxed,
}

impl Tree<'_, '_> {
    /// A bound at or below this leaves nothing better than `best`.
    pub fn cutoff(&self, best: Option<f64>) -> f64 {
        match best {
            None => self.floor - 1.0 - 1e-6 * self.floor.abs(),
            Some(best) if self.grain > 0.0 => best + self.grain * (1.0 - 1e-6),
            Some(best) => best + 1e-9 * best.abs(),
        }
    }

    /// Bounds a node, fixing what can be fixed. What is left is none when nothing better lies in it.
    pub fn bound(&self, node: &Node, best: Option<f64>, root: bool, out: &mut Outcome) -> Option<Left> {
        let (ground, cutoff) = (self.ground, self.cutoff(best));
        let mut limits = node.limits.clone();
        let mut kept = node.from.prices.clone();
        let mut last: Option<Left> = None;
        out.bound = node.bound;
        for round in 0..ROUNDS {
            let mut small = self.shrink(&mut limits)?;
            out.bound = out.bound.min(small.ceiling());
            if out.bound <= cutoff {
                out.found.push(limits.low.clone());
                return None;
            }
            let musts = small.musts_of_ceiling(cutoff);
            if !musts.is_empty() {
                demand(ground, &mut limits, &small, &musts);
                small = self.shrink(&mut limits)?;
            }
            out.found.push(limits.low.clone());
            if small.sites.is_empty() {
                return None;
            }
            let mut prices = kept.as_ref().map_or_else(|| Prices::guess(&small), |k| k.for_small(&small));
            let steps = if !root {
                NODE_STEPS
            } else if round == 0 {
                self.steps.0
            } else {
                self.steps.1
            };
            let length = if !root {
                0.7
            } else if round == 0 {
                1.5
            } else {
                0.7
            };
            let limit = Limit { target: best.unwrap_or(f64::NEG_INFINITY), cutoff, steps, length, hasty: !root };
            let relaxed = relax(&small, &mut prices, limit);
            out.bound = out.bound.min(relaxed.bound);
            let mut choice = limits.low.clone();
            for (s, t) in small.sites.iter().zip(&relaxed.taken) {
                choice[*s as usize] += t;
            }
            out.found.push(choice);
            if out.bound <= cutoff {
                return None;
            }
            kept = Some(Arc::new(Kept::of(ground, &small, &prices)));
            out.from.prices.clone_from(&kept);
            demand(ground, &mut limits, &small, &relaxed.musts);
            restrict(ground, &mut limits, &small, &relaxed.caps);
            let changed = fix(&mut limits, &small, &relaxed);
            last = Some(Left { limits: limits.clone(), small, relaxed });
            let few = last.as_ref().map_or(0, |l| l.small.sites.len()) / if root { 20 } else { 5 };
            if changed <= few {
                break;
            }
        }
        let mut left = last?;
        left.limits.tighten(ground).then_some(left)
    }

    /// The small problem within limits, which are tightened. None: nothing is allowed within them.
    pub fn shrink(&self, limits: &mut Limits) -> Option<Small> {
        if !limits.tighten(self.ground) {
            return None;
        }
        let small = Small::new(self.ground, limits, &self.keys);
        let gone = small.replaceable();
        if gone.is_empty() {
            return Some(small);
        }
        for s in gone {
            let site = small.sites[s as usize] as usize;
            limits.high[site] = limits.low[site];
        }
        limits.tighten(self.ground).then(|| Small::new(self.ground, limits, &self.keys))
    }

    /// Bounds a node and branches.
    pub fn look(&self, node: &Node, best: Option<f64>, falls: &Falls) -> Outcome {
        let mut out = Outcome::default();
        let children = match &self.linear {
            Some(linear) if node.from.basis.is_some() => self
                .bound_linear(linear, node, best, &mut out)
                .map(|(limits, solved)| (linear_children(self.ground, linear, &limits, &solved, falls), limits)),
            _ => self.bound(node, best, false, &mut out).map(|left| (children(&left, falls), left.limits)),
        };
        match children {
            Some((children, limits)) => {
                if children.is_empty() {
                    out.found.push(limits.low);
                }
                out.children = children;
            }
            None => out.bound = out.bound.min(self.cutoff(best)),
        }
        out
    }

    /// Bounds a node by the linear relaxation, fixing what can be fixed.
    pub fn bound_linear(
        &self,
        linear: &Linear,
        node: &Node,
        best: Option<f64>,
        out: &mut Outcome,
    ) -> Option<(Limits, Solved)> {
        let (ground, cutoff) = (self.ground, self.cutoff(best));
        let mut limits = node.limits.clone();
        let mut basis = node.from.basis.clone()?;
        let mut last = None;
        out.bound = node.bound;
        let mut part: Option<Linear> = None;
        for _ in 0..ROUNDS {
            let mut small = self.shrink(&mut limits)?;
            out.bound = out.bound.min(small.ceiling());
            out.found.push(limits.low.clone());
            if out.bound <= cutoff {
                return None;
            }
            let musts = small.musts_of_ceiling(cutoff);
            if !musts.is_empty() {
                demand(ground, &mut limits, &small, &musts);
                small = self.shrink(&mut limits)?;
            }
            if small.sites.is_empty() {
                out.found.push(limits.low.clone());
                return None;
            }
            if part.is_none() && node.branch.is_some() && linear.has_pairs() {
                part = Some(linear.with(node.from.cuts.as_deref().map_or(&[], Vec::as_slice), &limits));
            }
            let solved = part.as_ref().unwrap_or(linear).solve(ground, &mut limits, &basis, cutoff);
            out.bound = out.bound.min(solved.bound);
            out.found.push(rounded(ground, &solved.value));
            if out.bound <= cutoff {
                return None;
            }
            basis = Arc::new(solved.basis.clone());
            out.from.basis = Some(basis.clone());
            let again = solved.changed > small.sites.len() / 5;
            last = Some(solved);
            if !again {
                break;
            }
        }
        let mut solved = last?;
        if let Some(mut part) = part {
            if !limits.tighten(ground) {
                return None;
            }
            solved = part.cut_within(ground, &mut limits, solved, cutoff);
            out.bound = out.bound.min(solved.bound);
            out.found.push(rounded(ground, &solved.value));
            if out.bound <= cutoff {
                return None;
            }
            out.from.basis = Some(Arc::new(solved.basis.clone()));
            out.from.cuts = Some(Arc::new(part.own_cuts()));
        }
        limits.tighten(ground).then_some((limits, solved))
    }
}

/// Whole units near those of a relaxation: what is surely there, then the greatest parts.
fn rounded(ground: &Ground<'_>, value: &[f64]) -> Vec<u32> {
    let sites = ground.low.len();
    let mut units: Vec<u32> = value[..sites].iter().map(|u| (u + 1e-6).max(0.0) as u32).collect();
    let mut left = ground.model.units.saturating_sub(units.iter().sum());
    let mut parts: Vec<(f64, usize)> =
        (0..sites).map(|s| (value[s] - f64::from(units[s]), s)).filter(|p| p.0 > 1e-6).collect();
    parts.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    for (_, s) in parts {
        if left > 0 && units[s] < ground.high[s] {
            units[s] += 1;
            left -= 1;
        }
    }
    units
}

/// The two sides of a site, or of a row that wants two units, that the linear relaxation leaves undecided.
fn linear_children(
    ground: &Ground<'_>,
    linear: &Linear,
    limits: &Limits,
    solved: &Solved,
    falls: &Falls,
) -> Vec<(Branch, Limits)> {
    let mut chosen: Option<(f64, On, u32, f64)> = None;
    let mut take = |score: f64, on: On, most: u32, part: f64| {
        if chosen.is_none_or(|c| score > c.0) {
            chosen = Some((score, on, most, part));
        }
    };
    for s in 0..limits.low.len() {
        let (low, high) = (limits.low[s], limits.high[s]);
        if low == high {
            continue;
        }
        let value = solved.value[s].clamp(f64::from(low), f64::from(high));
        let most = (value as u32).min(high - 1);
        let part = (value - f64::from(most)).clamp(0.0, 1.0);
        if part.min(1.0 - part) > 1e-5 {
            take(1.0 + falls.promise(On::Site(s), part), On::Site(s), most, part);
        } else {
            take(part.min(0.5) * 1e-3, On::Site(s), most, part);
        }
    }
    for r in 0..limits.need.len() {
        let Some(c) = linear.second(r) else { continue };
        let part = solved.value[c];
        if limits.need[r] < 2 && limits.cap[r] >= 2 && part.min(1.0 - part) > 1e-5 {
            // What a row's own pair is worth is what its branching surely moves.
            take(1e12 + ground.model.weight[r] * part.min(1.0 - part), On::Row(r), 1, part);
        }
    }
    chosen.map_or_else(Vec::new, |(_, on, most, part)| sides(limits, on, most, part))
}

/// The two sides of a site that the Lagrangean bound leaves undecided and whose branching promises most.
pub(super) fn children(left: &Left, falls: &Falls) -> Vec<(Branch, Limits)> {
    let (small, relaxed) = (&left.small, &left.relaxed);
    let mut chosen: Option<(f64, usize, u32, f64)> = None;
    for (s, site) in small.sites.iter().enumerate() {
        let site = *site as usize;
        let (low, high) = (left.limits.low[site], left.limits.high[site]);
        if low == high {
            continue;
        }
        let average = (f64::from(small.base[s]) + relaxed.average[s]).clamp(f64::from(low), f64::from(high));
        let most = (average as u32).min(high - 1);
        let part = (average - f64::from(most)).clamp(0.0, 1.0);
        let score = if part.min(1.0 - part) > 0.02 {
            1.0 + falls.promise(On::Site(site), part)
        } else {
            1.0 / (1.0 + relaxed.margin[s].abs())
        };
        if chosen.is_none_or(|c| score > c.0) {
            chosen = Some((score, site, most, part));
        }
    }
    chosen.map_or_else(Vec::new, |(_, site, most, part)| sides(&left.limits, On::Site(site), most, part))
}
