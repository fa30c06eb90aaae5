//! HTTP Basic (RFC 7617): who asks, and the password.

use base64ct::{Base64, Encoding};
use hyper::header::{AUTHORIZATION, HeaderMap};
use zeroize::Zeroizing;

/// A name and a password. Wiped from memory when dropped, and shown by nothing.
pub(super) struct Credentials {
    text: Zeroizing<String>,
    colon: usize,
}

impl Credentials {
    /// Those of a request; none where there are none, or none that can be read.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (value, None) = (values.next()?, values.next()) else {
            return None;
        };
        let (scheme, encoded) = value.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let bytes = Zeroizing::new(Base64::decode_vec(encoded.trim()).ok()?);
        let text = Zeroizing::new(std::str::from_utf8(&bytes).ok()?.to_owned());
        let colon = text.find(':')?;
        Some(Self { text, colon })
    }

    /// What stands before the first colon.
    pub(super) fn name(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    /// What stands after it.
    pub(super) fn password(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn of(value: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        Credentials::of(&headers).map(|it| (it.name().to_owned(), it.password().to_owned()))
    }

    fn encoded(text: &[u8]) -> String {
        format!("Basic {}", Base64::encode_string(text))
    }

    #[test]
    fn the_first_colon_ends_the_name() {
        let expected = Some(("SH001/太郎".to_owned(), "暗証:12:34".to_owned()));
        assert_eq!(of(&encoded("SH001/太郎:暗証:12:34".as_bytes())), expected);
        assert_eq!(of(&encoded(b":")), Some((String::new(), String::new())));
        assert_eq!(
            of(&encoded(b"a:b").replace("Basic", "bAsIc")),
            of(&encoded(b"a:b"))
        );
    }

    #[test]
    fn what_is_no_basic_is_nothing() {
        for value in [
            "Basic",
            "Basic ",
            "Basic !!!!",
            "Bearer YTpi",
            "YTpi",
            "Basic YQ==",
        ] {
            assert_eq!(of(value), None, "{value}");
        }
        assert_eq!(of(&encoded(b"a\xff:b")), None);
    }
}
