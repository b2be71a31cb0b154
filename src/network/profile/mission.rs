//! Missions: the same roads driven for different purposes, with lights and siren or without.

use super::FERRY;
use super::delays::Delays;
use super::section::Section;
use super::turns::TurnCosts;
use crate::fault::{Faults, nearest_name};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

const FACTOR: RangeInclusive<f64> = 0.05..=5.0;

/// The mission of an urgent run with lights and siren: what is meant where none is named.
pub const SIREN: &str = "siren";
/// The mission of a run without them.
pub const PLAIN: &str = "plain";

/// How the roads are driven on one kind of run.
#[derive(Clone, Debug, PartialEq)]
pub struct Mission {
    /// Multiplies all speeds on roads.
    pub factor: f64,
    /// Multiplies the speeds of some classes further.
    pub classes: BTreeMap<String, f64>,
    /// Delays: those of the profile where the mission says nothing else.
    pub delays: Delays,
    /// Whether turn restrictions of the map bind.
    pub turn_restrictions: bool,
    /// What turns cost; `None` where they cost nothing, so that the smaller network of junctions will do.
    pub turn_costs: Option<TurnCosts>,
}

impl Mission {
    /// What speeds on a class are multiplied by. The general factor is not for ferries: no siren hurries them.
    pub fn speed_factor(&self, class: &str) -> f64 {
        let general = if class == FERRY { 1.0 } else { self.factor };
        general * self.classes.get(class).copied().unwrap_or(1.0)
    }

    fn like_the_profile(delays: Delays, turn_restrictions: bool) -> Mission {
        Mission { factor: 1.0, classes: BTreeMap::new(), delays, turn_restrictions, turn_costs: None }
    }

    fn read(mut t: Section<'_, '_>, delays: Delays, f: &mut Faults) -> Mission {
        let mission = Mission {
            factor: t.number_or("factor", FACTOR, 1.0, f),
            classes: t.maybe_section("classes", f).map(|t| t.by_class(FACTOR, f)).unwrap_or_default(),
            delays: t.maybe_section("delays", f).map_or(delays, |t| delays.read_over(t, f)),
            turn_restrictions: t.flag("turn_restrictions", f),
            turn_costs: t.maybe_section("turns", f).map(|t| TurnCosts::read(t, f)),
        };
        t.finish(&[], f);
        mission
    }
}

/// Reads `[missions]`. A profile without it drives both missions at its own speeds; only on the plain one turn
/// restrictions bind.
pub(super) fn read(top: &mut Section<'_, '_>, delays: Delays, f: &mut Faults) -> BTreeMap<String, Mission> {
    let Some(mut t) = top.maybe_section("missions", f) else {
        return BTreeMap::from([
            (SIREN.to_string(), Mission::like_the_profile(delays, false)),
            (PLAIN.to_string(), Mission::like_the_profile(delays, true)),
        ]);
    };
    let names = t.keys();
    for wanted in [SIREN, PLAIN] {
        if !names.iter().any(|n| n == wanted) {
            let others = names.iter().map(String::as_str).filter(|n| *n != SIREN && *n != PLAIN);
            let hint = nearest_name(wanted, others).map(|n| format!(" (is {} meant?)", t.full(n))).unwrap_or_default();
            top.fault("missions", format!("missions.{wanted} is missing{hint}"), f);
        }
    }
    let mut out = BTreeMap::new();
    for name in names {
        if let Some(section) = t.section(&name, f) {
            out.insert(name, Mission::read(section, delays, f));
        }
    }
    out
}
