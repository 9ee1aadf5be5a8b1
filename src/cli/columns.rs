//! Text tables of plain columns.

use std::borrow::Cow;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use unicode_width::UnicodeWidthStr;

/// Columns of a terminal that a text takes on one line: two for each wide character, such as a Chinese one.
pub fn width(text: &str) -> usize {
    one_line(text).width()
}

/// A text without what would break its line or steer the terminal: that is escaped.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter.is_control() {
            true => line.extend(letter.escape_default()),
            false => line.push(letter),
        }
    }
    Cow::Owned(line)
}

/// Columns that the widest of some texts takes.
pub fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(width).max().unwrap_or(0)
}

/// A text at the left of as many columns as the format asks for; `format!("{text:<8}")` counts characters.
pub struct Left<'a>(pub &'a str);

impl std::fmt::Display for Left<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fill = out.width().unwrap_or(0).saturating_sub(width(self.0));
        write!(out, "{}{:fill$}", one_line(self.0), "")
    }
}

/// Lays rows out in columns under a header, the first column to the left and the others to the right.
pub fn columns(header: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(header.iter().map(|cell| one_line(cell)));
    for row in rows {
        table.add_row(row.iter().map(|cell| one_line(cell)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string().lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each of the characters takes two columns; they counted as one, and what followed was shifted.
    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(format!("{:<8}|", Left("喀什")), "喀什    |");
        assert_eq!(format!("{:<8}|", Left("Kashi")), "Kashi   |");
        assert_eq!(format!("{:<2}|", Left("喀什")), "喀什|");
        assert_eq!(widest(["Kashi", "佳木斯"]), 6);
    }

    /// A name with a line break split the table that it stood in.
    #[test]
    fn a_cell_is_one_line() {
        assert_eq!(format!("{:<8}|", Left("a\nb")), "a\\nb    |");
        assert_eq!(width("a\nb"), 4);
        let table = columns(vec!["site".into(), "n\r".into()], [vec!["x\ny\u{1b}[2J".into(), "1".into()]]);
        assert_eq!(table.lines().count(), 2, "{table}");
        assert!(table.contains("x\\ny\\u{1b}[2J"), "{table}");
    }
}
