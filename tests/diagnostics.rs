//! Every kind of message that a wrong file or a wrong option gets, as the user reads it, in one snapshot:
//! `tests/snapshots/diagnostics__messages.snap`. Read it after a change as somebody who made the mistake.
//!
//! What takes a server, a second run or a kill is in `fetch.rs`, `checkpoint.rs` and `outputs.rs`.

#![cfg(target_os = "linux")]

use std::fmt::Write;

use assert_cmd::Command;

#[path = "diagnostics/areas.rs"]
mod areas;
#[path = "diagnostics/catalogues.rs"]
mod catalogues;
#[path = "diagnostics/definitions.rs"]
mod definitions;
#[path = "diagnostics/ground.rs"]
mod ground;
#[path = "diagnostics/options.rs"]
mod options;

const ONE: &str = "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753";
const TWO: &str = "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667";
const OMM: &str = "OBJECT_NAME,EPOCH,MEAN_MOTION,ECCENTRICITY,INCLINATION,RA_OF_ASC_NODE,ARG_OF_PERICENTER,\
                   MEAN_ANOMALY,NORAD_CAT_ID\n";
const YUMA: &str = "******** Week 380 almanac for PRN-07 ********\nID: 07\nHealth: 000\n\
    Eccentricity: 0.1829147339E-002\nTime of Applicability(s): 319488.0000\nOrbital Inclination(rad): 0.957\n\
    Rate of Right Ascen(r/s): -0.8114623721E-008\nSQRT(A)  (m 1/2): 5153.549805\n\
    Right Ascen at Week(rad): 0.62\nArgument of Perigee(rad): 0.193269221\nMean Anom(rad): -0.71\n\
    Af0(s): 0.2155303955E-003\nAf1(s/s): -0.1091393642E-010\nweek: 380\n";
const PATHS: &str =
    "lat_deg,lon_deg,station_height_km,freq_ghz,elevation_deg,antenna_d_m,efficiency,tau_deg,p_percent\n";

/// Runs the program in a folder of its own with one file, and writes what comes to stderr.
#[derive(Default)]
struct Messages {
    text: String,
    /// What got no message at all.
    silent: Vec<String>,
}

impl Messages {
    fn chapter(&mut self, title: &str) {
        writeln!(self.text, "\n######## {title}").unwrap();
    }

    /// A file's fault. `{}` in the arguments is where the file's name goes.
    fn of(&mut self, what: &str, file: &str, content: impl AsRef<[u8]>, arguments: &str) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(file), content).unwrap();
        self.run(what, folder.path(), &arguments.replace("{}", file));
    }

    /// Faults of a file that is sound but for one piece: what is wrong, the piece, and what stands in its place.
    fn each_in(&mut self, file: &str, sound: &str, arguments: &str, faults: &[(&str, &str, &str)]) {
        for (what, from, to) in faults {
            assert!(sound.contains(from), "{what}: there is no {from}");
            self.of(what, file, sound.replacen(from, to, 1), arguments);
        }
    }

    /// A fault of the arguments alone.
    fn told(&mut self, what: &str, arguments: &str) {
        let folder = tempfile::tempdir().unwrap();
        self.run(what, folder.path(), arguments);
    }

    fn run(&mut self, what: &str, folder: &std::path::Path, arguments: &str) {
        let output = Command::cargo_bin("hexsky")
            .unwrap()
            .current_dir(folder)
            .env("NO_COLOR", "1")
            .args(arguments.split(' ').filter(|part| !part.is_empty()))
            .output()
            .unwrap();
        let code = output.status.code().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{what}: {stderr}");
        if stderr.trim().is_empty() {
            self.silent.push(format!("{what}: $ hexsky {arguments}"));
        }
        writeln!(self.text, "\n-- {what}\n$ hexsky {arguments}    (exit code {code})\n{stderr}").unwrap();
    }
}

#[test]
fn messages() {
    let mut all = Messages::default();
    definitions::definitions(&mut all);
    catalogues::catalogues(&mut all);
    ground::ground(&mut all);
    areas::regions_and_places(&mut all);
    areas::demand_and_paths(&mut all);
    options::outputs(&mut all);
    options::options(&mut all);
    options::commands(&mut all);
    assert!(all.silent.is_empty(), "nothing is said:\n{}", all.silent.join("\n"));
    insta::assert_snapshot!("messages", all.text);
}
