//! Large tables that are read all over the place.
//!
//! A table of a hundred megabytes that is read here and there costs, beside the way to memory itself, the search for the page
//! a number lies in: with the usual pages of 4 KiB the processor cannot remember where all of them are. Such a table is
//! therefore asked to be put into pages of 2 MiB, where the operating system has them (Linux: "transparent huge pages").

use bytemuck::Pod;
use memmap2::{MmapMut, MmapOptions};
use std::ops::{Deref, DerefMut};

/// Below this size, in bytes, a table is kept like any other: it would not fill the large pages.
const LEAST: usize = 4 << 20;

/// Numbers in a row, all zero to begin with; in large pages where there are many of them.
#[derive(Debug)]
pub struct Large<T> {
    held: Held<T>,
}

#[derive(Debug)]
enum Held<T> {
    Pages(MmapMut),
    Vec(Vec<T>),
}

impl<T> Default for Large<T> {
    fn default() -> Large<T> {
        Large { held: Held::Vec(Vec::new()) }
    }
}

impl<T: Pod> Large<T> {
    /// So many zeros.
    pub fn zeroed(len: usize) -> Large<T> {
        let bytes = len.saturating_mul(size_of::<T>());
        let pages = (bytes >= LEAST).then(|| MmapOptions::new().len(bytes).map_anon().ok()).flatten();
        let Some(pages) = pages else { return Large { held: Held::Vec(vec![T::zeroed(); len]) } };
        // Large pages are a favour: without them all is slower, not wrong.
        #[cfg(target_os = "linux")]
        let _ = pages.advise(memmap2::Advice::HugePage);
        Large { held: Held::Pages(pages) }
    }
}

impl<T: Pod> Deref for Large<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match &self.held {
            Held::Pages(pages) => bytemuck::cast_slice(pages),
            Held::Vec(vec) => vec,
        }
    }
}

impl<T: Pod> DerefMut for Large<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.held {
            Held::Pages(pages) => bytemuck::cast_slice_mut(pages),
            Held::Vec(vec) => vec,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_and_small_tables_begin_with_zeros_and_keep_what_is_put_in() {
        for len in [0, 1, 1000, 3_000_001] {
            let mut table = Large::<u32>::zeroed(len);
            assert_eq!(table.len(), len);
            assert!(table.iter().all(|x| *x == 0));
            table.iter_mut().enumerate().for_each(|(i, x)| *x = i as u32);
            assert!(table.iter().enumerate().all(|(i, x)| *x == i as u32));
        }
    }

    #[test]
    fn only_large_ones_are_mapped() {
        assert!(matches!(Large::<f64>::zeroed(10).held, Held::Vec(_)));
        assert!(matches!(Large::<f64>::zeroed(LEAST).held, Held::Pages(_)));
    }
}
