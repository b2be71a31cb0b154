//! What a turn at a junction costs, by its angle.

use super::section::Section;
use crate::fault::Faults;

/// Seconds for turns at junctions, for missions driven on the turn-expanded network.
///
/// A turn costs `max_s / (1 + exp(-(13/b · |angle|/180 - 6.5·b)))`: next to nothing straight on, about half of `max_s`
/// at a right angle, nearly all of it for a turn back. `b` is [`bias`](TurnCosts::bias) for turns to the near side and
/// `1/bias` for turns across the oncoming traffic. The formula and its defaults (7.5 s, bias 1.075, 20 s for turning
/// round) are those the Open Source Routing Machine publishes in its `car.lua`, said there to be fitted to real driving.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TurnCosts {
    /// What a turn costs at most, seconds.
    pub max_s: f64,
    /// How much dearer turns across the oncoming traffic are; 1 is "both sides alike".
    pub bias: f64,
    /// Added for turning back onto the road one came from, seconds.
    pub u_turn_s: f64,
    /// Whether traffic keeps to the left.
    pub left_hand: bool,
    /// Share of the cost that is paid where signals stand (their own delay is paid besides).
    pub at_signals: f64,
}

impl TurnCosts {
    /// Seconds for a turn.
    ///
    /// `angle_deg` is 0 straight on, positive to the right, negative to the left; exactly ±180 is turning back onto the
    /// road one came from, and nothing else is (a fork as sharp as that must be given as a little less).
    /// `roads_at_junction` counts the ends of roads that meet there: where there are fewer than three nobody has to
    /// turn, so only turning back costs time.
    pub fn turn_seconds(&self, angle_deg: f64, roads_at_junction: usize, signal: bool) -> f64 {
        let turns_back = angle_deg.abs() >= 180.0;
        if !turns_back && roads_at_junction < 3 {
            return 0.0;
        }
        let near_side = (angle_deg >= 0.0) != self.left_hand;
        let b = if near_side { self.bias } else { 1.0 / self.bias };
        let turned = angle_deg.abs().min(180.0) / 180.0;
        let turn = self.max_s / (1.0 + libm::exp(6.5 * b - 13.0 / b * turned));
        let share = if signal { self.at_signals } else { 1.0 };
        turn * share + if turns_back { self.u_turn_s } else { 0.0 }
    }

    pub(super) fn read(mut t: Section<'_, '_>, f: &mut Faults) -> TurnCosts {
        let costs = TurnCosts {
            max_s: t.number("max_s", 0.0..=600.0, f),
            bias: t.number_or("bias", 0.5..=2.0, 1.0, f),
            u_turn_s: t.number("u_turn_s", 0.0..=3600.0, f),
            left_hand: t.flag_or("left_hand", false, f),
            at_signals: t.number_or("at_signals", 0.0..=1.0, 1.0, f),
        };
        t.finish(&[], f);
        costs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAR: TurnCosts = TurnCosts { max_s: 7.5, bias: 1.075, u_turn_s: 20.0, left_hand: false, at_signals: 1.0 };

    #[test]
    fn turns_cost_by_angle_and_side() {
        let cost = |angle| CAR.turn_seconds(angle, 4, false);
        // Worked out by hand from the formula: 7.5/(1 + e^(6.9875 - 6.0465)), 7.5/(1 + e^(6.0465 - 6.9875)).
        assert!((cost(90.0) - 2.1049).abs() < 1e-3, "{}", cost(90.0));
        assert!((cost(-90.0) - 5.3951).abs() < 1e-3, "{}", cost(-90.0));
        assert!(cost(0.0) < 0.02);
        assert!((cost(180.0) - 27.5).abs() < 0.1);
        let mut last = 0.0;
        for angle in 0..180 {
            let now = cost(f64::from(angle));
            assert!(now > last && now < 7.5);
            last = now;
        }
    }

    #[test]
    fn only_turning_back_costs_where_nothing_can_be_chosen() {
        assert_eq!(CAR.turn_seconds(90.0, 2, false), 0.0);
        assert!(CAR.turn_seconds(180.0, 1, false) > 20.0);
        assert_eq!(CAR.turn_seconds(179.9, 2, false), 0.0);
    }

    #[test]
    fn the_side_of_the_road_and_signals_matter() {
        let left = TurnCosts { left_hand: true, ..CAR };
        assert_eq!(left.turn_seconds(-60.0, 3, false), CAR.turn_seconds(60.0, 3, false));
        let half = TurnCosts { at_signals: 0.5, ..CAR };
        assert_eq!(half.turn_seconds(60.0, 3, true), CAR.turn_seconds(60.0, 3, true) / 2.0);
        assert_eq!(half.turn_seconds(60.0, 3, false), CAR.turn_seconds(60.0, 3, false));
    }
}
