//! Text tables of plain columns.

use std::borrow::Cow;
use std::fmt;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use hexsky::diagnostics::printable;
use unicode_width::UnicodeWidthStr;

/// Columns of a terminal that a text takes on one line: two for each wide character, such as a Chinese one.
pub fn width(text: &str) -> usize {
    one_line(text).width()
}

/// A text without what would break its line or steer the terminal: signs that can be seen stand for it, those of
/// [`printable`] and `␊`.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains(char::is_control) {
        Cow::Owned(printable(text).replace('\n', "␊"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A text for people to which every `write!` adds a line or a part of one: line breaks at its beginning and end are
/// its own, and one within it came with a name or a note out of a file, where it may not begin a line.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// Adds a text as it is, such as a table.
    pub fn push_str(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Adds a line; what would break it is shown.
    pub fn push_line(&mut self, line: &str) {
        self.0.push_str(&one_line(line));
        self.0.push('\n');
    }

    /// Adds a letter as it is.
    pub fn push(&mut self, letter: char) {
        self.0.push(letter);
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Write for Lines {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push_str(text);
        Ok(())
    }

    fn write_fmt(&mut self, parts: fmt::Arguments<'_>) -> fmt::Result {
        let text = fmt::format(parts);
        let (before, text) = text.strip_prefix('\n').map_or(("", text.as_str()), |rest| ("\n", rest));
        let line = text.trim_end_matches('\n');
        let after = &text[line.len()..];
        self.0.push_str(before);
        self.0.push_str(&one_line(line));
        self.0.push_str(after);
        Ok(())
    }
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
        assert_eq!(format!("{:<8}|", Left("a\nb")), "a␊b     |");
        assert_eq!(width("a\nb"), 3);
        let table = columns(vec!["site".into(), "n\r".into()], [vec!["x\ny\u{1b}[2J".into(), "1".into()]]);
        assert_eq!(table.lines().count(), 2, "{table}");
        assert!(table.contains("x␊y␛[2J"), "{table}");
    }

    #[test]
    fn a_name_begins_no_line_of_a_text() {
        use std::fmt::Write as _;
        let mut text = Lines::default();
        let name = "x\n  percent covered 100 %";
        writeln!(text, "\nCoverage of {name}").unwrap();
        write!(text, "mask").unwrap();
        writeln!(text, ": {}\n", 5).unwrap();
        text.push_str("a\nb\n");
        assert_eq!(text.into_string(), "\nCoverage of x␊  percent covered 100 %\nmask: 5\n\na\nb\n");
    }
}
