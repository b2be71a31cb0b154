//! Calls besides the residents' stream: big events, transfers between hospitals, and a log of real calls.

use crate::ids::{CategoryId, HospitalId, PointId};
use crate::text::Text;
use crate::units::{SimTime, Span};
use std::sync::Arc;

/// An incident with many patients at a given moment.
#[derive(Clone, Debug, PartialEq)]
pub struct MassCasualty {
    /// Short name.
    pub key: String,
    /// Name.
    pub name: Text,
    /// When.
    pub at: SimTime,
    /// Where: a site.
    pub site: PointId,
    /// Patients by category, in the order in which they are triaged.
    pub patients: Vec<(CategoryId, u32)>,
    /// Callers in all.
    pub callers: u32,
    /// Within which they call.
    pub callers_within: Span,
}

/// Transfers from one hospital to another: a stream of calls of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct TransferStream {
    /// Short name.
    pub key: String,
    /// From: the hospital's site.
    pub from: PointId,
    /// To.
    pub to: HospitalId,
    /// What for.
    pub category: CategoryId,
    /// Per day.
    pub per_day: f64,
    /// Weight of each hour of the day, mean 1.
    pub hourly: [f64; 24],
}

/// Calls as they were recorded (or drawn before), played instead of drawn ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallLog {
    /// The calls in order of ringing; shared by all replications.
    pub rows: Arc<[LoggedCall]>,
}

/// One call of a log. What is `None` is drawn as for any other call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoggedCall {
    /// When the phone rang.
    pub ring: SimTime,
    /// Where.
    pub point: PointId,
    /// What for; meaningless when no dispatch was needed.
    pub category: CategoryId,
    /// Whether it led to a dispatch.
    pub dispatch: bool,
    /// From answered to triaged.
    pub handling: Option<Span>,
    /// Turn-out.
    pub turnout: Option<Span>,
    /// On scene.
    pub scene: Option<Span>,
    /// Whether the patient was taken to hospital.
    pub transport: Option<bool>,
    /// To which.
    pub hospital: Option<HospitalId>,
    /// Hand-over.
    pub handover: Option<Span>,
    /// Hand-over to clear.
    pub clear: Option<Span>,
}
