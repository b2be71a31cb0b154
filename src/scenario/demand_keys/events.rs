//! Surges, waves and incidents with many patients.

use super::places::{RawArea, add_site};
use super::raw::{RawCasualty, RawShape, RawSurge, RawWave};
use super::{Known, Loader};
use crate::demand::{DemandModel, DemandPoint, MassCasualty, Surge, Wave, WaveShape};
use crate::digest::Digester;
use crate::geo::LatLon;
use crate::ids::PointId;
use crate::input::Noted;
use crate::scenario::{Site, when};
use crate::units::{MICROS_PER_SECOND, SECONDS_PER_DAY, SimTime, Span};

/// The most patients or callers an incident can have.
const MOST_PEOPLE: f64 = 10_000.0;

impl Loader<'_> {
    /// All `[[surge]]`s.
    pub(super) fn surges(
        &mut self,
        model: &mut DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        sites: &[Site],
        digest: &mut Digester,
    ) {
        let raw = &self.doc.value.surge;
        self.distinct_keys("surge", raw.iter().map(|s| s.key.as_str()).collect());
        for (i, s) in raw.iter().enumerate() {
            let surge = self.surge(&format!("surge[{i}]"), s, model, (points, sites), known, digest);
            model.patterns.surges.push(surge);
        }
    }

    fn surge(
        &mut self,
        path: &str,
        raw: &RawSurge,
        model: &DemandModel,
        places: (&[DemandPoint], &[Site]),
        known: &Known<'_>,
        digest: &mut Digester,
    ) -> Surge {
        let when = self.windows(path, &raw.when);
        let at = format!("{path}.factor");
        self.between(&at, raw.factor.value, 0.0, 1000.0);
        if raw.factor.value == 1.0 {
            self.warn(&at, "a factor of 1 changes nothing", "1.5 is half as many again, 0.5 is half");
        }
        let ground = RawArea {
            counties: raw.counties.as_deref(),
            polygon: raw.polygon.as_deref(),
            geojson: raw.geojson.as_deref(),
        };
        let area = self.places_in(path, &ground, places, known, digest);
        let (zh, en) = (format!("{}：需求倍数", raw.name.zh), format!("{}: factor on demand", raw.name.en));
        let value = format!("× {} ({}{})", raw.factor.value, raw.when.join(", "), ground.words());
        self.notes.noted(&at, &zh, &en, &raw.factor, value);
        let (zh, en) = (format!("{}：类别占比", raw.name.zh), format!("{}: shares of categories", raw.name.en));
        let shares = raw
            .categories
            .as_ref()
            .and_then(|noted| self.category_shares(&format!("{path}.categories"), model, noted, (&zh, &en)));
        if shares.is_some() && raw.factor.value < 1.0 {
            let message = "shares are those of the calls that come on top, and a factor below 1 brings none";
            self.fault(&format!("{path}.categories"), message, "leave them out");
        }
        Surge { key: raw.key.clone(), name: raw.name.clone(), when, factor: raw.factor.value, area, shares }
    }

    /// All `[[wave]]`s.
    pub(super) fn waves(
        &mut self,
        model: &mut DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        digest: &mut Digester,
    ) {
        let raw = &self.doc.value.wave;
        self.distinct_keys("wave", raw.iter().map(|w| w.key.as_str()).collect());
        for (i, w) in raw.iter().enumerate() {
            if let Some(wave) = self.wave(&format!("wave[{i}]"), w, model, points, known, digest) {
                model.patterns.waves.push(wave);
            }
        }
    }

    fn wave(
        &mut self,
        path: &str,
        raw: &RawWave,
        model: &DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        digest: &mut Digester,
    ) -> Option<Wave> {
        let category = self.category(&format!("{path}.category"), model, &raw.category);
        let first = self.whole_day(&format!("{path}.start"), &raw.start);
        let peak = self.whole_day(&format!("{path}.peak"), &raw.peak);
        let last = self.whole_day(&format!("{path}.end"), &raw.end);
        let ground = RawArea {
            counties: raw.counties.as_deref(),
            polygon: raw.polygon.as_deref(),
            geojson: raw.geojson.as_deref(),
        };
        let area = self.places_in(path, &ground, (points, &[]), known, digest);
        let (category, first, peak, last) = (category?, first?, peak?, last?);
        if !(first <= peak && peak <= last) {
            self.fault(&format!("{path}.peak"), "the height is not between start and end", "put the days in order");
            return None;
        }
        let days = self.doc.value.run.days + self.doc.value.run.warmup_days;
        if first as f64 >= days {
            let message = format!("the run is over by then: it has days 0 to {}", days.ceil() - 1.0);
            self.warn(&format!("{path}.start"), message, "day 0 is the first day of the warm-up");
        }
        let half = (last + 1 - first) as f64 / 2.0;
        let usual = || -> f64 {
            let c = &model.categories[category.index()];
            let there = |i: usize| area.as_ref().is_none_or(|a| a.binary_search(&PointId::new(i)).is_ok());
            let whole = |zone: usize| -> f64 { model.categories.iter().map(|k| k.share * k.pattern.zones[zone]).sum() };
            let share = [0, 1].map(|z| c.share * c.pattern.zones[z] / whole(z).max(f64::MIN_POSITIVE));
            let here = points.iter().enumerate().filter(|(i, _)| there(*i));
            here.map(|(_, p)| model.dispatches_per_day(p) * share[p.zone.index()]).sum()
        };
        let (key, noted, peak_per_day) = match (&raw.peak_per_day, &raw.total, &raw.peak_factor) {
            (Some(n), None, None) => ("peak_per_day", n, n.value),
            (None, Some(n), None) => ("total", n, n.value / half),
            (None, None, Some(n)) => ("peak_factor", n, (n.value - 1.0) * usual()),
            _ => {
                let hint = "peak_per_day and total count dispatches, peak_factor multiplies the category's usual ones";
                self.fault(path, "one of `peak_per_day`, `total` and `peak_factor` is needed", hint);
                return None;
            }
        };
        let at = format!("{path}.{key}");
        self.between(&at, noted.value, if key == "peak_factor" { 1.0 } else { 0.0 }, 1e6);
        let (zh, en) = (format!("{}：流行波", raw.name.zh), format!("{}: wave", raw.name.en));
        let shape = match raw.shape {
            RawShape::Cosine => WaveShape::Cosine,
            RawShape::Triangle => WaveShape::Triangle,
        };
        let total = peak_per_day * half;
        let words = ground.words();
        let value = format!("{first}–{peak}–{last} d, +{peak_per_day:.1}/d, +{total:.0} ({shape:?}{words})");
        self.notes.noted(&at, &zh, &en, noted, value);
        let (key, name) = (raw.key.clone(), raw.name.clone());
        Some(Wave { key, name, category, first, peak, last, peak_per_day: peak_per_day.max(0.0), shape, area })
    }

    /// The number of a day written as `day 3`.
    fn whole_day(&mut self, path: &str, text: &str) -> Option<i64> {
        match when::moment(text) {
            Ok((day, None)) => Some(day),
            Ok((_, Some(_))) => {
                self.fault(path, "a wave goes by whole days", "leave the time of day out");
                None
            }
            Err((message, _)) => {
                self.fault(path, message, "write for example \"day 3\"");
                None
            }
        }
    }

    /// All `[[casualty]]` incidents.
    pub(super) fn casualties(
        &mut self,
        model: &mut DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        sites: &mut Vec<Site>,
    ) {
        let raw = &self.doc.value.casualty;
        self.distinct_keys("casualty", raw.iter().map(|c| c.key.as_str()).collect());
        let mut found: Vec<MassCasualty> = Vec::new();
        for (i, c) in raw.iter().enumerate() {
            found.extend(self.casualty(&format!("casualty[{i}]"), c, model, points, known, sites));
        }
        found.sort_by_key(|c| c.at);
        model.casualties = found;
        if raw.len() > usize::from(u16::MAX) {
            self.fault("casualty", "there are too many incidents", &format!("at most {}", u16::MAX));
        }
    }

    fn casualty(
        &mut self,
        path: &str,
        raw: &RawCasualty,
        model: &DemandModel,
        points: &[DemandPoint],
        known: &Known<'_>,
        sites: &mut Vec<Site>,
    ) -> Option<MassCasualty> {
        let at = self.point_in_time(&format!("{path}.at"), &raw.at);
        let place = LatLon::new(raw.lat, raw.lon);
        if !place.is_valid() {
            let message = format!("{}, {} is not on the globe", raw.lat, raw.lon);
            self.fault(&format!("{path}.lat"), message, "write decimal degrees in WGS-84");
        }
        let county = raw.county.as_ref().map(|name| self.county(&format!("{path}.county"), known, name));
        let mut patients = Vec::new();
        for (i, p) in raw.patients.iter().enumerate() {
            let at = format!("{path}.patients[{i}]");
            self.between(&format!("{at}.n"), f64::from(p.n), 1.0, MOST_PEOPLE);
            patients.extend(self.category(&format!("{at}.category"), model, &p.category).map(|c| (c, p.n)));
        }
        let total: u32 = raw.patients.iter().map(|p| p.n.min(MOST_PEOPLE as u32)).sum();
        if raw.patients.is_empty() {
            let hint = "write patients = [{ category = \"…\", n = 12 }]";
            self.fault(&format!("{path}.patients"), "nobody is hurt", hint);
        }
        self.between(&format!("{path}.callers"), f64::from(raw.callers), 1.0, MOST_PEOPLE);
        self.between(&format!("{path}.callers_within_min"), raw.callers_within_min, 0.0, 1440.0);
        let noted = Noted { value: (), quality: raw.quality, source: raw.source.clone() };
        let (zh, en) = (format!("突发事件：{}", raw.name.zh), format!("incident: {}", raw.name.en));
        let by: Vec<String> = raw.patients.iter().map(|p| format!("{} {}", p.category, p.n)).collect();
        let value = format!("{}: {total} ({}), {} callers", raw.at, by.join(", "), raw.callers);
        self.notes.noted(path, &zh, &en, &noted, value);
        if !place.is_valid() || patients.is_empty() {
            return None;
        }
        let site = Loader::site(&raw.key, &raw.name, place, (raw.zone, county.flatten()), points);
        Some(MassCasualty {
            key: raw.key.clone(),
            name: raw.name.clone(),
            at: at?,
            site: add_site(sites, points.len(), site),
            patients,
            callers: raw.callers,
            callers_within: Span::from_minutes(raw.callers_within_min),
        })
    }

    /// A moment written as `day 9 14:30`.
    fn point_in_time(&mut self, path: &str, text: &str) -> Option<SimTime> {
        let hint = "write for example \"day 9 14:30\"";
        match when::moment(text) {
            Ok((day, Some(minutes))) => {
                let moment = SimTime((day * SECONDS_PER_DAY + minutes * 60) * MICROS_PER_SECOND);
                let days = self.doc.value.run.days + self.doc.value.run.warmup_days;
                if moment.seconds() >= days * SECONDS_PER_DAY as f64 {
                    let message = format!("the run is over by then: it has days 0 to {}", days.ceil() - 1.0);
                    self.warn(path, message, "day 0 is the first day of the warm-up");
                }
                Some(moment)
            }
            Ok((_, None)) => {
                self.fault(path, "it does not say at what time of day", hint);
                None
            }
            Err((message, _)) => {
                self.fault(path, message, hint);
                None
            }
        }
    }
}
