//! Protection of a service in the network file.
//!
//! In: the entry of `protection`. Out: how it is switched, or what is wrong. Its route is found in `ways`.

use otn_frame::overhead::TcmLevel;
use otn_proc::aps::ApsLevel;
use otn_proc::protection::{Architecture, Monitoring, ProtectionConfig};
use serde_saphyr::Spanned;

use super::Reader;
use super::document::ProtectionEntry;
use crate::network::notes::FileError;

/// Kinds of monitoring by their words.
const KINDS: [(&str, Monitoring); 3] = [
    ("snc-i", Monitoring::Inherent),
    ("snc-n", Monitoring::NonIntrusive),
    ("snc-s", Monitoring::Sublayer),
];

/// Architectures by their words.
const ARCHITECTURES: [(&str, Architecture); 3] = [
    ("1+1", Architecture::OnePlusOneUnidirectional),
    ("1+1-bidirectional", Architecture::OnePlusOneBidirectional),
    ("1:1", Architecture::OneToOne),
];

/// Level of the tandem connection where none is asked for.
const LEVEL: u8 = 1;

impl Reader<'_> {
    /// How a service is switched.
    pub(super) fn protection(
        &self,
        entry: &Spanned<ProtectionEntry>,
    ) -> Result<ProtectionConfig, FileError> {
        let (notes, at, entry) = (self.notes, entry.referenced, &entry.value);
        let monitoring = self.word("kind", &entry.kind, &KINDS)?;
        let architecture = match &entry.architecture {
            Some(text) => self.word("architecture", text, &ARCHITECTURES)?,
            None => Architecture::OnePlusOneUnidirectional,
        };
        let level = match (monitoring, &entry.level) {
            (Monitoring::Sublayer, level) => {
                let number = level.as_ref().map_or(LEVEL, |level| level.value);
                match TcmLevel::new(number) {
                    Some(level) => ApsLevel::Tandem(level),
                    None => {
                        let at = level.as_ref().map_or(at, |level| level.referenced);
                        let what = format!("level: found {number}, expected 1 to 6");
                        return notes.error(at, what);
                    }
                }
            }
            (_, Some(level)) => {
                let what = "level: only the tandem connections of `snc-s` have one";
                return notes.error(level.referenced, what);
            }
            (Monitoring::NonIntrusive, None) => ApsLevel::Path,
            (Monitoring::Inherent, None) => ApsLevel::Server,
        };
        let mut config = ProtectionConfig::new(architecture, monitoring, level);
        if let Some(text) = &entry.hold_off {
            config.hold_off = self.time("hold-off", text)?;
        }
        if let Some(text) = &entry.wait_to_restore {
            config.wait_to_restore = self.time("wait-to-restore", text)?;
        }
        config.revertive = entry.revertive.unwrap_or(config.revertive);
        config.sd_enabled = entry.sd.unwrap_or(config.sd_enabled);
        match config.check() {
            Ok(()) => Ok(config),
            Err(error) => notes.error(at, format!("protection: {error}")),
        }
    }
}
