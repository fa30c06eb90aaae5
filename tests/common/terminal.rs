//! A program on a terminal of its own.

use std::time::Duration;

use expectrl::process::unix::WaitStatus;
use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Session};

use super::World;

/// A program on a terminal of its own.
pub(crate) struct Terminal {
    pub(crate) session: OsSession,
}

impl Terminal {
    pub(crate) fn run(world: &World, arguments: &[&str]) -> Self {
        Self::start(world.tokencert_command(arguments))
    }

    pub(crate) fn start(command: std::process::Command) -> Self {
        let mut session = Session::spawn(command).unwrap();
        session.set_expect_timeout(Some(Duration::from_secs(30)));
        Self { session }
    }

    /// Waits until the words are shown; returns what came before them.
    #[track_caller]
    pub(crate) fn shows(&mut self, words: &str) -> String {
        match self.session.expect(words) {
            Ok(found) => String::from_utf8_lossy(found.before()).into_owned(),
            Err(error) => panic!("`{words}` is not shown: {error}"),
        }
    }

    pub(crate) fn types(&mut self, line: &str) {
        self.session.send_line(line).unwrap();
    }

    /// Waits for the end; returns the rest that was shown, and the exit status.
    #[track_caller]
    pub(crate) fn ends(mut self) -> (String, i32) {
        let rest = self.session.expect(Eof).unwrap();
        let rest = String::from_utf8_lossy(rest.get(0).unwrap_or_default()).into_owned();
        match self.session.get_process().wait().unwrap() {
            WaitStatus::Exited(_, status) => (rest, status),
            other => panic!("{other:?}\n{rest}"),
        }
    }
}
