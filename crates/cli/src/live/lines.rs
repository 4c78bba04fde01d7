//! Lines whose other end is in another program.
//!
//! In: frames that leave for nodes that are not ours, frames that come on a stream. Out: the same, in the time of this
//! program; darkness where nothing comes.

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use otn_emu::net::Flight;
use otn_emu::net::model::Plan;
use otn_frame::SimTime;

use super::status::StreamStatus;
use crate::network::NetworkFile;

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Lines {}

impl Lines {
    /// Those of a file that leave the nodes that are ours.
    pub(super) fn open(_file: &NetworkFile, ours: &[bool]) -> Result<Self> {
        ensure!(ours.iter().all(|ours| *ours), "--node: not there yet");
        Ok(Self {})
    }

    /// How the streams are, by line.
    pub(super) fn status(&self) -> BTreeMap<usize, StreamStatus> {
        BTreeMap::new()
    }

    /// Ends all streams.
    pub(super) fn close(&self) {}

    /// The ends at these nodes of lines that come from elsewhere.
    pub(super) fn ends_at(&self, _plan: &Plan, _nodes: &[usize]) -> Vec<RemoteEnd> {
        Vec::new()
    }

    /// Sends a frame on its way.
    pub(super) fn send(&self, _flight: &Flight) {}
}

/// An end of a line that comes from elsewhere.
pub(super) struct RemoteEnd {
    to: (usize, usize),
}

impl RemoteEnd {
    /// Line and end.
    pub(super) const fn to(&self) -> (usize, usize) {
        self.to
    }

    /// What comes before `until`.
    pub(super) fn receive(&mut self, _until: SimTime) -> Vec<Flight> {
        Vec::new()
    }
}
