//! From one simulation to an answer: replications, intervals, verdicts, the summary of a run and its folder.

mod build;
mod call_table;
pub mod compare;
mod events;
mod figures;
mod folder;
mod map;
mod prepare;
mod replicate;
mod road_plan;
pub mod summary;

pub use build::{RunResult, summarise};
pub use call_table::{CallTable, CallWriter};
pub use figures::Figures;
pub use folder::{FolderError, write_run};
pub use map::map_data;
pub use prepare::{Overrides, PrepareStep, Prepared, prepare, prepare_telling, profile};
pub use replicate::{Progress, Replications, replicate};
