//! How few lines hold so many ODUs: sizes into bins of one capacity.
//!
//! In: sizes in slots, the slots of a line. Out: the line of each, and whether there are none fewer. Slots of
//! an ODU need not lie side by side, so only their number counts. The largest first is nearly always best;
//! fewer are searched for with a bound.

/// Steps of the search before it is given up.
const MOST_STEPS: usize = 200_000;

/// ODUs in lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The line of each size.
    pub bin: Vec<usize>,
    /// Number of lines.
    pub bins: usize,
    /// Whether fewer cannot hold them; false if the search was given up.
    pub least: bool,
}

/// Packs sizes that are not above `capacity`.
//= otn:plan-packing
pub fn pack(sizes: &[usize], capacity: usize) -> Packed {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(sizes[i]));
    let mut bin = vec![0; sizes.len()];
    let mut free: Vec<usize> = Vec::new();
    for &i in &order {
        let at = free.iter().position(|&room| room >= sizes[i]).unwrap_or(free.len());
        if at == free.len() {
            free.push(capacity);
        }
        free[at] = free[at].saturating_sub(sizes[i]);
        bin[i] = at;
    }
    let bound = sizes.iter().sum::<usize>().div_ceil(capacity.max(1));
    for bins in bound..free.len() {
        let mut search = Search { sizes, order: &order, bin: bin.clone(), steps: 0 };
        if search.place(0, &mut vec![capacity; bins]) {
            return Packed { bin: search.bin, bins, least: true };
        }
        if search.steps >= MOST_STEPS {
            return Packed { bin, bins: free.len(), least: false };
        }
    }
    Packed { bin, bins: free.len(), least: true }
}

struct Search<'a> {
    sizes: &'a [usize],
    order: &'a [usize],
    bin: Vec<usize>,
    steps: usize,
}

impl Search<'_> {
    fn place(&mut self, next: usize, free: &mut Vec<usize>) -> bool {
        let Some(&i) = self.order.get(next) else { return true };
        self.steps += 1;
        if self.steps >= MOST_STEPS {
            return false;
        }
        for at in 0..free.len() {
            // Of lines with equal room one is as good as the other.
            if free[at] < self.sizes[i] || free[..at].contains(&free[at]) {
                continue;
            }
            free[at] -= self.sizes[i];
            self.bin[i] = at;
            if self.place(next + 1, free) {
                return true;
            }
            free[at] += self.sizes[i];
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The least number of bins: by trying every bin for every size.
    fn least(sizes: &[usize], capacity: usize, free: &mut Vec<usize>) -> usize {
        let Some((size, rest)) = sizes.split_first() else { return free.len() };
        let mut best = usize::MAX;
        for at in 0..=free.len() {
            if at == free.len() {
                free.push(capacity - size);
                best = best.min(least(rest, capacity, free));
                free.pop();
            } else if free[at] >= *size {
                free[at] -= size;
                best = best.min(least(rest, capacity, free));
                free[at] += size;
            }
        }
        best
    }

    proptest! {
        #[test]
        //= type=test otn:plan-packing
        fn no_fewer_lines_hold_them(sizes in prop::collection::vec(1usize..=8, 0..8)) {
            let packed = pack(&sizes, 8);
            prop_assert!(packed.least);
            prop_assert_eq!(packed.bins, least(&sizes, 8, &mut Vec::new()));
            for bin in 0..packed.bins {
                let held = sizes.iter().zip(&packed.bin).filter(|(_, at)| **at == bin);
                let sum: usize = held.map(|(size, _)| size).sum();
                prop_assert!((1..=8).contains(&sum));
            }
        }
    }

    /// The largest first needs three lines here; two are enough.
    #[test]
    //= type=test otn:plan-packing
    fn fewer_than_the_largest_first_takes() {
        let packed = pack(&[4, 3, 3, 2, 2, 2], 8);
        assert_eq!((packed.bins, packed.least), (2, true));
        assert_eq!(pack(&[], 8).bins, 0);
    }
}
