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

#[cfg(test)]
mod tests {
    use super::super::run;
    use super::*;
    use crate::sim::tests::{BUSY, Setup, options, world};

    #[test]
    fn slices_of_a_run_add_up_to_the_run() {
        let mut world = world(&Setup { days: 12.0, ..BUSY });
        let (whole, _) = run(&world, &options(false), 7, 0);
        for slices in [1_u32, 2, 12] {
            world.scenario.run.days = 12.0 / f64::from(slices);
            let mut all: Vec<Outcome> = Vec::new();
            let mut add = |outcome| {
                all.push(outcome);
                ControlFlow::Continue(())
            };
            assert!(run_in_slices(&world, &options(false), 7, slices, &mut add).is_continue());
            assert_eq!(all.len(), slices as usize);
            let mut sum = Outcome::new(&world.scenario);
            all.iter().for_each(|outcome| sum.merge(outcome));
            assert_eq!(sum, whole, "{slices} slices");
            assert!(all.iter().all(|outcome| outcome.phone_calls() > 0), "nothing was counted in a slice");
        }
    }

    #[test]
    fn it_breaks_off_where_it_is_told() {
        let world = world(&Setup { days: 1.0, ..BUSY });
        let mut count = 0;
        let mut each = |_| {
            count += 1;
            if count == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        assert!(run_in_slices(&world, &options(false), 7, 10, &mut each).is_break());
        assert_eq!(count, 3);
    }
}
