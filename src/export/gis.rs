//! What a CSV file needs so that GIS programs open it typed and placed: a `WKT` column, a `.csvt` file
//! with the types of the columns and a `.prj` file with the reference system.
//!
//! GDAL and QGIS find geometry in a column named `WKT` and read types and reference system from files
//! beside the CSV file that differ from it by their ending.

use std::path::{Path, PathBuf};

use geo::{Coord, MapCoords, Point};
use h3o::CellIndex;
use wkt::ToWkt;

use super::{WriteError, write_file};
use crate::frames::Geodetic;
use crate::grid::polygon::cell_polygons;

/// Name of the geometry column, by which GDAL knows it.
pub const GEOMETRY_COLUMN: &str = "WKT";

/// What the values of a CSV column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// Geometry as well-known text.
    Geometry,
    /// Text, such as names and H3 indexes in hexadecimal.
    Text,
    /// Whole numbers that fit 32 bits.
    Integer,
    /// Whole numbers that need 64 bits.
    Integer64,
    /// Numbers with a fraction.
    Real,
    /// Instants in ISO 8601.
    DateTime,
}

impl ColumnType {
    /// The word of GDAL's CSV driver for it.
    fn csvt_word(self) -> &'static str {
        match self {
            Self::Geometry => "WKT",
            Self::Text => "String",
            Self::Integer => "Integer",
            Self::Integer64 => "Integer64",
            Self::Real => "Real",
            Self::DateTime => "DateTime",
        }
    }
}

/// WGS 84, longitude and latitude in degrees, in OGC 01-009 well-known text ("WKT 1") with its EPSG codes.
pub const PRJ: &str = concat!(
    r#"GEOGCS["WGS 84",DATUM["WGS_1984","#,
    r#"SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],"#,
    r#"PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],"#,
    r#"UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]"#,
    "\n"
);

/// Decimals of a degree that are written: 1e-7° is 11 mm on the ground.
const DECIMALS_SCALE: f64 = 1e7;

/// A cell as well-known text, cut at the antimeridian and closed at the poles.
///
/// Always a `MULTIPOLYGON`, of one part for most cells, so that a layer holds one type of geometry.
pub fn cell_wkt(cell: CellIndex) -> String {
    cell_polygons(cell).map_coords(rounded).wkt_string()
}

/// A place as well-known text: `POINT(longitude latitude)`, without its height.
pub fn place_wkt(place: &Geodetic) -> String {
    Point::new(place.longitude_deg, place.latitude_deg).map_coords(rounded).wkt_string()
}

pub(super) fn rounded(point: Coord<f64>) -> Coord<f64> {
    // Adding zero turns -0 into 0.
    let round = |value: f64| (value * DECIMALS_SCALE).round() / DECIMALS_SCALE + 0.0;
    Coord { x: round(point.x), y: round(point.y) }
}

/// The content of the `.csvt` file: one line with the type of every column.
pub fn csvt(columns: &[ColumnType]) -> String {
    let words: Vec<&str> = columns.iter().map(|column| column.csvt_word()).collect();
    words.join(",") + "\n"
}

/// Where the `.csvt` and the `.prj` file of a CSV file go.
pub fn sidecars(csv: &Path) -> [PathBuf; 2] {
    ["csvt", "prj"].map(|ending| csv.with_extension(ending))
}

/// Writes the `.csvt` and `.prj` files that go with a CSV file, and says where.
///
/// # Errors
/// [`WriteError`] for the first file that cannot be written.
pub fn write_sidecars(csv: &Path, columns: &[ColumnType]) -> Result<[PathBuf; 2], WriteError> {
    let paths = sidecars(csv);
    for (path, content) in paths.iter().zip([csvt(columns), PRJ.to_owned()]) {
        write_file(path, |writer| writer.write_all(content.as_bytes()))?;
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use geo::{Area, MultiPolygon, Validation};
    use h3o::Resolution;
    use wkt::TryFromWkt;

    use super::*;

    #[test]
    fn text_of_geometries() {
        let cell: CellIndex = "8029fffffffffff".parse().unwrap();
        assert!(cell_wkt(cell).starts_with("MULTIPOLYGON((("), "{}", cell_wkt(cell));
        let place = Geodetic { latitude_deg: -0.000_000_001, longitude_deg: 116.391_275_9, height_km: 1.0 };
        assert_eq!(place_wkt(&place), "POINT(116.3912759 0)");
    }

    #[test]
    fn rounded_cells_are_still_valid_and_cover_the_plane() {
        let mut sum = 0.0;
        for cell in CellIndex::base_cells().flat_map(|base| base.children(Resolution::Three)) {
            let text = cell_wkt(cell);
            let polygons = MultiPolygon::<f64>::try_from_wkt_str(&text).unwrap();
            assert!(polygons.is_valid(), "{cell}: {text}");
            sum += polygons.unsigned_area();
        }
        assert!((sum - 64_800.0).abs() < 1e-4, "{sum}");
    }

    #[test]
    fn one_word_a_column() {
        use ColumnType::{DateTime, Geometry, Integer, Integer64, Real, Text};
        assert_eq!(
            csvt(&[Geometry, Text, Real, Integer, Integer64, DateTime]),
            "WKT,String,Real,Integer,Integer64,DateTime\n"
        );
    }

    /// GDAL's own reading of such files, where GDAL is installed.
    #[test]
    fn gdal_opens_it_typed_and_placed() {
        use ColumnType::{DateTime, Geometry, Integer, Integer64, Real, Text};
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cells.csv");
        let mut csv = csv::Writer::from_path(&path).unwrap();
        csv.write_record(["hex_id", "mean", "count", "big", "start", GEOMETRY_COLUMN]).unwrap();
        for cell in CellIndex::base_cells() {
            let (id, wkt) = (cell.to_string(), cell_wkt(cell));
            let start = "2026-01-01T00:00:00.250Z";
            csv.write_record([id.as_str(), "1.5", "3", "5000000000", start, wkt.as_str()]).unwrap();
        }
        csv.flush().unwrap();
        write_sidecars(&path, &[Text, Real, Integer, Integer64, DateTime, Geometry]).unwrap();
        let run = Command::new("ogrinfo").args(["-ro", "-so", "-al"]).arg(&path).output();
        let Ok(output) = run else {
            println!("ogrinfo is not installed: GDAL's reading is not checked");
            return;
        };
        let shown = String::from_utf8_lossy(&output.stdout);
        for expected in [
            "Feature Count: 122",
            "ID[\"EPSG\",4326]",
            "hex_id: String",
            "mean: Real",
            "count: Integer (",
            "big: Integer64",
            "start: DateTime",
            "Extent: (-180.000000, -90.000000) - (180.000000, 90.000000)",
        ] {
            assert!(shown.contains(expected), "{expected} is not in\n{shown}");
        }
    }
}
