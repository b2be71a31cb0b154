//! `goldenhour import …`

use super::CliError;
use super::args::{Common, ImportCommand, JemssArgs};
use crate::fault::Fault;
use crate::jemss::{
    City, Differences, NodeWays, Replayed, Timing, compare, replay, write_ambulances, write_calls, write_scenario,
};
use crate::report::words::Word;
use crate::text::Lang;
use std::io::Write;

/// `goldenhour import …`
pub(super) fn import(command: ImportCommand, common: &Common) -> Result<(), CliError> {
    match command {
        ImportCommand::Jemss(args) => jemss(&args, common),
    }
}

fn jemss(args: &JemssArgs, common: &Common) -> Result<(), CliError> {
    let begun = std::time::Instant::now();
    let city = City::read(&args.folder)?;
    let ways = NodeWays::new(&city)?;
    let prepared_s = begun.elapsed().as_secs_f64();
    let replayed = replay(&city, &ways);
    let timing = Timing::of(&city, &ways);
    if let Some(out) = &args.out {
        std::fs::create_dir_all(out).map_err(|e| Fault::io("make the folder", out, &e))?;
        write_calls(&out.join("calls_out.csv"), &city, ways.points(), &replayed)?;
        write_ambulances(&out.join("ambs_out.csv"), &city, &replayed)?;
    }
    if let Some(folder) = &args.scenario {
        std::fs::create_dir_all(folder).map_err(|e| Fault::io("make the folder", folder, &e))?;
        write_scenario(&city, &ways, folder)?;
    }
    let expected = args.expect.as_ref().map(|folder| compare(folder, &city, ways.points(), &replayed)).transpose()?;
    let told = Told { city: &city, ways: &ways, replayed: &replayed, prepared_s, timing, expected: expected.as_ref() };
    let mut out = anstream::stdout().lock();
    let text = if common.json { told.json() } else { told.text(common.lang()) };
    let _ = writeln!(out, "{text}");
    if let (Some(folder), false) = (&args.out, common.json) {
        let _ = writeln!(out, "{}", folder.display());
    }
    match expected {
        Some(found) if !found.other.is_empty() || !found.ambulances.is_empty() => Err(CliError::Missed),
        _ => Ok(()),
    }
}

/// What is told of a replay.
struct Told<'a> {
    city: &'a City,
    ways: &'a NodeWays,
    replayed: &'a Replayed,
    prepared_s: f64,
    timing: Timing,
    expected: Option<&'a Differences>,
}

impl Told<'_> {
    fn json(&self) -> String {
        let mut value = serde_json::json!({
            "nodes": self.city.nodes.len(),
            "arcs": self.city.arcs.len(),
            "deciding_nodes": self.ways.deciding_nodes(),
            "stations": self.city.stations.len(),
            "hospitals": self.city.hospitals.len(),
            "ambulances": self.city.ambulances.len(),
            "calls": self.city.calls.len(),
            "mean_response_minutes": self.replayed.mean_response_minutes(self.city),
            "share_in_time": self.replayed.share_in_time(self.city),
            "prepared_seconds": self.prepared_s,
            "calls_per_second": self.timing.calls_per_second(),
        });
        if let Some(found) = self.expected {
            let one = |list: &[usize]| list.iter().map(|i| i + 1).collect::<Vec<_>>();
            value["expected"] = serde_json::json!({
                "calls": found.calls,
                "calls_that_differ": one(&found.other),
                "worst_time_difference_days": found.worst_days,
                "ambulances_that_differ": one(&found.ambulances),
                "worst_ambulance_difference": found.worst_ambulance,
            });
        }
        value.to_string()
    }

    fn text(&self, lang: Lang) -> String {
        let (c, w, r) = (self.city, self.ways, self.replayed);
        let n = |count: usize| count.to_string();
        let mut lines = vec![
            filled(
                Word::ReplaySize,
                lang,
                &[
                    ("nodes", n(c.nodes.len())),
                    ("deciding", n(w.deciding_nodes())),
                    ("arcs", n(c.arcs.len())),
                    ("stations", n(c.stations.len())),
                    ("hospitals", n(c.hospitals.len())),
                    ("ambulances", n(c.ambulances.len())),
                    ("calls", n(c.calls.len())),
                ],
            ),
            filled(
                Word::ReplayResponse,
                lang,
                &[
                    ("mean", format!("{:.4}", r.mean_response_minutes(c))),
                    ("share", format!("{:.2}", r.share_in_time(c) * 100.0)),
                ],
            ),
            filled(
                Word::ReplaySpeed,
                lang,
                &[
                    ("prepared", format!("{:.1}", self.prepared_s)),
                    ("rate", format!("{:.0}", self.timing.calls_per_second())),
                ],
            ),
        ];
        if let Some(d) = self.expected {
            lines.push(filled(
                Word::ReplayCompared,
                lang,
                &[
                    ("calls", n(d.calls)),
                    ("differ", n(d.other.len())),
                    ("days", format!("{:.1e}", d.worst_days)),
                    ("ambulances", n(d.ambulances.len())),
                ],
            ));
            if !d.other.is_empty() {
                let first: Vec<String> = d.other.iter().take(10).map(|i| n(i + 1)).collect();
                lines.push(filled(Word::ReplayDiffer, lang, &[("calls", first.join(", "))]));
            }
        }
        lines.join("\n")
    }
}

fn filled(word: Word, lang: Lang, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    word.fill(lang, &values)
}
