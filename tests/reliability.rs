//! The tables of `docs/reliability.md` name tests that exist and are run.

use std::path::Path;

/// Names of the tests that the macro `targets!` makes, one of each word between its braces.
fn made_by_targets(source: &str) -> impl Iterator<Item = &str> {
    let call = source.find("\ntargets! {").map_or("", |at| &source[at + "\ntargets! {".len()..]);
    call.split('}').next().unwrap_or("").split_whitespace()
}

#[test]
fn every_named_test_exists_and_is_run() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/reliability.md")).unwrap();
    let mut checked = 0;
    for line in text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fault ")) {
        let cell = line.trim_end_matches([' ', '|']).rsplit('|').next().unwrap();
        for name in cell.trim().split(", ") {
            let name = name.trim_matches('`');
            let (file, test) =
                name.rsplit_once("::").unwrap_or_else(|| panic!("no test is named behind: {line}"));
            let path = if file.starts_with("src/") {
                root.join(file)
            } else {
                root.join(format!("tests/{file}.rs"))
            };
            let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            if made_by_targets(&source).any(|made| made == test) {
                continue;
            }
            let at = source.find(&format!("fn {test}(")).unwrap_or_else(|| panic!("{name} does not exist"));
            let attributes: Vec<&str> = source[..at]
                .lines()
                .rev()
                .map(str::trim)
                .skip_while(|line| line.is_empty())
                .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
                .collect();
            assert!(attributes.contains(&"#[test]"), "{name} is no test");
            let is_ignored = attributes.iter().any(|line| line.starts_with("#[ignore"));
            assert!(!is_ignored, "{name} runs only when it is asked for, and shows nothing else");
        }
        checked += 1;
    }
    assert!(checked > 40, "only {checked} lines were found");
}
