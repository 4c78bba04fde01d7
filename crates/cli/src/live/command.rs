//! What an operator asks of a live network: the words of `otn ctl`, and what they come to.
//!
//! In: a command. Out: entries of `events` as a network file has them, so that there is one reader, one meaning and one
//! set of error messages for both.

use clap::Subcommand;
use otn_emu::net::model::Plan;
use serde::{Deserialize, Serialize};

/// A command to a live network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Subcommand)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Tell how the network is
    Status {
        /// As JSON, with everything that is known
        #[arg(long)]
        #[serde(skip)]
        json: bool,
    },
    /// Cut the fibre of a line
    Cut {
        /// Name of the line
        line: String,
        /// One direction only, such as A>B
        #[arg(long)]
        direction: Option<String>,
    },
    /// Repair the fibre of a line
    Repair {
        /// Name of the line
        line: String,
        /// One direction only, such as A>B
        #[arg(long)]
        direction: Option<String>,
    },
    /// Attenuate a line whose light is computed, such as `attenuate A-B 6dB`
    Attenuate {
        /// Name of the line
        line: String,
        /// By how much
        by: String,
        /// Little by little in this time, such as 50ms
        #[arg(long)]
        over: Option<String>,
    },
    /// Give a line another bit error ratio before FEC, such as `ber A-B 1e-4`
    Ber {
        /// Name of the line
        line: String,
        /// The ratio
        ratio: String,
    },
    /// Give a protected service a command of the operator: lockout, forced, manual-to-protection, manual-to-working,
    /// exercise or clear
    Switch {
        /// Name of the service
        service: String,
        /// The command
        command: String,
        /// At the end at this node; at both where it is left out
        #[arg(long)]
        end: Option<String>,
    },
    /// Any entry of `events` of the network file, without its time, such as `event '{mfas-slip: {line: A-B, end: A}}'`
    Event {
        /// The entry
        entry: String,
    },
    /// End the live network
    Stop,
}

impl Command {
    /// The events that it comes to, at this time (with its unit).
    pub(super) fn events(&self, plan: &Plan, at: &str) -> Vec<String> {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let direction = |direction: &Option<String>| {
            direction.as_ref().map_or(String::new(), |way| format!(", direction: {}", quoted(way)))
        };
        let entry = |inside: String| vec![format!("{{at: {at}, {inside}}}")];
        match self {
            Self::Status { .. } | Self::Stop => Vec::new(),
            Self::Cut { line, direction: way } => {
                entry(format!("cut: {}{}", quoted(line), direction(way)))
            }
            Self::Repair { line, direction: way } => {
                entry(format!("repair: {}{}", quoted(line), direction(way)))
            }
            Self::Attenuate { line, by, over } => {
                let over =
                    over.as_ref().map_or(String::new(), |t| format!(", over: {}", quoted(t)));
                let (line, by) = (quoted(line), quoted(by));
                entry(format!("attenuate: {{line: {line}, by: {by}{over}}}"))
            }
            Self::Ber { line, ratio } => {
                entry(format!("ber: {{line: {}, ratio: {}}}", quoted(line), quoted(ratio)))
            }
            Self::Switch { service, command, end } => {
                let known = plan.services.iter().find(|known| known.name == *service);
                let ends = match (end, known) {
                    (Some(end), _) => vec![end.clone()],
                    (None, Some(known)) => {
                        known.ends.iter().map(|node| plan.nodes[*node].name.clone()).collect()
                    }
                    // The reader says that there is no such service.
                    (None, None) => vec![String::new()],
                };
                let (service, command) = (quoted(service), quoted(command));
                let one = |end: &String| {
                    let end = quoted(end);
                    format!(
                        "{{at: {at}, switch: {{service: {service}, end: {end}, command: {command}}}}}"
                    )
                };
                ends.iter().map(one).collect()
            }
            Self::Event { entry } => vec![timed(entry, at)],
        }
    }
}

/// An entry of `events`, in braces or not, with its time.
fn timed(entry: &str, at: &str) -> String {
    let inside = entry.trim();
    match inside.strip_prefix('{') {
        Some(rest) => format!("{{at: {at}, {rest}"),
        None => format!("{{at: {at}, {inside}}}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_entries_of_events() {
        let plan = crate::network::read(
            std::path::Path::new("t.yaml"),
            "nodes: {A: {}, B: {}}\nlines: {x: {ends: [A, B], signal: OTU2, ber: 0, delay: 1 us}}\n\
             services: {s: {client: ethernet, mapping: gfp-f, odu: ODU0, ends: [A, B]}}\n",
            &mut |_| Err(String::new()),
        )
        .unwrap()
        .plan;
        let events = |command: Command| command.events(&plan, "5 ms");
        let line = "x".to_string();
        let cut = Command::Cut { line: line.clone(), direction: Some("A>B".to_string()) };
        assert_eq!(events(cut), [r#"{at: 5 ms, cut: "x", direction: "A>B"}"#]);
        let by = Command::Attenuate { line, by: "6dB".to_string(), over: None };
        assert_eq!(events(by), [r#"{at: 5 ms, attenuate: {line: "x", by: "6dB"}}"#]);
        let (service, command) = ("s".to_string(), "forced".to_string());
        let switch = events(Command::Switch { service, command, end: None });
        assert_eq!(switch.len(), 2);
        assert!(switch[1].contains(r#"end: "B""#), "{switch:?}");
        for entry in ["{cut: x}", "cut: x", "  {cut: x} "] {
            let told = events(Command::Event { entry: entry.to_string() });
            assert_eq!(told, ["{at: 5 ms, cut: x}"]);
        }
    }
}
