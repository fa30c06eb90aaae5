//! Text that is safe to print.

/// Text from a token or a certificate made safe for a terminal and for the eye.
///
/// Control characters, line and paragraph separators, bidirectional controls, invisible characters
/// and tags become U+FFFD: with them a name could steer the terminal or read as another name.
#[must_use]
pub fn sanitized(text: &str) -> String {
    text.chars()
        .map(|c| {
            if is_safe(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

/// True for a character that stands for nothing but itself when printed.
pub(crate) fn is_safe(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{feff}' // soft hyphen, marks, byte order
            | '\u{200b}' | '\u{200e}' | '\u{200f}'            // zero width space, LRM, RLM
            | '\u{2028}'..='\u{202e}'                         // separators, embeddings, overrides
            | '\u{2060}'..='\u{206f}'                         // invisible operators, isolates
            | '\u{fff9}'..='\u{fffb}'                         // interlinear annotation
            | '\u{e0000}'..='\u{e007f}') // tags
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
