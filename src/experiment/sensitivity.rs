//! Which guesses matter: every assumption of a scenario that is a guess or was calibrated, varied one at a time.

use super::plan::{Factor, Level, PlanPoint, one_at_a_time};
use crate::fault::Faults;
use crate::input::{Change, PathStep, Selector, TomlDoc, ValuePath};
use crate::scenario::{Assumption, CHANGED_TABLES, Scenario};
use crate::text::Text;

/// By how much assumptions are varied, up and down, unless told otherwise.
pub const USUAL_SHARE: f64 = 0.2;

/// What is varied, and what is not.
#[derive(Clone, Debug)]
pub struct Guesses {
    /// The assumptions that are varied, each with a lower and a higher level (one of them where the other is not allowed).
    pub factors: Vec<Factor>,
    /// The scenario as it is, then each level of each factor by itself. The changes come on top of those of the scenario.
    pub points: Vec<PlanPoint>,
    /// Assumptions that are no single numbers, with the reason.
    pub left_out: Vec<(Assumption, Text)>,
}

/// The points of a sensitivity analysis: each assumption marked C or calibrated is multiplied by 1 − `share` and 1 + `share`,
/// all else as it is. Of a distribution all times are multiplied together. Numbers that must be whole change by one at
/// least; shares stay at 1 at most.
///
/// # Errors
/// A scenario file that cannot be read any more.
pub fn guesses(scenario: &Scenario, share: f64) -> Result<Guesses, Faults> {
    let doc = TomlDoc::<toml::Table>::read_changed(&scenario.file, &scenario.changes, &CHANGED_TABLES)?;
    let root = toml::Value::Table(doc.value);
    let (mut factors, mut left_out) = (Vec::new(), Vec::new());
    for assumption in scenario.assumptions.iter().filter(|a| a.quality.needs_telling()) {
        match found(&root, assumption) {
            Err(why) => left_out.push((assumption.clone(), why)),
            Ok(numbers) => {
                let before = factors.len();
                for (path, label, value) in numbers {
                    factors.extend(factor(scenario, path, label, &value, share));
                }
                if factors.len() == before {
                    let why = Text::new("上下各变动都不被允许", "no other value nearby is allowed");
                    left_out.push((assumption.clone(), why));
                }
            }
        }
    }
    let rows = one_at_a_time(&factors);
    let points = rows.into_iter().enumerate().map(|(i, row)| PlanPoint::new(i, &factors, row)).collect();
    Ok(Guesses { factors, points, left_out })
}

/// The values behind an assumption, with what they are called; or why there are none.
fn found(root: &toml::Value, assumption: &Assumption) -> Result<Vec<(ValuePath, Text, toml::Value)>, Text> {
    let name = assumption.name.clone();
    let no_number =
        || Text::new("不是单个数值（表格、曲线或配置）", "it is no single number (a table, a curve or a profile)");
    let path: ValuePath = assumption.key.parse().map_err(|_| no_number())?;
    let Some(value) = at(root, &path) else {
        return Err(if assumption.key.ends_with(".csv") || assumption.key == "network.profile" {
            no_number()
        } else {
            Text::new(
                "方案未写明，用的是程序默认值；写入方案后即可变动",
                "the scenario leaves it at the program's default: write it there to vary it",
            )
        });
    };
    if number_of(value).is_some() || value.get("dist").is_some() {
        return Ok(vec![(path, name, value.clone())]);
    }
    // A group of noted values under one name, such as the share and the transported share of a category.
    let telling = |v: &toml::Value| {
        v.is_float()
            || v.is_integer()
            || v.get("quality").and_then(toml::Value::as_str).is_some_and(|q| !["A", "B"].contains(&q))
    };
    let children = value.as_table().into_iter().flatten().filter(|(key, v)| {
        ["share", "transport"].contains(&key.as_str()) && telling(v) && number_of(v).is_some_and(|n| n != 0.0)
    });
    let children: Vec<_> = children
        .map(|(key, v)| {
            let (zh, en) = if key == "share" { ("占比", "share") } else { ("送院率", "share transported") };
            let plain = |text: &str, at: char| text.split(at).next().unwrap_or(text).trim().to_string();
            let label =
                Text::new(format!("{}：{zh}", plain(&name.zh, '：')), format!("{}: {en}", plain(&name.en, ':')));
            (path.below(key), label, v.clone())
        })
        .collect();
    if children.is_empty() { Err(no_number()) } else { Ok(children) }
}

fn at<'v>(root: &'v toml::Value, path: &ValuePath) -> Option<&'v toml::Value> {
    path.steps().iter().try_fold(root, |value, step| match step {
        PathStep::Key(key) => value.get(key.as_str()),
        PathStep::Of(Selector::Index(at)) => value.get(*at),
        PathStep::Of(Selector::Key(key)) => {
            value.as_array()?.iter().find(|v| v.get("key").and_then(toml::Value::as_str) == Some(key))
        }
        PathStep::Of(_) => None,
    })
}

/// The number of a value, plain or noted.
fn number_of(value: &toml::Value) -> Option<f64> {
    match value {
        toml::Value::Integer(n) => Some(*n as f64),
        toml::Value::Float(n) => Some(*n),
        toml::Value::Table(table) => table.get("value").filter(|v| !v.is_table()).and_then(number_of),
        _ => None,
    }
}

/// The factor of a value, with those levels the scenario allows.
fn factor(scenario: &Scenario, path: ValuePath, label: Text, value: &toml::Value, share: f64) -> Option<Factor> {
    let name = path.to_string();
    let times = [1.0 - share, 1.0 + share];
    let allowed = |factor: &Factor, level: &Level| {
        let changes: Vec<Change> = scenario.changes.iter().cloned().chain(factor.changes(level)).collect();
        Scenario::load_with(&scenario.file, &changes).is_ok()
    };
    let mut factor = Factor { name, label, paths: Vec::new(), multiply: false, levels: Vec::new(), bounds: None };
    if let Some(table) = value.as_table().filter(|t| t.contains_key("dist")) {
        factor.paths = table.keys().filter(|key| key.ends_with("_s")).map(|key| path.below(key)).collect();
        factor.multiply = true;
        let levels = times.map(|t| Level { value: toml::Value::Float(t), label: percent(t) });
        factor.levels = levels.into_iter().filter(|level| allowed(&factor, level)).collect();
    } else {
        let base = number_of(value).filter(|n| *n != 0.0 && n.is_finite())?;
        factor.paths = vec![path];
        let whole = [(base * times[0]).round().min(base - 1.0), (base * times[1]).round().max(base + 1.0)];
        for (t, whole) in times.into_iter().zip(whole) {
            let rounded: f64 = format!("{:.6e}", base * t).parse().unwrap_or(base * t);
            let mut tries = vec![toml::Value::Float(rounded), toml::Value::Integer(whole as i64)];
            if base < 1.0 && t > 1.0 {
                // A share is all at most.
                tries[1] = toml::Value::Float(1.0);
            }
            let tries = tries.into_iter().map(|value| {
                let number = number_of(&value).unwrap_or(0.0);
                Level { label: format!("{number} ({})", percent(number / base)), value }
            });
            factor.levels.extend(tries.into_iter().find(|level| allowed(&factor, level)));
        }
    }
    (!factor.levels.is_empty()).then_some(factor)
}

fn percent(times: f64) -> String {
    let percent = ((times - 1.0) * 100.0).round();
    if percent < 0.0 { format!("−{}%", -percent) } else { format!("+{percent}%") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_guess_is_varied_or_named() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-now.toml");
        let s = Scenario::load(&file).unwrap();
        let found = guesses(&s, USUAL_SHARE).unwrap();
        let of = |name: &str| found.factors.iter().find(|f| f.name == name).unwrap_or_else(|| panic!("{name}"));
        let levels = |name: &str| of(name).levels.iter().map(|l| l.label.clone()).collect::<Vec<_>>();
        assert_eq!(levels("travel.response_factor"), ["0.768 (−20%)", "1.152 (+20%)"]);
        assert_eq!(levels("durations.scene"), ["−20%", "+20%"]);
        // Nine tenths of the infected are taken to hospital: more than all cannot be.
        assert_eq!(levels("category[3].transport"), ["0.72 (−20%)", "1 (+11%)"]);
        // What has a source is not varied.
        assert!(
            found
                .factors
                .iter()
                .all(|f| !["centre[0].seats", "durations.turnout", "category[0].share"].contains(&f.name.as_str()))
        );
        assert!(found.factors.iter().any(|f| f.name == "category[3].share"));
        let out: Vec<&str> = found.left_out.iter().map(|(a, _)| a.key.as_str()).collect();
        assert!(out.contains(&"demand.hourly") && out.contains(&"yuxi/posts-now.csv"), "{out:?}");
        // Nothing is forgotten: each telling assumption is a factor, or has some, or is left out.
        for a in s.assumptions.iter().filter(|a| a.quality.needs_telling()) {
            let varied = found.factors.iter().any(|f| f.name == a.key || f.name.starts_with(&format!("{}.", a.key)));
            assert!(varied != out.contains(&a.key.as_str()), "{}", a.key);
        }
        assert_eq!(found.points.len(), 1 + found.factors.iter().map(|f| f.levels.len()).sum::<usize>());
        assert!(found.points[0].changes.is_empty() && found.points[1].changes.len() == 1);
    }

    #[test]
    fn seats_change_by_one_at_least() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/yuxi-before.toml");
        let s = Scenario::load(&file).unwrap();
        let found = guesses(&s, USUAL_SHARE).unwrap();
        let seats: Vec<Vec<&str>> = found
            .factors
            .iter()
            .filter(|f| f.name.ends_with(".seats"))
            .map(|f| f.levels.iter().map(|l| l.label.as_str()).collect())
            .collect();
        assert_eq!((seats.len(), &seats[0]), (9, &vec!["1 (−50%)", "3 (+50%)"]));
        // A centre without a seat is none.
        assert_eq!(seats[1], ["2 (+100%)"]);
    }
}
