//! Branch and bound over the sites, each node bounded by the Lagrangean from the prices of its parent.

use super::super::Effort;
use super::instance::Median;
use super::interchange::improve;
use super::lagrange::{Climb, Dual, Lists, Look, State, climb};

/// The best sites, a bound on all others, and how they were found.
#[derive(Debug)]
pub(super) struct End {
    pub(super) sites: Vec<u32>,
    pub(super) bound: f64,
    pub(super) method: &'static str,
}

struct Node {
    states: Vec<State>,
    prices: Vec<f64>,
    bound: f64,
}

struct Best {
    sites: Vec<u32>,
    value: f64,
}

impl Best {
    fn offer(&mut self, problem: &Median, sites: &[u32]) {
        if sites.len() == problem.posts {
            let value = problem.value(sites);
            if value < self.value {
                let better = improve(problem, sites);
                (self.value, self.sites) = (better.value, better.sites);
            }
        }
    }
}

/// Steps between two clean-ups of the lists at the root.
const ROUND: usize = 100;

/// Proves a solution, betters it, or says how far off it is at most.
pub(super) fn prove(problem: &Median, sites: Vec<u32>, effort: &Effort) -> End {
    let mut best = Best { value: problem.value(&sites), sites };
    let all = Lists::of(problem);
    let mut states: Vec<State> = problem.fixed.iter().map(|&f| if f { State::Open } else { State::Free }).collect();
    let mut lists = all.kept(&states);
    let mut dual = Dual { prices: first_prices(problem, &best.sites), bound: f64::NEG_INFINITY, share: Vec::new() };
    let mut highest = f64::NEG_INFINITY;
    let mut left = effort.steps;
    let mut pace = 0.5;
    while left > 0 && !settled(problem, &states) {
        let cutoff = problem.cutoff(best.value);
        let steps = ROUND.min(left);
        left -= steps;
        let order = Climb { posts: problem.posts, target: best.value, cutoff, steps, pace };
        climb(&lists, &mut states, &mut dual, &order);
        pace = 0.2;
        highest = highest.max(dual.bound);
        if highest > problem.cutoff(best.value) {
            return End { sites: best.sites, bound: highest, method: "Lagrangean bound" };
        }
        let before = best.value;
        for _ in 0..2 {
            let rounded = most_open(problem, &dual.share);
            best.offer(problem, &improve(problem, &rounded).sites);
        }
        if best.value < before && highest > problem.cutoff(best.value) {
            return End { sites: best.sites, bound: highest, method: "Lagrangean bound" };
        }
        lists = lists.kept(&states);
    }
    if effort.nodes == 0 {
        if effort.steps > 0 && !settled(problem, &states) {
            highest = highest.max(look_ahead(problem, &lists, &mut states, &dual, &best));
        }
        return End { sites: best.sites, bound: highest, method: "interchange and Lagrangean bound" };
    }
    // Depth first; what is left when the nodes run out bounds the rest.
    let mut stack = vec![Node { states, prices: dual.prices, bound: highest }];
    let mut nodes = 0;
    while let Some(mut node) = stack.pop() {
        if node.bound > problem.cutoff(best.value) {
            continue;
        }
        if nodes == effort.nodes {
            let bound = stack.iter().map(|n| n.bound).fold(node.bound, f64::min);
            return End { sites: best.sites, bound, method: "branch and bound, stopped" };
        }
        nodes += 1;
        if let Some(branch) = explore(problem, &lists, &mut node, &mut best) {
            // The likelier side goes on top of the stack.
            let order = if branch.likely_open { [State::Closed, State::Open] } else { [State::Open, State::Closed] };
            for state in order {
                let mut states = node.states.clone();
                states[branch.site] = state;
                stack.push(Node { states, prices: node.prices.clone(), bound: node.bound });
            }
        }
    }
    let bound = best.value;
    End { sites: best.sites, bound, method: "branch and bound" }
}

/// Sites that a bound without branching looks at from both sides, and steps of each side.
const AHEAD: (usize, usize) = (40, 40);

/// A better bound without a tree: a site is open or closed, so the lower of the two bounds holds for all; where one side
/// is not worth looking for, the site is fixed on the other for good.
fn look_ahead(problem: &Median, lists: &Lists, states: &mut [State], dual: &Dual, best: &Best) -> f64 {
    let cutoff = problem.cutoff(best.value);
    let mut sites: Vec<usize> = (0..problem.sites).filter(|&j| states[j] == State::Free).collect();
    let nearness = |j: usize| (dual.share[j] - 0.5).abs();
    sites.sort_by(|&a, &b| nearness(a).total_cmp(&nearness(b)).then(a.cmp(&b)));
    let mut now = dual.clone();
    let mut highest = dual.bound;
    for j in sites.into_iter().take(AHEAD.0) {
        if states[j] != State::Free {
            continue;
        }
        let [open, closed] = [State::Open, State::Closed].map(|state| {
            let mut own = states.to_vec();
            own[j] = state;
            let mut dual = now.clone();
            let order = Climb { posts: problem.posts, target: best.value, cutoff, steps: AHEAD.1, pace: 0.2 };
            climb(&lists.kept(&own), &mut own, &mut dual, &order);
            (dual, own)
        });
        highest = highest.max(open.0.bound.min(closed.0.bound));
        if highest > cutoff {
            return highest;
        }
        let (rest, other) = if open.0.bound < closed.0.bound { (open, closed) } else { (closed, open) };
        if other.0.bound > cutoff {
            // Whatever is worth looking for lies on this side.
            now = rest.0;
            states.copy_from_slice(&rest.1);
            if settled(problem, states) {
                break;
            }
        }
    }
    highest
}

struct Branch {
    site: usize,
    likely_open: bool,
}

/// Bounds a node; says where to branch if it has to go on.
fn explore(problem: &Median, lists: &Lists, node: &mut Node, best: &mut Best) -> Option<Branch> {
    let mut dual = Dual { prices: std::mem::take(&mut node.prices), bound: f64::NEG_INFINITY, share: Vec::new() };
    for round in 0..6 {
        let (open, free) = counts(&node.states);
        if open > problem.posts || open + free < problem.posts {
            return None;
        }
        if settled(problem, &node.states) {
            let keep_free = open < problem.posts;
            let sites: Vec<u32> = (0..problem.sites as u32)
                .filter(|&j| match node.states[j as usize] {
                    State::Open => true,
                    State::Free => keep_free,
                    State::Closed => false,
                })
                .collect();
            best.offer(problem, &sites);
            return None;
        }
        let own = lists.kept(&node.states);
        let cutoff = problem.cutoff(best.value);
        let before = node.bound;
        let order = Climb { posts: problem.posts, target: best.value, cutoff, steps: 50, pace: 0.2 };
        climb(&own, &mut node.states, &mut dual, &order);
        node.bound = node.bound.max(dual.bound);
        if node.bound > cutoff {
            return None;
        }
        let mut look = Look::new(problem.sites);
        let (open, free_now) = counts(&node.states);
        if open <= problem.posts && open + free_now >= problem.posts {
            look.at(&mut &own, &node.states, problem.posts, &dual.prices);
            best.offer(problem, &look.sites());
        }
        let gap = (best.value - node.bound).max(0.0);
        let few_fixed = free_now * 10 > free * 9;
        if round > 0 && few_fixed && node.bound - before < 0.2 * gap {
            break;
        }
    }
    let (open, free) = counts(&node.states);
    if open > problem.posts || open + free < problem.posts {
        return None;
    }
    node.prices = dual.prices;
    let site = (0..problem.sites)
        .filter(|&j| node.states[j] == State::Free)
        .min_by(|&a, &b| (dual.share[a] - 0.5).abs().total_cmp(&(dual.share[b] - 0.5).abs()))?;
    Some(Branch { site, likely_open: dual.share[site] >= 0.5 })
}

fn counts(states: &[State]) -> (usize, usize) {
    let open = states.iter().filter(|s| **s == State::Open).count();
    let free = states.iter().filter(|s| **s == State::Free).count();
    (open, free)
}

/// Whether nothing is left to choose.
fn settled(problem: &Median, states: &[State]) -> bool {
    let (open, free) = counts(states);
    open >= problem.posts || open + free <= problem.posts
}

/// Prices between the nearest and the second nearest open site.
fn first_prices(problem: &Median, sites: &[u32]) -> Vec<f64> {
    (0..problem.points)
        .map(|i| {
            let row = problem.row(i);
            let (mut a, mut b) = (f64::INFINITY, f64::INFINITY);
            for &j in sites {
                let c = row[j as usize];
                if c < a {
                    (b, a) = (a, c);
                } else if c < b {
                    b = c;
                }
            }
            if b.is_finite() { (a + b) / 2.0 } else { a }
        })
        .collect()
}

/// The sites that the fractional solution opens most, the fixed ones first.
fn most_open(problem: &Median, share: &[f64]) -> Vec<u32> {
    let mut all: Vec<u32> = (0..problem.sites as u32).collect();
    all.sort_by(|&a, &b| {
        let (a_fixed, b_fixed) = (problem.fixed[a as usize], problem.fixed[b as usize]);
        b_fixed.cmp(&a_fixed).then(share[b as usize].total_cmp(&share[a as usize])).then(a.cmp(&b))
    });
    all.truncate(problem.posts);
    all
}
