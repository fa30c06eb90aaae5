//! Taking a file's armour off: PEM (RFC 7468), or base64 without it.

use base64ct::{Base64, Encoding};
use der::pem::LineEnding;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// What a file holds once its armour is off.
pub(crate) enum Armour {
    /// Nothing but blanks.
    Empty,
    /// PEM blocks in their order.
    Blocks(Vec<Block>),
    /// Bytes that had no armour, or base64 alone.
    Binary(Vec<u8>),
    /// Text that is neither.
    Text(String),
}

/// A PEM block.
pub(crate) struct Block {
    pub(crate) label: String,
    pub(crate) contents: Result<Vec<u8>, Flaw>,
}

/// What is wrong with a PEM block.
pub(crate) enum Flaw {
    /// Its end is missing.
    Truncated,
    /// It is no base64.
    Damaged,
}

impl Armour {
    /// Looks at a file. Text around PEM blocks, byte order marks and any line ends are tolerated.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        if bytes
            .iter()
            .all(|byte| byte.is_ascii_whitespace() || *byte == 0)
        {
            return Self::Empty;
        }
        let Some(text) = text_of(bytes) else {
            return Self::Binary(bytes.to_vec());
        };
        if text.contains(BEGIN) {
            return Self::Blocks(blocks(&text));
        }
        match decode(&text) {
            Some(decoded) => Self::Binary(decoded),
            None => Self::Text(text),
        }
    }
}

/// PEM with lines of 64 characters; `None` for what is too large for it.
pub(crate) fn encode(label: &str, der: &[u8]) -> Option<String> {
    der::pem::encode_string(label, LineEnding::LF, der).ok()
}

/// The text of a file in ASCII, UTF-8, UTF-16 with its mark, or, around PEM blocks, anything.
fn text_of(bytes: &[u8]) -> Option<String> {
    let utf16 = |from: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().copied().map(from).collect();
        String::from_utf16_lossy(&units)
    };
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => utf16(u16::from_be_bytes, rest),
        _ => String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into(),
    };
    let is_text = |c: char| !c.is_control() || c.is_ascii_whitespace();
    let is_text = text.contains(BEGIN) || text.chars().all(|c| is_text(c) && c != '\u{fffd}');
    is_text.then_some(text)
}

/// The blocks of a text, in time linear in its length: a body ends at the first dashes, whatever they
/// belong to.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some((_, behind)) = rest.split_once(BEGIN) {
        let Some((label, behind)) = behind.split_once(DASHES) else {
            break;
        };
        let (body, end) = behind.split_at(behind.find(DASHES).unwrap_or(behind.len()));
        let end_label = end
            .strip_prefix(END)
            .and_then(|end| end.strip_prefix(label));
        let whole = end_label.is_some_and(|end| end.starts_with(DASHES));
        let contents = if whole {
            decode(body).ok_or(Flaw::Damaged)
        } else {
            Err(Flaw::Truncated)
        };
        blocks.push(Block {
            label: label.to_owned(),
            contents,
        });
        rest = end;
    }
    blocks
}

/// Decodes base64 in lines. Lines with a colon are headers (RFC 1421 section 4.6).
fn decode(body: &str) -> Option<Vec<u8>> {
    let lines = body.lines().filter(|line| !line.contains(':'));
    let compact: String = lines
        .flat_map(str::chars)
        .filter(|c| !c.is_whitespace())
        .collect();
    Base64::decode_vec(&compact)
        .ok()
        .filter(|decoded| !decoded.is_empty())
}
