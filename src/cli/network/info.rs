//! `goldenhour network info`

use super::super::CliError;
use super::super::args::Common;
use super::named_or_file;
use crate::experiment::profile;
use crate::fault::{Fault, Faults};
use crate::network::inspect::{ISOLATED_M, Inspection, ObjectCounts, count_again, inspect};
use crate::network::{FeatureKind, ImportStats, OsmImport, osm};
use crate::text::Text;
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// Isolated places and dropped parts shown one by one.
const LISTED: usize = 10;

#[derive(Serialize)]
struct Info<'a> {
    file: String,
    source: &'a str,
    synthetic: bool,
    digest: &'a str,
    profile: &'a str,
    #[serde(flatten)]
    stats: &'a ImportStats,
    inspection: &'a Inspection,
    #[serde(skip_serializing_if = "Option::is_none")]
    cross_check: Option<CrossCheck>,
}

/// The extract as another reader counts it.
#[derive(Clone, Copy, Serialize)]
struct CrossCheck {
    #[serde(flatten)]
    counts: ObjectCounts,
    /// Whether nodes and ways are as many as were imported.
    agrees: bool,
}

fn cross_check(file: &Path, stats: &ImportStats) -> Result<CrossCheck, Fault> {
    let counts = count_again(file).map_err(|e| {
        let message = format!("osmpbfreader could not read {}: {e}", file.display());
        Fault::error(message).hint("without --cross-check the extract is read by goldenhour alone")
    })?;
    Ok(CrossCheck { counts, agrees: (counts.nodes, counts.ways) == (stats.nodes_read, stats.ways_read) })
}

/// Reads an extract and says what is in it, what was dropped and what looks odd.
pub(super) fn info(file: &Path, profile_name: &str, again: bool, common: &Common) -> Result<(), CliError> {
    let speed = profile(&named_or_file(profile_name))?;
    let import = osm::import(file, &speed).map_err(|e| Faults::from(Fault::from(e)))?;
    let inspection = inspect(&import);
    let cross_check = again.then(|| cross_check(file, &import.stats)).transpose().map_err(Faults::from)?;
    let mut out = anstream::stdout().lock();
    if common.json {
        let info = Info {
            file: file.display().to_string(),
            source: &import.source,
            synthetic: import.synthetic,
            digest: &import.digest,
            profile: &speed.name,
            stats: &import.stats,
            inspection: &inspection,
            cross_check,
        };
        let text = serde_json::to_string_pretty(&info).map_err(|e| CliError::Internal(e.to_string()))?;
        let _ = writeln!(out, "{text}");
        return Ok(());
    }
    let lang = common.lang();
    let mut all = lines(file, &speed.name, &import, &inspection);
    if let Some(CrossCheck { counts: ObjectCounts { nodes, ways, relations }, agrees }) = cross_check {
        let (zh, en) = if agrees { ("一致", "the same") } else { ("不一致", "NOT the same") };
        all.push((
            Text::new("osmpbfreader 对照", "read by osmpbfreader"),
            Text::new(
                format!("{nodes} 个节点、{ways} 条路径、{relations} 个关系：{zh}"),
                format!("{nodes} nodes, {ways} ways, {relations} relations: {en}"),
            ),
        ));
    }
    for (name, value) in all {
        let _ = writeln!(out, "{} {}", super::padded(name.get(lang)), value.get(lang));
    }
    Ok(())
}

fn kind_name(kind: FeatureKind) -> Text {
    match kind {
        FeatureKind::Hospital => Text::new("医院", "hospital"),
        FeatureKind::Clinic => Text::new("诊所", "clinic"),
        FeatureKind::AmbulanceStation => Text::new("急救站", "ambulance station"),
        FeatureKind::FireStation => Text::new("消防站", "fire station"),
        FeatureKind::Place => Text::new("地点", "place"),
    }
}

fn lines(file: &Path, profile: &str, import: &OsmImport, seen: &Inspection) -> Vec<(Text, Text)> {
    let mut out = about(file, profile, import, seen);
    out.extend(kept(&import.stats, seen));
    out.extend(odd(import, seen));
    for (class, km) in &import.stats.classes {
        out.push((Text::same(format!("  {class}")), Text::same(format!("{km:.1} km"))));
    }
    out
}

fn about(file: &Path, profile: &str, import: &OsmImport, seen: &Inspection) -> Vec<(Text, Text)> {
    let yes_no = |b: bool| if b { Text::new("是", "yes") } else { Text::new("否", "no") };
    let source = match import.source.as_str() {
        "" => Text::new("未注明", "not stated"),
        text => Text::same(text),
    };
    let bounds = seen.bounds.map_or(Text::same("-"), |b| {
        Text::same(format!("{:.5}, {:.5} – {:.5}, {:.5}", b.min.lat, b.min.lon, b.max.lat, b.max.lon))
    });
    vec![
        (Text::new("文件", "file"), Text::same(file.display().to_string())),
        (Text::new("来源", "source"), source),
        (Text::new("是否合成", "synthetic"), yes_no(import.synthetic)),
        (Text::new("摘要", "digest"), Text::same(import.digest.clone())),
        (Text::new("车速配置", "profile"), Text::same(profile)),
        (Text::new("范围（纬度, 经度）", "box (lat, lon)"), bounds),
    ]
}

fn kept(s: &ImportStats, seen: &Inspection) -> Vec<(Text, Text)> {
    let mut out = vec![
        (
            Text::new("读入", "read"),
            Text::new(
                format!("{} 个节点，{} 条路线，其中道路 {} 条", s.nodes_read, s.ways_read, s.road_ways),
                format!("{} nodes, {} ways, of these {} roads", s.nodes_read, s.ways_read, s.road_ways),
            ),
        ),
        (
            Text::new("保留", "kept"),
            Text::new(
                format!("{} 个路口，{} 段道路，{} 条有向边，{:.1} 公里", s.junctions, s.roads, s.edges, s.road_km),
                format!("{} junctions, {} roads, {} edges, {:.1} km of road", s.junctions, s.roads, s.edges, s.road_km),
            ),
        ),
        (Text::new("尽头路口、环路", "dead ends, loops"), Text::same(format!("{}, {}", seen.dead_ends, seen.loops))),
        (
            Text::new("舍弃（不在主连通部分）", "dropped (not in main part)"),
            Text::new(
                format!(
                    "{} 个路口，{} 条有向边，{:.1} 公里，共 {} 部分（连通部分总数 {}）",
                    s.dropped_junctions,
                    s.dropped_edges,
                    s.dropped_km,
                    s.components.saturating_sub(1),
                    s.components
                ),
                format!(
                    "{} junctions, {} edges, {:.1} km, in {} parts",
                    s.dropped_junctions,
                    s.dropped_edges,
                    s.dropped_km,
                    s.components.saturating_sub(1)
                ),
            ),
        ),
        (
            Text::new("  其中边界切断", "  cut off by the edge"),
            Text::new(
                format!("{} 部分，{:.1} 公里", s.border_parts, s.border_km),
                format!("{} parts, {:.1} km", s.border_parts, s.border_km),
            ),
        ),
    ];
    for part in s.dropped_parts.iter().take(LISTED) {
        let (lat, lon) = (part.at.lat, part.at.lon);
        let text = Text::new(
            format!("{} 个路口，{:.1} 公里，位于 {lat:.5}, {lon:.5}", part.junctions, part.km),
            format!("{} junctions, {:.1} km at {lat:.5}, {lon:.5}", part.junctions, part.km),
        );
        out.push((Text::same(""), text));
    }
    out
}

fn odd(import: &OsmImport, seen: &Inspection) -> Vec<(Text, Text)> {
    let s = &import.stats;
    let mut out = vec![
        (
            Text::new("缺失节点的引用", "missing node references"),
            Text::new(
                format!("{}（{} 条道路被截断，{} 条丢失）", s.missing_node_refs, s.ways_cut, s.ways_lost),
                format!("{} ({} ways cut, {} lost)", s.missing_node_refs, s.ways_cut, s.ways_lost),
            ),
        ),
        (
            Text::new("轮渡、闸门、路障", "ferries, gates, barriers"),
            Text::same(format!("{}, {}, {}", s.ferries, s.gates, s.blocked_nodes)),
        ),
        (
            Text::new("转向限制", "turn restrictions"),
            Text::new(
                format!(
                    "{} 条：适用 {}，仅部分时段 {}，无法对应 {}",
                    s.restrictions_read, s.restrictions_kept, s.restrictions_conditional, s.restrictions_unresolved
                ),
                format!(
                    "{}: {} hold, {} at some times only, {} lead over roads not kept or are not clear",
                    s.restrictions_read, s.restrictions_kept, s.restrictions_conditional, s.restrictions_unresolved
                ),
            ),
        ),
        (
            Text::new("无限速标注的道路", "roads without maxspeed"),
            Text::same(format!("{:.1} km ({:.0} %)", seen.km_without_maxspeed, 100.0 * seen.share_without_maxspeed)),
        ),
        (Text::new("无法识别的限速", "unreadable maxspeed"), Text::same(s.bad_maxspeeds.to_string())),
    ];
    for (kind, count) in &seen.places {
        let far = seen.isolated.iter().filter(|p| p.kind == *kind).count();
        let name = kind_name(*kind);
        out.push((
            Text::new(name.zh, format!("{}s", name.en)),
            Text::new(
                format!("{count} 处，其中 {far} 处距路网超过 {ISOLATED_M:.0} 米"),
                format!("{count}, of these {far} more than {ISOLATED_M:.0} m from any road kept"),
            ),
        ));
    }
    for place in seen.isolated.iter().take(LISTED) {
        let name = if place.name.is_empty() { place.osm.clone() } else { format!("{} ({})", place.name, place.osm) };
        let metres = place.distance_m.map_or("-".to_string(), |m| format!("{m:.0}"));
        let kind = kind_name(place.kind);
        let (near_zh, near_en) = if place.dropped_part_near {
            ("，附近有舍弃的道路", ", roads that were dropped are near")
        } else {
            ("", "")
        };
        out.push((
            Text::same(""),
            Text::new(
                format!("{}：{name}，{metres} 米{near_zh}", kind.zh),
                format!("{} {name}: {metres} m{near_en}", kind.en),
            ),
        ));
    }
    out
}
