//! Slow, obvious oracles for the tests of OpenOTN.
//!
//! Every module is a second, independent reading of a Recommendation, over plain octets and plain
//! bits: loops instead of tables, one bit at a time, no code shared with the crates it checks.
//! Where an oracle and a fast implementation disagree, one of them misreads the clause.
//!
//! | module | what | clause |
//! |---|---|---|
//! | [`bits`] | octets and bits, most significant bit first | G.709 11.1 |
//! | [`scrambler`] | frame-synchronous scrambler of the OTUk | G.709 11.2 |
//! | [`bip`] | BIP-8 | G.709 15.7.2.1, 15.8.2.1 |
//! | [`gf256`] | the field of 256 elements | G.709 Annex A |
//! | [`rs`] | RS(255,239) and the interleaved row | G.709 Annex A |
//! | [`crc`] | CRCs bit by bit: any, GFP, Ethernet, GMP | G.7041, IEEE 802.3, G.709 Annex D |
//! | [`pn`] | pseudo-random sequences; PN-11 | G.709 clause 16, O.150 |
//! | [`gfp`] | GFP-F frames | G.7041 clause 6 |
//! | [`hdlc`] | HDLC frames, bit-synchronous and octet-stuffed | RFC 1662 |
//! | [`otu`] | a sequence of OTUk frames, written and read | G.709 clauses 11, 15, 17 |
//! | [`golden`] | golden vectors from text | |
//!
//! In: octets. Out: octets, bits, plain structs. The crate does no IO, keeps no time and is never
//! part of the program: it is a dev-dependency. For that reason a caller's mistake (a frame of the
//! wrong length) is an assertion that ends the test with a message, not an error value; malformed
//! data is an error value as everywhere.

pub mod bip;
pub mod bits;
pub mod crc;
pub mod gf256;
pub mod gfp;
pub mod golden;
pub mod hdlc;
pub mod otu;
pub mod pn;
pub mod rs;
pub mod scrambler;
