//! One page on the terminal that can be pasted into a report.

use super::change::{self, percent, plus_minus};
use super::{letters, place, sentences};
use crate::experiment::compare::{Comparison, Difference, Pair, PeopleRow};
use crate::report::figure::{self, number};
use crate::report::words_compare::Said;
use crate::text::Lang;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use std::fmt::Write;

/// Wider lines do not fit into a report.
const WIDEST: u16 = 110;
/// Below this the table would be unreadable; it is drawn as if the terminal were so wide.
const NARROWEST: u16 = 80;

/// The page for a terminal of `width` columns, at most 110 wide. It has no colours, so that it can be pasted. Ends with a
/// line feed.
pub fn comparison_page(c: &Comparison, lang: Lang, width: u16) -> String {
    let width = width.clamp(NARROWEST, WIDEST);
    let mut out = String::new();
    let mut say = |text: &str| {
        for line in folded(text, usize::from(width)) {
            let _ = writeln!(out, "{line}");
        }
    };
    say(Said::Brand.get(lang));
    for s in &c.systems {
        say(&format!("{}  {} ({})", s.letter, s.scenario.title.get(lang), s.scenario.name));
    }
    say("");
    if let Some(ranking) = &c.ranking {
        say(&sentences::best(c, ranking, lang));
        say(&ranking_table(c, lang, width));
        say("");
    }
    for pair in &c.pairs {
        if c.pairs.len() > 1 {
            let (a, b) = letters(c, pair.a, pair.b);
            say(&Said::OfPair.fill(lang, &[("a", a), ("b", b)]));
        }
        let lines = [sentences::mean(c, pair, lang), sentences::within(c, pair, lang)].into_iter().flatten();
        for line in lines.chain(sentences::people(pair, lang)).chain(sentences::saved(pair, lang)) {
            say(&line);
        }
        say("");
        say(&places(c, pair, lang, width));
        say("");
    }
    let confidence = c.pairs.first().map_or(c.run.confidence, |p| p.confidence);
    say(&Said::LegendTerminal.fill(lang, &[("confidence", &plain_percent(confidence))]));
    say(&format!("{} — {}", sentences::run_line(c, lang), sentences::clock_line(c, lang)));
    say(&sentences::calls(c, lang));
    let synthetic = c.systems.iter().any(|s| s.network.synthetic).then(|| Said::SyntheticRoads.get(lang).to_string());
    for line in [synthetic, sentences::rests(c, lang), sentences::all_at_once(c, lang)].into_iter().flatten() {
        say(&line);
    }
    for note in &c.notes {
        say(&format!("* {}", note.get(lang)));
    }
    out
}

/// A confidence as per cent without needless decimals.
pub(in crate::report) fn plain_percent(confidence: f64) -> String {
    figure::plain((confidence * 1e4).round() / 100.0)
}

const STYLE: TableStyle = TableStyle::new()
    .top_border(LineStyle::none().fill('─').junction('─'))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

fn table(width: u16, head: Vec<String>) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).force_no_tty();
    let columns = head.len();
    table.set_header(head);
    for i in 1..columns {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn places(c: &Comparison, pair: &Pair, lang: Lang, width: u16) -> String {
    let (a, b) = letters(c, pair.a, pair.b);
    let of = |said: Said, letter: &str| said.fill(lang, &[("letter", letter)]);
    let change = Said::Change.get(lang).to_string();
    let head = vec![
        Said::Place.get(lang).into(),
        of(Said::MeanOf, a),
        of(Said::MeanOf, b),
        change.clone(),
        of(Said::WithinOf, a),
        of(Said::WithinOf, b),
        change,
        Said::Gain.get(lang).into(),
        Said::Lose.get(lang).into(),
    ];
    let mut table = table(width, head);
    let whole = sentences::whole(pair);
    let min_digits = change::decimals(whole.and_then(|w| w.mean_min).map(|d| d.difference.mean));
    let share_digits = change::decimals(whole.and_then(|w| w.share_within).map(|d| 100.0 * d.difference.mean));
    for group in &pair.groups {
        let people = pair.people.iter().find(|p| p.county == group.county && p.zone == group.zone);
        let indent = if group.zone.is_some() { "  " } else { "" };
        let name = format!("{indent}{}", place(group.county.as_ref(), group.zone, lang));
        let mut row = vec![name];
        row.extend(cells(group.mean_min.as_ref(), 1, min_digits));
        row.extend(cells(group.share_within.as_ref().map(percent).as_ref(), 1, share_digits));
        let count = |pick: fn(&PeopleRow) -> f64| people.map_or("–".into(), |p| number(pick(p), 0));
        row.extend([count(|p| p.gain), count(|p| p.lose)]);
        table.add_row(row);
    }
    table.trim_fmt()
}

fn cells(d: Option<&Difference>, digits: usize, change_digits: usize) -> [String; 3] {
    match d {
        None => ["–", "–", "–"].map(String::from),
        Some(d) => [number(d.a, digits), number(d.b, digits), plus_minus(&d.difference, change_digits)],
    }
}

fn ranking_table(c: &Comparison, lang: Lang, width: u16) -> String {
    let Some(r) = &c.ranking else { return String::new() };
    let head = vec![
        Said::Letter.get(lang).into(),
        sentences::main_figure(r.figure, lang).to_string(),
        Said::AgainstBest.get(lang).into(),
        Said::OutAfter.get(lang).into(),
    ];
    let mut table = table(width, head);
    for (name, cells) in ranking_rows(c, lang) {
        let mut row = vec![name];
        row.extend(cells);
        table.add_row(row);
    }
    table.trim_fmt()
}

/// Name of each scenario; its figure, its difference to the best of the others, when it was out of the race.
pub(super) fn ranking_rows(c: &Comparison, lang: Lang) -> Vec<(String, [String; 3])> {
    let Some(r) = &c.ranking else { return Vec::new() };
    let rows = c.systems.iter().enumerate().map(|(i, s)| {
        let value = r.values[i].map_or("–".into(), |v| sentences::in_unit_rounded(r.figure, v, lang));
        let best = r.with_best[i].map_or("–".into(), |e| change::change(&e, 2, lang));
        let out = match r.dropped_at[i] {
            Some(n) => Said::OutAfterN.fill(lang, &[("n", &n.to_string())]),
            None => Said::StillIn.get(lang).into(),
        };
        (format!("{}  {}", s.letter, s.scenario.title.get(lang)), [value, best, out])
    });
    rows.collect()
}

/// Columns a character takes.
fn columns(c: char) -> usize {
    if ('\u{2e80}'..='\u{ffe6}').contains(&c) { 2 } else { 1 }
}

/// Lines of at most `width` columns, broken at spaces and between hanzi; lines that are there already are kept.
pub(in crate::report) fn folded(text: &str, width: usize) -> Vec<String> {
    let mut out = Vec::new();
    for line in text.split('\n') {
        let (mut from, mut at, mut break_at) = (0, 0, None);
        for (i, c) in line.char_indices() {
            let wide = columns(c) == 2;
            if i > from && wide && !"，。；：、）”％".contains(c) {
                break_at = Some(i);
            }
            at += columns(c);
            if at > width
                && let Some(cut) = break_at.filter(|cut| *cut > from)
            {
                out.push(line[from..cut].trim_end().to_string());
                from = cut;
                at = line[cut..i + c.len_utf8()].chars().map(columns).sum();
                break_at = None;
            }
            if c == ' ' {
                break_at = Some(i + 1);
            }
        }
        out.push(line[from..].to_string());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_at_spaces_and_between_hanzi() {
        assert_eq!(folded("one two three", 8), ["one two", "three"]);
        assert_eq!(folded("急救覆盖，达标", 8), ["急救覆", "盖，达标"]);
        assert_eq!(folded("a\n\nb", 80), ["a", "", "b"]);
        assert_eq!(folded("unbreakable", 4), ["unbreakable"]);
    }

    #[test]
    fn confidences_are_short() {
        assert_eq!((plain_percent(0.95), plain_percent(1.0 - 0.05 / 3.0)), ("95".into(), "98.33".into()));
    }
}
