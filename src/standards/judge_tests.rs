//! Every kind of clause, met, missed and undecided, on evidence made for it.

use super::judge::{EVIDENCE, Evidence, Piece, Query, judge, verdict};
use super::kinds::{Bound, Metric, Statistic};
use super::pack::Pack;
use super::verdict::{Judged, PartKind, Tally, Verdict};
use crate::fault::SourceText;
use crate::ids::CountyId;
use crate::stats::Estimate;
use crate::text::Text;
use std::sync::Arc;

/// Evidence that answers every query with one figure, and in each county with that county's.
struct Made {
    all: Result<Estimate, Text>,
    counties: Vec<Result<Estimate, Text>>,
    hours: Vec<(Text, Estimate)>,
}

impl Evidence for Made {
    fn figure(&self, query: &Query<'_>) -> Result<Estimate, Text> {
        query.county.map_or_else(|| self.all.clone(), |c| self.counties[c.index()].clone())
    }

    fn counties(&self) -> Vec<(CountyId, Text)> {
        (0..self.counties.len()).map(|i| (CountyId::new(i), Text::same(format!("county {i}")))).collect()
    }

    fn parts(&self, _: &Query<'_>) -> Vec<Piece> {
        let piece = |(place, value): &(Text, Estimate)| Piece {
            kind: PartKind::Hour,
            place: place.clone(),
            value: *value,
            counted: None,
        };
        self.hours.iter().map(piece).collect()
    }
}

fn e(low: f64, mean: f64, high: f64) -> Estimate {
    Estimate { low, mean, high }
}

fn only(all: Estimate) -> Made {
    Made { all: Ok(all), counties: Vec::new(), hours: Vec::new() }
}

fn pack(clauses: &str) -> Pack {
    let head = "schema = 1\nname = \"t\"\nsource = \"s\"\ntitle = { zh = \"t\", en = \"t\" }\n";
    let text = format!("{head}{clauses}");
    Pack::parse(Arc::new(SourceText { path: "t.toml".into(), text })).unwrap_or_else(|f| panic!("{f}\n{clauses}"))
}

fn clause(rest: &str) -> String {
    let text =
        "title = { zh = \"t\", en = \"t\" }\nreading = { zh = \"t\", en = \"t\" }\nquality = \"A\"\nsource = \"s\"";
    format!("[[clause]]\nid = \"{}\"\n{text}\n{rest}\n", rest.len())
}

fn judged(rest: &str, evidence: &Made) -> Judged {
    judge(&pack(&clause(rest)), evidence).remove(0)
}

const METRICS: [&str; 16] = [
    "radius_km",
    "drive_min",
    "scenic_drive_min",
    "response_min",
    "interval_min",
    "interval_s",
    "answer_s",
    "turnout_min",
    "handover_min",
    "calls_reached_percent",
    "ambulances_per_30k",
    "negative_pressure_percent",
    "crews_per_100k_urban",
    "residents_per_seat",
    "ed_observation_beds_percent",
    "posts_24h_percent",
];

#[test]
fn each_metric_with_each_statistic_and_each_operator_is_met_missed_and_undecided() {
    // What keeps to `<= 50`, to `>= 50` and to `in [40, 60]`, and what does not.
    let operators = [
        ("op = \"<=\"\nthreshold = 50", e(30.0, 40.0, 50.0), e(50.5, 60.0, 70.0), e(40.0, 49.0, 51.0)),
        ("op = \">=\"\nthreshold = 50", e(50.0, 60.0, 70.0), e(30.0, 40.0, 49.5), e(49.0, 51.0, 60.0)),
        ("op = \"in\"\nrange = [40, 60]", e(40.0, 50.0, 60.0), e(61.0, 62.0, 63.0), e(59.0, 60.0, 61.0)),
        ("op = \"in\"\nrange = [40, 60]", e(45.0, 50.0, 55.0), e(20.0, 30.0, 39.0), e(20.0, 50.0, 90.0)),
    ];
    let statistics = [
        "\"mean\"",
        "\"share_within\"\nlimit = 10",
        "\"percentile\"\npercentile = 75",
        "\"p90\"",
        "\"max\"",
        "\"ratio\"",
    ];
    let mut seen = 0;
    for metric in METRICS {
        let ratio = toml::Value::try_from(metric).unwrap().try_into::<Metric>().unwrap().is_ratio();
        let clock =
            if metric.starts_with("interval") { "\nclock_start = \"departed\"\nclock_stop = \"arrived\"" } else { "" };
        for statistic in statistics.iter().filter(|s| s.contains("ratio") == ratio) {
            for (operator, good, bad, between) in operators {
                let rest = format!("metric = \"{metric}\"\nstatistic = {statistic}\n{operator}{clock}");
                for (figure, want) in [(good, Verdict::Met), (bad, Verdict::Missed), (between, Verdict::Undecided)] {
                    let found = judged(&rest, &only(figure));
                    assert_eq!(found.verdict, want, "{rest} on {figure:?}");
                    assert_eq!(found.margin.unwrap() < 0.0, want == Verdict::Missed, "{rest} on {figure:?}");
                    seen += 1;
                }
            }
        }
    }
    assert_eq!(seen, (9 * 5 + 7) * 4 * 3);
}

#[test]
fn a_clause_for_every_county_is_as_good_as_the_worst() {
    let rest = "metric = \"ambulances_per_30k\"\nstatistic = \"ratio\"\nop = \">=\"\nthreshold = 1\nscope = \"county\"\npopulation_percent = 300";
    let made = |figures: [Estimate; 3]| Made {
        all: Ok(Estimate::exact(99.0)),
        counties: figures.into_iter().map(Ok).collect(),
        hours: Vec::new(),
    };
    let x = Estimate::exact;
    let met = judged(rest, &made([x(1.0), x(2.0), x(1.5)]));
    assert_eq!((met.verdict, met.value.unwrap().mean), (Verdict::Met, 1.0));
    let missed = judged(rest, &made([x(3.0), x(0.4), e(0.5, 1.2, 1.5)]));
    assert_eq!((missed.verdict, missed.margin.unwrap()), (Verdict::Missed, 0.4 - 1.0));
    assert_eq!(missed.worst.unwrap().place.en, "county 1");
    let verdicts: Vec<Verdict> = missed.parts.iter().map(|p| p.verdict).collect();
    assert_eq!(verdicts, [Verdict::Met, Verdict::Missed, Verdict::Undecided]);
    assert_eq!(judged(rest, &made([x(3.0), e(0.9, 1.2, 1.5), x(1.0)])).verdict, Verdict::Undecided);

    let mut gap = made([x(3.0), x(2.0), x(1.0)]);
    gap.counties[1] = Err(Text::same("nobody there"));
    let found = judged(rest, &gap);
    assert_eq!(found.verdict, Verdict::NotJudged, "two of three counties are not every county");
    assert!(found.remark.unwrap().en.contains("county 1") && found.parts.len() == 2);
    gap.counties[2] = Ok(x(0.5));
    assert_eq!(judged(rest, &gap).verdict, Verdict::Missed);
    gap.counties.clear();
    assert!(judged(rest, &gap).remark.unwrap().en.contains("no table of counties"));
}

#[test]
fn where_a_clause_fails_worst_is_told_by_county_or_by_hour() {
    let rest = "metric = \"answer_s\"\nstatistic = \"share_within\"\nlimit = 10\nop = \">=\"\nthreshold = 95";
    let mut made =
        Made { counties: vec![Ok(e(96.0, 97.0, 98.0)), Ok(e(90.0, 91.0, 92.0))], ..only(e(95.0, 96.0, 97.0)) };
    let found = judged(rest, &made);
    assert_eq!((found.verdict, found.worst.unwrap().place.en.as_str()), (Verdict::Met, "county 1"));
    made.hours = vec![(Text::same("8:00"), e(80.0, 85.0, 90.0)), (Text::same("9:00"), e(99.0, 99.0, 99.0))];
    let found = judged(rest, &made);
    assert_eq!((found.worst.clone().unwrap().place.en.as_str(), found.parts.len()), ("county 1", 4));
    assert_eq!(found.worst_hour.as_ref().unwrap().place.en, "8:00");
    assert_eq!(found.worst_hour.unwrap().verdict, Verdict::Missed, "the part's own verdict");
    assert_eq!((found.worst_category, found.evidence.as_str()), (None, EVIDENCE));
    made.counties.clear();
    assert_eq!(judged(rest, &made).worst.unwrap().place.en, "8:00", "without counties the hour is the place");
    let each = format!("{rest}\nscope = \"county\"");
    assert_eq!(judged(&each, &made).verdict, Verdict::NotJudged, "hours are no counties");
}

#[test]
fn what_cannot_be_judged_says_why() {
    let found = judged("not_judged = { zh = \"无\", en = \"no such table\" }", &only(Estimate::exact(1.0)));
    assert_eq!((found.verdict, found.remark.unwrap().en.as_str()), (Verdict::NotJudged, "no such table"));
    assert!(found.value.is_none() && found.op.is_empty());
    let rest = "metric = \"answer_s\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 10";
    let nothing = Made { all: Err(Text::same("no calls")), counties: Vec::new(), hours: Vec::new() };
    let found = judged(rest, &nothing);
    assert_eq!((found.verdict, found.remark.unwrap().en.as_str()), (Verdict::NotJudged, "no calls"));
}

#[test]
fn groups_count_once() {
    let times = |group: &str, thresholds: [f64; 2]| {
        let one = |t: f64| {
            clause(&format!(
                "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = {t}\n{group} = \"g\""
            ))
        };
        pack(&thresholds.map(one).concat())
    };
    let tally = |pack: &Pack| Tally::of(&judge(pack, &only(e(9.0, 10.0, 11.0))));
    assert_eq!(tally(&times("any_of", [8.25, 12.0])), Tally { met: 1, ..Tally::default() });
    assert_eq!(tally(&times("all_of", [8.25, 12.0])), Tally { missed: 1, ..Tally::default() });
    assert_eq!(tally(&times("all_of", [12.25, 12.0])), Tally { met: 1, ..Tally::default() });
    assert_eq!(tally(&times("all_of", [10.25, 12.0])), Tally { undecided: 1, ..Tally::default() });
}

#[test]
fn an_interval_that_straddles_is_undecided() {
    let (at_most, at_least) = (|high| Bound { low: f64::NEG_INFINITY, high }, |low| Bound { low, high: f64::INFINITY });
    assert_eq!(verdict(&e(f64::NEG_INFINITY, 99.0, f64::INFINITY), at_least(95.0)), Verdict::Undecided);
    assert_eq!(verdict(&e(9.0, 10.0, f64::INFINITY), at_most(15.0)), Verdict::Undecided);
    assert_eq!(verdict(&e(16.0, 17.0, f64::INFINITY), at_most(15.0)), Verdict::Missed);
    assert_eq!(verdict(&Estimate::exact(40.0), at_least(40.0)), Verdict::Met);
    let query = Query { limit: Some(10.0), ..Query::of(Metric::AnswerS, Statistic::ShareWithin) };
    assert_eq!(query.limit_span().unwrap().seconds(), 10.0);
}
