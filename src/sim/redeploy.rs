//! Redeployment (move-up): where free units wait.
//!
//! A policy is one implementation of [`MoveUp`]. It is told when a unit comes free and when one is sent, sees all free
//! units, and says which of them go to which post. `docs/move-up.md` builds one step by step.

use super::facts::Facts;
use super::ways::{Leg, Ways};
use crate::ids::{PointId, PostId};
use crate::scenario::Scenario;
use crate::scenario::rules::MoveUpRule;
use crate::units::{SimTime, Span};

/// What has just happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// This unit has come free and needs a post to go to; it stands in the list of free units. Its home if the policy does
    /// not name another.
    Freed(usize),
    /// This unit has been sent to a call; it is not free any more.
    Sent(usize),
}

/// A unit that may be sent or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeUnit {
    /// Its number.
    pub unit: usize,
    /// Its home post.
    pub home: PostId,
    /// The post it waits at or is on the way to.
    pub post: PostId,
    /// Whether it is there.
    pub resting: bool,
}

/// What a policy sees.
pub struct View<'v> {
    /// Now.
    pub now: SimTime,
    /// Units that are free, on duty and drive on roads, by number.
    pub free: &'v [FreeUnit],
    /// Driving time from one post to another, without siren, as the roads are now; `None` where there is no way.
    pub time: &'v dyn Fn(PostId, PostId) -> Option<Span>,
}

/// A redeployment policy.
///
/// It may keep what it likes between calls, but the same events must always lead to the same moves: a replication has to
/// come out the same whenever it is run.
pub trait MoveUp {
    /// Says which units go to which post, by pushing pairs of a unit's number and a post. Units that are not free, and posts
    /// a unit is at or on its way to already, are passed over.
    fn decide(&mut self, event: Event, view: &View<'_>, moves: &mut Vec<(usize, PostId)>);
}

/// The policy a scenario asks for; `None` where every unit simply goes home.
pub fn policy<'a, W: Ways>(
    rule: &'a MoveUpRule,
    s: &Scenario,
    facts: &Facts,
    ways: &W,
) -> Option<Box<dyn MoveUp + 'a>> {
    match rule {
        MoveUpRule::Home => None,
        MoveUpRule::Priority(list) => Some(Box::new(PriorityList { list })),
        MoveUpRule::Compliance { rows, move_resting } => {
            Some(Box::new(Compliance { rows, move_resting: *move_resting, pairs: Vec::new() }))
        }
        MoveUpRule::Dmexclp { busy, within } => Some(Box::new(Dmexclp::new(*busy, *within, s, facts, ways))),
    }
}

/// See [`MoveUpRule::Priority`].
struct PriorityList<'a> {
    list: &'a [PostId],
}

impl MoveUp for PriorityList<'_> {
    fn decide(&mut self, event: Event, view: &View<'_>, moves: &mut Vec<(usize, PostId)>) {
        let Event::Freed(unit) = event else { return };
        let there = |post: PostId| view.free.iter().filter(|f| f.unit != unit && f.post == post).count();
        let wanted = self.list.iter().enumerate().find(|(i, post)| {
            let asked = self.list[..=*i].iter().filter(|p| p == post).count();
            there(**post) < asked
        });
        moves.extend(wanted.map(|(_, post)| (unit, *post)));
    }
}

/// See [`MoveUpRule::Compliance`].
struct Compliance<'a> {
    rows: &'a [Vec<PostId>],
    move_resting: bool,
    pairs: Vec<(Span, usize, usize)>,
}

impl MoveUp for Compliance<'_> {
    fn decide(&mut self, event: Event, view: &View<'_>, moves: &mut Vec<(usize, PostId)>) {
        let Some(row) = self.rows.get(view.free.len().wrapping_sub(1)).or(self.rows.last()) else { return };
        let freed = |f: &FreeUnit| event == Event::Freed(f.unit);
        // Places that are filled, by units that are there or on the way (the one just freed is nowhere yet).
        let mut placed = vec![false; view.free.len()];
        let mut empty: Vec<PostId> = Vec::new();
        for post in row {
            match view.free.iter().enumerate().position(|(i, f)| !placed[i] && !freed(f) && f.post == *post) {
                Some(i) => placed[i] = true,
                None => empty.push(*post),
            }
        }
        self.pairs.clear();
        for (i, f) in view.free.iter().enumerate() {
            let may_move = freed(f) || !f.resting || self.move_resting;
            if placed[i] || !may_move {
                continue;
            }
            for (k, post) in empty.iter().enumerate() {
                self.pairs.extend((view.time)(f.post, *post).map(|t| (t, i, k)));
            }
        }
        self.pairs.sort_unstable();
        let mut filled = vec![false; empty.len()];
        for (_, i, k) in &self.pairs {
            if !placed[*i] && !filled[*k] {
                (placed[*i], filled[*k]) = (true, true);
                moves.push((view.free[*i].unit, empty[*k]));
            }
        }
    }
}

/// See [`MoveUpRule::Dmexclp`].
struct Dmexclp {
    busy: f64,
    /// For each post the points it covers, with their dispatches a day.
    covered: Vec<Vec<(u32, f64)>>,
    /// How many free units cover each point.
    covers: Vec<i32>,
    /// Posts that may be chosen: those that are the home of a unit.
    posts: Vec<PostId>,
}

impl Dmexclp {
    fn new<W: Ways>(busy: f64, within: Span, s: &Scenario, facts: &Facts, ways: &W) -> Dmexclp {
        let covers = |post: usize, point: usize| {
            let time = ways.post_to_point(Leg::Response, PostId::new(post), PointId::new(point), SimTime::ZERO);
            time.is_some_and(|t| t.0 as f64 * s.travel.response_factor <= within.0 as f64)
        };
        let of_post = |post: usize| -> Vec<(u32, f64)> {
            let points = (0..s.points.len()).filter(|p| covers(post, *p));
            points.map(|p| (p as u32, s.demand.dispatches_per_day(&s.points[p]))).collect()
        };
        let mut posts: Vec<PostId> = facts.home.clone();
        posts.sort_unstable();
        posts.dedup();
        let covered = (0..s.posts.len()).map(of_post).collect();
        Dmexclp { busy, covered, covers: vec![0; s.points.len()], posts }
    }

    /// Adds a unit at a post to the counts, or takes it away.
    fn count(&mut self, post: PostId, step: i32) {
        for (point, _) in &self.covered[post.index()] {
            self.covers[*point as usize] += step;
        }
    }
}

impl MoveUp for Dmexclp {
    fn decide(&mut self, event: Event, view: &View<'_>, moves: &mut Vec<(usize, PostId)>) {
        let Event::Freed(unit) = event else { return };
        let others = || view.free.iter().filter(|f| f.unit != unit);
        others().for_each(|f| self.count(f.post, 1));
        let from = view.free.iter().find(|f| f.unit == unit).map(|f| f.post);
        let mut best: Option<(f64, Span, PostId)> = None;
        for post in &self.posts {
            // The k-th unit that covers a point is worth (1 − q)·q^(k − 1) of its demand (Daskin 1983).
            let gain = self.covered[post.index()].iter().fold(0.0, |sum, (point, demand)| {
                sum + demand * (1.0 - self.busy) * self.busy.powi(self.covers[*point as usize])
            });
            let time = from.and_then(|from| (view.time)(from, *post)).unwrap_or(Span(i64::MAX));
            let better = best.is_none_or(|(g, t, _)| gain > g || (gain == g && time < t));
            if better {
                best = Some((gain, time, *post));
            }
        }
        others().for_each(|f| self.count(f.post, -1));
        moves.extend(best.map(|(_, _, post)| (unit, post)));
    }
}
