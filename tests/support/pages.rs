//! Pages and maps as a user makes them.

use std::path::Path;

use assert_cmd::cargo::cargo_bin_cmd;

/// Runs the program in a folder; it must succeed.
pub fn hexsky(folder: &Path, arguments: &[&str]) {
    cargo_bin_cmd!("hexsky").current_dir(folder).args(arguments).assert().success();
}

/// The description that a page carries.
pub fn described(page: &str) -> serde_json::Value {
    let json = page.split("id=\"hexsky-page\">").nth(1).unwrap().split("</script>").next().unwrap();
    serde_json::from_str(json).unwrap()
}
