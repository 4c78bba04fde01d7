//! The tree file: read, and its first frames made, without the files that it names.

use std::path::Path;

use otn_frame::{OduFrame, Tti};

use crate::wrap::tree_file::{self, Inside, Tree};
use crate::wrap::{Plan, build};

/// Octets as a tree file.
pub fn tree_file(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let Ok(mut file) = tree_file::read(Path::new("fuzz.yaml"), text) else { return };
    forget_inputs(&mut file.root);
    let tti = Tti::from_octets([0; 64]);
    let plan = Plan {
        file: "fuzz.yaml",
        tti: file.tti.unwrap_or(tti),
        pfcs: false,
        fails: None,
        repeats: false,
    };
    let odu = file.signal.map(otn_frame::Signal::odu);
    let Ok(built) = build(plan, &file.root, odu) else { return };
    let (mut source, clients) = (built.source, built.clients);
    assert!(clients.is_empty(), "no client has an input");
    let mut frame = OduFrame::zeroed();
    for _ in 0..3 {
        source.next_frame(&mut frame);
    }
}

/// No file is opened for a fuzz target.
fn forget_inputs(tree: &mut Tree) {
    match &mut tree.inside {
        Inside::Client(client) => client.input = None,
        Inside::Tributaries { tributaries, .. } => {
            tributaries.iter_mut().for_each(|tributary| forget_inputs(&mut tributary.tree));
        }
    }
}
