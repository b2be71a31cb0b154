//! Both languages in one page, side by side, with a switch that shows one of them.
//!
//! The two pages are set as they are alone and then put into one: every section stands beside its translation (their rows
//! are those of one grid). Printed side by side it takes A3 across, which is two sheets of A4; one language alone, A4.

use super::html::{FONT_PLACE, Shown, unset_page};
use super::picture::{Picture, drawn_text};
use super::words::Word;
use super::{ReportError, font};
use crate::text::Lang;

/// What is added to the style sheet of the page.
static STYLE: &str = include_str!("../../assets/templates/both.css");

/// Renders the page; the language named first stands on the left.
pub(super) fn page(
    shown: &Shown,
    first: (Lang, &[Picture]),
    second: (Lang, &[Picture]),
) -> Result<String, ReportError> {
    let left = unset_page(shown, first.1, None, first.0)?;
    let right = unset_page(shown, second.1, None, second.0)?;
    let (head, left) = opened(&left)?;
    let (_, right) = opened(&right)?;
    let head = head.replacen("</style>", &format!("{STYLE}</style>"), 1);
    let mut page = head;
    page.push_str(&switch(first.0));
    page.push_str("<div class=\"both\">\n");
    for (lang, main) in [(first.0, left), (second.0, right)] {
        let code = code(lang);
        page.push_str(&format!("<main lang=\"{}\" class=\"{code}\">{}</main>\n", tag(lang), own_names(main, code)));
    }
    page.push_str("</div>\n</body>\n</html>\n");
    let face = font::face_rule(&drawn_text(&page))?;
    Ok(page.replacen(FONT_PLACE, &face, 1))
}

/// What stands before `<main>`, and what inside.
fn opened(page: &str) -> Result<(String, &str), ReportError> {
    let fault = || ReportError::Picture { name: "report.both.html".into(), reason: "the page has no <main>".into() };
    let (head, rest) = page.split_once("<main>").ok_or_else(fault)?;
    let (main, _) = rest.rsplit_once("</main>").ok_or_else(fault)?;
    Ok((head.to_string(), main))
}

/// Names within a page (`id`, links to them) carry the language, since each must be there once. Texts of users cannot be
/// taken for them: their quotation marks are escaped.
fn own_names(main: &str, code: &str) -> String {
    main.replace(" id=\"", &format!(" id=\"{code}-"))
        .replace(" href=\"#", &format!(" href=\"#{code}-"))
        .replace("\"url(#", &format!("\"url(#{code}-"))
}

fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh",
        Lang::En => "en",
    }
}

fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }
}

/// Three buttons that work without a script.
fn switch(first: Lang) -> String {
    let both = format!("{} | {}", Word::SideBySide.get(Lang::Zh), Word::SideBySide.get(Lang::En));
    let mut out = String::from("<fieldset class=\"switch\">");
    for (value, label, checked) in [("zh", "中文", false), ("en", "English", false), ("two", both.as_str(), true)] {
        let checked = if checked { " checked" } else { "" };
        out.push_str(&format!(
            "<label><input type=\"radio\" name=\"shown\" value=\"{value}\"{checked}> {label}</label>"
        ));
    }
    out.push_str(&format!("<legend>{}</legend></fieldset>\n", Word::LanguageShown.get(first)));
    out
}
