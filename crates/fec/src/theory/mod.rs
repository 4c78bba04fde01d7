//! What theory says about a code before any simulation: closed forms, limits, gains, axes.
//!
//! - [`gaussian`]: the Q function and its inverse, decibels.
//! - [`bounded`]: error ratios behind a bounded-distance decoder (Reed-Solomon, BCH).
//! - [`shannon`]: how many errors any code of a rate can bear, hard and soft.
//! - [`gain`]: net coding gain and distance to the limits.
//! - [`stall`]: how many smallest stall patterns a code of rows and columns has.
//! - [`modulation`]: bit error ratio of Gray-mapped QAM, and from one axis of a plot to another.
//!
//! In: parameters of a code, a bit error ratio, a ratio of energies. Out: numbers. Nothing here
//! draws at random, and nothing knows a decoder: these are the curves simulations are held against.

pub mod bounded;
pub mod gain;
pub mod gaussian;
pub mod modulation;
pub mod shannon;
pub mod stall;

/// The place between `low` and `high` where a rising `f` passes zero, to the last bit of the
/// answer; an end, if it does so nowhere between.
pub(crate) fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    // Two hundred halvings end at neighbouring numbers, wherever they began.
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
