//! What the OPU overhead says, in words: PSI, JC1 to JC6, NJO, OMFI.
//!
//! Clauses: G.709 15.9.2.1 and 19.4 (PSI, MSI, OMFI), 17.2 (AMP), 17.7 and Annex D (GMP). In: the OPU
//! overhead of a frame and its payload type. Out: meanings. What the octets mean depends on the payload
//! type; where that is not known, or says both, AMP and GMP are shown.

use otn_frame::Signal;
use otn_frame::layout::{
    Bits, CSF, Field, JC1, JC2, JC3, JC4, JC5, JC6, MSI_TYPE, NJO, PSI_CSF, PSI_MSI, PSI_PT,
};
use otn_frame::overhead::PayloadType;
use otn_map::cbr::Justification;
use otn_map::gmp::layout::INVERSIONS;
use otn_map::gmp::{CountOverhead, TimingOverhead};
use otn_map::odtu::{Odtu, SlotUse, Slots};

use super::{FrameContext, Meaning, Subject, reserved};

/// Requirement of CBR justification.
pub(super) const CBR: &str = "g709:17.2-jc-codes";

/// How a payload is mapped, as far as JC is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mapping {
    /// A constant bit rate client, asynchronous.
    Amp,
    /// A constant bit rate client, bit-synchronous: JC and NJO never say anything.
    Bmp,
    /// The generic mapping procedure.
    Gmp,
    /// No justification: JC and NJO are reserved.
    None,
    /// An ODU multiplex by AMP.
    MultiplexAmp,
    /// An ODU multiplex by AMP or GMP, slot by slot.
    Multiplex,
    /// Not known.
    Unknown,
}

impl Mapping {
    const fn of(payload_type: Option<PayloadType>) -> Self {
        let Some(PayloadType(code)) = payload_type else { return Self::Unknown };
        match code {
            0x02 => Self::Amp,
            0x03 | 0x0E | 0x0F | 0x12..=0x14 | 0x18 | 0x19 | 0x1C => Self::Bmp,
            0x05 | 0x09 | 0xFD | 0xFE => Self::None,
            0x07 | 0x0A..=0x0D | 0x15..=0x17 | 0x1A | 0x1B => Self::Gmp,
            0x20 => Self::MultiplexAmp,
            0x21 => Self::Multiplex,
            _ => Self::Unknown,
        }
    }

    const fn amp(self) -> bool {
        matches!(self, Self::Amp | Self::MultiplexAmp | Self::Multiplex | Self::Unknown)
    }

    const fn gmp(self) -> bool {
        matches!(self, Self::Gmp | Self::Multiplex | Self::Unknown)
    }

    const fn multiplexed(self) -> bool {
        matches!(self, Self::MultiplexAmp | Self::Multiplex)
    }
}

/// What a JC octet says.
pub(super) fn justification(subject: &Subject<'_>, field: Field) -> (Meaning, &'static str) {
    let mapping = Mapping::of(subject.context.payload_type);
    let octet = subject.octet(field);
    let counts = [JC1, JC2, JC3].contains(&field);
    let gmp = || if counts { count(subject, field) } else { timing(subject, field) };
    let (mut meaning, id) = match (mapping.amp() && counts, mapping.gmp()) {
        (true, true) => {
            let (amp, gmp) = (amp(subject, field, mapping), gmp());
            let text = format!("AMP: {}; GMP: {}", amp.text, gmp.text);
            // One of the two does not hold: neither is a reason to look.
            (Meaning::fine(text), "g709:d.3-jc1-jc2")
        }
        (true, false) => {
            let id = if mapping == Mapping::MultiplexAmp { "g709:19.4-odtujk-jc" } else { CBR };
            (amp(subject, field, mapping), id)
        }
        (false, true) => {
            let id = if counts { "g709:d.3-jc1-jc2" } else { "g709:d.4-jc4-jc6" };
            let meaning = gmp();
            (Meaning::new(meaning.text, meaning.attention && mapping == Mapping::Gmp), id)
        }
        (false, false) => (reserved(&[octet]), super::POSITIONS),
    };
    if let Some(slot) = slot(subject.context, subject.mfas, subject.octet(NJO))
        && mapping.multiplexed()
        && [JC1, JC4].contains(&field)
    {
        meaning.text = format!("slot {slot}: {}", meaning.text);
    }
    (meaning, id)
}

/// The code of one JC octet by AMP, beside what two of three say.
fn amp(subject: &Subject<'_>, field: Field, mapping: Mapping) -> Meaning {
    let code = JC.get(subject.octet(field));
    let text = match (mapping, code) {
        (Mapping::Amp, 2) => "10, not sent, read as no justification",
        (_, 0) => "00, no justification",
        (_, 1) => "01, negative: NJO is data",
        //= g709:19.4-odtujk-jc
        (_, 2) => "10, double positive",
        (_, _) => "11, positive",
    };
    let voted = Justification::vote([JC1, JC2, JC3].map(|f| subject.octet(f)));
    let own = Justification::vote([subject.octet(field); 3]);
    if mapping == Mapping::Amp && own != voted {
        return Meaning::look(format!("{text}; outvoted by the other two"));
    }
    Meaning::fine(text)
}

/// Code of a JC octet by AMP.
const JC: Bits = Bits { name: "JC", first: 7, last: 8 };
/// Lowest and highest C bit of JC2, and the indicators.
const C9_TO_C14: Bits = Bits { name: "C", first: 1, last: 6 };
const INCREMENT: Bits = Bits { name: "II", first: 7, last: 7 };
const DECREMENT: Bits = Bits { name: "DI", first: 8, last: 8 };
/// Data or check bits of JC4 to JC6, and the reserved ones before them.
const LOW_FIVE: Bits = Bits { name: "D", first: 4, last: 8 };
const HIGH_THREE: Bits = Bits { name: "RES", first: 1, last: 3 };

/// JC1, JC2 or JC3 by GMP.
fn count(subject: &Subject<'_>, field: Field) -> Meaning {
    let octet = subject.octet(field);
    let (overhead, good) = CountOverhead::read([JC1, JC2, JC3].map(|f| subject.octet(f)));
    match field {
        JC1 => Meaning::fine(format!("C1-C8 {octet:08b}; {}", count_in_words(overhead))),
        JC2 => {
            let (c, up, down) = (C9_TO_C14.get(octet), INCREMENT.get(octet), DECREMENT.get(octet));
            Meaning::fine(format!("C9-C14 {c:06b}, II {up}, DI {down}"))
        }
        _ if good => Meaning::fine("CRC-8 good"),
        _ => Meaning::look(format!("CRC-8 bad, expected {:02X}", overhead.octets()[2])),
    }
}

/// What the next frame's count is, as far as one frame alone tells.
fn count_in_words(overhead: CountOverhead) -> String {
    let sent = overhead.c.get();
    match (overhead.increment, overhead.decrement) {
        (false, false) => format!("Cm {sent}, no change"),
        (true, true) => format!("Cm {sent}, new value"),
        (up, down) => {
            let fits = INVERSIONS.iter().filter(|(_, _, u, d)| (*u, *d) == (up, down));
            let change = |&(by, mask, ..): &(i16, u16, bool, bool)| {
                let before = i32::from(sent ^ mask);
                format!("{by:+} to {}", before + i32::from(by))
            };
            format!("Cm {}", fits.map(change).collect::<Vec<String>>().join(" or "))
        }
    }
}

/// JC4, JC5 or JC6 by GMP.
fn timing(subject: &Subject<'_>, field: Field) -> Meaning {
    let octet = subject.octet(field);
    let jc456 = [JC4, JC5, JC6].map(|f| subject.octet(f));
    let bits = LOW_FIVE.get(octet);
    let mut meaning = match (field, TimingOverhead::read(jc456)) {
        (JC4, Some(sum)) => Meaning::fine(format!("D1-D5 {bits:05b}; sum CnD {}", sum.get())),
        (JC4, None) => Meaning::fine(format!("D1-D5 {bits:05b}")),
        (JC5, _) => Meaning::fine(format!("D6-D10 {bits:05b}")),
        (_, Some(_)) => Meaning::fine("CRC-5 good"),
        (_, None) => Meaning::look("CRC-5 bad"),
    };
    if HIGH_THREE.get(octet) != 0 {
        meaning = Meaning::look(meaning.text + "; bits 1-3 reserved, and not zero");
    }
    meaning
}

/// What NJO says, or OMFI in its place.
pub(super) fn njo(subject: &Subject<'_>, octet: u8) -> (Meaning, &'static str) {
    let mapping = Mapping::of(subject.context.payload_type);
    let of_opu4 = subject.context.signal.map(Signal::odu) == Some(Signal::Odu4);
    match mapping {
        Mapping::Multiplex if of_opu4 => (omfi(octet), "g709:19.4-omfi"),
        Mapping::Amp | Mapping::MultiplexAmp => {
            let voted = Justification::vote([JC1, JC2, JC3].map(|f| subject.octet(f)));
            let data = voted == Justification::Negative;
            let text = if data { "a client octet" } else { "stuff" };
            let id = if mapping == Mapping::Amp { CBR } else { "g709:19.4-odtujk-jc" };
            (Meaning::new(text, !data && octet != 0), id)
        }
        Mapping::Multiplex | Mapping::Unknown => {
            (Meaning::fine("NJO, OMFI or reserved, by mapping"), super::POSITIONS)
        }
        Mapping::Bmp | Mapping::Gmp | Mapping::None => (reserved(&[octet]), super::POSITIONS),
    }
}

/// What PJO says, where the mapping has one.
pub(super) fn pjo(subject: &Subject<'_>) -> Option<Meaning> {
    let amp = Mapping::of(subject.context.payload_type) == Mapping::Amp;
    let voted = Justification::vote([JC1, JC2, JC3].map(|f| subject.octet(f)));
    let text = if voted == Justification::Positive { "stuff" } else { "a client octet" };
    amp.then(|| Meaning::fine(text))
}

/// Highest OMFI of an OPU4.
const OMFI_LAST: u8 = Slots::Opu4.count() as u8 - 1;

//= g709:19.4-omfi
fn omfi(octet: u8) -> Meaning {
    match octet {
        0..=OMFI_LAST => Meaning::fine(format!("OMFI: frame {octet} of 80")),
        _ => Meaning::look(format!("OMFI {octet}: expected 0 to {OMFI_LAST}")),
    }
}

/// The tributary slots of the OPU, where its payload type says that it has some.
//= g709:19.4-tsoh-slot
fn slots(context: &FrameContext) -> Option<Slots> {
    Slots::of(context.signal?, context.payload_type?)
}

/// The tributary slot whose overhead this frame carries, from 1.
fn slot(context: &FrameContext, mfas: u8, omfi: u8) -> Option<u8> {
    let slots = slots(context)?;
    let count = slots.count() as u8;
    let turn = if slots == Slots::Opu4 { omfi } else { mfas % count };
    (turn < count).then_some(turn + 1)
}

/// What a PSI octet says.
pub(super) fn psi(context: &FrameContext, mfas: u8, octet: u8) -> (Meaning, &'static str) {
    let multiplexed = Mapping::of(context.payload_type).multiplexed();
    match mfas {
        PSI_PT => {
            let described = super::described(PayloadType(octet));
            let moved = context.payload_type.is_some_and(|known| known.0 != octet);
            let text = format!("PSI[0], payload type {described}");
            (Meaning::new(text, moved), "g709:15.9.2.1.1-payload-type")
        }
        // The rest of the octet is reserved.
        PSI_CSF if context.payload_type.is_some() && !multiplexed => {
            let failed = CSF.get(octet) == 1;
            let rest = CSF.set(octet, 0) != 0;
            let text = if failed { "PSI[2], client signal fail" } else { "PSI[2], client is fine" };
            let tail = if rest { "; bits 2-8 reserved, and not zero" } else { "" };
            (Meaning::new(format!("{text}{tail}"), failed || rest), "g709:17.1-csf")
        }
        _ => {
            let described = msi(context, mfas, octet);
            let meaning = described.unwrap_or_else(|| {
                let known = context.payload_type.is_some();
                let text = if known { ", reserved" } else { "" };
                let set = known && octet != 0;
                let tail = if set { ", and not zero" } else { "" };
                Meaning::new(format!("PSI[{mfas}]{text}{tail}"), set)
            });
            (meaning, if multiplexed { "g709:19.4-msi" } else { "g709:15.9.2.1-psi" })
        }
    }
}

/// What a slot of a multiplex carries.
//= g709:19.4-msi
fn msi(context: &FrameContext, mfas: u8, octet: u8) -> Option<Meaning> {
    let slots = slots(context)?;
    let slot = mfas.checked_sub(PSI_MSI)?;
    if usize::from(slot) >= slots.count() {
        return None;
    }
    let k = slots.odu().name().trim_start_matches("ODU");
    let (carries, attention) = match SlotUse::read(slots, octet) {
        SlotUse::Unallocated => ("unallocated".to_string(), false),
        SlotUse::Part(_, port) if slots == Slots::Opu4 => (format!("port {port}"), false),
        SlotUse::Part(Odtu::Ts, port) => (format!("ODTU{k}.ts, port {port}"), false),
        SlotUse::Part(kind, port) => (format!("{}, port {port}", kind.name(slots, 1)), false),
        SlotUse::Reserved(octet) => (format!("type {:02b}, reserved", MSI_TYPE.get(octet)), true),
    };
    Some(Meaning::new(format!("PSI[{mfas}], MSI of slot {}: {carries}", slot + 1), attention))
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OduFrame;

    fn context(signal: Signal, payload_type: u8) -> FrameContext {
        let payload_type = Some(PayloadType(payload_type));
        FrameContext { signal: Some(signal), payload_type, ..FrameContext::default() }
    }

    /// Conformance cases 23 to 25, and the occupation bit of OPU4.
    //= type=test g709:19.4-msi
    #[test]
    fn msi_codes_are_those_of_the_fact_sheet() {
        let rows = [
            (Signal::Otu1, 0x20, 2, 0xC0, "slot 1: ODTU01, port 1"),
            (Signal::Otu1, 0x20, 3, 0xC1, "slot 2: ODTU01, port 2"),
            (Signal::Otu1, 0x20, 3, 0x01, "slot 2: type 00, reserved"),
            (Signal::Odu2, 0x20, 5, 0x03, "slot 4: ODTU12, port 4"),
            (Signal::Odu2, 0x21, 9, 0xC0, "slot 8: unallocated"),
            (Signal::Odu2, 0x21, 2, 0x80, "slot 1: ODTU2.ts, port 1"),
            (Signal::Odu3, 0x21, 33, 0x5F, "slot 32: ODTU23, port 32"),
            (Signal::Odu3, 0x21, 2, 0x00, "slot 1: ODTU13, port 1"),
            (Signal::Odu3, 0x21, 4, 0x82, "slot 3: ODTU3.ts, port 3"),
            (Signal::Odu3, 0x20, 4, 0x82, "slot 3: type 10, reserved"),
            (Signal::Otu4, 0x21, 2, 0x00, "slot 1: unallocated"),
            (Signal::Otu4, 0x21, 81, 0xCF, "slot 80: port 80"),
        ];
        for (signal, payload_type, mfas, octet, words) in rows {
            let meaning = msi(&context(signal, payload_type), mfas, octet).unwrap();
            assert!(meaning.text.ends_with(words), "{}", meaning.text);
            assert_eq!(meaning.attention, words.ends_with("reserved"));
        }
        assert_eq!(msi(&context(Signal::Odu2, 0x20), 6, 0), None);
        assert_eq!(msi(&context(Signal::Odu0, 0x20), 2, 0), None);
    }

    /// Conformance case 28: MFAS 25 modulo 32 of an OPU3 carries the overhead of slot 26.
    //= type=test g709:19.4-tsoh-slot
    //= type=test g709:19.4-omfi
    #[test]
    fn the_slot_of_the_overhead_follows_mfas_or_omfi() {
        for turn in 0..8 {
            let mfas = 32 * turn + 25;
            assert_eq!(slot(&context(Signal::Odu3, 0x21), mfas, 0), Some(26));
        }
        assert_eq!(slot(&context(Signal::Otu1, 0x20), 255, 0), Some(2));
        assert_eq!(slot(&context(Signal::Odu2, 0x20), 6, 0), Some(3));
        assert_eq!(slot(&context(Signal::Odu2, 0x21), 6, 0), Some(7));
        assert_eq!(slot(&context(Signal::Odu4, 0x21), 3, 79), Some(80));
        assert_eq!(slot(&context(Signal::Odu4, 0x21), 3, 80), None);
        assert!(omfi(80).attention && !omfi(79).attention);
    }

    fn meanings(payload_type: Option<u8>, jc: [u8; 6]) -> [Meaning; 6] {
        let mut frame = OduFrame::zeroed();
        let fields = [JC1, JC2, JC3, JC4, JC5, JC6];
        for (field, octet) in fields.into_iter().zip(jc) {
            frame.set_octet(field, octet);
        }
        let payload_type = payload_type.map(PayloadType);
        let context = FrameContext { payload_type, ..FrameContext::default() };
        let subject = Subject::new(&frame, &context);
        fields.map(|field| justification(&subject, field).0)
    }

    /// Worked example of the fact sheet: Cm 188 is 02 F0 26; 14406 after 14405 inverts odd bits.
    #[test]
    fn gmp_octets_tell_count_change_and_checks() {
        let steady = meanings(Some(0x07), [0x02, 0xF0, 0x26, 0x00, 0x0C, 0x00]);
        assert_eq!(steady[0].text, "C1-C8 00000010; Cm 188, no change");
        assert_eq!(steady[1].text, "C9-C14 111100, II 0, DI 0");
        assert_eq!(steady[2], Meaning::fine("CRC-8 good"));
        assert_eq!(steady[4].text, "D6-D10 01100");
        assert!(steady[5].attention, "the CRC-5 of 12 is not 0");
        let bad = meanings(Some(0x07), [0x02, 0xF0, 0x27, 0x20, 0x00, 0x00]);
        assert_eq!(bad[2], Meaning::look("CRC-8 bad, expected 26"));
        assert!(bad[3].attention && bad[3].text.contains("reserved"));
        let [jc1, jc2] = ((14_405u16 ^ 0x2AAA) * 4 + 2).to_be_bytes();
        let up = meanings(Some(0x07), [jc1, jc2, 0, 0, 0, 0]);
        assert!(up[0].text.contains("+1 to 14406 or +2 to "), "{}", up[0].text);
    }

    #[test]
    fn amp_octets_tell_the_code_and_who_was_outvoted() {
        let [jc1, jc2, jc3, jc4, ..] = meanings(Some(0x02), [1, 1, 0, 0, 0, 0]);
        assert_eq!([&jc1, &jc2].map(|m| m.text.as_str()), ["01, negative: NJO is data"; 2]);
        assert_eq!(jc3, Meaning::look("00, no justification; outvoted by the other two"));
        assert_eq!(jc4, Meaning::fine("reserved"));
        let [jc1, ..] = meanings(Some(0x02), [2, 2, 2, 0, 0, 0]);
        assert!(jc1.text.contains("not sent"));
    }

    /// Table of the fact sheet, section 8.1.
    //= type=test g709:19.4-odtujk-jc
    #[test]
    fn multiplexed_amp_has_four_codes() {
        let words = ["no justification", "negative", "double positive", "positive"];
        for (code, word) in (0u8..).zip(words) {
            let [jc1, ..] = meanings(Some(0x20), [code, code, code, 0, 0, 0]);
            assert!(jc1.text.contains(word), "{}", jc1.text);
        }
    }

    #[test]
    fn the_njo_is_data_where_two_jc_octets_say_so() {
        for payload_type in [0x02, 0x20] {
            for (jc, data) in [([1, 1, 0], true), ([0, 1, 0], false), ([3, 3, 3], false)] {
                let mut frame = OduFrame::zeroed();
                for (field, octet) in [JC1, JC2, JC3].into_iter().zip(jc) {
                    frame.set_octet(field, octet);
                }
                let context = context(Signal::Odu2, payload_type);
                let meaning = njo(&Subject::new(&frame, &context), 0x5A).0;
                assert_eq!(meaning.text == "a client octet", data);
                assert_eq!(meaning.attention, !data, "stuff is zero");
            }
        }
    }

    #[test]
    fn both_are_shown_where_the_payload_type_does_not_tell_and_none_where_it_does() {
        let [jc1, ..] = meanings(None, [0x02, 0xF0, 0x26, 0, 0, 0]);
        assert!(jc1.text.contains("AMP: 10") && jc1.text.contains("GMP: C1-C8"), "{}", jc1.text);
        let [jc1, jc2, ..] = meanings(Some(0x05), [0x02, 0, 0, 0, 0, 0]);
        assert_eq!(jc1, Meaning::look("reserved, and not zero"));
        assert_eq!(jc2, Meaning::fine("reserved"));
    }

    #[test]
    fn psi_octets_follow_the_multiframe() {
        let gfp = context(Signal::Otu2, 0x05);
        let text = |context: &FrameContext, mfas, octet| psi(context, mfas, octet).0;
        assert_eq!(text(&gfp, 0, 5), Meaning::fine("PSI[0], payload type 05 (GFP mapping)"));
        assert!(text(&gfp, 0, 0x20).attention, "not the payload type that is accepted");
        assert_eq!(text(&gfp, 2, 0x80), Meaning::look("PSI[2], client signal fail"));
        assert!(text(&gfp, 2, 0x01).text.contains("reserved"));
        assert_eq!(text(&gfp, 7, 0), Meaning::fine("PSI[7], reserved"));
        assert!(text(&gfp, 7, 1).attention);
        assert_eq!(text(&FrameContext::default(), 7, 1), Meaning::fine("PSI[7]"));
    }
}
