//! What a site is worth when it may take what pays most, within its room.

use super::super::lagrange::{Relaxed, State};
use super::{Capacitated, slack};
use rayon::prelude::*;

/// Work up to which a knapsack is solved exactly (items × room, whole loads only); else its fractional bound serves.
const EXACT_WORK: usize = 40_000;

/// The relaxed problem of one node.
pub(in super::super) struct Knapsacks<'a> {
    pub(super) problem: &'a Capacitated,
    /// Site that each point was given, or `NONE`.
    pub(super) given: &'a [u32],
    /// Points that each site takes under the prices last seen, with the part taken.
    pub(super) takes: Vec<Vec<(u32, f64)>>,
    whole: bool,
}

/// No site.
pub(super) const NONE: u32 = u32::MAX;

impl<'a> Knapsacks<'a> {
    pub(in super::super) fn new(problem: &'a Capacitated, given: &'a [u32]) -> Knapsacks<'a> {
        let whole = problem.loads.iter().all(|l| l.fract() == 0.0);
        Knapsacks { problem, given, takes: vec![Vec::new(); problem.plain.sites], whole }
    }

    /// Worth of one site and the points that it takes. Infinite where what it was given does not fit.
    fn fill(&self, site: usize, prices: &[f64], takes: &mut Vec<(u32, f64)>) -> f64 {
        takes.clear();
        let loads = &self.problem.loads;
        let column = self.problem.plain.column(site);
        let mut room = self.problem.room[site];
        let spare = slack(room);
        let mut worth = 0.0;
        let mut items: Vec<(u32, f64)> = Vec::new();
        for (i, (&c, &price)) in column.iter().zip(prices).enumerate() {
            if self.given[i] == site as u32 {
                room -= loads[i];
                worth += c - price;
                takes.push((i as u32, 1.0));
            } else if self.given[i] == NONE && c < price {
                items.push((i as u32, price - c));
            }
        }
        if room < -spare {
            return f64::INFINITY;
        }
        let room = (room + spare).max(0.0);
        items.retain(|&(i, _)| loads[i as usize] <= room);
        let all: f64 = items.iter().map(|&(i, _)| loads[i as usize]).sum();
        if all <= room {
            worth -= items.iter().map(|&(_, gain)| gain).sum::<f64>();
            takes.extend(items.into_iter().map(|(i, _)| (i, 1.0)));
            return worth;
        }
        let size = room.floor() as usize;
        if self.whole && items.len() * (size + 1) <= EXACT_WORK {
            worth - exact(&items, loads, size, takes)
        } else {
            worth - fractional(items, loads, room, takes)
        }
    }
}

/// The best choice of items for a whole room, by dynamic programming; returns its gain.
fn exact(items: &[(u32, f64)], loads: &[f64], size: usize, takes: &mut Vec<(u32, f64)>) -> f64 {
    let width = size + 1;
    let mut best = vec![0.0_f64; width];
    let mut chosen = vec![false; items.len() * width];
    for (k, &(i, gain)) in items.iter().enumerate() {
        let load = loads[i as usize] as usize;
        for room in (load..width).rev() {
            let with = best[room - load] + gain;
            if with > best[room] {
                best[room] = with;
                chosen[k * width + room] = true;
            }
        }
    }
    let mut room = size;
    for (k, &(i, _)) in items.iter().enumerate().rev() {
        if chosen[k * width + room] {
            takes.push((i, 1.0));
            room -= loads[i as usize] as usize;
        }
    }
    best[size]
}

/// The bound of Dantzig (1957): by gain per load, the last item in part.
fn fractional(mut items: Vec<(u32, f64)>, loads: &[f64], mut room: f64, takes: &mut Vec<(u32, f64)>) -> f64 {
    let rate = |&(i, gain): &(u32, f64)| gain / loads[i as usize];
    items.sort_by(|a, b| rate(b).total_cmp(&rate(a)).then(a.0.cmp(&b.0)));
    let mut gain = 0.0;
    for (i, g) in items {
        let load = loads[i as usize];
        let part = if load <= room { 1.0 } else { room / load };
        gain += part * g;
        takes.push((i, part));
        room -= part * load;
        if part < 1.0 {
            break;
        }
    }
    gain
}

impl Relaxed for Knapsacks<'_> {
    fn points(&self) -> usize {
        self.problem.plain.points
    }

    fn worth(&mut self, states: &[State], prices: &[f64], worth: &mut [f64]) {
        let mut takes = std::mem::take(&mut self.takes);
        takes.par_iter_mut().zip(worth.par_iter_mut()).enumerate().with_min_len(16).for_each(|(j, (takes, worth))| {
            *worth = if states[j] == State::Closed { 0.0 } else { self.fill(j, prices, takes) };
        });
        self.takes = takes;
    }

    fn shortfall(&self, taken: &[bool], _: &[f64], out: &mut [f64]) {
        out.fill(1.0);
        for (takes, _) in self.takes.iter().zip(taken).filter(|(_, t)| **t) {
            for &(i, part) in takes {
                out[i as usize] -= part;
            }
        }
    }
}
