//! Design cases: networks designed and saved.
