//! Path relinking among good solutions, generation by generation (the post-optimisation of Resende and Werneck,
//! "A hybrid heuristic for the p-median problem", Journal of Heuristics 10, 2004).

use super::instance::Median;
use super::interchange::{Found, Search, improve};
use rayon::prelude::*;

/// Solutions kept between generations.
const POOL: usize = 20;
/// Generations at most; they end when the best does not get better.
const GENERATIONS: usize = 12;

/// The best sites found by walking between all pairs of the best starts.
pub(super) fn among(problem: &Median, starts: Vec<Found>) -> Vec<u32> {
    let mut pool = elite(starts);
    for _ in 0..GENERATIONS {
        let pairs: Vec<(usize, usize)> =
            (0..pool.len()).flat_map(|a| (a + 1..pool.len()).map(move |b| (a, b))).collect();
        let children: Vec<Found> =
            pairs.par_iter().filter_map(|&(a, b)| walk(problem, &pool[a].sites, &pool[b].sites)).collect();
        let best = pool.first().map_or(f64::INFINITY, |f| f.value);
        // Only what the walk found goes on, with the best so far: else the pool would stand still.
        let mut next = children;
        next.extend(pool.first().cloned());
        pool = elite(next);
        if pool.first().is_none_or(|f| f.value >= best) {
            break;
        }
    }
    pool.into_iter().next().map(|f| f.sites).unwrap_or_default()
}

/// The best distinct solutions, best first.
fn elite(mut all: Vec<Found>) -> Vec<Found> {
    all.sort_by(|a, b| a.value.total_cmp(&b.value).then_with(|| a.sites.cmp(&b.sites)));
    all.dedup_by(|a, b| a.sites == b.sites);
    all.truncate(POOL);
    all
}

/// Walks from the better of two solutions to the other by the best swap each time, and improves the best of the way.
fn walk(problem: &Median, from: &[u32], to: &[u32]) -> Option<Found> {
    let mut search = Search::new(problem, from);
    let aim: Vec<bool> = {
        let mut aim = vec![false; problem.sites];
        to.iter().for_each(|&j| aim[j as usize] = true);
        aim
    };
    let apart = from.iter().filter(|&&j| !aim[j as usize]).count();
    let mut best: Option<Found> = None;
    for _ in 1..apart {
        let swap =
            search.best_of(|j| aim[j as usize] && !search.is_open(j), |slot| !aim[search.open[slot] as usize])?;
        search.apply(swap);
        if best.as_ref().is_none_or(|b| search.value < b.value) {
            best = Some(search.found());
        }
    }
    best.map(|b| improve(problem, &b.sites))
}
