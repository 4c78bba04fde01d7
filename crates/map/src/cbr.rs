//! AMP and BMP: a constant bit rate client in the OPU1, OPU2 or OPU3, octet for octet.
//!
//! Clauses: G.709 17.2. In, source: octets of the client and how many have come. Out: JC, NJO, PJO,
//! fixed stuff and payload of a frame; and back at the sink, where two of three JC octets decide.
//! With BMP the OPU clock is the client's and the same octets never justify.

use otn_frame::layout::{JC_CODE, JC1, JC2, JC3, NJO, PAYLOAD_COLS, PAYLOAD_RANGE, ROWS};
use otn_frame::{Frame, Signal};

use core::ops::Range;

mod layout;

use layout::STUFF;

/// Fixed stuff of a container, by zero-based columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Container {
    /// CBR2G5 in OPU1: none.
    Opu1,
    /// CBR10G in OPU2, CBR10G3 in OPU2e: columns 1905 to 1920.
    Opu2,
    /// CBR40G in OPU3: columns 1265 to 1280 and 2545 to 2560.
    Opu3,
}

impl Container {
    /// The container of this ODUk. A client of an ODUflex fills its whole payload, as in OPU1.
    pub const fn of(odu: Signal) -> Option<Self> {
        match odu {
            Signal::Odu1 | Signal::Oduflex(_) => Some(Self::Opu1),
            Signal::Odu2 | Signal::Odu2e => Some(Self::Opu2),
            Signal::Odu3 => Some(Self::Opu3),
            _ => None,
        }
    }

    /// Zero-based columns of fixed stuff.
    pub const fn fixed_stuff(self) -> &'static [Range<usize>] {
        layout::fixed_stuff(self)
    }

    /// Client octets of a frame without justification.
    pub fn octets(self) -> usize {
        let stuff: usize = self.fixed_stuff().iter().map(Range::len).sum();
        ROWS * (PAYLOAD_COLS - stuff)
    }
}

/// What one frame does with its two justification octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Justification {
    /// NJO is stuff, PJO is data.
    None,
    /// NJO is data too: one octet more.
    Negative,
    /// PJO is stuff too: one octet less.
    Positive,
}

impl Justification {
    /// The code of the JC octets, bits 7 and 8.
    //= g709:17.2-jc-codes
    pub const fn code(self) -> u8 {
        match self {
            Self::None => 0,
            Self::Negative => 1,
            Self::Positive => 3,
        }
    }

    /// Meaning of a code; 10 is not sent and is read as none.
    const fn from_code(code: u8) -> Self {
        match code {
            1 => Self::Negative,
            3 => Self::Positive,
            _ => Self::None,
        }
    }

    /// Client octets more or less than without justification.
    pub const fn octets(self) -> i32 {
        match self {
            Self::None => 0,
            Self::Negative => 1,
            Self::Positive => -1,
        }
    }

    /// What two of three JC octets say; where all differ, none.
    //= g709:17.2-majority
    pub fn vote(jc: [u8; 3]) -> Self {
        let [a, b, c] = jc.map(|octet| JC_CODE.get(octet));
        let code = if a == b || a == c {
            a
        } else if b == c {
            b
        } else {
            0
        };
        Self::from_code(code)
    }
}

/// Client octets in a frame: everything but fixed stuff and the two justification octets.
fn spans(container: Container, row: usize) -> impl Iterator<Item = Range<usize>> {
    // Row 4 starts with the PJO.
    let first = if row == ROWS - 1 { PAYLOAD_RANGE.start + 1 } else { PAYLOAD_RANGE.start };
    let stuff = container.fixed_stuff().iter();
    let starts = core::iter::once(first).chain(stuff.clone().map(|s| s.end));
    let ends = stuff.map(|s| s.start).chain(core::iter::once(PAYLOAD_RANGE.end));
    starts.zip(ends).map(|(start, end)| start..end)
}

/// Column of the PJO, zero-based, in row 4.
const PJO: usize = PAYLOAD_RANGE.start;

/// Puts client octets into a frame; `take` fills each piece from the client, in order.
//= g709:17.2-cbr-columns
pub fn map<const COLS: usize>(
    container: Container,
    justification: Justification,
    frame: &mut Frame<COLS>,
    mut take: impl FnMut(&mut [u8]),
) {
    let jc = JC_CODE.set(0, justification.code());
    for field in [JC1, JC2, JC3] {
        frame.set_octet(field, jc);
    }
    frame.set_octet(NJO, STUFF);
    for row in 0..ROWS {
        for stuff in container.fixed_stuff() {
            frame.rows_mut()[row][stuff.clone()].fill(STUFF);
        }
        if row == ROWS - 1 {
            match justification {
                Justification::Negative => {
                    take(frame.field_mut(NJO));
                    take(&mut frame.rows_mut()[row][PJO..=PJO]);
                }
                Justification::None => take(&mut frame.rows_mut()[row][PJO..=PJO]),
                Justification::Positive => frame.rows_mut()[row][PJO] = STUFF,
            }
        }
        for span in spans(container, row) {
            take(&mut frame.rows_mut()[row][span]);
        }
    }
}

/// Takes client octets out of a frame; gives the justification that was voted.
pub fn demap<const COLS: usize>(
    container: Container,
    frame: &Frame<COLS>,
    give: impl FnMut(&[u8]),
) -> Justification {
    let justification = Justification::vote([JC1, JC2, JC3].map(|field| frame.octet(field)));
    take_out(container, frame, justification, give);
    justification
}

/// The same for a client mapped by BMP: JC is read and not obeyed.
//= g709:17.2-bmp
pub fn demap_synchronous<const COLS: usize>(
    container: Container,
    frame: &Frame<COLS>,
    give: impl FnMut(&[u8]),
) -> Justification {
    take_out(container, frame, Justification::None, give);
    Justification::vote([JC1, JC2, JC3].map(|field| frame.octet(field)))
}

fn take_out<const COLS: usize>(
    container: Container,
    frame: &Frame<COLS>,
    justification: Justification,
    mut give: impl FnMut(&[u8]),
) {
    for (row, octets) in frame.rows().iter().enumerate() {
        if row == ROWS - 1 {
            match justification {
                Justification::Negative => {
                    give(frame.field(NJO));
                    give(&octets[PJO..=PJO]);
                }
                Justification::None => give(&octets[PJO..=PJO]),
                Justification::Positive => {}
            }
        }
        for span in spans(container, row) {
            give(&octets[span]);
        }
    }
}

/// Octets of fixed stuff and of justification stuff that are not zero. Nobody needs to obey them.
//= g709:17.2-fixed-stuff
pub fn nonzero_stuff<const COLS: usize>(
    container: Container,
    frame: &Frame<COLS>,
    justification: Justification,
) -> u64 {
    let wrong = |octets: &[u8]| octets.iter().filter(|&&octet| octet != STUFF).count() as u64;
    let fixed = |row: &[u8; COLS]| -> u64 {
        container.fixed_stuff().iter().map(|columns| wrong(&row[columns.clone()])).sum()
    };
    let opportunities = match justification {
        Justification::Negative => 0,
        Justification::None => wrong(frame.field(NJO)),
        Justification::Positive => {
            wrong(frame.field(NJO)) + wrong(&frame.rows()[ROWS - 1][PJO..=PJO])
        }
    };
    frame.rows().iter().map(fixed).sum::<u64>() + opportunities
}

/// Decides on the justification of each frame from how many client octets have come.
#[derive(Clone, Copy, Debug)]
pub struct Justifier {
    container: Container,
    /// Client octets sent so far.
    sent: u64,
}

impl Justifier {
    /// A source that has sent nothing.
    pub const fn new(container: Container) -> Self {
        Self { container, sent: 0 }
    }

    /// Justification of the next frame, when `come` client octets will have come by its end. A
    /// client beyond one octet a frame away from nominal is followed as far as that.
    pub fn next(&mut self, come: u64) -> Justification {
        let nominal = self.sent + self.container.octets() as u64;
        let justification = match come.cmp(&nominal) {
            core::cmp::Ordering::Greater => Justification::Negative,
            core::cmp::Ordering::Equal => Justification::None,
            core::cmp::Ordering::Less => Justification::Positive,
        };
        self.sent = nominal.saturating_add_signed(i64::from(justification.octets()));
        justification
    }
}

#[cfg(test)]
mod tests;
