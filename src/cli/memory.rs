//! The option that bounds the memory of a run, and the look ahead that it needs.

use h3o::{CellIndex, Resolution};
use hexsky::constellation::Constellation;
use hexsky::coverage::Settings;
use hexsky::coverage::memory::{Reach, Size, gaps_per_point, mean_in_view, most_gaps_per_point};
use hexsky::ephemeris::Fleet;
use hexsky::grid::cells::{Grid, GridPoint};
use hexsky::grid::region::Region;
use hexsky::input;
use hexsky::memory::{self, Estimate, TooLarge};
use hexsky::time::Window;

use super::Failure;
use super::coverage::Area;
use super::gateways::Gateways;

/// Most memory that a run may take.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct MemoryArg {
    /// Most memory that the run may take, such as 8GB or 500MiB: one that needs more is refused before it
    /// starts [default: 80 % of what the machine has available].
    #[arg(long, value_name = "SIZE", value_parser = allowed)]
    memory: Option<u64>,
}

/// A size from the command line, by which the files that the command reads are bound from here on.
fn allowed(text: &str) -> Result<u64, String> {
    let bytes = memory::parse_size(text)?;
    input::allow(bytes);
    Ok(bytes)
}

impl MemoryArg {
    /// Refuses a run that needs too much.
    pub fn admit(self, estimate: &Estimate) -> Result<(), Failure> {
        self.admit_closer(estimate, || estimate.clone())
    }

    /// Refuses a run that needs too much; a closer estimate is asked for when a rough one is too large.
    pub fn admit_closer(self, rough: &Estimate, closer: impl FnOnce() -> Estimate) -> Result<(), Failure> {
        self.refusal(rough, closer).map_or(Ok(()), |too_large| Err(refused(&too_large)))
    }

    /// Why a run is refused, if it is.
    fn refusal(self, rough: &Estimate, closer: impl FnOnce() -> Estimate) -> Option<TooLarge> {
        let default = || memory::available().map(|bytes| (bytes as f64 * memory::DEFAULT_SHARE) as u64);
        let limit = self.memory.or_else(default)?;
        rough.admit(limit).err()?;
        closer().admit(limit).err()
    }
}

/// What the user is told of a run that is too large.
pub fn refused(too_large: &TooLarge) -> Failure {
    Failure::input(too_large.to_string(), too_large.help())
}

/// What a run is to cover, before its grid is made.
pub struct Outlook {
    /// About how many points there are.
    pub points: f64,
    look: Look,
}

/// What stands for all points where gaps and passes are counted.
enum Look {
    /// Some cells.
    Cells(Vec<CellIndex>),
    /// Some places.
    Places(Vec<GridPoint>),
}

/// Places that a look takes at most, for each of them is looked at for itself.
const LOOK_PLACES: usize = 64;

impl Outlook {
    /// Of the places of a file, or else of a region.
    pub fn of(places: Option<&str>, region: &str, resolution: u8) -> Result<Self, Failure> {
        if let Some(file) = places {
            let places = Area::of_places(file)?.grid.points;
            let every = places.len().div_ceil(LOOK_PLACES).max(1);
            let points = places.len() as f64;
            return Ok(Self { points, look: Look::Places(places.into_iter().step_by(every).collect()) });
        }
        let resolution = Resolution::try_from(resolution)
            .map_err(|error| Failure::input(error.to_string(), "take a coarser --resolution"))?;
        let (points, look) = Region::parse(region)?.outlook(resolution);
        Ok(Self { points, look: Look::Cells(look) })
    }

    /// The points of the look; none where there are no points at all.
    pub fn grid(&self) -> Option<Grid> {
        match &self.look {
            Look::Cells(cells) => Some(Grid::from_cells(cells.first()?.resolution(), cells.clone())),
            Look::Places(places) => {
                (!places.is_empty()).then(|| Grid { resolution: None, points: places.clone() })
            }
        }
    }

    /// Refuses a coverage run that needs too much. Only where the most gaps that there could be do not fit,
    /// gaps are counted in a short run, through the gateways where there are such.
    pub fn admit(
        &self,
        memory: MemoryArg,
        constellations: &[Constellation],
        fleet: &mut Fleet,
        settings: &Settings,
        gateways: Option<&Gateways>,
        estimate: impl Fn(&Size) -> Estimate,
    ) -> Result<(), Failure> {
        self.refusal(memory, constellations, fleet, settings, gateways, estimate)
            .map_or(Ok(()), |too_large| Err(refused(&too_large)))
    }

    /// Why a coverage run is refused, if it is.
    pub fn refusal(
        &self,
        memory: MemoryArg,
        constellations: &[Constellation],
        fleet: &mut Fleet,
        settings: &Settings,
        gateways: Option<&Gateways>,
        estimate: impl Fn(&Size) -> Estimate,
    ) -> Option<TooLarge> {
        let elements =
            constellations.iter().flat_map(|one| &one.satellites).map(|satellite| &satellite.elements);
        let most = most_gaps_per_point(elements.clone(), settings, gateways.map_or(0.0, Gateways::cuts));
        let mut size = Size {
            points: self.points,
            satellites: fleet.len(),
            gaps_per_point: most,
            in_view: mean_in_view(elements, settings.min_elevation_deg),
        };
        memory.refusal(&estimate(&size), || {
            let Some(look) = self.grid() else { return estimate(&size) };
            let served = gateways
                .map(|gateways| move |fleet: &Fleet, window: &Window| gateways.serving(fleet, window));
            let reach = served.as_ref().map(|served| served as Reach<'_>);
            size.gaps_per_point = gaps_per_point(&look, fleet, settings, reach).min(most);
            estimate(&size)
        })
    }
}
