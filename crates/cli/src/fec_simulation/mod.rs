//! Campaigns of bit error simulation: their files, their threads, their plots.
//!
//! - [`axis`]: the points of a campaign, in bit error ratio, Eb/N0, Es/N0 or OSNR.
//! - [`campaign`]: threads, time, progress, Ctrl-C around the engine of `otn-fec`.
//! - [`result`]: the result file: written whole, taken up again, merged.
//! - [`planted`]: error floors by planted patterns, with threads.
//! - [`record`]: the channel in a result file.
//! - [`speed`]: how fast a point was, for the terminal.
//! - [`plot`]: waterfalls as SVG and PNG.
//! - [`bit_file`]: blocks of a code in files of bits, octets, ratios, NumPy arrays.
//!
//! The engine and the theory are in `otn-fec`; here is what needs a clock, a file or a thread.

pub mod axis;
pub mod bit_file;
pub mod campaign;
pub mod planted;
pub mod plot;
pub mod record;
pub mod result;
pub mod speed;
