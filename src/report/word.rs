//! The verdict as a Word document: figures, verdicts, two charts, how to make it again; A4.
//!
//! A `.docx` is an archive of a few XML parts (ECMA-376, parts 1 and 2); ours come from templates like the page's. The
//! crates that write such files number paragraphs and pictures by counters of the whole process, so that their bytes
//! depend on what was written before.

use super::picture::{self, Picture};
use super::words::{self, Word};
use super::words_score::Score;
use super::words_tables::Sheet;
use super::{ReportError, figure, html, scorecard, terminal};
use crate::experiment::summary::Summary;
use crate::standards::{Judged, Verdict};
use crate::text::Lang;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde_json::{Value, json};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

static DOCUMENT: &str = include_str!("../../assets/templates/verdict.docx.xml");
static STYLES: &str = include_str!("../../assets/templates/verdict.styles.xml");

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>
"#;

const PACKAGE_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>
"#;

/// The same run gives the same bytes, so the clock stays out of it.
const CORE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{{ title }}</dc:title><dc:creator>goldenhour</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">2000-01-01T00:00:00Z</dcterms:created></cp:coreProperties>
"#;

const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>{% for c in charts %}<Relationship Id="{{ c.rel }}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/{{ c.name }}"/>{% endfor %}</Relationships>
"#;

/// The charts that are shown, with the words above them.
const CHARTS: [(&str, Word); 2] =
    [("charts/response-time", Word::ResponseTitle), ("charts/coverage-by-county", Word::CoverageTitle)];
/// Width of a chart: 172 mm in English Metric Units, of which a millimetre has 36,000.
const CHART_EMU: u64 = 172 * 36_000;
/// Widths of the verdicts' columns in twentieths of a point; together 180 mm.
const WIDTHS: [u32; 5] = [1300, 3505, 2200, 1400, 1800];
/// Key figures in a row.
const IN_A_ROW: usize = 3;

/// The bytes of `report.docx` in one language. They depend on the run and the language only.
pub(super) fn document(summary: &Summary, pictures: &[Picture], lang: Lang) -> Result<Vec<u8>, ReportError> {
    let mut images = Vec::new();
    let mut charts = Vec::new();
    for (path, word) in CHARTS {
        let Some(picture) = pictures.iter().find(|p| p.path == path) else { continue };
        let png = picture::png(&picture.standalone()?)?;
        let (width, height) = png_size(&png).ok_or_else(|| fault("a chart is not a PNG"))?;
        let n = images.len() + 1;
        let name = format!("chart{n}.png");
        charts.push(json!({
            "title": word.get(lang),
            "name": name,
            "rel": format!("rId{}", n + 1),
            "cx": CHART_EMU,
            "cy": CHART_EMU * height / width.max(1),
        }));
        images.push((format!("word/media/{name}"), png));
    }
    let context = html::template_value(clean(context(summary, charts, lang)));
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, template) in [
        ("[Content_Types].xml", CONTENT_TYPES),
        ("_rels/.rels", PACKAGE_RELS),
        ("docProps/core.xml", CORE),
        ("word/document.xml", DOCUMENT),
        ("word/styles.xml", STYLES),
        ("word/_rels/document.xml.rels", RELS),
    ] {
        environment.add_template(name, template)?;
        parts.push((name.to_string(), environment.get_template(name)?.render(&context)?.into_bytes()));
    }
    parts.extend(images);
    archive(&parts).map_err(fault)
}

fn context(summary: &Summary, charts: Vec<Value>, lang: Lang) -> Value {
    let figures: Vec<Value> = html::key_figures(summary, lang)
        .into_iter()
        .map(|(name, figure, note)| json!({"name": name, "figure": figure, "note": note}))
        .collect();
    // Every row has all its cells.
    let rows: Vec<Vec<Value>> = figures
        .chunks(IN_A_ROW)
        .map(|row| {
            let blank = json!({"name": "", "figure": "", "note": ""});
            row.iter().cloned().chain(std::iter::repeat(blank)).take(IN_A_ROW).collect()
        })
        .collect();
    let heads = [Word::VerdictHead, Word::Clause, Word::Value, Word::Target, Word::WorstPlace];
    let told = summary.assumptions.iter().filter(|a| a.quality.needs_telling()).count();
    let warnings = summary.network.synthetic.then(|| Word::SyntheticNetwork.get(lang).to_string());
    let warnings: Vec<String> = warnings.into_iter().chain(words::doubts_of_one_run(&summary.run, lang)).collect();
    let (colon, stop) = if lang == Lang::Zh { ("：", "；") } else { (": ", "; ") };
    // One page: how large the network is stands in the other formats.
    let facts = html::facts(summary, lang).into_iter().filter(|(name, _)| *name != Word::NetworkSize.get(lang));
    let digests = facts.map(|(name, value)| format!("{name}{colon}{value}"));
    let changes = match summary.run.changes.as_slice() {
        [] => String::new(),
        some => format!("{} {}", Word::ChangedBySet.get(lang), some.join(", ")),
    };
    json!({
        "title": summary.scenario.title.get(lang),
        "tally": terminal::counts(summary, lang),
        "lines": [html::run_line(summary, lang), html::clock_line(summary, lang), summary.pack.title.get(lang)],
        "warning": warnings.join(stop),
        "key_title": Word::KeyFigures.get(lang),
        "key_figures": rows,
        "verdict_title": Word::SectionVerdicts.get(lang),
        "widths": WIDTHS,
        "heads": heads.map(|w| w.get(lang)),
        "verdicts": summary.verdicts.iter().map(|v| verdict(v, lang)).collect::<Vec<_>>(),
        "parts_title": Score::NotMetIn.get(lang),
        "parts": scorecard::not_met(&summary.verdicts, lang),
        "about": Sheet::AboutBrackets.fill(lang, &[("confidence", &figure::plain(summary.run.confidence * 100.0))]),
        "changes": changes,
        "assumed": Word::AssumptionCount.fill(lang, &[("n", &told.to_string())]),
        "charts": charts,
        "repeat_title": Sheet::HowToRepeat.get(lang),
        "command": summary.run.command,
        "digests": digests.collect::<Vec<_>>().join(stop),
        "made_by": html::made_by(summary, lang),
    })
}

fn verdict(v: &Judged, lang: Lang) -> Value {
    let (ink, paper) = match v.verdict {
        Verdict::Met => ("00714F", "E3F4EE"),
        Verdict::Missed => ("B3261E", "FCEBE9"),
        Verdict::Undecided => ("7A5500", "FDF3DC"),
        Verdict::NotJudged => ("5B6773", "ECEFF2"),
    };
    let clause = match scorecard::group(v, lang) {
        "" => terminal::clause(v, lang),
        group => format!("{} [{group}]", terminal::clause(v, lang)),
    };
    json!({
        "verdict": format!("{} {}", words::verdict_sign(v.verdict), words::verdict(v.verdict).get(lang)),
        "ink": ink,
        "paper": paper,
        "cells": [clause, terminal::value(v, lang), terminal::target(v, lang), terminal::worst(v, lang, if lang == Lang::Zh { "；" } else { "; " })],
    })
}

/// Without the characters that XML 1.0 (section 2.2) has no place for.
fn clean(value: Value) -> Value {
    let allowed =
        |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    match value {
        Value::String(text) => text.chars().filter(allowed).collect::<String>().into(),
        Value::Array(items) => items.into_iter().map(clean).collect(),
        Value::Object(fields) => fields.into_iter().map(|(k, v)| (k, clean(v))).collect(),
        other => other,
    }
}

/// Width and height in pixels (PNG, section 11.2.2: the header chunk comes first).
fn png_size(png: &[u8]) -> Option<(u64, u64)> {
    let number = |at: usize| Some(u64::from(u32::from_be_bytes(png.get(at..at + 4)?.try_into().ok()?)));
    (png.get(12..16)? == b"IHDR").then_some((number(16)?, number(20)?))
}

fn archive(parts: &[(String, Vec<u8>)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn fault(reason: impl std::fmt::Display) -> ReportError {
    ReportError::Document { name: "report.docx".to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_has_no_place_for_is_left_out() {
        let value = clean(json!({"a": ["x\u{0}y\u{b}\nz", 3]}));
        assert_eq!(value, json!({"a": ["xy\nz", 3]}));
    }

    #[test]
    fn columns_fill_the_text_width() {
        // 180 mm in twentieths of a point.
        assert_eq!(WIDTHS.iter().sum::<u32>(), 10_205);
    }

    #[test]
    fn the_size_of_a_png_is_read() {
        let pixels = resvg::tiny_skia::Pixmap::new(30, 20).unwrap();
        assert_eq!(png_size(&pixels.encode_png().unwrap()), Some((30, 20)));
        assert_eq!(png_size(b"GIF89a"), None);
    }
}
