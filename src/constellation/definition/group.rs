//! Satellites that belong together under one name: a shell, single satellites, a catalogue.

use std::ops::Range;

use crate::constellation::{Figure, LeftOut, Satellite};

/// A satellite and its plane within the group, from 0.
pub(super) struct Member {
    pub plane: u32,
    pub satellite: Satellite,
}

/// A named group, whole as designed.
pub(super) struct Group {
    pub name: String,
    /// Where the name stands in the file.
    pub span: Range<usize>,
    /// How the group is laid out, in words.
    pub pattern: String,
    pub members: Vec<Member>,
    pub figures: Vec<Figure>,
    pub left_out: Vec<LeftOut>,
    /// Planes from 0 in the order of launch; empty where the file does not say.
    pub launch_order: Vec<u32>,
}

impl Group {
    /// Number of planes that hold satellites.
    pub fn planes(&self) -> u32 {
        self.members.iter().map(|member| member.plane + 1).max().unwrap_or(0)
    }

    /// Keeps the satellites of these planes, numbered from 0.
    pub fn keep_planes(&mut self, planes: &[u32]) {
        self.members.retain(|member| planes.contains(&member.plane));
    }

    /// Keeps `count` satellites spread evenly over the group in its order.
    pub fn keep_evenly(&mut self, count: u32) {
        let kept = evenly(count, self.members.len() as u32);
        let mut index = 0;
        self.members.retain(|_| {
            index += 1;
            kept.binary_search(&(index - 1)).is_ok()
        });
    }
}

/// `count` of the numbers from 0 to `total` - 1, evenly spread: the floor of k·total/count.
pub(super) fn evenly(count: u32, total: u32) -> Vec<u32> {
    (0..count.min(total)).map(|k| (u64::from(k) * u64::from(total) / u64::from(count)) as u32).collect()
}
