//! The words a clause is made of: what is measured, by which statistic, from when until when, of whom.

use super::verdict::Basis;
use crate::sim::{Interval, PRIORITIES};
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// What a clause measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Distance of residents from the nearest post, km.
    RadiusKm,
    /// Driving time from the nearest post to residents, min.
    DriveMin,
    /// Driving time from the nearest post to scenic areas of grade 4A and above, min.
    ScenicDriveMin,
    /// Response time of simulated calls, min.
    ResponseMin,
    /// Time between two neighbouring moments of a call (`clock_start`, `clock_stop`), min.
    IntervalMin,
    /// The same, s.
    IntervalS,
    /// Time to answer phone calls, s.
    AnswerS,
    /// Turn-out, min.
    TurnoutMin,
    /// Hand-over at hospital, min.
    HandoverMin,
    /// Share of calls in need of a unit that one came to, %.
    CallsReachedPercent,
    /// Ambulances per 30,000 residents.
    #[serde(rename = "ambulances_per_30k")]
    AmbulancesPer30k,
    /// Share of ambulances with negative pressure, %.
    NegativePressurePercent,
    /// Units based at urban posts per 100,000 urban residents.
    #[serde(rename = "crews_per_100k_urban")]
    CrewsPer100kUrban,
    /// Residents per dispatcher seat.
    ResidentsPerSeat,
    /// Observation beds of emergency departments, % of beds.
    EdObservationBedsPercent,
    /// Share of posts staffed around the clock, %.
    #[serde(rename = "posts_24h_percent")]
    Posts24hPercent,
}

impl Metric {
    /// What it is computed from.
    pub fn basis(self) -> Basis {
        use Metric as M;
        match self {
            M::RadiusKm | M::DriveMin | M::ScenicDriveMin => Basis::Coverage,
            M::ResponseMin | M::IntervalMin | M::IntervalS | M::AnswerS | M::TurnoutMin | M::HandoverMin => {
                Basis::Simulation
            }
            M::CallsReachedPercent => Basis::Simulation,
            _ => Basis::Provision,
        }
    }

    /// Whether it is a share or ratio of counts, which has no other statistic than `ratio`.
    pub fn is_ratio(self) -> bool {
        self.basis() == Basis::Provision || self == Metric::CallsReachedPercent
    }

    /// The unit of a value (of a share: always %).
    pub fn unit(self) -> &'static str {
        match self {
            Metric::RadiusKm => "km",
            Metric::DriveMin
            | Metric::ScenicDriveMin
            | Metric::ResponseMin
            | Metric::IntervalMin
            | Metric::TurnoutMin
            | Metric::HandoverMin => "min",
            Metric::AnswerS | Metric::IntervalS => "s",
            Metric::AmbulancesPer30k => "/30k",
            Metric::NegativePressurePercent
            | Metric::EdObservationBedsPercent
            | Metric::Posts24hPercent
            | Metric::CallsReachedPercent => "%",
            Metric::CrewsPer100kUrban => "/100k",
            Metric::ResidentsPerSeat => "people",
        }
    }

    /// The moments between which it is always measured, where these are fixed.
    pub fn own_clock(self) -> Option<(Clock, Clock)> {
        match self {
            Metric::AnswerS => Some((Clock::Ring, Clock::Answered)),
            Metric::TurnoutMin => Some((Clock::Assigned, Clock::Departed)),
            Metric::HandoverMin => Some((Clock::AtHospital, Clock::HandedOver)),
            _ => None,
        }
    }
}

/// How the values of a metric become one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// The mean.
    Mean,
    /// The share within `limit`, in %.
    ShareWithin,
    /// The percentile that `percentile` names.
    Percentile,
    /// The 90th percentile.
    P90,
    /// The largest.
    Max,
    /// A ratio of counts; the only statistic of provision metrics.
    Ratio,
}

/// Straight line or by road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Straight line.
    #[default]
    Straight,
    /// By road.
    Road,
}

/// Who counts how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// Every resident alike.
    #[default]
    People,
    /// Every place by the calls expected there.
    Calls,
}

/// What a clause is judged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The whole area at once.
    #[default]
    City,
    /// Each county; the clause is met only if all of them meet it.
    County,
    /// The urban area of the seat of government.
    UrbanCore,
    /// Hospitals.
    Hospital,
    /// Scenic areas.
    ScenicArea,
}

impl Scope {
    /// Its name.
    pub fn name(self) -> Text {
        match self {
            Scope::City => Text::new("全域", "whole area"),
            Scope::County => Text::new("各区县", "each county"),
            Scope::UrbanCore => Text::new("主城区", "urban core"),
            Scope::Hospital => Text::new("医院", "hospital"),
            Scope::ScenicArea => Text::new("景区", "scenic area"),
        }
    }
}

/// Which side of the threshold is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// Between two values, both included.
    #[serde(rename = "in")]
    In,
}

impl Op {
    /// As files write it.
    pub fn sign(self) -> &'static str {
        match self {
            Op::AtMost => "<=",
            Op::AtLeast => ">=",
            Op::In => "in",
        }
    }
}

/// What a figure must keep to; both ends are good, and infinite where there is no end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    /// Lowest good value.
    pub low: f64,
    /// Highest good value.
    pub high: f64,
}

impl Bound {
    /// Distance of a value from the nearer end, positive inside.
    pub fn margin(self, value: f64) -> f64 {
        (value - self.low).min(self.high - value)
    }
}

/// A moment of a call at which a clock starts or stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// 来电
    Ring,
    /// 接听
    Answered,
    /// 受理完成
    Triaged,
    /// 派车
    Assigned,
    /// 出车
    Departed,
    /// 到达现场
    Arrived,
    /// 离开现场
    LeftScene,
    /// 到达医院
    AtHospital,
    /// 交接完成
    HandedOver,
    /// 待命
    Clear,
    /// 回站
    Back,
}

impl Clock {
    /// As files write it.
    pub fn key(self) -> &'static str {
        crate::sim::Stamp::ALL[self as usize].key()
    }

    /// Its name.
    pub fn name(self) -> Text {
        let (zh, en) = match self {
            Clock::Ring => ("来电", "ring"),
            Clock::Answered => ("接听", "answered"),
            Clock::Triaged => ("受理完成", "triaged"),
            Clock::Assigned => ("派车", "assigned"),
            Clock::Departed => ("出车", "departed"),
            Clock::Arrived => ("到达现场", "arrived"),
            Clock::LeftScene => ("离开现场", "left scene"),
            Clock::AtHospital => ("到达医院", "at hospital"),
            Clock::HandedOver => ("交接完成", "handed over"),
            Clock::Clear => ("待命", "clear"),
            Clock::Back => ("回站", "back"),
        };
        Text::new(zh, en)
    }

    /// The interval from this moment to another, if they are neighbours.
    pub fn interval_to(self, stop: Clock) -> Option<Interval> {
        (stop as usize == self as usize + 1).then(|| Interval::ALL[self as usize])
    }
}

/// Which priorities a clause is about: bit `p − 1` stands for priority `p`; no bit at all for every call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Priorities(pub u8);

impl Priorities {
    /// Whether it is about every call.
    pub fn is_all(&self) -> bool {
        self.0 == 0
    }

    /// The priorities, the most urgent first.
    pub fn list(self) -> impl Iterator<Item = u8> {
        (1..=PRIORITIES as u8).filter(move |p| self.0 & (1 << (p - 1)) != 0)
    }
}

impl Serialize for Priorities {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.is_all() { to.serialize_str("all") } else { to.collect_seq(self.list()) }
    }
}

impl<'de> Deserialize<'de> for Priorities {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Priorities, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Priorities;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "\"all\" or a list of priorities from 1 to {PRIORITIES}, such as [1, 2]")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Priorities, E> {
                if text == "all" {
                    Ok(Priorities(0))
                } else {
                    Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
                }
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Priorities, A::Error> {
                use serde::de::Error;
                let mut bits = 0;
                while let Some(p) = list.next_element::<i64>()? {
                    if !(1..=PRIORITIES as i64).contains(&p) {
                        return Err(A::Error::invalid_value(serde::de::Unexpected::Signed(p), &self));
                    }
                    bits |= 1 << (p - 1);
                }
                if bits == 0 { Err(A::Error::invalid_length(0, &self)) } else { Ok(Priorities(bits)) }
            }
        }
        from.deserialize_any(Visitor)
    }
}
