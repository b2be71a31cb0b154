//! Siting proposals for the terminal.

use super::compare::folded;
use super::figure;
use super::terminal::STYLE;
use super::words_siting::Siting;
use crate::experiment::siting::{Model, Promise, ProposalRow, Sited, Weigh};
use crate::text::Lang;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table};
use std::fmt::Write;

/// Columns of its sentences at least, and at most.
const NARROWEST: u16 = 60;
const WIDEST: u16 = 110;

/// The proposals for a terminal of `width` columns; `next` is the command that lets the simulation judge them. Ends with a
/// line feed.
pub fn siting_text(sited: &Sited, next: &str, lang: Lang, width: u16) -> String {
    let columns = usize::from(width.clamp(NARROWEST, WIDEST));
    let mut out = String::new();
    let say = |text: &str, out: &mut String| {
        folded(text, columns).iter().for_each(|line| {
            let _ = writeln!(out, "{line}");
        });
    };
    let weigh = match sited.weigh {
        Weigh::People => Siting::People,
        Weigh::Calls => Siting::Calls,
        Weigh::Elderly => Siting::Elderly,
    };
    let n = |v: usize| figure::number(v as f64, 0);
    say(&Siting::Title.fill(lang, &[("n", &sited.posts.to_string()), ("title", sited.title.get(lang))]), &mut out);
    let about = [
        ("candidates", n(sited.candidates)),
        ("same", n(sited.same_place)),
        ("far", n(sited.too_far)),
        ("units", sited.units_each.to_string()),
        ("weigh", weigh.get(lang).to_string()),
    ];
    say(&Siting::About.fill(lang, &about.each_ref().map(|(k, v)| (*k, v.as_str()))), &mut out);
    let [urban, rural] = sited.within_min.map(figure::plain);
    let before = figure::number(sited.before_min, 1);
    say(&Siting::Within.fill(lang, &[("urban", &urban), ("rural", &rural), ("before", &before)]), &mut out);
    if sited.proposals.iter().any(|p| p.model == Model::Mexclp) {
        say(&Siting::Busy.fill(lang, &[("busy", &figure::percent(sited.busy))]), &mut out);
    }
    let _ = writeln!(out, "\n{}\n", table(sited, lang, width).trim_fmt());
    for p in &sited.proposals {
        let comma = if lang == Lang::Zh { "、" } else { ", " };
        let list: Vec<String> = p.sites.iter().map(|s| s.name.get(lang).to_string()).collect();
        say(&Siting::Places.fill(lang, &[("model", p.model.key()), ("list", &list.join(comma))]), &mut out);
        let idle = (sited.posts as usize).saturating_sub(p.sites.len());
        if idle > 0 {
            say(&Siting::Enough.fill(lang, &[("model", p.model.key()), ("n", &idle.to_string())]), &mut out);
        }
    }
    let _ = writeln!(out);
    say(Siting::Static.get(lang), &mut out);
    let _ = writeln!(out, "{next}");
    out
}

fn table(sited: &Sited, lang: Lang, width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let heads = [
        Siting::Proposal,
        Siting::WithinHead,
        Siting::MeanHead,
        Siting::LongestHead,
        Siting::WorstHead,
        Siting::ProofHead,
    ];
    table.set_header(heads.map(|h| h.get(lang)));
    table.add_row(row(Siting::AsIs.get(lang), &sited.now, String::new(), lang));
    for p in &sited.proposals {
        table.add_row(row(name(p.model).get(lang), &p.promise, proof(p, lang), lang));
    }
    table
}

fn name(model: Model) -> Siting {
    match model {
        Model::Mclp => Siting::Mclp,
        Model::Median => Siting::Median,
        Model::Mexclp => Siting::Mexclp,
        Model::Backup => Siting::Backup,
        Model::Center => Siting::Center,
    }
}

fn proof(p: &ProposalRow, lang: Lang) -> String {
    match p.proved {
        true => Siting::Proved.get(lang).into(),
        false => Siting::Gap.fill(lang, &[("gap", &format!("{}%", figure::number(100.0 * p.gap, 2)))]),
    }
}

fn row(name: &str, promise: &Promise, proof: String, lang: Lang) -> Vec<Cell> {
    let number = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let worst = promise.worst.as_ref();
    let worst = worst.map_or("–".into(), |(c, share)| format!("{} {}", c.get(lang), figure::percent(*share)));
    let people = format!("{} ({})", figure::number(promise.people_within, 0), figure::percent(promise.within));
    vec![
        Cell::new(name),
        number(people),
        number(figure::number(promise.mean_min, 2)),
        number(figure::number(promise.longest_min, 1)),
        Cell::new(worst),
        Cell::new(proof),
    ]
}
