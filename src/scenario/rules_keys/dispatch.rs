//! `[dispatch]`: which unit goes.

use super::super::load::Loader;
use super::super::rules::{ALWAYS, Dispatching, HoldBack, MutualAid, Tie};
use super::{Known, Per};
use crate::ids::CentreId;
use crate::input::Noted;
use crate::units::Span;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// `[dispatch]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawDispatch {
    /// Whether units on the way home may be sent.
    pub under_way: bool,
    /// By how much a unit of another county must be quicker.
    pub other_county_penalty_min: Option<Noted<Penalty>>,
    /// By how much a unit of a kind that was not asked for must be quicker.
    pub mismatch_penalty_min: Option<Noted<Penalty>>,
    /// Pairs of priorities: a unit under way to a call of the first may be sent to one of the second.
    pub redirect: Vec<[u8; 2]>,
    /// Units kept back.
    pub hold_back: Option<RawHoldBack>,
    /// A step of priority for so many minutes of waiting.
    pub ageing_min: Option<Noted<f64>>,
    /// In which order calls of equal priority wait.
    pub queue_by: RawQueue,
    /// Help from other centres.
    pub mutual_aid: Option<RawMutualAid>,
    /// Which of two equally quick units goes.
    pub tie: RawTie,
}

impl Default for RawDispatch {
    fn default() -> RawDispatch {
        RawDispatch {
            under_way: true,
            other_county_penalty_min: None,
            mismatch_penalty_min: None,
            redirect: Vec::new(),
            hold_back: None,
            ageing_min: None,
            queue_by: RawQueue::Triaged,
            mutual_aid: None,
            tie: RawTie::Rested,
        }
    }
}

/// Minutes, or `"always"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Penalty {
    /// So many minutes.
    Minutes(f64),
    /// No difference in time makes up for it.
    Always,
}

impl<'de> Deserialize<'de> for Penalty {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Penalty, D::Error> {
        struct Words;
        impl Visitor<'_> for Words {
            type Value = Penalty;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of minutes, or \"always\"")
            }
            fn visit_f64<E: de::Error>(self, v: f64) -> Result<Penalty, E> {
                Ok(Penalty::Minutes(v))
            }
            fn visit_i64<E: de::Error>(self, v: i64) -> Result<Penalty, E> {
                Ok(Penalty::Minutes(v as f64))
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<Penalty, E> {
                if v == "always" { Ok(Penalty::Always) } else { Err(de::Error::unknown_variant(v, &["always"])) }
            }
        }
        deserializer.deserialize_any(Words)
    }
}

/// `hold_back`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawHoldBack {
    /// Units of a centre that must stay free.
    pub units: Noted<u32>,
    /// The most urgent priority that has to wait for them.
    pub priority: u8,
}

/// `mutual_aid`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMutualAid {
    /// After waiting so long for a unit, minutes.
    #[serde(default = "at_once")]
    pub after_min: Noted<f64>,
    /// What asking costs, seconds.
    #[serde(default = "at_once")]
    pub asking_s: Noted<f64>,
    /// For a centre, the centres that help it; without the table, all help each other.
    pub neighbours: Option<BTreeMap<String, Vec<String>>>,
}

fn at_once() -> Noted<f64> {
    Noted::default_of(0.0)
}

/// `queue_by`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawQueue {
    /// By the end of call handling.
    #[default]
    Triaged,
    /// By the ring of the phone.
    Ring,
}

/// `tie`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RawTie {
    /// The one that has been free longest.
    #[default]
    Rested,
    /// The first in the table.
    First,
}

impl Loader<'_> {
    pub(super) fn dispatching(&mut self, known: &Known<'_>) -> Dispatching {
        let d = &self.doc.value.dispatch;
        let default = Dispatching::default();
        let other_county = d.other_county_penalty_min.as_ref().map(|p| {
            let names = ("跨县派车须快出的时间", "how much quicker a unit of another county must be");
            self.penalty("dispatch.other_county_penalty_min", names, p)
        });
        if other_county.is_some_and(|p| p > Span::ZERO)
            && known.posts.is_some_and(|p| p.iter().all(|p| p.county.is_none()))
        {
            let hint = "fill in the column `county` of posts and demand points";
            self.fault("dispatch.other_county_penalty_min", "no post has a county", hint);
        }
        let mismatch = d.mismatch_penalty_min.as_ref().map(|p| {
            let names = ("车型不符须快出的时间", "how much quicker a unit of another kind must be");
            self.penalty("dispatch.mismatch_penalty_min", names, p)
        });
        if mismatch.is_some() && known.demand.is_some_and(|d| d.categories.iter().all(|c| c.care.kinds.is_empty())) {
            let hint = "write kinds = [\"advanced\"] in a [[category]], or take this out";
            self.warn(
                "dispatch.mismatch_penalty_min",
                "no category asks for a kind of unit, so none is the wrong one",
                hint,
            );
        }
        let ageing = d.ageing_min.as_ref().map(|a| {
            let names = ("等待多久提升一级优先级", "waiting that raises the priority by one");
            self.span("dispatch.ageing_min", names, a, Per::Minute, (0.1, 10_000.0))
        });
        Dispatching {
            under_way: d.under_way,
            other_county: other_county.unwrap_or(default.other_county),
            mismatch: mismatch.unwrap_or(default.mismatch),
            redirect: self.redirect(known),
            hold_back: self.hold_back(known),
            ageing,
            queue_by_ring: d.queue_by == RawQueue::Ring,
            mutual_aid: self.mutual_aid(known),
            tie: match d.tie {
                RawTie::Rested => Tie::Rested,
                RawTie::First => Tie::First,
            },
        }
    }

    fn penalty(&mut self, path: &str, names: (&str, &str), noted: &Noted<Penalty>) -> Span {
        match noted.value {
            Penalty::Always => {
                self.notes.noted(path, names.0, names.1, noted, "always".into());
                ALWAYS
            }
            Penalty::Minutes(minutes) => {
                let plain = Noted { value: minutes, quality: noted.quality, source: noted.source.clone() };
                self.span(path, names, &plain, Per::Minute, (0.0, 1440.0))
            }
        }
    }

    fn redirect(&mut self, known: &Known<'_>) -> Vec<(u8, u8)> {
        let mut out = Vec::new();
        for (i, [from, to]) in self.doc.value.dispatch.redirect.iter().enumerate() {
            let path = format!("dispatch.redirect[{i}]");
            if to >= from {
                let message =
                    format!("a unit on its way to priority {from} would be sent to {to}, which is not more urgent");
                self.fault(&path, message, "write [less urgent, more urgent], such as [3, 1]");
            } else if out.contains(&(*from, *to)) {
                self.warn(&path, "the pair is there twice", "once is enough");
            } else {
                for priority in [from, to] {
                    self.priority_exists(&path, *priority, known);
                }
                out.push((*from, *to));
            }
        }
        out
    }

    /// Warns of a priority that no category has.
    fn priority_exists(&mut self, path: &str, priority: u8, known: &Known<'_>) {
        let Some(demand) = known.demand else { return };
        if demand.categories.iter().all(|c| c.priority != priority) {
            let mut there: Vec<u8> = demand.categories.iter().map(|c| c.priority).collect();
            there.sort_unstable();
            there.dedup();
            let list: Vec<String> = there.iter().map(u8::to_string).collect();
            let message = format!("no category has priority {priority}");
            self.warn(path, message, &format!("the categories have {}", list.join(", ")));
        }
    }

    fn hold_back(&mut self, known: &Known<'_>) -> Option<HoldBack> {
        let raw = self.doc.value.dispatch.hold_back.as_ref()?;
        let (zh, en) = ("为紧急呼叫保留的空闲车辆", "free units kept back for urgent calls");
        self.notes.noted("dispatch.hold_back.units", zh, en, &raw.units, raw.units.value.to_string());
        let units = raw.units.value;
        if units == 0 {
            self.fault("dispatch.hold_back.units", "no unit is kept back", "write 1 or more, or take `hold_back` out");
        }
        if raw.priority <= 1 {
            let message = "then nobody could use the units kept back";
            self.fault("dispatch.hold_back.priority", message, "write 2 or more: less urgent calls wait");
        } else if let Some(demand) = known.demand
            && demand.categories.iter().all(|c| c.priority < raw.priority)
        {
            let message = format!("no category has priority {} or less urgent", raw.priority);
            self.warn("dispatch.hold_back.priority", message, "so nobody ever waits for the units kept back");
        }
        for (centre, has) in known.units_by_centre(|u| u.kind.carries()).unwrap_or_default().into_iter().enumerate() {
            if has <= units && units > 0 {
                let name = &known.centres[centre].name.en;
                let message = format!("{units} units are kept back, but {name} has only {has}");
                let hint = "calls of lower priority would never get a unit there; keep fewer back";
                self.fault("dispatch.hold_back.units", message, hint);
            }
        }
        Some(HoldBack { units, priority: raw.priority })
    }

    fn mutual_aid(&mut self, known: &Known<'_>) -> Option<MutualAid> {
        let raw = self.doc.value.dispatch.mutual_aid.as_ref()?;
        let names = ("请求邻近中心支援前的等待", "waiting before a neighbour centre is asked");
        let after = self.span("dispatch.mutual_aid.after_min", names, &raw.after_min, Per::Minute, (0.0, 1440.0));
        let names = ("请求支援用时", "time that asking a neighbour costs");
        let asking = self.span("dispatch.mutual_aid.asking_s", names, &raw.asking_s, Per::Second, (0.0, 7200.0));
        let n = known.centres.len();
        if n < 2 {
            let message = "there is only one centre, so there is no neighbour to help";
            self.fault("dispatch.mutual_aid", message, "take it out, or write a second [[centre]]");
            return None;
        }
        let Some(table) = &raw.neighbours else {
            let others = |me: usize| (0..n).filter(|o| *o != me).map(CentreId::new).collect();
            return Some(MutualAid { after, asking, neighbours: (0..n).map(others).collect() });
        };
        let names: Vec<&str> = known.centres.iter().flat_map(|c| [c.name.zh.as_str(), c.name.en.as_str()]).collect();
        let find = |name: &str| known.centres.iter().position(|c| c.name.zh == name || c.name.en == name);
        let mut neighbours = vec![Vec::new(); n];
        for (name, helpers) in table {
            let path = format!("dispatch.mutual_aid.neighbours.{name}");
            let Some(me) = find(name) else {
                self.unknown(&path, "centre", name, &names);
                continue;
            };
            for (i, helper) in helpers.iter().enumerate() {
                let path = format!("{path}[{i}]");
                match find(helper) {
                    None => self.unknown(&path, "centre", helper, &names),
                    Some(other) if other == me => self.fault(&path, "a centre is its own neighbour", "take it out"),
                    Some(other) if neighbours[me].contains(&CentreId::new(other)) => {
                        self.fault(&path, format!("{helper} is there twice"), "once is enough");
                    }
                    Some(other) => neighbours[me].push(CentreId::new(other)),
                }
            }
        }
        if neighbours.iter().all(Vec::is_empty) {
            let hint = "leave `neighbours` out if all centres help one another";
            self.fault("dispatch.mutual_aid.neighbours", "no centre has a neighbour", hint);
        }
        Some(MutualAid { after, asking, neighbours })
    }
}
