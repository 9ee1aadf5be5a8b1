//! The tables of `docs/reliability.md` name tests that exist.

use std::path::Path;

#[test]
fn every_named_test_exists() {
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
            let at = source.find(&format!("fn {test}(")).unwrap_or_else(|| panic!("{name} does not exist"));
            let before = &source[..at];
            let attribute = before.trim_end().lines().last().unwrap();
            assert!(attribute.trim() == "#[test]" || source.contains("targets! {"), "{name} is no test");
        }
        checked += 1;
    }
    assert!(checked > 40, "only {checked} lines were found");
}
