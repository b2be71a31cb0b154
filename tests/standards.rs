//! The shipped standard packs: each is shown in both languages and evaluated on a short run of `yuxi-now`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use goldenhour::experiment::{Figures, Overrides, prepare};
use goldenhour::scenario::ClockStart;
use goldenhour::sim::{Options, play};
use goldenhour::standards::{Clock, Judged, Metric, Pack, Tally, Verdict, judge};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn standards(args: &[&str]) -> String {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(root()).env("NO_COLOR", "1").arg("standards").args(args);
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

/// Compares with the committed text, or writes it when asked to.
fn golden(name: &str, found: &str) {
    let path = root().join("tests/data/standards").join(name);
    if std::env::var_os("GOLDENHOUR_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{} differs; bless with GOLDENHOUR_BLESS=1 if meant\n{found}", path.display());
}

#[test]
fn every_pack_is_listed_and_shown_in_both_languages() {
    let (zh, en) = (standards(&["list", "--lang", "zh"]), standards(&["list", "--lang", "en"]));
    for name in Pack::builtin_names() {
        let pack = Pack::builtin(name).unwrap();
        assert!(zh.contains(&pack.title.zh) && en.contains(&pack.title.en) && en.contains(name), "{name}");
        for clause in &pack.clauses {
            assert!(!clause.source.is_empty() && !clause.title.zh.is_empty() && !clause.reading.en.is_empty());
            assert!(clause.not_judged.is_some() || clause.metric.is_some(), "{name} {}", clause.id);
        }
    }
    for name in ["cn-national-2020", "us-nfpa-1710", "uk-england-arp", "nz-2011"] {
        for lang in ["zh", "en"] {
            let shown = standards(&["show", name, "--lang", lang]);
            for clause in &Pack::builtin(name).unwrap().clauses {
                let title = if lang == "zh" { &clause.title.zh } else { &clause.title.en };
                assert!(shown.contains(title) && shown.contains(&clause.source), "{name} {}\n{shown}", clause.id);
            }
        }
    }
}

#[test]
fn what_show_prints() {
    golden("us-nfpa-1710.en.txt", &standards(&["show", "us-nfpa-1710", "--lang", "en"]));
    golden("cn-national-2020.zh.txt", &standards(&["show", "cn-national-2020", "--lang", "zh"]));
}

#[test]
fn check_tells_every_fault_of_a_file() {
    assert!(standards(&["check", "hk-fsd", "--lang", "en"]).contains("no faults; 1 clauses, 1 of which"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mine.toml");
    let text = fs::read_to_string(root().join("scenarios/standards/hk-fsd.toml")).unwrap();
    fs::write(&file, text.replace("response_min", "respons_min").replace("limit = 12", "limt = 12")).unwrap();
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    let found = command.args(["standards", "check", "--lang", "en"]).arg(&file).assert().code(2);
    let told = String::from_utf8(found.get_output().stderr.clone()).unwrap();
    assert!(
        told.contains("`response_min`") && told.contains("did you mean `limit`") && told.contains("mine.toml:"),
        "{told}"
    );
}

const CLOCKS: [(ClockStart, Clock); 4] = [
    (ClockStart::Ring, Clock::Ring),
    (ClockStart::Answered, Clock::Answered),
    (ClockStart::Triaged, Clock::Triaged),
    (ClockStart::Assigned, Clock::Assigned),
];

#[test]
fn every_pack_is_evaluated_on_yuxi_now() {
    let overrides = Overrides { days: Some(1.0), replications: Some(2), ..Overrides::default() };
    let mut prepared = prepare(&root().join("scenarios/yuxi-now.toml"), &overrides).unwrap_or_else(|f| panic!("{f}"));
    let world = &mut prepared.world;
    let mut judged_at_all = 0;
    for name in Pack::builtin_names() {
        let pack = Pack::builtin(name).unwrap();
        let options = Options::by(&pack.targets(), false);
        let asked: BTreeSet<Clock> = pack
            .clauses
            .iter()
            .filter(|c| c.metric == Some(Metric::ResponseMin))
            .filter_map(|c| c.clock_start)
            .chain([Clock::Answered])
            .collect();
        for (start, clock) in CLOCKS.into_iter().filter(|(_, c)| asked.contains(c)) {
            world.scenario.run.clock_start = start;
            let mut figures = Figures::new(world, &options);
            for replication in 0..2 {
                figures.add(&play(&world.scenario, &world.facts, world, &options, 120, replication).outcome);
            }
            let verdicts = judge(&pack, &figures);
            assert_eq!(verdicts.len(), pack.clauses.len());
            for (clause, found) in pack.clauses.iter().zip(&verdicts) {
                let other =
                    clause.clock_start.is_some_and(|c| c != clock) && clause.metric == Some(Metric::ResponseMin);
                judged_at_all += usize::from(sound(name, found, clause.not_judged.is_some(), other));
            }
            let tally = Tally::of(&verdicts);
            assert!(tally.met + tally.missed + tally.undecided + tally.not_judged > 0);
        }
    }
    assert!(judged_at_all >= 70, "{judged_at_all} figures");
}

/// Whether a clause has a figure; if not, the reason must be one that is expected.
fn sound(pack: &str, found: &Judged, cannot: bool, other_clock: bool) -> bool {
    let what = format!("{pack} {}: {found:?}", found.clause);
    if let Some(value) = found.value {
        assert!(!cannot && !other_clock && found.verdict != Verdict::NotJudged, "{what}");
        assert!(value.mean.is_finite() && value.mean >= 0.0 && found.margin.is_some_and(f64::is_finite), "{what}");
        assert!(value.low <= value.mean && value.mean <= value.high, "{what}");
        if found.unit == "%" {
            assert!(value.mean <= 100.0, "{what}");
        }
        return true;
    }
    let reason = &found.remark.as_ref().unwrap().en;
    let expected = match () {
        () if cannot => !reason.is_empty(),
        () if other_clock => reason.contains("set run.clock_start"),
        () => {
            ["scenic area", "observation_beds", "counties without", "no such calls"].iter().any(|r| reason.contains(r))
        }
    };
    assert!(expected && found.verdict == Verdict::NotJudged, "{what}");
    false
}

#[test]
fn every_requirement_is_in_a_pack() {
    let mut seen = BTreeSet::new();
    for name in Pack::builtin_names() {
        for clause in Pack::builtin(name).unwrap().clauses {
            seen.extend(clause.requirements);
        }
    }
    let all: BTreeSet<String> = (1..=103).map(|i| format!("Q{i:03}")).collect();
    assert_eq!(seen, all);
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let Ok(table) = fs::read_to_string(shared.join("data/yuxi/seed_requirements.csv")) else {
        println!("skipped the table: seed_requirements.csv is not there");
        return;
    };
    let ids = table.lines().skip(1).filter_map(|l| l.split(',').next()).filter(|id| id.starts_with('Q'));
    assert_eq!(ids.map(String::from).collect::<BTreeSet<_>>(), all);
}

#[test]
fn the_county_rule_looks_at_each_county() {
    let overrides = Overrides { days: Some(1.0), replications: Some(2), ..Overrides::default() };
    let prepared = prepare(&root().join("scenarios/yuxi-now.toml"), &overrides).unwrap_or_else(|f| panic!("{f}"));
    let pack = Pack::builtin("cn-national-2020").unwrap();
    let options = Options::by(&pack.targets(), false);
    let verdicts = judge(&pack, &Figures::new(&prepared.world, &options));
    let of = |id: &str| verdicts.iter().find(|v| v.clause == id).unwrap();
    let (city, county) = (of("ambulances"), of("ambulances-county"));
    assert_eq!(county.parts.len(), 9);
    for (part, plain) in county.parts.iter().zip(&city.parts) {
        assert!((part.value.mean * 3.0 - plain.value.mean).abs() < 1e-9, "three times the people");
    }
    let least = county.parts.iter().map(|p| p.value.mean).fold(f64::INFINITY, f64::min);
    assert_eq!((county.value.unwrap().mean, county.worst.as_ref().unwrap().value), (least, least));
    assert_eq!(city.verdict, Verdict::Met, "142 ambulances for 2.25 million");
}
