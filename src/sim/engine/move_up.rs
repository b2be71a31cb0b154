//! Moving free units between posts, as the redeployment policy says.

use super::redeploy::{Event, FreeUnit, View};
use super::unit::{UnitState, ready};
use super::{Count, Engine, Note, Origin, SimTime, Ways};
use crate::ids::PostId;

impl<W: Ways> Engine<'_, W> {
    /// The post for a unit that has come free.
    pub(super) fn post_for(&mut self, unit: usize, now: SimTime) -> PostId {
        let home = self.facts.home[unit];
        if self.policy.is_none() || !self.may_move(unit) {
            return home;
        }
        self.units[unit].post = home;
        self.ask(Event::Freed(unit), now);
        let own = self.moves.iter().find(|m| m.0 == unit).map(|m| m.1);
        self.carry_out(unit, now);
        let post = own.unwrap_or(home);
        if post != home {
            self.note_move(unit, now);
        }
        post
    }

    /// Lets the policy rearrange the free units after something happened.
    pub(super) fn rearrange(&mut self, event: Event, now: SimTime) {
        if self.policy.is_some() {
            self.ask(event, now);
            self.carry_out(usize::MAX, now);
        }
    }

    /// Whether a unit takes part in redeployment at all.
    fn may_move(&self, unit: usize) -> bool {
        let u = &self.units[unit];
        let going = u.drive.leg == super::Leg::Return || u.state == UnitState::AtPost;
        u.on_duty
            && !u.broken
            && !u.service_due
            && self.s.units[unit].kind.on_road()
            && (going || self.ready[unit] != ready::NO)
            && matches!(u.state, UnitState::AtPost | UnitState::Returning)
            && (u.state != UnitState::AtPost || self.crew_is_there(unit))
    }

    /// Puts the policy's moves into `self.moves`.
    fn ask(&mut self, event: Event, now: SimTime) {
        let Some(mut policy) = self.policy.take() else { return };
        let mut free = std::mem::take(&mut self.free_list);
        free.clear();
        free.extend((0..self.units.len()).filter(|u| self.may_move(*u)).map(|unit| FreeUnit {
            unit,
            home: self.facts.home[unit],
            post: self.units[unit].post,
            resting: self.units[unit].state == UnitState::AtPost,
        }));
        self.moves.clear();
        let ways = self.ways;
        let time = |from: PostId, to: PostId| ways.between_posts(from, to, now);
        policy.decide(event, &View { now, free: &free, time: &time }, &mut self.moves);
        self.free_list = free;
        self.policy = Some(policy);
    }

    /// Carries out the moves of all units but one.
    fn carry_out(&mut self, but: usize, now: SimTime) {
        let moves = std::mem::take(&mut self.moves);
        for (unit, post) in &moves {
            if *unit != but && self.may_move(*unit) && self.units[*unit].post != *post {
                if *post != self.facts.home[*unit] {
                    self.note_move(*unit, now);
                }
                self.move_to(*unit, *post, now);
            }
        }
        self.moves = moves;
    }

    /// Sends a free unit to another post.
    pub(super) fn move_to(&mut self, unit: usize, post: PostId, now: SimTime) {
        let u = &self.units[unit];
        let from = match u.state {
            UnitState::AtPost => self.ways.resting(Origin::Post(u.post)),
            _ => {
                let at = self.ways.locate(&mut self.scratch, &u.drive, now);
                self.count_driving(unit, now);
                at
            }
        };
        self.leave_previous(unit);
        self.crew_goes_out(unit, true);
        self.units[unit].drive.from = from;
        self.go_to_post(unit, post, now);
    }

    fn note_move(&mut self, unit: usize, now: SimTime) {
        if self.measured(now) {
            self.out.counts[Count::Moves as usize] += 1;
        }
        self.trace_unit(now, Note::Counted(Count::Moves), unit);
    }
}
