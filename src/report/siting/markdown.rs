//! The proposals as Markdown, for issue trackers and letters: the short answer and the table.

use super::{sentences, short};
use crate::experiment::siting::{Judgment, Promise, Served, Sited};
use crate::report::figure::{number, percent, plain};
use crate::report::words_siting::Siting;
use crate::report::words_siting_page::Page;
use crate::text::Lang;
use std::fmt::Write;

/// The text of `siting.md`.
pub(super) fn page(sited: &Sited, judgment: Option<&Judgment>, lang: Lang) -> String {
    let mut out = format!("# {}\n\n", cell(&sentences::title(sited, lang)));
    for line in short::answer(sited, judgment, lang) {
        let _ = writeln!(out, "{}\n", cell(&line));
    }
    for why in &sited.why_none {
        let _ = writeln!(out, "## {}: {}\n", sentences::model(why.model).get(lang), Page::WaysTitle.get(lang));
        why.ways_out.iter().for_each(|w| {
            let _ = writeln!(out, "- {}", cell(w.get(lang)));
        });
        out.push('\n');
    }
    if sited.proposals.is_empty() {
        return out;
    }
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
    let row = |out: &mut String, cells: &[String]| {
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    };
    row(&mut out, &heads.iter().map(|h| h.get(lang).to_string()).collect::<Vec<_>>());
    let rule: Vec<String> =
        (0..heads.len()).map(|i| if i == 0 || i + 1 == heads.len() { "---" } else { "---:" }.to_string()).collect();
    row(&mut out, &rule);
    let cells = |name: String, promise: &Promise, served: &Served, cost: Option<f64>, proof: String| {
        let worst = promise.worst.as_ref();
        let mut cells = vec![
            cell(&name),
            format!("{} ({})", number(promise.people_within, 0), percent(promise.within)),
            percent(served.within),
            number(promise.mean_min, 2),
            number(promise.longest_min, 1),
            worst.map_or("–".into(), |(c, share)| format!("{} {}", cell(c.get(lang)), percent(*share))),
        ];
        if costs {
            cells.push(cost.map_or("–".into(), plain));
        }
        cells.push(proof);
        cells
    };
    row(&mut out, &cells(Siting::AsIs.get(lang).into(), &sited.now, &sited.served_now, None, String::new()));
    for p in &sited.proposals {
        let name = sentences::name(sited, p, lang);
        row(&mut out, &cells(name, &p.promise, &p.served, p.cost, sentences::proof(p, lang)));
    }
    if judgment.is_none() {
        let _ = writeln!(out, "\n{}", Page::NotJudged.get(lang));
    }
    out
}

/// A text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
