//! Polygons made ready for fast questions: R-trees over the polygons and over the edges of each.

use std::sync::Arc;

use geo::{BoundingRect, Intersects, Line, LineString, Point, Polygon, Rect, coord, point};
use rstar::{AABB, RTree, RTreeObject};

use super::bounds::LatLonBox;

/// How an area lies to a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Inside,
    Outside,
    Mixed,
}

impl Relation {
    /// To the union of two regions, from the relations to each.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Inside, _) | (_, Self::Inside) => Self::Inside,
            (Self::Outside, Self::Outside) => Self::Outside,
            _ => Self::Mixed,
        }
    }

    /// To the first region without the second, from the relations to each.
    pub fn and_not(self, other: Self) -> Self {
        match (self, other) {
            (Self::Outside, _) | (_, Self::Inside) => Self::Outside,
            (Self::Inside, Self::Outside) => Self::Inside,
            _ => Self::Mixed,
        }
    }
}

/// A union of polygons in degrees, x the longitude, which may run on beyond ±180.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    polygons: Arc<RTree<Edges>>,
}

/// The edges of one polygon, holes included, each with its southern end first.
#[derive(Debug)]
struct Edges {
    tree: RTree<Line<f64>>,
}

impl RTreeObject for Edges {
    type Envelope = AABB<Point<f64>>;

    fn envelope(&self) -> Self::Envelope {
        self.tree.root().envelope()
    }
}

/// At a pole itself every longitude is the same place, and half-open borders would leave the north pole
/// out of everything: the question is asked this far from it.
const NEAREST_TO_POLE_DEG: f64 = 1e-9;

impl Outline {
    pub fn new(polygons: impl IntoIterator<Item = Polygon<f64>>) -> Self {
        let polygons = polygons.into_iter().map(|polygon| Edges::new(&polygon)).collect();
        Self { polygons: Arc::new(RTree::bulk_load(polygons)) }
    }

    pub fn contains(&self, lat_deg: f64, lon_deg: f64) -> bool {
        let limit = 90.0 - NEAREST_TO_POLE_DEG;
        let lat_deg = lat_deg.clamp(-limit, limit);
        // Rings around a pole are cut where they begin, each elsewhere: it takes the copies of a polygon at all
        // turns to tell whether a place is in it, by the even-odd rule again.
        let mut odd: Vec<&Edges> = Vec::new();
        for turn in self.turns() {
            let point = point! { x: lon_deg + turn, y: lat_deg };
            let envelope = AABB::from_point(point);
            let met = self.polygons.locate_in_envelope_intersecting(&envelope);
            for edges in met.filter(|edges| edges.contains(point)) {
                match odd.iter().position(|other| std::ptr::eq(*other, edges)) {
                    Some(same) => drop(odd.swap_remove(same)),
                    None => odd.push(edges),
                }
            }
        }
        !odd.is_empty()
    }

    pub fn relation(&self, rectangle: &LatLonBox) -> Relation {
        let met = self.turns().any(|turn| {
            let west = rectangle.west + turn;
            let shifted = Rect::new(
                coord! { x: west, y: rectangle.south },
                coord! { x: west + rectangle.width, y: rectangle.north },
            );
            let envelope = AABB::from_corners(shifted.min().into(), shifted.max().into());
            self.polygons
                .locate_in_envelope_intersecting(&envelope)
                .any(|edges| edges.meet(&envelope, &shifted))
        });
        if met {
            return Relation::Mixed;
        }
        // No edge in the rectangle: what holds for one of its points holds for all.
        let middle = (rectangle.south + rectangle.north) / 2.0;
        if self.contains(middle, super::wrap_longitude_deg(rectangle.west + rectangle.width / 2.0)) {
            Relation::Inside
        } else {
            Relation::Outside
        }
    }

    /// The multiples of a turn by which a longitude in `[-180, 180)` may reach the polygons.
    fn turns(&self) -> impl Iterator<Item = f64> + use<> {
        let envelope = self.polygons.root().envelope();
        let (west, east) = (envelope.lower().x(), envelope.upper().x());
        // A rectangle may begin just below 180 and be a whole turn wide.
        [-720.0, -360.0, 0.0, 360.0, 720.0]
            .into_iter()
            .filter(move |turn| west <= 540.0 + turn && east >= -180.0 + turn)
    }
}

impl Edges {
    fn new(polygon: &Polygon<f64>) -> Self {
        let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
        let lines = rings.flat_map(LineString::lines).filter(|line| line.start != line.end);
        // Neighbours share a border, each in its own direction: one order makes both answer alike.
        let lines = lines.map(|line| {
            let upside_down = (line.start.y, line.start.x) > (line.end.y, line.end.x);
            if upside_down { Line::new(line.end, line.start) } else { line }
        });
        Self { tree: RTree::bulk_load(lines.collect()) }
    }

    /// Even-odd rule: how often a ray eastward meets an edge. Shimrat 1962, Algorithm 112.
    fn contains(&self, point: Point<f64>) -> bool {
        let (x, y) = point.x_y();
        let ray = AABB::from_corners(point, point! { x: self.envelope().upper().x().max(x), y: y });
        let crossings = self.tree.locate_in_envelope_intersecting(&ray).filter(|line| {
            let (low, high) = (line.start, line.end);
            low.y <= y && high.y > y && x < low.x + (y - low.y) / (high.y - low.y) * (high.x - low.x)
        });
        crossings.count() % 2 == 1
    }

    fn meet(&self, envelope: &AABB<Point<f64>>, rectangle: &Rect<f64>) -> bool {
        self.tree.locate_in_envelope_intersecting(envelope).any(|line| {
            let box_of_line = line.bounding_rect();
            let within = rectangle.min().x <= box_of_line.min().x && rectangle.max().x >= box_of_line.max().x;
            within || rectangle.intersects(line)
        })
    }
}
