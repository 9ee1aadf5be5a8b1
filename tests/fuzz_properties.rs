//! The fuzz targets as ordinary tests: every seed, and inputs made of the seeds by the mutations below.
//!
//! `HEXSKY_FUZZ_INPUTS` sets the number of inputs for each target. With `--nocapture` each target prints how
//! many inputs it tried and what they got.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

#[path = "../fuzz/common.rs"]
mod common;

use common::{TARGETS, Verdict};

/// Inputs for each target where the environment sets none; the whole runs of `coverage` get fewer.
const INPUTS: usize = 1500;

/// Pieces that numbers, quotes and structure are replaced by: what breaks readers.
const PIECES: [&str; 40] = [
    "0",
    "-0",
    "-1",
    "1",
    "1e9",
    "1e12",
    "1e308",
    "1e999",
    "-1e999",
    "nan",
    "NaN",
    "inf",
    "0x10",
    "9999999999",
    "999999999999999999999",
    "4294967296",
    "1e-320",
    "0.1.2",
    "\"",
    "'",
    ",",
    ";",
    "\t",
    "\n",
    "\r",
    "\r\n\n",
    "\0",
    "é",
    "\u{feff}",
    "{",
    "[",
    "[[",
    "]",
    "}",
    "<",
    ">",
    "<!--",
    "&amp;",
    "=",
    "#",
];

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// A place and a length in `bytes`, short more often than long.
fn range(random: &mut impl Rng, bytes: &[u8]) -> std::ops::Range<usize> {
    let start = random.random_range(0..=bytes.len());
    let most = [1, 4, 20, 200][random.random_range(0..4)];
    start..(start + random.random_range(0..=most)).min(bytes.len())
}

/// The bytes of a number somewhere in the input.
fn number(random: &mut impl Rng, bytes: &[u8]) -> Option<std::ops::Range<usize>> {
    let digits: Vec<usize> = (0..bytes.len()).filter(|&at| bytes[at].is_ascii_digit()).collect();
    let at = *digits.get(random.random_range(0..digits.len().max(1)))?;
    let of_number = |byte: &u8| byte.is_ascii_digit() || b".-+eE".contains(byte);
    let start = at - bytes[..at].iter().rev().take_while(|byte| of_number(byte)).count();
    Some(start..at + bytes[at..].iter().take_while(|byte| of_number(byte)).count())
}

fn mutate(random: &mut impl Rng, bytes: &mut Vec<u8>, others: &[(PathBuf, Vec<u8>)]) {
    let here = range(random, bytes);
    match random.random_range(0..10) {
        // Bits flip.
        0 if !bytes.is_empty() => {
            let at = random.random_range(0..bytes.len());
            bytes[at] ^= 1 << random.random_range(0..8);
        }
        // A piece is lost, doubled, or another stands in its place.
        1 => drop(bytes.drain(here)),
        2 => {
            let piece = bytes[here.clone()].to_vec();
            bytes.splice(here.start..here.start, piece);
        }
        3 => {
            let piece = PIECES[random.random_range(0..PIECES.len())];
            bytes.splice(here, piece.bytes());
        }
        4 | 5 => {
            if let Some(number) = number(random, bytes) {
                let piece = PIECES[random.random_range(0..18)];
                bytes.splice(number, piece.bytes());
            }
        }
        // A part of another seed comes in.
        6 => {
            let other = &others[random.random_range(0..others.len())].1;
            let part = other[range(random, other)].to_vec();
            bytes.splice(here, part);
        }
        // The file is cut off.
        7 => bytes.truncate(here.start),
        // A line is doubled or moved.
        8 => {
            let mut lines: Vec<Vec<u8>> =
                bytes.split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
            if !lines.is_empty() {
                let line = lines[random.random_range(0..lines.len())].clone();
                lines.insert(random.random_range(0..=lines.len()), line);
                *bytes = lines.concat();
            }
        }
        // A line is lost.
        _ => {
            let mut lines: Vec<&[u8]> = bytes.split_inclusive(|&b| b == b'\n').collect();
            if !lines.is_empty() {
                lines.remove(random.random_range(0..lines.len()));
                *bytes = lines.concat();
            }
        }
    }
}

fn tried(target: &str) {
    let check = TARGETS.iter().find(|(name, _)| *name == target).unwrap().1;
    let seeds = seeds(target);
    for (path, seed) in &seeds {
        assert_ne!(check(seed), Verdict::Refused, "the seed {} is refused", path.display());
    }
    let inputs = match std::env::var("HEXSKY_FUZZ_INPUTS") {
        Ok(number) => number.parse().expect("HEXSKY_FUZZ_INPUTS is a number"),
        Err(_) if target == "coverage" => INPUTS / 5,
        Err(_) => INPUTS,
    };
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut counts = [0_usize; 3];
    for _ in 0..inputs {
        let mut input = seeds[random.random_range(0..seeds.len())].1.clone();
        for _ in 0..random.random_range(1..=4) {
            mutate(&mut random, &mut input, &seeds);
        }
        match catch_unwind(AssertUnwindSafe(|| check(&input))) {
            Ok(verdict) => counts[verdict as usize] += 1,
            Err(panic) => {
                let text = String::from_utf8_lossy(&input);
                println!(
                    "the input of {target} that fails, {} bytes:\n{text}\nas bytes: {input:?}",
                    input.len()
                );
                std::panic::resume_unwind(panic);
            }
        }
    }
    let [taken, partly, refused] = counts;
    println!(
        "{target:<15} {} seeds, {inputs} inputs: {taken} taken, {partly} in part, {refused} refused",
        seeds.len()
    );
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                tried(stringify!($name));
            }
        )*

        #[test]
        fn every_target_is_tried() {
            let tried = [$(stringify!($name)),*];
            assert_eq!(TARGETS.map(|(name, _)| name).as_slice(), tried.as_slice());
            for name in tried {
                let target = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fuzz/fuzz_targets/{name}.rs"));
                assert!(target.is_file(), "{}", target.display());
            }
        }
    };
}

targets! {
    definition tle omm_csv omm_json omm_xml omm_kvn yuma eop stations_toml stations_csv track_csv track_gpx geojson
    demand_csv demand_asc places attenuation show coverage
}

/// A quote that is not closed makes one name of the whole file: the help printed all of its lines.
#[test]
fn a_header_of_many_lines_is_quoted_on_one() {
    let lines = "\n".repeat(2000);
    for name in ["site", "nam"] {
        let text = format!("\"{name}{lines}x\",lat_deg,lon_deg\nA,1,2\n");
        let errors = [
            hexsky::grid::places::parse("p.csv", &text).unwrap_err().to_string(),
            hexsky::ground::parse("s.csv", &text).unwrap_err().to_string(),
        ];
        for error in errors {
            assert!(error.contains("the header has no column"), "{error}");
            assert!(error.lines().count() < 10, "{} lines", error.lines().count());
        }
    }
    let demand = format!("hex_id,\"demand_mbp{lines}\"\n8001fffffffffff,1\n");
    let error = hexsky::capacity::demand::table::parse("d.csv", &demand).unwrap_err().to_string();
    assert!(error.contains("demand_mbp") && error.lines().count() < 10, "{error}");
}

/// Reading took time in the square of the number of rows: two minutes and more for these.
#[test]
fn many_places_and_stations_are_read_in_time_that_goes_with_their_number() {
    let rows: String = (0..40_000).map(|number| format!("place {number},{},20\n", number % 90)).collect();
    let text = format!("name,lat_deg,lon_deg\n{rows}");
    let begun = std::time::Instant::now();
    assert_eq!(hexsky::grid::places::parse("p.csv", &text).unwrap().places.len(), 40_000);
    assert_eq!(hexsky::ground::parse("s.csv", &text).unwrap().sites.len(), 40_000);
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

/// A definition of a few hundred bytes cannot ask for more satellites than fit in memory.
#[test]
fn shells_of_a_million_satellites_each_are_refused() {
    let shell = |name: usize| {
        format!(
            "[[shell]]\nname = \"{name}\"\npattern = \"walker-delta\"\nsatellites = 600000\nplanes = 1000\n\
             phasing = 1\naltitude_km = 1000\ninclination_deg = 55\nsource = \"s\"\n"
        )
    };
    let text =
        format!("name = \"x\"\nepoch = \"2026-01-01\"\n[sources]\ns = \"t\"\n{}{}", shell(1), shell(2));
    let options = hexsky::constellation::ReadOptions::default();
    let error = hexsky::constellation::parse("x.toml", text.as_bytes(), &options).unwrap_err().to_string();
    assert!(error.contains("more than 1000000 satellites in one file"), "{error}");
}

/// One line of a grid could ask for hours of work: 1e6 squares of a hundred degrees, each cut in 40,000.
#[test]
fn a_grid_wider_than_the_globe_is_refused() {
    use hexsky::capacity::demand::{Quantity, grid_file};
    let text = "ncols 1000000\nnrows 1\nxllcorner 0\nyllcorner 0\ncellsize 80\n1 1\n";
    let error = grid_file::parse("d.asc", text, Quantity::People, h3o::Resolution::Three).unwrap_err();
    assert!(error.message.contains("more than once round the globe"), "{error}");
}
