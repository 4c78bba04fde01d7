//! What the sink of a termination tells the source beside it: RI_BDI and RI_BEI.
//!
//! Clauses: G.798 13.2, 14.2 (remote information). In: violations counted and defects seen by the
//! sink. Out: the BEI code and BDI bit of the next frame sent. The two directions have clocks of
//! their own, so counts wait in a row: none is sent twice, none is lost to a slip.

use alloc::collections::VecDeque;

use otn_frame::overhead::{BeiBiae, ErrorCount};

/// Counts that may wait. Beyond it, which only two badly different clocks and an error in every
/// frame can reach, counts are merged and saturate as the code does.
const WAITING: usize = 64;

/// Remote information of one monitoring level.
#[derive(Clone, Debug, Default)]
pub struct RemoteIndication {
    bdi: bool,
    biae: bool,
    bei: VecDeque<ErrorCount>,
}

impl RemoteIndication {
    /// Sets the backward defect indication until it is set otherwise.
    //= g798:13.2-ri-bdi
    pub const fn set_bdi(&mut self, bdi: bool) {
        self.bdi = bdi;
    }

    /// The backward defect indication to send.
    pub const fn bdi(&self) -> bool {
        self.bdi
    }

    /// Sets the backward incoming alignment error until it is set otherwise; sections only.
    //= g798:13.2-abiae
    pub const fn set_biae(&mut self, biae: bool) {
        self.biae = biae;
    }

    /// The backward incoming alignment error to send in place of a count.
    pub const fn biae(&self) -> bool {
        self.biae
    }

    /// Adds the violations of one received frame; a frame without any needs no place in the row.
    //= g798:13.2-ri-bei
    pub fn report(&mut self, violations: u8) {
        let Some(count) = ErrorCount::new(violations.min(ErrorCount::MAX.get())) else { return };
        if violations == 0 {
            return;
        }
        let full = self.bei.len() >= WAITING;
        match self.bei.back_mut() {
            Some(last) if full => {
                let sum = (last.get() + count.get()).min(ErrorCount::MAX.get());
                *last = ErrorCount::new(sum).unwrap_or(ErrorCount::MAX);
            }
            Some(_) | None => self.bei.push_back(count),
        }
    }

    /// The code of SM and TCM to send in the next frame: while the far end is told of an alignment
    /// error the count is ignored.
    //= g709:15.7.2.1.4-bei-backward
    pub fn bei_or_biae(&mut self) -> BeiBiae {
        let count = self.take_bei();
        if self.biae { BeiBiae::Biae } else { BeiBiae::Errors(count) }
    }

    /// The count to send in the next frame.
    pub fn take_bei(&mut self) -> ErrorCount {
        self.bei.pop_front().unwrap_or_default()
    }
}

/// Remote information of section, tandem connections and path.
#[derive(Clone, Debug, Default)]
pub struct RemoteIndications {
    /// For the SM field.
    pub section: RemoteIndication,
    /// For the TCM fields, level 1 first.
    pub tandem: [RemoteIndication; 6],
    /// For the PM field.
    pub path: RemoteIndication,
}

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test g798:13.2-ri-bei
    #[test]
    fn every_count_is_sent_once_and_in_order() {
        let mut remote = RemoteIndication::default();
        for violations in [0, 3, 0, 8, 1] {
            remote.report(violations);
        }
        let sent = [(); 4].map(|()| remote.take_bei().get());
        assert_eq!(sent, [3, 8, 1, 0]);
    }

    #[test]
    fn a_row_that_only_grows_stays_bounded() {
        let mut remote = RemoteIndication::default();
        for _ in 0..1_000 {
            remote.report(5);
        }
        assert_eq!(remote.bei.len(), WAITING);
        assert_eq!(remote.bei.back().map(|c| c.get()), Some(8));
    }

    //= type=test g798:13.2-ri-bdi
    #[test]
    fn bdi_stands_until_it_is_withdrawn() {
        let mut remote = RemoteIndication::default();
        remote.set_bdi(true);
        assert!(remote.bdi() && remote.bdi());
        remote.set_bdi(false);
        assert!(!remote.bdi());
    }
}
