//! The posts of each point in order of time.

use rayon::prelude::*;

/// For each point the posts from which it is reached, the quickest first; among equals in order of their numbers.
#[derive(Debug)]
pub(crate) struct PostsByTime {
    posts: Vec<u16>,
    /// First entry of each point, and one past the last.
    first: Vec<u32>,
}

impl PostsByTime {
    /// Sorts posts by a time; those with the time `never` are left out. `None` where there are more posts or entries than
    /// numbers for them.
    pub(crate) fn new<T: Copy + PartialOrd + Send + Sync>(
        points: usize,
        posts: usize,
        time: impl Fn(usize, usize) -> T + Sync,
        never: T,
    ) -> Option<PostsByTime> {
        let _ = u16::try_from(posts.saturating_sub(1)).ok()?;
        let _ = u32::try_from(points * posts).ok()?;
        let of = |point: usize| {
            let mut order: Vec<u16> =
                (0..posts).filter(|post| time(point, *post) < never).map(|post| post as u16).collect();
            let by = |post: &u16| time(point, usize::from(*post));
            order.sort_by(|a, b| by(a).partial_cmp(&by(b)).unwrap_or(std::cmp::Ordering::Equal));
            order
        };
        let orders: Vec<Vec<u16>> = (0..points).into_par_iter().map(of).collect();
        let mut first = Vec::with_capacity(points + 1);
        first.push(0);
        first.extend(orders.iter().scan(0, |sum, o| {
            *sum += o.len() as u32;
            Some(*sum)
        }));
        Some(PostsByTime { posts: orders.concat(), first })
    }

    /// The posts of a point.
    pub(crate) fn of(&self, point: usize) -> &[u16] {
        &self.posts[self.first[point] as usize..self.first[point + 1] as usize]
    }

    /// What it takes.
    pub(crate) fn bytes(&self) -> usize {
        self.posts.len() * size_of::<u16>() + self.first.len() * size_of::<u32>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_first_and_none_without_a_way() {
        let times = [[3, 1, u32::MAX], [2, 2, 0]];
        let sorted = PostsByTime::new(2, 3, |point, post| times[point][post], u32::MAX).unwrap();
        assert_eq!(sorted.of(0), [1, 0]);
        assert_eq!(sorted.of(1), [2, 0, 1]);
        assert!(PostsByTime::new(1, 70_000, |_, _| 1, 2).is_none());
    }
}
