//! The form of a requirement's id. One rule for the file that declares ids and the code that
//! cites them.

/// The form in words, for messages.
pub(crate) const ID_FORM: &str =
    "`document:clause` or `document:clause-name` of the characters a-z 0-9 . _ -";

/// Whether `id` has the form `document:clause[-name]`: two parts around one colon, each beginning
/// with a letter or a digit and ending with one, so that a stray full stop or dash after a
/// citation is seen.
pub(crate) fn is_id(id: &str) -> bool {
    match id.split_once(':') {
        Some((document, clause)) => is_part(document) && is_part(clause),
        None => false,
    }
}

fn is_part(part: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = part.as_bytes();
    let (Some(&first), Some(&last)) = (bytes.first(), bytes.last()) else { return false };
    plain(first) && plain(last) && bytes.iter().all(|&b| plain(b) || b".-_".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn accepts_the_documented_forms() {
        for id in ["g709:11.2-scrambler", "g709:15.6.2.1", "g709.1:a.4_x", "ieee802.3:82"] {
            assert!(is_id(id), "{id}");
        }
    }

    #[test]
    fn refuses_everything_else() {
        let bad = [
            "",
            ":",
            "g709",
            "g709:",
            ":11.2",
            "g709:11.2:x",
            "G709:11.2",
            "g709:11.2.",
            "g709:-x",
            "g709: 11.2",
            "g709:11.2 x",
            "g709:11,2",
            "g709:ü",
            ".g709:1",
            "g709-:1",
        ];
        for id in bad {
            assert!(!is_id(id), "{id}");
        }
    }
}
