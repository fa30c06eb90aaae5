//! Warnings of the library, kept until they can be shown in the user's language.

use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// A layer of the log that collects what the library warns of.
#[derive(Clone, Default)]
pub(crate) struct Warnings(Arc<Mutex<Vec<Warning>>>);

/// What the library warns of, in its own words.
#[derive(Default)]
pub(crate) struct Warning {
    /// What happened.
    pub(crate) what: String,
    /// The values that were logged with it: the call or the error.
    pub(crate) causes: Vec<String>,
}

impl Warnings {
    /// What came since the last time this was asked.
    pub(crate) fn take(&self) -> Vec<Warning> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// True for what this collects.
    pub(crate) fn collects(metadata: &Metadata<'_>) -> bool {
        let library = metadata.target().split("::").next() == Some("tokencert");
        library && *metadata.level() == Level::WARN
    }
}

impl<S: Subscriber> Layer<S> for Warnings {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if Self::collects(event.metadata()) {
            let mut warning = Warning::default();
            event.record(&mut warning);
            let mut warnings = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            warnings.push(warning);
        }
    }
}

impl Visit for Warning {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        if field.name() == "message" {
            self.what = text;
        } else {
            self.causes.push(text);
        }
    }
}

impl fmt::Debug for Warnings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Warnings").finish_non_exhaustive()
    }
}
