//! A short report for issue trackers and wikis: GitHub-flavoured Markdown.

use super::words::{self, Word};
use super::words_score::Score;
use super::words_tables::Sheet;
use super::{figure, html, scorecard, terminal};
use crate::experiment::summary::Summary;
use crate::standards::Judged;
use crate::text::Lang;
use std::fmt::Write;

/// `report.md` in one language.
pub(super) fn page(summary: &Summary, lang: Lang) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# {}\n", plain(summary.scenario.title.get(lang)));
    let _ = writeln!(out, "**{}**\n", plain(&terminal::counts(summary, lang)));
    let confidence = figure::plain(summary.run.confidence * 100.0);
    let lines = [
        summary.pack.title.get(lang).to_string(),
        html::run_line(summary, lang),
        html::clock_line(summary, lang),
        Sheet::AboutBrackets.fill(lang, &[("confidence", &confidence)]),
    ];
    for line in lines.iter().filter(|l| !l.is_empty()) {
        let _ = writeln!(out, "- {}", plain(line));
    }
    let told = summary.assumptions.iter().filter(|a| a.quality.needs_telling()).count();
    if told > 0 {
        let _ = writeln!(out, "- {}", Word::AssumptionCount.fill(lang, &[("n", &told.to_string())]));
    }
    if summary.network.synthetic {
        let _ = writeln!(out, "\n> {}", Word::SyntheticNetwork.get(lang));
    }
    for doubt in words::doubts_of_one_run(&summary.run, lang) {
        let _ = writeln!(out, "\n> {}", plain(&doubt));
    }
    section(&mut out, Word::SectionVerdicts.get(lang));
    let heads = [Word::VerdictHead, Word::Clause, Word::Value, Word::Target, Word::WorstPlace].map(|w| w.get(lang));
    table(&mut out, &heads, 5, summary.verdicts.iter().map(|v| verdict(v, lang)));
    let not_met = scorecard::not_met(&summary.verdicts, lang);
    if !not_met.is_empty() {
        section(&mut out, Score::NotMetIn.get(lang));
        let heads = [Word::Clause, Word::WorstPlace].map(|w| w.get(lang));
        table(&mut out, &heads, 2, not_met.into_iter().map(|(clause, parts)| vec![clause, parts]));
    }
    let bound = scorecard::cover_bound(summary, lang);
    if !bound.is_empty() {
        section(&mut out, Score::BoundTitle.get(lang));
        bound.iter().for_each(|line| {
            let _ = writeln!(out, "- {}", plain(line));
        });
    }
    section(&mut out, Word::KeyFigures.get(lang));
    let rows = html::key_figures(summary, lang).into_iter().map(|(name, figure, note)| vec![name, figure, note]);
    table(&mut out, &[Word::Figure.get(lang), Word::Value.get(lang), ""], 3, rows);
    section(&mut out, Word::SectionResponse.get(lang));
    response(&mut out, summary, lang);
    section(&mut out, Sheet::HowToRepeat.get(lang));
    repeat(&mut out, summary, lang);
    out
}

fn section(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n## {title}\n");
}

fn verdict(v: &Judged, lang: Lang) -> Vec<String> {
    let mut clause = terminal::clause(v, lang);
    let group = scorecard::group(v, lang);
    if !group.is_empty() {
        let _ = write!(clause, " ({group})");
    }
    vec![
        format!("{} {}", words::verdict_sign(v.verdict), words::verdict(v.verdict).get(lang)),
        clause,
        terminal::value(v, lang),
        terminal::target(v, lang),
        terminal::worst(v, lang, if lang == Lang::Zh { "；" } else { "; " }),
    ]
}

/// By county, urban and rural together; the whole area and its zones first.
fn response(out: &mut String, summary: &Summary, lang: Lang) {
    let minutes = Word::UnitMin.get(lang);
    let in_minutes = |word: Word| Sheet::InUnit.fill(lang, &[("name", word.get(lang)), ("unit", minutes)]);
    let heads = [
        Word::County.get(lang).to_string(),
        Word::Zone.get(lang).to_string(),
        Word::CallsPerDay.get(lang).to_string(),
        in_minutes(Word::MeanHead),
        Word::WithinTarget.get(lang).to_string(),
        in_minutes(Word::Median),
        in_minutes(Word::P90),
    ];
    let rows = summary.response.iter().filter(|r| r.county.is_none() || r.zone.is_none()).map(|r| {
        vec![
            html::county(r.county.as_ref(), lang).to_string(),
            words::zone(r.zone).get(lang).to_string(),
            figure::estimate(&r.calls_per_day, 1, "", lang),
            figure::optional(r.mean_min.as_ref(), 1, lang),
            figure::optional_share(r.share_within.as_ref(), lang),
            figure::optional(r.p50_min.as_ref(), 1, lang),
            figure::optional(r.p90_min.as_ref(), 1, lang),
        ]
    });
    table(out, &heads.each_ref().map(String::as_str), 2, rows);
}

/// The command and what it needs.
fn repeat(out: &mut String, summary: &Summary, lang: Lang) {
    if !summary.run.command.is_empty() {
        // A fence longer than any within.
        let fence = "`".repeat((longest_run(&summary.run.command, '`') + 1).max(3));
        let _ = writeln!(out, "{fence}sh\n{}\n{fence}\n", summary.run.command);
    }
    let heads = [Sheet::Item.get(lang), Sheet::Content.get(lang)];
    let changes = summary.run.changes.iter().map(|c| (Sheet::Changed.get(lang), c.clone()));
    let rows = html::facts(summary, lang).into_iter().chain(changes);
    table(out, &heads, 2, rows.map(|(name, value)| vec![name.to_string(), value]));
    let _ = writeln!(out, "\n{}", plain(&html::made_by(summary, lang)));
}

/// A table; columns from the `left`th on are set to the right.
fn table(out: &mut String, heads: &[&str], left: usize, rows: impl Iterator<Item = Vec<String>>) {
    let line = |cells: &mut dyn Iterator<Item = String>| format!("| {} |", cells.collect::<Vec<_>>().join(" | "));
    let _ = writeln!(out, "{}", line(&mut heads.iter().map(|h| plain(h))));
    let rule = |i: usize| if i < left { "---" } else { "---:" };
    let _ = writeln!(out, "{}", line(&mut (0..heads.len()).map(|i| rule(i).to_string())));
    for row in rows {
        let _ = writeln!(out, "{}", line(&mut row.iter().map(|cell| plain(cell))));
    }
}

/// A text that means itself on one line, in a table or outside (CommonMark 0.31, section 2.4: backslash escapes).
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '*' | '_' | '`' | '\\' | '[' | ']' | '#' | '~' => out.extend(['\\', c]),
            // A name after it would be told of the issue.
            '@' => out.push_str("@\u{200b}"),
            other => out.push(other),
        }
    }
    out
}

fn longest_run(text: &str, of: char) -> usize {
    text.split(|c| c != of).map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_mean_themselves() {
        assert_eq!(plain("a|b <c> *d*\n@e"), "a\\|b &lt;c&gt; \\*d\\* @\u{200b}e");
        assert_eq!(longest_run("a ```` b `", '`'), 4);
        let mut out = String::new();
        table(&mut out, &["x", "y"], 1, [vec!["1|2".to_string(), "3".to_string()]].into_iter());
        assert_eq!(out, "| x | y |\n| --- | ---: |\n| 1\\|2 | 3 |\n");
    }
}
