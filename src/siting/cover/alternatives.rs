//! More than one answer: the best distinct choices, and the front where nothing is better in every respect. Both work
//! with any solver.

use super::model::{CoverModel, Group};
use super::solve::{CoverAnswer, NoAnswer, solve};
use crate::siting::Effort;

/// The `count` best distinct answers, best first: the solver is asked again with the sets of sites found so far, which it
/// must exclude; when it has no further answer the list ends.
pub fn best_distinct<A>(
    count: usize,
    sites_of: impl Fn(&A) -> Vec<usize>,
    mut solver: impl FnMut(&[Vec<usize>]) -> Option<A>,
) -> Vec<A> {
    let mut answers = Vec::new();
    let mut found: Vec<Vec<usize>> = Vec::new();
    while answers.len() < count {
        let Some(answer) = solver(&found) else { break };
        found.push(sites_of(&answer));
        answers.push(answer);
    }
    answers
}

/// The `count` best choices of a cover model, best first, any two of which differ in at least `apart` of the sites of the
/// better one (1: merely distinct). Sites fixed open do not tell choices apart. A choice that has all sites of a better one
/// and more is no alternative. Ends early when nothing more is allowed; [`Answer::proved`](crate::siting::Answer) of each says
/// whether it was shown to be the best of the rest.
pub fn alternatives(
    model: &CoverModel,
    count: usize,
    apart: u32,
    effort: &Effort,
) -> Result<Vec<CoverAnswer>, NoAnswer> {
    let mut failed = None;
    let answers = best_distinct(
        count,
        |a: &CoverAnswer| a.answer.sites.clone(),
        |found| {
            let mut model = model.clone();
            for sites in found {
                let free: Vec<u32> = sites
                    .iter()
                    .filter(|s| model.rules[**s] == crate::siting::SiteRule::Free)
                    .map(|s| *s as u32)
                    .collect();
                if free.is_empty() {
                    return None;
                }
                let most = (free.len() as u32).saturating_sub(apart.max(1));
                model.groups.push(Group::at_most(most, free));
            }
            match solve(&model, effort) {
                Ok(answer) => Some(answer),
                Err(why) => {
                    failed = Some(why);
                    None
                }
            }
        },
    );
    match failed {
        Some(why) if answers.is_empty() => Err(why),
        _ => Ok(answers),
    }
}

/// One point of a front: the level it was solved for, its criteria, its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontPoint<L, A> {
    /// What was asked for: posts, money, a least share.
    pub level: L,
    /// Criteria, all to be made small (turn around what should be large).
    pub criteria: Vec<f64>,
    /// The answer.
    pub answer: A,
}

/// The front over several levels (the epsilon-constraint method; Haimes, Lasdon & Wismer 1971): solves every level and
/// keeps the answers that no other one equals or beats in every criterion. Of equal ones the first stays.
pub fn frontier<L: Clone, A>(
    levels: &[L],
    mut solver: impl FnMut(&L) -> Option<A>,
    criteria: impl Fn(&L, &A) -> Vec<f64>,
) -> Vec<FrontPoint<L, A>> {
    let mut points: Vec<FrontPoint<L, A>> = Vec::new();
    for level in levels {
        if let Some(answer) = solver(level) {
            points.push(FrontPoint { level: level.clone(), criteria: criteria(level, &answer), answer });
        }
    }
    let beaten: Vec<bool> = (0..points.len())
        .map(|i| {
            let mine = &points[i].criteria;
            points.iter().enumerate().any(|(j, other)| {
                let no_worse = other.criteria.iter().zip(mine).all(|(a, b)| a <= b);
                no_worse && j != i && (other.criteria != *mine || j < i)
            })
        })
        .collect();
    let mut keep = beaten.iter().map(|b| !b);
    points.retain(|_| keep.next().unwrap_or(false));
    points
}

/// The front of posts against coverage of a cover model: fewest posts first. `units` and `open` of the model are set to
/// each number of posts in turn (with capacities above one, to so many units).
pub fn posts_front(model: &CoverModel, posts: &[u32], effort: &Effort) -> Vec<FrontPoint<u32, CoverAnswer>> {
    let at = |p: &u32| solve(&CoverModel { units: *p, ..model.clone() }, effort).ok();
    frontier(posts, at, |p, a| vec![f64::from(*p), -a.answer.objective])
}

/// The front of money against coverage: the budgets of the model's costs in turn. The criteria are what the choice costs
/// and minus its objective.
pub fn budget_front(model: &CoverModel, limits: &[f64], effort: &Effort) -> Vec<FrontPoint<f64, CoverAnswer>> {
    let at = |limit: &f64| {
        let mut model = model.clone();
        if let Some(budget) = &mut model.budget {
            budget.limit = *limit;
        }
        solve(&model, effort).ok()
    };
    frontier(limits, at, |_, a| vec![model.cost(&a.units), -a.answer.objective])
}
