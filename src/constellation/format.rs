//! Which format a file is in, told by its content and not by its name.

use super::tle;
use crate::diagnostics::TextError;

/// What is said of a text of no format that is read.
pub(crate) const UNKNOWN: &str = "neither a constellation definition nor a catalogue";

/// The formats of constellations and catalogues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// A definition in TOML.
    Definition,
    /// Two-line element sets with or without names.
    Tle,
    /// OMM in JSON.
    OmmJson,
    /// OMM in CSV.
    OmmCsv,
    /// OMM in XML.
    OmmXml,
    /// OMM in keyword = value notation.
    OmmKvn,
}

/// What the reader takes, for messages.
const EXPECTED: &str = "give a definition (TOML) or a catalogue (TLE, or OMM as JSON, CSV, XML or KVN)";

/// What an almanac is called; it holds no mean elements for SGP4.
const YUMA: &str = "a YUMA almanac (hexsky dop reads it)";

/// Looks at the beginning of a file whose byte order mark is taken off.
pub(super) fn sniff(file: &str, bytes: &[u8]) -> Result<Format, Box<TextError>> {
    let text = bytes.trim_ascii_start();
    if text.is_empty() {
        return Err(Box::new(TextError::whole_file(file, "the file is empty").help(EXPECTED)));
    }
    let refused = |what: &str| {
        let error = TextError::whole_file(file, format!("this is {what}, not a constellation"));
        Err(Box::new(error.help(EXPECTED)))
    };
    if let Some(what) = foreign(text) {
        return refused(what);
    }
    let begins_as_tle = tle::begins_as_tle(bytes);
    let head = String::from_utf8_lossy(&text[..text.len().min(4096)]);
    let first_line = head.lines().next().unwrap_or_default().to_ascii_uppercase();
    let keyword = first_line.split('=').next().unwrap_or_default().trim();
    let named_toml = std::path::Path::new(file).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    if named_toml {
        return Ok(Format::Definition);
    } else if is_csv_header(&first_line) && !(begins_as_tle && is_undivided(&head)) {
        return Ok(Format::OmmCsv);
    } else if begins_as_tle {
        return Ok(Format::Tle);
    } else if is_json(text) {
        return Ok(Format::OmmJson);
    } else if text.starts_with(b"<") {
        return Ok(Format::OmmXml);
    } else if first_line.contains("MEAN_MOTION") && first_line.contains(DELIMITERS) {
        return Ok(Format::OmmCsv);
    } else if first_line.contains('=') && matches!(keyword, "CCSDS_OMM_VERS" | "OBJECT_NAME" | "COMMENT") {
        return Ok(Format::OmmKvn);
    } else if text[..text.len().min(512)].contains(&0) {
        // Only now: a stray zero in one name of a catalogue spoils no more than that name.
        return refused("a binary file");
    } else if looks_like_toml(&head) {
        return Ok(Format::Definition);
    } else if tle::looks_like_tle(bytes) {
        return Ok(Format::Tle);
    }
    let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).into_owned();
    let start = shown.len() - shown.trim_start().len();
    if let Some(place) = tle::misplaced(&shown) {
        let message = "an element line of a TLE stands here, but does not begin its line";
        return Err(TextError::at(file, &shown, place, message)
            .help("an element set is two lines of 69 columns; nothing but blanks may stand before each")
            .into());
    }
    Err(TextError::at(file, &shown, start..shown.len(), UNKNOWN).help(EXPECTED).into())
}

/// What stands between the values of a table.
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// Whether the line behind the first is of one piece: satellites of a table may have names that begin as the lines of a
/// TLE do, but more follows behind them, while an element line has no delimiters, whatever the satellite is called.
fn is_undivided(head: &str) -> bool {
    let mut further = head.lines().skip(1).filter(|line| !line.trim().is_empty());
    further.next().is_some_and(|line| !line.contains(DELIMITERS))
}

/// A line that names the columns without which there is no orbit.
fn is_csv_header(line: &str) -> bool {
    let named = |column: &str| line.split(DELIMITERS).any(|name| name.trim().trim_matches('"') == column);
    ["EPOCH", "MEAN_MOTION", "ECCENTRICITY", "INCLINATION"].into_iter().all(named)
}

/// A first line that is a table header or `key = value`.
fn looks_like_toml(head: &str) -> bool {
    let mut lines = head.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.next().is_some_and(|line| {
        let key = |text: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-.\"".contains(c))
        };
        line.starts_with('[') || line.split_once('=').is_some_and(|(name, _)| key(name.trim()))
    })
}

/// An object, or an array of objects: `[[` and `[name` open a table of a definition.
fn is_json(text: &[u8]) -> bool {
    match text {
        [b'{', ..] => true,
        [b'[', rest @ ..] => matches!(rest.trim_ascii_start().first(), Some(b'{' | b']')),
        _ => false,
    }
}

/// Files of another kind that are easily given by mistake.
fn foreign(text: &[u8]) -> Option<&'static str> {
    let head = text[..text.len().min(512)].to_ascii_lowercase();
    let has = |needle: &[u8]| head.windows(needle.len()).any(|window| window == needle);
    match text {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("text in UTF-16 (save it as UTF-8)"),
        // Without a mark: each character of ASCII beside a zero.
        [0, second, 0, fourth, ..] | [second, 0, fourth, 0, ..] if *second > 0 && *fourth > 0 => {
            Some("text in UTF-16 (save it as UTF-8)")
        }
        [0x1f, 0x8b, ..] => Some("a gzip archive (unpack it first)"),
        [b'P', b'K', 3, 4, ..] => Some("a zip archive (unpack it first)"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some("a bzip2 archive (unpack it first)"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some("an xz archive (unpack it first)"),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Some("a zstd archive (unpack it first)"),
        [b'7', b'z', 0xbc, 0xaf, ..] => Some("a 7z archive (unpack it first)"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF document"),
        [b'*', b'*', ..] if has(b"almanac") => Some(YUMA),
        [b'I' | b'i', b'D' | b'd', b':', ..] if has(b"time of applicability") => Some(YUMA),
        [b'<', ..] if has(b"<html") || has(b"<!doctype html") => {
            Some("a web page (HTML), perhaps an error page of a download")
        }
        _ => None,
    }
}
