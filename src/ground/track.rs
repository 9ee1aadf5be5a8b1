//! Ship tracks from CSV (`time` or `utc`, `lat_deg`, `lon_deg`, optional `height_m`) and GPX.
//!
//! A GPX file may hold several tracks, and each of them segments, a new one where reception ended. Such parts are
//! joined where they are near in time: between others nobody knows where the ship was.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::sheet::Sheet;
use super::ship::{FASTEST_KNOTS, Outside, Track, TrackError, Waypoint};
use super::site::check_place;
use crate::diagnostics::TextError;
use crate::time::Epoch;

/// Reads a ship's track in either format.
pub(super) fn read(file: &str, text: &str, outside: Outside) -> Result<Track, TextError> {
    read_up_to(FASTEST_KNOTS, file, text, outside)
}

/// The same of something that is not faster than so many knots.
pub(super) fn read_up_to(
    fastest_knots: f64,
    file: &str,
    text: &str,
    outside: Outside,
) -> Result<Track, TextError> {
    let make = |waypoints: Vec<Waypoint>, begins: &[usize]| {
        Track::in_parts(fastest_knots, waypoints, begins, outside, outside)
    };
    let is_gpx = file.to_lowercase().ends_with(".gpx") || text.trim_start().starts_with('<');
    if is_gpx { read_gpx(file, text, make) } else { read_csv(file, text, make) }
}

fn read_csv(
    file: &str,
    text: &str,
    make: impl FnOnce(Vec<Waypoint>, &[usize]) -> Result<Track, TrackError>,
) -> Result<Track, TextError> {
    let sheet = Sheet::open(file, text)?;
    let time_column = sheet.need(&["time", "utc"])?;
    let latitude_column = sheet.need(&["lat_deg"])?;
    let longitude_column = sheet.need(&["lon_deg"])?;
    let height_column = sheet.column(&["height_m"]);
    let mut waypoints = Vec::new();
    let mut starts = Vec::new();
    for row in sheet.rows() {
        let row = row?;
        starts.push(row.start());
        let epoch: Epoch = row.text(time_column).parse().map_err(|error: crate::time::ParseEpochError| {
            row.wrong(time_column, error.to_string())
                .help("write each time in UTC: date, T, and the time of day, such as 2026-01-01T06:30:00Z")
        })?;
        let height_m = row.optional_number(height_column)?.unwrap_or(0.0);
        let place = check_place(row.number(latitude_column)?, row.number(longitude_column)?, height_m)
            .map_err(|(value, message, help)| {
                let columns = [latitude_column, longitude_column, height_column.unwrap_or(latitude_column)];
                row.wrong(columns[value], message).help(help)
            })?;
        waypoints.push(Waypoint { epoch, place });
    }
    make(waypoints, &[]).map_err(|error| match waypoint_of(&error) {
        Some(number) => sheet.wrong(starts[number], time_column, error.to_string()).help(help_for(&error)),
        None => TextError::whole_file(file, error.to_string()).help(help_for(&error)),
    })
}

/// The number of the waypoint that an error is about.
pub(super) fn waypoint_of(error: &TrackError) -> Option<usize> {
    match error {
        TrackError::Empty => None,
        TrackError::Order { number, .. }
        | TrackError::EqualTimes { number, .. }
        | TrackError::TooFast { number, .. }
        | TrackError::Opposite { number } => Some(*number),
    }
}

/// How to mend a track.
pub(super) fn help_for(error: &TrackError) -> &'static str {
    match error {
        TrackError::Empty => "give at least one waypoint with time, latitude and longitude",
        TrackError::Order { .. } => "put the waypoints in the order of time",
        TrackError::EqualTimes { .. } => "keep one of the two waypoints, or correct the time of one",
        TrackError::TooFast { .. } => "check the time and the place of both waypoints",
        TrackError::Opposite { .. } => "add a waypoint between the two",
    }
}

/// Parts of a GPX file with no more than this time between them are joined, seconds: receivers begin a new segment
/// wherever they lose the signal.
const JOINED_S: f64 = 3600.0;

/// A point of a GPX file while it is read.
struct Point {
    /// Number of the segment or route that it belongs to.
    part: usize,
    span: Range<usize>,
    latitude_deg: f64,
    longitude_deg: f64,
    elevation_m: f64,
    epoch: Option<Epoch>,
}

const WELL_FORMED: &str = "GPX is XML: every tag that opens is closed again, in its order, and <, > and & stand in texts \
                           as &lt;, &gt; and &amp;; write the file anew with the program that it comes from";

/// Reads the track points of a GPX file, or its route points where it has no track.
///
/// `ele` is taken as height above the ellipsoid. Receivers often give it above the geoid, up to 100 m
/// away, which moves the edge of a low pass by a few hundredths of a second.
fn read_gpx(
    file: &str,
    text: &str,
    make: impl FnOnce(Vec<Waypoint>, &[usize]) -> Result<Track, TrackError>,
) -> Result<Track, TextError> {
    let mut reader = Reader::from_str(text);
    let mut points: [Vec<Point>; 2] = [Vec::new(), Vec::new()];
    let mut open: Option<(usize, Point)> = None;
    let mut child: Option<(&str, Range<usize>)> = None;
    let mut content = String::new();
    let mut saw_gpx = false;
    let mut part = 0_usize;
    let mut depth = 0_usize;
    loop {
        let from = reader.buffer_position() as usize;
        let event = reader.read_event();
        let to = reader.buffer_position() as usize;
        let wrong_xml = |message: String| {
            TextError::at(file, text, from..to.max(from + 1), format!("not well-formed XML: {message}"))
        };
        let event = event.map_err(|error| wrong_xml(error.to_string()).help(WELL_FORMED))?;
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        match event {
            // A track cut off between two points would end too early in silence.
            Event::Eof if depth > 0 => {
                let what = if open.is_some() { "inside a track point" } else { "before its last tag" };
                return Err(wrong_xml(format!("the file ends {what}"))
                    .help("the file is cut off: perhaps a copy was interrupted"));
            }
            Event::Eof => break,
            Event::Start(tag) => match tag.local_name().as_ref() {
                "gpx" => saw_gpx = true,
                "trk" | "trkseg" | "rte" => part += 1,
                name @ ("trkpt" | "rtept") => {
                    let kind = usize::from(name == "rtept");
                    open = Some((kind, Point { part, ..point_of(file, text, from..to, &tag)? }));
                }
                "ele" if open.is_some() => child = Some(("ele", to..to)),
                "time" if open.is_some() => child = Some(("time", to..to)),
                _ => {}
            },
            Event::Empty(tag) => {
                if let name @ ("trkpt" | "rtept") = tag.local_name().as_ref() {
                    let point = Point { part, ..point_of(file, text, from..to, &tag)? };
                    points[usize::from(name == "rtept")].push(point);
                }
            }
            Event::Text(chunk) if child.is_some() => {
                content.push_str(&chunk.xml10_content());
            }
            Event::End(tag) => match tag.local_name().as_ref() {
                "ele" | "time" => {
                    if let (Some((name, span)), Some((_, point))) = (child.take(), open.as_mut()) {
                        let span = span.start..from;
                        let value = content.trim();
                        if name == "time" {
                            let epoch = value.parse::<Epoch>();
                            point.epoch = Some(epoch.map_err(|error| {
                                TextError::at(file, text, span, error.to_string())
                                    .help("write each time in UTC, such as 2026-01-01T06:30:00Z")
                            })?);
                        } else {
                            point.elevation_m = number(file, text, span, "ele", value)?;
                        }
                    }
                    content.clear();
                }
                "trkpt" | "rtept" => {
                    if let Some((kind, point)) = open.take() {
                        points[kind].push(point);
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }
    if !saw_gpx {
        return Err(TextError::whole_file(file, "not a GPX file: no <gpx> element")
            .help("give a track as GPX, or as CSV with the columns time, lat_deg and lon_deg"));
    }
    let [track, route] = points;
    let points = if track.is_empty() { route } else { track };
    let mut waypoints = Vec::with_capacity(points.len());
    for point in &points {
        let Some(epoch) = point.epoch else {
            return Err(TextError::at(file, text, point.span.clone(), "the point has no <time>")
                .help("a track needs a time at every point"));
        };
        let place = check_place(point.latitude_deg, point.longitude_deg, point.elevation_m).map_err(
            |(_, message, help)| TextError::at(file, text, point.span.clone(), message).help(help),
        )?;
        waypoints.push(Waypoint { epoch, place });
    }
    let is_apart = |pair: &[(&Point, &Waypoint)]| {
        pair[0].0.part != pair[1].0.part && pair[1].1.epoch.seconds_since(pair[0].1.epoch) > JOINED_S
    };
    let both: Vec<(&Point, &Waypoint)> = points.iter().zip(&waypoints).collect();
    let begins: Vec<usize> = both
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| is_apart(pair))
        .map(|(number, _)| number + 1)
        .collect();
    make(waypoints.clone(), &begins).map_err(|error| match waypoint_of(&error) {
        Some(number) => {
            TextError::at(file, text, points[number].span.clone(), error.to_string()).help(help_for(&error))
        }
        None => TextError::whole_file(file, "no track point <trkpt> and no route point <rtept>")
            .help(help_for(&error)),
    })
}

/// A point from the attributes of its tag.
fn point_of(file: &str, text: &str, span: Range<usize>, tag: &BytesStart) -> Result<Point, TextError> {
    let attribute = |name: &str| -> Result<f64, TextError> {
        let found = tag.try_get_attribute(name).map_err(|error| {
            TextError::at(file, text, span.clone(), format!("not well-formed XML: {error}")).help(WELL_FORMED)
        })?;
        let Some(found) = found else {
            return Err(TextError::at(file, text, span.clone(), format!("the point has no '{name}'"))
                .help("a point is <trkpt lat=\"1.5\" lon=\"100.25\"> with a <time> in it"));
        };
        number(file, text, span.clone(), name, found.value.trim())
    };
    Ok(Point {
        part: 0,
        latitude_deg: attribute("lat")?,
        longitude_deg: attribute("lon")?,
        elevation_m: 0.0,
        epoch: None,
        span,
    })
}

fn number(file: &str, text: &str, span: Range<usize>, name: &str, value: &str) -> Result<f64, TextError> {
    value.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| {
        let expected = match name {
            "ele" => "metres above the ellipsoid, such as 15",
            _ => "degrees with a decimal point, such as 1.25",
        };
        TextError::at(file, text, span, format!("{name} '{value}' is not a number, expected {expected}"))
            .help("write plain numbers: no units, no decimal commas")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GPX: &str = r#"<?xml version="1.0"?>
<gpx xmlns="http://www.topografix.com/GPX/1/1" version="1.1">
  <wpt lat="1" lon="2"><name>a place on the way</name></wpt>
  <trk><name>x &amp; y</name><trkseg>
    <trkpt lat="3.0" lon="176.0"><ele>15</ele><time>2024-07-17T06:00:00Z</time></trkpt>
    <trkpt lat="-1.5" lon="-179.0"><time>2024-07-17T20:00:00Z</time></trkpt>
  </trkseg><trkseg>
    <trkpt lat="-1.51" lon="-179.0"><time>2024-07-17T20:50:00Z</time></trkpt>
    <trkpt lat="-5.0" lon="-177.0"><ele>15</ele><time>2024-07-18T06:00:00Z</time></trkpt>
  </trkseg></trk>
</gpx>"#;

    /// Two voyages with months between them were one across a continent.
    #[test]
    fn tracks_of_a_gpx_file_that_are_far_apart_are_not_joined() {
        let point = |day: &str, lon: f64| {
            format!("<trkpt lat=\"1\" lon=\"{lon}\"><time>2026-{day}T00:00:00Z</time></trkpt>")
        };
        let two = |between: &str| {
            let (first, second) = (point("01-01", 0.0) + &point("01-02", 1.0), point("03-01", 60.0));
            format!("<gpx><trk><trkseg>{first}{between}{second}</trkseg></trk></gpx>")
        };
        let feb = "2026-02-01T00:00:00Z".parse().unwrap();
        for between in ["</trkseg><trkseg>", "</trkseg></trk><trk><trkseg>"] {
            let track = read("a.gpx", &two(between), Outside::Absent).unwrap();
            assert_eq!((track.parts(), track.waypoints().len()), (2, 3));
            assert_eq!(track.place(feb), None);
            let held = read("a.gpx", &two(between), Outside::Hold).unwrap();
            assert_eq!(held.place(feb).map(|place| place.longitude_deg), Some(1.0));
        }
        let joined = read("a.gpx", &two(""), Outside::Absent).unwrap();
        assert_eq!(joined.parts(), 1);
        assert!(joined.place(feb).is_some());
        let routes = two("</trkseg></trk><trk><trkseg>")
            .replace("trkpt", "rtept")
            .replace("<trk><trkseg>", "<rte>")
            .replace("</trkseg></trk>", "</rte>");
        assert_eq!(read("a.gpx", &routes, Outside::Absent).unwrap().parts(), 2);
    }

    #[test]
    fn csv_and_gpx_give_the_same_track() {
        let csv = "utc,lat_deg,lon_deg,height_m\n# underway\n2024-07-17T06:00:00Z,3.0,176.0,15\n\
                   2024-07-17T20:00:00Z,-1.5,-179.0,\n\
                   2024-07-17T20:50:00Z,-1.51,-179.0,\n2024-07-18T06:00:00Z,-5.0,-177.0,15\n";
        let from_csv = read("a.csv", csv, Outside::Absent).unwrap();
        assert_eq!(from_csv, read("a.gpx", GPX, Outside::Absent).unwrap());
        assert_eq!(from_csv.waypoints().len(), 4);
        assert_eq!(from_csv.waypoints()[0].place.height_km, 0.015);
    }

    #[test]
    fn wrong_files_say_where() {
        for (file, text, line, expected) in [
            ("a.csv", "", 0, "empty"),
            ("a.csv", "utc,lat_deg,lon_deg\n", 0, "at least one waypoint"),
            ("a.csv", "utc,latitude,lon_deg\n", 1, "no column lat_deg"),
            ("a.csv", "utc,lat_deg,lon_deg\n2024-07-17,95,0\n", 2, "latitude 95 is outside"),
            ("a.csv", "utc,lat_deg,lon_deg\n2024-07-17,5\n", 2, "2 values where the header names 3"),
            ("a.csv", "utc,lat_deg,lon_deg\n2024-07-17,x,0\n", 2, "'x' is not a number"),
            ("a.csv", "utc,lat_deg,lon_deg\nnoon,5,0\n", 2, "not a UTC instant"),
            ("a.csv", "utc,lat_deg,lon_deg\n2024-07-17,5,0\n\n2024-07-17,6,0\n", 4, "same time"),
            ("a.csv", "utc,lat_deg,lon_deg\n2024-07-17,5,0\n2024-07-16,6,0\n", 3, "earlier"),
            ("a.gpx", "<gpx></gpx>", 0, "no track point"),
            ("a.gpx", "<kml></kml>", 0, "no <gpx>"),
            ("a.gpx", "<gpx><trk>\n<trkpt lat='1'/></trk></gpx>", 2, "no 'lon'"),
            ("a.gpx", "<gpx><trk>\n<trkpt lat='1' lon='x'/></trk></gpx>", 2, "lon 'x' is not a number"),
            ("a.gpx", "<gpx><trk>\n<trkpt lat='1' lon='2'/></trk></gpx>", 2, "no <time>"),
            ("a.gpx", "<gpx><trkpt lat='1' lon='2'>", 1, "inside a track point"),
            (
                "a.gpx",
                "<gpx><trk>\n<trkpt lat='1' lon='2'><time>2024-07-17</time></trkpt>\n",
                2,
                "ends before its last tag",
            ),
            ("a.gpx", "<gpx><trk></gpx>", 1, "not well-formed"),
            ("a.gpx", "<gpx>\n<trkpt lat='1' lon='2'><time>noon</time></trkpt></gpx>", 2, "UTC instant"),
        ] {
            let error = read(file, text, Outside::Absent).unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.to_string().contains(expected), "{error}");
            assert!(error.help.is_some(), "{error}");
        }
    }
}
