//! From the TOML of what may be turned on to [`Rules`] and [`Care`](crate::demand::Care): raw keys, checks, notes.
//!
//! One file for each part of the life of a call. Every check runs whatever else is wrong, so that a person sees all faults
//! at once; what needs a table that could not be read is left out then.

mod care;
mod dispatch;
mod fleet;
mod hospitals;
mod move_up;
mod survival;
mod telephone;

pub use dispatch::RawDispatch;
pub use fleet::{RawFleet, RawShift};
pub use hospitals::{RawBaySurge, RawHospitals};
pub use move_up::RawMoveUp;
pub use survival::{PUBLISHED, PublishedCurve, RawSurvival, published};
pub use telephone::{RawDuty, RawMisrouted, RawOverflow, RawRedial};

use super::Centre;
use super::load::Loader;
use super::raw::RawScenario;
use super::rules::Rules;
use super::when;
use crate::demand::DemandModel;
use crate::facilities::{Hospital, Hours, Post, Unit, hours};
use crate::fault::nearest_name;
use crate::ids::CentreId;
use crate::input::{Noted, TomlDoc};
use crate::network::calendar::Window;
use crate::units::Span;

/// What is known when rules are read; a table that could not be read is `None`.
pub(super) struct Known<'a> {
    pub(super) centres: &'a [Centre],
    /// By county id.
    pub(super) centre_of_county: &'a [Option<CentreId>],
    pub(super) posts: Option<&'a [Post]>,
    pub(super) units: Option<&'a [Unit]>,
    pub(super) hospitals: Option<&'a [Hospital]>,
    pub(super) demand: Option<&'a DemandModel>,
}

impl Known<'_> {
    /// The centre a unit belongs to; the first one where there is only one.
    fn centre_of(&self, unit: &Unit) -> Option<CentreId> {
        if self.centres.len() == 1 {
            return Some(CentreId::new(0));
        }
        let county = self.posts?.get(unit.post.index())?.county?;
        *self.centre_of_county.get(county.index())?
    }

    /// How many units of each centre satisfy something; `None` if a table is missing.
    fn units_by_centre(&self, counts: impl Fn(&Unit) -> bool) -> Option<Vec<u32>> {
        let mut by_centre = vec![0; self.centres.len()];
        for unit in self.units?.iter().filter(|u| counts(u)) {
            if let Some(centre) = self.centre_of(unit) {
                by_centre[centre.index()] += 1;
            }
        }
        Some(by_centre)
    }
}

/// A unit of time as keys are named.
#[derive(Clone, Copy)]
enum Per {
    Second,
    Minute,
    Hour,
    Day,
}

impl Per {
    fn seconds(self) -> f64 {
        match self {
            Per::Second => 1.0,
            Per::Minute => 60.0,
            Per::Hour => 3600.0,
            Per::Day => 86_400.0,
        }
    }

    fn symbol(self) -> &'static str {
        match self {
            Per::Second => "s",
            Per::Minute => "min",
            Per::Hour => "h",
            Per::Day => "d",
        }
    }
}

impl Loader<'_> {
    /// All that is turned on, except air and water.
    pub(super) fn rules(&mut self, known: &Known<'_>) -> Rules {
        let rules = Rules {
            telephone: self.telephone(known),
            dispatch: self.dispatching(known),
            move_up: self.move_up(known),
            fleet: self.fleet(known),
            hospitals: self.hospital_rules(known),
            ..Rules::default()
        };
        self.care_fits(known, &rules);
        rules
    }

    /// A length of time: checked and noted.
    fn span(&mut self, path: &str, names: (&str, &str), noted: &Noted<f64>, per: Per, range: (f64, f64)) -> Span {
        self.between(path, noted.value, range.0, range.1);
        self.notes.noted(path, names.0, names.1, noted, format!("{} {}", noted.value, per.symbol()));
        Span::from_seconds(if noted.value.is_finite() { noted.value * per.seconds() } else { 0.0 })
    }

    /// A share: checked and noted.
    fn noted_share(&mut self, path: &str, names: (&str, &str), noted: &Noted<f64>) -> f64 {
        self.share(path, noted.value);
        self.notes.noted(path, names.0, names.1, noted, format!("{}%", round(100.0 * noted.value)));
        noted.value
    }

    /// A fault at a key: a name that does not exist, with the nearest one that does.
    fn unknown(&mut self, path: &str, what: &str, name: &str, known: &[&str]) {
        let hint = match nearest_name(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.len() <= 12 => format!("there are {}", known.join(", ")),
            None => String::new(),
        };
        self.fault(path, format!("there is no {what} `{name}`"), &hint);
    }
}

/// What a cell of hours says: `24h` or nothing, the key of a shift (where shifts are meant), or windows separated by
/// semicolons.
pub(super) fn hours_of_text(doc: &TomlDoc<RawScenario>, text: &str, shifts: bool) -> Result<Hours, (String, String)> {
    if matches!(text.to_lowercase().as_str(), "" | "24h" | "24" | "24小时" | "全天") {
        return Ok(None);
    }
    let named = &doc.value.shift;
    if let Some(shift) = named.iter().find(|s| shifts && s.key == text) {
        // Faults of its windows are told where it is written.
        let windows = shift.when.iter().filter_map(|w| when::parse(w).ok()).flatten();
        return Ok(hours(&windows.collect::<Vec<Window>>()));
    }
    let mut windows = Vec::new();
    for part in text.split([';', '；', '|']).map(str::trim).filter(|p| !p.is_empty()) {
        windows.extend(when::parse(part).map_err(|(message, hint)| {
            let keys = || named.iter().map(|s| s.key.as_str());
            match nearest_name(text, keys()).filter(|_| shifts) {
                Some(near) => (format!("there is no shift `{text}`"), format!("did you mean `{near}`?")),
                None if shifts => (message, format!("{hint}; or 24h, or the key of a [[shift]]")),
                None => (message, format!("{hint}; or 24h")),
            }
        })?);
    }
    if windows.is_empty() {
        return Err((format!("`{text}` says no time"), "write 24h, or a window such as \"daily 08:00-20:00\"".into()));
    }
    Ok(hours(&windows))
}

/// Without the tail that binary fractions leave behind.
fn round(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

#[cfg(test)]
mod tests;
