//! Siting proposals for the terminal.

use super::sentences;
use crate::experiment::siting::{Promise, ProposalRow, Served, Sited, WantRow};
use crate::report::compare::folded;
use crate::report::figure;
use crate::report::terminal::STYLE;
use crate::report::words_siting::Siting;
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
    say(&sentences::title(sited, lang), &mut out);
    sentences::about(sited, lang).iter().for_each(|line| say(line, &mut out));
    if !sited.wants.is_empty() {
        let _ = writeln!(out, "\n{}", wants(&sited.wants, lang, width).trim_fmt());
    }
    for why in &sited.why_none {
        let _ = writeln!(out);
        sentences::why_none(why, lang).iter().for_each(|line| say(line, &mut out));
    }
    if sited.proposals.is_empty() {
        return out;
    }
    let _ = writeln!(out, "\n{}\n", table(sited, lang, width).trim_fmt());
    for p in &sited.proposals {
        let mut lines = sentences::does(p, lang);
        lines.extend(sentences::idle(sited, p, lang));
        let comma = if lang == Lang::Zh { "" } else { " " };
        say(&format!("{}: {}", p.key, lines.join(comma)), &mut out);
    }
    super::judged_text::polished(sited, lang).iter().for_each(|line| say(line, &mut out));
    let _ = writeln!(out);
    say(Siting::Static.get(lang), &mut out);
    let _ = writeln!(out, "{next}");
    out
}

fn table(sited: &Sited, lang: Lang, width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let costs = sited.proposals.iter().any(|p| p.cost.is_some());
    let mut heads = vec![
        Siting::Proposal,
        Siting::WithinHead,
        Siting::ServedHead,
        Siting::MeanHead,
        Siting::LongestHead,
        Siting::WorstHead,
    ];
    if costs {
        heads.push(Siting::CostHead);
    }
    heads.push(Siting::ProofHead);
    table.set_header(heads.iter().map(|h| h.get(lang)));
    let dash = || "–".to_string();
    let cost = |p: Option<&ProposalRow>| costs.then(|| p.and_then(|p| p.cost).map_or_else(dash, figure::plain));
    table.add_row(row(Siting::AsIs.get(lang), &sited.now, &sited.served_now, cost(None), String::new(), lang));
    for p in &sited.proposals {
        let mut name = sentences::name(sited, p, lang);
        if sited.front.iter().any(|f| f.key == p.key && f.on_front) {
            name.push_str(" *");
        }
        let seconds = Siting::Seconds.fill(lang, &[("s", &figure::number(p.seconds, 1))]);
        let proof = format!("{}{seconds}", sentences::proof(p, lang));
        table.add_row(row(&name, &p.promise, &p.served, cost(Some(p)), proof, lang));
    }
    table
}

fn row(name: &str, promise: &Promise, served: &Served, cost: Option<String>, proof: String, lang: Lang) -> Vec<Cell> {
    let number = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let worst = promise.worst.as_ref();
    let worst = worst.map_or("–".into(), |(c, share)| format!("{} {}", c.get(lang), figure::percent(*share)));
    let people = format!("{} ({})", figure::number(promise.people_within, 0), figure::percent(promise.within));
    let mut cells = vec![
        Cell::new(name),
        number(people),
        number(figure::percent(served.within)),
        number(figure::number(promise.mean_min, 2)),
        number(figure::number(promise.longest_min, 1)),
        Cell::new(worst),
    ];
    cells.extend(cost.map(number));
    cells.push(Cell::new(proof));
    cells
}

/// The clauses of a pack on paper.
fn wants(wants: &[WantRow], lang: Lang, width: u16) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    let heads = [Siting::Clause, Siting::Wanted, Siting::AsIs, Siting::Promised];
    table.set_header(heads.map(|h| h.get(lang)));
    let number = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    for w in wants {
        let cells = match &w.left_out {
            Some(why) => vec![Cell::new(w.title.get(lang)), Cell::new(why.get(lang)), Cell::new(""), Cell::new("")],
            None => vec![
                Cell::new(w.title.get(lang)),
                number(sentences::figure_of(w.wanted, &w.unit, lang)),
                number(sentences::figure_of(w.now, &w.unit, lang)),
                number(w.promised.map_or("–".into(), |v| sentences::figure_of(v, &w.unit, lang))),
            ],
        };
        table.add_row(cells);
    }
    table
}
