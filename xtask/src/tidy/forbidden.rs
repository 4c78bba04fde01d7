//! Rules of what may not stand in any file, tests included: work left undone, tests that do not
//! run, lints silenced without a reason, and `unsafe` outside the one crate that may have it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Finding;
use super::source::{Source, each_level, is_mark, is_word};

/// The only folder whose code may be `unsafe`.
const UNSAFE_FOLDER: &str = "crates/fec/";

/// The findings of these rules in one file. They read tokens, so that strings and comments do not
/// count and the inside of macro calls does.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let may_be_unsafe = source.file.starts_with(UNSAFE_FOLDER);
    each_level(source.tokens.clone(), &mut |level| {
        for (at, token) in level.iter().enumerate() {
            let line = token.span().start().line;
            let mut report = |rule, found: String, limit: &str| {
                findings.push(source.finding(line, rule, found, limit));
            };
            if is_word(token, "unsafe") && !may_be_unsafe {
                report("unsafe", "`unsafe`".to_owned(), "only in crates/fec");
            }
            if let Some(name) = unfinished(&level[at..]) {
                report("unfinished", format!("`{name}!`"), "finished code");
            }
            for (rule, found, limit) in attribute_at(&level[at..]) {
                report(rule, found, limit);
            }
        }
    });
    findings
}

/// The name of the macro for unfinished code whose call these tokens begin with.
fn unfinished(tokens: &[TokenTree]) -> Option<&'static str> {
    let [name, mark, TokenTree::Group(_), ..] = tokens else { return None };
    let known = ["todo", "unimplemented"].into_iter().find(|known| is_word(name, known))?;
    is_mark(Some(mark), '!').then_some(known)
}

type Breach = (&'static str, String, &'static str);

/// What is wrong with the attribute, outer or inner, that these tokens begin with.
fn attribute_at(tokens: &[TokenTree]) -> Vec<Breach> {
    if !is_mark(tokens.first(), '#') {
        return Vec::new();
    }
    let group = if is_mark(tokens.get(1), '!') { tokens.get(2) } else { tokens.get(1) };
    match group {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => {
            attribute(&group.stream())
        }
        _ => Vec::new(),
    }
}

/// What is wrong with the attribute of this content; `cfg_attr` holds further ones.
fn attribute(content: &TokenStream) -> Vec<Breach> {
    let tokens: Vec<TokenTree> = content.clone().into_iter().collect();
    let Some(name) = tokens.first() else { return Vec::new() };
    let arguments = match tokens.get(1) {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    };
    if is_word(name, "ignore") {
        vec![("skipped-test", "`#[ignore]`".to_owned(), "tests that run")]
    } else if is_word(name, "allow") && !has_reason(&arguments) {
        vec![("bare-allow", format!("`allow({arguments})`"), "`#[expect(lint, reason = \"...\")]`")]
    } else if is_word(name, "cfg_attr") {
        let arguments: Vec<TokenTree> = arguments.into_iter().collect();
        let attributes = arguments.split(|token| is_mark(Some(token), ',')).skip(1);
        attributes.flat_map(|tokens| attribute(&tokens.iter().cloned().collect())).collect()
    } else {
        Vec::new()
    }
}

fn has_reason(arguments: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = arguments.clone().into_iter().collect();
    tokens.windows(2).any(|pair| is_word(&pair[0], "reason") && is_mark(pair.get(1), '='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::lines_found;

    fn found(text: &str) -> Vec<(usize, &'static str)> {
        lines_found("crates/frame/src/lib.rs", text, check)
    }

    #[test]
    fn unfinished_work_fails_wherever_it_stands() {
        let cases = [
            "fn a() { todo!() }",
            "fn a() { unimplemented!(\"why\") }",
            "fn a() { core::todo!(); }",
            "fn a() { assert!(matches!(b, C if todo!())) }",
            "#[cfg(test)] mod tests { fn a() { todo!{} } }",
        ];
        for case in cases {
            assert_eq!(found(case), [(1, "unfinished")], "{case}");
        }
    }

    #[test]
    fn strings_comments_and_names_are_no_unfinished_work() {
        let text = "// todo!()\nfn todo() -> &'static str { \"todo!()\" }\n\
                    fn a(todo: bool) -> bool { todo != (true) }\n";
        assert_eq!(found(text), []);
    }

    #[test]
    fn skipped_tests_fail() {
        assert_eq!(found("#[test]\n#[ignore]\nfn a() {}"), [(2, "skipped-test")]);
        assert_eq!(found("#[ignore = \"slow\"]\nfn a() {}"), [(1, "skipped-test")]);
        assert_eq!(found("#[cfg_attr(miri, ignore)]\nfn a() {}"), [(1, "skipped-test")]);
        assert_eq!(found("m! {\n#[ignore] fn a() {} }"), [(2, "skipped-test")]);
        assert_eq!(found("#[test]\nfn ignore() {}"), []);
    }

    #[test]
    fn an_allow_without_reason_fails() {
        assert_eq!(found("#[allow(dead_code)]\nfn a() {}"), [(1, "bare-allow")]);
        assert_eq!(found("#![allow(dead_code)]\nfn a() {}"), [(1, "bare-allow")]);
        assert_eq!(found("#[cfg_attr(x, inline, allow(y))]\nfn a() {}"), [(1, "bare-allow")]);
        assert_eq!(found("#[allow(dead_code, reason = \"b\")]\nfn a() {}"), []);
        assert_eq!(found("#[expect(dead_code, reason = \"b\")]\nfn a() {}"), []);
    }

    #[test]
    fn unsafe_is_for_one_crate() {
        let text = "fn a() {\n    unsafe { b() }\n}\nunsafe impl C for D {}\n";
        assert_eq!(found(text), [(2, "unsafe"), (4, "unsafe")]);
        assert_eq!(found("m!(unsafe);"), [(1, "unsafe")]);
        assert_eq!(found("// unsafe\n#![forbid(unsafe_code)]\nconst A: &str = \"unsafe\";"), []);
        assert_eq!(lines_found("crates/fec/src/avx2.rs", text, check), []);
        assert_eq!(lines_found("crates/fecund/src/lib.rs", text, check).len(), 2);
    }
}
