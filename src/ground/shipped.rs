//! Networks that come with the program, so that a bare name is enough.

/// A network file built into the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShippedNetwork {
    /// The name it is asked for by.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// The file's text.
    pub toml: &'static str,
}

macro_rules! shipped {
    ($($name:literal: $about:literal,)*) => {
        &[$(ShippedNetwork {
            name: $name,
            about: $about,
            toml: include_str!(concat!("../../ground_stations/", $name, ".toml")),
        }),*]
    };
}

static SHIPPED: &[ShippedNetwork] = shipped! {
    "chinese-ttc": "Chinese TT&C network: the five files below, without ships",
    "chinese-home": "Chinese TT&C and deep-space stations at home",
    "chinese-abroad": "stations abroad that China owns or has used",
    "chinese-control-centres": "Chinese control centres (by name only)",
    "chinese-launch-sites": "Chinese launch sites (by name only)",
    "yuanwang": "tracking ships Yuanwang 3, 5, 6 and 7 with their published voyages",
    "ksat": "KSAT stations",
    "ssc": "SSC stations",
    "aws-ground-station": "AWS Ground Station sites",
    "atlas": "ATLAS stations",
    "leaf-space": "Leaf Space stations",
    "viasat": "Viasat real-time Earth stations",
    "nasa-nen": "NASA Near Earth Network",
    "nasa-dsn": "NASA Deep Space Network",
    "starlink-gateways": "Starlink gateways worldwide, as one public list names them",
};

/// The networks that come with the program.
pub fn shipped_networks() -> impl Iterator<Item = &'static ShippedNetwork> {
    SHIPPED.iter()
}

/// The shipped network of this name.
pub(super) fn find(name: &str) -> Option<&'static ShippedNetwork> {
    SHIPPED.iter().find(|network| network.name == name)
}
