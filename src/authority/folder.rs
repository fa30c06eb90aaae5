//! The folder of an embedded authority: `tokencert-ca sign`, run as a child process.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use super::{Authority, Enrolment, Present, Requirements};
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
/// another process that signs: it reads the request from a pipe and writes the certificate to one. It
/// does not get the variables in `removed`; where the folder has a SoftHSM2 token of its own, its
/// `SOFTHSM2_CONF` is that one's. It belongs to the same process group: Ctrl-C reaches it too.
#[derive(Debug)]
pub struct FolderAuthority {
    program: PathBuf,
    folder: PathBuf,
    removed: Vec<OsString>,
    /// A child that waits for its request.
    waiting: Option<Child>,
}

/// How the child ended.
struct Ended {
    status: ExitStatus,
    /// What it wrote to standard output.
    answer: Vec<u8>,
    /// What it wrote to standard error.
    said: String,
}

impl FolderAuthority {
    /// The authority in `folder`, served by `program` (`tokencert-ca`).
    ///
    /// `removed` names the environment variables that the child must not inherit: those of this
    /// program and of its token (`TOKENCERT_*`, `PKCS11SPY*`, `SOFTHSM2_CONF`), and the one that
    /// holds the PIN. Nobody else takes them away.
    /// [`Error::AuthorityInvalid`] if `folder` is not there.
    pub fn new(
        program: impl Into<PathBuf>,
        folder: impl AsRef<Path>,
        removed: Vec<OsString>,
    ) -> Result<Self> {
        Ok(Self {
            program: program.into(),
            folder: super::existing_folder("dir", folder.as_ref())?,
            removed,
            waiting: None,
        })
    }

    /// Starts the child, which waits for its request.
    fn start(&self) -> io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.arg("sign").arg("--dir").arg(&self.folder);
        command.args(["--csr", "-", "--out", "-"]);
        for name in &self.removed {
            command.env_remove(name);
        }
        // What the child would otherwise start itself once more for.
        let own_token = self.folder.join(SOFTHSM2);
        if own_token.is_file() {
            command.env("SOFTHSM2_CONF", own_token);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }

    /// Has a child sign, and hears it to its end: the one that waits, unless it has ended since.
    fn run(&mut self, request: &str) -> Result<Ended> {
        let waits = |child: &mut Child| child.try_wait().is_ok_and(|ended| ended.is_none());
        let waiting = self.waiting.take_if(waits);
        let child = waiting.map_or_else(|| self.start(), Ok);
        self.hear(child.and_then(|child| talk(child, request)))
    }

    fn hear(&self, ended: io::Result<Ended>) -> Result<Ended> {
        ended.map_err(|error| {
            let program = self.program.display();
            self.unreachable(match error.kind() {
                io::ErrorKind::NotFound => format!("the program {program} is not there"),
                _ => format!("{program}: {error}"),
            })
        })
    }

    /// What a child that did not sign has said.
    fn failed(&self, ended: &Ended) -> Error {
        let (status, reason) = (ended.status, message(&ended.said));
        if status.code() == Some(REFUSED) {
            return Error::AuthorityRefused {
                authority: self.name(),
                reason,
            };
        }
        self.unreachable(format!("`tokencert-ca sign` ended with {status}: {reason}"))
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
        let file = self.folder.join("ca.pem");
        let bytes = files::read(&file, MAXIMUM_FILE_BYTES)?;
        read_certificates(&file.display().to_string(), &bytes)
    }

    /// Asks nothing of requests. Fails if the folder is no authority's, or a child that was to wait
    /// for the request has ended: it knows why it cannot sign.
    fn requirements(&mut self) -> Result<Requirements> {
        let has_ended = |child: &mut Child| child.try_wait().is_ok_and(|ended| ended.is_some());
        if let Some(child) = self.waiting.take_if(has_ended) {
            let ended = self.hear(talk(child, ""))?;
            return Err(self.failed(&ended));
        }
        match self.ca_certificates() {
            Ok(_) => Ok(Requirements::default()),
            // It was never made, or not to its end: the child says which.
            Err(Error::FileRead { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                let ended = self.run("")?;
                Err(self.failed(&ended))
            }
            Err(error) => Err(error),
        }
    }

    fn prepare(&mut self) {
        // What cannot be started now is tried again, and its failure told, with the request.
        if self.waiting.is_none() {
            self.waiting = self.start().ok();
        }
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
        let ended = self.run(&request.to_pem()?)?;
        if !ended.status.success() {
            return Err(self.failed(&ended));
        }
        let certificates = read_certificates("answer", &ended.answer);
        certificates
            .map(Enrolment::Issued)
            .map_err(|error| Error::AuthorityAnswer {
                authority: self.name(),
                reason: error.to_string(),
            })
    }
}

impl Drop for FolderAuthority {
    /// Without a request, a child has not touched the authority's token.
    fn drop(&mut self) {
        if let Some(mut child) = self.waiting.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Gives the child its request, and hears it to its end; neither ever waits for the other.
fn talk(mut child: Child, request: &str) -> io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let heard = thread::scope(|scope| {
        // One that does not listen has ended, and its status says why.
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(request.as_bytes())));
        let said = scope.spawn(|| stderr.map_or(Ok(String::new()), last_part));
        let mut answer = Vec::new();
        // One byte over the limit is enough to know.
        let read = stdout.map(|stdout| {
            let mut stdout = stdout.take(MAXIMUM_FILE_BYTES + 1);
            stdout.read_to_end(&mut answer)
        });
        let said = said
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("no answer")));
        read.transpose().and(said).map(|said| (answer, said))
    });
    let status = child.wait()?;
    let (answer, said) = heard?;
    Ok(Ended {
        status,
        answer,
        said,
    })
}

/// Reads to the end, so that the child never waits for us, and keeps the last part of it.
fn last_part(mut output: impl Read) -> io::Result<String> {
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
