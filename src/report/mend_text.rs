//! What would mend clauses, in words for a terminal.

use super::figure;
use super::words;
use super::words_score::Score;
use crate::experiment::mend::{Addition, Mended, Remedy, What};
use crate::text::Lang;
use std::fmt::Write;

/// Each clause with its remedies. `scenario` is the file as it was named, `set` what the command line changed of it (such as
/// ` --set 'run.days=7'`), which the commands repeat. Ends with a line feed.
pub fn mend_text(found: &[Mended], scenario: &str, set: &str, lang: Lang) -> String {
    let mut out = String::new();
    if found.is_empty() {
        let _ = writeln!(out, "{}", Score::NothingToMend.get(lang));
    }
    for m in found {
        let value = m.value.as_ref().map_or("–".into(), |e| figure::estimate_in(e, 1, &m.unit, lang));
        let sign = words::verdict_sign(m.verdict);
        let word = words::verdict(m.verdict).get(lang);
        let _ = writeln!(
            out,
            "{} ({}): {sign} {word}, {value} ({} {})",
            m.title.get(lang),
            m.clause,
            m.target,
            figure::unit(&m.unit, lang)
        );
        for remedy in &m.remedies {
            let _ = writeln!(out, "  {}", line(remedy, &m.unit, lang));
            if let Some(remark) = remedy.remark.as_ref().filter(|_| !remedy.tried.is_empty()) {
                let _ = writeln!(out, "    {}", remark.get(lang));
            }
            if !remedy.tried.is_empty() {
                let tried = remedy.tried.iter().map(|(n, v)| format!("{n} {}", words::verdict(*v).get(lang)));
                let tried = tried.collect::<Vec<_>>().join(if lang == Lang::Zh { "，" } else { ", " });
                let _ = writeln!(out, "    {}", Score::Tried.fill(lang, &[("list", &tried)]));
            }
            if remedy.enough.is_some() && !remedy.added.is_empty() {
                let _ = writeln!(out, "    {}", Score::AddedAt.fill(lang, &[("list", &places(&remedy.added, lang))]));
            }
            if let Some(file) = &remedy.scenario {
                let command = format!("goldenhour run {}{set}", file.display());
                let _ = writeln!(out, "    {}", Score::RunIt.fill(lang, &[("command", &command)]));
            }
            if let Some(change) = &remedy.change {
                let command = format!("goldenhour run {scenario}{set} --set '{change}'");
                let _ = writeln!(out, "    {}", Score::RunIt.fill(lang, &[("command", &command)]));
            }
        }
    }
    if found.iter().any(|m| m.remedies.iter().any(|r| !r.tried.is_empty())) {
        let _ = writeln!(out, "{}", Score::AboutMend.get(lang));
    }
    out
}

fn line(r: &Remedy, unit: &str, lang: Lang) -> String {
    let what = match r.what {
        What::Units => Score::MoreUnits,
        What::Posts => Score::MorePosts,
        What::Seats => Score::MoreSeats,
        What::Counted => Score::ByCounting,
        What::Nothing => Score::NothingHelps,
    }
    .get(lang);
    let remark = r.remark.as_ref().map_or("", |t| t.get(lang));
    let value = r.value.as_ref().map_or("–".into(), |e| figure::estimate_in(e, 1, unit, lang));
    match (r.what, r.enough, r.tried.last()) {
        (What::Counted, Some(n), _) => Score::Lacks.fill(lang, &[("n", &n.to_string()), ("what", remark)]),
        (_, Some(n), _) => Score::Enough.fill(lang, &[("what", what), ("n", &n.to_string()), ("value", &value)]),
        (_, None, Some((n, _))) => {
            Score::NotEnough.fill(lang, &[("what", what), ("n", &n.to_string()), ("value", &value)])
        }
        (_, None, None) => Score::NotSought.fill(lang, &[("what", what), ("why", remark)]),
    }
}

/// Places with how many are added at each, in the order of the first.
fn places(added: &[Addition], lang: Lang) -> String {
    let mut list: Vec<(&str, String, u32)> = Vec::new();
    for a in added {
        match list.iter_mut().find(|(id, ..)| *id == a.place) {
            Some((_, _, n)) => *n += 1,
            None => list.push((&a.place, a.name.get(lang).to_string(), 1)),
        }
    }
    let words =
        list.iter().map(|(id, name, n)| if *n > 1 { format!("{name} ({id}) × {n}") } else { format!("{name} ({id})") });
    words.collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
}
