//! The name of the item a citation belongs to, read from the lines around it.
//!
//! In: the lines of a file and the index of a citation. Out: the name of the item that begins
//! below it, else of the item it stands in. This is no parser: it knows how an item's first line
//! looks and trusts that the sources are formatted, so that indentation tells what is inside what.

/// A language whose sources can cite requirements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    Shell,
    Lua,
}

/// How many lines below a citation an item may begin: room for a doc comment and attributes.
const REACH: usize = 12;

impl Language {
    /// The language of a file name, if it is one we read.
    pub(crate) fn of_file(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "rs" => Some(Language::Rust),
            "py" => Some(Language::Python),
            "sh" => Some(Language::Shell),
            "lua" => Some(Language::Lua),
            _ => None,
        }
    }

    /// What a citation's line begins with.
    pub(crate) fn marker(self) -> &'static str {
        match self {
            Language::Rust => "//=",
            Language::Python | Language::Shell => "#=",
            Language::Lua => "--=",
        }
    }

    fn comment(self) -> &'static str {
        self.marker().trim_end_matches('=')
    }

    /// The name of the item whose declaration the trimmed line begins, if it begins one.
    fn declared(self, line: &str) -> Option<String> {
        match self {
            Language::Rust => rust_item(line),
            Language::Python => python_item(line),
            Language::Shell => shell_item(line),
            Language::Lua => lua_item(line),
        }
    }
}

/// The name of the item that the citation on line `at` (from 0) belongs to.
pub(crate) fn item_of(lines: &[&str], at: usize, language: Language) -> Option<String> {
    next_item(lines, at, language).or_else(|| enclosing_item(lines, at, language))
}

/// The first item declared at most [`REACH`] lines below, before the block around the citation
/// ends. Further citations do not count as lines: a stack of them belongs to one item.
fn next_item(lines: &[&str], at: usize, language: Language) -> Option<String> {
    let own = indentation(lines[at]);
    lines[at + 1..]
        .iter()
        .filter(|line| !line.trim().starts_with(language.marker()))
        .take(REACH)
        .filter(|line| !line.trim().is_empty())
        .take_while(|line| indentation(line) >= own)
        .find_map(|line| language.declared(line.trim()))
}

/// The nearest item above that the citation stands inside of. Going up, only a line indented less
/// than all lines below it can open a block around them; lines that close a bracket or carry on a
/// signature share the indentation of the line that opened it, and are passed over.
fn enclosing_item(lines: &[&str], at: usize, language: Language) -> Option<String> {
    let mut inside = indentation(lines[at]);
    for line in lines[..at].iter().rev() {
        let text = line.trim();
        let carries_on = text.starts_with([')', ']', '}', '{', '>']) || text.starts_with("where");
        if text.is_empty() || text.starts_with(language.comment()) || carries_on {
            continue;
        }
        if indentation(line) < inside {
            inside = indentation(line);
            if let Some(name) = language.declared(text) {
                return Some(name);
            }
        }
    }
    None
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Splits off the identifier that `text` begins with and the blanks after it.
fn word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    (&text[..end], text[end..].trim_start())
}

fn named(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

fn rust_item(line: &str) -> Option<String> {
    let mut rest = line;
    loop {
        let (keyword, after) = word(rest);
        rest = match keyword {
            "pub" => match after.strip_prefix('(') {
                Some(scope) => scope.split_once(')')?.1.trim_start(),
                None => after,
            },
            "async" | "unsafe" => after,
            "extern" => after.trim_start_matches(|c| c != ' ').trim_start(),
            "const" => match word(after) {
                ("fn" | "async" | "unsafe" | "extern", _) => after,
                (name, _) => return named(name),
            },
            "static" => match word(after) {
                ("mut", after) => return named(word(after).0),
                (name, _) => return named(name),
            },
            "fn" | "struct" | "enum" | "union" | "type" | "trait" | "mod" => {
                return named(word(after).0);
            }
            "macro_rules" => return named(word(after.strip_prefix('!')?.trim_start()).0),
            "impl" => return impl_header(after),
            _ => return None,
        };
    }
}

/// `impl Trait for Type` without the generic parameters after `impl`, up to `where` or the brace.
fn impl_header(after: &str) -> Option<String> {
    let mut rest = after;
    if after.starts_with('<') {
        let mut depth = 0_usize;
        let close = after.char_indices().find(|&(at, c)| {
            match c {
                '<' => depth += 1,
                '>' if !after[..at].ends_with('-') => depth -= 1,
                _ => {}
            }
            depth == 0
        });
        rest = &after[close?.0 + 1..];
    }
    let end = rest.find(" where").or_else(|| rest.find('{')).unwrap_or(rest.len());
    let header = rest[..end].trim();
    (!header.is_empty()).then(|| format!("impl {header}"))
}

fn python_item(line: &str) -> Option<String> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    let (keyword, after) = word(line);
    matches!(keyword, "def" | "class").then(|| named(word(after).0))?
}

fn shell_item(line: &str) -> Option<String> {
    let (first, after) = word(line);
    if first == "function" {
        return named(word(after).0);
    }
    after.starts_with("()").then(|| named(first))?
}

fn lua_item(line: &str) -> Option<String> {
    let line = line.strip_prefix("local ").unwrap_or(line);
    let (keyword, after) = word(line);
    let name = after.split('(').next().unwrap_or_default().trim();
    (keyword == "function").then(|| named(name))?
}

#[cfg(test)]
#[path = "item_tests.rs"]
mod tests;
