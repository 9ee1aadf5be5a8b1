//! Stations, ship tracks and voyages.

use super::Messages;

const SITES: &str = "[[site]]\nname = \"a\"\nlat_deg = 10\nlon_deg = 20\n";

pub fn ground(all: &mut Messages) {
    all.chapter("Stations (TOML, CSV) and ship tracks (CSV, GPX)");
    let faults = [
        ("a misspelt field", "lat_deg", "lat_dge"),
        ("a latitude out of range", "lat_deg = 10", "lat_deg = 100"),
        ("a text for a number", "lon_deg = 20", "lon_deg = \"east\""),
        ("no longitude", "lon_deg = 20\n", ""),
        ("a mask that does not close", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5], [200, 3]]"),
        (
            "a mask with an azimuth twice",
            "lon_deg = 20",
            "lon_deg = 20\nmask = [[0, 5], [90, 3], [90, 4], [360, 5]]",
        ),
        ("a mask out of order", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5], [90, 3], [80, 4], [360, 5]]"),
        ("a mask below the horizon", "lon_deg = 20", "lon_deg = 20\nmask = [[0, -20], [360, -20]]"),
        ("a mask that steps at north", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5], [360, 7]]"),
        ("an include that is not there", "[[site]]", "include = [\"none\"]\n[[site]]"),
        ("broken TOML", "name = \"a\"", "name = \"a"),
    ];
    all.each_in("sites.toml", SITES, "show {}", &faults);
    all.of("two sites of one name", "sites.toml", SITES.repeat(2), "show {}");
    let comma = SITES.replace("lat_deg = 10", "lat_deg = 10,5");
    all.of("a decimal comma", "sites.toml", comma, "passes beidou-3 --stations {}");
    let latin: &[u8] = b"name,lat_deg,lon_deg\nRennes,48.1,-1.7\nBesan\xe7on,47.2,6\n";
    all.of("stations that are not UTF-8", "sites.csv", latin, "passes beidou-3 --stations {}");
    all.of("an empty network", "sites.toml", "unplaced = []\n", "show {}");
    for (what, content) in [
        ("CSV without a column", "name,lat_deg,lon\na,1,2\n"),
        ("CSV with a column twice", "name,lat_deg,lon_deg,lat_deg\na,1,2,3\n"),
        ("CSV with a blank number", "name,lat_deg,lon_deg\na,,2\n"),
        ("CSV with a text for a number", "name,lat_deg,lon_deg\na,north,2\n"),
        ("CSV with a latitude out of range", "name,lat_deg,lon_deg\na,1,2\nb,91,2\n"),
        ("CSV with a value too many", "name,lat_deg,lon_deg\na,1,2,3\n"),
        ("CSV with a name twice", "name,lat_deg,lon_deg\na,1,2\na,3,4\n"),
        ("CSV without a station", "name,lat_deg,lon_deg\n"),
        ("an empty CSV", ""),
    ] {
        all.of(what, "sites.csv", content, "passes beidou-3 --stations {}");
    }
    all.told("a network misspelt", "passes beidou-3 --stations chinese-tcc");
    all.told("a site misspelt", "passes beidou-3 --stations ksat --sites svalbrad");
    for (what, file, content) in [
        ("a track without a column", "t.csv", "utc,lat_deg\n2026-01-01,1\n"),
        ("a time that is none", "t.csv", "utc,lat_deg,lon_deg\nnoon,1,2\n"),
        ("times out of order", "t.csv", "utc,lat_deg,lon_deg\n2026-01-02,1,2\n2026-01-01,1,2\n"),
        ("two times alike", "t.csv", "utc,lat_deg,lon_deg\n2026-01-01,1,2\n2026-01-01,1,3\n"),
        ("no waypoint", "t.csv", "utc,lat_deg,lon_deg\n"),
        ("not GPX", "t.gpx", "<kml></kml>"),
        (
            "a ship that flies",
            "t.csv",
            "utc,lat_deg,lon_deg\n2026-01-01T00:00Z,1,2\n2026-01-01T01:00Z,60,2\n",
        ),
        (
            "a point without a time",
            "t.gpx",
            "<gpx><trk><trkseg>\n<trkpt lat=\"1\" lon=\"2\"/>\n</trkseg></trk></gpx>",
        ),
        (
            "a point without a latitude",
            "t.gpx",
            "<gpx><trk><trkseg>\n<trkpt lon=\"2\"/>\n</trkseg></trk></gpx>",
        ),
        ("GPX cut off", "t.gpx", "<gpx><trk><trkseg>\n<trkpt lat=\"1\" lon=\"2\"><time>2026"),
        ("GPX without a point", "t.gpx", "<gpx></gpx>"),
    ] {
        all.of(what, file, content, "passes beidou-3 --ship vessel={}");
    }

    fields_of_sites(all);
    let track = "utc,lat_deg,lon_deg\n2026-01-01T00:00Z,1,2\n2026-01-01T01:00Z,60,2\n";
    all.of("a track of demand faster than aircraft", "t.csv", track, "capacity hongyun --tracks {}");
    let later = format!("{SITES}service_from = 2027-01-01T00:00:00Z\n");
    all.of("gateways of another time", "sites.toml", later, "coverage hongyun --gateways {}");
    ships(all);
}

fn fields_of_sites(all: &mut Messages) {
    all.chapter("Stations: what a field cannot be");
    let faults = [
        ("a longitude out of range", "lon_deg = 20", "lon_deg = 400"),
        ("a height in kilometres of an orbit", "lon_deg = 20", "lon_deg = 20\nheight_m = 550000"),
        ("a mask straight down", "lon_deg = 20", "lon_deg = 20\nmin_elevation_deg = -50"),
        ("a mask of one row", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5]]"),
        ("a mask with a row of three values", "lon_deg = 20", "lon_deg = 20\nmask = [[0, 5, 1], [360, 5]]"),
        ("two masks", "lon_deg = 20", "lon_deg = 20\nmin_elevation_deg = 5\nmask = [[0, 5], [360, 5]]"),
        (
            "a service that ends before it begins",
            "lon_deg = 20",
            "lon_deg = 20\nservice_from = 2026-01-02\nservice_until = 2026-01-01",
        ),
        ("a service from a day that is none", "lon_deg = 20", "lon_deg = 20\nservice_from = \"spring\""),
        ("a name with a comma", "name = \"a\"", "name = \"a, b\""),
        ("a kind that is none", "lon_deg = 20", "lon_deg = 20\nkind = \"radar\""),
        ("no name", "name = \"a\"\n", ""),
    ];
    all.each_in("sites.toml", SITES, "show {}", &faults);
    for (what, content) in [
        ("CSV with a site without a name", "name,lat_deg,lon_deg\n,1,2\n"),
        ("CSV with a longitude out of range", "name,lat_deg,lon_deg\na,1,400\n"),
        ("CSV with a height in kilometres of an orbit", "name,lat_deg,lon_deg,height_m\na,1,2,550000\n"),
        ("CSV with a mask straight down", "name,lat_deg,lon_deg,min_elevation_deg\na,1,2,-50\n"),
    ] {
        all.of(what, "sites.csv", content, "passes beidou-3 --stations {}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("one.toml"), SITES).unwrap();
    std::fs::write(folder.path().join("two.toml"), SITES).unwrap();
    all.run(
        "one name in two networks",
        folder.path(),
        "passes beidou-3 --stations one.toml --stations two.toml",
    );
    all.told("a network of no kind", "passes beidou-3 --stations zzzzzzzz");
}

fn ships(all: &mut Messages) {
    all.chapter("Ships and their voyages");
    let ship = "[[ship]]\nname = \"yw\"\n\n[[ship.voyage]]\nname = \"first\"\nbefore = \"hold\"\nafter = \"hold\"\n\
                waypoints = [\n  { utc = 2026-01-01T00:00:00Z, lat_deg = -5, lon_deg = 165 },\n  \
                { utc = 2026-01-03T00:00:00Z, lat_deg = -6, lon_deg = 160 },\n]\n";
    let faults = [
        ("what holds outside the waypoints is not told", "before = \"hold\"\n", ""),
        ("what holds outside the waypoints is none", "before = \"hold\"", "before = \"stay\""),
        ("a track and waypoints", "before", "track = \"t.csv\"\nbefore"),
        ("a ship that flies", "2026-01-03T00", "2026-01-01T01"),
        ("waypoints out of order", "2026-01-03", "2025-01-03"),
        ("two times alike", "2026-01-03", "2026-01-01"),
        (
            "a waypoint on the other side of the Earth",
            "{ utc = 2026-01-03T00:00:00Z, lat_deg = -6, lon_deg = 160 }",
            "{ utc = 2026-12-03T00:00:00Z, lat_deg = 5, lon_deg = -15 }",
        ),
        ("a time that is none", "2026-01-03T00:00:00Z", "\"noon\""),
        ("a voyage that is not there", "name = \"yw\"", "name = \"yw\"\ndefault_voyage = \"fisrt\""),
        ("a ship without a voyage", &ship[ship.find("[[ship.voyage]]").unwrap()..], ""),
    ];
    all.each_in("ships.toml", ship, "show {}", &faults);
    let waypoints = &ship[ship.find("waypoints").unwrap()..];
    for (what, track) in [("a track that is not there", "none.csv"), ("a track that is a folder", ".")] {
        let text = ship.replace(waypoints, &format!("track = \"{track}\"\n"));
        all.of(what, "ships.toml", text, "show {}");
    }
    all.of(
        "a voyage that is not in the file",
        "ships.toml",
        ship,
        "passes beidou-3 --stations {} --sites yw/second",
    );
    let unplaced = ship.replace(waypoints, "");
    all.of("a ship whose place is not known", "ships.toml", unplaced, "passes beidou-3 --stations {}");
}
