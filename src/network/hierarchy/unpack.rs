//! What the arcs of the hierarchy stand for: the roads themselves, for maps and for following a unit.

use super::chordal::Hierarchy;
use super::customize::Weights;
use crate::network::metric::FAR;

/// In the table of middles: the rest of the number is an input arc.
const INPUT: u32 = 1 << 31;
/// In the table of middles: no way.
const NOTHING: u32 = u32::MAX;

/// For each arc and direction the input arc it is, or the lower arc its way begins or ends with; 8 bytes an arc.
#[derive(Clone, Debug, Default)]
pub struct Unpacker {
    middle: Vec<u32>,
}

impl Unpacker {
    /// Finds a shortest way for every arc. `times` are those the weights were built from.
    pub fn build(h: &Hierarchy, weights: &Weights, times: &[u32]) -> Unpacker {
        let w = &weights.both;
        let own = |slot: usize| {
            let inputs = &h.inputs[h.first_input[slot] as usize..h.first_input[slot + 1] as usize];
            let time = w[slot / 2][slot % 2];
            let same = |input: &&u32| times[**input as usize] == time && time < FAR;
            inputs.iter().find(same).map_or(NOTHING, |input| input | INPUT)
        };
        let mut middle: Vec<u32> = (0..2 * h.arcs()).map(own).collect();
        for y in 0..h.nodes() as u32 {
            let first = h.up(y).start;
            for i in h.down(y) {
                let xy = h.down_arc[i] as usize;
                let thirds = &h.third[h.first_third[i] as usize..h.first_third[i + 1] as usize];
                for (xz, third) in (xy + 1..).zip(thirds) {
                    let yz = first + usize::from(*third);
                    let sums = [w[xy][1].wrapping_add(w[xz][0]), w[xz][1].wrapping_add(w[xy][0])];
                    for direction in 0..2 {
                        let slot = &mut middle[2 * yz + direction];
                        if *slot == NOTHING && sums[direction] == w[yz][direction] && sums[direction] < FAR {
                            *slot = xy as u32;
                        }
                    }
                }
            }
        }
        Unpacker { middle }
    }

    /// The input arcs from one rank to another along the arc between them; appended to `out`.
    pub(super) fn unpack(&self, h: &Hierarchy, from: u32, to: u32, left: &mut Vec<u32>, out: &mut Vec<u32>) {
        let slot = |arc: u32, downwards: bool| 2 * arc + u32::from(downwards);
        left.clear();
        left.extend(h.arc(from.min(to), from.max(to)).map(|arc| slot(arc, from > to)));
        while let Some(next) = left.pop() {
            let middle = self.middle[next as usize];
            if middle == NOTHING {
                continue;
            }
            if middle & INPUT != 0 {
                out.push(middle & !INPUT);
                continue;
            }
            // From y to z over x: the arc x–z is one of those that follow x–y.
            let z = h.up_head[next as usize / 2];
            let xz = middle + 1 + h.up_head[middle as usize + 1..].iter().take_while(|head| **head != z).count() as u32;
            let (first, second) = if next % 2 == 0 { (middle, xz) } else { (xz, middle) };
            left.push(slot(second, false));
            left.push(slot(first, true));
        }
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        4 * self.middle.len()
    }
}
