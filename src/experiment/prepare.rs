//! From a scenario file to a world that is ready to run: network, snapping, travel times, standard pack.

use super::road_plan::road_plan;
use super::summary::NetworkInfo;
use crate::digest::Digester;
use crate::fault::{Fault, Faults, nearest_name};
use crate::geo::Polygon;
use crate::network::{self, CacheMode, ImportStats, Loaded, OsmImport, Snapper, SpeedProfile};
use crate::scenario::{Assumption, Change, NamedOrFile, Scenario};
use crate::sim::{TableBytes, World};
use crate::standards::Pack;
use crate::text::Text;
use std::path::{Path, PathBuf};

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
    /// Names this run: the same inputs and settings give the same name.
    pub run_name: String,
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
    prepare_changed(file, overrides, &[], &mut SharedNetwork::default(), tell)
}

/// The network last read, handed on from one point of a plan to the next: points that name the same extract and the same
/// speed profile read it once.
#[derive(Debug, Default)]
pub struct SharedNetwork(Option<(PathBuf, String, Loaded)>);

impl SharedNetwork {
    fn load(&mut self, file: &Path, speed: &SpeedProfile, tell: &mut dyn FnMut(PrepareStep)) -> Result<Loaded, Faults> {
        let digest = speed.digest();
        if let Some((at, of, loaded)) = &self.0
            && (at.as_path(), of) == (file, &digest)
        {
            return Ok(Loaded { notes: Vec::new(), ..loaded.clone() });
        }
        let loaded = network::load(file, speed, &CacheMode::from_env(), &mut |step| tell(PrepareStep::Network(step)));
        let loaded = loaded.map_err(|e| Faults::from(Fault::from(e)))?;
        self.0 = Some((file.to_path_buf(), digest, loaded.clone()));
        Ok(loaded)
    }
}

/// Reads and checks everything that a run of a changed scenario needs, see [`Scenario::load_with`]. The network is taken
/// from `shared` where it is the one read last; everything else, the travel times above all, is made anew.
///
/// # Errors
/// As [`prepare`]; faults of changed values are shown at the change.
pub fn prepare_changed(
    file: &Path,
    overrides: &Overrides,
    changes: &[Change],
    shared: &mut SharedNetwork,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Prepared, Faults> {
    let mut scenario = Scenario::load_with(file, changes)?;
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

    let Loaded { import, topology, mut notes, shelf, .. } = shared.load(&scenario.network.file, &speed, tell)?;
    let network = network_info(&scenario.network.file, &import, &speed);
    let OsmImport { graph, stats, features, digest, snap, .. } = import;
    let run_digest = Digester::new()
        .part("scenario", scenario.digest.as_bytes())
        .part("network", digest.as_bytes())
        .part("profile", speed.digest().as_bytes())
        .part("pack", pack.digest.as_bytes())
        .part("run", format!("{:?}", scenario.run).as_bytes())
        .part("version", env!("CARGO_PKG_VERSION").as_bytes())
        .finish();
    let run_name = format!("seed{}-{}", scenario.run.seed, &run_digest[..8]);
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
    Ok(Prepared { world, pack, network, stats, water: features.water, run_name, warnings, tables, notes })
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
