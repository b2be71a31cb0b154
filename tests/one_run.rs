//! `goldenhour run --one-run` from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::Path;

fn run(out: &Path, more: &[&str]) -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command.args(["run", "scenarios/yuxi-now.toml", "--no-png", "--quiet", "--out"]).arg(out).args(more);
    command
}

fn summary(out: &Path) -> (Value, String, String) {
    let mut runs = std::fs::read_dir(out.join("yuxi-now")).unwrap();
    let folder = runs.next().unwrap().unwrap().path();
    assert!(runs.next().is_none(), "more than one run");
    let page = std::fs::read_to_string(folder.join("report.html")).unwrap();
    let name = folder.file_name().unwrap().to_string_lossy().into_owned();
    (serde_json::from_slice(&std::fs::read(folder.join("summary.json")).unwrap()).unwrap(), page, name)
}

#[test]
fn a_long_run_is_reported_in_batches_and_can_be_run_again() {
    let out = tempfile::tempdir().unwrap();
    run(out.path(), &["--one-run", "--days", "200", "--batches", "8", "--lang", "zh"]).assert().success();
    let (first, page, name) = summary(out.path());
    assert!(name.ends_with("-one-run"), "{name}");
    let about = &first["run"]["one_run"];
    assert_eq!((about["days"].as_u64(), first["run"]["replications"].as_u64()), (Some(200), Some(8)));
    let (warm_up, days) = (first["run"]["warmup_days"].as_f64().unwrap(), first["run"]["days"].as_f64().unwrap());
    assert!(warm_up + 8.0 * days == 200.0 && days >= 10.0, "{warm_up} {days}");
    assert!(page.contains("批均值法") && page.contains("一次连续运行 200 天") && !page.contains("各次重复相互独立"));
    let mean = &first["response"][0]["mean_min"];
    let [low, high] = ["low", "high"].map(|key| mean[key].as_f64().unwrap());
    assert!(low < high, "{mean}");

    // The command the report names gives the same again, by any number of threads.
    let command = first["run"]["command"].as_str().unwrap();
    assert_eq!(command, "goldenhour run scenarios/yuxi-now.toml --seed 120 --one-run --batches 8 --days 200");
    let again = tempfile::tempdir().unwrap();
    let words: Vec<&str> = command.split(' ').skip(3).chain(["--threads", "1"]).collect();
    run(again.path(), &words).assert().success();
    assert_eq!(summary(again.path()).0, first);

    // Replications of the same system tell the same.
    let replicated = tempfile::tempdir().unwrap();
    run(replicated.path(), &["--replications", "8", "--days", "20"]).assert().success();
    let other = &summary(replicated.path()).0["response"][0]["mean_min"];
    let [other_low, other_high] = ["low", "high"].map(|key| other[key].as_f64().unwrap());
    assert!(other_low < high && low < other_high, "{mean} {other}");
}

#[test]
fn what_makes_no_long_run_is_refused() {
    let out = tempfile::tempdir().unwrap();
    for (more, word) in [
        (&["--one-run", "--days", "30"][..], "--days 400"),
        (&["--one-run", "--days", "400", "--batches", "3"], "5 to 1000"),
        (&["--one-run", "--days", "400", "--replications", "5"], "--batches"),
        (&["--one-run", "--days", "400", "--resume"], "cannot be used with"),
        (&["--batches", "8"], "--one-run"),
    ] {
        let output = run(out.path(), more).assert().code(2).get_output().stderr.clone();
        let text = String::from_utf8(output).unwrap();
        assert!(text.contains(word), "{more:?}: {text}");
    }
}
