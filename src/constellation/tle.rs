//! Two-line element sets (TLE, 2LE, 3LE), read line by line.
//!
//! The `sgp4` crate's parser refuses a blank ephemeris type and knows no policy for damaged files, so
//! this one is our own: what cannot be trusted is left out with its line and reason, the rest is kept.
//! Columns: Hoots and Roehrich 1980, appendix; CelesTrak, "NORAD Two-Line Element Set Format".

use std::ops::Range;

use super::LeftOut;
use super::catalogue::{Catalogue, Damaged, Record};
use super::identity::of_number_alone;
use crate::orbit::MeanElements;
use crate::time::Epoch;

/// Columns of an element line, the checksum included.
const COLUMNS: usize = 69;
/// Names of objects have up to 24 characters in the three-line format.
const NAME_COLUMNS: usize = 24;

/// What a line of the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Blank,
    Comment,
    Name,
    First,
    Second,
}

/// True when some line among the first ones has the shape of an element line.
pub(super) fn looks_like_tle(bytes: &[u8]) -> bool {
    bytes.split(|&byte| byte == b'\n').take(50).any(|line| matches!(kind(line), Kind::First | Kind::Second))
}

/// True when one of the first lines that say something is an element line with its second behind it: no other
/// notation begins so, whatever the name of the satellite looks like.
pub(super) fn begins_as_tle(bytes: &[u8]) -> bool {
    let mut kinds = bytes
        .split(|&byte| byte == b'\n')
        .map(kind)
        .filter(|kind| !matches!(kind, Kind::Blank | Kind::Comment));
    let first = kinds.next();
    let first = if first == Some(Kind::Name) { kinds.next() } else { first };
    first == Some(Kind::First) && kinds.next() == Some(Kind::Second)
}

/// True when a line is read as the name of a satellite.
pub(crate) fn is_name_line(line: &[u8]) -> bool {
    kind(line) == Kind::Name
}

/// A line of the file with its number from 1, blanks around it taken off.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    kind: Kind,
    number: usize,
    /// Bytes before the text.
    indent: usize,
    text: &'a [u8],
}

/// Reads every set of a file. Never fails: what is wrong ends up in `left_out`.
pub(super) fn read(file: &str, bytes: &[u8]) -> Catalogue {
    let lines: Vec<Line> = bytes
        .split(|&byte| byte == b'\n')
        .enumerate()
        .map(|(index, text)| Line {
            kind: kind(text),
            number: index + 1,
            indent: text.len() - text.trim_ascii_start().len(),
            text: text.trim_ascii(),
        })
        .filter(|line| !matches!(line.kind, Kind::Blank | Kind::Comment))
        .collect();
    let mut catalogue = Catalogue::default();
    let mut rest = lines.as_slice();
    while let Some(head) = rest.first() {
        let name = (head.kind == Kind::Name).then_some(head);
        let lines = if name.is_some() { &rest[1..] } else { rest };
        let (used, outcome) = next_set(lines, name.map_or("", |line| why_no_lines(line, lines.first())));
        let used = used + usize::from(name.is_some());
        let named = name.map(|line| clean_name(line.text)).filter(|name| !name.is_empty());
        match outcome {
            Ok((norad_id, elements)) => catalogue.records.push(Record {
                name: named.unwrap_or_else(|| of_number_alone(norad_id)),
                norad_id: Some(norad_id),
                designator: lines.iter().take(2).find_map(designator),
                elements,
                line: lines[0].number,
            }),
            Err(fault) => {
                let at = fault.line.unwrap_or(head);
                // Line 1 says whose a set is where line 2 is another's.
                let first = lines.first().filter(|line| line.kind == Kind::First);
                let whose = fault.line.map(|line| first.unwrap_or(line));
                let satellite = match (&named, whose) {
                    (Some(name), Some(line)) => format!("{name} ({})", number_text(line.text)),
                    (Some(name), None) => name.clone(),
                    (None, line) => number_text(line.unwrap_or(at).text),
                };
                let number = whose.and_then(|line| catalogue_number(field(line.text, 3, 7)).ok());
                let name = named.or_else(|| number.map(of_number_alone));
                let (file, line) = (file.to_owned(), at.number);
                let indent = at.indent;
                let place = fault.columns.start + indent..fault.columns.end + indent;
                let entry = LeftOut { satellite, file, line, reason: fault.reason, place };
                catalogue.damaged.push(Damaged { entry, name, number });
            }
        }
        rest = &rest[used..];
    }
    catalogue
}

/// What is wrong with a set, on which of its lines (none when it has no element lines) and at which of its bytes.
struct Fault<'a> {
    line: Option<&'a Line<'a>>,
    reason: String,
    /// None for the whole line.
    columns: Range<usize>,
}

/// What is said of a name when no element lines follow it, but the line `next`.
fn why_no_lines(name: &Line, next: Option<&Line>) -> &'static str {
    let strange = |line: &Line| {
        line.kind == Kind::Name
            && line.text.len() >= COLUMNS
            && line.text[0].is_ascii_digit()
            && !line.text.is_ascii()
    };
    if misplaced_in(name.text).is_some() {
        "an element line that does not begin its line"
    } else if strange(name) {
        "an element line with characters other than ASCII, such as no-break spaces"
    } else if next.is_some_and(strange) {
        "its element lines have characters other than ASCII, such as no-break spaces"
    } else {
        "a name without element lines after it"
    }
}

/// Where an element line stands in a line behind something else.
fn misplaced_in(line: &[u8]) -> Option<usize> {
    let last = line.len().checked_sub(COLUMNS)?;
    (1..=last).find(|&at| {
        !line[at - 1].is_ascii_alphanumeric()
            && line[at].is_ascii_digit()
            && matches!(kind(&line[at..at + COLUMNS]), Kind::First | Kind::Second)
            // What is indented begins its line.
            && !line[..at].trim_ascii().is_empty()
    })
}

/// The place in the first lines of a text where an element line stands behind something else on its line.
pub(super) fn misplaced(text: &str) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    text.split('\n').find_map(|line| {
        let at = misplaced_in(line.as_bytes()).map(|at| start + at..start + at + COLUMNS);
        start += line.len() + 1;
        at
    })
}

/// The set at the head of `lines` and how many lines it takes; `lines_missing` is what is said where they are none.
fn next_set<'a>(
    lines: &'a [Line<'a>],
    lines_missing: &str,
) -> (usize, Result<(u32, MeanElements), Fault<'a>>) {
    let kind_at = |index: usize| lines.get(index).map(|line| line.kind);
    let left_out = |used: usize, line: Option<&'a Line<'a>>, reason: &str| {
        (used, Err(Fault { line, reason: reason.to_owned(), columns: 0..0 }))
    };
    match (kind_at(0), kind_at(1)) {
        (Some(Kind::First), Some(Kind::Second)) => (2, elements(&lines[0], &lines[1])),
        (Some(Kind::First), _) => left_out(1, lines.first(), "line 1 without a line 2 after it"),
        (Some(Kind::Second), Some(Kind::First))
            if same_number(&lines[0], &lines[1])
                // A complete set may follow an orphan of the same satellite.
                && !lines.get(2).is_some_and(|line| line.kind == Kind::Second && same_number(line, &lines[1])) =>
        {
            left_out(2, lines.first(), "the lines are swapped: line 2 stands before line 1")
        }
        (Some(Kind::Second), _) => left_out(1, lines.first(), "line 2 without a line 1 before it"),
        _ => left_out(0, None, lines_missing),
    }
}

/// The international designator of a line 1, columns 10 to 17, as an OMM writes it: `98067A` is 1998-067A. Years from
/// 57 on are of the last century, as those of epochs.
fn designator(line: &Line<'_>) -> Option<String> {
    if line.kind != Kind::First {
        return None;
    }
    let text = line.text.get(9..17)?.trim_ascii();
    let (launch, piece) = text.split_at_checked(5)?;
    let is_told = launch.iter().all(u8::is_ascii_digit)
        && !piece.is_empty()
        && piece.iter().all(u8::is_ascii_uppercase);
    let text = std::str::from_utf8(text).ok().filter(|_| is_told)?;
    let century = if text < "57" { "20" } else { "19" };
    Some(format!("{century}{}-{}", &text[..2], &text[2..]))
}

fn kind(line: &[u8]) -> Kind {
    let line = line.trim_ascii();
    match line {
        // Some systems end a text with a sign of its own.
        _ if line.iter().all(u8::is_ascii_control) => Kind::Blank,
        [b'#', ..] => Kind::Comment,
        [digit @ (b'1' | b'2'), b' ', rest @ ..] => {
            // `1 WORLD SAT` is a name, `1 25544U` and `2 T0123  51.6` are element lines.
            let number = &rest[..rest.len().min(5)];
            let has_number = number.len() == 5
                && number.iter().any(u8::is_ascii_digit)
                && number.iter().skip(1).all(|byte| byte.is_ascii_digit() || *byte == b' ');
            // Names longer than the format has room for are written too: they are of letters, element lines of digits.
            let columns = &rest[..rest.len().min(COLUMNS - 2)];
            // In UTF-8 the first byte of a character says so; those of other alphabets have further ones.
            let begins_character = |byte: &&u8| !matches!(byte, 0x80..=0xbf);
            let is_letter = |byte: &&u8| byte.is_ascii_alphabetic() || **byte >= 0xc0;
            let is_of_letters = columns.iter().filter(is_letter).count()
                > columns.iter().filter(|byte| byte.is_ascii_digit()).count();
            let length = line.iter().filter(begins_character).count();
            if !has_number && (length <= NAME_COLUMNS || is_of_letters) {
                Kind::Name
            } else if *digit == b'1' {
                Kind::First
            } else {
                Kind::Second
            }
        }
        _ => Kind::Name,
    }
}

/// The catalogue number as the line prints it.
fn number_text(line: &[u8]) -> String {
    String::from_utf8_lossy(field(line, 3, 7)).into_owned()
}

fn same_number(a: &Line, b: &Line) -> bool {
    field(a.text, 3, 7) == field(b.text, 3, 7)
}

/// A name without the `0 ` of the three-line format, in readable characters.
fn clean_name(line: &[u8]) -> String {
    let line = line.trim_ascii();
    let name = line.strip_prefix(b"0 ").unwrap_or(line).trim_ascii();
    String::from_utf8_lossy(name).chars().filter(|c| !c.is_control()).take(120).collect()
}

fn elements<'a>(first: &'a Line<'a>, second: &'a Line<'a>) -> Result<(u32, MeanElements), Fault<'a>> {
    // Columns are counted from 1, as the format's description does.
    let in_first = |from: usize, to: usize| {
        move |reason: String| Fault { line: Some(first), reason, columns: from - 1..to }
    };
    let in_second = |from: usize, to: usize| {
        move |reason: String| Fault { line: Some(second), reason, columns: from - 1..to }
    };
    let (one, two) = (first.text, second.text);
    // The checksum, or what stands where it should.
    let last = |line: &[u8]| {
        (COLUMNS.min(line.len()), if line.get(COLUMNS) == Some(&b' ') { COLUMNS } else { line.len() })
    };
    let ((from_one, to_one), (from_two, to_two)) = (last(one), last(two));
    check_line(one, 1).map_err(in_first(from_one, to_one))?;
    check_line(two, 2).map_err(in_second(from_two, to_two))?;
    for column in BLANK_IN_FIRST {
        check_blank(one, 1, column).map_err(in_first(column, column))?;
    }
    for column in BLANK_IN_SECOND {
        check_blank(two, 2, column).map_err(in_second(column, column))?;
    }
    let norad_id = catalogue_number(field(one, 3, 7)).map_err(in_first(3, 7))?;
    if catalogue_number(field(two, 3, 7)).map_err(in_second(3, 7))? != norad_id {
        let (one, two) = (number_text(one), number_text(two));
        return Err(in_second(3, 7)(format!("line 2 belongs to {two}, line 1 to {one}")));
    }
    match field(one, 63, 63) {
        // Blank stands for 0; 2 and 3 are SGP4 and SDP4 of the 1980 report, one theory today.
        b"" | b"0" | b"2" | b"3" => {}
        b"4" => {
            return Err(in_first(63, 63)(
                "ephemeris type 4 is SGP4-XP, not SGP4: ask for general perturbations (GP) with SGP4"
                    .to_owned(),
            ));
        }
        other => {
            let other = String::from_utf8_lossy(other);
            return Err(in_first(63, 63)(format!("ephemeris type '{other}' is not SGP4")));
        }
    }
    let number = |from, to, what| decimal(two, from, to, what).map_err(in_second(from, to));
    let elements = MeanElements {
        epoch: epoch(columns(one, 19, 32)).map_err(in_first(19, 32))?,
        bstar: exponential(columns(one, 54, 61)).map_err(in_first(54, 61))?,
        inclination_deg: number(9, 16, "inclination")?,
        raan_deg: number(18, 25, "right ascension of the node")?,
        eccentricity: eccentricity(columns(two, 27, 33)).map_err(in_second(27, 33))?,
        argument_of_perigee_deg: number(35, 42, "argument of perigee")?,
        mean_anomaly_deg: number(44, 51, "mean anomaly")?,
        mean_motion_rev_day: number(53, 63, "mean motion")?,
    };
    Ok((norad_id, elements))
}

/// Where on `line`, the second one of a set, the element is that a reason begins with: what makes elements impossible
/// is found when the columns are read already.
pub(super) fn place_in_second(reason: &str, line: &str) -> Option<Range<usize>> {
    let columns = [
        ("inclination", 8..16),
        ("right ascension of the node", 17..25),
        ("eccentricity", 26..33),
        ("argument of perigee", 34..42),
        ("mean anomaly", 43..51),
        ("mean motion", 52..63),
        ("perigee", 52..63),
    ];
    let (_, columns) = columns.into_iter().find(|(element, _)| reason.starts_with(element))?;
    let indent = line.len() - line.trim_start().len();
    line[indent..].starts_with("2 ").then(|| columns.start + indent..columns.end + indent)
}

/// Columns `from` to `to`, counted from 1 as the format's description does.
fn columns(line: &[u8], from: usize, to: usize) -> &[u8] {
    line.get(from - 1..to.min(line.len())).unwrap_or(&[])
}

/// [`columns`] without blanks around.
fn field(line: &[u8], from: usize, to: usize) -> &[u8] {
    columns(line, from, to).trim_ascii()
}

/// Columns that are blank between the fields of each line.
const BLANK_IN_FIRST: [usize; 6] = [9, 18, 33, 44, 53, 62];
const BLANK_IN_SECOND: [usize; 6] = [8, 17, 26, 34, 43, 52];

/// Refuses a line with a sign in a column between two fields: one of them has lost or won a column, and its digits would
/// be read as another number.
fn check_blank(line: &[u8], number: u8, column: usize) -> Result<(), String> {
    match line.get(column - 1) {
        None | Some(b' ') => Ok(()),
        Some(found) => Err(format!(
            "column {column} of line {number} is '{}', expected a blank: a field is shifted",
            found.escape_ascii()
        )),
    }
}

/// Length and checksum of a line. Text behind column 69 is allowed after a blank.
fn check_line(line: &[u8], number: u8) -> Result<(), String> {
    if line.len() < COLUMNS {
        return Err(format!("line {number} has {} columns instead of {COLUMNS}", line.len()));
    }
    if line.len() > COLUMNS && line[COLUMNS] != b' ' {
        let text = String::from_utf8_lossy(line);
        let columns = text.chars().count();
        // A letter of two bytes moves all columns behind it.
        if let Some(strange) = text.chars().find(|c| columns == COLUMNS && !c.is_ascii()) {
            return Err(format!("line {number} holds '{strange}', which no element line does"));
        }
        return Err(format!("line {number} has {columns} columns instead of {COLUMNS}"));
    }
    let sum = checksum(&line[..COLUMNS - 1]);
    match line[COLUMNS - 1] {
        digit @ b'0'..=b'9' if digit - b'0' == sum => Ok(()),
        digit @ b'0'..=b'9' => {
            Err(format!("checksum of line {number} is {}, its columns sum to {sum}", digit - b'0'))
        }
        other => Err(format!("checksum of line {number} is '{}' instead of a digit", other.escape_ascii())),
    }
}

/// Sum of the digits, a minus counting 1, modulo 10.
pub(crate) fn checksum(columns: &[u8]) -> u8 {
    let sum: u32 = columns
        .iter()
        .map(|byte| match byte {
            b'0'..=b'9' => u32::from(byte - b'0'),
            b'-' => 1,
            _ => 0,
        })
        .sum();
    (sum % 10) as u8
}

/// Letters of Alpha-5 from 10 on: I and O are not used.
pub(crate) const ALPHA5: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Five digits, or a letter and four digits (Alpha-5, 100,000 to 339,999).
pub(super) fn catalogue_number(text: &[u8]) -> Result<u32, String> {
    let refused = || match String::from_utf8_lossy(text) {
        text if text.is_empty() => "columns 3 to 7, the catalogue number, are blank".to_owned(),
        text => format!(
            "'{text}' is no catalogue number (five digits, or Alpha-5: a capital letter but I and O, and four \
                 digits)"
        ),
    };
    let (head, rest) = text.split_first().ok_or_else(refused)?;
    let digits = |text: &[u8]| {
        text.iter().try_fold(0_u32, |sum, byte| {
            byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')).ok_or_else(refused)
        })
    };
    match ALPHA5.iter().position(|letter| letter == head) {
        Some(letter) if rest.len() == 4 => Ok((letter as u32 + 10) * 10_000 + digits(rest)?),
        _ if text.len() > 5 => Err(refused()),
        _ => digits(text),
    }
}

/// Digits behind blanks, which stand for zeros: at least one digit, and nothing behind them.
fn digits_behind_blanks(text: &[u8]) -> Option<u32> {
    let digits = text.trim_ascii_start();
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(digits).ok().filter(|_| is_number)?.parse().ok()
}

/// `YYDDD.DDDDDDDD`; years 57 to 99 are 1957 to 1999. Blanks before the year's and the day's digits are zeros.
fn epoch(text: &[u8]) -> Result<Epoch, String> {
    if text.trim_ascii().is_empty() {
        return Err("columns 19 to 32, the epoch, are blank".to_owned());
    }
    let refused = || {
        let text = String::from_utf8_lossy(text);
        format!(
            "'{}' is no epoch (two-digit year, day of the year, point in column 24)",
            text.trim_ascii_end()
        )
    };
    let (year, rest) = text.split_at_checked(2).ok_or_else(refused)?;
    let (whole, fraction) = rest.split_at_checked(3).ok_or_else(refused)?;
    let short = digits_behind_blanks(year).ok_or_else(refused)? as i32;
    let year = short + if short < 57 { 2000 } else { 1900 };
    digits_behind_blanks(whole).ok_or_else(refused)?;
    match fraction.trim_ascii_end() {
        [] => {}
        [b'.', digits @ ..] if digits.iter().all(u8::is_ascii_digit) => {}
        _ => return Err(refused()),
    }
    let day = plain_number(rest.trim_ascii()).ok_or_else(refused)?;
    let days_in_year = if chrono::NaiveDate::from_ymd_opt(year, 2, 29).is_some() { 366.0 } else { 365.0 };
    if !(1.0..days_in_year + 1.0).contains(&day) {
        return Err(format!("day {day} is no day of {year}"));
    }
    let start = chrono::NaiveDate::from_ymd_opt(year, 1, 1)
        .and_then(|date| Epoch::from_naive(date.and_time(chrono::NaiveTime::MIN)))
        .ok_or_else(refused)?;
    // Whole days are added as such, so that the fraction keeps its eight decimals.
    Ok(start.plus_seconds((day.floor() - 1.0) * 86_400.0).plus_seconds(day.fract() * 86_400.0))
}

/// A number written with digits, a sign and a point only: no exponent, no `inf`, no `nan`.
fn plain_number(text: &[u8]) -> Option<f64> {
    if !text.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-')) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// A number with its decimal point, which stands in the column that leaves room for all decimals.
fn decimal(line: &[u8], from: usize, to: usize, what: &str) -> Result<f64, String> {
    let text = field(line, from, to);
    let number = plain_number(text).ok_or_else(|| match String::from_utf8_lossy(text) {
        text if text.is_empty() => format!("columns {from} to {to}, the {what}, are blank"),
        text => format!("'{text}' in columns {from} to {to} is no {what}"),
    })?;
    // Angles have three places before it, the mean motion two.
    let point = if to - from == 10 { from + 2 } else { from + 3 };
    if line.get(point - 1) != Some(&b'.') {
        let text = String::from_utf8_lossy(text);
        return Err(format!(
            "'{text}' in columns {from} to {to}, the {what}, has no point in column {point}: the field is shifted"
        ));
    }
    Ok(number)
}

/// Seven digits after a decimal point that is not written, the last in the last column; blanks before them are zeros.
fn eccentricity(text: &[u8]) -> Result<f64, String> {
    if text.trim_ascii().is_empty() {
        return Err("columns 27 to 33, the eccentricity, are blank".to_owned());
    }
    // Zeros are nothing wherever they stand.
    if text.iter().all(|byte| b"0 ".contains(byte)) {
        return Ok(0.0);
    }
    fraction(text).ok_or_else(|| {
        let shown = String::from_utf8_lossy(text.trim_ascii());
        match fraction(text.trim_ascii_end()) {
            Some(_) => {
                format!("column 33, the last of the eccentricity '{shown}', is blank: the field is shifted")
            }
            None => format!("'{shown}' in columns 27 to 33 is no eccentricity"),
        }
    })
}

/// Digits after a decimal point that is not written, up to the last column. Blanks before them are zeros; one behind them
/// would make the number ten times as large where they are shifted.
fn fraction(columns: &[u8]) -> Option<f64> {
    let digits = columns.trim_ascii_start();
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(plain_number(digits)? / 10_f64.powi(columns.len() as i32))
}

/// ` 12345-4` for 0.12345e-4: sign, five digits after a decimal point that is not written, exponent of one digit with
/// its sign. Blank for 0.
fn exponential(text: &[u8]) -> Result<f64, String> {
    let trimmed = text.trim_ascii();
    let refused = || format!("'{}' in columns 54 to 61 is no drag term", String::from_utf8_lossy(trimmed));
    let is_zero = trimmed.contains(&b'0') && trimmed.iter().all(|byte| b"0+-. ".contains(byte));
    if trimmed.is_empty() || is_zero {
        return Ok(0.0);
    }
    if trimmed.contains(&b'.') && !trimmed.iter().skip(1).any(|byte| matches!(byte, b'+' | b'-')) {
        // Some writers put a plain decimal here, which no column changes.
        return plain_number(trimmed).ok_or_else(refused);
    }
    let (negative, digits) = match trimmed {
        [b'-', digits @ ..] => (true, digits),
        _ => (false, trimmed.strip_prefix(b"+").unwrap_or(trimmed)),
    };
    if digits.len() == 5 && digits.iter().all(u8::is_ascii_digit) {
        // Some leave the exponent out; all five digits of the mantissa are one wherever they stand.
        let value = fraction(digits).ok_or_else(refused)?;
        return Ok(if negative { -value } else { value });
    }
    let [sign, mantissa @ .., exponent_sign, exponent] = text else { return Err(refused()) };
    let sign = match sign {
        b'-' => -1.0,
        // Some writers put the point in the column of the sign.
        b' ' | b'+' | b'.' => 1.0,
        _ => return Err(refused()),
    };
    let exponent = match (exponent_sign, exponent) {
        (b'+', digit @ b'0'..=b'9') => i32::from(digit - b'0'),
        (b'-', digit @ b'0'..=b'9') => -i32::from(digit - b'0'),
        _ => return Err(refused()),
    };
    if mantissa.len() != 5 {
        return Err(refused());
    }
    if mantissa[4] == b' ' {
        let shown = String::from_utf8_lossy(trimmed);
        return Err(format!(
            "column 59, the last digit of the drag term '{shown}', is blank: the field is shifted"
        ));
    }
    let digits = mantissa.strip_prefix(b".").unwrap_or(mantissa);
    Ok(sign * fraction(digits).ok_or_else(refused)? * 10_f64.powi(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::constellation::{Constellation, ReadOptions, parse};
    use crate::input::FileError;

    /// Vanguard 1, the first set of the verification file of Vallado et al., AIAA 2006-6753.
    const VANGUARD: [&str; 2] = [
        "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753",
        "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667",
    ];

    /// Puts `text` at column `column` of a line and mends the checksum.
    fn patched(line: &str, column: usize, text: &str) -> String {
        let mut bytes = line.as_bytes().to_vec();
        bytes[column - 1..column - 1 + text.len()].copy_from_slice(text.as_bytes());
        bytes[68] = b'0' + checksum(&bytes[..68]);
        String::from_utf8(bytes).unwrap()
    }

    fn set(number: &str) -> String {
        format!("{}\n{}\n", patched(VANGUARD[0], 3, number), patched(VANGUARD[1], 3, number))
    }

    fn parsed(text: &str) -> Constellation {
        parse("sample.tle", text.as_bytes(), &ReadOptions::default()).unwrap()
    }

    /// One good satellite stands beside the damaged text; the reasons and lines of what is left out.
    fn left_out(damaged: &str) -> Vec<(usize, String)> {
        let constellation = parsed(&format!("{damaged}\n{}", set("00006")));
        assert_eq!(constellation.satellites.len(), 1, "{damaged}");
        constellation.left_out.into_iter().map(|entry| (entry.line, entry.reason)).collect()
    }

    #[test]
    fn fields_are_read_from_their_columns() {
        let constellation = parsed(&VANGUARD.join("\n"));
        let satellite = &constellation.satellites[0];
        assert_eq!((satellite.name.as_str(), satellite.norad_id), ("NORAD 5", Some(5)));
        let elements = &satellite.elements;
        assert_eq!(elements.epoch.to_string(), "2000-06-27T18:50:19.734Z");
        assert_eq!(elements.inclination_deg, 34.2682);
        assert_eq!(elements.raan_deg, 348.7242);
        assert_eq!(elements.eccentricity, 0.185_966_7);
        assert_eq!(elements.argument_of_perigee_deg, 331.7664);
        assert_eq!(elements.mean_anomaly_deg, 19.3264);
        assert_eq!(elements.mean_motion_rev_day, 10.824_191_57);
        assert!((elements.bstar - 0.28098e-4).abs() < 1e-18);
        assert_eq!(constellation.name, "sample");
        assert_eq!(constellation.min_elevation_deg, None);
    }

    #[test]
    fn names_come_with_and_without_a_zero_and_line_ends_of_any_kind() {
        let [one, two] = VANGUARD;
        for text in [
            format!("VANGUARD 1\n{one}\n{two}\n"),
            format!("0 VANGUARD 1\r\n{one}\r\n{two}\r\n"),
            format!("\u{feff}VANGUARD 1   \n{one}   \n{two}\t \n\n"),
            format!("# a comment\n\n  VANGUARD 1\n{one}\n{two}   0.00  4320.0  360.00"),
        ] {
            let constellation = parsed(&text);
            assert_eq!(constellation.satellites[0].name, "VANGUARD 1", "{text}");
            assert!(constellation.left_out.is_empty(), "{text}");
        }
    }

    #[test]
    fn alpha_5_counts_without_i_and_o() {
        for (text, number) in [("A0000", 100_000), ("E8493", 148_493), ("J2931", 182_931), ("Z9999", 339_999)]
        {
            assert_eq!(parsed(&set(text)).satellites[0].norad_id, Some(number));
        }
        let reasons = left_out(&set("I0001"));
        assert!(reasons[0].1.contains("'I0001' is no catalogue number"), "{reasons:?}");
    }

    #[test]
    fn a_blank_ephemeris_type_is_accepted_and_another_theory_is_not() {
        let blank = format!("{}\n{}", patched(VANGUARD[0], 63, " "), VANGUARD[1]);
        assert_eq!(parsed(&blank).satellites.len(), 1);
        let reasons = left_out(&format!("{}\n{}", patched(VANGUARD[0], 63, "4"), VANGUARD[1]));
        assert!(reasons[0].1.contains("SGP4-XP"), "{reasons:?}");
    }

    #[test]
    fn damaged_lines_are_left_out_with_line_and_reason() {
        let [one, two] = VANGUARD;
        let wrong_sum = format!("{}9", &two[..68]);
        for (damaged, line, reason) in [
            (format!("NAME\n{one}\n{wrong_sum}"), 3, "checksum of line 2 is 9, its columns sum to 7"),
            (format!("NAME\n{one}\n{}", &two[..68]), 3, "68 columns instead of 69"),
            (format!("{one}23\n{two}"), 1, "71 columns instead of 69"),
            (format!("NAME\n{one}\n"), 2, "line 1 without a line 2"),
            (format!("NAME\n{two}\n"), 2, "line 2 without a line 1"),
            (format!("NAME\n{two}\n{one}"), 2, "swapped"),
            ("LONELY\nNAME".to_owned(), 1, "a name without element lines"),
            (format!("{one}\n{}", patched(two, 3, "00007")), 2, "line 2 belongs to 00007, line 1 to 00005"),
            (format!("{one}\n{}", patched(two, 9, " 34.x682")), 2, "columns 9 to 16 is no inclination"),
            (format!("{one}\n{}", patched(two, 9, "190.2682")), 1, "inclination 190.2682 is outside"),
            (format!("{one}\n{}", patched(two, 53, " 0.00000000")), 1, "mean motion 0"),
            (format!("{one}\n{}", patched(two, 27, "9999999")), 1, "below the ground"),
            (format!("{}\n{two}", patched(one, 19, "00367")), 1, "day 367.78495062 is no day of 2000"),
        ] {
            let found = left_out(&damaged);
            assert_eq!(found.len(), 1, "{damaged}\n{found:?}");
            assert_eq!(found[0].0, line, "{damaged}\n{found:?}");
            assert!(found[0].1.contains(reason), "{damaged}\n{found:?}");
        }
    }

    #[test]
    fn a_set_behind_an_orphan_of_the_same_satellite_is_kept() {
        let [one, two] = VANGUARD;
        let constellation = parsed(&format!("{two}\n{one}\n{two}\n"));
        assert_eq!((constellation.satellites.len(), constellation.left_out.len()), (1, 1));
    }

    #[test]
    fn the_newest_of_duplicates_wins_and_is_said() {
        let older = patched(VANGUARD[0], 21, "100");
        let text = format!("{}\n{}\n{}\n{older}\n{}\n", VANGUARD[0], VANGUARD[1], "AGAIN", VANGUARD[1]);
        let constellation = parsed(&text);
        assert_eq!(constellation.satellites.len(), 1);
        // The newest is without a name, which the older one tells.
        assert_eq!(constellation.satellites[0].name, "AGAIN");
        assert!(
            constellation.warnings[0].contains("1 element set is a duplicate"),
            "{:?}",
            constellation.warnings
        );
        assert!(constellation.warnings[0].contains("line 4"), "{:?}", constellation.warnings);
    }

    #[test]
    fn files_without_a_satellite_are_errors() {
        for (text, message) in [
            ("", "the file is empty"),
            ("  \n\n", "the file is empty"),
            ("<!DOCTYPE html><html><body>403</body></html>", "web page"),
            ("No GP data found", "neither a constellation definition nor a catalogue"),
            (VANGUARD[0], "no usable satellite: the only satellite is left out: line 1 without"),
            ("\u{1f}\u{8b}\u{0}", "binary"),
        ] {
            let error = parse("x.tle", text.as_bytes(), &ReadOptions::default()).unwrap_err();
            let FileError::Text(error) = error else { panic!("{error}") };
            assert!(error.message.contains(message), "{text}: {error}");
        }
    }

    #[test]
    fn drag_terms_in_the_ways_they_are_written() {
        for (text, value) in [
            (" 28098-4", 0.28098e-4),
            ("-11606-4", -0.11606e-4),
            ("+12345+1", 1.2345),
            (" 00000+0", 0.0),
            ("00000-0 ", 0.0),
            (" 00000-0", 0.0),
            ("        ", 0.0),
            (".12345-3", 0.12345e-3),
            ("-.1234-3", -0.1234e-3),
            (" .000123", 0.000_123),
            (" 12345  ", 0.12345),
            ("   12345", 0.12345),
            // Blanks before the digits are zeros: the point stands before their column.
            ("-  606-4", -0.00606e-4),
            ("     1-4", 0.00001e-4),
        ] {
            let read = exponential(text.as_bytes()).unwrap();
            assert!((read - value).abs() <= 1e-15 * value.abs(), "{text}");
        }
        for text in
            ["12a45-3 ", " 12a45-3", "-       ", " 28 98-4", " 28098 4", " 28098- ", "28098-4 ", "  -606-4"]
        {
            assert!(exponential(text.as_bytes()).is_err(), "{text}");
        }
    }

    /// Fields were trimmed before their digits were counted: five digits behind two blanks were ten times as much a blank.
    #[test]
    fn blanks_before_digits_are_zeros_and_blanks_between_them_are_refused() {
        let [one, two] = VANGUARD;
        let elements =
            |one: &str, two: &str| parsed(&format!("{one}\n{two}\n")).satellites.remove(0).elements;
        let sound = elements(one, two);
        assert_eq!(elements(one, &patched(two, 27, "  12345")).eccentricity, 0.001_234_5);
        assert_eq!(elements(one, &patched(two, 27, "0012345")).eccentricity, 0.001_234_5);
        for zero in ["      0", "     0 ", "0      ", "0000000"] {
            assert_eq!(elements(one, &patched(two, 27, zero)).eccentricity, 0.0);
        }
        for (blank, zero) in [(" 8264", "08264"), ("00  9", "00009"), (" 0 79", "00079")] {
            let [blank, zero] = [blank, zero].map(|text| elements(&patched(one, 19, text), two).epoch);
            assert_eq!(blank, zero);
            assert_ne!(blank, sound.epoch);
        }
        assert!((elements(&patched(one, 54, "-  606-4"), two).bstar / -0.00606e-4 - 1.0).abs() < 1e-12);
        for (damaged, line, reason) in [
            (
                format!("{one}\n{}", patched(two, 27, "18 9667")),
                2,
                "'18 9667' in columns 27 to 33 is no eccent",
            ),
            (format!("{one}\n{}", patched(two, 9, " 34. 682")), 2, "'34. 682' in columns 9 to 16 is no incl"),
            (format!("{one}\n{}", patched(two, 53, "10.82 19157")), 2, "is no mean motion"),
            // Shifted by a column, the digits were ten times as much.
            (
                format!("{one}\n{}", patched(two, 27, "009667 ")),
                2,
                "column 33, the last of the eccentricity '009667'",
            ),
            (
                format!("{}\n{two}", patched(one, 54, " 1234 -4")),
                1,
                "column 59, the last digit of the drag term",
            ),
            (format!("{}\n{two}", patched(one, 19, "0 1 9.78")), 1, "'0 1 9.78495062' is no epoch"),
            (format!("{}\n{two}", patched(one, 19, "  179")), 1, "'  179.78495062' is no epoch"),
            (format!("{}\n{two}", patched(one, 19, "0017 .")), 1, "is no epoch"),
            (
                format!("{}\n{two}", patched(one, 54, " 28 98-4")),
                1,
                "'28 98-4' in columns 54 to 61 is no drag",
            ),
        ] {
            let found = left_out(&damaged);
            assert_eq!((found.len(), found[0].0), (1, line), "{damaged}\n{found:?}");
            assert!(found[0].1.contains(reason), "{damaged}\n{found:?}");
        }
    }

    /// With a blank missing and one too many further on, the checksum is right and the digits are another orbit's.
    #[test]
    fn a_line_shifted_by_a_column_is_left_out() {
        let [one, two] = VANGUARD;
        let shifted = |line: &str, from: usize, to: usize| {
            // The column `from` is taken out, and a blank put in before what was column `to`.
            let (head, tail) = (&line[..from - 1], &line[from..]);
            let at = to - 1 - from;
            format!("{head}{} {}", &tail[..at], &tail[at..])
        };
        assert_eq!(shifted(two, 9, 64).len(), 69);
        for (damaged, line, reason) in [
            (format!("{one}\n{}", shifted(two, 9, 64)), 2, "column 17 of line 2 is '3', expected a blank"),
            (format!("{one}\n{}", shifted(two, 8, 27)), 2, "column 17 of line 2 is '3', expected a blank"),
            (
                format!("{one}\n{}", shifted(two, 44, 53)),
                2,
                "'19.3264' in columns 44 to 51, the mean anomaly, has no point",
            ),
            (format!("{}\n{two}", shifted(one, 16, 33)), 1, "column 18 of line 1 is '0', expected a blank"),
            (format!("{}\n{two}", shifted(one, 45, 62)), 1, "'28098-4' in columns 54 to 61 is no drag term"),
        ] {
            let found = left_out(&damaged);
            assert_eq!((found.len(), found[0].0), (1, line), "{damaged}\n{found:?}");
            assert!(found[0].1.contains(reason), "{damaged}\n{found:?}");
        }
    }

    /// One of more than 24 characters was taken for a damaged line 1, and the name was lost.
    #[test]
    fn a_long_name_that_begins_as_a_line_does_is_a_name() {
        let [one, two] = VANGUARD;
        for name in [
            "1 KUNS-PF EDUCATION SATELLITE",
            "2 OF A SERIES OF SATELLITES WITH LONG NAMES",
            "1 WORLD SAT",
            "1 ЗВЕЗДА КОСМОСА",
            "2 СПУТНИК ДАЛЬНЕЙ СВЯЗИ И НАБЛЮДЕНИЯ",
            "1 北斗三号中圆地球轨道卫星",
        ] {
            let constellation = parsed(&format!("{name}\n{one}\n{two}\n"));
            assert_eq!(constellation.satellites[0].name, name);
            assert!(constellation.left_out.is_empty(), "{:?}", constellation.left_out);
        }
        let blank = format!("{}\n{two}", patched(one, 3, "     "));
        assert!(left_out(&blank)[0].1.contains("the catalogue number, are blank"));
    }
}
