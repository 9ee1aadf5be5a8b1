//! The font that maps carry: how wide a text is in it, and which signs it lacks.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};

/// None only if the font that the program carries could not be read.
static FONT: LazyLock<Option<FontRef<'static>>> =
    LazyLock::new(|| FontRef::from_index(dejavu::sans::regular(), 0).ok());

/// Width of a text in units of the map. A sign that the font lacks is as wide as it is high.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let Some(font) = &*FONT else { return size * text.chars().count() as f64 };
    let metrics = font.glyph_metrics(Size::new(size as f32), LocationRef::default());
    let letters = font.charmap();
    let advance = |sign| letters.map(sign).and_then(|glyph| metrics.advance_width(glyph));
    text.chars().map(|sign| advance(sign).map_or(size, f64::from)).sum()
}

/// A text in lines of at most this width, broken at spaces, and within a word that is wider than a line.
pub(super) fn wrapped(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_inclusive(' ') {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && width(&lines[last], size) + width(word.trim_end(), size) > most {
            lines.push(String::new());
        }
        for sign in word.chars() {
            let last = lines.len() - 1;
            let is_full = width(&lines[last], size) + width(sign.encode_utf8(&mut [0; 4]), size) > most;
            if is_full && sign != ' ' && !lines[last].is_empty() {
                lines.push(String::new());
            }
            let last = lines.len() - 1;
            lines[last].push(sign);
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// The signs of a text that the font lacks.
pub(super) fn lacking(text: &str) -> BTreeSet<char> {
    let Some(font) = &*FONT else { return BTreeSet::new() };
    let letters = font.charmap();
    text.chars().filter(|sign| !sign.is_ascii() && letters.map(*sign).is_none()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Advances of DejaVu Sans, 2048 units an em: "a" has 1255, "i" 569, "W" 2025.
    #[test]
    fn texts_are_as_wide_as_the_font_has_them() {
        assert!((width("aiW", 2048.0) - (1255.0 + 569.0 + 2025.0)).abs() < 1e-6);
        assert_eq!(lacking("red 红 − · °"), BTreeSet::from(['红']));
    }

    #[test]
    fn no_line_is_wider_than_it_may_be() {
        let text =
            "Hongyun phase full: 156 satellites · globe · aVeryLongNameWithoutAnySpaceInItThatNeverEnds";
        let lines = wrapped(text, 11.0, 200.0);
        assert!(lines.len() > 3 && lines.iter().all(|line| width(line, 11.0) <= 200.0), "{lines:?}");
        let letters = |text: &str| text.chars().filter(|sign| *sign != ' ').collect::<String>();
        assert_eq!(letters(&lines.concat()), letters(text));
        assert_eq!(wrapped("short", 11.0, 200.0), ["short"]);
        assert_eq!(wrapped("", 11.0, 200.0), [""]);
    }
}
