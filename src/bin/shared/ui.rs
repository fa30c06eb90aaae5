//! The only file that writes: data to standard output, talk to standard error, prompts.

#[path = "ui/prompt.rs"]
mod prompt;
#[path = "ui/spinner.rs"]
mod spinner;

use std::cell::{OnceCell, RefCell};
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::failure::Failure;
use crate::i18n::{Catalog, Language, Message, message};
use crate::warnings::{Warning, Warnings};

/// How the program talks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Voice {
    /// Not at all.
    Silent,
    /// In lines.
    Lines,
    /// On a terminal, where what goes on can be shown.
    Terminal,
}

/// What the program shows and asks.
pub(crate) struct Ui {
    catalog: RefCell<Catalog>,
    colour: bool,
    terminal: bool,
    voice: Voice,
    spinner: RefCell<Option<spinner::Spinner>>,
    support: OnceCell<String>,
    interrupt: prompt::Interrupt,
    warnings: Warnings,
}

impl Ui {
    /// A user interface in `language`.
    pub(crate) fn new(language: Language) -> Self {
        let talks = io::stderr().is_terminal();
        Self {
            catalog: RefCell::new(Catalog::new(language)),
            colour: talks && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
            terminal: prompt::available(talks),
            voice: if talks { Voice::Terminal } else { Voice::Lines },
            spinner: RefCell::new(None),
            support: OnceCell::new(),
            interrupt: prompt::Interrupt::new(),
            warnings: Warnings::default(),
        }
    }

    /// One that neither tells nor asks anything.
    pub(crate) fn silent() -> Self {
        Self {
            terminal: false,
            voice: Voice::Silent,
            ..Self::new(Language::En)
        }
    }

    /// True if somebody can be asked.
    pub(crate) fn can_ask(&self) -> bool {
        self.terminal
    }

    /// Has a first Ctrl-C or polite `kill` do something else than end the program.
    pub(crate) fn on_signal(&self, act: impl FnMut(i32) + Send + 'static) {
        self.interrupt.instead(act);
    }

    /// Speaks another language from now on.
    pub(crate) fn speak(&self, language: Language) {
        if language != self.language() {
            self.catalog.replace(Catalog::new(language));
        }
    }

    /// The language.
    pub(crate) fn language(&self) -> Language {
        self.catalog.borrow().language()
    }

    /// The text of a message.
    pub(crate) fn text(&self, message: &Message) -> String {
        self.catalog.borrow().text(message)
    }

    /// The text of a message without values.
    pub(crate) fn word(&self, key: &str) -> String {
        self.catalog.borrow().text(&message(key))
    }

    /// The text of a message, if there is one.
    pub(crate) fn find(&self, message: &Message) -> Option<String> {
        self.catalog.borrow().find(message)
    }

    /// What an error says, without what to do next.
    pub(crate) fn error_text(&self, error: &tokencert::Error) -> String {
        self.catalog.borrow().error(error).0
    }

    /// A phrase of the library in the user's language.
    pub(crate) fn phrase(&self, english: impl Display) -> String {
        self.catalog.borrow().phrase(&english.to_string())
    }

    /// Names the desk that every hint then ends with.
    pub(crate) fn set_support(&self, desk: String) {
        self.support.get_or_init(|| desk);
    }

    /// Writes data to standard output.
    pub(crate) fn data(&self, data: impl AsRef<[u8]>) -> Result<(), Failure> {
        let written = self.pause(|| {
            let mut stdout = io::stdout().lock();
            stdout
                .write_all(data.as_ref())
                .and_then(|()| stdout.flush())
        });
        written.map_err(Failure::Output)
    }

    /// Writes a line to standard output.
    pub(crate) fn line(&self, text: impl Display) -> Result<(), Failure> {
        self.data(format!("{text}\n"))
    }

    /// Writes a message to standard output.
    pub(crate) fn say(&self, message: &Message) -> Result<(), Failure> {
        self.line(self.text(message))
    }

    /// Writes JSON to standard output.
    pub(crate) fn json(&self, value: &serde_json::Value) -> Result<(), Failure> {
        self.line(tokencert::report::json::text(value))
    }

    /// Tells how it goes.
    pub(crate) fn status(&self, message: &Message) {
        self.talk(&self.text(message));
    }

    /// Writes a text of clap's to standard error.
    pub(crate) fn status_text(&self, text: &str) {
        self.talk(text);
    }

    /// Warns.
    pub(crate) fn warn(&self, message: &Message) {
        let heading = self.heading("33", "heading-warning");
        self.talk(&format!("{heading}{}", self.text(message)));
    }

    /// Warns of an error that does not stop the command.
    pub(crate) fn warn_of(&self, error: &tokencert::Error) {
        let (what, hint) = self.catalog.borrow().error(error);
        self.talk(&format!("{}{what}", self.heading("33", "heading-warning")));
        if let Some(hint) = hint {
            self.hint_text(&hint);
        }
    }

    /// Tells of an error that ends a part of the command only.
    pub(crate) fn error_of(&self, error: &tokencert::Error) {
        let (what, hint) = self.catalog.borrow().error(error);
        self.talk(&format!("{}{what}", self.heading("31", "heading-error")));
        if let Some(hint) = hint {
            self.hint_text(&hint);
        }
    }

    /// Shows what the library has warned of meanwhile.
    pub(crate) fn pass_warnings_on(&self) {
        for Warning { what, causes } in self.warnings.take() {
            let causes: Vec<String> = causes.iter().map(|cause| self.phrase(cause)).collect();
            let warning = message("library-warning")
                .with("what", self.phrase(what))
                .with("cause", causes.join(", "));
            self.warn(&warning);
        }
    }

    /// Hints at what to do next.
    pub(crate) fn hint(&self, message: &Message) {
        self.hint_text(&self.text(message));
    }

    /// Tells why the program stops. A closed pipe is not worth a word.
    pub(crate) fn failure(&self, failure: &Failure) {
        let Some((what, hint)) = self.explanation(failure) else {
            return;
        };
        self.talk(&format!("{}{what}", self.heading("31", "heading-error")));
        match hint {
            Some(hint) => self.hint_text(&hint),
            None => self.desk(),
        }
    }

    /// What happened and what to do next; nothing where it was told already, or nobody listens.
    pub(crate) fn explanation(&self, failure: &Failure) -> Option<(String, Option<String>)> {
        Some(match failure {
            Failure::Library(error) => self.catalog.borrow().error(error),
            Failure::Arguments(error) => {
                // A value that the library refused says best itself why; it never repeats a PIN.
                match std::error::Error::source(error).and_then(|error| error.downcast_ref()) {
                    Some(error) => self.catalog.borrow().error(error),
                    None => self.with_hint(&crate::usage::mistake(error)),
                }
            }
            Failure::Program(_, message) => self.with_hint(message),
            Failure::Told(_) => return None,
            Failure::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return None,
            Failure::Output(error) => (
                self.text(&message("output-failed").with("cause", error)),
                None,
            ),
        })
    }

    fn with_hint(&self, message: &Message) -> (String, Option<String>) {
        (
            self.text(message),
            self.catalog.borrow().find(&message.attribute("hint")),
        )
    }

    fn hint_text(&self, hint: &str) {
        self.talk(&format!("{}{hint}", self.heading("36", "heading-hint")));
        self.desk();
    }

    fn desk(&self) {
        if let Some(desk) = self.support.get() {
            self.talk(&self.text(&message("support-desk").with("desk", desk)));
        }
    }

    fn heading(&self, colour: &str, key: &str) -> String {
        let text = self.word(key);
        if self.colour {
            format!("\x1b[1;{colour}m{text}\x1b[0m")
        } else {
            text
        }
    }

    /// Writes a line to standard error; nobody is told if that fails, there is nowhere to tell it.
    fn talk(&self, text: &str) {
        if self.voice == Voice::Silent {
            return;
        }
        self.pause(|| {
            let _ = writeln!(io::stderr(), "{text}");
        });
    }

    /// Takes the log over. Warnings of the library are said in the user's language; warnings and
    /// errors of others come as they are, and with `verbose` more. PINs are never logged.
    pub(crate) fn start_log(&self, verbose: u8) {
        let level = match verbose {
            0 => LevelFilter::WARN,
            1 => LevelFilter::INFO,
            2 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        };
        let filter = Targets::new()
            .with_default(level)
            .and(filter_fn(|metadata| !Warnings::collects(metadata)));
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(io::stderr)
            .with_ansi(self.colour)
            .without_time()
            .with_target(verbose > 1)
            .with_filter(filter);
        let _ = tracing_subscriber::registry()
            .with(lines)
            .with(self.warnings.clone())
            .try_init();
    }
}
