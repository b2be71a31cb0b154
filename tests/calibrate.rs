//! `goldenhour calibrate` from outside: from a log to a scenario that runs, a report in both languages, and faults.

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

/// The columns of the program's own call table.
const COLUMNS: &str = r#"[columns]
time = "ring_s"
answered = "answered_s"
triaged = "triaged_s"
assigned = "assigned_s"
departed = "departed_s"
arrived = "arrived_s"
left_scene = "left_scene_s"
at_hospital = "at_hospital_s"
handed_over = "handed_over_s"
clear = "clear_s"
point = "point"
category = "category"
hospital = "hospital"
unit = "unit"
sent_from = "sent_from"
"#;

/// A log: the call table of a scenario that turns out and drives differently from the bundled one.
fn log(folder: &Path) -> (PathBuf, PathBuf) {
    let base = root().join("scenarios/yuxi-now.toml");
    let truth = folder.join("truth.toml");
    let text = format!(
        "schema = 1\nbase = {:?}\nname = \"truth\"\n[durations]\nturnout = {{ dist = \"lognormal\", median_s = 80, sigma = 0.4 }}\n[travel]\nresponse_factor = 1.3\n",
        base.display().to_string()
    );
    fs::write(&truth, text).unwrap();
    let runs = folder.join("runs");
    let mut command = goldenhour();
    command.arg("run").arg(&truth).args([
        "--replications",
        "1",
        "--days",
        "10",
        "--calls",
        "csv",
        "--no-png",
        "--quiet",
    ]);
    command.arg("--out").arg(&runs).assert().success();
    let run = fs::read_dir(runs.join("truth")).unwrap().next().unwrap().unwrap().path();
    let columns = folder.join("columns.toml");
    fs::write(&columns, COLUMNS).unwrap();
    (run.join("calls.csv"), columns)
}

#[test]
fn a_log_becomes_a_scenario_and_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let (log, columns) = log(folder.path());
    let (out, report) = (folder.path().join("fitted.toml"), folder.path().join("report"));
    let calibrate = |lang: &str, more: &[&str]| {
        let mut command = goldenhour();
        command.args(["calibrate", "scenarios/yuxi-now.toml"]).arg(&log).arg("--columns").arg(&columns);
        command.arg("--out").arg(&out).arg("--report").arg(&report).args(["--replications", "2", "--lang", lang]);
        command.args(more);
        command
    };
    let done = calibrate("en", &["--no-png", "--json", "--quiet"]).assert().success().get_output().stdout.clone();
    let found: Value = serde_json::from_slice(&done).unwrap();
    assert_eq!(found["log"]["days"], 10);
    let value = |key: &str| -> Value {
        let all = found["values"].as_array().unwrap();
        all.iter().find(|v| v["key"] == key).unwrap_or_else(|| panic!("{key}")).clone()
    };
    let fitted: toml::Table = fs::read_to_string(&out).unwrap().parse().unwrap();
    let number = |value: &toml::Value| value.as_float().unwrap_or_else(|| value.as_integer().unwrap() as f64);
    let median = number(&fitted["durations"]["turnout"]["median_s"]);
    assert!((median / 80.0 - 1.0).abs() < 0.1, "{median}");
    let factor = number(&fitted["travel"]["response_factor"]["value"]);
    assert!((factor / 1.3 - 1.0).abs() < 0.05, "{factor}");
    assert_eq!(fitted["travel"]["response_factor"]["quality"].as_str(), Some("calibrated"));
    assert!(value("durations.turnout")["n"].as_u64().unwrap() > 300);
    // Columns that are not there are told, not passed over.
    let left = found["left"].to_string();
    assert!(left.contains("weights of months") && left.contains("weights of weekdays"), "{left}");
    let phone = fitted["demand"]["phone_calls_per_dispatch"]["value"].as_float().unwrap();
    assert!((phone / 4.5 - 1.0).abs() < 0.08, "{phone}");
    for file in ["calibration.json", "calibration.html", "charts/step-response.svg", "charts/when-calls-come.svg"] {
        assert!(report.join(file).is_file(), "{file}");
    }
    assert!(!report.join("charts/step-response.png").exists());
    let page = fs::read_to_string(report.join("calibration.html")).unwrap();
    assert!(page.contains("Response time was not fitted itself") && !page.contains("src=\"http"));

    // The new scenario runs, and says where its values come from.
    goldenhour().args(["scenario", "check"]).arg(&out).assert().success();
    let explained = goldenhour().args(["scenario", "explain", "--lang", "en"]).arg(&out).assert().success();
    let explained = String::from_utf8(explained.get_output().stdout.clone()).unwrap();
    assert!(
        explained.contains("to the scene × 1.") && explained.contains("[calibrated] (speeds with siren)"),
        "{explained}"
    );

    // It is not overwritten unless that is asked for; then in the other language, with the same numbers.
    let refused = calibrate("en", &["--no-png"]).assert().code(2).get_output().stderr.clone();
    assert!(String::from_utf8_lossy(&refused).contains("is there already"), "{}", String::from_utf8_lossy(&refused));
    let before = fs::read(&out).unwrap();
    // A chart of a step that another log had goes, what somebody put there stays.
    fs::write(report.join("charts/step-old.svg"), "x").unwrap();
    fs::write(report.join("notes.txt"), "x").unwrap();
    let done = calibrate("zh", &["--force", "--quiet"]).assert().success().get_output().stdout.clone();
    let said = String::from_utf8(done).unwrap();
    for part in ["响应时间没有参与拟合", "站内出车时间", "标定报告", "检验分不出"] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert_eq!(fs::read(&out).unwrap(), before, "the language changes no number");
    assert!(report.join("charts/step-response.png").is_file() && report.join("notes.txt").is_file());
    assert!(!report.join("charts/step-old.svg").exists());
    let page = fs::read_to_string(report.join("calibration.html")).unwrap();
    assert!(page.contains("lang=\"zh-CN\"") && page.contains("仿真与记录比较"));
}

#[test]
fn faults_come_all_at_once_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.csv");
    fs::write(&log, "ring,kind\n2025-01-06 08:00,cardio\nlater,flu\n").unwrap();
    let run = |more: &[&str]| {
        let mut command = goldenhour();
        command.args(["calibrate", "scenarios/yuxi-now.toml"]).arg(&log).args(["--lang", "en"]).args(more);
        command.arg("--report").arg(folder.path().join("report"));
        String::from_utf8(command.assert().code(2).get_output().stderr.clone()).unwrap()
    };
    let said = run(&["--column", "time=ring", "--column", "category=kind"]);
    assert!(said.contains("`later` is no time") && said.contains("no category `flu`"), "{said}");
    assert!(run(&[]).contains("--columns FILE or --column KEY=COLUMN"));
    assert!(run(&["--column", "tme=ring"]).contains("did you mean `time`"));
    assert!(run(&["--column", "time=rang"]).contains("the column `rang` is missing"));
    let said = run(&["--column", "time=ring", "--out", "scenarios/yuxi-now.toml", "--force"]);
    assert!(said.contains("cannot replace what it is made from"), "{said}");
    assert!(run(&["--column", "time=ring", "--hold-out", "2"]).contains("--hold-out 2"));
    assert!(!folder.path().join("report").exists());
}
