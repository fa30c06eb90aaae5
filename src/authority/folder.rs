//! The folder of an embedded authority: `tokencert-ca sign`, run as a child process.

use std::ffi::OsString;
use std::io::{self, PipeReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::{Authority, Enrolment, Present};
use crate::certificate::{Certificate, MAXIMUM_FILE_BYTES, read_certificates, sanitized};
use crate::error::{Error, Result};
use crate::files;
use crate::request::Csr;

/// The exit status of the programs for "refused by the CA".
const REFUSED: i32 = 7;

/// The configuration of the folder's own SoftHSM2 token, where it has one.
const SOFTHSM2: &str = "softhsm2.conf";

/// How much of what the child says is kept, in bytes.
const MAXIMUM_OUTPUT: u64 = 16 * 1024;

/// How much of it goes into an error, in characters.
const MAXIMUM_REASON: usize = 500;

/// An authority's folder (`dir:PATH`), used by whoever can read it: that one is the CA.
///
/// The CA's key is on a token too, through another module with its own configuration, so it is
/// another process that signs. It gets neither standard input nor the variables in `removed`; where
/// the folder has a SoftHSM2 token of its own, its `SOFTHSM2_CONF` is that one's. It belongs to the
/// same process group: Ctrl-C reaches it too.
#[derive(Clone, Debug)]
pub struct FolderAuthority {
    program: PathBuf,
    folder: PathBuf,
    scratch: PathBuf,
    removed: Vec<OsString>,
}

impl FolderAuthority {
    /// The authority in `folder`, served by `program` (`tokencert-ca`).
    ///
    /// Request and answer pass through a private folder made in `scratch`. `removed` names the
    /// environment variables that the child must not inherit: those of this program and of its
    /// token (`TOKENCERT_*`, `PKCS11SPY*`, `SOFTHSM2_CONF`), and the one that holds the PIN. Nobody
    /// else takes them away.
    /// [`Error::AuthorityInvalid`] if `folder` is not there.
    pub fn new(
        program: impl Into<PathBuf>,
        folder: impl AsRef<Path>,
        scratch: impl Into<PathBuf>,
        removed: Vec<OsString>,
    ) -> Result<Self> {
        Ok(Self {
            program: program.into(),
            folder: super::existing_folder("dir", folder.as_ref())?,
            scratch: scratch.into(),
            removed,
        })
    }

    /// Runs the child to its end and returns what it said.
    fn run(&self, request: &Path, answer: &Path) -> Result<(ExitStatus, String)> {
        let unreachable = |error: io::Error| {
            let program = self.program.display();
            self.unreachable(match error.kind() {
                io::ErrorKind::NotFound => format!("the program {program} is not there"),
                _ => format!("{program}: {error}"),
            })
        };
        let (output, writer) = io::pipe().map_err(unreachable)?;
        let mut child = {
            let mut command = Command::new(&self.program);
            command.arg("sign").arg("--dir").arg(&self.folder);
            command.arg("--csr").arg(request).arg("--out").arg(answer);
            self.removed
                .iter()
                .for_each(|name| _ = command.env_remove(name));
            // What the child would otherwise start itself once more for.
            let own_token = self.folder.join(SOFTHSM2);
            if own_token.is_file() {
                command.env("SOFTHSM2_CONF", own_token);
            }
            command.stdin(Stdio::null());
            command
                .stdout(writer.try_clone().map_err(unreachable)?)
                .stderr(writer);
            // The command goes, and with it our ends of the pipe: else its end would never come.
            command.spawn().map_err(unreachable)?
        };
        let said = read_to_end(output).map_err(unreachable);
        let status = child.wait().map_err(unreachable)?;
        Ok((status, said?))
    }

    fn unreachable(&self, reason: String) -> Error {
        Error::AuthorityUnreachable {
            authority: self.name(),
            reason,
        }
    }
}

impl Authority for FolderAuthority {
    fn name(&self) -> String {
        format!("dir:{}", self.folder.display())
    }

    fn ca_certificates(&mut self) -> Result<Vec<Certificate>> {
        certificates(&self.folder.join("ca.pem"))
    }

    /// A key that has a valid certificate gets that one again, so a renewal takes a new key.
    fn reenrol(&mut self, request: &Csr, present: &Present<'_>) -> Result<Enrolment> {
        if request.public_key()? == present.certificate.public_key()? {
            return Err(Error::AuthorityRefused {
                authority: self.name(),
                reason: "it certifies a key once, so leave `--same-key` out".to_owned(),
            });
        }
        self.enrol(request)
    }

    fn enrol(&mut self, request: &Csr) -> Result<Enrolment> {
        // `tempdir_in` makes it the user's alone.
        let scratch = tempfile::Builder::new()
            .prefix("tokencert-")
            .tempdir_in(&self.scratch)
            .map_err(|error| Error::writing(&self.scratch, error))?;
        let csr = scratch.path().join("request.pem");
        let answer = scratch.path().join("answer.pem");
        // For the child alone: nobody looks for it after a crash, so it need not be on the disk.
        std::fs::write(&csr, request.to_pem()?).map_err(|error| Error::writing(&csr, error))?;
        let (status, said) = self.run(&csr, &answer)?;
        let reason = message(&said);
        match status.code() {
            Some(0) => certificates(&answer)
                .map(Enrolment::Issued)
                .map_err(|error| Error::AuthorityAnswer {
                    authority: self.name(),
                    reason: error.to_string(),
                }),
            Some(REFUSED) => Err(Error::AuthorityRefused {
                authority: self.name(),
                reason,
            }),
            _ => {
                Err(self.unreachable(format!("`tokencert-ca sign` ended with {status}: {reason}")))
            }
        }
    }
}

fn certificates(file: &Path) -> Result<Vec<Certificate>> {
    let bytes = files::read(file, MAXIMUM_FILE_BYTES)?;
    read_certificates(&file.display().to_string(), &bytes)
}

/// Reads to the end, so that the child never waits for us, and keeps the last part of it.
fn read_to_end(mut output: PipeReader) -> io::Result<String> {
    let mut kept = Vec::new();
    while (&mut output).take(MAXIMUM_OUTPUT).read_to_end(&mut kept)? > 0 {
        let surplus = kept
            .len()
            .saturating_sub(usize::try_from(MAXIMUM_OUTPUT).unwrap_or(0));
        kept.drain(..surplus);
    }
    Ok(String::from_utf8_lossy(&kept).into_owned())
}

/// How the programs begin an error in their languages; the colon may be of either width.
const ERROR_LABELS: [&str; 3] = ["error:", "エラー：", "エラー:"];

/// How they begin a hint.
const HINT_LABELS: [&str; 3] = ["hint:", "ヒント：", "ヒント:"];

/// The child's error without label and hint, which are printed around it once more; without a
/// label, the last line it said.
///
/// The child speaks the user's language, so its labels may be the Japanese ones.
fn message(said: &str) -> String {
    let is_hint = |line: &&str| HINT_LABELS.iter().any(|label| line.starts_with(label));
    let mut error = Vec::new();
    let mut last = "it said nothing";
    for line in said.lines().map(str::trim).filter(|line| !line.is_empty()) {
        last = line;
        let mut labels = ERROR_LABELS.iter();
        match labels.find_map(|label| line.strip_prefix(label)) {
            Some(begin) => error = vec![begin.trim()],
            None if error.is_empty() => {}
            None => error.push(line),
        }
    }
    let error: Vec<_> = error
        .into_iter()
        .take_while(|line| !is_hint(line))
        .collect();
    let message = if error.is_empty() {
        last.to_owned()
    } else {
        error.join(" ")
    };
    sanitized(&message).chars().take(MAXIMUM_REASON).collect()
}
