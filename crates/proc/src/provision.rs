//! What the sinks of a terminal are told to expect, and how they act.
//!
//! Clauses: G.798 6.2 (criteria), G.874 (provisioning). In: nothing. Out: plain settings. A sink that is
//! told nothing takes whatever comes and looks at every tandem connection in use.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use otn_frame::Signal;
use otn_frame::overhead::{PayloadType, TcmLevel};

use crate::monitor::{ExpectedTrace, PerformanceProvision};
use crate::tandem::TandemSettings;

/// Number of tandem connection levels.
pub const TCM_LEVELS: usize = 6;

/// Settings of an ODUk and what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OduProvision {
    /// Trace of the path.
    pub path: ExpectedTrace,
    /// Tandem connections, level 1 first.
    pub tandem: [TandemSettings; TCM_LEVELS],
    /// The ODUk is only monitored, and goes on elsewhere: ODUkPm. Its payload is not looked at.
    //= g798:14.2-non-intrusive
    pub non_intrusive: bool,
    /// Payload type that is expected; any where there is none.
    pub payload_type: Option<PayloadType>,
    /// MSI that is expected, an octet for each tributary slot; any where there is none.
    pub msi: Option<Vec<u8>>,
    /// How the seconds of path and tandem connections are counted.
    pub performance: PerformanceProvision,
    /// User payload identifier that is expected in GFP frames of client data.
    pub upi: Option<u8>,
    /// Extension header identifier that is expected in them.
    pub exi: Option<u8>,
    /// Which ODUj is in the tributary slots, where the count of their mapping shall not tell.
    pub signal: Option<Signal>,
    /// The ODUj in its tributary slots, by their first slot; one that is not listed has the settings of
    /// a tester.
    pub tributaries: BTreeMap<u8, Self>,
}

impl OduProvision {
    /// An ODUk that expects this payload type, or takes any.
    pub fn expecting(payload_type: Option<PayloadType>) -> Self {
        Self { payload_type, ..Self::default() }
    }

    /// Settings of a level.
    pub const fn level(&self, level: TcmLevel) -> &TandemSettings {
        &self.tandem[level.get() as usize - 1]
    }

    /// The same, to set them.
    pub const fn level_mut(&mut self, level: TcmLevel) -> &mut TandemSettings {
        &mut self.tandem[level.get() as usize - 1]
    }
}

/// Settings of an OTUk terminal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provision {
    /// Trace of the section.
    pub section: ExpectedTrace,
    /// How its seconds are counted.
    pub performance: PerformanceProvision,
    /// The ODUk inside.
    pub odu: OduProvision,
}
