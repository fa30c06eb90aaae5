//! What an answer of HTTP says.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::transport::Reply;
use super::{REFUSAL, body};
use crate::authority::AccessRefusal;
use crate::certificate::{Certificate, sanitized};

/// The most characters of a server's own words that are passed on.
const MOST_WORDS: usize = 300;

/// Types that answers with certificates come in.
const CERTIFICATE_TYPES: &[&str] = &[
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pkcs7",
    "application/x-pkcs7-certificates",
];

impl Reply {
    /// The value of a header, where it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// The media type in lower case, without parameters.
    pub(super) fn media_type(&self) -> Option<String> {
        let value = self.header("Content-Type")?;
        let kind = value.split(';').next().unwrap_or_default();
        Some(kind.trim().to_ascii_lowercase())
    }

    /// The certificates of an answer, or what is wrong with it.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate>, String> {
        match self.media_type() {
            Some(kind) if !CERTIFICATE_TYPES.contains(&kind.as_str()) => {
                let kind = sanitized(&kind);
                Err(match body::decode(&self.body) {
                    Err(reason) => format!("{reason} ({kind}) in place of certificates"),
                    Ok(_) => format!("it is called `{kind}` and not application/pkcs7-mime"),
                })
            }
            _ => body::certificates(&self.body),
        }
    }

    /// The status, and what the server says in words, where it says it in plain text.
    pub(super) fn words(&self) -> String {
        let status = format!("status {}", self.status);
        let plain = self
            .media_type()
            .is_none_or(|kind| kind == "text/plain" || kind.ends_with("json"));
        let text = String::from_utf8_lossy(&self.body);
        let words: Vec<&str> = text.split_whitespace().collect();
        if !plain || words.is_empty() || text.trim_start().starts_with('<') {
            return status;
        }
        let words: String = words.join(" ").chars().take(MOST_WORDS).collect();
        format!("{} ({status})", sanitized(&words))
    }

    /// The ways of a login that a server asks for, where Basic is none of them.
    pub(super) fn schemes_but_basic(&self) -> Option<String> {
        let asked = self.headers.get_all("WWW-Authenticate").iter();
        let schemes: Vec<&str> = asked
            .filter_map(|value| value.to_str().ok()?.split_whitespace().next())
            .collect();
        let basic = schemes.iter().any(|one| one.eq_ignore_ascii_case("Basic"));
        (!schemes.is_empty() && !basic).then(|| sanitized(&schemes.join(", ")))
    }

    /// The clock of the server.
    pub(super) fn date(&self) -> Option<Timestamp> {
        http_date(self.header("Date")?)
    }

    /// When to ask again: seconds, or a date by the server's own clock.
    pub(super) fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let value = self.header("Retry-After")?;
        if let Ok(seconds) = value.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let then = http_date(value)?;
        let now = self.date().unwrap_or(now);
        Some(Duration::try_from(then.duration_since(now)).unwrap_or_default())
    }

    /// Why the server does not accept our certificate, where it is one that says so.
    pub(super) fn refusal(&self) -> Option<AccessRefusal> {
        let name = self.header(REFUSAL)?;
        (self.status == 403).then(|| AccessRefusal::from_name(name))
    }
}

/// `IMF-fixdate` (RFC 9110 section 5.6.7).
fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}
