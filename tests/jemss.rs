//! `goldenhour import jemss`: a small city made here, faulty ones, and JEMSS's Auckland where it is at hand.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use std::path::{Path, PathBuf};

fn goldenhour() -> Command {
    let mut command = Command::cargo_bin("goldenhour").unwrap();
    command.env("LC_ALL", "C");
    command
}

fn write(folder: &Path, files: &[(&str, String)]) {
    for (path, text) in files {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

/// Four nodes in a row, 10 km apart, a tenth of a day each; one station at the first, one hospital at the last. All places lie
/// on their nodes, so that every time can be told by hand.
fn row_of_four() -> Vec<(&'static str, String)> {
    let text = |t: &str| t.to_string();
    vec![
        ("travel/nodes.csv", text("nodes,\nindex,x,y,offRoadAccess\n1,0,0,1\n2,10,0,1\n3.0,20,0,1.0\n4,30,0,1\n,\n")),
        (
            "travel/arcs.csv",
            text(
                "miscData,,\narcForm,numModes\nundirected,2\n,\narcs,,,\nindex,fromNode,toNode,distance,mode_1,mode_2\n\
                 1,1,2,10,0.1,2e-1\n2,2,3,10,0.1,0.2\n3,3,4,10,0.1,0.2\n,\n",
            ),
        ),
        (
            "travel/travel_1.csv",
            text(
                "travelModes,,\ntravelModeIndex,offRoadSpeed,note\n1,100,\"fast, with a comma\"\n2,50,\n,\ntravelSets,,\n\
                 travelSetIndex,priority,travelModeIndex\n1,highPriority,1\n1,medPriority,1\n1,lowPriority,2\n,\n\
                 travelSetsTiming,,\nstartTime,travelSetIndex\n0,1\n,\n",
            ),
        ),
        ("maps/map_1.csv", text("map,1\nxMin,xMax,yMin,yMax,xScale,yScale\n-1,31,-1,1,1,1\n")),
        ("stations/s.csv", text("stations,,\nindex,x,y,capacity,,ID\n1,0,0,5,,77\n")),
        ("hospitals/h.csv", text("hospitals,,\nindex,x,y,name\n1,30,0,\"Far, East\"\n")),
        ("ambulances/a.csv", text("ambulances,,\nindex,stationIndex,class\n1,1,1\n")),
        (
            "priorities/p.csv",
            text(
                "priorities,,\npriority,name,targetResponseTime\n1,highPriority,0.3\n2,medPriority,0.3\n3,lowPriority,1\n",
            ),
        ),
        (
            "redispatch/r.csv",
            text(
                "miscData\nallowRedispatch\n1\n,\nredispatchConditions,,\n\
                 fromCallPriority,toCallPriority,allowRedispatch\nlowPriority,highPriority,1\n",
            ),
        ),
        (
            "calls/calls.csv",
            text(
                "miscData,\nstartTime,\n0\n,\ncalls,,\n\
                 index,priority,x,y,arrivalTime,dispatchDelay,onSceneDuration,transport,hospitalIndex,handoverDuration,attributes\n\
                 1,3,30,0,1,0.01,0.02,0,-1,0,\n2,1,20,0,1.04,0.01,0.02,1,-1,0.03,\n",
            ),
        ),
    ]
}

#[test]
fn a_city_told_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &row_of_four());
    let out = folder.path().join("out");
    let run = goldenhour().args(["import", "jemss"]).arg(folder.path()).arg("--out").arg(&out).assert().success();
    let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(text.contains("4 road nodes") && text.contains("1 ambulances, 2 calls"), "{text}");
    let calls = std::fs::read_to_string(out.join("calls_out.csv")).unwrap();
    let rows: Vec<Vec<f64>> =
        calls.lines().skip(1).map(|l| l.split(',').map(|v| v.parse().unwrap()).collect()).collect();
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} is not {b}: {rows:?}");
    // Sent to call 1 at 1.01 by mode 2, called off at 1.05 before the second node, which it reaches at 1.21; one more arc by
    // mode 1: 1.31 at call 2.
    near(rows[1][3], 1.05);
    near(rows[1][4], 1.31);
    assert_eq!((rows[0][7], rows[1][7]), (1.0, 0.0));
    // 0.02 on scene, one arc by mode 2, 0.03 hand-over: free at 1.56, and call 1 has waited for it at the hospital's node.
    near(rows[1][5], 1.53);
    assert_eq!((rows[0][6], rows[1][6], rows[0][8]), (-1.0, 1.0, 1.0));
    near(rows[0][3], 1.56);
    near(rows[0][4], 1.56);
    near(rows[0][12], 1.58 - 1.0);
    let ambulances = std::fs::read_to_string(out.join("ambs_out.csv")).unwrap();
    let row: Vec<f64> = ambulances.lines().nth(1).unwrap().split(',').map(|v| v.parse().unwrap()).collect();
    // From its station, from the road (the redispatch), and when it came free.
    assert_eq!(row[..9], [1.0, 1.0, 2.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0]);
    // To the second node, on to the third, to hospital, home by mode 2.
    near(row[9], 0.04 + 0.26 + 0.2 + 0.6);
    near(row[10], 60.0);
    // Compared with itself nothing differs; with another hospital something does.
    let expect = |folder: &Path, out: &Path| {
        goldenhour().args(["import", "jemss", "--json"]).arg(folder).arg("--expect").arg(out).assert()
    };
    let same = expect(folder.path(), &out).success();
    let json: serde_json::Value = serde_json::from_slice(&same.get_output().stdout).unwrap();
    assert_eq!(json["expected"]["calls_that_differ"], serde_json::json!([]));
    assert!((json["mean_response_minutes"].as_f64().unwrap() - (0.56 + 0.27) / 2.0 * 1440.0).abs() < 1e-6);
    assert_eq!(json["share_in_time"], 1.0);
    std::fs::write(out.join("calls_out.csv"), calls.replace(",1,0,0,", ",1,1,0,")).unwrap();
    let differs = expect(folder.path(), &out).code(1);
    let json: serde_json::Value = serde_json::from_slice(&differs.get_output().stdout).unwrap();
    assert_eq!(json["expected"]["calls_that_differ"], serde_json::json!([2]));
    // In words, in both languages.
    for (lang, wanted) in [
        ("en", ["4 road nodes (", "against JEMSS: 1 of 2 calls differ", "calls that differ: 2"]),
        ("zh", ["路网 4 个节点", "2 个呼叫中 1 个不同", "不同的呼叫：2"]),
    ] {
        let mut run = goldenhour();
        run.args(["import", "jemss", "--lang", lang]).arg(folder.path()).arg("--expect").arg(&out);
        let told = String::from_utf8(run.assert().code(1).get_output().stdout.clone()).unwrap();
        assert!(wanted.iter().all(|w| told.contains(w)) && !told.contains('{'), "{told}");
    }
}

#[test]
fn faults_come_all_at_once_with_file_and_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = row_of_four();
    for (path, text) in &mut files {
        match *path {
            "ambulances/a.csv" => *text = text.replace("1,1,1", "1,7,1"),
            "calls/calls.csv" => *text = text.replace("2,1,20,0,1.04", "2,5,20,x,0.9"),
            "travel/travel_1.csv" => *text = text.replace("1,medPriority,1\n", "1,middlePriority,1\n"),
            "redispatch/r.csv" => text.push_str("highPriority,lowPriority,1\n"),
            _ => {}
        }
    }
    write(folder.path(), &files);
    let run = goldenhour().args(["import", "jemss"]).arg(folder.path()).assert().code(2);
    let text = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    for part in [
        "there is no station 7",
        "there is no priority 5",
        "`x` is not a number",
        "`middlePriority` is no priority",
        "medPriority",
        "round for ever",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    std::fs::remove_file(folder.path().join("stations/s.csv")).unwrap();
    let run = goldenhour().args(["import", "jemss"]).arg(folder.path()).assert().code(2);
    let text = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(text.contains("has the table `stations`"), "{text}");
    let run = goldenhour().args(["import", "jemss", "no-such-folder"]).assert().code(2);
    assert!(String::from_utf8(run.get_output().stderr.clone()).unwrap().contains("does not exist"));
}

#[test]
fn roads_must_be_connected() {
    let folder = tempfile::tempdir().unwrap();
    let mut files = row_of_four();
    for (path, text) in &mut files {
        if *path == "travel/arcs.csv" {
            *text = text.replace("undirected", "directed");
        }
    }
    write(folder.path(), &files);
    let run = goldenhour().args(["import", "jemss"]).arg(folder.path()).assert().code(2);
    let text = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(text.contains("has no way to node 1"), "{text}");
}

#[test]
fn auckland_call_for_call() {
    let shared = std::env::var_os("GOLDENHOUR_SHARED").map(PathBuf::from);
    let shared = shared.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    let folder = shared.join("data/jemss/auckland");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    }
    let made = tempfile::tempdir().unwrap();
    let run = goldenhour()
        .args(["import", "jemss", "--json"])
        .arg(&folder)
        .arg("--scenario")
        .arg(made.path())
        .arg("--expect")
        .arg(folder.join("expected"))
        .assert()
        .success();
    let json: serde_json::Value = serde_json::from_slice(&run.get_output().stdout).unwrap();
    assert_eq!(json["expected"]["calls"], 2_768);
    assert_eq!(json["expected"]["calls_that_differ"], serde_json::json!([]));
    assert_eq!(json["expected"]["ambulances_that_differ"], serde_json::json!([]));
    assert!(json["expected"]["worst_time_difference_days"].as_f64().unwrap() < 1e-7);
    goldenhour().args(["scenario", "check"]).arg(made.path().join("scenario.toml")).assert().success();
}
