//! Numbering of the nodes that are needed: OSM's numbers, which run to 14 digits with large gaps, become 0, 1, 2, …

/// Bits sorted by in one pass.
const DIGIT: u32 = 11;

/// The different numbers among `refs`, sorted, and for every entry of `refs` the position of its number among them.
pub(super) fn number(refs: &[i64]) -> (Vec<i64>, Vec<u32>) {
    let (Some(&least), Some(&most)) = (refs.iter().min(), refs.iter().max()) else {
        return (Vec::new(), Vec::new());
    };
    // A bit for every number there could be, where that takes no more memory than sorting.
    if most.abs_diff(least) / 64 < refs.len() as u64 {
        return number_by_bits(refs, least, most.abs_diff(least));
    }
    let span_bits = u64::BITS - most.abs_diff(least).leading_zeros();
    let place_bits = usize::BITS - (refs.len() - 1).leading_zeros();
    if span_bits + place_bits > u64::BITS {
        return number_slowly(refs);
    }
    // The number above, the place below: sorting by the upper bits alone brings equal numbers together.
    let mut keys: Vec<u64> =
        refs.iter().enumerate().map(|(i, id)| id.abs_diff(least) << place_bits | i as u64).collect();
    radix_sort(&mut keys, place_bits, span_bits);
    let (mut ids, mut positions) = (Vec::new(), vec![0; refs.len()]);
    let place = (1_u64 << place_bits) - 1;
    let mut last = None;
    for key in keys {
        let distance = key >> place_bits;
        if last != Some(distance) {
            last = Some(distance);
            ids.push(least.wrapping_add_unsigned(distance));
        }
        positions[(key & place) as usize] = ids.len() as u32 - 1;
    }
    (ids, positions)
}

fn number_by_bits(refs: &[i64], least: i64, span: u64) -> (Vec<i64>, Vec<u32>) {
    let place = |id: i64| {
        let distance = id.abs_diff(least);
        ((distance / 64) as usize, 1_u64 << (distance % 64))
    };
    let mut words = vec![0_u64; (span / 64) as usize + 1];
    for id in refs {
        let (word, bit) = place(*id);
        words[word] |= bit;
    }
    let mut ids = Vec::with_capacity(words.iter().map(|w| w.count_ones() as usize).sum());
    let mut before = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        before.push(ids.len() as u32);
        let mut rest = *word;
        while rest != 0 {
            ids.push(least.wrapping_add_unsigned(i as u64 * 64 + u64::from(rest.trailing_zeros())));
            rest &= rest - 1;
        }
    }
    let position = |id: &i64| {
        let (word, bit) = place(*id);
        before[word] + (words[word] & (bit - 1)).count_ones()
    };
    let positions = refs.iter().map(position).collect();
    (ids, positions)
}

/// Sorts by the `bits` bits above `low`, from the lowest digit to the highest.
fn radix_sort(keys: &mut Vec<u64>, low: u32, bits: u32) {
    let mut other = vec![0; keys.len()];
    for shift in (low..low + bits).step_by(DIGIT as usize) {
        let digit = |key: u64| (key >> shift) as usize & ((1 << DIGIT) - 1);
        let mut starts = [0_usize; 1 << DIGIT];
        for key in keys.iter() {
            starts[digit(*key)] += 1;
        }
        if starts.contains(&keys.len()) {
            continue;
        }
        let mut sum = 0;
        for start in &mut starts {
            (*start, sum) = (sum, sum + *start);
        }
        for key in keys.iter() {
            let start = &mut starts[digit(*key)];
            other[*start] = *key;
            *start += 1;
        }
        std::mem::swap(keys, &mut other);
    }
}

/// For numbers so far apart that number and place do not fit 64 bits; only made-up files have them.
fn number_slowly(refs: &[i64]) -> (Vec<i64>, Vec<u32>) {
    let mut ids = refs.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let positions = refs.iter().map(|id| ids.partition_point(|other| other < id) as u32).collect();
    (ids, positions)
}

/// Looks numbers up in a sorted list; cheap when they are asked for in rising order, right in any order.
pub(super) struct Finder<'a> {
    ids: &'a [i64],
    next: usize,
}

impl<'a> Finder<'a> {
    pub(super) fn new(ids: &'a [i64]) -> Finder<'a> {
        Finder { ids, next: 0 }
    }

    /// The position of a number.
    #[inline]
    pub(super) fn find(&mut self, id: i64) -> Option<u32> {
        let (ids, at) = (self.ids, self.next);
        if at > 0 && ids[at - 1] >= id {
            self.next = ids[..at].partition_point(|other| *other < id);
        } else if at < ids.len() && ids[at] < id {
            let mut step = 1;
            while at + step < ids.len() && ids[at + step] < id {
                step *= 2;
            }
            let (low, high) = (at + step / 2, ids.len().min(at + step));
            self.next = low + ids[low..high].partition_point(|other| *other < id);
        }
        (ids.get(self.next) == Some(&id)).then_some(self.next as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_and_the_farthest_numbers() {
        assert_eq!(number(&[]), (vec![], vec![]));
        assert_eq!(number(&[7]), (vec![7], vec![0]));
        assert_eq!(number(&[i64::MAX, i64::MIN, 0, i64::MIN]), (vec![i64::MIN, 0, i64::MAX], vec![2, 0, 1, 0]));
    }

    proptest! {
        #[test]
        fn as_a_sorted_list_does(
            refs in prop::collection::vec(prop_oneof![-50_i64..50, 0_i64..20_000_000_000, any::<i64>()], 0..300),
            spread in 1_i64..2000,
            asked in prop::collection::vec(-60_i64..60, 0..50),
        ) {
            // As they are, without the farthest, and close together or in clumps.
            let near: Vec<i64> = refs.iter().copied().filter(|r| r.abs() < 1 << 36).collect();
            let close = refs.iter().map(|r| r % spread - 7).collect();
            for refs in [refs.clone(), near, close] {
                let (ids, positions) = number(&refs);
                prop_assert_eq!((&ids, &positions), (&number_slowly(&refs).0, &number_slowly(&refs).1));
                let mut finder = Finder::new(&ids);
                for id in refs.iter().chain(&asked) {
                    prop_assert_eq!(finder.find(*id), ids.binary_search(id).ok().map(|i| i as u32));
                }
            }
        }
    }
}
