//! Survival of cardiac arrest by response time: published curves by name, or coefficients of one's own.
//!
//! The coefficients of Larsen et al. stand in the paper's abstract (mark A). Those of De Maio et al. and of Valenzuela et
//! al. were recalled and found the same in public programs that cite the papers, which were not themselves at hand (mark
//! B). All three were fitted to American and Canadian patients of the 1970s to 1990s, the first and the third to witnessed
//! arrests with ventricular fibrillation, so what they give elsewhere is an order of magnitude.

use super::super::load::Loader;
use crate::demand::Survival;
use crate::input::Noted;
use crate::quality::Quality;
use crate::text::Text;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::fmt;

/// A published curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedCurve {
    /// How a scenario names it.
    pub key: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// How well its coefficients are known.
    pub quality: Quality,
    /// Its form.
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Form {
    /// `constant − Σ per_minute·t` over minutes to CPR, defibrillation, advanced care.
    Linear { constant: f64, per_minute: [f64; 3] },
    /// `1 / (1 + exp(a + cpr·t_cpr + defibrillation·t_defibrillation))`.
    TwoTimes { a: f64, cpr: f64, defibrillation: f64 },
    /// `1 / (1 + exp(a + b·t))` with the response time alone.
    Response { a: f64, b: f64 },
}

/// The published curves a scenario may name.
pub const PUBLISHED: [PublishedCurve; 3] = [
    PublishedCurve {
        key: "larsen-1993",
        source: "Larsen MP, Eisenberg MS, Cummins RO, Hallstrom AP (1993), Annals of Emergency Medicine 22:1652-1658",
        quality: Quality::Measured,
        form: Form::Linear { constant: 0.67, per_minute: [0.023, 0.011, 0.021] },
    },
    PublishedCurve {
        key: "valenzuela-1997",
        source: "Valenzuela TD, Roe DJ, Cretin S, Spaite DW, Larsen MP (1997), Circulation 96:3308-3313",
        quality: Quality::Derived,
        form: Form::TwoTimes { a: -0.260, cpr: 0.106, defibrillation: 0.139 },
    },
    PublishedCurve {
        key: "de-maio-2003",
        source: "De Maio VJ, Stiell IG, Wells GA, Spaite DW (2003), Annals of Emergency Medicine 42:242-250",
        quality: Quality::Derived,
        form: Form::Response { a: 0.679, b: 0.262 },
    },
];

/// A published curve by its key.
pub fn published(key: &str) -> Option<&'static PublishedCurve> {
    PUBLISHED.iter().find(|c| c.key == key)
}

/// `survival` of a `[[category]]`: a name, or a table.
#[derive(Clone, Debug)]
pub struct RawSurvival(RawCurve);

impl<'de> Deserialize<'de> for RawSurvival {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawSurvival, D::Error> {
        struct NameOrTable;
        impl<'de> Visitor<'de> for NameOrTable {
            type Value = RawSurvival;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a published curve, or a table with `curve`")
            }
            fn visit_str<E: de::Error>(self, v: &str) -> Result<RawSurvival, E> {
                Ok(RawSurvival(RawCurve { curve: v.into(), ..RawCurve::default() }))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawSurvival, A::Error> {
                RawCurve::deserialize(de::value::MapAccessDeserializer::new(map)).map(RawSurvival)
            }
        }
        deserializer.deserialize_any(NameOrTable)
    }
}

/// `survival` as a table.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawCurve {
    /// The key of a published curve, `linear` or `logistic`.
    pub curve: String,
    /// Minutes from arrival until CPR; with `bystander`, from collapse.
    pub cpr_delay_min: Option<f64>,
    /// Minutes from arrival until defibrillation.
    pub defibrillation_delay_min: Option<f64>,
    /// Minutes from arrival until advanced care.
    pub als_delay_min: Option<f64>,
    /// Whether bystanders begin CPR.
    pub bystander: bool,
    /// For `linear`: survival at once.
    pub constant: Option<f64>,
    /// For `linear`: loss per minute until CPR, defibrillation, advanced care.
    pub per_minute: Option<[f64; 3]>,
    /// For `logistic`: intercept.
    pub a: Option<f64>,
    /// For `logistic`: slope per minute.
    pub b: Option<f64>,
    /// Quality mark of what is written here.
    pub quality: Option<Quality>,
    /// Source.
    pub source: String,
}

/// The names that `curve` may have.
fn curves() -> Vec<&'static str> {
    PUBLISHED.iter().map(|c| c.key).chain(["linear", "logistic"]).collect()
}

impl Loader<'_> {
    /// The survival of a category; noted with the source of the curve.
    pub(super) fn survival(&mut self, path: &str, name: &Text, raw: &RawSurvival) -> Option<Survival> {
        let table = &raw.0;
        let known = published(&table.curve);
        let form = match (table.curve.as_str(), known) {
            (_, Some(curve)) => curve.form,
            ("linear", _) => {
                let (Some(constant), Some(per_minute)) = (table.constant, table.per_minute) else {
                    let hint = "such as constant = 0.67, per_minute = [0.023, 0.011, 0.021]";
                    self.fault(path, "a linear curve needs constant and per_minute", hint);
                    return None;
                };
                self.share(&format!("{path}.constant"), constant);
                for (i, loss) in per_minute.iter().enumerate() {
                    self.between(&format!("{path}.per_minute[{i}]"), *loss, 0.0, 1.0);
                }
                Form::Linear { constant, per_minute }
            }
            ("logistic", _) => {
                let (Some(a), Some(b)) = (table.a, table.b) else {
                    self.fault(path, "a logistic curve needs a and b", "such as a = 0.679, b = 0.262");
                    return None;
                };
                self.between(&format!("{path}.a"), a, -20.0, 20.0);
                self.between(&format!("{path}.b"), b, 0.0, 10.0);
                Form::Response { a, b }
            }
            (other, _) => {
                self.unknown(path, "survival curve", other, &curves());
                return None;
            }
        };
        self.foreign_keys(path, table, form, known.is_some());
        let delay =
            [table.cpr_delay_min, table.defibrillation_delay_min, table.als_delay_min].map(|d| d.unwrap_or(0.0));
        for (key, minutes) in ["cpr_delay_min", "defibrillation_delay_min", "als_delay_min"].iter().zip(delay) {
            self.between(&format!("{path}.{key}"), minutes, 0.0, 120.0);
        }
        let source = match (known, table.source.as_str()) {
            (Some(curve), "") => curve.source.to_string(),
            (Some(curve), more) => format!("{}; {more}", curve.source),
            (None, own) => own.to_string(),
        };
        // Delays are somebody's assumption even where the curve was published.
        let own = known.is_none() || delay != [0.0; 3];
        let quality = table.quality.or(known.filter(|_| !own).map(|c| c.quality)).unwrap_or(Quality::Assumed);
        let (zh, en) = (format!("{}：心脏骤停生存曲线", name.zh), format!("{}: survival of cardiac arrest", name.en));
        let list: Vec<String> = delay.iter().map(f64::to_string).collect();
        let bystander = if table.bystander { ", bystander CPR" } else { "" };
        let value = format!("{} (+{} min{bystander})", table.curve, list.join("/"));
        self.notes.noted(path, &zh, &en, &Noted { value: (), quality, source }, value);
        Some(curve(form, delay, table.bystander))
    }

    /// Keys that the chosen curve does not have.
    fn foreign_keys(&mut self, path: &str, table: &RawCurve, form: Form, is_published: bool) {
        let given = [
            ("cpr_delay_min", table.cpr_delay_min.is_some()),
            ("defibrillation_delay_min", table.defibrillation_delay_min.is_some()),
            ("als_delay_min", table.als_delay_min.is_some()),
            ("bystander", table.bystander),
            ("constant", table.constant.is_some()),
            ("per_minute", table.per_minute.is_some()),
            ("a", table.a.is_some()),
            ("b", table.b.is_some()),
        ];
        let mut takes: Vec<&str> = match form {
            Form::Linear { .. } => vec!["cpr_delay_min", "defibrillation_delay_min", "als_delay_min", "bystander"],
            Form::TwoTimes { .. } => vec!["cpr_delay_min", "defibrillation_delay_min", "bystander"],
            Form::Response { .. } => vec![],
        };
        match form {
            Form::Linear { .. } if !is_published => takes.extend(["constant", "per_minute"]),
            Form::Response { .. } if !is_published => takes.extend(["a", "b"]),
            _ => {}
        }
        for (key, _) in given.iter().filter(|(key, there)| *there && !takes.contains(key)) {
            let hint =
                if takes.is_empty() { "take it out".to_string() } else { format!("it takes {}", takes.join(", ")) };
            self.fault(&format!("{path}.{key}"), format!("the curve `{}` has no `{key}`", table.curve), &hint);
        }
    }
}

/// The curve by response time alone: delays are put into the coefficients.
fn curve(form: Form, delay: [f64; 3], bystander: bool) -> Survival {
    match form {
        Form::Linear { constant, per_minute } => Survival::Linear { constant, per_minute, delay, bystander },
        // With a bystander CPR begins a fixed time after the collapse, so that it adds to the intercept alone.
        Form::TwoTimes { a, cpr, defibrillation } => Survival::Logistic {
            a: a + cpr * delay[0] + defibrillation * delay[1],
            b: if bystander { defibrillation } else { cpr + defibrillation },
        },
        Form::Response { a, b } => Survival::Logistic { a, b },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Span;

    fn chance(key: &str, minutes: f64) -> f64 {
        curve(published(key).unwrap().form, [0.0; 3], false).chance(Span::from_minutes(minutes))
    }

    #[test]
    fn published_curves_give_their_papers_figures() {
        // Larsen: 67 % at once, 5.5 % less for every minute without any care, nothing after 12 minutes and a bit.
        assert!((chance("larsen-1993", 0.0) - 0.67).abs() < 1e-12);
        assert!((chance("larsen-1993", 4.0) - (0.67 - 4.0 * 0.055)).abs() < 1e-12);
        assert!(chance("larsen-1993", 12.0) > 0.0 && chance("larsen-1993", 12.2) == 0.0);
        // The others by hand.
        let logistic = |x: f64| 1.0 / (1.0 + x.exp());
        assert!((chance("valenzuela-1997", 5.0) - logistic(-0.260 + 0.106 * 5.0 + 0.139 * 5.0)).abs() < 1e-12);
        assert!((chance("de-maio-2003", 8.0) - logistic(0.679 + 0.262 * 8.0)).abs() < 1e-12);
    }

    #[test]
    fn a_bystander_stops_the_clock_of_cpr_only() {
        let with = curve(published("valenzuela-1997").unwrap().form, [2.0, 1.0, 0.0], true);
        let expected = 1.0 / (1.0 + (-0.260_f64 + 0.106 * 2.0 + 0.139 * 11.0).exp());
        assert!((with.chance(Span::from_minutes(10.0)) - expected).abs() < 1e-12);
        let larsen = curve(published("larsen-1993").unwrap().form, [2.0, 1.0, 3.0], true);
        let expected = 0.67 - 0.023 * 2.0 - 0.011 * 9.0 - 0.021 * 11.0;
        assert!((larsen.chance(Span::from_minutes(8.0)) - expected).abs() < 1e-12);
    }

    #[test]
    fn later_is_never_better() {
        for known in PUBLISHED {
            let chances: Vec<f64> = (0..60).map(|m| chance(known.key, f64::from(m))).collect();
            assert!(chances.windows(2).all(|w| w[1] <= w[0]), "{}", known.key);
            assert!(chances.iter().all(|c| (0.0..=1.0).contains(c)));
        }
    }
}
