//! `hexsky attenuation` and `hexsky link` as a user runs them.

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

const HEAD: &str =
    "lat_deg,lon_deg,station_height_km,freq_ghz,elevation_deg,antenna_d_m,efficiency,tau_deg,p_percent";

fn hexsky() -> Command {
    let mut command = Command::cargo_bin("hexsky").unwrap();
    command.env("NO_COLOR", "1");
    command
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.assert().success().get_output().stdout.clone()).unwrap()
}

/// The published down-link of del Portillo, Cameron, Crawley 2019, table 6 (SpaceX user).
const PUBLISHED: [&str; 16] = [
    "link",
    "--frequency-ghz=13.5",
    "--range-km=1684",
    "--elevation-deg=40",
    "--eirp-dbw=36.7",
    "--atmosphere-db=0.53",
    "--rx-gain-dbi=37.7",
    "--system-temperature-k=362.9",
    "--bandwidth-mhz=250",
    "--rolloff=0.1",
    "--c-asi-db=25",
    "--c-xpi-db=22",
    "--c-im-db=30",
    "--modcod=16APSK 3/4",
    "--waveform=dvb-s2",
    "--implementation-loss-db=0",
];

#[test]
fn attenuation_of_a_table() {
    let table = format!(
        "site,{HEAD},r001_mm_h\nRome,41.9,12.49,0.046,29,40.2,1,0.65,0,0.1,33.9\nSea,0,-160,,14,30,1,0.6,45,1,\n"
    );
    let output = hexsky().args(["attenuation", "-"]).write_stdin(table).assert().success();
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    insta::assert_snapshot!("attenuation_of_a_table", text);
    let said = String::from_utf8(output.get_output().stderr.clone()).unwrap();
    insta::assert_snapshot!("attenuation_of_a_table_stderr", said);
}

#[test]
fn attenuation_into_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let (table, out) = (folder.path().join("paths.csv"), folder.path().join("out.csv"));
    std::fs::write(&table, format!("{HEAD}\n41.9,12.49,0.046,29,40.2,1,0.65,0,0.1\n")).unwrap();
    let to = |out: &std::path::Path| {
        let mut command = hexsky();
        command.arg("attenuation").arg(&table).arg("--csv").arg(out);
        command.assert()
    };
    to(&out).success().stdout("");
    assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count(), 2);
    to(&folder.path().join("no/out.csv")).code(2).stderr(contains("cannot write"));
}

#[test]
fn attenuation_says_what_is_wrong() {
    let run =
        |table: &str| hexsky().args(["attenuation", "-"]).write_stdin(table.to_owned()).assert().code(2);
    run("").stderr(contains("the file is empty")).stdout("");
    run(&format!("{HEAD}\n91,0,0,12,30,1,0.6,0,1\n"))
        .stderr(
            contains("-->").or(contains("-:2:1")).and(contains("a latitude from -90 to 90 degrees, got 91")),
        )
        .stdout("");
    hexsky().args(["attenuation", "none.csv"]).assert().code(2).stderr(contains("cannot read none.csv"));
    let folder = tempfile::tempdir().unwrap();
    hexsky()
        .args(["attenuation", "-", "--itu-data"])
        .arg(folder.path())
        .write_stdin(format!("{HEAD}\n1,0,0,12,30,1,0.6,0,1\n"))
        .assert()
        .code(2)
        .stderr(
            contains("holds no ITU maps: 837/v7_r001.npz is not there").and(contains("docs/attenuation.md")),
        );
}

#[test]
fn paths_beyond_what_a_recommendation_states_are_counted() {
    let row = |ghz: f64, percent: f64| format!("41.9,12.49,0.046,{ghz},40.2,1,0.65,0,{percent}\n");
    let rows = [(1.5, 0.1), (50.0, 0.1), (12.0, 0.005), (20.0, 0.1), (210.0, 0.1)];
    let table = rows.iter().fold(format!("{HEAD}\n"), |table, &(ghz, percent)| table + &row(ghz, percent));
    hexsky().args(["attenuation", "-"]).write_stdin(table).assert().success().stderr(
        contains("3 of 5 paths are outside 4 to 20 GHz, for which P.618-13 scintillation is stated")
            .and(contains("1 of 5 paths are above 200 GHz, where P.840-8 cloud is not stated"))
            .and(contains("1 of 5 paths are above 55 GHz"))
            .and(contains("1 of 5 paths are at a percentage below 0.01")),
    );
}

/// The ITU's validation sheets list gas and cloud at the percentage itself; the total takes them at 1 %.
#[test]
fn gas_and_cloud_are_listed_at_the_percentage_unless_those_of_the_total_are_asked() {
    let row = |percent: &str| format!("{HEAD}\n41.9,12.49,0.046,29,40.2,1,0.65,0,{percent}\n");
    let run = |percent: &str, flag: &[&str]| -> (Vec<f64>, String) {
        let assert =
            hexsky().args(["attenuation", "-"]).args(flag).write_stdin(row(percent)).assert().success();
        let [out, err] = [&assert.get_output().stdout, &assert.get_output().stderr]
            .map(|bytes| String::from_utf8(bytes.clone()).unwrap());
        (out.lines().nth(1).unwrap().split(',').map(|cell| cell.parse().unwrap()).collect(), err)
    };
    let (at_p, said) = run("0.1", &[]);
    assert!(said.contains("1 of 1 rows do not add up to it: --parts-in-total"), "{said}");
    let (total, said) = run("0.1", &["--parts-in-total"]);
    assert!(
        said.contains("gas_db and cloud_db of 1 of 1 paths are those of 1 % and not of p_percent"),
        "{said}"
    );
    assert_eq!(total[11..], at_p[11..]);
    assert!(at_p[9] > total[9] && at_p[10] > total[10]);
    let (at_one, said) = run("1", &[]);
    assert_eq!(at_one[9..11], total[9..11]);
    assert!(!said.contains("gas_db"), "{said}");
    // P.618-13, equation 64, holds between the columns of the total.
    let [gas, cloud, rain, scintillation, sum] = total[9..] else { panic!() };
    assert!((gas + (rain + cloud).hypot(scintillation) - sum).abs() < 1e-8);
    // The option by which the parts at the percentage were asked for.
    assert_eq!(run("0.1", &["--parts-at-p"]).0, at_p);
    let both = ["attenuation", "-", "--parts-at-p", "--parts-in-total"];
    hexsky().args(both).write_stdin(row("1")).assert().code(2).stderr(contains("cannot be used with"));
}

#[test]
fn link_as_a_table() {
    insta::assert_snapshot!("link_as_a_table", stdout(hexsky().args(PUBLISHED)));
}

#[test]
fn link_over_a_pass() {
    let text = stdout(hexsky().args([
        "link",
        "--frequency-ghz=20",
        "--altitude-km=1150",
        "--elevation-deg=25,60,90",
        "--tx-power-dbw=5",
        "--tx-loss-db=1",
        "--backoff-db=1.5",
        "--tx-antenna=array:gmax=33,n=1.3,at=nadir",
        "--rx-antenna=parabolic:d=0.7,eta=0.6",
        "--system-temperature-k=250",
        "--sky-noise",
        "--latitude-deg=1.3",
        "--longitude-deg=103.8",
        "--availability=99",
        "--bandwidth-mhz=250",
    ]));
    insta::assert_snapshot!("link_over_a_pass", text);
}

#[test]
fn link_as_json() {
    let text = stdout(hexsky().args(PUBLISHED).arg("--json"));
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    let link = &report["links"][0];
    assert!((link["free_space_loss_db"].as_f64().unwrap() - 179.581).abs() < 0.001);
    assert!((link["rate_mbps"].as_f64().unwrap() - 674.3).abs() < 0.2);
    assert_eq!(link["c_im_db"], 30.0);
    assert_eq!(link["c_aci_db"], serde_json::Value::Null);
    assert_eq!(link["modcod"], "16APSK 3/4");
}

/// "Rate 0.0 Mbit/s" stood beside a link that closes.
#[test]
fn a_low_rate_is_told_in_a_finer_unit() {
    let narrow =
        ["--frequency-ghz=0.4", "--range-km=1000", "--eirp-dbw=10", "--gt-db-k=-20", "--bandwidth-mhz=0.01"];
    let modem = ["--rolloff=0.2", "--modcod=QPSK 1/3", "--waveform=dvb-s2", "--implementation-loss-db=0"];
    let text = stdout(hexsky().arg("link").args(narrow).args(modem));
    let line = |name: &str| {
        let found = text.lines().find(|line| line.trim_start().starts_with(name));
        found.unwrap_or_else(|| panic!("no {name} in {text}")).split_whitespace().collect::<Vec<_>>()
    };
    assert_eq!(line("Link closes"), ["Link", "closes", "yes"]);
    assert_eq!(line("Rate"), ["Rate", "kbit/s", "5.5"]);
}

#[test]
fn link_says_what_is_wrong() {
    let base = ["link", "--frequency-ghz=12", "--range-km=1000", "--bandwidth-mhz=100"];
    let run = |more: &[&str]| hexsky().args(base).args(more).assert().code(2).stdout("");
    run(&["--gt-db-k=10"]).stderr(contains("nothing is transmitted"));
    run(&["--eirp-dbw=30"]).stderr(contains("--system-temperature-k"));
    run(&["--tx-power-dbw=3", "--gt-db-k=10"]).stderr(contains("give --tx-gain-dbi or --tx-antenna"));
    run(&["--eirp-dbw=30", "--gt-db-k=10", "--modcod=QPSK 1/5"]).stderr(contains("did you mean 'QPSK 1/"));
    run(&["--eirp-dbw=30", "--gt-db-k=10", "--waveform=shannon"]).stderr(contains("give --gap-db"));
    run(&["--eirp-dbw=nan", "--gt-db-k=10"]).stderr(contains("expected a number from"));
    run(&["--eirp-dbw=30", "--gt-db-k=10", "--rx-antenna=dish:d=1"])
        .stderr(contains("is no antenna pattern"));
    run(&[
        "--eirp-dbw=30",
        "--gt-db-k=10",
        "--latitude-deg=1",
        "--longitude-deg=2",
        "--availability=99",
        "--elevation-deg=0",
    ])
    .stderr(contains("give an elevation above 0"));
}

/// They were declared to need another option, which clap forgets where that one is excluded.
#[test]
fn what_has_no_effect_on_a_link_is_refused() {
    let base = ["link", "--frequency-ghz=20", "--range-km=3000", "--bandwidth-mhz=250", "--elevation-deg=30"];
    let run = |more: &[&str]| hexsky().args(base).args(more).assert();
    let plain = ["--eirp-dbw=36.7", "--gt-db-k=10"];
    run(&plain).success();
    for idle in ["--sky-noise", "--rx-loss-db=1", "--rx-gain-dbi=3", "--tx-loss-db=1", "--tx-gain-dbi=3"] {
        run(&[&plain[..], &[idle]].concat()).code(2).stdout("").stderr(contains("cannot be used with"));
    }
    let dense = ["--eirp-density-dbw-mhz=1", "--gt-db-k=10"];
    for idle in ["--tx-loss-db=1", "--tx-gain-dbi=3"] {
        run(&[&dense[..], &[idle]].concat()).code(2).stdout("").stderr(contains("cannot be used with"));
    }
    for idle in [
        "--longitude-deg=3",
        "--availability=99",
        "--height-km=1",
        "--tilt-deg=0",
        "--station-diameter-m=2",
        "--station-efficiency=0.5",
    ] {
        let given = [&plain[..], &["--atmosphere-db=1", idle]].concat();
        run(&given).code(2).stdout("").stderr(contains("cannot be used with"));
        run(&[&plain[..], &[idle]].concat()).code(2).stdout("").stderr(contains("--latitude-deg"));
    }
    let maps = [&plain[..], &["--itu-data=nowhere"]].concat();
    run(&maps).code(2).stdout("").stderr(contains("--itu-data has no effect without a place"));
}

/// The link was taken to run along the axis, which told 5 dB too much.
#[test]
fn a_pattern_needs_the_angle_that_it_follows() {
    let base = ["link", "--frequency-ghz=20", "--bandwidth-mhz=250", "--eirp-dbw=36.7", "--gt-db-k=10"];
    let run = |more: &[&str]| hexsky().args(base).args(more).assert();
    let (zenith, nadir) =
        ("--rx-antenna=array:gmax=34,n=1.3,at=zenith", "--tx-antenna=array:gmax=34,n=1.3,at=nadir");
    run(&["--range-km=3000", zenith]).code(2).stdout("").stderr(
        contains("array:gmax=34,n=1.3,at=zenith: the angle of the link from zenith is not known")
            .and(contains("give --elevation-deg")),
    );
    for more in [&["--range-km=3000", nadir][..], &["--range-km=3000", "--elevation-deg=25", nadir]] {
        run(more).code(2).stdout("").stderr(
            contains("the angle of the link from nadir is not known").and(contains("give --altitude-km")),
        );
    }
    run(&["--range-km=3000", "--elevation-deg=25", zenith]).success().stdout(contains("82.43"));
    run(&["--altitude-km=1200", "--elevation-deg=25", zenith, nadir]).success();
    run(&["--range-km=3000", "--rx-antenna=array:gmax=34,n=1.3,at=20"]).success();
}

/// A link with a carrier of 100 MHz and 20 dBW on the axis, without the atmosphere.
const PLAIN: [&str; 8] = [
    "link",
    "--frequency-ghz=12",
    "--range-km=1200",
    "--atmosphere-db=0",
    "--gt-db-k=10",
    "--bandwidth-mhz=100",
    "--rolloff=0.25",
    "--implementation-loss-db=0",
];

fn budget(more: &[&str]) -> serde_json::Value {
    serde_json::from_str(&stdout(hexsky().args(PLAIN).args(more).arg("--json"))).unwrap()
}

#[test]
fn a_link_at_shannons_bound() {
    let report = budget(&["--eirp-dbw=20", "--waveform=shannon", "--gap-db=2"]);
    let link = &report["links"][0];
    let number = |key: &str| link[key].as_f64().unwrap();
    assert_eq!(report["modem"], "Shannon's bound with a gap of 2 dB");
    assert!((link["modcod"].is_null() && link["threshold_db"].is_null()) && link["closes"] == true);
    let expected = (1.0 + 10f64.powf((number("c_ni_db") - 2.0) / 10.0)).log2();
    assert!((number("efficiency_bit_per_symbol") - expected).abs() < 1e-12, "{link}");
    assert!((number("rate_mbps") - 80.0 * expected).abs() < 1e-9, "{link}");
}

#[test]
fn a_density_on_the_axis_is_over_the_whole_channel() {
    // 0 dBW/MHz over 100 MHz are 20 dBW.
    assert_eq!(budget(&["--eirp-density-dbw-mhz=0"])["links"], budget(&["--eirp-dbw=20"])["links"]);
    let text = stdout(hexsky().args(PLAIN).arg("--eirp-density-dbw-mhz=0"));
    let line = text.lines().find(|line| line.contains("EIRP density on the axis")).unwrap();
    assert!(line.contains("dBW/MHz") && line.ends_with(" 0.00"), "{line}");
}

#[test]
fn a_hard_limited_channel_has_thresholds_of_its_own() {
    let [linear, limited] = ["dvb-s2x", "dvb-s2x-nonlinear"].map(|name| {
        let report = budget(&["--eirp-dbw=20", "--modcod=QPSK 11/20", &format!("--waveform={name}")]);
        assert!(report["modem"].as_str().unwrap().starts_with("MODCOD as given; DVB-S2"), "{report}");
        report["links"][0]["threshold_db"].as_f64().unwrap()
    });
    // The two columns of table 20a in EN 302 307-2.
    assert_eq!((linear, limited), (1.45, 1.97));
    let text = stdout(hexsky().args(PLAIN).args(["--eirp-dbw=20", "--waveform=dvb-s2x-nonlinear"]));
    assert!(text.contains("table 20a, hard-limited channel"), "{text}");
}

#[test]
fn options_that_exclude_each_other_are_told() {
    for (more, message, help) in [
        (vec!["--waveform=shannon"], "gap", "--gap-db"),
        (
            vec!["--waveform=shannon", "--gap-db=1", "--modcod=QPSK 1/2"],
            "Shannon's bound has no MODCODs",
            "away",
        ),
        (vec!["--gap-db=1"], "a gap goes with Shannon's bound only", "--waveform shannon"),
    ] {
        let mut command = hexsky();
        command.args(PLAIN).arg("--eirp-dbw=20").args(&more);
        command.assert().code(2).stdout("").stderr(contains(message).and(contains(help)));
    }
}
