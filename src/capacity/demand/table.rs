//! Demand from a CSV file of H3 cells: `hex_id,demand_mbps` or `hex_id,population`.

use std::collections::HashMap;
use std::ops::Range;

use h3o::{CellIndex, Resolution};

use super::{Demand, NO_COUNTRY, Part, Quantity};
use crate::diagnostics::{TextError, counted, nearest, quoted};
use crate::input::{repeated_column, without_mark};

const CELL: &str = "hex_id";
const AMOUNTS: [(&str, Quantity); 2] = [("demand_mbps", Quantity::Mbps), ("population", Quantity::People)];

/// Reads the text of a file, whose name is for messages. Cells that lie within others of the file add to them,
/// which the notes tell.
///
/// # Errors
/// [`TextError`], with line and column, for a missing column, a text that is no H3 cell, a cell that comes again, an
/// amount that is negative or no number.
pub fn parse(file: &str, text: &str) -> Result<Demand, Box<TextError>> {
    let text = without_mark(text);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .comment(Some(b'#'))
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let unreadable =
        |error: &csv::Error| Box::new(TextError::whole_file(file, format!("not a CSV file: {error}")));
    let header = reader.headers().map_err(|error| unreadable(&error))?.clone();
    if let Some((_, name)) = repeated_column(&header) {
        let error =
            TextError::at(file, text, line_span(text, 0), format!("a second column `{}`", quoted(name)));
        return Err(Box::new(error.help("rename or remove one of the two")));
    }
    let position = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
    let missing = |what: String, near: Option<&str>| {
        let error = TextError::at(file, text, line_span(text, 0), format!("the header has no column {what}"));
        Box::new(match near {
            Some(near) => error.help(format!("is `{}` meant?", quoted(near))),
            None => error.help("the columns are hex_id and demand_mbps, or hex_id and population"),
        })
    };
    let cell_column = position(CELL).ok_or_else(|| missing(format!("`{CELL}`"), nearest(CELL, &header)))?;
    let (amount_column, quantity) = AMOUNTS
        .into_iter()
        .find_map(|(name, quantity)| position(name).map(|column| (column, quantity)))
        .ok_or_else(|| {
            let near = AMOUNTS.iter().find_map(|(name, _)| nearest(name, &header));
            missing("`demand_mbps` or `population`".to_owned(), near)
        })?;
    let mut parts = Vec::new();
    // Where the row of each cell begins.
    let mut rows: HashMap<CellIndex, usize> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        let start = record.position().map_or(0, |at| at.byte() as usize);
        let wrong = |message: String, help: &str| {
            Box::new(TextError::at(file, text, line_span(text, start), message).help(help))
        };
        if record.len() != header.len() {
            let message = format!("{} values where the header names {} columns", record.len(), header.len());
            return Err(wrong(message, "give each row a value for each column"));
        }
        let cell: CellIndex = record[cell_column].parse().map_err(|_| {
            let message = format!("`{}` is no H3 cell", &record[cell_column]);
            wrong(message, "write the index of a cell in hexadecimal, such as 8328b0fffffffff")
        })?;
        let row = line_span(text, start);
        if let Some(first) = rows.insert(cell, row.start) {
            let name = &record[cell_column];
            let from = row.start + text[row].find(name).unwrap_or(0);
            let message = format!("the cell `{name}` stands on line {} already", line_of(text, first));
            return Err(Box::new(
                TextError::at(file, text, from..from + name.len(), message)
                    .help("remove one of the two rows, or write their sum into one"),
            ));
        }
        let amount = record[amount_column].parse::<f64>().ok().filter(|amount| (0.0..1e12).contains(amount));
        let amount = amount.ok_or_else(|| {
            let message = format!("`{}` is no amount of {}", &record[amount_column], &header[amount_column]);
            wrong(message, "write a number of 0 or more with a point and no unit")
        })?;
        parts.push(Part { cell, country: NO_COUNTRY, amount });
    }
    if parts.is_empty() {
        return Err(Box::new(
            TextError::whole_file(file, "no cell in it").help("below the header write one cell a line"),
        ));
    }
    let ignored: Vec<&str> = header
        .iter()
        .enumerate()
        .filter(|&(column, _)| column != cell_column && column != amount_column)
        .map(|(_, name)| name)
        .collect();
    let mut notes = Vec::new();
    if !ignored.is_empty() {
        notes.push(format!("{file}: columns not used: {}", ignored.join(", ")));
    }
    notes.extend(within_others(text, &rows).map(|told| format!("{file}: {told}")));
    Ok(Demand { source: file.to_owned(), quantity, parts, notes })
}

/// What is to be said of cells that lie within other cells of the file; nothing where none does.
fn within_others(text: &str, rows: &HashMap<CellIndex, usize>) -> Option<String> {
    let mut resolutions: Vec<Resolution> = rows.keys().map(|cell| cell.resolution()).collect();
    resolutions.sort_unstable();
    resolutions.dedup();
    let is_within = |cell: &CellIndex| {
        let coarser = resolutions.iter().take_while(|resolution| **resolution < cell.resolution());
        coarser.filter_map(|resolution| cell.parent(*resolution)).any(|parent| rows.contains_key(&parent))
    };
    let inner = rows.iter().filter(|(cell, _)| is_within(cell));
    let (count, (cell, row)) = (inner.clone().count(), inner.min_by_key(|(_, row)| **row)?);
    let (lie, their) =
        if count == 1 { ("lies within another", "its") } else { ("lie within others", "their") };
    Some(format!(
        "{} {lie} of the file, and {their} demand comes on top: {}{cell} on line {}",
        counted(count, "cell"),
        if count > 1 { "the first is " } else { "" },
        line_of(text, *row)
    ))
}

/// The number of the line that a byte is on.
fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes()[..byte].iter().filter(|&&byte| byte == b'\n').count() + 1
}

/// Bytes of the first line with a row at or after a byte.
fn line_span(text: &str, start: usize) -> Range<usize> {
    let mut from = start.min(text.len());
    for line in text[from..].split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        if !bare.trim().is_empty() && !bare.starts_with('#') {
            return from..from + bare.len();
        }
        from += line.len();
    }
    from.min(text.len())..text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_read() {
        let demand = parse(
            "d.csv",
            "\u{feff}hex_id,name,Demand_Mbps\r\n# Paris\r\n831fb4fffffffff,Paris,12.5\n831fa4fffffffff,x,1\n",
        )
        .unwrap();
        assert_eq!((demand.quantity, demand.total()), (Quantity::Mbps, 13.5));
        assert_eq!(demand.notes, ["d.csv: columns not used: name"]);
        let people = parse("d.csv", "population,hex_id\n7,831fb4fffffffff\n").unwrap();
        assert_eq!((people.quantity, people.total()), (Quantity::People, 7.0));
        let both = parse("d.csv", "population,hex_id,demand_mbps\n7,831fb4fffffffff,5\n").unwrap();
        assert_eq!((both.quantity, both.total()), (Quantity::Mbps, 5.0));
        assert_eq!(both.notes, ["d.csv: columns not used: population"]);
    }

    #[test]
    fn a_cell_that_comes_again_is_refused_where_it_does() {
        let error = parse(
            "d.csv",
            "hex_id,demand_mbps\n\n# A\n831fb4fffffffff,5\n# B\n831fa4fffffffff,5\n\n831FB4FFFFFFFFF,6\n",
        )
        .unwrap_err();
        assert_eq!((error.line, error.column), (8, 1), "{error}");
        assert!(error.message.contains("`831FB4FFFFFFFFF` stands on line 4 already"), "{error}");
        let error = parse("d.csv", "demand_mbps,hex_id\r\n5,831fb4fffffffff\r\n5,831fb4fffffffff\r\n");
        let error = error.unwrap_err();
        assert_eq!((error.line, error.column), (3, 3), "{error}");
        assert!(error.message.contains("stands on line 2 already"), "{error}");
    }

    #[test]
    fn cells_within_cells_are_told() {
        let told = |text: &str| parse("d.csv", text).unwrap().notes;
        assert_eq!(told("hex_id,demand_mbps\n81003ffffffffff,5\n8101bffffffffff,6\n"), [""; 0]);
        assert_eq!(
            told("hex_id,demand_mbps\n81003ffffffffff,5\n8001fffffffffff,6\n"),
            [
                "d.csv: 1 cell lies within another of the file, and its demand comes on top: 81003ffffffffff on line 2"
            ]
        );
        let text = "hex_id,demand_mbps\n8001fffffffffff,6\n81007ffffffffff,5\n81003ffffffffff,5\n";
        assert_eq!(
            told(text),
            ["d.csv: 2 cells lie within others of the file, and their demand comes on top: the first is \
              81007ffffffffff on line 3"]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, line, message) in [
            ("hex_id,mbps\n831fb4fffffffff,1\n", 1, "no column `demand_mbps` or `population`"),
            ("hexid,demand_mbps\n", 1, "no column `hex_id`"),
            ("hex_id,demand_mbps\n\n831fb4fffffffff,-1\n", 3, "`-1` is no amount"),
            ("hex_id,demand_mbps\nParis,1\n", 2, "`Paris` is no H3 cell"),
            ("hex_id,demand_mbps\n831fb4fffffffff\n", 2, "1 values where the header names 2"),
            ("hex_id,demand_mbps\n831fb4fffffffff,NaN\n", 2, "`NaN` is no amount"),
            ("hex_id,demand_mbps\n", 0, "no cell in it"),
        ] {
            let error = parse("d.csv", text).unwrap_err();
            assert!(error.message.contains(message), "{error}");
            assert_eq!(error.line, line, "{error}");
        }
    }
}
