//! What the location models see of a scenario: who lives where, in how many minutes each post or candidate reaches them, and
//! in how many minutes they must be reached.

use super::candidates::{Candidates, Source, collect};
use crate::coverage::{shares_of_time, usual};
use crate::experiment::{Before, Overrides, PrepareStep, Prepared, prepare_with_posts};
use crate::fault::Faults;
use crate::ids::{CentreId, CountyId, PointId, PostId};
use crate::scenario::{Change, ClockStart, Scenario};
use crate::sim::{self, Options, Origin};
use rayon::prelude::*;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// By what a demand point weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weigh {
    /// Residents.
    #[default]
    People,
    /// Dispatches a day.
    Calls,
    /// Residents over 65.
    Elderly,
}

/// How a field is made of a scenario.
#[derive(Clone, Debug)]
pub struct FieldAsked<'a> {
    /// Where new posts could stand.
    pub sources: &'a [Source],
    /// By what places weigh.
    pub weigh: Weigh,
    /// Minutes within which places must be reached, urban and rural; `None`: as the scenario's standard pack says.
    pub within_min: Option<[f64; 2]>,
}

/// A row of the models: a demand point in one state of the roads.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FieldRow {
    /// The demand point.
    pub point: usize,
    /// What it weighs, times the share of time in which the roads are in this state.
    pub weight: f64,
    /// Residents, times the same.
    pub people: f64,
    /// Share of time in which the roads are in this state.
    pub share: f64,
    /// Minutes within which it must be reached.
    pub limit_min: f64,
}

/// How busy units are, of one simulated replication of the scenario as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Busy {
    /// Share of the time on duty in which units are busy.
    pub share: f64,
    /// Minutes that a unit is busy with a call.
    pub job_min: f64,
}

/// What the models see.
#[derive(Debug)]
pub struct Field {
    /// The scenario with its candidates as posts without units, and the times between all places.
    pub prepared: Prepared,
    /// What was left out of the candidates.
    pub left_out: Candidates,
    /// Posts of the scenario; candidates are the posts after them.
    pub existing: usize,
    /// Whether each post has units.
    pub staffed: Vec<bool>,
    /// Units on the road at each post.
    pub units: Vec<u32>,
    /// How busy they are.
    pub busy: Busy,
    /// Which posts and places belong together, by post and by demand point: the centres, where they do not help each other.
    groups: [Vec<usize>; 2],
    road_km: OnceLock<Arc<Vec<Vec<f64>>>>,
    /// Demand points by state of the roads; the state of most of the time first.
    pub rows: Vec<FieldRow>,
    /// `minutes[row × posts + post]` until a unit from there is on the scene; infinite where no road leads, and where another
    /// centre answers that never asks this one for help.
    pub minutes: Vec<f64>,
    /// Of these minutes, those before the unit drives (expected), by the scenario's clock.
    pub before_min: f64,
    /// Minutes allowed, urban and rural.
    pub within_min: [f64; 2],
    /// By what places weigh.
    pub weigh: Weigh,
}

impl Field {
    /// Prepares a scenario with its candidates.
    ///
    /// # Errors
    /// Every fault of the scenario; no candidates.
    pub fn prepare(
        file: &Path,
        overrides: &Overrides,
        changes: &[Change],
        asked: &FieldAsked<'_>,
        tell: &mut dyn FnMut(PrepareStep),
    ) -> Result<Field, Faults> {
        let mut left_out = Candidates::default();
        let mut existing = 0;
        let mut more = |before: &Before<'_>| {
            existing = before.scenario.posts.len();
            let mut found = collect(asked.sources, before)?;
            let posts = std::mem::take(&mut found.posts);
            left_out = found;
            Ok(posts)
        };
        let prepared = prepare_with_posts(file, overrides, changes, &mut more, tell)?;
        Ok(Field::of(prepared, existing, left_out, asked))
    }

    fn of(prepared: Prepared, existing: usize, left_out: Candidates, asked: &FieldAsked<'_>) -> Field {
        let world = &prepared.world;
        let s = &world.scenario;
        let mut units = vec![0; s.posts.len()];
        s.units.iter().filter(|u| u.kind.on_road()).for_each(|u| units[u.post.index()] += 1);
        let staffed: Vec<bool> = units.iter().map(|u| *u > 0).collect();
        let before_min = minutes_before_driving(s);
        let within_min = asked.within_min.unwrap_or(prepared.pack.targets().response_min);
        let mut states: Vec<(usize, f64)> =
            shares_of_time(world).into_iter().enumerate().filter(|(_, share)| *share > 0.0).collect();
        states.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        // Centres that send nobody to one another's calls: a post serves the places of its own centre only.
        let centre =
            |county: Option<CountyId>| county.and_then(|c| s.centre_of_county[c.index()]).unwrap_or(CentreId(0));
        let own_only = s.centres.len() > 1 && s.rules.dispatch.mutual_aid.is_none();
        let group = |county: Option<CountyId>| if own_only { centre(county).index() } else { 0 };
        let groups: [Vec<usize>; 2] =
            [s.posts.iter().map(|p| group(p.county)).collect(), s.points.iter().map(|p| group(p.county)).collect()];
        let mut rows = Vec::new();
        let mut minutes = Vec::new();
        for (regime, share) in states {
            for (point, p) in s.points.iter().enumerate() {
                let weight = match asked.weigh {
                    Weigh::People => p.population,
                    Weigh::Calls => s.demand.dispatches_per_day(p),
                    Weigh::Elderly => p.population * p.elderly.unwrap_or(0.0),
                };
                let limit_min = within_min[p.zone.index()];
                rows.push(FieldRow { point, weight: weight * share, people: p.population * share, share, limit_min });
                for (post, its) in groups[0].iter().enumerate() {
                    if *its != groups[1][point] {
                        minutes.push(f64::INFINITY);
                        continue;
                    }
                    let time = world.to_point(regime, Origin::Post(PostId::new(post)), PointId::new(point));
                    minutes.push(match time.is_reachable() {
                        true => time.minutes() * s.travel.response_factor + before_min,
                        false => f64::INFINITY,
                    });
                }
            }
        }
        Field {
            busy: busy(&prepared),
            groups,
            road_km: OnceLock::new(),
            left_out,
            existing,
            staffed,
            units,
            rows,
            minutes,
            before_min,
            within_min,
            weigh: asked.weigh,
            prepared,
        }
    }

    /// Number of posts, candidates included.
    pub fn posts(&self) -> usize {
        self.staffed.len()
    }

    /// Minutes from a post to the place of a row.
    pub fn minutes(&self, row: usize, post: usize) -> f64 {
        self.minutes[row * self.staffed.len() + post]
    }

    /// Km by road from each post to each demand point, in the usual state of the roads; infinite where no way leads. A
    /// search from each post: asked for by questions that need it only.
    pub fn road_km(&self) -> Arc<Vec<Vec<f64>>> {
        let table = self.road_km.get_or_init(|| {
            let world = &self.prepared.world;
            let from = |post: usize| -> Vec<f64> {
                let mut only = vec![false; self.posts()];
                only[post] = true;
                let km = world.nearest_post_road_km(usual(world), &only);
                km.into_iter().map(|km| km.unwrap_or(f64::INFINITY)).collect()
            };
            Arc::new((0..self.posts()).into_par_iter().map(from).collect())
        });
        table.clone()
    }

    /// What a post would cost, where the table of candidates says so.
    pub fn cost_of(&self, post: usize) -> Option<f64> {
        let candidate = post.checked_sub(self.existing)?;
        *self.left_out.costs.get(candidate)?
    }

    /// The group of the place of a row.
    pub fn group_of_row(&self, row: usize) -> usize {
        self.groups[1][self.rows[row].point]
    }

    /// The group of a post: it serves the places of that group only.
    pub fn group_of_post(&self, post: usize) -> usize {
        self.groups[0][post]
    }
}

/// One replication of the scenario as it is.
fn busy(prepared: &Prepared) -> Busy {
    let s = &prepared.world.scenario;
    let options = Options::by(&prepared.pack.targets(), false);
    let (outcome, _) = sim::run(&prepared.world, &options, s.run.seed, 0);
    let busy: f64 = outcome.unit_busy.iter().map(|v| *v as f64).sum();
    let duty: f64 = outcome.unit_duty.iter().map(|v| *v as f64).sum();
    let calls: f64 = outcome.points.iter().map(|(calls, _, _)| *calls as f64).sum();
    let of = |whole: f64| if whole > 0.0 { busy / whole } else { 0.0 };
    Busy { share: of(duty), job_min: of(calls) / 60e6 }
}

/// Expected minutes from the moment at which response time counts until the unit drives: telephone and turn-out at the
/// post. Waiting for a seat or a unit is not in it: the location models know nothing of queues.
fn minutes_before_driving(s: &Scenario) -> f64 {
    let (t, turnout) = (&s.call_taking, s.durations.turnout.mean());
    let seconds = match s.run.clock_start {
        ClockStart::Ring => t.pickup.mean() + t.handling.mean() + turnout,
        ClockStart::Answered => t.handling.mean() + turnout,
        ClockStart::Triaged | ClockStart::Assigned => turnout,
    };
    seconds / 60.0
}
