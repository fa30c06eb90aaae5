//! QR codes in half blocks.

use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;

/// The picture of a text; nothing if it is too long for one.
///
/// The light modules are those that are drawn, quiet zone and all: on the dark ground of a terminal
/// every reader then sees dark on light.
pub(crate) fn picture(text: &str) -> Option<String> {
    let code = QrCode::new(text).ok()?;
    let mut picture = code.render::<Dense1x2>();
    picture
        .dark_color(Dense1x2::Light)
        .light_color(Dense1x2::Dark);
    Some(picture.build())
}

#[cfg(test)]
mod tests {
    use super::picture;

    #[test]
    fn a_picture_is_square_and_a_text_too_long_has_none() {
        let drawn = picture("otpauth://totp/Example:taro?secret=ABCDEFGH").unwrap();
        let lines: Vec<usize> = drawn.lines().map(|line| line.chars().count()).collect();
        assert!(lines.iter().all(|line| *line == lines[0]), "{drawn}");
        assert_eq!(lines[0].div_ceil(2), lines.len(), "{drawn}");
        assert!(drawn.starts_with('█'), "{drawn}");
        assert!(picture(&"x".repeat(5000)).is_none());
    }
}
