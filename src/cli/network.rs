//! `goldenhour network …`

use super::CliError;
use super::args::{Common, NetworkCommand, SynthArgs};
use crate::experiment::profile;
use crate::fault::{Fault, Faults};
use crate::network::{osm, synth};
use crate::scenario::NamedOrFile;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A built-in name, or a path that ends in `.toml`.
pub(super) fn named_or_file(text: &str) -> NamedOrFile {
    if text.ends_with(".toml") { NamedOrFile::File(PathBuf::from(text)) } else { NamedOrFile::Builtin(text.into()) }
}

/// `goldenhour network …`
pub(super) fn network(command: NetworkCommand, common: &Common) -> Result<(), CliError> {
    match command {
        NetworkCommand::Info { file, profile } => info(&file, &profile, common),
        NetworkCommand::Synth(args) => make(&args, common),
        NetworkCommand::Profile { name } => {
            let found = profile(&NamedOrFile::Builtin(name))?;
            let _ = write!(anstream::stdout().lock(), "{}", found.toml());
            Ok(())
        }
    }
}

fn info(file: &Path, profile_name: &str, common: &Common) -> Result<(), CliError> {
    let speed = profile(&named_or_file(profile_name))?;
    let import = osm::import(file, &speed).map_err(|e| Faults::from(Fault::from(e)))?;
    let mut out = anstream::stdout().lock();
    if common.json {
        let text = serde_json::to_string_pretty(&import.stats).map_err(|e| CliError::Internal(e.to_string()))?;
        let _ = writeln!(out, "{text}");
        return Ok(());
    }
    let s = &import.stats;
    let mut line = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<28} {value}");
    };
    line("file", file.display().to_string());
    line("source", if import.source.is_empty() { "not stated".into() } else { import.source.clone() });
    line("synthetic", if import.synthetic { "yes".into() } else { "no".into() });
    line("digest", import.digest.clone());
    line("profile", speed.name.clone());
    line("read", format!("{} nodes, {} ways, of these {} roads", s.nodes_read, s.ways_read, s.road_ways));
    line("kept", format!("{} junctions, {} edges, {:.1} km of road", s.junctions, s.edges, s.road_km));
    line(
        "dropped (not in main part)",
        format!(
            "{} junctions, {} edges, {:.1} km, in {} parts",
            s.dropped_junctions,
            s.dropped_edges,
            s.dropped_km,
            s.components.saturating_sub(1)
        ),
    );
    for part in &s.dropped_parts {
        line("", format!("{} junctions, {:.1} km at {:.5}, {:.5}", part.junctions, part.km, part.at.lat, part.at.lon));
    }
    line("missing node references", format!("{} ({} ways cut, {} lost)", s.missing_node_refs, s.ways_cut, s.ways_lost));
    line("ferries, gates, barriers", format!("{}, {}, {}", s.ferries, s.gates, s.blocked_nodes));
    line("unreadable maxspeed", s.bad_maxspeeds.to_string());
    for (class, km) in &s.classes {
        line(&format!("  {class}"), format!("{km:.1} km"));
    }
    Ok(())
}

fn make(args: &SynthArgs, common: &Common) -> Result<(), CliError> {
    let facts = match (&args.facts, args.size) {
        (Some(folder), _) => synth::Facts::load(folder)?,
        (None, Some(size)) if args.generic => synth::Facts::generic(size, args.seed),
        _ => synth::Facts::bundled()?,
    };
    let options = synth::SynthOptions { seed: args.seed, size: args.size };
    let made = synth::generate(&facts, &options).map_err(|e| Fault::error(e.to_string()))?;
    let write = |path: &Path, bytes: &[u8]| crate::aside::write(path, bytes).map_err(|fault| Faults::from(*fault));
    // Everything is made before the first file is touched.
    write(&args.out, &made.pbf)?;
    write(&args.out.with_file_name(manifest_name(&args.out)), made.manifest.as_bytes())?;
    if let Some(folder) = &args.tables {
        for (name, text) in &made.tables {
            write(&folder.join(name), text.as_bytes())?;
        }
    }
    if !common.quiet {
        let r = &made.report;
        let mut out = anstream::stdout().lock();
        let _ =
            writeln!(out, "{}: {} road nodes, {} ways, {} bytes", args.out.display(), r.nodes, r.ways, made.pbf.len());
        for pair in &r.pairs {
            let used = if pair.used { "" } else { " (not aimed at)" };
            let deviation = 100.0 * pair.deviation();
            let _ = writeln!(
                out,
                "  {} – {}: {:.1} km, published {:.1} km, {deviation:+.1} %{used}",
                pair.from, pair.to, pair.network_km, pair.published_km
            );
        }
    }
    Ok(())
}

/// `yuxi.osm.pbf` → `yuxi.toml`.
fn manifest_name(pbf: &Path) -> String {
    let name = pbf.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    format!("{}.toml", name.strip_suffix(".osm.pbf").or(name.strip_suffix(".pbf")).unwrap_or(&name))
}
