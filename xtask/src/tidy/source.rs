//! A parsed Rust file: its text, its tokens and its syntax tree, which the rules share.

use proc_macro2::{LexError, Span, TokenStream, TokenTree};

use super::Finding;

/// One Rust file.
pub(super) struct Source {
    /// Relative to the root, with forward slashes.
    pub(super) file: String,
    pub(super) text: String,
    pub(super) tokens: TokenStream,
    pub(super) tree: syn::File,
}

impl Source {
    /// Parses a file; a file that is not Rust is itself a finding.
    pub(super) fn parse(file: &str, text: String) -> Result<Self, Finding> {
        let refused = |span: Span, message: String| Finding {
            file: file.to_owned(),
            line: span.start().line,
            rule: "syntax",
            found: message,
            limit: "a Rust file".to_owned(),
        };
        let tokens: TokenStream =
            text.parse().map_err(|error: LexError| refused(error.span(), error.to_string()))?;
        let tree = syn::parse2(tokens.clone())
            .map_err(|error: syn::Error| refused(error.span(), error.to_string()))?;
        Ok(Source { file: file.to_owned(), text, tokens, tree })
    }

    /// The texts of the `//!` lines that the file begins with.
    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim)
    }

    pub(super) fn finding(
        &self,
        line: usize,
        rule: &'static str,
        found: impl Into<String>,
        limit: impl Into<String>,
    ) -> Finding {
        Finding { file: self.file.clone(), line, rule, found: found.into(), limit: limit.into() }
    }
}

/// Calls `visit` with the tokens of a stream, and again with those inside each group of it, however
/// deep. The tokens of a macro call have no syntax tree; this is how rules see into them.
pub(super) fn each_level(tokens: TokenStream, visit: &mut dyn FnMut(&[TokenTree])) {
    let level: Vec<TokenTree> = tokens.into_iter().collect();
    visit(&level);
    for token in level {
        if let TokenTree::Group(group) = token {
            each_level(group.stream(), visit);
        }
    }
}

/// Whether a token is this identifier or keyword.
pub(super) fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// Whether a token is this punctuation character.
pub(super) fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// For the rules' tests: the lines at which `check` finds something in `text`, in order.
#[cfg(test)]
pub(super) fn lines_found(
    file: &str,
    text: &str,
    check: impl Fn(&Source) -> Vec<Finding>,
) -> Vec<(usize, &'static str)> {
    let source = Source::parse(file, text.to_owned()).expect("the test's text is Rust");
    let mut found: Vec<_> = check(&source).iter().map(|f| (f.line, f.rule)).collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_rust_is_a_finding_with_its_line() {
        let parse = |text: &str| Source::parse("a.rs", text.to_owned()).err().expect("not Rust");
        let finding = parse("//! Doc.\nfn a() {\n    let = 3;\n}\n");
        assert_eq!((finding.rule, finding.line), ("syntax", 3));
        assert_eq!(parse("//! Doc.\nfn a() {\n").rule, "syntax");
    }

    #[test]
    fn the_header_is_the_first_lines_only() {
        let text = "//! One.\n//!\n//!  Two.\n\n//! Three.\nfn a() {}\n".to_owned();
        // A doc comment after the first one is still an inner one to the parser.
        let source = Source::parse("a.rs", text).expect("Rust");
        assert_eq!(source.header().collect::<Vec<_>>(), ["One.", "", "Two."]);
    }
}
