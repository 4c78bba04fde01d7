//! Columns of fixed stuff: the one table of the CBR mappings.
//!
//! Clauses: G.709 17.2.1 to 17.2.4. Columns count from 1 in the comments, as the figures do.

use super::Container;
use core::ops::Range;

/// Value of stuff octets.
pub(super) const STUFF: u8 = 0;

/// Columns 1905 to 1920.
#[expect(clippy::single_range_in_vec_init, reason = "one range of columns is what is meant")]
const OPU2: &[Range<usize>] = &[1904..1920];
/// Columns 1265 to 1280 and 2545 to 2560.
const OPU3: &[Range<usize>] = &[1264..1280, 2544..2560];

/// Zero-based columns of fixed stuff.
//= g709:17.2-fixed-stuff
pub(super) const fn fixed_stuff(container: Container) -> &'static [Range<usize>] {
    match container {
        Container::Opu1 => &[],
        Container::Opu2 => OPU2,
        Container::Opu3 => OPU3,
    }
}
