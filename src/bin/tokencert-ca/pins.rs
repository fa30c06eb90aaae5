//! The PIN of the authority's token: from the source that was named, else from the terminal.

use tokencert::Error;
use tokencert::pkcs11::{Pin, PinProvider, PinRequest};

use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::ui::Ui;

/// Who gives the PIN.
pub(crate) struct Pins<'u> {
    source: Option<PinSource>,
    ui: &'u Ui,
}

impl<'u> Pins<'u> {
    /// PINs from `source`, or from the terminal where there is none.
    pub(crate) fn new(source: Option<PinSource>, ui: &'u Ui) -> Self {
        Self { source, ui }
    }

    fn ask(&self, request: &PinRequest<'_>) -> Result<Option<Pin>, Error> {
        let question = message("pin-ask")
            .with("which", self.ui.phrase(request.which))
            .with("token", self.ui.phrase(request.token));
        let typed = self.ui.ask_pin(&question)?;
        match typed {
            None if self.ui.can_ask() => Err(Error::PinUntyped {
                token: request.token.to_string(),
                which: request.which,
            }),
            typed => Ok(typed.map(|text| Pin::new(text.as_str().to_owned()))),
        }
    }
}

impl PinProvider for Pins<'_> {
    fn pin(&mut self, request: &PinRequest<'_>) -> Result<Option<Pin>, Error> {
        // The authority's PIN is tried once: whoever runs this decides about a second try.
        if request.attempt > 0 {
            return Ok(None);
        }
        let Some(source) = &self.source else {
            return self.ask(request);
        };
        if source.is_open_to_others() {
            let warning = message("pin-file-open").with("source", source);
            self.ui.warn(&warning);
        }
        Ok(Some(Pin::new(source.read()?.as_str().to_owned())))
    }
}
