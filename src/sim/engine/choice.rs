//! The choice of a unit: which is expected at the scene first.

use super::unit::{UnitState, ready};
use super::{Drive, Engine, FIRST_UNIT, Leg, NONE, Origin, SimTime, Span, Ways};
use crate::ids::{CategoryId, CentreId, PointId, PostId};
use crate::scenario::rules::Tie;
use crate::sim::facts::tier;
use crate::sim::ways::Estimate;

/// A unit chosen for a call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent<At> {
    pub(super) unit: usize,
    /// Where it is.
    pub(super) from: At,
    pub(super) at_post: bool,
    /// What its drive takes if it leaves when expected, at the usual speed.
    pub(super) drive: Span,
    /// Whether it is of another centre.
    pub(super) aid: bool,
}

/// A unit on whose way the roads change: how long it takes is not known yet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending<At> {
    /// What it is rated at least.
    least: Span,
    penalty: Span,
    sent: Sent<At>,
}

/// A unit under way, before it is known where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moving {
    /// What it is rated at least.
    least: Span,
    penalty: Span,
    unit: usize,
}

/// The choice among units so far.
struct Race<At> {
    best: Option<(Span, Sent<At>)>,
    pending: Vec<Pending<At>>,
    /// Whether units that might go are kept back.
    held: bool,
}

/// What a unit is sought for.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    pub(super) category: CategoryId,
    pub(super) priority: u8,
    pub(super) point: PointId,
    pub(super) centre: CentreId,
    pub(super) leg: Leg,
    pub(super) factor: f64,
    pub(super) aid: bool,
    /// Only road units that can carry.
    pub(super) carrier: bool,
}

impl<W: Ways> Engine<'_, W> {
    pub(super) fn wish(&self, job: u32, aid: bool) -> Wish {
        let (leg, factor) = self.response_leg(job);
        let j = &self.jobs[job as usize];
        let category = j.category;
        let priority = self.facts.priority[category.index()];
        Wish { category, priority, point: j.call.point, centre: j.centre, leg, factor, aid, carrier: j.carrier }
    }

    /// Where a unit that may be sent is, and whether that is at a post. One that has set out at this very moment is on its way
    /// already; one that has just come free (`free`) still rests where it is.
    pub(super) fn whereabouts(&mut self, unit: usize, free: bool, now: SimTime) -> (W::At, bool) {
        let u = &self.units[unit];
        match u.state {
            UnitState::AtPost => (self.ways.resting(Origin::Post(u.post)), true),
            UnitState::Returning | UnitState::ToScene => (
                if free && now == u.drive.leaves {
                    u.drive.from
                } else {
                    self.ways.locate(&mut self.scratch, &u.drive, now)
                },
                false,
            ),
            // Not yet gone, or handed over and not yet under way.
            _ => (u.drive.from, false),
        }
    }

    /// Whether a unit may be taken for a wish as it is now.
    fn may_go(&self, unit: usize, wish: &Wish) -> bool {
        match self.ready[unit] {
            ready::NO => false,
            ready::AT_POST => self.crew_is_there(unit),
            ready::ON_ROAD => true,
            _ => {
                let job = &self.jobs[self.units[unit].job as usize];
                let from = self.facts.priority[job.category.index()];
                self.s.rules.dispatch.redirect.contains(&(from, wish.priority))
            }
        }
    }

    /// Whether a unit suits a wish at all, is of a centre that serves it, and may be taken for it as it is now.
    pub(super) fn may_serve(&self, unit: usize, wish: &Wish, suits: u8) -> bool {
        let kind = self.s.units[unit].kind;
        suits != tier::NEVER
            && self.serves(unit, wish)
            && self.may_go(unit, wish)
            && (!wish.carrier || (kind.on_road() && kind.carries()))
    }

    /// Whether a unit's centre serves a wish.
    pub(super) fn serves(&self, unit: usize, wish: &Wish) -> bool {
        let centre = self.facts.centre_of_unit[unit];
        if centre == wish.centre {
            return true;
        }
        let neighbours = self.s.rules.dispatch.mutual_aid.as_ref().filter(|_| wish.aid);
        neighbours.is_some_and(|a| a.neighbours[wish.centre.index()].contains(&centre))
    }

    fn penalty(&self, unit: usize, wish: &Wish, tier: u8) -> Span {
        let rules = &self.s.rules.dispatch;
        let mut penalty = Span::ZERO;
        if tier == tier::MISMATCH {
            penalty += rules.mismatch;
        }
        if rules.other_county != Span::ZERO
            && self.facts.county_of_unit[unit] != self.facts.county_of_point[wish.point.index()]
        {
            penalty += rules.other_county;
        }
        penalty
    }

    fn turnout_expected(&self, unit: usize, at_post: bool, wish: &Wish) -> Span {
        let turnout = self.expected_turnout[usize::from(!at_post)];
        match &self.s.rules.dispatch.mutual_aid {
            Some(aid) if self.facts.centre_of_unit[unit] != wish.centre => turnout + aid.asking,
            _ => turnout,
        }
    }

    /// The unit that is rated best: expected at the scene first, penalties included. Among equals by the rule for ties. And
    /// whether some that might go are kept back (told only where nobody goes).
    pub(super) fn best_unit(&mut self, wish: &Wish, now: SimTime) -> (Option<Sent<W::At>>, bool) {
        self.count_free(wish);
        let mut race = Race { best: None, pending: std::mem::take(&mut self.pending), held: false };
        race.pending.clear();
        self.rate_posts(wish, now, &mut race);
        self.rate_others(wish, now, &mut race);
        let Race { mut best, mut pending, held } = race;
        // The most promising first, so that few of them need to be followed through the change.
        pending.sort_unstable_by_key(|p| (p.least, p.sent.unit));
        let mut last: Option<(W::At, Option<Span>)> = None;
        for &Pending { least, penalty, sent } in &pending {
            if best.is_some_and(|(b, _)| least > b) {
                break;
            }
            let turnout = self.turnout_expected(sent.unit, sent.at_post, wish);
            let drive = Self::drive_to(sent.from, now + turnout, wish.point, wish.leg, wish.factor);
            // Units of one post need the same time.
            let known = last.filter(|(from, _)| sent.at_post && *from == sent.from);
            let span = known.map_or_else(|| self.ways.time(&mut self.scratch, &drive), |(_, span)| span);
            last = Some((sent.from, span));
            let Some(span) = span else { continue };
            let rated = turnout + span + penalty;
            if self.better(best.as_ref(), rated, sent.unit) {
                best = Some((rated, Sent { drive: span, ..sent }));
            }
        }
        self.pending = pending;
        (best.map(|(_, sent)| sent), held)
    }

    /// Rates the road units that wait at posts, the nearest posts first, until the rest cannot win.
    fn rate_posts(&mut self, wish: &Wish, now: SimTime, race: &mut Race<W::At>) {
        let facts = self.facts;
        let ways = self.ways;
        let tiers = facts.tiers(wish.category);
        let turnout = self.expected_turnout[0];
        let order = ways.posts_by_time(wish.leg, wish.point, now + turnout);
        let posts = order.map_or(facts.posts, <[u16]>::len);
        for k in 0..posts {
            let post = order.map_or(k, |order| usize::from(order[k]));
            let mut next = self.stand.first_at(post);
            // Units of one post need the same time, unless they turn out later.
            let mut known: Option<(Span, Estimate)> = None;
            while next != NONE {
                let unit = next as usize;
                next = self.stand.next(next);
                let suits = tiers[unit];
                if !self.may_serve(unit, wish, suits) {
                    continue;
                }
                if self.is_held_back(wish, unit) {
                    race.held = true;
                    continue;
                }
                let turnout = self.turnout_expected(unit, true, wish);
                let from = ways.resting(Origin::Post(PostId::new(post)));
                let estimate = match known.filter(|k| k.0 == turnout) {
                    Some((_, estimate)) => estimate,
                    None => {
                        let drive = Self::drive_to(from, now + turnout, wish.point, wish.leg, wish.factor);
                        ways.estimate(&mut self.scratch, &drive)
                    }
                };
                known = Some((turnout, estimate));
                let sent = Sent { unit, from, at_post: true, drive: Span::ZERO, aid: self.is_aid(unit, wish) };
                self.enter(race, sent, turnout, self.penalty(unit, wish, suits), estimate);
            }
            // From the posts that follow nobody comes sooner. (Who asks neighbours sends units that leave later.)
            if let (Some(_), Some((_, Estimate::Exact(span) | Estimate::AtLeast(span))), Some((best, _))) =
                (order, known, &race.best)
                && !wish.aid
                && turnout + span > *best
            {
                break;
            }
        }
    }

    /// Rates units under way, those that may be called off another job, and craft.
    fn rate_others(&mut self, wish: &Wish, now: SimTime, race: &mut Race<W::At>) {
        let mut moving = std::mem::take(&mut self.moving);
        moving.clear();
        let tiers = self.facts.tiers(wish.category);
        let mut next = self.stand.first_elsewhere();
        while next != NONE {
            let unit = next as usize;
            next = self.stand.next(next);
            if !self.may_serve(unit, wish, tiers[unit]) {
                continue;
            }
            if self.is_held_back(wish, unit) {
                race.held = true;
                continue;
            }
            let penalty = self.penalty(unit, wish, tiers[unit]);
            let least = self.least_of_moving(unit, wish, now) + penalty;
            if race.best.is_none_or(|(best, _)| least <= best) {
                moving.push(Moving { least, penalty, unit });
            }
        }
        // Finding out where a unit under way is takes longer than knowing that it is too far away.
        moving.sort_unstable_by_key(|m| (m.least, m.unit));
        for &Moving { least, penalty, unit } in &moving {
            if race.best.is_some_and(|(best, _)| least > best) {
                break;
            }
            let (from, at_post) = self.whereabouts(unit, false, now);
            let turnout = self.turnout_expected(unit, at_post, wish);
            let drive = Self::drive_to(from, now + turnout, wish.point, wish.leg, wish.factor);
            let estimate = self.estimate(unit, &drive, wish.point);
            let sent = Sent { unit, from, at_post, drive: Span::ZERO, aid: self.is_aid(unit, wish) };
            self.enter(race, sent, turnout, penalty, estimate);
        }
        self.moving = moving;
    }

    /// A lower bound of the time until a unit that is not at rest at a post reaches a wish's scene.
    fn least_of_moving(&self, unit: usize, wish: &Wish, now: SimTime) -> Span {
        let u = &self.units[unit];
        let (drive, until) = (&u.drive, self.agenda.at(FIRST_UNIT + unit));
        // A drive that will be broken off says nothing about where it would end.
        let goes_on = match u.state {
            UnitState::Returning => true,
            UnitState::ToScene => !self.jobs[u.job as usize].cancelled,
            _ => false,
        };
        if !goes_on || drive.leaves >= now || until == SimTime::NEVER || self.is_craft(unit) {
            return Span::ZERO;
        }
        let least = self.ways.least(drive, now - drive.leaves, until - now, wish.point, wish.factor);
        self.turnout_expected(unit, false, wish) + least
    }

    pub(super) fn is_aid(&self, unit: usize, wish: &Wish) -> bool {
        self.facts.centre_of_unit[unit] != wish.centre
    }

    /// Enters a unit into the choice.
    fn enter(&self, race: &mut Race<W::At>, sent: Sent<W::At>, turnout: Span, penalty: Span, estimate: Estimate) {
        match estimate {
            Estimate::Never => {}
            Estimate::Exact(span) => {
                let rated = turnout + span + penalty;
                if self.better(race.best.as_ref(), rated, sent.unit) {
                    race.best = Some((rated, Sent { drive: span, ..sent }));
                }
            }
            Estimate::AtLeast(span) => {
                let least = turnout + span + penalty;
                race.pending.push(Pending { least, penalty, sent: Sent { drive: span, ..sent } });
            }
        }
    }

    fn better(&self, best: Option<&(Span, Sent<W::At>)>, rated: Span, unit: usize) -> bool {
        let Some((least, sent)) = best else { return true };
        if rated != *least {
            return rated < *least;
        }
        match self.s.rules.dispatch.tie {
            Tie::First => unit < sent.unit,
            Tie::Rested => (self.units[unit].free_since, unit) < (self.units[sent.unit].free_since, sent.unit),
        }
    }

    /// A unit's way to a scene.
    pub(super) fn drive_to(from: W::At, leaves: SimTime, point: PointId, leg: Leg, factor: f64) -> Drive<W::At> {
        Drive { from, leaves, to: Origin::Point(point), leg, factor }
    }

    pub(super) fn estimate(&mut self, unit: usize, drive: &Drive<W::At>, point: PointId) -> Estimate {
        if self.has_craft && self.is_craft(unit) {
            return self.estimate_craft(unit, point, drive.leaves);
        }
        self.ways.estimate(&mut self.scratch, drive)
    }

    /// Counts the free units of each centre, if a wish may not take all of them.
    pub(super) fn count_free(&mut self, wish: &Wish) {
        if self.s.rules.dispatch.hold_back.is_none_or(|hold| wish.priority < hold.priority) {
            return;
        }
        self.free_of_centre.fill(0);
        for (ready, centre) in self.ready.iter().zip(&self.facts.centre_of_unit) {
            if matches!(*ready, ready::AT_POST | ready::ON_ROAD) {
                self.free_of_centre[centre.index()] += 1;
            }
        }
    }

    /// Whether a free unit may not go to a wish, since others of its centre must stay free; they have been counted.
    pub(super) fn is_held_back(&self, wish: &Wish, unit: usize) -> bool {
        let Some(hold) = self.s.rules.dispatch.hold_back else { return false };
        wish.priority >= hold.priority
            && self.ready[unit] != ready::REDIRECT
            && self.free_of_centre[self.facts.centre_of_unit[unit].index()] <= hold.units
    }
}
