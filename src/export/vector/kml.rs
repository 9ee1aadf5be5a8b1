//! OGC KML 2.2 (07-147r2), with the fields as typed schema data, plain or zipped (KMZ).

use std::io::{self, Write};

use geo::{Geometry, LineString, Polygon};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::export::features::{Features, Value};
use crate::export::gis::ColumnType;
use crate::export::xml_text;

type Xml<'a> = Writer<&'a mut dyn Write>;

/// Writes a KML document.
pub(super) fn write(out: &mut dyn Write, features: &Features<'_>) -> io::Result<()> {
    let mut xml: Xml<'_> = Writer::new(out);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    xml.create_element("kml")
        .with_attribute(("xmlns", "http://www.opengis.net/kml/2.2"))
        .write_inner_content(|xml| {
            xml.create_element("Document").with_attribute(("id", "hexsky")).write_inner_content(|xml| {
                text(xml, "name", features.layer)?;
                if !features.about.is_empty() {
                    text(xml, "description", &features.about)?;
                }
                schema(xml, features)?;
                (0..features.len()).try_for_each(|number| placemark(xml, features, number))
            })?;
            Ok(())
        })?;
    Ok(())
}

/// Writes a KML document in a ZIP archive, as KMZ.
pub(super) fn write_zipped(out: &mut dyn Write, features: &Features<'_>) -> io::Result<()> {
    let mut archive = ZipWriter::new_stream(out);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive.start_file("doc.kml", options).map_err(io::Error::other)?;
    write(&mut archive, features)?;
    archive.finish().map_err(io::Error::other)?;
    Ok(())
}

fn text(xml: &mut Xml<'_>, name: &str, content: &str) -> io::Result<()> {
    xml.create_element(name).write_text_content(BytesText::new(&xml_text(content)))?;
    Ok(())
}

fn schema(xml: &mut Xml<'_>, features: &Features<'_>) -> io::Result<()> {
    xml.create_element("Schema")
        .with_attributes([("name", features.layer), ("id", "fields")])
        .write_inner_content(|xml| {
            for field in &features.fields {
                let kind = match field.kind {
                    ColumnType::Integer | ColumnType::Integer64 => "int",
                    ColumnType::Real => "double",
                    ColumnType::Text | ColumnType::Geometry | ColumnType::DateTime => "string",
                };
                xml.create_element("SimpleField")
                    .with_attributes([("type", kind), ("name", &*xml_text(&field.name))])
                    .write_empty()?;
            }
            Ok(())
        })?;
    Ok(())
}

fn placemark(xml: &mut Xml<'_>, features: &Features<'_>, number: usize) -> io::Result<()> {
    let texts = features.texts(number);
    let values = features.values(number)?;
    xml.create_element("Placemark").write_inner_content(|xml| {
        text(xml, "name", texts.first().map_or("", String::as_str))?;
        xml.create_element("ExtendedData").write_inner_content(|xml| {
            xml.create_element("SchemaData").with_attribute(("schemaUrl", "#fields")).write_inner_content(
                |xml| {
                    for ((field, value), shown) in features.fields.iter().zip(&values).zip(&texts) {
                        if *value != Value::Nothing {
                            xml.create_element("SimpleData")
                                .with_attribute(("name", &*xml_text(&field.name)))
                                .write_text_content(BytesText::new(&xml_text(shortest(shown, field.kind))))?;
                        }
                    }
                    Ok(())
                },
            )?;
            Ok(())
        })?;
        geometry(xml, &features.shape(number))
    })?;
    Ok(())
}

fn geometry(xml: &mut Xml<'_>, shape: &Geometry<f64>) -> io::Result<()> {
    match shape {
        Geometry::Point(point) => {
            xml.create_element("Point").write_inner_content(|xml| {
                text(xml, "coordinates", &format!("{},{}", point.x(), point.y()))
            })?;
        }
        Geometry::MultiPolygon(polygons) if polygons.0.len() == 1 => polygon(xml, &polygons.0[0])?,
        Geometry::MultiPolygon(polygons) => {
            xml.create_element("MultiGeometry")
                .write_inner_content(|xml| polygons.iter().try_for_each(|each| polygon(xml, each)))?;
        }
        other => return Err(io::Error::other(format!("no KML for {other:?}"))),
    }
    Ok(())
}

/// Degrees to 1e-5, which is a metre: what is for looking at needs no more.
fn coarse(degrees: f64) -> f64 {
    (degrees * 1e5).round() / 1e5 + 0.0
}

/// A number without the zeros that end its fraction.
fn shortest(text: &str, kind: ColumnType) -> &str {
    match kind {
        ColumnType::Real if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.'),
        _ => text,
    }
}

fn polygon(xml: &mut Xml<'_>, polygon: &Polygon<f64>) -> io::Result<()> {
    xml.create_element("Polygon").write_inner_content(|xml| {
        ring(xml, "outerBoundaryIs", polygon.exterior())?;
        polygon.interiors().iter().try_for_each(|hole| ring(xml, "innerBoundaryIs", hole))
    })?;
    Ok(())
}

fn ring(xml: &mut Xml<'_>, name: &str, line: &LineString<f64>) -> io::Result<()> {
    let points: Vec<String> =
        line.coords().map(|point| format!("{},{}", coarse(point.x), coarse(point.y))).collect();
    xml.create_element(name).write_inner_content(|xml| {
        xml.create_element("LinearRing")
            .write_inner_content(|xml| text(xml, "coordinates", &points.join(" ")))?;
        Ok(())
    })?;
    Ok(())
}
