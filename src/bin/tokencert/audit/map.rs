//! The file that says where the PIN of each token comes from.

use std::collections::BTreeMap;
use std::path::Path;

use tokencert::Error;
use tokencert::certificate::sanitized;
use tokencert::files;

use crate::i18n::message;
use crate::pin_source::PinSource;
use crate::ui::Ui;

/// The largest map that is read, in bytes: a line for each of some ten thousand tokens.
const MAXIMUM_BYTES: u64 = 1024 * 1024;

/// Sources of PINs by the serial number of their token. It holds no PIN itself.
#[derive(Debug, Default)]
pub(super) struct PinMap(BTreeMap<String, PinSource>);

impl PinMap {
    /// Reads lines of the form `SERIAL=SOURCE`; quotation marks around either, which make it TOML,
    /// empty lines and lines that begin with `#` are fine.
    pub(super) fn read(path: &Path, ui: &Ui) -> Result<Self, Error> {
        let source = PinSource::File(path.to_owned());
        if source.is_open_to_others() {
            ui.warn(&message("audit-pin-map-open").with("path", path.display()));
        }
        let bytes = files::read(path, MAXIMUM_BYTES)?;
        let invalid = |reason: String| Error::PinMapInvalid {
            name: sanitized(&path.display().to_string()),
            reason,
        };
        let text = String::from_utf8(bytes);
        let text = text.map_err(|_| invalid("it is not UTF-8 text".to_owned()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut map = BTreeMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            // What stands there may be a PIN: it is never repeated.
            let no_source = || invalid(format!("no PIN source is named on line {number}"));
            let (serial, source) = line.split_once('=').ok_or_else(no_source)?;
            let source: PinSource = unquoted(source).parse().map_err(|_| no_source())?;
            if let PinSource::Fd(_) = source {
                return Err(invalid(format!("a descriptor is named on line {number}")));
            }
            if map.values().any(|known| *known == source) {
                return Err(invalid(format!(
                    "a PIN source is named again on line {number}"
                )));
            }
            if map.insert(unquoted(serial).to_owned(), source).is_some() {
                return Err(invalid(format!("a token is named again on line {number}")));
            }
        }
        Ok(Self(map))
    }

    /// Where the PIN of the token with this serial number comes from.
    pub(super) fn of(&self, serial: &str) -> Option<&PinSource> {
        self.0.get(serial)
    }

    /// The variables that hold PINs.
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter_map(PinSource::variable)
    }
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inner = ['"', '\''].into_iter().find_map(|mark| {
        let inner = text.strip_prefix(mark)?;
        inner.strip_suffix(mark)
    });
    inner.unwrap_or(text)
}
