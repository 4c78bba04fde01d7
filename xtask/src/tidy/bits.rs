//! The rule of the one table: offsets, widths and masks stand in a `layout.rs`, so other code has
//! no bit literals.
//!
//! A bit literal is a binary number, `&` or `|` with a hex number, or a shift by a number. Hex
//! numbers elsewhere are code points and pass, as do patterns. Not checked are tests, the crates
//! whose subject is bits or plain bytes, and a file whose header has a line `Bit literals: ` and
//! the reason.

use proc_macro2::{Punct, Spacing, Span, TokenStream, TokenTree};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{
    Attribute, BinOp, Block, Expr, ExprBinary, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, Lit,
    LitInt, Macro, Meta, Token,
};

use super::Finding;
use super::source::{Source, each_level};

const FREE_FOLDERS: [&str; 4] = ["crates/fec/", "crates/testkit/", "crates/spec/", "xtask/"];
const REASON: &str = "Bit literals: ";
const REASON_CHARS: usize = 10;
const LIMIT: &str = "a name from a layout.rs";

/// The findings of this rule in one file; `test_modules` are those of all files.
pub(super) fn check(source: &Source, test_modules: &[String]) -> Vec<Finding> {
    if is_free(source, test_modules) {
        return Vec::new();
    }
    let mut literals = Literals { source, in_pattern: false, findings: Vec::new() };
    literals.visit_file(&source.tree);
    literals.findings
}

fn is_free(source: &Source, test_modules: &[String]) -> bool {
    let file = source.file.as_str();
    let mut folders = file.split('/');
    let name = folders.next_back();
    let is_test_module = |module: &String| {
        let rest = file.strip_prefix(module.as_str());
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    };
    let has_reason = |line: &str| {
        line.strip_prefix(REASON).is_some_and(|reason| reason.chars().count() >= REASON_CHARS)
    };
    name == Some("layout.rs")
        || FREE_FOLDERS.iter().any(|folder| file.starts_with(folder))
        || folders.any(|folder| matches!(folder, "tests" | "benches"))
        || is_for_tests(&source.tree.attrs)
        || test_modules.iter().any(is_test_module)
        || source.header().any(has_reason)
}

/// The modules of this file that are for tests only and stand in files of their own, as paths
/// without the `.rs`.
pub(super) fn test_modules(source: &Source) -> Vec<String> {
    let (folder, name) = source.file.rsplit_once('/').unwrap_or((".", &source.file));
    let stem = name.trim_end_matches(".rs");
    let children = match stem {
        "lib" | "main" | "mod" | "build" => folder.to_owned(),
        _ => format!("{folder}/{stem}"),
    };
    let mut modules = Vec::new();
    for item in &source.tree.items {
        let Item::Mod(module) = item else { continue };
        if module.content.is_none() && is_for_tests(&module.attrs) {
            modules.push(match path_attribute(&module.attrs) {
                Some(path) => format!("{folder}/{}", path.trim_end_matches(".rs")),
                None => format!("{children}/{}", module.ident),
            });
        }
    }
    modules
}

/// The value of `#[path = "..."]`.
fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    attributes.iter().find_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("path") => match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

/// Whether an item with these attributes exists in test builds only.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || attribute.path().is_ident("cfg")
                && attribute.parse_args::<Meta>().is_ok_and(|condition| needs_test(&condition))
    })
}

/// Whether a `cfg` condition can only hold in test builds.
fn needs_test(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) if list.path.is_ident("all") => list
            .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|parts| parts.iter().any(needs_test)),
        _ => false,
    }
}

/// Finds bit literals in expressions, and as far as can be seen in the tokens of macro calls.
struct Literals<'a> {
    source: &'a Source,
    /// Set inside a pattern that was parsed as an expression: its `|` is no operation.
    in_pattern: bool,
    findings: Vec<Finding>,
}

impl Literals<'_> {
    fn report(&mut self, span: Span, found: &str) {
        let line = span.start().line;
        self.findings.push(self.source.finding(line, "bit-literal", found, LIMIT));
    }

    fn number(&mut self, number: &str, span: Span) {
        if number.starts_with("0b") {
            self.report(span, &format!("binary number `{number}`"));
        }
    }

    /// The fallback where tokens are neither expressions nor statements. `|` is not judged: between
    /// tokens alone it may as well part two patterns.
    fn tokens(&mut self, tokens: &TokenStream) {
        each_level(tokens.clone(), &mut |level| {
            for (at, token) in level.iter().enumerate() {
                match token {
                    TokenTree::Literal(literal) => {
                        self.number(&literal.to_string(), literal.span());
                    }
                    TokenTree::Punct(mark) => self.operator(mark, &level[..at], &level[at + 1..]),
                    TokenTree::Ident(_) | TokenTree::Group(_) => {}
                }
            }
        });
    }

    /// An operator among tokens, with those before and after it.
    fn operator(&mut self, mark: &Punct, before: &[TokenTree], after: &[TokenTree]) {
        // The first half of `<<` or `&=` and what follows the second half.
        let joined = |second: char| match after {
            [TokenTree::Punct(next), rest @ ..] if mark.spacing() == Spacing::Joint => {
                (next.as_char() == second).then_some(rest)
            }
            _ => None,
        };
        let sign = mark.as_char();
        let shift = matches!(sign, '<' | '>').then(|| joined(sign)).flatten();
        let assignment = matches!(sign, '&' | '|').then(|| joined('=')).flatten();
        let is_value =
            |token: Option<&TokenTree>| !matches!(token, None | Some(TokenTree::Punct(_)));
        if let Some(rest) = shift {
            let by = match rest {
                [TokenTree::Punct(equals), by, ..] if equals.as_char() == '=' => Some(by),
                [by, ..] => Some(by),
                [] => None,
            };
            if number_token(by)
                .is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
            {
                self.report(mark.span(), &format!("`{sign}{sign}` by a number"));
            }
        } else if let Some(rest) = assignment {
            if is_hex(number_token(rest.first())) {
                self.report(mark.span(), &format!("`{sign}=` with a hex number"));
            }
        } else if sign == '&' && mark.spacing() == Spacing::Alone && is_value(before.last()) {
            let sides = [number_token(before.last()), number_token(after.first())];
            if sides.into_iter().any(is_hex) {
                self.report(mark.span(), "`&` with a hex number");
            }
        }
    }
}

fn number_token(token: Option<&TokenTree>) -> Option<String> {
    match token {
        Some(TokenTree::Literal(literal)) => Some(literal.to_string()),
        _ => None,
    }
}

fn is_hex(number: Option<String>) -> bool {
    number.is_some_and(|number| number.starts_with("0x"))
}

/// The whole number that an operand is, looking through brackets, casts, signs and references.
fn number_operand(operand: &Expr) -> Option<&LitInt> {
    match operand {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => Some(number),
            _ => None,
        },
        Expr::Paren(inner) => number_operand(&inner.expr),
        Expr::Group(inner) => number_operand(&inner.expr),
        Expr::Cast(inner) => number_operand(&inner.expr),
        Expr::Unary(inner) => number_operand(&inner.expr),
        Expr::Reference(inner) => number_operand(&inner.expr),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Literals<'_> {
    fn visit_expr_binary(&mut self, binary: &'ast ExprBinary) {
        let hex = |side: &Expr| is_hex(number_operand(side).map(ToString::to_string));
        let with_hex = || hex(&binary.left) || hex(&binary.right);
        let by_number = || number_operand(&binary.right).is_some();
        let found = match binary.op {
            BinOp::BitAnd(_) if with_hex() => Some("`&` with a hex number"),
            BinOp::BitOr(_) if with_hex() => Some("`|` with a hex number"),
            BinOp::BitAndAssign(_) if with_hex() => Some("`&=` with a hex number"),
            BinOp::BitOrAssign(_) if with_hex() => Some("`|=` with a hex number"),
            BinOp::Shl(_) | BinOp::ShlAssign(_) if by_number() => Some("`<<` by a number"),
            BinOp::Shr(_) | BinOp::ShrAssign(_) if by_number() => Some("`>>` by a number"),
            _ => None,
        };
        if let Some(found) = found.filter(|_| !self.in_pattern) {
            self.report(binary.op.span(), found);
        }
        syn::visit::visit_expr_binary(self, binary);
    }

    fn visit_lit_int(&mut self, number: &'ast LitInt) {
        self.number(&number.to_string(), number.span());
    }

    /// Most macros take expressions; `matches!` takes one and then a pattern.
    fn visit_macro(&mut self, call: &'ast Macro) {
        let takes_pattern = call
            .path
            .segments
            .last()
            .is_some_and(|name| name.ident.to_string().contains("matches"));
        let expressions = Punctuated::<Expr, Token![,]>::parse_terminated;
        if let Ok(expressions) = expressions.parse2(call.tokens.clone()) {
            for (at, expression) in expressions.iter().enumerate() {
                let outer = self.in_pattern;
                self.in_pattern |= takes_pattern && at > 0;
                self.visit_expr(expression);
                self.in_pattern = outer;
            }
        } else if let Ok(statements) = Block::parse_within.parse2(call.tokens.clone()) {
            for statement in &statements {
                self.visit_stmt(statement);
            }
        } else {
            self.tokens(&call.tokens);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_for_tests(&item.attrs) {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_for_tests(&item.attrs) {
            syn::visit::visit_item_fn(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if !is_for_tests(&item.attrs) {
            syn::visit::visit_item_impl(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            syn::visit::visit_impl_item_fn(self, item);
        }
    }
}

#[cfg(test)]
#[path = "bits_tests.rs"]
mod tests;
