//! Files are written whole or not at all, and whatever hinders that is said plainly.

use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use assert_cmd::Command;

const HEADER: &str = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                      ARG_OF_PERICENTER,MEAN_ANOMALY,NORAD_CAT_ID";

/// A folder with a small catalogue in it.
struct Folder(tempfile::TempDir);

impl Folder {
    /// Satellites of these names, evenly along one orbit.
    fn with(names: &[&str]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let rows: String = names
            .iter()
            .enumerate()
            .map(|(number, name)| {
                let anomaly = 360.0 * number as f64 / names.len() as f64;
                format!("\"{name}\",2026-01-01T00:00:00,14.9,0.0001,70,10,0,{anomaly},{}\n", 90_000 + number)
            })
            .collect();
        std::fs::write(folder.path("sats.csv"), format!("{HEADER}\n{rows}")).unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the program with its standard output closed.
    fn piped_to_nobody(&self, arguments: &[&str]) -> Output {
        let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("hexsky"))
            .current_dir(self.0.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        child.wait_with_output().unwrap()
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn hexsky(&self, arguments: &[&str]) -> Output {
        Command::cargo_bin("hexsky").unwrap().current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    /// Names of all files, to see that nothing was left behind.
    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

const COVERAGE: [&str; 8] =
    ["coverage", "sats.csv", "--resolution", "0", "--duration", "1h", "--start", "2026-01-01"];

fn coverage<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [COVERAGE.as_slice(), more].concat()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk() {
    let folder = Folder::with(&["A"]);
    for option in ["--csv", "--json"] {
        let output = folder.hexsky(&coverage(&[option, "/dev/full", "--quiet"]));
        assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
        assert_eq!(stderr(&output), "error: cannot write /dev/full: the disk is full\n");
    }
    assert!(Path::new("/dev/full").exists());
    assert_eq!(folder.files(), ["sats.csv"]);
}

#[cfg(unix)]
#[test]
fn a_folder_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    /// A user that has no rights, whatever it is called.
    const NOBODY: u32 = 65_534;
    let folder = Folder::with(&["A"]);
    let closed = folder.path("closed");
    std::fs::create_dir(&closed).unwrap();
    let old = closed.join("old.csv");
    std::fs::write(&old, "old").unwrap();
    std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o666)).unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("hexsky"));
    let probe = closed.join("probe");
    if std::fs::write(&probe, "").is_ok() {
        // Root may write anywhere, so that somebody else runs a copy of the program where everybody may look.
        std::fs::remove_file(&probe).unwrap();
        let copy = folder.path("hexsky");
        std::fs::copy(assert_cmd::cargo::cargo_bin("hexsky"), &copy).unwrap();
        for path in [folder.0.path(), copy.as_path()] {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        command = std::process::Command::new(&copy);
        command.uid(NOBODY).gid(NOBODY);
    }
    let arguments = coverage(&["--csv", "closed/old.csv", "--quiet"]);
    let output = command.current_dir(folder.0.path()).args(arguments).output().unwrap();
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(stderr(&output), "error: cannot write closed/old.csv: no permission to write in its folder\n");
    assert_eq!(folder.read("closed/old.csv"), "old");
}

/// Another file took its name, with exit code 0.
#[cfg(target_os = "linux")]
#[test]
fn a_write_protected_file_stays() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&["A"]);
    let protected = folder.path("old.csv");
    std::fs::write(&protected, "old").unwrap();
    std::fs::set_permissions(&protected, std::fs::Permissions::from_mode(0o444)).unwrap();
    let mut command = Command::cargo_bin("hexsky").unwrap();
    if std::fs::OpenOptions::new().write(true).open(&protected).is_ok() {
        // Root may write anything: the program is run as somebody who may not, from where he may run it.
        std::fs::set_permissions(folder.path("."), std::fs::Permissions::from_mode(0o777)).unwrap();
        std::fs::copy(assert_cmd::cargo::cargo_bin("hexsky"), folder.path("program")).unwrap();
        let drop = ["--reuid=65534", "--regid=65534", "--clear-groups"];
        let can = |output: std::io::Result<Output>| output.is_ok_and(|output| output.status.success());
        if !can(std::process::Command::new("setpriv").args(drop).arg("true").output()) {
            eprintln!("left out: run by root, and without setpriv nobody else can be asked");
            return;
        }
        command = Command::new("setpriv");
        command.args(drop).arg(folder.path("program"));
    }
    let output = command
        .current_dir(folder.0.path())
        .args(coverage(&["--csv", "old.csv", "--quiet"]))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(
        stderr(&output),
        "error: cannot write old.csv: no permission to write the file that is there\n"
    );
    assert_eq!(folder.read("old.csv"), "old");
}

/// A plain file took the place of the link, and what it points to was never made.
#[cfg(unix)]
#[test]
fn a_link_to_a_file_that_is_not_there_yet() {
    let folder = Folder::with(&["A"]);
    std::fs::create_dir(folder.path("big")).unwrap();
    std::os::unix::fs::symlink("big/run.json", folder.path("o.json")).unwrap();
    // Two names of one file that is not there yet are one output.
    let two = folder.hexsky(&coverage(&["--json", "o.json", "--csv", "big/run.json", "--quiet"]));
    assert_eq!(two.status.code(), Some(2), "{}", stderr(&two));
    assert!(stderr(&two).contains("two outputs are to go to"), "{}", stderr(&two));
    let output = folder.hexsky(&["show", "sats.csv", "--json", "o.json"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(folder.path("o.json").symlink_metadata().unwrap().is_symlink());
    assert!(folder.read("big/run.json").starts_with('{'));
}

#[test]
fn the_path_of_a_folder_that_is_not_there() {
    let folder = Folder::with(&["A"]);
    let output = folder.hexsky(&coverage(&["--json", "new.json/", "--quiet"]));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("the path names a folder and no file in it"), "{}", stderr(&output));
}

/// A link of whoever, under the name that everybody knows, was written through.
#[cfg(unix)]
#[test]
fn a_view_without_a_path_is_a_new_file() {
    let folder = Folder::with(&["A"]);
    let temporary = folder.path("tmp");
    std::fs::create_dir(&temporary).unwrap();
    std::fs::write(folder.path("victim"), "mine").unwrap();
    std::os::unix::fs::symlink("../victim", temporary.join("hexsky-view.html")).unwrap();
    let view = || {
        let mut command = Command::cargo_bin("hexsky").unwrap();
        command.current_dir(folder.0.path()).env("TMPDIR", &temporary);
        let output = command.args(["view", "sats.csv", "--duration", "1h", "--no-open"]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        PathBuf::from(String::from_utf8(output.stdout).unwrap().trim_end())
    };
    let (first, second) = (view(), view());
    assert_eq!(folder.read("victim"), "mine");
    assert_ne!(first, second);
    for page in [first, second] {
        assert!(page.starts_with(&temporary) && !page.is_symlink(), "{}", page.display());
        assert!(std::fs::read_to_string(page).unwrap().contains("</html>"));
    }
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 3);
}

#[test]
fn a_directory_in_the_way() {
    let folder = Folder::with(&["A"]);
    std::fs::create_dir(folder.path("taken")).unwrap();
    let output = folder.hexsky(&coverage(&["--csv", "taken", "--quiet"]));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(stderr(&output), "error: cannot write taken: a directory is in the way\n");
    assert_eq!(folder.files(), ["sats.csv", "taken"]);
}

/// A run of an hour of CPU time: it ends at once, because every output is tried before the work.
#[test]
fn one_output_that_cannot_be_written_leaves_no_other() {
    let folder = Folder::with(&["A", "B"]);
    std::fs::create_dir(folder.path("taken")).unwrap();
    std::fs::create_dir(folder.path("out.prj")).unwrap();
    std::fs::write(folder.path("file"), "").unwrap();
    let long = "x".repeat(300);
    let run = [
        "coverage",
        "sats.csv",
        "--resolution",
        "7",
        "--duration",
        "30d",
        "--start",
        "2026-01-01",
        "--quiet",
    ];
    for (more, said) in [
        (&["--csv", "new.csv", "--json", "taken"][..], "cannot write taken: a directory is in the way"),
        (&["--csv", "new.csv", "--out", "new.gpkg", "--html", "taken"], "cannot write taken: a directory"),
        (
            &["--json", "new.json", "--csv", "out.csv", "--gis"],
            "cannot write out.prj: a directory is in the way",
        ),
        (&["--json", "new.json", "--out", "out.csv"], "cannot write out.prj: a directory is in the way"),
        (&["--json", "new.json", "--csv", &long], "File name too long"),
    ] {
        let output = folder.hexsky(&[&run[..], more].concat());
        assert_eq!(output.status.code(), Some(1), "{more:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{more:?}: {}", stderr(&output));
    }
    let output = folder.hexsky(&[&run[..], &["--csv", "new.csv", "--json", "file/out.json"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let output = folder.hexsky(&[&run[..], &["--csv", "out.csv", "--gis", "--json", "out.csvt"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("two outputs are to go to out.csvt"), "{}", stderr(&output));
    // So is the name of a figure.
    let output =
        folder.hexsky(&[&run[..], &["--csv", "new.csv", "--map", "new.png", "--figure", "gaps"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("there is no such figure"), "{}", stderr(&output));
    assert_eq!(folder.files(), ["file", "out.prj", "sats.csv", "taken"]);
}

#[test]
fn a_folder_that_does_not_exist() {
    let folder = Folder::with(&["A"]);
    let output = folder.hexsky(&coverage(&["--csv", "no/such/out.csv"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("there is no folder no/such"), "{}", stderr(&output));
    assert!(output.stdout.is_empty(), "it is said before any work is done");
}

#[test]
fn the_output_in_the_place_of_an_input() {
    let folder = Folder::with(&["A"]);
    let before = folder.read("sats.csv");
    let places = "name,lat_deg,lon_deg\nHere,10,20\n";
    std::fs::write(folder.path("places.csv"), places).unwrap();
    let definition = "name = \"D\"\ncatalogue = \"sats.csv\"\ndefault_phase = \"p\"\n\
                      [[phase]]\nname = \"p\"\nshells = [\"sats\"]\n";
    std::fs::write(folder.path("d.toml"), definition).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("sats.csv", folder.path("link.csv")).unwrap();
    #[cfg(unix)]
    std::fs::hard_link(folder.path("sats.csv"), folder.path("hard.csv")).unwrap();
    let report = folder.hexsky(&coverage(&["--json", "report.json", "--quiet"]));
    assert!(report.status.success(), "{}", stderr(&report));
    let saved = folder.read("report.json");
    let cases: &[&[&str]] = &[
        &coverage(&["--csv", "sats.csv"]),
        &coverage(&["--json", "./sats.csv"]),
        #[cfg(unix)]
        &coverage(&["--csv", "link.csv"]),
        &coverage(&["--points", "places.csv", "--csv", "places.csv"]),
        &["show", "sats.csv", "--json", "sats.csv"],
        &["export", "sats.csv", "--format", "tle", "--output", "sats.csv"],
        &["export", "d.toml:p", "--format", "tle", "--output", "d.toml"],
        &["infer", "sats.csv", "--output", "sats.csv"],
        &["passes", "sats.csv", "--stations", "ksat", "--csv", "sats.csv"],
        &["passes", "sats.csv", "--ship", "s=places.csv", "--csv", "places.csv"],
        &["dop", "sats.csv", "--points", "places.csv", "--csv", "places.csv"],
        &["compare", "sats.csv", "kuiper:full", "--points", "places.csv", "--json", "places.csv"],
        &["compare", "kuiper", "orbcomm", "--baseline", "d.toml:p", "--csv", "d.toml"],
        &["compare", "report.json", "report.json", "--json", "./report.json"],
        &["compare", "kuiper", "orbcomm", "--gateways", "places.csv", "--csv", "places.csv"],
        &["compare", "kuiper", "orbcomm", "--by-region", "places.csv", "--out", "places.csv"],
        &["phases", "d.toml:p", "--csv", "d.toml"],
        &["resilience", "sats.csv", "--lose", "1", "--json", "sats.csv"],
        &["diff", "sats.csv", "kuiper", "--json", "sats.csv"],
        // The same file under a second name, and the catalogue that a definition points at.
        #[cfg(unix)]
        &["export", "sats.csv", "--format", "omm-csv", "--output", "hard.csv"],
        #[cfg(unix)]
        &["infer", "hard.csv", "--json", "sats.csv"],
        &["export", "d.toml", "--format", "omm-csv", "--output", "sats.csv"],
        &coverage(&["d.toml:p", "--csv", "sats.csv"])[..],
        &["view", "sats.csv", "--html", "sats.csv", "--no-open"],
    ];
    for case in cases {
        let output = folder.hexsky(case);
        assert_eq!(output.status.code(), Some(1), "{case:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("is also the input"), "{case:?}: {}", stderr(&output));
    }
    assert_eq!(folder.read("sats.csv"), before);
    assert_eq!(folder.read("places.csv"), places);
    assert_eq!(folder.read("d.toml"), definition);
    assert_eq!(folder.read("report.json"), saved);
}

#[test]
fn two_outputs_in_one_place() {
    let folder = Folder::with(&["A"]);
    let output = folder.hexsky(&coverage(&["--csv", "out", "--json", "out"]));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("two outputs are to go to out"), "{}", stderr(&output));
    // The second of them stood in silence where the first had been.
    std::fs::create_dir(folder.path("sub")).unwrap();
    for other in ["./out", "sub/../out"] {
        let output = folder.hexsky(&coverage(&["--csv", "out", "--json", other]));
        assert_eq!(output.status.code(), Some(2), "{other}");
        assert!(stderr(&output).contains("two outputs are to go to"), "{}", stderr(&output));
    }
    assert_eq!(folder.files(), ["sats.csv", "sub"]);
}

/// The reference system and the column types beside a CSV took the place of another output, with exit code 0.
#[test]
fn what_is_written_beside_a_table_is_an_output_like_others() {
    let folder = Folder::with(&["A"]);
    std::fs::create_dir(folder.path("taken.prj")).unwrap();
    let cell = ["--resolution", "0", "--duration", "10m"];
    let commands: [&[&str]; 5] = [
        &["coverage", "sats.csv"],
        &["compare", "sats.csv", "hongyun", "--min-elevation", "10"],
        &["dop", "sats.csv"],
        &["capacity", "hongyun"],
        &["passes", "sats.csv", "--stations", "ksat"],
    ];
    for command in commands {
        let run = |more: &[&str]| {
            let own: &[&str] = if command[0] == "passes" { &[] } else { &cell };
            folder.hexsky(&[command, own, more].concat())
        };
        for (other, beside) in [("--json", "d.prj"), ("--html", "d.csvt")] {
            let output = run(&["--out", "d.csv", other, beside]);
            assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stderr(&output));
            let said = format!("two outputs are to go to {beside}");
            assert!(stderr(&output).contains(&said), "{command:?}: {}", stderr(&output));
        }
        let output = run(&["--json", "new.json", "--out", "taken.csv"]);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("cannot write taken.prj: a directory"), "{}", stderr(&output));
    }
    let output = folder.hexsky(&coverage(&["--areas", "ar.csv", "--json", "ar.prj"]));
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("two outputs are to go to ar.prj"), "{}", stderr(&output));
    assert_eq!(folder.files(), ["sats.csv", "taken.prj"]);
}

/// The map stood behind the last line of JSON or CSV, which no program could read then.
#[test]
fn a_map_in_the_terminal_shares_standard_output_with_no_file() {
    let folder = Folder::with(&["A"]);
    let commands: [(&[&str], &[&str]); 5] = [
        (&["coverage", "sats.csv"], &["--json", "--csv", "--html"]),
        (&["compare", "sats.csv", "hongyun", "--min-elevation", "10"], &["--json", "--csv"]),
        (&["dop", "sats.csv"], &["--json", "--csv"]),
        (&["capacity", "hongyun"], &["--json", "--csv"]),
        (&["passes", "sats.csv", "--stations", "ksat"], &["--json", "--csv", "--series"]),
    ];
    for (command, options) in commands {
        for option in options {
            let output = folder.hexsky(&[command, &["--ascii-map", option, "-"]].concat());
            assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stderr(&output));
            assert!(stderr(&output).contains("are both to go to standard output"), "{}", stderr(&output));
            assert!(output.stdout.is_empty());
        }
    }
}

/// A map that is not asked for has no figure, projection or dots.
#[test]
fn options_of_a_map_that_is_not_made_are_refused() {
    let folder = Folder::with(&["A"]);
    for (more, said) in [
        (&["--figure", "max_gap_s", "--html", "p.html"][..], "--figure has no effect without a map"),
        (&["--dpi", "300", "--ascii-map"], "--map <FILE>"),
        (&["--projection", "equal-earth"], "--map <FILE>"),
        (&["--map", "m.svg", "--dpi", "300"], "--dpi has no effect on an .svg map"),
        (&["--areas-gap", "5m"], "--areas <FILE>"),
    ] {
        let output = folder.hexsky(&coverage(more));
        assert_eq!(output.status.code(), Some(2), "{more:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(said), "{more:?}: {}", stderr(&output));
    }
    assert_eq!(folder.files(), ["sats.csv"]);
}

/// Satellites, shells and sites of any name make pictures and KML that are XML.
#[test]
fn characters_that_xml_cannot_hold_spoil_no_file() {
    let folder = Folder::with(&["A"]);
    std::fs::write(
        folder.path("n.toml"),
        "name = \"N\\u0001e\"\nepoch = \"2026-01-01\"\n[sources]\ns = \"s\"\n[[shell]]\nname = \"a\\u0002\"\n\
         pattern = \"walker-delta\"\nsatellites = 8\nplanes = 2\nphasing = 1\naltitude_km = 1000\n\
         inclination_deg = 70\nsource = \"s\"\n",
    )
    .unwrap();
    std::fs::write(
        folder.path("net.toml"),
        "name = \"Net\\u0003\"\n[[site]]\nname = \"b\\u0004\"\ntitle = \"c\\u001f & <d>\"\n\
         lat_deg = 10\nlon_deg = 20\n",
    )
    .unwrap();
    for arguments in [
        &["coverage", "n.toml", "--resolution", "0", "--duration", "1h", "--map", "a.svg"][..],
        &["coverage", "n.toml", "--resolution", "0", "--duration", "1h", "--map", "a.png"],
        &["passes", "n.toml", "--stations", "net.toml", "--out", "b.kml", "--map", "b.svg"],
        &["passes", "n.toml", "--stations", "net.toml", "--out", "b.kmz", "--map", "b.png"],
    ] {
        let output = folder.hexsky(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    }
    for (name, holds) in
        [("a.svg", "N\u{fffd}e"), ("b.svg", "b\u{fffd}"), ("b.kml", "c\u{fffd} &amp; &lt;d&gt;")]
    {
        let text = folder.read(name);
        assert!(text.contains(holds), "{name}");
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{name}");
    }
}

/// It would be removed with the checkpoint when the run ends.
#[test]
fn an_output_in_the_place_of_the_checkpoint() {
    let folder = Folder::with(&["A"]);
    std::fs::create_dir(folder.path("state")).unwrap();
    let path = "./state/hexsky.checkpoint";
    for command in [["coverage", "sats.csv"], ["capacity", "hongyun"]] {
        let output = folder.hexsky(&[&command[..], &["--checkpoint", "state", "--csv", path]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).contains("the state of the run is kept in"), "{}", stderr(&output));
    }
}

/// A reader such as `head -1` closes the pipe before everything is written.
#[test]
fn a_closed_pipe() {
    let folder = Folder::with(&["A"]);
    for arguments in [
        ["coverage", "sats.csv", "--resolution", "3", "--duration", "10m", "--quiet", "--csv", "-"]
            .as_slice(),
        &["export", "starlink-gen1", "--format", "omm-json"],
        &["show", "starlink-gen1"],
    ] {
        let output = folder.piped_to_nobody(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", stderr(&output));
        let expected = "error: cannot write to standard output: it was closed before everything was written";
        assert!(stderr(&output).contains(expected), "{arguments:?}: {}", stderr(&output));
        assert!(!stderr(&output).contains("panicked"), "{arguments:?}: {}", stderr(&output));
    }
    assert_eq!(folder.files(), ["sats.csv"]);
}

/// `… --csv - | head -1` closes the pipe: every file is there by then.
#[test]
fn files_are_written_before_standard_output() {
    let folder = Folder::with(&["A", "B", "C", "D"]);
    let short = ["--resolution", "0", "--duration", "10m", "--quiet"];
    let all = ["--csv", "-", "--json", "a.json", "--html", "a.html", "--out", "a.gpkg"];
    let tables = ["--csv", "-", "--json", "a.json"];
    let pages = ["a.gpkg", "a.html", "a.json"].as_slice();
    for (arguments, options, files) in [
        (["coverage", "sats.csv"].as_slice(), [&short[..], &all].concat(), pages),
        (&["coverage", "sats.csv", "--areas", "a.geojson"], [&short[..], &all[..2]].concat(), &["a.geojson"]),
        (&["compare", "sats.csv", "hongyun"], [&short[..], &all].concat(), pages),
        (&["dop", "galileo"], [&short[..], &all].concat(), pages),
        (&["capacity", "sats.csv", "--satellite-gbps", "1"], [&short[..], &all].concat(), pages),
        (&["capacity", "xingyun"], [&short[..], &all].concat(), pages),
        (
            &["passes", "hongyun", "--stations", "chinese-ttc", "--duration", "2h", "--plan", "a.ics"],
            [&all[..], &["--quiet", "--series", "series.csv"]].concat(),
            &["a.gpkg", "a.html", "a.ics", "a.json", "series.csv"],
        ),
        (&["phases", "hongyan"], [&short[..], &tables].concat(), &["a.json"]),
        (&["infer", "starlink-gen1", "--output", "-"], tables[2..].to_vec(), &["a.json"]),
    ] {
        let output = folder.piped_to_nobody(&[arguments, &options].concat());
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("it was closed before everything was written"), "{arguments:?}: {said}");
        for file in files {
            assert!(said.contains(file), "{arguments:?}: {said}");
            std::fs::remove_file(folder.path(file))
                .unwrap_or_else(|error| panic!("{arguments:?} {file}: {error}"));
        }
        assert_eq!(folder.files(), ["sats.csv"], "{arguments:?}");
    }
}

/// The folder is there, and was told not to be.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_in_which_no_file_can_be_made() {
    let folder = Folder::with(&["A"]);
    let output = folder.hexsky(&coverage(&["--csv", "/proc/a.csv", "--quiet"]));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(
        stderr(&output),
        "error: cannot write /proc/a.csv: the system lets no file be made in its folder\n"
    );
}

/// A device tells only when it is written to: what stands by then is told.
#[cfg(target_os = "linux")]
#[test]
fn a_device_that_fails_behind_other_outputs() {
    let folder = Folder::with(&["A"]);
    let output = folder.hexsky(&coverage(&["--csv", "new.csv", "--json", "/dev/full", "--quiet"]));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let expected = "error: cannot write /dev/full: the disk is full\n  = note: new.csv was written before and is whole\n";
    assert_eq!(stderr(&output), expected);
    assert_eq!(folder.files(), ["new.csv", "sats.csv"]);
}

/// The map was the last to be made, so a slip of the pen cost the whole run.
#[test]
fn a_figure_that_is_not_there_is_told_before_the_work() {
    let folder = Folder::with(&["A", "B"]);
    let long = ["--resolution", "6", "--duration", "300d", "--start", "2026-01-01", "--map", "m.svg"];
    for command in [
        &["coverage", "sats.csv"][..],
        &["compare", "sats.csv", "kuiper"],
        &["dop", "sats.csv"],
        &["capacity", "hongyan"],
        &["capacity", "xingyun"],
    ] {
        let output = folder.hexsky(&[command, &long, &["--figure", "mean_of_all"]].concat());
        assert_eq!(output.status.code(), Some(2), "{command:?}: {}", stderr(&output));
        let expected = "--figure mean_of_all: there is no such figure\n  = help: take one of ";
        assert!(stderr(&output).contains(expected), "{command:?}: {}", stderr(&output));
    }
    let passes = ["passes", "starlink-gen1", "--stations", "ksat", "--duration", "30d", "--map", "m.svg"];
    let output = folder.hexsky(&[&passes[..], &["--figure", "mean_of_all"]].concat());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(folder.files(), ["sats.csv"]);
}

/// Signals went to a flag that nobody looked at any more while files were written.
#[cfg(unix)]
#[test]
fn an_interrupt_while_a_file_is_written() {
    let folder = Folder::with(&["A"]);
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("hexsky"))
        .current_dir(folder.0.path())
        .args([
            "view",
            "starlink-gen1",
            "--duration",
            "3650d",
            "--no-open",
            "--html",
            "v.html",
            "--out",
            "v.czml",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The page is written by then, and the other file is under way for minutes.
    while !(folder.path("v.html").exists() && folder.files().iter().any(|name| name.starts_with(".hexsky-")))
    {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it wrote anything");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let expected = "error: stopped; what was being written is not there\n  = note: v.html was written before";
    assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    assert_eq!(folder.files(), ["sats.csv", "v.html"]);
}

/// Whether a spreadsheet would take a cell for a formula: numbers are none.
fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err()
}

const HOSTILE: [&str; 4] = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)"];

fn no_formula(folder: &Folder, name: &str) {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(folder.path(name)).unwrap();
    let mut cells = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!is_formula(cell), "{name}: {cell}");
            cells += 1;
        }
    }
    assert!(cells > 0, "{name} is empty");
}

#[test]
fn no_cell_becomes_a_formula() {
    let folder = Folder::with(&HOSTILE);
    let places: String = HOSTILE
        .iter()
        .enumerate()
        .map(|(number, name)| format!("\"{name}\",{},0,0\n", 10 * number))
        .collect();
    std::fs::write(folder.path("places.csv"), format!("name,lat_deg,lon_deg,height_m\n{places}")).unwrap();
    std::fs::copy(folder.path("sats.csv"), folder.path("=cmd.csv")).unwrap();
    let hostile_phases = "name = \"=1+1\"\nepoch = \"2026-01-01\"\ndefault_phase = \"=p\"\n\
        [sources]\ns = \"=s\"\n\
        [[shell]]\nname = \"=shell\"\npattern = \"walker-delta\"\nsatellites = 8\nplanes = 2\nphasing = 1\n\
        altitude_km = 1000\ninclination_deg = 70\nsource = \"s\"\n\
        [[phase]]\nname = \"=p\"\ndate = \"=1\"\nshells = [\"=shell\"]\nsource = \"s\"\n";
    std::fs::write(folder.path("phases.toml"), hostile_phases).unwrap();
    let paths = "=site,lat_deg,lon_deg,station_height_km,freq_ghz,elevation_deg,antenna_d_m,efficiency,tau_deg,\
                 p_percent,offset\n@SUM(A1),40,116,0.1,20,30,1,0.6,0,1,-5\n";
    std::fs::write(folder.path("paths.csv"), paths).unwrap();
    let sites = "name = \"@net\"\n[[site]]\nname = \"=NET()\"\n\
                 title = \"=HYPERLINK(1)\"\nlat_deg = -10\nlon_deg = -20\nsource = \"@SUM(1)\"\n";
    std::fs::write(folder.path("sites.toml"), sites).unwrap();
    let short = ["--duration", "1h", "--start", "2026-01-01"];
    let day = ["--duration", "24h", "--start", "2026-01-01"];
    let runs: [(&str, Vec<&str>); 11] = [
        ("coverage.csv", coverage(&["--points", "places.csv", "--csv", "coverage.csv"])),
        ("gis.csv", coverage(&["--points", "places.csv", "--out", "gis.csv"])),
        (
            "dop.csv",
            [&["dop", "sats.csv", "--points", "places.csv", "--csv", "dop.csv"][..], &short].concat(),
        ),
        (
            "contacts.csv",
            [&["passes", "sats.csv", "--stations", "places.csv", "--csv", "contacts.csv"][..], &day].concat(),
        ),
        (
            "series.csv",
            [&["passes", "sats.csv", "--stations", "places.csv", "--series", "series.csv"][..], &day]
                .concat(),
        ),
        (
            "plan.csv",
            [&["passes", "sats.csv", "--stations", "places.csv", "--plan", "plan.csv"][..], &day].concat(),
        ),
        (
            "sites.csv",
            [&["passes", "sats.csv", "--stations", "sites.toml", "--out", "sites.csv"][..], &day].concat(),
        ),
        (
            "compare.csv",
            [
                &["compare", "=cmd.csv", "sats.csv", "--points", "places.csv", "--csv", "compare.csv"][..],
                &short,
            ]
            .concat(),
        ),
        (
            "phases.csv",
            [&["phases", "phases.toml", "--resolution", "0", "--csv", "phases.csv"][..], &short].concat(),
        ),
        ("omm.csv", vec!["export", "sats.csv", "--format", "omm-csv", "--output", "omm.csv"]),
        ("attenuation.csv", vec!["attenuation", "paths.csv", "--csv", "attenuation.csv"]),
    ];
    for (name, arguments) in runs {
        let output = folder.hexsky(&arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
        no_formula(&folder, name);
    }
    assert!(folder.read("contacts.csv").contains("'=HYPERLINK(1)"), "the names are there, disarmed");
    assert!(folder.read("sites.csv").contains("'=NET(),'=HYPERLINK(1),'@net"), "in every column of texts");
    assert!(folder.read("attenuation.csv").contains(",-5,"), "a negative number stays one");
}
