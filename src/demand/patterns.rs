//! How calls vary over time, people and place beyond the plain model. Checked values; everything is off by default.

use super::Date;
use crate::ids::{CategoryId, PointId};
use crate::network::calendar::Window;
use crate::quality::Zone;
use crate::text::Text;
use crate::units::Span;

/// Own weights over time; what is `None` is as in the layer above: a population's come first, then a category's, then
/// those of the whole demand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    /// Weight of each hour of the day, mean 1.
    pub hourly: Option<[f64; 24]>,
    /// Weight of each day of the week from Monday, mean 1.
    pub weekday: Option<[f64; 7]>,
    /// Weight of each month from January, mean 1 over the days of a year. Without [`Patterns::start`] not used.
    pub monthly: Option<[f64; 12]>,
}

/// When and where a category's calls come, where it differs from the others.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryPattern {
    /// Own weights over time. They move a category's calls within the day, week and year and leave their number as it is.
    pub times: Times,
    /// Multiplies the category's share in urban and in rural places; the shares of a zone are then brought to 1 again.
    pub zones: [f64; 2],
}

impl Default for CategoryPattern {
    fn default() -> CategoryPattern {
        CategoryPattern { times: Times::default(), zones: [1.0; 2] }
    }
}

/// What demand has beyond residents who call at the same rate every year.
#[derive(Clone, Debug, PartialEq)]
pub struct Patterns {
    /// The date of day 0, a Monday; `None`: there are no seasons.
    pub start: Option<Date>,
    /// Weight of each month from January, mean 1 over the days of a year.
    pub monthly: Option<[f64; 12]>,
    /// Residents' calls are multiplied by this: growth over the years since the rates were found.
    pub growth: f64,
    /// More or fewer people over 65.
    pub elderly: Option<Elderly>,
    /// Squared coefficient of variation of the gamma-distributed factor on each day's rates, mean 1; 0: none.
    pub day_cv2: f64,
    /// Episodes in which more calls come.
    pub bursts: Option<Bursts>,
    /// People besides the residents.
    pub populations: Vec<Population>,
    /// Times and places at which more, or fewer, calls come.
    pub surges: Vec<Surge>,
    /// Epidemic waves.
    pub waves: Vec<Wave>,
}

impl Default for Patterns {
    fn default() -> Patterns {
        Patterns {
            start: None,
            monthly: None,
            growth: 1.0,
            elderly: None,
            day_cv2: 0.0,
            bursts: None,
            populations: Vec::new(),
            surges: Vec::new(),
            waves: Vec::new(),
        }
    }
}

/// What more people over 65 do to a point's calls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elderly {
    /// The number of people over 65 is multiplied by this; the others stay as they are.
    pub factor: f64,
    /// Calls per person over 65, relative to the others'.
    pub relative_rate: f64,
}

impl Elderly {
    /// What the calls of a place are multiplied by in which a share of people is over 65.
    pub fn multiplier(&self, share: f64) -> f64 {
        let (others, old) = (1.0 - share, share * self.relative_rate);
        let before = others + old;
        if before > 0.0 { (others + old * self.factor) / before } else { 1.0 }
    }
}

/// Episodes of random times in which the rates of residents and populations are multiplied: quiet and busy stretches take
/// turns, both exponentially long (a Poisson process modulated by a two-state Markov chain; Fischer and Meier-Hellstern,
/// Performance Evaluation 18 (1993) 149). Rates in quiet stretches are lowered so that the mean stays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// Mean time from the end of one to the beginning of the next.
    pub quiet: Span,
    /// Mean length.
    pub lasts: Span,
    /// How many times more calls come than in quiet stretches.
    pub factor: f64,
}

impl Bursts {
    /// Share of time in episodes.
    pub fn share(&self) -> f64 {
        self.lasts.seconds() / (self.lasts.seconds() + self.quiet.seconds())
    }

    /// What rates are multiplied by in quiet stretches.
    pub fn quiet_level(&self) -> f64 {
        1.0 / (1.0 + (self.factor - 1.0) * self.share())
    }
}

/// People at one place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeopleAt {
    /// A demand point or a site.
    pub point: PointId,
    /// Its zone.
    pub zone: Zone,
    /// How many.
    pub people: f64,
}

/// People besides the residents of the demand table: at work, on holiday.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// Short name; names its random numbers.
    pub key: String,
    /// Name.
    pub name: Text,
    /// Where they are.
    pub people: Vec<PeopleAt>,
    /// Dispatches per 1,000 of them and year.
    pub per_1000_year: f64,
    /// Own weights over time.
    pub times: Times,
    /// Own shares of the categories, adding up to 1; `None`: those of the residents.
    pub shares: Option<Vec<f64>>,
}

/// Times at which the calls of residents and populations are multiplied.
#[derive(Clone, Debug, PartialEq)]
pub struct Surge {
    /// Short name; names its random numbers.
    pub key: String,
    /// Name.
    pub name: Text,
    /// When.
    pub when: Vec<Window>,
    /// Rates are multiplied by this. What surges at the same place and time bring is added up, what they take away
    /// (factors below 1) is multiplied.
    pub factor: f64,
    /// Where: points and sites, rising; `None`: everywhere.
    pub area: Option<Vec<PointId>>,
    /// Shares of the categories among the calls that come on top, adding up to 1; `None`: those of the others.
    pub shares: Option<Vec<f64>>,
}

/// A category's further calls, rising from the beginning of a day to noon of another and falling to the end of a third.
#[derive(Clone, Debug, PartialEq)]
pub struct Wave {
    /// Short name; names its random numbers.
    pub key: String,
    /// Name.
    pub name: Text,
    /// What for.
    pub category: CategoryId,
    /// First day.
    pub first: i64,
    /// Day at whose noon it is highest.
    pub peak: i64,
    /// Last day, included.
    pub last: i64,
    /// Further dispatches per day at the height.
    pub peak_per_day: f64,
    /// How it rises and falls.
    pub shape: WaveShape,
    /// Where: points, rising; `None`: everywhere.
    pub area: Option<Vec<PointId>>,
}

/// How a wave rises and falls. Both shapes have the same mean: half the height.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WaveShape {
    /// Half a cosine up, half a cosine down: slow at both ends and at the top.
    #[default]
    Cosine,
    /// Straight up, straight down.
    Triangle,
}

impl Wave {
    /// Mean height over a day, as a share of the height at the peak.
    pub fn level(&self, day: i64) -> f64 {
        (self.area_until(day as f64 + 1.0) - self.area_until(day as f64)).max(0.0)
    }

    /// Dispatches in all.
    pub fn total(&self) -> f64 {
        self.peak_per_day * (self.last + 1 - self.first) as f64 / 2.0
    }

    /// The integral of the shape from its beginning to a moment, both in days.
    fn area_until(&self, t: f64) -> f64 {
        let (start, top, end) = (self.first as f64, self.peak as f64 + 0.5, self.last as f64 + 1.0);
        // From 0 to `x` of a rise from 0 to 1 over a length of 1; the whole is 1/2.
        let rise = |x: f64| match self.shape {
            WaveShape::Triangle => x * x / 2.0,
            WaveShape::Cosine => {
                let pi = std::f64::consts::PI;
                x / 2.0 - libm::sin(pi * x) / (2.0 * pi)
            }
        };
        let up = rise(((t - start) / (top - start)).clamp(0.0, 1.0)) * (top - start);
        let down = (0.5 - rise(((end - t) / (end - top)).clamp(0.0, 1.0))) * (end - top);
        up + down
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wave(first: i64, up: i64, down: i64, shape: WaveShape) -> Wave {
        Wave {
            key: "w".into(),
            name: Text::same("w"),
            category: CategoryId(0),
            first,
            peak: first + up,
            last: first + up + down,
            peak_per_day: 8.0,
            shape,
            area: None,
        }
    }

    proptest! {
        #[test]
        fn days_of_a_wave_add_up_to_its_total(first in 0..50_i64, up in 0..30_i64, down in 0..30_i64, cosine: bool) {
            let shape = if cosine { WaveShape::Cosine } else { WaveShape::Triangle };
            let w = wave(first, up, down, shape);
            let levels: Vec<f64> = (-2..w.last + 3).map(|d| w.level(d)).collect();
            let sum: f64 = levels.iter().sum();
            prop_assert!((sum * w.peak_per_day - w.total()).abs() < 1e-9 * w.total());
            prop_assert!(levels.iter().all(|l| (0.0..=1.0 + 1e-12).contains(l)));
            // Up to the peak and down again, nothing outside.
            let day = |d: i64| w.level(d);
            prop_assert!((w.first + 1..w.peak).all(|d| day(d) >= day(d - 1) - 1e-12));
            prop_assert!((w.peak + 2..=w.last).all(|d| day(d) <= day(d - 1) + 1e-12));
            prop_assert!(day(w.first - 1) == 0.0 && day(w.last + 1).abs() < 1e-12);
        }

        #[test]
        fn more_old_people_call_more(share in 0.0..1.0_f64, factor in 0.1..5.0_f64, rate in 0.1..20.0_f64) {
            let e = Elderly { factor, relative_rate: rate };
            let m = e.multiplier(share);
            // Between nobody and everybody being over 65, and unchanged with a factor of 1.
            prop_assert!(m >= factor.min(1.0) - 1e-12 && m <= factor.max(1.0) + 1e-12);
            let same = Elderly { factor: 1.0, relative_rate: rate }.multiplier(share);
            prop_assert!((same - 1.0).abs() < 1e-12);
            // By hand: 1,000 people, `rate` calls for each old one and 1 for each other.
            let (old, others) = (1000.0 * share, 1000.0 * (1.0 - share));
            let by_hand = (others + factor * old * rate) / (others + old * rate);
            prop_assert!((m - by_hand).abs() < 1e-9);
        }
    }
}
