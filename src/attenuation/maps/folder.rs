//! The full maps from a folder: NumPy archives as itur 0.4.0 carries them, or the ITU's text files.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::grid::{Geometry, Grid};
use super::{Group, MapError};

/// A map as it is kept in the folder.
struct Kind {
    group: Group,
    /// Folder of its Recommendation.
    folder: &'static str,
    /// Start of the file's name in itur 0.4.0, which the layer's label follows.
    prefix: &'static str,
    labels: &'static [&'static str],
    geometry: Geometry,
}

const ONE: &[&str] = &[""];
const MONTHS: &[&str] = &["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"];
/// Percentages as file names write them: 01 is 0.1 %, 1 is 1 %.
const PERCENTS: &[&str] =
    &["01", "02", "03", "05", "1", "2", "3", "5", "10", "20", "30", "50", "60", "70", "80", "90", "95", "99"];

const fn grid(rows: usize, columns: usize, north_west: (f64, f64), step_deg: f64, margin: usize) -> Geometry {
    Geometry {
        rows,
        columns,
        first_latitude_deg: north_west.0,
        first_longitude_deg: north_west.1,
        latitude_step_deg: -step_deg,
        longitude_step_deg: step_deg,
        margin,
    }
}

/// A grid whose first row is the southernmost.
const fn south_up(rows: usize, columns: usize, south_west: (f64, f64), step_deg: f64) -> Geometry {
    Geometry { latitude_step_deg: step_deg, ..grid(rows, columns, south_west, step_deg, 0) }
}

const VAPOUR_GRID: Geometry = grid(161, 321, (90.0, 0.0), 1.125, 0);
const SURFACE_GRID: Geometry = south_up(241, 481, (-90.0, -180.0), 0.75);

#[rustfmt::skip]
const KINDS: [Kind; 12] = [
    Kind { group: Group::RainRate001, folder: "837", prefix: "v7_r001", labels: ONE, geometry: south_up(1441, 2881, (-90.0, -180.0), 0.125) },
    Kind { group: Group::MonthlyRain, folder: "837", prefix: "v7_mt_month", labels: MONTHS, geometry: south_up(722, 1442, (-90.125, -180.125), 0.25) },
    Kind { group: Group::MonthlyTemperature, folder: "1510", prefix: "v1_t_month", labels: MONTHS, geometry: SURFACE_GRID },
    Kind { group: Group::AnnualTemperature, folder: "1510", prefix: "v1_t_annual", labels: ONE, geometry: SURFACE_GRID },
    Kind { group: Group::WetRefractivity, folder: "453", prefix: "v13_nwet_annual_50", labels: ONE, geometry: SURFACE_GRID },
    Kind { group: Group::ZeroIsotherm, folder: "839", prefix: "v4_esa0height", labels: ONE, geometry: grid(121, 241, (90.0, 0.0), 1.5, 0) },
    Kind { group: Group::WaterVapourDensity, folder: "836", prefix: "v6_rho_", labels: PERCENTS, geometry: VAPOUR_GRID },
    Kind { group: Group::WaterVapourContent, folder: "836", prefix: "v6_v_", labels: PERCENTS, geometry: VAPOUR_GRID },
    Kind { group: Group::WaterVapourScaleHeight, folder: "836", prefix: "v6_vsch_", labels: PERCENTS, geometry: VAPOUR_GRID },
    Kind { group: Group::ReducedLiquid, folder: "840", prefix: "v7_lred_", labels: PERCENTS, geometry: VAPOUR_GRID },
    Kind { group: Group::Topography, folder: "836", prefix: "v6_topo_0dot5", labels: ONE, geometry: grid(363, 723, (90.5, -0.5), 0.5, 1) },
    Kind { group: Group::FineTopography, folder: "1511", prefix: "v2_topo", labels: ONE, geometry: grid(2164, 4324, (90.125, -180.125), 1.0 / 12.0, 1) },
];

/// Groups without which no slant path can be computed from this folder alone.
const NEEDED: [(Group, usize); 7] = [
    (Group::RainRate001, 0),
    (Group::AnnualTemperature, 0),
    (Group::WetRefractivity, 0),
    (Group::ZeroIsotherm, 0),
    (Group::WaterVapourContent, 4),
    (Group::ReducedLiquid, 4),
    (Group::Topography, 0),
];

/// A folder of maps with the layers read so far.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    has_fine_topography: bool,
    groups: Vec<Vec<OnceLock<Result<Grid, MapError>>>>,
}

impl Folder {
    pub fn open(path: &Path) -> Result<Self, MapError> {
        // The package's own folder will do as well as the data folder in it.
        let inner = path.join("data");
        let path =
            if !path.join("837").is_dir() && inner.join("837").is_dir() { inner } else { path.to_owned() };
        let groups = KINDS.iter().map(|kind| kind.labels.iter().map(|_| OnceLock::new()).collect()).collect();
        let mut folder = Self { path, has_fine_topography: false, groups };
        for (group, layer) in NEEDED {
            folder.find(kind_of(group), layer)?;
        }
        folder.has_fine_topography = folder.find(kind_of(Group::FineTopography), 0).is_ok();
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether the folder holds the topography of P.1511-2.
    pub fn has_fine_topography(&self) -> bool {
        self.has_fine_topography
    }

    pub fn grid(&self, group: Group, layer: usize) -> Result<&Grid, MapError> {
        let kind = kind_of(group);
        let cell = &self.groups[group as usize][layer];
        cell.get_or_init(|| self.read(kind, layer)).as_ref().map_err(MapError::clone)
    }

    /// Number of values of all layers.
    pub fn values(&self) -> usize {
        let is_read = |kind: &&Kind| kind.group != Group::FineTopography || self.has_fine_topography;
        let values = |kind: &Kind| kind.geometry.rows * kind.geometry.columns * kind.labels.len();
        KINDS.iter().filter(is_read).map(values).sum()
    }

    fn find(&self, kind: &Kind, layer: usize) -> Result<PathBuf, MapError> {
        let name = format!("{}{}", kind.prefix, kind.labels[layer]);
        let folder = self.path.join(kind.folder);
        for extension in ["npz", "npy", "txt"] {
            let path = folder.join(format!("{name}.{extension}"));
            if path.is_file() {
                return Ok(path);
            }
        }
        // The ITU's own archives: R001.TXT, RHO_01_v4.TXT, h0.txt, …
        let wanted = plain_name(&name);
        let texts = std::fs::read_dir(&folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut texts: Vec<PathBuf> = texts
            .filter(|path| path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("txt")))
            .filter(|path| path.file_stem().is_some_and(|stem| plain_name(&stem.to_string_lossy()) == wanted))
            .collect();
        texts.sort();
        texts.into_iter().next_back().ok_or_else(|| MapError::NotFound {
            folder: self.path.clone(),
            wanted: format!("{}/{name}.npz", kind.folder),
        })
    }

    fn read(&self, kind: &Kind, layer: usize) -> Result<Grid, MapError> {
        let path = self.find(kind, layer)?;
        let unreadable =
            |source: io::Error| MapError::Unreadable { path: path.clone(), source: Arc::new(source) };
        let mut values = read_values(&path).map_err(unreadable)?;
        let Geometry { rows, columns, .. } = kind.geometry;
        if values.len() != rows * columns {
            return Err(MapError::WrongShape { path, rows, columns, found: values.len() });
        }
        fill_holes(&mut values, rows, columns).map_err(unreadable)?;
        Ok(Grid::new(kind.geometry, values))
    }
}

fn kind_of(group: Group) -> &'static Kind {
    let kind = &KINDS[group as usize];
    debug_assert!(kind.group == group, "KINDS is in the order of Group");
    kind
}

/// A file's name without case and editions: `v6_rho_01` and `RHO_01_v4` are the same map.
fn plain_name(stem: &str) -> String {
    let is_edition = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    };
    let lower = stem.to_lowercase();
    let parts: Vec<&str> = lower.split('_').filter(|part| !is_edition(part)).collect();
    let name = parts.join("_");
    if name == "esa0height" { "h0".to_owned() } else { name }
}

fn read_values(path: &Path) -> io::Result<Vec<f32>> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("npz") => {
            let mut archive =
                zip::ZipArchive::new(BufReader::new(File::open(path)?)).map_err(io::Error::other)?;
            let member = archive.by_name("arr_0.npy").map_err(io::Error::other)?;
            read_array(BufReader::with_capacity(1 << 16, member))
        }
        Some("npy") => read_array(BufReader::with_capacity(1 << 16, File::open(path)?)),
        _ => read_text(&std::fs::read_to_string(path)?),
    }
}

fn read_array(reader: impl Read) -> io::Result<Vec<f32>> {
    let array = npyz::NpyFile::new(reader)?;
    if array.order() != npyz::Order::C {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the array is stored by columns"));
    }
    match array.try_data::<f64>() {
        Ok(values) => values.map(|value| value.map(|value| value as f32)).collect(),
        Err(array) => array.into_vec::<f32>(),
    }
}

fn read_text(text: &str) -> io::Result<Vec<f32>> {
    text.split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.parse()
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, format!("'{word}' is not a number")))
        })
        .collect()
}

/// Fills holes (NaN) along the meridian between the nearest values north and south. The P.836 and P.840 maps
/// of itur 0.4.0 have 287 of them, all in the row at 88.875° N.
fn fill_holes(values: &mut [f32], rows: usize, columns: usize) -> io::Result<()> {
    for at in 0..values.len() {
        if values[at].is_finite() {
            continue;
        }
        let (row, column) = (at / columns, at % columns);
        let above = (0..row).rev().map(|r| (r, values[r * columns + column])).next();
        let below =
            (row + 1..rows).map(|r| (r, values[r * columns + column])).find(|(_, value)| value.is_finite());
        values[at] = match (above, below) {
            (Some((r0, v0)), Some((r1, v1))) => v0 + (v1 - v0) * (row - r0) as f32 / (r1 - r0) as f32,
            (Some((_, value)), None) | (None, Some((_, value))) => value,
            (None, None) => {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a whole meridian without values"));
            }
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_both_houses_are_the_same_map() {
        for (itur, itu) in [
            ("v6_rho_01", "RHO_01_v4"),
            ("v7_lred_50", "Lred_50_v4"),
            ("v4_esa0height", "h0"),
            ("v1_t_month07", "T_Month07"),
            ("v7_r001", "R001"),
            ("v13_nwet_annual_50", "NWET_Annual_50"),
            ("v6_topo_0dot5", "TOPO_0DOT5"),
        ] {
            assert_eq!(plain_name(itur), plain_name(itu));
        }
        assert_ne!(plain_name("v6_v_01"), plain_name("v6_vsch_01"));
    }

    /// An array file of version 1.0: header and values in little-endian order.
    fn npy(kind: &str, by_columns: bool, values: &[f64]) -> Vec<u8> {
        let order = if by_columns { "True" } else { "False" };
        let mut header =
            format!("{{'descr': '{kind}', 'fortran_order': {order}, 'shape': (2, {}), }}", values.len() / 2);
        header += &" ".repeat(127 - 10 - header.len());
        header.push('\n');
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        for value in values {
            match kind {
                "<f8" => bytes.extend(value.to_le_bytes()),
                "<f4" => bytes.extend((*value as f32).to_le_bytes()),
                _ => bytes.extend((*value as i32).to_le_bytes()),
            }
        }
        bytes
    }

    fn npz(member: &str, bytes: &[u8]) -> Vec<u8> {
        use std::io::Write;
        let mut archive = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
        archive.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn arrays_and_texts_are_the_same_map() {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            read_values(&path)
        };
        let values = [1.5, -2.0, 3.25, 1e3];
        let expected = values.map(|value| value as f32);
        for (name, bytes) in [
            ("double.npy", npy("<f8", false, &values)),
            ("single.npy", npy("<f4", false, &values)),
            ("double.npz", npz("arr_0.npy", &npy("<f8", false, &values))),
            ("single.npz", npz("arr_0.npy", &npy("<f4", false, &values))),
            ("text.txt", b"1.5 -2\r\n3.25;1000\r\n".to_vec()),
        ] {
            assert_eq!(read(name, &bytes).unwrap(), expected, "{name}");
        }
        for (name, bytes, message) in [
            ("columns.npy", npy("<f8", true, &values), "stored by columns"),
            ("whole.npy", npy("<i4", false, &values), ""),
            ("short.npy", npy("<f8", false, &values)[..140].to_vec(), ""),
            ("other.npz", npz("rain.npy", &npy("<f8", false, &values)), "not found"),
            ("page.npz", b"<html></html>".to_vec(), ""),
            ("page.txt", b"1.5 <html>".to_vec(), "'<html>' is not a number"),
        ] {
            let error = read(name, &bytes).expect_err(name).to_string();
            assert!(error.contains(message), "{name}: {error}");
        }
    }

    #[test]
    fn holes_are_filled_along_the_meridian() {
        let mut values = vec![1.0, 5.0, f32::NAN, 6.0, f32::NAN, f32::NAN, 4.0, f32::NAN];
        fill_holes(&mut values, 4, 2).unwrap();
        assert_eq!(values, [1.0, 5.0, 2.0, 6.0, 3.0, 6.0, 4.0, 6.0]);
        assert!(fill_holes(&mut [f32::NAN, 1.0], 1, 2).is_err());
    }
}
