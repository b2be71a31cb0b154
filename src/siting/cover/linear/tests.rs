use super::super::shrink::site_keys;
use super::super::tests::{brute, cases, random_model};
use super::*;
use crate::random::Stream;
use crate::siting::SiteRule;
use crate::siting::cover::{Budget, CoverModel, CoverSets};
use proptest::prelude::*;

fn is_within(model: &CoverModel, limits: &Limits, units: &[u32]) -> bool {
    let count = model.counts(units);
    (0..units.len()).all(|s| (limits.low[s]..=limits.high[s]).contains(&units[s]))
        && (0..count.len()).all(|r| (limits.need[r]..=limits.cap[r]).contains(&count[r]))
}

/// Told of a value just below the best, the relaxation must keep a best choice within the limits it closes, before and
/// after cuts, from any prices to begin with.
fn keeps_a_best_choice(model: &CoverModel, seed: u64) -> Result<usize, TestCaseError> {
    let Some((best, choices)) = brute(model) else { return Ok(0) };
    let ground = Ground::new(model);
    let mut limits = Limits::of(&ground);
    prop_assert!(limits.tighten(&ground));
    let small = Small::new(&ground, &Limits::of(&ground), &site_keys(ground.low.len()));
    let prices = vec![1.0; model.shares.len()];
    let Some(mut linear) = Linear::new(&ground, &small, &prices) else { return Ok(0) };
    let tolerance = 1e-6 * best.abs().max(1.0);
    let cutoff = best - 1e-3 * best.abs().max(1.0);
    let mut stream = Stream::new(seed, "prices to begin with", 0);
    let guess: Vec<f64> = model.weight.iter().map(|w| w * stream.uniform()).collect();
    let mut basis = linear.begin(&guess);
    for cut in [false, true] {
        let open = limits.clone();
        let solved = linear.solve(&ground, &mut limits, &basis, cutoff);
        prop_assert!(solved.bound >= best - tolerance, "bound {} below {best}, cut: {cut}", solved.bound);
        prop_assert!(choices.iter().any(|c| is_within(model, &limits, c)), "no best choice left, cut: {cut}");
        let mut limits = open;
        match linear.cut(&ground, &limits, &solved, cutoff) {
            Some(after) if !cut => basis = after,
            _ => break,
        }
        prop_assert!(limits.tighten(&ground));
    }
    // Each row in whole numbers holds for every best choice.
    let ys = |units: &[u32]| {
        let mut value: Vec<f64> = units.iter().map(|u| f64::from(*u)).collect();
        value.resize(linear.matrix.cols, 0.0);
        for (kind, count) in linear.kinds.iter().zip(model.counts(units)) {
            let (first, second) = match kind {
                Kind::Pair { second, first } => (*first, Some(*second)),
                Kind::Curve { first } => (*first, None),
            };
            first.iter().for_each(|c| value[*c as usize] = f64::from(u8::from(count > 0)));
            second.iter().for_each(|c| value[*c as usize] = f64::from(u8::from(count > 1)));
        }
        value
    };
    for choice in &choices {
        let value = ys(choice);
        prop_assert!(linear.whole.iter().all(|row| row.slack(&value) > -1e-9));
    }
    // The part of the tree where some rows have as many units as the first of the best choices gives them.
    let mut limits = Limits::of(&ground);
    for (r, count) in model.counts(&choices[0]).into_iter().enumerate() {
        match stream.below(4) {
            0 => limits.need[r] = limits.need[r].max(count),
            1 => limits.cap[r] = count,
            _ => {}
        }
    }
    prop_assert!(limits.tighten(&ground));
    let mut part = linear.with(&[], &limits);
    let solved = part.solve(&ground, &mut limits, &part.begin(&guess), cutoff);
    prop_assert!(limits.tighten(&ground));
    let solved = part.cut_within(&ground, &mut limits, solved, cutoff);
    prop_assert!(solved.bound >= best - tolerance, "bound {} below {best} in a part", solved.bound);
    let left: Vec<&Vec<u32>> = choices.iter().filter(|c| is_within(model, &limits, c)).collect();
    prop_assert!(!left.is_empty(), "no best choice left in a part");
    for choice in left {
        let value = ys(choice);
        prop_assert!(part.own_cuts().iter().all(|cut| cut.slack(&value) > -1e-9));
    }
    Ok(linear.cuts + part.own_cuts().len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_relaxation_keeps_a_best_choice(seed in any::<u64>(), kind in 0_usize..7) {
        keeps_a_best_choice(&random_model(seed, kind), seed)?;
    }
}

/// Pairs of units on a ring: the plain relaxation counts half pairs, the cuts know better.
#[test]
fn parity_is_cut() {
    let rows: Vec<Vec<u32>> = (0..9).map(|r| vec![r, (r + 1) % 9, (r + 2) % 9]).collect();
    let mut cuts = 0;
    for units in [3, 5, 7] {
        let weight: Vec<f64> = (0..9).map(|r| f64::from(5 + r % 4)).collect();
        let model = CoverModel::plain(CoverSets::from_rows(9, &rows), weight, vec![0.0, 1.0], units);
        cuts += keeps_a_best_choice(&model, u64::from(units)).unwrap();
    }
    assert!(cuts > 0);
}

/// A budget, and sites fixed open that may have another unit: what they cost already is not spent twice.
#[test]
fn what_fixed_sites_cost_is_counted_once() {
    let rows = [vec![0], vec![1, 2], vec![2], vec![0, 2]];
    let sets = CoverSets::from_rows(3, &rows);
    let mut model = CoverModel::expected_cover(sets, vec![4.0, 7.0, 9.0, 5.0], 0.3, 5, 2);
    model.rules[0] = SiteRule::Open;
    model.rules[1] = SiteRule::Open;
    model.budget = Some(Budget { site_cost: vec![3.0, 4.0, 0.0], unit_cost: vec![0.5, 0.8, 1.2], limit: 11.5 });
    for seed in 0..5 {
        keeps_a_best_choice(&model, seed).unwrap();
    }
}
