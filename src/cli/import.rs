//! `goldenhour import …`

use super::CliError;
use super::args::{Common, ImportCommand, JemssArgs};
use crate::fault::Fault;
use crate::jemss::{
    City, Differences, NodeWays, Replayed, Timing, compare, replay, write_ambulances, write_calls, write_scenario,
};
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
        let (c, w) = (self.city, self.ways);
        let mean = self.replayed.mean_response_minutes(c);
        let share = self.replayed.share_in_time(c) * 100.0;
        let rate = self.timing.calls_per_second();
        let mut lines = match lang {
            Lang::Zh => vec![
                format!(
                    "路网 {} 个节点（其中决策节点 {}），{} 条弧；急救站 {}，医院 {}，救护车 {}，呼叫 {}",
                    c.nodes.len(),
                    w.deciding_nodes(),
                    c.arcs.len(),
                    c.stations.len(),
                    c.hospitals.len(),
                    c.ambulances.len(),
                    c.calls.len()
                ),
                format!("平均反应时间 {mean:.4} 分钟，按时到达 {share:.2}%"),
                format!("准备 {:.1} 秒，回放每秒 {rate:.0} 个呼叫（单线程）", self.prepared_s),
            ],
            Lang::En => vec![
                format!(
                    "{} road nodes ({} where there is something to decide), {} arcs; {} stations, {} hospitals, {} ambulances, {} calls",
                    c.nodes.len(),
                    w.deciding_nodes(),
                    c.arcs.len(),
                    c.stations.len(),
                    c.hospitals.len(),
                    c.ambulances.len(),
                    c.calls.len()
                ),
                format!("mean response {mean:.4} min, {share:.2} % in time"),
                format!("prepared in {:.1} s, replayed at {rate:.0} calls/s (one thread)", self.prepared_s),
            ],
        };
        if let Some(d) = self.expected {
            let (calls, units) = (d.other.len(), d.ambulances.len());
            lines.push(match lang {
                Lang::Zh => format!(
                    "与 JEMSS 相比：{} 个呼叫中 {calls} 个不同，时间最大相差 {:.1e} 天；救护车 {units} 辆不同",
                    d.calls, d.worst_days
                ),
                Lang::En => format!(
                    "against JEMSS: {calls} of {} calls differ, times by {:.1e} days at most; {units} ambulances differ",
                    d.calls, d.worst_days
                ),
            });
            if calls > 0 {
                let first: Vec<String> = d.other.iter().take(10).map(|i| (i + 1).to_string()).collect();
                lines.push(match lang {
                    Lang::Zh => format!("不同的呼叫：{}", first.join(", ")),
                    Lang::En => format!("calls that differ: {}", first.join(", ")),
                });
            }
        }
        lines.join("\n")
    }
}
