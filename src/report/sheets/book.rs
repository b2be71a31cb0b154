//! The workbook's file: styles, widths, what stays in sight.

use super::table::{Cell, Shown, Table};
use crate::report::ReportError;
use crate::standards::Verdict;
use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};

/// Widest column, in widths of a digit; longer words are wrapped.
const WIDEST: usize = 60;
/// Narrowest column.
const NARROWEST: usize = 9;
/// Widest a heading makes a column; the rest of it goes to further lines.
const HEAD_WIDEST: usize = 15;
/// Height of a line of a heading, points.
const LINE: f64 = 15.0;
/// Most UTF-16 units of text in a cell (Excel's specification and limits).
const MOST_TEXT: usize = 32_767;
/// Tallest row, points (Excel's specification and limits).
const TALLEST: f64 = 409.0;
/// As much width as can be read on a page.
const PAGE: usize = 190;
/// Excel's number for A4.
const A4: u8 = 9;
/// When every workbook says it was made: the same run gives the same bytes, so the clock stays out of it.
const MADE: (u16, u8, u8) = (2000, 1, 1);

/// The bytes of a workbook of these sheets.
pub(super) fn bytes(tables: &[Table], title: &str) -> Result<Vec<u8>, ReportError> {
    write(tables, title).map_err(|e| ReportError::Document { name: "report.xlsx".to_string(), reason: e.to_string() })
}

fn write(tables: &[Table], title: &str) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(MADE.0, MADE.1, MADE.2)?;
    // Titles of documents are of limited length; the whole one stands on the last sheet.
    let title: String = title.chars().take(200).collect();
    book.set_properties(&DocProperties::new().set_title(title).set_author("goldenhour").set_creation_datetime(&made));
    let styles = Styles::new();
    for table in tables {
        sheet(book.add_worksheet(), table, &styles)?;
    }
    book.save_to_buffer()
}

/// One format for each kind of cell.
struct Styles {
    head: Format,
    head_of_numbers: Format,
    text: Format,
    numbers: Vec<(Shown, Format)>,
    verdicts: [(Verdict, Format); 4],
}

impl Styles {
    fn new() -> Styles {
        let top = || Format::new().set_align(FormatAlign::Top);
        let verdict = |verdict, ink: u32, paper: u32| {
            let format = top().set_font_color(Color::RGB(ink)).set_background_color(Color::RGB(paper));
            (verdict, format.set_bold())
        };
        let kinds = (0..=4).map(Shown::Decimals).chain([Shown::Share, Shown::Change]);
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0xE8_EE_F4))
            .set_border_bottom(FormatBorder::Thin);
        Styles {
            head_of_numbers: head.clone().set_align(FormatAlign::Right),
            head: head.set_align(FormatAlign::Left).set_indent(1),
            // Apart from the number in the column before.
            text: top().set_align(FormatAlign::Left).set_indent(1).set_text_wrap(),
            numbers: kinds.map(|k| (k, top().set_num_format(number_format(k)))).collect(),
            verdicts: [
                verdict(Verdict::Met, 0x00_71_4F, 0xE3_F4_EE),
                verdict(Verdict::Missed, 0xB3_26_1E, 0xFC_EB_E9),
                verdict(Verdict::Undecided, 0x7A_55_00, 0xFD_F3_DC),
                verdict(Verdict::NotJudged, 0x5B_67_73, 0xEC_EF_F2),
            ],
        }
    }

    /// The format of a number; more than four decimals are shown as four.
    fn number(&self, shown: Shown) -> &Format {
        let kept = match shown {
            Shown::Decimals(n) => Shown::Decimals(n.min(4)),
            other => other,
        };
        self.numbers.iter().find(|(k, _)| *k == kept).map_or(&self.text, |(_, format)| format)
    }
}

/// The code of a number's format. Programs show its comma and point as their locale has them.
fn number_format(shown: Shown) -> String {
    match shown {
        Shown::Decimals(0) => "#,##0".to_string(),
        Shown::Decimals(n) => format!("#,##0.{}", "0".repeat(usize::from(n))),
        Shown::Share => "0.0%".to_string(),
        Shown::Change => "+0.0%;-0.0%;0.0%".to_string(),
    }
}

fn sheet(sheet: &mut Worksheet, table: &Table, styles: &Styles) -> Result<(), XlsxError> {
    sheet.set_name(&table.name)?;
    sheet.set_freeze_panes(1, table.fixed)?;
    let mut widths = Vec::with_capacity(table.heads.len());
    let mut lines = 1;
    for (column, head) in (0_u16..).zip(&table.heads) {
        let cells: Vec<&Cell> = table.rows.iter().filter_map(|row| row.get(usize::from(column))).collect();
        let widest = cells.iter().map(|c| cell_width(c) + 3).max().unwrap_or(0);
        // The arrow of the filter needs room beside the heading.
        let head_width = text_width(head) + 3;
        let width = widest.max(head_width.min(HEAD_WIDEST)).clamp(NARROWEST, WIDEST);
        sheet.set_column_width(column, width as f64)?;
        lines = lines.max(head_width.div_ceil(width - 3));
        widths.push(width);
        let numbers = cells.iter().any(|c| matches!(c, Cell::Number(..)));
        let format = if numbers { &styles.head_of_numbers } else { &styles.head };
        sheet.write_string_with_format(0, column, shortened(head), format)?;
    }
    sheet.set_row_height(0, LINE * lines as f64)?;
    let pages = widths.iter().sum::<usize>().div_ceil(PAGE).max(1);
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(u16::try_from(pages).unwrap_or(0), 0);
    sheet.set_repeat_rows(0, 0)?;
    if let (2.., Some(last)) = (pages, table.fixed.checked_sub(1)) {
        sheet.set_repeat_columns(0, last)?;
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => continue,
                // As a string whatever it begins with: never a formula.
                Cell::Text(text) => sheet.write_string_with_format(row, column, shortened(text), &styles.text)?,
                Cell::Verdict(verdict, text) => {
                    let format = styles.verdicts.iter().find(|(v, _)| v == verdict).map_or(&styles.text, |(_, f)| f);
                    sheet.write_string_with_format(row, column, shortened(text), format)?
                }
                Cell::Number(value, shown) => {
                    sheet.write_number_with_format(row, column, *value, styles.number(*shown))?
                }
            };
        }
        // Not every program makes room for wrapped text by itself.
        let lines = cells.iter().zip(&widths).map(|(cell, width)| cell_lines(cell, *width)).max().unwrap_or(1);
        if lines > 1 {
            sheet.set_row_height(row, (LINE * lines as f64).min(TALLEST))?;
        }
    }
    let last_row = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    if let (Some(last), 1..) = (u16::try_from(table.heads.len()).ok().and_then(|n| n.checked_sub(1)), last_row) {
        sheet.autofilter(0, 0, last_row, last)?;
    }
    Ok(())
}

/// Lines that a cell takes in a column.
fn cell_lines(cell: &Cell, width: usize) -> usize {
    match cell {
        Cell::Text(text) | Cell::Verdict(_, text) => {
            text.lines().map(|line| text_width(line).div_ceil(width.saturating_sub(3).max(1)).max(1)).sum()
        }
        Cell::Empty | Cell::Number(..) => 1,
    }
}

/// As much of a text as a cell holds.
fn shortened(text: &str) -> String {
    if text.len() <= MOST_TEXT {
        return text.to_string();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < MOST_TEXT
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Width of a text in widths of a digit: hanzi and full-width signs take two.
fn text_width(text: &str) -> usize {
    text.chars().map(|c| if c >= '\u{2e80}' { 2 } else { 1 }).sum()
}

fn cell_width(cell: &Cell) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Verdict(_, text) => text.lines().map(text_width).max().unwrap_or(0),
        Cell::Number(value, Shown::Decimals(n)) => {
            let digits = format!("{value:.0}").len();
            digits + digits / 3 + 1 + usize::from(*n)
        }
        Cell::Number(..) => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_a_cell_cannot_hold_are_cut() {
        assert_eq!(shortened("救护车"), "救护车");
        for letter in ['x', '车', '\u{1F691}'] {
            let cut = shortened(&letter.to_string().repeat(40_000));
            assert!(cut.ends_with('…') && cut.encode_utf16().count() <= MOST_TEXT, "{letter}");
        }
    }

    #[test]
    fn long_texts_take_several_lines() {
        let lines = |text: &str| cell_lines(&Cell::text(text), 13);
        assert_eq!((lines("short"), lines("急救急救急"), lines("急救急救急救"), lines("a\nb")), (1, 1, 2, 2));
        assert_eq!(cell_lines(&Cell::Empty, 13), 1);
    }

    #[test]
    fn number_formats_keep_to_the_locale() {
        assert_eq!(number_format(Shown::Decimals(0)), "#,##0");
        assert_eq!(number_format(Shown::Decimals(2)), "#,##0.00");
        assert_eq!(number_format(Shown::Share), "0.0%");
    }
}
