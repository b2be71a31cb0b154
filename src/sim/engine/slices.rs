//! One long run in slices, each with an outcome of its own.

use super::{Engine, Options, Outcome, SimTime, Span, Ways, begin};
use crate::sim::World;
use crate::sim::redeploy;
use std::ops::ControlFlow;

/// Plays one run that is `slices` times as long as the scenario's measured days and gives the outcome of each such stretch as
/// soon as it is over. Nothing begins anew between them. What happens to a call is counted where it happens, so that a call
/// may ring in one stretch and be reached in the next; time that units and seats are busy is divided exactly (time driven: with
/// the stretch where the drive ends).
///
/// Breaks off where `each` does.
pub fn run_in_slices(
    world: &World,
    options: &Options,
    seed: u64,
    slices: u32,
    each: &mut dyn FnMut(Outcome) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let s = &world.scenario;
    let policy = redeploy::policy(&s.rules.move_up, s, &world.facts, world);
    let slice = Span::from_seconds(s.run.days * 86_400.0);
    let mut engine = begin(s, &world.facts, world, policy, options, (seed, 0), i64::from(slices));
    for number in 1..i64::from(slices) {
        let until = engine.start + Span(slice.0 * number);
        engine.play(until);
        each(engine.slice(until))?;
    }
    engine.play(SimTime::NEVER);
    each(engine.finish().outcome)
}

impl<W: Ways> Engine<'_, W> {
    /// What was counted so far; counting begins anew.
    fn slice(&mut self, now: SimTime) -> Outcome {
        self.count_times(now);
        self.units.iter_mut().for_each(|u| u.busy_since = now);
        self.seats.iter_mut().for_each(|s| s.since = now);
        std::mem::replace(&mut self.out, Outcome::new(self.s))
    }
}
