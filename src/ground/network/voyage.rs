//! Voyages of ships: what they are called and the track they follow.

use std::path::Path;

use toml::Spanned;

use super::raw::RawVoyage;
use super::source::Source;
use crate::diagnostics::TextError;
use crate::ground::{Outside, ReadError, Track, Waypoint, track};
use crate::input::{FileError, TRACK_GROWTH, read_text};

/// A voyage in words: mission, area, dates.
pub(super) fn about(source: &Source, voyage: &RawVoyage) -> Result<String, TextError> {
    let mut words: Vec<String> = Vec::new();
    words.extend(voyage.mission.clone());
    words.extend(voyage.area.clone());
    let date = |value: &Option<Spanned<toml::Value>>| -> Result<Option<String>, TextError> {
        let Some(value) = value else { return Ok(None) };
        Ok(Some(source.epoch(value)?.to_string()[..10].to_owned()))
    };
    match (date(&voyage.from)?, date(&voyage.until)?) {
        (Some(from), Some(until)) if from == until => words.push(from),
        (Some(from), Some(until)) => words.push(format!("{from} to {until}")),
        (Some(from), None) => words.push(format!("from {from}")),
        (None, Some(until)) => words.push(format!("until {until}")),
        (None, None) => {}
    }
    Ok(words.join(", "))
}

/// The track of a voyage; none where no position is published.
pub(super) fn track_of(source: &Source, voyage: &RawVoyage) -> Result<Option<Track>, ReadError> {
    if voyage.waypoints.is_empty() && voyage.track.is_none() {
        return Ok(None);
    }
    let (Some(before), Some(after)) = (voyage.before, voyage.after) else {
        return Err(source
            .wrong(voyage.name.span(), "the voyage does not say what holds outside its waypoints")
            .help("add before = \"hold\" or \"absent\", and after = \"hold\" or \"absent\"")
            .into());
    };
    if let Some(file) = &voyage.track {
        if !voyage.waypoints.is_empty() {
            return Err(source
                .wrong(file.span(), "the voyage has both a track file and waypoints")
                .help("keep one of the two")
                .into());
        }
        let Some(folder) = &source.folder else {
            return Err(source
                .wrong(file.span(), "this network has no folder, so it can name no files")
                .into());
        };
        let path = folder.join(file.get_ref()).to_string_lossy().into_owned();
        if Path::new(&path).exists() && !Path::new(&path).is_file() {
            return Err(source
                .wrong(file.span(), format!("{path} is no file"))
                .help("name a track in CSV or GPX, relative to the folder of this file")
                .into());
        }
        let text = read_text(&path, TRACK_GROWTH).map_err(|error| match error {
            FileError::Read { .. } => source
                .wrong(file.span(), error.to_string())
                .help("the path is relative to the folder of this file")
                .into(),
            FileError::Text(error) => ReadError::from(error),
        })?;
        let read = track::read(&path, &text, Outside::Hold)?;
        return Ok(Some(read.with_outside(before, after)));
    }
    let waypoints = voyage
        .waypoints
        .iter()
        .map(|waypoint| {
            let raw = waypoint.get_ref();
            let place = source.place(&raw.lat_deg, &raw.lon_deg, raw.height_m.as_ref())?;
            Ok(Waypoint { epoch: source.epoch(&raw.utc)?, place })
        })
        .collect::<Result<Vec<_>, TextError>>()?;
    let track = Track::new(waypoints, before, after).map_err(|error| {
        let number = track::waypoint_of(&error).unwrap_or(0);
        source.wrong(voyage.waypoints[number].span(), error.to_string()).help(track::help_for(&error))
    })?;
    Ok(Some(track))
}
