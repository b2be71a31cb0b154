//! From one simulation to an answer: replications, intervals, verdicts, the summary of a run and its folder.

mod asked;
mod build;
pub mod calibrate;
mod call_table;
mod chart_data;
pub mod compare;
mod equity;
mod events;
mod evidence;
mod evidence_file;
mod figures;
mod folder;
mod in_order;
mod isochrones;
pub mod journal;
mod layout;
mod map;
mod map_time;
pub mod mend;
pub mod named;
mod one_run;
pub mod plan;
mod play;
pub mod power;
mod prepare;
mod replicate;
mod road_plan;
pub mod sensitivity;
pub mod siting;
pub mod summary;
pub mod sweep;
mod work;

pub use build::{RunResult, summarise};
pub use call_table::{CallTable, CallWriter};
pub use figures::Figures;
pub use folder::{FolderError, replace_folder, replace_folder_where, write_run};
pub use isochrones::{BandRoads, IsochroneMap, find_post, isochrone_map};
pub use map::{MapGround, map_data};
pub use named::{FigureName, Named};
pub use one_run::{LEAST_BATCH_DAYS, OneRunPlan, one_run};
pub use plan::{Plan, PlanPoint};
pub use prepare::{
    Before, Digested, MorePosts, Overrides, PrepareStep, Prepared, SharedNetwork, digest_changed, prepare,
    prepare_changed, prepare_telling, prepare_with, prepare_with_posts, profile,
};
pub use replicate::{Ended, Look, Precise, Progress, Replicating, Replications, Standing, fill, replicate};
pub use work::{USUAL_FIGURES, Work, WorkPoint, play_points};
