//! `docs/tree-file.md` against the program: its examples are trees that can be, its lists whole.

use std::fs;
use std::path::Path;

use otn::wrap::kind::KINDS;
use otn::wrap::tree_file::{self, Inside, Tree};
use otn::wrap::{Plan, build};
use otn_frame::{OduFrame, Signal, Tti};

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tree-file.md");
    fs::read_to_string(path).expect("the page is there")
}

/// Code blocks of YAML.
fn examples(page: &str) -> Vec<&str> {
    let parts = page.split("```yaml\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap_or_default()).collect()
}

/// Counts clients, and forgets the captures that they name.
fn clients(tree: &mut Tree) -> usize {
    match &mut tree.inside {
        Inside::Client(client) => {
            client.input = None;
            1
        }
        Inside::Tributaries { tributaries, .. } => {
            tributaries.iter_mut().map(|tributary| clients(&mut tributary.tree)).sum()
        }
    }
}

#[test]
fn the_examples_are_trees_that_can_be() {
    let page = page();
    let expected = [(Signal::Otu2, 5), (Signal::Odu3, 3)];
    assert_eq!(examples(&page).len(), expected.len());
    for (text, (signal, count)) in examples(&page).into_iter().zip(expected) {
        let mut file = tree_file::read(Path::new("tree-file.md"), text).expect("it reads");
        assert_eq!(file.signal, Some(signal));
        assert_eq!(clients(&mut file.root), count);
        let plan = Plan {
            file: "tree-file.md",
            tti: Tti::from_octets([0; 64]),
            pfcs: false,
            fails: None,
            repeats: false,
        };
        let built = build(plan, &file.root, Some(signal.odu())).expect("it can be");
        let mut source = built.source;
        let mut frame = OduFrame::zeroed();
        source.next_frame(&mut frame);
        assert_eq!(source.signal(), signal.odu());
    }
}

/// Every client that the program knows, and every key that its message about an unknown one names.
#[test]
fn every_client_and_every_key_is_on_the_page() {
    let page = page();
    let clients = page.split("## Clients").nth(1).expect("a section of clients");
    for kind in KINDS {
        // Those between the ends of `cpri-4` to `cpri-10`.
        let number = kind.name.strip_prefix("cpri-").and_then(|n| n.parse().ok());
        let ranged = number.is_some_and(|number: u32| (5..10).contains(&number));
        let quoted = [format!("`{}`", kind.name), format!("`'{}'`", kind.name)];
        assert!(ranged || quoted.iter().any(|name| clients.contains(name)), "{}", kind.name);
    }
    let error = tree_file::read(Path::new("x"), "odu: {colour: red}").expect_err("no such key");
    let text = error.to_string();
    let keys: Vec<&str> = text.split("expected one of ").nth(1).unwrap_or("").split(", ").collect();
    assert_eq!(keys.len(), 16, "{text}");
    for key in keys {
        assert!(page.contains(&format!("| `{key}` |")), "{key}");
    }
}
