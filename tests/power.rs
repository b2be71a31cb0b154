//! `goldenhour power`, `run --set` and the end of `--until` from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use serde_json::Value;
use std::path::{Path, PathBuf};

fn goldenhour() -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command
}

const PAIR: [&str; 2] = ["scenarios/yuxi-before.toml", "scenarios/yuxi-now.toml"];

fn planned(scenarios: &[&str], more: &[&str]) -> Value {
    let mut command = goldenhour();
    command.arg("power").args(scenarios).args(["--days", "3", "--json", "--quiet"]).args(more);
    serde_json::from_slice(&command.assert().success().get_output().stdout).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn a_pilot_is_a_comparison_of_as_many_replications() {
    let plan = planned(&PAIR, &["--difference", "1.5", "--pilot", "12"]);
    assert_eq!((plan["figure"].as_str(), plan["unit"].as_str()), (Some("response.mean"), Some("min")));
    let spread = &plan["spread"];
    let (n, upper) = (number(&spread["replications"]), number(&spread["replications_upper"]));
    assert!(2.0 <= n && n <= upper && number(&spread["sd"]) < number(&spread["sd_upper"]), "{spread}");
    assert!(number(&plan["apart"]["sd"]) > 0.0, "{plan}");
    let shows: Vec<f64> = plan["ladder"].as_array().unwrap().iter().map(|rung| number(&rung["shows"])).collect();
    assert!(shows.len() == 7 && shows.windows(2).all(|w| w[0] > w[1]), "{shows:?}");

    let out = tempfile::tempdir().unwrap();
    let mut command = goldenhour();
    command.arg("compare").args(PAIR).args(["--days", "3", "--replications", "12", "--no-png", "--json", "--quiet"]);
    let output = command.arg("--out").arg(out.path()).assert().success().get_output().stdout.clone();
    let compared: Value = serde_json::from_slice(&output).unwrap();
    let mean = &compared["pairs"][0]["groups"][0]["mean_min"];
    let told = [&plan["values"][0]["mean"], &plan["values"][1]["mean"], &plan["difference"]["low"]].map(number);
    let wanted = [&mean["a"], &mean["b"], &mean["difference"]["low"]].map(number);
    for (a, b) in told.iter().zip(wanted) {
        assert!((a - b).abs() < 1e-9, "{told:?} {wanted:?}");
    }
}

#[test]
fn the_page_says_what_the_numbers_are() {
    let page = |lang: &str, more: &[&str]| {
        let mut command = goldenhour();
        command.arg("power").args(PAIR).args(["--days", "1", "--pilot", "4", "--quiet", "--lang", lang]).args(more);
        String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
    };
    let said = page("en", &["--figure", "response.within", "--difference", "-0.02"]);
    let wanted =
        ["B less A", "percentage points (95% interval)", "difference of 2 percentage points", "common random numbers"];
    assert!(wanted.iter().all(|w| said.contains(w)), "{said}");
    assert!(
        said.contains("the pilot counted 4 replications only") && said.contains("goldenhour compare scenarios/"),
        "{said}"
    );
    assert!(said.lines().all(|l| l.chars().count() <= 120 || l.starts_with("next:")), "{said}");
    let said = page("zh", &["--difference", "1e-7"]);
    assert!(said.contains("看出差异 1e-7 分钟") && said.contains("过多"), "{said}");
}

#[test]
fn one_scenario_is_asked_how_narrow_its_interval_gets() {
    let now = ["scenarios/yuxi-now.toml"];
    let plan = planned(&now, &["--figure", "response.within@rural", "--half-width", "0.02", "--pilot", "6"]);
    assert!(plan["apart"].is_null() && plan["difference"].is_null() && plan["unit"] == "share");
    let n = number(&plan["spread"]["replications"]) as u32;
    assert!((2..2000).contains(&n), "{plan}");
    for (lang, words) in [("en", ["pilot of 3 replications", "± 0.5 min"]), ("zh", ["试算 3 次重复", "0.5 分钟"])]
    {
        let output = goldenhour()
            .args(["power", now[0], "--half-width", "0.5", "--pilot", "3", "--days", "1", "--quiet", "--lang", lang])
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        let said = String::from_utf8(output).unwrap();
        assert!(words.iter().all(|w| said.contains(w)), "{said}");
        assert!(said.contains("goldenhour run scenarios/yuxi-now.toml --replications"), "{said}");
    }
}

fn refused(more: &[&str]) -> String {
    let output = goldenhour().args(more).args(["--lang", "en"]).assert().code(2).get_output().clone();
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap().split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ")
}

#[test]
fn questions_that_make_no_sense_are_refused() {
    let said = refused(&["power", PAIR[0], PAIR[1], PAIR[1], "--pilot", "1"]);
    assert!(
        said.contains("3 scenarios are named") && said.contains("--pilot 1") && said.contains("it is not said"),
        "{said}"
    );
    let short = ["--pilot", "2", "--days", "0.5"];
    let said = refused(&[&["power", PAIR[0], "--difference", "1"][..], &short].concat());
    assert!(said.contains("--half-width"), "{said}");
    let said = refused(&[&["power", PAIR[0], "--half-width", "1", "--figure", "respons.mean"][..], &short].concat());
    assert!(said.contains("did you mean response.mean?"), "{said}");
    let said = refused(&[&["power", PAIR[0], PAIR[1], "--difference", "0", "--power", "2"][..], &short].concat());
    assert!(said.contains("difference of 0") && said.contains("power of 2"), "{said}");
}

/// The folders of a scenario's runs.
fn runs_of(out: &Path, scenario: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(out.join(scenario)).unwrap().flatten().map(|e| e.path());
    let mut runs: Vec<PathBuf> = entries.filter(|p| p.is_dir()).collect();
    runs.sort();
    runs
}

fn runs(out: &Path) -> Vec<PathBuf> {
    runs_of(out, "yuxi-now")
}

fn summary(run: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(run.join("summary.json")).unwrap()).unwrap()
}

fn run(out: &Path, more: &[&str]) -> std::process::Output {
    let mut command = goldenhour();
    command.args(["run", "scenarios/yuxi-now.toml", "--days", "2", "--no-png", "--lang", "en", "--out"]).arg(out);
    command.args(more).assert().success().get_output().clone()
}

#[test]
fn a_changed_run_says_so_and_can_be_made_again() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &["--replications", "2"]);
    let plain = runs(folder.path());
    let turnout = "durations.turnout.median_s*=3";
    let name = "title.en=it's slow";
    let output = run(folder.path(), &["--replications", "2", "--set", turnout, "--set", name]);
    let both = runs(folder.path());
    assert_eq!((plain.len(), both.len()), (1, 2), "the changed run has a folder of its own");
    let changed = both.iter().find(|r| !plain.contains(r)).unwrap();
    let (before, after) = (summary(&plain[0]), summary(changed));
    assert!(before["run"].get("changes").is_none());
    assert_eq!(after["run"]["changes"][0], "durations.turnout.median_s *= 3.0");
    assert_ne!(before["scenario"]["digest"], after["scenario"]["digest"]);
    let mean = |s: &Value| number(&s["response"][0]["mean_min"]["mean"]);
    assert!(mean(&after) > mean(&before) + 2.0);
    let page = std::fs::read_to_string(changed.join("report.html")).unwrap();
    assert!(page.contains("Changed by --set") && page.contains("durations.turnout.median_s *= 3.0"));
    assert!(!std::fs::read_to_string(plain[0].join("report.html")).unwrap().contains("Changed by --set"));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Changed by --set"));
    // The command that the report names makes the same run, typed into a shell.
    let command = after["run"]["command"].as_str().unwrap();
    let again = folder.path().join("again");
    let typed = command.replacen("goldenhour", "\"$GOLDENHOUR\"", 1) + " --no-png --lang en --out \"$OUT\"";
    let status = std::process::Command::new("sh")
        .args(["-c", &typed])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("GOLDENHOUR", assert_cmd::cargo::cargo_bin("goldenhour"))
        .env("OUT", &again)
        .output()
        .unwrap();
    assert!(status.status.success(), "{typed}: {}", String::from_utf8_lossy(&status.stderr));
    let made = runs(&again);
    assert_eq!(made[0].file_name(), changed.file_name());
    for file in ["summary.json", "report.html"] {
        assert_eq!(std::fs::read(made[0].join(file)).unwrap(), std::fs::read(changed.join(file)).unwrap(), "{file}");
    }
    // A shard takes the same changes; one of the unchanged scenario is refused.
    let file = folder.path().join("all.ghr");
    let mut batch = goldenhour();
    batch.args([
        "batch",
        "scenarios/yuxi-now.toml",
        "--days",
        "2",
        "--replications",
        "2",
        "--set",
        turnout,
        "--set",
        name,
    ]);
    batch.arg("--out").arg(&file).assert().success();
    let taken = folder.path().join("taken");
    let file = file.display().to_string();
    run(&taken, &["--replications", "2", "--set", turnout, "--set", name, "--take", &file]);
    let bytes = |run: &Path| std::fs::read(run.join("summary.json")).unwrap();
    assert_eq!(bytes(&runs(&taken)[0]), bytes(changed));
    let scenario = ["run", "scenarios/yuxi-now.toml", "--days", "2", "--replications", "2", "--take", &file];
    let other = folder.path().join("other").display().to_string();
    assert!(refused(&[&scenario[..], &["--out", &other]].concat()).contains("other inputs"));
}

#[test]
fn faults_of_changes_are_shown_at_the_change() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let said =
        refused(&["run", "scenarios/yuxi-now.toml", "--out", &out, "--set", "run.dayz=7", "--set", "run.seed=1"]);
    assert!(said.contains("did you mean `days`?") && said.contains("(changes):1:"), "{said}");
    let said = refused(&["run", "scenarios/yuxi-now.toml", "--out", &out, "--set", "run.days", "--set", "x*=y"]);
    assert!(said.contains("there is no `=`") && said.contains("is no number") && said.contains("2 faults"), "{said}");
}

/// Where a county has motorcycles only, which nobody asks for, its calls are never reached: the mean has no upper end, whatever
/// is done.
#[test]
fn a_figure_that_can_never_be_precise_ends_the_run_with_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let run = |until: &[&str]| {
        let mut command = goldenhour();
        command.args(["run", "scenarios/yuxi-before.toml", "--days", "2", "--no-png", "--lang", "en", "--until"]);
        command.args(until).args(["--set", "units[county=江川区].kind=motorcycle", "--replications", "200", "--out"]);
        let output = command.arg(folder.path()).assert().success().get_output().clone();
        String::from_utf8(output.stderr).unwrap()
    };
    let said = run(&["response.mean=0.5"]);
    assert!(said.contains("not as precise as wanted after 30 replications"), "{said}");
    assert!(said.contains("nobody ever reached") && said.contains("response.within"), "{said}");
    let found = summary(&runs_of(folder.path(), "yuxi-before")[0]);
    assert_eq!(found["run"]["replications"], 30);
    // A figure that counts such calls can be told well enough, and the replications that are done are taken up.
    let said = run(&["response.within=0.05", "--resume"]);
    assert!(said.contains("precise enough after 30 replications"), "{said}");
}
