//! What is counted besides times.

/// How often something happened within the measured time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Callers who hung up before they were answered.
    HungUp,
    /// Of these, who called again.
    CalledAgain,
    /// Further callers about an incident.
    FurtherCallers,
    /// Calls answered by a neighbour centre.
    Overflowed,
    /// Calls that reached the wrong centre first.
    Misrouted,
    /// Units on their way sent to a more urgent call.
    Redirected,
    /// Calls reached by a unit of another centre.
    Aided,
    /// Units sent that are not of a kind the category asks for.
    Mismatched,
    /// Calls that waited because units were kept back.
    HeldBack,
    /// Calls cancelled before the unit arrived.
    Cancelled,
    /// Further units sent to an incident.
    MoreUnits,
    /// Further patients of incidents with many.
    MorePatients,
    /// Units moved to another post than their home.
    Moves,
    /// Breaks taken.
    BreaksTaken,
    /// Breaks lost to calls.
    BreaksLost,
    /// Breakdowns.
    Breakdowns,
    /// Planned services.
    Serviced,
    /// Refuelling or charging.
    Refuelled,
    /// Jobs that went on after the end of the shift.
    Overtime,
    /// Units that waited for a bay.
    BayWaits,
    /// Patients not taken to the hospital that would have been chosen, because it turned ambulances away.
    Diverted,
    /// Transfers between hospitals.
    Transfers,
    /// Helicopters sent.
    Flights,
    /// Boats sent.
    Voyages,
    /// Patients handed from a helicopter or boat to a road unit.
    Meetings,
}

impl Count {
    /// All, in order.
    pub const ALL: [Count; 25] = [
        Count::HungUp,
        Count::CalledAgain,
        Count::FurtherCallers,
        Count::Overflowed,
        Count::Misrouted,
        Count::Redirected,
        Count::Aided,
        Count::Mismatched,
        Count::HeldBack,
        Count::Cancelled,
        Count::MoreUnits,
        Count::MorePatients,
        Count::Moves,
        Count::BreaksTaken,
        Count::BreaksLost,
        Count::Breakdowns,
        Count::Serviced,
        Count::Refuelled,
        Count::Overtime,
        Count::BayWaits,
        Count::Diverted,
        Count::Transfers,
        Count::Flights,
        Count::Voyages,
        Count::Meetings,
    ];

    /// As summaries write it.
    pub fn key(self) -> &'static str {
        match self {
            Count::HungUp => "hung_up",
            Count::CalledAgain => "called_again",
            Count::FurtherCallers => "further_callers",
            Count::Overflowed => "overflowed",
            Count::Misrouted => "misrouted",
            Count::Redirected => "redirected",
            Count::Aided => "aided",
            Count::Mismatched => "mismatched",
            Count::HeldBack => "held_back",
            Count::Cancelled => "cancelled",
            Count::MoreUnits => "more_units",
            Count::MorePatients => "more_patients",
            Count::Moves => "moves",
            Count::BreaksTaken => "breaks_taken",
            Count::BreaksLost => "breaks_lost",
            Count::Breakdowns => "breakdowns",
            Count::Serviced => "serviced",
            Count::Refuelled => "refuelled",
            Count::Overtime => "overtime",
            Count::BayWaits => "bay_waits",
            Count::Diverted => "diverted",
            Count::Transfers => "transfers",
            Count::Flights => "flights",
            Count::Voyages => "voyages",
            Count::Meetings => "meetings",
        }
    }
}
