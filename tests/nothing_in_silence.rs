//! What a command is asked for is done, or refused, or told: inputs that would be overwritten, streams under other names,
//! reports of other places, options and filters without effect, figures without a basis.

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;

const HEADER: &str = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,\
                      ARG_OF_PERICENTER,MEAN_ANOMALY,NORAD_CAT_ID";
const TRACK: &str = "time,lat_deg,lon_deg\n2026-01-01T00:00:00Z,10,20\n2026-01-02T00:00:00Z,11,21\n";

/// A folder with a catalogue of two satellites, stations and a ship.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let rows = ["ONE [DTC]", "TWO"].map(|name| {
            let number = 90_000 + name.len();
            format!("{name},2026-01-01T00:00:00,14.9,0.0001,70,10,0,{},{number}\n", 10 * name.len())
        });
        folder.write("sats.csv", &format!("{HEADER}\n{}", rows.concat()));
        folder.write("tr.csv", TRACK);
        folder.write(
            "st.toml",
            "name = \"net\"\n[[site]]\nname = \"a\"\nlat_deg = 10\nlon_deg = 20\n[[ship]]\nname = \"s\"\n\
             [[ship.voyage]]\nname = \"v\"\ntrack = \"tr.csv\"\nbefore = \"hold\"\nafter = \"hold\"\n",
        );
        folder.write("gs.csv", "name,lat_deg,lon_deg\na,10,20\n");
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn json(&self, name: &str) -> serde_json::Value {
        serde_json::from_str(&self.read(name)).unwrap()
    }

    /// Runs the program with words between blanks.
    fn run(&self, words: &str) -> Output {
        self.run_in("", &words.split_whitespace().collect::<Vec<_>>())
    }

    fn run_in(&self, folder: &str, words: &[&str]) -> Output {
        let mut command = Command::cargo_bin("hexsky").unwrap();
        command.env("NO_COLOR", "1").current_dir(self.path(folder)).args(words).output().unwrap()
    }

    /// Runs it in a shell, where `$H` stands for the program.
    #[cfg(target_os = "linux")]
    fn shell(&self, script: &str) -> Output {
        std::process::Command::new("sh")
            .env("H", assert_cmd::cargo::cargo_bin("hexsky"))
            .env("C", COVERAGE)
            .current_dir(self.0.path())
            .args(["-c", script])
            .output()
            .unwrap()
    }

    /// The text that a command prints, which must succeed.
    fn text(&self, words: &str) -> String {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(0), "{words}\n{}", stderr(&output));
        stdout(&output)
    }

    /// A command must be refused with nothing on stdout and this on stderr.
    fn refused(&self, words: &str, told: &str) {
        let output = self.run(words);
        assert_eq!(output.status.code(), Some(2), "{words}\n{}", stderr(&output));
        assert!(stderr(&output).contains(told) && output.stdout.is_empty(), "{words}\n{}", stderr(&output));
    }
}

const COVERAGE: &str = "coverage sats.csv --resolution 0 --duration 10m --start 2026-01-01";

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// They were written over, with exit code 0.
#[test]
fn inputs_that_other_inputs_name_are_not_written_over() {
    let folder = Folder::new();
    folder.write("all.toml", "include = [\"st.toml\"]\n");
    folder.write("reg.geojson", r#"{"type":"Polygon","coordinates":[[[0,0],[40,0],[40,40],[0,40],[0,0]]]}"#);
    for (words, input) in [
        ("passes sats.csv --stations st.toml --csv tr.csv", "tr.csv"),
        ("passes sats.csv --stations all.toml --csv tr.csv", "tr.csv"),
        ("passes sats.csv --stations all.toml --json st.toml", "st.toml"),
        ("coverage sats.csv --gateways st.toml --resolution 0 --csv tr.csv", "tr.csv"),
        ("view sats.csv --no-open --stations st.toml --html tr.csv", "tr.csv"),
        ("show st.toml --json tr.csv", "tr.csv"),
        ("capacity hongyun --resolution 0 --report-regions CN,reg.geojson --out reg.geojson", "reg.geojson"),
    ] {
        let before = folder.read(input);
        let output = folder.run(words);
        assert_eq!(output.status.code(), Some(1), "{words}\n{}", stderr(&output));
        assert!(stderr(&output).contains("is also the input"), "{words}\n{}", stderr(&output));
        assert_eq!(folder.read(input), before, "{words}");
    }
}

/// By its other names it was the file or pipe that it leads to: a log was replaced, and the report ran into the table.
#[cfg(target_os = "linux")]
#[test]
fn standard_output_is_one_stream_by_whatever_name() {
    let folder = Folder::new();
    let table = stdout(&folder.shell("$H $C --csv -"));
    assert!(table.lines().count() > 100 && table.starts_with("hex_id,"), "{table}");
    std::os::unix::fs::symlink("/dev/stdout", folder.path("link")).unwrap();
    for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"] {
        assert_eq!(stdout(&folder.shell(&format!("$H $C --csv {name}"))), table, "{name}");
        let output = folder.shell(&format!("$H $C --csv {name} --json - > f"));
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(stderr(&output).contains("two outputs are to go to -"), "{name}: {}", stderr(&output));
        let output = folder.shell(&format!("echo old > log; $H $C --csv {name} >> log"));
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert_eq!(folder.read("log"), format!("old\n{table}"), "{name}");
        let output = folder.shell(&format!("$H $C --csv {name} --gis"));
        assert_eq!(output.status.code(), Some(2), "{name}");
        let output = folder.shell(&format!("$H $C --csv {name} --ascii-map"));
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
    // Other descriptors are written to where they stand, and a file that takes the report takes no other output.
    let output = folder.shell("echo old > log; $H $C --quiet --csv /dev/fd/3 3>> log");
    assert_eq!((stdout(&output), folder.read("log")), (String::new(), format!("old\n{table}")));
    let output = folder.shell("$H $C --quiet --csv /dev/stderr 2> log");
    assert_eq!((output.status.code(), folder.read("log")), (Some(0), table.clone()));
    let output = folder.shell("$H $C --csv /dev/fd/93");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("no descriptor of this number is open"), "{}", stderr(&output));
    let output = folder.shell("$H $C --csv log > log");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("go to log as well"), "{}", stderr(&output));
    let output = folder.shell(
        "$H link --frequency-ghz 20 --range-km 1200 --eirp-dbw 36 --gt-db-k 13 \
                               --bandwidth-mhz 250 --json /dev/stdout",
    );
    serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap();
}

/// What they tell the reader is what the program has lost.
#[cfg(target_os = "linux")]
#[test]
fn help_and_version_that_cannot_be_written_are_told() {
    let folder = Folder::new();
    for words in ["--version", "--help", "coverage --help"] {
        let output = folder.shell(&format!("$H {words} > /dev/full"));
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(stderr(&output).contains("cannot write to standard output: the disk is full"), "{words}");
        assert!(!folder.text(words).is_empty(), "{words}");
    }
}

/// Their files are called alike, and so are their numbers of places: they were compared.
#[test]
fn reports_of_other_places_or_gateways_called_alike_are_not_compared() {
    let folder = Folder::new();
    let places = |rows: &str| format!("name,lat_deg,lon_deg\n{rows}");
    for (at, p, gw) in [
        ("A", "x,0,0\ny,10,10\n", "g,50,10\n"),
        ("B", "x,80,0\ny,85,10\n", "g,-50,10\n"),
        ("C", "y,10,10\nz,0,0\n", "h,50,10\n"),
    ] {
        folder.write(&format!("{at}/p.csv"), &places(p));
        folder.write(&format!("{at}/gw.csv"), &places(gw));
        for (more, report) in [("--points p.csv", "p.json"), ("--resolution 0 --gateways gw.csv", "g.json")] {
            let words = format!(
                "coverage ../sats.csv --quiet --duration 10m --start 2026-01-01 {more} --json {report}"
            );
            let output = folder.run_in(at, &words.split_whitespace().collect::<Vec<_>>());
            assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        }
    }
    for (report, what, digest) in
        [("p.json", "places", "/grid/points_sha256"), ("g.json", "gateways", "/gateways/sites_sha256")]
    {
        folder.text(&format!("compare A/{report} C/{report}"));
        folder.refused(&format!("compare A/{report} B/{report}"), &format!("computed with other {what}"));
        // As an earlier version wrote it.
        let mut old = folder.json(&format!("C/{report}"));
        *old.pointer_mut(digest).unwrap() = serde_json::Value::Null;
        folder.write("old.json", &old.to_string());
        folder.refused(&format!("compare A/{report} old.json"), "of an earlier version of hexsky");
    }
    for (exact, report) in [("all", "all.json"), ("edges", "edges.json")] {
        folder.text(&format!("{COVERAGE} --exact {exact} --json {report}"));
    }
    folder.refused("compare all.json edges.json", "what is solved for is all for");
}

/// Brackets were a choice of characters, of which the help says nothing: `*[DTC]*` chose nearly every name.
#[test]
fn brackets_in_patterns_are_meant_as_they_stand() {
    let folder = Folder::new();
    for pattern in ["*[DTC]*", "one [dtc]"] {
        let short =
            ["passes", "sats.csv", "--stations", "gs.csv", "--duration", "1h", "--quiet", "--json", "p.json"];
        let output = folder.run_in("", &[&short[..], &["--satellites", pattern]].concat());
        assert_eq!(output.status.code(), Some(0), "{pattern}: {}", stderr(&output));
        assert_eq!(folder.json("p.json")["satellites"], 1, "{pattern}");
    }
}

const LINK: &str = "link --frequency-ghz 20 --bandwidth-mhz 250 --range-km 1200 --elevation-deg 40 --eirp-dbw 36 --gt-db-k 13";

/// A margin of +12.98 dB stood beside a link that does not close, and nothing said why.
#[test]
fn a_link_tells_the_margin_and_the_station_that_it_was_asked_for() {
    let folder = Folder::new();
    let words: Vec<&str> =
        LINK.split_whitespace().chain(["--modcod", "QPSK 1/2", "--required-margin-db", "20"]).collect();
    let text = stdout(&folder.run_in("", &words));
    let line = |head: &str| {
        let found = text.lines().find(|line| line.trim_start().starts_with(head));
        found.map(|line| line.split_whitespace().last().unwrap().to_owned())
    };
    assert_eq!(
        (line("Margin to be left"), line("Link closes")),
        (Some("20.00".into()), Some("no".into())),
        "{text}"
    );
    for waveform in ["--waveform dvb-s2x", "--waveform shannon --gap-db 1.5"] {
        let text = folder.text(&format!("{LINK} {waveform} --required-margin-db 20"));
        assert!(text.contains("Margin to be left"), "{text}");
        assert!(!folder.text(&format!("{LINK} {waveform}")).contains("Margin to be left"));
    }
    let at = "--latitude-deg 1.3 --longitude-deg 103.8 --availability 99.5 --height-km 0.4 --tilt-deg 90 \
              --station-diameter-m 2.4 --station-efficiency 0.5";
    let text = folder.text(&format!("{LINK} {at}"));
    let told = "station: latitude 1.3°, longitude 103.8°, 0.4 km high; antenna of 2.4 m, efficiency 0.5; polarisation tilt 90°";
    assert!(text.contains(told), "{text}");
    let json = folder.text(&format!("{LINK} {at} --required-margin-db 3 --json"));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["required_margin_db"], 3.0);
    assert_eq!(json["station"]["latitude_deg"], 1.3);
    assert_eq!(json["station"]["antenna_diameter_m"], 2.4);
}

/// A satellite with a broken checksum was one that had left the catalogue.
#[test]
fn diff_tells_what_is_left_out() {
    let folder = Folder::new();
    let broken =
        folder.read("sats.csv").replace("TWO,2026-01-01T00:00:00,14.9", "TWO,2026-01-01T00:00:00,fast");
    folder.write("broken.csv", &broken);
    let text = folder.text("diff sats.csv broken.csv --json d.json");
    assert!(text.contains("broken.csv: 1 satellite left out") && text.contains("1 only in A: TWO"), "{text}");
    let json = folder.json("d.json");
    assert_eq!(json["left_out"][0].as_array().unwrap().len(), 0);
    assert_eq!(json["left_out"][1][0]["line"], 3);
    assert!(json["left_out"][1][0]["satellite"].as_str().unwrap().starts_with("TWO"));
}

/// "line 0" stood beside a number of norad_ids that the catalogue does not have.
#[test]
fn what_is_not_in_a_file_stands_on_no_line_of_it() {
    let folder = Folder::new();
    folder.write(
        "p.toml",
        "name = \"P\"\n[catalogue]\nfile = \"sats.csv\"\nnorad_ids = [90009, 90003, 4711]\n",
    );
    for (words, told) in [
        ("show p.toml", "sats.csv 4711: named in norad_ids, but not in the catalogue"),
        (
            "resilience p.toml --lose 1 --region arctic --resolution 0 --duration 10min --start 2026-01-01",
            "1 satellite of the file left out: 4711 (sats.csv): named in norad_ids",
        ),
    ] {
        let text = folder.text(words);
        assert!(text.contains(told) && !text.contains("line 0"), "{words}\n{text}");
    }
    // One that is there and damaged is told once, with its line.
    folder.write(
        "sats.csv",
        &folder.read("sats.csv").replace("TWO,2026-01-01T00:00:00,14.9", "TWO,2026-01-01T00:00:00,fast"),
    );
    folder.write("p.toml", "name = \"P\"\n[catalogue]\nfile = \"sats.csv\"\nnorad_ids = [90009, 90003]\n");
    let text = folder.text("show p.toml");
    assert!(
        text.contains("Left out: 1 of 2") && text.contains("sats.csv:3 TWO (90003): MEAN_MOTION"),
        "{text}"
    );
    // One that nobody asked for is missing to nobody.
    folder.write("p.toml", "name = \"P\"\n[catalogue]\nfile = \"sats.csv\"\nexclude = [\"TWO\"]\n");
    assert!(!folder.text("show p.toml --strict").contains("left out"));
}

#[test]
fn options_without_effect_do_not_pass_in_silence() {
    let folder = Folder::new();
    folder.write("p.csv", "name,lat_deg,lon_deg\nx,0,0\n");
    let pattern = "parabolic:d=0.5,eta=0.6";
    for (words, told) in [
        ("show ksat --phase first --shells x --min-elevation 30".to_owned(), "--min-elevation"),
        ("show ksat:x".to_owned(), "ksat is a network of stations, which has no deployment phases"),
        ("coverage sats.csv --points p.csv --areas-gap 3m".to_owned(), "--areas-gap is without effect"),
        (format!("{LINK} --tx-antenna {pattern}"), "--tx-antenna has no effect: --eirp-dbw"),
        (format!("{LINK} --rx-antenna {pattern}"), "--rx-antenna has no effect: --gt-db-k"),
        (
            LINK.replace("--gt-db-k 13", "--system-temperature-k 200 --rx-gain-dbi 30 --sky-noise"),
            "--sky-noise has no effect without an atmosphere",
        ),
    ] {
        folder.refused(&words, told);
    }
    for words in [
        format!("{LINK} --tx-antenna {pattern},at=0 --rx-antenna {pattern},at=1"),
        LINK.replace("--gt-db-k 13", &format!("--system-temperature-k 200 --rx-antenna {pattern}")),
    ] {
        folder.text(&words);
    }
    let output = folder.run("export sats.csv --format omm-csv --first-number 5 --output e.csv");
    assert!(stderr(&output).contains("--first-number has no effect: every satellite has a number"));
}

/// A carrier of 1e308 MHz gave shifts of `inf`, and no output told which carrier it was.
#[test]
fn the_carrier_of_a_series_has_bounds_and_is_told() {
    let folder = Folder::new();
    let base = "passes sats.csv --stations gs.csv --duration 6h --series s.csv --json p.json --carrier-mhz";
    for carrier in ["1e308", "0", "-5", "1e-320"] {
        folder.refused(&format!("{base} {carrier}"), "expected a frequency in MHz such as 2200");
    }
    let text = folder.text(&format!("{base} 401.5"));
    assert!(text.contains("Doppler shifts of 401.5 MHz"), "{text}");
    assert_eq!(folder.json("p.json")["series"], serde_json::json!({"step_s": 10.0, "carrier_mhz": 401.5}));
    folder.text("passes sats.csv --stations gs.csv --duration 1h --json p.json");
    assert!(folder.json("p.json")["series"].is_null());
}

/// The half without a sample counted as one in which nothing is in view: an error of 50 points beside 100 %.
#[test]
fn of_one_sample_no_error_is_told() {
    let folder = Folder::new();
    let text = folder.text("coverage gps --resolution 0 --duration 60s --json one.json");
    assert!(text.contains("of one sample no error can be told"), "{text}");
    assert!(folder.json("one.json")["sampling_error"].is_null());
    folder.text("coverage gps --resolution 0 --duration 120s --json two.json");
    assert!(folder.json("two.json")["sampling_error"].is_object());
}

#[test]
fn messages_tell_what_there_is() {
    let folder = Folder::new();
    folder.write("p.csv", "name,lat_deg,lon_deg\nx,1,1\n");
    for words in [
        "passes sats.csv --stations gs.csv --html z.html --memory 1MB",
        "coverage sats.csv --points p.csv --memory 1MB",
        "dop gps --points p.csv --memory 1MB",
    ] {
        let output = folder.run(words);
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(!stderr(&output).contains("--resolution"), "{words}\n{}", stderr(&output));
    }
    for (words, told, not) in [
        (
            "export hongyan --format omm-csv --first-number 999999999",
            "give a lower --first-number",
            "write OMM",
        ),
        ("resilience gps --lose -1", "expected a number such as 3", "unexpected argument"),
        ("coverage gps --threads -1", "expected a whole number from 1 to 1024", "unexpected argument"),
        ("link --elevation-deg -5", "expected a number from 0 to 90", "unexpected argument"),
        ("passes gps --stations ksat --min-elevation 1e-320", "write 0", "00000000000"),
        ("dop gps --threshold 1e308", "a PDOP threshold is above zero: expected 0.01 to 1000000", "0000000"),
        ("view sats.csv --no-open --ship =tr.csv", "expected NAME=FILE", "panic"),
        ("man -", "man pages are files of a folder, which - is not", "panic"),
        ("coverage gps --start 2026-01-01T23:59:60Z", "no leap second was inserted there", "panic"),
    ] {
        let output = folder.run(words);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{words}\n{said}");
        assert!(said.contains(told) && !said.contains(not), "{words}\n{said}");
    }
    assert!(!folder.path("-").exists());
    let text = folder.text("dop beidou-3 gps --shells IGSO --resolution 0 --at 2026-01-01");
    assert!(text.contains("GPS: none of its") && !text.contains("()"), "{text}");
}

/// `coverage` alone said so.
#[test]
fn more_satellites_than_there_are_is_told_by_every_command() {
    let folder = Folder::new();
    let short = "--at-least 3 --resolution 0 --duration 10m --start 2026-01-01";
    folder.write("more.csv", &folder.read("sats.csv"));
    let all = "means at least 3 satellites in view, more than there are";
    for words in ["coverage sats.csv", "resilience sats.csv --lose 1", "compare sats.csv more.csv"] {
        let text = folder.text(&format!("{words} {short}"));
        assert!(text.contains(all), "{words}\n{text}");
    }
    let text = folder.text(&format!("compare sats.csv gps {short}"));
    assert!(text.contains("in view, more than there are of sats\n"), "{text}");
    let text = folder.text(&format!("phases hongyan {}", short.replace("3 --res", "3000 --res")));
    assert!(text.contains("3000 satellites in view, more than there are"), "{text}");
}

/// With the comma between its sides it was four regions, the first of them `-20`.
#[test]
fn report_regions_may_be_boxes() {
    let folder = Folder::new();
    let words = "capacity hongyun --resolution 0 --duration 1m --step 1m --quiet --json c.json";
    folder.text(&format!("{words} --report-regions CN,-20,170,10,-170,lat:0..20"));
    let told = folder.read("c.json");
    assert!(told.contains("lat:-20..10,lon:170..-170") && told.contains("lat:0..20"), "{told}");
    folder.refused(&format!("{words} --report-regions=-20,170"), "-20");
}

/// The line was that of the catalogue, and the file the definition.
#[test]
fn what_is_left_out_behind_a_definition_is_told_with_its_own_file() {
    let folder = Folder::new();
    let bad = "BAD,2026-01-01T00:00:00,fast,0.0001,70,10,0,0,60008\n";
    let twice = "TWO,2026-01-02T00:00:00,14.9,0.0001,70,10,0,0,90003\n";
    folder.write("bad.csv", &format!("{}{bad}{twice}", folder.read("sats.csv")));
    folder.write("ptr.toml", "name = \"P\"\n[catalogue]\nfile = \"bad.csv\"\n");
    let told =
        "ptr.toml: 1 satellite left out: BAD (60008) (bad.csv, line 4): MEAN_MOTION 'fast' is not a number";
    let run = folder.run(&COVERAGE.replace("sats.csv", "ptr.toml"));
    assert!(stderr(&run).contains(told), "{}", stderr(&run));
    assert!(stderr(&run).contains("ptr.toml: bad.csv: 1 element set is a duplicate"), "{}", stderr(&run));
    assert!(stdout(&run).contains("BAD (60008) (bad.csv, line 4)"), "{}", stdout(&run));
    folder.refused(
        &format!("{} --strict", COVERAGE.replace("sats.csv", "ptr.toml")),
        "BAD (60008) (bad.csv, line 4)",
    );
    let plain = folder.run(&format!("{} --html page.html", COVERAGE.replace("sats.csv", "bad.csv")));
    assert!(stderr(&plain).contains("BAD (60008) (line 4)"), "{}", stderr(&plain));
    assert!(folder.read("page.html").contains("BAD (60008) (line 4): MEAN_MOTION"));
}

/// A name with line breaks wrote lines of the report that looked like figures.
#[test]
fn a_name_writes_no_line_of_a_report() {
    let folder = Folder::new();
    let forged = "x\n  percent covered             100.0000 % of all";
    folder.write("places.csv", &format!("name,lat_deg,lon_deg\n\"{forged}\",0,5\n"));
    folder.write(
        "named.toml",
        "name = \"N\\n  percent covered 100.0000 % of all\"\nepoch = \"2026-01-01T00:00:00Z\"\n[sources]\nbook = \"a\"\n\
         [service]\nsource = \"book\"\nmin_elevation_deg = 10\n[[shell]]\nsource = \"book\"\nname = \"a\"\n\
         pattern = \"walker-delta\"\nsatellites = 4\nplanes = 2\nphasing = 1\naltitude_km = 1000\ninclination_deg = 53\n",
    );
    folder.write("sites.csv", &format!("name,lat_deg,lon_deg\n\"{forged}\",10,20\nb,20,30\n"));
    for words in [
        "coverage named.toml --points places.csv --duration 1h",
        "coverage named.toml --resolution 0 --duration 1h",
        "compare named.toml sats.csv --resolution 0 --duration 1h",
        "dop named.toml --points places.csv --at 2026-01-01T00:00:00Z",
        "dop named.toml --resolution 0 --duration 1h",
        "passes named.toml --stations sites.csv --duration 6h --gaps --without b",
        "phases named.toml --resolution 0 --duration 1h",
        "resilience named.toml --lose 1 --resolution 0 --duration 1h",
        "diff named.toml sats.csv",
        "show named.toml",
        "show sites.csv",
    ] {
        let run = folder.run(words);
        assert_eq!(run.status.code(), Some(0), "{words}: {}", stderr(&run));
        let text = stdout(&run);
        assert!(text.contains("100.0000 % of all") && text.contains('␊'), "{words}: {text}");
        let is_forged =
            |line: &str| line.trim_start().starts_with("percent covered") && line.contains("of all");
        assert!(!text.lines().any(is_forged), "{words}: {text}");
    }
}

/// It was counted, and neither named nor told why.
#[test]
fn infer_tells_what_is_left_out() {
    let folder = Folder::new();
    let bad = "BAD,2026-01-01T00:00:00,fast,0.0001,70,10,0,0,60008\n";
    folder.write("bad.csv", &format!("{}{bad}", folder.read("sats.csv")));
    let text = folder.text("infer bad.csv");
    assert!(text.contains("bad.csv: 1 satellite left out\n"), "{text}");
    assert!(text.contains("BAD (60008) (line 4): MEAN_MOTION 'fast' is not a number"), "{text}");
}

/// A number was first taken as so many seconds, and then refused.
#[test]
fn a_duration_below_zero_is_refused_and_not_taken_first() {
    let folder = Folder::new();
    let run = folder.run(&format!("{COVERAGE} --checkpoint f --checkpoint-every -1"));
    assert_eq!(run.status.code(), Some(2), "{}", stderr(&run));
    assert!(stderr(&run).contains("must be longer than zero, not negative"), "{}", stderr(&run));
    assert!(!stderr(&run).contains("is taken as"), "{}", stderr(&run));
}

/// A ship that is followed in January and again in March crossed a continent in February.
#[test]
fn a_ship_is_not_sailed_from_one_track_to_another() {
    let folder = Folder::new();
    let track = |month: u32, lon: u32| {
        let point = |day: u32| {
            format!("<trkpt lat=\"0\" lon=\"{lon}\"><time>2026-0{month}-0{day}T00:00:00Z</time></trkpt>")
        };
        format!("<trk><trkseg>{}{}</trkseg></trk>", point(1), point(2))
    };
    folder.write("two.gpx", &format!("<gpx>{}{}</gpx>", track(1, 0), track(3, 60)));
    let passes = "passes hongyun --ship s=two.gpx --start 2026-02-01 --duration 12h";
    let text = folder.text(passes);
    assert!(text.contains("\n0 contacts "), "{text}");
    assert!(text.contains("tracks that are broken off: s in 2 parts, absent between them"), "{text}");
    let held = folder.text(&format!("{passes} --ship-outside hold"));
    assert!(!held.contains("\n0 contacts ") && held.contains("s in 2 parts, held between them"), "{held}");
    folder.write(
        "net.toml",
        "[[ship]]\nname = \"s\"\n[[ship.voyage]]\nname = \"v\"\nbefore = \"hold\"\nafter = \"hold\"\ntrack = \"two.gpx\"\n",
    );
    let shown = folder.text("show net.toml --json net.json");
    assert!(shown.contains("note: tracks that are broken off: s in 2 parts, held between them"), "{shown}");
    let waypoints = &folder.json("net.json")["sites"][0]["waypoints"];
    let parts: Vec<u64> =
        waypoints.as_array().unwrap().iter().map(|waypoint| waypoint["part"].as_u64().unwrap()).collect();
    assert_eq!(parts, [1, 1, 2, 2]);
}

/// Sites were looked for among all others, name by name: with so many, minutes passed before anything was said.
#[test]
fn many_sites_are_read_in_time() {
    let folder = Folder::new();
    let rows: String = (0..100_000).map(|n| format!("s{n},{},{}\n", n % 170 - 85, n % 359 - 179)).collect();
    folder.write("many.csv", &format!("name,lat_deg,lon_deg\n{rows}"));
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.current_dir(folder.path("")).timeout(std::time::Duration::from_secs(40));
    let words = "passes xingyun --stations gs.csv many.csv --duration 1min --memory 100MB";
    let output = command.args(words.split(' ')).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(stderr(&output).contains("this run would take about"), "{}", stderr(&output));
}
