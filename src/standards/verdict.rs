//! The verdict on one clause, with its evidence.

use crate::quality::{Quality, Zone};
use crate::stats::Estimate;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// What became of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// 达标: the whole interval is on the good side of the threshold.
    Met,
    /// 未达标: the whole interval is on the bad side.
    Missed,
    /// 无法判定: the interval straddles the threshold.
    Undecided,
    /// 未评估: the run holds nothing to judge it by; the reason says why.
    NotJudged,
}

/// What a figure is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// From the tables alone (counts of units, seats).
    Provision,
    /// From the network and the tables, without randomness.
    Coverage,
    /// From simulated calls.
    Simulation,
}

/// Where a clause fails worst.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Worst {
    /// County (or hour, or hospital).
    pub place: Text,
    /// The figure there.
    pub value: f64,
}

/// What a part of a clause is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// A county.
    #[default]
    County,
    /// A scenic area.
    Area,
    /// An hour of the day.
    Hour,
    /// A category of calls.
    Category,
}

/// The figure of a clause in one part of what it is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// What kind of part; in runs of earlier versions hours and areas are called counties.
    #[serde(default)]
    pub kind: PartKind,
    /// County, hour, category or scenic area.
    pub place: Text,
    /// What stands behind the figure: calls, or residents; `None` where nothing is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<f64>,
    /// The figure there, in the clause's unit.
    pub value: Estimate,
    /// The verdict if this part stood alone.
    pub verdict: Verdict,
}

/// A clause with its verdict and evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The clause's id in the pack.
    pub clause: String,
    /// What it asks, in words.
    pub title: Text,
    /// How the text was read (statistic, clock, weight, radius).
    pub reading: Text,
    /// Its zone, if it has one.
    pub zone: Option<Zone>,
    /// What the figure is computed from.
    pub basis: Basis,
    /// The figure, in `unit`; exact figures have `low == mean == high`.
    pub value: Option<Estimate>,
    /// `<=`, `>=` or `in`; empty when the clause has no figure at all.
    pub op: String,
    /// The threshold, in `unit`; of `in`, the lowest good value.
    pub threshold: f64,
    /// Of `in`, the highest good value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper: Option<f64>,
    /// `min`, `km`, `s`, `%`, `per 30k`, …
    pub unit: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Distance to the threshold in `unit`, positive on the good side.
    pub margin: Option<f64>,
    /// Where it fails worst.
    pub worst: Option<Worst>,
    /// The hour of the day in which it fails worst, where the figure is known by hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_hour: Option<Part>,
    /// The category in which it fails worst, where the figure is known by category.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worst_category: Option<Part>,
    /// The figure by county, hour, category or scenic area, as far as there is one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// What stands behind the figure: calls, or residents; `None` where nothing is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<f64>,
    /// The file of the run folder from which the verdict can be followed; empty in runs of earlier versions.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// Why it was not judged, or what a reader must know.
    pub remark: Option<Text>,
    /// Set when the clause is one alternative of several of which one is enough: the group's id.
    pub any_of: Option<String>,
    /// Set when the clause counts only together with others: the group's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_of: Option<String>,
    /// Quality of the clause's text.
    pub quality: Quality,
    /// Where the clause stands.
    pub source: String,
}

impl Judged {
    /// The parts of a kind.
    pub fn parts_by(&self, kind: PartKind) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(move |p| p.kind == kind)
    }
}

/// How many clauses, or groups of alternatives, got each verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Met.
    pub met: usize,
    /// Missed.
    pub missed: usize,
    /// Undecided.
    pub undecided: usize,
    /// Not judged.
    pub not_judged: usize,
}

impl Tally {
    /// Counts verdicts. Alternatives of which one is enough (`any_of`) count as one: met if any is, missed only if all
    /// that could be judged are. Clauses that belong together (`all_of`) count as one too: missed if any is, met only if
    /// all are.
    pub fn of(verdicts: &[Judged]) -> Tally {
        let mut tally = Tally::default();
        let mut groups: Vec<(&str, bool, Vec<Verdict>)> = Vec::new();
        for judged in verdicts {
            let any = judged.any_of.is_some();
            match judged.any_of.as_ref().or(judged.all_of.as_ref()) {
                None => tally.add(judged.verdict),
                Some(group) => match groups.iter_mut().find(|(name, kind, _)| name == group && *kind == any) {
                    Some((_, _, list)) => list.push(judged.verdict),
                    None => groups.push((group, any, vec![judged.verdict])),
                },
            }
        }
        for (_, any, list) in groups {
            tally.add(if any { any_of(&list) } else { all_of(&list) });
        }
        tally
    }

    fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Met => &mut self.met,
            Verdict::Missed => &mut self.missed,
            Verdict::Undecided => &mut self.undecided,
            Verdict::NotJudged => &mut self.not_judged,
        } += 1;
    }

    /// The count of one verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        match verdict {
            Verdict::Met => self.met,
            Verdict::Missed => self.missed,
            Verdict::Undecided => self.undecided,
            Verdict::NotJudged => self.not_judged,
        }
    }
}

/// The verdict on alternatives of which one is enough.
fn any_of(list: &[Verdict]) -> Verdict {
    let has = |v| list.contains(&v);
    if has(Verdict::Met) {
        Verdict::Met
    } else if has(Verdict::Undecided) {
        Verdict::Undecided
    } else if has(Verdict::Missed) {
        Verdict::Missed
    } else {
        Verdict::NotJudged
    }
}

/// The verdict on clauses that count only together, and on one that every county has to meet.
pub(super) fn all_of(list: &[Verdict]) -> Verdict {
    let has = |v| list.contains(&v);
    if has(Verdict::Missed) {
        Verdict::Missed
    } else if has(Verdict::Undecided) {
        Verdict::Undecided
    } else if has(Verdict::NotJudged) || list.is_empty() {
        Verdict::NotJudged
    } else {
        Verdict::Met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_alternative_is_enough() {
        use Verdict::{Met, Missed, NotJudged, Undecided};
        assert_eq!(any_of(&[Missed, Met]), Met);
        assert_eq!(any_of(&[Missed, Undecided]), Undecided);
        assert_eq!(any_of(&[Missed, Missed]), Missed);
        assert_eq!(any_of(&[Missed, NotJudged]), Missed);
        assert_eq!(any_of(&[NotJudged]), NotJudged);
    }

    #[test]
    fn together_means_all_of_them() {
        use Verdict::{Met, Missed, NotJudged, Undecided};
        assert_eq!(all_of(&[Met, Met]), Met);
        assert_eq!(all_of(&[Met, Undecided]), Undecided);
        assert_eq!(all_of(&[Undecided, Missed]), Missed);
        assert_eq!(all_of(&[Met, NotJudged]), NotJudged);
        assert_eq!(all_of(&[Missed, NotJudged]), Missed);
    }
}
