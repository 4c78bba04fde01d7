//! What the overhead of an ODU said over time: tandem connections, channels, delay bits.
//!
//! Clauses: G.709 15.8.2 (PM&TCM, APS/PCC, GCC), 15.8.2.2 (TCM). In: the overhead columns of each
//! frame. Out: the parts of a report that tell what is in use, in bounded memory. What is not in use
//! leaves no trace in the report.

use std::collections::BTreeMap;

use otn_frame::layout::{
    APS_PCC, Bits, DM_PATH, DM_TCM, EXP_A, EXP_B, EXP_C, Field, GCC1, GCC2, OVERHEAD_COLS, PM_TCM,
    ROWS, TCM,
};
use otn_frame::overhead::{
    BeiBiae, PathStatus, TandemConnectionMonitoring, TandemStatus, TcmLevel, aps_channel,
};
use otn_proc::bip::BipSink;
use otn_proc::observer::OduReport as Seen;
use otn_proc::persist::{Persistent, STAT_FRAMES};
use otn_proc::trace::TraceReceiver;
use sha2::{Digest, Sha256};

use super::collect::{LIST_LIMIT, TtiCopies};
use super::report::{ChannelReport, DelayBitReport, OverheadReport, TandemReport};

/// Different values of APS/PCC, and of an experimental octet, that are listed.
const VALUE_LIMIT: usize = 32;
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
struct Values(Vec<Vec<u8>>);

impl Values {
    fn note(&mut self, octets: &[u8]) {
        let idle = octets.iter().all(|&octet| octet == 0);
        if !idle && self.0.len() < VALUE_LIMIT && !self.0.iter().any(|known| known == octets) {
            self.0.push(octets.to_vec());
        }
    }

    fn report(&self) -> Vec<String> {
        self.0.iter().map(|octets| super::tree::hex(octets)).collect()
    }
}

/// One delay measurement bit.
#[derive(Default)]
struct DelayBit {
    first: Option<u8>,
    last: u8,
    inverted_at: Vec<u64>,
}

impl DelayBit {
    fn note(&mut self, frame: u64, value: u8) {
        if self.first.is_none() {
            self.first = Some(value);
        } else if value != self.last && self.inverted_at.len() < DELAY_LIMIT {
            self.inverted_at.push(frame);
        }
        self.last = value;
    }

    fn report(&self) -> Option<DelayBitReport> {
        let first = self.first.filter(|_| !self.inverted_at.is_empty())?;
        Some(DelayBitReport { first, inverted_at: self.inverted_at.clone() })
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
    trace: TraceReceiver,
    counted: TandemReport,
}

impl Tandem {
    //= g709:15.8.2.2-tcm-bip8
    //= g709:15.8.2.2-tcm-bei-biae
    fn take(&mut self, seen: &Seen, tcm: TandemConnectionMonitoring) {
        // A single wrong bit in STAT must not bring a level to life.
        self.used |= self.stat.receive(tcm.stat).is_some_and(TandemStatus::is_in_use);
        if !seen.follows {
            self.interrupt();
        }
        if !tcm.stat.is_in_use() {
            self.interrupt();
            return;
        }
        let violations = u64::from(self.bip.check(seen.opu_bip8, tcm.bip8).unwrap_or(0));
        self.tti.take(seen.mfas, tcm.tti);
        self.trace.receive(seen.mfas, tcm.tti);
        let counted = &mut self.counted;
        counted.bip_violations += violations;
        counted.bip_mismatch_frames += u64::from(violations > 0);
        counted.bei_total += u64::from(tcm.bei.errors());
        counted.bdi_frames += u64::from(tcm.bdi);
        counted.iae_frames += u64::from(tcm.stat == TandemStatus::InUseIae);
        counted.biae_frames += u64::from(tcm.bei == BeiBiae::Biae);
    }

    fn interrupt(&mut self) {
        self.bip.restart();
        self.tti.restart();
        self.trace.restart();
    }

    fn report(&self) -> TandemReport {
        TandemReport {
            accepted_tti: self.trace.accepted().map(Into::into),
            tti: self.tti.report(),
            ..self.counted.clone()
        }
    }
}

/// What the overhead of one ODU said.
#[derive(Default)]
pub(super) struct Overhead {
    tandem: [Tandem; TCM.len()],
    aps: BTreeMap<u8, Values>,
    delay: [DelayBit; TCM.len() + 1],
    experimental: [Values; 4],
    gcc1: Channel,
    gcc2: Channel,
    /// Name, first frame and frames of each maintenance signal.
    maintenance: Vec<(&'static str, u64, u64)>,
}

/// The octets of a field in overhead columns.
fn octets(overhead: &[[u8; OVERHEAD_COLS]; ROWS], field: Field) -> &[u8] {
    &overhead[field.row_index()][field.columns()]
}

/// The delay measurement bits of an octet: that of the path, then those of levels 1 to 6.
//= g709:15.8.2-delay-bits
fn delay_bits(octet: u8) -> [u8; TCM.len() + 1] {
    core::array::from_fn(|at| {
        let place = |level: u8| DM_TCM.first + level - 1;
        let bit = |place| Bits { name: DM_TCM.name, first: place, last: place };
        if at == 0 { DM_PATH.get(octet) } else { bit(place(at as u8)).get(octet) }
    })
}

impl Overhead {
    /// Takes a frame, counted from 0.
    pub(super) fn take(&mut self, number: u64, seen: &Seen) {
        for (tandem, level) in self.tandem.iter_mut().zip(TcmLevel::all()) {
            // Whoever monitors a stretch of the way may write over a maintenance signal.
            let octets: [u8; 3] =
                core::array::from_fn(|n| octets(&seen.overhead, level.field())[n]);
            tandem.take(seen, TandemConnectionMonitoring::from_octets(octets));
        }
        self.maintenance_signal(number, seen.path.pm.stat);
        if seen.path.pm.stat.is_maintenance() {
            return;
        }
        let field = |field| octets(&seen.overhead, field);
        self.gcc1.take(field(GCC1));
        self.gcc2.take(field(GCC2));
        //= g709:15.8.2-aps-channel
        self.aps.entry(aps_channel(seen.mfas)).or_default().note(field(APS_PCC));
        let bits = field(PM_TCM).iter().flat_map(|&octet| delay_bits(octet));
        self.delay.iter_mut().zip(bits).for_each(|(bit, value)| bit.note(number, value));
        let experimental = [EXP_A, EXP_B, EXP_C].into_iter().flat_map(field);
        self.experimental.iter_mut().zip(experimental).for_each(|(v, &octet)| v.note(&[octet]));
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
            exp: experimental.iter().any(|v| !v.is_empty()).then_some(experimental),
            gcc1: self.gcc1.report(),
            gcc2: self.gcc2.report(),
        }
    }
}
