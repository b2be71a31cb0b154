//! `goldenhour network import`

use super::super::args::Common;
use super::super::{CliError, show};
use super::{megabytes, mode, named_or_file};
use crate::experiment::profile;
use crate::fault::{Fault, Faults};
use crate::network::{Loaded, Step, load};
use crate::text::{Lang, Text};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// When each step began, and the bar that shows it.
struct Watch {
    bar: ProgressBar,
    lang: Lang,
    begun: Vec<(Step, Instant)>,
}

impl Watch {
    fn new(common: &Common) -> Watch {
        let bar =
            if common.quiet || !std::io::stderr().is_terminal() { ProgressBar::hidden() } else { ProgressBar::new(4) };
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(100));
        Watch { bar, lang: common.lang(), begun: Vec::new() }
    }

    fn step(&mut self, step: Step) {
        self.bar.set_position(self.begun.len() as u64);
        self.bar.set_message(name(step).get(self.lang).to_string());
        self.begun.push((step, Instant::now()));
    }

    /// The steps with their seconds.
    fn seconds(&self, end: Instant) -> Vec<(Step, f64)> {
        let ends = self.begun.iter().skip(1).map(|b| b.1).chain([end]);
        self.begun.iter().zip(ends).map(|((step, begun), end)| (*step, (end - *begun).as_secs_f64())).collect()
    }
}

fn name(step: Step) -> Text {
    match step {
        Step::Reading => Text::new("读取", "reading"),
        Step::Importing => Text::new("生成路网", "making roads"),
        Step::Preparing => Text::new("计算路网层次", "preparing the hierarchy"),
        Step::Writing => Text::new("写入缓存", "keeping the result"),
    }
}

/// Imports an extract, prepares it and keeps the result; says how large it is and how long it took.
pub(super) fn import(file: &Path, profile_name: &str, no_cache: bool, common: &Common) -> Result<(), CliError> {
    let speed = profile(&named_or_file(profile_name))?;
    let start = Instant::now();
    let mut watch = Watch::new(common);
    let loaded = load(file, &speed, &mode(no_cache), &mut |step| watch.step(step));
    let end = Instant::now();
    watch.bar.finish_and_clear();
    let loaded = loaded.map_err(|e| Faults::from(Fault::from(e)))?;
    let steps = watch.seconds(end);
    let total = (end - start).as_secs_f64();
    if !common.quiet {
        let mut notes = Faults::new();
        loaded.notes.iter().for_each(|note| notes.push(Fault::warning(note)));
        show::faults(&notes, common);
    }
    let mut out = anstream::stdout().lock();
    if common.json {
        let value = json(file, &speed.name, &loaded, &steps, total);
        let text = serde_json::to_string_pretty(&value).map_err(|e| CliError::Internal(e.to_string()))?;
        let _ = writeln!(out, "{text}");
        return Ok(());
    }
    let lang = common.lang();
    let mut line = |name: Text, value: String| {
        let _ = writeln!(out, "{} {value}", super::padded(name.get(lang)));
    };
    let (s, h) = (&loaded.import.stats, &loaded.topology.hierarchy);
    line(Text::new("文件", "file"), file.display().to_string());
    line(Text::new("车速配置", "profile"), speed.name.clone());
    let kept = format!("{} junctions, {} roads, {} edges, {:.1} km", s.junctions, s.roads, s.edges, s.road_km);
    let kept_zh = format!("{} 个路口，{} 段道路，{} 条有向边，{:.1} 公里", s.junctions, s.roads, s.edges, s.road_km);
    line(Text::new("路网", "kept"), Text::new(kept_zh, kept).get(lang).to_string());
    let size = format!("{} arcs, height {}, {}", h.arcs(), h.height(), megabytes(h.bytes() as u64));
    let size_zh = format!("{} 条弧，高度 {}，{}", h.arcs(), h.height(), megabytes(h.bytes() as u64));
    line(Text::new("路网层次", "hierarchy"), Text::new(size_zh, size).get(lang).to_string());
    for (step, seconds) in &steps {
        line(name(*step), format!("{seconds:.3} s"));
    }
    line(Text::new("合计", "in all"), format!("{total:.3} s"));
    let state = match (&loaded.file, loaded.from_cache) {
        (Some((path, size)), true) => Text::new(
            format!("已有，直接读取：{}（{}）", path.display(), megabytes(*size)),
            format!("was there and was read: {} ({})", path.display(), megabytes(*size)),
        ),
        (Some((path, size)), false) => Text::new(
            format!("已写入：{}（{}）", path.display(), megabytes(*size)),
            format!("written to {} ({})", path.display(), megabytes(*size)),
        ),
        (None, _) => Text::new("未保存", "not kept"),
    };
    line(Text::new("缓存", "prepared network"), state.get(lang).to_string());
    Ok(())
}

fn json(file: &Path, profile: &str, loaded: &Loaded, steps: &[(Step, f64)], total: f64) -> serde_json::Value {
    let seconds: serde_json::Map<String, serde_json::Value> =
        steps.iter().map(|(step, s)| (format!("{step:?}").to_lowercase(), (*s).into())).collect();
    let h = &loaded.topology.hierarchy;
    serde_json::json!({
        "file": file.display().to_string(),
        "profile": profile,
        "digest": loaded.import.digest,
        "stats": loaded.import.stats,
        "hierarchy": { "arcs": h.arcs(), "height": h.height(), "bytes": h.bytes() },
        "from_cache": loaded.from_cache,
        "cache_file": loaded.file.as_ref().map(|f| f.0.display().to_string()),
        "cache_bytes": loaded.file.as_ref().map(|f| f.1),
        "notes": loaded.notes,
        "seconds": seconds,
        "seconds_in_all": total,
    })
}
