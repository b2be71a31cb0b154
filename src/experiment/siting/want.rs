//! Clauses of a pack as rows and shares of the location models: what posts can do for them on paper.
//!
//! Response clauses are read as expected response on paper: the time of the nearest post that serves the place, with what is
//! expected to be gone before the unit drives. Waiting, busy units and chance are not in it; the simulation judges those.

use super::field::Field;
use super::models::UNREACHED_MIN;
use super::rows::{Rows, levels};
use super::sited::WantRow;
use super::space::Space;
use crate::coverage::usual;
use crate::geo::distance_m;
use crate::ids::{PointId, PostId};
use crate::sim::Origin;
use crate::siting::cover::CoverModel;
use crate::standards::{Clause, Distance, Metric, Pack, Scope, Statistic, Weight};
use crate::text::Text;
use std::sync::Arc;

/// A distance or time from a post to the place of a row.
type Value = Arc<dyn Fn(&Field, usize, usize) -> f64 + Send + Sync>;

/// What is asked of the values.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ask {
    /// So much weight within each row's limit.
    Share(f64),
    /// The weighted mean at most.
    Mean(f64),
    /// Everybody within each row's limit.
    All,
}

/// Something wanted on paper.
#[derive(Clone)]
pub struct Want {
    /// Row, weight, limit.
    rows: Vec<(usize, f64, f64)>,
    value: Value,
    ask: Ask,
}

/// The want of a clause, in each county where it is asked of each, and how it reads.
#[derive(Clone)]
pub struct ClauseWant {
    /// For `siting.json`; [`WantRow::promised`] is filled in later.
    pub row: WantRow,
    /// Where one of several clauses is enough: the group.
    pub any_of: Option<String>,
    /// One, or one for each county.
    pub parts: Vec<Want>,
}

impl Want {
    /// So much weight of some rows within their limits of a post, in minutes until a unit is on the scene.
    pub(super) fn share(rows: impl Iterator<Item = (usize, f64, f64)>, least: f64) -> Want {
        Want {
            rows: rows.collect(),
            value: Arc::new(|f: &Field, row, post| f.minutes(row, post)),
            ask: Ask::Share(least),
        }
    }

    fn nearest(&self, field: &Field, posts: &[usize], row: usize) -> f64 {
        posts.iter().map(|p| (self.value)(field, row, *p)).fold(f64::INFINITY, f64::min)
    }

    /// Its figure with some posts: share (0 to 1), mean, or the largest value.
    pub fn figure(&self, field: &Field, posts: &[usize]) -> f64 {
        let total: f64 = self.rows.iter().map(|r| r.1).sum();
        let values = self.rows.iter().map(|(row, weight, limit)| (self.nearest(field, posts, *row), weight, limit));
        match self.ask {
            Ask::Share(_) => {
                let within: f64 = values.filter(|(value, _, limit)| value <= limit).map(|(_, weight, _)| weight).sum();
                if total > 0.0 { within / total } else { 1.0 }
            }
            Ask::Mean(_) => {
                let sum: f64 = values.map(|(value, weight, _)| value.min(UNREACHED_MIN) * weight).sum();
                if total > 0.0 { sum / total } else { 0.0 }
            }
            Ask::All => values.map(|(value, _, _)| value).fold(0.0, f64::max),
        }
    }

    /// Whether some posts do.
    pub fn is_met(&self, field: &Field, posts: &[usize]) -> bool {
        let figure = self.figure(field, posts);
        let total: f64 = self.rows.iter().map(|r| r.1).sum();
        match self.ask {
            Ask::Share(least) => figure * total >= least - 1e-9 * least.abs().max(1.0),
            Ask::Mean(most) => figure <= most + 1e-9 * most.abs(),
            Ask::All => self.rows.iter().all(|(row, _, limit)| self.nearest(field, posts, *row) <= *limit),
        }
    }

    /// Whether no post of these reaches the place of a row within its limit.
    pub(super) fn never(&self, field: &Field, posts: &[usize], row: usize) -> bool {
        let asked = self.rows.iter().find(|r| r.0 == row);
        asked.is_some_and(|(_, _, limit)| limit.is_finite() && self.nearest(field, posts, row) > *limit)
    }

    /// A model of as much of it as so many columns can give, and how much it asks for; `None` where it asks for everybody.
    pub(super) fn alone(&self, space: &Space<'_>) -> Option<(CoverModel, f64)> {
        let mut whole = Rows::new(Vec::new());
        self.put(&mut whole, space);
        let mut model = whole.model(space);
        let share = model.shares.pop()?;
        model.steps.push(vec![1.0]);
        let class = model.steps.len() as u32 - 1;
        for (row, weight) in &share.rows {
            model.class[*row as usize] = class;
            model.weight[*row as usize] = *weight;
        }
        Some((model, share.least))
    }

    /// Puts it into a model over a space.
    pub(super) fn put(&self, rows: &mut Rows, space: &Space<'_>) {
        let field = space.field;
        let values = |row: usize| -> Vec<f64> { space.columns.iter().map(|p| (self.value)(field, row, *p)).collect() };
        let near = |row: usize, limit: f64| -> Vec<u32> {
            let values = values(row);
            (0..values.len() as u32).filter(|c| values[*c as usize] <= limit).collect()
        };
        match self.ask {
            Ask::Share(least) => {
                let (mut there, mut open) = (0.0, Vec::new());
                for (row, weight, limit) in &self.rows {
                    if self.nearest(field, &space.base, *row) <= *limit {
                        there += weight;
                    } else {
                        open.push((*weight, near(*row, *limit)));
                    }
                }
                rows.share(open, least - there);
            }
            Ask::Mean(most) => {
                let (mut total, mut now, mut open) = (0.0, 0.0, Vec::new());
                for (row, weight, _) in &self.rows {
                    let base = self.nearest(field, &space.base, *row).min(UNREACHED_MIN);
                    total += weight;
                    now += weight * base;
                    let found = levels(&values(*row), base);
                    open.extend(found.into_iter().map(|(saved, list)| (weight * saved, list)));
                }
                rows.share(open, now - most * total);
            }
            Ask::All => {
                for (row, _, limit) in &self.rows {
                    if self.nearest(field, &space.base, *row) > *limit {
                        rows.must(near(*row, *limit));
                    }
                }
            }
        }
    }
}

/// The clauses of a pack, each as a want or with why it has no say in where posts stand.
pub fn wants(field: &Field, pack: &Pack) -> Vec<ClauseWant> {
    pack.clauses.iter().map(|clause| want(field, clause)).collect()
}

fn want(field: &Field, clause: &Clause) -> ClauseWant {
    let made = parts(field, clause);
    let now = super::outcome::open_posts(&field.units);
    let mut row = WantRow {
        clause: clause.id.clone(),
        title: clause.title.clone(),
        left_out: made.as_ref().err().cloned(),
        wanted: 0.0,
        now: 0.0,
        promised: None,
        unit: String::new(),
    };
    let parts = made.unwrap_or_default();
    if let Some(first) = parts.first() {
        let (low, high) = clause.bound().map_or((0.0, 0.0), |b| (b.low, b.high));
        let metric = clause.metric.map_or("", |m| m.unit());
        (row.wanted, row.unit) = match (first.ask, clause.quantile()) {
            (Ask::Share(_), Some(q)) => (q, "%".into()),
            (Ask::Share(_), None) => (low / 100.0, "%".into()),
            _ => (high, metric.into()),
        };
    }
    row.now = worst(field, &parts, &now).unwrap_or(0.0);
    ClauseWant { row, any_of: clause.any_of.clone(), parts }
}

/// The figure of the part that is worst.
pub(super) fn worst(field: &Field, parts: &[Want], posts: &[usize]) -> Option<f64> {
    let figures = parts.iter().map(|p| p.figure(field, posts));
    match parts.first()?.ask {
        Ask::Share(_) => figures.min_by(f64::total_cmp),
        _ => figures.max_by(f64::total_cmp),
    }
}

fn parts(field: &Field, clause: &Clause) -> Result<Vec<Want>, Text> {
    let no = |zh: &str, en: &str| Err(Text::new(zh, en));
    if clause.not_judged.is_some() {
        return no("程序不评估该条", "the program does not judge it");
    }
    let s = &field.prepared.world.scenario;
    let value: Value = match (clause.metric, clause.distance()) {
        (Some(Metric::ResponseMin), _) => Arc::new(|f: &Field, row, post| f.minutes(row, post)),
        (Some(Metric::DriveMin), _) => Arc::new(|f: &Field, row: usize, post| {
            let world = &f.prepared.world;
            let point = PointId::new(f.rows[row].point);
            let time = world.to_point(usual(world), Origin::Post(PostId::new(post)), point);
            if time.is_reachable() { time.minutes() * world.scenario.travel.response_factor } else { f64::INFINITY }
        }),
        (Some(Metric::RadiusKm), Distance::Straight) => Arc::new(|f: &Field, row: usize, post: usize| {
            let s = &f.prepared.world.scenario;
            distance_m(s.posts[post].at, s.points[f.rows[row].point].at) / 1000.0
        }),
        (Some(Metric::RadiusKm), Distance::Road) => {
            let km = field.road_km();
            Arc::new(move |f: &Field, row: usize, post: usize| km[post][f.rows[row].point])
        }
        _ => return no("与站点位置无关", "where posts stand does not decide it"),
    };
    let response = clause.metric == Some(Metric::ResponseMin);
    if response && (clause.clock_start.is_some() || clause.clock_stop.is_some()) {
        return no("起止时刻与运行设置不同，未纳入选址", "it counts from or to other moments than the run does");
    }
    let scope = clause.scope.unwrap_or_default();
    if !matches!(scope, Scope::City | Scope::County) {
        return no("只针对部分地点，未纳入选址", "it is about some places only, which the models do not tell apart");
    }
    let weight = |row: usize| {
        let r = &field.rows[row];
        match (response, clause.weight) {
            (true, _) | (false, Some(Weight::Calls)) => {
                s.demand.dispatches_per_day(&s.points[r.point]) * if response { r.share } else { 1.0 }
            }
            (false, None | Some(Weight::People)) => s.points[r.point].population,
        }
    };
    // Coverage is of the usual state of the roads: its rows come first.
    let rows = if response { field.rows.len() } else { s.points.len().min(field.rows.len()) };
    let members: Vec<usize> = (0..rows)
        .filter(|row| {
            let point = &s.points[field.rows[*row].point];
            clause.zone.is_none_or(|z| z == point.zone) && point.population > 0.0
        })
        .collect();
    let Some(bound) = clause.bound() else { return no("没有限值", "it has no threshold") };
    let (limit, ask): (f64, &dyn Fn(f64) -> Ask) = match (clause.statistic, clause.quantile()) {
        (Some(Statistic::Mean), _) if bound.high.is_finite() => (f64::INFINITY, &|_| Ask::Mean(bound.high)),
        (Some(Statistic::Max), _) if bound.high.is_finite() => (bound.high, &|_| Ask::All),
        (Some(Statistic::ShareWithin), _) if bound.low.is_finite() => {
            (clause.limit.unwrap_or(f64::INFINITY), &|total| Ask::Share(bound.low / 100.0 * total))
        }
        (_, Some(q)) if bound.high.is_finite() => (bound.high, &move |total| Ask::Share(q * total)),
        _ => return no("该统计量未纳入选址", "the models do not know this statistic"),
    };
    let part = |members: Vec<usize>| {
        let rows: Vec<(usize, f64, f64)> = members.into_iter().map(|row| (row, weight(row), limit)).collect();
        let total: f64 = rows.iter().map(|r| r.1).sum();
        Want { ask: ask(total), rows, value: value.clone() }
    };
    Ok(match scope {
        Scope::County => (0..s.counties.len())
            .map(|county| -> Vec<usize> {
                let here = |row: &&usize| s.points[field.rows[**row].point].county.is_some_and(|c| c.index() == county);
                members.iter().filter(here).copied().collect()
            })
            .filter(|members| !members.is_empty())
            .map(part)
            .collect(),
        _ => vec![part(members)],
    })
}
