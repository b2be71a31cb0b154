//! `goldenhour network …`

mod import;
mod info;

use super::CliError;
use super::args::{Common, NetworkCommand, SynthArgs};
use crate::experiment::profile;
use crate::fault::{Fault, Faults};
use crate::network::{CacheMode, synth};
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
        NetworkCommand::Import { file, profile, no_cache } => import::import(&file, &profile, no_cache, common),
        NetworkCommand::Info { file, profile, cross_check } => info::info(&file, &profile, cross_check, common),
        NetworkCommand::Synth(args) => make(&args, common),
        NetworkCommand::Profile { name } => {
            let found = profile(&NamedOrFile::Builtin(name))?;
            let _ = write!(anstream::stdout().lock(), "{}", found.toml());
            Ok(())
        }
    }
}

/// Where prepared networks are kept.
fn mode(no_cache: bool) -> CacheMode {
    if no_cache { CacheMode::Off } else { CacheMode::from_env() }
}

/// A size for people.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// A label filled up to the width of a column; Chinese characters take two places.
pub(super) fn padded(label: &str) -> String {
    const WIDTH: usize = 28;
    let taken: usize = label.chars().map(|c| if c < '\u{2e80}' { 1 } else { 2 }).sum();
    format!("{label}{}", " ".repeat(WIDTH.saturating_sub(taken)))
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
