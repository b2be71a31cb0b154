//! Bends and slopes of the finished roads, where the profile has rules for them.

use super::chains::{Chain, Chains};
use super::read::RoadWay;
use super::segments::Segments;
use crate::network::graph::{NO_EDGE, RoadGraph};
use crate::network::profile::SpeedProfile;
use crate::network::terrain::{bend_factors, grade_factors};
use rayon::prelude::*;

/// Below this no gradient is a gradient: mappers write 0 for "level".
const TOLD_PERCENT: f32 = 0.05;

/// Fills the graph's `bend`, `grade_forward` and `grade_backward`. Its roads are `chains`, in that order; `ways` are
/// those of the segments.
pub(super) fn shape(g: &mut RoadGraph, chains: &Chains, all: &Segments, ways: &[RoadWay], profile: &SpeedProfile) {
    let by_class = |applies: &dyn Fn(&str) -> bool| g.classes.iter().map(|c| applies(c)).collect::<Vec<bool>>();
    let bent = profile.curvature.as_ref().map(|rule| (rule, by_class(&|c| rule.applies_to(c))));
    let has_heights = !all.elevations.is_empty() || ways.iter().any(|w| w.incline.is_some());
    let steep = profile.gradient.as_ref().filter(|_| has_heights).map(|rule| (rule, by_class(&|c| rule.applies_to(c))));
    if let Some((rule, on)) = bent {
        let factors: Vec<Vec<f32>> =
            (0..g.roads.len())
                .into_par_iter()
                .map(|r| {
                    if on[usize::from(g.roads[r].class)] {
                        bend_factors(g.shape(r), &speeds(g, r), rule)
                    } else {
                        vec![]
                    }
                })
                .collect();
        for (road, factors) in g.roads.iter().zip(&factors) {
            let first = road.first_point as usize;
            g.bend[first..first + factors.len()].copy_from_slice(factors);
        }
    }
    let Some((rule, on)) = steep else { return };
    let factors: Vec<_> = chains
        .list
        .par_iter()
        .enumerate()
        .map(|(r, chain)| {
            let road = &g.roads[r];
            if !on[usize::from(road.class)] {
                return Default::default();
            }
            let along: Vec<f64> =
                (road.first_point..road.end_point).map(|p| f64::from(g.along_m[p as usize])).collect();
            grade_factors(&along, &heights(chain, chains, all), &inclines(chain, chains, all, ways), rule)
        })
        .collect();
    for (road, factors) in g.roads.iter().zip(&factors) {
        let first = road.first_point as usize;
        g.grade_forward[first..first + factors.forward.len()].copy_from_slice(&factors.forward);
        g.grade_backward[first..first + factors.backward.len()].copy_from_slice(&factors.backward);
    }
}

/// Speed of each segment of a road, km/h; of the direction of its points where both are open.
fn speeds(g: &RoadGraph, road: usize) -> Vec<f64> {
    let r = &g.roads[road];
    let seconds = if r.forward == NO_EDGE { &g.backward_s } else { &g.forward_s };
    (r.first_point as usize..r.end_point as usize - 1)
        .map(|p| f64::from(g.along_m[p + 1] - g.along_m[p]) * 3.6 / f64::from(seconds[p]))
        .collect()
}

fn heights(chain: &Chain, chains: &Chains, all: &Segments) -> Vec<Option<f32>> {
    let height = |node: u32| all.elevation(node);
    let ends = chains.segments(chain).iter().map(|(i, reversed)| {
        let s = &all.list[*i as usize];
        height(if *reversed { s.a } else { s.b })
    });
    std::iter::once(height(chain.from)).chain(ends).collect()
}

fn inclines(chain: &Chain, chains: &Chains, all: &Segments, ways: &[RoadWay]) -> Vec<Option<f32>> {
    let of = |(i, reversed): &(u32, bool)| {
        let told = ways.get(all.list[*i as usize].way as usize)?.incline?;
        (told.abs() >= TOLD_PERCENT).then_some(if *reversed { -told } else { told })
    };
    chains.segments(chain).iter().map(of).collect()
}
