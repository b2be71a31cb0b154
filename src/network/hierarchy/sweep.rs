//! One to all and all to one, many places at a time.
//!
//! First every place climbs the ladder alone; then one pass over all nodes from the top down brings the times of all
//! places to everywhere: each node takes the least over its arcs from above, for [`LANES`] places at once. The nodes'
//! times of one pass lie side by side, one cache line a node, so a pass moves about 64 bytes a node for its result and
//! 8 bytes an arc, whatever the number of places.

use super::chordal::NONE;
use super::ladder::{Ladder, Rungs};
use crate::network::metric::FAR;
use crate::network::search_graph::Seed;

/// Places in one pass.
pub const LANES: usize = 16;

/// Times of one node for all places of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C, align(64))]
pub struct Row(pub [u32; LANES]);

impl Row {
    const FAR: Row = Row([FAR; LANES]);
}

/// The nodes that matter for some targets, and the arcs by which times come down to them.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Place of each step among the selected; [`NONE`] where it is not.
    place: Vec<u32>,
    /// For each selected step, its arcs from above.
    rungs: Rungs,
    to_places: bool,
}

impl Selection {
    /// Selects what is needed for times *from* anywhere *to* some nodes (or, with `to_places` false, from them to
    /// anywhere).
    pub fn new(ladder: &Ladder, nodes: &[u32], to_places: bool) -> Selection {
        let rungs = if to_places { &ladder.down } else { &ladder.up };
        let mut place = vec![NONE; ladder.nodes()];
        let mut open: Vec<u32> = Vec::new();
        let mut steps: Vec<u32> = Vec::new();
        let mut add = |step: u32, open: &mut Vec<u32>| {
            if place[step as usize] == NONE {
                place[step as usize] = 0;
                open.push(step);
            }
        };
        for node in nodes {
            add(ladder.step[*node as usize], &mut open);
        }
        while let Some(step) = open.pop() {
            steps.push(step);
            rungs.of(step).iter().for_each(|arc| add(arc[0], &mut open));
        }
        steps.sort_unstable();
        steps.iter().enumerate().for_each(|(i, step)| place[*step as usize] = i as u32);
        let mut own = Rungs { first: vec![0], arcs: Vec::new() };
        for step in &steps {
            own.arcs.extend(rungs.of(*step).iter().map(|[head, time]| [place[*head as usize], *time]));
            own.first.push(own.arcs.len() as u32);
        }
        Selection { place, rungs: own, to_places }
    }

    /// Nodes selected.
    pub fn len(&self) -> usize {
        self.rungs.first.len() - 1
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Row of a node that was asked for.
    pub fn row(&self, ladder: &Ladder, node: u32) -> u32 {
        self.place[ladder.step[node as usize] as usize]
    }
}

/// Reusable buffers of sweeps: 64 bytes a node that is swept.
#[derive(Debug, Default)]
pub struct Sweeper {
    rows: Vec<Row>,
    /// Rows that hold times from the climbs, a bit each.
    touched: Vec<u64>,
    /// One climb's times by step.
    time: Vec<u32>,
    reached: Vec<u32>,
    single: Vec<u32>,
}

impl Sweeper {
    /// Empty buffers.
    pub fn new() -> Sweeper {
        Sweeper::default()
    }

    /// Times from up to [`LANES`] places to all nodes (`outward`), or from all nodes to them. Rows are by
    /// [`Ladder::step`]; lanes without a place, and nodes out of reach, are at [`FAR`].
    pub fn all(&mut self, ladder: &Ladder, outward: bool, places: &[&[Seed]]) -> &[Row] {
        self.prepare(ladder.nodes());
        let (climb, sweep) = if outward { (&ladder.up, &ladder.down) } else { (&ladder.down, &ladder.up) };
        for (lane, seeds) in places.iter().enumerate().take(LANES) {
            self.climb(ladder, climb, seeds, lane, None);
        }
        self.descend(sweep);
        &self.rows
    }

    /// The same for the nodes of a selection only; rows are by [`Selection::row`]. A selection of targets takes the
    /// places as sources, one of sources takes them as targets.
    pub fn selected(&mut self, ladder: &Ladder, selection: &Selection, places: &[&[Seed]]) -> &[Row] {
        self.prepare(selection.len());
        let climb = if selection.to_places { &ladder.up } else { &ladder.down };
        for (lane, seeds) in places.iter().enumerate().take(LANES) {
            self.climb(ladder, climb, seeds, lane, Some(&selection.place));
        }
        self.descend(&selection.rungs);
        &self.rows[..selection.len()]
    }

    /// Times from any of many starting nodes to all nodes, or from all nodes to any of them: one number a node, by
    /// [`Ladder::step`].
    pub fn one(&mut self, ladder: &Ladder, outward: bool, seeds: &[Seed]) -> &[u32] {
        let (up, down) = if outward { (&ladder.up, &ladder.down) } else { (&ladder.down, &ladder.up) };
        self.single.clear();
        self.single.resize(ladder.nodes(), FAR);
        let times = &mut self.single;
        for (node, time) in seeds {
            let best = &mut times[ladder.step[*node as usize] as usize];
            *best = (*best).min(*time);
        }
        // All nodes from the bottom up, then from the top down: every climb at once.
        for step in (0..ladder.nodes() as u32).rev() {
            let time = times[step as usize];
            if time < FAR {
                for [head, along] in up.of(step) {
                    let best = &mut times[*head as usize];
                    *best = (*best).min(time.wrapping_add(*along));
                }
            }
        }
        for step in 0..ladder.nodes() as u32 {
            let arcs = down.of(step).iter();
            let least = arcs.map(|[head, along]| times[*head as usize].wrapping_add(*along)).min().unwrap_or(FAR);
            let best = &mut times[step as usize];
            *best = (*best).min(least);
        }
        times
    }

    fn prepare(&mut self, rows: usize) {
        if self.rows.len() < rows {
            self.rows.resize(rows, Row::FAR);
            self.touched.resize(rows.div_ceil(64), 0);
        }
    }

    fn climb(&mut self, ladder: &Ladder, rungs: &Rungs, seeds: &[Seed], lane: usize, place: Option<&[u32]>) {
        if self.time.len() != ladder.nodes() {
            self.time = vec![FAR; ladder.nodes()];
        }
        for (node, seed_time) in seeds {
            let step = ladder.step[*node as usize];
            if *seed_time >= self.time[step as usize] {
                continue;
            }
            self.time[step as usize] = *seed_time;
            // The ways up of two seeds meet; what is found again with a shorter time is gone over again.
            let mut next = step;
            while next != NONE {
                let time = self.time[next as usize];
                if time < FAR {
                    self.reached.push(next);
                    for [head, along] in rungs.of(next) {
                        let best = &mut self.time[*head as usize];
                        *best = (*best).min(time.wrapping_add(*along));
                    }
                }
                next = ladder.parent[next as usize];
            }
        }
        for step in self.reached.drain(..) {
            let time = std::mem::replace(&mut self.time[step as usize], FAR);
            let row = match place {
                Some(place) => place[step as usize],
                None => step,
            };
            if row == NONE || time >= FAR {
                continue;
            }
            let (word, bit) = (row as usize / 64, 1_u64 << (row % 64));
            if self.touched[word] & bit == 0 {
                self.touched[word] |= bit;
                self.rows[row as usize] = Row::FAR;
            }
            self.rows[row as usize].0[lane] = time;
        }
    }

    fn descend(&mut self, rungs: &Rungs) {
        let (rows, touched) = (&mut self.rows, &mut self.touched);
        // The widest vectors the processor has; the same integers come out whatever they are.
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || descend(rungs, rows, touched),
        );
    }
}

#[inline(always)]
fn descend(rungs: &Rungs, rows: &mut [Row], touched: &mut [u64]) {
    for (word, bounds) in touched.iter_mut().zip((0..rungs.first.len() - 1).step_by(64)) {
        let bits = std::mem::take(word);
        let end = (bounds + 64).min(rungs.first.len() - 1);
        let mut from = rungs.first[bounds] as usize;
        for row in bounds..end {
            let to = rungs.first[row + 1] as usize;
            let mut best = if bits >> (row - bounds) & 1 == 1 { rows[row].0 } else { [FAR; LANES] };
            for [above, along] in &rungs.arcs[from..to] {
                let times = &rows[*above as usize].0;
                for lane in 0..LANES {
                    best[lane] = best[lane].min(times[lane].wrapping_add(*along));
                }
            }
            rows[row].0 = best;
            from = to;
        }
    }
}
