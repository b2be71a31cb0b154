//! Finished replications on disk: what a killed run leaves, what a shard is, what is merged.
//!
//! A file of replications is a line of text that says what it is, a line of JSON ([`Header`]) and then one frame for each
//! replication: its length, its number ([`Key`]), its outcome and a check sum. While a run is at work frames are added as
//! they come; a frame that was being written when the process was killed is recognised by its check sum and dropped. A
//! finished file holds its frames in order, so that its bytes depend on nothing but what was to be run.

mod frame;
mod merge;
mod store;

pub use merge::{merge, read_all};
pub use store::Journal;

use super::folder::FolderError;
use serde::{Deserialize, Serialize};

/// Version of the format. Readers refuse another one.
pub const FORMAT: u32 = 2;

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// [`FORMAT`].
    pub format: u32,
    /// Version of the program.
    pub program: String,
    /// Name of the scenario or plan.
    pub name: String,
    /// Scenarios, or points of a plan.
    pub points: Vec<PointHeader>,
    /// Replications of each that are asked for.
    pub replications: u32,
}

/// A scenario, or a point of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointHeader {
    /// What a person calls it.
    pub label: String,
    /// Digest of everything its replications depend on.
    pub digest: String,
}

impl Header {
    /// A header of this program.
    pub fn new(name: String, points: Vec<PointHeader>, replications: u32) -> Header {
        Header {
            format: FORMAT,
            program: format!("goldenhour {}", env!("CARGO_PKG_VERSION")),
            name,
            points,
            replications,
        }
    }

    /// All replications of all points.
    pub fn tasks(&self) -> u64 {
        self.points.len() as u64 * u64::from(self.replications)
    }

    /// The task of a number from 0: first all of the first point, then of the second.
    pub fn task(&self, number: u64) -> Key {
        let of = u64::from(self.replications.max(1));
        Key { point: (number / of) as u32, replication: (number % of) as u32 }
    }

    /// Tasks of a shard: the numbers from `(k − 1) × tasks / n` to before `k × tasks / n`.
    pub fn shard(&self, shard: Shard) -> std::ops::Range<u64> {
        let at = |k: u32| (u128::from(self.tasks()) * u128::from(k) / u128::from(shard.of)) as u64;
        at(shard.number - 1)..at(shard.number)
    }

    /// Whether two files hold replications of the same things; the number asked for may differ.
    pub fn same_points(&self, other: &Header) -> bool {
        self.format == other.format && self.program == other.program && self.points == other.points
    }
}

/// Which replication of which point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Number of the point, from 0.
    pub point: u32,
    /// Number of the replication, from 0.
    pub replication: u32,
}

/// A part of the work, such as 3 of 16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u32,
    of: u32,
}

impl Shard {
    /// All of the work.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Part `number` (from 1) of `of`; `None` if there is no such part.
    pub fn new(number: u32, of: u32) -> Option<Shard> {
        (number >= 1 && number <= of).then_some(Shard { number, of })
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let parts = text.split_once('/').and_then(|(k, n)| Some((k.trim().parse().ok()?, n.trim().parse().ok()?)));
        let shard = parts.and_then(|(k, n)| Shard::new(k, n));
        shard.ok_or_else(|| format!("`{text}` is no shard: write K/N with 1 ≤ K ≤ N, such as 3/16"))
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// Numbers as ranges, such as `0–119, 240`; at most so many, then `…`.
pub(super) fn ranges(numbers: impl Iterator<Item = u32>, most: usize) -> String {
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for n in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == n => *last = n,
            _ => ranges.push((n, n)),
        }
    }
    let word = |(a, b): &(u32, u32)| if a == b { a.to_string() } else { format!("{a}–{b}") };
    let mut words: Vec<String> = ranges.iter().take(most).map(word).collect();
    if ranges.len() > most {
        words.push("…".into());
    }
    words.join(", ")
}

fn damaged(path: &std::path::Path, reason: impl Into<String>) -> FolderError {
    FolderError::Content { path: path.to_path_buf(), reason: reason.into() }
}

#[cfg(test)]
mod tests;
