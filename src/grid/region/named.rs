//! Regions with a name of their own. `docs/regions.md` gives the source of every border and list.

use geo::Polygon;

use super::bounds::LatLonBox;
use super::outline::Outline;
use super::{Members, Region, Shape, countries, oceans};

/// A named region.
struct Named {
    /// First the name that reports use, then other spellings, all in normal form with `-`.
    names: &'static [&'static str],
    description: &'static str,
    extent: Extent,
}

enum Extent {
    Globe,
    Land,
    /// What is land nowhere.
    Sea,
    Boxes(&'static [LatLonBox]),
    /// Sea within boxes.
    SeaBoxes(&'static [LatLonBox]),
    /// Sea within a ring.
    Ocean(fn() -> Polygon<f64>),
    /// Countries by ISO 3166 code of two letters.
    Countries(&'static [&'static str]),
}

/// Latitude of the tropics and 90° less that of the polar circles: the obliquity of the ecliptic in 2026,
/// 23.436° (Capitaine et al. 2003, IAU 2006, of date).
const TROPIC_DEG: f64 = 23.436;
pub(super) const POLAR_CIRCLE_DEG: f64 = 90.0 - TROPIC_DEG;

const fn band(south: f64, north: f64) -> LatLonBox {
    LatLonBox::between(south, north, -180.0, 180.0)
}

static NAMED: &[Named] = &[
    Named { names: &["globe", "world", "earth"], description: "all of it", extent: Extent::Globe },
    Named {
        names: &["land"],
        description: "all countries and Antarctica, lakes included",
        extent: Extent::Land,
    },
    Named { names: &["sea", "oceans"], description: "everything that is not land", extent: Extent::Sea },
    Named {
        names: &["asia-pacific", "beidou-regional"],
        description: "55°S to 55°N, 70°E to 150°E: BeiDou's regional service area",
        extent: Extent::Boxes(&[LatLonBox::between(-55.0, 55.0, 70.0, 150.0)]),
    },
    Named {
        names: &["beidou-2-service"],
        description: "55°S to 55°N, 55°E to 180°E: service area of BeiDou-2, white paper of June 2016",
        extent: Extent::Boxes(&[LatLonBox::between(-55.0, 55.0, 55.0, 180.0)]),
    },
    Named {
        names: &["beidou-users"],
        description: "eight countries abroad that use BeiDou, as named by Julienne, Ifri 2021",
        extent: Extent::Countries(&["ID", "KH", "KW", "MM", "MV", "PK", "TH", "UG"]),
    },
    Named {
        names: &["belt-and-road"],
        description: "the 65 countries along the Belt and Road, China among them (not all signatories)",
        extent: Extent::Countries(&[
            "CN", "MN", "RU", // China, its northern neighbours
            "BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN", // south-eastern Asia
            "AF", "BD", "BT", "IN", "LK", "MV", "NP", "PK", // southern Asia
            "KG", "KZ", "TJ", "TM", "UZ", // central Asia
            "AE", "BH", "EG", "IL", "IQ", "IR", "JO", "KW", "LB", "OM", "PS", "QA", "SA", "SY", "TR",
            "YE", // western Asia and Egypt
            "AL", "BA", "BG", "CZ", "EE", "HR", "HU", "LT", "LV", "ME", "MK", "PL", "RO", "RS", "SI",
            "SK", // central and eastern Europe
            "AM", "AZ", "BY", "GE", "MD", "UA", // the other states of the former Soviet Union
        ]),
    },
    Named {
        names: &["arctic"],
        description: "north of the Arctic Circle, 66.564°N",
        extent: Extent::Boxes(&[band(POLAR_CIRCLE_DEG, 90.0)]),
    },
    Named {
        names: &["antarctic"],
        description: "south of the Antarctic Circle, 66.564°S",
        extent: Extent::Boxes(&[band(-90.0, -POLAR_CIRCLE_DEG)]),
    },
    Named {
        names: &["polar"],
        description: "beyond the polar circles, north and south",
        extent: Extent::Boxes(&[band(POLAR_CIRCLE_DEG, 90.0), band(-90.0, -POLAR_CIRCLE_DEG)]),
    },
    Named {
        names: &["tropics"],
        description: "between the tropics, 23.436°S to 23.436°N",
        extent: Extent::Boxes(&[band(-TROPIC_DEG, TROPIC_DEG)]),
    },
    Named {
        names: &["mid-latitudes"],
        description: "between tropic and polar circle, north and south",
        extent: Extent::Boxes(&[band(TROPIC_DEG, POLAR_CIRCLE_DEG), band(-POLAR_CIRCLE_DEG, -TROPIC_DEG)]),
    },
    Named {
        names: &["northern-hemisphere", "north"],
        description: "north of the equator",
        extent: Extent::Boxes(&[band(0.0, 90.0)]),
    },
    Named {
        names: &["southern-hemisphere", "south"],
        description: "south of the equator",
        extent: Extent::Boxes(&[band(-90.0, 0.0)]),
    },
    Named {
        names: &["pacific", "pacific-ocean"],
        description: "sea between Asia and America, 60°S to the Arctic Circle, with its side seas",
        extent: Extent::Ocean(oceans::pacific),
    },
    Named {
        names: &["atlantic", "atlantic-ocean"],
        description: "sea between America and Europe, Africa, 60°S to the Arctic Circle, with its side seas",
        extent: Extent::Ocean(oceans::atlantic),
    },
    Named {
        names: &["indian", "indian-ocean"],
        description: "sea between Africa, Asia and Australia, north of 60°S, with its side seas",
        extent: Extent::Ocean(oceans::indian),
    },
    Named {
        names: &["southern", "southern-ocean"],
        description: "sea south of 60°S",
        extent: Extent::SeaBoxes(&[band(-90.0, -60.0)]),
    },
    Named {
        names: &["arctic-ocean"],
        description: "sea north of the Arctic Circle, with the White Sea",
        extent: Extent::SeaBoxes(&[
            band(POLAR_CIRCLE_DEG, 90.0),
            LatLonBox::between(oceans::WHITE_SEA_SOUTH_DEG, POLAR_CIRCLE_DEG, 32.0, 45.0),
        ]),
    },
];

/// The region of a name, in any case and with any punctuation between its words.
pub(super) fn find(text: &str) -> Option<Region> {
    let wanted = countries::normal(text);
    NAMED
        .iter()
        .find(|named| named.names.iter().any(|name| countries::normal(name) == wanted))
        .map(Named::region)
}

/// Every name that reports use, with what it stands for.
pub(super) fn described() -> impl Iterator<Item = (&'static str, &'static str)> {
    NAMED.iter().map(|named| (named.names[0], named.description))
}

impl Named {
    fn region(&self) -> Region {
        let without_land = |area| Shape::Without(Box::new(area), countries::land());
        let shape = match self.extent {
            Extent::Globe => Shape::Globe,
            Extent::Land => Shape::Outline(countries::land().clone()),
            Extent::Sea => without_land(Shape::Globe),
            Extent::Boxes(boxes) => Shape::Boxes(boxes.to_vec()),
            Extent::SeaBoxes(boxes) => without_land(Shape::Boxes(boxes.to_vec())),
            Extent::Ocean(ring) => without_land(Shape::Outline(Outline::new([ring()]))),
            Extent::Countries(codes) => Shape::Outline(Outline::new(codes.iter().flat_map(|code| {
                countries::find(code).expect("the codes above are known").polygons.iter().cloned()
            }))),
        };
        let notes = match self.extent {
            Extent::Globe => Vec::new(),
            _ => vec![self.description.to_owned()],
        };
        let members = match self.extent {
            Extent::Countries(codes) => {
                Some(Members::Of(codes.iter().map(|&code| code.to_owned()).collect()))
            }
            Extent::Land => Some(Members::All),
            Extent::Sea | Extent::SeaBoxes(_) | Extent::Ocean(_) => Some(Members::Nobody),
            Extent::Globe | Extent::Boxes(_) => None,
        };
        Region { name: self.names[0].to_owned(), shape, members, notes }
    }
}
