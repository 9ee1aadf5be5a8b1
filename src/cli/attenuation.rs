//! `hexsky attenuation`: P.618-13 on every path of a table.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use hexsky::attenuation::maps::{MapError, MapSource, Maps};
use hexsky::attenuation::table::PathTable;
use hexsky::attenuation::{EDITIONS, PartsAt};
use hexsky::diagnostics::utf8;
use hexsky::export::stream::Stream;
use hexsky::export::write_file;
use hexsky::input::{TEXT_GROWTH, read_file, read_stdin};
use rayon::prelude::*;

use super::{Failure, check_outputs, say};

/// Attenuation by gas, cloud, rain and scintillation on many slant paths (ITU-R P.618-13).
///
/// The CSV has the columns lat_deg, lon_deg, station_height_km, freq_ghz, elevation_deg, antenna_d_m,
/// efficiency, tau_deg, p_percent, and, where known, r001_mm_h, rain_height_km, temp_k, pressure_hpa,
/// rho_g_m3, v_t_kg_m2, lred_kg_m2, n_wet instead of the maps. The same comes out with gas_db, cloud_db,
/// rain_db, scintillation_db, total_db behind.
#[derive(Debug, Args)]
pub struct AttenuationArgs {
    /// CSV of paths; - reads standard input.
    table: String,
    /// Where the CSV with the attenuations goes; - is standard output.
    #[arg(long, value_name = "PATH", default_value = "-")]
    csv: PathBuf,
    #[command(flatten)]
    maps: MapArgs,
    /// List gas and cloud as the total holds them: at 1 % where p is below that (P.618-13, equations 65 and 66),
    /// and not at p itself.
    #[arg(long)]
    parts_in_total: bool,
    /// What is done without --parts-in-total.
    #[arg(long, hide = true, conflicts_with = "parts_in_total")]
    parts_at_p: bool,
}

/// Which maps to use.
#[derive(Debug, Args)]
pub struct MapArgs {
    /// Folder with the full ITU maps: the data folder of the Python package itur 0.4.0, or the ITU's text
    /// files in one folder for each Recommendation. Without it, the reduced maps inside the program are used.
    #[arg(long, value_name = "DIR")]
    itu_data: Option<PathBuf>,
}

/// Maps opened from a folder, or the shipped ones.
pub enum OpenMaps {
    /// Inside the program.
    Shipped(&'static Maps),
    /// From a folder.
    Folder(Maps),
}

impl OpenMaps {
    /// The maps.
    pub fn get(&self) -> &Maps {
        match self {
            Self::Shipped(maps) => maps,
            Self::Folder(maps) => maps,
        }
    }

    /// What a report says about them.
    pub fn describe(&self) -> String {
        match self.get().source() {
            MapSource::Shipped => "reduced maps inside the program".to_owned(),
            MapSource::Folder(path) => format!("full maps in {}", path.display()),
        }
    }
}

impl MapArgs {
    /// Whether a folder is asked for.
    pub fn is_given(&self) -> bool {
        self.itu_data.is_some()
    }

    /// The folder that is asked for, in words.
    pub fn told(&self) -> Option<String> {
        self.itu_data.as_ref().map(|folder| format!("full maps of the weather in {}", folder.display()))
    }

    /// Opens the maps asked for.
    pub fn open(&self) -> Result<OpenMaps, Failure> {
        match &self.itu_data {
            None => Ok(OpenMaps::Shipped(Maps::shipped())),
            Some(folder) => Ok(OpenMaps::Folder(Maps::open(folder)?)),
        }
    }
}

impl From<MapError> for Failure {
    fn from(error: MapError) -> Self {
        let help = match error {
            MapError::PercentTooLarge { .. } => "give a smaller percentage",
            _ => {
                "--itu-data takes the data folder of the Python package itur 0.4.0; docs/attenuation.md has \
                 the layout"
            }
        };
        Self::input(error.to_string(), help)
    }
}

/// Runs the command.
pub fn run(args: &AttenuationArgs) -> Result<(), Failure> {
    if !Stream::is_output(&args.csv) {
        check_outputs(&[Some(&args.csv)], std::slice::from_ref(&args.table))?;
    }
    let text = read(&args.table)?;
    let table = PathTable::read(&args.table, &text)?;
    let maps = args.maps.open()?;
    let parts = if args.parts_in_total { PartsAt::Total } else { PartsAt::Percentage };
    let results = table
        .paths
        .par_iter()
        .map(|(path, site)| path.attenuation(site, maps.get(), parts))
        .collect::<Result<Vec<_>, _>>()?;
    write_file(&args.csv, |writer| table.write(&results, writer))?;
    say(&format!("{} paths; {EDITIONS}; {}", results.len(), maps.describe()));
    for note in table.notes(parts) {
        say(&format!("note: {note}"));
    }
    Ok(())
}

fn read(path: &str) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| {
        Failure::input(format!("cannot read {path}: {error}"), "give a CSV file in UTF-8")
    };
    if path == "-" && std::io::stdin().is_terminal() {
        return Err(Failure::input("nothing comes from standard input", "pipe a CSV in or name a file"));
    }
    let bytes = match path {
        "-" => read_stdin(TEXT_GROWTH),
        path => read_file(Path::new(path), TEXT_GROWTH),
    };
    let bytes = bytes.map_err(unreadable)?;
    Ok(utf8(path, &bytes)?.to_owned())
}
