//! `goldenhour siting add` from outside: proposals, the scenarios they come as, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn goldenhour() -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command
}

fn add(out: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = goldenhour();
    command.args(["siting", "add", "scenarios/yuxi-before.toml", "--posts", "3", "--days", "3", "--out"]).arg(out);
    command.args(more).assert()
}

fn json(out: &Path, more: &[&str]) -> Value {
    let more = [&["--json", "--quiet"], more].concat();
    serde_json::from_slice(&add(out, &more).success().get_output().stdout).unwrap()
}

#[test]
fn proposals_come_as_scenarios_that_run_and_promise_what_they_hold() {
    let out = tempfile::tempdir().unwrap();
    let found = json(out.path(), &["--model", "mclp,median", "--units", "2"]);
    let now = found["now"]["people_within"].as_f64().unwrap();
    let proposals = found["proposals"].as_array().unwrap();
    assert_eq!(proposals.len(), 2);
    for p in proposals {
        assert_eq!(p["sites"].as_array().unwrap().len(), 3);
        assert_eq!(p["proved"], true, "{p}");
        let promised = p["promise"]["people_within"].as_f64().unwrap();
        assert!(promised > now, "{promised} {now}");
        // Seen as a scenario of its own, it is already what it promised to become.
        let file = p["scenario"].as_str().unwrap();
        let mut again = goldenhour();
        again.args(["siting", "add", file, "--posts", "1", "--model", "mclp", "--json", "--quiet", "--days", "3"]);
        // Its tables of more posts stand in the way of adding again; that is said.
        let told = again.arg("--out").arg(out.path().join("again")).assert().failure().code(2);
        let told = String::from_utf8(told.get_output().stderr.clone()).unwrap();
        assert!(told.contains("more_posts"), "{told}");
        let mut run = goldenhour();
        run.arg("run").arg(file).args(["--replications", "2", "--days", "3", "--no-png", "--quiet", "--json", "--out"]);
        let run = run.arg(out.path()).assert().success();
        let summary: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
        assert_eq!(summary["world"]["units"].as_u64().unwrap(), 60 + 6);
    }
    let best = |key: &str| proposals.iter().map(|p| p["promise"][key].as_f64().unwrap()).collect::<Vec<_>>();
    let (within, mean) = (best("people_within"), best("mean_min"));
    assert!(within[0] >= within[1] && mean[1] <= mean[0], "each is best at what it is for: {within:?} {mean:?}");
    assert_eq!(json(out.path(), &["--model", "mclp,median", "--units", "2", "--threads", "1"]), found);
    let points: Value = serde_json::from_str(&fs::read_to_string(out.path().join("siting.geojson")).unwrap()).unwrap();
    let chosen = |model: &str| {
        let by = |f: &&Value| f["properties"]["models"].as_array().unwrap().iter().any(|m| m == model);
        points["features"].as_array().unwrap().iter().filter(by).count()
    };
    assert_eq!((chosen("mclp"), chosen("median")), (3, 3));
}

#[test]
fn the_simulator_judges_when_asked() {
    let out = tempfile::tempdir().unwrap();
    let more = ["--model", "mclp", "--judge", "--replications", "3", "--no-png", "--quiet", "--lang", "en"];
    let page = add(out.path(), &more).success();
    let page = String::from_utf8(page.get_output().stdout.clone()).unwrap();
    assert!(page.contains("proved best") && page.contains("most people within"), "{page}");
    assert!(out.path().join("compare/yuxi-before--yuxi-before-mclp3/compare.html").is_file());
}

#[test]
fn what_cannot_be_asked_is_told_at_once() {
    let out = tempfile::tempdir().unwrap();
    let told = |more: &[&str]| {
        let told = add(out.path(), more).failure().code(2);
        String::from_utf8(told.get_output().stderr.clone()).unwrap()
    };
    let all = told(&["--model", "best,mclp", "--candidates", "castles", "--within", "15"]);
    for part in ["there is no such model", "castles", "--within needs two numbers", "3 faults"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(told(&["--candidates", "hospitals:none"]).contains("levels in the table"));
    assert!(told(&["--by", "elderly"]).contains("over 65"));
    let mut many = goldenhour();
    many.args(["siting", "add", "scenarios/yuxi-before.toml", "--posts", "500", "--out"]).arg(out.path());
    let many = many.assert().failure().code(2);
    assert!(String::from_utf8_lossy(&many.get_output().stderr).contains("there are 85 candidates"));
    assert!(fs::read_dir(out.path()).unwrap().next().is_none(), "nothing was written");
}
