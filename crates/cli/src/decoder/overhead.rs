//! What the overhead of an ODU said over time: tandem connections, channels, delay bits.
//!
//! Clauses: G.709 15.8.2 (PM&TCM, APS/PCC, GCC), 15.8.2.2 (TCM). In: the overhead columns of each
//! frame. Out: the parts of a report that tell what is in use, in bounded memory. What is not in use
//! leaves no trace in the report.

use std::collections::BTreeMap;

use otn_frame::layout::{
    APS_PCC, EXP_A, EXP_B, EXP_C, Field, GCC1, GCC2, OVERHEAD_COLS, PM_TCM, RES_ODU, RES_ODU_END,
    ROWS, TCM,
};
use otn_frame::overhead::{
    BeiBiae, PathStatus, TandemConnectionMonitoring, TandemStatus, TcmLevel, aps_channel,
};
use otn_frame::{SimTime, Tti};
use otn_proc::aps::{ApsLevel, ApsSink, WORD_OCTETS};
use otn_proc::bip::BipSink;
use otn_proc::delay::DelayLevel;
use otn_proc::monitor::Monitor;
use otn_proc::observer::OduReport as Seen;
use otn_proc::persist::{Persistent, STAT_FRAMES};
use otn_proc::trace::TraceReceiver;
use sha2::{Digest, Sha256};

use super::collect::{LIST_LIMIT, TtiCopies};
use super::counters::EndTotals;
use super::report::{ChannelReport, DelayBitReport, OverheadReport, TandemReport};
use super::timeline::Happening;

/// Different values of APS/PCC, and of an experimental octet, that are listed.
const VALUE_LIMIT: usize = 32;
/// Channels that take turns in APS/PCC.
const APS_CHANNELS: usize = 8;
/// Frames at which a delay measurement bit changed that are listed.
const DELAY_LIMIT: usize = 100;

/// Octets of a communication channel.
#[derive(Default)]
pub(super) struct Channel {
    octets: u64,
    used: bool,
    sha: Sha256,
}

impl Channel {
    pub(super) fn take(&mut self, octets: &[u8]) {
        self.octets += octets.len() as u64;
        self.used |= octets.iter().any(|&octet| octet != 0);
        self.sha.update(octets);
    }

    /// `None` where every octet was zero: nobody uses it.
    pub(super) fn report(&self) -> Option<ChannelReport> {
        self.used.then(|| ChannelReport {
            octets: self.octets,
            sha256: super::tree::hex(&self.sha.clone().finalize()),
        })
    }
}

/// Different values, in order of appearance.
#[derive(Default)]
pub(super) struct Values(Vec<Vec<u8>>);

impl Values {
    pub(super) fn note(&mut self, octets: &[u8]) {
        let idle = octets.iter().all(|&octet| octet == 0);
        if !idle && self.0.len() < VALUE_LIMIT && !self.0.iter().any(|known| known == octets) {
            self.0.push(octets.to_vec());
        }
    }

    pub(super) fn report(&self) -> Vec<String> {
        self.0.iter().map(|octets| super::tree::hex(octets)).collect()
    }
}

/// One delay measurement bit.
#[derive(Default)]
struct DelayBit {
    first: Option<u8>,
    last: u8,
    inverted_at: Vec<(u64, SimTime)>,
}

impl DelayBit {
    /// True where the value is another one than before.
    fn note(&mut self, frame: u64, at: SimTime, value: u8) -> bool {
        let inverted = self.first.is_some() && value != self.last;
        self.first.get_or_insert(value);
        if inverted && self.inverted_at.len() < DELAY_LIMIT {
            self.inverted_at.push((frame, at));
        }
        self.last = value;
        inverted
    }

    fn report(&self) -> Option<DelayBitReport> {
        let first = self.first.filter(|_| !self.inverted_at.is_empty())?;
        Some(DelayBitReport {
            first,
            inverted_at: self.inverted_at.iter().map(|(frame, _)| *frame).collect(),
            inverted_at_ns: self.inverted_at.iter().map(|(_, at)| at.as_ns()).collect(),
        })
    }
}

/// Acceptance of a trail trace, told when another one is accepted.
#[derive(Default)]
pub(super) struct TraceWatch(TraceReceiver);

impl TraceWatch {
    /// Takes the TTI octet of the next frame; tells of the trace accepted before and now, where they
    /// differ.
    pub(super) fn take(&mut self, mfas: u8, octet: u8) -> Option<Box<(Option<Tti>, Tti)>> {
        let before = self.0.accepted().copied();
        if !self.0.receive(mfas, octet) {
            return None;
        }
        let now = *self.0.accepted()?;
        (before != Some(now)).then(|| Box::new((before, now)))
    }

    /// Frames do not follow one another here.
    pub(super) fn restart(&mut self) {
        self.0.restart();
    }
}

/// One level of tandem connection monitoring.
#[derive(Default)]
struct Tandem {
    stat: Persistent<TandemStatus, STAT_FRAMES>,
    /// It was accepted as in use at least once.
    used: bool,
    bip: BipSink,
    tti: TtiCopies,
    trace: TraceWatch,
    counted: TandemReport,
    /// Frames whose BEI told of violations.
    far_errored: u64,
}

impl Tandem {
    //= g709:15.8.2.2-tcm-bip8
    //= g709:15.8.2.2-tcm-bei-biae
    fn take(
        &mut self,
        seen: &Seen,
        tcm: TandemConnectionMonitoring,
    ) -> Option<Box<(Option<Tti>, Tti)>> {
        // A single wrong bit in STAT must not bring a level to life.
        self.used |= self.stat.receive(tcm.stat).is_some_and(TandemStatus::is_in_use);
        if !seen.follows {
            self.interrupt();
        }
        if !tcm.stat.is_in_use() {
            self.interrupt();
            return None;
        }
        let violations = u64::from(self.bip.check(seen.opu_bip8, tcm.bip8).unwrap_or(0));
        self.tti.take(seen.mfas, tcm.tti);
        let accepted = self.trace.take(seen.mfas, tcm.tti);
        self.far_errored += u64::from(tcm.bei.errors() > 0);
        let counted = &mut self.counted;
        counted.bip_violations += violations;
        counted.bip_mismatch_frames += u64::from(violations > 0);
        counted.bei_total += u64::from(tcm.bei.errors());
        counted.bdi_frames += u64::from(tcm.bdi);
        counted.iae_frames += u64::from(tcm.stat == TandemStatus::InUseIae);
        counted.biae_frames += u64::from(tcm.bei == BeiBiae::Biae);
        accepted
    }

    fn interrupt(&mut self) {
        self.bip.restart();
        self.tti.restart();
        self.trace.restart();
    }

    fn report(&self) -> TandemReport {
        TandemReport {
            accepted_tti: self.trace.0.accepted().map(Into::into),
            tti: self.tti.report(),
            ..self.counted.clone()
        }
    }
}

/// What the overhead of one ODU said.
#[derive(Default)]
pub(super) struct Overhead {
    tandem: [Tandem; TCM.len()],
    path: TraceWatch,
    protection: ApsSink,
    /// Channels on which another word than zeros was accepted.
    protected: [bool; APS_CHANNELS],
    /// What happened in the last frame.
    pub(super) news: Vec<Happening>,
    aps: BTreeMap<u8, Values>,
    delay: [DelayBit; TCM.len() + 1],
    experimental: [Values; 4],
    reserved: [Values; 2],
    gcc1: Channel,
    gcc2: Channel,
    /// Name, first frame and frames of each maintenance signal.
    maintenance: Vec<(&'static str, u64, u64)>,
}

/// The octets of a field in overhead columns.
fn octets(overhead: &[[u8; OVERHEAD_COLS]; ROWS], field: Field) -> &[u8] {
    &overhead[field.row_index()][field.columns()]
}

/// Reserved fields of the ODU overhead.
const RESERVED: [Field; 2] = [RES_ODU, RES_ODU_END];

impl Overhead {
    /// Takes a frame, counted from 0.
    pub(super) fn take(&mut self, number: u64, seen: &Seen) {
        for (tandem, level) in self.tandem.iter_mut().zip(TcmLevel::all()) {
            // Whoever monitors a stretch of the way may write over a maintenance signal.
            let octets: [u8; 3] =
                core::array::from_fn(|n| octets(&seen.overhead, level.field())[n]);
            let accepted = tandem.take(seen, TandemConnectionMonitoring::from_octets(octets));
            let told = accepted.map(|traces| Happening::Trace(Monitor::Tandem(level), traces));
            self.news.extend(told);
        }
        if !seen.follows {
            self.interrupt();
        }
        self.maintenance_signal(number, seen.path.pm.stat);
        if seen.path.pm.stat.is_maintenance() {
            self.interrupt();
            return;
        }
        let accepted = self.path.take(seen.mfas, seen.path.pm.tti);
        self.news.extend(accepted.map(|traces| Happening::Trace(Monitor::Path, traces)));
        self.protection(seen);
        let field = |field| octets(&seen.overhead, field);
        self.gcc1.take(field(GCC1));
        self.gcc2.take(field(GCC2));
        //= g709:15.8.2-aps-channel
        self.aps.entry(aps_channel(seen.mfas)).or_default().note(field(APS_PCC));
        let octet = field(PM_TCM).first().copied().unwrap_or(0);
        for (level, bit) in DelayLevel::all().zip(&mut self.delay) {
            let value = level.bit().get(octet);
            if bit.note(number, seen.at, value) {
                self.news.push(Happening::Delay(level, value));
            }
        }
        let experimental = [EXP_A, EXP_B, EXP_C].into_iter().flat_map(field);
        self.experimental.iter_mut().zip(experimental).for_each(|(v, &octet)| v.note(&[octet]));
        self.reserved.iter_mut().zip(RESERVED).for_each(|(v, reserved)| v.note(field(reserved)));
    }

    /// Frames do not follow one another here, or are not of the path.
    fn interrupt(&mut self) {
        self.path.restart();
        (0..APS_CHANNELS as u8).for_each(|n| self.protection.signal_fail(ApsLevel::of_mfas(n)));
    }

    //= g873.1:8.2-accept-3
    fn protection(&mut self, seen: &Seen) {
        let field = octets(&seen.overhead, APS_PCC);
        let word: [u8; WORD_OCTETS] = core::array::from_fn(|n| field[n]);
        let Some(change) = self.protection.receive(seen.mfas, word) else { return };
        let used = &mut self.protected[change.level.index()];
        if word == [0; WORD_OCTETS] && !*used {
            // Nobody has used this channel yet.
            return;
        }
        *used = true;
        self.news.push(Happening::Protection(change.level, change.word));
    }

    /// What a tandem connection counted over the file: near end and far end.
    pub(super) fn totals(&self, level: TcmLevel) -> (EndTotals, EndTotals) {
        let tandem = &self.tandem[usize::from(level.get()) - 1];
        let counted = &tandem.counted;
        let near = EndTotals {
            errored_blocks: counted.bip_mismatch_frames,
            violations: counted.bip_violations,
        };
        let far = EndTotals { errored_blocks: tandem.far_errored, violations: counted.bei_total };
        (near, far)
    }

    fn maintenance_signal(&mut self, number: u64, stat: PathStatus) {
        let name = match stat {
            PathStatus::Ais => Some("AIS"),
            PathStatus::Oci => Some("OCI"),
            PathStatus::Lck => Some("LCK"),
            PathStatus::Normal | PathStatus::Other(_) => None,
        };
        let Some(name) = name else { return };
        let goes_on = |run: &&mut (&str, u64, u64)| run.0 == name && run.1 + run.2 == number;
        if let Some((_, _, frames)) = self.maintenance.last_mut().filter(goes_on) {
            *frames += 1;
        } else if self.maintenance.len() < LIST_LIMIT {
            self.maintenance.push((name, number, 1));
        }
    }

    /// What of it was in use.
    pub(super) fn report(&self) -> OverheadReport {
        let level = |(at, tandem): (usize, &Tandem)| (at + 1, tandem.report());
        let used = |(_, tandem): &(usize, &Tandem)| tandem.used;
        let channel = |(channel, values): (&u8, &Values)| (*channel, values.report());
        let delay = |(at, bit): (usize, &DelayBit)| {
            let name = if at == 0 { "p".to_string() } else { format!("t{at}") };
            bit.report().map(|report| (name, report))
        };
        let experimental: Vec<Vec<String>> = self.experimental.iter().map(Values::report).collect();
        OverheadReport {
            maintenance_runs: self.maintenance.clone(),
            tcm: self.tandem.iter().enumerate().filter(used).map(level).collect(),
            aps: self.aps.iter().filter(|(_, v)| !v.0.is_empty()).map(channel).collect(),
            delay_bits: self.delay.iter().enumerate().filter_map(delay).collect(),
            reserved: {
                let values = RESERVED.iter().zip(&self.reserved);
                let used = values.filter(|(_, v)| !v.0.is_empty());
                used.map(|(field, v)| (field.name, v.report())).collect()
            },
            exp: experimental.iter().any(|v| !v.is_empty()).then_some(experimental),
            gcc1: self.gcc1.report(),
            gcc2: self.gcc2.report(),
        }
    }
}
