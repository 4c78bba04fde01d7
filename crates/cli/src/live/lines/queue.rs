//! A queue between two threads that never makes the one that puts wait.
//!
//! In: items of a connection. Out: the same, in order, to whoever waits for them. Where it is full the oldest item
//! makes room, and is counted: what is late is worth less than what is fresh. Items that are done with come back and
//! are used again.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

use crate::network_run::lock;

/// The queue. Items are of the connection that is open; those of another one are gone with it.
#[derive(Debug)]
pub(super) struct Queue<T> {
    inner: Mutex<Inner<T>>,
    filled: Condvar,
    limit: usize,
}

#[derive(Debug)]
struct Inner<T> {
    open: Option<u64>,
    items: VecDeque<T>,
    spare: Vec<T>,
}

impl<T> Inner<T> {
    fn empty(&mut self) -> u64 {
        self.spare = Vec::new();
        std::mem::take(&mut self.items).len() as u64
    }
}

impl<T: Default> Queue<T> {
    /// At most so many items wait.
    pub(super) fn new(limit: usize) -> Self {
        let inner = Inner { open: None, items: VecDeque::new(), spare: Vec::new() };
        Self { inner: Mutex::new(inner), filled: Condvar::new(), limit: limit.max(1) }
    }

    /// From now on it is for this connection. Gives how many items of the one before are gone.
    pub(super) fn open(&self, connection: u64) -> u64 {
        let mut inner = lock(&self.inner);
        inner.open = Some(connection);
        self.filled.notify_all();
        inner.empty()
    }

    /// This connection is over; nothing is taken any more where it was the one. Gives how many items are gone.
    pub(super) fn close(&self, connection: u64) -> u64 {
        let mut inner = lock(&self.inner);
        self.filled.notify_all();
        if inner.open != Some(connection) {
            return 0;
        }
        inner.open = None;
        inner.empty()
    }

    /// Puts what `fill` makes of an old item. Gives how many items were dropped: one where there is no connection, or
    /// where one had to make room.
    pub(super) fn put(&self, fill: impl FnOnce(&mut T)) -> u64 {
        let mut inner = lock(&self.inner);
        if inner.open.is_none() {
            return 1;
        }
        let full = inner.items.len() >= self.limit;
        let item = if full { inner.items.pop_front() } else { inner.spare.pop() };
        let mut item = item.unwrap_or_default();
        fill(&mut item);
        inner.items.push_back(item);
        self.filled.notify_one();
        u64::from(full)
    }

    /// Waits for the next item of this connection; nothing where it is over.
    pub(super) fn next(&self, connection: u64) -> Option<T> {
        let inner = lock(&self.inner);
        let idle = |inner: &mut Inner<T>| inner.open == Some(connection) && inner.items.is_empty();
        let mut inner = self.filled.wait_while(inner, idle).unwrap_or_else(PoisonError::into_inner);
        if inner.open == Some(connection) { inner.items.pop_front() } else { None }
    }

    /// An item is done with.
    pub(super) fn recycle(&self, item: T) {
        let mut inner = lock(&self.inner);
        if inner.spare.len() + inner.items.len() < self.limit {
            inner.spare.push(item);
        }
    }

    /// All items that wait.
    pub(super) fn take(&self) -> VecDeque<T> {
        std::mem::take(&mut lock(&self.inner).items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(queue: &Queue<u32>, item: u32) -> u64 {
        queue.put(|place| *place = item)
    }

    #[test]
    fn the_oldest_makes_room_and_is_counted() {
        let queue = Queue::new(3);
        assert_eq!(put(&queue, 1), 1, "nobody is there");
        queue.open(7);
        let dropped: u64 = (1..=5).map(|item| put(&queue, item)).sum();
        assert_eq!(dropped, 2);
        let came: Vec<u32> = (0..3).filter_map(|_| queue.next(7)).collect();
        assert_eq!(came, [3, 4, 5]);
    }

    #[test]
    fn what_waits_for_an_old_connection_is_gone_with_it() {
        let queue = Queue::new(3);
        assert_eq!(queue.open(1), 0);
        put(&queue, 1);
        assert_eq!(queue.open(2), 1);
        assert_eq!(queue.next(1), None, "another one is open");
        put(&queue, 2);
        assert_eq!(queue.close(1), 0);
        assert_eq!(queue.next(2), Some(2));
        queue.close(2);
        assert_eq!(queue.next(2), None);
        assert_eq!(put(&queue, 3), 1);
        assert!(queue.take().is_empty());
    }

    #[test]
    fn whoever_waits_is_woken_by_an_item_and_by_the_end() {
        let queue = Queue::new(8);
        queue.open(1);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| {
                std::iter::from_fn(|| queue.next(1)).inspect(|i| queue.recycle(*i)).sum::<u32>()
            });
            for item in [1, 2, 3] {
                put(&queue, item);
                while !lock(&queue.inner).items.is_empty() {
                    std::thread::yield_now();
                }
            }
            queue.close(1);
            assert_eq!(reader.join().ok(), Some(6));
        });
    }
}
