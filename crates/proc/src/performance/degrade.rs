//! dDEG, bursty model, and the thresholds in blocks that it shares with SES.
//!
//! Clauses: G.798 6.2.3 and G.806 (dDEG), G.8201 (SES). In: seconds as they were seen. Out: the
//! defect. It does not wait for the second after, as registers do: dDEG is told at the end of the
//! second that completes the row, and an alignment error in the next one only takes that evidence
//! back from a row still running.

use otn_frame::Signal;

use super::primitives::RawSecond;

/// A share in hundredths of a percent, from 0.01 % to 100 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BasisPoints(u16);

impl BasisPoints {
    /// The share of an SES, and the default of DEGTHR.
    //= g8201:3.2-ses
    pub const SES: Self = Self(1_500);
    /// The default of DEGTHR in OpenROADM: 1 %.
    pub const OPENROADM_DEGRADE: Self = Self(100);

    /// A share; `None` but for 1 to 10 000.
    pub const fn new(hundredths: u16) -> Option<Self> {
        if hundredths >= 1 && hundredths <= 10_000 { Some(Self(hundredths)) } else { None }
    }

    /// A share in percent; `None` but for 1 to 100.
    pub const fn percent(percent: u8) -> Option<Self> {
        Self::new(percent as u16 * 100)
    }

    /// Hundredths of a percent.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The fewest blocks that are this share of the blocks of a second; at least 1.
    //= g798:6.2.3-blocks
    pub fn of_blocks(self, signal: Signal) -> u32 {
        let share = (u64::from(blocks_per_second(signal)) * u64::from(self.0)).div_ceil(10_000);
        u32::try_from(share).unwrap_or(u32::MAX).max(1)
    }
}

/// Blocks of one second, rounded up; a block is a frame.
//= g798:6.2.3-blocks
pub fn blocks_per_second(signal: Signal) -> u32 {
    let rate = signal.bit_rate();
    let blocks = rate.num.div_ceil(rate.den.saturating_mul(u128::from(signal.frame_bits())));
    u32::try_from(blocks).unwrap_or(u32::MAX)
}

/// Errored blocks from which on a second is an SES.
//= g8201:3.2-ses
pub fn ses_threshold(signal: Signal) -> u32 {
    BasisPoints::SES.of_blocks(signal)
}

/// What is wrong with a choice of thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DegradeError {
    /// DEGM is out of range.
    Seconds {
        /// What was asked for.
        found: u8,
    },
    /// DEGTHR is zero, or more than the signal has blocks in a second.
    Threshold {
        /// What was asked for.
        found: u32,
        /// The most that makes sense.
        most: u32,
    },
}

/// DEGTHR and DEGM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DegradeConfig {
    threshold: u32,
    seconds: u8,
}

impl DegradeConfig {
    /// Fewest seconds of DEGM.
    pub const MIN_SECONDS: u8 = 2;
    /// Most seconds of DEGM.
    pub const MAX_SECONDS: u8 = 10;
    /// DEGM of RFC 3591.
    pub const DEFAULT_SECONDS: u8 = 7;
    /// DEGM of OpenROADM.
    pub const OPENROADM_SECONDS: u8 = 2;

    /// The defaults: the share of an SES in 7 seconds.
    //= g798:6.2.3-deg-defaults
    pub fn standard(signal: Signal) -> Self {
        Self { threshold: ses_threshold(signal), seconds: Self::DEFAULT_SECONDS }
    }

    /// The defaults of OpenROADM: 1 % in 2 seconds.
    //= g798:6.2.3-deg-defaults
    pub fn openroadm(signal: Signal) -> Self {
        let threshold = BasisPoints::OPENROADM_DEGRADE.of_blocks(signal);
        Self { threshold, seconds: Self::OPENROADM_SECONDS }
    }

    /// DEGTHR as a share of the blocks of a second.
    ///
    /// # Errors
    /// Where `seconds` is no DEGM.
    pub fn share(signal: Signal, share: BasisPoints, seconds: u8) -> Result<Self, DegradeError> {
        Self::blocks(signal, share.of_blocks(signal), seconds)
    }

    /// DEGTHR as a number of blocks.
    ///
    /// # Errors
    /// Where `seconds` is no DEGM, or no second of `signal` has so many blocks.
    //= g798:6.2.3-deg-defaults
    pub fn blocks(signal: Signal, threshold: u32, seconds: u8) -> Result<Self, DegradeError> {
        let most = blocks_per_second(signal).max(1);
        if !(1..=most).contains(&threshold) {
            return Err(DegradeError::Threshold { found: threshold, most });
        }
        if !(Self::MIN_SECONDS..=Self::MAX_SECONDS).contains(&seconds) {
            return Err(DegradeError::Seconds { found: seconds });
        }
        Ok(Self { threshold, seconds })
    }

    /// Errored blocks from which on a second is bad.
    pub const fn threshold(&self) -> u32 {
        self.threshold
    }

    /// Bad seconds in a row that raise the defect, and good ones that clear it.
    pub const fn seconds(&self) -> u8 {
        self.seconds
    }
}

/// The detector of dDEG.
#[derive(Clone, Copy, Debug)]
pub struct Degrade {
    config: DegradeConfig,
    raised: bool,
    /// Seconds in a row that speak against the present state.
    run: u8,
    /// The row before the last second, for an alignment error to go back to.
    run_before: u8,
}

impl Degrade {
    /// A detector without the defect.
    pub const fn new(config: DegradeConfig) -> Self {
        Self { config, raised: false, run: 0, run_before: 0 }
    }

    /// True while the defect stands.
    pub const fn raised(&self) -> bool {
        self.raised
    }

    /// The thresholds in use.
    pub const fn config(&self) -> DegradeConfig {
        self.config
    }

    /// The defect goes false and the row starts again: for a function that lets signal fail force
    /// its defects false. Without it seconds in signal fail hold the state.
    //= g798:6.2-signal-fail-forces-false
    pub const fn restart(&mut self) {
        *self = Self::new(self.config);
    }

    /// Takes a second at its end. Returns the new state if it changed.
    pub fn second(&mut self, second: &RawSecond) -> Option<bool> {
        //= g798:6.2.3-deg-hold
        if second.iae {
            self.run = self.run_before;
            return None;
        }
        self.run_before = self.run;
        if second.signal_fail {
            return None;
        }
        //= g798:6.2.3-deg-raise
        let bad = second.near.errored_blocks >= self.config.threshold;
        if bad == self.raised {
            self.run = 0;
            return None;
        }
        self.run += 1;
        //= g798:6.2.3-deg-clear
        if self.run < self.config.seconds {
            return None;
        }
        self.raised = bad;
        // A decision that was told is not taken back.
        (self.run, self.run_before) = (0, 0);
        Some(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::performance::primitives::EndSecond;
    use otn_frame::rate::{FlexRate, Ratio};
    use std::vec::Vec;

    fn second(errored_blocks: u32) -> RawSecond {
        RawSecond { near: EndSecond { errored_blocks, defect: false }, ..RawSecond::default() }
    }

    /// Feeds seconds and gives the changes with the number of seconds seen by then.
    fn changes(degrade: &mut Degrade, seconds: &[RawSecond]) -> Vec<(usize, bool)> {
        let taken = seconds.iter().enumerate();
        taken.filter_map(|(n, s)| degrade.second(s).map(|raised| (n + 1, raised))).collect()
    }

    /// The table of the fact sheet, section 4, typed in by hand.
    //= type=test g798:6.2.3-blocks
    //= type=test g8201:3.2-ses
    #[test]
    fn blocks_and_thresholds_are_those_of_the_table() {
        let table = [
            (Signal::Odu0, 10_168, 1_526, 102),
            (Signal::Odu1, 20_421, 3_064, 205),
            (Signal::Otu1, 20_421, 3_064, 205),
            (Signal::Odu2, 82_026, 12_304, 821),
            (Signal::Otu2, 82_026, 12_304, 821),
            (Signal::Odu2e, 84_986, 12_748, 850),
            (Signal::Otu2e, 84_986, 12_748, 850),
            (Signal::Odu3, 329_492, 49_424, 3_295),
            (Signal::Otu3, 329_492, 49_424, 3_295),
            (Signal::Odu4, 856_388, 128_459, 8_564),
            (Signal::Otu4, 856_388, 128_459, 8_564),
        ];
        assert_eq!(table.len(), Signal::ALL.len());
        for (signal, blocks, ses, one_percent) in table {
            assert_eq!(blocks_per_second(signal), blocks, "{signal}");
            assert_eq!(ses_threshold(signal), ses, "{signal}");
            assert_eq!(BasisPoints::OPENROADM_DEGRADE.of_blocks(signal), one_percent, "{signal}");
        }
        // ODUflex: 122 368 bits a frame. 1 000 frames, and 1 bit/s more.
        let exact = FlexRate::measured(Ratio::new(122_368_000, 1));
        assert_eq!(blocks_per_second(Signal::Oduflex(exact)), 1_000);
        assert_eq!(ses_threshold(Signal::Oduflex(exact)), 150);
        let more = FlexRate::measured(Ratio::new(122_368_001, 1));
        assert_eq!(blocks_per_second(Signal::Oduflex(more)), 1_001);
        assert_eq!(ses_threshold(Signal::Oduflex(more)), 151, "150.15 rounded up");
        // Two slots of ODUflex(GFP): 2 498 354 460 / 122 368 = 20 416.7.
        let gfp = FlexRate::gfp(2).unwrap();
        assert_eq!(blocks_per_second(Signal::Oduflex(gfp)), 20_417);
        assert_eq!(ses_threshold(Signal::Oduflex(gfp)), 3_063);
    }

    //= type=test g798:6.2.3-deg-defaults
    #[test]
    fn defaults_and_ranges() {
        let standard = DegradeConfig::standard(Signal::Odu2);
        assert_eq!((standard.threshold(), standard.seconds()), (12_304, 7));
        let openroadm = DegradeConfig::openroadm(Signal::Odu2);
        assert_eq!((openroadm.threshold(), openroadm.seconds()), (821, 2));
        for seconds in 0..=u8::MAX {
            let made = DegradeConfig::blocks(Signal::Odu2, 1, seconds);
            assert_eq!(made.is_ok(), (2..=10).contains(&seconds), "{seconds}");
        }
        for threshold in [1, 82_026] {
            assert!(DegradeConfig::blocks(Signal::Odu2, threshold, 7).is_ok());
        }
        for found in [0, 82_027] {
            let refused = DegradeConfig::blocks(Signal::Odu2, found, 7);
            assert_eq!(refused, Err(DegradeError::Threshold { found, most: 82_026 }));
        }
        for hundredths in 0..=u16::MAX {
            let made = BasisPoints::new(hundredths);
            assert_eq!(made.is_some(), (1..=10_000).contains(&hundredths));
        }
        assert_eq!(BasisPoints::percent(15), Some(BasisPoints::SES));
        assert_eq!((BasisPoints::percent(0), BasisPoints::percent(101)), (None, None));
        let all = BasisPoints::percent(100).unwrap();
        assert_eq!(all.of_blocks(Signal::Odu2), 82_026);
        assert!(DegradeConfig::share(Signal::Odu2, all, 10).is_ok());
    }

    /// Conformance cases 33 to 36: ODU2, DEGTHR 12 304, DEGM 7.
    //= type=test g798:6.2.3-deg-raise
    //= type=test g798:6.2.3-deg-clear
    #[test]
    fn seven_bad_seconds_raise_and_seven_good_ones_clear() {
        let new = || Degrade::new(DegradeConfig::standard(Signal::Odu2));
        let (good, bad) = (second(12_303), second(12_304));
        assert_eq!(changes(&mut new(), &[good; 20]), [], "case 33");
        let mut degrade = new();
        assert_eq!(changes(&mut degrade, &[bad; 6]), [], "case 34, one second early");
        assert_eq!(degrade.second(&bad), Some(true), "case 34");
        let mut interrupted = [bad; 13];
        interrupted[6] = good;
        assert_eq!(changes(&mut new(), &interrupted), [], "case 35");
        assert_eq!(changes(&mut degrade, &[good; 6]), [], "case 36, one second early");
        assert!(degrade.raised());
        assert_eq!(degrade.second(&good), Some(false), "case 36");
    }

    //= type=test g798:6.2.3-deg-hold
    //= type=test g798:6.2-signal-fail-forces-false
    #[test]
    fn seconds_that_cannot_be_judged_hold_the_row() {
        let bad = second(12_304);
        let failed = RawSecond { signal_fail: true, ..second(0) };
        let alignment = RawSecond { iae: true, ..second(80_000) };
        let new = || Degrade::new(DegradeConfig::standard(Signal::Odu2));
        let held = [bad, bad, bad, failed, failed, bad, bad, bad, bad];
        assert_eq!(changes(&mut new(), &held), [(9, true)], "neither good nor bad");
        // The second before the alignment error is taken back: 6 + 1 bad ones do not do, 6 + 2 do.
        let taken = [bad, bad, bad, bad, bad, bad, alignment, bad, bad];
        assert_eq!(changes(&mut new(), &taken), [(9, true)]);
        // Only one second is taken back, however often the error is told.
        let twice = [bad, bad, bad, alignment, alignment, bad, bad, bad, bad, bad];
        assert_eq!(changes(&mut new(), &twice), [(10, true)]);
        // A decision stands.
        let mut told = new();
        assert_eq!(changes(&mut told, &[bad; 7]), [(7, true)]);
        assert_eq!(told.second(&alignment), None);
        assert!(told.raised());
        assert_eq!(changes(&mut told, &[second(0); 6]), [], "the row to clear starts behind it");
        assert_eq!(changes(&mut told, &[second(0)]), [(1, false)]);
        assert_eq!(changes(&mut told, &[bad; 7]), [(7, true)]);
        told.restart();
        assert!(!told.raised());
        assert_eq!(changes(&mut told, &[bad; 7]), [(7, true)], "from the start");
    }
}
