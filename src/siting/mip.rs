//! A model of the cover family as a mixed-integer programme, solved by somebody else's solver.
//!
//! The solvers of [`super::cover`] are quicker by far; this one is there to check them by other means, and as a last resort for a
//! small model that they leave unproved. `microlp` (written in Rust) is always there; the cargo feature `highs` adds HiGHS,
//! which wants CMake and a C++ compiler to be built.

use super::cover::{CoverAnswer, CoverModel, NoAnswer};
use super::{Answer, SiteRule};
use good_lp::{
    Expression, ProblemVariables, ResolutionError, Solution, SolutionStatus, SolverModel, Variable, constraint,
    variable, variables,
};

/// Who solves the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MipSolver {
    /// `microlp`: simplex and branch and bound in Rust; for some dozens of sites and rows.
    Microlp,
    /// HiGHS (Huangfu & Hall 2018).
    #[cfg(feature = "highs")]
    Highs,
}

impl MipSolver {
    fn method(self) -> &'static str {
        match self {
            MipSolver::Microlp => "mixed-integer programme (microlp)",
            #[cfg(feature = "highs")]
            MipSolver::Highs => "mixed-integer programme (HiGHS)",
        }
    }
}

/// The programme: units and opening of each site, covers of each row.
struct Programme {
    variables: ProblemVariables,
    units: Vec<Variable>,
    /// Whether each site is opened (its units where it takes one at most).
    opened: Vec<Variable>,
    /// First cover, second cover, … of each row.
    covers: Vec<Vec<Variable>>,
}

/// Solves a model as a mixed-integer programme, without a limit of time. The answer is proved up to the solver's own
/// tolerances (about one part in 10⁶), not to nine digits as those of [`super::cover::solve`].
///
/// # Errors
///
/// [`NoAnswer::Fault`] for a wrong model, [`NoAnswer::Impossible`] where no choice obeys the rules, and
/// [`NoAnswer::NotFound`] where the solver gave up or its answer does not obey the rules of the model.
pub fn solve_mip(model: &CoverModel, solver: MipSolver) -> Result<CoverAnswer, NoAnswer> {
    model.check()?;
    let high = |s: usize| if model.rules[s] == SiteRule::Closed { 0 } else { model.capacity[s].min(model.units) };
    if (0..model.sets.sites()).any(|s| model.rules[s] == SiteRule::Open && high(s) == 0) {
        return Err(NoAnswer::Impossible);
    }
    let programme = Programme::of(model, high);
    let worth = programme.worth(model);
    let rules = programme.rules(model, high);
    let Programme { variables, units, .. } = programme;
    let problem = variables.maximise(worth);
    let found = match solver {
        MipSolver::Microlp => values(problem.using(good_lp::microlp), rules, &units),
        #[cfg(feature = "highs")]
        MipSolver::Highs => {
            let exact = problem.using(good_lp::highs).set_mip_rel_gap(0.0);
            values(exact.map_err(|_| NoAnswer::NotFound)?, rules, &units)
        }
    };
    let (units, best) = found.map_err(|why| match why {
        ResolutionError::Infeasible => NoAnswer::Impossible,
        _ => NoAnswer::NotFound,
    })?;
    if !model.allowed(&units) {
        return Err(NoAnswer::NotFound);
    }
    let objective = model.value(&units);
    let bound = if best { objective } else { f64::INFINITY };
    let sites = (0..units.len()).filter(|s| units[*s] > 0).collect();
    let answer = Answer { sites, objective, bound, proved: best, method: solver.method(), seed: 0 };
    Ok(CoverAnswer { answer, units, nodes: 0 })
}

/// Units of each site, and whether they were called the best.
fn values<M: SolverModel<Error = ResolutionError>>(
    problem: M,
    rules: Vec<good_lp::Constraint>,
    units: &[Variable],
) -> Result<(Vec<u32>, bool), ResolutionError> {
    let solution = rules.into_iter().fold(problem, SolverModel::with).solve()?;
    let whole = |v: &Variable| solution.value(*v).round().max(0.0) as u32;
    Ok((units.iter().map(whole).collect(), matches!(solution.status(), SolutionStatus::Optimal)))
}

impl Programme {
    fn of(model: &CoverModel, high: impl Fn(usize) -> u32) -> Programme {
        let mut variables = variables!();
        let sites = model.sets.sites();
        let mut units = Vec::with_capacity(sites);
        let mut opened = Vec::with_capacity(sites);
        for s in 0..sites {
            let low = u32::from(model.rules[s] == SiteRule::Open);
            let x = variables.add(variable().integer().min(f64::from(low)).max(f64::from(high(s))));
            units.push(x);
            opened.push(if high(s) <= 1 { x } else { variables.add(variable().binary()) });
        }
        let covers = (0..model.sets.rows())
            .map(|r| {
                let steps = &model.steps[model.class[r] as usize];
                let reach: u32 = model.sets.row(r).iter().map(|s| high(*s as usize)).sum();
                let shared = model.shares.iter().any(|s| s.rows.iter().any(|(row, _)| *row as usize == r));
                let useful = if model.weight[r] > 0.0 { steps.len() } else { 0 }.max(usize::from(shared));
                // Falling steps fill up from the first by themselves; rising ones must be told to, in whole numbers.
                let falling = steps.windows(2).all(|w| w[0] >= w[1]);
                let one = || if falling { variable().min(0.0).max(1.0) } else { variable().binary() };
                (0..useful.min(reach as usize)).map(|_| variables.add(one())).collect()
            })
            .collect();
        Programme { variables, units, opened, covers }
    }

    fn worth(&self, model: &CoverModel) -> Expression {
        let mut worth = Expression::from(0.0);
        for (s, gain) in model.site_gain.iter().enumerate().filter(|(_, g)| **g != 0.0) {
            worth += *gain * self.opened[s];
        }
        for (r, covers) in self.covers.iter().enumerate() {
            let steps = &model.steps[model.class[r] as usize];
            for (y, step) in covers.iter().zip(steps) {
                worth += model.weight[r] * *step * *y;
            }
        }
        worth
    }

    fn rules(&self, model: &CoverModel, high: impl Fn(usize) -> u32) -> Vec<good_lp::Constraint> {
        let sum = |of: &[Variable]| of.iter().fold(Expression::from(0.0), |e, v| e + *v);
        let opened_of = |sites: &[u32]| sites.iter().fold(Expression::from(0.0), |e, s| e + self.opened[*s as usize]);
        let mut rules = vec![constraint!(sum(&self.units) <= f64::from(model.units))];
        if model.open != u32::MAX {
            rules.push(constraint!(sum(&self.opened) <= f64::from(model.open)));
        }
        for s in (0..self.units.len()).filter(|s| high(*s) > 1) {
            rules.push(constraint!(self.units[s] <= f64::from(high(s)) * self.opened[s]));
            rules.push(constraint!(self.opened[s] <= self.units[s]));
        }
        for (r, covers) in self.covers.iter().enumerate() {
            let count = model.sets.row(r).iter().fold(Expression::from(0.0), |e, s| e + self.units[*s as usize]);
            if model.need[r] > 0 {
                rules.push(constraint!(count.clone() >= f64::from(model.need[r])));
            }
            if !covers.is_empty() {
                rules.push(constraint!(sum(covers) <= count));
            }
            for pair in covers.windows(2) {
                rules.push(constraint!(pair[1] <= pair[0]));
            }
        }
        for share in &model.shares {
            let first = |e: Expression, (row, w): &(u32, f64)| match self.covers[*row as usize].first() {
                Some(y) => e + *w * *y,
                None => e,
            };
            let covered = share.rows.iter().fold(Expression::from(0.0), first);
            rules.push(constraint!(covered >= share.least));
        }
        if let Some(budget) = &model.budget {
            let mut cost = Expression::from(0.0);
            for s in 0..self.units.len() {
                cost += budget.site_cost[s] * self.opened[s] + budget.unit_cost[s] * self.units[s];
            }
            rules.push(constraint!(cost <= budget.limit));
        }
        for (a, b) in model.apart.iter().filter(|(a, b)| a != b) {
            rules.push(constraint!(self.opened[*a as usize] + self.opened[*b as usize] <= 1.0));
        }
        for group in &model.groups {
            rules.push(constraint!(opened_of(&group.sites) >= f64::from(group.least)));
            rules.push(constraint!(opened_of(&group.sites) <= f64::from(group.most)));
        }
        rules
    }
}
