//! ODUj in ODTUjk by the asynchronous mapping procedure: -1, 0, +1 or +2 octets at each opportunity.
//!
//! Clauses: G.709 19.5. In: octets of the ODUj. Out: the octets of the ODTU in one frame, its JC and
//! NJO; and back, JC by majority. An opportunity comes in the frames that hold the overhead of one
//! of the ODTU's slots; PJO1 and PJO2 are the first two octets of that slot in row 4.

use otn_frame::layout::{JC_CODE, ROWS};

use super::msi::Odtu;
use super::slots::Interleave;

/// Value of stuff octets.
//= g709:19.5-stuff
const STUFF: u8 = 0;

/// What is done at one justification opportunity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Justification {
    /// NJO is data too: one octet more.
    Negative,
    /// NJO is stuff; PJO1 and PJO2 are data.
    #[default]
    None,
    /// PJO1 is stuff: one octet less.
    Positive,
    /// PJO1 and PJO2 are stuff: two octets less.
    DoublePositive,
}

impl Justification {
    /// Code of the JC octets, bits 7 and 8.
    //= g709:19.5-jc
    pub const fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Negative => 1,
            Self::DoublePositive => 2,
            Self::Positive => 3,
        }
    }

    /// The JC octet.
    pub const fn octet(self) -> u8 {
        JC_CODE.set(0, self.code())
    }

    /// What two of three JC octets say; where all differ, none.
    //= g709:19.5-majority
    pub fn vote(jc: [u8; 3]) -> Self {
        let [a, b, c] = jc.map(|octet| JC_CODE.get(octet));
        let code = if a == b || a == c {
            a
        } else if b == c {
            b
        } else {
            0
        };
        match code {
            1 => Self::Negative,
            2 => Self::DoublePositive,
            3 => Self::Positive,
            _ => Self::None,
        }
    }

    /// Client octets more or less than without justification.
    pub const fn octets(self) -> i64 {
        match self {
            Self::Negative => 1,
            Self::None => 0,
            Self::Positive => -1,
            Self::DoublePositive => -2,
        }
    }
}

/// An ODTUjk as it lies in the frames of an OPUk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amp {
    interleave: Interleave,
    /// Octet of a row of the ODTU that is fixed stuff.
    fixed_stuff: Option<usize>,
}

/// Column of an ODTU13 that is fixed stuff, counted from 1.
//= g709:19.5-odtu13-column-119
const FIXED_STUFF_13: usize = 119;

impl Amp {
    /// The ODTU of this kind in these slots.
    pub fn new(kind: Odtu, interleave: Interleave) -> Self {
        let fixed_stuff = (kind == Odtu::Odtu13).then_some(FIXED_STUFF_13 - 1);
        Self { interleave, fixed_stuff }
    }

    /// Where its octets are.
    pub const fn interleave(&self) -> Interleave {
        self.interleave
    }

    /// True where frame `frame` of the multiframe, from 0, has an opportunity.
    pub const fn has_opportunity(&self, frame: usize) -> bool {
        self.interleave.set().contains(frame + 1)
    }

    /// Client octets of a frame without justification.
    pub fn nominal(&self) -> usize {
        self.interleave.octets() - if self.fixed_stuff.is_some() { ROWS } else { 0 }
    }

    /// Octets of the ODTU in a row.
    fn row(&self) -> usize {
        self.interleave.octets() / ROWS
    }

    /// The two PJO of the opportunity in this frame.
    //= g709:19.5-pjo
    fn pjo(&self, frame: usize) -> [usize; 2] {
        let set = self.interleave.set();
        let first = 3 * self.row() + set.position(frame + 1).unwrap_or(0);
        [first, first + set.len()]
    }

    /// Octets of the frame that are stuff, in order.
    fn stuff(&self, frame: usize, justification: Justification) -> impl Iterator<Item = usize> {
        let row = self.row();
        let fixed =
            self.fixed_stuff.into_iter().flat_map(move |at| (0..ROWS).map(move |r| r * row + at));
        let [first, second] = self.pjo(frame);
        let justified = match justification {
            Justification::Negative | Justification::None => [None, None],
            Justification::Positive => [Some(first), None],
            Justification::DoublePositive => [Some(first), Some(second)],
        };
        // The fixed column lies behind both PJO of its row.
        let split = 3;
        let before = fixed.clone().take(split);
        before.chain(justified.into_iter().flatten()).chain(fixed.skip(split))
    }

    /// Fills the octets of frame `frame` from the client; gives NJO.
    pub fn map(
        &self,
        frame: usize,
        justification: Justification,
        octets: &mut [u8],
        mut take: impl FnMut(&mut [u8]),
    ) -> u8 {
        let mut njo = [STUFF];
        let mut njo_at = (justification == Justification::Negative).then_some(3 * self.row());
        let mut at = 0;
        for stuff in self.stuff(frame, justification) {
            octets[stuff] = STUFF;
            at = fill(octets, at, stuff, &mut njo_at, &mut njo, &mut take) + 1;
        }
        let end = octets.len();
        fill(octets, at, end, &mut njo_at, &mut njo, &mut take);
        njo[0]
    }

    /// Gives the client octets of frame `frame` of the multiframe.
    pub fn demap(
        &self,
        frame: usize,
        justification: Justification,
        octets: &[u8],
        njo: u8,
        mut give: impl FnMut(&[u8]),
    ) {
        let mut njo_at = (justification == Justification::Negative).then_some(3 * self.row());
        let mut at = 0;
        for end in self.stuff(frame, justification).chain(core::iter::once(octets.len())) {
            match njo_at.filter(|njo_at| (at..=end).contains(njo_at)) {
                Some(middle) => {
                    njo_at = None;
                    give(&octets[at..middle]);
                    give(&[njo]);
                    give(&octets[middle..end]);
                }
                None => give(&octets[at..end]),
            }
            at = end + 1;
        }
    }
}

/// Takes client octets up to `end`, NJO in its turn: it comes before the payload of row 4.
fn fill(
    octets: &mut [u8],
    at: usize,
    end: usize,
    njo_at: &mut Option<usize>,
    njo: &mut [u8; 1],
    take: &mut impl FnMut(&mut [u8]),
) -> usize {
    match njo_at.filter(|njo_at| (at..=end).contains(njo_at)) {
        Some(middle) => {
            *njo_at = None;
            take(&mut octets[at..middle]);
            take(njo);
            take(&mut octets[middle..end]);
        }
        None => take(&mut octets[at..end]),
    }
    end
}

/// Decides at each opportunity from how many client octets have come.
#[derive(Clone, Copy, Debug, Default)]
pub struct Justifier {
    sent: u64,
}

impl Justifier {
    /// What to do in a frame with or without an opportunity that carries `nominal` octets without
    /// justification, when `come` client octets have come by its end.
    //= g709:19.5-alpha
    pub fn next(&mut self, nominal: usize, opportunity: bool, come: u64) -> Justification {
        let due = self.sent + nominal as u64;
        let justification = match (opportunity, come.checked_sub(due)) {
            (false, _) | (true, Some(0)) => Justification::None,
            (true, Some(_)) => Justification::Negative,
            (true, None) if due - come == 1 => Justification::Positive,
            (true, None) => Justification::DoublePositive,
        };
        self.sent = due.saturating_add_signed(justification.octets());
        justification
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odtu::slots::{SlotSet, Slots};
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    fn amp(kind: Odtu, slots: Slots, set: &[usize]) -> Amp {
        let set = SlotSet::new(set.iter().copied()).unwrap();
        Amp::new(kind, Interleave::new(slots, set).unwrap())
    }

    /// Conformance case 29: the four rows of the table, and two of three.
    //= type=test g709:19.5-jc
    //= type=test g709:19.5-majority
    #[test]
    fn codes_and_votes() {
        let rows = [
            (0, Justification::None, 0),
            (1, Justification::Negative, 1),
            (2, Justification::DoublePositive, -2),
            (3, Justification::Positive, -1),
        ];
        for (code, meaning, octets) in rows {
            assert_eq!((meaning.octet(), meaning.octets()), (code, octets));
            for other in 0..=255u8 {
                let read = [[code, code, other], [code, other, code], [other, code, code]];
                assert!(read.into_iter().all(|jc| Justification::vote(jc) == meaning));
            }
        }
        assert_eq!(Justification::vote([1, 2, 3]), Justification::None);
    }

    /// The octets that are not data, and the place of NJO, by the fact sheet's figures.
    //= type=test g709:19.5-pjo
    //= type=test g709:19.5-odtu13-column-119
    //= type=test g709:19.5-stuff
    #[test]
    fn stuff_is_where_the_figures_have_it() {
        // OPU2, 2.5G: PJO1 in column 16 + i, PJO2 in 20 + i, of row 4: octets 0 and 1 of the slot.
        let odtu12 = amp(Odtu::Odtu12, Slots::Opu2By4, &[3]);
        assert!(odtu12.has_opportunity(2) && !odtu12.has_opportunity(3));
        assert_eq!(odtu12.pjo(2), [3 * 952, 3 * 952 + 1]);
        // OPU3, 1.25G, slots 2 and 25: slot 25 has the second octet of each round.
        let odtu13 = amp(Odtu::Odtu13, Slots::Opu3By32, &[2, 25]);
        assert_eq!(odtu13.pjo(24), [3 * 238 + 1, 3 * 238 + 3]);
        assert_eq!(odtu13.nominal(), 4 * 237);
        let mut octets = vec![0xEE; 4 * 238];
        let njo = odtu13.map(24, Justification::DoublePositive, &mut octets, |o| o.fill(7));
        let stuff: Vec<usize> = (0..952).filter(|&at| octets[at] == 0).collect();
        assert_eq!(stuff, [118, 238 + 118, 476 + 118, 715, 717, 714 + 118]);
        assert_eq!(njo, 0);
        let mut next = 0u8;
        let mut octets = vec![0; 4 * 238];
        let count = |out: &mut [u8]| {
            out.iter_mut().for_each(|o| {
                *o = next;
                next = next.wrapping_add(1);
            });
        };
        let njo = odtu13.map(1, Justification::Negative, &mut octets, count);
        // Three rows of 237 octets go before it.
        assert_eq!(njo, (711 % 256) as u8);
        assert_eq!(octets[714], (712 % 256) as u8);
    }

    /// Conformance cases 30 and 31: what the justification comes to at given clock offsets.
    //= type=test g709:19.5-alpha
    #[test]
    fn justification_ratios_are_those_of_the_appendix() {
        // (kind, structure, slot, octets of the ODUj in one multiframe of the ODTU, alpha).
        let ppm = |y: f64| 1.0 + y * 1e-6;
        let odu = |num: f64, den: f64| num / den;
        let (odu1, odu2, odu3) = (odu(239.0, 238.0), odu(956.0, 237.0), odu(3_824.0, 236.0));
        let cases = [
            (Odtu::Odtu01, Slots::Opu1, 0.5, odu1, 0.0, 0.0),
            (Odtu::Odtu01, Slots::Opu1, 0.5, odu1, 40.0, 0.609_280),
            (Odtu::Odtu12, Slots::Opu2By4, odu1, odu2, 0.0, -0.268_908),
            (Odtu::Odtu12, Slots::Opu2By4, odu1, odu2, -40.0, -0.878_177),
            (Odtu::Odtu12, Slots::Opu2By4, odu1, odu2, 40.0, 0.340_362),
            (Odtu::Odtu13, Slots::Opu3By16, odu1, odu3, 0.0, -0.537_815),
            (Odtu::Odtu13, Slots::Opu3By16, odu1, odu3, 40.0, 0.068_883),
            (Odtu::Odtu23, Slots::Opu3By16, odu2, odu3, 0.0, -0.540_084),
            (Odtu::Odtu23, Slots::Opu3By16, odu2, odu3, 40.0, 0.069_174),
        ];
        for (kind, slots, client, server, offset, alpha) in cases {
            let set: Vec<usize> = (1..=kind.slots(slots).unwrap()).collect();
            let amp = amp(kind, slots, &set);
            let mut justifier = Justifier::default();
            // A frame of the OPUk carries so many octets of the ODUj.
            let each = client / server * 15_296.0 * ppm(offset);
            let (mut total, mut opportunities) = (0i64, 0u64);
            let frames = 20_000 * slots.count() as u64;
            for n in 0..frames {
                let opportunity = amp.has_opportunity(n as usize % slots.count());
                let come = ((n + 1) as f64 * each) as u64;
                let justification = justifier.next(amp.nominal(), opportunity, come);
                total += justification.octets();
                opportunities += u64::from(opportunity);
            }
            let found = total as f64 / opportunities as f64;
            assert!((found - alpha).abs() < 2e-4, "{kind:?} {offset}: {found}, not {alpha}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        /// Octets come back in order at any pace within reach.
        #[test]
        fn client_octets_come_back(
            which in 0usize..5,
            wander in proptest::collection::vec(-120i64..80, 40..120),
        ) {
            let (kind, slots, set): (_, _, &[usize]) = [
                (Odtu::Odtu01, Slots::Opu1, &[2][..]),
                (Odtu::Odtu12, Slots::Opu2By4, &[4]),
                (Odtu::Odtu12, Slots::Opu2By8, &[1, 8]),
                (Odtu::Odtu13, Slots::Opu3By32, &[2, 25]),
                (Odtu::Odtu23, Slots::Opu3By32, &[1, 2, 5, 9, 10, 25, 26, 32]),
            ][which];
            let amp = amp(kind, slots, set);
            let mut justifier = Justifier::default();
            let (mut sent, mut received) = (Vec::new(), Vec::new());
            let (mut n, mut come) = (0u32, 0.0);
            for (f, ppm) in wander.iter().enumerate() {
                let frame = f % slots.count();
                come += amp.nominal() as f64 * (1.0 + *ppm as f64 * 1e-6);
                let opportunity = amp.has_opportunity(frame);
                let justification = justifier.next(amp.nominal(), opportunity, come as u64);
                let mut octets = vec![0xEE; amp.interleave().octets()];
                let njo = amp.map(frame, justification, &mut octets, |out| {
                    for octet in out.iter_mut() {
                        *octet = (n.wrapping_mul(0x9E37_79B9) >> 24) as u8;
                        n += 1;
                    }
                    sent.extend_from_slice(out);
                });
                let before = received.len();
                amp.demap(frame, justification, &octets, njo, |o| received.extend_from_slice(o));
                let expected = amp.nominal() as i64 + justification.octets();
                prop_assert_eq!((received.len() - before) as i64, expected);
            }
            prop_assert!(sent == received);
        }
    }
}
