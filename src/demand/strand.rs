//! One Poisson process of calls: its rate over time, and what its calls are about.

use super::calls::{CallOrigin, PhoneCall, draw};
use super::mix::Mix;
use super::patterns::Wave;
use super::variation::{BurstClock, Days};
use super::{Date, further, purpose};
use crate::network::calendar::Calendar;
use crate::random::Stream;
use crate::units::{SECONDS_PER_DAY, SimTime, Span};

/// Hours in a week.
pub(super) const HOURS: usize = 168;
/// No run is so long: two centuries and more, in seconds. What has no call until then never has one.
const HORIZON_S: f64 = 75_000.0 * SECONDS_PER_DAY as f64;
const DAY_S: f64 = SECONDS_PER_DAY as f64;

/// What a strand's rates are multiplied by over time besides the weights of hours, weekdays and months.
#[derive(Clone, Debug, Default)]
pub(super) struct Modulation {
    /// Day 0, where the rows of rates are by month.
    pub(super) months_from: Option<Date>,
    /// Random days.
    pub(super) days: Option<Days>,
    /// Episodes.
    pub(super) bursts: Option<BurstClock>,
    /// Rates are zero except when its only item is active.
    pub(super) windows: Option<Calendar>,
    /// Rates follow the wave from day to day.
    pub(super) wave: Option<Wave>,
}

impl Modulation {
    /// The first row of rates, the level and until when they hold (seconds, later than `now_s`). Moments must not go back.
    fn at(&mut self, now_s: f64) -> (usize, f64, f64) {
        let (mut first_row, mut level, mut until) = (0, 1.0, f64::INFINITY);
        if let Some(calendar) = &self.windows {
            let (regime, change) = calendar.at(moment(now_s));
            // Rounding to the clock's steps must not lead to the same moment again.
            until = if change == SimTime::NEVER { until } else { change.seconds().max(now_s.next_up()) };
            if calendar.regimes[regime].is_empty() {
                return (0, 0.0, until);
            }
        }
        let day = (now_s / DAY_S).floor();
        if let Some(wave) = &self.wave {
            let whole = day as i64;
            if whole < wave.first {
                return (0, 0.0, until.min(wave.first as f64 * DAY_S));
            }
            if whole > wave.last {
                return (0, 0.0, f64::INFINITY);
            }
            level *= wave.level(whole);
        }
        if let Some(start) = self.months_from {
            first_row = start.after(day as i64).month() * HOURS;
        }
        if let Some(days) = &mut self.days {
            level *= days.factor(day as u64);
        }
        if self.wave.is_some() || self.months_from.is_some() || self.days.is_some() {
            until = until.min((day + 1.0) * DAY_S);
        }
        if let Some(bursts) = &mut self.bursts {
            let (factor, end) = bursts.at(now_s);
            level *= factor;
            until = until.min(end);
        }
        (first_row, level, until)
    }

    fn is_plain(&self) -> bool {
        self.months_from.is_none()
            && self.days.is_none()
            && self.bursts.is_none()
            && self.windows.is_none()
            && self.wave.is_none()
    }
}

fn moment(seconds: f64) -> SimTime {
    SimTime::ZERO + Span::from_seconds(seconds)
}

/// What a strand is made of.
#[derive(Debug)]
pub(super) struct Parts {
    /// Follows the words `calls` and `arrivals` in the names of the random streams.
    pub(super) name: String,
    /// Calls per second for each hour of the week from Monday 00:00, one week for each month or one for all.
    pub(super) rates: Vec<f64>,
    pub(super) mix: Mix,
    pub(super) modulation: Modulation,
    /// Share of the calls that lead to a dispatch.
    pub(super) dispatch_share: f64,
    /// Whether calls are transfers, numbered by stratum.
    pub(super) transfers: bool,
}

/// A Poisson process of calls.
#[derive(Clone, Debug)]
pub(super) struct Strand {
    calls: Stream,
    gaps: Stream,
    made: u64,
    /// Seconds since the start.
    now_s: f64,
    /// The row of rates at that moment.
    row: usize,
    rates: Vec<f64>,
    mix: Mix,
    modulation: Modulation,
    first_row: usize,
    level: f64,
    until_s: f64,
    dispatch_share: f64,
    transfers: bool,
}

impl Strand {
    /// A strand at the start of a replication; `None` if it never has a call.
    pub(super) fn new(parts: Parts, seed: u64, replication: u32) -> Option<Strand> {
        let Parts { name, rates, mix, modulation, dispatch_share, transfers } = parts;
        let ever = rates.iter().any(|r| *r > 0.0);
        ever.then(|| Strand {
            calls: Stream::new(seed, &format!("calls{name}"), replication),
            gaps: Stream::new(seed, &format!("arrivals{name}"), replication),
            made: 0,
            now_s: 0.0,
            row: 0,
            rates,
            mix,
            first_row: 0,
            level: 1.0,
            until_s: if modulation.is_plain() { f64::INFINITY } else { 0.0 },
            modulation,
            dispatch_share,
            transfers,
        })
    }

    /// Goes on to the next call and says when it is; [`SimTime::NEVER`] if there is none any more.
    ///
    /// The time comes from inverting the cumulative rate: a unit-exponential amount is used up stretch by stretch at each
    /// stretch's rate (Çinlar 1975), which is exact for rates that are constant within a stretch.
    #[inline]
    pub(super) fn advance(&mut self) -> SimTime {
        let mut left = -libm::log1p(-self.gaps.uniform());
        loop {
            if self.now_s >= self.until_s {
                (self.first_row, self.level, self.until_s) = self.modulation.at(self.now_s);
            }
            if self.level <= 0.0 {
                self.now_s = self.until_s;
                if self.now_s >= HORIZON_S {
                    return SimTime::NEVER;
                }
                continue;
            }
            let hour = (self.now_s / 3600.0) as usize;
            let row = self.first_row + hour % HOURS;
            let rate = self.rates[row] * self.level;
            let end = ((hour as f64 + 1.0) * 3600.0).min(self.until_s);
            let room = (end - self.now_s) * rate;
            if left < room {
                self.now_s += left / rate;
                self.row = row;
                return moment(self.now_s);
            }
            left -= room;
            self.now_s = end;
            if end >= HORIZON_S {
                return SimTime::NEVER;
            }
        }
    }

    /// The call at the moment [`Strand::advance`] stopped at and gave.
    #[inline]
    pub(super) fn call(&mut self, number: u64, ring: SimTime) -> PhoneCall {
        let draws = self.calls.draws(self.made);
        self.made += 1;
        let (stratum, point, category) = self.mix.draw(self.row, draws[draw::PLACE], draws[draw::CATEGORY]);
        PhoneCall {
            number,
            ring,
            point,
            category,
            dispatch: draws[draw::DISPATCH] < self.dispatch_share,
            draws,
            origin: if self.transfers { CallOrigin::Transfer(stratum as u16) } else { CallOrigin::Drawn },
        }
    }

    /// Phone calls expected between two moments and those of them that lead to a dispatch, before random days and bursts
    /// (whose mean is 1).
    pub(super) fn expected(&self, from: SimTime, to: SimTime) -> (f64, f64) {
        let mut modulation = Modulation { days: None, bursts: None, ..self.modulation.clone() };
        let (mut now, end, mut sum) = (from.seconds().max(0.0), to.seconds().min(HORIZON_S), 0.0);
        while now < end {
            let (first_row, level, until) = modulation.at(now);
            let until = until.min(end);
            if level <= 0.0 {
                now = until;
                continue;
            }
            while now < until {
                let hour = (now / 3600.0).floor();
                let next = ((hour + 1.0) * 3600.0).min(until);
                sum += (next - now) * level * self.rates[first_row + hour as usize % HOURS];
                now = next;
            }
        }
        (sum, sum * self.dispatch_share)
    }
}

/// Calls that stay away during a surge below 1.
#[derive(Clone, Debug)]
pub(super) struct Calm {
    pub(super) windows: Calendar,
    /// Whether each point and site lies in it; none beyond the list. `None`: everywhere.
    pub(super) area: Option<Vec<bool>>,
    /// Share of the calls that are still made.
    pub(super) keep: f64,
    /// Its number among the calms.
    pub(super) number: u32,
}

impl Calm {
    /// Whether a call is still made.
    pub(super) fn lets(&self, call: &PhoneCall) -> bool {
        let inside = self.area.as_ref().is_none_or(|a| a.get(call.point.index()).copied().unwrap_or(false));
        if !inside {
            return true;
        }
        let (regime, _) = self.windows.at(call.ring);
        self.windows.regimes[regime].is_empty() || further(&call.draws, purpose::CALM, self.number) < self.keep
    }
}
