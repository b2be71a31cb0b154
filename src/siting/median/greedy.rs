use super::instance::Median;
use crate::random::Stream;

/// Opens sites one by one, each time the one that saves most among a sample of the closed ones.
///
/// With no stream the sample is all of them (plain greedy: Kuehn and Hamburger 1963); with one it is a handful, about
/// log₂(sites ÷ posts), so that every start is different and quick (sample greedy: Resende and Werneck 2004).
pub(super) fn start(problem: &Median, mut random: Option<&mut Stream>) -> Vec<u32> {
    let mut open: Vec<u32> = (0..problem.sites as u32).filter(|&j| problem.fixed[j as usize]).collect();
    let mut near = vec![f64::INFINITY; problem.points];
    let mut closed: Vec<u32> = (0..problem.sites as u32).filter(|&j| !problem.fixed[j as usize]).collect();
    for &j in &open {
        lower(&mut near, problem.column(j as usize));
    }
    let few = ((problem.sites as f64 / problem.posts as f64).max(2.0).log2().ceil() as usize).max(2);
    while open.len() < problem.posts && !closed.is_empty() {
        let sample = match random.as_deref_mut() {
            None => closed.len(),
            Some(stream) => {
                // The sample moves to the front of the list.
                let size = if open.is_empty() { 1 } else { few.min(closed.len()) };
                for at in 0..size {
                    let other = at + stream.below(closed.len() - at);
                    closed.swap(at, other);
                }
                size
            }
        };
        let mut best = (f64::INFINITY, 0);
        for (at, &j) in closed[..sample].iter().enumerate() {
            let value: f64 = near.iter().zip(problem.column(j as usize)).map(|(n, c)| n.min(*c)).sum();
            if value < best.0 {
                best = (value, at);
            }
        }
        let site = if random.is_none() { closed.remove(best.1) } else { closed.swap_remove(best.1) };
        lower(&mut near, problem.column(site as usize));
        open.push(site);
    }
    open
}

fn lower(near: &mut [f64], column: &[f64]) {
    for (n, &c) in near.iter_mut().zip(column) {
        *n = n.min(c);
    }
}
