//! Link fault signalling: four fault sequences make a fault, 128 columns without one end it.
//!
//! Clauses: IEEE 802.3 46.3.4, 81.3.4. In: the blocks in order, with the sequences in them. Out: the
//! fault, whenever it changes. A column is four octets with clause 49 and eight with clause 82.

use super::super::block66::{LinkFault, Pcs};

/// Sequences of one kind that make a fault.
//= ieee802.3:46.3.4-link-fault
const SEQUENCES: u32 = 4;
/// Columns without a sequence that end one.
const COLUMNS: u32 = 128;

/// Watches for link faults.
#[derive(Clone, Copy, Debug)]
pub struct FaultMonitor {
    /// Columns of a block.
    columns: u32,
    seen: Option<LinkFault>,
    sequences: u32,
    /// Columns since the last sequence.
    quiet: u32,
    fault: Option<LinkFault>,
}

impl FaultMonitor {
    /// A monitor that has seen no fault.
    pub const fn new(pcs: Pcs) -> Self {
        let columns = match pcs {
            Pcs::Clause49 => 2,
            Pcs::Clause82 => 1,
        };
        Self { columns, seen: None, sequences: 0, quiet: 0, fault: None }
    }

    /// The fault that there is.
    pub const fn fault(&self) -> Option<LinkFault> {
        self.fault
    }

    /// Whether blocks without sequences can change nothing.
    #[inline]
    pub(super) const fn is_quiet(&self) -> bool {
        self.seen.is_none()
    }

    /// Takes the sequences of the next block; `true` when the fault changes.
    pub(super) fn block(&mut self, sequences: [Option<LinkFault>; 2]) -> bool {
        let before = self.fault;
        self.quiet = self.quiet.saturating_add(self.columns);
        for fault in sequences.into_iter().flatten() {
            if self.seen != Some(fault) {
                (self.seen, self.sequences) = (Some(fault), 0);
            }
            self.sequences += 1;
            self.quiet = 0;
            if self.sequences >= SEQUENCES {
                self.sequences = SEQUENCES;
                self.fault = Some(fault);
            }
        }
        if self.quiet >= COLUMNS {
            (self.seen, self.sequences, self.fault) = (None, 0, None);
        }
        self.fault != before
    }
}
