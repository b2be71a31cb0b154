//! From a scenario file to a world that is ready to run: network, snapping, travel times, standard pack.

use super::map::MapGround;
use super::road_plan::road_plan;
use super::summary::NetworkInfo;
use crate::digest::Digester;
use crate::facilities::Post;
use crate::fault::{Fault, Faults, nearest_name};
use crate::network::{self, CacheMode, Features, ImportStats, Loaded, OsmImport, RoadGraph, Snapper, SpeedProfile};
use crate::scenario::{Assumption, Change, NamedOrFile, RunSpec, Scenario};
use crate::sim::{TableBytes, World};
use crate::standards::Pack;
use crate::text::Text;
use std::path::{Path, PathBuf};
use std::sync::Arc;

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
    /// Lakes and counties for the map.
    pub ground: MapGround,
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
    prepare_any(file, overrides, &[], None, None, tell)
}

/// The same of a changed scenario, see [`Scenario::load_with`].
///
/// # Errors
/// As [`prepare`]; faults of changed values are shown at the change.
pub fn prepare_with(
    file: &Path,
    overrides: &Overrides,
    changes: &[Change],
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Prepared, Faults> {
    prepare_any(file, overrides, changes, None, None, tell)
}

/// The network last read, with its index of roads, handed on from one point of a plan to the next: points that name the
/// same extract and the same speed profile read it once.
#[derive(Default)]
pub struct SharedNetwork(Option<Kept>);

struct Kept {
    file: PathBuf,
    profile: String,
    loaded: Loaded,
    snapper: Arc<Snapper>,
}

impl std::fmt::Debug for SharedNetwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SharedNetwork").field(&self.0.as_ref().map(|kept| (&kept.file, &kept.profile))).finish()
    }
}

impl SharedNetwork {
    fn load(
        &mut self,
        file: &Path,
        speed: &SpeedProfile,
        tell: &mut dyn FnMut(PrepareStep),
    ) -> Result<(Loaded, Arc<Snapper>), Faults> {
        let profile = speed.digest();
        if let Some(kept) = &self.0
            && (kept.file.as_path(), &kept.profile) == (file, &profile)
        {
            let loaded = Loaded { notes: Vec::new(), ..kept.loaded.clone() };
            return Ok((loaded, Arc::clone(&kept.snapper)));
        }
        let (loaded, snapper) = load_network(file, speed, tell)?;
        self.0 =
            Some(Kept { file: file.to_path_buf(), profile, loaded: loaded.clone(), snapper: Arc::clone(&snapper) });
        Ok((loaded, snapper))
    }
}

fn load_network(
    file: &Path,
    speed: &SpeedProfile,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<(Loaded, Arc<Snapper>), Faults> {
    let loaded = network::load(file, speed, &CacheMode::from_env(), &mut |step| tell(PrepareStep::Network(step)));
    let loaded = loaded.map_err(|e| Faults::from(Fault::from(e)))?;
    let snapper = Snapper::with_rule(&loaded.import.graph, &loaded.import.snap);
    Ok((loaded, Arc::new(snapper)))
}

/// What makes posts of a scenario, its roads, and what puts places on them.
pub type MorePosts<'a> = dyn FnMut(&Before<'_>) -> Result<Vec<Post>, Faults> + 'a;

/// What is known before travel times are computed.
#[derive(Clone, Copy)]
pub struct Before<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// The roads.
    pub graph: &'a RoadGraph,
    /// Finds the road nearest to a place.
    pub snapper: &'a Snapper,
    /// Hospitals, stations and settlements of the map.
    pub features: &'a Features,
}

/// As [`prepare_with`], with posts besides those of the scenario, numbered after them. They have no units: the world only
/// knows the times from them.
///
/// # Errors
/// As [`prepare_with`], or what `more` says.
pub fn prepare_with_posts(
    file: &Path,
    overrides: &Overrides,
    changes: &[Change],
    more: &mut MorePosts<'_>,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Prepared, Faults> {
    prepare_any(file, overrides, changes, None, Some(more), tell)
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
    prepare_any(file, overrides, changes, Some(shared), None, tell)
}

/// Digest of everything that the replications of a changed scenario depend on, and how it is run; travel times are not
/// computed for it. It is that of what [`prepare_changed`] gives.
///
/// # Errors
/// As [`prepare_changed`], but for places far from any road.
pub fn digest_changed(
    file: &Path,
    overrides: &Overrides,
    changes: &[Change],
    shared: &mut SharedNetwork,
) -> Result<Digested, Faults> {
    let sources = sources(file, overrides, changes, Some(shared), &mut |_| {})?;
    let run = sources.scenario.run.clone();
    let whole = RunSpec { replications: 0, ..run.clone() };
    let digest = digest_of(&sources.scenario.digest, &sources.inputs(), &whole);
    Ok(Digested { digest, run, name: sources.scenario.name })
}

/// What [`digest_changed`] tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Digested {
    /// The digest, see [`Prepared::digest`].
    pub digest: String,
    /// How it is run.
    pub run: RunSpec,
    /// Short name of the scenario.
    pub name: String,
}

/// What is read before anything is computed.
struct Sources {
    scenario: Scenario,
    speed: SpeedProfile,
    pack: Pack,
    loaded: Loaded,
    snapper: Arc<Snapper>,
}

impl Sources {
    /// Digests of network, profile and pack.
    fn inputs(&self) -> [String; 3] {
        [self.loaded.import.digest.clone(), self.speed.digest().to_string(), self.pack.digest.clone()]
    }
}

fn digest_of(scenario: &str, [network, profile, pack]: &[String; 3], run: &RunSpec) -> String {
    Digester::new()
        .part("scenario", scenario.as_bytes())
        .part("network", network.as_bytes())
        .part("profile", profile.as_bytes())
        .part("pack", pack.as_bytes())
        .part("run", format!("{run:?}").as_bytes())
        .part("version", env!("CARGO_PKG_VERSION").as_bytes())
        .finish()
}

fn sources(
    file: &Path,
    overrides: &Overrides,
    changes: &[Change],
    shared: Option<&mut SharedNetwork>,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Sources, Faults> {
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

    let (loaded, snapper) = match shared {
        Some(shared) => shared.load(&scenario.network.file, &speed, tell)?,
        None => load_network(&scenario.network.file, &speed, tell)?,
    };
    Ok(Sources { scenario, speed, pack, loaded, snapper })
}

fn prepare_any(
    file: &Path,
    overrides: &Overrides,
    changes: &[Change],
    shared: Option<&mut SharedNetwork>,
    more: Option<&mut MorePosts<'_>>,
    tell: &mut dyn FnMut(PrepareStep),
) -> Result<Prepared, Faults> {
    let sources = sources(file, overrides, changes, shared, tell)?;
    let inputs = sources.inputs();
    let Sources { mut scenario, speed, pack, loaded, snapper } = sources;
    let Loaded { import, topology, mut notes, shelf, .. } = loaded;
    let network = network_info(&scenario.network.file, &import, &speed);
    let OsmImport { graph, stats, features, .. } = import;
    if let Some(more) = more {
        let before = Before { scenario: &scenario, graph: &graph, snapper: &snapper, features: &features };
        let posts = more(&before)?;
        scenario.posts.extend(posts);
    }
    scenario.assumptions.push(Assumption {
        key: "network.profile".into(),
        name: Text::new(format!("车速配置：{}", speed.title.zh), format!("speed profile: {}", speed.title.en)),
        value: speed.name.clone(),
        quality: speed.quality,
        source: speed.source.clone(),
    });
    let warnings = std::mem::take(&mut scenario.warnings);
    let (plan, more) = road_plan(&scenario, &speed, graph, topology, &shelf)?;
    notes.extend(more);
    let (posts, hospitals, points) =
        (scenario.posts.len(), scenario.hospitals.len(), scenario.points.len() + scenario.sites.len());
    let tables = plan.table_bytes(posts, hospitals, points, scenario.rules.needs_places_under_way());
    tell(PrepareStep::Times(tables));
    let world = World::build(scenario, plan, &snapper)?;
    let ground = MapGround { water: features.water, boundaries: features.boundaries };
    Ok(Prepared { world, pack, network, stats, ground, inputs, warnings, tables, notes })
}

impl Prepared {
    /// Names a run of so many replications: the same inputs and settings give the same name.
    pub fn run_name(&self, replications: u32) -> String {
        let run = RunSpec { replications, ..self.world.scenario.run.clone() };
        format!("seed{}-{}", run.seed, &digest_of(&self.world.scenario.digest, &self.inputs, &run)[..8])
    }

    /// Digest of everything that a replication depends on; how many are run is none of it.
    pub fn digest(&self) -> String {
        let whole = RunSpec { replications: 0, ..self.world.scenario.run.clone() };
        digest_of(&self.world.scenario.digest, &self.inputs, &whole)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Change;
    use crate::sim;

    /// A point after another gives what it gives alone, also when the point before was on another network.
    #[test]
    fn a_shared_network_changes_nothing() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
        let overrides = Overrides { days: Some(0.5), replications: Some(1), seed: Some(3) };
        let change = |text: &str| vec![text.parse::<Change>().unwrap_or_else(|fault| panic!("{fault}"))];
        let run = |p: &Prepared| {
            let options = sim::Options::by(&p.pack.targets(), false);
            let outcome = sim::run(&p.world, &options, 3, 0).0;
            (p.digest(), outcome.responses(), outcome.groups[0].response.sum_seconds().to_bits())
        };
        let mut shared = SharedNetwork::default();
        let mut names = Vec::new();
        for text in ["travel.response_factor=1.1", "network.profile=\"china-default\"", "travel.response_factor=1.2"] {
            let mut steps = Vec::new();
            let with = prepare_changed(&file, &overrides, &change(text), &mut shared, &mut |s| steps.push(s)).unwrap();
            let alone =
                prepare_changed(&file, &overrides, &change(text), &mut SharedNetwork::default(), &mut |_| {}).unwrap();
            assert_eq!(run(&with), run(&alone), "{text}");
            assert!(steps.iter().any(|s| matches!(s, PrepareStep::Network(_))), "{text}: another network is read");
            steps.clear();
            let again = prepare_changed(&file, &overrides, &change(text), &mut shared, &mut |s| steps.push(s)).unwrap();
            assert_eq!(run(&with), run(&again), "{text}");
            assert!(steps.iter().all(|s| !matches!(s, PrepareStep::Network(_))), "{text}: the same is not");
            let digest = digest_changed(&file, &overrides, &change(text), &mut shared).unwrap().digest;
            assert_eq!(digest, with.digest());
            names.push(digest);
        }
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 3, "changes are part of a run's name");
        assert!(names.iter().all(|n| *n != prepare(&file, &overrides).unwrap().digest()));
    }
}
