//! The figures of a run, counted again from its call table: a slow, obvious way to the same numbers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn file_in(folder: &Path, name: &str) -> PathBuf {
    let mut todo = vec![folder.to_path_buf()];
    while let Some(next) = todo.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                todo.push(path);
            } else if path.ends_with(name) {
                return path;
            }
        }
    }
    panic!("{name} is not in {}", folder.display())
}

/// A row of a CSV file by column name.
type Row = BTreeMap<String, String>;

fn table(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|r| r.unwrap()).collect()
}

fn seconds(row: &Row, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

/// Mean of an interval in minutes, and the share within a limit in seconds.
fn interval(rows: &[Row], from: &str, to: &str, limit_s: f64) -> (f64, f64) {
    let spans: Vec<f64> = rows.iter().filter_map(|r| Some(seconds(r, to)? - seconds(r, from)?)).collect();
    let n = spans.len() as f64;
    assert!(n > 100.0, "{from} to {to}: only {n}");
    let within = spans.iter().filter(|s| **s <= limit_s + 1e-6).count() as f64;
    (spans.iter().sum::<f64>() / n / 60.0, within / n)
}

fn close(what: &str, counted: f64, reported: &Value) {
    let reported = reported.as_f64().unwrap_or_else(|| panic!("{what} is not reported: {reported}"));
    assert!(
        (counted - reported).abs() <= 1e-6 * counted.abs().max(1.0),
        "{what}: counted {counted}, reported {reported}"
    );
}

#[test]
fn the_summary_says_what_the_calls_say() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let out = tempfile::tempdir().unwrap();
    let (replications, days) = (4.0, 10.0);
    Command::cargo_bin("goldenhour")
        .unwrap()
        .current_dir(root)
        .args(["run", "scenarios/yuxi-before.toml", "--replications", "4", "--days", "10", "--no-png", "--quiet"])
        .args(["--calls", "csv", "--out"])
        .arg(out.path())
        .assert()
        .success();
    let calls = table(&file_in(out.path(), "calls.csv"));
    let summary: Value =
        serde_json::from_str(&std::fs::read_to_string(file_in(out.path(), "summary.json")).unwrap()).unwrap();
    let dispatched: Vec<Row> = calls.iter().filter(|r| !r["unit"].is_empty()).cloned().collect();

    // Every call of the table rang in the measured days, and no call stands in it twice.
    let mut keys: Vec<(String, String)> =
        calls.iter().map(|r| (r["replication"].clone(), r["number"].clone())).collect();
    keys.dedup();
    assert_eq!(keys.len(), calls.len());
    let inside = |r: &Row| (86_400.0..86_400.0 * (1.0 + days)).contains(&seconds(r, "ring_s").unwrap());
    assert!(calls.iter().all(inside));

    let (answer_mean, answered) = interval(&calls, "ring_s", "answered_s", 10.0);
    close("answered within 10 s", answered, &summary["answer"]["share_within"]["mean"]);
    close("mean wait", answer_mean * 60.0, &summary["answer"]["mean_s"]["mean"]);
    let by_key = |key: &str| summary["intervals"].as_array().unwrap().iter().find(|i| i["key"] == key).unwrap().clone();
    for (key, from, to, limit_s) in [
        ("triage", "answered_s", "triaged_s", f64::NAN),
        ("queue", "triaged_s", "assigned_s", f64::NAN),
        ("turnout", "assigned_s", "departed_s", 180.0),
        ("travel", "departed_s", "arrived_s", f64::NAN),
        ("scene", "arrived_s", "left_scene_s", f64::NAN),
        ("transport", "left_scene_s", "at_hospital_s", f64::NAN),
        ("handover", "at_hospital_s", "handed_over_s", 600.0),
    ] {
        let (mean, within) = interval(&dispatched, from, to, limit_s);
        close(key, mean, &by_key(key)["mean_min"]["mean"]);
        if limit_s.is_finite() {
            close(key, within, &by_key(key)["share_within"]["mean"]);
        }
    }

    // Response by zone: whose point is urban stands in the demand table.
    let zone_of: BTreeMap<String, String> = table(&root.join("scenarios/yuxi/demand.csv"))
        .into_iter()
        .map(|mut r| (r.remove("id").unwrap(), r.remove("zone").unwrap()))
        .collect();
    for (zone, limit_min) in [("urban", 15.0), ("rural", 30.0)] {
        let members: Vec<Row> = dispatched.iter().filter(|r| zone_of[&r["point"]] == zone).cloned().collect();
        let (mean, within) = interval(&members, "answered_s", "arrived_s", limit_min * 60.0);
        let rows = summary["response"].as_array().unwrap();
        let row = rows.iter().find(|r| r["county"].is_null() && r["zone"] == zone).unwrap();
        close(zone, mean, &row["mean_min"]["mean"]);
        close(zone, within, &row["share_within"]["mean"]);
        close(zone, members.len() as f64 / (replications * days), &row["calls_per_day"]["mean"]);
        // The parts of the response, all of the same calls.
        let parts = summary["charts"]["response_parts"].as_array().unwrap();
        let parts = parts.iter().find(|p| p["zone"] == zone).unwrap()["parts"].as_array().unwrap();
        let moments = ["ring_s", "answered_s", "triaged_s", "assigned_s", "departed_s", "arrived_s"];
        for (part, ends) in parts.iter().zip(moments.windows(2)) {
            close(
                part["key"].as_str().unwrap(),
                interval(&members, ends[0], ends[1], 0.0).0,
                &part["mean_min"]["mean"],
            );
        }
        let mut responses: Vec<f64> =
            members.iter().map(|r| seconds(r, "arrived_s").unwrap() - seconds(r, "answered_s").unwrap()).collect();
        responses.sort_by(f64::total_cmp);
        let p95 = responses[responses.len() * 95 / 100] / 60.0;
        let reported = row["p95_min"]["mean"].as_f64().unwrap();
        assert!((reported / p95 - 1.0).abs() < 0.1, "{zone}: 95th percentile of all {p95}, of replications {reported}");
    }

    // Calls by hour of the week. Ten days from Tuesday midnight: some hours of the week come twice.
    let mut hours = vec![(0_u32, 0_u32); 168];
    (24..24 + 240).for_each(|hour| hours[hour % 168].0 += 1);
    dispatched.iter().for_each(|r| hours[(seconds(r, "ring_s").unwrap() / 3600.0) as usize % 168].1 += 1);
    assert_eq!(hours.iter().map(|h| h.1 as usize).sum::<usize>(), dispatched.len());
    for (hour, (there, calls)) in hours.into_iter().enumerate() {
        let reported = &summary["charts"]["week"][hour]["calls_per_hour"]["mean"];
        close("calls in an hour of the week", f64::from(calls) / (replications * f64::from(there)), reported);
    }

    // Hand-over by hospital and by hour of the day: what the calls spent there within the measured days is nearly all that units
    // spent there, but for the calls of the warm-up.
    let handover = &summary["charts"]["handover"];
    let mut spent = 0.0;
    for hospital in handover["hospitals"].as_array().unwrap() {
        let of_summary = summary["hospitals"].as_array().unwrap();
        let id = of_summary.iter().find(|h| h["name"] == hospital["name"]).unwrap()["id"].as_str().unwrap();
        let mine: Vec<f64> = dispatched
            .iter()
            .filter(|r| r["hospital"] == id)
            .map(|r| seconds(r, "handed_over_s").unwrap() - seconds(r, "at_hospital_s").unwrap())
            .collect();
        spent += mine.iter().sum::<f64>();
        close(
            "hand-over at a hospital",
            mine.iter().sum::<f64>() / mine.len() as f64 / 60.0,
            &hospital["mean_min"]["mean"],
        );
        let within = mine.iter().filter(|s| **s <= 600.0 + 1e-6).count() as f64 / mine.len() as f64;
        close("hand-over within 10 min", within, &hospital["share_within"]["mean"]);
    }
    let by_hour = handover["handing_over"].as_array().unwrap();
    let units: f64 = by_hour.iter().map(|e| e["mean"].as_f64().unwrap()).sum();
    let reported = units * 3600.0 * days * replications;
    assert!((reported / spent - 1.0).abs() < 0.01, "hand-over: calls {spent} s, units {reported} s");

    // Nine systems that do not help each other: every unit sent belongs to the caller's county.
    let county_of = |file: &str| -> BTreeMap<String, String> {
        let rows = table(&root.join(file)).into_iter();
        rows.map(|mut r| (r.remove("id").unwrap(), r.remove("county").unwrap())).collect()
    };
    let (points, posts) = (county_of("scenarios/yuxi/demand.csv"), county_of("scenarios/yuxi/posts-before.csv"));
    let post_of: BTreeMap<String, String> = table(&root.join("scenarios/yuxi/units-before.csv"))
        .into_iter()
        .map(|mut r| (r.remove("id").unwrap(), r.remove("post").unwrap()))
        .collect();
    assert!(dispatched.iter().all(|r| points[&r["point"]] == posts[&post_of[&r["unit"]]]));

    // Flow, units and hospitals.
    let per_day = |n: usize| n as f64 / (replications * days);
    close("phone calls", per_day(calls.len()), &summary["flow"]["phone_calls"]["mean"]);
    close("dispatches", per_day(dispatched.len()), &summary["flow"]["dispatches"]["mean"]);
    let transported = dispatched.iter().filter(|r| !r["hospital"].is_empty()).count();
    close("transported", per_day(transported), &summary["flow"]["transported"]["mean"]);
    for unit in summary["units"].as_array().unwrap() {
        let n = dispatched.iter().filter(|r| r["unit"] == *unit["id"].as_str().unwrap()).count();
        close("dispatches of a unit", per_day(n), &unit["dispatches_per_day"]["mean"]);
    }
    for hospital in summary["hospitals"].as_array().unwrap() {
        let n = dispatched.iter().filter(|r| r["hospital"] == *hospital["id"].as_str().unwrap()).count();
        close("patients of a hospital", per_day(n), &hospital["patients_per_day"]["mean"]);
    }
}
