//! What can be typed.

use crate::experiment::Overrides;
use crate::experiment::journal::Shard;
use crate::text::Lang;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Emergency-response coverage simulator: from a road network to verdicts on 120 calls.
#[derive(Debug, Parser)]
#[command(
    name = "goldenhour",
    version,
    about,
    propagate_version = true,
    after_help = "Example: goldenhour run scenarios/yuxi-now.toml\n\nExit codes: 0 done, 1 a target was missed and --fail-on-miss was given, 2 bad input, 3 internal error, 4 a file could not be written (a full disk, a lost drive), 130 stopped by Ctrl-C (what is finished is kept)."
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) common: Common,
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Common options")]
pub(super) struct Common {
    /// Language of tables and reports; without it, that of the locale
    #[arg(long, global = true, value_enum)]
    pub(super) lang: Option<LangArg>,
    /// Print JSON on standard output instead of a table
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Print no progress and no warnings
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// Threads to use; without it, all cores. The results do not depend on it
    #[arg(long, global = true, value_name = "N")]
    pub(super) threads: Option<usize>,
}

/// A language on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LangArg {
    /// 中文
    Zh,
    /// English
    En,
}

impl Common {
    /// The language asked for, else the locale's (Chinese for `zh…`, English otherwise).
    pub(super) fn lang(&self) -> Lang {
        match self.lang {
            Some(LangArg::Zh) => Lang::Zh,
            Some(LangArg::En) => Lang::En,
            None if sys_locale::get_locale().is_some_and(|l| l.to_lowercase().starts_with("zh")) => Lang::Zh,
            None => Lang::En,
        }
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Simulate a scenario, judge it and write a report
    #[command(after_help = "Example: goldenhour run scenarios/yuxi-now.toml --replications 50 --lang zh")]
    Run(RunArgs),
    /// Run a part of the replications of a scenario into one file, on this machine or another
    #[command(
        after_help = "Example: goldenhour batch scenarios/yuxi-now.toml --replications 1000 --shard 3/16 --out shard-3.ghr\n\nStopped or killed, it goes on where it was with the same command and --resume."
    )]
    Batch(BatchArgs),
    /// Run every point of a plan: what happens to the figures when values of a scenario change
    #[command(
        after_help = "Example: goldenhour sweep scenarios/plans/seats-and-demand.toml\n\nPlans: docs/file-formats.md. Stopped or killed, it goes on with --resume."
    )]
    Sweep(SweepArgs),
    /// Vary every assumption of a scenario by itself: which guesses matter
    #[command(
        after_help = "Example: goldenhour sensitivity scenarios/yuxi-now.toml --replications 10 --days 14 --figure response.mean"
    )]
    Sensitivity(SensitivityArgs),
    /// Put files of replications together; the order does not matter
    #[command(
        after_help = "Example: goldenhour merge shard-*.ghr --out all.ghr\n         goldenhour run scenarios/yuxi-now.toml --replications 1000 --take all.ghr"
    )]
    Merge(MergeArgs),
    /// Compare scenarios that meet the same calls: what differs, and who gains and loses
    #[command(
        after_help = "Example: goldenhour compare scenarios/yuxi-before.toml scenarios/yuxi-now.toml --lang zh\n\nHow it is found: docs/compare.md"
    )]
    Compare(CompareArgs),
    /// Fit a scenario's values to a log of real calls: a new scenario, and how near it comes to the log
    #[command(
        after_help = "Example: goldenhour calibrate scenarios/yuxi-now.toml calls.csv --columns columns.toml --out calibrated.toml --lang zh\n\nColumns, method and limits: docs/calibrate.md"
    )]
    Calibrate(super::calibrate::CalibrateArgs),
    /// Draw which roads and people a unit of one post reaches in some minutes: a map and GeoJSON
    #[command(
        after_help = "Example: goldenhour isochrones scenarios/yuxi-now.toml --post P01 --lang zh\n\nHow it is found: docs/reports.md, Maps"
    )]
    Isochrones(super::isochrones::IsochronesArgs),
    /// Tell how many replications are needed to see a difference, or to know a figure closely enough, from a pilot of few
    #[command(
        after_help = "Examples: goldenhour power scenarios/yuxi-before.toml scenarios/yuxi-now.toml --difference 0.5\n          goldenhour power scenarios/yuxi-now.toml --figure response.within@rural --half-width 0.01\n\nHow it is found: docs/experiments.md"
    )]
    Power(PowerArgs),
    /// Search what would mend the clauses that are not met: the smallest number of units, posts or seats more
    #[command(
        after_help = "Examples: goldenhour mend scenarios/yuxi-before.toml\n          goldenhour mend scenarios/yuxi-before.toml --clause urban-arrival-15min --most 40\n\nHow it searches: docs/standards.md"
    )]
    Mend(MendArgs),
    /// Find where new posts should stand
    #[command(subcommand)]
    Siting(SitingCommand),
    /// Render the report of a finished run again: in another language or both, for WPS, Excel or Word
    #[command(
        after_help = "Examples: goldenhour report output/yuxi-now/seed120-1a2b3c4d --lang zh --and-other\n          goldenhour report output/yuxi-now/seed120-1a2b3c4d --lang zh --format html,xlsx,docx\n\nWhat is in them: docs/reports.md"
    )]
    Report(ReportArgs),
    /// Draft a scenario for any place from its OpenStreetMap extract
    #[command(
        after_help = "Example: goldenhour init --network my-city.osm.pbf --out my-city\n\nWhat it guesses and how: docs/init.md"
    )]
    Init(InitArgs),
    /// Look at scenarios
    #[command(subcommand)]
    Scenario(ScenarioCommand),
    /// Make tables of demand points
    #[command(subcommand)]
    Demand(super::demand::DemandCommand),
    /// Make and inspect road networks
    #[command(subcommand)]
    Network(NetworkCommand),
    /// List and show standard packs
    #[command(subcommand)]
    Standards(StandardsCommand),
    /// Take over what was made for another simulator
    #[command(subcommand)]
    Import(ImportCommand),
    /// Print a completion script for a shell
    #[command(
        after_help = "Example: goldenhour completions bash > ~/.local/share/bash-completion/completions/goldenhour"
    )]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
}

/// Settings of `[run]` that the command line may change.
#[derive(Clone, Debug, Args)]
pub(super) struct RunSettings {
    /// Instead of the scenario's seed
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Instead of the scenario's number of replications
    #[arg(long, value_name = "N")]
    pub(super) replications: Option<u32>,
    /// Instead of the scenario's measured days per replication
    #[arg(long, value_name = "DAYS")]
    pub(super) days: Option<f64>,
}

impl RunSettings {
    /// What goes before the file.
    pub(super) fn overrides(&self) -> Overrides {
        Overrides { seed: self.seed, replications: self.replications, days: self.days }
    }
}

/// `goldenhour run`
#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// The scenario file
    pub(super) scenario: PathBuf,
    /// Folder for results; the run lands in OUT/<scenario>/<run>/
    #[arg(long, default_value = "output", value_name = "DIR")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) settings: RunSettings,
    /// Change a value of the scenario, such as 'centre[0].seats=8', or multiply it: 'travel.response_factor*=1.1'; may be
    /// repeated (docs/file-formats.md, Paths and changes)
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Stop as soon as a figure's interval reaches no farther than so much to either side, such as response.mean=0.1 or
    /// answer.mean=2% (of the figure itself); may be repeated, then all must. At most as many replications as asked for are run
    #[arg(long, value_name = "FIGURE=WIDTH")]
    pub(super) until: Vec<String>,
    /// Play one long run of --days days in place of replications: MSER-5 finds where its warm-up ends, intervals come of batch
    /// means. For a service that is the same all year round; where anything has a date of its own, use replications
    #[arg(long, conflicts_with_all = ["until", "resume", "take", "calls", "trace"])]
    pub(super) one_run: bool,
    /// Into how many batches the long run is divided; without it, 20
    #[arg(long, value_name = "N", requires = "one_run")]
    pub(super) batches: Option<u32>,
    /// Go on with an earlier run of the same inputs that was stopped or killed
    #[arg(long, conflicts_with = "calls")]
    pub(super) resume: bool,
    /// Take finished replications from a file of `goldenhour batch` or `merge` instead of running them; may be repeated
    #[arg(long, value_name = "FILE", conflicts_with = "calls")]
    pub(super) take: Vec<PathBuf>,
    /// Also write every call with all its timestamps
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) calls: Option<CallsArg>,
    /// Write no PNG pictures (faster); SVG and HTML are written all the same
    #[arg(long)]
    pub(super) no_png: bool,
    /// Exit with code 1 if a target is missed
    #[arg(long)]
    pub(super) fail_on_miss: bool,
    /// Instead of a run: play one replication and print all that happens to a call or a unit, such as call=17 or unit=A7001
    #[arg(long, value_name = "WHAT")]
    pub(super) trace: Option<String>,
    /// The replication that --trace plays, from 0
    #[arg(long, value_name = "N", default_value_t = 0, requires = "trace")]
    pub(super) trace_replication: u32,
}

/// `goldenhour batch`
#[derive(Debug, Args)]
pub(super) struct BatchArgs {
    /// The scenario file, or a plan
    pub(super) scenario: PathBuf,
    /// The file to write; it is there only when it is whole
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// Which part of the work, such as 3/16; without it, all
    #[arg(long, value_name = "K/N")]
    pub(super) shard: Option<Shard>,
    /// Go on with what a stopped or killed command left
    #[arg(long)]
    pub(super) resume: bool,
    #[command(flatten)]
    pub(super) settings: RunSettings,
    /// Change a value of the scenario, such as 'centre[0].seats=8', or multiply it: 'travel.response_factor*=1.1'; may be
    /// repeated (docs/file-formats.md, Paths and changes)
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
}

/// What sweeps have in common.
#[derive(Debug, Args)]
#[command(
    mut_arg("seed", |arg| arg.help("Instead of the seed of the plan or scenario")),
    mut_arg("replications", |arg| arg.help("Instead of the number of replications of the plan or scenario, for each point")),
    mut_arg("days", |arg| arg.help("Instead of the measured days of the plan or scenario")),
)]
pub(super) struct PointsArgs {
    /// Folder for results
    #[arg(long, default_value = "output", value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Show this figure, such as response.within@rural; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(super) figure: Vec<String>,
    /// Go on with what a stopped or killed command left
    #[arg(long)]
    pub(super) resume: bool,
    /// Take finished replications from a file of `goldenhour batch` or `merge` instead of running them; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(super) take: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) settings: RunSettings,
    /// Change a value of the scenario, such as 'centre[0].seats=8', or multiply it: 'travel.response_factor*=1.1'; may be
    /// repeated (docs/file-formats.md, Paths and changes)
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
    /// Write no PNG pictures (faster); SVG is written all the same
    #[arg(long)]
    pub(super) no_png: bool,
}

/// `goldenhour sweep`
#[derive(Debug, Args)]
pub(super) struct SweepArgs {
    /// The plan
    pub(super) plan: PathBuf,
    #[command(flatten)]
    pub(super) points: PointsArgs,
}

/// `goldenhour sensitivity`
#[derive(Debug, Args)]
pub(super) struct SensitivityArgs {
    /// The scenario file
    pub(super) scenario: PathBuf,
    /// By how much each assumption is changed, up and down
    #[arg(long, default_value_t = 0.2, value_name = "SHARE")]
    pub(super) share: f64,
    #[command(flatten)]
    pub(super) points: PointsArgs,
}

/// `goldenhour merge`
#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Files of `goldenhour batch` or `goldenhour merge`
    #[arg(required = true)]
    pub(super) files: Vec<PathBuf>,
    /// The file to write; it is there only when it is whole
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// Merge what there is, even if replications are missing
    #[arg(long)]
    pub(super) partial: bool,
}

/// `goldenhour compare`
#[derive(Debug, Args)]
#[command(
    mut_arg("seed", |arg| arg.help("Instead of the first scenario's seed")),
    mut_arg("replications", |arg| arg.help("Instead of the first scenario's number of replications")),
    mut_arg("days", |arg| arg.help("Instead of the first scenario's measured days per replication")),
)]
pub(super) struct CompareArgs {
    /// Two scenario files or more; the others are compared with the first, and run as it says
    #[arg(required = true, num_args = 2.., value_name = "SCENARIO")]
    pub(super) scenarios: Vec<PathBuf>,
    /// Folder for results; the comparison lands in OUT/compare/<a>--<b>/
    #[arg(long, default_value = "output", value_name = "DIR")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) settings: RunSettings,
    /// With more than two scenarios: the figure by which the best is selected
    #[arg(long, value_enum, value_name = "FIGURE", default_value = "mean")]
    pub(super) figure: FigureArg,
    /// With more than two scenarios: differences below this do not matter; without it, 0.5 minutes or 1 percentage point
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(super) indifference: Option<f64>,
    /// Go on with an earlier comparison of the same inputs that was stopped or killed
    #[arg(long)]
    pub(super) resume: bool,
    /// Write no PNG pictures (faster); SVG and HTML are written all the same
    #[arg(long)]
    pub(super) no_png: bool,
}

/// `goldenhour power`
#[derive(Debug, Args)]
pub(super) struct PowerArgs {
    /// Two scenario files for a difference, one for the width of an interval; both are run as the first says
    #[arg(required = true, num_args = 1.., value_name = "SCENARIO")]
    pub(super) scenarios: Vec<PathBuf>,
    /// The figure, such as response.within@rural
    #[arg(long, value_name = "NAME", default_value = "response.mean")]
    pub(super) figure: String,
    /// The difference of two scenarios that shall be seen, in the figure's unit (shares go from 0 to 1)
    #[arg(long, value_name = "X", allow_negative_numbers = true, conflicts_with = "half_width")]
    pub(super) difference: Option<f64>,
    /// With one scenario: how far the interval shall reach to either side at most, in the figure's unit
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    pub(super) half_width: Option<f64>,
    /// With which probability the difference shall be seen
    #[arg(long, value_name = "P", default_value_t = 0.8, allow_negative_numbers = true)]
    pub(super) power: f64,
    /// Instead of the first scenario's confidence
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    pub(super) confidence: Option<f64>,
    /// Replications of the pilot
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) pilot: u32,
    /// Instead of the first scenario's seed
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// Instead of the first scenario's measured days per replication
    #[arg(long, value_name = "DAYS")]
    pub(super) days: Option<f64>,
}

/// `goldenhour mend`
#[derive(Debug, Args)]
pub(super) struct MendArgs {
    /// The scenario file
    pub(super) scenario: PathBuf,
    /// Only this clause of the pack, by its id; without it, all that are missed or undecided
    #[arg(long, value_name = "ID")]
    pub(super) clause: Option<String>,
    /// At most so many units, posts or seats more
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(super) most: u32,
    /// Folder for the scenarios that mend
    #[arg(long, default_value = "output/mend", value_name = "DIR")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) settings: RunSettings,
    /// Change a value of the scenario first, see `goldenhour run`
    #[arg(long, value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
}

/// `goldenhour siting`
#[derive(Debug, Subcommand)]
pub(super) enum SitingCommand {
    /// Where should new posts stand?
    #[command(
        after_help = "Example: goldenhour siting add scenarios/yuxi-before.toml --posts 5 --judge\n\nModels and what they promise: docs/siting.md"
    )]
    Add(SitingAddArgs),
    /// Which posts could go?
    #[command(
        after_help = "Examples:\n  goldenhour siting close scenarios/yuxi-now.toml --keep 95%   as many as leave 95 % of the people who are within the time now within it\n  goldenhour siting close scenarios/yuxi-now.toml --posts 3    the three that are missed least\n\nModels and what they promise: docs/siting.md"
    )]
    Close(SitingCloseArgs),
    /// How few new posts meet the clauses of a standard pack on paper?
    #[command(
        after_help = "Example: goldenhour siting fewest scenarios/yuxi-before.toml --target cn-yuxi-2025-strict --candidates hospitals,places\n\nHow clauses are read: docs/siting.md"
    )]
    Fewest(SitingFewestArgs),
    /// What does each further post bring?
    #[command(
        after_help = "Example: goldenhour siting frontier scenarios/yuxi-before.toml --posts 10\n\nModels and what they promise: docs/siting.md"
    )]
    Frontier(SitingFrontierArgs),
    /// At which posts should more units stand?
    #[command(
        after_help = "Examples:\n  goldenhour siting fleet scenarios/yuxi-now.toml --units 10          ten more, the others stay where they are\n  goldenhour siting fleet scenarios/yuxi-now.toml --units 0 --anew    none more, all placed anew\n\nModels and what they promise: docs/siting.md"
    )]
    Fleet(SitingFleetArgs),
}

/// `goldenhour siting add`
#[derive(Debug, Args)]
pub(super) struct SitingAddArgs {
    /// How many new posts
    #[arg(long, value_name = "N")]
    pub(super) posts: u32,
    /// Existing posts that may move at most, with their units
    #[arg(long = "move", value_name = "N", default_value_t = 0)]
    pub(super) moves: u32,
    /// What they are to be good for, one proposal each: mclp, median, mexclp, backup, center, dsm, survival, capacitated
    #[arg(long, value_delimiter = ',', value_name = "MODEL,…")]
    pub(super) model: Option<Vec<String>>,
    /// How many distinct choices of each model: the best, the best of the others, and so on
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) alternatives: u32,
    #[command(flatten)]
    pub(super) places: SitingPlaces,
    #[command(flatten)]
    pub(super) ask: SitingAsk,
}

/// `goldenhour siting close`
#[derive(Debug, Args)]
pub(super) struct SitingCloseArgs {
    /// As many as leave this part of the people who are within the time now within it, such as 95%
    #[arg(long, value_name = "SHARE", required_unless_present = "posts", conflicts_with = "posts")]
    pub(super) keep: Option<String>,
    /// So many
    #[arg(long, value_name = "N")]
    pub(super) posts: Option<u32>,
    /// What those that stay are to be good for, one proposal each: mclp, median, backup, center
    #[arg(long, value_delimiter = ',', default_value = "mclp", value_name = "MODEL,…")]
    pub(super) model: Vec<String>,
    /// How many distinct choices of each model
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) alternatives: u32,
    /// Each county with residents keeps at least so many posts
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) per_county: u32,
    #[command(flatten)]
    pub(super) ask: SitingAsk,
}

/// `goldenhour siting fewest`
#[derive(Debug, Args)]
pub(super) struct SitingFewestArgs {
    /// The standard pack: a name or a file; without it, that of the scenario
    #[arg(long, value_name = "PACK")]
    pub(super) target: Option<String>,
    /// What those few are to be best at, one proposal each: mclp, median (slow), mexclp, backup
    #[arg(long, value_delimiter = ',', default_value = "mclp", value_name = "MODEL,…")]
    pub(super) model: Vec<String>,
    /// How many distinct choices of each model
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) alternatives: u32,
    #[command(flatten)]
    pub(super) places: SitingPlaces,
    #[command(flatten)]
    pub(super) ask: SitingAsk,
}

/// `goldenhour siting frontier`
#[derive(Debug, Args)]
pub(super) struct SitingFrontierArgs {
    /// How many new posts at most
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(super) posts: u32,
    /// What they are to be good for: mclp, median, mexclp, backup, center, dsm, survival
    #[arg(long, value_delimiter = ',', default_value = "mclp,median", value_name = "MODEL,…")]
    pub(super) model: Vec<String>,
    #[command(flatten)]
    pub(super) places: SitingPlaces,
    #[command(flatten)]
    pub(super) ask: SitingAsk,
}

/// `goldenhour siting fleet`
#[derive(Debug, Args)]
pub(super) struct SitingFleetArgs {
    /// How many more units
    #[arg(long, value_name = "N")]
    pub(super) units: u32,
    /// Place the units that are there anew as well; every post keeps one
    #[arg(long)]
    pub(super) anew: bool,
    /// What they are to be good for, one proposal each: mexclp, dsm, survival
    #[arg(long, value_delimiter = ',', default_value = "mexclp,survival", value_name = "MODEL,…")]
    pub(super) model: Vec<String>,
    /// How many distinct choices of each model
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) alternatives: u32,
    #[command(flatten)]
    pub(super) new: SitingNewUnits,
    #[command(flatten)]
    pub(super) ask: SitingAsk,
}

/// What every siting question knows.
#[derive(Debug, Args)]
pub(super) struct SitingAsk {
    /// The scenario file
    pub(super) scenario: PathBuf,
    /// By what places weigh
    #[arg(long, value_enum, default_value = "people")]
    pub(super) by: WeighArg,
    /// Minutes allowed, urban and rural; without it, as the standard pack says
    #[arg(long, value_delimiter = ',', value_name = "URBAN,RURAL")]
    pub(super) within: Option<Vec<f64>>,
    /// The share of time in which units are busy, such as 30%; without it, as a simulated replication says
    #[arg(long, value_name = "SHARE")]
    pub(super) busy: Option<String>,
    /// For dsm: the share that must be within the time, such as 90%; without it, as many as are now
    #[arg(long, value_name = "SHARE")]
    pub(super) least: Option<String>,
    /// How long a proof may be searched for: nodes of branch and bound
    #[arg(long, value_name = "N", default_value_t = 4000)]
    pub(super) nodes: u64,
    /// Let the simulation judge the proposals: compares them with the scenario as it is
    #[arg(long)]
    pub(super) judge: bool,
    /// Polish the best proposal by a search in the simulator: posts and units that it placed move to places nearby as long as
    /// the share of calls within the time is shown to grow (`--polish=mean`: the mean response to fall)
    #[arg(long, value_enum, value_name = "FIGURE", num_args = 0..=1, require_equals = true, default_missing_value = "within")]
    pub(super) polish: Option<FigureArg>,
    /// How many comparisons the search may make
    #[arg(long, value_name = "N", default_value_t = 40, requires = "polish")]
    pub(super) polish_tries: u32,
    /// Folder for the scenarios, the page and the comparison
    #[arg(long, default_value = "output/siting", value_name = "DIR")]
    pub(super) out: PathBuf,
    #[command(flatten)]
    pub(super) settings: RunSettings,
    /// Change a value of the scenario first, see `goldenhour run`; not with --judge
    #[arg(long, value_name = "PATH=VALUE", conflicts_with = "judge")]
    pub(super) set: Vec<String>,
    /// Write no PNG pictures
    #[arg(long)]
    pub(super) no_png: bool,
}

/// Where new posts could stand, with what, and under which rules.
#[derive(Debug, Args)]
pub(super) struct SitingPlaces {
    /// Where they could stand: hospitals, hospitals:LEVEL, places (the demand points), mapped:clinic (or fire_station, hospital, ambulance_station), roads:KM, or a table of posts
    #[arg(long, value_delimiter = ',', default_value = "hospitals", value_name = "SOURCE,…")]
    pub(super) candidates: Vec<String>,
    /// Units at each new post
    #[arg(long = "units", value_name = "N", default_value_t = 1)]
    pub(super) units_each: u32,
    #[command(flatten)]
    pub(super) new: SitingNewUnits,
    /// New posts are at least so far from all others, in a straight line
    #[arg(long, value_name = "KM")]
    pub(super) apart: Option<f64>,
    /// Each county with residents has at least so many posts
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) per_county: u32,
    /// What a new post costs, where the table of candidates has no column `cost`
    #[arg(long, value_name = "MONEY")]
    pub(super) post_cost: Option<f64>,
    /// What a unit costs
    #[arg(long, value_name = "MONEY")]
    pub(super) unit_cost: Option<f64>,
    /// Most that may be spent on new posts and their units
    #[arg(long, value_name = "MONEY")]
    pub(super) budget: Option<f64>,
    /// For capacitated: the most that a post takes, in what places weigh (people)
    #[arg(long, value_name = "MOST")]
    pub(super) room: Option<f64>,
}

/// What new units are.
#[derive(Debug, Args)]
pub(super) struct SitingNewUnits {
    /// Kind of new units: basic, advanced, neonatal
    #[arg(long, default_value = "advanced", value_name = "KIND")]
    pub(super) kind: String,
    /// Share of new units with negative pressure
    #[arg(long, default_value = "50%", value_name = "SHARE")]
    pub(super) negative_pressure: String,
}

/// By what places weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum WeighArg {
    /// Residents
    People,
    /// Expected dispatches
    Calls,
    /// Residents over 65
    Elderly,
}

/// The figure by which the best scenario is selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FigureArg {
    /// Mean response, minutes
    Mean,
    /// Share of calls reached within target, percentage points
    Within,
}

/// `goldenhour report`
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// The run's folder (it holds summary.json)
    pub(super) run: PathBuf,
    /// Also render the other language, beside the first
    #[arg(long)]
    pub(super) and_other: bool,
    /// What to write, with commas between
    #[arg(long, value_enum, value_delimiter = ',', default_value = "html", value_name = "FORMAT,…")]
    pub(super) format: Vec<FormatArg>,
    /// Folder of a comparison with this run's scenario in it: the page gets a section on it
    #[arg(long, value_name = "FOLDER")]
    pub(super) comparison: Option<PathBuf>,
    /// Folder of siting proposals on this run's scenario, or with it among them: the page gets a section on them
    #[arg(long, value_name = "FOLDER")]
    pub(super) siting: Option<PathBuf>,
    /// Write no PNG pictures
    #[arg(long)]
    pub(super) no_png: bool,
}

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// The page, its pictures and the CSV files
    Html,
    /// The page in Chinese and English, side by side
    Both,
    /// A workbook for WPS and Excel
    Xlsx,
    /// The verdict and two charts for Word
    Docx,
    /// A summary in Markdown for issue trackers
    Md,
    /// Coverage per demand point, for maps
    Geojson,
    /// Verdicts, and coverage per demand point
    Csv,
}

/// `goldenhour init`
#[derive(Debug, Args)]
pub(super) struct InitArgs {
    /// An .osm.pbf file
    #[arg(long, value_name = "FILE")]
    pub(super) network: PathBuf,
    /// Folder for the scenario and its tables
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,
    /// Name of the scenario; without it, that of the folder
    #[arg(long)]
    pub(super) name: Option<String>,
    /// How many people live there, if you know: guesses are scaled to this total
    #[arg(long, value_name = "N")]
    pub(super) people: Option<f64>,
    /// A built-in speed profile, or a TOML file
    #[arg(long, default_value = "china-default", value_name = "NAME|FILE")]
    pub(super) profile: String,
    /// A built-in standard pack, or a TOML file
    #[arg(long, default_value = "cn-yuxi-2025", value_name = "NAME|FILE")]
    pub(super) pack: String,
    /// Write into a folder that is not empty; overwrites only the files of the scenario
    #[arg(long)]
    pub(super) force: bool,
}

/// `goldenhour network synth`
#[derive(Debug, Args)]
pub(super) struct SynthArgs {
    /// The .osm.pbf file to write; its manifest is written beside it as .toml
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// Folder for the tables that go with it (posts, units, hospitals, demand)
    #[arg(long, value_name = "DIR")]
    pub(super) tables: Option<PathBuf>,
    /// A folder of facts; without it, the bundled ones of Yuxi
    #[arg(long, value_name = "DIR", conflicts_with = "generic")]
    pub(super) facts: Option<PathBuf>,
    /// Make up a region instead of starting from facts
    #[arg(long, requires = "size")]
    pub(super) generic: bool,
    /// About how many road nodes; without it, as many as the facts give
    #[arg(long, value_name = "N")]
    pub(super) size: Option<usize>,
    /// The seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub(super) seed: u64,
}

/// Format of the call table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum CallsArg {
    /// calls.csv
    Csv,
    /// calls.parquet
    Parquet,
}

#[derive(Debug, Subcommand)]
pub(super) enum ScenarioCommand {
    /// Read a scenario and everything it names, and report all faults
    #[command(after_help = "Example: goldenhour scenario check my-city/scenario.toml")]
    Check {
        /// The scenario file
        scenario: PathBuf,
    },
    /// Tell in plain sentences what will be simulated, and what will not
    #[command(after_help = "Example: goldenhour scenario explain scenarios/yuxi-now.toml --lang zh")]
    Explain {
        /// The scenario file
        scenario: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum NetworkCommand {
    /// Read an extract, prepare it for travel times and keep the result beside it
    #[command(
        after_help = "Example: goldenhour network import networks/yuxi.osm.pbf\n\nThe result lands in .goldenhour-cache/ beside the extract; GOLDENHOUR_CACHE=DIR names another folder, GOLDENHOUR_CACHE=off none."
    )]
    Import {
        /// An .osm.pbf file
        file: PathBuf,
        /// A built-in speed profile, or a TOML file
        #[arg(long, default_value = "china-default", value_name = "NAME|FILE")]
        profile: String,
        /// Neither use nor keep a prepared network
        #[arg(long)]
        no_cache: bool,
    },
    /// Read an extract and say what is in it, what was dropped and why
    #[command(after_help = "Example: goldenhour network info networks/yuxi.osm.pbf")]
    Info {
        /// An .osm.pbf file
        file: PathBuf,
        /// A built-in speed profile, or a TOML file
        #[arg(long, default_value = "china-default", value_name = "NAME|FILE")]
        profile: String,
        /// Read the extract a second time with another reader and compare what there is
        #[arg(long)]
        cross_check: bool,
    },
    /// Make a synthetic network with its tables, from facts or of any size
    #[command(
        after_help = "Examples: goldenhour network synth --out networks/yuxi.osm.pbf --tables scenarios/yuxi\n          goldenhour network synth --generic --size 1000000 --out big.osm.pbf"
    )]
    Synth(SynthArgs),
    /// Print a built-in speed profile, to copy and edit
    #[command(after_help = "Example: goldenhour network profile china-default > my-profile.toml")]
    Profile {
        /// Its name
        name: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum StandardsCommand {
    /// List the built-in packs
    #[command(after_help = "Example: goldenhour standards list")]
    List,
    /// Print a pack's clauses with their readings
    #[command(after_help = "Example: goldenhour standards show cn-yuxi-2025 --lang zh")]
    Show {
        /// A built-in name, or a TOML file
        pack: String,
    },
    /// Look for faults in a pack of one's own, without running anything
    #[command(after_help = "Example: goldenhour standards check my-pack.toml")]
    Check {
        /// A TOML file, or a built-in name
        pack: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ImportCommand {
    /// Read an input folder of JEMSS, play its calls and write what became of them in JEMSS's own columns
    #[command(
        after_help = "Example: goldenhour import jemss auckland --out auckland-replayed --expect auckland/expected\n\nWhat is read and how it is played: docs/jemss.md"
    )]
    Jemss(JemssArgs),
}

/// `goldenhour import jemss`
#[derive(Debug, Args)]
pub(super) struct JemssArgs {
    /// The folder of a city: with travel, stations, hospitals, ambulances, calls and so on
    pub(super) folder: PathBuf,
    /// Folder for calls_out.csv and ambs_out.csv; without it, nothing is written
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    /// Folder for an ordinary scenario made of the city: tables, calls as a log, network and profile, to be changed and run
    #[arg(long, value_name = "DIR")]
    pub(super) scenario: Option<PathBuf>,
    /// A folder with calls_out.csv (and ambs_out.csv) of JEMSS to compare with; differences give exit code 1
    #[arg(long, value_name = "DIR")]
    pub(super) expect: Option<PathBuf>,
}
