//! Answers, in the form that every known client understands: a body whose length is said, in few
//! pieces, under header names in title case (the server's HTTP layer writes them so).

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{self, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};

use crate::authority::AccessRefusal;
use crate::ca::Denial;
use crate::certificate::sanitized;
use crate::error::Error;

/// Why a certificate is not accepted, by [`AccessRefusal::name`].
const REFUSAL: HeaderName = HeaderName::from_static("tokencert-refusal");

/// Deprecated by RFC 8951 section 3, and missed by clients where it is absent.
const TRANSFER_ENCODING: HeaderName = HeaderName::from_static("content-transfer-encoding");

const CHALLENGE: &str = "Basic realm=\"tokencert\", charset=\"UTF-8\"";

/// How soon a client may come again whom a fault of the server has stopped.
const SOON: Duration = Duration::from_secs(5);

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn new(status: StatusCode, content_type: &str, body: Vec<u8>) -> Self {
        Self {
            status,
            headers: vec![(header::CONTENT_TYPE, content_type.to_owned())],
            body,
        }
    }

    /// A sentence for people.
    pub(super) fn text(status: StatusCode, text: &str) -> Self {
        let line = format!("{}\n", sanitized(text));
        Self::new(status, "text/plain; charset=utf-8", line.into_bytes())
    }

    /// Nothing, which says that there is nothing.
    pub(super) fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// A message of RFC 7030, in base64.
    pub(super) fn message(content_type: &str, base64: String) -> Self {
        Self::new(StatusCode::OK, content_type, base64.into_bytes())
            .with(TRANSFER_ENCODING, "base64")
    }

    /// The same with one more header.
    pub(super) fn with(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// Name and password are wanted, or were wrong.
    pub(super) fn challenge(text: &str) -> Self {
        Self::text(StatusCode::UNAUTHORIZED, text).with(header::WWW_AUTHENTICATE, CHALLENGE)
    }

    /// The certificate that was shown does not do.
    pub(super) fn refusal(refusal: AccessRefusal) -> Self {
        let text = format!("the certificate is not accepted: {refusal}; {refusal:#}");
        Self::text(StatusCode::FORBIDDEN, &text).with(REFUSAL, refusal.name())
    }

    /// Too much at once; later the same may do.
    pub(super) fn later(status: StatusCode, after: Duration, text: &str) -> Self {
        let seconds = after.as_secs().max(1).to_string();
        Self::text(status, text).with(header::RETRY_AFTER, &seconds)
    }

    /// It failed here, and why is the operator's business.
    pub(super) fn failed(error: &Error) -> Self {
        tracing::error!(%error, "a request failed");
        let text = "the authority cannot do that at the moment; try the same again later";
        Self::later(StatusCode::SERVICE_UNAVAILABLE, SOON, text)
    }

    #[cfg(test)]
    pub(super) fn status(&self) -> StatusCode {
        self.status
    }

    pub(super) fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::from(self.body)));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::SERVER, HeaderValue::from_static("tokencert"));
        for (name, value) in self.headers {
            // What is written here is ASCII; what is not would be left out.
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

impl From<Denial> for Answer {
    fn from(denial: Denial) -> Self {
        match denial {
            Denial::Unauthenticated => {
                Self::challenge("contractor ID, user ID, PIN or code are not right")
            }
            Denial::Locked => Self::text(
                StatusCode::FORBIDDEN,
                "locked after too many wrong tries; have it unlocked by the administrator of the \
                 contract, or by the authority",
            ),
            Denial::Access(refusal) => Self::refusal(refusal),
            Denial::Rule(error) => Self::text(StatusCode::FORBIDDEN, &with_hint(&error)),
            Denial::Request(error) => Self::text(StatusCode::BAD_REQUEST, &with_hint(&error)),
            Denial::Failed(error) => Self::failed(&error),
        }
    }
}

/// What is wrong, and what to do next.
fn with_hint(error: &Error) -> String {
    match error.hint() {
        Some(hint) => format!("{error}; {hint}"),
        None => error.to_string(),
    }
}
