//! What is left of a promise when units are busy at times: the approximate hypercube on the expected calls.

use super::field::Field;
use super::sited::Served;
use crate::siting::cover::{AllBusy, CallsFrom, workloads};
use crate::text::Text;
use std::collections::BTreeMap;

/// A call keeps a unit busy for so many minutes at least, however near it is.
const SHORTEST_JOB_MIN: f64 = 5.0;

/// The hypercube for so many units at each post; rows of the state of the roads of most of the time.
///
/// A call takes as long as calls took in the simulated replication, more or less by what its post is farther or nearer than
/// posts are on the mean. Where centres do not help each other each is solved on its own.
pub(super) fn served(field: &Field, units: &[u32], now: &[f64]) -> Served {
    let s = &field.prepared.world.scenario;
    let rows = s.points.len().min(field.rows.len());
    let rate: Vec<f64> = s.points.iter().map(|p| s.demand.dispatches_per_day(p) / 1440.0).collect();
    let (mut weight, mut mean_now) = (0.0, 0.0);
    for row in (0..rows).filter(|r| now[*r].is_finite()) {
        let r = rate[field.rows[row].point];
        weight += r;
        mean_now += r * now[row];
    }
    mean_now /= weight.max(1e-300);
    // Rows that can be reached by the same posts only belong together: a centre that helps nobody and whom nobody helps.
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for row in 0..rows {
        groups.entry(field.group_of_row(row)).or_default().push(row);
    }
    let mut out = Served::default();
    let (mut calls_in_all, mut within, mut worked, mut duty) = (0.0, 0.0, 0.0, 0.0);
    for (group, rows) in groups {
        let here: Vec<u32> =
            (0..field.posts()).map(|p| if field.group_of_post(p) == group { units[p] } else { 0 }).collect();
        let stations: Vec<usize> = (0..field.posts()).filter(|p| here[*p] > 0).collect();
        let count: Vec<u32> = stations.iter().map(|p| here[*p]).collect();
        let mut calls = Vec::with_capacity(rows.len());
        for row in &rows {
            let minutes: Vec<f64> = stations.iter().map(|p| field.minutes(*row, *p)).collect();
            let mut order: Vec<usize> = (0..stations.len()).filter(|i| minutes[*i].is_finite()).collect();
            order.sort_by(|a, b| minutes[*a].total_cmp(&minutes[*b]).then(a.cmp(b)));
            let job = |m: &f64| match m.is_finite() {
                true => (field.busy.job_min + m - mean_now).max(SHORTEST_JOB_MIN),
                false => field.busy.job_min,
            };
            let service = minutes.iter().map(job).collect();
            calls.push(CallsFrom { rate: rate[field.rows[*row].point], order, service });
        }
        calls_in_all += calls.iter().map(|c| c.rate).sum::<f64>();
        duty += count.iter().map(|u| f64::from(*u)).sum::<f64>();
        let Some(found) = workloads(&count, &calls, AllBusy::Lost) else { continue };
        for ((row, call), shares) in rows.iter().zip(&calls).zip(&found.shares) {
            let limit = field.rows[*row].limit_min;
            let near = stations.iter().zip(shares).filter(|(p, _)| field.minutes(*row, **p) <= limit);
            within += call.rate * near.map(|(_, share)| share).sum::<f64>();
        }
        for ((post, busy), count) in stations.iter().zip(&found.busy).zip(&count) {
            worked += busy * f64::from(*count);
            if *busy > out.busiest_share {
                out.busiest_share = *busy;
                out.busiest = s.posts[*post].name.clone();
            }
        }
    }
    if calls_in_all > 0.0 {
        out.within = within / calls_in_all;
    }
    if duty > 0.0 {
        out.busy = worked / duty;
    }
    if out.busiest_share == 0.0 {
        out.busiest = Text::default();
    }
    out
}
