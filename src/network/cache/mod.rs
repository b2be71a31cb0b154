//! The prepared network beside its extract.
//!
//! Importing an extract and preparing its hierarchy takes seconds for a province; reading the result takes a fraction of
//! that. [`load`] keeps it in the folder `.goldenhour-cache` beside the extract (or where [`CacheMode`] says), in a file
//! `<extract>.<profile>.<key>.ghnet`. The key is made from the bytes of the extract, the text of the profile, the version
//! of the program and the source code that makes networks: when one of them changes the file is not used any more and
//! the next one replaces it. A file that is damaged is not used either; that is said, and nothing else happens. Files
//! are written under a name of their own and renamed, so that runs that start together do not meet half a file. Where
//! the folder cannot be written, things go on without.
//!
//! The file holds the import and the [`Topology`] of junctions. Further parts are added in `store` as sections with names
//! of their own, with the format number of `sections` raised.

mod sections;
mod store;

pub use sections::CacheError;

use super::graph::RoadGraph;
use super::hierarchy::Hierarchy;
use super::osm::{self, OsmError, OsmImport};
use super::profile::SpeedProfile;
use super::search_graph::SearchGraph;
use super::topology::Topology;
use crate::digest::{self, Digester};
use sections::{FORMAT, SectionReader, SectionWriter};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Name of the folder beside the extract.
pub const FOLDER: &str = ".goldenhour-cache";
/// The environment variable that [`CacheMode::from_env`] reads.
pub const VARIABLE: &str = "GOLDENHOUR_CACHE";
const EXTENSION: &str = "ghnet";

/// Where prepared networks are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CacheMode {
    /// In the folder `.goldenhour-cache` beside the extract.
    #[default]
    Beside,
    /// In this folder, for extracts from anywhere.
    Folder(PathBuf),
    /// Nowhere: each time anew.
    Off,
}

impl CacheMode {
    /// What `GOLDENHOUR_CACHE` says: `off`, a folder, or (unset or empty) beside the extract.
    pub fn from_env() -> CacheMode {
        match std::env::var_os(VARIABLE) {
            None => CacheMode::Beside,
            Some(value) if value.is_empty() => CacheMode::Beside,
            Some(value) if value.eq_ignore_ascii_case("off") => CacheMode::Off,
            Some(value) => CacheMode::Folder(value.into()),
        }
    }
}

/// What [`load`] is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Reading the extract, and the prepared network if there is one.
    Reading,
    /// Making roads of it.
    Importing,
    /// Ordering and completing the hierarchy.
    Preparing,
    /// Writing the prepared network.
    Writing,
}

/// A network, ready.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The import.
    pub import: OsmImport,
    /// The graph of junctions with its hierarchy.
    pub topology: Topology,
    /// Whether it was read as it had been prepared earlier.
    pub from_cache: bool,
    /// The file it was read from or written to, with its size in bytes.
    pub file: Option<(PathBuf, u64)>,
    /// Why a prepared network was not used or not written, in words; nothing that stops anything.
    pub notes: Vec<String>,
    /// Where further topologies of this network are kept.
    pub shelf: Shelf,
}

/// Where further topologies of a loaded network are kept: those of missions that turn restrictions bind or that pay for
/// turns. Each has a file of its own, `<extract>.<profile>+<label>.<key>.ghnet`.
#[derive(Clone, Debug, Default)]
pub struct Shelf(Option<Slot>);

impl Shelf {
    /// Prepares the topology of a search graph of `graph`, or reads it if it was prepared earlier. `label` tells the
    /// search graphs of one network apart, for instance by mission; a file is used for the same arcs only. Also returns
    /// what is to be noted.
    pub fn topology(&self, graph: &RoadGraph, label: &str, search: SearchGraph) -> (Topology, Option<String>) {
        let Some(slot) = self.0.as_ref().map(|s| s.of_search(label, &search)) else {
            return (Topology::prepare(graph, search), None);
        };
        let mut note = None;
        match slot.read_hierarchy(search.nodes(), search.tail.len()) {
            Ok(Some(hierarchy)) => return (Topology { search, hierarchy }, None),
            Ok(None) => {}
            Err(error) => note = Some(slot.not_used(&error)),
        }
        let topology = Topology::prepare(graph, search);
        let mut writer = SectionWriter::default();
        store::put_hierarchy(&topology.hierarchy, &mut writer);
        if let Err(error) = slot.write_sections(&writer) {
            note = Some(slot.not_kept(&error));
        }
        drop(writer);
        (topology, note)
    }
}

/// Reads an extract and prepares it, or reads what was prepared earlier.
///
/// # Errors
/// As [`osm::import`]. Whatever is wrong with the cache is only noted.
pub fn load(
    path: &Path,
    profile: &SpeedProfile,
    mode: &CacheMode,
    progress: &mut dyn FnMut(Step),
) -> Result<Loaded, OsmError> {
    progress(Step::Reading);
    let bytes = fs::read(path).map_err(|source| OsmError::Io { path: path.to_path_buf(), source })?;
    let digest = digest::of(&bytes);
    let slot = Slot::of(path, profile, &digest, mode);
    let mut notes = Vec::new();
    if let Some(slot) = &slot {
        match slot.read(profile) {
            Ok(Some((import, topology, size))) => {
                let file = Some((slot.file(), size));
                let shelf = Shelf(Some(slot.clone()));
                return Ok(Loaded { import, topology, from_cache: true, file, notes, shelf });
            }
            Ok(None) => {}
            Err(error) => notes.push(slot.not_used(&error)),
        }
    }
    progress(Step::Importing);
    let import = osm::import_digested(path, bytes, digest, profile)?;
    progress(Step::Preparing);
    let topology = Topology::junctions(&import.graph);
    let mut file = None;
    if let Some(slot) = &slot {
        progress(Step::Writing);
        match slot.write(&import, &topology) {
            Ok(size) => file = Some((slot.file(), size)),
            Err(error) => notes.push(slot.not_kept(&error)),
        }
    }
    Ok(Loaded { import, topology, from_cache: false, file, notes, shelf: Shelf(slot) })
}

/// A name as part of a file's name.
fn plain(text: &str) -> String {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    text.chars().take(60).map(|c| if fits(c) { c } else { '_' }).collect()
}

/// The place of one prepared network.
#[derive(Clone, Debug)]
struct Slot {
    folder: PathBuf,
    /// What the files of this extract and profile begin with.
    stem: String,
    key: [u8; 32],
}

impl Slot {
    fn of(path: &Path, profile: &SpeedProfile, extract: &str, mode: &CacheMode) -> Option<Slot> {
        let name = path.file_name()?.to_string_lossy().into_owned();
        let name = name.strip_suffix(".osm.pbf").or(name.strip_suffix(".pbf")).unwrap_or(&name);
        let mut stem = plain(name);
        let folder = match mode {
            CacheMode::Off => return None,
            CacheMode::Beside => path.parent().unwrap_or(Path::new("")).join(FOLDER),
            CacheMode::Folder(folder) => {
                // Extracts of one name from two folders must not push one another out.
                let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
                stem = format!("{stem}-{}", &digest::of(whole.to_string_lossy().as_bytes())[..8]);
                folder.clone()
            }
        };
        let key = Digester::new()
            .part("format", &FORMAT.to_le_bytes())
            .part("version", env!("CARGO_PKG_VERSION").as_bytes())
            .part("sources", env!("GOLDENHOUR_NETWORK_SOURCES").as_bytes())
            .part("extract", extract.as_bytes())
            .part("profile", profile.name.as_bytes())
            .part("rules", profile.digest().as_bytes())
            .key();
        Some(Slot { folder, stem: format!("{stem}.{}", plain(&profile.name)), key })
    }

    /// The place of another topology of the same network.
    fn of_search(&self, label: &str, search: &SearchGraph) -> Slot {
        let key = Digester::new()
            .part("network", &self.key)
            .part("tail", bytemuck::cast_slice(&search.tail))
            .part("head", bytemuck::cast_slice(&search.head))
            .key();
        Slot { folder: self.folder.clone(), stem: format!("{}+{}", self.stem, plain(label)), key }
    }

    fn not_used(&self, error: &CacheError) -> String {
        format!("the prepared network {} is not used: {error}", self.file().display())
    }

    fn not_kept(&self, error: &CacheError) -> String {
        format!("the prepared network was not kept in {}: {error}", self.folder.display())
    }

    fn name(&self) -> String {
        let key: String = self.key[..4].iter().map(|b| format!("{b:02x}")).collect();
        format!("{}.{key}.{EXTENSION}", self.stem)
    }

    fn file(&self) -> PathBuf {
        self.folder.join(self.name())
    }

    /// Opens what was prepared, if there is a file; also its size.
    fn open(&self) -> Result<Option<(SectionReader, u64)>, CacheError> {
        let file = match File::open(self.file()) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e.into()),
        };
        let size = file.metadata()?.len();
        Ok(Some((SectionReader::read(file, &self.key)?, size)))
    }

    fn read(&self, profile: &SpeedProfile) -> Result<Option<(OsmImport, Topology, u64)>, CacheError> {
        let Some((mut reader, size)) = self.open()? else { return Ok(None) };
        let hierarchy = store::take_hierarchy(&mut reader)?;
        let import = store::take_import(&mut reader, &profile.snap)?;
        let search = SearchGraph::junctions(&import.graph);
        store::check_hierarchy(&hierarchy, import.graph.node_count(), search.tail.len())?;
        Ok(Some((import, Topology { search, hierarchy }, size)))
    }

    fn read_hierarchy(&self, nodes: usize, arcs: usize) -> Result<Option<Hierarchy>, CacheError> {
        let Some((mut reader, _)) = self.open()? else { return Ok(None) };
        let hierarchy = store::take_hierarchy(&mut reader)?;
        store::check_hierarchy(&hierarchy, nodes, arcs)?;
        Ok(Some(hierarchy))
    }

    fn write(&self, import: &OsmImport, topology: &Topology) -> Result<u64, CacheError> {
        let mut writer = SectionWriter::default();
        store::put_import(import, &mut writer)?;
        store::put_hierarchy(&topology.hierarchy, &mut writer);
        self.write_sections(&writer)
    }

    /// Writes a file and removes those it replaces; returns its size.
    fn write_sections(&self, writer: &SectionWriter) -> Result<u64, CacheError> {
        static DRAFTS: AtomicU64 = AtomicU64::new(0);
        fs::create_dir_all(&self.folder)?;
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let draft = self.folder.join(format!(".{}.{}-{number}.part", self.name(), std::process::id()));
        let written = File::create_new(&draft).and_then(|mut file| {
            writer.write(&self.key, &mut file)?;
            file.metadata()
        });
        let moved = written.and_then(|meta| fs::rename(&draft, self.file()).map(|()| meta.len()));
        match moved {
            Ok(size) => {
                self.remove_older();
                Ok(size)
            }
            Err(error) => {
                // The draft is of no use any more.
                let _ = fs::remove_file(&draft);
                Err(error.into())
            }
        }
    }

    /// Removes files of the same extract and profile under other keys. What cannot be removed stays.
    fn remove_older(&self) {
        let own = self.name();
        let is_older = |name: &str| {
            let key = name.strip_prefix(&self.stem).and_then(|n| n.strip_prefix('.'));
            let key = key.and_then(|n| n.strip_suffix(EXTENSION)).and_then(|n| n.strip_suffix('.'));
            name != own && key.is_some_and(|k| k.len() == 8 && k.bytes().all(|b| b.is_ascii_hexdigit()))
        };
        let Ok(entries) = fs::read_dir(&self.folder) else { return };
        for entry in entries.flatten() {
            if entry.file_name().to_str().is_some_and(is_older) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests;
