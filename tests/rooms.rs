//! A room uses only rooms on its own floor or below: reads the `crate::` paths of every source file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Floors of the rooms, lowest first. Rooms of one floor may use one another only where it is written here.
const FLOORS: &[(&str, u32)] = &[
    ("units", 0),
    ("ids", 0),
    ("digest", 0),
    ("memory", 0),
    ("text", 0),
    ("quality", 0),
    ("geo", 0),
    ("fault", 0),
    ("aside", 0),
    ("input", 0),
    ("random", 0),
    ("stats", 0),
    ("network", 1),
    ("facilities", 1),
    ("demand", 1),
    ("scenario", 2),
    ("sim", 3),
    ("standards", 4),
    ("coverage", 4),
    ("jemss", 4),
    ("siting", 4),
    ("experiment", 5),
    ("report", 6),
    ("cli", 7),
];

/// Sideways steps that are meant: demand points lie in counties; rates, hours and shifts follow windows of time.
const SIDEWAYS: &[(&str, &str)] = &[("demand", "facilities"), ("demand", "network"), ("facilities", "network")];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn no_room_reaches_upward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let floors: BTreeMap<&str, u32> = FLOORS.iter().copied().collect();
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut wrong = Vec::new();
    let mut seen = 0;
    for file in files {
        let inside = file.strip_prefix(&src).unwrap();
        let room =
            inside.components().next().unwrap().as_os_str().to_str().unwrap().trim_end_matches(".rs").to_string();
        if room == "lib" || room == "main" {
            continue;
        }
        let floor = *floors.get(room.as_str()).unwrap_or_else(|| panic!("the room {room} has no floor in this test"));
        let text = fs::read_to_string(&file).unwrap();
        // Tests at the end of a file may build what they need from anywhere.
        let text = text.split("#[cfg(test)]").next().unwrap();
        if inside.to_string_lossy().contains("tests") {
            continue;
        }
        for line in text.lines().filter(|l| !l.trim_start().starts_with("//")) {
            for used in line.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let Some(&other) = floors.get(name.as_str()) else { continue };
                seen += 1;
                let sideways = other == floor && name != room && floor > 0;
                let allowed = SIDEWAYS.contains(&(room.as_str(), name.as_str()));
                if other > floor || (sideways && !allowed) {
                    wrong.push(format!("{}: {room} (floor {floor}) uses {name} (floor {other})", inside.display()));
                }
            }
        }
    }
    assert!(seen > 100, "only {seen} uses were seen: does the test still read the sources?");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
