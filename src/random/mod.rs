//! Random numbers that never change: keyed ChaCha8 streams and inverse-CDF samplers.
//!
//! A stream is named by (seed, purpose, replication) and can be positioned by call number, so a call keeps its place,
//! time and durations whatever else happens, and two scenarios meet the same calls.

mod dist;
mod normal;
mod stream;

pub use dist::{Dist, DistError};
pub use normal::normal_quantile;
pub use stream::{DRAWS_PER_CALL, Draws, Stream};
