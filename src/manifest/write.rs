//! A manifest with codes in it, as a file.

use jiff::Timestamp;
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

use super::Manifest;
use crate::authority::EnrolmentCode;

pub(super) fn with_codes(
    manifest: &Manifest,
    codes: &[Option<(EnrolmentCode, Timestamp)>],
) -> Zeroizing<Vec<u8>> {
    let mut columns = manifest.columns.clone();
    for own in ["code", "expires"] {
        if !columns.contains(&own) {
            columns.push(own);
        }
    }
    let mut text = Zeroizing::new("\u{feff}".to_owned());
    line(&mut text, columns.iter().copied());
    for (cells, code) in manifest.cells.iter().zip(codes) {
        let secret = code.as_ref().map(|(code, _)| code.expose());
        let expires = code.as_ref().map(|(_, expires)| expires.to_string());
        let cell = |(place, column): (usize, &&'static str)| match *column {
            "code" => secret.as_ref().map_or("", |code| code.expose_secret()),
            "expires" => expires.as_deref().unwrap_or_default(),
            _ => cells.get(place).map_or("", String::as_str),
        };
        line(&mut text, columns.iter().enumerate().map(cell));
    }
    Zeroizing::new(text.as_bytes().to_vec())
}

/// A line of cells (RFC 4180), each in quotes where it has to be.
fn line<'c>(text: &mut Zeroizing<String>, cells: impl Iterator<Item = &'c str>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(cell);
        }
    }
    text.push_str("\r\n");
}
