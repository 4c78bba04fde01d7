//! Routes of services that must not share links, nodes or risk groups, on small designed networks.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

mod common;

use std::collections::BTreeSet;

use common::{library, network, service};
use otn_plan::Source;
use otn_plan::library::Library;
use otn_plan::network::Network;
use otn_plan::path_request::{Blocked, Disjunction, Options, Planned, plan};
use otn_plan::risk_groups::RiskGroups;
use otn_plan::services::Services;
use proptest::prelude::*;
use serde_json::{Value, json};

fn group(words: &str, relaxable: bool, ids: &[&str]) -> Value {
    let svec = json!({"relaxable": relaxable, "disjointness": words, "request-id-number": ids});
    json!({"synchronization-id": ids.join("+"), "svec": svec})
}

fn planned(
    network: &Network,
    library: &Library,
    requests: &[Value],
    groups: &[Value],
    risks: RiskGroups,
) -> Planned {
    let text = json!({"path-request": requests, "synchronization": groups}).to_string();
    let services = Services::load(Source::new("services", &text)).unwrap().value;
    let disjunction = Disjunction::Exact(risks);
    plan(network.clone(), library, &services, &Options { disjunction, ..Options::default() })
        .unwrap()
}

/// ROADMs of a service's route by number; its links by number; nothing if it has none.
fn route(planned: &Planned, id: &str) -> Option<(Vec<usize>, Vec<usize>)> {
    let outcome = planned.outcomes.iter().find(|outcome| outcome.demand.id == id).unwrap();
    let (mut roadms, mut links) = (Vec::new(), BTreeSet::new());
    for &vertex in &outcome.route {
        let uid = &planned.network.element(vertex).uid;
        let number = |text: &str| text.split(' ').next().unwrap().parse::<usize>().unwrap();
        if let Some(rest) = uid.strip_prefix("roadm ") {
            roadms.push(number(rest));
        } else if let Some(rest) = uid.strip_prefix("fibre ") {
            links.insert(number(rest));
        }
    }
    (!outcome.route.is_empty()).then(|| (roadms, links.into_iter().collect()))
}

/// The trap: the shortest route takes the link that both routes would have to cross.
#[test]
//= type=test otn:plan-disjoint
fn the_shortest_route_gives_way() {
    let library = library();
    let links =
        [(0, 1, 60.0), (1, 2, 60.0), (2, 3, 60.0), (0, 2, 100.0), (1, 3, 100.0), (0, 3, 900.0)];
    let network = network(4, &links, &library);
    let requests = [service("a", 0, 3), service("b", 0, 3)];
    let one = planned(
        &network,
        &library,
        &requests,
        &[group("link", false, &["a", "b"])],
        RiskGroups::default(),
    );
    let found = ["a", "b"].map(|id| route(&one, id).unwrap().1);
    assert_eq!(found, [vec![0, 4], vec![2, 3]]);
    // The other direction of the same lines is no other line.
    let requests = [service("a", 0, 3), service("b", 3, 0)];
    let one = planned(
        &network,
        &library,
        &requests,
        &[group("link", false, &["a", "b"])],
        RiskGroups::default(),
    );
    let found = ["a", "b"].map(|id| route(&one, id).unwrap().1);
    assert_eq!(found, [vec![0, 4], vec![2, 3]]);
    assert_eq!(route(&one, "b").unwrap().0, [3, 2, 0]);
}

#[test]
//= type=test otn:plan-disjoint
//= type=test otn:plan-line-pairs
fn parallel_lines_are_links_of_their_own() {
    let library = library();
    let links = [(0, 1, 80.0), (0, 1, 70.0), (1, 2, 75.0), (2, 1, 65.0), (0, 2, 700.0)];
    let network = network(3, &links, &library);
    let requests = [service("a", 0, 2), service("b", 0, 2)];
    let both = |words: &str| {
        planned(
            &network,
            &library,
            &requests,
            &[group(words, false, &["a", "b"])],
            RiskGroups::default(),
        )
    };
    let one = both("link");
    assert_eq!(route(&one, "a").unwrap().1, [1, 3]);
    assert_eq!(route(&one, "b").unwrap().1, [0, 2]);
    let one = both("node link");
    assert_eq!(route(&one, "a").unwrap().0, [0, 1, 2]);
    assert_eq!(route(&one, "b").unwrap().0, [0, 2]);
    // Each line's way back is the fibre of its own length, whatever order the file has.
    let name = |at: usize| &one.network.element(one.spectrum.lines[at].path[1]).uid;
    let fibre = |line: &otn_plan::path_request::Line| {
        let mut uids = line.path.iter().map(|&vertex| &one.network.element(vertex).uid);
        uids.find_map(|uid| uid.strip_prefix("fibre "))
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .to_owned()
    };
    for (at, line) in one.spectrum.lines.iter().enumerate() {
        let back = line.back.unwrap();
        assert_eq!(fibre(line), fibre(&one.spectrum.lines[back]), "{} {}", name(at), name(back));
        assert_eq!(one.spectrum.lines[back].back, Some(at));
    }
}

#[test]
//= type=test otn:plan-disjoint
fn risk_groups_count_and_reasons_are_told() {
    let library = library();
    // Two ways over 1 and 2; a third over 3, long. The first two leave in one duct.
    let links =
        [(0, 1, 60.0), (1, 4, 60.0), (0, 2, 60.0), (2, 4, 60.0), (0, 3, 90.0), (3, 4, 90.0)];
    let network = network(5, &links, &library);
    let requests = [service("a", 0, 4), service("b", 0, 4), service("c", 1, 4)];
    let text =
        r#"{"risk-groups": [{"id": "duct", "elements": ["fibre 0 there", "fibre 2 back"]}]}"#;
    let risks = RiskGroups::load(Source::new("risks", text), &network).unwrap().value;
    let with = |words: &str, relaxable: bool, risks: &RiskGroups| {
        let groups = [group(words, relaxable, &["a", "b"])];
        planned(&network, &library, &requests, &groups, risks.clone())
    };
    let one = with("node", false, &risks);
    assert_eq!(route(&one, "b").unwrap().1, [2, 3]);
    let one = with("node srlg", false, &risks);
    assert_eq!(
        (route(&one, "a").unwrap().1, route(&one, "b").unwrap().1),
        (vec![0, 1], vec![4, 5])
    );
    assert!(one.warnings.is_empty(), "{:?}", one.warnings);
    // All three in one duct: no pair, unless that may be relaxed.
    let text = r#"{"risk-groups": [{"id": "duct",
        "elements": ["fibre 0 there", "fibre 2 back", "fibre 4 there"]}]}"#;
    let risks = RiskGroups::load(Source::new("risks", text), &network).unwrap().value;
    let one = with("node srlg", false, &risks);
    let blocked = one.outcomes[0].blocked.clone().unwrap();
    assert_eq!(
        blocked.to_string(),
        "no routes for its group: every route is in the risk group duct"
    );
    assert_eq!(blocked.word(), "NO_PATH_WITH_CONSTRAINT");
    assert!(one.outcomes[2].blocked.is_none());
    let one = with("node srlg", true, &risks);
    assert_eq!(route(&one, "b").unwrap().1, [2, 3]);
    assert_eq!(one.warnings, ["requests a, b: their routes share nodes or risk groups"]);
    let one = with("node, srlg disk", false, &RiskGroups::default());
    let said = ["disjointness 'disk' is passed over", "no file of risk groups is given"];
    assert!(
        said.iter().zip(&one.warnings).all(|(part, all)| all.contains(part)),
        "{:?}",
        one.warnings
    );
    let text = r#"{"risk-groups": [{"id": "duct", "elements": ["fibre 9"]}]}"#;
    let error = RiskGroups::load(Source::new("risks.json", text), &network).unwrap_err();
    assert!(error.to_string().contains("risks.json"), "{error}");
    assert!(error.to_string().contains("/risk-groups/0/elements/0"), "{error}");
    assert!(matches!(blocked, Blocked::Disjoint(_)));
}

/// Every route without loop, as ROADMs and links.
fn all(links: &[(usize, usize, f64)], from: usize, to: usize) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut open = vec![(vec![from], Vec::new())];
    let mut found = Vec::new();
    while let Some((nodes, taken)) = open.pop() {
        let here = *nodes.last().unwrap();
        if here == to {
            found.push((nodes, taken));
            continue;
        }
        for (at, &(a, b, _)) in links.iter().enumerate() {
            let next = if a == here {
                b
            } else if b == here {
                a
            } else {
                continue;
            };
            if !nodes.contains(&next) {
                open.push(([&nodes[..], &[next]].concat(), [&taken[..], &[at]].concat()));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Pairs on designed networks against all pairs of routes; lengths keep clear of ties.
    #[test]
    //= type=test otn:plan-disjoint
    fn pairs_are_the_shortest_of_all(
        picks in prop::collection::vec((0usize..5, 1usize..5), 3..9),
        node in prop::bool::ANY,
    ) {
        let links: Vec<(usize, usize, f64)> = picks
            .iter()
            .enumerate()
            .map(|(at, (a, step))| (*a, (a + step) % 5, 60.0 + f64::from(1u32 << at) / 16.0))
            .collect();
        let library = library();
        let network = network(5, &links, &library);
        let requests = [service("a", 0, 4), service("b", 0, 4)];
        let words = if node { "node link" } else { "link" };
        let one = planned(&network, &library, &requests, &[group(words, false, &["a", "b"])], RiskGroups::default());
        let routes = all(&links, 0, 4);
        let km = |links_of: &[usize]| links_of.iter().map(|at| links[*at].2).sum::<f64>();
        let mut least: Option<f64> = None;
        for (nodes, taken) in &routes {
            for (others, also) in &routes {
                let inner = |nodes: &[usize]| nodes[1..nodes.len() - 1].to_vec();
                let clear = taken.iter().all(|at| !also.contains(at));
                let apart = inner(nodes).iter().all(|at| !inner(others).contains(at));
                if clear && (apart || !node) {
                    let sum = km(taken) + km(also);
                    least = Some(least.map_or(sum, |least| least.min(sum)));
                }
            }
        }
        let found = ["a", "b"].map(|id| route(&one, id));
        match (found, least) {
            ([Some(a), Some(b)], Some(least)) => {
                prop_assert!((km(&a.1) + km(&b.1) - least).abs() < 1e-6);
                prop_assert!(km(&a.1) <= km(&b.1) + 1e-9);
            }
            ([None, None], None) => {
                prop_assert!(one.outcomes.iter().all(|outcome| outcome.blocked.is_some()));
            }
            (found, least) => prop_assert!(false, "{found:?} {least:?}"),
        }
    }
}
