//! Relations: areas drawn with several ways, and turn restrictions (<https://wiki.openstreetmap.org/wiki/Relation:restriction>).

use super::block::{Block, Member, NODES, WAYS};
use super::outlines::Area;
use super::rules::Tags;
use crate::network::features;

/// Values that concern when one may go at all, not where.
const NOT_A_TURN: [&str; 3] = ["no_right_turn_on_red", "no_left_turn_on_red", "no_turn_on_red"];
/// Keys of restrictions from the most specific for a car to the least.
const KEYS: [&str; 4] = ["restriction:motorcar", "restriction:motor_vehicle", "restriction:vehicle", "restriction"];
/// Keys that make a restriction hold at some times only.
const AT_TIMES: [&str; 4] = ["day_on", "day_off", "hour_on", "hour_off"];

/// Over what a restricted turn leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Via {
    Node(i64),
    /// Ways, in order.
    Ways(Vec<i64>),
}

/// A turn restriction as the map has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawRestriction {
    /// The relation.
    pub(super) id: i64,
    /// Whether this turn is the only one allowed; otherwise it is forbidden.
    pub(super) only: bool,
    /// Ways.
    pub(super) from: i64,
    pub(super) via: Via,
    pub(super) to: i64,
    /// Whether emergency vehicles are exempt.
    pub(super) spares_emergency: bool,
}

/// Turn restrictions with counts of what was not taken.
#[derive(Debug, Default)]
pub(super) struct Restrictions {
    pub(super) list: Vec<RawRestriction>,
    /// Relations that restrict a car's turns.
    pub(super) read: usize,
    /// Of these, those that hold at some times only.
    pub(super) conditional: usize,
    /// Of these, those whose members make no turn.
    pub(super) malformed: usize,
}

/// What the relations of one block hold.
#[derive(Default)]
pub(super) struct Relations {
    pub(super) areas: Vec<Area>,
    pub(super) restrictions: Restrictions,
}

/// Takes areas and restrictions from a block.
pub(super) fn relations(block: &Block) -> Result<Relations, String> {
    let mut out = Relations::default();
    let mut list = Vec::new();
    block.relations(|relation| {
        block.tags(&relation.keys, &relation.values, &mut list)?;
        let tags = Tags(&list);
        if tags.get("type").is_some_and(|t| t == "restriction" || t.starts_with("restriction:")) {
            return restriction(block, relation.id, tags, &relation.members, &mut out.restrictions);
        }
        let (feature, water, boundary) = (features::feature(&list), features::water(&list), features::boundary(&list));
        if feature.is_some() || water.is_some() || boundary.is_some() {
            let mut members = Vec::new();
            for member in relation.members.iter().filter(|m| m.kind == WAYS) {
                if block.string(member.role)? != "inner" {
                    members.push(member.id);
                }
            }
            out.areas.push(Area { id: relation.id, feature, water, boundary, members });
        }
        Ok(())
    })?;
    Ok(out)
}

fn restriction(block: &Block, id: i64, tags: Tags, members: &[Member], out: &mut Restrictions) -> Result<(), String> {
    let is_conditional = |k: &str| {
        k.strip_prefix("restriction")
            .and_then(|k| k.strip_suffix(":conditional"))
            .is_some_and(|mode| matches!(mode, "" | ":motorcar" | ":motor_vehicle" | ":vehicle"))
    };
    let exempt = || tags.get("except").into_iter().flat_map(|e| e.split(';').map(str::trim));
    if exempt().any(|e| matches!(e, "motorcar" | "motor_vehicle" | "vehicle")) {
        return Ok(());
    }
    // `type=restriction:motorcar` with a plain `restriction` is an older way to write it.
    let value = KEYS.iter().find_map(|k| tags.get(k)).filter(|v| !NOT_A_TURN.contains(v));
    if tags.0.iter().any(|(k, _)| is_conditional(k))
        || (value.is_some() && AT_TIMES.iter().any(|k| tags.get(k).is_some()))
    {
        out.read += 1;
        out.conditional += 1;
        return Ok(());
    }
    let for_others = tags.get("type").and_then(|t| t.strip_prefix("restriction:"));
    if for_others.is_some_and(|mode| !matches!(mode, "motorcar" | "motor_vehicle" | "vehicle")) {
        return Ok(());
    }
    let Some(value) = value else { return Ok(()) };
    out.read += 1;
    let only = match value.split_once('_') {
        Some(("no", _)) => false,
        Some(("only", _)) => true,
        _ => {
            out.malformed += 1;
            return Ok(());
        }
    };
    let (mut from, mut to, mut nodes, mut ways) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for member in members {
        match (block.string(member.role)?, member.kind) {
            ("from", WAYS) => from.push(member.id),
            ("to", WAYS) => to.push(member.id),
            ("via", NODES) => nodes.push(member.id),
            ("via", WAYS) => ways.push(member.id),
            _ => {}
        }
    }
    let via = match (&nodes[..], ways) {
        (&[node], ways) if ways.is_empty() => Via::Node(node),
        ([], ways) if !ways.is_empty() => Via::Ways(ways),
        _ => {
            out.malformed += 1;
            return Ok(());
        }
    };
    // `no_entry` may have several ways to come from, `no_exit` several to go to.
    if from.is_empty() || to.is_empty() || (only && (from.len() > 1 || to.len() > 1)) {
        out.malformed += 1;
        return Ok(());
    }
    let spares_emergency = exempt().any(|e| e == "emergency");
    for (from, to) in from.iter().flat_map(|f| to.iter().map(move |t| (*f, *t))) {
        out.list.push(RawRestriction { id, only, from, via: via.clone(), to, spares_emergency });
    }
    Ok(())
}
