//! Clients of services in the network file: what they are, and how they go into their ODUj.
//!
//! Clauses: G.709 17 (mappings). In: `client`, `mapping`, `odu`, `flex-slots`, `client-clock` of a service. Out: a
//! client and an ODUj for the plan, or what is wrong. The kinds and their words are those of `otn wrap`.

use otn_emu::net::model::{Carries, Client, ConstantRate, Mapping, Sublayer};
use otn_frame::{FlexRate, PartsPerBillion, Signal};
use otn_map::gmp::Client as GmpClient;
use otn_map::replacement::{ReplacedClient, Replacement};

use super::Reader;
use super::document::ServiceEntry;
use crate::network::notes::{FileError, Text};
use crate::units;
use crate::wrap::kind::{KINDS, Kind, Nature, Pcs};

/// ODUj of a fixed rate that a service can have.
pub(super) const ODUS: [Signal; 6] =
    [Signal::Odu0, Signal::Odu1, Signal::Odu2, Signal::Odu2e, Signal::Odu3, Signal::Odu4];

/// Clients that are not of constant bit rate.
const PACKETS: &str = "ethernet";
const PATTERN: &str = "prbs";

/// The kind of a client of constant bit rate by its word.
fn constant_kind(word: &str) -> Option<Kind> {
    Kind::from_name(word)
        .filter(|kind| matches!(kind.nature, Nature::Ethernet(..) | Nature::Bits(_)))
}

/// The words for clients.
fn words() -> String {
    let kinds = KINDS.iter().map(|kind| kind.name).filter(|name| constant_kind(name).is_some());
    [PACKETS, PATTERN].into_iter().chain(kinds).collect::<Vec<_>>().join(", ")
}

impl Reader<'_> {
    /// The ODUj of a service.
    pub(super) fn odu(&self, entry: &ServiceEntry) -> Result<Signal, FileError> {
        let text = &entry.odu;
        let flex = text.value.eq_ignore_ascii_case("ODUflex");
        let of_client = constant_kind(&entry.client.value).and_then(|kind| kind.odu());
        if let Some(slots) = entry.flex_slots.as_ref().filter(|_| !flex || of_client.is_some()) {
            let what = "flex-slots: only an ODUflex of packets or of `prbs` is of so many slots; that of another \
                        client has the client's rate";
            return self.notes.error(slots.referenced, what);
        }
        if !flex {
            return self.fixed_odu(text);
        }
        match (of_client, &entry.flex_slots) {
            // Whether it is one is for the mapping to say.
            (Some(odu), _) => Ok(odu),
            (None, Some(slots)) => match FlexRate::gfp(slots.value) {
                Some(rate) => Ok(Signal::Oduflex(rate)),
                None => {
                    let what = format!("flex-slots: found {}, expected 1 to 80", slots.value);
                    self.notes.error(slots.referenced, what)
                }
            },
            (None, None) => {
                let what =
                    "odu: an ODUflex of packets needs `flex-slots`, its size in slots of 1.25G";
                self.notes.error(text.referenced, what)
            }
        }
    }

    /// An ODUj of one rate.
    pub(super) fn fixed_odu(&self, text: &Text) -> Result<Signal, FileError> {
        let fixed = Signal::from_name(&text.value).filter(|odu| ODUS.contains(odu));
        if let Some(odu) = fixed {
            return Ok(odu);
        }
        let known = ODUS.map(|odu| odu.name().to_string()).join(", ");
        let more = if text.value.eq_ignore_ascii_case("ODUflex") { "" } else { " or ODUflex" };
        let what = format!("odu: found `{}`, expected {known}{more}", text.value);
        self.notes.error(text.referenced, what)
    }

    /// The client of a service in this ODUj between these nodes.
    pub(super) fn client(
        &self,
        entry: &ServiceEntry,
        odu: Signal,
        ends: [usize; 2],
    ) -> Result<Client, FileError> {
        let word = entry.client.value.as_str();
        if let Some(kind) = constant_kind(word) {
            return self.constant(entry, kind, odu, ends);
        }
        if let Some((_, clock)) = entry.client_clock.iter().next() {
            let what = format!(
                "client-clock: only a client of constant bit rate has a clock of its own, found client `{word}`"
            );
            return self.notes.error(clock.referenced, what);
        }
        match (word, &entry.mapping) {
            (PACKETS, None) => {
                let what =
                    "mapping: missing, expected gfp-f or gfp-f-preamble for a client `ethernet`";
                self.notes.error(entry.client.referenced, what)
            }
            (PACKETS, Some(text)) => {
                let words =
                    [("gfp-f", Client::EthernetGfp), ("gfp-f-preamble", Client::EthernetPreamble)];
                let client = self.word("mapping", text, &words)?;
                if client == Client::EthernetPreamble && odu != Signal::Odu2 {
                    let what =
                        format!("odu: found {odu}, expected ODU2 for mapping gfp-f-preamble");
                    return self.notes.error(entry.odu.referenced, what);
                }
                Ok(client)
            }
            (PATTERN, None) => Ok(Client::Prbs),
            (PATTERN, Some(text)) => {
                let found = &text.value;
                let what = format!(
                    "mapping: found `{found}`; a client `prbs` fills the OPU by itself, expected no `mapping`"
                );
                self.notes.error(text.referenced, what)
            }
            _ => {
                let what = format!("client: found `{word}`, expected one of: {}", words());
                self.notes.error(entry.client.referenced, what)
            }
        }
    }

    fn constant(
        &self,
        entry: &ServiceEntry,
        kind: Kind,
        odu: Signal,
        ends: [usize; 2],
    ) -> Result<Client, FileError> {
        use crate::wrap::kind::Mapping as Words;
        let usual = kind.mapping(odu, None);
        let (_, usual) = usual
            .or_else(|error| self.notes.error(entry.odu.referenced, format!("odu: {error}")))?;
        let all = [("amp", Words::Amp), ("bmp", Words::Bmp), ("gmp", Words::Gmp)];
        let asked = match &entry.mapping {
            None => usual,
            Some(text) => self.word("mapping", text, &all)?,
        };
        let mapped = kind.mapping(odu, Some(asked)).ok().filter(|(_, mapping)| *mapping == asked);
        let Some((payload_type, mapping)) = mapped else {
            let fits = |(_, mapping): &&(&str, Words)| {
                kind.mapping(odu, Some(*mapping)).is_ok_and(|(_, made)| made == *mapping)
            };
            let valid: Vec<&str> = all.iter().filter(fits).map(|(word, _)| *word).collect();
            let text = entry.mapping.as_ref().unwrap_or(&entry.client);
            let what = format!(
                "mapping: found `{}`, expected {} for a client `{}` in an {odu}",
                text.value,
                valid.join(" or "),
                kind.name
            );
            return self.notes.error(text.referenced, what);
        };
        let timing_bits = GmpClient::from_name(kind.name).map_or(u8::BITS, |c| c.timing_bits());
        let (rate, carries) = match kind.nature {
            Nature::Ethernet(pcs, rate) => (rate, Carries::Ethernet(sublayer(pcs))),
            Nature::Bits(rate) => (rate, Carries::Pattern(replacement(kind))),
            _ => return self.notes.error(entry.client.referenced, "client: no constant bit rate"),
        };
        Ok(Client::Constant(ConstantRate {
            name: kind.name,
            carries,
            rate,
            mapping: match mapping {
                Words::Amp => Mapping::Amp,
                Words::Bmp => Mapping::Bmp,
                Words::Gmp => Mapping::Gmp { timing_bits },
            },
            payload_type,
            clocks: self.client_clocks(entry, kind, ends)?,
        }))
    }

    /// The clocks of the client by end.
    fn client_clocks(
        &self,
        entry: &ServiceEntry,
        kind: Kind,
        ends: [usize; 2],
    ) -> Result<[PartsPerBillion; 2], FileError> {
        let mut clocks = [PartsPerBillion::default(); 2];
        let of_client = ReplacedClient::from_name(kind.name).and_then(|client| client.tolerance);
        let tolerance = of_client.unwrap_or(kind.tolerance());
        for (node, text) in &entry.client_clock {
            let names = self.names_of(ends);
            let end = self.notes.end_of("client-clock", node, text.referenced, names)?;
            let clock = self.notes.unit("client-clock", text, units::frequency_offset)?;
            if clock.get().abs() > tolerance.get() {
                let what = format!(
                    "client-clock: found `{}`, expected at most {} ppm either way, the tolerance of a client `{}`",
                    text.value,
                    f64::from(tolerance.get()) / 1_000.0,
                    kind.name
                );
                return self.notes.error(text.referenced, what);
            }
            clocks[end] = clock;
        }
        Ok(clocks)
    }
}

const fn sublayer(pcs: Pcs) -> Sublayer {
    match pcs {
        Pcs::Gigabit => Sublayer::Gigabit,
        Pcs::TenGig => Sublayer::TenGig,
        Pcs::FortyGig => Sublayer::FortyGig,
        Pcs::HundredGig => Sublayer::HundredGig,
    }
}

/// What replaces the bits of a client that has failed; one without a signal of its own has generic-AIS.
fn replacement(kind: Kind) -> Replacement {
    ReplacedClient::from_name(kind.name).map_or(Replacement::GenericAis, |known| known.replacement)
}
