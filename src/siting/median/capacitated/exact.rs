//! Branch and bound: first on sites, then on the site of a point.

use super::super::super::Effort;
use super::super::lagrange::{Climb, Dual, State, climb};
use super::knapsack::{Knapsacks, NONE};
use super::{Capacitated, Plan, slack, sorted};

/// The best plan, a bound on all others, and whether every other was ruled out.
pub(super) struct End {
    pub(super) plan: Option<Plan>,
    pub(super) bound: f64,
    pub(super) complete: bool,
    pub(super) branched: bool,
}

struct Node {
    states: Vec<State>,
    given: Vec<u32>,
    prices: Vec<f64>,
    bound: f64,
}

struct Best<'a> {
    problem: &'a Capacitated,
    plan: Option<Plan>,
    /// Above every plan that there could be, for as long as none is known.
    ceiling: f64,
}

impl Best<'_> {
    fn value(&self) -> f64 {
        self.plan.as_ref().map_or(self.ceiling, |p| p.value)
    }

    fn cutoff(&self) -> f64 {
        self.plan.as_ref().map_or(self.ceiling, |p| self.problem.plain.cutoff(p.value))
    }

    fn offer(&mut self, plan: Option<Plan>) {
        if let Some(plan) = plan.filter(|p| p.value < self.value()) {
            self.plan = Some(plan);
        }
    }
}

/// Steps of the bound between two tries at better plans, at the root.
const ROUND: usize = 100;

pub(super) fn prove(problem: &Capacitated, start: Option<Plan>, effort: &Effort) -> End {
    let plain = &problem.plain;
    let dearest: f64 = (0..plain.points).map(|i| plain.row(i).iter().copied().fold(0.0, f64::max)).sum();
    let mut best = Best { problem, plan: start, ceiling: dearest * 1.001 + 1.0 };
    let states: Vec<State> = plain.fixed.iter().map(|&f| if f { State::Open } else { State::Free }).collect();
    let prices =
        (0..plain.points).map(|i| plain.nearest_first(i).first().map_or(0.0, |&j| plain.row(i)[j as usize])).collect();
    let mut root = Node { states, given: vec![NONE; plain.points], prices, bound: 0.0 };
    let mut children = explore(problem, &mut root, &mut best, ROUND.min(effort.steps), true);
    for _ in 1..effort.steps.div_ceil(ROUND) {
        // The children of an open node hold its prices: the climb goes on from there with long steps again.
        let Some(child) = children.pop() else { break };
        let before = root.bound;
        root.prices = child.prices;
        children = explore(problem, &mut root, &mut best, ROUND, true);
        if root.bound - before < 0.002 * (best.value() - root.bound) {
            break;
        }
    }
    let bound = root.bound;
    if effort.nodes == 0 {
        let complete = bound > best.cutoff() || children.is_empty();
        return End { plan: best.plan, bound, complete, branched: false };
    }
    let branched = !children.is_empty();
    let mut stack = children;
    let mut nodes = 1;
    while let Some(mut node) = stack.pop() {
        if node.bound > best.cutoff() {
            continue;
        }
        if nodes >= effort.nodes {
            let bound = stack.iter().map(|n| n.bound).fold(node.bound, f64::min);
            return End { plan: best.plan, bound, complete: false, branched };
        }
        nodes += 1;
        let children = explore(problem, &mut node, &mut best, 30, false);
        stack.extend(children);
    }
    End { bound: best.value(), plan: best.plan, complete: true, branched }
}

/// Bounds a node. Returns its children, the likeliest last.
fn explore(problem: &Capacitated, node: &mut Node, best: &mut Best, steps: usize, root: bool) -> Vec<Node> {
    let plain = &problem.plain;
    let Some(left) = room_left(problem, &node.given) else { return Vec::new() };
    // Even the largest sites that may be open must take what has to be served.
    if !room_enough(problem, &node.states) {
        return Vec::new();
    }
    if node.given.iter().all(|&j| j != NONE) {
        let mut sites: Vec<u32> =
            (0..node.states.len() as u32).filter(|&j| node.states[j as usize] == State::Open).collect();
        for j in 0..node.states.len() as u32 {
            if sites.len() < plain.posts && node.states[j as usize] == State::Free {
                sites.push(j);
            }
        }
        let value = (0..plain.points).map(|i| plain.row(i)[node.given[i] as usize]).sum();
        if sites.len() == plain.posts {
            best.offer(Some(Plan { sites: sorted(sites), by: node.given.clone(), value }));
        }
        return Vec::new();
    }
    let prices = std::mem::take(&mut node.prices);
    let mut dual = Dual { prices, bound: f64::NEG_INFINITY, share: Vec::new() };
    let order = Climb { posts: plain.posts, target: best.value(), cutoff: best.cutoff(), steps, pace: 0.3 };
    climb(Knapsacks::new(problem, &node.given), &mut node.states, &mut dual, &order);
    node.bound = node.bound.max(dual.bound);
    if node.bound > best.cutoff() {
        return Vec::new();
    }
    let mut likely: Vec<u32> = (0..plain.sites as u32).filter(|&j| node.states[j as usize] != State::Closed).collect();
    likely.sort_by(|&a, &b| {
        let open = |j: u32| node.states[j as usize] == State::Open;
        open(b).cmp(&open(a)).then(dual.share[b as usize].total_cmp(&dual.share[a as usize])).then(a.cmp(&b))
    });
    likely.truncate(plain.posts);
    let plan = problem.assigned(&sorted(likely));
    best.offer(if root { plan.map(|p| problem.interchange(p)) } else { plan });
    if node.bound > best.cutoff() {
        return Vec::new();
    }
    if let Some(sites) = problem.settled(&node.states) {
        return of_a_point(problem, node, &dual, &sites, &left);
    }
    let free = (0..plain.sites).filter(|&j| node.states[j] == State::Free);
    let nearest = |j: usize| (dual.share[j] - 0.5).abs();
    let Some(site) = free.min_by(|&a, &b| nearest(a).total_cmp(&nearest(b)).then(a.cmp(&b))) else { return Vec::new() };
    let open_first = dual.share[site] >= 0.5;
    let states = if open_first { [State::Closed, State::Open] } else { [State::Open, State::Closed] };
    states
        .into_iter()
        .map(|state| {
            let mut states = node.states.clone();
            states[site] = state;
            Node { states, given: node.given.clone(), prices: dual.prices.clone(), bound: node.bound }
        })
        .collect()
}

/// One child per site that can take the point that is hardest to place.
fn of_a_point(problem: &Capacitated, node: &Node, dual: &Dual, sites: &[u32], left: &[f64]) -> Vec<Node> {
    let free = (0..problem.plain.points).filter(|&i| node.given[i] == NONE);
    let hardest = free.max_by(|&a, &b| {
        let key = |i: usize| problem.loads[i];
        key(a).total_cmp(&key(b)).then(dual.prices[a].total_cmp(&dual.prices[b])).then(b.cmp(&a))
    });
    let Some(point) = hardest else { return Vec::new() };
    let mut states = vec![State::Closed; node.states.len()];
    sites.iter().for_each(|&j| states[j as usize] = State::Open);
    let row = problem.plain.row(point);
    let fits = |j: &u32| {
        let j = *j as usize;
        problem.loads[point] <= left[j] + slack(problem.room[j])
    };
    let mut can: Vec<u32> = sites.iter().copied().filter(fits).collect();
    // The cheapest comes off the stack first.
    can.sort_by(|&a, &b| row[b as usize].total_cmp(&row[a as usize]).then(b.cmp(&a)));
    can.into_iter()
        .map(|j| {
            let mut given = node.given.clone();
            given[point] = j;
            Node { states: states.clone(), given, prices: dual.prices.clone(), bound: node.bound }
        })
        .collect()
}

/// Room of each site after what it was given, or `None` where that does not fit.
fn room_left(problem: &Capacitated, given: &[u32]) -> Option<Vec<f64>> {
    let mut left = problem.room.clone();
    for (i, &j) in given.iter().enumerate().filter(|(_, j)| **j != NONE) {
        left[j as usize] -= problem.loads[i];
    }
    left.iter().zip(&problem.room).all(|(l, r)| *l >= -slack(*r)).then_some(left)
}

fn room_enough(problem: &Capacitated, states: &[State]) -> bool {
    let of = |state: State| (0..states.len()).filter(move |&j| states[j] == state).map(|j| problem.room[j]);
    let open: f64 = of(State::Open).sum();
    let count = of(State::Open).count();
    let mut free: Vec<f64> = of(State::Free).collect();
    free.sort_by(|a, b| b.total_cmp(a));
    let room = open + free.iter().take(problem.plain.posts.saturating_sub(count)).sum::<f64>();
    problem.loads.iter().sum::<f64>() <= room + slack(room)
}
