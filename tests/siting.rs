//! `goldenhour siting` from outside: proposals, the scenarios they come as, and what is refused.

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

fn siting(question: &str, scenario: &str, out: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = goldenhour();
    command.args(["siting", question, scenario, "--days", "3", "--no-png", "--out"]).arg(out).args(more);
    command.assert()
}

fn add(out: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    siting("add", "scenarios/yuxi-before.toml", out, more)
}

fn json(question: &str, scenario: &str, out: &Path, more: &[&str]) -> Value {
    let more = [&["--json", "--quiet"], more].concat();
    serde_json::from_slice(&siting(question, scenario, out, &more).success().get_output().stdout).unwrap()
}

/// Runs a scenario of a proposal: posts with a unit, and units.
fn world(out: &Path, proposal: &Value) -> [u64; 2] {
    let mut run = goldenhour();
    run.arg("run").arg(out.join(proposal["scenario"].as_str().unwrap()));
    run.args(["--replications", "2", "--days", "1", "--no-png", "--quiet", "--json", "--out"]);
    let run = run.arg(out).assert().success();
    let summary: Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    ["posts", "units"].map(|key| summary["world"][key].as_u64().unwrap())
}

fn count(proposal: &Value, key: &str) -> u64 {
    proposal[key].as_array().unwrap().len() as u64
}

#[test]
fn proposals_come_as_scenarios_that_run_and_promise_what_they_hold() {
    let out = tempfile::tempdir().unwrap();
    let ask = |more: &[&str]| {
        json(
            "add",
            "scenarios/yuxi-before.toml",
            out.path(),
            &[&["--posts", "3", "--model", "mclp,median"], more].concat(),
        )
    };
    let found = ask(&["--units", "2"]);
    let now = found["now"]["people_within"].as_f64().unwrap();
    let proposals = found["proposals"].as_array().unwrap();
    assert_eq!(proposals.len(), 2);
    for p in proposals {
        assert_eq!((count(p, "opened"), count(p, "closed")), (3, 0));
        assert_eq!(p["proved"], true, "{p}");
        let promised = p["promise"]["people_within"].as_f64().unwrap();
        assert!(promised > now, "{promised} {now}");
        assert_eq!(world(out.path(), p), [9 + 3, 60 + 6]);
        // Asked about as a scenario of its own, it is already what it promised to become; and can be added to.
        let file = out.path().join(p["scenario"].as_str().unwrap());
        let again = out.path().join("again");
        let seen = json("add", file.to_str().unwrap(), &again, &["--posts", "1", "--model", "mclp"]);
        let has = seen["now"]["people_within"].as_f64().unwrap();
        assert!((has - promised).abs() < 1e-6 * promised, "{has} {promised}");
        assert_eq!(world(&again, &seen["proposals"][0]), [9 + 3 + 1, 60 + 6 + 1]);
    }
    let best = |key: &str| proposals.iter().map(|p| p["promise"][key].as_f64().unwrap()).collect::<Vec<_>>();
    let (within, mean) = (best("people_within"), best("mean_min"));
    assert!(within[0] >= within[1] && mean[1] <= mean[0], "each is best at what it is for: {within:?} {mean:?}");
    assert_eq!(ask(&["--units", "2", "--threads", "1"]), found);
    let points: Value = serde_json::from_str(&fs::read_to_string(out.path().join("siting.geojson")).unwrap()).unwrap();
    let chosen = |key: &str| {
        let by = |f: &&Value| f["properties"]["opened_by"].as_array().unwrap().iter().any(|m| m == key);
        points["features"].as_array().unwrap().iter().filter(by).count()
    };
    assert_eq!((chosen("add-mclp"), chosen("add-median")), (3, 3));
    // What is kept on disk does not depend on the clock.
    let before = fs::read(out.path().join("siting.json")).unwrap();
    ask(&["--units", "2"]);
    assert_eq!(fs::read(out.path().join("siting.json")).unwrap(), before);
}

#[test]
fn closed_posts_are_gone_and_their_units_are_not() {
    let out = tempfile::tempdir().unwrap();
    let found = json("close", "scenarios/yuxi-now.toml", out.path(), &["--keep", "99%"]);
    let p = &found["proposals"][0];
    let closed = count(p, "closed");
    assert!(closed >= 5 && p["proved"] == true, "{p}");
    let kept = p["promise"]["people_within"].as_f64().unwrap() / found["now"]["people_within"].as_f64().unwrap();
    assert!((0.99..1.0).contains(&kept), "{kept}");
    assert_eq!(world(out.path(), p), [77 - closed, 142]);
    let found = json("close", "scenarios/yuxi-now.toml", out.path(), &["--posts", "2", "--alternatives", "2"]);
    let ranks: Vec<u64> = found["proposals"].as_array().unwrap().iter().map(|p| p["rank"].as_u64().unwrap()).collect();
    assert_eq!(ranks, [1, 2]);
    let lost: Vec<f64> =
        found["proposals"].as_array().unwrap().iter().map(|p| -p["objective"].as_f64().unwrap()).collect();
    assert!(lost[0] <= lost[1], "{lost:?}");
}

#[test]
fn the_fewest_posts_for_a_pack_meet_it_on_paper() {
    let out = tempfile::tempdir().unwrap();
    let pack = out.path().join("half.toml");
    let clause = |id: &str, rest: &str| {
        format!(
            "[[clause]]\nid = \"{id}\"\ntitle = {{ zh = \"条\", en = \"{id}\" }}\nreading = {{ zh = \"读\", en = \"read\" }}\n\
             quality = \"C\"\nsource = \"test\"\n{rest}\n"
        )
    };
    let within = "metric = \"response_min\"\nstatistic = \"share_within\"\nlimit = 30\nop = \">=\"\nthreshold = 75";
    let answered = "metric = \"answer_s\"\nstatistic = \"mean\"\nop = \"<=\"\nthreshold = 10";
    let head = "schema = 1\nname = \"half\"\ntitle = { zh = \"半\", en = \"half\" }\nsource = \"test\"\n";
    fs::write(&pack, format!("{head}{}{}", clause("reach", within), clause("answer", answered))).unwrap();
    let found = json("fewest", "scenarios/yuxi-before.toml", out.path(), &["--target", pack.to_str().unwrap()]);
    let (reach, answer) = (&found["wants"][0], &found["wants"][1]);
    assert!(reach["now"].as_f64().unwrap() < 0.75 && reach["promised"].as_f64().unwrap() >= 0.75, "{reach}");
    assert!(answer["left_out"].is_object(), "{answer}");
    let p = &found["proposals"][0];
    let n = count(p, "opened");
    assert!(n >= 1 && world(out.path(), p) == [9 + n, 60 + n], "{p}");
    // The scenario is judged by the pack it was made for.
    let file = fs::read_to_string(out.path().join(p["scenario"].as_str().unwrap())).unwrap();
    assert!(file.contains("pack = \"half.toml\""), "{file}");
    // Where everybody must be reached sooner than anybody can be, it is said who cannot.
    let never = "metric = \"response_min\"\nstatistic = \"max\"\nop = \"<=\"\nthreshold = 6";
    fs::write(&pack, format!("{head}{}", clause("reach", never))).unwrap();
    let more = ["--target", pack.to_str().unwrap(), "--quiet", "--lang", "en"];
    let told = siting("fewest", "scenarios/yuxi-before.toml", out.path(), &more).failure().code(2);
    let told = told.get_output();
    let page = String::from_utf8(told.stdout.clone()).unwrap().replace('\n', " ");
    assert!(page.contains("no choice meets all") && page.contains("Out of reach in time"), "{page}");
    assert!(page.contains("give up the duty to reach") && page.contains("more candidates"), "{page}");
    assert!(String::from_utf8_lossy(&told.stderr).contains("no scenario was written"));
}

#[test]
fn a_front_tells_what_each_post_brings() {
    let out = tempfile::tempdir().unwrap();
    let found = json("frontier", "scenarios/yuxi-before.toml", out.path(), &["--posts", "3", "--post-cost", "2"]);
    let front = found["front"].as_array().unwrap();
    assert_eq!(front.len(), 6, "two models, up to three posts");
    let people: Vec<f64> = front.iter().map(|f| f["people_within"].as_f64().unwrap()).collect();
    assert!(people[0] < people[1] && people[1] < people[2], "{people:?}");
    assert_eq!(front[2]["cost"], 6.0);
    for f in front {
        let beats = |g: &Value| {
            let number = |v: &Value, key: &str| v[key].as_f64().unwrap();
            number(g, "posts") <= number(f, "posts")
                && number(g, "people_within") > number(f, "people_within")
                && number(g, "mean_min") < number(f, "mean_min")
                && number(g, "worst") > number(f, "worst")
        };
        assert!(f["on_front"] == true || front.iter().any(|g| g != f), "{f}");
        assert!(f["on_front"] == false || !front.iter().any(beats), "{f} is beaten");
    }
    assert_eq!(world(out.path(), &found["proposals"][2]), [9 + 3, 60 + 3]);
}

#[test]
fn units_are_placed_and_placed_anew() {
    let out = tempfile::tempdir().unwrap();
    let found = json("fleet", "scenarios/yuxi-before.toml", out.path(), &["--units", "4", "--model", "mexclp"]);
    assert_eq!(world(out.path(), &found["proposals"][0]), [9, 64]);
    let anew = json("fleet", "scenarios/yuxi-before.toml", out.path(), &["--units", "0", "--anew", "--busy", "40%"]);
    for p in anew["proposals"].as_array().unwrap() {
        assert_eq!(world(out.path(), p), [9, 60]);
        let changed = p["changed"].as_array().unwrap();
        let sum = |key: &str| changed.iter().map(|s| s[key].as_i64().unwrap()).sum::<i64>();
        assert_eq!(sum("units"), sum("units_now"), "{changed:?}");
    }
}

#[test]
fn rules_are_kept_and_told() {
    let out = tempfile::tempdir().unwrap();
    let more = ["--posts", "4", "--apart", "12", "--unit-cost", "30", "--post-cost", "100", "--budget", "400"];
    let found =
        json("add", "scenarios/yuxi-before.toml", out.path(), &[&more[..], &["--model", "mclp,center"]].concat());
    assert_eq!(found["rules"].as_array().unwrap().len(), 2, "{}", found["rules"]);
    for p in found["proposals"].as_array().unwrap() {
        assert!(count(p, "opened") <= 3 && p["cost"].as_f64().unwrap() <= 400.0, "{p}");
    }
    let moved = json("add", "scenarios/yuxi-before.toml", out.path(), &["--posts", "1", "--move", "2"]);
    let p = &moved["proposals"][0];
    assert!(count(p, "closed") <= 2 && count(p, "opened") == count(p, "closed") + 1, "{p}");
    assert_eq!(world(out.path(), p), [10, 61]);
}

#[test]
fn the_simulator_judges_when_asked() {
    let out = tempfile::tempdir().unwrap();
    let more = ["--posts", "3", "--model", "mclp", "--judge", "--replications", "3", "--quiet", "--lang", "en"];
    let page = add(out.path(), &more).success();
    let page = String::from_utf8(page.get_output().stdout.clone()).unwrap();
    assert!(page.contains("proved best") && page.contains("add-mclp: Opens"), "{page}");
    assert!(out.path().join("compare/yuxi-before--yuxi-before-add-mclp/compare.html").is_file());
}

#[test]
fn what_cannot_be_asked_is_told_at_once() {
    let out = tempfile::tempdir().unwrap();
    let said = |told: assert_cmd::assert::Assert| {
        String::from_utf8(told.failure().code(2).get_output().stderr.clone()).unwrap()
    };
    let told = |more: &[&str]| said(add(out.path(), more));
    let all =
        told(&["--posts", "3", "--model", "best,mclp", "--candidates", "castles", "--within", "15", "--kind", "cart"]);
    for part in ["there is no such model", "castles", "--within needs two numbers", "--kind cart", "4 faults"] {
        assert!(all.contains(part), "{part}: {all}");
    }
    assert!(told(&["--posts", "3", "--candidates", "hospitals:none"]).contains("levels in the table"));
    assert!(told(&["--posts", "3", "--candidates", "mapped:fire_station"]).contains("has no fire_station"));
    assert!(told(&["--posts", "3", "--by", "elderly"]).contains("over 65"));
    assert!(told(&["--posts", "500"]).contains("there are 85 candidates"));
    assert!(told(&["--posts", "2", "--move", "1", "--model", "mexclp"]).contains("it counts units"));
    assert!(told(&["--posts", "2", "--model", "capacitated"]).contains("--room"));
    let now = |question: &str, more: &[&str]| said(siting(question, "scenarios/yuxi-now.toml", out.path(), more));
    assert!(now("close", &["--keep", "two"]).contains("that is no share"));
    assert!(now("close", &["--posts", "77"]).contains("one must be left"));
    assert!(now("fleet", &["--units", "3", "--model", "mclp"]).contains("it counts posts"));
    assert!(now("fewest", &["--target", "cn-yuxi-2525"]).contains("cn-yuxi-2025"));
    assert!(fs::read_dir(out.path()).unwrap().next().is_none(), "nothing was written");
}
