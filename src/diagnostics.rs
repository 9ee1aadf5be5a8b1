//! Errors of text files: the file, the line with the place marked, what was expected, how to mend it.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

mod decimal_comma;

pub use decimal_comma::decimal_comma;

/// Something wrong at one place of a text file.
///
/// Prints in the manner of rustc, without colour; [`TextError::render`] takes colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextError {
    /// The file as the user named it.
    pub file: String,
    /// Line number from 1; 0 when the error is about the file as a whole.
    pub line: usize,
    /// Column in characters from 1.
    pub column: usize,
    /// What is wrong and what was expected, a lower-case fragment without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    line_text: String,
    marked: Range<usize>,
}

/// Longest part of a line that is shown around the marked place, in bytes.
const SHOWN_LINE_BYTES: usize = 160;

impl TextError {
    /// An error at the byte range `span` of `text`, the whole content of `file`.
    ///
    /// The range is brought inside the text and cut at the end of its first line.
    pub fn at(file: impl Into<String>, text: &str, span: Range<usize>, message: impl Into<String>) -> Self {
        let mut start = span.start.min(text.len());
        // A place just behind the last line break is shown at the end of the line before it.
        if start == text.len() && start > 0 && text.ends_with('\n') {
            start -= 1;
        }
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[..line_start].bytes().filter(|&byte| byte == b'\n').count() + 1;
        let line_text = text[line_start..line_end].trim_end_matches('\r');
        let from = (start - line_start).min(line_text.len());
        let to = span.end.saturating_sub(line_start).clamp(from, line_text.len());
        Self::on_line(file, line, line_text, from..to, message)
    }

    /// An error at the byte range `span` of one line, for readers that go line by line.
    pub fn on_line(
        file: impl Into<String>,
        line: usize,
        line_text: &str,
        span: Range<usize>,
        message: impl Into<String>,
    ) -> Self {
        let floor = |mut at: usize| {
            at = at.min(line_text.len());
            while !line_text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (from, to) = (floor(span.start), floor(span.end.max(span.start)));
        let shown_from = floor(from.saturating_sub(SHOWN_LINE_BYTES / 2));
        let shown_to = floor(shown_from + SHOWN_LINE_BYTES);
        let shown: String = line_text[shown_from..shown_to]
            .chars()
            .map(|c| {
                if c == '\t' {
                    ' '
                } else if c.is_control() {
                    '\u{fffd}'
                } else {
                    c
                }
            })
            .collect();
        // Control characters may have changed the length in bytes; characters are what is kept.
        let byte_of =
            |characters: usize| shown.char_indices().nth(characters).map_or(shown.len(), |(at, _)| at);
        let first = line_text[shown_from..from].chars().count();
        let last = first + line_text[from..to.min(shown_to).max(from)].chars().count();
        let marked = byte_of(first)..byte_of(last);
        Self {
            file: file.into(),
            line,
            column: line_text[..from].chars().count() + 1,
            message: shortened(message.into()),
            help: None,
            line_text: shown,
            marked,
        }
    }

    /// An error about a file as a whole, such as an empty one.
    pub fn whole_file(file: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            line: 0,
            column: 0,
            message: shortened(message.into()),
            help: None,
            line_text: String::new(),
            marked: 0..0,
        }
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(shortened(help.into()));
        self
    }

    /// The diagnostic as shown to a person, with ANSI colour or without.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let (file, message) = (printable(&self.file), printable(&self.message));
        let help = self.help.as_deref().map(printable);
        if self.line == 0 {
            let help = help.map(|help| format!("\n  = help: {help}")).unwrap_or_default();
            return format!("error: {file}: {message}{help}");
        }
        let snippet = Snippet::source(self.line_text.as_str())
            .line_start(self.line)
            .path(file)
            .annotation(AnnotationKind::Primary.span(self.marked.clone()));
        let mut group = Level::ERROR.primary_title(message).element(snippet);
        if let Some(help) = help {
            group = group.element(Level::HELP.message(help));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.render(false))
    }
}

impl std::error::Error for TextError {}

/// A message without the middle of what it quotes, where that is so long that nobody reads to its end: a file of
/// another kind can be a single word.
fn shortened(message: String) -> String {
    const KEPT: usize = 400;
    let count = message.chars().count();
    if count <= 2 * KEPT + 1 {
        return message;
    }
    let begin: String = message.chars().take(KEPT).collect();
    let end: String = message.chars().skip(count - KEPT).collect();
    format!("{begin}…{end}")
}

/// A name out of a file as a message quotes it: on one line, and without its end where it is as long as no name is.
pub fn quoted(name: &str) -> String {
    const KEPT: usize = 60;
    let mut shown: String =
        name.chars().take(KEPT).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if name.chars().nth(KEPT).is_some() {
        shown.push('…');
    }
    shown
}

/// The text of a file, which must be UTF-8.
///
/// # Errors
/// A [`TextError`] at the first byte that is not.
pub fn utf8<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Box<TextError>> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let text = String::from_utf8_lossy(bytes);
        let wrong = TextError::at(file, &text, at..at + 1, "this character is not UTF-8");
        Box::new(wrong.help(match file.to_lowercase().ends_with(".csv") {
            true => "save the file as UTF-8; spreadsheets offer \"CSV UTF-8\"",
            false => "save the file as UTF-8",
        }))
    })
}

/// A text in which everything that a terminal would obey, but line breaks, is replaced by what can be seen: names
/// and values come out of files that anybody may have written.
pub fn printable(text: &str) -> String {
    let obeyed = |c: char| c.is_control() && c != '\n';
    annotate_snippets::normalize_untrusted_str(text).replace(obeyed, "\u{fffd}")
}

/// What a reader of JSON says, in the words of people who did not write one, without the place.
pub fn json_words(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = message.rsplit_once(" at line ").map_or(message.as_str(), |(what, _)| what);
    what.replace("EOF while parsing", "the file ends within").replace("expected ident", "expected a value")
}

/// A number of things in words: `1 satellite`, `2 satellites`.
pub fn counted(count: usize, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
}

/// The candidate nearest to a misspelt name, where one is near enough to be meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (edit_distance(&wanted, &candidate.to_lowercase()), candidate))
        .min_by_key(|(distance, candidate)| (*distance, *candidate))
        .filter(|(distance, candidate)| {
            *distance <= candidate.chars().count().max(wanted.chars().count()).div_ceil(3)
        })
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_line_and_marks_the_place() {
        let text = "name = \"x\"\r\naltitude_km = \"high\"\r\n";
        let start = text.find("\"high\"").unwrap();
        let error =
            TextError::at("a.toml", text, start..start + 6, "expected a number of km").help("write 550");
        assert_eq!((error.line, error.column), (2, 15));
        let shown = error.to_string();
        assert!(shown.contains("--> a.toml:2:15"), "{shown}");
        assert!(shown.contains("altitude_km = \"high\""), "{shown}");
        assert!(shown.contains("^^^^^^"), "{shown}");
        assert!(shown.contains("write 550"), "{shown}");
    }

    #[test]
    fn odd_places_do_not_panic() {
        for text in ["", "\n", "é\n", "\u{0}\u{7}é\t\n", &"x".repeat(10_000)] {
            for start in [0, 1, 2, 5, 9_999, 20_000] {
                for length in [0, 1, 100, usize::MAX - 20_000] {
                    let _ = TextError::at("f", text, start..start + length, "m").to_string();
                }
            }
        }
    }

    #[test]
    fn long_words_are_not_quoted_whole() {
        let word = "é".repeat(30_000);
        let message = format!("`{word}` is no number");
        for error in [TextError::whole_file("f", message.clone()), TextError::at("f", &word, 0..9, message)] {
            assert!(error.message.starts_with("`éé") && error.message.ends_with("éé` is no number"));
            assert!(
                error.message.contains('…') && error.to_string().len() < 4000,
                "{}",
                error.to_string().len()
            );
        }
    }

    #[test]
    fn a_name_is_quoted_on_one_line() {
        assert_eq!(quoted("Île de\nPâques\t"), "Île de\u{fffd}Pâques\u{fffd}");
        assert_eq!(quoted(&"é\n".repeat(9000)), format!("{}…", "é\u{fffd}".repeat(30)));
        let error = TextError::whole_file("f", "no name").help("é\n".repeat(9000));
        assert!(error.to_string().len() < 4000, "{}", error.to_string().len());
    }

    #[test]
    fn a_terminal_obeys_no_text_of_a_file() {
        let evil = "\u{1b}[31mred\u{9b}2J\u{7}\u{202e}\r";
        let harmless = |text: &str| !text.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}');
        assert!(harmless(&printable(evil)) && printable(evil).contains("␛[31mred"), "{}", printable(evil));
        assert_eq!(printable("Île de Pâques\n北京"), "Île de Pâques\n北京");
        for error in [
            TextError::at(evil, evil, 0..3, evil).help(evil),
            TextError::whole_file(evil, format!("'{evil}'")).help(evil),
        ] {
            assert!(harmless(&error.to_string()), "{error}");
        }
    }

    #[test]
    fn finds_the_nearest_name() {
        assert_eq!(nearest("Kirunna", ["Kashi", "Kiruna", "Sanya"]), Some("Kiruna"));
        assert_eq!(nearest("Timbuktu", ["Kashi", "Kiruna", "Sanya"]), None);
    }
}
