//! One change to one file: what it would be, whether it is there already, and carrying it out.

use std::io;
use std::path::{Path, PathBuf};

use tokencert::Error;
use tokencert::files::{self, Access};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Message, message};

/// The largest file that is changed, in bytes.
const MAXIMUM_BYTES: u64 = 1024 * 1024;

/// A change to a text file.
pub(crate) struct Change {
    pub(crate) path: PathBuf,
    pub(crate) kind: Kind,
    /// The lines, without those that mark a block.
    pub(crate) text: String,
}

/// How much of a file is ours.
pub(crate) enum Kind {
    /// All of it.
    File,
    /// The lines at its end between two that name it.
    Block(String),
    /// One line.
    Line,
}

/// How a file compares with what it is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// What is to be there is missing.
    Missing,
    /// It is there.
    Same,
    /// Something else is in its place.
    Differs,
}

impl State {
    /// Its name in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Same => "same",
            Self::Differs => "differs",
        }
    }
}

impl Change {
    /// A file of our own.
    pub(crate) fn file(path: PathBuf, text: String) -> Self {
        Self {
            path,
            kind: Kind::File,
            text,
        }
    }

    /// Its kind's name in JSON.
    pub(crate) fn kind(&self) -> &'static str {
        match self.kind {
            Kind::File => "file",
            Kind::Block(_) => "block",
            Kind::Line => "line",
        }
    }

    /// The lines as they are to stand in the file.
    pub(crate) fn lines(&self) -> String {
        match &self.kind {
            Kind::File | Kind::Line => self.text.clone(),
            Kind::Block(name) => format!("{}\n{}{}\n", begin(name), self.text, end(name)),
        }
    }

    /// Compares the file with what it is to be; also says what would be written.
    pub(crate) fn look(&self) -> Result<(State, String), Failure> {
        let present = match self.place() {
            Ok(place) => Some(text(&place)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(Error::reading(&self.path, error).into()),
        };
        let lines = self.lines();
        let Some(present) = present else {
            return Ok((State::Missing, lines));
        };
        let appended = || {
            let gap = if present.is_empty() || present.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            (State::Missing, format!("{present}{gap}{lines}"))
        };
        match &self.kind {
            Kind::File if present == lines => Ok((State::Same, lines)),
            Kind::File => Ok((State::Differs, lines)),
            Kind::Line if present.lines().any(|line| line == lines.trim_end()) => {
                Ok((State::Same, present))
            }
            Kind::Line => Ok(appended()),
            Kind::Block(name) => {
                let Some(from) = line_at(&present, &begin(name)) else {
                    return Ok(appended());
                };
                let (before, rest) = present.split_at(from);
                let ending = end(name);
                let to = line_at(rest, &ending).ok_or_else(|| self.open(&ending))?;
                let after = rest.get(to + ending.len()..).unwrap_or_default();
                let after = after.split_once('\n').map_or("", |(_, after)| after);
                let whole = format!("{before}{lines}{after}");
                let state = if whole == present {
                    State::Same
                } else {
                    State::Differs
                };
                Ok((state, whole))
            }
        }
    }

    /// Writes what [`Change::look`] has said; nothing if it is there already.
    pub(crate) fn write(&self, whole: &str) -> Result<(), Failure> {
        match self.place() {
            Ok(place) => files::rewrite(&place, whole.as_bytes())?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if let Some(folder) = self.path.parent() {
                    files::private_folder(folder)?;
                }
                // Whoever reads a configuration of ours finds nothing secret in it, but one of
                // another program may come to hold more.
                let access = match self.kind {
                    Kind::File => Access::Public,
                    Kind::Block(_) | Kind::Line => Access::Private,
                };
                files::write_new(&self.path, whole.as_bytes(), access)?;
            }
            Err(error) => return Err(Error::reading(&self.path, error).into()),
        }
        Ok(())
    }

    /// How the change is taken back.
    pub(crate) fn undo(&self) -> Message {
        let said = match &self.kind {
            Kind::File => message("integrate-undo-file"),
            Kind::Line => message("integrate-undo-line").with("line", self.text.trim_end()),
            Kind::Block(name) => message("integrate-undo-block")
                .with("begin", begin(name))
                .with("end", end(name)),
        };
        said.with("path", self.path.display())
    }

    /// The file itself: where people keep their configuration elsewhere, a symbolic link names it.
    fn place(&self) -> io::Result<PathBuf> {
        self.path.symlink_metadata()?;
        self.path.canonicalize().map_err(|error| {
            // A link to nowhere is no missing file.
            io::Error::other(error.to_string())
        })
    }

    fn open(&self, ending: &str) -> Failure {
        let said = message("integrate-block-open")
            .with("path", self.path.display())
            .with("end", ending);
        Failure::Program(Exit::Failed, said)
    }
}

fn begin(name: &str) -> String {
    format!("# tokencert integrate {name}: begin")
}

fn end(name: &str) -> String {
    format!("# tokencert integrate {name}: end")
}

fn text(path: &Path) -> Result<String, Error> {
    let bytes = files::read(path, MAXIMUM_BYTES)?;
    String::from_utf8(bytes).map_err(|_| {
        let error = io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8");
        Error::reading(path, error)
    })
}

/// Where a line begins that says just this.
fn line_at(text: &str, wanted: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == wanted {
            return Some(at);
        }
        at += line.len();
    }
    None
}
