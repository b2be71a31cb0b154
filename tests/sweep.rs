//! Plans and sensitivity from the command line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn goldenhour(threads: u32) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_goldenhour"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command.args(["--threads", &threads.to_string(), "--lang", "en"]);
    command
}

fn good(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A plan of two factors, four points.
fn plan(folder: &Path) -> PathBuf {
    let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
    let text = format!(
        r#"schema = 1
name = "small"
title = {{ zh = "小", en = "small" }}
scenario = "{}"
design = "full"
figures = ["response.mean", "units.busy"]

[run]
days = 2
replications = 3

[[factor]]
name = "demand"
paths = ["demand.urban_per_1000_year", "demand.rural_per_1000_year"]
values = [1, 2]
multiply = true

[[factor]]
name = "turnout"
path = "durations.turnout.median_s"
values = [60, 240]
"#,
        scenario.display()
    );
    let file = folder.join("small.toml");
    std::fs::write(&file, text).unwrap();
    file
}

fn results(out: &Path, name: &str) -> (Vec<u8>, Vec<u8>) {
    let folders: Vec<PathBuf> = std::fs::read_dir(out.join(name)).unwrap().flatten().map(|f| f.path()).collect();
    assert_eq!(folders.len(), 1, "{folders:?}");
    let read = |file: &str| std::fs::read(folders[0].join(file)).unwrap();
    (read("results.csv"), read("results.parquet"))
}

#[test]
fn a_plan_in_shards_gives_the_table_of_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let plan = plan(folder.path());
    let output = good(goldenhour(2).args(["sweep", "--no-png"]).arg(&plan).arg("--out").arg(at("one")));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("response") && said.contains("240"), "{said}");
    let one = results(&at("one"), "small");

    let shards: Vec<PathBuf> = (1..=5).map(|k| at(&format!("{k}.ghr"))).collect();
    for (k, file) in (1..).zip(&shards) {
        good(goldenhour(1).arg("batch").arg(&plan).args(["--shard", &format!("{k}/5"), "--out"]).arg(file));
    }
    good(goldenhour(1).arg("merge").args(&shards).arg("--out").arg(at("all.ghr")));
    let mut taken = goldenhour(1);
    good(taken.args(["sweep", "--no-png", "--take"]).arg(at("all.ghr")).arg(&plan).arg("--out").arg(at("taken")));
    assert_eq!(results(&at("taken"), "small"), one);

    // The table is tidy: a row for each point and figure, and longer turn-out is a longer response.
    let mut rows = csv::Reader::from_reader(one.0.as_slice());
    let head = rows.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|h| h == name).unwrap_or_else(|| panic!("{name}: {head:?}"));
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 8);
    let mean = |demand: &str, turnout: &str| -> f64 {
        let row = rows.iter().find(|r| {
            &r[column("figure")] == "response.mean"
                && &r[column("demand")] == demand
                && &r[column("turnout")] == turnout
        });
        row.unwrap()[column("mean")].parse().unwrap()
    };
    for demand in ["1", "2"] {
        let longer = mean(demand, "240") - mean(demand, "60");
        assert!((2.0..6.0).contains(&longer), "{longer} minutes for three more minutes of median turn-out");
    }
}

#[test]
fn sensitivity_names_what_it_varies_and_what_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = goldenhour(2);
    command.args(["sensitivity", "scenarios/yuxi-now.toml", "--replications", "2", "--days", "1", "--no-png"]);
    // What is changed for all points is varied from there.
    command.args(["--set", "travel.response_factor=1.1"]);
    let output = good(command.args(["--figure", "response.mean", "--out"]).arg(folder.path()));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("not varied:") && said.contains("units.csv") | said.contains(".csv"), "{said}");
    let (table, _) = results(folder.path(), "yuxi-now-sensitivity");
    let table = String::from_utf8(table).unwrap();
    assert!(table.contains("travel.response_factor"), "{}", table.lines().next().unwrap());
    assert!(table.contains(",0.88,") && table.contains(",1.32,"), "{table}");
    let charts = std::fs::read_dir(folder.path().join("yuxi-now-sensitivity")).unwrap().flatten().next().unwrap();
    assert!(charts.path().join("charts/tornado-response.mean.svg").exists());
}

#[test]
fn faults_of_a_plan_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let output = goldenhour(1).args(["sweep", "scenarios/yuxi-now.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no plan"));
    let plan = plan(folder.path());
    let text = std::fs::read_to_string(&plan).unwrap();
    std::fs::write(&plan, text.replace("durations.turnout.median_s", "durations.turnout.medain_s")).unwrap();
    let output = goldenhour(1).arg("sweep").arg(&plan).arg("--out").arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("medain_s") && said.contains("median_s"), "{said}");
    let output = goldenhour(1)
        .args(["sweep", "--figure", "response.maen"])
        .arg("scenarios/plans/seats-and-demand.toml")
        .arg("--out")
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("did you mean"), "{said}");
}
