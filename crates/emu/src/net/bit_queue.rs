//! Bits that wait, first come first out, in pieces of any length.
//!
//! In: packed bits, the first in time in the most significant bit. Out: the same, cut elsewhere.
//!
//! Bit literals: shifts within an octet.

/// The queue.
#[derive(Clone, Debug, Default)]
pub(super) struct BitQueue {
    octets: Vec<u8>,
    /// Bits of the first octet that are gone.
    start: usize,
    /// Bits that wait.
    len: usize,
}

impl BitQueue {
    /// Bits that wait.
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Nothing waits any more.
    pub(super) fn clear(&mut self) {
        *self = Self { octets: std::mem::take(&mut self.octets), ..Self::default() };
        self.octets.clear();
    }

    /// Takes the first `count` bits of `packed`.
    pub(super) fn push(&mut self, packed: &[u8], count: usize) {
        let used = (self.start + self.len) % 8;
        let packed = &packed[..count.div_ceil(8)];
        if used == 0 {
            self.octets.extend_from_slice(packed);
        } else {
            for octet in packed {
                if let Some(last) = self.octets.last_mut() {
                    *last |= octet >> used;
                }
                self.octets.push(octet << (8 - used));
            }
        }
        self.len += count;
        self.octets.truncate((self.start + self.len).div_ceil(8));
        // What was behind the last bit must not be seen by the next.
        let rest = (self.start + self.len) % 8;
        if rest > 0
            && let Some(last) = self.octets.last_mut()
        {
            *last &= 0xFF << (8 - rest);
        }
    }

    /// Gives the first `count` bits; the last octet of `out` is filled with zeros. Nothing is given where
    /// fewer wait.
    pub(super) fn pop(&mut self, count: usize, out: &mut [u8]) -> bool {
        if count > self.len {
            return false;
        }
        let out = &mut out[..count.div_ceil(8)];
        if self.start == 0 {
            out.copy_from_slice(&self.octets[..out.len()]);
        } else {
            for (at, octet) in out.iter_mut().enumerate() {
                let second = self.octets.get(at + 1).copied().unwrap_or(0);
                *octet = self.octets[at] << self.start | second >> (8 - self.start);
            }
        }
        if !count.is_multiple_of(8)
            && let Some(last) = out.last_mut()
        {
            *last &= 0xFF << (8 - count % 8);
        }
        self.skip(count)
    }

    /// Lets the first `count` bits go.
    pub(super) fn skip(&mut self, count: usize) -> bool {
        if count > self.len {
            return false;
        }
        let gone = self.start + count;
        self.octets.drain(..gone / 8);
        self.start = gone % 8;
        self.len -= count;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_fec::bits;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    proptest! {
        #[test]
        fn it_gives_what_a_list_of_bits_gives(
            steps in prop::collection::vec((prop::collection::vec(any::<u8>(), 1..9), 0usize..72, 0usize..72), 1..40)
        ) {
            let (mut queue, mut list) = (BitQueue::default(), VecDeque::new());
            for (octets, count, take) in steps {
                let count = count.min(8 * octets.len());
                queue.push(&octets, count);
                list.extend((0..count).map(|at| bits::get(&octets, at)));
                let mut out = [0xFF; 9];
                prop_assert_eq!(queue.pop(take, &mut out), take <= list.len());
                if take <= list.len() {
                    for at in 0..take {
                        prop_assert_eq!(Some(bits::get(&out, at)), list.pop_front());
                    }
                    prop_assert!((take..take.next_multiple_of(8)).all(|at| !bits::get(&out, at)));
                }
                prop_assert_eq!(queue.len(), list.len());
            }
        }
    }
}
