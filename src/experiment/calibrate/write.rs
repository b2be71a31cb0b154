//! The new scenario: a file based on the old one that says what was fitted and nothing else.

use super::result::{LogInfo, Value};
use crate::scenario::Scenario;
use std::path::{Component, Path, PathBuf};

/// A number with commas between thousands.
fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A TOML string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_string()).to_string()
}

/// Text for a comment: one line.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Where a value comes from, as it stands beside it.
pub(super) fn source(log: &LogInfo, n: usize) -> String {
    format!("calibrated from {}, n = {}", log.file, thousands(n))
}

/// The TOML of a scenario that is based on another at `base` and has these values.
pub(super) fn scenario(
    s: &Scenario,
    base: &str,
    name: &str,
    log: &LogInfo,
    values: &[Value],
    confidence: f64,
) -> String {
    let mut out = String::new();
    let days =
        if log.held_out_days > 0 { format!(" (the last {} days held out)", log.held_out_days) } else { String::new() };
    let about = format!("{} ({} rows, {} to {}{days})", log.file, thousands(log.rows), log.first, log.last);
    out.push_str(
        "# Made by `goldenhour calibrate`: only what was fitted stands here, all else is taken from the base.\n",
    );
    out.push_str(&format!("# The log: {}, digest {}.\n", one_line(&about), &log.digest[..log.digest.len().min(16)]));
    out.push_str("schema = 1\n");
    out.push_str(&format!("base = {}\n", quoted(base)));
    out.push_str(&format!("name = {}\n", quoted(name)));
    let (zh, en) = (format!("{}（按来电记录标定）", s.title.zh), format!("{}, calibrated from a log", s.title.en));
    out.push_str(&format!("title = {{ zh = {}, en = {} }}\n", quoted(&zh), quoted(&en)));

    let mut sections: Vec<(String, Vec<&Value>)> = Vec::new();
    for value in values {
        let section = value.key.rsplit_once('.').map_or("", |(section, _)| section).to_string();
        match sections.iter_mut().find(|(name, _)| *name == section) {
            Some((_, list)) => list.push(value),
            None => sections.push((section, vec![value])),
        }
    }
    for (section, list) in sections {
        match section.strip_prefix("category[").and_then(|rest| rest.strip_suffix(']')) {
            Some(key) => out.push_str(&format!("\n[[category]]\nkey = {}\n", quoted(key))),
            None => out.push_str(&format!("\n[{section}]\n")),
        }
        for value in list {
            let key = value.key.rsplit_once('.').map_or(value.key.as_str(), |(_, key)| key);
            let source = source(log, value.n);
            let with_interval = match value.interval.as_str() {
                "" => source.clone(),
                interval => format!("{source}; {} % interval {interval}", five(confidence * 100.0)),
            };
            out.push_str(&format!("# {}\n", one_line(&source)));
            let (toml, source) = (&value.toml, quoted(&with_interval));
            out.push_str(&format!("{key} = {{ {toml}, quality = \"calibrated\", source = {source} }}\n"));
        }
    }
    out
}

fn five(value: f64) -> f64 {
    super::times::five_digits(value)
}

/// The path of a file as seen from a folder; absolute where no relative one leads there.
pub(in crate::experiment) fn relative(file: &Path, folder: &Path) -> PathBuf {
    let (Ok(file), Ok(folder)) = (file.canonicalize(), folder.canonicalize()) else { return file.to_path_buf() };
    let (to, from): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (file.components().collect(), folder.components().collect());
    let same = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    if same == 0 {
        return file;
    }
    let up = std::iter::repeat_n(Component::ParentDir, from.len() - same);
    up.chain(to[same..].iter().copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_folder_to_file() {
        let root = tempfile::tempdir().unwrap();
        let (a, b) = (root.path().join("a/b"), root.path().join("c"));
        std::fs::create_dir_all(&a).unwrap();
        std::fs::create_dir_all(&b).unwrap();
        let file = b.join("s.toml");
        std::fs::write(&file, "").unwrap();
        assert_eq!(relative(&file, &a), Path::new("../../c/s.toml"));
        assert_eq!(relative(&file, &b), Path::new("s.toml"));
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
