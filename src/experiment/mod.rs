//! From one simulation to an answer: replications, intervals, verdicts, the summary of a run and its folder.

mod build;
pub mod calibrate;
mod call_table;
pub mod compare;
mod events;
mod figures;
mod folder;
mod in_order;
pub mod journal;
mod map;
pub mod named;
pub mod plan;
mod prepare;
mod replicate;
mod road_plan;
pub mod sensitivity;
pub mod summary;
pub mod sweep;
mod work;

pub use build::{RunResult, summarise};
pub use call_table::{CallTable, CallWriter};
pub use figures::Figures;
pub use folder::{FolderError, replace_folder, write_run};
pub use map::map_data;
pub use named::{FigureName, Named};
pub use plan::{Plan, PlanPoint};
pub use prepare::{
    Digested, Overrides, PrepareStep, Prepared, SharedNetwork, digest_changed, prepare, prepare_changed,
    prepare_telling, profile,
};
pub use replicate::{Ended, Precise, Progress, Replicating, Replications, Standing, fill, replicate};
pub use work::{USUAL_FIGURES, Work, WorkPoint, play_points};
