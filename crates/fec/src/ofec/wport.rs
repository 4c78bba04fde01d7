//! W-Port.
