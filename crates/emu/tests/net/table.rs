//! What a network told as a table that a human can read and check.
//!
//! A line is `time in us, node, where, what | sum | rule`. What stands before the first bar is made from the run.
//! The sum says where the time comes from: terms in us, from the event on, with `+` and `-` between them, and behind
//! `~` how far the time may be from it (1 us where nothing is said). It is worked out and compared. The rule says in
//! a few words why. Not all of a sum is from the Recommendation: how long this program takes to hand a frame on (up to
//! three frames of OTU2, one of ODU0) and what GMP holds back (183 us) were measured. A wide `~` shows less than a
//! narrow one. A line without a sum or a rule fails, so that no table is kept that nobody has reviewed.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::{env, fs};

use otn_emu::net::Record;
use otn_emu::net::log::{Entry, Point, What};
use otn_emu::net::model::{Action, Plan, Trail};
use otn_emu::net::supervision::domains;
use otn_proc::protection::ProtectionChange;

/// What was told, and the times in which packets were missing, in order.
pub(crate) fn lines(plan: &Plan, record: &Record) -> Vec<String> {
    let mut rows: Vec<String> = record.entries.iter().map(|entry| row(plan, entry)).collect();
    for (service, flows) in record.flows.iter().enumerate() {
        for (end, flow) in flows.iter().enumerate() {
            let (place, counts) = (way(plan, service, 1 - end), flow.counts());
            if counts.corrupted > 0 {
                // Whole packets of another sender: by a loopback, or by fibres that are misconnected.
                let (at, node) = (record.ended.as_ps() as f64 / 1e6, receiver(plan, service, end));
                let what = format!("{} packets of another sender", counts.corrupted);
                rows.push(format!("{at:>10.1}  {node}  {place:<10} {what}"));
            }
            // What is taken in later than it came, or held back on its way, would be seen here.
            assert!(flow.latency().max < otn_frame::SimTime::from_ms(2), "{place} {counts:?}");
            let (gaps, more) = flow.disruptions();
            assert_eq!(more, 0, "{place}");
            for gap in gaps {
                let at = |at: otn_frame::SimTime| at.as_ps() as f64 / 1e6;
                let (from, to) = (at(gap.from), at(gap.to));
                let node = receiver(plan, service, end);
                for (at, what) in [(from, "last packet"), (to, "first packet again")] {
                    rows.push(format!("{at:>10.1}  {node}  {place:<10} {what}"));
                }
            }
        }
    }
    let time = |row: &String| row.split_whitespace().next().unwrap().parse::<f64>().unwrap();
    rows.sort_by(|a, b| time(a).total_cmp(&time(b)));
    rows
}

fn receiver(plan: &Plan, service: usize, end: usize) -> &str {
    &plan.nodes[plan.services[service].ends[1 - end]].name
}

fn row(plan: &Plan, entry: &Entry) -> String {
    let at = entry.at.as_ps() as f64 / 1e6;
    let node = &plan.nodes[entry.node].name;
    let place = entry.point.map_or_else(String::new, |point| place(plan, point));
    format!("{at:>10.1}  {node}  {place:<10} {}", what(plan, &entry.what))
}

fn way(plan: &Plan, service: usize, end: usize) -> String {
    let service = &plan.services[service];
    let [from, to] = [1 - end, end].map(|end| plan.nodes[service.ends[end]].name.as_str());
    format!("{} {from}>{to}", service.name)
}

fn place(plan: &Plan, point: Point) -> String {
    let hop = |line: usize, end: usize| {
        let line = &plan.lines[line];
        let [from, to] = [1 - end, end].map(|end| plan.nodes[line.ends[end]].name.as_str());
        format!("{from}>{to}")
    };
    match point {
        Point::Section { line, end } => format!("{} OTU2", hop(line, end)),
        Point::LinePath { line, end } => format!("{} ODU2", hop(line, end)),
        Point::Tributary { line, end, tributary } => {
            format!("{} port {tributary}", hop(line, end))
        }
        Point::Path { service, end } => way(plan, service, end),
        Point::Tandem { service, tandem, end } => {
            let here = &plan.services[service];
            let domain = domains(here)[tandem];
            let [from, to] = [1 - end, end]
                .map(|end| plan.nodes[domain.node(plan, here, end).unwrap()].name.as_str());
            let side = if domain.protection { " p" } else { "" };
            format!("{from}>{to} TCM{}{side}", domain.tandem.level.get())
        }
    }
}

fn what(plan: &Plan, what: &What) -> String {
    let turn = |raised: bool| if raised { "raised" } else { "cleared" };
    match what {
        What::Defect { defect, raised } => format!("{defect} {}", turn(*raised)),
        What::Cause { cause, by_ais, raised } => {
            let ais = if *by_ais { " (AIS)" } else { "" };
            format!("{cause}{ais} {}", turn(*raised))
        }
        What::Protection(change) => match change {
            ProtectionChange::RequestChanged { from, to } => format!("request {from} -> {to}"),
            ProtectionChange::Switched { from, to, .. } => {
                format!("switched {} -> {}", from.name(), to.name())
            }
            ProtectionChange::CommandDropped(request) => format!("{request} dropped"),
            ProtectionChange::Raised(defect) => format!("{defect} raised"),
            ProtectionChange::Cleared(defect) => format!("{defect} cleared"),
        },
        What::Refused(why) => {
            format!("refused: {}", why.map_or_else(|| "no protection".into(), |r| r.to_string()))
        }
        What::Rerouted { lines, restored } => {
            let names: Vec<&str> =
                lines.iter().map(|line| plan.lines[*line].name.as_str()).collect();
            format!("{} over {}", if *restored { "restored" } else { "back" }, names.join(" "))
        }
        What::NoRoute => "no route".to_string(),
        What::Action { action, .. } => act(plan, action),
    }
}

fn act(plan: &Plan, action: &Action) -> String {
    let on = |on: bool| if on { "on" } else { "off" };
    let receives = |(line, end): (usize, usize)| place(plan, Point::Section { line, end });
    let trail = |trail: Trail, end: usize| match trail {
        Trail::Section(line) => place(plan, Point::Section { line, end }),
        Trail::LinePath(line) => place(plan, Point::LinePath { line, end }),
        Trail::Path(service) => place(plan, Point::Path { service, end }),
        Trail::Tandem(service, tandem) => place(plan, Point::Tandem { service, tandem, end }),
    };
    match *action {
        Action::Swap([a, b]) => format!("* swap of {} and {}", receives(a), receives(b)),
        Action::Power { on: there, .. } => format!("* power {}", on(there)),
        Action::Clock { offset, .. } => format!("* clock {offset:?}"),
        Action::SendTrace { trail: which, end, .. } => {
            format!("* another trace sent on {}", trail(which, 1 - end))
        }
        Action::ExpectTrace { trail: which, end, .. } => {
            format!("* another trace expected on {}", trail(which, end))
        }
        Action::MfasSlip { line, end, by } => {
            format!("* MFAS sent on {} slips by {by}", receives((line, 1 - end)))
        }
        Action::ClientFail { failed, .. } => format!("* client fail {}", on(failed)),
        Action::Lock { locked, .. } => format!("* lock {}", on(locked)),
        Action::Loopback { on: there, .. } => format!("* loopback {}", on(there)),
        Action::TerminalLoopback { on: there, .. } => format!("* terminal loopback {}", on(there)),
        Action::PayloadType { sends, expects, .. } => {
            let word = |of: Option<Option<otn_frame::overhead::PayloadType>>| match of {
                None => "as before".to_string(),
                Some(None) => "that of the client".to_string(),
                Some(Some(of)) => format!("{:02X}", of.0),
            };
            format!("* payload type sent {}, expected {}", word(sends), word(expects))
        }
        Action::Slots { line, end, sends, expects, .. } => {
            let word = |of: Option<otn_map::odtu::Content>| {
                of.map_or("as before".to_string(), |of| {
                    let slots: Vec<String> = of.set.iter().map(|slot| slot.to_string()).collect();
                    format!("{:?} port {} slots {}", of.kind, of.port, slots.join("+"))
                })
            };
            let at = receives((line, end));
            format!("* MSI beside {at} sent {}, expected {}", word(sends), word(expects))
        }
        Action::Inject { change, lasts, .. } => format!("* {change:?} {lasts:?}"),
        Action::Protection { command, .. } => format!("* command {command:?}"),
    }
}

/// Compares what was told with the table of this name, or writes that.
pub(crate) fn compare(name: &str, plan: &Plan, record: &Record) {
    let made = lines(plan, record);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/net/cascades").join(name);
    let kept = fs::read_to_string(&file).unwrap_or_default();
    let (head, kept): (Vec<&str>, Vec<&str>) =
        kept.lines().filter(|line| !line.is_empty()).partition(|line| line.starts_with('#'));
    if env::var_os("OTN_REWRITE").is_some() {
        fs::write(&file, written(&head, &kept, &made)).unwrap();
        return;
    }
    assert!(!head.is_empty(), "{name}: no heading, see OTN_REWRITE in main.rs");
    for (number, (kept, made)) in kept.iter().zip(&made).enumerate() {
        let mut parts = kept.split('|').map(str::trim_end);
        assert_eq!(parts.next(), Some(made.trim_end()), "{name} row {}", number + 1);
        let [sum, rule] = [parts.next(), parts.next()].map(|part| part.unwrap_or("").trim());
        assert!(!sum.is_empty() && !rule.is_empty(), "{name}: {made}: no sum or no rule");
        let (derived, tolerance) = worked_out(sum).unwrap_or_else(|| panic!("{name}: {sum}?"));
        let at: f64 = made.split_whitespace().next().unwrap().parse().unwrap();
        assert!((at - derived).abs() <= tolerance, "{name}: {made}: the sum is {derived}");
    }
    assert_eq!(kept.len(), made.len(), "{name}: rows\n{}", made.join("\n"));
}

/// The table with what was noted beside rows that are still the same.
fn written(head: &[&str], kept: &[&str], made: &[String]) -> String {
    let mut notes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for row in kept.iter().rev() {
        let (row, note) = row.split_once('|').unwrap_or((row, ""));
        notes.entry(row.trim_end()).or_default().push(note);
    }
    let mut text = head.join("\n") + "\n\n";
    for row in made {
        let note = notes.get_mut(row.trim_end()).and_then(Vec::pop).unwrap_or("");
        let row = format!("{row:<64} |{note}");
        writeln!(text, "{}", row.trim_end()).unwrap();
    }
    text
}

/// The value of a sum, and how far from it a time may be.
fn worked_out(sum: &str) -> Option<(f64, f64)> {
    let (sum, tolerance) = sum.split_once('~').unwrap_or((sum, "1"));
    let mut value = 0.0;
    for term in sum.replace('-', "+-").split('+').filter(|term| !term.trim().is_empty()) {
        let factors: Option<Vec<f64>> =
            term.replace(' ', "").split('*').map(|factor| factor.parse().ok()).collect();
        value += factors?.iter().product::<f64>();
    }
    Some((value, tolerance.trim().parse().ok()?))
}

#[test]
fn a_sum_is_worked_out() {
    assert_eq!(worked_out("10000 + 50 - 3*2.5 ~12"), Some((10_042.5, 12.0)));
    assert_eq!(worked_out("7"), Some((7.0, 1.0)));
    assert_eq!(worked_out("7 + x"), None);
}
