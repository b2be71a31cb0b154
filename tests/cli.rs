//! The program from outside: what a person types, what comes out, and what happens to wrong input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use predicates::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn goldenhour() -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(root()).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command
}

/// A copy of the bundled scenario `yuxi-now`, to be spoilt.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Copy {
        let folder = tempfile::tempdir().unwrap();
        let tables = folder.path().join("scenarios/yuxi");
        fs::create_dir_all(&tables).unwrap();
        fs::create_dir_all(folder.path().join("networks")).unwrap();
        for entry in fs::read_dir(root().join("scenarios/yuxi")).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, tables.join(path.file_name().unwrap())).unwrap();
        }
        for file in ["scenarios/yuxi-now.toml", "networks/yuxi.osm.pbf"] {
            fs::copy(root().join(file), folder.path().join(file)).unwrap();
        }
        Copy { folder }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn edit(&self, file: &str, change: impl FnOnce(String) -> String) {
        let text = fs::read_to_string(self.path(file)).unwrap();
        let changed = change(text.clone());
        assert_ne!(text, changed, "the edit changed nothing");
        fs::write(self.path(file), changed).unwrap();
    }

    fn run(&self) -> Command {
        let mut command = goldenhour();
        let (scenario, out) = (self.path("scenarios/yuxi-now.toml"), self.path("output"));
        command.arg("run").arg(scenario).arg("--out").arg(out);
        command.args(["--replications", "2", "--days", "2", "--no-png", "--lang", "en"]);
        command
    }

    /// Runs once in good order, spoils the copy, runs again: the second run must say all of `wanted`, exit with 2 and
    /// leave the first result as it was.
    fn spoilt(&self, spoil: impl FnOnce(&Copy), wanted: &[&str]) {
        self.run().assert().success();
        let before = listing(&self.path("output"));
        assert!(before.len() > 5, "{before:?}");
        spoil(self);
        let mut assert = self.run().assert().code(2).stdout(predicate::str::is_empty());
        for text in wanted {
            // Long lines are wrapped for the terminal: compare without line breaks and box characters.
            let flat = |s: &str| s.split_whitespace().filter(|w| *w != "│" && *w != "·").collect::<Vec<_>>().join(" ");
            let wanted_flat = flat(text);
            assert = assert.stderr(predicate::function(move |err: &str| {
                let got = flat(err);
                let found = got.contains(&wanted_flat);
                if !found {
                    eprintln!("wanted: {wanted_flat}\ngot: {got}");
                }
                found
            }));
        }
        assert_eq!(before, listing(&self.path("output")), "the earlier result was touched");
    }
}

/// Every file below a folder with the digest of its content.
fn listing(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut out = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                out.push((path.clone(), goldenhour::digest::of(&fs::read(&path).unwrap())));
            }
        }
    }
    out.sort();
    out
}

fn summary_of(out: &Path) -> String {
    let runs = listing(out);
    let (path, _) = runs.iter().find(|(p, _)| p.ends_with("summary.json")).unwrap();
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_main_job_ends_with_verdicts_and_a_report() {
    let copy = Copy::new();
    let assert = copy.run().args(["--calls", "csv"]).assert().success();
    let printed = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(printed.contains("report.html"), "{printed}");
    for word in ["met", "missed", "not judged", "Mean response"] {
        assert!(printed.contains(word), "{word} is missing in {printed}");
    }
    let files = listing(&copy.path("output"));
    let named = |name: &str| files.iter().find(|(p, _)| p.ends_with(name)).map(|(p, _)| p.clone());
    for name in ["summary.json", "map.json", "verdicts.csv", "points.csv", "calls.csv", "report.html", "map.svg"] {
        assert!(named(name).is_some(), "{name} is missing");
    }
    let calls = fs::read_to_string(named("calls.csv").unwrap()).unwrap();
    assert!(calls.lines().count() > 1000, "{} calls", calls.lines().count());
    let summary: serde_json::Value = serde_json::from_str(&summary_of(&copy.path("output"))).unwrap();
    assert_eq!(summary["schema"], 1);
    assert_eq!(summary["world"]["units"], 142);
    assert_eq!(summary["world"]["posts"], 77);
    assert_eq!(summary["verdicts"].as_array().unwrap().len(), 13);
    // The folder can be rendered again, in the other language too.
    let run = named("summary.json").unwrap().parent().unwrap().to_path_buf();
    goldenhour().arg("report").arg(&run).args(["--lang", "zh", "--and-other", "--no-png"]).assert().success();
    assert!(fs::read_to_string(run.join("report.html")).unwrap().contains("达标"));
    assert!(run.join("report.en.html").is_file());
}

#[test]
fn one_thread_or_two_give_the_same_bytes_and_another_seed_does_not() {
    let copy = Copy::new();
    let with = |name: &str, args: &[&str]| {
        let out = copy.path(name);
        let mut command = goldenhour();
        command.arg("run").arg(copy.path("scenarios/yuxi-now.toml")).arg("--out").arg(&out);
        command.args(["--replications", "5", "--days", "3", "--no-png", "--quiet", "--calls", "parquet"]).args(args);
        command.assert().success();
        out
    };
    let (one, two) = (with("one", &["--threads", "1"]), with("two", &["--threads", "2"]));
    assert_eq!(summary_of(&one), summary_of(&two));
    let relative = |out: &Path| -> Vec<(PathBuf, String)> {
        listing(out).into_iter().map(|(p, d)| (p.strip_prefix(out).unwrap().to_path_buf(), d)).collect()
    };
    assert_eq!(relative(&one), relative(&two), "every file of the run is the same");
    let other = with("other", &["--seed", "121"]);
    let response = |out: &Path| -> serde_json::Value {
        serde_json::from_str::<serde_json::Value>(&summary_of(out)).unwrap()["response"][0]["mean_min"].clone()
    };
    assert_ne!(response(&one), response(&other));
}

#[test]
fn a_missing_file_is_named_where_the_scenario_names_it() {
    Copy::new().spoilt(
        |c| c.edit("scenarios/yuxi-now.toml", |s| s.replace("posts-now.csv", "posts-new.csv")),
        &["yuxi-now.toml:", "tables.posts: cannot read", "it does not exist", "did you mean", "posts-now.csv"],
    );
    goldenhour()
        .args(["run", "scenarios/yuxi-nwo.toml"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("yuxi-now.toml"));
}

#[test]
fn bad_rows_are_shown_with_line_and_column() {
    Copy::new().spoilt(
        |c| {
            c.edit("scenarios/yuxi/posts-now.csv", |s| {
                let mut lines: Vec<String> = s.lines().map(str::to_string).collect();
                let cells: Vec<String> = lines[4].split(',').map(str::to_string).collect();
                lines[4] = lines[4].replacen(&cells[4], "\"24,35\"", 1);
                lines[5] = lines[5].replacen(",红塔区,", ",红塔县,", 1);
                lines[9] = lines[9].replacen(",24h,", ",8-20,", 1);
                lines.join("\n")
            });
        },
        &[
            "posts-now.csv:5:42: column `lat`: `24,35` is not a number",
            "write decimal degrees with a point",
            "column `lat`: `24,35` is not a number",
            "column `county`: `红塔县` is not a known county",
            "did you mean 红塔区?",
            "posts-now.csv:10:",
            "3 faults",
        ],
    );
}

#[test]
fn a_wrong_key_is_shown_with_the_nearest_known_one() {
    Copy::new().spoilt(
        |c| {
            c.edit("scenarios/yuxi-now.toml", |s| {
                s.replace("warmup_days =", "warmup_day =").replace("needs_negative_pressure", "need_negative_presure")
            });
        },
        &[
            "the key `warmup_day` is not known here",
            "did you mean `warmup_days`?",
            "did you mean `needs_negative_pressure`?",
        ],
    );
}

#[test]
fn a_truncated_network_is_said_to_be_cut_off() {
    Copy::new().spoilt(
        |c| {
            let file = c.path("networks/yuxi.osm.pbf");
            let bytes = fs::read(&file).unwrap();
            fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
        },
        &["yuxi.osm.pbf is cut off"],
    );
}

#[test]
fn a_post_in_the_sea_is_asked_about() {
    Copy::new().spoilt(
        |c| {
            c.edit("scenarios/yuxi/posts-now.csv", |s| {
                let mut lines: Vec<String> = s.lines().map(str::to_string).collect();
                let cells: Vec<String> = lines[3].split(',').map(str::to_string).collect();
                lines[3] = lines[3].replacen(&format!("{},{}", cells[4], cells[5]), "18.0,112.0", 1);
                lines.join("\n")
            });
        },
        &["post P03", "from the nearest road", "check the coordinates"],
    );
}

#[test]
fn a_scenario_without_units_is_refused() {
    Copy::new().spoilt(
        |c| {
            c.edit("scenarios/yuxi/units-now.csv", |s| s.lines().next().unwrap().to_string() + "\n");
        },
        &["units-now.csv: the table has no rows"],
    );
}

#[test]
fn numbers_that_cannot_be_meant_are_refused() {
    let changes = [
        ("days = 28", "days = 1e9", "run.days"),
        ("warmup_days = 1", "warmup_days = -1", "run.warmup_days"),
        ("confidence = 0.95", "confidence = 0.9999999", "run.confidence"),
        ("seats = { value = 6", "seats = { value = 4000000000", "centre[0].seats"),
        (
            "phone_calls_per_dispatch = { value = 4.5",
            "phone_calls_per_dispatch = { value = inf",
            "demand.phone_calls_per_dispatch",
        ),
        ("urban_per_1000_year = { value = 16", "urban_per_1000_year = { value = nan", "demand.urban_per_1000_year"),
        (
            "value_s = 20, quality = \"C\", source = \"assumption: taking",
            "value_s = 1e13, quality = \"C\", source = \"assumption: taking",
            "durations.turnout_on_road",
        ),
        ("median_s = 132, sigma = 0.7", "median_s = 132, sigma = 700", "durations.turnout"),
        ("response_factor = { value = 0.96", "response_factor = { value = 0", "travel.response_factor"),
        (
            "max_snap_m = 2000",
            "max_snap_m = 2000\nconfirm_far = [\"nonsense\"]",
            "there is no place with the id `nonsense`",
        ),
        ("name = \"yuxi-now\"", "name = \"../x\"", "cannot name a folder"),
    ];
    let copy = Copy::new();
    let text = fs::read_to_string(copy.path("scenarios/yuxi-now.toml")).unwrap();
    let mut all = text.clone();
    for (from, to, wanted) in changes {
        assert!(text.contains(from), "{from}");
        fs::write(copy.path("scenarios/yuxi-now.toml"), text.replacen(from, to, 1)).unwrap();
        let mut check = goldenhour();
        check.args(["scenario", "check", "--json"]).arg(copy.path("scenarios/yuxi-now.toml"));
        check.assert().code(2).stderr(predicate::str::contains(wanted));
        all = all.replacen(from, to, 1);
    }
    // All of them together are all reported together.
    fs::write(copy.path("scenarios/yuxi-now.toml"), all).unwrap();
    let mut check = goldenhour();
    check.args(["scenario", "check", "--json"]).arg(copy.path("scenarios/yuxi-now.toml"));
    let assert = check.assert().code(2);
    let lines = String::from_utf8(assert.get_output().stderr.clone()).unwrap().lines().count();
    assert_eq!(lines, changes.len());
}

#[test]
fn the_bundled_scenarios_are_in_order() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "toml") {
            goldenhour().args(["scenario", "check"]).arg(&path).assert().success();
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}

/// The summary of one measured day (a Tuesday) of a bundled scenario.
fn tuesday(scenario: &str) -> serde_json::Value {
    let out = tempfile::tempdir().unwrap();
    let mut command = goldenhour();
    command.arg("run").arg(root().join("scenarios").join(scenario)).arg("--out").arg(out.path());
    command.args(["--replications", "1", "--days", "1", "--no-png", "--quiet"]).assert().success();
    let (path, _) = listing(out.path()).into_iter().find(|(p, _)| p.ends_with("summary.json")).unwrap();
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn periods_and_closures_reach_the_summary() {
    let number = |v: &serde_json::Value| v.as_f64().unwrap();
    let (now, week, closed) = (tuesday("yuxi-now.toml"), tuesday("yuxi-week.toml"), tuesday("yuxi-g8511-closed.toml"));
    assert!(now.get("states").is_none() && now.get("closures").is_none());
    // The mountain profile counts bends and slopes: without either of them people are nearer.
    let parts: Vec<&str> =
        now["sensitivity"].as_array().unwrap().iter().map(|s| s["without"].as_str().unwrap()).collect();
    assert_eq!(parts, ["bends", "gradient"]);
    for part in now["sensitivity"].as_array().unwrap() {
        let (with, without) = (&now["coverage"][0]["mean_drive_min"], &part["rows"][0]["mean_drive_min"]);
        assert!(number(without) < number(with) && number(without) > 0.0, "{part}");
    }

    // 24 hours less 8 of night and 3 of rush hours; an ordinary hour is one of yuxi-now.
    let states = week["states"].as_array().unwrap();
    let names: Vec<&str> = states.iter().map(|s| s["active"][0]["en"].as_str().unwrap_or("ordinary")).collect();
    assert_eq!(names, ["ordinary", "night", "rush hours"]);
    for (state, hours) in states.iter().zip([13.0, 8.0, 3.0]) {
        assert!((number(&state["share_of_time"]) - hours / 24.0).abs() < 1e-9, "{state}");
    }
    assert_eq!(week["coverage"], now["coverage"]);
    assert_eq!(states[0]["rows"][0]["within_time"], now["coverage"][0]["within_time"]);
    let mean = |i: usize| number(&states[i]["rows"][0]["mean_drive_min"]);
    assert!(mean(2) > mean(0) && mean(0) > 0.0, "rush hours are slower: {} {}", mean(2), mean(0));

    let all = &closed["closures"][0]["rows"][0];
    assert_eq!(all["within_time_open"], now["coverage"][0]["within_time"]);
    assert_eq!(all["within_time_closed"], closed["coverage"][0]["within_time"]);
    let (open, shut) = (number(&all["within_time_open"]), number(&all["within_time_closed"]));
    let lost = number(&all["lose"]) / number(&all["population"]);
    assert!(lost >= 0.0 && (open - shut - lost).abs() < 1e-9, "{all}");
    assert!(number(&all["most_added_min"]) > 0.0, "nobody drives farther without the expressway: {all}");
}

#[test]
fn an_unknown_column_is_warned_about() {
    let copy = Copy::new();
    copy.edit("scenarios/yuxi/posts-now.csv", |s| s.replacen(",county,", ",couty,", 1));
    let mut check = goldenhour();
    check.args(["scenario", "check"]).arg(copy.path("scenarios/yuxi-now.toml"));
    check.assert().success().stderr(predicate::str::contains("did you mean `county`?"));
}

#[test]
fn a_second_run_keeps_what_it_does_not_write() {
    let copy = Copy::new();
    copy.run().args(["--calls", "csv"]).assert().success();
    let calls = listing(&copy.path("output")).into_iter().find(|(p, _)| p.ends_with("calls.csv")).unwrap().0;
    let notes = calls.with_file_name("my-notes.txt");
    fs::write(&notes, "mine").unwrap();
    copy.run().assert().success();
    assert_eq!(fs::read_to_string(&notes).unwrap(), "mine");
    assert!(calls.is_file());
    let left = fs::read_dir(copy.path("output/yuxi-now")).unwrap().count();
    assert_eq!(left, 1, "nothing unfinished is left behind");
}

#[test]
fn a_run_without_calls_is_no_verdict() {
    let copy = Copy::new();
    let mut command = goldenhour();
    command.arg("run").arg(copy.path("scenarios/yuxi-now.toml")).arg("--out").arg(copy.path("output"));
    command.args(["--replications", "1", "--days", "0.0001"]);
    command.assert().code(2).stderr(predicate::str::contains("not one call rang"));
}

#[test]
fn faults_as_json_are_one_object_a_line() {
    let copy = Copy::new();
    copy.edit("scenarios/yuxi-now.toml", |s| s.replace("seed = 120", "sede = 120"));
    let assert = copy.run().arg("--json").assert().code(2);
    let err = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    let fault: serde_json::Value = serde_json::from_str(err.lines().next().unwrap()).unwrap();
    assert_eq!(fault["severity"], "error");
    assert!(fault["line"].as_u64().unwrap() > 1);
    assert_eq!(fault["hint"], "did you mean `seed`?");
}

#[test]
fn a_missed_target_can_be_an_exit_code() {
    let copy = Copy::new();
    copy.run().arg("--fail-on-miss").arg("--json").assert().code(1).stdout(predicate::str::starts_with("{"));
}

#[test]
fn both_bundled_scenarios_and_packs_are_sound() {
    for scenario in ["scenarios/yuxi-now.toml", "scenarios/yuxi-before.toml"] {
        goldenhour()
            .args(["scenario", "check", scenario])
            .assert()
            .success()
            .stdout(predicate::str::contains("no faults"));
    }
    goldenhour().args(["standards", "list"]).assert().success().stdout(predicate::str::contains("cn-yuxi-2025-strict"));
    let show = ["standards", "show", "cn-yuxi-2025", "--lang", "zh"];
    goldenhour().args(show).assert().success().stdout(predicate::str::contains("120 电话 10 秒内接听率"));
    goldenhour().args(["standards", "show", "cn-yuxi-2052"]).assert().code(2);
}

#[test]
fn a_scenario_is_explained_in_sentences() {
    let explain = ["scenario", "explain", "scenarios/yuxi-before.toml"];
    let zh = goldenhour().args(explain).args(["--lang", "zh"]).assert().success();
    let zh = String::from_utf8(zh.get_output().stdout.clone()).unwrap();
    assert!(zh.contains("红塔区 120：2 个座席 [C]，昼夜值守；服务红塔区。"), "{zh}");
    assert!(zh.contains("各中心之间不互相支援车辆。"), "{zh}");
    let json = goldenhour().args(explain).args(["--lang", "en", "--json"]).assert().success();
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert_eq!((&json["name"], &json["lang"]), (&"yuxi-before".into(), &"en".into()));
    assert!(json["sections"].as_array().unwrap().len() >= 8, "{json}");
    goldenhour().args(["scenario", "explain", "scenarios/yuxi-nwo.toml"]).assert().code(2);
}

#[test]
fn every_command_has_help_with_an_example() {
    for command in [
        vec!["--help"],
        vec!["run", "--help"],
        vec!["report", "--help"],
        vec!["scenario", "check", "--help"],
        vec!["scenario", "explain", "--help"],
        vec!["network", "info", "--help"],
        vec!["standards", "show", "--help"],
    ] {
        goldenhour().args(&command).assert().success().stdout(predicate::str::contains("\nExample"));
    }
    goldenhour().args(["completions", "bash"]).assert().success().stdout(predicate::str::contains("_goldenhour"));
}
