//! Reading `maxspeed`, `duration` and `maxheight`-like values: pure functions of the text.

use crate::network::profile::MaxspeedRule;

const KMH_PER_MPH: f64 = 1.609_344;
const KMH_PER_KNOT: f64 = 1.852;

/// What a `maxspeed` value says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Limit {
    /// A limit in km/h.
    Kmh(f64),
    /// A value that has a meaning but no number here: `signals`, `variable`, a country's rule the profile lacks.
    Unstated,
    /// Not a value of `maxspeed`.
    Garbage,
}

/// Reads a `maxspeed` value. Of several (`60;80`) the lowest counts.
pub(super) fn maxspeed(value: &str, rule: &MaxspeedRule) -> Limit {
    let mut lowest = None;
    let mut unstated = false;
    for part in value.split([';', '|']).map(str::trim).filter(|p| !p.is_empty()) {
        match one(part, rule) {
            Limit::Kmh(kmh) => lowest = Some(lowest.map_or(kmh, |l: f64| l.min(kmh))),
            Limit::Unstated => unstated = true,
            Limit::Garbage => return Limit::Garbage,
        }
    }
    match lowest {
        Some(kmh) => Limit::Kmh(kmh),
        None if unstated => Limit::Unstated,
        None => Limit::Garbage,
    }
}

fn one(text: &str, rule: &MaxspeedRule) -> Limit {
    match text {
        "none" => return Limit::Kmh(rule.none_kmh),
        "walk" => return Limit::Kmh(rule.walk_kmh),
        "signals" | "variable" | "default" | "implicit" | "national" | "unposted" => return Limit::Unstated,
        _ => {}
    }
    if let Some((country, kind)) = text.split_once(':') {
        return by_name(text, country, kind, rule);
    }
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let Ok(number) = text[..digits].parse::<f64>() else { return Limit::Garbage };
    let kmh = match text[digits..].trim().to_ascii_lowercase().as_str() {
        "" | "km/h" | "kmh" | "kph" | "kmph" => number,
        "mph" => number * KMH_PER_MPH,
        "knots" | "knot" | "kn" | "kt" => number * KMH_PER_KNOT,
        _ => return Limit::Garbage,
    };
    plausible(kmh)
}

fn by_name(full: &str, country: &str, kind: &str, rule: &MaxspeedRule) -> Limit {
    let known = |name: &str| rule.implicit.get(name).copied();
    if let Some(kmh) = known(full).or_else(|| known(kind)) {
        return Limit::Kmh(kmh);
    }
    let is_country = (2..=6).contains(&country.len())
        && country.bytes().all(|b| b.is_ascii_uppercase() || b == b'-' || b.is_ascii_digit());
    if !is_country {
        return Limit::Garbage;
    }
    // `DE:zone30`, `FR:zone:30`, `BE:30`: the number is the limit.
    let number = kind.strip_prefix("zone").unwrap_or(kind).trim_start_matches(':');
    number.parse::<f64>().map_or(Limit::Unstated, plausible)
}

fn plausible(kmh: f64) -> Limit {
    if (1.0..=200.0).contains(&kmh) { Limit::Kmh(kmh) } else { Limit::Garbage }
}

/// Reads a `duration`: `MM`, `HH:MM`, `HH:MM:SS` or ISO 8601 (`PT1H30M`, `P1DT2H`); seconds, or `None`.
pub(super) fn duration_s(value: &str) -> Option<f64> {
    let text = value.trim();
    let seconds = match text.strip_prefix(['P', 'p']) {
        Some(iso) => iso_8601(iso)?,
        None => {
            let parts: Vec<f64> = text.split(':').map(|p| p.trim().parse().ok()).collect::<Option<_>>()?;
            match parts.as_slice() {
                [m] => m * 60.0,
                [h, m] => h * 3600.0 + m * 60.0,
                [h, m, s] => h * 3600.0 + m * 60.0 + s,
                _ => return None,
            }
        }
    };
    // Longer than four days is no crossing; it would also leave the range of travel times.
    (seconds > 0.0 && seconds <= 345_600.0).then_some(seconds)
}

/// Reads a measure: metres or tonnes (`2.5`, `2.5 m`, `3.5 t`), feet and inches (`8'6"`), short tons are not known.
pub(super) fn measure(value: &str) -> Option<f64> {
    let text = value.trim();
    if let Some((feet, inches)) = text.split_once('\'') {
        let inches = inches.trim().trim_end_matches('"');
        let inches = if inches.is_empty() { 0.0 } else { inches.parse::<f64>().ok()? };
        return Some(feet.trim().parse::<f64>().ok()? * 0.3048 + inches * 0.0254);
    }
    let number = text.trim_end_matches(['m', 't']).trim();
    number.parse::<f64>().ok().filter(|x| x.is_finite() && *x > 0.0)
}

fn iso_8601(text: &str) -> Option<f64> {
    let (mut total, mut number, mut in_time) = (0.0, String::new(), false);
    for c in text.chars() {
        let unit = match (c.to_ascii_uppercase(), in_time) {
            ('0'..='9' | '.', _) => {
                number.push(c);
                continue;
            }
            ('T', false) if number.is_empty() => {
                in_time = true;
                continue;
            }
            ('D', false) => 86_400.0,
            ('H', true) => 3600.0,
            ('M', true) => 60.0,
            ('S', true) => 1.0,
            _ => return None,
        };
        total += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    number.is_empty().then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::profile::SpeedProfile;

    fn read(value: &str) -> Limit {
        maxspeed(value, &SpeedProfile::builtin("china-default").unwrap().maxspeed)
    }

    #[test]
    fn units_and_names() {
        assert_eq!(read("60"), Limit::Kmh(60.0));
        assert_eq!(read("60 km/h"), Limit::Kmh(60.0));
        assert_eq!(read("30 mph"), Limit::Kmh(30.0 * 1.609_344));
        assert_eq!(read("30mph"), Limit::Kmh(30.0 * 1.609_344));
        assert_eq!(read("10 knots"), Limit::Kmh(18.52));
        assert_eq!(read("none"), Limit::Kmh(120.0));
        assert_eq!(read("walk"), Limit::Kmh(6.0));
        assert_eq!(read("CN:urban"), Limit::Kmh(50.0));
        assert_eq!(read("CN:rural"), Limit::Kmh(70.0));
        assert_eq!(read("AD:urban"), Limit::Kmh(50.0));
        assert_eq!(read("DE:zone:30"), Limit::Kmh(30.0));
        assert_eq!(read("DE:zone30"), Limit::Kmh(30.0));
        assert_eq!(read("80;60"), Limit::Kmh(60.0));
    }

    #[test]
    fn values_without_a_number_and_garbage_differ() {
        assert_eq!(read("signals"), Limit::Unstated);
        assert_eq!(read("XX:moonlight"), Limit::Unstated);
        for garbage in ["", "fast", "0", "-30", "9999", "50 furlongs", "30 mph?", "RU urban", "1e3", "."] {
            assert_eq!(read(garbage), Limit::Garbage, "{garbage:?}");
        }
    }

    #[test]
    fn measures() {
        assert_eq!(measure("2.5"), Some(2.5));
        assert_eq!(measure("3.5 t"), Some(3.5));
        assert_eq!(measure("2 m"), Some(2.0));
        assert!((measure("8'6\"").unwrap() - 2.5908).abs() < 1e-9);
        for bad in ["", "default", "below_default", "none", "-1", "nan"] {
            assert_eq!(measure(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration_s("00:20"), Some(1200.0));
        assert_eq!(duration_s("1:05:30"), Some(3930.0));
        assert_eq!(duration_s("45"), Some(2700.0));
        assert_eq!(duration_s("PT1H30M"), Some(5400.0));
        assert_eq!(duration_s("P1DT2H"), Some(93_600.0));
        assert_eq!(duration_s("PT90S"), Some(90.0));
        for bad in ["", "soon", "PT", "P1M", "PT5", "00:00", "1:2:3:4", "PTH", "nan", "-5"] {
            assert_eq!(duration_s(bad), None, "{bad:?}");
        }
    }
}
