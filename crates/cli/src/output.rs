//! Files that appear whole or not at all.
//!
//! In: a path and octets. Out: the file, once it is committed. Until then everything goes to a
//! temporary name in the same folder; a file that was there before stays as it was.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;

/// Write buffer of a file.
const BUFFER: usize = 256 * 1024;

/// A file being written.
#[derive(Debug)]
pub struct OutFile {
    path: PathBuf,
    writer: BufWriter<NamedTempFile>,
}

impl OutFile {
    /// Starts to write what will be `path`.
    ///
    /// # Errors
    /// A folder that is missing or cannot be written, named.
    pub fn create(path: &Path) -> Result<Self> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".otn-")
            .permissions(readable_by_all())
            .tempfile_in(folder)
            .with_context(|| format!("{}: cannot be written", path.display()))?;
        Ok(Self { path: path.to_path_buf(), writer: BufWriter::with_capacity(BUFFER, file) })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// What kept the last octets from being written, or the file from being named.
    pub fn commit(self) -> Result<()> {
        let name = || format!("{}: cannot be written", self.path.display());
        let file = self.writer.into_inner().map_err(io::IntoInnerError::into_error);
        file.with_context(name)?.persist(&self.path).map_err(|e| e.error).with_context(name)?;
        Ok(())
    }

    /// The name the file will have.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(unix)]
fn readable_by_all() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o644)
}

#[cfg(not(unix))]
fn readable_by_all() -> fs::Permissions {
    // Temporary files take the folder's default here.
    fs::metadata(".").map(|m| m.permissions()).expect("the current folder has permissions")
}

impl Write for OutFile {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.writer.write(octets)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Writes a whole file at once.
///
/// # Errors
/// As [`OutFile`].
pub fn write_whole(path: &Path, octets: &[u8]) -> Result<()> {
    let mut file = OutFile::create(path)?;
    file.write_all(octets).with_context(|| format!("{}: cannot be written", path.display()))?;
    file.commit()
}

/// Makes a folder, if it is not there.
///
/// # Errors
/// What is in the way, named.
pub fn folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path)
        .with_context(|| format!("{}: cannot be made or used as a folder", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_not_committed_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        write_whole(&path, b"old").unwrap();
        let mut file = OutFile::create(&path).unwrap();
        file.write_all(b"new").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
        write_whole(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = OutFile::create(Path::new("no/such/folder/out.pcapng")).unwrap_err();
        assert!(error.to_string().starts_with("no/such/folder/out.pcapng: cannot be written"));
    }
}
