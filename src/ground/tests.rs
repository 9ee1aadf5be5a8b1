//! Reading of networks, stations and tracks, and what is said where they are wrong.

use super::site::check_place;
use super::*;
use crate::frames::Geodetic;
use crate::input::FileError;
use crate::time::Window;

fn read_toml(toml: &str) -> Result<Network, ReadError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("net.toml");
    std::fs::write(&file, toml).unwrap();
    read([file.to_str().unwrap()])
}

#[test]
fn longitudes_beyond_180_degrees_are_turned_back() {
    for (given, taken) in [(350.0, -10.0), (180.0, 180.0), (-180.0, -180.0), (360.0, 0.0)] {
        let place = check_place(10.0, given, 0.0).unwrap();
        assert_eq!(place.longitude_deg, taken);
    }
    assert!(check_place(10.0, 360.1, 0.0).is_err());
}

#[test]
fn every_shipped_network_reads() {
    for network in shipped_networks() {
        let read = read([network.name]).unwrap_or_else(|error| panic!("{}: {error}", network.name));
        assert!(!read.sites.is_empty(), "{}", network.name);
        for site in &read.sites {
            assert!(site.source.is_some() && site.confidence.is_some(), "{} has no source", site.name);
        }
    }
    let chinese = read(["chinese-ttc", "chinese-home", "yuanwang"]).unwrap();
    assert_eq!(chinese.sites.iter().filter(|site| site.kind == Kind::LaunchSite).count(), 6);
    assert_eq!(chinese.choose(&[]).unwrap().len(), 7 + 7 + 4);
    assert!(chinese.unplaced.iter().any(|unplaced| unplaced.name == "yuanwang-5/indian-ocean-2019"));
    let atlantic = chinese.choose(&["yuanwang-7/atlantic-2020".to_owned()]).unwrap();
    assert_eq!(atlantic[0].position, Position::Assumed);
}

/// A slip of ten degrees in a list put a gateway of Queensland into the Tasman Sea, and three stations for hire stand in
/// the sea as their list prints them. Outlines of 1:50m and places given to a hundredth of a degree leave some kilometres.
#[test]
fn shipped_sites_lie_on_land_or_are_told_not_to() {
    const NEAR_KM: f64 = 10.0;
    let land = crate::grid::region::Region::parse("land").unwrap();
    let is_near_land = |place: &Geodetic| {
        let km_per_deg = 111.2;
        let east = km_per_deg * place.latitude_deg.to_radians().cos();
        let ring = |km: f64| (0..16).map(move |k| (km, f64::from(k) * std::f64::consts::TAU / 16.0));
        [0.0, 0.25, 0.5, 0.75, 1.0].into_iter().flat_map(|part| ring(part * NEAR_KM)).any(|(km, azimuth)| {
            let latitude_deg = place.latitude_deg + km * azimuth.cos() / km_per_deg;
            land.contains(latitude_deg, place.longitude_deg + km * azimuth.sin() / east)
        })
    };
    let mut at_sea = Vec::new();
    for network in shipped_networks() {
        for site in read([network.name]).unwrap().sites {
            let Whereabouts::Fixed(place) = &site.whereabouts else { continue };
            if is_near_land(place) {
                continue;
            }
            assert_eq!(site.position, Position::Approximate, "{} lies at sea and is not said to", site.name);
            let note = site.note.unwrap_or_default();
            assert!(note.to_lowercase().contains(" sea"), "{}: {note}", site.name);
            at_sea.push(site.name);
        }
    }
    at_sea.sort();
    at_sea.dedup();
    assert_eq!(at_sea, ["aws-alaska", "aws-bahrain", "leaf-mon-loisir", "yellowsea"]);
}

#[test]
fn everything_a_site_file_says_is_read() {
    let network = read_toml(
        r#"
        name = "Test"
        include = ["nasa-dsn"]
        [defaults]
        bands = ["S"]
        min_elevation_deg = 5
        [[site]]
        name = "a"
        title = "Site A"
        lat_deg = 67.857
        lon_deg = 20.964
        height_m = 400
        mask = [[0, 5], [90, 12.5], [360, 5]]
        service_from = 2024-07-17T12:00:00Z
        service_until = "2024-07-17T18:00:00Z"
        source = "s"
        confidence = "low"
        position = "approximate"
        [[site]]
        name = "b"
        lat_deg = 0
        lon_deg = 200
        bands = ["X", "Ka"]
        [[ship]]
        name = "s"
        [[ship.voyage]]
        name = "v"
        before = "absent"
        after = "hold"
        waypoints = [
          { utc = 2024-07-17T06:00:00Z, lat_deg = 3.0, lon_deg = 176.0, height_m = 15 },
          { utc = "2024-07-17T20:00:00Z", lat_deg = -1.5, lon_deg = -179.0 },
        ]
        "#,
    )
    .unwrap();
    assert_eq!(network.sites.len(), 6);
    let a = &network.sites[network.find("a").unwrap()];
    assert!(matches!(&a.mask, Some(Mask::Table(table)) if table.highest_deg() == 12.5));
    assert_eq!((a.bands.as_slice(), a.position), (["S".to_owned()].as_slice(), Position::Approximate));
    let window = Window { start: "2024-07-17T00:00:00Z".parse().unwrap(), duration_s: 86_400.0 };
    let stretches = a.stretches(&window);
    assert_eq!((stretches[0].from_s, stretches[0].to_s), (43_200.0, 64_800.0));
    assert!(a.place("2024-07-17T11:59:59Z".parse().unwrap()).is_none());
    let b = &network.sites[network.find("b").unwrap()];
    assert_eq!(b.mask, Some(Mask::Constant(5.0)));
    assert_eq!(b.bands, ["X", "Ka"]);
    let ship = &network.sites[network.find("s").unwrap()];
    assert_eq!(ship.stretches(&window).len(), 2);
}

#[test]
fn wrong_files_say_where_and_what() {
    let site = |rest: &str| format!("[[site]]\nname = \"a\"\nlat_deg = 1\nlon_deg = 2\n{rest}\n");
    let ship = |rest: &str| format!("[[ship]]\nname = \"s\"\n[[ship.voyage]]\nname = \"v\"\n{rest}\n");
    let waypoints = |list: &str| ship(&format!("before = \"hold\"\nafter = \"hold\"\nwaypoints = [{list}]"));
    for (toml, line, expected) in [
        (String::new(), 0, "the network is empty"),
        ("name = ".to_owned(), 1, ""),
        ("[[site]]\nname = \"a\"\nlat_deg = 95\nlon_deg = 0".to_owned(), 3, "latitude 95 is outside"),
        ("[[site]]\nname = \"a\"\nlat_deg = 5\nlon_deg = 400".to_owned(), 4, "longitude 400 is outside"),
        ("[[site]]\nname = \"a\"\nlat_deg = \"N\"\nlon_deg = 0".to_owned(), 3, "expected a number"),
        ("[[site]]\nname = \"a\"\nlatdeg = 5\nlon_deg = 0".to_owned(), 3, "did you mean 'lat_deg'"),
        (site("frequency = 8"), 5, "known: name, title, kind, country, lat_deg"),
        ("[[site]]\nname = \"a\"\nlon_deg = 0".to_owned(), 1, "missing field `lat_deg`"),
        (site("min_elevation_deg = 95"), 5, "least elevation 95"),
        (site("min_elevation_deg = 90"), 5, "least elevation 90 is outside -10 to below 90 degrees"),
        (site("mask = [[0, 5], [180, 9], [350, 5]]"), 5, "does not close"),
        (site("mask = [[0, 5], [180, 9], [360, 6]]"), 5, "does not close"),
        (site("mask = [\n[10, 5],\n[180, 9],\n[360, 5]]"), 6, "from azimuth 10 to 360"),
        (site("mask = [\n[0, 5],\n[90, 9],\n[90, 8],\n[360, 5]]"), 8, "azimuth 90 stands twice"),
        (site("mask = []"), 5, "has 0 of the two rows"),
        (site("mask = [[0, 5],\n[90, 9, 3], [360, 5]]"), 6, "not 3 values"),
        (site("mask = [[0, 5],\n[90], [360, 5]]"), 6, "not 1 values"),
        (site("mask = [[0, 5], [180, 9], [90, 6], [360, 5]]"), 5, "90 does not come after 180"),
        (site("mask = [[0, 5], [360, 5]]\nmin_elevation_deg = 5"), 5, "both a mask table"),
        (site("service_from = \"soon\""), 5, "not a UTC instant"),
        (site("service_from = 2024-01-01\nservice_until = 2023-01-01"), 6, "ends before it begins"),
        (format!("name = \"n\"\n{}{}", site(""), site("")), 8, "a second site is named 'a'"),
        (
            format!("include = [\"chinese-home\"]\n{}", site("").replace("\"a\"", "\"sanya\"")),
            0,
            "two sites are named 'sanya'",
        ),
        ("include = [\"nowhere.toml\"]".to_owned(), 1, "neither a file beside this one"),
        ("[[ship]]\nname = \"s\"".to_owned(), 2, "has no [[ship.voyage]]"),
        (ship("waypoints = [{utc = 2024-01-01, lat_deg = 0, lon_deg = 0}]"), 4, "does not say what holds"),
        (
            waypoints(
                "{utc = 2024-01-02, lat_deg = 0, lon_deg = 0},\n{utc = 2024-01-01, lat_deg = 0, lon_deg = 0}",
            ),
            8,
            "earlier than the one before",
        ),
        (
            waypoints(
                "{utc = 2024-01-01, lat_deg = 0, lon_deg = 0},\n{utc = 2024-01-01, lat_deg = 0, lon_deg = 0}",
            ),
            8,
            "have the same time",
        ),
        (
            waypoints(
                "{utc = 2024-01-01T00:00:00Z, lat_deg = 0, lon_deg = 0},\n{utc = 2024-01-01T01:00:00Z, lat_deg = 15, lon_deg = 0}",
            ),
            8,
            "asks for 896 knots",
        ),
        (ship("").replace("name = \"s\"", "name = \"s\"\ndefault_voyage = \"w\""), 3, "has no voyage 'w'"),
    ] {
        let error = read_toml(&toml).expect_err(&toml);
        let at = if let ReadError::File(FileError::Text(error)) = &error { error.line } else { 0 };
        assert_eq!(at, line, "{toml}\n{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn networks_are_told_from_constellations() {
    let folder = tempfile::tempdir().unwrap();
    let is_network_file = |name: &str, text: &str| {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        is_network(file.to_str().unwrap())
    };
    assert!(is_network("yuanwang") && !is_network("hongyun") && !is_network("nowhere.toml"));
    assert!(is_network_file("a.toml", "[[site]]\nname = \"a\"\nlat_deg = 1\nlon_deg = 2\n"));
    assert!(is_network_file("b.toml", "include = [\"ksat\"]\n"));
    assert!(is_network_file("a.csv", "# mine\nname,lat_deg,lon_deg\na,1,2\n"));
    assert!(!is_network_file("c.toml", "[[shell]]\nname = \"site\"\n"));
    assert!(!is_network_file("c.csv", "OBJECT_NAME,NORAD_CAT_ID\nx,1\n"));
    assert!(!is_network_file("d.tle", "site\n1 25544U\n"));
}

#[test]
fn unknown_names_say_the_nearest() {
    let error = read(["chinese-tcc"]).unwrap_err();
    assert!(error.help().unwrap().contains("did you mean 'chinese-ttc'"), "{error}");
    assert!(matches!(read(["no/such.toml"]), Err(ReadError::File(FileError::Read { .. }))));
    let network = read(["ksat"]).unwrap();
    assert_eq!(network.find("ksat-svalbrad").unwrap_err().nearest.as_deref(), Some("ksat-svalbard"));
    assert_eq!(network.find("Svalbrd").unwrap_err().nearest.as_deref(), Some("ksat-svalbard"));
}

#[test]
fn names_may_hold_commas() {
    let at =
        |name: &str| Site::fixed(name, Geodetic { latitude_deg: 0.0, longitude_deg: 0.0, height_km: 0.0 });
    let sites = ["Kiruna", "Kiruna, Esrange", "b", "a,b,c"].map(at);
    let find = |lists: &[&str]| {
        let lists: Vec<String> = lists.iter().map(|list| (*list).to_owned()).collect();
        find_sites(&sites, &lists).map_err(|unknown| unknown.name)
    };
    assert_eq!(find(&["Kiruna"]), Ok(vec![0]));
    assert_eq!(find(&["Kiruna, Esrange"]), Ok(vec![1]));
    assert_eq!(find(&["b,Kiruna, Esrange,Kiruna", "b"]), Ok(vec![2, 1, 0]));
    assert_eq!(find(&["a,b,c,b"]), Ok(vec![3, 2]));
    assert_eq!(find(&["Kiruna, Esrang"]), Err("Esrang".to_owned()));
    assert_eq!(find(&["b,"]), Err(String::new()));
}

/// Spreadsheets part cells by semicolons where the comma stands in decimals.
#[test]
fn semicolons_and_tabs_part_cells_too() {
    for (separator, comma) in [(";", "\"Kiruna, Esrange\""), ("\t", "Kiruna, Esrange")] {
        let text = format!("# sites\nname;lat_deg;lon_deg\n{comma};67.9;21\nb;1;2\n");
        let network = parse("sites.csv", &text.replace(';', separator)).unwrap();
        assert_eq!(network.sites[0].name, "Kiruna, Esrange");
        assert_eq!(network.sites.len(), 2);
    }
    let track = "utc;lat_deg;lon_deg\n2026-01-01T00:00:00Z;1;2\n";
    assert!(parse_ship("s", "track.csv", track, Outside::Hold).is_ok());
    let error = parse("sites.csv", "name;lat_deg;lon_deg\na;67,9;21\n").unwrap_err();
    let ReadError::File(FileError::Text(error)) = error else { panic!("{error}") };
    assert_eq!((error.line, error.column), (2, 3));
    assert!(error.help.unwrap().contains("decimals with a point"));
}

#[test]
fn stations_are_read_from_csv() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sites.csv");
    let name = file.to_str().unwrap();
    let read_csv = |text: &str| {
        std::fs::write(&file, text).unwrap();
        read([name])
    };
    let network = read_csv(
        "site_id,name,lat_deg,lon_deg,height_m,min_elevation_deg,operator\nD1,\"Kiruna, Esrange\",67.857,20.964,400,5,SSC\nD2,,1.35,103.8,,,\n",
    )
    .unwrap();
    assert_eq!(network.sites[0].title.as_deref(), Some("Kiruna, Esrange"));
    assert_eq!(network.sites[0].mask, Some(Mask::Constant(5.0)));
    assert_eq!((network.sites[1].name.as_str(), &network.sites[1].mask), ("D2", &None));
    assert_eq!(network.notes.len(), 1, "{:?}", network.notes);
    assert_eq!(missing_heights(&network.sites).unwrap(), "1 site has no published height; taken as 0 m",);
    for (text, line, expected) in [
        ("", 0, "empty"),
        ("name,lat_deg,lon_deg\n", 0, "the network is empty"),
        ("name,lat,lon_deg\na,1,2\n", 1, "no column lat_deg"),
        ("name,lat_deg,lon_deg\na,95,2\n", 2, "latitude 95"),
        ("name,lat_deg,lon_deg\na,5,2\na,6,2\n", 3, "a second site is named 'a'"),
        ("name,lat_deg,lon_deg\n,5,2\n", 2, "no name"),
        ("name,lat_deg,lon_deg\na,,2\n", 2, "lat_deg is empty"),
        ("name,lat_deg,lon_deg,min_elevation_deg\na,1,2,91\n", 2, "least elevation 91"),
        (
            "name,lat_deg,lon_deg,min_elevation_deg\na,1,2,90\n",
            2,
            "least elevation 90 is outside -10 to below 90 degrees",
        ),
    ] {
        let error = read_csv(text).unwrap_err();
        let at = if let ReadError::File(FileError::Text(error)) = &error { error.line } else { 0 };
        assert_eq!(at, line, "{text}\n{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    std::fs::write(&file, b"name,lat_deg,lon_deg\n\xe9,1,2\n").unwrap();
    let ReadError::File(FileError::Text(error)) = read([name]).unwrap_err() else { panic!("a text error") };
    assert!(error.message.contains("not UTF-8") && (error.line, error.column) == (2, 1), "{error}");
}
