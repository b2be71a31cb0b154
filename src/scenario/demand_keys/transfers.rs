//! Patients taken from hospital to hospital.

use super::places::add_site;
use super::raw::RawTransfer;
use super::{Known, Loader};
use crate::demand::{DAYS_PER_YEAR, DemandModel, DemandPoint, TransferStream};
use crate::fault::nearest_name;
use crate::geo::distance_m;
use crate::ids::{CategoryId, HospitalId};
use crate::input::Noted;
use crate::scenario::Site;
use std::collections::BTreeSet;

/// From, to, what for, how many a day, and when.
type Pair = (HospitalId, HospitalId, CategoryId, f64, [f64; 24]);

impl Loader<'_> {
    /// All `[[transfer]]`s: one stream for each pair of hospitals.
    pub(super) fn transfers(
        &mut self,
        model: &mut DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        sites: &mut Vec<Site>,
    ) {
        let raw = &self.doc.value.transfer;
        self.distinct_keys("transfer", raw.iter().map(|t| t.key.as_str()).collect());
        for (i, t) in raw.iter().enumerate() {
            let path = format!("transfer[{i}]");
            for (from, to, category, per_day, hourly) in self.transfer(&path, t, model, known).unwrap_or_default() {
                let hospital = &known.hospitals[from.index()];
                let given = (None, hospital.county);
                let site = Loader::site(&hospital.id, &hospital.name, hospital.at, given, points);
                let from = add_site(sites, points.len(), site);
                let key = t.key.clone();
                model.transfers.push(TransferStream { key, from, to, category, per_day, hourly });
            }
        }
        if model.transfers.len() > usize::from(u16::MAX) {
            let message = format!("{} pairs of hospitals are too many", model.transfers.len());
            self.fault("transfer", message, &format!("at most {}", u16::MAX));
        }
    }

    fn transfer(&mut self, path: &str, raw: &RawTransfer, model: &DemandModel, known: &Known<'_>) -> Option<Vec<Pair>> {
        let category = self.category(&format!("{path}.category"), model, &raw.category);
        let rates = self.transfer_rates(path, raw, known);
        let hourly = match &raw.hourly {
            Some(noted) => {
                let at = format!("{path}.hourly");
                let weights = self.weights::<24>(&at, &noted.value);
                let (zh, en) = (format!("{}：分时曲线", raw.name.zh), format!("{}: profile over the day", raw.name.en));
                let (low, high) = weights.iter().fold((f64::MAX, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
                self.notes.noted(&at, &zh, &en, noted, format!("× {low:.2}–{high:.2}"));
                weights
            }
            None => model.hourly,
        };
        let (category, rates) = (category?, rates?);
        let capability = &model.categories[category.index()].capability;
        let mut out = Vec::new();
        match (&raw.to, &raw.to_level) {
            (Some(noted), None) => {
                let at = format!("{path}.to");
                let mut shares = Vec::new();
                for (id, share) in &noted.value {
                    let at = format!("{at}.value.{id}");
                    self.between(&at, *share, 0.0, 1e9);
                    let hospital = self.hospital(&at, known, id);
                    if let Some(h) = hospital.filter(|h| !known.hospitals[h.index()].receives.takes(capability)) {
                        let message = format!("{id} takes no patients who need `{capability}`");
                        self.fault(&at, message, "name it in the hospital's `receives`, or choose another");
                        shares.push((h, 0.0));
                    } else {
                        shares.extend(hospital.map(|h| (h, *share)));
                    }
                }
                let list: Vec<String> = noted.value.iter().map(|(id, share)| format!("{id} {share}")).collect();
                let (zh, en) = (format!("{}：去向", raw.name.zh), format!("{}: destinations", raw.name.en));
                self.notes.noted(&at, &zh, &en, noted, list.join(", "));
                for (from, rate) in rates {
                    // Nobody is transferred to where they are.
                    let others: Vec<_> = shares.iter().filter(|(to, _)| *to != from).collect();
                    let total: f64 = others.iter().map(|o| o.1).sum();
                    if total <= 0.0 {
                        let id = &known.hospitals[from.index()].id;
                        self.fault(&at, format!("there is nowhere to go from {id}"), "write another hospital");
                        continue;
                    }
                    let streams = others.iter().filter(|o| o.1 > 0.0);
                    out.extend(streams.map(|o| (from, o.0, category, rate * o.1 / total, hourly)));
                }
            }
            (None, Some(level)) => {
                let at = format!("{path}.to_level");
                let able: Vec<HospitalId> = self
                    .of_level(&at, known, level)?
                    .into_iter()
                    .filter(|h| known.hospitals[h.index()].receives.takes(capability))
                    .collect();
                let mut pairs = Vec::new();
                for (from, rate) in rates {
                    let here = known.hospitals[from.index()].at;
                    let away = |h: &&HospitalId| distance_m(here, known.hospitals[h.index()].at);
                    let nearest = able.iter().filter(|h| **h != from).min_by(|a, b| away(a).total_cmp(&away(b)));
                    let Some(to) = nearest else {
                        let message = format!("no {level} hospital takes patients who need `{capability}`");
                        self.fault(&at, message, "see the columns `level` and `receives` of the table of hospitals");
                        return None;
                    };
                    pairs.push(format!("{}→{}", known.hospitals[from.index()].id, known.hospitals[to.index()].id));
                    out.push((from, *to, category, rate, hourly));
                }
                let noted = Noted::default_of(());
                let (zh, en) = (
                    format!("{}：去向（直线最近）", raw.name.zh),
                    format!("{}: nearest as the crow flies", raw.name.en),
                );
                self.notes.noted(
                    &at,
                    &zh,
                    &en,
                    &Noted { source: "straight line, at load".into(), ..noted },
                    pairs.join(", "),
                );
            }
            _ => {
                let hint = "write to_level = \"tertiary\" for the nearest, or to.value = { H001 = 0.7, H002 = 0.3 }";
                self.fault(path, "one of `to` and `to_level` is needed", hint);
            }
        }
        Some(out)
    }

    /// The hospitals transfers come from, and how many a day from each.
    fn transfer_rates(&mut self, path: &str, raw: &RawTransfer, known: &Known<'_>) -> Option<Vec<(HospitalId, f64)>> {
        let name = |zh: &str, en: &str| (format!("{}：{zh}", raw.name.zh), format!("{}: {en}", raw.name.en));
        match (&raw.per_day, &raw.per_1000_patients, &raw.patients_per_year) {
            (Some(per_day), None, None) => {
                let at = format!("{path}.per_day");
                self.between(&at, per_day.value, 0.0, 10_000.0);
                let origins = self.origins(path, raw, known)?;
                let (zh, en) = name("每院每日转运", "transfers a day from each hospital");
                let value = format!("{} /d × {}", per_day.value, origins.len());
                self.notes.noted(&at, &zh, &en, per_day, value);
                Some(origins.into_iter().map(|h| (h, per_day.value)).collect())
            }
            (None, Some(rate), Some(patients)) => {
                let at = format!("{path}.per_1000_patients");
                self.between(&at, rate.value, 0.0, 1000.0);
                let (zh, en) = name("每千患者转运", "transfers per 1,000 patients");
                self.notes.noted(&at, &zh, &en, rate, format!("{} /1000", rate.value));
                if raw.from.is_some() || raw.from_level.is_some() {
                    let message = "`patients_per_year` already says from which hospitals";
                    self.fault(&format!("{path}.patients_per_year"), message, "leave `from` and `from_level` out");
                }
                let at = format!("{path}.patients_per_year");
                let mut out = Vec::new();
                for (id, n) in &patients.value {
                    let at = format!("{at}.value.{id}");
                    self.between(&at, *n, 0.0, 1e9);
                    let hospital = self.hospital(&at, known, id);
                    out.extend(hospital.map(|h| (h, n * rate.value / 1000.0 / DAYS_PER_YEAR)));
                }
                let total: f64 = patients.value.values().sum();
                let (zh, en) = name("年患者数", "patients a year");
                self.notes.noted(&at, &zh, &en, patients, format!("{total} ({})", patients.value.len()));
                Some(out)
            }
            _ => {
                let hint = "write per_day = 2, or per_1000_patients with patients_per_year.value = { H010 = 12000 }";
                self.fault(path, "it does not say how many are transferred", hint);
                None
            }
        }
    }

    fn origins(&mut self, path: &str, raw: &RawTransfer, known: &Known<'_>) -> Option<Vec<HospitalId>> {
        match (&raw.from, &raw.from_level) {
            (Some(ids), None) => {
                let mut out = Vec::new();
                for (i, id) in ids.iter().enumerate() {
                    let at = format!("{path}.from[{i}]");
                    let hospital = self.hospital(&at, known, id);
                    if hospital.is_some_and(|h| out.contains(&h)) {
                        self.fault(&at, format!("{id} is there twice"), "");
                    }
                    out.extend(hospital);
                }
                if ids.is_empty() {
                    self.fault(&format!("{path}.from"), "the list is empty", "write ids of hospitals");
                }
                Some(out)
            }
            (None, Some(level)) => self.of_level(&format!("{path}.from_level"), known, level),
            _ => {
                let hint = "write from = [\"H010\"] or from_level = \"primary\"";
                self.fault(path, "one of `from` and `from_level` is needed", hint);
                None
            }
        }
    }

    fn hospital(&mut self, path: &str, known: &Known<'_>, id: &str) -> Option<HospitalId> {
        let found = known.hospitals.iter().position(|h| h.id == id);
        if found.is_none() {
            let near = nearest_name(id, known.hospitals.iter().map(|h| h.id.as_str()));
            let hint = near.map(|n| format!("did you mean `{n}`?")).unwrap_or("see the table of hospitals".into());
            self.fault(path, format!("there is no hospital `{id}`"), &hint);
        }
        found.map(HospitalId::new)
    }

    fn of_level(&mut self, path: &str, known: &Known<'_>, level: &str) -> Option<Vec<HospitalId>> {
        let all = known.hospitals.iter().enumerate().filter(|(_, h)| h.level == level);
        let out: Vec<HospitalId> = all.map(|(i, _)| HospitalId::new(i)).collect();
        if out.is_empty() {
            let levels: BTreeSet<&str> = known.hospitals.iter().map(|h| h.level.as_str()).collect();
            let hint = format!("levels in the table are {}", levels.into_iter().collect::<Vec<_>>().join(", "));
            self.fault(path, format!("no hospital has the level `{level}`"), &hint);
            return None;
        }
        Some(out)
    }
}
