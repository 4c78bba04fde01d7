//! Files that appear whole or not at all.
//!
//! In: a path and octets. Out: the file, once it is committed. Until then everything goes to a
//! temporary name in the same folder; a file that was there before stays as it was.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, bail};
use tempfile::NamedTempFile;

/// Write buffer of a file.
const BUFFER: usize = 256 * 1024;

/// Temporary files of this process, so that an abrupt end can remove them.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

fn unfinished() -> MutexGuard<'static, Vec<PathBuf>> {
    // A list of names stays usable whatever happened to the thread that held it.
    UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes all temporary files; for the moment before the process is ended abruptly.
pub fn remove_unfinished() {
    for path in unfinished().drain(..) {
        let _ = fs::remove_file(path);
    }
}

/// What the octets go to.
#[derive(Debug)]
enum Target {
    /// A temporary file beside what will be the real one.
    Temporary(NamedTempFile, PathBuf),
    /// A device, a pipe: nothing to rename over.
    Direct(File),
}

impl Write for Target {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match self {
            Self::Temporary(file, _) => file.write(octets),
            Self::Direct(file) => file.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Temporary(file, _) => file.flush(),
            Self::Direct(file) => file.flush(),
        }
    }
}

/// A file being written.
#[derive(Debug)]
pub struct OutFile {
    path: PathBuf,
    writer: BufWriter<Target>,
}

impl OutFile {
    /// Starts to write what will be `path`. A link is followed; a device or a pipe is written
    /// directly.
    ///
    /// # Errors
    /// A folder that is missing or cannot be written, named.
    pub fn create(path: &Path) -> Result<Self> {
        let name = || format!("{}: cannot be written", path.display());
        let target = match fs::metadata(path) {
            Ok(found) if found.is_dir() => {
                bail!("{}: found a folder, expected a file", path.display())
            }
            Ok(found) if !found.is_file() => {
                Target::Direct(File::options().write(true).open(path).with_context(name)?)
            }
            Ok(_) => temporary(path.canonicalize().with_context(name)?).with_context(name)?,
            Err(_) => temporary(path.to_path_buf()).with_context(name)?,
        };
        let writer = BufWriter::with_capacity(BUFFER, target);
        Ok(Self { path: path.to_path_buf(), writer })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// What kept the last octets from being written, or the file from being named.
    pub fn commit(self) -> Result<()> {
        let name = || format!("{}: cannot be written", self.path.display());
        let target = self.writer.into_inner().map_err(io::IntoInnerError::into_error);
        match target.with_context(name)? {
            Target::Direct(_) => Ok(()),
            Target::Temporary(file, real) => {
                unfinished().retain(|path| path != file.path());
                file.persist(real).map_err(|e| e.error).with_context(name)?;
                Ok(())
            }
        }
    }

    /// The name the file will have.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn temporary(real: PathBuf) -> io::Result<Target> {
    let folder = match real.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let file = tempfile::Builder::new()
        .prefix(".otn-")
        .permissions(readable_by_all())
        .tempfile_in(folder)?;
    unfinished().push(file.path().to_path_buf());
    Ok(Target::Temporary(file, real))
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

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_are_written_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        write_whole(&real, b"old").unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        write_whole(&link, b"new").unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        write_whole(Path::new("/dev/null"), b"nothing").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        let error = write_whole(folder.path(), b"x").unwrap_err().to_string();
        assert!(error.ends_with("found a folder, expected a file"), "{error}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let error = OutFile::create(Path::new("no/such/folder/out.pcapng")).unwrap_err();
        assert!(error.to_string().starts_with("no/such/folder/out.pcapng: cannot be written"));
    }
}
