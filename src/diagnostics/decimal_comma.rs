//! Numbers with a decimal comma, which a reader of TOML stumbles over without a word on what is wrong.

use std::ops::Range;

/// What to write instead, where the place of an error is a comma between two digits.
pub fn decimal_comma(text: &str, place: &Range<usize>) -> Option<String> {
    let (before, rest) = text.split_at_checked(place.start)?;
    let behind = rest.strip_prefix(',')?;
    let is_of_number = |c: &char| c.is_ascii_alphanumeric() || "._+-".contains(*c);
    let whole: String = before.chars().rev().take_while(is_of_number).collect();
    let whole: String = whole.chars().rev().collect();
    let fraction: String = behind.chars().take_while(|c| is_of_number(c) || *c == ',').collect();
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    if !is_digit(whole.chars().next_back()) || !is_digit(fraction.chars().next()) {
        return None;
    }
    let rule = "numbers have a decimal point, and nothing between thousands";
    // Three digits may be thousands as well, and then a point would make a thousandth of them.
    let is_plain = fraction.len() != 3 && fraction.chars().all(|c| c.is_ascii_digit());
    let number = format!("{whole}.{fraction}");
    Some(match is_plain && number.parse::<f64>().is_ok() {
        true => format!("{rule}: write {number}"),
        false => rule.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decimal_comma_is_answered_with_a_point() {
        let help = |text: &str| {
            let comma = text.find(',').unwrap();
            decimal_comma(text, &(comma..comma + 1))
        };
        let ends = |text: &str, end: &str| help(text).is_some_and(|help| help.ends_with(end));
        assert!(ends("inclination_deg = 55,0\n", ": write 55.0"), "{:?}", help("inclination_deg = 55,0\n"));
        assert!(ends("x = -0,25", ": write -0.25"));
        // What is meant by these is not known.
        for unclear in ["x = 1,000", "x = 1.000,5", "x = 1,000,000", "x = 1,000.5"] {
            assert!(ends(unclear, "nothing between thousands"), "{unclear}: {:?}", help(unclear));
        }
        for other in ["x = \"a\", 5", "x = 5,", "x = a,b", "x = 5, 6", ","] {
            assert_eq!(help(other), None, "{other}");
        }
        assert_eq!(decimal_comma("é", &(1..2)), None);
        assert_eq!(decimal_comma("", &(7..8)), None);
    }
}
