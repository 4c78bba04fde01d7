//! Risk groups: elements that fail together, such as fibres in one duct or under one bridge.
//!
//! In: a text with its file name, the network it speaks of. Out: [`RiskGroups`]. The form is ours:
//!
//! ```json
//! {"risk-groups": [{"id": "duct 7", "elements": ["fiber (A → B)", "fiber (C → D)"]}]}
//! ```
//!
//! An element is named as in the topology: fibres that design splits are in the group with all their spans. Both
//! directions of a line are in a group if an element of either is.

use std::collections::HashSet;

use crate::error::{FileError, Loaded, Problem};
use crate::input::{Document, Source};
use crate::network::Network;

/// Elements that fail together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiskGroup {
    /// Name of the group.
    pub id: String,
    /// Names of its elements.
    pub elements: Vec<String>,
}

/// All groups of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RiskGroups {
    /// Groups, in the order of the file.
    pub groups: Vec<RiskGroup>,
}

impl RiskGroups {
    /// Reads a file of groups for a network, before or after its design.
    ///
    /// # Errors
    /// [`FileError`] with file, place, what was found and what is allowed: also for elements that are not there.
    pub fn load(source: Source<'_>, network: &Network) -> Result<Loaded<Self>, FileError> {
        let document = Document::parse(source)?;
        let root = document.root("");
        root.known(&["risk-groups"])?;
        let mut names = HashSet::new();
        let mut groups = Vec::new();
        for cursor in root.required("risk-groups")?.items()? {
            cursor.known(&["id", "elements"])?;
            let id = cursor.required("id")?.name()?;
            if !names.insert(id.clone()) {
                let problem = Problem::Duplicate { what: "risk group", name: id };
                return Err(cursor.required("id")?.error(problem));
            }
            let mut elements = Vec::new();
            for item in cursor.required("elements")?.items()? {
                let name = item.name()?;
                let known = || network.elements().iter().map(|element| element.uid.as_str());
                if !known().any(|uid| is_or_is_part_of(uid, &name)) {
                    return Err(item.unknown("element of the network", &name, known()));
                }
                elements.push(name);
            }
            groups.push(RiskGroup { id, elements });
        }
        Ok(Loaded { value: Self { groups }, warnings: document.into_warnings() })
    }

    /// The groups, by their place, that one of these elements is in.
    pub fn of<'a>(&self, uids: &(impl Iterator<Item = &'a str> + Clone)) -> Vec<usize> {
        let has = |group: &RiskGroup| {
            let mut names = group.elements.iter();
            names.any(|name| uids.clone().any(|uid| is_or_is_part_of(uid, name)))
        };
        (0..self.groups.len()).filter(|&at| has(&self.groups[at])).collect()
    }
}

/// Whether `uid` is the element `name`, or a span of it: design names spans `name_(2/3)`.
fn is_or_is_part_of(uid: &str, name: &str) -> bool {
    let Some(rest) = uid.strip_prefix(name) else { return false };
    let numbers = rest.strip_prefix("_(").and_then(|rest| rest.strip_suffix(')'));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_digit());
    let span = numbers.and_then(|numbers| numbers.split_once('/'));
    rest.is_empty() || span.is_some_and(|(one, all)| digits(one) && digits(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_belong_to_their_fibre() {
        assert!(is_or_is_part_of("f 1", "f 1"));
        assert!(is_or_is_part_of("f 1_(2/13)", "f 1"));
        for other in ["f 12", "f 1_(2)", "f 1_(a/b)", "f 1_(/)", "f", "g f 1"] {
            assert!(!is_or_is_part_of(other, "f 1"), "{other}");
        }
    }
}
