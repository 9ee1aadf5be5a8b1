//! Exact maximum flow: Dinic's algorithm (E. A. Dinic 1970) on flat arrays.
//!
//! Arcs come in pairs, an arc and its reverse, at 2k and 2k + 1. A flow may be given to begin with.

/// A network of arcs with capacities.
#[derive(Debug, Clone, Default)]
pub struct Network {
    nodes: usize,
    from_to: Vec<[u32; 2]>,
    /// Capacity left on each arc and its reverse.
    left: Vec<u32>,
}

/// Capacity of an arc that never limits.
pub const UNBOUNDED: u32 = u32::MAX / 2;

impl Network {
    /// A network without arcs.
    pub fn new(nodes: usize) -> Self {
        Self { nodes, ..Self::default() }
    }

    /// Makes space for arcs.
    pub fn reserve(&mut self, arcs: usize) {
        self.from_to.reserve(arcs);
        self.left.reserve(2 * arcs);
    }

    /// Adds an arc and answers with its number.
    pub fn arc(&mut self, from: usize, to: usize, capacity: u32) -> usize {
        self.from_to.push([from as u32, to as u32]);
        self.left.extend([capacity.min(UNBOUNDED), 0]);
        self.from_to.len() - 1
    }

    /// Puts a flow on an arc. The whole of what is put on arcs must be a flow.
    pub fn put(&mut self, arc: usize, amount: u32) {
        self.left[2 * arc] -= amount;
        self.left[2 * arc + 1] += amount;
    }

    /// What an arc can still carry.
    pub fn left_on(&self, arc: usize) -> u32 {
        self.left[2 * arc]
    }

    /// The flow on an arc.
    pub fn flow(&self, arc: usize) -> u32 {
        self.left[2 * arc + 1]
    }

    /// The nodes from which more could flow to a node, over arcs of which more than a share is left.
    pub fn reaching(&self, sink: usize, share: f64) -> Vec<bool> {
        let is_open = |half: usize| {
            let whole = f64::from(self.left[half]) + f64::from(self.left[half ^ 1]);
            f64::from(self.left[half]) > share * whole
        };
        let search = Search::new(self);
        let mut reaches = vec![false; self.nodes];
        let mut queue = vec![sink];
        reaches[sink] = true;
        while let Some(node) = queue.pop() {
            for at in search.first[node] as usize..search.first[node + 1] as usize {
                let tail = search.head[at] as usize;
                // The half-arc that leads here is the other one of the pair that leads away.
                if !reaches[tail] && is_open(search.out[at] as usize ^ 1) {
                    reaches[tail] = true;
                    queue.push(tail);
                }
            }
        }
        reaches
    }

    /// Raises the flow from source to sink to its maximum and answers with what was added.
    pub fn maximise(&mut self, source: usize, sink: usize) -> u64 {
        let mut search = Search::new(self);
        let mut added = 0;
        while search.levels(&self.left, source, sink) {
            added += search.block(&mut self.left, source, sink);
        }
        added
    }
}

/// Arcs in order of their tails, and what a phase of the search needs.
struct Search {
    first: Vec<u32>,
    /// Numbers of half-arcs by tail.
    out: Vec<u32>,
    head: Vec<u32>,
    level: Vec<u32>,
    cursor: Vec<u32>,
    queue: Vec<u32>,
}

const FAR: u32 = u32::MAX;

impl Search {
    fn new(network: &Network) -> Self {
        let mut first = vec![0u32; network.nodes + 1];
        for &[from, to] in &network.from_to {
            first[from as usize + 1] += 1;
            first[to as usize + 1] += 1;
        }
        for node in 0..network.nodes {
            first[node + 1] += first[node];
        }
        let mut place = first.clone();
        let mut out = vec![0u32; 2 * network.from_to.len()];
        let mut head = vec![0u32; 2 * network.from_to.len()];
        for (arc, &[from, to]) in network.from_to.iter().enumerate() {
            for (half, tail, tip) in [(2 * arc, from, to), (2 * arc + 1, to, from)] {
                let at = &mut place[tail as usize];
                out[*at as usize] = half as u32;
                head[*at as usize] = tip;
                *at += 1;
            }
        }
        let nodes = network.nodes;
        Self { first, out, head, level: vec![FAR; nodes], cursor: vec![0; nodes], queue: Vec::new() }
    }

    /// Distances from the source along arcs with capacity left; false when the sink cannot be reached.
    fn levels(&mut self, left: &[u32], source: usize, sink: usize) -> bool {
        self.level.fill(FAR);
        self.level[source] = 0;
        self.queue.clear();
        self.queue.push(source as u32);
        let mut next = 0;
        while let Some(&node) = self.queue.get(next) {
            next += 1;
            let level = self.level[node as usize] + 1;
            if self.level[sink] < level {
                break;
            }
            for at in self.first[node as usize] as usize..self.first[node as usize + 1] as usize {
                let tip = self.head[at] as usize;
                if self.level[tip] == FAR && left[self.out[at] as usize] > 0 {
                    self.level[tip] = level;
                    self.queue.push(tip as u32);
                }
            }
        }
        self.level[sink] != FAR
    }

    /// A blocking flow: paths are followed with a stack of their own, for they may be long.
    fn block(&mut self, left: &mut [u32], source: usize, sink: usize) -> u64 {
        let nodes = self.cursor.len();
        self.cursor.copy_from_slice(&self.first[..nodes]);
        let mut path: Vec<u32> = Vec::new();
        let mut node = source;
        let mut total = 0u64;
        loop {
            if node == sink {
                let spare = |at: &u32| left[self.out[*at as usize] as usize];
                let amount = path.iter().map(spare).min().unwrap_or(0);
                total += u64::from(amount);
                let mut cut = 0;
                for (step, &at) in path.iter().enumerate().rev() {
                    let half = self.out[at as usize] as usize;
                    left[half] -= amount;
                    left[half ^ 1] += amount;
                    if left[half] == 0 {
                        cut = step;
                    }
                }
                node = self.tail(&path, cut, source);
                path.truncate(cut);
                continue;
            }
            let end = self.first[node + 1];
            let mut at = self.cursor[node];
            while at < end {
                let tip = self.head[at as usize] as usize;
                if left[self.out[at as usize] as usize] > 0 && self.level[tip] == self.level[node] + 1 {
                    break;
                }
                at += 1;
            }
            self.cursor[node] = at;
            if at < end {
                path.push(at);
                node = self.head[at as usize] as usize;
                continue;
            }
            // A dead end: back over the arc that led here, which is of no more use in this phase.
            let Some(last) = path.pop() else { return total };
            node = path.last().map_or(source, |&at| self.head[at as usize] as usize);
            self.cursor[node] = last + 1;
        }
    }

    /// The node at which a path's arc begins.
    fn tail(&self, path: &[u32], step: usize, source: usize) -> usize {
        step.checked_sub(1).map_or(source, |before| self.head[path[before] as usize] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textbook_network() {
        // Cormen, Leiserson, Rivest, Stein, Introduction to Algorithms, figure 26.6: 23.
        let mut network = Network::new(6);
        for (from, to, capacity) in [
            (0, 1, 16),
            (0, 2, 13),
            (1, 3, 12),
            (2, 1, 4),
            (3, 2, 9),
            (2, 4, 14),
            (4, 3, 7),
            (3, 5, 20),
            (4, 5, 4),
        ] {
            network.arc(from, to, capacity);
        }
        assert_eq!(network.maximise(0, 5), 23);
        assert_eq!(network.maximise(0, 5), 0);
        // The minimum cut: 12 + 7 + 4 from {0, 1, 2, 4} to {3, 5}.
        assert_eq!(network.reaching(5, 0.0), [false, false, false, true, false, true]);
        // Of the arc to the sink from node 3 a twentieth is left.
        assert_eq!(network.reaching(5, 0.06), [false, false, false, false, false, true]);
    }

    #[test]
    fn a_flow_to_begin_with_is_built_upon() {
        let mut network = Network::new(4);
        let arcs = [(0, 1, 5), (1, 3, 2), (1, 2, 9), (2, 3, 9)].map(|(a, b, c)| network.arc(a, b, c));
        for arc in [arcs[0], arcs[2], arcs[3]] {
            network.put(arc, 3);
        }
        assert_eq!(network.maximise(0, 3), 2);
        assert_eq!(network.flow(arcs[0]), 5);
    }
}
