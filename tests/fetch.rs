//! `hexsky fetch` against a server on loopback that behaves like CelesTrak's, well and badly.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use assert_cmd::Command;
use hexsky::fetch::{FetchError, How, NoAnswer, Service, fetch};
use predicates::str::contains;

/// What the server does with a question.
#[derive(Clone, Copy)]
enum Manner {
    Well,
    Status(u16),
    /// A byte now and then.
    Slowly,
    /// Promises all and closes half-way.
    CutOff,
    /// Half of the text, chunked, as if it were all.
    HalfInChunks,
    Html,
    /// What CelesTrak says of a group without data.
    NoData,
}

/// Two satellites made for this test, one numbered above 99,999.
const CATALOGUE: &str = r#"[
{"OBJECT_NAME":"A","OBJECT_ID":"2026-001A","EPOCH":"2026-01-01T00:00:00.000000","MEAN_MOTION":15.05,"ECCENTRICITY":0.0001,"INCLINATION":53.0,"RA_OF_ASC_NODE":10.0,"ARG_OF_PERICENTER":0.0,"MEAN_ANOMALY":0.0,"EPHEMERIS_TYPE":0,"CLASSIFICATION_TYPE":"U","NORAD_CAT_ID":44714,"ELEMENT_SET_NO":999,"REV_AT_EPOCH":1,"BSTAR":0.0,"MEAN_MOTION_DOT":0.0,"MEAN_MOTION_DDOT":0.0},
{"OBJECT_NAME":"B","OBJECT_ID":"2026-001B","EPOCH":"2026-01-01T00:00:00.000000","MEAN_MOTION":15.05,"ECCENTRICITY":0.0001,"INCLINATION":53.0,"RA_OF_ASC_NODE":20.0,"ARG_OF_PERICENTER":0.0,"MEAN_ANOMALY":0.0,"EPHEMERIS_TYPE":0,"CLASSIFICATION_TYPE":"U","NORAD_CAT_ID":100044,"ELEMENT_SET_NO":999,"REV_AT_EPOCH":1,"BSTAR":0.0,"MEAN_MOTION_DOT":0.0,"MEAN_MOTION_DDOT":0.0}
]"#;

/// Answers every question in one manner and counts them.
fn serve(manner: Manner) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/NORAD/elements/gp.php", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let asked = Arc::clone(&count);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            asked.fetch_add(1, Ordering::SeqCst);
            // A client that gave up is no failure of the server.
            let _ = answer(stream, manner);
        }
    });
    (url, count)
}

fn answer(mut stream: TcpStream, manner: Manner) -> std::io::Result<()> {
    let mut question = Vec::new();
    let mut part = [0; 1024];
    while !question.ends_with(b"\r\n\r\n") {
        let read = stream.read(&mut part)?;
        question.extend_from_slice(&part[..read]);
        if read == 0 {
            return Ok(());
        }
    }
    let question = String::from_utf8_lossy(&question).into_owned();
    assert!(question.starts_with("GET /NORAD/elements/gp.php?GROUP="), "{question}");
    assert!(question.lines().next().unwrap().contains("FORMAT=json"), "{question}");
    let head = |status: &str, kind: &str, length: usize| {
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    match manner {
        Manner::Well => {
            write!(stream, "{}{CATALOGUE}", head("200 OK", "application/json", CATALOGUE.len()))?;
        }
        Manner::Status(status) => {
            let text = "GP data has not updated since your last successful download.";
            // Where a redirection would lead, should one be followed.
            let moved = format!("{status} No\r\nLocation: /NORAD/elements/gp.php?GROUP=other&FORMAT=json");
            write!(stream, "{}{text}", head(&moved, "text/plain", text.len()))?;
        }
        Manner::Slowly => {
            write!(stream, "{}", head("200 OK", "application/json", CATALOGUE.len()))?;
            for byte in CATALOGUE.bytes() {
                stream.write_all(&[byte])?;
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        Manner::CutOff => {
            let half = &CATALOGUE[..CATALOGUE.len() / 2];
            write!(stream, "{}{half}", head("200 OK", "application/json", CATALOGUE.len()))?;
        }
        Manner::HalfInChunks => {
            // The first object is whole, so a careless reader would take it for a catalogue.
            let half = &CATALOGUE[..CATALOGUE.len() / 2 + 20];
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{:x}\r\n{half}\r\n0\r\n\r\n",
                half.len()
            )?;
        }
        Manner::Html => {
            let page = "<!DOCTYPE html><html><body>Under maintenance</body></html>";
            write!(stream, "{}{page}", head("200 OK", "text/html", page.len()))?;
        }
        Manner::NoData => {
            let text = "No GP data found";
            write!(stream, "{}{text}", head("200 OK", "text/plain", text.len()))?;
        }
    }
    stream.flush()
}

fn service(url: &str) -> Service {
    Service { url: url.to_owned(), timeout: Duration::from_secs(2) }
}

fn hours(count: u64) -> Duration {
    Duration::from_secs(count * 3600)
}

/// A cache with a copy as old as `age`.
fn with_copy(folder: &Path, age: Duration) {
    let path = folder.join("starlink.json");
    std::fs::write(&path, CATALOGUE).unwrap();
    std::fs::File::options().write(true).open(&path).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

#[test]
fn a_download_is_kept_for_two_hours() {
    let folder = tempfile::tempdir().unwrap();
    let (url, asked) = serve(Manner::Well);
    let now = SystemTime::now();
    let at = |later| fetch("starlink", Some(&service(&url)), folder.path(), now + later).unwrap();
    let first = at(Duration::ZERO);
    assert_eq!((first.how, first.satellites), (How::Downloaded, 2));
    assert_eq!(std::fs::read_to_string(&first.path).unwrap(), CATALOGUE);
    assert!(matches!(at(Duration::from_secs(7000)).how, How::Cached { .. }));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert_eq!(at(hours(2) + Duration::from_secs(60)).how, How::Downloaded);
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[test]
fn after_403_the_old_copy_is_served_and_nothing_is_asked_for_two_hours() {
    let folder = tempfile::tempdir().unwrap();
    with_copy(folder.path(), hours(5));
    let (url, asked) = serve(Manner::Status(403));
    let now = SystemTime::now();
    let at = |later| fetch("starlink", Some(&service(&url)), folder.path(), now + later).unwrap().how;
    let How::Stale { age, why } = at(Duration::ZERO) else { panic!("not stale") };
    assert_eq!((age.as_secs() / 3600, why), (5, NoAnswer::Status { status: 403 }));
    for minutes in [1, 30, 119] {
        let how = at(Duration::from_secs(minutes * 60));
        let How::Stale { why: NoAnswer::Waiting { why, .. }, .. } = how else { panic!("{how:?}") };
        assert!(why.contains("403"), "{why}");
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    at(hours(2) + Duration::from_secs(60));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

/// A program that asks for one group after another is the one that is locked out.
#[test]
fn after_403_no_other_group_is_asked_for() {
    for (status, held) in [(403, true), (301, true), (503, true), (404, false)] {
        let folder = tempfile::tempdir().unwrap();
        let (url, asked) = serve(Manner::Status(status));
        let now = SystemTime::now();
        let at = |group, minutes: u64| {
            let later = now + Duration::from_secs(60 * minutes);
            fetch(group, Some(&service(&url)), folder.path(), later).unwrap_err().to_string()
        };
        at("starlink", 0);
        let other = at("oneweb", 5);
        assert!(other.contains(&status.to_string()), "{other}");
        assert_eq!(other.contains("asked in vain 5 min ago"), held, "{other}");
        at("starlink", 10);
        assert_eq!(asked.load(Ordering::SeqCst), if held { 1 } else { 2 }, "{status}");
        at("oneweb", 130);
        assert_eq!(asked.load(Ordering::SeqCst), if held { 2 } else { 3 }, "{status}");
    }
}

#[test]
fn whatever_goes_wrong_one_question_is_asked_and_the_copy_stays() {
    for (manner, expected) in [
        (Manner::Status(403), "403"),
        (Manner::Status(404), "404"),
        (Manner::Status(301), "301 (the service has moved"),
        (Manner::Status(500), "500"),
        (Manner::Slowly, "no whole answer"),
        (Manner::CutOff, "no whole answer"),
        (Manner::HalfInChunks, "breaks off"),
        (Manner::Html, "it begins '<!DOCTYPE html>"),
        (Manner::NoData, "it begins 'No GP data found'"),
    ] {
        let (url, asked) = serve(manner);
        let with = tempfile::tempdir().unwrap();
        with_copy(with.path(), hours(30));
        let now = SystemTime::now();
        let fetched = fetch("starlink", Some(&service(&url)), with.path(), now).unwrap();
        let How::Stale { why, .. } = fetched.how else { panic!("{expected}: not stale") };
        assert!(why.to_string().contains(expected), "{why}");
        assert_eq!(std::fs::read_to_string(&fetched.path).unwrap(), CATALOGUE, "{expected}");
        // Nothing is asked again within two hours, and the reason is told again.
        let later = now + Duration::from_secs(7000);
        let again = fetch("starlink", Some(&service(&url)), with.path(), later).unwrap();
        let How::Stale { why: why @ NoAnswer::Waiting { .. }, .. } = again.how else {
            panic!("{:?}", again.how)
        };
        assert!(why.to_string().contains(expected), "{why}");

        let without = tempfile::tempdir().unwrap();
        let error = fetch("starlink", Some(&service(&url)), without.path(), SystemTime::now()).unwrap_err();
        assert!(
            matches!(error, FetchError::Nothing { .. }) && error.to_string().contains(expected),
            "{error}"
        );
        assert!(!without.path().join("starlink.json").exists(), "{expected}: half an answer was kept");
        assert_eq!(asked.load(Ordering::SeqCst), 2, "{expected}: asked more than once");
    }
}

#[test]
fn nobody_listens() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/gp.php", listener.local_addr().unwrap());
    drop(listener);
    let folder = tempfile::tempdir().unwrap();
    let now = SystemTime::now();
    let ask = |url: &str, now| fetch("starlink", Some(&service(url)), folder.path(), now);
    let error = ask(&url, now).unwrap_err();
    assert!(error.to_string().contains("no whole answer"), "{error}");
    let error = ask(&url, now + Duration::from_secs(60)).unwrap_err();
    assert!(error.to_string().contains("not asked again"), "{error}");
    // Another service has refused nothing.
    let (well, asked) = serve(Manner::Well);
    assert_eq!(ask(&well, now + Duration::from_secs(120)).unwrap().how, How::Downloaded);
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

/// A machine without a network asks nobody, so there is nobody to leave alone.
#[test]
fn a_name_that_leads_nowhere_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    // No name under .invalid is ever given away (RFC 2606).
    let server = "http://celestrak.invalid/gp.php";
    for _ in 0..2 {
        let mut command = Command::cargo_bin("hexsky").unwrap();
        for proxy in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(proxy);
        }
        let output = command
            .args(["fetch", "starlink", "--timeout", "20s", "--server", server, "--cache"])
            .arg(folder.path())
            .assert()
            .code(1)
            .stderr(contains("no whole answer"));
        let said = String::from_utf8_lossy(&output.get_output().stderr).into_owned();
        assert!(!said.contains("not asked again"), "{said}");
    }
}

#[test]
fn names_are_checked_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "a b", "../../etc/passwd", "x&GROUP=y", "ü"] {
        let error = fetch(name, None, folder.path(), SystemTime::now()).unwrap_err();
        assert!(matches!(error, FetchError::Name(_)), "{name}: {error}");
    }
    assert_eq!(hexsky::fetch::group("Guowang").unwrap(), "hulianwang");
    assert_eq!(hexsky::fetch::group("oneweb").unwrap(), "oneweb");
}

#[test]
fn the_command_prints_the_path_and_warns_of_old_copies() {
    let folder = tempfile::tempdir().unwrap();
    let hexsky = |server: &str| {
        let mut command = Command::cargo_bin("hexsky").unwrap();
        command.args(["fetch", "starlink", "--timeout", "2s", "--server", server, "--cache"]);
        command.arg(folder.path());
        command
    };
    let path = folder.path().join("starlink.json");
    let (well, _) = serve(Manner::Well);
    hexsky(&well)
        .assert()
        .success()
        .stdout(format!("{}\n", path.display()))
        .stderr(contains("2 satellites, downloaded now"));
    hexsky(&well).assert().success().stderr(contains("copy of 0 min ago"));
    // What was fetched is a catalogue for every other command.
    Command::cargo_bin("hexsky")
        .unwrap()
        .arg("show")
        .arg(&path)
        .assert()
        .success()
        .stdout(contains("satellites    2"));
    with_copy(folder.path(), hours(3));
    hexsky(&well).arg("--offline").assert().success().stderr(contains("3 h old: offline"));
    let (refusing, _) = serve(Manner::Status(403));
    hexsky(&refusing).assert().success().stderr(contains("warning: 2 satellites of an old copy"));
    std::fs::remove_file(&path).unwrap();
    hexsky(&refusing).assert().code(1).stderr(contains("not asked again")).stdout("");
    hexsky(&refusing).arg("--offline").assert().code(1).stderr(contains("offline"));
    Command::cargo_bin("hexsky")
        .unwrap()
        .args(["fetch", "a/b"])
        .assert()
        .code(2)
        .stderr(contains("no name of a group"));
}
