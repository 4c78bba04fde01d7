//! Golden vectors from text.
//!
//! A vector is a line `name = HEX`. Hexadecimal digits may be separated by blanks; a line that
//! begins with a blank continues the vector above it; `#` begins a comment; empty lines mean
//! nothing. Names are unique within a file and made of letters, digits, `.`, `-` and `_`. Every
//! error names the file and the line.
//!
//! The files in `golden/` carry the provenance of each vector and are built into the crate. None of
//! them was made by the code that it tests.

use std::fmt;

/// One named octet string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vector {
    /// The name before the equals sign.
    pub name: String,
    /// The octets.
    pub octets: Vec<u8>,
    /// The line of the name, counted from 1.
    pub line: usize,
}

/// The vectors of one file, in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vectors {
    file: String,
    vectors: Vec<Vector>,
}

/// Why a text is not a list of vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GoldenError {
    /// The name of the file, as given to [`parse`].
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The line is not indented and has no equals sign.
    NoEqualsSign,
    /// The name is empty or holds this character.
    BadName(Option<char>),
    /// A vector of this name stands already at this line.
    Duplicate(String, usize),
    /// An indented line before the first vector.
    NothingToContinue,
    /// This character is not a hexadecimal digit.
    NotHexadecimal(char),
    /// The vector that begins here has this many digits, which is odd or zero.
    DigitCount(usize),
}

impl fmt::Display for GoldenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: ", self.file, self.line)?;
        match &self.problem {
            Problem::NoEqualsSign => write!(f, "expected `name = HEX`, found no equals sign"),
            Problem::BadName(None) => write!(f, "expected a name before the equals sign"),
            Problem::BadName(Some(found)) => {
                write!(f, "expected a name of letters, digits, `.`, `-`, `_`, found {found:?}")
            }
            Problem::Duplicate(name, line) => write!(f, "`{name}` stands already at line {line}"),
            Problem::NothingToContinue => write!(f, "expected a vector before an indented line"),
            Problem::NotHexadecimal(found) => {
                write!(f, "expected a hexadecimal digit, found {found:?}")
            }
            Problem::DigitCount(found) => {
                write!(f, "expected an even number of digits, at least two, found {found}")
            }
        }
    }
}

impl std::error::Error for GoldenError {}

/// A vector while its lines are read.
struct Draft {
    name: String,
    digits: Vec<u8>,
    line: usize,
}

/// Reads the vectors of a text; `file` is only used in errors.
pub fn parse(file: &str, text: &str) -> Result<Vectors, GoldenError> {
    let fail = |line, problem| GoldenError { file: file.to_owned(), line, problem };
    let mut drafts: Vec<Draft> = Vec::new();
    for (index, raw) in text.lines().enumerate() {
        let line = index + 1;
        let content = raw.split('#').next().unwrap_or("");
        if content.trim().is_empty() {
            continue;
        }
        let value = if content.starts_with(char::is_whitespace) {
            content
        } else {
            let Some((name, value)) = content.split_once('=') else {
                return Err(fail(line, Problem::NoEqualsSign));
            };
            let name = check_name(name.trim(), &drafts).map_err(|problem| fail(line, problem))?;
            drafts.push(Draft { name, digits: Vec::new(), line });
            value
        };
        let Some(draft) = drafts.last_mut() else {
            return Err(fail(line, Problem::NothingToContinue));
        };
        for character in value.chars().filter(|character| !character.is_whitespace()) {
            let Some(digit) = character.to_digit(16) else {
                return Err(fail(line, Problem::NotHexadecimal(character)));
            };
            draft.digits.push(digit as u8);
        }
    }
    let mut vectors = Vec::new();
    for Draft { name, digits, line } in drafts {
        if digits.is_empty() || digits.len() % 2 == 1 {
            return Err(fail(line, Problem::DigitCount(digits.len())));
        }
        let octets = digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect();
        vectors.push(Vector { name, octets, line });
    }
    Ok(Vectors { file: file.to_owned(), vectors })
}

/// The name, if it is well formed and new.
fn check_name(name: &str, drafts: &[Draft]) -> Result<String, Problem> {
    if name.is_empty() {
        return Err(Problem::BadName(None));
    }
    let allowed = |c: char| c.is_ascii_alphanumeric() || ['.', '-', '_'].contains(&c);
    if let Some(found) = name.chars().find(|c| !allowed(*c)) {
        return Err(Problem::BadName(Some(found)));
    }
    if let Some(earlier) = drafts.iter().find(|draft| draft.name == name) {
        return Err(Problem::Duplicate(name.to_owned(), earlier.line));
    }
    Ok(name.to_owned())
}

impl Vectors {
    /// The vectors in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, Vector> {
        self.vectors.iter()
    }

    /// The octets of the vector `name`, if there is one.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter().find(|vector| vector.name == name).map(|vector| vector.octets.as_slice())
    }

    /// The octets of the vector `name`.
    ///
    /// # Panics
    /// When the file has no such vector, with the file's name.
    pub fn octets(&self, name: &str) -> &[u8] {
        let Some(octets) = self.get(name) else { panic!("{}: no vector `{name}`", self.file) };
        octets
    }
}

impl<'a> IntoIterator for &'a Vectors {
    type Item = &'a Vector;
    type IntoIter = std::slice::Iter<'a, Vector>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A file of this crate. It is constant, and a test parses every one, so the panic is unreachable.
fn built_in(file: &str, text: &str) -> Vectors {
    match parse(file, text) {
        Ok(vectors) => vectors,
        Err(error) => panic!("{error}"),
    }
}

/// RS(255,239): `generator`, `parity.last-one`, `parity.first-one`, `parity.counting`,
/// `parity.ones` (G.709 Annex A).
pub fn rs255_239() -> Vectors {
    built_in("golden/rs255_239.txt", include_str!("../golden/rs255_239.txt"))
}

/// Scrambler: `keystream`, `keystream.frame-end` (G.709 11.2).
pub fn scrambler() -> Vectors {
    built_in("golden/scrambler.txt", include_str!("../golden/scrambler.txt"))
}

/// GFP: `idle.line`, `core.N`, `core.N.line`, `type.HEX`, `extension.HEX`, `area.pfcs`,
/// `frame.pfcs.line`, `frame.next.line`, `scrambler.impulse.in`, `scrambler.impulse.out` (G.7041).
pub fn gfp() -> Vectors {
    built_in("golden/gfp.txt", include_str!("../golden/gfp.txt"))
}

/// PN-11: `start` (G.709 16.6.1, O.150 5.2).
pub fn pn11() -> Vectors {
    built_in("golden/pn11.txt", include_str!("../golden/pn11.txt"))
}

/// GMP overhead: `jc.CM` (JC1 JC2 JC3), `crc5.contributions`, `crc6.contributions`,
/// `crc8.contributions`, `crc9.contributions` (G.709 Annex D).
pub fn gmp_overhead() -> Vectors {
    built_in("golden/gmp_overhead.txt", include_str!("../golden/gmp_overhead.txt"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(text: &str) -> (usize, Problem) {
        let error = parse("x.txt", text).unwrap_err();
        assert_eq!(error.file, "x.txt");
        (error.line, error.problem)
    }

    #[test]
    fn names_comments_blanks_and_continuation() {
        let text =
            "# head\n\na.b-c_1 = F6 f6 # tail\n  28\n\t2 8\n# between\n\n 01\nnext=\n  ABCD\n";
        let vectors = parse("x.txt", text).unwrap();
        assert_eq!(vectors.octets("a.b-c_1"), [0xF6, 0xF6, 0x28, 0x28, 0x01]);
        assert_eq!(vectors.octets("next"), [0xAB, 0xCD]);
        assert_eq!(vectors.get("other"), None);
        let lines: Vec<usize> = vectors.iter().map(|vector| vector.line).collect();
        assert_eq!(lines, [3, 9]);
        assert_eq!(parse("x.txt", "# nothing\n").unwrap().iter().count(), 0);
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(problem("a = 00\nb 01\n"), (2, Problem::NoEqualsSign));
        assert_eq!(problem("\n = 00"), (2, Problem::NothingToContinue));
        assert_eq!(problem("= 00"), (1, Problem::BadName(None)));
        assert_eq!(problem("a b = 00"), (1, Problem::BadName(Some(' '))));
        assert_eq!(problem("a = 00\n\na = 01"), (3, Problem::Duplicate("a".to_owned(), 1)));
        assert_eq!(problem("a = 0g"), (1, Problem::NotHexadecimal('g')));
        assert_eq!(problem("a = 00\n  0x11"), (2, Problem::NotHexadecimal('x')));
        assert_eq!(problem("a = 00 = 01"), (1, Problem::NotHexadecimal('=')));
        assert_eq!(problem("ok = 00\na = 0 0\n 1\n"), (2, Problem::DigitCount(3)));
        assert_eq!(problem("a ="), (1, Problem::DigitCount(0)));
    }

    #[test]
    fn errors_read_as_file_line_expected_found() {
        let error = parse("x.txt", "a = 00\nb = 0z").unwrap_err();
        assert_eq!(error.to_string(), "x.txt:2: expected a hexadecimal digit, found 'z'");
        let error = parse("x.txt", "a = 000").unwrap_err();
        assert_eq!(
            error.to_string(),
            "x.txt:1: expected an even number of digits, at least two, found 3"
        );
    }

    #[test]
    fn every_built_in_file_parses() {
        for vectors in [rs255_239(), scrambler(), gfp(), pn11(), gmp_overhead()] {
            assert!(vectors.iter().count() > 0, "{}", vectors.file);
            assert_eq!((&vectors).into_iter().count(), vectors.iter().count());
        }
    }

    #[test]
    #[should_panic(expected = "golden/pn11.txt: no vector `stop`")]
    fn a_missing_vector_names_the_file() {
        pn11().octets("stop");
    }
}
