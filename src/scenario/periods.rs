//! Periods and closures: what changes on the roads over the week, read and checked.

use super::load::Loader;
use super::raw::{RawClosure, RawPeriod};
use super::when;
use crate::digest::Digester;
use crate::fault::{Fault, Faults, SourceText, nearest_name};
use crate::geo::{LatLon, Polygon};
use crate::input::Noted;
use crate::network::RoadGraph;
use crate::network::calendar::Window;
use crate::network::closures::{ClosedRoads, closed_segments};
use crate::network::profile::{Area, CLASSES, FERRY};
use crate::quality::Quality;
use crate::text::Text;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

/// Factors on speeds that can be meant.
const FACTOR: RangeInclusive<f64> = 0.05..=3.0;

/// A time of the week or of the run at which roads are driven faster or slower.
#[derive(Clone, Debug, PartialEq)]
pub struct Period {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// When; at least one window.
    pub when: Vec<Window>,
    /// Multiplies speeds: driving time is divided by it. Not those of ferries.
    pub speed: f64,
    /// Multiplies the speeds of some classes further.
    pub classes: BTreeMap<String, f64>,
    /// Where; `None` for everywhere.
    pub area: Option<Area>,
}

impl Period {
    /// What speeds on a class are multiplied by. The general factor is not for ferries, as with missions.
    pub fn speed_factor(&self, class: &str) -> f64 {
        let general = if class == FERRY { 1.0 } else { self.speed };
        general * self.classes.get(class).copied().unwrap_or(1.0)
    }
}

/// Closed roads.
#[derive(Clone, Debug)]
pub struct Closure {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Which.
    pub what: ClosedRoads,
    /// When; [`Window::ALWAYS`] where the file does not say.
    pub when: Vec<Window>,
    /// Where in the scenario it is written.
    place: (Arc<SourceText>, Range<usize>),
}

impl Closure {
    /// Whether the roads are closed all the time.
    pub fn is_always(&self) -> bool {
        self.when.iter().any(Window::is_always)
    }

    /// The closed segments of a network, by their first point, rising.
    ///
    /// # Errors
    /// A fault at the closure's place in the scenario for every road, way or area the network does not have.
    pub fn segments(&self, g: &RoadGraph) -> Result<Vec<u32>, Faults> {
        closed_segments(g, &self.what).map_err(|missing| {
            let fault = |message: String| {
                let fault = Fault::error(format!("closure `{}`: {message}", self.key));
                fault
                    .at(&self.place.0, self.place.1.clone())
                    .hint("`goldenhour network info` tells what is in a network")
            };
            Faults(missing.into_iter().map(fault).collect())
        })
    }
}

impl Loader<'_> {
    /// All periods. Files of areas go into the digest.
    pub(super) fn periods(&mut self, digest: &mut Digester) -> Vec<Period> {
        let raw = &self.doc.value.period;
        self.distinct_keys("period", raw.iter().map(|p| p.key.as_str()).collect());
        raw.iter().enumerate().map(|(i, p)| self.period(&format!("period[{i}]"), p, digest)).collect()
    }

    fn period(&mut self, path: &str, raw: &RawPeriod, digest: &mut Digester) -> Period {
        let when = self.windows(path, &raw.when);
        let area = self.area(path, raw.polygon.as_deref(), raw.geojson.as_deref(), digest);
        let title = |zh: &str, en: &str| (format!("{}：{zh}", raw.name.zh), format!("{}: {en}", raw.name.en));
        let windows = raw.when.join(", ");
        if let Some(speed) = &raw.speed {
            self.speed_factor(&format!("{path}.speed"), speed.value);
            let (zh, en) = title("车速系数", "factor on speeds");
            self.notes.noted(&format!("{path}.speed"), &zh, &en, speed, format!("× {} ({windows})", speed.value));
        }
        if let Some(classes) = &raw.classes {
            for (class, factor) in &classes.value {
                let at = format!("{path}.classes.value.{class}");
                self.speed_factor(&at, *factor);
                if !CLASSES.contains(&class.as_str()) && class != FERRY {
                    let hint = match nearest_name(class, CLASSES.into_iter().chain([FERRY])) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("classes are {} and {FERRY}", CLASSES.join(", ")),
                    };
                    self.fault(&at, format!("there is no road class `{class}`"), &hint);
                }
            }
            let list: Vec<String> = classes.value.iter().map(|(c, f)| format!("{c} × {f}")).collect();
            let (zh, en) = title("按道路等级的车速系数", "factors on speeds by class");
            let value = format!("{} ({windows})", list.join(", "));
            self.notes.noted(&format!("{path}.classes"), &zh, &en, classes, value);
        }
        if raw.speed.is_none() && raw.classes.as_ref().is_none_or(|c| c.value.is_empty()) {
            self.fault(path, "the period changes no speed", "write `speed`, `classes` or both");
        }
        Period {
            key: raw.key.clone(),
            name: raw.name.clone(),
            when,
            speed: raw.speed.as_ref().map_or(1.0, |s| s.value),
            classes: raw.classes.as_ref().map(|c| c.value.clone()).unwrap_or_default(),
            area,
        }
    }

    /// All closures. Files of areas go into the digest.
    pub(super) fn closures(&mut self, digest: &mut Digester) -> Vec<Closure> {
        let raw = &self.doc.value.closure;
        self.distinct_keys("closure", raw.iter().map(|c| c.key.as_str()).collect());
        raw.iter().enumerate().map(|(i, c)| self.closure(&format!("closure[{i}]"), c, digest)).collect()
    }

    fn closure(&mut self, path: &str, raw: &RawClosure, digest: &mut Digester) -> Closure {
        let when = raw.when.as_ref().map_or_else(|| vec![Window::ALWAYS], |w| self.windows(path, w));
        let area = self.area(path, raw.polygon.as_deref(), raw.geojson.as_deref(), digest);
        let has_area = raw.polygon.is_some() || raw.geojson.is_some();
        if raw.roads.is_empty() && raw.ways.is_empty() && !has_area {
            self.fault(path, "nothing is closed", "write `roads`, `ways`, `polygon` or `geojson`");
        }
        let mut what = raw.roads.clone();
        what.extend(raw.ways.iter().map(|w| format!("way {w}")));
        what.extend(has_area.then(|| raw.geojson.clone().unwrap_or_else(|| "polygon".to_string())));
        if let Some(when) = &raw.when {
            what.push(format!("({})", when.join(", ")));
        }
        let quality: Quality = raw.quality;
        let noted = Noted { value: (), quality, source: raw.source.clone() };
        let (zh, en) = (format!("封闭：{}", raw.name.zh), format!("closed: {}", raw.name.en));
        self.notes.noted(path, &zh, &en, &noted, what.join(", "));
        Closure {
            key: raw.key.clone(),
            name: raw.name.clone(),
            what: ClosedRoads { ways: raw.ways.clone(), roads: raw.roads.clone(), areas: area.into_iter().collect() },
            when,
            place: self.doc.place(path),
        }
    }

    pub(super) fn distinct_keys(&mut self, list: &str, keys: Vec<&str>) {
        let mut seen = BTreeSet::new();
        for (i, key) in keys.into_iter().enumerate() {
            let path = format!("{list}[{i}].key");
            if key.trim().is_empty() {
                self.fault(&path, "the key is empty", "give it a short name");
            } else if !seen.insert(key) {
                self.fault(&path, format!("`{key}` is there twice"), "give each a key of its own");
            }
        }
    }

    fn speed_factor(&mut self, path: &str, value: f64) {
        if !FACTOR.contains(&value) {
            let hint = format!(
                "write a number from {} to {}; 0.8 makes driving times 1.25 times as long, a closed road is a [[closure]]",
                FACTOR.start(),
                FACTOR.end()
            );
            self.fault(path, format!("a factor on speed of {value} is not allowed"), &hint);
        }
    }

    pub(super) fn windows(&mut self, path: &str, texts: &[String]) -> Vec<Window> {
        if texts.is_empty() {
            self.fault(
                &format!("{path}.when"),
                "there is no window",
                "write at least one, such as \"daily 22:00-06:00\"",
            );
        }
        let mut out = Vec::new();
        for (i, text) in texts.iter().enumerate() {
            let at = format!("{path}.when[{i}]");
            match when::parse(text) {
                Ok(windows) => {
                    let run = &self.doc.value.run;
                    let days = run.days + run.warmup_days;
                    if windows.iter().all(|w| !w.weekly && w.start.seconds() >= days * 86_400.0) {
                        let message = format!("the run is over by then: it has days 0 to {}", days.ceil() - 1.0);
                        self.warn(&at, message, "day 0 is the first day of the warm-up");
                    }
                    out.extend(windows);
                }
                Err((message, hint)) => self.fault(&at, message, &hint),
            }
        }
        out
    }

    /// The ground a period or closure is limited to, if it names one.
    pub(super) fn area(
        &mut self,
        path: &str,
        polygon: Option<&[[f64; 2]]>,
        geojson: Option<&str>,
        digest: &mut Digester,
    ) -> Option<Area> {
        match (polygon, geojson) {
            (None, None) => None,
            (Some(_), Some(_)) => {
                self.fault(&format!("{path}.geojson"), "there is a polygon too", "write one of the two");
                None
            }
            (Some(corners), None) => self.polygon(&format!("{path}.polygon"), corners),
            (None, Some(name)) => {
                let file = self.beside(&format!("{path}.geojson"), name);
                let area = Area::of_geojson(&file).and_then(|area| Ok((area, SourceText::read(&file)?)));
                match area {
                    Ok((area, source)) => {
                        digest.part("area", source.text.as_bytes());
                        Some(area)
                    }
                    Err(fault) => {
                        let hint = fault.hint.clone().unwrap_or_default();
                        self.fault(&format!("{path}.geojson"), fault.message.clone(), &hint);
                        None
                    }
                }
            }
        }
    }

    fn polygon(&mut self, path: &str, corners: &[[f64; 2]]) -> Option<Area> {
        let mut fine = true;
        for (i, [lat, lon]) in corners.iter().enumerate() {
            if !LatLon::new(*lat, *lon).is_valid() {
                let message = format!("[{lat}, {lon}] is not on the globe");
                self.fault(&format!("{path}[{i}]"), message, "a corner is [latitude, longitude] in degrees");
                fine = false;
            }
        }
        let ring = Polygon::new(corners.iter().map(|[lat, lon]| LatLon::new(*lat, *lon)).collect()).ring;
        if ring.len() < 3 {
            let message = format!("a polygon has three corners or more; here are {}", ring.len());
            self.fault(path, message, "list its corners as [latitude, longitude]");
            fine = false;
        }
        if fine { Area::of_ring(ring) } else { None }
    }
}

#[cfg(test)]
#[path = "periods_tests.rs"]
mod tests;
