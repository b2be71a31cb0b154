//! From a scenario file to a world that is ready to run: network, snapping, travel times, standard pack.

use super::road_plan::road_plan;
use super::summary::NetworkInfo;
use crate::digest::Digester;
use crate::fault::{Fault, Faults, nearest_name};
use crate::geo::Polygon;
use crate::network::{self, CacheMode, ImportStats, Loaded, OsmImport, Snapper, SpeedProfile};
use crate::scenario::{Assumption, NamedOrFile, RunSpec, Scenario};
use crate::sim::{TableBytes, World};
use crate::standards::Pack;
use crate::text::Text;
use std::path::Path;

/// Settings of a run that the command line may change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overrides {
    /// Instead of `run.seed`.
    pub seed: Option<u64>,
    /// Instead of `run.replications`.
    pub replications: Option<u32>,
    /// Instead of `run.days`.
    pub days: Option<f64>,
}

/// Everything a run needs.
#[derive(Debug)]
pub struct Prepared {
    /// The world.
    pub world: World,
    /// What judges it.
    pub pack: Pack,
    /// The network, for the summary.
    pub network: NetworkInfo,
    /// All that the import counted.
    pub stats: ImportStats,
    /// Lakes for the map.
    pub water: Vec<(String, Polygon)>,
    /// Digests of everything besides the scenario: network, profile, pack.
    inputs: [String; 3],
    /// Faults that do not stop the run.
    pub warnings: Faults,
    /// Memory of the tables of travel times.
    pub tables: TableBytes,
    /// What is worth knowing about the prepared network: why it was not used or not kept.
    pub notes: Vec<String>,
}

/// The profile a scenario names.
///
/// # Errors
/// An unknown name, or every fault of the file.
pub fn profile(which: &NamedOrFile) -> Result<SpeedProfile, Faults> {
    match which {
        NamedOrFile::File(file) => SpeedProfile::load(file),
        NamedOrFile::Builtin(name) => SpeedProfile::builtin(name).ok_or_else(|| {
            let known = network::profile::BUILTIN;
            let fault = Fault::error(format!("there is no built-in speed profile `{name}`"));
            let hint = match nearest_name(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("built in: {}; your own is a path that ends in .toml", known.join(", ")),
            };
            fault.hint(hint).into()
        }),
    }
}

/// What [`prepare_telling`] is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PrepareStep {
    /// Reading or preparing the road network.
    Network(network::Step),
    /// Computing travel times; so much memory will be taken.
    Times(TableBytes),
}

/// Reads and checks everything that a run of a scenario needs.
///
/// # Errors
/// Every fault of the scenario, its tables, profile, pack, network, and places far from any road.
pub fn prepare(file: &Path, overrides: &Overrides) -> Result<Prepared, Faults> {
    prepare_telling(file, overrides, &mut |_| {})
}

/// The same, telling what it is about to do.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_telling(
    file: &Path,
    overrides: &Overrides,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Prepared, Faults> {
    let mut scenario = Scenario::load(file)?;
    let mut faults = Faults::new();
    let speed = faults.take(profile(&scenario.network.profile));
    let pack = faults.take(match &scenario.pack {
        NamedOrFile::Builtin(name) => Pack::builtin(name),
        NamedOrFile::File(path) => Pack::load(path),
    });
    if overrides.days.is_some_and(|d| !(d > 0.0 && d <= 36_525.0)) {
        faults.push(Fault::error("--days must be above zero and at most 36525 (a century)"));
    }
    if overrides.replications == Some(0) {
        faults.push(Fault::error("--replications must be at least 1"));
    }
    let (Some(speed), Some(pack), false) = (speed, pack, faults.has_errors()) else { return Err(faults) };
    scenario.run.seed = overrides.seed.unwrap_or(scenario.run.seed);
    scenario.run.replications = overrides.replications.unwrap_or(scenario.run.replications);
    scenario.run.days = overrides.days.unwrap_or(scenario.run.days);

    let loaded = network::load(&scenario.network.file, &speed, &CacheMode::from_env(), &mut |step| {
        tell(PrepareStep::Network(step));
    });
    let Loaded { import, topology, mut notes, shelf, .. } = loaded.map_err(|e| Faults::from(Fault::from(e)))?;
    let network = network_info(&scenario.network.file, &import, &speed);
    let OsmImport { graph, stats, features, digest, snap, .. } = import;
    let inputs = [digest, speed.digest().to_string(), pack.digest.clone()];
    scenario.assumptions.push(Assumption {
        key: "network.profile".into(),
        name: Text::new(format!("车速配置：{}", speed.title.zh), format!("speed profile: {}", speed.title.en)),
        value: speed.name.clone(),
        quality: speed.quality,
        source: speed.source.clone(),
    });
    let snapper = Snapper::with_rule(&graph, &snap);
    let warnings = std::mem::take(&mut scenario.warnings);
    let (plan, more) = road_plan(&scenario, &speed, graph, topology, &shelf)?;
    notes.extend(more);
    let (posts, hospitals, points) =
        (scenario.posts.len(), scenario.hospitals.len(), scenario.points.len() + scenario.sites.len());
    let tables = plan.table_bytes(posts, hospitals, points, scenario.rules.needs_places_under_way());
    tell(PrepareStep::Times(tables));
    let world = World::build(scenario, plan, &snapper)?;
    Ok(Prepared { world, pack, network, stats, water: features.water, inputs, warnings, tables, notes })
}

impl Prepared {
    fn digest_of(&self, run: &RunSpec) -> String {
        let [network, profile, pack] = &self.inputs;
        Digester::new()
            .part("scenario", self.world.scenario.digest.as_bytes())
            .part("network", network.as_bytes())
            .part("profile", profile.as_bytes())
            .part("pack", pack.as_bytes())
            .part("run", format!("{run:?}").as_bytes())
            .part("version", env!("CARGO_PKG_VERSION").as_bytes())
            .finish()
    }

    /// Names a run of so many replications: the same inputs and settings give the same name.
    pub fn run_name(&self, replications: u32) -> String {
        let run = RunSpec { replications, ..self.world.scenario.run.clone() };
        format!("seed{}-{}", run.seed, &self.digest_of(&run)[..8])
    }

    /// Digest of everything that a replication depends on; how many are run is none of it.
    pub fn digest(&self) -> String {
        self.digest_of(&RunSpec { replications: 0, ..self.world.scenario.run.clone() })
    }
}

fn network_info(file: &Path, import: &OsmImport, profile: &SpeedProfile) -> NetworkInfo {
    NetworkInfo {
        file: file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default(),
        digest: import.digest.clone(),
        synthetic: import.synthetic,
        source: import.source.clone(),
        profile: profile.name.clone(),
        junctions: import.stats.junctions,
        edges: import.stats.edges,
        road_km: import.stats.road_km,
        dropped_junctions: import.stats.dropped_junctions,
        dropped_km: import.stats.dropped_km,
        missing_node_refs: import.stats.missing_node_refs,
    }
}
