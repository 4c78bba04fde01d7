//! Tests of the rule of bit literals: what is one, and where none is looked for.

use super::{check, test_modules};
use crate::tidy::check_sources;
use crate::tidy::source::{Source, lines_found};

fn found_in(file: &str, text: &str) -> Vec<usize> {
    let lines = lines_found(file, text, |source| check(source, &[]));
    lines.into_iter().map(|(line, _)| line).collect()
}

fn found(text: &str) -> Vec<usize> {
    found_in("crates/frame/src/overhead.rs", text)
}

/// `x` and the operators around it, as the body of a function on the second line.
fn in_function(expression: &str) -> String {
    format!("fn a(mut x: u8, n: u32) {{\n    {expression};\n}}\n")
}

#[test]
fn bit_literals_fail() {
    let cases = [
        "0b0110_0000",
        "x & 0x0F",
        "0x0F & x",
        "x | (0x80)",
        "x &= 0x7F",
        "x |= 0x80_u8",
        "x & !0x0F",
        "x & 0x0F as u8",
        "x << 4",
        "1 << 4_u32",
        "x >> (3)",
        "x <<= 2",
        "x >>= 0x2",
        "let y = if x & 0x01 == 1 { 1 } else { 0 }",
        "foo(|z| z.bar(x >> 1))",
        "assert!(x & 0x0F == 0)",
        "format!(\"{}\", x << 4)",
        "vec![x >> 1; 3]",
        "matches!(x & 0x0F, 1 | 2)",
        "matches!(x, 0b01)",
        "select! { a if x >> 2 => b, _ => c }",
        "select! { a => x |= 0x04, }",
        "select! { a => x & 0x04, }",
        "select! { a => x <<= 2, }",
    ];
    for case in cases {
        assert_eq!(found(&in_function(case)), [2], "{case}");
    }
}

#[test]
fn names_code_points_and_patterns_pass() {
    let cases = [
        "x & MASK",
        "x >> SHIFT",
        "1 << n",
        "x == 0x0F",
        "x ^ 0xFF",
        "x + 0x10",
        "x & 3",
        "x && true",
        "n < 4",
        "match x { 0x01 | 0x02 => 1, _ => 0 }",
        "matches!(x, 0x01 | 0x02)",
        "foo(&0x0F)",
        "foo(y, &0x0F)",
        "select! { a => foo(&0x0F, [&0x0F]), 0x01 | 0x02 => 3 }",
        "select! { a => x as Vec<Vec<u8>>, 3 => 4 }",
        "\"0b01 << 3\"",
    ];
    for case in cases {
        assert_eq!(found(&in_function(case)), [0; 0], "{case}");
    }
}

#[test]
fn items_of_every_kind_are_searched() {
    assert_eq!(found("const A: u8 = 1 << 3;\n"), [1]);
    assert_eq!(found("impl A {\n    const B: u8 = 0b1;\n    fn c(x: u8) { x >> 1; }\n}\n"), [2, 3]);
    assert_eq!(found("enum A {\n    B = 0b10,\n}\n"), [2]);
    assert_eq!(found("macro_rules! m {\n    ($x:expr) => { $x >> 4 };\n}\n"), [2]);
    assert_eq!(
        found("fn a(x: u8) {\n    match x {\n        0b11 => {}\n        _ => {}\n    }\n}\n"),
        [3]
    );
}

#[test]
fn test_code_is_free() {
    let cases = [
        "#[cfg(test)]\nmod tests { const A: u8 = 0b1; }\n",
        "#[cfg(all(test, feature = \"std\"))]\nmod tests { const A: u8 = 0b1; }\n",
        "#[test]\nfn a() { 1 >> 1; }\n",
        "impl A {\n    #[cfg(test)]\n    fn a() { 1 >> 1; }\n}\n",
        "#[cfg(test)]\nimpl A { fn a() { 1 >> 1; } }\n",
    ];
    for case in cases {
        assert_eq!(found(case), [0; 0], "{case}");
    }
    for case in ["not(test)", "any(test, unix)", "unix", "feature = \"test\""] {
        let text = format!("#[cfg({case})]\nmod a {{ const A: u8 = 0b1; }}\n");
        assert_eq!(found(&text), [2], "{case}");
    }
}

#[test]
fn some_files_are_free() {
    let text = "const A: u8 = 0b1;\n";
    for file in [
        "crates/frame/src/layout.rs",
        "crates/map/src/gfp/layout.rs",
        "crates/fec/src/rs.rs",
        "crates/testkit/src/lib.rs",
        "crates/spec/src/lib.rs",
        "xtask/src/main.rs",
        "crates/frame/tests/views.rs",
        "crates/frame/src/overhead/tests/one.rs",
        "crates/frame/benches/bip.rs",
    ] {
        assert_eq!(found_in(file, text), [0; 0], "{file}");
    }
    for file in
        ["crates/frame/src/lib.rs", "crates/frame/examples/a.rs", "crates/map/src/layouts.rs"]
    {
        assert_eq!(found_in(file, text), [1], "{file}");
    }
}

#[test]
fn a_header_with_a_reason_frees_a_file() {
    let with = |line: &str| format!("//! What it is.\n//!\n//! {line}\nconst A: u8 = 0b1;\n");
    assert_eq!(found(&with("Bit literals: the code's polynomials are printed so.")), [0; 0]);
    assert_eq!(found(&with("Bit literals: because")), [4]);
    assert_eq!(found(&with("Bit literals are fun, so we use them.")), [4]);
    let below =
        "//! What it is.\n\n// Bit literals: a reason in the wrong place.\nconst A: u8 = 0b1;\n";
    assert_eq!(found(below), [4]);
}

#[test]
fn test_modules_in_files_of_their_own_are_free() {
    let parse = |file: &str, text: &str| Source::parse(file, text.to_owned()).expect("Rust");
    let declares = "//! A header sentence.\n#[cfg(test)]\nmod checks;\n";
    let stands = |file: &str| test_modules(&parse(file, declares));
    assert_eq!(stands("crates/a/src/gmp.rs"), ["crates/a/src/gmp/checks"]);
    assert_eq!(stands("crates/a/src/lib.rs"), ["crates/a/src/checks"]);
    assert_eq!(stands("crates/a/src/gmp/mod.rs"), ["crates/a/src/gmp/checks"]);
    let renamed = "#[cfg(test)]\n#[path = \"gmp_checks.rs\"]\nmod checks;\nmod other;\n";
    assert_eq!(test_modules(&parse("crates/a/src/gmp.rs", renamed)), ["crates/a/src/gmp_checks"]);

    let bits = "//! A header sentence.\nconst A: u8 = 0b1;\n";
    let sources = [
        parse("crates/a/src/gmp.rs", declares),
        parse("crates/a/src/gmp/checks.rs", bits),
        parse("crates/a/src/gmp/checks/deep.rs", bits),
        parse("crates/a/src/gmp/checks_not.rs", bits),
    ];
    let files: Vec<String> = check_sources(&sources).into_iter().map(|f| f.file).collect();
    assert_eq!(files, ["crates/a/src/gmp/checks_not.rs"]);
}
