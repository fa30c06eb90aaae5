//! PINs for the library: from the source that was named, else from the person at the terminal.

use tokencert::Error;
use tokencert::pkcs11::{Pin, PinProvider, PinRequest};
use tokencert::token::{PinKind, PinState, TokenIdentity};
use zeroize::Zeroizing;

use crate::i18n::{Message, message};
use crate::pin_source::PinSource;
use crate::ui::Ui;

/// How often a new PIN may be typed differently the second time.
const REPETITIONS: u32 = 3;

/// Who gives the PIN of one token.
pub(crate) struct Pins<'u> {
    source: Option<PinSource>,
    /// The option that names the source.
    option: &'static str,
    /// The file that would have had it, of a folder for many tokens.
    file: Option<String>,
    ui: &'u Ui,
    /// One source is never tried on a second token.
    token: Option<TokenIdentity>,
    known: Option<Pin>,
}

impl<'u> Pins<'u> {
    /// PINs from `source`, or from the terminal where there is none.
    pub(crate) fn new(source: Option<PinSource>, ui: &'u Ui) -> Self {
        Self {
            source,
            option: "--pin-source",
            file: None,
            ui,
            token: None,
            known: None,
        }
    }

    /// The same, of another option than `--pin-source`.
    pub(crate) fn of_option(self, option: &'static str) -> Self {
        Self { option, ..self }
    }

    /// The same, of a token whose PIN only this file of a folder can have.
    pub(crate) fn of_file(self, name: &str) -> Self {
        let file = Some(name.to_owned());
        Self { file, ..self }
    }

    /// The same, with a PIN that was set in this run.
    pub(crate) fn knowing(self, known: Option<Pin>) -> Self {
        Self { known, ..self }
    }

    /// Reads the source, warning of a file that others can read.
    pub(crate) fn read(&self, source: &PinSource) -> Result<Pin, Error> {
        if source.is_open_to_others() {
            self.ui
                .warn(&message("pin-file-open").with("source", source));
        }
        Ok(pin(&source.read()?))
    }

    /// A new PIN, typed twice at a terminal.
    pub(crate) fn new_pin(
        &self,
        token: &TokenIdentity,
        which: PinKind,
        limits: Option<(u64, u64)>,
    ) -> Result<Pin, Error> {
        if let Some(source) = &self.source {
            return self.read(source);
        }
        let which_text = self.ui.phrase(which);
        let token_text = self.ui.phrase(token);
        for _ in 0..REPETITIONS {
            let question = |key: &str| {
                message(key)
                    .with("which", &which_text)
                    .with("token", &token_text)
            };
            let Some(first) = self.type_pin(&question("pin-new"), which, limits)? else {
                return Err(self.untyped(token, which));
            };
            let again = self.ui.ask_pin(&question("pin-again"))?;
            if again.is_some_and(|second| *second == *first) {
                return Ok(pin(&first));
            }
            self.ui.warn(&message("pin-differs"));
        }
        Err(Error::PinSource {
            name: "terminal".to_owned(),
            reason: "the PIN was typed differently each time".to_owned(),
        })
    }

    /// A PIN from the terminal; one that the token would refuse by its length is asked for again.
    fn type_pin(
        &self,
        question: &Message,
        which: PinKind,
        limits: Option<(u64, u64)>,
    ) -> Result<Option<Zeroizing<String>>, Error> {
        loop {
            let Some(typed) = self.ui.ask_pin(question)? else {
                return Ok(None);
            };
            let bytes = u64::try_from(typed.len()).unwrap_or(u64::MAX);
            match limits {
                Some((minimum, maximum)) if !(minimum..=maximum).contains(&bytes) => {
                    let said = message("pin-length").with("which", self.ui.phrase(which));
                    let said = said.with("minimum", minimum);
                    self.ui.warn(&said.with("maximum", maximum));
                }
                _ => return Ok(Some(typed)),
            }
        }
    }

    /// Why there is no PIN: nobody could be asked, or whoever was asked typed none.
    fn untyped(&self, token: &TokenIdentity, which: PinKind) -> Error {
        let token = token.to_string();
        if let Some(file) = self.file.clone() {
            return Error::PinFileMissing { token, file };
        }
        if self.ui.can_ask() {
            Error::PinUntyped { token, which }
        } else {
            let option = self.option.to_owned();
            Error::PinOptionMissing {
                token,
                which,
                option,
            }
        }
    }

    fn ask(&self, request: &PinRequest<'_>) -> Result<Option<Pin>, Error> {
        let which = self.ui.phrase(request.which);
        match request.state {
            _ if request.attempt > 0 => {
                let wrong = message("pin-wrong").with("which", &which);
                self.ui
                    .warn(&wrong.with("state", self.ui.phrase(request.state)));
            }
            PinState::CountLow | PinState::FinalTry => {
                self.ui
                    .warn(&message("pin-state").with("state", self.ui.phrase(request.state)));
            }
            PinState::Locked | PinState::Unknown => {}
        }
        let key = if request.attempt == 0 {
            "pin-ask"
        } else {
            "pin-ask-again"
        };
        let question = message(key).with("which", which);
        let question = question.with("token", self.ui.phrase(request.token));
        match self.type_pin(&question, request.which, request.limits)? {
            Some(typed) => Ok(Some(pin(&typed))),
            // The first PIN was wrong, and no other one is to be tried.
            None if request.attempt > 0 => Ok(None),
            None => Err(self.untyped(request.token, request.which)),
        }
    }
}

impl PinProvider for Pins<'_> {
    fn pin(&mut self, request: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        if let Some(pin) = self.known.take() {
            return Ok(Some(pin));
        }
        let Some(source) = &self.source else {
            return self.ask(request);
        };
        if request.attempt > 0 {
            return Ok(None);
        }
        if self
            .token
            .as_ref()
            .is_some_and(|token| token != request.token)
        {
            return Err(Error::PinSource {
                name: source.to_string(),
                reason: "it was already tried on another token".to_owned(),
            });
        }
        self.token = Some(request.token.clone());
        self.read(source).map(Some)
    }
}

/// A PIN that is asked for once and kept for as long as a command runs, which may have to log in to
/// the token once more after a fresh look at it.
pub(crate) struct Once<'u> {
    inner: Pins<'u>,
    kept: Option<Pin>,
}

impl<'u> Once<'u> {
    /// The same PINs, each asked for once.
    pub(crate) fn new(inner: Pins<'u>) -> Self {
        Self { inner, kept: None }
    }
}

impl PinProvider for Once<'_> {
    fn pin(&mut self, request: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        if request.attempt > 0 || self.kept.is_none() {
            self.kept = self.inner.pin(request)?;
        }
        Ok(self.kept.clone())
    }
}

/// PINs that are to be set: typed twice at a terminal.
pub(crate) struct NewPins<'p>(pub(crate) &'p Pins<'p>);

impl PinProvider for NewPins<'_> {
    fn pin(&mut self, request: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        let pin = self.0.new_pin(request.token, request.which, request.limits);
        pin.map(Some)
    }
}

/// One provider for the SO PIN, another for the user PIN.
pub(crate) struct ByKind<'p> {
    pub(crate) so: &'p mut dyn PinProvider,
    pub(crate) user: &'p mut dyn PinProvider,
}

impl PinProvider for ByKind<'_> {
    fn pin(&mut self, request: &PinRequest<'_>) -> tokencert::Result<Option<Pin>> {
        match request.which {
            PinKind::So => self.so.pin(request),
            PinKind::User => self.user.pin(request),
        }
    }
}

/// A PIN of the library; the text given is wiped by its owner.
fn pin(text: &Zeroizing<String>) -> Pin {
    Pin::new(text.as_str().to_owned())
}
