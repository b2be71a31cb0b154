//! What the command line prints after a calibration.

use super::{Told, compared, differences, held_out, judgement, log_line, reason, response, time};
use crate::experiment::calibrate::Calibration;
use crate::report::charts::calibrate::p_words;
use crate::report::figure::number;
use crate::report::terminal::STYLE;
use crate::text::Lang;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use std::fmt::Write;

/// Below this the tables would be unreadable; they are drawn as if the terminal were so wide.
const NARROWEST: u16 = 80;

/// The page for a terminal of `width` columns: what was fitted, and how near the simulation comes. Ends with a line feed.
pub fn calibration_page(c: &Calibration, lang: Lang, width: u16) -> String {
    let width = width.max(NARROWEST);
    let mut out = String::new();
    let title = Told::Title.fill(lang, &[("title", c.title.get(lang)), ("file", &c.log.file)]);
    let mut say = |text: &str| {
        let _ = writeln!(out, "{text}");
    };
    say(&title);
    say(&log_line(c, lang));
    if let Some(line) = held_out(c, lang) {
        say(&line);
    }
    say("");
    say(&values(c, lang, width));
    say("");
    say(&checks(c, lang, width));
    say("");
    say(&response(c, lang));
    say(&compared(c, lang));
    if !c.log.aside.is_empty() {
        say(&format!("\n{}", Told::SectionAside.get(lang)));
        for aside in &c.log.aside {
            let what = if aside.what.is_empty() { Told::Row.get(lang) } else { &aside.what };
            let why = reason(aside.reason).get(lang);
            say(&format!("  {} × {what}: {why}{}", number(aside.n as f64, 0), lines(&aside.lines)));
        }
    }
    if !c.left.is_empty() {
        say(&format!("\n{}", Told::SectionLeft.get(lang)));
        for left in &c.left {
            say(&format!("  {}: {}", left.what.get(lang), left.why.get(lang)));
        }
    }
    if !c.remarks.is_empty() {
        say("");
        c.remarks.iter().for_each(|r| say(&format!("! {}", r.get(lang))));
    }
    out
}

/// Line numbers in brackets.
fn lines(lines: &[usize]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let all: Vec<String> = lines.iter().map(usize::to_string).collect();
    format!(" (:{})", all.join(", :"))
}

fn table(width: u16, head: Vec<String>, right_from: usize) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width).force_no_tty();
    let columns = head.len();
    table.set_header(head);
    for i in right_from..columns {
        if let Some(column) = table.column_mut(i) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn values(c: &Calibration, lang: Lang, width: u16) -> String {
    let confidence = crate::report::figure::plain(c.run.confidence * 100.0);
    let head = vec![
        Told::What.get(lang).to_string(),
        Told::Before.get(lang).into(),
        Told::After.get(lang).into(),
        Told::IntervalOf.fill(lang, &[("confidence", &confidence)]),
        "n".into(),
    ];
    let mut table = table(width, head, 4);
    for v in &c.values {
        let n = number(v.n as f64, 0);
        table.add_row(vec![v.name.get(lang), v.before.as_str(), v.after.as_str(), v.interval.as_str(), n.as_str()]);
    }
    table.trim_fmt()
}

fn checks(c: &Calibration, lang: Lang, width: u16) -> String {
    let of = |told: Told, what: Told| format!("{}\n{}", told.get(lang), what.get(lang));
    let head = vec![
        Told::What.get(lang).to_string(),
        of(Told::Mean, Told::Recorded),
        of(Told::Mean, Told::Simulated),
        Told::Difference.get(lang).into(),
        Told::P90Difference.get(lang).into(),
        "D".into(),
        Told::PValue.get(lang).into(),
        Told::Judgement.get(lang).into(),
    ];
    let mut table = table(width, head, 1);
    for k in &c.checks {
        let (mean, p90) = differences(k, lang);
        table.add_row(vec![
            k.name.get(lang).to_string(),
            time(k.recorded.mean_s, lang),
            time(k.simulated.mean_s, lang),
            mean,
            p90,
            number(k.distance, 3),
            p_words(k.p_value),
            judgement(k.nearness).get(lang).into(),
        ]);
    }
    table.trim_fmt()
}
