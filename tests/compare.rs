//! `goldenhour compare` from outside: what comes out for scenarios that differ, that do not, and that cannot be compared.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use serde_json::Value;
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

fn bundled(name: &str) -> PathBuf {
    root().join("scenarios").join(name)
}

/// A scenario that says only how it differs from a bundled one.
fn variant(folder: &Path, name: &str, base: &str, change: &str) -> PathBuf {
    let file = folder.join(format!("{name}.toml"));
    let text = format!("schema = 1\nbase = {:?}\nname = \"{name}\"\n{change}\n", bundled(base).display().to_string());
    fs::write(&file, text).unwrap();
    file
}

/// Compares, with few replications of few days, and returns `compare.json`.
fn compared(scenarios: &[PathBuf], out: &Path, more: &[&str]) -> Value {
    let mut command = goldenhour();
    command.arg("compare").args(scenarios).arg("--out").arg(out);
    command.args(["--days", "4", "--no-png", "--json", "--quiet", "--lang", "en"]).args(more);
    let output = command.assert().success().get_output().stdout.clone();
    serde_json::from_slice(&output).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("no number: {value}"))
}

#[test]
fn a_scenario_does_not_differ_from_itself() {
    let out = tempfile::tempdir().unwrap();
    let now = bundled("yuxi-now.toml");
    let found = compared(&[now.clone(), now], out.path(), &["--replications", "5"]);
    assert_eq!(found["demand"]["same"], true);
    let pair = &found["pairs"][0];
    let mut seen = 0;
    for row in pair["groups"].as_array().unwrap() {
        for figure in ["mean_min", "share_within", "p90_min"] {
            let d = &row[figure];
            if d.is_null() {
                continue;
            }
            seen += 1;
            assert_eq!((number(&d["difference"]["mean"]), number(&d["a"])), (0.0, number(&d["b"])), "{row}");
            // A group with calls in one replication only has no interval; all others differ by exactly nothing.
            if !d["difference"]["low"].is_null() {
                assert_eq!((number(&d["difference"]["low"]), number(&d["difference"]["high"])), (0.0, 0.0), "{row}");
            }
        }
    }
    assert!(seen > 60, "{seen}");
    for figure in pair["figures"].as_array().unwrap() {
        assert_eq!(number(&figure["values"]["difference"]["mean"]), 0.0, "{figure}");
    }
    for row in pair["people"].as_array().unwrap() {
        assert_eq!((number(&row["gain"]), number(&row["lose"])), (0.0, 0.0), "{row}");
        assert_eq!(row["cannot_tell"], row["residents"]);
        assert!(number(&row["same"]) <= number(&row["cannot_tell"]), "{row}");
    }
    assert!(number(&pair["people"][0]["same"]) > 1e6, "{}", pair["people"][0]);
    let page = fs::read_to_string(out.path().join("compare/yuxi-now--yuxi-now/compare.html")).unwrap();
    assert!(page.contains("exactly the same in both") && page.contains("Nobody is known to be reached sooner"));
}

#[test]
fn the_bundled_pair_has_the_right_direction_and_nobody_is_counted_twice() {
    let out = tempfile::tempdir().unwrap();
    let pair = [bundled("yuxi-before.toml"), bundled("yuxi-now.toml")];
    let found = compared(&pair, out.path(), &["--replications", "6"]);
    assert_eq!(found["schema"], 1);
    assert_eq!(found["demand"]["same"], true);
    let pair = &found["pairs"][0];
    let whole = &pair["groups"][0];
    assert!(whole["county"].is_null() && whole["zone"].is_null());
    // With 77 posts instead of 9, everybody is reached sooner and more of them in time: the interval says so.
    assert!(number(&whole["mean_min"]["difference"]["high"]) < 0.0, "{whole}");
    assert!(number(&whole["share_within"]["difference"]["low"]) > 0.0, "{whole}");
    let d = &whole["mean_min"];
    assert!((number(&d["b"]) - number(&d["a"]) - number(&d["difference"]["mean"])).abs() < 1e-9);

    let people = pair["people"].as_array().unwrap();
    let of = |row: &Value, key: &str| number(&row[key]);
    for row in people {
        let sum = of(row, "gain") + of(row, "lose") + of(row, "cannot_tell");
        assert!((sum - of(row, "residents")).abs() < 0.5, "{row}");
        assert!(of(row, "inside") <= of(row, "gain") && of(row, "outside") <= of(row, "lose"), "{row}");
    }
    let all = of(&people[0], "residents");
    assert!((all - number(&found["systems"][0]["population"])).abs() < 0.5);
    for key in ["residents", "gain", "lose", "cannot_tell"] {
        let sum = |pick: &dyn Fn(&Value) -> bool| people.iter().filter(|r| pick(r)).map(|r| of(r, key)).sum::<f64>();
        let zones = sum(&|r| r["county"].is_null() && !r["zone"].is_null());
        let counties = sum(&|r| !r["county"].is_null() && r["zone"].is_null());
        assert!((zones - of(&people[0], key)).abs() < 0.5 && (counties - of(&people[0], key)).abs() < 0.5, "{key}");
    }
    assert!(of(&people[0], "gain") > of(&people[0], "lose"));

    let folder = out.path().join("compare/yuxi-before--yuxi-now");
    for file in ["compare.html", "compare.json", "points.csv", "charts/people.svg", "charts/difference-by-county.svg"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    let page = fs::read_to_string(folder.join("compare.html")).unwrap();
    assert!(page.contains("min shorter in B than in A"), "no headline");
}

/// Every file below a folder with its bytes.
fn listing(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut out = Vec::new();
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else {
                out.push((path.strip_prefix(folder).unwrap().to_path_buf(), fs::read(&path).unwrap()));
            }
        }
    }
    out.sort();
    out
}

#[test]
fn threads_do_not_show_and_an_earlier_folder_gives_way_but_notes_stay() {
    let pair = [bundled("yuxi-before.toml"), bundled("yuxi-now.toml")];
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    // The second folder held another comparison and the user's notes.
    compared(&pair, two.path(), &["--replications", "1"]);
    let earlier = two.path().join("compare/yuxi-before--yuxi-now");
    fs::write(earlier.join("my-notes.txt"), "mine").unwrap();
    // Pictures of an earlier comparison would be of other results; those of somebody else are not ours to remove.
    fs::write(earlier.join("charts/people.png"), "stale").unwrap();
    fs::write(earlier.join("charts/for-the-mayor.png"), "mine").unwrap();
    let a = compared(&pair, one.path(), &["--replications", "3", "--threads", "1"]);
    let b = compared(&pair, two.path(), &["--replications", "3", "--threads", "2"]);
    assert_eq!(a, b);
    let (of_one, mut of_two) = (listing(one.path()), listing(two.path()));
    let before = of_two.len();
    of_two.retain(|(path, _)| !path.ends_with("my-notes.txt") && !path.ends_with("for-the-mayor.png"));
    assert_eq!(of_two.len() + 2, before, "notes are gone");
    assert!(of_one.len() >= 6);
    let names = |l: &[(PathBuf, Vec<u8>)]| l.iter().map(|(p, _)| p.clone()).collect::<Vec<_>>();
    assert_eq!(names(&of_one), names(&of_two));
    for ((path, x), (_, y)) in of_one.iter().zip(&of_two) {
        assert!(x == y, "{} differs", path.display());
    }
}

#[test]
fn another_demand_is_said_and_so_are_other_run_settings() {
    let folder = tempfile::tempdir().unwrap();
    let more = "[run]\nreplications = 99\nseed = 7\n[demand]\nrural_per_1000_year = { value = 14, quality = \"C\", source = \"a test\" }";
    let busier = variant(folder.path(), "busier", "yuxi-now.toml", more);
    let found = compared(&[bundled("yuxi-now.toml"), busier], folder.path(), &["--replications", "2"]);
    assert_eq!(found["demand"]["same"], false);
    assert!(number(&found["demand"]["calls"][1]) > number(&found["demand"]["calls"][0]));
    let notes = found["notes"].to_string();
    assert!(notes.contains("the scenarios differ in demand"), "{notes}");
    let inputs = found["inputs"].as_array().unwrap();
    assert!(inputs.iter().any(|i| i["key"] == "demand.rural_per_1000_year"), "{inputs:?}");
    let page = fs::read_to_string(folder.path().join("compare/yuxi-now--busier/compare.html")).unwrap();
    assert!(page.contains("Mind: the scenarios differ in demand"));
    assert!(notes.contains("B's file says run.seed = 7; it was run with 120, as A"), "{notes}");
    // Given on the command line, the number of replications is that of neither file.
    assert!(!notes.contains("run.replications"), "{notes}");
}

#[test]
fn several_scenarios_are_ranked() {
    let folder = tempfile::tempdir().unwrap();
    let twin = variant(folder.path(), "twin", "yuxi-now.toml", "");
    let three = [bundled("yuxi-before.toml"), bundled("yuxi-now.toml"), twin];
    let found = compared(&three, folder.path(), &["--replications", "4", "--figure", "within"]);
    let ranking = &found["ranking"];
    assert_eq!((&ranking["figure"], number(&ranking["indifference"])), (&Value::from("within"), 1.0));
    // The first is far behind; of two that are the same, neither is better by more than nothing.
    assert!(!ranking["dropped_at"][0].is_null(), "{ranking}");
    assert!(number(&ranking["with_best"][0]["high"]) <= 0.0 && number(&ranking["with_best"][0]["low"]) < -5.0);
    assert_eq!(number(&ranking["with_best"][1]["mean"]), 0.0);
    assert_eq!(found["pairs"].as_array().unwrap().len(), 2);
    assert!((number(&found["pairs"][0]["confidence"]) - 0.975).abs() < 1e-12);
    let charts = folder.path().join("compare/yuxi-before--yuxi-now--twin/charts");
    assert!(charts.join("people-b.svg").is_file() && charts.join("people-c.svg").is_file());
}

#[test]
fn the_page_on_the_terminal_fits_into_a_report() {
    let out = tempfile::tempdir().unwrap();
    for (lang, headline) in [("zh", "B 的平均响应时间比 A 短"), ("en", "shorter in B than in A")] {
        let mut command = goldenhour();
        command
            .arg("compare")
            .args([bundled("yuxi-before.toml"), bundled("yuxi-now.toml")])
            .arg("--out")
            .arg(out.path());
        command.args(["--replications", "3", "--days", "4", "--no-png", "--quiet", "--lang", lang]);
        let output = command.env("COLUMNS", "300").assert().success().get_output().stdout.clone();
        let page = String::from_utf8(output).unwrap();
        assert!(page.contains(headline), "{page}");
        // All but the last line, which is the path of the page.
        let lines: Vec<&str> = page.trim_end().lines().collect();
        assert!(lines.len() > 30);
        for line in &lines[..lines.len() - 1] {
            let wide = line.chars().filter(|c| ('\u{2e80}'..='\u{ffe6}').contains(c)).count();
            assert!(line.chars().count() + wide <= 110, "{line}");
        }
    }
}

/// The text of standard error, without the line breaks and boxes of the terminal.
fn refused(scenarios: &[PathBuf], out: &Path, more: &[&str]) -> String {
    let mut command = goldenhour();
    command.arg("compare").args(scenarios).arg("--out").arg(out).args(["--lang", "en", "--no-png"]).args(more);
    let output = command.assert().code(2).get_output().clone();
    assert!(output.stdout.is_empty());
    let text = String::from_utf8(output.stderr).unwrap();
    text.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ")
}

#[test]
fn every_fault_is_said_at_once_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let wrong = variant(folder.path(), "wrong", "yuxi-now.toml", "[run]\ndays = \"many\"");
    let none = folder.path().join("nowhere.toml");
    let said = refused(&[bundled("yuxi-now.toml"), wrong, none], &out, &[]);
    assert!(said.contains("wrong.toml") && said.contains("nowhere.toml") && said.contains("2 faults"), "{said}");

    let clock = variant(folder.path(), "clock", "yuxi-now.toml", "[run]\nclock_start = \"ring\"\nwarmup_days = 3");
    let said = refused(&[bundled("yuxi-now.toml"), clock], &out, &[]);
    assert!(said.contains("times cannot be compared") && said.contains("would not measure the same calls"), "{said}");

    let twice = [bundled("yuxi-now.toml"), bundled("yuxi-now.toml")];
    let said = refused(&twice, &out, &["--days", "0", "--indifference", "-1"]);
    assert!(
        said.contains("--days must be") && said.contains("--indifference -1") && said.contains("2 faults"),
        "{said}"
    );
    let said = refused(&twice, &out, &["--days", "0.001", "--replications", "1"]);
    assert!(said.contains("nothing to compare"), "{said}");
    assert!(!out.join("compare").exists());
    // One scenario alone is a mistake of the command line.
    goldenhour().arg("compare").arg(bundled("yuxi-now.toml")).assert().code(2);
}

#[test]
fn a_report_takes_in_a_comparison_of_its_scenario_and_no_other() {
    let out = tempfile::tempdir().unwrap();
    let now = bundled("yuxi-now.toml");
    compared(&[bundled("yuxi-before.toml"), now.clone()], out.path(), &["--replications", "3"]);
    let comparison = out.path().join("compare/yuxi-before--yuxi-now");
    let run_of = |scenario: &Path| -> PathBuf {
        let mut run = goldenhour();
        run.arg("run").arg(scenario).arg("--out").arg(out.path()).args(["--replications", "2", "--days", "2"]);
        run.args(["--no-png", "--quiet"]).assert().success();
        let name = scenario.file_stem().unwrap();
        fs::read_dir(out.path().join(name)).unwrap().next().unwrap().unwrap().path()
    };
    let report = |run: &Path, comparison: &Path| {
        let mut report = goldenhour();
        report.arg("report").arg(run).args(["--no-png", "--lang", "en", "--comparison"]).arg(comparison);
        report.assert()
    };
    let run = run_of(&now);
    let page = |run: &Path| fs::read_to_string(run.join("report.html")).unwrap();
    assert!(!page(&run).contains("Comparison with other scenarios"));
    report(&run, &comparison).success();
    let with = page(&run);
    for shown in
        ["9</span>Comparison with other scenarios", "12</span>Method", "href=\"#s12\"", "id=\"s12\"", "this report"]
    {
        assert!(with.contains(shown), "{shown}");
    }
    let found: Value = serde_json::from_str(&fs::read_to_string(comparison.join("compare.json")).unwrap()).unwrap();
    let change = number(&found["pairs"][0]["groups"][0]["mean_min"]["difference"]["mean"]);
    assert!(with.contains(&format!("−{:.1} min", change.abs())), "{change}");

    let other = run_of(&variant(out.path(), "other", "yuxi-now.toml", ""));
    let told = |assert: assert_cmd::assert::Assert| {
        String::from_utf8(assert.failure().code(2).get_output().stderr.clone()).unwrap()
    };
    let before = page(&other);
    let words = told(report(&other, &comparison));
    assert!(words.contains("compares yuxi-before, yuxi-now") && words.contains("compare `other`"), "{words}");
    let words = told(report(&run, &run));
    assert!(words.contains("no comparison's folder") && words.contains("goldenhour compare"), "{words}");
    assert_eq!(page(&other), before, "a refused report left another page");
}

#[test]
fn the_map_shows_who_gains_and_who_loses() {
    let out = tempfile::tempdir().unwrap();
    let scenarios = [bundled("yuxi-before.toml"), bundled("yuxi-now.toml")];
    let found = compared(&scenarios, out.path(), &["--replications", "6"]);
    assert!(found.get("map").is_none(), "the ground of the map has a file of its own");
    let folder = out.path().join("compare/yuxi-before--yuxi-now");
    let ground: Value = serde_json::from_str(&fs::read_to_string(folder.join("map.json")).unwrap()).unwrap();
    assert_eq!(ground["posts"].as_array().unwrap().len(), 2);
    assert!(!ground["ground"]["outlines"].as_array().unwrap().is_empty());
    let map = fs::read_to_string(folder.join("charts/difference-map.svg")).unwrap();
    assert!(map.len() < 1_500_000);
    let points = found["pairs"][0]["points"].as_array().unwrap();
    let told = |what: &str| points.iter().filter(|p| p["told"] == what).count();
    // Each demand point once, in a colour of its side; one more of each colour stands in the legend.
    let discs = |fills: &[&str]| {
        fills.iter().map(|f| map.matches(&format!("fill=\"{f}\" stroke=\"#")).count()).sum::<usize>() - fills.len()
    };
    assert_eq!(discs(&["#c7eae5", "#80cdc1", "#35978f", "#01665e"]), told("gains"));
    assert_eq!(discs(&["#f6e8c3", "#dfc27d", "#bf812d", "#8c510a"]), told("loses"));
    assert!(told("gains") > 20, "{}", told("gains"));
    let page = fs::read_to_string(folder.join("compare.html")).unwrap();
    assert!(page.contains("Where response gets faster and slower: B against A"));
}
