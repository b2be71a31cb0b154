//! `[hospitals]` and `[[bay_surge]]`: where patients are taken, and what happens there.

use super::super::load::Loader;
use super::super::raw::RawDist;
use super::super::rules::{BaySurge, HospitalChoice, HospitalRules, Observation};
use super::{Known, Per, round};
use crate::facilities::{Hospital, Receives};
use crate::input::Noted;
use crate::network::calendar::{Calendar, Window};
use crate::text::Text;
use serde::Deserialize;

/// `[hospitals]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawHospitals {
    /// How a hospital is chosen.
    pub choice: RawChoice,
    /// For `shares`: a hospital counts if it is farther than the nearest by at most so many minutes.
    pub shares_within_min: Option<Noted<f64>>,
    /// Whether the bays of the table limit hand-over.
    pub bays: bool,
    /// How long a patient holds a bay after hand-over.
    pub bay_stay: Option<RawDist>,
    /// Patients observed.
    pub observation: Option<RawObservation>,
    /// Turning ambulances away while so many wait.
    pub divert_at: Option<Noted<u32>>,
}

/// `choice`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawChoice {
    /// The nearest that is able.
    #[default]
    Nearest,
    /// The nearest with a free bay.
    FreeBay,
    /// At random by the column `share`.
    Shares,
}

/// `observation`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawObservation {
    /// Share of patients.
    pub share: Noted<f64>,
    /// How long.
    pub stay: RawDist,
}

/// `[[bay_surge]]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawBaySurge {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Windows.
    pub when: Vec<String>,
    /// Multiplies the bays.
    pub factor: Noted<f64>,
}

impl Loader<'_> {
    pub(super) fn hospital_rules(&mut self, known: &Known<'_>) -> HospitalRules {
        let raw = &self.doc.value.hospitals;
        let hospitals = known.hospitals.unwrap_or_default();
        self.bays_are_meant(known);
        let bay_stay = raw
            .bay_stay
            .as_ref()
            .map(|d| self.dist("hospitals.bay_stay", "交接后占用抢救位", "holding a bay after hand-over", d));
        let observation = raw.observation.as_ref().map(|o| {
            let names = ("留观比例", "share of patients observed");
            let share = self.noted_share("hospitals.observation.share", names, &o.share);
            let stay = self.dist("hospitals.observation.stay", "留观时长", "time under observation", &o.stay);
            Observation { share, stay }
        });
        let has_beds = hospitals.iter().any(|h| h.observation_beds.is_some());
        if observation.is_some() && known.hospitals.is_some() && !has_beds {
            let message = "the table of hospitals gives no observation beds, so they never run out";
            self.warn("hospitals.observation", message, "fill in the column `observation_beds`");
        }
        let divert_at = raw.divert_at.as_ref().map(|d| {
            self.between("hospitals.divert_at", f64::from(d.value), 1.0, 1000.0);
            let (zh, en) = ("等待交接达到多少辆时分流", "units waiting at which ambulances are turned away");
            self.notes.noted("hospitals.divert_at", zh, en, d, d.value.to_string());
            d.value
        });
        let choice = self.choice(known);
        let hours: Vec<_> = hospitals.iter().map(|h| h.hours.clone()).collect();
        self.somebody_is_open(known);
        HospitalRules {
            choice,
            bays: if raw.bays { hospitals.iter().map(|h| h.ed_bays).collect() } else { Vec::new() },
            bay_stay,
            observation_beds: if observation.is_some() {
                hospitals.iter().map(|h| h.observation_beds).collect()
            } else {
                Vec::new()
            },
            observation,
            divert_at,
            hours: if hours.iter().any(Option::is_some) { hours } else { Vec::new() },
            surge: self.bay_surges(),
        }
    }

    /// What rests on bays needs them; a hospital that takes patients needs one.
    fn bays_are_meant(&mut self, known: &Known<'_>) {
        let raw = &self.doc.value.hospitals;
        if raw.bays {
            let takes = |h: &&Hospital| h.receives != Receives::Nobody;
            let hospitals = known.hospitals.unwrap_or_default();
            let without: Vec<&str> =
                hospitals.iter().filter(takes).filter(|h| h.ed_bays == Some(0)).map(|h| h.id.as_str()).collect();
            if !without.is_empty() {
                let message =
                    format!("no patient could ever be handed over at {}, which have 0 bays", without.join(", "));
                let hint = "write the bays into the column `ed_bays`, empty for as many as arrive, or `receives` none";
                self.fault("hospitals.bays", message, hint);
            }
            if known.hospitals.is_some() && hospitals.iter().filter(takes).all(|h| h.ed_bays.is_none()) {
                let message = "the table of hospitals gives no bays, so they never run out";
                self.warn("hospitals.bays", message, "fill in the column `ed_bays`");
            }
            return;
        }
        let hint = "write bays = true in [hospitals], and the column `ed_bays` in the table";
        let needs = [
            ("hospitals.choice", raw.choice == RawChoice::FreeBay),
            ("hospitals.bay_stay", raw.bay_stay.is_some()),
            ("hospitals.observation", raw.observation.is_some()),
            ("hospitals.divert_at", raw.divert_at.is_some()),
            ("bay_surge", !self.doc.value.bay_surge.is_empty()),
        ];
        for (path, _) in needs.iter().filter(|n| n.1) {
            self.fault(path, "this rests on bays, which are not limited", hint);
        }
    }

    fn choice(&mut self, known: &Known<'_>) -> HospitalChoice {
        let raw = &self.doc.value.hospitals;
        if raw.choice != RawChoice::Shares && raw.shares_within_min.is_some() {
            let hint = "write choice = \"shares\", or take it out";
            self.fault("hospitals.shares_within_min", "hospitals are not chosen by shares", hint);
        }
        match raw.choice {
            RawChoice::Nearest => HospitalChoice::Nearest,
            RawChoice::FreeBay => HospitalChoice::FreeBay,
            RawChoice::Shares => {
                let default = Noted::default_of(20.0);
                let within = raw.shares_within_min.as_ref().unwrap_or(&default);
                let names = (
                    "参与分配的医院最多比最近医院远",
                    "hospitals chosen by shares lie at most this beyond the nearest",
                );
                let within = self.span("hospitals.shares_within_min", names, within, Per::Minute, (0.0, 600.0));
                let weights: Vec<f64> =
                    known.hospitals.unwrap_or_default().iter().map(|h| h.share.unwrap_or(0.0)).collect();
                if known.hospitals.is_some() && weights.iter().all(|w| *w == 0.0) {
                    let hint = "fill in the column `share` of the table of hospitals";
                    self.fault("hospitals.choice", "no hospital has a share", hint);
                }
                if let (Some(hospitals), Some(demand)) = (known.hospitals, known.demand) {
                    for (i, c) in demand.categories.iter().enumerate().filter(|(_, c)| c.transport > 0.0) {
                        let able = |h: &Hospital| h.receives.takes(&c.capability);
                        if hospitals.iter().any(able)
                            && !hospitals.iter().any(|h| able(h) && h.share.unwrap_or(0.0) > 0.0)
                        {
                            let message = format!("no hospital that takes `{}` has a share", c.capability);
                            self.warn(
                                &format!("category[{i}].capability"),
                                message,
                                "its patients go to the nearest one",
                            );
                        }
                    }
                }
                HospitalChoice::Shares { weights, within }
            }
        }
    }

    /// Every category whose patients are transported has an open hospital at any time.
    fn somebody_is_open(&mut self, known: &Known<'_>) {
        let (Some(hospitals), Some(demand)) = (known.hospitals, known.demand) else { return };
        if hospitals.iter().all(|h| h.hours.is_none()) {
            return;
        }
        let items: Vec<Vec<Window>> =
            hospitals.iter().map(|h| h.hours.clone().unwrap_or_else(|| vec![Window::ALWAYS])).collect();
        let calendar = Calendar::new(&items);
        for (i, c) in demand.categories.iter().enumerate().filter(|(_, c)| c.transport > 0.0) {
            let able = |h: &Hospital| h.receives.takes(&c.capability);
            let open = |regime: &[usize]| regime.iter().any(|h| able(&hospitals[*h]));
            if hospitals.iter().any(able) && !calendar.regimes.iter().all(|r| open(r)) {
                let message = format!("at times no hospital that takes `{}` is open", c.capability);
                let hint = "see the column `hours` of the table of hospitals; at least one must always be open";
                self.fault(&format!("category[{i}].capability"), message, hint);
            }
        }
    }

    fn bay_surges(&mut self) -> Vec<BaySurge> {
        let raw = &self.doc.value.bay_surge;
        self.distinct_keys("bay_surge", raw.iter().map(|s| s.key.as_str()).collect());
        let mut out = Vec::new();
        for (i, s) in raw.iter().enumerate() {
            let path = format!("bay_surge[{i}]");
            let when = self.windows(&path, &s.when);
            self.between(&format!("{path}.factor"), s.factor.value, 0.0, 100.0);
            let value = format!("× {} ({})", round(s.factor.value), s.when.join(", "));
            let (zh, en) = (format!("{}：抢救位倍数", s.name.zh), format!("{}: factor on bays", s.name.en));
            self.notes.noted(&format!("{path}.factor"), &zh, &en, &s.factor, value);
            out.push(BaySurge { when, factor: s.factor.value });
        }
        out
    }
}
