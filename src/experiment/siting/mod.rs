//! **Siting**: planners' questions on where posts and units should go, from a scenario to proposals that can be run.
//!
//! [`Field`] is what the location models of [`crate::siting`] see of a scenario, [`Space`] what may be chosen under which
//! rules, [`best`] puts that to a model, [`choices`] a planner's [`Question`]; [`promise`] says what an answer gives on paper.
//! What it gives when calls queue and units are busy, the simulator says: each proposal is written as a scenario of its own.

mod candidates;
mod climb;
mod field;
mod judgment;
mod models;
mod outcome;
mod plan;
mod polish;
mod promise;
mod questions;
mod rows;
mod served;
mod sited;
mod space;
mod want;
mod why;

pub use candidates::{Candidates, SAME_PLACE_M, Source};
pub use climb::Climb;
pub use field::{Busy, Field, FieldAsked, FieldRow, Weigh};
pub use judgment::{
    AS_IS, Best, CallsPromise, ClauseFold, ClauseVerdict, JUDGMENT_SCHEMA, JudgedClause, JudgedFigure, JudgedGroup,
    JudgedProposal, Judgment, Shortlist, Shown, judgment, shortlist, shown,
};
pub use models::{Model, NoProposal, Solved, Tuning, UNREACHED_MIN, best, survival};
pub use outcome::{Choice, NewUnits, nearest_post, open_posts};
pub use plan::{RuleSet, SitePlan, read_map, site, site_polished, standard_of};
pub use polish::{POLISH_METHOD, PolishPlan, PolishStep, Polished, Polishing};
pub use promise::{FELT_MIN, nearest, promise};
pub use questions::{Asking, choices};
pub use sited::{
    CountyPromise, FrontRow, Promise, ProposalRow, Question, SITED_SCHEMA, Served, Shift, Site, Sited, SitingMap,
    SitingPoint, SitingPost, UnreachedPlace, WantRow, WhyNone,
};
pub use space::{Costs, Space};
pub use want::{ClauseWant, Want, wants};

/// Posts that may get units: candidates, and posts of the scenario without any.
pub fn free_posts(field: &Field) -> Vec<usize> {
    (0..field.posts()).filter(|p| !field.staffed[*p]).collect()
}

#[cfg(test)]
mod judged_tests;
#[cfg(test)]
mod tests;
