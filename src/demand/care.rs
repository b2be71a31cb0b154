//! What a call category asks for beyond its share and priority; survival by response time.

use crate::facilities::UnitKind;
use crate::random::Dist;
use crate::units::Span;

/// What a call category asks for beyond the plain values.
#[derive(Clone, Debug, PartialEq)]
pub struct Care {
    /// Whether units drive with lights and siren.
    pub siren: bool,
    /// Kinds of unit asked for; empty: any that carries or treats.
    pub kinds: Vec<UnitKind>,
    /// Units sent at once.
    pub units: u32,
    /// Share of calls cancelled while a unit is under way or found to be nothing on arrival.
    pub cancelled: f64,
    /// Mean number of further callers about the same incident (geometric).
    pub further_callers: f64,
    /// Within which they call, after the first.
    pub further_within: Span,
    /// Own times instead of the scenario's.
    pub handling: Option<Dist>,
    /// On scene, patient taken to hospital.
    pub scene: Option<Dist>,
    /// On scene, nobody taken.
    pub scene_left: Option<Dist>,
    /// Hand-over.
    pub handover: Option<Dist>,
    /// Cleaning; long where a patient is infectious.
    pub clear: Option<Dist>,
    /// Chance of survival by response time; `None`: not told.
    pub survival: Option<Survival>,
}

impl Default for Care {
    fn default() -> Care {
        Care {
            siren: true,
            kinds: Vec::new(),
            units: 1,
            cancelled: 0.0,
            further_callers: 0.0,
            further_within: Span::ZERO,
            handling: None,
            scene: None,
            scene_left: None,
            handover: None,
            clear: None,
            survival: None,
        }
    }
}

/// A published curve of survival of cardiac arrest by minutes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Survival {
    /// `constant − cpr·t_cpr − defibrillation·t_defib − als·t_als`, all three times being the response time plus their own
    /// delay; Larsen et al. 1993 (Annals of Emergency Medicine 22:1652).
    Linear {
        /// Survival at once.
        constant: f64,
        /// Loss per minute until each of CPR, defibrillation and advanced care.
        per_minute: [f64; 3],
        /// Minutes from arrival until each begins; a bystander may begin before (then CPR counts from this alone).
        delay: [f64; 3],
        /// Whether CPR is begun by bystanders: `delay[0]` then counts from the collapse instead of the arrival.
        bystander: bool,
    },
    /// `1 / (1 + exp(a + b·t))` with the response time `t` in minutes; De Maio et al. 2003, Valenzuela et al. 1997.
    Logistic {
        /// Intercept.
        a: f64,
        /// Slope per minute.
        b: f64,
    },
}

impl Survival {
    /// Chance of survival at a response time.
    pub fn chance(&self, response: Span) -> f64 {
        let t = response.minutes();
        let p = match *self {
            Survival::Linear { constant, per_minute, delay, bystander } => {
                let cpr = if bystander { delay[0] } else { t + delay[0] };
                constant - per_minute[0] * cpr - per_minute[1] * (t + delay[1]) - per_minute[2] * (t + delay[2])
            }
            Survival::Logistic { a, b } => 1.0 / (1.0 + libm::exp(a + b * t)),
        };
        p.clamp(0.0, 1.0)
    }
}
