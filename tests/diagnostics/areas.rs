//! Regions, places, demand and slant paths.

use super::{Messages, PATHS};

const ASC: &str = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\nNODATA_value -9999\n1 2\n3 4\n";

pub fn regions_and_places(all: &mut Messages) {
    all.chapter("Regions (GeoJSON) and places (CSV)");
    let square = r#"{"type": "Polygon", "coordinates": [[[0, 0], [10, 0], [10, 10], [0, 0]]]}"#;
    for (what, content) in [
        ("no JSON", "type: Polygon".to_owned()),
        ("JSON cut off", square[..60].to_owned()),
        ("another type", square.replace("Polygon", "Polygone")),
        ("a latitude out of range", square.replace("[10, 10]", "[10, 100]")),
        ("metres", square.replace("[10, 10]", "[500000, 10]")),
        ("a ring of two corners", square.replace("[10, 0], [10, 10], ", "[10, 0], ")),
        ("only a point", r#"{"type": "Point", "coordinates": [1, 2]}"#.to_owned()),
        ("an empty file", String::new()),
    ] {
        all.of(what, "area.geojson", content, "coverage beidou-3 --region {}");
    }
    for (what, region) in [
        ("a country misspelt", "Chnia"),
        ("a box upside down", "10,20,5,30"),
        ("a box of three numbers", "10,20,30"),
        ("a band that is none", "lat:10..north"),
        ("a band beyond the pole", "lat:80..100"),
        ("a band given twice", "lat:1..2,lat:3..4"),
        ("one meridian twice", "lon:10..10"),
        ("a file that is not there", "none.geojson"),
    ] {
        all.told(what, &format!("coverage beidou-3 --region {region}"));
    }
    for (what, content) in [
        ("a column misspelt", "name,latitude,lon_deg\na,1,2\n"),
        ("a column twice", "name,lat_deg,lon_deg,lat_deg\na,1,2,3\n"),
        ("a text for a number", "name,lat_deg,lon_deg\na,1,2\nb,1° N,2\n"),
        ("a longitude out of range", "name,lat_deg,lon_deg\na,1,361\n"),
        ("a name twice", "name,lat_deg,lon_deg\na,1,2\na,3,4\n"),
        ("a value too few", "name,lat_deg,lon_deg\na,1\n"),
        ("semicolons", "name;lat_deg;lon_deg\na;1;2\n"),
        ("no place", "name,lat_deg,lon_deg\n"),
        ("an empty file", ""),
    ] {
        all.of(what, "places.csv", content, "coverage beidou-3 --points {}");
    }

    shapes(all, square);
}

pub fn demand_and_paths(all: &mut Messages) {
    all.chapter("Demand (CSV, ASC) and slant paths (CSV)");
    for (what, content) in [
        ("no amounts", "hex_id,mbps\n8328b0fffffffff,1\n"),
        ("no H3 cell", "hex_id,demand_mbps\nxyz,1\n"),
        ("a column twice", "hex_id,demand_mbps,demand_mbps\n8328b0fffffffff,1,2\n"),
        ("a cell twice", "hex_id,demand_mbps\n8328b0fffffffff,1\n# the same\n8328b0fffffffff,2\n"),
        ("a negative amount", "hex_id,demand_mbps\n8328b0fffffffff,-1\n"),
        ("a value too many", "hex_id,demand_mbps\n8328b0fffffffff,1,2\n"),
        ("no cell", "hex_id,demand_mbps\n"),
    ] {
        all.of(what, "demand.csv", content, "capacity hongyan --resolution 1 --demand {}");
    }
    let faults = [
        ("no cell size", "cellsize 1\n", ""),
        ("a count that is none", "ncols 2", "ncols two"),
        ("a line of another length", "3 4", "3"),
        ("a row too many", "3 4", "3 4\n5 6"),
        ("a row too few", "3 4\n", ""),
        ("a text for a number", "3 4", "3 four"),
        ("a negative amount", "3 4", "3 -4"),
        ("beyond the globe", "yllcorner 0", "yllcorner 89"),
        ("more than once round", "ncols 2", "ncols 400"),
        ("a key that is none", "cellsize", "cellzise"),
    ];
    all.each_in("demand.asc", ASC, "capacity hongyan --resolution 1 --demand {}", &faults);
    all.told("a demand that is not there", "capacity hongyan --demand none.csv");
    all.told("a density that is none", "capacity hongyan --demand uniform:much");
    let row = "51.5,-0.14,0.031,14.25,31.08,1,0.65,0,1\n";
    for (what, content) in [
        ("a column misspelt", format!("{}{row}", PATHS.replace("freq_ghz", "frq_ghz"))),
        ("a column twice", format!("{}{row}", PATHS.replace("tau_deg", "lat_deg"))),
        ("a text for a number", format!("{PATHS}{}", row.replace("14.25", "Ku"))),
        ("a height in metres", format!("{PATHS}{}", row.replace("0.031", "31"))),
        ("an elevation of zero", format!("{PATHS}{}", row.replace("31.08", "0"))),
        ("a cell too few", format!("{PATHS}{}", row.replace(",0,1\n", ",0\n"))),
        ("no path", PATHS.to_owned()),
        ("an empty file", String::new()),
    ] {
        all.of(what, "paths.csv", content, "attenuation {}");
    }
}

fn shapes(all: &mut Messages, square: &str) {
    all.chapter("Regions: what a shape cannot be");
    for (what, content) in [
        ("no type", r#"{"coordinates": []}"#.to_owned()),
        (
            "a feature without a geometry that is sound",
            r#"{"type": "Polygon", "coordinates": [[0, 0]]}"#.to_owned(),
        ),
        ("a polygon without a ring", r#"{"type": "Polygon", "coordinates": []}"#.to_owned()),
        ("a position of one number", square.replace("[10, 10]", "[10]")),
        ("a ring wider than the Earth", square.replace("[10, 0]", "[400, 0]")),
        (
            "another reference system",
            square.replacen('{', r#"{"crs": {"properties": {"name": "EPSG:3857"}}, "#, 1),
        ),
        ("a collection without features", r#"{"type": "FeatureCollection"}"#.to_owned()),
        ("a triangle without area", square.replace("[10, 10]", "[20, 0]")),
    ] {
        all.of(what, "area.geojson", content, "coverage beidou-3 --region {}");
    }
    for (what, region) in [
        ("a name of no kind", "Qwertyuiop"),
        ("a territory without an outline", "SJ"),
        ("a longitude out of range", "10,-200,20,30"),
        ("a band without its ends", "lat:10"),
        ("more than once round", "lon:-180..360"),
    ] {
        all.told(what, &format!("coverage beidou-3 --region {region}"));
    }
    for (what, content) in [
        ("a place without a name", "name,lat_deg,lon_deg\n,1,2\n"),
        ("a height in kilometres of an orbit", "name,lat_deg,lon_deg,height_m\na,1,2,550000\n"),
        ("other columns altogether", "site,north,east\na,1,2\n"),
    ] {
        all.of(what, "places.csv", content, "coverage beidou-3 --points {}");
    }
}
