//! How soon the roads themselves are reached from posts, not only the places where people live.

use super::usual;
use crate::geo::LatLon;
use crate::ids::PostId;
use crate::network::{Reach, RoadPosition};
use crate::sim::{Leg, World};
use crate::units::TravelTime;

/// How soon every place on the roads is reached from the nearest of some posts, in the state the roads are in most of the
/// time (see [`usual`]); the way from a post to its road and the response factor included.
#[derive(Debug)]
pub struct RoadReach<'a> {
    reach: Reach<'a>,
    factor: f64,
}

impl<'a> RoadReach<'a> {
    /// From the posts of which it is true.
    pub fn from(world: &'a World, counts: impl Fn(PostId) -> bool) -> RoadReach<'a> {
        let places: Vec<(RoadPosition, TravelTime)> = (0..world.posts.len())
            .filter(|p| counts(PostId::new(*p)))
            .filter_map(|p| Some((world.posts[p].road?, world.posts[p].access)))
            .collect();
        let times = &world.roads.net(usual(world), Leg::Response).times;
        RoadReach { reach: Reach::from(times, &places), factor: world.scenario.travel.response_factor }
    }

    /// The places of a road with the minutes after which each is first reached, infinite where nobody comes; see
    /// [`Reach::along`].
    pub fn along(&self, road: usize) -> Vec<(LatLon, f64)> {
        let mut along = self.reach.along(road);
        along.iter_mut().for_each(|(_, s)| *s = *s / 60.0 * self.factor);
        along
    }
}

/// Cuts a line on which time passes evenly from place to place into pieces of one band each: `ends` are the upper ends of the
/// bands, in order, and there is one more band beyond the last. Parts that nobody reaches (infinite times) are left out.
pub fn in_bands(along: &[(LatLon, f64)], ends: &[f64]) -> Vec<(usize, Vec<LatLon>)> {
    let band = |minutes: f64| ends.iter().position(|end| minutes <= *end).unwrap_or(ends.len());
    let mut out: Vec<(usize, Vec<LatLon>)> = Vec::new();
    // Whether the next piece goes on where the last one ended.
    let mut goes_on = false;
    for pair in along.windows(2) {
        let ((a, from), (b, to)) = (pair[0], pair[1]);
        if !(from.is_finite() && to.is_finite()) {
            goes_on = false;
            continue;
        }
        let mut cuts: Vec<f64> =
            ends.iter().map(|end| (end - from) / (to - from)).filter(|t| *t > 0.0 && *t < 1.0).collect();
        cuts.sort_by(f64::total_cmp);
        cuts.push(1.0);
        let mut last = (0.0, a);
        for share in cuts {
            let here = if share < 1.0 { a.towards(b, share) } else { b };
            let of = band(from + (last.0 + share) / 2.0 * (to - from));
            match out.last_mut().filter(|(band, _)| goes_on && *band == of) {
                Some((_, line)) => line.push(here),
                None => out.push((of, vec![last.1, here])),
            }
            goes_on = true;
            last = (share, here);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_its_time_passes_the_end_of_a_band() {
        let at = |lon: f64| LatLon::new(24.0, lon);
        let along =
            [(at(0.0), 0.0), (at(1.0), 10.0), (at(2.0), 4.0), (at(3.0), f64::INFINITY), (at(4.0), 1.0), (at(5.0), 2.0)];
        let pieces = in_bands(&along, &[5.0, 8.0]);
        let said: Vec<(usize, Vec<f64>)> = pieces
            .into_iter()
            .map(|(b, l)| (b, l.into_iter().map(|p| (p.lon * 1000.0).round() / 1000.0).collect()))
            .collect();
        let wanted = vec![
            (0, vec![0.0, 0.5]),
            (1, vec![0.5, 0.8]),
            (2, vec![0.8, 1.0, 1.333]),
            (1, vec![1.333, 1.833]),
            (0, vec![1.833, 2.0]),
            (0, vec![4.0, 5.0]),
        ];
        assert_eq!(said, wanted);
        assert!(in_bands(&along[..1], &[5.0]).is_empty());
    }
}
