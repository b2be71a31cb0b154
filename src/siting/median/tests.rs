//! What the bound says against all solutions: interchange alone solves small instances, so that a wrong bound or a
//! wrongly fixed site would not show in the answers.

use super::super::{SiteRule, Table};
use super::capacitated::Knapsacks;
use super::instance::Median;
use super::interchange::Search;
use super::lagrange::{Climb, Dual, Lists, State, climb};
use super::{Capacitated, exact};
use crate::random::Stream;
use crate::siting::Effort;

struct Small {
    table: Table,
    weights: Vec<f64>,
    rules: Vec<SiteRule>,
    posts: usize,
}

fn small(stream: &mut Stream, points: usize, sites: usize) -> Small {
    let scale = [1.0, 0.37][stream.below(2)];
    let values = (0..points * sites).map(|_| stream.below(60) as f64 * scale).collect();
    let weights = (0..points).map(|_| (1 + stream.below(4)) as f64 * scale).collect();
    let mut rules = vec![SiteRule::Free; sites];
    if stream.below(3) == 0 {
        rules[stream.below(sites)] = SiteRule::Open;
    }
    Small { table: Table::new(points, sites, values).unwrap(), weights, rules, posts: 2 + stream.below(2) }
}

/// All choices of sites that keep the rules.
fn choices(small: &Small) -> Vec<Vec<u32>> {
    let m = small.rules.len() as u32;
    (0_u32..1 << m)
        .filter(|set| set.count_ones() as usize == small.posts)
        .map(|set| (0..m).filter(|j| set >> j & 1 == 1).collect::<Vec<u32>>())
        .filter(|c| (0..m).all(|j| small.rules[j as usize] != SiteRule::Open || c.contains(&j)))
        .collect()
}

/// A climb against some cutoff rules out nothing that is worth looking for. `worth` are all solutions up to the cutoff.
fn holds(states: &[State], dual: &Dual, cutoff: f64, worth: &[(f64, Vec<u32>)]) {
    for (value, sites) in worth.iter().filter(|w| w.0 <= cutoff) {
        assert!(dual.bound <= value + 1e-9 * value, "bound {} above {value}", dual.bound);
        for (j, state) in states.iter().enumerate() {
            let open = sites.contains(&(j as u32));
            assert!(open || *state != State::Open, "{sites:?} of {value} lacks site {j}");
            assert!(!open || *state != State::Closed, "{sites:?} of {value} has site {j}");
        }
    }
}

#[test]
fn the_lagrangean_rules_out_nothing_worth_looking_for() {
    let mut stream = Stream::new(3, "siting bound test", 0);
    let mut fixed = 0;
    for _ in 0..150 {
        let (n, m) = (4 + stream.below(12), 4 + stream.below(6));
        let small = small(&mut stream, n, m);
        let problem = Median::new(&small.table, Some(&small.weights), Some(&small.rules), small.posts).unwrap();
        let mut all: Vec<(f64, Vec<u32>)> = choices(&small).into_iter().map(|c| (problem.value(&c), c)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        for rank in [0, 1, 3, all.len() - 1] {
            // A hair above the solution, so that rounding does not decide.
            let cutoff = all[rank.min(all.len() - 1)].0 * (1.0 + 1e-9);
            let mut states: Vec<State> =
                problem.fixed.iter().map(|&f| if f { State::Open } else { State::Free }).collect();
            let mut dual = Dual { prices: vec![5.0; problem.points], bound: f64::NEG_INFINITY, share: Vec::new() };
            let order = Climb { posts: problem.posts, target: cutoff, cutoff, steps: 80, pace: 0.5 };
            let lists = Lists::of(&problem);
            // Again on what is left: shortened lists must hold as well.
            for _ in 0..2 {
                let kept = lists.kept(&states);
                climb(&kept, &mut states, &mut dual, &order);
                holds(&states, &dual, cutoff, &all);
            }
            fixed += states.iter().filter(|s| **s != State::Free).count();
        }
    }
    assert!(fixed > 500, "only {fixed} sites were fixed: does the test still test?");
}

#[test]
fn branch_and_bound_finds_the_best_from_the_worst_start() {
    let mut stream = Stream::new(4, "siting bound test", 0);
    for _ in 0..150 {
        let (n, m) = (4 + stream.below(20), 5 + stream.below(6));
        let small = small(&mut stream, n, m);
        let problem = Median::new(&small.table, Some(&small.weights), Some(&small.rules), small.posts).unwrap();
        let all = choices(&small);
        let value = |c: &Vec<u32>| problem.value(c);
        let best = all.iter().map(value).fold(f64::INFINITY, f64::min);
        let worst = all.iter().max_by(|a, b| value(a).total_cmp(&value(b))).unwrap();
        // No step at the root: the tree alone has to do it.
        let end = exact::prove(&problem, worst.clone(), &Effort { steps: 0, ..Effort::default() });
        assert!((problem.value(&end.sites) - best).abs() <= 1e-9 * best, "{end:?} but {best}");
        assert!((end.bound - best).abs() <= 1e-9 * best, "{end:?} but {best}");
    }
}

#[test]
fn a_swap_saves_what_it_promises() {
    let mut stream = Stream::new(5, "siting bound test", 0);
    for _ in 0..60 {
        let (n, m) = (3 + stream.below(30), 6 + stream.below(8));
        let small = small(&mut stream, n, m);
        let problem = Median::new(&small.table, Some(&small.weights), Some(&small.rules), small.posts).unwrap();
        let all = choices(&small);
        let mut search = Search::new(&problem, &all[stream.below(all.len())]);
        while let Some(swap) = search.best() {
            // The best swap of all, by counting every one anew.
            let mut least = f64::INFINITY;
            for slot in (0..search.open.len()).filter(|&s| !problem.fixed[search.open[s] as usize]) {
                for j in (0..problem.sites as u32).filter(|&j| !search.is_open(j)) {
                    let mut open = search.open.clone();
                    open[slot] = j;
                    least = least.min(problem.value(&open));
                }
            }
            assert!((search.value - swap.saves - least).abs() < 1e-6, "{swap:?} from {}, best {least}", search.value);
            if swap.saves < 1e-6 {
                break;
            }
            search.apply(swap);
            assert!((search.value - problem.value(&search.open)).abs() < 1e-6);
        }
    }
}

#[test]
fn knapsack_bounds_rule_out_nothing_worth_looking_for() {
    let mut stream = Stream::new(6, "siting bound test", 0);
    let (mut fixed, mut possible) = (0, 0);
    for _ in 0..150 {
        let (n, m) = (3 + stream.below(3), 4 + stream.below(3));
        let small = small(&mut stream, n, m);
        let unit = [1.0, 0.7][stream.below(2)];
        let loads: Vec<f64> = (0..n).map(|_| (1 + stream.below(9)) as f64 * unit).collect();
        let room: Vec<f64> = (0..m).map(|_| (8 + stream.below(20)) as f64 * unit).collect();
        let Ok(problem) =
            Capacitated::new(&small.table, Some(&small.weights), &loads, &room, Some(&small.rules), small.posts)
        else {
            continue;
        };
        let mut all: Vec<(f64, Vec<u32>)> = Vec::new();
        for sites in choices(&small) {
            let p = sites.len();
            let mut best = f64::INFINITY;
            for code in 0..p.pow(n as u32) {
                let (mut rest, mut value, mut left) = (code, 0.0, room.clone());
                for (i, load) in loads.iter().enumerate() {
                    let j = sites[rest % p] as usize;
                    rest /= p;
                    left[j] -= load;
                    value += small.weights[i] * small.table.at(i, j);
                }
                if left.iter().all(|l| *l >= -1e-6) {
                    best = f64::min(best, value);
                }
            }
            if best.is_finite() {
                all.push((best, sites));
            }
        }
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let Some(first) = all.first() else { continue };
        possible += 1;
        for cutoff in [first.0, all[all.len() / 2].0].map(|c| c * (1.0 + 1e-9)) {
            let mut states: Vec<State> =
                small.rules.iter().map(|r| if *r == SiteRule::Open { State::Open } else { State::Free }).collect();
            let mut dual = Dual { prices: vec![5.0; n], bound: f64::NEG_INFINITY, share: Vec::new() };
            let order = Climb { posts: small.posts, target: cutoff, cutoff, steps: 60, pace: 0.5 };
            let given = vec![u32::MAX; n];
            climb(Knapsacks::new(&problem, &given), &mut states, &mut dual, &order);
            holds(&states, &dual, cutoff, &all);
            fixed += states.iter().filter(|s| **s != State::Free).count();
        }
    }
    assert!(fixed > 100 && possible > 50, "only {fixed} fixed in {possible}: does the test still test?");
}
