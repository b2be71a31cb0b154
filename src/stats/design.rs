//! Which combinations of settings to run, and what their results say of each setting.
//!
//! D. C. Montgomery, *Design and Analysis of Experiments*; G. E. P. Box, W. G. Hunter and J. S. Hunter, *Statistics for
//! Experimenters*, 2nd ed., 2005, chapters 5, 6 and 12.

use crate::random::Stream;

/// All combinations of factors with so many levels each, as level numbers from 0; the last factor changes fastest. A factor
/// without levels leaves no combination.
pub fn full_factorial(levels: &[usize]) -> Vec<Vec<usize>> {
    let mut rows = vec![Vec::new()];
    for &n in levels {
        rows = rows
            .into_iter()
            .flat_map(|row: Vec<usize>| {
                (0..n).map(move |level| {
                    let mut longer = row.clone();
                    longer.push(level);
                    longer
                })
            })
            .collect();
    }
    rows
}

/// Most factors of a fractional design.
pub const MOST_FACTORS: usize = 11;

/// A two-level fractional factorial design with 2^(factors − p) runs. Sets of factors (words) are bit masks: bit i is
/// factor i.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fractional {
    factors: usize,
    /// Factors that are varied freely: the first ones.
    base: usize,
    /// For each further factor, the base factors whose product it follows.
    generators: Vec<u32>,
    /// Products of factors that never change: with the empty word left out.
    words: Vec<u32>,
}

impl Fractional {
    /// The design in which the factors after the first `base` follow products of base factors, one mask for each. `None`
    /// when a generator is empty or names something other than base factors, or there are more than 20 factors.
    pub fn from_generators(base: usize, generators: &[u32]) -> Option<Fractional> {
        let factors = base + generators.len();
        let fits = |g: &u32| *g != 0 && *g < 1 << base;
        if base == 0 || factors > 20 || !generators.iter().all(fits) {
            return None;
        }
        let mut words = vec![0_u32];
        for (number, generator) in generators.iter().enumerate() {
            let word = generator | 1 << (base + number);
            // Products of words are words; twice the same factor is none.
            words.extend(words.clone().iter().map(|w| w ^ word));
        }
        words.remove(0);
        words.sort_by_key(|w| (w.count_ones(), *w));
        Some(Fractional { factors, base, generators: generators.to_vec(), words })
    }

    /// The usual design: of all designs with 2^`base` runs for that many factors (3 to 11, runs fewer than the full
    /// design's) the one of highest resolution, and among those with the fewest short words (minimum aberration: A. Fries and
    /// W. G. Hunter, Technometrics 22 (1980) 601–608), found by search. `None` when there is none of resolution III.
    pub fn usual(factors: usize, base: usize) -> Option<Fractional> {
        if !(3..=MOST_FACTORS).contains(&factors) || base >= factors || base < 2 {
            return None;
        }
        (3..=base as u32 + 1).rev().find_map(|resolution| {
            let candidates: Vec<u32> = (1..1_u32 << base).filter(|g| g.count_ones() + 1 >= resolution).collect();
            let mut search = Search { base, more: factors - base, resolution, candidates, best: None };
            search.go(0, &mut Vec::new(), &mut vec![0]);
            search.best.and_then(|(_, generators)| Fractional::from_generators(base, &generators))
        })
    }

    /// The usual design with the fewest runs that has at least a resolution (3, 4 or 5); `None` when only the full design
    /// has it.
    pub fn of_resolution(factors: usize, resolution: u32) -> Option<Fractional> {
        (2..factors).filter_map(|base| Fractional::usual(factors, base)).find(|d| d.resolution() >= resolution)
    }

    /// Number of runs.
    pub fn runs(&self) -> usize {
        1 << self.base
    }

    /// Number of factors.
    pub fn factors(&self) -> usize {
        self.factors
    }

    /// For each factor after the base ones, the base factors whose product it follows.
    pub fn generators(&self) -> &[u32] {
        &self.generators
    }

    /// The defining relation: all products of factors that are the same in every run, shortest first.
    pub fn defining_words(&self) -> &[u32] {
        &self.words
    }

    /// Length of the shortest defining word. III: main effects are mixed with interactions of two; IV: main effects are clear
    /// of those, but interactions of two are mixed with each other; V: both are clear of each other.
    pub fn resolution(&self) -> u32 {
        self.words.iter().map(|w| w.count_ones()).min().unwrap_or(self.factors as u32 + 1)
    }

    /// Words of at most `longest` factors whose effect cannot be told from that of `word`, shortest first.
    pub fn mixed_with(&self, word: u32, longest: u32) -> Vec<u32> {
        let mut mixed: Vec<u32> = self.words.iter().map(|w| w ^ word).filter(|w| w.count_ones() <= longest).collect();
        mixed.sort_by_key(|w| (w.count_ones(), *w));
        mixed
    }

    /// The runs, as levels 0 (low) and 1 (high) of every factor; the first factor changes fastest (standard order).
    pub fn rows(&self) -> Vec<Vec<usize>> {
        let level = |run: u32, generator: u32| {
            // A product of −1 and +1 is low when an odd number of them is low.
            let low = (generator & !run).count_ones();
            usize::from(low.is_multiple_of(2))
        };
        let row = |run: u32| {
            let free = (0..self.base).map(|factor| (run >> factor & 1) as usize);
            free.chain(self.generators.iter().map(|g| level(run, *g))).collect()
        };
        (0..1 << self.base).map(row).collect()
    }

    /// A word in letters, as is usual: `ABD`.
    pub fn letters(word: u32) -> String {
        (0..20).filter(|i| word >> i & 1 == 1).map(|i| char::from(b'A' + i)).collect()
    }
}

/// Depth-first search over sets of generators.
struct Search {
    base: usize,
    more: usize,
    resolution: u32,
    candidates: Vec<u32>,
    /// Number of words of each length from the resolution on, and the generators.
    best: Option<(Vec<usize>, Vec<u32>)>,
}

impl Search {
    fn go(&mut self, from: usize, chosen: &mut Vec<u32>, words: &mut Vec<u32>) {
        if chosen.len() == self.more {
            let mut lengths = vec![0; self.base + self.more + 1];
            words.iter().for_each(|w| lengths[w.count_ones() as usize] += 1);
            if self.best.as_ref().is_none_or(|(best, _)| lengths < *best) {
                self.best = Some((lengths, chosen.clone()));
            }
            return;
        }
        for at in from..self.candidates.len() {
            let word = self.candidates[at] | 1 << (self.base + chosen.len());
            let before = words.len();
            if (0..before).all(|i| (words[i] ^ word).count_ones() >= self.resolution) {
                for i in 0..before {
                    words.push(words[i] ^ word);
                }
                chosen.push(self.candidates[at]);
                self.go(at + 1, chosen, words);
                chosen.pop();
                words.truncate(before);
            }
        }
    }
}

/// A Latin hypercube: `runs` points with a number between 0 and 1 for each factor, such that each of the `runs` equal slices
/// of every factor holds one point, at a random place in its slice (M. D. McKay, R. J. Beckman and W. J. Conover,
/// Technometrics 21 (1979) 239–245).
pub fn latin_hypercube(factors: usize, runs: usize, stream: &mut Stream) -> Vec<Vec<f64>> {
    let mut rows = vec![vec![0.0; factors]; runs];
    for factor in 0..factors {
        let mut slices: Vec<usize> = (0..runs).collect();
        for last in (1..runs).rev() {
            slices.swap(last, stream.below(last + 1));
        }
        for (row, slice) in rows.iter_mut().zip(slices) {
            row[factor] = (slice as f64 + stream.uniform()) / runs as f64;
        }
    }
    rows
}

/// The best of `tries` Latin hypercubes: the one whose two closest points are farthest apart (maximin: M. E. Johnson, L. M.
/// Moore and D. Ylvisaker, Journal of Statistical Planning and Inference 26 (1990) 131–148). At least one is tried.
pub fn spread_latin_hypercube(factors: usize, runs: usize, tries: usize, stream: &mut Stream) -> Vec<Vec<f64>> {
    let mut best = latin_hypercube(factors, runs, stream);
    let mut apart = closest_squared(&best);
    for _ in 1..tries {
        let next = latin_hypercube(factors, runs, stream);
        let distance = closest_squared(&next);
        if distance > apart {
            (best, apart) = (next, distance);
        }
    }
    best
}

/// The squared distance of the two closest points; infinite with fewer than two.
pub fn closest_squared(rows: &[Vec<f64>]) -> f64 {
    let squared = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum::<f64>();
    let pairs = rows.iter().enumerate().flat_map(|(i, a)| rows[..i].iter().map(move |b| squared(a, b)));
    pairs.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn all_combinations_once() {
        let rows = full_factorial(&[2, 3]);
        assert_eq!(rows, [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2]]);
        assert_eq!(full_factorial(&[]), [Vec::<usize>::new()]);
        assert!(full_factorial(&[2, 0, 3]).is_empty());
    }

    /// The resolutions in the table of Box, Hunter and Hunter (2nd ed., table 6.22; Montgomery's table 8.14).
    #[test]
    fn the_usual_resolutions() {
        let table: [(usize, &[(usize, u32)]); 9] = [
            (3, &[(2, 3)]),
            (4, &[(3, 4)]),
            (5, &[(3, 3), (4, 5)]),
            (6, &[(3, 3), (4, 4), (5, 6)]),
            (7, &[(3, 3), (4, 4), (5, 4), (6, 7)]),
            (8, &[(4, 4), (5, 4), (6, 5)]),
            (9, &[(4, 3), (5, 4), (6, 4), (7, 6)]),
            (10, &[(4, 3), (5, 4), (6, 4), (7, 5)]),
            (11, &[(4, 3), (5, 4), (6, 4), (7, 5)]),
        ];
        for (factors, designs) in table {
            for &(base, resolution) in designs {
                let d = Fractional::usual(factors, base).unwrap();
                assert_eq!((d.resolution(), d.runs()), (resolution, 1 << base), "{factors} in 2^{base}");
                assert_eq!(d.defining_words().len(), (1 << (factors - base)) - 1);
            }
        }
        // Seven in 32: the published one of least aberration has words of lengths 4, 5, 5, not 4, 4, 6.
        let lengths = |d: &Fractional| d.defining_words().iter().map(|w| w.count_ones()).collect::<Vec<u32>>();
        assert_eq!(lengths(&Fractional::usual(7, 5).unwrap()), [4, 5, 5]);
        assert_eq!(lengths(&Fractional::usual(8, 6).unwrap()), [5, 5, 6]);
        assert_eq!(Fractional::usual(8, 3), None);
        assert_eq!((Fractional::usual(12, 5), Fractional::usual(5, 5), Fractional::usual(5, 1)), (None, None, None));
        assert_eq!(Fractional::of_resolution(5, 5).unwrap().runs(), 16);
        assert_eq!(Fractional::of_resolution(8, 4).unwrap().runs(), 16);
        assert_eq!(Fractional::of_resolution(3, 4), None);
    }

    #[test]
    fn the_half_of_four_factors() {
        // D = ABC: the textbook's 2^(4−1) of resolution IV.
        let d = Fractional::from_generators(3, &[0b111]).unwrap();
        assert_eq!(d, Fractional::usual(4, 3).unwrap());
        assert_eq!(
            (d.defining_words(), Fractional::letters(d.defining_words()[0])),
            (&[0b1111_u32][..], "ABCD".into())
        );
        assert_eq!(d.rows()[..3], [vec![0, 0, 0, 0], vec![1, 0, 0, 1], vec![0, 1, 0, 1]]);
        // AB is mixed with CD, A with BCD.
        assert_eq!((d.mixed_with(0b0011, 2), d.mixed_with(0b0001, 2)), (vec![0b1100], vec![]));
        assert_eq!(d.mixed_with(0b0001, 3), [0b1110]);
        assert_eq!(Fractional::from_generators(3, &[0b1000]), None);
        assert_eq!(Fractional::from_generators(3, &[0]), None);
    }

    proptest! {
        /// Fewer than `resolution` columns are balanced in every combination: that is what resolution means.
        #[test]
        fn any_few_factors_see_all_combinations(factors in 3..9_usize, base in 2..7_usize) {
            let Some(d) = Fractional::usual(factors, base) else { return Ok(()) };
            let rows = d.rows();
            for word in 1_u32..1 << factors {
                let sum: i32 = rows.iter().map(|row| {
                    let product = |f: usize| if word >> f & 1 == 1 { 2 * row[f] as i32 - 1 } else { 1 };
                    (0..factors).map(product).product::<i32>()
                }).sum();
                // A word's column sums to nothing but for the defining ones, which are all plus.
                let wanted = if d.defining_words().contains(&word) { rows.len() as i32 } else { 0 };
                prop_assert_eq!(sum, wanted);
            }
        }

        #[test]
        fn each_slice_holds_one_point(factors in 1..6_usize, runs in 1..40_usize, seed in any::<u64>()) {
            let rows = latin_hypercube(factors, runs, &mut Stream::new(seed, "design", 0));
            for f in 0..factors {
                let mut slices: Vec<usize> = rows.iter().map(|r| (r[f] * runs as f64) as usize).collect();
                slices.sort_unstable();
                prop_assert_eq!(slices, (0..runs).collect::<Vec<_>>());
            }
            let stream = || Stream::new(seed, "design", 0);
            prop_assert_eq!(&rows, &spread_latin_hypercube(factors, runs, 1, &mut stream()));
            let spread = spread_latin_hypercube(factors, runs, 5, &mut stream());
            prop_assert!(closest_squared(&spread) >= closest_squared(&rows));
        }
    }
}
