//! Colour scales of static and terminal maps: the same as those of a page (`html/colour.js`).

use std::collections::BTreeMap;

use crate::report::page::{Better, MapFigure};

/// Viridis (van der Walt and Smith 2015, CC0) at even steps.
const VIRIDIS: [u32; 9] = [
    0x44_01_54, 0x47_2d_7b, 0x3b_52_8b, 0x2c_72_8e, 0x21_91_8c, 0x28_ae_80, 0x5e_c9_62, 0xad_dc_30,
    0xfd_e7_25,
];
/// Colours of categories: Okabe and Ito 2008, with a brown, and two of Tol 2021: told apart by colour-blind readers.
const CATEGORIES: [u32; 10] = [
    0x00_72_b2, 0xe6_9f_00, 0x00_9e_73, 0xd5_5e_00, 0x56_b4_e9, 0xcc_79_a7, 0xf0_e4_42, 0x8a_5a_2b,
    0x88_22_55, 0x33_22_88,
];
/// Colour of the category that stands for none of the others.
const NEUTRAL: u32 = 0x77_77_77;
/// Colour of all categories for which no other is left.
const OTHERS: u32 = 0x22_22_22;
/// Colour of no value.
const NO_VALUE: [u8; 3] = [205, 210, 216];

/// Colours of a figure between its least and its greatest value.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// Value of the first colour.
    pub low: f64,
    /// Value of the last colour.
    pub high: f64,
    diverging: bool,
    reversed: bool,
    /// Colours of the categories; none for values that are numbers.
    categories: Option<Categories>,
}

/// Which colours categories have. No two that have values share one, unless there are more of them than colours
/// that can be told apart: then the rarest do.
#[derive(Debug, Clone, PartialEq)]
struct Categories {
    /// Numbers and colours of those that have values and a colour of their own, by number.
    own: Vec<(usize, u32)>,
    /// Numbers of those that share [`OTHERS`].
    others: Vec<usize>,
    /// Number of the one that stands for none of the others, where it has values.
    neutral: Option<usize>,
}

impl Categories {
    fn of(figure: &MapFigure) -> Self {
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for value in figure.values.iter().flatten().filter(|value| value.is_finite()) {
            *counts.entry(*value as usize).or_default() += 1;
        }
        let neutral = figure.neutral.filter(|number| counts.remove(number).is_some());
        let mut used: Vec<usize> = counts.keys().copied().collect();
        used.sort_by_key(|number| std::cmp::Reverse(counts[number]));
        let mut others = used.split_off(used.len().min(CATEGORIES.len()));
        used.sort_unstable();
        others.sort_unstable();
        // The first categories keep their colours from figure to figure; the rest take what is free.
        let mut free =
            (0..CATEGORIES.len()).filter(|colour| !used.contains(colour)).collect::<Vec<_>>().into_iter();
        let own = used.into_iter().filter_map(|number| {
            let colour = if number < CATEGORIES.len() { Some(number) } else { free.next() };
            Some((number, CATEGORIES[colour?]))
        });
        Self { own: own.collect(), others, neutral }
    }

    fn colour(&self, number: usize) -> u32 {
        if self.neutral == Some(number) {
            return NEUTRAL;
        }
        self.own.iter().find(|(own, _)| *own == number).map_or(OTHERS, |(_, colour)| *colour)
    }
}

impl Scale {
    /// The scale over all values of a figure, even around its centre for differences.
    pub fn of(figure: &MapFigure) -> Self {
        let values = || figure.values.iter().flatten().copied().filter(|value| value.is_finite());
        let (mut low, mut high) =
            (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if let Some(centre) = figure.centre {
            let reach = (high - centre).abs().max((low - centre).abs()).max(1e-9);
            (low, high) = (centre - reach, centre + reach);
        }
        let categories = (!figure.categories.is_empty()).then(|| Categories::of(figure));
        let diverging = figure.centre.is_some();
        // Bright is good: a figure of which less is better runs the other way.
        Self { low, high, diverging, reversed: figure.better == Some(Better::Low) && !diverging, categories }
    }

    /// The value of a figure that has no other.
    pub fn only(&self) -> Option<f64> {
        (self.high <= self.low).then_some(self.low)
    }

    /// Shade of a value: 1 to 255, 0 for none.
    pub fn shade(&self, value: Option<f64>) -> u8 {
        match value.filter(|value| value.is_finite()) {
            None => 0,
            Some(value) if self.categories.is_some() => 1 + value.clamp(0.0, 254.0) as u8,
            Some(value) if self.high > self.low => {
                1 + (254.0 * ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)).round() as u8
            }
            Some(_) => 128,
        }
    }

    /// Red, green and blue of a shade.
    pub fn rgb(&self, shade: u8) -> [u8; 3] {
        if shade == 0 {
            return NO_VALUE;
        }
        if let Some(categories) = &self.categories {
            let [_, r, g, b] = categories.colour(usize::from(shade - 1)).to_be_bytes();
            return [r, g, b];
        }
        let part = f64::from(shade - 1) / 254.0;
        let part = if self.reversed { 1.0 - part } else { part };
        if self.diverging { diverging(part) } else { sequential(part) }
    }

    /// The key of the categories of a figure that have values: the numbers that share a colour, and their name.
    pub fn key(&self, figure: &MapFigure) -> Vec<(Vec<usize>, String)> {
        let name = |number: &usize| figure.categories.get(*number).map_or("", String::as_str);
        let mut key = Vec::new();
        let Some(Categories { own, others, neutral }) = &self.categories else { return key };
        key.extend(own.iter().map(|(number, _)| (vec![*number], name(number).to_owned())));
        match others.as_slice() {
            [] => {}
            [other] => key.push((vec![*other], name(other).to_owned())),
            others => {
                let names: Vec<&str> = others.iter().map(name).collect();
                key.push((others.to_vec(), format!("others: {}", names.join(", "))));
            }
        }
        key.extend(neutral.iter().map(|number| (vec![*number], name(number).to_owned())));
        key
    }

    /// A shade as SVG writes colours.
    pub fn hex(&self, shade: u8) -> String {
        let [r, g, b] = self.rgb(shade);
        format!("#{r:02x}{g:02x}{b:02x}")
    }
}

fn sequential(part: f64) -> [u8; 3] {
    let along = part * (VIRIDIS.len() - 1) as f64;
    let stop = (along.floor() as usize).min(VIRIDIS.len() - 2);
    rgb(between(oklab(VIRIDIS[stop]), oklab(VIRIDIS[stop + 1]), along - stop as f64))
}

/// Blue through white to orange, in OKLab: lightness falls evenly to both sides.
fn diverging(part: f64) -> [u8; 3] {
    let polar = |lightness: f64, chroma: f64, degrees: f64| {
        let hue = degrees.to_radians();
        [lightness, chroma * hue.cos(), chroma * hue.sin()]
    };
    let side = (2.0 * part - 1.0).abs();
    let (middle, end) = if part < 0.5 {
        (polar(0.62, 0.14, 258.0), polar(0.36, 0.13, 258.0))
    } else {
        (polar(0.62, 0.14, 55.0), polar(0.36, 0.09, 50.0))
    };
    let white = [0.97, 0.0, 0.0];
    rgb(if side < 0.5 { between(white, middle, 2.0 * side) } else { between(middle, end, 2.0 * side - 1.0) })
}

fn between(from: [f64; 3], to: [f64; 3], part: f64) -> [f64; 3] {
    std::array::from_fn(|axis| from[axis] + part * (to[axis] - from[axis]))
}

/// OKLab (Ottosson 2020) of a colour 0xrrggbb.
fn oklab(colour: u32) -> [f64; 3] {
    let [r, g, b] = [16, 8, 0].map(|shift| {
        let value = f64::from(colour >> shift & 0xff) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let l = (0.412_221_470_8 * r + 0.536_332_536_3 * g + 0.051_445_992_9 * b).cbrt();
    let m = (0.211_903_498_2 * r + 0.680_699_545_1 * g + 0.107_396_956_6 * b).cbrt();
    let s = (0.088_302_461_9 * r + 0.281_718_837_6 * g + 0.629_978_700_5 * b).cbrt();
    [
        0.210_454_255_3 * l + 0.793_617_785_0 * m - 0.004_072_046_8 * s,
        1.977_998_495_1 * l - 2.428_592_205_0 * m + 0.450_593_709_9 * s,
        0.025_904_037_1 * l + 0.782_771_766_2 * m - 0.808_675_766_0 * s,
    ]
}

fn rgb([lightness, a, b]: [f64; 3]) -> [u8; 3] {
    let l = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
    let m = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
    let s = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
    [
        4.076_741_662_1 * l - 3.307_711_591_3 * m + 0.230_969_929_2 * s,
        -1.268_438_004_6 * l + 2.609_757_401_1 * m - 0.341_319_396_5 * s,
        -0.004_196_086_3 * l - 0.703_418_614_7 * m + 1.707_614_701_0 * s,
    ]
    .map(|value| {
        let value = value.clamp(0.0, 1.0);
        let encoded =
            if value <= 0.003_130_8 { 12.92 * value } else { 1.055 * value.powf(1.0 / 2.4) - 0.055 };
        (255.0 * encoded).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lightness(colour: [u8; 3]) -> f64 {
        oklab(u32::from_be_bytes([0, colour[0], colour[1], colour[2]]))[0]
    }

    fn of_systems(count: usize, values: impl Iterator<Item = usize>) -> MapFigure {
        let names: Vec<String> = (0..count).map(|number| format!("system {number}")).collect();
        let names = names.iter().map(String::as_str).chain(["alike"]);
        let values = values.map(|value| Some(value as f64)).collect();
        MapFigure::new("best", "Best", 0, values).of_categories(names).neutral(count)
    }

    /// Eleven systems and "alike" are twelve colours; of more, those that are the best in the fewest cells share one.
    #[test]
    fn categories_have_colours_of_their_own() {
        let colours = |figure: &MapFigure| -> Vec<[u8; 3]> {
            let scale = Scale::of(figure);
            (0..figure.categories.len()).map(|number| scale.rgb(scale.shade(Some(number as f64)))).collect()
        };
        let all = of_systems(11, 0..12);
        let mut given = colours(&all);
        given.push(NO_VALUE);
        given.sort_unstable();
        given.dedup();
        assert_eq!(given.len(), 13);
        assert_eq!(Scale::of(&all).key(&all).last().unwrap(), &(vec![11], "alike".to_owned()));
        // Systems 3 and 12 to 15 are the best in one cell each.
        let many = of_systems(16, (0..17).chain((0..12).filter(|number| *number != 3)));
        let given = colours(&many);
        let others = [3, 11, 12, 13, 14, 15].map(|number| given[number]);
        assert_eq!(given.iter().filter(|colour| others[0] == **colour).count(), 6, "{given:?}");
        let key = Scale::of(&many).key(&many);
        let (numbers, name) = &key[key.len() - 2];
        assert_eq!(numbers, &[3, 11, 12, 13, 14, 15]);
        assert!(name.starts_with("others: system 3, system 11, ") && key.len() == 12, "{key:?}");
        // Those that have no value leave their colours to those that have.
        let few = of_systems(14, [12, 13, 14].into_iter());
        let scale = Scale::of(&few);
        assert!(scale.key(&few).iter().all(|(numbers, _)| numbers.len() == 1));
        assert_ne!(scale.rgb(13), scale.rgb(14));
    }

    /// Colours of a map lie apart in OKLab: the grey of "alike" from those of systems and from that of no value too.
    #[test]
    fn colours_of_categories_can_be_told_apart() {
        let no_value = u32::from_be_bytes([0, NO_VALUE[0], NO_VALUE[1], NO_VALUE[2]]);
        let all: Vec<u32> = CATEGORIES.into_iter().chain([NEUTRAL, OTHERS, no_value]).collect();
        for (number, &one) in all.iter().enumerate() {
            for &other in &all[..number] {
                let apart: f64 = oklab(one).iter().zip(oklab(other)).map(|(a, b)| (a - b).powi(2)).sum();
                assert!(apart.sqrt() > 0.1, "{one:06x} {other:06x}");
            }
        }
    }

    /// Viridis at 0, ½ and 1 as matplotlib gives it: #440154, #21918c, #fde725.
    #[test]
    fn the_ends_are_viridis() {
        assert_eq!(sequential(0.0), [0x44, 0x01, 0x54]);
        assert_eq!(sequential(0.5), [0x21, 0x91, 0x8c]);
        assert_eq!(sequential(1.0), [0xfd, 0xe7, 0x25]);
    }

    /// A scale that is read by lightness alone, as a colour-blind reader or a grey print does.
    #[test]
    fn lightness_is_monotone() {
        for pair in (0..=100).collect::<Vec<_>>().windows(2) {
            let at = |step: i32| f64::from(step) / 100.0;
            assert!(lightness(sequential(at(pair[1]))) > lightness(sequential(at(pair[0]))), "{pair:?}");
            let towards_middle = lightness(diverging(at(pair[1]))) > lightness(diverging(at(pair[0])));
            assert_eq!(towards_middle, pair[0] < 50, "{pair:?}");
        }
    }
}
