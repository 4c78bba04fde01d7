//! What the monitoring octets say, in words.
//!
//! Clauses: G.709 15.7.2.1 (SM), 15.8.2.1 (PM), 15.8.2.2 (TCM), 15.8.2 (delay, APS). In: a value of a
//! part of SM, PM or TCM. Out: its meaning, and the requirement behind it.

use otn_frame::Tti;
use otn_frame::layout::{DM_PATH, DM_RES, DM_TCM, Field, MON_STATUS, PM, SM, STAT};
use otn_frame::overhead::{BeiBiae, ErrorCount, PathStatus, TandemStatus, TcmLevel};
use otn_frame::tti::{API_CHARS, OPERATOR_OCTETS, TTI_OCTETS};

use super::{Meaning, Subject, first};
use crate::places::Place;
use crate::vectors::maintenance::{AIS, LCK, OCI};

/// Requirement of the delay measurement bits.
pub(super) const DELAY: &str = "g709:15.8.2-delay-bits";
/// Requirement of the APS channel.
pub(super) const APS: &str = "g709:15.8.2-aps-channel";

/// Requirements of TTI, BIP-8, BEI, BDI and the last bits of a monitoring field.
struct Ids {
    bip8: &'static str,
    bei: &'static str,
    status: &'static str,
}

const SM_IDS: Ids = Ids {
    bip8: "g709:15.7.2.1.2-sm-bip8",
    bei: "g709:15.7.2.1.4-bei-biae",
    status: "g709:15.7.2.1-sm-octet-3",
};
const PM_IDS: Ids = Ids {
    bip8: "g709:15.8.2.1.2-pm-bip8",
    bei: "g709:15.8.2.1.4-pm-bei",
    status: "g709:15.8.2.1.5-pm-stat",
};
const TCM_IDS: Ids = Ids {
    bip8: "g709:15.8.2.2-tcm-bip8",
    bei: "g709:15.8.2.2-tcm-bei-biae",
    status: "g709:15.8.2.2-tcm-stat",
};

/// What a part of a monitoring field says.
pub(super) fn meaning(
    subject: &Subject<'_>,
    field: Field,
    part: &Place,
) -> (Meaning, &'static str) {
    let value = part.value_in(&subject.overhead).unwrap_or_default();
    let ids = match field {
        SM => SM_IDS,
        PM => PM_IDS,
        _ => TCM_IDS,
    };
    let (_, name) = part.name.split_once('.').unwrap_or_default();
    match name {
        "TTI" => (Meaning::fine(tti(subject.mfas, value)), "g709:15.7.2.1.1-tti-phase"),
        "BIP8" => (bip8(subject, field, value), ids.bip8),
        "BEI" => (if field == PM { pm_bei(value) } else { bei_biae(value) }, ids.bei),
        "BDI" => (bdi(value), "g709:15.7.2.1.3-bdi-backward"),
        "IAE" if value == 0 => (Meaning::fine("no incoming alignment error"), ids.status),
        "IAE" => (Meaning::look("incoming alignment error"), ids.status),
        "STAT" if field == PM => (pm_stat(value), ids.status),
        "STAT" => (tcm_stat(value), ids.status),
        _ => (super::reserved(&[value]), ids.status),
    }
}

/// Which octet of the TTI this is.
fn tti(mfas: u8, value: u8) -> String {
    let at = usize::from(mfas) % TTI_OCTETS;
    // A TTI whose octets are their own numbers tells where each part lies.
    let numbers = Tti::from_octets(core::array::from_fn(|n| n as u8));
    let starts = [numbers.sapi(), numbers.dapi(), numbers.operator()].map(|part| first(part.0));
    let parts = [("SAPI", API_CHARS), ("DAPI", API_CHARS), ("operator", OPERATOR_OCTETS)];
    let part = parts.iter().zip(starts).find(|((_, count), start)| {
        (usize::from(*start)..usize::from(*start) + count).contains(&at)
    });
    let shown = if value == 0 { "NUL".to_string() } else { value.escape_ascii().to_string() };
    match part {
        Some(((name, _), _)) => format!("TTI octet {at} ({name}): {shown}"),
        None => format!("TTI octet {at}, always NUL: {shown}"),
    }
}

/// BIP-8 against the frame two before, where that is known. A TCM level that is not in use has none.
//= g709:15.8.2.2-tcm-bip8
fn bip8(subject: &Subject<'_>, field: Field, value: u8) -> Meaning {
    let status = subject.overhead.field(field)[MON_STATUS];
    let used = field == SM || field == PM || TandemStatus::from_code(STAT.get(status)).is_in_use();
    match subject.context.bip8_due.filter(|_| used) {
        Some(due) => {
            let received = otn_frame::bip::Bip8::from_octet(value);
            match due.violations(received) {
                0 => Meaning::fine("right, over the frame two before"),
                n => Meaning::look(format!("{}: {due} is over the frame two before", counted(n))),
            }
        }
        None => Meaning::fine("over the frame two before"),
    }
}

fn violations(count: u8) -> Meaning {
    match count {
        0 => Meaning::fine("no violation at the far end"),
        n => Meaning::look(format!("{} at the far end", counted(n))),
    }
}

fn counted(violations: u8) -> String {
    format!("{violations} violation{}", if violations == 1 { "" } else { "s" })
}

/// Name and fill of the maintenance signal that STAT of PM tells.
pub(super) const fn maintenance(stat: PathStatus) -> Option<(&'static str, u8)> {
    match stat {
        PathStatus::Ais => Some(("ODU-AIS", AIS)),
        PathStatus::Oci => Some(("ODU-OCI", OCI)),
        PathStatus::Lck => Some(("ODU-LCK", LCK)),
        PathStatus::Normal | PathStatus::Other(_) => None,
    }
}

//= g709:15.8.2.2-tcm-bei-biae
fn bei_biae(code: u8) -> Meaning {
    match BeiBiae::from_code(code) {
        BeiBiae::Errors(count) => violations(count.get()),
        BeiBiae::Biae => Meaning::look("BIAE: alignment error at the far end"),
        BeiBiae::Other(code) => Meaning::look(format!("{code}: no meaning, read as none")),
    }
}

fn pm_bei(code: u8) -> Meaning {
    match ErrorCount::new(code) {
        Some(count) => violations(count.get()),
        None => Meaning::look(format!("{code}: no meaning, read as none")),
    }
}

fn bdi(value: u8) -> Meaning {
    match value {
        0 => Meaning::fine("no defect at the far end"),
        _ => Meaning::look("the far end has a defect"),
    }
}

fn pm_stat(code: u8) -> Meaning {
    match PathStatus::from_code(code) {
        PathStatus::Normal => Meaning::fine("normal path signal"),
        PathStatus::Lck => Meaning::look("maintenance signal ODU-LCK"),
        PathStatus::Oci => Meaning::look("maintenance signal ODU-OCI"),
        PathStatus::Ais => Meaning::look("maintenance signal ODU-AIS"),
        PathStatus::Other(_) => Meaning::look("reserved code"),
    }
}

//= g709:15.8.2.2-tcm-stat
fn tcm_stat(code: u8) -> Meaning {
    match TandemStatus::from_code(code) {
        TandemStatus::NoSource => Meaning::fine("no source TC: not in use"),
        TandemStatus::InUse => Meaning::fine("in use without IAE"),
        TandemStatus::InUseIae => Meaning::look("in use with IAE"),
        TandemStatus::Lck => Meaning::look("maintenance signal ODU-LCK"),
        TandemStatus::Oci => Meaning::look("maintenance signal ODU-OCI"),
        TandemStatus::Ais => Meaning::look("maintenance signal ODU-AIS"),
        TandemStatus::Other(_) => Meaning::look("reserved code"),
    }
}

/// The delay measurement bits.
pub(super) fn delay(octets: &[u8]) -> Meaning {
    let octet = first(octets);
    let (tcm, path) = (DM_TCM.get(octet), DM_PATH.get(octet));
    let text = format!("delay: DMp {path}, DMt1-6 {tcm:06b}");
    match DM_RES.get(octet) {
        0 => Meaning::fine(text),
        _ => Meaning::look(text + "; bit 8 reserved, and not zero"),
    }
}

/// Whose APS/PCC channel a frame carries.
//= g709:15.8.2-aps-channel
pub(super) fn aps_channel(mfas: u8) -> String {
    let channel = otn_frame::overhead::aps_channel(mfas);
    match (channel, TcmLevel::new(channel)) {
        (0, _) => "the ODU path".to_string(),
        (level, Some(_)) => format!("TCM{level}"),
        (_, None) => "the server layer trail".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table of the fact sheet, section 2.3.
    //= type=test g709:15.8.2.2-tcm-stat
    //= type=test g709:15.8.2.2-tcm-bei-biae
    #[test]
    fn tcm_codes_are_those_of_the_fact_sheet() {
        let words = ["no source TC", "without IAE", "with IAE", "reserved", "reserved", "ODU-LCK"];
        let words = words.into_iter().chain(["ODU-OCI", "ODU-AIS"]);
        for (code, word) in (0..8).zip(words) {
            let meaning = tcm_stat(code);
            assert!(meaning.text.contains(word), "{code}: {}", meaning.text);
            assert_eq!(meaning.attention, code > 1);
        }
        for code in 0..16u8 {
            let text = bei_biae(code).text;
            let word = match code {
                0 => "no violation".to_string(),
                1 => "1 violation at".to_string(),
                2..=8 => format!("{code} violations"),
                11 => "BIAE".to_string(),
                _ => "no meaning".to_string(),
            };
            assert!(text.contains(&word), "{code}: {text}");
        }
        assert!(pm_bei(11).text.contains("no meaning"), "PM has no BIAE");
    }

    /// Conformance case 13.
    //= type=test g709:15.8.2-aps-channel
    #[test]
    fn the_aps_channel_goes_round_in_eight_frames() {
        let names: Vec<String> = (0xF8..=0xFF).map(aps_channel).collect();
        let expected = ["the ODU path", "TCM1", "TCM2", "TCM3", "TCM4", "TCM5", "TCM6"];
        assert_eq!(names[..7], expected);
        assert_eq!(names[7], "the server layer trail");
    }

    //= type=test g709:15.8.2-delay-bits
    #[test]
    fn delay_bits_are_dmt_then_dmp_then_one_reserved() {
        assert_eq!(delay(&[0x82]), Meaning::fine("delay: DMp 1, DMt1-6 100000"));
        assert_eq!(delay(&[0x04]), Meaning::fine("delay: DMp 0, DMt1-6 000001"));
        assert!(delay(&[0x01]).attention);
    }

    #[test]
    fn tti_octets_are_named_by_their_part() {
        assert_eq!(tti(0x41, b'F'), "TTI octet 1 (SAPI): F");
        assert_eq!(tti(15, b'7'), "TTI octet 15 (SAPI): 7");
        assert_eq!(tti(16, 0), "TTI octet 16, always NUL: NUL");
        assert_eq!(tti(0x1F, 0xFF), "TTI octet 31 (DAPI): \\xff");
        assert_eq!(tti(32, b' '), "TTI octet 32 (operator):  ");
    }
}
