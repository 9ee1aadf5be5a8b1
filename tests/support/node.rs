//! Scripts of pages, run in Node.

use std::path::Path;
use std::process::Command;

/// Runs scripts of the page behind a text that comes before them; none where Node is not installed, which is said.
pub fn in_node_after(before: &str, scripts: &[&str], program: &str) -> Option<serde_json::Value> {
    let parts = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/html");
    let sources = scripts.iter().map(|name| std::fs::read_to_string(parts.join(name)).unwrap());
    let told = format!("(async () => console.log(JSON.stringify(await ({program}))))()");
    let whole = std::iter::once(before.to_owned()).chain(sources).chain([told]);
    let Ok(output) = Command::new("node").args(["-e", &whole.collect::<Vec<_>>().join("\n")]).output() else {
        eprintln!("node is not installed: {} are not tried", scripts.join(" and "));
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
