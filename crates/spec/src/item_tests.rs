//! Tests of the naming of items: first lines of every kind, and the two directions of search.

use super::{Language, item_of};

/// The item of the first citation in `text`.
fn item(language: Language, text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.trim().starts_with(language.marker()));
    item_of(&lines, at.expect("the text has a citation"), language)
}

fn rust(text: &str) -> Option<String> {
    item(Language::Rust, text)
}

#[test]
fn names_every_kind_of_rust_item() {
    let cases = [
        ("fn plain() {}", "plain"),
        ("pub fn public() {}", "public"),
        ("pub(crate) const fn table() -> [u8; 4] {", "table"),
        ("pub(in crate::bits) async unsafe fn deep() {", "deep"),
        ("unsafe extern \"C\" fn foreign(", "foreign"),
        ("struct Bip8(u8);", "Bip8"),
        ("pub enum Payload<'a> {", "Payload"),
        ("const OTU_BYTES: usize = 4 * 4080;", "OTU_BYTES"),
        ("pub static mut COUNT: u8 = 0;", "COUNT"),
        ("static NAMES: [&str; 2] = [", "NAMES"),
        ("type Word = u64;", "Word"),
        ("pub unsafe trait Layer: Sized {", "Layer"),
        ("macro_rules! field {", "field"),
        ("mod tests {", "tests"),
        ("impl Display for Bip8 {", "impl Display for Bip8"),
        ("impl<B: Borrow<[u8; 4]>> Frame<B> {", "impl Frame<B>"),
        ("impl<F: Fn(u8) -> u8> Map<F> where F: Send {", "impl Map<F>"),
    ];
    for (line, name) in cases {
        assert_eq!(rust(&format!("//= a:1\n{line}\n")).as_deref(), Some(name), "{line}");
    }
}

#[test]
fn other_rust_lines_name_nothing() {
    for line in ["let x = 1;", "unsafe { x() }", "constant();", "// fn no()", "fn(u8) -> u8", "}"] {
        assert_eq!(rust(&format!("//= a:1\n{line}\n")), None, "{line}");
    }
}

#[test]
fn looks_past_comments_attributes_and_further_citations() {
    let text = concat!(
        "//= a:1\n//= a:2\n//= type=test a:3\n/// Doc.\n\n#[cfg_attr(\n    x,\n    y\n)]\n",
        "pub fn found() {}\n",
    );
    assert_eq!(rust(text).as_deref(), Some("found"));
}

#[test]
fn twelve_lines_below_is_the_limit() {
    let citations = "//= a:1\n".repeat(3);
    let at = |blank: usize| rust(&format!("{citations}{}fn far() {{}}\n", "//\n".repeat(blank)));
    assert_eq!(at(11).as_deref(), Some("far"));
    assert_eq!(at(12), None);
}

#[test]
fn inside_a_body_it_is_the_enclosing_function_not_the_next() {
    let text = concat!(
        "impl Frame {\n",
        "    fn earlier(&self) {\n        let x = 1;\n    }\n\n",
        "    fn enclosing(\n        &self,\n        byte: u8,\n    ) -> u8\n    where\n",
        "        Self: Sized,\n    {\n",
        "        const MASK: u8 = 1;\n",
        "        if byte > 0 {\n            //= a:1\n            return byte;\n        }\n",
        "        0\n    }\n\n    fn next(&self) {}\n}\n",
    );
    assert_eq!(rust(text).as_deref(), Some("enclosing"));
}

#[test]
fn inside_an_enum_or_a_table_it_is_that_item() {
    let text = concat!(
        "fn above() {\n    x();\n}\n\npub enum Payload {\n    Bmp,\n    //= a:1\n    Gmp,\n}\n",
        "fn below() {}\n",
    );
    assert_eq!(rust(text).as_deref(), Some("Payload"));
    let text = "const FIELDS: [Field; 1] = [\n    //= a:1\n    FAS,\n];\nfn below() {}\n";
    assert_eq!(rust(text).as_deref(), Some("FIELDS"));
}

#[test]
fn inside_an_impl_it_is_the_next_method() {
    let text = "impl A {\n    fn a() {}\n\n    //= a:1\n    #[must_use]\n    fn b() {}\n}\n";
    assert_eq!(rust(text).as_deref(), Some("b"));
}

#[test]
fn inside_a_macro_body_it_is_the_next_function() {
    let text = "proptest! {\n    //= type=test a:1\n    #[test]\n    fn holds(x in any()) {}\n}\n";
    assert_eq!(rust(text).as_deref(), Some("holds"));
}

#[test]
fn a_citation_that_stands_alone_has_no_item() {
    assert_eq!(rust("fn above() {}\n\n//= a:1\n"), None);
}

#[test]
fn names_python_items() {
    let python = |text: &str| item(Language::Python, text);
    assert_eq!(python("#= a:1\n@mark\ndef test_it(x):\n").as_deref(), Some("test_it"));
    assert_eq!(python("#= a:1\nasync def run():\n").as_deref(), Some("run"));
    assert_eq!(python("#= a:1\nclass Frame:\n").as_deref(), Some("Frame"));
    assert_eq!(python("#= a:1\ndefine = 1\n"), None);
    let inside =
        "def a(\n    x,\n):\n    if x:\n        #= a:1\n        y()\n\ndef b():\n    pass\n";
    assert_eq!(python(inside).as_deref(), Some("a"));
}

#[test]
fn names_shell_and_lua_functions() {
    let shell = |text: &str| item(Language::Shell, text);
    assert_eq!(shell("#= a:1\nrun() {\n").as_deref(), Some("run"));
    assert_eq!(shell("#= a:1\nfunction run {\n").as_deref(), Some("run"));
    assert_eq!(shell("#= a:1\nexit 1\n"), None);
    let lua = |text: &str| item(Language::Lua, text);
    assert_eq!(lua("--= a:1\nlocal function bip(x)\n").as_deref(), Some("bip"));
    assert_eq!(
        lua("function otn.dissector(b)\n  --= a:1\n  b()\nend\n").as_deref(),
        Some("otn.dissector")
    );
}
