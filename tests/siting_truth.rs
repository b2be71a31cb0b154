//! The siting solvers of the distance family against known answers: published optima (OR-Library, San Francisco) where
//! the shared data is there, and points on a line, where dynamic programming gives the truth, always.
//!
//! All forty graphs are the business of `cargo bench --bench siting`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, missing_docs)]
#[path = "../benches/orlib/mod.rs"]
mod orlib;

use goldenhour::random::Stream;
use goldenhour::siting::center::Center;
use goldenhour::siting::cover::{CoverModel, CoverSets, solve};
use goldenhour::siting::cover_all::{CoverAll, Possible};
use goldenhour::siting::median::Median;
use goldenhour::siting::mip::{MipSolver, solve_mip};
use goldenhour::siting::{Effort, SiteRule, Table};
use std::collections::BTreeMap;

fn effort() -> Effort {
    Effort { steps: 300, starts: 16, ..Effort::default() }
}

#[test]
fn published_optima_of_small_graphs_are_proved() {
    let Some(folder) = orlib::folder() else {
        println!("skipped: no shared data with the OR-Library (GOLDENHOUR_SHARED)");
        return;
    };
    for g in orlib::graphs(&folder, (1..=10).chain([13, 15])) {
        let problem = Median::new(&g.table, None, None, g.posts).unwrap();
        let answer = problem.solve(&effort());
        assert!(answer.proved, "{}: {answer:?}", g.name);
        assert_eq!(answer.objective, g.known.median, "{}", g.name);
        assert_eq!(problem.objective(&answer.sites), g.known.median, "{}", g.name);
        assert_eq!(answer.sites.len(), g.posts);
    }
}

#[test]
fn published_radii_and_covers_of_small_graphs_are_proved() {
    let Some(folder) = orlib::folder() else {
        println!("skipped: no shared data with the OR-Library (GOLDENHOUR_SHARED)");
        return;
    };
    for g in orlib::graphs(&folder, (1..=10).chain([15, 20])) {
        let center = Center::new(&g.table, None, None, g.posts, 1.0).unwrap();
        let answer = center.solve(&effort());
        assert!(answer.proved, "{}: {answer:?}", g.name);
        assert_eq!(answer.objective, g.known.radius, "{}", g.name);
        assert_eq!(center.objective(&answer.sites), g.known.radius, "{}", g.name);
        for (less, fewest) in g.known.fewest.into_iter().enumerate() {
            let radius = g.known.radius - less as f64;
            let cover = CoverAll::within(&g.table, radius, None, None, 1.0).unwrap().solve(&effort());
            assert!(cover.proved, "{} within {radius}: {cover:?}", g.name);
            assert_eq!(cover.objective, fewest, "{} within {radius}", g.name);
            assert!(g.table.nearest(&cover.sites).iter().all(|d| *d <= radius));
        }
    }
}

#[test]
fn san_francisco_is_as_others_found_it() {
    let Some(folder) = orlib::folder() else {
        println!("skipped: no shared data with San Francisco (GOLDENHOUR_SHARED)");
        return;
    };
    let city = orlib::san_francisco(&folder);
    let anchor = |name: &str| city.anchors[name].as_f64().unwrap();
    assert_eq!(city.people.iter().sum::<f64>(), anchor("total_demand"));

    let median = Median::new(&city.table, Some(&city.people), None, 4).unwrap().solve(&effort());
    assert!(median.proved, "{median:?}");
    assert!((median.objective / anchor("PMedian_p4") - 1.0).abs() < 1e-12, "{median:?}");
    let mean = median.objective / anchor("total_demand");
    assert!((mean / anchor("PMedian_mean") - 1.0).abs() < 1e-12, "{mean}");

    let center = Center::new(&city.table, None, None, 4, 1.0).unwrap().solve(&effort());
    assert!(center.proved);
    assert!((center.objective - anchor("PCenter_p4")).abs() < 5e-5, "{center:?}");

    let cover = CoverAll::within(&city.table, 5000.0, None, None, 1.0).unwrap();
    let fewest = cover.solve(&effort());
    assert!(fewest.proved);
    assert_eq!(fewest.objective, anchor("LSCP_r5000"));
    assert_eq!(cover.possible(7, &effort()), Possible::No);

    let costs: Vec<f64> = (0..city.table.points()).flat_map(|i| city.table.row(i).to_vec()).collect();
    let sets = CoverSets::within(city.table.candidates(), &costs, |_| 5000.0);
    let model = CoverModel::maximal_cover(sets, city.people.clone(), 4);
    let most = solve(&model, &effort()).unwrap();
    assert!(most.answer.proved);
    assert_eq!(most.answer.objective, anchor("MCLP_r5000_p4"));
    let other = solve_mip(&model, MipSolver::Microlp).unwrap();
    assert_eq!(other.answer.objective, anchor("MCLP_r5000_p4"));
}

/// Points on a line, ascending and whole, with weights.
fn line(seed: u32, count: usize) -> (Vec<f64>, Vec<f64>) {
    let mut stream = Stream::new(7, "points on a line", seed);
    let mut at: Vec<f64> = (0..count).map(|_| stream.below(20 * count) as f64).collect();
    at.sort_by(f64::total_cmp);
    let weights = (0..count).map(|_| stream.below(9) as f64).collect();
    (at, weights)
}

fn table_of_line(at: &[f64]) -> Table {
    let values = at.iter().flat_map(|a| at.iter().map(move |b| (a - b).abs())).collect();
    Table::new(at.len(), at.len(), values).unwrap()
}

/// The p-median of points on a line by dynamic programming: in the optimum every site serves neighbours.
fn median_of_line(at: &[f64], weights: &[f64], posts: usize) -> f64 {
    let n = at.len();
    // Least cost of serving points a..b from one of them.
    let mut one = vec![vec![0.0; n + 1]; n];
    for (a, row) in one.iter_mut().enumerate() {
        for b in a + 1..=n {
            let cost = |k: usize| (a..b).map(|i| weights[i] * (at[i] - at[k]).abs()).sum::<f64>();
            // The weighted middle.
            let half = weights[a..b].iter().sum::<f64>() / 2.0;
            let mut sum = 0.0;
            let middle = (a..b).find(|&i| {
                sum += weights[i];
                sum >= half
            });
            row[b] = cost(middle.unwrap());
        }
    }
    let mut best = vec![f64::INFINITY; n + 1];
    best[0] = 0.0;
    for _ in 0..posts {
        for b in (0..=n).rev() {
            best[b] = (0..b).map(|a| best[a] + one[a][b]).fold(best[b].min(f64::INFINITY), f64::min);
        }
    }
    best[n]
}

/// Fewest points of a line within `radius` of every point: from the left, each time as far right as still serves.
fn fewest_of_line(at: &[f64], radius: f64) -> usize {
    let (mut next, mut count) = (0, 0);
    while next < at.len() {
        let site = at.partition_point(|x| *x <= at[next] + radius) - 1;
        next = at.partition_point(|x| *x <= at[site] + radius);
        count += 1;
    }
    count
}

#[test]
fn a_line_of_points_is_solved_as_dynamic_programming_does() {
    for (seed, posts) in [(0, 2), (1, 3), (2, 6), (3, 11), (4, 20), (5, 45)] {
        let (at, weights) = line(seed, 90);
        let table = table_of_line(&at);
        let answer = Median::new(&table, Some(&weights), None, posts).unwrap().solve(&effort());
        assert!(answer.proved, "{answer:?}");
        assert_eq!(answer.objective, median_of_line(&at, &weights, posts), "{posts} sites");
    }
}

#[test]
fn a_line_of_points_is_covered_as_from_left_to_right() {
    for (seed, radius) in [(10, 5.0), (11, 20.0), (12, 60.0), (13, 150.0), (14, 400.0)] {
        let (at, _) = line(seed, 160);
        let table = table_of_line(&at);
        let fewest = fewest_of_line(&at, radius);
        let answer = CoverAll::within(&table, radius, None, None, 1.0).unwrap().solve(&effort());
        assert!(answer.proved);
        assert_eq!(answer.objective, fewest as f64, "within {radius}");
        // The smallest radius that so many sites reach is the p-center.
        let mut radii: Vec<f64> = (0..at.len()).flat_map(|i| table.row(i).to_vec()).collect();
        radii.sort_by(f64::total_cmp);
        let least = radii[radii.partition_point(|r| fewest_of_line(&at, *r) > fewest)];
        let center = Center::new(&table, None, None, fewest, 1.0).unwrap().solve(&effort());
        assert!(center.proved);
        assert_eq!(center.objective, least, "{fewest} sites");
    }
}

/// A made graph in the manner of the OR-Library: a random path through all nodes and further random edges.
fn made_graph(seed: u32, nodes: usize, edges: usize) -> Table {
    let mut stream = Stream::new(11, "made graph", seed);
    let mut path: Vec<usize> = (0..nodes).collect();
    for k in (1..nodes).rev() {
        path.swap(k, stream.below(k + 1));
    }
    let mut all = BTreeMap::new();
    for w in path.windows(2) {
        all.insert((w[0].min(w[1]), w[0].max(w[1])), 1 + stream.below(100));
    }
    while all.len() < edges {
        let (a, b) = (stream.below(nodes), stream.below(nodes));
        if a != b {
            all.insert((a.min(b), a.max(b)), 1 + stream.below(100));
        }
    }
    orlib::table_of_graph(nodes, &all)
}

#[test]
fn made_graphs_agree_with_all_triples() {
    for seed in 0..4 {
        let table = made_graph(seed, 50, 100);
        let sum = |s: &[usize]| table.nearest(s).iter().sum::<f64>();
        let far = |s: &[usize]| table.nearest(s).into_iter().fold(0.0, f64::max);
        let (mut least_sum, mut least_far) = (f64::INFINITY, f64::INFINITY);
        for a in 0..50 {
            for b in a + 1..50 {
                for c in b + 1..50 {
                    least_sum = f64::min(least_sum, sum(&[a, b, c]));
                    least_far = f64::min(least_far, far(&[a, b, c]));
                }
            }
        }
        let median = Median::new(&table, None, None, 3).unwrap().solve(&effort());
        assert!(median.proved);
        assert_eq!(median.objective, least_sum);
        let center = Center::new(&table, None, None, 3, 1.0).unwrap().solve(&effort());
        assert!(center.proved);
        assert_eq!(center.objective, least_far);
    }
}

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let table = made_graph(9, 120, 260);
    let mut rules = vec![SiteRule::Free; 120];
    rules[3] = SiteRule::Open;
    rules[4] = SiteRule::Closed;
    let solve = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| Median::new(&table, None, Some(&rules), 9).unwrap().solve(&effort().without_proof()))
    };
    let alone = solve(1);
    assert!(alone.sites.contains(&3) && !alone.sites.contains(&4));
    for threads in [2, 3, 5] {
        assert_eq!(solve(threads), alone, "{threads} threads");
    }
}
