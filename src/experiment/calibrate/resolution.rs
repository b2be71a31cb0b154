//! To how many seconds the times of a log are written.

/// Steps that are looked for, coarsest first, seconds.
const STEPS_S: [f64; 9] = [600.0, 300.0, 60.0, 30.0, 15.0, 10.0, 6.0, 5.0, 1.0];
/// So many times must be multiples of a step. Of times written to the second 2 % are whole minutes by chance.
const SHARE: f64 = 0.95;
/// Fewer times than this tell nothing.
const LEAST: usize = 10;
/// Slack for numbers that went through decimals, seconds.
const SLACK_S: f64 = 1e-3;

/// The coarsest step of which nearly all the times (seconds of the day, or durations) are multiples; 0 if there is none.
pub(super) fn resolution(times: &[f64]) -> f64 {
    if times.len() < LEAST {
        return 0.0;
    }
    let multiples = |step: f64| {
        let off = |t: &&f64| (**t / step - (**t / step).round()).abs() * step <= SLACK_S;
        times.iter().filter(off).count() as f64 >= SHARE * times.len() as f64
    };
    STEPS_S.into_iter().find(|step| multiples(*step)).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Stream;

    #[test]
    fn the_coarsest_step_is_found() {
        let mut s = Stream::new(1, "resolution", 0);
        let exact: Vec<f64> = (0..500).map(|_| 5000.0 * s.uniform()).collect();
        assert_eq!(resolution(&exact), 0.0);
        for step in STEPS_S {
            let mut times: Vec<f64> = exact.iter().map(|t| (t / step).floor() * step).collect();
            assert_eq!(resolution(&times), step);
            // A few that are written otherwise do not hide it, many do.
            times[..20].copy_from_slice(&exact[..20]);
            assert_eq!(resolution(&times), step);
            times[..100].copy_from_slice(&exact[..100]);
            assert_eq!(resolution(&times), 0.0, "{step}");
        }
        assert_eq!(resolution(&[60.0; 9]), 0.0);
    }
}
