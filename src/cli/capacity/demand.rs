//! What cells and users want, from the arguments of `hexsky capacity`.

use std::path::Path;

use h3o::Resolution;
use hexsky::capacity::demand::{Demand, Quantity, Usage, grid_file, shipped, table};
use hexsky::capacity::plan::Mover;
use hexsky::diagnostics::utf8;
use hexsky::grid::cells::Grid;
use hexsky::ground;
use hexsky::input::{self, TEXT_GROWTH};

use super::CapacityArgs;
use super::arguments::{DemandArgs, positive};
use crate::cli::Failure;

/// How many of so many cells have demand, at most.
pub fn cells(args: &CapacityArgs, points: f64) -> Result<f64, Failure> {
    if args.demand.demand != "population" {
        return Ok(points);
    }
    Ok(points.min(shipped::population().cells_at(resolution(args)?)))
}

/// The resolution of the cells.
pub fn resolution(args: &CapacityArgs) -> Result<Resolution, Failure> {
    Resolution::try_from(args.resolution)
        .map_err(|error| Failure::input(error.to_string(), "take a coarser --resolution"))
}

/// Whether the demand is the same for each km².
pub fn is_uniform(args: &CapacityArgs) -> bool {
    args.demand.demand.starts_with(UNIFORM)
}

/// What a demand for each km² begins with.
const UNIFORM: &str = "uniform:";

/// The demand that is asked for.
pub fn read(args: &CapacityArgs, grid: &Grid) -> Result<Demand, Failure> {
    let source = args.demand.demand.as_str();
    if source == "population" {
        return Ok(shipped::population());
    }
    if let Some(density) = source.strip_prefix(UNIFORM) {
        let mbps = positive(density).map_err(|expected| {
            Failure::input(
                format!("demand `{source}`: {expected}"),
                "write uniform:0.05 for 0.05 Mbit/s for each km²",
            )
        })?;
        let cells: Vec<_> = grid.points.iter().filter_map(|point| point.cell).collect();
        return Ok(Demand::uniform(mbps, &cells));
    }
    read_file(args, grid.resolution.expect("an area of a region has a resolution"))
}

/// The demand of a file.
pub fn read_file(args: &CapacityArgs, resolution: Resolution) -> Result<Demand, Failure> {
    let source = args.demand.demand.as_str();
    let bytes = input::read_file(Path::new(source), TEXT_GROWTH).map_err(|error| {
        Failure::input(
            format!("cannot read the demand {source}: {error}"),
            "give `population`, uniform:MBPS, a CSV file of cells or an ESRI ASCII grid (.asc)",
        )
    })?;
    let text = utf8(source, &bytes)?;
    let is_grid =
        Path::new(source).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("asc"));
    Ok(if is_grid {
        grid_file::parse(source, text, Quantity::People, resolution)?
    } else {
        table::parse(source, text)?
    })
}

impl DemandArgs {
    /// How people use their share.
    pub fn usage(&self) -> Usage {
        Usage {
            penetration: self.penetration,
            busy_hour_mbps: self.busy_hour_mbps,
            oversubscription: self.oversubscription,
        }
    }

    /// Users that move.
    pub fn movers(&self) -> Result<Vec<Mover>, Failure> {
        self.tracks
            .iter()
            .map(|file| {
                let site = ground::read_mover(file, file)?;
                Ok(Mover { site, mbps: self.track_mbps })
            })
            .collect()
    }
}
