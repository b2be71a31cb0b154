//! Greedy, swap interchange and kicks from many starts.

use super::state::{Ground, Score, State};
use crate::random::Stream;
use crate::siting::Effort;
use rayon::prelude::*;

/// Adds units while that makes the choice better; `pick` of the best few is taken at random when there is a stream.
fn fill_up(state: &mut State<'_, '_>, mut random: Option<(&mut Stream, usize)>) {
    let sites = state.units.len();
    loop {
        let now = state.score();
        let mut best: Vec<(usize, Score)> = Vec::new();
        let keep = random.as_ref().map_or(1, |r| r.1.max(1));
        for site in 0..sites {
            if !state.may_put(site) {
                continue;
            }
            let with = state.score_with(site, now);
            if !with.beats(now) {
                continue;
            }
            let at = best.iter().position(|(_, s)| with.beats(*s)).unwrap_or(best.len());
            if at < keep {
                best.insert(at, (site, with));
                best.truncate(keep);
            }
        }
        if best.is_empty() {
            return;
        }
        let pick = random.as_mut().map_or(0, |(stream, _)| stream.below(best.len()));
        state.put(best[pick].0);
    }
}

/// Moves one unit at a time to the best other place until no move helps.
fn interchange(state: &mut State<'_, '_>) {
    let sites = state.units.len();
    loop {
        let mut better = false;
        for out in 0..sites {
            if state.units[out] <= state.low(out) {
                continue;
            }
            let before = state.score();
            state.take(out);
            let without = state.score();
            let (mut best, mut to) = (before, out);
            if without.beats(best) {
                (best, to) = (without, usize::MAX);
            }
            for site in 0..sites {
                if site != out && state.may_put(site) {
                    let with = state.score_with(site, without);
                    if with.beats(best) {
                        (best, to) = (with, site);
                    }
                }
            }
            if to != usize::MAX {
                state.put(to);
            }
            better |= to != out;
        }
        let settled = state.score();
        fill_up(state, None);
        if !better && !state.score().beats(settled) {
            return;
        }
    }
}

/// Takes a few units away and forces one somewhere at random.
fn kick(state: &mut State<'_, '_>, stream: &mut Stream) {
    let sites = state.units.len();
    let taken = 1 + stream.below(3);
    for _ in 0..taken {
        let open: Vec<usize> = (0..sites).filter(|s| state.units[*s] > state.low(*s)).collect();
        if open.is_empty() {
            break;
        }
        state.take(open[stream.below(open.len())]);
    }
    let free: Vec<usize> = (0..sites).filter(|s| state.may_put(*s)).collect();
    if !free.is_empty() {
        state.put(free[stream.below(free.len())]);
    }
    fill_up(state, Some((stream, 2)));
}

/// The best choice found by one start: start 0 is plain greedy, the others pick at random among the best few.
fn start(ground: &Ground<'_>, effort: &Effort, kicks: usize, number: usize) -> (Score, Vec<u32>) {
    let mut stream = Stream::new(effort.seed, "siting cover search", number as u32);
    let mut state = State::new(ground, &ground.low);
    if number == 0 {
        fill_up(&mut state, None);
    } else {
        fill_up(&mut state, Some((&mut stream, 2 + number % 7)));
    }
    interchange(&mut state);
    kicked(ground, state, kicks, &mut stream)
}

/// The best choice met in so many kicks, each followed by an interchange; what is worse than the best is given up.
fn kicked<'g, 'm>(
    ground: &'g Ground<'m>,
    mut state: State<'g, 'm>,
    kicks: usize,
    stream: &mut Stream,
) -> (Score, Vec<u32>) {
    let mut best = (state.score(), state.units.clone());
    for _ in 0..kicks {
        kick(&mut state, stream);
        interchange(&mut state);
        let score = state.score();
        if score.beats(best.0) {
            best = (score, state.units.clone());
        } else if best.0.beats(score) {
            state = State::new(ground, &best.1);
        }
    }
    best
}

/// The best choice of all starts, each with so many kicks; the earliest of equals, so that threads do not matter.
pub(super) fn many_starts(ground: &Ground<'_>, effort: &Effort, kicks: usize) -> (Score, Vec<u32>) {
    let found: Vec<_> = (0..effort.starts.max(1)).into_par_iter().map(|n| start(ground, effort, kicks, n)).collect();
    let mut best: Option<(Score, Vec<u32>)> = None;
    for one in found {
        if best.as_ref().is_none_or(|b| one.0.beats(b.0)) {
            best = Some(one);
        }
    }
    best.unwrap_or_else(|| (Score { broken: f64::INFINITY, value: f64::NEG_INFINITY }, ground.low.clone()))
}

/// Repairs and improves a choice that a bound suggests.
pub(super) fn improve(ground: &Ground<'_>, wanted: &[u32]) -> (Score, Vec<u32>) {
    let mut state = State::new(ground, &ground.low);
    for (site, units) in wanted.iter().enumerate() {
        while state.units[site] < *units && state.may_put(site) {
            state.put(site);
        }
    }
    fill_up(&mut state, None);
    interchange(&mut state);
    (state.score(), state.units.clone())
}

/// The best choice that single moves reach from another, and then so many kicks.
pub(super) fn kicked_from(ground: &Ground<'_>, from: &[u32], kicks: usize, stream: &mut Stream) -> (Score, Vec<u32>) {
    let mut state = State::new(ground, from);
    interchange(&mut state);
    kicked(ground, state, kicks, stream)
}
