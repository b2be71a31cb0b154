//! **p-median**: open p sites so that the weighted sum of distances to the nearest open site is least (Hakimi 1964).
//!
//! The ladder of [`Median::solve`]: greedy and random-greedy starts, fast interchange (Whitaker 1983 with the data
//! structures of Resende and Werneck 2007), path relinking among the best (Resende and Werneck 2004), a Lagrangean bound
//! (Cornuéjols, Fisher and Nemhauser 1977; steps as in the volume algorithm of Barahona and Anbil 2000) that fixes
//! sites by reduced cost (Beasley 1993), and branch and bound on what is left.

mod capacitated;
mod exact;
mod greedy;
mod instance;
mod interchange;
mod lagrange;
mod relink;
#[cfg(test)]
mod tests;

pub use capacitated::{Capacitated, Served};
pub use instance::Median;
