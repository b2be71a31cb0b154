use crate::digest::Digester;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Uniform numbers set aside for each call: two ChaCha blocks of eight 64-bit words.
pub const DRAWS_PER_CALL: usize = 16;

/// The uniform numbers of one call, each strictly between 0 and 1.
pub type Draws = [f64; DRAWS_PER_CALL];

/// A keyed stream of random numbers.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// The stream of a seed, a purpose and a replication. Streams with different keys are independent.
    pub fn new(seed: u64, purpose: &str, replication: u32) -> Stream {
        let key = Digester::new()
            .part("seed", &seed.to_le_bytes())
            .part("purpose", purpose.as_bytes())
            .part("replication", &replication.to_le_bytes())
            .key();
        Stream(ChaCha8Rng::from_seed(key))
    }

    /// The next number, strictly between 0 and 1, with 52 random bits.
    pub fn uniform(&mut self) -> f64 {
        to_unit(self.0.next_u64())
    }

    /// A whole number below `bound` (which must be positive); the bias is below 2⁻⁵² × bound.
    pub fn below(&mut self, bound: usize) -> usize {
        ((self.uniform() * bound as f64) as usize).min(bound.saturating_sub(1))
    }

    /// The numbers of call `number`, wherever the stream stands.
    pub fn draws(&mut self, number: u64) -> Draws {
        let position = u128::from(number) * (2 * DRAWS_PER_CALL as u128);
        // Setting the position throws away the numbers that are made in advance: for the next call it stands there already.
        if self.0.get_word_pos() != position {
            self.0.set_word_pos(position);
        }
        std::array::from_fn(|_| self.uniform())
    }
}

fn to_unit(word: u64) -> f64 {
    ((word >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_values_never_change() {
        // Stored results depend on these: a change of any crate that alters them must not pass unseen.
        let mut s = Stream::new(20250818, "calls", 3);
        let first: Vec<u64> = (0..3).map(|_| (s.uniform() * 1e15) as u64).collect();
        assert_eq!(first, GOLDEN);
    }

    const GOLDEN: [u64; 3] = [3_973_544_525_067, 500_514_047_576_842, 147_864_076_842_784];

    #[test]
    fn draws_do_not_depend_on_history() {
        let mut a = Stream::new(1, "calls", 0);
        let mut b = Stream::new(1, "calls", 0);
        let late = a.draws(1_000_000);
        for n in 0..5 {
            b.draws(n);
        }
        assert_eq!(b.draws(1_000_000), late);
        assert_ne!(a.draws(7), a.draws(8));
        assert_ne!(Stream::new(1, "calls", 1).draws(7), a.draws(7));
    }

    #[test]
    fn uniforms_stay_inside() {
        assert!(to_unit(0) > 0.0 && to_unit(u64::MAX) < 1.0);
    }
}
