//! Patterns of satellites' names: `*` stands for any text and `?` for one character. All else is meant as it is written,
//! brackets too, which catalogues have in names such as `STARLINK-11072 [DTC]`.

use glob::Pattern;

/// A pattern of names, which does not mind upper and lower case, of whatever alphabet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamePattern {
    text: String,
    pattern: Pattern,
}

impl NamePattern {
    /// The pattern that a text is.
    ///
    /// # Panics
    /// Never: every text is one.
    pub fn new(text: &str) -> Self {
        let mut escaped = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '[' => escaped.push_str("[[]"),
                // Several in a row would mean folders.
                '*' if escaped.ends_with('*') => {}
                other => escaped.push(other),
            }
        }
        let pattern = Pattern::new(&folded(&escaped)).expect("nothing is left that could be wrong");
        Self { text: text.to_owned(), pattern }
    }

    /// Whether a name is meant.
    pub fn matches(&self, name: &str) -> bool {
        self.pattern.matches(&folded(name))
    }

    /// The pattern as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A text in which upper and lower case are alike, character by character: what stands beside one changes nothing, as it
/// does where a whole word is put into lower case, whose last sigma is another. Those of which several would become stay.
fn folded(text: &str) -> String {
    fn alone(mut characters: impl ExactSizeIterator<Item = char>) -> Option<char> {
        characters.next().filter(|_| characters.len() == 0)
    }
    let fold = |character: char| {
        let upper = alone(character.to_uppercase()).unwrap_or(character);
        alone(upper.to_lowercase()).unwrap_or(upper)
    };
    text.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stars_and_question_marks_stand_for_something() {
        for (pattern, name, matches) in [
            ("*[DTC]*", "STARLINK-11072 [DTC]", true),
            ("*[DTC]*", "STARLINK-1007", false),
            ("starlink-11072 [dtc]", "STARLINK-11072 [DTC]", true),
            ("GPS ?", "GPS 1", true),
            ("GPS ?", "GPS 12", false),
            ("a**b***", "A/x/B", true),
            ("[", "[", true),
            ("[!a]", "b", false),
            ("[!a]", "[!a]", true),
            ("]]*", "]]", true),
            ("**/x", "y/x", true),
            ("", "", true),
        ] {
            assert_eq!(NamePattern::new(pattern).matches(name), matches, "{pattern} {name}");
        }
    }

    #[test]
    fn letters_of_all_alphabets_match_in_both_cases() {
        for (pattern, name) in [("étoile*", "ÉTOILE 1"), ("СПУТНИК ?", "Спутник 1"), ("*[ÅNG]", "x [ång]")]
        {
            assert!(NamePattern::new(pattern).matches(name), "{pattern} {name}");
        }
        // The last sigma of a word is another, and some letters become two in the other case.
        for (pattern, name) in [
            ("οδυσσ*", "ΟΔΥΣΣΕΥΣ"),
            ("*ΣΟΣ", "σος"),
            ("ΣΟΣ?", "σος1"),
            ("İMECE-?", "İmece-1"),
            ("stra?e", "STRAßE"),
        ] {
            assert!(NamePattern::new(pattern).matches(name), "{pattern} {name}");
        }
        assert!(!NamePattern::new("etoile*").matches("ÉTOILE 1"));
    }
}
