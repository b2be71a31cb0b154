//! Judging a pack: each clause against the figure that a run holds for it.

use super::pack::{Clause, Distance, Metric, Op, Pack, Statistic};
use super::verdict::{Judged, Verdict, Worst};
use crate::ids::CountyId;
use crate::quality::Zone;
use crate::stats::Estimate;
use crate::text::Text;

/// What a clause asks of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Query {
    /// What is measured.
    pub metric: Metric,
    /// How values become one figure.
    pub statistic: Statistic,
    /// Of one zone only.
    pub zone: Option<Zone>,
    /// Of one county only.
    pub county: Option<CountyId>,
    /// For `share_within`, in the metric's unit.
    pub limit: Option<f64>,
    /// For radii.
    pub distance: Distance,
}

/// What judging needs to know of a run.
pub trait Evidence {
    /// The figure a query asks for (shares in %), or why there is none.
    ///
    /// # Errors
    /// The reason, in words for the report.
    fn figure(&self, query: &Query) -> Result<Estimate, Text>;

    /// The counties, for finding where a clause fails worst.
    fn counties(&self) -> Vec<(CountyId, Text)>;
}

/// Judges every clause of a pack.
pub fn judge(pack: &Pack, evidence: &dyn Evidence) -> Vec<Judged> {
    pack.clauses.iter().map(|clause| judge_clause(clause, evidence)).collect()
}

fn judge_clause(clause: &Clause, evidence: &dyn Evidence) -> Judged {
    let query = Query {
        metric: clause.metric,
        statistic: clause.statistic,
        zone: clause.zone,
        county: None,
        limit: clause.limit,
        distance: clause.distance,
    };
    let found = evidence.figure(&query);
    let (value, remark) = match found {
        Ok(value) => (Some(value), None),
        Err(reason) => (None, Some(reason)),
    };
    Judged {
        clause: clause.id.clone(),
        title: clause.title.clone(),
        reading: clause.reading.clone(),
        zone: clause.zone,
        basis: clause.metric.basis(),
        value,
        op: clause.op.sign().into(),
        threshold: clause.threshold,
        unit: clause.unit().into(),
        verdict: value.map_or(Verdict::NotJudged, |v| verdict(&v, clause.op, clause.threshold)),
        margin: value.map(|v| margin(v.mean, clause.op, clause.threshold)),
        worst: value.and_then(|_| worst(clause, &query, evidence)),
        remark,
        any_of: clause.any_of.clone(),
        quality: clause.quality,
        source: clause.source.clone(),
    }
}

/// Met or missed only when the whole interval says so.
pub fn verdict(value: &Estimate, op: Op, threshold: f64) -> Verdict {
    let (good, bad) = match op {
        Op::AtMost => (value.high <= threshold, value.low > threshold),
        Op::AtLeast => (value.low >= threshold, value.high < threshold),
    };
    match (good, bad) {
        (true, _) => Verdict::Met,
        (_, true) => Verdict::Missed,
        _ => Verdict::Undecided,
    }
}

fn margin(value: f64, op: Op, threshold: f64) -> f64 {
    match op {
        Op::AtMost => threshold - value,
        Op::AtLeast => value - threshold,
    }
}

fn worst(clause: &Clause, query: &Query, evidence: &dyn Evidence) -> Option<Worst> {
    evidence
        .counties()
        .into_iter()
        .filter_map(|(county, name)| {
            let value = evidence.figure(&Query { county: Some(county), ..*query }).ok()?.mean;
            Some((margin(value, clause.op, clause.threshold), Worst { place: name, value }))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, worst)| worst)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_that_straddles_is_undecided() {
        let e = |low, mean, high| Estimate { low, mean, high };
        assert_eq!(verdict(&e(10.0, 12.0, 14.0), Op::AtMost, 15.0), Verdict::Met);
        assert_eq!(verdict(&e(10.0, 12.0, 16.0), Op::AtMost, 15.0), Verdict::Undecided);
        assert_eq!(verdict(&e(15.1, 16.0, 17.0), Op::AtMost, 15.0), Verdict::Missed);
        assert_eq!(verdict(&e(94.0, 95.5, 97.0), Op::AtLeast, 95.0), Verdict::Undecided);
        assert_eq!(verdict(&e(f64::NEG_INFINITY, 99.0, f64::INFINITY), Op::AtLeast, 95.0), Verdict::Undecided);
        assert_eq!(verdict(&Estimate::exact(40.0), Op::AtLeast, 40.0), Verdict::Met);
    }
}
