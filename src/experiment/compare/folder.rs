//! The folder of a comparison: written aside and renamed, so that an earlier good one is never lost.

use super::comparison::Comparison;
use crate::experiment::{FolderError, replace_folder_where};
use std::fs;
use std::path::Path;

/// Longer names are cut; file systems allow 255 bytes.
const LONGEST: usize = 180;

/// `<a>--<b>` of the scenarios' names. Where there are too many, the digest of all names stands for the rest.
pub fn folder_name(comparison: &Comparison) -> String {
    let names: Vec<&str> = comparison.systems.iter().map(|s| s.scenario.name.as_str()).collect();
    let all = names.join("--");
    if all.len() <= LONGEST {
        return all;
    }
    let digest = crate::digest::of(all.as_bytes());
    let mut cut = LONGEST - 10;
    while !all.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}--{}", &all[..cut], &digest[..8])
}

/// Charts of a comparison; with more than two scenarios, `-` and a letter follow.
const CHARTS: [&str; 4] = ["difference-by-county", "response-distribution", "people", "difference-map"];

/// Whether a comparison writes a file of this name; all else in its folder is the user's.
fn is_ours(path: &Path) -> bool {
    let Some(name) = path.to_str().map(|name| name.replace('\\', "/")) else { return false };
    let Some((stem, _)) = name
        .strip_prefix("charts/")
        .and_then(|chart| chart.rsplit_once('.'))
        .filter(|(_, kind)| ["svg", "png"].contains(kind))
    else {
        return ["compare.json", "compare.html", "points.csv", "map.json"].contains(&name.as_str());
    };
    let of_pair =
        |rest: &str| rest.strip_prefix('-').is_some_and(|l| l.len() == 1 && l.as_bytes()[0].is_ascii_lowercase());
    CHARTS.iter().any(|chart| stem.strip_prefix(chart).is_some_and(|rest| rest.is_empty() || of_pair(rest)))
}

/// Writes a folder at `target` with `compare.json`, the `map.json` of its maps and what `also` adds to it. An earlier folder there gives way when all is
/// complete, and stays as it was if anything fails. Of the earlier folder, files that no comparison writes (the user's notes)
/// are kept; its charts are not, as they may show other results.
///
/// # Errors
/// [`FolderError`], or whatever `also` returns.
pub fn write_comparison<E: From<FolderError>>(
    target: &Path,
    comparison: &Comparison,
    also: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    replace_folder_where(target, &is_ours, |folder| {
        let json = folder.join("compare.json");
        let text = serde_json::to_string_pretty(comparison)
            .map_err(|e| FolderError::Content { path: json.clone(), reason: e.to_string() })?;
        fs::write(&json, text + "\n").map_err(FolderError::io("write", &json))?;
        if let Some(map) = &comparison.map {
            let path = folder.join("map.json");
            let text = serde_json::to_string(map)
                .map_err(|e| FolderError::Content { path: path.clone(), reason: e.to_string() })?;
            fs::write(&path, text + "\n").map_err(FolderError::io("write", &path))?;
        }
        also(folder)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_comparison_writes_is_known() {
        for ours in [
            "compare.json",
            "points.csv",
            "charts/people.svg",
            "map.json",
            "charts/difference-map-c.png",
            "charts/difference-by-county-b.png",
        ] {
            assert!(is_ours(Path::new(ours)), "{ours}");
        }
        for not in
            ["notes.txt", "charts/people.txt", "charts/people-for-the-mayor.png", "charts/x/people.svg", "charts"]
        {
            assert!(!is_ours(Path::new(not)), "{not}");
        }
    }
}
