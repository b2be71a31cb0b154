//! Faults of a pack: what is unknown, what is missing, and what contradicts itself.

use super::kinds::{Clock, Metric, Op, Scope, Statistic};
use super::pack::{Clause, Pack};
use super::verdict::Basis;
use crate::fault::Faults;
use crate::input::TomlDoc;

/// Version of the pack format this program reads.
const SCHEMA: u32 = 1;

/// Every fault of a pack whose keys and types are right.
pub(super) fn check(doc: &TomlDoc<Pack>) -> Faults {
    let mut faults = Faults::new();
    if doc.value.schema != SCHEMA {
        let message = format!("version {} is not known; this program reads {SCHEMA}", doc.value.schema);
        faults.push(doc.fault("schema", message));
    }
    let clauses = &doc.value.clauses;
    if clauses.is_empty() {
        faults.push(doc.fault("clause", "a pack needs at least one clause"));
    }
    for (i, c) in clauses.iter().enumerate() {
        let mut clause = Checked { doc, faults: &mut faults, i };
        if clauses[..i].iter().any(|other| other.id == c.id) {
            clause.fault("id", format!("`{}` is already the id of another clause", c.id), "give each its own id");
        }
        clause.groups(c, clauses);
        if let Some(metric) = c.metric {
            clause.measured(c, metric);
        } else {
            clause.unmeasured(c);
        }
        for other in &clauses[..i] {
            clause.against(c, other);
        }
    }
    faults
}

struct Checked<'a> {
    doc: &'a TomlDoc<Pack>,
    faults: &'a mut Faults,
    i: usize,
}

impl Checked<'_> {
    fn fault(&mut self, key: &str, message: impl Into<String>, hint: &str) {
        let fault = self.doc.fault(&format!("clause[{}].{key}", self.i), message);
        self.faults.push(if hint.is_empty() { fault } else { fault.hint(hint) });
    }

    fn groups(&mut self, c: &Clause, all: &[Clause]) {
        if c.any_of.is_some() && c.all_of.is_some() {
            self.fault(
                "all_of",
                "a clause is in one group only",
                "keep any_of (one is enough) or all_of (all count together)",
            );
        }
        for (key, group) in [("any_of", &c.any_of), ("all_of", &c.all_of)] {
            let Some(group) = group else { continue };
            let named = |o: &&Clause| o.any_of.as_ref() == Some(group) || o.all_of.as_ref() == Some(group);
            if all.iter().filter(named).count() == 1 {
                self.fault(
                    key,
                    format!("the group `{group}` has no other clause"),
                    "give another clause the same word",
                );
            }
            if key == "all_of" && all.iter().any(|o| o.any_of.as_ref() == Some(group)) {
                self.fault(
                    key,
                    format!("`{group}` is the name of an any_of group too"),
                    "give the groups different names",
                );
            }
        }
    }

    /// A clause that nothing is measured for: it must say why.
    fn unmeasured(&mut self, c: &Clause) {
        if c.not_judged.is_none() {
            let hint = "name a metric, or say why it cannot be judged: not_judged = { zh = \"…\", en = \"…\" }";
            self.fault("id", format!("`{}` has no metric", c.id), hint);
        }
        let given = [
            ("statistic", c.statistic.is_some()),
            ("op", c.op.is_some()),
            ("threshold", c.threshold.is_some()),
            ("range", c.range.is_some()),
            ("limit", c.limit.is_some()),
            ("percentile", c.percentile.is_some()),
            ("clock_start", c.clock_start.is_some()),
            ("clock_stop", c.clock_stop.is_some()),
        ];
        for (key, _) in given.iter().filter(|(_, given)| *given) {
            self.fault(key, format!("{key} without a metric means nothing"), "say it in the title, or name the metric");
        }
    }

    fn measured(&mut self, c: &Clause, metric: Metric) {
        let missing: Vec<&str> = [
            ("statistic", c.statistic.is_none()),
            ("op", c.op.is_none()),
            ("range", c.op == Some(Op::In) && c.range.is_none()),
            ("threshold", c.op.is_some_and(|op| op != Op::In) && c.threshold.is_none()),
        ]
        .iter()
        .filter_map(|(key, missing)| missing.then_some(*key))
        .collect();
        if !missing.is_empty() {
            self.fault("metric", format!("the clause `{}` lacks {}", c.id, missing.join(", ")), "");
        }
        self.bounds(c);
        self.statistic(c, metric);
        self.members(c, metric);
        self.clock(c, metric);
    }

    fn bounds(&mut self, c: &Clause) {
        match c.op {
            Some(Op::In) if c.threshold.is_some() => {
                self.fault("threshold", "\"in\" has a range and no threshold", "write range = [low, high]");
            }
            Some(Op::AtMost | Op::AtLeast) if c.range.is_some() => {
                self.fault("range", "a range goes with op = \"in\"", "");
            }
            _ => {}
        }
        if c.range.is_some_and(|[low, high]| !(low.is_finite() && high.is_finite() && low < high)) {
            self.fault("range", "a range goes from a finite number to a larger one", "");
        }
        let finite = |x: Option<f64>| x.is_none_or(f64::is_finite);
        if !finite(c.threshold) || c.limit.is_some_and(|l| !(l.is_finite() && l > 0.0)) {
            let key = if finite(c.threshold) { "limit" } else { "threshold" };
            self.fault(key, "thresholds and limits must be finite numbers, limits above zero", "");
        }
    }

    fn statistic(&mut self, c: &Clause, metric: Metric) {
        let Some(statistic) = c.statistic else { return };
        if metric.is_ratio() != (statistic == Statistic::Ratio) {
            let message = "ratio goes with counts (units, seats), the other statistics with distances and times";
            self.fault("statistic", message, "");
        }
        let share = statistic == Statistic::ShareWithin;
        if share != c.limit.is_some() {
            self.fault("limit", "share_within needs a limit, the other statistics have none", "");
        }
        let percents = c.threshold.iter().chain(c.range.iter().flatten());
        if let Some(wrong) = percents.filter(|t| share && !(1.0..=100.0).contains(*t)).copied().next() {
            let key = if c.threshold.is_some() { "threshold" } else { "range" };
            let message = format!("a share is written in percent, from 1 to 100; {wrong} is not");
            self.fault(key, message, "the limit goes into `limit`, the share into `threshold`");
        }
        if (statistic == Statistic::Percentile) != c.percentile.is_some() {
            self.fault("percentile", "statistic = \"percentile\" needs a percentile such as 90, others have none", "");
        }
        if c.percentile.is_some_and(|p| !(p > 0.0 && p < 100.0)) {
            self.fault(
                "percentile",
                "a percentile lies above 0 and below 100",
                "for the largest value write statistic = \"max\"",
            );
        }
        if c.population_percent.is_some_and(|p| metric != Metric::AmbulancesPer30k || !(p > 0.0 && p.is_finite())) {
            self.fault("population_percent", "goes with ambulances_per_30k and is above zero, such as 300", "");
        }
    }

    /// Whom the clause is about.
    fn members(&mut self, c: &Clause, metric: Metric) {
        let (basis, response) = (metric.basis(), metric == Metric::ResponseMin);
        if !c.priority.is_all() && !response {
            self.fault("priority", "only response_min is counted by priority", "");
        }
        if c.category.is_some() && !response {
            self.fault("category", "only response_min is counted by category", "");
        }
        if c.category.is_some() && !c.priority.is_all() {
            self.fault("category", "a category has its own priority", "leave one of them out");
        }
        if c.zone.is_some() && basis == Basis::Provision {
            self.fault("zone", "counts of units, seats and beds are not told apart by zone", "");
        }
        if c.radius.is_some() && c.distance.is_some() {
            self.fault("distance", "`distance` is the older name of `radius`", "keep radius");
        }
        if (c.radius.is_some() || c.distance.is_some()) && metric != Metric::RadiusKm {
            let key = if c.radius.is_some() { "radius" } else { "distance" };
            self.fault(key, "straight or road goes with radius_km only", "");
        }
        match (basis, c.weight) {
            (Basis::Simulation, Some(super::Weight::People)) => {
                self.fault(
                    "weight",
                    "simulated times are weighted by calls",
                    "drive_min and radius_km can be weighted by people",
                );
            }
            (Basis::Provision, Some(_)) => self.fault("weight", "counts have no weight", ""),
            _ => {}
        }
        let natural = match metric {
            Metric::ScenicDriveMin => Some(Scope::ScenicArea),
            Metric::CrewsPer100kUrban => Some(Scope::UrbanCore),
            Metric::EdObservationBedsPercent | Metric::HandoverMin => Some(Scope::Hospital),
            _ => None,
        };
        let fits = match c.scope {
            None | Some(Scope::City | Scope::County) => true,
            scope => scope == natural,
        };
        if !fits && c.not_judged.is_none() {
            let hint = "write city or county, or not_judged with the reason";
            self.fault("scope", "nothing measures this metric for that scope", hint);
        }
    }

    fn clock(&mut self, c: &Clause, metric: Metric) {
        let (start, stop) = (c.clock_start, c.clock_stop);
        let given = if start.is_some() { "clock_start" } else { "clock_stop" };
        match metric {
            Metric::IntervalMin | Metric::IntervalS => match (start, stop) {
                (Some(a), Some(b)) if a < b => {}
                (Some(_), Some(_)) => self.fault("clock_stop", "the clock stops before it starts", ""),
                _ => self.fault("metric", "an interval needs clock_start and clock_stop", ""),
            },
            Metric::ResponseMin => {
                if start.is_some_and(|s| s > Clock::Assigned) {
                    let hint = "travel alone is metric = \"interval_min\" from departed to arrived";
                    self.fault("clock_start", "a response starts at ring, answered, triaged or assigned", hint);
                }
                if stop.is_some_and(|s| s != Clock::Arrived) {
                    self.fault("clock_stop", "a response ends at arrived", "other pairs are metric = \"interval_min\"");
                }
            }
            _ => match metric.own_clock() {
                Some((a, b)) if start.is_some_and(|s| s != a) || stop.is_some_and(|s| s != b) => {
                    let message = format!("this metric is always measured from {} to {}", a.key(), b.key());
                    self.fault(given, message, "other pairs are metric = \"interval_min\"");
                }
                Some(_) => {}
                None if start.is_some() || stop.is_some() => self.fault(given, "this metric has no clock", ""),
                None => {}
            },
        }
    }

    /// Two clauses that ask for the same figure and leave it no value.
    fn against(&mut self, c: &Clause, other: &Clause) {
        let alternatives = c.any_of.is_some() && c.any_of == other.any_of;
        let same = c.metric.is_some()
            && (c.metric, c.statistic, c.zone, c.priority, &c.category)
                == (other.metric, other.statistic, other.zone, other.priority, &other.category)
            && (c.limit, c.percentile, c.distance(), c.weight, c.clock_start, c.population_percent)
                == (
                    other.limit,
                    other.percentile,
                    other.distance(),
                    other.weight,
                    other.clock_start,
                    other.population_percent,
                )
            && (c.clock_stop, c.scope.unwrap_or_default()) == (other.clock_stop, other.scope.unwrap_or_default());
        let (Some(a), Some(b)) = (c.bound(), other.bound()) else { return };
        if same && !alternatives && (a.low > b.high || b.low > a.high) {
            let message = format!("`{}` and `{}` ask for the same figure and cannot both be met", other.id, c.id);
            self.fault("op", message, "correct one of them, or give both the same any_of");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fault::SourceText;
    use crate::standards::Pack;
    use std::sync::Arc;

    fn faults_of(clauses: &str) -> Vec<String> {
        let head = "schema = 1\nname = \"t\"\nsource = \"s\"\ntitle = { zh = \"t\", en = \"t\" }\n";
        let text = format!("{head}{clauses}");
        let parsed = Pack::parse(Arc::new(SourceText { path: "t.toml".into(), text }));
        parsed.err().map_or(Vec::new(), |f| f.0.iter().map(ToString::to_string).collect())
    }

    fn clause(id: &str, rest: &str) -> String {
        let text =
            "title = { zh = \"t\", en = \"t\" }\nreading = { zh = \"t\", en = \"t\" }\nquality = \"A\"\nsource = \"s\"";
        format!("[[clause]]\nid = \"{id}\"\n{text}\n{rest}\n")
    }

    #[test]
    fn every_fault_is_told_with_its_line_and_a_hint() {
        let soundly = "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8";
        assert_eq!(faults_of(&clause("a", soundly)), Vec::<String>::new());
        // One wrong clause after the other: what the fault must say, and the key at which it must stand.
        let cases = [
            ("", "has no metric", "not_judged"),
            ("metric = \"response_min\"", "lacks statistic, op", ""),
            (
                "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"in\"\nthreshold = 8",
                "lacks range",
                "range = [low",
            ),
            ("metric = \"response_min\"\nstatistic = \"mean\"\nop = \"in\"\nrange = [3, 2]", "to a larger one", ""),
            (
                "metric = \"response_min\"\nstatistic = \"share_within\"\nop = \">=\"\nthreshold = 8",
                "needs a limit",
                "",
            ),
            (
                "metric = \"response_min\"\nstatistic = \"share_within\"\nlimit = 8\nop = \">=\"\nthreshold = 0.9",
                "in percent",
                "`threshold`",
            ),
            ("metric = \"answer_s\"\nstatistic = \"percentile\"\nop = \"<=\"\nthreshold = 8", "such as 90", ""),
            (
                "metric = \"residents_per_seat\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8",
                "ratio goes with",
                "",
            ),
            (
                "metric = \"answer_s\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8\npriority = [1]",
                "by priority",
                "",
            ),
            ("metric = \"interval_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8", "needs clock_start", ""),
            (
                "metric = \"turnout_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8\nclock_start = \"ring\"",
                "from assigned to departed",
                "interval_min",
            ),
            (
                "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8\nweight = \"people\"",
                "weighted by calls",
                "drive_min",
            ),
            (
                "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8\nscope = \"hospital\"",
                "for that scope",
                "not_judged",
            ),
            (
                "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8\nany_of = \"g\"",
                "no other clause",
                "",
            ),
            (
                "metric = \"respons_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8",
                "not one of",
                "response_min",
            ),
            (
                "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8\npriority = [9]",
                "from 1 to 5",
                "",
            ),
        ];
        for (rest, message, hint) in cases {
            let found = faults_of(&clause("a", rest)).join("\n");
            assert!(found.contains(message) && found.contains(hint) && found.contains("t.toml:"), "{rest}\n{found}");
        }
    }

    #[test]
    fn all_faults_of_all_clauses_come_at_once() {
        let wrong = "metric = \"response_min\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 8\nlimit = 3";
        let found = faults_of(&[clause("a", wrong), clause("a", wrong), clause("b", "")].concat());
        assert_eq!(found.len(), 4, "two limits, one id, one metric: {found:?}");
    }

    #[test]
    fn clauses_that_cannot_both_be_met_are_told() {
        let of = |op: &str, threshold: f64, more: &str| {
            format!(
                "metric = \"ambulances_per_30k\"\nstatistic = \"ratio\"\nop = \"{op}\"\nthreshold = {threshold}\n{more}"
            )
        };
        let both = |more: &str| [clause("a", &of(">=", 2.0, more)), clause("b", &of("<=", 1.0, more))].concat();
        assert!(faults_of(&both("")).join("").contains("`a` and `b` ask for the same figure"));
        assert_eq!(faults_of(&both("any_of = \"g\"")), Vec::<String>::new());
        let apart = [clause("a", &of(">=", 2.0, "scope = \"county\"")), clause("b", &of("<=", 1.0, ""))].concat();
        assert_eq!(faults_of(&apart), Vec::<String>::new());
    }
}
