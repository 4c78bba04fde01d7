//! bends
