//! Options of `hexsky link` that would change nothing.

use super::arguments::{LinkArgs, Pattern};
use crate::cli::Failure;

/// Refuses what has no effect beside other options, as far as clap cannot tell.
pub fn refuse(args: &LinkArgs) -> Result<(), Failure> {
    let (transmit, path, receive) = (&args.transmit, &args.path, &args.receive);
    if path.latitude_deg.is_none() && path.maps.is_given() {
        return Err(Failure::input(
            "--itu-data has no effect without a place",
            "give --latitude-deg, --longitude-deg and --availability, or leave it out",
        ));
    }
    if receive.sky_noise && path.latitude_deg.is_none() && path.atmosphere_db.is_none() {
        return Err(Failure::input(
            "--sky-noise has no effect without an atmosphere, which makes the noise",
            "give --atmosphere-db, or --latitude-deg, --longitude-deg and --availability, or leave it out",
        ));
    }
    let gain = [("--tx-gain-dbi", transmit.tx_gain_dbi), ("--rx-gain-dbi", receive.rx_gain_dbi)];
    let power =
        [("--eirp-dbw", transmit.eirp_dbw), ("--eirp-density-dbw-mhz", transmit.eirp_density_dbw_mhz)];
    let on_axis = |antenna: Option<Pattern>| antenna.is_some_and(|pattern| !pattern.has_direction);
    for (option, antenna, given) in [
        ("--tx-antenna", transmit.tx_antenna, [gain[0], power[0], power[1]]),
        ("--rx-antenna", receive.rx_antenna, [gain[1], ("--gt-db-k", receive.gt_db_k), ("", None)]),
    ] {
        if let Some((other, _)) = given.iter().find(|(_, value)| on_axis(antenna) && value.is_some()) {
            return Err(Failure::input(
                format!(
                    "{option} has no effect: {other} tells what it does on its axis, where the link runs"
                ),
                "give the direction of the link with at= in degrees, at=nadir or at=zenith, or leave it out",
            ));
        }
    }
    Ok(())
}
