//! The most demand that so many posts can cover, bounded from above: the p-median form of maximum cover with chances instead of
//! yes and no, by Lagrangian relaxation (Fisher, Management Science 27 (1981) 1; for location Daskin, Network and Discrete
//! Location, 2nd ed., section 4.4). Every choice of multipliers gives a bound, so that none of it rests on having searched well.

/// Steps of the search for good multipliers.
const STEPS: usize = 150;

/// `bound[a]` is at least `max over sets S of at most a posts of Σ_p weight_p · max_{j ∈ S} chance[p][j]`, for `a` from 0 to the
/// number of posts, and never falls with `a`.
pub(super) fn most_covered(weight: &[f64], chance: &[Vec<f64>]) -> Vec<f64> {
    let posts = chance.first().map_or(0, Vec::len);
    let value: Vec<Vec<f64>> = chance.iter().zip(weight).map(|(row, w)| row.iter().map(|c| c * w).collect()).collect();
    let all: f64 = value.iter().map(|row| row.iter().copied().fold(0.0, f64::max)).sum();
    let mut best = vec![all; posts + 1];
    best[0] = 0.0;
    // From few posts to many the good multipliers change; each start serves the numbers near it.
    for target in [1, posts / 8, posts / 4, posts / 2, 3 * posts / 4].into_iter().filter(|t| *t > 0) {
        search(&value, target, &mut best);
    }
    for a in (0..posts).rev() {
        best[a] = best[a].min(best[a + 1]);
    }
    best
}

/// Subgradient steps for `target` posts; lowers `best` wherever a step's multipliers do.
fn search(value: &[Vec<f64>], target: usize, best: &mut [f64]) {
    let posts = best.len() - 1;
    let mut multiplier: Vec<f64> = value.iter().map(|row| row.iter().copied().fold(0.0, f64::max) / 2.0).collect();
    let lower = greedy(value, target);
    let (mut scale, mut since, mut lowest) = (1.0, 0, f64::INFINITY);
    for _ in 0..STEPS {
        let gain = |post: usize| -> f64 { value.iter().zip(&multiplier).map(|(r, u)| (r[post] - u).max(0.0)).sum() };
        let mut gains: Vec<(f64, usize)> = (0..posts).map(|post| (gain(post), post)).collect();
        gains.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut sum: f64 = multiplier.iter().sum();
        for (a, (gain, _)) in gains.iter().enumerate() {
            sum += gain;
            best[a + 1] = best[a + 1].min(sum);
            if a + 1 == target {
                since = if sum < lowest - 1e-12 { 0 } else { since + 1 };
                lowest = lowest.min(sum);
            }
        }
        if since > 8 {
            (scale, since) = (scale / 2.0, 0);
        }
        let open: Vec<usize> = gains.iter().take(target).map(|g| g.1).collect();
        let slope: Vec<f64> = value
            .iter()
            .zip(&multiplier)
            .map(|(row, u)| 1.0 - open.iter().filter(|post| row[**post] > *u).count() as f64)
            .collect();
        let norm: f64 = slope.iter().map(|s| s * s).sum();
        if norm < 0.5 || lowest <= lower {
            return;
        }
        let step = scale * (lowest - lower).max(0.0) / norm;
        multiplier.iter_mut().zip(&slope).for_each(|(u, s)| *u = (*u - step * s).max(0.0));
    }
}

/// What a greedy choice covers: from below, only to size the steps.
fn greedy(value: &[Vec<f64>], target: usize) -> f64 {
    let posts = value.first().map_or(0, Vec::len);
    let mut covered = vec![0.0_f64; value.len()];
    for _ in 0..target {
        let gain = |post: usize| value.iter().zip(&covered).map(|(r, c)| (r[post] - c).max(0.0)).sum::<f64>();
        let Some(best) = (0..posts).max_by(|a, b| gain(*a).total_cmp(&gain(*b)).then(b.cmp(a))) else { break };
        covered.iter_mut().zip(value).for_each(|(c, row)| *c = c.max(row[best]));
    }
    covered.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every set of posts tried.
    fn by_trying(weight: &[f64], chance: &[Vec<f64>], a: usize) -> f64 {
        let posts = chance[0].len();
        let sets = (0..1_u32 << posts).filter(|s| s.count_ones() as usize <= a);
        let cover = |s: u32| {
            let of_point =
                |row: &Vec<f64>| (0..posts).filter(|j| s & (1 << j) != 0).map(|j| row[j]).fold(0.0, f64::max);
            chance.iter().zip(weight).map(|(row, w)| w * of_point(row)).sum::<f64>()
        };
        sets.map(cover).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn no_set_of_posts_covers_more(
            chance in prop::collection::vec(prop::collection::vec(0.0..1.0_f64, 6), 1..12),
            sharp in any::<bool>(),
        ) {
            let chance: Vec<Vec<f64>> =
                chance.into_iter().map(|r| r.into_iter().map(|c| if sharp { c.round() } else { c }).collect()).collect();
            let weight: Vec<f64> = (0..chance.len()).map(|p| 1.0 + (p % 3) as f64).collect();
            let bound = most_covered(&weight, &chance);
            let mut loose = 0.0_f64;
            for (a, bound) in bound.iter().enumerate() {
                let most = by_trying(&weight, &chance, a);
                prop_assert!(*bound >= most - 1e-9, "{a}: {bound} < {most}");
                loose = loose.max(bound - most);
            }
            prop_assert!(bound.windows(2).all(|w| w[0] <= w[1]));
            let total = by_trying(&weight, &chance, 6);
            prop_assert!((bound[6] - total).abs() < 1e-9 && loose <= 0.25 * total, "loose by {loose} of {total}");
        }
    }
}
