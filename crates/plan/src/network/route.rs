//! Which way a lightpath takes.
//!
//! In: two ends and elements that the way must lead through. Out: the shortest way that passes them in
//! order. Length is that of fibre; ways of one length are told apart by the order of the connections.

use core::fmt;

use super::Network;
use super::graph::Vertex;

/// How many ways are tried before the search for one through the wanted elements ends.
const MOST_WAYS: usize = 10_000;

/// An element that a way must lead through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The element.
    pub uid: String,
    /// Whether a way without it will not do.
    pub strict: bool,
}

/// Why there is no way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoRoute {
    /// The ends are not joined.
    Apart,
    /// They are joined, but not through the wanted elements.
    Constraint,
}

impl fmt::Display for NoRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Apart => write!(f, "no path between the two ends"),
            Self::Constraint => write!(f, "no path through the elements asked for, in their order"),
        }
    }
}

impl core::error::Error for NoRoute {}

/// The shortest way from `from` to `to` through `through`, in order.
///
/// One strict element makes all of them strict; where all are loose and none fits, the shortest way is taken.
///
/// # Errors
/// [`NoRoute`].
//= gnpy:6.9-route
pub fn route(
    network: &Network,
    from: Vertex,
    to: Vertex,
    through: &[Include],
) -> Result<Vec<Vertex>, NoRoute> {
    let wanted: Option<Vec<Vertex>> =
        through.iter().map(|include| network.vertex(&include.uid)).collect();
    let mut ways = network.graph().shortest_paths(from, to);
    let first = ways.next().ok_or(NoRoute::Apart)?;
    if let Some(wanted) = &wanted {
        if passes(&first, wanted) {
            return Ok(first);
        }
        if let Some(way) = ways.take(MOST_WAYS).find(|way| passes(way, wanted)) {
            return Ok(way);
        }
    }
    if through.iter().any(|include| include.strict) { Err(NoRoute::Constraint) } else { Ok(first) }
}

/// Whether `way` meets all of `wanted` in their order.
fn passes(way: &[Vertex], wanted: &[Vertex]) -> bool {
    let mut rest = way.iter();
    wanted.iter().all(|want| rest.any(|vertex| vertex == want))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;
    use crate::library::Library;
    use crate::topology::Topology;

    /// Two ways from a to d: over b (10 km and 10 km) and over c (5 km and 40 km).
    fn network() -> Network {
        let node = |uid: &str| format!(r#"{{"uid": "{uid}", "type": "Transceiver"}}"#);
        let fibre = |uid: &str, km: f64| {
            format!(
                r#"{{"uid": "{uid}", "type": "Fiber", "params": {{"length": {km}, "length_units": "km",
                   "loss_coef": 0.2}}}}"#
            )
        };
        let elements = [
            node("a"),
            node("d"),
            node("ra"),
            node("rb"),
            node("rc"),
            node("rd"),
            fibre("ab", 10.0),
            fibre("bd", 10.0),
            fibre("ac", 5.0),
            fibre("cd", 40.0),
        ];
        let pairs = [
            "a ra", "ra ab", "ab rb", "rb bd", "bd rd", "ra ac", "ac rc", "rc cd", "cd rd", "rd d",
        ];
        let connections = pairs.map(|pair| {
            let (from, to) = pair.split_once(' ').unwrap();
            format!(r#"{{"from_node": "{from}", "to_node": "{to}"}}"#)
        });
        let text = format!(
            r#"{{"elements": [{}], "connections": [{}]}}"#,
            elements.join(","),
            connections.join(",")
        );
        let topology = Topology::load(Source::new("net", &text)).unwrap().value;
        Network::new(&topology, &Library::default()).unwrap()
    }

    fn names(network: &Network, through: &[(&str, bool)]) -> Result<String, NoRoute> {
        let include = |&(uid, strict): &(&str, bool)| Include { uid: uid.into(), strict };
        let through: Vec<Include> = through.iter().map(include).collect();
        let ends = (network.vertex("a").unwrap(), network.vertex("d").unwrap());
        let way = route(network, ends.0, ends.1, &through)?;
        let names: Vec<&str> = way.iter().map(|&at| network.element(at).uid.as_str()).collect();
        Ok(names.join(" "))
    }

    #[test]
    //= type=test gnpy:6.9-edge-length
    //= type=test gnpy:6.9-route
    fn ways_are_short_and_pass_what_is_wanted() {
        let network = network();
        let (short, long) = ("a ra ab rb bd rd d", "a ra ac rc cd rd d");
        assert_eq!(names(&network, &[]).unwrap(), short);
        assert_eq!(names(&network, &[("rc", true)]).unwrap(), long);
        assert_eq!(names(&network, &[("rc", true), ("rd", false)]).unwrap(), long);
        assert_eq!(names(&network, &[("rd", true), ("rc", true)]), Err(NoRoute::Constraint));
        assert_eq!(names(&network, &[("rd", false), ("rc", false)]).unwrap(), short);
        assert_eq!(names(&network, &[("rd", true), ("rc", false)]), Err(NoRoute::Constraint));
        assert_eq!(names(&network, &[("nowhere", false)]).unwrap(), short);
        let ends = (network.vertex("d").unwrap(), network.vertex("a").unwrap());
        assert_eq!(route(&network, ends.0, ends.1, &[]), Err(NoRoute::Apart));
        let (ra, ab) = (network.vertex("ra").unwrap(), network.vertex("ab").unwrap());
        assert_eq!(network.graph().length(ra, ab), Some(0.01));
        assert_eq!(network.graph().length(ab, network.vertex("rb").unwrap()), Some(10e3));
    }
}
