//! The only file that writes: data to standard output, talk to standard error, the PIN prompt.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::i18n::{Catalog, Language, Message, message};

/// What the program shows and asks.
pub(crate) struct Ui {
    catalog: Catalog,
    colour: bool,
    terminal: bool,
}

#[expect(
    clippy::unused_self,
    reason = "who holds the user interface may write, and nobody else"
)]
impl Ui {
    /// A user interface in `language`.
    pub(crate) fn new(language: Language) -> Self {
        let terminal = io::stderr().is_terminal();
        let colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            catalog: Catalog::new(language),
            colour: terminal && colours,
            terminal,
        }
    }

    /// The language.
    pub(crate) fn language(&self) -> Language {
        self.catalog.language()
    }

    /// The text of a message.
    pub(crate) fn text(&self, message: &Message) -> String {
        self.catalog.text(message)
    }

    /// The text of a message without values.
    pub(crate) fn word(&self, key: &str) -> String {
        self.catalog.text(&message(key))
    }

    /// A phrase of the library in the user's language.
    pub(crate) fn phrase(&self, english: impl Display) -> String {
        self.catalog.phrase(&english.to_string())
    }

    /// Writes data to standard output.
    pub(crate) fn data(&self, data: impl AsRef<[u8]>) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(data.as_ref());
        written
            .and_then(|()| stdout.flush())
            .map_err(Failure::Output)
    }

    /// Writes a message to standard output.
    pub(crate) fn say(&self, message: &Message) -> Result<(), Failure> {
        self.data(format!("{}\n", self.text(message)))
    }

    /// Writes JSON to standard output.
    pub(crate) fn json(&self, value: &serde_json::Value) -> Result<(), Failure> {
        self.data(format!("{value:#}\n"))
    }

    /// Tells how it goes.
    pub(crate) fn status(&self, message: &Message) {
        self.status_text(&self.text(message));
    }

    /// Writes a text to standard error; nobody is told if that fails, there is nowhere to tell it.
    pub(crate) fn status_text(&self, text: &str) {
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Warns.
    pub(crate) fn warn(&self, message: &Message) {
        let heading = self.heading("33", "heading-warning");
        self.status_text(&format!("{heading}{}", self.text(message)));
    }

    /// Asks for a PIN without echo; `None` if nothing was typed or nobody can be asked.
    pub(crate) fn ask_pin(&self, question: &Message) -> Option<Zeroizing<String>> {
        if !self.terminal {
            return None;
        }
        let typed = rpassword::prompt_password(format!("{}: ", self.text(question)));
        let pin = typed.ok().map(Zeroizing::new);
        pin.filter(|pin| !pin.is_empty())
    }

    /// Tells why the program stops. A closed pipe is not worth a word.
    pub(crate) fn failure(&self, failure: &Failure) {
        let (what, hint) = match failure {
            Failure::Library(error) => self.catalog.error(error),
            Failure::Arguments(error) => {
                // A value that the library refused says best itself why; it never repeats a PIN.
                match std::error::Error::source(error).and_then(|error| error.downcast_ref()) {
                    Some(error) => self.catalog.error(error),
                    None => self.with_hint(&crate::usage::mistake(error)),
                }
            }
            Failure::Program(_, message) => self.with_hint(message),
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return,
            Failure::Output(error) => {
                let message = message("output-failed").with("cause", error);
                (self.text(&message), None)
            }
        };
        let heading = self.heading("31", "heading-error");
        self.status_text(&format!("{heading}{what}"));
        if let Some(hint) = hint {
            let heading = self.heading("36", "heading-hint");
            self.status_text(&format!("{heading}{hint}"));
        }
    }

    fn with_hint(&self, message: &Message) -> (String, Option<String>) {
        let hint = self.catalog.find(&message.attribute("hint"));
        (self.text(message), hint)
    }

    fn heading(&self, colour: &str, key: &str) -> String {
        let text = self.word(key);
        if self.colour {
            format!("\x1b[1;{colour}m{text}\x1b[0m")
        } else {
            text
        }
    }
}
