//! How a program ended and what it said.

use std::process::Output;

/// A program's exit status and output.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The exit status; `None` if a signal ended it.
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    command: String,
}

impl Outcome {
    pub(crate) fn new(command: String, output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("programs speak UTF-8");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        Self {
            status: output.status.code(),
            stdout,
            stderr,
            command,
        }
    }

    /// Insists on exit status 0.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.exits(0)
    }

    /// Insists on an exit status.
    #[track_caller]
    pub(crate) fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{self}");
        self
    }

    /// Insists on words on standard output.
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        assert!(
            self.stdout.contains(words),
            "`{words}` is not said on standard output\n{self}"
        );
        self
    }

    /// Insists on words on standard error.
    #[track_caller]
    pub(crate) fn complains(self, words: &str) -> Self {
        assert!(
            self.stderr.contains(words),
            "`{words}` is not said on standard error\n{self}"
        );
        self
    }

    /// Insists that neither stream holds the words.
    #[track_caller]
    pub(crate) fn never_says(self, words: &str) -> Self {
        assert!(
            !self.stdout.contains(words) && !self.stderr.contains(words),
            "{self}"
        );
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"))
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            status,
            stdout,
            stderr,
            command,
        } = self;
        write!(
            f,
            "{command}\nexit status {status:?}\n-- stdout\n{stdout}\n-- stderr\n{stderr}"
        )
    }
}
