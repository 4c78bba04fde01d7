//! Routes of several services that must keep clear of each other, whatever their ends.
//!
//! In: a graph, the ends of each service, which of them must not share what. Out: a route for each, of least weight
//! together, and whether that is certain. For two routes between the same ends there are faster ways (`super::flow`);
//! for other groups none is known that is exact and fast (Fortune, Hopcroft and Wyllie 1980), so this is a search with
//! a bound: branches that cannot become better than the best are cut, and after so many steps it is given up.

use std::collections::BTreeSet;

use super::{Apart, Graph, NoRoute, Route, Ways};

/// Which routes a service can do with, as a function of one of them.
pub type Fits<'a> = &'a dyn Fn(&[usize]) -> bool;

/// The same, owned.
pub type OwnedFits<'a> = Box<dyn Fn(&[usize]) -> bool + 'a>;

/// A service that wants a route.
#[derive(Clone, Copy)]
pub struct Member<'a> {
    /// Where it starts and ends.
    pub ends: [usize; 2],
    /// Which routes it can do with.
    pub fits: Fits<'a>,
}

/// Two services that keep clear of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Their places among the members.
    pub members: [usize; 2],
    /// What they must not share, besides edges.
    pub apart: Apart,
}

/// Routes of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// A route for each member.
    pub routes: Vec<Route>,
    /// Whether there are none of less weight; false if the search was given up before that was certain.
    pub least: bool,
}

/// Ways of a member that are looked at before the search is given up, all branches together.
const TRIES: usize = 50_000;

impl Graph {
    /// Routes for all members, of least weight together, that keep the rules.
    ///
    /// # Errors
    /// [`NoRoute`]: [`NoRoute::NoTwo`] if there are none, [`NoRoute::GivenUp`] if none were found in time.
    pub fn group(&self, members: &[Member<'_>], rules: &[Rule]) -> Result<Group, NoRoute> {
        for member in members {
            self.shortest(member.ends)?;
        }
        let mut search =
            Search { graph: self, members, rules, best: None, tries: 0, given_up: false };
        search.go(&mut Vec::new(), 0);
        match search.best {
            Some((_, routes)) => Ok(Group { routes, least: !search.given_up }),
            None if search.given_up => Err(NoRoute::GivenUp),
            None => Err(NoRoute::NoTwo),
        }
    }
}

struct Search<'a> {
    graph: &'a Graph,
    members: &'a [Member<'a>],
    rules: &'a [Rule],
    best: Option<(u64, Vec<Route>)>,
    tries: usize,
    given_up: bool,
}

impl Search<'_> {
    /// Edges that the rules bar for member `at`, the routes of those before it being chosen.
    fn barred(&self, chosen: &[Route], at: usize) -> BTreeSet<usize> {
        let mut barred = BTreeSet::new();
        for rule in self.rules {
            let [one, other] = rule.members;
            let before = match (one == at, other == at) {
                (true, false) => other,
                (false, true) => one,
                _ => continue,
            };
            let Some(route) = chosen.get(before) else { continue };
            let [of, ends] = [self.members[before].ends, self.members[at].ends];
            barred.extend(self.graph.barred(of[0], route, ends, rule.apart));
        }
        barred
    }

    /// Least weight of the members from `at` on, whatever they do to each other; nothing if one has no way left.
    fn least(&self, chosen: &[Route], at: usize) -> Option<u64> {
        let mut sum = 0;
        for (i, member) in self.members.iter().enumerate().skip(at) {
            let barred = self.barred(chosen, i);
            let [from, to] = member.ends;
            let left = self.graph.distances(to, &|edge| !barred.contains(&edge));
            sum += left.get(from).copied().flatten()?;
        }
        Some(sum)
    }

    fn go(&mut self, chosen: &mut Vec<Route>, weight: u64) {
        let at = chosen.len();
        if at == self.members.len() {
            if self.best.as_ref().is_none_or(|(best, _)| weight < *best) {
                self.best = Some((weight, chosen.clone()));
            }
            return;
        }
        let member = self.members[at];
        let barred = self.barred(chosen, at);
        let mut ways = Ways::new(self.graph, member.ends, &barred);
        while !self.given_up {
            let before = ways.tries;
            ways.most = before + (TRIES - self.tries);
            let way = ways.next();
            self.tries = (self.tries + ways.tries - before).min(TRIES);
            self.given_up |= ways.given_up();
            let Some(way) = way else { return };
            let so_far = weight + self.graph.weight(&way);
            // The ways of this member only get longer from here.
            if self.best.as_ref().is_some_and(|(best, _)| so_far >= *best) {
                return;
            }
            if !(member.fits)(&way) {
                continue;
            }
            chosen.push(way);
            let rest = self.least(chosen, at + 1).map(|rest| so_far + rest);
            let hopeful =
                rest.is_some_and(|rest| self.best.as_ref().is_none_or(|(best, _)| rest < *best));
            if hopeful {
                self.go(chosen, so_far);
            }
            chosen.pop();
            // Of the last member the first way is the best.
            if at + 1 == self.members.len() {
                return;
            }
        }
    }
}
