//! States of lines from their alarms, for a run that does not keep them itself.
//!
//! Clauses: G.798 13.2. In: the alarms of a report, and for which lines a trace that does not match is a
//! failure. Out: when a direction of a line was degraded or failed.

use super::model::{Alarm, LineState, LineStateChange, Report};

/// A trace that does not match.
const MISMATCH: &str = "dTIM";
/// Defects by which a section has failed whatever its settings.
const FAIL: [&str; 7] = ["dLOS", "dLOL", "dLOR", "dLOF", "dLOM", "dLOFLANE", "dAIS"];
/// Defect by which it is degraded.
const DEGRADE: &str = "dDEG";

/// Fills the states of every direction of a line that has none yet. `tim_action` says by a line's name
/// whether a trace that does not match is a failure.
pub fn fill(report: &mut Report, tim_action: impl Fn(&str) -> bool) {
    for line in &mut report.lines {
        let tim_action = tim_action(&line.name);
        for direction in line.directions.iter_mut().filter(|d| d.states.is_empty()) {
            direction.states = of_line(&report.alarms, (&line.name, &direction.to), tim_action);
        }
    }
}

/// States of the direction of a line that ends at `to`; empty where it was up throughout.
pub fn of_line(
    alarms: &[Alarm],
    (line, to): (&str, &str),
    tim_action: bool,
) -> Vec<LineStateChange> {
    let mut changes = Vec::new();
    for alarm in alarms.iter().filter(|alarm| alarm.line.as_deref() == Some(line)) {
        let Some(state) = state(alarm, tim_action).filter(|_| alarm.node == to) else { continue };
        changes.push((alarm.raised_ps, state, 1));
        if let Some(at) = alarm.cleared_ps {
            changes.push((at, state, -1));
        }
    }
    changes.sort_by_key(|(at, ..)| *at);
    let (mut failed, mut degraded) = (0i64, 0i64);
    let mut states: Vec<LineStateChange> = Vec::new();
    for instant in changes.chunk_by(|a, b| a.0 == b.0) {
        for (_, state, step) in instant {
            match state {
                LineState::Failed => failed += step,
                LineState::Degraded => degraded += step,
                LineState::Up => {}
            }
        }
        let state = match (failed > 0, degraded > 0) {
            (true, _) => LineState::Failed,
            (false, true) => LineState::Degraded,
            (false, false) => LineState::Up,
        };
        if states.last().map_or(LineState::Up, |last| last.state) != state {
            states.push(LineStateChange { at_ps: instant[0].0, state });
        }
    }
    states
}

/// What an alarm of the section says of it.
fn state(alarm: &Alarm, tim_action: bool) -> Option<LineState> {
    //= g798:13.2-atsf
    match (alarm.layer.as_str(), alarm.defect.as_str()) {
        ("OTSi" | "OTU", defect) if FAIL.contains(&defect) => Some(LineState::Failed),
        ("OTU", MISMATCH) => tim_action.then_some(LineState::Failed),
        ("OTU", DEGRADE) => Some(LineState::Degraded),
        (_, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network_report::model::{Line, LineDirection};

    fn alarm(defect: &str, layer: &str, raised_ps: u64, cleared_ps: Option<u64>) -> Alarm {
        Alarm {
            raised_ps,
            cleared_ps,
            node: "B".to_string(),
            line: Some("l".to_string()),
            layer: layer.to_string(),
            defect: defect.to_string(),
            ..Alarm::default()
        }
    }

    #[test]
    fn the_worst_that_stands_is_the_state() {
        use LineState::{Degraded, Failed, Up};
        let alarms = [
            alarm("dDEG", "OTU", 10, Some(60)),
            alarm("dLOS", "OTSi", 20, Some(40)),
            // Takes over at the instant at which the other clears: no gap.
            alarm("dLOF", "OTU", 40, Some(50)),
            alarm("dAIS", "ODU", 0, None),
            alarm("dBDI", "OTU", 0, None),
        ];
        let states = of_line(&alarms, ("l", "B"), false);
        let states: Vec<_> = states.iter().map(|change| (change.at_ps, change.state)).collect();
        assert_eq!(states, [(10, Degraded), (20, Failed), (50, Degraded), (60, Up)]);
        assert_eq!(of_line(&alarms, ("l", "A"), true), []);
        assert_eq!(of_line(&alarms, ("other", "B"), true), []);
    }

    //= type=test g798:13.2-atsf
    #[test]
    fn a_trace_that_does_not_match_is_a_failure_with_its_action_only() {
        let alarms = [alarm("dTIM", "OTU", 5, Some(9))];
        assert_eq!(of_line(&alarms, ("l", "B"), false), []);
        let line = Line {
            name: "l".to_string(),
            directions: vec![LineDirection { to: "B".to_string(), ..LineDirection::default() }],
            ..Line::default()
        };
        let mut report = Report { lines: vec![line], alarms: alarms.into(), ..Report::default() };
        fill(&mut report, |name| name == "l");
        let states = [(5, LineState::Failed), (9, LineState::Up)];
        let states = states.map(|(at_ps, state)| LineStateChange { at_ps, state });
        assert_eq!(report.lines[0].directions[0].states, states);
        fill(&mut report, |_| false);
        assert_eq!(report.lines[0].directions[0].states, states, "what is there stays");
    }
}
