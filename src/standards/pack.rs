//! A standard pack: the clauses of a plan or law as data, each with its reading.

use super::verdict::Basis;
use crate::fault::{Faults, SourceText, nearest_name};
use crate::input::TomlDoc;
use crate::quality::{Quality, Zone};
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Version of the pack format this program reads.
const SCHEMA: u32 = 1;

/// The packs in the program: name and TOML text.
const BUILTIN: [(&str, &str); 2] = [
    ("cn-yuxi-2025", include_str!("../../scenarios/standards/cn-yuxi-2025.toml")),
    ("cn-yuxi-2025-strict", include_str!("../../scenarios/standards/cn-yuxi-2025-strict.toml")),
];

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

/// What a clause measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Distance of residents from the nearest post, km.
    RadiusKm,
    /// Response time of simulated calls, min.
    ResponseMin,
    /// Time to answer phone calls, s.
    AnswerS,
    /// Turn-out, min.
    TurnoutMin,
    /// Hand-over at hospital, min.
    HandoverMin,
    /// Ambulances per 30,000 residents.
    #[serde(rename = "ambulances_per_30k")]
    AmbulancesPer30k,
    /// Share of ambulances with negative pressure, %.
    NegativePressurePercent,
    /// Units based at urban posts per 100,000 urban residents.
    #[serde(rename = "crews_per_100k_urban")]
    CrewsPer100kUrban,
    /// Residents per dispatcher seat.
    ResidentsPerSeat,
    /// Observation beds of emergency departments, % of beds.
    EdObservationBedsPercent,
    /// Share of posts staffed around the clock, %.
    #[serde(rename = "posts_24h_percent")]
    Posts24hPercent,
}

impl Metric {
    /// What it is computed from.
    pub fn basis(self) -> Basis {
        match self {
            Metric::RadiusKm => Basis::Coverage,
            Metric::ResponseMin | Metric::AnswerS | Metric::TurnoutMin | Metric::HandoverMin => Basis::Simulation,
            _ => Basis::Provision,
        }
    }

    /// The unit of a value (of a share: always %).
    pub fn unit(self) -> &'static str {
        match self {
            Metric::RadiusKm => "km",
            Metric::ResponseMin | Metric::TurnoutMin | Metric::HandoverMin => "min",
            Metric::AnswerS => "s",
            Metric::AmbulancesPer30k => "/30k",
            Metric::NegativePressurePercent | Metric::EdObservationBedsPercent | Metric::Posts24hPercent => "%",
            Metric::CrewsPer100kUrban => "/100k",
            Metric::ResidentsPerSeat => "people",
        }
    }
}

/// How the values of a metric become one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// The mean.
    Mean,
    /// The share within `limit`, in %.
    ShareWithin,
    /// The 90th percentile.
    P90,
    /// The largest.
    Max,
    /// A ratio of counts; the only statistic of provision metrics.
    Ratio,
}

/// Straight line or by road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Straight line.
    #[default]
    Straight,
    /// By road.
    Road,
}

/// Which side of the threshold is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
}

impl Op {
    /// As files write it.
    pub fn sign(self) -> &'static str {
        match self {
            Op::AtMost => "<=",
            Op::AtLeast => ">=",
        }
    }
}

/// One clause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// Its id in the pack.
    pub id: String,
    /// What it asks.
    pub title: Text,
    /// How the text was read.
    pub reading: Text,
    /// What it measures.
    pub metric: Metric,
    /// Its zone; both when missing.
    pub zone: Option<Zone>,
    /// How values become one figure.
    pub statistic: Statistic,
    /// For `share_within`: the value that must be kept, in the metric's unit.
    pub limit: Option<f64>,
    /// For `radius_km`.
    #[serde(default)]
    pub distance: Distance,
    /// Which side is good.
    pub op: Op,
    /// The threshold: in the metric's unit, or % for `share_within`.
    pub threshold: f64,
    /// One of several alternatives, of which one is enough: the group's name.
    pub any_of: Option<String>,
    /// Quality of the text.
    pub quality: Quality,
    /// Where it stands.
    pub source: String,
}

impl Clause {
    /// The unit of its figure.
    pub fn unit(&self) -> &'static str {
        if self.statistic == Statistic::ShareWithin { "%" } else { self.metric.unit() }
    }
}

/// The limits that a simulation counts by.
#[derive(Clone, Copy, Debug, PartialEq)]
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

    fn parse(source: Arc<SourceText>) -> Result<Pack, Faults> {
        let doc: TomlDoc<Pack> = TomlDoc::parse(source)?;
        let mut faults = Faults::new();
        if doc.value.schema != SCHEMA {
            let message = format!("version {} is not known; this program reads {SCHEMA}", doc.value.schema);
            faults.push(doc.fault("schema", message));
        }
        for (i, c) in doc.value.clauses.iter().enumerate() {
            let at = |key: &str| format!("clause[{i}].{key}");
            if doc.value.clauses[..i].iter().any(|other| other.id == c.id) {
                faults.push(doc.fault(&at("id"), format!("`{}` is already the id of another clause", c.id)));
            }
            let provision = c.metric.basis() == Basis::Provision;
            if provision != (c.statistic == Statistic::Ratio) {
                let message = "ratio goes with counts (units, seats), the other statistics with distances and times";
                faults.push(doc.fault(&at("statistic"), message));
            }
            if (c.statistic == Statistic::ShareWithin) != c.limit.is_some() {
                faults.push(doc.fault(&at("limit"), "share_within needs a limit, the other statistics have none"));
            }
            if c.statistic == Statistic::ShareWithin && !(1.0..=100.0).contains(&c.threshold) {
                let message = format!("a share is written in percent, from 1 to 100; {} is not", c.threshold);
                faults.push(doc.fault(&at("threshold"), message));
            }
            if !c.threshold.is_finite() || c.limit.is_some_and(|l| !(l.is_finite() && l > 0.0)) {
                faults.push(
                    doc.fault(&at("threshold"), "thresholds and limits must be finite numbers, limits above zero"),
                );
            }
        }
        if faults.has_errors() {
            return Err(faults);
        }
        let digest = crate::digest::of(doc.source.text.as_bytes());
        Ok(Pack { digest, ..doc.value })
    }

    /// The limits for counting: of `share_within` clauses the limit, of others the threshold; where the pack is silent,
    /// the Chinese national ones (15/30 min, 5/20 km, 10 s, 3 min, 10 min).
    pub fn targets(&self) -> Targets {
        let find = |metric: Metric, zone: Option<Zone>, otherwise: f64| {
            let about = |c: &&Clause| c.metric == metric && (c.zone == zone || c.zone.is_none());
            let share = self.clauses.iter().filter(about).find(|c| c.statistic == Statistic::ShareWithin);
            let clause = share.or_else(|| self.clauses.iter().find(about));
            clause.map_or(otherwise, |c| c.limit.unwrap_or(c.threshold))
        };
        let (u, r) = (Some(Zone::Urban), Some(Zone::Rural));
        Targets {
            response_min: [find(Metric::ResponseMin, u, 15.0), find(Metric::ResponseMin, r, 30.0)],
            radius_km: [find(Metric::RadiusKm, u, 5.0), find(Metric::RadiusKm, r, 20.0)],
            answer_s: find(Metric::AnswerS, None, 10.0),
            turnout_min: find(Metric::TurnoutMin, None, 3.0),
            handover_min: find(Metric::HandoverMin, None, 10.0),
        }
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
            assert_eq!(pack.targets().response_min, [15.0, 30.0]);
            assert_eq!(pack.targets().radius_km, [5.0, 20.0]);
            assert_eq!((pack.targets().answer_s, pack.targets().turnout_min), (10.0, 3.0));
        }
        assert!(Pack::builtin("cn-yuxi-2052").unwrap_err().to_string().contains("did you mean `cn-yuxi-2025`"));
    }
}
