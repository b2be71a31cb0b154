//! How good an input value is. The mark travels with the value into every report.

use serde::{Deserialize, Serialize};

/// The quality mark of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Quality {
    /// Seen in a source that is named.
    #[serde(rename = "A")]
    Measured,
    /// Derived or computed from values seen in a source.
    #[serde(rename = "B")]
    Derived,
    /// Assumed, modelled by rule, or recalled without a source.
    #[serde(rename = "C")]
    Assumed,
    /// Set so that a result comes near a published figure.
    #[serde(rename = "calibrated")]
    Calibrated,
}

impl Quality {
    /// Reads the mark as tables write it (`A`, `B`, `C`, `calibrated`).
    pub fn parse(text: &str) -> Option<Quality> {
        match text.trim() {
            "A" | "a" => Some(Quality::Measured),
            "B" | "b" => Some(Quality::Derived),
            "C" | "c" => Some(Quality::Assumed),
            "calibrated" => Some(Quality::Calibrated),
            _ => None,
        }
    }

    /// The mark as tables write it.
    pub fn mark(self) -> &'static str {
        match self {
            Quality::Measured => "A",
            Quality::Derived => "B",
            Quality::Assumed => "C",
            Quality::Calibrated => "calibrated",
        }
    }

    /// Whether a reader must be told that this is an assumption or a calibrated value.
    pub fn needs_telling(self) -> bool {
        matches!(self, Quality::Assumed | Quality::Calibrated)
    }
}

/// Urban or rural: the two zones for which the plan sets different targets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Zone {
    /// 城区
    Urban,
    /// 农村
    Rural,
}

impl Zone {
    /// Both zones, urban first.
    pub const ALL: [Zone; 2] = [Zone::Urban, Zone::Rural];

    /// Reads `urban` or `rural` (`城区`, `农村`).
    pub fn parse(text: &str) -> Option<Zone> {
        match text.trim() {
            "urban" | "城区" => Some(Zone::Urban),
            "rural" | "农村" => Some(Zone::Rural),
            _ => None,
        }
    }

    /// 0 for urban, 1 for rural.
    pub fn index(self) -> usize {
        self as usize
    }

    /// `urban` or `rural`, as files write it.
    pub fn key(self) -> &'static str {
        match self {
            Zone::Urban => "urban",
            Zone::Rural => "rural",
        }
    }
}
