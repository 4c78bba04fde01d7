//! From a tree of entries to a source of ODUk frames.

use std::path::Path;
use std::rc::Rc;

use anyhow::{Result, anyhow, bail};
use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, PartsPerBillion, Ratio, Signal, SimTime, Tti};
use otn_map::cbr::{Container, Justifier};
use otn_map::gmp::Client as GmpClient;
use otn_map::gmp::client::opu_shape;
use otn_map::odtu::amp::Amp;
use otn_map::odtu::{Content, Interleave, Odtu, Slots};
use otn_map::prbs::{Polarity, PrbsSource};
use otn_proc::odu::mux_source::{Allocation, MultiplexSource};
use otn_proc::odu::source::{Maintenance, OctetSource, OduSource, Pace, PayloadSource};

use super::failure::Failure;
use super::kind::{Mapping, Nature, Pcs};
use super::sources::{Coded, FileBits, NoPackets, Packets, Replaceable, Status};
use super::tree_file::{ClientEntry, Inside, Tree, TributaryEntry};
use crate::network::notes::{FileError, place};

/// Where a tree came from, and what all of it has in common.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The file, for errors; empty for arguments.
    pub file: &'a str,
    /// Trace of paths that name none.
    pub tti: Tti,
    /// A payload FCS in each GFP frame.
    pub pfcs: bool,
    /// When clients fail that say nothing about it themselves.
    pub fails: Option<Failure>,
    /// Clients repeat their input.
    pub repeats: bool,
}

/// Every client of a tree with its name and what it has done so far.
pub type Signals = Vec<(String, Rc<Status>)>;

/// The source of a tree, its clients, and what is known about them.
#[derive(Debug)]
pub struct Built {
    /// Makes the frames.
    pub source: OduSource,
    /// The clients with an input.
    pub clients: Signals,
    /// From this time on every client that fails at all has done so, and is there again if it ever is.
    pub failures_over: SimTime,
}

/// The source of a tree, and its clients.
///
/// # Errors
/// A tree that cannot be, an input that cannot be read.
pub fn build(plan: Plan<'_>, tree: &Tree, odu: Option<Signal>) -> Result<Built> {
    let mut builder = Builder { plan, clients: Vec::new(), failures_over: SimTime::ZERO };
    let source = builder.odu(tree, odu, "")?;
    let Builder { clients, failures_over, .. } = builder;
    Ok(Built { source, clients, failures_over })
}

struct Builder<'a> {
    plan: Plan<'a>,
    clients: Signals,
    failures_over: SimTime,
}

impl Builder<'_> {
    fn error(&self, tree: &Tree, what: &dyn ToString) -> anyhow::Error {
        if self.plan.file.is_empty() {
            return anyhow!("{}", what.to_string());
        }
        let file = self.plan.file.to_string();
        FileError { file, at: place(tree.at), what: what.to_string() }.into()
    }

    /// The ODU that the line, or the place among tributaries, asks for, with the rate that the tree
    /// gives it.
    fn agreed(&self, tree: &Tree, asked: Option<Signal>) -> Result<Option<Signal>> {
        match (asked, tree.odu) {
            (Some(Signal::Oduflex(_)), Some(own @ Signal::Oduflex(_))) => Ok(Some(own)),
            (Some(asked), Some(own)) if asked != own => {
                let what = format!("kind: found {own}, expected {asked}, that of the line");
                Err(self.error(tree, &what))
            }
            (asked, own) => Ok(asked.or(own)),
        }
    }

    /// `asked` is the ODU that the line or nothing says.
    fn odu(&mut self, tree: &Tree, asked: Option<Signal>, name: &str) -> Result<OduSource> {
        let tti = tree.tti.unwrap_or(self.plan.tti);
        match &tree.inside {
            Inside::Client(client) => {
                let natural = client.kind.odu();
                let Some(odu) = self.agreed(tree, asked)?.or(natural) else {
                    bail!(
                        self.error(tree, &"expected `kind`, the ODU that the client is put into")
                    );
                };
                // An ODUflex(CBR) has the rate of its client, whatever it was called.
                let odu = match (odu, natural) {
                    (Signal::Oduflex(_), Some(flex @ Signal::Oduflex(_))) => flex,
                    (other, _) => other,
                };
                let first = self.clients.len();
                let (payload_type, offset, payload) = self
                    .client(tree, client, odu, name)
                    .map_err(|error| self.error(tree, &format!("{error:#}")))?;
                let mut source = OduSource::new(odu, offset, payload_type, payload, tti);
                source.set_client_signal_fail(tree.csf);
                self.client_fails(tree, &mut source, first);
                Ok(source.starting_at(self.first_mfas(tree, odu, name)))
            }
            Inside::Tributaries { payload_type, tributaries } => {
                let Some(odu) = self.agreed(tree, asked)? else {
                    bail!(
                        self.error(tree, &"expected `kind`, the ODU that carries the tributaries")
                    );
                };
                self.multiplex(tree, odu, *payload_type, tributaries, tti, name)
            }
        }
    }

    /// Lets the client fail when it should; its status is behind `first` of the others, if it has one.
    fn client_fails(&mut self, tree: &Tree, source: &mut OduSource, first: usize) {
        let Some(failure) = tree.fails.or(self.plan.fails) else { return };
        let (from, until) = failure.frames(source.signal(), source.offset());
        source.client_fails(from, until);
        let clock = FrameClock::new(source.signal(), source.offset());
        let over = clock.frame_start(until.unwrap_or(from));
        self.failures_over = self.failures_over.max(over);
        if until.is_none() {
            self.clients[first..].iter().for_each(|(_, status)| status.gone_at.set(Some(over)));
        }
    }

    fn multiplex(
        &mut self,
        tree: &Tree,
        odu: Signal,
        asked: Option<u8>,
        tributaries: &[TributaryEntry],
        tti: Tti,
        name: &str,
    ) -> Result<OduSource> {
        let slots = self.slots(tree, odu, asked, tributaries)?;
        let mut allocation = Allocation::new(slots);
        let mut multiplex = MultiplexSource::new(slots, tree.offset);
        // Those with slots given by hand come first, so that none of them is taken by chance.
        let (by_hand, chosen): (Vec<_>, Vec<_>) = tributaries.iter().partition(|t| t.set.is_some());
        for tributary in by_hand.into_iter().chain(chosen) {
            let inner = &tributary.tree;
            let odu = self.kind_of(inner)?;
            let content = allocation
                .place(odu, tributary.set, tributary.port)
                .map_err(|error| self.error(inner, &error))?;
            let dot = if name.is_empty() { "" } else { "." };
            let place = format!("{name}{dot}{}", content.port);
            let source = self.odu(inner, Some(odu), &place)?;
            let pace = source.pace_in(slots.odu(), tree.offset);
            within_odtu(slots, content, pace)
                .map_err(|error| self.error(inner, &format!("{error:#}")))?;
            multiplex.add(content, source);
        }
        let payload = PayloadSource::Multiplex(Box::new(multiplex));
        let source = OduSource::new(odu, tree.offset, slots.payload_type(), payload, tti);
        Ok(source.starting_at(self.first_mfas(tree, odu, name)))
    }

    /// The ODU of a tributary.
    fn kind_of(&self, tree: &Tree) -> Result<Signal> {
        let natural = match &tree.inside {
            Inside::Client(client) => client.kind.odu(),
            Inside::Tributaries { .. } => None,
        };
        match (tree.odu, natural) {
            (Some(Signal::Oduflex(_)), Some(flex @ Signal::Oduflex(_))) => Ok(flex),
            (Some(odu), _) | (None, Some(odu)) => Ok(odu),
            (None, None) => {
                let what = "expected `kind`, the ODU; an ODUflex of packets needs `flex-slots` too";
                Err(self.error(tree, &what))
            }
        }
    }

    /// The structure of the slots: the one asked for, else the one that can carry all of them, with
    /// slots of 1.25G where both can.
    fn slots(
        &self,
        tree: &Tree,
        odu: Signal,
        asked: Option<u8>,
        tributaries: &[TributaryEntry],
    ) -> Result<Slots> {
        let types = match asked {
            Some(20) => &[PayloadType::ODTU_JK][..],
            Some(_) => &[PayloadType::ODTU_TS],
            None => &[PayloadType::ODTU_TS, PayloadType::ODTU_JK],
        };
        let mut known = types.iter().filter_map(|pt| Slots::of(odu, *pt));
        let Some(first) = known.next() else {
            let what = format!("found tributaries in {odu}, expected ODU1, ODU2, ODU3 or ODU4");
            return Err(self.error(tree, &what));
        };
        let fits = |slots: &Slots| {
            tributaries.iter().all(|t| {
                self.kind_of(&t.tree).is_ok_and(|odu| Odtu::carrying(*slots, odu).is_some())
            })
        };
        Ok(std::iter::once(first).chain(known).find(fits).unwrap_or(first))
    }

    fn client(
        &mut self,
        tree: &Tree,
        client: &ClientEntry,
        odu: Signal,
        name: &str,
    ) -> Result<(PayloadType, PartsPerBillion, PayloadSource)> {
        let (payload_type, mapping) = client.kind.mapping(odu, client.mapping)?;
        let maintenance =
            |signal| Ok((payload_type, tree.offset, PayloadSource::Maintenance(signal)));
        let payload = match client.kind.nature {
            Nature::Gfp { preamble } => self.gfp(client, preamble, odu, name)?,
            Nature::Prbs => PayloadSource::prbs(),
            Nature::Null => PayloadSource::Null,
            Nature::Oci => return maintenance(Maintenance::Oci),
            Nature::Lck => return maintenance(Maintenance::Lck),
            Nature::Ais => return maintenance(Maintenance::Ais),
            Nature::Ethernet(pcs, rate) => {
                let octets = self.coded(pcs, client, rate, name)?;
                return cbr(odu, tree.offset, client, rate, mapping, octets)
                    .map(|(offset, payload)| (payload_type, offset, payload));
            }
            Nature::Bits(rate) => {
                let octets = self.bits(client, name)?;
                return cbr(odu, tree.offset, client, rate, mapping, octets)
                    .map(|(offset, payload)| (payload_type, offset, payload));
            }
        };
        if let (Some(input), true) =
            (&client.input, matches!(client.kind.nature, Nature::Prbs | Nature::Null))
        {
            bail!("client {}: found input {}, expected none", client.kind.name, input.display());
        }
        Ok((payload_type, tree.offset, payload))
    }

    /// Multiframe count of the first frame: the one asked for, else zero nearest the line and so many
    /// frames before zero below it as pass until a receiver is in lock.
    fn first_mfas(&self, tree: &Tree, odu: Signal, name: &str) -> u8 {
        let frame = FrameClock::new(odu, PartsPerBillion::default()).period_ps();
        let frames = (self.wait_ps(name) * frame.den).div_ceil(frame.num) as u8;
        let spare = if name.is_empty() { 0 } else { 4 };
        tree.mfas.unwrap_or(0u8.wrapping_sub(frames.wrapping_add(spare)))
    }

    /// Time that packets wait so that a receiver knows every count and frame phase on the way: some
    /// multiframes for each stage of multiplexing.
    fn wait_ps(&self, name: &str) -> u128 {
        const STAGE_PS: u128 = 500_000_000;
        let stages = if name.is_empty() { 0 } else { 1 + name.matches('.').count() };
        stages as u128 * STAGE_PS
    }

    fn status(&mut self, client: &ClientEntry, name: &str) -> Rc<Status> {
        let status = Rc::new(Status::default());
        let dash = if name.is_empty() { "" } else { " at port " };
        self.clients.push((format!("{}{dash}{name}", client.kind.name), Rc::clone(&status)));
        status
    }

    fn gfp(
        &mut self,
        client: &ClientEntry,
        preamble: bool,
        odu: Signal,
        name: &str,
    ) -> Result<PayloadSource> {
        let mut payload = match &client.input {
            None => PayloadSource::gfp(Box::new(NoPackets)),
            Some(path) => {
                let status = self.status(client, name);
                let packets =
                    Packets::open(path, self.plan.pfcs, preamble, status, self.plan.repeats)?;
                PayloadSource::gfp(Box::new(packets))
            }
        };
        if let PayloadSource::Gfp { extended, lead, .. } = &mut payload {
            *extended = preamble;
            let frame = FrameClock::new(odu, PartsPerBillion::default()).period_ps();
            *lead = (self.wait_ps(name) * frame.den).div_ceil(frame.num) as u64;
        }
        Ok(payload)
    }

    fn coded(
        &mut self,
        pcs: Pcs,
        client: &ClientEntry,
        rate: Ratio,
        name: &str,
    ) -> Result<Box<dyn OctetSource>> {
        Ok(match &client.input {
            None => Box::new(Coded::new(pcs, NoPackets, 0)),
            Some(path) => {
                let status = self.status(client, name);
                let per_octet = 8 * u128::from(otn_frame::time::PS_PER_S) * rate.den / rate.num;
                let wait = (self.wait_ps(name) / per_octet.max(1)) as u64;
                Box::new(Coded::new(
                    pcs,
                    Packets::open(path, false, false, status, self.plan.repeats)?,
                    wait,
                ))
            }
        })
    }

    fn bits(&mut self, client: &ClientEntry, name: &str) -> Result<Box<dyn OctetSource>> {
        let kind = client.kind.name;
        Ok(match &client.input {
            None => Box::new(Replaceable::new(kind, PrbsSource::new(Polarity::Inverted))),
            Some(path) => Box::new(Replaceable::new(kind, self.file_bits(path, client, name)?)),
        })
    }

    fn file_bits(&mut self, path: &Path, client: &ClientEntry, name: &str) -> Result<FileBits> {
        let status = self.status(client, name);
        FileBits::open(path, status, self.plan.repeats)
    }
}

/// Frames over which a pace is looked at: a deviation of a part in a million is an octet.
const MANY: u64 = 1_000_000;

/// Refuses a client beyond what the justification of its server can follow: `octets` in a frame
/// without justification, and how many less or more with it at most.
fn within(pace: Pace, octets: u64, less: u64, more: u64) -> Result<()> {
    let come = pace.come(MANY);
    let (least, most) = ((octets * MANY).saturating_sub(less), octets * MANY + more);
    if (least..=most).contains(&come) {
        return Ok(());
    }
    let per_frame = |octets: u64| octets as f64 / MANY as f64;
    let (found, least, most) = (per_frame(come), per_frame(least), per_frame(most));
    bail!("clocks: found {found:.3} octets a frame of the server, expected {least:.3} to {most:.3}")
}

/// The same for an ODUj in an ODTU.
fn within_odtu(slots: Slots, content: Content, pace: Pace) -> Result<()> {
    let Some(interleave) = Interleave::new(slots, content.set) else { return Ok(()) };
    if content.kind == Odtu::Ts {
        let octets = interleave.octets() as u64;
        return within(pace, octets, octets * MANY, 0);
    }
    let opportunities = content.set.len() as u64 * MANY / slots.count() as u64;
    let nominal = Amp::new(content.kind, interleave).nominal() as u64;
    within(pace, nominal, 2 * opportunities, opportunities)
}

/// A client of constant bit rate in its OPU, and the offset that the ODU has then.
fn cbr(
    odu: Signal,
    offset: PartsPerBillion,
    client: &ClientEntry,
    rate: Ratio,
    mapping: Mapping,
    octets: Box<dyn OctetSource>,
) -> Result<(PartsPerBillion, PayloadSource)> {
    let pace = Pace::new(rate, client.offset, odu, offset);
    let none = || anyhow!("client {}: no {mapping:?} into {odu}", client.kind.name);
    match mapping {
        Mapping::Gmp => {
            let n = GmpClient::from_name(client.kind.name).map_or(u8::BITS, |c| c.timing_bits());
            let room = opu_shape(odu).ok_or_else(none)?.octets() as u64;
            within(pace, room, room * MANY, 0)?;
            let payload = PayloadSource::gmp(odu, n, pace, octets).ok_or_else(none)?;
            Ok((offset, payload))
        }
        Mapping::Amp => {
            let container = Container::of(odu).ok_or_else(none)?;
            within(pace, container.octets() as u64, MANY, MANY)?;
            let justifier = Some((Justifier::new(container), pace));
            Ok((offset, PayloadSource::Cbr { container, justifier, client: octets }))
        }
        Mapping::Bmp => {
            // The clock of the ODU is that of the client.
            let container = Container::of(odu).ok_or_else(none)?;
            Ok((client.offset, PayloadSource::Cbr { container, justifier: None, client: octets }))
        }
    }
}
