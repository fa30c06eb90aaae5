//! Exit statuses, the same for every command, and how an error becomes one.

use std::process::ExitCode;

use tokencert::ErrorKind;

/// What the program tells its caller; where nothing heeds Ctrl-C, 130 is the signal's own doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The command line was wrong, or no PIN was to be had.
    Usage = 2,
    /// Something is due.
    Due = 3,
    /// No such token, several, or it was removed.
    Token = 4,
    /// Wrong token PIN, or one refused by its length.
    PinWrong = 5,
    /// Token PIN locked, or stopped before a last try.
    PinLocked = 6,
    /// Refused by the authority.
    Refused = 7,
    /// The authority has not answered yet.
    Pending = 8,
    /// Ctrl-C has ended it in an orderly way.
    Interrupted = 130,
}

impl Exit {
    /// What another process of ours has ended with.
    #[allow(dead_code, reason = "only one of the two programs has other processes")]
    pub(crate) fn from_status(status: Option<i32>) -> Self {
        const ALL: [Exit; 9] = [
            Exit::Done,
            Exit::Failed,
            Exit::Usage,
            Exit::Due,
            Exit::Token,
            Exit::PinWrong,
            Exit::PinLocked,
            Exit::Refused,
            Exit::Pending,
        ];
        let known = ALL.into_iter().find(|exit| status == Some(*exit as i32));
        known.unwrap_or(Self::Failed)
    }
}

impl From<ErrorKind> for Exit {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Usage => Self::Usage,
            ErrorKind::Token => Self::Token,
            ErrorKind::PinWrong => Self::PinWrong,
            ErrorKind::PinLocked => Self::PinLocked,
            ErrorKind::Refused => Self::Refused,
            _ => Self::Failed,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
