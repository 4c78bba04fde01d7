//! What was found out about lanes: order, skew, defects.
//!
//! In: events of a lane sink. Out: a report whose keys are described in `docs/json.md`.

use std::collections::BTreeMap;

use otn_proc::defect::Defect;
use otn_proc::otl::{LaneCondition, LaneEvent};
use serde::Serialize;

/// Spans of one state or defect that are listed.
const LISTED: u64 = 100;

/// The lanes of a stream.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LanesReport {
    /// `OTL3.4` or `OTL4.4`.
    pub otl: &'static str,
    /// The files in the order given.
    pub files: Vec<String>,
    /// Logical lane of each file; of a physical lane of an OTL4.4 five a file.
    pub order: Vec<Option<u8>>,
    /// Bits by which each file is later than the earliest one.
    pub skew_bits: Vec<Option<u64>>,
    /// States and defects of the lanes: the first hundred of a kind.
    pub defects: Vec<LaneDefectReport>,
    /// Times each was raised, listed or not.
    pub defect_times: BTreeMap<&'static str, u64>,
}

/// A state or a defect that stood at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LaneDefectReport {
    /// `OOF`, `dLOFLANE`, `OOR`, `dLOR` of a lane; `OLA`, `dLOL` of all together.
    pub defect: &'static str,
    /// Place in `order`; `null` where it is of all lanes together.
    pub lane: Option<usize>,
    /// When it was raised, in nanoseconds.
    pub raised_ns: u64,
    /// When it cleared; `null` where it stood at the end.
    pub cleared_ns: Option<u64>,
}

impl LanesReport {
    /// True where all lanes were found and nothing was wrong with them.
    pub fn is_fine(&self) -> bool {
        self.defects.is_empty() && self.order.iter().all(Option::is_some)
    }

    /// Takes what a sink has to say.
    pub(super) fn event(&mut self, event: LaneEvent) {
        let (defect, lane) = name(event.condition);
        let ns = event.at.as_ns();
        if event.raised {
            let times = self.defect_times.entry(defect).or_default();
            *times += 1;
            if *times <= LISTED {
                let raised_ns = ns;
                self.defects.push(LaneDefectReport { defect, lane, raised_ns, cleared_ns: None });
            }
            return;
        }
        // A sink starts out of frame and out of alignment: what was not raised is no defect.
        let standing =
            |d: &&mut LaneDefectReport| (d.defect, d.lane, d.cleared_ns) == (defect, lane, None);
        if let Some(standing) = self.defects.iter_mut().find(standing) {
            standing.cleared_ns = Some(ns);
        }
    }

    /// The report in one line.
    pub fn text(&self) -> String {
        let shown = |n: Option<String>| n.unwrap_or_else(|| "-".to_string());
        let order: Vec<String> =
            self.order.iter().map(|n| shown(n.map(|n| n.to_string()))).collect();
        let skew: Vec<String> =
            self.skew_bits.iter().map(|n| shown(n.map(|n| n.to_string()))).collect();
        let times: Vec<String> = self
            .defect_times
            .iter()
            .map(|(name, times)| format!(", {name} {times} times"))
            .collect();
        format!(
            "{} in {} files, logical lanes {}; skew {} bits{}",
            self.otl,
            self.files.len(),
            order.join(" "),
            skew.join(" "),
            times.concat()
        )
    }
}

/// Its name in G.798, and the place at which its lane comes in.
const fn name(condition: LaneCondition) -> (&'static str, Option<usize>) {
    match condition {
        LaneCondition::Oof { input } => ("OOF", Some(input)),
        LaneCondition::Lof { input } => (Defect::LofLane.name(), Some(input)),
        LaneCondition::Oor { input } => ("OOR", Some(input)),
        LaneCondition::Lor { input } => (Defect::Lor.name(), Some(input)),
        LaneCondition::Ola => ("OLA", None),
        LaneCondition::Lol => (Defect::Lol.name(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::SimTime;

    #[test]
    fn spans_are_listed_up_to_a_hundred_and_counted_beyond() {
        let mut report = LanesReport::default();
        let mut tell = |ns, condition, raised| {
            report.event(LaneEvent { at: SimTime::from_ns(ns), condition, raised });
        };
        let oof = |input| LaneCondition::Oof { input };
        tell(1, oof(2), false);
        tell(5, oof(2), true);
        tell(6, LaneCondition::Lol, true);
        tell(7, oof(3), true);
        tell(9, oof(2), false);
        for n in 0..150 {
            tell(100 + 2 * n, oof(1), true);
            tell(101 + 2 * n, oof(1), false);
        }
        let entry = |defect, lane, raised_ns, cleared_ns| LaneDefectReport {
            defect,
            lane,
            raised_ns,
            cleared_ns,
        };
        assert_eq!(
            report.defects[..4],
            [
                entry("OOF", Some(2), 5, Some(9)),
                entry("dLOL", None, 6, None),
                entry("OOF", Some(3), 7, None),
                entry("OOF", Some(1), 100, Some(101)),
            ]
        );
        assert_eq!(report.defects.len(), 101);
        assert_eq!((report.defect_times["OOF"], report.defect_times["dLOL"]), (152, 1));
        assert!(!report.is_fine());
    }
}
