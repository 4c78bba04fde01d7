//! The processes of OTN equipment (ITU-T G.798) as state machines without a clock.
//!
//! Time comes in as an argument, frames and defects go out as return values. Bottom up:
//!
//! - [`align`]: frame alignment from raw bits at any bit offset; [`multiframe`]: MFAS.
//! - [`integrate`]: the 3 ms integrators of dLOF and dLOM; [`persist`]: values accepted after n
//!   equal ones; [`trace`]: acceptance of trail traces; [`bip`]: BIP-8 two frames later.
//! - [`defect`]: the defects by name, sets of them, and events.
//! - [`remote`]: what a sink tells the source beside it (BEI, BDI).
//! - [`monitor`]: trail termination at the sink, of whatever trail; [`section`], [`tandem`],
//!   [`path`]: at the source; [`provision`]: what sinks are told to expect; [`omfi`]: OPU4 multiframe.
//! - [`section`], [`tandem`], [`path`]: the trail terminations OTUk_TT, ODUkT_TT and ODUkP_TT;
//!   [`omfi`]: OPU4 multiframe.
//! - [`odu`]: the ODUk at the sink with the adaptation of whatever is inside; a multiplex has an
//!   ODUk sink in each tributary port, and [`place`] names it.
//! - [`mod@line`]: the bits of the line before they are frames, dLOS and dAIS.
//! - [`supervision`]: the tables of defects, consequent actions and fault causes; from the defects of
//!   a terminal to one cause a fault.
//! - [`delay`]: two-way delay measurement; [`aps`]: protection words; [`protection`]: what they are
//!   for; [`channel`]: communication channels as streams of octets.
//! - [`observer`]: what sinks have to say.
//! - [`otl`]: OTU3 and OTU4 over parallel lanes.
//! - [`performance`]: errored blocks and defect seconds of a trail, dDEG, availability, registers.
//! - [`terminal`]: the functions stacked into a terminal that sends and one that receives.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod align;
pub mod aps;
pub mod bip;
pub mod channel;
pub mod defect;
pub mod delay;
pub mod integrate;
pub mod line;
pub mod monitor;
pub mod multiframe;
pub mod observer;
pub mod odu;
pub mod omfi;
pub mod otl;
pub mod path;
pub mod performance;
pub mod persist;
pub mod place;
pub mod protection;
pub mod provision;
pub mod remote;
pub mod section;
pub mod supervision;
pub mod tandem;
pub mod terminal;
pub mod trace;
