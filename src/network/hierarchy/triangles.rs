//! Walking over all triangles of the completion, from the bottom up or from the top down, on both cores.
//!
//! A triangle is three ranks x < y < z joined by arcs. The walk gives them by their middle rank y. All arcs of a
//! triangle belong to ranks of one subtree of the elimination tree, and a subtree is a range of ranks, so disjoint
//! subtrees are walked at the same time on disjoint parts of the table of weights.

use super::chordal::Hierarchy;

/// Time up and time down of an arc.
pub(super) type Both = [u32; 2];

/// Subtrees up to this many ranks are walked by one thread.
const GRAIN: u32 = 4_096;

/// One triangle to work on: the weights of the arcs x–y, x–z and y–z.
pub(super) trait Relax: Sync {
    /// Called for each triangle; the three are the weights before, and become those after.
    fn relax(&self, xy: &mut Both, xz: &mut Both, yz: &mut Both);

    /// The same for one arc x–y and several z whose arcs lie side by side.
    #[inline(always)]
    fn relax_run(&self, xy: &mut Both, xz: &mut [Both], yz: &mut [Both]) {
        xz.iter_mut().zip(yz).for_each(|(xz, yz)| self.relax(xy, xz, yz));
    }
}

/// From this many triangles on, they are looked at for lying side by side.
const RUN: usize = 4;

/// The weights of the arcs of a range of ranks.
struct Part<'w> {
    low: u32,
    high: u32,
    weights: &'w mut [Both],
}

/// Walks triangles so that those with middle rank y come after all those with lower middle ranks below y.
pub(super) fn from_below(h: &Hierarchy, weights: &mut [Both], work: &impl Relax) {
    walk(h, Part { low: 0, high: h.nodes() as u32, weights }, true, work);
}

/// Walks triangles so that those with middle rank y come before all those with lower middle ranks below y.
pub(super) fn from_above(h: &Hierarchy, weights: &mut [Both], work: &impl Relax) {
    walk(h, Part { low: 0, high: h.nodes() as u32, weights }, false, work);
}

/// Triangles with a middle rank in the part.
fn walk(h: &Hierarchy, part: Part, upwards: bool, work: &impl Relax) {
    let Part { low, high, weights } = part;
    let base = h.first_up[low as usize] as usize;
    // Of a part that is one tree the root touches everything; small trees at the end are not worth a thread. Both are
    // walked here, after (or before) the rest, which then splits into two large parts.
    let mut end = high;
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    let middle = loop {
        if end - low <= GRAIN {
            ranges.push((low, end));
            break None;
        }
        let root = end - 1;
        let first = h.first_below[root as usize];
        if first > low && end - first > GRAIN {
            break Some(first);
        }
        let from = if first == low { root } else { first };
        ranges.push((from, end));
        end = from;
    };
    let here = |weights: &mut [Both]| {
        // The widest vectors the processor has; the same integers come out whatever they are.
        pulp::Arch::new().dispatch(
            #[inline(always)]
            || {
                if upwards {
                    for (from, to) in ranges.iter().rev() {
                        (*from..*to).for_each(
                            #[inline(always)]
                            |y| around(h, y, base, weights, work),
                        );
                    }
                } else {
                    for (from, to) in &ranges {
                        (*from..*to).rev().for_each(
                            #[inline(always)]
                            |y| around(h, y, base, weights, work),
                        );
                    }
                }
            },
        );
    };
    let Some(middle) = middle else { return here(weights) };
    if !upwards {
        here(weights);
    }
    let used = h.first_up[end as usize] as usize - base;
    let (left, right) = weights[..used].split_at_mut(h.first_up[middle as usize] as usize - base);
    rayon::join(
        || walk(h, Part { low, high: middle, weights: left }, upwards, work),
        || walk(h, Part { low: middle, high: end, weights: right }, upwards, work),
    );
    if upwards {
        here(weights);
    }
}

/// All triangles with middle rank `y`; `weights` begins with arc `base`.
#[inline(always)]
fn around(h: &Hierarchy, y: u32, base: usize, weights: &mut [Both], work: &impl Relax) {
    let down = h.down(y);
    let mut from = h.first_third[down.start] as usize;
    let own = h.first_up[y as usize] as usize - base;
    // Arcs of lower ranks lie below those of y.
    let (lower, upper) = weights.split_at_mut(own);
    for i in down {
        let xy = h.down_arc[i] as usize - base;
        let to = h.first_third[i + 1] as usize;
        let thirds = &h.third[from..to];
        from = to;
        let [first, others @ ..] = &mut lower[xy..=xy + thirds.len()] else { continue };
        if let [low, .., high] = thirds
            && thirds.len() >= RUN
            && usize::from(high - low) == thirds.len() - 1
        {
            let low = usize::from(*low);
            work.relax_run(first, others, &mut upper[low..low + thirds.len()]);
            continue;
        }
        for (second, yz) in others.iter_mut().zip(thirds) {
            work.relax(first, second, &mut upper[*yz as usize]);
        }
    }
}
