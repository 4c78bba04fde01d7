//! How lanes lie to one another: order and skew, from what was read in each.
//!
//! Clauses: G.709 Annex C (skew range); G.798 OTL alignment. In: for each input its logical lane
//! and its origin, the bit at which frame 0 would have started on it. Out: for each logical lane
//! where it comes in and how late, if all are there and the skew is within the limit.

use alloc::vec::Vec;

use super::Otl;

/// What was read on one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Logical lane.
    pub(super) lane: u8,
    /// Bit at which frame 0 would have started, modulo the bits of a period.
    pub(super) origin: u64,
}

impl Seen {
    /// From the start of a lane frame and the number read in it.
    pub(super) fn new(otl: Otl, lane: u8, start_bit: u64, number: u16) -> Self {
        let period = period_bits(otl);
        let before = u64::from(number) * otl.frame_time_bits();
        Self { lane, origin: (start_bit % period + period - before) % period }
    }
}

/// Where one logical lane comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The input.
    pub(super) input: usize,
    /// Bit at which frame 0 would have started.
    pub(super) origin: i64,
}

/// Where every logical lane comes in, and how late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Deskew {
    otl: Otl,
    /// By logical lane.
    places: Vec<Place>,
    earliest: i64,
    latest: i64,
}

/// Bits of a lane after which the markers repeat.
fn period_bits(otl: Otl) -> u64 {
    u64::from(otl.period()) * otl.frame_time_bits()
}

impl Deskew {
    /// The places of all lanes; `None` where a lane is missing or comes in twice, or where the
    /// first and the last lane are more than `limit_bits` apart. Frames are numbered on from
    /// `before`, as long as it is not half a period away.
    //= g798:otl-ola
    pub(super) fn find(
        otl: Otl,
        seen: &[Option<Seen>],
        limit_bits: u64,
        before: Option<&Self>,
    ) -> Option<Self> {
        let period = period_bits(otl) as i64;
        // The nearest to `near` of all places that are whole periods from `origin`.
        let nearest = |origin: i64, near: i64| {
            near + (origin - near + period / 2).rem_euclid(period) - period / 2
        };
        let first = seen.first().copied().flatten()?.origin as i64;
        let reference = nearest(first, before.map_or(first, |before| before.earliest));
        let mut places = alloc::vec![None; otl.lanes()];
        for (input, seen) in seen.iter().enumerate() {
            let seen = (*seen)?;
            let place = places.get_mut(usize::from(seen.lane))?;
            let origin = nearest(seen.origin as i64, reference);
            if place.replace(Place { input, origin }).is_some() {
                return None;
            }
        }
        let places: Vec<Place> = places.into_iter().collect::<Option<_>>()?;
        let earliest = places.iter().map(|place| place.origin).min()?;
        let latest = places.iter().map(|place| place.origin).max()?;
        let within = latest.abs_diff(earliest) <= limit_bits;
        within.then_some(Self { otl, places, earliest, latest })
    }

    /// The places, by logical lane.
    pub(super) fn places(&self) -> &[Place] {
        &self.places
    }

    /// True where some lane lies as it did before: it is still the same signal.
    pub(super) fn continues(&self, before: &Self) -> bool {
        self.places.iter().zip(&before.places).any(|(now, then)| now == then)
    }

    /// Bits by which an input lags behind the earliest one.
    pub(super) fn delay_bits(&self, input: usize) -> Option<u64> {
        let place = self.places.iter().find(|place| place.input == input)?;
        Some(place.origin.abs_diff(self.earliest))
    }

    /// Number of the frame whose FAS starts at `start_bit` of a logical lane; `None` where no FAS
    /// of that lane can be.
    pub(super) fn number(&self, lane: usize, start_bit: u64) -> Option<i64> {
        let offset = start_bit as i64 - self.places.get(lane)?.origin;
        let frame_time = self.otl.frame_time_bits() as i64;
        let number = offset.div_euclid(frame_time);
        let fits = offset.rem_euclid(frame_time) == 0
            && number.rem_euclid(self.otl.lanes() as i64) == lane as i64;
        fits.then_some(number)
    }

    /// Bit at which the frame starts on the latest lane.
    pub(super) fn start_bit(&self, number: i64) -> u64 {
        let start = self.latest + number * self.otl.frame_time_bits() as i64;
        u64::try_from(start).unwrap_or(0)
    }
}
