//! Why a command stopped: an error of the library, one of the program, or a closed pipe.

use std::io;

use crate::exit::Exit;
use crate::i18n::Message;

/// The error of every command.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of the library.
    Library(tokencert::Error),
    /// A command line that clap refused.
    Arguments(clap::Error),
    /// A mistake that only the program can notice; the hint is the message's `hint` attribute.
    Program(Exit, Message),
    /// Another process of this program has failed, and has said why.
    #[allow(dead_code, reason = "only one of the two programs has other processes")]
    Told(Exit),
    /// Standard output or standard error could not be written to.
    Output(io::Error),
}

impl Failure {
    /// A command line that cannot be carried out.
    pub(crate) fn usage(message: Message) -> Self {
        Self::Program(Exit::Usage, message)
    }

    /// The exit status; nobody is left to read the output behind a closed pipe, so that is 0.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Library(error) => error.kind().into(),
            Self::Arguments(_) => Exit::Usage,
            Self::Program(exit, _) | Self::Told(exit) => *exit,
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
            Self::Output(_) => Exit::Failed,
        }
    }
}

impl From<tokencert::Error> for Failure {
    fn from(error: tokencert::Error) -> Self {
        Self::Library(error)
    }
}
