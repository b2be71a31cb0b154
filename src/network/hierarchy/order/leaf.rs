//! Small cells: elimination by minimum degree, counting the separators around the cell.

use super::graph::{Graph, NONE};

/// The largest cell there may be.
pub(super) const LARGEST: usize = 128;

const WORDS: usize = 4;
const BITS: usize = WORDS * 64;

/// Neighbours within the cell (bits from 0) and around it (bits after them).
type Row = [u64; WORDS];

/// Orders the nodes of a cell (ascending numbers of the core) into `out`.
///
/// Always next is the node with the fewest neighbours that are left (among equals the one with the lowest tree below), the nodes of separators around the cell included:
/// they are eliminated later, but an arc to them counts like any other. Beyond 256 nodes in all, those around the cell
/// are not told apart from one another.
pub(super) fn order(core: &Graph, nodes: &[u32], out: &mut [u32]) {
    if nodes.len() <= 2 {
        out.copy_from_slice(nodes);
        return;
    }
    let mut around: Vec<u32> = Vec::new();
    let mut rows: Vec<Row> = Vec::with_capacity(nodes.len());
    for v in nodes {
        let mut row = [0; WORDS];
        for near in core.row(*v) {
            let bit = nodes.binary_search(near).unwrap_or_else(|_| {
                let at = around.iter().position(|n| n == near).unwrap_or_else(|| {
                    around.push(*near);
                    around.len() - 1
                });
                (nodes.len() + at).min(BITS - 1)
            });
            row[bit / 64] |= 1 << (bit % 64);
        }
        rows.push(row);
    }
    let words = (nodes.len() + around.len()).min(BITS).div_ceil(64);
    let degree_of = |row: &Row| row[..words].iter().map(|w| w.count_ones()).sum::<u32>();
    let mut degrees: Vec<u32> = rows.iter().map(degree_of).collect();
    let mut heights = vec![0_u32; nodes.len()];
    for slot in out {
        let Some(v) = (0..nodes.len()).min_by_key(|v| (degrees[*v], heights[*v])) else { return };
        degrees[v] = NONE;
        *slot = nodes[v];
        let row = rows[v];
        for near in bits(&row, nodes.len()) {
            let other = &mut rows[near];
            for w in 0..words {
                other[w] |= row[w];
            }
            other[near / 64] &= !(1 << (near % 64));
            other[v / 64] &= !(1 << (v % 64));
            degrees[near] = degree_of(other);
            heights[near] = heights[near].max(heights[v] + 1);
        }
    }
}

/// The set bits below `end`.
fn bits(row: &Row, end: usize) -> impl Iterator<Item = usize> + '_ {
    (0..end.div_ceil(64)).flat_map(move |w| {
        let mask = if (w + 1) * 64 <= end { u64::MAX } else { (1 << (end % 64)) - 1 };
        let mut word = row[w] & mask;
        std::iter::from_fn(move || {
            (word != 0).then(|| {
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                w * 64 + bit
            })
        })
    })
}
