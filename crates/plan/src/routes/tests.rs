//! Routes against an enumeration of all of them, on small graphs.

use proptest::prelude::*;

use super::*;

/// Every route without loop.
fn all(graph: &Graph, [from, to]: [usize; 2]) -> Vec<Route> {
    fn go(graph: &Graph, to: usize, nodes: &[usize], route: &[usize], out: &mut Vec<Route>) {
        let here = nodes[nodes.len() - 1];
        if here == to {
            out.push(route.to_vec());
            return;
        }
        for (index, edge) in graph.edges.iter().enumerate() {
            let next = match edge.ends {
                [a, b] if a == here => b,
                [a, b] if b == here => a,
                _ => continue,
            };
            if edge.usable && !nodes.contains(&next) {
                go(graph, to, &[nodes, &[next]].concat(), &[route, &[index]].concat(), out);
            }
        }
    }
    let mut out = Vec::new();
    go(graph, to, &[from], &[], &mut out);
    out
}

/// Two routes share none of what they must not share: said once more, in another way.
fn apart(graph: &Graph, from: usize, pair: [&Route; 2], disjoint: Disjoint) -> bool {
    let [one, other] = pair;
    let common = |one: Vec<usize>, other: Vec<usize>| one.iter().any(|x| other.contains(x));
    let groups = |route: &Route| -> Vec<usize> {
        route.iter().flat_map(|edge| graph.edges[*edge].groups.clone()).collect()
    };
    let inner = |route: &Route| {
        let mut nodes = graph.nodes_on(from, route);
        nodes.pop();
        nodes.remove(0);
        nodes
    };
    let links = !common(one.clone(), other.clone());
    links
        && match disjoint {
            Disjoint::Link => true,
            Disjoint::Node => !common(inner(one), inner(other)),
            Disjoint::RiskGroup => !common(groups(one), groups(other)),
        }
}

fn graphs() -> impl Strategy<Value = Graph> {
    (3usize..7).prop_flat_map(|nodes| {
        let edge = (0..nodes, 0..nodes, 1u64..20, prop::collection::vec(0usize..4, 0..3), 0u8..8);
        prop::collection::vec(edge, 1..13).prop_map(move |edges| {
            let edges = edges.into_iter().filter(|(a, b, ..)| a != b);
            let edges = edges.map(|(a, b, weight, groups, usable)| Edge {
                ends: [a, b],
                weight,
                groups,
                usable: usable > 0,
            });
            Graph { nodes, edges: edges.collect() }
        })
    })
}

const KINDS: [Disjoint; 3] = [Disjoint::Link, Disjoint::Node, Disjoint::RiskGroup];

/// The promise that stands in a [`NoRoute`].
fn holds(graph: &Graph, from: usize, routes: &[Route], why: NoRoute) -> bool {
    match why {
        NoRoute::Apart => routes.is_empty(),
        NoRoute::Edge(edge) => routes.iter().all(|route| route.contains(&edge)),
        NoRoute::Node(node) => {
            routes.iter().all(|route| graph.nodes_on(from, route)[1..].contains(&node))
        }
        NoRoute::Group(group) => routes
            .iter()
            .all(|route| route.iter().any(|edge| graph.edges[*edge].groups.contains(&group))),
        NoRoute::NoTwo => !routes.is_empty(),
        NoRoute::GivenUp => false,
    }
}

proptest! {
    #[test]
    fn the_shortest_is_the_least_of_all(graph in graphs()) {
        let ends = [0, graph.nodes - 1];
        let least = all(&graph, ends).iter().map(|route| graph.weight(route)).min();
        let found = graph.shortest(ends).ok();
        prop_assert_eq!(found.as_ref().map(|route| graph.weight(route)), least);
        if let Some(route) = found {
            prop_assert!(all(&graph, ends).contains(&route));
        }
    }

    #[test]
    fn pairs_are_the_least_of_all_pairs(graph in graphs()) {
        let ends = [0, graph.nodes - 1];
        let routes = all(&graph, ends);
        for disjoint in KINDS {
            let mut least = None;
            for one in &routes {
                for other in &routes {
                    if apart(&graph, 0, [one, other], disjoint) {
                        let both = graph.weight(one) + graph.weight(other);
                        least = Some(least.map_or(both, |known: u64| known.min(both)));
                    }
                }
            }
            match graph.pair(ends, disjoint) {
                Ok([one, other]) => {
                    prop_assert!(routes.contains(&one) && routes.contains(&other));
                    prop_assert!(apart(&graph, 0, [&one, &other], disjoint));
                    let weights = [graph.weight(&one), graph.weight(&other)];
                    prop_assert_eq!(Some(weights[0] + weights[1]), least, "{:?}", disjoint);
                    prop_assert!(weights[0] <= weights[1]);
                }
                Err(why) => {
                    prop_assert_eq!(least, None, "{:?} {:?}", disjoint, why);
                    prop_assert!(holds(&graph, 0, &routes, why), "{:?}", why);
                }
            }
        }
    }

    #[test]
    fn a_route_beside_another_is_the_least_that_is_apart(graph in graphs()) {
        let ends = [0, graph.nodes - 1];
        let routes = all(&graph, ends);
        for disjoint in KINDS {
            for first in routes.iter().take(6) {
                let others = routes.iter().filter(|other| apart(&graph, 0, [first, other], disjoint));
                let least = others.map(|route| graph.weight(route)).min();
                let found = graph.beside(ends, first, disjoint);
                prop_assert_eq!(found.as_ref().ok().map(|route| graph.weight(route)), least);
                if let Err(why) = found {
                    prop_assert!(holds(&graph, 0, &routes, why), "{:?}", why);
                }
            }
        }
    }

    #[test]
    fn a_route_by_way_of_nodes_is_the_least_that_passes_them(
        graph in graphs(),
        via in prop::collection::vec(1usize..6, 0..3),
    ) {
        let ends = [0, graph.nodes - 1];
        let routes = all(&graph, ends);
        let passes = |route: &&Route| {
            let nodes = graph.nodes_on(0, route);
            let at: Option<Vec<usize>> =
                via.iter().map(|node| nodes.iter().position(|other| other == node)).collect();
            at.is_some_and(|at| at.windows(2).all(|pair| pair[0] < pair[1]))
        };
        let least = routes.iter().filter(passes).map(|route| graph.weight(route)).min();
        let found = graph.shortest_via(ends, &via);
        prop_assert_eq!(found.ok().map(|route| graph.weight(&route)), least);
    }
}

fn edge(a: usize, b: usize, weight: u64, groups: &[usize]) -> Edge {
    Edge { ends: [a, b], weight, groups: groups.to_vec(), usable: true }
}

/// The trap: the shortest route uses the edge that both routes of the pair would need to cross.
#[test]
fn a_pair_is_found_where_the_shortest_route_stands_in_its_way() {
    let edges = vec![
        edge(0, 1, 1, &[]),
        edge(1, 2, 1, &[]),
        edge(2, 3, 1, &[]),
        edge(0, 2, 5, &[]),
        edge(1, 3, 5, &[]),
    ];
    let graph = Graph { nodes: 4, edges };
    assert_eq!(graph.shortest([0, 3]), Ok(vec![0, 1, 2]));
    assert!(graph.beside([0, 3], &[0, 1, 2], Disjoint::Link).is_err());
    for disjoint in KINDS {
        let mut pair = graph.pair([0, 3], disjoint).unwrap();
        pair.sort();
        assert_eq!(pair, [vec![0, 4], vec![3, 2]]);
    }
}

#[test]
fn what_stands_in_the_way_is_named() {
    let bridge = Graph { nodes: 3, edges: vec![edge(0, 1, 1, &[]), edge(1, 2, 1, &[])] };
    assert_eq!(bridge.pair([0, 2], Disjoint::Link), Err(NoRoute::Edge(0)));
    let twice = |groups: &[usize]| {
        let edges = [(0, 1), (0, 1), (1, 2), (1, 2)];
        let edges = edges.iter().map(|(a, b)| edge(*a, *b, 1, groups)).collect();
        Graph { nodes: 3, edges }
    };
    assert!(twice(&[]).pair([0, 2], Disjoint::Link).is_ok());
    assert_eq!(twice(&[]).pair([0, 2], Disjoint::Node), Err(NoRoute::Node(1)));
    assert_eq!(twice(&[7]).pair([0, 2], Disjoint::RiskGroup), Err(NoRoute::Group(7)));
    assert_eq!(Graph { nodes: 2, edges: vec![] }.shortest([0, 1]), Err(NoRoute::Apart));
}

/// A grid has more routes than can be tried: the search ends, and says that it was given up.
#[test]
fn a_search_that_takes_too_long_is_given_up() {
    const SIDE: usize = 12;
    let mut edges = Vec::new();
    for row in 0..SIDE {
        for column in 0..SIDE {
            let at = row * SIDE + column;
            if column + 1 < SIDE {
                edges.push(edge(at, at + 1, 1, &[0]));
            }
            if row + 1 < SIDE {
                edges.push(edge(at, at + SIDE, 1, &[0]));
            }
        }
    }
    // Half of the edges are in another group, so that no single group is to blame.
    edges.iter_mut().skip(1).step_by(2).for_each(|edge| edge.groups = vec![1]);
    let last = SIDE * SIDE - 1;
    let (first, then) = (edge(last + 1, 0, 1, &[0, 1]), edge(last, last + 2, 1, &[]));
    edges.extend([first, then, edge(last + 1, last + 2, 500, &[0])]);
    let graph = Graph { nodes: SIDE * SIDE + 2, edges };
    let found = graph.pair([last + 1, last + 2], Disjoint::RiskGroup);
    assert_eq!(found, Err(NoRoute::GivenUp));
}

/// A service of a group as a test makes it: its ends, and a node it must pass.
type Wish = ([usize; 2], Option<usize>);

/// The least weight of routes for all wishes that keep the rules: by trying every combination.
fn least_of_group(graph: &Graph, wishes: &[Wish], rules: &[group::Rule]) -> Option<u64> {
    fn go(
        graph: &Graph,
        wishes: &[Wish],
        rules: &[group::Rule],
        chosen: &mut Vec<Route>,
    ) -> Option<u64> {
        let at = chosen.len();
        let Some((ends, via)) = wishes.get(at) else {
            return Some(chosen.iter().map(|route| graph.weight(route)).sum());
        };
        let mut least: Option<u64> = None;
        for route in all(graph, *ends) {
            let nodes = graph.nodes_on(ends[0], &route);
            let fits = via.is_none_or(|via| nodes.contains(&via));
            let clear = |rule: &group::Rule| {
                let [one, other] = rule.members;
                let before = if other == at { one } else { other };
                if one.max(other) != at {
                    return true;
                }
                let others = graph.nodes_on(wishes[before].0[0], &chosen[before]);
                clear_of(graph, &route, &nodes, &chosen[before], &others, rule.apart)
            };
            if fits && rules.iter().all(clear) {
                chosen.push(route);
                let found = go(graph, wishes, rules, chosen);
                least = least.into_iter().chain(found).min();
                chosen.pop();
            }
        }
        least
    }
    go(graph, wishes, rules, &mut Vec::new())
}

/// Two routes with their nodes share nothing but ends that both have.
fn clear_of(
    graph: &Graph,
    one: &Route,
    nodes: &[usize],
    other: &Route,
    others: &[usize],
    apart: Apart,
) -> bool {
    let end = |nodes: &[usize], node: usize| nodes[0] == node || nodes[nodes.len() - 1] == node;
    let node_free = nodes
        .iter()
        .filter(|node| others.contains(node))
        .all(|node| end(nodes, *node) && end(others, *node));
    let groups = |route: &Route| -> BTreeSet<usize> {
        route.iter().flat_map(|edge| graph.edges[*edge].groups.clone()).collect()
    };
    one.iter().all(|edge| !other.contains(edge))
        && (!apart.nodes || node_free)
        && (!apart.groups || groups(one).is_disjoint(&groups(other)))
}

fn small() -> impl Strategy<Value = Graph> {
    graphs().prop_map(|mut graph| {
        graph.edges.truncate(9);
        graph
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// Groups of up to three services with ends of their own.
    #[test]
    fn groups_are_the_least_of_all_combinations(
        graph in small(),
        picks in prop::collection::vec((0usize..6, 1usize..6, prop::option::weighted(0.2, 0usize..6)), 2..4),
        shared in prop::bool::ANY,
        pairs in prop::collection::vec((prop::bool::ANY, prop::bool::ANY, 0u8..5), 3),
    ) {
        let count = graph.nodes;
        let wishes: Vec<Wish> = picks
            .iter()
            .map(|(from, step, via)| {
                let from = if shared { 0 } else { from % count };
                let to = (from + 1 + (step - 1) % (count - 1)) % count;
                ([from, if shared { count - 1 } else { to }], via.map(|via| via % count))
            })
            .collect();
        let mut rules = Vec::new();
        for (at, members) in [[0, 1], [0, 2], [1, 2]].into_iter().enumerate() {
            let (nodes, groups, there) = pairs[at];
            if members[1] < wishes.len() && there > 0 {
                rules.push(group::Rule { members, apart: Apart { nodes, groups } });
            }
        }
        let fits: Vec<group::OwnedFits<'_>> = wishes
            .iter()
            .map(|&(ends, via)| {
                let graph = graph.clone();
                let fits = move |route: &[usize]| {
                    via.is_none_or(|via| graph.nodes_on(ends[0], route).contains(&via))
                };
                Box::new(fits) as group::OwnedFits<'_>
            })
            .collect();
        let members: Vec<group::Member<'_>> = wishes
            .iter()
            .zip(&fits)
            .map(|((ends, _), fits)| group::Member { ends: *ends, fits: fits.as_ref() })
            .collect();
        let least = least_of_group(&graph, &wishes, &rules);
        match graph.group(&members, &rules) {
            Ok(found) => {
                prop_assert!(found.least);
                let weight: u64 = found.routes.iter().map(|route| graph.weight(route)).sum();
                prop_assert_eq!(Some(weight), least);
                for (route, (ends, via)) in found.routes.iter().zip(&wishes) {
                    prop_assert!(all(&graph, *ends).contains(route));
                    let nodes = graph.nodes_on(ends[0], route);
                    prop_assert!(via.is_none_or(|via| nodes.contains(&via)));
                }
                for rule in &rules {
                    let nodes = |at: usize| graph.nodes_on(wishes[at].0[0], &found.routes[at]);
                    let [one, other] = rule.members;
                    let (first, second) = (&found.routes[one], &found.routes[other]);
                    let clear = clear_of(&graph, first, &nodes(one), second, &nodes(other), rule.apart);
                    prop_assert!(clear);
                }
            }
            Err(why) => {
                prop_assert_eq!(least, None);
                prop_assert!(matches!(why, NoRoute::Apart | NoRoute::NoTwo));
            }
        }
    }

    /// Three routes between the same ends as one flow, against all triples.
    #[test]
    fn several_routes_are_the_least_of_all(graph in small(), nodes in prop::bool::ANY) {
        let ends = [0, graph.nodes - 1];
        let wishes: [Wish; 3] = [(ends, None); 3];
        let apart = Apart { nodes, groups: false };
        let rules = [[0, 1], [0, 2], [1, 2]].map(|members| group::Rule { members, apart });
        let found = graph.several(ends, 3, nodes).ok();
        let weight = found.map(|routes| routes.iter().map(|route| graph.weight(route)).sum());
        prop_assert_eq!(weight, least_of_group(&graph, &wishes, &rules));
    }

    /// Nodes and risk groups at once.
    #[test]
    fn pairs_that_share_neither_nodes_nor_groups(graph in small()) {
        let ends = [0, graph.nodes - 1];
        let apart = Apart { nodes: true, groups: true };
        let rules = [group::Rule { members: [0, 1], apart }];
        let found = graph.pair_apart(ends, apart).ok();
        let weight = found.map(|pair| pair.iter().map(|route| graph.weight(route)).sum());
        prop_assert_eq!(weight, least_of_group(&graph, &[(ends, None); 2], &rules));
    }
}
