//! The encoding of a manifest: UTF-8, and the names of those that spreadsheets write otherwise.

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file in UTF-8, without its byte order mark; else what its encoding seems to be.
pub(super) fn text(bytes: &[u8]) -> Result<&str, &'static str> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || has_nul_pairs(bytes) {
        return Err("UTF-16");
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err("a workbook of a spreadsheet program");
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|_| {
        if is_shift_jis(bytes) {
            "Shift_JIS"
        } else {
            "another encoding than UTF-8"
        }
    })
}

/// UTF-16 without a byte order mark: of its first letters, which are of ASCII, every second byte
/// is 0.
fn has_nul_pairs(bytes: &[u8]) -> bool {
    match bytes {
        [first, second, third, fourth, ..] => {
            let zeros = [first, second, third, fourth].map(|byte| *byte == 0);
            zeros == [false, true, false, true] || zeros == [true, false, true, false]
        }
        _ => false,
    }
}

/// True if every byte fits (JIS X 0208 as Shift_JIS has it, with half-width kana).
fn is_shift_jis(bytes: &[u8]) -> bool {
    let mut bytes = bytes.iter();
    while let Some(byte) = bytes.next() {
        let fits = match byte {
            0x00..=0x7f | 0xa1..=0xdf => true,
            0x81..=0x9f | 0xe0..=0xfc => {
                matches!(bytes.next(), Some(0x40..=0x7e | 0x80..=0xfc))
            }
            _ => false,
        };
        if !fits {
            return false;
        }
    }
    true
}
