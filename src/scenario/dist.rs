//! From the keys of a distribution in TOML to a checked [`Dist`].

use super::raw::{DistName, RawDist};
use crate::random::Dist;

/// Turns the raw keys into a distribution. The error says which key is missing, superfluous or out of range.
pub(super) fn resolve(raw: &RawDist) -> Result<Dist, String> {
    let keys = [
        ("value_s", raw.value_s),
        ("mean_s", raw.mean_s),
        ("median_s", raw.median_s),
        ("sigma", raw.sigma),
        ("min_s", raw.min_s),
        ("mode_s", raw.mode_s),
        ("max_s", raw.max_s),
        ("scale_s", raw.scale_s),
        ("shape", raw.shape),
    ];
    let wanted: &[&str] = match raw.dist {
        DistName::Fixed => &["value_s"],
        DistName::Uniform => &["min_s", "max_s"],
        DistName::Triangular => &["min_s", "mode_s", "max_s"],
        DistName::Exponential => &["mean_s"],
        DistName::Lognormal => &["median_s", "sigma"],
        DistName::Weibull => &["scale_s", "shape"],
    };
    let get = |key: &str| keys.iter().find(|(k, _)| *k == key).and_then(|(_, v)| *v);
    let missing: Vec<&str> = wanted.iter().copied().filter(|k| get(k).is_none()).collect();
    let extra: Vec<&str> = keys.iter().filter(|(k, v)| v.is_some() && !wanted.contains(k)).map(|(k, _)| *k).collect();
    let name = format!("{:?}", raw.dist).to_lowercase();
    if !missing.is_empty() {
        return Err(format!("the {name} distribution needs {}", missing.join(" and ")));
    }
    if !extra.is_empty() {
        return Err(format!("the {name} distribution takes {}, not {}", wanted.join(" and "), extra.join(" or ")));
    }
    let v = |key: &str| get(key).unwrap_or(f64::NAN);
    let dist = match raw.dist {
        DistName::Fixed => Dist::Fixed(v("value_s")),
        DistName::Uniform => Dist::Uniform { min: v("min_s"), max: v("max_s") },
        DistName::Triangular => Dist::Triangular { min: v("min_s"), mode: v("mode_s"), max: v("max_s") },
        DistName::Exponential => Dist::Exponential(v("mean_s")),
        DistName::Lognormal => Dist::Lognormal { median: v("median_s"), sigma: v("sigma") },
        DistName::Weibull => Dist::Weibull { scale: v("scale_s"), shape: v("shape") },
    };
    dist.check().map_err(|e| e.to_string())?;
    Ok(dist)
}

/// A distribution in words for the list of assumptions.
pub(super) fn words(dist: &Dist) -> String {
    match *dist {
        Dist::Fixed(v) => format!("{v} s"),
        Dist::Uniform { min, max } => format!("uniform {min}–{max} s"),
        Dist::Triangular { min, mode, max } => format!("triangular {min}–{mode}–{max} s"),
        Dist::Exponential(mean) => format!("exponential, mean {mean} s"),
        Dist::Lognormal { median, sigma } => format!("lognormal, median {median} s, σ {sigma}"),
        Dist::Weibull { scale, shape } => format!("Weibull, scale {scale} s, shape {shape}"),
    }
}
