//! A run that is killed at random moments and started again ends as one that was left alone.
#![cfg(unix)]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn hexsky(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hexsky"));
    command.current_dir(folder).args(arguments).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

/// Runs with a checkpoint, killed a while after each time that it has saved one, by each signal in turn,
/// until it ends by itself; answers with how often it was killed.
fn run_with_kills(folder: &Path, arguments: &[&str]) -> usize {
    let checkpoint = folder.join("state/hexsky.checkpoint");
    let arguments = [arguments, &["--checkpoint", "state", "--checkpoint-every", "1ms"]].concat();
    let saved = || std::fs::metadata(&checkpoint).and_then(|file| file.modified()).ok();
    let mut kills = 0;
    for signal in ["-KILL", "-INT", "-TERM", "-KILL"].iter().cycle() {
        let before = saved();
        let mut child = hexsky(folder, &arguments).spawn().unwrap();
        let mut ended = None;
        while ended.is_none() && (saved() == before || saved().is_none()) {
            std::thread::sleep(Duration::from_millis(1));
            ended = child.try_wait().unwrap();
        }
        if ended.is_none() {
            // From at once to some blocks later, in the midst of work or of writing.
            std::thread::sleep(Duration::from_millis(7 * kills as u64 % 40));
            Command::new("kill").args([signal.to_string(), child.id().to_string()]).status().unwrap();
        }
        let output = child.wait_with_output().unwrap();
        if output.status.success() {
            assert!(!checkpoint.exists(), "a finished run leaves no checkpoint");
            return kills;
        }
        assert!(ended.is_none(), "{}", String::from_utf8_lossy(&output.stderr));
        kills += 1;
    }
    kills
}

fn ends_as_if_left_alone(arguments: &[&str], files: &[&str]) {
    let (alone, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let output = hexsky(alone.path(), arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let kills = run_with_kills(killed.path(), arguments);
    assert!(kills > 0, "it ended before it could be killed");
    for file in files {
        let (a, b) = (
            std::fs::read(alone.path().join(file)).unwrap(),
            std::fs::read(killed.path().join(file)).unwrap(),
        );
        assert!(!a.is_empty() && a == b, "{file} differs");
    }
}

const RESULTS: [&str; 4] = ["--csv", "out.csv", "--json", "out.json"];

#[test]
fn coverage_of_cells() {
    let arguments = ["coverage", "hongyun", "--resolution", "2", "--duration", "7d", "--quiet"];
    ends_as_if_left_alone(&[&arguments[..], &RESULTS].concat(), &["out.csv", "out.json"]);
}

#[test]
fn coverage_of_places() {
    let folder = tempfile::tempdir().unwrap();
    let places = folder.path().join("places.csv");
    let rows: String = (0..40).map(|n| format!("p{n},{},{},{}\n", 2 * n - 40, 9 * n - 180, 50 * n)).collect();
    std::fs::write(&places, format!("name,lat_deg,lon_deg,height_m\n{rows}")).unwrap();
    let places = places.to_str().unwrap();
    let arguments = ["coverage", "hongyun", "--points", places, "--duration", "7d", "--quiet"];
    ends_as_if_left_alone(&[&arguments[..], &RESULTS].concat(), &["out.csv", "out.json"]);
}

#[test]
fn coverage_through_gateways() {
    let arguments =
        ["coverage", "hongyun", "--gateways", "ksat", "--resolution", "1", "--duration", "5d", "--quiet"];
    ends_as_if_left_alone(&[&arguments[..], &RESULTS].concat(), &["out.csv", "out.json"]);
}

#[test]
fn capacity() {
    let arguments = ["capacity", "hongyun", "--resolution", "1", "--duration", "2d", "--quiet"];
    ends_as_if_left_alone(&[&arguments[..], &RESULTS].concat(), &["out.csv", "out.json"]);
}

#[test]
fn of_another_run_it_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["coverage", "hongyun", "--resolution", "2", "--duration", "30d", "--quiet"];
    let state = ["--checkpoint", "state", "--checkpoint-every", "1ms"];
    let mut child = hexsky(folder.path(), &[&arguments[..], &state].concat()).spawn().unwrap();
    let checkpoint = folder.path().join("state/hexsky.checkpoint");
    while !checkpoint.exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it saved anything");
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = std::fs::read(&checkpoint).unwrap();

    let other =
        ["coverage", "hongyun", "--resolution", "2", "--duration", "29d", "--quiet", "--csv", "out.csv"];
    let output = hexsky(folder.path(), &[&other[..], &state].concat()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("is of another run"), "{stderr}");
    assert!(!folder.path().join("out.csv").exists());
    assert_eq!(std::fs::read(&checkpoint).unwrap(), before);

    // Another build: the same program with a byte behind its end.
    let build = folder.path().join("hexsky");
    std::fs::copy(env!("CARGO_BIN_EXE_hexsky"), &build).unwrap();
    std::fs::OpenOptions::new().append(true).open(&build).unwrap().write_all(b"\0").unwrap();
    let output =
        Command::new(&build).current_dir(folder.path()).args(arguments).args(state).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("or of another build of hexsky"), "{stderr}");
    assert_eq!(std::fs::read(&checkpoint).unwrap(), before);

    std::fs::write(&checkpoint, &before[..before.len() / 2]).unwrap();
    let output = hexsky(folder.path(), &[&arguments[..], &state].concat()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("is damaged"), "{stderr}");
}

#[test]
fn stopped_by_ctrl_c_it_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["coverage", "hongyun", "--resolution", "2", "--duration", "60d", "--csv", "out.csv"];
    let state = ["--checkpoint", "state", "--checkpoint-every", "1ms"];
    let mut child = hexsky(folder.path(), &[&arguments[..], &state].concat()).spawn().unwrap();
    while !folder.path().join("state/hexsky.checkpoint").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it saved anything");
        std::thread::sleep(Duration::from_millis(5));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("the same command goes on from"), "{stderr}");
    assert!(!folder.path().join("out.csv").exists());
}

/// Without a checkpoint there is nothing to go on from, and nothing is written.
#[test]
fn stopped_by_ctrl_c_without_a_checkpoint_it_writes_nothing() {
    'jobs: for systems in
        [&["coverage", "hongyun"][..], &["compare", "hongyun", "hongyan", "--min-elevation", "10"]]
    {
        let folder = tempfile::tempdir().unwrap();
        // So long that it goes on for seconds, and not so long that its gaps are counted beforehand.
        let options = ["--resolution", "2", "--duration", "10d", "--csv", "out.csv"];
        // A busy machine may take longer to get as far as the work.
        for wait_s in [1, 2, 4, 8] {
            let child = hexsky(folder.path(), &[systems, &options].concat()).spawn().unwrap();
            std::thread::sleep(Duration::from_secs(wait_s));
            Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
            let output = child.wait_with_output().unwrap();
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "something was written");
            let stderr = String::from_utf8_lossy(&output.stderr);
            assert!(!output.status.success(), "{stderr}");
            // Before the work begins it ends at once, in other words.
            if stderr.contains("; nothing was written") {
                assert_eq!(output.status.code(), Some(1), "{stderr}");
                continue 'jobs;
            }
        }
        panic!("the work of {systems:?} never began");
    }
}

#[test]
fn a_folder_in_the_place_of_the_checkpoint_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("state/hexsky.checkpoint")).unwrap();
    let arguments = ["coverage", "hongyun", "--resolution", "0", "--duration", "1h", "--csv", "out.csv"];
    let output =
        hexsky(folder.path(), &[&arguments[..], &["--checkpoint", "state"]].concat()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("cannot write state/hexsky.checkpoint: a directory is in the way"), "{stderr}");
    assert!(!folder.path().join("out.csv").exists());
}

#[test]
fn a_file_in_the_place_of_the_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("state"), "mine").unwrap();
    let arguments = ["coverage", "hongyun", "--resolution", "0", "--duration", "1h", "--csv", "out.csv"];
    let output =
        hexsky(folder.path(), &[&arguments[..], &["--checkpoint", "state"]].concat()).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("a file stands where its folder should be"), "{stderr}");
    assert!(!folder.path().join("out.csv").exists());
    assert_eq!(std::fs::read_to_string(folder.path().join("state")).unwrap(), "mine");
}

/// Two runs would replace each other's state.
#[test]
fn a_folder_that_another_run_uses_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    std::fs::create_dir(&state).unwrap();
    let other = std::fs::File::open(&state).unwrap();
    other.lock().unwrap();
    let arguments = ["coverage", "hongyun", "--resolution", "0", "--duration", "1h", "--csv", "out.csv"];
    let run =
        || hexsky(folder.path(), &[&arguments[..], &["--checkpoint", "state"]].concat()).output().unwrap();
    let output = run();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("the checkpoint folder state is in use by another run"), "{stderr}");
    assert!(
        stderr.contains("= help: wait until that ends, or give each run its own --checkpoint"),
        "{stderr}"
    );
    assert!(!folder.path().join("out.csv").exists());
    drop(other);
    assert!(run().status.success());
}
