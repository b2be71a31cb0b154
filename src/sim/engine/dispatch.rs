//! Dispatch: which unit goes, who waits, who is called off for something more urgent.

use super::job::{JobKind, purpose};
use super::unit::{UnitState, ready};
use super::{Count, Drive, Engine, FIRST_UNIT, Leg, NONE, Note, Origin, SimTime, Span, Stamp, Timer, Ways};
use crate::demand::{CallOrigin, draw, further};
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
struct Wish {
    category: CategoryId,
    priority: u8,
    point: PointId,
    centre: CentreId,
    leg: Leg,
    factor: f64,
    aid: bool,
    /// Only road units that can carry.
    carrier: bool,
}

impl<W: Ways> Engine<'_, W> {
    /// Asks for the units of an incident.
    pub(super) fn request(&mut self, lead: u32, now: SimTime) {
        if let CallOrigin::Casualty(event) = self.jobs[lead as usize].call.origin {
            self.request_for_patients(lead, event as usize, now);
            return;
        }
        let more = self.s.demand.categories[self.jobs[lead as usize].category.index()].care.units.saturating_sub(1);
        self.find_unit(lead, now);
        for _ in 0..more {
            // The lead may have ended at once if nobody can ever get there.
            if !self.jobs[lead as usize].requested {
                return;
            }
            let category = self.jobs[lead as usize].category;
            let part = self.add_part(lead, JobKind::Helper, category);
            self.note(now, Note::Counted(Count::MoreUnits), part);
            self.find_unit(part, now);
        }
    }

    fn request_for_patients(&mut self, lead: u32, event: usize, now: SimTime) {
        let event = &self.s.demand.casualties[event];
        // The lead must not end before all are asked for.
        self.jobs[lead as usize].needed += 1;
        self.jobs[lead as usize].open += 1;
        let mut first = true;
        for (category, patients) in &event.patients {
            for _ in 0..*patients {
                if first {
                    self.jobs[lead as usize].category = *category;
                    self.find_unit(lead, now);
                    first = false;
                    continue;
                }
                let part = self.add_part(lead, JobKind::Patient, *category);
                self.note(now, Note::Counted(Count::MorePatients), part);
                self.find_unit(part, now);
            }
        }
        self.end(lead);
    }

    /// How a unit drives to a job's scene.
    pub(super) fn response_leg(&self, job: u32) -> (Leg, f64) {
        let siren = self.s.demand.categories[self.jobs[job as usize].category.index()].care.siren;
        let t = &self.s.travel;
        if siren { (Leg::Response, t.response_factor) } else { (Leg::CalmResponse, t.calm_factor) }
    }

    fn wish(&self, job: u32, aid: bool) -> Wish {
        let (leg, factor) = self.response_leg(job);
        let j = &self.jobs[job as usize];
        let category = j.category;
        let priority = self.facts.priority[category.index()];
        Wish { category, priority, point: j.call.point, centre: j.centre, leg, factor, aid, carrier: j.carrier }
    }

    /// Where a unit that may be sent is, and whether that is at a post. One that has set out at this very moment is on its way
    /// already; one that has just come free (`free`) still rests where it is.
    fn whereabouts(&mut self, unit: usize, free: bool, now: SimTime) -> (W::At, bool) {
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
    fn may_serve(&self, unit: usize, wish: &Wish, suits: u8) -> bool {
        let kind = self.s.units[unit].kind;
        suits != tier::NEVER
            && self.serves(unit, wish)
            && self.may_go(unit, wish)
            && (!wish.carrier || (kind.on_road() && kind.carries()))
    }

    /// Whether a unit's centre serves a wish.
    fn serves(&self, unit: usize, wish: &Wish) -> bool {
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
    fn best_unit(&mut self, wish: &Wish, now: SimTime) -> (Option<Sent<W::At>>, bool) {
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

    fn is_aid(&self, unit: usize, wish: &Wish) -> bool {
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
    fn drive_to(from: W::At, leaves: SimTime, point: PointId, leg: Leg, factor: f64) -> Drive<W::At> {
        Drive { from, leaves, to: Origin::Point(point), leg, factor }
    }

    fn estimate(&mut self, unit: usize, drive: &Drive<W::At>, point: PointId) -> Estimate {
        if self.has_craft && self.is_craft(unit) {
            return self.estimate_craft(unit, point, drive.leaves);
        }
        self.ways.estimate(&mut self.scratch, drive)
    }

    /// Counts the free units of each centre, if a wish may not take all of them.
    fn count_free(&mut self, wish: &Wish) {
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
    fn is_held_back(&self, wish: &Wish, unit: usize) -> bool {
        let Some(hold) = self.s.rules.dispatch.hold_back else { return false };
        wish.priority >= hold.priority
            && self.ready[unit] != ready::REDIRECT
            && self.free_of_centre[self.facts.centre_of_unit[unit].index()] <= hold.units
    }

    /// Finds a unit for a job, or lets it wait.
    pub(super) fn find_unit(&mut self, job: u32, now: SimTime) {
        let at_once = self.s.rules.dispatch.mutual_aid.as_ref().is_some_and(|a| a.after == Span::ZERO);
        self.jobs[job as usize].aid |= at_once;
        let wish = self.wish(job, self.jobs[job as usize].aid);
        let (sent, held) = self.best_unit(&wish, now);
        match sent {
            Some(sent) => self.assign(job, now, sent),
            _ if !self.can_ever_be_served(&wish) => {
                if self.measured_job(job) {
                    self.out.unserved += 1;
                }
                self.jobs[job as usize].requested = false;
                if self.jobs[job as usize].kind == JobKind::Carrier {
                    self.carrier_fails(job, now);
                }
                self.end(job);
            }
            _ => {
                if held {
                    self.note(now, Note::Counted(Count::HeldBack), job);
                }
                self.wait_for_unit(job, now);
            }
        }
    }

    fn wait_for_unit(&mut self, job: u32, now: SimTime) {
        if !self.jobs[job as usize].queued {
            self.jobs[job as usize].queued = true;
            if self.measured_job(job) {
                self.out.queued += 1;
            }
        }
        self.note(now, Note::Waits, job);
        if let Some(aid) = self.s.rules.dispatch.mutual_aid.as_ref().filter(|a| a.after > Span::ZERO) {
            let serial = self.jobs[job as usize].serial;
            self.set_timer(now + aid.after, Timer::Aid(job, serial));
        }
        let mine = self.queue_key(job);
        let centre = self.jobs[job as usize].centre.index();
        let by_ring = self.s.rules.dispatch.queue_by_ring;
        let at = self.centres[centre].waiting.partition_point(|id| {
            let key = self.queue_key(*id);
            // Of calls that rang at the same moment the one that came to wait last goes first (as in JEMSS).
            if by_ring { (key.0, key.1) < (mine.0, mine.1) } else { key <= mine }
        });
        self.centres[centre].waiting.insert(at, job);
    }

    /// By priority, then by when it was triaged. With ageing a step of priority is worth so much waiting, which does not
    /// change the order while they wait.
    fn queue_key(&self, id: u32) -> (i64, i64, u64, u16) {
        let j = &self.jobs[id as usize];
        let priority = i64::from(self.facts.priority[j.category.index()]);
        let since = j.at(if self.s.rules.dispatch.queue_by_ring { Stamp::Ring } else { Stamp::Triaged }).0;
        match self.s.rules.dispatch.ageing {
            None => (priority, since, j.call.number, j.part),
            Some(step) => (0, since.saturating_add(priority * step.0), j.call.number, j.part),
        }
    }

    fn can_ever_be_served(&self, wish: &Wish) -> bool {
        let tiers = self.facts.tiers(wish.category);
        let aid = self.s.rules.dispatch.mutual_aid.is_some();
        let wish = Wish { aid, ..*wish };
        (0..self.units.len()).any(|u| {
            if tiers[u] == tier::NEVER || !self.serves(u, &wish) {
                return false;
            }
            match self.is_craft(u) {
                true if wish.carrier => false,
                true => self.facts.craft.to_point(self.s.units[u].kind, self.facts.home[u], wish.point).is_some(),
                false => self.ways.ever_reaches(self.facts.home[u], wish.point),
            }
        })
    }

    /// A call that has waited long enough may get a unit of a neighbour.
    pub(super) fn ask_for_aid(&mut self, job: u32, serial: u64, now: SimTime) {
        let centre = self.jobs[job as usize].centre.index();
        let Some(at) = self.centres[centre].waiting.iter().position(|id| *id == job) else { return };
        if self.jobs[job as usize].serial != serial {
            return;
        }
        self.jobs[job as usize].aid = true;
        let wish = self.wish(job, true);
        if let (Some(sent), _) = self.best_unit(&wish, now) {
            self.centres[centre].waiting.remove(at);
            self.assign(job, now, sent);
        }
    }

    /// Tries all calls that wait at a centre again.
    pub(super) fn try_waiting(&mut self, centre: usize, now: SimTime) {
        let mut at = 0;
        while at < self.centres[centre].waiting.len() {
            let job = self.centres[centre].waiting[at];
            let wish = self.wish(job, self.jobs[job as usize].aid);
            match self.best_unit(&wish, now).0 {
                Some(sent) => {
                    self.centres[centre].waiting.remove(at);
                    self.assign(job, now, sent);
                }
                None => at += 1,
            }
        }
    }

    /// A unit has come free and took nobody: where units are kept back or share crews, others may go now.
    pub(super) fn others_may_go(&mut self, now: SimTime) {
        if self.s.rules.dispatch.hold_back.is_some() || !self.s.rules.fleet.crews.is_empty() {
            for centre in 0..self.centres.len() {
                self.try_waiting(centre, now);
            }
        }
    }

    /// Sends a unit that has become available to the first waiting call it may serve; whether there was one.
    pub(super) fn take_waiting(&mut self, unit: usize, now: SimTime) -> bool {
        if self.ready[unit] == ready::NO {
            return false;
        }
        let own = self.facts.centre_of_unit[unit].index();
        if self.take_waiting_at(own, unit, now) {
            return true;
        }
        if self.s.rules.dispatch.mutual_aid.is_none() {
            return false;
        }
        (0..self.centres.len()).any(|centre| centre != own && self.take_waiting_at(centre, unit, now))
    }

    fn take_waiting_at(&mut self, centre: usize, unit: usize, now: SimTime) -> bool {
        for at in 0..self.centres[centre].waiting.len() {
            let job = self.centres[centre].waiting[at];
            let wish = self.wish(job, self.jobs[job as usize].aid);
            if !self.may_serve(unit, &wish, self.facts.tiers(wish.category)[unit]) {
                continue;
            }
            self.count_free(&wish);
            if self.is_held_back(&wish, unit) {
                continue;
            }
            let (from, at_post) = self.whereabouts(unit, true, now);
            // By the roads as they are now: it is not sent on a way that opens later.
            let drive = Self::drive_to(from, now, wish.point, wish.leg, wish.factor);
            let span = match self.estimate(unit, &drive, wish.point) {
                Estimate::Never => continue,
                Estimate::Exact(span) | Estimate::AtLeast(span) => span,
            };
            let sent = Sent { unit, from, at_post, drive: span, aid: self.is_aid(unit, &wish) };
            self.centres[centre].waiting.remove(at);
            self.assign(job, now, sent);
            return true;
        }
        false
    }

    /// Sends a unit to a job. One that was on its way to another call leaves that one behind, which is then given to the
    /// next best unit.
    pub(super) fn assign(&mut self, job: u32, now: SimTime, sent: Sent<W::At>) {
        let Sent { unit, from, at_post, drive: chosen, aid } = sent;
        let state = self.units[unit].state;
        debug_assert!(self.units[unit].on_duty && self.ready[unit] != ready::NO, "unit {unit}, {state:?}, is sent");
        let bumped = match state {
            UnitState::TurningOut | UnitState::ToScene => {
                let old = self.units[unit].job;
                self.call_off(unit, now);
                self.note(now, Note::Counted(Count::Redirected), old);
                Some(old)
            }
            _ => {
                self.leave_previous(unit);
                None
            }
        };
        if self.facts.tiers(self.jobs[job as usize].category)[unit] == tier::MISMATCH {
            self.note(now, Note::Counted(Count::Mismatched), job);
        }
        let was_moving = matches!(state, UnitState::Returning | UnitState::ToScene);
        if was_moving {
            self.count_driving(unit, now);
        }
        let durations = &self.s.durations;
        let dist = if at_post { &durations.turnout } else { &durations.turnout_on_road };
        let mut turnout = match self.logged(job).and_then(|l| l.turnout) {
            Some(span) => span,
            None => self.draw(job, draw::TURNOUT, dist),
        };
        if let Some(rule) = self.s.rules.dispatch.mutual_aid.as_ref().filter(|_| aid) {
            turnout += rule.asking;
            self.note(now, Note::Counted(Count::Aided), job);
        }
        let (leg, usual) = self.response_leg(job);
        let factor = usual * self.scatter(job, draw::TRAVEL);
        let drive = Self::drive_to(from, now + turnout, self.jobs[job as usize].call.point, leg, factor);
        // Where a road was closed for good between the order and its leaving, what it was sent for stands.
        let travel = match self.is_craft(unit) {
            true => self.craft_sets_out(unit, job, now),
            false => {
                let travel = self.ways.time(&mut self.scratch, &drive);
                travel.unwrap_or(Span((chosen.0 as f64 * factor / usual) as i64))
            }
        };
        let j = &mut self.jobs[job as usize];
        j.unit = unit as u32;
        j.from_road = !at_post;
        j.travel = travel;
        self.stamp(job, Stamp::Assigned, now);
        let u = &mut self.units[unit];
        u.drive = drive;
        u.job = job;
        u.free_since = now;
        u.busy_since = now;
        self.crew_goes_out(unit, at_post);
        self.set_state(unit, UnitState::TurningOut);
        self.cancel_maybe(job);
        if turnout == Span::ZERO {
            self.depart(unit, now);
        } else {
            self.set_unit(unit, now + turnout);
        }
        if bumped.is_none() && matches!(state, UnitState::AtPost | UnitState::Returning) {
            self.rearrange(super::redeploy::Event::Sent(unit), now);
        }
        if let Some(old) = bumped {
            self.find_unit(old, now);
        }
        if !self.s.units[unit].kind.carries() {
            self.send_carrier_too(job, now);
        }
    }

    /// A first responder who carries nobody is followed by a unit that does.
    fn send_carrier_too(&mut self, job: u32, now: SimTime) {
        let j = &self.jobs[job as usize];
        if (j.kind != JobKind::Call && j.kind != JobKind::Patient) || j.followed {
            return;
        }
        // The one who is taken to hospital is the same patient: the same numbers.
        let (lead, category, draws) = (j.lead, j.category, j.call.draws);
        self.jobs[job as usize].followed = true;
        let part = self.add_part(lead, JobKind::Patient, category);
        let p = &mut self.jobs[part as usize];
        p.call.draws = draws;
        p.carrier = true;
        self.find_unit(part, now);
    }

    /// Whether the call will be cancelled before the unit arrives, and after which share of its way.
    fn cancel_maybe(&mut self, job: u32) {
        let j = &self.jobs[job as usize];
        let cancelled = self.s.demand.categories[j.category.index()].care.cancelled;
        let many = matches!(j.call.origin, CallOrigin::Casualty(_));
        if cancelled == 0.0 || j.lead != job || many || further(&j.call.draws, purpose::CANCELLED, 0) >= cancelled {
            return;
        }
        let share = further(&j.call.draws, purpose::CANCELLED_AFTER, 0);
        let j = &mut self.jobs[job as usize];
        j.cancelled = true;
        j.travel = Span((j.travel.0 as f64 * share) as i64);
    }

    /// A free road unit that may go to a waiting job as the roads are now, if there is one: for checks.
    #[cfg(debug_assertions)]
    pub(super) fn free_unit_for(&mut self, job: u32, now: SimTime) -> Option<usize> {
        let wish = self.wish(job, self.jobs[job as usize].aid);
        self.count_free(&wish);
        (0..self.units.len()).find(|unit| {
            if !matches!(self.ready[*unit], ready::AT_POST | ready::ON_ROAD)
                || self.is_craft(*unit)
                || !self.may_serve(*unit, &wish, self.facts.tiers(wish.category)[*unit])
                || self.is_held_back(&wish, *unit)
            {
                return false;
            }
            let (from, _) = self.whereabouts(*unit, false, now);
            let drive = Self::drive_to(from, now, wish.point, wish.leg, wish.factor);
            // Roads that change on the way are for the exact search to judge.
            matches!(self.estimate(*unit, &drive, wish.point), Estimate::Exact(_))
        })
    }

    /// A call is cancelled: nobody is to be sent to its further parts any more.
    pub(super) fn drop_waiting_parts(&mut self, lead: u32) {
        for centre in 0..self.centres.len() {
            let mut at = 0;
            while let Some(part) = self.centres[centre].waiting.get(at).copied() {
                if part != lead && self.jobs[part as usize].lead == lead {
                    self.centres[centre].waiting.remove(at);
                    self.jobs[part as usize].cancelled = true;
                    self.end(part);
                } else {
                    at += 1;
                }
            }
        }
    }

    /// A unit on its way is called off; its job has no unit again.
    pub(super) fn call_off(&mut self, unit: usize, now: SimTime) {
        let job = self.units[unit].job;
        self.count_unit_time(unit, now);
        self.units[unit].job = NONE;
        let j = &mut self.jobs[job as usize];
        j.unit = NONE;
        j.bumps = j.bumps.saturating_add(1);
        j.cancelled = false;
        for stamp in [Stamp::Assigned, Stamp::Departed] {
            j.stamps[stamp as usize] = SimTime::NEVER;
        }
        self.note(now, Note::CalledOff(unit as u32), job);
    }
}
