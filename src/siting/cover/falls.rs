//! Which way to branch: what branchings cost so far.

use super::node::Limits;

/// What a branching divides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum On {
    /// The units of a site.
    Site(usize),
    /// The units that cover a row.
    Row(usize),
}

/// One side of a branching: what it divides, whether this side gets more, and how far the value of the relaxation was moved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Branch {
    pub on: On,
    pub more: bool,
    pub moved: f64,
}

/// How much branching on each site and row lowered the bound so far, per unit that its value moved (pseudo-costs; Bénichou et
/// al. 1971).
pub(super) struct Falls {
    sites: usize,
    of: Vec<[(f64, f64); 2]>,
    all: [[(f64, f64); 2]; 2],
}

impl Falls {
    pub fn new(sites: usize, rows: usize) -> Falls {
        Falls { sites, of: vec![[(0.0, 0.0); 2]; sites + rows], all: [[(0.0, 0.0); 2]; 2] }
    }

    fn index(&self, on: On) -> (usize, usize) {
        match on {
            On::Site(s) => (s, 0),
            On::Row(r) => (self.sites + r, 1),
        }
    }

    pub fn learn(&mut self, branch: Branch, fall: f64) {
        let (side, (index, kind)) = (usize::from(branch.more), self.index(branch.on));
        for one in [&mut self.of[index][side], &mut self.all[kind][side]] {
            one.0 += fall / branch.moved.max(0.05);
            one.1 += 1.0;
        }
    }

    /// What is expected on a side: its own falls, mixed with one of the mean of all of its kind.
    pub fn expect(&self, on: On, more: bool) -> f64 {
        let (side, (index, kind)) = (usize::from(more), self.index(on));
        let all = self.all[kind][side];
        let mean = if all.1 > 0.0 { all.0 / all.1 } else { 1.0 };
        let own = self.of[index][side];
        (own.0 + mean) / (own.1 + 1.0)
    }

    /// How much a branching promises whose value stands `part` above the lower side.
    pub fn promise(&self, on: On, part: f64) -> f64 {
        (self.expect(on, false) * part).max(1e-9) * (self.expect(on, true) * (1.0 - part)).max(1e-9)
    }
}

/// The two sides: at most `most` units, or more; `part` is how far the value stands above `most`.
pub(super) fn sides(limits: &Limits, on: On, most: u32, part: f64) -> Vec<(Branch, Limits)> {
    let (mut less, mut more) = (limits.clone(), limits.clone());
    match on {
        On::Site(s) => {
            less.high[s] = most;
            more.low[s] = most + 1;
        }
        On::Row(r) => {
            less.cap[r] = less.cap[r].min(most);
            more.need[r] = more.need[r].max(most + 1);
        }
    }
    let side = |more: bool| Branch { on, more, moved: if more { 1.0 - part } else { part } };
    vec![(side(true), more), (side(false), less)]
}
