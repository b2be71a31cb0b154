use crate::units::Span;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Counts of times at a fixed resolution, with the exact sum; merging two is adding them up.
///
/// The last bin holds everything longer than the range, so nothing is lost and memory does not grow with the calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeHistogram {
    bin: Span,
    counts: Vec<u64>,
    total: u64,
    sum: i64,
    max: i64,
    /// How many were exactly zero; they stand in the first bin.
    zeros: u64,
}

impl TimeHistogram {
    /// A histogram of `bins` bins of `bin` each, and one more for what is longer.
    pub fn new(bin: Span, bins: usize) -> TimeHistogram {
        TimeHistogram { bin, counts: vec![0; bins + 1], total: 0, sum: 0, max: 0, zeros: 0 }
    }

    /// Counts one time; negative times count as zero.
    pub fn add(&mut self, time: Span) {
        let t = time.0.max(0);
        let slot = ((t / self.bin.0) as usize).min(self.counts.len() - 1);
        self.counts[slot] += 1;
        self.total += 1;
        self.zeros += u64::from(t == 0);
        self.sum += t;
        self.max = self.max.max(t);
    }

    /// Whether another histogram has the same bins.
    pub fn has_shape_of(&self, other: &TimeHistogram) -> bool {
        self.bin == other.bin && self.counts.len() == other.counts.len()
    }

    /// Adds another histogram of the same shape.
    pub fn merge(&mut self, other: &TimeHistogram) {
        debug_assert_eq!((self.bin, self.counts.len()), (other.bin, other.counts.len()));
        for (a, b) in self.counts.iter_mut().zip(&other.counts) {
            *a += b;
        }
        self.total += other.total;
        self.sum += other.sum;
        self.zeros += other.zeros;
        self.max = self.max.max(other.max);
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.total
    }

    /// Their exact sum in seconds.
    pub fn sum_seconds(&self) -> f64 {
        Span(self.sum).seconds()
    }

    /// The longest, exactly.
    pub fn max(&self) -> Span {
        Span(self.max)
    }

    /// Width of a bin.
    pub fn bin(&self) -> Span {
        self.bin
    }

    /// Counts per bin; the last holds everything longer.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The `q` quantile in seconds, interpolated inside its bin but never past the maximum; times of exactly zero stay
    /// zero, and the last bin reaches from its edge to the maximum. `None` when empty.
    pub fn quantile_seconds(&self, q: f64) -> Option<f64> {
        if self.total == 0 {
            return None;
        }
        let wanted = q.clamp(0.0, 1.0) * self.total as f64;
        if wanted <= self.zeros as f64 {
            return Some(0.0);
        }
        let mut below = self.zeros as f64;
        for (slot, &n) in self.counts.iter().enumerate() {
            let n = if slot == 0 { n - self.zeros } else { n } as f64;
            if n > 0.0 && below + n >= wanted {
                let within = ((wanted - below) / n).clamp(0.0, 1.0);
                if slot == self.counts.len() - 1 {
                    let edge = slot as f64 * self.bin.seconds();
                    return Some(edge + within * (self.max().seconds() - edge));
                }
                return Some(((slot as f64 + within) * self.bin.seconds()).min(self.max().seconds()));
            }
            below += n;
        }
        Some(self.max().seconds())
    }
}

/// A histogram as it is stored: only the bins that are not empty.
#[derive(Serialize, Deserialize)]
struct Stored {
    bin: i64,
    bins: u32,
    /// How many empty bins come before, and the count.
    counts: Vec<(u32, u64)>,
    sum: i64,
    max: i64,
    zeros: u64,
}

impl Serialize for TimeHistogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut counts = Vec::new();
        let mut empty = 0;
        for n in &self.counts {
            if *n == 0 {
                empty += 1;
            } else {
                counts.push((empty, *n));
                empty = 0;
            }
        }
        let bins = self.counts.len() as u32;
        Stored { bin: self.bin.0, bins, counts, sum: self.sum, max: self.max, zeros: self.zeros }.serialize(serializer)
    }
}

/// More bins than any histogram has: damaged data must not ask for memory without bounds.
const MOST_BINS: u32 = 1 << 20;

impl<'de> Deserialize<'de> for TimeHistogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TimeHistogram, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        if stored.bins > MOST_BINS || stored.bin <= 0 {
            return Err(D::Error::custom("a histogram that cannot be"));
        }
        let mut counts = vec![0; stored.bins as usize];
        let (mut slot, mut total) = (0_usize, 0_u64);
        for (empty, n) in stored.counts {
            slot = slot.saturating_add(empty as usize);
            let count = counts.get_mut(slot).ok_or_else(|| D::Error::custom("a histogram with too many bins"))?;
            *count = n;
            total = total.checked_add(n).ok_or_else(|| D::Error::custom("a histogram with too many counts"))?;
            slot += 1;
        }
        let Stored { bin, sum, max, zeros, .. } = stored;
        Ok(TimeHistogram { bin: Span(bin), counts, total, sum, max, zeros })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_and_merge() {
        let mut a = TimeHistogram::new(Span::from_seconds(1.0), 100);
        let mut b = a.clone();
        for s in 0..50 {
            a.add(Span::from_seconds(s as f64 + 0.5));
            b.add(Span::from_seconds(s as f64 + 50.5));
        }
        b.add(Span::from_seconds(1000.0));
        a.merge(&b);
        assert_eq!(a.count(), 101);
        assert!((a.quantile_seconds(0.5).unwrap() - 50.5).abs() < 1.0);
        assert_eq!(a.quantile_seconds(1.0), Some(1000.0));
        // Nine in ten waited not at all: the 90th percentile is zero, not somewhere in the first bin.
        let mut c = TimeHistogram::new(Span::from_seconds(5.0), 10);
        (0..9).for_each(|_| c.add(Span::ZERO));
        c.add(Span::from_seconds(2.0));
        assert_eq!((c.quantile_seconds(0.9), c.quantile_seconds(0.95)), (Some(0.0), Some(2.0)));
        assert!((a.sum_seconds() - 6000.0).abs() < 1e-9);
    }
}
