//! The files that commands with a map have in common: page and GIS files.

use std::path::{Path, PathBuf};

use clap::Args;
use hexsky::export::features::Features;
use hexsky::export::vector::{self, ENDINGS, Format};
use hexsky::export::{html, write_file};
use hexsky::report::page::Page;

use super::Failure;

/// Page and GIS files.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Write a page with map, charts, tables and how it was made: one file that opens in any browser, offline.
    #[arg(long, value_name = "PATH")]
    html: Option<PathBuf>,
    /// Write a GIS file; its ending chooses the format: .geojson, .gpkg, .fgb (FlatGeobuf), .parquet
    /// (GeoParquet), .kml, or .csv with WKT, .csvt and .prj. May be given several times.
    #[arg(long, value_name = "FILE")]
    out: Vec<PathBuf>,
}

impl OutputArgs {
    /// All paths that are to be written.
    pub fn paths(&self) -> Vec<&Path> {
        self.html.iter().chain(&self.out).map(PathBuf::as_path).collect()
    }

    /// Whether standard output is taken by a file.
    pub fn take_stdout(&self) -> bool {
        self.paths().iter().any(|path| path.as_os_str() == "-")
    }

    /// Refuses what cannot be written, before any work is done.
    pub fn check(&self) -> Result<(), Failure> {
        self.out.iter().try_for_each(|path| format(path).map(|_| ()))
    }

    /// Writes the files. The page is made when one is asked for.
    pub fn write(&self, page: impl FnOnce() -> Page, features: &Features<'_>) -> Result<(), Failure> {
        for path in &self.out {
            vector::write(path, format(path)?, features)?;
        }
        if let Some(path) = &self.html {
            let page = page();
            write_file(path, |out| html::write(out, &page))?;
        }
        Ok(())
    }
}

fn format(path: &Path) -> Result<Format, Failure> {
    Format::of(path).ok_or_else(|| {
        Failure::input(
            format!("--out {}: the ending tells no format", path.display()),
            format!("give a path that ends in one of {ENDINGS}"),
        )
    })
}
