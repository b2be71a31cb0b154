//! The tag rules: is a way open to an ambulance, in which directions and how fast; what a node on it does.
//!
//! Everything here is a pure function of tags and profile. The rules are written out in `docs/osm-import.md`.

use super::limit::{Limit, duration_s, maxspeed, measure};
use crate::network::profile::{DelayKind, DelayKinds, FERRY, MaxspeedUse, SpeedProfile};

/// Below this an ambulance is not driving; keeps a strange profile from making endless times.
const MIN_KMH: f64 = 1.0;

/// Tags of one object.
#[derive(Clone, Copy)]
pub(super) struct Tags<'a>(pub(super) &'a [(&'a str, &'a str)]);

impl<'a> Tags<'a> {
    /// The value of a key.
    pub(super) fn get(self, key: &str) -> Option<&'a str> {
        self.0.iter().find(|(k, _)| *k == key).map(|(_, v)| *v)
    }

    /// Whether a key has one of some values.
    pub(super) fn is(self, key: &str, values: &[&str]) -> bool {
        self.get(key).is_some_and(|v| values.contains(&v))
    }
}

/// What a way is to an ambulance.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Route {
    /// Its class: a key of the profile's classes, or `ferry`.
    pub(super) class: String,
    /// Speed in the direction of the way, km/h, if allowed.
    pub(super) forward_kmh: Option<f64>,
    /// Speed against it.
    pub(super) backward_kmh: Option<f64>,
    /// Time of the whole crossing (ferries).
    pub(super) duration_s: Option<f64>,
    /// Whether a `maxspeed` was there that could not be read.
    pub(super) bad_maxspeed: bool,
}

/// Whether a way can be driven at all, and as which class.
fn class_of<'a>(tags: Tags<'a>, profile: &SpeedProfile) -> Option<&'a str> {
    let opened = opened(tags);
    match tags.get("highway") {
        // Never drivable, whatever else is said: steps, and what does not exist (yet).
        Some("steps" | "construction" | "proposed" | "planned" | "abandoned" | "razed" | "corridor" | "elevator") => {
            None
        }
        Some(class) if profile.classes.contains_key(class) => Some(class),
        // A path kept open for emergency vehicles is driven like a service road.
        Some("footway" | "path" | "cycleway" | "pedestrian" | "bridleway" | "emergency_bay" | "track")
            if opened && profile.classes.contains_key("service") =>
        {
            Some("service")
        }
        Some(_) => None,
        None if tags.is("route", &["ferry"]) || tags.is("ferry", &["yes"]) => Some(FERRY),
        None => None,
    }
}

fn opened(tags: Tags) -> bool {
    tags.is("emergency", &["yes", "designated", "official", "permissive"])
        || tags.is("service", &["emergency_access"])
        || tags.is("access", &["emergency"])
}

/// Whether access tags let an ambulance pass; the most specific tag decides.
fn may_pass(tags: Tags, profile: &SpeedProfile) -> bool {
    let rule = &profile.access;
    let closes = |value: &str| rule.closed.iter().any(|c| c == value);
    if tags.is("emergency", &["no"]) {
        return false;
    }
    if opened(tags) {
        return true;
    }
    if rule.open_keys.iter().any(|key| tags.get(key).is_some_and(|v| !closes(v))) {
        return true;
    }
    let deciding = ["motorcar", "motor_vehicle", "vehicle", "access"].iter().find_map(|key| tags.get(key));
    !deciding.is_some_and(closes)
}

/// Whether the vehicle is within the limits of height, weight and width, which nothing lifts.
fn fits(tags: Tags, profile: &SpeedProfile) -> bool {
    let vehicle = profile.vehicle;
    let own = [("maxheight", vehicle.height_m), ("maxweight", vehicle.weight_t), ("maxwidth", vehicle.width_m)];
    own.iter().all(|(key, own)| tags.get(key).and_then(measure).is_none_or(|limit| limit >= *own))
}

/// Directions allowed: (with the way, against it).
fn directions(tags: Tags, class: &str, profile: &SpeedProfile) -> (bool, bool) {
    let value = tags.get("oneway:emergency").or_else(|| tags.get("oneway"));
    match value {
        Some("yes" | "true" | "1") => (true, false),
        Some("-1" | "reverse") => (false, true),
        Some("no" | "false" | "0" | "alternating") => (true, true),
        // The direction changes by the clock, which the network does not know.
        Some("reversible") => (false, false),
        _ => {
            let implied = profile.classes.get(class).is_some_and(|c| c.oneway)
                || tags.is("junction", &["roundabout", "circular"]);
            (true, !implied)
        }
    }
}

/// The tagged limit for one direction. Direction-specific tags go before general ones, numbers before names.
fn limit(tags: Tags, forward: bool, profile: &SpeedProfile) -> (Option<f64>, bool) {
    let mut bad = false;
    let rule = &profile.maxspeed;
    let advised = match (rule.advisory, forward) {
        (false, _) => ["", ""],
        (true, true) => ["maxspeed:advisory:forward", "maxspeed:advisory"],
        (true, false) => ["maxspeed:advisory:backward", "maxspeed:advisory"],
    };
    let limits = [if forward { "maxspeed:forward" } else { "maxspeed:backward" }, "maxspeed"];
    let by_name = ["maxspeed:type", "source:maxspeed", "zone:maxspeed"];
    if rule.mode == MaxspeedUse::Ignore {
        return (None, false);
    }
    for key in advised.into_iter().chain(limits) {
        match tags.get(key).map(|v| maxspeed(v, &profile.maxspeed)) {
            Some(Limit::Kmh(kmh)) => return (Some(kmh * profile.maxspeed.factor), bad),
            Some(Limit::Garbage) => bad = true,
            Some(Limit::Unstated) | None => {}
        }
    }
    // These keys also hold words like "sign", so an unreadable value there is no fault.
    for value in by_name.iter().filter_map(|key| tags.get(key)).filter(|v| v.contains(':')) {
        if let Limit::Kmh(kmh) = maxspeed(value, &profile.maxspeed) {
            return (Some(kmh * profile.maxspeed.factor), bad);
        }
    }
    (None, bad)
}

/// What a way is to an ambulance; `None` if it cannot be driven.
pub(super) fn route(tags: Tags, profile: &SpeedProfile) -> Option<Route> {
    let class = class_of(tags, profile)?;
    let is_gone =
        tags.is("area", &["yes"]) || tags.is("impassable", &["yes"]) || tags.is("smoothness", &["impassable"]);
    if is_gone || tags.is("ice_road", &["yes"]) || !may_pass(tags, profile) || !fits(tags, profile) {
        return None;
    }
    if class == FERRY {
        return ferry(tags, profile);
    }
    let (forward, backward) = directions(tags, class, profile);
    if !forward && !backward {
        return None;
    }
    let class_kmh = profile.classes.get(class)?.speed_kmh;
    let caps =
        [("surface", &profile.surfaces), ("tracktype", &profile.tracktypes), ("smoothness", &profile.smoothness)];
    let cap = caps.iter().filter_map(|(key, table)| table.get(tags.get(key)?)).fold(f64::INFINITY, |a, b| a.min(*b));
    let mut bad_maxspeed = false;
    let mut speed = |forward: bool| {
        let (tagged, bad) = limit(tags, forward, profile);
        bad_maxspeed |= bad;
        let kmh = match profile.maxspeed.mode {
            MaxspeedUse::Cap => tagged.map_or(class_kmh, |kmh| kmh.min(class_kmh)),
            _ => tagged.unwrap_or(class_kmh),
        };
        kmh.min(cap).max(MIN_KMH)
    };
    let forward_kmh = forward.then(|| speed(true));
    let backward_kmh = backward.then(|| speed(false));
    Some(Route { class: class.to_string(), forward_kmh, backward_kmh, duration_s: None, bad_maxspeed })
}

fn ferry(tags: Tags, profile: &SpeedProfile) -> Option<Route> {
    // Many ferries take people only and do not say so: without a word about vehicles the profile decides.
    let says = ["motorcar", "motor_vehicle", "vehicle", "hgv", "emergency"].iter().any(|k| tags.get(k).is_some());
    if !says && !profile.ferry.untagged {
        return None;
    }
    let (forward, backward) = directions(tags, FERRY, profile);
    let kmh = profile.ferry.speed_kmh;
    let route = Route {
        class: FERRY.to_string(),
        forward_kmh: forward.then_some(kmh),
        backward_kmh: backward.then_some(kmh),
        duration_s: tags.get("duration").and_then(duration_s),
        bad_maxspeed: false,
    };
    (forward || backward).then_some(route)
}

/// What a node does to the road through it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct NodeRule {
    /// No passage.
    pub(super) blocked: bool,
    /// Whether it is a gate that costs time.
    pub(super) gate: bool,
    /// What costs time when coming to it in the direction of the way.
    pub(super) forward: DelayKinds,
    /// What costs time when coming to it against the direction of the way.
    pub(super) backward: DelayKinds,
}

impl NodeRule {
    fn add(&mut self, kind: DelayKind, direction: Option<&str>) {
        if direction != Some("backward") {
            self.forward.insert(kind);
        }
        if direction != Some("forward") {
            self.backward.insert(kind);
        }
    }
}

/// What a node does to the road through it; `None` for an ordinary node.
pub(super) fn node(tags: Tags, profile: &SpeedProfile) -> Option<NodeRule> {
    let mut rule = NodeRule::default();
    if let Some(barrier) = tags.get("barrier") {
        let open = may_pass(tags, profile);
        let says = ["access", "vehicle", "motor_vehicle", "motorcar", "emergency", "psv", "bus"];
        let says_open = open && says.iter().any(|k| tags.get(k).is_some());
        if profile.access.blocking.iter().any(|b| b == barrier) {
            rule.blocked = !says_open;
        } else if profile.access.gates.iter().any(|b| b == barrier) {
            rule.blocked = !open;
            rule.gate = open && !(says_open && profile.access.free_tagged_gates);
        } else {
            rule.blocked = !open;
        }
        if rule.gate {
            rule.add(DelayKind::Gate, None);
        }
        if barrier == "toll_booth" && open {
            rule.add(DelayKind::Toll, None);
        }
    }
    rule.blocked |= !fits(tags, profile);
    let direction = tags.get("direction");
    match tags.get("highway") {
        Some("traffic_signals") => rule.add(DelayKind::Signal, tags.get("traffic_signals:direction").or(direction)),
        Some("stop") => rule.add(DelayKind::Stop, direction),
        Some("give_way") => rule.add(DelayKind::GiveWay, direction),
        _ => {}
    }
    (rule != NodeRule::default()).then_some(rule)
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
