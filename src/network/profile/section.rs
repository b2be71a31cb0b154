//! A table of a TOML file that is read key by key, so that every fault has its place.

use super::{CLASSES, FERRY};
use crate::fault::{Fault, Faults, SourceText, nearest_name};
use crate::geo::LatLon;
use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

fn is_class(name: &str) -> bool {
    CLASSES.contains(&name) || name == FERRY
}

/// A table of the file, what it is called, and which of its keys were asked for.
pub(super) struct Section<'a, 'i> {
    pub(super) source: &'a Arc<SourceText>,
    path: String,
    table: &'a DeTable<'i>,
    span: Range<usize>,
    asked: Vec<String>,
}

impl<'a, 'i> Section<'a, 'i> {
    pub(super) fn new(
        source: &'a Arc<SourceText>,
        path: &str,
        table: &'a DeTable<'i>,
        span: Range<usize>,
    ) -> Section<'a, 'i> {
        Section { source, path: path.to_string(), table, span, asked: Vec::new() }
    }

    pub(super) fn full(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    pub(super) fn optional(&mut self, key: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.asked.push(key.to_string());
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    pub(super) fn needed(&mut self, key: &str, f: &mut Faults) -> Option<&'a Spanned<DeValue<'i>>> {
        let value = self.optional(key);
        if value.is_none() {
            let message = format!("{} is missing", self.full(key));
            let place = self.span.start..self.span.start;
            f.push(Fault::error(message).at(self.source, place).hint("copy it from a profile in networks/profiles/"));
        }
        value
    }

    pub(super) fn fault(&mut self, key: &str, message: String, f: &mut Faults) {
        let place = self.optional(key).map_or(self.span.clone(), Spanned::span);
        f.push(Fault::error(message).at(self.source, place));
    }

    pub(super) fn wrong(&self, key: &str, value: &Spanned<DeValue<'i>>, wanted: &str, f: &mut Faults) {
        let message = format!("{} must be {wanted}, not {}", self.full(key), value.get_ref().type_str());
        f.push(Fault::error(message).at(self.source, value.span()));
    }

    pub(super) fn section(&mut self, key: &str, f: &mut Faults) -> Option<Section<'a, 'i>> {
        let value = self.needed(key, f)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section::new(self.source, &self.full(key), table, value.span())),
            _ => {
                self.wrong(key, value, "a table", f);
                None
            }
        }
    }

    /// A table that may be left out.
    pub(super) fn maybe_section(&mut self, key: &str, f: &mut Faults) -> Option<Section<'a, 'i>> {
        self.optional(key)?;
        self.section(key, f)
    }

    /// The names of the keys that are there, in the order of the file.
    pub(super) fn keys(&self) -> Vec<String> {
        self.table.iter().map(|(k, _)| k.get_ref().to_string()).collect()
    }

    /// The tables of a list of tables (`[[key]]`), each under its number from 1; none if the key is not there.
    pub(super) fn tables(&mut self, key: &str, f: &mut Faults) -> Vec<Section<'a, 'i>> {
        let Some(value) = self.optional(key) else { return vec![] };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of tables", f);
            return vec![];
        };
        let mut out = Vec::new();
        for (i, item) in array.iter().enumerate() {
            let path = format!("{}[{}]", self.full(key), i + 1);
            match item.get_ref() {
                DeValue::Table(table) => out.push(Section::new(self.source, &path, table, item.span())),
                _ => self.wrong(key, item, "a list of tables", f),
            }
        }
        out
    }

    pub(super) fn string(&mut self, key: &str, f: &mut Faults) -> String {
        match self.needed(key, f) {
            Some(v) => v.get_ref().as_str().map(str::to_string).unwrap_or_else(|| {
                self.wrong(key, v, "a text in quotes", f);
                String::new()
            }),
            None => String::new(),
        }
    }

    pub(super) fn strings(&mut self, key: &str, f: &mut Faults) -> Vec<String> {
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

    pub(super) fn flag(&mut self, key: &str, f: &mut Faults) -> bool {
        match self.needed(key, f) {
            Some(v) => v.get_ref().as_bool().unwrap_or_else(|| {
                self.wrong(key, v, "true or false", f);
                false
            }),
            None => false,
        }
    }

    /// A switch that may be left out.
    pub(super) fn flag_or(&mut self, key: &str, default: bool, f: &mut Faults) -> bool {
        if self.optional(key).is_some() { self.flag(key, f) } else { default }
    }

    /// A number that may be left out.
    pub(super) fn number_or(&mut self, key: &str, range: RangeInclusive<f64>, default: f64, f: &mut Faults) -> f64 {
        if self.optional(key).is_some() { self.number(key, range, f) } else { default }
    }

    /// Names of road classes: [`CLASSES`] or the ferry; others are faults.
    pub(super) fn class_list(&mut self, key: &str, f: &mut Faults) -> Vec<String> {
        let Some(value) = self.optional(key) else { return vec![] };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of road classes", f);
            return vec![];
        };
        let mut out = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(class) if is_class(class) => out.push(class.to_string()),
                Some(class) => {
                    let mut fault = Fault::error(format!("{class:?} in {} is no road class", self.full(key)));
                    if let Some(near) = nearest_name(class, CLASSES.into_iter().chain([FERRY])) {
                        fault = fault.hint(format!("did you mean {near}?"));
                    }
                    f.push(fault.at(self.source, item.span()));
                }
                None => self.wrong(key, item, "a list of road classes", f),
            }
        }
        out
    }

    /// A list of positions `[[latitude, longitude], …]`; `None` after faults.
    pub(super) fn positions(&mut self, key: &str, f: &mut Faults) -> Option<Vec<LatLon>> {
        let value = self.needed(key, f)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, "a list of positions [latitude, longitude]", f);
            return None;
        };
        let mut out = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_array().map(|a| a.iter().collect::<Vec<_>>()).as_deref() {
                Some([lat, lon]) => out.push(LatLon::new(
                    self.in_range(key, lat, &(-90.0..=90.0), f),
                    self.in_range(key, lon, &(-180.0..=180.0), f),
                )),
                _ => {
                    self.wrong(key, item, "a list of positions [latitude, longitude]", f);
                    return None;
                }
            }
        }
        Some(out)
    }

    /// A table of numbers by road class; other keys are faults.
    pub(super) fn by_class(mut self, range: RangeInclusive<f64>, f: &mut Faults) -> BTreeMap<String, f64> {
        let mut out = BTreeMap::new();
        for class in CLASSES.into_iter().chain([FERRY]) {
            if self.optional(class).is_some() {
                out.insert(class.to_string(), self.number(class, range.clone(), f));
            }
        }
        self.finish(&[], f);
        out
    }

    pub(super) fn number(&mut self, key: &str, range: RangeInclusive<f64>, f: &mut Faults) -> f64 {
        match self.needed(key, f) {
            Some(v) => self.in_range(key, v, &range, f),
            None => *range.start(),
        }
    }

    pub(super) fn in_range(
        &self,
        key: &str,
        value: &Spanned<DeValue<'i>>,
        range: &RangeInclusive<f64>,
        f: &mut Faults,
    ) -> f64 {
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
    pub(super) fn numbers(self, range: RangeInclusive<f64>, f: &mut Faults) -> BTreeMap<String, f64> {
        let entries = self.table.iter();
        entries.map(|(k, v)| (k.get_ref().to_string(), self.in_range(k.get_ref(), v, &range, f))).collect()
    }

    /// Reports keys nobody asked for. `also` names further keys that would have been understood.
    pub(super) fn finish(self, also: &[&str], f: &mut Faults) {
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
