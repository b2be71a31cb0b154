//! Judging a pack: each clause against the figure that a run holds for it.

use super::kinds::{Bound, Clock, Distance, Metric, Priorities, Scope, Statistic, Weight};
use super::pack::{Clause, Pack, limit_span};
use super::verdict::{Basis, Judged, Part, PartKind, Verdict, Worst, all_of};
use crate::ids::CountyId;
use crate::quality::Zone;
use crate::stats::Estimate;
use crate::text::Text;
use crate::units::Span;

/// What a clause asks of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Query<'a> {
    /// What is measured.
    pub metric: Metric,
    /// How values become one figure.
    pub statistic: Statistic,
    /// For percentiles, between 0 and 1.
    pub quantile: f64,
    /// Of one zone only.
    pub zone: Option<Zone>,
    /// Of one county only.
    pub county: Option<CountyId>,
    /// Of some priorities only.
    pub priority: Priorities,
    /// Of one category only, by its key.
    pub category: Option<&'a str>,
    /// For `share_within`, in the metric's unit.
    pub limit: Option<f64>,
    /// For radii.
    pub distance: Distance,
    /// For coverage.
    pub weight: Weight,
    /// From when time counts, if the clause says so.
    pub clock_start: Option<Clock>,
    /// Until when, if the clause says so.
    pub clock_stop: Option<Clock>,
    /// Residents count as this many percent of what they are.
    pub population_percent: f64,
}

impl<'a> Query<'a> {
    /// Of everybody, from the run's own clock.
    pub fn of(metric: Metric, statistic: Statistic) -> Query<'a> {
        Query {
            metric,
            statistic,
            quantile: 0.9,
            zone: None,
            county: None,
            priority: Priorities::default(),
            category: None,
            limit: None,
            distance: Distance::Straight,
            weight: Weight::People,
            clock_start: None,
            clock_stop: None,
            population_percent: 100.0,
        }
    }

    /// What a clause asks; `None` if it asks for no figure.
    pub fn of_clause(clause: &'a Clause) -> Option<Query<'a>> {
        Some(Query {
            quantile: clause.quantile().unwrap_or(0.9),
            zone: clause.zone,
            priority: clause.priority,
            category: clause.category.as_deref(),
            limit: clause.limit,
            distance: clause.distance(),
            weight: clause.weight.unwrap_or_default(),
            clock_start: clause.clock_start,
            clock_stop: clause.clock_stop,
            population_percent: clause.population_percent.unwrap_or(100.0),
            ..Query::of(clause.metric?, clause.statistic?)
        })
    }

    /// Its limit as a time, if its metric is one.
    pub fn limit_span(&self) -> Option<Span> {
        limit_span(self.metric, self.limit?)
    }
}

/// The file of a run's folder from which its verdicts can be followed.
pub const EVIDENCE: &str = "evidence.csv";

/// The figure of a query in one part of what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// What kind of part.
    pub kind: PartKind,
    /// Its name.
    pub place: Text,
    /// The figure there.
    pub value: Estimate,
    /// Calls or residents behind it.
    pub counted: Option<f64>,
}

/// What judging needs to know of a run.
pub trait Evidence {
    /// The figure a query asks for (shares in %), or why there is none.
    ///
    /// # Errors
    /// The reason, in words for the report.
    fn figure(&self, query: &Query<'_>) -> Result<Estimate, Text>;

    /// The counties, for finding where a clause fails worst.
    fn counties(&self) -> Vec<(CountyId, Text)>;

    /// The figure of a query in parts other than counties (hours of the day, categories, scenic areas); empty if there are
    /// none.
    fn parts(&self, _query: &Query<'_>) -> Vec<Piece> {
        Vec::new()
    }

    /// Calls or residents behind the figure of a query; `None` where nothing is counted.
    fn counted(&self, _query: &Query<'_>) -> Option<f64> {
        None
    }
}

/// Judges every clause of a pack.
pub fn judge(pack: &Pack, evidence: &dyn Evidence) -> Vec<Judged> {
    pack.clauses.iter().map(|clause| judge_clause(clause, evidence)).collect()
}

/// The figure of a clause, its verdict, and the figure by part.
struct Found {
    value: Estimate,
    verdict: Verdict,
    parts: Vec<Part>,
    remark: Option<Text>,
}

fn judge_clause(clause: &Clause, evidence: &dyn Evidence) -> Judged {
    let bound = clause.bound();
    let found = match (&clause.not_judged, Query::of_clause(clause), bound) {
        (Some(reason), ..) => Err(reason.clone()),
        (None, Some(query), Some(bound)) => find(clause, &query, bound, evidence),
        _ => Err(Text::new("条款没有可测的指标", "the clause names nothing to measure")),
    };
    let margin = |value: f64| bound.map(|b| b.margin(value));
    let counted = match (&found, Query::of_clause(clause)) {
        (Ok(_), Some(query)) => evidence.counted(&query),
        _ => None,
    };
    let (value, verdict, parts, remark) = match found {
        Ok(found) => (Some(found.value), found.verdict, found.parts, found.remark),
        Err(reason) => (None, Verdict::NotJudged, Vec::new(), Some(reason)),
    };
    Judged {
        clause: clause.id.clone(),
        title: clause.title.clone(),
        reading: clause.reading.clone(),
        zone: clause.zone,
        basis: clause.metric.map_or(Basis::Provision, Metric::basis),
        value,
        op: clause.op.map_or("", |op| op.sign()).into(),
        threshold: clause.threshold.or(clause.range.map(|r| r[0])).unwrap_or(0.0),
        upper: clause.range.map(|r| r[1]),
        unit: clause.unit().into(),
        verdict,
        margin: value.and_then(|v| margin(v.mean)),
        worst: worst_place(&parts, bound),
        worst_hour: worst(&parts, &[PartKind::Hour], bound).cloned(),
        worst_category: worst(&parts, &[PartKind::Category], bound).cloned(),
        counted,
        evidence: if clause.metric.is_some() { EVIDENCE.into() } else { String::new() },
        parts,
        remark,
        any_of: clause.any_of.clone(),
        all_of: clause.all_of.clone(),
        quality: clause.quality,
        source: clause.source.clone(),
    }
}

fn find(clause: &Clause, query: &Query<'_>, bound: Bound, evidence: &dyn Evidence) -> Result<Found, Text> {
    let (counties, missing) = by_county(query, evidence);
    let part = |p: Piece| {
        let Piece { kind, place, value, counted } = p;
        Part { kind, place, counted, verdict: verdict(&value, bound), value }
    };
    let parts: Vec<Part> = counties.into_iter().chain(evidence.parts(query)).map(part).collect();
    if clause.scope != Some(Scope::County) {
        let value = evidence.figure(query)?;
        return Ok(Found { value, verdict: verdict(&value, bound), parts, remark: None });
    }
    let worst = worst(&parts, &[PartKind::County], Some(bound));
    let Some(worst) = worst else {
        // Why no county has a figure, the first of them says as well as any.
        return Err(missing.into_iter().next().map_or_else(no_counties, |(_, reason)| reason));
    };
    let of_counties = parts.iter().filter(|p| p.kind == PartKind::County);
    let mut verdicts: Vec<Verdict> = of_counties.map(|p| p.verdict).collect();
    verdicts.extend(missing.iter().map(|_| Verdict::NotJudged));
    let names = |zh: bool| {
        let names: Vec<&str> = missing.iter().map(|(n, _)| if zh { n.zh.as_str() } else { n.en.as_str() }).collect();
        names.join(if zh { "、" } else { ", " })
    };
    let remark = (!missing.is_empty()).then(|| {
        Text::new(format!("没有数值的区县：{}", names(true)), format!("counties without a figure: {}", names(false)))
    });
    Ok(Found { value: worst.value, verdict: all_of(&verdicts), remark, parts })
}

fn no_counties() -> Text {
    Text::new("场景没有区县表（tables.counties）", "the scenario has no table of counties (tables.counties)")
}

/// The figure by county, and the counties that have none with the reason.
fn by_county(query: &Query<'_>, evidence: &dyn Evidence) -> (Vec<Piece>, Vec<(Text, Text)>) {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for (county, place) in evidence.counties() {
        let query = Query { county: Some(county), ..*query };
        match evidence.figure(&query) {
            Ok(value) => {
                found.push(Piece { kind: PartKind::County, place, value, counted: evidence.counted(&query) });
            }
            Err(reason) => missing.push((place, reason)),
        }
    }
    (found, missing)
}

/// Met or missed only when the whole interval says so.
pub fn verdict(value: &Estimate, bound: Bound) -> Verdict {
    if value.low >= bound.low && value.high <= bound.high {
        Verdict::Met
    } else if value.high < bound.low || value.low > bound.high {
        Verdict::Missed
    } else {
        Verdict::Undecided
    }
}

/// The part of some kinds with the smallest margin.
fn worst<'p>(parts: &'p [Part], kinds: &[PartKind], bound: Option<Bound>) -> Option<&'p Part> {
    let bound = bound?;
    let margin = |p: &Part| bound.margin(p.value.mean);
    let of_kinds = parts.iter().filter(|p| kinds.contains(&p.kind));
    of_kinds.min_by(|a, b| margin(a).total_cmp(&margin(b)))
}

/// The county or area with the smallest margin; where there is none, the hour.
fn worst_place(parts: &[Part], bound: Option<Bound>) -> Option<Worst> {
    let worst = worst(parts, &[PartKind::County, PartKind::Area], bound);
    let worst = worst.or_else(|| self::worst(parts, &[PartKind::Hour], bound))?;
    Some(Worst { place: worst.place.clone(), value: worst.value.mean })
}
