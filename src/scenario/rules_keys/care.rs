//! What a `[[category]]` asks for beyond its share and priority.

use super::super::load::Loader;
use super::super::raw::RawCategory;
use super::super::rules::{ALWAYS, Rules};
use super::{Known, Per, round};
use crate::demand::Care;
use crate::facilities::UnitKind;
use crate::input::Noted;
use crate::units::Span;

impl Loader<'_> {
    /// The care of category `i`; whether there are units for it is checked by [`Loader::care_fits`].
    pub(in super::super) fn care(&mut self, i: usize, raw: &RawCategory) -> Care {
        let at = |key: &str| format!("category[{i}].{key}");
        let plain = Care::default();
        let named = |zh: &str, en: &str| (format!("{}：{zh}", raw.name.zh), format!("{}: {en}", raw.name.en));
        let kinds = self.kinds(&at("kinds"), &raw.kinds);
        let units = raw.units.as_ref().map_or(plain.units, |u| {
            self.between(&at("units"), f64::from(u.value), 1.0, 20.0);
            let (zh, en) = named("同时派车数", "units sent at once");
            self.notes.noted(&at("units"), &zh, &en, u, u.value.to_string());
            u.value
        });
        let cancelled = raw.cancelled.as_ref().map_or(plain.cancelled, |c| {
            let (zh, en) = named("取消或空跑比例", "share cancelled or found to be nothing");
            self.noted_share(&at("cancelled"), (&zh, &en), c)
        });
        let further_callers = raw.further_callers.as_ref().map_or(plain.further_callers, |f| {
            self.between(&at("further_callers"), f.value, 0.0, 100.0);
            let (zh, en) = named("同一事件的其他来电者（平均）", "further callers about one incident, on average");
            self.notes.noted(&at("further_callers"), &zh, &en, f, round(f.value).to_string());
            f.value
        });
        if raw.further_within_min.is_some() && raw.further_callers.is_none() {
            let hint = "write further_callers = …, the mean number besides the first";
            self.fault(&at("further_within_min"), "there are no further callers", hint);
        }
        let default = Noted::default_of(5.0);
        let further_within = if further_callers > 0.0 {
            let within = raw.further_within_min.as_ref().unwrap_or(&default);
            let (zh, en) = named("其他来电者在多久内来电", "further callers call within");
            self.span(&at("further_within_min"), (&zh, &en), within, Per::Minute, (0.0, 1440.0))
        } else {
            Span::ZERO
        };
        let mut own = |key: &str, zh: &str, en: &str, raw: &Option<super::super::raw::RawDist>| {
            let (zh, en) = named(zh, en);
            raw.as_ref().map(|d| self.dist(&at(key), &zh, &en, d))
        };
        let handling = own("handling", "受理", "handling", &raw.handling);
        let scene = own("scene", "现场救治（送院）", "on scene, transported", &raw.scene);
        let scene_left = own("scene_left", "现场救治（不送院）", "on scene, not transported", &raw.scene_left);
        let handover = own("handover", "院内交接", "hand-over at hospital", &raw.handover);
        let clear = own("clear", "清洁补给（消毒）", "cleaning, disinfection", &raw.clear);
        let survival = raw.survival.as_ref().and_then(|s| self.survival(&at("survival"), &raw.name, s));
        Care {
            siren: raw.siren,
            kinds,
            units,
            cancelled,
            further_callers,
            further_within,
            handling,
            scene,
            scene_left,
            handover,
            clear,
            survival,
        }
    }

    fn kinds(&mut self, path: &str, names: &[String]) -> Vec<UnitKind> {
        let mut kinds = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let path = format!("{path}[{i}]");
            match UnitKind::parse(name) {
                None => self.unknown(&path, "kind of unit", name, &UnitKind::ALL.map(UnitKind::key)),
                Some(kind) if kinds.contains(&kind) => {
                    self.fault(&path, format!("`{name}` is there twice"), "once is enough");
                }
                Some(kind) => kinds.push(kind),
            }
        }
        kinds
    }

    /// Whether there are units for what categories ask.
    pub(super) fn care_fits(&mut self, known: &Known<'_>, rules: &Rules) {
        let (Some(demand), Some(units)) = (known.demand, known.units) else { return };
        for (i, c) in demand.categories.iter().enumerate() {
            let care = &c.care;
            if !care.kinds.is_empty() {
                let list = care.kinds.iter().map(|k| k.key()).collect::<Vec<_>>().join(" or ");
                let path = format!("category[{i}].kinds");
                let fits = |k: UnitKind| care.kinds.contains(&k);
                if !units.iter().any(|u| fits(u.kind)) {
                    let message = format!("no unit is {list}");
                    self.fault(&path, message, "see the column `kind` of the table of units");
                } else if rules.dispatch.mismatch == ALWAYS {
                    let without: Vec<&str> = known
                        .units_by_centre(|u| fits(u.kind))
                        .unwrap_or_default()
                        .iter()
                        .zip(known.centres)
                        .filter(|(n, _)| **n == 0)
                        .map(|(_, c)| c.name.en.as_str())
                        .collect();
                    if !without.is_empty() {
                        let message = format!("no unit is {list} at {}", without.join(", "));
                        self.warn(&path, message, "any other unit is sent there instead");
                    }
                }
                let carries = care.kinds.iter().any(|k| k.carries());
                if !carries && care.units < 2 && c.transport > 0.0 {
                    let message = format!("units that are {list} carry nobody, but patients are taken to hospital");
                    let hint = "add a kind that carries, or send two units: units = 2";
                    self.fault(&path, message, hint);
                }
            }
            let most = known.units_by_centre(|_| true).unwrap_or_default().into_iter().max().unwrap_or(0);
            if care.units > most && most > 0 {
                let message = format!("{} units are sent at once, but no centre has more than {most}", care.units);
                self.warn(&format!("category[{i}].units"), message, "as many go as there are");
            }
        }
    }
}
