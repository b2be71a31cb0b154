//! Each planner's question as one or several questions to a model, and the answers as choices.

use super::field::Field;
use super::models::{Measure, Model, NoProposal, Solved, Tuning, best, cover_model};
use super::outcome::{Choice, nearest_post, open_posts};
use super::promise::nearest;
use super::sited::Question;
use super::space::Space;
use super::want::Want;
use crate::ids::UnitId;
use crate::siting::Effort;
use crate::siting::cover::{CoverModel, Group, NoAnswer, Share, solve};
use std::time::Instant;

/// Existing posts are kept unless their going gains more than this part of the whole weight for each.
const KEEP_TIE: f64 = 1e-7;

/// Most units that stand at one post when all are placed anew.
const MOST_AT_ONE_POST: u32 = 12;

/// A question with all that it takes to answer it.
pub struct Asking<'a> {
    /// What the models see.
    pub field: &'a Field,
    /// What was asked.
    pub question: &'a Question,
    /// The space without what the question says of it: distances, counties, costs.
    pub rules: &'a dyn Fn(&mut Space<'_>),
    /// What is wanted on paper, for [`Question::Fewest`]: each list by itself is enough.
    pub wants: &'a [Vec<Want>],
    /// Posts that neither move nor close.
    pub fixed: &'a [usize],
    /// Numbers of the models.
    pub tuning: Tuning,
    /// How hard solvers try.
    pub effort: Effort,
    /// How many distinct choices of each model.
    pub alternatives: u32,
}

/// The best choices by a model, best first; for a front one choice for each number of posts.
///
/// # Errors
/// What a solver says.
pub fn choices(asking: &Asking<'_>, model: Model) -> Result<Vec<Choice>, NoProposal> {
    let mut out = Vec::new();
    if let Question::Frontier { most, units_each } = asking.question {
        for posts in 1..=*most {
            let one = Question::Add { posts, units_each: *units_each, moves: 0 };
            let mut found = choices(&Asking { question: &one, alternatives: 1, ..*asking }, model)?;
            let before: Option<&Choice> = out.last();
            let more = found.first().is_some_and(|c| before.is_none_or(|b| b.added != c.added));
            // Where a post more changes nothing the front has ended.
            if !more {
                break;
            }
            out.append(&mut found);
        }
        return Ok(out);
    }
    let mut space = space(asking)?;
    let mut wanted = None;
    while (out.len() as u32) < asking.alternatives.max(1) {
        let clock = Instant::now();
        let solved = match solved(asking, model, &mut space, &mut wanted) {
            Ok(solved) => solved,
            // There is no further one.
            Err(_) if !out.is_empty() => break,
            Err(why) => return Err(why),
        };
        space.found.push(solved.columns.clone());
        let rank = out.len() as u32 + 1;
        out.push(choice(asking, model, &space, solved, rank, clock.elapsed().as_secs_f64()));
        if space.found.last().is_some_and(Vec::is_empty) {
            break;
        }
    }
    Ok(out)
}

/// The space of a question.
pub(super) fn space<'a>(asking: &Asking<'a>) -> Result<Space<'a>, NoProposal> {
    let field = asking.field;
    let mut space = match asking.question {
        Question::Add { posts, units_each, moves } => {
            let mut space = Space::of_new_posts(field, *posts, *units_each);
            if *moves > 0 {
                let (free, fixed): (Vec<usize>, Vec<usize>) = space.base.iter().partition(|p| can_move(asking, **p));
                let sites: Vec<u32> = (0..free.len() as u32).collect();
                space.most = posts + free.len() as u32;
                space.groups.push(Group::at_least((free.len() as u32).saturating_sub(*moves), sites));
                space.columns = free.into_iter().chain(space.columns).collect();
                space.base = fixed;
            }
            space
        }
        Question::Close { posts, .. } => {
            let mut space = Space::of_new_posts(field, 0, 0);
            let (free, fixed): (Vec<usize>, Vec<usize>) = space.base.iter().partition(|p| can_move(asking, **p));
            // Somebody must be left.
            let least = u32::from(fixed.is_empty());
            space.most = (free.len() as u32).saturating_sub(posts.unwrap_or(0)).max(least);
            if posts.is_some() {
                // So many close, and no more, even where more would cost nothing.
                space.groups.push(Group::at_least(space.most, (0..free.len() as u32).collect()));
            }
            space.columns = free;
            space.base = fixed;
            space
        }
        Question::Fewest { units_each, .. } => Space::of_new_posts(field, field.posts() as u32, *units_each),
        Question::Frontier { most, units_each } => Space::of_new_posts(field, *most, *units_each),
        Question::Fleet { units, anew } => {
            let mut space = Space::of_new_posts(field, *units, 1);
            space.columns = space.base.clone();
            space.capacity = *units;
            if *anew {
                let (free, fixed): (Vec<usize>, Vec<usize>) = space.base.iter().partition(|p| can_move(asking, **p));
                space.most = units + free.iter().map(|p| field.units[*p]).sum::<u32>();
                space.capacity = MOST_AT_ONE_POST;
                space.open = (0..free.len()).collect();
                space.columns = free;
                space.base = fixed;
            }
            space
        }
    };
    (asking.rules)(&mut space);
    Ok(space)
}

/// Whether every unit of a post may stand at another one: craft cannot.
fn can_move(asking: &Asking<'_>, post: usize) -> bool {
    let s = &asking.field.prepared.world.scenario;
    !asking.fixed.contains(&post) && s.units.iter().filter(|u| u.post.index() == post).all(|u| u.kind.on_road())
}

fn solved(
    asking: &Asking<'_>,
    model: Model,
    space: &mut Space<'_>,
    wanted: &mut Option<Fewest>,
) -> Result<Solved, NoProposal> {
    let kept;
    let wants: &[Vec<Want>] = match asking.question {
        Question::Close { keep: Some(keep), .. } => {
            kept = [vec![Want::kept(asking.field, *keep)]];
            &kept
        }
        Question::Fewest { .. } => asking.wants,
        _ => {
            let some_go = matches!(asking.question, Question::Add { moves: 1.., .. } | Question::Close { .. });
            if some_go && model != Model::Center {
                let (problem, measure) = cover_model(space, model, &asking.tuning);
                return keeping(asking, problem, measure, space);
            }
            return best(space, model, &asking.tuning, &asking.effort);
        }
    };
    // First how few do, then the best of so few by the model.
    let few = match wanted {
        Some(known) => *known,
        None => *wanted.insert(fewest(space, wants, &asking.effort)?),
    };
    space.most = few.columns;
    let (mut problem, measure) = cover_model(space, model, &asking.tuning);
    wanting(&mut problem, &wants[few.which], space);
    let mut solved = keeping(asking, problem, measure, space)?;
    // The best of so many is not the best answer while fewer might do.
    solved.answer.proved &= few.proved;
    Ok(solved)
}

/// The fewest columns with which one of several lists of wants is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fewest {
    columns: u32,
    /// Which list.
    which: usize,
    /// Whether it is proved that fewer do not do.
    proved: bool,
}

pub(super) fn fewest(space: &Space<'_>, wants: &[Vec<Want>], effort: &Effort) -> Result<Fewest, NoProposal> {
    let mut best: Option<Fewest> = None;
    let mut failed = None;
    let mut proved = true;
    for (which, list) in wants.iter().enumerate() {
        match solve(&wanting_only(space, list).fewest(), effort) {
            Ok(found) => {
                proved &= found.answer.proved;
                let columns = found.units.iter().sum();
                if best.is_none_or(|b| columns < b.columns) {
                    best = Some(Fewest { columns, which, proved: true });
                }
            }
            Err(why) => {
                proved &= why == NoAnswer::Impossible;
                failed = Some(why);
            }
        }
    }
    let best = best.map(|b| Fewest { proved: proved || fewer_never_do(space, wants, b.columns, effort), ..b });
    best.ok_or_else(|| failed.map_or(NoProposal::Nothing, NoProposal::Cover))
}

/// Whether one column fewer falls short of one of the wants alone, in every list: maximal covering is proved sooner than the
/// number itself.
fn fewer_never_do(space: &Space<'_>, wants: &[Vec<Want>], columns: u32, effort: &Effort) -> bool {
    let Some(most) = columns.checked_sub(1) else { return true };
    let fewer = Space { most, ..space.clone() };
    let falls_short = |want: &Want| {
        want.alone(&fewer).is_some_and(|(model, least)| match solve(&model, effort) {
            Ok(found) => found.answer.bound < least - 1e-9 * least.abs(),
            Err(why) => why == NoAnswer::Impossible,
        })
    };
    wants.iter().all(|list| list.iter().any(falls_short))
}

/// A model that asks for nothing but some wants.
pub(super) fn wanting_only(space: &Space<'_>, wants: &[Want]) -> CoverModel {
    let mut rows = super::rows::Rows::new(Vec::new());
    wants.iter().for_each(|w| w.put(&mut rows, space));
    rows.model(space)
}

/// Adds the rows and shares of wants to a model that is made.
fn wanting(model: &mut CoverModel, wants: &[Want], space: &Space<'_>) {
    let extra = wanting_only(space, wants);
    let first = model.sets.rows() as u32;
    let class = model.steps.len() as u32;
    model.steps.push(Vec::new());
    model.sets = crate::siting::cover::CoverSets::stacked(&[&model.sets, &extra.sets]);
    model.class.extend(std::iter::repeat_n(class, extra.weight.len()));
    model.weight.extend(extra.weight);
    model.need.extend(extra.need);
    for share in extra.shares {
        let rows = share.rows.into_iter().map(|(row, weight)| (row + first, weight)).collect();
        model.shares.push(Share { rows, least: share.least });
    }
}

/// The best choice; of choices that are equally good one that keeps existing posts, those first that are the nearest to most
/// people. What that counts is taken out of the answer again.
fn keeping(
    asking: &Asking<'_>,
    mut problem: CoverModel,
    measure: Measure,
    space: &Space<'_>,
) -> Result<Solved, NoProposal> {
    let field = space.field;
    let whole: f64 = problem.weight.iter().sum();
    let mut nearest_to = vec![0.0; field.posts()];
    let mut people = 0.0;
    let open = open_posts(&field.units);
    for (row, r) in field.rows.iter().enumerate() {
        let nearest = open.iter().min_by(|a, b| field.minutes(row, **a).total_cmp(&field.minutes(row, **b)));
        nearest.into_iter().for_each(|p| nearest_to[*p] += r.people);
        people += r.people;
    }
    let gain = |c: usize| match space.exists(c) {
        true => KEEP_TIE * whole * (1.0 + nearest_to[space.columns[c]] / people.max(1.0)),
        false => 0.0,
    };
    problem.site_gain = (0..space.columns.len()).map(gain).collect();
    let mut found = solve(&problem, &asking.effort)?;
    let bonus: f64 = found.answer.sites.iter().map(|c| gain(*c)).sum();
    found.answer.objective -= bonus;
    // A bound that is not met holds for choices without any bonus too.
    if found.answer.proved {
        found.answer.bound = found.answer.objective;
    }
    Ok(measure.of(found.answer, found.units))
}

/// A solved question as a choice: who gets units, and where they come from.
fn choice(asking: &Asking<'_>, model: Model, space: &Space<'_>, solved: Solved, rank: u32, seconds: f64) -> Choice {
    let field = asking.field;
    let mut added = vec![0; field.posts()];
    let mut moved: Vec<(UnitId, usize)> = Vec::new();
    let units_of = |post: usize| {
        let all = field.prepared.world.scenario.units.iter().enumerate();
        all.filter(move |(_, u)| u.post.index() == post && u.kind.on_road()).map(|(i, _)| UnitId::new(i))
    };
    let opened: Vec<usize> = solved.columns.iter().map(|c| space.columns[*c]).collect();
    let left: Vec<usize> =
        space.columns.iter().filter(|p| field.staffed[**p] && !opened.contains(p)).copied().collect();
    match asking.question {
        Question::Add { units_each, .. } | Question::Fewest { units_each, .. } => {
            let mut new: Vec<usize> = opened.iter().filter(|p| !field.staffed[**p]).copied().collect();
            // A post that moves goes to the nearest of the new places that has none yet.
            for from in left {
                if let Some(to) = nearest_post(field, from, &new) {
                    new.retain(|p| *p != to);
                    moved.extend(units_of(from).map(|u| (u, to)));
                }
            }
            new.iter().for_each(|p| added[*p] = *units_each);
        }
        Question::Close { .. } => {
            let open: Vec<usize> = opened.iter().chain(&space.base).copied().collect();
            for from in left {
                if let Some(to) = nearest_post(field, from, &open) {
                    moved.extend(units_of(from).map(|u| (u, to)));
                }
            }
        }
        Question::Fleet { anew: false, .. } => {
            for (column, units) in solved.units.iter().enumerate() {
                added[space.columns[column]] = *units;
            }
        }
        Question::Fleet { anew: true, .. } => {
            let mut lacks: Vec<i64> = vec![0; field.posts()];
            for (column, units) in solved.units.iter().enumerate() {
                let post = space.columns[column];
                lacks[post] = i64::from(*units) - i64::from(field.units[post]);
            }
            for from in space.columns.iter().copied() {
                let spare = (-lacks[from]).max(0) as usize;
                for unit in units_of(from).take(spare) {
                    let short: Vec<usize> = (0..lacks.len()).filter(|p| lacks[*p] > 0).collect();
                    if let Some(to) = nearest_post(field, from, &short) {
                        moved.push((unit, to));
                        lacks[to] -= 1;
                    }
                }
            }
            for (post, lacks) in lacks.iter().enumerate().filter(|(_, l)| **l > 0) {
                added[post] = *lacks as u32;
            }
        }
        Question::Frontier { .. } => {}
    }
    let cost = space.cost(&solved.columns);
    Choice { added, moved, model, rank, answer: solved.answer, seconds, cost }
}

/// Share of the weight that is within the time of some posts.
pub(super) fn covered(field: &Field, open: &[usize]) -> f64 {
    let minutes = nearest(field, open);
    field.rows.iter().zip(minutes).filter(|(r, m)| *m <= r.limit_min).map(|(r, _)| r.weight).sum()
}

impl Want {
    /// A part of what is within the time now.
    pub(super) fn kept(field: &Field, keep: f64) -> Want {
        let now = covered(field, &open_posts(&field.units));
        Want::share((0..field.rows.len()).map(|r| (r, field.rows[r].weight, field.rows[r].limit_min)), keep * now)
    }
}
