//! `evidence.csv`: what each verdict of a run stands on, so that somebody else can follow it.
//!
//! One row per clause as a whole, per part (county, hour, category, area) and per replication. A figure of calls is the sum of
//! the numerators over the sum of the denominators of its replications, its interval the delta method's on their residuals
//! ([`crate::stats::Replicated`]); a percentile is the mean of the replications', a maximum the largest of them.

use super::figures::Figures;
use super::summary::Summary;
use crate::ids::CountyId;
use crate::standards::{Clause, Evidence, Judged, Metric, Pack, Part, Query, Scope};
use crate::stats::Estimate;
use crate::text::Text;

const HEAD: [&str; 21] = [
    "clause",
    "part",
    "place_zh",
    "place_en",
    "value",
    "low",
    "high",
    "unit",
    "op",
    "threshold",
    "upper",
    "verdict",
    "counted",
    "replication",
    "numerator",
    "denominator",
    "from",
    "quality",
    "pack",
    "pack_digest",
    "scenario_digest",
];

/// Spreadsheets take a CSV for UTF-8 only when it begins with a byte-order mark.
const MARK: &[u8] = "\u{feff}".as_bytes();

/// The bytes of the file.
pub(super) fn evidence_csv(pack: &Pack, figures: &Figures, summary: &Summary) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(MARK.to_vec());
    let mut put = |row: [String; HEAD.len()]| {
        // Writing into memory cannot fail.
        let _ = csv.write_record(&row);
    };
    put(HEAD.map(str::to_string));
    for (clause, judged) in pack.clauses.iter().zip(&summary.verdicts) {
        let about = About { judged, from: from(clause, &summary.run.clock_start), summary };
        let whole = Text::new("整体", "whole");
        let verdict = key(&judged.verdict);
        put(about.row("whole", &whole, judged.value.as_ref(), &verdict, judged.counted, None));
        for Part { kind, place, counted, value, verdict } in &judged.parts {
            put(about.row(&key(kind), place, Some(value), &key(verdict), *counted, None));
        }
        let Some((query, place)) = traced(clause, judged, figures).filter(|_| judged.value.is_some()) else { continue };
        let place = place.unwrap_or(whole);
        for (replication, (top, bottom)) in figures.trail(&query).into_iter().enumerate() {
            let value = (bottom > 0.0).then(|| Estimate::exact(top / bottom));
            let pair = Some((replication, top, bottom));
            put(about.row("replication", &place, value.as_ref(), "", None, pair));
        }
    }
    csv.into_inner().unwrap_or_default()
}

/// The query whose replications are listed: that of the clause, or where it is judged county by county of the worst county.
fn traced<'a>(clause: &'a Clause, judged: &Judged, figures: &Figures) -> Option<(Query<'a>, Option<Text>)> {
    let query = Query::of_clause(clause)?;
    if clause.scope != Some(Scope::County) {
        return Some((query, None));
    }
    let worst = &judged.worst.as_ref()?.place;
    let (county, name): (CountyId, Text) = figures.counties().into_iter().find(|(_, name)| name == worst)?;
    Some((Query { county: Some(county), ..query }, Some(name)))
}

struct About<'a> {
    judged: &'a Judged,
    from: String,
    summary: &'a Summary,
}

impl About<'_> {
    fn row(
        &self,
        part: &str,
        place: &Text,
        value: Option<&Estimate>,
        verdict: &str,
        counted: Option<f64>,
        replication: Option<(usize, f64, f64)>,
    ) -> [String; HEAD.len()] {
        let j = self.judged;
        let number = |v: Option<f64>| match v {
            Some(v) if v.is_finite() => v.to_string(),
            _ => String::new(),
        };
        let has_target = !j.op.is_empty();
        [
            j.clause.clone(),
            part.to_string(),
            place.zh.clone(),
            place.en.clone(),
            number(value.map(|e| e.mean)),
            number(value.map(|e| e.low).filter(|_| replication.is_none())),
            number(value.map(|e| e.high).filter(|_| replication.is_none())),
            j.unit.clone(),
            j.op.clone(),
            number(has_target.then_some(j.threshold)),
            number(j.upper),
            verdict.to_string(),
            number(counted),
            replication.map_or(String::new(), |(n, ..)| n.to_string()),
            number(replication.map(|(_, top, _)| top)),
            number(replication.map(|(.., bottom)| bottom)),
            self.from.clone(),
            j.quality.mark().to_string(),
            self.summary.pack.name.clone(),
            self.summary.pack.digest.clone(),
            self.summary.scenario.digest.clone(),
        ]
    }
}

/// A variant as the JSON files write it.
fn key(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// The file and columns a clause's figure can be counted from again.
fn from(clause: &Clause, run_clock: &str) -> String {
    use crate::standards::{Distance, Weight};
    let Some(metric) = clause.metric else { return String::new() };
    let clock = |own: Option<(&str, &str)>| {
        let start = clause.clock_start.map_or(run_clock, |c| c.key());
        let stop = clause.clock_stop.map_or("arrived", |c| c.key());
        let (start, stop) = own.unwrap_or((start, stop));
        format!("calls.csv (run --calls csv): {start}, {stop}")
    };
    let weight = match clause.weight {
        Some(Weight::Calls) => "expected calls (population × rate of the zone)",
        _ => "population",
    };
    match metric {
        Metric::RadiusKm => match clause.distance() {
            Distance::Straight => format!("points.csv: radius_km, {weight}"),
            Distance::Road => format!("points.csv: road_km, {weight}"),
        },
        Metric::DriveMin => format!("points.csv: drive_min, {weight}"),
        Metric::ScenicDriveMin => "tables.scenic: lat, lon, level; the road network".into(),
        Metric::ResponseMin | Metric::IntervalMin | Metric::IntervalS => clock(None),
        Metric::CallsReachedPercent => "calls.csv (run --calls csv): arrived".into(),
        Metric::AnswerS | Metric::TurnoutMin | Metric::HandoverMin => {
            clock(metric.own_clock().map(|(a, b)| (a.key(), b.key())))
        }
        Metric::AmbulancesPer30k => "tables.units: post; tables.demand: population".into(),
        Metric::NegativePressurePercent => "tables.units: negative_pressure".into(),
        Metric::CrewsPer100kUrban => "tables.units: post; tables.demand: population, zone".into(),
        Metric::ResidentsPerSeat => "[[centre]] seats; tables.demand: population".into(),
        Metric::EdObservationBedsPercent => "tables.hospitals: beds, observation_beds".into(),
        Metric::Posts24hPercent => "tables.posts: hours".into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::experiment::{Overrides, Replicating, prepare, replicate, summarise};
    use crate::sim::Options;
    use crate::stats::Replicated;
    use std::path::Path;
    use std::sync::atomic::AtomicBool;

    /// An auditor who has nothing but the file finds the same figures, intervals and verdicts.
    #[test]
    fn the_figures_follow_from_the_replications() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
        let overrides = Overrides { days: Some(1.0), replications: Some(3), seed: None };
        let prepared = prepare(&file, &overrides).unwrap();
        let options = Options::by(&prepared.pack.targets(), false);
        let how = Replicating {
            replications: 3,
            journal: None,
            stop: &AtomicBool::new(false),
            precise: None,
            progress: &mut |_| {},
        };
        let done =
            replicate(&prepared.world, &options, how, |_, _, _| Ok::<(), crate::experiment::FolderError>(())).unwrap();
        let result = summarise(&prepared.world, &prepared.pack, prepared.network, &prepared.ground, &done, Vec::new());
        let mut csv = csv::Reader::from_reader(&result.evidence[3..]);
        let heads = csv.headers().unwrap().clone();
        let rows: Vec<csv::StringRecord> = csv.records().map(Result::unwrap).collect();
        let cell = |row: &csv::StringRecord, column: &str| {
            row.get(heads.iter().position(|h| h == column).unwrap()).unwrap().to_string()
        };
        let mut followed = 0;
        for judged in &result.summary.verdicts {
            let own: Vec<_> = rows.iter().filter(|r| cell(r, "clause") == judged.clause).collect();
            assert_eq!(own.iter().filter(|r| cell(r, "part") == "whole").count(), 1, "{}", judged.clause);
            let parts = own.iter().filter(|r| !["whole", "replication"].contains(&cell(r, "part").as_str())).count();
            assert_eq!(parts, judged.parts.len());
            assert_eq!(cell(own[0], "verdict"), super::key(&judged.verdict));
            assert!(own.iter().all(|r| cell(r, "scenario_digest") == result.summary.scenario.digest));
            let mut fold = Replicated::new();
            for row in own.iter().filter(|r| cell(r, "part") == "replication") {
                fold.push(cell(row, "numerator").parse().unwrap(), cell(row, "denominator").parse().unwrap());
            }
            let (Some(found), Some(value)) = (fold.estimate(0.95), judged.value) else { continue };
            assert_eq!(fold.n(), 3, "{}", judged.clause);
            assert!((found.mean - value.mean).abs() < 1e-9, "{}: {found:?} {value:?}", judged.clause);
            // Shares may be wider: Wilson's interval counts too.
            let wider = value.low <= found.low.max(0.0) + 1e-9 && value.high >= found.high.min(100.0) - 1e-9;
            assert!(wider || judged.unit != "%", "{}: {found:?} {value:?}", judged.clause);
            assert!(judged.counted.unwrap() > 0.0);
            followed += 1;
        }
        assert!(followed >= 4, "only {followed} clauses of simulated calls");
        let response = result.summary.verdicts.iter().find(|j| j.unit == "min" && !j.parts.is_empty()).unwrap();
        let (hour, category) = (response.worst_hour.as_ref().unwrap(), response.worst_category.as_ref().unwrap());
        assert!(hour.value.mean >= response.value.unwrap().mean && hour.counted.unwrap() > 0.0, "{hour:?}");
        assert!(category.value.mean >= response.value.unwrap().mean, "{category:?}");
        // Together hours and categories hold the calls of the clause.
        for kind in [crate::standards::PartKind::Hour, crate::standards::PartKind::Category] {
            let calls: f64 = response.parts_by(kind).filter_map(|p| p.counted).sum();
            assert_eq!(calls, response.counted.unwrap(), "{kind:?}");
        }
    }
}
