//! Demand in full: from the TOML keys to checked [`crate::demand::Patterns`], incidents, transfers and logs.

mod events;
mod log;
mod people;
mod places;
pub mod raw;
mod season;
mod transfers;

use super::Site;
use super::load::{Loader, MOST_CALLS_PER_DAY};
use crate::demand::{CallSource, DemandModel, DemandPoint};
use crate::digest::Digester;
use crate::facilities::{Coordinates, County, Hospital, ScenicArea};
use crate::input::{Noted, Table};
use crate::units::SimTime;
use std::collections::BTreeMap;

/// What the tables say that keys of demand refer to.
pub(super) struct Known<'a> {
    pub(super) counties: &'a [County],
    pub(super) county_table: Option<&'a Table>,
    pub(super) hospitals: &'a [Hospital],
    pub(super) scenic: &'a [ScenicArea],
    pub(super) coordinates: Coordinates,
}

impl Loader<'_> {
    /// Reads and checks all keys of demand in full. Places that are no demand points are added to `sites`.
    pub(super) fn demand_in_full(
        &mut self,
        model: &mut DemandModel,
        points: &mut [DemandPoint],
        known: &Known<'_>,
        sites: &mut Vec<Site>,
        digest: &mut Digester,
    ) {
        self.season(model);
        self.growth(model);
        self.elderly(model, points, known);
        self.category_patterns(model);
        self.populations(model, points, known, sites, digest);
        self.variation(model, points);
        self.surges(model, points, known, sites, digest);
        self.waves(model, points, known, digest);
        self.casualties(model, points, known, sites);
        self.transfers(model, points, known, sites);
        self.log(model, points, known, digest);
        let patterns = &model.patterns;
        let monthly = patterns.monthly.is_some()
            || model.categories.iter().any(|c| c.pattern.times.monthly.is_some())
            || patterns.populations.iter().any(|p| p.times.monthly.is_some());
        if monthly && patterns.start.is_none() {
            let hint = "add start_date = \"2025-01-06\" (a Monday) or start_month = 1 to [run]";
            self.fault("run", "there are weights of months, but not in which month day 0 is", hint);
        }
        if !self.faults.has_errors() {
            self.not_too_many(model, points);
        }
    }

    /// What people, surges, waves and transfers bring in all must be possible: a slip of the pen must not run for ever.
    fn not_too_many(&mut self, model: &DemandModel, points: &[DemandPoint]) {
        let run = &self.doc.value.run;
        let days = run.days + run.warmup_days;
        let source = CallSource::new(model, points, run.seed, 0);
        let per_day = source.expected(SimTime::ZERO, SimTime::from_days(days)).0 / days;
        if per_day.is_nan() || per_day > MOST_CALLS_PER_DAY {
            let message =
                format!("populations, surges, waves and transfers bring it to {per_day:.1e} phone calls a day");
            self.fault("demand", message, &format!("more than {MOST_CALLS_PER_DAY} cannot be meant"));
        }
    }

    /// Shares of the categories by key, adding up to 1; categories that are not named have none.
    fn category_shares(
        &mut self,
        path: &str,
        model: &DemandModel,
        noted: &Noted<BTreeMap<String, f64>>,
        name: (&str, &str),
    ) -> Option<Vec<f64>> {
        let mut shares = vec![0.0; model.categories.len()];
        let mut fine = true;
        for (key, share) in &noted.value {
            let at = format!("{path}.value.{key}");
            let category = self.category(&at, model, key);
            if !(share.is_finite() && *share >= 0.0) {
                self.fault(&at, format!("{share} is not allowed"), "write a number, zero or more");
                fine = false;
            } else if let Some(category) = category {
                shares[category.index()] = *share;
            }
            fine &= category.is_some();
        }
        let total: f64 = shares.iter().sum();
        if fine && total <= 0.0 {
            self.fault(path, "no category has a share", "write at least one above zero");
        }
        let list: Vec<String> = noted.value.iter().map(|(k, s)| format!("{k} {:.1}%", 100.0 * s / total)).collect();
        self.notes.noted(path, name.0, name.1, noted, list.join(", "));
        (fine && total > 0.0).then(|| shares.iter().map(|s| s / total).collect())
    }

    /// A category by key.
    fn category(&mut self, path: &str, model: &DemandModel, key: &str) -> Option<crate::ids::CategoryId> {
        let found = model.categories.iter().position(|c| c.key == key);
        if found.is_none() {
            let keys = model.categories.iter().map(|c| c.key.as_str());
            let hint = match crate::fault::nearest_name(key, keys.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("categories are {}", keys.collect::<Vec<_>>().join(", ")),
            };
            self.fault(path, format!("there is no category `{key}`"), &hint);
        }
        found.map(crate::ids::CategoryId::new)
    }
}

#[cfg(test)]
mod tests;
