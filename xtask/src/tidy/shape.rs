//! Rules of shape: a file, a function and a line can be taken in at one look, and a file says first
//! what it is for.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::visit::Visit;
use syn::{Block, ImplItemFn, ItemFn, Macro, Signature, TraitItemFn};

use super::Finding;
use super::source::{Source, each_level, is_mark, is_word};

const FILE_LINES: usize = 1000;
const FUNCTION_LINES: usize = 70;
const COLUMNS: usize = 120;
/// Fewer words than this are a title, not a sentence.
const SENTENCE_WORDS: usize = 3;

/// The findings of these rules in one file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_LINES {
        let found = format!("{lines} lines");
        findings.push(source.finding(lines, "file-length", found, FILE_LINES.to_string()));
    }
    for (at, line) in source.text.lines().enumerate() {
        let columns = line.chars().count();
        if columns > COLUMNS {
            let found = format!("{columns} columns");
            findings.push(source.finding(at + 1, "line-length", found, COLUMNS.to_string()));
        }
    }
    findings.extend(header(source));
    let mut functions = Functions { source, findings };
    functions.visit_file(&source.tree);
    functions.findings
}

/// A file begins with a `//!` header of at least one sentence.
fn header(source: &Source) -> Option<Finding> {
    let text = source.header().collect::<Vec<_>>().join(" ");
    let ends = |word: &str| word.trim_end_matches([')', '"', '`']).ends_with(['.', '!', '?']);
    let sentence = text.split_whitespace().skip(SENTENCE_WORDS - 1).any(ends);
    let found = match (text.is_empty(), sentence) {
        (false, true) => return None,
        (true, _) => "no `//!` on the first line".to_owned(),
        (false, false) => format!("`{}`", text.chars().take(40).collect::<String>()),
    };
    Some(source.finding(1, "header", found, "a `//!` header of one sentence or more"))
}

/// Measures every function with a body, from `fn` to the closing brace.
struct Functions<'a> {
    source: &'a Source,
    findings: Vec<Finding>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &str, from: Span, to: Span) {
        let (from, to) = (from.start().line, to.end().line);
        let lines = to + 1 - from;
        if lines > FUNCTION_LINES {
            let found = format!("{lines} lines in `{name}`");
            let limit = FUNCTION_LINES.to_string();
            self.findings.push(self.source.finding(from, "function-length", found, limit));
        }
    }

    fn measure_item(&mut self, signature: &Signature, block: &Block) {
        let close = block.brace_token.span.close();
        self.measure(&signature.ident.to_string(), signature.fn_token.span, close);
    }

    /// Functions among the tokens of a macro call: `fn`, something that is no parameter list, and
    /// the first braces after it.
    fn measure_tokens(&mut self, tokens: &TokenStream) {
        each_level(tokens.clone(), &mut |level| {
            for (at, token) in level.iter().enumerate() {
                let names_something =
                    !matches!(level.get(at + 1), Some(TokenTree::Group(_)) | None);
                if !is_word(token, "fn") || !names_something {
                    continue;
                }
                let rest = || level[at + 1..].iter().take_while(|t| !is_mark(Some(t), ';'));
                if let Some(body) = rest().find_map(braces) {
                    let name = rest().find(|t| matches!(t, TokenTree::Ident(_)));
                    let name = name.map_or_else(String::new, ToString::to_string);
                    self.measure(&name, token.span(), body.span_close());
                }
            }
        });
    }
}

fn braces(token: &TokenTree) -> Option<&Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.measure_item(&item.sig, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.measure_item(&item.sig, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.measure_item(&item.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, item);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.measure_tokens(&call.tokens);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::lines_found;

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        lines_found("crates/a/src/lib.rs", text, check)
    }

    /// The first line of `open`, `close`, and between them as many lines as make `lines` in all.
    fn block(open: &str, lines: usize, close: &str) -> String {
        format!("//! A header sentence.\n{open}\n{}{close}\n", "    x();\n".repeat(lines - 2))
    }

    #[test]
    fn a_file_of_a_thousand_lines_passes_and_one_more_fails() {
        let file = |lines: usize| format!("//! A header sentence.\n{}", "//\n".repeat(lines - 1));
        assert_eq!(found(&file(1000)), []);
        assert_eq!(found(&file(1001)), [(1001, "file-length")]);
    }

    #[test]
    fn a_function_of_seventy_lines_passes_and_one_more_fails() {
        assert_eq!(found(&block("fn a() {", 70, "}")), []);
        assert_eq!(found(&block("fn a() {", 71, "}")), [(2, "function-length")]);
    }

    #[test]
    fn attributes_and_docs_do_not_count_as_function() {
        let text = block("/// Doc.\n#[inline]\npub fn a() {", 70, "}");
        assert_eq!(found(&text), []);
    }

    #[test]
    fn methods_nested_functions_and_tests_are_measured() {
        let cases = [
            ("impl A { fn a(&self) {", "} }", 2),
            ("trait A { fn a(&self) {", "} }", 2),
            ("#[cfg(test)] mod tests { #[test]\nfn a() {", "} }", 3),
            ("proptest! { #[test]\nfn a(x in 0..3_u8) {", "} }", 3),
            ("macro_rules! m { ($n:ident) => { fn $n() {", "} } }", 2),
        ];
        for (open, close, line) in cases {
            assert_eq!(found(&block(open, 73, close)), [(line, "function-length")], "{open}");
        }
        let nested = block("fn a() {\n    fn b() {", 71, "} }");
        assert_eq!(found(&nested), [(2, "function-length"), (3, "function-length")]);
    }

    #[test]
    fn declarations_and_function_types_have_no_body() {
        let text = block("trait A { fn a(&self); }\nstruct B(fn(u8) -> u8);\nmod c {", 90, "}");
        let text = text.replace("    x();", "");
        assert_eq!(found(&text), []);
        let call = "m! { fn a(); [fn(u8)] {\n".to_owned() + &"\n".repeat(80) + "} }";
        assert_eq!(found(&format!("//! A header sentence.\n{call}\n")), []);
    }

    #[test]
    fn a_header_is_a_sentence_on_the_first_line() {
        for good in [
            "//! The byte layout of a frame.\n",
            "//! The byte layout\n//! of a frame.\n//!\n//! More\n",
            "//! GMP. It maps a client into an OPU (by clause 17).\n//! x\n",
        ] {
            assert_eq!(found(good), [], "{good}");
        }
        for bad in [
            "fn a() {}\n",
            "\n//! A header sentence.\n",
            "//!\n",
            "//! Layout.\n",
            "//! a b c: d\n",
        ] {
            assert_eq!(found(bad), [(1, "header")], "{bad}");
        }
    }

    #[test]
    fn a_line_of_120_columns_passes_and_one_more_fails() {
        let line =
            |columns: usize| format!("//! A header sentence.\n// {}\n", "ü".repeat(columns - 3));
        assert_eq!(found(&line(120)), []);
        assert_eq!(found(&line(121)), [(2, "line-length")]);
    }
}
