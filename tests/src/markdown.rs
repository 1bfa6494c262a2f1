//! Tables as the documents have them.

/// A table: the cells of its header, and of each row.
pub fn table(header: &[String], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let rule = format!("|{}\n", "---|".repeat(header.len()));
    let rows: String = rows.iter().map(|row| line(row)).collect();
    line(header) + &rule + &rows
}

/// A composition with at most three decimals.
pub fn composition(x: f64) -> String {
    ((x * 1e3).round() / 1e3).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_header_a_rule_and_rows() {
        let cells = |texts: [&str; 2]| texts.map(str::to_owned).to_vec();
        let found = table(&cells(["x", "E"]), &[cells(["0.5", "1"])]);
        assert_eq!(found, "| x | E |\n|---|---|\n| 0.5 | 1 |\n");
        assert_eq!([1.0 / 3.0, 0.25].map(composition), ["0.333", "0.25"]);
    }
}
