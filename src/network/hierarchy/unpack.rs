//! What the arcs of the hierarchy stand for: the roads themselves, for maps and for following a unit.

use super::chordal::Hierarchy;
use super::customize::Weights;
use crate::network::metric::FAR;

/// In place of a second arc: the first number is an input arc.
const INPUT: u32 = u32::MAX;
/// No way.
const NOTHING: [u32; 2] = [u32::MAX; 2];

/// For each arc and direction the input arc it is, or the two lower arcs its way goes over; 16 bytes an arc.
#[derive(Clone, Debug, Default)]
pub struct Unpacker {
    /// The arcs from the lower rank to the ends of the arc, lower end first; or an input arc and [`INPUT`].
    parts: Vec<[u32; 2]>,
}

impl Unpacker {
    /// Finds a shortest way for every arc. `times` are those the weights were built from.
    pub fn build(h: &Hierarchy, weights: &Weights, times: &[u32]) -> Unpacker {
        let w = &weights.both;
        let own = |slot: usize| {
            let inputs = &h.inputs[h.first_input[slot] as usize..h.first_input[slot + 1] as usize];
            let time = w[slot / 2][slot % 2];
            let same = |input: &&u32| times[**input as usize] == time && time < FAR;
            inputs.iter().find(same).map_or(NOTHING, |input| [*input, INPUT])
        };
        let mut parts: Vec<[u32; 2]> = (0..2 * h.arcs()).map(own).collect();
        for y in 0..h.nodes() as u32 {
            let first = h.up(y).start;
            for i in h.down(y) {
                let xy = h.down_arc[i] as usize;
                let thirds = &h.third[h.first_third[i] as usize..h.first_third[i + 1] as usize];
                for (xz, third) in (xy + 1..).zip(thirds) {
                    let yz = first + usize::from(*third);
                    let sums = [w[xy][1].wrapping_add(w[xz][0]), w[xz][1].wrapping_add(w[xy][0])];
                    for direction in 0..2 {
                        let slot = &mut parts[2 * yz + direction];
                        if *slot == NOTHING && sums[direction] == w[yz][direction] && sums[direction] < FAR {
                            *slot = [xy as u32, xz as u32];
                        }
                    }
                }
            }
        }
        Unpacker { parts }
    }

    /// The input arcs from one rank to another along the arc between them; appended to `out`.
    pub(super) fn unpack(&self, h: &Hierarchy, from: u32, to: u32, left: &mut Vec<u32>, out: &mut Vec<u32>) {
        let slot = |arc: u32, downwards: bool| 2 * arc + u32::from(downwards);
        left.clear();
        left.extend(h.arc(from.min(to), from.max(to)).map(|arc| slot(arc, from > to)));
        while let Some(next) = left.pop() {
            let parts = self.parts[next as usize];
            if parts == NOTHING {
                continue;
            }
            if parts[1] == INPUT {
                out.push(parts[0]);
                continue;
            }
            let [first, second] = if next % 2 == 0 { parts } else { [parts[1], parts[0]] };
            left.push(slot(second, false));
            left.push(slot(first, true));
        }
    }

    /// Bytes it takes.
    pub fn bytes(&self) -> usize {
        8 * self.parts.len()
    }
}
