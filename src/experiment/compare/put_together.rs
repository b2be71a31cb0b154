//! From the fold of all replications to what the comparison says.

use super::calls::demand_match;
use super::comparison::{
    Comparison, DemandMatch, Difference, FigureRow, GroupRow, InputRow, Pair, SCHEMA, SystemFigure, SystemRow,
};
use super::fold::{Fold, PairFold};
use super::people::{people, points};
use super::setup::letter;
use super::{RankBy, Setup};
use crate::experiment::build::histogram;
use crate::experiment::summary::{Assumption, PackInfo, RunInfo, ScenarioInfo};
use crate::scenario::Scenario;
use crate::sim::Options;
use crate::stats::{PairedRatio, bonferroni};
use crate::text::Text;

/// Fewer replications than this give intervals that hang on the shape of the distribution.
const FEW_REPLICATIONS: u32 = 10;

pub(super) fn comparison(setup: &Setup, options: &Options, rank_by: &RankBy, fold: &Fold) -> Comparison {
    let first = setup.first();
    let s = &first.world.scenario;
    let target_min = options.response_target.map(|t| t.minutes());
    let scenarios: Vec<&Scenario> = setup.prepared.iter().map(|p| &p.world.scenario).collect();
    let demand = demand_match(&scenarios, s.run.seed);
    let confidence = bonferroni(s.run.confidence, fold.pairs.len());
    let pairs = fold.pairs.iter().enumerate().map(|(i, pair)| pair_of(s, i + 1, pair, confidence, target_min));
    let systems: Vec<SystemRow> = (0..setup.prepared.len()).map(|i| system(setup, i, fold)).collect();
    let (inputs, assumptions) = inputs(&scenarios);
    let mut notes = setup.made_equal(fold.done);
    add_notes(setup, &systems, &demand, fold, &mut notes);
    Comparison {
        schema: SCHEMA,
        program: format!("goldenhour {}", env!("CARGO_PKG_VERSION")),
        run: RunInfo {
            seed: s.run.seed,
            replications: fold.done,
            days: s.run.days,
            warmup_days: s.run.warmup_days,
            confidence: s.run.confidence,
            clock_start: s.run.clock_start.key().into(),
            changes: s.changes.iter().map(ToString::to_string).collect(),
            command: command(setup, rank_by, fold.done),
            one_run: None,
        },
        pack: PackInfo {
            name: first.pack.name.clone(),
            title: first.pack.title.clone(),
            source: first.pack.source.clone(),
            digest: first.pack.digest.clone(),
        },
        target_min,
        answer_target_s: options.answer_target.seconds(),
        systems,
        demand,
        pairs: pairs.collect(),
        ranking: fold.race.as_ref().and_then(super::ranking::Race::ranking),
        inputs,
        assumptions,
        notes,
        map: Some(super::ground::ground(setup)),
    }
}

fn command(setup: &Setup, rank_by: &RankBy, replications: u32) -> String {
    let run = &setup.first().world.scenario.run;
    let files: Vec<String> = setup.files.iter().map(|f| f.display().to_string()).collect();
    let mut out = format!(
        "goldenhour compare {} --seed {} --replications {} --days {}",
        files.join(" "),
        run.seed,
        replications,
        run.days
    );
    if setup.files.len() > 2 {
        let figure = match rank_by.figure {
            super::MainFigure::Mean => "mean",
            super::MainFigure::Within => "within",
        };
        let indifference = rank_by.indifference.unwrap_or(rank_by.figure.usual_indifference());
        out.push_str(&format!(" --figure {figure} --indifference {indifference}"));
    }
    out
}

fn system(setup: &Setup, i: usize, fold: &Fold) -> SystemRow {
    let p = &setup.prepared[i];
    let (s, total) = (&p.world.scenario, &fold.totals[i]);
    SystemRow {
        letter: letter(i).to_string(),
        scenario: ScenarioInfo {
            name: s.name.clone(),
            title: s.title.clone(),
            description: s.description.clone(),
            digest: s.digest.clone(),
        },
        network: p.network.clone(),
        pack: p.pack.name.clone(),
        population: s.points.iter().map(|p| p.population).sum(),
        posts: p.world.staffed().iter().filter(|s| **s).count(),
        units: s.units.len(),
        centres: s.centres.len(),
        responses: total.responses(),
        lost: total.groups.iter().map(|g| g.lost).sum(),
        response_histogram: histogram(total),
    }
}

fn pair_of(first: &Scenario, b: usize, fold: &PairFold, confidence: f64, target_min: [f64; 2]) -> Pair {
    let of = |ratio: &PairedRatio| ratio.estimate(confidence).map(Difference::from);
    let groups = fold.groups.iter().map(|((county, zone), g)| GroupRow {
        county: county.map(|c| first.counties[c as usize].name.clone()),
        zone: *zone,
        mean_min: of(&g.mean_min),
        share_within: of(&g.share_within),
        p90_min: of(&g.p90_min),
    });
    let figures = [
        (SystemFigure::Answered, &fold.answered),
        (SystemFigure::Queued, &fold.queued),
        (SystemFigure::Busy, &fold.busy),
    ];
    let points = points(first, &fold.points, confidence);
    Pair {
        a: 0,
        b,
        confidence,
        groups: groups.filter(|g| g.mean_min.is_some() || g.share_within.is_some()).collect(),
        figures: figures.into_iter().map(|(figure, ratio)| FigureRow { figure, values: of(ratio) }).collect(),
        people: people(first, &points, target_min),
        points,
    }
}

/// Inputs that differ, and those that are the same in all scenarios, in the order of the first.
fn inputs(scenarios: &[&Scenario]) -> (Vec<InputRow>, Vec<Assumption>) {
    let mut seen: Vec<Vec<bool>> = scenarios.iter().map(|s| vec![false; s.assumptions.len()]).collect();
    let (mut differ, mut shared) = (Vec::new(), Vec::new());
    for (i, s) in scenarios.iter().enumerate() {
        for (k, assumption) in s.assumptions.iter().enumerate() {
            if seen[i][k] {
                continue;
            }
            let found: Vec<Option<usize>> = scenarios.iter().map(|other| counterpart(s, assumption, other)).collect();
            found.iter().zip(&mut seen).for_each(|(at, seen)| {
                if let Some(at) = at {
                    seen[*at] = true;
                }
            });
            let all: Vec<Option<&Assumption>> =
                found.iter().zip(scenarios).map(|(at, s)| at.map(|at| &s.assumptions[at])).collect();
            let value = |a: &Option<&Assumption>| a.map(|a| a.value.clone());
            let values: Vec<Option<String>> = all.iter().map(value).collect();
            let same_place = all.iter().flatten().all(|a| a.key == assumption.key);
            if same_place && values.windows(2).all(|w| w[0] == w[1]) {
                shared.push(assumption.clone());
                continue;
            }
            let mut keys: Vec<&str> = all.iter().flatten().map(|a| a.key.as_str()).collect();
            keys.dedup();
            differ.push(InputRow {
                key: keys.join(" | "),
                name: assumption.name.clone(),
                needs_telling: all.iter().flatten().any(|a| a.quality.needs_telling()),
                values,
            });
        }
    }
    (differ, shared)
}

/// The same input in another scenario: at the same place under the same name, or, as tables have files of their own, the
/// only one of that name.
fn counterpart(of: &Scenario, assumption: &Assumption, other: &Scenario) -> Option<usize> {
    let named = |a: &&Assumption| a.name == assumption.name;
    let exact = other.assumptions.iter().position(|a| named(&a) && a.key == assumption.key);
    let only = || {
        let alone = |s: &Scenario| s.assumptions.iter().filter(named).count() == 1;
        (alone(of) && alone(other)).then(|| other.assumptions.iter().position(|a| named(&a))).flatten()
    };
    exact.or_else(only)
}

fn add_notes(setup: &Setup, systems: &[SystemRow], demand: &DemandMatch, fold: &Fold, notes: &mut Vec<Text>) {
    if !demand.same {
        let counts: Vec<String> = systems.iter().zip(&demand.calls).map(|(s, n)| format!("{} {n}", s.letter)).collect();
        let (zh, en) = (counts.join("，"), counts.join(", "));
        notes.push(Text::new(
            format!("各方案的需求不同（第一次重复中的来电数：{zh}），配对因此较松：差异里也含有需求的差异"),
            format!("the scenarios differ in demand (calls in the first replication: {en}), so the pairing is looser, and differences hold those of demand as well"),
        ));
    }
    for (i, system) in systems.iter().enumerate() {
        let (letter, lost) = (&system.letter, system.lost);
        if lost > 0 {
            notes.push(Text::new(
                format!("{letter} 有 {lost} 个呼叫始终无人到达：按未在目标时间内到达计，不含在平均值与分位数中"),
                format!("in {letter}, nobody ever reached {lost} calls: they count as not within target, and are not in means and percentiles"),
            ));
        }
        if i == 0 {
            continue;
        }
        let first = &systems[0];
        if system.pack != first.pack {
            let (own, used) = (&system.pack, &first.pack);
            notes.push(Text::new(
                format!("{letter} 的标准为 {own}；对比时都按 A 的标准 {used} 的目标计数"),
                format!("{letter} names the standard {own}; all are measured by the targets of A's, {used}"),
            ));
        }
        if system.network.digest != first.network.digest {
            notes.push(Text::new(
                format!("{letter} 的路网文件与 A 不同，差异也含有路网的差异"),
                format!("{letter} has another network file than A: differences hold those of the roads as well"),
            ));
        }
        let matched = &fold.pairs[i - 1].matched.points;
        let points = &setup.first().world.scenario.points;
        let alone: f64 = points.iter().zip(matched).filter(|(_, m)| m.is_none()).map(|(p, _)| p.population).sum();
        let others = &setup.prepared[i].world.scenario.points;
        let moved = points.iter().zip(matched).any(|(p, m)| m.is_some_and(|m| others[m].population != p.population));
        if alone > 0.0 || others.len() != points.len() || moved {
            let alone = alone.round();
            notes.push(Text::new(
                format!("{letter} 的居民点与 A 不同（A 中 {alone} 人所在的点在 {letter} 中没有）；人数按 A 计，没有对应点的人归入“无法判定”"),
                format!("{letter}'s demand points are not those of A ({alone} people of A live at points that {letter} lacks); people are counted as in A, and those without a counterpart as \"cannot be told\""),
            ));
        }
    }
    if fold.done < FEW_REPLICATIONS {
        let n = fold.done;
        notes.push(Text::new(
            format!("只有 {n} 次重复：区间较宽，且更依赖分布的形状；正式结论请用 {FEW_REPLICATIONS} 次以上"),
            format!("only {n} replications: intervals are wide and hang on the shape of the distribution; use {FEW_REPLICATIONS} or more for anything that counts"),
        ));
    }
}
