//! Reading of a whole library from its files.
//!
//! Clauses: GNPy's equipment file and extra equipment files, in legacy and YANG form.
//! In: texts with their names. Out: [`Library`]. Entries of extra files follow those of the main file;
//! where a name is taken, the first holds and the other is warned of.

use std::collections::HashMap;

use super::configuration::Configurations;
use super::{Library, load_amplifiers, read, read_transceiver};
use crate::error::{FileError, Ignored, Loaded, Problem};
use crate::input::{Cursor, Document, Source};

/// Top-level name of a library in the YANG form.
pub(crate) const TOPIC: &str = "gnpy-eqpt-config:equipment";

/// Sections of an equipment file, and keys beside them.
const SECTIONS: [&str; 8] =
    ["Edfa", "Fiber", "RamanFiber", "Span", "Roadm", "SI", "Transceiver", "library-information"];

impl Library {
    /// Reads a library: the main file, extra files that add to it, and amplifier configurations that
    /// entries name. A bundle brings its own extra libraries and configurations.
    ///
    /// # Errors
    /// [`FileError`] with file, place, what was found and what is allowed.
    //= gnpy:1.2-extra-equipment
    pub fn load(
        main: Source<'_>,
        extra: &[Source<'_>],
        configurations: &[Source<'_>],
    ) -> Result<Loaded<Self>, FileError> {
        let mut warnings = Vec::new();
        let mut configurations = Configurations::new(configurations, &mut warnings)?;
        let mut documents = vec![Document::parse(main)?];
        for source in extra {
            documents.push(Document::parse(*source)?);
        }
        for document in &documents {
            configurations.add_bundled(&document.bundled("extra-configs")?)?;
        }
        let value = Self::read(&documents, &configurations)?;
        for document in documents {
            warnings.append(&mut document.into_warnings());
        }
        Ok(Loaded { value, warnings })
    }

    /// Reads a library from documents, the main one first.
    fn read(documents: &[Document], configurations: &Configurations) -> Result<Self, FileError> {
        let mut roots = Vec::new();
        for document in documents {
            roots.push(document.root(TOPIC));
            for item in document.bundled("extra-eqpts")? {
                roots.push(item.required(TOPIC)?);
            }
        }
        for root in &roots {
            root.known(&SECTIONS)?;
        }
        let spectra = section(&roots, "SI", read::spectrum, |entry| &entry.type_variety)?;
        let spans = section(&roots, "Span", read::span, |entry| &entry.type_variety)?;
        if let Some(main) = roots.first() {
            needed(main, "Span", spans.is_empty())?;
            needed(main, "SI", spectra.is_empty())?;
        }
        Ok(Self {
            amplifiers: amplifiers(&roots, configurations)?,
            fibres: section(&roots, "Fiber", read::fibre, |entry| &entry.type_variety)?,
            raman_fibres: section(&roots, "RamanFiber", read::fibre, |entry| &entry.type_variety)?,
            spans,
            roadms: section(&roots, "Roadm", read::roadm, |entry| &entry.type_variety)?,
            spectra,
            transceivers: section(&roots, "Transceiver", read_transceiver::transceiver, |entry| {
                &entry.type_variety
            })?,
        })
    }
}

fn needed(main: &Cursor<'_>, name: &str, empty: bool) -> Result<(), FileError> {
    if empty { Err(main.error(Problem::Missing { field: name.to_owned() })) } else { Ok(()) }
}

/// The entries of a section in all files, aliases before the entry that lists them.
fn section<T>(
    roots: &[Cursor<'_>],
    name: &str,
    read: fn(&Cursor<'_>, Option<&str>) -> Result<T, FileError>,
    variety: fn(&T) -> &String,
) -> Result<Vec<T>, FileError> {
    let mut entries: Vec<T> = Vec::new();
    let mut taken = Taken::default();
    for (file, root) in roots.iter().enumerate() {
        for cursor in root.list(name)? {
            for alias in aliases(&cursor)? {
                let entry = read(&cursor, alias.as_deref())?;
                if taken.take(&cursor, variety(&entry), file)? {
                    entries.push(entry);
                }
            }
        }
    }
    Ok(entries)
}

fn amplifiers(
    roots: &[Cursor<'_>],
    configurations: &Configurations,
) -> Result<Vec<super::AmplifierType>, FileError> {
    let mut entries = Vec::new();
    let mut taken = Taken::default();
    for (file, root) in roots.iter().enumerate() {
        for cursor in root.list("Edfa")? {
            for alias in aliases(&cursor)? {
                let mut amplifier = load_amplifiers::read(&cursor, configurations)?;
                if let Some(alias) = alias {
                    amplifier.type_variety = alias;
                }
                if taken.take(&cursor, &amplifier.type_variety, file)? {
                    entries.push(load_amplifiers::Entry { cursor: cursor.clone(), amplifier });
                }
            }
        }
    }
    load_amplifiers::compose(&mut entries)?;
    Ok(entries.into_iter().map(|entry| entry.amplifier).collect())
}

/// The names an entry stands under: its other names first, then its own (`None`).
//= gnpy:1.2-other-name
fn aliases(cursor: &Cursor<'_>) -> Result<Vec<Option<String>>, FileError> {
    let others = match cursor.optional("other_name")? {
        Some(field) if field.is_list() => field.names()?,
        Some(field) => vec![field.name()?],
        None => Vec::new(),
    };
    Ok(others.into_iter().map(Some).chain([None]).collect())
}

/// Names in use, and the file each came from.
#[derive(Default)]
struct Taken(HashMap<String, usize>);

impl Taken {
    /// Takes a name: false, with a warning, if an earlier file has it; an error if this file has.
    fn take(&mut self, cursor: &Cursor<'_>, name: &str, file: usize) -> Result<bool, FileError> {
        match self.0.get(name) {
            None => {
                self.0.insert(name.to_owned(), file);
                Ok(true)
            }
            Some(&earlier) if earlier < file => {
                cursor.warn(Ignored::Entry { name: name.to_owned() });
                Ok(false)
            }
            Some(_) => {
                Err(cursor.error(Problem::Duplicate { what: "entry", name: name.to_owned() }))
            }
        }
    }
}
