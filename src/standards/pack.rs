//! A standard pack: the clauses of a plan or law as data, each with its reading.

use super::builtin::BUILTIN;
use super::check;
use super::kinds::{Bound, Clock, Distance, Metric, Op, Priorities, Scope, Statistic, Weight};
use crate::fault::{Faults, SourceText, nearest_name};
use crate::input::TomlDoc;
use crate::quality::{Quality, Zone};
use crate::sim::Asked;
use crate::text::Text;
use crate::units::Span;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A pack of clauses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Version of the format: 1.
    pub schema: u32,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: Text,
    /// The document it is taken from.
    pub source: String,
    /// The clauses.
    #[serde(rename = "clause")]
    pub clauses: Vec<Clause>,
    /// Digest of the file.
    #[serde(skip)]
    pub digest: String,
}

/// One clause. A clause without [`Clause::not_judged`] has a metric, a statistic and a bound once the pack is checked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its id in the pack.
    pub id: String,
    /// What it asks.
    pub title: Text,
    /// The term or words of the document itself, in its own language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How the text was read.
    pub reading: Text,
    /// What it measures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<Metric>,
    /// Why the program cannot judge it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_judged: Option<Text>,
    /// Its zone; both when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// Of these priorities only.
    #[serde(default, skip_serializing_if = "Priorities::is_all")]
    pub priority: Priorities,
    /// Of this category only, by its key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// What it is judged for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// How values become one figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statistic: Option<Statistic>,
    /// For `share_within`: the value that must be kept, in the metric's unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// For `percentile`: which, above 0 and below 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percentile: Option<f64>,
    /// For `radius_km`; a straight line when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub radius: Option<Distance>,
    /// The older name of `radius`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<Distance>,
    /// For coverage: who counts how much; residents when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weight: Option<Weight>,
    /// From when time counts; the run's own clock when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_start: Option<Clock>,
    /// Until when; arrival when missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_stop: Option<Clock>,
    /// For `ambulances_per_30k`: residents count as this many percent of what they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population_percent: Option<f64>,
    /// Which side is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub op: Option<Op>,
    /// The threshold: in the metric's unit, or % for `share_within`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// For `op = "in"`: the lowest and the highest good value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<[f64; 2]>,
    /// One of several alternatives, of which one is enough: the group's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any_of: Option<String>,
    /// One of several that only count together: the group's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_of: Option<String>,
    /// Numbers it has in a list of requirements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requirements: Vec<String>,
    /// Quality of the text.
    pub quality: Quality,
    /// Where it stands.
    pub source: String,
}

impl Clause {
    /// The unit of its figure; empty when nothing is measured.
    pub fn unit(&self) -> &'static str {
        if self.statistic == Some(Statistic::ShareWithin) { "%" } else { self.metric.map_or("", Metric::unit) }
    }

    /// What its figure must keep to.
    pub fn bound(&self) -> Option<Bound> {
        Some(match self.op? {
            Op::AtMost => Bound { low: f64::NEG_INFINITY, high: self.threshold? },
            Op::AtLeast => Bound { low: self.threshold?, high: f64::INFINITY },
            Op::In => self.range.map(|[low, high]| Bound { low, high })?,
        })
    }

    /// The quantile its percentile stands for, between 0 and 1.
    pub fn quantile(&self) -> Option<f64> {
        match self.statistic? {
            Statistic::P90 => Some(0.9),
            Statistic::Percentile => self.percentile.map(|p| p / 100.0),
            _ => None,
        }
    }

    /// Straight line or by road.
    pub fn distance(&self) -> Distance {
        self.radius.or(self.distance).unwrap_or_default()
    }

    /// Its limit as a time, if its metric is one.
    pub fn limit_span(&self) -> Option<Span> {
        limit_span(self.metric?, self.limit?)
    }
}

/// A limit in a metric's unit as a time; `None` for distances and counts.
pub(super) fn limit_span(metric: Metric, limit: f64) -> Option<Span> {
    match metric.unit() {
        "s" => Some(Span::from_seconds(limit)),
        "min" => Some(Span::from_minutes(limit)),
        _ => None,
    }
}

/// The limits that a simulation counts by.
#[derive(Clone, Debug, PartialEq)]
pub struct Targets {
    /// Response, minutes, urban and rural.
    pub response_min: [f64; 2],
    /// Service radius, km, urban and rural.
    pub radius_km: [f64; 2],
    /// Answer, seconds.
    pub answer_s: f64,
    /// Turn-out, minutes.
    pub turnout_min: f64,
    /// Hand-over, minutes.
    pub handover_min: f64,
    /// What the clauses ask for besides.
    pub asked: Asked,
}

impl Pack {
    /// Names of the packs in the program.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// A pack of the program.
    ///
    /// # Errors
    /// An unknown name, with the nearest known one.
    pub fn builtin(name: &str) -> Result<Pack, Faults> {
        let Some((_, text)) = BUILTIN.iter().find(|(n, _)| *n == name) else {
            let fault = crate::fault::Fault::error(format!("there is no built-in standard pack `{name}`"));
            let known: Vec<&str> = Pack::builtin_names().collect();
            let hint = match nearest_name(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("built in: {}; your own is a path that ends in .toml", known.join(", ")),
            };
            return Err(fault.hint(hint).into());
        };
        let path = PathBuf::from(format!("<built-in>/{name}.toml"));
        Pack::parse(Arc::new(SourceText { path, text: (*text).to_string() }))
    }

    /// A pack from a file.
    ///
    /// # Errors
    /// Every fault of the file.
    pub fn load(path: &Path) -> Result<Pack, Faults> {
        Pack::parse(SourceText::read(path)?)
    }

    /// A pack from a text; unknown and contradictory clauses are faults.
    ///
    /// # Errors
    /// Every fault of the text.
    pub fn parse(source: Arc<SourceText>) -> Result<Pack, Faults> {
        let doc: TomlDoc<Pack> = TomlDoc::parse(source)?;
        let faults = check::check(&doc);
        if faults.has_errors() {
            return Err(faults);
        }
        let digest = crate::digest::of(doc.source.text.as_bytes());
        Ok(Pack { digest, ..doc.value })
    }

    /// The limits for counting: of `share_within` clauses the limit, of others the threshold, of clauses about all
    /// priorities before those about some; where the pack is silent, the Chinese national ones (15/30 min, 5/20 km,
    /// 10 s, 3 min, 10 min).
    pub fn targets(&self) -> Targets {
        let find = |metric: Metric, zone: Option<Zone>, otherwise: f64| {
            let about = |c: &&Clause| {
                c.metric == Some(metric)
                    && c.not_judged.is_none()
                    && (c.zone == zone || c.zone.is_none())
                    && c.category.is_none()
            };
            let rank = |c: &&Clause| {
                let share = match c.statistic {
                    Some(Statistic::ShareWithin) => 0,
                    Some(Statistic::Percentile | Statistic::P90) => 1,
                    _ => 2,
                };
                (!c.priority.is_all(), share)
            };
            let clause = self.clauses.iter().filter(about).min_by_key(rank);
            clause.and_then(|c| c.limit.or(c.threshold)).unwrap_or(otherwise)
        };
        let (u, r) = (Some(Zone::Urban), Some(Zone::Rural));
        Targets {
            response_min: [find(Metric::ResponseMin, u, 15.0), find(Metric::ResponseMin, r, 30.0)],
            radius_km: [find(Metric::RadiusKm, u, 5.0), find(Metric::RadiusKm, r, 20.0)],
            answer_s: find(Metric::AnswerS, None, 10.0),
            turnout_min: find(Metric::TurnoutMin, None, 3.0),
            handover_min: find(Metric::HandoverMin, None, 10.0),
            asked: self.asked(),
        }
    }

    fn asked(&self) -> Asked {
        let scenic = |c: &Clause| c.metric == Some(Metric::ScenicDriveMin) && c.not_judged.is_none();
        let mut asked = Asked { scenic: self.clauses.iter().any(scenic), ..Asked::default() };
        let simulated = |c: &&Clause| c.metric.is_some_and(|m| m.basis() == super::Basis::Simulation);
        for c in self.clauses.iter().filter(|c| c.not_judged.is_none()).filter(simulated) {
            asked.limits.extend(c.limit_span().filter(|l| !asked.limits.contains(l)));
            asked.quantiles.extend(c.quantile().filter(|q| !asked.quantiles.contains(q)));
            let bits = c.priority.0;
            if bits != 0 && !asked.priorities.contains(&bits) {
                asked.priorities.push(bits);
            }
        }
        asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_packs_are_sound() {
        for name in Pack::builtin_names() {
            let pack = Pack::builtin(name).unwrap_or_else(|f| panic!("{f}"));
            assert_eq!(pack.name, name);
        }
        for name in ["cn-yuxi-2025", "cn-yuxi-2025-strict", "cn-national-2020", "generic-circle-15"] {
            let targets = Pack::builtin(name).unwrap().targets();
            assert_eq!(targets.response_min, [15.0, 30.0]);
            assert_eq!(targets.radius_km, [5.0, 20.0], "{name}");
            assert_eq!((targets.answer_s, targets.turnout_min), (10.0, 3.0));
        }
        assert!(Pack::builtin("cn-yuxi-2052").unwrap_err().to_string().contains("did you mean `cn-yuxi-2025`"));
    }

    #[test]
    fn limits_for_counting_come_from_the_clause_that_says_most() {
        let hong_kong = Pack::builtin("hk-fsd").unwrap().targets();
        assert_eq!(hong_kong.response_min, [12.0, 12.0]);
        let england = Pack::builtin("uk-england-arp").unwrap().targets();
        assert_eq!(england.response_min, [15.0, 15.0], "the 90th percentile of the most urgent calls");
        assert_eq!(england.asked.priorities, [1, 2, 4, 8]);
        assert_eq!(england.asked.quantiles, [0.9]);
    }
}
