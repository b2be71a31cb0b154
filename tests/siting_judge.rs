//! `goldenhour siting … --judge` and `--polish` from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

fn siting(out: &Path, more: &[&str]) -> assert_cmd::assert::Assert {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("NO_COLOR", "1").env("LANG", "en_US.UTF-8");
    command.arg("siting").args(more).args(["--quiet", "--no-png", "--out"]).arg(out).assert()
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

const BEFORE: &str = "scenarios/yuxi-before.toml";

/// A post chosen for the mean is polished for the share within; the gain that is told is the difference that the comparison finds on
/// the same replications, and the judgment says what the comparison does.
#[test]
fn a_proposal_is_polished_and_judged() {
    let out = tempfile::tempdir().unwrap();
    let ask =
        ["add", BEFORE, "--posts", "1", "--model", "median", "--days", "4", "--replications", "6", "--lang", "en"];
    let more = ["--polish", "--polish-tries", "4", "--judge"];
    let text = siting(out.path(), &[&ask[..], &more[..]].concat()).success();
    let text = String::from_utf8(text.get_output().stdout.clone()).unwrap();
    let sited = read(&out.path().join("siting.json"));
    let judged = read(&out.path().join("judgment.json"));
    let polished = &sited["polished"];
    assert_eq!((&polished["start"], &polished["key"]), (&"add-median".into(), &"add-polished".into()), "{polished}");
    let keys = |v: &Value| -> Vec<String> {
        v["proposals"].as_array().unwrap().iter().map(|p| p["key"].as_str().unwrap().to_string()).collect()
    };
    assert_eq!(keys(&judged), ["add-median", "add-polished"]);
    assert_eq!(keys(&sited), keys(&judged));
    let within = |i: usize| judged["proposals"][i]["groups"][0]["within"]["delivered"]["b"].as_f64().unwrap();
    for (i, side) in ["a", "b"].iter().enumerate() {
        let told = polished["within"][*side].as_f64().unwrap();
        assert!((told - within(i)).abs() < 1e-12, "{told} {}", within(i));
    }
    let low = polished["within"]["difference"]["low"].as_f64().unwrap();
    assert!(low > 0.0, "{polished}");
    let compare = out.path().join(judged["comparison"].as_str().unwrap()).join("compare.json");
    let compare = read(&compare);
    assert_eq!(
        compare["pairs"][1]["groups"][0]["share_within"],
        judged["proposals"][1]["groups"][0]["within"]["delivered"]
    );
    for part in ["Polished in the simulator from add-median", "promised", "delivered", "Best, or less than 1 "] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Asked again without judgment, the old one is gone: it is of other proposals.
    siting(out.path(), &ask).success();
    assert!(!out.path().join("judgment.json").exists());
    assert_eq!(read(&out.path().join("siting.json"))["polished"], Value::Null);
}

/// The clauses that `fewest` is about are judged by the pack it was asked for, as it is as well.
#[test]
fn clauses_are_judged_before_and_after() {
    let out = tempfile::tempdir().unwrap();
    let pack = out.path().join("half.toml");
    let text = "schema = 1\nname = \"half\"\ntitle = { zh = \"半\", en = \"half\" }\nsource = \"test\"\n[[clause]]\nid = \"reach\"\n\
                title = { zh = \"条\", en = \"reach\" }\nreading = { zh = \"读\", en = \"read\" }\nquality = \"C\"\nsource = \"test\"\n\
                metric = \"response_min\"\nstatistic = \"share_within\"\nlimit = 30\nop = \">=\"\nthreshold = 75\n";
    fs::write(&pack, text).unwrap();
    let ask = ["fewest", BEFORE, "--target", pack.to_str().unwrap(), "--model", "mclp"];
    let more = ["--days", "2", "--replications", "3", "--judge", "--json"];
    let told = siting(out.path(), &[&ask[..], &more[..]].concat()).success();
    let judged: Value = serde_json::from_slice(&told.get_output().stdout).unwrap();
    assert_eq!(judged, read(&out.path().join("judgment.json")));
    let sited = read(&out.path().join("siting.json"));
    let clauses = judged["clauses"].as_array().unwrap();
    for want in sited["wants"].as_array().unwrap().iter().filter(|w| w["left_out"].is_null()) {
        let clause = clauses.iter().find(|c| c["clause"] == want["clause"]).unwrap();
        assert_eq!(clause["paper"], *want);
        assert_eq!(clause["then"].as_array().unwrap().len(), 1);
        for (verdict, figure) in [(&clause["now"], "now"), (&clause["then"][0], "promised")] {
            assert!(["met", "missed", "undecided"].contains(&verdict["verdict"].as_str().unwrap()), "{clause}");
            // Paper and simulation are not far apart where units are seldom busy.
            let (paper, simulated) = (want[figure].as_f64().unwrap(), verdict["value"]["mean"].as_f64().unwrap());
            assert!((100.0 * paper - simulated).abs() < 10.0, "{clause}");
        }
    }
    assert_eq!(clauses.len(), 1);
    assert_eq!(judged["proposals"].as_array().unwrap().len(), 1);
    let best = &judged["best"];
    assert_eq!(best["indifference"], 0.0, "of two the difference decides");
}

#[test]
fn a_front_is_not_polished() {
    let out = tempfile::tempdir().unwrap();
    let told = siting(out.path(), &["frontier", BEFORE, "--posts", "2", "--polish", "--polish-tries", "0"]);
    let told = String::from_utf8(told.failure().code(2).get_output().stderr.clone()).unwrap();
    assert!(told.contains("--polish: a front") && told.contains("--polish-tries 0"), "{told}");
}
