//! The examples in `docs/constellation-format.md` are read as they stand.

use hexsky::constellation::{ReadOptions, parse};

#[test]
fn the_examples_of_the_format_are_valid() {
    let text = include_str!("../docs/constellation-format.md");
    let examples: Vec<&str> =
        text.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    let count = |example: &str, phase: Option<&str>| {
        let options = ReadOptions { phase: phase.map(str::to_owned), ..ReadOptions::default() };
        match parse("example.toml", example.as_bytes(), &options) {
            Ok(constellation) => constellation.satellites.len(),
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(examples.len(), 3);
    assert_eq!(count(examples[0], None), 24);
    assert_eq!(count(examples[1], None), 360);
    assert_eq!(count(examples[1], Some("second")), 720);
    assert_eq!(count(examples[2], None), 67);
    assert_eq!(count(examples[2], Some("half")), 33);
}
