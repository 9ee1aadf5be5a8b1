//! Values of a network file, whose errors show their place.

use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;

use crate::diagnostics::TextError;
use crate::ground::mask::{Mask, MaskError, MaskTable, is_sound_elevation};
use crate::ground::site::check_place;
use crate::time::Epoch;

/// A file while it is read: what errors need to show the place.
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    /// Where files that it names are looked for; none for shipped networks.
    pub(super) folder: Option<PathBuf>,
}

impl Source<'_> {
    /// An error at a place of the file.
    pub(super) fn wrong(&self, span: Range<usize>, message: impl Into<String>) -> TextError {
        TextError::at(self.file, self.text, span, message)
    }

    pub(super) fn epoch(&self, value: &Spanned<toml::Value>) -> Result<Epoch, TextError> {
        let text = match value.get_ref() {
            toml::Value::Datetime(datetime) => datetime.to_string(),
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        text.parse().map_err(|error: crate::time::ParseEpochError| {
            self.wrong(value.span(), error.to_string())
                .help("write a day, such as 2026-01-01, or an instant in UTC, such as 2026-01-01T06:00:00Z")
        })
    }

    pub(super) fn constant_mask(&self, value: &Spanned<f64>) -> Result<Mask, TextError> {
        let elevation = *value.get_ref();
        if !is_sound_elevation(elevation) {
            let message = format!("least elevation {elevation} is outside -10 to below 90 degrees");
            return Err(self.wrong(value.span(), message).help("give degrees above the horizon, such as 5"));
        }
        Ok(Mask::Constant(elevation))
    }

    pub(super) fn table_mask(&self, rows: &Spanned<Vec<Spanned<Vec<f64>>>>) -> Result<Mask, TextError> {
        const ROWS: &str = "rows are [azimuth, elevation] in degrees with azimuths going up from 0 to 360; \
                            the last row repeats the elevation of the first";
        let values = rows
            .get_ref()
            .iter()
            .map(|row| match row.get_ref().as_slice() {
                &[azimuth, elevation] => Ok([azimuth, elevation]),
                other => {
                    let message = format!("expected azimuth and elevation, not {} values", other.len());
                    Err(self.wrong(row.span(), message).help(ROWS))
                }
            })
            .collect::<Result<Vec<[f64; 2]>, TextError>>()?;
        MaskTable::new(values).map(Mask::Table).map_err(|error| {
            let span = match error {
                MaskError::Order { row, .. }
                | MaskError::Twice { row, .. }
                | MaskError::Elevation { row, .. } => rows.get_ref()[row].span(),
                MaskError::NotAround { first, .. } if first != 0.0 => rows.get_ref()[0].span(),
                MaskError::TooShort { .. } => rows.span(),
                MaskError::NotAround { .. } | MaskError::NotClosed { .. } => {
                    rows.get_ref().last().map_or(rows.span(), Spanned::span)
                }
            };
            self.wrong(span, error.to_string()).help(match error {
                MaskError::Twice { .. } => {
                    "keep one of the two rows; for a step, set the second a little further, such as 90 and 90.01"
                }
                _ => ROWS,
            })
        })
    }

    pub(super) fn place(
        &self,
        latitude: &Spanned<f64>,
        longitude: &Spanned<f64>,
        height: Option<&Spanned<f64>>,
    ) -> Result<crate::frames::Geodetic, TextError> {
        let height_m = height.map_or(0.0, |height| *height.get_ref());
        check_place(*latitude.get_ref(), *longitude.get_ref(), height_m).map_err(|(value, message, help)| {
            let spans = [latitude.span(), longitude.span(), height.map_or(latitude.span(), Spanned::span)];
            self.wrong(spans[value].clone(), message).help(help)
        })
    }
}
