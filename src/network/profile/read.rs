//! Reading a profile's TOML with the place of every fault.

use super::area::AreaRule;
use super::delays::Delays;
use super::mission;
use super::mountain::{CurvatureRule, GradientRule};
use super::section::Section;
use super::{AccessRule, CLASSES, ClassRule, FerryRule, MaxspeedRule, MaxspeedUse, SpeedProfile, Vehicle};
use crate::fault::{Fault, Faults, SourceText};
use crate::network::snap::SnapRule;
use crate::quality::Quality;
use crate::text::Text;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;
use toml::de::{DeTable, DeValue};

const SPEED: RangeInclusive<f64> = 1.0..=250.0;

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
    let delays = top.section("delays", f).map_or(Delays::NONE, |t| Delays::read(t, f));
    let profile = SpeedProfile {
        name,
        title,
        source: origin,
        quality,
        classes: classes(&mut top, f),
        maxspeed: maxspeed(&mut top, f),
        delays,
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
        smoothness: top.maybe_section("smoothness", f).map(|t| t.numbers(SPEED, f)).unwrap_or_default(),
        access: match top.section("access", f) {
            Some(mut t) => {
                let access = AccessRule {
                    closed: t.strings("closed", f),
                    open_keys: t.strings("open_keys", f),
                    blocking: t.strings("blocking", f),
                    gates: t.strings("gates", f),
                    free_tagged_gates: t.flag_or("free_tagged_gates", false, f),
                };
                t.finish(&[], f);
                access
            }
            None => AccessRule {
                closed: vec![],
                open_keys: vec![],
                blocking: vec![],
                gates: vec![],
                free_tagged_gates: false,
            },
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
        curvature: top.maybe_section("curvature", f).map(|t| CurvatureRule::read(t, f)),
        gradient: top.maybe_section("gradient", f).map(|t| GradientRule::read(t, f)),
        areas: top.tables("areas", f).into_iter().map(|t| AreaRule::read(t, f)).collect(),
        missions: mission::read(&mut top, delays, f),
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
    let mut rule = MaxspeedRule {
        mode: MaxspeedUse::Replace,
        advisory: false,
        factor: 1.0,
        none_kmh: 1.0,
        walk_kmh: 1.0,
        implicit: BTreeMap::new(),
    };
    if let Some(mut t) = top.section("maxspeed", f) {
        if t.optional("use").is_some() {
            let word = t.string("use", f);
            match word.as_str() {
                "replace" => rule.mode = MaxspeedUse::Replace,
                "cap" => rule.mode = MaxspeedUse::Cap,
                "ignore" => rule.mode = MaxspeedUse::Ignore,
                _ => t.fault("use", format!("maxspeed.use {word:?} is none of replace, cap, ignore"), f),
            }
        }
        rule.advisory = t.flag_or("advisory", false, f);
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
        if t.needed("avoid", f).is_some() {
            rule.avoid = t.class_list("avoid", f);
        }
        rule.avoid_extra_m = t.number("avoid_extra_m", 0.0..=100_000.0, f);
        t.finish(&[], f);
    }
    rule
}
