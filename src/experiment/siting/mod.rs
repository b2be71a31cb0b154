//! **Siting**: planners' questions on where posts and units should go, from a scenario to proposals that can be run.
//!
//! [`Field`] is what the location models of [`crate::siting`] see of a scenario; [`add`] puts a question to one of them;
//! [`promise`] says what the answer gives on paper. What it gives when calls queue and units are busy, the simulator says:
//! each proposal is written as a scenario of its own.

mod candidates;
mod field;
mod models;
mod plan;

pub use candidates::{Candidates, SAME_PLACE_M, Source};
pub use field::{Field, FieldAsked, FieldRow, Weigh};
pub use models::{Added, Model, NoProposal, Promise, Proposal, UNREACHED_MIN, add, free_posts, promise};
pub use plan::{ProposalRow, Site, SitePlan, Sited, geojson, site};

#[cfg(test)]
mod tests;
