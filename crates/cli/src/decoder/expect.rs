//! What a user expects of a signal: traces, payload type, MSI, and how tandem connections act.
//!
//! Clauses: G.798 6.2.2 (dTIM), 6.2.4 (dPLM), 6.2.9 (dMSIM), G.806 6.2.4 (dUPM, dEXM). In:
//! `sm.sapi="A,B",pt=0x21`. Out: what sinks are told, and what the correlation of their defects is.

use std::fmt;
use std::str::FromStr;

use anyhow::{Result, anyhow};
use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{Signal, Tti};
use otn_map::odtu::Slots;
use otn_proc::monitor::{ExpectedTrace, Monitor, TimMode};
use otn_proc::performance::degrade::{DegradeConfig, DegradeError};
use otn_proc::place::Place;
use otn_proc::provision::{OduProvision, Provision, TCM_LEVELS};
use otn_proc::supervision::settings::{
    Mode, OduSettings, Settings, TandemSettings as Correlated, TrailSettings,
};
use otn_proc::tandem::{TandemMode, TandemSettings};

/// A text that says nothing that can be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotExpected {
    key: String,
    found: String,
    expected: &'static str,
}

impl fmt::Display for NotExpected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found `{}`, expected {}", self.key, self.found, self.expected)
    }
}

impl std::error::Error for NotExpected {}

/// What is set.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Item {
    Sapi(String),
    Dapi(String),
    TimAction(bool),
    LtcAction(bool),
    Mode(TandemMode),
    Degrade(u32, u8),
    PayloadType(PayloadType),
    Msi(Vec<u8>),
    Upi(u8),
    Exi(u8),
}

/// One key and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Expectation {
    /// Whose; section and path where nothing is said.
    monitor: Option<Monitor>,
    item: Item,
}

/// All that one argument says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectations(Vec<Expectation>);

impl Expectations {
    /// What several arguments say; of two that contradict each other the later one.
    pub fn of(arguments: &[Self]) -> Self {
        Self(arguments.iter().flat_map(|argument| argument.0.clone()).collect())
    }
}

const KEYS: &str = "sapi, dapi, tim-action, deg, pt, msi, upi, exi; also behind `sm.` or `pm.`; \
                    behind `tcm1.` to `tcm6.` sapi, dapi, tim-action, mode, ltc-action";
const CHARACTERS: &str = "up to 15 characters";
const SWITCH: &str = "on or off";
const MODES: &str = "operational, monitor or transparent";
const DEGRADE: &str =
    "DEGTHR/DEGM, errored blocks of a second and seconds from 2 to 10, such as 12304/7";
const OCTET: &str = "an octet in hexadecimal, such as 0x21";
const PAYLOAD: &str =
    "an octet in hexadecimal, such as 0x21, or gfp, amp, bmp, odtu-jk, odtu-ts, null or prbs";
const STRUCTURE: &str = "an octet for each tributary slot in hexadecimal, as decode prints them";

/// Parts between commas that are not in quotes.
fn parts(text: &str) -> Vec<&str> {
    let (mut quoted, mut from, mut parts) = (false, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

fn monitor(prefix: &str) -> Option<Monitor> {
    match prefix {
        "sm" => Some(Monitor::Section),
        "pm" => Some(Monitor::Path),
        _ => {
            let level = prefix.strip_prefix("tcm")?.parse().ok()?;
            TcmLevel::new(level).map(Monitor::Tandem)
        }
    }
}

fn octet(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("0x").or(text.strip_prefix("0X")).unwrap_or(text);
    u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))
}

fn octets(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
    let pair = |pair: &[char]| match pair {
        [high, low] => Some((high.to_digit(16)? * 16 + low.to_digit(16)?) as u8),
        _ => None,
    };
    let octets: Option<Vec<u8>> = digits.chunks(2).map(pair).collect();
    octets.filter(|octets| !octets.is_empty())
}

fn payload_type(text: &str) -> Option<PayloadType> {
    Some(match text.to_ascii_lowercase().as_str() {
        "gfp" | "gfp-f" => PayloadType::GFP,
        "amp" => PayloadType::AMP,
        "bmp" => PayloadType::BMP,
        "odtu-jk" => PayloadType::ODTU_JK,
        "odtu-ts" => PayloadType::ODTU_TS,
        "null" => PayloadType::NULL,
        "prbs" => PayloadType::PRBS,
        _ => PayloadType(octet(text)?),
    })
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

fn degrade(text: &str) -> Option<(u32, u8)> {
    let (threshold, seconds) = text.split_once('/')?;
    let (threshold, seconds) = (threshold.trim().parse().ok()?, seconds.trim().parse().ok()?);
    let in_range = DegradeConfig::MIN_SECONDS..=DegradeConfig::MAX_SECONDS;
    (threshold > 0 && in_range.contains(&seconds)).then_some((threshold, seconds))
}

/// What the value of a key says; `None` for a key that this monitor does not have, or nobody.
fn item(monitor: Option<Monitor>, key: &str, value: &str) -> Option<Result<Item, &'static str>> {
    let tandem = matches!(monitor, Some(Monitor::Tandem(_)));
    let path = matches!(monitor, None | Some(Monitor::Path));
    let trace = || Tti::new(value, "", "").is_ok().then(|| value.to_string());
    Some(match key {
        "sapi" => trace().map(Item::Sapi).ok_or(CHARACTERS),
        "dapi" => trace().map(Item::Dapi).ok_or(CHARACTERS),
        "tim-action" => switch(value).map(Item::TimAction).ok_or(SWITCH),
        "ltc-action" if tandem || monitor.is_none() => {
            switch(value).map(Item::LtcAction).ok_or(SWITCH)
        }
        "mode" if tandem => match value {
            "operational" => Ok(Item::Mode(TandemMode::Operational)),
            "monitor" => Ok(Item::Mode(TandemMode::Monitor)),
            "transparent" => Ok(Item::Mode(TandemMode::Transparent)),
            _ => Err(MODES),
        },
        "deg" if !tandem => degrade(value).map(|(t, s)| Item::Degrade(t, s)).ok_or(DEGRADE),
        "pt" if path => payload_type(value).map(Item::PayloadType).ok_or(PAYLOAD),
        "msi" if path => octets(value).map(Item::Msi).ok_or(STRUCTURE),
        "upi" if path => octet(value).map(Item::Upi).ok_or(OCTET),
        "exi" if path => octet(value).map(Item::Exi).ok_or(OCTET),
        _ => return None,
    })
}

impl FromStr for Expectations {
    type Err = NotExpected;

    fn from_str(text: &str) -> Result<Self, NotExpected> {
        let one = |part: &str| {
            let refuse = |key: &str, found: &str, expected| NotExpected {
                key: key.to_string(),
                found: found.to_string(),
                expected,
            };
            let (name, value) =
                part.split_once('=').ok_or_else(|| refuse("key", part, "KEY=VALUE"))?;
            let name = name.trim();
            let value = value.trim();
            let inside = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
            let value = inside.unwrap_or(value);
            let (prefix, key) = match name.split_once('.') {
                Some((prefix, key)) => (Some(prefix), key),
                None => (None, name),
            };
            let monitor = match prefix {
                None => None,
                Some(prefix) => Some(monitor(prefix).ok_or_else(|| refuse("key", name, KEYS))?),
            };
            let item = item(monitor, key, value).ok_or_else(|| refuse("key", name, KEYS))?;
            let item = item.map_err(|expected| refuse(name, value, expected))?;
            Ok(Expectation { monitor, item })
        };
        parts(text).into_iter().map(one).collect::<Result<_, _>>().map(Self)
    }
}

/// What is expected of one trail.
#[derive(Clone, Debug, Default)]
struct Trail {
    sapi: Option<String>,
    dapi: Option<String>,
    tim_action: bool,
    ltc_action: bool,
    mode: TandemMode,
    /// Something was said about it.
    named: bool,
    degrade: Option<(u32, u8)>,
}

impl Trail {
    fn set(&mut self, item: &Item) {
        self.named = true;
        match item {
            Item::Sapi(name) => self.sapi = Some(name.clone()),
            Item::Dapi(name) => self.dapi = Some(name.clone()),
            Item::TimAction(on) => self.tim_action = *on,
            Item::LtcAction(on) => self.ltc_action = *on,
            Item::Mode(mode) => self.mode = *mode,
            Item::Degrade(threshold, seconds) => self.degrade = Some((*threshold, *seconds)),
            Item::PayloadType(_) | Item::Msi(_) | Item::Upi(_) | Item::Exi(_) => {}
        }
    }

    fn trace(&self) -> ExpectedTrace {
        let mode = match (&self.sapi, &self.dapi) {
            (None, None) => TimMode::Off,
            (Some(_), None) => TimMode::Sapi,
            (None, Some(_)) => TimMode::Dapi,
            (Some(_), Some(_)) => TimMode::Both,
        };
        let of = |name: &Option<String>| name.clone().unwrap_or_default();
        // Both were short enough when they were read.
        let tti = Tti::new(&of(&self.sapi), &of(&self.dapi), "");
        let tti = tti.unwrap_or(ExpectedTrace::default().tti);
        ExpectedTrace { mode, tti, action: self.tim_action }
    }

    fn degrade(&self, signal: Signal) -> Result<Option<DegradeConfig>> {
        let Some((threshold, seconds)) = self.degrade else { return Ok(None) };
        let config = DegradeConfig::blocks(signal, threshold, seconds);
        config.map(Some).map_err(|error| match error {
            DegradeError::Threshold { found, most } => anyhow!(
                "--expect deg: found {found} errored blocks, expected 1 to {most}, those of a \
                 second of {}",
                signal.name()
            ),
            DegradeError::Seconds { found } => {
                anyhow!("--expect deg: found {found} seconds, expected 2 to 10")
            }
        })
    }

    const fn settings(&self) -> TrailSettings {
        TrailSettings { tim_action: self.tim_action, ssf_reported: true }
    }
}

/// All trails of a signal.
#[derive(Clone, Debug, Default)]
struct Trails {
    section: Trail,
    path: Trail,
    tandem: [Trail; TCM_LEVELS],
}

impl Expectations {
    fn trails(&self) -> Trails {
        let mut trails = Trails::default();
        for Expectation { monitor, item } in &self.0 {
            match (monitor, item) {
                (Some(Monitor::Section), _) => trails.section.set(item),
                (Some(Monitor::Path), _) => trails.path.set(item),
                (Some(Monitor::Tandem(level)), _) => {
                    trails.tandem[usize::from(level.get()) - 1].set(item);
                }
                (None, Item::LtcAction(on)) => {
                    trails.tandem.iter_mut().for_each(|trail| trail.ltc_action = *on);
                }
                (None, _) => {
                    trails.section.set(item);
                    trails.path.set(item);
                    if let Item::TimAction(on) = item {
                        trails.tandem.iter_mut().for_each(|trail| trail.tim_action = *on);
                    }
                }
            }
        }
        trails
    }

    /// What the sinks of a signal are told.
    ///
    /// # Errors
    /// A threshold that no second of the signal can reach, an MSI of another length than any of its
    /// structures has.
    pub(super) fn provision(&self, signal: Signal) -> Result<Provision> {
        let trails = self.trails();
        let mut odu = OduProvision { path: trails.path.trace(), ..OduProvision::default() };
        for (settings, trail) in odu.tandem.iter_mut().zip(&trails.tandem) {
            *settings = TandemSettings {
                mode: trail.mode,
                trace: trail.trace(),
                ltc_action: trail.ltc_action,
                provisioned: trail.named,
            };
        }
        for Expectation { item, .. } in &self.0 {
            match item {
                Item::PayloadType(pt) => odu.payload_type = Some(*pt),
                Item::Msi(msi) => odu.msi = Some(msi.clone()),
                Item::Upi(upi) => odu.upi = Some(*upi),
                Item::Exi(exi) => odu.exi = Some(*exi),
                _ => {}
            }
        }
        if let Some(msi) = &odu.msi {
            judge_length(msi, signal, odu.payload_type)?;
        }
        odu.performance.degrade = trails.path.degrade(signal.odu())?;
        let mut provision =
            Provision { section: trails.section.trace(), odu, ..Provision::default() };
        provision.performance.degrade = trails.section.degrade(signal)?;
        Ok(provision)
    }

    /// How the defects of those sinks are correlated. What is in tributary slots has the defaults.
    pub(super) fn settings(&self) -> Settings {
        let trails = self.trails();
        let mut settings = Settings { section: trails.section.settings(), ..Settings::default() };
        let tandem = |(level, trail): (TcmLevel, &Trail)| {
            let mode = match trail.mode {
                TandemMode::Operational => Mode::Operational,
                TandemMode::Monitor => Mode::Monitor,
                TandemMode::Transparent => Mode::Transparent,
            };
            let (ltc_action, trail) = (trail.ltc_action, trail.settings());
            (level, Correlated { mode, trail, ltc_action, ..Correlated::default() })
        };
        let named = TcmLevel::all().zip(&trails.tandem).filter(|(_, trail)| trail.named);
        let tandems = named.map(tandem).collect();
        let odu = OduSettings { tandems, path: trails.path.settings(), ..OduSettings::default() };
        settings.at.insert(Place::ROOT, odu);
        settings
    }
}

fn judge_length(msi: &[u8], signal: Signal, expected: Option<PayloadType>) -> Result<()> {
    let types = [PayloadType::ODTU_JK, PayloadType::ODTU_TS];
    let of = |pt: &PayloadType| Slots::of(signal.odu(), *pt).map(Slots::count);
    let asked = |pt: &&PayloadType| expected.is_none_or(|expected| expected == **pt);
    let lengths: Vec<usize> = types.iter().filter(asked).filter_map(of).collect();
    if lengths.contains(&msi.len()) {
        return Ok(());
    }
    let known: Vec<String> = lengths.iter().map(ToString::to_string).collect();
    let expected = if known.is_empty() { "none".to_string() } else { known.join(" or ") };
    let (found, signal) = (msi.len(), signal.name());
    Err(anyhow!("--expect msi: found {found} octets, expected {expected} of an {signal}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Expectations {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn commas_in_quotes_belong_to_the_value() {
        let provision =
            read("sm.sapi=\"A,B\",pm.dapi=\"C\",pt=gfp").provision(Signal::Otu2).unwrap();
        assert_eq!(provision.section.tti.sapi().to_string(), "A,B");
        assert_eq!(provision.section.mode, TimMode::Sapi);
        assert_eq!(provision.odu.path.mode, TimMode::Dapi);
        assert_eq!(provision.odu.payload_type, Some(PayloadType(5)));
        assert!(!provision.odu.tandem.iter().any(|t| t.provisioned));
    }

    #[test]
    fn without_a_prefix_section_and_path_are_meant() {
        let all =
            read("sapi=X,dapi=Y,tim-action=on,ltc-action=on,tcm3.mode=operational,deg=12304/7");
        let provision = all.provision(Signal::Otu2).unwrap();
        for trace in [provision.section, provision.odu.path] {
            assert_eq!((trace.mode, trace.action), (TimMode::Both, true));
        }
        let third = provision.odu.tandem[2];
        assert_eq!((third.mode, third.ltc_action), (TandemMode::Operational, true));
        assert!(third.provisioned && third.trace.action && third.trace.mode == TimMode::Off);
        assert_eq!(provision.odu.performance.degrade.map(|d| d.threshold()), Some(12_304));
        let settings = all.settings();
        assert!(settings.section.tim_action);
        let odu = settings.odu(Place::ROOT);
        assert_eq!(odu.tandems.len(), 1);
        assert_eq!((odu.tandems[0].0.get(), odu.tandems[0].1.mode), (3, Mode::Operational));
        let below = Place::ROOT.child(1).unwrap();
        assert!(!settings.odu(below).path.tim_action);
    }

    #[test]
    fn what_cannot_be_is_refused_by_key() {
        for (text, words) in [
            ("pt", "key: found `pt`, expected KEY=VALUE"),
            ("colour=red", "key: found `colour`, expected sapi"),
            ("tcm7.sapi=A", "key: found `tcm7.sapi`"),
            ("sm.pt=05", "key: found `sm.pt`"),
            ("pm.mode=monitor", "key: found `pm.mode`"),
            ("sapi=ABCDEFGHIJKLMNOP", "sapi: found `ABCDEFGHIJKLMNOP`, expected up to 15"),
            ("pt=ethernet", "pt: found `ethernet`, expected an octet"),
            ("msi=123", "msi: found `123`"),
            ("upi=100", "upi: found `100`"),
            ("deg=5/1", "deg: found `5/1`, expected DEGTHR/DEGM"),
            ("tcm1.mode=on", "tcm1.mode: found `on`, expected operational"),
            ("tim-action=yes", "tim-action: found `yes`, expected on or off"),
        ] {
            let error = text.parse::<Expectations>().unwrap_err().to_string();
            assert!(error.starts_with(words), "{error}");
        }
        let refused = |text: &str| read(text).provision(Signal::Otu2).unwrap_err().to_string();
        assert!(
            refused("deg=99999/7").contains("expected 1 to 82026"),
            "{}",
            refused("deg=99999/7")
        );
        assert!(refused("msi=8080").contains("found 2 octets, expected 4 or 8"));
        assert!(refused("msi=80808080,pt=21").contains("found 4 octets, expected 8"));
        assert!(read("msi=80808080").provision(Signal::Otu2).is_ok());
    }
}
