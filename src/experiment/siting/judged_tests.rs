//! Judgments against the comparison they come from, and the search in the simulator on the bundled scenario.

use super::polish::{Around, polish};
use super::*;
use crate::experiment::compare::{Comparing, Comparison, MainFigure, RankBy, Setup, compare_with, prepare_all};
use crate::experiment::{Overrides, prepare};
use crate::sim::{self, Options};
use crate::siting::Effort;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml")
}

fn plan(out: &Path, question: Question, model: Model) -> SitePlan {
    SitePlan {
        scenario: file(),
        overrides: Overrides { days: Some(2.0), replications: Some(6), seed: None },
        changes: Vec::new(),
        sources: vec![Source::Hospitals(None)],
        question,
        models: vec![model],
        weigh: Weigh::People,
        within_min: None,
        rules: RuleSet::default(),
        new_units: NewUnits::default(),
        alternatives: 1,
        busy: None,
        least: None,
        room: None,
        effort: Effort { nodes: 500, ..Effort::default() },
        polish: None,
        out: out.to_path_buf(),
    }
}

fn compared(files: &[PathBuf], overrides: &Overrides) -> (Setup, Comparison, ClauseFold) {
    let setup = prepare_all(files, overrides, &mut |_| {}).unwrap_or_else(|f| panic!("{f}"));
    let mut clauses = ClauseFold::new(&setup);
    let stop = AtomicBool::new(false);
    let rank_by = RankBy { figure: MainFigure::Within, indifference: None };
    let how = Comparing { journal: None, stop: &stop, progress: &mut |_| {} };
    let played = compare_with(&setup, &rank_by, how, &mut |o| clauses.add(o)).unwrap();
    (setup, played.comparison.unwrap(), clauses)
}

#[test]
fn a_judgment_is_the_comparison_beside_the_promise() {
    let out = tempfile::tempdir().unwrap();
    let question = Question::Add { posts: 2, units_each: 1, moves: 0 };
    let plan =
        SitePlan { models: vec![Model::Mclp, Model::Median, Model::Backup], ..plan(out.path(), question, Model::Mclp) };
    let mut sited = site(&plan, &mut |_| {}).unwrap_or_else(|f| panic!("{f}"));
    // One that changes nothing, and one that is the same as another.
    let idle = ProposalRow {
        key: "idle".into(),
        opened: Vec::new(),
        promise: sited.now.clone(),
        ..sited.proposals[0].clone()
    };
    let twin = ProposalRow { key: "twin".into(), ..sited.proposals[0].clone() };
    sited.proposals.extend([idle, twin]);
    let Shortlist { listed, left_out, same } = shortlist(&sited);
    assert_eq!((listed.len(), left_out.len()), (4, 0));
    assert_eq!(same, [["twin".to_string(), "add-mclp".to_string()]]);

    let mut files = vec![file()];
    files.extend(listed[..3].iter().map(|i| out.path().join(&sited.proposals[*i].scenario)));
    files.push(file());
    let (_, found, clauses) = compared(&files, &plan.overrides);
    let verdicts = clauses.judged();
    let judged = judgment(&sited, &found, &verdicts, "compare/x");
    assert_eq!(judged.proposals.len(), 4);
    for (p, pair) in judged.proposals.iter().zip(&found.pairs) {
        let row = sited.proposal(&p.key).unwrap();
        let scenario = &found.systems[pair.b].scenario.name;
        assert!(p.key == "idle" || row.scenario == format!("{scenario}.toml"), "{} {scenario}", p.key);
        for g in &p.groups {
            let its = pair.groups.iter().find(|r| r.county == g.county && r.zone == g.zone).unwrap();
            assert_eq!((g.within.delivered, g.mean_min.delivered), (its.share_within, its.mean_min));
            let d = g.within.delivered.unwrap();
            let straddles = d.difference.low <= 0.0 && d.difference.high >= 0.0;
            assert_eq!(matches!(g.within.shown, Shown::Better | Shown::Worse), !straddles, "{g:?}");
        }
        // Promises: by calls, from the same table as the expected calls.
        let whole = &p.groups[0];
        assert!(whole.county.is_none() && whole.zone.is_none());
        let counties: f64 = p.groups.iter().filter(|g| g.county.is_some()).filter_map(|g| g.calls_per_day).sum();
        assert!((counties - whole.calls_per_day.unwrap()).abs() < 1e-6 * counties);
        assert_eq!(whole.within.promised_now, Some(sited.now.calls[0].within));
    }
    let idle = judged.proposal("idle").unwrap();
    for g in &idle.groups {
        assert_eq!((g.within.shown, g.mean_min.shown), (Shown::Same, Shown::Same), "{g:?}");
        assert_eq!(g.within.kept(), None);
    }
    assert_eq!(idle.people[0].gain + idle.people[0].lose, 0.0);
    // Two posts more in the largest town are shown in six short replications; the best is not the idle one.
    let mclp = judged.proposal("add-mclp").unwrap();
    assert_eq!(mclp.groups[0].within.shown, Shown::Better);
    let kept = mclp.groups[0].within.kept().unwrap();
    assert!(kept > 0.2 && kept < 1.5, "{kept}");
    assert!(!judged.best.keys.contains(&"idle".to_string()) && !judged.best.keys.contains(&AS_IS.to_string()));
    // Verdicts are those of a run by itself.
    assert_eq!(judged.clauses.len(), verdicts[0].len());
    assert!(judged.clauses.iter().all(|c| c.then.len() == 4 && c.then[3] == c.now));
    // It is read again as it was written.
    judged.write(out.path()).unwrap();
    assert_eq!(Judgment::read(out.path()).unwrap().unwrap(), judged);
    assert_eq!(Judgment::read(&out.path().join("nowhere")).unwrap(), None);
}

/// What the search plays is what is written: the staged scenario gives the calls and times of the file's, to the second.
#[test]
fn what_the_search_plays_is_what_is_written() {
    let out = tempfile::tempdir().unwrap();
    for (question, model) in [
        (Question::Add { posts: 2, units_each: 2, moves: 1 }, Model::Mclp),
        (Question::Fleet { units: 3, anew: true }, Model::Mexclp),
    ] {
        let plan = plan(out.path(), question, model);
        let sited = site(&plan, &mut |_| {}).unwrap_or_else(|f| panic!("{f}"));
        let file = out.path().join(&sited.proposals[0].scenario);
        let ready = prepare(&file, &plan.overrides).unwrap_or_else(|f| panic!("{f}"));
        let options = Options::by(&ready.pack.targets(), false);
        let (outcome, _) = sim::run(&ready.world, &options, ready.world.scenario.run.seed, 3);
        let field = field_of(&plan);
        let choice = chosen(&plan, &field);
        assert!(!choice.moved.is_empty(), "{choice:?}");
        let staged = around(&plan, &field).played(&choice, &options, 3).unwrap();
        assert_eq!(outcome.groups, staged.groups, "{}", file.display());
        assert_eq!(outcome.points, staged.points);
    }
}

fn field_of(plan: &SitePlan) -> Field {
    let asked = FieldAsked { sources: &plan.sources, weigh: plan.weigh, within_min: None };
    Field::prepare(&plan.scenario, &plan.overrides, &[], &asked, &mut |_| {}).unwrap_or_else(|f| panic!("{f}"))
}

fn chosen(plan: &SitePlan, field: &Field) -> Choice {
    let asking = Asking {
        field,
        question: &plan.question,
        rules: &|_| {},
        wants: &[],
        tuning: Tuning::of(field.busy.share),
        effort: plan.effort,
        alternatives: 1,
    };
    choices(&asking, plan.models[0]).unwrap().remove(0)
}

fn around<'a>(plan: &'a SitePlan, field: &'a Field) -> Around<'a> {
    Around { field, question: &plan.question, rules: &plan.rules, wants: &[], new_units: &plan.new_units }
}

/// A post at a place that is good for nothing comes to where it does most; and from there nothing moves, whatever the seed.
#[test]
fn a_misplaced_post_finds_the_planted_place_and_the_best_one_stays() {
    let out = tempfile::tempdir().unwrap();
    let question = Question::Add { posts: 1, units_each: 2, moves: 0 };
    let plan = plan(out.path(), question, Model::Mclp);
    let field = field_of(&plan);
    let best = chosen(&plan, &field);
    let planted = best.added.iter().position(|u| *u > 0).unwrap();
    // The candidate that is worst on paper.
    let gain = |p: &usize| {
        let posts: Vec<usize> = open_posts(&field.units).into_iter().chain([*p]).collect();
        promise(&field, &posts).people_within
    };
    let free = free_posts(&field);
    let worst = free.iter().copied().min_by(|a, b| gain(a).total_cmp(&gain(b))).unwrap();
    let mut poor = best.clone();
    poor.added.swap(planted, worst);
    let how = PolishPlan { comparisons: 8, first: 5, most: 40, ..PolishPlan::default() };
    let run = |choice: &Choice, field: &Field| {
        let stop = AtomicBool::new(false);
        let mut told = 0;
        let mut tell = |_: Climb| told += 1;
        let made = [("start".to_string(), choice)];
        let found = polish(&around(&plan, field), &made, &how, &mut Polishing { stop: &stop, tell: &mut tell });
        let (polished, choice) = found.unwrap_or_else(|f| panic!("{f}"));
        assert_eq!(told, polished.compared);
        (polished, choice)
    };
    let (polished, found) = run(&poor, &field);
    let found = found.unwrap();
    assert_eq!(found.added.iter().position(|u| *u > 0), Some(planted), "{polished:?}");
    assert!(polished.within.unwrap().difference.low > 0.0, "{polished:?}");
    assert!(polished.steps[0].post && polished.steps[0].units == 2);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(pool.install(|| run(&poor, &field)).0, polished, "threads show");
    // It is the best of the neighbours it was compared with: none of another seed's replications moves it.
    let mut field = field;
    for seed in 1..4 {
        field.prepared.world.scenario.run.seed = seed;
        let (stays, none) = run(&best, &field);
        assert!(none.is_none() && stays.steps.is_empty() && stays.within.is_none(), "{stays:?}");
    }
}
