//! The planner's question as a location model, its answer, and what that promises.

use super::field::Field;
use crate::siting::center::Center;
use crate::siting::cover::{CoverModel, CoverSets, NoAnswer, busy_steps, solve};
use crate::siting::median::Median;
use crate::siting::{Answer, Effort, SiteRule, Table, Trouble};
use serde::{Deserialize, Serialize};

/// Minutes that stand for "no road leads there" where a mean needs a number: a day.
pub const UNREACHED_MIN: f64 = 1440.0;

/// What new posts are to be good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// As many people as can be within the time (maximal covering, MCLP; Church & ReVelle 1974).
    Mclp,
    /// The shortest mean time (p-median; Hakimi 1964).
    Median,
    /// As many people as can be within the time when units are busy now and then (MEXCLP; Daskin 1983).
    Mexclp,
    /// As many people as can be within the time of two units (backup coverage, BACOP2; Hogan & ReVelle 1986).
    Backup,
    /// The shortest longest time (p-center; Hakimi 1964).
    Center,
}

impl Model {
    /// All of them.
    pub const ALL: [Model; 5] = [Model::Mclp, Model::Median, Model::Mexclp, Model::Backup, Model::Center];

    /// As it is written on the command line and in names of files.
    pub fn key(self) -> &'static str {
        match self {
            Model::Mclp => "mclp",
            Model::Median => "median",
            Model::Mexclp => "mexclp",
            Model::Backup => "backup",
            Model::Center => "center",
        }
    }

    /// Whether more of its objective is better.
    pub fn more_is_better(self) -> bool {
        !matches!(self, Model::Median | Model::Center)
    }
}

/// Weight on being reached by one unit in backup coverage; the rest is on a second one.
const FIRST_OF_BACKUP: f64 = 0.5;

/// How many posts are to be added, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Added {
    /// New posts.
    pub posts: u32,
    /// Units at each of them.
    pub units_each: u32,
    /// Share of time in which a unit is busy, for [`Model::Mexclp`].
    pub busy: f64,
}

/// Why there is no proposal.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoProposal {
    /// The cover models.
    #[error(transparent)]
    Cover(#[from] NoAnswer),
    /// The distance models.
    #[error(transparent)]
    Distance(#[from] Trouble),
}

/// The answer of a model: which candidates get a post.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The model.
    pub model: Model,
    /// Chosen posts of the field (numbers from [`Field::existing`] up, or posts that had no units), ascending.
    pub posts: Vec<usize>,
    /// The solver's answer; sites are numbers of [`free_posts`].
    pub answer: Answer,
}

/// Posts that may get units: candidates, and posts of the scenario without any.
pub fn free_posts(field: &Field) -> Vec<usize> {
    (0..field.posts()).filter(|p| !field.staffed[*p]).collect()
}

/// The best new posts by a model.
///
/// # Errors
/// More posts than candidates; what a solver says.
pub fn add(field: &Field, model: Model, added: &Added, effort: &Effort) -> Result<Proposal, NoProposal> {
    let free = free_posts(field);
    let answer = match model {
        Model::Median => median(field, &free, added, effort)?,
        Model::Center => center(field, &free, added, effort)?,
        Model::Mclp => covered(field, &free, &[1.0], 1, added, effort)?,
        Model::Backup => covered(field, &free, &[FIRST_OF_BACKUP, 1.0 - FIRST_OF_BACKUP], 1, added, effort)?,
        Model::Mexclp => {
            let most = field.units.iter().sum::<u32>() + added.posts * added.units_each;
            covered(field, &free, &busy_steps(added.busy, most), added.units_each, added, effort)?
        }
    };
    Ok(Proposal { model, posts: answer.sites.iter().map(|s| free[*s]).collect(), answer })
}

/// The present posts and the free ones, in minutes: column 0 is the nearest post with units.
fn table(field: &Field, free: &[usize]) -> Result<Table, Trouble> {
    let mut values = Vec::with_capacity(field.rows.len() * (free.len() + 1));
    for row in 0..field.rows.len() {
        let now = (0..field.posts()).filter(|p| field.staffed[*p]).map(|p| field.minutes(row, p));
        values.push(now.fold(f64::INFINITY, f64::min).min(UNREACHED_MIN));
        values.extend(free.iter().map(|p| field.minutes(row, *p).min(UNREACHED_MIN)));
    }
    Table::new(field.rows.len(), free.len() + 1, values)
}

/// The answer without the column of present posts.
fn without_present(mut answer: Answer) -> Answer {
    answer.sites = answer.sites.iter().filter(|s| **s > 0).map(|s| s - 1).collect();
    answer
}

fn rules(free: usize) -> Vec<SiteRule> {
    std::iter::once(SiteRule::Open).chain(std::iter::repeat_n(SiteRule::Free, free)).collect()
}

fn median(field: &Field, free: &[usize], added: &Added, effort: &Effort) -> Result<Answer, NoProposal> {
    let weights: Vec<f64> = field.rows.iter().map(|r| r.weight).collect();
    let total: f64 = weights.iter().sum();
    let problem =
        Median::new(&table(field, free)?, Some(&weights), Some(&rules(free.len())), added.posts as usize + 1)?;
    let mut answer = without_present(problem.solve(effort));
    // A mean is what people speak of.
    if total > 0.0 {
        answer.objective /= total;
        answer.bound /= total;
    }
    Ok(answer)
}

fn center(field: &Field, free: &[usize], added: &Added, effort: &Effort) -> Result<Answer, NoProposal> {
    // A place that nobody can ever reach would make every choice equally bad.
    let all = table(field, free)?;
    let reached: Vec<usize> = (0..all.points())
        .filter(|row| field.rows[*row].people > 0.0 && all.row(*row).iter().any(|m| *m < UNREACHED_MIN))
        .collect();
    let values = reached.iter().flat_map(|row| all.row(*row).iter().copied()).collect();
    let table = Table::new(reached.len(), all.candidates(), values)?;
    let problem = Center::new(&table, None, Some(&rules(free.len())), added.posts as usize + 1, 1.0)?;
    Ok(without_present(problem.solve(effort)))
}

/// The cover models: what the first, second, … unit is worth, less what the units that are there give already.
fn covered(
    field: &Field,
    free: &[usize],
    steps: &[f64],
    units_each: u32,
    added: &Added,
    effort: &Effort,
) -> Result<Answer, NoProposal> {
    let mut lists: Vec<Vec<u32>> = Vec::new();
    let mut weight = Vec::new();
    let mut have: Vec<usize> = Vec::new();
    let mut present = 0.0;
    for (row, r) in field.rows.iter().enumerate() {
        let within = |p: usize| field.minutes(row, p) <= r.limit_min;
        let there: u32 = (0..field.posts()).filter(|p| within(*p)).map(|p| field.units[p]).sum();
        let there = if units_each == 1 && steps.len() <= 2 {
            // Posts are counted, not units: a second post is the backup.
            (0..field.posts()).filter(|p| field.staffed[*p] && within(*p)).count()
        } else {
            there as usize
        };
        let there = there.min(steps.len());
        present += r.weight * steps[..there].iter().sum::<f64>();
        if there < steps.len() && r.weight > 0.0 {
            let list: Vec<u32> = (0..free.len() as u32).filter(|s| within(free[*s as usize])).collect();
            if !list.is_empty() {
                lists.push(list);
                weight.push(r.weight);
                have.push(there);
            }
        }
    }
    let sets = CoverSets::from_rows(free.len(), &lists);
    let mut model = CoverModel::maximal_cover(sets, weight, added.posts);
    // A class of rows for each number of units that cover it already.
    let mut counts: Vec<usize> = have.clone();
    counts.sort_unstable();
    counts.dedup();
    let later = |there: &usize| -> Vec<f64> {
        steps[*there..].chunks(units_each.max(1) as usize).map(|c| c.iter().sum()).collect()
    };
    model.steps = counts.iter().map(later).collect();
    model.class = have.iter().map(|h| counts.binary_search(h).unwrap_or(0) as u32).collect();
    let mut answer = solve(&model, effort)?.answer;
    answer.objective += present;
    answer.bound += present;
    Ok(answer)
}

/// What a set of posts promises on paper, without queues or busy units but where it says so.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// Share of residents within the time of a post with units, all and by zone (urban, rural).
    pub within: f64,
    /// Urban residents.
    pub within_urban: Option<f64>,
    /// Rural residents.
    pub within_rural: Option<f64>,
    /// Residents within the time.
    pub people_within: f64,
    /// Mean minutes of residents who can be reached.
    pub mean_min: f64,
    /// Longest minutes of any place with residents that can be reached.
    pub longest_min: f64,
    /// The county with the smallest share within the time, and that share.
    pub worst: Option<(crate::text::Text, f64)>,
    /// Residents to whom no road leads.
    pub unreached: f64,
}

/// What posts promise; those with units and `more` besides.
pub fn promise(field: &Field, more: &[usize]) -> Promise {
    use crate::quality::Zone;
    let s = &field.prepared.world.scenario;
    let mut open: Vec<usize> = (0..field.posts()).filter(|p| field.staffed[*p]).collect();
    open.extend(more);
    let mut out = Promise::default();
    let (mut people, mut reached, mut minutes) = (0.0, 0.0, 0.0);
    let mut zones = [(0.0, 0.0); 2];
    let mut counties = vec![(0.0, 0.0); s.counties.len()];
    for (row, r) in field.rows.iter().enumerate() {
        let best = open.iter().map(|p| field.minutes(row, *p)).fold(f64::INFINITY, f64::min);
        let point = &s.points[r.point];
        let within = if best <= r.limit_min { r.people } else { 0.0 };
        people += r.people;
        out.people_within += within;
        let zone = &mut zones[point.zone.index()];
        *zone = (zone.0 + within, zone.1 + r.people);
        if let Some(county) = point.county.and_then(|c| counties.get_mut(c.index())) {
            *county = (county.0 + within, county.1 + r.people);
        }
        if best.is_finite() {
            reached += r.people;
            minutes += r.people * best;
            if r.people > 0.0 {
                out.longest_min = out.longest_min.max(best);
            }
        } else {
            out.unreached += r.people;
        }
    }
    let share = |(part, whole): (f64, f64)| (whole > 0.0).then(|| part / whole);
    out.within = share((out.people_within, people)).unwrap_or(0.0);
    out.within_urban = share(zones[Zone::Urban.index()]);
    out.within_rural = share(zones[Zone::Rural.index()]);
    out.mean_min = if reached > 0.0 { minutes / reached } else { 0.0 };
    out.worst = counties
        .iter()
        .zip(&s.counties)
        .filter_map(|(c, county)| Some((county.name.clone(), share(*c)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1));
    out
}
