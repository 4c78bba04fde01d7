//! `docs/supervision.md`: the tables of criteria, actions and causes, as the program has them.

use std::collections::BTreeMap;
use std::fmt::Write;

use otn_proc::defect::{Layer, TandemDefect};
use otn_proc::supervision::actions::ACTIONS;
use otn_proc::supervision::causes::{CAUSES, Cause, Subject};
use otn_proc::supervision::criteria::CRITERIA;
use otn_proc::supervision::failure::{CLEAR_AFTER, RAISE_AFTER, TOLERANCE};
use otn_proc::supervision::function::{Function, Trail};
use otn_proc::supervision::probable_cause::{Facing, probable_cause};

use super::compare;

/// Written by hand.
const INTRODUCTION: &str = include_str!("introduction.md");

/// A row of a table.
fn row(text: &mut String, cells: &[&str]) {
    writeln!(text, "| {} |", cells.join(" | ")).expect(super::WRITES);
}

fn head(text: &mut String, cells: &[&str]) {
    row(text, cells);
    writeln!(text, "|{}", "---|".repeat(cells.len())).expect(super::WRITES);
}

fn criteria(text: &mut String) {
    writeln!(text, "\n## 1. Defects\n").expect(super::WRITES);
    head(
        text,
        &[
            "defect",
            "function",
            "clause",
            "raised by",
            "after",
            "",
            "cleared by",
            "after",
            "",
            "masked by",
        ],
    );
    for line in CRITERIA {
        let masks = line.cause().map_or_else(
            || "no cause of its own".to_string(),
            |cause| {
                let masks: Vec<_> = cause.unless.iter().map(ToString::to_string).collect();
                if masks.is_empty() { "-".to_string() } else { masks.join(", ") }
            },
        );
        let cells = [
            line.name(),
            line.function.name(),
            line.clause,
            line.raise.condition,
            &line.raise.after.to_string(),
            &line.raise.confidence.to_string(),
            line.clear.condition,
            &line.clear.after.to_string(),
            &line.clear.confidence.to_string(),
            &masks,
        ];
        row(text, &cells);
    }
}

fn actions(text: &mut String) {
    writeln!(text, "\n## 2. Consequent actions\n").expect(super::WRITES);
    head(text, &["function", "clause", "action", "equation", ""]);
    for line in ACTIONS {
        let equation = line.equation.to_string();
        let bare = equation.strip_prefix("(not ").and_then(|rest| rest.strip_suffix(')'));
        let equation = bare.map_or(format!("`{equation}`"), |bare| format!("`not {bare}`"));
        let confidence = line.confidence.to_string();
        let function = line.function;
        let cells =
            [function.name(), function.clause(), line.action.name(), &equation, &confidence];
        row(text, &cells);
    }
}

fn causes(text: &mut String) {
    writeln!(text, "\n## 3. Fault causes\n").expect(super::WRITES);
    writeln!(
        text,
        "OpenROADM is the probable cause of `org-openroadm-probable-cause`; of a tandem connection that of level 1 \
         towards the switch\nfabric, `-up`. A cSSF by the AIS of its own layer is `alarmIndicationSignal` there.\n"
    )
    .expect(super::WRITES);
    head(text, &["function", "cause", "equation", "OpenROADM", ""]);
    for line in CAUSES {
        let trail = match line.function {
            Function::OtuTermination => Trail::Section,
            Function::TandemTermination => Trail::Tandem(super::level(1)),
            _ => Trail::Path,
        };
        let name = line.cause(trail).and_then(|cause| probable_cause(cause, false, Facing::Up));
        let name = name.map_or("-".to_string(), |name| format!("{name} ({})", name.value));
        let (equation, confidence) = (format!("`{line}`"), line.confidence.to_string());
        row(text, &[line.function.name(), line.name, &equation, &name, &confidence]);
    }
    let ms = |time: otn_frame::SimTime| time.as_ns() / 1_000_000;
    let (raise, clear, tolerance) = (ms(RAISE_AFTER), ms(CLEAR_AFTER), ms(TOLERANCE));
    writeln!(
        text,
        "\nA cause that has stood for {raise} ms is a failure, and the failure clears once the \
         cause has been gone for {clear} ms, each within\n{tolerance} ms (the times of SONET and \
         SDH; that OTN has the same is memory)."
    )
    .expect(super::WRITES);
}

//= type=test g798:6.2-criteria
#[test]
fn the_page_has_the_tables_of_the_program() {
    let mut text = INTRODUCTION.to_string();
    criteria(&mut text);
    actions(&mut text);
    causes(&mut text);
    compare("../../docs/supervision.md", &text);
}

/// Equations as the fact sheet prints them, typed by hand.
#[test]
fn equations_print_as_the_recommendation_writes_them() {
    let mut printed = BTreeMap::new();
    for line in ACTIONS {
        printed.insert((line.function, line.action.name()), line.equation.to_string());
    }
    for line in CAUSES {
        printed.insert((line.function, line.name), line.to_string());
    }
    let expected = [
        (
            Function::TandemTermination,
            "aTSF",
            "CI_SSF or ((dAIS or (dLTC and LTCAct_Enabled) or dOCI or dLCK or TIMx) and (MODE == OPERATIONAL))",
        ),
        (
            Function::TandemTermination,
            "aBDI",
            "(CI_SSF or dAIS or dLTC or dOCI or dLCK or dTIM) and (MODE != TRANSPARENT)",
        ),
        (Function::OtuOdu, "aAIS", "AI_TSF and (not LOCKED)"),
        (
            Function::OtsiOtu,
            "cLOM",
            "dLOM and (not dLOF) and (not dAIS) and (not AI_TSF-P) and (not dLOL) and (not dLOFLANE) and (not dLOR)",
        ),
        (Function::PathTermination, "cSSF", "(CI_SSF or dAIS) and SSF_Reported"),
        (
            Function::PathOdu,
            "cLOFLOM",
            "dLOFLOM and (not dMSIM) and (not dLOOMFI) and (not dPLM) and (not AI_TSF)",
        ),
    ];
    for (function, name, equation) in expected {
        assert_eq!(printed.get(&(function, name)).map(String::as_str), Some(equation));
    }
}

#[test]
fn no_equation_stands_twice_and_every_cause_knows_its_own() {
    for (at, line) in CAUSES.iter().enumerate() {
        assert!(
            CAUSES[..at].iter().all(|l| (l.function, l.subject) != (line.function, line.subject))
        );
        let level = super::level(6);
        let trail = match line.function {
            Function::OtuTermination => Trail::Section,
            Function::TandemTermination => Trail::Tandem(level),
            _ => Trail::Path,
        };
        let cause = line.cause(trail).unwrap();
        assert!(line.is_of(cause));
        assert_eq!(cause.name(), line.name);
        if let (Subject::Own(kind), Function::TandemTermination) = (line.subject, line.function) {
            assert_eq!(cause.layer(), Layer::Tcm(level));
            assert_ne!(kind, TandemDefect::Ais);
        }
    }
    for (at, line) in ACTIONS.iter().enumerate() {
        assert!(
            ACTIONS[..at].iter().all(|l| (l.function, l.action) != (line.function, line.action))
        );
    }
    assert!(Cause::Ssf(Layer::Otu) < Cause::Ssf(Layer::Odu));
}
