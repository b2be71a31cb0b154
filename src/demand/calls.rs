//! The stream of phone calls: a Poisson process over the week, each call with its own random numbers.

use super::{DemandModel, DemandPoint};
use crate::ids::{CategoryId, PointId};
use crate::random::{Draws, Stream};
use crate::units::{SECONDS_PER_DAY, SimTime, Span};

/// Which of a call's random numbers serves what. The order is part of stored results: append, never reorder.
pub mod draw {
    /// Whether the call leads to a dispatch.
    pub const DISPATCH: usize = 0;
    /// Where it comes from.
    pub const PLACE: usize = 1;
    /// Its category.
    pub const CATEGORY: usize = 2;
    /// How long the call-taker takes to pick up.
    pub const PICKUP: usize = 3;
    /// How long the call is handled.
    pub const HANDLING: usize = 4;
    /// How long the seat is kept after the call.
    pub const WRAPUP: usize = 5;
    /// Turn-out.
    pub const TURNOUT: usize = 6;
    /// Scatter of the trip to the scene.
    pub const TRAVEL: usize = 7;
    /// Care on scene.
    pub const SCENE: usize = 8;
    /// Whether the patient is taken to hospital.
    pub const TRANSPORT: usize = 9;
    /// Scatter of the trip to hospital.
    pub const HOSPITAL_TRAVEL: usize = 10;
    /// Hand-over.
    pub const HANDOVER: usize = 11;
    /// Cleaning and restocking.
    pub const CLEAR: usize = 12;
    /// Where all further numbers of the call come from, see [`further`](super::further).
    pub const FURTHER: usize = 13;
}

/// One more uniform number of a call, strictly between 0 and 1, for what happens to few calls: hanging up, further callers,
/// more units. Numbers of different purposes and counts are independent (SplitMix64 on the bits of one draw).
pub fn further(draws: &Draws, purpose: u32, count: u32) -> f64 {
    let mut z = draws[draw::FURTHER].to_bits()
        ^ (u64::from(purpose) << 32 | u64::from(count)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2 {
        z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
    }
    ((z >> 12) as f64 + 0.5) / (1_u64 << 52) as f64
}

/// One phone call.
#[derive(Clone, Copy, Debug)]
pub struct PhoneCall {
    /// Its number in the replication, from 0.
    pub number: u64,
    /// When the phone rings.
    pub ring: SimTime,
    /// Where the caller is.
    pub point: PointId,
    /// What for; meaningless when no dispatch is needed.
    pub category: CategoryId,
    /// Whether it leads to a dispatch (else: advice, duplicate, prank).
    pub dispatch: bool,
    /// Its random numbers, see [`draw`].
    pub draws: Draws,
    /// Where it comes from besides the stream of residents' calls.
    pub origin: CallOrigin,
}

/// What stream a call belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOrigin {
    /// People call.
    Drawn,
    /// A row of the log of recorded calls.
    Logged(u32),
    /// The first call about an incident with many patients.
    Casualty(u16),
    /// A transfer between hospitals.
    Transfer(u16),
}

/// Makes phone calls in order of time. The same seed and replication give the same calls whatever the system does.
#[derive(Clone, Debug)]
pub struct CallSource {
    calls: Stream,
    gaps: Stream,
    number: u64,
    /// Seconds since the start.
    now_s: f64,
    /// Calls per second for each hour of the week, from Monday 00:00.
    rate: Vec<f64>,
    peak: f64,
    dispatch_share: f64,
    places: Cumulative,
    categories: Cumulative,
}

/// Shares added up, for drawing an index.
#[derive(Clone, Debug)]
struct Cumulative(Vec<f64>);

impl Cumulative {
    fn of(weights: impl Iterator<Item = f64>) -> Cumulative {
        let mut sum = 0.0;
        let mut sums: Vec<f64> = weights
            .map(|w| {
                sum += w;
                sum
            })
            .collect();
        if sum > 0.0 {
            sums.iter_mut().for_each(|s| *s /= sum);
        }
        Cumulative(sums)
    }

    fn pick(&self, u: f64) -> usize {
        self.0.partition_point(|s| *s < u).min(self.0.len().saturating_sub(1))
    }
}

impl CallSource {
    /// The calls of one replication. Without points, people or rates there are none.
    pub fn new(model: &DemandModel, points: &[DemandPoint], seed: u64, replication: u32) -> CallSource {
        let dispatches_per_day: f64 = points.iter().map(|p| model.dispatches_per_day(p)).sum();
        let base = dispatches_per_day * model.phone_calls_per_dispatch / SECONDS_PER_DAY as f64;
        let rate: Vec<f64> = (0..168).map(|h| base * model.hourly[h % 24] * model.weekday[h / 24]).collect();
        CallSource {
            calls: Stream::new(seed, "calls", replication),
            gaps: Stream::new(seed, "arrivals", replication),
            number: 0,
            now_s: 0.0,
            peak: rate.iter().copied().fold(0.0, f64::max),
            rate,
            dispatch_share: 1.0 / model.phone_calls_per_dispatch,
            places: Cumulative::of(points.iter().map(|p| model.dispatches_per_day(p))),
            categories: Cumulative::of(model.categories.iter().map(|c| c.share)),
        }
    }

    /// The next call, or `None` if there never is one.
    ///
    /// The time comes from inverting the cumulative rate: a unit-exponential amount is used up hour by hour at each
    /// hour's rate (Çinlar 1975), which is exact for rates that are constant within an hour.
    pub fn next_call(&mut self) -> Option<PhoneCall> {
        if self.peak <= 0.0 {
            return None;
        }
        let mut left = -libm::log1p(-self.gaps.uniform());
        loop {
            let hour = (self.now_s / 3600.0).floor();
            let rate = self.rate[hour as usize % self.rate.len()];
            let room = ((hour + 1.0) * 3600.0 - self.now_s) * rate;
            if left < room {
                self.now_s += left / rate;
                break;
            }
            left -= room;
            self.now_s = (hour + 1.0) * 3600.0;
        }
        let number = self.number;
        self.number += 1;
        let draws = self.calls.draws(number);
        Some(PhoneCall {
            number,
            ring: SimTime::ZERO + Span::from_seconds(self.now_s),
            point: PointId::new(self.places.pick(draws[draw::PLACE])),
            category: CategoryId::new(self.categories.pick(draws[draw::CATEGORY])),
            dispatch: draws[draw::DISPATCH] < self.dispatch_share,
            draws,
            origin: CallOrigin::Drawn,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Care, Category};
    use super::*;
    use crate::geo::LatLon;
    use crate::quality::{Quality, Zone};
    use crate::text::Text;

    fn model() -> (DemandModel, Vec<DemandPoint>) {
        let mut hourly = [0.5; 24];
        hourly[12..].fill(1.5);
        let category = Category {
            key: "all".into(),
            name: Text::same("all"),
            share: 1.0,
            priority: 1,
            transport: 1.0,
            needs_negative_pressure: false,
            capability: "general".into(),
            care: Care::default(),
        };
        let model = DemandModel {
            dispatches_per_1000_year: [16.0, 10.0],
            phone_calls_per_dispatch: 4.0,
            hourly,
            weekday: [1.0; 7],
            categories: vec![category],
            casualties: Vec::new(),
            transfers: Vec::new(),
            log: None,
        };
        let point = |zone, population| DemandPoint {
            id: "p".into(),
            name: Text::same("p"),
            county: None,
            zone,
            at: LatLon::new(24.0, 102.0),
            population,
            quality: Quality::Assumed,
        };
        (model, vec![point(Zone::Urban, 100_000.0), point(Zone::Rural, 300_000.0)])
    }

    #[test]
    fn rates_hours_places_and_dispatch_shares_are_met() {
        let (model, points) = model();
        // 1,600 + 3,000 dispatches a year, four phone calls each.
        let days = 2000.0;
        let expected = 4.0 * 4600.0 / super::super::DAYS_PER_YEAR * days;
        let mut source = CallSource::new(&model, &points, 3, 0);
        let (mut n, mut morning, mut dispatches, mut urban) = (0.0, 0.0, 0.0, 0.0);
        let mut last = SimTime::ZERO;
        while let Some(call) = source.next_call() {
            if call.ring > SimTime::from_days(days) {
                break;
            }
            assert!(call.ring >= last);
            last = call.ring;
            n += 1.0;
            morning += f64::from(u8::from(call.ring.hour_of_day() < 12));
            dispatches += f64::from(u8::from(call.dispatch));
            urban += f64::from(u8::from(call.point.0 == 0));
        }
        let within = |got: f64, want: f64| assert!((got - want).abs() < 4.0 * want.sqrt(), "{got} against {want}");
        within(n, expected);
        within(morning, expected / 4.0);
        within(dispatches, expected / 4.0);
        within(urban, expected * 1600.0 / 4600.0);
    }

    #[test]
    fn nobody_never_calls() {
        let (model, _) = model();
        assert!(CallSource::new(&model, &[], 3, 0).next_call().is_none());
    }
}
