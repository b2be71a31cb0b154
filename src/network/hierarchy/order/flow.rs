//! Smallest node separators: a maximum flow of node-disjoint paths from one side of a cell to the other.
//!
//! Every node lets one path through, sources and sinks too, so the separator may touch either side and there always is
//! one. A node that lies on a path has two states, *in* (before its only passage) and *out* (after it): a search that
//! comes to *in* from elsewhere can only push the path back to the node before; one that gets to *out* goes on freely.
//!
//! Paths are found in phases like Dinic's: distances to the sinks by breadth-first search, then from every source that
//! can still reach one a depth-first descent along falling distances. The descents need not be equally long, so a few
//! phases do where the classical rule takes one per path length.

use super::graph::{Graph, NONE};

/// Before the first node of a path, after its last.
const TERMINAL: u32 = u32::MAX - 1;

/// Which part of a cell a node belongs to, before the flow as a terminal, after it as a side of the separator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Side {
    /// Neither terminal; after the flow: the separator.
    #[default]
    Middle,
    /// Source, or on the sources' side.
    Source,
    /// Sink, or on the sinks' side.
    Sink,
}

/// Sixteen bytes that never straddle a cache line: the searches live from this.
#[derive(Clone, Copy)]
#[repr(align(16))]
struct Node {
    /// Distances of the two states to the sinks, valid where above `Flow::base`. Sources never have the first, for no
    /// path leads through a second source; sinks always have the second, [`AT_SINK`], for they need no search.
    enter: u32,
    leave: u32,
    /// Neighbours on the path through this node, [`NONE`] where there is none.
    before: u32,
    after: u32,
}

const FRESH: Node = Node { enter: 0, leave: 0, before: NONE, after: NONE };

/// What a search finds at a sink: already reached, whatever the phase.
const AT_SINK: u32 = u32::MAX;

/// The search: buffers that are used again for every direction of a cell.
#[derive(Default)]
pub(super) struct Flow {
    nodes: Vec<Node>,
    queue: Vec<u32>,
    starts: Vec<u32>,
    /// States on the way down, and how far the row of each has been tried.
    stack: Vec<(u32, u32)>,
    sinks: Vec<u32>,
    /// Distances up to this are of earlier phases.
    base: u32,
    /// The largest distance of this phase.
    farthest: u32,
}

/// A state as one number.
fn entering(node: u32) -> u32 {
    node << 1
}

fn leaving(node: u32) -> u32 {
    node << 1 | 1
}

impl Flow {
    /// The size of a smallest separator between sources and sinks, or `None` when it would be over `most()`, which is
    /// asked after every path found.
    pub(super) fn run(&mut self, graph: &Graph, sides: &[Side], most: impl Fn() -> usize) -> Option<usize> {
        self.nodes.clear();
        self.nodes.resize(graph.nodes(), FRESH);
        (self.base, self.farthest) = (0, 0);
        self.sinks.clear();
        for (v, side) in sides.iter().enumerate() {
            if *side == Side::Sink {
                self.nodes[v].leave = AT_SINK;
                if graph.row(v as u32).iter().any(|n| sides[*n as usize] != Side::Sink) {
                    self.sinks.push(v as u32);
                }
            }
        }
        let mut paths = 0;
        loop {
            self.distances(graph, sides);
            if self.starts.is_empty() {
                return Some(paths);
            }
            for i in 0..self.starts.len() {
                if self.descend(graph, self.starts[i]) {
                    paths += 1;
                    if paths > most() {
                        return None;
                    }
                }
            }
        }
    }

    fn on_path(&self, node: u32) -> bool {
        self.nodes[node as usize].before != NONE
    }

    /// Breadth-first search from the sinks against the residual arcs; finds the sources that reach one.
    fn distances(&mut self, graph: &Graph, sides: &[Side]) {
        // Distances of this phase begin above all earlier ones, so nothing needs to be cleared.
        self.base = self.farthest;
        self.queue.clear();
        self.starts.clear();
        let base = self.base;
        for &sink in &self.sinks {
            let node = &mut self.nodes[sink as usize];
            if node.before == NONE {
                node.enter = base + 1;
                self.farthest = base + 1;
                self.queue.push(entering(sink));
            }
        }
        let mut head = 0;
        while head < self.queue.len() {
            let state = self.queue[head];
            head += 1;
            let v = state >> 1;
            let node = self.nodes[v as usize];
            if state & 1 == 1 {
                // Only a node on a path, and not its last, is queued in this state.
                let next = &mut self.nodes[node.after as usize];
                if next.enter <= base {
                    next.enter = node.leave + 1;
                    self.farthest = node.leave + 1;
                    self.queue.push(entering(node.after));
                }
                continue;
            }
            for &near in graph.row(v) {
                self.reach_leave(sides, near, node.enter + 1);
            }
            if node.before != NONE {
                self.reach_leave(sides, v, node.enter + 1);
            }
        }
    }

    #[inline]
    fn reach_leave(&mut self, sides: &[Side], v: u32, distance: u32) {
        let node = &mut self.nodes[v as usize];
        if node.leave > self.base {
            return;
        }
        node.leave = distance;
        self.farthest = distance;
        if node.before == NONE {
            if sides[v as usize] == Side::Source {
                self.starts.push(v);
            } else {
                node.enter = distance;
                self.queue.push(entering(v));
            }
        } else if node.after != TERMINAL {
            self.queue.push(leaving(v));
        }
    }

    /// Looks for a path from one source along falling distances and adds it to the flow.
    fn descend(&mut self, graph: &Graph, source: u32) -> bool {
        let base = self.base;
        self.stack.clear();
        self.push(graph, leaving(source));
        while let Some(&mut (state, ref mut cursor)) = self.stack.last_mut() {
            let v = state >> 1;
            let node = self.nodes[v as usize];
            if state & 1 == 0 {
                let back = self.nodes[node.before as usize].leave;
                if back > base && back < node.enter {
                    self.push(graph, leaving(node.before));
                } else {
                    self.nodes[v as usize].enter = 0;
                    self.stack.pop();
                }
                continue;
            }
            if node.leave == AT_SINK {
                self.augment();
                return true;
            }
            let row = &graph.adjacent[*cursor as usize..graph.first[v as usize + 1] as usize];
            let found = row.iter().position(|near| {
                let enter = self.nodes[*near as usize].enter;
                enter > base && enter < node.leave
            });
            if let Some(at) = found {
                // Comes up again, and is passed over then, when the descent from there has failed.
                *cursor += at as u32;
                let near = row[at];
                let state = if self.on_path(near) { entering(near) } else { leaving(near) };
                self.push(graph, state);
                continue;
            }
            *cursor += row.len() as u32;
            if node.before != NONE && node.enter > base && node.enter < node.leave {
                self.push(graph, entering(v));
            } else {
                self.nodes[v as usize].leave = 0;
                if node.before == NONE {
                    self.nodes[v as usize].enter = 0;
                }
                self.stack.pop();
            }
        }
        false
    }

    fn push(&mut self, graph: &Graph, state: u32) {
        self.stack.push((state, graph.first[(state >> 1) as usize]));
    }

    /// Adds the path on the stack; its states are spent for this phase.
    fn augment(&mut self) {
        let mut tail = TERMINAL;
        let mut came_from = NONE;
        for i in 0..self.stack.len() {
            let (state, _) = self.stack[i];
            let v = state >> 1;
            if state & 1 == 0 {
                self.nodes[v as usize].enter = 0;
                if came_from == v {
                    // In from its own out: the two paths meet here and neither needs the node any more.
                    self.nodes[v as usize].before = NONE;
                    self.nodes[v as usize].after = NONE;
                } else {
                    self.nodes[tail as usize].after = v;
                    self.nodes[v as usize].before = tail;
                }
            } else {
                self.nodes[v as usize].leave = 0;
                if self.nodes[v as usize].before == NONE {
                    self.nodes[v as usize].enter = 0;
                    self.nodes[v as usize].before = tail;
                    if tail != TERMINAL {
                        self.nodes[tail as usize].after = v;
                    }
                }
                tail = v;
            }
            came_from = v;
        }
        let last = &mut self.nodes[tail as usize];
        (last.after, last.leave) = (TERMINAL, AT_SINK);
    }

    /// After [`run`](Flow::run): the separator nearest to the sinks. Writes sides, returns how many nodes are on either.
    pub(super) fn near_sinks(&self, sides: &[Side], out: &mut Vec<Side>) -> [usize; 2] {
        let mut count = [0; 2];
        out.clear();
        out.extend(self.nodes.iter().zip(sides).map(|(node, side)| {
            let (enter, leave) = (node.enter > self.base, node.leave > self.base);
            if enter || (*side == Side::Sink && node.before == NONE) {
                count[1] += 1;
                Side::Sink
            } else if leave {
                Side::Middle
            } else {
                count[0] += 1;
                Side::Source
            }
        }));
        count
    }

    /// After [`run`](Flow::run): the separator nearest to the sources. Writes sides, returns how many nodes are on
    /// either.
    pub(super) fn near_sources(&mut self, graph: &Graph, sides: &[Side], out: &mut Vec<Side>) -> [usize; 2] {
        let mark = u32::MAX;
        self.queue.clear();
        for (v, side) in sides.iter().enumerate() {
            let node = &mut self.nodes[v];
            (node.enter, node.leave) = (0, 0);
            if *side == Side::Source {
                node.enter = mark;
                if node.before == NONE {
                    node.leave = mark;
                    if graph.row(v as u32).iter().any(|n| sides[*n as usize] != Side::Source) {
                        self.queue.push(v as u32);
                    }
                }
            }
        }
        // Only the state *out* is queued: *in* leads to one place, which is gone to at once.
        while let Some(v) = self.queue.pop() {
            let own = self.on_path(v).then_some(v);
            for &near in graph.row(v).iter().chain(own.iter()) {
                let node = &mut self.nodes[near as usize];
                if node.enter == mark {
                    continue;
                }
                node.enter = mark;
                let next = if node.before == NONE { near } else { node.before };
                if next < TERMINAL && self.nodes[next as usize].leave != mark {
                    self.nodes[next as usize].leave = mark;
                    self.queue.push(next);
                }
            }
        }
        let mut count = [0; 2];
        out.clear();
        out.extend(self.nodes.iter().map(|node| {
            if node.leave == mark {
                count[0] += 1;
                Side::Source
            } else if node.enter == mark {
                Side::Middle
            } else {
                count[1] += 1;
                Side::Sink
            }
        }));
        count
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn graph(nodes: usize, ends: &[(u32, u32)]) -> Graph {
        Graph::build(nodes, ends, &(0..nodes as u32).collect::<Vec<_>>())
    }

    /// The smallest separator by trying all sets of nodes.
    fn brute(graph: &Graph, sides: &[Side]) -> usize {
        let n = sides.len();
        (0_u32..1 << n).filter(|set| separates(graph, sides, |v| set >> v & 1 == 1)).map(u32::count_ones).min().unwrap()
            as usize
    }

    fn separates(graph: &Graph, sides: &[Side], gone: impl Fn(usize) -> bool) -> bool {
        let mut seen: Vec<bool> = (0..sides.len()).map(&gone).collect();
        let mut stack: Vec<usize> = (0..sides.len()).filter(|v| !gone(*v) && sides[*v] == Side::Source).collect();
        while let Some(v) = stack.pop() {
            if sides[v] == Side::Sink {
                return false;
            }
            if !std::mem::replace(&mut seen[v], true) {
                stack.extend(graph.row(v as u32).iter().map(|n| *n as usize).filter(|n| !seen[*n]));
            }
        }
        true
    }

    fn check(graph: &Graph, sides: &[Side]) {
        let mut flow = Flow::default();
        let size = flow.run(graph, sides, || usize::MAX).unwrap();
        assert_eq!(size, brute(graph, sides));
        let mut found = Vec::new();
        for near_sinks in [true, false] {
            let counts = if near_sinks {
                flow.near_sinks(sides, &mut found)
            } else {
                flow.near_sources(graph, sides, &mut found)
            };
            let count = |side| found.iter().filter(|s| **s == side).count();
            assert_eq!([count(Side::Source), count(Side::Sink), count(Side::Middle)], [counts[0], counts[1], size]);
            for v in 0..sides.len() {
                for near in graph.row(v as u32) {
                    let pair = (found[v], found[*near as usize]);
                    assert_ne!(pair, (Side::Source, Side::Sink), "{v} and {near} are not separated");
                }
                let opposite = matches!((sides[v], found[v]), (Side::Source, Side::Sink) | (Side::Sink, Side::Source));
                assert!(!opposite, "terminal {v} is on the wrong side");
            }
        }
    }

    #[test]
    fn adjacent_terminals_and_no_path_at_all() {
        use Side::{Middle, Sink, Source};
        check(&graph(3, &[(0, 2), (0, 1), (1, 2)]), &[Source, Middle, Sink]);
        check(&graph(4, &[(0, 1), (2, 3)]), &[Source, Middle, Middle, Sink]);
    }

    #[test]
    fn a_path_is_pushed_back_where_it_blocks_two() {
        use Side::{Middle, Sink, Source};
        // The shortest way 0-2-5-7 uses both waists; two disjoint ways exist: 0-2-3-4-6… and 1-5-7.
        let ends = [(0, 2), (2, 5), (5, 7), (1, 5), (2, 3), (3, 4), (4, 6)];
        check(&graph(8, &ends), &[Source, Source, Middle, Middle, Middle, Middle, Sink, Sink]);
    }

    proptest! {
        #[test]
        fn separators_are_smallest(
            nodes in 2_usize..13,
            pairs in prop::collection::vec((0_u32..13, 0_u32..13), 0..40),
            terminals in 1_usize..5,
        ) {
            let pairs: Vec<_> = pairs.into_iter().filter(|(a, b)| (a.max(b).to_owned() as usize) < nodes).collect();
            let share = terminals.min(nodes / 2);
            let mut sides = vec![Side::Middle; nodes];
            sides[..share].fill(Side::Source);
            sides[nodes - share..].fill(Side::Sink);
            check(&graph(nodes, &pairs), &sides);
        }
    }
}
