//! Reading a profile's TOML with the place of every fault.

use super::{AccessRule, CLASSES, ClassRule, Delays, FERRY, FerryRule, MaxspeedRule, SpeedProfile, Vehicle};
use crate::fault::{Fault, Faults, SourceText, nearest_name};
use crate::network::snap::SnapRule;
use crate::quality::Quality;
use crate::text::Text;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

const SPEED: RangeInclusive<f64> = 1.0..=250.0;
const SECONDS: RangeInclusive<f64> = 0.0..=86_400.0;

pub(super) fn read(source: Arc<SourceText>) -> Result<SpeedProfile, Faults> {
    let text = Arc::clone(&source);
    let root = match DeTable::parse(&text.text) {
        Ok(root) => root,
        Err(e) => {
            let place = e.span().unwrap_or(0..0);
            let fault = Fault::error(format!("this is not TOML: {}", e.message())).at(&source, place);
            return Err(fault.hint("see networks/profiles/ for a file to copy").into());
        }
    };
    let mut faults = Faults::new();
    let span = root.span();
    let profile = profile(Section::new(&source, "", root.get_ref(), span), &source, &mut faults);
    if faults.has_errors() { Err(faults) } else { Ok(profile) }
}

fn profile(mut top: Section<'_, '_>, source: &Arc<SourceText>, f: &mut Faults) -> SpeedProfile {
    let name = top.string("name", f);
    let title = match top.optional("title").map(|v| v.get_ref()) {
        Some(DeValue::String(text)) => Text::same(text.to_string()),
        Some(DeValue::Table(_)) => top
            .section("title", f)
            .map(|mut t| {
                let title = Text::new(t.string("zh", f), t.string("en", f));
                t.finish(&[], f);
                title
            })
            .unwrap_or_default(),
        _ => Text::same(name.clone()),
    };
    let origin = top.string("source", f);
    let mark = top.string("quality", f);
    let quality = Quality::parse(&mark).unwrap_or_else(|| {
        top.fault("quality", format!("quality {mark:?} is none of A, B, C, calibrated"), f);
        Quality::Assumed
    });
    let profile = SpeedProfile {
        name,
        title,
        source: origin,
        quality,
        classes: classes(&mut top, f),
        maxspeed: maxspeed(&mut top, f),
        delays: match top.section("delays", f) {
            Some(mut t) => {
                let delays = Delays {
                    traffic_signals_s: t.number("traffic_signals_s", SECONDS, f),
                    gate_s: t.number("gate_s", SECONDS, f),
                    ferry_boarding_s: t.number("ferry_boarding_s", SECONDS, f),
                };
                t.finish(&[], f);
                delays
            }
            None => Delays { traffic_signals_s: 0.0, gate_s: 0.0, ferry_boarding_s: 0.0 },
        },
        ferry: match top.section("ferry", f) {
            Some(mut t) => {
                let ferry = FerryRule { speed_kmh: t.number("speed_kmh", SPEED, f), untagged: t.flag("untagged", f) };
                t.finish(&[], f);
                ferry
            }
            None => FerryRule { speed_kmh: 1.0, untagged: false },
        },
        surfaces: top.section("surfaces", f).map(|t| t.numbers(SPEED, f)).unwrap_or_default(),
        tracktypes: top.section("tracktypes", f).map(|t| t.numbers(SPEED, f)).unwrap_or_default(),
        access: match top.section("access", f) {
            Some(mut t) => {
                let access = AccessRule {
                    closed: t.strings("closed", f),
                    open_keys: t.strings("open_keys", f),
                    blocking: t.strings("blocking", f),
                    gates: t.strings("gates", f),
                };
                t.finish(&[], f);
                access
            }
            None => AccessRule { closed: vec![], open_keys: vec![], blocking: vec![], gates: vec![] },
        },
        vehicle: match top.section("vehicle", f) {
            Some(mut t) => {
                let vehicle = Vehicle {
                    height_m: t.number("height_m", 0.5..=5.0, f),
                    weight_t: t.number("weight_t", 0.1..=50.0, f),
                    width_m: t.number("width_m", 0.5..=4.0, f),
                };
                t.finish(&[], f);
                vehicle
            }
            None => Vehicle { height_m: 1.0, weight_t: 1.0, width_m: 1.0 },
        },
        snap: snap(&mut top, f),
        text: Arc::clone(source),
    };
    top.finish(&[], f);
    profile
}

fn classes(top: &mut Section<'_, '_>, f: &mut Faults) -> BTreeMap<String, ClassRule> {
    let mut out = BTreeMap::new();
    let Some(mut table) = top.section("classes", f) else { return out };
    for class in CLASSES {
        if table.optional(class).is_none() {
            continue;
        }
        let Some(mut t) = table.section(class, f) else { continue };
        let oneway = t.optional("oneway").is_some() && t.flag("oneway", f);
        out.insert(class.to_string(), ClassRule { speed_kmh: t.number("speed_kmh", SPEED, f), oneway });
        t.finish(&[], f);
    }
    if out.is_empty() {
        top.fault("classes", "no road class has a speed".to_string(), f);
    }
    table.finish(&CLASSES, f);
    out
}

fn maxspeed(top: &mut Section<'_, '_>, f: &mut Faults) -> MaxspeedRule {
    let mut rule = MaxspeedRule { factor: 1.0, none_kmh: 1.0, walk_kmh: 1.0, implicit: BTreeMap::new() };
    if let Some(mut t) = top.section("maxspeed", f) {
        rule.factor = t.number("factor", 0.1..=2.0, f);
        rule.none_kmh = t.number("none_kmh", SPEED, f);
        rule.walk_kmh = t.number("walk_kmh", SPEED, f);
        rule.implicit = t.section("implicit", f).map(|t| t.numbers(SPEED, f)).unwrap_or_default();
        t.finish(&[], f);
    }
    rule
}

fn snap(top: &mut Section<'_, '_>, f: &mut Faults) -> SnapRule {
    let mut rule = SnapRule { avoid: vec![], avoid_extra_m: 0.0 };
    if let Some(mut t) = top.section("snap", f) {
        rule.avoid = t.strings("avoid", f);
        rule.avoid_extra_m = t.number("avoid_extra_m", 0.0..=100_000.0, f);
        for class in &rule.avoid {
            if !CLASSES.contains(&class.as_str()) && class != FERRY {
                let near = nearest_name(class, CLASSES.into_iter().chain([FERRY]));
                let hint = near.map(|n| format!("; did you mean {n:?}?")).unwrap_or_default();
                t.fault("avoid", format!("{class:?} is no road class{hint}"), f);
            }
        }
        t.finish(&[], f);
    }
    rule
}

/// A table of the file, what it is called, and which of its keys were asked for.
struct Section<'a, 'i> {
    source: &'a Arc<SourceText>,
    path: String,
    table: &'a DeTable<'i>,
    span: Range<usize>,
    asked: Vec<String>,
}

impl<'a, 'i> Section<'a, 'i> {
    fn new(source: &'a Arc<SourceText>, path: &str, table: &'a DeTable<'i>, span: Range<usize>) -> Section<'a, 'i> {
        Section { source, path: path.to_string(), table, span, asked: Vec::new() }
    }

    fn full(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    fn optional(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.push(key.to_string());
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    fn needed(&mut self, key: &str, f: &mut Faults) -> Option<&'a Spanned<DeValue<'i>>> {
        let value = self.optional(key);
        if value.is_none() {
            let message = format!("{} is missing", self.full(key));
            let place = self.span.start..self.span.start;
            f.push(Fault::error(message).at(self.source, place).hint("copy it from a profile in networks/profiles/"));
        }
        value
    }

    fn fault(&mut self, key: &str, message: String, f: &mut Faults) {
        let place = self.optional(key).map_or(self.span.clone(), Spanned::span);
        f.push(Fault::error(message).at(self.source, place));
    }

    fn wrong(&self, key: &str, value: &Spanned<DeValue<'i>>, wanted: &str, f: &mut Faults) {
        let message = format!("{} must be {wanted}, not {}", self.full(key), value.get_ref().type_str());
        f.push(Fault::error(message).at(self.source, value.span()));
    }

    fn section(&mut self, key: &str, f: &mut Faults) -> Option<Section<'a, 'i>> {
        let value = self.needed(key, f)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(self.source, &self.full(key), table, value.span())),
            _ => {
                self.wrong(key, value, "a table", f);
                None
            }
        }
    }

    fn string(&mut self, key: &str, f: &mut Faults) -> String {
        match self.needed(key, f) {
            Some(v) => v.get_ref().as_str().map(str::to_string).unwrap_or_else(|| {
                self.wrong(key, v, "a text in quotes", f);
                String::new()
            }),
            None => String::new(),
        }
    }

    fn strings(&mut self, key: &str, f: &mut Faults) -> Vec<String> {
        let Some(value) = self.needed(key, f) else { return vec![] };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of texts", f);
            return vec![];
        };
        let mut out = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) => out.push(text.to_string()),
                None => self.wrong(key, item, "a list of texts", f),
            }
        }
        out
    }

    fn flag(&mut self, key: &str, f: &mut Faults) -> bool {
        match self.needed(key, f) {
            Some(v) => v.get_ref().as_bool().unwrap_or_else(|| {
                self.wrong(key, v, "true or false", f);
                false
            }),
            None => false,
        }
    }

    fn number(&mut self, key: &str, range: RangeInclusive<f64>, f: &mut Faults) -> f64 {
        match self.needed(key, f) {
            Some(v) => self.in_range(key, v, &range, f),
            None => *range.start(),
        }
    }

    fn in_range(&self, key: &str, value: &Spanned<DeValue<'i>>, range: &RangeInclusive<f64>, f: &mut Faults) -> f64 {
        let number = match value.get_ref() {
            DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok().map(|i| i as f64),
            DeValue::Float(x) => x.as_str().parse::<f64>().ok(),
            _ => {
                self.wrong(key, value, "a number", f);
                return *range.start();
            }
        };
        match number.filter(|n| range.contains(n)) {
            Some(n) => n,
            None => {
                let message = format!("{} must be from {} to {}", self.full(key), range.start(), range.end());
                f.push(Fault::error(message).at(self.source, value.span()));
                *range.start()
            }
        }
    }

    /// Every key of a table whose keys are free (surfaces, limits by name).
    fn numbers(self, range: RangeInclusive<f64>, f: &mut Faults) -> BTreeMap<String, f64> {
        let entries = self.table.iter();
        entries.map(|(k, v)| (k.get_ref().to_string(), self.in_range(k.get_ref(), v, &range, f))).collect()
    }

    /// Reports keys nobody asked for. `also` names further keys that would have been understood.
    fn finish(self, also: &[&str], f: &mut Faults) {
        for (key, _) in self.table.iter() {
            let name: &str = key.get_ref();
            if self.asked.iter().any(|a| a == name) {
                continue;
            }
            let known = self.asked.iter().map(String::as_str).chain(also.iter().copied());
            let mut fault = Fault::error(format!("unknown key {}", self.full(name))).at(self.source, key.span());
            if let Some(near) = nearest_name(name, known) {
                fault = fault.hint(format!("did you mean {near}?"));
            }
            f.push(fault);
        }
    }
}
