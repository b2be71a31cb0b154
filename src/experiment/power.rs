//! How many replications will do? A pilot of few replications tells how much a figure varies, and that how many are needed to
//! see a difference of two scenarios, or to know the figure of one closely enough.
//!
//! Both scenarios of a pilot meet the same calls (common random numbers), as those of a comparison do. A pilot of n replications
//! knows the standard deviation only roughly: beside the estimate stands its upper limit (one-sided, [`LIMIT_LEVEL`]), and what
//! follows from that. The formulas stand in [`crate::stats::power`].

use super::compare::letter;
use super::folder::FolderError;
use super::journal::Key;
use super::named::{Named, Number};
use super::play::{Plays, in_turn};
use super::prepare::Prepared;
use crate::fault::{Fault, Faults};
use crate::sim::{self, Options, Outcome};
use crate::stats::power::{
    half_width, replications_for_half_width, replications_needed, sd_upper_limit, smallest_difference,
};
use crate::stats::{Estimate, PairedRatio, Replicated};
use crate::text::Text;
use serde::Serialize;
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

/// Version of the layout of [`PowerPlan`] as JSON.
pub const POWER_SCHEMA: u32 = 1;
/// How sure the upper limit of a standard deviation is.
pub const LIMIT_LEVEL: f64 = 0.9;
/// Fewest replications of a pilot.
pub const LEAST_PILOT: u32 = 2;
/// Numbers of replications for which it is told what they show.
pub const LADDER: [u64; 7] = [10, 20, 50, 100, 200, 500, 1000];
/// Below so many replications the limit of the standard deviation is far from it.
const SMALL_PILOT: u64 = 10;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Two scenarios: a true difference of this size shall be seen with this probability.
    Difference {
        /// In the unit of the figure.
        difference: f64,
        /// The probability, between 1 − confidence and 1.
        power: f64,
    },
    /// One scenario: its interval shall reach no farther than this to either side, in the unit of the figure.
    HalfWidth(f64),
}

/// What a pilot found out of a figure.
#[derive(Clone, Debug)]
pub struct Pilot {
    figure: Named,
    scenarios: Vec<ScenarioName>,
    seed: u64,
    days: f64,
    replications: u32,
    each: Vec<Replicated>,
    pair: PairedRatio,
    /// Calls that nobody reached, which means and percentiles do not hold.
    lost: u64,
}

/// A scenario of a pilot.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScenarioName {
    /// `A` or `B`.
    pub letter: String,
    /// Its short name.
    pub name: String,
    /// Its title.
    pub title: Text,
}

/// How a figure varies from one replication to the next, and how many replications that takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// Standard deviation, as the pilot has it.
    pub sd: f64,
    /// Its upper limit, see [`LIMIT_LEVEL`].
    pub sd_upper: f64,
    /// Replications needed if `sd` is the true one; `None` beyond all bounds, and where nothing varied, so that nothing is known.
    pub replications: Option<u64>,
    /// Replications needed if `sd_upper` is.
    pub replications_upper: Option<u64>,
}

/// What a number of replications shows: the smallest difference, or the half-width.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rung {
    /// The number.
    pub replications: u64,
    /// What they show if the standard deviation is that of the pilot.
    pub shows: f64,
    /// What they show if it is its upper limit.
    pub shows_upper: f64,
    /// The first of these, had the scenarios met calls of their own.
    pub shows_apart: Option<f64>,
}

/// How many replications are needed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PowerPlan {
    /// [`POWER_SCHEMA`].
    pub schema: u32,
    /// Version of the program that made it.
    pub program: String,
    /// The scenarios: one or two.
    pub scenarios: Vec<ScenarioName>,
    /// Name of the figure, such as `response.mean`.
    pub figure: String,
    /// What people call it.
    pub label: Text,
    /// Its unit: `min`, `s`, `share` (0 to 1) or `/day`.
    pub unit: String,
    /// The seed.
    pub seed: u64,
    /// Days of each replication.
    pub days: f64,
    /// Replications of the pilot.
    pub pilot: u32,
    /// Confidence of intervals and tests.
    pub confidence: f64,
    /// How sure the upper limits are.
    pub limit_level: f64,
    /// What was asked.
    pub question: Question,
    /// The figure of each scenario in the pilot.
    pub values: Vec<Estimate>,
    /// Second minus first in the pilot.
    pub difference: Option<Estimate>,
    /// The answer: of the paired difference, or of the figure of one scenario.
    pub spread: Spread,
    /// The same for two scenarios that meet calls of their own; `None` with one.
    pub apart: Option<Spread>,
    /// What other numbers of replications show.
    pub ladder: Vec<Rung>,
    /// What the reader should know.
    pub notes: Vec<Text>,
}

/// Plays a pilot of one or two scenarios, as many replications as the first one's `run.replications` says. `None` if it was
/// stopped. `progress` is told how many replications of one scenario have been played.
///
/// # Errors
/// A figure that a scenario does not have.
pub fn pilot(
    prepared: &[Prepared],
    figure: &str,
    stop: &AtomicBool,
    progress: &mut dyn FnMut(u32),
) -> Result<Option<Pilot>, Faults> {
    let mut faults = Faults::new();
    let mut named: Vec<Named> = Vec::new();
    for p in prepared {
        match Named::parse(figure, &p.world.scenario) {
            Ok(found) => named.push(found),
            Err(fault) if faults.0.iter().any(|known| known.to_string() == fault.to_string()) => {}
            Err(fault) => faults.push(*fault),
        }
    }
    let (Some(first), 1..=2, false) = (prepared.first(), prepared.len(), faults.has_errors()) else {
        if !faults.has_errors() {
            faults.push(Fault::error("a pilot has one scenario or two"));
        }
        return Err(faults);
    };
    let (run, count) = (&first.world.scenario.run, prepared.len() as u32);
    let options = Options::by(&first.pack.targets(), false);
    let like: Vec<Outcome> = prepared.iter().map(|p| Outcome::new(&p.world.scenario)).collect();
    let plays = Plays {
        key: &|number| Key { point: number % count, replication: number / count },
        play: &|key| sim::run(&prepared[key.point as usize].world, &options, run.seed, key.replication),
        like: &|point| &like[point as usize],
    };
    let name = |(i, p): (usize, &Prepared)| {
        let s = &p.world.scenario;
        ScenarioName { letter: letter(i).to_string(), name: s.name.clone(), title: s.title.clone() }
    };
    let mut found = Pilot {
        figure: named[0].clone(),
        scenarios: prepared.iter().enumerate().map(name).collect(),
        seed: run.seed,
        days: run.days,
        replications: run.replications,
        each: vec![Replicated::new(); prepared.len()],
        pair: PairedRatio::new(),
        lost: 0,
    };
    let mut row: Vec<Option<(f64, f64)>> = Vec::new();
    let mut done = 0;
    let played = in_turn::<FolderError>(&plays, 0..run.replications * count, None, stop, |number, outcome, _| {
        let of = &named[(number % count) as usize];
        found.lost += of.lost_in(&outcome);
        row.push(of.value(&outcome));
        if row.len() == prepared.len() {
            found.add(&row);
            row.clear();
        }
        done = number + 1;
        progress(done);
        Ok(ControlFlow::Continue(()))
    });
    played.map_err(|e| Faults::from(Fault::from(e)))?;
    Ok((done == run.replications * count).then_some(found))
}

impl Pilot {
    /// Adds one replication; one that says nothing of the figure in one of the scenarios is left out, as comparisons do.
    fn add(&mut self, row: &[Option<(f64, f64)>]) {
        let Some(values) = row.iter().copied().collect::<Option<Vec<(f64, f64)>>>() else { return };
        for (each, (top, bottom)) in self.each.iter_mut().zip(&values) {
            each.push(*top, *bottom);
        }
        if let [a, b] = values[..] {
            self.pair.push(a, b);
        }
    }

    /// What the pilot says to a question.
    ///
    /// # Errors
    /// Settings that make no sense, a question for another number of scenarios, and a pilot in which fewer than two
    /// replications counted anything.
    pub fn plan(&self, question: Question, confidence: f64) -> Result<PowerPlan, Faults> {
        let mut faults = check(question, confidence, self.scenarios.len());
        let n = self.each.iter().map(Replicated::n).min().unwrap_or(0);
        let values: Vec<Estimate> = self.each.iter().filter_map(|r| r.estimate(confidence)).collect();
        let errors: Vec<f64> = self.each.iter().filter_map(Replicated::standard_error).collect();
        if errors.len() < self.scenarios.len() || values.len() < errors.len() {
            let fault = Fault::error(format!(
                "{} was counted in fewer than two of the {} replications of the pilot, so it is not known how much it varies",
                self.figure.name, self.replications
            ));
            faults.push(fault.hint("play more replications (--pilot) or more days (--days)"));
        }
        if faults.has_errors() {
            return Err(faults);
        }
        // From the standard error of a mean to the standard deviation of its parts.
        let per_one = |error: f64| error * libm::sqrt(n as f64);
        let paired = self.pair.estimate(confidence).filter(|_| self.scenarios.len() == 2);
        let error = paired.map_or(errors.first().copied(), |p| p.standard_error);
        let answers = Answers { question, confidence, degrees: n.saturating_sub(1), counts: self.counts() };
        let sd = error.map(per_one).unwrap_or(f64::INFINITY);
        // Of two independent means the variances add up.
        let sd_apart = paired.map(|_| per_one(libm::sqrt(errors.iter().map(|e| e * e).sum::<f64>())));
        Ok(PowerPlan {
            schema: POWER_SCHEMA,
            program: format!("goldenhour {}", env!("CARGO_PKG_VERSION")),
            scenarios: self.scenarios.clone(),
            figure: self.figure.name.to_string(),
            label: self.figure.label.clone(),
            unit: self.figure.unit.to_string(),
            seed: self.seed,
            days: self.days,
            pilot: self.replications,
            confidence,
            limit_level: LIMIT_LEVEL,
            question,
            values,
            difference: paired.map(|p| p.difference),
            spread: answers.spread(sd),
            apart: sd_apart.map(|sd| answers.spread(sd)),
            ladder: LADDER.iter().map(|rung| answers.rung(*rung, sd, sd_apart)).collect(),
            notes: self.notes(n, sd),
        })
    }

    /// Of a share of counted calls: the share, and how many a replication counts.
    fn counts(&self) -> Option<(f64, f64)> {
        let one = self.each.first().filter(|_| self.each.len() == 1 && self.figure.name.number == Number::Within)?;
        Some((one.ratio()?, one.totals().1 / one.n() as f64))
    }

    fn notes(&self, n: u64, sd: f64) -> Vec<Text> {
        let mut notes = Vec::new();
        if n < SMALL_PILOT {
            notes.push(Text::new(
                format!("试算只有 {n} 次重复，标准差的上限因此远大于估计值；--pilot 20 会更清楚"),
                format!("the pilot counted {n} replications only: the upper limit is far above the estimate; --pilot 20 tells more"),
            ));
        }
        if sd == 0.0 {
            notes.push(Text::new(
                "试算的每次重复都一样，没有变化，因此看不出需要多少次重复：请增加天数（--days）或试算次数（--pilot）",
                "nothing varied from one replication of the pilot to the next, so it is not known how many are needed: take more days (--days) or a larger pilot (--pilot)",
            ));
        }
        if self.lost > 0 {
            let lost = self.lost;
            notes.push(Text::new(
                format!("试算中有 {lost} 个呼叫始终无人到达，不在平均值与分位数之中；response.within 把它们计为未达标"),
                format!("nobody ever reached {lost} calls of the pilot; means and percentiles do not hold them, response.within counts them as late"),
            ));
        }
        notes
    }
}

/// What is wrong with a question.
fn check(question: Question, confidence: f64, scenarios: usize) -> Faults {
    let mut faults = Faults::new();
    if !(confidence > 0.0 && confidence < 1.0) {
        faults.push(
            Fault::error(format!("a confidence of {confidence} is not allowed"))
                .hint("write a number between 0 and 1, such as 0.95"),
        );
    }
    match question {
        Question::Difference { difference, power } => {
            if !(difference.is_finite() && difference != 0.0) {
                let fault = Fault::error(format!("a difference of {difference} cannot be looked for"));
                faults.push(
                    fault.hint("write a number other than zero, in the unit of the figure; shares go from 0 to 1"),
                );
            }
            if !(power > 1.0 - confidence && power < 1.0) {
                let fault = Fault::error(format!("a power of {power} is not allowed"));
                faults.push(fault.hint("write a number between 1 − confidence and 1, such as 0.8"));
            }
            if scenarios != 2 {
                faults.push(
                    Fault::error("a difference is one of two scenarios, and one is named")
                        .hint("name two, or ask for the half-width of the one's figure with --half-width"),
                );
            }
        }
        Question::HalfWidth(width) => {
            if !(width.is_finite() && width > 0.0) {
                let fault = Fault::error(format!("a half-width of {width} is not allowed"));
                faults.push(fault.hint("write a number above zero, in the unit of the figure; shares go from 0 to 1"));
            }
            if scenarios != 1 {
                faults.push(
                    Fault::error("a half-width is asked of one scenario, and two are named")
                        .hint("name one, or ask for a difference of the two with --difference"),
                );
            }
        }
    }
    faults
}

/// Everything an answer depends on but the standard deviation.
struct Answers {
    question: Question,
    confidence: f64,
    degrees: u64,
    counts: Option<(f64, f64)>,
}

impl Answers {
    fn upper(&self, sd: f64) -> f64 {
        sd_upper_limit(sd, self.degrees, LIMIT_LEVEL).unwrap_or(f64::INFINITY)
    }

    fn needed(&self, sd: f64) -> Option<u64> {
        if sd == 0.0 {
            return None;
        }
        match self.question {
            Question::Difference { difference, power } => replications_needed(difference, sd, power, self.confidence),
            Question::HalfWidth(width) => replications_for_half_width(sd, width, self.confidence, self.counts),
        }
    }

    fn spread(&self, sd: f64) -> Spread {
        let sd_upper = self.upper(sd);
        Spread { sd, sd_upper, replications: self.needed(sd), replications_upper: self.needed(sd_upper) }
    }

    fn shows(&self, n: u64, sd: f64) -> f64 {
        match self.question {
            Question::Difference { power, .. } => {
                smallest_difference(n, sd, power, self.confidence).unwrap_or(f64::INFINITY)
            }
            Question::HalfWidth(_) => half_width(sd, n, self.confidence, self.counts),
        }
    }

    fn rung(&self, n: u64, sd: f64, sd_apart: Option<f64>) -> Rung {
        Rung {
            replications: n,
            shows: self.shows(n, sd),
            shows_upper: self.shows(n, self.upper(sd)),
            shows_apart: sd_apart.map(|sd| self.shows(n, sd)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::compare::prepare_all;
    use crate::experiment::{Overrides, prepare};
    use crate::random::{Stream, normal_quantile};
    use crate::scenario::Scenario;
    use std::path::{Path, PathBuf};

    fn bundled(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
    }

    /// A pilot of numbers that are known: the scenarios share noise of a standard deviation of 2, their difference has 0.5.
    fn made_up(replications: u32) -> Pilot {
        let scenario = Scenario::load(&bundled("yuxi-now.toml")).unwrap();
        let name = |letter: &str| ScenarioName { letter: letter.into(), name: "x".into(), title: Text::same("x") };
        let mut pilot = Pilot {
            figure: Named::parse("response.mean", &scenario).unwrap(),
            scenarios: ["A", "B"].map(name).to_vec(),
            seed: 1,
            days: 7.0,
            replications,
            each: vec![Replicated::new(); 2],
            pair: PairedRatio::new(),
            lost: 0,
        };
        let mut stream = Stream::new(3, "made up", 0);
        for _ in 0..replications {
            let a = 12.0 + 2.0 * normal_quantile(stream.uniform());
            let b = a + 1.0 + 0.5 * normal_quantile(stream.uniform());
            pilot.add(&[Some((a, 1.0)), Some((b, 1.0))]);
        }
        // One without a value does not count.
        pilot.add(&[Some((1e6, 1.0)), None]);
        pilot
    }

    #[test]
    fn known_numbers_give_known_counts() {
        let plan = made_up(2000).plan(Question::Difference { difference: 0.25, power: 0.8 }, 0.95).unwrap();
        assert!((plan.spread.sd - 0.5).abs() < 0.03 && plan.spread.sd_upper > plan.spread.sd, "{:?}", plan.spread);
        // Cohen's d of a half takes 34 pairs.
        let needed = plan.spread.replications.unwrap();
        assert!((30..=38).contains(&needed), "{needed}");
        // Apart, the variances of about 4 and 4.25 add up: d is 0.25 / 2.87.
        let apart = plan.apart.unwrap();
        assert!((apart.sd - 8.25_f64.sqrt()).abs() < 0.15, "{apart:?}");
        assert!((900..=1200).contains(&apart.replications.unwrap()), "{apart:?}");
        let rung = |n: u64| *plan.ladder.iter().find(|r| r.replications == n).unwrap();
        assert!(rung(50).shows < 0.25 && rung(20).shows > 0.25 && rung(20).shows < rung(20).shows_upper);
        assert!(rung(1000).shows_apart.unwrap() > rung(50).shows);
        assert!(plan.notes.is_empty() && plan.difference.unwrap().low < 1.0 && plan.difference.unwrap().high > 1.0);
        assert!(made_up(4).plan(plan.question, 0.95).unwrap().notes.len() == 1);
    }

    #[test]
    fn questions_that_make_no_sense_are_answered_with_all_that_is_wrong() {
        let told = |question, confidence| made_up(5).plan(question, confidence).unwrap_err().to_string();
        let all = told(Question::Difference { difference: 0.0, power: 1.0 }, 1.5);
        assert!(
            all.contains("difference of 0") && all.contains("power of 1") && all.contains("confidence of 1.5"),
            "{all}"
        );
        let one = told(Question::HalfWidth(-1.0), 0.95);
        assert!(one.contains("half-width of -1") && one.contains("--difference"), "{one}");
        let few = made_up(1).plan(Question::Difference { difference: 1.0, power: 0.8 }, 0.95).unwrap_err().to_string();
        assert!(few.contains("fewer than two"), "{few}");
    }

    /// What a pilot says of a figure is what a run of as many replications has, whatever the number of threads.
    #[test]
    fn a_pilot_plays_the_replications_of_a_run() {
        let overrides = Overrides { replications: Some(4), days: Some(2.0), seed: None };
        let files = [bundled("yuxi-before.toml"), bundled("yuxi-now.toml")];
        let setup = prepare_all(&files, &overrides, &mut |_| {}).unwrap();
        let stop = AtomicBool::new(false);
        let question = Question::Difference { difference: 0.5, power: 0.8 };
        let plans: Vec<PowerPlan> = [1, 3]
            .map(|threads| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                let found = pool.install(|| pilot(&setup.prepared, "response.mean", &stop, &mut |_| {})).unwrap();
                found.unwrap().plan(question, 0.95).unwrap()
            })
            .to_vec();
        assert_eq!(plans[0], plans[1]);
        let alone = prepare(&files[1], &overrides).unwrap();
        let found = pilot(&[alone], "response.mean", &stop, &mut |_| {}).unwrap().unwrap();
        let one = found.plan(Question::HalfWidth(0.1), 0.95).unwrap();
        assert_eq!(one.values[0], plans[0].values[1]);
        assert!(one.apart.is_none() && one.difference.is_none());
        // Who is done with the pilot's own number of replications has the pilot's own half-width.
        let same = found.plan(Question::HalfWidth(one.values[0].half_width() * 1.000_001), 0.95).unwrap();
        assert_eq!(same.spread.replications, Some(4));
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(pilot(&setup.prepared, "response.mean", &stop, &mut |_| {}).unwrap().is_none());
        assert!(pilot(&setup.prepared, "response.maen", &stop, &mut |_| {}).is_err());
    }
}
