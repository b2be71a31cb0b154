//! Every model and rule against brute force on random small instances; answers that do not depend on threads.

use super::node::Limits;
use super::state::{Ground, State};
use super::*;
use crate::random::Stream;
use crate::siting::mip::{MipSolver, solve_mip};
use crate::siting::{Effort, SiteRule};
use proptest::prelude::*;

/// The best value over every choice of units, and the choices that reach it.
pub(super) fn brute(model: &CoverModel) -> Option<(f64, Vec<Vec<u32>>)> {
    let sites = model.sets.sites();
    let mut units = vec![0_u32; sites];
    let mut best: Option<(f64, Vec<Vec<u32>>)> = None;
    loop {
        if model.allowed(&units) {
            let value = model.value(&units);
            match &mut best {
                Some((b, all)) if (value - *b).abs() < 1e-9 => all.push(units.clone()),
                Some((b, _)) if value < *b => {}
                _ => best = Some((value, vec![units.clone()])),
            }
        }
        let Some(next) = (0..sites).find(|s| units[*s] < model.capacity[*s]) else { return best };
        units[..next].fill(0);
        units[next] += 1;
    }
}

fn sets(stream: &mut Stream, sites: usize, rows: usize, chance: f64) -> CoverSets {
    let lists: Vec<Vec<u32>> =
        (0..rows).map(|_| (0..sites as u32).filter(|_| stream.uniform() < chance).collect()).collect();
    CoverSets::from_rows(sites, &lists)
}

/// A random model: `kind` picks the model of the literature, the seed everything else, rules included.
pub(super) fn random_model(seed: u64, kind: usize) -> CoverModel {
    let s = &mut Stream::new(seed, "random cover model", kind as u32);
    let (sites, rows) = (3 + s.below(6), 1 + s.below(14));
    let chance = 0.2 + 0.4 * s.uniform();
    let units = 1 + s.below(5) as u32;
    let capacity = 1 + s.below(2) as u32;
    let whole = s.below(2) == 0;
    let weight: Vec<f64> = (0..rows).map(|_| if whole { s.below(10) as f64 } else { 10.0 * s.uniform() }).collect();
    let narrow = sets(s, sites, rows, chance);
    let mut model = match kind {
        0 => CoverModel::maximal_cover(narrow, weight, units),
        1 => CoverModel::backup(narrow, weight, s.uniform(), units),
        2 => CoverModel::backup_of_all(sets(s, sites, rows, chance.max(0.45)), weight, units),
        3 => {
            let wide: Vec<Vec<u32>> = (0..rows)
                .map(|r| (0..sites as u32).filter(|x| narrow.row(r).contains(x) || s.uniform() < 0.4).collect())
                .collect();
            let wide = CoverSets::from_rows(sites, &wide);
            CoverModel::double_standard(&narrow, &wide, &weight, 0.9 * s.uniform(), units, capacity)
        }
        4 => CoverModel::expected_cover(narrow, weight, 0.1 + 0.7 * s.uniform(), units, capacity),
        5 => {
            let chances: Vec<f64> = (0..rows * sites).map(|_| (s.uniform() * 1.4 - 0.4).max(0.0)).collect();
            let busy = if s.below(2) == 0 { 0.0 } else { 0.5 * s.uniform() };
            CoverModel::survival(sites, &chances, &weight, busy, units, capacity)
        }
        _ => {
            let mut model = CoverModel::maximal_cover(narrow, weight, units);
            model.need.iter_mut().for_each(|n| *n = s.below(5) as u32 / 3);
            model.fewest()
        }
    };
    for rule in &mut model.rules {
        *rule = [SiteRule::Free, SiteRule::Free, SiteRule::Free, SiteRule::Free, SiteRule::Open, SiteRule::Closed]
            [s.below(6)];
    }
    if s.below(3) == 0 {
        model.rules.fill(SiteRule::Free);
    }
    if s.below(4) == 0 {
        model.open = 1 + s.below(4) as u32;
    }
    if s.below(3) == 0 {
        model.budget = Some(Budget {
            site_cost: (0..sites).map(|_| s.below(6) as f64).collect(),
            unit_cost: (0..sites).map(|_| 3.0 * s.uniform()).collect(),
            limit: 12.0 * s.uniform(),
        });
    }
    if s.below(3) == 0 {
        model.apart = (0..1 + s.below(sites)).map(|_| (s.below(sites) as u32, s.below(sites) as u32)).collect();
    }
    if s.below(3) == 0 {
        let half: Vec<u32> = (0..sites as u32).filter(|_| s.below(2) == 0).collect();
        model.groups.push(Group::at_least((half.len() as u32).min(1 + s.below(2) as u32), half));
        let other: Vec<u32> = (0..sites as u32).filter(|_| s.below(2) == 0).collect();
        model.groups.push(Group::at_most(1 + s.below(2) as u32, other));
    }
    if s.below(5) == 0 {
        model.need.iter_mut().for_each(|n| *n = (*n).max(s.below(6) as u32 / 5 + s.below(12) as u32 / 11));
    }
    if s.below(5) == 0 && kind != 6 {
        model.site_gain.iter_mut().for_each(|g| *g = -5.0 * s.uniform());
    }
    model
}

/// Cases of each property: `PROPTEST_CASES`, or some that a debug build does in seconds.
pub(super) fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|v| v.parse().ok()).unwrap_or(120)
}

fn quick() -> Effort {
    Effort { starts: 2, steps: 200, nodes: 20_000, ..Effort::default() }
}

fn agrees(model: &CoverModel) {
    model.check().unwrap();
    let truth = brute(model);
    match (solve(model, &quick()), truth) {
        (Err(why), None) => assert_eq!(why, NoAnswer::Impossible),
        (Ok(found), Some((best, choices))) => {
            assert!(model.allowed(&found.units));
            assert!((found.answer.objective - model.value(&found.units)).abs() < 1e-9);
            assert!(
                (found.answer.objective - best).abs() < 1e-6,
                "{} instead of {best}: {choices:?}",
                found.answer.objective
            );
            assert!(found.answer.proved, "not proved after {} nodes", found.nodes);
            let open: Vec<usize> = (0..found.units.len()).filter(|s| found.units[*s] > 0).collect();
            assert_eq!(open, found.answer.sites);
            if let Ok(heuristic) = solve(model, &Effort { steps: 30, ..quick().without_proof() }) {
                assert!(heuristic.answer.objective <= best + 1e-6 && heuristic.answer.bound >= best - 1e-6);
            }
        }
        (got, truth) => panic!("{got:?} where brute force says {truth:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_model_and_rule_agrees_with_brute_force(seed in any::<u64>(), kind in 0_usize..7) {
        agrees(&random_model(seed, kind));
    }

    /// Another solver, by another formulation, comes to the same.
    #[test]
    fn a_mixed_integer_programme_agrees(seed in any::<u64>(), kind in 0_usize..7) {
        let model = random_model(seed, kind);
        match (solve_mip(&model, MipSolver::Microlp), solve(&model, &quick())) {
            (Ok(theirs), Ok(ours)) => {
                prop_assert!(theirs.answer.proved && model.allowed(&theirs.units));
                let (a, b) = (theirs.answer.objective, ours.answer.objective);
                prop_assert!((a - b).abs() < 1e-5 * b.abs().max(1.0), "microlp {a}, ours {b}");
            }
            (Err(theirs), Err(ours)) => prop_assert_eq!(theirs, ours),
            (theirs, ours) => prop_assert!(false, "microlp {:?}, ours {:?}", theirs, ours),
        }
    }

    #[test]
    fn a_state_keeps_its_figures(seed in any::<u64>(), kind in 0_usize..7) {
        let model = random_model(seed, kind);
        let ground = Ground::new(&model);
        let mut state = State::new(&ground, &ground.low);
        let mut stream = Stream::new(seed, "moves", 0);
        for _ in 0..30 {
            let site = stream.below(state.units.len());
            if stream.below(2) == 0 && state.units[site] > 0 {
                state.take(site);
            } else if state.may_put(site) {
                let promised = state.score_with(site, state.score());
                state.put(site);
                prop_assert!((promised.value - state.score().value).abs() < 1e-6);
                prop_assert!((promised.broken - state.score().broken).abs() < 1e-6);
            }
            prop_assert!(state.agrees_with_fresh_count());
        }
        prop_assert!(state.score().broken > 0.0 || ground.low.iter().zip(&state.units).any(|(l, u)| l > u)
            || model.rules.contains(&SiteRule::Open) || model.allowed(&state.units));
    }

    #[test]
    fn tightening_loses_no_choice(seed in any::<u64>(), kind in 0_usize..7) {
        let model = random_model(seed, kind);
        let mut limits = Limits::of(&Ground::new(&model));
        let possible = limits.tighten(&Ground::new(&model));
        if let Some((_, choices)) = brute(&model) {
            prop_assert!(possible);
            for units in choices {
                prop_assert!((0..units.len()).all(|s| (limits.low[s]..=limits.high[s]).contains(&units[s])));
            }
        }
    }

    #[test]
    fn alternatives_are_the_next_best(seed in any::<u64>(), kind in 0_usize..6, apart in 1_u32..3) {
        let mut model = random_model(seed, kind);
        model.groups.clear();
        let Ok(list) = alternatives(&model, 4, apart, &quick()) else { return Ok(()) };
        let mut rest = model.clone();
        for found in &list {
            prop_assert!(found.answer.proved);
            let (best, _) = brute(&rest).unwrap();
            prop_assert!((found.answer.objective - best).abs() < 1e-6);
            prop_assert!(model.allowed(&found.units));
            let free: Vec<u32> = found.answer.sites.iter().map(|s| *s as u32)
                .filter(|s| model.rules[*s as usize] == SiteRule::Free).collect();
            if free.is_empty() {
                break;
            }
            rest.groups.push(Group::at_most((free.len() as u32).saturating_sub(apart), free));
        }
    }

    #[test]
    fn the_ways_out_work_and_nothing_less_does(seed in any::<u64>(), kind in 2_usize..4) {
        let model = random_model(seed, kind);
        let why = explain(&model, &quick()).unwrap();
        let possible = |model: &CoverModel| brute(model).is_some();
        for (row, need, reach) in &why.unreached {
            prop_assert!(*reach < u64::from(*need) && model.need[*row] == *need);
        }
        if let Some(least) = why.posts {
            prop_assert!(least.proved);
            let with = |units: u32| CoverModel { units, open: if model.open == u32::MAX { u32::MAX } else { 99 }, ..model.clone() };
            prop_assert!(possible(&with(least.value)));
            prop_assert!(least.value == 0 || !possible(&with(least.value - 1)));
        }
        for (s, share) in why.shares.iter().enumerate() {
            if let Some(share) = share {
                let with = |part: f64| {
                    let mut model = model.clone();
                    model.shares[s].least *= part;
                    model
                };
                prop_assert!(possible(&with(share.value)));
                prop_assert!(share.value >= 1.0 || !possible(&with(share.value + 1e-3)) || model.shares[s].least < 1e-2);
            }
        }
        if let Some(rows) = &why.given_up {
            let mut model = model.clone();
            rows.iter().for_each(|r| model.need[*r] = 0);
            model.shares.clear();
            prop_assert!(possible(&model));
        }
        if possible(&model) {
            prop_assert!(why.unreached.is_empty() && why.short_shares.is_empty());
            prop_assert_eq!(why.given_up, Some(Vec::new()));
        }
    }
}

#[test]
fn survival_counts_the_nearest_free_unit() {
    // Three sites, two rows; chances as they are, each unit busy with chance 0.3.
    let chance = [0.9, 0.5, 0.0, 0.2, 0.4, 0.8];
    let model = CoverModel::survival(3, &chance, &[10.0, 7.0], 0.3, 3, 1);
    let by_hand = |open: &[usize]| -> f64 {
        let mut sum = 0.0;
        for (row, weight) in [10.0, 7.0].iter().enumerate() {
            let mut sorted: Vec<f64> = open.iter().map(|s| chance[row * 3 + s]).collect();
            sorted.sort_by(|a, b| b.total_cmp(a));
            sum += weight * sorted.iter().enumerate().map(|(k, c)| c * 0.7 * 0.3_f64.powi(k as i32)).sum::<f64>();
        }
        sum
    };
    for open in [vec![0], vec![0, 1], vec![1, 2], vec![0, 1, 2]] {
        let mut units = vec![0; 3];
        open.iter().for_each(|s| units[*s] = 1);
        assert!((model.value(&units) - by_hand(&open)).abs() < 1e-12);
    }
}

#[test]
fn fronts_keep_what_nothing_beats() {
    let model =
        CoverModel::maximal_cover(CoverSets::from_rows(3, &[vec![0], vec![1], vec![1, 2]]), vec![5.0, 2.0, 2.0], 1);
    let front = posts_front(&model, &[1, 2, 3], &quick());
    // A third post brings nothing.
    let shown: Vec<(u32, f64)> = front.iter().map(|p| (p.level, p.answer.answer.objective)).collect();
    assert_eq!(shown, [(1, 5.0), (2, 9.0)]);
    let mut model = model;
    model.units = 3;
    model.budget = Some(Budget { site_cost: vec![4.0, 3.0, 1.0], unit_cost: vec![0.0; 3], limit: 0.0 });
    let front = budget_front(&model, &[0.0, 1.0, 3.0, 4.0, 5.0, 7.0], &quick());
    let shown: Vec<(f64, f64)> = front.iter().map(|p| (p.criteria[0], -p.criteria[1])).collect();
    assert_eq!(shown, [(0.0, 0.0), (1.0, 2.0), (3.0, 4.0), (4.0, 5.0), (5.0, 7.0), (7.0, 9.0)]);
}

#[test]
fn the_smallest_radius_is_found() {
    let cost = [1.0, 4.0, 6.0, 2.0, 5.0, 9.0];
    let radii = [1.0, 2.0, 4.0, 5.0, 6.0, 9.0];
    let build = |sets: CoverSets| {
        let mut model = CoverModel::maximal_cover(sets, vec![1.0; 3], 1);
        model.need.fill(1);
        model
    };
    let (least, found) = smallest_radius(&radii, |r| CoverSets::within(2, &cost, |_| r), build, &quick()).unwrap();
    assert_eq!((least.value, least.proved), (6.0, true));
    assert_eq!(found.answer.sites, [0]);
}

#[test]
fn wrong_models_are_refused() {
    let good = || CoverModel::maximal_cover(CoverSets::from_rows(2, &[vec![0], vec![1]]), vec![1.0, 2.0], 1);
    let mut model = good();
    model.weight[1] = f64::NAN;
    assert_eq!(solve(&model, &quick()), Err(NoAnswer::Fault(ModelFault::Number { list: "weight", entry: 1 })));
    let mut model = good();
    model.class[0] = 3;
    assert!(matches!(model.check(), Err(ModelFault::Index { list: "class", entry: 0 })));
    let mut model = good();
    model.capacity.pop();
    assert!(matches!(model.check(), Err(ModelFault::Length { list: "capacity", found: 1, expected: 2 })));
}

#[test]
fn threads_do_not_matter() {
    let mut stream = Stream::new(5, "threads", 0);
    let sets = sets(&mut stream, 40, 120, 0.12);
    let weight: Vec<f64> = (0..120).map(|_| 1.0 + 9.0 * stream.uniform()).collect();
    let model = CoverModel::expected_cover(sets, weight, 0.4, 6, 2);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| solve(&model, &Effort { nodes: 60, ..quick() })).unwrap()
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(5));
}

/// A share of nothing is no way out where the other rules have no answer.
#[test]
fn a_share_of_nothing_mends_nothing() {
    let model = random_model(11_164_994_709_581_981_986, 3);
    assert!(model.shares[0].least <= 0.0 && brute(&model).is_none());
    assert_eq!(explain(&model, &quick()).unwrap().shares, [None]);
}
