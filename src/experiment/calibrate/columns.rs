//! What the columns of a log are called, as a person says it: in a TOML file, on the command line, or both.

use crate::demand::Date;
use crate::facilities::Coordinates;
use crate::fault::{Fault, Faults, nearest_name};
use crate::input::TomlDoc;
use crate::sim::Stamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// Moments a log may hold after the ring, in order, and the step that ends at each.
pub const STEPS: [(Stamp, &str); 9] = [
    (Stamp::Answered, "answer"),
    (Stamp::Triaged, "handling"),
    (Stamp::Assigned, "queue"),
    (Stamp::Departed, "turnout"),
    (Stamp::Arrived, "travel"),
    (Stamp::LeftScene, "scene"),
    (Stamp::AtHospital, "transport"),
    (Stamp::HandedOver, "handover"),
    (Stamp::Clear, "clear"),
];

/// Keys of columns that hold no times.
const OTHERS: [&str; 11] =
    ["lat", "lon", "point", "category", "priority", "dispatch", "transport", "hospital", "post", "unit", "sent_from"];

/// Seconds of an hour.
const HOUR_S: f64 = 3600.0;
/// Steps longer than this are set aside unless the person says otherwise, hours.
const LONGEST_H: f64 = 6.0;
/// Places farther than this from any demand point are not known, km.
const FAR_KM: f64 = 5.0;

/// All keys that may name a column.
pub fn column_keys() -> Vec<String> {
    let mut keys = vec!["time".to_string()];
    keys.extend(STEPS.iter().map(|(stamp, _)| stamp.key().to_string()));
    keys.extend(STEPS.iter().flat_map(|(_, step)| [format!("{step}_s"), format!("{step}_min")]));
    keys.extend(OTHERS.map(String::from));
    keys
}

/// How a log is read.
#[derive(Clone, Debug, PartialEq)]
pub struct LogMapping {
    /// The name of the column for each key of [`column_keys`].
    pub columns: BTreeMap<String, String>,
    /// Words of the log and the keys of the categories they mean.
    pub categories: BTreeMap<String, String>,
    /// The first day that counts; without it that of the first row.
    pub from: Option<Date>,
    /// The last day that counts; without it that of the last row.
    pub to: Option<Date>,
    /// Steps that took longer are set aside, seconds.
    pub longest_s: f64,
    /// Places farther from any demand point are set aside, metres.
    pub far_m: f64,
    /// The system of its positions.
    pub coordinates: Coordinates,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMapping {
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    categories: BTreeMap<String, String>,
    from: Option<String>,
    to: Option<String>,
    longest_h: Option<f64>,
    far_km: Option<f64>,
    #[serde(default)]
    coordinates: Coordinates,
}

impl LogMapping {
    /// Reads a mapping: a TOML file (or none), and `key=column` from the command line, which goes before the file.
    ///
    /// # Errors
    /// Every fault of the file and of the words: unknown keys with the nearest known one, a step that is said twice, latitude
    /// without longitude, dates and limits that cannot be; no column for the time of the ring.
    pub fn read(file: Option<&Path>, words: &[String]) -> Result<LogMapping, Faults> {
        let mut faults = Faults::new();
        let mut mapping = LogMapping {
            columns: BTreeMap::new(),
            categories: BTreeMap::new(),
            from: None,
            to: None,
            longest_s: LONGEST_H * HOUR_S,
            far_m: FAR_KM * 1000.0,
            coordinates: Coordinates::default(),
        };
        if let Some(file) = file {
            let doc: TomlDoc<RawMapping> = TomlDoc::parse(crate::fault::SourceText::read(file)?)?;
            mapping.take(&doc, &mut faults);
        }
        for word in words {
            match word.split_once('=') {
                Some((key, column)) if !column.trim().is_empty() => {
                    let key = key.trim();
                    match known(key) {
                        Ok(()) => mapping.say(key, column.trim()),
                        Err(fault) => faults.push(*fault),
                    }
                }
                _ => {
                    let fault = Fault::error(format!("--column {word}: it does not say what is in which column"));
                    faults.push(fault.hint("write KEY=COLUMN, such as --column time=RingTime"));
                }
            }
        }
        mapping.check(&mut faults);
        if faults.has_errors() { Err(faults) } else { Ok(mapping) }
    }

    /// A moment and the step that ends at it are two ways to say one thing: what is said last holds.
    fn say(&mut self, key: &str, column: &str) {
        if let Some((stamp, step)) = STEPS.iter().find(|(s, step)| {
            s.key() == key || key.strip_prefix(step).is_some_and(|rest| rest == "_s" || rest == "_min")
        }) {
            for other in [stamp.key().to_string(), format!("{step}_s"), format!("{step}_min")] {
                self.columns.remove(&other);
            }
        }
        self.columns.insert(key.into(), column.into());
    }

    fn take(&mut self, doc: &TomlDoc<RawMapping>, faults: &mut Faults) {
        let raw = &doc.value;
        for (key, column) in &raw.columns {
            if let Err(fault) = known(key) {
                let (source, span) = doc.place(&format!("columns.{key}"));
                faults.push(fault.at(&source, span));
            }
            self.columns.insert(key.clone(), column.clone());
        }
        for (stamp, step) in STEPS {
            let said: Vec<String> = [stamp.key().to_string(), format!("{step}_s"), format!("{step}_min")]
                .into_iter()
                .filter(|key| raw.columns.contains_key(key))
                .collect();
            if said.len() > 1 {
                let message = format!("{} say the same step", said.join(" and "));
                faults.push(doc.fault(&format!("columns.{}", said[1]), message).hint("keep one of them"));
            }
        }
        self.categories = raw.categories.clone();
        self.coordinates = raw.coordinates;
        for (key, text, slot) in [("from", &raw.from, &mut self.from), ("to", &raw.to, &mut self.to)] {
            let Some(text) = text else { continue };
            *slot = Date::parse(text);
            if slot.is_none() {
                faults.push(doc.fault(key, format!("`{text}` is no date")).hint("write for example \"2025-01-06\""));
            }
        }
        for (key, value, unit, slot) in
            [("longest_h", raw.longest_h, HOUR_S, &mut self.longest_s), ("far_km", raw.far_km, 1000.0, &mut self.far_m)]
        {
            let Some(value) = value else { continue };
            *slot = value * unit;
            if !(value > 0.0 && value <= 1000.0) {
                let hint = "write a number above zero, at most 1000";
                faults.push(doc.fault(key, format!("{value} is not allowed")).hint(hint));
            }
        }
    }

    fn check(&self, faults: &mut Faults) {
        if self.get("time").is_none() {
            let fault = Fault::error("it is not said in which column the time of the ring stands");
            faults.push(
                fault.hint("--column time=COLUMN, or time = \"COLUMN\" under [columns] of the file for --columns"),
            );
        }
        if self.get("lat").is_some() != self.get("lon").is_some() {
            let fault = Fault::error("a place needs both lat and lon");
            faults.push(fault.hint("or point, for a column with ids of demand points"));
        }
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            faults.push(Fault::error(format!("from {from} is later than to {to}")));
        }
    }

    /// The column of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.columns.get(key).map(String::as_str)
    }

    /// The column of a step that is given as a duration, and the seconds of its unit.
    pub fn duration(&self, step: &str) -> Option<(&str, f64)> {
        let unit = |suffix: &str, seconds: f64| Some((self.get(&format!("{step}{suffix}"))?, seconds));
        unit("_s", 1.0).or_else(|| unit("_min", 60.0))
    }

    /// Whether the log tells a moment, or how long after the one before it was.
    pub fn tells(&self, stamp: Stamp) -> bool {
        let step = STEPS.iter().find(|(s, _)| *s == stamp).map(|(_, step)| *step);
        stamp == Stamp::Ring
            || self.get(stamp.key()).is_some()
            || step.is_some_and(|step| self.duration(step).is_some())
    }

    /// Names of all columns, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.columns.values().map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

fn known(key: &str) -> Result<(), Box<Fault>> {
    let keys = column_keys();
    if keys.iter().any(|k| k == key) {
        return Ok(());
    }
    let fault = Fault::error(format!("there is no column `{key}` that could be said"));
    let hint = match nearest_name(key, keys.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", keys.join(", ")),
    };
    Err(fault.hint(hint).boxed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, words: &[&str]) -> Result<LogMapping, Faults> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("columns.toml");
        std::fs::write(&file, text).unwrap();
        let words: Vec<String> = words.iter().map(|w| (*w).to_string()).collect();
        LogMapping::read(Some(&file), &words)
    }

    #[test]
    fn file_and_words_go_together() {
        let text = "from = \"2025-01-01\"\nlongest_h = 2\n[columns]\ntime = \"来电\"\nturnout_min = \"出车\"\n[categories]\n\"胸痛\" = \"cardio\"\n";
        let m = read(text, &["departed=出发时间", "arrived=到达时间"]).unwrap();
        assert_eq!((m.get("time"), m.get("departed"), m.duration("turnout")), (Some("来电"), Some("出发时间"), None));
        assert!(m.tells(Stamp::Departed) && m.tells(Stamp::Arrived) && !m.tells(Stamp::Clear) && m.tells(Stamp::Ring));
        assert_eq!((m.longest_s, m.from), (7200.0, Date::parse("2025-01-01")));
        assert_eq!(m.names(), ["出发时间", "到达时间", "来电"]);
        let m = read(text, &["turnout_s=秒"]).unwrap();
        assert_eq!(m.duration("turnout"), Some(("秒", 1.0)));
    }

    #[test]
    fn all_faults_at_once_and_in_place() {
        let text = "from = \"soon\"\nfar_km = 0\n[columns]\ndepartd = \"x\"\nturnout_s = \"a\"\ndeparted = \"b\"\nlat = \"c\"\n";
        let faults = read(text, &["arrivd=y", "time"]).unwrap_err();
        let all = faults.to_string();
        for part in [
            "columns.toml:4:11: there is no column `departd`",
            "did you mean `departed`",
            "departed and turnout_s say the same step",
            "columns.toml:1:8: from: `soon` is no date",
            "columns.toml:2:10: far_km: 0 is not allowed",
            "there is no column `arrivd`",
            "--column time: it does not say",
            "time of the ring",
            "both lat and lon",
        ] {
            assert!(all.contains(part), "{part}: {all}");
        }
    }
}
