//! Branch and bound: the proof, or how far off the best choice may be.

use super::falls::Falls;
use super::kernel::Kernel;
use super::linear::Linear;
use super::node::Limits;
use super::search::{improve, many_starts};
use super::shrink::{Small, site_keys};
use super::state::{Ground, Score};
use super::tree::{From, Node, Outcome, Tree};
use crate::siting::Effort;
use rayon::prelude::*;
use std::collections::BinaryHeap;
use std::sync::Arc;

/// Nodes looked at together (in parallel, merged in order): a constant, so that the number of threads does not matter.
const BATCH: usize = 8;
/// Steps of the Lagrangean bound where a proof follows: of the whole model, and of what it leaves open.
const ROOT_STEPS: usize = 300;
/// See [`ROOT_STEPS`].
const KERNEL_STEPS: usize = 100;
/// Starts, where a proof follows, and kicks of each of the search in what the root leaves open.
const KERNEL_STARTS: usize = 8;
/// See [`KERNEL_STARTS`].
const KERNEL_KICKS: usize = 20;
/// See [`KERNEL_STARTS`].
const FEW_KICKS: usize = 2;

/// The end of the search.
#[derive(Clone, Debug)]
pub(super) struct Proof {
    /// The best choice, if any is allowed.
    pub best: Option<(f64, Vec<u32>)>,
    /// No choice is better.
    pub bound: f64,
    /// Whether everything was looked at.
    pub complete: bool,
    /// Nodes looked at.
    pub nodes: u64,
    /// Whether the tree (not the first search) found the best choice.
    pub by_tree: bool,
}

/// The step between values that choices can have: the greatest common divisor if all worths are whole, else 0.
fn grain(ground: &Ground<'_>) -> f64 {
    let model = ground.model;
    let mut divisor: u64 = 0;
    let mut take = |x: f64| {
        if x.fract() != 0.0 || x.abs() > 1e12 {
            return false;
        }
        let (mut a, mut b) = (divisor, x.abs() as u64);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        divisor = a;
        true
    };
    let whole = (0..model.sets.rows()).filter(|r| model.weight[*r] > 0.0).all(|r| {
        let steps = &model.steps[model.class[r] as usize];
        steps.iter().all(|s| take(s * model.weight[r]))
    }) && model.site_gain.iter().all(|g| take(*g));
    if whole { divisor as f64 } else { 0.0 }
}

/// Searches from the best choice known; `effort.nodes` nodes at most beyond the root.
pub(super) fn prove(ground: &Ground<'_>, start: &(Score, Vec<u32>), effort: &Effort) -> Proof {
    let floor: f64 = ground.model.site_gain.iter().map(|g| g.min(0.0)).sum();
    // Where the linear relaxation follows, the prices need not be the best.
    let steps = match effort.nodes {
        0 => (effort.steps, effort.steps / 2),
        _ => (effort.steps.min(ROOT_STEPS), effort.steps.min(ROOT_STEPS / 5)),
    };
    let mut tree = Tree { ground, keys: site_keys(ground.low.len()), steps, grain: grain(ground), floor, linear: None };
    let mut proof = Proof { best: None, bound: f64::INFINITY, complete: false, nodes: 1, by_tree: false };
    proof.offer(ground, &start.1);
    proof.by_tree = false;
    let mut node =
        Node { bound: f64::INFINITY, number: 0, limits: Limits::of(ground), from: From::default(), branch: None };
    // A better choice found on the way makes the fixing at the root stronger: then it is done once more.
    for again in 0..3 {
        let mut out = Outcome::default();
        let left = tree.bound(&node, proof.value(), true, &mut out);
        let last = out.found.last().map(|f| improve(ground, f).1);
        for choice in out.found.iter().chain(&last) {
            proof.offer(ground, choice);
        }
        proof.bound = out.bound;
        (node.from, node.bound) = (out.from, out.bound);
        let Some(mut left) = left.filter(|_| out.bound > tree.cutoff(proof.value())) else { return proof.completed() };
        let Some(small) = tree.shrink(&mut left.limits) else { return proof.completed() };
        let kernel = Kernel::new(ground, &left.limits, &small);
        let before = proof.value();
        let inner = Ground::new(&kernel.model);
        let (few, kicks) = match effort.nodes {
            0 => (*effort, KERNEL_KICKS),
            _ => (Effort { starts: effort.starts.min(KERNEL_STARTS), ..*effort }, FEW_KICKS),
        };
        proof.offer(ground, &kernel.whole(&many_starts(&inner, &few, kicks).1));
        if again < 2 && proof.value() != before {
            if effort.nodes > 0 {
                // The prices are good enough to fix more.
                tree.steps = (0, 0);
            }
            continue;
        }
        if effort.nodes > 0 {
            grow(&tree, &kernel, &inner, effort, &mut proof);
        }
        break;
    }
    proof.bound = whole_grains(proof.bound, tree.grain);
    proof
}

/// The greatest value not above a bound that a choice can have.
fn whole_grains(bound: f64, grain: f64) -> f64 {
    if grain > 0.0 && bound.is_finite() { (bound / grain + 1e-6).floor() * grain } else { bound }
}

impl Proof {
    fn value(&self) -> Option<f64> {
        self.best.as_ref().map(|b| b.0)
    }

    fn offer(&mut self, ground: &Ground<'_>, choice: &[u32]) {
        let value = ground.model.value(choice);
        let better = self.best.as_ref().is_none_or(|b| value > b.0 + 1e-9 * b.0.abs());
        if better && ground.model.allowed(choice) {
            self.best = Some((value, choice.to_vec()));
            self.by_tree = true;
        }
    }

    fn completed(mut self) -> Proof {
        self.complete = true;
        self.bound = self.value().unwrap_or(f64::NEG_INFINITY);
        self
    }
}

/// Branch and bound, best bound first, on the kernel of the root.
fn grow(root: &Tree<'_, '_>, kernel: &Kernel, ground: &Ground<'_>, effort: &Effort, proof: &mut Proof) {
    let (sites, rows) = (ground.low.len(), ground.model.sets.rows());
    let floor = root.floor - kernel.offset;
    let mut tree = Tree {
        ground,
        keys: site_keys(sites),
        steps: (KERNEL_STEPS, KERNEL_STEPS / 4),
        grain: root.grain,
        floor,
        linear: None,
    };
    let mut heap = BinaryHeap::new();
    let (mut numbers, mut looked, mut falls) = (1_u64, 1_u64, Falls::new(sites, rows));
    let bound = proof.bound - kernel.offset;
    let mut node = Node { bound, number: 0, limits: Limits::of(ground), from: From::default(), branch: None };
    if open(&mut tree, &mut node, kernel, root.ground, proof) {
        heap.push(node);
    }
    loop {
        let value = proof.value().map(|v| v - kernel.offset);
        let cutoff = tree.cutoff(value);
        let mut batch: Vec<Node> = Vec::new();
        while batch.len() < BATCH {
            match heap.pop() {
                Some(node) if node.bound > cutoff => batch.push(node),
                Some(_) => {}
                None => break,
            }
        }
        if batch.is_empty() {
            break;
        }
        if looked >= effort.nodes {
            heap.extend(batch);
            break;
        }
        let outcomes: Vec<Outcome> = batch
            .par_iter()
            .map(|node| {
                let mut out = tree.look(node, value, &falls);
                if node.number < 32 || node.number.is_multiple_of(16) {
                    let last = out.found.last().map(|f| improve(ground, f).1);
                    out.found.extend(last);
                }
                out
            })
            .collect();
        looked += batch.len() as u64;
        for (node, out) in batch.iter().zip(outcomes) {
            if let Some(branch) = node.branch {
                falls.learn(branch, node.bound - out.bound.max(cutoff));
            }
            for choice in out.found {
                let value = kernel.model.value(&choice) + kernel.offset;
                if proof.value().is_none_or(|b| value > b + 1e-9 * b.abs()) {
                    proof.offer(root.ground, &kernel.whole(&choice));
                }
            }
            let cutoff = tree.cutoff(proof.value().map(|v| v - kernel.offset));
            for (branch, limits) in out.children {
                if out.bound > cutoff {
                    let (bound, from) = (out.bound, out.from.clone());
                    heap.push(Node { bound, number: numbers, limits, from, branch: Some(branch) });
                    numbers += 1;
                }
            }
        }
    }
    proof.nodes += looked;
    let cutoff = tree.cutoff(proof.value().map(|v| v - kernel.offset));
    let open = heap.into_iter().map(|n| n.bound).filter(|b| *b > cutoff).fold(f64::NEG_INFINITY, f64::max);
    proof.complete = open == f64::NEG_INFINITY;
    proof.bound = if proof.complete { proof.value().unwrap_or(f64::NEG_INFINITY) } else { open + kernel.offset };
}

/// Bounds the root of the kernel: by Lagrange, then by the linear relaxation with cuts. False: nothing better is left.
fn open(tree: &mut Tree<'_, '_>, node: &mut Node, kernel: &Kernel, whole: &Ground<'_>, proof: &mut Proof) -> bool {
    let ground = tree.ground;
    let offer = |proof: &mut Proof, out: &Outcome| {
        let last = out.found.last().map(|f| improve(ground, f).1);
        for choice in out.found.iter().chain(&last) {
            proof.offer(whole, &kernel.whole(choice));
        }
    };
    let value = |proof: &Proof| proof.value().map(|v| v - kernel.offset);
    let mut out = Outcome::default();
    let left = tree.bound(node, value(proof), true, &mut out);
    offer(proof, &out);
    node.bound = out.bound;
    let Some(left) = left else { return false };
    node.limits = left.limits;
    node.from = out.from;
    let small = Small::new(ground, &Limits::of(ground), &tree.keys);
    let Some(prices) = &node.from.prices else { return true };
    let Some(mut linear) = Linear::new(ground, &small, &prices.share) else { return true };
    node.from.basis = Some(Arc::new(linear.begin(&prices.row)));
    for _ in 0..2 {
        let mut out = Outcome::default();
        let left = tree.bound_linear(&linear, node, value(proof), &mut out);
        offer(proof, &out);
        node.bound = node.bound.min(out.bound);
        let Some((limits, solved)) = left else { return false };
        node.limits = limits;
        node.from.basis = out.from.basis;
        let cutoff = tree.cutoff(value(proof));
        if node.bound <= cutoff {
            return false;
        }
        let Some(basis) = linear.cut(ground, &node.limits, &solved, cutoff) else { break };
        node.from.basis = Some(Arc::new(basis));
    }
    tree.linear = Some(linear);
    true
}

#[cfg(test)]
mod tests {
    use super::super::tests::{brute, cases, random_model};
    use super::super::tree::children;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

        /// Told of a value just below the best, the root must keep a best choice: what it fixes, closes, and calls covered
        /// for sure may only lose choices that are worse. (Searches solve small models and would hide a wrong bound.)
        #[test]
        fn bounding_keeps_a_best_choice(seed in any::<u64>(), kind in 0_usize..7, steps in 0_usize..120) {
            let model = random_model(seed, kind);
            let Some((best, choices)) = brute(&model) else { return Ok(()) };
            let ground = Ground::new(&model);
            let tree = Tree { ground: &ground, keys: site_keys(ground.low.len()), steps: (steps, steps / 2), grain: 0.0, floor: -1e6, linear: None };
            let node = Node {
                bound: f64::INFINITY, number: 0, limits: Limits::of(&ground), from: From::default(), branch: None,
            };
            let mut out = Outcome::default();
            let left = tree.bound(&node, Some(best - 1e-3 * best.abs().max(1.0)), true, &mut out);
            prop_assert!(out.bound >= best - 1e-6 * best.abs().max(1.0), "{} {}", out.bound, best);
            let Some(mut left) = left else {
                // Everything was settled: then a best choice was met.
                prop_assert!(out.found.iter().any(|f| choices.contains(f)));
                return Ok(());
            };
            let within = |limits: &Limits, units: &[u32]| {
                let count = model.counts(units);
                (0..units.len()).all(|s| (limits.low[s]..=limits.high[s]).contains(&units[s]))
                    && count.iter().zip(limits.need.iter().zip(&limits.cap)).all(|(c, (n, m))| c >= n && c <= m)
            };
            let kept: Vec<&Vec<u32>> = choices.iter().filter(|c| within(&left.limits, c)).collect();
            prop_assert!(!kept.is_empty());
            // The kernel values the choices as the model does.
            let Some(small) = tree.shrink(&mut left.limits) else { return Err(TestCaseError::fail("nothing left")) };
            let kernel = Kernel::new(&ground, &left.limits, &small);
            prop_assert!(kernel.model.check().is_ok());
            let (inner, inner_choices) = brute(&kernel.model).unwrap();
            prop_assert!((inner + kernel.offset - best).abs() < 1e-6 * best.abs().max(1.0));
            prop_assert!(choices.contains(&kernel.whole(&inner_choices[0])));
            // Both sides of a branching together keep one, too.
            let children = children(&left, &Falls::new(model.sets.sites(), model.sets.rows()));
            if !children.is_empty() {
                prop_assert!(kept.iter().any(|c| children.iter().any(|(_, limits)| within(limits, c))));
            }
        }
    }
}
