//! Do scenarios meet the same calls? Looked up in the calls themselves, before anything is played.

use super::comparison::DemandMatch;
use crate::demand::{CallOrigin, CallSource, PhoneCall};
use crate::scenario::Scenario;
use crate::units::SimTime;

/// Looks at the calls of replication 0. Whether a caller gives up and calls again depends on what a scenario does and is
/// no part of this.
pub(super) fn demand_match(scenarios: &[&Scenario], seed: u64) -> DemandMatch {
    let mut found = DemandMatch { same: true, calls: Vec::new(), shared: Vec::new() };
    let Some((first, _)) = scenarios.split_first() else { return found };
    for other in scenarios {
        let (calls, shared) = count(first, other, seed);
        found.same &= calls[0] == calls[1] && calls[1] == shared;
        found.calls.push(calls[1]);
        found.shared.push(shared);
    }
    found
}

/// Calls of both, and how many are the same. Calls come in order of time, so two that are the same meet.
fn count(a: &Scenario, b: &Scenario, seed: u64) -> ([u64; 2], u64) {
    let end = SimTime::from_days(a.run.warmup_days + a.run.days);
    let source = |s: &Scenario| CallSource::new(&s.demand, &s.points, seed, 0);
    let (mut from_a, mut from_b) = (source(a), source(b));
    let next = |source: &mut CallSource| source.next_call().filter(|c| c.ring < end);
    let (mut calls, mut shared) = ([0, 0], 0);
    let (mut at_a, mut at_b) = (next(&mut from_a), next(&mut from_b));
    loop {
        let (step_a, step_b) = match (&at_a, &at_b) {
            (None, None) => return (calls, shared),
            (Some(x), Some(y)) => {
                shared += u64::from(same((a, x), (b, y)));
                (x.ring <= y.ring, y.ring <= x.ring)
            }
            (x, y) => (x.is_some(), y.is_some()),
        };
        if step_a {
            calls[0] += 1;
            at_a = next(&mut from_a);
        }
        if step_b {
            calls[1] += 1;
            at_b = next(&mut from_b);
        }
    }
}

fn same((a, x): (&Scenario, &PhoneCall), (b, y): (&Scenario, &PhoneCall)) -> bool {
    let what = |s: &Scenario, c: &PhoneCall| c.dispatch.then(|| s.demand.categories[c.category.index()].key.clone());
    let planned = |c: &PhoneCall| matches!(c.origin, CallOrigin::Casualty(_) | CallOrigin::Transfer(_));
    x.ring == y.ring
        && x.dispatch == y.dispatch
        && planned(x) == planned(y)
        && a.place_of_call(x.point).0 == b.place_of_call(y.point).0
        && what(a, x) == what(b, y)
}
