//! What a table of results says of each factor, and of two together.

/// The mean of the results at some levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelMean {
    /// Level of the factor, and of the second factor where there are two.
    pub levels: (usize, Option<usize>),
    /// Mean of the results.
    pub mean: f64,
    /// How many runs.
    pub runs: usize,
}

fn mean_where(results: &[f64], chosen: impl Fn(usize) -> bool) -> Option<(f64, usize)> {
    let (sum, n) = (0..results.len()).filter(|i| chosen(*i)).fold((0.0, 0), |(s, n), i| (s + results[i], n + 1));
    (n > 0).then(|| (sum / n as f64, n))
}

fn levels_of(rows: &[Vec<usize>], factor: usize) -> Vec<usize> {
    let mut levels: Vec<usize> = rows.iter().filter_map(|r| r.get(factor).copied()).collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}

/// The mean result at each level of a factor that occurs, in the order of the levels: the main-effect chart. `rows` are the
/// level numbers of each run (see [`super::design`]), `results` theirs, in the same order.
pub fn level_means(rows: &[Vec<usize>], results: &[f64], factor: usize) -> Vec<LevelMean> {
    let of = |level: usize| {
        let (mean, runs) = mean_where(results, |i| rows.get(i).and_then(|r| r.get(factor)) == Some(&level))?;
        Some(LevelMean { levels: (level, None), mean, runs })
    };
    levels_of(rows, factor).into_iter().filter_map(of).collect()
}

/// The mean result at each combination of the levels of two factors that occurs, the second changing faster: the interaction
/// chart and the heat map.
pub fn cell_means(rows: &[Vec<usize>], results: &[f64], first: usize, second: usize) -> Vec<LevelMean> {
    let mut cells = Vec::new();
    for a in levels_of(rows, first) {
        for b in levels_of(rows, second) {
            let here = |i: usize| rows.get(i).is_some_and(|r| r.get(first) == Some(&a) && r.get(second) == Some(&b));
            if let Some((mean, runs)) = mean_where(results, here) {
                cells.push(LevelMean { levels: (a, Some(b)), mean, runs });
            }
        }
    }
    cells
}

/// The effect of a factor in a two-level design: mean result at its high level (1) minus that at its low one (0) (Box, Hunter
/// and Hunter, section 5.4). `None` when a level does not occur.
pub fn main_effect(rows: &[Vec<usize>], results: &[f64], factor: usize) -> Option<f64> {
    effect(rows, results, &[factor])
}

/// The interaction of two factors in a two-level design: half of the effect of the first at the high level of the second,
/// minus that at its low level. In a fractional design it holds the effects it is mixed with as well.
pub fn interaction(rows: &[Vec<usize>], results: &[f64], first: usize, second: usize) -> Option<f64> {
    effect(rows, results, &[first, second])
}

/// Mean of the results where the product of the factors' signs is plus, minus the mean where it is minus.
fn effect(rows: &[Vec<usize>], results: &[f64], factors: &[usize]) -> Option<f64> {
    let plus = |i: usize| {
        let low = factors.iter().filter(|f| rows.get(i).and_then(|r| r.get(**f)) == Some(&0)).count();
        low.is_multiple_of(2)
    };
    let known = |i: usize| rows.get(i).is_some_and(|r| factors.iter().all(|f| r.get(*f).is_some_and(|l| *l < 2)));
    let high = mean_where(results, |i| known(i) && plus(i))?;
    let low = mean_where(results, |i| known(i) && !plus(i))?;
    Some(high.0 - low.0)
}

#[cfg(test)]
mod tests {
    use super::super::design::{Fractional, full_factorial};
    use super::*;

    /// The pilot plant of Box, Hunter and Hunter, table 5.2: temperature, concentration, catalyst; yields in grams.
    const YIELDS: [f64; 8] = [60.0, 72.0, 54.0, 68.0, 52.0, 83.0, 45.0, 80.0];

    fn standard_order() -> Vec<Vec<usize>> {
        (0..8_usize).map(|run| vec![run & 1, run >> 1 & 1, run >> 2 & 1]).collect()
    }

    #[test]
    fn the_pilot_plant() {
        let rows = standard_order();
        // Published: T 23, C −5, K 1.5, TC 1.5, TK 10, CK 0.
        for (f, wanted) in [23.0, -5.0, 1.5].into_iter().enumerate() {
            assert_eq!(main_effect(&rows, &YIELDS, f), Some(wanted));
        }
        for ((a, b), wanted) in [((0, 1), 1.5), ((0, 2), 10.0), ((1, 2), 0.0)] {
            assert_eq!(interaction(&rows, &YIELDS, a, b), Some(wanted));
            assert_eq!(interaction(&rows, &YIELDS, b, a), Some(wanted));
        }
        let means = level_means(&rows, &YIELDS, 0);
        assert_eq!(means.iter().map(|m| (m.mean, m.runs)).collect::<Vec<_>>(), [(52.75, 4), (75.75, 4)]);
        let cells = cell_means(&rows, &YIELDS, 0, 2);
        assert_eq!(cells.iter().map(|m| m.mean).collect::<Vec<_>>(), [57.0, 48.5, 70.0, 81.5]);
        assert_eq!(cells[1].levels, (0, Some(1)));
    }

    #[test]
    fn what_does_not_occur_is_left_out() {
        let rows = vec![vec![0, 0], vec![0, 1], vec![2, 1]];
        let cells = cell_means(&rows, &[1.0, 2.0, 3.0], 0, 1);
        assert_eq!(cells.iter().map(|c| c.levels).collect::<Vec<_>>(), [(0, Some(0)), (0, Some(1)), (2, Some(1))]);
        assert_eq!((main_effect(&rows, &[1.0, 2.0, 3.0], 0), main_effect(&rows, &[], 1)), (None, None));
        assert!(level_means(&rows, &[1.0, 2.0, 3.0], 7).is_empty());
        assert_eq!(level_means(&full_factorial(&[3]), &[1.0, 2.0, 6.0], 0).len(), 3);
    }

    #[test]
    fn a_design_of_resolution_five_finds_what_was_put_in() {
        let d = Fractional::of_resolution(8, 5).unwrap();
        let rows = d.rows();
        let sign = |row: &[usize], f: usize| 2.0 * row[f] as f64 - 1.0;
        let results: Vec<f64> =
            rows.iter().map(|r| 3.0 + sign(r, 0) - 2.0 * sign(r, 7) + 0.5 * sign(r, 2) * sign(r, 6)).collect();
        for f in 0..8 {
            let wanted = [(0, 2.0), (7, -4.0)].iter().find(|w| w.0 == f).map_or(0.0, |w| w.1);
            assert!((main_effect(&rows, &results, f).unwrap() - wanted).abs() < 1e-12);
            for g in f + 1..8 {
                let wanted = if (f, g) == (2, 6) { 1.0 } else { 0.0 };
                assert!((interaction(&rows, &results, f, g).unwrap() - wanted).abs() < 1e-12);
            }
        }
    }
}
