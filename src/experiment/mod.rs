//! From one simulation to an answer: replications, intervals, the summary of a run.

pub mod summary;
