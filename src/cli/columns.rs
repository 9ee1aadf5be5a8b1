//! Text tables of plain columns.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

/// Lays rows out in columns under a header, the first column to the left and the others to the right.
pub fn columns(header: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string().lines().map(|line| format!(" {}\n", line.trim_end())).collect()
}
