//! The synchronisation machine of 1000BASE-X.
//!
//! Clause: IEEE 802.3 36.2.5.2.6. In: what each code group is. Out: whether groups can be trusted.

/// What a code group is to the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A valid group with a comma, at an even place where there are places already.
    Comma,
    /// A valid data group.
    Data,
    /// Another valid group.
    Other,
    /// An invalid group, or a comma at an odd place.
    Bad,
}

/// Commas, each with a data group behind it, that make a receiver sure.
const COMMAS: u8 = 3;
/// Bad groups with too few good ones between them that make it lose synchronisation.
const BAD: u8 = 4;
/// Good groups in a row that undo one bad one.
const GOOD: u8 = 4;

/// State of the synchronisation process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Synchronisation {
    /// Groups may begin anywhere.
    #[default]
    Lost,
    /// The last group was this comma of those needed.
    Comma(u8),
    /// As many commas were good; the next one is due at an even place.
    Acquiring(u8),
    /// Groups are received.
    Synchronised {
        /// Bad groups not yet undone.
        bad: u8,
        /// Good groups since the last bad one or the last undone.
        good: u8,
    },
}

impl Synchronisation {
    /// True where groups are received.
    pub const fn is_synchronised(self) -> bool {
        matches!(self, Self::Synchronised { .. })
    }

    //= ieee802.3:36.2.5.2.6-synchronisation
    pub(super) const fn step(self, heard: Heard) -> Self {
        match (self, heard) {
            (Self::Lost, Heard::Comma) => Self::Comma(1),
            (Self::Lost, Heard::Data | Heard::Other | Heard::Bad) => Self::Lost,
            (Self::Comma(COMMAS..), Heard::Data) => Self::Synchronised { bad: 0, good: 0 },
            (Self::Comma(seen), Heard::Data) => Self::Acquiring(seen),
            (Self::Comma(_), Heard::Comma | Heard::Other | Heard::Bad) => Self::Lost,
            (Self::Acquiring(seen), Heard::Comma) => Self::Comma(seen + 1),
            (Self::Acquiring(seen), Heard::Data | Heard::Other) => Self::Acquiring(seen),
            (Self::Acquiring(_), Heard::Bad) => Self::Lost,
            (Self::Synchronised { bad, .. }, Heard::Bad) => {
                if bad + 1 < BAD {
                    Self::Synchronised { bad: bad + 1, good: 0 }
                } else {
                    Self::Lost
                }
            }
            (Self::Synchronised { bad: 0, .. }, Heard::Comma | Heard::Data | Heard::Other) => self,
            (Self::Synchronised { bad, good }, Heard::Comma | Heard::Data | Heard::Other) => {
                if good + 1 < GOOD {
                    Self::Synchronised { bad, good: good + 1 }
                } else {
                    Self::Synchronised { bad: bad - 1, good: 0 }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(groups: &[Heard]) -> Synchronisation {
        groups.iter().fold(Synchronisation::default(), |state, heard| state.step(*heard))
    }

    //= type=test ieee802.3:36.2.5.2.6-synchronisation
    #[test]
    fn three_commas_synchronise_and_four_bad_groups_lose() {
        use Heard::{Bad, Comma, Data, Other};
        let idles = [Comma, Data, Comma, Data, Comma, Data];
        assert_eq!(run(&idles[..5]), Synchronisation::Comma(3));
        assert_eq!(run(&[Comma, Data, Data, Other, Comma]), Synchronisation::Comma(2));
        let synchronised = run(&idles);
        assert!(synchronised.is_synchronised());
        for broken in [Comma, Other, Bad] {
            assert_eq!(run(&[Comma, Data, Comma, broken]), Synchronisation::Lost, "{broken:?}");
        }
        let after = |groups: &[Heard]| {
            groups.iter().fold(synchronised, |state, heard| state.step(*heard)).is_synchronised()
        };
        assert!(after(&[Bad; 3]));
        assert!(!after(&[Bad; 4]));
        assert!(!after(&[Bad, Bad, Data, Data, Data, Bad, Bad]), "three good ones undo nothing");
        assert!(after(&[Bad, Bad, Data, Comma, Data, Other, Bad, Bad]));
        assert!(!after(&[Bad, Bad, Data, Comma, Data, Other, Bad, Bad, Bad]));
        assert!(after(&[Bad, Data, Data, Data, Data, Data, Bad, Bad, Bad]));
    }
}
