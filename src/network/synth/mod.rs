//! Synthetic road networks: plausible, routable, and honest about being made up.
//!
//! From facts (seats of townships, populations, places that main roads pass, lakes, published distances) a whole network
//! is computed and written as ordinary OSM PBF: expressways with interchanges, winding roads, street grids, villages.
//! The same seed gives the same bytes on every machine.

mod build;
mod calibrate;
mod chains;
mod facts;
mod facts_read;
mod generic;
mod heights;
mod land;
mod lattice;
mod layout;
mod manifest;
mod measure;
mod net;
mod osm;
mod output;
mod paths;
mod pbf;
mod places;
mod plane;
mod posts;
mod shape;
mod table;
mod tables;
mod terrain;

pub use facts::{
    County, Facts, HospitalFact, Lake, MainRoad, Outside, Published, Region, ScenicFact, Setting, Stop, Township,
};
pub use generic::generic;
pub(crate) use pbf::{Tags, Writer};

use land::Land;

/// What to make.
#[derive(Clone, Debug)]
pub struct SynthOptions {
    /// Everything that is drawn by lot follows from it.
    pub seed: u64,
    /// About how many road nodes to make (within a few percent); `None` is the natural size of the facts.
    pub size: Option<usize>,
}

/// What was made.
#[derive(Clone, Debug)]
pub struct SynthOutput {
    /// The network as OSM PBF.
    pub pbf: Vec<u8>,
    /// How it was made and what was measured on it, as TOML.
    pub manifest: String,
    /// File name and content of each table (UTF-8 with byte-order mark, comma separated).
    pub tables: Vec<(String, String)>,
    /// The same figures as values.
    pub report: SynthReport,
}

/// Figures of a synthetic network.
#[derive(Clone, Debug, Default)]
pub struct SynthReport {
    /// Nodes of roads.
    pub nodes: usize,
    /// Ways of roads.
    pub ways: usize,
    /// Kilometres of road by OSM class; each carriageway counts.
    pub road_km: Vec<(String, f64)>,
    /// Kilometres that were drawn but not connected, and left out.
    pub dropped_km: f64,
    /// Published distances and what the network has.
    pub pairs: Vec<PairReport>,
    /// Villages placed.
    pub villages: usize,
    /// Urban blocks (communities) placed.
    pub urban_blocks: usize,
    /// People in all demand points.
    pub population: u64,
    /// People in urban ones.
    pub urban_population: u64,
    /// Size of the PBF.
    pub pbf_bytes: usize,
}

/// A published distance beside the network's.
#[derive(Clone, Debug)]
pub struct PairReport {
    /// One end.
    pub from: String,
    /// The other.
    pub to: String,
    /// Published kilometres.
    pub published_km: f64,
    /// Kilometres of the quickest route on the network.
    pub network_km: f64,
    /// Whether the network was to meet it (superseded figures are only listed).
    pub used: bool,
    /// Where the published figure comes from.
    pub source: String,
    /// Why it is not used, if so.
    pub note: String,
}

impl PairReport {
    /// By which share the network is longer (positive) or shorter than published.
    pub fn deviation(&self) -> f64 {
        self.network_km / self.published_km - 1.0
    }
}

/// Why no network could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    /// The facts need more nodes than asked for.
    #[error("these facts need {least} road nodes at least, {asked} were asked for")]
    TooSmall {
        /// Nodes asked for.
        asked: usize,
        /// Nodes the places of the facts need.
        least: usize,
    },
    /// The land has no room for so many nodes.
    #[error("these facts give {most} road nodes at most, {asked} were asked for")]
    TooLarge {
        /// Nodes asked for.
        asked: usize,
        /// Nodes there is room for.
        most: usize,
    },
    /// A place cannot be reached over dry land.
    #[error("{place} is not connected to the other places by any road")]
    CutOff {
        /// Its name.
        place: String,
    },
    /// The numbers of the facts are beyond what the generator can lay out.
    #[error("the places of these facts span {cells} grid cells; {most} is the limit")]
    TooWide {
        /// Cells needed.
        cells: usize,
        /// Cells allowed.
        most: usize,
    },
    /// The file could not be put together.
    #[error("the network could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Grid cells beyond which memory would run out.
const MOST_CELLS: usize = 40_000_000;
/// Nodes a hamlet with its road and lanes comes to, as a first guess.
const NODES_PER_HAMLET: f64 = 24.0;

/// Makes a network and its tables from facts.
///
/// # Errors
/// [`SynthError`] when the size asked for cannot be met, or a place lies where no road can go.
pub fn generate(facts: &Facts, options: &SynthOptions) -> Result<SynthOutput, SynthError> {
    let land = Land::lay_out(facts, options.seed)?;
    let natural = land.villages.len() * 2;
    let mut hamlets = natural;
    let mut made = land.make(hamlets);
    if let Some(asked) = options.size {
        let mut per_hamlet = NODES_PER_HAMLET;
        for _ in 0..5 {
            let nodes = made.built.net.nodes.len();
            if (nodes as f64 / asked as f64 - 1.0).abs() < 0.02 {
                break;
            }
            let next = (hamlets as f64 + (asked as f64 - nodes as f64) / per_hamlet).max(0.0) as usize;
            if next == hamlets || (next > hamlets && made.hamlets < hamlets) {
                break;
            }
            let before = hamlets;
            hamlets = next;
            made = land.make(hamlets);
            let gained = made.built.net.nodes.len() as f64 - nodes as f64;
            per_hamlet = (gained / (hamlets as f64 - before as f64)).clamp(4.0, 60.0);
        }
        let nodes = made.built.net.nodes.len();
        if nodes as f64 > asked as f64 * 1.1 {
            return Err(SynthError::TooSmall { asked, least: nodes });
        }
        if (nodes as f64) < asked as f64 * 0.9 {
            return Err(SynthError::TooLarge { asked, most: nodes });
        }
    }
    land.output(made, options)
}
