//! Frames that are done with, for the next one that is needed.
//!
//! In: boxes that nobody needs any more. Out: the same. It keeps a few: where more go in than come out, as between
//! clocks that differ, memory stays what it is.

/// Boxes that are kept.
const KEPT: usize = 8;

/// Boxes to be used again; what is in them is whatever was left there.
#[derive(Clone, Debug)]
pub(super) struct Pool<T>(Vec<Box<T>>);

impl<T> Pool<T> {
    /// Nothing yet.
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// A box that was put in before, if there is one.
    pub(super) fn take(&mut self) -> Option<Box<T>> {
        self.0.pop()
    }

    /// Keeps a box, if there is room.
    pub(super) fn put(&mut self, done: Box<T>) {
        if self.0.len() < KEPT {
            self.0.push(done);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_keeps_a_few_and_no_more() {
        let mut pool = Pool::new();
        (0..1_000).for_each(|n| pool.put(Box::new(n)));
        let kept = std::iter::from_fn(|| pool.take()).count();
        assert_eq!(kept, KEPT);
        assert!(pool.take().is_none());
    }
}
