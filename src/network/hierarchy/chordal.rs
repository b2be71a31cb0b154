//! The metric-independent part: ranks, arcs of the chordal completion, elimination tree.

use std::ops::Range;

/// No such arc, node or rank.
pub(super) const NONE: u32 = u32::MAX;

/// A graph's chordal completion in the order of elimination.
///
/// Nodes are known by their rank: 0 is eliminated first. Arcs go from lower to higher rank, each standing for both
/// directions; those of a rank are sorted by head. Ranks are a postorder of the elimination tree, so the descendants of
/// a rank are the ranks just below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hierarchy {
    /// Rank of each node.
    pub rank: Vec<u32>,
    /// Arcs of rank `x` are `first_up[x]..first_up[x + 1]`.
    pub first_up: Vec<u32>,
    /// Their upper ends.
    pub up_head: Vec<u32>,
    /// Their lower ends.
    pub up_tail: Vec<u32>,
    /// Lower neighbours of rank `y` are `down_tail[first_down[y]..first_down[y + 1]]`, sorted.
    pub first_down: Vec<u32>,
    /// Lower ends of the arcs into each rank.
    pub down_tail: Vec<u32>,
    /// The arcs themselves, likewise.
    pub down_arc: Vec<u32>,
    /// Triangles of the arc `down_arc[i]`, from x to y, with the higher neighbours z of x, in order, are
    /// `third[first_third[i]..first_third[i + 1]]`: the position of the arc from y to z among those of y.
    pub first_third: Vec<u64>,
    /// Third sides of triangles. No rank has more than 2¹⁶ arcs: their triangles alone would fill any memory.
    pub third: Vec<u16>,
    /// The lowest rank in the subtree of the elimination tree below each rank.
    pub first_below: Vec<u32>,
    /// Where each arc of the input went: twice the arc, plus one where it runs downwards; [`u32::MAX`] for loops.
    pub slot_of_input: Vec<u32>,
    /// Input arcs of slot `s` are `inputs[first_input[s]..first_input[s + 1]]`.
    pub first_input: Vec<u32>,
    /// Input arcs by slot.
    pub inputs: Vec<u32>,
}

/// What [`Hierarchy::check`] found broken.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
#[error("the hierarchy's {what} do not fit together")]
pub struct HierarchyError {
    /// Which arrays.
    pub what: &'static str,
}

/// The elimination tree by parents (Liu 1986), for nodes in the given order.
fn tree(neighbours: &Neighbours, order: &[u32], rank: &[u32]) -> Vec<u32> {
    let n = order.len();
    let mut parent = vec![NONE; n];
    let mut ancestor = vec![NONE; n];
    for x in 0..n as u32 {
        for v in neighbours.of(order[x as usize]) {
            let mut y = rank[*v as usize];
            if y >= x {
                continue;
            }
            // Up to the root of what is joined so far, shortening the way for the next.
            while ancestor[y as usize] != NONE && ancestor[y as usize] != x {
                let next = ancestor[y as usize];
                ancestor[y as usize] = x;
                y = next;
            }
            if ancestor[y as usize] == NONE {
                ancestor[y as usize] = x;
                parent[y as usize] = x;
            }
        }
    }
    parent
}

/// A postorder of a forest whose parents come after their children: `new[old rank]`. Siblings keep their order.
fn postorder(parent: &[u32]) -> Vec<u32> {
    let n = parent.len();
    let mut size = vec![1_u32; n];
    for x in 0..n {
        if parent[x] != NONE {
            size[parent[x] as usize] += size[x];
        }
    }
    // Where the next child of each node (and the next root) begins.
    let mut start = vec![0_u32; n];
    let mut new = vec![0_u32; n];
    let mut roots = 0;
    // Parents before children: each hands out room below itself, in the order of its children.
    let mut first_child = vec![NONE; n];
    let mut next_sibling = vec![NONE; n];
    for x in (0..n).rev() {
        if parent[x] != NONE {
            next_sibling[x] = first_child[parent[x] as usize];
            first_child[parent[x] as usize] = x as u32;
        }
    }
    for x in 0..n {
        if parent[x] == NONE {
            start[x] = roots;
            roots += size[x];
        }
    }
    for x in (0..n).rev() {
        new[x] = start[x] + size[x] - 1;
        let mut room = start[x];
        let mut child = first_child[x];
        while child != NONE {
            start[child as usize] = room;
            room += size[child as usize];
            child = next_sibling[child as usize];
        }
    }
    new
}

/// Undirected neighbours, loops left out, parallels kept.
struct Neighbours {
    first: Vec<u32>,
    list: Vec<u32>,
}

impl Neighbours {
    fn new(nodes: usize, tail: &[u32], head: &[u32]) -> Neighbours {
        let arcs = || tail.iter().zip(head).filter(|(t, h)| t != h);
        let mut first = vec![0_u32; nodes + 1];
        for (t, h) in arcs() {
            first[*t as usize + 1] += 1;
            first[*h as usize + 1] += 1;
        }
        for v in 0..nodes {
            first[v + 1] += first[v];
        }
        let mut next = first.clone();
        let mut list = vec![0; first[nodes] as usize];
        for (t, h) in arcs() {
            for (a, b) in [(*t, *h), (*h, *t)] {
                list[next[a as usize] as usize] = b;
                next[a as usize] += 1;
            }
        }
        Neighbours { first, list }
    }

    fn of(&self, v: u32) -> &[u32] {
        &self.list[self.first[v as usize] as usize..self.first[v as usize + 1] as usize]
    }
}

impl Hierarchy {
    /// Completes a graph of `order.len()` nodes, given by its arcs, in an order of elimination (`order[rank] = node`).
    ///
    /// The ranks are rearranged into a postorder of the elimination tree, which changes nothing about the completion.
    pub fn build(order: &[u32], tail: &[u32], head: &[u32]) -> Hierarchy {
        let n = order.len();
        let neighbours = Neighbours::new(n, tail, head);
        let mut rank = vec![0_u32; n];
        order.iter().enumerate().for_each(|(r, v)| rank[*v as usize] = r as u32);
        let new = postorder(&tree(&neighbours, order, &rank));
        let mut order = order.to_vec();
        for (v, r) in rank.iter_mut().enumerate() {
            *r = new[*r as usize];
            order[*r as usize] = v as u32;
        }

        let mut h = Hierarchy { first_up: Vec::with_capacity(n + 1), ..Hierarchy::default() };
        h.first_up.push(0);
        // Children in the tree whose arcs their parent inherits; the head of a linked list per rank.
        let mut first_child = vec![NONE; n];
        let mut next_sibling = vec![NONE; n];
        let mut gathered: Vec<u32> = Vec::new();
        for x in 0..n as u32 {
            gathered.clear();
            let above = neighbours.of(order[x as usize]).iter().map(|v| rank[*v as usize]).filter(|r| *r > x);
            gathered.extend(above);
            gathered.sort_unstable();
            let mut child = first_child[x as usize];
            while child != NONE {
                // The first arc of a child leads to its parent, to x itself. What follows is sorted: a run.
                let arcs = h.first_up[child as usize] as usize + 1..h.first_up[child as usize + 1] as usize;
                gathered.extend_from_slice(&h.up_head[arcs]);
                child = next_sibling[child as usize];
            }
            // The stable sort merges runs.
            gathered.sort();
            gathered.dedup();
            if let Some(parent) = gathered.first() {
                next_sibling[x as usize] = first_child[*parent as usize];
                first_child[*parent as usize] = x;
            }
            h.up_head.extend_from_slice(&gathered);
            h.up_tail.resize(h.up_head.len(), x);
            h.first_up.push(h.up_head.len() as u32);
        }
        drop(neighbours);
        h.rank = rank;
        h.index_downwards();
        h.find_triangles();
        h.find_subtrees();
        h.place_inputs(tail, head);
        h
    }

    fn index_downwards(&mut self) {
        let n = self.nodes();
        self.first_down = vec![0; n + 1];
        self.up_head.iter().for_each(|y| self.first_down[*y as usize + 1] += 1);
        for y in 0..n {
            self.first_down[y + 1] += self.first_down[y];
        }
        let mut next = self.first_down.clone();
        self.down_tail = vec![0; self.arcs()];
        self.down_arc = vec![0; self.arcs()];
        for x in 0..n as u32 {
            for arc in self.up(x) {
                let slot = &mut next[self.up_head[arc] as usize];
                self.down_tail[*slot as usize] = x;
                self.down_arc[*slot as usize] = arc as u32;
                *slot += 1;
            }
        }
    }

    fn find_triangles(&mut self) {
        let mut first_third = Vec::with_capacity(self.arcs() + 1);
        let mut third = Vec::with_capacity(2 * self.arcs());
        first_third.push(0);
        let mut place = vec![0_u16; self.nodes()];
        for y in 0..self.nodes() as u32 {
            for (number, arc) in self.up(y).enumerate() {
                place[self.up_head[arc] as usize] = number as u16;
            }
            for i in self.down(y) {
                let end = self.first_up[self.down_tail[i] as usize + 1] as usize;
                let heads = &self.up_head[self.down_arc[i] as usize + 1..end];
                third.extend(heads.iter().map(|z| place[*z as usize]));
                first_third.push(third.len() as u64);
            }
        }
        third.shrink_to_fit();
        (self.first_third, self.third) = (first_third, third);
    }

    fn find_subtrees(&mut self) {
        self.first_below = (0..self.nodes() as u32).collect();
        for x in 0..self.nodes() as u32 {
            if let Some(parent) = self.parent(x) {
                let lowest = self.first_below[x as usize];
                let slot = &mut self.first_below[parent as usize];
                *slot = lowest.min(*slot);
            }
        }
    }

    fn place_inputs(&mut self, tail: &[u32], head: &[u32]) {
        let slot = |(t, h): (&u32, &u32)| -> u32 {
            let (a, b) = (self.rank[*t as usize], self.rank[*h as usize]);
            if a == b {
                return NONE;
            }
            let arc = self.arc(a.min(b), a.max(b)).unwrap_or_default();
            2 * arc + u32::from(a > b)
        };
        let slots: Vec<u32> = tail.iter().zip(head).map(slot).collect();
        self.first_input = vec![0; 2 * self.arcs() + 1];
        let placed = || slots.iter().enumerate().filter(|(_, s)| **s != NONE);
        placed().for_each(|(_, s)| self.first_input[*s as usize + 1] += 1);
        for s in 0..2 * self.arcs() {
            self.first_input[s + 1] += self.first_input[s];
        }
        let mut next = self.first_input.clone();
        self.inputs = vec![0; placed().count()];
        for (input, s) in placed() {
            self.inputs[next[*s as usize] as usize] = input as u32;
            next[*s as usize] += 1;
        }
        self.slot_of_input = slots;
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.rank.len()
    }

    /// Number of arcs of the completion, each standing for both directions.
    pub fn arcs(&self) -> usize {
        self.up_head.len()
    }

    /// The arcs upwards from a rank.
    pub fn up(&self, x: u32) -> Range<usize> {
        self.first_up[x as usize] as usize..self.first_up[x as usize + 1] as usize
    }

    /// Positions of the arcs from below into a rank, in the arrays `down_tail` and `down_arc`.
    pub fn down(&self, y: u32) -> Range<usize> {
        self.first_down[y as usize] as usize..self.first_down[y as usize + 1] as usize
    }

    /// The parent in the elimination tree: the lowest of the higher neighbours.
    pub fn parent(&self, x: u32) -> Option<u32> {
        self.up_head[self.up(x)].first().copied()
    }

    /// The arc between two ranks, the lower one first.
    pub fn arc(&self, x: u32, y: u32) -> Option<u32> {
        let arcs = self.up(x);
        self.up_head[arcs.clone()].binary_search(&y).ok().map(|i| (arcs.start + i) as u32)
    }

    /// Height of the elimination tree.
    pub fn height(&self) -> usize {
        let mut depth = vec![1_u32; self.nodes()];
        for x in (0..self.nodes() as u32).rev() {
            if let Some(parent) = self.parent(x) {
                depth[x as usize] = depth[parent as usize] + 1;
            }
        }
        depth.into_iter().max().unwrap_or(0) as usize
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        let arrays = [
            &self.rank,
            &self.first_up,
            &self.up_head,
            &self.up_tail,
            &self.first_down,
            &self.down_tail,
            &self.down_arc,
        ];
        let more = [&self.first_below, &self.slot_of_input, &self.first_input, &self.inputs];
        let plain: usize = arrays.iter().chain(&more).map(|a| 4 * a.len()).sum();
        plain + 8 * self.first_third.len() + 2 * self.third.len()
    }

    /// Checks that the arrays fit together; for a hierarchy that was loaded. `inputs` is the number of arcs of the graph
    /// it is for.
    ///
    /// # Errors
    /// Names what does not fit.
    pub fn check(&self, inputs: usize) -> Result<(), HierarchyError> {
        let (n, m) = (self.nodes(), self.arcs());
        let fits = |what, ok| if ok { Ok(()) } else { Err(HierarchyError { what }) };
        let rows = |first: &[u32], rows: usize, end: usize| {
            first.len() == rows + 1
                && first[0] == 0
                && first[rows] as usize == end
                && first.windows(2).all(|w| w[0] <= w[1])
        };
        let below = |list: &[u32], limit: usize| list.iter().all(|v| (*v as usize) < limit);
        fits("rows upwards", rows(&self.first_up, n, m))?;
        fits("rows downwards", rows(&self.first_down, n, m) && self.down_tail.len() == m && self.down_arc.len() == m)?;
        fits("rows of inputs", rows(&self.first_input, 2 * m, self.inputs.len()))?;
        let mut seen = vec![false; n];
        let fresh = |r: &u32| seen.get_mut(*r as usize).is_some_and(|s| !std::mem::replace(s, true));
        fits("ranks", self.rank.iter().all(fresh))?;
        fits("arcs", below(&self.up_head, n) && below(&self.down_tail, n) && below(&self.down_arc, m))?;
        let sorted = |x: u32| {
            let heads = &self.up_head[self.up(x)];
            heads.first().is_none_or(|h| *h > x) && heads.windows(2).all(|w| w[0] < w[1])
        };
        fits("arcs upwards", (0..n as u32).all(sorted))?;
        let owned = |x: u32| self.up_tail[self.up(x)].iter().all(|t| *t == x);
        fits("lower ends of arcs", self.up_tail.len() == m && (0..n as u32).all(owned))?;
        let mirrored = |y: u32| {
            let arcs = self.down(y).map(|i| (self.down_tail[i], self.down_arc[i] as usize));
            arcs.into_iter().all(|(x, arc)| self.up(x).contains(&arc) && self.up_head[arc] == y)
                && self.down_tail[self.down(y)].windows(2).all(|w| w[0] < w[1])
        };
        fits("arcs downwards", (0..n as u32).all(mirrored))?;
        // Every higher neighbour of a rank but its parent is one of its parent's too: what the triangles rely on.
        let chordal = |x: u32| match self.up_head[self.up(x)].split_first() {
            Some((parent, rest)) => {
                let mut heads = self.up_head[self.up(*parent)].iter();
                rest.iter().all(|r| heads.any(|h| h == r))
            }
            None => true,
        };
        fits("triangles", (0..n as u32).all(chordal))?;
        let mut again = Hierarchy {
            rank: self.rank.clone(),
            first_up: self.first_up.clone(),
            up_head: self.up_head.clone(),
            ..Hierarchy::default()
        };
        again.find_subtrees();
        let mut size = vec![1_u32; n];
        for x in 0..n as u32 {
            if let Some(parent) = self.parent(x) {
                size[parent as usize] += size[x as usize];
            }
        }
        let contiguous = (0..n).all(|x| x as u32 + 1 - again.first_below[x] == size[x]);
        fits("subtrees", again.first_below == self.first_below && contiguous)?;
        again.index_downwards();
        again.find_triangles();
        fits("sides of triangles", again.first_third == self.first_third && again.third == self.third)?;
        let slots = self.slot_of_input.iter().all(|s| *s == NONE || (*s as usize) < 2 * m);
        fits("inputs", self.slot_of_input.len() == inputs && slots && below(&self.inputs, inputs))
    }
}
