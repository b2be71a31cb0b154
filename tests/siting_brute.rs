//! The siting solvers of the distance family against trying everything, on random small instances with every rule.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use goldenhour::siting::center::Center;
use goldenhour::siting::cover_all::{CoverAll, Possible};
use goldenhour::siting::median::{Capacitated, Median};
use goldenhour::siting::{Answer, Effort, SiteRule, Table, Trouble};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

#[derive(Clone, Debug)]
struct Case {
    table: Table,
    weights: Vec<f64>,
    rules: Vec<SiteRule>,
    posts: usize,
    seed: u64,
}

impl Case {
    fn allowed(&self) -> Vec<usize> {
        (0..self.rules.len()).filter(|&j| self.rules[j] != SiteRule::Closed).collect()
    }

    fn keeps_rules(&self, sites: &[usize]) -> bool {
        let ascending = sites.windows(2).all(|w| w[0] < w[1]);
        let right = self.rules.iter().enumerate().all(|(j, r)| match r {
            SiteRule::Free => true,
            SiteRule::Open => sites.contains(&j),
            SiteRule::Closed => !sites.contains(&j),
        });
        ascending && right
    }

    /// All choices of so many sites that keep the rules.
    fn choices(&self, posts: usize) -> Vec<Vec<usize>> {
        let allowed = self.allowed();
        (0_u32..1 << allowed.len())
            .filter(|set| set.count_ones() as usize == posts)
            .map(|set| (0..allowed.len()).filter(|k| set >> k & 1 == 1).map(|k| allowed[k]).collect::<Vec<_>>())
            .filter(|sites| self.keeps_rules(sites))
            .collect()
    }

    fn near(&self, sites: &[usize]) -> Vec<f64> {
        self.table.nearest(sites)
    }

    fn covered(&self, sites: &[usize], radius: f64) -> f64 {
        self.near(sites).iter().zip(&self.weights).filter(|(d, _)| **d <= radius).map(|(_, w)| w).sum()
    }

    fn covers(&self, sites: &[usize], radius: f64, share: f64) -> bool {
        if share >= 1.0 {
            return self.near(sites).iter().all(|d| *d <= radius);
        }
        self.covered(sites, radius) >= share * self.weights.iter().sum::<f64>() - 1e-9
    }
}

/// Instances; `infinite` says whether some pairs may be unreachable, `whole` whether only whole numbers come up.
fn case(points: usize, candidates: usize, infinite: bool) -> impl Strategy<Value = Case> {
    (1..=points, 1..=candidates, any::<bool>(), any::<u64>()).prop_flat_map(move |(n, m, whole, seed)| {
        let distance = (0_u32..400, 0_u32..20).prop_map(move |(d, far)| {
            let d = if whole { f64::from(d / 20) } else { f64::from(d) * 0.37 };
            if infinite && far == 0 { f64::INFINITY } else { d }
        });
        let weight = (0_u32..60).prop_map(move |w| if whole { f64::from(w / 10) } else { f64::from(w) * 0.13 });
        let rule = prop_oneof![
            8 => Just(SiteRule::Free),
            1 => Just(SiteRule::Open),
            1 => Just(SiteRule::Closed),
        ];
        (
            proptest::collection::vec(distance, n * m),
            proptest::collection::vec(weight, n),
            proptest::collection::vec(rule, m),
            1..=m.min(5),
        )
            .prop_map(move |(values, weights, rules, posts)| Case {
                table: Table::new(n, m, values).unwrap(),
                weights,
                rules,
                posts,
                seed,
            })
    })
}

fn effort(seed: u64) -> Effort {
    Effort { seed, starts: 3, steps: 200, nodes: 100_000 }
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-8 * a.abs().max(b.abs()).max(1e-3)
}

fn right(case: &Case, answer: &Answer, best: f64, counted: f64) -> Result<(), TestCaseError> {
    prop_assert!(answer.proved, "not proved: {answer:?}, best {best}");
    prop_assert!(close(answer.objective, best), "{answer:?}, but the best is {best}");
    prop_assert!(close(answer.bound, best), "{answer:?}, but the best is {best}");
    prop_assert!(close(counted, answer.objective), "{answer:?} counts as {counted}");
    prop_assert!(case.keeps_rules(&answer.sites), "{answer:?} breaks {:?}", case.rules);
    Ok(())
}

/// Whether a trouble about the number of posts is right.
fn posts_wrong(case: &Case) -> bool {
    let fixed = case.rules.iter().filter(|r| **r == SiteRule::Open).count();
    fixed > case.posts || case.allowed().len() < case.posts
}

fn median(case: &Case) -> Result<(), TestCaseError> {
    let problem = match Median::new(&case.table, Some(&case.weights), Some(&case.rules), case.posts) {
        Ok(problem) => problem,
        Err(Trouble::TooManyFixed { .. } | Trouble::TooFewCandidates { .. }) => {
            prop_assert!(posts_wrong(case));
            return Ok(());
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    };
    let value = |s: &[usize]| -> f64 { case.near(s).iter().zip(&case.weights).map(|(d, w)| d * w).sum() };
    let best = case.choices(case.posts).iter().map(|s| value(s)).fold(f64::INFINITY, f64::min);
    let answer = problem.solve(&effort(case.seed));
    prop_assert_eq!(answer.sites.len(), case.posts);
    right(case, &answer, best, value(&answer.sites))?;
    prop_assert!(close(problem.objective(&answer.sites), answer.objective));
    // Without proof: the bound must still be one.
    let quick = problem.solve(&effort(case.seed).without_proof());
    prop_assert!(quick.bound <= best + 1e-8 * best && quick.objective >= best - 1e-8 * best, "{quick:?} around {best}");
    let rough = problem.heuristic(&effort(case.seed));
    prop_assert!(rough.objective >= best - 1e-8 * best && case.keeps_rules(&rough.sites));
    Ok(())
}

fn center(case: &Case, share: f64) -> Result<(), TestCaseError> {
    let Ok(problem) = Center::new(&case.table, Some(&case.weights), Some(&case.rules), case.posts, share) else {
        prop_assert!(posts_wrong(case));
        return Ok(());
    };
    let mut radii: Vec<f64> = (0..case.table.points()).flat_map(|i| case.table.row(i).to_vec()).collect();
    radii.push(0.0);
    radii.sort_by(f64::total_cmp);
    let radius = |s: &[usize]| radii.iter().copied().find(|r| case.covers(s, *r, share)).unwrap_or(f64::INFINITY);
    let best = case.choices(case.posts).iter().map(|s| radius(s)).fold(f64::INFINITY, f64::min);
    let answer = problem.solve(&effort(case.seed));
    prop_assert_eq!(answer.sites.len(), case.posts);
    right(case, &answer, best, radius(&answer.sites))
}

fn cover(case: &Case, radius: f64, share: f64) -> Result<(), TestCaseError> {
    let most = case.allowed().len();
    let all = case.allowed();
    let problem = match CoverAll::within(&case.table, radius, Some(&case.weights), Some(&case.rules), share) {
        Ok(problem) => problem,
        Err(Trouble::Uncoverable { points, share: reached }) => {
            prop_assert!(!case.covers(&all, radius, share));
            let near = case.near(&all);
            let out: Vec<usize> = (0..near.len()).filter(|&i| near[i] > radius).collect();
            prop_assert_eq!(points, out);
            let total: f64 = case.weights.iter().sum();
            prop_assert!(total == 0.0 || close(reached, case.covered(&all, radius) / total));
            return Ok(());
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    };
    let fewest = (0..=most)
        .find(|&p| case.choices(p).iter().any(|s| case.covers(s, radius, share)))
        .expect("all candidates together cover");
    let answer = problem.solve(&effort(case.seed));
    prop_assert!(case.covers(&answer.sites, radius, share), "{answer:?} does not cover");
    right(case, &answer, fewest as f64, answer.sites.len() as f64)?;
    let quick = problem.solve(&effort(case.seed).without_proof());
    prop_assert!(quick.bound <= fewest as f64 && quick.objective >= fewest as f64, "{quick:?} around {fewest}");
    for posts in 0..=most {
        match problem.possible(posts, &effort(case.seed)) {
            Possible::Yes(sites) => {
                prop_assert!(posts >= fewest && sites.len() <= posts && case.covers(&sites, radius, share));
                prop_assert!(case.keeps_rules(&sites));
            }
            Possible::No => prop_assert!(posts < fewest, "{posts} sites do it"),
            Possible::Unknown => prop_assert!(false, "not decided"),
        }
    }
    Ok(())
}

fn capacitated(case: &Case, loads: &[f64], capacities: &[f64]) -> Result<(), TestCaseError> {
    let n = case.table.points();
    // Everyone to every open site, as far as there is room.
    let mut best = f64::INFINITY;
    for sites in case.choices(case.posts) {
        let p = sites.len();
        for code in 0..p.pow(n as u32) {
            let (mut left, mut rest, mut value) = (capacities.to_vec(), code, 0.0);
            for (i, load) in loads.iter().enumerate() {
                let j = sites[rest % p];
                rest /= p;
                left[j] -= load;
                value += case.weights[i] * case.table.at(i, j);
            }
            if left.iter().all(|l| *l >= -1e-6) {
                best = f64::min(best, value);
            }
        }
    }
    let problem =
        match Capacitated::new(&case.table, Some(&case.weights), loads, capacities, Some(&case.rules), case.posts) {
            Ok(problem) => problem,
            Err(Trouble::TooManyFixed { .. } | Trouble::TooFewCandidates { .. }) => {
                prop_assert!(posts_wrong(case));
                return Ok(());
            }
            Err(Trouble::Room { .. }) => {
                prop_assert!(best.is_infinite());
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
    match problem.solve(&effort(case.seed)) {
        Ok(served) => {
            let mut left = capacities.to_vec();
            let mut value = 0.0;
            for (i, &j) in served.by.iter().enumerate() {
                prop_assert!(served.answer.sites.contains(&j));
                left[j] -= loads[i];
                value += case.weights[i] * case.table.at(i, j);
            }
            prop_assert!(left.iter().all(|l| *l >= -1e-6), "overfull: {served:?}");
            prop_assert_eq!(served.answer.sites.len(), case.posts);
            right(case, &served.answer, best, value)?;
        }
        Err(Trouble::NoAssignment { proved: true }) => prop_assert!(best.is_infinite(), "there is one of {best}"),
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
    }
    if let Ok(quick) = problem.solve(&effort(case.seed).without_proof()) {
        prop_assert!(quick.answer.bound <= best + 1e-8 * best, "{quick:?} above {best}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.max(300), ..ProptestConfig::default() })]

    #[test]
    fn p_median_of_small_instances(case in case(9, 8, false)) {
        median(&case)?;
    }

    #[test]
    fn p_median_of_middling_instances(case in case(30, 13, false)) {
        median(&case)?;
    }

    #[test]
    fn p_center(case in case(14, 10, true), share in prop_oneof![Just(1.0), 0.0..1.0, Just(0.5)]) {
        center(&case, share)?;
    }

    #[test]
    fn fewest_that_cover(
        case in case(16, 10, true),
        radius in 0.0..60.0,
        share in prop_oneof![Just(1.0), 0.0..1.0, Just(0.75)],
    ) {
        cover(&case, radius, share)?;
        cover(&case, (radius / 6.0_f64).floor(), share)?;
    }

    #[test]
    fn capacitated_p_median(
        case in case(6, 6, false),
        sizes in proptest::collection::vec((0_u32..10, 4_u32..40), 6),
        whole in any::<bool>(),
    ) {
        let unit = if whole { 1.0 } else { 0.7 };
        let loads: Vec<f64> = sizes.iter().take(case.table.points()).map(|s| f64::from(s.0) * unit).collect();
        let room: Vec<f64> = sizes.iter().take(case.table.candidates()).map(|s| f64::from(s.1) * unit).collect();
        capacitated(&case, &loads, &room)?;
    }
}
