//! Figures of an area: means over its cells weighted by their areas, its worst site, its latitude profile.

use crate::frames::Geodetic;
use crate::navigation::figures::{Distribution, DopFigures, Figures};

/// Height of a band of the latitude profile in degrees.
pub const BAND_DEG: f64 = 10.0;

/// A cell as a summary sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// The point that stands for it.
    pub place: Geodetic,
    /// Its area in km², what it weighs.
    pub area_km2: f64,
}

/// Means over cells of what is a mean over instants in each.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct DopMeans {
    /// Mean GDOP.
    pub gdop: f64,
    /// Mean PDOP.
    pub pdop: f64,
    /// Mean HDOP.
    pub hdop: f64,
    /// Mean VDOP.
    pub vdop: f64,
    /// Mean TDOP.
    pub tdop: f64,
}

/// Area-weighted figures of some cells.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct AreaFigures {
    /// Number of cells.
    pub cells: usize,
    /// Their area in km².
    pub area_km2: f64,
    /// Percent of area and time with PDOP at most the threshold.
    pub availability_percent: f64,
    /// Percent of the area where PDOP is at most the threshold at every instant.
    pub always_available_percent: f64,
    /// Cells where that holds.
    pub cells_always_available: usize,
    /// Percent of area and time without a fix.
    pub without_fix_percent: f64,
    /// Cells that never have a fix: they are in no mean of a dilution.
    pub cells_without_fix: usize,
    /// Mean over the area of the cells' means; none when no cell has a fix.
    pub mean: Option<DopMeans>,
    /// Mean over the area of the cells' medians.
    pub median: Option<DopMeans>,
    /// Mean over the area of the cells' 95th percentiles.
    pub p95: Option<DopMeans>,
    /// Mean number of satellites in view.
    pub mean_in_view: f64,
    /// Fewest satellites in view of any cell at any instant.
    pub min_in_view: u32,
    /// Largest PDOP of any cell at any instant.
    pub max_pdop: Option<f64>,
}

/// A band of the latitude profile.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Band {
    /// Southern edge in degrees.
    pub south_deg: f64,
    /// Northern edge in degrees.
    pub north_deg: f64,
    /// Its figures.
    pub figures: AreaFigures,
}

/// Summary of an area.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Summary {
    /// Figures of the whole.
    pub whole: AreaFigures,
    /// Number of the site with the least availability; the largest PDOP decides between equals.
    pub worst_site: usize,
    /// Number of the site with the largest PDOP, when any has a fix.
    pub largest_pdop_site: Option<usize>,
    /// Bands by the latitude of the centres of the cells, south to north; empty bands left out.
    pub bands: Vec<Band>,
}

/// Summary of the chosen sites; none when none is chosen.
pub fn summarise(sites: &[Site], figures: &[Figures], chosen: &[usize]) -> Option<Summary> {
    let max_pdop = |site: usize| figures[site].dop.map_or(f64::INFINITY, |dop| dop.pdop.max);
    let worst_site = chosen.iter().copied().min_by(|&a, &b| {
        let (first, second) = (figures[a].available, figures[b].available);
        first.cmp(&second).then(max_pdop(b).total_cmp(&max_pdop(a))).then(a.cmp(&b))
    })?;
    let largest_pdop_site = chosen
        .iter()
        .copied()
        .filter(|&site| figures[site].dop.is_some())
        .max_by(|&a, &b| max_pdop(a).total_cmp(&max_pdop(b)).then(b.cmp(&a)));
    let bands = (0..(180.0 / BAND_DEG) as usize)
        .filter_map(|band| {
            let south_deg = band as f64 * BAND_DEG - 90.0;
            let north_deg = south_deg + BAND_DEG;
            let members: Vec<usize> = chosen
                .iter()
                .copied()
                .filter(|&site| {
                    let latitude_deg = sites[site].place.latitude_deg;
                    latitude_deg >= south_deg && (latitude_deg < north_deg || north_deg >= 90.0)
                })
                .collect();
            let empty = members.is_empty();
            (!empty).then(|| Band { south_deg, north_deg, figures: area_figures(sites, figures, &members) })
        })
        .collect();
    Some(Summary { whole: area_figures(sites, figures, chosen), worst_site, largest_pdop_site, bands })
}

/// Area-weighted figures of the chosen sites.
fn area_figures(sites: &[Site], figures: &[Figures], chosen: &[usize]) -> AreaFigures {
    let sum = |value: &dyn Fn(&Figures) -> f64| -> f64 {
        chosen.iter().map(|&site| sites[site].area_km2 * value(&figures[site])).sum()
    };
    let area_km2 = sum(&|_| 1.0);
    // The product may round to a little more than a hundred times the area.
    let percent = |value: &dyn Fn(&Figures) -> f64| (100.0 * sum(value) / area_km2).min(100.0);
    let of_time = |count: u32, figures: &Figures| f64::from(count) / f64::from(figures.instants.max(1));
    let fixed_km2 = sum(&|figures| f64::from(u8::from(figures.dop.is_some())));
    let mean = |part: fn(&Distribution) -> f64| {
        let of = |kind: fn(&DopFigures) -> &Distribution| {
            sum(&|figures| figures.dop.as_ref().map_or(0.0, |dop| part(kind(dop)))) / fixed_km2
        };
        (fixed_km2 > 0.0).then(|| DopMeans {
            gdop: of(|dop| &dop.gdop),
            pdop: of(|dop| &dop.pdop),
            hdop: of(|dop| &dop.hdop),
            vdop: of(|dop| &dop.vdop),
            tdop: of(|dop| &dop.tdop),
        })
    };
    AreaFigures {
        cells: chosen.len(),
        area_km2,
        availability_percent: percent(&|figures| of_time(figures.available, figures)),
        always_available_percent: percent(&|figures| f64::from(u8::from(figures.is_always_available()))),
        cells_always_available: chosen.iter().filter(|&&site| figures[site].is_always_available()).count(),
        without_fix_percent: percent(&|figures| of_time(figures.without_fix(), figures)),
        cells_without_fix: chosen.iter().filter(|&&site| figures[site].dop.is_none()).count(),
        mean: mean(|distribution| distribution.mean),
        median: mean(|distribution| distribution.median),
        p95: mean(|distribution| distribution.p95),
        mean_in_view: sum(&|figures| figures.mean_in_view) / area_km2,
        min_in_view: chosen.iter().map(|&site| figures[site].min_in_view).min().unwrap_or(0),
        max_pdop: chosen
            .iter()
            .filter_map(|&site| figures[site].dop.map(|dop| dop.pdop.max))
            .max_by(f64::total_cmp),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(available: u32, pdop: f64) -> Figures {
        let distribution = Distribution { mean: pdop, median: pdop, p95: pdop, max: pdop, max_instant: 0 };
        let dop = DopFigures {
            gdop: distribution,
            pdop: distribution,
            hdop: distribution,
            vdop: distribution,
            tdop: distribution,
        };
        let dop = pdop.is_finite().then_some(dop);
        let too_few = if dop.is_none() { 10 } else { 0 };
        Figures {
            instants: 10,
            available,
            too_few,
            singular: 0,
            first_without_fix: dop.is_none().then_some(0),
            min_in_view: 3,
            mean_in_view: 5.0,
            dop,
        }
    }

    fn site(latitude_deg: f64, area_km2: f64) -> Site {
        Site { place: Geodetic { latitude_deg, longitude_deg: 0.0, height_km: 0.0 }, area_km2 }
    }

    #[test]
    fn a_cell_weighs_its_area() {
        let sites = [site(-90.0, 1.0), site(5.0, 3.0), site(9.9, 1.0), site(90.0, 5.0)];
        let figures = [figures(10, 2.0), figures(5, 4.0), figures(5, 6.0), figures(0, f64::INFINITY)];
        let summary = summarise(&sites, &figures, &[0, 1, 2, 3]).unwrap();
        let whole = summary.whole;
        assert_eq!((whole.cells, whole.area_km2, whole.cells_without_fix), (4, 10.0, 1));
        assert!((whole.availability_percent - 30.0).abs() < 1e-12);
        assert!((whole.always_available_percent - 10.0).abs() < 1e-12);
        assert_eq!(whole.cells_always_available, 1);
        assert!((whole.without_fix_percent - 50.0).abs() < 1e-12);
        // (1·2 + 3·4 + 1·6) / 5: the cell without a fix is in no mean.
        assert!((whole.mean.unwrap().pdop - 4.0).abs() < 1e-12);
        assert_eq!(whole.max_pdop, Some(6.0));
        assert_eq!((summary.worst_site, summary.largest_pdop_site), (3, Some(2)));
        let bands: Vec<_> = summary.bands.iter().map(|band| (band.south_deg, band.figures.cells)).collect();
        assert_eq!(bands, [(-90.0, 1), (0.0, 2), (80.0, 1)]);
        assert_eq!(summarise(&sites, &figures, &[2, 1]).unwrap().worst_site, 2);
        assert_eq!(summarise(&sites, &figures, &[]), None);
    }
}
