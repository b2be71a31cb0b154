//! Which times of the log, and of simulated calls, belong together: the steps of a call as a scenario tells them apart.

use super::columns::STEPS;
use super::log::{Call, Log};
use crate::demand::Care;
use crate::random::Dist;
use crate::scenario::Scenario;
use crate::sim::{CallRecord, PartKind, Stamp};
use crate::stats::rounded::Rounding;
use crate::text::Text;

/// Where at least so many rows know nothing of a unit the log holds calls without a dispatch too; fewer are gaps of a log of
/// dispatches.
const SHARE_WITHOUT: f64 = 0.2;

/// A step of a call, as a scenario has a distribution for it (or none, where it comes about by itself).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Answer,
    Handling,
    HandlingNone,
    Queue,
    Turnout,
    OnRoad,
    Travel,
    Scene,
    SceneLeft,
    Transport,
    Handover,
    Clear,
}

impl Kind {
    pub(super) const ALL: [Kind; 12] = [
        Kind::Answer,
        Kind::Handling,
        Kind::HandlingNone,
        Kind::Queue,
        Kind::Turnout,
        Kind::OnRoad,
        Kind::Travel,
        Kind::Scene,
        Kind::SceneLeft,
        Kind::Transport,
        Kind::Handover,
        Kind::Clear,
    ];

    /// Its place among [`STEPS`].
    pub(super) fn step(self) -> usize {
        match self {
            Kind::Answer => 0,
            Kind::Handling | Kind::HandlingNone => 1,
            Kind::Queue => 2,
            Kind::Turnout | Kind::OnRoad => 3,
            Kind::Travel => 4,
            Kind::Scene | Kind::SceneLeft => 5,
            Kind::Transport => 6,
            Kind::Handover => 7,
            Kind::Clear => 8,
        }
    }

    /// A word for it in files.
    pub(super) fn key(self) -> &'static str {
        match self {
            Kind::HandlingNone => "handling_no_dispatch",
            Kind::OnRoad => "turnout_on_road",
            Kind::SceneLeft => "scene_left",
            other => STEPS[other.step()].1,
        }
    }

    /// Where its distribution stands in a scenario.
    pub(super) fn target(self) -> Option<&'static str> {
        Some(match self {
            Kind::Answer => "call_taking.pickup",
            Kind::Handling => "call_taking.handling",
            Kind::HandlingNone => "call_taking.handling_no_dispatch",
            Kind::Turnout => "durations.turnout",
            Kind::OnRoad => "durations.turnout_on_road",
            Kind::Scene => "durations.scene",
            Kind::SceneLeft => "durations.scene_left",
            Kind::Handover => "durations.handover",
            Kind::Clear => "durations.clear",
            Kind::Queue | Kind::Travel | Kind::Transport => return None,
        })
    }

    pub(super) fn name(self) -> Text {
        let (zh, en) = match self {
            Kind::Answer => ("来电至接听", "ring to answer"),
            Kind::Handling => ("受理（需出车）", "handling, dispatch needed"),
            Kind::HandlingNone => ("受理（无需出车）", "handling, no dispatch needed"),
            Kind::Queue => ("等待派车", "wait for a unit"),
            Kind::Turnout => ("站内出车时间", "turn-out at the post"),
            Kind::OnRoad => ("途中改派反应", "turn-out on the road"),
            Kind::Travel => ("赴现场行驶", "drive to the scene"),
            Kind::Scene => ("现场救治（送院）", "on scene, transported"),
            Kind::SceneLeft => ("现场救治（不送院）", "on scene, not transported"),
            Kind::Transport => ("送院行驶", "drive to hospital"),
            Kind::Handover => ("院内交接", "hand-over at hospital"),
            Kind::Clear => ("清洁补给", "cleaning and restocking"),
        };
        Text::new(zh, en)
    }

    /// A category's own distribution for it.
    pub(super) fn own(self, care: &Care) -> Option<&Dist> {
        match self {
            Kind::Handling => care.handling.as_ref(),
            Kind::Scene => care.scene.as_ref(),
            Kind::SceneLeft => care.scene_left.as_ref(),
            Kind::Handover => care.handover.as_ref(),
            Kind::Clear => care.clear.as_ref(),
            _ => None,
        }
    }

    /// Whether it is told apart from its sibling by something a log may leave open: who was transported, sent from where.
    fn holds(self, dispatch: bool, from_road: Option<bool>, transported: Option<bool>) -> bool {
        match self {
            Kind::Answer => true,
            Kind::HandlingNone => !dispatch,
            Kind::Turnout => dispatch && from_road != Some(true),
            Kind::OnRoad => dispatch && from_road == Some(true),
            Kind::Scene => dispatch && transported != Some(false),
            Kind::SceneLeft => dispatch && transported == Some(false),
            Kind::Transport | Kind::Handover | Kind::Clear => dispatch && transported != Some(false),
            Kind::Handling | Kind::Queue | Kind::Travel => dispatch,
        }
    }
}

/// What of a log a scenario's steps can be found in.
pub(super) struct Samples<'a> {
    pub(super) log: &'a Log,
    /// The calls that are looked at.
    pub(super) calls: &'a [Call],
    /// For each of [`STEPS`] the moments it lies between, where the log tells it.
    steps: [Option<(Stamp, Stamp)>; 9],
    /// Whether the log tells where units were sent from, and whether patients were taken to hospital.
    pub(super) tells_from: bool,
    pub(super) tells_transport: bool,
    pub(super) tells_dispatch: bool,
}

impl<'a> Samples<'a> {
    pub(super) fn new(log: &'a Log, calls: &'a [Call]) -> Samples<'a> {
        let mut steps = [None; 9];
        for (i, from, to) in log.steps() {
            steps[i] = Some((from, to));
        }
        let without_unit = log.calls.iter().filter(|c| !c.dispatch).count() as f64;
        let any = |key: &[&str]| key.iter().any(|k| log.mapping.get(k).is_some());
        Samples {
            log,
            calls,
            steps,
            tells_from: any(&["sent_from"]),
            tells_transport: any(&["transport", "hospital", "at_hospital"]),
            tells_dispatch: any(&["dispatch"]) || without_unit >= SHARE_WITHOUT * log.calls.len() as f64,
        }
    }

    /// The moments a kind's step lies between, where the log tells it.
    pub(super) fn between(&self, kind: Kind) -> Option<(Stamp, Stamp)> {
        self.steps[kind.step()]
    }

    /// How its times are rounded.
    pub(super) fn rounding(&self, kind: Kind) -> Rounding {
        self.between(kind).map_or(Rounding::Exact, |(from, to)| self.log.rounding(from, to))
    }

    fn belongs(&self, kind: Kind, call: &Call) -> bool {
        // Where the log leaves it open, all go to the usual one.
        kind.holds(call.dispatch, call.from_road, call.transported)
            && !(matches!(kind, Kind::Scene | Kind::SceneLeft) && self.tells_transport && call.transported.is_none())
            && !(kind == Kind::Turnout && self.tells_from && call.from_road.is_none())
    }

    /// The recorded times of a kind.
    pub(super) fn recorded(&self, kind: Kind) -> Vec<f64> {
        let calls = self.calls.iter().filter(|c| self.belongs(kind, c));
        calls.filter_map(|c| c.steps[kind.step()]).collect()
    }

    /// Those that a distribution of the scenario stands for: of a category that has its own, or of all that have none.
    pub(super) fn recorded_for(&self, kind: Kind, s: &Scenario, category: Option<usize>) -> Vec<f64> {
        let own = |i: usize| kind.own(&s.demand.categories[i].care).is_some();
        let any_own = (0..s.demand.categories.len()).any(own);
        let there = |c: &&Call| match (category, c.category) {
            (Some(wanted), Some(has)) => has.index() == wanted,
            (Some(_), None) => false,
            (None, Some(has)) => !own(has.index()),
            (None, None) => !any_own,
        };
        let calls = self.calls.iter().filter(|c| self.belongs(kind, c)).filter(there);
        calls.filter_map(|c| c.steps[kind.step()]).collect()
    }

    /// The same step of a simulated call, as the log would have recorded it.
    pub(super) fn simulated(&self, kind: Kind, record: &CallRecord) -> Option<f64> {
        if record.kind != PartKind::Call || (!self.tells_dispatch && record.category.is_none()) {
            return None;
        }
        let from_road = self.tells_from.then_some(record.from_road);
        let transported = self.tells_transport.then_some(record.hospital.is_some());
        if !kind.holds(record.category.is_some(), from_road, transported) {
            return None;
        }
        let (from, to) = self.between(kind)?;
        let (from, to) = (record.at(from)?.seconds(), record.at(to)?.seconds());
        Some(self.rounding(kind).recorded(from, to))
    }
}
