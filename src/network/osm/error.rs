//! Why an extract cannot be used.

use crate::fault::Fault;
use crate::network::graph::GraphError;
use std::path::{Path, PathBuf};

/// Why an extract cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OsmError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is something else.
    #[error("{} is not an .osm.pbf file{}", path.display(), .looks_like.map(|l| format!(": it looks like {l}")).unwrap_or_default())]
    NotPbf {
        /// The file.
        path: PathBuf,
        /// What it looks like, if that can be told.
        looks_like: Option<&'static str>,
    },
    /// The file ends in the middle of a block.
    #[error("{} is cut off: it ends at byte {size} in the middle of a block that starts at byte {block}", path.display())]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Where the unfinished block starts.
        block: usize,
        /// Bytes the file has.
        size: usize,
    },
    /// A block cannot be decoded.
    #[error("{} is damaged: the block at byte {block} cannot be decoded ({what})", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Where the block starts.
        block: usize,
        /// What went wrong.
        what: String,
    },
    /// The blocks are packed in a way this program does not unpack.
    #[error("{} is packed with {packing}, which this program does not unpack", path.display())]
    Packing {
        /// The file.
        path: PathBuf,
        /// The packing.
        packing: &'static str,
    },
    /// The file says that reading it needs something this program lacks.
    #[error("{} needs the feature {feature:?} to be read, which this program does not have", path.display())]
    Feature {
        /// The file.
        path: PathBuf,
        /// The feature, as the file's header names it.
        feature: String,
    },
    /// Nothing is in the file.
    #[error("{} holds no nodes and no ways", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// The file has ways, but none an ambulance may drive.
    #[error("{} has {ways} ways, but none that the profile opens to an ambulance", path.display())]
    NoRoads {
        /// The file.
        path: PathBuf,
        /// Ways it has.
        ways: u64,
    },
    /// The file has roads, but not the nodes they run through.
    #[error(
        "{} has {ways} road ways, but lacks the nodes they run through ({missing} of {refs} references lead nowhere)",
        path.display()
    )]
    NodesMissing {
        /// The file.
        path: PathBuf,
        /// Road ways.
        ways: usize,
        /// References to missing nodes.
        missing: usize,
        /// All references.
        refs: usize,
        /// Whether the header says that positions are stored on the ways.
        on_ways: bool,
    },
    /// There are roads, but no two places that can be reached from one another.
    #[error("the roads of {} do not connect: no two junctions can be reached from one another", path.display())]
    NotConnected {
        /// The file.
        path: PathBuf,
    },
    /// The graph does not hold together: a fault of this program.
    #[error("the road graph of {} is broken: {source}", path.display())]
    Graph {
        /// The file.
        path: PathBuf,
        /// What is broken.
        source: GraphError,
    },
}

impl OsmError {
    /// The file the error is about.
    pub fn path(&self) -> &Path {
        match self {
            OsmError::Io { path, .. }
            | OsmError::NotPbf { path, .. }
            | OsmError::Truncated { path, .. }
            | OsmError::Damaged { path, .. }
            | OsmError::Packing { path, .. }
            | OsmError::Feature { path, .. }
            | OsmError::Empty { path }
            | OsmError::NoRoads { path, .. }
            | OsmError::NodesMissing { path, .. }
            | OsmError::NotConnected { path }
            | OsmError::Graph { path, .. } => path,
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            OsmError::Io { .. } => return None,
            OsmError::NotPbf { .. } => "convert it, for instance: osmium cat input.osm -o output.osm.pbf",
            OsmError::Truncated { .. } => "the download or copy stopped early: fetch the file again",
            OsmError::Damaged { .. } => "fetch the file again, and compare its checksum with the publisher's",
            OsmError::Packing { .. } => {
                "pack it with zlib, for instance: osmium cat input.osm.pbf -o output.osm.pbf -f pbf,pbf_compression=zlib"
            }
            OsmError::Feature { feature, .. } if feature == "HistoricalInformation" => {
                "this is a full-history file: take the current extract, or make one with: osmium time-filter"
            }
            OsmError::Feature { .. } => {
                "write it as plain OsmSchema-V0.6 with DenseNodes, for instance with: osmium cat"
            }
            OsmError::Empty { .. } => "the area cut out may be empty or its corners swapped: cut it again",
            OsmError::NoRoads { .. } => {
                "take an extract that was not filtered to other things (highway=* must be in it), or open more classes in the profile"
            }
            OsmError::NodesMissing { on_ways: true, .. } => {
                "the file keeps positions on the ways only: write it with nodes (osmium add-locations-to-ways --keep-untagged-nodes)"
            }
            OsmError::NodesMissing { .. } => {
                "cut the extract so that ways keep their nodes (osmium extract --strategy complete_ways)"
            }
            OsmError::NotConnected { .. } => "cut a larger extract: its roads are one-way stubs that lead out of it",
            OsmError::Graph { .. } => "this is a fault of the program: please report it with the file",
        };
        Some(text.to_string())
    }
}

impl From<OsmError> for Fault {
    fn from(error: OsmError) -> Fault {
        if let OsmError::Io { path, source } = &error {
            return Fault::io("read", path, source);
        }
        let fault = Fault::error(error.to_string()).in_file(error.path());
        match error.hint() {
            Some(hint) => fault.hint(hint),
            None => fault,
        }
    }
}
