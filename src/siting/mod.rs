//! **Siting**: where posts should stand, with a bound that says how good the answer is.
//!
//! Solver cores only: they work on plain matrices of distances and plain lists of who covers whom, and know nothing of
//! scenarios. Every solver climbs the same ladder (greedy → interchange from many starts → path relinking → bound →
//! branch and bound) and returns an [`Answer`]: sites, objective, bound, and whether the two were proved equal.
//!
//! - Distance family: [`median`] (p-median, with capacities too), [`center`] (p-center), [`cover_all`] (fewest posts that
//!   cover everyone or a share).
//! - Cover family: [`cover`] (maximal covering and its relatives); [`mip`] writes the same models as mixed-integer
//!   programmes for other solvers.
//!
//! Answers depend on the instance, the [`Effort`] and its seed only: never on the clock or the number of threads.

pub mod answer;
pub mod center;
pub mod cover;
pub mod cover_all;
pub mod median;
pub mod mip;
pub mod table;

pub use answer::{Answer, Effort, SiteRule};
pub use table::{Table, Trouble};
